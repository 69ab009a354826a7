//! The embedded platform: a real HTTP server on loopback over a real SQL database.
//!
//! It is what the demo and the tests run on, and the platform's own CLI works against it. It speaks the wire of
//! the platform but shares no code with the client of this crate: a wrong reading of the platform must not pass on
//! both sides, and the conformance suite is the judge between them. Start reading at `server`, which finds
//! the rule for a request; the rules themselves are in `rules`.
//!
//! # Where it differs on purpose
//!
//! `faithful` is what [`Options::is_faithful`] turns back into the platform's behaviour. [`Options::like`] chooses between
//! the databases of the platform where they behave differently.
//!
//! | the platform | the sandbox | faithful |
//! |---|---|---|
//! | checks for the last Admin first and writes later: two simultaneous removals orphan a workspace | one transaction: the second is refused | as the platform |
//! | takes a workspace name that ends in a newline, and then refuses everybody everything | 422 | takes the name; everything else goes on working |
//! | never finds a principal with a quote, a backslash or a control character again: PUT adds, DELETE is 404 | finds it like any other | as the platform |
//! | on PostgreSQL: never finds a principal outside ASCII again, by its name or by a filter, and fails on NUL and on an order by a field of the data | as on SQLite, or with `--store postgres` as on PostgreSQL | the same |
//! | stores a role binding without its fields through the rows, and then refuses everybody everything | 422 | stores it, without effect |
//! | roles take effect when the policy is rebuilt, up to 30 s later | at once, and waiting for it is no wait | the same |
//! | two simultaneous grants of the same role: one of them is a 500 | both succeed | the same |
//! | believes a header that names the caller | knows bearer tokens only | the same |
//! | answers under any name, and the pages of any site | answers to loopback and the names it is given, and no foreign page | the same |
//! | only the newer top role, `HelixAdmin`, counts | `PlatformAdmin` counts too | the same |
//! | keeps files in filesets, and refuses an adapter on an empty one | filesets are names without files | the same |
//! | checks and completes the steps of a job and the messages of a prompt | keeps them as they are given | the same |
//! | runs jobs: one is `cancelling` for a while | a job stays as it was made, and is cancelled at once | the same |
//! | changes models, providers and the like, and lists them across workspaces | lists, reads, creates and deletes them, a workspace at a time | the same |
//! | says what is wrong with JSON or a filter in the words of its readers, and fails (500) on half a surrogate pair | says the same kind of error in other words, and 422 | the same |
//! | has a dozen more services | those answer as services that are not installed | the same |

mod access;
mod caller;
mod cleaner;
mod clock;
mod connection;
mod door;
mod fault;
mod fields;
mod filter;
mod kinds;
mod place;
mod problem;
mod query;
mod rules;
mod seed;
mod server;
mod store;
#[cfg(test)]
mod tests;

pub use caller::{unsigned_token, unsigned_token_with};
pub use clock::Clock;
pub use connection::Limits;
pub use fault::{FAULT_HELP, Fault, FaultError};

use cleaner::Cleaner;
use clock::Ticking;
use door::Door;
use fault::FaultInjector;
use rules::Behavior;
use rules::deletions::Cleanup;
use server::Platform;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use store::{Closed, Store};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Who the demo is shown to.
pub const DEMO_CALLER: &str = "alice@example.com";
/// Who may do everything everywhere, whatever the seed.
pub const PLATFORM_ADMIN: &str = "admin@example.com";
/// Who audits the large organisation without being a platform admin: Admin in 2,000 of its workspaces, Viewer in 500.
pub const LARGE_CALLER: &str = "auditor@example.com";

/// How long [`Running::stop`] waits for requests under way.
const GRACE: Duration = Duration::from_secs(5);

/// How a sandbox is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address to listen on; port 0 means any free one.
    pub listen: SocketAddr,
    /// The file to keep everything in; in memory without one.
    pub data: Option<PathBuf>,
    /// What a new database holds. One that exists already is left as it is.
    pub seed: Seed,
    /// What deleting a workspace does that is not empty.
    pub deletion: Deletion,
    /// How long each of the two stages of a cascading deletion takes.
    pub cleanup: Duration,
    /// How long after a failure a deletion is tried again.
    pub cleanup_retry: Duration,
    /// What the first attempt at every cascading deletion fails with; none fails without it.
    pub cleanup_error: Option<String>,
    /// Whether it shows the platform's own weaknesses too.
    pub is_faithful: bool,
    /// Which database of the platform it behaves like.
    pub like: Database,
    /// How long every request waits before it is looked at.
    pub latency: Duration,
    /// What goes wrong on purpose; of several that fit a request the first one strikes.
    pub faults: Vec<Fault>,
    /// What it is called besides loopback names and addresses: requests for any other host are refused.
    pub names: Vec<String>,
    /// What it bears.
    pub limits: Limits,
    /// Where time and ids come from.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            data: None,
            seed: Seed::Empty,
            deletion: Deletion::Refuse,
            cleanup: Duration::from_secs(3),
            cleanup_retry: Duration::from_mins(1),
            cleanup_error: None,
            is_faithful: false,
            like: Database::Sqlite,
            latency: Duration::ZERO,
            faults: Vec::new(),
            names: Vec::new(),
            limits: Limits::default(),
            clock: Clock::System,
        }
    }
}

/// What a new sandbox holds besides `default`, `system` and the platform admin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Seed {
    /// Only what the platform creates itself.
    #[default]
    Empty,
    /// A sample organisation.
    Demo,
    /// A large one: 10,000 workspaces and 200,000 grants, always the same; see [`LARGE_CALLER`].
    Large,
}

impl FromStr for Seed {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "empty" => Ok(Self::Empty),
            "demo" => Ok(Self::Demo),
            "large" => Ok(Self::Large),
            other => Err(UnknownName::new(other, &["empty", "demo", "large"])),
        }
    }
}

/// What deleting a workspace does that is not empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deletion {
    /// It is refused, with kinds and counts.
    #[default]
    Refuse,
    /// Everything in it goes with it.
    Cascade,
}

impl FromStr for Deletion {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "cascade" => Ok(Self::Cascade),
            other => Err(UnknownName::new(other, &["refuse", "cascade"])),
        }
    }
}

/// What the platform keeps its data in, as far as callers notice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Database {
    /// Every principal is found again.
    #[default]
    Sqlite,
    /// A principal outside ASCII is never found again by its name, and a NUL character breaks what holds it.
    Postgres,
}

impl FromStr for Database {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            other => Err(UnknownName::new(other, &["sqlite", "postgres"])),
        }
    }
}

/// A word that names none of the choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct UnknownName {
    words: String,
}

impl UnknownName {
    fn new(given: &str, choices: &[&str]) -> Self {
        let words = format!("'{given}' is none of: {}", choices.join(", "));
        Self { words }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Another process has the file.
    #[error("{} is in use by another process; stop that one or choose another file", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a sandbox database; choose another file", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of this program.
    #[error("{} has format {found}, which this version does not know", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i32,
    },
    /// The file cannot be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// The file cannot be taken away from others than its owner.
    #[error("cannot keep {} to its owner", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The database failed.
    #[error("the sandbox's database failed")]
    Database(#[from] rusqlite::Error),
    /// The sample organisation cannot be read.
    #[error("the sample organisation cannot be read")]
    Seed(#[from] serde_json::Error),
    /// No thread could be started for the database.
    #[error("cannot start a thread for the database")]
    Thread(#[source] io::Error),
    /// The thread of the database ended before it was ready.
    #[error("the database ended before it was ready")]
    Ended,
}

/// A sandbox that serves in the background until it is stopped or dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stopping: DropGuard,
    serving: JoinSet<()>,
    closed: Closed,
}

/// Starts a sandbox. When this returns it answers.
///
/// # Errors
/// Says which address or file cannot be used, and why.
pub async fn start(options: Options) -> Result<Running, Error> {
    let listen = |source| Error::Listen {
        address: options.listen,
        source,
    };
    let listener = TcpListener::bind(options.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let clock = Arc::new(Ticking::new(options.clock));
    let (seed, now) = (options.seed, clock.now());
    let (store, closed) = Store::open(options.data, move |db| seed::plant(db, seed, now)).await?;
    let behavior = Behavior {
        deletion: options.deletion,
        is_faithful: options.is_faithful,
        like: options.like,
        cleanup: options.cleanup,
    };
    let marked = Arc::new(Notify::new());
    let stopping = CancellationToken::new();
    let injector = FaultInjector::new(options.latency, options.faults, stopping.clone());
    let cleaner = Cleaner {
        store: store.clone(),
        clock: Arc::clone(&clock),
        cleanup: Cleanup {
            stage: options.cleanup,
            retry: options.cleanup_retry,
            first_error: options.cleanup_error,
        },
        woken: Arc::clone(&marked),
    };
    let platform = Platform {
        store,
        clock,
        behavior,
        memo: Arc::default(),
        marked,
    };
    let router = server::router(platform, injector, options.limits.body);
    let router = Door::new(address, &options.names).before(router);
    let mut serving = JoinSet::new();
    serving.spawn(cleaner.work(stopping.clone()));
    serving.spawn(connection::serve(listener, router, options.limits, stopping.clone()));
    Ok(Running {
        address,
        stopping: stopping.drop_guard(),
        serving,
        closed,
    })
}

impl Running {
    /// Returns where it listens, as a base URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Finishes the requests under way and closes the database, so that its file is free when this returns.
    pub async fn stop(mut self) {
        drop(self.stopping);
        // A client that never finishes its request must not keep the program from ending.
        let finished = async { while self.serving.join_next().await.is_some() {} };
        let _ = timeout(GRACE, finished).await;
        self.serving.shutdown().await;
        let _ = timeout(GRACE, self.closed).await;
    }
}
