//! The HTTP library as the client uses it, made when the first request needs it: reading the certificates of the
//! system's authorities takes longer than everything else a program does before it can draw.

use super::Connection;
use super::connection::Limits;
use super::error::{Error, ErrorKind};
use super::request::Request;
use crate::background::blocking;
use crate::domain::proxy::{Proxies, Proxy};
use reqwest::{Certificate, Method};
use std::io;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What the client calls itself.
const USER_AGENT: &str = concat!("nmp-console/", env!("CARGO_PKG_VERSION"));

/// Connections to one platform.
pub(super) struct Http {
    terms: Terms,
    /// What stands between here and the platform.
    proxy: Option<Proxy>,
    /// For reads: it keeps connections open.
    reads: OnceCell<reqwest::Client>,
    /// Makes a new connection for every request.
    changes: OnceCell<reqwest::Client>,
}

/// On what terms connections are made.
#[derive(Clone)]
struct Terms {
    limits: Limits,
    trust: Trust,
    proxies: Proxies,
}

/// Whose certificates are believed.
#[derive(Clone)]
enum Trust {
    /// There is nothing to verify, so a machine without any CA certificates will do.
    Nobody,
    /// The authorities of the system, and these.
    SystemAnd(Vec<Certificate>),
}

/// Whether a request may go out on a connection that is already open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reuse {
    Connections,
    Nothing,
}

impl Http {
    /// Prepares connections; the authorities are checked at once, those of the system read at the first request.
    pub(super) fn new(connection: &Connection) -> Result<Self, Error> {
        let proxy = connection.proxies.towards_platform(&connection.base_url).cloned();
        let is_encrypted = connection.base_url.is_https() || proxy.as_ref().is_some_and(Proxy::is_https);
        let trust = if is_encrypted {
            Trust::SystemAnd(authorities(&connection.authorities)?)
        } else {
            Trust::Nobody
        };
        Ok(Self {
            terms: Terms {
                limits: connection.limits,
                trust,
                proxies: connection.proxies.clone(),
            },
            proxy,
            reads: OnceCell::new(),
            changes: OnceCell::new(),
        })
    }

    /// Returns the proxy by way of which the platform is reached.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// Returns the connections for `request`.
    ///
    /// Changes never go out on a connection that has lain idle: the server may be closing it at this moment, and
    /// then nobody can tell whether the change arrived.
    pub(super) async fn connections(&self, request: &Request) -> Result<&reqwest::Client, Error> {
        let (cell, reuse) = match request.method {
            Method::GET => (&self.reads, Reuse::Connections),
            _ => (&self.changes, Reuse::Nothing),
        };
        let make = || async {
            let terms = self.terms.clone();
            // It reads hundreds of files.
            let made = blocking(move || make(terms, reuse)).await;
            made.map_err(|error| Error::in_transit(ErrorKind::Setup, request, Arc::new(error)))
        };
        cell.get_or_try_init(make).await
    }
}

fn make(terms: Terms, reuse: Reuse) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(terms.limits.connect)
        // A redirect-following DELETE of `…/members/..` deletes the workspace; none is ever needed.
        .redirect(reqwest::redirect::Policy::none())
        // The library would repeat requests on its own account; who repeats what is decided in `send`.
        .retry(reqwest::retry::never())
        .referer(false)
        // Otherwise the library would look into the environment, and at the system's own settings.
        .no_proxy()
        .proxy(reqwest::Proxy::custom(move |destination| {
            let proxy = terms.proxies.towards(destination)?;
            Some(proxy.url().reveal().to_owned())
        }));
    if reuse == Reuse::Nothing {
        builder = builder.pool_max_idle_per_host(0);
    }
    builder = match terms.trust {
        Trust::Nobody => builder.tls_certs_only([]),
        Trust::SystemAnd(these) => builder.tls_certs_merge(these),
    };
    builder.build()
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    if pem.is_empty() {
        return Ok(Vec::new());
    }
    let certificates = Certificate::from_pem_bundle(pem).map_err(|error| bad_authorities(Arc::new(error)))?;
    if certificates.is_empty() {
        // Otherwise the wrong file would be found out only when nothing can be trusted.
        let why = io::Error::new(io::ErrorKind::InvalidData, "no PEM certificate among the authorities");
        return Err(bad_authorities(Arc::new(why)));
    }
    // What lies inside the PEM is looked at only when it is used: here for nothing but that.
    let trial = reqwest::Client::builder().tls_certs_only(certificates.clone());
    trial.build().map_err(|error| bad_authorities(Arc::new(error)))?;
    Ok(certificates)
}

fn bad_authorities(source: Arc<dyn std::error::Error + Send + Sync>) -> Error {
    Error::setup(ErrorKind::BadAuthorities, Some(source))
}
