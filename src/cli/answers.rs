//! What `can` and `who-can` say alike.

use crate::audit::{Doubt, Giving, Ground};
use crate::domain::ids::WorkspaceName;
use crate::domain::operation::Operation;
use clap::ValueEnum;
use serde::Serialize;

/// The version of the objects that both write.
pub(super) const SCHEMA_VERSION: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Lines for a person
    Table,
    /// One JSON object
    Json,
}

/// Reads an operation as it is typed.
pub(super) fn operation(typed: &str) -> Result<Operation, String> {
    Operation::parse(typed)
}

/// A role binding, for JSON.
#[derive(Serialize)]
pub(super) struct GivingEntry {
    principal: String,
    kind: &'static str,
    workspace: String,
    role: String,
}

impl GivingEntry {
    pub(super) fn of(giving: &Giving) -> Self {
        Self {
            principal: giving.principal.raw().to_owned(),
            kind: giving.principal.kind().word(),
            workspace: giving.held_in.raw().to_owned(),
            role: giving.role.raw().to_owned(),
        }
    }
}

/// What lets somebody do something, for JSON.
#[derive(Serialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub(super) enum GroundEntry {
    Binding(GivingEntry),
    AnyLogin,
    Shown,
    NoLogin,
}

impl GroundEntry {
    pub(super) fn of(ground: &Ground) -> Self {
        match ground {
            Ground::Binding(giving) => Self::Binding(GivingEntry::of(giving)),
            Ground::AnyLogin => Self::AnyLogin,
            Ground::Shown => Self::Shown,
            Ground::NoLogin => Self::NoLogin,
        }
    }
}

/// Why something cannot be told, for JSON.
#[derive(Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub(super) enum DoubtEntry {
    Through(GivingEntry),
    NotRead { workspace: String },
    LeavesOut { workspace: String },
    Service,
    VersionUnknown,
}

impl DoubtEntry {
    pub(super) fn of(doubt: &Doubt) -> Self {
        let name = |workspace: &WorkspaceName| workspace.raw().to_owned();
        match doubt {
            Doubt::Through(giving) => Self::Through(GivingEntry::of(giving)),
            Doubt::NotRead(workspace) => Self::NotRead {
                workspace: name(workspace),
            },
            Doubt::LeavesOut(workspace) => Self::LeavesOut {
                workspace: name(workspace),
            },
            Doubt::Service => Self::Service,
            Doubt::Generation => Self::VersionUnknown,
        }
    }
}
