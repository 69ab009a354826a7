//! A JSON export, read back to be compared with.

use super::build::Builder;
use super::export::body::covered::Failed;
use super::export::body::entries::{Readable, RevokedEntry, WorkspaceEntry};
use super::export::body::{ReadBack, Text, entries};
use super::export::{SCHEMA, SCHEMA_VERSION};
use super::filter::Filter;
use super::snapshot::{Origin, Reading, Snapshot};
use crate::domain::binding::Binding;
use crate::domain::generation::Generation;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::parsing;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use std::collections::HashMap;
use std::fmt;
use thiserror::Error;

/// A snapshot of an earlier audit, as its JSON export tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct Baseline {
    snapshot: Snapshot,
    filter: String,
    sha256: String,
}

/// Why a file is no baseline, or none of the present audit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BaselineProblem {
    /// It is something else.
    #[error(
        "it is not a JSON export of an audit ({why}); write one with: nmp-console audit --format json --output FILE"
    )]
    NotAnExport {
        /// What is wrong, and where.
        why: SafeText,
    },
    /// It is of a later program.
    #[error(
        "it has version {version} of the audit schema, but this nmp-console knows only up to \
         {SCHEMA_VERSION}; use the nmp-console that wrote it ({tool}), or a later one"
    )]
    NewerSchema {
        /// The version of its schema.
        version: u64,
        /// The version of the program that wrote it.
        tool: SafeText,
    },
    /// Its body is not what was written.
    #[error(
        "it was changed after it was written: its SHA-256 is {found}, and the file says {said}; \
         use an untouched copy, or write a new one"
    )]
    Changed {
        /// The SHA-256 that the file names.
        said: SafeText,
        /// The SHA-256 of the body that is in it.
        found: String,
    },
    /// It is of another platform.
    #[error(
        "the baseline is of {baseline}, but this audit is of {present}; use --base-url or --context for the same \
         server, or a baseline of this one"
    )]
    OtherServer {
        /// Of which platform it is.
        baseline: SafeText,
        /// Which platform is audited now.
        present: SafeText,
    },
    /// It holds another part of the platform.
    #[error(
        "the baseline was taken with {}, and this audit with {}; use the same filter, or a baseline of this one",
        filter_words(.baseline),
        filter_words(.present)
    )]
    OtherFilter {
        /// The filter it was taken with; empty for none.
        baseline: SafeText,
        /// The filter of the present audit; empty for none.
        present: SafeText,
    },
}

fn filter_words(filter: &SafeText) -> String {
    if filter.is_empty() {
        "no filter".to_owned()
    } else {
        format!("the filter '{filter}'")
    }
}

/// What is read first: whether the rest can be understood.
#[derive(Deserialize)]
struct Head {
    schema: String,
    schema_version: u64,
    #[serde(default)]
    tool: ToolSaid,
    #[expect(dead_code, reason = "a file without it is no export")]
    body: IgnoredAny,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ToolSaid {
    version: String,
}

#[derive(Deserialize)]
struct Whole {
    /// Beside the body since the second version.
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    sha256: String,
    body: ReadBack,
}

impl Baseline {
    /// Reads a JSON export.
    ///
    /// # Errors
    /// Refuses what is no such export, is of a later version of its schema, or was changed after it was written.
    pub fn read(bytes: &[u8]) -> Result<Self, BaselineProblem> {
        let bytes = parsing::without_mark(bytes);
        let head: Head = serde_json::from_slice(bytes).map_err(|error| not_an_export(&in_words(&error)))?;
        if head.schema != SCHEMA {
            let why = format!("it calls itself '{}', not '{SCHEMA}'", head.schema);
            return Err(not_an_export(&why));
        }
        if head.schema_version > SCHEMA_VERSION {
            return Err(BaselineProblem::NewerSchema {
                version: head.schema_version,
                tool: SafeText::new(&head.tool.version),
            });
        }
        let whole: Whole = serde_json::from_slice(bytes).map_err(|error| not_an_export(&in_words(&error)))?;
        let Whole {
            started_at,
            ended_at,
            sha256: said,
            body,
        } = whole;
        let found = body.sha256();
        if said != found {
            let said = SafeText::new(&said);
            return Err(BaselineProblem::Changed { said, found });
        }
        let (started_at, ended_at) = (body.started_at.or(started_at), body.ended_at.or(ended_at));
        let (Some(started_at), Some(ended_at)) = (started_at, ended_at) else {
            return Err(not_an_export("it does not say when the audit was taken"));
        };
        let snapshot = snapshot(&body, started_at, ended_at)?;
        Ok(Self {
            snapshot,
            filter: body.filter.into_owned(),
            sha256: found,
        })
    }

    /// Returns what was read then: all of it, or what its filter left.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the filter it was written with; empty where everything was written.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Returns the SHA-256 of its body, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Checks that it can be compared with what `filter` leaves of `snapshot`.
    ///
    /// # Errors
    /// Refuses a baseline of another platform, or of another part of it.
    pub fn check(&self, snapshot: &Snapshot, filter: &Filter) -> Result<(), BaselineProblem> {
        let (baseline, present) = (&self.snapshot.origin.server, &snapshot.origin.server);
        if baseline != present {
            return Err(BaselineProblem::OtherServer {
                baseline: SafeText::new(baseline),
                present: SafeText::new(present),
            });
        }
        let present = filter.in_words();
        if self.filter != present.as_str() {
            let baseline = SafeText::new(&self.filter);
            return Err(BaselineProblem::OtherFilter { baseline, present });
        }
        Ok(())
    }
}

impl fmt::Debug for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Baseline")
            .field("snapshot", &self.snapshot)
            .field("filter", &self.filter)
            .field("sha256", &self.sha256)
            .finish()
    }
}

/// Where it does not fit, and what would.
fn in_words(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Eof => format!("it ends in the middle of line {line}"),
        Category::Syntax | Category::Io => format!("it is not JSON from line {line}, column {column} on"),
        Category::Data => {
            let words = parsing::in_words(&error.to_string());
            let words = words.unwrap_or_else(|| "something there does not belong in an export".to_owned());
            format!("line {line}, column {column}: {words}")
        }
    }
}

fn not_an_export(why: &str) -> BaselineProblem {
    BaselineProblem::NotAnExport {
        why: SafeText::new(why),
    }
}

/// Returns the snapshot that `body` was written from, as far as its filter left it.
fn snapshot(body: &ReadBack, started_at: Timestamp, ended_at: Timestamp) -> Result<Snapshot, BaselineProblem> {
    let unknown = |what: &str, said: &Text<'_>| not_an_export(&format!("it has an unknown {what}: '{said}'"));
    let generation = Generation::named(&body.generation).ok_or_else(|| unknown("dialect", &body.generation))?;
    let coverage = body.coverage.to_coverage();
    let coverage = coverage.ok_or_else(|| unknown("method", &body.coverage.method))?;
    let mut builder = Builder::new(Origin {
        server: body.server.to_string(),
        server_version: body.server_version.as_ref().map(ToString::to_string),
        generation,
        caller: body.caller.to_string(),
        is_platform_admin: body.is_platform_admin,
        started_at,
        ended_at,
    });
    let failed = body.coverage.workspaces.failed.iter();
    let failed: HashMap<&str, &str> = failed.map(|Failed { name, why }| (&**name, &**why)).collect();
    for workspace in &body.workspaces {
        let why = failed.get(&*workspace.name).copied().unwrap_or_default();
        add_workspace(&mut builder, workspace, why);
    }
    for past in body.history.iter().flatten() {
        builder.add_binding(binding(past));
    }
    Ok(builder.finish(coverage, ended_at))
}

fn add_workspace(builder: &mut Builder, workspace: &WorkspaceEntry<'_>, why_failed: &str) {
    let name = WorkspaceName::from_platform(&*workspace.name);
    let mut facts = Workspace::known_by_name(name.clone());
    facts.created_at = workspace.created_at;
    facts.created_by = workspace.created_by.as_ref().map(ToString::to_string);
    // What it says is not in an export, only that it says something.
    facts.description = workspace.described.then(|| "described".to_owned());
    builder.add_workspace(&facts);
    let (told_apart, members): (Vec<_>, Vec<_>) =
        workspace.members.iter().partition(|member| !member.grants.is_empty());
    let members = members.into_iter().map(|member| Member {
        principal: Principal::from_platform(&*member.principal),
        roles: entries::role_set(&member.roles),
        granted_at: member.first_granted_at.or(member.granted_at),
        granted_by: member.granted_by.as_ref().map(ToString::to_string),
    });
    builder.add_roster(&name, &Roster::new(members.collect()));
    for member in told_apart {
        // In their order, those without a time of their own too.
        for (each, order) in member.grants.iter().zip((0..).map(|n: i64| -n)) {
            builder.add_binding(Binding {
                principal: Principal::from_platform(&*member.principal),
                workspace: name.clone(),
                role: Role::from_platform(&each.role),
                granted_at: each.granted_at,
                granted_by: each.granted_by.as_ref().map(ToString::to_string),
                revoked_at: None,
                created_at: Timestamp::from_microsecond(order).ok(),
            });
        }
    }
    let reading = match workspace.reading {
        Readable::Read => Reading::Read,
        Readable::NotRead => Reading::NotRead,
        Readable::Denied => Reading::Denied,
        Readable::Failed => Reading::Failed(SafeText::with_limit(why_failed, usize::MAX)),
    };
    builder.mark(&name, reading);
}

fn binding(past: &RevokedEntry<'_>) -> Binding {
    Binding {
        principal: Principal::from_platform(&*past.principal),
        workspace: WorkspaceName::from_platform(&*past.workspace),
        role: Role::from_platform(&past.role),
        granted_at: past.granted_at,
        granted_by: past.granted_by.as_ref().map(ToString::to_string),
        revoked_at: Some(past.revoked_at),
        created_at: None,
    }
}
