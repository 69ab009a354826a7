//! The HTTP library as the client uses it, made when the first request needs it: reading the certificates of the
//! system's authorities takes longer than everything else a program does before it can draw.

use super::Connection;
use super::connection::Limits;
use super::error::{Error, ErrorKind};
use super::request::Request;
use reqwest::{Certificate, Method};
use std::io;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// What the client calls itself.
const USER_AGENT: &str = concat!("nmp-console/", env!("CARGO_PKG_VERSION"));

/// Connections to one platform.
pub(super) struct Http {
    terms: Terms,
    /// Keeps connections open.
    reads: OnceCell<reqwest::Client>,
    /// Makes a new connection for every request.
    changes: OnceCell<reqwest::Client>,
}

/// On what terms connections are made.
#[derive(Clone)]
struct Terms {
    limits: Limits,
    trust: Trust,
}

/// Whose certificates are believed.
#[derive(Clone)]
enum Trust {
    /// There is nothing to verify, so a machine without any CA certificates will do.
    Nobody,
    /// The authorities of the system.
    System,
    /// These authorities, in place of the system's.
    Only(Vec<Certificate>),
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
        let trust = if !connection.base_url.is_https() {
            Trust::Nobody
        } else if connection.authorities.is_empty() {
            Trust::System
        } else {
            Trust::Only(authorities(&connection.authorities)?)
        };
        let limits = connection.limits;
        Ok(Self {
            terms: Terms { limits, trust },
            reads: OnceCell::new(),
            changes: OnceCell::new(),
        })
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
            match tokio::task::spawn_blocking(move || make(terms, reuse)).await {
                Ok(made) => made.map_err(|error| Error::in_transit(ErrorKind::Setup, request, Arc::new(error))),
                Err(ended) => Err(Error::in_transit(ErrorKind::Setup, request, Arc::new(ended))),
            }
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
        // Proxies come from the environment, which is not read here.
        .no_proxy();
    if reuse == Reuse::Nothing {
        builder = builder.pool_max_idle_per_host(0);
    }
    builder = match terms.trust {
        Trust::Nobody => builder.tls_certs_only([]),
        Trust::System => builder,
        Trust::Only(these) => builder.tls_certs_only(these),
    };
    builder.build()
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate>, Error> {
    let certificates = Certificate::from_pem_bundle(pem).map_err(setup_failed)?;
    if certificates.is_empty() {
        // Otherwise the wrong file would be found out only when nothing can be trusted.
        let why = io::Error::new(io::ErrorKind::InvalidData, "no PEM certificate among the authorities");
        return Err(Error::setup(ErrorKind::Setup, Some(Arc::new(why))));
    }
    // What lies inside the PEM is looked at only when it is used: here for nothing but that.
    let trial = reqwest::Client::builder().tls_certs_only(certificates.clone());
    trial.build().map_err(setup_failed)?;
    Ok(certificates)
}

fn setup_failed(error: reqwest::Error) -> Error {
    Error::setup(ErrorKind::Setup, Some(Arc::new(error)))
}
