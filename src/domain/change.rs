//! One mutation in domain terms. The confirm text, the request and the equivalent command
//! ([`super::command::Grammar::change`]) are all functions of the same [`Change`], so they cannot tell different stories.

mod together;

pub use together::together;

use super::ids::{Principal, ResourceName, WorkspaceName};
use super::member::Roster;
use super::resource::ResourceId;
use super::role::{Role, RoleSet};
use super::text::SafeText;

/// One thing to be changed on the platform, with what it was when the user decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Makes a workspace; the caller becomes its Admin.
    CreateWorkspace {
        /// The name to give it.
        name: WorkspaceName,
        /// Its description; none is sent when `None`.
        description: Option<String>,
    },
    /// Sets the description of a workspace. An empty one is sent as `""`: null would mean "keep".
    Describe {
        /// The workspace it is about.
        workspace: WorkspaceName,
        /// The description as it was last read.
        before: Option<String>,
        /// What it shall be.
        after: String,
    },
    /// Deletes a workspace with all its grants.
    DeleteWorkspace {
        /// The workspace it is about.
        workspace: WorkspaceName,
    },
    /// Asks for another attempt at a deletion that has broken off: the same request once more, which means something
    /// else now. To a workspace that is alive it would be its deletion, so that is looked at first.
    RetryDeletion {
        /// The workspace whose deletion broke off.
        workspace: WorkspaceName,
    },
    /// Gives and takes roles of one principal: [`RoleChange::of`] says whether that adds, changes or removes a member.
    Roles {
        /// The workspace it is about.
        workspace: WorkspaceName,
        /// The principal it is about.
        principal: Principal,
        /// What it held; empty for who is no member.
        before: RoleSet,
        /// What it shall hold; empty to remove the member.
        after: RoleSet,
    },
    /// Makes a project in a workspace.
    CreateProject {
        /// The workspace it is about.
        workspace: WorkspaceName,
        /// The name to give it.
        name: ResourceName,
        /// Its description, if any.
        description: Option<String>,
    },
    /// Deletes a project or another thing that lies in a workspace.
    DeleteResource {
        /// The workspace it is about.
        workspace: WorkspaceName,
        /// The resource that is deleted.
        target: ResourceId,
    },
}

/// What a change of roles is to the platform, which has a request of its own for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    /// Somebody becomes a member.
    Add,
    /// A member gets other roles.
    Replace,
    /// A member loses every role.
    Remove,
}

impl RoleChange {
    /// Returns what it is to hold `after` instead of `before`.
    pub fn of(before: &RoleSet, after: &RoleSet) -> Self {
        if after.is_empty() {
            Self::Remove
        } else if before.is_empty() {
            Self::Add
        } else {
            Self::Replace
        }
    }

    /// Returns its sign in a list of changes.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Replace => "~",
            Self::Remove => "-",
        }
    }
}

/// How the platform is told a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// By one request that names what it is about.
    #[default]
    ByName,
    /// Through the rows behind a member, one request each.
    ThroughRows,
}

impl Change {
    /// Returns the workspace it happens in.
    pub fn workspace(&self) -> &WorkspaceName {
        match self {
            Self::CreateWorkspace { name, .. } => name,
            Self::Describe { workspace, .. }
            | Self::DeleteWorkspace { workspace }
            | Self::RetryDeletion { workspace }
            | Self::Roles { workspace, .. }
            | Self::CreateProject { workspace, .. }
            | Self::DeleteResource { workspace, .. } => workspace,
        }
    }

    /// Returns the principal it is about, if any.
    pub fn principal(&self) -> Option<&Principal> {
        if let Self::Roles { principal, .. } = self {
            return Some(principal);
        }
        None
    }

    /// Returns the roles the principal held before and holds after; both empty where no principal is concerned.
    pub fn roles(&self) -> (RoleSet, RoleSet) {
        if let Self::Roles { before, after, .. } = self {
            return (before.clone(), after.clone());
        }
        Default::default()
    }

    /// Returns what it does to a member, if it is about one.
    pub fn role_change(&self) -> Option<RoleChange> {
        if let Self::Roles { before, after, .. } = self {
            return Some(RoleChange::of(before, after));
        }
        None
    }

    /// Returns whether it gives or takes the role Admin.
    pub fn touches_admin(&self) -> bool {
        let (before, after) = self.roles();
        before.holds(&Role::Admin) != after.holds(&Role::Admin)
    }

    /// Returns how many roles it gives and takes: what a waiting request waits for, one after the other.
    pub fn n_roles_moved(&self) -> usize {
        let (before, after) = self.roles();
        let given = after.iter().filter(|role| !before.holds(role)).count();
        let taken = before.iter().filter(|role| !after.holds(role)).count();
        given + taken
    }

    /// Returns the change as a sentence without a subject: `make alice@example.com Admin of 'ml-team'`.
    pub fn sentence(&self) -> SafeText {
        let at = self.workspace().shown();
        let text = match self {
            Self::CreateWorkspace { .. } => format!("create workspace '{at}'"),
            Self::Describe { after, .. } if after.is_empty() => {
                format!("clear the description of '{at}'")
            }
            Self::Describe { .. } => format!("change the description of '{at}'"),
            Self::DeleteWorkspace { .. } => format!("delete workspace '{at}'"),
            Self::RetryDeletion { .. } => format!("try again to delete what is left of workspace '{at}'"),
            Self::Roles {
                principal,
                before,
                after,
                ..
            } => {
                let who = principal.label();
                match RoleChange::of(before, after) {
                    RoleChange::Add => format!("add {who} to '{at}' as {}", after.shown()),
                    RoleChange::Replace => format!("change {who} in '{at}': {} → {}", before.shown(), after.shown()),
                    RoleChange::Remove => format!("remove {who} ({}) from '{at}'", before.shown()),
                }
            }
            Self::CreateProject { name, .. } => {
                format!("create project '{}' in '{at}'", name.shown())
            }
            Self::DeleteResource { target, .. } => format!("delete {} of '{at}'", target.label()),
        };
        SafeText::new(&text)
    }

    /// Returns the change as it is told afterwards: `added bob@example.com to 'ml-team' as Viewer`.
    pub fn done(&self) -> SafeText {
        let at = self.workspace().shown();
        let text = match self {
            Self::CreateWorkspace { .. } => format!("created workspace '{at}'"),
            Self::Describe { after, .. } if after.is_empty() => format!("cleared the description of '{at}'"),
            Self::Describe { .. } => format!("changed the description of '{at}'"),
            Self::DeleteWorkspace { .. } => format!("deleted workspace '{at}'"),
            Self::RetryDeletion { .. } => format!("asked again to delete what is left of workspace '{at}'"),
            Self::Roles {
                principal,
                before,
                after,
                ..
            } => {
                let who = principal.label();
                match RoleChange::of(before, after) {
                    RoleChange::Add => format!("added {who} to '{at}' as {}", after.shown()),
                    RoleChange::Replace => format!("{who} is now {} in '{at}'", after.shown()),
                    RoleChange::Remove => format!("removed {who} from '{at}'"),
                }
            }
            Self::CreateProject { name, .. } => format!("created project '{}' in '{at}'", name.shown()),
            Self::DeleteResource { target, .. } => format!("deleted {} of '{at}'", target.label()),
        };
        SafeText::new(&text)
    }
}

impl Roster {
    /// Returns the roster as it is once `change` has been applied, by the platform's rules.
    #[must_use]
    pub fn after(&self, change: &Change) -> Self {
        let mut after = self.clone();
        after.apply(change);
        after
    }

    /// Applies `change` by the platform's rules.
    pub fn apply(&mut self, change: &Change) {
        let Some(principal) = change.principal() else {
            return;
        };
        let (_, roles) = change.roles();
        let roles = if change.role_change() == Some(RoleChange::Add) {
            self.roles_of(principal).union(&roles)
        } else {
            roles
        };
        self.set_roles(principal, roles);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::resource::ResourceKind;

    fn set(roles: &[&str]) -> RoleSet {
        roles.iter().map(|raw| Role::from_platform(raw)).collect()
    }

    fn ws() -> WorkspaceName {
        WorkspaceName::from_platform("ml-team")
    }

    fn promote() -> Change {
        Change::Roles {
            workspace: ws(),
            principal: Principal::from_platform("alice@example.com"),
            before: set(&["Viewer", "JobRunner"]),
            after: set(&["Admin", "JobRunner"]),
        }
    }

    #[test]
    fn says_what_it_does() {
        assert_eq!(
            promote().sentence().as_str(),
            "change alice@example.com in 'ml-team': Viewer, JobRunner → Admin, JobRunner"
        );
        assert!(promote().touches_admin());
        assert_eq!(promote().n_roles_moved(), 2);
    }

    #[test]
    fn tells_what_touches_admin_and_what_clears_a_description() {
        let add = Change::Roles {
            workspace: ws(),
            principal: Principal::from_platform("alice@example.com"),
            before: RoleSet::default(),
            after: set(&["Editor"]),
        };
        assert!(!add.touches_admin());
        let describe = |after: &str| Change::Describe {
            workspace: ws(),
            before: Some("old".to_owned()),
            after: after.to_owned(),
        };
        assert_eq!(describe("").sentence().as_str(), "clear the description of 'ml-team'");
        assert_eq!(
            describe("new").sentence().as_str(),
            "change the description of 'ml-team'"
        );
    }

    #[test]
    fn counts_the_roles_that_move_and_no_others() {
        let moved = |before: &[&str], after: &[&str]| {
            let change = Change::Roles {
                workspace: ws(),
                principal: Principal::from_platform("alice@example.com"),
                before: set(before),
                after: set(after),
            };
            change.n_roles_moved()
        };
        assert_eq!(moved(&["Viewer"], &["Viewer", "Editor", "Admin"]), 2);
        assert_eq!(moved(&["Viewer", "Editor", "Admin"], &["Viewer"]), 2);
        assert_eq!(moved(&["Viewer"], &["Viewer"]), 0);
    }

    #[test]
    fn things_are_named_by_their_kind() {
        let name = ResourceName::from_platform("run-01");
        let kind = ResourceKind::Provider;
        let delete = Change::DeleteResource {
            workspace: ws(),
            target: ResourceId { kind, name },
        };
        assert_eq!(delete.sentence().as_str(), "delete provider 'run-01' of 'ml-team'");
    }

    #[test]
    fn foresees_the_roster() {
        let before = Roster::new(vec![]);
        let add = |roles: &[&str]| Change::Roles {
            workspace: ws(),
            principal: Principal::from_platform("b@x"),
            before: RoleSet::default(),
            after: set(roles),
        };
        let one = before.after(&add(&["Viewer"]));
        let both = one.after(&add(&["Editor"]));
        assert_eq!(
            both.roles_of(&Principal::from_platform("b@x")),
            set(&["Editor", "Viewer"]),
            "POST unions"
        );
        let gone = both.after(&Change::Roles {
            workspace: ws(),
            principal: Principal::from_platform("b@x"),
            before: set(&["Editor", "Viewer"]),
            after: RoleSet::default(),
        });
        assert!(gone.is_empty());
    }
}
