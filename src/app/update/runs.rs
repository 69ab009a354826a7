//! Changes being made: starting them, and what their outcome does to dialogs, notices and what is known.

use super::telling::{in_words, problem, summary};
use crate::app::change::Intent;
use crate::app::change::{Outcome, Run, Settled};
use crate::app::dialog::{Confirm, Dialog, Form, Problem, Stage};
use crate::app::directory::Listing;
use crate::app::failure::{Failure, FailureKind};
use crate::app::model::{Model, Purpose, Repair};
use crate::app::msg::{Answer, Effect, Found, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::change::Change;
use crate::domain::identity::IsCaller;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Workspace;

impl Model {
    /// Starts making `intents`; the top dialog waits for them. Where that is not possible now, the dialog says why.
    pub(super) fn run_in_dialog(&mut self, intents: Vec<Intent>) -> Vec<Effect> {
        let Some(first) = intents.first() else {
            return Vec::new();
        };
        if let Err(why) = self.may_begin(first.change.workspace()) {
            if let Some(dialog) = self.dialogs.last_mut() {
                dialog.stage = Stage::Editing;
                dialog.problem = Some(Problem::Failed(Failure::local(
                    why.as_str(),
                    "nothing was sent; apply again after that",
                )));
            }
            return Vec::new();
        }
        let now = self.now;
        let (run, effects) = Run::start(intents, now, || self.ticket(Purpose::Run));
        if let Some(dialog) = self.dialogs.last_mut() {
            dialog.problem = None;
            dialog.stage = Stage::Running(Box::new(run));
        }
        effects
    }

    /// Puts the removed Admin back. The banner stays until it is seen that there is an Admin again.
    pub(super) fn mend(&mut self) -> Vec<Effect> {
        let Some(repair) = self.repair.clone() else {
            return Vec::new();
        };
        let now = self.now;
        let (run, effects) = Run::start(vec![repair.change.into()], now, || self.ticket(Purpose::Run));
        self.detached.push(run);
        self.say(Tone::Progress, "putting the Admin back…");
        effects
    }

    /// Leaves the dialog; a change that may have been sent goes on, and its outcome is told in the notice row.
    pub(super) fn stop_waiting(&mut self) -> Vec<Effect> {
        let Some(Dialog {
            stage: Stage::Running(mut run),
            ..
        }) = self.dialogs.pop()
        else {
            return Vec::new();
        };
        let mut effects: Vec<Effect> = run.stop().map(|ticket| self.forget(ticket)).into_iter().collect();
        if !run.is_over() {
            self.say(
                Tone::Progress,
                "stopped waiting; the change itself goes on, and its outcome will stand here",
            );
            self.detached.push(*run);
        } else if run.settled().is_empty() {
            self.say(Tone::Warning, "stopped before anything was sent");
        } else {
            effects.extend(learn(self, run.settled()));
            let (_, text) = summary(run.settled(), run.n_given_up());
            self.say(Tone::Warning, &format!("stopped: {text}"));
        }
        self.refresh_confirmation();
        effects
    }

    /// Asks for the name of the workspace to be deleted, now that its contents are known.
    pub(super) fn ask_for_the_name(&mut self) {
        let identity = self.identity();
        if let Some(dialog) = self.dialogs.last_mut()
            && let Form::DeleteWorkspace(form) = &dialog.form
            && let Some(confirm) = Confirm::needed(&form.intents(), None, &identity, None)
        {
            dialog.stage = Stage::Confirming(confirm);
        }
    }

    /// Works out anew what follows from a pending confirmation, after something else has changed. What needs more
    /// than a yes by now (it has turned out to concern the caller) is asked anew.
    pub(super) fn refresh_confirmation(&mut self) {
        let identity = self.identity();
        if let Some(dialog) = self.dialogs.last_mut() {
            let roster = dialog
                .form
                .workspace()
                .and_then(|workspace| self.directory.roster(workspace));
            if let Stage::Confirming(confirm) = &mut dialog.stage
                && let Some(fresh) = Confirm::needed(&confirm.intents, roster, &identity, confirm.opened_by)
            {
                if fresh.tier == confirm.tier {
                    confirm.consequences = fresh.consequences;
                } else {
                    *confirm = fresh;
                }
            }
        }
    }

    /// Comes back to the dialog below one that has changed something. It must be applied anew: the key that was
    /// meant for the dialog above must never be the yes of this one.
    fn come_back(&mut self) {
        if let Some(dialog) = self.dialogs.last_mut() {
            dialog.stage = Stage::Editing;
            if matches!(&dialog.problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::LastAdmin) {
                dialog.problem = None;
            }
        }
    }

    /// Takes the offer to mend a workspace back once it has an Admin again, and keeps it true to its members.
    pub(super) fn reconsider_repair(&mut self, workspace: &WorkspaceName) {
        let (Some(repair), Some(roster)) = (&self.repair, self.directory.roster(workspace)) else {
            return;
        };
        if repair.change.workspace() != workspace {
            return;
        }
        self.repair = if roster.admins().next().is_some() {
            None
        } else {
            let (_, wanted) = repair.change.roles();
            repair
                .change
                .principal()
                .cloned()
                .map(|principal| repair_to(workspace, principal, &wanted, roster))
        };
    }
}

/// Takes an answer that a change waits for.
pub(super) fn answered(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let place = model
        .dialogs
        .iter()
        .position(|dialog| matches!(&dialog.stage, Stage::Running(run) if run.waits_for(ticket)));
    if let Some(place) = place {
        return answered_in_dialog(model, place, answer);
    }
    let Some(place) = model.detached.iter().position(|run| run.waits_for(ticket)) else {
        return Vec::new();
    };
    let mut run = model.detached.remove(place);
    let mut effects = run.answered(answer, || model.ticket(Purpose::Run));
    if run.is_over() {
        effects.extend(learn(model, run.settled()));
        let (tone, text) = summary(run.settled(), run.n_given_up());
        model.say(tone, text.as_str());
        model.refresh_confirmation();
    } else {
        model.detached.insert(place, run);
    }
    effects
}

fn answered_in_dialog(model: &mut Model, place: usize, answer: Answer) -> Vec<Effect> {
    let Some(Dialog {
        stage: Stage::Running(run),
        ..
    }) = model.dialogs.get_mut(place)
    else {
        return Vec::new();
    };
    let mut run = Run::clone(run);
    let mut effects = run.answered(answer, || model.ticket(Purpose::Run));
    if !run.is_over() {
        if let Some(dialog) = model.dialogs.get_mut(place) {
            dialog.stage = Stage::Running(Box::new(run));
        }
        return effects;
    }
    effects.extend(learn(model, run.settled()));
    let n_open = model.dialogs.len();
    conclude(model, place, &run);
    if model.dialogs.len() < n_open {
        model.come_back();
    }
    effects
}

/// Takes over what was read back, and notices a workspace that was left without an Admin. What could not be read
/// back is read again with its list or its details.
fn learn(model: &mut Model, settled: &[Settled]) -> Vec<Effect> {
    let now = model.now;
    let mut effects = Vec::new();
    let mut must_list = false;
    let has_learned_workspaces = settled.iter().any(|one| one.change.principal().is_none());
    for one in settled {
        let workspace = one.change.workspace();
        if matches!(one.change, Change::CreateWorkspace { .. }) && one.outcome.is_done() {
            model.fresh.insert(workspace.clone(), now);
        }
        match &one.now {
            Some(Found::Members(roster)) => {
                // An older reading that is still under way would bring back what was before.
                effects.extend(model.abandon(&[Purpose::Inspect(workspace.clone())]));
                model.directory.learn_roster(workspace, roster.clone(), now);
                note_admins(model, &one.change);
                if concerns_the_caller(model, &one.change) {
                    model.directory.want(workspace);
                }
            }
            Some(Found::Workspace(found)) => learn_workspace(model, workspace, found.clone()),
            Some(Found::Contents(found)) => {
                let found = found.as_ref().map(|contents| contents.workspace.clone());
                learn_workspace(model, workspace, found);
            }
            None if matches!(one.change, Change::DeleteWorkspace { .. }) && one.outcome.is_done() => {
                learn_workspace(model, workspace, None);
            }
            None => must_list |= look_again(model, one),
        }
    }
    // A reading of the list that is still under way may have passed the place of what was made or deleted.
    let is_being_listed = matches!(model.directory.listing(), Listing::Loading { .. });
    if must_list || (has_learned_workspaces && is_being_listed) {
        effects.extend(model.reload());
    }
    model.rebuild();
    effects
}

fn learn_workspace(model: &mut Model, name: &WorkspaceName, now: Option<Workspace>) {
    let is_gone = now.is_none();
    model.directory.learn_workspace(name, now);
    let is_shown = model
        .screens
        .iter()
        .any(|screen| matches!(screen, Screen::Members(state) if state.workspace == *name));
    // The members screen then says why it shows nothing any more.
    if is_gone && is_shown {
        model.directory.want(name);
    }
}

/// Has read again what a change may have done but did not show; returns whether that needs the list.
fn look_again(model: &mut Model, one: &Settled) -> bool {
    let is_about_members = one.change.principal().is_some();
    match &one.outcome {
        Outcome::Accepted(_) | Outcome::Applied(_) | Outcome::Unknown(_) if is_about_members => {
            model.directory.want(one.change.workspace());
            false
        }
        Outcome::Accepted(_) | Outcome::Applied(_) | Outcome::Unknown(_) => {
            if let Change::CreateWorkspace { name, .. } = &one.change {
                model.select_when_listed = Some(name.clone());
            }
            true
        }
        Outcome::Refused(failure) => failure.kind == FailureKind::NotFound,
        Outcome::Confirmed | Outcome::Overtaken(_) | Outcome::NotApplied(_) | Outcome::Drifted(_) => false,
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
        && let Some(roster) = model.directory.roster(workspace)
        && roster.admins().next().is_none()
        && let Some(repair) = repair_for(change, roster)
    {
        model.repair = Some(repair);
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
fn repair_to(workspace: &WorkspaceName, principal: Principal, wanted: &RoleSet, roster: &Roster) -> Repair {
    let (workspace, held) = (workspace.clone(), roster.roles_of(&principal));
    let change = if held.is_empty() {
        Change::AddMember {
            workspace,
            principal,
            roles: wanted.clone(),
        }
    } else {
        Change::SetRoles {
            workspace,
            principal,
            after: held.union(wanted),
            before: held,
        }
    };
    Repair { change }
}

/// Closes the dialog when everything was done; otherwise brings it back with the reason.
fn conclude(model: &mut Model, place: usize, run: &Run) {
    let settled = run.settled();
    let is_all_done = settled.iter().all(|one| one.outcome.is_done());
    if is_all_done {
        let (tone, text) = summary(settled, run.n_given_up());
        model.dialogs.remove(place);
        model.say(tone, text.as_str());
        select_new(model, settled);
        return;
    }
    let vanished = settled.iter().find(|one| is_gone(one)).filter(|_| settled.len() == 1);
    if let Some(gone) = vanished {
        let (_, text) = in_words(gone);
        model.dialogs.remove(place);
        model.say(Tone::Warning, text.as_str());
        return;
    }
    let Some(dialog) = model.dialogs.get_mut(place) else {
        return;
    };
    dialog.stage = Stage::Editing;
    for one in settled {
        rebase(&mut dialog.form, one, model.now);
    }
    dialog.problem = Some(match settled {
        [one] => problem(one),
        several => {
            if let Form::AddMember(form) = &mut dialog.form {
                let left: Vec<Principal> = several
                    .iter()
                    .filter(|one| !one.outcome.is_done())
                    .filter_map(|one| one.change.principal().cloned())
                    .collect();
                form.keep_only(&left);
            }
            let lines = several
                .iter()
                .filter(|one| !one.outcome.is_done())
                .map(|one| in_words(one).1);
            Problem::Several(
                std::iter::once(summary(several, run.n_given_up()).1)
                    .chain(lines)
                    .collect(),
            )
        }
    });
}

/// Whether a change came too late because its target is no longer there.
fn is_gone(one: &Settled) -> bool {
    let Outcome::Drifted(_) = one.outcome else {
        return false;
    };
    match &one.now {
        Some(Found::Members(roster)) => one
            .change
            .principal()
            .is_some_and(|principal| roster.find(principal).is_none()),
        Some(Found::Workspace(found)) => found.is_none(),
        Some(Found::Contents(found)) => found.is_none(),
        None => false,
    }
}

/// Makes the form start from what is true now, so that a second Apply means exactly what is on the screen.
fn rebase(form: &mut Form, one: &Settled, now: jiff::Timestamp) {
    let found = one.now.as_ref();
    match (form, found) {
        (Form::ChangeRole(form), Some(Found::Members(roster))) => form.before = roster.roles_of(&form.principal),
        (Form::RemoveMember(form), Some(Found::Members(roster))) => form.before = roster.roles_of(&form.principal),
        (Form::Describe(form), Some(Found::Workspace(Some(workspace)))) => {
            form.before.clone_from(&workspace.description);
        }
        (Form::DeleteWorkspace(form), Some(Found::Contents(Some(contents)))) => {
            form.inventory = Remote::Ready {
                value: contents.clone(),
                as_of: now,
            };
        }
        (
            Form::NewWorkspace(_)
            | Form::Describe(_)
            | Form::AddMember(_)
            | Form::ChangeRole(_)
            | Form::RemoveMember(_)
            | Form::DeleteWorkspace(_),
            _,
        ) => {}
    }
}

/// Puts the cursor on what was just made; a filter that hides it gives way.
fn select_new(model: &mut Model, settled: &[Settled]) {
    match settled.first().map(|one| &one.change) {
        Some(Change::CreateWorkspace { name, .. }) => select_workspace(model, name),
        Some(Change::AddMember { principal, .. }) => {
            let height = model.table_rows();
            if let Some(Screen::Members(state)) = model.screens.last_mut() {
                if !state.list.rows().contains(principal) {
                    state.filter.clear();
                    state.rebuild(&model.directory, height);
                }
                state.list.select(principal, height);
            }
        }
        Some(
            Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::SetRoles { .. }
            | Change::RemoveMember { .. }
            | Change::CreateProject { .. }
            | Change::DeleteProject { .. },
        )
        | None => {}
    }
}

/// Puts the cursor on the workspace `name`, where the list is on show and holds it.
pub(super) fn select_workspace(model: &mut Model, name: &WorkspaceName) {
    let height = model.table_rows();
    let is_known = model.directory.find(name).is_some();
    if let Some(Screen::Workspaces(state)) = model.screens.last_mut()
        && is_known
    {
        if !state.list.rows().contains(name) {
            state.filter.clear();
            state.rebuild(&model.directory, height);
        }
        state.list.select(name, height);
    }
}
