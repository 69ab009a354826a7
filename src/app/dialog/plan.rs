//! `Remove everywhere` and `Copy access`: many changes in many workspaces, reviewed as one plan.
//!
//! What cannot or must not be done is listed with the reason, and skipped.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::DialogForm;
use super::picker::{self, Picker};
use crate::app::change::{Intent, Settled};
use crate::app::store::Store;
use crate::app::text_field::TextField;
use crate::domain::change::{Change, Way};
use crate::domain::ids::{NameProblem, Principal, WorkspaceName};
use crate::domain::mention::{Meaning, Mention};
use crate::domain::policy::{self, Consequence};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use std::borrow::Cow;

/// How many principals are read of a field that takes one.
const MOST_READ: usize = 3;

/// Why the last Admin of a workspace is not removed.
const LAST_ADMIN: &str = "last Admin";

/// The same where the platform would not refuse it.
const LAST_ADMIN_IN_ROWS: &str = "last Admin: add another Admin first";

fn is_last_admin(why: &str) -> bool {
    [LAST_ADMIN, LAST_ADMIN_IN_ROWS].contains(&why)
}

/// Why nothing is given to who has it.
const HELD: &str = "already has it";

/// How many workspaces are named for each reason.
const TOLD: usize = 3;

/// The plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is planned.
    pub what: What,
    /// One entry for each workspace, by name.
    pub entries: Vec<Entry>,
}

/// What is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// To take every role from a principal.
    Remove(Principal),
    /// To give somebody else what a principal holds, too.
    Copy {
        /// Whose roles.
        from: Principal,
        /// Who shall have them, as it is typed.
        to: Picker,
    },
}

/// What is planned in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// What is held there now by whom the plan is about.
    pub roles: RoleSet,
    /// What is to be done.
    pub verdict: Verdict,
}

/// What is to be done in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This change, with what should be known about it.
    Make(Change, Option<SafeText>),
    /// Nothing, for this reason.
    Skip(SafeText),
}

impl Form {
    /// Plans to take every role from the selected principal.
    pub fn removal(selected: &Selected<'_>) -> Option<Self> {
        let mut form = Self {
            what: What::Remove(selected.principal?.clone()),
            entries: Vec::new(),
        };
        form.plan(selected.ctx);
        Some(form)
    }

    /// Plans to give somebody else what the selected principal holds.
    pub fn copying(selected: &Selected<'_>) -> Option<Self> {
        Some(Self {
            what: What::Copy {
                from: selected.principal?.clone(),
                to: Picker::default(),
            },
            entries: Vec::new(),
        })
    }

    /// Works the plan out anew from what is known.
    pub fn plan(&mut self, ctx: Ctx<'_>) {
        self.entries = match &self.what {
            What::Remove(principal) => {
                let held = held(ctx.store, principal).into_iter();
                held.map(|(workspace, roles)| removal(ctx, principal, workspace, roles))
                    .collect()
            }
            What::Copy { from, to } => match target(to, ctx) {
                Ok(to) if to != *from => {
                    let held = held(ctx.store, from).into_iter();
                    held.map(|(workspace, roles)| copying(ctx, &to, workspace, &roles))
                        .collect()
                }
                Ok(_) | Err(_) => Vec::new(),
            },
        };
        // What will not be done must not be overlooked.
        self.entries
            .sort_by_key(|entry| matches!(entry.verdict, Verdict::Make(..)));
    }

    /// Returns what of the plan will not be done, in words: how many workspaces, and why, where.
    pub fn left_behind(&self) -> Option<String> {
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        // What is held already has not been left undone.
        for (entry, why) in self.skipped().filter(|(_, why)| why.as_str() != HELD) {
            let name = entry.workspace.shown().to_string();
            match reasons.iter_mut().find(|(known, _)| *known == why.as_str()) {
                Some((_, names)) => names.push(name),
                None => reasons.push((why.as_str(), vec![name])),
            }
        }
        let n: usize = reasons.iter().map(|(_, names)| names.len()).sum();
        let told = reasons.iter().map(|(why, names)| {
            let why = if is_last_admin(why) { "still last Admin" } else { why };
            let some: Vec<&str> = names.iter().take(TOLD).map(String::as_str).collect();
            let more = if names.len() > TOLD { "…" } else { "" };
            format!("{why} in {}{more}", some.join(", "))
        });
        let told: Vec<String> = told.collect();
        (n > 0).then(|| format!("{n} left: {}", told.join("; ")))
    }

    /// Returns how the plan is told once all its changes are made.
    pub(in crate::app) fn done(&self, n: usize) -> String {
        match self.what {
            What::Remove(_) => format!("{n} removed"),
            What::Copy { .. } => format!("{n} granted"),
        }
    }

    /// Returns a workspace that needs another Admin before the principal can be removed there.
    pub fn needs_admin(&self) -> Option<&WorkspaceName> {
        let mut skipped = self.skipped();
        let found = skipped.find(|(_, why)| is_last_admin(why.as_str()));
        found.map(|(entry, _)| &entry.workspace)
    }

    /// Returns how many changes are planned.
    pub fn n_changes(&self) -> usize {
        let planned = self
            .entries
            .iter()
            .filter(|entry| matches!(entry.verdict, Verdict::Make(..)));
        planned.count()
    }

    /// Returns what of the plan is skipped.
    pub fn skipped(&self) -> impl Iterator<Item = (&Entry, &SafeText)> {
        self.entries.iter().filter_map(|entry| match &entry.verdict {
            Verdict::Skip(why) => Some((entry, why)),
            Verdict::Make(..) => None,
        })
    }

    /// Returns what is known of whoever shall have the roles, too.
    pub fn known(&self, ctx: Ctx<'_>) -> Option<String> {
        let picker = self.picker()?;
        let mentions = picker.read(ctx, MOST_READ);
        let standing = picker.standing(mentions.iter().find_map(Mention::principal)?)?;
        Some(standing.in_words(|_| false))
    }

    /// Returns who shall have the roles, too, and what that was read from, where it is more than the name.
    pub fn read_from(&self, ctx: Ctx<'_>) -> Option<(SafeText, SafeText)> {
        let mentions = self.picker()?.read(ctx, MOST_READ);
        let mut meant = mentions
            .iter()
            .filter_map(|mention| Some((mention.principal()?, &mention.from)));
        let (principal, from) = meant.next().filter(|(principal, from)| principal.raw() != *from)?;
        Some((principal.label(), SafeText::with_limit(from, 200)))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        match self.what {
            What::Remove(_) => "Remove everywhere".into(),
            What::Copy { .. } => "Copy access".into(),
        }
    }

    fn has_typed(&self) -> bool {
        self.picker().is_some_and(|picker| !picker.value().is_empty())
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        self.picker_mut().map(Picker::field_mut)
    }

    /// Returns the field for who shall have the roles, too.
    fn picker(&self) -> Option<&Picker> {
        match &self.what {
            What::Copy { to, .. } => Some(to),
            What::Remove(_) => None,
        }
    }

    fn picker_mut(&mut self) -> Option<&mut Picker> {
        match &mut self.what {
            What::Copy { to, .. } => Some(to),
            What::Remove(_) => None,
        }
    }

    fn questions(&self, ctx: Ctx<'_>) -> Vec<Consequence> {
        let mentions = self.picker().map(|to| to.read(ctx, MOST_READ)).unwrap_or_default();
        let mut questions = picker::questions(&mentions);
        questions.extend(self.left_behind().map(Consequence::LeftBehind));
        questions
    }

    fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let error = |what: &str| Err(vec![FieldError::new(Field::Principals, what)]);
        if let What::Copy { from, to } = &self.what {
            match target(to, ctx) {
                Err(problem) => return error(&problem),
                Ok(to) if to == *from => return error("that is the same principal"),
                Ok(_) => {}
            }
        }
        let changes = self.entries.iter().filter_map(|entry| match &entry.verdict {
            Verdict::Make(change, _) => Some(Intent::from(change.clone())),
            Verdict::Skip(_) => None,
        });
        let intents: Vec<Intent> = changes.collect();
        if intents.is_empty() {
            return error("nothing in this plan can be done");
        }
        Ok(intents)
    }

    fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let What::Copy { to, .. } = &self.what else {
            return Vec::new();
        };
        if to.value().trim().is_empty() {
            return Vec::new();
        }
        self.check(ctx).err().unwrap_or_default()
    }

    /// Keeps only the changes that were not made, with the roles as they are now, and what was never to be done.
    fn take_settled(&mut self, settled: &[Settled], ctx: Ctx<'_>) {
        let left: Vec<&WorkspaceName> = Settled::left(settled).map(Change::workspace).collect();
        self.plan(ctx);
        let is_left = |entry: &Entry| left.contains(&&entry.workspace) || matches!(entry.verdict, Verdict::Skip(_));
        self.entries.retain(is_left);
    }
}

/// Returns whom the text in the field stands for.
fn target(to: &Picker, ctx: Ctx<'_>) -> Result<Principal, String> {
    let mentions = to.read(ctx, MOST_READ);
    let refused = mentions.iter().find_map(|mention| match &mention.meaning {
        Meaning::Refused(problem) => Some(problem.in_words()),
        Meaning::Means(_) | Meaning::Asked(..) | Meaning::LeftOut(_) => None,
    });
    if let Some(problem) = refused {
        return Err(problem);
    }
    let mut meant = mentions.iter().filter_map(Mention::principal);
    match (meant.next(), meant.next()) {
        (None, _) => Err(NameProblem::Empty.in_words()),
        (Some(one), None) => Ok(one.clone()),
        (Some(one), Some(two)) => Err(format!(
            "one principal at a time: this names {} and {}",
            one.label(),
            two.label()
        )),
    }
}

/// Returns what `principal` holds by name, by workspace.
fn held(store: &Store, principal: &Principal) -> Vec<(WorkspaceName, RoleSet)> {
    let names = store.workspaces_of(principal).into_iter();
    let held = names.filter_map(|name| {
        let roles = store.member(&name, principal)?.roles;
        Some((name, roles))
    });
    held.collect()
}

fn removal(ctx: Ctx<'_>, principal: &Principal, workspace: WorkspaceName, roles: RoleSet) -> Entry {
    let skip = |why: &str| Verdict::Skip(SafeText::new(why));
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal.clone(),
        before: roles.clone(),
        after: RoleSet::default(),
    };
    let reaches = match policy::way(&change, ctx.identity) {
        Way::ByName => principal.addressable(),
        Way::ThroughRows => Ok(()),
    };
    let verdict = if let Err(problem) = workspace.addressable().and(reaches) {
        skip(&problem.in_words())
    } else if let Some(roster) = ctx.store.roster(&workspace) {
        let consequences = policy::consequences(&change, &roster, ctx.identity, ctx.store.generation());
        let weighed: Vec<Weighs> = consequences.iter().map(weighs).collect();
        let reason = weighed.iter().find_map(|weighs| match weighs {
            Weighs::Skip(why) => Some(*why),
            Weighs::Note(_) | Weighs::Nothing => None,
        });
        let note = weighed.iter().find_map(|weighs| match weighs {
            Weighs::Note(what) => Some(SafeText::new(what)),
            Weighs::Skip(_) | Weighs::Nothing => None,
        });
        match reason {
            Some(why) => skip(why),
            None => Verdict::Make(change, note),
        }
    } else {
        // Whether it is the last Admin there cannot be told by half of the members.
        skip("not all of its members were read")
    };
    Entry {
        workspace,
        roles,
        verdict,
    }
}

/// What a consequence means for a change that is part of a plan.
pub(super) enum Weighs {
    /// It is left out, for this reason.
    Skip(&'static str),
    /// It is made, and this stands beside it.
    Note(&'static str),
    Nothing,
}

pub(super) fn weighs(consequence: &Consequence) -> Weighs {
    match consequence {
        Consequence::LastAdmin(_) => Weighs::Skip(LAST_ADMIN),
        Consequence::LastAdminInRows(_) => Weighs::Skip(LAST_ADMIN_IN_ROWS),
        Consequence::LastPlatformAdmin(_) => Weighs::Skip("last platform admin: nobody would be left"),
        Consequence::NobodyListsWorkspaces => Weighs::Skip("nobody could list workspaces any more"),
        Consequence::NoPersonIsAdmin => Weighs::Note("no person is left as Admin there"),
        Consequence::YouLoseAdmin | Consequence::YouLoseAccess => Weighs::Note("you lose access there"),
        Consequence::StillThroughEveryone(_) => Weighs::Note("keeps access through everyone (*)"),
        Consequence::LosesPlatformAdmin(_) => Weighs::Note("will no longer be platform admin"),
        Consequence::ThroughRows(_) => Weighs::Note("through its role-binding rows"),
        Consequence::NotFoundNow(_) => Weighs::Note("not found by name on PostgreSQL"),
        Consequence::GetsAdmin(_)
        | Consequence::NotFoundAgain(_)
        | Consequence::LosesAdmin(_)
        | Consequence::LosesAccess(_)
        | Consequence::MaybeYou(_)
        | Consequence::EveryoneGets(_)
        | Consequence::EveryoneFalls(..)
        | Consequence::EveryoneLoses(_)
        | Consequence::Oddity { .. }
        | Consequence::PassesFor { .. }
        | Consequence::LeftBehind(_)
        | Consequence::NewGroups(_)
        | Consequence::TakenForNames(_)
        | Consequence::AlsoLost(_)
        | Consequence::NoUndo
        | Consequence::LeftoversDestroyed
        | Consequence::Across { .. } => Weighs::Nothing,
    }
}

fn copying(ctx: Ctx<'_>, to: &Principal, workspace: WorkspaceName, roles: &RoleSet) -> Entry {
    let before = ctx
        .store
        .member(&workspace, to)
        .map(|member| member.roles)
        .unwrap_or_default();
    // What stands for the whole platform, or is meant for services, is nothing to be handed on in passing.
    let is_for_services = |role: &Role| !Role::CHOICES.contains(role) && role.amounts_to().is_some();
    let given: RoleSet = roles.iter().filter(|role| !is_for_services(role)).cloned().collect();
    let after = before.raised_by(&given);
    let verdict = if workspace.raw() == "system" {
        Verdict::Skip(SafeText::new("roles in 'system' count everywhere: grant them there"))
    } else if given.is_empty() {
        Verdict::Skip(SafeText::new("a role meant for services"))
    } else if let Err(problem) = workspace.addressable() {
        Verdict::Skip(SafeText::new(&problem.in_words()))
    } else if ctx.store.roster(&workspace).is_none() {
        Verdict::Skip(SafeText::new("not all of its members were read"))
    } else if after == before {
        Verdict::Skip(SafeText::new(HELD))
    } else {
        let (workspace, principal) = (workspace.clone(), to.clone());
        let change = Change::Roles {
            workspace,
            principal,
            before: before.clone(),
            after,
        };
        Verdict::Make(change, None)
    };
    Entry {
        workspace,
        roles: before,
        verdict,
    }
}
