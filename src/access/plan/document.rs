//! A plan as JSON, and what is taken over from one. `assets/schema/plan-1.schema.json` describes it.
//!
//! What is read back is what shall be done and who decided it, where and when, and the guards that nothing opens: what was
//! refused when the plan was made stays refused. Words, other guards and consequences are worked out anew from what is there
//! by then. A file can be written by anybody, so it may ask for nothing that an access file may not ask for.

use super::digest::{self, raw};
use super::guard::Opener;
use super::{Contents, Plan, Planned, Remark, Why};
use crate::audit::export::write_json;
use crate::domain::activity::{Caller, MadeFrom, Sending};
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::{NameProblem, Principal, WorkspaceName};
use crate::domain::policy::{Consequence, Tier};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{SafeText, grouped};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

const SCHEMA: &str = "nmp-console/plan";
/// The version of its schema; it grows when an older program could no longer understand a plan.
pub const SCHEMA_VERSION: u64 = 1;

/// How many changes a plan may hold.
const MOST_CHANGES: usize = 100_000;
/// How far the clock that a plan was made by may be ahead of the one here.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What a file says is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The address of the platform it was made for.
    pub server: String,
    /// Who made it.
    pub caller: Caller,
    /// When.
    pub made_at: Timestamp,
    /// The file that it was made from.
    pub made_from: Option<MadeFrom>,
    /// What is to be done, in the order of the file.
    pub changes: Vec<Drafted>,
    /// The guards that nothing opens, in words, as they stand there.
    pub closed: Vec<SafeText>,
}

/// A change as it stands in a file.
pub type Drafted = (Change, Why);

/// Why a file cannot be used as a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentProblem {
    /// It is no plan, or one with a mistake in it.
    #[error("it is no plan: {0}")]
    Unreadable(SafeText),
    /// It was written by another release.
    #[error("it has schema version {0}, and this release knows {SCHEMA_VERSION}: make the plan anew")]
    Schema(u64),
    /// The digest that stands in it is not that of its changes.
    #[error("its digest is not that of its changes: it was edited; make the plan anew")]
    Edited,
    /// It says that it was made later than now.
    #[error("it says that it was made at {0}, which is still to come: set the clock, or make the plan anew")]
    Future(Timestamp),
}

/// Returns `plan` as JSON.
pub(super) fn written(plan: &Plan, request: impl Fn(&Change) -> Option<Sending>) -> String {
    let origin = &plan.origin;
    let n_removals = plan.n_removals();
    let guards = plan.guards.iter().map(|guard| {
        json!({
            "guard": guard.word(),
            "workspace": guard.workspace().map(WorkspaceName::raw),
            "opened_by": guard.opener().map(Opener::option),
            "words": guard.in_words(n_removals).as_str(),
        })
    });
    let left_out = plan.left_out.iter().map(|left| {
        json!({
            "workspace": left.workspace.as_ref().map(WorkspaceName::raw),
            "principal": left.principal.as_ref().map(Principal::raw),
            "why": left.why.as_str(),
        })
    });
    let contents = plan.contents.as_ref();
    let contents = contents.map(|all| all.iter().map(resources).collect::<Vec<_>>());
    let document = json!({
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "digest": plan.digest(),
        "server": origin.server,
        "server_version": origin.server_version,
        "dialect": origin.generation.word(),
        "caller": {"subject": plan.caller.subject, "email": plan.caller.email},
        "made_at": origin.ended_at,
        "source": {"name": plan.source.name, "sha256": plan.source.sha256},
        "coverage": {"read": plan.coverage.0, "complete": plan.coverage.1},
        "totals": {
            "changes": plan.changes.len(),
            "removals": n_removals,
            "losers": plan.losers().count(),
            "already_so": plan.n_already,
            "left_out": plan.left_out.len(),
        },
        "guards": guards.collect::<Vec<_>>(),
        "changes": plan.changes.iter().map(|planned| change(planned, &request)).collect::<Vec<_>>(),
        "left_out": left_out.collect::<Vec<_>>(),
        "resources": contents,
        "findings": {
            "fixed": plan.fixed.iter().map(remark).collect::<Vec<_>>(),
            "introduced": plan.introduced.iter().map(remark).collect::<Vec<_>>(),
        },
    });
    let mut out = Vec::new();
    // Nothing fails when it is written into memory, and what is written is text.
    let _ = write_json(&document, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn change(planned: &Planned, request: &impl Fn(&Change) -> Option<Sending>) -> Value {
    let (before, after) = planned.change.roles();
    let kind = kind_of(&planned.change);
    let description = if let Change::CreateWorkspace { description, .. } = &planned.change {
        description.as_deref()
    } else {
        None
    };
    let sending = request(&planned.change);
    let dropped = planned.dropped();
    let dropped = dropped.iter().map(|role| format!("drops {}", role.shown()));
    let consequences = dropped.chain(planned.consequences.iter().map(Consequence::in_words));
    json!({
        "change": kind,
        "workspace": planned.change.workspace().raw(),
        "principal": planned.change.principal().map(Principal::raw),
        "description": description,
        "before": raw(&before),
        "after": raw(&after),
        "phase": planned.phase.word(),
        "tier": tier(planned.tier),
        "consequences": consequences.collect::<Vec<_>>(),
        "reason": planned.why.reason,
        "ticket": planned.why.ticket,
        "until": planned.why.until.map(|until| until.to_string()),
        "drift": planned.drift,
        "request": sending.map(|sending| json!({
            "method": sending.method,
            "path": sending.path,
            "body": sending.body,
        })),
        "inverse": (kind != "create").then(|| json!({"before": raw(&after), "after": raw(&before)})),
    })
}

fn kind_of(change: &Change) -> &'static str {
    match change.role_change() {
        None => "create",
        Some(RoleChange::Add) => "add",
        Some(RoleChange::Replace) => "change",
        Some(RoleChange::Remove) => "remove",
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Apply => "apply",
        Tier::YesNo => "yes-no",
        Tier::Typed => "typed",
    }
}

fn resources(contents: &Contents) -> Value {
    let counts = contents.counts.iter();
    json!({
        "workspace": contents.workspace.raw(),
        "counts": counts.map(|(kind, n)| json!({"kind": kind.noun(), "number": n})).collect::<Vec<_>>(),
        "uncounted": contents.uncounted.iter().map(|kind| kind.noun()).collect::<Vec<_>>(),
    })
}

fn remark(remark: &Remark) -> Value {
    json!({
        "rule": remark.rule.id(),
        "severity": remark.severity.label(),
        "workspace": remark.workspace.as_ref().map(WorkspaceName::raw),
        "principal": remark.principal.as_ref().map(Principal::raw),
        "reason": remark.reason.as_str(),
    })
}

#[derive(Deserialize)]
struct Opened {
    schema: String,
    schema_version: u64,
}

#[derive(Deserialize)]
struct File {
    digest: String,
    server: String,
    caller: WrittenCaller,
    made_at: Timestamp,
    source: Option<MadeFrom>,
    guards: Vec<WrittenGuard>,
    changes: Vec<WrittenChange>,
}

#[derive(Deserialize)]
struct WrittenCaller {
    subject: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
struct WrittenGuard {
    opened_by: Option<String>,
    words: String,
}

#[derive(Deserialize)]
struct WrittenChange {
    change: String,
    workspace: WorkspaceName,
    principal: Option<Principal>,
    description: Option<String>,
    before: Vec<String>,
    after: Vec<String>,
    reason: Option<String>,
    ticket: Option<String>,
    until: Option<Date>,
}

impl Draft {
    /// Returns how old it is, by the clock that says `now`.
    ///
    /// # Errors
    /// Refuses what says that it was made later, other than by clocks that differ a little: such a plan would never be too
    /// old.
    pub fn age(&self, now: Timestamp) -> Result<SignedDuration, DocumentProblem> {
        let age = now.duration_since(self.made_at);
        if age < -AHEAD {
            return Err(DocumentProblem::Future(self.made_at));
        }
        Ok(age.max(SignedDuration::ZERO))
    }

    /// Returns whether `text` is meant to be a plan, rather than an access file.
    pub fn is_meant(text: &str) -> bool {
        text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
    }

    /// Reads a plan.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, DocumentProblem> {
        let unreadable = |why: &dyn ToString| DocumentProblem::Unreadable(SafeText::new(&why.to_string()));
        let text = text.trim_start_matches('\u{feff}');
        let opened: Opened = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if opened.schema != SCHEMA {
            return Err(unreadable(&format!("its schema is not '{SCHEMA}'")));
        }
        if opened.schema_version != SCHEMA_VERSION {
            return Err(DocumentProblem::Schema(opened.schema_version));
        }
        let file: File = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        if file.changes.len() > MOST_CHANGES {
            let most = grouped(MOST_CHANGES);
            return Err(unreadable(&format!(
                "it holds more than {most} changes: plan for fewer workspaces"
            )));
        }
        let mut changes = Vec::with_capacity(file.changes.len());
        let mut places = HashSet::with_capacity(file.changes.len());
        for (number, written) in (1..).zip(file.changes) {
            let wrong = |why: String| unreadable(&format!("change {number}: {why}"));
            let place = (written.workspace.clone(), written.principal.clone());
            let read = drafted(written).map_err(wrong)?;
            if !places.insert(place) {
                return Err(wrong(format!("it is a second one for {}", about(&read.0))));
            }
            changes.push(read);
        }
        if digest::of(changes.iter().map(|(change, _)| change)) != file.digest {
            return Err(DocumentProblem::Edited);
        }
        let closed = file.guards.into_iter().filter(|guard| guard.opened_by.is_none());
        Ok(Self {
            server: file.server,
            caller: Caller {
                subject: file.caller.subject,
                email: file.caller.email,
            },
            made_at: file.made_at,
            made_from: file.source,
            changes,
            closed: closed.map(|guard| SafeText::new(&guard.words)).collect(),
        })
    }
}

/// Returns whom and where a change is about.
fn about(change: &Change) -> String {
    let workspace = change.workspace().shown();
    match change.principal() {
        Some(principal) => format!("{} in '{workspace}'", principal.label()),
        None => format!("'{workspace}'"),
    }
}

/// Takes a change over: what no access file could ask for is refused here, too.
fn drafted(written: WrittenChange) -> Result<Drafted, String> {
    let WrittenChange {
        change,
        workspace,
        principal,
        description,
        before,
        after,
        reason,
        ticket,
        until,
    } = written;
    workspace.addressable().map_err(NameProblem::in_words)?;
    let why = Why { reason, ticket, until };
    if change == "create" {
        workspace.require_new().map_err(NameProblem::in_words)?;
        let name = workspace;
        return Ok((Change::CreateWorkspace { name, description }, why));
    }
    let set = |roles: Vec<String>| -> RoleSet { roles.iter().map(|raw| Role::from_platform(raw)).collect() };
    let principal = principal.ok_or("it names no principal")?;
    let (before, after) = (set(before), set(after));
    if before == after {
        return Err("nothing changes by it".to_owned());
    }
    if before.is_empty() {
        require_new(&principal)?;
    }
    for role in after.iter().filter(|role| !before.holds(role)) {
        require_given(role, &workspace)?;
    }
    let made = Change::Roles {
        workspace,
        principal,
        before,
        after,
    };
    if kind_of(&made) != change {
        return Err(format!(
            "it is called '{}', and is something else",
            SafeText::new(&change)
        ));
    }
    Ok((made, why))
}

/// Refuses a new member who could not be typed anywhere, or never be removed again.
fn require_new(principal: &Principal) -> Result<(), String> {
    let refused = |why: NameProblem| format!("nobody can be added as '{}': {}", principal.shown(), why.in_words());
    principal.require_new().map_err(refused)
}

/// Refuses a role that no release of the platform knows in this workspace.
fn require_given(role: &Role, workspace: &WorkspaceName) -> Result<(), String> {
    if role.is_known_to_some(workspace) {
        return Ok(());
    }
    let meant = role.meant().map(|meant| format!("; did you mean '{}'?", meant.shown()));
    Err(format!(
        "no plan gives the role '{}' in '{}'{}",
        role.shown(),
        workspace.shown(),
        meant.unwrap_or_default()
    ))
}
