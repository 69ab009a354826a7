//! What a file of keys makes of the table, and what it is refused for.

use super::*;
use crate::app::keymap::{DialogKey, Opens, Shows};
use rstest::rstest;

fn own(text: &str) -> OwnKeys {
    OwnKeys::parse(text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn problems(text: &str) -> Vec<String> {
    let problems = OwnKeys::parse(text).expect_err("it is refused");
    problems.iter().map(ToString::to_string).collect()
}

fn does(keys: &OwnKeys, contexts: &[Context], key: &str) -> Option<&'static str> {
    let bound = keys.keymap.bound(contexts, key.parse().unwrap());
    bound.map(|binding| binding.action.name())
}

const MEMBERS: &[Context] = &[Context::Members, Context::List, Context::Screen, Context::Always];
const WORKSPACES: &[Context] = &[Context::Workspaces, Context::List, Context::Screen, Context::Always];

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(own("# nothing").keymap.all().count(), KeyMap::default().all().count());
    assert!(own("").keymap.all().eq(KeyMap::default().all()));
    assert_eq!(own("").notice(), None);
}

#[test]
fn an_action_has_the_keys_of_the_file_and_no_others() {
    let keys = own("[members]\nremove = ['delete', 'X']\nundo = []");
    assert_eq!(does(&keys, MEMBERS, "delete"), Some("remove"));
    assert_eq!(does(&keys, MEMBERS, "X"), Some("remove"));
    assert_eq!(does(&keys, MEMBERS, "d"), None);
    assert_eq!(does(&keys, MEMBERS, "u"), None);
    assert_eq!(
        keys.keymap.key_of(Context::Members, Action::Open(Opens::RemoveMember)),
        "delete"
    );
    assert_eq!(keys.keymap.key_of(Context::Members, Action::Open(Opens::Undo)), "undo");
    assert_eq!(keys.displaced, []);
}

#[test]
fn the_key_of_the_file_counts_and_what_it_did_is_told() {
    let keys = own("[screen]\nrefresh = ['d']");
    assert_eq!(does(&keys, MEMBERS, "d"), Some("refresh"));
    assert_eq!(does(&keys, WORKSPACES, "d"), Some("refresh"));
    assert_eq!(does(&keys, WORKSPACES, "r"), None);
    let told = keys.notice().unwrap();
    assert!(
        told.as_str().starts_with(
            "your keys: d is refresh in [screen], not delete in [workspaces]; d is refresh in [screen], not remove in [members]; "
        ),
        "{told}"
    );
    assert!(
        told.as_str()
            .ends_with("; 2 keys more, no key left for 5 actions: nmp-console keys --check tells"),
        "{told}"
    );
}

#[test]
fn a_key_of_one_screen_hides_what_it_does_everywhere_else_there_alone() {
    let keys = own("[members]\nremove = ['j']");
    assert_eq!(does(&keys, MEMBERS, "j"), Some("remove"));
    assert_eq!(does(&keys, WORKSPACES, "j"), Some("down"));
    assert_eq!(
        keys.notice().unwrap().as_str(),
        "your keys: j is remove in [members], not down in [list]"
    );
}

#[test]
fn two_actions_can_change_places() {
    let keys = own("[list]\nsort = ['S']\nreverse = ['s']");
    assert_eq!(does(&keys, MEMBERS, "S"), Some("sort"));
    assert_eq!(does(&keys, MEMBERS, "s"), Some("reverse"));
    assert_eq!(keys.displaced, []);
}

#[test]
fn keys_are_known_by_what_people_call_them() {
    let keys = own("[list]\ndown = ['down', 'ctrl-N']\nup = ['up', 'pageup']\n[everywhere]\nredraw = ['f5']");
    let down = keys
        .keymap
        .binding(Context::List, Action::Move(crate::app::list::Step::Down))
        .unwrap();
    assert_eq!(down.keys, ["↓", "ctrl-n"]);
    assert_eq!(does(&keys, MEMBERS, "f5"), Some("redraw"));
    assert_eq!(does(&keys, MEMBERS, "pgup"), Some("up"));
}

#[rstest]
#[case::place(
    "[member]\nremove = ['d']",
    "line 1, column 2: there is no [member]; did you mean 'members'?"
)]
#[case::action(
    "[members]\nremov = ['d']",
    "line 2, column 1: [members] has no action 'remov'; did you mean 'remove'?"
)]
#[case::elsewhere(
    "[members]\nrefresh = ['d']",
    "line 2, column 1: [members] has no action 'refresh'; it is an action of [screen] ("
)]
#[case::no_list(
    "[members]\nremove = 'd'",
    "line 2, column 10: a list is needed, not a text: remove = [\"x\"]"
)]
#[case::no_section(
    "remove = ['d']",
    "line 1, column 10: a group of names and values is needed, not a list"
)]
#[case::no_key(
    "[members]\nremove = ['d', 'dd']",
    "line 2, column 16: 'dd' is not a key: a key is written as"
)]
#[case::function("[members]\nremove = ['f99']", "line 2, column 11: 'f99' is not a key")]
#[case::enter(
    "[members]\nremove = ['ctrl-m']",
    "line 2, column 11: terminals send enter for ctrl-m: name enter"
)]
#[case::listed_twice("[members]\nremove = ['d', 'd']", "line 2, column 16: d is listed twice")]
#[case::twice(
    "[members]\nadd = ['x']\nremove = ['x']",
    "line 3, column 11: x is add in [members] already (line 2), and cannot be remove in [members]"
)]
#[case::text_in_a_filter(
    "[filter]\nkeep = ['k']",
    "line 2, column 9: k cannot be keep in [filter]: the text field there takes it"
)]
#[case::ctrl_a(
    "[commands]\napply = ['ctrl-a']",
    "line 2, column 10: ctrl-a cannot be apply in [commands]: the text field there"
)]
#[case::text_in_some(
    "[dialog]\napply = ['o']",
    "line 2, column 10: o cannot be apply in [dialog]: the text field there takes it"
)]
#[case::text_alone(
    "[dialog]\nhelp = ['h']",
    "line 2, column 1: help in [dialog] needs a key that is no text, too"
)]
#[case::everywhere(
    "[everywhere]\nquit = ['Q']",
    "line 2, column 9: Q cannot be quit in [everywhere]: the text field there takes it"
)]
#[case::yes_that_asks(
    "[members]\nremove = ['y']",
    "line 2, column 11: y cannot be both yes in [confirm] and remove in [members]: what leads to a question must not answer it"
)]
#[case::asks_and_says_yes(
    "[confirm]\nyes = ['d']",
    "line 2, column 8: d cannot be both yes in [confirm] and delete in [workspaces]"
)]
#[case::enter_enter(
    "[confirm]\nyes = ['enter']",
    "line 2, column 8: enter cannot be both yes in [confirm] and"
)]
#[case::closed_command(
    "[confirm]\nyes = ['x']",
    "line 2, column 8: x cannot be both yes in [confirm] and close in [command]"
)]
#[case::closed_help(
    "[confirm]\nyes = ['q']",
    "line 2, column 8: q cannot be both yes in [confirm] and close in [screen]"
)]
#[case::given_reason(
    "[confirm]\nyes = ['ctrl-r']",
    "line 2, column 8: ctrl-r cannot be both yes in [confirm] and reason in"
)]
#[case::never_sent(
    "[everywhere]\nquit = ['ctrl-é']",
    "line 2, column 9: many terminals do not send ctrl-é"
)]
#[case::sent_otherwise(
    "[everywhere]\nquit = ['ctrl-]']",
    "line 2, column 9: terminals send ctrl-5 for ctrl-]: name ctrl-5"
)]
#[case::begins_others(
    "[members]\nremove = ['alt-[']",
    "line 2, column 11: many terminals do not send alt-["
)]
#[case::hidden("[members]\nremove = ['\u{202e}']", "line 2, column 11: '\\u{202e}' is not a key")]
#[case::wide("[members]\nremove = ['値']", "line 2, column 11: '値' is not a key")]
#[case::no_way_to_quit(
    "[everywhere]\nquit = []",
    "line 2, column 1: no key is left to quit in [workspaces], [members], [resources] and 31 other places: give one to quit in \
     [everywhere]"
)]
#[case::no_help(
    "[screen]\nhelp = []",
    "line 2, column 1: no key is left to get help in [workspaces]"
)]
#[case::help_hidden(
    "[members]\nremove = ['?']",
    "line 2, column 1: no key is left to get help in [members]: give one to help in [screen]"
)]
#[case::no_way_back(
    "[screen]\nback = []\nclose = []",
    "line 2, column 1: no key is left to go back in [workspaces]"
)]
#[case::no_cancel("[dialog]\ncancel = []", "line 2, column 1: no key is left to cancel in [dialog]")]
#[case::stolen_cancel(
    "[running]\ncommand = ['esc']",
    "line 2, column 1: no key is left to cancel in [running]: give one to stop in [running]"
)]
#[case::filter(
    "[filter]\nkeep = []\nclear = []",
    "line 2, column 1: no key is left to leave the field in [filter]"
)]
fn what_cannot_be_is_refused_with_its_place(#[case] text: &str, #[case] expected: &str) {
    let told = problems(text);
    assert!(told[0].starts_with(expected), "{told:#?}");
}

/// One key too many in every list is one mistake.
#[test]
fn what_one_entry_takes_away_in_many_places_is_told_once() {
    assert_eq!(
        problems("[list]\ndown = ['ctrl-c']"),
        [
            "line 2, column 1: no key is left to quit in [workspaces], [members], [resources] and 12 other places: give one to quit in [everywhere]"
        ]
    );
}

#[test]
fn every_mistake_is_told_at_once_up_to_twenty() {
    let told = problems("[nowhere]\na = []\n[members]\nb = []\nremove = ['dd']");
    assert_eq!(told.len(), 3, "{told:#?}");
    let many: Vec<String> = (0..50).map(|n| format!("a{n} = []")).collect();
    let told = problems(&format!("[members]\n{}", many.join("\n")));
    assert_eq!(told.len(), MOST);
    assert!(
        told.last().unwrap().ends_with("; 30 further problems after it"),
        "{told:#?}"
    );
}

#[test]
fn one_action_has_its_keys_once_whatever_it_is_called() {
    let former = [(Context::Members, "delete-member", "remove")];
    let elsewhere = action(Context::Resources, "delete-member", &former);
    assert!(elsewhere.is_err(), "there it was never called so");
    let file = parsing::toml("[members]\nremove = ['d']\ndelete-member = ['x']").unwrap();
    let mut wrong = Vec::new();
    assert_eq!(entries(&file, &former, &mut wrong).len(), 1);
    assert_eq!(wrong[0].1, "remove in [members] has its keys already, by another name");
}

#[test]
fn what_was_called_otherwise_before_is_still_known() {
    let former = [(Context::Members, "delete-member", "remove")];
    assert_eq!(
        action(Context::Members, "delete-member", &former),
        Ok(Action::Open(Opens::RemoveMember))
    );
    for (place, old, now) in FORMER {
        assert!(
            KeyMap::default()
                .of(*place)
                .any(|binding| binding.action.name() == *now),
            "{old}"
        );
    }
}

/// Whatever action gets whatever key: it is refused, or the key does that, and no place is without a way out.
#[test]
fn a_key_given_to_any_action_counts_there_or_is_refused() {
    let table = KeyMap::default();
    let mut n_taken = 0;
    for binding in table.all() {
        for key in ["f7", "ctrl-g", "Z", "d", "esc", "?", "enter"] {
            let (context, action) = (binding.context.name(), binding.action.name());
            let Ok(keys) = OwnKeys::parse(&format!("[{context}]\n{action} = ['{key}']")) else {
                assert_ne!(key, "f7", "[{context}] {action}: no reason to refuse it");
                continue;
            };
            n_taken += 1;
            let found = keys.keymap.bound(&[binding.context], key.parse().unwrap()).unwrap();
            assert_eq!(
                (found.action, found.keys),
                (binding.action, [key].as_slice()),
                "{context} {action}"
            );
            assert_eq!(keys.line_of(found), Some(2));
            for contexts in Context::TOGETHER {
                let is_left = |does: &dyn Fn(Action) -> bool, keymap: KeyMap| {
                    let bindings = contexts.iter().flat_map(|context| keymap.of(*context));
                    let mut bindings = bindings.filter(|binding| does(binding.action));
                    bindings.any(|binding| keymap.counts_in(contexts, binding))
                };
                let ways: [&dyn Fn(Action) -> bool; 4] = [
                    &|action| action == Action::Quit,
                    &|action| action == Action::Show(Shows::Help),
                    &|action| matches!(action, Action::Back | Action::Close),
                    &|action| {
                        matches!(
                            action,
                            Action::Dialog(DialogKey::Cancel | DialogKey::No | DialogKey::StopWaiting)
                        )
                    },
                ];
                for does in ways {
                    assert!(
                        !is_left(does, table) || is_left(does, keys.keymap),
                        "{context} {action} {key}: {contexts:?}"
                    );
                }
            }
        }
    }
    assert!(n_taken > 1_000, "{n_taken}");
}

#[rstest]
#[case::help("[screen]\nhelp = ['?', 'f1']", &[Context::Help, Context::Screen, Context::Always], "?", "more")]
#[case::arrows("[long-text]\nscroll-down = ['↓', 'ctrl-g']", &[Context::Dialog, Context::LongText, Context::Always], "↓", "down")]
fn a_usual_key_that_is_named_again_takes_nothing_away(
    #[case] text: &str,
    #[case] here: &[Context],
    #[case] key: &str,
    #[case] expected: &str,
) {
    let keys = own(text);
    assert_eq!(does(&keys, here, key), Some(expected));
    assert_eq!(keys.displaced, []);
}

/// Wherever the key by the table leads out of a dialog, the key of the file does, and no other.
#[test]
fn a_key_that_cancels_does_so_in_every_dialog() {
    let keys = own("[dialog]\ncancel = ['f10']");
    let table = KeyMap::default();
    let esc: Chord = "esc".parse().unwrap();
    let mut n_places = 0;
    for contexts in Context::TOGETHER {
        let in_dialog = contexts[0] == Context::Dialog || contexts[0].follows() == Some(Context::Dialog);
        if !in_dialog {
            continue;
        }
        n_places += 1;
        let usual = table.bound(contexts, esc).map(Named::of);
        let now = keys.keymap.bound(contexts, "f10".parse().unwrap()).map(Named::of);
        assert!(usual.is_some() && usual == now, "{contexts:?}: {usual:?}, {now:?}");
        assert_eq!(keys.keymap.bound(contexts, esc), None, "{contexts:?}");
    }
    assert_eq!(n_places, 20);
    assert_eq!((keys.displaced, keys.lost, keys.unheard), (vec![], vec![], vec![]));
}

#[test]
fn a_section_of_its_own_comes_before_that_of_every_dialog() {
    let keys = own("[dialog]\ncancel = ['f10']\ncommand = ['f8']\n[confirm]\nno = ['n', 'f9']");
    assert_eq!(does(&keys, &[Context::Confirm], "f9"), Some("no"));
    assert_eq!(does(&keys, &[Context::Confirm], "f10"), None);
    let shown = keys.keymap.binding(Context::Equivalent, Action::HideCommand).unwrap();
    assert_eq!(shown.keys, ["f10", "f8"]);
    assert_eq!(keys.n_set(), 3);
}

#[test]
fn a_key_that_has_another_use_in_some_dialogs_leaves_them_theirs_and_that_is_told() {
    let keys = own("[dialog]\ncancel = ['ctrl-r']");
    assert_eq!(does(&keys, &[Context::Confirm], "ctrl-r"), Some("reason"));
    assert_eq!(does(&keys, &[Context::Confirm], "esc"), Some("no"));
    assert_eq!(does(&keys, &[Context::Running], "ctrl-r"), Some("stop"));
    assert_eq!(
        keys.notice().unwrap().as_str(),
        "your keys: ctrl-r is not cancel in [confirm], where it is reason: use n esc; \
         ctrl-r is not cancel in [confirm-typed], where it is reason: use esc"
    );
}

#[test]
fn keys_of_lists_count_on_pages_that_scroll() {
    let keys = own("[list]\ndown = ['ctrl-n', 'e']");
    for context in [Context::Help, Context::Outcomes, Context::Welcome, Context::Filter] {
        assert_eq!(does(&keys, &[context], "ctrl-n"), Some("down"), "{context:?}");
        assert_eq!(does(&keys, &[context], "↓"), None, "{context:?}");
    }
    assert_eq!(does(&keys, &[Context::Filter], "e"), None);
    assert_eq!(keys.unheard, []);
}

/// The usual key of an action whose own keys are replaced there, too, is free.
#[rstest]
#[case::one_of_them("[list]\nup = ['↑', 'i']\ndown = ['↓', 'k']", "i", "k")]
#[case::exchanged("[list]\nup = ['j']\ndown = ['k']", "j", "k")]
fn keys_that_change_places_do_so_on_pages_that_scroll(#[case] text: &str, #[case] up: &str, #[case] down: &str) {
    let keys = own(text);
    for context in [Context::Help, Context::Outcomes, Context::Welcome] {
        assert_eq!(does(&keys, &[context], up), Some("up"), "{context:?}");
        assert_eq!(does(&keys, &[context], down), Some("down"), "{context:?}");
    }
    let told = keys.unheard.iter().all(|unheard| unheard.places == [Context::Filter]);
    assert!(told, "only in a field letters are text: {:?}", keys.unheard);
    let is_lost = |name: &str| keys.lost.iter().any(|lost| lost.named.1.name() == name);
    assert!(!is_lost("up") && !is_lost("down"), "{:?}", keys.lost);
}

#[test]
fn a_key_that_does_not_count_beside_one_that_does_is_told() {
    let keys = own("[list]\ndown = ['ctrl-n', 'space']\nmark = []");
    assert_eq!(does(&keys, &[Context::Help], "space"), Some("page-down"));
    assert_eq!(does(&keys, &[Context::Welcome], "space"), Some("down"));
    assert_eq!(
        keys.notice().unwrap().as_str(),
        "your keys: space is not down in [help], [outcomes], where it is page-down: use ctrl-n"
    );
}

/// Neither key can go where the other does not leave.
#[test]
fn a_key_whose_holder_stays_is_not_free() {
    let keys = own("[list]\nup = ['space']\ndown = ['k']\nmark = []");
    for context in [Context::Help, Context::Outcomes] {
        assert_eq!(does(&keys, &[context], "space"), Some("page-down"), "{context:?}");
        assert_eq!(does(&keys, &[context], "k"), Some("up"), "{context:?}");
        assert_eq!(does(&keys, &[context], "j"), Some("down"), "{context:?}");
    }
    assert_eq!(does(&keys, &[Context::Welcome], "k"), Some("down"));
    let told: Vec<String> = keys.unheard.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "k is not down in [filter], where it is text: use ↓",
            "space is not up in [filter], where it is text: use ↑",
            "k is not down in [help], [outcomes], where it is up: use ↓ j",
            "space is not up in [help], [outcomes], where it is page-down: use ↑ k",
        ]
    );
}

#[test]
fn the_keys_that_are_named_instead_are_those_that_count_by_now() {
    let keys = own("[dialog]\ncancel = ['pgup']\ncommand = ['f8']");
    let shown = keys.keymap.binding(Context::Equivalent, Action::HideCommand).unwrap();
    assert_eq!(shown.keys, ["esc", "f8"]);
    let told = keys.unheard.iter().map(ToString::to_string);
    let told: Vec<String> = told.filter(|told| told.contains("[command]")).collect();
    assert_eq!(
        told,
        ["pgup is not cancel in [command], where it is page-up: use esc f8"]
    );
}

#[test]
fn texts_name_a_key_that_counts_here() {
    let keys = own("[members]\nremove = ['r']\n[screen]\nrefresh = ['r', 'f5']").keymap;
    let refresh = |here: &[Context]| keys.key_at(here, Context::Screen, Action::Refresh);
    assert_eq!((refresh(MEMBERS), refresh(WORKSPACES)), ("f5", "r"));
    let keys = own("[members]\nremove = ['r']").keymap;
    assert_eq!(keys.key_at(MEMBERS, Context::Screen, Action::Refresh), "refresh");
}
