//! Who has access to what across all workspaces: as a list, as a matrix, as findings, and by principal.
//!
//! Rows are numbers of one report. While another report, filter or order is being worked out, what was on show stays
//! on show with the report it belongs to.

use super::Sort;
use crate::app::audit::rows::{Holder, Order, Rows, SortKey};
use crate::app::filter::Filter;
use crate::app::geometry;
use crate::app::list::{List, Step};
use crate::app::msg::Size;
use crate::audit::filter::Filter as Sieve;
use crate::audit::{Finding, Grant, GrantNo, PrincipalNo, Report, WorkspaceNo};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::SafeText;
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

/// What is on show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One row for each principal in each workspace.
    List,
    /// Principals by workspaces.
    Matrix,
    /// What is wrong.
    Findings,
    /// One row for each principal.
    Principals,
}

impl State {
    /// Opens in `mode`.
    pub fn new(mode: Mode) -> Self {
        let sort = Sort {
            key: SortKey::Workspace,
            is_reversed: false,
        };
        Self {
            mode,
            rows: None,
            grants: List::default(),
            findings: List::default(),
            principals: List::default(),
            workspaces: List::default(),
            filter: Filter::default(),
            problem: None,
            sieve: Sieve::default(),
            sort,
        }
    }

    /// Reads the filter anew, after it was edited.
    pub fn filter_edited(&mut self) {
        match Sieve::parse(self.filter.input.value()) {
            Ok(sieve) => {
                self.sieve = sieve;
                self.problem = None;
            }
            Err(problem) => self.problem = Some(problem),
        }
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
        let height = geometry::table_rows(size);
        self.grants.replace(rows.grants.clone(), grant.as_ref(), height);
        self.findings.replace(rows.findings.clone(), finding.as_ref(), height);
        let principals = rows.holders.iter().map(|holder| holder.principal).collect();
        self.principals.replace(principals, principal.as_ref(), height);
        let columns = geometry::matrix_columns(size);
        self.workspaces
            .replace(rows.workspaces.clone(), workspace.as_ref(), columns);
        self.rows = Some(rows);
        if self.filter.is_editing && self.mode == Mode::Principals {
            self.select_best(height);
        }
        self.reveal(size);
    }

    /// Puts the cursor on the principal that what is typed most likely means: one spelled exactly so before all others.
    fn select_best(&mut self, height: usize) {
        let Some(rows) = &self.rows else { return };
        let snapshot = &rows.report.snapshot;
        let typed = self.filter.input.value().trim().trim_start_matches("who:");
        let all = self.principals.rows();
        let is_exact = |number: &&PrincipalNo| snapshot.principal(**number).is_some_and(|who| who.raw() == typed);
        let best = all.iter().find(is_exact).or_else(|| {
            let present = self.principals.selected();
            self.filter.best(all, present, |number| {
                snapshot.principal(*number).map_or("", Principal::raw)
            })
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

    /// Moves the cursor up or down.
    pub fn step(&mut self, step: Step, size: Size) {
        let height = self.height(size);
        match self.mode {
            Mode::List => self.grants.step(step, height),
            Mode::Findings => self.findings.step(step, height),
            Mode::Matrix | Mode::Principals => self.principals.step(step, height),
        }
    }

    /// Moves the cursor of the matrix to the left or right.
    pub fn step_across(&mut self, step: Step, size: Size) {
        self.workspaces.step(step, geometry::matrix_columns(size));
    }

    /// Scrolls as little as needed to show the cursor on a terminal of this size.
    pub fn reveal(&mut self, size: Size) {
        self.grants.reveal(geometry::table_rows(size));
        self.findings.reveal(geometry::finding_rows(size));
        self.principals.reveal(self.height(size));
        self.workspaces.reveal(geometry::matrix_columns(size));
    }

    fn height(&self, size: Size) -> usize {
        match self.mode {
            Mode::List | Mode::Principals => geometry::table_rows(size),
            Mode::Matrix => geometry::matrix_rows(size),
            Mode::Findings => geometry::finding_rows(size),
        }
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
