//! The generations of the platform, and what they do differently.

use super::ids::WorkspaceName;
use super::role::Role;

/// The generation of the platform, by what it can do rather than by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// The seed generation (NMP): refuses to delete a workspace that is not empty.
    Seed,
    /// NeMo Platform 0.1 and 0.2.
    Platform01,
    /// NeMo Platform 0.3 alone.
    Platform03,
    /// NeMo Platform 0.4 to 0.6, which says itself who is asking and knows experiments.
    Platform06,
    /// NeMo Helix: 0.7 and later. What only some of its releases have is asked for, see [`super::platform::Support`].
    Helix,
    /// Could not be told.
    Unknown,
}

impl Generation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Seed,
        Self::Platform01,
        Self::Platform03,
        Self::Platform06,
        Self::Helix,
        Self::Unknown,
    ];

    /// Returns the word for it in files and settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Platform01 => "platform-0.1",
            Self::Platform03 => "platform-0.3",
            Self::Platform06 => "platform-0.6",
            Self::Helix => "helix",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the generation that files and settings call so.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|generation| generation.word() == word)
    }

    /// Tells the generation from what `/cluster-info` calls the version.
    pub fn from_version(version: &str) -> Self {
        // The seed generation has no number of its own; the sandbox, when it behaves like it, says so in a word.
        if version == "seed" {
            return Self::Seed;
        }
        let mut parts = version.trim_start_matches('v').split(['.', '-', '+']);
        let (Some(Ok(major)), Some(Ok(minor))) =
            (parts.next().map(str::parse::<u32>), parts.next().map(str::parse::<u32>))
        else {
            return Self::Unknown;
        };
        match (major, minor) {
            (0, 0..=2) => Self::Platform01,
            (0, 3) => Self::Platform03,
            (0, 4..=6) => Self::Platform06,
            _ => Self::Helix,
        }
    }

    /// Returns whether the members of `system` name every platform admin: in the first generations their list leaves out
    /// those that were set up with the platform.
    pub fn lists_platform_admins(self) -> bool {
        !matches!(self, Self::Seed | Self::Platform01)
    }

    /// Returns what this generation grants everyone in `workspace` when it is installed: in its own two workspaces, and
    /// since NeMo Platform 0.3 (observed on 0.3, 0.6 and 0.8.1). What was made before an upgrade stays as it was. Of the seed
    /// generation nothing else is known; NeMo Platform 0.1 and 0.2 do not always grant it.
    pub fn grants_everyone(self, workspace: &WorkspaceName) -> Option<Role> {
        let role = if workspace.is_system() {
            Role::Viewer
        } else {
            Role::Editor
        };
        match self {
            Self::Seed | Self::Platform03 | Self::Platform06 | Self::Helix => workspace.is_built_in().then_some(role),
            Self::Platform01 | Self::Unknown => None,
        }
    }

    /// Returns what this generation does when a workspace that is not empty is deleted.
    pub fn deletion(self) -> Deletion {
        match self {
            Self::Seed => Deletion::Refuses,
            Self::Platform01 | Self::Platform03 | Self::Platform06 | Self::Helix => Deletion::Cascades,
            Self::Unknown => Deletion::CannotTell,
        }
    }
}

/// What deleting a workspace does to the things in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Answers 409 with kinds and counts, nothing is lost.
    Refuses,
    /// Accepts, and destroys everything in it.
    Cascades,
    /// One or the other.
    CannotTell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.1.0", Generation::Platform01)]
    #[case("0.3.0", Generation::Platform03)]
    #[case("0.4.0", Generation::Platform06)]
    #[case("0.5.1", Generation::Platform06)]
    #[case("0.6.0", Generation::Platform06)]
    #[case("0.8.1", Generation::Helix)]
    #[case("1.0.0-rc1", Generation::Helix)]
    #[case("9.1.0", Generation::Helix)]
    #[case("0.7.0.dev3", Generation::Helix)]
    #[case("0.6.0+local", Generation::Platform06)]
    #[case("seed", Generation::Seed)]
    #[case("dev", Generation::Unknown)]
    #[case("", Generation::Unknown)]
    fn tells_generations_by_version(#[case] version: &str, #[case] generation: Generation) {
        assert_eq!(Generation::from_version(version), generation);
    }
}
