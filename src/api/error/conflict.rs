//! What a 409 means. The platform tells its conflicts apart in prose only, and the prose quotes names that
//! others chose; so each meaning is looked for only in answers to requests that can have it.

use super::ErrorKind;
use crate::api::operation::{ChangeOperation, Operation};
use crate::domain::text::SafeText;
use crate::domain::workspace::Permission;

/// Tells what a 409 with this `detail` means for this operation.
pub(super) fn kind(detail: &str, operation: Operation) -> ErrorKind {
    let Operation::Change(operation) = operation else {
        return ErrorKind::Conflict;
    };
    match operation {
        ChangeOperation::Member if detail.contains("This is the last Admin for workspace") => ErrorKind::LastAdmin,
        ChangeOperation::Row if detail.contains("was modified by another request") => ErrorKind::Moved,
        ChangeOperation::Workspace(Permission::DeleteWorkspace) => {
            contents(detail).map_or(ErrorKind::Conflict, ErrorKind::NotEmpty)
        }
        ChangeOperation::NewWorkspace if detail.contains("is still being deleted") => ErrorKind::BeingDeleted,
        _ if operation.creates() && detail.contains("already exists") => ErrorKind::AlreadyExists,
        ChangeOperation::Workspace(_)
        | ChangeOperation::Member
        | ChangeOperation::Row
        | ChangeOperation::NewMember
        | ChangeOperation::NewWorkspace
        | ChangeOperation::NewProject
        | ChangeOperation::Resource => ErrorKind::Conflict,
    }
}

/// Reads `… must be deleted first: project (3), dataset (5)`; `None` where it is not such a list to its end.
fn contents(detail: &str) -> Option<Vec<(SafeText, u64)>> {
    let (_, list) = detail.trim_end().trim_end_matches('.').rsplit_once(": ")?;
    list.split(", ").map(kind_and_count).collect()
}

fn kind_and_count(entry: &str) -> Option<(SafeText, u64)> {
    let (kind, count) = entry.strip_suffix(')')?.rsplit_once(" (")?;
    let kind = kind.trim();
    if kind.is_empty() {
        return None;
    }
    Some((SafeText::with_limit(kind, 80), count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const DELETION: Operation = Operation::Change(ChangeOperation::Workspace(Permission::DeleteWorkspace));

    fn not_empty(kinds: &[(&str, u64)]) -> ErrorKind {
        ErrorKind::NotEmpty(kinds.iter().map(|(kind, n)| (SafeText::new(kind), *n)).collect())
    }

    #[rstest]
    #[case(
        "Cannot delete workspace 'ml-team': workspace contains entities that must be deleted first: project (3), dataset (5)",
        not_empty(&[("project", 3), ("dataset", 5)])
    )]
    #[case("entities that must be deleted first: deployment config (1).", not_empty(&[("deployment config", 1)]))]
    #[case("must be deleted first: project (3), and more", ErrorKind::Conflict)]
    #[case("must be deleted first: ", ErrorKind::Conflict)]
    #[case("Workspace is busy", ErrorKind::Conflict)]
    fn reads_kinds_and_counts(#[case] detail: &str, #[case] expected: ErrorKind) {
        assert_eq!(kind(detail, DELETION), expected);
    }

    #[rstest]
    #[case(
        ChangeOperation::Member,
        "Cannot remove Admin role from 'al@x.com'. This is the last Admin for workspace 'contract-adm'. Add another Admin before removing this one.",
        ErrorKind::LastAdmin
    )]
    #[case(
        ChangeOperation::Member,
        "Cannot remove member 'al@x.com'. This is the last Admin for workspace 'contract-adm'. Add another Admin before removing this member.",
        ErrorKind::LastAdmin
    )]
    #[case(
        ChangeOperation::NewWorkspace,
        "Workspace 'x' already exists",
        ErrorKind::AlreadyExists
    )]
    #[case(
        ChangeOperation::NewWorkspace,
        "Workspace 'x' already exists.",
        ErrorKind::AlreadyExists
    )]
    #[case(
        ChangeOperation::NewWorkspace,
        "Workspace 'x' is still being deleted (jobs: 2 (3))",
        ErrorKind::BeingDeleted
    )]
    #[case(
        ChangeOperation::NewProject,
        "Project 'p' already exists in workspace 'w'.",
        ErrorKind::AlreadyExists
    )]
    #[case(ChangeOperation::Resource, "was modified by another request", ErrorKind::Conflict)]
    #[case(
        ChangeOperation::Row,
        "Entity 'rb-1' of type 'role_binding' in workspace 'w' was modified by another request. Expected version 1, but current version is 2. Please refetch and retry.",
        ErrorKind::Moved
    )]
    #[case(ChangeOperation::Row, "A conflicting entity already exists.", ErrorKind::Conflict)]
    // Somebody who calls a principal or a workspace like a message does not get another meaning out of it.
    #[case(
        ChangeOperation::NewWorkspace,
        "This is the last Admin for workspace 'x'",
        ErrorKind::Conflict
    )]
    #[case(
        ChangeOperation::Member,
        "member 'already exists' is busy: project (3)",
        ErrorKind::Conflict
    )]
    fn tells_conflicts_apart(#[case] operation: ChangeOperation, #[case] detail: &str, #[case] expected: ErrorKind) {
        assert_eq!(kind(detail, Operation::Change(operation)), expected);
    }
}
