//! Another server than the platform, spoken to on the platform's terms: the same trust, the same proxies, the same
//! limits, no redirects, no repetition. It takes forms and JSON and gives back whatever is answered.

use super::connection::{Connection, Mode};
use super::error::body::is_html;
use super::error::{Error, ErrorKind, Unexpected};
use super::request::Request;
use super::secrets::Secrets;
use super::send::{Body, read_up_to, retry_after};
use super::{BaseUrl, Client};
use crate::domain::text::SafeText;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;
use url::form_urlencoded::Serializer;

/// One address of another server.
#[derive(Clone)]
pub struct Web {
    client: Client,
    url: Url,
}

/// The parts of a form that nobody else may see, and those of an answer.
const SECRET: &[&str] = &[
    "access_token",
    "id_token",
    "refresh_token",
    "device_code",
    "client_secret",
    "client_assertion",
    "assertion",
    "code",
    "code_verifier",
    "password",
];
const SECRET_IN_ANSWERS: &[&str] = &["access_token", "id_token", "refresh_token", "device_code"];

/// What was answered, whatever its status.
pub struct Reply {
    /// The HTTP status code.
    pub status: u16,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether a web page came.
    pub is_page: bool,
    /// The body, if it is a JSON object. There may be secrets in it.
    object: Option<Map<String, Value>>,
    secrets: Secrets,
}

impl Reply {
    /// Returns a text of it, to be used and not to be shown.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.object
            .as_ref()?
            .get(name)?
            .as_str()
            .filter(|text| !text.is_empty())
    }

    /// Returns a text of it as it may be shown.
    pub fn words(&self, name: &str) -> Option<SafeText> {
        self.text(name).map(|text| self.secrets.words(text))
    }

    /// Returns a number of seconds; some write numbers as text.
    pub fn seconds(&self, name: &str) -> Option<Duration> {
        let value = self.object.as_ref()?.get(name)?;
        let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// Returns whether it is what such a server answers: a JSON object.
    pub fn is_object(&self) -> bool {
        self.object.is_some()
    }

    /// Returns whether `text` holds none of the secrets of this connection.
    pub fn is_harmless(&self, text: &str) -> bool {
        self.secrets.cleaned(text) == text
    }
}

impl Web {
    /// Prepares to speak to `address` on the terms of `connection`, without its token.
    ///
    /// # Errors
    /// Refuses what is no address, and one where secrets would travel in the clear to another machine.
    pub fn at(address: &str, connection: &Connection) -> Result<Self, Error> {
        let no_address = |source| Error::setup(ErrorKind::BadAddress, Some(source));
        let url = Url::parse(address).map_err(|why| no_address(Arc::new(why)))?;
        let server = url.origin().ascii_serialization();
        let base_url = BaseUrl::parse(&server).map_err(|why| no_address(Arc::new(why)))?;
        if base_url.exposes_tokens() {
            return Err(Error::setup(ErrorKind::InsecureToken, None));
        }
        let client = Client::new(Connection {
            base_url,
            token: None,
            mode: Mode::Full,
            // Nobody typed it: the platform says who vouches for its users.
            named_by: Some(SafeText::new(&format!(
                "the discovery of {}",
                connection.base_url.host_and_port()
            ))),
            ..connection.clone()
        })?;
        Ok(Self { client, url })
    }

    /// Sends a form, for `purpose` as in "cannot …".
    ///
    /// # Errors
    /// Fails where no answer came.
    pub async fn post_form(&self, fields: &[(&str, &str)], purpose: &str) -> Result<Reply, Error> {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        for (name, value) in fields {
            self.learn(name, value);
        }
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(kind, form, purpose).await
    }

    /// Sends JSON, for `purpose` as in "cannot …".
    ///
    /// # Errors
    /// Fails where no answer came.
    pub async fn post_json(&self, body: &Value, purpose: &str) -> Result<Reply, Error> {
        let kind = HeaderValue::from_static("application/json");
        for (name, value) in body.as_object().into_iter().flatten() {
            self.learn(name, value.as_str().unwrap_or_default());
        }
        self.post(kind, body.to_string(), purpose).await
    }

    async fn post(&self, kind: HeaderValue, body: String, purpose: &str) -> Result<Reply, Error> {
        let request = Request::elsewhere(purpose);
        let limits = &self.client.shared.limits;
        let http = self.client.shared.http.connections(&request).await?;
        let outgoing = http
            .post(self.url.clone())
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .header(CONTENT_TYPE, kind)
            .timeout(limits.change)
            .body(body);
        let lost = |error| self.client.lost(error, &request);
        let response = outgoing.send().await.map_err(lost)?;
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            let what = Unexpected::Redirect;
            return Err(Error::unexpected(what, status, None, &request));
        }
        let retry_after = retry_after(response.headers());
        let body = read_up_to(response, limits.error_body).await.map_err(lost)?;
        let (Body::Whole(body) | Body::Cut(body)) = body;
        let object: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
        let secrets = self.client.shared.secrets.clone();
        for name in SECRET_IN_ANSWERS {
            let secret = object.as_ref().and_then(|object| object.get(*name)?.as_str());
            secrets.learn(secret.unwrap_or_default());
        }
        Ok(Reply {
            status,
            retry_after,
            is_page: is_html(&body),
            object,
            secrets,
        })
    }

    fn learn(&self, name: &str, value: &str) {
        if SECRET.contains(&name) {
            self.client.shared.secrets.learn(value);
        }
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web")
            .field("server", self.client.base_url())
            .finish_non_exhaustive()
    }
}

/// Without the body, which may hold tokens.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
