//! What is known about the platform at the other end.

pub use super::generation::{Deletion, Generation};

use super::identity::Identity;
use super::ids::WorkspaceName;
use super::text::SafeText;

/// Whether the caller may do something everywhere, as the platform shows when it is asked in a way that changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// The platform showed it.
    Yes,
    /// The platform refused it.
    No,
    /// Not asked (read-only), or the question failed.
    Unknown,
}

impl Allowed {
    /// Returns yes or no where one of them is known.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Unknown => None,
        }
    }
}

/// Whether a server has something that not every release has, as its answers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It answered as only a server does that has it.
    Yes,
    /// It answered as a server does that lacks it.
    No,
    /// Its answer shows neither.
    Unknown,
}

/// What the first questions to a server brought to light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    /// Its version in its own words, where it tells.
    pub version: Option<SafeText>,
    /// The generation that follows from it.
    pub generation: Generation,
    /// Whether it asks who its callers are.
    pub is_auth_enabled: bool,
    /// Who the caller is.
    pub identity: Identity,
    /// Whether the caller is a platform admin.
    pub platform_admin: Allowed,
    /// Whether the caller may create workspaces.
    pub may_create: Allowed,
    /// Whether it can be asked how far a deletion is: a part of the newest generation lacks that.
    pub deletion_status: Support,
    /// `healthy`, `degraded`, … in its own words, where it tells.
    pub health: Option<SafeText>,
}

impl ServerInfo {
    /// Returns why the caller may not create workspaces, where that is known.
    pub fn refuses_to_create(&self) -> Option<&'static str> {
        (self.may_create == Allowed::No).then_some(match self.generation {
            // There everybody may, and there is no role for it.
            Generation::Seed | Generation::Platform01 => "this platform does not let you create workspaces",
            Generation::Platform03 | Generation::Platform06 | Generation::Helix | Generation::Unknown => {
                "you need the role WorkspaceCreator in 'system' to create workspaces"
            }
        })
    }

    /// Returns whether the platform keeps this name for itself, so that no workspace of that name can be made. That
    /// cannot be asked; it began with the release that began to tell how far a deletion is.
    pub fn reserves(&self, name: &WorkspaceName) -> bool {
        self.deletion_status == Support::Yes && name.raw().starts_with("sample-")
    }
}
