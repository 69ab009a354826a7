//! Latency and faults on purpose: one layer in front of everything, so that no rule ever knows of them.

use super::connection::ConnectionCutter;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What `--fault` takes, for its help text.
pub const FAULT_HELP: &str = "\
KIND[@CHANCE][:WHERE[,WHERE]...]

KIND is one of
  status=CODE   answer with this status instead (429 and 503 with Retry-After: 1)
  html          answer with a web page instead, as a proxy's sign-in page does
  stall         never answer
  drop-before   cut the connection, the request is not carried out
  drop-after    carry the request out, then cut the connection without an answer

CHANCE is a number between 0 and 1, for example @0.2; without it every request is hit.

WHERE narrows it down
  GET, POST, PUT, DELETE, ...   requests with this method
  times=N                       the first N requests that fit
  anything else                 requests with this in their path

Examples: status=503@0.2  status=429:members,times=2  drop-after:DELETE  stall:GET,/projects";

/// One thing that goes wrong on purpose; written as [`FAULT_HELP`] says.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    kind: Kind,
    chance: f64,
    method: Option<Method>,
    path: Option<String>,
    times: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Status(StatusCode),
    Html,
    Stall,
    DropBefore,
    DropAfter,
}

/// What is wrong with a fault as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No such kind.
    #[error("'{0}' is no kind of fault: status=CODE, html, stall, drop-before or drop-after")]
    Kind(String),
    /// Not a status a server can answer with.
    #[error("'{0}' is no status code: a number from 200 to 599")]
    Status(String),
    /// Not a chance.
    #[error("'{0}' is no chance: a number above 0 and up to 1, for example 0.2")]
    Chance(String),
    /// Not a number of times.
    #[error("'{0}' is no number of times: a whole number from 1")]
    Times(String),
    /// A place is given twice, or is empty.
    #[error("'{0}' cannot be used here: one method, one part of the path and one times=N at most")]
    Where(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (what, places) = text
            .split_once(':')
            .map_or((text, None), |(what, rest)| (what, Some(rest)));
        let (kind, chance) = match what.split_once('@') {
            Some((kind, chance)) => (kind, parse_chance(chance)?),
            None => (what, 1.0),
        };
        let mut fault = Self {
            kind: kind.parse()?,
            chance,
            method: None,
            path: None,
            times: None,
        };
        for place in places.into_iter().flat_map(|places| places.split(',')) {
            fault.narrow(place)?;
        }
        Ok(fault)
    }
}

impl FromStr for Kind {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(code) = text.strip_prefix("status=") {
            let status = code.parse::<u16>().ok().filter(|code| (200..600).contains(code));
            let status = status.and_then(|code| StatusCode::from_u16(code).ok());
            return status
                .map(Self::Status)
                .ok_or_else(|| FaultError::Status(code.to_owned()));
        }
        match text {
            "html" => Ok(Self::Html),
            "stall" => Ok(Self::Stall),
            "drop-before" => Ok(Self::DropBefore),
            "drop-after" => Ok(Self::DropAfter),
            other => Err(FaultError::Kind(other.to_owned())),
        }
    }
}

fn parse_chance(text: &str) -> Result<f64, FaultError> {
    let chance = text.parse::<f64>().ok();
    chance
        .filter(|chance| *chance > 0.0 && *chance <= 1.0)
        .ok_or_else(|| FaultError::Chance(text.to_owned()))
}

impl Fault {
    fn narrow(&mut self, place: &str) -> Result<(), FaultError> {
        let is_new = if let Some(times) = place.strip_prefix("times=") {
            let n = times.parse().ok().filter(|n| *n > 0);
            self.times
                .replace(n.ok_or_else(|| FaultError::Times(times.to_owned()))?)
                .is_none()
        } else if !place.is_empty() && place.chars().all(|c| c.is_ascii_uppercase()) {
            let method = Method::from_bytes(place.as_bytes()).ok();
            self.method.replace(method.unwrap_or_default()).is_none()
        } else {
            self.path.replace(place.to_owned()).is_none() && !place.is_empty()
        };
        is_new.then_some(()).ok_or_else(|| FaultError::Where(place.to_owned()))
    }

    fn fits(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted == method)
            && self.path.as_deref().is_none_or(|part| path.contains(part))
            && (self.chance >= 1.0 || fastrand::f64() < self.chance)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Status(status) => write!(f, "status={}", status.as_u16())?,
            Kind::Html => f.write_str("html")?,
            Kind::Stall => f.write_str("stall")?,
            Kind::DropBefore => f.write_str("drop-before")?,
            Kind::DropAfter => f.write_str("drop-after")?,
        }
        if self.chance < 1.0 {
            write!(f, "@{}", self.chance)?;
        }
        let places = [
            self.method.as_ref().map(ToString::to_string),
            self.path.clone(),
            self.times.map(|n| format!("times={n}")),
        ];
        for (i, place) in places.into_iter().flatten().enumerate() {
            write!(f, "{}{place}", if i == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

/// The latency and the faults of a running sandbox.
#[derive(Debug)]
pub(super) struct FaultInjector {
    latency: Duration,
    /// Each with how often it may still strike.
    faults: Vec<(Fault, AtomicU32)>,
    /// Ends a stall when the server stops.
    stopping: CancellationToken,
}

impl FaultInjector {
    pub(super) fn new(latency: Duration, faults: Vec<Fault>, stopping: CancellationToken) -> Self {
        let counted = |fault: Fault| {
            let left = AtomicU32::new(fault.times.unwrap_or(u32::MAX));
            (fault, left)
        };
        Self {
            latency,
            faults: faults.into_iter().map(counted).collect(),
            stopping,
        }
    }

    /// Returns what happens to a request: the first fault that fits.
    fn strikes(&self, method: &Method, path: &str) -> Option<Kind> {
        let is_left = |left: &AtomicU32| {
            let take = |n: u32| if n == u32::MAX { Some(n) } else { n.checked_sub(1) };
            left.fetch_update(Ordering::AcqRel, Ordering::Acquire, take).is_ok()
        };
        self.faults
            .iter()
            .find(|(fault, left)| fault.fits(method, path) && is_left(left))
            .map(|(fault, _left)| fault.kind)
    }
}

/// The layer itself.
pub(super) async fn inject(State(injector): State<Arc<FaultInjector>>, request: Request, next: Next) -> Response {
    if !injector.latency.is_zero() {
        tokio::time::sleep(injector.latency).await;
    }
    let cutter = request
        .extensions()
        .get::<ConnectInfo<ConnectionCutter>>()
        .map(|ConnectInfo(cutter)| cutter.clone())
        .unwrap_or_default();
    match injector.strikes(request.method(), request.uri().path()) {
        None => next.run(request).await,
        Some(Kind::Status(status)) => status_page(status),
        Some(Kind::Html) => sign_in_page(),
        Some(Kind::Stall) => {
            injector.stopping.cancelled().await;
            cut(&cutter)
        }
        Some(Kind::DropBefore) => cut(&cutter),
        Some(Kind::DropAfter) => {
            next.run(request).await;
            cut(&cutter)
        }
    }
}

/// The response is only there to wake the connection up, which then ends without writing it.
fn cut(cutter: &ConnectionCutter) -> Response {
    cutter.cut();
    StatusCode::NO_CONTENT.into_response()
}

fn status_page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Fault");
    let body = axum::Json(json!({"detail": format!("{reason} (fault injected by the sandbox)")}));
    let mut response = (status, body).into_response();
    if [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn sign_in_page() -> Response {
    Html("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("status=503@0.2")]
    #[case("status=429:members")]
    #[case("drop-after:DELETE")]
    #[case("drop-before:/projects,times=3")]
    #[case("stall@0.5:GET,/members,times=1")]
    #[case("html")]
    fn reads_back_what_it_writes(#[case] text: &str) {
        assert_eq!(text.parse::<Fault>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case("explode", FaultError::Kind("explode".into()))]
    #[case("", FaultError::Kind(String::new()))]
    #[case("status=99", FaultError::Status("99".into()))]
    #[case("status=x", FaultError::Status("x".into()))]
    #[case("html@2", FaultError::Chance("2".into()))]
    #[case("html@0", FaultError::Chance("0".into()))]
    #[case("html:times=0", FaultError::Times("0".into()))]
    #[case("html:GET,PUT", FaultError::Where("PUT".into()))]
    #[case("html:", FaultError::Where(String::new()))]
    fn says_what_is_wrong(#[case] text: &str, #[case] expected: FaultError) {
        assert_eq!(text.parse::<Fault>(), Err(expected));
    }

    fn injector_of(faults: &[&str]) -> FaultInjector {
        let faults = faults.iter().map(|text| text.parse().unwrap()).collect();
        FaultInjector::new(Duration::ZERO, faults, CancellationToken::new())
    }

    #[test]
    fn strikes_where_it_is_told_to_and_as_often() {
        let injector = injector_of(&["html:PUT,/members,times=2", "stall:DELETE"]);
        assert_eq!(injector.strikes(&Method::GET, "/w/members"), None);
        assert_eq!(injector.strikes(&Method::PUT, "/w/projects"), None);
        assert_eq!(injector.strikes(&Method::DELETE, "/w"), Some(Kind::Stall));
        assert_eq!(injector.strikes(&Method::PUT, "/w/members/x"), Some(Kind::Html));
        assert_eq!(injector.strikes(&Method::PUT, "/w/members/x"), Some(Kind::Html));
        assert_eq!(injector.strikes(&Method::PUT, "/w/members/x"), None);
    }

    #[test]
    fn a_chance_strikes_sometimes() {
        let injector = injector_of(&["html@0.5"]);
        let n_struck = (0..1000)
            .filter(|_| injector.strikes(&Method::GET, "/").is_some())
            .count();
        // Outside this range once in more tries than there are atoms in the world.
        assert!((250..750).contains(&n_struck), "{n_struck}");
    }
}
