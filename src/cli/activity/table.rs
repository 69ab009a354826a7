//! The journal as a table for people, the newest change last, as in a log.

use crate::audit::export::{Lines, write_columns};
use crate::domain::activity::Record;
use crate::domain::change::Change;
use crate::journal::{Entry, Error, Found};
use jiff::Timestamp;
use std::cell::RefCell;
use std::io::{self, BufWriter, Write as _};

const TITLES: [&str; 6] = ["TIME", "WHO", "WHAT", "WHERE", "OUTCOME", "REASON"];

pub(super) fn write(found: &Found, lines: Lines, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    if found.is_empty() {
        writeln!(out, "{}", TITLES.join("  "))?;
    }
    let failed: RefCell<Option<Error>> = RefCell::default();
    let rows = || {
        found.entries().map_while(|entry| match entry {
            Ok(entry) => Some(cells(&entry, found.n_connections)),
            Err(error) => {
                failed.replace(Some(error));
                None
            }
        })
    };
    write_columns(&mut out, Some(&TITLES.map(str::to_owned)), lines, rows)?;
    out.flush()?;
    match failed.take() {
        Some(error) => Err(io::Error::other(error.to_string())),
        None => Ok(()),
    }
}

/// Returns what stands in a row; whatever is harmful in it is made visible when it is set.
fn cells(entry: &Entry, n_connections: usize) -> Vec<String> {
    let record = &entry.record;
    let place = entry.workspace.shown();
    let is_lift = record.lifted_until.is_some();
    // Where there is only one connection, its name would say nothing.
    let place = if is_lift {
        record.target().to_string()
    } else if n_connections > 1 {
        format!("{place} ({})", record.context)
    } else {
        place.to_string()
    };
    vec![
        minute(record.at),
        record.caller.label().to_string(),
        what(record),
        place,
        outcome(record),
        record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// As `--since` takes it.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

/// Returns what was changed, and of whom or what; the workspace stands beside it.
fn what(record: &Record) -> String {
    let (target, told) = (record.target(), record.in_words());
    match &record.change {
        Some(Change::Roles { .. } | Change::CreateProject { .. } | Change::DeleteResource { .. }) => {
            format!("{target}: {told}")
        }
        Some(
            Change::CreateWorkspace { .. }
            | Change::Describe { .. }
            | Change::DeleteWorkspace { .. }
            | Change::RetryDeletion { .. },
        )
        | None => told.to_string(),
    }
}

/// Returns what became of it, and why where that is not plain.
fn outcome(record: &Record) -> String {
    let why = record.end.as_ref().and_then(|(_, end)| end.why.as_ref());
    match why {
        Some(why) => format!("{}: {why}", record.outcome()),
        None => record.outcome().to_owned(),
    }
}
