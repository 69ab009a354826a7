//! The address of a platform: the one place that knows what may stand in it.

use super::text::SafeText;
use std::fmt;
use url::{Host, Url};

/// The address of a platform: http or https, a host, perhaps a path prefix of a gateway.
#[derive(Clone)]
pub struct BaseUrl {
    url: Url,
    /// As the URL parser writes it, without a slash at the end: request paths are put right behind it.
    text: String,
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
            return Err(BadUrl::Blank);
        }
        // `localhost:8080` parses too, as a URL of the scheme `localhost`.
        let url = match Url::parse(typed) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => url,
            Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) => return Err(BadUrl::Scheme),
            Err(why) => return Err(BadUrl::Unreadable(why)),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadUrl::Query);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }

    /// Returns the address without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the address as it may be shown.
    pub fn shown(&self) -> SafeText {
        SafeText::new(&self.text)
    }

    /// Returns the host and the port, the usual one included: what a connection is made to.
    pub fn host_and_port(&self) -> SafeText {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port_or_known_default();
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        SafeText::new(&format!("{host}{port}"))
    }

    /// Returns whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Returns whether a token sent there can be read by others on the way.
    pub fn exposes_tokens(&self) -> bool {
        !self.is_https() && !is_loopback(&self.url)
    }

    /// Returns the address as it was parsed.
    pub(in crate::domain) fn url(&self) -> &Url {
        &self.url
    }

    /// Returns whether both lead to the same server, whatever the path.
    pub fn is_at_server_of(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }
}

/// Returns whether `url` leads to this machine itself.
pub(in crate::domain) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// With and without a slash at its end it is one address.
impl PartialEq for BaseUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for BaseUrl {}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

/// Why text is not the address of a platform, as the end of a sentence that begins with who gave it. It never repeats
/// the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Nothing at all was given.
    #[error("is empty: it must look like https://nmp.example.com")]
    Empty,
    /// A blank or a control character inside.
    #[error("contains a space or a control character")]
    Blank,
    /// Neither `http://` nor `https://` in front.
    #[error("must begin with https:// or http://")]
    Scheme,
    /// A user name or password inside; they would end up on screens and in logs.
    #[error("contains a user name or password: log in with a token instead")]
    Credentials,
    /// A query or a fragment, behind which no path can be put.
    #[error("contains a query or fragment: it must be the address of the platform alone")]
    Query,
    /// Whatever else the URL parser says.
    #[error("is not a URL: {0}")]
    Unreadable(#[source] url::ParseError),
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
    #[case("localhost:8080", "must begin with")]
    #[case("nmp.example.com", "must begin with")]
    #[case("alice:s3cret@example.com", "must begin with")]
    #[case("ftp://example.com", "must begin with")]
    #[case("https://alice:s3cret@example.com", "contains a user name")]
    #[case("https://alice:s3cret@exam ple.com", "contains a space")]
    #[case("https://alice:s3cret@[::1", "is not a URL")]
    #[case("https://example.com/?x=s3cret", "contains a query")]
    #[case("https://example.com/#top", "contains a query")]
    #[case("https://exam ple.com", "contains a space")]
    #[case("https://exa\tmple.com", "contains a space")]
    #[case("https://", "is not a URL: empty host")]
    fn says_what_is_wrong_with_an_address(#[case] typed: &str, #[case] expected: &str) {
        let why = BaseUrl::parse(typed).unwrap_err().to_string();
        assert!(why.starts_with(expected), "{why}");
        assert!(!why.contains("s3cret"), "{why}");
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

    #[rstest]
    #[case("https://nmp.example.com/a", true)]
    #[case("https://nmp.example.com:443", true)]
    #[case("http://nmp.example.com", false)]
    #[case("https://nmp.example.com.evil.org", false)]
    fn tells_servers_apart(#[case] other: &str, #[case] is_same: bool) {
        let here = BaseUrl::parse("https://nmp.example.com").unwrap();
        assert_eq!(here.is_at_server_of(&BaseUrl::parse(other).unwrap()), is_same);
    }
}
