//! What lies in a folder: the files of one kind, in order.

use std::io;
use std::path::{Path, PathBuf};

/// Returns the files in `folder` whose names end with `ending` (`.toml`), by name. Hidden ones and folders are not among
/// them; what a link leads to is found out when it is read.
///
/// # Errors
/// Says what the system said, or that there are more than `most`.
pub fn listed(folder: &Path, ending: &str, most: usize) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || !name.ends_with(ending) || entry.path().is_dir() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_ends_alike_by_name_and_nothing_hidden() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", ".c.toml", "a.toml~", "README.md"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        std::fs::create_dir(folder.path().join("d.toml")).unwrap();
        let circle = folder.path().join("e.toml");
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        let found = listed(folder.path(), ".toml", 3).unwrap();
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(names, ["a.toml", "b.toml", "e.toml"]);
        let many = listed(folder.path(), ".toml", 2).unwrap_err();
        assert_eq!(many.to_string(), "there are more than 2 files in it");
    }
}
