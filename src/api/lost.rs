//! Failures of the network get their names here. What the libraries below keep to themselves is read from the kinds of
//! their errors, and only where there are none from their words.

use super::Client;
use super::error::{Error, ErrorKind, ProxyFault, TlsTrouble, Unexpected, Unreachable, Validity};
use super::operation::Operation;
use super::request::Request;
use crate::domain::proxy::Proxy;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use reqwest::header::{HeaderMap, PROXY_AUTHENTICATE};
use rustls::CertificateError;
use rustls::pki_types::UnixTime;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

/// How a destination is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    /// Whether it is spoken to over TLS.
    pub(super) is_https: bool,
    /// The proxy in between, if there is one.
    pub(super) proxy: Option<&'a Proxy>,
}

impl<'a> Way<'a> {
    /// The proxy that reads requests and passes them on. One that only passes on what is encrypted answers nothing.
    pub(super) fn forwarder(self) -> Option<&'a Proxy> {
        self.proxy.filter(|_| !self.is_https)
    }
}

impl Client {
    /// Returns how the platform is reached.
    pub(super) fn way(&self) -> Way<'_> {
        Way {
            is_https: self.shared.base_url.is_https(),
            proxy: self.shared.http.proxy(),
        }
    }

    /// Returns where connections go, and who named that place. An address holds no credentials.
    pub(super) fn place(&self) -> SafeText {
        let address = self.shared.base_url.host_and_port();
        match &self.shared.named_by {
            Some(named_by) => SafeText::new(&format!("{address}, {named_by}")),
            None => address,
        }
    }

    /// Names a failure of the network. Only while the connection is being made is it certain that nothing was sent.
    pub(super) fn lost(&self, error: reqwest::Error, request: &Request) -> Error {
        let error = error.without_url();
        let way = self.way();
        let kind = kind(&error, request, way);
        let is_told_in_full = matches!(&kind, ErrorKind::NotConnected(why) if why.facts().is_complete);
        let proxy = way.proxy.filter(|_| kind == ErrorKind::TimedOutBeforeSending);
        let is_setup = kind == ErrorKind::Setup;
        let lost = Error::in_transit(kind, request, Arc::new(error)).without(&self.shared.secrets);
        let lost = if is_setup { lost } else { lost.at(self.place()) };
        if is_told_in_full {
            return lost.saying(None);
        }
        match proxy {
            Some(proxy) => {
                let (proxy, named_by) = (proxy.shown(), proxy.named_by());
                let words = format!("it goes by way of the proxy {proxy} ({named_by})");
                lost.saying(Some(SafeText::new(&words)))
            }
            None => lost,
        }
    }
}

fn kind(error: &reqwest::Error, request: &Request, way: Way<'_>) -> ErrorKind {
    let is_change = matches!(request.operation, Operation::Change(_));
    if error.is_builder() {
        ErrorKind::Setup
    } else if error.is_connect() && error.is_timeout() {
        ErrorKind::TimedOutBeforeSending
    } else if error.is_connect() {
        ErrorKind::NotConnected(unreachable(error, way))
    } else if is_change {
        ErrorKind::OutcomeUnknown
    } else if error.is_timeout() {
        ErrorKind::TimedOut
    } else if speaks_no_http(error) {
        let is_direct_and_plain = !way.is_https && way.proxy.is_none();
        ErrorKind::NotTheExpectedAnswer(if is_direct_and_plain {
            Unexpected::NotHttp
        } else {
            Unexpected::NotJson
        })
    } else {
        ErrorKind::ConnectionLost
    }
}

/// Returns why no connection came about.
pub(super) fn unreachable(error: &(dyn StdError + 'static), way: Way<'_>) -> Unreachable {
    let Some(proxy) = way.proxy else {
        return direct(error, way.is_https);
    };
    // Behind a tunnel that stands, it is the platform's own side that fails.
    let Some(tunnel) = causes(error).find(|cause| cause.to_string().starts_with(TUNNEL)) else {
        return match way.forwarder() {
            Some(proxy) => Unreachable::by(proxy, ProxyFault::Unreachable(direct(error, proxy.is_https()))),
            None => direct(error, way.is_https),
        };
    };
    // The library tells these apart by their words alone.
    let words = tunnel.to_string();
    let fault = match words.trim_start_matches(TUNNEL) {
        "proxy authorization required" => unauthorized(proxy),
        "unsuccessful" => ProxyFault::Refuses,
        "failed to create underlying connection" => ProxyFault::Unreachable(direct(tunnel, proxy.is_https())),
        _ => ProxyFault::BrokeOff,
    };
    Unreachable::by(proxy, fault)
}

/// What the library begins with when a proxy makes no tunnel.
const TUNNEL: &str = "tunnel error: ";

/// Returns what a 407 of `proxy` means.
pub(super) fn unauthorized(proxy: &Proxy) -> ProxyFault {
    if proxy.has_credentials() {
        ProxyFault::RefusesCredentials
    } else {
        ProxyFault::WantsCredentials
    }
}

/// Returns what a 407 of `proxy` means whose headers are known.
pub(super) fn turned_away(proxy: &Proxy, headers: &HeaderMap) -> ProxyFault {
    let offers = headers.get_all(PROXY_AUTHENTICATE).iter();
    let offers = offers.filter_map(|offer| offer.to_str().ok());
    let ways: BTreeSet<String> = offers.flat_map(ways).collect();
    if ways.is_empty() || ways.iter().any(|way| way.eq_ignore_ascii_case("Basic")) {
        return unauthorized(proxy);
    }
    let ways = ways.into_iter().collect::<Vec<_>>().join(" or ");
    ProxyFault::WantsAnotherWay(SafeText::with_limit(&ways, 60))
}

/// Returns the schemes of challenges like `Negotiate, Digest realm="a, b", nonce="c"`.
fn ways(challenges: &str) -> Vec<String> {
    let mut is_quoted = false;
    let bare: String = challenges
        .chars()
        .filter(|c| {
            is_quoted ^= *c == '"';
            !is_quoted
        })
        .collect();
    let first_words = bare.split(',').filter_map(|part| part.split_whitespace().next());
    // A word with a value belongs to the challenge before it.
    let schemes = first_words.filter(|word| !word.contains('='));
    schemes.map(str::to_owned).collect()
}

/// Says what failed on the way to the next machine, which is spoken to over TLS or not.
fn direct(error: &(dyn StdError + 'static), is_tls: bool) -> Unreachable {
    for cause in causes(error) {
        if let Some(error) = cause.downcast_ref::<rustls::Error>() {
            return Unreachable::Tls(tls(error));
        }
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::ConnectionRefused) => return Unreachable::Refused,
            // It stood, and was given up before the two sides had come to terms.
            Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
                if is_tls =>
            {
                return Unreachable::Tls(TlsTrouble::Handshake);
            }
            Some(_) | None => {}
        }
        let words = cause.to_string();
        if words.contains("dns error") || words.contains("invalid dns name") {
            return Unreachable::NoSuchHost;
        }
    }
    Unreachable::Other
}

fn tls(error: &rustls::Error) -> TlsTrouble {
    if let rustls::Error::InvalidCertificate(error) = error {
        certificate(error)
    } else if matches!(error, rustls::Error::InvalidMessage(_)) {
        // Bytes that are no TLS record: plain HTTP, SSH, anything.
        TlsTrouble::NotTls
    } else {
        TlsTrouble::Handshake
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library may tell more of them apart one day"
)]
fn certificate(error: &CertificateError) -> TlsTrouble {
    match error {
        CertificateError::UnknownIssuer => TlsTrouble::UnknownIssuer,
        CertificateError::BadSignature => TlsTrouble::NotSigned,
        CertificateError::Expired => TlsTrouble::Expired(None),
        CertificateError::ExpiredContext { time, not_after } => TlsTrouble::Expired(validity(*not_after, *time)),
        CertificateError::NotValidYet => TlsTrouble::NotYetValid(None),
        CertificateError::NotValidYetContext { time, not_before } => {
            TlsTrouble::NotYetValid(validity(*not_before, *time))
        }
        CertificateError::NotValidForName => TlsTrouble::WrongHost(Vec::new()),
        CertificateError::NotValidForNameContext { presented, .. } => {
            TlsTrouble::WrongHost(presented.iter().take(MOST_NAMES).map(|name| name_in(name)).collect())
        }
        // What checks certificates knows more kinds than TLS has; those have no type here, only words.
        CertificateError::Other(why) if format!("{why:?}").contains("CaUsedAsEndEntity") => TlsTrouble::OfAuthority,
        _ => TlsTrouble::Certificate,
    }
}

fn validity(limit: UnixTime, now: UnixTime) -> Option<Validity> {
    let time = |time: UnixTime| Timestamp::from_second(i64::try_from(time.as_secs()).ok()?).ok();
    Some(Validity {
        limit: time(limit)?,
        now: time(now)?,
    })
}

/// A certificate of a large gateway can be for hundreds of names.
const MOST_NAMES: usize = 5;

/// The library gives names as `DnsName("nmp.example.com")`.
fn name_in(described: &str) -> SafeText {
    let inner = described
        .split_once("(\"")
        .and_then(|(_, rest)| rest.strip_suffix("\")"));
    SafeText::with_limit(inner.unwrap_or(described), 100)
}

/// What answers is some other protocol, or speaks before it is asked.
fn speaks_no_http(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        let words = cause.to_string();
        words.starts_with("invalid HTTP") || words.starts_with("received unexpected message")
    })
}

/// Every cause in turn, those that an `io::Error` only wraps included: it hides them from `source`.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("NTLM", &["NTLM"])]
    #[case("Negotiate, NTLM", &["Negotiate", "NTLM"])]
    #[case("Negotiate TlRMTVNTUAA=,Basic realm=\"a, Digest b\"", &["Negotiate", "Basic"])]
    #[case("Digest realm=\"corp\", nonce=\"n\", qop=auth , Basic", &["Digest", "Basic"])]
    #[case("", &[])]
    #[case(", ,", &[])]
    fn tells_the_ways_that_a_proxy_offers(#[case] challenges: &str, #[case] expected: &[&str]) {
        assert_eq!(ways(challenges), expected);
    }

    #[test]
    fn takes_names_out_of_their_wrapping() {
        assert_eq!(name_in("DnsName(\"nmp.example.com\")").as_str(), "nmp.example.com");
        assert_eq!(name_in("IpAddress(192.0.2.7)").as_str(), "IpAddress(192.0.2.7)");
        assert_eq!(name_in("\u{1b}[31m").as_str(), "\\x1b[31m");
    }
}
