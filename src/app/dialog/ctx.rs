//! What forms look at, and what they complain about.

use super::form::DialogForm;
use crate::app::change::Intent;
use crate::app::contents::Contents;
use crate::app::store::Store;
use crate::app::targets::{Targets, Wanted};
use crate::domain::change::Change;
use crate::domain::context::{ContextName, Destination};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::platform::{Deletion, Generation, ServerInfo};
use crate::domain::policy::{self, Consequence};
use crate::domain::resource::Resource;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What a form may look at.
#[derive(Clone, Copy, Debug)]
pub struct Ctx<'a> {
    /// Workspaces and members as known.
    pub store: &'a Store,
    /// The caller.
    pub identity: &'a Identity,
    /// The server, once it has been asked what it is.
    pub server: Option<&'a ServerInfo>,
    /// The time.
    pub now: Timestamp,
}

impl<'a> Ctx<'a> {
    /// Returns what a form may look at.
    pub fn new(store: &'a Store, identity: &'a Identity, server: Option<&'a ServerInfo>, now: Timestamp) -> Self {
        Self {
            store,
            identity,
            server,
            now,
        }
    }

    /// Returns the generation of the server.
    pub fn generation(self) -> Generation {
        self.server.map_or(Generation::Unknown, |server| server.generation)
    }

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

    /// Returns `intents` in their order, each noting whether a person is still Admin after it, as far as it was read who is a
    /// member where: then nothing may be sent once none would be.
    pub(in crate::app) fn counting_on_persons(self, intents: Vec<Intent>) -> Vec<Intent> {
        let mut rosters: HashMap<WorkspaceName, Option<Roster>> = HashMap::new();
        let noted = |intent: Intent| {
            let workspace = intent.change.workspace();
            let roster = rosters.entry(workspace.clone());
            let roster = roster.or_insert_with(|| self.store.roster(workspace).map(Cow::into_owned));
            let keeps_person = roster.as_mut().is_some_and(|roster| {
                roster.apply(&intent.change);
                roster.has_person_as_admin()
            });
            Intent { keeps_person, ..intent }
        };
        let ordered = Intent::in_order(intents, self.identity).into_iter();
        ordered.map(noted).collect()
    }

    /// Returns what follows from the `intents` of `form`, as far as it was read who is a member where.
    pub(in crate::app) fn follows(
        self,
        form: &dyn DialogForm,
        intents: &[Intent],
        generation: Generation,
    ) -> Vec<Consequence> {
        if let Some(foreseen) = form.foreseen() {
            return foreseen;
        }
        let changes: Vec<Change> = intents.iter().map(|intent| intent.change.clone()).collect();
        let rosters = |workspace: &WorkspaceName| self.store.roster(workspace).map(Cow::into_owned);
        policy::consequences_of_plan(&changes, rosters, self.identity, generation)
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

/// What is selected when a dialog is opened.
#[derive(Clone, Debug)]
pub struct Selected<'a> {
    /// What its form may look at.
    pub ctx: Ctx<'a>,
    /// The workspace.
    pub workspace: Option<&'a WorkspaceName>,
    /// The principal.
    pub principal: Option<&'a Principal>,
    /// The member of the workspace.
    pub member: Option<Member>,
    /// What lies in the workspace, where that is on show.
    pub contents: Option<&'a Contents>,
    /// What is marked or selected of that.
    pub targets: Vec<&'a Resource>,
    /// What the marked rows stand for.
    pub marked: Targets,
    /// What the server does with a workspace that is not empty.
    pub deletion: Deletion,
    /// The context.
    pub context: Option<&'a ContextName>,
    /// Where the console is connected.
    pub here: Option<&'a Destination>,
    /// What would be undone.
    pub undo: Option<Wanted>,
    /// The address of the server.
    pub server: &'a SafeText,
    /// As what members were added to the workspace last.
    pub added_as: Option<&'a Role>,
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
    /// The command to run.
    Command,
    /// The name of a view.
    ViewName,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub what: SafeText,
}

impl FieldError {
    /// Returns that `what` is wrong with `field`.
    pub fn new(field: Field, what: &str) -> Self {
        let what = SafeText::new(what);
        Self { field, what }
    }
}
