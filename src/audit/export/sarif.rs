//! The SARIF 2.1.0 export, for what gathers the findings of many tools: findings, and how complete the audit was.
//!
//! Grants are no results, so they are not in it; drift is a property of the run.

use super::body::covered::{Population, Trust};
use super::body::drifted::Drifted;
use super::body::{Found, Written, hex};
use super::{Document, TOOL, TOOL_VERSION, json, safe};
use crate::audit::rule::{Described, RULES, Rule, Severity};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole file. Everything but the results is small.
#[derive(Serialize)]
struct Log<'d, 'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'d, 'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'d, 'a> {
    tool: Value,
    automation_details: Value,
    invocations: [Value; 1],
    column_kind: &'static str,
    results: Results<'d, 'a>,
    properties: Value,
}

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    let run = Run {
        tool: json!({ "driver": {
            "name": TOOL,
            "version": TOOL_VERSION,
            "semanticVersion": TOOL_VERSION,
            "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
        }}),
        automation_details: json!({ "id": format!("{TOOL}/audit/") }),
        invocations: [invocation(body)],
        column_kind: "unicodeCodePoints",
        results: Results(body),
        properties: json!({
            "complete": body.coverage.complete,
            "sha256": document.sha256,
            "server": safe(&body.server),
            "caller": safe(&body.caller),
            "filter": safe(&body.filter),
            "coverage": coverage(body),
            "drift": body.drift.as_ref().map(drifted),
        }),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run],
    };
    json::pretty(&log, out)
}

/// Returns `raw` as a message that holds neither placeholders nor links (SARIF 2.1.0, 3.11.5 and 3.11.6).
fn message(raw: &str) -> Value {
    let shown = safe(raw);
    let mut text = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '{' => text.push_str("{{"),
            '}' => text.push_str("}}"),
            '[' | ']' => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    json!({ "text": text })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Returns the score by which GitHub sorts alerts: over 9 critical, from 7 high, from 4 medium, below low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn rule(described: &Described) -> Value {
    json!({
        "id": described.id,
        "shortDescription": { "text": described.what },
        "fullDescription": { "text": format!("{} {}", described.what, described.why) },
        "help": { "text": described.why },
        "defaultConfiguration": { "level": level(described.severity) },
        "properties": {
            "severity": described.severity.label(),
            "security-severity": score(described.severity),
            "tags": ["security", "access"],
        },
    })
}

/// The findings, each put into words when it is its turn.
struct Results<'d, 'a>(&'d Written<'a>);

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut before = (String::new(), 0);
        let results = self.0.findings.iter().map(|found| {
            let identity = [Some(&found.rule), found.workspace.as_ref(), found.principal.as_ref()];
            let digest = digest(identity.map(|part| part.map_or("", |part| &**part)));
            // Findings of one rule about the same place follow each other, and are told apart by their order.
            let n_same = if before.0 == digest { before.1 + 1 } else { 1 };
            let result = result(&found, &format!("{digest}:{n_same}"));
            before = (digest, n_same);
            result
        });
        serializer.collect_seq(results)
    }
}

/// Returns what stays the same of a finding from one run to the next.
fn digest(parts: [&str; 3]) -> String {
    // As a JSON list, in which no name can pass for two.
    hex(&Sha256::digest(json!(parts).to_string()))
}

fn result(found: &Found<'_>, fingerprint: &str) -> Value {
    let place = RULES.iter().position(|described| described.id == found.rule);
    let severity = Rule::named(&found.rule).map_or(Severity::Info, Rule::severity);
    // An empty list says that suppressions were looked for and there are none (3.27.23).
    let suppressions = found.suppressed.iter().map(
        |suppressed| json!({ "kind": "external", "status": "accepted", "justification": safe(&suppressed.words()) }),
    );
    json!({
        "ruleId": found.rule,
        "ruleIndex": place,
        "level": level(severity),
        "message": message(&found.reason),
        "locations": [{ "logicalLocations": logical_locations(found) }],
        "partialFingerprints": { "nmpConsoleAudit/v1": fingerprint },
        "properties": { "severity": found.severity, "command": found.command.as_deref().map(safe) },
        "suppressions": suppressions.collect::<Vec<_>>(),
    })
}

fn logical_locations(found: &Found<'_>) -> Vec<Value> {
    let location = |kind: &str, name: &str| {
        let name = safe(name);
        json!({ "kind": kind, "name": name, "fullyQualifiedName": format!("{kind}/{name}") })
    };
    let workspace = found.workspace.as_deref().map(|name| location("workspace", name));
    let principal = found.principal.as_deref().map(|name| location("principal", name));
    let all: Vec<Value> = workspace.into_iter().chain(principal).collect();
    if all.is_empty() {
        return vec![location("platform", "platform")];
    }
    all
}

fn invocation(body: &Written<'_>) -> Value {
    json!({
        "executionSuccessful": body.coverage.trust() != Trust::Incomplete,
        "startTimeUtc": body.started_at,
        "endTimeUtc": body.ended_at,
        "toolExecutionNotifications": notifications(body),
    })
}

/// Returns what keeps the audit from being whole, and what else its reader must know.
fn notifications(body: &Written<'_>) -> Vec<Value> {
    let coverage = &body.coverage;
    let note = |level: &str, text: &str| json!({ "level": level, "message": message(text) });
    let mut all = Vec::new();
    if let Some(why) = &coverage.stopped {
        all.push(note("error", &format!("the audit was stopped: {why}")));
    }
    let lists = [
        ("workspaces", Some(&coverage.lists.workspaces)),
        ("role bindings", coverage.lists.role_bindings.as_ref()),
    ];
    for (name, list) in lists {
        if let Some(list) = list.filter(|list| !list.complete) {
            all.push(note(
                "error",
                &format!("the list of {name} is not proven to be whole: {}", list.words()),
            ));
        }
    }
    for (why, what) in coverage.workspaces.unread() {
        let level = if why == "denied" { "note" } else { "error" };
        all.push(note(
            level,
            &format!("the members of a workspace are not known ({why}): {what}"),
        ));
    }
    if coverage.population == Population::LimitedToTheCaller {
        all.push(note(
            "note",
            "population limited to the caller: there may be other workspaces",
        ));
    }
    if let Some(others) = &coverage.besides {
        all.push(note("note", &format!("besides: {}", others.words())));
    }
    all.extend(coverage.warnings.iter().map(|warning| note("warning", warning)));
    all
}

fn coverage(body: &Written<'_>) -> Value {
    let coverage = &body.coverage;
    let shown = |names: &[super::body::Text<'_>]| names.iter().map(|name| safe(name)).collect::<Vec<_>>();
    let workspaces = &coverage.workspaces;
    let failed = workspaces.failed.iter();
    let failed = failed.map(|failed| json!({ "name": safe(&failed.name), "why": safe(&failed.why) }));
    json!({
        "method": coverage.method,
        "population": coverage.population,
        "workspaces": {
            "listed": workspaces.listed,
            "total": workspaces.total,
            "readable": workspaces.readable,
            "denied": shown(&workspaces.denied),
            "failed": failed.collect::<Vec<_>>(),
            "not_read": shown(&workspaces.not_read),
        },
        "lists": coverage.lists,
        "history": coverage.history,
        "stopped": coverage.stopped.as_deref().map(safe),
        "warnings": shown(&coverage.warnings),
    })
}

fn drifted(drift: &Drifted<'_>) -> Value {
    let differences = drift.all().map(|(what, differs)| {
        json!({
            "what": what,
            "workspace": safe(&differs.workspace),
            "workspace_is": differs.workspace_is,
            "principal": safe(&differs.principal),
            "before": safe(&super::table::roles(differs.before.as_ref())),
            "after": safe(&super::table::roles(differs.after.as_ref())),
        })
    });
    let unknown = drift.not_compared.iter();
    let unknown = unknown.map(
        |unknown| json!({ "workspace": safe(&unknown.workspace), "before": unknown.before, "after": unknown.after }),
    );
    json!({
        "baseline": { "sha256": drift.baseline.sha256, "ended_at": drift.baseline.ended_at },
        "summary": drift.words(),
        "differences": differences.collect::<Vec<_>>(),
        "not_compared": unknown.collect::<Vec<_>>(),
    })
}
