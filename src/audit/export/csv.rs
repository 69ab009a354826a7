//! The CSV export: one rectangular table, in which the column `record` says what a row is.
//!
//! How complete the report is stands in rows of its own, so that nothing is outside of the table. No cell is run as a
//! formula by a spreadsheet.

use super::body::drifted::{Differs, Side};
use super::body::entries::{GrantEntry, RevokedEntry};
use super::body::{Found, Walk};
use super::{Document, TOOL, TOOL_VERSION, mark, safe};
use crate::audit::filter::PERHAPS;
use crate::domain::ids::Principal;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use jiff::Timestamp;
use std::io;

const COLUMNS: [&str; 18] = [
    "record",
    "item",
    "value",
    "workspace",
    "principal",
    "kind",
    "roles",
    "roles_before",
    "effective",
    "given_by",
    "granted_at",
    "granted_by",
    "revoked_at",
    "rule",
    "severity",
    "reason",
    "command",
    "suppressed",
];

/// One row; what is left empty does not apply to its record.
#[derive(Debug, Default)]
struct Row {
    record: &'static str,
    item: String,
    value: String,
    workspace: String,
    principal: String,
    kind: String,
    roles: String,
    roles_before: String,
    effective: String,
    given_by: String,
    granted_at: String,
    granted_by: String,
    revoked_at: String,
    rule: String,
    severity: String,
    reason: String,
    command: String,
    suppressed: String,
}

pub(super) fn write(document: &Document<'_>, out: &mut impl io::Write) -> io::Result<()> {
    // Quoted throughout, so that nothing in a cell parts it where a comma parts the columns.
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(out);
    writer.write_record(COLUMNS)?;
    for row in rows(document) {
        writer.write_record(row.cells().map(|cell| harmless(&cell)))?;
    }
    writer.flush()
}

/// Writes the same behind a byte order mark: spreadsheets take a file without one for cp1252.
pub(super) fn write_for_excel(document: &Document<'_>, out: &mut impl io::Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    write(document, out)
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
    let shown = safe(raw);
    let mut out = String::with_capacity(shown.len());
    let mut rest = shown.as_str();
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
fn command(raw: Option<&str>) -> String {
    let raw = raw.unwrap_or_default();
    if harmless(raw) == raw {
        raw.to_owned()
    } else {
        String::new()
    }
}

fn rows<'a>(document: &'a Document<'_>) -> impl Iterator<Item = Row> + 'a {
    let body = &document.body;
    let grants = body.workspaces.iter().flat_map(|workspace| {
        let members = workspace.members.into_iter();
        members.map(move |member| Row::of_grant(&workspace.name, &member))
    });
    let drift = body.drift.iter().flat_map(|drift| {
        let differences = drift.all().map(|(what, differs)| Row::of_difference(what, differs));
        differences.chain(drift.not_compared.iter().map(|unknown| Row {
            record: "drift",
            item: "not compared".to_owned(),
            value: format!("before: {}; now: {}", unknown.before, unknown.after),
            workspace: unknown.workspace.to_string(),
            ..Row::default()
        }))
    });
    let history = body.history.iter().flat_map(Walk::iter);
    coverage(document)
        .chain(body.findings.iter().map(|found| Row::of_finding(&found)))
        .chain(drift)
        .chain(grants)
        .chain(history.map(|past| Row::of_past(&past)))
}

fn coverage<'a>(document: &'a Document<'_>) -> impl Iterator<Item = Row> + 'a {
    let body = &document.body;
    let header = super::table::header(document);
    let tool = [
        ("tool", format!("{TOOL} {TOOL_VERSION}")),
        ("sha256", document.sha256.clone()),
    ];
    let baseline = body.drift.iter().flat_map(super::table::compared_with);
    let facts = header.into_iter().chain(body.coverage.facts());
    tool.into_iter().chain(facts).chain(baseline).map(|(item, value)| Row {
        record: "coverage",
        item: item.to_owned(),
        value,
        ..Row::default()
    })
}

impl Row {
    fn of_grant(workspace: &str, member: &GrantEntry<'_>) -> Self {
        Self {
            record: "grant",
            item: unsure(member.unsure),
            value: member.granted().map(several).unwrap_or_default(),
            workspace: workspace.to_owned(),
            principal: member.principal.to_string(),
            kind: kind(&member.principal),
            roles: member.roles.join(", "),
            effective: or_empty(member.effective.as_deref()),
            given_by: member.given_by.to_string(),
            granted_at: time(member.granted_at),
            granted_by: or_empty(member.granted_by.as_deref()),
            ..Self::default()
        }
    }

    fn of_past(past: &RevokedEntry<'_>) -> Self {
        Self {
            record: "revoked",
            item: unsure(past.unsure),
            workspace: past.workspace.to_string(),
            principal: past.principal.to_string(),
            kind: kind(&past.principal),
            roles: past.role.to_string(),
            granted_at: time(past.granted_at),
            granted_by: or_empty(past.granted_by.as_deref()),
            revoked_at: past.revoked_at.to_string(),
            ..Self::default()
        }
    }

    fn of_difference(what: &str, differs: &Differs<'_>) -> Self {
        let roles = |side: &Option<Side<'_>>| side.as_ref().map(|side| side.roles.join(", ")).unwrap_or_default();
        let latest = differs.latest();
        Self {
            record: "drift",
            item: what.to_owned(),
            value: differs.note().to_owned(),
            workspace: differs.workspace.to_string(),
            principal: differs.principal.to_string(),
            kind: kind(&differs.principal),
            roles: roles(&differs.after),
            roles_before: roles(&differs.before),
            granted_at: time(latest.and_then(|latest| latest.granted_at)),
            granted_by: or_empty(latest.and_then(|latest| latest.granted_by.as_deref())),
            ..Self::default()
        }
    }

    fn of_finding(found: &Found<'_>) -> Self {
        Self {
            record: "finding",
            item: unsure(found.unsure),
            workspace: or_empty(found.workspace.as_deref()),
            principal: or_empty(found.principal.as_deref()),
            kind: found.principal.as_deref().map(kind).unwrap_or_default(),
            rule: found.rule.to_string(),
            severity: found.severity.to_string(),
            reason: found.reason.to_string(),
            command: command(found.command.as_deref()),
            suppressed: found
                .suppressed
                .as_ref()
                .map(super::body::Suppressed::words)
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    fn cells(self) -> [String; 18] {
        [
            self.record.to_owned(),
            self.item,
            self.value,
            self.workspace,
            self.principal,
            self.kind,
            self.roles,
            self.roles_before,
            self.effective,
            self.given_by,
            self.granted_at,
            self.granted_by,
            self.revoked_at,
            self.rule,
            self.severity,
            self.reason,
            self.command,
            self.suppressed,
        ]
    }
}

/// Returns what a principal is, with the mark of one that could pass for another.
fn kind(principal: &str) -> String {
    let kind = Principal::from_platform(principal).kind().label();
    mark(principal).map_or_else(|| kind.to_owned(), |mark| format!("{kind}, {mark}"))
}

/// Returns what marks a grant or a finding of which it is not known whether the filter means it.
fn unsure(is_unsure: bool) -> String {
    if is_unsure { PERHAPS } else { "" }.to_owned()
}

/// Returns what is known of several grants; the newest of them has columns of its own.
fn several([granted_at, granted_by]: [String; 2]) -> String {
    format!("granted: {granted_at}; by: {granted_by}")
}

fn or_empty(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn time(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
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
        assert_eq!(command(Some(plain)), plain);
        assert_eq!(
            command(Some("nhx workspaces members delete 'x;=cmd' --workspace a")),
            ""
        );
        assert_eq!(command(None), "");
    }

    #[test]
    fn nothing_is_cut() {
        let long = "x".repeat(5_000);
        assert_eq!(harmless(&long), long);
    }
}
