//! What is really on the wire: answers before the client has made sense of them.

use reqwest::Response;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::fmt::Write as _;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body, null where it is none of JSON.
    pub(crate) json: Value,
}

impl Raw {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap();
        let json = serde_json::from_slice(&body).unwrap_or_default();
        Self { status, headers, json }
    }

    /// Returns what it says, where it says it in one string.
    pub(crate) fn detail(&self) -> &str {
        self.json["detail"].as_str().unwrap_or_default()
    }

    /// Returns status and words at once, to compare both.
    pub(crate) fn said(&self) -> (u16, &str) {
        (self.status, self.detail())
    }

    /// Returns status, kind and place of each mistake a 422 reports: `body.name: missing`.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{self:?}");
        let entries = self.json["detail"].as_array().expect("a list of mistakes");
        entries
            .iter()
            .map(|entry| format!("{}: {}", place(&entry["loc"]), plain(&entry["type"])))
            .collect()
    }

    /// Returns the names of the rows of a list, in its order.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.rows().iter().map(|row| row["name"].as_str().unwrap()).collect()
    }

    pub(crate) fn rows(&self) -> &[Value] {
        assert_eq!(self.status, 200, "{self:?}");
        self.json["data"].as_array().expect("a list")
    }

    /// Returns the keys of the body, in their order.
    pub(crate) fn keys(&self) -> Vec<&str> {
        keys(&self.json)
    }
}

/// Returns the keys of an object, in their order.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Percent-encodes everything that is not plain. This is on purpose not the client's own encoding.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

fn place(parts: &Value) -> String {
    let parts: Vec<String> = parts.as_array().into_iter().flatten().map(plain).collect();
    parts.join(".")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
