//! The platform's HTTP interface as functions of domain values.
//!
//! A [`Client`] reads ([`Client::workspaces`], [`Client::members`], [`Client::bindings`], …), finds out what the caller may do
//! ([`Client::server_info`], [`Client::caller_access`]) and changes things in exactly one way: [`Client::apply`].
//! Reads are tried again while that makes sense; a change is sent once, and its errors tell apart
//! "certainly not applied" from "only reading back tells".
//!
//! ```no_run
//! use nmp_console::api::{BaseUrl, Client, Connection, Propagation};
//! use nmp_console::domain::change::Change;
//! use nmp_console::domain::ids::WorkspaceName;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Connection {
//!     token: Some(std::env::var("NMP_ACCESS_TOKEN")?.into()),
//!     ..Connection::to(BaseUrl::parse("https://nmp.example.com")?)
//! })?;
//! let workspace = WorkspaceName::from_platform("ml-team");
//! for member in client.members(&workspace).await?.members() {
//!     println!("{}: {}", member.principal.shown(), member.roles.shown());
//! }
//! let after = "Models that are shared".to_owned();
//! let change = Change::Describe { workspace, before: None, after };
//! match client.apply(&change, Propagation::Skip).await {
//!     Ok(accepted) => println!("done ({})", accepted.status),
//!     Err(error) if error.is_outcome_unknown() => println!("read it back: {error}"),
//!     Err(error) => println!("not done: {error}. {}", error.next_step()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It knows no screen, no clock, no file and no environment. One function sends (`send`), one encodes
//! (`request`), one decides what an error means (`error`).

mod bindings;
mod changes;
mod connection;
mod error;
mod http;
mod lift;
mod lost;
mod members;
mod operation;
mod page;
mod request;
mod resources;
mod rights;
mod secrets;
mod send;
mod server;
mod tokens;
mod web;
mod wire;
mod workspaces;

pub use crate::domain::address::{BadUrl, BaseUrl};
pub use bindings::{BindingPage, Bindings};
pub use changes::Accepted;
pub use connection::{Connection, Limits, Mode};
pub use error::{
    Error, ErrorKind, FieldError, ProxyFault, ProxyTrouble, TlsTrouble, Unexpected, Unreachable, Validity,
};
pub use lift::{Permit, Uptime};
pub use operation::Asked;
pub use page::{Coverage, Page};
pub use request::Propagation;
pub use resources::{DeletionKnown, ResourcePage};
pub use rights::Inspection;
pub use secrets::Secrets;
pub use send::Waiting;
pub use server::SignIn;
pub use tokens::{Bearer, TokenProblem, TokenUnavailable, Tokens};
pub use web::{Reply, Web};

use error::body;
use http::Http;
use jiff::Timestamp;
use lift::Lift;
use request::Request;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use send::Answer;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::platform::Generation;
use crate::domain::text::SafeText;

/// A connection to one platform as one caller. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    observer: Option<Arc<dyn Fn(Waiting) + Send + Sync>>,
}

struct Shared {
    base_url: BaseUrl,
    /// Who named the address.
    named_by: Option<SafeText>,
    mode: Mode,
    /// What read-only is lifted by, where it can be.
    lift: Option<Lift>,
    generation: Option<Generation>,
    limits: Limits,
    token: Option<Bearer>,
    /// Taken back when the server says that it checks no tokens: it shall not see one either.
    sends_token: AtomicBool,
    /// What its clock said last, in seconds since the epoch; 0 before it was heard.
    server_clock: AtomicI64,
    http: Http,
    secrets: Secrets,
}

impl Client {
    /// Makes a client; nothing is sent yet, and the system's certificates are not read yet.
    ///
    /// # Errors
    /// Refuses a token that would travel in the clear to another machine, or that cannot be a token, and
    /// authorities that are none.
    pub fn new(connection: Connection) -> Result<Self, Error> {
        if connection.token.is_some() && connection.base_url.exposes_tokens() {
            return Err(Error::setup(ErrorKind::InsecureToken, None));
        }
        if let Some(Bearer::Fixed(token)) = &connection.token {
            bearer(token)?;
        }
        for proxy in [&connection.proxies.http, &connection.proxies.https]
            .into_iter()
            .flatten()
        {
            for secret in proxy.secrets() {
                connection.secrets.learn(secret.reveal());
            }
        }
        Ok(Self {
            shared: Arc::new(Shared {
                http: Http::new(&connection)?,
                base_url: connection.base_url,
                named_by: connection.named_by,
                mode: connection.mode,
                lift: connection.liftable_by.map(Lift::by),
                generation: connection.generation,
                limits: connection.limits,
                token: connection.token,
                sends_token: AtomicBool::new(true),
                server_clock: AtomicI64::new(0),
                secrets: connection.secrets,
            }),
            observer: None,
        })
    }

    /// Returns the same client with `observer` told before each wait for a retry.
    #[must_use]
    pub fn observing(&self, observer: impl Fn(Waiting) + Send + Sync + 'static) -> Self {
        Self {
            observer: Some(Arc::new(observer)),
            ..self.clone()
        }
    }

    /// Returns how long it waits and how much it reads.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Returns the address it talks to.
    pub fn base_url(&self) -> &BaseUrl {
        &self.shared.base_url
    }

    /// Returns whether it can change anything.
    pub fn mode(&self) -> Mode {
        self.shared.mode
    }

    /// Returns leave to change something on a read-only connection for so long from now on, where that is possible. It is
    /// in force once it is handed to [`Client::lift_read_only`].
    pub fn permit(&self, lasts: Duration) -> Option<Permit> {
        self.shared.lift.as_ref().map(|lift| lift.permit(lasts))
    }

    /// Lifts read-only, for this client and its clones, until `permit` ends.
    pub fn lift_read_only(&self, permit: Permit) {
        if let Some(lift) = &self.shared.lift {
            lift.begin(permit);
        }
    }

    /// Ends that before its time.
    pub fn end_lift(&self) {
        if let Some(lift) = &self.shared.lift {
            lift.end();
        }
    }

    /// Returns what the server's clock said when it last answered, if it told.
    pub fn server_clock(&self) -> Option<Timestamp> {
        let seconds = self.shared.server_clock.load(Ordering::Relaxed);
        Timestamp::from_second(seconds).ok().filter(|_| seconds != 0)
    }

    fn token(&self) -> Option<&Bearer> {
        let is_wanted = self.shared.sends_token.load(Ordering::Relaxed);
        self.shared.token.as_ref().filter(|_| is_wanted)
    }

    fn hear_clock(&self, server: Timestamp) {
        self.shared.server_clock.store(server.as_second(), Ordering::Relaxed);
        if let Some(Bearer::Kept(tokens)) = &self.shared.token {
            tokens.heard_clock(server);
        }
    }

    fn forget_token(&self) {
        self.shared.sends_token.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url)
            .field("mode", &self.shared.mode)
            .field("limits", &self.shared.limits)
            .field("token", &self.shared.token)
            .finish_non_exhaustive()
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Error> {
    let text = token.expose_secret();
    // The library's own error would be safe too, but it must not even carry the text along.
    let mut value = HeaderValue::try_from(format!("Bearer {text}"))
        .ok()
        .filter(|_| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| Error::setup(ErrorKind::BadToken, None))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Decodes a successful answer; whatever cannot be decoded is never taken for success.
fn expect<T>(
    answer: &Answer,
    request: &Request,
    decode: impl FnOnce(&[u8]) -> Result<T, SafeText>,
) -> Result<T, Error> {
    decode(&answer.body).map_err(|place| not_expected(answer, &place, request))
}

/// Tells a web page from other text, and both from JSON of another shape, of which `place` is named.
fn not_expected(answer: &Answer, place: &SafeText, request: &Request) -> Error {
    let Answer {
        status, body, secrets, ..
    } = answer;
    let first_line = || body::first_line(body, secrets);
    let (what, said) = if body::is_html(body) {
        (Unexpected::Html, first_line())
    } else if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
        (Unexpected::Shape, Some(secrets.words(place.as_str())))
    } else {
        (Unexpected::NotJson, first_line())
    };
    Error::unexpected(what, *status, said, request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_with_the_token_hides_its_value() {
        let value = bearer(&"t0p-s3cret".to_owned().into()).unwrap();
        assert!(value.is_sensitive());
        assert_eq!(format!("{value:?}"), "Sensitive");
        assert_eq!(value.as_bytes(), b"Bearer t0p-s3cret");
    }
}
