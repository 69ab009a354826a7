//! One principal across all workspaces: what it has and through what, and changing that in many workspaces at once.

use super::auditing::{audited, bobs_access, bobs_access_beside_carol, everywhere};
use super::members_on;
use crate::console::Console;
use crate::platform::{at, failure, roles, who};
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::dialog::plan::Verdict;
use nmp_console::app::dialog::{Form, Problem};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Msg, Query};
use nmp_console::app::notice::Tone;
use nmp_console::app::screen::Screen;
use nmp_console::domain::binding::Binding;
use nmp_console::domain::change::Change;
use nmp_console::domain::policy::Consequence;
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;

fn remove(workspace: &str, held: &[&str]) -> Change {
    Change::Roles {
        workspace: at(workspace),
        principal: who("bob@example.com"),
        before: roles(held),
        after: roles(&[]),
    }
}

#[test]
fn half_read_members_are_no_ground_for_a_removal() {
    let mut console = audited(everywhere());
    console.press("/").write("who:bob*").press("enter").settle();
    console.press("p").settle();
    // Another reading breaks off before anything was read to its end.
    let report = console.model.store.report().unwrap();
    let mut builder = nmp_console::audit::Builder::from_snapshot(&report.snapshot);
    for room in &console.platform.rooms {
        builder.mark(&room.workspace.name, nmp_console::audit::Reading::NotRead);
    }
    let coverage = report.snapshot.coverage.clone();
    let half = builder.freeze(coverage, report.snapshot.origin.ended_at);
    let half = nmp_console::audit::Report::new(half, std::sync::Arc::clone(&report.policy));
    console.press("r");
    let ticket = console.model.store.reading().unwrap().ticket;
    console.tell(Msg::Answered {
        ticket,
        answer: Answer::Audit(Heard::End(Some(std::sync::Arc::new(half)), None)),
    });
    console.press("D");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(form.n_changes(), 0, "{:?}", form.entries);
    assert!(
        form.skipped()
            .all(|(_, why)| why.as_str() == "not all of its members were read")
    );
    console.press("esc").go_to("lonely").press("d");
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().contains("not all members there were read"),
        "{}",
        console.notice()
    );
}

#[test]
fn access_is_shown_with_what_gives_it() {
    let console = bobs_access();
    assert_eq!(console.rows(), ["lonely", "reading", "default", "ml-team", "system"]);
    let access = |workspace: &str| {
        let access = console
            .model
            .store
            .access_of(&at(workspace), &who("bob@example.com"))
            .unwrap();
        (access.own, access.effective.role, access.effective.given_by.label())
    };
    assert_eq!(access("lonely"), (roles(&["Admin"]), Some(Role::Admin), "own"));
    assert_eq!(access("default"), (roles(&[]), Some(Role::Editor), "everyone (*)"));
    assert_eq!(access("ml-team"), (roles(&["Viewer"]), Some(Role::Viewer), "own"));
}

#[test]
fn platform_admins_see_what_was_taken_away_and_nobody_else_asks() {
    let mut platform = everywhere();
    let second = |n| Timestamp::from_second(n).ok();
    platform.past = vec![Binding {
        principal: who("bob@example.com"),
        workspace: at("ml-team"),
        role: Role::Editor,
        granted_at: second(10),
        granted_by: Some("alice@example.com".to_owned()),
        revoked_at: second(20),
        created_at: second(10),
    }];
    let mut console = audited(platform);
    console.go_to("ml-team: bob@example.com Viewer").press("p").settle();
    assert_eq!(console.rows().last().map(String::as_str), Some("ml-team (was Editor)"));
    console.press("G d");
    assert!(console.model.dialogs.is_empty());
    assert!(console.notice().contains("already revoked"), "{}", console.notice());

    let mut console = audited(super::platform());
    console.go_to("ml-team: bob@example.com Viewer").press("p");
    assert!(
        !console
            .questions()
            .iter()
            .any(|query| matches!(query, Query::History(_)))
    );
}

#[test]
fn what_is_taken_away_here_is_read_among_what_was() {
    let mut console = bobs_access();
    console.go_to("lonely");
    let n_open = console.rows().len();
    console.platform.past = vec![Binding {
        principal: who("bob@example.com"),
        workspace: at("ml-team"),
        role: Role::Viewer,
        granted_at: None,
        granted_by: None,
        revoked_at: Timestamp::from_second(20).ok(),
        created_at: None,
    }];
    console.go_to("ml-team").press("d y").settle();
    assert_eq!(console.sent, [remove("ml-team", &["Viewer"])]);
    assert_eq!(console.rows().len(), n_open, "{:?}", console.rows());
    assert_eq!(console.rows().last().map(String::as_str), Some("ml-team (was Viewer)"));
}

#[test]
fn a_role_is_changed_in_place_and_the_report_follows() {
    let mut console = bobs_access();
    console.go_to("ml-team").press("e ↓ enter").settle();
    assert!(
        console.notice().contains("is now Editor in 'ml-team': confirmed"),
        "{}",
        console.notice()
    );
    let access = console
        .model
        .store
        .access_of(&at("ml-team"), &who("bob@example.com"))
        .unwrap();
    assert_eq!(access.own, roles(&["Editor"]));
    console.press("esc").settle();
    assert!(
        console.rows().contains(&"ml-team: bob@example.com Editor".to_owned()),
        "{:?}",
        console.rows()
    );
}

#[test]
fn what_is_changed_while_everything_is_read_again_is_not_lost() {
    let mut console = bobs_access();
    let before = console.model.store.report().cloned();
    console.press("r");
    let reading = console.model.store.reading().unwrap().ticket;
    console.go_to("ml-team").press("e ↓ enter").step().step().step();
    assert!(console.notice().contains("is now Editor"), "{}", console.notice());
    // The reading has passed that workspace before the change.
    console.tell(Msg::Answered {
        ticket: reading,
        answer: Answer::Audit(Heard::End(before, None)),
    });
    console.unanswered.retain(|effect| {
        !matches!(
            effect,
            Effect::Read {
                query: Query::Audit(..),
                ..
            }
        )
    });
    console.settle();
    let access = console
        .model
        .store
        .access_of(&at("ml-team"), &who("bob@example.com"))
        .unwrap();
    assert_eq!(access.own, roles(&["Editor"]));
    let report = console.model.store.report().unwrap();
    let snapshot = &report.snapshot;
    let roster = snapshot.roster(snapshot.workspace_no(&at("ml-team")).unwrap());
    assert_eq!(
        roster.roles_of(&who("bob@example.com")),
        roles(&["Editor"]),
        "and in the report"
    );
}

#[test]
fn what_comes_through_everyone_is_not_taken_from_one() {
    let mut console = bobs_access();
    console.go_to("default").press("d");
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().contains("through everyone (*)"),
        "{}",
        console.notice()
    );
}

#[test]
fn removing_everywhere_leaves_a_person_as_admin_and_says_what_to_do_first() {
    let mut console = bobs_access();
    console.press("D");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    let left = form.entries.iter().filter_map(|entry| match &entry.verdict {
        Verdict::NeedsAdmin(why, first) => Some((entry.workspace.raw(), why.as_str(), first.as_str())),
        Verdict::Make(..) | Verdict::Skip(_) => None,
    });
    let first = "make somebody Admin first, alice@example.com perhaps";
    assert_eq!(
        left.collect::<Vec<_>>(),
        [
            ("lonely", "no person would be Admin any more", first),
            ("reading", "last Admin", first)
        ],
        "as in the plan of a file, and before what is made"
    );
    assert_eq!(form.n_changes(), 1);
    console.press("enter");
    assert!(console.is_confirming());
    let words = "2 left out: no person would be Admin any more in lonely; still last Admin in reading";
    let left = Consequence::LeftBehind(words.to_owned());
    assert!(console.warnings().contains(&left), "{:?}", console.warnings());
    console.press("y").settle();
    assert_eq!(console.sent, [remove("ml-team", &["Viewer"])]);
    assert!(
        console.notice().starts_with(&format!("1 removed, {words}; ")),
        "{}",
        console.notice()
    );
    assert_eq!(
        console.model.notice.as_ref().unwrap().tone,
        Tone::Warning,
        "not all of it was done"
    );
    assert_eq!(console.rows(), ["lonely", "reading", "default", "system"]);
}

#[test]
fn nothing_is_sent_where_the_other_person_has_lost_admin_since_the_review() {
    let mut console = bobs_access_beside_carol();
    console.press("D");
    console.press("enter y");
    console.platform.set("lonely", "carol@example.com", &["Editor"]);
    console.settle();
    assert_eq!(
        console.sent,
        [remove("ml-team", &["Viewer"])],
        "the group alone would be Admin of 'lonely'"
    );
    let Some(Problem::Several(_, lines)) = &console.dialog().problem else {
        panic!("{:?}", console.dialog().problem)
    };
    let lines: Vec<&str> = lines.iter().map(SafeText::as_str).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("no person would be Admin of 'lonely'")),
        "{lines:?}"
    );
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(
        form.n_changes(),
        0,
        "and it is left out from then on: {:?}",
        form.entries
    );
}

#[test]
fn what_a_filter_hides_is_counted_as_it_is_taken_away() {
    let mut console = bobs_access_beside_carol();
    let n_all = |console: &Console| {
        let Screen::Principal(state) = console.model.screen() else {
            panic!("{:?}", console.model.screen())
        };
        state.n_all
    };
    console.press("/").write("reading").press("enter");
    assert_eq!((console.rows(), n_all(&console)), (vec!["reading".to_owned()], 5));
    console.press("D enter y").step().step().step();
    assert_eq!(console.sent, [remove("ml-team", &["Viewer"])]);
    assert!(!console.model.dialogs.is_empty(), "the plan goes on");
    // Of a long plan the rows follow a few times a second, not with each answer.
    assert_eq!(n_all(&console), 5);
    for timer in std::mem::take(&mut console.timers) {
        console.tell(Msg::Due(timer));
    }
    assert_eq!(n_all(&console), 4);
    assert!(!console.model.dialogs.is_empty(), "the plan goes on");
}

#[test]
fn another_admin_is_offered_where_a_plan_would_leave_none() {
    let mut console = bobs_access();
    console.press("D").press("ctrl-n");
    assert_eq!(console.title(), "Add member");
    console.write("carol@example.com").press("enter y").settle();
    assert_eq!(console.title(), "Remove everywhere");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(
        (form.skipped().count(), form.n_changes()),
        (1, 2),
        "'lonely' has another one"
    );
    console
        .press("ctrl-n")
        .write("carol@example.com")
        .press("enter y")
        .settle();
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(
        (form.skipped().count(), form.n_changes()),
        (0, 3),
        "and so has 'reading'"
    );
    console.press("enter y").settle();
    assert_eq!(
        console.notice(),
        "3 applied; confirmed, effective within about 30 s (remove bob@example.com from several workspaces); \
         ! shows 2 outcomes before it",
        "that carol is Admin there came under the plan"
    );
}

#[test]
fn a_copy_leaves_no_weaker_role_beside_a_stronger_one() {
    let platform = everywhere().with(
        "pair",
        &[
            ("alice@example.com", &["Admin"]),
            ("bob@example.com", &["Editor", "JobRunner"]),
            ("carol@example.com", &["Viewer", "Custom"]),
        ],
    );
    let mut console = audited(platform);
    console.press("/").write("who:bob*").press("enter").settle();
    console.press("p").settle();
    console.press("c").write("carol@example.com").press("enter y").settle();
    let given = console.sent.iter().find(|change| *change.workspace() == at("pair"));
    assert_eq!(
        given.map(|change| change.roles().1),
        Some(roles(&["Editor", "Custom", "JobRunner"]))
    );
}

#[test]
fn many_removals_ask_for_their_number() {
    let mut platform = everywhere();
    platform.set("lonely", "carol@example.com", &["Admin"]);
    for n in 0..6 {
        let name = format!("more-{n}");
        platform = platform.with(
            &name,
            &[("alice@example.com", &["Admin"]), ("bob@example.com", &["Editor"])],
        );
    }
    let mut console = audited(platform);
    console.press("/").write("who:bob*").press("enter").settle();
    console.press("p").settle().press("D enter");
    console.write("7").press("enter");
    assert!(console.sent.is_empty(), "the wrong number");
    console.press("ctrl-u").write("8").press("enter").settle();
    assert_eq!(console.sent.len(), 8);
}

#[test]
fn what_was_refused_stays_in_the_plan() {
    let mut console = bobs_access_beside_carol();
    console.press("D enter y");
    // Once that was read afresh, the other Admins of 'lonely' go, so that bob is the last one there.
    let is_sent = |console: &Console| {
        let mut sent = console.unanswered.iter();
        sent.any(|effect| matches!(effect, Effect::Send { change, .. } if *change.workspace() == at("lonely")))
    };
    while !is_sent(&console) {
        console.step();
    }
    console.platform.set("lonely", "ml-leads", &[]);
    console.platform.set("lonely", "carol@example.com", &[]);
    console.settle();
    assert_eq!(console.sent.len(), 2);
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    let left: Vec<&str> = form.skipped().map(|(entry, _)| entry.workspace.raw()).collect();
    assert_eq!(
        (left, form.n_changes()),
        (vec!["lonely", "reading"], 0),
        "what was done is done"
    );
    assert!(
        matches!(&console.dialog().problem, Some(Problem::Several(_, lines)) if lines[0].as_str().starts_with("1 applied, 1 refused"))
    );
}

#[test]
fn of_a_plan_only_what_failed_is_left_to_be_tried_again() {
    let mut console = bobs_access();
    console.press("c").write("carol@example.com").press("enter y").step();
    console.answer(Answer::Sent(Err(failure(FailureKind::Other, "409"))));
    console.settle();
    assert_eq!(console.sent.len(), 2);
    let failed = console.sent[0].workspace().clone();
    console.press("enter y").settle();
    assert_eq!(console.sent.len(), 3, "{}", console.notice());
    assert_eq!(console.sent[2].workspace(), &failed);
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn the_platforms_own_grants_are_not_swept_away() {
    let mut console = audited(everywhere());
    console.press("w").settle().press("D");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    let skipped: Vec<&str> = form.skipped().map(|(entry, _)| entry.workspace.raw()).collect();
    assert_eq!(skipped, ["system"], "nobody could list workspaces any more");
}

#[test]
fn access_is_copied_beside_what_is_held() {
    let mut console = bobs_access();
    console.press("c").write("carol@example.com");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(
        form.n_changes(),
        2,
        "who has more already gets nothing weaker beside it"
    );
    console.press("enter y").settle();
    let grants = |workspace: &str| {
        let roster = console.model.store.roster(&at(workspace)).unwrap();
        roster.roles_of(&who("carol@example.com"))
    };
    assert_eq!(grants("lonely"), roles(&["Admin"]));
    assert_eq!(grants("ml-team"), roles(&["Admin", "JobRunner"]), "nothing is lost");
    assert_eq!(console.sent.len(), 2);
}

#[test]
fn copying_to_nobody_or_to_the_same_says_so() {
    let mut console = bobs_access();
    for (typed, said) in [
        ("", "a name is needed"),
        ("bob@example.com", "that is the same principal"),
        ("a/b", "contains '/'"),
    ] {
        console.press("c").write(typed).press("enter");
        let errors = match &console.dialog().problem {
            Some(Problem::Typed(errors)) => errors[0].what.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(errors.starts_with(said), "{errors}");
        console.press("esc");
    }
    assert!(console.sent.is_empty());
}

#[test]
fn read_only_plans_nothing() {
    let mut console = Console::open_read_only(everywhere());
    console.press("A").settle();
    console.go_to("ml-team: bob@example.com Viewer").press("p").settle();
    for key in ["D", "c", "d", "e"] {
        console.press(key);
        assert!(console.model.dialogs.is_empty(), "{key}");
        assert!(console.notice().contains("read-only"), "{key}: {}", console.notice());
    }
}

/// Whoever comes from a workspace is about that one.
#[test]
fn the_access_of_a_member_begins_at_the_workspace_one_came_from() {
    let mut console = members_on(everywhere(), "ml-team");
    console.go_to("bob@example.com").press("p").settle();
    assert_eq!(console.rows(), ["lonely", "reading", "default", "ml-team", "system"]);
    assert_eq!(console.selected(), "ml-team");
    console.press("k r").settle();
    assert_eq!(console.selected(), "default", "once moved it stays where it is");
}
