//! How things go, one by one and all that a workspace has.

use super::shape::{COLUMNS, Stored};
use super::{NEWEST, NO_RUNTIME};
use crate::sandbox::kinds::Kind;
use rusqlite::Connection;

/// Deletes a row.
pub(super) fn remove(db: &Connection, stored: &Stored) -> rusqlite::Result<()> {
    db.execute("DELETE FROM entity WHERE id = ?", [&stored.id])?;
    Ok(())
}

/// Deletes a model with its adapters, wherever they are.
pub(super) fn remove_model(db: &Connection, model: &Stored) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM entity WHERE entity_type = 'adapter' AND json_extract(data, '$.model') = ?",
        [model.reference()],
    )?;
    remove(db, model)
}

/// Deletes a job with the fileset it got when it was made.
pub(super) fn remove_job(db: &Connection, job: &Stored) -> rusqlite::Result<()> {
    if let Some(fileset) = job.text("fileset") {
        db.execute(
            "DELETE FROM entity WHERE entity_type = 'fileset' AND workspace = ? AND name = ?",
            [job.workspace.as_str(), fileset],
        )?;
    }
    remove(db, job)
}

/// Returns why a fileset cannot be deleted, if something refers to it, in whatever workspace that is.
pub(super) fn in_use(db: &Connection, workspace: &str, name: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FILTER (WHERE entity_type = 'model'), count(*) FILTER (WHERE entity_type = 'adapter')
         FROM entity WHERE entity_type IN ('model', 'adapter')
         AND (json_extract(data, '$.fileset') = ?1 || '/' || ?2
              OR workspace = ?1 AND json_extract(data, '$.fileset') = ?2)",
    )?;
    let (n_models, n_adapters): (i64, i64) =
        statement.query_row([workspace, name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if n_models + n_adapters == 0 {
        return Ok(None);
    }
    Ok(Some(format!(
        "Cannot delete fileset '{workspace}/{name}' because {n_models} model entity reference(s) and {n_adapters} \
         adapter entity reference(s) still use it. Relink or delete the dependent entities first."
    )))
}

/// Destroys what a workspace has, as far as it goes; returns what stood in the way. The order is the platform's, so
/// that as much is left of it as there.
pub(in crate::sandbox) fn empty(db: &Connection, workspace: &str) -> rusqlite::Result<Result<(), String>> {
    let failed = |errors: &[String], what: &str| {
        let n = errors.len();
        let errors = errors.join("; ");
        Err(format!(
            "Failed to delete {n} {what} while cleaning workspace {workspace}: {errors}"
        ))
    };
    for job in all(db, "platform_job", workspace)? {
        remove_job(db, &job)?;
    }
    let deployments: Vec<String> = all(db, "model_deployment", workspace)?
        .iter()
        .filter_map(|deployment| Some(deployment.shown_name(Kind::of("model_deployment")?)))
        .map(|name| format!("{name}: HTTP 422: {NO_RUNTIME}"))
        .collect();
    if !deployments.is_empty() {
        return Ok(failed(&deployments, "deployment(s)"));
    }
    for adapter in all(db, "adapter", workspace)? {
        remove(db, &adapter)?;
    }
    for model in all(db, "model", workspace)? {
        remove_model(db, &model)?;
    }
    let mut errors = Vec::new();
    for fileset in all(db, "fileset", workspace)? {
        match in_use(db, workspace, &fileset.name)? {
            Some(reason) => errors.push(format!("{}: HTTP 409: {reason}", fileset.name)),
            None => remove(db, &fileset)?,
        }
    }
    if errors.is_empty() {
        return Ok(Ok(()));
    }
    Ok(failed(&errors, "fileset(s)"))
}

fn all(db: &Connection, entity_type: &str, workspace: &str) -> rusqlite::Result<Vec<Stored>> {
    let newest = if Kind::of(entity_type).is_some_and(|kind| kind.is_versioned) {
        NEWEST
    } else {
        ""
    };
    let select = format!(
        "SELECT {COLUMNS} FROM entity WHERE entity_type = ? AND workspace = ?{newest} ORDER BY created_at, rowid"
    );
    let mut statement = db.prepare_cached(&select)?;
    let rows = statement.query_map([entity_type, workspace], Stored::from_row)?;
    rows.collect()
}
