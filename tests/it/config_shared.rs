//! One config file and many who write it at the same time: nobody's update is lost.

use nmp_console::config::store::{Edit, Store, StoredTokens};
use nmp_console::domain::context::ContextName;
use pretty_assertions::assert_eq;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_mins(1);

fn file_with(contexts: &[String]) -> String {
    let mut text =
        "# shared\ncurrent_context: c0\nclusters:\n- name: c\n  base_url: http://localhost/\nusers:\n".to_owned();
    for name in contexts {
        let _ = write!(text, "- name: {name}-user\n  type: oauth\n  token: {name}-0\n");
    }
    text.push_str("contexts:\n");
    for name in contexts {
        let _ = write!(text, "- name: {name}\n  cluster: c\n  user: {name}-user\n");
    }
    text
}

fn tokens(token: &str) -> StoredTokens {
    StoredTokens {
        token: token.into(),
        refresh_token: None,
        expires_at: None,
        token_broker_url: None,
    }
}

/// The token of a context, as anybody would find it in the text.
fn token_in(text: &str, context: &str) -> String {
    let (_, user) = text
        .split_once(&format!("name: {context}-user\n"))
        .expect("the user is there");
    let (_, token) = user.split_once("token: ").expect("it has a token");
    token.lines().next().unwrap_or_default().trim_matches('\'').to_owned()
}

fn number_of(token: &str) -> u32 {
    token
        .rsplit('-')
        .next()
        .and_then(|number| number.parse().ok())
        .expect("tokens are numbered")
}

/// What the CLI does when it renews the token of a context: under that context's lock alone it reads the file and
/// writes all of it in place.
fn renew_like_the_cli(path: &Path, context: &str) {
    let lock = path.with_file_name(format!("config.yaml.{context}.oauth-refresh.lock"));
    let lock = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(lock)
        .unwrap();
    lock.lock().unwrap();
    let mut text = String::new();
    File::open(path).unwrap().read_to_string(&mut text).unwrap();
    let old = token_in(&text, context);
    let new = format!("{context}-{}", number_of(&old) + 1);
    let text = text.replace(&format!("token: {old}\n"), &format!("token: {new}\n"));
    let mut file = OpenOptions::new().write(true).truncate(true).open(path).unwrap();
    // In two pieces, so that there is a moment when the file is half there.
    let (first, second) = text.split_at(text.len() / 2);
    file.write_all(first.as_bytes()).unwrap();
    thread::yield_now();
    file.write_all(second.as_bytes()).unwrap();
}

/// What the console does when it renews the token of a context.
fn renew_like_the_console(store: &Store, context: &str) {
    let locked = store.lock(PATIENCE).unwrap();
    let text = fs::read_to_string(store.path()).unwrap();
    assert!(locked.read().unwrap().context(context).is_some());
    let new = format!("{context}-{}", number_of(&token_in(&text, context)) + 1);
    let edit = Edit::Tokens {
        context: ContextName::new(context),
        tokens: tokens(&new),
    };
    locked.write(&edit).unwrap();
}

#[test]
fn no_update_is_lost_between_consoles_and_a_cli() {
    const N_CONSOLES: usize = 6;
    const N_RENEWALS: u32 = 25;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    let contexts: Vec<String> = (0..=N_CONSOLES).map(|n| format!("c{n}")).collect();
    fs::write(&path, file_with(&contexts)).unwrap();
    let (cli, consoles) = contexts.split_first().unwrap();
    thread::scope(|scope| {
        for context in consoles {
            let store = Store::at(path.clone());
            scope.spawn(move || (0..N_RENEWALS).for_each(|_| renew_like_the_console(&store, context)));
        }
        scope.spawn(|| (0..N_RENEWALS * 4).for_each(|_| renew_like_the_cli(&path, cli)));
    });
    let text = fs::read_to_string(&path).unwrap();
    let numbers: Vec<u32> = contexts.iter().map(|name| number_of(&token_in(&text, name))).collect();
    let mut expected = vec![N_RENEWALS; N_CONSOLES + 1];
    expected[0] = N_RENEWALS * 4;
    assert_eq!(numbers, expected);
    let unchanged = contexts.iter().fold(text.clone(), |text, name| {
        let token = token_in(&text, name);
        text.replace(&format!("token: {token}\n"), &format!("token: {name}-0\n"))
    });
    assert_eq!(unchanged, file_with(&contexts), "nothing else changed");
}

#[test]
fn whoever_reads_meanwhile_sees_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.yaml");
    let contexts = ["c0".to_owned(), "c1".to_owned()];
    fs::write(&path, file_with(&contexts)).unwrap();
    let store = Store::at(path.clone());
    thread::scope(|scope| {
        let writer = scope.spawn(|| (0..60).for_each(|_| renew_like_the_console(&store, "c1")));
        while !writer.is_finished() {
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.ends_with("  user: c1-user\n"), "{text}");
        }
    });
}

#[test]
fn consoles_that_add_contexts_at_once_add_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path().join("nhx").join("config.yaml"));
    thread::scope(|scope| {
        for n in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                let edit = Edit::AddContext {
                    name: ContextName::new(&format!("c{n}")),
                    base_url: nmp_console::domain::address::BaseUrl::parse("http://localhost").unwrap(),
                    certificate_authority: None,
                    tokens: Some(tokens("t")),
                };
                store.lock(PATIENCE).unwrap().write(&edit).unwrap();
            });
        }
    });
    let mut names: Vec<_> = store
        .read()
        .unwrap()
        .contexts
        .into_iter()
        .map(|context| context.name)
        .collect();
    names.sort();
    let expected: Vec<_> = (0..8).map(|n| format!("c{n}")).collect();
    assert_eq!(names, expected);
}

/// The console's part of `tests/shared-config`, which plays the other part with the platform's own CLI. It says when it
/// begins by a file, so that both are sure to write at the same time.
#[test]
#[ignore = "tests/shared-config runs it, with a file to share"]
#[expect(
    clippy::disallowed_methods,
    reason = "the script says by the environment what is shared"
)]
fn renews_tokens_beside_the_real_cli() {
    let given = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by tests/shared-config"));
    let store = Store::at(PathBuf::from(given("SHARED_CONFIG")));
    let (context, n_renewals) = (given("SHARED_CONTEXT"), given("SHARED_RENEWALS"));
    fs::write(given("SHARED_BEGUN"), "").unwrap();
    for _ in 0..n_renewals.parse().expect("a number") {
        renew_like_the_console(&store, &context);
    }
}
