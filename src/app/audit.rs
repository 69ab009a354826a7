//! The audit as the console knows it: the latest report, how far a new one is, and what has been read since.
//!
//! A report can hold hundreds of thousands of grants. What walks over all of them (taking in what was read again,
//! filtering, sorting) is a [`Task`]: plain data that the runtime performs beside the loop, so that no key waits for it.

pub mod rows;

use super::directory::Directory;
use super::failure::Failure;
use super::msg::Ticket;
use crate::audit::coverage::Progress;
use crate::audit::effective::effective;
use crate::audit::filter::Filter;
use crate::audit::{Effective, GivenBy, Report};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness;
use crate::domain::member::{Granted, Member, Roster};
use crate::domain::platform::Dialect;
use crate::domain::role::{Role, RoleSet};
use jiff::Timestamp;
use rows::{Order, Rows};
use std::borrow::Cow;
use std::sync::Arc;

/// What is known of who has access to what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    report: Option<Arc<Report>>,
    reading: Option<Reading>,
    failure: Option<Failure>,
    /// Whether a reading came to its end, well or not.
    has_ended: bool,
    /// Members that were read again since the report, and are not in it yet.
    newer: Vec<(WorkspaceName, Roster)>,
    /// How many of them were read before the reading under way, which therefore brings what is newer still.
    n_overtaken: usize,
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

/// What a reading of all workspaces brings, piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// How far it is.
    Progress(Progress),
    /// What has been read so far; more follows.
    Part(Arc<Report>),
    /// The end: everything, or as much as could be read before it failed.
    End(Option<Arc<Report>>, Option<Failure>),
}

/// What one principal may do in one workspace, and through what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What it holds by name.
    pub own: RoleSet,
    /// What everyone (`*`) holds there; empty for everyone itself.
    pub everyone: RoleSet,
    /// What that amounts to.
    pub effective: Effective,
    /// When the role that counts was granted, and by whom.
    pub granted: Granted,
}

/// Work on a whole report, to be done beside the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Takes in the members of a few workspaces as they were read again.
    TakeIn {
        /// Into which report.
        report: Arc<Report>,
        /// Whose members.
        rosters: Vec<(WorkspaceName, Roster)>,
    },
    /// Filters and sorts.
    Sift {
        /// Which report.
        report: Arc<Report>,
        /// What is to be left of it.
        filter: Filter,
        /// In which order.
        order: Order,
    },
}

/// What came of a [`Task`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// Of [`Task::TakeIn`].
    TakenIn {
        /// The report that was taken into.
        base: Arc<Report>,
        /// What it became.
        report: Arc<Report>,
    },
    /// Of [`Task::Sift`].
    Sifted(Box<Rows>),
}

impl Task {
    /// Does the work: takes up to some hundred milliseconds on the largest reports.
    pub fn run(self) -> Done {
        match self {
            Self::TakeIn { report: base, rosters } => {
                let report = Arc::new(base.with_rosters(&rosters));
                Done::TakenIn { base, report }
            }
            Self::Sift { report, filter, order } => Done::Sifted(Box::new(Rows::of(report, &filter, order))),
        }
    }
}

impl Audit {
    /// Returns the generation of the server that the report is of.
    pub fn dialect(&self) -> Dialect {
        let report = self.report.as_ref();
        report.map_or(Dialect::Unknown, |report| report.snapshot.origin.dialect)
    }

    /// Returns the latest report, which may be one that is still growing.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.report.as_ref()
    }

    /// Returns the reading under way.
    pub fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }

    /// Returns why the last reading did not come to its end.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Returns whether nothing was read to its end yet, and nobody is reading. A reading that ended without some of what
    /// it asked for is repeated when somebody asks for it, not at every step.
    pub fn is_wanting(&self) -> bool {
        self.reading.is_none() && !self.has_ended
    }

    /// Notes that everything is being read.
    pub fn ask(&mut self, ticket: Ticket, since: Timestamp) {
        self.failure = None;
        self.n_overtaken = self.newer.len();
        let progress = Progress::default();
        self.reading = Some(Reading {
            ticket,
            progress,
            since,
        });
    }

    /// Notes that nobody waits for the reading any more; what came of it stays, and says that it is not complete.
    pub fn stop(&mut self) {
        self.reading = None;
    }

    /// Takes a piece of the reading. A report that came to its end stays on show until the new one does; one that failed
    /// on the way takes its place only where it covers more.
    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Progress(progress) => {
                if let Some(reading) = &mut self.reading {
                    reading.progress = progress;
                }
            }
            Heard::Part(report) => {
                if !self.has_ended {
                    self.report = Some(report);
                }
            }
            Heard::End(report, failure) => {
                let covers_more = |report: &Arc<Report>| {
                    let known = self.report.as_ref().filter(|_| self.has_ended);
                    known.is_none_or(|known| report.snapshot.n_readable() > known.snapshot.n_readable())
                };
                if let Some(report) = report.filter(|report| failure.is_none() || covers_more(report)) {
                    self.newer.drain(..self.n_overtaken.min(self.newer.len()));
                    self.report = Some(report);
                }
                self.has_ended = true;
                self.n_overtaken = 0;
                self.failure = failure;
                self.reading = None;
            }
        }
    }

    /// Takes members that were just read for another reason.
    pub fn learn(&mut self, workspace: &WorkspaceName, roster: &Roster) {
        if self.report.is_some() || self.reading.is_some() {
            self.forget_newer(|(name, _)| name == workspace);
            self.newer.push((workspace.clone(), roster.clone()));
        }
    }

    /// Returns what is to be taken into the report, once no reading is under way that would bring back what was before.
    pub fn to_take_in(&self) -> Option<Task> {
        let report = self
            .report
            .as_ref()
            .filter(|_| self.reading.is_none() && !self.newer.is_empty())?;
        Some(Task::TakeIn {
            report: Arc::clone(report),
            rosters: self.newer.clone(),
        })
    }

    /// Takes the report into which `taken` has been taken in, unless another one has come than that it was made of.
    pub fn take_in(&mut self, base: &Arc<Report>, report: Arc<Report>, taken: &[(WorkspaceName, Roster)]) {
        if !self.report.as_ref().is_some_and(|present| Arc::ptr_eq(present, base)) {
            return;
        }
        self.forget_newer(|newer| taken.contains(newer));
        self.report = Some(report);
    }

    /// Drops what is no longer needed of what was read again.
    fn forget_newer(&mut self, is_unneeded: impl Fn(&(WorkspaceName, Roster)) -> bool) {
        let overtaken = self.newer.iter().take(self.n_overtaken);
        self.n_overtaken -= overtaken.filter(|newer| is_unneeded(newer)).count();
        self.newer.retain(|newer| !is_unneeded(newer));
    }

    /// Returns when what it knows of `workspace` was true; nothing where members were read since.
    fn as_of(&self, workspace: &WorkspaceName) -> Option<Timestamp> {
        let is_newer = self.newer.iter().any(|(name, _)| name == workspace);
        let report = self.report.as_ref().filter(|_| !is_newer)?;
        Some(report.snapshot.origin.ended_at)
    }

    /// Returns the members of `workspace` as they were read last, for an audit or to be looked at.
    pub fn freshest<'a>(&self, directory: &'a Directory, workspace: &WorkspaceName) -> Option<Cow<'a, Roster>> {
        let seen = directory.roster(workspace).map(Cow::Borrowed);
        let seen_at = directory.details(workspace).as_of();
        let is_audit_newer = self.as_of(workspace).is_some_and(|at| Some(at) > seen_at);
        match seen {
            Some(seen) if !is_audit_newer => Some(seen),
            seen => self.roster(workspace).map(Cow::Owned).or(seen),
        }
    }

    /// Returns somebody for whom `principal` can be taken. Whoever is in the report was judged there; anybody else is
    /// compared with everybody.
    pub fn twin(&self, principal: &Principal) -> Option<&Principal> {
        let snapshot = &self.report.as_ref()?.snapshot;
        if snapshot.principal_no(principal).is_some() {
            return self.known_twin(principal);
        }
        let drawn = likeness::skeleton(principal.raw());
        let mut others = snapshot.principals().map(|(_, other)| other);
        others.find(|other| {
            likeness::is_drawn(other.raw(), &drawn) && likeness::can_be_taken_for(principal.raw(), other.raw())
        })
    }

    /// Returns somebody for whom `principal`, who is in the report, can be taken.
    pub fn known_twin(&self, principal: &Principal) -> Option<&Principal> {
        let report = self.report.as_ref()?;
        let number = report.snapshot.principal_no(principal)?;
        report.snapshot.principal(report.twin(number)?)
    }

    /// Returns the members of `workspace`, as far as an audit has read them.
    pub fn roster(&self, workspace: &WorkspaceName) -> Option<Roster> {
        if let Some((_, roster)) = self.newer.iter().find(|(name, _)| name == workspace) {
            return Some(roster.clone());
        }
        let snapshot = &self.report.as_ref()?.snapshot;
        let number = snapshot.workspace_no(workspace)?;
        let is_read = snapshot.workspace(number)?.reading == crate::audit::Reading::Read;
        is_read.then(|| snapshot.roster(number))
    }

    /// Returns what `principal` holds in `workspace` by name.
    pub fn member(&self, workspace: &WorkspaceName, principal: &Principal) -> Option<Member> {
        if let Some((_, roster)) = self.newer.iter().find(|(name, _)| name == workspace) {
            return roster.find(principal).cloned();
        }
        let snapshot = &self.report.as_ref()?.snapshot;
        let (workspace, principal) = (snapshot.workspace_no(workspace)?, snapshot.principal_no(principal)?);
        snapshot.held(workspace, principal).map(|grant| grant.member())
    }

    /// Returns when what `principal` holds in `workspace` by name was granted, and by whom.
    fn granted(&self, workspace: &WorkspaceName, principal: &Principal) -> Option<Granted> {
        if let Some((_, roster)) = self.newer.iter().find(|(name, _)| name == workspace) {
            return roster.find(principal).map(Member::granted);
        }
        let snapshot = &self.report.as_ref()?.snapshot;
        let (workspace, principal) = (snapshot.workspace_no(workspace)?, snapshot.principal_no(principal)?);
        snapshot.held(workspace, principal).map(|grant| grant.granted())
    }

    /// Returns the workspaces in which `principal` may have something, by itself or through everyone, by name.
    pub fn workspaces_of(&self, principal: &Principal) -> Vec<WorkspaceName> {
        let mut names: Vec<WorkspaceName> = self.newer.iter().map(|(name, _)| name.clone()).collect();
        if let Some(report) = &self.report {
            let snapshot = &report.snapshot;
            let holders = [snapshot.principal_no(principal), snapshot.everyone()];
            let grants = holders
                .into_iter()
                .flatten()
                .flat_map(|holder| snapshot.grants_of(holder));
            names.extend(grants.map(|grant| grant.workspace().name.clone()));
        }
        names.sort();
        names.dedup();
        names
    }

    /// Returns what `principal` may do in `workspace`, and through what; nothing where no role says anything about it.
    pub fn access(&self, workspace: &WorkspaceName, principal: &Principal) -> Option<Access> {
        let own = self.member(workspace, principal);
        let everyone = if principal.is_everyone() {
            None
        } else {
            self.member(workspace, &Principal::everyone())
        };
        if own.is_none() && everyone.is_none() {
            return None;
        }
        let top = self.top_role(principal);
        let effective = effective(
            own.as_ref().map(|member| &member.roles),
            everyone.as_ref().map(|member| &member.roles),
            top.as_ref(),
        );
        let is_everyones = match effective.given_by {
            GivenBy::Everyone(_) => everyone.is_some(),
            GivenBy::Own(_) | GivenBy::PlatformAdmin(_) | GivenBy::Nothing => own.is_none(),
        };
        let counts = if is_everyones {
            &Principal::everyone()
        } else {
            principal
        };
        Some(Access {
            granted: self.granted(workspace, counts)?,
            own: own.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
            everyone: everyone.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
            effective,
        })
    }

    /// Returns the role in `system` that makes `principal` a platform admin, as far as the members of `system` are known.
    pub fn top_role(&self, principal: &Principal) -> Option<Role> {
        let dialect = self.report.as_ref()?.snapshot.origin.dialect;
        let held = self.member(&WorkspaceName::from_platform("system"), principal)?;
        held.roles.others().find(|role| role.is_top(dialect)).cloned()
    }
}
