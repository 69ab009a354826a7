//! Marks: what is marked stays marked, and one plan is about all of it.

use super::{members_of, members_on, platform};
use crate::console::Console;
use crate::platform::{Platform, at, failure, roles, who};
use nmp_console::app::dialog::Form;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::list::Marked;
use nmp_console::app::msg::Answer;
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::Generation;
use nmp_console::domain::policy::Consequence;
use pretty_assertions::assert_eq;

pub(super) fn set(workspace: &str, who_raw: &str, before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: at(workspace),
        principal: who(who_raw),
        before: roles(before),
        after: roles(after),
    }
}

pub(super) fn n_marked(console: &Console) -> (usize, usize) {
    let marks = console.model.screen().marks().expect("rows of it can be marked");
    let Marked { n, n_hidden, .. } = marks.n_marked();
    (n, n_hidden)
}

/// Returns what a plan does, as it is reviewed: whom it leaves out first of all.
pub(super) fn reviewed(console: &Console) -> Vec<String> {
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    let names = form.names();
    let left: Vec<String> = form
        .skipped()
        .map(|(entry, why)| format!("{}: {why}", entry.name(names)))
        .collect();
    let made = form
        .entries
        .iter()
        .filter(|entry| form.skipped().all(|(left, _)| left != *entry));
    left.into_iter().chain(made.map(|entry| entry.name(names))).collect()
}

fn staff() -> Platform {
    let people: Vec<String> = (0..6).map(|n| format!("u{n}@example.com")).collect();
    let mut members: Vec<(&str, &[&str])> = vec![("alice@example.com", &["Admin"])];
    members.extend(people.iter().map(|name| (name.as_str(), &["Editor"][..])));
    Platform::of("alice@example.com").with("ml-team", &members)
}

#[test]
fn marks_stay_while_rows_are_filtered_sorted_and_read_again_and_go_with_their_row() {
    let mut console = members_of("ml-team");
    console
        .go_to("bob@example.com")
        .press("space")
        .go_to("carol@example.com")
        .press("space");
    assert_eq!(n_marked(&console), (2, 0));
    console.press("/").write("carol").press("enter");
    assert_eq!(n_marked(&console), (2, 1), "one is hidden");
    console.press("esc s S r").settle();
    assert_eq!(n_marked(&console), (2, 0), "in another order, and read again");
    console.platform.set("ml-team", "bob@example.com", &[]);
    console.press("r").settle();
    assert_eq!(n_marked(&console), (1, 0), "bob is no member any more");
}

#[test]
fn removing_the_marked_is_one_question_and_their_marks_go_with_them() {
    let mut console = members_on(staff(), "ml-team");
    console.go_to("u1@example.com").press("space space space d");
    assert_eq!(console.title(), "Remove members");
    assert!(console.is_confirming() && console.sent.is_empty());
    let gone = ["u1@example.com", "u2@example.com", "u3@example.com"];
    assert_eq!(reviewed(&console), gone);
    console.press("d y").settle();
    assert_eq!(console.sent, gone.map(|who| set("ml-team", who, &["Editor"], &[])));
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().starts_with("3 applied; confirmed"),
        "{}",
        console.notice()
    );
    assert_eq!(n_marked(&console), (0, 0));
}

#[test]
fn the_last_admin_stays_whoever_else_is_marked_and_it_is_the_caller() {
    let mut console = members_of("ml-team");
    console.press("ctrl-a d");
    let planned = ["alice@example.com: last Admin", "bob@example.com", "carol@example.com"];
    assert_eq!(reviewed(&console), planned);
    console.press("y").settle();
    let (bob, carol) = ("bob@example.com", "carol@example.com");
    assert_eq!(
        console.sent,
        [
            set("ml-team", bob, &["Viewer"], &[]),
            set("ml-team", carol, &["Admin", "JobRunner"], &[])
        ]
    );
    assert!(
        console
            .notice()
            .starts_with("2 removed, 1 left out: still last Admin: alice@example.com"),
        "{}",
        console.notice()
    );
}

#[test]
fn whoever_removes_themselves_among_others_types_for_it() {
    let mut console = members_of("ml-team");
    console
        .go_to("alice@example.com")
        .press("space")
        .go_to("bob@example.com")
        .press("space d y enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("ml-team").press("enter").settle();
    let last = set("ml-team", "alice@example.com", &["Admin"], &[]);
    assert_eq!(console.sent.last(), Some(&last), "the caller goes last");
}

#[test]
fn a_role_is_chosen_once_for_all_and_who_has_it_is_left_out() {
    let mut console = members_of("ml-team");
    console
        .go_to("bob@example.com")
        .press("space")
        .go_to("carol@example.com")
        .press("space e v");
    assert_eq!(console.title(), "Change roles");
    assert!(console.is_confirming(), "{}", console.problem());
    assert_eq!(
        reviewed(&console),
        ["bob@example.com: already has it", "carol@example.com"]
    );
    console.press("y").settle();
    let carol = set(
        "ml-team",
        "carol@example.com",
        &["Admin", "JobRunner"],
        &["JobRunner", "Viewer"],
    );
    assert_eq!(console.sent, [carol]);
    assert_eq!(n_marked(&console), (0, 0), "nothing is left to be done with them");
}

#[test]
fn more_than_five_take_their_count_and_a_held_key_changes_nothing() {
    let mut console = members_on(staff(), "ml-team");
    console
        .press("/")
        .write("u")
        .press("enter ctrl-a")
        .hold("e", 4)
        .let_go();
    assert!(console.is_editing() && console.sent.is_empty());
    console.press("a");
    assert!(console.is_confirming());
    console.write("y").press("enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("6").press("enter").settle();
    assert_eq!(console.sent.len(), 6);
}

#[test]
fn a_refused_one_stays_marked_and_in_the_plan_for_another_try() {
    let mut console = members_on(staff(), "ml-team");
    console.go_to("u1@example.com").press("space space d y");
    let refused = failure(FailureKind::Other, "409: try again");
    console.step().answer(Answer::Sent(Err(refused))).settle();
    assert!(
        console.problem().starts_with("1 applied, 1 refused"),
        "{}",
        console.problem()
    );
    assert_eq!(reviewed(&console), ["u1@example.com"]);
    assert_eq!(n_marked(&console), (1, 0));
    console.press("enter y").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(n_marked(&console), (0, 0));
}

#[test]
fn what_a_filter_hides_is_left_alone_and_said() {
    let mut console = members_on(staff(), "ml-team");
    console
        .go_to("u1@example.com")
        .press("space space /")
        .write("u2")
        .press("enter d");
    assert_eq!(reviewed(&console), ["u2@example.com"]);
    let said: Vec<String> = console.warnings().iter().map(Consequence::in_words).collect();
    assert!(
        said.iter()
            .any(|said| said.contains("1 marked but hidden by the filter")),
        "{said:?}"
    );
    console.press("n").press("/").write("u5").press("enter");
    let why = console.why_not("d").expect("nothing of it is seen");
    assert!(why.starts_with("the filter hides all 2 rows that are marked"), "{why}");
}

#[test]
fn esc_leaves_the_range_then_the_filter_then_the_marks_and_never_loses_them_without_a_word() {
    let mut console = members_on(staff(), "ml-team");
    console.press("/").write("u").press("enter g V j j");
    assert_eq!(n_marked(&console), (3, 0));
    console.press("esc");
    assert_eq!(n_marked(&console), (0, 0), "the range is left");
    console.press("g V j j V");
    assert_eq!(n_marked(&console), (3, 0), "it has ended");
    console.press("esc");
    assert_eq!((console.rows().len(), n_marked(&console)), (7, (3, 0)), "the filter");
    console.press("esc");
    assert_eq!((console.rows().len(), n_marked(&console)), (7, (0, 0)), "the marks");
    assert_eq!(console.notice(), "unmarked 3 rows");
    console.press("space q");
    assert_eq!(console.notice(), "1 row was marked: the marks are gone");
}

#[test]
fn shift_and_arrows_mark_what_they_pass() {
    let mut console = members_on(staff(), "ml-team");
    console.press("g shift-↓ shift-↓ shift-↓ shift-↑");
    assert_eq!(n_marked(&console), (3, 0));
    console.press("j space");
    assert_eq!(
        n_marked(&console),
        (4, 0),
        "a row further on is marked by itself: {:?}",
        console.selected()
    );
}

/// Three workspaces of the caller, one of a colleague, and the two that are built in.
fn several() -> Platform {
    let own: &[(&str, &[&str])] = &[("alice@example.com", &["Admin"]), ("bob@example.com", &["Viewer"])];
    Platform::of("alice@example.com")
        .with("one", own)
        .with("two", &own[..1])
        .with("three", &own[..1])
        .with(
            "hers",
            &[("alice@example.com", &["Viewer"]), ("bob@example.com", &["Admin"])],
        )
        .with("default", &[("*", &["Editor"])])
        .holding("one", &["p1", "p2"])
}

#[test]
fn one_member_is_added_to_all_marked_workspaces() {
    let mut console = Console::open(several());
    console.press("ctrl-a a");
    assert_eq!(console.title(), "Add member");
    console.press("alt-e alt-v").write("bob@example.com").press("enter");
    assert_eq!(
        reviewed(&console),
        [
            "default: you need Admin there",
            "hers: you need Admin there",
            "one: already has it",
            "three",
            "two"
        ]
    );
    assert!(
        console.is_confirming(),
        "what is left out is asked about: {}",
        console.problem()
    );
    console.press("y").settle();
    let add = |workspace| set(workspace, "bob@example.com", &[], &["Viewer"]);
    assert_eq!(console.sent, [add("three"), add("two")]);
    assert!(
        console
            .notice()
            .starts_with("2 granted, 2 left out: you need Admin there in default, hers"),
        "{}",
        console.notice()
    );
}

#[test]
fn who_is_a_member_is_read_before_anybody_is_added() {
    let mut console = Console::start(several(), crate::console::session());
    console.step().step();
    assert_eq!(
        console.rows().len(),
        5,
        "listed, and nothing more: {:?}",
        console.rows()
    );
    console.press("ctrl-a a").write("dave@example.com").press("enter enter");
    assert!(
        console.problem().starts_with("still reading who is a member of"),
        "{}",
        console.problem()
    );
    console.settle();
    assert_eq!(reviewed(&console).last().map(String::as_str), Some("two"));
    console.press("enter");
    assert!(console.is_confirming(), "{}", console.problem());
}

#[test]
fn all_marked_workspaces_are_counted_one_after_the_other_and_their_number_is_typed() {
    let mut console = Console::open(several());
    console.press("ctrl-a d");
    assert_eq!(console.title(), "Delete workspaces");
    let asked = |console: &Console| console.unanswered.len();
    assert_eq!(asked(&console), 1, "one at a time");
    console.step();
    assert_eq!(asked(&console), 1, "then the next");
    console.settle();
    assert!(console.is_confirming(), "{}", console.problem());
    let Form::DeleteWorkspaces(form) = &console.dialog().form else {
        panic!("no form: {:?}", console.dialog())
    };
    let lost: Vec<(&str, usize)> = form
        .deleted()
        .map(|(name, found)| (name.raw(), found.n_things()))
        .collect();
    assert_eq!(lost, [("one", 2), ("three", 0), ("two", 0)]);
    let left: Vec<String> = form
        .left_out()
        .map(|left| format!("{}: {}", left.name, left.why))
        .collect();
    assert_eq!(
        left,
        ["default: the console never deletes it", "hers: you need Editor there"]
    );
    console.write("one").press("enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("3").press("enter").settle();
    assert_eq!(console.sent.len(), 3);
    assert!(
        console.notice().starts_with("3 deleted, 2 left"),
        "{}",
        console.notice()
    );
}

#[test]
fn a_login_that_lies_over_the_counting_loses_no_count() {
    for steps in 0..3 {
        let mut console = Console::open(several());
        console.press("ctrl-a d");
        for _ in 0..steps {
            console.step();
        }
        console.press("ctrl-o").settle();
        assert_eq!(console.title(), "Log in");
        console.press("esc").settle();
        assert_eq!(console.title(), "Delete workspaces");
        assert!(console.is_confirming(), "after {steps} counts: {:?}", console.dialog());
    }
}

#[test]
fn where_only_empty_ones_go_the_others_are_left_out_and_said() {
    let mut platform = several();
    platform.generation = Generation::Seed;
    let mut console = Console::open(platform);
    console
        .go_to("one")
        .press("space")
        .go_to("two")
        .press("space d")
        .settle();
    let Form::DeleteWorkspaces(form) = &console.dialog().form else {
        panic!("no form: {:?}", console.dialog())
    };
    let left: Vec<String> = form
        .left_out()
        .map(|left| format!("{}: {}", left.name, left.why))
        .collect();
    assert_eq!(
        left,
        ["one: this server deletes only empty workspaces, and it holds 2 resources"]
    );
    console.write("two").press("enter").settle();
    let workspace = at("two");
    assert_eq!(console.sent, [Change::DeleteWorkspace { workspace }]);
}

#[test]
fn a_count_that_is_not_waited_for_any_more_asks_nothing_more() {
    let mut console = Console::open(several());
    console.press("ctrl-a d").step().press("esc");
    assert!(console.model.dialogs.is_empty());
    assert_eq!(console.unanswered, [], "the question is given up");
}

#[test]
fn where_nothing_can_be_marked_the_keys_say_why() {
    let mut console = Console::open(platform());
    console.press("C").settle();
    for key in ["space", "V", "ctrl-a", "shift-↓"] {
        let why = console.why_not(key).expect("contexts are not marked");
        assert!(why.contains("cannot be marked"), "{why}");
    }
}
