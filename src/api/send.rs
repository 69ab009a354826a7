//! The one place where bytes reach the wire: [`Client::send`]. Read-only is refused here, answers are read
//! here up to a cap.

use super::connection::Mode;
use super::error::body::{self, Form, Said};
use super::error::{Error, ErrorKind, Unexpected, Unreachable};
use super::lift::Lift;
use super::request::{Credentials, Request};
use super::secrets::Secrets;
use super::tokens::{Bearer, TokenProblem};
use super::{Client, bearer, lost};
use crate::domain::retry::{self, Trouble};
use crate::domain::text::SafeText;
use reqwest::header::{ACCEPT, AGE, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::{Duration, Instant};

/// A retry that is about to be waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which attempt failed, from 1.
    pub attempt: u32,
    /// How long until the next one.
    pub delay: Duration,
    /// What was the matter with the last attempt.
    pub trouble: Trouble,
    /// What the request was for, as in "cannot …".
    pub purpose: SafeText,
}

/// An answer with its body read to the end, without the secrets that were in it.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    /// Whether it is JSON, as its header says.
    pub(super) is_json: bool,
    /// The token it was asked for with.
    pub(super) token: Option<SecretString>,
    /// What is still to be taken out of the words that are made of it.
    pub(super) secrets: Secrets,
}

impl Client {
    /// Sends a read until it is answered, is refused for good, or four attempts have failed.
    pub(super) async fn read(&self, request: &Request) -> Result<Answer, Error> {
        let mut attempt = 1;
        loop {
            let error = match self.send(request, self.shared.limits.read).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(delay) = retry::delay_before_next(attempt, error.trouble(), fastrand::f64()) else {
                return Err(error);
            };
            let delay = delay.mul_f64(self.shared.limits.retry_wait_factor);
            if let Some(observer) = &self.observer {
                observer(Waiting {
                    attempt,
                    delay,
                    trouble: error.trouble(),
                    purpose: request.purpose.clone(),
                });
            }
            tokio::time::sleep(delay).await;
            attempt += 1;
        }
    }

    /// Sends `request` once. Any answer outside 2xx is an error.
    pub(super) async fn send(&self, request: &Request, limit: Duration) -> Result<Answer, Error> {
        self.refuse_changes(request)?;
        let started = Instant::now();
        let result = self.with_token(request, limit).await;
        let status = match &result {
            Ok(answer) => Some(answer.status),
            Err(error) => error.status(),
        };
        tracing::debug!(
            method = %request.method,
            path = %request.path(),
            status,
            kind = result.as_ref().err().map(|error| tracing::field::debug(error.kind().clone())),
            milliseconds = started.elapsed().as_millis(),
            "request"
        );
        result
    }

    /// Refuses what may change something on a read-only connection, unless that is lifted at this moment.
    fn refuse_changes(&self, request: &Request) -> Result<(), Error> {
        let is_lifted = || self.shared.lift.as_ref().is_some_and(Lift::is_in_force);
        if self.shared.mode == Mode::ReadOnly && request.method != Method::GET && !is_lifted() {
            return Err(Error::unsent(ErrorKind::ReadOnly, request));
        }
        Ok(())
    }

    /// Sends `request` with the token in force. Where the server turns that down and there is another one, a read goes
    /// out once more.
    ///
    /// A change does not: what stands in front of the platform can turn a token down after the platform has done what
    /// was asked. Whoever made the change has to read back before it is sent again.
    async fn with_token(&self, request: &Request, limit: Duration) -> Result<Answer, Error> {
        let bearer = self.token().filter(|_| request.credentials == Credentials::Token);
        let tokens = match bearer {
            None => return self.attempt(request, limit, None).await,
            Some(Bearer::Fixed(token)) => return self.attempt(request, limit, Some(token)).await,
            Some(Bearer::Kept(tokens)) => tokens,
        };
        let unavailable = |unavailable| Error::token_unavailable(unavailable, request);
        let current = if request.is_change() {
            tokens.current_for_change()
        } else {
            tokens.current()
        };
        let Some(token) = current.await.map_err(unavailable)? else {
            return self.attempt(request, limit, None).await;
        };
        let refused = match self.attempt(request, limit, Some(&token)).await {
            Err(error) if *error.kind() == ErrorKind::Unauthorized => error,
            answered => return answered,
        };
        let other = tokens.instead_of(token).await;
        if request.is_change() {
            return Err(match other {
                Ok(Some(_)) => refused.with_another_token(),
                Err(unavailable) if unavailable.how == TokenProblem::LoginRequired => {
                    Error::token_unavailable(unavailable, request)
                }
                Ok(None) | Err(_) => refused,
            });
        }
        match other.map_err(unavailable)? {
            Some(other) => self.attempt(request, limit, Some(&other)).await,
            None => Err(refused),
        }
    }

    async fn attempt(&self, request: &Request, limit: Duration, token: Option<&SecretString>) -> Result<Answer, Error> {
        let url = request.url(&self.shared.base_url)?;
        let http = self.shared.http.connections(request).await?;
        let mut outgoing = http
            .request(request.method.clone(), url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .timeout(limit);
        if let Some(token) = token {
            self.shared.secrets.learn(token.expose_secret());
            outgoing = outgoing.header(AUTHORIZATION, bearer(token)?);
        }
        if let Some(body) = &request.body {
            outgoing = outgoing.json(body);
        }
        // Getting here can have taken a while: a token was renewed, certificates were read.
        self.refuse_changes(request)?;
        let response = outgoing.send().await.map_err(|error| self.lost(error, request))?;
        if let Some(server) = clock(response.headers()) {
            self.hear_clock(server);
        }
        let answer = self.receive(response, request).await?;
        let token = token.cloned();
        Ok(Answer { token, ..answer })
    }

    /// Reads what was answered. Here, and for identity providers in `web`, text comes in from outside: none of it is
    /// kept before the secrets of this connection are taken out.
    async fn receive(&self, response: Response, request: &Request) -> Result<Answer, Error> {
        let (limits, secrets) = (&self.shared.limits, &self.shared.secrets);
        let status = response.status().as_u16();
        let is_json = is_json(response.headers());
        if response.status().is_success() {
            let body = read_up_to(response, limits.body).await;
            let body = body.map_err(|error| self.lost(error, request))?;
            let Body::Whole(body) = body else {
                return Err(Error::unexpected(Unexpected::TooLarge, status, None, request));
            };
            return Ok(Answer {
                status,
                body: secrets.cleaned_data(body),
                is_json,
                token: None,
                secrets: secrets.clone(),
            });
        }
        if let (407, Some(proxy)) = (status, self.way().forwarder()) {
            let why = Unreachable::by(proxy, lost::turned_away(proxy, response.headers()));
            return Err(Error::unsent(ErrorKind::NotConnected(why), request).at(self.place()));
        }
        let retry_after = retry_after(response.headers());
        let target = response
            .status()
            .is_redirection()
            .then(|| target(response.headers(), secrets));
        // What matters is that it failed; a body that breaks off does not change that.
        let body = match read_up_to(response, limits.error_body).await {
            Ok(Body::Whole(body)) => body::read(&body, Form { is_json, is_cut: false }, secrets),
            Ok(Body::Cut(body)) => body::read(&body, Form { is_json, is_cut: true }, secrets),
            Err(_) => Said::default(),
        };
        let body = match target.flatten() {
            Some(target) => Said {
                text: Some(target),
                ..body
            },
            None => body,
        };
        if status == 400 && !self.shared.base_url.is_https() && asks_for_https(&body) {
            let not_http = Error::unexpected(Unexpected::NotHttp, status, body.text, request);
            return Err(not_http.at(self.place()));
        }
        Err(Error::refused(status, body, retry_after, request))
    }
}

pub(super) enum Body {
    Whole(Vec<u8>),
    Cut(Vec<u8>),
}

pub(super) async fn read_up_to(mut response: Response, most: usize) -> reqwest::Result<Body> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        let room = most - body.len();
        if chunk.len() > room {
            body.extend(chunk.iter().take(room));
            return Ok(Body::Cut(body));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Body::Whole(body))
}

/// The usual servers say in a sentence of their own that they would like to be spoken to over TLS.
fn asks_for_https(said: &Said) -> bool {
    let words = said.text.as_ref().map(|text| text.as_str().to_ascii_lowercase());
    words.is_some_and(|words| {
        ["https server", "https port", "ssl-enabled"]
            .iter()
            .any(|said| words.contains(said))
    })
}

/// Reads `Retry-After`, in seconds or as a date; a date is compared with the server's own clock, which
/// its answer carries, so that neither clock needs to be right.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = date(text)?;
    let now = date(headers.get(DATE)?.to_str().ok()?)?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

/// Reads what the server's clock says; an answer out of a cache tells what it said some time ago.
fn clock(headers: &HeaderMap) -> Option<jiff::Timestamp> {
    let is_fresh = !headers.contains_key(AGE);
    date(headers.get(DATE).filter(|_| is_fresh)?.to_str().ok()?)
}

/// Reads where a redirect points to, which says more than its body; without the query, which may hold anything.
fn target(headers: &HeaderMap, secrets: &Secrets) -> Option<SafeText> {
    let target = headers
        .get(LOCATION)?
        .as_bytes()
        .split(|byte| matches!(byte, b'?' | b'#'))
        .next()?;
    let target = String::from_utf8_lossy(target);
    let target = secrets.cleaned(&target);
    (!target.is_empty()).then(|| SafeText::with_limit(&format!("it points to {target}"), 200))
}

/// Returns whether a body is JSON by its header: `application/json`, `application/problem+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

fn date(text: &str) -> Option<jiff::Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("7", None, Some(7))]
    #[case(" 120 ", None, Some(120))]
    #[case("Mon, 23 Nov 2026 08:00:10 GMT", Some("Mon, 23 Nov 2026 08:00:00 GMT"), Some(10))]
    #[case("Mon, 23 Nov 2026 07:59:00 GMT", Some("Mon, 23 Nov 2026 08:00:00 GMT"), Some(0))]
    #[case("Mon, 23 Nov 2026 08:00:10 GMT", None, None)]
    #[case("soon", Some("Mon, 23 Nov 2026 08:00:00 GMT"), None)]
    #[case("-3", None, None)]
    fn reads_how_long_a_server_asks_to_wait(
        #[case] asked: &'static str,
        #[case] date: Option<&'static str>,
        #[case] seconds: Option<u64>,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(asked));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        assert_eq!(retry_after(&headers), seconds.map(Duration::from_secs));
    }
}
