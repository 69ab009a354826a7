//! Puts a new file in the place of an old one at one stroke: whoever reads sees the one or the other, whole.

use super::super::platform::WRITING;
use crate::files::{self, Draft, Owner};
use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The new file is there.
    Done,
    /// The old file is not what it was any more, and was left alone.
    Changed,
    /// The new file is there, but in that very moment somebody wrote this into the old one.
    Overtaken(Vec<u8>),
}

/// How often a writer in place is looked after before what it left is taken as it is.
const LOOKS: usize = 20;
/// Links that lead to links: as many as systems follow.
const LINKS: usize = 40;

/// Returns where the file really lies: the end of the links, even if nothing is there.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = match path.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    resolved_folder(&path)
}

/// Returns the path with the links in its folder followed, but not its own.
pub(super) fn resolved_folder(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
    match (folder, absolute.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => absolute,
    }
}

/// Puts `after` in the place of `before`, of nothing if that is `None`. A link stays and leads to the new file.
///
/// # Errors
/// If the system says no; then the old file is as it was.
pub(super) fn put(path: &Path, before: Option<&[u8]>, after: &[u8]) -> io::Result<Outcome> {
    let new = prepare(path, after)?;
    let path = new.target().to_owned();
    let folder = files::folder_of(&path);
    let Some(before) = before else {
        return match new.put_new() {
            Ok(()) => {
                settle(folder);
                Ok(Outcome::Done)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Outcome::Changed),
            Err(error) => Err(error),
        };
    };
    let mut old = match files::open(&path, files::CONFIG) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Outcome::Changed),
        Err(error) => return Err(error),
    };
    if content(&mut old)? != before {
        return Ok(Outcome::Changed);
    }
    keep_owner(&path, new.as_file())?;
    new.put()?;
    settle(folder);
    written_meanwhile(&mut old, before)
}

/// Writes `after` beside `path`, from where it can be put in its place; dropped before, it is gone again.
///
/// # Errors
/// If the system says no.
pub(super) fn prepare(path: &Path, after: &[u8]) -> io::Result<Draft> {
    let path = resolved(path);
    files::make_folder(files::folder_of(&path))?;
    let mut new = Draft::of(&path)?;
    new.write_all(after)?;
    new.as_file().sync_all()?;
    Ok(new)
}

/// Finds out whether `after` could be put at `path`; nothing of that is left.
///
/// # Errors
/// If the system says no.
pub(super) fn rehearse(path: &Path, after: &[u8]) -> io::Result<()> {
    let folder = resolved(path);
    let folder = files::folder_of(&folder);
    if folder.is_dir() {
        return prepare(path, after).map(drop);
    }
    files::could_make_folder(folder)
}

/// Makes sure that the new file is its owner's, as a draft is where the system lets it be given away. Where it does not,
/// the old file stays: the owner could not read the new one any more.
fn keep_owner(path: &Path, new: &File) -> io::Result<()> {
    Owner::of_place(path).map_or(Ok(()), |owner| owner.take(new))
}

/// A new name lasts only when its folder is on the disk too; where that cannot be asked for, it will be soon.
fn settle(folder: &Path) {
    let _ = files::settle(folder);
}

/// Whoever opened the old file before it was replaced, and writes now, writes where nobody reads any more.
fn written_meanwhile(old: &mut File, before: &[u8]) -> io::Result<Outcome> {
    let mut seen = content(old)?;
    if seen == before {
        return Ok(Outcome::Done);
    }
    for _ in 0..LOOKS {
        std::thread::sleep(WRITING);
        let now = content(old)?;
        if now == seen && !now.is_empty() {
            break;
        }
        seen = now;
    }
    Ok(if seen.trim_ascii().is_empty() {
        Outcome::Done
    } else {
        Outcome::Overtaken(seen)
    })
}

fn content(file: &mut File) -> io::Result<Vec<u8>> {
    file.rewind()?;
    files::read_open(file, files::CONFIG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_file_stays_its_owners_or_is_not_replaced() {
        use std::os::unix::fs::{MetadataExt as _, chown};
        let new = tempfile::tempfile().unwrap();
        if rustix::process::geteuid().is_root() {
            let old = tempfile::NamedTempFile::new().unwrap();
            chown(old.path(), Some(54_321), None).unwrap();
            keep_owner(old.path(), &new).unwrap();
            assert_eq!(new.metadata().unwrap().uid(), 54_321);
        } else {
            // The root of the file system is nobody's who runs tests.
            keep_owner(Path::new("/"), &new).unwrap_err();
        }
    }

    /// A writer in place that opened the file before it was replaced, and writes after it.
    #[test]
    fn what_is_written_into_a_replaced_file_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yaml");
        std::fs::write(&path, "a: 1\n").unwrap();
        let mut old = File::open(&path).unwrap();
        let mut writer = File::options().write(true).open(&path).unwrap();
        assert_eq!(put(&path, Some(b"a: 1\n"), b"a: 2\n").unwrap(), Outcome::Done);
        assert_eq!(written_meanwhile(&mut old, b"a: 1\n").unwrap(), Outcome::Done);
        writer.set_len(0).unwrap();
        writer.write_all(b"a: 3\n").unwrap();
        let outcome = written_meanwhile(&mut old, b"a: 1\n").unwrap();
        assert_eq!(outcome, Outcome::Overtaken(b"a: 3\n".to_vec()));
        assert_eq!(std::fs::read(&path).unwrap(), b"a: 2\n");
    }
}
