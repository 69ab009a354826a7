//! Tests of reading the platform CLI's config file.

use super::wire::{parse, resolve};
use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use std::cell::Cell;

const PROD: &str = "\
current_context: prod
clusters:
  - name: prod-cluster
    base_url: https://nmp.example.com/
    certificate_authority: /etc/pki/corp-ca.pem
    metadata: {}
users:
  - name: prod-user
    type: oauth
    token: s3cret
    refresh_token: refresh
    expires_at: 1795428506.5
    token_broker_url: https://nmp.example.com/apis/auth/v2/token
  - name: nobody
contexts:
  - name: prod
    cluster: prod-cluster
    user: prod-user
    workspace: ml-team
    preferences: {output_format: table, truncate: true}
    metadata: {}
  - {name: open, cluster: prod-cluster, user: nobody}
telemetry_enabled: false
somebody_elses_key: [1, 2]
";

fn contexts(text: &str) -> Result<Vec<Context>, Error> {
    let path = Path::new("config.yaml");
    let wire = parse(text.as_bytes(), path)?;
    resolve(wire.clusters, wire.users, wire.contexts, path)
}

fn refusal(text: &str) -> String {
    let error = contexts(text).expect_err("the file contradicts itself");
    let message = error.to_string();
    assert!(!message.contains("s3cret"), "{message}");
    message
}

fn user_of(entry: &str) -> User {
    let text = format!(
        "clusters: [{{name: c, base_url: 'http://localhost:8080/'}}]\nusers:\n  - {entry}\ncontexts: [{{name: x, cluster: c, user: u}}]\n"
    );
    contexts(&text).unwrap().remove(0).user
}

#[test]
fn reads_a_context_with_everything_it_refers_to() {
    let [prod, open] = <[Context; 2]>::try_from(contexts(PROD).unwrap()).unwrap();
    assert_eq!(prod.name, "prod");
    assert_eq!(prod.base_url.as_str(), "https://nmp.example.com");
    assert_eq!(
        prod.certificate_authority.as_deref(),
        Some(Path::new("/etc/pki/corp-ca.pem"))
    );
    assert_eq!(prod.workspace.as_deref(), Some("ml-team"));
    let User::Bearer(StoredTokens {
        token,
        refresh_token,
        expires_at,
        token_broker_url,
    }) = prod.user
    else {
        panic!("not a bearer: {:?}", prod.user)
    };
    assert_eq!(token.expose_secret(), "s3cret");
    assert_eq!(expires_at.unwrap().as_second(), 1_795_428_506);
    assert_eq!(refresh_token.unwrap().expose_secret(), "refresh");
    assert_eq!(
        token_broker_url.as_deref(),
        Some("https://nmp.example.com/apis/auth/v2/token")
    );
    assert_eq!(
        (prod.cluster.as_str(), prod.user_name.as_str()),
        ("prod-cluster", "prod-user")
    );
    assert!(
        matches!(open.user, User::NoAuth),
        "a user without a type does not sign in"
    );
}

#[rstest]
#[case::email("{name: u, type: api-key, api_key: admin@example.com}", "legacy admin@example.com")]
#[case::typeless("{name: u, api_key: ' admin@example.com '}", "legacy admin@example.com")]
#[case::opaque("{name: u, type: api-key, api_key: abc}", "bearer abc")]
#[case::digits("{name: u, type: api-key, api_key: 12345}", "bearer 12345")]
#[case::blank("{name: u, type: api-key, api_key: ' '}", "none")]
#[case::absent("{name: u, type: api-key}", "none")]
#[case::no_auth("{name: u, type: no-auth}", "none")]
fn understands_every_kind_of_user(#[case] entry: &str, #[case] expected: &str) {
    let got = match user_of(entry) {
        User::NoAuth => "none".to_owned(),
        User::Bearer(tokens) => format!("bearer {}", tokens.token.expose_secret()),
        User::LegacyEmail(email) => format!("legacy {email}"),
    };
    assert_eq!(got, expected);
}

#[rstest]
#[case::cluster(("cluster: prod-cluster\n    user: prod-user", "cluster: gone\n    user: prod-user"),
    "config.yaml:17: context 'prod' refers to the cluster 'gone', which is not defined there (there are: prod-cluster)")]
#[case::user(("user: prod-user", "user: gone"),
    "config.yaml:18: context 'prod' refers to the user 'gone', which is not defined there (there are: prod-user, nobody)")]
#[case::twice(("- name: nobody", "- name: prod-user"), "config.yaml:14: there is more than one user 'prod-user'")]
#[case::kind(("type: oauth", "type: kerberos"), "config.yaml:8: user 'prod-user' has the unknown type 'kerberos' (oauth or no-auth)")]
#[case::tokenless(("token: s3cret", "token: ''"), "config.yaml:8: user 'prod-user' is of type oauth and has no token")]
#[case::url(("https://nmp.example.com/", "nmp.example.com"),
    "config.yaml:4: cluster 'prod-cluster' has a base_url that must begin with https:// or http://")]
#[case::expiry(("1795428506.5", "tomorrow"), "config.yaml:8: user 'prod-user' has an expires_at that is not a time in Unix seconds")]
fn names_file_line_and_fault(#[case] edit: (&str, &str), #[case] expected: &str) {
    assert!(PROD.contains(edit.0));
    assert_eq!(refusal(&PROD.replacen(edit.0, edit.1, 1)), expected);
}

#[rstest]
#[case::not_yaml("users:\n  - name: u\n    token: 's3cret\n", "config.yaml:")]
#[case::wrong_shape("users:\n  - name: u\n    token: [s3cret]\n", "config.yaml:3: ")]
#[case::list_expected("users: s3cret\n", "config.yaml:1: ")]
#[case::nameless("clusters:\n  - {base_url: 'http://localhost'}\n", "config.yaml:2: ")]
#[case::hostile("\"a\u{1b}[31m\": {\n", "config.yaml:")]
fn says_what_is_no_config_without_repeating_it(#[case] text: &str, #[case] expected: &str) {
    let message = refusal(text);
    assert!(message.starts_with(expected), "{message}");
    assert!(!message.contains(char::is_control), "{message:?}");
}

#[rstest]
#[case("{read_only: true}", true)]
#[case("{read_only: 'yes'}", true)]
#[case("{read_only: ture}", true)]
#[case("{read_only: 1}", true)]
#[case("{read_only: false}", false)]
#[case("{read_only: 'No'}", false)]
#[case("{read_only: }", false)]
#[case("{}", false)]
fn a_context_may_forbid_changes(#[case] metadata: &str, #[case] expected: bool) {
    let text = PROD.replace(
        "    metadata: {}\n  - {name: open",
        &format!("    metadata: {metadata}\n  - {{name: open"),
    );
    assert_eq!(contexts(&text).unwrap()[0].is_read_only, expected);
}

/// Plays the CLI in the middle of rewriting its file: every read sees the next of `texts`, and then the last of them.
fn read_while_written(texts: &[&str], is_fresh: bool) -> (Result<PlatformFile, Error>, usize) {
    let last = texts.last().copied().unwrap_or_default();
    let mut texts = texts.iter();
    let mut n_pauses = 0;
    let read = || {
        Ok(Look {
            bytes: texts.next().unwrap_or(&last).as_bytes().to_owned(),
            is_fresh,
        })
    };
    let location = Location {
        path: "config.yaml".into(),
        named_by: None,
        family: None,
        other: None,
    };
    let file = read_patiently(&location, read, || false, || n_pauses += 1);
    (file, n_pauses)
}

#[rstest]
#[case::empty("")]
#[case::cut_off("current_context: prod\nclusters: [{name: 'prod")]
#[case::in_an_address("current_context: prod\nclusters:\n- name: c\n  base_url: htt")]
#[case::in_the_type_of_a_user("users:\n- name: u\n  type: oau")]
#[case::before_what_is_referred_to("contexts:\n- name: prod\n  cluster: c\n")]
fn gives_a_half_written_file_another_chance(#[case] partial: &str) {
    let (file, n_pauses) = read_while_written(&[partial, partial, partial, PROD], false);
    assert_eq!(file.unwrap().current_context.as_deref(), Some("prod"));
    assert_eq!(n_pauses, 3);
}

/// The beginning of a token is a token, too, and before its contexts a file holds none.
#[test]
fn what_breaks_off_and_was_written_just_now_is_looked_at_again() {
    let partial = "current_context: prod\nusers:\n- name: u\n  type: oauth\n  token: ey";
    let (file, n_pauses) = read_while_written(&[partial, PROD], true);
    assert_eq!((file.unwrap().contexts.is_empty(), n_pauses), (false, 1));
    let (file, n_pauses) = read_while_written(&[partial], true);
    assert!(file.is_ok() && n_pauses == 1, "somebody has left it like this");
    let (file, n_pauses) = read_while_written(&[partial, PROD], false);
    assert!(file.is_ok_and(|file| file.contexts.is_empty()) && n_pauses == 0);
}

#[test]
fn does_not_wait_for_a_whole_file() {
    let (file, n_pauses) = read_while_written(&[PROD], true);
    assert!(file.is_ok() && n_pauses == 0);
}

#[test]
fn takes_an_empty_file_for_one_without_contexts() {
    let (file, _) = read_while_written(&["", "# nothing but a comment\n"], true);
    assert!(file.unwrap().contexts.is_empty());
}

#[rstest]
#[case("users: [")]
#[case("clusters:\n- name: c\n  base_url: htt\n")]
fn gives_up_after_the_last_look(#[case] broken: &str) {
    let (file, n_pauses) = read_while_written(&[broken], true);
    assert!(matches!(file, Err(Error::Syntax { .. } | Error::Entry { .. })));
    assert_eq!(n_pauses, LOOKS - 1);
}

#[rstest]
#[case::empty("")]
#[case::broken("users: [")]
#[case::cut_off("users:\n- name: u\n  type: oauth\n  token: ey")]
fn whoever_waits_for_a_writer_waits_as_long_as_it_seems_to_write(#[case] partial: &str) {
    let location = Location {
        path: "config.yaml".into(),
        named_by: None,
        family: None,
        other: None,
    };
    for (n_left, is_whole) in [(20, true), (10, false)] {
        let (n_looks, n_pauses) = (Cell::new(0), Cell::new(0));
        let look = || {
            n_looks.set(n_looks.get() + 1);
            let text = if n_looks.get() > 15 { PROD } else { partial };
            Ok(Look {
                bytes: text.as_bytes().to_owned(),
                is_fresh: true,
            })
        };
        let is_waited_for = || n_pauses.get() < n_left;
        let file = read_patiently(&location, look, is_waited_for, || n_pauses.set(n_pauses.get() + 1));
        assert_eq!(file.is_ok_and(|file| !file.contexts.is_empty()), is_whole, "{n_left}");
    }
}

const ODD: [&str; 30] = [
    "",
    "null",
    "[]",
    "{}",
    "[s3cret]",
    "{a: 1}",
    "true",
    "-1",
    "1e999",
    "\"",
    "'",
    "!!binary s3cret",
    "!odd s3cret",
    "*gone",
    "&a s3cret",
    "<<: 1",
    "@",
    "`",
    "%",
    "|",
    ">",
    "? x",
    "- - -",
    "a: b: c",
    "\t",
    "{",
    "[",
    "}",
    ":",
    "---\na: 1",
];
const LIBRARY: [&str; 18] = [
    "from_str",
    "DuplicateKey",
    "Options",
    "serde",
    "deserial",
    "Option<",
    "struct",
    "enum",
    "variant",
    "invalid type",
    "invalid value",
    "expected one of",
    "Wire",
    "::",
    "internal",
    "unit value",
    "budget",
    "breached",
];

/// The words of the library that reads the file say nothing to whoever wrote it.
#[test]
fn what_is_said_of_a_broken_file_is_said_to_its_writer() {
    let lines: Vec<&str> = PROD.lines().collect();
    let mut n_told = 0;
    for at in 0..lines.len() {
        for odd in ODD {
            let (name, _) = lines[at].split_once(':').unwrap_or((lines[at], ""));
            for new in [format!("{name}: {odd}"), odd.to_owned(), format!("{0}\n{0}", lines[at])] {
                let mut lines = lines.clone();
                lines[at] = &new;
                let text = lines.join("\n");
                let Err(error) = contexts(&text) else { continue };
                let message = error.to_string();
                let word = LIBRARY.iter().find(|word| message.contains(*word));
                // A name may be repeated, what signs in may not.
                let tells = lines[at].contains("token") && message.contains("s3cret");
                assert!(word.is_none() && !tells, "{word:?} in: {message}\n{text}");
                n_told += 1;
            }
        }
    }
    assert!(n_told > 500, "only {n_told} were broken");
}

/// Nothing has many spellings.
#[rstest]
#[case("")]
#[case("\n \n")]
#[case("\u{feff}")]
#[case("\u{feff}\n# nothing\n")]
#[case("# nothing yet\n")]
#[case("null")]
#[case("Null\n")]
#[case("NULL # nothing\n")]
#[case("~\n")]
#[case("---\n")]
#[case("---\n...\n")]
#[case("--- null\n")]
#[case("--- # nothing\n~\n...\n")]
#[case("{}\n")]
fn a_file_that_holds_nothing_has_no_contexts(#[case] text: &str) {
    assert!(contexts(text).unwrap().is_empty());
}

#[test]
fn what_is_not_nothing_is_not_taken_for_it() {
    for text in ["nothing", "null null", "~ # a\n~\n", "- null\n", "a#b"] {
        assert!(contexts(text).is_err(), "{text}");
    }
}
