//! What help tells, searches and lays out.

use super::*;
use crate::app::text_field::TextField;

const SCREENS: [&[Context]; 9] = [
    &[Context::Workspaces, Context::List, Context::Screen, Context::Always],
    &[Context::Members, Context::List, Context::Screen, Context::Always],
    &[Context::Resources, Context::List, Context::Screen, Context::Always],
    &[Context::Audit, Context::List, Context::Screen, Context::Always],
    &[
        Context::Matrix,
        Context::Audit,
        Context::List,
        Context::Screen,
        Context::Always,
    ],
    &[Context::Principal, Context::List, Context::Screen, Context::Always],
    &[Context::Contexts, Context::List, Context::Screen, Context::Always],
    &[Context::Welcome, Context::Screen, Context::Always],
    &[Context::Dialog, Context::Always],
];

fn size(width: u16, height: u16) -> Size {
    Size { width, height }
}

fn searched(typed: &str) -> State {
    let mut state = State::new(KeyMap::default(), SCREENS[0]);
    state.filter.input = TextField::filled(typed);
    state
}

/// The keys of a page with all that is told of them.
fn told(page: &Page) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = Vec::new();
    for line in page.columns.iter().flatten() {
        match (line, told.last_mut()) {
            (Line::Key(keys, text), _) => told.push((keys.clone(), text.clone())),
            (Line::More(text), Some((_, so_far))) => {
                // What stands below its keys begins there.
                if !so_far.is_empty() {
                    so_far.push(' ');
                }
                so_far.push_str(text);
            }
            (Line::More(_), None) => panic!("a line of nothing"),
            (Line::Blank | Line::Heading(_) | Line::Note(_), _) => {}
        }
    }
    told
}

#[test]
fn the_keys_of_any_screen_fit_one_page() {
    for contexts in SCREENS {
        let page = State::new(KeyMap::default(), contexts).page(size(80, 24));
        // A matrix has the keys of the audit, too, and scrolls.
        let fits = page.height() <= geometry::text_rows(size(80, 24));
        assert!(fits || contexts.contains(&Context::Matrix), "{contexts:?}");
        let n: usize = contexts
            .iter()
            .filter(|context| !GENERAL.contains(context))
            .map(|context| KeyMap::default().of(*context).count())
            .sum();
        assert_eq!(told(&page).len(), n, "{contexts:?}: these and no others");
    }
}

#[test]
fn nothing_is_cut_and_nothing_is_lost_at_any_size() {
    for contexts in SCREENS {
        let mut state = State::new(KeyMap::default(), contexts);
        state.is_whole = true;
        let whole: Vec<_> = state
            .sections()
            .into_iter()
            .flat_map(|(_, told)| told)
            .map(|told| (told.keys.join(" "), told.help.to_owned()))
            .collect();
        for (width, height) in [(60, 16), (80, 24), (120, 40), (160, 50), (200, 50), (300, 90)] {
            let page = state.page(size(width, height));
            assert_eq!(told(&page), whole, "at {width}x{height}");
            for line in page.columns.iter().flatten() {
                let (keys, text) = match line {
                    Line::Key(keys, text) => {
                        assert!(
                            text.is_empty() || keys.chars().count() <= page.keys,
                            "{keys} is beside the column"
                        );
                        (keys.chars().count().max(page.keys), text)
                    }
                    Line::More(text) => (page.keys, text),
                    Line::Blank | Line::Heading(_) | Line::Note(_) => continue,
                };
                assert!(keys + text.chars().count() + 3 <= page.width, "{text}");
            }
            for column in &page.columns {
                assert!(!matches!(column.first(), Some(Line::Blank | Line::More(_)) | None));
                assert!(!matches!(column.last(), Some(Line::Blank | Line::Heading(_))));
            }
        }
    }
}

#[test]
fn a_wide_screen_shows_nearly_all_keys_at_once() {
    let mut state = State::new(KeyMap::default(), SCREENS[0]);
    state.act(Action::MoreHelp, size(200, 50));
    let page = state.page(size(200, 50));
    assert_eq!(page.columns.len(), 3);
    let n_rows = geometry::text_rows(size(200, 50));
    assert!(page.height() <= n_rows + n_rows / 4, "{} rows", page.height());
}

#[test]
fn a_search_finds_the_keys_of_other_screens() {
    let found = |typed| {
        let sections = searched(typed).sections();
        let words = sections.into_iter().flat_map(|(context, told)| {
            let keys = told.into_iter().map(|told| told.keys.join(" "));
            keys.map(move |keys| format!("{}: {keys}", context.title()))
        });
        words.collect::<Vec<_>>()
    };
    assert_eq!(found("write file"), ["audit: E"]);
    assert_eq!(found("audit shown FILE"), ["audit: E"]);
    assert_eq!(found("zzzz"), [""; 0]);
    assert!(found("e").contains(&"workspaces: e".to_owned()));
    assert!(
        !found("e").contains(&"workspaces: n".to_owned()),
        "one character is a key"
    );
}
