//! What releases before the journal remembered: a small file for each deletion under way.

use super::line::{Followed, Place};
use crate::files;
use jiff::Timestamp;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One such file.
#[derive(Debug, Deserialize)]
struct Record {
    server: String,
    caller: String,
    since: Timestamp,
    id: String,
    name: String,
    description: Option<String>,
    created_at: Option<Timestamp>,
    created_by: Option<String>,
}

/// Returns where they lie.
pub(super) fn folder(state: &Path) -> PathBuf {
    state.join("deletions")
}

/// Returns all that can be read, with their files, the oldest first. What cannot is passed over: nothing here is worth not
/// starting for.
pub(super) fn deletions(state: &Path) -> Vec<(PathBuf, Followed)> {
    let Ok(entries) = std::fs::read_dir(folder(state)) else {
        return Vec::new();
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut all: Vec<(PathBuf, Followed)> = paths.filter_map(|path| Some((path.clone(), read(&path)?))).collect();
    all.sort_by_key(|(_, followed)| followed.since);
    all
}

fn read(path: &Path) -> Option<Followed> {
    let is_ours = path.extension().is_some_and(|extension| extension == "json");
    if !is_ours {
        return None;
    }
    let record: Record = serde_json::from_slice(&files::read(path, files::NOTE).ok()?).ok()?;
    Some(Followed {
        server: record.server,
        caller: record.caller,
        since: record.since,
        workspace: Place {
            id: record.id,
            name: record.name,
            description: record.description,
            created_at: record.created_at,
            created_by: record.created_by,
        },
    })
}
