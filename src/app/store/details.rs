//! What is known of one workspace: what the caller may do there, and who is a member. It was read by itself or with all
//! others, and the answer to the later question is what is known.

use super::{Members, Store};
use crate::app::failure::{Failure, FailureKind};
use crate::app::msg::{Inspection, Ticket};
use crate::app::remote::Remote;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::role::Role;
use crate::domain::workspace::{Access, CallerAccess, Source};
use jiff::Timestamp;

/// What was read of one workspace by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) details: Remote<Inspection>,
    /// The last question about it.
    pub(super) asked: Option<Ticket>,
    /// The question that brought what is known.
    pub(super) by: Option<Ticket>,
    /// Whether the report says the same of its members.
    pub(super) is_in_report: bool,
}

impl Entry {
    pub(super) fn roster(&self) -> Option<&Roster> {
        self.details.value()?.roster.as_ref().ok()
    }
}

/// What is known of one workspace, whatever brought it.
#[derive(Clone, Debug)]
pub struct Details<'a> {
    /// What the caller may do there.
    pub caller_access: CallerAccess,
    /// Its members, or why they cannot be seen; nothing before they were read.
    pub members: Option<Result<Members<'a>, &'a Failure>>,
    /// When that was true; where it was read with all others, it may have been read as early as that.
    pub as_of: Option<Timestamp>,
    /// The question that brought it.
    pub by: Option<Ticket>,
    /// Why the last question about it failed, if it did.
    pub failure: Option<&'a Failure>,
    /// The question under way.
    pub loading: Option<Ticket>,
}

impl Details<'_> {
    /// Returns whether anything is known.
    pub fn is_known(&self) -> bool {
        self.members.is_some()
    }

    /// Returns whether its members may not be seen by the caller.
    pub fn is_withheld(&self) -> bool {
        matches!(&self.members, Some(Err(failure)) if failure.kind == FailureKind::Forbidden)
    }
}

impl Store {
    /// Returns what is known of the members of `name`, and of what the caller may do there.
    pub fn details(&self, name: &WorkspaceName) -> Details<'_> {
        let entry = self.entries.get(name);
        let failure = entry.and_then(|entry| entry.details.failure());
        let loading = entry.and_then(|entry| match &entry.details {
            Remote::Loading { ticket, .. } => Some(*ticket),
            Remote::Absent | Remote::Ready { .. } | Remote::Failed { .. } => None,
        });
        let (caller_access, members, as_of, by) = match (self.entry(name), self.bulk.find(name)) {
            (Some((entry, inspection)), _) => {
                let members = inspection.roster.as_ref().map(Members::Listed);
                let as_of = entry.details.as_of();
                (inspection.caller_access.clone(), Some(members), as_of, entry.by)
            }
            (None, Some((snapshot, number))) => {
                let caller_access = if snapshot.origin.is_platform_admin {
                    CallerAccess::PlatformAdmin
                } else {
                    CallerAccess::Holds(Role::Admin)
                };
                let members = Members::Reported(snapshot, number);
                let as_of = Some(snapshot.origin.started_at);
                (caller_access, Some(Ok(members)), as_of, self.bulk.by)
            }
            (None, None) => (CallerAccess::Unknown, None, None, None),
        };
        Details {
            caller_access,
            members,
            as_of,
            by,
            failure,
            loading,
        }
    }

    /// Returns what was read of `name` by itself, where the report does not know better.
    pub(super) fn entry(&self, name: &WorkspaceName) -> Option<(&Entry, &Inspection)> {
        let entry = self.entries.get(name)?;
        let is_newest = entry.by >= self.bulk.by || !self.bulk.answers(name);
        let says_more = entry.roster().is_none() && self.bulk.find(name).is_none();
        (is_newest || says_more).then_some((entry, entry.details.value()?))
    }

    /// Returns what was read by itself since the report.
    pub(super) fn newer(&self) -> impl Iterator<Item = (&WorkspaceName, &Entry)> {
        let is_newer = |entry: &Entry| entry.by.is_some() && entry.by >= self.bulk.by;
        self.entries.iter().filter(move |(_, entry)| is_newer(entry))
    }

    /// Returns whether the members of `name` and the caller's access there are being read for the first time.
    pub fn is_reading(&self, name: &WorkspaceName) -> bool {
        let details = self.details(name);
        !details.is_known() && (details.loading.is_some() || self.wanted.contains(name)) && self.halted.is_none()
    }

    /// Returns whether the caller may look into `name`, but not at its members.
    pub fn shows_contents_alone(&self, name: &WorkspaceName) -> bool {
        let details = self.details(name);
        details.is_withheld()
            && matches!(
                details.caller_access,
                CallerAccess::AtLeastViewer | CallerAccess::Holds(_)
            )
    }

    /// Returns whether the platform shows nobody of `name`: the caller may not see them, or there is no such workspace.
    pub fn is_refused(&self, name: &WorkspaceName) -> bool {
        let details = self.details(name);
        let failure = details.members.and_then(Result::err).or(details.failure);
        failure.is_some_and(is_a_no)
    }

    /// Returns what the caller may do in `name`.
    pub fn caller_access(&self, name: &WorkspaceName) -> CallerAccess {
        self.details(name).caller_access
    }

    /// Returns what everyone may do in `name` and where that is known from; nothing where it is not known.
    pub fn access(&self, name: &WorkspaceName) -> Option<(Access, Source)> {
        let details = self.details(name);
        match details.members? {
            Ok(members) => Some((members.access(), Source::Read)),
            Err(failure) if failure.kind == FailureKind::Forbidden => {
                let role = self.generation?.grants_everyone(name)?;
                let fits = details.caller_access.fits_for_all(&role);
                fits.then_some((Access::All(role), Source::AsInstalled))
            }
            Err(_) => None,
        }
    }

    /// Takes members that were read for another reason, by the question `ticket`. An older question about `name` that is
    /// under way is no longer waited for.
    pub fn learn_roster(&mut self, name: &WorkspaceName, roster: Roster, ticket: Ticket, now: Timestamp) {
        let caller_access = self.caller_access(name);
        if caller_access == CallerAccess::Unknown {
            self.want(name);
        }
        let is_older = self.details(name).loading.is_some_and(|loading| loading < ticket);
        if is_older {
            self.in_flight.remove(name);
        }
        // What is known already is the answer to a later question; of the one given up it is asked anew.
        if self.entries.get(name).is_some_and(|entry| entry.by > Some(ticket)) {
            if is_older {
                self.want(name);
            }
            return;
        }
        let inspection = Inspection {
            caller_access,
            roster: Ok(roster),
        };
        self.put_details(name, Ok(inspection), ticket, now);
    }

    /// Notes that the details of `name` are being read.
    pub fn ask_details(&mut self, name: &WorkspaceName, ticket: Ticket) {
        self.wanted.remove(name);
        self.in_flight.insert(name.clone());
        let entry = self.entries.entry(name.clone()).or_default();
        entry.asked = Some(ticket);
        entry.details.ask(ticket);
    }

    /// Notes that what was asked about `name` cannot be answered yet.
    pub fn not_yet(&mut self, name: &WorkspaceName) {
        self.in_flight.remove(name);
        if let Some(entry) = self.entries.get_mut(name) {
            entry.details = Remote::Absent;
            entry.by = None;
        }
    }

    /// Takes the answer to the question `ticket` about `name`.
    pub fn take_details(
        &mut self,
        name: &WorkspaceName,
        answer: Result<Inspection, Failure>,
        ticket: Ticket,
        now: Timestamp,
    ) {
        self.in_flight.remove(name);
        let is_known = matches!(self.details(name).members, Some(Ok(_)));
        let answer = match answer {
            Ok(Inspection {
                roster: Err(failure), ..
            }) if failure.concerns_everything() || (is_known && !is_a_no(&failure)) => Err(failure),
            other => other,
        };
        if let Err(failure) = &answer
            && failure.concerns_everything()
        {
            self.halted = Some(failure.clone());
        }
        if self.place.contains_key(name) || self.entries.contains_key(name) {
            self.put_details(name, answer, ticket, now);
        }
    }

    fn put_details(
        &mut self,
        name: &WorkspaceName,
        answer: Result<Inspection, Failure>,
        ticket: Ticket,
        now: Timestamp,
    ) {
        let is_in_report = match (&answer, self.bulk.find(name)) {
            (Ok(Inspection { roster: Ok(roster), .. }), Some((snapshot, number))) => {
                Members::Reported(snapshot, number).are(roster)
            }
            _ => false,
        };
        let entry = self.entries.entry(name.clone()).or_default();
        if entry.by > Some(ticket) {
            return;
        }
        entry.asked = entry.asked.max(Some(ticket));
        let mut roster = None;
        if let Ok(inspection) = &answer {
            entry.by = Some(ticket);
            entry.is_in_report = is_in_report;
            roster = inspection.roster.as_ref().ok().cloned();
        }
        entry.details.settle(answer, now);
        if let Some(roster) = roster {
            self.see(&roster);
        }
    }
}

/// Whether the members may not or cannot be seen at all; any other failure says nothing against what was seen before.
fn is_a_no(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound)
}
