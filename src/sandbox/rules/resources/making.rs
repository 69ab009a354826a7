//! How one of a kind comes into being.

use super::shape::Stored;
use super::{NO_RUNTIME, find};
use crate::sandbox::fields::{Check, Fields};
use crate::sandbox::kinds::{Kind, Making, Shape, Source, Words};
use crate::sandbox::problem::Problem;
use crate::sandbox::rules::rows::{self, New};
use crate::sandbox::rules::{Answer, RequestCtx, workspaces};
use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Map, Value};

/// Makes one from the body of a request.
pub(in crate::sandbox) fn create(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    body: Option<&Value>,
) -> Result<Answer, Problem> {
    let mut check = Check::default();
    let mut fields = check.object(body);
    let name = required(&mut fields, kind);
    let project = fields.optional_text("project").filter(|_| kind.has_project());
    fields.optional_text("description");
    check.finish()?;
    let mut data = given(kind, body);
    let name = match name {
        Some(name) => name,
        None => invented(ctx, &data),
    };
    let status = match kind.making {
        Making::NoRuntime => return Err(Problem::unprocessable(NO_RUNTIME)),
        Making::NoEncryption => {
            return Err(Problem::Coded(
                StatusCode::UNPROCESSABLE_ENTITY,
                "ENCRYPTION_PROVIDER_NOT_CONFIGURED",
                "Secret management requires a configured encryption provider.",
            ));
        }
        Making::Model | Making::Adapter => {
            must_refer(ctx.db, kind, workspace, &mut data)?;
            StatusCode::CREATED
        }
        Making::Versioned => {
            data.insert("base_name".to_owned(), name.as_str().into());
            data.insert("entity_version".to_owned(), 1.into());
            StatusCode::CREATED
        }
        Making::Job => {
            let now = ctx.clock.now();
            let attempt = ctx.clock.new_id("platform_job_attempt", &name, now);
            data.insert("attempt_id".to_owned(), attempt.into());
            data.insert("fileset".to_owned(), format!("job-fileset-{name}").into());
            StatusCode::CREATED
        }
        Making::Stored(status) => status,
    };
    if !workspaces::exists(ctx, workspace)? {
        let (status, words) = kind.words.made_in_unknown;
        return Err(Problem::Said(status, Words::fill(words, workspace, &name)));
    }
    if find(ctx.db, kind, workspace, &name)?.is_some() {
        return Err(Problem::conflict(Words::fill(kind.words.taken, workspace, &name)));
    }
    must_be_in_project(ctx, kind, workspace, project.as_deref())?;
    store(ctx, kind, workspace, &name, project.as_deref(), &data)?;
    let made = super::get(ctx, kind, workspace, &name)?;
    Ok(Answer { status, ..made })
}

fn required(fields: &mut Fields<'_, '_>, kind: &Kind) -> Option<String> {
    let mut called = None;
    for (name, shape) in kind.required {
        match shape {
            Shape::Name => called = Some(fields.resource_name()),
            Shape::NameOrNone => called = fields.resource_name_or_none(),
            Shape::Text => {
                fields.text(name);
            }
            Shape::OneOf(known) => fields.one_of(name, known),
            Shape::Object => {
                fields.dictionary(name);
            }
            Shape::ObjectWith(field) => {
                fields.object_with(name, field);
            }
            Shape::Steps => fields.steps(name),
        }
    }
    called
}

/// Takes what the kind takes from a body; the rest is ignored, as on the platform. What it keeps besides begins as
/// usual, so that filters find it.
fn given(kind: &Kind, body: Option<&Value>) -> Map<String, Value> {
    let mut data = Map::new();
    for (field, source) in kind.wire {
        let value = if let Source::Given(_) = source {
            body.and_then(|body| body.get(field)).cloned()
        } else if let Source::Kept(usual) = source {
            serde_json::from_str(usual).ok()
        } else {
            continue;
        };
        if let Some(value) = value.filter(|value| !value.is_null()) {
            data.insert((*field).to_owned(), value);
        }
    }
    data
}

/// Returns a name for a job that got none.
fn invented(ctx: RequestCtx<'_>, data: &Map<String, Value>) -> String {
    let source = data.get("source").and_then(Value::as_str).unwrap_or("job");
    let id = ctx.clock.new_id("job", source, ctx.clock.now());
    let tail = id.chars().rev().take(8).collect::<String>();
    format!("{source}-{}", tail.to_ascii_lowercase())
}

/// Makes sure that what it refers to exists. An adapter keeps the full name of its model.
fn must_refer(db: &Connection, kind: &Kind, workspace: &str, data: &mut Map<String, Value>) -> Result<(), Problem> {
    if let Some(fileset) = data.get("fileset").and_then(Value::as_str) {
        let (home, name) = fileset.split_once('/').unwrap_or((workspace, fileset));
        if referred(db, "fileset", home, name)?.is_none() {
            let detail = format!("Fileset '{name}' not found in workspace '{home}'");
            return Err(Problem::bad_request(detail));
        }
    }
    if kind.making != Making::Adapter {
        return Ok(());
    }
    let model = data.get("model").and_then(Value::as_str).unwrap_or_default();
    let (home, name) = model.split_once('/').unwrap_or((workspace, model));
    let Some(found) = referred(db, "model", home, name)? else {
        let detail = format!("Base model for adapter (model='{model}') not found");
        return Err(Problem::not_found(detail));
    };
    data.insert("model".to_owned(), found.reference().into());
    Ok(())
}

fn referred(db: &Connection, entity_type: &str, workspace: &str, name: &str) -> rusqlite::Result<Option<Stored>> {
    match Kind::of(entity_type) {
        Some(kind) => find(db, kind, workspace, name),
        None => Ok(None),
    }
}

fn must_be_in_project(ctx: RequestCtx<'_>, kind: &Kind, workspace: &str, project: Option<&str>) -> Result<(), Problem> {
    let refusal = rows::must_have_project(ctx, workspace, project);
    if refusal.is_err() && kind.making == Making::Job {
        return Err(Problem::unprocessable(
            "Invalid job request. Check that the name, project, platform_spec, and referenced resources are valid for \
             this workspace, then try again.",
        ));
    }
    refusal
}

fn store(
    ctx: RequestCtx<'_>,
    kind: &Kind,
    workspace: &str,
    name: &str,
    project: Option<&str>,
    data: &Map<String, Value>,
) -> Result<(), Problem> {
    let row_name = if kind.is_versioned {
        format!("{name}-v1")
    } else {
        name.to_owned()
    };
    let new = New {
        workspace,
        kind: kind.entity_type,
        name: &row_name,
        project,
        data,
    };
    // Another row may have the name of the first version; then this one is taken, too.
    if !rows::insert(ctx, new)? {
        return Err(Problem::conflict(Words::fill(kind.words.taken, workspace, name)));
    }
    if let (Making::Job, Some(fileset)) = (&kind.making, data.get("fileset").and_then(Value::as_str)) {
        let fileset = New {
            workspace,
            kind: "fileset",
            name: fileset,
            project: None,
            data: &Map::new(),
        };
        rows::insert(ctx, fileset)?;
    }
    Ok(())
}
