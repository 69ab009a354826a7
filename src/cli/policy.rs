//! The policy that audits are judged by: read from a file, by the command and by the console alike.

use super::{Failure, patience};
use crate::audit::Policy;
use crate::domain::text::SafeText;
use crate::files;
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
    let read = match named {
        Some(_) => patience::telling(path, || files::read(path, files::POLICY)),
        None => files::read(path, files::OWN_POLICY),
    };
    let text = match read.and_then(text) {
        Ok(text) => text,
        Err(error) if named.is_none() && files::is_absence(&error) => return Ok(Policy::default()),
        Err(error) => return Err(cannot(&error)),
    };
    let policy = Policy::parse(&text).map_err(|problem| cannot(&problem))?;
    Ok(policy.read_from(path))
}

/// Returns the text of a file, or says which line of it is none.
pub(super) fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        io::Error::other(format!("line {line} contains bytes that are not UTF-8"))
    })
}
