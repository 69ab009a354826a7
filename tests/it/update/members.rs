//! Adding members, changing their roles, removing them.

use super::{members_of, members_on, platform};
use crate::console::{Console, session};
use crate::platform::{at, failure, roles, who};
use nmp_console::app::dialog::{Form, Problem, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, ChangeTarget, Query};
use nmp_console::app::screen::Screen;
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::policy::{Consequence, Tier};
use pretty_assertions::assert_eq;

fn set_roles(who_raw: &str, before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: at("ml-team"),
        principal: who(who_raw),
        before: roles(before),
        after: roles(after),
    }
}

fn add(who_raw: &str, held: &[&str]) -> Change {
    Change::Roles {
        workspace: at("ml-team"),
        principal: who(who_raw),
        before: roles(&[]),
        after: roles(held),
    }
}

fn target() -> Query {
    Query::Target(ChangeTarget::Members(at("ml-team")))
}

#[test]
fn promoting_to_editor_needs_only_apply_and_is_read_before_and_after() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓");
    assert_eq!(console.asked, [], "a dialog asks nothing");
    console.press("enter");
    assert_eq!(console.questions(), [&target()], "the target is read afresh");
    console.step();
    assert_eq!(
        console.sends(),
        [&set_roles("bob@example.com", &["Viewer"], &["Editor"])]
    );
    console.step();
    assert_eq!(console.questions(), [&target()], "and read back");
    console.step();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(
        console.notice(),
        "bob@example.com is now Editor in 'ml-team': confirmed, effective within about 30 s"
    );
    let roster = console.model.store.roster(&at("ml-team")).unwrap();
    assert_eq!(
        roster.roles_of(&who("bob@example.com")),
        roles(&["Editor"]),
        "the table shows it at once"
    );
}

#[test]
fn whose_own_role_has_changed_is_asked_what_is_allowed_now() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "reading");
    let asks = |console: &Console| {
        let mut questions = console.questions().into_iter();
        questions.any(|query| matches!(query, Query::Inspect { workspace, .. } if *workspace == at("reading")))
    };
    console
        .go_to("alice@example.com")
        .press("e ↓ enter")
        .step()
        .step()
        .step();
    assert!(asks(&console), "{:?}", console.asked);
    console.settle().press("w enter y").step().step().step();
    assert_eq!(console.sent.len(), 2);
    assert!(asks(&console), "everybody is the caller, too: {:?}", console.asked);
}

#[test]
fn granting_admin_asks_yes_or_no_and_starts_on_no() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓ ↓ enter");
    assert!(console.is_confirming());
    console.press("enter");
    assert!(console.is_editing(), "enter on No goes back");
    console.press("enter n");
    assert!(console.is_editing(), "n goes back");
    console.press("enter esc");
    assert!(console.is_editing(), "esc goes back");
    console.press("enter tab enter");
    assert!(
        console.is_confirming(),
        "the key that opened the question is not its yes, whatever is highlighted"
    );
    assert_eq!(
        console.notice(),
        "enter opened this question, so it cannot answer yes: press y"
    );
    assert_eq!(console.sent, []);
    console.press("y").settle();
    assert_eq!(console.sent, [set_roles("bob@example.com", &["Viewer"], &["Admin"])]);
}

#[test]
fn roles_the_console_does_not_offer_are_kept() {
    let mut console = members_of("ml-team");
    console.go_to("carol@example.com").press("e ↑ enter y").settle();
    assert_eq!(
        console.sent,
        [set_roles(
            "carol@example.com",
            &["Admin", "JobRunner"],
            &["Editor", "JobRunner"]
        )]
    );
}

#[test]
fn opening_and_applying_changes_nothing() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e enter").settle();
    assert_eq!(console.problem(), "this is the current role: choose another");
    assert_eq!(console.sent, []);
    console.press("↓");
    assert_eq!(console.problem(), "", "another is chosen");
}

#[test]
fn demoting_oneself_needs_the_typed_name() {
    let mut console = members_of("ml-team");
    console.go_to("alice@example.com").press("e ↑ enter");
    assert_eq!(console.warnings(), [Consequence::YouLoseAdmin]);
    console.press("y enter");
    assert!(console.is_confirming(), "y is text here, and the wrong one");
    console.press("backspace").write("ml-tea").press("enter");
    assert_eq!(console.sent, []);
    console.write("m").press("enter").settle();
    assert_eq!(console.sent, [set_roles("alice@example.com", &["Admin"], &["Editor"])]);
    assert_eq!(
        console.notice(),
        "you are now Editor in 'ml-team'; you can no longer see its members, only what lies in it"
    );
    // Who may see them no more is back in the list, whose enter leads to what is in it.
    console.press("enter").settle();
    assert!(matches!(console.model.screen(), Screen::Resources(_)));
}

#[test]
fn a_question_asked_before_the_caller_is_known_asks_for_more_once_it_is_oneself() {
    let mut console = Console::start(platform(), session());
    console.unanswered.reverse();
    let no_answer = || Answer::Server(Box::new(Err(failure(FailureKind::Other, "no answer"))));
    console.answer(no_answer()).step().answer(no_answer()).settle();
    console.go_to("ml-team").press("enter").settle();
    console.press("r").go_to("alice@example.com").press("d");
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.tier == Tier::YesNo));
    console.unanswered.reverse();
    console.step();
    assert_eq!(console.warnings(), [Consequence::YouLoseAccess]);
    console.press("y");
    assert!(
        console.is_confirming() && console.asked.is_empty(),
        "by now it is known that this is the caller"
    );
    console.press("ctrl-u").write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn removing_asks_first_and_the_same_key_does_not_answer() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("d d d");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("n");
    assert!(
        console.model.dialogs.is_empty(),
        "there is nothing to edit: No leads out"
    );
    console.press("d y").settle();
    assert_eq!(
        console.sent,
        [Change::Roles {
            workspace: at("ml-team"),
            principal: who("bob@example.com"),
            before: roles(&["Viewer"]),
            after: roles(&[]),
        }]
    );
    assert_eq!(console.rows(), ["alice@example.com", "carol@example.com"]);
}

#[test]
fn a_paste_adds_several_and_each_is_read_sent_and_read_back() {
    let mut console = members_of("ml-team");
    console
        .press("a")
        .paste("dave@example.com\nerin@example.com,frank@example.com bob@example.com\n");
    assert!(console.is_editing(), "the line break of a paste is not enter");
    console.press("tab ↓ enter").settle();
    assert_eq!(
        console.sent,
        [
            add("dave@example.com", &["Editor"]),
            add("erin@example.com", &["Editor"]),
            add("frank@example.com", &["Editor"]),
            set_roles("bob@example.com", &["Viewer"], &["Editor"]),
        ],
        "a member is changed, never added: the platform would unite the roles"
    );
    assert_eq!(
        console.notice(),
        "4 applied; confirmed, effective within about 30 s (changes in 'ml-team')"
    );
    assert_eq!(console.selected(), "dave@example.com");
}

#[test]
fn a_paste_never_answers_a_question() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("tab ↓ ↓ enter");
    assert!(console.is_confirming());
    console.paste("y\n");
    assert!(console.is_confirming() && console.sent.is_empty());
    assert_eq!(
        console.notice(),
        "you can paste only into text fields: nothing was changed"
    );
    console.press("esc esc esc").paste("d\ny\n");
    assert!(console.model.dialogs.is_empty() && console.sent.is_empty());
}

#[test]
fn more_than_five_at_once_need_the_count() {
    let mut console = members_of("ml-team");
    console.press("a").paste("u1@x u2@x u3@x u4@x u5@x u6@x").press("enter");
    console.write("ml-team").press("enter");
    assert_eq!(console.sent, []);
    console.press("ctrl-u").write("6").press("enter").settle();
    assert_eq!(console.sent.len(), 6);
}

#[test]
fn what_could_never_be_removed_again_is_not_added() {
    for odd in ["team/b", "a\"b@x", "a\\b@x", "..", &"x".repeat(257)] {
        let mut console = members_of("ml-team");
        console
            .press("a")
            .write("dave@example.com,")
            .write(odd)
            .press("enter")
            .settle();
        assert!(console.is_editing() && console.sent.is_empty(), "{odd}");
        assert!(matches!(console.dialog().problem, Some(Problem::Typed(_))), "{odd}");
    }
}

#[test]
fn a_name_that_mixes_scripts_needs_the_typed_name() {
    let mut console = members_of("ml-team");
    console.press("a").write("\u{430}lice@example.com").press("enter");
    console.press("y");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn everyone_as_viewer_asks_and_as_editor_needs_the_name() {
    let mut console = members_of("ml-team");
    console.press("w enter");
    assert!(console.is_confirming());
    console.press("esc ↓ enter y enter");
    assert_eq!(console.sent, [], "the wrong text");
    console.press("ctrl-u").write("ml-team").press("enter").settle();
    assert_eq!(console.sent, [add("*", &["Editor"])]);
    console.press("w");
    assert_eq!(console.title(), "Change role", "everyone is a member now");
}

#[test]
fn refused_ones_stay_in_the_field_for_another_try() {
    let mut console = members_of("ml-team");
    console.press("a").write("d@x e@x f@x").press("enter");
    console.step().step().step();
    console
        .step()
        .answer(Answer::Sent(Err(failure(FailureKind::Forbidden, "403: not this one"))))
        .step();
    console.settle();
    assert_eq!(
        console.problem(),
        "2 applied, 1 refused, 0 unknown; confirmed, effective within about 30 s\n\
         could not add e@x to 'ml-team' as Viewer: 403: not this one"
    );
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.principals.value(), "e@x");
    console.press("enter").settle();
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn somebody_elses_change_is_shown_and_needs_a_second_apply() {
    let mut console = members_of("ml-team");
    console.go_to("bob@example.com").press("e ↓");
    console.platform.set("ml-team", "bob@example.com", &["Admin"]);
    console.press("enter").settle();
    assert_eq!(
        console.problem(),
        "changed since you opened this: bob@example.com Viewer → Admin"
    );
    assert!(console.is_editing() && console.sent.is_empty());
    console.press("enter");
    assert!(
        console.is_confirming(),
        "what was a promotion is a demotion now: the question is asked anew"
    );
    console.press("y").settle();
    assert_eq!(console.sent, [set_roles("bob@example.com", &["Admin"], &["Editor"])]);
}

#[test]
fn somebody_who_became_a_member_meanwhile_is_changed_instead() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("tab ↓");
    console
        .platform
        .set("ml-team", "dave@example.com", &["Viewer", "JobRunner"]);
    console.press("enter").settle();
    assert_eq!(console.sent, []);
    assert!(
        console.problem().contains("no role → Viewer, JobRunner"),
        "{}",
        console.problem()
    );
    console.press("enter").settle();
    assert_eq!(
        console.sent,
        [set_roles(
            "dave@example.com",
            &["Viewer", "JobRunner"],
            &["Editor", "JobRunner"]
        )]
    );
}

#[test]
fn nothing_is_sent_to_somebody_who_is_no_longer_a_member() {
    for keys in ["e ↓ enter", "d y"] {
        let mut console = members_of("ml-team");
        console.go_to("bob@example.com");
        console.platform.set("ml-team", "bob@example.com", &[]);
        console.press(keys).settle();
        assert_eq!(console.sent, [], "{keys}");
        assert!(console.model.dialogs.is_empty());
        assert_eq!(
            console.notice(),
            "bob@example.com is no longer a member: nothing was sent"
        );
        assert!(!console.rows().contains(&"bob@example.com".to_owned()));
    }
}

/// Bob is the last Admin, and the caller a platform admin.
fn with_one_admin() -> Console {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    members_on(platform, "reading")
}

#[test]
fn the_last_admin_is_known_before_and_another_can_be_added_first() {
    let mut console = with_one_admin();
    console.go_to("bob@example.com").press("d");
    assert_eq!(console.warnings(), [Consequence::LastAdmin(who("bob@example.com"))]);
    console.press("y").settle();
    assert_eq!(console.sent, [], "nothing is offered but another Admin");
    console.press("ctrl-n");
    assert_eq!(console.title(), "Add member");
    console.write("carol@example.com").press("enter y").settle();
    assert_eq!((console.title().as_str(), console.sent.len()), ("Remove member", 1));
    assert!(console.is_confirming(), "what was wanted is asked at once");
    let gone = Consequence::LosesAccess(who("bob@example.com"));
    assert_eq!(console.warnings(), [gone], "there is another Admin now");
    console.press("y").settle();
    assert_eq!(console.sent.len(), 2);
    assert_eq!(console.rows(), ["carol@example.com", "alice@example.com"]);
}

#[test]
fn the_last_admin_who_leaves_types_no_name_before_there_is_another() {
    let mut platform = platform();
    platform.room("ml-team").members = vec![(who("alice@example.com"), roles(&["Admin"]))];
    let mut console = members_on(platform, "ml-team");
    for keys in ["d", "e v"] {
        console.press(keys).write("ml-team");
        assert_eq!(console.why_not("ctrl-n"), None, "{keys}: {:?}", console.dialog());
        assert!(!console.dialog().has_typed(), "{keys}: nothing can be typed");
        close(&mut console);
    }
    console
        .press("d ctrl-n")
        .write("carol@example.com")
        .press("enter y")
        .settle();
    assert_eq!(console.title(), "Remove member");
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 2, "{}", console.problem());
}

#[test]
fn what_everyone_has_in_default_is_taken_with_the_name_of_it() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = members_on(platform, "default");
    for keys in ["d", "w n"] {
        console.go_to("*").press(keys);
        assert!(
            matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.tier == Tier::Typed),
            "{keys}"
        );
        close(&mut console);
    }
}

fn close(console: &mut Console) {
    while !console.model.dialogs.is_empty() {
        console.press("esc");
    }
}

#[test]
fn the_platforms_refusal_of_the_last_admin_stands_in_the_dialog() {
    let mut console = with_one_admin();
    console.go_to("bob@example.com").press("e ↑ enter r y").settle();
    assert_eq!(console.problem(), "This is the last Admin for workspace");
    assert!(console.is_editing());
    console.press("ctrl-n esc");
    assert_eq!(
        console.problem(),
        "This is the last Admin for workspace",
        "nothing has changed"
    );
    console
        .press("ctrl-n")
        .write("carol@example.com")
        .press("enter y")
        .settle();
    assert_eq!(
        (console.title().as_str(), console.problem().as_str()),
        ("Change role", "")
    );
    console.press("y").settle();
    assert!(console.model.dialogs.is_empty());
    assert_eq!(
        console.platform.roles_of("reading", "bob@example.com"),
        roles(&["Editor"])
    );
}

#[test]
fn a_failed_change_loses_nothing_that_was_typed() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("tab ↓ enter");
    console.answer(Answer::Found(Err(failure(
        FailureKind::Unreachable,
        "connection refused",
    ))));
    assert_eq!(console.problem(), "connection refused");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!((form.principals.value(), form.choice), ("dave@example.com", 1));
    console.press("enter").settle();
    assert_eq!(console.sent, [add("dave@example.com", &["Editor"])]);
}

#[test]
fn esc_twice_leaves_a_dialog_and_what_was_typed() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("esc esc a");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog is open again")
    };
    assert_eq!(form.principals.value(), "");
}

#[test]
fn a_principal_that_cannot_be_addressed_is_shown_and_left_alone() {
    let mut platform = platform();
    platform.set("ml-team", "grp/sub", &["Viewer"]);
    let mut console = members_on(platform, "ml-team");
    console.go_to("grp/sub");
    for key in ["e", "d"] {
        let why = console.why_not(key).expect("disabled");
        assert!(why.contains("can never change or remove it"), "{why}");
        console.press(key);
        assert!(console.model.dialogs.is_empty());
    }
    assert_eq!(console.why_not("a"), None);
}

#[test]
fn a_suggestion_is_taken_over_with_the_cursor_key() {
    let mut console = members_of("ml-team");
    console.press("a").write("x@x, car").press("→");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    assert_eq!(form.principals.value(), "x@x, carol@example.com");
}

#[test]
fn a_suggestion_comes_after_any_kind_of_blank() {
    let mut console = members_of("ml-team");
    console.press("a").write("x@x\u{3000}car").press("→");
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("the dialog is open")
    };
    assert_eq!(form.principals.value(), "x@x\u{3000}carol@example.com");
}

#[test]
fn far_too_many_at_once_are_refused_in_words() {
    let mut console = members_of("ml-team");
    let many: Vec<String> = (0..5_000).map(|i| format!("u{i}@x")).collect();
    console.press("a").paste(&many.join("\n")).press("enter");
    assert!(
        console.problem().starts_with("at most 200 at once"),
        "{}",
        console.problem()
    );
    assert!(console.is_editing());
}

/// Both of a pair are marked: neither is the suspect.
#[test]
fn whoever_is_called_the_same_in_other_case_is_marked() {
    let platform = platform().with(
        "twice",
        &[
            ("alice@example.com", &["Admin"]),
            ("Dora@example.com", &["Viewer"]),
            ("dora@example.com", &["Editor"]),
        ],
    );
    let mut console = Console::open(platform);
    console.go_to("twice").press("enter").settle();
    let is_flagged = |name: &str| console.model.is_flagged(&who(name));
    assert!(is_flagged("Dora@example.com") && is_flagged("dora@example.com"));
    assert!(!is_flagged("alice@example.com"));
}
