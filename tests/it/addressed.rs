//! Where a connection was to go, and who named that place: said whenever none comes about or one breaks off.

use crate::api_given::{connection, limits, ws};
use crate::api_wire::{Server, dead_address, serving};
use nmp_console::api::{Client, Connection, Error, ErrorKind, Limits, Web};
use nmp_console::config::{Env, Flags, Settings};
use nmp_console::connect::{Connector, Opened};
use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::context::{ContextName, Destination};
use nmp_console::domain::proxy::Proxies;
use rstest::rstest;
use serde_json::json;
use std::time::Duration;
use tempfile::TempDir;

/// Returns the host and the port of an address.
fn host_and_port(address: &str) -> &str {
    address.split_once("://").unwrap().1
}

async fn error_of(connection: Connection) -> Error {
    let client = Client::new(connection).unwrap();
    client.members(&ws("ml-team")).await.unwrap_err()
}

/// A connection to an address that a variable named.
fn named(address: &str) -> Connection {
    Connection {
        token: None,
        named_by: Some("NMP_BASE_URL".into()),
        ..connection(address)
    }
}

/// Returns a server that takes connections and never says a word.
async fn silent() -> Server {
    serving(|mut caller| async move { caller.stall().await }).await
}

#[tokio::test]
async fn where_nothing_listens() {
    let address = dead_address().await;
    let error = error_of(named(&address)).await;
    let told = format!(
        "nothing is listening at the address ({}, NMP_BASE_URL)",
        host_and_port(&address)
    );
    assert!(error.headline().as_str().ends_with(&told), "{error}");
}

#[rstest]
#[case("http", 80)]
#[case("https", 443)]
#[tokio::test]
async fn where_the_host_is_not_known(#[case] scheme: &str, #[case] port: u16) {
    // A label beyond 63 characters is refused by the resolver itself, without a network.
    let host = format!("{}.example", "a".repeat(64));
    let error = error_of(named(&format!("{scheme}://{host}/gateway"))).await;
    let told = format!("the host name is unknown ({host}:{port}, NMP_BASE_URL)");
    assert!(error.headline().as_str().ends_with(&told), "{error}");
}

#[tokio::test]
async fn where_time_runs_out() {
    let server = silent().await;
    let place = host_and_port(&server.address).to_owned();
    let connecting = error_of(Connection {
        limits: Limits {
            connect: Duration::from_millis(100),
            ..limits()
        },
        ..named(&server.address.replace("http:", "https:"))
    })
    .await;
    assert_eq!(connecting.kind(), &ErrorKind::TimedOutBeforeSending);
    let reading = error_of(Connection {
        limits: Limits {
            read: Duration::from_millis(100),
            ..limits()
        },
        ..named(&server.address)
    })
    .await;
    assert_eq!(reading.kind(), &ErrorKind::TimedOut);
    for error in [connecting, reading] {
        let told = format!("({place}, NMP_BASE_URL)");
        assert!(error.headline().as_str().ends_with(&told), "{error}");
    }
}

#[tokio::test]
async fn where_no_encrypted_connection_comes_about() {
    let server = no_tls().await;
    let address = server.address.replace("http:", "https:");
    let error = error_of(named(&address)).await;
    let told = format!(
        "the server at the address does not speak https ({}, NMP_BASE_URL)",
        host_and_port(&address)
    );
    assert!(error.headline().as_str().ends_with(&told), "{error}");
}

#[tokio::test]
async fn beyond_a_proxy_that_is_the_trouble() {
    let dead = dead_address().await;
    let with_password = dead.replace("://", "://al:s3cret@");
    for address in ["https://platform.test", "http://platform.test:8080/gateway"] {
        let error = error_of(Connection {
            proxies: Proxies::of_context(&with_password, "HTTPS_PROXY".into()).unwrap(),
            ..named(address)
        })
        .await;
        let place = if address.starts_with("https") {
            "platform.test:443"
        } else {
            "platform.test:8080"
        };
        let told = format!("the proxy {dead} (HTTPS_PROXY) (on the way to {place}, NMP_BASE_URL)");
        assert!(error.headline().as_str().ends_with(&told), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[tokio::test]
async fn an_identity_provider_that_the_platform_names() {
    let dead = dead_address().await;
    let address = dead.replace("://", "://al:s3cret@");
    let platform = named("https://nmp.example.com/gateway");
    let web = Web::at(&format!("{address}/token"), &platform).unwrap();
    let error = web.post_json(&json!({}), "renew the login").await.err().unwrap();
    let told = format!(
        "nothing is listening at the address ({}, the discovery of nmp.example.com:443)",
        host_and_port(&dead)
    );
    assert!(error.headline().as_str().ends_with(&told), "{error}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

/// Returns a server that speaks something else than TLS: a failure that is not tried again.
async fn no_tls() -> Server {
    serving(|mut caller| async move {
        caller
            .say("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            .await;
        caller.stall().await;
    })
    .await
}

/// A home whose config file has a context that leads to a server.
struct Home {
    folder: TempDir,
    server: Server,
}

impl Home {
    async fn new() -> Self {
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
            server: no_tls().await,
        };
        std::fs::create_dir_all(home.config().parent().unwrap()).unwrap();
        let text = format!(
            "current_context: prod\nclusters: [{{name: c, base_url: '{}'}}]\nusers: [{{name: u, type: no-auth}}]\n\
             contexts: [{{name: prod, cluster: c, user: u}}]\n",
            home.address()
        );
        std::fs::write(home.config(), text).unwrap();
        home
    }

    fn config(&self) -> std::path::PathBuf {
        self.folder.path().join(".config/nhx/config.yaml")
    }

    fn address(&self) -> String {
        self.server.address.replace("http:", "https:")
    }

    fn env(&self, variables: &[(&str, &str)]) -> Env {
        let home = self.folder.path().to_str().unwrap();
        variables.iter().copied().chain([("HOME", home)]).collect()
    }

    fn connector(&self, flags: &Flags, variables: &[(&str, &str)]) -> Connector {
        Connector::new(flags.clone(), self.env(variables), |_| {})
    }

    fn first(&self, flags: &Flags, variables: &[(&str, &str)]) -> Opened {
        let settings = Settings::read(flags, &self.env(variables)).unwrap();
        self.connector(flags, variables).open_by(settings, Vec::new()).unwrap()
    }

    /// Makes sure that a connection names the address, and that `named_by` named it.
    async fn is_told(&self, opened: Opened, named_by: &str) {
        let error = opened.client.members(&ws("ml-team")).await.unwrap_err();
        let told = format!("({}, {named_by})", host_and_port(&self.server.address));
        assert!(error.headline().as_str().ends_with(&told), "{error}");
    }
}

fn to(url: &str) -> Flags {
    Flags {
        base_url: Some(url.to_owned()),
        ..Flags::default()
    }
}

#[tokio::test]
async fn an_option_and_a_variable_are_named() {
    let home = Home::new().await;
    // With another path it is another platform than that of the context.
    let url = format!("{}/other", home.address());
    home.is_told(home.first(&to(&url), &[]), "--base-url").await;
    let variables = [("NMP_BASE_URL", url.as_str())];
    home.is_told(home.first(&Flags::default(), &variables), "NMP_BASE_URL")
        .await;
}

#[tokio::test]
async fn a_context_is_named_with_its_file() {
    let home = Home::new().await;
    let told = format!("context 'prod' in {}", home.config().display());
    home.is_told(home.first(&Flags::default(), &[]), &told).await;
    let context = Destination::Context(ContextName::new("prod"));
    let connector = home.connector(&to("https://elsewhere.example.com"), &[]);
    home.is_told(connector.open(context).await.unwrap(), &told).await;
}

#[tokio::test]
async fn what_was_typed_is_told_from_what_the_program_began_with() {
    let home = Home::new().await;
    let url = format!("{}/typed", home.address());
    let there = || Destination::Address(BaseUrl::parse(&url).unwrap());
    let cases = [
        (Flags::default(), vec![], "typed here"),
        (to("https://elsewhere.example.com"), vec![], "typed here"),
        (
            Flags::default(),
            vec![("NMP_BASE_URL", "https://else.example.com")],
            "typed here",
        ),
        // Opened anew, it still is what it was.
        (to(&url), vec![], "--base-url"),
        (Flags::default(), vec![("NMP_BASE_URL", url.as_str())], "NMP_BASE_URL"),
    ];
    for (flags, variables, named_by) in cases {
        let opened = home.connector(&flags, &variables).open(there()).await.unwrap();
        home.is_told(opened, named_by).await;
    }
}

/// Typed while the console runs, too: through another path it is the same server.
#[tokio::test]
async fn an_address_that_is_typed_is_guarded_like_the_context_that_leads_there() {
    let home = Home::new().await;
    let own = home.folder.path().join(".config/nmp-console");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(
        own.join("config.toml"),
        "[contexts.prod]\nprotect = \"typed\"\nread_only = true\n",
    )
    .unwrap();
    let connector = home.connector(&Flags::default(), &[]);
    for (url, is_guarded) in [
        (format!("{}/typed", home.address()), true),
        ("http://127.0.0.1:1".to_owned(), false),
    ] {
        let there = Destination::Address(BaseUrl::parse(&url).unwrap());
        let about = connector.open(there).await.unwrap().about;
        let typed = about.precautions.typed.as_ref().map(ContextName::raw);
        assert_eq!(typed, is_guarded.then_some("prod"), "{url}");
        assert_eq!(about.read_only.is_some(), is_guarded, "{url}");
    }
}
