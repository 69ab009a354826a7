//! What is known about the platform at the other end.

pub use super::dialect::{Deletion, Dialect};

use super::identity::Identity;
use super::text::SafeText;

/// Whether the caller may do something everywhere, by the contract's probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// The platform showed it.
    Yes,
    /// The platform refused it.
    No,
    /// Not asked (read-only), or the question failed.
    Unknown,
}

/// What the first questions to a server brought to light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Its version in its own words, where it tells.
    pub version: Option<SafeText>,
    /// The generation that follows from it.
    pub dialect: Dialect,
    /// Whether it asks who its callers are.
    pub is_auth_enabled: bool,
    /// Who the caller is.
    pub identity: Identity,
    /// Whether the caller is a platform admin.
    pub platform_admin: Allowed,
    /// Whether the caller may create workspaces.
    pub may_create: Allowed,
    /// `healthy`, `degraded`, … in its own words, where it tells.
    pub health: Option<SafeText>,
}
