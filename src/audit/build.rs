//! From what was read, in whatever order it came, to a [`Snapshot`].

use super::coverage::Coverage;
use super::snapshot::{
    AuditedWorkspace, GrantNo, Origin, Part, PastGrant, PrincipalNo, Reading, Row, Snapshot, WorkspaceNo,
};
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Gathers workspaces, role bindings and members.
#[derive(Debug)]
pub struct Builder {
    origin: Origin,
    workspaces: Interned<WorkspaceName>,
    /// What is known of the workspaces, by number.
    known: Vec<Known>,
    principals: Interned<Principal>,
    roles: Interned<RoleSet>,
    /// The numbers of the sets of just one role: a role binding gives one, and there are many of those.
    single: HashMap<Role, u32>,
    granters: Interned<String>,
    unmerged: Vec<UnmergedGrant>,
    /// With numbers in the order in which they came.
    past: Vec<PastGrant>,
    only_to_judge_by: Option<WorkspaceName>,
}

/// What has come of one workspace so far: its row of the list, whether its members are known, and whether any came.
#[derive(Debug, Default)]
struct Known {
    listed: Option<AuditedWorkspace>,
    reading: Reading,
    has_rows: bool,
}

/// Texts with numbers in the order in which they came.
#[derive(Debug)]
struct Interned<T> {
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Interned<T> {
    fn new() -> Self {
        Self {
            numbers: HashMap::new(),
        }
    }

    fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(value.clone(), next);
        next
    }

    /// Returns the values in the order of `T`, and the place there of each number.
    fn sorted(&self) -> (Vec<T>, Vec<u32>)
    where
        T: Ord,
    {
        let mut all: Vec<(&T, u32)> = self.numbers.iter().map(|(value, number)| (value, *number)).collect();
        all.sort();
        let mut places = vec![0; all.len()];
        for (place, (_, number)) in (0..).zip(&all) {
            if let Some(slot) = places.get_mut(*number as usize) {
                *slot = place;
            }
        }
        (all.into_iter().map(|(value, _)| value.clone()).collect(), places)
    }
}

/// Roles of one principal in one workspace, as they came: of one binding, or of a member.
#[derive(Clone, Copy, Debug)]
struct UnmergedGrant {
    workspace: u32,
    principal: u32,
    roles: u32,
    granter: u32,
    granted_at: i64,
    /// When the row was made: of two grants of the same time, or without one, the newer row is the newer grant.
    created_at: i64,
}

const UNKNOWN_TIME: i64 = i64::MIN;
const NOBODY: u32 = u32::MAX;

fn micros(at: Option<Timestamp>) -> i64 {
    at.map_or(UNKNOWN_TIME, Timestamp::as_microsecond)
}

impl Builder {
    /// Returns a builder that has read nothing yet.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            workspaces: Interned::new(),
            known: Vec::new(),
            principals: Interned::new(),
            roles: Interned::new(),
            single: HashMap::new(),
            granters: Interned::new(),
            unmerged: Vec::new(),
            past: Vec::new(),
            only_to_judge_by: None,
        }
    }

    /// Returns a builder that has read what `snapshot` holds.
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let mut builder = Self::new(snapshot.origin.clone());
        builder.unmerged.reserve_exact(snapshot.n_grants());
        for (_, workspace) in snapshot.workspaces() {
            builder.put(workspace.clone());
            builder.mark(&workspace.name, workspace.reading.clone());
        }
        for grant in snapshot.grants() {
            let name = &grant.workspace().name;
            // Those without a time of their own stay in their order.
            for (given, order) in grant.given().zip((0..).map(|n: i64| -n)) {
                let by = given.granted_by.map(str::to_owned);
                let times = [given.granted_at, Timestamp::from_microsecond(order).ok()];
                builder.add(name, grant.principal(), given.roles, by.as_ref(), times);
            }
        }
        for past in snapshot.past() {
            let (Some(workspace), Some(principal)) =
                (snapshot.workspace(past.workspace), snapshot.principal(past.principal))
            else {
                continue;
            };
            builder.add_binding(Binding {
                principal: principal.clone(),
                workspace: workspace.name.clone(),
                role: past.role.clone(),
                granted_at: past.granted_at,
                granted_by: past.granted_by.clone(),
                revoked_at: Some(past.revoked_at),
                created_at: None,
            });
        }
        builder
    }

    /// Takes `workspace`, should it come, only to judge the others by: reports do not speak of it.
    #[must_use]
    pub fn judging_by(self, workspace: WorkspaceName) -> Self {
        Self {
            only_to_judge_by: Some(workspace),
            ..self
        }
    }

    /// Returns how many roles of somebody somewhere have come.
    pub fn n_rows(&self) -> usize {
        self.unmerged.len()
    }

    /// Takes a workspace of the list; its members are not known yet.
    pub fn add_workspace(&mut self, workspace: &Workspace) {
        let is_described = workspace
            .description
            .as_deref()
            .is_some_and(|text| !text.trim().is_empty());
        self.put(AuditedWorkspace {
            name: workspace.name.clone(),
            is_described,
            created_at: workspace.created_at,
            created_by: workspace.created_by.clone().filter(|by| !by.is_empty()),
            // Whether it was read is noted apart: the list may come after the members.
            reading: Reading::NotRead,
            is_reported: self.only_to_judge_by.as_ref() != Some(&workspace.name),
        });
    }

    /// Takes all members of a workspace, in place of those that were known.
    pub fn add_roster(&mut self, workspace: &WorkspaceName, roster: &Roster) {
        self.add_rosters([(workspace, roster)]);
    }

    /// Takes all members of several workspaces, in place of those that were known.
    pub fn add_rosters<'a>(&mut self, rosters: impl IntoIterator<Item = (&'a WorkspaceName, &'a Roster)> + Clone) {
        let mut replaced = HashSet::new();
        for (workspace, _) in rosters.clone() {
            let number = self.workspaces.number(workspace);
            // Each comes once while a platform is read; only a later look replaces something.
            if let Some(known) = self.known(workspace) {
                known.reading = Reading::Read;
                if std::mem::take(&mut known.has_rows) {
                    replaced.insert(number);
                }
            }
        }
        if !replaced.is_empty() {
            self.unmerged.retain(|row| !replaced.contains(&row.workspace));
        }
        for (workspace, roster) in rosters {
            for member in roster.members() {
                let times = [member.granted_at; 2];
                let (principal, roles) = (&member.principal, &member.roles);
                self.add(workspace, principal, roles, member.granted_by.as_ref(), times);
            }
        }
    }

    /// Takes one role binding; a revoked one is history.
    pub fn add_binding(&mut self, binding: Binding) {
        let Binding {
            principal,
            workspace,
            role,
            granted_at,
            granted_by,
            revoked_at,
            created_at,
        } = binding;
        match revoked_at {
            None => {
                let known = self.single.get(&role).copied();
                let roles = known.unwrap_or_else(|| {
                    let number = self.roles.number(&RoleSet::only(role.clone()));
                    self.single.insert(role, number);
                    number
                });
                let times = [granted_at, created_at];
                self.add_numbered(&workspace, &principal, roles, granted_by.as_ref(), times);
            }
            Some(revoked_at) => {
                let past = PastGrant {
                    workspace: WorkspaceNo(self.workspaces.number(&workspace)),
                    principal: PrincipalNo(self.principals.number(&principal)),
                    role,
                    granted_at,
                    granted_by,
                    revoked_at,
                };
                self.past.push(past);
            }
        }
    }

    /// Notes whether the members of a workspace are known.
    pub fn mark(&mut self, workspace: &WorkspaceName, reading: Reading) {
        if let Some(known) = self.known(workspace) {
            known.reading = reading;
        }
    }

    /// Notes that the members of every workspace on the list are known: all role bindings have come.
    pub fn mark_all_read(&mut self) {
        for known in self.known.iter_mut().filter(|known| known.listed.is_some()) {
            known.reading = Reading::Read;
        }
    }

    /// Forgets a workspace: it was deleted while the others were read.
    pub fn forget(&mut self, workspace: &WorkspaceName) {
        if let Some(known) = self.known(workspace) {
            known.listed = None;
        }
    }

    /// Returns the names that bindings speak of and the list does not: being deleted, or made meanwhile.
    pub fn unlisted(&self) -> Vec<WorkspaceName> {
        let is_listed = |number: u32| self.listed(number).is_some();
        let mut numbers: Vec<u32> = self.unmerged.iter().map(|row| row.workspace).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| !is_listed(*number));
        let names = self.workspaces.numbers.iter();
        let names = names.filter(|(_, number)| numbers.binary_search(number).is_ok());
        let mut names: Vec<WorkspaceName> = names.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// Returns everything that has come, sorted. What belongs to a workspace that is not listed is left out.
    pub fn freeze(&self, coverage: Coverage, ended_at: Timestamp) -> Snapshot {
        self.frozen(self.unmerged.clone(), coverage, ended_at)
    }

    /// Returns the same once nothing more comes, in the memory that what has come takes up already.
    pub fn finish(mut self, coverage: Coverage, ended_at: Timestamp) -> Snapshot {
        let unmerged = std::mem::take(&mut self.unmerged);
        self.frozen(unmerged, coverage, ended_at)
    }

    fn frozen(&self, mut unmerged: Vec<UnmergedGrant>, coverage: Coverage, ended_at: Timestamp) -> Snapshot {
        let (workspaces, workspace_places) = self.sorted_workspaces();
        let (mut principals, principal_places) = self.principals.sorted();
        let (role_sets, role_places) = self.roles.sorted();
        let (mut granters, granter_places) = self.granters.sorted();
        unmerged.retain_mut(|row| {
            let Some(workspace) = place_of_listed(&workspace_places, row.workspace) else {
                return false;
            };
            *row = UnmergedGrant {
                workspace,
                principal: place(&principal_places, row.principal),
                roles: place(&role_places, row.roles),
                granter: place(&granter_places, row.granter),
                ..*row
            };
            true
        });
        // The newest first; the rest only makes the order of the input not matter.
        unmerged.sort_unstable_by_key(|row| {
            let newest_first = (Reverse((row.granted_at, row.created_at)), row.roles, row.granter);
            (row.workspace, row.principal, newest_first)
        });
        let Merged {
            mut rows,
            mut parts,
            mut role_sets,
        } = merged(&unmerged, role_sets);
        drop(unmerged);
        let mut past = self.past_at(&workspace_places, &principal_places);
        self.keep_known(&mut principals, &mut rows, &mut past);
        let of_rows = rows.iter_mut().map(|row| &mut row.roles);
        keep_used(
            &mut role_sets,
            of_rows.chain(parts.iter_mut().map(|part| &mut part.roles)),
        );
        let of_rows = rows.iter_mut().map(|row| &mut row.granter);
        keep_used(
            &mut granters,
            of_rows.chain(parts.iter_mut().map(|part| &mut part.granter)),
        );
        past.sort();
        let numbered = (0..).map(GrantNo::new).zip(&rows);
        let mut by_principal: Vec<_> = numbered.map(|(number, row)| (row.principal, number)).collect();
        // The rows lie by workspace already.
        by_principal.sort_unstable();
        let by_principal = by_principal.into_iter().map(|(_, number)| number).collect();
        Snapshot {
            origin: Origin {
                ended_at,
                ..self.origin.clone()
            },
            coverage,
            workspaces,
            principals,
            role_sets,
            granters,
            rows,
            parts,
            by_principal,
            past,
        }
    }

    /// Returns the listed workspaces by name, and the place among them of each number.
    fn sorted_workspaces(&self) -> (Vec<AuditedWorkspace>, Vec<Option<u32>>) {
        let mut listed: Vec<(u32, &AuditedWorkspace, &Reading)> = (0..)
            .zip(&self.known)
            .filter_map(|(number, known)| Some((number, known.listed.as_ref()?, &known.reading)))
            .collect();
        listed.sort_unstable_by(|(_, a, _), (_, b, _)| a.name.cmp(&b.name));
        let mut places = vec![None; self.known.len()];
        for (place, (number, ..)) in (0..).zip(&listed) {
            if let Some(slot) = places.get_mut(*number as usize) {
                *slot = Some(place);
            }
        }
        let workspaces = listed.into_iter().map(|(_, facts, reading)| AuditedWorkspace {
            reading: reading.clone(),
            ..facts.clone()
        });
        (workspaces.collect(), places)
    }

    fn listed(&self, number: u32) -> Option<&AuditedWorkspace> {
        self.known.get(number as usize)?.listed.as_ref()
    }

    /// Returns what has come of `workspace`, which may be nothing yet; there is a place for every number.
    fn known(&mut self, workspace: &WorkspaceName) -> Option<&mut Known> {
        let number = self.workspaces.number(workspace);
        self.known_as(number)
    }

    fn known_as(&mut self, number: u32) -> Option<&mut Known> {
        let number = number as usize;
        if self.known.len() <= number {
            self.known.resize_with(number + 1, Known::default);
        }
        self.known.get_mut(number)
    }

    fn put(&mut self, facts: AuditedWorkspace) {
        let name = facts.name.clone();
        if let Some(known) = self.known(&name) {
            known.listed = Some(facts);
        }
    }

    fn add(
        &mut self,
        workspace: &WorkspaceName,
        principal: &Principal,
        roles: &RoleSet,
        granted_by: Option<&String>,
        times: [Option<Timestamp>; 2],
    ) {
        if !roles.is_empty() {
            let roles = self.roles.number(roles);
            self.add_numbered(workspace, principal, roles, granted_by, times);
        }
    }

    fn add_numbered(
        &mut self,
        workspace: &WorkspaceName,
        principal: &Principal,
        roles: u32,
        granted_by: Option<&String>,
        [granted_at, created_at]: [Option<Timestamp>; 2],
    ) {
        let workspace = self.workspaces.number(workspace);
        if let Some(known) = self.known_as(workspace) {
            known.has_rows = true;
        }
        let row = UnmergedGrant {
            workspace,
            principal: self.principals.number(principal),
            roles,
            granter: granted_by.map_or(NOBODY, |by| self.granters.number(by)),
            granted_at: micros(granted_at),
            created_at: micros(created_at),
        };
        self.unmerged.push(row);
    }

    /// Leaves out the principals that neither hold nor held anything, but not the caller: who sees no member list is known
    /// nevertheless.
    fn keep_known(&self, principals: &mut Vec<Principal>, rows: &mut [Row], past: &mut [PastGrant]) {
        let holders = rows.iter_mut().map(|row| &mut row.principal.0);
        let past_holders = past.iter_mut().map(|past| &mut past.principal.0);
        keep_used(principals, holders.chain(past_holders));
        let caller = Principal::from_platform(self.origin.caller.clone());
        let Err(place) = principals.binary_search(&caller) else {
            return;
        };
        if self.origin.is_platform_admin {
            return;
        }
        principals.insert(place, caller);
        let holders = rows.iter_mut().map(|row| &mut row.principal.0);
        let past_holders = past.iter_mut().map(|past| &mut past.principal.0);
        for number in holders.chain(past_holders) {
            *number += u32::from(*number as usize >= place);
        }
    }

    /// Returns what was taken away, by the places of workspaces and principals.
    fn past_at(&self, workspaces: &[Option<u32>], principals: &[u32]) -> Vec<PastGrant> {
        let past = self.past.iter().filter_map(|past| {
            Some(PastGrant {
                workspace: WorkspaceNo(place_of_listed(workspaces, past.workspace.0)?),
                principal: PrincipalNo(place(principals, past.principal.0)),
                ..past.clone()
            })
        });
        past.collect()
    }
}

fn place_of_listed(places: &[Option<u32>], number: u32) -> Option<u32> {
    places.get(number as usize).copied().flatten()
}

fn place(places: &[u32], number: u32) -> u32 {
    places.get(number as usize).copied().unwrap_or(NOBODY)
}

/// Rows, with the grants of those that are made of several, and the sets of roles that both refer to.
struct Merged {
    rows: Vec<Row>,
    parts: Vec<Part>,
    role_sets: Vec<RoleSet>,
}

/// Makes one row of everything a principal holds in a workspace: all its roles, and the date and the granter of the newest
/// of its grants. `unmerged` is sorted by workspace, principal and then the newest first.
fn merged(unmerged: &[UnmergedGrant], mut role_sets: Vec<RoleSet>) -> Merged {
    let mut numbers: HashMap<RoleSet, u32> = (0..)
        .zip(&role_sets)
        .map(|(number, set)| (set.clone(), number))
        .collect();
    let mut rows: Vec<Row> = Vec::with_capacity(unmerged.len());
    let mut parts: Vec<Part> = Vec::new();
    for group in unmerged.chunk_by(|a, b| (a.workspace, a.principal) == (b.workspace, b.principal)) {
        let [newest, older @ ..] = group else { continue };
        let mut roles = newest.roles;
        let mut first_at = newest.granted_at;
        for row in older {
            if row.roles != roles {
                roles = union(roles, row.roles, &mut role_sets, &mut numbers);
            }
            first_at = earlier(first_at, row.granted_at);
        }
        // A member with several roles comes as one, with the date of the first.
        let is_several = role_sets.get(newest.roles as usize).is_some_and(RoleSet::is_several);
        let from = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        if !older.is_empty() {
            parts.extend(group.iter().map(|row| Part {
                roles: row.roles,
                granter: row.granter,
                granted_at: row.granted_at,
            }));
        }
        rows.push(Row {
            workspace: WorkspaceNo(newest.workspace),
            principal: PrincipalNo(newest.principal),
            roles,
            granter: newest.granter,
            granted_at: if is_several { UNKNOWN_TIME } else { newest.granted_at },
            first_at,
            parts: if older.is_empty() {
                (0, 0)
            } else {
                (from, u32::try_from(group.len()).unwrap_or(u32::MAX))
            },
        });
    }
    rows.shrink_to_fit();
    Merged { rows, parts, role_sets }
}

fn union(a: u32, b: u32, sets: &mut Vec<RoleSet>, numbers: &mut HashMap<RoleSet, u32>) -> u32 {
    let (Some(first), Some(second)) = (sets.get(a as usize), sets.get(b as usize)) else {
        return a;
    };
    let both = first.union(second);
    let next = u32::try_from(sets.len()).unwrap_or(u32::MAX);
    *numbers.entry(both.clone()).or_insert_with(|| {
        sets.push(both);
        next
    })
}

/// Leaves out the values that no number refers to any more, sorts the rest and corrects the numbers: two snapshots of the
/// same are equal, and nobody is listed who holds nothing.
fn keep_used<'a, T: Ord>(values: &mut Vec<T>, numbers: impl Iterator<Item = &'a mut u32>) {
    let numbers: Vec<&mut u32> = numbers.collect();
    let n_values = values.len();
    let mut is_used = vec![false; n_values];
    for number in &numbers {
        if let Some(slot) = is_used.get_mut(**number as usize) {
            *slot = true;
        }
    }
    let mut kept: Vec<(T, u32)> = values
        .drain(..)
        .zip(0..)
        .zip(is_used)
        .filter_map(|(numbered, is_used)| is_used.then_some(numbered))
        .collect();
    kept.sort_unstable();
    let mut places = vec![NOBODY; n_values];
    for (place, (_, number)) in (0_u32..).zip(&kept) {
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    for number in numbers {
        *number = place(&places, *number);
    }
    values.extend(kept.into_iter().map(|(value, _)| value));
}

fn earlier(a: i64, b: i64) -> i64 {
    match (a, b) {
        (UNKNOWN_TIME, known) | (known, UNKNOWN_TIME) => known,
        (a, b) => a.min(b),
    }
}
