//! What requests are for. It decides what an answer can mean, and how a refusal is explained.

use crate::domain::text::SafeText;
use crate::domain::workspace::Permission;

/// Which request it was, as it may be shown: `PUT /apis/…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The HTTP method, such as `PUT`.
    pub method: SafeText,
    /// The path with its query, percent-encoded.
    pub path: SafeText,
    /// What it was for, as in "cannot …".
    pub purpose: SafeText,
    pub(crate) operation: Operation,
}

/// What a request is for; decides how a refusal is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// The first questions to a server: what it is and who is asking.
    Server,
    /// The list of workspaces.
    Workspaces,
    Workspace,
    /// The members of a workspace.
    Members,
    /// The role bindings of all workspaces.
    Bindings,
    /// What lies in a workspace.
    Contents,
    /// How far the deletion of a workspace is.
    Deletion,
    /// A POST or GET whose refusal is the answer.
    Probe,
    /// A change of this kind.
    Change(ChangeOperation),
}

/// What a change does, as far as its errors differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeOperation {
    NewWorkspace,
    /// Changes or deletes a workspace, which takes this permission.
    Workspace(Permission),
    NewMember,
    /// Changes or removes a member.
    Member,
    /// Takes away what one row gives.
    Row,
    NewProject,
    /// Deletes something that lies in a workspace.
    Resource,
}

impl ChangeOperation {
    /// Returns whether a 409 can mean that the name is taken.
    pub(crate) fn creates(self) -> bool {
        matches!(self, Self::NewWorkspace | Self::NewProject)
    }
}
