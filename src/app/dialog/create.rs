//! `New workspace` and `New project`: a name and a description.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{DialogForm, Row};
use crate::app::change::Intent;
use crate::app::contents::KindListing;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::deletion::ProgressVisibility;
use crate::domain::ids::{NameProblem, ResourceName, WorkspaceName};
use crate::domain::platform::ServerInfo;
use crate::domain::resource::ResourceKind;
use std::borrow::Cow;

/// What is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A workspace.
    Workspace,
    /// A project in a workspace.
    Project {
        /// In which.
        workspace: WorkspaceName,
        /// The projects known to be there.
        known: Vec<ResourceName>,
    },
}

/// What has been typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is to be made.
    pub what: What,
    /// The name.
    pub name: TextField,
    /// The description.
    pub description: TextField,
    /// Where the cursor is: [`Field::Name`] or [`Field::Description`].
    pub focus: Field,
}

impl Form {
    /// Returns an empty form.
    pub fn new(what: What) -> Self {
        Self {
            what,
            name: TextField::default(),
            description: TextField::default(),
            focus: Field::Name,
        }
    }

    /// Opens for a project in the selected workspace.
    pub fn project(selected: &Selected<'_>) -> Option<Self> {
        let workspace = selected.workspace?.clone();
        let projects = selected.contents?.of(Some(ResourceKind::Project));
        let known = projects.flat_map(KindListing::rows).map(|project| project.name.clone());
        let known = known.collect();
        Some(Self::new(What::Project { workspace, known }))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        match self.what {
            What::Workspace => "New workspace".into(),
            What::Project { .. } => "New project".into(),
        }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let follows = match &self.what {
            What::Workspace => "You will be its only Admin at first.".to_owned(),
            What::Project { workspace, .. } => format!("In workspace '{}'.", workspace.shown()),
        };
        vec![
            Row::Field {
                field: Field::Name,
                label: "Name",
                text: &self.name,
                has_focus: self.focus == Field::Name,
                rule: "2 to 63 of a-z, 0-9 and single hyphens; it cannot be changed later",
            },
            Row::Field {
                field: Field::Description,
                label: "Description",
                text: &self.description,
                has_focus: self.focus == Field::Description,
                rule: "",
            },
            Row::Gap,
            Row::Closing(follows),
        ]
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        match &self.what {
            What::Workspace => None,
            What::Project { workspace, .. } => Some(workspace),
        }
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(if self.focus == Field::Description {
            &mut self.description
        } else {
            &mut self.name
        })
    }

    fn has_typed(&self) -> bool {
        !self.name.value().is_empty() || !self.description.value().is_empty()
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn other_field(&mut self) {
        self.focus = if self.focus == Field::Name {
            Field::Description
        } else {
            Field::Name
        };
    }

    fn refused_field(&self) -> Option<Field> {
        Some(Field::Name)
    }

    fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let typed = self.name.value();
        let wrong = |problem: NameProblem| error(&problem.in_words());
        let description = self.description.value().trim();
        let description = (!description.is_empty()).then(|| description.to_owned());
        let change = match &self.what {
            What::Workspace => {
                if let Some(why) = ctx.server.and_then(ServerInfo::refuses_to_create) {
                    return Err(error(why));
                }
                let name = WorkspaceName::parse_new(typed).map_err(wrong)?;
                if ctx.server.is_some_and(|server| server.reserves(&name)) {
                    return Err(wrong(NameProblem::Sample));
                }
                if ctx.store.find(&name).is_some() {
                    return Err(error(&format!("a workspace '{}' already exists", name.shown())));
                }
                let under_way = ctx.store.deletions().find(&name);
                if under_way.is_some_and(|deletion| deletion.visibility == ProgressVisibility::Told) {
                    return Err(error(&format!(
                        "'{}' is still being deleted: its name is free again when that is done",
                        name.shown()
                    )));
                }
                Change::CreateWorkspace { name, description }
            }
            What::Project { workspace, known } => {
                let name = ResourceName::parse_new(typed).map_err(wrong)?;
                if known.contains(&name) {
                    return Err(error(&format!("a project '{}' already exists", name.shown())));
                }
                Change::CreateProject {
                    workspace: workspace.clone(),
                    name,
                    description,
                }
            }
        };
        Ok(vec![change.into()])
    }

    /// What is wrong with the name so far; an empty one is not wrong before it is submitted.
    fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        if self.name.value().trim().is_empty() {
            return Vec::new();
        }
        self.check(ctx).err().unwrap_or_default()
    }
}

fn error(what: &str) -> Vec<FieldError> {
    vec![FieldError::new(Field::Name, what)]
}
