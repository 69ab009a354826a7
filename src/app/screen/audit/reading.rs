//! How much of the platform a report tells, and how old it is.

use crate::app::screen::state::{Freshness, Known};
use crate::app::store::Store;
use crate::app::time;
use crate::audit::Report;

/// Returns how much of the platform a report covers: as long as it grows, nothing is said to be refused.
pub(in crate::app::screen) fn covered(known: &Known<'_>, report: &Report) -> String {
    if is_growing(known, report) {
        return "so far".to_owned();
    }
    report.snapshot.readable()
}

/// Says the same where there is little room.
pub(in crate::app::screen) fn covered_briefly(known: &Known<'_>) -> String {
    let report = known.store.report().filter(|report| !is_growing(known, report));
    report.map_or_else(String::new, |report| report.snapshot.readable_briefly())
}

/// Returns whether there is more to come than a report says: that it has none of something means nothing yet.
pub(in crate::app) fn is_growing(known: &Known<'_>, report: &Report) -> bool {
    known.store.reading().is_some() && !report.snapshot.is_complete()
}

/// Returns how far the reading of all workspaces is, or how old and how complete what it brought is.
pub(in crate::app::screen) fn freshness(store: &Store) -> Option<Freshness<'_>> {
    if let Some(reading) = store.reading() {
        return Some(Freshness::Progress(format!("loading {}%", reading.progress.percent())));
    }
    let snapshot = &store.report()?.snapshot;
    let as_of = snapshot.origin.ended_at;
    let is_whole = snapshot.is_complete();
    Some(match store.read_failure() {
        Some(failure) => Freshness::Stale {
            as_of,
            what: if is_whole { "refresh failed" } else { "incomplete" },
            failure,
            is_whole,
        },
        None if is_whole => Freshness::Note(format!("as of {}", time::clock(as_of))),
        None => Freshness::Incomplete(as_of, snapshot.coverage.stopped.as_ref()),
    })
}
