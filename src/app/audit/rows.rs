//! What is left of a report by a filter, in the order of a screen.

use crate::app::list::{Compared, Sort, SortColumn};
use crate::audit::filter::{Besides, Filter};
use crate::audit::{Grant, GrantNo, PrincipalNo, Report, Snapshot, WorkspaceNo};
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use std::cmp::Reverse;
use std::sync::Arc;

/// The order of grants.
pub type Order = Sort<SortKey>;

/// The columns that grants can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The workspace, then the principal.
    Workspace,
    /// The principal, then the workspace.
    Principal,
    /// What it amounts to, the strongest first.
    Role,
    /// When granted, the newest first.
    Granted,
    /// By whom.
    GrantedBy,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[
        Self::Workspace,
        Self::Principal,
        Self::Role,
        Self::Granted,
        Self::GrantedBy,
    ];

    fn label(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Principal => "principal",
            Self::Role => "role",
            Self::Granted => "granted",
            Self::GrantedBy => "granted by",
        }
    }
}

/// What one principal holds in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The principal it is about.
    pub principal: PrincipalNo,
    /// In how many workspaces it holds something.
    pub n_workspaces: usize,
    /// In how many of them as Admin.
    pub n_admin: usize,
    /// In how many of them as Editor and no more.
    pub n_editor: usize,
}

impl Holder {
    /// Returns whether no member list that was read names it, as may be so of the caller.
    pub fn is_in_no_list(&self) -> bool {
        self.n_workspaces == 0
    }
}

/// What is left of a report, with the report its numbers belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The report.
    pub report: Arc<Report>,
    /// The filter that left it.
    pub filter: Filter,
    /// The order of the grants.
    pub order: Order,
    /// The grants, in that order.
    pub grants: Vec<GrantNo>,
    /// The places of the findings, the worst first.
    pub findings: Vec<usize>,
    /// Who holds something, by name, everyone (`*`) first; and the caller, where no member list names it.
    pub holders: Vec<Holder>,
    /// How many of them there are, whatever the filter leaves.
    pub n_holders: usize,
    /// How many columns the longest name of those who are left takes, with the sign before it.
    pub longest_name: usize,
    /// Where, by name.
    pub workspaces: Vec<WorkspaceNo>,
    /// Who may do what the filter asks about without a grant that is left.
    pub besides: Besides,
    /// What keeps it from being the exact answer to the filter: grants that are perhaps not meant, by number.
    pub unsure: Vec<GrantNo>,
    /// The places of the findings that are left for such grants alone.
    pub unsure_findings: Vec<usize>,
    /// Where nothing is left, which word of the filter matches nothing.
    pub unmatched: Option<SafeText>,
}

impl Rows {
    /// Filters and sorts.
    pub fn of(report: Arc<Report>, filter: &Filter, order: Order) -> Self {
        let selection = report.select(filter);
        let snapshot = &report.snapshot;
        let mut grants = selection.grants;
        let caller = snapshot.caller_without_grants();
        let is_meant = |number: &PrincipalNo| snapshot.principal(*number).is_some_and(|who| filter.is_about(who));
        let others = selection.besides.platform_admins().iter().copied();
        let holders = holders(snapshot, &grants, others.chain(caller.filter(is_meant)));
        let workspaces = if filter.is_empty() {
            // Those that could not be read belong to the picture, too.
            snapshot.workspaces().map(|(number, _)| number).collect()
        } else {
            let mut workspaces: Vec<WorkspaceNo> = grants
                .iter()
                .filter_map(|number| Some(snapshot.grant(*number)?.workspace_no()))
                .collect();
            workspaces.dedup();
            workspaces
        };
        sort(snapshot, &mut grants, order);
        let widths = holders.iter().filter_map(|holder| {
            let name = snapshot.principal(holder.principal)?.label();
            Some(name.width() + usize::from(report.can_deceive(holder.principal)))
        });
        let longest_name = widths.max().unwrap_or_default();
        let is_empty = holders.is_empty() && selection.findings.is_empty();
        let unmatched = is_empty.then(|| report.unmatched(filter).into_iter().next()).flatten();
        Self {
            unmatched,
            filter: filter.clone(),
            order,
            grants,
            findings: selection.findings,
            n_holders: snapshot.n_holders() + usize::from(caller.is_some()),
            longest_name,
            holders,
            workspaces,
            besides: selection.besides,
            unsure: selection.unsure,
            unsure_findings: selection.unsure_findings,
            report,
        }
    }

    /// Returns whether it is not known if the filter means this grant.
    pub fn is_unsure(&self, grant: GrantNo) -> bool {
        self.unsure.binary_search(&grant).is_ok()
    }

    /// Returns whether it is not known if the filter means the finding at `place` in the report.
    pub fn is_unsure_of_finding(&self, place: usize) -> bool {
        self.unsure_findings.binary_search(&place).is_ok()
    }

    /// Returns what one of the principals that are left holds.
    pub fn holder(&self, principal: PrincipalNo) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.principal == principal)
    }
}

/// Returns who holds what is left, each with everything it holds: what a filter leaves of it is no sum to go by.
fn holders(snapshot: &Snapshot, grants: &[GrantNo], others: impl Iterator<Item = PrincipalNo>) -> Vec<Holder> {
    let left = grants.iter().filter_map(|number| snapshot.grant(*number));
    let mut principals: Vec<PrincipalNo> = left.map(|grant| grant.principal_no()).collect();
    principals.extend(others);
    let everyone = snapshot.everyone();
    principals.sort_unstable_by_key(|principal| (Some(*principal) != everyone, *principal));
    principals.dedup();
    principals
        .into_iter()
        .map(|principal| holder(snapshot, principal))
        .collect()
}

fn holder(snapshot: &Snapshot, principal: PrincipalNo) -> Holder {
    let mut holder = Holder {
        principal,
        n_workspaces: 0,
        n_admin: 0,
        n_editor: 0,
    };
    for grant in snapshot.grants_of(principal) {
        holder.n_workspaces += 1;
        match amount(&grant) {
            Some(Role::Admin) => holder.n_admin += 1,
            Some(Role::Editor) => holder.n_editor += 1,
            Some(Role::Viewer | Role::Other(_)) | None => {}
        }
    }
    holder
}

fn amount(grant: &Grant<'_>) -> Option<Role> {
    let amounts = grant.roles().iter().filter_map(Role::amounts_to);
    amounts.max_by_key(Role::rank)
}

fn sort(snapshot: &Snapshot, grants: &mut Vec<GrantNo>, order: Order) {
    // By workspace and principal is how grants are numbered.
    if order == Order::by(SortKey::Workspace) {
        return;
    }
    let mut keyed: Vec<Grant<'_>> = grants.iter().filter_map(|number| snapshot.grant(*number)).collect();
    // Sorting is stable, so equals stay in the order of their numbers.
    keyed.sort_by(|a, b| order.compare(|key| compare(key, a, b)));
    *grants = keyed.iter().map(Grant::number).collect();
}

fn compare(key: SortKey, a: &Grant<'_>, b: &Grant<'_>) -> Compared {
    match key {
        SortKey::Workspace => a.workspace_no().cmp(&b.workspace_no()).into(),
        SortKey::Principal => a.principal_no().cmp(&b.principal_no()).into(),
        SortKey::Role => rank(b).cmp(&rank(a)).into(),
        SortKey::Granted => Compared::of(a.granted().at().map(Reverse), b.granted().at().map(Reverse)),
        SortKey::GrantedBy => Compared::of(a.granted_by(), b.granted_by()),
    }
}

fn rank(grant: &Grant<'_>) -> u8 {
    amount(grant).map_or(0, |role| role.rank())
}
