//! Who is let in: programs on this machine, and not the web pages that its browsers show.
//!
//! A page from anywhere may have its own name resolve to this machine (DNS rebinding), and is then to the browser of one
//! origin with the sandbox, which believes every caller. What gives it away is the name it asks for, and that it says
//! where it comes from. So requests must be for a loopback name or address, or for a name that whoever started the
//! sandbox has given it, and must not come from a page of any other.

use super::problem::Problem;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What the sandbox is called.
#[derive(Debug, Clone)]
pub(super) struct Door {
    address: SocketAddr,
    /// Besides loopback, in lower case.
    names: Arc<[String]>,
}

impl Door {
    /// Returns the door of a sandbox at this address, which has these names besides.
    pub(super) fn new(address: SocketAddr, names: &[String]) -> Self {
        let names = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { address, names }
    }

    /// Puts it before everything else.
    pub(super) fn before(self, router: Router) -> Router {
        router.layer(middleware::from_fn_with_state(self, pass))
    }

    /// Says why a request is not let in.
    fn refusal(&self, uri: &Uri, headers: &HeaderMap) -> Option<Problem> {
        let asked_for = headers.get_all(header::HOST).iter().map(|value| value.to_str().ok());
        let mut asked_for = asked_for.chain(uri.authority().map(|authority| Some(authority.as_str())));
        if !asked_for.all(|host| host.is_some_and(|host| self.is_called(host))) {
            let detail = "This sandbox answers to loopback names and addresses only. \
                          'nmp-console sandbox --host NAME' lets it answer to one more.";
            return Some(Problem::Said(StatusCode::MISDIRECTED_REQUEST, detail.to_owned()));
        }
        let is_from_here = |name: &HeaderName| {
            let mut pages = headers.get_all(name).iter();
            pages.all(|page| page.to_str().is_ok_and(|page| self.is_own_page(page)))
        };
        if !(is_from_here(&header::ORIGIN) && is_from_here(&header::REFERER)) {
            let detail = "This sandbox answers no web page of another origin.";
            return Some(Problem::Said(StatusCode::FORBIDDEN, detail.to_owned()));
        }
        None
    }

    /// Whether it is called so; the port may be that of a tunnel.
    fn is_called(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        // Somebody's name before an `@` has no business there.
        if host.contains('@') {
            return false;
        }
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        let name = name.to_ascii_lowercase();
        match name.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || address == self.address.ip() || self.names.contains(&name),
            Err(_) => name == "localhost" || self.names.contains(&name),
        }
    }

    /// Whether a page, or a bare origin, is one of its own.
    fn is_own_page(&self, page: &str) -> bool {
        let uri = page.parse::<Uri>().ok();
        let authority = uri.as_ref().and_then(Uri::authority);
        authority.is_some_and(|authority| self.is_called(authority.as_str()))
    }
}

async fn pass(State(door): State<Door>, request: Request, next: Next) -> Response {
    match door.refusal(request.uri(), request.headers()) {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use rstest::rstest;

    fn status(host: &str, names: &[(HeaderName, &str)]) -> Option<StatusCode> {
        let door = Door::new("127.0.0.1:8080".parse().unwrap(), &["Sandbox.Example.com".to_owned()]);
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap());
        for (name, value) in names {
            headers.append(name, value.parse().unwrap());
        }
        match door.refusal(&Uri::from_static("/status"), &headers) {
            Some(Problem::Said(status, _detail)) => Some(status),
            Some(other) => panic!("{other:?}"),
            None => None,
        }
    }

    #[rstest]
    #[case::its_address("127.0.0.1:8080", true)]
    #[case::by_name("localhost:8080", true)]
    #[case::in_any_case("LocalHost", true)]
    #[case::through_a_tunnel("localhost:9000", true)]
    #[case::another_loopback("127.9.9.9:8080", true)]
    #[case::six("[::1]:8080", true)]
    #[case::given("sandbox.example.com:443", true)]
    #[case::given_in_any_case("SANDBOX.example.com", true)]
    #[case::rebound("evil.example.net:8080", false)]
    #[case::below_one_given("a.sandbox.example.com", false)]
    #[case::looks_like_loopback("localhost.example.net", false)]
    #[case::looks_like_an_address("127.0.0.1.example.net", false)]
    #[case::resolves_to_loopback("127.0.0.1.nip.io", false)]
    #[case::unspecified("0.0.0.0:8080", false)]
    #[case::in_the_network("192.168.1.4:8080", false)]
    #[case::somebody_at("localhost@evil.example.net", false)]
    #[case::evil_at("evil.example.net@localhost", false)]
    #[case::empty("", false)]
    #[case::no_name("a b", false)]
    #[case::bytes("\u{e9}", false)]
    fn answers_to_its_own_names_only(#[case] host: &str, #[case] is_let_in: bool) {
        let expected = (!is_let_in).then_some(StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(status(host, &[]), expected, "{host:?}");
    }

    #[test]
    fn all_names_that_are_said_must_be_its_own() {
        let two = [(header::HOST, "evil.example.net")];
        assert_eq!(status("localhost", &two), Some(StatusCode::MISDIRECTED_REQUEST));
        let door = Door::new("127.0.0.1:8080".parse().unwrap(), &[]);
        let absolute = Uri::from_static("http://evil.example.net/status");
        assert!(door.refusal(&absolute, &HeaderMap::new()).is_some());
        // What speaks HTTP/1.0 need not say any, and no browser does.
        assert!(door.refusal(&Uri::from_static("/status"), &HeaderMap::new()).is_none());
    }

    #[rstest]
    #[case::own(header::ORIGIN, "http://127.0.0.1:8080", true)]
    #[case::local_page(header::ORIGIN, "http://localhost:5173", true)]
    #[case::given(header::ORIGIN, "https://sandbox.example.com", true)]
    #[case::foreign(header::ORIGIN, "https://evil.example.net", false)]
    #[case::nobody(header::ORIGIN, "null", false)]
    #[case::from_a_page(header::REFERER, "https://evil.example.net/attack.html?x=1", false)]
    #[case::from_its_own(header::REFERER, "http://localhost:8080/page", true)]
    fn answers_no_foreign_page(#[case] name: HeaderName, #[case] page: &str, #[case] is_let_in: bool) {
        let expected = (!is_let_in).then_some(StatusCode::FORBIDDEN);
        assert_eq!(status("localhost", &[(name, page)]), expected, "{page}");
    }
}
