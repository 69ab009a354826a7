//! Config files as the platform's CLIs write them: read in full, changed to the letter, refused with the line at fault.

use jiff::Timestamp;
use nmp_console::config::store::{Edit, Store, StoredTokens};
use nmp_console::config::{self, Env, Flags, ReadOnlySource, Settings, Source};
use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::context::{ContextName, Contexts, Login};
use nmp_console::domain::generation::Generation;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

const HELIX: &str = include_str!("../fixtures/config/helix-0.8.1.yaml");
const PLATFORM: &str = include_str!("../fixtures/config/platform-0.6.0.yaml");
const SEED: &str = include_str!("../fixtures/config/seed.yaml");

/// A home directory that holds nothing but these files.
struct Home(TempDir);

impl Home {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let home = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = home.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self(home)
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    fn env(&self, variables: &[(&str, &str)]) -> Env {
        let home = self.0.path().to_str().unwrap();
        let variables = variables.iter().map(|(name, value)| (*name, value.replace('~', home)));
        [("HOME", home.to_owned())].into_iter().chain(variables).collect()
    }

    fn contexts(&self, flags: &Flags, variables: &[(&str, &str)]) -> Result<Contexts, String> {
        let home = self.0.path().to_str().unwrap();
        config::contexts(flags, &self.env(variables)).map_err(|error| error.to_string().replace(home, "~"))
    }
}

/// One line for each context: name, server, who, until when, renewable, workspace, read-only, current.
fn lines(contexts: &Contexts) -> Vec<String> {
    let line = |context: &nmp_console::domain::context::ContextInfo| {
        let login = match context.login {
            Login::Nobody => "nobody".to_owned(),
            Login::Token {
                expires_at,
                is_renewable,
            } => {
                let end = expires_at.map_or("?".to_owned(), |at| at.to_string());
                format!("until {end}{}", if is_renewable { ", renewable" } else { "" })
            }
        };
        let user = context.user.as_ref().map_or("-", |user| user.as_str());
        let workspace = context.workspace.as_ref().map_or("-", |name| name.raw());
        let read_only = context.read_only.as_ref().map_or("", |source| source.as_str());
        let current = if context.is_current { "*" } else { "" };
        let name = context.name.raw();
        format!(
            "{current}{name} {} {user} {login} {workspace} {read_only}",
            context.server.as_str()
        )
    };
    contexts.contexts.iter().map(line).collect()
}

#[rstest]
#[case::helix(".config/nhx/config.yaml", HELIX, "18080", "until 2026-11-23T10:08:26Z, renewable")]
#[case::platform(".config/nmp/config.yaml", PLATFORM, "18060", "until ?, renewable")]
fn reads_what_the_cli_of_either_family_wrote(
    #[case] path: &str,
    #[case] text: &str,
    #[case] port: &str,
    #[case] session: &str,
) {
    let home = Home::with(&[(path, text.as_bytes())]);
    let contexts = home.contexts(&Flags::default(), &[]).unwrap();
    assert!(contexts.file.as_ref().unwrap().as_str().ends_with(path));
    assert_eq!(
        lines(&contexts),
        [
            format!("default http://127.0.0.1:{port} admin@example.com until 2026-11-28T07:22:45Z, renewable default "),
            "*prod https://nmp.example.com - until ? ml-team ".to_owned(),
            "open https://open.example.com/gateway - nobody default ".to_owned(),
            format!("sso https://sso.example.com - {session} default "),
        ]
    );
}

#[test]
fn reads_what_the_seed_generation_wrote() {
    let home = Home::with(&[(".config/nmp/config.yaml", SEED.as_bytes())]);
    let contexts = home.contexts(&Flags::default(), &[]).unwrap();
    let expected = "*default http://localhost:8080 admin@example.com until ?, renewable ml-team ";
    assert_eq!(lines(&contexts), [expected]);
}

#[test]
fn without_a_file_there_are_no_contexts() {
    let contexts = Home::with(&[]).contexts(&Flags::default(), &[]).unwrap();
    assert_eq!(
        contexts,
        Contexts {
            file: None,
            contexts: Vec::new()
        }
    );
}

#[rstest]
#[case::own(&[], false, ["", "set by config.toml"])]
#[case::environment(&[("NMP_CONSOLE_READ_ONLY", "1")], false, ["NMP_CONSOLE_READ_ONLY"; 2])]
#[case::flag(&[("NMP_CONSOLE_READ_ONLY", "1")], true, ["--read-only"; 2])]
fn says_of_each_context_who_forbids_changes(
    #[case] variables: &[(&str, &str)],
    #[case] is_read_only: bool,
    #[case] expected: [&str; 2],
) {
    let own = b"[contexts.prod]\nread_only = true\n";
    let home = Home::with(&[
        (".config/nhx/config.yaml", HELIX.as_bytes()),
        (".config/nmp-console/config.toml", own),
    ]);
    let flags = Flags {
        is_read_only,
        ..Flags::default()
    };
    let contexts = home.contexts(&flags, variables).unwrap();
    let told = contexts
        .contexts
        .iter()
        .take(2)
        .map(|context| context.read_only.as_ref());
    let told: Vec<_> = told.map(|source| source.map_or("", |source| source.as_str())).collect();
    assert_eq!(told, expected);
}

const START: &str = "clusters:\n- {name: c, base_url: 'http://localhost'}\nusers:\n- {name: u}\n";

#[rstest]
#[case::not_utf8(
    b"clusters: []\nusers:\n- {name: \xff}\n",
    "~/config.yaml:3: contains bytes that are not UTF-8"
)]
#[case::tab(b"clusters:\n\t- name: c\n", "~/config.yaml:2: ")]
#[case::two_documents(
    b"clusters: []\n---\nusers: []\n",
    "~/config.yaml:3: a second document begins here: only one is allowed"
)]
#[case::twice_a_key(
    b"clusters: []\nusers: []\nusers: []\n",
    "~/config.yaml:3: the name 'users' appears here for the second time"
)]
#[case::unknown_anchor(b"clusters: *gone\n", "~/config.yaml:1: ")]
#[case::cut_off(b"clusters:\n- {name: c, base_url", "~/config.yaml:2: ")]
fn says_where_a_file_is_broken(#[case] bytes: &[u8], #[case] expected: &str) {
    let home = Home::with(&[("config.yaml", bytes)]);
    let message = home
        .contexts(&Flags::default(), &[("NHX_CONFIG_FILE", "~/config.yaml")])
        .unwrap_err();
    assert!(message.starts_with(expected), "{message}");
}

#[test]
fn a_folder_is_no_file() {
    let home = Home::with(&[("config.yaml/x", b"")]);
    let message = home
        .contexts(&Flags::default(), &[("NHX_CONFIG_FILE", "~/config.yaml")])
        .unwrap_err();
    assert_eq!(
        message,
        "cannot read the config file ~/config.yaml: it is a folder: name a file"
    );
}

#[rstest]
#[case::windows(format!("{START}contexts:\n- {{name: x, cluster: c, user: u}}\n").replace('\n', "\r\n"))]
#[case::byte_order_mark(format!("\u{feff}{START}contexts:\n- {{name: x, cluster: c, user: u}}\n"))]
#[case::anchors(format!("{START}a: &a {{cluster: c, user: u}}\ncontexts:\n- {{name: x, <<: *a}}\n"))]
#[case::references(format!("n: &n c\n{START}contexts:\n- {{name: x, cluster: *n, user: u}}\n"))]
fn reads_whatever_is_yaml(#[case] text: String) {
    let home = Home::with(&[("config.yaml", text.as_bytes())]);
    let contexts = home
        .contexts(&Flags::default(), &[("NHX_CONFIG_FILE", "~/config.yaml")])
        .unwrap();
    assert_eq!(lines(&contexts), ["x http://localhost - nobody - "]);
}

fn tokens(token_broker_url: Option<&str>) -> StoredTokens {
    StoredTokens {
        token: "new-token".into(),
        refresh_token: Some("new-refresh".into()),
        expires_at: Some(Timestamp::from_second(1_800_000_000).unwrap()),
        token_broker_url: token_broker_url.map(str::to_owned),
    }
}

/// The lines that went and the lines that came.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let count = |text: &str, line: &str| text.lines().filter(|other| *other == line).count();
    let only = |text: &str, other: &str| {
        let mut only: Vec<String> = Vec::new();
        for line in text.lines() {
            let n_told = only.iter().filter(|told| *told == line).count();
            if count(text, line) > count(other, line) + n_told {
                only.push(line.to_owned());
            }
        }
        only
    };
    (only(before, after), only(after, before))
}

fn context(name: &str) -> ContextName {
    ContextName::new(name)
}

#[rstest]
#[case::renewed(
    Edit::Tokens { context: context("sso"), tokens: tokens(Some("https://sso.example.com/apis/auth/v2/token")) },
    &["  token: opaque-session-token", "  refresh_token: opaque-refresh-token", "  expires_at: 1795428506.25"],
    &["  token: new-token", "  refresh_token: new-refresh", "  expires_at: 1800000000.0"],
)]
#[case::first_login(
    Edit::Tokens { context: context("open"), tokens: tokens(None) },
    &["- type: no-auth"],
    &["- type: oauth", "  token: new-token", "  refresh_token: new-refresh", "  expires_at: 1800000000.0"],
)]
#[case::logout(
    Edit::ForgetTokens { context: context("sso") },
    &["- type: oauth", "  token: opaque-session-token", "  refresh_token: opaque-refresh-token", "  expires_at: 1795428506.25",
      "  token_broker_url: https://sso.example.com/apis/auth/v2/token"],
    &["- type: no-auth"],
)]
#[case::workspace(
    Edit::Workspace { context: context("prod"), workspace: WorkspaceName::from_platform("other") },
    &["  workspace: ml-team"],
    &["  workspace: other"],
)]
#[case::switch(Edit::CurrentContext(context("open")), &["current_context: prod"], &["current_context: open"])]
#[case::added(
    Edit::AddContext {
        name: context("new"),
        base_url: BaseUrl::parse("https://new.example.com").unwrap(),
        certificate_authority: None,
        tokens: None,
    },
    &[],
    &["- name: new-cluster", "  base_url: https://new.example.com/", "- name: new-user", "  type: no-auth", "- name: new",
      "  cluster: new-cluster", "  user: new-user"],
)]
fn changes_nothing_but_what_a_change_is_about(#[case] edit: Edit, #[case] gone: &[&str], #[case] come: &[&str]) {
    let only_newer = |line: &&&str| !line.contains("1795428506") && !line.contains("token_broker_url");
    for (path, text) in [
        (".config/nhx/config.yaml", HELIX),
        (".config/nmp/config.yaml", PLATFORM),
    ] {
        let home = Home::with(&[(path, text.as_bytes())]);
        let store = Store::for_writing(&Flags::default(), &home.env(&[])).unwrap();
        assert_eq!(store.path(), home.path(path));
        store.lock(Duration::from_secs(5)).unwrap().write(&edit).unwrap();
        let (was, is) = difference(text, &fs::read_to_string(store.path()).unwrap());
        let gone = gone.iter().filter(|line| text == HELIX || only_newer(line));
        let mut come: Vec<_> = come.iter().map(|line| (*line).to_owned()).collect();
        if text == PLATFORM && matches!(&edit, Edit::Tokens { context, .. } if context.raw() == "sso") {
            come.push("  token_broker_url: https://sso.example.com/apis/auth/v2/token".to_owned());
        }
        assert_eq!(was, gone.map(|line| (*line).to_owned()).collect::<Vec<_>>(), "{path}");
        assert_eq!(is, come, "{path}");
    }
}

#[test]
fn a_bare_email_of_the_seed_generation_gives_way_to_a_token() {
    let home = Home::with(&[(".config/nmp/config.yaml", SEED.as_bytes())]);
    let store = Store::for_writing(&Flags::default(), &home.env(&[])).unwrap();
    let edit = Edit::Tokens {
        context: context("default"),
        tokens: tokens(None),
    };
    store.lock(Duration::from_secs(5)).unwrap().write(&edit).unwrap();
    let (was, is) = difference(SEED, &fs::read_to_string(store.path()).unwrap());
    assert_eq!(was, ["    type: api-key", "    api_key: admin@example.com"]);
    let come = [
        "    type: oauth",
        "    token: new-token",
        "    refresh_token: new-refresh",
        "    expires_at: 1800000000.0",
    ];
    assert_eq!(is, come);
}

#[rstest]
#[case::nothing_yet(&[], &[], None, "~/.config/nhx/config.yaml")]
#[case::only_the_older_folder(&["~/.config/nmp/x"], &[], None, "~/.config/nmp/config.yaml")]
#[case::both_folders(&["~/.config/nmp/x", "~/.config/nhx/x"], &[], None, "~/.config/nhx/config.yaml")]
#[case::the_file_that_is_read(&["~/.config/nmp/config.yaml", "~/.config/nhx/x"], &[], None, "~/.config/nmp/config.yaml")]
#[case::xdg(&["~/xdg/nhx/x"], &[("XDG_CONFIG_HOME", "~/xdg")], None, "~/xdg/nhx/config.yaml")]
#[case::xdg_without_folder(&[], &[("XDG_CONFIG_HOME", "~/xdg")], None, "~/.config/nhx/config.yaml")]
#[case::variable(&[], &[("NMP_CONFIG_FILE", "~/mine.yaml")], None, "~/mine.yaml")]
#[case::newer_variable(&[], &[("NMP_CONFIG_FILE", "~/mine.yaml"), ("NHX_CONFIG_FILE", "~/new.yaml")], None, "~/new.yaml")]
#[case::flag(&[], &[("NHX_CONFIG_FILE", "~/new.yaml")], Some("~/flag.yaml"), "~/flag.yaml")]
fn a_first_login_lies_where_the_cli_will_look(
    #[case] existing: &[&str],
    #[case] variables: &[(&str, &str)],
    #[case] flag: Option<&str>,
    #[case] expected: &str,
) {
    let existing: Vec<(&str, &[u8])> = existing
        .iter()
        .map(|path| (path.trim_start_matches("~/"), &b""[..]))
        .collect();
    let home = Home::with(&existing);
    let place = |path: &str| home.path(path.trim_start_matches("~/"));
    let flags = Flags {
        config: flag.map(place),
        ..Flags::default()
    };
    let store = Store::for_writing(&flags, &home.env(variables)).unwrap();
    assert_eq!(store.path(), place(expected));
    assert!(store.read().unwrap().contexts.is_empty());
}

#[test]
fn without_a_home_there_is_no_place_for_a_login() {
    let message = Store::for_writing(&Flags::default(), &Env::default())
        .unwrap_err()
        .to_string();
    assert!(message.contains("--config"), "{message}");
}

#[test]
fn the_consoles_own_file_says_what_a_context_is_to_it_alone() {
    let own = b"[contexts.prod]\nread_only = true\nproxy = \"none\"\ndialect = \"platform-0.3\"\n\n[contexts.gone]\n";
    let home = Home::with(&[
        (".config/nhx/config.yaml", HELIX.as_bytes()),
        ("xdg/nmp-console/config.toml", own),
    ]);
    let settings = |context: &str| {
        let flags = Flags {
            context: Some(context.to_owned()),
            ..Flags::default()
        };
        let variables = [("XDG_CONFIG_HOME", "~/xdg"), ("https_proxy", "http://proxy:3128")];
        Settings::read(&flags, &home.env(&variables)).unwrap()
    };
    let prod = settings("prod");
    let path = home.path("xdg/nmp-console/config.toml");
    assert_eq!(prod.read_only, Some(ReadOnlySource::ConsoleConfig));
    let generation = prod.generation.as_ref().unwrap();
    assert_eq!(
        (generation.value, &generation.source),
        (Generation::Platform03, &Source::File(path.clone()))
    );
    assert!(prod.proxy().is_none(), "{:?}", prod.proxies);
    let warning = format!(
        "{}:6 is about the context 'gone', which the platform's CLI does not know",
        path.display()
    );
    assert_eq!(
        prod.warnings,
        [
            SafeText::new(&format!(
                "{} holds tokens and others can read it: chmod 600 {0}",
                home.path(".config/nhx/config.yaml").display()
            )),
            SafeText::new(&warning)
        ]
    );
    let open = settings("open");
    assert_eq!(
        (open.read_only, open.generation.is_none(), open.proxy().is_some()),
        (None, true, true)
    );
}

#[test]
fn a_fault_in_the_consoles_own_file_stops_it() {
    let home = Home::with(&[(".config/nmp-console/config.toml", b"[contexts.prod]\nreadonly = true\n")]);
    let message = Settings::read(&Flags::default(), &home.env(&[]))
        .unwrap_err()
        .to_string();
    let expected = format!(
        "{}:2: 'readonly' is unknown here (known are: read_only, ",
        home.path(".config/nmp-console/config.toml").display()
    );
    assert!(message.starts_with(&expected), "{message}");
}
