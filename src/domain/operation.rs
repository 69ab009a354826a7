//! What somebody may want to do on the platform, in the words that commands and filters take.
//!
//! Which roles give it is said where roles are known: [`Role::gives`](super::role::Role::gives).

use super::choice;
use super::ids::WorkspaceName;

/// Something that a right is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// See the workspace and what lies in it, but not its members.
    Read,
    /// Create, change and delete what lies in it, and describe it.
    Write,
    /// See, add, change and remove its members.
    ManageMembers,
    /// Delete it with everything in it.
    DeleteWorkspace,
    /// Create a workspace, whichever: a right that is held in `system`.
    CreateWorkspace,
}

impl Operation {
    /// Every operation, by what it is called.
    pub const WORDS: [(&str, Self); 5] = [
        ("read", Self::Read),
        ("write", Self::Write),
        ("manage-members", Self::ManageMembers),
        ("delete-workspace", Self::DeleteWorkspace),
        ("create-workspace", Self::CreateWorkspace),
    ];

    /// Every operation, the harmless ones first.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Write,
        Self::ManageMembers,
        Self::DeleteWorkspace,
        Self::CreateWorkspace,
    ];

    /// Returns what it is called on the command line and in filters.
    pub fn word(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        words
            .find(|(_, operation)| *operation == self)
            .map_or("", |(word, _)| word)
    }

    /// Reads what was typed; upper and lower case are alike.
    ///
    /// # Errors
    /// Says which operations there are, and which was probably meant: also where only its beginning was typed.
    pub fn parse(typed: &str) -> Result<Self, String> {
        choice::one_of("operation", typed, Self::WORDS).map_err(|why| {
            let lower = typed.to_lowercase();
            let mut begun = Self::WORDS.into_iter().filter(|(word, _)| word.starts_with(&lower));
            match (begun.next(), begun.next()) {
                (Some((word, _)), None) if !why.contains("did you mean") => format!("{why}; did you mean '{word}'?"),
                _ => why,
            }
        })
    }

    /// Returns what somebody does, as it follows a "may": `delete the workspace`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::ManageMembers => "manage members",
            Self::DeleteWorkspace => "delete the workspace",
            Self::CreateWorkspace => "create workspaces",
        }
    }

    /// Returns the workspace in which the right to do it in `workspace` is held, platform admins aside.
    pub fn held_in(self, workspace: &WorkspaceName) -> WorkspaceName {
        match self {
            Self::CreateWorkspace => WorkspaceName::from_platform(WorkspaceName::SYSTEM),
            Self::Read | Self::Write | Self::ManageMembers | Self::DeleteWorkspace => workspace.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("delete-workspace", Ok(Operation::DeleteWorkspace))]
    #[case("Manage-Members", Ok(Operation::ManageMembers))]
    #[case("wirte", Err("; did you mean 'write'?"))]
    #[case("delete-workspaces", Err("; did you mean 'delete-workspace'?"))]
    #[case("delete", Err("; did you mean 'delete-workspace'?"))]
    #[case(
        "sing",
        Err("one of read, write, manage-members, delete-workspace, create-workspace")
    )]
    fn reads_operations_and_says_which_was_meant(#[case] typed: &str, #[case] expected: Result<Operation, &str>) {
        match (Operation::parse(typed), expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected),
            (Err(said), Err(end)) => {
                assert!(said.starts_with("unknown operation") && said.ends_with(end), "{said}");
            }
            (read, _) => panic!("{read:?}"),
        }
    }

    #[test]
    fn every_operation_has_a_word_of_its_own() {
        for operation in Operation::ALL {
            assert_eq!(Operation::parse(operation.word()), Ok(operation));
        }
    }
}
