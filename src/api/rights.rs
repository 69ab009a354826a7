//! What the caller may do in one workspace. No request answers that, so it is found out by what is refused: the platform
//! checks rights before bodies and before whether something is there (observed on 0.8.1).

use super::request::Request;
use super::{Client, Error, ErrorKind, Mode};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use crate::domain::platform::Allowed;
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

/// Returns what a failed question brought to light; only an expired session is a failure of its own.
pub(super) fn refused_or_unknown(error: Error) -> Result<Allowed, Error> {
    if error.kind().is_about_the_token() {
        return Err(error);
    }
    Ok(if *error.kind() == ErrorKind::Forbidden {
        Allowed::No
    } else {
        Allowed::Unknown
    })
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
        let writes = self.caller_writes(workspace).await?;
        if writes == Allowed::Yes {
            return Ok(CallerAccess::Holds(Role::Editor));
        }
        Ok(match (self.caller_reads(workspace).await?, writes) {
            (Allowed::No, _) => CallerAccess::Nothing,
            (_, Allowed::No) => CallerAccess::Holds(Role::Viewer),
            (_, _) => CallerAccess::AtLeastViewer,
        })
    }

    /// Finds out by one request whether the caller may do in a workspace what an Editor may. On a read-only connection
    /// nothing is posted, and it is not known.
    ///
    /// # Errors
    /// Fails where the session has expired.
    pub async fn caller_writes(&self, workspace: &WorkspaceName) -> Result<Allowed, Error> {
        match self.shared.mode {
            Mode::Full => self.probe(&Request::editor_probe(workspace)?).await,
            Mode::ReadOnly => Ok(Allowed::Unknown),
        }
    }

    /// Finds out by one request whether the caller may do in a workspace what a Viewer may.
    ///
    /// # Errors
    /// Fails where neither yes nor no was answered: it is gone, the session has expired, the platform cannot be reached.
    pub async fn caller_reads(&self, workspace: &WorkspaceName) -> Result<Allowed, Error> {
        match self.workspace(workspace).await {
            Ok(_) => Ok(Allowed::Yes),
            Err(error) if *error.kind() == ErrorKind::Forbidden => Ok(Allowed::No),
            Err(error) => Err(error),
        }
    }

    /// Asks once whether the caller would be allowed: permissions are checked before bodies, so an empty body
    /// is called invalid (422) by those who may and forbidden (403) by all others. Neither counts unless the platform
    /// says it in its own way, and what takes an empty body is not the platform.
    pub(super) async fn probe(&self, request: &Request) -> Result<Allowed, Error> {
        match self.send(request, self.shared.limits.read).await {
            Ok(_) => Ok(Allowed::Unknown),
            Err(error) if error.is_validation() => Ok(Allowed::Yes),
            Err(error) => refused_or_unknown(error),
        }
    }
}
