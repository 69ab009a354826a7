//! Access files that are there already, and are brought up to what there is now.

use super::{require_anything, tell_of, write_to};
use crate::access::{Wishes, update};
use crate::audit::Snapshot;
use crate::cli::output::{Clash, Output};
use crate::cli::planning::refused;
use crate::cli::{Failure, tell};
use crate::domain::address::BaseUrl;
use crate::domain::command::typed;
use crate::domain::glob::{Globs, escaped};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::{SafeText, counted, grouped};
use crate::planning::wishes;
use std::collections::HashSet;
use std::path::Path;

/// A file, or all files of a folder.
#[derive(Debug)]
pub(super) struct Existing {
    /// What was named.
    name: SafeText,
    is_folder: bool,
    /// What all files say.
    wishes: Wishes,
    files: Vec<Old>,
}

/// A file that is there already.
#[derive(Debug)]
struct Old {
    name: SafeText,
    text: String,
    wishes: Wishes,
    output: Output,
}

impl Existing {
    /// Reads the files, and makes sure that they can be written. Blocks.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let places = wishes::files(path).map_err(refused)?;
        // Before they are read: what cannot be written may be a pipe, and that would be waited for.
        let outputs = places.iter().map(|place| Output::at(place, Clash::Update));
        let outputs: Vec<Output> = outputs.collect::<Result<_, _>>()?;
        let texts = wishes::read(path).map_err(refused)?;
        // What is wrong only in all of them together is told, too.
        let all = wishes::parsed(path, &texts).map_err(refused)?;
        let files = places.iter().zip(outputs).zip(texts);
        let files = files.map(|((place, output), (name, text))| {
            let said = [(name, text)];
            let wishes = wishes::parsed(place, &said).map_err(refused)?;
            let [(name, text)] = said;
            Ok(Old {
                name,
                text,
                wishes,
                output,
            })
        });
        Ok(Self {
            name: SafeText::new(&path.to_string_lossy()),
            is_folder: path.is_dir(),
            wishes: all,
            files: files.collect::<Result<_, Failure>>()?,
        })
    }

    /// Returns what matches the workspaces that the files name.
    pub(super) fn named(&self) -> Globs {
        Globs::names(self.wishes.workspaces.iter().map(|wish| wish.workspace.raw()))
    }

    /// Makes sure that the files are about this platform.
    pub(super) fn require_server(&self, server: &BaseUrl) -> Result<(), Failure> {
        let named = self.wishes.server.as_deref().map(BaseUrl::parse);
        let Some(Ok(named)) = named.filter(|named| named.as_ref() != Ok(server)) else {
            return Ok(());
        };
        let (name, named, here) = (&self.name, named.shown(), server.shown());
        Err(Failure::Local(format!(
            "{name} is about {named}, and this is {here}: nothing was done"
        )))
    }

    /// Mends all files, or none where one of them cannot be mended. Waits for the disk.
    pub(super) fn bring_up(self, snapshot: &Snapshot, workspaces: Option<&Globs>) -> Result<String, Failure> {
        if snapshot.coverage.stopped.is_some() {
            let text = format!("not everything was read: {} stays as it was", self.name);
            tell(&SafeText::new(&text));
            return Ok(String::new());
        }
        let is_meant = |name: &WorkspaceName| workspaces.is_none_or(|globs| globs.matches(name.raw()));
        let mut left = Vec::new();
        let mut mended = Vec::new();
        let n_all = self.files.len();
        for old in self.files {
            let named: HashSet<&WorkspaceName> = old.wishes.workspaces.iter().map(|wish| &wish.workspace).collect();
            // To which of several files another workspace belongs, nobody can tell.
            let concerns = |name: &WorkspaceName| is_meant(name) && (!self.is_folder || named.contains(name));
            let updated = update(&old.text, &old.wishes, snapshot, concerns);
            let updated = updated.map_err(|why| Failure::Local(format!("{} stays as it was: {why}", old.name)))?;
            left.extend(updated.left);
            if updated.text != old.text {
                mended.push((old, updated.text));
            }
        }
        if self.is_folder {
            left.extend(in_no_file(&self.name, &self.wishes, snapshot, is_meant));
        }
        tell_of(&left.iter().collect::<Vec<_>>());
        require_anything(snapshot)?;
        let n_mended = mended.len();
        write_all(mended)?;
        Ok(match (self.is_folder, n_mended) {
            (_, 0) => "nothing has changed".to_owned(),
            (false, _) => "the file was brought up to date".to_owned(),
            (true, n) => format!("{} of {} brought up to date", grouped(n), counted(n_all, "file")),
        })
    }
}

impl Old {
    /// Makes sure that it is as it was read: somebody may have it open in an editor.
    fn require_unchanged(&self) -> Result<(), Failure> {
        let now = wishes::read(self.output.target()).map_err(refused)?;
        if now.first().map(|(_, now)| now) == Some(&self.text) {
            return Ok(());
        }
        Err(Failure::Local(format!(
            "{} was changed while the platform was read: try again",
            self.name
        )))
    }
}

/// Writes all files, or none where one of them is not as it was read. Where the disk fails all the same, it is told which
/// of them were written.
fn write_all(mended: Vec<(Old, String)>) -> Result<(), Failure> {
    for (old, _) in &mended {
        old.require_unchanged()?;
    }
    let names: Vec<String> = mended.iter().map(|(old, _)| old.name.to_string()).collect();
    for (n_written, (old, text)) in mended.into_iter().enumerate() {
        write_to(old.output, &text).map_err(|why| match names.split_at(n_written) {
            ([], _) => why,
            (written, left) => Failure::Local(format!(
                "{why}; brought up to date before: {}; as before: {}",
                written.join(", "),
                left.join(", ")
            )),
        })?;
    }
    Ok(())
}

/// Returns which workspaces were asked for and stand in no file of the folder, and what to do.
fn in_no_file(
    folder: &SafeText,
    wishes: &Wishes,
    snapshot: &Snapshot,
    is_meant: impl Fn(&WorkspaceName) -> bool,
) -> Vec<SafeText> {
    let named: HashSet<&WorkspaceName> = wishes.workspaces.iter().map(|wish| &wish.workspace).collect();
    let new = snapshot.reported_workspaces().map(|(_, workspace)| &workspace.name);
    let new = new.filter(|name| is_meant(name) && !named.contains(name));
    let told = new.map(|name| {
        let (glob, into) = (typed(&escaped(name.raw())), typed(folder.as_str()));
        let command = glob.zip(into).map_or_else(String::new, |(glob, into)| {
            format!(", and this writes one: nmp-console export --workspace {glob} --output {into}")
        });
        let text = format!("workspace '{}': it is in no file of {folder}{command}", name.shown());
        SafeText::new(&text)
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use std::fs::{read_dir, read_to_string, remove_file, write};
    use tempfile::TempDir;

    const BEFORE: &str = "schema = 1\nserver = 'https://x'\n";

    /// A folder with two files, and what is to be written into each. Without its draft, `b.toml` cannot be written.
    fn mended(has_draft: bool) -> (TempDir, Vec<(Old, String)>) {
        let folder = tempfile::tempdir().unwrap();
        let read = |name| {
            let path = folder.path().join(name);
            write(&path, BEFORE).unwrap();
            let old = Existing::read(&path).unwrap().files.pop().unwrap();
            (old, format!("{BEFORE}# mended\n"))
        };
        let second = read("b.toml");
        let drafts = read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        for draft in drafts.filter(|path| !has_draft && path.extension().is_none_or(|end| end != "toml")) {
            remove_file(draft).unwrap();
        }
        let all = vec![read("a.toml"), second];
        (folder, all)
    }

    #[test]
    fn nothing_is_written_where_one_of_several_files_was_changed_meanwhile() {
        let (folder, all) = mended(true);
        write(folder.path().join("b.toml"), "theirs").unwrap();
        let why = write_all(all).unwrap_err().to_string();
        assert!(
            why.ends_with("b.toml was changed while the platform was read: try again"),
            "{why}"
        );
        assert_eq!(read_to_string(folder.path().join("a.toml")).unwrap(), BEFORE);
    }

    #[test]
    fn where_a_later_file_cannot_be_written_it_is_told_which_were() {
        let (folder, all) = mended(false);
        let why = write_all(all).unwrap_err().to_string();
        let path = |name| folder.path().join(name).display().to_string();
        let told = format!(
            "; brought up to date before: {}; as before: {}",
            path("a.toml"),
            path("b.toml")
        );
        assert!(why.starts_with("cannot write ") && why.ends_with(&told), "{why}");
        assert!(read_to_string(path("a.toml")).unwrap().ends_with("# mended\n"));
        assert_eq!(read_to_string(path("b.toml")).unwrap(), BEFORE);
    }
}
