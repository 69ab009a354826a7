//! What the caller may do in one workspace. No request answers that, so it is found out by what is refused
//! (the contract, section 4.3).

use super::request::Request;
use super::{Client, Error, ErrorKind, Mode};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::role::Role;
use crate::domain::workspace::CallerAccess;

/// What looking at a workspace brought to light.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// What the caller may do there.
    pub caller_access: CallerAccess,
    /// Its members, or why they cannot be seen.
    pub roster: Result<Roster, Error>,
}

/// What a request whose refusal is the answer brought to light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    Allowed,
    Refused,
    /// Neither: the question failed or must not be asked, or it was not the platform that answered.
    Unclear,
}

impl Probed {
    /// Returns what a failed question brought to light; only an expired session is a failure of its own.
    pub(super) fn from_error(error: Error) -> Result<Self, Error> {
        if error.kind().is_about_the_token() {
            return Err(error);
        }
        Ok(if *error.kind() == ErrorKind::Forbidden {
            Self::Refused
        } else {
            Self::Unclear
        })
    }
}

impl Client {
    /// Finds out what the caller may do in a workspace, by the member list and at most two more requests.
    /// On a read-only connection nothing is posted, and an Editor cannot be told from a Viewer.
    ///
    /// # Errors
    /// Fails where not even the question reached the workspace: it is gone, the session has expired, the
    /// platform cannot be reached.
    pub async fn caller_access(&self, workspace: &WorkspaceName, is_platform_admin: bool) -> Result<Inspection, Error> {
        let refusal = match self.members(workspace).await {
            Ok(roster) => {
                let caller_access = if is_platform_admin {
                    CallerAccess::PlatformAdmin
                } else {
                    CallerAccess::Holds(Role::Admin)
                };
                return Ok(Inspection {
                    caller_access,
                    roster: Ok(roster),
                });
            }
            Err(error) if *error.kind() == ErrorKind::Forbidden => error,
            Err(error) => return Err(error),
        };
        Ok(Inspection {
            caller_access: self.access_below_admin(workspace).await?,
            roster: Err(refusal),
        })
    }

    async fn access_below_admin(&self, workspace: &WorkspaceName) -> Result<CallerAccess, Error> {
        let edits = match self.shared.mode {
            Mode::Full => self.probe(&Request::editor_probe(workspace)?).await?,
            Mode::ReadOnly => Probed::Unclear,
        };
        if edits == Probed::Allowed {
            return Ok(CallerAccess::Holds(Role::Editor));
        }
        match self.workspace(workspace).await {
            Ok(_) if edits == Probed::Refused => Ok(CallerAccess::Holds(Role::Viewer)),
            Ok(_) => Ok(CallerAccess::AtLeastViewer),
            Err(error) if *error.kind() == ErrorKind::Forbidden => Ok(CallerAccess::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Asks once whether the caller would be allowed: permissions are checked before bodies, so an empty body
    /// is called invalid (422) by those who may and forbidden (403) by all others. Neither counts unless the platform
    /// says it in its own way, and what takes an empty body is not the platform.
    pub(super) async fn probe(&self, request: &Request) -> Result<Probed, Error> {
        match self.send(request, self.shared.limits.read).await {
            Ok(_) => Ok(Probed::Unclear),
            Err(error) if error.is_validation() => Ok(Probed::Allowed),
            Err(error) => Probed::from_error(error),
        }
    }
}
