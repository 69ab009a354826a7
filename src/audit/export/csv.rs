//! The CSV export: one rectangular table, in which the column `record` says what a row is.
//!
//! How complete the report is stands in rows of its own, so that nothing is outside of the table. One part alone has the
//! columns that it fills, and no others. No cell is run as a formula by a spreadsheet.

use super::body::drifted::{Differs, Side};
use super::body::entries::{GrantEntry, RevokedEntry};
use super::body::{FindingEntry, Suppressed, Walk};
use super::sections::{compared_with, header};
use super::{Document, Part, TOOL, TOOL_VERSION, mark, safe};
use crate::audit::filter::PERHAPS;
use crate::domain::ids::Principal;
use crate::domain::text::is_plain;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use jiff::Timestamp;
use std::borrow::Cow;
use std::io;

/// One row; what is left empty does not apply to its record.
#[derive(Debug, Default)]
struct Row {
    record: Cell,
    item: Cell,
    value: Cell,
    workspace: Cell,
    principal: Cell,
    kind: Cell,
    roles: Cell,
    roles_before: Cell,
    effective: Cell,
    given_by: Cell,
    granted_at: Cell,
    granted_by: Cell,
    revoked_at: Cell,
    rule: Cell,
    severity: Cell,
    reason: Cell,
    command: Cell,
    suppressed: Cell,
}

/// A cell in which nothing is run as a formula.
#[derive(Debug, Default)]
struct Cell(String);

impl<T: AsRef<str>> From<T> for Cell {
    fn from(raw: T) -> Self {
        Self(harmless(raw.as_ref()))
    }
}

/// A column: its title, and what stands in it.
type Column = (&'static str, fn(&Row) -> &Cell);

const RECORD: Column = ("record", |row| &row.record);
const ITEM: Column = ("item", |row| &row.item);
const VALUE: Column = ("value", |row| &row.value);
const WORKSPACE: Column = ("workspace", |row| &row.workspace);
const PRINCIPAL: Column = ("principal", |row| &row.principal);
const KIND: Column = ("kind", |row| &row.kind);
const ROLES: Column = ("roles", |row| &row.roles);
const ROLES_BEFORE: Column = ("roles_before", |row| &row.roles_before);
const EFFECTIVE: Column = ("effective", |row| &row.effective);
const GIVEN_BY: Column = ("given_by", |row| &row.given_by);
const GRANTED_AT: Column = ("granted_at", |row| &row.granted_at);
const GRANTED_BY: Column = ("granted_by", |row| &row.granted_by);
const REVOKED_AT: Column = ("revoked_at", |row| &row.revoked_at);
const RULE: Column = ("rule", |row| &row.rule);
const SEVERITY: Column = ("severity", |row| &row.severity);
const REASON: Column = ("reason", |row| &row.reason);
const COMMAND: Column = ("command", |row| &row.command);
const SUPPRESSED: Column = ("suppressed", |row| &row.suppressed);

/// The columns of a whole report.
#[rustfmt::skip]
const ALL: &[Column] = &[
    RECORD, ITEM, VALUE, WORKSPACE, PRINCIPAL, KIND, ROLES, ROLES_BEFORE, EFFECTIVE, GIVEN_BY, GRANTED_AT, GRANTED_BY,
    REVOKED_AT, RULE, SEVERITY, REASON, COMMAND, SUPPRESSED,
];

/// What the columns `item` and `value` are called in the sheet of one part, where they have one meaning.
const CHANGE: Column = ("change", |row| &row.item);
const NOTE: Column = ("note", |row| &row.item);
const REMARK: Column = ("note", |row| &row.value);
const EACH_GRANT: Column = ("each_grant", |row| &row.value);

/// Returns the columns of one part.
#[rustfmt::skip]
fn columns(part: Part) -> &'static [Column] {
    match part {
        Part::Coverage => &[ITEM, VALUE],
        Part::Drift => &[CHANGE, WORKSPACE, PRINCIPAL, KIND, ROLES_BEFORE, ROLES, GRANTED_AT, GRANTED_BY, REMARK],
        Part::Findings => &[SEVERITY, RULE, WORKSPACE, PRINCIPAL, KIND, REASON, COMMAND, SUPPRESSED, NOTE],
        Part::Grants =>
            &[WORKSPACE, PRINCIPAL, KIND, ROLES, EFFECTIVE, GIVEN_BY, GRANTED_AT, GRANTED_BY, EACH_GRANT, NOTE],
        Part::Revoked => &[WORKSPACE, PRINCIPAL, KIND, ROLES, GRANTED_AT, GRANTED_BY, REVOKED_AT, NOTE],
    }
}

pub(super) fn write(document: &Document<'_>, only: Option<Part>, out: &mut impl io::Write) -> io::Result<()> {
    // Quoted throughout, so that nothing in a cell parts it where a comma parts the columns.
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(out);
    let columns = only.map_or(ALL, columns);
    writer.write_record(columns.iter().map(|(title, _)| title))?;
    let parts = Part::ALL.into_iter();
    for row in parts
        .filter(|part| only.is_none_or(|only| only == *part))
        .flat_map(|part| rows(document, part))
    {
        writer.write_record(columns.iter().map(|(_, cell)| cell(&row).0.as_str()))?;
    }
    writer.flush()
}

/// Writes the same behind a byte order mark: spreadsheets take a file without one for cp1252.
pub(super) fn write_for_excel(document: &Document<'_>, only: Option<Part>, out: &mut impl io::Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    write(document, only, out)
}

/// What parts the cells of a line for one spreadsheet or another, whatever quotes stand around them: where a semicolon
/// does, `"a;=1+1"` behind a comma is two cells and a formula.
fn parts_cells(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '\t' | '\u{ff0c}' | '\u{ff1b}' | '\u{ff5c}')
}

/// What is left out before a spreadsheet looks what a cell begins with.
fn is_skipped(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{ff02}')
}

fn begins_formula(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '@'
            | '\u{ff1d}'
            | '\u{ff0b}'
            | '\u{ff0d}'
            | '\u{ff20}'
            | '\u{fe66}'
            | '\u{fe62}'
            | '\u{fe63}'
            | '\u{fe6b}'
            | '\u{2212}'
    )
}

/// Returns `raw` as it may be shown, and so that no spreadsheet takes it, or a part of it, for a formula: an apostrophe
/// goes before what would begin one.
fn harmless(raw: &str) -> String {
    let shown = if is_plain(raw) {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(safe(raw))
    };
    let mut out = String::with_capacity(shown.len());
    let mut rest = &*shown;
    let mut is_first = true;
    loop {
        let end = rest.find(parts_cells).unwrap_or(rest.len());
        let (cell, after) = rest.split_at(end);
        let begins = cell.trim_start_matches(is_skipped).starts_with(begins_formula);
        if begins || (is_first && raw.starts_with(['\t', '\r', '\n'])) {
            out.push('\'');
        }
        out.push_str(cell);
        let mut after = after.chars();
        let Some(separator) = after.next() else { return out };
        out.push(separator);
        rest = after.as_str();
        is_first = false;
    }
}

/// Returns a command as a cell, where it stays what it is: with an apostrophe more it would be another one.
fn command(raw: &str) -> &str {
    if harmless(raw) == raw { raw } else { "" }
}

fn rows<'a>(document: &'a Document<'_>, part: Part) -> Box<dyn Iterator<Item = Row> + 'a> {
    let body = &document.body;
    match part {
        Part::Coverage => Box::new(coverage(document)),
        Part::Findings => Box::new(body.findings.iter().map(|found| Row::of_finding(&found))),
        Part::Drift => Box::new(body.drift.iter().flat_map(|drift| {
            let differences = drift.all().map(|(what, differs)| Row::of_difference(what, differs));
            differences.chain(drift.not_compared.iter().map(|unknown| Row {
                record: "drift".into(),
                item: "not compared".into(),
                value: format!("before: {}; now: {}", unknown.before, unknown.after).into(),
                workspace: (&unknown.workspace).into(),
                ..Row::default()
            }))
        })),
        Part::Grants => Box::new(body.workspaces.iter().flat_map(|workspace| {
            let members = workspace.members.into_iter();
            members.map(move |member| Row::of_grant(&workspace.name, &member))
        })),
        Part::Revoked => {
            let history = body.history.iter().flat_map(Walk::iter);
            Box::new(history.map(|past| Row::of_past(&past)))
        }
    }
}

fn coverage<'a>(document: &'a Document<'_>) -> impl Iterator<Item = Row> + 'a {
    let body = &document.body;
    let tool = [
        ("tool", format!("{TOOL} {TOOL_VERSION}")),
        ("sha256", document.sha256.clone()),
    ];
    let baseline = body.drift.iter().flat_map(compared_with);
    let facts = header(document).into_iter().chain(body.coverage.facts());
    tool.into_iter().chain(facts).chain(baseline).map(|(item, value)| Row {
        record: "coverage".into(),
        item: item.into(),
        value: value.into(),
        ..Row::default()
    })
}

impl Row {
    fn of_grant(workspace: &str, member: &GrantEntry<'_>) -> Self {
        let several = member.granted();
        // The newest of several has columns of its own.
        let several = several.map(|[granted_at, granted_by]| format!("granted: {granted_at}; by: {granted_by}"));
        Self {
            record: "grant".into(),
            item: unsure(member.unsure),
            value: or_empty(several),
            workspace: workspace.into(),
            principal: (&member.principal).into(),
            kind: kind(&member.principal),
            roles: member.roles.join(", ").into(),
            effective: or_empty(member.effective.as_ref()),
            given_by: (&member.given_by).into(),
            granted_at: time(member.granted_at),
            granted_by: or_empty(member.granted_by.as_ref()),
            ..Self::default()
        }
    }

    fn of_past(past: &RevokedEntry<'_>) -> Self {
        Self {
            record: "revoked".into(),
            item: unsure(past.unsure),
            workspace: (&past.workspace).into(),
            principal: (&past.principal).into(),
            kind: kind(&past.principal),
            roles: (&past.role).into(),
            granted_at: time(past.granted_at),
            granted_by: or_empty(past.granted_by.as_ref()),
            revoked_at: time(Some(past.revoked_at)),
            ..Self::default()
        }
    }

    fn of_difference(what: &str, differs: &Differs<'_>) -> Self {
        let roles = |side: &Option<Side<'_>>| or_empty(side.as_ref().map(|side| side.roles.join(", ")));
        let latest = differs.latest();
        Self {
            record: "drift".into(),
            item: what.into(),
            value: differs.note().into(),
            workspace: (&differs.workspace).into(),
            principal: (&differs.principal).into(),
            kind: kind(&differs.principal),
            roles: roles(&differs.after),
            roles_before: roles(&differs.before),
            granted_at: time(latest.and_then(|latest| latest.granted_at)),
            granted_by: or_empty(latest.and_then(|latest| latest.granted_by.as_ref())),
            ..Self::default()
        }
    }

    fn of_finding(found: &FindingEntry<'_>) -> Self {
        Self {
            record: "finding".into(),
            item: unsure(found.unsure),
            workspace: or_empty(found.workspace.as_ref()),
            principal: or_empty(found.principal.as_ref()),
            kind: found.principal.as_deref().map(kind).unwrap_or_default(),
            rule: (&found.rule).into(),
            severity: (&found.severity).into(),
            reason: (&found.reason).into(),
            command: command(found.command.as_deref().unwrap_or_default()).into(),
            suppressed: or_empty(found.suppressed.as_ref().map(Suppressed::words)),
            ..Self::default()
        }
    }
}

/// Returns what a principal is, with the mark of one that could pass for another.
fn kind(principal: &str) -> Cell {
    let kind = Principal::from_platform(principal).kind().label();
    mark(principal).map_or_else(|| kind.into(), |mark| format!("{kind}, {mark}").into())
}

/// Returns what marks a grant or a finding of which it is not known whether the filter means it.
fn unsure(is_unsure: bool) -> Cell {
    if is_unsure { PERHAPS.into() } else { Cell::default() }
}

fn or_empty(text: Option<impl AsRef<str>>) -> Cell {
    text.map(Cell::from).unwrap_or_default()
}

fn time(at: Option<Timestamp>) -> Cell {
    or_empty(at.map(|at| at.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{command, harmless};
    use rstest::rstest;

    #[rstest]
    #[case("=cmd()", "'=cmd()")]
    #[case("+1", "'+1")]
    #[case("-1", "'-1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("  =1+1", "'  =1+1")]
    #[case("\u{3000}=1+1", "'\u{3000}=1+1")]
    #[case("\t=1+1", "'\\t=1+1")]
    #[case("\rx", "'\\rx")]
    #[case("\u{ff1d}1+1", "'\u{ff1d}1+1")]
    #[case("\u{ff20}x", "'\u{ff20}x")]
    #[case("x;=cmd|'/C calc'!A0;", "x;'=cmd|'/C calc'!A0;")]
    #[case("x|=1+1", "x|'=1+1")]
    #[case("x, @SUM(A1)", "x,' @SUM(A1)")]
    #[case("x;\"=1+1\"", "x;'\"=1+1\"")]
    #[case("x; \" -1", "x;' \" -1")]
    #[case("x;\u{a0}\u{ff1d}1+1", "x;'\u{a0}\u{ff1d}1+1")]
    #[case("x;\t=1+1", "x;\\t=1+1")]
    #[case(";;=1", ";;'=1")]
    #[case("\"=1+1", "'\"=1+1")]
    #[case("=a;=b", "'=a;'=b")]
    #[case("Admin, Editor; x", "Admin, Editor; x")]
    #[case("alice+x@example.com", "alice+x@example.com")]
    #[case("*", "*")]
    #[case("a\u{202e}b", "a\\u{202e}b")]
    fn no_cell_is_a_formula(#[case] raw: &str, #[case] cell: &str) {
        assert_eq!(harmless(raw), cell);
    }

    proptest::proptest! {
        /// Whatever parts the cells, quotes or not.
        #[test]
        fn no_part_of_a_cell_is_a_formula(raw in "[=+\u{ff1d}@a1;|,\" \t'-]{0,12}") {
            let cell = harmless(&raw);
            for separator in [';', '|', ',', '\t'] {
                for part in cell.split(separator) {
                    let begin = part.trim_start_matches([' ', '"', '\t']).chars().next();
                    let is_formula = begin.is_some_and(|c| "=+-@\u{ff1d}".contains(c));
                    proptest::prop_assert!(!is_formula, "{} in {}", part, cell);
                }
            }
            proptest::prop_assert_eq!(cell.replace('\'', ""), crate::audit::export::safe(&raw).replace('\'', ""));
        }
    }

    #[test]
    fn a_command_stays_what_it_is_or_is_left_out() {
        let plain = "nhx workspaces members delete alice@example.com --workspace ml-team";
        assert_eq!(command(plain), plain);
        assert_eq!(command("nhx workspaces members delete 'x;=cmd' --workspace a"), "");
        assert_eq!(command(""), "");
    }

    #[test]
    fn nothing_is_cut() {
        let long = "x".repeat(5_000);
        assert_eq!(harmless(&long), long);
    }
}
