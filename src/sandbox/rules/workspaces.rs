//! Workspaces: list, get, create, describe, delete.

use super::bindings;
use super::listing::Listing;
use super::{Act, Answer};
use crate::sandbox::Deletion;
use crate::sandbox::access;
use crate::sandbox::clock;
use crate::sandbox::fields::Check;
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

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
pub(in crate::sandbox) fn list(act: Act<'_>, query: &Query) -> Result<Answer, Problem> {
    let condition = Condition::from_query(query)?;
    let mut check = Check::default();
    let (page, sort) = (check.page(query), check.sort(query));
    check.finish()?;
    let mut scope = Sql::default();
    if access::is_platform_admin(act.db, act.caller)? {
        scope.push("1", []);
    } else {
        let principals = json!(act.caller.principals()).to_string();
        scope.push(
            "name IN (SELECT workspace FROM entity WHERE entity_type = 'role_binding' AND revoked_at IS NULL
             AND principal IN (SELECT value FROM json_each(?)))",
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
    let page = listing.read(act.db, |row| Ok(json!(Workspace::from_row(row)?)))?;
    Ok(Answer::ok(page))
}

/// Reads one workspace.
pub(in crate::sandbox) fn get(act: Act<'_>, name: &str) -> Result<Answer, Problem> {
    find(act, name).map(Answer::ok)
}

fn find(act: Act<'_>, name: &str) -> Result<Workspace, Problem> {
    let select = format!("SELECT {COLUMNS} FROM workspace WHERE name = ?");
    let mut statement = act.db.prepare_cached(&select)?;
    let found = statement.query_row([name], Workspace::from_row).optional()?;
    found.ok_or_else(|| Problem::no_workspace(name))
}

/// Passes if the workspace exists.
pub(in crate::sandbox) fn must_exist(act: Act<'_>, name: &str) -> Result<(), Problem> {
    find(act, name).map(|_workspace| ())
}

/// Creates a workspace, whose Admin the caller becomes.
pub(in crate::sandbox) fn create(act: Act<'_>, query: &Query, body: Option<&Value>) -> Result<Answer, Problem> {
    let mut check = Check::default();
    check.wait(query);
    let mut fields = check.object(body);
    let name = fields.name(act.house.newline());
    let description = fields.optional_text("description");
    check.finish()?;
    if name.starts_with("sample-") {
        return Err(Problem::refused(
            "Workspace names beginning with 'sample-' are reserved for the sample flow",
        ));
    }
    let now = act.clock.now();
    let n_made = act.db.execute(
        "INSERT INTO workspace (id, name, description, created_at, created_by, updated_at, updated_by)
         VALUES (:id, :name, :description, :now, :by, :now, :by) ON CONFLICT (name) DO NOTHING",
        named_params! {
            ":id": act.clock.new_id("workspace", &name, now),
            ":name": name,
            ":description": description,
            ":now": now,
            ":by": act.caller.subject,
        },
    )?;
    if n_made == 0 {
        return Err(Problem::conflict(format!("Workspace '{name}' already exists")));
    }
    bindings::grant(act, &name, act.caller.principal(), "Admin", now)?;
    find(act, &name).map(Answer::created)
}

/// Changes the description; null and nothing at all mean: keep it.
pub(in crate::sandbox) fn update(act: Act<'_>, name: &str, body: Option<&Value>) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let description = check.object(body).optional_text("description");
    check.finish()?;
    let before = find(act, name)?;
    let by = &act.caller.subject;
    // As on the platform, another caller counts as a change even where nothing else is one.
    let is_same = description.is_none() || description == before.description;
    if is_same && before.updated_by.as_ref() == Some(by) {
        return Ok(Answer::ok(before));
    }
    act.db.execute(
        "UPDATE workspace SET description = coalesce(:description, description), updated_at = :now, updated_by = :by
         WHERE name = :name",
        named_params! {":description": description, ":now": act.clock.now(), ":by": by, ":name": name},
    )?;
    get(act, name)
}

/// Deletes a workspace, or says what is in the way.
pub(in crate::sandbox) fn delete(act: Act<'_>, name: &str) -> Result<Answer, Problem> {
    must_exist(act, name)?;
    if ["default", "system"].contains(&name) && !act.house.is_faithful {
        return Err(Problem::refused(format!(
            "Workspace '{name}' belongs to the platform and cannot be deleted"
        )));
    }
    let message = match act.house.deletion {
        Deletion::Refuse => {
            refuse_if_used(act, name)?;
            "Workspace deleted successfully"
        }
        Deletion::Cascade => "Workspace marked for deletion",
    };
    // Its entities and bindings go with it, by the schema.
    act.db.execute("DELETE FROM workspace WHERE name = ?", [name])?;
    Ok(Answer::removed(message, name))
}

fn refuse_if_used(act: Act<'_>, name: &str) -> Result<(), Problem> {
    let mut statement = act.db.prepare_cached(
        "SELECT entity_type, count(*) FROM entity WHERE workspace = ? AND entity_type <> 'role_binding'
         GROUP BY entity_type ORDER BY min(row_number)",
    )?;
    let mut rows = statement.query([name])?;
    let mut counts = String::new();
    while let Some(row) = rows.next()? {
        let (kind, n): (String, i64) = (row.get(0)?, row.get(1)?);
        let comma = if counts.is_empty() { "" } else { ", " };
        let _ = write!(counts, "{comma}{kind} ({n})");
    }
    if counts.is_empty() {
        return Ok(());
    }
    Err(Problem::conflict(format!(
        "Cannot delete workspace '{name}': workspace contains entities that must be deleted first: {counts}"
    )))
}

/// Tells about a deletion under way. Here none ever is: a workspace is there, or it is gone.
pub(in crate::sandbox) fn deletion_of(name: &str) -> Result<Answer, Problem> {
    Err(Problem::no_workspace(name))
}
