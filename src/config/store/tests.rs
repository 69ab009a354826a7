//! Tests of changing the platform CLI's config file: what a change leaves alone, and who is kept out meanwhile.

use super::super::platform::User;
use super::*;
use crate::domain::address::BaseUrl;
use crate::domain::context::ContextName;
use crate::domain::ids::WorkspaceName;
use jiff::Timestamp;
use pretty_assertions::assert_eq;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use std::fs;

mod layouts;

const FILE: &str = "\
# mine
current_context: prod   # the real one
clusters:
- name: prod-cluster
  base_url: https://nmp.example.com/
  somebody_elses_key: [1, 2]
users:
- name: prod-user
  type: oauth
  token: old
  refresh_token: old-refresh # rotated
  expires_at: 1795428506.5
- name: nobody
  type: no-auth
contexts:
- name: prod
  cluster: prod-cluster
  user: prod-user
  workspace: ml-team
- name: other
  cluster: prod-cluster
  user: nobody
telemetry_enabled: false
";

fn name(name: &str) -> ContextName {
    ContextName::new(name)
}

fn tokens() -> StoredTokens {
    StoredTokens {
        token: "new".into(),
        refresh_token: Some("new-refresh".into()),
        expires_at: Some(Timestamp::from_second(1_800_000_000).unwrap()),
        token_broker_url: None,
    }
}

fn tokens_for(context: &str) -> Edit {
    Edit::Tokens {
        context: name(context),
        tokens: tokens(),
    }
}

fn logging_in_to(context: &str) -> Edit {
    Edit::LogIn {
        context: name(context),
        tokens: tokens(),
    }
}

fn adding(context: &str) -> Edit {
    Edit::AddContext {
        name: name(context),
        base_url: BaseUrl::parse("https://new.example.com").unwrap(),
        certificate_authority: Some("/etc/pki/ca.pem".into()),
        tokens: Some(tokens()),
    }
}

fn working_in(context: &str, workspace: &str) -> Edit {
    Edit::Workspace {
        context: name(context),
        workspace: WorkspaceName::from_platform(workspace),
    }
}

/// What becomes of a text that lies where the newer family's CLI has its file.
fn edited(text: &str, edit: &Edit) -> Result<String, Error> {
    let store = Store::at("/none/nhx/config.yaml".into());
    let bytes = store.edited(text.as_bytes(), edit)?;
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn new_tokens_take_the_place_of_the_old_ones_and_of_nothing_else() {
    let expected = FILE
        .replace("token: old\n", "token: new\n")
        .replace("refresh_token: old-refresh #", "refresh_token: new-refresh #")
        .replace("expires_at: 1795428506.5", "expires_at: 1800000000.0");
    assert_eq!(edited(FILE, &tokens_for("prod")).unwrap(), expected);
}

#[rstest]
#[case::none_current("")]
#[case::null("current_context:\n")]
#[case::blank("current_context: ' ' # which?\n")]
#[case::one_that_is_gone("current_context: gone\n")]
fn who_logs_in_where_no_context_is_current_has_one_then(#[case] line: &str) {
    let text = FILE.replace("current_context: prod   # the real one\n", line);
    let changed = edited(&text, &logging_in_to("other")).unwrap();
    let file = PlatformFile::parse(changed.as_bytes(), Store::at("c".into()).location()).unwrap();
    assert_eq!(file.current_context.as_deref(), Some("other"), "{changed}");
    let renewed = edited(&text, &tokens_for("other")).unwrap();
    assert!(
        renewed.contains(line) && !renewed.contains("current_context: other"),
        "{renewed}"
    );
}

#[test]
fn who_logs_in_beside_the_current_context_leaves_it_current() {
    assert_eq!(
        edited(FILE, &logging_in_to("other")).unwrap(),
        edited(FILE, &tokens_for("other")).unwrap()
    );
}

#[test]
fn a_user_without_tokens_begins_to_have_some() {
    let expected = FILE.replace(
        "- name: nobody\n  type: no-auth\n",
        "- name: nobody\n  type: oauth\n  token: new\n  refresh_token: new-refresh\n  expires_at: 1800000000.0\n",
    );
    assert_eq!(edited(FILE, &tokens_for("other")).unwrap(), expected);
}

#[test]
fn tokens_are_forgotten_like_the_cli_does_it() {
    let expected = FILE.replace(
        "  type: oauth\n  token: old\n  refresh_token: old-refresh # rotated\n  expires_at: 1795428506.5\n",
        "  type: no-auth\n",
    );
    let forget = Edit::ForgetTokens { context: name("prod") };
    assert_eq!(edited(FILE, &forget).unwrap(), expected);
}

#[test]
fn a_workspace_is_set_for_its_context_alone() {
    let changed = edited(FILE, &working_in("prod", "yes")).unwrap();
    assert_eq!(changed, FILE.replace("workspace: ml-team", "workspace: 'yes'"));
    let added = edited(FILE, &working_in("other", "ml-team")).unwrap();
    assert_eq!(
        added,
        FILE.replace("  user: nobody\n", "  user: nobody\n  workspace: ml-team\n")
    );
}

#[test]
fn another_context_becomes_current() {
    let changed = edited(FILE, &Edit::CurrentContext(name("other"))).unwrap();
    assert_eq!(
        changed,
        FILE.replace("current_context: prod ", "current_context: other ")
    );
}

#[test]
fn a_context_is_added_with_a_cluster_and_a_user_of_its_own() {
    let changed = edited(FILE, &adding("a.b")).unwrap();
    let expected = FILE
        .replace(
            "users:\n",
            "- name: a-b-cluster\n  base_url: https://new.example.com/\n  certificate_authority: /etc/pki/ca.pem\nusers:\n",
        )
        .replace(
            "contexts:\n",
            "- name: a.b-user\n  type: oauth\n  token: new\n  refresh_token: new-refresh\n  expires_at: 1800000000.0\ncontexts:\n",
        )
        .replace("telemetry", "- name: a.b\n  cluster: a-b-cluster\n  user: a.b-user\ntelemetry");
    assert_eq!(changed, expected);
}

#[test]
fn an_address_with_a_path_gets_no_slash() {
    let edit = Edit::AddContext {
        name: name("new"),
        base_url: BaseUrl::parse("https://new.example.com/nmp").unwrap(),
        certificate_authority: None,
        tokens: None,
    };
    let changed = edited("", &edit).unwrap();
    assert!(
        changed.contains("  base_url: https://new.example.com/nmp\n"),
        "{changed}"
    );
}

#[test]
fn values_stay_in_their_columns() {
    let aligned = FILE.replace("token: old\n", "token:         old\n");
    let changed = edited(&aligned, &tokens_for("prod")).unwrap();
    assert!(changed.contains("  token:         new\n"), "{changed}");
}

#[test]
fn the_first_context_becomes_current() {
    let expected = "\
current_context: prod
clusters:
- name: prod-cluster
  base_url: https://new.example.com/
  certificate_authority: /etc/pki/ca.pem
users:
- name: prod-user
  type: oauth
  token: new
  refresh_token: new-refresh
  expires_at: 1800000000.0
contexts:
- name: prod
  cluster: prod-cluster
  user: prod-user
";
    assert_eq!(edited("", &adding("prod")).unwrap(), expected);
}

#[test]
fn what_another_context_may_refer_to_is_not_taken_over() {
    let text = FILE
        .replace("prod-cluster", "new-cluster")
        .replace("nobody", "new-user");
    let changed = edited(&text, &adding("new")).unwrap();
    assert!(
        changed.contains("- name: new\n  cluster: new-cluster-2\n  user: new-user-2\n"),
        "{changed}"
    );
}

#[rstest]
#[case::gone(tokens_for("gone"), "context 'gone' is not defined there any more")]
#[case::twice(adding("prod"), "context 'prod' is defined there already")]
#[case::nameless(adding(" "), "context ' ' has no name")]
fn what_does_not_fit_the_file_is_refused(#[case] edit: Edit, #[case] expected: &str) {
    let message = edited(FILE, &edit).unwrap_err().to_string();
    assert_eq!(message, format!("/none/nhx/config.yaml: {expected}"));
}

#[test]
fn a_key_of_the_seed_generation_gives_way_to_a_token() {
    let text = "clusters: [{name: c, base_url: 'http://localhost'}]\nusers:\n  - name: u\n    type: api-key\n    \
                api_key: a@x\ncontexts: [{name: x, cluster: c, user: u}]\n";
    let changed = edited(text, &tokens_for("x")).unwrap();
    assert!(!changed.contains("api_key"), "{changed}");
    let file = PlatformFile::parse(changed.as_bytes(), Store::at("c".into()).location()).unwrap();
    let User::Bearer(tokens) = &file.contexts[0].user else {
        panic!("not a bearer: {changed}")
    };
    assert_eq!(tokens.token.expose_secret(), "new");
}

/// What the older CLI does not know, it drops; where the token tells its own end, nothing is lost by that.
#[rstest]
#[case::newer("/none/nhx/config.yaml", "opaque", true)]
#[case::older("/none/nmp/config.yaml", "opaque", true)]
#[case::newer_jwt("/none/nhx/config.yaml", "e30.eyJleHAiOjE4MDAwMDAwMDB9.", true)]
#[case::older_jwt("/none/nmp/config.yaml", "e30.eyJleHAiOjE4MDAwMDAwMDB9.", false)]
fn the_end_of_a_token_is_kept_where_it_is_needed(#[case] path: &str, #[case] token: &str, #[case] expected: bool) {
    let edit = Edit::Tokens {
        context: name("other"),
        tokens: StoredTokens {
            token: token.into(),
            ..tokens()
        },
    };
    let changed = Store::at(path.into()).edited(FILE.as_bytes(), &edit).unwrap();
    let is_kept = String::from_utf8(changed).unwrap().contains("expires_at: 1800000000.0");
    assert_eq!(is_kept, expected);
}

/// A config file in a folder of its own.
struct Scratch {
    folder: tempfile::TempDir,
    store: Store,
}

impl Scratch {
    fn new(text: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nhx").join("config.yaml");
        if let Some(text) = text {
            fs::create_dir(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        }
        Self {
            folder,
            store: Store::at(path),
        }
    }

    fn write(&self, edit: &Edit) -> Result<(), Error> {
        self.store.lock(Duration::from_secs(10))?.write(edit)
    }

    fn text(&self) -> String {
        fs::read_to_string(self.store.path()).unwrap()
    }

    fn lock_of(&self, context: &str) -> PathBuf {
        let path = self.store.path();
        path.with_file_name(format!("config.yaml.{context}.oauth-refresh.lock"))
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_file_that_is_made_is_for_its_owner_alone() {
    let scratch = Scratch::new(None);
    assert!(scratch.store.read().unwrap().contexts.is_empty());
    scratch.write(&adding("prod")).unwrap();
    let path = scratch.store.path();
    assert_eq!((mode(path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(scratch.store.read().unwrap().current_context.as_deref(), Some("prod"));
}

#[test]
fn a_file_that_others_could_read_is_closed_by_the_next_change() {
    let scratch = Scratch::new(Some(FILE));
    fs::set_permissions(
        scratch.store.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    scratch.write(&tokens_for("prod")).unwrap();
    assert_eq!(mode(scratch.store.path()), 0o600);
}

#[test]
fn a_link_stays_a_link() {
    let scratch = Scratch::new(Some(FILE));
    let real = scratch.folder.path().join("dotfiles.yaml");
    fs::rename(scratch.store.path(), &real).unwrap();
    std::os::unix::fs::symlink("../dotfiles.yaml", scratch.store.path()).unwrap();
    scratch.write(&tokens_for("prod")).unwrap();
    assert!(scratch.store.path().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("token: new\n"));
    assert!(
        scratch.lock_of("prod").exists(),
        "the lock lies where the CLI looks for it"
    );
}

#[test]
fn what_is_refused_leaves_the_file_and_nothing_else_behind() {
    let scratch = Scratch::new(Some(FILE));
    scratch.write(&tokens_for("gone")).unwrap_err();
    assert_eq!(scratch.text(), FILE);
    let left = fs::read_dir(scratch.store.path().parent().unwrap()).unwrap();
    let left = left.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("tmp"));
    assert_eq!(left.count(), 0);
}

#[test]
fn what_can_never_be_edited_is_refused_for_what_it_is() {
    let scratch = Scratch::new(Some(FILE));
    let locked = scratch.store.lock(Duration::from_secs(10)).unwrap();
    let gone = locked.write(&tokens_for("gone")).unwrap_err();
    assert!(gone.to_string().contains("is not defined there any more"), "{gone}");
    fs::remove_file(scratch.store.path()).unwrap();
    fs::create_dir(scratch.store.path()).unwrap();
    for problem in [
        locked.can_write(&adding("new")).unwrap_err(),
        locked.write(&adding("new")).unwrap_err(),
    ] {
        assert!(matches!(problem, Error::Read { .. }), "{problem}");
    }
}

#[test]
fn a_file_that_was_half_written_is_given_time_to_become_whole() {
    let scratch = Scratch::new(Some(FILE));
    let changes = |before| scratch.store.changes_soon(before).unwrap();
    assert!(changes(Some(&FILE.as_bytes()[..FILE.len() / 2])) && changes(None));
    assert!(!changes(Some(FILE.as_bytes())));
}

#[test]
fn every_context_is_locked_the_way_the_cli_does_it() {
    let scratch = Scratch::new(Some(&FILE.replace("name: other", "name: a/b")));
    let held = scratch.store.lock(Duration::ZERO).unwrap();
    for context in ["prod", "a_b", "default"] {
        let file = fs::File::open(scratch.lock_of(context)).unwrap();
        assert!(file.try_lock().is_err(), "{context} is not locked");
    }
    drop(held);
    let file = fs::File::open(scratch.lock_of("prod")).unwrap();
    file.try_lock().expect("it is let go of");
}

#[test]
fn says_who_is_in_the_way() {
    let scratch = Scratch::new(Some(FILE));
    drop(scratch.store.lock(Duration::ZERO).unwrap());
    let cli = fs::File::open(scratch.lock_of("other")).unwrap();
    cli.lock().unwrap();
    let message = scratch.store.lock(Duration::from_millis(40)).unwrap_err().to_string();
    assert!(
        message.contains("config.yaml.other.oauth-refresh.lock has been locked by another process"),
        "{message}"
    );
    assert_eq!(scratch.text(), FILE);
}

#[test]
fn a_context_that_is_added_is_locked_too() {
    let scratch = Scratch::new(Some(FILE));
    let locked = scratch.store.lock(Duration::ZERO).unwrap();
    locked.write(&adding("new")).unwrap();
    assert!(scratch.lock_of("new").exists());
    drop(locked);
    assert!(scratch.store.read().unwrap().context("new").is_some());
}

#[test]
fn a_file_that_changed_in_the_last_moment_is_not_replaced() {
    let scratch = Scratch::new(Some("a: 1\n"));
    let outcome = replace::put(scratch.store.path(), Some(b"a: 0\n"), b"a: 2\n").unwrap();
    assert_eq!((outcome, scratch.text().as_str()), (Outcome::Changed, "a: 1\n"));
    let outcome = replace::put(scratch.store.path(), None, b"a: 2\n").unwrap();
    assert_eq!((outcome, scratch.text().as_str()), (Outcome::Changed, "a: 1\n"));
    fs::remove_file(scratch.store.path()).unwrap();
    let outcome = replace::put(scratch.store.path(), Some(b"a: 1\n"), b"a: 2\n").unwrap();
    assert_eq!((outcome, scratch.store.path().exists()), (Outcome::Changed, false));
    fs::create_dir(scratch.store.path()).unwrap();
    replace::put(scratch.store.path(), Some(b"a: 1\n"), b"a: 2\n").unwrap_err();
}

/// Before anybody logs in: then the locks may not be there yet.
#[test]
fn whether_a_login_could_be_kept_is_found_out_without_a_lock() {
    let scratch = Scratch::new(Some(FILE));
    let folder = scratch.store.path().parent().unwrap();
    let left = || fs::read_dir(folder).unwrap().count();
    scratch.store.could_write(&tokens_for("prod")).unwrap();
    assert_eq!((scratch.text().as_str(), left()), (FILE, 1));
    // What can be opened by nobody, whoever runs this.
    fs::create_dir(scratch.lock_of("prod")).unwrap();
    let problem = scratch.store.could_write(&tokens_for("prod")).unwrap_err();
    assert!(matches!(problem, Error::Lock { .. }), "{problem}");
}

#[test]
fn whether_a_change_could_be_made_is_found_out_without_making_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    fs::write(&path, FILE).unwrap();
    let locked = Store::at(path.clone()).lock(Duration::from_secs(5)).unwrap();
    locked.can_write(&tokens_for("prod")).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), FILE);
    let is_left = |entry: fs::DirEntry| entry.file_name().to_string_lossy().ends_with(".tmp");
    assert!(
        !fs::read_dir(folder.path())
            .unwrap()
            .any(|entry| is_left(entry.unwrap()))
    );
    locked.can_write(&tokens_for("nobodys")).unwrap_err();
    fs::write(
        &path,
        FILE.replace("- name: prod-user", "- &u\n  name: prod-user") + "more: *u\n",
    )
    .unwrap();
    locked.can_write(&tokens_for("prod")).unwrap_err();
}
