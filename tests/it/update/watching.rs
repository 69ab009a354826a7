//! Many changes whose answers were lost: what may still come true is looked at again, one thing at a time.

use super::auditing::bobs_access;
use super::members_of;
use crate::console::{Console, ticket_of};
use crate::platform::failure;
use nmp_console::app::dialog::Problem;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Msg, Query};
use pretty_assertions::assert_eq;

/// Every answer to a change is lost, until nobody waits for one in a dialog any more.
fn lose_all(console: &mut Console) {
    answer_all(console, &FailureKind::OutcomeUnknown);
}

/// Every change is answered so, until nobody waits for one in a dialog any more.
fn answer_all(console: &mut Console, kind: &FailureKind) {
    for _ in 0..10_000 {
        match console.unanswered.last() {
            Some(Effect::Send { .. }) => {
                let lost = failure(kind.clone(), "connection reset");
                console.answer(Answer::Sent(Err(lost)));
            }
            Some(_) => {
                console.step();
            }
            None if console.model.runs().count() == 0 => return,
            None => run_out(console),
        }
    }
    panic!("the changes never end");
}

/// Lets every timer run out.
fn run_out(console: &mut Console) {
    for ticket in std::mem::take(&mut console.timers) {
        console.tell(Msg::Due(ticket));
    }
}

/// Goes through one round of looks; returns how many questions it asked, of which never two at once.
fn round(console: &mut Console) -> usize {
    run_out(console);
    let mut n_looks = 0;
    while let Some(effect) = console.unanswered.pop() {
        let is_look = matches!(
            &effect,
            Effect::Read {
                query: Query::Target(_),
                ..
            }
        );
        let is_another = |effect: &Effect| {
            matches!(
                effect,
                Effect::Read {
                    query: Query::Target(_),
                    ..
                }
            )
        };
        assert!(!is_look || !console.unanswered.iter().any(is_another), "two at once");
        n_looks += usize::from(is_look);
        assert!(ticket_of(&effect).is_some());
        for (ticket, answer) in console.platform.answers(&effect) {
            console.tell(Msg::Answered { ticket, answer });
        }
    }
    n_looks
}

#[test]
fn members_of_one_workspace_are_looked_for_by_one_question() {
    let mut console = members_of("ml-team");
    for n in 0..5 {
        console.press("a").write(&format!("u{n}@example.com")).press("enter");
        lose_all(&mut console);
        console.press("esc esc").settle();
    }
    assert_eq!(console.sent.len(), 5);
    assert_eq!(round(&mut console), 1);
    console.platform.set("ml-team", "u3@example.com", &["Viewer"]);
    console.platform.set("ml-team", "u4@example.com", &["Viewer"]);
    assert_eq!(round(&mut console), 1);
    assert!(console.notice().contains("applied after all"), "{}", console.notice());
    let rounds: Vec<usize> = (0..30).map(|_| round(&mut console)).collect();
    assert!(
        rounds.iter().all(|n| *n <= 1) && rounds.last() == Some(&0),
        "{rounds:?}"
    );
    assert_eq!((console.model.n_awaited(), console.timers.len()), (0, 0));
}

#[test]
fn several_workspaces_are_looked_at_one_after_the_other() {
    let mut console = bobs_access();
    console.press("c").write("dave@example.com").press("enter").press("y");
    lose_all(&mut console);
    let n_workspaces = console.sent.len();
    assert!(n_workspaces > 1);
    console.press("esc esc").settle();
    let rounds: Vec<usize> = (0..4).map(|_| round(&mut console)).collect();
    assert_eq!(rounds, [n_workspaces, n_workspaces, n_workspaces, 0]);
    assert_eq!((console.model.n_awaited(), console.timers.len()), (0, 0));
}

#[test]
fn of_more_than_are_looked_for_that_is_said_once() {
    let mut console = members_of("ml-team");
    let several: Vec<String> = (0..200).map(|n| format!("u{n}@example.com")).collect();
    console.press("a").paste(&several.join(" ")).press("enter");
    // So many at once are confirmed by their number.
    console.write("200").press("enter");
    answer_all(&mut console, &FailureKind::ServerError);
    assert_eq!(
        console.sent.len(),
        200,
        "a server that fails at one is asked for the next"
    );
    assert!(!console.problem().contains("unseen"), "{}", console.problem());
    console.press("esc esc").settle();
    // One more, of which nothing can be read either.
    let next = |console: &mut Console, name: &str| {
        console.go_to(name).press("d y").step();
        console.answer(Answer::Sent(Err(failure(
            FailureKind::OutcomeUnknown,
            "connection reset",
        ))));
        console.answer(Answer::Found(Err(failure(FailureKind::Unreachable, "no connection"))));
        let Some(Problem::Failed(why)) = console.dialog().problem.clone() else {
            panic!("{:?}", console.dialog().problem);
        };
        console.press("esc").settle();
        why.next.to_string()
    };
    let told = "1 change may still take effect unnoticed: refresh there and check";
    assert_eq!(next(&mut console, "bob@example.com"), told);
    // There is room again.
    for _ in 0..4 {
        round(&mut console);
    }
    assert!(next(&mut console, "carol@example.com").contains("close this, refresh, and check"));
}

#[test]
fn what_comes_true_leaves_a_dialog_about_something_else_alone() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave@example.com").press("enter");
    lose_all(&mut console);
    console.press("esc esc esc").settle();
    console.press("n").write("Sales").press("enter");
    let problem = console.dialog().problem.clone();
    assert!(problem.is_some());
    console.platform.set("ml-team", "dave@example.com", &["Viewer"]);
    round(&mut console);
    assert!(console.notice().contains("applied after all"), "{}", console.notice());
    assert_eq!(console.dialog().problem, problem);
}
