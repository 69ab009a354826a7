//! `Delete workspace`: what is lost with it is counted first, then its name must be typed. Where the platform refuses
//! because something is left in it, the dialog turns into a list of what that is, which leads there and back.

use super::ctx::{Ctx, FieldError, Selected};
use super::form::{Apply, DialogForm};
use crate::app::change::{Intent, Outcome, Settled};
use crate::app::failure::{Failure, FailureKind};
use crate::app::inventory::{Counted, Inventory};
use crate::app::keymap::Context;
use crate::app::msg::{Found, Query, Ticket};
use crate::app::remote::Remote;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::Deletion;
use crate::domain::resource::ResourceKind;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::borrow::Cow;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which workspace.
    pub workspace: WorkspaceName,
    /// The kinds of things it can hold on this platform.
    pub kinds: Vec<ResourceKind>,
    /// What is lost with it, once counted.
    pub inventory: Remote<Box<Inventory>>,
    /// Whether the platform did not let it be counted yet, so that it is to be counted again.
    pub is_put_off: bool,
    /// Whether it is being counted, and its name is asked for after that.
    is_counting: bool,
    /// What has been counted so far.
    pub so_far: Vec<Counted>,
    /// What was typed to confirm it last, kept for another try.
    pub typed: String,
    /// What must be deleted first, in the platform's words where it has refused, else as it was counted; empty where
    /// nothing is in the way.
    pub left: Vec<(SafeText, u64)>,
    /// Whether its name is asked for although it is known not to be empty.
    pub insists: bool,
}

impl Form {
    /// Opens for the selected workspace; nothing is counted yet.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        Some(Self {
            workspace: selected.workspace?.clone(),
            kinds: ResourceKind::of(selected.ctx.generation()).collect(),
            inventory: Remote::Absent,
            is_put_off: false,
            is_counting: false,
            so_far: Vec::new(),
            typed: String::new(),
            left: Vec::new(),
            insists: false,
        })
    }

    /// Returns the question what is in it, where that is not under way.
    pub(in crate::app) fn count(&self) -> Option<Query> {
        (!self.inventory.is_loading()).then(|| Query::Inventory(self.workspace.clone(), self.kinds.clone()))
    }

    /// Returns whether it is counted by now; once.
    pub(in crate::app) fn take_counted(&mut self) -> bool {
        let is_over = self.is_counting && matches!(self.inventory, Remote::Ready { .. });
        self.is_counting &= !is_over;
        is_over
    }

    /// Returns what the platform has shown, by what became of it, to do with a workspace that is not empty.
    pub(in crate::app) fn shown_by(&self, outcome: &Outcome) -> Option<Deletion> {
        if not_empty(outcome).is_some() {
            return Some(Deletion::Refuses);
        }
        let held_something = self.inventory.value().is_some_and(|inventory| inventory.n_things() > 0);
        (outcome.is_done() && held_something).then_some(Deletion::Cascades)
    }

    /// Returns the deletion, which holds only for the counted contents; nothing before they are counted.
    pub(in crate::app) fn intents(&self) -> Vec<Intent> {
        let Remote::Ready { value, .. } = &self.inventory else {
            return Vec::new();
        };
        let seen = Some(Found::Contents(Some(value.clone())));
        vec![Intent {
            seen,
            ..Intent::from(Change::DeleteWorkspace {
                workspace: self.workspace.clone(),
            })
        }]
    }

    /// Takes what was counted for what must be deleted first, where there is something.
    pub(in crate::app) fn leave_to_clear(&mut self) -> bool {
        let found = self
            .inventory
            .value()
            .into_iter()
            .flat_map(|inventory| inventory.found());
        let left = found.map(|(kind, n)| (SafeText::new(kind.noun()), u64::try_from(n).unwrap_or(u64::MAX)));
        self.left = left.collect();
        !self.left.is_empty()
    }

    /// Returns whether what the platform calls `word` can be shown and deleted here.
    pub fn can_clear(&self, word: &SafeText) -> bool {
        let kind = ResourceKind::from_platform(word.as_str());
        kind.is_some_and(|kind| self.kinds.contains(&kind) && kind.can_be_deleted())
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Delete workspace".into()
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn keys(&self) -> &'static [Context] {
        if self.left.is_empty() {
            &[Context::Dialog, Context::LongText, Context::Always]
        } else {
            &[Context::NotEmpty, Context::LongText, Context::Always]
        }
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        Ok(self.intents())
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.inventory.is_loading() {
            return Err("still counting its contents: wait for it to finish");
        }
        Ok(())
    }

    /// Counts first.
    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        if matches!(self.inventory, Remote::Ready { .. }) {
            return Ok(Apply::Make(self.intents()));
        }
        Ok(self.count().map_or(Apply::Nothing, Apply::Ask))
    }

    fn waits_for(&self) -> Option<Ticket> {
        self.inventory.asked()
    }

    fn note_waiting(&mut self, ticket: Ticket, _now: Timestamp) {
        self.left.clear();
        self.is_put_off = false;
        self.is_counting = true;
        self.so_far.clear();
        self.inventory.ask(ticket);
    }

    fn take_settled(&mut self, settled: &[Settled], ctx: Ctx<'_>) {
        for one in settled {
            if let Some(Found::Contents(Some(contents))) = &one.now {
                self.inventory = Remote::Ready {
                    value: contents.clone(),
                    as_of: ctx.now,
                };
            } else if let Some(kinds) = not_empty(&one.outcome) {
                self.left = kinds.to_vec();
            }
        }
    }
}

/// Returns what the platform says must be deleted first, where it has refused for that.
fn not_empty(outcome: &Outcome) -> Option<&[(SafeText, u64)]> {
    let Outcome::Refused(Failure {
        kind: FailureKind::NotEmpty(kinds),
        ..
    }) = outcome
    else {
        return None;
    };
    Some(kinds)
}
