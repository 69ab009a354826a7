//! The locks of the platform's CLI: one file for each context beside the config file, locked as a whole (`flock`),
//! never deleted. The CLI holds one at a time; the console takes several, always in the order of their paths, so
//! that nobody waits for each other in a circle.

use super::super::Error;
use super::replace;
use crate::files::{self, Owner};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a lock is left alone that is asked for every now and then.
const BETWEEN: Duration = Duration::from_millis(20);

/// Locks that are held until this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    paths: BTreeSet<PathBuf>,
    /// Closing a file lets go of its lock.
    _files: Vec<File>,
}

/// The moment when waiting ends.
pub(super) struct Deadline {
    within: Duration,
    begun: Instant,
}

impl Deadline {
    pub(super) fn after(within: Duration) -> Self {
        Self {
            within,
            begun: Instant::now(),
        }
    }

    pub(super) fn left(&self) -> Duration {
        self.within.saturating_sub(self.begun.elapsed())
    }
}

/// The lock files of these contexts. The CLI puts them beside the path it was given, even where that is a link, so
/// both ends of a link have their own.
pub(super) fn paths<'all>(config: &Path, contexts: impl IntoIterator<Item = &'all str>) -> BTreeSet<PathBuf> {
    let target = replace::resolved(config);
    // Spelt the same way for everybody: the same lock taken twice would wait for itself.
    let given = replace::resolved_folder(config);
    let bases = BTreeSet::from([target, given]);
    let mut paths = BTreeSet::new();
    for context in contexts {
        let context = context.replace(std::path::is_separator, "_");
        for base in &bases {
            let mut name = base.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{context}.oauth-refresh.lock"));
            paths.insert(base.with_file_name(name));
        }
    }
    paths
}

impl Held {
    /// Takes all of these locks of the config file, which are its owner's.
    ///
    /// # Errors
    /// If one is held by somebody else for too long, or cannot be made.
    pub(super) fn take(config: &Path, paths: &BTreeSet<PathBuf>, deadline: &Deadline) -> Result<Self, Error> {
        // Of root's locks the owner of the config would be kept out for good.
        let owner = Owner::of_place(&replace::resolved(config));
        let files = paths.iter().map(|path| take_one(config, path, owner, deadline));
        Ok(Self {
            _files: files.collect::<Result<_, _>>()?,
            paths: paths.clone(),
        })
    }

    pub(super) fn paths(&self) -> &BTreeSet<PathBuf> {
        &self.paths
    }
}

/// Finds out whether all of these locks could be taken, once nobody else holds them, and leaves nothing behind.
///
/// # Errors
/// If one cannot be opened, or could not be made.
pub(super) fn could_take(config: &Path, paths: &BTreeSet<PathBuf>) -> Result<(), Error> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let opened = match options().open(path) {
            Err(source) if !files::is_absence(&source) => Err(source),
            Err(_) if folders.insert(files::folder_of(path)) => files::could_make_folder(path),
            Ok(_) | Err(_) => Ok(()),
        };
        opened.map_err(|source| Error::Lock {
            config: config.to_owned(),
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    options
}

fn take_one(config: &Path, path: &Path, owner: Option<Owner>, deadline: &Deadline) -> Result<File, Error> {
    let failed = |source| Error::Lock {
        config: config.to_owned(),
        path: path.to_owned(),
        source,
    };
    let file = files::make_or_open(path, &options(), 0o644, owner).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
        Err(TryLockError::WouldBlock) => {}
    }
    wait_for(path, file, deadline.left())
        .map_err(failed)?
        .ok_or_else(|| Error::Busy {
            path: path.to_owned(),
            within: deadline.within,
        })
}

/// Waits in the system's own queue until the lock is free; `None` if that takes too long. Whoever asked for it every
/// now and then would find it taken again and again where others take turns.
///
/// Such a wait cannot be ended from outside, so it has a thread of its own: one that gets the lock when nobody waits for
/// it any more lets go of it at once. While one like that is left nobody takes turns, and the lock is asked for every now
/// and then after all: a holder that hangs must not cost a thread and an open file for each try.
fn wait_for(path: &Path, file: File, within: Duration) -> io::Result<Option<File>> {
    if given_up().contains_key(path) {
        return ask_for(file, &Deadline::after(within));
    }
    let (tell, told) = mpsc::channel();
    let its_path = path.to_owned();
    thread::Builder::new().name("config lock".to_owned()).spawn(move || {
        let locked = lock(&file).map(|()| file);
        let mut given_up = given_up();
        if tell.send(locked).is_err()
            && let Some(n_left) = given_up.get_mut(&its_path)
        {
            *n_left = n_left.saturating_sub(1);
            if *n_left == 0 {
                given_up.remove(&its_path);
            }
        }
    })?;
    if let Ok(locked) = told.recv_timeout(within) {
        return locked.map(Some);
    }
    let mut given_up = given_up();
    // It may have come just now.
    if let Ok(locked) = told.try_recv() {
        return locked.map(Some);
    }
    *given_up.entry(path.to_owned()).or_insert(0) += 1;
    drop(told);
    Ok(None)
}

/// How many threads of this process still wait for a lock that nobody wants from them any more.
fn given_up() -> MutexGuard<'static, BTreeMap<PathBuf, usize>> {
    static GIVEN_UP: Mutex<BTreeMap<PathBuf, usize>> = Mutex::new(BTreeMap::new());
    GIVEN_UP.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ask_for(file: File, deadline: &Deadline) -> io::Result<Option<File>> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(source)) => return Err(source),
            Err(TryLockError::WouldBlock) if deadline.left().is_zero() => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(deadline.left().min(BETWEEN)),
        }
    }
}

fn lock(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> File {
        options().create(true).open(path).unwrap()
    }

    #[test]
    fn whoever_gives_up_waiting_takes_no_lock_later() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = open(&path);
        held.lock().unwrap();
        let mut waiters = (0..3).map(|_| wait_for(&path, open(&path), Duration::ZERO).unwrap());
        assert!(waiters.all(|got| got.is_none()));
        assert_eq!(
            given_up().get(&path),
            Some(&1),
            "the first is left, and the others leave none"
        );
        drop(held);
        // The one that is left gets it once, and lets go.
        let next = wait_for(&path, open(&path), Duration::from_secs(20)).unwrap();
        assert!(next.is_some());
        drop(next);
        let until = Deadline::after(Duration::from_secs(20));
        while given_up().contains_key(&path) && !until.left().is_zero() {
            thread::sleep(BETWEEN);
        }
        assert_eq!(given_up().get(&path), None, "then there is a queue again");
    }

    #[test]
    fn a_lock_is_had_as_soon_as_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = open(&path);
        held.lock().unwrap();
        thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_for(&path, open(&path), Duration::from_secs(20)).unwrap());
            drop(held);
            assert!(waiter.join().unwrap().is_some());
        });
    }
}
