//! Columns and saved views are written into the console's own file.

use crate::app::msg::{Answer, Msg, Ticket};
use crate::app::views::{Edit, FILE, Unkept, Views, edited};
use crate::background::blocking;
use crate::domain::text::SafeText;
use crate::files::{self, Draft};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long another console is waited for: it writes a few lines.
const PATIENCE: Duration = Duration::from_secs(5);

/// Makes one change of what is kept, in the file as it is by now.
pub(in crate::runtime) async fn keep_views(path: Option<PathBuf>, ticket: Ticket, edit: Edit) -> Option<Msg> {
    let own = edit.clone();
    let kept = blocking(move || match path {
        Some(path) => keep(&path, &own),
        None => Err(SafeText::new(&format!(
            "there is no folder for {FILE}: neither HOME nor XDG_CONFIG_HOME is set"
        ))
        .into()),
    })
    .await;
    let answer = Answer::ViewsKept(Box::new(edit), kept);
    Some(Msg::Answered { ticket, answer })
}

/// Blocks on the disk.
fn keep(path: &Path, edit: &Edit) -> Result<Views, Unkept> {
    let name = SafeText::new(&path.to_string_lossy());
    let failed = |what: &str, why: &dyn std::fmt::Display| SafeText::new(&format!("{what} {name}: {why}"));
    files::make_folder(files::folder_of(path)).map_err(|why| failed("cannot create the folder of", &why))?;
    // Where the file is a link, what it leads to is written, and stays a link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = files::folder_of(&target);
    let _turn = files::take_turn(folder, PATIENCE).map_err(|why| failed("cannot write", &why))?;
    let text = read(&target).map_err(|why| failed("cannot read", &why))?;
    let (after, views) = edited(&text, edit).map_err(|unkept| Unkept {
        why: failed("cannot change", &unkept.why),
        ..unkept
    })?;
    files::NOTE
        .require(after.len())
        .map_err(|why| failed("cannot write", &why))?;
    if after != text {
        write(&target, &after).map_err(|why| failed("cannot write", &why))?;
    }
    Ok(views)
}

fn read(path: &Path) -> io::Result<String> {
    match files::read(path, files::NOTE) {
        Ok(bytes) => String::from_utf8(bytes)
            .map_err(|_error| io::Error::new(io::ErrorKind::InvalidData, "it contains bytes that are not UTF-8")),
        Err(error) if files::is_absence(&error) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = Draft::of(path)?;
    draft.write_all(text.as_bytes())?;
    draft.as_file().sync_all()?;
    draft.put()?;
    // The name is there already; that it is on the disk, too, is not worth a failure.
    let _ = files::settle(files::folder_of(path));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::columns::ListKind;
    use crate::app::views::{Chosen, Taken, View};
    use pretty_assertions::assert_eq;
    use std::os::unix::fs::PermissionsExt as _;

    fn view(name: &str) -> Edit {
        let view = View {
            name: name.to_owned(),
            filter: Some("team".to_owned()),
            sort: Vec::new(),
            columns: None,
        };
        Edit::Put(ListKind::Workspaces, view, Taken::Unasked)
    }

    #[test]
    fn the_file_is_made_with_its_folder_for_its_owner_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("nmp-console/views.toml");
        let views = keep(&path, &view("mine")).unwrap();
        assert_eq!(views.all().count(), 1);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(Views::parse(&text).unwrap(), views);
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(files.count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_another_console_has_saved_meanwhile_stays() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.toml");
        let writers = (0..8).map(|n| {
            let path = path.clone();
            std::thread::spawn(move || keep(&path, &view(&format!("v{n}"))).map(drop))
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.join().unwrap().unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(Views::parse(&text).unwrap().all().count(), 8, "{text}");
    }

    #[test]
    fn columns_that_two_consoles_choose_are_both_kept() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.toml");
        let hiding = |hidden: &str| {
            let shown = ListKind::Members.usual().filter(|name| *name != hidden);
            let chosen = Chosen {
                before: None,
                after: Some(shown.collect()),
            };
            Edit::Columns(ListKind::Members, chosen)
        };
        keep(&path, &hiding("kind")).unwrap();
        keep(&path, &hiding("granted")).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("columns = [\"principal\", \"roles\", \"by\"]"), "{text}");
    }

    #[test]
    fn a_broken_file_is_left_alone_and_named() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("views.toml");
        for text in ["[workspaces\n", "[nothing]\n"] {
            std::fs::write(&path, text).unwrap();
            let told = keep(&path, &view("mine")).unwrap_err().why.to_string();
            assert!(
                told.starts_with("cannot change ") && told.contains("views.toml: line 1"),
                "{told}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        std::fs::write(&path, b"\xff").unwrap();
        let told = keep(&path, &view("mine")).unwrap_err().why.to_string();
        assert!(told.ends_with("it contains bytes that are not UTF-8"), "{told}");
    }

    #[test]
    fn a_place_that_cannot_be_written_to_is_named() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let told = keep(&file.join("views.toml"), &view("mine"))
            .unwrap_err()
            .why
            .to_string();
        assert!(
            told.starts_with("cannot create the folder of ") && told.contains("views.toml"),
            "{told}"
        );
        let folder = home.path().join("closed");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
        let kept = keep(&folder.join("views.toml"), &view("mine"));
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        // Nothing is closed to root.
        if !rustix::process::geteuid().is_root() {
            let told = kept.unwrap_err().why.to_string();
            assert!(
                told.starts_with("cannot write ") && told.contains("views.toml"),
                "{told}"
            );
        }
    }

    #[test]
    fn a_link_stays_one() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("dotfiles.toml"), home.path().join("views.toml"));
        std::fs::write(&real, "# mine\n").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        keep(&link, &view("mine")).unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(std::fs::read_to_string(&real).unwrap().starts_with("# mine\n"));
    }
}
