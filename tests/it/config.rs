//! Settings: which source wins, where each value says it came from, and files as they lie on a disk.

use nmp_console::config::{Env, Error, Flags, ReadOnlySource, Settings, Source};
use nmp_console::domain::context::ContextName;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PROD: &str = "\
current_context: prod
clusters:
  - {name: prod-cluster, base_url: 'https://nmp.example.com/'}
  - {name: test-cluster, base_url: 'http://localhost:8080/', certificate_authority: /etc/pki/test.pem}
users:
  - {name: prod-user, type: oauth, token: prod-token, refresh_token: r, expires_at: 1795428506.0}
  - {name: test-user, type: api-key, api_key: admin@example.com}
contexts:
  - {name: prod, cluster: prod-cluster, user: prod-user, workspace: ml-team, metadata: {read_only: true}}
  - {name: test, cluster: test-cluster, user: test-user}
";

/// One value of DER that is as long as it says, which is all that is looked at here.
const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIEBAA==\n-----END CERTIFICATE-----\n";

/// A home directory of its own, and an environment that knows nothing else.
struct TestHome {
    home: TempDir,
    variables: Vec<(&'static str, String)>,
    flags: Flags,
}

impl TestHome {
    fn empty() -> Self {
        let home = tempfile::tempdir().unwrap();
        let variables = vec![("HOME", home.path().to_str().unwrap().to_owned())];
        Self {
            home,
            variables,
            flags: Flags::default(),
        }
    }

    fn with_prod() -> Self {
        Self::empty().file(".config/nhx/config.yaml", PROD)
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.home.path().join(relative)
    }

    fn file(self, relative: &str, text: &str) -> Self {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        only_for_owner(&path);
        self
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables
            .push((name, value.replace('~', self.home.path().to_str().unwrap())));
        self
    }

    fn flags(mut self, change: impl FnOnce(&mut Flags)) -> Self {
        change(&mut self.flags);
        self
    }

    fn read(&self) -> Result<Settings, Error> {
        let env: Env = self
            .variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        Settings::read(&self.flags, &env)
    }

    fn settings(&self) -> Settings {
        self.read().unwrap_or_else(|error| panic!("{error}"))
    }

    fn refusal_of_authorities(&self) -> String {
        self.settings().read_authorities().unwrap_err().to_string()
    }

    fn refusal(&self) -> String {
        let message = self.read().expect_err("this must be refused").to_string();
        message.replace(self.home.path().to_str().unwrap(), "~")
    }
}

#[cfg(unix)]
fn only_for_owner(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path) {}

fn url(settings: &Settings) -> Option<(&str, &Source)> {
    settings.base_url.as_ref().map(|url| (url.value.as_str(), &url.source))
}

fn token(settings: &Settings) -> Option<(&str, &Source)> {
    let credential = settings.credential.as_ref()?;
    Some((credential.tokens.token.expose_secret(), &credential.source))
}

fn warnings(settings: &Settings) -> Vec<&str> {
    settings.warnings.iter().map(SafeText::as_str).collect()
}

fn of_context(name: &str) -> Source {
    Source::Context(name.into())
}

#[test]
fn nothing_set_leaves_everything_open() {
    let settings = TestHome::empty().settings();
    assert!(settings.base_url.is_none() && settings.credential.is_none() && settings.context.is_none());
    assert!(settings.workspace.is_none() && settings.read_only.is_none() && settings.config_file.is_none());
    assert_eq!(warnings(&settings), Vec::<&str>::new());
}

#[test]
fn the_current_context_gives_address_token_workspace_and_read_only() {
    let home = TestHome::with_prod();
    let settings = home.settings();
    let context = settings.context.as_ref().unwrap();
    assert_eq!(context.value, "prod");
    assert_eq!(context.source, Source::File(home.path(".config/nhx/config.yaml")));
    assert_eq!(url(&settings), Some(("https://nmp.example.com", &of_context("prod"))));
    assert_eq!(token(&settings), Some(("prod-token", &of_context("prod"))));
    let credential = settings.credential.as_ref().unwrap();
    assert_eq!(credential.tokens.expires_at.unwrap().as_second(), 1_795_428_506);
    assert!(credential.tokens.refresh_token.is_some());
    assert_eq!(settings.workspace.as_ref().unwrap().value.raw(), "ml-team");
    assert_eq!(settings.read_only, Some(ReadOnlySource::Context));
    assert_eq!(warnings(&settings), Vec::<&str>::new());
}

#[test]
fn flags_win_over_environment_and_environment_over_context() {
    let home = TestHome::with_prod()
        .set("NMP_CURRENT_CONTEXT", "test")
        .set("NMP_WORKSPACE", "from-environment");
    let settings = home.settings();
    assert_eq!(
        settings.context.as_ref().unwrap().source,
        Source::Variable("NMP_CURRENT_CONTEXT")
    );
    assert_eq!(url(&settings), Some(("http://localhost:8080", &of_context("test"))));
    assert_eq!(settings.workspace.as_ref().unwrap().value.raw(), "from-environment");
    assert_eq!(
        settings.certificate_authority.as_ref().unwrap().value,
        Path::new("/etc/pki/test.pem")
    );
    assert_eq!(settings.read_only, None, "only prod is read-only");

    let home = home.flags(|flags| {
        flags.context = Some("prod".to_owned());
        flags.workspace = Some("from-flag".to_owned());
    });
    let settings = home.settings();
    assert_eq!(settings.context.as_ref().unwrap().source, Source::Flag("--context"));
    assert_eq!(settings.workspace.as_ref().unwrap().value.raw(), "from-flag");
    assert_eq!(settings.workspace.as_ref().unwrap().source, Source::Flag("--workspace"));
}

#[test]
fn a_token_in_the_environment_replaces_the_user_of_the_context() {
    let settings = TestHome::with_prod().set("NHX_ACCESS_TOKEN", " env-token\n").settings();
    assert_eq!(
        token(&settings),
        Some(("env-token", &Source::Variable("NHX_ACCESS_TOKEN")))
    );
    let credential = settings.credential.unwrap();
    assert!(credential.tokens.expires_at.is_none() && credential.tokens.refresh_token.is_none());
}

#[test]
fn empty_variables_are_ignored() {
    let settings = TestHome::with_prod()
        .set("NHX_ACCESS_TOKEN", "")
        .set("NHX_BASE_URL", "")
        .set("NMP_CURRENT_CONTEXT", "")
        .set("NHX_CONFIG_FILE", "")
        .settings();
    assert_eq!(token(&settings), Some(("prod-token", &of_context("prod"))));
}

#[test]
fn says_when_the_token_of_a_context_goes_to_another_server() {
    let settings = TestHome::with_prod()
        .flags(|flags| flags.base_url = Some("https://other.example.com".to_owned()))
        .settings();
    assert_eq!(
        url(&settings),
        Some(("https://other.example.com", &Source::Flag("--base-url")))
    );
    assert_eq!(token(&settings), Some(("prod-token", &of_context("prod"))));
    assert_eq!(
        warnings(&settings),
        [
            "the token of context 'prod' (for https://nmp.example.com) is sent to https://other.example.com, as --base-url says"
        ]
    );
    let same = TestHome::with_prod()
        .set("NMP_BASE_URL", "https://nmp.example.com/gateway")
        .settings();
    assert_eq!(warnings(&same), Vec::<&str>::new());
}

/// It is refused there, which says so itself.
#[test]
fn does_not_say_that_a_token_is_sent_where_others_could_read_it() {
    let settings = TestHome::with_prod()
        .flags(|flags| flags.base_url = Some("http://other.example.com".to_owned()))
        .settings();
    assert_eq!(warnings(&settings), Vec::<&str>::new());
}

/// Through another context, and through none, the same server is the same platform.
#[rstest]
#[case::through_another_context("https://nmp.example.com/gateway", true)]
#[case::elsewhere("https://other.example.com", false)]
fn an_address_is_guarded_like_the_context_that_leads_to_its_server(#[case] address: &str, #[case] is_guarded: bool) {
    let own = "[contexts.prod]\nword = \"PROD\"\naccent = \"red\"\nprotect = \"typed\"\nread_only = true\n";
    let settings = TestHome::with_prod()
        .file(".config/nmp-console/config.toml", own)
        .flags(|flags| {
            flags.context = Some("test".to_owned());
            flags.base_url = Some(address.to_owned());
        })
        .settings();
    let word = settings.precautions.word.as_ref().map(SafeText::as_str);
    let typed = settings.precautions.typed.as_ref().map(ContextName::raw);
    let expected = if is_guarded {
        (Some("PROD"), Some("prod"), true)
    } else {
        (None, None, false)
    };
    assert_eq!((word, typed, settings.read_only.is_some()), expected);
}

#[test]
fn of_two_prefixes_the_newer_one_wins_and_says_so() {
    let settings = TestHome::empty()
        .set("NMP_BASE_URL", "https://old.example.com")
        .set("NHX_BASE_URL", "https://new.example.com")
        .settings();
    assert_eq!(
        url(&settings),
        Some(("https://new.example.com", &Source::Variable("NHX_BASE_URL")))
    );
    assert_eq!(
        warnings(&settings),
        ["NHX_BASE_URL and NMP_BASE_URL differ: NHX_BASE_URL is used"]
    );
}

#[test]
fn a_token_never_goes_to_the_server_of_the_other_prefix() {
    let home = TestHome::empty()
        .set("NMP_BASE_URL", "https://old.example.com")
        .set("NMP_ACCESS_TOKEN", "old-token")
        .set("NHX_BASE_URL", "https://new.example.com");
    let settings = home.settings();
    assert_eq!(token(&settings), None);
    assert!(
        warnings(&settings)
            .contains(&"NMP_ACCESS_TOKEN is not used: it belongs to NMP_BASE_URL, but NHX_BASE_URL is in use"),
        "{:?}",
        settings.warnings
    );
    // An address given by hand is everybody's.
    let settings = home
        .flags(|flags| flags.base_url = Some("https://third.example.com".to_owned()))
        .settings();
    assert_eq!(
        token(&settings),
        Some(("old-token", &Source::Variable("NMP_ACCESS_TOKEN")))
    );
}

#[test]
fn a_bare_email_becomes_the_unsigned_token_the_cli_makes_of_it() {
    let settings = TestHome::with_prod()
        .flags(|flags| flags.context = Some("test".to_owned()))
        .settings();
    let (token, source) = token(&settings).unwrap();
    assert_eq!(source, &of_context("test"));
    // {"alg":"none","typ":"JWT"} and {"sub":"admin@example.com","iat":0,"email":"admin@example.com"}, unsigned
    assert_eq!(
        token,
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\
         eyJzdWIiOiJhZG1pbkBleGFtcGxlLmNvbSIsImlhdCI6MCwiZW1haWwiOiJhZG1pbkBleGFtcGxlLmNvbSJ9."
    );
    assert!(
        warnings(&settings).is_empty(),
        "a good one is made of it before it is sent"
    );
}

#[rstest]
#[case::only_old(&[".config/nmp"], None, ".config/nmp")]
#[case::both(&[".config/nmp", ".config/nhx"], None, ".config/nhx")]
#[case::xdg(&[".config/nhx", "xdg/nhx"], Some("~/xdg"), "xdg/nhx")]
#[case::xdg_without_its_folder(&[".config/nhx"], Some("~/xdg"), ".config/nhx")]
#[case::xdg_of_the_old_family(&["xdg/nmp"], Some("~/xdg"), "xdg/nmp")]
fn finds_the_file_as_the_cli_does(#[case] folders: &[&str], #[case] xdg: Option<&str>, #[case] expected: &str) {
    let mut home = TestHome::empty();
    for folder in folders {
        home = home.file(&format!("{folder}/config.yaml"), PROD);
    }
    if let Some(xdg) = xdg {
        home = home.set("XDG_CONFIG_HOME", xdg);
    }
    assert_eq!(
        home.settings().config_file,
        Some(home.path(expected).join("config.yaml"))
    );
}

#[test]
fn an_xdg_folder_without_a_file_hides_the_default_one() {
    let home = TestHome::with_prod().set("XDG_CONFIG_HOME", "~/xdg");
    fs::create_dir_all(home.path("xdg/nhx")).unwrap();
    assert_eq!(home.settings().config_file, None);
}

#[rstest]
#[case("NHX_CONFIG_FILE")]
#[case("NMP_CONFIG_FILE")]
fn a_file_named_by_variable_must_exist(#[case] name: &'static str) {
    let home = TestHome::with_prod().set(name, "~/elsewhere.yaml");
    assert_eq!(
        home.refusal(),
        format!("{name} names the config file ~/elsewhere.yaml, which does not exist")
    );
    let home = home.file(
        "elsewhere.yaml",
        &PROD.replace("nmp.example.com", "elsewhere.example.com"),
    );
    assert_eq!(
        url(&home.settings()),
        Some(("https://elsewhere.example.com", &of_context("prod")))
    );
}

#[test]
fn the_option_wins_over_both_variables() {
    let home = TestHome::empty()
        .file("chosen.yaml", PROD)
        .set("NHX_CONFIG_FILE", "/nonexistent");
    let chosen = home.path("chosen.yaml");
    let home = home.flags(|flags| flags.config = Some(chosen.clone()));
    assert_eq!(home.settings().config_file, Some(chosen));
}

#[test]
fn an_unknown_context_is_refused_with_the_ones_there_are() {
    let home = TestHome::with_prod().flags(|flags| flags.context = Some("prd\u{1b}[31m".to_owned()));
    assert_eq!(
        home.refusal(),
        "--context names the context 'prd\\x1b[31m', which ~/.config/nhx/config.yaml does not contain (there are: prod, test)"
    );
    let home = home.file(".config/nmp/config.yaml", PROD);
    let refusal = home.refusal();
    assert!(
        refusal.ends_with("; ~/.config/nmp/config.yaml exists too and was not read: name it with --config"),
        "{refusal}"
    );
}

#[test]
fn a_context_without_a_config_file_is_refused_if_asked_for_by_option() {
    let home = TestHome::empty()
        .set("NMP_BASE_URL", "http://localhost:8080")
        .set("NMP_CURRENT_CONTEXT", "prod");
    assert_eq!(
        home.settings().context,
        None,
        "the platform's CLI ignores the variable then, too"
    );
    let home = home.flags(|flags| flags.context = Some("prod".to_owned()));
    assert_eq!(
        home.refusal(),
        "--context names the context 'prod', but there is no config file of the platform's CLI"
    );
}

#[test]
fn without_a_current_context_it_does_not_guess() {
    let home = TestHome::empty().file(".config/nhx/config.yaml", &PROD.replace("current_context: prod\n", ""));
    assert_eq!(
        home.refusal(),
        "~/.config/nhx/config.yaml: no current_context is set; choose one with --context (there are: prod, test)"
    );
    let settings = home.set("NHX_BASE_URL", "http://localhost:8080").settings();
    assert_eq!((settings.context, settings.credential.is_none()), (None, true));
}

#[test]
fn faults_of_the_file_name_it_and_the_line() {
    let home = TestHome::empty().file(
        ".config/nhx/config.yaml",
        &PROD.replace("user: prod-user", "user: gone"),
    );
    assert_eq!(
        home.refusal(),
        "~/.config/nhx/config.yaml:9: context 'prod' refers to the user 'gone', which is not defined there \
         (there are: prod-user, test-user)"
    );
    let home = TestHome::empty().file(".config/nhx/config.yaml", "clusters:\n  - name: [\n");
    assert!(
        home.refusal().starts_with("~/.config/nhx/config.yaml:"),
        "{}",
        home.refusal()
    );
    let home = TestHome::empty();
    fs::create_dir_all(home.path(".config/nhx/config.yaml")).unwrap();
    assert!(
        home.refusal()
            .starts_with("cannot read the config file ~/.config/nhx/config.yaml: ")
    );
}

#[rstest]
#[case(
    "NMP_BASE_URL",
    "nmp.example.com",
    "NMP_BASE_URL must begin with https:// or http://"
)]
#[case(
    "NMP_BASE_URL",
    "https://nmp.exa\tmple.com",
    "NMP_BASE_URL contains a space or a control character"
)]
#[case(
    "NHX_ACCESS_TOKEN",
    "two words",
    "NHX_ACCESS_TOKEN holds a token with spaces or other characters that no token has"
)]
#[case(
    "NMP_CONSOLE_READ_ONLY",
    "ja",
    "NMP_CONSOLE_READ_ONLY is 'ja', neither on (1, true, yes) nor off (0, false, no)"
)]
fn variables_that_make_no_sense_are_refused(#[case] name: &'static str, #[case] value: &str, #[case] expected: &str) {
    assert_eq!(TestHome::empty().set(name, value).refusal(), expected);
}

#[test]
fn certificates_are_read_from_the_first_file_that_is_named() {
    let home = TestHome::with_prod().flags(|flags| flags.context = Some("test".to_owned()));
    let refusal = home.refusal_of_authorities();
    assert!(
        refusal.starts_with("context 'test' names the certificates /etc/pki/test.pem, which cannot be read: "),
        "{refusal}"
    );
    let home = home
        .file("ca.pem", PEM)
        .set("NMP_CERTIFICATE_AUTHORITY", "/nonexistent")
        .set("NHX_CLIENT_SSL_CERT_FILE", "~/ca.pem");
    assert_eq!(home.settings().read_authorities().unwrap(), PEM.as_bytes());
    assert_eq!(TestHome::with_prod().settings().read_authorities().unwrap(), b"");

    let home = home.flags(|flags| flags.ca = Some(PathBuf::from("/nonexistent/ca.pem")));
    let refusal = home.refusal_of_authorities();
    assert!(
        refusal.starts_with("--ca names the certificates /nonexistent/ca.pem, which cannot be read: "),
        "{refusal}"
    );
}

#[test]
fn an_empty_certificate_authority_is_none() {
    let prod = PROD.replace("/etc/pki/test.pem", "''");
    let home = TestHome::empty().file(".config/nhx/config.yaml", &prod);
    let home = home.flags(|flags| flags.context = Some("test".to_owned()));
    assert_eq!(home.settings().certificate_authority, None);
}

#[test]
fn the_proxy_on_the_way_to_the_platform_can_be_shown() {
    let home = TestHome::with_prod()
        .set("HTTPS_PROXY", "http://al:s3cret@proxy.example.com:3128")
        .set("NO_PROXY", "localhost");
    let settings = home.settings();
    let proxy = settings.proxy().unwrap();
    assert_eq!(proxy.shown().as_str(), "http://proxy.example.com:3128");
    assert_eq!(proxy.named_by().as_str(), "HTTPS_PROXY");
    assert!(!format!("{settings:?}").contains("s3cret"));
    let home = home.flags(|flags| flags.context = Some("test".to_owned()));
    assert_eq!(home.settings().proxy(), None, "it is on this machine");
}

#[rstest]
#[case::flag(true, "0", "prod", Some(ReadOnlySource::Flag))]
#[case::environment(false, "1", "prod", Some(ReadOnlySource::Environment))]
#[case::no_does_not_lift_the_context(false, "0", "prod", Some(ReadOnlySource::Context))]
#[case::nobody(false, "0", "test", None)]
fn the_strictest_read_only_wins(
    #[case] flag: bool,
    #[case] variable: &str,
    #[case] context: &str,
    #[case] expected: Option<ReadOnlySource>,
) {
    let home = TestHome::with_prod()
        .set("NMP_CONSOLE_READ_ONLY", variable)
        .flags(|flags| {
            flags.is_read_only = flag;
            flags.context = Some(context.to_owned());
        });
    assert_eq!(home.settings().read_only, expected);
}

/// It is what the platform's CLI goes by; nothing begins there, so that it keeps nobody from beginning.
#[test]
fn what_can_be_no_workspace_is_no_default_of_a_context() {
    let named = PROD.replace("workspace: ml-team", "workspace: ml/team");
    let settings = TestHome::empty().file(".config/nhx/config.yaml", &named).settings();
    assert!(settings.workspace.is_none());
    let warned: Vec<&str> = settings.warnings.iter().map(SafeText::as_str).collect();
    assert_eq!(
        warned,
        ["the context 'prod' names the workspace 'ml/team', which is ignored: '/' is part of no workspace's name"]
    );
}

#[test]
fn the_log_file_is_named_by_option_or_variable() {
    let home = TestHome::empty()
        .set("NMP_CONSOLE_LOG_FILE", "/var/log/a.log")
        .flags(|flags| flags.verbosity = 1);
    assert_eq!(home.settings().log.file, Some(PathBuf::from("/var/log/a.log")));
    let home = home.flags(|flags| flags.log_file = Some(PathBuf::from("b.log")));
    assert_eq!(home.settings().log.file, Some(PathBuf::from("b.log")));
    let settings = TestHome::empty().flags(|flags| flags.verbosity = 1).settings();
    assert_eq!(
        warnings(&settings),
        ["-v says more in the log, and there is none: name one with --log-file"]
    );
}

#[test]
fn the_demo_knows_nothing_of_other_platforms() {
    let env: Env = [
        ("NMP_BASE_URL", "not a url"),
        ("NMP_ACCESS_TOKEN", "t"),
        ("NMP_CONFIG_FILE", "/nonexistent"),
        ("NMP_WORKSPACE", "w"),
    ]
    .into_iter()
    .collect();
    let settings = Settings::without_platform(&Flags::default(), &env).unwrap();
    assert!(settings.base_url.is_none() && settings.credential.is_none() && settings.workspace.is_none());
}

#[test]
fn settings_can_be_printed_without_the_token() {
    let settings = TestHome::with_prod().settings();
    assert!(!format!("{settings:?}").contains("prod-token"));
}

#[cfg(unix)]
#[rstest]
#[case(0o600, false)]
#[case(0o640, true)]
#[case(0o644, true)]
fn warns_of_a_file_with_tokens_that_others_can_read(#[case] mode: u32, #[case] is_warned: bool) {
    use std::os::unix::fs::PermissionsExt as _;
    let home = TestHome::with_prod();
    let path = home.path(".config/nhx/config.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let settings = home.settings();
    assert_eq!(
        settings
            .warnings
            .iter()
            .any(|warning| warning.as_str().contains("chmod 600")),
        is_warned
    );
}
