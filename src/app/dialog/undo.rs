//! `Undo`: changes of the journal are taken back, each by a change of its own, reviewed as one plan.
//!
//! What the present shows to be no longer as the change left it is skipped, with the reason. So is what cannot be taken back.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{Apply, DialogForm};
use super::plan::{Weighed, weighed};
use crate::app::change::{Intent, Settled};
use crate::app::failure::Failure;
use crate::app::msg::{Activity, Query, Ticket};
use crate::app::remote::Remote;
use crate::app::targets::Wanted;
use crate::domain::activity::{Record, RecordId};
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::policy::{self, Consequence};
use crate::domain::text::SafeText;
use crate::domain::undo::{self, Last, Undone};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// What is to be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which changes.
    pub wanted: Wanted,
    /// On which server.
    server: SafeText,
    /// The journal, once it was read.
    activity: Remote<Activity>,
    /// The question that the journal answers.
    asked: Option<Ticket>,
    /// One entry for each change, the newest first; what is skipped before the others.
    pub entries: Vec<Entry>,
    /// How many more are skipped, each for the reason that nothing takes it back.
    n_unnamed: usize,
}

/// What is planned for one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its record.
    pub id: RecordId,
    /// When it was made.
    pub at: Timestamp,
    /// What it did, as it was told when it was confirmed.
    pub done: SafeText,
    /// What is to be done.
    pub planned: Planned,
}

/// What is to be done about one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// This change, with what should be known about it.
    Make(Change, Option<String>),
    /// Nothing, for this reason.
    Skip(SafeText),
    /// It is not known yet what is there now.
    Reading(WorkspaceName),
}

impl Form {
    /// Opens for what the key is about; nothing is read yet.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        Some(Self {
            wanted: selected.undo.clone()?,
            server: selected.server.clone(),
            activity: Remote::Absent,
            asked: None,
            entries: Vec::new(),
            n_unnamed: 0,
        })
    }

    /// Takes what stands in the journal, and plans.
    pub(in crate::app) fn take(&mut self, read: Result<Activity, Failure>, ctx: Ctx<'_>) {
        self.activity.settle(read, ctx.now);
        self.plan(ctx);
    }

    /// Works the plan out anew from what is known of the present.
    pub fn plan(&mut self, ctx: Ctx<'_>) {
        let Some(activity) = self.activity.value() else {
            return;
        };
        let records = &activity.records;
        let Last {
            records: wanted,
            n_unnamed,
        } = match &self.wanted {
            Wanted::LastIn(workspace) => undo::last_in(records, self.server.as_str(), workspace),
            Wanted::These(ids) => {
                let ids: HashSet<&RecordId> = ids.iter().collect();
                Last {
                    records: records.iter().filter(|record| ids.contains(&record.id)).collect(),
                    n_unnamed: 0,
                }
            }
        };
        let undone = Undone::among(records);
        let mut present = Present {
            since: self.asked,
            ..Present::default()
        };
        let mut entries: Vec<Entry> = wanted
            .into_iter()
            .map(|record| Entry {
                id: record.id.clone(),
                at: record.at,
                done: record.change.as_ref().map(Change::done).unwrap_or_default(),
                planned: if record.server != self.server.as_str() {
                    Planned::Skip(SafeText::new(&format!("it was made on {}", record.server)))
                } else if undone.contains(&record.id) {
                    Planned::Skip(SafeText::new("it is undone already"))
                } else {
                    present.judge(record, ctx)
                },
            })
            .collect();
        // What will not be done must not be overlooked.
        entries.sort_by_key(|entry| !matches!(entry.planned, Planned::Skip(_)));
        self.entries = entries;
        self.n_unnamed = n_unnamed;
    }

    /// Returns how many changes are planned.
    pub fn n_changes(&self) -> usize {
        let planned = self.entries.iter();
        planned
            .filter(|entry| matches!(entry.planned, Planned::Make(..)))
            .count()
    }

    /// Returns how many changes are skipped, and how many of them are not named.
    pub fn n_skipped(&self) -> (usize, usize) {
        let skipped = self.entries.iter();
        let skipped = skipped.filter(|entry| matches!(entry.planned, Planned::Skip(_)));
        (skipped.count() + self.n_unnamed, self.n_unnamed)
    }

    /// Returns the planned changes, each with what it undoes.
    pub(in crate::app) fn intents(&self) -> Vec<Intent> {
        let intents = self.entries.iter().filter_map(|entry| match &entry.planned {
            Planned::Make(change, _) => Some(Intent {
                undoes: Some(entry.id.clone()),
                ..Intent::from(change.clone())
            }),
            Planned::Skip(_) | Planned::Reading(_) => None,
        });
        intents.collect()
    }

    /// Returns the workspace in which all planned changes are, if it is one.
    pub fn place(&self) -> Option<&WorkspaceName> {
        let mut places = self.entries.iter().filter_map(|entry| match &entry.planned {
            Planned::Make(change, _) => Some(change.workspace()),
            Planned::Reading(workspace) => Some(workspace),
            Planned::Skip(_) => None,
        });
        let first = places.next()?;
        places.all(|place| place == first).then_some(first)
    }

    /// Returns whether something is still to be read before it can be applied.
    pub fn is_reading(&self) -> bool {
        self.activity.is_loading()
            || self
                .entries
                .iter()
                .any(|entry| matches!(entry.planned, Planned::Reading(_)))
    }

    /// Returns whether there are older changes, which were not looked at.
    pub fn is_more(&self) -> bool {
        self.activity.value().is_some_and(|activity| activity.is_more)
    }

    /// Returns what is to be said where it takes back all that was read of a plan which goes on among older changes.
    pub fn cut_short(&self) -> Option<&'static str> {
        let activity = self.activity.value()?;
        let ids: HashSet<&RecordId> = self.entries.iter().map(|entry| &entry.id).collect();
        let is_all_of = |cut: &SafeText| {
            let mut parts = activity
                .records
                .iter()
                .filter(|record| record.plan.as_ref() == Some(cut))
                .peekable();
            parts.peek().is_some() && parts.all(|record| ids.contains(&record.id))
        };
        let is_whole = activity.cut_plans.iter().any(is_all_of);
        is_whole.then_some("only part of the plan: its older changes are not loaded, and stay")
    }

    /// Returns why the journal could not be read, if so.
    pub fn failure(&self) -> Option<&Failure> {
        self.activity.failure()
    }

    /// Returns what is skipped, in words.
    pub(in crate::app) fn left_behind(&self) -> Option<String> {
        let mut skipped = self.entries.iter().filter_map(|entry| match &entry.planned {
            Planned::Skip(why) => Some((entry, why)),
            Planned::Make(..) | Planned::Reading(_) => None,
        });
        let (first, why) = skipped.next()?;
        let more = skipped.count() + self.n_unnamed;
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Some(format!("not undone: {} ({why}){more}", first.done))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Undo".into()
    }

    fn wants(&self) -> Vec<WorkspaceName> {
        let unread = self.entries.iter().filter_map(|entry| match &entry.planned {
            Planned::Reading(workspace) => Some(workspace.clone()),
            Planned::Make(..) | Planned::Skip(_) => None,
        });
        unread.collect()
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.is_reading() {
            return Err("still reading what is there now: wait for it to finish");
        }
        Ok(())
    }

    /// Reads the journal first.
    fn apply(&mut self, ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        if self.activity.value().is_some() {
            return self.check(ctx).map(Apply::Make);
        }
        Ok(if self.activity.is_loading() {
            Apply::Nothing
        } else {
            Apply::Ask(Query::Activity)
        })
    }

    fn waits_for(&self) -> Option<Ticket> {
        self.activity.asked()
    }

    fn note_waiting(&mut self, ticket: Ticket, _now: Timestamp) {
        self.activity.ask(ticket);
        self.asked = Some(ticket);
    }

    fn questions(&self, _ctx: Ctx<'_>) -> Vec<Consequence> {
        let cut_short = self.cut_short().map(str::to_owned);
        let left = cut_short.into_iter().chain(self.left_behind());
        left.map(Consequence::LeftBehind).collect()
    }

    fn check(&self, ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let intents = self.intents();
        if intents.is_empty() {
            let text = "there is nothing here that can be undone";
            return Err(vec![FieldError::new(Field::Principals, text)]);
        }
        Ok(ctx.counting_on_persons(intents))
    }

    /// Keeps what was not made, judged by what is there now.
    fn take_settled(&mut self, settled: &[Settled], ctx: Ctx<'_>) {
        let left: Vec<&Change> = Settled::left(settled).collect();
        let is_left = |entry: &Entry| match &entry.planned {
            Planned::Make(change, _) => left.contains(&change),
            Planned::Skip(_) | Planned::Reading(_) => true,
        };
        self.entries.retain(is_left);
        self.wanted = Wanted::These(self.entries.iter().map(|entry| entry.id.clone()).collect());
        self.plan(ctx);
    }
}

/// What is there, and will be once the changes planned so far are made: several can be about the same member.
#[derive(Debug, Default)]
struct Present {
    /// What was asked after this question is newer than all that is taken back, whatever the clocks say.
    since: Option<Ticket>,
    rosters: HashMap<WorkspaceName, Roster>,
    descriptions: HashMap<WorkspaceName, String>,
}

impl Present {
    /// Says what is to be done about one change, given the present.
    fn judge(&mut self, record: &Record, ctx: Ctx<'_>) -> Planned {
        let skip = |why: &str| Planned::Skip(SafeText::new(why));
        let change = match undo::inverse(record) {
            Ok(change) => change,
            Err(why) => return skip(why.words()),
        };
        let there = ctx.store.find(change.workspace());
        if there.is_some_and(|there| there.created_at.is_some_and(|at| at > record.at)) {
            return skip("the workspace was made anew since");
        }
        if let Change::Describe {
            workspace,
            before,
            after,
        } = &change
        {
            let Some(found) = ctx.store.find(workspace) else {
                return skip("the workspace is gone, or not visible");
            };
            let now = self.descriptions.entry(workspace.clone());
            let now = now.or_insert_with(|| found.description.clone().unwrap_or_default());
            if *now != before.clone().unwrap_or_default() {
                return skip("the description was changed since");
            }
            now.clone_from(after);
            return Planned::Make(change, None);
        }
        self.judge_roles(change, record.at, ctx)
    }

    fn judge_roles(&mut self, change: Change, made_at: Timestamp, ctx: Ctx<'_>) -> Planned {
        let skip = |why: &str| Planned::Skip(SafeText::new(why));
        let (Some(principal), workspace) = (change.principal().cloned(), change.workspace().clone()) else {
            return skip("it was about no member");
        };
        if !self.rosters.contains_key(&workspace) {
            match read(&workspace, (made_at, self.since), ctx) {
                Ok(roster) => {
                    self.rosters.insert(workspace.clone(), roster);
                }
                Err(planned) => return planned,
            }
        }
        let Some(roster) = self.rosters.get_mut(&workspace) else {
            return Planned::Reading(workspace);
        };
        let (left, _) = change.roles();
        let held = roster.roles_of(&principal);
        if held != left {
            let (held, left) = (held.shown(), left.shown());
            return skip(&format!("changed since: now {held}, not {left}"));
        }
        let consequences = policy::consequences(&change, roster, ctx.identity, ctx.store.generation());
        let notes = match weighed(&consequences) {
            Weighed::Skip(why) => return skip(why),
            Weighed::NeedsAdmin(why) => {
                let next = policy::next_admin(roster, &roster.after(&change));
                return skip(&format!("{why}: {}", policy::make_admin_first(next.as_ref())));
            }
            Weighed::Make(notes) => notes,
        };
        let (before, after) = change.roles();
        let is_granted = after.iter().any(|role| !before.holds(role));
        let anew = is_granted.then_some("granted anew: by you, today");
        let notes: Vec<&str> = notes.into_iter().chain(anew).collect();
        roster.apply(&change);
        Planned::Make(change, (!notes.is_empty()).then(|| notes.join(", ")))
    }
}

/// Returns who is in `workspace`, or what is to be said while that is not known. Members that were read before the change
/// was made, by a command perhaps, are not those that it has left. What was asked for after the journal, `since`, is newer
/// in any case: the change may be dated by a clock that is ahead.
fn read(
    workspace: &WorkspaceName,
    (made_at, since): (Timestamp, Option<Ticket>),
    ctx: Ctx<'_>,
) -> Result<Roster, Planned> {
    let details = ctx.store.details(workspace);
    let is_asked_since = since.is_some() && details.by > since;
    let is_older = !is_asked_since && details.as_of.is_some_and(|as_of| as_of < made_at);
    if let Some(roster) = ctx.store.roster(workspace).filter(|_| !is_older) {
        return Ok(roster.into_owned());
    }
    let skip = |why: &str| Err(Planned::Skip(SafeText::new(why)));
    if let Some(failure) = details.failure {
        return skip(&format!("its members cannot be read: {}", failure.why()));
    }
    if ctx.store.find(workspace).is_none() {
        return skip("the workspace is gone, or not visible");
    }
    Err(Planned::Reading(workspace.clone()))
}
