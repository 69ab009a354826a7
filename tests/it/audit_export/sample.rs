//! The report that the agreed files are of: hostile names, every kind of principal, workspaces that cannot be read, grants
//! that were taken away, findings, and a baseline to be compared with.

use jiff::Timestamp;
use nmp_console::audit::coverage::{Coverage, Method, Tally};
use nmp_console::audit::export::{Format, write};
use nmp_console::audit::{Baseline, Builder, Filter, Origin, Policy, Reading, Report};
use nmp_console::domain::binding::Binding;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::platform::Generation;
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::Workspace;
use std::sync::Arc;

pub(super) const FORMULA: &str = "=HYPERLINK(\"http://evil.example\";\"x\")@example.com";
pub(super) const ESCAPES: &str = "\u{1b}]0;owned\u{7}bob@example.com";
pub(super) const BIDI: &str = "carol\u{202e}moc.elpmaxe@";
pub(super) const PIPE: &str = "a|b`<img src=x>[x](http://evil.example)@example.com";
pub(super) const LOOKALIKE: &str = "\u{430}lice@example.com";

/// Grants of the sample: workspace, principal, role, granted at, granted by, revoked at.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
);

const BEFORE: &[Row] = &[
    (
        "ml-team",
        "alice@example.com",
        "Admin",
        "2026-01-20T08:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "dave@example.com",
        "Viewer",
        "2026-02-01T08:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "erin@example.com",
        "Admin",
        "2026-02-01T08:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "old-lab",
        "erin@example.com",
        "Admin",
        "2025-01-01T00:00:00Z",
        "erin@example.com",
        None,
    ),
    (
        "sealed",
        "frank@example.com",
        "Admin",
        "2025-05-05T05:05:05Z",
        "frank@example.com",
        None,
    ),
    (
        "system",
        "ops@example.com",
        "PlatformAdmin",
        "2025-01-01T00:00:00Z",
        "system",
        None,
    ),
];

const NOW: &[Row] = &[
    (
        "ml-team",
        "alice@example.com",
        "Admin",
        "2026-01-20T08:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "dave@example.com",
        "Admin",
        "2026-11-01T09:30:00.123456Z",
        "dave@example.com",
        None,
    ),
    (
        "ml-team",
        "dave@example.com",
        "Viewer",
        "2026-02-01T08:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "erin@example.com",
        "Admin",
        "2026-02-01T08:00:00Z",
        "alice@example.com",
        Some("2026-10-10T10:10:10Z"),
    ),
    (
        "ml-team",
        "service-account:ci",
        "Editor",
        "2026-03-01T00:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "ml-readers",
        "Viewer",
        "2026-03-01T00:00:00Z",
        "alice@example.com",
        None,
    ),
    (
        "ml-team",
        "李雷@example.com",
        "Viewer",
        "2026-03-02T00:00:00Z",
        "alice@example.com",
        None,
    ),
    ("hostile", FORMULA, "Editor", "2026-04-01T00:00:00Z", "=1+1", None),
    ("hostile", ESCAPES, "Viewer", "2026-04-01T00:00:00Z", "\u{1b}[2J", None),
    ("hostile", BIDI, "Viewer", "2026-04-01T00:00:00Z", "", None),
    ("hostile", PIPE, "Owner|<b>", "2026-04-01T00:00:00Z", "mallory", None),
    ("hostile", LOOKALIKE, "Admin", "2026-04-01T00:00:00Z", "mallory", None),
    ("hostile", "*", "Editor", "2026-04-02T00:00:00Z", "mallory", None),
    (
        "system",
        "ops@example.com",
        "PlatformAdmin",
        "2025-01-01T00:00:00Z",
        "system",
        None,
    ),
    (
        "system",
        "*",
        "WorkspaceCreator",
        "2025-01-01T00:00:00Z",
        "system",
        None,
    ),
];

const POLICY: &str = r#"
approved_domains = ["example.com"]

[[suppress]]
rule = "wildcard-write"
workspace = "hostile"
reason = "=open to all | until the move"
owner = "security@example.com"
expires = 2027-03-31

[[suppress]]
rule = "no-human-admin"
workspace = "empty"
reason = "to be deleted"
owner = "alice@example.com"
expires = 2026-01-31
"#;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn name(raw: &str) -> WorkspaceName {
    WorkspaceName::from_platform(raw)
}

fn binding((workspace, principal, role, granted_at, granted_by, revoked_at): &Row) -> Binding {
    Binding {
        principal: Principal::from_platform(*principal),
        workspace: name(workspace),
        role: Role::from_platform(role),
        granted_at: Some(at(granted_at)),
        granted_by: Some((*granted_by).to_owned()).filter(|by| !by.is_empty()),
        revoked_at: revoked_at.map(at),
        created_at: Some(at(granted_at)),
    }
}

fn origin(started_at: &str) -> Origin {
    Origin {
        server: "https://nmp.example.com".to_owned(),
        server_version: Some("0.6.0".to_owned()),
        generation: Generation::Platform06,
        caller: "ops@example.com".to_owned(),
        is_platform_admin: true,
        started_at: at(started_at),
        ended_at: at(started_at),
    }
}

fn tally(n_read: usize, n_total: usize) -> Tally {
    Tally {
        n_pages: 1,
        n_read,
        n_total: Some(n_total),
        is_complete: n_read == n_total,
    }
}

fn coverage(n_workspaces: usize, n_rows: usize) -> Coverage {
    Coverage {
        method: Method::Bindings,
        workspaces: tally(n_workspaces, n_workspaces),
        bindings: Some(tally(n_rows, n_rows)),
        is_limited_to_caller: false,
        as_of: None,
        has_history: true,
        stopped: None,
        warnings: vec![SafeText::new(
            "1 role binding is of a workspace that is not listed: 'ghost'",
        )],
    }
}

/// Returns the report of `rows` in `workspaces`, of which those that are `marked` could not be read.
fn report(workspaces: &[&str], rows: &[Row], marked: &[(&str, Reading)], started_at: &str) -> Report {
    let mut builder = Builder::new(origin(started_at));
    for raw in workspaces {
        let mut workspace = Workspace::known_by_name(name(raw));
        workspace.created_at = Some(at("2025-01-01T00:00:00Z"));
        workspace.created_by = Some("alice@example.com".to_owned());
        workspace.description = (*raw == "ml-team").then(|| "Machine learning".to_owned());
        builder.add_workspace(&workspace);
    }
    for row in rows {
        builder.add_binding(binding(row));
    }
    builder.mark_all_read();
    for (raw, reading) in marked {
        builder.mark(&name(raw), reading.clone());
    }
    let coverage = coverage(workspaces.len(), rows.len());
    let snapshot = builder.freeze(coverage, at(started_at) + jiff::SignedDuration::from_millis(1_250));
    Report::new(snapshot, Arc::new(Policy::parse(POLICY).unwrap()))
}

pub(super) fn before() -> Report {
    let workspaces = ["ml-team", "old-lab", "sealed", "system"];
    report(&workspaces, BEFORE, &[], "2026-06-01T12:00:00Z")
}

pub(super) fn now(started_at: &str) -> Report {
    let workspaces = ["broken", "empty", "hostile", "ml-team", "sealed", "system"];
    let why = SafeText::new("500: \u{1b}[31mserver said no");
    let marked = [("sealed", Reading::Denied), ("broken", Reading::Failed(why))];
    report(&workspaces, NOW, &marked, started_at)
}

pub(super) fn all() -> Filter {
    Filter::parse("", Timestamp::UNIX_EPOCH).unwrap()
}

pub(super) fn baseline() -> Arc<Baseline> {
    Arc::new(Baseline::read(&write(Format::Json, &before(), &all())).unwrap())
}

pub(super) fn sample_at(started_at: &str) -> Report {
    now(started_at).with_baseline(&baseline(), &all()).unwrap()
}

pub(super) fn sample() -> Report {
    sample_at("2026-11-25T10:00:00Z")
}
