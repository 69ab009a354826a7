//! How a workspace goes: refused while it is in use, or marked, and then cleaned up in stages in which it keeps its name.

use super::resources::cleaning;
use super::workspaces;
use super::{Answer, RequestCtx};
use crate::sandbox::kinds::Kind;
use crate::sandbox::problem::Problem;
use crate::sandbox::{Deletion, access, clock};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params};
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;

/// How the stages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Cleanup {
    /// How long a workspace is `pending`, and how long `deleting`.
    pub(in crate::sandbox) stage: Duration,
    /// How long after a failure it is tried again.
    pub(in crate::sandbox) retry: Duration,
    /// What the first attempt at every deletion fails with, if it is to fail.
    pub(in crate::sandbox) first_error: Option<String>,
}

/// A deletion as it goes over the wire.
#[derive(Debug, Serialize)]
struct Status {
    name: String,
    deletion_stage: String,
    deletion_error: Option<String>,
    updated_at: String,
}

/// Says why no workspace can be made under a name.
pub(super) fn why_taken(db: &Connection, name: &str) -> rusqlite::Result<String> {
    let select = "SELECT deletion_stage, deletion_error FROM workspace WHERE name = ?";
    let (stage, error): (Option<String>, Option<String>) =
        db.query_row(select, [name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(match (stage, error) {
        (None, _) => format!("Workspace '{name}' already exists"),
        (Some(_), None) => format!("Workspace '{name}' is still being deleted"),
        (Some(_), Some(error)) => format!("Workspace '{name}' is still being deleted ({error})"),
    })
}

/// Deletes a workspace, or says what is in the way.
pub(in crate::sandbox) fn delete(ctx: RequestCtx<'_>, name: &str) -> Result<Answer, Problem> {
    match ctx.behavior.deletion {
        Deletion::Refuse => {
            workspaces::must_be_alive(ctx, name)?;
            refuse_if_used(ctx, name)?;
            // Its bindings go with it, by the schema.
            ctx.db.execute("DELETE FROM workspace WHERE name = ?", [name])?;
            Ok(Answer::removed("Workspace deleted successfully", name))
        }
        Deletion::Cascade => {
            mark(ctx, name)?;
            Ok(Answer::removed("Workspace marked for deletion", name))
        }
    }
}

/// Marks a workspace and takes every role in it, for good. One that is marked already is marked anew unless nothing
/// has been tried yet; what went wrong is remembered.
fn mark(ctx: RequestCtx<'_>, name: &str) -> Result<(), Problem> {
    let now = ctx.clock.now();
    let n_marked = ctx.db.execute(
        "UPDATE workspace SET deletion_stage = 'pending', deletion_due = :due, updated_at = :now
         WHERE name = :name AND deletion_stage IS NOT 'pending'",
        named_params! {":due": after(now, ctx.behavior.cleanup), ":now": now, ":name": name},
    )?;
    if n_marked == 0 {
        return Err(Problem::no_workspace(name));
    }
    ctx.db.execute(
        "DELETE FROM entity WHERE workspace = ? AND entity_type = 'role_binding'",
        [name],
    )?;
    Ok(())
}

fn refuse_if_used(ctx: RequestCtx<'_>, name: &str) -> Result<(), Problem> {
    let mut statement = ctx.db.prepare_cached(
        "SELECT entity_type, count(DISTINCT CASE
             WHEN entity_type IN ('model_deployment', 'model_deployment_config')
             THEN coalesce(json_extract(data, '$.base_name'), name) ELSE name END)
         FROM entity WHERE workspace = ? AND entity_type <> 'role_binding'
         GROUP BY entity_type ORDER BY min(row_number)",
    )?;
    let mut rows = statement.query([name])?;
    let mut counts = String::new();
    while let Some(row) = rows.next()? {
        let (entity_type, n): (String, i64) = (row.get(0)?, row.get(1)?);
        let noun = Kind::of(&entity_type).map_or(entity_type.as_str(), |kind| kind.noun);
        let comma = if counts.is_empty() { "" } else { ", " };
        let _ = write!(counts, "{comma}{noun} ({n})");
    }
    if counts.is_empty() {
        return Ok(());
    }
    Err(Problem::conflict(format!(
        "Cannot delete workspace '{name}': workspace contains entities that must be deleted first: {counts}"
    )))
}

/// Tells about a deletion under way, to the one who made the workspace and to platform admins. Everybody else is told
/// the same as when there is none.
pub(in crate::sandbox) fn status(ctx: RequestCtx<'_>, name: &str) -> Result<Answer, Problem> {
    let read = |row: &Row<'_>| {
        let status = Status {
            name: row.get("name")?,
            deletion_stage: row.get("deletion_stage")?,
            deletion_error: row.get("deletion_error")?,
            updated_at: clock::naive(row.get("updated_at")?),
        };
        Ok((status, row.get::<_, Option<String>>("created_by")?))
    };
    let mut statement = ctx.db.prepare_cached(
        "SELECT name, deletion_stage, deletion_error, updated_at, created_by FROM workspace
         WHERE name = ? AND deletion_stage IS NOT NULL",
    )?;
    let found = statement.query_row([name], read).optional()?;
    let is_creator = |by: Option<&str>| by.is_some() && (by == Some(&ctx.caller.subject) || by == ctx.caller.email());
    match found {
        Some((status, by)) if is_creator(by.as_deref()) || access::is_platform_admin(ctx.db, ctx.caller)? => {
            Ok(Answer::ok(status))
        }
        Some(_) | None => Err(Problem::no_workspace(name)),
    }
}

/// Returns when the next step of any deletion is due.
pub(in crate::sandbox) fn next_due(db: &Connection) -> rusqlite::Result<Option<i64>> {
    db.query_row(
        "SELECT min(deletion_due) FROM workspace WHERE deletion_stage IS NOT NULL",
        [],
        |row| row.get(0),
    )
}

/// Takes up what an earlier run left: nothing waits longer than if it had been marked, or had failed, now.
pub(in crate::sandbox) fn resume(db: &Connection, now: i64, cleanup: &Cleanup) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE workspace SET deletion_due = min(deletion_due, CASE deletion_stage WHEN 'failed' THEN :retry ELSE :stage END)
         WHERE deletion_stage IS NOT NULL",
        named_params! {":retry": after(now, cleanup.retry), ":stage": after(now, cleanup.stage)},
    )?;
    Ok(())
}

/// Takes every step that is due: from `pending` or `failed` to `deleting`, from there to the end or to `failed`.
pub(in crate::sandbox) fn advance(db: &Connection, now: i64, cleanup: &Cleanup) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE workspace SET deletion_stage = 'deleting', deletion_due = :due, updated_at = :now
         WHERE deletion_stage IN ('pending', 'failed') AND deletion_due <= :now",
        named_params! {":due": after(now, cleanup.stage), ":now": now},
    )?;
    let mut statement = db.prepare_cached(
        "SELECT name, deletion_error IS NULL FROM workspace WHERE deletion_stage = 'deleting' AND deletion_due <= ?
         ORDER BY deletion_due, name",
    )?;
    let rows = statement.query_map([now], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (name, is_first) in rows.collect::<rusqlite::Result<Vec<(String, bool)>>>()? {
        let outcome = match cleanup.first_error.as_ref().filter(|_| is_first) {
            Some(error) => Err(error.clone()),
            None => cleaning::empty(db, &name)?,
        };
        match outcome {
            // What is left in it goes with it, by the schema.
            Ok(()) => db.execute("DELETE FROM workspace WHERE name = ?", [&name])?,
            Err(error) => db.execute(
                "UPDATE workspace SET deletion_stage = 'failed', deletion_error = :error, deletion_due = :due,
                 updated_at = :now WHERE name = :name",
                named_params! {":error": error, ":due": after(now, cleanup.retry), ":now": now, ":name": name},
            )?,
        };
    }
    Ok(())
}

fn after(now: i64, wait: Duration) -> i64 {
    now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}
