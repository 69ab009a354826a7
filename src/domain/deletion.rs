//! The deletion of a workspace, as it goes on after the platform has accepted it.

use super::identity::Identity;
use super::platform::{Allowed, Deletion, Support};
use super::text::SafeText;
use super::workspace::Workspace;
use jiff::Timestamp;

/// How far the platform is with destroying a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Accepted; nobody has begun yet.
    Pending,
    /// Its contents are being destroyed.
    Deleting,
    /// The last attempt broke off.
    Failed,
    /// A stage this program does not know, in the platform's word.
    Other(SafeText),
}

impl Stage {
    /// Reads the platform's word.
    pub fn from_platform(word: &str) -> Self {
        match word {
            "pending" => Self::Pending,
            "deleting" => Self::Deleting,
            "failed" => Self::Failed,
            other => Self::Other(SafeText::with_limit(other, 40)),
        }
    }

    /// Returns the platform's word for it.
    pub fn label(&self) -> SafeText {
        match self {
            Self::Pending => SafeText::new("pending"),
            Self::Deleting => SafeText::new("deleting"),
            Self::Failed => SafeText::new("failed"),
            Self::Other(word) => word.clone(),
        }
    }

    /// Returns what it means, in a sentence.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Pending => "waiting for the platform's cleaner, which takes one workspace about every 10 s",
            Self::Deleting => "the cleaner is destroying its contents",
            Self::Failed => "some contents could not be destroyed",
            Self::Other(_) => "a stage this console does not know",
        }
    }
}

/// What the platform tells about a deletion under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How far it is.
    pub stage: Stage,
    /// Why the last attempt broke off; it stays while the next one is made.
    pub error: Option<SafeText>,
    /// When the stage was reached.
    pub updated_at: Option<Timestamp>,
}

/// A deletion under way, as it is remembered from one start of the console to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The workspace as it was last seen.
    pub workspace: Workspace,
    /// When its deletion was accepted.
    pub since: Timestamp,
    /// Who asked for it, and so may follow it.
    pub caller: String,
}

/// Whether, and how, one can see how far a deletion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressVisibility {
    /// The platform tells until it is gone.
    Told,
    /// The platform tells its creator and platform admins only, and the caller is neither.
    Withheld,
    /// This platform tells nobody.
    NotTold,
    /// Whether this platform tells could not be found out.
    CannotTell,
    /// The workspace is gone with the answer: there is nothing to follow.
    NothingToSee,
}

/// Returns whether the caller will see how the deletion of `workspace` goes on, on a platform that goes about it like
/// this and has shown whether it tells how far it is.
pub fn progress_visibility(
    workspace: &Workspace,
    caller: &Identity,
    is_platform_admin: Allowed,
    (deletion, told): (Deletion, Support),
) -> ProgressVisibility {
    match (deletion, told) {
        (Deletion::Refuses, _) => return ProgressVisibility::NothingToSee,
        (Deletion::Cascades | Deletion::CannotTell, Support::No) => return ProgressVisibility::NotTold,
        (Deletion::Cascades | Deletion::CannotTell, Support::Unknown) => return ProgressVisibility::CannotTell,
        (Deletion::Cascades | Deletion::CannotTell, Support::Yes) => {}
    }
    let created_by = workspace
        .created_by
        .as_deref()
        .map(str::trim)
        .filter(|by| !by.is_empty());
    let is_creator = created_by.is_some_and(|by| {
        let names = [caller.subject.as_deref(), caller.email.as_deref()];
        names.into_iter().flatten().any(|name| name.trim() == by)
    });
    if is_creator || is_platform_admin == Allowed::Yes {
        ProgressVisibility::Told
    } else {
        ProgressVisibility::Withheld
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::WorkspaceName;
    use rstest::rstest;

    #[rstest]
    #[case("al@x.com", Allowed::No, Deletion::Cascades, Support::Yes, ProgressVisibility::Told)]
    #[case("subject-1", Allowed::No, Deletion::Cascades, Support::Yes, ProgressVisibility::Told)]
    #[case(
        "bob@x.com",
        Allowed::No,
        Deletion::Cascades,
        Support::Yes,
        ProgressVisibility::Withheld
    )]
    #[case("", Allowed::Unknown, Deletion::Cascades, Support::Yes, ProgressVisibility::Withheld)]
    #[case(
        "bob@x.com",
        Allowed::Yes,
        Deletion::Cascades,
        Support::Yes,
        ProgressVisibility::Told
    )]
    #[case(
        "al@x.com",
        Allowed::Yes,
        Deletion::Cascades,
        Support::No,
        ProgressVisibility::NotTold
    )]
    #[case(
        "al@x.com",
        Allowed::Yes,
        Deletion::CannotTell,
        Support::No,
        ProgressVisibility::NotTold
    )]
    #[case(
        "al@x.com",
        Allowed::Yes,
        Deletion::CannotTell,
        Support::Yes,
        ProgressVisibility::Told
    )]
    #[case(
        "al@x.com",
        Allowed::Yes,
        Deletion::Cascades,
        Support::Unknown,
        ProgressVisibility::CannotTell
    )]
    #[case(
        "al@x.com",
        Allowed::Yes,
        Deletion::Refuses,
        Support::Yes,
        ProgressVisibility::NothingToSee
    )]
    fn says_who_can_follow(
        #[case] created_by: &str,
        #[case] is_platform_admin: Allowed,
        #[case] deletion: Deletion,
        #[case] told: Support,
        #[case] expected: ProgressVisibility,
    ) {
        let workspace = Workspace {
            id: "workspace-1".to_owned(),
            name: WorkspaceName::from_platform("ml-team"),
            description: None,
            created_at: None,
            created_by: Some(created_by.to_owned()),
            updated_at: None,
            updated_by: None,
        };
        let caller = Identity {
            subject: Some("subject-1".to_owned()),
            email: Some("al@x.com".to_owned()),
            ..Identity::default()
        };
        assert_eq!(
            progress_visibility(&workspace, &caller, is_platform_admin, (deletion, told)),
            expected
        );
    }

    #[test]
    fn keeps_a_stage_it_does_not_know() {
        assert_eq!(Stage::from_platform("failed"), Stage::Failed);
        assert_eq!(Stage::from_platform("mourning").label().as_str(), "mourning");
    }
}
