//! `Delete workspace`: what is lost with it is counted first, then its name must be typed. Where the platform refuses
//! because something is left in it, the dialog turns into a list of what that is, which leads there and back.

use crate::app::change::Intent;
use crate::app::inventory::{Counted, Inventory};
use crate::app::msg::Found;
use crate::app::remote::Remote;
use crate::domain::change::{Change, Way};
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;
use crate::domain::text::SafeText;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which workspace.
    pub workspace: WorkspaceName,
    /// The kinds of things it can hold on this platform.
    pub kinds: Vec<ResourceKind>,
    /// What is lost with it, once counted.
    pub inventory: Remote<Box<Inventory>>,
    /// What has been counted so far.
    pub so_far: Vec<Counted>,
    /// What was typed to confirm it last, kept for another try.
    pub typed: String,
    /// What the platform says must be deleted first, in its own words; empty unless it has said so.
    pub left: Vec<(SafeText, u64)>,
    /// Which of these is chosen.
    pub choice: usize,
}

impl Form {
    /// Returns a form for a workspace that can hold `kinds`; nothing is counted yet.
    pub fn new(workspace: WorkspaceName, kinds: Vec<ResourceKind>) -> Self {
        Self {
            workspace,
            kinds,
            inventory: Remote::Absent,
            so_far: Vec::new(),
            typed: String::new(),
            left: Vec::new(),
            choice: 0,
        }
    }

    /// Returns the deletion, which holds only for the counted contents; nothing before they are counted.
    pub(in crate::app) fn intents(&self) -> Vec<Intent> {
        let Remote::Ready { value, .. } = &self.inventory else {
            return Vec::new();
        };
        let seen = Some(Found::Contents(Some(value.clone())));
        vec![Intent {
            change: Change::DeleteWorkspace {
                workspace: self.workspace.clone(),
            },
            seen,
            way: Way::ByName,
        }]
    }

    /// Returns the kind that is chosen of what must be deleted first: the platform's word, and what it means here.
    pub fn chosen(&self) -> Option<(&SafeText, Option<ResourceKind>)> {
        let (word, _) = self.left.get(self.choice)?;
        Some((word, ResourceKind::from_platform(word.as_str())))
    }

    pub(super) fn move_by(&mut self, is_down: bool) {
        let last = self.left.len().saturating_sub(1);
        self.choice = if is_down {
            (self.choice + 1).min(last)
        } else {
            self.choice.saturating_sub(1)
        };
    }
}
