//! The files of a journal: appending a line, and what happens when it cannot be appended to what was there.
//!
//! Writers take turns by a lock (`flock`) on a file beside the journal, in this process and in others. Whoever has it looks
//! at the end of the journal, writes its line behind it in one piece and puts it on the disk.

use super::line::{self, Broken, By, Line, Rotated, SCHEMA, What};
use super::{Error, Head, replay};
use crate::domain::text::hex;
use crate::files;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The file that is written to.
pub(super) const NAME: &str = "activity.jsonl";
/// What writers lock.
const LOCK: &str = "activity.lock";
/// How large a file becomes before the next one is begun.
pub(super) const LARGEST: u64 = 8 * 1024 * 1024;
/// The longest line that is looked at as a whole; this program's own are shorter than this.
pub(super) const LONGEST_LINE: u64 = 1024 * 1024;
/// How long a writer waits for its turn.
const MOST_WAITING: Duration = Duration::from_secs(10);
/// What the first line of all comes after.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of the journal as this process has left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Which file that is.
    device: u64,
    inode: u64,
    /// Where its last line begins and ends.
    start: u64,
    end: u64,
    head: Head,
}

/// A turn at writing: whoever has one is alone.
#[derive(Debug)]
pub(super) struct Turn {
    folder: PathBuf,
    /// How large a file becomes.
    largest: u64,
    /// Unlocked when it is closed.
    _lock: File,
}

impl Turn {
    /// Waits for a turn at the journal in `folder`, which is made if it is not there; not too long, counted from `since`.
    pub(super) fn take(folder: &Path, largest: u64, since: Instant) -> Result<Self, Error> {
        files::make_folder(folder).map_err(|error| Error::at(folder, &error))?;
        let path = folder.join(LOCK);
        let lock = open(&path, OpenOptions::new().read(true).append(true)).map_err(|error| Error::at(&path, &error))?;
        files::wait_for_lock(&lock, MOST_WAITING.saturating_sub(since.elapsed())).map_err(|error| match error {
            TryLockError::WouldBlock => Error::Busy(path.clone()),
            TryLockError::Error(error) => Error::at(&path, &error),
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            largest,
            _lock: lock,
        })
    }

    /// Writes `whats` behind what is there, each as a line; all of them are on the disk afterwards, or none is there.
    /// `known` is where this process was last, and is brought up to date.
    pub(super) fn append(
        &self,
        whats: Vec<What>,
        by: &By,
        at: Timestamp,
        known: &mut Option<Tail>,
    ) -> Result<Appended, Error> {
        let path = self.folder.join(NAME);
        let failed = |error: io::Error| Error::at(&path, &error);
        let mut file = open_journal(&path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() >= self.largest {
            self.put_aside(&mut file, &path)?;
            file = open_journal(&path).map_err(failed)?;
        }
        let broken = known.as_ref().and_then(|known| known.is_missing_in(&mut file, &path));
        let is_broken = broken.is_some();
        let mut end = End::of(&mut file).map_err(failed)?;
        let is_new = end.length == 0;
        let begins = if is_new { self.begins(&mut end)? } else { Vec::new() };
        let mut writing = Writing::after(&end);
        for what in begins.into_iter().chain(broken.map(What::Broken)).chain(whats) {
            writing.push(what, by, at)?;
        }
        writing
            .write(&mut file, end.length)
            .map_err(|error| Error::at(&path, &error))?;
        if is_new {
            // Without its names on the disk the first line would not be there after all.
            let above = files::folder_of(&self.folder);
            let settled = files::settle(&self.folder).and_then(|()| files::settle(above));
            if let Err(error) = settled {
                let _ = file.set_len(0);
                return Err(Error::at(&self.folder, &error));
            }
        }
        *known = file.metadata().ok().map(|facts| Tail {
            device: facts.dev(),
            inode: facts.ino(),
            start: end.length + writing.last_start,
            end: end.length + writing.bytes.len() as u64,
            head: writing.head(),
        });
        Ok(Appended { is_broken })
    }

    /// Puts a full file aside; the next one goes on from it.
    fn put_aside(&self, file: &mut File, path: &Path) -> Result<(), Error> {
        let failed = |error: io::Error| Error::at(path, &error);
        if !End::of(file).map_err(failed)?.is_whole {
            // The next file names the hash of its last line, which must not grow any more.
            file.write_all(b"\n").and_then(|()| file.sync_data()).map_err(failed)?;
        }
        let last = rotated(&self.folder)
            .map_err(|error| Error::at(&self.folder, &error))?
            .pop();
        let number = last.map_or(1, |(number, _)| number.saturating_add(1));
        let aside = self.folder.join(format!("activity-{number:06}.jsonl"));
        std::fs::rename(path, &aside).map_err(|error| Error::at(&aside, &error))
    }

    /// Returns what a new file begins with: where it goes on from, and what is open there. The chain in `end` goes on, too.
    fn begins(&self, end: &mut End) -> Result<Vec<What>, Error> {
        let Some((_, aside)) = rotated(&self.folder)
            .map_err(|error| Error::at(&self.folder, &error))?
            .pop()
        else {
            return Ok(Vec::new());
        };
        let failed = |error: io::Error| Error::at(&aside, &error);
        let mut file = open_to_read(&aside).map_err(failed)?;
        end.head = End::of(&mut file).map_err(failed)?.head;
        file.rewind().map_err(failed)?;
        let mut state = replay::State::default();
        replay::each_line(&mut file, |bytes| {
            if let Some(line) = line::read(bytes) {
                state.take(line);
            }
        })
        .map_err(failed)?;
        let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut begins = vec![What::Rotated(Rotated { from: name })];
        begins.extend(state.carried());
        Ok(begins)
    }
}

fn open_journal(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true).append(true))
}

/// What appending has brought to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Appended {
    /// Whether the journal had been cut or replaced since this process wrote into it.
    pub(super) is_broken: bool,
}

impl Tail {
    /// Returns the last line that this process wrote.
    pub(super) fn head(&self) -> Head {
        self.head.clone()
    }

    /// Returns what to write down where the line that this process wrote last is no longer there.
    fn is_missing_in(&self, file: &mut File, path: &Path) -> Option<Broken> {
        let is_there = |file: &mut File| {
            let facts = file.metadata().ok()?;
            if facts.len() < self.end {
                return None;
            }
            let bytes = files::read_part(file, self.start, self.end).ok()?;
            let line = bytes.strip_suffix(b"\n")?;
            (hash(line) == self.head.hash).then_some(())
        };
        let is_same = |file: &File| {
            let facts = file.metadata();
            facts.is_ok_and(|facts| (facts.dev(), facts.ino()) == (self.device, self.inode))
        };
        // It may have been copied back, or edited in place: what counts is the line.
        if is_there(file).is_some() {
            return None;
        }
        // Another process may have put it aside: then it stands there.
        let aside = rotated(files::folder_of(path)).unwrap_or_default();
        let is_aside = aside.into_iter().rev().any(|(_, path)| {
            let file = open_to_read(&path);
            file.is_ok_and(|mut file| is_same(&file) && is_there(&mut file).is_some())
        });
        (!is_aside).then(|| Broken {
            expected_seq: self.head.seq,
            expected: self.head.hash.clone(),
        })
    }
}

/// What a journal ends in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// How long the file is.
    pub(super) length: u64,
    /// Whether its last line has an end; one that was cut off by a crash has none.
    pub(super) is_whole: bool,
    pub(super) head: Head,
}

impl End {
    /// Finds the end of `file`, reading no more of it than its last lines.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut reach = 8 * 1024;
        loop {
            let start = length.saturating_sub(reach);
            let bytes = files::read_part(file, start, length)?;
            if let Some(head) = last_head(&bytes, start == 0) {
                let is_whole = bytes.last().is_none_or(|last| *last == b'\n');
                return Ok(Self { length, is_whole, head });
            }
            if start == 0 || reach > 2 * LONGEST_LINE {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "it holds no line of a journal at its end",
                ));
            }
            reach *= 8;
        }
    }
}

/// Returns the hash of the last line in `bytes` and its number, counted from the last line that tells its own.
fn last_head(bytes: &[u8], is_all: bool) -> Option<Head> {
    if bytes.is_empty() {
        return Some(Head {
            seq: 0,
            hash: NOTHING.to_owned(),
        });
    }
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut lines = text.rsplit(|byte| *byte == b'\n').peekable();
    let last = lines.peek().copied()?;
    // The first piece may be the rest of a line that began before.
    let mut n_after = 0;
    while let Some(one) = lines.next() {
        let is_piece = !is_all && lines.peek().is_none();
        if is_piece {
            return None;
        }
        if let Some(line) = line::read(one) {
            let hash = hash(last);
            return Some(Head {
                seq: line.seq.saturating_add(n_after),
                hash,
            });
        }
        n_after += 1;
    }
    // Nothing here is a line of a journal; what is written next is numbered as if each were one.
    Some(Head {
        seq: n_after,
        hash: hash(last),
    })
}

/// Lines that are about to be written.
struct Writing {
    bytes: Vec<u8>,
    last_start: u64,
    seq: u64,
    prev: String,
}

impl Writing {
    fn after(end: &End) -> Self {
        Self {
            // What a crash has left of a line becomes a line of its own, which the next one vouches for.
            bytes: if end.is_whole { Vec::new() } else { b"\n".to_vec() },
            last_start: 0,
            seq: end.head.seq,
            prev: end.head.hash.clone(),
        }
    }

    fn push(&mut self, what: What, by: &By, at: Timestamp) -> Result<(), Error> {
        self.seq = self.seq.saturating_add(1);
        let line = Line {
            schema: SCHEMA,
            seq: self.seq,
            prev: self.prev.clone(),
            at,
            by: by.clone(),
            what,
        };
        let bytes = line::written(&line).map_err(|error| Error::Impossible(error.to_string()))?;
        if bytes.len() as u64 >= LONGEST_LINE {
            // No reader would take it for one.
            return Err(Error::Impossible("it is longer than 1 MiB".to_owned()));
        }
        self.prev = hash(&bytes);
        self.last_start = self.bytes.len() as u64;
        self.bytes.extend(bytes);
        self.bytes.push(b'\n');
        Ok(())
    }

    /// Writes everything in one piece. What could not be written whole is taken away again.
    fn write(&self, file: &mut File, length: u64) -> io::Result<()> {
        let written = file.write_all(&self.bytes).and_then(|()| file.sync_data());
        if written.is_err() {
            // Where even this fails a torn line is left, which the next one ends and vouches for.
            let _ = file.set_len(length);
        }
        written
    }

    fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.prev.clone(),
        }
    }
}

/// Opens a file of the journal for reading; never one behind a link, nor anything that is no file.
pub(super) fn open_to_read(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(files::WITHOUT_WAITING | no_link())
        .open(path)?;
    checked(file)
}

#[expect(clippy::cast_possible_wrap, reason = "flags, which have no sign")]
fn no_link() -> i32 {
    rustix::fs::OFlags::NOFOLLOW.bits() as i32
}

fn checked(file: File) -> io::Result<File> {
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    Ok(file)
}

/// Opens a file of the journal, which is made for its owner only; never one behind a link, nor a pipe.
fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.custom_flags(files::WITHOUT_WAITING | no_link());
    checked(files::make_or_open(path, options, 0o600, files::Owner::of_place(path))?)
}

/// Returns the files that were put aside, with their numbers, the oldest first.
pub(super) fn rotated(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if files::is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("activity-")?.strip_suffix(".jsonl")?.parse().ok());
        all.extend(number.map(|number: u64| (number, entry.path())));
    }
    all.sort();
    Ok(all)
}

/// The files of a journal with their names, the oldest first. They are open, so that they stay what they are while others
/// write and put files aside.
pub(super) type Files = Vec<(PathBuf, File)>;

/// How often the files are listed at most.
const MOST_LISTINGS: usize = 3;

/// Opens all files of the journal in `folder`, as they are at one moment. Nobody is kept from writing meanwhile, and another
/// process may put a file aside between two looks. So the one that is written to is opened first: where that stands among
/// the others by then, the journal ended with it, and what came later is left out.
pub(super) fn open_all(folder: &Path) -> Result<Files, Error> {
    let path = folder.join(NAME);
    let mut current = open_if_there(&path)?;
    let mut files = Files::new();
    for _ in 0..MOST_LISTINGS {
        files = open_aside(folder)?;
        let now = open_if_there(&path)?;
        if is_same(current.as_ref(), now.as_ref()) {
            break;
        }
        let place = files.iter().position(|(_, file)| is_same(current.as_ref(), Some(file)));
        if let Some(place) = place {
            files.truncate(place + 1);
            return Ok(files);
        }
        // It was put aside while the others were listed, and was overlooked; or there was none yet.
        current = current.or(now);
    }
    // Between a full file that was put aside and the first line of the next one, that is empty.
    let current = current.filter(|file| file.metadata().is_ok_and(|facts| facts.len() > 0));
    files.extend(current.map(|file| (path, file)));
    Ok(files)
}

fn open_if_there(path: &Path) -> Result<Option<File>, Error> {
    match open_to_read(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if files::is_absence(&error) => Ok(None),
        Err(error) => Err(Error::at(path, &error)),
    }
}

fn open_aside(folder: &Path) -> Result<Files, Error> {
    let aside = rotated(folder).map_err(|error| Error::at(folder, &error))?;
    let opened = aside.into_iter().map(|(_, path)| match open_to_read(&path) {
        Ok(file) => Ok((path, file)),
        Err(error) => Err(Error::at(&path, &error)),
    });
    opened.collect()
}

/// Whether both are the same file, or none.
fn is_same(one: Option<&File>, other: Option<&File>) -> bool {
    let place = |file: &File| file.metadata().ok().map(|facts| (facts.dev(), facts.ino()));
    one.map(place) == other.map(place)
}

/// Returns the hash of a line, without its end.
pub(super) fn hash(line: &[u8]) -> String {
    hex(&Sha256::digest(line))
}
