//! The Markdown export, for a ticket or a wiki.
//!
//! Whatever comes from outside stands in a code span, where nothing renders: no link, image, HTML or table cell, and no
//! `@name` that would notify somebody. The two characters that could end a span or a cell are written as escapes.

use super::body::drifted::{Differs, Drifted};
use super::body::{Body, Found};
use super::table::{header, roles, severities, time, verdict};
use super::{Document, TOOL, TOOL_VERSION, safe};
use crate::audit::rule::Severity;
use crate::domain::text::{counted, grouped};

pub(super) fn write(document: &Document<'_>) -> String {
    let body = &document.body;
    let mut out = Page::default();
    out.line("# Access audit");
    out.line("");
    out.line(&format!("**{}**", verdict(body)));
    let facts = header(document).into_iter().chain(body.coverage.facts());
    let facts = facts.map(|(name, value)| [name.to_owned(), code(&value)]);
    out.table(["completeness", ""], facts);
    findings(&mut out, &body.findings);
    if let Some(drift) = &body.drift {
        drifted(&mut out, drift);
    }
    grants(&mut out, body);
    past(&mut out, body);
    out.line("");
    out.line(&format!(
        "Written by {TOOL} {TOOL_VERSION}. SHA-256 of the body: `{}`",
        document.sha256
    ));
    out.0
}

/// Returns foreign text as a code span, empty where there is none.
fn code(raw: &str) -> String {
    if raw.is_empty() {
        return String::new();
    }
    let shown = safe(raw).replace('|', "\\x7c").replace('`', "\\x60");
    format!("`{shown}`")
}

fn or_empty(text: Option<&str>) -> String {
    text.map(code).unwrap_or_default()
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn section(&mut self, level: &str, title: &str) {
        self.line("");
        self.line(&format!("{level} {title}"));
    }

    /// Writes a table whose cells are either foreign text in code spans or words of this program.
    fn table<const N: usize>(&mut self, titles: [&str; N], rows: impl Iterator<Item = [String; N]>) {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return;
        }
        self.line("");
        self.line(&format!("| {} |", titles.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(N)));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
    }
}

fn findings(out: &mut Page, findings: &[Found<'_>]) {
    out.section("##", &format!("Findings: {}", severities(findings)));
    for severity in Severity::ALL {
        let these = findings.iter().filter(|found| found.severity == severity.label());
        let rows: Vec<_> = these
            .map(|found| {
                [
                    found.rule.to_string(),
                    or_empty(found.workspace.as_deref()),
                    or_empty(found.principal.as_deref()),
                    code(&found.reason),
                    or_empty(found.command.as_deref()),
                    found
                        .suppressed
                        .as_ref()
                        .map(|suppressed| code(&suppressed.words()))
                        .unwrap_or_default(),
                ]
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        out.section("###", severity.label());
        let titles = ["rule", "workspace", "principal", "reason", "command", "suppressed"];
        out.table(titles, rows.into_iter());
    }
}

fn drifted(out: &mut Page, drift: &Drifted<'_>) {
    out.section("##", &format!("Drift: {}", drift.words()));
    out.line("");
    let baseline = &drift.baseline;
    out.line(&format!(
        "Since the baseline of {}, SHA-256 {}.",
        baseline.ended_at,
        code(&baseline.sha256)
    ));
    let row = |(what, differs): (&str, &Differs<'_>)| {
        let latest = differs.latest();
        [
            what.to_owned(),
            code(&differs.workspace),
            code(&differs.principal),
            code(&roles(differs.before.as_ref())),
            code(&roles(differs.after.as_ref())),
            time(latest.and_then(|latest| latest.granted_at)),
            or_empty(latest.and_then(|latest| latest.granted_by.as_deref())),
            differs.note().to_owned(),
        ]
    };
    let titles = [
        "drift",
        "workspace",
        "principal",
        "before",
        "now",
        "granted at",
        "granted by",
        "note",
    ];
    out.table(titles, drift.all().map(row));
    if !drift.not_compared.is_empty() {
        out.section(
            "###",
            &format!("Not compared: {}", counted(drift.not_compared.len(), "workspace")),
        );
        let rows = drift.not_compared.iter();
        let rows = rows.map(|unknown| [&unknown.workspace, &unknown.before, &unknown.after].map(|text| code(text)));
        out.table(["workspace", "before", "now"], rows);
    }
}

fn grants(out: &mut Page, body: &Body<'_>) {
    out.section("##", &format!("Grants: {}", grouped(body.n_grants())));
    let rows = body.workspaces.iter().flat_map(|workspace| {
        workspace.members.iter().map(|member| {
            [
                code(&workspace.name),
                code(&member.principal),
                code(&member.kind),
                code(&member.roles.join(", ")),
                code(member.effective.as_deref().unwrap_or("nothing")),
                code(&member.given_by),
                time(member.granted_at),
                or_empty(member.granted_by.as_deref()),
            ]
        })
    });
    let titles = [
        "workspace",
        "principal",
        "kind",
        "roles",
        "effective",
        "given by",
        "granted at",
        "granted by",
    ];
    out.table(titles, rows);
}

fn past(out: &mut Page, body: &Body<'_>) {
    let Some(history) = &body.history else { return };
    out.section("##", &format!("Revoked grants: {}", grouped(history.len())));
    let rows = history.iter().map(|past| {
        [
            code(&past.workspace),
            code(&past.principal),
            code(&past.kind),
            code(&past.role),
            time(past.granted_at),
            or_empty(past.granted_by.as_deref()),
            past.revoked_at.to_string(),
        ]
    });
    let titles = [
        "workspace",
        "principal",
        "kind",
        "role",
        "granted at",
        "granted by",
        "revoked at",
    ];
    out.table(titles, rows);
}

#[cfg(test)]
mod tests {
    use super::code;
    use rstest::rstest;

    #[rstest]
    #[case("alice@example.com", "`alice@example.com`")]
    #[case("a|b", "`a\\x7cb`")]
    #[case("a`<img src=x>", "`a\\x60<img src=x>`")]
    #[case("a\\", "`a\\`")]
    #[case("a\nb", "`a\\nb`")]
    #[case("", "")]
    fn foreign_text_cannot_leave_its_span(#[case] raw: &str, #[case] span: &str) {
        assert_eq!(code(raw), span);
    }
}
