//! What follows from changes, one after the other and all together.

use super::compare::Compared;
use super::guard::{self, Guard};
use super::order::{self, Phase};
use super::{Circumstances, Plan, Planned, Why, foretell};
use crate::audit::{Grant, Policy, Report, Snapshot};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::likeness::{Faces, Trick};
use crate::domain::member::Roster;
use crate::domain::policy::{self, Consequence};
use crate::domain::role::{Role, RoleSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Puts changes into their order and weighs them.
pub(super) fn weigh(compared: Compared, report: &Report, at: &Circumstances<'_>) -> Plan {
    let Compared {
        mut changes,
        n_already,
        left_out,
        guards: compared_guards,
    } = compared;
    let snapshot = &report.snapshot;
    // The same plan whatever the order of the file.
    changes.sort_by_cached_key(|(change, _)| change.principal().cloned());
    let changes = order::in_order(changes, |(change, _)| change, at.identity);
    let mut weighing = Weighing {
        snapshot,
        at,
        rosters: BTreeMap::new(),
        guards: Vec::new(),
        known: &compared_guards,
    };
    let planned: Vec<Planned> = changes
        .into_iter()
        .map(|(phase, (change, why))| weighing.planned(phase, change, why))
        .collect();
    weighing.look_for_persons(&planned);
    weighing.look_for_lookalikes(&planned);
    weighing.look_for_required(&planned, &report.policy);
    let n_in_system = planned.iter().filter(|planned| planned.change.workspace().is_system());
    let n_in_system = n_in_system.count();
    let mut guards = std::mem::take(&mut weighing.guards);
    guards.splice(0..0, compared_guards.iter().cloned());
    if n_in_system > 0 {
        guards.push(Guard::System(n_in_system));
    }
    let size = |workspace: &WorkspaceName| {
        let number = snapshot.workspace_no(workspace);
        number.map_or(0, |number| snapshot.grants_in(number).count())
    };
    guards.extend(guard::of_removals(planned.iter().map(|planned| &planned.change), size));
    let after: Vec<(WorkspaceName, Roster)> = weighing.rosters.into_iter().collect();
    let (fixed, introduced) = foretell::findings(report, &planned, &after);
    Plan {
        origin: snapshot.origin.clone(),
        caller: at.identity.as_sender(),
        source: at.source.clone(),
        coverage: (snapshot.readable(), snapshot.covers_everything()),
        changes: planned,
        n_already,
        left_out,
        guards,
        fixed,
        introduced,
    }
}

struct Weighing<'a> {
    snapshot: &'a Snapshot,
    at: &'a Circumstances<'a>,
    /// The members as they are once the changes up to here are made.
    rosters: BTreeMap<WorkspaceName, Roster>,
    guards: Vec<Guard>,
    /// What stands in the way already.
    known: &'a [Guard],
}

impl Weighing<'_> {
    fn planned(&mut self, phase: Phase, change: Change, why: Why) -> Planned {
        let identity = self.at.identity;
        let generation = self.snapshot.origin.generation;
        let drift = self.drift(&change);
        let snapshot = self.snapshot;
        let roster = self.rosters.entry(change.workspace().clone()).or_insert_with(|| {
            let number = snapshot.workspace_no(change.workspace());
            number.map(|number| snapshot.roster(number)).unwrap_or_default()
        });
        let consequences = policy::consequences(&change, roster, identity, generation);
        let way = policy::way(&change, identity);
        note(roster, &change, self.at);
        self.guards.extend(guards(&change, &consequences));
        Planned {
            tier: policy::tier(&change, identity),
            change,
            way,
            phase,
            consequences,
            why,
            drift,
        }
    }

    /// Returns how what is there differs from what was applied last, and from what is wished now.
    fn drift(&self, change: &Change) -> Option<String> {
        let principal = change.principal()?;
        let last = self.at.last.get(&(change.workspace().clone(), principal.clone()))?;
        let (before, after) = change.roles();
        let outside = (*last != before).then(|| self.outside(change.workspace(), principal));
        let file = (*last != after).then(|| "the file has changed".to_owned());
        let told: Vec<String> = file.into_iter().chain(outside).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    fn outside(&self, workspace: &WorkspaceName, principal: &Principal) -> String {
        let snapshot = self.snapshot;
        let numbers = snapshot.workspace_no(workspace).zip(snapshot.principal_no(principal));
        let grant = numbers.and_then(|(workspace, principal)| snapshot.held(workspace, principal));
        let by = grant.as_ref().and_then(Grant::granted_by);
        let at = grant.as_ref().and_then(Grant::granted_at);
        match (by, at) {
            (Some(by), Some(at)) => format!("changed outside by {by}, {}", at.strftime("%F")),
            (_, Some(at)) => format!("changed outside, {}", at.strftime("%F")),
            (Some(_) | None, None) => "removed outside".to_owned(),
        }
    }

    /// Stops where a person was Admin, or somebody is taken away from, and no person is Admin afterwards.
    fn look_for_persons(&mut self, planned: &[Planned]) {
        for (workspace, roster) in &self.rosters {
            let is_here = |planned: &&Planned| planned.change.workspace() == workspace;
            let loses = planned.iter().filter(is_here).any(|planned| {
                let (before, after) = planned.change.roles();
                before.strength() > after.strength() && before.strength() == Role::Admin.rank()
            });
            let is_made = planned
                .iter()
                .filter(is_here)
                .any(|planned| planned.phase == Phase::Create);
            let had_person = self.snapshot.workspace_no(workspace).is_some_and(|number| {
                let mut grants = self.snapshot.grants_in(number);
                grants.any(|grant| grant.roles().holds(&Role::Admin) && grant.principal().kind() == PrincipalKind::User)
            });
            let has_person = roster
                .admins()
                .any(|member| member.principal.kind() == PrincipalKind::User);
            let is_worse = had_person || is_made || roster.admins().next().is_none();
            if (loses || is_made) && !workspace.is_system() && !has_person && is_worse {
                let people = roster
                    .members()
                    .iter()
                    .filter(|member| member.principal.kind() == PrincipalKind::User);
                // The strongest, and of those who has been there longest.
                let candidate = people.min_by_key(|member| (Reverse(member.roles.rank()), member.granted_at));
                let candidate = candidate.map(|member| member.principal.clone());
                self.guards.push(Guard::NoPersonIsAdmin(workspace.clone(), candidate));
            }
        }
    }

    fn look_for_required(&mut self, planned: &[Planned], policy: &Policy) {
        for change in planned.iter().map(|planned| &planned.change) {
            let workspace = change.workspace();
            let (before, after) = change.roles();
            let is_taken = before.holds(&Role::Admin) && !after.holds(&Role::Admin);
            let mut required = policy.required_admins(workspace.raw());
            let Some(principal) = change.principal().filter(|_| is_taken) else {
                continue;
            };
            let guard = Guard::RequiredAdmin(workspace.clone(), principal.clone());
            if required.any(|who| who == principal) && !self.known.contains(&guard) {
                self.guards.push(guard);
            }
        }
    }

    fn look_for_lookalikes(&mut self, planned: &[Planned]) {
        let gains: Vec<&Change> = planned
            .iter()
            .map(|planned| &planned.change)
            .filter(|change| {
                let (before, after) = change.roles();
                after.iter().any(|role| !before.holds(role))
            })
            .collect();
        if gains.is_empty() {
            return;
        }
        let mut faces = Faces::default();
        for (_, principal) in self.snapshot.principals() {
            faces.add(principal);
        }
        for change in gains {
            let Some(principal) = change.principal() else { continue };
            let trick = principal.tricks().first().map(Trick::in_words);
            let other = faces.double(principal).or_else(|| faces.twin(principal));
            let alike = other.map(|other| format!("is not {}, and looks like it", other.label()));
            if let Some(what) = trick.or(alike) {
                self.guards.push(Guard::Lookalike {
                    workspace: change.workspace().clone(),
                    principal: principal.clone(),
                    what,
                });
            }
        }
    }
}

/// Brings `change` into the members as an audit will read it: with its date, and with who made it.
fn note(roster: &mut Roster, change: &Change, at: &Circumstances<'_>) {
    let sender = at.identity.as_sender();
    let by = sender.subject.or(sender.email);
    if let Change::CreateWorkspace { .. } = change {
        let maker = at.identity.email.as_ref().or(at.identity.subject.as_ref());
        if let Some(maker) = maker {
            let maker = Principal::from_platform(maker.clone());
            roster.set_roles(&maker, RoleSet::only(Role::Admin));
            roster.date(&maker, at.now, by);
        }
        return;
    }
    let Some(principal) = change.principal() else { return };
    let (before, after) = change.roles();
    let is_given = after.iter().any(|role| !before.holds(role));
    roster.set_roles(principal, after);
    if is_given {
        roster.date(principal, at.now, by);
    }
}

/// Returns the guards that follow from one change.
fn guards(change: &Change, consequences: &[Consequence]) -> Vec<Guard> {
    let workspace = || change.workspace().clone();
    let of = |consequence: &Consequence| match consequence {
        Consequence::YouLoseAdmin => Some(Guard::Yourself(workspace(), "Admin")),
        Consequence::YouLoseAccess => Some(Guard::Yourself(workspace(), "all access")),
        Consequence::MaybeYou(_) => Some(Guard::Yourself(
            workspace(),
            "access (it cannot be told whether that is you)",
        )),
        Consequence::LastPlatformAdmin(_) | Consequence::NobodyListsWorkspaces => {
            Some(Guard::Platform(consequence.in_words()))
        }
        Consequence::EveryoneGets(role) => Some(Guard::Public(workspace(), role.clone())),
        // Whether a person is left as Admin is looked at in the end.
        Consequence::LastAdmin(_)
        | Consequence::LastAdminInRows(_)
        | Consequence::NoPersonIsAdmin
        | Consequence::GetsAdmin(_)
        | Consequence::LosesAdmin(_)
        | Consequence::LosesAccess(_)
        | Consequence::StillThroughEveryone(_)
        | Consequence::EveryoneFalls(..)
        | Consequence::EveryoneLoses(_)
        | Consequence::Oddity { .. }
        | Consequence::LeftBehind(_)
        | Consequence::PassesFor { .. }
        | Consequence::NewGroups(_)
        | Consequence::TakenForNames(_)
        | Consequence::NotFoundAgain(_)
        | Consequence::NotFoundNow(_)
        | Consequence::ThroughRows(_)
        | Consequence::AlsoLost(_)
        | Consequence::NoUndo
        | Consequence::LeftoversDestroyed
        | Consequence::LosesPlatformAdmin(_)
        | Consequence::Across { .. } => None,
    };
    consequences.iter().filter_map(of).collect()
}
