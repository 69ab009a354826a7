//! The file a report goes to: written whole beside it and moved into place, for its owner alone. What is there already is
//! replaced only where that was asked for.

use super::Failure;
use crate::domain::text::SafeText;
use crate::files::{self, Draft};
use std::io;
use std::path::Path;

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Clash {
    Refuse,
    Replace,
    /// It is replaced by what it becomes: whoever could read it still can.
    Update,
}

/// A file that will be there, whole, or stay as it was.
#[derive(Debug)]
pub(in crate::cli) struct Output {
    clash: Clash,
    /// In the same folder, so that it can be moved into place; others cannot read it.
    draft: Draft,
}

impl Output {
    /// Makes sure that a file can be written at `path`.
    pub(in crate::cli) fn at(path: &Path, clash: Clash) -> Result<Self, Failure> {
        Self::prepare(path, clash).map_err(|why| cannot_write(path, &why))
    }

    fn prepare(path: &Path, clash: Clash) -> io::Result<Self> {
        // A link is followed, so that it stays one.
        let target = match path.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            Err(error) => return Err(error),
        };
        match target.metadata() {
            Ok(found) if found.is_dir() => return Err(io::Error::other("it is a folder")),
            // Moving a file over a device would replace it for the whole system.
            Ok(found) if !found.is_file() => return Err(io::Error::other("it is not a regular file")),
            Ok(_) if clash == Clash::Refuse => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(_) | Err(_) => {}
        }
        if target.file_name().is_none() {
            return Err(io::Error::other("it does not name a file"));
        }
        let advised = |why: io::Error, what| io::Error::new(why.kind(), format!("{why}; {what}"));
        files::require_folder_of(&target).map_err(|why| advised(why, "create it, or name a file in another one"))?;
        Ok(Self {
            clash,
            draft: Draft::of_report(&target).map_err(|why| advised(why, "name a file in another one"))?,
        })
    }

    /// Returns where a report goes whose reading did not come to its end: what is there already may be a better one, so
    /// it stays, and the report goes beside it.
    pub(in crate::cli) fn for_a_part(self) -> Result<Self, Failure> {
        let target = self.target();
        if !files::holds(target).unwrap_or(true) {
            return Ok(self);
        }
        let mut beside = target.as_os_str().to_owned();
        beside.push(".partial");
        // It is this program's own.
        Self::at(Path::new(&beside), Clash::Replace)
    }

    /// Returns the file that will be there.
    pub(in crate::cli) fn target(&self) -> &Path {
        self.draft.target()
    }

    /// Takes what `fill` writes and moves it into place.
    pub(in crate::cli) fn write(
        mut self,
        fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let target = self.target().to_owned();
        let written = fill(&mut self.draft);
        let written = written.and_then(|()| match self.clash {
            Clash::Refuse | Clash::Replace => Ok(()),
            Clash::Update => self.draft.as_file().set_permissions(target.metadata()?.permissions()),
        });
        let written = written.and_then(|()| self.draft.as_file().sync_all());
        let moved = written.and_then(|()| match self.clash {
            Clash::Refuse => self.draft.put_new(),
            Clash::Replace | Clash::Update => self.draft.put(),
        });
        moved.map_err(|why| cannot_write(&target, &why))
    }
}

fn cannot_write(path: &Path, why: &io::Error) -> Failure {
    let path = SafeText::new(&path.to_string_lossy());
    if why.kind() == io::ErrorKind::AlreadyExists {
        return Failure::Local(format!("{path} exists already: add --force to replace it"));
    }
    Failure::Local(format!("cannot write {path}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let link = folder.path().join("latest.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let output = Output::at(&link, Clash::Replace).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        output.write(|out| out.write_all(b"new")).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    /// Whether it was there from the start or came while the report was made.
    #[test]
    fn what_is_there_stays_unless_it_is_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let output = Output::at(&path, Clash::Refuse).unwrap();
        std::fs::write(&path, "theirs").unwrap();
        let late = output.write(|out| out.write_all(b"mine")).unwrap_err();
        let early = Output::at(&path, Clash::Refuse).unwrap_err();
        for refused in [late, early] {
            let words = "report.json exists already: add --force to replace it";
            assert!(refused.to_string().ends_with(words), "{refused}");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_part_goes_beside_the_file_that_is_there() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, beside) = (
            folder.path().join("report.json"),
            folder.path().join("report.json.partial"),
        );
        let write = |text: &'static str| {
            let output = Output::at(&path, Clash::Replace).unwrap().for_a_part().unwrap();
            output.write(|out| out.write_all(text.as_bytes())).unwrap();
        };
        write("there was none");
        assert!(!beside.exists());
        write("a part");
        write("another part");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "there was none");
        assert_eq!(std::fs::read_to_string(&beside).unwrap(), "another part");
        assert_eq!(std::fs::metadata(&beside).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        std::fs::remove_file(&beside).unwrap();
        std::fs::create_dir(&beside).unwrap();
        let refused = Output::at(&path, Clash::Replace).unwrap().for_a_part().unwrap_err();
        assert!(refused.to_string().ends_with("report.json.partial: it is a folder"));
    }

    #[test]
    fn what_is_not_written_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        drop(Output::at(&folder.path().join("report.json"), Clash::Refuse).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn says_at_once_what_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| Output::at(path, Clash::Refuse).unwrap_err().to_string();
        assert!(said(folder.path()).ends_with("it is a folder"));
        assert!(said(Path::new("/dev/null")).ends_with("it is not a regular file"));
        let missing = said(&folder.path().join("no/report.json"));
        assert!(
            missing.ends_with("its folder does not exist; create it, or name a file in another one"),
            "{missing}"
        );
        // Folders that are the system's own take no files, not even from root.
        if Path::new("/proc/self").exists() {
            let refused = said(Path::new("/proc/self/report.json"));
            let words = "cannot write /proc/self/report.json: no file can be created in its folder";
            assert!(refused.starts_with(words), "{refused}");
            assert!(!refused.contains("entity not found"), "{refused}");
            assert!(refused.ends_with("; name a file in another one"), "{refused}");
        }
    }
}
