//! Changes being made: starting them, and what their outcome does to dialogs, notices and what is known.

use crate::app::change::Intent;
use crate::app::change::{Outcome, Run, Settled};
use crate::app::dialog::{Confirm, Dialog, Form, Problem, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::model::{Model, Purpose, Repair};
use crate::app::msg::{Answer, Effect, Found, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::domain::change::Change;
use crate::domain::ids::Principal;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;

impl Model {
    /// Starts making `intents`; the top dialog waits for them.
    pub(super) fn run_in_dialog(&mut self, intents: Vec<Intent>) -> Vec<Effect> {
        let now = self.now;
        let (run, effects) = Run::start(intents, now, || self.ticket(Purpose::Run));
        if let Some(dialog) = self.dialogs.last_mut() {
            dialog.problem = None;
            dialog.stage = Stage::Running(Box::new(run));
        }
        effects
    }

    /// Puts the removed Admin back.
    pub(super) fn mend(&mut self) -> Vec<Effect> {
        let Some(repair) = self.repair.take() else {
            return Vec::new();
        };
        let now = self.now;
        let (run, effects) = Run::start(vec![repair.change.into()], now, || self.ticket(Purpose::Run));
        self.detached.push(run);
        self.say(Tone::Progress, "putting the Admin back…");
        effects
    }

    /// Asks for the name of the workspace to be deleted, now that its contents are known.
    pub(super) fn ask_for_the_name(&mut self) {
        let identity = self.identity();
        if let Some(dialog) = self.dialogs.last_mut()
            && let Form::DeleteWorkspace(form) = &dialog.form
            && let Ok(intents) = Form::DeleteWorkspace(form.clone()).check_known()
            && let Some(confirm) = Confirm::needed(&intents, None, &identity, None)
        {
            dialog.stage = Stage::Confirming(confirm);
        }
    }

    /// Works out anew what follows from a pending confirmation, after a dialog above it has changed something.
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
                confirm.consequences = fresh.consequences;
            }
        }
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
    let effects = run.answered(answer, || model.ticket(Purpose::Run));
    if run.is_over() {
        learn(model, run.settled());
        for settled in run.settled() {
            let (tone, text) = in_words(settled);
            model.say(tone, text.as_str());
        }
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
    let effects = run.answered(answer, || model.ticket(Purpose::Run));
    if !run.is_over() {
        if let Some(dialog) = model.dialogs.get_mut(place) {
            dialog.stage = Stage::Running(Box::new(run));
        }
        return effects;
    }
    learn(model, run.settled());
    conclude(model, place, run.settled());
    model.refresh_confirmation();
    effects
}

/// Takes over what was read back, and notices a workspace that was left without an Admin.
fn learn(model: &mut Model, settled: &[Settled]) {
    let now = model.now;
    for one in settled {
        let workspace = one.change.workspace();
        match &one.now {
            Some(Found::Members(roster)) => {
                if one.change.touches_admin() && roster.admins().next().is_none() {
                    model.repair = repair_for(
                        &one.change,
                        &one.change
                            .principal()
                            .map(|principal| roster.roles_of(principal))
                            .unwrap_or_default(),
                    )
                    .or(model.repair.take());
                } else if model
                    .repair
                    .as_ref()
                    .is_some_and(|repair| repair.change.workspace() == workspace)
                {
                    model.repair = None;
                }
                model.directory.learn_roster(workspace, roster.clone(), now);
            }
            Some(Found::Workspace(found)) => model.directory.learn_workspace(workspace, found.clone()),
            Some(Found::Contents(found)) => {
                let found = found.as_ref().map(|contents| contents.workspace.clone());
                model.directory.learn_workspace(workspace, found);
            }
            None if matches!(one.change, Change::DeleteWorkspace { .. }) && one.outcome.is_done() => {
                model.directory.learn_workspace(workspace, None);
            }
            None => {}
        }
    }
    model.rebuild();
}

fn repair_for(change: &Change, held_now: &RoleSet) -> Option<Repair> {
    let (before, _) = change.roles();
    let principal = change.principal()?.clone();
    if !before.holds(&Role::Admin) {
        return None;
    }
    let workspace = change.workspace().clone();
    let change = if held_now.is_empty() {
        Change::AddMember {
            workspace,
            principal,
            roles: before,
        }
    } else {
        Change::SetRoles {
            workspace,
            principal,
            before: held_now.clone(),
            after: held_now.union(&before),
        }
    };
    Some(Repair { change })
}

/// Closes the dialog when everything was done; otherwise brings it back with the reason.
fn conclude(model: &mut Model, place: usize, settled: &[Settled]) {
    let is_all_done = settled.iter().all(|one| one.outcome.is_done());
    if is_all_done {
        let (tone, text) = summary(settled);
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
            Problem::Several(std::iter::once(summary(several).1).chain(lines).collect())
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

fn problem(one: &Settled) -> Problem {
    match &one.outcome {
        Outcome::Drifted(what) | Outcome::Overtaken(what) => Problem::Drifted(what.clone()),
        Outcome::Refused(failure) => Problem::Failed(failure.clone()),
        Outcome::NotApplied(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("not applied: {}", failure.headline)),
            next: SafeText::new("read back: nothing has changed; apply again when the connection is back"),
            ..failure.clone()
        }),
        Outcome::Unknown(failure) => Problem::Failed(Failure {
            headline: SafeText::new(&format!("outcome unknown: {}", failure.headline)),
            next: SafeText::new(
                "it may or may not have been done, and reading back failed too: press esc, then r, and look",
            ),
            kind: FailureKind::OutcomeUnknown,
            ..failure.clone()
        }),
        Outcome::Confirmed | Outcome::Accepted(_) | Outcome::Applied(_) => Problem::Several(vec![in_words(one).1]),
    }
}

/// Returns what happened, in one line.
fn summary(settled: &[Settled]) -> (Tone, SafeText) {
    if let [one] = settled {
        return in_words(one);
    }
    let count = |is: fn(&Outcome) -> bool| settled.iter().filter(|one| is(&one.outcome)).count();
    let n_done = count(Outcome::is_done);
    let n_unknown = count(|outcome| matches!(outcome, Outcome::Unknown(_)));
    let n_refused = settled.len() - n_done - n_unknown;
    let tone = if n_done == settled.len() {
        Tone::Success
    } else {
        Tone::Error
    };
    let propagation = if n_done > 0 {
        "; confirmed, effective within about 30 s"
    } else {
        ""
    };
    let text = format!("{n_done} applied, {n_refused} refused, {n_unknown} unknown{propagation}");
    (tone, SafeText::new(&text))
}

/// Returns what became of one change.
fn in_words(one: &Settled) -> (Tone, SafeText) {
    let (done, wanted) = (one.change.done(), one.change.sentence());
    let (tone, text) = match &one.outcome {
        Outcome::Confirmed if one.change.principal().is_some() => {
            (Tone::Success, format!("{done}: confirmed, effective within about 30 s"))
        }
        Outcome::Confirmed => (Tone::Success, format!("{done}: confirmed")),
        Outcome::Accepted(unread) => (
            Tone::Warning,
            format!("{done}: accepted, but not read back: {}", unread.headline),
        ),
        Outcome::Applied(_) => (
            Tone::Success,
            format!("{done}: applied; no answer came, but it reads back as done"),
        ),
        Outcome::Refused(failure) => (Tone::Error, format!("could not {wanted}: {}", failure.words())),
        Outcome::NotApplied(failure) => (Tone::Error, format!("not applied: {wanted}: {}", failure.headline)),
        Outcome::Unknown(failure) => (Tone::Error, format!("outcome unknown: {wanted}: {}", failure.headline)),
        Outcome::Drifted(what) | Outcome::Overtaken(what) => (Tone::Warning, what.to_string()),
    };
    (tone, SafeText::new(&text))
}

/// Puts the cursor on what was just made.
fn select_new(model: &mut Model, settled: &[Settled]) {
    use crate::app::screen::Screen;
    let height = model.table_rows();
    let Some(one) = settled.first() else {
        return;
    };
    match (model.screens.last_mut(), &one.change) {
        (Some(Screen::Workspaces(state)), Change::CreateWorkspace { name, .. }) => {
            if !state.list.rows().contains(name) {
                state.filter.clear();
            }
            state.rebuild(&model.directory, height);
            state.list.select(name, height);
        }
        (Some(Screen::Members(state)), Change::AddMember { principal, .. }) => state.list.select(principal, height),
        _ => {}
    }
}
