//! Columns and saved views, as they are read at the start of the console.

use super::policy;
use crate::app::views::{FILE, Views};
use crate::domain::text::SafeText;
use crate::files;
use crate::runtime::Kept;
use std::path::Path;

/// Reads the file in the console's config folder; there need not be one. What is wrong in it comes with what is kept: the
/// console opens all the same, and leaves the file alone. Blocks on the disk.
pub(super) fn kept(folder: Option<&Path>) -> Kept {
    let Some(file) = folder.map(|folder| folder.join(FILE)) else {
        return Kept::default();
    };
    Kept {
        views: read(&file).unwrap_or_else(Views::unusable),
        file: Some(file),
    }
}

fn read(path: &Path) -> Result<Views, SafeText> {
    let name = path.to_string_lossy();
    let unusable = |why: &dyn std::fmt::Display| SafeText::new(&format!("cannot use the views {name}: {why}"));
    match files::read(path, files::NOTE).and_then(policy::text) {
        Ok(text) => Views::parse(&text).map_err(|problem| unusable(&problem)),
        Err(error) if files::is_absence(&error) => Ok(Views::default()),
        Err(error) => Err(unusable(&error)),
    }
}
