//! Access files: one file, or all that lie in a folder.

use super::Error;
use crate::access::Wishes;
use crate::domain::parsing::without_mark;
use crate::domain::text::SafeText;
use crate::files;
use std::io;
use std::path::{Path, PathBuf};

/// How an access file is called in a folder.
const ENDING: &str = ".toml";
/// How many files of a folder are read at most, and how much they may hold in all.
const MOST_FILES: usize = 10_000;
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// The texts of access files, each with the name it was read by.
pub type Texts = Vec<(SafeText, String)>;

/// Reads the file at `path`, or every `*.toml` in the folder there, by name. Blocks.
///
/// # Errors
/// Says what cannot be read, and why.
pub fn read(path: &Path) -> Result<Texts, Error> {
    let found = files(path)?;
    let mut texts = Texts::with_capacity(found.len());
    let mut n_bytes = 0;
    for file in found {
        let read = text(&file)?;
        n_bytes += read.1.len();
        if n_bytes > MOST_BYTES {
            let why = format!("its files are larger than {} MiB in all", MOST_BYTES / 1024 / 1024);
            return Err(cannot_read(path, &io::Error::other(why)));
        }
        texts.push(read);
    }
    Ok(texts)
}

/// Returns the file at `path`, or every `*.toml` in the folder there, by name. Blocks.
///
/// # Errors
/// If the folder cannot be read, or holds no such file.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let found = files::listed(path, ENDING, MOST_FILES).map_err(|why| cannot_read(path, &why))?;
    if found.is_empty() {
        let why = io::Error::other(format!("it holds no {ENDING} file"));
        return Err(cannot_read(path, &why));
    }
    Ok(found)
}

/// Returns what the texts say.
///
/// # Errors
/// Names everything that is wrong in them.
pub fn parsed(path: &Path, texts: &[(SafeText, String)]) -> Result<Wishes, Error> {
    let name = SafeText::new(&path.to_string_lossy());
    Wishes::parse(texts).map_err(|problems| Error::Wrong { place: name, problems })
}

fn text(path: &Path) -> Result<(SafeText, String), Error> {
    let bytes = files::read(path, files::PLAN).map_err(|why| cannot_read(path, &why))?;
    let is_plan = without_mark(&bytes).trim_ascii_start().starts_with(b"{");
    if !is_plan {
        let fits = files::WISHES.require(bytes.len());
        fits.map_err(|why| cannot_read(path, &why))?;
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        let words = match without_mark(error.as_bytes()) {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is UTF-16: save it as UTF-8".to_owned(),
            _ => format!("line {line} contains bytes that are not UTF-8"),
        };
        cannot_read(path, &io::Error::other(words))
    })?;
    Ok((SafeText::new(&path.to_string_lossy()), text))
}

fn cannot_read(path: &Path, why: &io::Error) -> Error {
    let path = SafeText::new(&path.to_string_lossy());
    if why.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) {
        return Error::Unusable(format!("cannot read {path}: it is a link that leads back to itself"));
    }
    Error::Unusable(format!("cannot read {path}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::not_text(b"schema = 1\n# \xff\n", "line 2 contains bytes that are not UTF-8")]
    #[case::utf_16(b"\xff\xfes\0c\0", "it is UTF-16: save it as UTF-8")]
    fn what_is_no_text_is_refused(#[case] bytes: &[u8], #[case] said: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, bytes).unwrap();
        let refused = read(&path).unwrap_err().to_string();
        assert!(refused.ends_with(said), "{refused}");
    }

    #[test]
    fn a_link_in_a_circle_a_large_file_and_an_empty_folder_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let said = |path: &Path| read(path).unwrap_err().to_string();
        assert!(said(folder.path()).ends_with("it holds no .toml file"));
        let path = folder.path().join("a.toml");
        std::os::unix::fs::symlink(&path, &path).unwrap();
        for path in [path.as_path(), folder.path()] {
            assert!(said(path).ends_with("a.toml: it is a link that leads back to itself"));
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::File::create(&path).unwrap().set_len(17 * 1024 * 1024).unwrap();
        assert!(said(folder.path()).ends_with("it is larger than 16 MiB, too large for such a file"));
    }

    /// What `plan` writes, `apply` reads, however much it is.
    #[test]
    fn a_plan_may_be_larger_than_an_access_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        let large = format!("\u{feff} {{{}}}", " ".repeat(17 * 1024 * 1024));
        std::fs::write(&path, &large).unwrap();
        assert_eq!(read(&path).unwrap()[0].1, large);
        std::fs::File::create(&path)
            .unwrap()
            .set_len(129 * 1024 * 1024)
            .unwrap();
        let said = read(&path).unwrap_err().to_string();
        assert!(
            said.ends_with("it is larger than 128 MiB, too large for such a file"),
            "{said}"
        );
    }

    #[test]
    fn a_folder_is_read_by_the_names_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let texts = read(folder.path()).unwrap();
        let texts: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a.toml", "b.toml"]);
    }
}
