//! Changes that were confirmed together, as one row: how much of them was done, and what is undone by now.

use crate::app::list::Markable;
use crate::app::msg::Activity;
use crate::domain::activity::{OPEN, Record, RecordId, Verdict};
use crate::domain::change::together;
use crate::domain::text::{SafeText, counted, grouped};
use crate::domain::undo::Undone;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

/// What a row of the activity is called: its identity, whatever is opened, sorted and filtered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowId {
    /// All changes of the plan that is called so in the journal.
    Plan(SafeText),
    /// One change.
    Change(RecordId),
}

impl Markable for RowId {}

/// A row of the activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// A plan.
    Plan {
        /// What is told of it.
        plan: &'a Plan,
        /// Whether its changes stand below it.
        is_open: bool,
    },
    /// A change.
    Change {
        /// Its record.
        record: &'a Record,
        /// Whether a later change took it back.
        is_undone: bool,
        /// Whether it stands below its plan.
        is_part: bool,
    },
}

/// A plan of several changes, in sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Where its changes are among all records, the newest first.
    pub(super) places: Vec<usize>,
    /// When its last change was sent.
    pub at: Timestamp,
    /// Who made it.
    pub by: SafeText,
    /// On which server.
    pub server: SafeText,
    /// Why, where all of it has one reason.
    pub reason: Option<SafeText>,
    /// What it was approved by, where it was by a digest.
    pub digest: Option<String>,
    /// What its changes do together: `remove members from 'ml-team'`.
    pub what: SafeText,
    /// The workspaces that it changed.
    pub workspaces: Vec<SafeText>,
    /// What became of its changes: for each word, of how many; what needs a look comes last.
    pub outcomes: Vec<(&'static str, usize)>,
    /// What became of that change which needs a look the most.
    pub verdict: Option<Verdict>,
    /// How many of its changes are undone.
    pub n_undone: usize,
    /// Whether it took other changes back.
    pub is_undo: bool,
    /// Whether older changes of it stand in the journal that were not read.
    pub is_cut: bool,
}

impl Plan {
    /// Returns the plans of several changes in the journal, by what it calls them.
    pub(super) fn among(activity: &Activity, undone: &Undone) -> HashMap<SafeText, Self> {
        let (records, cut) = (&activity.records, &activity.cut_plans);
        let mut places: HashMap<&SafeText, Vec<usize>> = HashMap::new();
        for (place, record) in records.iter().enumerate() {
            if let Some(plan) = &record.plan {
                places.entry(plan).or_default().push(place);
            }
        }
        let several = places
            .into_iter()
            .filter(|(name, places)| places.len() > 1 || cut.contains(*name));
        let plans = several.filter_map(|(name, places)| {
            let parts: Vec<&Record> = places.iter().filter_map(|place| records.get(*place)).collect();
            let newest = *parts.first()?;
            let is_cut = cut.contains(name);
            let plan = Self::of(newest, &parts, undone, places);
            Some((name.clone(), Self { is_cut, ..plan }))
        });
        plans.collect()
    }

    fn of(newest: &Record, parts: &[&Record], undone: &Undone, places: Vec<usize>) -> Self {
        let workspaces: BTreeSet<SafeText> = parts
            .iter()
            .filter_map(|record| Some(record.change.as_ref()?.workspace().shown()))
            .collect();
        let is_common = |record: &&Record| record.reason == newest.reason;
        let reason = newest.reason.clone().filter(|_| parts.iter().all(is_common));
        let changes = parts.iter().filter_map(|record| record.change.as_ref());
        let is_undo = parts.iter().all(|record| record.undoes.is_some());
        let undo = if is_undo { "undo: " } else { "" };
        let verdicts = parts.iter().map(|record| super::own::verdict_of(record));
        Self {
            places,
            at: newest.at,
            by: newest.caller.label(),
            server: SafeText::new(&newest.server),
            reason,
            digest: newest.digest.clone(),
            what: SafeText::new(&format!("{undo}{}", together(changes))),
            workspaces: workspaces.into_iter().collect(),
            outcomes: outcomes(parts),
            verdict: verdicts.min_by_key(|verdict| super::own::gravity(*verdict)).flatten(),
            n_undone: parts.iter().filter(|record| undone.contains(&record.id)).count(),
            is_undo,
            is_cut: false,
        }
    }

    /// Returns how many of its changes were read.
    pub fn n_changes(&self) -> usize {
        self.places.len()
    }

    /// Returns whether nothing of what it did is left, and it did something; never of one that was not read to its end.
    pub fn is_undone(&self) -> bool {
        let n_done = self.outcomes.first().filter(|(word, _)| *word == APPLIED);
        !self.is_cut && n_done.is_some_and(|(_, n)| *n == self.n_undone)
    }

    /// Returns it in words: `plan of 63 changes: 61 applied, 2 refused`.
    pub fn in_words(&self) -> String {
        let what = if self.is_undo { "undo" } else { "plan" };
        let n = counted(self.n_changes(), "change");
        let n = if self.is_cut {
            format!("at least {n} (older ones not loaded)")
        } else {
            n
        };
        format!("{what} of {n}: {}", self.became())
    }

    /// Returns what its row says: `remove bob@example.com from several workspaces · 61 applied, 2 refused · OPS-12`.
    pub fn in_a_row(&self) -> String {
        let cut = self.is_cut.then(|| "older ones not loaded".to_owned());
        let reason = self.reason.as_ref().map(SafeText::to_string);
        let parts = [Some(self.what.to_string()), Some(self.became()), cut, reason];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Returns what became of its changes, and what is undone by now.
    fn became(&self) -> String {
        let became = self.outcomes.iter();
        let became: Vec<String> = became.map(|(word, n)| format!("{} {word}", grouped(*n))).collect();
        let undone = match self.n_undone {
            0 => String::new(),
            _ if self.is_undone() => ", undone".to_owned(),
            n => format!(", {} undone", grouped(n)),
        };
        format!("{}{undone}", became.join(", "))
    }
}

/// What is said of changes that were done, however that was seen.
const APPLIED: &str = "applied";

/// Counts what became of changes.
fn outcomes(parts: &[&Record]) -> Vec<(&'static str, usize)> {
    let mut counts: Vec<(&'static str, Option<Verdict>, usize)> = Vec::new();
    for verdict in parts.iter().map(|record| super::own::verdict_of(record)) {
        let word = match verdict {
            Some(verdict) if verdict.is_done() => APPLIED,
            Some(verdict) => verdict.word(),
            None => OPEN,
        };
        match counts.iter_mut().find(|(known, ..)| *known == word) {
            Some((.., n)) => *n += 1,
            None => counts.push((word, verdict, 1)),
        }
    }
    counts.sort_by_key(|(_, verdict, _)| Reverse(super::own::gravity(*verdict)));
    counts.into_iter().map(|(word, _, n)| (word, n)).collect()
}
