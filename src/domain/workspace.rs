//! Workspaces, and what the caller may do there.

use super::ids::WorkspaceName;
use super::operation::Operation;
use super::platform::Generation;
use super::role::{Role, RoleSet};
use super::text::SafeText;
use jiff::Timestamp;

/// One workspace as the platform lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The platform's own id, used to drop doubles between pages.
    pub id: String,
    /// Its name and address.
    pub name: WorkspaceName,
    /// The description; absent and empty are different for the platform, alike for a reader.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Who made it: a token subject, which need not be an e-mail.
    pub created_by: Option<String>,
    /// When its description last changed.
    pub updated_at: Option<Timestamp>,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

impl Workspace {
    /// Returns a workspace of which nothing but the name is known.
    pub fn known_by_name(name: WorkspaceName) -> Self {
        Self {
            id: String::new(),
            name,
            description: None,
            created_at: None,
            created_by: None,
            updated_at: None,
            updated_by: None,
        }
    }

    /// Returns the description as it may be shown, empty where there is none.
    pub fn described(&self) -> SafeText {
        self.description.as_deref().map(SafeText::new).unwrap_or_default()
    }
}

/// What the caller may do in a workspace, as far as the platform has shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallerAccess {
    /// May do everything here and everywhere.
    PlatformAdmin,
    /// Holds this role, directly, through a group or through `*`.
    Holds(Role),
    /// Reads by a role that could not be told further, because finding out would have needed a POST.
    AtLeastViewer,
    /// No role that allows anything, although the workspace may be listed.
    Nothing,
    /// Not found out yet, or the question failed.
    Unknown,
}

/// Something a person wants to do in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See who the members are, add, change and remove them.
    ManageMembers,
    /// To change the description.
    Describe,
    /// To delete the workspace.
    DeleteWorkspace,
    /// Create projects, and delete what lies in it.
    ManageContents,
}

impl Permission {
    /// Returns the weakest role that allows it, in every generation (observed role by role on 0.8.1).
    pub fn needs(self) -> Role {
        match self {
            Self::ManageMembers => Role::Admin,
            Self::Describe | Self::DeleteWorkspace | Self::ManageContents => Role::Editor,
        }
    }
}

impl CallerAccess {
    /// Returns whether `permission` is known to be refused. What is not known is left to the platform.
    pub fn forbids(&self, permission: Permission) -> bool {
        match self {
            Self::PlatformAdmin | Self::Unknown => false,
            Self::Holds(role) => role.rank() < permission.needs().rank(),
            // Reads alone cannot tell a Viewer from an Editor, but the member list has answered 403.
            Self::AtLeastViewer => permission == Permission::ManageMembers,
            Self::Nothing => true,
        }
    }

    /// Returns whether a caller can stand like this where everyone holds `role`.
    pub fn fits_for_all(&self, role: &Role) -> bool {
        match self {
            Self::PlatformAdmin => true,
            Self::Holds(own) => own.rank() >= role.rank(),
            Self::AtLeastViewer => role.rank() <= Role::Editor.rank(),
            // Nothing speaks for it where nothing could be found out.
            Self::Nothing | Self::Unknown => false,
        }
    }

    /// Returns whether it may allow what the role of this rank does: a Viewer at least may be an Editor.
    pub fn may_allow(&self, rank: u8) -> bool {
        match self {
            Self::PlatformAdmin => true,
            Self::Holds(role) => role.rank() >= rank,
            Self::AtLeastViewer => rank <= Role::Editor.rank(),
            Self::Nothing | Self::Unknown => false,
        }
    }

    /// Returns whether it lets the caller do `operation` in the workspace `name`, or may: whoever is a Viewer at least may be
    /// an Editor.
    pub fn may_do(&self, operation: Operation, name: &WorkspaceName, generation: Generation) -> bool {
        let mut choices = Role::CHOICES.iter();
        let least = choices.find(|role| role.gives(operation, name, generation));
        least.is_some_and(|least| self.may_allow(least.rank()))
    }

    /// Returns whether it is, or may be, the role called `name` in lower case.
    pub fn may_be(&self, name: &str) -> bool {
        match self {
            Self::PlatformAdmin => name == "admin",
            Self::Holds(role) => role.raw().to_lowercase() == name,
            Self::AtLeastViewer => matches!(name, "viewer" | "editor"),
            Self::Nothing => name == "none",
            Self::Unknown => false,
        }
    }

    /// Returns the word for the table column `YOU`.
    pub fn label(&self) -> SafeText {
        match self {
            Self::PlatformAdmin => SafeText::new("platform admin"),
            Self::Holds(role) => role.shown(),
            Self::AtLeastViewer => SafeText::new("Viewer+"),
            Self::Nothing => SafeText::new("none"),
            Self::Unknown => SafeText::new("?"),
        }
    }
}

/// Where it is known from what everyone may do somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the members as they were read.
    Read,
    /// From what the platform grants when it is installed. That may have been changed since, which only those see who may
    /// read the members; what the caller may do does not speak against it.
    AsInstalled,
}

/// Who can get in without being named, for the table column `ACCESS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only members who are named have access.
    Private,
    /// Everyone holds this role.
    All(Role),
}

impl Access {
    /// How it is called that only named members get in.
    pub const PRIVATE: &str = "private";

    /// Returns what everyone may do who holds `roles`.
    pub fn of(roles: Option<&RoleSet>) -> Self {
        let role = roles.and_then(RoleSet::effective);
        role.map_or(Self::Private, |role| Self::All(role.clone()))
    }

    /// Returns `private`, `all: Viewer`, …
    pub fn label(&self) -> SafeText {
        match self {
            Self::Private => SafeText::new(Self::PRIVATE),
            Self::All(role) => SafeText::new(&format!("all: {}", role.shown())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(CallerAccess::Holds(Role::Editor), true, true)]
    #[case(CallerAccess::Holds(Role::Viewer), false, true)]
    #[case(CallerAccess::AtLeastViewer, true, true)]
    #[case(CallerAccess::Holds(Role::from_platform("JobRunner")), false, false)]
    #[case(CallerAccess::Nothing, false, false)]
    #[case(CallerAccess::Unknown, false, false)]
    fn own_rights_can_speak_against_what_everyone_holds(
        #[case] caller_access: CallerAccess,
        #[case] editor: bool,
        #[case] viewer: bool,
    ) {
        let fits = [Role::Editor, Role::Viewer].map(|role| caller_access.fits_for_all(&role));
        assert_eq!(fits, [editor, viewer]);
    }

    #[rstest]
    #[case(CallerAccess::PlatformAdmin, Permission::ManageMembers, false)]
    #[case(CallerAccess::Holds(Role::Admin), Permission::ManageMembers, false)]
    #[case(CallerAccess::Holds(Role::Editor), Permission::ManageMembers, true)]
    #[case(CallerAccess::Holds(Role::Editor), Permission::DeleteWorkspace, false)]
    #[case(CallerAccess::Holds(Role::Viewer), Permission::Describe, true)]
    #[case(CallerAccess::AtLeastViewer, Permission::ManageMembers, true)]
    #[case(CallerAccess::AtLeastViewer, Permission::Describe, false)]
    #[case(CallerAccess::Nothing, Permission::ManageContents, true)]
    #[case(CallerAccess::Unknown, Permission::ManageMembers, false)]
    fn forbids_only_what_is_known_to_be_refused(
        #[case] caller_access: CallerAccess,
        #[case] permission: Permission,
        #[case] forbidden: bool,
    ) {
        assert_eq!(caller_access.forbids(permission), forbidden);
    }
}
