//! Several changes reviewed as one plan: `Remove everywhere`, `Copy access`, and what is done with marked rows.
//!
//! What cannot or must not be done is listed with the reason, and skipped.

pub mod adding;
mod judging;
pub mod marked;

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::DialogForm;
use super::picker::{self, Picker};
use crate::app::change::{Intent, Settled};
use crate::app::keymap::Context;
use crate::app::targets::{LeftOut, Place};
use crate::app::text_field::TextField;
use crate::domain::change::Change;
use crate::domain::ids::{NameProblem, Principal, WorkspaceName};
use crate::domain::mention::{Meaning, Mention};
use crate::domain::policy::Consequence;
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, counted};
use adding::Adding;
pub(super) use judging::{Weighed, weighed};
use judging::{copying, held, removal};
use marked::Marked;
use std::borrow::Cow;

/// How many principals are read of a field that takes one.
const MOST_READ: usize = 3;

/// Why the last Admin of a workspace stays.
const LAST_ADMIN: &str = "last Admin";

/// Why nothing is given to who has it.
const HELD: &str = "already has it";

/// Why nothing is planned where what follows from it is not known.
const UNREAD: &str = "not all of its members were read";

/// How many are named for each reason.
const TOLD: usize = 3;

/// The plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// What is planned.
    pub what: What,
    /// One entry for each change, and for each that is left out: those first, then whoever loses something.
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
    /// To do something with all marked rows.
    Marked(Marked),
}

/// What is planned for somebody in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The workspace it is about.
    pub workspace: WorkspaceName,
    /// The principal it is about.
    pub principal: Principal,
    /// What the principal holds there now.
    pub roles: RoleSet,
    /// What is to be done.
    pub verdict: Verdict,
}

/// By what the entries of a plan are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// All are about one principal.
    Workspaces,
    /// All are in one workspace.
    Principals,
    /// Neither.
    Both,
}

/// What is to be done with one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This change, with what should be known about it.
    Make(Change, Option<SafeText>),
    /// Nothing, for this reason.
    Skip(SafeText),
    /// Nothing for this reason, until somebody else is Admin: what is to be done for that.
    NeedsAdmin(SafeText, SafeText),
}

impl Entry {
    /// Returns how it is called among the others.
    pub fn name(&self, names: Names) -> String {
        match names {
            Names::Workspaces => self.workspace.shown().to_string(),
            Names::Principals => self.principal.label().to_string(),
            Names::Both => format!("{} / {}", self.workspace.shown(), self.principal.label()),
        }
    }

    /// Returns whether somebody has less after it.
    fn takes(&self) -> bool {
        matches!(&self.verdict, Verdict::Make(change, _) if {
            let (before, after) = change.roles();
            before.loses_by(&after)
        })
    }
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
        self.entries = match &mut self.what {
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
            What::Marked(marked) => {
                marked.aim(ctx);
                marked.entries(ctx)
            }
        };
        // What will not be done must not be overlooked, nor who loses something.
        self.entries
            .sort_by_key(|entry| (matches!(entry.verdict, Verdict::Make(..)), !entry.takes()));
    }

    /// Returns by what the entries are told apart.
    pub fn names(&self) -> Names {
        match &self.what {
            What::Remove(_) | What::Copy { .. } => Names::Workspaces,
            What::Marked(marked) => marked.names(),
        }
    }

    /// Returns what of the plan will not be done, in words: how many, and why, where or for whom.
    pub fn left_behind(&self) -> Option<String> {
        let names = self.names();
        let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
        // What is held already has not been left undone.
        let skipped = self.skipped().filter(|(_, why)| why.as_str() != HELD);
        let skipped = skipped.map(|(entry, why)| (entry.name(names), why));
        let others = self.others().iter().map(|other| (other.name.to_string(), &other.why));
        for (name, why) in skipped.chain(others) {
            match reasons.iter_mut().find(|(known, _)| *known == why.as_str()) {
                Some((_, names)) => names.push(name),
                None => reasons.push((why.as_str(), vec![name])),
            }
        }
        let n: usize = reasons.iter().map(|(_, names)| names.len()).sum();
        let told = reasons.iter().map(|(why, all)| {
            let why = if *why == LAST_ADMIN { "still last Admin" } else { why };
            let some: Vec<&str> = all.iter().take(TOLD).map(String::as_str).collect();
            let more = if all.len() > TOLD { "…" } else { "" };
            match names {
                Names::Workspaces => format!("{why} in {}{more}", some.join(", ")),
                Names::Principals | Names::Both => format!("{why}: {}{more}", some.join(", ")),
            }
        });
        let told: Vec<String> = told.collect();
        let left = (n > 0).then(|| format!("{n} left out: {}", told.join("; ")));
        let hidden = self.hidden_in_words();
        match (left, hidden) {
            (Some(left), Some(hidden)) => Some(format!("{left}; {hidden}")),
            (left, hidden) => left.or(hidden),
        }
    }

    fn hidden_in_words(&self) -> Option<String> {
        let What::Marked(marked) = &self.what else {
            return None;
        };
        let n = marked.n_hidden;
        (n > 0).then(|| format!("{n} marked but hidden by the filter, left alone"))
    }

    fn asks_for(&self) -> Option<&Adding> {
        match &self.what {
            What::Remove(_) | What::Copy { .. } => None,
            What::Marked(marked) => marked.adding(),
        }
    }

    /// Returns the marked rows that stand for nothing that this can be done with.
    pub fn others(&self) -> &[LeftOut] {
        match &self.what {
            What::Remove(_) | What::Copy { .. } => &[],
            What::Marked(marked) => &marked.others,
        }
    }

    /// Returns what is over now that its changes were made: those, and what was so already.
    pub(in crate::app) fn over(&self) -> impl Iterator<Item = Place> {
        let over = self.entries.iter().filter(|entry| match &entry.verdict {
            Verdict::Make(..) => true,
            Verdict::Skip(why) => why.as_str() == HELD,
            Verdict::NeedsAdmin(..) => false,
        });
        over.map(|entry| Place {
            workspace: entry.workspace.clone(),
            principal: entry.principal.clone(),
        })
    }

    /// Returns how the plan is told once all its changes are made.
    pub(in crate::app) fn done(&self, n: usize) -> String {
        match &self.what {
            What::Remove(_) => format!("{n} removed"),
            What::Copy { .. } => format!("{n} granted"),
            What::Marked(marked) => marked.done(n),
        }
    }

    /// Returns a workspace that needs another Admin before the principal can be removed there.
    pub fn needs_admin(&self) -> Option<&WorkspaceName> {
        let needs_one = |entry: &&Entry| matches!(entry.verdict, Verdict::NeedsAdmin(..));
        self.entries.iter().find(needs_one).map(|entry| &entry.workspace)
    }

    /// Returns how many changes are planned.
    pub fn n_changes(&self) -> usize {
        let planned = self
            .entries
            .iter()
            .filter(|entry| matches!(entry.verdict, Verdict::Make(..)));
        planned.count()
    }

    /// Returns what of the plan is skipped, and why.
    pub fn skipped(&self) -> impl Iterator<Item = (&Entry, &SafeText)> {
        self.entries.iter().filter_map(|entry| match &entry.verdict {
            Verdict::Skip(why) | Verdict::NeedsAdmin(why, _) => Some((entry, why)),
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
        match &self.what {
            What::Remove(_) => "Remove everywhere".into(),
            What::Copy { .. } => "Copy access".into(),
            What::Marked(marked) => marked.title().into(),
        }
    }

    fn keys(&self) -> &'static [Context] {
        match &self.what {
            What::Remove(_) | What::Copy { .. } => &[Context::Dialog, Context::LongText, Context::Always],
            What::Marked(marked) => marked.keys(),
        }
    }

    fn applies_when_opened(&self) -> bool {
        matches!(&self.what, What::Marked(marked) if !marked.is_editable())
    }

    fn is_editable(&self) -> bool {
        !self.applies_when_opened()
    }

    fn n_options(&self) -> usize {
        match &self.what {
            What::Marked(marked) => marked.options().map_or(0, |(picks, _)| picks.len()),
            What::Remove(_) | What::Copy { .. } => 0,
        }
    }

    fn is_on_options(&self) -> bool {
        matches!(&self.what, What::Marked(marked) if marked.is_on_options())
    }

    fn move_by(&mut self, down: bool) {
        if let What::Marked(marked) = &mut self.what {
            marked.move_by(down);
        }
    }

    fn choose_next(&mut self) {
        if let What::Marked(marked) = &mut self.what {
            marked.choose_next();
        }
    }

    fn choose_at(&mut self, place: usize) {
        if let What::Marked(marked) = &mut self.what {
            marked.choose_at(place);
        }
    }

    fn has_typed(&self) -> bool {
        self.picker().is_some_and(|picker| !picker.value().is_empty())
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        if !self.is_on_picker() {
            return None;
        }
        self.picker_mut().map(Picker::field_mut)
    }

    fn keys_of_proposals(&self) -> &'static [Context] {
        match self.asks_for() {
            Some(_) => &[
                Context::AddMember,
                Context::Proposals,
                Context::LongText,
                Context::Always,
            ],
            None => &[Context::Proposals, Context::LongText, Context::Always],
        }
    }

    fn is_on_picker(&self) -> bool {
        match self.asks_for() {
            Some(adding) => adding.focus == Field::Principals,
            None => self.picker().is_some(),
        }
    }

    fn has_fields(&self) -> bool {
        self.asks_for().is_some()
    }

    fn other_field(&mut self) {
        if let What::Marked(marked) = &mut self.what
            && let Some(adding) = marked.adding_mut()
        {
            adding.other_field();
        }
    }

    fn wants(&self) -> Vec<WorkspaceName> {
        self.asks_for()
            .map_or_else(Vec::new, |adding| adding.workspaces.clone())
    }

    /// Returns the field for who shall have the roles, too.
    fn picker(&self) -> Option<&Picker> {
        match &self.what {
            What::Copy { to, .. } => Some(to),
            What::Remove(_) => None,
            What::Marked(marked) => marked.adding().map(|adding| &adding.to),
        }
    }

    fn picker_mut(&mut self) -> Option<&mut Picker> {
        match &mut self.what {
            What::Copy { to, .. } => Some(to),
            What::Remove(_) => None,
            What::Marked(marked) => marked.adding_mut().map(|adding| {
                adding.focus = Field::Principals;
                &mut adding.to
            }),
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
        if let Some(adding) = self.asks_for() {
            if let Err(problem) = target(&adding.to, ctx) {
                return error(&problem);
            }
            let n = adding.n_unread(ctx);
            if n > 0 {
                let whose = counted(n, "workspace");
                return error(&format!(
                    "still reading who is a member of {whose}: apply again after that"
                ));
            }
        }
        if let What::Copy { from, to } = &self.what {
            match target(to, ctx) {
                Err(problem) => return error(&problem),
                Ok(to) if to == *from => return error("that is the same principal"),
                Ok(_) => {}
            }
        }
        let changes = self.entries.iter().filter_map(|entry| match &entry.verdict {
            Verdict::Make(change, _) => Some(Intent::from(change.clone())),
            Verdict::Skip(_) | Verdict::NeedsAdmin(..) => None,
        });
        let intents: Vec<Intent> = changes.collect();
        match (intents.len(), &self.what) {
            (_, What::Marked(marked)) if marked.places.len() > marked::MOST_AT_ONCE => error(&marked::too_many()),
            (0, What::Marked(marked)) if marked.is_on_options() => error("nobody would change: choose another role"),
            (0, _) => error("nothing in this plan can be done"),
            (..) => Ok(ctx.counting_on_persons(intents)),
        }
    }

    fn live_errors(&self, ctx: Ctx<'_>) -> Vec<FieldError> {
        let is_typed = self.picker().is_some_and(|to| !to.value().trim().is_empty());
        if !is_typed {
            return Vec::new();
        }
        self.check(ctx).err().unwrap_or_default()
    }

    /// Keeps only the changes that were not made, with the roles as they are now, and what was never to be done.
    fn take_settled(&mut self, settled: &[Settled], ctx: Ctx<'_>) {
        if let What::Marked(marked) = &mut self.what {
            marked.keep_what_is_left(settled);
            return self.plan(ctx);
        }
        let left: Vec<&WorkspaceName> = Settled::left(settled).map(Change::workspace).collect();
        self.plan(ctx);
        let is_left = |entry: &Entry| left.contains(&&entry.workspace) || !matches!(entry.verdict, Verdict::Make(..));
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
