//! Members whom the platform lists and does not find by name: a platform admin changes them through their rows, and
//! everybody else is told who can.

use super::auditing::{audited, everywhere};
use super::{members_on, platform};
use crate::console::Console;
use crate::platform::{at, failure, roles, who};
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::model::Repair;
use nmp_console::app::msg::{Answer, ChangeTarget, Effect, Query};
use nmp_console::domain::change::Change;
use nmp_console::domain::policy::{Consequence, Tier};
use pretty_assertions::assert_eq;
use rstest::rstest;

const JOSE: &str = "josé@example.com";

/// A platform admin on the members of `ml-team`, `name` among them.
fn beside(name: &str, held: &[&str]) -> Console {
    let mut platform = everywhere();
    platform.set("ml-team", name, held);
    let mut console = members_on(platform, "ml-team");
    console.go_to(name);
    console
}

/// Says yes, however much is asked.
fn agree(console: &mut Console) {
    let Stage::Confirming(confirm) = &console.dialog().stage else {
        return;
    };
    if confirm.tier == Tier::Typed {
        console.write("ml-team").press("enter");
    } else {
        console.press("y");
    }
}

fn rows() -> Query {
    Query::Target(ChangeTarget::Rows(at("ml-team")))
}

fn through_rows(name: &str) -> Consequence {
    Consequence::ThroughRows(who(name))
}

#[rstest]
#[case::not_ascii(JOSE, "is not plain ASCII, and on PostgreSQL the platform does not find it by name")]
#[case::combining("jose\u{301}@example.com", "is not plain ASCII")]
#[case::slash("grp/sub", "no request can name grp/sub (contains '/'): the console changes")]
#[case::quote("o\"hara", "no request can name o\"hara (contains '\"'): the console changes")]
#[case::backslash("a\\b", "no request can name a\\b (contains '\\')")]
#[case::control("a\tb", "(contains ")]
#[case::dots("..", "no request can name .. ('.' and '..' cannot be addressed in a URL)")]
#[case::empty("", "no request can name ")]
fn a_platform_admin_changes_and_removes_them_through_their_rows(#[case] name: &str, #[case] why: &str) {
    let mut console = beside(name, &["Viewer"]);
    console.press("e ↓");
    assert!(
        console.warnings().contains(&through_rows(name)),
        "{:?}",
        console.warnings()
    );
    let words = through_rows(name).in_words();
    assert!(
        words.contains(why) && words.contains("changes its role-binding rows"),
        "{words}"
    );
    console.press("enter");
    agree(&mut console);
    assert_eq!(console.questions(), [&rows()], "the rows are read afresh");
    console.step();
    let change = |before: &[&str], after: &[&str]| Change::Roles {
        workspace: at("ml-team"),
        principal: who(name),
        before: roles(before),
        after: roles(after),
    };
    assert_eq!(
        console.sends(),
        [&change(&["Viewer"], &["Editor", "Viewer"])],
        "given first"
    );
    console.step();
    assert_eq!(console.questions(), [&rows()], "and read back");
    console.step();
    assert_eq!(
        console.sends(),
        [&change(&["Editor", "Viewer"], &["Editor"])],
        "then taken"
    );
    console.settle();
    assert!(console.model.dialogs.is_empty());
    let done = format!("{} is now Editor in 'ml-team': confirmed", who(name).label());
    assert!(console.notice().starts_with(&done), "{}", console.notice());

    console.press("d");
    assert!(console.is_confirming() && console.warnings().contains(&through_rows(name)));
    agree(&mut console);
    console.settle();
    assert_eq!(console.sent.len(), 3);
    assert!(
        console
            .platform
            .roster(&at("ml-team"))
            .unwrap()
            .find(&who(name))
            .is_none()
    );
    assert!(console.model.dialogs.is_empty(), "{}", console.problem());
}

#[test]
fn everybody_else_is_told_who_can_before_anything_is_sent() {
    let mut platform = platform();
    platform.set("ml-team", JOSE, &["Viewer"]);
    platform.set("ml-team", "grp/sub", &["Viewer"]);
    let mut console = members_on(platform, "ml-team");
    console.go_to(JOSE).press("d");
    let [.., told] = &console.warnings()[..] else {
        panic!("nothing is said");
    };
    let words = told.in_words();
    assert_eq!(*told, Consequence::NotFoundNow(who(JOSE)));
    assert!(
        words.contains("only a platform admin can fix that, through its role-binding rows"),
        "{words}"
    );
    console.press("esc").go_to("grp/sub");
    let why = console.why_not("d").unwrap();
    assert!(why.contains("a platform admin (through its role-binding row)"), "{why}");
    assert_eq!(console.sent, []);
}

#[test]
fn the_last_admin_stays_although_the_platform_would_let_it_go() {
    let mut platform = everywhere();
    platform.room("reading").members = vec![(who(JOSE), roles(&["Admin"])), (who("al@x"), roles(&["Viewer"]))];
    let mut console = members_on(platform, "reading");
    console.go_to(JOSE).press("d");
    assert_eq!(console.warnings(), [Consequence::LastAdminInRows(who(JOSE))]);
    console.press("y").settle();
    assert_eq!(console.sent, []);
    assert!(console.why_not("r").unwrap().contains("never removed through rows"));
    console
        .press("ctrl-n")
        .write("carol@example.com")
        .press("enter y")
        .settle();
    assert!(console.is_confirming(), "what was wanted is asked at once");
    console.press("y").settle();
    assert_eq!(console.sent.len(), 2, "{}", console.problem());
    assert!(
        console
            .platform
            .roster(&at("reading"))
            .unwrap()
            .find(&who(JOSE))
            .is_none()
    );
}

#[test]
fn what_somebody_else_changed_meanwhile_is_said_and_read_again() {
    let mut console = beside(JOSE, &["Viewer"]);
    console.press("d y").step();
    let moved = failure(
        FailureKind::Moved,
        "somebody else has changed that grant since it was read",
    );
    console.platform.set("ml-team", JOSE, &["Editor"]);
    console.answer(Answer::Sent(Err(moved))).settle();
    assert!(
        console.problem().contains("somebody else has changed that grant"),
        "{}",
        console.problem()
    );
    assert_eq!(console.title(), "Remove member");
    console.press("enter y").settle();
    let before = console.sent.last().unwrap().roles().0;
    assert_eq!(before, roles(&["Editor"]), "decided anew, on what is there now");
    assert!(
        console
            .platform
            .roster(&at("ml-team"))
            .unwrap()
            .find(&who(JOSE))
            .is_none()
    );
}

#[test]
fn what_was_done_by_half_is_told_with_what_is_held_now() {
    let mut console = beside(JOSE, &["Viewer"]);
    console.press("e ↓ enter").step().step().step();
    console.answer(Answer::Sent(Err(failure(FailureKind::Forbidden, "403: not any more"))));
    console.settle();
    let problem = console.problem();
    assert!(
        problem.contains("half done: josé@example.com now has Editor, Viewer: 403: not any more"),
        "{problem}"
    );
    console.press("enter y");
    assert_eq!(console.questions(), [&rows()], "apply goes on from what is there");
    console.settle();
    let held = console.platform.roster(&at("ml-team")).unwrap().roles_of(&who(JOSE));
    assert_eq!(held, roles(&["Editor"]));
}

#[test]
fn who_leaves_everywhere_leaves_through_rows_too() {
    let mut platform = everywhere();
    platform.set("ml-team", JOSE, &["Viewer"]);
    platform.set("lonely", JOSE, &["Editor", "Viewer"]);
    platform.room("reading").members = vec![(who(JOSE), roles(&["Admin"]))];
    let mut console = audited(platform);
    console.press("/").write("who:jos*").press("enter").settle();
    console.press("p").settle().press("D");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan");
    };
    assert_eq!(form.n_changes(), 2);
    let left = form.left_behind().unwrap();
    assert!(left.contains("still last Admin in reading"), "{left}");
    console.press("enter y").settle();
    assert_eq!(console.sent.len(), 3, "one for each row");
    let holds = |name: &str| console.platform.roster(&at(name)).unwrap().find(&who(JOSE)).is_some();
    assert_eq!(
        (holds("ml-team"), holds("lonely"), holds("reading")),
        (false, false, true)
    );
    assert!(
        console.notice().contains("1 left out: still last Admin in reading"),
        "{}",
        console.notice()
    );
}

#[test]
fn the_equivalent_command_gives_and_says_how_rows_take() {
    let mut console = beside(JOSE, &["Viewer"]);
    console.press("e ↓ x");
    assert_eq!(
        console.commands(),
        ["nemo workspaces members create --workspace ml-team --principal 'josé@example.com' --roles Editor"]
    );
    let notes = console.caveats().join("\n");
    assert!(
        notes.contains("the CLI has no command that removes Viewer from josé@example.com"),
        "{notes}"
    );
    let path = "/apis/entities/v2/workspaces/ml-team/entities/role_binding/<row>";
    assert!(notes.contains(path) && notes.contains("expected_db_version"), "{notes}");
    console.press("x esc d x");
    assert!(console.commands().is_empty());
}

#[test]
fn a_command_that_postgresql_answers_otherwise_says_so() {
    let mut platform = platform();
    platform.set("ml-team", JOSE, &["Viewer"]);
    let mut console = members_on(platform, "ml-team");
    let told = "on PostgreSQL the platform does not find josé@example.com by name";
    for key in ["d", "e ↓"] {
        console.go_to(JOSE).press(key).press("x");
        assert_eq!(console.commands().len(), 1, "it is right on SQLite");
        let notes = console.caveats().join("\n");
        assert!(notes.contains(told) && notes.contains("a platform admin"), "{notes}");
        console.press("x esc");
    }
    console.go_to("bob@example.com").press("d x");
    assert!(!console.caveats().join("\n").contains("PostgreSQL"));
    // Whoever mends a workspace by a command is a platform admin: what gives a role finds everybody.
    console.press("x esc");
    console.model.repair = Some(Repair {
        change: Change::Roles {
            workspace: at("ml-team"),
            principal: who(JOSE),
            before: roles(&["Viewer"]),
            after: roles(&["Admin", "Viewer"]),
        },
        is_out_of_reach: true,
    });
    console.press("R");
    assert_eq!(
        console.commands(),
        ["nemo workspaces members create --workspace ml-team --principal 'josé@example.com' --roles Admin"]
    );
}

#[test]
fn a_lost_step_that_comes_true_late_is_told() {
    let mut console = beside(JOSE, &["Viewer"]);
    console.press("e ↓ enter").step();
    console.answer(Answer::Sent(Err(failure(
        FailureKind::OutcomeUnknown,
        "connection reset",
    ))));
    console.settle();
    while !console.is_editing() {
        console.wait();
    }
    assert!(
        console.problem().contains("not applied so far"),
        "{}",
        console.problem()
    );
    console.platform.set("ml-team", JOSE, &["Editor", "Viewer"]);
    console.wait();
    let says = "half done: change josé@example.com in 'ml-team': Viewer → Editor: josé@example.com now has Editor, Viewer: \
                the last request took effect late, the rest was not sent";
    assert_eq!((console.notice(), console.problem().as_str()), (says, says));
    assert_eq!(console.timers, [], "it is not looked for any longer");
    console.press("enter y").settle();
    let held = console.platform.roster(&at("ml-team")).unwrap().roles_of(&who(JOSE));
    assert_eq!(held, roles(&["Editor"]), "apply goes on from there");
}

#[test]
fn who_is_added_goes_by_name_and_is_told_of_rows_before() {
    let mut console = beside("bob@example.com", &["Viewer"]);
    console.press("a").write(JOSE).press("tab ↓");
    let told = Consequence::NotFoundAgain(who(JOSE));
    assert!(console.warnings().contains(&told), "{:?}", console.warnings());
    console.press("enter").step();
    let [Effect::Send { step: None, .. }] = &console.asked[..] else {
        panic!("not one request by name: {:?}", console.asked);
    };
}
