//! The journal: what this program has changed, written down before each request and after it.
//!
//! One file, `activity.jsonl`, with one JSON object a line. Each line names the hash of the line before, so that a line that
//! was changed, left out, put in or moved shows ([`verify`]). Writers of several processes take turns. Where a line cannot
//! be written, the change it is about is not made.
//!
//! Everything here blocks on the disk.

mod file;
mod line;
mod older;
mod replay;
mod search;
pub mod verify;

pub use crate::domain::activity::Head;
pub use line::SCHEMA;
pub use search::{Entry, Found, Glance, search};

use crate::domain::activity::{LeftOver, Note, Operator, Provenance, Record, RecordId, Sending};
use crate::domain::change::Change;
use crate::domain::text::SafeText;
use file::{Tail, Turn};
use jiff::{SignedDuration, Timestamp};
use line::{By, Ended, Followed, Intent, What};
use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use uuid::Uuid;

/// How long a process has a change in hand at most, looking at it again included.
const IN_HAND: SignedDuration = SignedDuration::from_mins(5);

/// Why nothing could be written down, or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is not known where the journal is.
    #[error("there is no folder for it: set XDG_STATE_HOME or HOME")]
    Nowhere,
    /// The system refused something.
    #[error("{path}: {why}")]
    Io {
        /// The file or folder.
        path: SafeText,
        /// What the system said.
        why: SafeText,
        /// Whether the disk, or what one may use of it, is full.
        is_full: bool,
    },
    /// Others have kept it locked for too long.
    #[error("{} is locked by another process", .0.display())]
    Busy(PathBuf),
    /// It cannot be put into words.
    #[error("the record cannot be written: {0}")]
    Impossible(String),
}

impl Error {
    fn at(path: &Path, error: &io::Error) -> Self {
        Self::Io {
            path: SafeText::new(&path.to_string_lossy()),
            why: SafeText::new(&error.to_string()),
            is_full: matches!(
                error.kind(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
            ),
        }
    }

    /// Returns what to do about it, in a sentence.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Io { is_full: true, .. } => "free some space and try again, or start with --no-journal",
            Self::Nowhere | Self::Io { .. } | Self::Impossible(_) => {
                "mend that and try again, or start with --no-journal"
            }
            Self::Busy(_) => "try again; if it stays locked, look which process holds it (fuser)",
        }
    }
}

/// A journal as one connection writes it. Clones write as the same session.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: Option<Arc<Path>>,
    context: Arc<str>,
    server: Arc<str>,
    by: Arc<By>,
    session: Session,
    /// How large a file becomes before the next one is begun.
    largest: u64,
}

/// What all connections of one process share.
#[derive(Clone, Debug)]
pub struct Session {
    /// What the ids of its records begin with.
    id: Arc<str>,
    /// Where it was last in the journal.
    tail: Arc<Mutex<Option<Tail>>>,
    /// Held by whoever of this process is about to write. The others wait here, since the journal's own lock has to be tried
    /// for again and again; not at its tail, which is looked at where nothing may block for long.
    writing: Arc<Mutex<()>>,
    /// The numbers of the changes that it has written down.
    intended: Arc<Mutex<HashSet<u64>>>,
}

impl Session {
    /// Returns the end of the journal as this session has left it; nothing where it has written nothing.
    pub fn left_at(&self) -> Option<Head> {
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.as_ref().map(Tail::head)
    }

    fn intended(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.intended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Session {
    fn default() -> Self {
        let id: String = Uuid::new_v4().simple().to_string().chars().take(12).collect();
        Self {
            id: id.into(),
            tail: Arc::default(),
            writing: Arc::default(),
            intended: Arc::default(),
        }
    }
}

/// What writing has brought to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing.
    AsUsual,
    /// The journal had been cut or replaced since this process wrote into it; that is written down, too.
    AfterABreak,
}

/// What an earlier session left, and what was wrong with reading it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recalled {
    /// What is to be looked after.
    pub left: LeftOver,
    /// Why not everything could be read, or taken over from an older release.
    pub problem: Option<SafeText>,
}

impl Journal {
    /// Returns the journal in `folder`, as `operator` writes it through the connection `context` to `server`.
    pub fn new(
        folder: Option<PathBuf>,
        (context, server): (&str, &str),
        operator: &Operator,
        session: &Session,
    ) -> Self {
        Self {
            folder: folder.map(Arc::from),
            context: context.into(),
            server: server.into(),
            by: Arc::new(By::of(operator)),
            session: session.clone(),
            largest: file::LARGEST,
        }
    }

    /// Returns where its file is.
    pub fn path(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(file::NAME))
    }

    /// Returns what the change with this number in this session is called.
    pub fn id(&self, number: u64) -> RecordId {
        RecordId::new(format!("{}-{number}", self.session.id))
    }

    /// Writes down that a change is about to be sent. It is on the disk when this returns.
    ///
    /// # Errors
    /// If it cannot be written; then it must not be sent.
    pub fn intend(
        &self,
        number: u64,
        (change, provenance): (&Change, &Provenance),
        sending: Sending,
        at: Timestamp,
    ) -> Result<Written, Error> {
        let intent = Intent {
            plan: provenance.plan.map(|plan| self.id(plan).raw().to_owned()),
            ..Intent::of(
                &self.id(number),
                (change, provenance),
                sending,
                (&self.context, &self.server),
            )
        };
        let written = self.append(What::Intent(Box::new(intent)), at)?;
        self.session.intended().insert(number);
        Ok(written)
    }

    /// Writes down that changes are about to be allowed on this read-only connection, until then. It is on the disk when
    /// this returns.
    ///
    /// # Errors
    /// If it cannot be written; then they must not be allowed.
    pub fn lift(
        &self,
        number: u64,
        until: Timestamp,
        provenance: &Provenance,
        at: Timestamp,
    ) -> Result<Written, Error> {
        let place = (&*self.context, &*self.server);
        let intent = Intent::lifting(&self.id(number), until, provenance, place);
        let written = self.append(What::Intent(Box::new(intent)), at)?;
        self.session.intended().insert(number);
        Ok(written)
    }

    /// Writes down what became of a change, or of a deletion. Where nothing was to be sent, nothing has become of it.
    ///
    /// # Errors
    /// If it cannot be written. Then the next start looks what became of it.
    pub fn note(&self, note: &Note, at: Timestamp) -> Result<Written, Error> {
        let what = match note {
            Note::Ended(number, _) if !self.session.intended().contains(number) => return Ok(Written::AsUsual),
            Note::Ended(number, conclusion) => What::Outcome(Ended::of(&self.id(*number), conclusion)),
            // Somebody else may have found out meanwhile.
            Note::EndedEarlier(id, _) if !self.state()?.is_open(id) => return Ok(Written::AsUsual),
            Note::EndedEarlier(id, conclusion) => What::Outcome(Ended::of(id, conclusion)),
            Note::Following(remembered) => What::Following(Followed::of(remembered, &self.server)),
            Note::Gone(workspace) => replay::gone(&self.server, workspace),
        };
        self.append(what, at)
    }

    /// Returns what earlier sessions on this server left to be looked after. The small files in which older releases
    /// remembered deletions are taken over first.
    pub fn recall(&self, at: Timestamp) -> Recalled {
        let mut recalled = Recalled::default();
        let older = self.take_over(at);
        match self.state() {
            Ok(state) => {
                recalled.left = LeftOver {
                    deletions: state.deletions(&self.server),
                    open: state.open(&self.server, |source| self.is_alive(source, at)),
                };
            }
            Err(error) => recalled.problem = Some(SafeText::new(&format!("the journal cannot be read: {error}"))),
        }
        if let Err(error) = older {
            let text = format!("deletions that an older release remembered cannot be taken over: {error}");
            recalled.problem.get_or_insert_with(|| SafeText::new(&text));
        }
        recalled
    }

    /// Returns the last changes, at most `most` of them, and which plans go on before them.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn newest(&self, most: usize) -> Result<Newest, Error> {
        let folder = self.folder.as_deref().ok_or(Error::Nowhere)?;
        newest(folder, most)
    }

    /// Returns where the journal ends.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn head(&self) -> Result<Option<Head>, Error> {
        let folder = self.folder.as_deref().ok_or(Error::Nowhere)?;
        let Some((path, mut file)) = file::open_all(folder)?.pop() else {
            return Ok(None);
        };
        let end = file::End::of(&mut file).map_err(|error| Error::at(&path, &error))?;
        Ok((end.length > 0).then_some(end.head))
    }

    /// Returns the end of the journal as this session has left it; nothing where it has written nothing.
    pub fn left_at(&self) -> Option<Head> {
        self.session.left_at()
    }

    fn append(&self, what: What, at: Timestamp) -> Result<Written, Error> {
        let folder = self.folder.as_deref().ok_or(Error::Nowhere)?;
        let since = Instant::now();
        let _alone = self.session.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = Turn::take(folder, self.largest, since)?;
        let mut tail = self.session.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let appended = turn.append(vec![what], &self.by, at, &mut tail)?;
        Ok(if appended.is_broken {
            Written::AfterABreak
        } else {
            Written::AsUsual
        })
    }

    fn state(&self) -> Result<replay::State, Error> {
        let folder = self.folder.as_deref().ok_or(Error::Nowhere)?;
        let mut state = replay::State::default();
        // What is open in the files before stands in this one, too.
        let Some((path, mut file)) = file::open_all(folder)?.pop() else {
            return Ok(state);
        };
        replay::each_line(&mut file, |bytes| {
            if let Some(line) = line::read(bytes) {
                state.take(line);
            }
        })
        .map_err(|error| Error::at(&path, &error))?;
        Ok(state)
    }

    /// Takes over the deletions that an older release remembered, of all servers.
    fn take_over(&self, at: Timestamp) -> Result<(), Error> {
        let Some(folder) = self.folder.as_deref() else {
            return Ok(());
        };
        for (path, followed) in older::deletions(folder) {
            self.append(What::Following(followed), at)?;
            // What cannot be taken away is taken over once more by the next start, which changes nothing.
            let _ = std::fs::remove_file(path);
        }
        // As long as there is something in it that is not understood, it stays.
        let _ = std::fs::remove_dir(older::folder(folder));
        Ok(())
    }

    /// Whether the process that wrote a line may still have its change in hand: then it is its own business. Of another
    /// machine that cannot be seen, and a number can belong to another process by now, so it ends with time.
    fn is_alive(&self, source: &replay::Source, now: Timestamp) -> bool {
        if now.duration_since(source.at).abs() > IN_HAND {
            return false;
        }
        let pid = source
            .pid
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(rustix::process::Pid::from_raw);
        let is_here = source.host == self.by.host;
        let is_me = source.pid == self.by.pid;
        let runs = |pid| {
            let asked = rustix::process::test_kill_process(pid);
            asked.is_ok() || asked == Err(rustix::io::Errno::PERM)
        };
        !is_here || (!is_me && pid.is_some_and(runs))
    }
}

/// The last changes in a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// The changes, the newest first.
    pub records: Vec<Record>,
    /// Whether there are older ones.
    pub is_more: bool,
    /// The plans of which there are older ones: processes take turns, so that these need not be next to each other.
    pub cut_plans: BTreeSet<SafeText>,
}

/// How many changes before the last ones are looked at for plans that begin there: while one process makes a plan, the
/// others make hardly as many.
const BEFORE: usize = 1_000;

/// Returns the last changes in the journal in `folder`, at most `most` of them.
///
/// # Errors
/// If it cannot be read.
pub fn newest(folder: &Path, most: usize) -> Result<Newest, Error> {
    let mut files = file::open_all(folder)?;
    let mut newest = Vec::new();
    while let Some((path, mut file)) = files.pop() {
        let mut lines = Vec::new();
        let read = replay::each_line(&mut file, |bytes| lines.extend(line::read(bytes)));
        read.map_err(|error| Error::at(&path, &error))?;
        // The end of a change may stand in a later file than its beginning.
        lines.append(&mut newest);
        newest = lines;
        let n = newest
            .iter()
            .filter(|line| matches!(line.what, What::Intent(_)))
            .count();
        if n >= most.saturating_add(BEFORE) {
            break;
        }
    }
    let mut records = replay::Records::default();
    for line in newest {
        records.take(&line);
    }
    let is_more = !files.is_empty() || records.len() > most;
    let mut all = records.into_all();
    all.reverse();
    let older = all.split_off(most.min(all.len()));
    let cut_plans = older.into_iter().filter_map(|record| record.plan).collect();
    Ok(Newest {
        records: all,
        is_more,
        cut_plans,
    })
}

#[cfg(test)]
mod tests;
