//! The screens. Each keeps only what is its own: cursor, filter, sort order; the data lie in the store.

pub mod audit;
pub mod contexts;
pub mod help;
pub mod members;
pub mod principal;
pub mod resources;
pub mod welcome;
pub mod workspaces;

use super::audit::rows::SortKey;
use super::filter::Filter;
use super::geometry;
use super::list::Step;
use super::msg::Size;
use super::store::Store;
use crate::domain::context::ContextName;
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use jiff::Timestamp;

/// One screen of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// All workspaces.
    Workspaces(workspaces::State),
    /// The members of one workspace.
    Members(members::State),
    /// What lies in one workspace.
    Resources(resources::State),
    /// Who has access to what, everywhere.
    Audit(Box<audit::State>),
    /// The access of one principal, everywhere.
    Principal(Box<principal::State>),
    /// The contexts of the platform CLI's config file.
    Contexts(Box<contexts::State>),
    /// What can be done where nothing is connected.
    Welcome(welcome::State),
    /// Every key of the screen below.
    Help(help::State),
}

impl Screen {
    /// Returns the filter of its list, where it has one.
    pub fn filter(&self) -> Option<&Filter> {
        match self {
            Self::Workspaces(state) => Some(&state.filter),
            Self::Members(state) => Some(&state.filter),
            Self::Resources(state) => Some(&state.filter),
            Self::Audit(state) => Some(&state.filter),
            Self::Principal(state) => Some(&state.filter),
            Self::Contexts(state) => Some(&state.filter),
            Self::Welcome(_) | Self::Help(_) => None,
        }
    }

    /// Returns the filter of its list, to be changed.
    pub fn filter_mut(&mut self) -> Option<&mut Filter> {
        match self {
            Self::Workspaces(state) => Some(&mut state.filter),
            Self::Members(state) => Some(&mut state.filter),
            Self::Resources(state) => Some(&mut state.filter),
            Self::Audit(state) => Some(&mut state.filter),
            Self::Principal(state) => Some(&mut state.filter),
            Self::Contexts(state) => Some(&mut state.filter),
            Self::Welcome(_) | Self::Help(_) => None,
        }
    }

    /// Computes the rows anew, after the data, the filter or the order have changed.
    pub(super) fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        match self {
            Self::Workspaces(state) => state.rebuild(known, height),
            Self::Members(state) => state.rebuild(known, height),
            Self::Resources(state) => state.rebuild(known.now, height),
            Self::Principal(state) => state.rebuild(known.store, known.now, height),
            Self::Contexts(state) => state.rebuild(known.in_use, known.now, height),
            // What walks over a whole report is worked out beside the loop.
            Self::Audit(_) | Self::Welcome(_) | Self::Help(_) => {}
        }
    }

    /// Moves the cursor, or scrolls, on a terminal of this size.
    pub(super) fn step(&mut self, step: Step, size: Size) {
        let height = geometry::table_rows(size);
        match self {
            Self::Workspaces(state) => state.list.step(step, height),
            Self::Members(state) => state.list.step(step, height),
            Self::Resources(state) => state.list.step(step, height),
            Self::Audit(state) => state.step(step, size),
            Self::Principal(state) => state.list.step(step, height),
            Self::Contexts(state) => state.list.step(step, height),
            Self::Welcome(state) => state.step(step),
            Self::Help(state) => state.step(step, geometry::text_rows(size)),
        }
    }

    /// Scrolls as little as needed to show the cursor on a terminal of this size.
    pub(super) fn reveal(&mut self, size: Size) {
        let height = geometry::table_rows(size);
        match self {
            Self::Workspaces(state) => state.list.reveal(height),
            Self::Members(state) => state.list.reveal(height),
            Self::Resources(state) => state.list.reveal(height),
            Self::Audit(state) => state.reveal(size),
            Self::Principal(state) => state.list.reveal(height),
            Self::Contexts(state) => state.list.reveal(height),
            Self::Welcome(_) => {}
            Self::Help(state) => {
                let lowest = state.lines().len().saturating_sub(geometry::text_rows(size));
                state.top = state.top.min(lowest);
            }
        }
    }

    /// Sorts by the next column, or the other way round.
    pub(super) fn sort(&mut self, to_next: bool) {
        match self {
            Self::Workspaces(state) => {
                state.sort = state.sort.changed(to_next, &workspaces::SortKey::ALL);
                state.has_stopped = false;
            }
            Self::Members(state) => state.sort = state.sort.changed(to_next, &members::SortKey::ALL),
            Self::Resources(state) => state.sort = state.sort.changed(to_next, &resources::SortKey::ALL),
            Self::Audit(state) => state.sort = state.sort.changed(to_next, &SortKey::ALL),
            Self::Principal(state) => state.sort = state.sort.changed(to_next, &principal::SortKey::ALL),
            Self::Contexts(state) => state.sort = state.sort.changed(to_next, &contexts::SortKey::ALL),
            Self::Welcome(_) | Self::Help(_) => {}
        }
    }

    /// Puts the cursor on what the filter most likely means, so that the next enter is about that.
    pub(super) fn select_best_match(&mut self, height: usize) {
        match self {
            Self::Workspaces(state) => state.filter.select_best(&mut state.list, height, WorkspaceName::raw),
            Self::Members(state) => state.filter.select_best(&mut state.list, height, Principal::raw),
            Self::Resources(state) => {
                state.filter.select_best(&mut state.list, height, |row| {
                    row.thing().map_or("", |id| id.name.raw())
                });
            }
            Self::Principal(state) => {
                state
                    .filter
                    .select_best(&mut state.list, height, |row| row.workspace().raw());
            }
            Self::Contexts(state) => state.filter.select_best(&mut state.list, height, ContextName::raw),
            Self::Audit(_) | Self::Welcome(_) | Self::Help(_) => {}
        }
    }
}

/// What rows are made from, and what they say besides.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Workspaces and members.
    pub store: &'a Store,
    /// Who the caller is.
    pub caller: &'a Identity,
    /// Where commands act when nothing else is said.
    pub default_workspace: Option<&'a WorkspaceName>,
    /// The context in use.
    pub in_use: Option<&'a ContextName>,
    /// The time, since rows tell how long ago things were.
    pub now: Timestamp,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<K> {
    /// The column.
    pub key: K,
    /// Whether the order is turned round.
    pub is_reversed: bool,
}

impl<K: Copy + PartialEq> Sort<K> {
    /// Returns the order by the next of `keys`.
    #[must_use]
    pub fn next(self, keys: &[K]) -> Self {
        let place = keys
            .iter()
            .position(|key| *key == self.key)
            .map_or(0, |place| place + 1);
        let key = keys.get(place).or(keys.first()).copied().unwrap_or(self.key);
        Self {
            key,
            is_reversed: false,
        }
    }

    /// Returns the order by the next of `keys`, or this one turned round.
    #[must_use]
    pub fn changed(self, to_next: bool, keys: &[K]) -> Self {
        if to_next { self.next(keys) } else { self.reversed() }
    }

    /// Returns the order turned round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            is_reversed: !self.is_reversed,
            ..self
        }
    }
}
