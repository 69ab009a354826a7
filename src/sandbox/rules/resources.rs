//! What lives in a workspace besides projects and members: one set of rules for all kinds, which the table in
//! [`kinds`](crate::sandbox::kinds) fills with the platform's words.

pub(in crate::sandbox) mod cleaning;
mod making;
mod paging;
mod shape;

pub(in crate::sandbox) use making::create;

use super::listing::Listing;
use super::{Answer, RequestCtx, workspaces};
use crate::sandbox::fields::Check;
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::kinds::{Filtering, Kind, Removing, Sorting, Words};
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use axum::http::StatusCode;
use rusqlite::{Connection, OptionalExtension as _};
use serde_json::{Value, json};
use shape::{COLUMNS, Stored};

const NO_RUNTIME: &str = "Deployments are not enabled because the backend runtime is set to 'none'";
/// The states in which a job has ended.
const ENDED: [&str; 3] = ["completed", "error", "cancelled"];
/// Of several versions only the newest is shown.
const NEWEST: &str = " AND NOT EXISTS (SELECT 1 FROM entity AS newer WHERE newer.workspace = entity.workspace
    AND newer.entity_type = entity.entity_type
    AND json_extract(newer.data, '$.base_name') = json_extract(entity.data, '$.base_name')
    AND json_extract(newer.data, '$.entity_version') > json_extract(entity.data, '$.entity_version'))";

/// Lists what a workspace has of a kind.
pub(in crate::sandbox) fn list(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    query: &Query,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let page = paging::page(&mut check, kind, query);
    let sort = match kind.listing.sorting {
        Sorting::OneOf(usual, known) => check.sort_among(query, usual, known),
        Sorting::Anything => query.get("sort").unwrap_or("created_at"),
        Sorting::Fixed => kind.listing.sorting.usual(),
    };
    check.finish()?;
    let (condition, echo) = filter(kind, query)?;
    let page = paging::within_bounds(kind, page)?;
    if !workspaces::exists(ctx, workspace)? {
        let (status, words) = kind.words.list_of_unknown;
        return Err(Problem::Said(status, Words::fill(words, workspace, "")));
    }
    let order = order(kind, sort);
    let listing = Listing {
        table: Table::Entities,
        columns: COLUMNS,
        scope: scope(kind, workspace),
        condition,
        sort: &order,
        page,
    };
    let (data, total) = listing.rows(ctx, |row| {
        let shown = Stored::from_row(row)?.to_json(kind, ctx.db)?;
        Ok(shape::without_nulls(shown))
    })?;
    let mut body = json!({"data": data, "pagination": paging::described(kind, query, data.len(), total)});
    if let Some(body) = body.as_object_mut() {
        if kind.listing.sorting != Sorting::Fixed {
            body.insert("sort".to_owned(), sort.into());
        }
        if let Some(echo) = echo {
            body.insert("filter".to_owned(), echo);
        }
    }
    Ok(Answer::ok(body))
}

fn scope(kind: &Kind, workspace: &str) -> Sql {
    let mut scope = Sql::default();
    let parameters = [kind.entity_type.to_owned().into(), workspace.to_owned().into()];
    scope.push("entity_type = ? AND workspace = ?", parameters);
    if kind.is_versioned {
        scope.push(NEWEST, []);
    }
    scope
}

/// Returns the order by what the rows have. Where anything may be said, what means nothing changes nothing.
fn order(kind: &Kind, sort: &str) -> String {
    let (minus, field) = sort.strip_prefix('-').map_or(("", sort), |field| ("-", field));
    let order = format!("{minus}{}", Filtering::column(field, kind.is_versioned));
    if Table::Entities.order(&order).is_some() {
        order
    } else {
        kind.listing.sorting.usual().to_owned()
    }
}

/// Returns the filter by what the rows have, and as the list repeats it.
fn filter(kind: &Kind, query: &Query) -> Result<(Option<Condition>, Option<Value>), Problem> {
    if kind.listing.filtering == Filtering::Ignored {
        return Ok((None, None));
    }
    let Some(mut condition) = Condition::from_query(query)? else {
        return Ok((None, None));
    };
    let echo = matches!(kind.listing.filtering, Filtering::Echoed(_)).then(|| condition.to_json());
    let known = kind.listing.filtering.fields();
    condition.rename_fields(&|field| {
        if known.contains(&field) || field.starts_with("data.") {
            return Ok(Filtering::column(field, kind.is_versioned));
        }
        let known: Vec<String> = known.iter().map(|field| format!("'{field}'")).collect();
        Err(Problem::bad_request(format!(
            "Unknown filter field '{field}'. Valid fields: [{}]",
            known.join(", ")
        )))
    })?;
    Ok((Some(condition), echo))
}

/// Reads one.
pub(in crate::sandbox) fn get(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    name: &str,
) -> Result<Answer, Problem> {
    let found = must_find(ctx, kind, workspace, name)?;
    Ok(Answer::ok(found.to_json(kind, ctx.db)?))
}

fn find(db: &Connection, kind: &Kind, workspace: &str, name: &str) -> rusqlite::Result<Option<Stored>> {
    let called = if kind.is_versioned {
        "coalesce(json_extract(data, '$.base_name'), name)"
    } else {
        "name"
    };
    let select = format!(
        "SELECT {COLUMNS} FROM entity WHERE workspace = ? AND entity_type = ? AND {called} = ?
         ORDER BY json_extract(data, '$.entity_version') DESC LIMIT 1"
    );
    let mut statement = db.prepare_cached(&select)?;
    statement
        .query_row([workspace, kind.entity_type, name], Stored::from_row)
        .optional()
}

fn must_find(ctx: RequestCtx<'_>, kind: &Kind, workspace: &str, name: &str) -> Result<Stored, Problem> {
    if let Some(found) = find(ctx.db, kind, workspace, name)? {
        return Ok(found);
    }
    let (status, words) = match kind.words.unknown_workspace {
        Some(unknown) if !workspaces::exists(ctx, workspace)? => unknown,
        Some(_) | None => (StatusCode::NOT_FOUND, kind.words.unknown),
    };
    Err(Problem::Said(status, Words::fill(words, workspace, name)))
}

/// Deletes one, if nothing is in the way.
pub(in crate::sandbox) fn delete(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    name: &str,
) -> Result<Answer, Problem> {
    if kind.removing == Removing::NoRuntime {
        return Err(Problem::unprocessable(NO_RUNTIME));
    }
    let found = must_find(ctx, kind, workspace, name)?;
    match kind.removing {
        Removing::Plain | Removing::NoRuntime => cleaning::remove(ctx.db, &found)?,
        Removing::Fileset => {
            if let Some(reason) = cleaning::in_use(ctx.db, workspace, name)? {
                return Err(Problem::conflict(reason));
            }
            let was = found.to_json(kind, ctx.db)?;
            cleaning::remove(ctx.db, &found)?;
            return Ok(Answer::ok(was));
        }
        Removing::Model => cleaning::remove_model(ctx.db, &found)?,
        Removing::Job => {
            let status = found.status();
            if !ENDED.contains(&status) {
                return Err(Problem::conflict(format!(
                    "Cannot delete job '{name}' while it is '{status}'. Cancel the job and wait for it to reach a \
                     terminal state before deleting."
                )));
            }
            cleaning::remove_job(ctx.db, &found)?;
        }
    }
    Ok(Answer::gone())
}

/// Cancels a job. One that runs would be `cancelling` for a while; here nothing runs that could take its time.
pub(in crate::sandbox) fn cancel(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    name: &str,
) -> Result<Answer, Problem> {
    let found = must_find(ctx, kind, workspace, name)?;
    if !ENDED.contains(&found.status()) {
        // Its date stays as it is, as on the platform.
        ctx.db.execute(
            "UPDATE entity SET data = json_set(data, '$.status', 'cancelled'), db_version = db_version + 1 WHERE id = ?",
            [&found.id],
        )?;
    }
    get(ctx, kind, workspace, name)
}
