//! Where the connector leads to, as whom, and what it does not carry along.

use nmp_console::config::{Env, Flags, Settings};
use nmp_console::connect::{Connector, Opened};
use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::context::{ContextName, Destination, Login};
use std::path::PathBuf;
use tempfile::TempDir;

const FILE: &str = "\
current_context: prod
clusters:
- name: prod
  base_url: https://gw.example.com/prod
- name: own-ca
  base_url: https://own.example.com
  certificate_authority: CA
users:
- name: alice
  type: oauth
  token: alices-token
  refresh_token: alices-refresh-token
- name: nobody
  type: no-auth
contexts:
- name: prod
  cluster: prod
  user: alice
- name: own-ca
  cluster: own-ca
  user: nobody
";

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let folder = home.0.path().join(".config/nhx");
        std::fs::create_dir_all(&folder).unwrap();
        let authority = rcgen::generate_simple_self_signed(vec!["own.example.com".to_owned()]).unwrap();
        std::fs::write(home.authority(), authority.cert.pem()).unwrap();
        let text = FILE.replace("CA", home.authority().to_str().unwrap());
        std::fs::write(folder.join("config.yaml"), text).unwrap();
        home
    }

    fn authority(&self) -> PathBuf {
        self.0.path().join("authority.pem")
    }

    fn env(&self, variables: &[(&str, &str)]) -> Env {
        let home = self.0.path().to_str().unwrap();
        variables.iter().copied().chain([("HOME", home)]).collect()
    }

    fn connector(&self, flags: &Flags, variables: &[(&str, &str)]) -> Connector {
        Connector::new(flags.clone(), self.env(variables), |_| {})
    }

    /// Opens what the command line and the environment lead to.
    fn first(&self, flags: &Flags, variables: &[(&str, &str)]) -> Opened {
        let settings = Settings::read(flags, &self.env(variables)).unwrap();
        self.connector(flags, variables).open_by(settings, Vec::new()).unwrap()
    }
}

fn context(name: &str) -> Destination {
    Destination::Context(ContextName::new(name))
}

fn address(text: &str) -> Destination {
    Destination::Address(BaseUrl::parse(text).unwrap())
}

fn to(url: &str) -> Flags {
    Flags {
        base_url: Some(url.to_owned()),
        ..Flags::default()
    }
}

#[tokio::test]
async fn a_server_that_asks_for_no_token_is_reached_over_plain_http_too() {
    let home = Home::new();
    let connector = home.connector(&Flags::default(), &[]);
    let opened = connector.open(address("http://10.0.0.5:8080")).await.unwrap();
    assert_eq!(opened.about.login, Login::Nobody);
}

#[tokio::test]
async fn a_token_is_not_opened_over_plain_http() {
    let home = Home::new();
    let settings = Settings::read(&to("http://10.0.0.5:8080"), &home.env(&[])).unwrap();
    let error = home
        .connector(&Flags::default(), &[])
        .open_by(settings, Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("in the clear"), "{error}");
}

#[tokio::test]
async fn another_address_than_that_of_the_context_is_another_place() {
    let home = Home::new();
    assert_eq!(
        home.first(&Flags::default(), &[]).about.destination,
        Some(context("prod"))
    );
    // Behind one gateway there may be several platforms.
    for url in ["https://gw.example.com/test", "https://elsewhere.example.com"] {
        assert_eq!(home.first(&to(url), &[]).about.destination, Some(address(url)), "{url}");
    }
    let same = home.first(&to("https://gw.example.com/prod/"), &[]);
    assert_eq!(same.about.destination, Some(context("prod")));
}

#[tokio::test]
async fn what_was_said_for_the_first_place_is_not_carried_to_the_next() {
    let home = Home::new();
    let variables = [
        ("NMP_BASE_URL", "https://elsewhere.example.com"),
        ("NMP_ACCESS_TOKEN", "a-token-for-elsewhere"),
    ];
    let first = home.first(&Flags::default(), &variables);
    assert_eq!(first.about.token_from.unwrap().as_str(), "NMP_ACCESS_TOKEN");
    assert!(first.about.cli.overruling.is_empty());
    let next = home
        .connector(&Flags::default(), &variables)
        .open(context("prod"))
        .await
        .unwrap();
    assert_eq!(next.client.base_url().as_str(), "https://gw.example.com/prod");
    assert_eq!(next.about.token_from, None);
    assert_eq!(next.about.cli.overruling, ["NMP_BASE_URL", "NMP_ACCESS_TOKEN"]);
}

#[tokio::test]
async fn an_authority_that_was_named_for_now_does_not_replace_the_one_of_a_context() {
    let home = Home::new();
    let flags = Flags {
        ca: Some(home.0.path().join("nothing.pem")),
        ..Flags::default()
    };
    let connector = home.connector(&flags, &[]);
    connector.open(context("own-ca")).await.unwrap();
    let error = connector.open(context("prod")).await.unwrap_err();
    assert!(error.to_string().contains("--ca names the certificates"), "{error}");
}
