//! Dialogs: opening them, what their keys do, and how a change gets its yes.

use super::logging_in;
use crate::app::contents::KindListing;
use crate::app::dialog::connection;
use crate::app::dialog::create::{self, What};
use crate::app::dialog::{self, Confirm, Ctx, Dialog, Field, FieldError, Form, Picker, Problem, Stage};
use crate::app::keymap::{self, Action, Chord, Context, DialogKey, Opens};
use crate::app::model::Model;
use crate::app::msg::{Effect, Query};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::{Screen, resources};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Member;
use crate::domain::policy::Tier;
use crate::domain::resource::ResourceKind;
use crate::domain::text::SafeText;
use std::borrow::Cow;

/// Opens the dialog `which` on what is selected.
pub(super) fn open(model: &mut Model, which: Opens, chord: Chord) -> Vec<Effect> {
    let Some(form) = form_for(model, which) else {
        return Vec::new();
    };
    model.dialogs.push(Dialog::new(form));
    match model.dialogs.last().map(|dialog| &dialog.form) {
        Some(Form::DeleteWorkspace(_)) => count_again(model),
        Some(Form::RemoveMember(_) | Form::DeleteResources(_) | Form::Connection(connection::Form::LogOut(_))) => {
            apply(model, chord)
        }
        Some(Form::Connection(connection::Form::LogIn(_))) => model.ask_ways(),
        Some(
            Form::Create(_)
            | Form::Describe(_)
            | Form::AddMember(_)
            | Form::ChangeRole(_)
            | Form::Deletion(_)
            | Form::Plan(_)
            | Form::Export(_)
            | Form::Connection(connection::Form::Connect(_)),
        )
        | None => Vec::new(),
    }
}

fn form_for(model: &Model, which: Opens) -> Option<Form> {
    match which {
        Opens::NewWorkspace => Some(Form::Create(create::Form::new(What::Workspace))),
        Opens::Export => Some(Form::Export(dialog::export::Form::new(model.now))),
        Opens::RemoveEverywhere => {
            let (principal, identity) = (model.principal()?.clone(), model.identity());
            let ctx = Ctx {
                store: &model.store,
                identity: &identity,
                server: model.session.info.value(),
            };
            Some(Form::Plan(dialog::plan::Form::removal(principal, ctx)))
        }
        Opens::CopyAccess => Some(Form::Plan(dialog::plan::Form::copying(model.principal()?.clone()))),
        Opens::LogIn => logging_in::form_for_selected(model),
        Opens::LogInHere => logging_in::form_for_here(model),
        Opens::LogOut => {
            let name = model.selected_context()?.name.clone();
            Some(Form::Connection(connection::Form::LogOut(name)))
        }
        Opens::Connect => {
            let form = connection::address::Form::new(false);
            Some(Form::Connection(connection::Form::Connect(Box::new(form))))
        }
        Opens::AddMember | Opens::ChangeRole | Opens::RemoveMember | Opens::Everyone => about_a_member(model, which),
        Opens::Describe | Opens::DeleteWorkspace | Opens::NewProject | Opens::DeleteResources => {
            about_a_workspace(model, which)
        }
    }
}

fn about_a_workspace(model: &Model, which: Opens) -> Option<Form> {
    let workspace = model.workspace()?.clone();
    match which {
        Opens::Describe => {
            let before = model.store.find(&workspace).and_then(|found| found.description.clone());
            Some(Form::Describe(dialog::describe::Form::new(workspace, before)))
        }
        Opens::DeleteWorkspace => {
            let kinds = ResourceKind::of(model.generation()).collect();
            let form = dialog::delete_workspace::Form::new(workspace, kinds);
            Some(Form::DeleteWorkspace(form))
        }
        Opens::NewProject => {
            let projects = contents(model)?.contents.of(Some(ResourceKind::Project));
            let known = projects.flat_map(KindListing::rows).map(|project| project.name.clone());
            let known = known.collect();
            Some(Form::Create(create::Form::new(What::Project { workspace, known })))
        }
        Opens::DeleteResources => {
            let targets = contents(model)?.targets().into_iter().cloned().collect();
            let form = dialog::delete_resources::Form::new(workspace, targets);
            Some(Form::DeleteResources(form))
        }
        Opens::NewWorkspace
        | Opens::AddMember
        | Opens::ChangeRole
        | Opens::RemoveMember
        | Opens::Everyone
        | Opens::RemoveEverywhere
        | Opens::CopyAccess
        | Opens::Export
        | Opens::LogIn
        | Opens::LogInHere
        | Opens::LogOut
        | Opens::Connect => None,
    }
}

fn about_a_member(model: &Model, which: Opens) -> Option<Form> {
    let workspace = model.workspace()?.clone();
    let member = model.member();
    match which {
        Opens::AddMember => Some(Form::AddMember(dialog::add_member::Form::new(workspace))),
        Opens::ChangeRole => {
            let Member {
                principal,
                roles: before,
                ..
            } = member?;
            Some(Form::ChangeRole(dialog::change_role::Form::new(
                workspace, principal, before,
            )))
        }
        Opens::RemoveMember => {
            let Member {
                principal,
                roles: before,
                ..
            } = member?;
            Some(Form::RemoveMember(dialog::remove_member::Form {
                workspace,
                principal,
                before,
            }))
        }
        Opens::Everyone => {
            let everyone = Principal::everyone();
            let before = model.roster(&workspace).map(|roster| roster.roles_of(&everyone));
            Some(match before.filter(|roles| !roles.is_empty()) {
                Some(before) => Form::ChangeRole(dialog::change_role::Form::new(workspace, everyone, before)),
                None => Form::AddMember(dialog::add_member::Form::for_everyone(workspace)),
            })
        }
        Opens::NewWorkspace
        | Opens::Describe
        | Opens::DeleteWorkspace
        | Opens::NewProject
        | Opens::DeleteResources
        | Opens::RemoveEverywhere
        | Opens::CopyAccess
        | Opens::Export
        | Opens::LogIn
        | Opens::LogInHere
        | Opens::LogOut
        | Opens::Connect => None,
    }
}

fn contents(model: &Model) -> Option<&resources::State> {
    let Screen::Resources(state) = model.screen() else {
        return None;
    };
    Some(state)
}

/// Takes a key of a dialog.
pub(super) fn pressed(model: &mut Model, key: DialogKey, chord: Chord) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    match key {
        DialogKey::OtherField => dialog.form.other_field(),
        DialogKey::MoveUp | DialogKey::MoveDown | DialogKey::Choose => choose(dialog, key),
        DialogKey::TakeProposal => {
            if let Some(picker) = dialog.form.picker_mut() {
                picker.take();
            }
            super::press::replan(model);
        }
        DialogKey::NextProposal | DialogKey::PreviousProposal => {
            if let Some(picker) = dialog.form.picker_mut() {
                picker.move_by(key == DialogKey::NextProposal);
            }
        }
        DialogKey::Apply => return apply(model, chord),
        DialogKey::CountAgain => return count_again(model),
        DialogKey::OpenLeft => return open_left(model),
        DialogKey::AddAdmin => add_admin(model),
        DialogKey::Cancel => return cancel(model),
        DialogKey::No => return refuse(model),
        DialogKey::SwitchAnswer => {
            if let Stage::Confirming(confirm) = &mut dialog.stage {
                confirm.is_on_yes = !confirm.is_on_yes;
            }
        }
        DialogKey::Yes => return agree(model, chord),
        DialogKey::Answer => {
            let Stage::Confirming(confirm) = &mut dialog.stage else {
                return Vec::new();
            };
            return match confirm.tier {
                Tier::Typed if confirm.is_typed() => agree(model, chord),
                Tier::Typed => {
                    confirm.is_mistyped = true;
                    Vec::new()
                }
                Tier::YesNo | Tier::Apply if confirm.is_on_yes => agree(model, chord),
                Tier::YesNo | Tier::Apply => refuse(model),
            };
        }
        DialogKey::CopyLink => return model.copy_link(),
        DialogKey::StopWaiting => return model.stop_waiting(),
    }
    Vec::new()
}

/// Chooses another. What was wrong with the choice before is not said of this one.
fn choose(dialog: &mut Dialog, key: DialogKey) {
    if key == DialogKey::Choose {
        dialog.form.choose_next();
    } else {
        dialog.form.move_by(key == DialogKey::MoveDown);
    }
    dialog.problem.take_if(|problem| matches!(problem, Problem::Typed(_)));
}

/// Checks the form; what needs no confirmation starts at once.
fn apply(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let (identity, generation) = (model.identity(), model.generation());
    match model.dialogs.last().map(|dialog| &dialog.form) {
        Some(Form::Export(_)) => return model.export(),
        Some(Form::Connection(_)) => return model.apply_connection(chord),
        Some(
            Form::Create(_)
            | Form::Describe(_)
            | Form::AddMember(_)
            | Form::ChangeRole(_)
            | Form::RemoveMember(_)
            | Form::DeleteWorkspace(_)
            | Form::DeleteResources(_)
            | Form::Deletion(_)
            | Form::Plan(_),
        )
        | None => {}
    }
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    if let Form::DeleteWorkspace(form) = &mut dialog.form
        && !matches!(form.inventory, Remote::Ready { .. })
    {
        return count_again(model);
    }
    let ctx = Ctx {
        store: &model.store,
        identity: &identity,
        server: model.session.info.value(),
    };
    // What is half typed is nobody yet.
    if let Some(question) = dialog.form.picker().and_then(Picker::question) {
        dialog.form.picker_mut();
        dialog.problem = Some(Problem::Typed(vec![FieldError {
            field: Field::Principals,
            what: SafeText::new(&question),
        }]));
        return Vec::new();
    }
    let intents = match dialog.form.check(ctx) {
        Ok(intents) => intents,
        Err(errors) => {
            dialog.problem = Some(Problem::Typed(errors));
            return Vec::new();
        }
    };
    dialog.problem = None;
    let mut questions = dialog.form.questions(ctx);
    questions.extend(ctx.passing(&intents));
    let store = &model.store;
    let rosters = |workspace: &WorkspaceName| store.roster(workspace).map(Cow::into_owned);
    match Confirm::needed(&intents, questions, rosters, &identity, Some(chord), generation) {
        Some(confirm) => {
            dialog.stage = Stage::Confirming(confirm);
            Vec::new()
        }
        None => model.run_in_dialog(intents),
    }
}

/// Counts, or counts again, what is lost with the workspace that the top dialog is about to delete.
pub(super) fn count_again(model: &mut Model) -> Vec<Effect> {
    let Some(Dialog {
        form: Form::DeleteWorkspace(form),
        ..
    }) = model.dialogs.last()
    else {
        return Vec::new();
    };
    if form.inventory.is_loading() {
        return Vec::new();
    }
    let query = Query::Inventory(form.workspace.clone(), form.kinds.clone());
    let (ticket, effect) = model.ask(query);
    if let Some(Dialog {
        form: Form::DeleteWorkspace(form),
        problem,
        stage,
        ..
    }) = model.dialogs.last_mut()
    {
        *problem = None;
        *stage = Stage::Editing;
        form.left.clear();
        form.so_far.clear();
        form.inventory.ask(ticket);
    }
    vec![effect]
}

/// Goes to what must be deleted first; the dialog waits there and goes on afterwards.
fn open_left(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.pop() else {
        return Vec::new();
    };
    let Form::DeleteWorkspace(form) = &dialog.form else {
        model.dialogs.push(dialog);
        return Vec::new();
    };
    let workspace = form.workspace.clone();
    let (word, kind) = form
        .chosen()
        .map_or((None, None), |(word, kind)| (Some(word.clone()), kind));
    let effects = model.open_resources(workspace, kind, Some(dialog));
    if let (Some(word), None) = (word, kind) {
        let text = format!("this console knows no '{word}': delete it with the tool that made it");
        model.say(Tone::Warning, &text);
    }
    effects
}

fn agree(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let Some(Stage::Confirming(confirm)) = model.dialogs.last().map(|dialog| &dialog.stage) else {
        return Vec::new();
    };
    // What must be typed cannot be typed by the key that opened the question.
    if confirm.tier != Tier::Typed && !confirm.accepts(chord) {
        let yes = keymap::key_of(Context::Confirm, Action::Dialog(DialogKey::Yes));
        let text = format!("{chord} opened this question, so it cannot answer yes: press {yes}");
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    if model.dialogs.last().is_some_and(|dialog| dialog.connecting().is_some()) {
        return model.log_out();
    }
    let intents = confirm.intents.clone();
    let typed = confirm.typed.value().to_owned();
    if let Some(Form::DeleteWorkspace(form)) = model.dialogs.last_mut().map(|dialog| &mut dialog.form) {
        form.typed = typed;
    }
    model.run_in_dialog(intents)
}

/// Whether the top dialog stays for now, since leaving it would drop what is typed and that was asked for only once:
/// an arrow key that comes in two parts begins like esc.
fn stays(model: &mut Model) -> bool {
    let Some(dialog) = model.dialogs.last_mut() else {
        return false;
    };
    let is_first = dialog.has_typed() && !dialog.is_leaving;
    dialog.is_leaving = is_first;
    is_first
}

/// A no leads back to the form where there is one to edit, else out of the dialog.
fn refuse(model: &mut Model) -> Vec<Effect> {
    if stays(model) {
        return Vec::new();
    }
    match model.dialogs.last_mut() {
        Some(dialog) if dialog.form.is_editable() => {
            dialog.stage = Stage::Editing;
            Vec::new()
        }
        Some(_) => close(model),
        None => Vec::new(),
    }
}

fn cancel(model: &mut Model) -> Vec<Effect> {
    if let Some(effects) = model.stop_connecting() {
        return effects;
    }
    if stays(model) {
        return Vec::new();
    }
    close(model)
}

fn close(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.pop() else {
        return Vec::new();
    };
    model.refresh_confirmation();
    match dialog.form {
        Form::DeleteWorkspace(form) => model.abandon(|wait| wait.is_inventory_of(&form.workspace)),
        Form::Connection(form) => model.forget_asked(&form),
        Form::Create(_)
        | Form::Describe(_)
        | Form::AddMember(_)
        | Form::ChangeRole(_)
        | Form::RemoveMember(_)
        | Form::DeleteResources(_)
        | Form::Deletion(_)
        | Form::Plan(_)
        // What is being written is written; only the dialog does not wait for it any more.
        | Form::Export(_) => Vec::new(),
    }
}

fn add_admin(model: &mut Model) {
    let workspace = model.dialogs.last().and_then(|dialog| {
        if let Form::Plan(form) = &dialog.form {
            return form.needs_admin();
        }
        dialog.form.workspace()
    });
    let workspace = workspace.cloned();
    if let Some(workspace) = workspace {
        model
            .dialogs
            .push(Dialog::new(Form::AddMember(dialog::add_member::Form::for_admin(
                workspace,
            ))));
    }
}
