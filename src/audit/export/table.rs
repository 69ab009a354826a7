//! The plain table for a terminal or a mail: aligned columns, as wide as they need, nothing cut.

use super::body::entries::perhaps;
use super::body::{FindingEntry, Suppressed, Written};
use super::sections::{self, Cell, Section};
use super::{Document, mark, safe};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    line(out, &format!("Access audit, {}", sections::verdict(body)))?;
    section(out, &sections::facts(document))?;
    findings(out, body)?;
    for following in sections::after_findings(body) {
        section(out, &following)?;
    }
    line(out, "")?;
    line(out, &format!("SHA-256 of the body: {}", document.sha256))
}

fn findings(out: &mut impl Write, body: &Written<'_>) -> io::Result<()> {
    title(out, &format!("Findings: {}", sections::severities(body)))?;
    let row = |found: FindingEntry<'_>| {
        let reason = found.reason_marked(found.suppressed.as_ref().map(Suppressed::words));
        vec![
            found.severity.to_string(),
            found.rule.to_string(),
            found.workspace.as_deref().unwrap_or("-").to_owned(),
            found.principal.as_deref().map_or_else(|| "-".to_owned(), marked),
            reason,
            found.command.as_deref().unwrap_or_default().to_owned(),
        ]
    };
    let titles = ["SEVERITY", "RULE", "WORKSPACE", "PRINCIPAL", "REASON", "COMMAND"];
    columns(out, Some(&titles.map(str::to_owned)), || body.findings.iter().map(row))
}

fn section(out: &mut impl Write, section: &Section<'_>) -> io::Result<()> {
    if let Some(text) = &section.title {
        title(out, text)?;
    }
    let is_list = section.columns.last().is_some_and(|title| title.is_empty());
    let titles: Vec<String> = section.columns.iter().map(|title| title.to_uppercase()).collect();
    columns(out, (!is_list).then_some(&*titles), || {
        section.rows.iter().map(|row| {
            let mut cells: Vec<String> = row.into_iter().map(cell).collect();
            if let (true, Some(name)) = (is_list, cells.first_mut()) {
                name.insert_str(0, "  ");
            }
            cells
        })
    })
}

fn cell(cell: Cell<'_>) -> String {
    match cell {
        Cell::Words(text) | Cell::Foreign(text) => text.into_owned(),
        Cell::Principal(name) => marked(&name),
        Cell::Unknown => "-".to_owned(),
        Cell::Perhaps(inner) => perhaps(&self::cell(*inner)),
    }
}

fn marked(principal: &str) -> String {
    match mark(principal) {
        Some(mark) => format!("{principal} ({mark})"),
        None => principal.to_owned(),
    }
}

fn title(out: &mut impl Write, title: &str) -> io::Result<()> {
    line(out, "")?;
    line(out, title)
}

fn line(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{}", safe(text).trim_end())
}

/// Writes rows in columns as wide as their widest cell, without a blank at the end of a line. The rows are made twice, to
/// be measured and to be written: there can be too many to be kept.
fn columns<I: Iterator<Item = Vec<String>>>(
    out: &mut impl Write,
    titles: Option<&[String]>,
    rows: impl Fn() -> I,
) -> io::Result<()> {
    if rows().next().is_none() {
        return Ok(());
    }
    let all = || {
        titles
            .map(<[String]>::to_vec)
            .into_iter()
            .chain(rows())
            .map(|row| row.into_iter().map(|cell| safe(&cell)))
    };
    let mut widths: Vec<usize> = Vec::new();
    for row in all() {
        for (place, cell) in row.enumerate() {
            match widths.get_mut(place) {
                Some(width) => *width = cell.width().max(*width),
                None => widths.push(cell.width()),
            }
        }
    }
    for row in all() {
        let mut written = String::new();
        for (width, cell) in widths.iter().zip(row) {
            written.push_str(&cell);
            let pad = width.saturating_sub(cell.width()) + 2;
            written.extend(std::iter::repeat_n(' ', pad));
        }
        writeln!(out, "{}", written.trim_end())?;
    }
    Ok(())
}
