//! The list of workspaces, read page by page.

use super::Store;
use crate::app::deletions::Deletions;
use crate::app::failure::Failure;
use crate::app::msg::Ticket;
use crate::domain::choice::nearest;
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use std::collections::HashSet;

/// How many workspaces are looked at one by one for somebody who is no platform admin without being asked for: a hundred
/// requests, some two seconds.
pub const FEW_UNSEEN: usize = 33;

/// By which part of itself a list that is being read has to grow until its rows are computed anew: seen by nobody, since
/// it is less than what is off the screen, and all the sorting together is no more than some sorts of the whole list.
const SHARE_TO_SHOW: usize = 16;

/// How the reading of the list stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// Not read yet.
    #[default]
    Absent,
    /// Being read.
    Loading {
        /// The question under way.
        ticket: Ticket,
        /// What has come so far and is not on show.
        incoming: Vec<Workspace>,
        /// How many rows have come so far.
        n_read: usize,
        /// How many there will be, once known.
        total: Option<usize>,
        /// How many workspaces were there when the rows were last to be computed anew; nothing where what comes is not
        /// on show.
        n_told: Option<usize>,
    },
    /// All pages have been read.
    Complete,
    /// The last reading failed.
    Failed(Failure),
}

impl Store {
    /// Returns the workspaces in the platform's order.
    pub fn workspaces(&self) -> &[Workspace] {
        &self.workspaces
    }

    /// Returns the workspace called `name`.
    pub fn find(&self, name: &WorkspaceName) -> Option<&Workspace> {
        self.place.get(name).and_then(|&place| self.workspaces.get(place))
    }

    /// Returns the deletions under way.
    pub fn deletions(&self) -> &Deletions {
        &self.deletions
    }

    /// Returns the deletions under way, to be changed.
    pub fn deletions_mut(&mut self) -> &mut Deletions {
        &mut self.deletions
    }

    /// Returns every workspace to be shown: those that are listed and those that are being destroyed.
    pub fn shown(&self) -> impl Iterator<Item = &Workspace> {
        let dying = self.deletions.all().iter().map(|deletion| &deletion.workspace);
        self.workspaces.iter().chain(dying)
    }

    /// Returns the workspace to be shown under `name`.
    pub fn find_shown(&self, name: &WorkspaceName) -> Option<&Workspace> {
        let dying = || self.deletions.find(name).map(|deletion| &deletion.workspace);
        self.find(name).or_else(dying)
    }

    /// Returns how the reading of the list stands.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Returns when the list was last read completely.
    pub fn listed_at(&self) -> Option<Timestamp> {
        self.listed_at
    }

    /// Returns how much of the list has been read, in percent; nothing where it is not being read.
    pub fn progress(&self) -> Option<usize> {
        let Listing::Loading { n_read, total, .. } = &self.listing else {
            return None;
        };
        Some((n_read * 100 / total.unwrap_or(0).max(1)).min(99))
    }

    /// Notes that the list is being read.
    pub fn ask_list(&mut self, ticket: Ticket) {
        self.halted = None;
        self.listing = Listing::Loading {
            ticket,
            incoming: Vec::new(),
            n_read: 0,
            total: None,
            n_told: None,
        };
    }

    /// Takes one page, and returns whether there is so much more to be shown that the rows are to be computed anew. On the
    /// first reading its rows show at once; on a refresh the old rows stay until all is read.
    ///
    /// However long the list is, a page is no more work than its own rows, and the rows are computed anew each time the
    /// list has grown by a part of itself: sorted once for each page, a hundred thousand rows would hold up every key.
    #[must_use]
    pub fn take_page(&mut self, page: Vec<Workspace>, expected: usize) -> bool {
        let Listing::Loading {
            incoming,
            n_read,
            total,
            n_told,
            ..
        } = &mut self.listing
        else {
            return false;
        };
        *total = Some(expected);
        *n_read += page.len();
        let before = *n_told;
        if before.is_some() {
            self.append(page);
        } else {
            incoming.extend(page);
            // A reading that failed has left rows: they stay until this one has more.
            if self.listed_at.is_some() || incoming.len() < self.workspaces.len() {
                return false;
            }
            let so_far = std::mem::take(incoming);
            self.put(so_far);
        }
        let n_now = self.workspaces.len();
        let is_to_show = before.is_none_or(|n_told| n_now.saturating_sub(n_told) >= n_told / SHARE_TO_SHOW);
        if let Listing::Loading { n_told, .. } = &mut self.listing
            && is_to_show
        {
            *n_told = Some(n_now);
        }
        is_to_show
    }

    fn append(&mut self, page: Vec<Workspace>) {
        self.sought = None;
        for workspace in page {
            if !self.place.contains_key(&workspace.name) && !self.is_dying(&workspace) {
                self.place.insert(workspace.name.clone(), self.workspaces.len());
                self.workspaces.push(workspace);
            }
        }
    }

    /// Whether this is being destroyed: the oldest generations go on listing it.
    fn is_dying(&self, workspace: &Workspace) -> bool {
        let deletion = self.deletions.find(&workspace.name);
        deletion.is_some_and(|deletion| deletion.workspace.id == workspace.id)
    }

    /// Takes the end of the list. What is no longer listed is forgotten; returns the deletions that need no longer be
    /// followed.
    pub fn take_end(&mut self, end: Result<(), Failure>, now: Timestamp) -> Vec<WorkspaceName> {
        let Listing::Loading {
            incoming,
            ticket,
            n_told,
            ..
        } = std::mem::take(&mut self.listing)
        else {
            return Vec::new();
        };
        let mut over = Vec::new();
        self.listing = match end {
            Ok(()) => {
                // Otherwise they are on show already.
                if n_told.is_none() {
                    self.put(incoming);
                }
                self.listed_at = Some(now);
                let place = &self.place;
                over = self.deletions.tidy(now, |dying| place.contains_key(&dying.name));
                self.fresh_since = Some(ticket);
                // What was wanted after the list was asked for is wanted still.
                let entries = &self.entries;
                let is_later = |name: &WorkspaceName| entries.get(name).is_some_and(|entry| entry.asked > Some(ticket));
                self.wanted.retain(is_later);
                self.entries.retain(|name, _| place.contains_key(name));
                let workspaces = &self.workspaces;
                self.bulk
                    .compare_with(|name| place.get(name).and_then(|&place| workspaces.get(place)));
                Listing::Complete
            }
            Err(failure) => Listing::Failed(failure),
        };
        over
    }

    fn put(&mut self, mut workspaces: Vec<Workspace>) {
        // A page shifts when something is made while the list is read: the same row then comes twice.
        let mut seen = HashSet::with_capacity(workspaces.len());
        workspaces.retain(|workspace| seen.insert(workspace.name.clone()));
        workspaces.retain(|workspace| !self.is_dying(workspace));
        self.place = workspaces
            .iter()
            .enumerate()
            .map(|(i, workspace)| (workspace.name.clone(), i))
            .collect();
        self.workspaces = workspaces;
        self.sought = None;
    }

    /// Finds out which workspace is probably meant by `name`, unless that is known: every name of the list is looked at.
    pub(in crate::app) fn seek_meant(&mut self, name: &WorkspaceName) {
        if self.sought.as_ref().is_some_and(|(sought, _)| sought == name) {
            return;
        }
        let names = self.workspaces.iter().map(|workspace| workspace.name.raw());
        let meant = nearest(name.raw(), names).map(str::to_owned);
        self.sought = Some((name.clone(), meant));
    }

    /// Returns which workspace is probably meant by `name`, where one is and that was found out.
    pub fn meant_by(&self, name: &WorkspaceName) -> Option<&str> {
        let sought = self.sought.as_ref().filter(|(sought, _)| sought == name);
        sought.and_then(|(_, meant)| meant.as_deref())
    }

    /// Puts one workspace in its place as it was just read; `None` takes it out.
    pub fn learn_workspace(&mut self, name: &WorkspaceName, now: Option<Workspace>) {
        let mut workspaces = std::mem::take(&mut self.workspaces);
        match (workspaces.iter().position(|workspace| workspace.name == *name), now) {
            (Some(place), Some(workspace)) => {
                workspaces.splice(place..=place, [workspace]);
            }
            (Some(place), None) => {
                workspaces.remove(place);
                self.entries.remove(name);
                self.wanted.remove(name);
                self.bulk.forget(name);
            }
            (None, Some(workspace)) => {
                workspaces.insert(0, workspace);
            }
            (None, None) => {}
        }
        self.put(workspaces);
    }
}
