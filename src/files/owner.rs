//! Whose a file is that is made here: mostly whose the place is.

use super::folder;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// An owner, and the group that goes with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    uid: u32,
    gid: u32,
}

impl Owner {
    /// Returns whose the file at `path` is or, where there is none, whose the folder is that it would be in; `None` if
    /// that cannot be told.
    pub fn of_place(path: &Path) -> Option<Self> {
        Self::of_file(path).or_else(|| Self::of_file(folder::of_path(path)))
    }

    /// Returns whose the file at `path` is, if it is there and that can be told.
    pub fn of_file(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let (uid, gid) = std::fs::metadata(path).map(|facts| (facts.uid(), facts.gid())).ok()?;
        Some(Self { uid, gid })
    }

    /// Makes the open file theirs.
    ///
    /// # Errors
    /// If it is somebody else's and the system does not let it be given away, as it lets root alone.
    pub fn take(self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        if file.metadata()?.uid() == self.uid {
            return Ok(());
        }
        fchown(file, Some(self.uid), Some(self.gid))
    }

    /// Makes a file that was made just now theirs. Where the system does not let it be given away, whoever runs this is
    /// not root and shares the folder: then everybody's files there are their own.
    pub(super) fn take_new(self, file: &File) {
        let _ = self.take(file);
    }
}

/// Opens the file at `path` as `options` have it. If it is not there it is made, with these permissions, and is
/// `owner`'s. Only what was made here is given away: what lies there already may be a link to anything.
///
/// # Errors
/// Says what the system said.
pub fn make_or_open(path: &Path, options: &OpenOptions, mode: u32, owner: Option<Owner>) -> io::Result<File> {
    let mut making = options.clone();
    making.create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut making, mode);
    match making.open(path) {
        Ok(file) => {
            if let Some(owner) = owner {
                owner.take_new(&file);
            }
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}
