//! What an action on marked rows is about.

use crate::domain::activity::RecordId;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::SafeText;

/// What somebody holds in a workspace: who, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where.
    pub workspace: WorkspaceName,
    /// Who.
    pub principal: Principal,
}

/// What the marked rows on show stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// The grants among them.
    pub places: Vec<Place>,
    /// The workspaces among them.
    pub workspaces: Vec<WorkspaceName>,
    /// The records of the journal among them.
    pub records: Vec<RecordId>,
    /// The repairs of those that can be repaired.
    pub repairs: Vec<Change>,
    /// What stands for no grant: what it is called, and why nothing can be done with it.
    pub others: Vec<LeftOut>,
    /// What stands for something that cannot be repaired here.
    pub not_repaired: Vec<LeftOut>,
    /// How many marked rows are hidden by the filter, and so left alone.
    pub n_hidden: usize,
}

/// Which changes are to be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The last one in a workspace.
    LastIn(WorkspaceName),
    /// These.
    These(Vec<RecordId>),
}

/// Something that an action leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is called.
    pub name: SafeText,
    /// Why it is left out.
    pub why: SafeText,
}

impl LeftOut {
    /// Returns that something is left out.
    pub fn new(name: &str, why: &str) -> Self {
        Self {
            name: SafeText::new(name),
            why: SafeText::new(why),
        }
    }
}

impl Targets {
    /// Returns whether any marked row is on show.
    pub fn is_any(&self) -> bool {
        !(self.places.is_empty() && self.workspaces.is_empty() && self.others.is_empty())
    }
}
