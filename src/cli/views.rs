//! Columns and saved views, as they are read at the start of the console.

use super::policy;
use crate::app::views::{FILE, Views};
use crate::background::blocking;
use crate::domain::text::SafeText;
use crate::files;
use crate::runtime::Kept;
use std::path::{Path, PathBuf};

/// Reads the file in the console's config folder; there need not be one. What is wrong in it comes with what is kept: the
/// console opens all the same, and leaves the file alone.
pub(super) async fn kept(folder: Option<PathBuf>) -> Kept {
    let Some(file) = folder.map(|folder| folder.join(FILE)) else {
        return Kept::default();
    };
    let path = file.clone();
    let read = blocking(move || read(&path)).await;
    Kept {
        views: read.unwrap_or_else(Views::unusable),
        file: Some(file),
    }
}

/// Blocks on the disk.
fn read(path: &Path) -> Result<Views, SafeText> {
    let name = path.to_string_lossy();
    let unusable = |why: &dyn std::fmt::Display| SafeText::new(&format!("cannot use the views {name}: {why}"));
    match files::read(path, files::NOTE).and_then(policy::text) {
        Ok(text) => Views::parse(&text).map_err(|problem| unusable(&problem)),
        Err(error) if files::is_absence(&error) => Ok(Views::default()),
        Err(error) => Err(unusable(&error)),
    }
}
