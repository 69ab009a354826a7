//! What the caller may do in each workspace.

use crate::api::{Client, Error};
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::workspace::CallerAccess;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

/// How many workspaces are asked about at once.
const AT_ONCE: usize = 8;

/// The roles of the caller.
pub(super) enum Roles {
    /// A platform admin may do everything in all of this many workspaces.
    Everything(usize),
    /// What each workspace has shown, by name.
    Each(Vec<(WorkspaceName, CallerAccess)>),
}

/// Reads the list, and for everybody but a platform admin asks every workspace in it.
pub(super) async fn read(client: &Client, info: &ServerInfo) -> Result<Roles, Error> {
    let mut names: Vec<WorkspaceName> = Vec::new();
    let mut pages = std::pin::pin!(client.workspaces());
    while let Some(page) = pages.try_next().await? {
        names.extend(page.rows.into_iter().map(|workspace| workspace.name));
    }
    if info.platform_admin == Allowed::Yes {
        return Ok(Roles::Everything(names.len()));
    }
    names.sort();
    let asked = stream::iter(names).map(|name| async move {
        match client.caller_access(&name, false).await {
            Ok(found) => Ok((name, found.caller_access)),
            // It may be gone since it was listed, or its name cannot be addressed.
            Err(error) if error.kind().is_about_the_token() => Err(error),
            Err(_) => Ok((name, CallerAccess::Unknown)),
        }
    });
    let each: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    Ok(Roles::Each(each))
}
