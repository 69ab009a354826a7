//! From an answer to what is known. An answer nobody waits for any more is dropped here.

use super::{connecting, runs};
use crate::app::audit::Heard;
use crate::app::dialog::{Form, Stage};
use crate::app::failure::{Failure, FailureKind};
use crate::app::inventory::{Counted, Inventory};
use crate::app::keymap::{self, Action, Context};
use crate::app::model::{Matter, Model, Purpose};
use crate::app::msg::{Answer, Effect, Extent, Inspection, Msg, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::app::store::Listing;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::ServerInfo;
use crate::domain::text::{counted, grouped};
use crate::domain::workspace::CallerAccess;

/// Takes one answer. One of another kind than its question says nothing: the question has failed.
pub(super) fn answered(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let Some(purpose) = model.wanted.get(&ticket).cloned() else {
        return Vec::new();
    };
    if matches!(purpose, Purpose::Clock | Purpose::LookAgain(_) | Purpose::FollowUp(_)) {
        return Vec::new();
    }
    model.retrying.take_if(|retrying| retrying.ticket == ticket);
    // Only a list, an inventory, an audit and a login are answered in several parts.
    let is_part = matches!(
        (&purpose, &answer),
        (Purpose::List, Answer::Page { .. })
            | (Purpose::Inventory(_), Answer::Counted(_))
            | (Purpose::Audit, Answer::Audit(Heard::Progress(_) | Heard::Part(_)))
            | (Purpose::Matter(Matter::LogIn), Answer::DeviceCode(_))
    );
    if !matches!(purpose, Purpose::Matter(_)) {
        model.note_refusal(&answer);
    }
    if !is_part {
        model.wanted.remove(&ticket);
    }
    match (purpose, answer) {
        (Purpose::Server, Answer::Server(info)) => return server(model, *info),
        (Purpose::Server, _) => return server(model, Err(Failure::misfit())),
        (Purpose::List, Answer::Page { workspaces, total }) => {
            if model.store.take_page(workspaces, total) {
                model.rebuild();
            }
        }
        (Purpose::List, Answer::Listed(end)) => return listed(model, end),
        (Purpose::List, _) => return listed(model, Err(Failure::misfit())),
        (Purpose::Inspect(workspace), Answer::Inspected(inspection)) => {
            return inspected(model, &workspace, inspection, ticket);
        }
        (Purpose::Inspect(workspace), _) => return inspected(model, &workspace, Err(Failure::misfit()), ticket),
        (Purpose::Inventory(workspace), Answer::Counted(counted)) => model.note_count(&workspace, &counted),
        (Purpose::Inventory(workspace), Answer::Inventory(inventory)) => {
            return inventoried(model, &workspace, inventory);
        }
        (Purpose::Inventory(workspace), _) => return inventoried(model, &workspace, Err(Failure::misfit())),
        (Purpose::KindListing(at, kind), Answer::Resources(page)) => model.take_resources(&at, kind, &page),
        (Purpose::KindListing(at, kind), _) => model.take_resources(&at, kind, &Err(Failure::misfit())),
        (Purpose::Deletion(workspace), Answer::Deletion(known)) => {
            return model.told_about_deletion(&workspace, known);
        }
        (Purpose::Deletion(workspace), _) => return model.told_about_deletion(&workspace, Err(Failure::misfit())),
        (Purpose::Audit, Answer::Audit(heard)) => model.heard(heard),
        (Purpose::Audit, _) => model.heard(Heard::End(None, Some(Failure::misfit()))),
        (Purpose::History(principal), Answer::History(history)) => model.take_history(&principal, &history),
        (Purpose::History(principal), _) => model.take_history(&principal, &Err(Failure::misfit())),
        (Purpose::TakeIn(rosters), Answer::Computed(done)) => model.taken_in(&rosters, done),
        (Purpose::Sift, Answer::Computed(done)) => model.sifted(done),
        (Purpose::Export, Answer::Exported(written)) => model.exported(written),
        (Purpose::Export, _) => model.exported(Err(Failure::misfit())),
        (Purpose::Matter(matter), answer) => return connecting::answered(model, ticket, &matter, answer),
        (Purpose::Run, answer) => return runs::answered(model, ticket, answer),
        (Purpose::Watch, Answer::Found(found)) => return model.watched(ticket, found.as_ref().ok()),
        (Purpose::Watch, _) => return model.watched(ticket, None),
        // Work beside the loop cannot fail, and timers are not answered: an answer to them says nothing.
        (Purpose::TakeIn(_) | Purpose::Sift | Purpose::Clock | Purpose::LookAgain(_) | Purpose::FollowUp(_), _) => {}
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
    let key = keymap::key_of(Context::Screen, Action::Refresh);
    let text = match (extent, expected.filter(|expected| *expected != n_listed)) {
        (Extent::LeftEarly, _) => format!(
            "the list does not come to an end: it was left after {}; press {key} to read it again, or start with \
             --workspace NAME for one that is not on it",
            counted(n_listed, "workspace")
        ),
        (Extent::ToTheEnd, Some(expected)) => format!(
            "the list changed while it was read: it shows {} of {}; press {key} to read it again",
            counted(n_listed, "workspace"),
            grouped(expected)
        ),
        (Extent::ToTheEnd, None) => return,
    };
    model.say(Tone::Warning, &text);
}

/// How long roles may take to become effective: the platform's default and as much again.
pub(super) const PROPAGATION: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
/// How long until a look at a workspace whose roles are not effective yet is worth repeating.
const LOOK_AGAIN: std::time::Duration = std::time::Duration::from_secs(2);

fn inspected(
    model: &mut Model,
    workspace: &WorkspaceName,
    inspection: Result<Inspection, Failure>,
    ticket: Ticket,
) -> Vec<Effect> {
    if is_not_effective_yet(model, workspace, &inspection) {
        model.store.not_yet(workspace);
        let ticket = model.ticket(Purpose::LookAgain(workspace.clone()));
        return vec![Effect::After {
            ticket,
            delay: LOOK_AGAIN,
        }];
    }
    model.fresh.remove(workspace);
    let had_halted = model.store.halted().is_some();
    model.store.take_details(workspace, inspection, ticket, model.now);
    note_failed_inspection(model, workspace, had_halted);
    model.rebuild_for(workspace);
    model.reconsider_repair(workspace);
    let effects = model.notice_what_came(workspace);
    model.refresh_confirmation();
    effects
}

/// Leaves a notice where what is on show could not be read again.
fn note_failed_inspection(model: &mut Model, workspace: &WorkspaceName, had_halted: bool) {
    let failure = match model.screen() {
        Screen::Members(state) if state.workspace == *workspace => {
            let details = model.store.details(workspace);
            details.failure.filter(|_| details.is_known())
        }
        Screen::Resources(state) if state.workspace == *workspace => model.store.details(workspace).failure,
        Screen::Workspaces(_) => model.store.halted().filter(|_| !had_halted),
        Screen::Members(_)
        | Screen::Resources(_)
        | Screen::Audit(_)
        | Screen::Principal(_)
        | Screen::Contexts(_)
        | Screen::Welcome(_)
        | Screen::Help(_) => None,
    };
    if let Some(failure) = failure.cloned() {
        model.note_failed_refresh(&failure);
    }
}

/// Whether the maker of a workspace is still refused because the platform has not rebuilt its policy.
fn is_not_effective_yet(model: &Model, workspace: &WorkspaceName, inspection: &Result<Inspection, Failure>) -> bool {
    let made_at = model.fresh.get(workspace);
    made_at.is_some_and(|made_at| model.now.duration_since(*made_at) < PROPAGATION)
        && matches!(
            inspection,
            Ok(Inspection {
                caller_access: CallerAccess::Nothing,
                ..
            })
        )
}

impl Model {
    /// Computes the rows anew that show what was read of `workspace`.
    pub(super) fn rebuild_for(&mut self, workspace: &WorkspaceName) {
        let caller = self.identity();
        let known = self.known(&caller);
        let needs_rebuild = self.screens.iter().any(|screen| match screen {
            Screen::Workspaces(state) => state.depends_on_details(workspace, &known),
            Screen::Members(state) => state.workspace == *workspace,
            Screen::Principal(_) => true,
            Screen::Resources(_) | Screen::Audit(_) | Screen::Contexts(_) | Screen::Welcome(_) | Screen::Help(_) => {
                false
            }
        });
        if needs_rebuild {
            self.rebuild();
        }
    }

    /// Returns whether `msg` only brings more of what is shown as being read, so that a frame for it can wait a moment:
    /// of a long list and its details there are hundreds, and each frame goes over the line.
    pub fn is_progress(&self, msg: &Msg) -> bool {
        let Msg::Answered { ticket, answer } = msg else {
            return false;
        };
        match (self.wanted.get(ticket), answer) {
            (Some(Purpose::List), Answer::Page { .. }) => !self.store.workspaces().is_empty(),
            (Some(Purpose::Inspect(_)), Answer::Inspected(inspection)) => {
                inspection.is_ok() && matches!(self.screen(), Screen::Workspaces(_))
            }
            // What nobody waits for changes nothing.
            (Some(Purpose::Audit), Answer::Audit(Heard::Progress(_))) | (None, _) => true,
            (Some(Purpose::Audit), Answer::Audit(Heard::Part(_))) => self.store.report().is_some(),
            (Some(_), _) => false,
        }
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

/// What is lost with a workspace to be deleted is known: now its name may be asked for.
fn inventoried(
    model: &mut Model,
    workspace: &WorkspaceName,
    inventory: Result<Box<Inventory>, Failure>,
) -> Vec<Effect> {
    let now = model.now;
    let is_gone = matches!(&inventory, Err(failure) if failure.kind == FailureKind::NotFound);
    for dialog in &mut model.dialogs {
        if let Form::DeleteWorkspace(form) = &mut dialog.form
            && form.workspace == *workspace
            && dialog.stage == Stage::Editing
        {
            form.inventory.settle(inventory, now);
            if matches!(form.inventory, Remote::Ready { .. }) {
                model.ask_for_the_name();
            }
            break;
        }
    }
    if is_gone {
        return model.reload();
    }
    Vec::new()
}
