//! What `can` and `who-can` say alike.

use crate::api::{Client, Error, ErrorKind};
use crate::audit::{Doubt, Evidence, Giving, Ground};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::operation::Operation;
use crate::domain::platform::{Allowed, Generation, ServerInfo};
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

/// Who holds what in a workspace and in `system`, as far as the caller may read it.
pub(super) struct Rosters {
    pub(super) here: Option<Roster>,
    /// Nothing either where the workspace is `system` itself.
    pub(super) system: Option<Roster>,
    /// Whether these are the role bindings, and not member lists.
    pub(super) are_bindings: bool,
}

impl Rosters {
    /// Reads them: the role bindings, where the caller may read those, else the member lists.
    pub(super) async fn read(client: &Client, info: &ServerInfo, workspace: &WorkspaceName) -> Result<Self, Error> {
        let home = system();
        let is_elsewhere = !workspace.is_system();
        if info.platform_admin != Allowed::No {
            match tokio::try_join!(bound(client, workspace, true), bound(client, &home, is_elsewhere)) {
                Ok((here, system)) => {
                    return Ok(Self {
                        here,
                        system,
                        are_bindings: true,
                    });
                }
                Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        let (here, system) = tokio::try_join!(members(client, workspace, true), members(client, &home, is_elsewhere))?;
        Ok(Self {
            here,
            system,
            are_bindings: false,
        })
    }

    /// Returns what they tell of `workspace`, for which they were read.
    pub(super) fn evidence(&self, workspace: &WorkspaceName, generation: Generation) -> Evidence<'_> {
        let evidence = Evidence::of_rosters(workspace, [self.here.as_ref(), self.system.as_ref()], generation);
        if self.are_bindings {
            evidence.from_bindings()
        } else {
            evidence
        }
    }
}

/// Returns the members as the role bindings make them, or nothing where they are not wanted.
async fn bound(client: &Client, workspace: &WorkspaceName, is_wanted: bool) -> Result<Option<Roster>, Error> {
    if !is_wanted {
        return Ok(None);
    }
    let rows = client.rows(workspace).await?;
    Ok(Some(rows.roster()))
}

/// Returns the members, or nothing where they are not wanted, or the caller may not see them.
pub(super) async fn members(
    client: &Client,
    workspace: &WorkspaceName,
    is_wanted: bool,
) -> Result<Option<Roster>, Error> {
    if !is_wanted {
        return Ok(None);
    }
    match client.members(workspace).await {
        Ok(roster) => Ok(Some(roster)),
        Err(error) if *error.kind() == ErrorKind::Forbidden => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn system() -> WorkspaceName {
    WorkspaceName::from_platform(WorkspaceName::SYSTEM)
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
