//! What follows from changes, one after the other and all together.

use super::compare::Compared;
use super::guard::{self, Guard};
use super::order::{self, Phase};
use super::{Applied, Circumstances, Plan, Planned, Why, foretell};
use crate::audit::{Grant, Policy, Report, Snapshot};
use crate::domain::change::{Change, RoleChange};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::{Faces, Trick};
use crate::domain::member::Roster;
use crate::domain::policy::{self, Consequence};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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
        contents: None,
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
        let mut consequences = policy::consequences(&change, roster, identity, generation);
        if phase == Phase::Create {
            consequences.extend(identity.as_maker().map(Consequence::YouBecomeAdmin));
        }
        let way = policy::way(&change, identity);
        note(roster, &change, self.at);
        self.guards.extend(guards(&change, &consequences, identity));
        let keeps_person = roster.has_person_as_admin();
        Planned {
            tier: policy::tier(&change, identity, generation),
            change,
            way,
            phase,
            consequences,
            why,
            drift,
            keeps_person,
        }
    }

    /// Returns how what is there differs from what was applied last, and from what is wished now.
    fn drift(&self, change: &Change) -> Option<String> {
        let principal = change.principal()?;
        let last = self.at.last.get(&(change.workspace().clone(), principal.clone()))?;
        let (before, after) = change.roles();
        let outside = (last.roles != before).then(|| self.outside(change, last));
        let is_file = self.at.source.is_access_file;
        let file = (is_file && last.roles != after).then(|| self.inside(last));
        let told: Vec<String> = file.into_iter().chain(outside).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// Says why something else was applied last than the file says now: only what is known.
    fn inside(&self, last: &Applied) -> String {
        let (source, day) = (&self.at.source, last.at.strftime("%F"));
        match &last.made_from {
            Some(then) if then.sha256 != source.sha256 && is_same_file(&then.name, &source.name) => {
                "the file has changed".to_owned()
            }
            Some(then) if then.sha256 != source.sha256 => {
                format!("another file was applied last: {}, {day}", SafeText::new(&then.name))
            }
            Some(_) | None => format!("{} was applied last, {day}", last.roles.shown()),
        }
    }

    /// Says by whom and when it was changed, where the newest grant is newer than what was applied and gives what was not.
    fn outside(&self, change: &Change, last: &Applied) -> String {
        let (before, _) = change.roles();
        if before.is_empty() {
            return "removed outside".to_owned();
        }
        let snapshot = self.snapshot;
        let principal = change
            .principal()
            .and_then(|principal| snapshot.principal_no(principal));
        let numbers = snapshot.workspace_no(change.workspace()).zip(principal);
        let grant = numbers.and_then(|(workspace, principal)| snapshot.held(workspace, principal));
        let at = grant.as_ref().and_then(Grant::granted_at).filter(|at| *at > last.at);
        let is_given = before.iter().any(|role| !last.roles.holds(role));
        match (grant.as_ref().and_then(Grant::granted_by), at.filter(|_| is_given)) {
            (Some(by), Some(at)) => format!("changed outside by {by}, {}", at.strftime("%F")),
            (None, Some(at)) => format!("changed outside, {}", at.strftime("%F")),
            (Some(_) | None, None) => "changed outside".to_owned(),
        }
    }

    /// Stops where an Admin is lost, or a workspace is made, and no person is Admin afterwards: unless none was before, and
    /// somebody else still is.
    fn look_for_persons(&mut self, planned: &[Planned]) {
        let is_about_admins = |planned: &&Planned| {
            let (before, after) = planned.change.roles();
            let is_lost = before.strength() > after.strength() && before.strength() == Role::Admin.rank();
            is_lost || planned.phase == Phase::Create
        };
        let places = planned.iter().filter(is_about_admins);
        let places: BTreeMap<&WorkspaceName, bool> = places
            .map(|planned| (planned.change.workspace(), planned.phase == Phase::Create))
            .rev()
            .collect();
        for (workspace, is_made) in places {
            let Some(after) = self.rosters.get(workspace) else {
                continue;
            };
            let before = self.snapshot.workspace_no(workspace);
            let before = before.map(|number| self.snapshot.roster(number)).unwrap_or_default();
            let (had, have) = (before.admin_names(), after.admin_names());
            let is_guarded = if is_made {
                !after.has_person_as_admin()
            } else {
                policy::leaves_no_person(workspace, had, have)
            };
            if is_guarded {
                let next = policy::next_admin(&before, after);
                self.guards.push(Guard::NoPersonIsAdmin(workspace.clone(), next));
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
                before.gained_by(&after).next().is_some()
            })
            .collect();
        if gains.is_empty() {
            return;
        }
        let mut faces = Faces::default();
        for (_, principal) in self.snapshot.principals() {
            faces.add(principal);
        }
        let is_known = |principal: &Principal| self.snapshot.principal_no(principal).is_some();
        let new: BTreeSet<&Principal> = gains.iter().filter_map(|change| change.principal()).collect();
        for principal in new.into_iter().filter(|principal| !is_known(principal)) {
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
                    is_member: change.role_change() == Some(RoleChange::Replace),
                });
            }
        }
    }
}

/// Returns whether two names stand for the same file, wherever it was named from.
fn is_same_file(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|name| Path::new(name).strip_prefix(".").unwrap_or(Path::new(name)));
    one.ends_with(other) || other.ends_with(one)
}

/// Brings `change` into the members as an audit will read it: with its date, and with who made it.
fn note(roster: &mut Roster, change: &Change, at: &Circumstances<'_>) {
    let sender = at.identity.as_sender();
    let by = sender.subject.or(sender.email);
    if let Change::CreateWorkspace { .. } = change {
        if let Some(maker) = at.identity.as_maker() {
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
fn guards(change: &Change, consequences: &[Consequence], caller: &Identity) -> Vec<Guard> {
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
        Consequence::LosesPlatformAdmin(who) if caller.is(who) != IsCaller::No => {
            Some(Guard::Yourself(workspace(), "platform admin"))
        }
        // Whether a person is left as Admin is looked at in the end, and what everyone gets below.
        Consequence::LastAdmin(_)
        | Consequence::LastAdminInRows(_)
        | Consequence::NoPersonIsAdmin
        | Consequence::EveryoneGets(_)
        | Consequence::GetsAdmin(_)
        | Consequence::GetsPlatformAdmin(_)
        | Consequence::GetsRole(..)
        | Consequence::LosesRole(..)
        | Consequence::YouBecomeAdmin(_)
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
    let (before, after) = change.roles();
    let is_for_all = change.principal().is_some_and(Principal::is_everyone);
    let public = before.gained_by(&after).next().filter(|_| is_for_all);
    let public = public.map(|role| Guard::Public(workspace(), role.clone()));
    consequences.iter().filter_map(of).chain(public).collect()
}
