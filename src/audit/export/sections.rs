//! The tables of a report as people read them: what stands in them, whatever the format that sets it.

use super::Document;
use super::body::drifted::{Differs, Drifted, Side};
use super::body::entries::GrantEntry;
use super::body::{Text, Walk, Written};
use crate::audit::filter::Selection;
use crate::audit::report::Report;
use crate::audit::rule::{Rule, Severity};
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
    /// A moment.
    Time(Timestamp),
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
        at.map_or_else(|| Self::words("unknown"), Self::Time)
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
    let then = coverage.as_of.as_ref();
    let then = then.map_or_else(String::new, |then| format!(", as of {}", to_the_second(then.at)));
    let (trust, population) = (coverage.trust().label(), coverage.population.label());
    format!(
        "{trust}: {}, population {population}{then}",
        coverage.workspaces.words()
    )
}

/// Returns where, when, by whom and with which filter a report was taken, and how complete it is.
pub(super) fn facts<'a>(document: &Document<'_>) -> Section<'a> {
    let facts = header(document).into_iter().chain(document.body.coverage.facts());
    list(None, &["completeness", ""], facts.collect())
}

/// Returns what stands at the top of a table: where, when, by whom and with which filter it was taken, and who else may do
/// what the filter asks about.
pub(super) fn head<'a>(document: &Document<'_>) -> Section<'a> {
    let besides = document.body.coverage.besides.iter();
    let besides = besides.map(|others| ("besides", others.words()));
    list(
        None,
        &["head", ""],
        header(document).into_iter().chain(besides).collect(),
    )
}

/// Returns how complete a report is, for the end of a table.
pub(super) fn coverage<'a>(body: &Written<'_>) -> Section<'a> {
    let title = Some("Coverage".to_owned());
    let facts = body.coverage.facts().into_iter().filter(|(name, _)| *name != "besides");
    list(title, &["completeness", ""], facts.collect())
}

/// Returns where, when, by whom and with which filter a report was taken, and where the journal ended.
pub(super) fn header(document: &Document<'_>) -> Vec<(&'static str, String)> {
    let body = &document.body;
    let version = body.server_version.as_deref().unwrap_or("unknown");
    // Whoever is not known to be one may still be one: the platform does not always tell.
    let standing = if body.is_platform_admin {
        ", a platform admin"
    } else {
        ""
    };
    let facts = [
        ("server", body.server.to_string()),
        ("server version", format!("{version} ({})", body.generation)),
        ("caller", format!("{}{standing}", body.caller)),
        ("started", to_the_second(document.origin.started_at)),
        ("ended", to_the_second(document.origin.ended_at)),
        ("filter", filter(&body.filter)),
    ];
    let journal = document.journal.into_iter().flat_map(|head| {
        [
            ("journal line", head.seq.to_string()),
            ("journal sha256", head.hash.clone()),
        ]
    });
    facts.into_iter().chain(journal).collect()
}

/// Returns what a comparison was made with, by name.
pub(super) fn compared_with(drift: &Drifted<'_>) -> [(&'static str, String); 3] {
    let baseline = &drift.baseline;
    let (begun, ended) = (to_the_second(baseline.started_at), to_the_second(baseline.ended_at));
    let when = match baseline.as_of {
        Some(as_of) => format!("as of {}, read {begun} to {ended}", to_the_second(as_of)),
        None => format!("{begun} to {ended}"),
    };
    [
        ("baseline", when),
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

/// The findings of one rule that are equally bad.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) severity: Severity,
    pub(super) rule: Rule,
    pub(super) n: usize,
    pub(super) n_suppressed: usize,
}

impl Group {
    /// Returns how many there are, in words: `267`, `3 (1 suppressed)`.
    pub(super) fn count(&self) -> String {
        let n = grouped(self.n);
        match self.n_suppressed {
            0 => n,
            n_suppressed => format!("{n} ({} suppressed)", grouped(n_suppressed)),
        }
    }
}

/// Returns the selected findings by rule, in their order. They are counted without being put into words.
pub(super) fn groups(report: &Report, selection: &Selection) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let places = selection.findings.iter();
    for found in places.filter_map(|place| report.findings.get(*place)) {
        let (severity, rule) = (found.severity(), found.rule);
        let n_suppressed = usize::from(found.is_suppressed());
        let same = |group: &&mut Group| (group.severity, group.rule) == (severity, rule);
        match groups.iter_mut().rev().find(same) {
            Some(group) => {
                group.n += 1;
                group.n_suppressed += n_suppressed;
            }
            None => groups.push(Group {
                severity,
                rule,
                n: 1,
                n_suppressed,
            }),
        }
    }
    groups
}

/// Returns the counts of findings by severity, the worst first: `1 critical, 3 low, 2 suppressed`.
pub(super) fn severities(groups: &[Group]) -> String {
    let counting = Severity::ALL.map(|severity| {
        let these = groups.iter().filter(|group| group.severity == severity);
        let n = these.map(|group| group.n - group.n_suppressed).sum::<usize>();
        (n, severity.label())
    });
    let n_suppressed = groups.iter().map(|group| group.n_suppressed).sum::<usize>();
    let counts = counting.into_iter().chain([(n_suppressed, "suppressed")]);
    let counts = counts.filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, what)| format!("{} {what}", grouped(n))).collect();
    if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    }
}

/// How much stands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Everything, in a column of its own each.
    Full,
    /// What fits a line: what a principal may do stands behind its roles where these do not say it, and what kind it is can
    /// be told by its name.
    Brief,
}

/// Returns what has changed since the baseline; nothing where there is none.
pub(super) fn drift<'b>(body: &'b Written<'_>, detail: Detail) -> Vec<Section<'b>> {
    let drift = body.drift.iter();
    drift.flat_map(|drift| drifted(drift, detail)).collect()
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

fn drifted<'b>(drift: &'b Drifted<'_>, detail: Detail) -> impl Iterator<Item = Section<'b>> {
    let with = compared_with(drift).into();
    let with = list(Some(format!("Drift: {}", drift.words())), &["compared with", ""], with);
    let row = move |(what, differs): (&'static str, &'b Differs<'_>)| {
        let latest = differs.latest();
        let who = Cell::Principal((&*differs.principal).into());
        let at = Cell::time(latest.and_then(|latest| latest.granted_at));
        let by = Cell::known(latest.and_then(|latest| latest.granted_by.as_deref()));
        match detail {
            Detail::Full => {
                let workspace = Cell::foreign(&*differs.workspace);
                let [before, after] = [&differs.before, &differs.after].map(|side| Cell::roles(side.as_ref()));
                let note = Cell::words(differs.note());
                vec![Cell::words(what), workspace, who, before, after, at, by, note]
            }
            Detail::Brief => {
                let workspace = Cell::foreign(workspace_in_brief(differs));
                vec![
                    Cell::words(what),
                    workspace,
                    who,
                    Cell::foreign(from_to(differs)),
                    at,
                    by,
                ]
            }
        }
    };
    let differences = Section {
        title: None,
        level: 2,
        columns: drift_columns(detail),
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

fn drift_columns(detail: Detail) -> &'static [&'static str] {
    match detail {
        Detail::Full => &[
            "drift",
            "workspace",
            "principal",
            "before",
            "now",
            "granted",
            "granted by",
            "note",
        ],
        Detail::Brief => &["drift", "workspace", "principal", "roles", "granted", "granted by"],
    }
}

/// Returns where something has changed, and whether that is new or gone itself.
fn workspace_in_brief<'b>(differs: &'b Differs<'_>) -> Text<'b> {
    if differs.note().is_empty() {
        Text::Borrowed(&differs.workspace)
    } else {
        Text::Owned(format!("{} ({})", differs.workspace, differs.workspace_is))
    }
}

/// Returns the roles before and now, where there are both, else those there are.
fn from_to(differs: &Differs<'_>) -> String {
    match (&differs.before, &differs.after) {
        (Some(before), Some(after)) => format!("{} → {}", before.roles.join(", "), after.roles.join(", ")),
        (before, after) => roles(before.as_ref().or(after.as_ref())),
    }
}

/// Returns who holds what.
pub(super) fn grants<'b>(document: &'b Document<'_>, detail: Detail) -> Section<'b> {
    let body = &document.body;
    let rows = move || {
        body.workspaces.iter().flat_map(move |workspace| {
            let members = workspace.members.into_iter();
            members.map(move |member| match detail {
                Detail::Full => grant(workspace.name.clone(), member),
                Detail::Brief => brief_grant(workspace.name.clone(), member),
            })
        })
    };
    Section {
        title: Some(format!("Grants: {}", grouped(document.n_grants))),
        level: 2,
        columns: match detail {
            Detail::Full => &[
                "workspace",
                "principal",
                "kind",
                "roles",
                "effective",
                "given by",
                "granted",
                "granted by",
            ],
            Detail::Brief => &["workspace", "principal", "roles", "granted", "granted by"],
        },
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

fn brief_grant<'a>(workspace: Text<'a>, member: GrantEntry<'a>) -> Vec<Cell<'a>> {
    let roles = roles_and_effect(&member);
    let is_one = member.first_granted_at.is_none() && member.grants.is_empty();
    let granted_at = match member.granted_at {
        // Whoever granted it stands beside it.
        Some(at) if !is_one => Cell::words(format!("{} (newest)", day(at))),
        at => Cell::time(at),
    };
    vec![
        Cell::Foreign(workspace),
        Cell::Principal(member.principal),
        Cell::foreign(roles),
        granted_at.perhaps(member.unsure),
        Cell::known(member.granted_by),
    ]
}

/// Returns the roles of a member, and what it may do where that is something else: `Viewer (everyone (*): Editor)`.
fn roles_and_effect(member: &GrantEntry<'_>) -> String {
    let roles = member.roles.join(", ");
    match &member.effective {
        None => format!("{roles} (no effect)"),
        Some(effective) if member.roles.contains(effective) => roles,
        Some(effective) => format!("{roles} ({}: {effective})", member.given_by),
    }
}

/// Returns a moment without the parts of its second, which say nothing to people.
pub(in crate::audit) fn to_the_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Returns the day of a moment, in UTC.
pub(super) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// Returns who held what once; nothing where that was not read.
pub(super) fn revoked<'b>(body: &'b Written<'_>, detail: Detail) -> Option<Section<'b>> {
    let history = body.history.as_ref()?;
    let rows = move || {
        history.iter().map(move |past| {
            let mut row = vec![Cell::Foreign(past.workspace), Cell::Principal(past.principal)];
            if detail == Detail::Full {
                row.push(Cell::Foreign(past.kind));
            }
            row.extend([
                Cell::Foreign(past.role),
                Cell::time(past.granted_at).perhaps(past.unsure),
                Cell::known(past.granted_by),
                Cell::Time(past.revoked_at),
            ]);
            row
        })
    };
    Some(Section {
        title: Some(format!("Revoked grants: {}", grouped(history.iter().count()))),
        level: 2,
        columns: match detail {
            Detail::Full => &[
                "workspace",
                "principal",
                "kind",
                "role",
                "granted",
                "granted by",
                "revoked at",
            ],
            Detail::Brief => &["workspace", "principal", "role", "granted", "granted by", "revoked at"],
        },
        rows: Walk::new(rows),
    })
}

/// Returns roles in words, `nothing` where there are none.
pub(super) fn roles(side: Option<&Side<'_>>) -> String {
    side.map_or_else(|| "nothing".to_owned(), |side| side.roles.join(", "))
}
