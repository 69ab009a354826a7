//! Where the platform is and on what terms the client talks to it: plain values, handed in by the caller.
//! Nothing here reads the environment or a file.

use super::lift::Uptime;
use super::secrets::Secrets;
use super::tokens::Bearer;
use crate::domain::address::BaseUrl;
use crate::domain::platform::Generation;
use crate::domain::proxy::Proxies;
use crate::domain::text::SafeText;
use std::time::Duration;

/// Everything a [`Client`](super::Client) needs to know.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The address of the platform.
    pub base_url: BaseUrl,
    /// The bearer token of the caller, if the platform asks for one.
    pub token: Option<Bearer>,
    /// Whether changes are possible at all.
    pub mode: Mode,
    /// By which clock read-only can be lifted for a while; nothing where it cannot.
    pub liftable_by: Option<Uptime>,
    /// The generation to take the platform for, whatever it says itself.
    pub generation: Option<Generation>,
    /// How long to wait and how much to read.
    pub limits: Limits,
    /// Certificates (PEM) of the authorities to trust besides those of the system.
    pub authorities: Vec<u8>,
    /// The ways out of this machine.
    pub proxies: Proxies,
    /// Who named the address: an option, a variable, a context of a file.
    pub named_by: Option<SafeText>,
    /// What must not come back in words: shared by all that is made from this one.
    pub secrets: Secrets,
}

impl Connection {
    /// Returns a direct connection without a token, with changes allowed and the usual limits.
    pub fn to(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            token: None,
            mode: Mode::Full,
            liftable_by: None,
            generation: None,
            limits: Limits::default(),
            authorities: Vec::new(),
            proxies: Proxies::default(),
            named_by: None,
            secrets: Secrets::default(),
        }
    }
}

/// Whether a client may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reads, probes and changes.
    Full,
    /// Reads only: whatever is not a GET is refused before it reaches the wire, but while that is lifted.
    ReadOnly,
}

/// How long each kind of request may take, and how much of an answer is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Until a connection stands, name lookup and TLS included.
    pub connect: Duration,
    /// For one attempt at a read, until its last byte.
    pub read: Duration,
    /// For a change that does not wait for its propagation.
    pub change: Duration,
    /// For each role that a waiting change moves.
    pub propagation: Duration,
    /// What a waiting change is given on top.
    pub propagation_margin: Duration,
    /// The factor on every wait before a retry; 1 but for tests.
    pub retry_wait_factor: f64,
    /// The most workspaces read of their list, whatever the server says there are.
    pub workspaces: usize,
    /// The most role bindings read.
    pub bindings: usize,
    /// The most bytes read of all pages of a list.
    pub list: usize,
    /// The most bytes read of a successful answer.
    pub body: usize,
    /// The most bytes read of an answer that reports an error.
    pub error_body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(15),
            change: Duration::from_secs(30),
            propagation: Duration::from_secs(30),
            propagation_margin: Duration::from_secs(15),
            retry_wait_factor: 1.0,
            workspaces: 250_000,
            bindings: 1_000_000,
            list: 512 * 1024 * 1024,
            body: 64 * 1024 * 1024,
            error_body: 1024 * 1024,
        }
    }
}
