//! Role bindings: the stored rows from which members are made.

use super::RequestCtx;
use crate::sandbox::Database;
use crate::sandbox::clock;
use crate::sandbox::problem::Problem;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// An active binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Binding {
    pub(in crate::sandbox) row_number: i64,
    pub(in crate::sandbox) principal: String,
    pub(in crate::sandbox) role: String,
    pub(in crate::sandbox) granted_at: Option<i64>,
    pub(in crate::sandbox) granted_by: Option<String>,
}

impl Binding {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let granted_at: Option<String> = row.get("granted_at")?;
        Ok(Self {
            row_number: row.get("row_number")?,
            principal: row.get("principal")?,
            role: row.get("role")?,
            granted_at: granted_at.as_deref().and_then(clock::parse),
            granted_by: row.get("granted_by")?,
        })
    }
}

const SELECT_ACTIVE: &str = "SELECT row_number, principal, role,
    json_extract(data, '$.granted_at') AS granted_at, json_extract(data, '$.granted_by') AS granted_by
    FROM entity WHERE workspace = ?1 AND entity_type = 'role_binding' AND revoked_at IS NULL
    AND principal IS NOT NULL AND role IS NOT NULL";

/// On PostgreSQL nothing that looks into the data of bindings works any more once one of them holds a NUL character: in
/// one workspace, or with `-` in all.
pub(in crate::sandbox) fn must_be_readable(ctx: RequestCtx<'_>, workspace: &str) -> Result<(), Problem> {
    let is_broken = match ctx.behavior.like {
        Database::Sqlite => false,
        Database::Postgres => ctx.db.query_row(
            "SELECT EXISTS (SELECT 1 FROM entity WHERE entity_type = 'role_binding' AND instr(principal, char(0)) > 0
             AND ?1 IN ('-', workspace))",
            [workspace],
            |row| row.get(0),
        )?,
    };
    if is_broken { Err(Problem::Unexpected) } else { Ok(()) }
}

/// Returns the active bindings of a workspace, newest row first.
pub(in crate::sandbox) fn active(ctx: RequestCtx<'_>, workspace: &str) -> Result<Vec<Binding>, Problem> {
    let select = format!("{SELECT_ACTIVE} ORDER BY created_at DESC, row_number DESC");
    let mut statement = ctx.db.prepare_cached(&select)?;
    let rows = statement.query_map([workspace], Binding::from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns the active bindings of one principal, exactly spelled so.
pub(in crate::sandbox) fn active_of(
    ctx: RequestCtx<'_>,
    workspace: &str,
    principal: &str,
) -> Result<Vec<Binding>, Problem> {
    let select = format!("{SELECT_ACTIVE} AND principal = ?2 ORDER BY created_at DESC, row_number DESC");
    let mut statement = ctx.db.prepare_cached(&select)?;
    let rows = statement.query_map([workspace, principal], Binding::from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Returns whether somebody else is Admin too. Whoever that is counts: `*`, a service, a typing mistake.
pub(in crate::sandbox) fn has_another_admin(
    ctx: RequestCtx<'_>,
    workspace: &str,
    principal: &str,
) -> Result<bool, Problem> {
    let select = format!("SELECT EXISTS ({SELECT_ACTIVE} AND role = 'Admin' AND principal <> ?2)");
    let mut statement = ctx.db.prepare_cached(&select)?;
    Ok(statement.query_row([workspace, principal], |row| row.get(0))?)
}

/// Grants a role. An active binding stays as it is; a revoked one comes back to life, with a new date and grantor.
pub(in crate::sandbox) fn grant(
    ctx: RequestCtx<'_>,
    workspace: &str,
    principal: &str,
    role: &str,
    granted_at: i64,
) -> Result<(), Problem> {
    if active_of(ctx, workspace, principal)?
        .iter()
        .any(|binding| binding.role == role)
    {
        return Ok(());
    }
    let by = &ctx.caller.subject;
    let granted = clock::with_offset(granted_at);
    let name = row_name(principal, workspace, role);
    let now = ctx.clock.now();
    let revoked: Option<i64> = ctx
        .db
        .prepare_cached(
            "SELECT row_number FROM entity WHERE workspace = ? AND entity_type = 'role_binding' AND name = ?",
        )?
        .query_row([workspace, &name], |row| row.get(0))
        .optional()?;
    if let Some(row_number) = revoked {
        let mut statement = ctx.db.prepare_cached(
            "UPDATE entity SET data = json_set(data, '$.granted_by', :by, '$.granted_at', :granted, '$.revoked_at', NULL),
             updated_at = :now, db_version = db_version + 1 WHERE row_number = :row",
        )?;
        statement.execute(named_params! {":by": by, ":granted": granted, ":now": now, ":row": row_number})?;
        return Ok(());
    }
    let data = json!({
        "principal": principal,
        "workspace": workspace,
        "role": role,
        "granted_by": by,
        "granted_at": granted,
        "revoked_at": null,
    });
    let mut statement = ctx.db.prepare_cached(
        "INSERT INTO entity (id, entity_type, workspace, name, data, created_at, updated_at)
         VALUES (:id, 'role_binding', :workspace, :name, :data, :now, :now)",
    )?;
    statement.execute(named_params! {
        ":id": ctx.clock.new_id("role_binding", &format!("{workspace}:{name}"), now),
        ":workspace": workspace,
        ":name": name,
        ":data": data.to_string(),
        ":now": now,
    })?;
    Ok(())
}

/// Revokes a binding that is still active. Who did it is not recorded, as on the platform.
pub(in crate::sandbox) fn revoke(ctx: RequestCtx<'_>, row_number: i64, revoked_at: i64) -> Result<(), Problem> {
    let mut statement = ctx.db.prepare_cached(
        "UPDATE entity SET data = json_set(data, '$.revoked_at', :revoked), updated_at = :now,
         db_version = db_version + 1 WHERE row_number = :row AND revoked_at IS NULL",
    )?;
    let revoked = clock::with_offset(revoked_at);
    statement.execute(named_params! {":revoked": revoked, ":now": ctx.clock.now(), ":row": row_number})?;
    Ok(())
}

/// Returns the name under which the one row of a principal and a role in a workspace is kept.
pub(in crate::sandbox) fn row_name(principal: &str, workspace: &str, role: &str) -> String {
    let digest = Sha256::digest(format!("{principal}:{workspace}:{role}"));
    let mut name = "rb-".to_owned();
    for byte in digest.iter().take(12) {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_as_on_the_platform() {
        // Recorded: the row of this grant bears this name there.
        let name = row_name("sbx-job@example.com", "sbx-one", "JobRunner");
        assert_eq!(name, "rb-b20fb6de99ca1f5f28f87ca6");
    }
}
