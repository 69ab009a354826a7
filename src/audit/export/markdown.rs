//! The Markdown export, for a ticket or a wiki.
//!
//! Whatever comes from outside stands in a code span, where nothing renders: no link, image, HTML or table cell, and no
//! `@name` that would notify somebody. The two characters that could end a span or a cell are written as escapes.

use super::body::FindingEntry;
use super::body::entries::perhaps;
use super::sections::{self, Cell, Detail, Section};
use super::{Document, Part, TOOL, TOOL_VERSION, mark, safe};
use std::io::{self, Write};
use std::iter::from_fn;

pub(super) fn write(document: &Document<'_>, only: Option<Part>, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    writeln!(out, "# Access audit\n\n**{}**", sections::verdict(body))?;
    for part in Part::ALL
        .into_iter()
        .filter(|part| only.is_none_or(|only| only == *part))
    {
        match part {
            Part::Coverage => section(out, &sections::facts(document))?,
            Part::Drift => sections::drift(body, Detail::Full)
                .iter()
                .try_for_each(|drift| section(out, drift))?,
            Part::Findings => findings(out, document)?,
            Part::Grants => section(out, &sections::grants(document, Detail::Full))?,
            Part::Revoked => sections::revoked(body, Detail::Full)
                .iter()
                .try_for_each(|past| section(out, past))?,
        }
    }
    let sha256 = &document.sha256;
    writeln!(
        out,
        "\nWritten by {TOOL} {TOOL_VERSION}. SHA-256 of the body: `{sha256}`"
    )
}

fn findings(out: &mut impl Write, document: &Document<'_>) -> io::Result<()> {
    title(out, 2, &format!("Findings: {}", sections::severities(&document.groups)))?;
    let row = |found: FindingEntry<'_>| {
        let suppressed = found.suppressed.as_ref();
        vec![
            found.rule.to_string(),
            code(found.workspace.as_deref().unwrap_or_default()),
            found.principal.as_deref().map(who).unwrap_or_default(),
            code(&found.reason_marked(None)),
            code(found.command.as_deref().unwrap_or_default()),
            suppressed
                .map(|suppressed| code(&suppressed.words()))
                .unwrap_or_default(),
        ]
    };
    // The worst come first, so that those of one severity stand together.
    let mut rest = document.body.findings.iter().peekable();
    while let Some(severity) = rest.peek().map(|found| found.severity.clone()) {
        title(out, 3, &severity)?;
        let these = from_fn(|| rest.next_if(|found| found.severity == severity));
        let titles = ["rule", "workspace", "principal", "reason", "command", "suppressed"];
        table(out, &titles, these.map(row))?;
    }
    Ok(())
}

fn section(out: &mut impl Write, section: &Section<'_>) -> io::Result<()> {
    if let Some(text) = &section.title {
        title(out, section.level, text)?;
    }
    let rows = section.rows.iter();
    table(
        out,
        section.columns,
        rows.map(|row| row.into_iter().map(cell).collect()),
    )
}

fn cell(cell: Cell<'_>) -> String {
    match cell {
        Cell::Words(words) => words.into_owned(),
        Cell::Foreign(text) => code(&text),
        Cell::Principal(name) => who(&name),
        Cell::Time(at) => at.to_string(),
        Cell::Unknown => String::new(),
        Cell::Perhaps(inner) => perhaps(&self::cell(*inner)),
    }
}

/// Returns foreign text as a code span, empty where there is none.
pub(crate) fn code(raw: &str) -> String {
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

fn title(out: &mut impl Write, level: usize, title: &str) -> io::Result<()> {
    writeln!(out, "\n{} {title}", "#".repeat(level))
}

/// Writes a table whose cells are either foreign text in code spans or words of this program.
fn table(out: &mut impl Write, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n| {} |\n|{}", titles.join(" | "), " --- |".repeat(titles.len()))?;
    for row in rows {
        writeln!(out, "| {} |", row.join(" | "))?;
    }
    Ok(())
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
