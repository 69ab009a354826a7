//! Puts a new file in the place of an old one at one stroke: whoever reads sees the one or the other, whole.

use super::super::platform::WRITING;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

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

/// Makes the folder of `path`, for its owner only, if it is not there.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

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
    let path = resolved(path);
    let folder = folder_of(&path);
    let Some(before) = before else {
        return match new.persist_noclobber(&path) {
            Ok(_) => {
                settle(folder);
                Ok(Outcome::Done)
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Outcome::Changed),
            Err(error) => Err(error.error),
        };
    };
    let mut old = match File::open(&path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Outcome::Changed),
        Err(error) => return Err(error),
    };
    if content(&mut old)? != before {
        return Ok(Outcome::Changed);
    }
    keep_owner(&old, new.as_file())?;
    new.persist(&path).map_err(|error| error.error)?;
    settle(folder);
    written_meanwhile(&mut old, before)
}

/// Writes `after` beside `path`, from where it can be put in its place; dropped before, it is gone again.
///
/// # Errors
/// If the system says no.
pub(super) fn prepare(path: &Path, after: &[u8]) -> io::Result<NamedTempFile> {
    let path = resolved(path);
    make_folder(&path)?;
    // Readable by its owner only from the start.
    let mut new = tempfile::Builder::new()
        .prefix(".config.")
        .suffix(".tmp")
        .tempfile_in(folder_of(&path))?;
    new.write_all(after)?;
    new.as_file().sync_all()?;
    Ok(new)
}

fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Under `sudo`, with the home of somebody else, the file would become root's, and its owner could not read it any more.
#[cfg(unix)]
fn keep_owner(old: &File, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let (was, is) = (old.metadata()?, new.metadata()?);
    if was.uid() == is.uid() {
        return Ok(());
    }
    fchown(new, Some(was.uid()), Some(was.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_old: &File, _new: &File) -> io::Result<()> {
    Ok(())
}

/// A new name lasts only when its folder is on the disk too; where that cannot be asked for, it will be soon.
fn settle(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
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
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

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
