//! The database: one connection, owned by one thread, which does one job after the other.
//!
//! That thread is why nothing here ever blocks the async runtime, and why a rule and the write it guards can
//! share a transaction without anybody waiting for a lock.

use super::Error;
use super::problem::Problem;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

/// Who may read and write the file: its owner.
const PRIVATE: u32 = 0o600;
/// Says in a file that it is ours: `NMPC`.
const APPLICATION: i32 = 0x4E4D_5043;
const VERSION: i32 = 3;
const SCHEMA: &str = include_str!("../../assets/schema.sql");
const INDEXES: &str = include_str!("../../assets/indexes.sql");
/// What leads from each version to the next, from 1 on.
const STEPS: [(i32, &str); 2] = [
    (1, include_str!("../../assets/schema-from-1.sql")),
    (2, include_str!("../../assets/schema-from-2.sql")),
];

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A handle on the database; it closes when the last one is dropped.
#[derive(Debug, Clone)]
pub(super) struct Store {
    jobs: mpsc::Sender<Job>,
}

/// Resolves when the database is closed and its file free again.
pub(super) type Closed = oneshot::Receiver<()>;

impl Store {
    /// Opens a file, or a database in memory; `plant` fills it if it is new.
    pub(super) async fn open(
        data: Option<PathBuf>,
        plant: impl FnOnce(&Transaction<'_>) -> Result<(), Error> + Send + 'static,
    ) -> Result<(Self, Closed), Error> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (ready, opened) = oneshot::channel();
        let (closing, closed) = oneshot::channel();
        let work = move || {
            let mut connection = match open(data.as_deref(), plant) {
                Ok(connection) => connection,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            if ready.send(Ok(())).is_err() {
                return;
            }
            for job in queue {
                job(&mut connection);
            }
            drop(connection);
            let _ = closing.send(());
        };
        thread::Builder::new()
            .name("sandbox-store".to_owned())
            .spawn(work)
            .map_err(Error::Thread)?;
        opened.await.map_err(|_ended| Error::Ended)??;
        Ok((Self { jobs }, closed))
    }

    /// Runs a job in a transaction of its own that is kept if the job succeeds and undone if it does not.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &mut Connection| {
            // Nobody may be waiting any more; the job is done all the same, as on the platform.
            let _ = answer.send(in_transaction(connection, job));
        };
        self.jobs.send(Box::new(job)).map_err(|_ended| Problem::Unexpected)?;
        answered.await.map_err(|_ended| Problem::Unexpected)?
    }
}

/// `IMMEDIATE` takes the write lock before the first read: what a rule has seen stays true until the commit.
fn in_transaction<T, E: From<rusqlite::Error>>(
    connection: &mut Connection,
    job: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = job(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn open(data: Option<&Path>, plant: impl FnOnce(&Transaction<'_>) -> Result<(), Error>) -> Result<Connection, Error> {
    let Some(path) = data else {
        return prepare(Connection::open_in_memory()?, plant);
    };
    let unusable = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    make_private(path);
    // A name is a name, whatever it begins with.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|source| Error::Open {
        path: path.to_owned(),
        source,
    })?;
    match claim(&connection).map_err(|source| described(path, source))? {
        Claim::Ours => {
            keep_private(path).map_err(unusable)?;
            take(&connection).map_err(|source| described(path, source))?;
            prepare(connection, plant)
        }
        Claim::NotOurs => Err(Error::NotOurs { path: path.to_owned() }),
        Claim::Newer(found) => Err(Error::Newer {
            path: path.to_owned(),
            found,
        }),
    }
}

/// Makes the file where there is none: readable by its owner only from the first moment on. Where that cannot be done,
/// opening it says why.
fn make_private(path: &Path) {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, PRIVATE);
    let _ = options.open(path);
}

/// Takes a file that is there already, and those that belong to it, away from everybody but its owner. Those that are
/// made later get the mode of the file itself.
fn keep_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::set_permissions(&name, fs::Permissions::from_mode(PRIVATE)) {
            Err(error) if suffix.is_empty() || error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

enum Claim {
    /// The file is ours, or empty.
    Ours,
    NotOurs,
    Newer(i32),
}

/// Makes sure that the file is ours and nobody has it: nothing is written before that.
fn claim(connection: &Connection) -> rusqlite::Result<Claim> {
    // Who has the file keeps it: waiting for it would only delay the message.
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    let n_tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if n_tables > 0 && application != APPLICATION {
        return Ok(Claim::NotOurs);
    }
    let found = version(connection)?;
    if found > VERSION {
        return Ok(Claim::Newer(found));
    }
    Ok(Claim::Ours)
}

/// Takes the file for this process alone: no other can open it until we close it.
fn take(connection: &Connection) -> rusqlite::Result<()> {
    // An answered change survives even a power cut: the log is on disk before the answer is out.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_row| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")
}

fn prepare(
    mut connection: Connection,
    plant: impl FnOnce(&Transaction<'_>) -> Result<(), Error>,
) -> Result<Connection, Error> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    let found = version(&connection)?;
    in_transaction(&mut connection, |transaction| {
        if found == 0 {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            plant(transaction)?;
            transaction.execute_batch(INDEXES)?;
        } else {
            for (_, step) in STEPS.iter().filter(|(from, _)| found <= *from) {
                transaction.execute_batch(step)?;
            }
        }
        Ok::<_, Error>(transaction.pragma_update(None, "user_version", VERSION)?)
    })?;
    Ok(connection)
}

fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Says what a failure to open means for the one who gave the file.
fn described(path: &Path, source: rusqlite::Error) -> Error {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::InUse { path },
        Some(ErrorCode::NotADatabase) => Error::NotOurs { path },
        Some(_) | None => Error::Open { path, source },
    }
}
