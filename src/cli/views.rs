//! Columns and saved views, as they are read at the start of the console.

use super::policy;
use crate::app::views::{FILE, Views};
use crate::background::blocking;
use crate::domain::text::SafeText;
use crate::files;
use crate::runtime::Kept;
use std::path::{Path, PathBuf};

/// Reads the file in the console's config folder; there need not be one.
///
/// # Errors
/// Says what is wrong in it: the console opens all the same, and leaves the file alone.
pub(super) async fn kept(folder: Option<PathBuf>) -> Result<Kept, (Option<PathBuf>, SafeText)> {
    let Some(file) = folder.map(|folder| folder.join(FILE)) else {
        return Ok(Kept::default());
    };
    let path = file.clone();
    let read = blocking(move || read(&path)).await;
    let file = Some(file);
    match read {
        Ok(views) => Ok(Kept { views, file }),
        Err(why) => Err((file, why)),
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
