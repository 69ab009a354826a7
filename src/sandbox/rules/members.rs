//! Members: the active bindings of a workspace, gathered by principal.
//!
//! A change is found out first ([`Plan`]) and carried out then. Both happen in one transaction; only a faithful
//! sandbox lets go in between, because that gap is how the platform loses its last Admin.

use super::bindings::{self, Binding};
use super::workspaces;
use super::{Answer, RequestCtx};
use crate::sandbox::Database;
use crate::sandbox::clock;
use crate::sandbox::fields::Check;
use crate::sandbox::problem::Problem;
use crate::sandbox::query::Query;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::HashMap;

/// A member as it goes over the wire.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Member {
    principal: String,
    roles: Vec<String>,
    granted_at: Option<String>,
    granted_by: Option<String>,
}

/// A change that passed its rules, not yet carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Plan {
    workspace: String,
    principal: String,
    revoked: Vec<i64>,
    granted: Vec<String>,
    said: Said,
}

/// What is answered when the plan is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Added(Vec<String>),
    Set(Vec<String>),
    Removed,
}

/// Lists the members, the one with the newest row first.
pub(in crate::sandbox) fn list(ctx: RequestCtx<'_>, workspace: &str) -> Result<Answer, Problem> {
    workspaces::must_exist(ctx, workspace)?;
    let members = gather(bindings::active(ctx, workspace)?);
    Ok(Answer::ok(json!({"data": members})))
}

/// The newest row decides the place and the grantor, the earliest grant the date: the platform mixes them.
fn gather(bindings: Vec<Binding>) -> Vec<Member> {
    let mut members: Vec<(Member, Option<i64>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for binding in bindings {
        let place = places.get(&binding.principal);
        if let Some((member, earliest)) = place.and_then(|place| members.get_mut(*place)) {
            if !member.roles.contains(&binding.role) {
                member.roles.push(binding.role);
            }
            *earliest = [*earliest, binding.granted_at].into_iter().flatten().min();
        } else {
            places.insert(binding.principal.clone(), members.len());
            let member = Member {
                principal: binding.principal,
                roles: vec![binding.role],
                granted_at: None,
                granted_by: binding.granted_by,
            };
            members.push((member, binding.granted_at));
        }
    }
    let dated = |(member, earliest): (Member, Option<i64>)| Member {
        granted_at: earliest.map(clock::zulu),
        ..member
    };
    members.into_iter().map(dated).collect()
}

/// Adds roles to those a principal has, whether it is a member or not.
pub(in crate::sandbox) fn add(
    ctx: RequestCtx<'_>,
    workspace: &str,
    query: &Query,
    body: Option<&Value>,
) -> Result<Plan, Problem> {
    let mut check = Check::default();
    check.wait(query);
    let mut fields = check.object(body);
    let principal = fields.text("principal");
    let roles = fields.roles_or("Editor");
    check.finish()?;
    workspaces::must_exist(ctx, workspace)?;
    Ok(Plan {
        workspace: workspace.to_owned(),
        principal,
        revoked: Vec::new(),
        granted: without_repeats(&roles),
        said: Said::Added(roles),
    })
}

/// Sets the roles of a principal; one that is no member becomes one, and without roles it is none any more.
pub(in crate::sandbox) fn set(
    ctx: RequestCtx<'_>,
    workspace: &str,
    principal: &str,
    query: &Query,
    body: Option<&Value>,
) -> Result<Plan, Problem> {
    let mut check = Check::default();
    check.wait(query);
    let roles = without_repeats(&check.object(body).roles());
    check.finish()?;
    workspaces::must_exist(ctx, workspace)?;
    let (kept, dropped): (Vec<Binding>, Vec<Binding>) = found(ctx, workspace, principal)?
        .into_iter()
        .partition(|binding| roles.contains(&binding.role));
    if holds_admin(&dropped) && !bindings::has_another_admin(ctx, workspace, principal)? {
        return Err(Problem::conflict(format!(
            "Cannot remove Admin role from '{principal}'. This is the last Admin for workspace '{workspace}'. \
             Add another Admin before removing this one."
        )));
    }
    let is_new = |role: &&String| !kept.iter().any(|binding| binding.role == **role);
    Ok(Plan {
        workspace: workspace.to_owned(),
        principal: principal.to_owned(),
        revoked: dropped.iter().map(|binding| binding.row_number).collect(),
        granted: roles.iter().filter(is_new).cloned().collect(),
        said: Said::Set(roles),
    })
}

/// Takes all roles from a member.
pub(in crate::sandbox) fn remove(
    ctx: RequestCtx<'_>,
    workspace: &str,
    principal: &str,
    query: &Query,
) -> Result<Plan, Problem> {
    let mut check = Check::default();
    check.wait(query);
    check.finish()?;
    workspaces::must_exist(ctx, workspace)?;
    let held = found(ctx, workspace, principal)?;
    if held.is_empty() {
        return Err(Problem::not_found(format!(
            "Member '{principal}' not found in workspace '{workspace}'"
        )));
    }
    if holds_admin(&held) && !bindings::has_another_admin(ctx, workspace, principal)? {
        return Err(Problem::conflict(format!(
            "Cannot remove member '{principal}'. This is the last Admin for workspace '{workspace}'. \
             Add another Admin before removing this member."
        )));
    }
    Ok(Plan {
        workspace: workspace.to_owned(),
        principal: principal.to_owned(),
        revoked: held.iter().map(|binding| binding.row_number).collect(),
        granted: Vec::new(),
        said: Said::Removed,
    })
}

/// Carries a plan out.
pub(in crate::sandbox) fn carry_out(ctx: RequestCtx<'_>, plan: Plan) -> Result<Answer, Problem> {
    let now = ctx.clock.now();
    for row_number in plan.revoked {
        bindings::revoke(ctx, row_number, now)?;
    }
    for role in &plan.granted {
        bindings::grant(ctx, &plan.workspace, &plan.principal, role, now)?;
    }
    let echo = |roles| Member {
        principal: plan.principal.clone(),
        roles,
        // Now, even if nothing changed, and never the effective roles: so the platform answers.
        granted_at: Some(clock::zulu(now)),
        granted_by: Some(ctx.caller.subject.clone()),
    };
    Ok(match plan.said {
        Said::Added(roles) => Answer::created(echo(roles)),
        Said::Set(roles) => Answer::ok(echo(roles)),
        Said::Removed => {
            let message = format!("Member removed from workspace '{}'", plan.workspace);
            Answer::removed(&message, &plan.principal)
        }
    })
}

/// Finds what a principal holds. The platform never finds one with a quote, a backslash or a control character, and on
/// PostgreSQL none with anything outside ASCII.
fn found(ctx: RequestCtx<'_>, workspace: &str, principal: &str) -> Result<Vec<Binding>, Problem> {
    bindings::must_be_readable(ctx, workspace)?;
    let is_lost = principal.contains(|c: char| c == '"' || c == '\\' || c.is_control());
    let is_foreign = match ctx.behavior.like {
        Database::Sqlite => false,
        Database::Postgres => !principal.is_ascii(),
    };
    if (ctx.behavior.is_faithful && is_lost) || is_foreign {
        return Ok(Vec::new());
    }
    bindings::active_of(ctx, workspace, principal)
}

fn holds_admin(bindings: &[Binding]) -> bool {
    bindings.iter().any(|binding| binding.role == "Admin")
}

fn without_repeats(roles: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for role in roles {
        if !kept.contains(role) {
            kept.push(role.clone());
        }
    }
    kept
}
