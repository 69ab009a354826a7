//! What the console remembers from one start to the next: the deletions it follows. The platform does not list them,
//! so a console that forgot them could never find them again.
//!
//! One small file per deletion, named by a digest of server and workspace, written whole and moved into place, readable
//! by its owner only. Two consoles cannot get into each other's way, and a file that cannot be read is passed over:
//! nothing here is worth not starting for.

use crate::domain::deletion::Remembered;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::hex;
use crate::domain::workspace::Workspace;
use crate::files::{self, Draft};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The longest description that is kept: a row shows less.
const LONGEST_DESCRIPTION: usize = 300;

/// Where deletions on one server are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    folder: PathBuf,
    server: String,
}

/// One deletion, as it is written down.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    server: String,
    caller: String,
    since: Timestamp,
    id: String,
    name: WorkspaceName,
    description: Option<String>,
    created_at: Option<Timestamp>,
    created_by: Option<String>,
}

impl Memory {
    /// Returns the memory of deletions on `server` in the console's own folder for what it remembers.
    pub fn new(state_folder: &Path, server: &str) -> Self {
        Self {
            folder: state_folder.join("deletions"),
            server: server.to_owned(),
        }
    }

    /// Writes one deletion down. Blocks on the disk.
    ///
    /// # Errors
    /// Says what the system said: the folder cannot be made, or the file cannot be written.
    pub fn remember(&self, remembered: &Remembered) -> io::Result<()> {
        let workspace = &remembered.workspace;
        let description = workspace.description.as_deref();
        let record = Record {
            server: self.server.clone(),
            caller: remembered.caller.clone(),
            since: remembered.since,
            id: workspace.id.clone(),
            name: workspace.name.clone(),
            description: description.map(|text| text.chars().take(LONGEST_DESCRIPTION).collect()),
            created_at: workspace.created_at,
            created_by: workspace.created_by.clone(),
        };
        files::make_folder(&self.folder)?;
        let mut file = Draft::of(&self.path(&workspace.name))?;
        file.write_all(&serde_json::to_vec(&record)?)?;
        file.put()
    }

    /// Forgets the deletion of `name`; one that was never written down is as good as forgotten. Blocks on the disk.
    ///
    /// # Errors
    /// Says what the system said.
    pub fn forget(&self, name: &WorkspaceName) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Returns every deletion on this server that was written down, the oldest first. Blocks on the disk.
    pub fn recall(&self) -> Vec<Remembered> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let records = entries.filter_map(|entry| read(&entry.ok()?.path()));
        let ours = records.filter(|record| record.server == self.server);
        let mut all: Vec<Remembered> = ours.map(Record::into_remembered).collect();
        all.sort_by(|a, b| (a.since, &a.workspace.name).cmp(&(b.since, &b.workspace.name)));
        all
    }

    fn path(&self, name: &WorkspaceName) -> PathBuf {
        let digest = Sha256::digest(format!("{}\n{}", self.server, name.raw()));
        // Half of the digits tell the deletions apart.
        let digits: String = hex(&digest).chars().take(32).collect();
        self.folder.join(digits + ".json")
    }
}

impl Record {
    fn into_remembered(self) -> Remembered {
        Remembered {
            workspace: Workspace {
                id: self.id,
                name: self.name,
                description: self.description,
                created_at: self.created_at,
                created_by: self.created_by,
                updated_at: None,
                updated_by: None,
            },
            since: self.since,
            caller: self.caller,
        }
    }
}

fn read(path: &Path) -> Option<Record> {
    let is_ours = path.extension().is_some_and(|extension| extension == "json");
    if !is_ours {
        return None;
    }
    serde_json::from_slice(&files::read(path, files::NOTE).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://nmp.example.com";

    fn deletion(name: &str, second: i64) -> Remembered {
        Remembered {
            workspace: Workspace {
                id: format!("workspace-{name}"),
                name: WorkspaceName::from_platform(name),
                description: Some("what it was for".to_owned()),
                created_at: Timestamp::from_second(1).ok(),
                created_by: Some("al@x.com".to_owned()),
                updated_at: None,
                updated_by: None,
            },
            since: Timestamp::from_second(second).unwrap(),
            caller: "al@x.com".to_owned(),
        }
    }

    #[test]
    fn remembers_until_it_is_told_to_forget() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(&folder.path().join("not/yet"), SERVER);
        assert!(memory.recall().is_empty() && memory.forget(&WorkspaceName::from_platform("a")).is_ok());
        memory.remember(&deletion("b", 9)).unwrap();
        memory.remember(&deletion("a", 5)).unwrap();
        memory.remember(&deletion("a", 7)).unwrap();
        assert_eq!(memory.recall(), [deletion("a", 7), deletion("b", 9)]);
        memory.forget(&WorkspaceName::from_platform("a")).unwrap();
        assert_eq!(memory.recall(), [deletion("b", 9)]);
    }

    #[test]
    fn tells_servers_apart() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (
            Memory::new(folder.path(), SERVER),
            Memory::new(folder.path(), "http://127.0.0.1:1"),
        );
        here.remember(&deletion("a", 5)).unwrap();
        assert!(there.recall().is_empty());
        there.forget(&WorkspaceName::from_platform("a")).unwrap();
        assert_eq!(here.recall().len(), 1);
    }

    #[test]
    fn passes_over_what_it_cannot_read() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(folder.path(), SERVER);
        memory.remember(&deletion("a", 5)).unwrap();
        let beside = folder.path().join("deletions");
        fs::write(beside.join("broken.json"), b"{\"server\":").unwrap();
        fs::write(beside.join("note.txt"), b"hello").unwrap();
        fs::create_dir(beside.join("folder.json")).unwrap();
        assert_eq!(memory.recall(), [deletion("a", 5)]);
    }

    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::new(folder.path(), SERVER);
        memory.remember(&deletion("a", 5)).unwrap();
        let file = memory.path(&WorkspaceName::from_platform("a"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&file), mode(&folder.path().join("deletions"))), (0o600, 0o700));
    }
}
