//! The plain table for a terminal or a mail: what has changed first, then what is wrong, rule by rule, then who holds what. Days
//! are told in UTC; the other formats have the moment.

mod setting;

use super::body::entries::perhaps;
use super::body::{FindingEntry, Suppressed, Text};
use super::sections::{self, Cell, Detail, Section};
use super::{Document, Lines, Part, Shape, mark, safe};
pub(crate) use setting::columns;
use setting::{columns_but, prose};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The parts in the order in which people want to read them; the first line of a report tells how far to trust it.
const PARTS: [Part; 5] = [Part::Drift, Part::Findings, Part::Grants, Part::Revoked, Part::Coverage];

pub(super) fn write(document: &Document<'_>, shape: Shape, out: &mut impl Write) -> io::Result<()> {
    let body = &document.body;
    line(out, &format!("Access audit, {}", sections::verdict(body)))?;
    section(out, &sections::head(document), shape.lines)?;
    for part in PARTS
        .into_iter()
        .filter(|part| shape.only.is_none_or(|only| only == *part))
    {
        match part {
            Part::Coverage => section(out, &sections::coverage(body), shape.lines)?,
            Part::Drift => {
                let drift = sections::drift(body, Detail::Brief);
                drift.iter().try_for_each(|drift| section(out, drift, shape.lines))?;
            }
            Part::Findings => findings(out, document, shape)?,
            Part::Grants => section(out, &sections::grants(document, Detail::Brief), shape.lines)?,
            Part::Revoked => {
                let past = sections::revoked(body, Detail::Brief);
                past.iter().try_for_each(|past| section(out, past, shape.lines))?;
            }
        }
    }
    line(out, "")?;
    line(out, &format!("SHA-256: {}", document.sha256))
}

/// Writes how many findings there are of each rule, and then each of them.
fn findings(out: &mut impl Write, document: &Document<'_>, shape: Shape) -> io::Result<()> {
    title(out, &format!("Findings: {}", sections::severities(&document.groups)))?;
    columns(out, None, shape.lines, || {
        document.groups.iter().map(|group| {
            let (severity, rule) = (group.severity.label(), group.rule.id());
            vec![format!("  {severity}"), rule.to_owned(), group.count()]
        })
    })?;
    let all = &document.body.findings;
    let mended = shape.has_commands.then(|| all.iter()).into_iter().flatten();
    let mended = mended.filter(|found| found.command.is_some());
    let mended: BTreeSet<(Text<'_>, Text<'_>)> = mended.map(|found| group_of(&found)).collect();
    let mut before: Option<(Text<'_>, Text<'_>)> = None;
    for found in all.iter() {
        let group = group_of(&found);
        let is_mended = mended.contains(&group);
        if before.as_ref() != Some(&group) {
            title(out, &format!("{} ({})", group.1, group.0))?;
            if shape.has_commands && !is_mended {
                line(out, "  no single command fixes these findings")?;
            }
            before = Some(group);
        }
        finding(out, &found, shape)?;
        if shape.has_commands && is_mended && found.command.is_none() {
            line(out, "    no single command fixes this finding")?;
        }
    }
    Ok(())
}

fn group_of<'a>(found: &FindingEntry<'a>) -> (Text<'a>, Text<'a>) {
    (found.severity.clone(), found.rule.clone())
}

/// Writes what was found; the workspace and the principal stand in its words.
fn finding(out: &mut impl Write, found: &FindingEntry<'_>, shape: Shape) -> io::Result<()> {
    let suppressed = found.suppressed.as_ref().map(Suppressed::words);
    let mut words = found.reason_marked(suppressed);
    // Where the rule is about the name, its words say it already.
    let mark = found.principal.as_deref().and_then(mark);
    if let Some(mark) = mark.filter(|mark| !words.contains(mark.as_str())) {
        words = format!("{words} The name {mark}.");
    }
    prose(out, &words, shape.lines)?;
    match &found.command {
        // To be copied: it stays in one line.
        Some(command) if shape.has_commands => line(out, &format!("    {command}")),
        Some(_) | None => Ok(()),
    }
}

fn section(out: &mut impl Write, section: &Section<'_>, lines: Lines) -> io::Result<()> {
    if let Some(text) = &section.title {
        title(out, text)?;
    }
    let is_list = section.columns.last().is_some_and(|title| title.is_empty());
    let titles: Vec<String> = section.columns.iter().map(|title| title.to_uppercase()).collect();
    // Facts, a hash among them, are not cut.
    let lines = if is_list { Lines::Whole(lines.columns()) } else { lines };
    // Who granted it and when is less than what they hold.
    let granted = section
        .columns
        .iter()
        .rev()
        .take_while(|title| title.starts_with("granted"));
    let lines = (lines, granted.count());
    columns_but(out, (!is_list).then_some(&*titles), lines, || {
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
        Cell::Time(at) => sections::day(at),
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
