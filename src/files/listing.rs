//! What lies in a folder: the files of one kind, in order.

use std::io;
use std::path::{Path, PathBuf};

/// Returns the regular files in `folder` whose names end with `ending` (`.toml`), by name, also those that a link leads to.
/// Hidden ones are not among them, nor is what would be waited for, such as a pipe; a link that leads nowhere is, so that
/// whoever reads it says so.
///
/// # Errors
/// Says what the system said, or that there are more than `most`.
pub fn listed(folder: &Path, ending: &str, most: usize) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || !name.ends_with(ending) {
            continue;
        }
        if std::fs::metadata(entry.path()).is_ok_and(|about| !about.is_file()) {
            continue;
        }
        if found.len() == most {
            return Err(io::Error::other(format!("there are more than {most} files in it")));
        }
        found.push(entry.path());
    }
    found.sort();
    Ok(found)
}

/// Returns the names in `folder` that are not hidden, each with whether it is a folder, in order; of a folder with more
/// than `most` of them any that many, and that there are more. What is neither a file nor a folder is not among them.
///
/// # Errors
/// Says what the system said.
pub fn browsed(folder: &Path, most: usize) -> io::Result<(Vec<(String, bool)>, bool)> {
    let mut found = Vec::new();
    let mut is_more = false;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (Ok(name), Ok(about)) = (entry.file_name().into_string(), std::fs::metadata(entry.path())) else {
            continue;
        };
        if name.starts_with('.') || !(about.is_file() || about.is_dir()) {
            continue;
        }
        if found.len() == most {
            is_more = true;
            break;
        }
        found.push((name, about.is_dir()));
    }
    found.sort();
    Ok((found, is_more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::{CWD, FileType, Mode, mknodat};

    #[test]
    fn browses_files_and_folders_and_nothing_that_would_be_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.json", ".hidden"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("access")).unwrap();
        mknodat(CWD, folder.path().join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let (found, is_more) = browsed(folder.path(), 3).unwrap();
        assert!(!is_more);
        let names: Vec<(&str, bool)> = found
            .iter()
            .map(|(name, is_folder)| (name.as_str(), *is_folder))
            .collect();
        assert_eq!(names, [("a.json", false), ("access", true), ("b.toml", false)]);
        let (found, is_more) = browsed(folder.path(), 2).unwrap();
        assert_eq!((found.len(), is_more), (2, true));
        assert!(browsed(&folder.path().join("none"), 2).is_err());
    }

    #[test]
    fn lists_what_ends_alike_by_name_and_nothing_hidden() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", ".c.toml", "a.toml~", "README.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("d.toml")).unwrap();
        mknodat(CWD, folder.path().join("f.toml"), FileType::Fifo, Mode::RUSR, 0).unwrap();
        let circle = folder.path().join("e.toml");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        let found = listed(folder.path(), ".toml", 3).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["a.toml", "b.toml", "e.toml"]);
        let many = listed(folder.path(), ".toml", 2).unwrap_err();
        assert_eq!(many.to_string(), "there are more than 2 files in it");
    }
}
