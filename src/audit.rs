//! Who has access to what, and through what: one engine for the screens and for `nmp-console audit`.
//!
//! Everything here is a value or a total function of values; reading the platform is [`crate::collect`]'s part. A
//! [`Builder`] takes what was read and freezes it into a [`Snapshot`]; a [`Report`] adds what is wrong with it and what
//! has changed since a baseline. [`filter`] says which part of a report is meant, and [`export`] writes that part down.
//! Start reading at [`Snapshot`], then [`report::Report`].
//!
//! A snapshot can hold hundreds of thousands of grants, so what repeats (workspaces, principals, role sets, granters)
//! is kept once and referred to by number.

pub mod baseline;
pub mod build;
pub mod coverage;
pub mod drift;
pub mod effective;
pub mod export;
pub mod filter;
pub mod findings;
mod glob;
pub mod policy;
pub mod report;
pub mod rule;
#[cfg(test)]
pub(crate) mod sample;
pub mod snapshot;

pub use baseline::{Baseline, BaselineProblem};
pub use build::Builder;
pub use coverage::Coverage;
pub use drift::Drift;
pub use effective::{Effective, GivenBy};
pub use filter::{Filter, Selection};
pub use findings::{Fact, Finding};
pub use glob::why_none as why_no_pattern;
pub use policy::{Policy, PolicyProblem, Suppression};
pub use report::Report;
pub use rule::{Rule, Severity};
pub use snapshot::{AuditedWorkspace, Grant, GrantNo, Origin, PrincipalNo, Reading, Snapshot, WorkspaceNo};
