//! What a plan is made from: files of wishes, an earlier plan, an earlier audit report, or a list of leavers.

use super::Failure;
use crate::access::plan::{Draft, Source};
use crate::access::{Mode, Shall, Wanted, Wish, Wishes};
use crate::audit::{Baseline, Snapshot};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, hex};
use crate::files;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The most bytes of a file that a plan is made from.
const LARGEST: u64 = 16 << 20;

/// What was read, and what it is called.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) source: Source,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    /// Files of wishes.
    Wishes(Wishes),
    /// A plan that was made earlier.
    Draft(Box<Draft>),
    /// An audit report: what was held then.
    Report(Box<Baseline>),
    /// Everybody who leaves.
    Leavers(BTreeSet<Principal>),
}

impl What {
    /// Returns the workspaces it is about; nothing where it is about all.
    pub(super) fn workspaces(&self) -> Option<BTreeSet<&WorkspaceName>> {
        match self {
            Self::Wishes(wishes) => Some(wishes.workspaces.iter().map(|wish| &wish.workspace).collect()),
            Self::Draft(draft) => Some(draft.changes.iter().map(|(change, _)| change.workspace()).collect()),
            Self::Report(_) | Self::Leavers(_) => None,
        }
    }

    /// Returns the address of the platform that it is for, where it says that.
    pub(super) fn server(&self) -> Option<&str> {
        match self {
            Self::Wishes(wishes) => wishes.server.as_deref(),
            Self::Draft(draft) => Some(&draft.server),
            Self::Report(baseline) => Some(baseline.server()),
            Self::Leavers(_) => None,
        }
    }
}
