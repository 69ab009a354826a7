//! Who may do what: the roles of a caller, looked up for every request.

use super::caller::Caller;
use super::place::Right;
use super::problem::Problem;
use axum::http::Method;
use rusqlite::Connection;
use serde_json::json;

/// The top role, newest name first. The older name counts too, so that both generations of clients find an admin.
pub(super) const TOP_ROLES: [&str; 2] = ["HelixAdmin", "PlatformAdmin"];

/// Passes if the caller has the right; says nothing but `Forbidden` if not.
pub(super) fn authorize(
    db: &Connection,
    caller: &Caller,
    method: &Method,
    right: Right<'_>,
    area: &str,
) -> Result<(), Problem> {
    if !scopes_allow(&caller.scopes, method, area) {
        return Err(Problem::forbidden());
    }
    if is_platform_admin(db, caller)? {
        return Ok(());
    }
    let (workspace, enough): (&str, &[&str]) = match right {
        Right::Login => return Ok(()),
        Right::Read(workspace) => (workspace, &["Viewer", "Editor", "Admin", "ServiceSystem"]),
        Right::Write(workspace) => (workspace, &["Editor", "Admin", "ServiceSystem"]),
        Right::Members(workspace) => (workspace, &["Admin", "ServiceSystem"]),
        Right::Create => ("system", &["WorkspaceCreator", "ServiceSystem"]),
        Right::Everything => return Err(Problem::forbidden()),
    };
    if holds_one_of(db, caller, workspace, enough)? {
        Ok(())
    } else {
        Err(Problem::forbidden())
    }
}

/// Returns whether the caller may do everything everywhere.
pub(super) fn is_platform_admin(db: &Connection, caller: &Caller) -> rusqlite::Result<bool> {
    holds_one_of(db, caller, "system", &TOP_ROLES)
}

fn holds_one_of(db: &Connection, caller: &Caller, workspace: &str, roles: &[&str]) -> rusqlite::Result<bool> {
    let mut statement = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM entity INDEXED BY active_binding
         WHERE entity_type = 'role_binding' AND revoked_at IS NULL
         AND principal IN (SELECT value FROM json_each(?1)) AND workspace = ?2
         AND role IN (SELECT value FROM json_each(?3)))",
    )?;
    let (principals, roles) = (json!(caller.principals()).to_string(), json!(roles).to_string());
    statement.query_row((principals, workspace, roles), |row| row.get(0))
}

/// A token that carries scopes of the platform is good for these alone; writing does not include reading.
fn scopes_allow(scopes: &[String], method: &Method, area: &str) -> bool {
    const AREAS: [&str; 9] = [
        "entities",
        "platform",
        "jobs",
        "models",
        "files",
        "secrets",
        "auth",
        "inference",
        "guardrails",
    ];
    let action = if method == Method::GET { "read" } else { "write" };
    let mut known = scopes
        .iter()
        .filter_map(|scope| scope.split_once(':'))
        .filter(|(of, _)| AREAS.contains(of))
        .peekable();
    known.peek().is_none() || known.any(|(of, granted)| [area, "platform"].contains(&of) && granted == action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(&[], Method::GET, "entities", true)]
    #[case(&["openid", "profile"], Method::GET, "entities", true)]
    #[case(&["entities:read"], Method::GET, "entities", true)]
    #[case(&["platform:read"], Method::GET, "entities", true)]
    #[case(&["entities:write"], Method::GET, "entities", false)]
    #[case(&["entities:write"], Method::PUT, "entities", true)]
    #[case(&["entities:read"], Method::DELETE, "entities", false)]
    #[case(&["jobs:read"], Method::GET, "entities", false)]
    #[case(&["jobs:read"], Method::GET, "jobs", true)]
    #[case(&["entities:read"], Method::GET, "files", false)]
    #[case(&["platform:read"], Method::GET, "files", true)]
    fn scopes_narrow_a_token(
        #[case] scopes: &[&str],
        #[case] method: Method,
        #[case] area: &str,
        #[case] is_allowed: bool,
    ) {
        let scopes: Vec<String> = scopes.iter().copied().map(str::to_owned).collect();
        assert_eq!(scopes_allow(&scopes, &method, area), is_allowed);
    }
}
