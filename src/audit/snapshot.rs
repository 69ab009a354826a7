//! What was read of who holds which role where: compact, sorted, and the same for the same input.

use super::coverage::{self, Coverage};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::{Granted, Member, Roster};
use crate::domain::platform::Generation;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{SafeText, grouped};
use jiff::Timestamp;
use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u32);

        impl $name {
            pub(super) fn new(place: usize) -> Self {
                Self(u32::try_from(place).unwrap_or(u32::MAX))
            }

            /// Returns its place, counted from 0.
            pub fn place(self) -> usize {
                self.0 as usize
            }
        }
    };
}

number! {
    /// Which grant of a snapshot; grants are numbered by workspace, then principal.
    GrantNo
}
number! {
    /// Which workspace of a snapshot; workspaces are numbered by name.
    WorkspaceNo
}
number! {
    /// Which principal of a snapshot; principals are numbered by name.
    PrincipalNo
}
/// Where, when and as whom a snapshot was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The address of the platform.
    pub server: String,
    /// Its version in its own words, where it tells.
    pub server_version: Option<String>,
    /// The generation that follows from it.
    pub generation: Generation,
    /// Who asked: e-mail, else token subject.
    pub caller: String,
    /// Whether the caller is a platform admin.
    pub is_platform_admin: bool,
    /// When the reading began.
    pub started_at: Timestamp,
    /// When the reading ended.
    pub ended_at: Timestamp,
}

/// Whether the members of a workspace are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// All members are known.
    Read,
    /// Some or none are, since the reading is not over or was stopped.
    #[default]
    NotRead,
    /// The platform refused: 403.
    Denied,
    /// The request failed, for this reason.
    Failed(SafeText),
}

/// A workspace as far as an audit looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedWorkspace {
    /// Its name, unique on the platform.
    pub name: WorkspaceName,
    /// Whether it says what it is for.
    pub is_described: bool,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Who made it: a token subject.
    pub created_by: Option<String>,
    /// Whether its members are known.
    pub reading: Reading,
    /// Whether it is reported; if not, it is kept only as evidence for other workspaces.
    pub is_reported: bool,
}

/// Everything one principal holds in one workspace, by numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) workspace: WorkspaceNo,
    pub(super) principal: PrincipalNo,
    /// The place of the set of roles.
    pub(super) roles: u32,
    /// The place of who made the newest of its grants; `u32::MAX` where nobody is known.
    pub(super) granter: u32,
    /// When that was, in microseconds since 1970; `i64::MIN` where it is not known.
    pub(super) granted_at: i64,
    /// When the first of its grants was made, likewise.
    pub(super) first_at: i64,
    /// Where its grants begin among all that are told apart, and how many there are: none where there is only one, or
    /// where several are not told apart.
    pub(super) parts: (u32, u32),
}

/// One of several grants that a row is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The place of the set of roles.
    pub(super) roles: u32,
    /// The place of the granter; `u32::MAX` where nobody is known.
    pub(super) granter: u32,
    /// In microseconds since 1970; `i64::MIN` where it is not known. Of several grants that are not told apart the first.
    pub(super) granted_at: i64,
}

/// A grant that was taken away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PastGrant {
    /// The workspace it is about.
    pub workspace: WorkspaceNo,
    /// The principal that lost it.
    pub principal: PrincipalNo,
    /// The role that was taken away.
    pub role: Role,
    /// When it was granted last.
    pub granted_at: Option<Timestamp>,
    /// Who granted it last, in the platform's words.
    pub granted_by: Option<String>,
    /// When it was taken away.
    pub revoked_at: Timestamp,
}

/// Who held which role where at one time, and how much of that could be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Where, when and as whom it was taken.
    pub origin: Origin,
    /// How much was read.
    pub coverage: Coverage,
    pub(super) workspaces: Vec<AuditedWorkspace>,
    pub(super) principals: Vec<Principal>,
    pub(super) role_sets: Vec<RoleSet>,
    pub(super) granters: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// The grants of those rows that are made of several, of each row the newest first.
    pub(super) parts: Vec<Part>,
    /// The places of `rows` by principal, then workspace.
    pub(super) by_principal: Vec<GrantNo>,
    pub(super) past: Vec<PastGrant>,
}

impl Snapshot {
    /// Returns the moment by which everything with a date is judged: the one the report is about, else the end of the
    /// reading.
    pub fn judged_at(&self) -> Timestamp {
        let then = self.coverage.as_of.as_ref().map(|as_of| as_of.at);
        then.unwrap_or(self.origin.ended_at)
    }

    /// Returns the workspaces, by name.
    pub fn workspaces(&self) -> impl ExactSizeIterator<Item = (WorkspaceNo, &AuditedWorkspace)> {
        let numbered = self.workspaces.iter().enumerate();
        numbered.map(|(place, workspace)| (WorkspaceNo::new(place), workspace))
    }

    /// Returns the workspaces that reports speak of, by name.
    pub fn reported_workspaces(&self) -> impl Iterator<Item = (WorkspaceNo, &AuditedWorkspace)> {
        self.workspaces().filter(|(_, workspace)| workspace.is_reported)
    }

    /// Returns the principals that hold or held something, by name, and the caller, where it sees only some of the members.
    pub fn principals(&self) -> impl ExactSizeIterator<Item = (PrincipalNo, &Principal)> {
        let numbered = self.principals.iter().enumerate();
        numbered.map(|(place, principal)| (PrincipalNo::new(place), principal))
    }

    /// Returns one workspace. Numbers of another snapshot mean nothing here.
    pub fn workspace(&self, number: WorkspaceNo) -> Option<&AuditedWorkspace> {
        self.workspaces.get(number.place())
    }

    /// Returns one principal. Numbers of another snapshot mean nothing here.
    pub fn principal(&self, number: PrincipalNo) -> Option<&Principal> {
        self.principals.get(number.place())
    }

    /// Returns the number of the workspace called `name`.
    pub fn workspace_no(&self, name: &WorkspaceName) -> Option<WorkspaceNo> {
        let place = self.workspaces.binary_search_by(|workspace| workspace.name.cmp(name));
        place.ok().map(WorkspaceNo::new)
    }

    /// Returns the number of `principal`.
    pub fn principal_no(&self, principal: &Principal) -> Option<PrincipalNo> {
        self.principals.binary_search(principal).ok().map(PrincipalNo::new)
    }

    /// Returns the caller, where no member list that it may read names it.
    pub fn caller_without_grants(&self) -> Option<PrincipalNo> {
        let is_limited = !self.origin.is_platform_admin;
        let caller = is_limited.then(|| Principal::from_platform(self.origin.caller.clone()))?;
        self.principal_no(&caller)
            .filter(|number| self.grants_of(*number).next().is_none())
    }

    /// Returns how many principals hold anything.
    pub fn n_holders(&self) -> usize {
        let holder = |number: &GrantNo| self.rows.get(number.place()).map(|row| row.principal);
        self.by_principal.chunk_by(|a, b| holder(a) == holder(b)).count()
    }

    /// Returns how many grants there are: principals with roles, counted in each workspace.
    pub fn n_grants(&self) -> usize {
        self.rows.len()
    }

    /// Returns one grant. Numbers of another snapshot mean nothing here.
    pub fn grant(&self, number: GrantNo) -> Option<Grant<'_>> {
        let row = self.rows.get(number.place())?;
        self.seen(number, row)
    }

    /// Returns all grants, by workspace, then principal.
    pub fn grants(&self) -> impl DoubleEndedIterator<Item = Grant<'_>> {
        let numbered = self.rows.iter().enumerate();
        numbered.filter_map(|(place, row)| self.seen(GrantNo::new(place), row))
    }

    /// Returns the grants in one workspace, by principal.
    pub fn grants_in(&self, workspace: WorkspaceNo) -> impl Iterator<Item = Grant<'_>> {
        let from = self.rows.partition_point(|row| row.workspace < workspace);
        let rows = self.rows.iter().enumerate().skip(from);
        let rows = rows.take_while(move |(_, row)| row.workspace == workspace);
        rows.filter_map(|(place, row)| self.seen(GrantNo::new(place), row))
    }

    /// Returns the grants of one principal, by workspace; what it gets through `*` is not among them.
    pub fn grants_of(&self, principal: PrincipalNo) -> impl Iterator<Item = Grant<'_>> {
        let holder = |number: &GrantNo| self.rows.get(number.place()).map(|row| row.principal);
        let from = self
            .by_principal
            .partition_point(|number| holder(number) < Some(principal));
        let numbers = self.by_principal.iter().skip(from);
        let numbers = numbers.take_while(move |number| holder(number) == Some(principal));
        numbers.filter_map(|number| self.grant(*number))
    }

    /// Returns what `principal` holds by name in `workspace`.
    pub fn held(&self, workspace: WorkspaceNo, principal: PrincipalNo) -> Option<Grant<'_>> {
        let key = |row: &Row| (row.workspace, row.principal);
        let place = self.rows.binary_search_by_key(&(workspace, principal), key).ok()?;
        self.grant(GrantNo::new(place))
    }

    /// Returns the number of everyone (`*`), where anything was granted to it.
    pub fn everyone(&self) -> Option<PrincipalNo> {
        self.principal_no(&Principal::everyone())
    }

    /// Returns what everyone (`*`) holds in `workspace`.
    pub fn held_by_everyone(&self, workspace: WorkspaceNo) -> Option<Grant<'_>> {
        self.held(workspace, self.everyone()?)
    }

    /// Returns the members of one workspace as they were read.
    pub fn roster(&self, workspace: WorkspaceNo) -> Roster {
        Roster::new(self.grants_in(workspace).map(|grant| grant.member()).collect())
    }

    /// Returns the grants that were taken away, by workspace and principal; empty where they were not read.
    pub fn past(&self) -> &[PastGrant] {
        &self.past
    }

    /// Returns how many of the workspaces that reports speak of could be read.
    pub fn n_readable(&self) -> usize {
        let reported = self.reported_workspaces();
        reported
            .filter(|(_, workspace)| workspace.reading == Reading::Read)
            .count()
    }

    /// Returns how much could be read, in words: `142 of 180 workspaces readable`.
    pub fn readable(&self) -> String {
        coverage::readable(self.n_readable(), self.n_workspaces())
    }

    /// Returns the same in few words.
    pub fn readable_briefly(&self) -> String {
        format!(
            "{} of {} read",
            grouped(self.n_readable()),
            grouped(self.n_workspaces())
        )
    }

    /// Returns how many workspaces there are that the report is about: as long as the list is not complete, as many as
    /// the platform says it has.
    pub fn n_workspaces(&self) -> usize {
        let n_listed = self.reported_workspaces().count();
        let list = &self.coverage.workspaces;
        match list.n_total {
            Some(n_total) if !list.is_complete => n_total.max(n_listed),
            Some(_) | None => n_listed,
        }
    }

    /// Returns the workspaces whose members the platform refused to show, or failed to.
    pub fn unreadable(&self) -> impl Iterator<Item = (WorkspaceNo, &AuditedWorkspace)> {
        self.workspaces()
            .filter(|(_, workspace)| matches!(workspace.reading, Reading::Denied | Reading::Failed(_)))
    }

    /// Returns whether everything the caller may read was read: what was refused is told apart by name.
    pub fn is_complete(&self) -> bool {
        let is_open = |reading: &Reading| matches!(reading, Reading::NotRead | Reading::Failed(_));
        self.coverage.has_read_all_lists() && !self.workspaces.iter().any(|workspace| is_open(&workspace.reading))
    }

    /// Returns whether everything there is to read was read: no question failed or is open, and nothing was refused.
    pub fn covers_everything(&self) -> bool {
        let is_denied = |workspace: &AuditedWorkspace| workspace.reading == Reading::Denied;
        self.is_complete()
            && self.coverage.tells_all_of_then()
            && !self.reported_workspaces().any(|(_, workspace)| is_denied(workspace))
    }

    /// Returns the grants that a row is made of, the newest first; one where it is one, or where they are not told apart.
    pub(super) fn parts_of<'a>(&'a self, row: &Row) -> impl Iterator<Item = Part> + use<'a> {
        let (from, n) = row.parts;
        let range = from as usize..from as usize + n as usize;
        let parts = self.parts.get(range).unwrap_or_default();
        let only = parts.is_empty().then_some(Part {
            roles: row.roles,
            granter: row.granter,
            granted_at: row.first_at,
        });
        parts.iter().copied().chain(only)
    }

    /// Returns whether the set of roles at this place is of several grants that are not told apart: each role is granted
    /// by itself.
    pub(super) fn is_several(&self, roles: u32) -> bool {
        self.role_sets.get(roles as usize).is_some_and(RoleSet::is_several)
    }

    fn seen<'a>(&'a self, number: GrantNo, row: &'a Row) -> Option<Grant<'a>> {
        Some(Grant {
            snapshot: self,
            number,
            row,
            workspace: self.workspaces.get(row.workspace.place())?,
            principal: self.principals.get(row.principal.place())?,
            roles: self.role_sets.get(row.roles as usize)?,
            granted_by: self.granters.get(row.granter as usize).map(String::as_str),
        })
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("server", &self.origin.server)
            .field("workspaces", &self.workspaces.len())
            .field("principals", &self.principals.len())
            .field("grants", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// Everything one principal holds by name in one workspace.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    snapshot: &'a Snapshot,
    number: GrantNo,
    row: &'a Row,
    workspace: &'a AuditedWorkspace,
    principal: &'a Principal,
    roles: &'a RoleSet,
    granted_by: Option<&'a str>,
}

impl<'a> Grant<'a> {
    /// Returns its number in this snapshot.
    pub fn number(&self) -> GrantNo {
        self.number
    }

    /// Returns the number of the workspace.
    pub fn workspace_no(&self) -> WorkspaceNo {
        self.row.workspace
    }

    /// Returns the number of the principal.
    pub fn principal_no(&self) -> PrincipalNo {
        self.row.principal
    }

    /// Returns the workspace it is in.
    pub fn workspace(&self) -> &'a AuditedWorkspace {
        self.workspace
    }

    /// Returns the principal that holds it.
    pub fn principal(&self) -> &'a Principal {
        self.principal
    }

    /// Returns all roles it is made of.
    pub fn roles(&self) -> &'a RoleSet {
        self.roles
    }

    /// Returns when the newest of its grants was made; nothing where that is not known.
    pub fn granted_at(&self) -> Option<Timestamp> {
        moment(self.row.granted_at)
    }

    /// Returns who made the newest of its grants.
    pub fn granted_by(&self) -> Option<&'a str> {
        self.granted_by
    }

    /// Returns when the first of its grants was made, as far as it is known.
    pub fn first_granted_at(&self) -> Option<Timestamp> {
        moment(self.row.first_at)
    }

    /// Returns when it was granted and by whom, in one.
    pub fn granted(&self) -> Granted {
        let by = self.granted_by.map(str::to_owned);
        if self.is_told_apart() {
            Granted::Newest(self.granted_at(), by)
        } else {
            Granted::Several(self.first_granted_at(), by)
        }
    }

    /// Returns whether it is known of each of its grants when and by whom it was made.
    pub fn is_told_apart(&self) -> bool {
        let (_, n_parts) = self.row.parts;
        n_parts > 0 || !self.roles.is_several()
    }

    /// Returns its grants, the newest first.
    pub fn given(&self) -> impl Iterator<Item = Given<'a>> + use<'a> {
        let snapshot = self.snapshot;
        snapshot.parts_of(self.row).filter_map(|part| {
            Some(Given {
                roles: snapshot.role_sets.get(part.roles as usize)?,
                granted_at: moment(part.granted_at),
                granted_by: snapshot.granters.get(part.granter as usize).map(String::as_str),
            })
        })
    }

    /// Returns it as the member list tells it: with the date of the first grant and the granter of the newest.
    pub fn member(&self) -> Member {
        Member {
            principal: self.principal.clone(),
            roles: self.roles.clone(),
            granted_at: self.first_granted_at(),
            granted_by: self.granted_by.map(str::to_owned),
        }
    }
}

/// One of the grants that what somebody holds is made of. Where several are not told apart they are one, with the date of
/// the first and the granter of the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The roles it gives: one, or all where several grants are not told apart.
    pub roles: &'a RoleSet,
    /// When it was granted, where that is known.
    pub granted_at: Option<Timestamp>,
    /// Who made it, in the platform's words; nothing where that is not known.
    pub granted_by: Option<&'a str>,
}

fn moment(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

#[cfg(test)]
mod tests;
