//! From an answer to what is known. An answer nobody waits for any more is dropped here.

use super::{logging_in, runs, typing};
use crate::app::audit::{Done, Heard};
use crate::app::dialog::{Form, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::inventory::{Counted, Inventory};
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::msg::{Answer, Effect, Extent, Inspection, Msg, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::app::session::Lifting;
use crate::app::store::Listing;
use crate::app::waits::Wait;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::ServerInfo;
use crate::domain::text::{SafeText, counted, grouped};

/// Takes one answer, if anybody still waits for it.
pub(super) fn answered(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let Some(wait) = model.waits.get(ticket).cloned() else {
        // What nobody knows of any more must not be in force.
        let is_lift = matches!(answer, Answer::Lifted(Ok(_)));
        let (number, why) = (ticket.number(), SafeText::new(Lifting::MOVED_ON));
        return is_lift.then_some(Effect::EndLift { number, why }).into_iter().collect();
    };
    model.retrying.take_if(|retrying| retrying.ticket == ticket);
    model.note_refusal(&answer);
    if !answer.is_part() {
        model.waits.end(ticket);
    }
    match answer {
        Answer::Server(info) => return server(model, *info),
        Answer::Page { workspaces, total } => {
            if model.store.take_page(workspaces, total) {
                model.rebuild();
            }
        }
        Answer::Listed(end) => return listed(model, end),
        Answer::Inspected(workspace, inspection) => return inspected(model, &workspace, inspection, ticket),
        Answer::Counted(workspace, counted) => model.note_count(&workspace, &counted),
        Answer::Inventory(workspace, inventory) => return inventoried(model, &workspace, inventory),
        Answer::Resources(workspace, kind, page) => return model.take_resources(&workspace, kind, &page),
        Answer::Deletion(workspace, known) => return model.told_about_deletion(&workspace, known),
        Answer::Audit(heard) => model.heard(heard),
        Answer::History(principal, history) => model.take_history(&principal, &history),
        Answer::Activity(read) => model.take_activity(read),
        Answer::Touched(read) => model.take_touched(read),
        Answer::Planning(progress) => model.note_planning(ticket, progress),
        Answer::Folder(folder, files) => model.take_files(&folder, &files),
        Answer::Planned(planned) => model.take_plan(ticket, planned),
        Answer::Computed(Done::TakenIn { base, report, rosters }) => model.taken_in(&rosters, &base, report),
        Answer::Computed(Done::Sifted(rows)) => model.sifted(rows),
        Answer::Exported(written) => model.exported(written),
        Answer::ViewsKept(edit, kept) => return model.views_written(&edit, kept),
        Answer::Contexts(known) => model.take_contexts(known),
        Answer::Ways(ways) => return logging_in::take_ways(model, ticket, ways),
        Answer::Opened(opened) => return model.opened(ticket, opened),
        Answer::DeviceCode(code) => logging_in::take_code(model, ticket, code),
        Answer::LoggedIn(end) => return logging_in::logged_in(model, ticket, end),
        Answer::LoggedOut(context, end) => return model.logged_out(&context, end),
        Answer::Lifted(lifted) => return model.take_lift(ticket, lifted),
        Answer::Kept(setting, kept) => return model.kept(&setting, kept),
        Answer::Found(found) if model.watches.is_looking(ticket) => return model.watched(ticket, found.as_ref().ok()),
        Answer::Found(found) if let Wait::Recovery(open) = &wait => return model.recovered(open, found),
        Answer::Found(found) if let Some(name) = wait.sought() => return model.looked_for(name, &found),
        Answer::Found(_) | Answer::Sent(_) => return runs::answered(model, ticket, answer),
    }
    Vec::new()
}

fn server(model: &mut Model, info: Result<ServerInfo, Failure>) -> Vec<Effect> {
    let now = model.now;
    if let Err(failure) = &info
        && !model.store.workspaces().is_empty()
    {
        model.note_failed_refresh(failure);
    }
    let is_known = info.is_ok();
    let before = model.session.info.value().map(|info| info.identity.clone());
    let why = model.knows_the_server();
    model.session.info.settle(info, now);
    let mut effects = model.judge_anew(why);
    effects.extend(model.make_plan());
    if is_known && std::mem::take(&mut model.is_back) {
        effects.extend(model.is_back_as(before.as_ref()));
        model.refresh_confirmation();
        effects.extend(model.resume_following());
        model.rebuild();
        return effects;
    }
    model.refresh_confirmation();
    if is_known {
        effects.extend(model.resume_following());
    }
    model.rebuild();
    effects
}

fn listed(model: &mut Model, end: Result<Extent, Failure>) -> Vec<Effect> {
    if let Err(failure) = &end
        && !model.store.workspaces().is_empty()
    {
        model.say(Tone::Error, &format!("refresh failed: {}", failure.headline));
    }
    let extent = end.as_ref().ok().copied();
    let is_complete = extent.is_some();
    let expected = match model.store.listing() {
        Listing::Loading { total, .. } => *total,
        Listing::Absent | Listing::Complete | Listing::Failed(_) => None,
    };
    let over = model.store.take_end(end.map(|_| ()), model.now);
    let mut effects: Vec<Effect> = over.into_iter().map(Effect::Forget).collect();
    if let Some(extent) = extent {
        tell_what_is_missing(model, expected, extent);
        // A workspace whose members are on show and that is no longer listed is asked once more: the answer says why.
        for screen in &model.screens {
            if let Screen::Members(state) = screen {
                model.store.want(&state.workspace);
            }
        }
    }
    model.rebuild();
    if is_complete && let Some(name) = model.select_when_listed.take() {
        runs::select_workspace(model, &name);
    }
    // The list shows that the server is there after all.
    if is_complete && matches!(model.session.info, Remote::Failed { .. }) {
        effects.extend(model.ask_server());
    }
    effects
}

/// Says what is not on the list. The platform pages without a fixed order: what is made or deleted meanwhile can shift
/// rows past the reader. And a list that does not come to an end is left.
fn tell_what_is_missing(model: &mut Model, expected: Option<usize>, extent: Extent) {
    let n_listed = model.store.workspaces().len();
    let key = model.key_of(Context::Screen, Action::Refresh);
    let text = match (extent, expected.filter(|expected| *expected != n_listed)) {
        (Extent::LeftEarly, _) => format!(
            "the list does not end: loading stopped after {}; press {key} to load it again, or start with \
             --workspace NAME for one that is not on it",
            counted(n_listed, "workspace")
        ),
        (Extent::ToTheEnd, Some(expected)) => format!(
            "the list changed while loading: it shows {} of {}; press {key} to load it again",
            counted(n_listed, "workspace"),
            grouped(expected)
        ),
        (Extent::ToTheEnd, None) => return,
    };
    model.say(Tone::Warning, &text);
}

fn inspected(
    model: &mut Model,
    workspace: &WorkspaceName,
    inspection: Result<Inspection, Failure>,
    ticket: Ticket,
) -> Vec<Effect> {
    if let Some(right) = model.not_effective_yet(workspace, &inspection) {
        model.store.not_yet(workspace);
        return model.try_again_later(workspace, right);
    }
    let had_halted = model.store.halted().is_some();
    model.store.take_details(workspace, inspection, ticket, model.now);
    note_failed_inspection(model, workspace, had_halted);
    if had_halted == model.store.halted().is_some() {
        model.rebuild_for(workspace);
    } else {
        // Every row says by now that it is not going to be read.
        model.rebuild();
    }
    model.reconsider_repair(workspace);
    let effects = model.notice_what_came(workspace);
    typing::replan(model);
    typing::replan_undo(model);
    model.refresh_confirmation();
    effects
}

/// Leaves a notice where what is on show could not be read again.
fn note_failed_inspection(model: &mut Model, workspace: &WorkspaceName, had_halted: bool) {
    let failure = model.screen().failure_of(workspace, &model.store, !had_halted);
    if let Some(failure) = failure.cloned() {
        model.note_failed_refresh(&failure);
    }
}

impl Model {
    /// Computes the rows anew that show what was read of `workspace`.
    pub(super) fn rebuild_for(&mut self, workspace: &WorkspaceName) {
        self.rebuild_where(|screen, known| screen.depends_on(workspace, known));
    }

    /// Returns whether `msg` only brings more of what is shown as being read, so that a frame for it can wait a moment:
    /// of a long list and its details there are hundreds, and each frame goes over the line.
    pub fn is_progress(&self, msg: &Msg) -> bool {
        let Msg::Answered { ticket, answer } = msg else {
            return false;
        };
        // What nobody waits for changes nothing.
        if self.waits.get(*ticket).is_none() {
            return true;
        }
        if let Answer::Inspected(_, inspection) = answer {
            return inspection.is_ok() && matches!(self.screen(), Screen::Workspaces(_));
        }
        matches!(answer, Answer::Audit(Heard::Progress(_)) | Answer::Planning(_))
            || (matches!(answer, Answer::Audit(Heard::Part(_))) && self.store.report().is_some())
            || (matches!(answer, Answer::Page { .. }) && !self.store.workspaces().is_empty())
    }

    /// Leaves a notice that what is on show could not be read again, unless an outcome stands there: how old the rows
    /// are is told above them, too.
    pub(super) fn note_failed_refresh(&mut self, failure: &Failure) {
        if self.notice.is_none() {
            self.say(Tone::Error, &format!("refresh failed: {}", failure.headline));
        }
    }

    /// Notes how many things of one kind were counted, for the dialog that waits for all of them.
    fn note_count(&mut self, workspace: &WorkspaceName, counted: &Counted) {
        for dialog in &mut self.dialogs {
            if let Form::DeleteWorkspace(form) = &mut dialog.form
                && form.workspace == *workspace
            {
                form.so_far.push(counted.clone());
            }
        }
    }
}

/// Takes what is lost with a workspace to be deleted.
fn inventoried(
    model: &mut Model,
    workspace: &WorkspaceName,
    inventory: Result<Box<Inventory>, Failure>,
) -> Vec<Effect> {
    let now = model.now;
    let is_gone = matches!(&inventory, Err(failure) if failure.kind == FailureKind::NotFound);
    if let Some(right) = model.cannot_count_yet(workspace, &inventory) {
        return model.count_later(workspace, right);
    }
    let mut dialogs = model.dialogs.iter_mut();
    let several = dialogs.find_map(|dialog| {
        let Form::DeleteWorkspaces(form) = &mut dialog.form else {
            return None;
        };
        Some(form)
    });
    if several.is_some_and(|form| form.take(workspace, inventory.clone())) {
        return if is_gone { model.reload() } else { Vec::new() };
    }
    for dialog in &mut model.dialogs {
        if let Form::DeleteWorkspace(form) = &mut dialog.form
            && form.workspace == *workspace
            && dialog.stage == Stage::Editing
        {
            form.inventory.settle(inventory, now);
            break;
        }
    }
    if is_gone {
        return model.reload();
    }
    Vec::new()
}
