//! Undo: what is offered, what is skipped, and that it goes back step by step.

use super::{members_of, members_on, platform};
use crate::console::Console;
use crate::platform::{at, roles, who};
use jiff::SignedDuration;
use nmp_console::app::dialog::Form;
use nmp_console::app::dialog::undo::Planned;
use nmp_console::domain::activity::{self, Record};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::ResourceName;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::resource::{ResourceId, ResourceKind};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

const BOB: &str = "bob@example.com";
const CAROL: &str = "carol@example.com";
const DAVE: &str = "dave@example.com";

fn select(console: &mut Console, name: &str) {
    console.press("/").write(name).press("enter").settle();
}

/// Presses keys on somebody, and `y` where that is asked for.
fn on(console: &mut Console, name: &str, keys: &str) {
    select(console, name);
    console.press(keys).settle();
    agree(console);
}

fn agree(console: &mut Console) {
    if !console.model.dialogs.is_empty() && console.is_confirming() {
        console.press("y").settle();
    }
}

fn add(console: &mut Console, name: &str) {
    console.press("a").write(name).press("enter").settle();
    agree(console);
}

fn undo(console: &mut Console) {
    console.press("u").settle().press("enter").settle();
    agree(console);
}

fn held(console: &Console, name: &str) -> String {
    console.platform.roles_of("ml-team", name).shown().to_string()
}

/// How much is planned, and why the rest is skipped.
fn plan(console: &Console) -> (usize, Vec<String>) {
    let Form::Undo(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    let skipped = form.entries.iter().filter_map(|entry| match &entry.planned {
        Planned::Skip(why) => Some(why.to_string()),
        Planned::Make(..) | Planned::Reading(_) => None,
    });
    (form.n_changes(), skipped.collect())
}

#[test]
fn the_last_change_is_undone_and_then_the_one_before() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    on(&mut console, BOB, "d");
    assert_eq!(held(&console, BOB), "no role");
    undo(&mut console);
    assert_eq!(held(&console, BOB), "Admin");
    undo(&mut console);
    assert_eq!(held(&console, BOB), "Viewer");
    let undoes: Vec<Option<&str>> = console
        .platform
        .journal
        .iter()
        .map(|record| record.undoes.as_ref().map(activity::RecordId::raw))
        .collect();
    let ids: Vec<&str> = console.platform.journal.iter().map(|record| record.id.raw()).collect();
    assert_eq!(undoes, [None, None, Some(ids[1]), Some(ids[0])]);
    console.press("u").settle();
    assert_eq!(plan(&console), (0, vec![]), "there is nothing more");
}

#[test]
fn nothing_is_done_before_a_yes() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    let n_sent = console.sent.len();
    console.press("u").settle();
    assert_eq!(plan(&console), (1, vec![]));
    console.press("esc").settle();
    assert_eq!((console.sent.len(), held(&console, BOB).as_str()), (n_sent, "Admin"));
}

#[test]
fn what_somebody_else_has_changed_since_is_left_alone() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    console.platform.set("ml-team", BOB, &["Editor"]);
    console.press("r").settle().press("u").settle();
    assert_eq!(
        plan(&console),
        (0, vec!["changed since: now Editor, not Admin".to_owned()])
    );
    console.press("enter").settle();
    assert_eq!(held(&console, BOB), "Editor");
}

#[test]
fn what_changes_while_it_is_reviewed_is_not_overwritten() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    console.press("u").settle();
    console.platform.set("ml-team", BOB, &["Editor"]);
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Editor");
    assert_eq!(
        plan(&console),
        (0, vec!["changed since: now Editor, not Admin".to_owned()])
    );
}

#[test]
fn the_last_admin_stays_in_an_undo_too() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "ml-team");
    add(&mut console, DAVE);
    on(&mut console, DAVE, "e a");
    for name in ["alice@example.com", CAROL] {
        console.platform.set("ml-team", name, &["Viewer"]);
    }
    console.press("r").settle().press("u").settle();
    let why = "last Admin: make somebody Admin first, carol@example.com perhaps";
    assert_eq!(plan(&console), (0, vec![why.to_owned()]));
}

#[test]
fn a_plan_is_undone_as_one_and_names_what_it_skips() {
    let mut console = members_of("ml-team");
    let people: Vec<String> = (1..=12).map(|n| format!("p{n}@example.com")).collect();
    console
        .press("a")
        .paste(&people.join(", "))
        .settle()
        .press("enter")
        .settle();
    if !console.model.dialogs.is_empty() && console.is_confirming() {
        console.write("12").press("enter").settle();
    }
    assert_eq!(console.platform.journal.len(), 12);
    console.platform.set("ml-team", "p7@example.com", &["Editor"]);
    console.press("r").settle().press("u").settle();
    assert_eq!(
        plan(&console),
        (11, vec!["changed since: now Editor, not Viewer".to_owned()])
    );
    console.press("enter").settle();
    assert!(console.is_confirming(), "so many are asked about");
    console.write("11").press("enter").settle();
    let left: Vec<&String> = people.iter().filter(|name| held(&console, name) != "no role").collect();
    assert_eq!(left, ["p7@example.com"]);
    assert!(
        console.notice().contains("not undone: added p7@example.com"),
        "{}",
        console.notice()
    );
}

/// Writes down that a model was deleted in `ml-team` after everything else.
fn delete_something(console: &mut Console) {
    let journal = &mut console.platform.journal;
    let last = journal.last().unwrap();
    let target = ResourceId {
        kind: ResourceKind::Model,
        name: ResourceName::from_platform("llama"),
    };
    let deletion = Record {
        id: activity::RecordId::new("deletion"),
        seq: last.seq + 1,
        change: Some(Change::DeleteResource {
            workspace: at("ml-team"),
            target,
        }),
        ..last.clone()
    };
    journal.push(deletion);
}

#[test]
fn a_deletion_that_is_newer_is_passed_over_and_named() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    delete_something(&mut console);
    console.press("u").settle();
    assert_eq!(plan(&console), (1, vec!["a deletion cannot be undone".to_owned()]));
    console.press("enter").settle();
    assert!(console.is_confirming(), "what is left as it is is asked about");
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Viewer");
    let notice = console.notice();
    assert!(
        notice.contains("not undone: deleted model 'llama' of 'ml-team' (a deletion cannot be undone)"),
        "{notice}"
    );

    console.press("u").settle();
    assert_eq!(plan(&console), (0, vec!["a deletion cannot be undone".to_owned()]));
    console.press("enter").settle();
    assert_eq!(plan(&console).0, 0, "there is nothing else");
}

/// An undo through rows takes several requests, and here the last of them was refused.
#[test]
fn half_an_undo_can_be_undone_once_more() {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e a");
    undo(&mut console);
    let mut refused = console.platform.journal.last().unwrap().clone();
    refused.id = activity::RecordId::new("the-second-request");
    refused.seq += 1;
    refused.end.as_mut().unwrap().1.verdict = activity::Verdict::Refused;
    console.platform.journal.push(refused);
    console.platform.set("ml-team", BOB, &["Admin"]);
    console.press("r").settle().press("u").settle();
    assert_eq!(plan(&console), (1, vec![]));
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Viewer");
}

#[test]
fn nothing_can_be_undone_read_only() {
    let mut console = Console::open_read_only(platform());
    console.go_to("ml-team").press("enter").settle();
    assert!(console.why_not("u").is_some());
}

#[test]
fn a_description_comes_back() {
    let mut console = Console::open(platform());
    console
        .go_to("ml-team")
        .press("e")
        .write("new words")
        .press("enter")
        .settle();
    let described = |console: &Console| {
        console
            .platform
            .find(&at("ml-team"))
            .unwrap()
            .workspace
            .description
            .clone()
            .unwrap_or_default()
    };
    assert_eq!(described(&console), "new words");
    console.press("enter").settle();
    undo(&mut console);
    assert_eq!(described(&console), "");
}

/// A command may have made the change while the console stood open: what it had read before is not what the change left.
#[rstest]
// Later than anything that was read, and earlier than what is read from now on.
#[case::a_moment_ago(SignedDuration::from_millis(1))]
#[case::by_a_clock_that_is_ahead(SignedDuration::from_hours(1))]
fn members_that_were_read_before_the_change_are_read_again(#[case] later: SignedDuration) {
    let mut console = members_of("ml-team");
    on(&mut console, BOB, "e e");
    assert_eq!(held(&console, BOB), "Editor");
    console.platform.set("ml-team", BOB, &["Admin"]);
    let record = console.platform.journal.last_mut().unwrap();
    record.change = Some(Change::Roles {
        workspace: at("ml-team"),
        principal: who(BOB),
        before: roles(&["Editor"]),
        after: roles(&["Admin"]),
    });
    let (_, end) = record.end.as_mut().unwrap();
    end.found = Some(roles(&["Admin"]));
    record.at = console.model.now + later;
    console.press("u").settle();
    assert_eq!(plan(&console), (1, Vec::new()));
    console.press("enter").settle();
    agree(&mut console);
    assert_eq!(held(&console, BOB), "Editor");
}

/// What somebody does with the console.
#[derive(Clone, Copy, Debug)]
enum Act {
    Add,
    Viewer(&'static str),
    Admin(&'static str),
    Remove(&'static str),
}

fn act() -> impl Strategy<Value = Act> {
    let who = || prop::sample::select(vec![BOB, CAROL, DAVE]);
    prop_oneof![
        Just(Act::Add),
        who().prop_map(Act::Viewer),
        who().prop_map(Act::Admin),
        who().prop_map(Act::Remove),
    ]
}

fn everybody(console: &Console) -> Vec<(&'static str, String)> {
    [BOB, CAROL, DAVE].map(|name| (name, held(console, name))).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn undoing_everything_leads_back_to_the_beginning(acts in prop::collection::vec(act(), 1..8)) {
        let mut console = members_of("ml-team");
        let mut states = vec![everybody(&console)];
        for act in acts {
            match act {
                Act::Add if held(&console, DAVE) == "no role" => add(&mut console, DAVE),
                Act::Viewer(name) if held(&console, name) != "no role" => on(&mut console, name, "e v"),
                Act::Admin(name) if held(&console, name) != "no role" => on(&mut console, name, "e a"),
                Act::Remove(name) if held(&console, name) != "no role" => on(&mut console, name, "d"),
                Act::Add | Act::Viewer(_) | Act::Admin(_) | Act::Remove(_) => {}
            }
            while !console.model.dialogs.is_empty() {
                console.press("esc").settle();
            }
            if everybody(&console) != *states.last().unwrap() {
                states.push(everybody(&console));
            }
        }
        while states.len() > 1 {
            prop_assert_eq!(&everybody(&console), states.last().unwrap());
            undo(&mut console);
            states.pop();
        }
        prop_assert_eq!(&everybody(&console), &states[0]);
        prop_assert_eq!(console.platform.roles_of("ml-team", "alice@example.com"), roles(&["Admin"]));
    }
}
