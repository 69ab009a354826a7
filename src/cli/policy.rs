//! The policy that audits are judged by: read from a file, by the command and by the console alike.

use super::Failure;
use crate::audit::Policy;
use crate::domain::text::SafeText;
use std::io;
use std::path::Path;

/// Reads the policy file that is named, or else the one in the console's own folder, if there is one.
pub(super) fn read(named: Option<&Path>, folder: Option<&Path>) -> Result<Policy, Failure> {
    let usual = folder.map(|folder| folder.join("policy.toml"));
    let Some(path) = named.or(usual.as_deref()) else {
        return Ok(Policy::default());
    };
    let cannot = |why: &dyn std::fmt::Display| {
        let path = SafeText::new(&path.to_string_lossy());
        Failure::Local(format!("cannot use the policy {path}: {why}"))
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => return Ok(Policy::default()),
        Err(error) => return Err(cannot(&error)),
    };
    Policy::parse(&text).map_err(|problem| cannot(&problem))
}
