//! Where the platform is and on what terms the client talks to it: plain values, handed in by the caller.
//! Nothing here reads the environment or a file.

use crate::domain::text::SafeText;
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

/// Everything a [`Client`](super::Client) needs to know.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The address of the platform.
    pub base_url: BaseUrl,
    /// The bearer token of the caller, if the platform asks for one.
    pub token: Option<SecretString>,
    /// Whether changes are possible at all.
    pub mode: Mode,
    /// How long to wait and how much to read.
    pub limits: Limits,
    /// Certificates (PEM) of the authorities to trust besides those of the system.
    pub authorities: Vec<u8>,
}

impl Connection {
    /// Returns a connection without a token, with changes allowed and the usual limits.
    pub fn to(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            token: None,
            mode: Mode::Full,
            limits: Limits::default(),
            authorities: Vec::new(),
        }
    }
}

/// Whether a client may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reads, probes and changes.
    Full,
    /// Reads only: whatever is not a GET is refused before it reaches the wire.
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
            body: 64 * 1024 * 1024,
            error_body: 64 * 1024,
        }
    }
}

/// The address of a platform: http or https, a host, perhaps a path prefix of a gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// As the URL parser writes it, without a slash at the end: request paths are put right behind it.
    text: String,
    is_https: bool,
    is_loopback: bool,
}

impl BaseUrl {
    /// Parses what a person typed or configured.
    ///
    /// # Errors
    /// Names what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, BadUrl> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(BadUrl::Empty);
        }
        // The parser would drop them in silence, and with them the difference to another address.
        if typed.chars().any(|c| c.is_control() || c == ' ') {
            return Err(BadUrl::Blank(SafeText::new(typed)));
        }
        if !typed.contains("://") {
            return Err(BadUrl::NoScheme(SafeText::new(typed)));
        }
        let url = Url::parse(typed).map_err(|why| BadUrl::Unreadable(SafeText::new(typed), why))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadUrl::Scheme(SafeText::new(url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadUrl::Query);
        }
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            is_https: url.scheme() == "https",
            is_loopback,
        })
    }

    /// Returns the address without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the address as it may be shown.
    pub fn shown(&self) -> SafeText {
        SafeText::new(&self.text)
    }

    /// Returns whether a token sent there can be read by others on the way.
    pub fn exposes_tokens(&self) -> bool {
        !self.is_https && !self.is_loopback
    }

    /// Returns whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.is_https
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

/// Why text is not the address of a platform.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Nothing was given.
    #[error("the address of the platform is empty; it looks like https://nmp.example.com")]
    Empty,
    /// A blank or a control character inside.
    #[error("the address '{0}' holds a blank or a control character")]
    Blank(SafeText),
    /// Neither `http://` nor `https://` in front.
    #[error("the address '{0}' lacks http:// or https:// in front")]
    NoScheme(SafeText),
    /// Another scheme.
    #[error("addresses begin with http:// or https://, not with {0}://")]
    Scheme(SafeText),
    /// A user name or password inside; they would end up on screens and in logs.
    #[error("the address holds a user name or password; the platform is given a token instead")]
    Credentials,
    /// A query or a fragment, behind which no path can be put.
    #[error("the address must end before '?' or '#'")]
    Query,
    /// Whatever else the URL parser says.
    #[error("the address '{0}' cannot be read: {1}")]
    Unreadable(SafeText, #[source] url::ParseError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("http://localhost:8080/", "http://localhost:8080")]
    #[case(" https://nmp.example.com \n", "https://nmp.example.com")]
    #[case("https://gw.example.com/nmp/prod//", "https://gw.example.com/nmp/prod")]
    #[case("HTTP://EXAMPLE.com:80", "http://example.com")]
    fn keeps_the_address_and_its_prefix(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(BaseUrl::parse(typed).map(|url| url.text), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case("", "is empty")]
    #[case("localhost:8080", "lacks http:// or https://")]
    #[case("nmp.example.com", "lacks http:// or https://")]
    #[case("ftp://example.com", "not with ftp://")]
    #[case("https://alice:secret@example.com", "user name or password")]
    #[case("https://example.com/?x=1", "before '?'")]
    #[case("https://example.com/#top", "before '?'")]
    #[case("https://exam ple.com", "blank")]
    #[case("https://exa\tmple.com", "blank")]
    #[case("https://", "cannot be read: empty host")]
    #[case("https://[::1", "cannot be read")]
    fn says_what_is_wrong_with_an_address(#[case] typed: &str, #[case] expected: &str) {
        let why = BaseUrl::parse(typed).unwrap_err().to_string();
        assert!(why.contains(expected), "{why}");
        assert!(!why.contains("secret"));
    }

    #[rstest]
    #[case("http://localhost:8080", false)]
    #[case("http://127.0.0.1", false)]
    #[case("http://127.8.9.10:1", false)]
    #[case("http://[::1]:8080", false)]
    #[case("https://nmp.example.com", false)]
    #[case("http://nmp.example.com", true)]
    #[case("http://10.0.0.1", true)]
    #[case("http://localhost.example.com", true)]
    #[case("http://127.0.0.1.example.com", true)]
    fn knows_where_a_token_could_be_overheard(#[case] typed: &str, #[case] exposed: bool) {
        assert_eq!(BaseUrl::parse(typed).unwrap().exposes_tokens(), exposed);
    }
}
