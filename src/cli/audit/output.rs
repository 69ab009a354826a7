//! The file a report goes to: written whole beside it and moved into place, for its owner alone.

use super::super::Failure;
use crate::domain::text::SafeText;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that will be there, whole, or stay as it was.
#[derive(Debug)]
pub(super) struct Output {
    target: PathBuf,
    /// In the same folder, so that it can be moved into place; others cannot read it.
    draft: NamedTempFile,
}

impl Output {
    /// Makes sure that a file can be written at `path`.
    pub(super) fn at(path: &Path) -> Result<Self, Failure> {
        Self::prepare(path).map_err(|why| Failure::Local(cannot_write(path, &why.to_string())))
    }

    fn prepare(path: &Path) -> io::Result<Self> {
        // A link is followed, so that it stays one.
        let target = match path.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(error),
        };
        match target.metadata() {
            Ok(found) if found.is_dir() => return Err(io::Error::other("it is a folder")),
            // Moving a file over a device would replace it for the whole system.
            Ok(found) if !found.is_file() => return Err(io::Error::other("it is no ordinary file")),
            Ok(_) | Err(_) => {}
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        if target.file_name().is_none() {
            return Err(io::Error::other("it names no file"));
        }
        folder.metadata()?;
        let draft = tempfile::Builder::new().prefix(".nmp-console-").tempfile_in(folder);
        Ok(Self {
            draft: draft.map_err(|error| without_path(&error))?,
            target,
        })
    }

    /// Takes what `fill` writes and moves it into place.
    pub(super) fn write(mut self, fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
        let written = fill(&mut self.draft);
        let written = written.and_then(|()| self.draft.as_file().sync_all());
        let moved = written.and_then(|()| match self.draft.persist(&self.target) {
            Ok(_) => Ok(()),
            Err(failed) => Err(failed.error),
        });
        moved.map_err(|why| Failure::Local(cannot_write(&self.target, &why.to_string())))
    }
}

/// The library names its own temporary file, which says nothing to anybody.
fn without_path(error: &io::Error) -> io::Error {
    error.kind().into()
}

fn cannot_write(path: &Path, why: &str) -> String {
    format!("cannot write {}: {why}", SafeText::new(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_is_replaced_whole_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let link = folder.path().join("latest.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let output = Output::at(&link).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        output.write(|out| out.write_all(b"new")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_not_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        drop(Output::at(&folder.path().join("report.json")).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn says_at_once_what_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| Output::at(path).unwrap_err().to_string();
        assert!(said(folder.path()).ends_with("it is a folder"));
        assert!(said(Path::new("/dev/null")).ends_with("it is no ordinary file"));
        let missing = said(&folder.path().join("no/report.json"));
        assert!(
            missing.contains("No such file or directory") && !missing.contains(".nmp-console-"),
            "{missing}"
        );
    }
}
