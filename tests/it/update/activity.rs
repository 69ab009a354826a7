//! What was changed: the journal on the screen.

use super::members_of;
use crate::console::Console;
use nmp_console::app::dialog::Form;
use nmp_console::app::model::Details;
use nmp_console::app::msg::{Effect, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::screen::activity::Row;
use nmp_console::domain::activity::{Record, RecordId, Verdict};
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

/// The console on what was changed: bob was made Editor of `ml-team`, and carol removed; eve could not be added.
fn activity() -> Console {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ enter").settle();
    console.press("d y").settle();
    console.press("a").write("eve@example.com").press("enter").settle();
    console.press("L").settle();
    console
}

fn is_reading_the_journal(effects: &[Effect]) -> bool {
    let reads = |effect: &Effect| matches!(effect, Effect::Read { query, .. } if *query == Query::Activity);
    effects.iter().any(reads)
}

#[test]
fn shows_the_newest_change_first_with_what_became_of_it() {
    let console = activity();
    assert_eq!(
        console.rows(),
        [
            "add eve@example.com to 'ml-team' as Viewer: confirmed",
            "remove bob@example.com (Editor) from 'ml-team': confirmed",
            "change bob@example.com in 'ml-team': Viewer → Editor: confirmed",
        ]
    );
}

#[test]
fn is_read_when_it_is_opened_refreshed_and_after_each_change_but_not_otherwise() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓");
    assert!(!is_reading_the_journal(&console.asked));
    console.press("esc L");
    assert!(is_reading_the_journal(&console.asked));
    console.settle().press("r");
    assert!(is_reading_the_journal(&console.asked));
    console.settle().press("q");
    // A change that was begun before goes on while it is shown.
    console.go_to("bob@example.com").press("d y").step();
    console.press("esc L").settle();
    assert_eq!(
        console.rows(),
        ["remove bob@example.com (Viewer) from 'ml-team': confirmed"]
    );
    console.press("j ? q");
    assert!(console.unanswered.is_empty(), "{:?}", console.unanswered);
}

#[test]
fn changes_on_other_servers_are_counted_and_shown_on_demand() {
    let mut console = members_of("ml-team");
    console.press("L a");
    assert_eq!(console.notice(), "the journal holds no changes on other servers");
    console.press("q").go_to("bob@example.com").press("d y").settle();
    let elsewhere = Record {
        server: "http://staging.example.com".to_owned(),
        ..console.platform.journal[0].clone()
    };
    console.platform.journal.insert(0, elsewhere);
    console.press("L").settle();
    assert_eq!(console.rows().len(), 1);
    console.press("a");
    assert_eq!(console.rows().len(), 2);
    console.press("a");
    assert_eq!(console.rows().len(), 1);
}

#[test]
fn a_filter_asks_for_whom_where_by_whom_what_and_when() {
    let mut console = activity();
    for (words, n) in [
        ("who:bob", 2),
        ("who:bob kind:remove", 1),
        ("kind:add", 1),
        ("role:Editor", 2),
        ("role:write", 2),
        ("ws:ml-*", 3),
        ("ws:lonely", 0),
        ("by:alice", 3),
        ("by:bob", 0),
        ("since:1970-01-01", 3),
        ("until:1969-12-31", 0),
        ("eve", 1),
        ("confirmed editor", 2),
        ("kind:undo", 0),
    ] {
        console.press("/").write(words).press("enter");
        assert_eq!(console.rows().len(), n, "{words}: {:?}", console.rows());
        console.press("esc");
    }
}

#[test]
fn the_command_of_a_change_is_shown_and_copied() {
    let mut console = activity();
    console.press("j x y");
    assert_eq!(console.copied.len(), 1);
    assert!(
        console.copied[0].contains("members delete bob@example.com --workspace ml-team"),
        "{:?}",
        console.copied
    );
    console.press("esc y");
    assert_eq!(console.copied[1], console.copied[0]);
}

#[test]
fn enter_shows_the_record_and_takes_it_away_again() {
    let mut console = activity();
    console.press("enter");
    assert_eq!(console.model.details, Details::InPlace);
    console.press("j enter");
    assert_eq!(console.model.details, Details::Beside);
    assert!(console.selected().starts_with("remove bob"), "{}", console.selected());
}

#[test]
fn there_is_one_activity_however_often_it_is_opened() {
    let mut console = activity();
    console.press("j L");
    assert_eq!(console.notice(), "this is the activity already");
    console.press("C").settle().press("L").settle();
    assert!(console.selected().starts_with("remove bob"), "the cursor stays");
    console.press("q q");
    assert_eq!(console.selected(), "eve@example.com");
}

/// The console on what was changed, the last two of three changes made as one plan.
fn with_a_plan() -> Console {
    let mut console = activity();
    for record in console.platform.journal.iter_mut().skip(1) {
        record.plan = Some(SafeText::new("p-1"));
    }
    console.press("r").settle();
    console
}

const PLAN: &str = "plan of 2 changes: 2 applied";
const EVE: &str = "add eve@example.com to 'ml-team' as Viewer: confirmed";
const GONE: &str = "remove bob@example.com (Editor) from 'ml-team': confirmed";
const RAISED: &str = "change bob@example.com in 'ml-team': Viewer → Editor: confirmed";

#[test]
fn a_plan_is_one_row_that_opens_to_its_changes_and_closes() {
    let mut console = with_a_plan();
    assert_eq!(console.rows(), [PLAN, RAISED]);
    console.press("g enter");
    assert_eq!(console.rows(), [PLAN, EVE, GONE, RAISED]);
    let Screen::Activity(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen())
    };
    let Some(Row::Plan { plan, .. }) = state.selected_row() else {
        panic!("{:?}", state.selected_row())
    };
    assert_eq!(
        plan.in_a_row(),
        "changes in 'ml-team' · 2 applied",
        "what it did stands in its row"
    );
    assert_eq!(
        (console.selected().as_str(), console.model.details),
        (PLAN, Details::Beside)
    );
    console.press("enter");
    assert_eq!(console.rows(), [PLAN, RAISED]);
    assert!(console.why_not("←").is_some_and(|why| why.contains("closed already")));
    console.press("→ → j j");
    assert_eq!(console.selected(), GONE);
    console.press("←");
    assert_eq!((console.rows().len(), console.selected().as_str()), (2, PLAN));
    console.press("j");
    assert!(
        console
            .why_not("←")
            .is_some_and(|why| why.contains("not part of a plan"))
    );
}

#[test]
fn on_its_row_a_plan_is_undone_as_one_and_everything_of_it_says_so() {
    let mut console = with_a_plan();
    console.press("g u").settle().press("enter").settle();
    assert!(console.is_confirming(), "{:?}", console.dialog());
    console.press("y").settle();
    assert_eq!(
        console.platform.roles_of("ml-team", "bob@example.com").shown().as_str(),
        "Editor"
    );
    let undone = format!("{PLAN}, undone");
    assert_eq!(console.rows(), ["undo of 2 changes: 2 applied", &undone, RAISED]);
    console.press("g j enter");
    let parts = [EVE, GONE].map(|part| format!("{part}, undone"));
    assert_eq!(console.rows()[2..4], parts);
}

#[test]
fn a_mark_on_a_plan_stands_for_all_of_it_wherever_it_goes() {
    let mut console = with_a_plan();
    console.press("g space s s");
    assert!(console.rows().contains(&PLAN.to_owned()));
    console.press("enter").press("u").settle();
    assert_eq!(n_undone(&console), 2);
}

#[test]
fn what_a_filter_finds_in_a_plan_stands_below_it() {
    let mut console = with_a_plan();
    console.press("/").write("eve").press("enter");
    assert_eq!(console.rows(), [PLAN, EVE]);
    console.press("←");
    assert_eq!(console.rows(), [PLAN]);
    console.press("enter");
    assert_eq!(console.rows(), [PLAN, EVE]);
    console.press("esc");
    assert_eq!(console.rows(), [PLAN, RAISED], "nobody opened it before");
}

#[test]
fn the_commands_of_a_plan_are_shown_in_the_order_in_which_they_were_made() {
    let mut console = with_a_plan();
    assert!(
        console
            .why_not("y")
            .is_some_and(|why| why.contains("x shows those of its changes"))
    );
    console.press("g x");
    let commands = console.commands();
    assert!(
        commands.len() == 2 && commands[0].contains("delete bob@example.com"),
        "{commands:?}"
    );
}

#[test]
fn of_a_plan_what_was_not_applied_and_what_is_not_understood_has_no_command() {
    let mut console = with_a_plan();
    let mut more = console.platform.journal.clone();
    for (nth, record) in more.iter_mut().enumerate() {
        record.id = RecordId::new(format!("more-{nth}"));
        record.plan = Some(SafeText::new("p-1"));
        if nth == 0 {
            record.change = None;
        } else if let Some((_, end)) = &mut record.end {
            end.verdict = Verdict::Refused;
        }
    }
    console.platform.journal.extend(more);
    console.press("r").settle().press("g x");
    assert_eq!(console.commands().len(), 2, "{:?}", console.commands());
    let caveats = console.caveats();
    let left_out = [
        "2 changes left out: not applied",
        "1 change left out: made by a newer release, which this one cannot read",
    ];
    assert_eq!(caveats[..2], left_out, "{caveats:?}");
}

#[test]
fn on_the_row_of_a_plan_what_is_marked_is_undone_before_the_plan() {
    let mut console = with_a_plan();
    console.press("j space g u").settle();
    assert_eq!(n_undone(&console), 1, "the marked change");
    console.press("esc").settle().press("U").settle();
    assert_eq!(n_undone(&console), 2, "the plan");
}

#[test]
fn a_plan_that_goes_on_beyond_what_was_read_says_so_and_so_does_its_undo() {
    let mut console = with_a_plan();
    console.platform.journal[0].plan = console.platform.journal[1].plan.clone();
    console.platform.n_older = 1;
    console.press("r").settle();
    let cut = "plan of at least 2 changes (older ones not loaded): 2 applied";
    assert_eq!(console.rows(), [cut]);
    console.press("g u").settle().press("enter").settle();
    let warnings = console.warnings();
    assert!(
        warnings
            .iter()
            .any(|what| what.in_words().contains("only part of the plan")),
        "{warnings:?}"
    );
    console.press("y").settle();
    assert_eq!(console.rows()[1], format!("{cut}, 2 undone"), "not all of it");
}

/// Two processes make changes by turns, so that the oldest change on show need not be one of the plan.
#[test]
fn a_plan_that_goes_on_beyond_what_was_read_says_so_whoever_made_the_oldest_change() {
    let mut console = with_a_plan();
    let mut other = console.platform.journal[0].clone();
    other.id = RecordId::new("other-1");
    console.platform.journal[0].plan = console.platform.journal[1].plan.clone();
    console.platform.journal.insert(1, other);
    console.platform.n_older = 1;
    console.press("r").settle();
    let rows = console.rows();
    let cut = "plan of at least 2 changes (older ones not loaded): 2 applied";
    assert!(rows.len() == 2 && rows.contains(&cut.to_owned()), "{rows:?}");
}

/// How many changes the undo that is on show is about.
fn n_undone(console: &Console) -> usize {
    let Form::Undo(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog());
    };
    form.entries.len()
}
