//! From words to rows: every distinct name and set of roles is compared once, then the rows are walked.

use super::words::{Made, Word, is_workspace};
use super::{Filter, Selection};
use crate::audit::findings::Finding;
use crate::audit::report::Report;
use crate::audit::snapshot::{
    AuditedWorkspace, GrantNo, Part, PastGrant, PrincipalNo, Reading, Row, Snapshot, WorkspaceNo,
};
use crate::domain::glob::Glob;
use crate::domain::ids::Principal;
use crate::domain::query::{Called, Unnamed};
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Access;
use jiff::Timestamp;
use std::collections::HashSet;
use std::ops::Range;

/// Whether each of many is meant, by place.
type Marks = Vec<bool>;

/// What one word says of each grant, of each finding, and of each grant that was taken away.
#[derive(Default)]
pub(super) struct Verdict {
    rows: Marks,
    findings: Marks,
    past: Marks,
}

/// Whether something is what words ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    /// It is not known: it may be.
    Perhaps,
    Yes,
}

impl Fit {
    fn certain(is_it: bool) -> Self {
        if is_it { Self::Yes } else { Self::No }
    }
}

/// Which principals and workspaces have a name that a word asks for.
pub(super) struct Names {
    pub(super) principals: Marks,
    pub(super) workspaces: Marks,
    /// The word itself, in lower case.
    pub(super) lower: String,
}

/// What words ask about the making of a grant. They ask it of one and the same: who holds two roles, one by Carol and one
/// since May, holds none that Carol has granted since May.
#[derive(Default)]
struct Making<'a> {
    /// From this moment on, in microseconds since 1970.
    since: Option<i64>,
    before: Option<i64>,
    /// Parts of the granter's name, in lower case.
    by: Vec<&'a str>,
}

impl<'a> Making<'a> {
    /// Returns what `words` ask about it, if any of them does.
    fn asked_by(words: &'a [Word]) -> Option<Self> {
        let mut asked: Option<Self> = None;
        for word in words {
            let Word::Made(made) = word else { continue };
            let making = asked.get_or_insert_default();
            match made {
                Made::Since(at) => making.since = making.since.max(Some(at.as_microsecond())),
                Made::Before(at) => {
                    let at = at.as_microsecond();
                    making.before = Some(making.before.map_or(at, |before| before.min(at)));
                }
                Made::By(text) => making.by.push(text),
            }
        }
        asked
    }

    fn is_at(&self, at: i64) -> bool {
        at != i64::MIN && self.since.is_none_or(|since| at >= since) && self.before.is_none_or(|before| at < before)
    }

    fn asks_when(&self) -> bool {
        self.since.is_some() || self.before.is_some()
    }

    /// Whether a grant was made then, by its date.
    fn fits_when(&self, at: i64) -> Fit {
        match at {
            _ if !self.asks_when() => Fit::Yes,
            i64::MIN => Fit::Perhaps,
            at => Fit::certain(self.is_at(at)),
        }
    }

    fn fits_by(&self, granter: Option<&str>) -> Fit {
        match granter.filter(|granter| !granter.is_empty()) {
            _ if self.by.is_empty() => Fit::Yes,
            None => Fit::Perhaps,
            Some(granter) => {
                let granter = granter.to_lowercase();
                Fit::certain(self.by.iter().all(|part| granter.contains(part)))
            }
        }
    }

    /// Whether any of several grants that are not told apart was made so: known are the date of the first and, as `by`,
    /// whether the granter of the newest is asked for.
    fn fits_several(&self, first: i64, by: Fit) -> Fit {
        let is_over = self.before.is_some_and(|before| first >= before);
        if first != i64::MIN && is_over {
            return Fit::No;
        }
        let is_first = self.fits_when(first) == Fit::Yes;
        // Of the one in question either the granter is known or the date, unless every date will do.
        let is_sure = match (self.asks_when(), self.by.is_empty()) {
            (_, true) => is_first,
            (false, false) => by == Fit::Yes,
            (true, false) => by == Fit::Yes && is_first && self.before.is_none(),
        };
        if is_sure { Fit::Yes } else { Fit::Perhaps }
    }

    /// Whether a grant was made so that was taken away, or, where no granter is asked for, taken away then: who does that
    /// is not known.
    fn fits_past(&self, past: &PastGrant) -> Fit {
        let by = self.fits_by(past.granted_by.as_deref());
        let granted = self.fits_when(past.granted_at.map_or(i64::MIN, Timestamp::as_microsecond));
        let revoked_at = past.revoked_at.as_microsecond();
        let is_revoked_then = self.by.is_empty() && self.is_at(revoked_at);
        let when = match granted {
            _ if is_revoked_then => Fit::Yes,
            // It was granted before it was taken away.
            Fit::Perhaps if self.since.is_some_and(|since| revoked_at < since) => Fit::No,
            granted @ (Fit::No | Fit::Perhaps | Fit::Yes) => granted,
        };
        when.min(by)
    }
}

impl Report {
    /// Returns what `filter` leaves.
    pub fn select(&self, filter: &Filter) -> Selection {
        let judge = Judge::of(self);
        let mut left = Verdict {
            rows: vec![true; self.snapshot.rows.len()],
            findings: vec![true; self.findings.len()],
            past: vec![true; self.snapshot.past.len()],
        };
        let words = filter.words.iter().filter_map(|word| judge.word(word));
        let made = Making::asked_by(&filter.words).map(|making| judge.made(&making));
        let (making, unsure) = made.unzip();
        let workspaces = (!filter.workspaces.is_empty()).then(|| judge.in_workspaces(&filter.workspaces));
        for verdict in words.chain(making).chain(workspaces).chain(judge.reported()) {
            both(&mut left.rows, &verdict.rows);
            both(&mut left.findings, &verdict.findings);
            both(&mut left.past, &verdict.past);
        }
        let besides = judge.besides(filter, &left.rows);
        let places = |marks: Marks| {
            marks
                .into_iter()
                .enumerate()
                .filter_map(|(place, is_meant)| is_meant.then_some(place))
        };
        let mut unsure = unsure.unwrap_or_default();
        both(&mut unsure.rows, &left.rows);
        both(&mut unsure.findings, &left.findings);
        both(&mut unsure.past, &left.past);
        Selection {
            unsure: places(unsure.rows).map(GrantNo::new).collect(),
            unsure_findings: places(unsure.findings).collect(),
            unsure_past: places(unsure.past).collect(),
            grants: places(left.rows).map(GrantNo::new).collect(),
            findings: places(left.findings).collect(),
            past: places(left.past).collect(),
            besides,
        }
    }
}

pub(super) fn both(all: &mut [bool], more: &[bool]) {
    for (all, more) in all.iter_mut().zip(more) {
        *all &= more;
    }
}

pub(super) fn is_marked(marks: &[bool], place: usize) -> bool {
    marks.get(place).copied().unwrap_or(false)
}

fn mark(marks: &mut [bool], place: usize) {
    if let Some(slot) = marks.get_mut(place) {
        *slot = true;
    }
}

/// A report with what is asked of it again and again.
pub(super) struct Judge<'a> {
    report: &'a Report,
    pub(super) snapshot: &'a Snapshot,
    /// Where the rows of each workspace begin, and where the last ones end.
    starts: Vec<usize>,
}

impl<'a> Judge<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let snapshot = &report.snapshot;
        let mut starts = Vec::with_capacity(snapshot.workspaces.len() + 1);
        for (place, row) in snapshot.rows.iter().enumerate() {
            while starts.len() <= row.workspace.place() {
                starts.push(place);
            }
        }
        starts.resize(snapshot.workspaces.len() + 1, snapshot.rows.len());
        Self {
            report,
            snapshot,
            starts,
        }
    }

    /// What `word` says; nothing where it is about the making of a grant, of which all words ask together.
    fn word(&self, word: &Word) -> Option<Verdict> {
        Some(match word {
            Word::Called(called) => self.called(&self.names(called)),
            Word::Role(name) => {
                let is_named = |role: &Role| role.raw().to_lowercase() == *name;
                let amounts = |role: &Role| role.amounts_to().is_some_and(|amount| is_named(&amount));
                let past = self.past(|past| is_named(&past.role) || amounts(&past.role));
                self.by_rows(self.having_role(name), past)
            }
            Word::Allows(rank) => {
                let amount = |role: &Role| role.amounts_to().map_or(0, |amount| amount.rank());
                let past = self.past(|past| amount(&past.role) >= *rank);
                self.by_rows(self.having_rank(|amount| amount >= *rank), past)
            }
            Word::Can(operation) => self.able(*operation),
            Word::Workspace(name) => {
                self.in_marked(&self.workspaces(|workspace| is_workspace(name, workspace.name.raw())))
            }
            Word::Who(name) => self.by_principals(&self.principals(|principal| name.is_principal(principal))),
            Word::Access(unnamed) => self.in_marked(&self.letting_in(*unnamed)),
            Word::Kind(kind) => self.by_principals(&self.principals(|principal| principal.kind() == *kind)),
            Word::Rule(rule) => self.concerned(|finding| finding.rule == *rule),
            Word::Severity(severity) => self.concerned(|finding| finding.severity() >= *severity),
            Word::Made(_) => return None,
        })
    }

    /// Whatever was made so, or may have been, and what of it only may have been: of each row every grant is looked at. A
    /// finding is as sure as the surest of the grants it is about.
    fn made(&self, making: &Making<'_>) -> (Verdict, Verdict) {
        let granters = self.snapshot.granters.iter();
        let granters: Vec<Fit> = granters.map(|granter| making.fits_by(Some(granter))).collect();
        let of_nobody = making.fits_by(None);
        let fit = |part: Part| {
            let by = granters.get(part.granter as usize).copied().unwrap_or(of_nobody);
            if self.snapshot.is_several(part.roles) {
                making.fits_several(part.granted_at, by)
            } else {
                by.min(making.fits_when(part.granted_at))
            }
        };
        let rows = self.snapshot.rows.iter();
        let rows = rows.map(|row| self.snapshot.parts_of(row).map(fit).max().unwrap_or(Fit::No));
        let rows: Vec<Fit> = rows.collect();
        let past: Vec<Fit> = self.snapshot.past.iter().map(|past| making.fits_past(past)).collect();
        let are = |fits: &[Fit], is_meant: fn(Fit) -> bool| fits.iter().map(|fit| is_meant(*fit)).collect();
        let left = self.by_rows(are(&rows, |fit| fit != Fit::No), are(&past, |fit| fit != Fit::No));
        let sure = self.by_rows(are(&rows, |fit| fit == Fit::Yes), Vec::new());
        let findings = left.findings.iter().zip(&sure.findings);
        let unsure = Verdict {
            rows: are(&rows, |fit| fit == Fit::Perhaps),
            findings: findings.map(|(is_left, is_sure)| *is_left && !is_sure).collect(),
            past: are(&past, |fit| fit == Fit::Perhaps),
        };
        (left, unsure)
    }

    pub(super) fn rows(&self, is_meant: impl Fn(&Row) -> bool) -> Marks {
        self.snapshot.rows.iter().map(is_meant).collect()
    }

    pub(super) fn past(&self, is_meant: impl Fn(&PastGrant) -> bool) -> Marks {
        self.snapshot.past.iter().map(is_meant).collect()
    }

    fn principals(&self, is_meant: impl FnMut(&Principal) -> bool) -> Marks {
        self.snapshot.principals.iter().map(is_meant).collect()
    }

    fn findings(&self, is_meant: impl FnMut(&Finding) -> bool) -> Marks {
        self.report.findings.iter().map(is_meant).collect()
    }

    fn workspaces(&self, is_meant: impl Fn(&AuditedWorkspace) -> bool) -> Marks {
        self.snapshot.workspaces.iter().map(is_meant).collect()
    }

    /// Returns whose names a word without a key asks for.
    pub(super) fn names(&self, called: &Called) -> Names {
        let principals = self.principals(|principal| {
            if principal.is_everyone() {
                called.fits(principal.label().as_str())
            } else {
                called.fits(principal.raw())
            }
        });
        Names {
            principals,
            workspaces: self.workspaces(|workspace| called.fits(workspace.name.raw())),
            lower: called.lower.clone(),
        }
    }

    /// Whatever has one of these names, and the roles and rules whose names hold the word.
    fn called(&self, names: &Names) -> Verdict {
        let Names {
            principals,
            workspaces,
            lower,
        } = names;
        let is_called = |role: &Role| role.raw().to_lowercase().contains(lower);
        let roles = self.sets(|roles| roles.iter().any(is_called));
        let has_role = |row: &Row| is_marked(&roles, row.roles as usize);
        let is_there = |workspace: WorkspaceNo, principal: PrincipalNo| {
            is_marked(principals, principal.place()) || is_marked(workspaces, workspace.place())
        };
        let rows = self.rows(|row| is_there(row.workspace, row.principal) || has_role(row));
        let past = self.past(|past| is_there(past.workspace, past.principal) || is_called(&past.role));
        let findings = self.findings(|finding| {
            let held = || self.held(finding.workspace?, finding.principal?);
            finding
                .principal
                .is_some_and(|number| is_marked(principals, number.place()))
                || finding
                    .workspace
                    .is_some_and(|number| is_marked(workspaces, number.place()))
                || finding.rule.id().contains(lower)
                || held()
                    .and_then(|place| self.snapshot.rows.get(place))
                    .is_some_and(has_role)
        });
        Verdict { rows, findings, past }
    }

    /// What reports speak of, where there is anything else.
    fn reported(&self) -> Option<Verdict> {
        let workspaces = self.snapshot.workspaces.iter();
        let reported: Marks = workspaces.map(|workspace| workspace.is_reported).collect();
        reported.contains(&false).then(|| self.in_marked(&reported))
    }

    /// Grants and findings in the workspaces that one of `globs` stands for.
    fn in_workspaces(&self, globs: &[Glob]) -> Verdict {
        let is_meant = |name: &str| globs.iter().any(|glob| glob.matches(name));
        self.in_marked(&self.workspaces(|workspace| is_meant(workspace.name.raw())))
    }

    /// Marks the workspaces that let such people in; who gets into those that could not be read is not known.
    pub(super) fn letting_in(&self, unnamed: Unnamed) -> Marks {
        let mut access = vec![Access::Private; self.snapshot.workspaces.len()];
        for row in self.rows_of_everyone() {
            if let Some(slot) = access.get_mut(row.workspace.place()) {
                *slot = Access::of(self.snapshot.role_sets.get(row.roles as usize));
            }
        }
        let workspaces = self.snapshot.workspaces.iter().zip(access);
        let marks = workspaces.map(|(workspace, access)| workspace.reading == Reading::Read && unnamed.fits(&access));
        marks.collect()
    }

    pub(super) fn rows_of_everyone(&self) -> impl Iterator<Item = &Row> {
        let everyone = self.snapshot.everyone();
        let rows = self.snapshot.rows.iter();
        rows.filter(move |row| Some(row.principal) == everyone)
    }

    /// Grants and findings in these workspaces; of what names a principal only, those whose principal holds something
    /// there.
    fn in_marked(&self, workspaces: &[bool]) -> Verdict {
        let rows = self.rows(|row| is_marked(workspaces, row.workspace.place()));
        let holders = self.holders(&rows);
        let findings = self.findings(|finding| match (finding.workspace, finding.principal) {
            (Some(number), _) => is_marked(workspaces, number.place()),
            (None, Some(number)) => is_marked(&holders, number.place()),
            (None, None) => false,
        });
        let past = self.past(|past| is_marked(workspaces, past.workspace.place()));
        Verdict { rows, findings, past }
    }

    /// Grants of these principals, and findings that name one of them.
    fn by_principals(&self, principals: &[bool]) -> Verdict {
        let names = |finding: &Finding| {
            let number = finding.principal;
            number.is_some_and(|number| is_marked(principals, number.place()))
        };
        Verdict {
            rows: self.rows(|row| is_marked(principals, row.principal.place())),
            findings: self.findings(names),
            past: self.past(|past| is_marked(principals, past.principal.place())),
        }
    }

    /// These grants, those that were taken away, and the findings about one that was not.
    pub(super) fn by_rows(&self, rows: Marks, past: Marks) -> Verdict {
        let holders = self.holders(&rows);
        let findings = self.findings(|finding| match (finding.workspace, finding.principal) {
            (Some(workspace), Some(principal)) => self
                .held(workspace, principal)
                .is_some_and(|place| is_marked(&rows, place)),
            (Some(workspace), None) => self.places_in(workspace).any(|place| is_marked(&rows, place)),
            (None, Some(principal)) => is_marked(&holders, principal.place()),
            (None, None) => false,
        });
        Verdict { rows, findings, past }
    }

    /// These findings, and the grants they are about: all in the workspace of one that names no principal, and all of the
    /// principal of one that names no workspace.
    fn concerned(&self, is_meant: impl Fn(&Finding) -> bool) -> Verdict {
        let mut rows = vec![false; self.snapshot.rows.len()];
        let mut principals = vec![false; self.snapshot.principals.len()];
        let mut workspaces = vec![false; self.snapshot.workspaces.len()];
        let mut pairs = HashSet::new();
        for finding in self.report.findings.iter().filter(|finding| is_meant(finding)) {
            match (finding.workspace, finding.principal) {
                (Some(workspace), Some(principal)) => {
                    pairs.insert((workspace, principal));
                    if let Some(place) = self.held(workspace, principal) {
                        mark(&mut rows, place);
                    }
                }
                (Some(workspace), None) => {
                    mark(&mut workspaces, workspace.place());
                    self.places_in(workspace).for_each(|place| mark(&mut rows, place));
                }
                (None, Some(principal)) => mark(&mut principals, principal.place()),
                (None, None) => {}
            }
        }
        for (is_meant, row) in rows.iter_mut().zip(&self.snapshot.rows) {
            *is_meant |= is_marked(&principals, row.principal.place());
        }
        let past = self.past(|past| {
            is_marked(&principals, past.principal.place())
                || is_marked(&workspaces, past.workspace.place())
                || pairs.contains(&(past.workspace, past.principal))
        });
        Verdict {
            rows,
            findings: self.findings(is_meant),
            past,
        }
    }

    /// Returns who holds one of the marked grants.
    fn holders(&self, rows: &[bool]) -> Marks {
        let mut holders = vec![false; self.snapshot.principals.len()];
        for (row, _) in self.snapshot.rows.iter().zip(rows).filter(|(_, is_meant)| **is_meant) {
            mark(&mut holders, row.principal.place());
        }
        holders
    }

    pub(super) fn sets(&self, is_meant: impl Fn(&RoleSet) -> bool) -> Marks {
        self.snapshot.role_sets.iter().map(is_meant).collect()
    }

    pub(super) fn having_role(&self, name: &str) -> Marks {
        let named = |role: &Role| role.raw().to_lowercase() == *name;
        let sets = self.sets(|roles| roles.iter().any(named));
        let meant = Role::CHOICES.iter().find(|role| named(role)).map(Role::rank);
        let mut rows = self.having_rank(|amount| Some(amount) == meant);
        for (is_meant, row) in rows.iter_mut().zip(&self.snapshot.rows) {
            *is_meant |= is_marked(&sets, row.roles as usize);
        }
        rows
    }

    /// Marks the grants whose holders may do there what a role of such a rank allows; 0 allows nothing.
    fn having_rank(&self, is_meant: impl Fn(u8) -> bool) -> Marks {
        let amount = |roles: &RoleSet| roles.iter().filter_map(Role::amounts_to).map(|role| role.rank()).max();
        let amounts: Vec<u8> = self
            .snapshot
            .role_sets
            .iter()
            .map(|roles| amount(roles).unwrap_or(0))
            .collect();
        let of = |row: &Row| amounts.get(row.roles as usize).copied().unwrap_or(0);
        let mut by_everyone = vec![0; self.snapshot.workspaces.len()];
        for row in self.rows_of_everyone() {
            if let Some(slot) = by_everyone.get_mut(row.workspace.place()) {
                *slot = of(row);
            }
        }
        let tops = self.snapshot.principals();
        let tops: Marks = tops
            .map(|(number, _)| self.snapshot.top_role_of(number).is_some())
            .collect();
        self.rows(|row| {
            let everyone = by_everyone.get(row.workspace.place()).copied().unwrap_or(0);
            let top = if is_marked(&tops, row.principal.place()) {
                Role::Admin.rank()
            } else {
                0
            };
            is_meant(of(row).max(everyone).max(top))
        })
    }

    fn places_in(&self, workspace: WorkspaceNo) -> Range<usize> {
        let start = |place: usize| self.starts.get(place).copied().unwrap_or(0);
        start(workspace.place())..start(workspace.place() + 1)
    }

    /// Returns the place of the row of `principal` in `workspace`.
    pub(super) fn held(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> Option<usize> {
        let places = self.places_in(workspace);
        let rows = self.snapshot.rows.get(places.clone())?;
        let place = rows.binary_search_by_key(&principal, |row| row.principal).ok()?;
        Some(places.start + place)
    }
}
