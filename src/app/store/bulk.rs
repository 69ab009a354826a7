//! Everything read at once: the latest report, how far a new one is, and what is newer than it.
//!
//! A report can hold hundreds of thousands of grants. What walks over all of them is a [`Task`], worked on beside the
//! loop.

use super::Store;
use crate::app::audit::{Heard, Task};
use crate::app::failure::Failure;
use crate::app::msg::Ticket;
use crate::audit::coverage::Progress;
use crate::audit::{AuditedWorkspace, Report, Snapshot, WorkspaceNo};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use std::collections::HashSet;
use std::sync::Arc;

/// What was read of all workspaces at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bulk {
    pub(super) report: Option<Arc<Report>>,
    /// The question that brought the report.
    pub(super) by: Option<Ticket>,
    reading: Option<Reading>,
    failure: Option<Failure>,
    /// The last question that was answered to its end, or failed.
    ended: Option<Ticket>,
    /// Workspaces that are no longer the ones the report speaks of.
    gone: HashSet<WorkspaceName>,
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
        let (snapshot, number, entry) = self.place(workspace)?;
        (entry.reading == crate::audit::Reading::Read).then_some((snapshot, number))
    }

    /// Returns the place of `workspace` in the report, whatever was read of it.
    pub(super) fn place(&self, workspace: &WorkspaceName) -> Option<(&Snapshot, WorkspaceNo, &AuditedWorkspace)> {
        let snapshot = &self.report.as_ref()?.snapshot;
        let number = snapshot
            .workspace_no(workspace)
            .filter(|_| !self.gone.contains(workspace))?;
        Some((snapshot, number, snapshot.workspace(number)?))
    }

    /// Returns whether the report answers what was asked about `workspace`, be it that it is refused.
    pub(super) fn answers(&self, workspace: &WorkspaceName) -> bool {
        use crate::audit::Reading;
        self.place(workspace).is_some_and(|(_, _, entry)| match entry.reading {
            Reading::Read | Reading::Denied => true,
            Reading::NotRead | Reading::Failed(_) => false,
        })
    }

    /// Notes that `workspace` is gone, or another one of that name by now.
    pub(super) fn forget(&mut self, workspace: &WorkspaceName) {
        if self.place(workspace).is_some() {
            self.gone.insert(workspace.clone());
        }
    }

    /// Notes which workspaces are gone, or others of that name, by the list.
    pub(super) fn compare_with<'a>(&mut self, listed: impl Fn(&WorkspaceName) -> Option<&'a Workspace>) {
        let Some(report) = &self.report else { return };
        let is_gone = |entry: &&AuditedWorkspace| {
            listed(&entry.name).is_none_or(|now| now.created_at != entry.created_at && entry.created_at.is_some())
        };
        let entries = report.snapshot.workspaces().map(|(_, entry)| entry);
        self.gone = entries.filter(is_gone).map(|entry| entry.name.clone()).collect();
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

    /// Takes a piece of the reading. A report that came to its end stays on show until the new one does, and one that did
    /// not, since it was asked for anew meanwhile, until the new one says as much: no row goes while others come. One that
    /// failed on the way takes its place only where it covers more.
    pub fn hear(&mut self, heard: Heard) {
        let Some(reading) = &mut self.bulk.reading else {
            return;
        };
        let ticket = reading.ticket;
        match heard {
            Heard::Progress(progress) => reading.progress = progress,
            Heard::Part(report) => {
                let of_another = self.bulk.report.as_ref().filter(|_| self.bulk.by != Some(ticket));
                let says_as_much = |known: &Arc<Report>| {
                    let (new, known) = (&report.snapshot, &known.snapshot);
                    new.n_readable() >= known.n_readable() && new.n_grants() >= known.n_grants()
                };
                if self.bulk.ended.is_none() && of_another.is_none_or(says_as_much) {
                    self.put_report(report, ticket);
                }
            }
            Heard::End(report, failure) => {
                let covers_more = |report: &Arc<Report>| {
                    let known = self.bulk.report.as_ref().filter(|_| self.bulk.by != Some(ticket));
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
        self.bulk.gone.clear();
    }

    /// Drops what was asked for before the report was. What is newer is taken into it, whatever was in the one before.
    fn forget_what_is_in_the_report(&mut self) {
        let bulk = &self.bulk;
        self.entries.retain(|name, entry| {
            let is_older = entry.by < bulk.by;
            // Of what may not be read the report does not say what the caller may do there.
            let says_more = entry.roster().is_none() && bulk.find(name).is_none();
            !bulk.answers(name) || entry.details.is_loading() || !is_older || says_more
        });
        for entry in self.entries.values_mut() {
            entry.is_in_report = false;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Policy;
    use crate::audit::sample::{Sample, TAKEN, at, ws};
    use jiff::SignedDuration;

    /// Which of its workspaces were read at its end a report does not tell.
    #[test]
    fn members_from_a_report_are_taken_to_be_as_old_as_its_beginning() {
        let mut snapshot = Sample::new()
            .workspace("team")
            .holds("team", "bob@x.com", "Viewer")
            .snapshot();
        snapshot.origin.ended_at = at(TAKEN) + SignedDuration::from_mins(5);
        let mut store = Store::default();
        let report = Report::new(snapshot, Arc::new(Policy::default()));
        store.put_report(Arc::new(report), Ticket::new(7));
        let details = store.details(&ws("team"));
        assert!(details.is_known());
        assert_eq!((details.as_of, details.by), (Some(at(TAKEN)), Some(Ticket::new(7))));
    }
}
