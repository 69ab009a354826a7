//! What is said of a deletion that nobody tells about, once its workspace was looked for.

use super::deleting::{accepted, on, timer};
use crate::console::Console;
use crate::platform::{at, failure};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Found, Msg};
use nmp_console::app::notice::Tone;
use nmp_console::domain::platform::Generation;
use pretty_assertions::assert_eq;

/// Answers every look at the workspace with `found` until no other one is to come.
fn look(console: &mut Console, found: &Answer) {
    let mut due = timer(console);
    for _ in 0..100 {
        for _ in 0..60 {
            console.tell(Msg::Resumed);
        }
        console.tell(Msg::Due(due));
        console.answer(found.clone());
        if console.n_timers() == 0 {
            return;
        }
        due = timer(console);
    }
    panic!("it is looked for without end");
}

fn failed(kind: FailureKind, headline: &str) -> Answer {
    Answer::Found(Err(failure(kind, headline)))
}

#[test]
fn what_could_not_be_looked_for_is_not_said_to_be_there() {
    let mut console = accepted(on(Generation::Platform06));
    look(
        &mut console,
        &failed(FailureKind::Unreachable, "cannot read 'ml-team': connection refused"),
    );
    assert_eq!(
        console.notice(),
        "whether 'ml-team' is gone could not be seen after 10 min: connection refused"
    );
}

#[test]
fn what_can_no_longer_be_seen_is_not_said_to_be_gone() {
    let mut console = accepted(on(Generation::Platform06));
    look(&mut console, &failed(FailureKind::Forbidden, "403"));
    assert_eq!(
        console.notice(),
        "'ml-team' can no longer be seen; its name stays taken until its contents are destroyed"
    );
    let tone = console.model.notice.as_ref().map(|notice| notice.tone);
    assert_eq!(tone, Some(Tone::Warning));
}

#[test]
fn of_a_deletion_that_somebody_else_began_no_id_tells_that_it_is_another_workspace() {
    let mut console = accepted(on(Generation::Platform06));
    let deletions = console.model.store.deletions();
    let mut deletion = deletions.find(&at("ml-team")).unwrap().clone();
    let there = deletion.workspace.clone();
    deletion.workspace.id.clear();
    console.model.store.deletions_mut().begin(deletion);
    look(&mut console, &Answer::Found(Ok(Found::Workspace(Some(there)))));
    assert!(
        console.notice().starts_with("'ml-team' is still there after 10 min"),
        "{}",
        console.notice()
    );
}
