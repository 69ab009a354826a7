//! Who has access to what across all workspaces: as a list, as a matrix, as findings, and by principal.
//!
//! Rows are numbers of one report. While another report, filter or order is being worked out, what was on show stays
//! on show with the report it belongs to.

mod reading;

pub(in crate::app) use reading::is_growing;
pub(super) use reading::{covered, covered_briefly, freshness};

use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts};
pub use crate::app::audit::Mode;
use crate::app::audit::rows::{Holder, Order, Rows, SortKey};
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::filter::Filter;
use crate::app::geometry;
use crate::app::keymap::{Action, Context};
use crate::app::list::{self, List, Marks, Scroll, Sort, Sorting};
use crate::app::msg::Size;
use crate::app::session::Session;
use crate::app::targets::{LeftOut, Place, Targets};
use crate::audit::filter::Filter as Sieve;
use crate::audit::{Finding, Grant, GrantNo, PrincipalNo, Report, WorkspaceNo};
use crate::domain::command::Command;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::{CopyProblem, SafeText};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// What is on show.
    pub mode: Mode,
    /// What the filter, the order and the report have left.
    pub rows: Option<Box<Rows>>,
    /// The grants.
    pub grants: List<GrantNo>,
    /// The findings, by their place in the report.
    pub findings: List<usize>,
    /// The principals, of the matrix and of their own list.
    pub principals: List<PrincipalNo>,
    /// The workspaces of the matrix, from left to right.
    pub workspaces: List<WorkspaceNo>,
    /// The filter as it is typed.
    pub filter: Filter,
    /// What is wrong with the filter; the one before stays in force.
    pub problem: Option<SafeText>,
    /// The filter in force.
    pub sieve: Sieve,
    /// The order of the grants.
    pub sort: Order,
}

impl State {
    /// Opens in `mode`.
    pub fn new(mode: Mode) -> Self {
        let sort = Sort::by(SortKey::Workspace);
        Self {
            mode,
            rows: None,
            grants: List::default(),
            findings: List::default(),
            principals: List::default(),
            workspaces: List::default(),
            // Whoever asks for a principal goes on with its name.
            filter: Filter {
                is_editing: mode == Mode::Principals,
                ..Filter::default()
            },
            problem: None,
            sieve: Sieve::default(),
            sort,
        }
    }

    /// Shows `mode`, or the list again where that is on show already.
    pub(in crate::app) fn switch_to(&mut self, mode: Mode, size: Size, now: Timestamp) {
        self.mode = if self.mode == mode { Mode::List } else { mode };
        // Whoever asks for a principal goes on with its name.
        self.filter.is_editing = self.mode == Mode::Principals;
        self.filter.input.select_all();
        self.filter_edited(now);
        self.reveal(size);
    }

    /// Returns whether `report` has to be sifted for what is on show to be up to date.
    pub fn needs(&self, report: &Arc<Report>) -> bool {
        self.rows.as_ref().is_none_or(|rows| {
            !Arc::ptr_eq(&rows.report, report) || rows.filter != self.sieve || rows.order != self.sort
        })
    }

    /// Takes new rows. Each cursor stays on what it was on, by name, since numbers belong to one report.
    pub fn take(&mut self, rows: Box<Rows>, size: Size) {
        let grant = self.grant().map(|grant| key_of(&grant));
        let finding = self.finding().copied();
        let finding = finding
            .zip(self.rows.as_ref())
            .map(|(finding, rows)| name_of(&finding, &rows.report));
        let principal = self.principal().cloned();
        let workspace = self.column().cloned();
        let snapshot = &rows.report.snapshot;
        let grant = grant.and_then(|(workspace, principal)| {
            let (workspace, principal) = (snapshot.workspace_no(&workspace)?, snapshot.principal_no(&principal)?);
            Some(snapshot.held(workspace, principal)?.number())
        });
        let finding = finding.and_then(|wanted| {
            let mut places = rows.findings.iter().copied();
            places.find(|place| {
                let finding = rows.report.findings.get(*place);
                finding.is_some_and(|finding| name_of(finding, &rows.report) == wanted)
            })
        });
        let principal = principal.and_then(|principal| snapshot.principal_no(&principal));
        let workspace = workspace.and_then(|workspace| snapshot.workspace_no(&workspace));
        self.rename_marks(&rows.report);
        let height = geometry::table_rows(size);
        self.grants.replace(rows.grants.clone(), grant.as_ref(), height);
        self.findings.replace(rows.findings.clone(), finding.as_ref(), height);
        let principals = rows.holders.iter().map(|holder| holder.principal).collect();
        self.principals.replace(principals, principal.as_ref(), height);
        let matrix = geometry::matrix(size, rows.workspaces.len(), rows.longest_name);
        self.workspaces
            .replace(rows.workspaces.clone(), workspace.as_ref(), matrix.n_columns);
        self.filter.problem = self.problem.clone().or_else(|| {
            // What was not read yet may well match.
            let is_complete = rows.report.snapshot.is_complete();
            rows.unmatched.clone().filter(|_| is_complete)
        });
        self.rows = Some(rows);
        if self.filter.is_editing && self.mode == Mode::Principals {
            self.select_best(height);
        }
        self.reveal(size);
    }

    /// Keeps the marks on what they were on, by name, where another report numbers it otherwise.
    fn rename_marks(&mut self, report: &Arc<Report>) {
        let Some(old) = self.report().filter(|old| !Arc::ptr_eq(old, report)).cloned() else {
            return;
        };
        let (before, now) = (&old.snapshot, &report.snapshot);
        if self.grants.has_marks() {
            self.grants.rename_marks(|number| {
                let (workspace, principal) = key_of(&before.grant(*number)?);
                let (workspace, principal) = (now.workspace_no(&workspace)?, now.principal_no(&principal)?);
                Some(now.held(workspace, principal)?.number())
            });
        }
        if self.findings.has_marks() {
            let findings = report.findings.iter().enumerate();
            let places: BTreeMap<_, usize> = findings.map(|(place, one)| (name_of(one, report), place)).collect();
            self.findings
                .rename_marks(|place| places.get(&name_of(old.findings.get(*place)?, &old)).copied());
        }
    }

    /// Returns what the findings at these places of the report stand for.
    fn findings_stand_for<'a>(&self, places: impl Iterator<Item = &'a usize>) -> Targets {
        let mut targets = Targets::default();
        let Some(report) = self.report() else {
            return targets;
        };
        let snapshot = &report.snapshot;
        for finding in places.filter_map(|place| report.findings.get(*place)) {
            let (rule, workspace, principal) = name_of(finding, report);
            let about = [
                workspace.as_ref().map(WorkspaceName::shown),
                principal.as_ref().map(Principal::label),
            ];
            let about: Vec<String> = about.into_iter().flatten().map(|name| name.to_string()).collect();
            let name = [vec![rule.id().to_owned()], about].concat().join(" / ");
            match finding.repair(snapshot) {
                Some(change) => targets.repairs.push(change),
                None => targets
                    .not_repaired
                    .push(LeftOut::new(&name, "no change made here repairs it")),
            }
            match workspace.zip(principal) {
                Some((workspace, principal)) => targets.places.push(Place { workspace, principal }),
                None => targets.others.push(LeftOut::new(&name, "not about one member")),
            }
        }
        targets
    }

    /// Puts the cursor on the principal that what is typed most likely means: one spelled exactly so before all others.
    fn select_best(&mut self, height: usize) {
        let Some(rows) = &self.rows else { return };
        let snapshot = &rows.report.snapshot;
        let present = self.principals.selected();
        let best = self.filter.best(self.principals.rows(), present, |number| {
            snapshot.principal(*number).map_or("", Principal::raw)
        });
        if let Some(best) = best.copied() {
            self.principals.select(&best, height);
        }
    }

    /// Returns the report on show.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.rows.as_ref().map(|rows| &rows.report)
    }

    /// Returns the grant under the cursor of the list.
    pub fn grant(&self) -> Option<Grant<'_>> {
        self.report()?.snapshot.grant(*self.grants.selected()?)
    }

    /// Returns the finding under the cursor.
    pub fn finding(&self) -> Option<&Finding> {
        self.report()?.findings.get(*self.findings.selected()?)
    }

    /// Returns the command of the platform's CLI that mends the finding under the cursor, where one does.
    pub fn fix(&self, session: &Session) -> Option<Command> {
        let snapshot = &self.report()?.snapshot;
        self.finding()?
            .command(snapshot, &session.grammar_of(snapshot.origin.generation))
    }

    /// Returns the principal under the cursor of the matrix and of the list of principals.
    fn principal(&self) -> Option<&Principal> {
        self.report()?.snapshot.principal(*self.principals.selected()?)
    }

    /// Returns the workspace under the cursor of the matrix.
    fn column(&self) -> Option<&WorkspaceName> {
        let workspace = self.report()?.snapshot.workspace(*self.workspaces.selected()?)?;
        Some(&workspace.name)
    }

    /// Returns what the principal under the cursor holds in all.
    pub fn holder(&self) -> Option<&Holder> {
        let principal = *self.principals.selected()?;
        self.rows.as_ref()?.holder(principal)
    }

    /// Returns the workspace that what is under the cursor is about.
    pub fn selected_workspace(&self) -> Option<&WorkspaceName> {
        match self.mode {
            Mode::List => self.grant().map(|grant| &grant.workspace().name),
            Mode::Matrix => self.column(),
            Mode::Findings => {
                let snapshot = &self.report()?.snapshot;
                Some(&snapshot.workspace(self.finding()?.workspace?)?.name)
            }
            Mode::Principals => None,
        }
    }

    /// Returns the principal that what is under the cursor is about.
    pub fn selected_principal(&self) -> Option<&Principal> {
        match self.mode {
            Mode::List => self.grant().map(|grant| grant.principal()),
            Mode::Matrix | Mode::Principals => self.principal(),
            Mode::Findings => self.report()?.snapshot.principal(self.finding()?.principal?),
        }
    }

    /// Returns how the matrix is divided on a screen of this size.
    pub fn matrix(&self, size: Size) -> geometry::Matrix {
        let longest = self.rows.as_ref().map_or(0, |rows| rows.longest_name);
        geometry::matrix(size, self.workspaces.rows().len(), longest)
    }

    /// Returns the filter in force, where there is one.
    pub(in crate::app) fn filter_in_force(&self) -> Option<&str> {
        Some(self.sieve.text()).filter(|text| !text.is_empty())
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        if self.mode == Mode::Matrix {
            return &[
                Context::Matrix,
                Context::Audit,
                Context::List,
                Context::Screen,
                Context::Always,
            ];
        }
        &[Context::Audit, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(match self.mode {
            Mode::List => ListKind::Grants,
            Mode::Matrix => ListKind::Matrix,
            Mode::Findings => ListKind::Findings,
            Mode::Principals => ListKind::People,
        })
    }

    /// Says what of the audit is shown, how much of it, and how much of the platform that covers.
    fn title(&self, known: &Known<'_>) -> Title {
        let what = match self.mode {
            Mode::List => "Audit",
            Mode::Matrix => "Audit matrix",
            Mode::Findings => "Audit findings",
            Mode::Principals => "Principals",
        };
        let (what, covers) = self.rows.as_ref().map_or_else(
            || (what.to_owned(), String::new()),
            |rows| {
                let (n_shown, n_all) = match self.mode {
                    Mode::List | Mode::Matrix => (rows.grants.len(), rows.report.snapshot.n_grants()),
                    Mode::Findings => (rows.findings.len(), rows.report.findings.len()),
                    Mode::Principals => (rows.holders.len(), rows.n_holders),
                };
                if n_all == 0 && is_growing(known, &rows.report) {
                    return (format!("{what} (loading…)"), String::new());
                }
                if rows.filter != self.sieve {
                    return (format!("{what} (filtering…)"), covered(known, &rows.report));
                }
                let what = format!("{what}{}", counts(n_shown, Some(n_all)));
                (what, covered(known, &rows.report))
            },
        );
        let is_sorted = self.mode == Mode::List && self.rows.is_some();
        let order = is_sorted.then(|| self.sort.told());
        Title {
            has_state: true,
            ..Title::new(what)
                .covering(covers)
                .covering_briefly(covered_briefly(known))
                .sorted(order)
        }
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        // First what changes nothing: it is what is copied at once.
        out.print_audit("print the rows shown", &known.session.cli, self.filter_in_force());
        if self.mode != Mode::Findings {
            return;
        }
        if let (Some(_), Some(_)) = (self.finding(), self.report()) {
            match self.fix(known.session) {
                Some(command) => out.add("fix this finding", command),
                None => out.note("no single command fixes this finding"),
            }
        } else if known.is_auditing {
            out.wait("still loading the audit: the command for a finding follows");
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            workspace: self.selected_workspace(),
            principal: self.selected_principal(),
        }
    }

    /// Principals hold something in many workspaces, and a cell of the matrix may be empty: there nothing is marked.
    fn marks(&self) -> Option<&dyn Marks> {
        match self.mode {
            Mode::List => Some(&self.grants),
            Mode::Findings => Some(&self.findings),
            Mode::Matrix | Mode::Principals => None,
        }
    }

    fn marks_mut(&mut self) -> Option<&mut dyn Marks> {
        match self.mode {
            Mode::List => Some(&mut self.grants),
            Mode::Findings => Some(&mut self.findings),
            Mode::Matrix | Mode::Principals => None,
        }
    }

    fn marked(&self) -> Targets {
        let n_hidden = self.marks().map_or(0, |marks| marks.n_marked().n_hidden);
        let targets = match self.mode {
            Mode::List => {
                let report = self.report();
                let grants = self
                    .grants
                    .marked()
                    .filter_map(|number| report?.snapshot.grant(*number));
                let place = |grant: Grant<'_>| {
                    let (workspace, principal) = key_of(&grant);
                    Place { workspace, principal }
                };
                Targets {
                    places: grants.map(place).collect(),
                    ..Targets::default()
                }
            }
            Mode::Findings if self.findings.marked().next().is_some() => {
                self.findings_stand_for(self.findings.marked())
            }
            // Without marks a repair is about the selected one.
            Mode::Findings => Targets {
                places: Vec::new(),
                others: Vec::new(),
                ..self.findings_stand_for(self.findings.selected().into_iter())
            },
            Mode::Matrix | Mode::Principals => Targets::default(),
        };
        Targets { n_hidden, ..targets }
    }

    fn unmark(&mut self, over: &[Place]) {
        let over: HashSet<&Place> = over.iter().collect();
        let Some(report) = self.report().cloned() else {
            return;
        };
        let snapshot = &report.snapshot;
        let is_over = |workspace: WorkspaceName, principal: Principal| over.contains(&Place { workspace, principal });
        self.grants.retain_marks(|number| {
            let grant = snapshot.grant(*number).map(|grant| key_of(&grant));
            !grant.is_some_and(|(workspace, principal)| is_over(workspace, principal))
        });
        self.findings.retain_marks(|place| {
            let about = report.findings.get(*place).map(|finding| name_of(finding, &report));
            let about = about.and_then(|(_, workspace, principal)| workspace.zip(principal));
            !about.is_some_and(|(workspace, principal)| is_over(workspace, principal))
        });
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut Filter> {
        Some(&mut self.filter)
    }

    fn has_one_hit(&self, known: &Known<'_>) -> bool {
        let is_new = known.store.report().is_some_and(|report| !self.needs(report));
        // A cell of the matrix stands for one of its columns, too.
        let is_one = self.n_rows() == 1 && (self.mode != Mode::Matrix || self.workspaces.rows().len() == 1);
        let principal = known.store.report().and_then(|report| {
            let selected = self.principals.selected().filter(|_| self.mode == Mode::Principals)?;
            report.snapshot.principal(*selected)
        });
        let is_named = principal.is_some_and(|principal| self.filter.is_just(principal.raw()));
        is_new && (is_one || is_named) && self.problem.is_none() && known.store.reading().is_none()
    }

    fn filter_edited(&mut self, now: Timestamp) {
        let query = self.filter.query(now);
        // Whoever asks for a principal means no workspace that happens to be called so.
        let query = if self.mode == Mode::Principals {
            query.of_people()
        } else {
            query
        };
        match Sieve::of(&query) {
            Ok(sieve) => {
                self.sieve = sieve;
                self.problem = None;
            }
            Err(problem) => self.problem = Some(problem),
        }
        self.filter.problem = self.problem.clone();
    }

    fn sort(&mut self, how: Sorting<'_>) {
        self.sort = self.sort.changed(how);
    }

    fn order(&self) -> list::Order {
        self.sort.told()
    }

    fn has_own_order(&self) -> Option<&'static str> {
        let is_list = self.mode == Mode::List;
        (!is_list).then_some("this view has a fixed order: only the list of grants can be sorted")
    }

    fn list(&self) -> Option<&dyn Scroll> {
        Some(match self.mode {
            Mode::List => &self.grants,
            Mode::Findings => &self.findings,
            Mode::Matrix | Mode::Principals => &self.principals,
        })
    }

    fn list_mut(&mut self) -> Option<&mut dyn Scroll> {
        Some(match self.mode {
            Mode::List => &mut self.grants,
            Mode::Findings => &mut self.findings,
            Mode::Matrix | Mode::Principals => &mut self.principals,
        })
    }

    fn n_visible(&self, size: Size) -> usize {
        match self.mode {
            Mode::List | Mode::Principals => geometry::table_rows(size),
            Mode::Matrix => geometry::matrix_rows(size),
            Mode::Findings => geometry::finding_rows(size),
        }
    }

    fn choose(&mut self) {
        match self.mode {
            Mode::List => self.grants.choose(),
            Mode::Findings => self.findings.choose(),
            Mode::Principals => self.principals.choose(),
            Mode::Matrix => {
                self.principals.choose();
                self.workspaces.choose();
            }
        }
    }

    fn reveal(&mut self, size: Size) {
        self.grants.reveal(geometry::table_rows(size));
        self.findings.reveal(geometry::finding_rows(size));
        self.principals.reveal(self.n_visible(size));
        self.workspaces.reveal(self.matrix(size).n_columns);
    }

    fn act(&mut self, action: Action, size: Size) -> bool {
        if let Action::MoveAcross(step) = action {
            self.workspaces.step(step, self.matrix(size).n_columns);
        }
        false
    }

    /// Of a finding, the command that mends it is copied; of anything else, the name of the principal.
    fn to_copy(&self, known: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let line = if self.mode == Mode::Findings {
            self.fix(known.session).map(|command| command.to_copy())
        } else {
            self.selected_principal()
                .map(|principal| SafeText::to_copy(principal.raw()))
        };
        line.into_iter().collect()
    }

    fn nothing_to_copy(&self) -> &'static str {
        if self.mode == Mode::Findings && self.finding().is_some() {
            "no single command fixes this finding: nothing to copy"
        } else {
            "nothing is selected to copy"
        }
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        freshness(known.store)
    }

    fn is_waiting(&self, known: &Known<'_>) -> bool {
        known.store.reading().is_some()
    }

    fn source(&self) -> Source<'_> {
        Source::Audit
    }
}

fn key_of(grant: &Grant<'_>) -> (WorkspaceName, Principal) {
    (grant.workspace().name.clone(), grant.principal().clone())
}

/// By what a finding of one report is known again in another.
fn name_of(finding: &Finding, report: &Report) -> (crate::audit::Rule, Option<WorkspaceName>, Option<Principal>) {
    let snapshot = &report.snapshot;
    let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
    let principal = finding.principal.and_then(|number| snapshot.principal(number));
    (
        finding.rule,
        workspace.map(|workspace| workspace.name.clone()),
        principal.cloned(),
    )
}
