//! What access management *is*: workspaces, members, roles, changes and the rules between them.
//!
//! Nothing here knows HTTP, a terminal, a clock or a file. Everything is a value or a total function
//! of values, so the rules can be tested as tables. Start reading at [`change::Change`]: it is the
//! single source from which the confirm text, the request and the equivalent command are made.

pub mod activity;
pub mod address;
pub mod binding;
pub mod change;
pub mod choice;
pub mod claims;
pub mod cli;
pub mod command;
pub mod context;
pub mod deletion;
pub mod failure;
pub mod generation;
#[cfg(feature = "audit")]
pub mod glob;
pub mod identity;
pub mod ids;
pub mod likeness;
pub mod login;
pub mod member;
pub mod mention;
pub mod operation;
pub mod parsing;
pub mod paste;
pub mod platform;
pub mod policy;
pub mod proxy;
#[cfg(feature = "audit")]
pub mod query;
pub mod reason;
pub mod redact;
pub mod resource;
pub mod retry;
pub mod role;
pub mod secret;
pub mod slip;
pub mod terminal;
pub mod text;
pub mod undo;
pub mod workspace;
