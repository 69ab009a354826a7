//! `Add member`: several principals at once, one role.
//!
//! The platform would silently add the role to those a member already holds, so a principal that is already
//! a member becomes a role change here, with its present roles on show. Adding only ever gives: who has the role or a
//! stronger one is left alone.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{DialogForm, moved};
use super::picker::{self, Picker};
use crate::app::change::{Intent, Settled};
use crate::app::keymap::Context;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::{NameProblem, Principal, WorkspaceName};
use crate::domain::mention::{Doubt, LeftOut, Meaning, Mention};
use crate::domain::policy::Consequence;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use std::borrow::Cow;

/// The most principals taken in one go. Each is three requests, one after the other.
pub const MOST_AT_ONCE: usize = 200;

/// What has been typed and chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where to.
    pub workspace: WorkspaceName,
    /// The principals, in any of the forms that people paste.
    pub principals: Picker,
    /// The place of the chosen role among [`Role::CHOICES`].
    pub choice: usize,
    /// Where the cursor is: [`Field::Principals`] or [`Field::Role`].
    pub focus: Field,
}

/// One of the principals typed, and what would become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who, as far as it was understood, else the text as typed; made safe.
    pub shown: SafeText,
    /// What it was read from, where that is more than the principal.
    pub from: Option<SafeText>,
    /// What is known of it, in words, where it is no member yet.
    pub known: Option<SafeText>,
    /// What would become of it.
    pub verdict: Verdict,
}

/// What would become of a typed principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Becomes a member, if whoever typed it means that.
    Add(Change, Option<Doubt>),
    /// Is a member already, with less: the role is changed.
    Raise(Change),
    /// Holds this role already, or a stronger one.
    Unchanged(RoleSet),
    /// Is nobody.
    LeftOut(LeftOut),
    /// Cannot be added.
    Refused(NameProblem),
}

impl Entry {
    /// Returns whether `principal` would be added by it.
    pub fn is_for(&self, principal: &Principal) -> bool {
        matches!(&self.verdict, Verdict::Add(change, _) if change.principal() == Some(principal))
    }
}

impl Form {
    /// Opens empty, with Viewer chosen.
    pub fn new(workspace: WorkspaceName) -> Self {
        Self {
            workspace,
            principals: Picker::default(),
            choice: 0,
            focus: Field::Principals,
        }
    }

    /// Opens for the selected workspace, with the role that was given there last.
    pub fn of_selected(selected: &Selected<'_>) -> Option<Self> {
        let mut choices = Role::CHOICES.iter();
        Some(Self {
            choice: choices.position(|role| Some(role) == selected.added_as).unwrap_or(0),
            ..Self::new(selected.workspace?.clone())
        })
    }

    /// Opens to add another Admin.
    pub fn for_admin(workspace: WorkspaceName) -> Self {
        Self {
            choice: 2,
            ..Self::new(workspace)
        }
    }

    /// Returns the chosen role.
    pub fn chosen(&self) -> Role {
        Role::CHOICES.get(self.choice).cloned().unwrap_or(Role::Viewer)
    }

    /// Returns each principal typed, once, with what would become of it; of far too many only the first.
    pub fn entries(&self, ctx: Ctx<'_>) -> Vec<Entry> {
        let mentions = self.principals.read(ctx, MOST_AT_ONCE).into_iter();
        mentions.map(|mention| self.entry(mention, ctx)).collect()
    }

    fn entry(&self, mention: Mention, ctx: Ctx<'_>) -> Entry {
        let safe = |text: &str| SafeText::with_limit(text, 200);
        let whole = safe(&mention.from);
        match mention.meaning {
            Meaning::Means(principal) => self.of(principal, &mention.from, None, ctx),
            Meaning::Asked(principal, doubt) => self.of(principal, &mention.from, Some(doubt), ctx),
            Meaning::LeftOut(why) => Entry {
                shown: whole,
                from: None,
                known: None,
                verdict: Verdict::LeftOut(why),
            },
            Meaning::Refused(problem) => Entry {
                shown: whole,
                from: None,
                known: None,
                verdict: Verdict::Refused(problem),
            },
        }
    }

    fn of(&self, principal: Principal, from: &str, doubt: Option<Doubt>, ctx: Ctx<'_>) -> Entry {
        Entry {
            shown: SafeText::with_limit(principal.raw(), 200),
            from: (from != principal.raw()).then(|| shortened(from, &principal)),
            known: self.known(&principal, ctx),
            verdict: self.verdict(principal, doubt, ctx),
        }
    }

    fn known(&self, principal: &Principal, ctx: Ctx<'_>) -> Option<SafeText> {
        let is_member = |other: &Principal| ctx.store.member(&self.workspace, other).is_some();
        let standing = self.principals.standing(principal)?;
        Some(SafeText::new(&standing.in_words(is_member)))
    }

    fn verdict(&self, principal: Principal, doubt: Option<Doubt>, ctx: Ctx<'_>) -> Verdict {
        let workspace = self.workspace.clone();
        let before = ctx
            .store
            .roster(&self.workspace)
            .map(|roster| roster.roles_of(&principal))
            .unwrap_or_default();
        if before.is_empty() {
            let change = Change::Roles {
                workspace,
                principal,
                before,
                after: RoleSet::only(self.chosen()),
            };
            return Verdict::Add(change, doubt);
        }
        if before.strength() >= self.chosen().rank() {
            return Verdict::Unchanged(before);
        }
        let after = before.choosing(self.chosen());
        Verdict::Raise(Change::Roles {
            workspace,
            principal,
            before,
            after,
        })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Add member".into()
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn keys(&self) -> &'static [Context] {
        &[Context::AddMember, Context::Dialog, Context::LongText, Context::Always]
    }

    fn keys_of_proposals(&self) -> &'static [Context] {
        &[
            Context::AddMember,
            Context::Proposals,
            Context::LongText,
            Context::Always,
        ]
    }

    fn changes_members(&self) -> bool {
        true
    }

    fn has_typed(&self) -> bool {
        !self.principals.value().is_empty()
    }

    fn refused_field(&self) -> Option<Field> {
        Some(Field::Principals)
    }

    fn questions(&self, ctx: Ctx<'_>) -> Vec<Consequence> {
        picker::questions(&self.principals.read(ctx, MOST_AT_ONCE))
    }

    fn picker(&self) -> Option<&Picker> {
        Some(&self.principals)
    }

    fn picker_mut(&mut self) -> Option<&mut Picker> {
        self.focus = Field::Principals;
        Some(&mut self.principals)
    }

    fn is_on_picker(&self) -> bool {
        self.focus == Field::Principals
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn n_options(&self) -> usize {
        Role::CHOICES.len()
    }

    fn is_on_options(&self) -> bool {
        self.focus == Field::Role
    }

    fn choose_next(&mut self) {
        self.choice = (self.choice + 1) % Role::CHOICES.len();
    }

    fn choose_at(&mut self, place: usize) {
        self.choice = place.min(Role::CHOICES.len() - 1);
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        (self.focus == Field::Principals).then(|| self.principals.field_mut())
    }

    fn other_field(&mut self) {
        self.focus = if self.focus == Field::Principals {
            Field::Role
        } else {
            Field::Principals
        };
    }

    fn move_by(&mut self, down: bool) {
        let last = Role::CHOICES.len() - 1;
        match (self.focus, down) {
            (Field::Role, true) if self.choice == last => self.focus = Field::Principals,
            (Field::Role, down) => self.choice = moved(self.choice, last, down),
            // It has no other fields than these two, the roles above.
            (_, true) => {}
            (_, false) => self.focus = Field::Role,
        }
    }

    fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let entries = self.entries(ctx);
        let mut errors = too_many(&entries);
        errors.extend(refusals(&entries));
        if !errors.is_empty() {
            return Err(errors);
        }
        let is_held = |entry: &Entry| matches!(entry.verdict, Verdict::Unchanged(_));
        let nothing_to_do = if entries.iter().any(is_held) {
            "all of them already have this role or a stronger one: nothing to change"
        } else if entries.is_empty() {
            "type an e-mail, a group or a service account; several at once are fine"
        } else {
            "no principal in this text: type an e-mail, a group or a service account"
        };
        let changes = entries.into_iter().filter_map(|entry| match entry.verdict {
            Verdict::Add(change, _) | Verdict::Raise(change) => Some(Intent::from(change)),
            Verdict::Unchanged(_) | Verdict::LeftOut(_) | Verdict::Refused(_) => None,
        });
        let intents: Vec<Intent> = changes.collect();
        if intents.is_empty() {
            return Err(vec![FieldError::new(Field::Principals, nothing_to_do)]);
        }
        Ok(intents)
    }

    fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let entries = self.entries(ctx);
        let mut errors = too_many(&entries);
        errors.extend(refusals(&entries));
        errors
    }

    /// Of several, only those for whom something is still to be done stay in the field.
    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        if settled.len() > 1 {
            let left = Settled::left(settled).filter_map(Change::principal);
            let left: Vec<&str> = left.map(Principal::raw).collect();
            self.principals = Picker::filled(&left.join(", "));
        }
    }
}

fn too_many(entries: &[Entry]) -> Vec<FieldError> {
    if entries.len() <= MOST_AT_ONCE {
        return Vec::new();
    }
    let what = format!("at most {MOST_AT_ONCE} at once: remove some");
    vec![FieldError::new(Field::Principals, &what)]
}

fn refusals(entries: &[Entry]) -> Vec<FieldError> {
    let refused = entries.iter().filter_map(|entry| {
        let Verdict::Refused(problem) = &entry.verdict else {
            return None;
        };
        let what = format!("'{}' {}", entry.shown, problem.in_words());
        Some(FieldError::new(Field::Principals, &what))
    });
    refused.collect()
}

/// Returns the text that `principal` was read from, with the address in it cut short: it stands beside it in full.
fn shortened(from: &str, principal: &Principal) -> SafeText {
    let short = match principal.raw().split_once('@') {
        Some((local, _)) if from.len() > principal.raw().len() + 2 => {
            from.replace(principal.raw(), &format!("{local}@…"))
        }
        _ => from.to_owned(),
    };
    SafeText::with_limit(&short, 200)
}
