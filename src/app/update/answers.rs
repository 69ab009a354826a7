//! From an answer to what is known. An answer nobody waits for any more is dropped here.

use super::runs;
use crate::app::dialog::{Form, Stage};
use crate::app::failure::Failure;
use crate::app::model::{Model, Purpose};
use crate::app::msg::{Answer, Effect, Inventory, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::ServerInfo;

/// Takes one answer.
pub(super) fn answered(model: &mut Model, ticket: Ticket, answer: Answer) -> Vec<Effect> {
    let Some(purpose) = model.wanted.get(&ticket).cloned() else {
        return Vec::new();
    };
    if model
        .retrying
        .as_ref()
        .is_some_and(|retrying| retrying.ticket == ticket)
    {
        model.retrying = None;
    }
    // Only a list is answered in several parts.
    if !matches!(answer, Answer::Page { .. }) {
        model.wanted.remove(&ticket);
    }
    match (purpose, answer) {
        (Purpose::Server, Answer::Server(info)) => server(model, *info),
        (Purpose::List, Answer::Page { workspaces, total }) => {
            model.directory.take_page(workspaces, total);
            model.rebuild();
        }
        (Purpose::List, Answer::Listed(end)) => listed(model, end),
        (Purpose::Inspect(workspace), Answer::Inspected(inspection)) => {
            model.directory.take_details(&workspace, inspection, model.now);
            let needs_rebuild = model.screens.iter().any(|screen| match screen {
                Screen::Workspaces(state) => state.depends_on_details(),
                Screen::Members(state) => state.workspace == workspace,
                Screen::Help(_) => false,
            });
            if needs_rebuild {
                model.rebuild();
            }
        }
        (Purpose::Inventory(workspace), Answer::Inventory(inventory)) => return counted(model, &workspace, inventory),
        (Purpose::Run, answer) => return runs::answered(model, ticket, answer),
        // An answer of another kind than its question cannot come from the runtime.
        (Purpose::Server | Purpose::List | Purpose::Inspect(_) | Purpose::Inventory(_) | Purpose::Clock, _) => {}
    }
    Vec::new()
}

fn server(model: &mut Model, info: Result<ServerInfo, Failure>) {
    let now = model.now;
    model.session.info.settle(info, now);
}

fn listed(model: &mut Model, end: Result<(), Failure>) {
    if let Err(failure) = &end
        && !model.directory.workspaces().is_empty()
    {
        model.say(Tone::Error, &format!("refresh failed: {}", failure.headline));
    }
    if end.is_ok() {
        model.directory.note_listed(model.now);
    }
    model.directory.take_end(end);
    model.rebuild();
}

/// The contents of a workspace to be deleted are known: now its name may be asked for.
fn counted(model: &mut Model, workspace: &WorkspaceName, inventory: Result<Inventory, Failure>) -> Vec<Effect> {
    let now = model.now;
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
    Vec::new()
}
