//! The identifier by which some identity providers know a machine again. It is the one of the platform's CLI, in the
//! CLI's file: to the provider both are the same machine.

use super::error::Error;
use crate::config::Env;
use crate::files::{self, Draft};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Returns where it lies; `None` where there is no home.
pub fn path(env: &Env) -> Option<PathBuf> {
    let state = match env.path("XDG_STATE_HOME") {
        Some(state) => state,
        None => env.home()?.join(".local").join("state"),
    };
    Some(state.join("nhx").join("oidc-device-id"))
}

/// Reads it, or makes one and keeps it. Blocks on the disk.
///
/// # Errors
/// If it can neither be read nor kept: one that changes with each login would be a new machine each time.
pub fn load(path: &Path) -> Result<String, Error> {
    find_or_make(path).map_err(|source| Error::DeviceId {
        path: path.to_owned(),
        source,
    })
}

fn find_or_make(path: &Path) -> io::Result<String> {
    let known = match files::read(path, files::NOTE) {
        Ok(known) => known,
        Err(error) if files::is_absence(&error) => Vec::new(),
        Err(error) => return Err(error),
    };
    match Uuid::try_parse_ascii(known.trim_ascii()) {
        Ok(known) => Ok(known.to_string()),
        Err(_) => make(path),
    }
}

fn make(path: &Path) -> io::Result<String> {
    files::make_folder(files::folder_of(path))?;
    let id = Uuid::new_v4().to_string();
    let mut file = Draft::of(path)?;
    writeln!(file, "{id}")?;
    file.put()?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn keeps_the_identifier_it_made_and_takes_the_one_it_finds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nhx").join("oidc-device-id");
        let made = load(&path).unwrap();
        assert_eq!(load(&path).unwrap(), made);
        fs::write(&path, "6F9619FF-8B86-D011-B42D-00CF4FC964FF\n").unwrap();
        assert_eq!(load(&path).unwrap(), "6f9619ff-8b86-d011-b42d-00cf4fc964ff");
        fs::write(&path, "no identifier").unwrap();
        let another = load(&path).unwrap();
        assert!(Uuid::parse_str(&another).is_ok() && another != made);
    }

    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state").join("nhx").join("oidc-device-id");
        load(&path).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[test]
    fn says_where_it_cannot_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        fs::write(&in_the_way, "").unwrap();
        let error = load(&in_the_way.join("nhx").join("oidc-device-id")).unwrap_err();
        assert!(error.to_string().contains("oidc-device-id"), "{error}");
    }
}
