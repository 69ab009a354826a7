//! Reports as bytes: what a filter leaves of a report, in five formats, each with how complete it is.
//!
//! Every format is written from one [`body::Body`], whose SHA-256 stands in all of them: two files of one audit can be
//! told to belong together, and the JSON one can be checked and compared with later ([`super::baseline`]). The same
//! report gives the same bytes, and two audits of an unchanged platform differ in the times of their headers only: these
//! are no part of the body, so its SHA-256 tells at once whether anything else differs.
//!
//! Foreign text is made harmless here, in the writers: nobody who hands in a report has to think of it. Names are exact
//! in JSON only, where what could harm a terminal is written as `\uXXXX`.

pub(super) mod body;
mod csv;
mod json;
mod markdown;
mod pieces;
mod sarif;
mod sections;
mod shape;
mod table;

pub(crate) use json::pretty as write_json;
pub(crate) use markdown::code as code_span;
pub use shape::{Lines, Part, Shape};
pub(crate) use table::columns as write_columns;

use super::filter::{Filter, Selection};
use super::report::Report;
use super::snapshot::Origin;
use crate::domain::activity::Head;
use crate::domain::likeness::{self, Trick};
use crate::domain::text::SafeText;
use body::Written;
use pieces::Pieces;
use sections::Group;
use std::io::{self, Write as _};

/// The formats a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Format {
    Table,
    Json,
    Csv,
    CsvExcel,
    Markdown,
    Sarif,
}

impl Format {
    /// Every format, as the help lists them.
    pub const ALL: [Self; 6] = [
        Self::Table,
        Self::Json,
        Self::Csv,
        Self::CsvExcel,
        Self::Markdown,
        Self::Sarif,
    ];

    /// Returns its name on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::CsvExcel => "csv-excel",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }

    /// Returns the format of this name.
    pub fn named(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.label() == label)
    }

    /// Returns whether a part of a report can be written in it alone: what is read by programs as a whole is written as one.
    pub fn has_parts(self) -> bool {
        match self {
            Self::Table | Self::Csv | Self::CsvExcel | Self::Markdown => true,
            Self::Json | Self::Sarif => false,
        }
    }

    /// Returns how the names of its files end, without the dot. Of two with the same ending the first one of [`Self::ALL`]
    /// is meant by it.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json => "json",
            Self::Csv | Self::CsvExcel => "csv",
            Self::Markdown => "md",
            Self::Sarif => "sarif",
        }
    }
}

/// What an export says, and what tells it from every other.
#[derive(Debug)]
struct Document<'a> {
    body: Written<'a>,
    /// When it was read; the rest of it is in the body.
    origin: &'a Origin,
    /// Where the journal of this machine ended when it was written, if there is one.
    journal: Option<&'a Head>,
    /// Of the compact JSON of the body, in lower-case hexadecimal digits.
    sha256: String,
    n_findings: usize,
    n_grants: usize,
    /// The findings by rule, in their order.
    groups: Vec<Group>,
    /// The policy file, where it can be one of a repository.
    policy_file: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// Returns what an export says of what `filter` has left of `report`.
    fn of(report: &'a Report, filter: &'a Filter, selection: &'a Selection, journal: Option<&'a Head>) -> Self {
        let body = Written::of(report, filter, selection);
        let sha256 = body.sha256();
        Self {
            body,
            origin: &report.snapshot.origin,
            journal,
            sha256,
            n_findings: selection.findings.len(),
            n_grants: selection.grants.len(),
            groups: sections::groups(report, selection),
            policy_file: report.policy.file(),
        }
    }
}

/// Writes down what `filter` leaves of `report`, all of it, to `out`.
///
/// # Errors
/// As for [`write_shaped`].
pub fn write_to(format: Format, report: &Report, filter: &Filter, out: &mut dyn io::Write) -> io::Result<()> {
    write_shaped((format, Shape::default()), (report, filter), None, out)
}

/// Writes down what `filter` leaves of `report`, in this shape, to `out`. The head of a `journal` that stands in a report
/// shows later whether that journal was cut or written anew; it is no part of what is hashed.
///
/// Everything is put into words when it is written, and forgotten then: however large the report, this takes little
/// memory besides it.
///
/// # Errors
/// If `out` takes no more, or, before anything was written, if what would be written is more than what reads such files
/// takes ([`io::ErrorKind::InvalidData`]).
pub fn write_shaped(
    (format, shape): (Format, Shape),
    (report, filter): (&Report, &Filter),
    journal: Option<&Head>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let selection = report.select(filter);
    let document = Document::of(report, filter, &selection, journal);
    let mut out = Pieces::new(out);
    match format {
        Format::Table => table::write(&document, shape, &mut out),
        Format::Json => json::write(&document, &mut out),
        Format::Csv => csv::write(&document, shape.only, &mut out),
        Format::CsvExcel => csv::write_for_excel(&document, shape.only, &mut out),
        Format::Markdown => markdown::write(&document, shape.only, &mut out),
        Format::Sarif => sarif::write(&document, &mut out),
    }?;
    out.flush()
}

/// Returns what `filter` leaves of `report`, written down; nothing where it is more than the format may be.
pub fn write(format: Format, report: &Report, filter: &Filter) -> Vec<u8> {
    let mut bytes = Vec::new();
    let wrote = write_to(format, report, filter, &mut bytes);
    wrote.map(|()| bytes).unwrap_or_default()
}

/// What a JSON export calls itself.
pub(super) const SCHEMA: &str = "nmp-console/audit";
/// The version of its schema; it grows when an older program could no longer understand an export.
pub const SCHEMA_VERSION: u64 = 2;
/// The name of the program in its exports.
const TOOL: &str = env!("CARGO_PKG_NAME");
/// The version of the program there.
const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns what marks a principal whose letters could pass for others.
fn mark(principal: &str) -> Option<String> {
    let tricks = likeness::tricks(principal);
    let words: Vec<String> = tricks.iter().map(Trick::in_words).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Returns `raw` as it may be shown, all of it.
fn safe(raw: &str) -> String {
    SafeText::with_limit(raw, usize::MAX).into_string()
}

#[cfg(test)]
mod tests;
