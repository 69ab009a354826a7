//! What a role means for whoever gets or loses it, where that is more than reading, writing and managing members.

use super::{Role, RoleEffect};
use crate::domain::generation::Generation;
use crate::domain::ids::WorkspaceName;

/// What a role brings besides what Viewer, Editor and Admin bring everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Managing the members of `system`, which decides who is platform admin.
    NamesPlatformAdmins,
    /// Every permission where it is held.
    EveryPermission,
    /// Every permission in `system`, where that counts everywhere.
    EveryPermissionInSystem,
    /// Creating workspaces.
    CreatesWorkspaces,
    /// Uploading the logs of jobs.
    UploadsLogs,
    /// Nothing, and why.
    Nothing(&'static str),
}

impl Role {
    /// Returns what it means to get or lose it in `workspace` on a server of this generation, besides what Viewer, Editor and
    /// Admin mean everywhere. What makes platform admins is a matter of its own, see [`Self::is_top`].
    pub fn special(&self, workspace: &WorkspaceName, generation: Generation) -> Option<Special> {
        let is_system = workspace.is_system();
        let nothing = || Special::Nothing(self.meaning_in(workspace, generation));
        match (self, self.effect(generation, workspace)) {
            (Self::Viewer | Self::Editor, _) => None,
            (Self::Admin, _) => is_system.then_some(Special::NamesPlatformAdmins),
            (Self::Other(_), RoleEffect::OnlyInSystem | RoleEffect::Retired | RoleEffect::Unknown) => Some(nothing()),
            (Self::Other(raw), RoleEffect::Works) => match raw.as_str() {
                "ServiceSystem" if is_system => Some(Special::EveryPermissionInSystem),
                "ServiceSystem" => Some(Special::EveryPermission),
                "WorkspaceCreator" => Some(Special::CreatesWorkspaces),
                "JobRunner" => Some(Special::UploadsLogs),
                _ if self.is_top(generation) => None,
                _ => Some(nothing()),
            },
        }
    }
}

impl Special {
    /// Returns whether it decides over every workspace.
    pub fn is_for_the_platform(self) -> bool {
        matches!(self, Self::NamesPlatformAdmins | Self::EveryPermissionInSystem)
    }

    /// Returns whether getting it is nothing to be done in passing.
    pub fn is_a_power(self) -> bool {
        self.is_for_the_platform() || matches!(self, Self::EveryPermission | Self::CreatesWorkspaces)
    }

    /// Returns whether it deserves the colour of danger.
    pub fn is_grave(self) -> bool {
        self.is_for_the_platform() || self == Self::EveryPermission
    }

    /// Returns what becomes of whoever gets it by `role`, as it follows their name.
    pub fn gained(self, role: &Role) -> String {
        match self {
            Self::NamesPlatformAdmins => {
                "will be able to make anybody platform admin, and to remove platform admins".to_owned()
            }
            Self::EveryPermission => format!(
                "gets every permission here, over members, too ({} is meant for services)",
                role.shown()
            ),
            Self::EveryPermissionInSystem => format!(
                "gets every permission in 'system', and can make anybody platform admin ({} is meant for services)",
                role.shown()
            ),
            Self::CreatesWorkspaces => "will be able to create workspaces".to_owned(),
            Self::UploadsLogs => "will be able to upload the logs of jobs".to_owned(),
            Self::Nothing(why) => format!("gets {}: {why}", role.shown()),
        }
    }

    /// Returns what becomes of whoever loses it with `role`, as it follows their name.
    pub fn lost(self, role: &Role) -> String {
        match self {
            Self::NamesPlatformAdmins => "will no longer be able to make anybody platform admin".to_owned(),
            Self::EveryPermission => format!("no longer has every permission here ({})", role.shown()),
            Self::EveryPermissionInSystem => format!("no longer has every permission in 'system' ({})", role.shown()),
            Self::CreatesWorkspaces => "will no longer be able to create workspaces".to_owned(),
            Self::UploadsLogs => "will no longer be able to upload the logs of jobs".to_owned(),
            Self::Nothing(_) => format!("loses {}, which gave nothing", role.shown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn place(name: &str) -> WorkspaceName {
        WorkspaceName::from_platform(name)
    }

    #[rstest]
    #[case("ServiceSystem", "team", Generation::Helix, Some(Special::EveryPermission))]
    #[case(
        "ServiceSystem",
        "system",
        Generation::Platform01,
        Some(Special::EveryPermissionInSystem)
    )]
    #[case(
        "WorkspaceCreator",
        "system",
        Generation::Platform03,
        Some(Special::CreatesWorkspaces)
    )]
    #[case("JobRunner", "team", Generation::Platform06, Some(Special::UploadsLogs))]
    #[case("Admin", "system", Generation::Helix, Some(Special::NamesPlatformAdmins))]
    #[case("Admin", "team", Generation::Helix, None)]
    #[case("HelixAdmin", "system", Generation::Helix, None)]
    fn says_what_a_role_brings(
        #[case] role: &str,
        #[case] workspace: &str,
        #[case] generation: Generation,
        #[case] expected: Option<Special>,
    ) {
        let role = Role::from_platform(role);
        assert_eq!(role.special(&place(workspace), generation), expected);
    }

    /// Whatever a generation knows, has words where it is got and lost, and where it does nothing the reason is told.
    #[test]
    fn no_role_that_a_generation_knows_is_without_words() {
        for (generation, workspace) in Generation::ALL
            .into_iter()
            .flat_map(|each| [(each, "team"), (each, "system")])
        {
            let workspace = place(workspace);
            for role in Role::KNOWN.map(Role::from_platform) {
                let works = role.effect(generation, &workspace) == RoleEffect::Works;
                let is_plain = Role::CHOICES.contains(&role) || (works && role.is_top(generation));
                let special = role.special(&workspace, generation);
                let is_nothing = matches!(special, Some(Special::Nothing(_)));
                assert!(
                    is_plain || (special.is_some() && works != is_nothing),
                    "{generation:?} {role:?}"
                );
                let Some(special) = special else { continue };
                assert_eq!(
                    special.lost(&role).ends_with("which gave nothing"),
                    is_nothing,
                    "{role:?}"
                );
                assert!(!is_nothing || special.gained(&role).starts_with(&format!("gets {}: ", role.raw())));
            }
        }
    }
}
