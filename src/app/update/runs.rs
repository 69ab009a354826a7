//! Changes being made: starting them, and what their outcome does to dialogs, notices and what is known.

use super::learning::{hand_on, learn, repair_to};
use super::leaving;
use super::telling::{in_words, not_begun, problem, summary, told};
use crate::app::change::Intent;
use crate::app::change::{Outcome, Run, Settled};
use crate::app::dialog::{Confirm, Ctx, Dialog, Form, Problem, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::fresh::TRIES;
use crate::app::model::Model;
use crate::app::msg::{Answer, Effect, Ticket};
use crate::app::notice::{Notice, Tone};
use crate::app::screen::Screen;
use crate::app::screen::resources::Row;
use crate::app::targets::Place;
use crate::app::waits::Wait;
use crate::domain::activity::Provenance;
use crate::domain::change::{Change, RoleChange};
use crate::domain::deletion::ProgressVisibility;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::platform::Deletion;
use crate::domain::policy::Tier;
use crate::domain::resource::{ResourceId, ResourceKind};
use crate::domain::role::Role;
use crate::domain::text::{SafeText, grouped};
use std::collections::BTreeSet;

impl Model {
    /// Starts making `intents`; the top dialog waits for them. Where that is not possible now, the dialog says why.
    pub(super) fn run_in_dialog(&mut self, intents: Vec<Intent>, reason: Option<String>) -> Vec<Effect> {
        if intents.is_empty() {
            return Vec::new();
        }
        let mut checks = intents.iter().map(|intent| self.may_begin(intent.change.workspace()));
        let begins = checks.find(Result::is_err).unwrap_or(Ok(()));
        if let Err(why) = self.knows_the_server().and(begins) {
            if let Some(dialog) = self.dialogs.last_mut() {
                dialog.stage = Stage::Editing;
                dialog.problem = Some(not_begun(&why));
            }
            return Vec::new();
        }
        let (mut run, effects) = self.start_run(intents, reason);
        self.let_be_patient(&mut run);
        if let Some(dialog) = self.dialogs.last_mut() {
            dialog.problem = None;
            dialog.stage = Stage::Running(Box::new(run));
            if let Form::AddMember(form) = &dialog.form
                && form.chosen() != Role::Admin
            {
                self.added_as.insert(form.workspace.clone(), form.chosen());
            }
        }
        effects
    }

    /// Begins to make `intents` as the caller that is known by now.
    fn start_run(&mut self, intents: Vec<Intent>, reason: Option<String>) -> (Run, Vec<Effect>) {
        self.session.has_changed = true;
        let (now, caller) = (self.now, self.identity());
        let explained = |intent: Intent| match &reason {
            // What is typed now says it better than what a file says.
            Some(_) => Intent { reason: None, ..intent },
            None => intent,
        };
        let intents = intents
            .into_iter()
            .map(|intent| explained(intent).told_by(&caller))
            .collect();
        let (mut run, effects) = Run::start(Intent::in_order(intents, &caller), now, || self.ticket(Wait::Change));
        run.sign(self.provenance(reason));
        (run, effects)
    }

    /// Returns what is written down of whoever does something now, for this reason.
    pub(super) fn provenance(&self, reason: Option<String>) -> Provenance {
        Provenance {
            version: self.session.info.value().and_then(|info| info.version.clone()),
            caller: self.identity().as_sender(),
            reason,
            ..Provenance::default()
        }
    }

    /// Lets changes wait that need a right which the platform may not know of yet.
    fn let_be_patient(&self, run: &mut Run) {
        // Nobody is known as Admin of what does not exist yet.
        let made: Vec<WorkspaceName> = run
            .changes()
            .filter(|change| matches!(change, Change::CreateWorkspace { .. }))
            .map(|change| change.workspace().clone())
            .collect();
        run.be_patient(made.into_iter().map(|workspace| (workspace, TRIES)));
        let workspaces: BTreeSet<WorkspaceName> = run.changes().map(|change| change.workspace().clone()).collect();
        let young = workspaces.into_iter().filter_map(|workspace| {
            let right = self.young_right(&workspace)?;
            Some((workspace, right.tries(self.now)))
        });
        run.be_patient(young);
    }

    /// Puts the removed Admin back. The banner stays until it is seen that there is an Admin again. It asks for nothing: it
    /// is only offered after a change of this session, before which the name of a protected context was typed.
    pub(super) fn mend(&mut self) -> Vec<Effect> {
        let Some(repair) = self.repair.clone() else {
            return Vec::new();
        };
        if repair.is_out_of_reach {
            self.equivalent = Some(self.commands_of_repair(&repair.change));
            return Vec::new();
        }
        let (run, effects) = self.start_run(vec![Intent::from(repair.change)], None);
        self.detached.push(run);
        self.say(Tone::Progress, "putting the Admin back…");
        effects
    }

    /// Stops what has not begun of several changes. Else leaves the dialog; a change that may have been sent goes on, and
    /// its outcome is told in the notice row.
    pub(super) fn stop_waiting(&mut self) -> Vec<Effect> {
        if let Some(effects) = self.stop_trying().or_else(|| self.stop_starting()) {
            return effects;
        }
        let Some(Dialog {
            stage: Stage::Running(mut run),
            ..
        }) = self.dialogs.pop()
        else {
            return Vec::new();
        };
        let was_put_off = run.is_put_off().is_some();
        let mut effects: Vec<Effect> = run.stop().into_iter().map(|ticket| self.forget(ticket)).collect();
        if !run.is_over() {
            let text = match (run.n_under_way(), run.n_given_up()) {
                (_, 0) => "still running; the result will appear here".to_owned(),
                (1, rest) => format!(
                    "1 change is still running, {} not started; the result will appear here",
                    grouped(rest)
                ),
                (n, rest) => format!(
                    "{n} changes are still running, {} not started; the result will appear here",
                    grouped(rest)
                ),
            };
            self.say(Tone::Progress, &text);
            self.detached.push(*run);
        } else if run.settled().is_empty() {
            let text = if was_put_off {
                "stopped: nothing was changed"
            } else {
                "stopped before anything was sent"
            };
            self.say(Tone::Warning, text);
        } else {
            effects.extend(learn(self, run.settled()));
            let (_, text) = self.in_sum(&run);
            self.tell(Tone::Warning, &format!("stopped: {text}"));
        }
        self.refresh_confirmation();
        effects
    }

    /// Gives up what was refused and is put off; the dialog comes back with all that was typed.
    fn stop_trying(&mut self) -> Option<Vec<Effect>> {
        let place = self.dialogs.len().checked_sub(1)?;
        let Stage::Running(run) = &mut self.dialogs.get_mut(place)?.stage else {
            return None;
        };
        let (_, refused) = run.is_put_off()?;
        let refused = refused.clone();
        if !run.settled().is_empty() || run.n_under_way() > 1 {
            return None;
        }
        let workspace = run.phase()?.0.workspace().clone();
        let tickets = run.stop();
        let too_new = explain_what_is_too_new(self, &workspace, &refused);
        if let Some(dialog) = self.dialogs.get_mut(place) {
            dialog.stage = Stage::Editing;
            dialog.problem = Some(Problem::Failed(too_new.unwrap_or(refused)));
        }
        Some(tickets.into_iter().map(|ticket| self.forget(ticket)).collect())
    }

    /// Starts no more of several changes. The dialog waits for those that are under way and comes back with the rest.
    fn stop_starting(&mut self) -> Option<Vec<Effect>> {
        let place = self.dialogs.len().checked_sub(1)?;
        let Stage::Running(run) = &mut self.dialogs.get_mut(place)?.stage else {
            return None;
        };
        if !run.can_stop() {
            return None;
        }
        let tickets = run.stop();
        let over = run.is_over().then(|| run.clone());
        let mut effects: Vec<Effect> = tickets.into_iter().map(|ticket| self.forget(ticket)).collect();
        if let Some(run) = over {
            effects.extend(end_in_dialog(self, place, &run));
        }
        Some(effects)
    }

    /// Asks for the name of the workspace to be deleted, now that its contents are known; where they are known to be in
    /// the way, they have to go first, and nothing is typed before.
    pub(super) fn ask_for_the_name(&mut self) {
        let identity = self.identity();
        let refuses = self.deletion() == Deletion::Refuses;
        if let Some(dialog) = self.dialogs.last_mut()
            && let Form::DeleteWorkspace(form) = &mut dialog.form
            && !(refuses && !form.insists && form.leave_to_clear())
            && let Some(confirm) = Confirm::needed(
                &form.intents(),
                (Vec::new(), Vec::new()),
                &self.session,
                Tier::Apply,
                &identity,
                None,
            )
        {
            dialog.stage = Stage::Confirming(confirm.with_typed(&form.typed));
        }
    }

    /// Works out anew what follows from a pending confirmation, after something else has changed. What needs more
    /// than a yes by now (it has turned out to concern the caller) is asked anew.
    pub(super) fn refresh_confirmation(&mut self) {
        let (identity, generation) = (self.identity(), self.generation());
        let server = self.session.info.value();
        if let Some(dialog) = self.dialogs.last_mut() {
            let ctx = Ctx::new(&self.store, &identity, server, self.now);
            let mut questions = dialog.form.questions(ctx);
            let mut follows = Vec::new();
            if let Stage::Confirming(confirm) = &dialog.stage {
                questions.extend(ctx.passing(&confirm.intents));
                follows = ctx.follows(&*dialog.form, &confirm.intents, generation);
            }
            let least = dialog.form.least_tier();
            if let Stage::Confirming(confirm) = &mut dialog.stage
                && let Some(fresh) = Confirm::needed(
                    &confirm.intents,
                    (questions, follows),
                    &self.session,
                    least,
                    &identity,
                    confirm.opened_by,
                )
            {
                let is_refused = fresh.is_refused && !confirm.insists;
                if fresh.tier == confirm.tier && is_refused == confirm.is_refused {
                    confirm.consequences = fresh.consequences;
                } else {
                    let reason = std::mem::take(&mut confirm.reason);
                    *confirm = Confirm { reason, ..fresh };
                }
            }
        }
    }

    /// Comes back to the dialog below one that has changed something. What waited there for another Admin is asked about
    /// at once: no key that was meant for the dialog above can be the yes to a question that is put now.
    fn come_back(&mut self) {
        let was_refused = |problem: &Option<Problem>| matches!(problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::LastAdmin);
        let mut waited = false;
        if let Some(dialog) = self.dialogs.last_mut() {
            waited = matches!(dialog.stage, Stage::Confirming(_)) || was_refused(&dialog.problem);
            dialog.stage = Stage::Editing;
            if was_refused(&dialog.problem) {
                dialog.problem = None;
            }
        }
        // There may be another Admin now, or one who is gone.
        super::typing::replan(self);
        if waited {
            super::dialogs::ask_again(self);
        }
    }

    /// Takes the offer to mend a workspace back once it has an Admin again, and keeps it true to its members.
    pub(super) fn reconsider_repair(&mut self, workspace: &WorkspaceName) {
        let (Some(repair), Some(roster)) = (&self.repair, self.store.roster(workspace)) else {
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
                .map(|principal| repair_to(workspace, principal, &wanted, &roster))
        };
    }
}

/// Has a change looked at again, as its timer has run out.
pub(super) fn due(model: &mut Model, ticket: Ticket) -> Vec<Effect> {
    let asked = model.ticket(Wait::Change);
    let in_dialogs = model.dialogs.iter_mut().filter_map(|dialog| match &mut dialog.stage {
        Stage::Running(run) => Some(&mut **run),
        Stage::Editing | Stage::Confirming(_) => None,
    });
    let run = in_dialogs.chain(&mut model.detached).find(|run| run.waits_for(ticket));
    let effects = run.map(|run| run.due(ticket, || asked)).unwrap_or_default();
    let used_up = if effects.is_empty() { asked } else { ticket };
    model.waits.end(used_up);
    effects
}

/// Takes an answer that a change waits for.
pub(super) fn answered(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let place = model
        .dialogs
        .iter()
        .position(|dialog| matches!(&dialog.stage, Stage::Running(run) if run.waits_for(ticket)));
    if let Some(place) = place {
        return answered_in_dialog(model, place, (ticket, answer));
    }
    let Some(place) = model.detached.iter().position(|run| run.waits_for(ticket)) else {
        return Vec::new();
    };
    let mut run = model.detached.remove(place);
    let mut effects = hand_on(model, &mut run, (ticket, answer));
    if run.is_over() {
        effects.extend(learn(model, run.settled()));
        let (tone, text) = model.in_sum(&run);
        model.tell(tone, &text);
        effects.extend(leaving::tell_of_what_is_not_shown(model, run.settled()));
        model.refresh_confirmation();
    } else {
        model.detached.insert(place, run);
    }
    effects
}

fn answered_in_dialog(model: &mut Model, place: usize, (ticket, answer): (Ticket, Answer)) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.get_mut(place) else {
        return Vec::new();
    };
    // Taken out and put back: a plan of a thousand changes is not copied for each of its answers.
    let Stage::Running(mut run) = std::mem::replace(&mut dialog.stage, Stage::Editing) else {
        return Vec::new();
    };
    let mut effects = hand_on(model, &mut run, (ticket, answer));
    let over = run.is_over().then(|| run.clone());
    if let Some(dialog) = model.dialogs.get_mut(place) {
        dialog.stage = Stage::Running(run);
    }
    if let Some(run) = over {
        effects.extend(end_in_dialog(model, place, &run));
    }
    effects
}

/// Takes over what became of changes that a dialog has waited for, now that all are over.
pub(super) fn end_in_dialog(model: &mut Model, place: usize, run: &Run) -> Vec<Effect> {
    let mut effects = learn(model, run.settled());
    note_behaviour(model, place, run);
    for one in run.settled() {
        if matches!(&one.outcome, Outcome::Refused(failure) | Outcome::NotSent(failure) if failure.kind == FailureKind::BeingDeleted)
        {
            effects.extend(model.look_into_deletion(one.change.workspace().clone()));
        }
    }
    let n_open = model.dialogs.len();
    effects.extend(conclude(model, place, run));
    if model.dialogs.len() < n_open {
        model.come_back();
    }
    effects
}

/// Closes the dialog when everything was done; otherwise brings it back with the reason.
fn conclude(model: &mut Model, place: usize, run: &Run) -> Vec<Effect> {
    let settled = &*run.ends();
    let is_all_done = settled.iter().all(|one| one.outcome.is_done());
    if is_all_done {
        return close_done(model, place, run);
    }
    let vanished = settled.iter().find(|one| one.is_gone()).filter(|_| settled.len() == 1);
    if let Some(gone) = vanished {
        let (_, text) = in_words(gone);
        model.dialogs.remove(place);
        model.tell(Tone::Warning, text.as_str());
        return Vec::new();
    }
    let identity = model.identity();
    let too_new = settled.first().and_then(|one| {
        let (Outcome::NotSent(failure) | Outcome::Refused(failure)) = &one.outcome else {
            return None;
        };
        explain_what_is_too_new(model, one.change.workspace(), failure)
    });
    let n_done = settled.iter().filter(|one| one.outcome.is_done()).count();
    let left = left_behind(model, place, n_done);
    let unwatched = model.not_watched();
    let Some(dialog) = model.dialogs.get_mut(place) else {
        return Vec::new();
    };
    dialog.stage = Stage::Editing;
    let done: Vec<Place> = settled
        .iter()
        .filter(|one| one.outcome.is_done())
        .filter_map(|one| {
            Some(Place {
                workspace: one.change.workspace().clone(),
                principal: one.change.principal()?.clone(),
            })
        })
        .collect();
    if let Some(screen) = model.screens.last_mut() {
        screen.unmark(&done);
    }
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    dialog.form.take_settled(settled, ctx);
    dialog.problem = Some(match settled {
        [one] => too_new.map_or_else(|| problem(one, unwatched), Problem::Failed),
        _ => several(run, left, unwatched),
    });
    // Whoever closes the dialog can still call it back.
    if run.n_all() > 1 && !run.settled().is_empty() {
        let (tone, sum) = told(run);
        model.outcomes.note(model.now, Notice::new(tone, sum.as_str()));
    }
    Vec::new()
}

/// Returns what the dialog says of several changes of which not all were made: the sum, then each that was not.
fn several(run: &Run, left: Option<String>, unwatched: Option<SafeText>) -> Problem {
    let (tone, sum) = if run.settled().is_empty() {
        (Tone::Warning, SafeText::new("stopped before anything was sent"))
    } else if run.n_given_up() > 0 {
        let (tone, sum) = summary(run.settled(), run.n_given_up());
        (tone, SafeText::new(&format!("stopped: {sum}")))
    } else {
        summary(run.settled(), 0)
    };
    let left = left.map(|left| SafeText::new(&left));
    let undone = run.settled().iter().filter(|one| !one.outcome.is_done());
    let lines = std::iter::once(sum).chain(left).chain(unwatched);
    Problem::Several(tone, lines.chain(undone.map(|one| in_words(one).1)).collect())
}

/// Closes the dialog whose changes were all made, and says so; of a plan also what it had left out.
fn close_done(model: &mut Model, place: usize, run: &Run) -> Vec<Effect> {
    let settled = run.settled();
    let (tone, text) = told(run);
    let left = left_behind(model, place, settled.len());
    let closed = model.dialogs.remove(place);
    if let (Form::Plan(form), Some(screen)) = (&closed.form, model.screens.last_mut()) {
        screen.unmark(&form.over().collect::<Vec<Place>>());
    }
    match left {
        Some(left) => model.tell(Tone::Warning, &format!("{left}; {text}")),
        None => model.tell(tone, text.as_str()),
    }
    tell_that_it_goes_on(model, settled);
    let effects = leaving::tell_of_what_is_not_shown(model, settled);
    select_new(model, settled);
    effects
}

/// Returns what of a plan is done, and what is not although everything went well: it had been skipped.
fn left_behind(model: &Model, place: usize, n_done: usize) -> Option<String> {
    let form = &model.dialogs.get(place)?.form;
    if let Form::Undo(form) = form {
        return form.left_behind();
    }
    if let Form::Review(form) = form {
        return form.left_behind();
    }
    if let Form::DeleteWorkspaces(form) = form {
        return Some(format!("{n_done} deleted, {}", form.left_behind()?));
    }
    let Form::Plan(form) = form else {
        return None;
    };
    let left = form.left_behind()?;
    Some(format!("{}, {left}", form.done(n_done)))
}

/// Remembers what this platform has shown to do with a workspace that is not empty.
fn note_behaviour(model: &mut Model, place: usize, run: &Run) {
    let Some(Form::DeleteWorkspace(form)) = model.dialogs.get(place).map(|dialog| &dialog.form) else {
        return;
    };
    let mut shown = run.settled().iter().filter_map(|one| form.shown_by(&one.outcome));
    if let Some(shown) = shown.next_back() {
        model.session.observed_deletion = Some(shown);
    }
}

/// Says of a workspace that the platform has accepted to delete that this is not the end of it, and remembers how
/// this platform goes about it.
fn tell_that_it_goes_on(model: &mut Model, settled: &[Settled]) {
    let [
        Settled {
            change: Change::DeleteWorkspace { workspace },
            ..
        },
    ] = settled
    else {
        return;
    };
    let Some(deletion) = model.store.deletions().find(workspace) else {
        return;
    };
    let how = match deletion.visibility {
        ProgressVisibility::Told => "progress is shown in its row",
        ProgressVisibility::Withheld => "only its creator and platform admins see the progress",
        ProgressVisibility::NotTold | ProgressVisibility::NothingToSee => "this platform does not report progress",
        ProgressVisibility::CannotTell => "cannot tell whether this platform reports progress",
    };
    let text = format!("deleting '{}' and everything in it: {how}", workspace.shown());
    model.retell(Tone::Success, &text);
}

/// Explains a refusal that comes from a role that has not taken effect yet.
fn explain_what_is_too_new(model: &Model, workspace: &WorkspaceName, refused: &Failure) -> Option<Failure> {
    let right = model.young_right(workspace)?;
    (refused.kind == FailureKind::Forbidden).then(|| Failure {
        headline: SafeText::new(&format!("nothing was changed: {}", right.in_words(model.now))),
        said: None,
        next: SafeText::new("apply again then"),
        ..refused.clone()
    })
}

/// Puts the cursor on what was just made; a filter that hides it gives way.
fn select_new(model: &mut Model, settled: &[Settled]) {
    let Some(change) = settled.first().map(|one| &one.change) else {
        return;
    };
    if let Change::CreateWorkspace { name, .. } = change {
        select_workspace(model, name);
    }
    if let Change::CreateProject { name, .. } = change {
        let (kind, name) = (ResourceKind::Project, name.clone());
        select_thing(model, ResourceId { kind, name });
    }
    if let (Some(RoleChange::Add), Some(principal)) = (change.role_change(), change.principal()) {
        select_member(model, principal);
    }
}

/// Puts the cursor on a member, where its workspace is on show; a filter that hides it gives way.
fn select_member(model: &mut Model, principal: &Principal) {
    let height = model.table_rows();
    if let Some(Screen::Members(state)) = model.screens.last_mut()
        && !state.list.rows().contains(principal)
    {
        state.filter.clear();
        model.rebuild();
    }
    if let Some(Screen::Members(state)) = model.screens.last_mut() {
        state.list.select(principal, height);
    }
}

/// Puts the cursor on a thing, where what lies in its workspace is on show.
fn select_thing(model: &mut Model, id: ResourceId) {
    let height = model.table_rows();
    let row = Row::Thing(id);
    if let Some(Screen::Resources(state)) = model.screens.last_mut()
        && !state.list.rows().contains(&row)
    {
        state.filter.clear();
        state.kind = None;
        model.rebuild();
    }
    if let Some(Screen::Resources(state)) = model.screens.last_mut() {
        state.list.select(&row, height);
    }
}

/// Puts the cursor on the workspace `name`, where the list is on show and holds it.
pub(super) fn select_workspace(model: &mut Model, name: &WorkspaceName) {
    let height = model.table_rows();
    let is_known = model.store.find(name).is_some();
    if !is_known {
        return;
    }
    if let Some(Screen::Workspaces(state)) = model.screens.last_mut()
        && !state.list.rows().contains(name)
    {
        state.filter.clear();
        model.rebuild();
    }
    if let Some(Screen::Workspaces(state)) = model.screens.last_mut() {
        state.list.select(name, height);
    }
}
