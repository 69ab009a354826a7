//! The tables of a report as people read them: what stands in them, whatever the format that sets it.

use super::Document;
use super::body::drifted::{Differs, Drifted, Side};
use super::body::entries::GrantEntry;
use super::body::{Text, Walk, Written};
use crate::audit::rule::Severity;
use crate::domain::text::{counted, grouped};
use jiff::Timestamp;

/// A table with what stands above it. Its rows are made when they are walked, as often as that is: there can be too many to
/// be kept.
pub(super) struct Section<'a> {
    /// Nothing where it goes on with the section before.
    pub(super) title: Option<String>,
    /// 2, or 3 for a part of the section before.
    pub(super) level: usize,
    /// In lower case; of a list of facts, two, of which the second is empty.
    pub(super) columns: &'static [&'static str],
    pub(super) rows: Walk<'a, Vec<Cell<'a>>>,
}

/// What stands in a cell.
#[derive(Debug)]
pub(super) enum Cell<'a> {
    /// Words of this program.
    Words(Text<'a>),
    /// Text from outside, which is set off where it could be taken for markup.
    Foreign(Text<'a>),
    /// A principal, which may have to be marked.
    Principal(Text<'a>),
    /// There is nothing, or it is not known.
    Unknown,
    /// What the filter perhaps does not mean.
    Perhaps(Box<Self>),
}

impl<'a> Cell<'a> {
    fn words(words: impl Into<Text<'a>>) -> Self {
        Self::Words(words.into())
    }

    fn foreign(text: impl Into<Text<'a>>) -> Self {
        Self::Foreign(text.into())
    }

    fn known(text: Option<impl Into<Text<'a>>>) -> Self {
        text.map_or(Self::Unknown, Self::foreign)
    }

    fn time(at: Option<Timestamp>) -> Self {
        Self::words(at.map_or_else(|| "unknown".to_owned(), |at| at.to_string()))
    }

    fn roles(side: Option<&Side<'_>>) -> Self {
        Self::foreign(roles(side))
    }

    fn perhaps(self, is_unsure: bool) -> Self {
        if is_unsure { Self::Perhaps(Box::new(self)) } else { self }
    }
}

/// Returns what tells a reader at once how far a report can be trusted.
pub(super) fn verdict(body: &Written<'_>) -> String {
    let coverage = &body.coverage;
    let (trust, population) = (coverage.trust().label(), coverage.population.label());
    format!("{trust}: {}, population {population}", coverage.workspaces.words())
}

/// Returns where, when, by whom and with which filter a report was taken, and how complete it is.
pub(super) fn facts<'a>(document: &Document<'_>) -> Section<'a> {
    let facts = header(document).into_iter().chain(document.body.coverage.facts());
    list(None, &["completeness", ""], facts.collect())
}

/// Returns where, when, by whom and with which filter a report was taken.
pub(super) fn header(document: &Document<'_>) -> Vec<(&'static str, String)> {
    let body = &document.body;
    let version = body.server_version.as_deref().unwrap_or("unknown");
    // Whoever is not known to be one may still be one: the platform does not always tell.
    let standing = if body.is_platform_admin {
        ", a platform admin"
    } else {
        ""
    };
    vec![
        ("server", body.server.to_string()),
        ("server version", format!("{version} ({})", body.generation)),
        ("caller", format!("{}{standing}", body.caller)),
        ("started", document.origin.started_at.to_string()),
        ("ended", document.origin.ended_at.to_string()),
        ("filter", filter(&body.filter)),
    ]
}

/// Returns what a comparison was made with, by name.
pub(super) fn compared_with(drift: &Drifted<'_>) -> [(&'static str, String); 3] {
    let baseline = &drift.baseline;
    [
        ("baseline", format!("{} to {}", baseline.started_at, baseline.ended_at)),
        ("baseline sha256", baseline.sha256.to_string()),
        ("baseline filter", filter(&baseline.filter)),
    ]
}

fn filter(text: &str) -> String {
    if text.is_empty() {
        "none".to_owned()
    } else {
        format!("\"{text}\"")
    }
}

/// Returns the counts of findings by severity, the worst first: `1 critical, 3 low, 2 suppressed`.
pub(super) fn severities(body: &Written<'_>) -> String {
    let mut counting = Severity::ALL.map(|severity| (0, severity.label()));
    let mut n_suppressed = 0;
    for found in body.findings.iter() {
        let same = counting.iter_mut().find(|(_, label)| *label == found.severity);
        match same.filter(|_| found.suppressed.is_none()) {
            Some((n, _)) => *n += 1,
            None => n_suppressed += 1,
        }
    }
    let counts = counting.into_iter().chain([(n_suppressed, "suppressed")]);
    let counts = counts.filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, what)| format!("{} {what}", grouped(n))).collect();
    if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    }
}

/// Returns what follows the findings: what has changed, who holds what, and who held it once.
pub(super) fn after_findings<'b>(body: &'b Written<'_>) -> Vec<Section<'b>> {
    let mut sections = Vec::new();
    if let Some(drift) = &body.drift {
        sections.extend(drifted(drift));
    }
    sections.push(grants(body));
    sections.extend(revoked(body));
    sections
}

fn list<'a>(
    title: Option<String>,
    columns: &'static [&'static str],
    facts: Vec<(&'static str, String)>,
) -> Section<'a> {
    let rows = move || {
        let facts = facts.clone().into_iter();
        facts.map(|(name, value)| vec![Cell::words(name), Cell::foreign(value)])
    };
    Section {
        title,
        level: 2,
        columns,
        rows: Walk::new(rows),
    }
}

fn drifted<'b>(drift: &'b Drifted<'_>) -> impl Iterator<Item = Section<'b>> {
    let with = compared_with(drift).into();
    let with = list(Some(format!("Drift: {}", drift.words())), &["compared with", ""], with);
    let row = |(what, differs): (&'static str, &'b Differs<'_>)| {
        let latest = differs.latest();
        vec![
            Cell::words(what),
            Cell::foreign(&*differs.workspace),
            Cell::Principal((&*differs.principal).into()),
            Cell::roles(differs.before.as_ref()),
            Cell::roles(differs.after.as_ref()),
            Cell::time(latest.and_then(|latest| latest.granted_at)),
            Cell::known(latest.and_then(|latest| latest.granted_by.as_deref())),
            Cell::words(differs.note()),
        ]
    };
    let differences = Section {
        title: None,
        level: 2,
        columns: &[
            "drift",
            "workspace",
            "principal",
            "before",
            "now",
            "granted",
            "granted by",
            "note",
        ],
        rows: Walk::new(move || drift.all().map(row)),
    };
    let not_compared = (!drift.not_compared.is_empty()).then(|| Section {
        title: Some(format!(
            "Not compared: {}",
            counted(drift.not_compared.len(), "workspace")
        )),
        level: 3,
        columns: &["workspace", "before", "now"],
        rows: Walk::new(|| {
            let rows = drift.not_compared.iter();
            rows.map(|it| {
                [&it.workspace, &it.before, &it.after]
                    .map(|text| Cell::foreign(&**text))
                    .into()
            })
        }),
    });
    [with, differences].into_iter().chain(not_compared)
}

fn grants<'b>(body: &'b Written<'_>) -> Section<'b> {
    let n_grants: usize = body.workspaces.iter().map(|workspace| workspace.members.len()).sum();
    let rows = || {
        body.workspaces.iter().flat_map(|workspace| {
            let members = workspace.members.into_iter();
            members.map(move |member| grant(workspace.name.clone(), member))
        })
    };
    Section {
        title: Some(format!("Grants: {}", grouped(n_grants))),
        level: 2,
        columns: &[
            "workspace",
            "principal",
            "kind",
            "roles",
            "effective",
            "given by",
            "granted",
            "granted by",
        ],
        rows: Walk::new(rows),
    }
}

fn grant<'a>(workspace: Text<'a>, member: GrantEntry<'a>) -> Vec<Cell<'a>> {
    let [granted_at, granted_by] = match member.granted() {
        Some(several) => several.map(Cell::foreign),
        None => [Cell::time(member.granted_at), Cell::known(member.granted_by)],
    };
    vec![
        Cell::Foreign(workspace),
        Cell::Principal(member.principal),
        Cell::Foreign(member.kind),
        Cell::foreign(member.roles.join(", ")),
        Cell::Foreign(member.effective.unwrap_or_else(|| "nothing".into())),
        Cell::Foreign(member.given_by),
        granted_at.perhaps(member.unsure),
        granted_by,
    ]
}

fn revoked<'b>(body: &'b Written<'_>) -> Option<Section<'b>> {
    let history = body.history.as_ref()?;
    let rows = || {
        history.iter().map(|past| {
            vec![
                Cell::Foreign(past.workspace),
                Cell::Principal(past.principal),
                Cell::Foreign(past.kind),
                Cell::Foreign(past.role),
                Cell::time(past.granted_at).perhaps(past.unsure),
                Cell::known(past.granted_by),
                Cell::time(Some(past.revoked_at)),
            ]
        })
    };
    Some(Section {
        title: Some(format!("Revoked grants: {}", grouped(history.iter().count()))),
        level: 2,
        columns: &[
            "workspace",
            "principal",
            "kind",
            "role",
            "granted",
            "granted by",
            "revoked at",
        ],
        rows: Walk::new(rows),
    })
}

/// Returns roles in words, `nothing` where there are none.
pub(super) fn roles(side: Option<&Side<'_>>) -> String {
    side.map_or_else(|| "nothing".to_owned(), |side| side.roles.join(", "))
}
