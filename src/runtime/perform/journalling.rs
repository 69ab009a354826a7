//! Writing into the journal: before a request, and when it is known what became of it.

use super::{Platform, failure};
use crate::api;
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Activity, Answer, Msg, Ticket};
use crate::background::blocking;
use crate::domain::activity::{Note, Provenance, Sending};
use crate::domain::change::Change;
use crate::domain::context::LIFTED_FOR;
use crate::domain::text::SafeText;
use crate::journal::{Error, Journal, Newest, Written};
use jiff::Timestamp;

/// Something for the journal of the platform that it is about.
pub(in crate::runtime) type Noting = (Journal, Note);

/// Writes down that `change` is about to be sent. Returns what a user has to know of the journal.
pub(super) async fn intend(
    platform: &Platform,
    ticket: Ticket,
    (change, provenance): (&Change, Box<Provenance>),
    sending: Result<Sending, api::Error>,
) -> Result<Option<SafeText>, Failure> {
    // What cannot be sent is nothing to be written down.
    let sending = sending.map_err(|error| failure(&error))?;
    let Some(journal) = platform.journal.clone() else {
        return Ok(None);
    };
    let (change, now) = (change.clone(), platform.clock);
    let write = move || journal.intend(ticket.number(), (&change, &provenance), sending, now());
    match blocking(write).await {
        Ok(written) => Ok(warning(written)),
        Err(error) => Err(not_journalled("nothing was sent", &error)),
    }
}

/// Allows changes on a read-only connection for some minutes, once that is written down. The minutes are counted from
/// before: writing can take its time.
pub(in crate::runtime) async fn lift(platform: Platform, ticket: Ticket, provenance: Box<Provenance>) -> Option<Msg> {
    let lifted = lifted(&platform, ticket, provenance).await;
    let answer = Answer::Lifted(lifted);
    Some(Msg::Answered { ticket, answer })
}

async fn lifted(platform: &Platform, ticket: Ticket, provenance: Box<Provenance>) -> Result<Timestamp, Failure> {
    let Some(permit) = platform.client.permit(LIFTED_FOR) else {
        let next = "start without it to change anything";
        return Err(Failure::local("read-only was asked for with this very run", next));
    };
    let at = (platform.clock)();
    let until = at.saturating_add(LIFTED_FOR).unwrap_or(at);
    if let Some(journal) = platform.journal.clone() {
        let write = move || journal.lift(ticket.number(), until, &provenance, at);
        let written = blocking(write).await;
        written.map_err(|error| not_journalled("changes are not allowed", &error))?;
    }
    platform.client.lift_read_only(permit);
    Ok(until)
}

fn not_journalled(what: &str, error: &Error) -> Failure {
    Failure {
        kind: FailureKind::NotJournalled,
        ..Failure::local(
            &format!("{what}, because the journal cannot be written: {error}"),
            error.next_step(),
        )
    }
}

fn warning(written: Written) -> Option<SafeText> {
    let text = "the journal was cut or replaced while this program runs: 'nmp-console activity verify' shows where";
    (written == Written::AfterABreak).then(|| SafeText::new(text))
}

/// Writes down what became of changes, in their order and by this clock. Returns what a user has to know of it.
pub(in crate::runtime) async fn note(notes: Vec<Noting>, now: fn() -> Timestamp) -> Option<SafeText> {
    let write = move || {
        let mut trouble = None;
        for (journal, note) in notes {
            match journal.note(&note, now()) {
                Ok(written) => trouble = warning(written).or(trouble),
                Err(error) => {
                    let text = format!("what became of a change cannot be written down: {error}");
                    trouble = Some(SafeText::new(&text));
                }
            }
        }
        trouble
    };
    blocking(write).await
}

/// How many changes are read at most: more than anybody looks through, and a few megabytes.
const MOST_RECORDS: usize = 10_000;

/// Reads what was changed.
pub(super) async fn read(platform: &Platform) -> Result<Activity, Failure> {
    let Some(journal) = platform.journal.clone() else {
        let (headline, next) = (
            "no journal is kept",
            "start without --no-journal; the demo needs a folder for temporary files",
        );
        return Err(Failure::local(headline, next));
    };
    match blocking(move || journal.newest(MOST_RECORDS)).await {
        Ok(Newest {
            records,
            is_more,
            cut_plans,
        }) => Ok(Activity {
            records: records.into(),
            is_more,
            cut_plans,
        }),
        Err(error) => Err(Failure::local(
            &format!("the journal cannot be read: {error}"),
            "mend that, then refresh",
        )),
    }
}
