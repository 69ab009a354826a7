//! Dialogs: a form, the stage it is in, and what went wrong last.
//!
//! A dialog is a value. It carries the pending changes as data; what confirms it, what is sent and what is
//! shown all come from them. A failure brings it back to [`Stage::Editing`] with all input kept.

pub mod add_member;
pub mod change_role;
pub mod columns;
pub mod confirm;
pub mod connect;
pub mod create;
mod ctx;
pub mod delete_resources;
pub mod delete_workspace;
pub mod delete_workspaces;
pub mod deletion;
pub mod describe;
pub mod export;
mod form;
pub mod lift;
pub mod log_in;
pub mod log_out;
pub mod palette;
pub mod picker;
pub mod plan;
pub mod remove_member;
pub mod review;
mod standing;
pub mod undo;
pub mod views;

pub use confirm::Confirm;
pub use ctx::{Ctx, Field, FieldError, Selected};
pub use form::{Apply, DialogForm, Row};
pub use picker::Picker;
pub use standing::Standing;

use super::change::Run;
use super::failure::{Failure, FailureKind};
use super::keymap::{Action, Chord, Context, DialogKey, KeyMap, Opens};
use super::msg::Ticket;
use super::notice::Tone;
use crate::domain::text::SafeText;
use std::ops::{Deref, DerefMut};

/// One open dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// Its number among all that have been in front; none where it has not been yet.
    pub number: Option<usize>,
    /// What is asked for.
    pub form: Form,
    /// How far it is.
    pub stage: Stage,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// Whether it was asked for to be left over what is typed, and waits to be asked again.
    pub is_leaving: bool,
    /// The key that opened it, or has brought it back from what was stopped: it may still be held down.
    pub opened_by: Option<Chord>,
    /// The key that was pressed last, while it may be one that is held down and repeats itself.
    pub delayed: Option<Delayed>,
}

/// A key that does its work once it is plain that it is not held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delayed {
    /// Which key.
    pub chord: Chord,
    /// The timer until then.
    pub ticket: Ticket,
    /// Whether it has come again, as a key does that is held down: then it does nothing at all.
    pub is_held: bool,
}

/// How far a dialog is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Keys and pastes edit the form.
    Editing,
    /// A yes is asked for.
    Confirming(Confirm),
    /// The changes are being made.
    Running(Box<Run>),
}

/// What went wrong last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The platform, or the way to it.
    Failed(Failure),
    /// Somebody else changed it meanwhile: a second Apply is needed.
    Drifted(SafeText),
    /// Something typed.
    Typed(Vec<FieldError>),
    /// Several changes of which not all were made: how bad that is, and what happened to each.
    Several(Tone, Vec<SafeText>),
}

/// The forms. What they are asked, they answer as [`DialogForm`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `New workspace`, `New project`.
    Create(create::Form),
    /// `Describe workspace`.
    Describe(describe::Form),
    /// `Add member`.
    AddMember(add_member::Form),
    /// `Change role`.
    ChangeRole(change_role::Form),
    /// `Remove member`.
    RemoveMember(remove_member::Form),
    /// `Delete workspace`.
    DeleteWorkspace(delete_workspace::Form),
    /// `Delete workspaces`.
    DeleteWorkspaces(delete_workspaces::Form),
    /// `Delete project`, `Delete filesets`, …
    DeleteResources(delete_resources::Form),
    /// `Deletion status`.
    Deletion(deletion::Form),
    /// `Remove everywhere`, `Copy access`.
    Plan(plan::Form),
    /// `Undo`.
    Undo(undo::Form),
    /// `Apply plan`.
    Review(Box<review::Form>),
    /// Writes what the audit shows to a file.
    Export(export::Form),
    /// `Log in`.
    LogIn(Box<log_in::Form>),
    /// `Log out`.
    LogOut(log_out::Form),
    /// `Allow changes`.
    Lift(lift::Form),
    /// `Connect to an address`.
    Connect(connect::Form),
    /// `Columns`.
    Columns(columns::Form),
    /// `Views`.
    Views(Box<views::Form>),
    /// `Commands`.
    Palette(Box<palette::Form>),
}

impl Form {
    /// Returns the form that a key opens on what is selected; nothing where it is about something else.
    pub fn opened(which: Opens, on: &Selected<'_>) -> Option<Self> {
        match which {
            Opens::NewWorkspace => Some(Self::Create(create::Form::new(create::What::Workspace))),
            Opens::NewProject => create::Form::project(on).map(Self::Create),
            Opens::Describe => describe::Form::new(on).map(Self::Describe),
            Opens::DeleteWorkspace if on.marked.is_any() => {
                Some(Self::DeleteWorkspaces(delete_workspaces::Form::new(on)))
            }
            Opens::AddMember if !on.marked.workspaces.is_empty() => Some(Self::Plan(plan::Form::adding(on))),
            Opens::DeleteWorkspace => delete_workspace::Form::new(on).map(Self::DeleteWorkspace),
            Opens::DeleteResources => delete_resources::Form::new(on).map(Self::DeleteResources),
            Opens::AddMember => add_member::Form::of_selected(on).map(Self::AddMember),
            Opens::Mend => Some(Self::Plan(plan::Form::mending(on))),
            Opens::ChangeRole if on.marked.is_any() => Some(Self::Plan(plan::Form::choosing(on))),
            Opens::RemoveMember if on.marked.is_any() => Some(Self::Plan(plan::Form::taking(on))),
            Opens::ChangeRole => change_role::Form::of_member(on).map(Self::ChangeRole),
            Opens::RemoveMember => remove_member::Form::new(on).map(Self::RemoveMember),
            Opens::Everyone => change_role::Form::of_everyone(on).map(Self::ChangeRole),
            Opens::RemoveEverywhere => plan::Form::removal(on).map(Self::Plan),
            Opens::CopyAccess => plan::Form::copying(on).map(Self::Plan),
            Opens::Undo | Opens::UndoPlan => undo::Form::new(on).map(Self::Undo),
            Opens::Export => Some(Self::Export(export::Form::new(on.ctx.now))),
            Opens::LogIn => log_in::Form::selected(on).map(Box::new).map(Self::LogIn),
            Opens::LogInHere => log_in::Form::here(on).map(Box::new).map(Self::LogIn),
            Opens::LogOut => log_out::Form::new(on).map(Self::LogOut),
            // The list in front is known to the model alone.
            Opens::Columns | Opens::Views => None,
            Opens::Connect => Some(Self::Connect(connect::Form::new(false))),
        }
    }
}

impl Deref for Form {
    type Target = dyn DialogForm;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Create(form) => form,
            Self::Describe(form) => form,
            Self::AddMember(form) => form,
            Self::ChangeRole(form) => form,
            Self::RemoveMember(form) => form,
            Self::DeleteWorkspace(form) => form,
            Self::DeleteWorkspaces(form) => form,
            Self::DeleteResources(form) => form,
            Self::Deletion(form) => form,
            Self::Plan(form) => form,
            Self::Undo(form) => form,
            Self::Review(form) => &**form,
            Self::Export(form) => form,
            Self::LogIn(form) => &**form,
            Self::LogOut(form) => form,
            Self::Lift(form) => form,
            Self::Connect(form) => form,
            Self::Columns(form) => form,
            Self::Views(form) => &**form,
            Self::Palette(form) => &**form,
        }
    }
}

impl DerefMut for Form {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Create(form) => form,
            Self::Describe(form) => form,
            Self::AddMember(form) => form,
            Self::ChangeRole(form) => form,
            Self::RemoveMember(form) => form,
            Self::DeleteWorkspace(form) => form,
            Self::DeleteWorkspaces(form) => form,
            Self::DeleteResources(form) => form,
            Self::Deletion(form) => form,
            Self::Plan(form) => form,
            Self::Undo(form) => form,
            Self::Review(form) => &mut **form,
            Self::Export(form) => form,
            Self::LogIn(form) => &mut **form,
            Self::LogOut(form) => form,
            Self::Lift(form) => form,
            Self::Connect(form) => form,
            Self::Columns(form) => form,
            Self::Views(form) => &mut **form,
            Self::Palette(form) => &mut **form,
        }
    }
}

impl Dialog {
    /// Returns a dialog ready for input.
    pub fn new(form: Form) -> Self {
        Self {
            number: None,
            form,
            stage: Stage::Editing,
            problem: None,
            is_leaving: false,
            opened_by: None,
            delayed: None,
        }
    }

    /// Returns the contexts whose keys count in its present stage, where nobody is proposed.
    pub fn keys(&self) -> &'static [Context] {
        match &self.stage {
            Stage::Editing => self.form.keys(),
            Stage::Confirming(confirm) if confirm.reason.has_focus => {
                &[Context::Reason, Context::LongText, Context::Always]
            }
            Stage::Confirming(confirm) if confirm.is_refused => &[Context::Refused, Context::LongText, Context::Always],
            Stage::Confirming(confirm) if confirm.takes_text() => {
                &[Context::ConfirmTyped, Context::LongText, Context::Always]
            }
            Stage::Confirming(_) => &[Context::Confirm, Context::LongText, Context::Always],
            Stage::Running(run) if run.can_stop() => &[Context::RunningPlan, Context::LongText, Context::Always],
            Stage::Running(_) => &[Context::Running, Context::LongText, Context::Always],
        }
    }

    /// Returns whether it waits for the running ones of several changes, after the rest was given up.
    pub fn is_stopping(&self) -> bool {
        matches!(&self.stage, Stage::Running(run) if run.n_given_up() > 0)
    }

    /// Returns whether something typed would be lost by leaving the present stage.
    pub fn has_typed(&self) -> bool {
        match &self.stage {
            Stage::Editing => self.form.has_typed(),
            Stage::Confirming(confirm) => {
                !confirm.typed.value().is_empty()
                    || confirm.reason.words().is_some()
                    || (!self.form.is_editable() && self.form.has_typed())
            }
            Stage::Running(_) => false,
        }
    }

    /// Returns the question that stands while it waits to be asked again, where the keys of `here` count.
    pub fn leaving(&self, keymap: KeyMap, here: &[Context]) -> Option<String> {
        let goes_back =
            self.form.has_step_to_leave() || (matches!(self.stage, Stage::Confirming(_)) && self.form.is_editable());
        let does = if goes_back { "goes back" } else { "closes" };
        let leaves = [Action::Dialog(DialogKey::Cancel), Action::Dialog(DialogKey::No)];
        let mut bindings = here.iter().flat_map(|context| keymap.of(*context));
        let binding = bindings.find(|binding| leaves.contains(&binding.action))?;
        let key = keymap.key_at(here, binding.context, binding.action);
        self.is_leaving
            .then(|| format!("{key} again {does} and discards what you typed"))
    }

    /// Returns what is wrong with the fields, as far as it should be shown while typing.
    pub fn field_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let is_told =
            matches!(&self.problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::BeingDeleted);
        let mut errors = if is_told && matches!(self.form, Form::Create(_)) {
            // The platform has said the same, and more.
            Vec::new()
        } else {
            self.form.live_errors(ctx)
        };
        if let Some(Problem::Typed(typed)) = &self.problem {
            let fresh = typed.iter().filter(|error| !errors.contains(error)).cloned();
            errors.extend(fresh.collect::<Vec<_>>());
        }
        if let Some(Problem::Failed(failure)) = &self.problem {
            errors.extend(self.errors_from(failure));
        }
        errors
    }

    /// Returns the part of a failure that belongs under a field.
    fn errors_from(&self, failure: &Failure) -> Vec<FieldError> {
        let Some(field) = self.form.refused_field() else {
            return Vec::new();
        };
        if let FailureKind::Invalid(fields) = &failure.kind {
            let errors = fields.iter().map(|(name, what)| FieldError {
                field: field_named(name.as_str()).unwrap_or(field),
                what: what.clone(),
            });
            return errors.collect();
        }
        let is_about_the_name = matches!(failure.kind, FailureKind::AlreadyExists | FailureKind::BeingDeleted);
        let what = is_about_the_name.then(|| failure.words().clone());
        what.map(|what| FieldError { field, what }).into_iter().collect()
    }
}

fn field_named(name: &str) -> Option<Field> {
    match name {
        "name" => Some(Field::Name),
        "description" => Some(Field::Description),
        "principal" => Some(Field::Principals),
        "roles" => Some(Field::Role),
        _ => None,
    }
}
