//! By way of a proxy: what passes through it, what goes past it, and what is said when it is the trouble.

use crate::api_given::{TOKEN, connection, json, limits, server_answering, ws};
use crate::api_wire::dead_address;
use crate::tls_given::{Authority, Listening, Manner, Proxy, tls_server};
use nmp_console::api::{BaseUrl, Client, Connection, Error, ErrorKind, Limits, ProxyFault, TlsTrouble, Unreachable};
use nmp_console::domain::proxy::{Exempt, Proxies};
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::time::Duration;
use wiremock::MockServer;

/// Only the proxy knows this host.
const HOST: &str = "platform.test";

fn proxies(url: &str) -> Proxies {
    Proxies::of_context(url, "context 'prod'".into()).unwrap()
}

/// A platform that can be reached by way of a proxy only.
struct Beyond {
    authority: Authority,
    front: Listening,
    back: MockServer,
    proxy: Proxy,
}

impl Beyond {
    async fn with(manner: Manner) -> Self {
        let authority = Authority::new();
        let back = server_answering(json(200, r#"{"data":[]}"#)).await;
        let front = tls_server(authority.good_for(&[HOST]), &back.uri()).await;
        let proxy = Proxy::to(HOST, &front.at, manner).await;
        Self {
            authority,
            front,
            back,
            proxy,
        }
    }

    fn connection(&self, address: &str, proxies: Proxies) -> Connection {
        Connection {
            authorities: self.authority.pem().into_bytes(),
            proxies,
            ..connection(address)
        }
    }

    async fn ask(&self, credentials: &str) -> Result<(), Error> {
        let connection = self.connection("https://platform.test", proxies(&self.proxy.url(credentials)));
        ask(connection).await
    }
}

async fn ask(connection: Connection) -> Result<(), Error> {
    Client::new(connection)
        .unwrap()
        .members(&ws("ml-team"))
        .await
        .map(|_| ())
}

fn fault(error: &Error) -> &ProxyFault {
    let ErrorKind::NotConnected(Unreachable::Proxy(trouble)) = error.kind() else {
        panic!("it is {error:?}");
    };
    assert_eq!(trouble.named_by.as_str(), "context 'prod'");
    &trouble.what
}

#[tokio::test]
async fn an_https_platform_is_reached_through_a_tunnel_that_hides_the_token() {
    let beyond = Beyond::with(Manner::Open).await;
    beyond.ask("").await.unwrap();
    assert_eq!(beyond.proxy.asked(), ["CONNECT platform.test:443"]);
    assert!(!beyond.proxy.seen().concat().contains(TOKEN));
    let request = &beyond.back.received_requests().await.unwrap()[0];
    assert!(request.headers["authorization"].to_str().unwrap().contains(TOKEN));
}

#[tokio::test]
async fn a_plain_platform_is_asked_by_the_proxy() {
    let back = server_answering(json(200, r#"{"data":[]}"#)).await;
    let proxy = Proxy::to(HOST, &back.uri(), Manner::Open).await;
    let plain = |address: &str| Connection {
        limits: limits(),
        proxies: proxies(&proxy.url("")),
        ..Connection::to(BaseUrl::parse(address).unwrap())
    };
    ask(plain("http://platform.test")).await.unwrap();
    let asked = "GET http://platform.test/apis/entities/v2/workspaces/ml-team/members";
    assert_eq!(proxy.asked(), [asked]);
    let with_token = Connection {
        token: Some(TOKEN.to_owned().into()),
        ..plain("http://platform.test")
    };
    let error = Client::new(with_token).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::InsecureToken);
    assert!(
        error.next_step().as_str().starts_with("Use the https address"),
        "{}",
        error.next_step()
    );
    assert_eq!(proxy.seen().len(), 1, "nothing more was sent");
}

/// The password is one that only survives if it is decoded: `p@ss:w%rd`.
#[rstest]
#[case("https://platform.test", "CONNECT platform.test:443")]
#[case(
    "http://platform.test",
    "GET http://platform.test/apis/entities/v2/workspaces/ml-team/members"
)]
#[tokio::test]
async fn user_name_and_password_are_for_the_proxy_alone(#[case] address: &str, #[case] asked: &str) {
    let mut beyond = Beyond::with(Manner::Open).await;
    let is_https = address.starts_with("https:");
    let inner = if is_https {
        beyond.front.at.clone()
    } else {
        beyond.back.uri()
    };
    beyond.proxy = Proxy::to(HOST, &inner, Manner::Asks("Basic YWw6cEBzczp3JXJk\r\n")).await;
    let connection = Connection {
        token: None,
        ..beyond.connection(address, proxies(&beyond.proxy.url("al:p%40ss:w%25rd@")))
    };
    assert!(!format!("{connection:?}").contains("p%40ss"));
    ask(connection).await.unwrap();
    assert_eq!(beyond.proxy.asked(), [asked]);
}

#[rstest]
#[case::none_given("https://platform.test", "", ProxyFault::WantsCredentials)]
#[case::others_wanted("https://platform.test", "al:s3cret@", ProxyFault::RefusesCredentials)]
#[case::none_given_in_plain("http://platform.test", "", ProxyFault::WantsCredentials)]
#[case::others_wanted_in_plain("http://platform.test", "al:s3cret@", ProxyFault::RefusesCredentials)]
#[tokio::test]
async fn a_proxy_that_asks_for_credentials_is_named_without_them(
    #[case] address: &str,
    #[case] credentials: &str,
    #[case] expected: ProxyFault,
) {
    let beyond = Beyond::with(Manner::Asks("nobody knows")).await;
    let connection = Connection {
        token: None,
        ..beyond.connection(address, proxies(&beyond.proxy.url(credentials)))
    };
    let error = ask(connection).await.unwrap_err();
    assert_eq!(fault(&error), &expected);
    let told = format!("the proxy {} (context 'prod')", beyond.proxy.url(""));
    assert!(error.to_string().contains(&told), "{error}");
    assert!(
        error.next_step().as_str().contains("context 'prod' names"),
        "{}",
        error.next_step()
    );
    let source = std::error::Error::source(&error);
    assert!(
        !format!("{error} {error:?} {source:?}").contains("s3cret"),
        "{error:?} {source:?}"
    );
    assert_eq!(beyond.proxy.seen().len(), 1, "it would refuse again");
}

#[rstest]
#[case::ntlm("NTLM", "", "NTLM")]
#[case::two("Negotiate, NTLM", "al:s3cret@", "NTLM or Negotiate")]
#[case::in_two_lines("Negotiate\r\nproxy-authenticate: NTLM", "", "NTLM or Negotiate")]
#[case::with_their_values("Digest realm=\"a, Basic b\", nonce=\"c\"", "al:s3cret@", "Digest")]
#[tokio::test]
async fn a_proxy_that_speaks_no_basic_is_told_with_what_helps(
    #[case] offers: &'static str,
    #[case] credentials: &str,
    #[case] ways: &str,
) {
    let beyond = Beyond::with(Manner::Offers(offers)).await;
    let connection = Connection {
        token: None,
        ..beyond.connection("http://platform.test", proxies(&beyond.proxy.url(credentials)))
    };
    let error = ask(connection).await.unwrap_err();
    assert_eq!(fault(&error), &ProxyFault::WantsAnotherWay(ways.into()));
    let words = format!("accepts {ways} only, and this program speaks Basic only");
    assert!(error.to_string().contains(&words), "{error}");
    let next = error.next_step();
    assert!(
        next.as_str().contains("cntlm") && next.as_str().contains("NO_PROXY"),
        "{next}"
    );
    assert!(!next.as_str().contains("user:password"), "{next}");
}

/// The library does not tell what a proxy offers that is to make a tunnel, so the advice is for either case.
#[rstest]
#[case::none_given("", "user:password@")]
#[case::given("al:s3cret@", "%40")]
#[tokio::test]
async fn where_the_ways_of_a_proxy_cannot_be_seen_either_case_is_told(#[case] credentials: &str, #[case] basic: &str) {
    for offers in ["NTLM", "Basic"] {
        let beyond = Beyond::with(Manner::Offers(offers)).await;
        let next = beyond.ask(credentials).await.unwrap_err().next_step();
        for part in [basic, "NTLM or Negotiate", "cntlm", "NO_PROXY"] {
            assert!(next.as_str().contains(part), "{part}: {next}");
        }
    }
}

#[rstest]
#[case(Manner::Refuses("403 Forbidden"), ProxyFault::Refuses)]
#[case(Manner::Refuses("502 Bad Gateway"), ProxyFault::Refuses)]
#[case(Manner::HangsUp, ProxyFault::BrokeOff)]
#[tokio::test]
async fn a_proxy_that_makes_no_connection_is_named(#[case] manner: Manner, #[case] expected: ProxyFault) {
    let beyond = Beyond::with(manner).await;
    let error = beyond.ask("").await.unwrap_err();
    assert_eq!(fault(&error), &expected);
    assert!(error.to_string().contains(&beyond.proxy.url("")), "{error}");
}

#[tokio::test]
async fn a_proxy_that_never_answers_is_named() {
    let beyond = Beyond::with(Manner::Stalls).await;
    let connection = Connection {
        limits: Limits {
            connect: Duration::from_millis(100),
            ..limits()
        },
        ..beyond.connection("https://platform.test", proxies(&beyond.proxy.url("al:s3cret@")))
    };
    let error = ask(connection).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TimedOutBeforeSending);
    let told = format!(
        ": it goes by way of the proxy {} (context 'prod')",
        beyond.proxy.url("")
    );
    assert!(error.to_string().ends_with(&told), "{error}");
}

#[rstest]
#[case("https://platform.test")]
#[case("http://platform.test")]
#[tokio::test]
async fn a_proxy_that_is_down_is_told_from_a_platform_that_is_down(#[case] address: &str) {
    let dead = dead_address().await;
    let connection = Connection {
        token: None,
        proxies: proxies(&dead),
        ..connection(address)
    };
    let error = ask(connection).await.unwrap_err();
    assert_eq!(fault(&error), &ProxyFault::Unreachable(Unreachable::Refused));
    let told = format!("nothing is listening at the proxy {dead} (context 'prod')");
    assert!(error.to_string().contains(&told), "{error}");
}

#[tokio::test]
async fn a_bad_certificate_behind_a_proxy_is_the_platforms() {
    let beyond = Beyond::with(Manner::Open).await;
    let connection = Connection {
        authorities: Vec::new(),
        ..beyond.connection("https://platform.test", proxies(&beyond.proxy.url("")))
    };
    let error = ask(connection).await.unwrap_err();
    let expected = ErrorKind::NotConnected(Unreachable::Tls(TlsTrouble::UnknownIssuer));
    assert_eq!(error.kind(), &expected, "{error}");
}

#[tokio::test]
async fn a_proxy_can_be_spoken_to_over_tls_and_its_certificate_is_looked_at() {
    let beyond = Beyond::with(Manner::Open).await;
    let inner = beyond.proxy.url("");
    let front = tls_server(beyond.authority.good_for(&["127.0.0.1"]), &inner).await;
    let there = proxies(&format!("https://{}", front.at));
    ask(beyond.connection("https://platform.test", there.clone()))
        .await
        .unwrap();
    assert_eq!(beyond.proxy.asked(), ["CONNECT platform.test:443"]);

    // For a plain platform, too.
    let connection = Connection {
        token: None,
        authorities: Vec::new(),
        ..beyond.connection("http://platform.test", there)
    };
    let error = ask(connection).await.unwrap_err();
    let expected = ProxyFault::Unreachable(Unreachable::Tls(TlsTrouble::UnknownIssuer));
    assert_eq!(fault(&error), &expected, "{error}");
}

#[tokio::test]
async fn what_is_on_this_machine_is_reached_past_the_proxy() {
    let back = server_answering(json(200, r#"{"data":[]}"#)).await;
    let proxy = Proxy::to("127.0.0.1", &back.uri(), Manner::Open).await;
    let connection = Connection {
        proxies: proxies(&proxy.url("")),
        ..connection(&back.uri())
    };
    ask(connection).await.unwrap();
    assert_eq!(proxy.seen(), Vec::<String>::new());
    assert_eq!(back.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_exempt_is_reached_past_the_proxy() {
    let beyond = Beyond::with(Manner::Open).await;
    let past = Proxies {
        exempt: Exempt::parse(".test:443"),
        ..proxies(&beyond.proxy.url(""))
    };
    let error = ask(beyond.connection("https://platform.test", past.clone()))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::NotConnected(Unreachable::NoSuchHost),
        "nobody here knows the host"
    );
    assert_eq!(beyond.proxy.seen(), Vec::<String>::new());
    ask(beyond.connection("https://platform.test:8443", past))
        .await
        .unwrap();
    assert_eq!(beyond.proxy.asked(), ["CONNECT platform.test:8443"]);
}
