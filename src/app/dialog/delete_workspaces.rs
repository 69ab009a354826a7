//! `Delete workspaces`: all that are marked, after it was counted what is lost with each; then their number must be typed.
//!
//! One workspace is counted after the other: each is some twenty questions at once, which is as much as a server answers in
//! half a second.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{Apply, DialogForm};
use crate::app::change::{Intent, Outcome, Settled};
use crate::app::failure::Failure;
use crate::app::inventory::Inventory;
use crate::app::msg::{Found, Query, Ticket};
use crate::app::targets::LeftOut;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::Deletion;
use crate::domain::policy::Consequence;
use crate::domain::resource::ResourceKind;
use crate::domain::text::{SafeText, counted};
use crate::domain::workspace::Permission;
use jiff::Timestamp;
use std::borrow::Cow;

/// The most workspaces that are deleted at once: counting them is some 2,000 questions.
const MOST_AT_ONCE: usize = 100;

/// How many are named for each reason.
const TOLD: usize = 3;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The kinds of things a workspace can hold on this platform.
    pub kinds: Vec<ResourceKind>,
    /// The workspaces, by name.
    pub targets: Vec<Target>,
    /// Whether this server deletes only empty workspaces.
    pub refuses: bool,
    /// How many marked ones a filter hides.
    pub n_hidden: usize,
    /// The question that is under way, for one target that is not counted.
    asked: Option<Ticket>,
    /// Whether all are being counted, and the yes is asked for after that.
    is_counting: bool,
    /// Those that the platform did not let be counted yet: they are counted last, after a while.
    put_off: Vec<WorkspaceName>,
}

/// One workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Which.
    pub workspace: WorkspaceName,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What becomes of one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not known yet what is in it.
    Uncounted,
    /// It is deleted with this.
    Delete(Box<Inventory>),
    /// It is left alone, for this reason.
    LeftOut(SafeText),
}

impl Form {
    /// Opens for all marked workspaces; nothing is counted yet.
    pub fn new(selected: &Selected<'_>) -> Self {
        let ctx = selected.ctx;
        let mut names = selected.marked.workspaces.clone();
        names.sort();
        let target = |workspace: WorkspaceName| Target {
            verdict: why_not(&workspace, ctx).map_or(Verdict::Uncounted, |why| Verdict::LeftOut(SafeText::new(&why))),
            workspace,
        };
        Self {
            kinds: ResourceKind::of(ctx.generation()).collect(),
            targets: names.into_iter().map(target).collect(),
            refuses: selected.deletion == Deletion::Refuses,
            n_hidden: selected.marked.n_hidden,
            asked: None,
            is_counting: false,
            put_off: Vec::new(),
        }
    }

    /// Returns those that are left alone, with the reason.
    pub fn left_out(&self) -> impl Iterator<Item = LeftOut> {
        self.targets.iter().filter_map(|target| match &target.verdict {
            Verdict::LeftOut(why) => Some(LeftOut {
                name: target.workspace.shown(),
                why: why.clone(),
            }),
            Verdict::Uncounted | Verdict::Delete(_) => None,
        })
    }

    /// Returns those that are deleted, with what is lost with each.
    pub fn deleted(&self) -> impl Iterator<Item = (&WorkspaceName, &Inventory)> {
        self.targets.iter().filter_map(|target| match &target.verdict {
            Verdict::Delete(inventory) => Some((&target.workspace, &**inventory)),
            Verdict::Uncounted | Verdict::LeftOut(_) => None,
        })
    }

    /// Returns how many are counted, and how many are to be.
    pub fn progress(&self) -> (usize, usize) {
        let is_out = |target: &&Target| matches!(target.verdict, Verdict::LeftOut(_));
        let n_all = self.targets.len() - self.targets.iter().filter(is_out).count();
        (self.deleted().count(), n_all)
    }

    /// Returns the next one that is to be counted.
    pub fn uncounted(&self) -> Option<&WorkspaceName> {
        let targets = self.targets.iter();
        let mut open = targets.filter(|target| target.verdict == Verdict::Uncounted);
        let next = open.find(|target| !self.put_off.contains(&target.workspace));
        next.map(|target| &target.workspace).or_else(|| self.put_off.first())
    }

    /// Returns the question what is in the next one, where none is under way: those that were put off last, and only
    /// where they no longer have to wait.
    fn next(&self, has_to_wait: impl Fn(&WorkspaceName) -> bool) -> Option<Query> {
        let next = self.uncounted().filter(|next| !self.put_off.contains(next));
        let let_in = || self.put_off.iter().find(|workspace| !has_to_wait(workspace));
        self.question(next.or_else(let_in))
    }

    /// Returns the question to go on with, while all are being counted.
    pub(in crate::app) fn go_on(&self, has_to_wait: impl Fn(&WorkspaceName) -> bool) -> Option<Query> {
        self.next(has_to_wait).filter(|_| self.is_counting)
    }

    /// Returns whether all are counted by now; once.
    pub(in crate::app) fn take_counted(&mut self) -> bool {
        let is_over = self.is_counting && self.uncounted().is_none();
        self.is_counting &= !is_over;
        is_over
    }

    fn question(&self, next: Option<&WorkspaceName>) -> Option<Query> {
        let next = next.filter(|_| self.asked.is_none())?;
        Some(Query::Inventory(next.clone(), self.kinds.clone()))
    }

    /// Takes what was counted in one of them; returns whether it was asked for here.
    pub(in crate::app) fn take(&mut self, workspace: &WorkspaceName, counted: Result<Box<Inventory>, Failure>) -> bool {
        let mut targets = self.targets.iter_mut();
        let target = targets.find(|target| target.workspace == *workspace && target.verdict == Verdict::Uncounted);
        let Some(target) = target.filter(|_| self.asked.is_some()) else {
            return false;
        };
        self.asked = None;
        self.put_off.retain(|other| other != workspace);
        target.verdict = match counted {
            Ok(inventory) if self.refuses && inventory.n_things() > 0 => {
                let n = counted_things(&inventory);
                Verdict::LeftOut(SafeText::new(&format!(
                    "this server deletes only empty workspaces, and it holds {n}"
                )))
            }
            Ok(inventory) => Verdict::Delete(inventory),
            Err(failure) => Verdict::LeftOut(SafeText::new(&format!("could not be counted: {}", failure.why()))),
        };
        true
    }

    /// Leaves one uncounted for now that is being counted.
    pub(in crate::app) fn put_off(&mut self, workspace: &WorkspaceName) {
        let is_open = |target: &Target| target.workspace == *workspace && target.verdict == Verdict::Uncounted;
        if self.asked.is_none() || !self.targets.iter().any(is_open) {
            return;
        }
        self.asked = None;
        // Of several that have to wait each has its turn.
        self.put_off.retain(|other| other != workspace);
        self.put_off.push(workspace.clone());
    }

    /// Counts these kinds from now on; returns whether they are others, so that all is to be counted again.
    pub(in crate::app) fn count_these(&mut self, kinds: &[ResourceKind]) -> bool {
        if self.kinds == kinds {
            return false;
        }
        self.kinds = kinds.to_vec();
        self.asked = None;
        self.is_counting = true;
        self.put_off.clear();
        for target in &mut self.targets {
            if let Verdict::Delete(_) = target.verdict {
                target.verdict = Verdict::Uncounted;
            }
        }
        true
    }

    /// Returns what is left alone, in words.
    pub(in crate::app) fn left_behind(&self) -> Option<String> {
        let mut reasons: Vec<(SafeText, Vec<SafeText>)> = Vec::new();
        for LeftOut { name, why } in self.left_out() {
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, names)) => names.push(name),
                None => reasons.push((why, vec![name])),
            }
        }
        let n: usize = reasons.iter().map(|(_, names)| names.len()).sum();
        let told = reasons.iter().map(|(why, all)| {
            let some: Vec<&str> = all.iter().take(TOLD).map(SafeText::as_str).collect();
            let more = if all.len() > TOLD { "…" } else { "" };
            format!("{}{more}: {why}", some.join(", "))
        });
        let told: Vec<String> = told.collect();
        let hidden =
            (self.n_hidden > 0).then(|| format!("{} marked but hidden by the filter, left alone", self.n_hidden));
        let left = (n > 0).then(|| format!("{n} left: {}", told.join("; ")));
        let all: Vec<String> = left.into_iter().chain(hidden).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Delete workspaces".into()
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn questions(&self, _: Ctx<'_>) -> Vec<Consequence> {
        self.left_behind().map(Consequence::LeftBehind).into_iter().collect()
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.asked.is_some() {
            return Err("still counting what is in them: wait for it to finish");
        }
        Ok(())
    }

    fn check(&self, _: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let error = |what: &str| Err(vec![FieldError::new(Field::Name, what)]);
        if self.targets.len() > MOST_AT_ONCE {
            return error(&format!("at most {MOST_AT_ONCE} workspaces at once: mark fewer"));
        }
        if self.uncounted().is_some() {
            return error("not all of them are counted yet");
        }
        let intents = self.deleted().map(|(workspace, inventory)| Intent {
            seen: Some(Found::Contents(Some(Box::new(inventory.clone())))),
            ..Intent::from(Change::DeleteWorkspace {
                workspace: workspace.clone(),
            })
        });
        let intents: Vec<Intent> = intents.collect();
        if intents.is_empty() {
            return error("none of them can be deleted");
        }
        Ok(intents)
    }

    /// Counts first.
    fn apply(&mut self, ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        if self.targets.len() <= MOST_AT_ONCE
            && let Some(query) = self.next(|_| false)
        {
            return Ok(Apply::Ask(query));
        }
        self.check(ctx).map(Apply::Make)
    }

    fn waits_for(&self) -> Option<Ticket> {
        self.asked
    }

    fn note_waiting(&mut self, ticket: Ticket, _now: Timestamp) {
        self.asked = Some(ticket);
        self.is_counting = true;
    }

    /// Keeps those that are left, with what is in them by now.
    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        let left: Vec<&WorkspaceName> = Settled::left(settled).map(Change::workspace).collect();
        self.targets.retain(|target| left.contains(&&target.workspace));
        self.n_hidden = 0;
        for one in settled {
            let found = self
                .targets
                .iter_mut()
                .find(|target| target.workspace == *one.change.workspace());
            let Some(target) = found else { continue };
            match (&one.now, &one.outcome) {
                (Some(Found::Contents(Some(contents))), _) => target.verdict = Verdict::Delete(contents.clone()),
                (_, Outcome::Drifted(_) | Outcome::Refused(_)) => target.verdict = Verdict::Uncounted,
                (..) => {}
            }
        }
    }
}

fn counted_things(inventory: &Inventory) -> String {
    counted(inventory.n_things(), "resource")
}

/// Returns why a workspace is not deleted, before it is counted.
fn why_not(workspace: &WorkspaceName, ctx: Ctx<'_>) -> Option<String> {
    if workspace.is_built_in() {
        return Some("the console never deletes it".to_owned());
    }
    if ctx.store.is_going(workspace) {
        return Some("already being deleted".to_owned());
    }
    if let Err(problem) = workspace.addressable() {
        return Some(problem.in_words());
    }
    let access = ctx.store.caller_access(workspace);
    let needs = Permission::DeleteWorkspace.needs();
    access
        .forbids(Permission::DeleteWorkspace)
        .then(|| format!("you need {} there", needs.shown()))
}
