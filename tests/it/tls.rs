//! Whom the client trusts, and what it says about those it does not.

use crate::api_given::{connection, json, server_answering, ws};
use crate::api_wire::serving;
use crate::tls_given::{Authority, Certificate, Listening, tls_server};
use nmp_console::api::{Client, Connection, Error, ErrorKind, Propagation, TlsTrouble, Unexpected, Unreachable};
use pretty_assertions::assert_eq;
use rstest::rstest;
use wiremock::MockServer;

/// A platform behind TLS on this machine.
struct Platform {
    authority: Authority,
    front: Listening,
    back: MockServer,
}

impl Platform {
    async fn with(certificate: impl FnOnce(&Authority) -> Certificate) -> Self {
        let authority = Authority::new();
        let back = server_answering(json(200, r#"{"data":[]}"#)).await;
        let front = tls_server(certificate(&authority), &back.uri()).await;
        Self { authority, front, back }
    }

    fn client(&self, authorities: &[u8]) -> Client {
        Client::new(Connection {
            authorities: authorities.to_vec(),
            ..connection(&format!("https://{}", self.front.at))
        })
        .unwrap()
    }

    /// Asks as somebody who trusts the authority.
    async fn ask(&self) -> Result<(), Error> {
        let client = self.client(self.authority.pem().as_bytes());
        client.members(&ws("ml-team")).await.map(|_| ())
    }

    /// Asks and returns why that was no use, after making sure that nothing got through.
    async fn refusal(&self) -> Error {
        let error = self.ask().await.unwrap_err();
        assert_eq!(self.back.received_requests().await.unwrap().len(), 0);
        error
    }
}

fn trouble(error: &Error) -> &TlsTrouble {
    let ErrorKind::NotConnected(Unreachable::Tls(trouble)) = error.kind() else {
        panic!("it is {error:?}");
    };
    trouble
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_besides_those_of_the_system() {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    platform.ask().await.unwrap();
    assert_eq!(platform.back.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_may_hold_several_authorities_and_words_in_between() {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    let bundle = format!(
        "# Corporate authorities\r\n\r\nsubject=A\r\n{}\r\nsubject=B\r\n{}",
        Authority::new().pem().replace('\n', "\r\n"),
        platform.authority.pem().replace('\n', "\r\n"),
    );
    platform
        .client(bundle.as_bytes())
        .members(&ws("ml-team"))
        .await
        .unwrap();
}

#[rstest]
#[case::nobody(b"".to_vec())]
#[case::somebody_else(Authority::called("Another").pem().into_bytes())]
#[tokio::test]
async fn an_unknown_authority_is_not_trusted(#[case] authorities: Vec<u8>) {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    let error = platform.client(&authorities).members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(trouble(&error), &TlsTrouble::UnknownIssuer);
    assert_eq!(
        error.to_string(),
        format!(
            "cannot read the members of 'ml-team': its certificate is from an untrusted authority ({})",
            platform.front.at
        )
    );
    let next = error.next_step();
    assert!(
        next.as_str().contains("--ca") && next.as_str().contains("certificate_authority"),
        "{next}"
    );
    assert_eq!(platform.back.received_requests().await.unwrap().len(), 0);
}

/// As after an authority was made anew.
#[tokio::test]
async fn an_authority_of_the_same_name_is_another_one() {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    let client = platform.client(Authority::new().pem().as_bytes());
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(trouble(&error), &TlsTrouble::NotSigned);
    let next = error.next_step();
    assert!(
        next.as_str().starts_with("If that authority has a new certificate"),
        "{next}"
    );
}

#[tokio::test]
async fn a_change_that_meets_an_unknown_authority_was_not_sent() {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    let client = platform.client(b"");
    let error = client
        .apply(&crate::api_given::add("al@x.com", &["Viewer"]), Propagation::Skip)
        .await;
    let error = error.unwrap_err();
    assert_eq!(trouble(&error), &TlsTrouble::UnknownIssuer);
    assert!(!error.is_outcome_unknown());
}

#[tokio::test]
async fn an_expired_certificate_is_refused_with_its_date_and_the_time_here() {
    let platform = Platform::with(|authority| authority.certificate(&["127.0.0.1"], 2020..2021)).await;
    let error = platform.refusal().await;
    assert!(matches!(trouble(&error), TlsTrouble::Expired(Some(_))), "{error:?}");
    let expected = format!(
        ": its certificate expired on 2021-01-02 00:00 UTC ({})",
        platform.front.at
    );
    assert!(error.to_string().ends_with(&expected), "{error}");
    let next = error.next_step();
    assert!(
        next.as_str()
            .contains("if that date is not wrong, the clock here is: it says 2"),
        "{next}"
    );
}

#[tokio::test]
async fn a_certificate_of_the_future_is_refused_with_its_date_and_the_time_here() {
    let platform = Platform::with(|authority| authority.certificate(&["127.0.0.1"], 2110..2120)).await;
    let error = platform.refusal().await;
    assert!(matches!(trouble(&error), TlsTrouble::NotYetValid(Some(_))), "{error:?}");
    let expected = format!(
        ": its certificate is not valid before 2110-01-02 00:00 UTC ({})",
        platform.front.at
    );
    assert!(error.to_string().ends_with(&expected), "{error}");
    assert!(
        error.next_step().as_str().contains("it says 2"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn a_certificate_for_others_is_refused_with_their_names() {
    let platform = Platform::with(|authority| authority.good_for(&["nmp.example.com", "*.nmp.example.com"])).await;
    let error = platform.refusal().await;
    let names = ["nmp.example.com".into(), "*.nmp.example.com".into()];
    assert_eq!(trouble(&error), &TlsTrouble::WrongHost(names.to_vec()));
    let expected = format!(
        ": its certificate is for another host (nmp.example.com, *.nmp.example.com) ({})",
        platform.front.at
    );
    assert!(error.to_string().ends_with(&expected), "{error}");
    assert!(
        error
            .next_step()
            .as_str()
            .starts_with("Use the name that the certificate is for")
    );
}

/// As `openssl req -x509` makes it.
#[tokio::test]
async fn the_certificate_of_an_authority_is_none_of_a_server() {
    let platform = Platform::with(Authority::own).await;
    let error = platform.refusal().await;
    assert_eq!(trouble(&error), &TlsTrouble::OfAuthority);
    assert!(!error.to_string().contains("CaUsedAsEndEntity"), "{error}");
    assert!(error.next_step().as_str().contains("CA:FALSE"), "{}", error.next_step());
}

#[tokio::test]
async fn a_plain_server_at_an_https_address_is_told_from_a_bad_certificate() {
    let server = server_answering(json(200, "{}")).await;
    let client = Client::new(connection(&server.uri().replace("http:", "https:"))).unwrap();
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(trouble(&error), &TlsTrouble::NotTls);
    assert!(
        error.next_step().as_str().contains("http:// address"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_is_no_certificate_to_be_trusted() {
    let server = serving(|caller| async move { drop(caller) }).await;
    let client = Client::new(connection(&server.address.replace("http:", "https:"))).unwrap();
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(trouble(&error), &TlsTrouble::Handshake);
    assert!(
        error.next_step().as_str().contains("speaks https at all"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn a_tls_server_at_an_http_address_is_told_from_another_program() {
    let platform = Platform::with(|authority| authority.good_for(&["127.0.0.1"])).await;
    let client = Client::new(connection(&format!("http://{}", platform.front.at))).unwrap();
    let error = client.members(&ws("ml-team")).await.unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::NotTheExpectedAnswer(Unexpected::NotHttp),
        "{error}"
    );
    assert!(
        error.next_step().as_str().contains("https:// address"),
        "{}",
        error.next_step()
    );
}

/// What nginx, Go and Apache say when they are spoken to without TLS.
#[rstest]
#[case("<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>")]
#[case("Client sent an HTTP request to an HTTPS server.\n")]
#[case("<html><title>You're speaking plain HTTP to an SSL-enabled server port.</title></html>")]
#[tokio::test]
async fn a_server_that_asks_for_https_is_understood(#[case] body: &str) {
    let server = server_answering(json(400, body)).await;
    let error = crate::api_given::client(&server.uri())
        .members(&ws("ml-team"))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        &ErrorKind::NotTheExpectedAnswer(Unexpected::NotHttp),
        "{error}"
    );
    assert_eq!(error.status(), Some(400));
}
