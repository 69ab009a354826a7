//! From a file to a plan, for commands and for the console alike: what a plan is made from, what has to be read for it, and
//! what keeps it from being made here.

pub mod sources;
pub mod wishes;

pub use sources::{Kind, Read, Still, What};

use crate::access::plan::{Applied, Circumstances, Drafted, Guard, Last, LeftOut, Source};
use crate::access::{Plan, Problem, Wishes};
use crate::audit::{Policy, Report};
use crate::collect::{Options, Parts};
use crate::domain::activity::Record;
use crate::domain::change::RoleChange;
use crate::domain::glob::Globs;
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, counted};
use crate::journal::Journal;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How old a plan may be.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// How many changes of the journal are looked at to tell what was applied last.
const MOST_RECORDS: usize = 10_000;

/// How many removals may be more than a quarter of a workspace that is guarded by its size: of 10 principals, say.
const FEW_REMOVALS: usize = 3;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A file cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// An access file says something wrong: all that is wrong in it.
    #[error("{} in {place}: nothing was done", counted(problems.len(), "problem"))]
    Wrong {
        /// The file or folder.
        place: SafeText,
        /// What is wrong, in the order of the files.
        problems: Vec<Problem>,
    },
    /// What was planned must not be done here.
    #[error("{0}")]
    Guarded(String),
}

/// A plan to be made.
#[derive(Debug)]
pub struct Planner {
    /// What it is made from.
    pub read: Read,
    /// Which workspaces are meant, of what is not about named ones.
    pub globs: Option<Globs>,
    /// What findings are judged by.
    pub policy: Arc<Policy>,
}

/// What came of it.
#[derive(Debug)]
pub struct Made {
    /// The plan.
    pub plan: Plan,
    /// What of an earlier plan is no longer as it was.
    pub still: Still,
    /// The newest changes in the journal.
    pub records: Vec<Record>,
}

impl Planner {
    /// Refuses what was written for another platform than the one at the address `present`.
    ///
    /// # Errors
    /// Names both.
    pub fn require_server(&self, present: &str) -> Result<(), Error> {
        self.read.what.require_server(present)
    }

    /// Refuses an earlier plan that somebody else has made, or long ago, or that nothing allows.
    ///
    /// # Errors
    /// Says which of these it is.
    pub fn require_own(&self, caller: &Identity, now: Timestamp) -> Result<(), Error> {
        let What::Draft(draft) = &self.read.what else {
            return Ok(());
        };
        let refused = |why: &str| Err(Error::Guarded(why.to_owned()));
        let caller = caller.as_sender();
        if draft.caller != caller {
            let (by, you) = (draft.caller.label(), caller.label());
            return refused(&format!("{by} made this plan, and you are {you}: make one of your own"));
        }
        let age = draft.age(now).map_err(|problem| Error::Guarded(problem.to_string()))?;
        if age > LONGEST {
            return refused("this plan is older than 24 h: make it anew");
        }
        draft.closed.first().map_or(Ok(()), |guard| refused(guard.as_str()))
    }

    /// Returns what has to be read for it: whoever reads workspace by workspace reads only those that are named.
    pub fn options(&self, info: &ServerInfo, clock: fn() -> Timestamp) -> Options {
        let workspaces = match self.read.what.workspaces() {
            Some(names) if info.platform_admin == Allowed::No => {
                Some(Globs::names(names.into_iter().map(WorkspaceName::raw)))
            }
            Some(_) | None => None,
        };
        let policy = match &self.read.what {
            What::Wishes(wishes) => Arc::new(Policy::clone(&self.policy).with_terms(wishes.terms())),
            What::Draft(_) | What::Report(_) | What::Leavers(_) => Arc::clone(&self.policy),
        };
        Options {
            policy,
            workspaces,
            info: Some(info.clone()),
            as_of: None,
            has_history: false,
            parts: Parts::Unwanted,
            clock,
            stop: CancellationToken::new(),
        }
    }

    /// Plans, given what was read of the platform at the address `server`, and what stands in the journal. Blocks.
    pub fn make(
        &self,
        report: &Report,
        info: &ServerInfo,
        (journal, server): (Option<&Journal>, &str),
        now: Timestamp,
    ) -> Made {
        let records = match journal.map(|journal| journal.newest(MOST_RECORDS)) {
            Some(Ok(newest)) => newest.records,
            // What was applied last is said where it is known; what is planned does not depend on it.
            Some(Err(_)) | None => Vec::new(),
        };
        let at = Circumstances {
            identity: &identity(info),
            now,
            last: &last(&records, server),
            source: Source::clone(&self.read.source),
        };
        let (plan, still) = self.plan(report, &at);
        Made { plan, still, records }
    }

    /// Plans what was not done of `plan`: each of these changes, from what is held now.
    pub fn make_rest(
        &self,
        report: &Report,
        info: &ServerInfo,
        (changes, now_held): (Vec<Drafted>, &[(WorkspaceName, Principal, RoleSet)]),
        now: Timestamp,
    ) -> Plan {
        let mut rosters: BTreeMap<WorkspaceName, Roster> = BTreeMap::new();
        for (workspace, principal, roles) in now_held {
            let known = || report.snapshot.workspace_no(workspace);
            let roster = rosters.entry(workspace.clone());
            let roster = roster.or_insert_with(|| known().map(|no| report.snapshot.roster(no)).unwrap_or_default());
            roster.set_roles(principal, roles.clone());
        }
        let rosters: Vec<(WorkspaceName, Roster)> = rosters.into_iter().collect();
        let report = report.foretold(&rosters, &[]);
        let at = Circumstances {
            identity: &identity(info),
            now,
            last: &Last::new(),
            source: Source::clone(&self.read.source),
        };
        Plan::of_changes(changes, &report, &at)
    }

    fn plan(&self, report: &Report, at: &Circumstances<'_>) -> (Plan, Still) {
        let is_meant = |name: &WorkspaceName| self.globs.as_ref().is_none_or(|globs| globs.matches(name.raw()));
        let wished = |wishes: &Wishes| (Plan::for_wishes(wishes, report, at), Still::default());
        match &self.read.what {
            What::Wishes(wishes) => wished(wishes),
            What::Report(baseline) => {
                let (wishes, left_out) = sources::given_back(baseline.snapshot(), &report.snapshot, is_meant);
                besides(wished(&wishes), left_out)
            }
            What::Leavers(leavers) => {
                let (wishes, left_out) = sources::without(leavers, &report.snapshot, is_meant);
                besides(wished(&wishes), left_out)
            }
            What::Draft(draft) => {
                let still = sources::still_to_do(draft, &report.snapshot);
                let mut plan = Plan::of_changes(still.changes.clone(), report, at);
                plan.n_already = still.n_already;
                plan.guards.extend(of_unknown_size(&still));
                (plan, still)
            }
        }
    }
}

impl Made {
    /// Returns the plan, in which what is no longer as it was is left out.
    pub fn with_stale_left_out(self) -> Plan {
        let Self { mut plan, still, .. } = self;
        let stale = still.stale.iter().map(|(change, now)| LeftOut {
            workspace: Some(change.workspace().clone()),
            principal: change.principal().cloned(),
            why: SafeText::new(&format!("changed since the plan was made: now {}", now.shown())),
        });
        plan.left_out.extend(stale);
        plan
    }
}

/// Returns the guards over removals from workspaces whose members could not be read: how many there are is not known, so
/// that as many as may be a large share have to be accepted.
fn of_unknown_size(still: &Still) -> Vec<Guard> {
    let guards = still.unread.iter().filter_map(|workspace| {
        let here = still
            .changes
            .iter()
            .filter(|(change, _)| change.workspace() == workspace && change.role_change() == Some(RoleChange::Remove));
        let n = here.count();
        (n >= FEW_REMOVALS).then(|| Guard::Removals(workspace.clone(), n, n))
    });
    guards.collect()
}

/// Returns what was made, with what was left out before it was planned.
fn besides((mut plan, still): (Plan, Still), left_out: Vec<LeftOut>) -> (Plan, Still) {
    plan.left_out.splice(0..0, left_out);
    (plan, still)
}

/// Returns the caller, with what the platform has shown of them.
pub fn identity(info: &ServerInfo) -> Identity {
    Identity {
        is_platform_admin: info.platform_admin == Allowed::Yes,
        ..info.identity.clone()
    }
}

/// Returns what was left where something was applied last, and is known to be done.
fn last(records: &[Record], server: &str) -> Last {
    let mut last = HashMap::new();
    for record in records.iter().filter(|record| record.server == server) {
        let is_done = record.end.as_ref().is_some_and(|(_, end)| end.verdict.is_done());
        let Some(change) = record.change.as_ref().filter(|_| is_done) else {
            continue;
        };
        if let (Some(principal), Some(_)) = (change.principal(), &record.digest) {
            let (before, roles) = change.roles();
            let applied = Applied {
                before,
                roles,
                at: record.at,
                made_from: record.made_from.clone(),
            };
            // The newest come first.
            last.entry((change.workspace().clone(), principal.clone()))
                .or_insert(applied);
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::plan::{Opener, Why};
    use crate::domain::change::Change;
    use crate::domain::ids::Principal;
    use crate::domain::role::{Role, RoleSet};
    use rstest::rstest;

    #[rstest]
    #[case::few(2, true, false)]
    #[case::perhaps_many(3, true, true)]
    #[case::of_a_known_size(3, false, false)]
    fn removals_where_nobody_knows_how_many_there_are_have_to_be_accepted(
        #[case] n: usize,
        #[case] is_unread: bool,
        #[case] is_guarded: bool,
    ) {
        let workspace = WorkspaceName::from_platform("a");
        let removals = (0..n).map(|number| Change::Roles {
            workspace: workspace.clone(),
            principal: Principal::from_platform(format!("p{number}@example.com")),
            before: RoleSet::only(Role::Viewer),
            after: RoleSet::default(),
        });
        let still = Still {
            changes: removals.map(|change| (change, Why::default())).collect(),
            unread: is_unread.then(|| workspace.clone()).into_iter().collect(),
            ..Still::default()
        };
        let guards = of_unknown_size(&still);
        assert_eq!(
            guards
                .iter()
                .any(|guard| guard.opener() == Some(Opener::AcceptRemovals)),
            is_guarded
        );
    }
}
