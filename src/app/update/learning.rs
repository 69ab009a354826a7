//! What a change has brought to light: taking over what was read back, and reading again what was not.

use crate::app::change::{Outcome, Run, Settled};
use crate::app::failure::FailureKind;
use crate::app::fresh::Right;
use crate::app::model::{Model, Repair};
use crate::app::msg::{Answer, Effect, Found, Ticket};
use crate::app::screen::Screen;
use crate::app::store::Listing;
use crate::app::waits::Wait;
use crate::domain::change::Change;
use crate::domain::identity::IsCaller;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::resource::{Resource, ResourceId, ResourceKind};
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Workspace;

/// Hands an answer on to the run that waits for it, and takes over the members that were read back.
pub(super) fn hand_on(model: &mut Model, run: &mut Run, (ticket, answer): (Ticket, Answer)) -> Vec<Effect> {
    let n_before = run.settled().len();
    let mut effects = run.answered(ticket, answer, || model.ticket(Wait::Change));
    let settled = run.settled().get(n_before..).unwrap_or_default();
    effects.extend(learn_members(model, settled, ticket));
    effects
}

/// Takes over members that were read back by the answer to `ticket`, as soon as it is there: of a long plan the first are
/// old when the last are read.
pub(super) fn learn_members(model: &mut Model, settled: &[Settled], ticket: Ticket) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    for one in settled {
        if let Some(Found::Members(roster)) = &one.now {
            let workspace = one.change.workspace();
            // An older question that is still under way would bring back what was before.
            let asked = model.waits.tickets(|wait| wait.is_inspection_of(workspace)).into_iter();
            effects.extend(asked.filter(|asked| *asked < ticket).map(|older| model.forget(older)));
            model.store.learn_roster(workspace, roster.clone(), ticket, now);
            model.fresh.take_effect(workspace);
            model.has_old_rows = true;
        }
    }
    effects
}

/// Takes over what else was read back, and notices a workspace that was left without an Admin. What could not be read
/// back is read again with its list or its details.
pub(super) fn learn(model: &mut Model, settled: &[Settled]) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut must_list = false;
    let has_learned_workspaces = settled.iter().any(|one| concerns_the_list(&one.change));
    for one in settled {
        let workspace = one.change.workspace();
        if one.outcome.is_done() {
            note_own_rights(model, &one.change);
        }
        note_what_it_means_for_the_repair(model, one);
        match &one.now {
            Some(Found::Members(_)) => {
                note_admins(model, &one.change);
                if concerns_the_caller(model, &one.change) {
                    model.store.want(workspace);
                }
            }
            _ if matches!(one.change, Change::DeleteWorkspace { .. }) && one.outcome.is_done() => {
                effects.extend(learn_deletion(model, workspace));
            }
            Some(Found::Workspace(found)) => learn_workspace(model, workspace, found.clone()),
            Some(Found::Contents(found)) => {
                let found = found.as_ref().map(|contents| contents.workspace.clone());
                learn_workspace(model, workspace, found);
            }
            Some(Found::Resource(found)) => learn_resource(model, &one.change, found.as_deref()),
            Some(Found::Deletion { alive, known }) => match alive {
                Some(alive) => learn_workspace(model, workspace, Some(Workspace::clone(alive))),
                None => effects.extend(model.told_about_deletion(workspace, Ok(known.clone()))),
            },
            // Rows are taken over as the members they make.
            Some(Found::Rows(_)) | None => must_list |= look_again(model, one),
        }
    }
    // A reading of the list that is still under way may have passed the place of what was made or deleted.
    let is_being_listed = matches!(model.store.listing(), Listing::Loading { .. });
    if must_list || (has_learned_workspaces && is_being_listed) {
        effects.extend(model.reload());
    }
    effects.extend(model.watch(settled));
    effects.extend(model.read_history_after(settled));
    model.rebuild();
    effects
}

/// Notes what the caller has gained, which the platform does not know of yet, or given up.
fn note_own_rights(model: &mut Model, change: &Change) {
    let (workspace, now) = (change.workspace(), model.now);
    if matches!(change, Change::CreateWorkspace { .. }) {
        return model.fresh.gain(workspace, Right::new(Role::Admin, now));
    }
    let (before, after) = change.roles();
    let is_caller = change
        .principal()
        .is_some_and(|principal| model.identity().is(principal) == IsCaller::Yes);
    match after.iter().find(|role| !before.holds(role)).filter(|_| is_caller) {
        Some(gained) => model.fresh.gain(workspace, Right::new(gained.clone(), now)),
        None if is_caller => model.fresh.lose(workspace),
        None => {}
    }
}

/// Whether the list of workspaces is another one after `change`.
fn concerns_the_list(change: &Change) -> bool {
    matches!(
        change,
        Change::CreateWorkspace { .. } | Change::Describe { .. } | Change::DeleteWorkspace { .. }
    )
}

/// A workspace that is deleted is no longer listed, but stays on show until it is gone.
fn learn_deletion(model: &mut Model, name: &WorkspaceName) -> Vec<Effect> {
    let last_seen = model.store.find(name).cloned();
    learn_workspace(model, name, None);
    last_seen
        .map(|workspace| model.begin_following(workspace))
        .unwrap_or_default()
}

/// Puts a thing that was made or deleted in its place on the screens that show it.
fn learn_resource(model: &mut Model, change: &Change, now: Option<&Resource>) {
    let id = if let Change::DeleteResource { target, .. } = change {
        target.clone()
    } else if let Change::CreateProject { name, .. } = change {
        let (kind, name) = (ResourceKind::Project, name.clone());
        ResourceId { kind, name }
    } else {
        return;
    };
    for screen in &mut model.screens {
        if let Screen::Resources(state) = screen
            && state.workspace == *change.workspace()
        {
            state.contents.learn(&id, now.cloned());
            // They went with it.
            if id.kind == ResourceKind::Model && now.is_none() {
                state.contents.refresh_kind(ResourceKind::Adapter);
            }
        }
    }
}

fn learn_workspace(model: &mut Model, name: &WorkspaceName, now: Option<Workspace>) {
    let is_gone = now.is_none();
    model.store.learn_workspace(name, now);
    let is_shown = model
        .screens
        .iter()
        .any(|screen| matches!(screen, Screen::Members(state) if state.workspace == *name));
    // The members screen then says why it shows nothing any more.
    if is_gone && is_shown {
        model.store.want(name);
    }
}

/// Has read again what a change may have done but did not show; returns whether that needs the list.
fn look_again(model: &mut Model, one: &Settled) -> bool {
    let is_about_members = one.change.principal().is_some();
    match &one.outcome {
        Outcome::Accepted(_) | Outcome::Applied(_) | Outcome::Unknown(_) | Outcome::HalfDone(..)
            if is_about_members =>
        {
            model.store.want(one.change.workspace());
            false
        }
        Outcome::Accepted(_) | Outcome::Applied(_) | Outcome::Unknown(_) if !concerns_the_list(&one.change) => {
            read_contents_again(model, one.change.workspace());
            false
        }
        Outcome::Accepted(_) | Outcome::Applied(_) | Outcome::Unknown(_) => {
            if let Change::CreateWorkspace { name, .. } = &one.change {
                model.select_when_listed = Some(name.clone());
            }
            true
        }
        Outcome::Refused(failure) | Outcome::NotSent(failure) => failure.kind == FailureKind::NotFound,
        Outcome::Confirmed
        | Outcome::NotSeen(_)
        | Outcome::HalfDone(..)
        | Outcome::NotApplied(_)
        | Outcome::Drifted(_) => false,
    }
}

fn read_contents_again(model: &mut Model, workspace: &WorkspaceName) {
    for screen in &mut model.screens {
        if let Screen::Resources(state) = screen
            && state.workspace == *workspace
            && !state.contents.is_loading()
        {
            state.contents.refresh();
        }
    }
}

fn concerns_the_caller(model: &Model, change: &Change) -> bool {
    change
        .principal()
        .is_some_and(|principal| model.identity().is(principal) != IsCaller::No)
}

/// Offers to mend the workspace where the change has left it without an Admin.
fn note_admins(model: &mut Model, change: &Change) {
    let workspace = change.workspace();
    let is_offered = model
        .repair
        .as_ref()
        .is_some_and(|repair| repair.change.workspace() == workspace);
    if is_offered {
        model.reconsider_repair(workspace);
    } else if change.touches_admin()
        && let Some(roster) = model.store.roster(workspace)
        && roster.admins().next().is_none()
        && let Some(repair) = repair_for(change, &roster)
    {
        model.repair = Some(repair);
    }
}

/// Believes a yes to a new Admin although nothing can be read back, and notes that the caller is turned away.
fn note_what_it_means_for_the_repair(model: &mut Model, one: &Settled) {
    let Some(repair) = model.repair.as_mut() else {
        return;
    };
    if repair.change.workspace() != one.change.workspace() {
        return;
    }
    let (_, after) = one.change.roles();
    if let Outcome::NotSent(failure) | Outcome::Refused(failure) = &one.outcome {
        repair.is_out_of_reach |= failure.kind == FailureKind::Forbidden;
    }
    if matches!(one.outcome, Outcome::Accepted(_)) && after.holds(&Role::Admin) {
        model.repair = None;
    }
}

fn repair_for(change: &Change, roster: &Roster) -> Option<Repair> {
    let (before, _) = change.roles();
    let principal = change.principal()?.clone();
    before
        .holds(&Role::Admin)
        .then(|| repair_to(change.workspace(), principal, &before, roster))
}

/// Returns the change that gives `principal` the `wanted` roles besides those held now.
pub(super) fn repair_to(workspace: &WorkspaceName, principal: Principal, wanted: &RoleSet, roster: &Roster) -> Repair {
    let (workspace, held) = (workspace.clone(), roster.roles_of(&principal));
    let change = Change::Roles {
        workspace,
        principal,
        after: held.union(wanted),
        before: held,
    };
    Repair {
        change,
        is_out_of_reach: false,
    }
}
