//! Who has access to what, and through what: one engine for the screens and for `nmp-console audit`.
//!
//! Everything here is a value or a total function of values; reading the platform is [`crate::collect`]'s part. A
//! [`Builder`] takes what was read and freezes it into a [`Snapshot`]; a [`Report`] adds what is wrong with it and what
//! has changed since a baseline. [`filter`] says which part of a report is meant, and [`export`] writes that part down.
//! Start reading at [`Snapshot`], then [`report::Report`].
//!
//! A snapshot can hold hundreds of thousands of grants, so what repeats (workspaces, principals, role sets, granters)
//! is kept once and referred to by number.
//!
//! ```
//! use nmp_console::audit::coverage::{Coverage, Method};
//! use nmp_console::audit::export::{Format, write_to};
//! use nmp_console::audit::{Builder, Filter, Origin, Policy, Report, Rule};
//! use nmp_console::domain::binding::Binding;
//! use nmp_console::domain::ids::{Principal, WorkspaceName};
//! use nmp_console::domain::platform::Generation;
//! use nmp_console::domain::role::Role;
//! use nmp_console::domain::workspace::Workspace;
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let at: jiff::Timestamp = "2026-11-25T12:00:00Z".parse()?;
//! let mut builder = Builder::new(Origin {
//!     server: "https://nmp.example.com".to_owned(),
//!     server_version: None,
//!     generation: Generation::Helix,
//!     caller: "admin@example.com".to_owned(),
//!     is_platform_admin: true,
//!     started_at: at,
//!     ended_at: at,
//! });
//! let team = WorkspaceName::from_platform("ml-team");
//! builder.add_workspace(&Workspace::known_by_name(team.clone()));
//! builder.add_binding(Binding {
//!     principal: Principal::from_platform("ann@example.com"),
//!     workspace: team,
//!     role: Role::Admin,
//!     granted_at: Some(at),
//!     granted_by: None,
//!     revoked_at: None,
//!     created_at: None,
//! });
//! builder.mark_all_read();
//! let snapshot = builder.freeze(Coverage::nothing(Method::Bindings), at);
//!
//! let report = Report::new(snapshot, Arc::new(Policy::default()));
//! let worst = report.findings.first().map(|finding| finding.rule);
//! assert_eq!(worst, Some(Rule::SingleAdmin));
//!
//! let filter = Filter::parse("ws:ml-* role:write", at).map_err(String::from)?;
//! let mut csv = Vec::new();
//! write_to(Format::Csv, &report, &filter, &mut csv)?;
//! assert!(String::from_utf8(csv)?.contains("single-admin"));
//! # Ok(())
//! # }
//! ```

pub mod baseline;
pub mod build;
pub mod coverage;
pub mod drift;
pub mod effective;
pub mod export;
pub mod filter;
pub mod findings;
pub mod policy;
pub mod report;
pub mod rule;
#[cfg(test)]
pub(crate) mod sample;
pub mod snapshot;
pub mod term;

pub use baseline::{Baseline, BaselineProblem};
pub use build::Builder;
pub use coverage::Coverage;
pub use drift::Drift;
pub use effective::answer::{Answer, Doubt, Evidence, Giving, Ground};
pub use effective::{Effective, GivenBy};
pub use filter::{Filter, Selection};
pub use findings::{Fact, Finding};
pub use policy::{Policy, Suppression};
pub use report::Report;
pub use rule::{Rule, Severity};
pub use snapshot::{AuditedWorkspace, Grant, GrantNo, Origin, PrincipalNo, Reading, Snapshot, WorkspaceNo};
pub use term::{LastDays, Term};
