//! `Change role`: one of three roles; every other role the member holds is kept.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{DialogForm, moved};
use crate::app::change::{Intent, Settled};
use crate::app::keymap::{Context, RolePick};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use std::borrow::Cow;

/// The role being chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// The principal it is about.
    pub principal: Principal,
    /// What the member held when the dialog opened, or when a difference was last shown.
    pub before: RoleSet,
    /// The place of the chosen role among [`Role::CHOICES`].
    pub choice: usize,
    /// Whether a role was chosen: what is merely highlighted changes nothing.
    has_chosen: bool,
}

impl Form {
    /// Opens for the selected member.
    pub fn of_member(selected: &Selected<'_>) -> Option<Self> {
        let workspace = selected.workspace?.clone();
        let member = selected.member.clone()?;
        Some(Self::new(workspace, member.principal, member.roles))
    }

    /// Opens for everyone in the selected workspace, who may have no role there.
    pub fn of_everyone(selected: &Selected<'_>) -> Option<Self> {
        let (workspace, everyone) = (selected.workspace?.clone(), Principal::everyone());
        let roster = selected.ctx.store.roster(&workspace);
        let before = roster.map(|roster| roster.roles_of(&everyone)).unwrap_or_default();
        Some(Self::new(workspace, everyone, before))
    }

    /// Opens with the strongest present role chosen.
    pub fn new(workspace: WorkspaceName, principal: Principal, before: RoleSet) -> Self {
        let choice = before
            .effective()
            .map_or(0, |role| usize::from(role.rank().saturating_sub(1)));
        Self {
            workspace,
            // Who opens it for everyone, who holds nothing, means to give something.
            has_chosen: principal.is_everyone() && before.is_empty(),
            principal,
            before,
            choice,
        }
    }

    /// Returns the chosen role; nothing where everyone's is to be taken away.
    pub fn chosen(&self) -> Option<&'static Role> {
        Role::CHOICES.get(self.choice)
    }

    /// Returns the exact set that will be sent.
    pub fn after(&self) -> RoleSet {
        if !self.has_chosen {
            return self.before.clone();
        }
        self.chosen()
            .map_or_else(RoleSet::default, |role| self.before.choosing(role.clone()))
    }

    /// Returns the options: from everyone the role can be taken away, too.
    pub fn options(&self) -> &'static [RolePick] {
        let n = if self.principal.is_everyone() { 4 } else { 3 };
        RolePick::ALL.get(..n).unwrap_or_default()
    }

    /// Returns the change as it stands, whether or not it changes anything.
    pub fn change(&self) -> Change {
        Change::Roles {
            workspace: self.workspace.clone(),
            principal: self.principal.clone(),
            before: self.before.clone(),
            after: self.after(),
        }
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Change role".into()
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn keys(&self) -> &'static [Context] {
        &[Context::ChangeRole, Context::Dialog, Context::LongText, Context::Always]
    }

    fn changes_members(&self) -> bool {
        true
    }

    fn n_options(&self) -> usize {
        self.options().len()
    }

    fn is_on_options(&self) -> bool {
        true
    }

    fn move_by(&mut self, down: bool) {
        self.choice = moved(self.choice, self.options().len() - 1, down);
        self.has_chosen = true;
    }

    fn choose_next(&mut self) {
        self.choice = (self.choice + 1) % self.options().len();
        self.has_chosen = true;
    }

    fn choose_at(&mut self, place: usize) {
        self.choice = place.min(self.options().len() - 1);
        self.has_chosen = true;
    }

    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        if let Some(held) = Settled::roles_now(settled, &self.principal) {
            self.before = held;
        }
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        // Whoever was removed meanwhile would be added.
        if self.before.is_empty() && !self.principal.is_everyone() {
            let who = self.principal.label();
            let what = format!("{who} is no longer a member: add it again if you need to");
            return Err(vec![FieldError::new(Field::Role, &what)]);
        }
        if self.after() == self.before {
            let what = "this is the current role: choose another";
            return Err(vec![FieldError::new(Field::Role, what)]);
        }
        Ok(vec![self.change().into()])
    }
}
