//! What is said of a deletion that nobody tells about, once its workspace was looked for.

use super::deleting::{accepted, on, timer};
use crate::console::Console;
use crate::platform::{at, failure};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Found, Msg};
use nmp_console::app::notice::Tone;
use nmp_console::domain::platform::{Allowed, Generation};
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

/// What the row of the workspace says, if there is one.
fn row(console: &Console) -> Option<String> {
    let deletion = console.model.store.deletions().find(&at("ml-team"))?;
    let is_listed = console.rows().iter().any(|row| row == "ml-team");
    is_listed.then(|| deletion.in_words(console.model.now))
}

#[test]
fn the_row_of_what_is_gone_goes_with_the_word_that_it_is() {
    let mut console = accepted(on(Generation::Platform06));
    assert!(row(&console).unwrap().starts_with("deleting ("), "{:?}", row(&console));
    look(&mut console, &Answer::Found(Ok(Found::Workspace(None))));
    assert!(
        console.notice().starts_with("'ml-team' is gone; "),
        "{}",
        console.notice()
    );
    assert!(!console.rows().contains(&"ml-team".to_owned()), "{:?}", console.rows());
}

#[test]
fn the_row_of_what_can_be_retried_or_was_not_seen_to_be_gone_says_what_was_told() {
    let mut platform = on(Generation::Platform06);
    platform.is_admin = Allowed::Yes;
    let mut console = accepted(platform);
    look(&mut console, &Answer::Found(Ok(Found::Workspace(None))));
    assert_eq!(row(&console).as_deref(), Some("gone; its name may stay taken"));
    let mut console = accepted(on(Generation::Platform06));
    look(&mut console, &failed(FailureKind::Forbidden, "403"));
    assert_eq!(row(&console).as_deref(), Some("deleted; it can no longer be seen"));
}
