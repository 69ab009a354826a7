//! Everything read at once: the latest report, how far a new one is, and what is newer than it.
//!
//! A report can hold hundreds of thousands of grants. What walks over all of them is a [`Task`], worked on beside the
//! loop.

use super::Store;
use crate::app::audit::{Heard, Task};
use crate::app::failure::Failure;
use crate::app::msg::Ticket;
use crate::audit::coverage::Progress;
use crate::audit::{Report, Snapshot, WorkspaceNo};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use jiff::Timestamp;
use std::sync::Arc;

/// What was read of all workspaces at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bulk {
    pub(super) report: Option<Arc<Report>>,
    /// The question that brought the report.
    pub(super) by: Option<Ticket>,
    reading: Option<Reading>,
    failure: Option<Failure>,
    /// The question whose answer came to its end last, well or not.
    ended: Option<Ticket>,
}

/// A reading under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The question.
    pub ticket: Ticket,
    /// How far it is.
    pub progress: Progress,
    /// Since when.
    pub since: Timestamp,
}

impl Bulk {
    /// Returns the place of `workspace` in the report, where its members were all read.
    pub(super) fn find(&self, workspace: &WorkspaceName) -> Option<(&Snapshot, WorkspaceNo)> {
        let snapshot = &self.report.as_ref()?.snapshot;
        let number = snapshot.workspace_no(workspace)?;
        let is_read = snapshot.workspace(number)?.reading == crate::audit::Reading::Read;
        is_read.then_some((snapshot, number))
    }
}

impl Store {
    /// Returns the latest report, which may be one that is still growing.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.bulk.report.as_ref()
    }

    /// Returns the reading of everything that is under way.
    pub fn reading(&self) -> Option<&Reading> {
        self.bulk.reading.as_ref()
    }

    /// Returns why the last reading of everything did not come to its end.
    pub fn read_failure(&self) -> Option<&Failure> {
        self.bulk.failure.as_ref()
    }

    /// Returns whether nothing was read to its end yet, and nobody is reading. A reading that ended without some of what
    /// it asked for is repeated when somebody asks for it, not at every step.
    pub fn is_wanting(&self) -> bool {
        self.bulk.reading.is_none() && self.bulk.ended.is_none()
    }

    /// Returns whether everything was read, as far as that goes, since the list was read last.
    pub fn has_read_everything(&self) -> bool {
        self.bulk.ended.is_some() && self.bulk.ended >= self.fresh_since
    }

    /// Notes that everything is being read.
    pub fn ask_everything(&mut self, ticket: Ticket, since: Timestamp) {
        self.bulk.failure = None;
        self.bulk.reading = Some(Reading {
            ticket,
            progress: Progress::default(),
            since,
        });
    }

    /// Notes that nobody waits for the reading any more; what came of it stays, and says that it is not complete.
    pub fn stop_reading(&mut self) {
        self.bulk.reading = None;
    }

    /// Takes a piece of the reading. A report that came to its end stays on show until the new one does; one that failed
    /// on the way takes its place only where it covers more.
    pub fn hear(&mut self, heard: Heard) {
        let Some(reading) = &mut self.bulk.reading else {
            return;
        };
        let ticket = reading.ticket;
        match heard {
            Heard::Progress(progress) => reading.progress = progress,
            Heard::Part(report) => {
                if self.bulk.ended.is_none() {
                    self.put_report(report, ticket);
                }
            }
            Heard::End(report, failure) => {
                let covers_more = |report: &Arc<Report>| {
                    let known = self.bulk.report.as_ref().filter(|_| self.bulk.ended.is_some());
                    known.is_none_or(|known| report.snapshot.n_readable() > known.snapshot.n_readable())
                };
                let report = report.filter(|report| failure.is_none() || covers_more(report));
                self.bulk.ended = Some(ticket);
                self.bulk.failure = failure;
                self.bulk.reading = None;
                if let Some(report) = report {
                    self.put_report(report, ticket);
                    self.forget_what_is_in_the_report();
                }
            }
        }
    }

    fn put_report(&mut self, report: Arc<Report>, ticket: Ticket) {
        self.bulk.report = Some(report);
        self.bulk.by = Some(ticket);
    }

    /// Drops what was asked for before the report was, and what stands in it just so.
    fn forget_what_is_in_the_report(&mut self) {
        let bulk = &self.bulk;
        self.entries.retain(|name, entry| {
            let is_older = entry.by < bulk.by;
            bulk.find(name).is_none() || entry.details.is_loading() || !is_older
        });
    }

    /// Returns what is to be taken into the report, once no reading is under way that would bring back what was before.
    pub fn to_take_in(&self) -> Option<Task> {
        let report = self.bulk.report.as_ref().filter(|_| self.bulk.reading.is_none())?;
        let mut rosters: Vec<(WorkspaceName, Roster)> = self
            .newer()
            .filter(|(_, entry)| !entry.is_in_report)
            .filter_map(|(name, entry)| Some((name.clone(), entry.roster()?.clone())))
            .collect();
        rosters.sort_by(|(a, _), (b, _)| a.cmp(b));
        (!rosters.is_empty()).then(|| Task::TakeIn {
            report: Arc::clone(report),
            rosters,
        })
    }

    /// Takes the report into which `taken` has been taken in, unless another one has come than that it was made of.
    pub fn take_in(&mut self, base: &Arc<Report>, report: Arc<Report>, taken: &[(WorkspaceName, Roster)]) {
        let present = self.bulk.report.as_ref();
        if !present.is_some_and(|present| Arc::ptr_eq(present, base)) {
            return;
        }
        self.bulk.report = Some(report);
        for (name, roster) in taken {
            if let Some(entry) = self.entries.get_mut(name) {
                entry.is_in_report = entry.roster() == Some(roster);
            }
        }
    }
}
