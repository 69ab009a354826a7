//! Rows as they are stored, for platform admins: the whole access matrix in one request, and the way to repair
//! a binding that the members API cannot reach. Nothing here asks for the last Admin, as on the platform.

use super::bindings;
use super::listing::Listing;
use super::workspaces;
use super::{Answer, RequestCtx};
use crate::sandbox::Database;
use crate::sandbox::clock;
use crate::sandbox::fields::Check;
use crate::sandbox::filter::{Condition, Sql, Table, json_path};
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde::Serialize;
use serde_json::{Map, Value};

/// A row as it goes over the wire.
#[derive(Debug, Serialize)]
struct Entity {
    #[serde(rename = "entity_type")]
    kind: String,
    id: String,
    workspace: String,
    parent: Option<String>,
    project: Option<String>,
    name: String,
    data: Value,
    created_at: String,
    created_by: Option<String>,
    updated_at: String,
    updated_by: Option<String>,
    db_version: i64,
}

const COLUMNS: &str =
    "entity_type, id, workspace, project, name, data, created_at, created_by, updated_at, updated_by, db_version";

impl Entity {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let data: String = row.get("data")?;
        Ok(Self {
            kind: row.get("entity_type")?,
            id: row.get("id")?,
            workspace: row.get("workspace")?,
            parent: None,
            project: row.get("project")?,
            name: row.get("name")?,
            data: serde_json::from_str(&data).unwrap_or(Value::Null),
            created_at: clock::naive(row.get("created_at")?),
            created_by: row.get("created_by")?,
            updated_at: clock::naive(row.get("updated_at")?),
            updated_by: row.get("updated_by")?,
            db_version: row.get("db_version")?,
        })
    }
}

/// A row that is not there yet.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct New<'a> {
    pub(in crate::sandbox) workspace: &'a str,
    pub(in crate::sandbox) kind: &'a str,
    pub(in crate::sandbox) name: &'a str,
    pub(in crate::sandbox) project: Option<&'a str>,
    pub(in crate::sandbox) data: &'a Map<String, Value>,
}

/// Which row is meant.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Address<'a> {
    pub(in crate::sandbox) workspace: &'a str,
    pub(in crate::sandbox) kind: &'a str,
    pub(in crate::sandbox) name: &'a str,
}

/// Lists the rows of a kind in one workspace, or with `-` in all; counts them by a field of their data on request.
pub(in crate::sandbox) fn list(
    ctx: RequestCtx<'_>,
    workspace: &str,
    kind: &str,
    query: &Query,
) -> Result<Answer, Problem> {
    let condition = Condition::from_query(query)?;
    let mut check = Check::default();
    let page = check.page(query);
    check.finish()?;
    let mut scope = Sql::default();
    must_be_readable(ctx, kind)?;
    if kind == "role_binding" {
        // Literally, for the index of those bindings that are active.
        scope.push("entity_type = 'role_binding'", []);
    } else {
        scope.push("entity_type = ?", [kind.to_owned().into()]);
    }
    if workspace != "-" {
        workspaces::must_be_alive(ctx, workspace)?;
        scope.push(" AND workspace = ?", [workspace.to_owned().into()]);
    }
    match ctx.behavior.like {
        Database::Sqlite => {}
        Database::Postgres => {
            if query.get("sort").is_some_and(|sort| sort.contains("data.")) {
                return Err(Problem::Unexpected);
            }
            // It is asked for by a name that is never found.
            if query
                .get("filter")
                .is_some_and(|filter| filter.contains("data.principal") && !filter.is_ascii())
            {
                scope.push(" AND 0", []);
            }
        }
    }
    let listing = Listing {
        table: Table::Entities,
        columns: COLUMNS,
        scope,
        condition,
        sort: query.get("sort").unwrap_or("-created_at"),
        page,
    };
    let counts = match query.get("count_by") {
        None => Value::Null,
        Some(field) => {
            let path = field
                .strip_prefix("data.")
                .and_then(json_path)
                .ok_or_else(|| Problem::bad_request(format!("Field '{field}' is not a direct string data field")))?;
            listing.counts(ctx.db, &path)?
        }
    };
    let mut page = listing.read(ctx, Entity::from_row)?;
    page.group_counts = Some(counts);
    Ok(Answer::ok(page))
}

/// Reads one row.
pub(in crate::sandbox) fn get(ctx: RequestCtx<'_>, address: Address<'_>) -> Result<Answer, Problem> {
    find(ctx, address).map(Answer::ok)
}

/// Reads one row by its id.
pub(in crate::sandbox) fn get_by_id(ctx: RequestCtx<'_>, id: &str) -> Result<Answer, Problem> {
    let select = format!("SELECT {COLUMNS} FROM entity WHERE id = ?");
    let found = ctx.db.query_row(&select, [id], Entity::from_row).optional()?;
    let found = found.ok_or_else(not_found)?;
    workspaces::must_be_alive(ctx, &found.workspace)?;
    Ok(Answer::ok(found))
}

fn not_found() -> Problem {
    Problem::not_found("Entity not found")
}

/// A row of bindings, wherever, is not reached any more once one of them cannot be read.
fn must_be_readable(ctx: RequestCtx<'_>, kind: &str) -> Result<(), Problem> {
    match kind {
        "role_binding" => bindings::must_be_readable(ctx, "-"),
        _ => Ok(()),
    }
}

fn find(ctx: RequestCtx<'_>, address: Address<'_>) -> Result<Entity, Problem> {
    workspaces::must_be_alive(ctx, address.workspace)?;
    must_be_readable(ctx, address.kind)?;
    let select = format!("SELECT {COLUMNS} FROM entity WHERE workspace = ? AND entity_type = ? AND name = ?");
    let parameters = [address.workspace, address.kind, address.name];
    let found = ctx.db.query_row(&select, parameters, Entity::from_row).optional()?;
    found.ok_or_else(not_found)
}

/// Makes a row of whatever kind, which nothing but a role binding is asked about.
pub(in crate::sandbox) fn create(
    ctx: RequestCtx<'_>,
    workspace: &str,
    kind: &str,
    body: Option<&Value>,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let mut fields = check.object(body);
    let name = fields.name_or_none();
    let project = fields.optional_text("project");
    let data = fields.data();
    check.finish()?;
    must_be_writable(ctx, workspace)?;
    must_be_readable(ctx, kind)?;
    must_have_project(ctx, workspace, project.as_deref())?;
    refuse_broken_binding(ctx, kind, &data)?;
    let name = name.unwrap_or_else(|| invented(ctx, kind));
    let new = New {
        workspace,
        kind,
        name: &name,
        project: project.as_deref(),
        data: &data,
    };
    if !insert(ctx, new)? {
        return Err(Problem::conflict(format!(
            "Entity '{name}' of type '{kind}' already exists in workspace '{workspace}'."
        )));
    }
    let name = &name;
    let made = find(ctx, Address { workspace, kind, name })?;
    Ok(Answer::created(made))
}

fn must_be_writable(ctx: RequestCtx<'_>, workspace: &str) -> Result<(), Problem> {
    if !workspaces::exists(ctx, workspace)? {
        return Err(Problem::unprocessable(format!(
            "Workspace '{workspace}' does not exist. Please create the workspace first."
        )));
    }
    workspaces::must_be_alive(ctx, workspace)
}

/// Returns a name for a row that got none.
fn invented(ctx: RequestCtx<'_>, kind: &str) -> String {
    let id = ctx.clock.new_id(kind, "", ctx.clock.now());
    let tail: String = id.chars().rev().take(5).collect();
    format!("{kind}-{}", tail.to_ascii_lowercase())
}

/// Passes if the project exists, or if none is meant.
pub(in crate::sandbox) fn must_have_project(
    ctx: RequestCtx<'_>,
    workspace: &str,
    project: Option<&str>,
) -> Result<(), Problem> {
    let Some(project) = project else {
        return Ok(());
    };
    let mut statement = ctx.db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM entity WHERE workspace = ? AND entity_type = 'project' AND name = ?)",
    )?;
    if statement.query_row([workspace, project], |row| row.get(0))? {
        return Ok(());
    }
    Err(Problem::unprocessable(format!(
        "Project '{project}' does not exist in workspace '{workspace}'. Please create the project first."
    )))
}

/// Stores a row; returns whether its name was free.
pub(in crate::sandbox) fn insert(ctx: RequestCtx<'_>, new: New<'_>) -> Result<bool, Problem> {
    let now = ctx.clock.now();
    let kind = new.kind.to_ascii_lowercase();
    let mut statement = ctx.db.prepare_cached(
        "INSERT INTO entity
         (id, entity_type, workspace, project, name, data, created_at, created_by, updated_at, updated_by)
         VALUES (:id, :kind, :workspace, :project, :name, :data, :now, :by, :now, :by)
         ON CONFLICT (workspace, entity_type, name) DO NOTHING",
    )?;
    let n_made = statement.execute(named_params! {
        ":id": ctx.clock.new_id(&kind, &format!("{}:{}", new.workspace, new.name), now),
        ":kind": new.kind,
        ":workspace": new.workspace,
        ":project": new.project,
        ":name": new.name,
        ":data": Value::Object(new.data.clone()).to_string(),
        ":now": now,
        ":by": ctx.caller.subject,
    })?;
    Ok(n_made > 0)
}

/// Replaces the data of a row, if it still is at the expected version.
pub(in crate::sandbox) fn replace(
    ctx: RequestCtx<'_>,
    address: Address<'_>,
    body: Option<&Value>,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let mut fields = check.object(body);
    let data = fields.data();
    let expected = fields.version();
    check.finish()?;
    must_be_writable(ctx, address.workspace)?;
    let before = find(ctx, address)?;
    must_be_at(&before, expected)?;
    refuse_broken_binding(ctx, address.kind, &data)?;
    let data = Value::Object(data);
    if before.data == data && before.updated_by.as_ref() == Some(&ctx.caller.subject) {
        return Ok(Answer::ok(before));
    }
    ctx.db.execute(
        "UPDATE entity SET data = :data, updated_at = :now, updated_by = :by, db_version = db_version + 1 WHERE id = :id",
        named_params! {
            ":data": data.to_string(),
            ":now": ctx.clock.now(),
            ":by": ctx.caller.subject,
            ":id": before.id,
        },
    )?;
    get(ctx, address)
}

/// Deletes a row for good, if it still is at the expected version.
pub(in crate::sandbox) fn delete(ctx: RequestCtx<'_>, address: Address<'_>, query: &Query) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let expected = check.version_in_query(query);
    check.finish()?;
    let row = find(ctx, address)?;
    must_be_at(&row, expected)?;
    ctx.db.execute("DELETE FROM entity WHERE id = ?", [row.id])?;
    let id = format!("{}/{}/{}", address.workspace, address.kind, address.name);
    Ok(Answer::removed("Resource deleted successfully.", &id))
}

fn must_be_at(row: &Entity, expected: Option<i64>) -> Result<(), Problem> {
    match expected {
        Some(expected) if expected != row.db_version => Err(Problem::conflict(format!(
            "Entity '{}' of type '{}' in workspace '{}' was modified by another request. Expected version {expected}, \
             but current version is {}. Please refetch and retry.",
            row.name, row.kind, row.workspace, row.db_version
        ))),
        Some(_) | None => Ok(()),
    }
}

/// On the platform one binding without these fields ends all authorization until it is removed. Here such a row is
/// refused, or with `is_faithful` kept and without effect.
fn refuse_broken_binding(ctx: RequestCtx<'_>, kind: &str, data: &Map<String, Value>) -> Result<(), Problem> {
    let is_text = |field: &&str| data.get(*field).is_some_and(Value::is_string);
    let missing = ["principal", "role", "granted_by", "granted_at"]
        .into_iter()
        .find(|field| !is_text(field));
    match missing {
        Some(field) if kind == "role_binding" && !ctx.behavior.is_faithful => {
            Err(Problem::unprocessable(format!("A role binding needs '{field}'")))
        }
        Some(_) | None => Ok(()),
    }
}
