//! Where an export goes: standard output, a file, or a folder with one file for each workspace.

use crate::cli::Failure;
use crate::cli::output::{Clash, Output};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// What stays as it is in the name of a file; no such name begins with a dot, which would hide it.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

#[derive(Debug)]
pub(super) enum Place {
    Out,
    File(Output),
    Folder(Folder),
}

impl Place {
    /// Makes sure that something can be written there.
    pub(super) fn of(path: Option<&Path>, clash: Clash) -> Result<Self, Failure> {
        // A single dash is how standard output is called; a file of that name is ./-
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Self::Out);
        };
        if path.is_dir() {
            let folder = path.to_owned();
            return Ok(Self::Folder(Folder { folder, clash }));
        }
        if path.as_os_str().to_string_lossy().ends_with('/') {
            let path = SafeText::new(&path.to_string_lossy());
            return Err(Failure::Local(format!(
                "cannot write into {path}: there is no such folder"
            )));
        }
        Output::at(path, clash).map(Self::File)
    }
}

#[derive(Debug)]
pub(super) struct Folder {
    folder: PathBuf,
    clash: Clash,
}

impl Folder {
    /// Writes all files, or none where one is there that must stay.
    pub(super) fn write<'w>(
        &self,
        workspaces: impl Iterator<Item = (&'w WorkspaceName, String)> + Clone,
    ) -> Result<(), Failure> {
        let path = |name: &WorkspaceName| self.folder.join(file_name(name));
        let must_stay = workspaces.clone().filter(|_| self.clash == Clash::Refuse);
        for (name, _) in must_stay {
            drop(Output::at(&path(name), self.clash)?);
        }
        // One after the other: there may be more than can be open at a time.
        for (name, text) in workspaces {
            let output = Output::at(&path(name), self.clash)?;
            output.write(|out| out.write_all(text.as_bytes()))?;
        }
        Ok(())
    }
}

fn file_name(workspace: &WorkspaceName) -> String {
    format!("{}.toml", utf8_percent_encode(workspace.raw(), PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ml-team", "ml-team.toml")]
    #[case(".x", "%2Ex.toml")]
    #[case("Zoë b", "Zo%C3%AB%20b.toml")]
    fn a_file_is_called_like_its_workspace(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(file_name(&WorkspaceName::from_platform(name)), expected);
    }
}
