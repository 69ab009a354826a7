//! The plain table for a terminal or a mail: aligned columns, as wide as they need, nothing cut.

use super::body::drifted::{Differs, Drifted, Side, Unknown};
use super::body::entries::{GrantEntry, RevokedEntry, perhaps};
use super::body::{Found, Suppressed, Written};
use super::{Document, mark, safe};
use crate::audit::rule::Severity;
use crate::domain::text::{counted, grouped};
use jiff::Timestamp;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    facts(out, document)?;
    findings(out, body)?;
    if let Some(drift) = &body.drift {
        drifted(out, drift)?;
    }
    grants(out, body)?;
    past(out, body)?;
    line(out, "")?;
    line(out, &format!("SHA-256 of the body: {}", document.sha256))
}

/// Returns where, when, by whom and with which filter a report was taken, for the formats that people and spreadsheets
/// read.
pub(super) fn header(document: &Document<'_>) -> Vec<(&'static str, String)> {
    let body = &document.body;
    let version = body.server_version.as_deref().unwrap_or("unknown");
    // Whoever is not known to be one may still be one: the platform does not always tell.
    let standing = if body.is_platform_admin {
        ", a platform admin"
    } else {
        ""
    };
    vec![
        ("server", body.server.to_string()),
        ("server version", format!("{version} ({})", body.generation)),
        ("caller", format!("{}{standing}", body.caller)),
        ("started", document.origin.started_at.to_string()),
        ("ended", document.origin.ended_at.to_string()),
        ("filter", filter(&body.filter)),
    ]
}

/// Returns a filter in words.
fn filter(text: &str) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// Returns what a comparison was made with, by name.
pub(super) fn compared_with(drift: &Drifted<'_>) -> [(&'static str, String); 3] {
    let baseline = &drift.baseline;
    [
        ("baseline", format!("{} to {}", baseline.started_at, baseline.ended_at)),
        ("baseline sha256", baseline.sha256.to_string()),
        ("baseline filter", filter(&baseline.filter)),
    ]
}

/// Returns what tells a reader at once how far a report can be trusted.
pub(super) fn verdict(body: &Written<'_>) -> String {
    let coverage = &body.coverage;
    format!(
        "{}: {}, population {}",
        coverage.trust().label(),
        coverage.workspaces.words(),
        match coverage.population {
            super::body::covered::Population::All => "all",
            super::body::covered::Population::LimitedToTheCaller => "limited to the caller",
        }
    )
}

/// Returns the counts of findings by severity, the worst first: `1 critical, 3 low, 2 suppressed`.
pub(super) fn severities(body: &Written<'_>) -> String {
    let mut counting = Severity::ALL.map(|severity| (0, severity.label()));
    let mut n_suppressed = 0;
    for found in body.findings.iter() {
        let same = counting.iter_mut().find(|(_, label)| *label == found.severity);
        match same.filter(|_| found.suppressed.is_none()) {
            Some((n, _)) => *n += 1,
            None => n_suppressed += 1,
        }
    }
    let counts = counting.into_iter().chain([(n_suppressed, "suppressed")]);
    let counts = counts.filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, what)| format!("{} {what}", grouped(n))).collect();
    if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    }
}

/// Returns how many grants there are.
pub(super) fn n_grants(body: &Written<'_>) -> usize {
    body.workspaces.iter().map(|workspace| workspace.members.len()).sum()
}

/// Returns a time as reports for people tell it; nothing where it is not known.
pub(super) fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "unknown".to_owned(), |at| at.to_string())
}

/// Returns roles in words, `nothing` where there are none.
pub(super) fn roles(side: Option<&Side<'_>>) -> String {
    side.map_or_else(|| "nothing".to_owned(), |side| side.roles.join(", "))
}

fn facts(out: &mut impl Write, document: &Document<'_>) -> io::Result<()> {
    let body = &document.body;
    line(out, &format!("Access audit, {}", verdict(body)))?;
    let facts = || {
        let facts = header(document).into_iter().chain(body.coverage.facts());
        facts.map(|(name, value)| [format!("  {name}"), value])
    };
    columns(out, None, facts)
}

fn findings(out: &mut impl Write, body: &Written<'_>) -> io::Result<()> {
    section(out, &format!("Findings: {}", severities(body)))?;
    let row = |found: Found<'_>| {
        let reason = found.reason_marked(found.suppressed.as_ref().map(Suppressed::words));
        [
            found.severity.to_string(),
            found.rule.to_string(),
            or_dash(found.workspace.as_deref()),
            found.principal.as_deref().map_or_else(|| or_dash(None), marked),
            reason,
            found.command.as_deref().unwrap_or_default().to_owned(),
        ]
    };
    let titles = ["SEVERITY", "RULE", "WORKSPACE", "PRINCIPAL", "REASON", "COMMAND"];
    columns(out, Some(titles), || body.findings.iter().map(row))
}

fn drifted(out: &mut impl Write, drift: &Drifted<'_>) -> io::Result<()> {
    section(out, &format!("Drift: {}", drift.words()))?;
    let with = || compared_with(drift).map(|(name, value)| [format!("  {name}"), value]);
    columns(out, None, || with().into_iter())?;
    let row = |(what, differs): (&str, &Differs<'_>)| {
        let latest = differs.latest();
        [
            what.to_owned(),
            differs.workspace.to_string(),
            marked(&differs.principal),
            roles(differs.before.as_ref()),
            roles(differs.after.as_ref()),
            time(latest.and_then(|latest| latest.granted_at)),
            or_dash(latest.and_then(|latest| latest.granted_by.as_deref())),
            differs.note().to_owned(),
        ]
    };
    let titles = [
        "DRIFT",
        "WORKSPACE",
        "PRINCIPAL",
        "BEFORE",
        "NOW",
        "GRANTED",
        "GRANTED BY",
        "NOTE",
    ];
    columns(out, Some(titles), || drift.all().map(row))?;
    if !drift.not_compared.is_empty() {
        section(
            out,
            &format!("Not compared: {}", counted(drift.not_compared.len(), "workspace")),
        )?;
        let row =
            |unknown: &Unknown<'_>| [&unknown.workspace, &unknown.before, &unknown.after].map(ToString::to_string);
        let titles = ["WORKSPACE", "BEFORE", "NOW"];
        columns(out, Some(titles), || drift.not_compared.iter().map(row))?;
    }
    Ok(())
}

fn grants(out: &mut impl Write, body: &Written<'_>) -> io::Result<()> {
    section(out, &format!("Grants: {}", grouped(n_grants(body))))?;
    let row = |workspace: &str, member: &GrantEntry<'_>| {
        let one = || [time(member.granted_at), or_dash(member.granted_by.as_deref())];
        let [granted_at, granted_by] = member.granted().unwrap_or_else(one);
        [
            workspace.to_owned(),
            marked(&member.principal),
            member.kind.to_string(),
            member.roles.join(", "),
            member.effective.as_deref().unwrap_or("nothing").to_owned(),
            member.given_by.to_string(),
            perhaps(granted_at, member.unsure),
            granted_by,
        ]
    };
    let rows = || {
        body.workspaces.iter().flat_map(|workspace| {
            let members = workspace.members.into_iter();
            members.map(move |member| row(&workspace.name, &member))
        })
    };
    let titles = [
        "WORKSPACE",
        "PRINCIPAL",
        "KIND",
        "ROLES",
        "EFFECTIVE",
        "GIVEN BY",
        "GRANTED",
        "GRANTED BY",
    ];
    columns(out, Some(titles), rows)
}

fn past(out: &mut impl Write, body: &Written<'_>) -> io::Result<()> {
    let Some(history) = &body.history else { return Ok(()) };
    section(out, &format!("Revoked grants: {}", grouped(history.iter().count())))?;
    let row = |past: RevokedEntry<'_>| {
        [
            past.workspace.to_string(),
            marked(&past.principal),
            past.kind.to_string(),
            past.role.to_string(),
            perhaps(time(past.granted_at), past.unsure),
            or_dash(past.granted_by.as_deref()),
            past.revoked_at.to_string(),
        ]
    };
    let titles = [
        "WORKSPACE",
        "PRINCIPAL",
        "KIND",
        "ROLE",
        "GRANTED",
        "GRANTED BY",
        "REVOKED AT",
    ];
    columns(out, Some(titles), || history.iter().map(row))
}

fn marked(principal: &str) -> String {
    match mark(principal) {
        Some(mark) => format!("{principal} ({mark})"),
        None => principal.to_owned(),
    }
}

fn or_dash(text: Option<&str>) -> String {
    text.unwrap_or("-").to_owned()
}

fn section(out: &mut impl Write, title: &str) -> io::Result<()> {
    line(out, "")?;
    line(out, title)
}

fn line(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", safe(text).trim_end())
}

/// Writes rows in columns as wide as their widest cell, without a blank at the end of a line. The rows are made twice, to
/// be measured and to be written: there can be too many to be kept.
fn columns<const N: usize, I: Iterator<Item = [String; N]>>(
    out: &mut impl Write,
    titles: Option<[&str; N]>,
    rows: impl Fn() -> I,
) -> io::Result<()> {
    if rows().next().is_none() {
        return Ok(());
    }
    let all = || {
        let titles = titles.map(|titles| titles.map(str::to_owned));
        titles.into_iter().chain(rows().map(|row| row.map(|cell| safe(&cell))))
    };
    let mut widths = [0; N];
    for row in all() {
        for (width, cell) in widths.iter_mut().zip(&row) {
            *width = cell.width().max(*width);
        }
    }
    for row in all() {
        let mut written = String::new();
        for (width, cell) in widths.iter().zip(&row) {
            written.push_str(cell);
            let pad = width.saturating_sub(cell.width()) + 2;
            written.extend(std::iter::repeat_n(' ', pad));
        }
        writeln!(out, "{}", written.trim_end())?;
    }
    Ok(())
}
