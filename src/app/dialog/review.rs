//! `Apply plan`: the plan of a file is reviewed, its guards are opened one by one, and it is made like any other plan.
//!
//! A guard is opened by typing its own word, so that none is opened by a key that was meant for another.

use super::ctx::{Ctx, Field, FieldError};
use super::form::{Apply, DialogForm};
use crate::access::Plan;
use crate::access::plan::{Allowed, Guard, Opener};
use crate::app::change::{Intent, Settled};
use crate::app::failure::Failure;
use crate::app::keymap::Context;
use crate::app::msg::{Query, Ticket};
use crate::app::remote::Remote;
use crate::app::text_field::TextField;
use crate::audit::coverage::Progress;
use crate::domain::policy::{Consequence, Tier};
use crate::domain::text::{CopyProblem, SafeText, counted};
use jiff::Timestamp;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The review of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The file or folder that it is made from.
    path: PathBuf,
    /// Where read-only comes from, if nothing may be changed.
    pub(in crate::app) read_only: Option<SafeText>,
    plan: Remote<Arc<Plan>>,
    /// What the plan is approved by, where it changes anything.
    digest: Option<String>,
    progress: Option<Progress>,
    allowed: Allowed,
    /// What is typed to open the next guard.
    typed: TextField,
    /// Whether it was made, and not all of it is done: what is left is planned anew.
    is_over: bool,
}

/// What stands between a plan and its yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate<'a> {
    /// A guard that nothing opens.
    Shut(&'a Guard),
    /// A guard that is opened by typing its word.
    Asks(&'a Guard, Opener),
    /// Nothing may be changed here, which comes from this.
    ReadOnly(&'a SafeText),
    /// Nothing.
    Open,
}

impl Form {
    /// Opens for the plan of what lies at `path`; nothing is read yet.
    pub fn new(path: PathBuf, read_only: Option<SafeText>) -> Self {
        Self {
            path,
            read_only,
            plan: Remote::Absent,
            digest: None,
            progress: None,
            allowed: Allowed::default(),
            typed: TextField::default(),
            is_over: false,
        }
    }

    /// Returns the name of the file or folder.
    pub fn name(&self) -> SafeText {
        SafeText::new(&self.path.to_string_lossy())
    }

    /// Returns the place of the file or folder.
    pub(in crate::app) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the plan, once it is there, and until it was made.
    pub fn plan(&self) -> Option<&Plan> {
        self.plan.fresh().filter(|_| !self.is_over).map(|plan| &**plan)
    }

    /// Returns what the plan is approved by, in hexadecimal digits, where it changes anything.
    pub fn digest(&self) -> Option<&str> {
        self.plan()?;
        self.digest.as_deref()
    }

    /// Returns where keys count beside those of every dialog: while a word is typed, letters go there.
    pub fn own_keys(&self) -> Context {
        if matches!(self.gate(), Gate::Asks(..)) {
            Context::Guard
        } else {
            Context::Review
        }
    }

    /// Returns why there is no plan, if so.
    pub fn failure(&self) -> Option<&Failure> {
        self.plan.failure()
    }

    /// Returns how far the reading is.
    pub fn progress(&self) -> Option<Progress> {
        self.progress
    }

    /// Returns the guards, each with whether it is open.
    pub fn guards(&self) -> impl Iterator<Item = (&Guard, bool)> {
        self.plan().into_iter().flat_map(|plan| {
            let is_closed = |guard: &Guard| plan.closed(&self.allowed).any(|closed| closed == guard);
            plan.guards.iter().map(move |guard| (guard, !is_closed(guard)))
        })
    }

    /// Returns what stands between the plan and its yes: first what nothing opens, which asks for nothing.
    pub fn gate(&self) -> Gate<'_> {
        let Some(plan) = self.plan() else { return Gate::Open };
        if let Some(source) = &self.read_only {
            return Gate::ReadOnly(source);
        }
        let closed: Vec<&Guard> = plan.closed(&self.allowed).collect();
        if let Some(guard) = closed.iter().find(|guard| guard.opener().is_none()) {
            return Gate::Shut(guard);
        }
        let first = closed.first().and_then(|guard| Some((*guard, guard.opener()?)));
        first.map_or(Gate::Open, |(guard, opener)| Gate::Asks(guard, opener))
    }

    /// Returns what is typed to open the next guard.
    pub fn typed(&self) -> &TextField {
        &self.typed
    }

    /// Returns whether what was to be made is over, and not all of it is done.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    pub(in crate::app) fn hear(&mut self, progress: Progress) {
        self.progress = Some(progress);
    }

    pub(in crate::app) fn take(&mut self, planned: Result<Arc<Plan>, Failure>, now: Timestamp) {
        self.progress = None;
        self.allowed = Allowed::default();
        self.typed = TextField::default();
        self.is_over = false;
        let plan = planned.as_ref().ok().filter(|plan| !plan.changes.is_empty());
        self.digest = plan.map(|plan| plan.digest());
        self.plan.settle(planned, now);
    }

    /// Returns what is wished and not planned, in words.
    pub(in crate::app) fn left_behind(&self) -> Option<String> {
        let left_out = &self.plan.value()?.left_out;
        let first = left_out.first()?;
        let more = if left_out.len() > 1 {
            format!(", and {} more", left_out.len() - 1)
        } else {
            String::new()
        };
        let n = counted(left_out.len(), "wish");
        Some(format!("{n} left out: {}{more}", first.in_words()))
    }

    /// Returns the changes, in the order of the plan.
    pub(in crate::app) fn intents(&self) -> Vec<Intent> {
        let plan = self.plan().into_iter();
        plan.flat_map(|plan| plan.changes.iter().map(Intent::from)).collect()
    }

    /// Opens the guards that ask for what was typed, and no others.
    fn open(&mut self, opener: Opener) {
        if opener == Opener::AcceptRemovals {
            self.allowed.removals = self.plan().map(Plan::n_removals);
        } else {
            self.allowed.openers.push(opener);
        }
        self.typed = TextField::default();
    }
}

/// Returns what is typed to open a guard of a plan with so many removals.
pub fn word(opener: Opener, n_removals: usize) -> String {
    match opener {
        Opener::AcceptRemovals => n_removals.to_string(),
        Opener::AllowSelf => "self".to_owned(),
        Opener::AllowPublic => "public".to_owned(),
        Opener::AllowSystem => "system".to_owned(),
    }
}

/// Returns what is said where nothing may be changed.
pub fn read_only(source: &SafeText) -> String {
    format!("read-only ({source}): this plan can be reviewed, not applied")
}

fn refused<T>(why: &str) -> Result<T, Vec<FieldError>> {
    Err(vec![FieldError::new(Field::Principals, why)])
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Apply plan".into()
    }

    fn keys(&self) -> &'static [Context] {
        if self.own_keys() == Context::Guard {
            &[Context::Guard, Context::Dialog, Context::LongText, Context::Always]
        } else {
            &[Context::Review, Context::Dialog, Context::LongText, Context::Always]
        }
    }

    fn to_copy(&self) -> Vec<Result<SafeText, CopyProblem>> {
        self.digest()
            .map(|digest| Ok(SafeText::new(digest)))
            .into_iter()
            .collect()
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        let asks = matches!(self.gate(), Gate::Asks(..));
        asks.then_some(&mut self.typed)
    }

    fn has_typed(&self) -> bool {
        !self.typed.value().is_empty()
    }

    fn least_tier(&self) -> Tier {
        Tier::YesNo
    }

    fn foreseen(&self) -> Option<Vec<Consequence>> {
        self.plan().map(Plan::consequences)
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.plan.is_loading() {
            return Err("still reading who has access to what: wait for it to finish");
        }
        match (self.plan(), self.gate()) {
            (Some(_), Gate::ReadOnly(_)) => Err("read-only: this plan can be reviewed, not applied"),
            (Some(_), Gate::Shut(_)) => Err("this plan cannot be applied: nothing opens what stands in its way"),
            (Some(plan), Gate::Open) if plan.changes.is_empty() => Err("there is nothing to change"),
            (Some(_) | None, Gate::Open | Gate::Asks(..)) | (None, Gate::ReadOnly(_) | Gate::Shut(_)) => Ok(()),
        }
    }

    /// Plans first, and opens one guard after the other.
    fn apply(&mut self, ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        if self.plan.is_loading() {
            return Ok(Apply::Nothing);
        }
        let Some(plan) = self.plan() else {
            return match ctx.server {
                Some(info) => Ok(Apply::Ask(Query::Plan(self.path.clone(), Box::new(info.clone())))),
                None => refused("it is not known yet who you are here: close this, refresh, and start again"),
            };
        };
        let n_removals = plan.n_removals();
        if let Gate::Asks(_, opener) = self.gate() {
            let word = word(opener, n_removals);
            if self.typed.value().trim() != word {
                return refused(&format!("type {word} to open this guard"));
            }
            self.open(opener);
            // Whoever has opened the last one has still to say yes to the whole.
            return match self.gate() {
                Gate::Open => self.check(ctx).map(Apply::Make),
                Gate::Shut(_) | Gate::Asks(..) | Gate::ReadOnly(_) => Ok(Apply::Nothing),
            };
        }
        self.check(ctx).map(Apply::Make)
    }

    fn waits_for(&self) -> Option<Ticket> {
        self.plan.asked()
    }

    fn note_waiting(&mut self, ticket: Ticket, _now: Timestamp) {
        self.plan = Remote::Absent;
        self.progress = None;
        self.plan.ask(ticket);
    }

    fn questions(&self, _ctx: Ctx<'_>) -> Vec<Consequence> {
        self.left_behind().map(Consequence::LeftBehind).into_iter().collect()
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let Some(plan) = self.plan() else {
            return refused("there is no plan yet");
        };
        if plan.changes.is_empty() && plan.guards.is_empty() {
            return refused("there is nothing to change");
        }
        match self.gate() {
            Gate::ReadOnly(source) => refused(&read_only(source)),
            Gate::Shut(guard) => refused(&format!(
                "nothing can be applied: {}",
                guard.on_screen(plan.n_removals())
            )),
            Gate::Asks(guard, _) => refused(guard.on_screen(plan.n_removals()).as_str()),
            Gate::Open if plan.changes.is_empty() => refused("there is nothing to change"),
            Gate::Open => Ok(self.intents()),
        }
    }

    /// What is left is planned anew, from what is there then.
    fn take_settled(&mut self, _settled: &[Settled], _ctx: Ctx<'_>) {
        self.is_over = true;
    }
}
