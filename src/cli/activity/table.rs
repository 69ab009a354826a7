//! The journal as a table for people, the newest change last, as in a log.

use crate::audit::export::{Lines, write_columns};
use crate::domain::activity::{Conclusion, Record};
use crate::domain::change::Change;
use crate::domain::text::SafeText;
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
    // Where there is only one connection, its name would say nothing.
    let place = if n_connections > 1 {
        format!("{place} ({})", record.context)
    } else {
        place.to_string()
    };
    vec![
        minute(record.at),
        record.caller.label().to_string(),
        what(record),
        place,
        outcome(record.end.as_ref().map(|(_, conclusion)| conclusion)),
        record.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
    ]
}

/// As `--since` takes it.
fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

/// Returns what was changed, from what to what; the workspace stands beside it.
fn what(record: &Record) -> String {
    let told = match &record.change {
        // A newer release wrote it.
        None => record.request.to_string(),
        Some(Change::CreateWorkspace { .. }) => "create the workspace".to_owned(),
        Some(Change::Describe { before, after, .. }) => {
            let before = before.as_deref().unwrap_or_default();
            format!("description: {} → {}", described(before), described(after))
        }
        Some(Change::DeleteWorkspace { .. }) => "delete the workspace".to_owned(),
        Some(Change::RetryDeletion { .. }) => "retry its deletion".to_owned(),
        Some(Change::Roles {
            principal,
            before,
            after,
            ..
        }) => format!("{}: {} → {}", principal.label(), before.shown(), after.shown()),
        Some(Change::CreateProject { name, .. }) => format!("create project '{}'", name.shown()),
        Some(Change::DeleteResource { target, .. }) => format!("delete {}", target.label()),
    };
    match &record.undoes {
        Some(id) => format!("{told} (undoes {})", SafeText::new(id.raw())),
        None => told,
    }
}

fn described(text: &str) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        format!("\"{}\"", SafeText::with_limit(text, 60))
    }
}

fn outcome(conclusion: Option<&Conclusion>) -> String {
    let Some(Conclusion { verdict, why, .. }) = conclusion else {
        return "open".to_owned();
    };
    match why {
        Some(why) => format!("{}: {why}", verdict.word()),
        None => verdict.word().to_owned(),
    }
}
