//! Workspaces: list, get, create, describe.

use super::bindings;
use super::deletions;
use super::listing::Listing;
use super::{Answer, RequestCtx};
use crate::sandbox::access;
use crate::sandbox::clock;
use crate::sandbox::fields::Check;
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde::Serialize;
use serde_json::{Value, json};

/// A workspace as it goes over the wire.
#[derive(Debug, Serialize)]
struct Workspace {
    id: String,
    name: String,
    description: Option<String>,
    created_at: String,
    created_by: Option<String>,
    updated_at: String,
    updated_by: Option<String>,
}

const COLUMNS: &str = "id, name, description, created_at, created_by, updated_at, updated_by";

impl Workspace {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            created_at: clock::naive(row.get("created_at")?),
            created_by: row.get("created_by")?,
            updated_at: clock::naive(row.get("updated_at")?),
            updated_by: row.get("updated_by")?,
        })
    }
}

/// Lists the workspaces in which the caller holds any role, known or not; a platform admin sees all.
pub(in crate::sandbox) fn list(ctx: RequestCtx<'_>, query: &Query) -> Result<Answer, Problem> {
    let condition = Condition::from_query(query)?;
    let mut check = Check::default();
    let (page, sort) = (check.page(query), check.sort(query));
    check.finish()?;
    bindings::must_be_readable(ctx, "-")?;
    let mut scope = Sql::default();
    if access::is_platform_admin(ctx.db, ctx.caller)? {
        scope.push("deletion_stage IS NULL", []);
    } else {
        let principals = json!(ctx.caller.principals()).to_string();
        scope.push(
            "deletion_stage IS NULL AND name IN (SELECT workspace FROM entity INDEXED BY active_binding
             WHERE entity_type = 'role_binding' AND revoked_at IS NULL AND principal IN (SELECT value FROM json_each(?)))",
            [principals.into()],
        );
    }
    let listing = Listing {
        table: Table::Workspaces,
        columns: COLUMNS,
        scope,
        condition,
        sort,
        page,
    };
    let page = listing.read(ctx, Workspace::from_row)?;
    Ok(Answer::ok(page))
}

/// Reads one workspace.
pub(in crate::sandbox) fn get(ctx: RequestCtx<'_>, name: &str) -> Result<Answer, Problem> {
    must_be_alive(ctx, name)?;
    find(ctx, name).map(Answer::ok)
}

fn find(ctx: RequestCtx<'_>, name: &str) -> Result<Workspace, Problem> {
    let select = format!("SELECT {COLUMNS} FROM workspace WHERE name = ?");
    let mut statement = ctx.db.prepare_cached(&select)?;
    let found = statement.query_row([name], Workspace::from_row).optional()?;
    found.ok_or_else(|| Problem::no_workspace(name))
}

/// Passes if the workspace exists. One under deletion does, for most of what is asked of it.
pub(in crate::sandbox) fn must_exist(ctx: RequestCtx<'_>, name: &str) -> Result<(), Problem> {
    find(ctx, name).map(|_workspace| ())
}

/// Returns whether the workspace exists, under deletion or not.
pub(in crate::sandbox) fn exists(ctx: RequestCtx<'_>, name: &str) -> Result<bool, Problem> {
    let mut statement = ctx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM workspace WHERE name = ?)")?;
    Ok(statement.query_row([name], |row| row.get(0))?)
}

/// Passes if the workspace exists and is not under deletion.
pub(in crate::sandbox) fn must_be_alive(ctx: RequestCtx<'_>, name: &str) -> Result<(), Problem> {
    let mut statement = ctx
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM workspace WHERE name = ? AND deletion_stage IS NULL)")?;
    if statement.query_row([name], |row| row.get(0))? {
        Ok(())
    } else {
        Err(Problem::no_workspace(name))
    }
}

/// Creates a workspace, whose Admin the caller becomes.
pub(in crate::sandbox) fn create(ctx: RequestCtx<'_>, query: &Query, body: Option<&Value>) -> Result<Answer, Problem> {
    let mut check = Check::default();
    check.wait(query);
    let mut fields = check.object(body);
    let name = fields.name(ctx.behavior.newline());
    let description = fields.optional_text("description");
    check.finish()?;
    if description.as_deref().is_some_and(|text| ctx.behavior.fails_on(text)) {
        return Err(Problem::Unexpected);
    }
    if name.starts_with("sample-") {
        return Err(Problem::refused(
            "Workspace names beginning with 'sample-' are reserved for the sample flow",
        ));
    }
    let now = ctx.clock.now();
    let n_made = ctx.db.execute(
        "INSERT INTO workspace (id, name, description, created_at, created_by, updated_at, updated_by)
         VALUES (:id, :name, :description, :now, :by, :now, :by) ON CONFLICT (name) DO NOTHING",
        named_params! {
            ":id": ctx.clock.new_id("workspace", &name, now),
            ":name": name,
            ":description": description,
            ":now": now,
            ":by": ctx.caller.subject,
        },
    )?;
    if n_made == 0 {
        return Err(Problem::conflict(deletions::why_taken(ctx.db, &name)?));
    }
    bindings::grant(ctx, &name, ctx.caller.principal(), "Admin", now)?;
    find(ctx, &name).map(Answer::created)
}

/// Changes the description; null and nothing at all mean: keep it.
pub(in crate::sandbox) fn update(ctx: RequestCtx<'_>, name: &str, body: Option<&Value>) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let description = check.object(body).optional_text("description");
    check.finish()?;
    let before = find(ctx, name)?;
    if description.as_deref().is_some_and(|text| ctx.behavior.fails_on(text)) {
        return Err(Problem::Unexpected);
    }
    let by = &ctx.caller.subject;
    // As on the platform, another caller counts as a change even where nothing else is one.
    let is_same = description.is_none() || description == before.description;
    if is_same && before.updated_by.as_ref() == Some(by) {
        return Ok(Answer::ok(before));
    }
    // One under deletion can be described, too.
    ctx.db.execute(
        "UPDATE workspace SET description = coalesce(:description, description), updated_at = :now, updated_by = :by
         WHERE name = :name",
        named_params! {":description": description, ":now": ctx.clock.now(), ":by": by, ":name": name},
    )?;
    find(ctx, name).map(Answer::ok)
}
