//! Workspaces with what is held in them, and what was held once.

use super::Text;
use crate::audit::effective::{Effective, Tops, effective};
use crate::audit::filter::{PERHAPS, Selection};
use crate::audit::snapshot::{AuditedWorkspace, Grant, PastGrant, Reading, Snapshot};
use crate::domain::ids::Principal;
use crate::domain::role::{Role, RoleSet};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A workspace: every one is listed, whatever the filter, since it belongs to how complete an export is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct WorkspaceEntry<'a> {
    pub name: Text<'a>,
    pub created_at: Option<Timestamp>,
    pub created_by: Option<Text<'a>>,
    pub described: bool,
    pub reading: Readable,
    pub members: Vec<GrantEntry<'a>>,
}

/// Whether the members of a workspace are known; why not, says [`super::covered::Failed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::audit) enum Readable {
    Read,
    NotRead,
    Denied,
    Failed,
}

impl From<&Reading> for Readable {
    fn from(reading: &Reading) -> Self {
        match reading {
            Reading::Read => Self::Read,
            Reading::NotRead => Self::NotRead,
            Reading::Denied => Self::Denied,
            Reading::Failed(_) => Self::Failed,
        }
    }
}

/// Everything one principal holds by name in a workspace.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct GrantEntry<'a> {
    pub principal: Text<'a>,
    pub kind: Text<'a>,
    pub roles: Vec<Text<'a>>,
    /// What it amounts to; nothing where no role allows anything.
    pub effective: Option<Text<'a>>,
    pub given_by: Text<'a>,
    /// When the newest of its grants was made. In files of version 1 the first.
    pub granted_at: Option<Timestamp>,
    /// Who made the newest.
    pub granted_by: Option<Text<'a>>,
    /// When the first of several grants was made that are not told apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_granted_at: Option<Timestamp>,
    /// Several grants that are told apart, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Each<'a>>,
    /// Whether it is not known if the filter means it: it asks when or by whom, and that is not known of it, or of several
    /// grants not of each.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unsure: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it out so")]
pub(super) fn is_false(is_it: &bool) -> bool {
    !is_it
}

/// Returns a cell with the mark of what the filter perhaps does not mean.
pub(in crate::audit) fn perhaps(cell: &str) -> String {
    format!("{cell} ({PERHAPS})")
}

/// One grant of several.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Each<'a> {
    pub role: Text<'a>,
    pub granted_at: Option<Timestamp>,
    pub granted_by: Option<Text<'a>>,
}

/// A grant that was taken away.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct RevokedEntry<'a> {
    pub workspace: Text<'a>,
    pub principal: Text<'a>,
    pub kind: Text<'a>,
    pub role: Text<'a>,
    pub granted_at: Option<Timestamp>,
    pub granted_by: Option<Text<'a>>,
    pub revoked_at: Timestamp,
    /// Whether it is not known if the filter means it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unsure: bool,
}

/// Walks every workspace, each with those of its grants that are among the selected ones.
pub(super) fn workspaces<'a>(
    snapshot: &'a Snapshot,
    selection: &'a Selection,
) -> impl Iterator<Item = WorkspaceEntry<'a>> {
    let mut grants = selection
        .grants
        .iter()
        .filter_map(|number| snapshot.grant(*number))
        .peekable();
    let tops = Tops::of(snapshot);
    snapshot.reported_workspaces().map(move |(number, workspace)| {
        let everyone = snapshot.held_by_everyone(number).map(|everyone| everyone.roles());
        let mut members = Vec::new();
        while let Some(grant) = grants.next_if(|grant| grant.workspace_no() == number) {
            let effective = effective(Some(grant.roles()), everyone, tops.of_principal(grant.principal_no()));
            let is_unsure = selection.unsure.binary_search(&grant.number()).is_ok();
            members.push(GrantEntry::of(grant, effective, is_unsure));
        }
        WorkspaceEntry::of(workspace, members)
    })
}

impl<'a> WorkspaceEntry<'a> {
    fn of(workspace: &'a AuditedWorkspace, members: Vec<GrantEntry<'a>>) -> Self {
        Self {
            name: Cow::from(workspace.name.raw()),
            created_at: workspace.created_at,
            created_by: workspace.created_by.as_deref().map(Cow::from),
            described: workspace.is_described,
            reading: Readable::from(&workspace.reading),
            members,
        }
    }
}

impl<'a> GrantEntry<'a> {
    fn of(grant: Grant<'a>, effective: Effective, unsure: bool) -> Self {
        let principal = grant.principal();
        Self {
            principal: Cow::from(principal.raw()),
            kind: kind(principal),
            roles: roles(grant.roles()),
            effective: effective.role.map(amount),
            given_by: Cow::from(effective.given_by.label()),
            granted_at: grant.granted_at(),
            granted_by: grant.granted_by().map(Cow::from),
            first_granted_at: grant.first_granted_at().filter(|_| !grant.is_told_apart()),
            grants: each(&grant),
            unsure,
        }
    }

    /// Returns when it was granted and by whom, in words where there are several grants.
    pub(in crate::audit) fn granted(&self) -> Option<[String; 2]> {
        let time = |at: Option<Timestamp>| at.map_or_else(|| "unknown".to_owned(), |at| at.to_string());
        let who = |by: Option<&str>| by.filter(|by| !by.is_empty()).unwrap_or("unknown").to_owned();
        if let Some(first) = self.first_granted_at {
            let by = who(self.granted_by.as_deref());
            return Some([format!("several, the first {first}"), format!("the newest {by}")]);
        }
        if self.grants.is_empty() {
            return None;
        }
        let words = |of: &dyn Fn(&Each<'_>) -> String| {
            let each = self.grants.iter().map(|each| format!("{} {}", each.role, of(each)));
            each.collect::<Vec<_>>().join(", ")
        };
        Some([
            words(&|each| time(each.granted_at)),
            words(&|each| who(each.granted_by.as_deref())),
        ])
    }
}

fn each<'a>(grant: &Grant<'a>) -> Vec<Each<'a>> {
    if !grant.is_told_apart() || grant.given().nth(1).is_none() {
        return Vec::new();
    }
    let each = grant.given().flat_map(|given| {
        let roles = given.roles.iter();
        roles.map(move |role| Each {
            role: Cow::from(role.raw()),
            granted_at: given.granted_at,
            granted_by: given.granted_by.map(Cow::from),
        })
    });
    each.collect()
}

impl<'a> RevokedEntry<'a> {
    pub(super) fn of(past: &'a PastGrant, unsure: bool, snapshot: &'a Snapshot) -> Option<Self> {
        let principal = snapshot.principal(past.principal)?;
        Some(Self {
            workspace: Cow::from(snapshot.workspace(past.workspace)?.name.raw()),
            principal: Cow::from(principal.raw()),
            kind: kind(principal),
            role: Cow::from(past.role.raw()),
            granted_at: past.granted_at,
            granted_by: past.granted_by.as_deref().map(Cow::from),
            revoked_at: past.revoked_at,
            unsure,
        })
    }
}

/// Returns the names of `roles`, the strongest first.
pub(super) fn roles(roles: &RoleSet) -> Vec<Text<'_>> {
    roles.iter().map(|role| Cow::from(role.raw())).collect()
}

/// Returns the set of roles of these names.
pub(in crate::audit) fn role_set(names: &[Text<'_>]) -> RoleSet {
    names.iter().map(|name| Role::from_platform(name)).collect()
}

/// Returns the name of what roles amount to, which is one of three.
fn amount(role: Role) -> Text<'static> {
    match role {
        Role::Viewer => Cow::from("Viewer"),
        Role::Editor => Cow::from("Editor"),
        Role::Admin => Cow::from("Admin"),
        Role::Other(raw) => Cow::from(raw),
    }
}

fn kind(principal: &Principal) -> Text<'static> {
    Cow::from(principal.kind().label())
}
