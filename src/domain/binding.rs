//! Role bindings: the rows behind members, which only platform admins may read.

use super::ids::{Principal, WorkspaceName};
use super::role::Role;
use jiff::Timestamp;

/// One stored grant of one role, active or revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// To whom.
    pub principal: Principal,
    /// Where.
    pub workspace: WorkspaceName,
    /// Which role.
    pub role: Role,
    /// When it was granted; a later grant of the same role replaces it.
    pub granted_at: Option<Timestamp>,
    /// By whom: a token subject, `system` for seeds.
    pub granted_by: Option<String>,
    /// When it was taken away; by whom is not stored.
    pub revoked_at: Option<Timestamp>,
    /// When the row was made: the first grant ever of this role.
    pub created_at: Option<Timestamp>,
}
