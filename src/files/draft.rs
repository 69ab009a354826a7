//! A file that is written beside its place and moved there whole, and what is left of one whose writer was killed.
//!
//! A draft is locked (`flock`) as long as somebody writes it, from before its first byte. So one that holds something and
//! is not locked has no writer any more.

use super::folder;
use super::owner::Owner;
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tempfile::NamedTempFile;

/// What stands in the name of a draft between that of the file it becomes and what makes it the only one.
const MARK: &str = ".nmp-console-";
const ENDING: &str = ".tmp";
/// As many letters and digits as make a name the only one.
const N_RANDOM: usize = 6;
/// Of the name of the file so much that the name of its draft is not too long for any system.
const LONGEST_STEM: usize = 40;
/// Nobody takes as long as this for the first byte of a draft, or for a whole config file.
const OLD: Duration = Duration::from_mins(1);

/// Nobody has to look at a draft for as long as this to see that it is new.
const MOMENT: Duration = Duration::from_secs(5);
/// Between two attempts to lock it.
const PAUSE: Duration = Duration::from_millis(1);

/// The drafts that are being written. A panic ends the program without a destructor, and looks here.
static BEGUN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A draft among those that are being written, for as long as it is one.
#[derive(Debug)]
struct Begun(PathBuf);

impl Begun {
    fn of(path: PathBuf) -> Self {
        begun(|drafts| drafts.insert(path.clone()));
        Self(path)
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        begun(|drafts| drafts.remove(&self.0));
    }
}

fn begun<T>(work: impl FnOnce(&mut BTreeSet<PathBuf>) -> T) -> T {
    work(&mut BEGUN.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Takes away whatever is being written, on whichever thread, at the end of the program.
pub fn discard_drafts() {
    for path in begun(std::mem::take) {
        // What cannot be taken away now is taken away by the next console.
        let _ = std::fs::remove_file(path);
    }
}

/// A file that will be there whole, or not at all; dropped before, it is gone again.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    /// Readable by its owner only from the start.
    file: NamedTempFile,
    _begun: Begun,
}

impl Draft {
    /// Begins what is to become the file at `target`, for the owner of the one that is there, or of the folder: without
    /// it they would be locked out. What writers that are gone left in the folder is taken away.
    ///
    /// # Errors
    /// Says what the system said.
    pub fn of(target: &Path) -> io::Result<Self> {
        Self::owned_by(Owner::of_place(target), target)
    }

    /// Begins a report: the file that is there stays its owner's, and a new one is of whoever asked for it, wherever it
    /// lies. What root finds out is not for the owner of a folder.
    ///
    /// # Errors
    /// As for [`Draft::of`].
    pub fn of_report(target: &Path) -> io::Result<Self> {
        Self::owned_by(Owner::of_file(target), target)
    }

    fn owned_by(owner: Option<Owner>, target: &Path) -> io::Result<Self> {
        let folder = folder::of_path(target);
        sweep(folder, Others::MayBeAnybody);
        let stem = target.file_stem().unwrap_or_default().to_string_lossy();
        let stem: String = stem.trim_start_matches('.').chars().take(LONGEST_STEM).collect();
        let file = tempfile::Builder::new()
            .prefix(&format!(".{stem}{MARK}"))
            .suffix(ENDING)
            .rand_bytes(N_RANDOM)
            .tempfile_in(folder)
            // The library names its own file, which says nothing to anybody.
            .map_err(|error| refused(&error))?;
        let begun = Begun::of(file.path().to_owned());
        lock(file.as_file(), MOMENT)?;
        if let Some(owner) = owner {
            owner.take_new(file.as_file());
        }
        Ok(Self {
            target: target.to_owned(),
            file,
            _begun: begun,
        })
    }

    /// Returns the file that will be there.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Returns what is being written.
    pub fn as_file(&self) -> &File {
        self.file.as_file()
    }

    /// Puts it in its place, over what is there.
    ///
    /// # Errors
    /// Says what the system said; then what is there stays.
    pub fn put(self) -> io::Result<()> {
        self.file.persist(&self.target).map(drop).map_err(|error| error.error)
    }

    /// Puts it in its place if nothing is there.
    ///
    /// # Errors
    /// Says what the system said; that something is there is one of these.
    pub fn put_new(self) -> io::Result<()> {
        self.file
            .persist_noclobber(&self.target)
            .map(drop)
            .map_err(|error| error.error)
    }
}

impl io::Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Locks a draft that was made just now. Whoever looks for what was left may have it for a moment; without its lock it
/// would be taken for something left itself. Where there are no locks, what is left behind stays.
fn lock(file: &File, within: Duration) -> io::Result<()> {
    match wait_for_lock(file, within) {
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            let words = "another process holds the new file";
            Err(io::Error::new(io::ErrorKind::ResourceBusy, words))
        }
    }
}

/// Locks an open file, waiting for whoever has it, but not for longer than this.
///
/// # Errors
/// `WouldBlock` where somebody else has it to the end; else says what the system said.
pub fn wait_for_lock(file: &File, within: Duration) -> Result<(), TryLockError> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if begun.elapsed() < within => std::thread::sleep(PAUSE),
            ended => return ended,
        }
    }
}

/// Returns why no file can be made in a folder.
fn refused(error: &io::Error) -> io::Error {
    let kind = error.kind();
    // The folder is there; one that the system keeps for itself calls the new file missing.
    let why = if kind == io::ErrorKind::NotFound {
        String::new()
    } else {
        format!(" ({kind})")
    };
    io::Error::new(kind, format!("no file can be created in its folder{why}"))
}

/// Whether others may be writing drafts in the folder at the moment that this program can tell by nothing but their age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// They may.
    MayWrite,
    /// The locks are held that all of them take first.
    AreKeptOut,
    /// They may, and not only consoles: it need not be the folder of a config file.
    MayBeAnybody,
}

/// Takes away the drafts in `folder` whose writers are gone: those of whoever runs this, and where that is root those of
/// the folder's owner. What cannot be looked at or taken away stays, and nobody is told: it is in nobody's way.
pub fn sweep(folder: &Path, others: Others) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let age_tells = match Kind::of(&entry.file_name().to_string_lossy()) {
            None => continue,
            Some(Kind::Locked) => false,
            Some(Kind::Unlocked) => match others {
                Others::MayWrite => true,
                Others::AreKeptOut => false,
                Others::MayBeAnybody => continue,
            },
        };
        remove_if_left(&entry.path(), age_tells);
    }
}

/// How a draft is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Locked by its writer.
    Locked,
    /// As releases before this one made them for the config file.
    Unlocked,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        let stem = name.strip_prefix('.')?.strip_suffix(ENDING)?;
        let (before, random) = stem.split_at_checked(stem.len().checked_sub(N_RANDOM)?)?;
        let is_random = random.chars().all(|c| c.is_ascii_alphanumeric());
        // A word somebody chose is no draft, as six small letters would hardly ever be.
        let is_no_word = random.chars().any(|c| !c.is_ascii_lowercase());
        match before {
            before if is_random && before.ends_with(MARK) => Some(Self::Locked),
            "config." if is_random && is_no_word => Some(Self::Unlocked),
            _ => None,
        }
    }
}

fn remove_if_left(path: &Path, age_tells: bool) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
    #[expect(clippy::cast_possible_wrap, reason = "flags, which have no sign")]
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits() as i32;
    let Ok(file) = File::options().read(true).custom_flags(flags).open(path) else {
        return;
    };
    let (Ok(facts), Ok(around)) = (file.metadata(), std::fs::metadata(folder::of_path(path))) else {
        return;
    };
    let me = rustix::process::geteuid();
    let is_ours = facts.uid() == me.as_raw() || (me.is_root() && facts.uid() == around.uid());
    if !facts.is_file() || facts.nlink() != 1 || !is_ours || file.try_lock().is_err() {
        return;
    }
    let is_old = facts
        .modified()
        .is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= OLD));
    // Between its first moment and its lock a draft is empty.
    if (age_tells || file.metadata().map_or(true, |facts| facts.len() == 0)) && !is_old {
        return;
    }
    let is_still_there =
        std::fs::symlink_metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (facts.dev(), facts.ino()));
    if is_still_there && std::fs::remove_file(path).is_ok() {
        tracing::info!("took away what a console that was killed had been writing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;
    use std::collections::BTreeSet;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::thread;

    fn names(folder: &Path) -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    fn make_old(path: &Path) {
        let file = File::options().write(true).open(path).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn a_draft_becomes_the_file_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("config.yaml");
        let mut draft = Draft::of(&target).unwrap();
        draft.write_all(b"new").unwrap();
        let name = names(folder.path()).pop_first().unwrap();
        assert_eq!(Kind::of(&name), Some(Kind::Locked), "{name}");
        assert!(name.starts_with(".config.nmp-console-"), "{name}");
        draft.put().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        let second = Draft::of(&target).unwrap();
        assert_eq!(second.put_new().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(names(folder.path()), BTreeSet::from(["config.yaml".to_owned()]));
    }

    #[test]
    fn what_a_killed_writer_left_goes_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("config.yaml");
        let (mut killed, mut alive) = (Draft::of(&target).unwrap(), Draft::of(&target).unwrap());
        for draft in [&mut killed, &mut alive] {
            draft.write_all(b"token").unwrap();
        }
        let of_the_killed = killed.file.path().to_owned();
        let of_the_alive = alive.file.path().to_owned();
        let (file, path) = killed.file.into_parts();
        path.keep().unwrap();
        sweep(folder.path(), Others::AreKeptOut);
        assert!(of_the_killed.exists(), "its writer still has it");
        drop(file);
        sweep(folder.path(), Others::MayWrite);
        assert!(!of_the_killed.exists() && of_the_alive.exists());
        alive.put().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"token");
    }

    #[rstest]
    #[case::a_draft(".config.nmp-console-abcdef.tmp", Some(Kind::Locked))]
    #[case::of_a_report(".who.has.what.nmp-console-0b1D2f.tmp", Some(Kind::Locked))]
    #[case::of_before(".config.aB3dE6.tmp", Some(Kind::Unlocked))]
    #[case::a_word(".config.backup.tmp", None)]
    #[case::too_long(".config.aB3dE67.tmp", None)]
    #[case::not_random(".config.aB3d-6.tmp", None)]
    #[case::visible("config.nmp-console-abcdef.tmp", None)]
    #[case::another_program(".config.yaml.tmp", None)]
    #[case::no_ascii(".config.äöüß.tmp", None)]
    fn a_draft_is_known_by_its_name(#[case] name: &str, #[case] expected: Option<Kind>) {
        assert_eq!(Kind::of(name), expected);
    }

    /// What can be seen of one that a release before this one is writing is its age, and that the locks are not held.
    #[test]
    fn what_is_not_locked_by_its_writer_goes_when_it_is_old_or_nobody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".config.aB3dE6.tmp");
        let others = folder.path().join(".config.yaml.tmp");
        let link = folder.path().join(".config.Link12.tmp");
        std::fs::write(&others, "mine").unwrap();
        std::os::unix::fs::symlink(&others, &link).unwrap();
        for (is_old, others, is_left) in [
            (false, Others::MayWrite, true),
            (true, Others::MayWrite, false),
            (false, Others::AreKeptOut, false),
            (true, Others::MayBeAnybody, true),
        ] {
            std::fs::write(&path, "token").unwrap();
            if is_old {
                make_old(&path);
            }
            sweep(folder.path(), others);
            assert_eq!(path.exists(), is_left, "{is_old} {others:?}");
        }
        assert!(others.exists() && link.is_symlink());
    }

    /// Whoever looks for what was left has for a moment locked what it looks at.
    #[test]
    fn a_new_draft_that_somebody_looks_at_is_locked_a_moment_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("draft");
        let (draft, looking) = (File::create(&path).unwrap(), File::open(&path).unwrap());
        looking.lock().unwrap();
        assert_eq!(
            lock(&draft, Duration::ZERO).unwrap_err().kind(),
            io::ErrorKind::ResourceBusy
        );
        thread::scope(|scope| {
            let locking = scope.spawn(|| lock(&draft, Duration::from_secs(20)));
            drop(looking);
            locking.join().unwrap().unwrap();
        });
        assert!(File::open(&path).unwrap().try_lock().is_err());
    }

    #[test]
    fn an_empty_one_may_be_about_to_be_locked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".config.nmp-console-abcdef.tmp");
        std::fs::write(&path, "").unwrap();
        sweep(folder.path(), Others::AreKeptOut);
        assert!(path.exists());
        make_old(&path);
        sweep(folder.path(), Others::AreKeptOut);
        assert!(!path.exists());
    }
}
