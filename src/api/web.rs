//! Another server than the platform, spoken to on the platform's terms: the same trust, the same proxies, the same
//! limits, no redirects, no repetition. It takes forms and JSON and gives back whatever is answered.

use super::connection::{Connection, Mode};
use super::error::{Error, ErrorKind, Unexpected};
use super::request::Request;
use super::send::{Body, read_up_to};
use super::{BaseUrl, Client};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use std::fmt;
use std::sync::Arc;
use url::Url;
use url::form_urlencoded::Serializer;

/// One address of another server.
#[derive(Clone)]
pub struct Web {
    client: Client,
    url: Url,
}

/// What was answered, whatever its status.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; where it is longer than an answer may be, only its beginning.
    pub body: Vec<u8>,
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
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post(kind, form, purpose).await
    }

    /// Sends JSON, for `purpose` as in "cannot …".
    ///
    /// # Errors
    /// Fails where no answer came.
    pub async fn post_json(&self, body: &serde_json::Value, purpose: &str) -> Result<Reply, Error> {
        let kind = HeaderValue::from_static("application/json");
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
        let body = read_up_to(response, limits.error_body).await.map_err(lost)?;
        let (Body::Whole(body) | Body::Cut(body)) = body;
        Ok(Reply { status, body })
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
