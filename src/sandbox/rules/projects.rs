//! Projects: the one kind of content that can be made and removed here.

use super::listing::Listing;
use super::{Answer, RequestCtx, workspaces};
use crate::sandbox::Database;
use crate::sandbox::clock;
use crate::sandbox::fields::{Check, TrailingNewline};
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use axum::http::StatusCode;
use rusqlite::{OptionalExtension as _, Row, named_params};
use serde::Serialize;
use serde_json::{Value, json};

/// A project as it goes over the wire.
#[derive(Debug, Serialize)]
struct Project {
    id: String,
    name: String,
    workspace: String,
    description: Option<String>,
    created_at: String,
    updated_at: String,
}

const COLUMNS: &str = "id, name, workspace, json_extract(data, '$.description') AS description, created_at, updated_at";

impl Project {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            workspace: row.get("workspace")?,
            description: row.get("description")?,
            created_at: clock::naive(row.get("created_at")?),
            updated_at: clock::naive(row.get("updated_at")?),
        })
    }
}

/// Lists the projects of a workspace; `-` stands for all of them, for those who may.
pub(in crate::sandbox) fn list(ctx: RequestCtx<'_>, workspace: &str, query: &Query) -> Result<Answer, Problem> {
    let condition = Condition::from_query(query)?;
    let mut check = Check::default();
    let (page, sort) = (check.page(query), check.sort(query));
    check.finish()?;
    let mut scope = Sql::default();
    scope.push("entity_type = 'project'", []);
    if workspace != "-" {
        scope.push(" AND workspace = ?", [workspace.to_owned().into()]);
    }
    let listing = Listing {
        table: Table::Entities,
        columns: COLUMNS,
        scope,
        condition,
        sort,
        page,
    };
    let page = listing.read(ctx, Project::from_row)?;
    Ok(Answer::ok(page))
}

/// Reads one project.
pub(in crate::sandbox) fn get(ctx: RequestCtx<'_>, workspace: &str, name: &str) -> Result<Answer, Problem> {
    let select = format!("SELECT {COLUMNS} FROM entity WHERE workspace = ? AND entity_type = 'project' AND name = ?");
    let mut statement = ctx.db.prepare_cached(&select)?;
    let found = statement.query_row([workspace, name], Project::from_row).optional()?;
    found.map(Answer::ok).ok_or_else(|| not_found(workspace, name))
}

fn not_found(workspace: &str, name: &str) -> Problem {
    Problem::not_found(format!("Project '{name}' not found in workspace '{workspace}'"))
}

/// Creates a project.
pub(in crate::sandbox) fn create(
    ctx: RequestCtx<'_>,
    workspace: &str,
    body: Option<&Value>,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let mut fields = check.object(body);
    let name = fields.name(TrailingNewline::Refused);
    let description = fields.optional_text("description");
    check.finish()?;
    if !workspaces::exists(ctx, workspace)? {
        return Err(Problem::unprocessable(match ctx.behavior.like {
            Database::Sqlite => "Referenced resource does not exist.".to_owned(),
            Database::Postgres => {
                format!("Workspace '{workspace}' does not exist. Please create the workspace first.")
            }
        }));
    }
    let now = ctx.clock.now();
    let n_made = ctx.db.execute(
        "INSERT INTO entity (id, entity_type, workspace, name, data, created_at, updated_at)
         VALUES (:id, 'project', :workspace, :name, :data, :now, :now) ON CONFLICT (workspace, entity_type, name) DO NOTHING",
        named_params! {
            ":id": ctx.clock.new_id("project", &format!("{workspace}:{name}"), now),
            ":workspace": workspace,
            ":name": name,
            ":data": json!({"description": description}).to_string(),
            ":now": now,
        },
    )?;
    if n_made == 0 {
        return Err(Problem::conflict(format!(
            "Project '{name}' already exists in workspace '{workspace}'."
        )));
    }
    let made = get(ctx, workspace, &name)?;
    Ok(Answer {
        status: StatusCode::CREATED,
        ..made
    })
}

/// Changes the description. Unlike a workspace's, it is cleared by null and by nothing at all.
pub(in crate::sandbox) fn update(
    ctx: RequestCtx<'_>,
    workspace: &str,
    name: &str,
    body: Option<&Value>,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let description = check.object(body).optional_text("description");
    check.finish()?;
    let n_changed = ctx.db.execute(
        "UPDATE entity SET data = json_set(data, '$.description', :description), updated_at = :now,
         db_version = db_version + 1 WHERE workspace = :workspace AND entity_type = 'project' AND name = :name",
        named_params! {":description": description, ":now": ctx.clock.now(), ":workspace": workspace, ":name": name},
    )?;
    if n_changed == 0 {
        return Err(Problem::not_found(format!(
            "Entity '{name}' of type 'project' not found in workspace '{workspace}'"
        )));
    }
    get(ctx, workspace, name)
}

/// Deletes a project.
pub(in crate::sandbox) fn delete(ctx: RequestCtx<'_>, workspace: &str, name: &str) -> Result<Answer, Problem> {
    let n_gone = ctx.db.execute(
        "DELETE FROM entity WHERE workspace = ? AND entity_type = 'project' AND name = ?",
        [workspace, name],
    )?;
    if n_gone == 0 {
        return Err(not_found(workspace, name));
    }
    let id = format!("{workspace}/{name}");
    Ok(Answer::removed("Project deleted successfully", &id))
}
