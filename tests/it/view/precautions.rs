//! What a context is known by: its word and its accent, in the header and above what is asked.

use super::scene::{Scene, session};
use super::world::World;
use nmp_console::app::session::Session;
use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::context::{ContextName, Destination, Precautions};
use nmp_console::domain::terminal::Accent;
use nmp_console::domain::text::SafeText;
use rstest::rstest;

fn known(word: Option<&str>, accent: Option<Accent>) -> Session {
    let precautions = Precautions {
        word: word.map(SafeText::new),
        accent,
        typed: Some(ContextName::new("prod")),
    };
    Session {
        precautions,
        ..session()
    }
}

fn scene(session: Session) -> Scene {
    Scene::start_with(session, World::new(), 80, 24).settle()
}

#[test]
fn its_word_stands_in_the_header_and_above_what_is_asked() {
    let scene = scene(known(Some("PROD"), Some(Accent::Red)));
    scene.shows("context-word");
    let asked = scene.open("ml-team").select("carol@example.com").press("e ↓ enter");
    asked.shows("context-word-asked");
    asked.clone().resize(60, 16).shows("context-word-asked-60x16");
    asked.resize(120, 40).shows("context-word-asked-120x40");
}

#[test]
fn the_word_stays_when_all_else_has_no_room() {
    let mut session = known(Some("EUROPE\u{202e}"), None);
    session.read_only = Some(SafeText::new("--read-only"));
    let scene = scene(session).resize(60, 16);
    assert!(scene.text().contains(" EUROPE\\u{202e} "), "{}", scene.text());
}

/// With `--base-url` the context in use leads elsewhere: its name alone would be taken for where one is.
#[rstest]
#[case::short("LAB", "lab", None)]
#[case::long("A WORD OF 20 LETTERS", "production-of-europe", None)]
#[case::and_read_only("A WORD OF 20 LETTERS", "production-of-europe", Some("--read-only"))]
fn an_address_that_was_given_is_seen_at_every_width(
    #[case] word: &str,
    #[case] context: &str,
    #[case] read_only: Option<&str>,
) {
    let mut session = known(Some(word), Some(Accent::Green));
    session.context = SafeText::new(context);
    session.server = SafeText::new("https://prod.example.com");
    session.destination = BaseUrl::parse("https://prod.example.com")
        .ok()
        .map(Destination::Address);
    session.read_only = read_only.map(SafeText::new);
    let scene = scene(session);
    for width in 60..=150 {
        let text = scene.clone().resize(width, 24).text();
        let header = text.lines().next().unwrap_or_default();
        assert!(header.contains("https://prod.example"), "{width}: {header}");
        assert!(header.contains(word), "{width}: {header}");
    }
}

#[test]
fn without_a_word_it_is_its_name() {
    let text = scene(known(None, Some(Accent::Green))).text();
    assert!(text.contains("  prod  nmp-console  prod"), "{text}");
}

/// Those that have a word or a colour: one that has a colour alone is known by its name.
#[test]
fn the_words_of_all_contexts_stand_among_them() {
    let mut world = World::new();
    let contexts = &mut world.connector.contexts.contexts;
    contexts[0].precautions = known(Some("PROD"), Some(Accent::Red)).precautions;
    contexts[1].precautions = known(None, Some(Accent::Yellow)).precautions;
    let all = Scene::start_with(session(), world, 80, 24).settle().press("C").settle();
    for (width, height) in [(80, 24), (60, 16), (160, 30)] {
        let name = format!("contexts-with-words-{width}x{height}");
        all.clone().resize(width, height).shows(&name);
    }
    let found = all.press("/").type_text("prod").text();
    assert!(found.contains("Contexts (1 of 3)"), "{found}");
}

/// A login to another context is none of the business of the one in use.
#[test]
fn the_word_does_not_stand_above_a_login_elsewhere() {
    let here = scene(known(Some("PROD"), None)).press("ctrl-o").settle();
    assert!(here.text().contains("PROD  Log in"), "{}", here.text());
    for (key, title) in [("l", "Log in"), ("o", "Log out"), ("n", "Connect")] {
        let contexts = scene(known(Some("PROD"), None)).press("C").settle();
        let elsewhere = contexts.press("j").press(key).settle().text();
        assert!(elsewhere.contains(&format!(" {title} ")), "{elsewhere}");
        assert!(!elsewhere.contains(&format!("PROD  {title}")), "{elsewhere}");
    }
}
