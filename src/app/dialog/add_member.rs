//! `Add member`: several principals at once, one role.
//!
//! The platform would silently add the role to those a member already holds, so a principal that is already
//! a member becomes a role change here, with its present roles on show.

use super::{Ctx, Field, FieldError};
use crate::app::change::Intent;
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::{NameProblem, Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use std::collections::HashSet;

/// The most principals taken in one go. Each is three requests, one after the other.
pub const MOST_AT_ONCE: usize = 200;

/// What has been typed and chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where to.
    pub workspace: WorkspaceName,
    /// The principals, separated by commas or blanks.
    pub principals: TextField,
    /// The place of the chosen role among [`Role::CHOICES`].
    pub choice: usize,
    /// Where the cursor is: [`Field::Principals`] or [`Field::Role`].
    pub focus: Field,
}

/// One of the principals typed, and what would become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As typed, made safe.
    pub shown: SafeText,
    /// What would become of it.
    pub verdict: Verdict,
}

/// What would become of a typed principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Becomes a member.
    Add(Change),
    /// Is a member already: the role is changed.
    Change(Change),
    /// Holds exactly this role already.
    Nothing(RoleSet),
    /// Cannot be added.
    Refused(NameProblem),
}

impl Form {
    /// Opens empty, with Viewer chosen.
    pub fn new(workspace: WorkspaceName) -> Self {
        Self {
            workspace,
            principals: TextField::default(),
            choice: 0,
            focus: Field::Principals,
        }
    }

    /// Opens to add another Admin.
    pub fn for_admin(workspace: WorkspaceName) -> Self {
        Self {
            choice: 2,
            ..Self::new(workspace)
        }
    }

    /// Opens to give everyone a role, with the role in focus.
    pub fn for_everyone(workspace: WorkspaceName) -> Self {
        Self {
            principals: TextField::filled("*"),
            focus: Field::Role,
            ..Self::new(workspace)
        }
    }

    /// Returns the chosen role.
    pub fn chosen(&self) -> Role {
        Role::CHOICES.get(self.choice).cloned().unwrap_or(Role::Viewer)
    }

    /// Returns each principal typed, once, with what would become of it; of far too many only the first.
    pub fn entries(&self, ctx: Ctx<'_>) -> Vec<Entry> {
        let mut seen = HashSet::new();
        let mut entries = Vec::new();
        for typed in words(self.principals.value()) {
            if !seen.insert(typed) {
                continue;
            }
            if entries.len() > MOST_AT_ONCE {
                break;
            }
            let verdict = match Principal::parse_new(typed) {
                Ok(principal) => self.verdict(principal, ctx),
                Err(problem) => Verdict::Refused(problem),
            };
            entries.push(Entry {
                shown: SafeText::with_limit(typed, 200),
                verdict,
            });
        }
        entries
    }

    fn verdict(&self, principal: Principal, ctx: Ctx<'_>) -> Verdict {
        let workspace = self.workspace.clone();
        let before = ctx
            .directory
            .roster(&self.workspace)
            .map(|roster| roster.roles_of(&principal))
            .unwrap_or_default();
        if before.is_empty() {
            return Verdict::Add(Change::AddMember {
                workspace,
                principal,
                roles: RoleSet::only(self.chosen()),
            });
        }
        let after = before.choosing(self.chosen());
        if after == before {
            Verdict::Nothing(before)
        } else {
            Verdict::Change(Change::SetRoles {
                workspace,
                principal,
                before,
                after,
            })
        }
    }

    /// Returns how a known principal goes on after what has been typed of the last word, if one does.
    pub fn suggestion(&self, ctx: Ctx<'_>) -> Option<String> {
        let value = self.principals.value();
        if self.principals.cursor() != value.chars().count() {
            return None;
        }
        let word = value
            .rsplit(is_separator)
            .next()
            .filter(|word| word.chars().count() >= 2)?;
        let known = ctx.directory.known_principals();
        let fitting = known.filter(|principal| {
            let rest = principal.raw().strip_prefix(word);
            rest.is_some_and(|rest| !rest.is_empty())
                && !principal.raw().contains(is_separator)
                && principal.addressable().is_ok()
        });
        // The first by name, without putting all others in order at every key.
        let first = fitting.min()?;
        first.raw().strip_prefix(word).map(str::to_owned)
    }

    pub(super) fn text_field(&mut self) -> Option<&mut TextField> {
        (self.focus == Field::Principals).then_some(&mut self.principals)
    }

    pub(super) fn other_field(&mut self) {
        self.focus = if self.focus == Field::Principals {
            Field::Role
        } else {
            Field::Principals
        };
    }

    pub(super) fn move_by(&mut self, down: bool) {
        match (self.focus, down) {
            (Field::Role, false) if self.choice == 0 => self.focus = Field::Principals,
            (Field::Role, down) => self.choice = super::moved_choice(self.choice, down),
            // It has no other fields than these two.
            (_, true) => self.focus = Field::Role,
            (_, false) => {}
        }
    }

    pub(super) fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let entries = self.entries(ctx);
        let mut errors = too_many(&entries);
        errors.extend(refusals(&entries));
        if !errors.is_empty() {
            return Err(errors);
        }
        let nothing_to_do = if entries.is_empty() {
            "type an e-mail, a group or a service account; several at once are fine"
        } else {
            "all of them hold exactly this role already"
        };
        let changes = entries.into_iter().filter_map(|entry| match entry.verdict {
            Verdict::Add(change) | Verdict::Change(change) => Some(Intent::from(change)),
            Verdict::Nothing(_) | Verdict::Refused(_) => None,
        });
        let intents: Vec<Intent> = changes.collect();
        if intents.is_empty() {
            return Err(vec![FieldError {
                field: Field::Principals,
                what: SafeText::new(nothing_to_do),
            }]);
        }
        Ok(intents)
    }

    pub(super) fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let entries = self.entries(ctx);
        let mut errors = too_many(&entries);
        errors.extend(refusals(&entries));
        errors
    }

    /// Leaves only the principals for which something is still to be done.
    pub fn keep_only(&mut self, principals: &[Principal]) {
        let left: Vec<&str> = principals.iter().map(Principal::raw).collect();
        self.principals = TextField::filled(&left.join(", "));
    }
}

fn too_many(entries: &[Entry]) -> Vec<FieldError> {
    if entries.len() <= MOST_AT_ONCE {
        return Vec::new();
    }
    vec![FieldError {
        field: Field::Principals,
        what: SafeText::new(&format!("at most {MOST_AT_ONCE} at once: take some out")),
    }]
}

fn refusals(entries: &[Entry]) -> Vec<FieldError> {
    let refused = entries.iter().filter_map(|entry| match &entry.verdict {
        Verdict::Refused(problem) => Some(FieldError {
            field: Field::Principals,
            what: SafeText::new(&format!("'{}' {}", entry.shown, problem.in_words())),
        }),
        Verdict::Add(_) | Verdict::Change(_) | Verdict::Nothing(_) => None,
    });
    refused.collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|word| !word.is_empty())
}

fn is_separator(c: char) -> bool {
    c == ',' || c == ';' || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_lists_however_they_are_separated() {
        let typed = "a@x.com, b@x.com;c@x.com  d@x.com\ne@x.com,,";
        assert_eq!(
            words(typed).collect::<Vec<_>>(),
            ["a@x.com", "b@x.com", "c@x.com", "d@x.com", "e@x.com"]
        );
    }
}
