//! Reading with a limit, of what is a file.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

/// How much is read of a file at most, and whether it may be a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    largest: u64,
    takes_pipes: bool,
}

const MIB: u64 = 1024 * 1024;

/// A config file: read more than once, and written to.
pub const CONFIG: Terms = Terms::kept(16 * MIB);
/// A small file of the console's own.
pub const NOTE: Terms = Terms::kept(64 * 1024);
/// Names of workspaces, as they were listed last.
pub const NAMES: Terms = Terms::kept(16 * MIB);
/// A journal of what was changed; it is read piece by piece.
pub const JOURNAL: Terms = Terms::kept(1024 * MIB);
/// The policy in the console's own folder.
pub const OWN_POLICY: Terms = Terms::kept(16 * MIB);
/// A policy, which may be written by another program: `--policy <(…)`.
pub const POLICY: Terms = Terms::read_once(16 * MIB);
/// An access file, likewise.
pub const WISHES: Terms = Terms::read_once(16 * MIB);
/// A plan in JSON, likewise: less than 1 KiB for each of at most 100,000 changes.
pub const PLAN: Terms = Terms::read_once(128 * MIB);
/// Certificates, likewise.
pub const CERTIFICATES: Terms = Terms::read_once(16 * MIB);
/// An earlier report, likewise; the largest platforms fill a tenth of it.
pub const BASELINE: Terms = Terms::read_once(1024 * MIB);

/// A pipe without anybody at its other end is not waited for when it is opened, and a terminal does not become this
/// program's.
#[expect(clippy::cast_possible_wrap, reason = "flags, which have no sign")]
pub const WITHOUT_WAITING: i32 = (rustix::fs::OFlags::NONBLOCK.bits() | rustix::fs::OFlags::NOCTTY.bits()) as i32;

/// How long a pipe is given that nobody has begun to write to.
const NOBODY: Duration = Duration::from_secs(5);
/// How long somebody who has it open may write nothing: what they do first may take a while.
const SILENCE: Duration = Duration::from_mins(1);

impl Terms {
    const fn kept(largest: u64) -> Self {
        Self {
            largest,
            takes_pipes: false,
        }
    }

    const fn read_once(largest: u64) -> Self {
        Self {
            largest,
            takes_pipes: true,
        }
    }

    /// Checks whether a file of so many bytes is one of these.
    ///
    /// # Errors
    /// Says that it is too large.
    pub fn require(self, n_bytes: usize) -> io::Result<()> {
        let fits = u64::try_from(n_bytes).is_ok_and(|n| n <= self.largest);
        fits.then_some(()).ok_or_else(|| self.too_large())
    }

    fn too_large(self) -> io::Error {
        let largest = match self.largest / MIB {
            0 => format!("{} KiB", self.largest / 1024),
            mib => format!("{mib} MiB"),
        };
        io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {largest}, too large for such a file"),
        )
    }
}

/// Reads the file at `path`.
///
/// # Errors
/// Says what the system said, that it is larger than such a file is, or that it is no file: something that can be waited
/// on for ever, or never ends.
pub fn read(path: &Path, terms: Terms) -> io::Result<Vec<u8>> {
    let mut file = open(path, terms)?;
    match Kind::of(&file.metadata()?) {
        Kind::Pipe => unix::read_pipe(&mut file, terms),
        Kind::Device => unix::read_device(&mut file),
        Kind::File | Kind::Folder | Kind::Socket => read_open(&mut file, terms),
    }
}

/// Returns whether there is a pipe at `path`.
pub fn is_pipe(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| matches!(Kind::of(&facts), Kind::Pipe))
}

/// Opens the file at `path` for reading, without waiting for anything.
///
/// # Errors
/// Says what the system said, or that it is no file.
pub fn open(path: &Path, terms: Terms) -> io::Result<File> {
    // Before it is opened: that alone can wait, or do something to a device.
    Kind::of(&std::fs::metadata(path)?).check(terms)?;
    let mut options = OpenOptions::new();
    options.read(true);
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, WITHOUT_WAITING);
    let file = options.open(path)?;
    // It may be another one by now.
    Kind::of(&file.metadata()?).check(terms)?;
    Ok(file)
}

/// Reads what stands between two places of an open file, as far as it goes.
///
/// # Errors
/// Says what the system said.
pub fn read_part(mut file: &File, start: u64, end: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(end.saturating_sub(start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How often a file is read anew because somebody wrote into it meanwhile.
const ATTEMPTS: usize = 5;

/// Reads the rest of an open file, again where somebody writes into it meanwhile: what was read before and after that
/// need not belong together.
///
/// # Errors
/// Says what the system said, or that it is larger than such a file is.
pub fn read_open(file: &mut File, terms: Terms) -> io::Result<Vec<u8>> {
    settled(file, |file, facts| read_once(file, facts, terms))
}

fn settled(file: &mut File, mut read: impl FnMut(&mut File, &Metadata) -> io::Result<Vec<u8>>) -> io::Result<Vec<u8>> {
    let start = file.stream_position()?;
    for _ in 1..ATTEMPTS {
        let before = file.metadata()?;
        let bytes = read(file, &before)?;
        if is_untouched(&before, &file.metadata()?) {
            return Ok(bytes);
        }
        file.seek(SeekFrom::Start(start))?;
    }
    let facts = file.metadata()?;
    read(file, &facts)
}

fn read_once(file: &mut File, facts: &Metadata, terms: Terms) -> io::Result<Vec<u8>> {
    if facts.len() > terms.largest {
        return Err(terms.too_large());
    }
    // With room for all of it, and for the end, a small file is read in one piece.
    let room = usize::try_from(facts.len()).unwrap_or_default().saturating_add(ROOM);
    let mut bytes = Vec::with_capacity(room);
    file.take(terms.largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > terms.largest {
        return Err(terms.too_large());
    }
    Ok(bytes)
}

/// Without this much room the end of a file is looked for a few bytes at a time.
const ROOM: usize = 64;

fn is_untouched(before: &Metadata, after: &Metadata) -> bool {
    before.len() == after.len() && before.modified().ok() == after.modified().ok()
}

/// What can be at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Pipe,
    Socket,
    Device,
}

impl Kind {
    fn of(facts: &Metadata) -> Self {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = facts.file_type();
        if kind.is_dir() {
            Self::Folder
        } else if kind.is_fifo() {
            Self::Pipe
        } else if kind.is_socket() {
            Self::Socket
        } else if kind.is_char_device() || kind.is_block_device() {
            Self::Device
        } else {
            Self::File
        }
    }

    /// A device is looked at more closely when it is open.
    fn check(self, terms: Terms) -> io::Result<()> {
        match self {
            Self::Pipe if !terms.takes_pipes => Err(io::Error::other(
                "it is a pipe: it is read more than once, so write it to a file and name that",
            )),
            Self::Folder => Err(io::Error::new(
                io::ErrorKind::IsADirectory,
                "it is a folder: name a file",
            )),
            Self::Socket => Err(io::Error::other("it is a socket: name a file")),
            Self::File | Self::Pipe | Self::Device => Ok(()),
        }
    }
}

mod unix {
    use super::{Duration, File, Instant, NOBODY, SILENCE, Terms, io};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use std::io::Read as _;

    /// `/dev/null` is how many say that there is nothing; whatever else has something to say is no file.
    pub(super) fn read_device(file: &mut File) -> io::Result<Vec<u8>> {
        match file.read(&mut [0]) {
            Ok(0) => Ok(Vec::new()),
            Ok(_) | Err(_) => Err(io::Error::other("it is a device: name a file")),
        }
    }

    pub(super) fn read_pipe(file: &mut File, terms: Terms) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut chunk = vec![0; 64 * 1024];
        let mut patience = NOBODY;
        loop {
            let is_told = wait(file, patience)?;
            match file.read(&mut chunk) {
                Ok(0) if is_told => return Ok(bytes),
                Ok(0) => return Err(io::Error::other("it is a pipe that nobody writes to")),
                Ok(n) => bytes.extend(chunk.iter().take(n)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Somebody has it open, and has not written yet.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && (is_told || patience == NOBODY) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let seconds = SILENCE.as_secs();
                    return Err(io::Error::other(format!(
                        "it is a pipe, and nothing came from it for {seconds} s"
                    )));
                }
                Err(error) => return Err(error),
            }
            patience = SILENCE;
            if bytes.len() as u64 > terms.largest {
                return Err(terms.too_large());
            }
        }
    }

    /// Returns whether there is something to read, or an end, within `patience`.
    fn wait(file: &File, patience: Duration) -> io::Result<bool> {
        let begun = Instant::now();
        loop {
            let left = patience.saturating_sub(begun.elapsed());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            match poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&left)) {
                Ok(n_ready) => return Ok(n_ready > 0),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::io::Write as _;
    use std::os::unix::net::UnixListener;

    const SMALL: Terms = Terms::read_once(8);

    fn said(path: &Path, terms: Terms) -> String {
        read(path, terms).unwrap_err().to_string()
    }

    fn fifo(path: &Path) {
        mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345678").unwrap();
        assert_eq!(read(&path, SMALL).unwrap(), b"12345678");
        std::fs::write(&path, "123456789").unwrap();
        assert_eq!(said(&path, SMALL), "it is larger than 0 KiB, too large for such a file");
        // Not a byte of it is on the disk, and none is read.
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        assert_eq!(
            said(&path, BASELINE),
            "it is larger than 1024 MiB, too large for such a file"
        );
        assert_eq!(
            read(&folder.path().join("none"), SMALL).unwrap_err().kind(),
            io::ErrorKind::NotFound
        );
    }

    #[test]
    fn what_is_written_while_it_is_read_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "old and long").unwrap();
        let mut file = open(&path, CONFIG).unwrap();
        let mut n_reads = 0;
        let bytes = settled(&mut file, |file, facts| {
            n_reads += 1;
            let mut first = [0; 4];
            file.read_exact(&mut first)?;
            if n_reads == 1 {
                std::fs::write(&path, "new")?;
                std::fs::write(&path, "new, and longer")?;
            }
            let rest = read_once(file, facts, CONFIG)?;
            Ok([first.as_slice(), &rest].concat())
        });
        assert_eq!(
            (String::from_utf8(bytes.unwrap()).unwrap().as_str(), n_reads),
            ("new, and longer", 2)
        );
        // Who never stops writing stops nobody.
        let mut n_reads = 0;
        file.rewind().unwrap();
        let bytes = settled(&mut file, |file, facts| {
            n_reads += 1;
            std::fs::write(&path, "x".repeat(n_reads))?;
            read_once(file, facts, CONFIG)
        });
        assert_eq!((bytes.unwrap().len(), n_reads), (ATTEMPTS, ATTEMPTS));
    }

    #[rstest]
    #[case("/dev/zero", "it is a device: name a file")]
    #[case("/dev/urandom", "it is a device: name a file")]
    #[case("/dev", "it is a folder: name a file")]
    fn what_is_no_file_is_not_read(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(said(Path::new(path), CONFIG), expected);
        assert_eq!(said(Path::new(path), POLICY), expected);
    }

    #[test]
    fn the_device_that_holds_nothing_is_an_empty_file() {
        assert_eq!(read(Path::new("/dev/null"), CONFIG).unwrap(), b"");
    }

    #[test]
    fn a_socket_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _listener = UnixListener::bind(&path).unwrap();
        assert_eq!(said(&path, POLICY), "it is a socket: name a file");
    }

    #[test]
    fn a_pipe_is_read_where_it_may_be_one_and_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        fifo(&path);
        assert!(said(&path, CONFIG).starts_with("it is a pipe: it is read more than once"));
        for (text, expected) in [("", Some("")), ("1234", Some("1234")), ("123456789", None)] {
            let there = path.clone();
            // Opening waits for the reader.
            let writer = std::thread::spawn(move || {
                let mut pipe = File::options().write(true).open(there).unwrap();
                for byte in text.bytes() {
                    pipe.write_all(&[byte]).unwrap();
                }
            });
            let found = read(&path, SMALL).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(found.ok().as_deref(), expected);
            writer.join().unwrap();
        }
    }

    #[test]
    fn a_pipe_that_nobody_writes_to_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        fifo(&path);
        assert_eq!(said(&path, POLICY), "it is a pipe that nobody writes to");
    }
}
