//! Names of workspaces, as they were listed last: for a shell that asks what can stand at its cursor, and cannot wait
//! for a platform.
//!
//! Each place – a context and its server – has two files in the user's cache folder. One holds whose login the names were
//! listed with, and the names, one a line. The other one says by its age when they were last asked for, whatever came of
//! that, and is locked as long as somebody asks: so one process asks at a time, and once a minute at most. Whoever logs
//! in or out takes both away; who is still asking then finds its own file gone and leaves nothing behind. What nobody has
//! asked for in a month goes with the next names that are kept: its context may be gone.

use crate::domain::text::hex;
use crate::files::{self, Draft, Owner};
use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// For how long names are taken for what there is, and nobody asks again.
const FRESH: Duration = Duration::from_mins(1);
/// How long somebody else who looks, or asks, is waited for.
const MOMENT: Duration = Duration::from_secs(1);
/// For how long names are kept that nobody has asked for again: their context may be long gone.
const FORGOTTEN: Duration = Duration::from_hours(30 * 24);
/// The most places among which those are looked for.
const MOST_PLACES: usize = 10_000;
/// The most bytes of names that are kept: more of them than anybody looks through.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// The names of one place.
#[derive(Clone, Debug)]
pub struct Names {
    kept: PathBuf,
    asked: PathBuf,
}

/// Leave to ask for names: nobody else has it meanwhile.
#[derive(Debug)]
pub struct Turn {
    asked: File,
}

impl Names {
    /// Returns those of a context and its server, wherever in the cache folder of this program.
    pub fn of(folder: &Path, (context, server): (&str, &str)) -> Self {
        let sum = hex(&Sha256::digest(format!("{context}\0{server}")));
        let folder = folder.join("workspaces");
        Self {
            kept: folder.join(format!("{sum}.names")),
            asked: folder.join(format!("{sum}.asked")),
        }
    }

    /// Returns the names that were listed with this login, however long ago; nothing if none were.
    pub fn kept(&self, whose: &str) -> Option<Vec<String>> {
        let text = String::from_utf8(files::read(&self.kept, files::NAMES).ok()?).ok()?;
        let mut lines = text.lines();
        let is_theirs = lines.next() == Some(whose);
        is_theirs.then(|| lines.map(str::to_owned).collect())
    }

    /// Returns them if that is less than a minute ago.
    pub fn fresh(&self, whose: &str) -> Option<Vec<String>> {
        let facts = std::fs::metadata(&self.kept).ok()?;
        if is_fresh(&facts) { self.kept(whose) } else { None }
    }

    /// Returns whether it is a minute since they were last asked for.
    pub fn are_due(&self) -> bool {
        !std::fs::metadata(&self.asked).is_ok_and(|facts| was_asked(&facts))
    }

    /// Waits as long as somebody is asking for them.
    pub fn wait_while_asked_for(&self) {
        if let Ok(asked) = files::open(&self.asked, files::NOTE) {
            let _ = asked.lock_shared();
        }
    }

    /// Takes leave to ask for them, if nobody else has and it is time; what is made for that is its owner's alone.
    ///
    /// # Errors
    /// Says what the system said.
    pub fn take_turn(&self) -> io::Result<Option<Turn>> {
        files::make_folder(files::folder_of(&self.asked))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let mut asked = files::make_or_open(&self.asked, &options, 0o600, Owner::of_place(&self.asked))?;
        match files::wait_for_lock(&asked, MOMENT) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        if was_asked(&asked.metadata()?) {
            return Ok(None);
        }
        asked.set_len(0)?;
        asked.write_all(b"\n")?;
        Ok(Some(Turn { asked }))
    }

    /// Keeps what came of it, in place of what was kept before.
    ///
    /// # Errors
    /// Says what the system said; what was kept before is then as it was.
    pub fn keep(&self, turn: &Turn, whose: &str, mut names: Vec<String>) -> io::Result<()> {
        names.sort_unstable();
        let mut text = format!("{whose}\n");
        for name in names {
            if text.len() + name.len() >= MOST_BYTES {
                break;
            }
            text.push_str(&name);
            text.push('\n');
        }
        let mut draft = Draft::of(&self.kept)?;
        draft.write_all(text.as_bytes())?;
        draft.put()?;
        // Somebody has logged in or out meanwhile: these are not theirs.
        if !self.is_still(turn) {
            let _ = std::fs::remove_file(&self.kept);
        }
        self.sweep();
        Ok(())
    }

    /// Takes away what is kept of other places and was not asked for again for long. Which contexts there are does not tell
    /// which are used: each config file has its own.
    fn sweep(&self) {
        let listed = files::listed(files::folder_of(&self.kept), ".asked", MOST_PLACES);
        let is_forgotten = |path: &PathBuf| std::fs::metadata(path).is_ok_and(|facts| is_older(&facts, FORGOTTEN));
        for asked in listed.unwrap_or_default().into_iter().filter(is_forgotten) {
            let _ = std::fs::remove_file(asked.with_extension("names"));
            let _ = std::fs::remove_file(asked);
        }
    }

    fn is_still(&self, turn: &Turn) -> bool {
        let place = |facts: Metadata| (facts.dev(), facts.ino());
        let (there, held) = (std::fs::metadata(&self.asked), turn.asked.metadata());
        there.is_ok_and(|there| held.is_ok_and(|held| place(there) == place(held)))
    }

    /// Takes away whatever is kept; what cannot be taken away is offered to nobody with another login.
    pub fn forget(&self) {
        let _ = std::fs::remove_file(&self.asked);
        let _ = std::fs::remove_file(&self.kept);
    }
}

/// Returns how old a file is; one from the future says nothing.
fn age(facts: &Metadata) -> Option<Duration> {
    facts.modified().ok().and_then(|at| at.elapsed().ok())
}

/// Whether a file is less than a minute old.
fn is_fresh(facts: &Metadata) -> bool {
    age(facts).is_some_and(|age| age < FRESH)
}

fn is_older(facts: &Metadata, than: Duration) -> bool {
    age(facts).is_some_and(|age| age > than)
}

/// One that was only just made holds nothing yet.
fn was_asked(facts: &Metadata) -> bool {
    facts.len() > 0 && is_fresh(facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::SystemTime;

    fn names(folder: &Path) -> Names {
        Names::of(folder, ("prod", "https://nmp.example.com"))
    }

    fn listed(names: &Names, whose: &str, list: &[&str]) {
        let turn = names.take_turn().unwrap().unwrap();
        let list = list.iter().map(|&name| name.to_owned()).collect();
        names.keep(&turn, whose, list).unwrap();
    }

    fn make_older(path: &Path, by: Duration) {
        let at = File::options().write(true).open(path).unwrap();
        let before = at.metadata().unwrap().modified().unwrap();
        at.set_modified(before - by).unwrap();
    }

    #[test]
    fn names_are_for_their_owner_and_for_whose_login_they_were_listed_with() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("nmp-console");
        let names = names(&cache);
        assert_eq!((names.kept("ann"), names.are_due()), (None, true));
        listed(&names, "ann", &["b", "a"]);
        let both = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(
            (names.fresh("ann"), names.kept("ann")),
            (Some(both.clone()), Some(both))
        );
        assert_eq!(
            (names.kept("bob"), names.fresh("")),
            (None, None),
            "another login may see other workspaces"
        );
        let elsewhere = Names::of(&cache, ("prod", "https://other.example.com"));
        assert_eq!(elsewhere.kept("ann"), None);
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for made in [cache.as_path(), &cache.join("workspaces")] {
            assert_eq!(mode(made), 0o700);
        }
        assert_eq!((mode(&names.kept), mode(&names.asked)), (0o600, 0o600));
    }

    #[test]
    fn they_are_asked_for_once_a_minute_and_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let names = names(folder.path());
        names.wait_while_asked_for();
        let turn = names.take_turn().unwrap().unwrap();
        assert!(!names.are_due());
        let (waiting, asked) = (names.clone(), File::open(&names.asked).unwrap());
        let waiting = std::thread::spawn(move || waiting.wait_while_asked_for());
        assert!(asked.try_lock_shared().is_err());
        assert!(names.take_turn().unwrap().is_none(), "somebody else has it");
        assert!(!waiting.is_finished(), "after the moment that a turn is waited for");
        drop(turn);
        waiting.join().unwrap();
        assert!(
            names.take_turn().unwrap().is_none(),
            "nothing came of it, and it was just now"
        );
        make_older(&names.asked, FRESH);
        assert!(names.are_due());
        listed(&names, "ann", &["a"]);
        make_older(&names.kept, FRESH);
        assert_eq!(
            (names.fresh("ann"), names.kept("ann").map(|all| all.len())),
            (None, Some(1))
        );
        make_older(&names.asked, FRESH);
        let future = SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 200);
        File::options()
            .write(true)
            .open(&names.asked)
            .unwrap()
            .set_modified(future)
            .unwrap();
        assert!(names.are_due(), "a clock was wrong");
    }

    #[test]
    fn who_asks_while_somebody_logs_out_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let names = names(folder.path());
        let turn = names.take_turn().unwrap().unwrap();
        names.forget();
        names.keep(&turn, "ann", vec!["a".to_owned()]).unwrap();
        assert_eq!(names.kept("ann"), None);
        listed(&names, "ann", &["a"]);
        names.forget();
        let left = std::fs::read_dir(folder.path().join("workspaces")).unwrap();
        assert_eq!(left.count(), 0);
    }

    #[test]
    fn names_that_nobody_has_asked_for_in_a_month_go_with_the_next_that_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let gone = names(folder.path());
        let used = Names::of(folder.path(), ("test", "https://test.example.com"));
        // Whether anything came of the question does not matter.
        for (names, n_days) in [(&gone, [31, 31]), (&used, [29, 40])] {
            listed(names, "ann", &["a"]);
            for (path, n_days) in [&names.asked, &names.kept].into_iter().zip(n_days) {
                make_older(path, Duration::from_hours(n_days * 24));
            }
        }
        let another = folder.path().join("workspaces/README");
        std::fs::write(&another, "").unwrap();
        make_older(&another, FORGOTTEN + FRESH);
        listed(
            &Names::of(folder.path(), ("new", "https://new.example.com")),
            "ann",
            &["b"],
        );
        assert!(!gone.asked.exists() && !gone.kept.exists());
        assert!(used.asked.exists() && another.exists());
        assert_eq!(used.kept("ann"), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn what_is_no_list_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let names = names(folder.path());
        listed(&names, "ann", &["a"]);
        for junk in [&b"\xff\n"[..], b"", b"a\nb\n"] {
            std::fs::write(&names.kept, junk).unwrap();
            assert_eq!(names.kept("ann"), None);
        }
    }

    #[test]
    fn no_more_is_kept_than_anybody_looks_through() {
        let folder = tempfile::tempdir().unwrap();
        let names = names(folder.path());
        let turn = names.take_turn().unwrap().unwrap();
        let many = (0..100_000).map(|n| format!("{n:0100}")).collect();
        names.keep(&turn, "ann", many).unwrap();
        let kept = names.kept("ann").unwrap();
        assert!((80_000..100_000).contains(&kept.len()), "{}", kept.len());
    }
}
