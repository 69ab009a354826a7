//! From what was read, in whatever order it came, to a [`Snapshot`].

use super::coverage::Coverage;
use super::snapshot::{AuditedWorkspace, GrantNo, Origin, PastGrant, PrincipalNo, Reading, Row, Snapshot, WorkspaceNo};
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::role::{Role, RoleSet};
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;

/// Gathers workspaces, role bindings and members.
#[derive(Debug)]
pub struct Builder {
    origin: Origin,
    workspaces: Interned<WorkspaceName>,
    facts: Vec<Option<AuditedWorkspace>>,
    principals: Interned<Principal>,
    roles: Interned<RoleSet>,
    granters: Interned<String>,
    loose: Vec<Loose>,
    past: Vec<LoosePast>,
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

    fn number(&mut self, value: T) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(value).or_insert(next)
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
struct Loose {
    workspace: u32,
    principal: u32,
    roles: u32,
    granter: u32,
    granted_at: i64,
    /// When the row was made: the granter of the newest counts.
    created_at: i64,
}

#[derive(Clone, Debug)]
struct LoosePast {
    workspace: u32,
    principal: u32,
    role: Role,
    granted_at: Option<Timestamp>,
    granted_by: Option<String>,
    revoked_at: Timestamp,
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
            facts: Vec::new(),
            principals: Interned::new(),
            roles: Interned::new(),
            granters: Interned::new(),
            loose: Vec::new(),
            past: Vec::new(),
        }
    }

    /// Returns a builder that has read what `snapshot` holds.
    pub fn from_snapshot(snapshot: &Snapshot) -> Self {
        let mut builder = Self::new(snapshot.origin.clone());
        for (_, workspace) in snapshot.workspaces() {
            builder.put(workspace.clone());
        }
        for grant in snapshot.grants() {
            let member = grant.member();
            let name = &grant.workspace().name;
            builder.add(
                name,
                member.principal,
                member.roles,
                member.granted_by,
                [member.granted_at; 2],
            );
        }
        for past in snapshot.past() {
            let (Some(workspace), Some(principal)) =
                (snapshot.workspace(past.workspace), snapshot.principal(past.principal))
            else {
                continue;
            };
            builder.add_past(
                workspace.name.clone(),
                principal.clone(),
                past.role.clone(),
                [past.granted_at, Some(past.revoked_at)],
                past.granted_by.clone(),
            );
        }
        builder
    }

    /// Returns how many roles of somebody somewhere have come.
    pub fn n_rows(&self) -> usize {
        self.loose.len()
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
            reading: Reading::NotRead,
        });
    }

    /// Takes all members of a workspace, in place of those that were known.
    pub fn add_roster(&mut self, workspace: &WorkspaceName, roster: &Roster) {
        let number = self.workspaces.number(workspace.clone());
        // Each comes once while a platform is read; only a later look replaces something.
        if self.reading(number) == Some(&Reading::Read) {
            self.loose.retain(|row| row.workspace != number);
        }
        for member in roster.members() {
            let times = [member.granted_at; 2];
            let (principal, roles) = (member.principal.clone(), member.roles.clone());
            self.add(workspace, principal, roles, member.granted_by.clone(), times);
        }
        self.mark(workspace, Reading::Read);
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
                let times = [granted_at, created_at];
                self.add(&workspace, principal, RoleSet::only(role), granted_by, times);
            }
            Some(revoked_at) => {
                let times = [granted_at, Some(revoked_at)];
                self.add_past(workspace, principal, role, times, granted_by);
            }
        }
    }

    /// Notes whether the members of a workspace are known.
    pub fn mark(&mut self, workspace: &WorkspaceName, reading: Reading) {
        let number = self.workspaces.number(workspace.clone());
        if let Some(Some(facts)) = self.facts.get_mut(number as usize) {
            facts.reading = reading;
        }
    }

    /// Notes that the members of every workspace on the list are known: all role bindings have come.
    pub fn mark_all_read(&mut self) {
        for facts in self.facts.iter_mut().flatten() {
            facts.reading = Reading::Read;
        }
    }

    /// Forgets a workspace: it was deleted while the others were read.
    pub fn forget(&mut self, workspace: &WorkspaceName) {
        let number = self.workspaces.number(workspace.clone());
        if let Some(facts) = self.facts.get_mut(number as usize) {
            *facts = None;
        }
    }

    /// Returns the names that bindings speak of and the list does not: being deleted, or made meanwhile.
    pub fn unlisted(&self) -> Vec<WorkspaceName> {
        let is_listed = |number: u32| matches!(self.facts.get(number as usize), Some(Some(_)));
        let mut numbers: Vec<u32> = self.loose.iter().map(|row| row.workspace).collect();
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
        let (names, places) = self.workspaces.sorted();
        let is_listed = |number: u32| matches!(self.facts.get(number as usize), Some(Some(_)));
        // Only what is listed is numbered.
        let mut listed = 0;
        let mut by_number: Vec<Option<u32>> = vec![None; names.len()];
        let mut in_order: Vec<(u32, u32)> = (0..).zip(&places).map(|(number, place)| (*place, number)).collect();
        in_order.sort_unstable();
        let mut workspaces = Vec::with_capacity(names.len());
        for (_, number) in in_order {
            if let Some(Some(facts)) = self.facts.get(number as usize) {
                workspaces.push(facts.clone());
                if let Some(slot) = by_number.get_mut(number as usize) {
                    *slot = Some(listed);
                }
                listed += 1;
            }
        }
        let place_of = |number: u32| by_number.get(number as usize).copied().flatten();
        let (principals, principal_places) = self.principals.sorted();
        let (role_sets, role_places) = self.roles.sorted();
        let (granters, granter_places) = self.granters.sorted();
        let mut loose: Vec<Loose> = self
            .loose
            .iter()
            .filter(|row| is_listed(row.workspace))
            .copied()
            .collect();
        for row in &mut loose {
            row.workspace = place_of(row.workspace).unwrap_or(NOBODY);
            row.principal = place(&principal_places, row.principal);
            row.roles = place(&role_places, row.roles);
            row.granter = place(&granter_places, row.granter);
        }
        // The newest first, so that its granter is met first.
        loose.sort_unstable_by_key(|row| {
            (
                row.workspace,
                row.principal,
                std::cmp::Reverse(row.created_at),
                row.roles,
            )
        });
        let (rows, role_sets) = merged(&loose, role_sets);
        let mut by_principal: Vec<GrantNo> = (0..rows.len()).map(GrantNo::new).collect();
        by_principal.sort_by_key(|number| rows.get(number.place()).map(|row| (row.principal, row.workspace)));
        let past = self.past_of(&place_of, &principal_places);
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
            by_principal,
            past,
        }
    }

    fn reading(&self, number: u32) -> Option<&Reading> {
        let facts = self.facts.get(number as usize)?.as_ref()?;
        Some(&facts.reading)
    }

    fn put(&mut self, facts: AuditedWorkspace) {
        let number = self.workspaces.number(facts.name.clone()) as usize;
        if self.facts.len() <= number {
            self.facts.resize(number + 1, None);
        }
        if let Some(slot) = self.facts.get_mut(number) {
            *slot = Some(facts);
        }
    }

    fn add(
        &mut self,
        workspace: &WorkspaceName,
        principal: Principal,
        roles: RoleSet,
        granted_by: Option<String>,
        [granted_at, created_at]: [Option<Timestamp>; 2],
    ) {
        if roles.is_empty() {
            return;
        }
        let row = Loose {
            workspace: self.workspaces.number(workspace.clone()),
            principal: self.principals.number(principal),
            roles: self.roles.number(roles),
            granter: granted_by.map_or(NOBODY, |by| self.granters.number(by)),
            granted_at: micros(granted_at),
            created_at: micros(created_at),
        };
        self.loose.push(row);
    }

    fn add_past(
        &mut self,
        workspace: WorkspaceName,
        principal: Principal,
        role: Role,
        [granted_at, revoked_at]: [Option<Timestamp>; 2],
        granted_by: Option<String>,
    ) {
        let Some(revoked_at) = revoked_at else { return };
        let past = LoosePast {
            workspace: self.workspaces.number(workspace),
            principal: self.principals.number(principal),
            role,
            granted_at,
            granted_by,
            revoked_at,
        };
        self.past.push(past);
    }

    fn past_of(&self, place_of: &impl Fn(u32) -> Option<u32>, principals: &[u32]) -> Vec<PastGrant> {
        let mut past: Vec<PastGrant> = self
            .past
            .iter()
            .filter_map(|past| {
                Some(PastGrant {
                    workspace: WorkspaceNo(place_of(past.workspace)?),
                    principal: PrincipalNo(place(principals, past.principal)),
                    role: past.role.clone(),
                    granted_at: past.granted_at,
                    granted_by: past.granted_by.clone(),
                    revoked_at: past.revoked_at,
                })
            })
            .collect();
        past.sort();
        past
    }
}

fn place(places: &[u32], number: u32) -> u32 {
    places.get(number as usize).copied().unwrap_or(NOBODY)
}

/// Makes one row of everything a principal holds in a workspace: all its roles, the earliest of its grants, and who made
/// the newest. `loose` is sorted by workspace, principal and then the newest first.
fn merged(loose: &[Loose], mut role_sets: Vec<RoleSet>) -> (Vec<Row>, Vec<RoleSet>) {
    let mut numbers: HashMap<RoleSet, u32> = (0..)
        .zip(&role_sets)
        .map(|(number, set)| (set.clone(), number))
        .collect();
    let mut rows: Vec<Row> = Vec::with_capacity(loose.len());
    for group in loose.chunk_by(|a, b| (a.workspace, a.principal) == (b.workspace, b.principal)) {
        let [newest, older @ ..] = group else { continue };
        let mut roles = newest.roles;
        let mut granted_at = newest.granted_at;
        for row in older {
            if row.roles != roles {
                roles = union(roles, row.roles, &mut role_sets, &mut numbers);
            }
            granted_at = earlier(granted_at, row.granted_at);
        }
        rows.push(Row {
            workspace: WorkspaceNo(newest.workspace),
            principal: PrincipalNo(newest.principal),
            roles,
            granter: newest.granter,
            granted_at,
        });
    }
    rows.shrink_to_fit();
    (rows, role_sets)
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

fn earlier(a: i64, b: i64) -> i64 {
    match (a, b) {
        (UNKNOWN_TIME, known) | (known, UNKNOWN_TIME) => known,
        (a, b) => a.min(b),
    }
}
