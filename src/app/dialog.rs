//! Dialogs: a form, the stage it is in, and what went wrong last.
//!
//! A dialog is a value. It carries the pending changes as data; what confirms it, what is sent and what is
//! shown all come from them. A failure brings it back to [`Stage::Editing`] with all input kept.

pub mod add_member;
pub mod change_role;
pub mod confirm;
pub mod connection;
pub mod create;
pub mod delete_resources;
pub mod delete_workspace;
pub mod deletion;
pub mod describe;
pub mod export;
pub mod picker;
pub mod plan;
pub mod remove_member;

pub use confirm::Confirm;
pub use picker::Picker;

use super::change::{Intent, Run};
use super::failure::{Failure, FailureKind};
use super::keymap::{self, Action, Context, DialogKey};
use super::store::Store;
use crate::app::text_field::TextField;
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::platform::ServerInfo;
use crate::domain::policy::Consequence;
use crate::domain::text::SafeText;
use std::borrow::Cow;
use std::collections::HashSet;

/// What a form may look at.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// Workspaces and members as known.
    pub store: &'a Store,
    /// The caller.
    pub identity: &'a Identity,
    /// The server, once it has been asked what it is.
    pub server: Option<&'a ServerInfo>,
}

impl<'a> Ctx<'a> {
    /// Returns everybody who holds or held something, as far as it was read; some of them twice.
    pub fn known(self) -> impl Iterator<Item = &'a Principal> {
        let audited = self.store.report().into_iter();
        let audited = audited.flat_map(|report| report.snapshot.principals().map(|(_, principal)| principal));
        self.store.seen().iter().chain(audited)
    }

    /// Returns who of those that `intents` are about can be taken for somebody else.
    pub fn passing(self, intents: &[Intent]) -> Vec<Consequence> {
        let mut found: Vec<Consequence> = Vec::new();
        let mut told: HashSet<&Principal> = HashSet::new();
        for principal in intents.iter().filter_map(|intent| intent.change.principal()) {
            if !told.insert(principal) {
                continue;
            }
            if let Some(other) = self.store.twin(principal) {
                found.push(Consequence::PassesFor {
                    principal: principal.clone(),
                    other: other.clone(),
                });
            }
        }
        found
    }

    /// Returns whether somebody is called exactly `raw`, as far as it was read.
    pub fn knows(self, raw: &str) -> bool {
        let principal = Principal::from_platform(raw);
        let is_audited = || {
            let report = self.store.report();
            report.is_some_and(|report| report.snapshot.principal_no(&principal).is_some())
        };
        let is_the_caller = || matches!(self.identity.is(&principal), IsCaller::Yes | IsCaller::Through);
        self.store.seen().contains(&principal) || is_audited() || is_the_caller()
    }
}

/// One open dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialog {
    /// What is asked for.
    pub form: Form,
    /// How far it is.
    pub stage: Stage,
    /// What went wrong last.
    pub problem: Option<Problem>,
    /// Whether it was asked for to be left over what is typed, and waits to be asked again.
    pub is_leaving: bool,
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
    /// Several changes of which not all were made; what happened to each.
    Several(Vec<SafeText>),
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub what: SafeText,
}

/// The fields of all forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The name of a workspace.
    Name,
    /// A description.
    Description,
    /// The principals to be added.
    Principals,
    /// The role.
    Role,
    /// The file.
    File,
    /// The format of the file.
    Format,
    /// The way to log in.
    Way,
    /// The e-mail that nobody checks.
    Email,
    /// The token or access key.
    Token,
    /// The address of a platform.
    Address,
}

/// The forms.
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
    /// `Delete project`, `Delete filesets`, …
    DeleteResources(delete_resources::Form),
    /// `Deletion status`.
    Deletion(deletion::Form),
    /// `Remove everywhere`, `Copy access`.
    Plan(plan::Form),
    /// Writes what the audit shows to a file.
    Export(export::Form),
    /// `Log in`, `Log out`, `Connect to an address`.
    Connection(connection::Form),
}

impl Form {
    /// Returns the title of the dialog; these words are stable.
    pub fn title(&self) -> Cow<'static, str> {
        match self {
            Self::Create(form) => form.title().into(),
            Self::Describe(_) => "Describe workspace".into(),
            Self::AddMember(_) => "Add member".into(),
            Self::ChangeRole(_) => "Change role".into(),
            Self::RemoveMember(_) => "Remove member".into(),
            Self::DeleteWorkspace(_) => "Delete workspace".into(),
            Self::DeleteResources(form) => form.title().into(),
            Self::Deletion(_) => "Deletion status".into(),
            Self::Plan(form) => form.title().into(),
            Self::Export(_) => "Export".into(),
            Self::Connection(form) => form.title().into(),
        }
    }

    /// Returns the workspace it is about, where that exists already.
    pub fn workspace(&self) -> Option<&WorkspaceName> {
        match self {
            Self::Create(form) => form.workspace(),
            Self::Describe(form) => Some(&form.workspace),
            Self::AddMember(form) => Some(&form.workspace),
            Self::ChangeRole(form) => Some(&form.workspace),
            Self::RemoveMember(form) => Some(&form.workspace),
            Self::DeleteWorkspace(form) => Some(&form.workspace),
            Self::DeleteResources(form) => Some(&form.workspace),
            Self::Deletion(form) => Some(&form.workspace),
            Self::Plan(_) | Self::Export(_) | Self::Connection(_) => None,
        }
    }

    /// Returns the changes the form asks for, in the order in which they are to be made.
    ///
    /// # Errors
    /// Names every field that is not right.
    pub fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        match self {
            Self::Create(form) => form.check(ctx),
            Self::Describe(form) => form.check(),
            Self::AddMember(form) => form.check(ctx),
            Self::ChangeRole(form) => form.check(),
            Self::RemoveMember(form) => form.check(),
            Self::DeleteWorkspace(form) => Ok(form.intents()),
            Self::DeleteResources(form) => Ok(form.intents()),
            Self::Deletion(form) => Ok(form.intents()),
            Self::Plan(form) => form.check(ctx),
            // Nothing on the platform is changed by it.
            Self::Export(_) | Self::Connection(_) => Ok(Vec::new()),
        }
    }

    /// Returns what of the text typed must be asked about before anything is done with it.
    pub fn questions(&self, ctx: Ctx<'_>) -> Vec<Consequence> {
        match self {
            Self::AddMember(form) => form.questions(ctx),
            Self::Plan(form) => form.questions(ctx),
            Self::Create(_)
            | Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_)
            | Self::Export(_)
            | Self::Connection(_) => Vec::new(),
        }
    }

    /// Returns the field that takes principals, if there is one.
    pub fn picker(&self) -> Option<&Picker> {
        match self {
            Self::AddMember(form) => Some(&form.principals),
            Self::Plan(form) => form.picker(),
            Self::Create(_)
            | Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_)
            | Self::Export(_)
            | Self::Connection(_) => None,
        }
    }

    /// Returns the field that takes principals, to be edited; the focus goes there.
    pub(in crate::app) fn picker_mut(&mut self) -> Option<&mut Picker> {
        match self {
            Self::AddMember(form) => Some(form.picker_mut()),
            Self::Plan(form) => form.picker_mut(),
            Self::Create(_)
            | Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_)
            | Self::Export(_)
            | Self::Connection(_) => None,
        }
    }

    /// Returns whether the focus is on a field that takes principals.
    pub fn is_on_picker(&self) -> bool {
        match self {
            Self::AddMember(form) => form.focus == Field::Principals,
            Self::Plan(form) => form.picker().is_some(),
            Self::Create(_)
            | Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_)
            | Self::Export(_)
            | Self::Connection(_) => false,
        }
    }

    /// Returns the text field that has the focus.
    pub fn text_field(&mut self) -> Option<&mut TextField> {
        match self {
            Self::Create(form) => Some(form.text_field()),
            Self::Describe(form) => Some(&mut form.text),
            Self::AddMember(form) => form.text_field(),
            Self::Plan(form) => form.text_field(),
            Self::Export(form) => form.text_field(),
            Self::Connection(form) => form.text_field(),
            Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => None,
        }
    }

    /// Returns whether any field holds what was typed or pasted, and not just what it was opened with.
    pub fn has_typed(&self) -> bool {
        match self {
            Self::Create(form) => form.has_typed(),
            Self::Describe(form) => form.has_typed(),
            Self::AddMember(form) => form.has_typed(),
            Self::Plan(form) => form.picker().is_some_and(|picker| !picker.value().is_empty()),
            Self::Export(form) => form.has_typed(),
            Self::Connection(form) => form.has_typed(),
            Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => false,
        }
    }

    /// Returns whether there is more than one field to move between.
    pub fn has_fields(&self) -> bool {
        match self {
            Self::Create(_) | Self::AddMember(_) | Self::Export(_) => true,
            Self::Connection(form) => form.has_fields(),
            Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_)
            | Self::Plan(_) => false,
        }
    }

    /// Returns whether the focus is on a choice between options.
    pub fn is_on_options(&self) -> bool {
        match self {
            Self::AddMember(form) => form.focus == Field::Role,
            Self::ChangeRole(_) => true,
            Self::Export(form) => form.focus == Field::Format,
            Self::Connection(form) => form.is_on_options(),
            Self::Plan(_)
            | Self::Create(_)
            | Self::Describe(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => false,
        }
    }

    /// Returns whether there are rows to go through besides fields and options.
    pub fn can_scroll(&self) -> bool {
        match self {
            Self::Plan(form) => form.entries.len() > plan::LISTED,
            Self::DeleteWorkspace(form) => !form.left.is_empty(),
            Self::AddMember(_)
            | Self::ChangeRole(_)
            | Self::Export(_)
            | Self::Connection(_)
            | Self::Create(_)
            | Self::Describe(_)
            | Self::RemoveMember(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => false,
        }
    }

    /// Moves to the next or previous field, round and round; all forms have two at most.
    pub fn other_field(&mut self) {
        match self {
            Self::Create(form) => form.other_field(),
            Self::AddMember(form) => form.other_field(),
            Self::Export(form) => form.other_field(),
            Self::Connection(form) => form.other_field(),
            Self::Plan(_)
            | Self::Describe(_)
            | Self::ChangeRole(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => {}
        }
    }

    /// Moves down or up: to the other option where the focus is on options, else to the other field.
    pub fn move_by(&mut self, down: bool) {
        match self {
            Self::AddMember(form) => form.move_by(down),
            Self::ChangeRole(form) => form.move_by(down),
            Self::Create(form) => form.other_field(),
            Self::DeleteWorkspace(form) => form.move_by(down),
            Self::Plan(form) => form.move_by(down),
            Self::Export(form) => form.move_by(down),
            Self::Connection(form) => form.move_by(down),
            Self::Describe(_) | Self::RemoveMember(_) | Self::DeleteResources(_) | Self::Deletion(_) => {}
        }
    }

    /// Chooses the next option, round and round.
    pub fn choose_next(&mut self) {
        match self {
            Self::AddMember(form) => form.choice = next_choice(form.choice),
            Self::ChangeRole(form) => form.choice = next_choice(form.choice),
            Self::Export(form) => form.choose_next(),
            Self::Connection(form) => form.choose_next(),
            Self::Plan(_)
            | Self::Create(_)
            | Self::Describe(_)
            | Self::RemoveMember(_)
            | Self::DeleteWorkspace(_)
            | Self::DeleteResources(_)
            | Self::Deletion(_) => {}
        }
    }

    /// Returns whether there is anything to edit, so that going back from a confirmation leads here.
    pub fn is_editable(&self) -> bool {
        match self {
            Self::Create(_)
            | Self::Describe(_)
            | Self::AddMember(_)
            | Self::ChangeRole(_)
            | Self::Plan(_)
            | Self::Export(_) => true,
            Self::Connection(form) => !matches!(form, connection::Form::LogOut(_)),
            Self::RemoveMember(_) | Self::DeleteWorkspace(_) | Self::DeleteResources(_) | Self::Deletion(_) => false,
        }
    }
}

fn next_choice(choice: usize) -> usize {
    (choice + 1) % crate::domain::role::Role::CHOICES.len()
}

/// Moves a choice between the roles by one, stopping at the ends.
fn moved_choice(choice: usize, down: bool) -> usize {
    let last = crate::domain::role::Role::CHOICES.len() - 1;
    if down {
        (choice + 1).min(last)
    } else {
        choice.saturating_sub(1)
    }
}

impl Dialog {
    /// Returns a dialog ready for input.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            stage: Stage::Editing,
            problem: None,
            is_leaving: false,
        }
    }

    /// Returns whether something typed would be lost by leaving the present stage.
    pub fn has_typed(&self) -> bool {
        match &self.stage {
            Stage::Editing => self.form.has_typed(),
            Stage::Confirming(confirm) => {
                !confirm.typed.value().is_empty() || (!self.form.is_editable() && self.form.has_typed())
            }
            Stage::Running(_) => false,
        }
    }

    /// Returns the question that stands while it waits to be asked again.
    pub fn leaving(&self) -> Option<String> {
        let goes_back = matches!(self.stage, Stage::Confirming(_)) && self.form.is_editable();
        let does = if goes_back { "goes back" } else { "closes" };
        let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Cancel));
        self.is_leaving
            .then(|| format!("{key} again {does} and drops what you typed"))
    }

    /// Returns what is wrong with the fields, as far as it should be shown while typing.
    pub fn field_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let is_told =
            matches!(&self.problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::BeingDeleted);
        let mut errors = match &self.form {
            // The platform has said the same, and more.
            Form::Create(_) if is_told => Vec::new(),
            Form::Create(form) => form.live_errors(ctx),
            Form::AddMember(form) => form.live_errors(ctx),
            Form::Plan(form) => form.live_errors(ctx),
            Form::Export(_)
            | Form::Connection(_)
            | Form::Describe(_)
            | Form::ChangeRole(_)
            | Form::RemoveMember(_)
            | Form::DeleteWorkspace(_)
            | Form::DeleteResources(_)
            | Form::Deletion(_) => Vec::new(),
        };
        match &self.problem {
            Some(Problem::Typed(typed)) => errors.extend(
                typed
                    .iter()
                    .filter(|e| !errors.contains(e))
                    .cloned()
                    .collect::<Vec<_>>(),
            ),
            Some(Problem::Failed(failure)) => errors.extend(self.errors_from(failure)),
            Some(Problem::Drifted(_) | Problem::Several(_)) | None => {}
        }
        errors
    }

    /// Returns the part of a failure that belongs under a field.
    fn errors_from(&self, failure: &Failure) -> Vec<FieldError> {
        let field = match self.form {
            Form::Create(_) => Field::Name,
            Form::Describe(_) => Field::Description,
            Form::AddMember(_) => Field::Principals,
            Form::Plan(_)
            | Form::Export(_)
            | Form::Connection(_)
            | Form::ChangeRole(_)
            | Form::RemoveMember(_)
            | Form::DeleteWorkspace(_)
            | Form::DeleteResources(_)
            | Form::Deletion(_) => return Vec::new(),
        };
        match &failure.kind {
            FailureKind::AlreadyExists | FailureKind::BeingDeleted => vec![FieldError {
                field,
                what: failure.words().clone(),
            }],
            FailureKind::Invalid(fields) => fields
                .iter()
                .map(|(name, what)| FieldError {
                    field: field_named(name.as_str()).unwrap_or(field),
                    what: what.clone(),
                })
                .collect(),
            FailureKind::LastAdmin
            | FailureKind::NotEmpty(_)
            | FailureKind::Moved
            | FailureKind::Forbidden
            | FailureKind::Unauthorized
            | FailureKind::TurnedDown
            | FailureKind::NotFound
            | FailureKind::Unreachable
            | FailureKind::NeverSent
            | FailureKind::OutcomeUnknown
            | FailureKind::ServerError
            | FailureKind::RejectedLocally
            | FailureKind::Other => Vec::new(),
        }
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
