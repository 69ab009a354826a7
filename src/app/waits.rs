//! What the console waits for: every question, piece of work and timer under the ticket its answer will carry.
//!
//! An answer says what it is about, so a ticket only tells whether it is still wanted. Whoever stops caring abandons the
//! ticket, and whatever comes for it later is dropped.

use super::msg::{ChangeTarget, Query, Ticket};
use crate::domain::activity::Open;
use crate::domain::ids::{Principal, WorkspaceName};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a ticket was given out for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// An answer to a question.
    Read(Query),
    /// The next event of a change: a read, a request or a pause.
    Change,
    /// A look at what became of a change of an earlier session.
    Recovery(Box<Open>),
    /// A timer or a read about a change that is over and may still come true.
    Watch,
    /// Read-back members being merged into the report of the audit.
    Merging,
    /// The report of the audit being filtered and sorted.
    Sifting,
    /// A file being written.
    Export,
    /// A connection being opened.
    Open,
    /// Somebody logging in.
    LogIn,
    /// A write to the config file of the platform's CLI, or to the console's own: its outcome is told wherever the console has gone meanwhile.
    ConfigWrite,
    /// It being written down that read-only is lifted.
    Lift,
    /// A timer: read-only is no longer lifted.
    Lapse,
    /// A timer: something on the screen counts time.
    Clock,
    /// A timer: everybody's changes are looked at again.
    NextLook,
    /// A timer: what is on the screen is read again.
    ScreenLook,
    /// A timer: a key that may be held down does its work, unless it has come again by then.
    Delayed,
    /// A timer: ask again how far a deletion is, or look whether the workspace is still there where the platform does not report.
    FollowUp(WorkspaceName),
    /// A timer: ask again for all that was refused in a workspace where the caller's role is not effective yet.
    LookAgain(WorkspaceName),
}

impl Wait {
    /// Returns whether it is the question what `principal` held once.
    pub(in crate::app) fn is_history_of(&self, principal: &Principal) -> bool {
        matches!(self, Self::Read(Query::History(asked)) if asked == principal)
    }

    /// Returns whether it is the question who is in `workspace`, and what the caller may do there.
    pub(in crate::app) fn is_inspection_of(&self, name: &WorkspaceName) -> bool {
        matches!(self, Self::Read(Query::Inspect { workspace, .. }) if workspace == name)
    }

    /// Returns whether it is the count of what is lost with `workspace`.
    pub(in crate::app) fn is_inventory_of(&self, workspace: &WorkspaceName) -> bool {
        matches!(self, Self::Read(Query::Inventory(asked, _)) if asked == workspace)
    }

    /// Returns whether it is a page of what lies in `workspace`.
    pub(in crate::app) fn is_page_of(&self, name: &WorkspaceName) -> bool {
        matches!(self, Self::Read(Query::Resources { workspace, .. }) if workspace == name)
    }

    /// Returns the workspace of which it is asked whether it is still there.
    pub(in crate::app) fn sought(&self) -> Option<&WorkspaceName> {
        if let Self::Read(Query::Target(ChangeTarget::Workspace(name))) = self {
            return Some(name);
        }
        None
    }

    /// Returns whether it is the timer until all is asked for again that was refused in `workspace`.
    pub(in crate::app) fn is_look_again_at(&self, name: &WorkspaceName) -> bool {
        matches!(self, Self::LookAgain(workspace) if workspace == name)
    }

    /// Returns whether it is the reading of who has access to what.
    pub(in crate::app) fn is_audit(&self) -> bool {
        matches!(self, Self::Read(Query::Audit(..)))
    }

    /// Returns whether only time is waited for, so that there is nothing to be abandoned outside.
    pub(in crate::app) fn is_timer(&self) -> bool {
        matches!(
            self,
            Self::Clock
                | Self::Lapse
                | Self::NextLook
                | Self::ScreenLook
                | Self::Delayed
                | Self::FollowUp(_)
                | Self::LookAgain(_)
        )
    }
}

/// Every ticket that is still wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Waits {
    open: BTreeMap<Ticket, (Wait, Timestamp)>,
    n_given: u64,
}

impl Waits {
    /// Gives out a ticket; none is given out twice.
    pub(in crate::app) fn add(&mut self, wait: Wait, now: Timestamp) -> Ticket {
        self.n_given += 1;
        let ticket = Ticket::new(self.n_given);
        self.open.insert(ticket, (wait, now));
        ticket
    }

    /// Takes back a ticket: nothing is waited for under it any more.
    pub(in crate::app) fn end(&mut self, ticket: Ticket) {
        self.open.remove(&ticket);
    }

    /// Returns what is waited for under `ticket`.
    pub(in crate::app) fn get(&self, ticket: Ticket) -> Option<&Wait> {
        self.open.get(&ticket).map(|(wait, _)| wait)
    }

    /// Returns since when `ticket` is waited for.
    pub(in crate::app) fn since(&self, ticket: Ticket) -> Option<Timestamp> {
        self.open.get(&ticket).map(|(_, since)| *since)
    }

    /// Returns the tickets of all that `is_meant`, the oldest first.
    pub(in crate::app) fn tickets(&self, is_meant: impl Fn(&Wait) -> bool) -> Vec<Ticket> {
        let meant = self.open.iter().filter(|(_, (wait, _))| is_meant(wait));
        meant.map(|(ticket, _)| *ticket).collect()
    }

    /// Returns whether anything that `is_meant` is waited for.
    pub(in crate::app) fn any(&self, is_meant: impl Fn(&Wait) -> bool) -> bool {
        self.open.values().any(|(wait, _)| is_meant(wait))
    }

    /// Returns how many tickets are waited for.
    pub(in crate::app) fn len(&self) -> usize {
        self.open.len()
    }

    /// Keeps only what `stays`; returns the tickets of the rest that are no timers, the oldest first.
    pub(in crate::app) fn keep(&mut self, stays: impl Fn(Ticket, &Wait) -> bool) -> Vec<Ticket> {
        let mut dropped = Vec::new();
        self.open.retain(|ticket, (wait, _)| {
            let is_kept = stays(*ticket, wait);
            if !is_kept && !wait.is_timer() {
                dropped.push(*ticket);
            }
            is_kept
        });
        dropped
    }
}
