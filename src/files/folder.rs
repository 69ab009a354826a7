//! Folders: made for their owner only, and looked into without taking one that is closed for one that is empty.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// Returns the folder that `path` lies in.
pub fn of_path(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Returns whether something is at `path`.
///
/// # Errors
/// If that cannot be told: in a folder that may not be looked into there may be anything.
pub fn holds(path: &Path) -> io::Result<bool> {
    match path.try_exists() {
        Err(error) if is_absence(&error) => Ok(false),
        told => told,
    }
}

/// Returns whether something could not be reached because it is not there; below a file there can be nothing.
pub fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Checks that there is a folder for a file at `path`.
///
/// # Errors
/// Says that there is none, or what the system said.
pub fn require_folder_of(path: &Path) -> io::Result<()> {
    match of_path(path).metadata() {
        Ok(found) if found.is_dir() => Ok(()),
        Err(error) if !is_absence(&error) => Err(error),
        Ok(_) | Err(_) => Err(io::Error::new(io::ErrorKind::NotFound, "its folder does not exist")),
    }
}

/// Puts the names in a folder on the disk, where that can be asked for.
///
/// # Errors
/// Says what the system said.
pub fn settle(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Finds out whether the folder at `path` could be made: another one is, where it or the first above it would be, and is
/// gone again.
///
/// # Errors
/// Says what the system said.
pub fn could_make_folder(path: &Path) -> io::Result<()> {
    let mut above = path.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    let above = above
        .find(|folder| holds(folder).unwrap_or(true))
        .unwrap_or(Path::new("."));
    let trial = tempfile::Builder::new().prefix(".nmp-console-").tempdir_in(above);
    // The library names its own folder, which says nothing to anybody.
    trial.map_err(|error| io::Error::from(error.kind()))?.close()
}

/// Makes the folder at `path` and those above it, as far as they are not there: for their owner only, who is the owner
/// of the folder above.
///
/// # Errors
/// Says what the system said.
pub fn make_folder(path: &Path) -> io::Result<()> {
    use super::owner::Owner;
    use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|folder| !holds(folder).unwrap_or(true))
        .collect();
    let missing: Vec<&Path> = missing
        .into_iter()
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect();
    let Some(highest) = missing.last() else {
        // Somebody else may have made it just now.
        return if path.is_dir() {
            Ok(())
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        };
    };
    let above = of_path(highest);
    let owner = Owner::of_place(above);
    let folder = OFlags::DIRECTORY | OFlags::CLOEXEC;
    // Each is made in the open folder above it, so that a link put there meanwhile leads nowhere.
    let mut inside = File::from(openat(CWD, above, folder, Mode::empty())?);
    for path in missing.into_iter().rev() {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let is_made = match mkdirat(&inside, name, Mode::RWXU) {
            Ok(()) => true,
            Err(rustix::io::Errno::EXIST) => false,
            Err(error) => return Err(error.into()),
        };
        let flags = if is_made { folder | OFlags::NOFOLLOW } else { folder };
        inside = File::from(openat(&inside, name, flags, Mode::empty())?);
        if let Some(owner) = owner.filter(|_| is_made) {
            owner.take_new(&inside);
        }
    }
    Ok(())
}

/// Waits for one's turn to replace a file in a folder, which lasts until what is returned is dropped: a file that is
/// replaced cannot be what is locked. Where there are no locks, nobody is waited for.
///
/// # Errors
/// If others have it to the end, or the folder cannot be opened.
pub fn take_turn(folder: &Path, within: Duration) -> io::Result<File> {
    let opened = File::open(folder)?;
    match super::wait_for_lock(&opened, within) {
        Ok(()) | Err(TryLockError::Error(_)) => Ok(opened),
        Err(TryLockError::WouldBlock) => {
            let words = "another program is writing in its folder";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_made_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        make_folder(&path).unwrap();
        make_folder(&path).unwrap();
        for made in [path.as_path(), &folder.path().join("a")] {
            assert_eq!(std::fs::metadata(made).unwrap().permissions().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn says_what_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        for path in [file.clone(), file.join("a"), file.join("a/b")] {
            assert_eq!(make_folder(&path).unwrap_err().kind(), io::ErrorKind::NotADirectory);
            assert_eq!(
                could_make_folder(&path).unwrap_err().kind(),
                io::ErrorKind::NotADirectory
            );
        }
        assert!(!holds(&file.join("a")).unwrap() && holds(&file).unwrap());
    }

    #[test]
    fn a_trial_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("a/b/c"), folder.path().to_owned()] {
            could_make_folder(&path).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_cannot_be_looked_into_is_not_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let circle = folder.path().join("circle");
        // Closed to root, too.
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(holds(&circle.join("config.yaml")).is_err());
    }
}
