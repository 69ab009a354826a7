//! What an export says, apart from how: the body of the JSON export, which all other formats are written from.
//!
//! The same types write and read it: what was read back can be written again, and so be checked against its SHA-256.

pub(in crate::audit) mod covered;
pub(in crate::audit) mod drifted;
pub(in crate::audit) mod entries;
mod walk;

pub(in crate::audit) use walk::Walk;

use super::pieces::Pieces;
use crate::audit::filter::{Filter, PERHAPS, Selection};
use crate::audit::findings::Finding;
use crate::audit::report::Report;
use crate::domain::command::Grammar;
use crate::domain::text::hex;
use covered::Covered;
use drifted::Drifted;
use entries::{RevokedEntry, WorkspaceEntry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Text of a report, or of a file that was read.
pub(in crate::audit) type Text<'a> = Cow<'a, str>;

/// Everything an export says. The order of the fields is that of the file, and part of what is hashed. What there can be
/// very much of is of a kind of its own: [`Written`] and [`ReadBack`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Body<'a, W, H, F> {
    pub server: Text<'a>,
    pub server_version: Option<Text<'a>>,
    #[serde(rename = "dialect")]
    pub generation: Text<'a>,
    pub caller: Text<'a>,
    pub is_platform_admin: bool,
    /// In files of the first version only, and so is the end: since then both stand beside what is hashed, so that two
    /// audits of an unchanged platform have the same hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    pub filter: Text<'a>,
    pub coverage: Covered<'a>,
    pub workspaces: W,
    /// Nothing where revoked grants were not read.
    pub history: Option<H>,
    pub findings: F,
    /// Nothing where there is no baseline.
    pub drift: Option<Drifted<'a>>,
}

/// A body to be written: it borrows its report and formats each row when it is written.
pub(in crate::audit) type Written<'a> =
    Body<'a, Walk<'a, WorkspaceEntry<'a>>, Walk<'a, RevokedEntry<'a>>, Walk<'a, FindingEntry<'a>>>;

/// A body as it was read.
pub(in crate::audit) type ReadBack =
    Body<'static, Vec<WorkspaceEntry<'static>>, Vec<RevokedEntry<'static>>, Vec<FindingEntry<'static>>>;

/// A finding in words.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct FindingEntry<'a> {
    pub rule: Text<'a>,
    pub severity: Text<'a>,
    pub workspace: Option<Text<'a>>,
    pub principal: Option<Text<'a>>,
    pub reason: Text<'a>,
    pub command: Option<Text<'a>>,
    /// Nothing where it counts.
    pub suppressed: Option<Suppressed<'a>>,
    /// Where in a file it is written that this should not be; nothing where no file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source<'a>>,
    /// Whether it is not known if the filter means it: it is left for grants alone of which that is not known.
    #[serde(default, skip_serializing_if = "entries::is_false")]
    pub unsure: bool,
}

/// A place in an access file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Source<'a> {
    pub file: Text<'a>,
    pub line: usize,
}

/// What the policy says of a finding that it suppresses.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Suppressed<'a> {
    pub reason: Option<Text<'a>>,
    pub owner: Option<Text<'a>>,
    pub expires: Option<Text<'a>>,
}

impl<'a> Suppressed<'a> {
    fn by(number: u16, report: &'a Report) -> Self {
        let Some(suppression) = report.policy.suppression(number) else {
            return Self::default();
        };
        Self {
            reason: Some(Cow::from(&suppression.reason)),
            owner: Some(Cow::from(&suppression.owner)),
            expires: Some(Cow::from(suppression.expires.to_string())),
        }
    }

    /// Returns it in words.
    pub(in crate::audit) fn words(&self) -> String {
        let mut words = "suppressed by the policy".to_owned();
        let parts = [("", &self.reason), ("owner ", &self.owner), ("until ", &self.expires)];
        let parts = parts
            .into_iter()
            .filter_map(|(what, said)| Some((what, said.as_ref()?)));
        for (place, (what, said)) in parts.enumerate() {
            let _ = write!(words, "{}{what}{said}", if place == 0 { ": " } else { ", " });
        }
        words
    }
}

impl<'a> Written<'a> {
    /// Returns what `filter` leaves of `report`: `selection`.
    pub(in crate::audit) fn of(report: &'a Report, filter: &'a Filter, selection: &'a Selection) -> Self {
        let snapshot = &report.snapshot;
        let history = move || {
            let past = selection.past.iter();
            past.filter_map(move |place| {
                let is_unsure = selection.unsure_past.binary_search(place).is_ok();
                RevokedEntry::of(snapshot.past().get(*place)?, is_unsure, snapshot)
            })
        };
        let findings = move || {
            let places = selection.findings.iter();
            places.filter_map(move |place| {
                let finding = report.findings.get(*place)?;
                Some(FindingEntry::of(
                    finding,
                    selection.is_unsure_of_finding(*place),
                    report,
                ))
            })
        };
        let origin = &snapshot.origin;
        Self {
            server: Cow::from(&origin.server),
            server_version: origin.server_version.as_deref().map(Cow::from),
            generation: Cow::from(origin.generation.word()),
            caller: Cow::from(&origin.caller),
            is_platform_admin: origin.is_platform_admin,
            started_at: None,
            ended_at: None,
            filter: Cow::from(filter.in_words().to_string()),
            coverage: Covered::of(report, filter, selection),
            workspaces: Walk::new(move || entries::workspaces(snapshot, selection)),
            history: snapshot.coverage.has_history.then(|| Walk::new(history)),
            findings: Walk::new(findings),
            drift: report.drift.as_ref().map(Drifted::of),
        }
    }
}

impl<W: Serialize, H: Serialize, F: Serialize> Body<'_, W, H, F> {
    /// Returns the SHA-256 of its compact JSON, in lower-case hexadecimal digits.
    pub(in crate::audit) fn sha256(&self) -> String {
        // JSON is written in very small pieces, and hashing likes large ones.
        let mut hashing = Pieces::new(Hashing(Sha256::new()));
        let wrote = serde_json::to_writer(&mut hashing, self);
        // Texts, numbers and lists of them: there is nothing here that JSON could not write, and hashing cannot fail.
        debug_assert!(wrote.is_ok(), "a body can always be written");
        let hashing = hashing.into_inner();
        hashing.map(|hashing| hex(&hashing.0.finalize())).unwrap_or_default()
    }
}

/// Hashes what is written, so that a body need not be held in memory twice.
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> FindingEntry<'a> {
    /// Returns what was found, behind `marks` and, where it is not known whether the filter means it, a mark of that.
    pub(in crate::audit) fn reason_marked(&self, marks: impl IntoIterator<Item = String>) -> String {
        let perhaps = self.unsure.then(|| PERHAPS.to_owned());
        let marks: Vec<String> = perhaps.into_iter().chain(marks).collect();
        match marks.as_slice() {
            [] => self.reason.to_string(),
            marks => format!("({}) {}", marks.join("; "), self.reason),
        }
    }

    fn of(finding: &Finding, unsure: bool, report: &'a Report) -> Self {
        let snapshot = &report.snapshot;
        let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
        let principal = finding.principal.and_then(|number| snapshot.principal(number));
        // Whoever reads the report may have another CLI than whoever wrote it.
        let command = finding.command(snapshot, &Grammar::of(snapshot.origin.generation));
        Self {
            rule: Cow::from(finding.rule.id()),
            severity: Cow::from(finding.severity().label()),
            workspace: workspace.map(|workspace| Cow::from(workspace.name.raw())),
            principal: principal.map(|principal| Cow::from(principal.raw())),
            reason: Cow::from(String::from(finding.reason(snapshot, &report.policy))),
            command: command.map(|command| Cow::from(String::from(command.shown()))),
            suppressed: finding.suppressed_by.map(|number| Suppressed::by(number, report)),
            source: finding.source(&report.policy).map(|term| Source {
                file: Cow::from(term.file.as_str()),
                line: term.line,
            }),
            unsure,
        }
    }
}
