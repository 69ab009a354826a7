//! The Markdown export, for a ticket or a wiki.
//!
//! Whatever comes from outside stands in a code span, where nothing renders: no link, image, HTML or table cell, and no
//! `@name` that would notify somebody. The two characters that could end a span or a cell are written as escapes.

use super::body::drifted::{Differs, Drifted};
use super::body::entries::perhaps;
use super::body::{Found, Written};
use super::table::{compared_with, header, n_grants, roles, severities, time, verdict};
use super::{Document, TOOL, TOOL_VERSION, mark, safe};
use crate::domain::text::{counted, grouped};
use std::io::{self, Write};
use std::iter::from_fn;

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    let mut out = Page(out);
    out.line("# Access audit")?;
    out.line("")?;
    out.line(&format!("**{}**", verdict(body)))?;
    let facts = header(document).into_iter().chain(body.coverage.facts());
    let facts = facts.map(|(name, value)| [name.to_owned(), code(&value)]);
    out.table(["completeness", ""], facts)?;
    findings(&mut out, body)?;
    if let Some(drift) = &body.drift {
        drifted(&mut out, drift)?;
    }
    grants(&mut out, body)?;
    past(&mut out, body)?;
    out.line("")?;
    out.line(&format!(
        "Written by {TOOL} {TOOL_VERSION}. SHA-256 of the body: `{}`",
        document.sha256
    ))
}

/// Returns foreign text as a code span, empty where there is none.
fn code(raw: &str) -> String {
    if raw.is_empty() {
        return String::new();
    }
    let shown = safe(raw).replace('|', "\\x7c").replace('`', "\\x60");
    format!("`{shown}`")
}

fn who(principal: &str) -> String {
    match mark(principal) {
        Some(mark) => format!("{} ({mark})", code(principal)),
        None => code(principal),
    }
}

fn or_empty(text: Option<&str>) -> String {
    text.map(code).unwrap_or_default()
}

struct Page<'o, W>(&'o mut W);

impl<W: Write> Page<'_, W> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.0, "{text}")
    }

    fn section(&mut self, level: &str, title: &str) -> io::Result<()> {
        self.line("")?;
        self.line(&format!("{level} {title}"))
    }

    /// Writes a table whose cells are either foreign text in code spans or words of this program.
    fn table<const N: usize>(&mut self, titles: [&str; N], rows: impl Iterator<Item = [String; N]>) -> io::Result<()> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        self.line("")?;
        self.line(&format!("| {} |", titles.join(" | ")))?;
        self.line(&format!("|{}", " --- |".repeat(N)))?;
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")))?;
        }
        Ok(())
    }
}

fn findings<W: Write>(out: &mut Page<'_, W>, body: &Written<'_>) -> io::Result<()> {
    out.section("##", &format!("Findings: {}", severities(body)))?;
    let row = |found: Found<'_>| {
        let suppressed = found.suppressed.as_ref();
        [
            found.rule.to_string(),
            or_empty(found.workspace.as_deref()),
            found.principal.as_deref().map(who).unwrap_or_default(),
            code(&found.reason_marked(None)),
            or_empty(found.command.as_deref()),
            suppressed
                .map(|suppressed| code(&suppressed.words()))
                .unwrap_or_default(),
        ]
    };
    // The worst come first, so that those of one severity stand together.
    let mut rest = body.findings.iter().peekable();
    while let Some(severity) = rest.peek().map(|found| found.severity.clone()) {
        out.section("###", &severity)?;
        let these = from_fn(|| rest.next_if(|found| found.severity == severity));
        let titles = ["rule", "workspace", "principal", "reason", "command", "suppressed"];
        out.table(titles, these.map(row))?;
    }
    Ok(())
}

fn drifted<W: Write>(out: &mut Page<'_, W>, drift: &Drifted<'_>) -> io::Result<()> {
    out.section("##", &format!("Drift: {}", drift.words()))?;
    let with = compared_with(drift).map(|(name, value)| [name.to_owned(), code(&value)]);
    out.table(["compared with", ""], with.into_iter())?;
    let row = |(what, differs): (&str, &Differs<'_>)| {
        let latest = differs.latest();
        [
            what.to_owned(),
            code(&differs.workspace),
            who(&differs.principal),
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
        "granted",
        "granted by",
        "note",
    ];
    out.table(titles, drift.all().map(row))?;
    if !drift.not_compared.is_empty() {
        out.section(
            "###",
            &format!("Not compared: {}", counted(drift.not_compared.len(), "workspace")),
        )?;
        let rows = drift.not_compared.iter();
        let rows = rows.map(|unknown| [&unknown.workspace, &unknown.before, &unknown.after].map(|text| code(text)));
        out.table(["workspace", "before", "now"], rows)?;
    }
    Ok(())
}

fn grants<W: Write>(out: &mut Page<'_, W>, body: &Written<'_>) -> io::Result<()> {
    out.section("##", &format!("Grants: {}", grouped(n_grants(body))))?;
    let rows = body.workspaces.iter().flat_map(|workspace| {
        workspace.members.into_iter().map(move |member| {
            let several = member.granted().map(|words| words.map(|words| code(&words)));
            let one = || [time(member.granted_at), or_empty(member.granted_by.as_deref())];
            let [granted_at, granted_by] = several.unwrap_or_else(one);
            [
                code(&workspace.name),
                who(&member.principal),
                code(&member.kind),
                code(&member.roles.join(", ")),
                code(member.effective.as_deref().unwrap_or("nothing")),
                code(&member.given_by),
                perhaps(granted_at, member.unsure),
                granted_by,
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
        "granted",
        "granted by",
    ];
    out.table(titles, rows)
}

fn past<W: Write>(out: &mut Page<'_, W>, body: &Written<'_>) -> io::Result<()> {
    let Some(history) = &body.history else { return Ok(()) };
    out.section("##", &format!("Revoked grants: {}", grouped(history.iter().count())))?;
    let rows = history.iter().map(|past| {
        [
            code(&past.workspace),
            who(&past.principal),
            code(&past.kind),
            code(&past.role),
            perhaps(time(past.granted_at), past.unsure),
            or_empty(past.granted_by.as_deref()),
            past.revoked_at.to_string(),
        ]
    });
    let titles = [
        "workspace",
        "principal",
        "kind",
        "role",
        "granted",
        "granted by",
        "revoked at",
    ];
    out.table(titles, rows)
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
