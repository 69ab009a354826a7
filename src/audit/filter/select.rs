//! From words to rows: every distinct name and set of roles is compared once, then the rows are walked.

use super::words::{Name, Word};
use super::{Filter, Selection};
use crate::audit::findings::Finding;
use crate::audit::glob::Glob;
use crate::audit::report::Report;
use crate::audit::snapshot::{GrantNo, PrincipalNo, Row, Snapshot, WorkspaceNo};
use crate::domain::ids::Principal;
use crate::domain::role::{Role, RoleSet};
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::ops::Range;

/// Whether each of many is meant, by place.
type Marks = Vec<bool>;

/// What one word says of each grant and of each finding.
struct Verdict {
    rows: Marks,
    findings: Marks,
}

impl Report {
    /// Returns what `filter` leaves.
    pub fn select(&self, filter: &Filter) -> Selection {
        let judge = Judge::of(self);
        let mut rows = vec![true; self.snapshot.rows.len()];
        let mut findings = vec![true; self.findings.len()];
        let words = filter.words.iter().map(|word| judge.word(word));
        let workspaces = (!filter.workspaces.is_empty()).then(|| judge.in_workspaces(&filter.workspaces));
        for verdict in words.chain(workspaces).chain(judge.reported()) {
            both(&mut rows, &verdict.rows);
            both(&mut findings, &verdict.findings);
        }
        let places = |marks: Marks| {
            marks
                .into_iter()
                .enumerate()
                .filter_map(|(place, is_meant)| is_meant.then_some(place))
        };
        Selection {
            grants: places(rows).map(GrantNo::new).collect(),
            findings: places(findings).collect(),
        }
    }
}

fn both(all: &mut [bool], more: &[bool]) {
    for (all, more) in all.iter_mut().zip(more) {
        *all &= more;
    }
}

fn is_marked(marks: &[bool], place: usize) -> bool {
    marks.get(place).copied().unwrap_or(false)
}

fn mark(marks: &mut [bool], place: usize) {
    if let Some(slot) = marks.get_mut(place) {
        *slot = true;
    }
}

/// A report with what is asked of it again and again.
struct Judge<'a> {
    report: &'a Report,
    snapshot: &'a Snapshot,
    /// Where the rows of each workspace begin, and where the last ones end.
    starts: Vec<usize>,
}

impl<'a> Judge<'a> {
    fn of(report: &'a Report) -> Self {
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

    fn word(&self, word: &Word) -> Verdict {
        match word {
            Word::Plain(text) => self.called(text, |name| name.to_lowercase().contains(text)),
            Word::Loose(text) => {
                let mut fuzzy = Fuzzy::new(text);
                self.called(&text.to_lowercase(), |name| fuzzy.matches(name))
            }
            Word::Role(name) => self.by_rows(self.having_role(name)),
            Word::Allows(rank) => self.by_rows(self.having_rank(|amount| amount >= *rank)),
            Word::Workspace(glob) => self.in_workspaces(std::slice::from_ref(glob)),
            Word::Who(name) => self.by_principals(&self.principals(|principal| is_named(principal, name))),
            Word::Kind(kind) => self.by_principals(&self.principals(|principal| principal.kind() == *kind)),
            Word::By(text) => {
                let granters = self.snapshot.granters.iter();
                let granters: Marks = granters.map(|granter| granter.to_lowercase().contains(text)).collect();
                self.by_rows(self.rows(|row| is_marked(&granters, row.granter as usize)))
            }
            Word::Rule(rule) => self.concerned(|finding| finding.rule == *rule),
            Word::Severity(severity) => self.concerned(|finding| finding.severity() >= *severity),
            Word::Since(at) => {
                let at = at.as_microsecond();
                self.by_rows(self.rows(|row| row.granted_at != i64::MIN && row.granted_at >= at))
            }
            Word::Before(at) => {
                let at = at.as_microsecond();
                self.by_rows(self.rows(|row| row.granted_at != i64::MIN && row.granted_at < at))
            }
        }
    }

    fn rows(&self, is_meant: impl Fn(&Row) -> bool) -> Marks {
        self.snapshot.rows.iter().map(is_meant).collect()
    }

    fn principals(&self, is_meant: impl FnMut(&Principal) -> bool) -> Marks {
        self.snapshot.principals.iter().map(is_meant).collect()
    }

    fn findings(&self, is_meant: impl FnMut(&Finding) -> bool) -> Marks {
        self.report.findings.iter().map(is_meant).collect()
    }

    /// Whatever `is_it` says of its name, and the roles and rules whose names hold `lower`.
    fn called(&self, lower: &str, mut is_it: impl FnMut(&str) -> bool) -> Verdict {
        let principals = self.principals(|principal| {
            if principal.is_everyone() {
                is_it(principal.label().as_str())
            } else {
                is_it(principal.raw())
            }
        });
        let workspaces = self.snapshot.workspaces.iter();
        let workspaces: Marks = workspaces.map(|workspace| is_it(workspace.name.raw())).collect();
        let roles = self.sets(|roles| roles.iter().any(|role| role.raw().to_lowercase().contains(lower)));
        let has_role = |row: &Row| is_marked(&roles, row.roles as usize);
        let rows = self.rows(|row| {
            is_marked(&principals, row.principal.place())
                || is_marked(&workspaces, row.workspace.place())
                || has_role(row)
        });
        let findings = self.findings(|finding| {
            let held = || self.held(finding.workspace?, finding.principal?);
            finding
                .principal
                .is_some_and(|number| is_marked(&principals, number.place()))
                || finding
                    .workspace
                    .is_some_and(|number| is_marked(&workspaces, number.place()))
                || finding.rule.id().contains(lower)
                || held()
                    .and_then(|place| self.snapshot.rows.get(place))
                    .is_some_and(has_role)
        });
        Verdict { rows, findings }
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
        let workspaces = self.snapshot.workspaces.iter();
        let workspaces: Marks = workspaces.map(|workspace| is_meant(workspace.name.raw())).collect();
        self.in_marked(&workspaces)
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
        Verdict { rows, findings }
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
        }
    }

    /// These grants, and the findings about one of them.
    fn by_rows(&self, rows: Marks) -> Verdict {
        let holders = self.holders(&rows);
        let findings = self.findings(|finding| match (finding.workspace, finding.principal) {
            (Some(workspace), Some(principal)) => self
                .held(workspace, principal)
                .is_some_and(|place| is_marked(&rows, place)),
            (Some(workspace), None) => self.places_in(workspace).any(|place| is_marked(&rows, place)),
            (None, Some(principal)) => is_marked(&holders, principal.place()),
            (None, None) => false,
        });
        Verdict { rows, findings }
    }

    /// These findings, and the grants they are about: all in the workspace of one that names no principal, and all of the
    /// principal of one that names no workspace.
    fn concerned(&self, is_meant: impl Fn(&Finding) -> bool) -> Verdict {
        let mut rows = vec![false; self.snapshot.rows.len()];
        let mut principals = vec![false; self.snapshot.principals.len()];
        for finding in self.report.findings.iter().filter(|finding| is_meant(finding)) {
            match (finding.workspace, finding.principal) {
                (Some(workspace), Some(principal)) => {
                    if let Some(place) = self.held(workspace, principal) {
                        mark(&mut rows, place);
                    }
                }
                (Some(workspace), None) => self.places_in(workspace).for_each(|place| mark(&mut rows, place)),
                (None, Some(principal)) => mark(&mut principals, principal.place()),
                (None, None) => {}
            }
        }
        for (is_meant, row) in rows.iter_mut().zip(&self.snapshot.rows) {
            *is_meant |= is_marked(&principals, row.principal.place());
        }
        Verdict {
            rows,
            findings: self.findings(is_meant),
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

    fn sets(&self, is_meant: impl Fn(&RoleSet) -> bool) -> Marks {
        self.snapshot.role_sets.iter().map(is_meant).collect()
    }

    fn having_role(&self, name: &str) -> Marks {
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
        if let Some(everyone) = self.snapshot.everyone() {
            for row in self.snapshot.rows.iter().filter(|row| row.principal == everyone) {
                if let Some(slot) = by_everyone.get_mut(row.workspace.place()) {
                    *slot = of(row);
                }
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
    fn held(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> Option<usize> {
        let places = self.places_in(workspace);
        let rows = self.snapshot.rows.get(places.clone())?;
        let place = rows.binary_search_by_key(&principal, |row| row.principal).ok()?;
        Some(places.start + place)
    }
}

fn is_named(principal: &Principal, name: &Name) -> bool {
    match name {
        Name::Everyone => principal.is_everyone(),
        Name::Like(glob) => glob.matches(principal.raw()),
        Name::Part(part) => principal.raw().to_lowercase().contains(part),
    }
}

/// A word, ready to be compared with names more or less.
struct Fuzzy {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Fuzzy {
    fn new(text: &str) -> Self {
        Self {
            pattern: Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy),
            matcher: Matcher::new(Config::DEFAULT),
            buffer: Vec::new(),
        }
    }

    fn matches(&mut self, text: &str) -> bool {
        let text = Utf32Str::new(text, &mut self.buffer);
        self.pattern.score(text, &mut self.matcher).is_some()
    }
}
