//! The words around an error: what went wrong in half a sentence, and what to do next in one.

use super::{ErrorKind, Unexpected};
use crate::api::request::{ChangeOperation, Operation};
use crate::domain::text::SafeText;
use crate::domain::workspace::Permission;

/// Returns what went wrong, to stand behind "cannot …:".
pub(super) fn why(kind: &ErrorKind) -> String {
    let words = match kind {
        ErrorKind::LastAdmin => "it would leave the workspace without an Admin",
        ErrorKind::NotEmpty(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{kind} ({n})")).collect();
            return format!("the workspace is not empty: {}", kinds.join(", "));
        }
        ErrorKind::AlreadyExists => "the name is taken",
        ErrorKind::BeingDeleted => "the name belongs to a workspace that is still being deleted",
        ErrorKind::Moved => "somebody else has changed that grant since it was read",
        ErrorKind::Conflict => "it conflicts with how things are now",
        ErrorKind::Forbidden => "the platform does not allow it, or there is no such thing",
        ErrorKind::Unauthorized => "the platform does not accept the credentials",
        ErrorKind::TurnedDown => "the token was turned down; there is another one now",
        ErrorKind::SessionExpired => "session expired",
        ErrorKind::NotRenewed => "session expired, and it cannot be renewed now",
        ErrorKind::Unproven => "the platform has not said whose the login is now; nothing was sent",
        ErrorKind::NotFound => "there is no such thing",
        ErrorKind::Invalid => "the platform does not take what was sent",
        ErrorKind::RateLimited { .. } => "too many requests",
        ErrorKind::Unavailable { .. } => "the platform is not available",
        ErrorKind::ServerError => "the platform failed",
        ErrorKind::Refused => "the platform refused",
        ErrorKind::NotConnected(why) => return why.why(),
        ErrorKind::TimedOutBeforeSending => "no connection came about in time; nothing was sent",
        ErrorKind::TimedOut => "no answer in time",
        ErrorKind::ConnectionLost => "the connection broke off",
        ErrorKind::OutcomeUnknown => "no answer came after it was sent",
        ErrorKind::NotTheExpectedAnswer(Unexpected::Html) => "a web page answered instead of the platform",
        ErrorKind::NotTheExpectedAnswer(Unexpected::NotJson) => "what answered does not speak like the platform",
        ErrorKind::NotTheExpectedAnswer(Unexpected::NotHttp) => "what listens at the address does not speak plain http",
        ErrorKind::NotTheExpectedAnswer(Unexpected::Shape) => "the answer is not what was asked for",
        ErrorKind::NotTheExpectedAnswer(Unexpected::Redirect) => "the answer points elsewhere, and is not followed",
        ErrorKind::NotTheExpectedAnswer(Unexpected::TooLarge) => "the answer is too large to be read",
        ErrorKind::NotTheExpectedAnswer(Unexpected::Status) => "the status does not belong to this request",
        ErrorKind::ReadOnly => "this session is read-only; nothing was sent",
        ErrorKind::Unaddressable(problem) => {
            return format!("no request can reach that name ({})", problem.in_words());
        }
        ErrorKind::BadName(problem) => return format!("the name is not possible ({})", problem.in_words()),
        ErrorKind::HoldsNul => "it holds a NUL character, which no store of the platform keeps; nothing was sent",
        ErrorKind::NoRoles => "a member needs at least one role; nothing was sent",
        ErrorKind::NotAMember => "it holds no role there that could be changed; nothing was sent",
        ErrorKind::Protected => "it is one of the platform's own workspaces; nothing was sent",
        ErrorKind::InsecureToken => "the token would travel in the clear",
        ErrorKind::BadAddress => "the address that was given for it is none",
        ErrorKind::BadToken => "the token holds characters that no token has",
        ErrorKind::BadAuthorities => "the certificates to trust cannot be used",
        ErrorKind::Setup => "the HTTP client could not be set up",
    };
    words.to_owned()
}

/// Returns what to do next, in one sentence.
pub(super) fn next_step(kind: &ErrorKind, operation: Option<Operation>) -> SafeText {
    let words = match kind {
        ErrorKind::LastAdmin => "Add another Admin first, then try again.",
        ErrorKind::NotEmpty(_) => "Delete what is listed, then delete the workspace again.",
        // The older generations also say so while a workspace that nobody can see any more is being deleted.
        ErrorKind::AlreadyExists => "Choose another name, or wait if the old one is still being deleted.",
        ErrorKind::BeingDeleted => {
            "The name is free again when the platform has destroyed what was in it: wait, or choose another name."
        }
        ErrorKind::Moved => "It was read again: look at what is there now, and apply again if it still should be done.",
        ErrorKind::Conflict if operation == Some(Operation::Change(ChangeOperation::Resource)) => {
            "Deal first with what the platform names, then delete it again."
        }
        ErrorKind::Conflict => "Refresh, look at what is there now, and decide again.",
        ErrorKind::Forbidden => forbidden(operation),
        ErrorKind::Unauthorized => {
            "Log in again (nmp-console login, or the platform's CLI: auth login), or set NMP_ACCESS_TOKEN to a valid token."
        }
        ErrorKind::SessionExpired => "Log in again (nmp-console login, or the platform's CLI: auth login).",
        ErrorKind::NotRenewed => "Try again when what stands in the way is gone, or log in again.",
        ErrorKind::Unproven => "Try again when the platform answers; if it stays, log in again.",
        ErrorKind::NotFound => not_found(operation),
        ErrorKind::Invalid => "Correct what the platform names, then try again.",
        ErrorKind::RateLimited { .. } => "Wait a moment, then try again.",
        ErrorKind::Unavailable { .. } if is_change(operation) => "Read back what is true now before you try again.",
        ErrorKind::Unavailable { .. } => "Try again shortly; if it stays, ask whoever runs the platform.",
        ErrorKind::ServerError if is_change(operation) => {
            "Read back what is true now: two changes at the same moment can end like this although one succeeded."
        }
        ErrorKind::ServerError => "Try again; if it stays, the platform's own log knows why.",
        ErrorKind::Refused => "Check the address and what stands between here and the platform.",
        ErrorKind::NotConnected(why) => return SafeText::new(&why.next_step()),
        ErrorKind::TimedOutBeforeSending => "Check the network and the address, then try again: nothing was changed.",
        ErrorKind::TimedOut => "Try again; if it stays, the platform or the network is overloaded.",
        ErrorKind::ConnectionLost => "Try again; if it stays, look at what stands between here and the platform.",
        ErrorKind::OutcomeUnknown | ErrorKind::TurnedDown => "Read back whether it was applied before you try again.",
        ErrorKind::NotTheExpectedAnswer(what) => unexpected(*what, operation),
        ErrorKind::ReadOnly => "Start the console without read-only to change anything.",
        ErrorKind::Unaddressable(_) => {
            "A platform admin can remove it through its role-binding row, or the workspace can be deleted."
        }
        ErrorKind::BadName(_) => "Correct the name.",
        ErrorKind::HoldsNul => "Take the NUL character out.",
        ErrorKind::NoRoles => "Choose a role, or remove the member.",
        ErrorKind::NotAMember => "Refresh, and add the member if that is what you want.",
        ErrorKind::Protected => "Leave 'default' and 'system' alone: without them nobody can work.",
        ErrorKind::InsecureToken => "Use the https address, or reach it through a tunnel from this machine (ssh -L).",
        ErrorKind::BadAddress => "Ask whoever runs the platform to correct it.",
        ErrorKind::BadToken => "Copy the token again, without line breaks.",
        ErrorKind::BadAuthorities => {
            "Look at the file that --ca, the environment or the cluster names: it must hold the certificates of authorities in PEM."
        }
        ErrorKind::Setup => {
            "Install the system's CA certificates (the package ca-certificates), or name the file of your own authority with --ca."
        }
    };
    SafeText::new(words)
}

fn is_change(operation: Option<Operation>) -> bool {
    matches!(operation, Some(Operation::Change(_)))
}

/// The platform answers 403 alike for "no right" and "no such thing", so both are said.
fn forbidden(operation: Option<Operation>) -> &'static str {
    match operation {
        Some(Operation::Members) => {
            "You need Admin here to see members; if you had it, you or the workspace were removed."
        }
        Some(Operation::Workspaces) => "You need Viewer in 'system' to list workspaces; ask a platform admin.",
        Some(Operation::Bindings) => "Only platform admins see role bindings; ask one of them.",
        Some(Operation::Change(ChangeOperation::NewWorkspace)) => {
            "You need WorkspaceCreator in 'system' to create workspaces, or a name that is not reserved."
        }
        Some(Operation::Change(ChangeOperation::NewMember | ChangeOperation::Member)) => {
            "You need Admin here to change members; ask one of the workspace's Admins."
        }
        Some(Operation::Change(ChangeOperation::Row)) => {
            "Only platform admins change role-binding rows; ask one of them."
        }
        Some(Operation::Change(
            ChangeOperation::Workspace(
                Permission::Describe
                | Permission::DeleteWorkspace
                | Permission::ManageMembers
                | Permission::ManageContents,
            )
            | ChangeOperation::NewProject
            | ChangeOperation::Resource,
        )) => "You need Editor or Admin here for that; ask one of the workspace's Admins.",
        Some(Operation::Workspace | Operation::Contents) => {
            "You need Viewer here to see it; or it is gone, or its name is spelled differently."
        }
        Some(Operation::Server | Operation::Probe | Operation::Deletion) | None => {
            "Ask a platform admin for the right, or check the scopes of your token."
        }
    }
}

/// Only platform admins get a 404 that can be trusted.
fn not_found(operation: Option<Operation>) -> &'static str {
    match operation {
        Some(Operation::Server) | None => "Check the address: no platform was found there.",
        Some(Operation::Change(ChangeOperation::Workspace(Permission::DeleteWorkspace))) => {
            "Refresh: it is gone, or its deletion was accepted before and waits for its turn."
        }
        Some(
            Operation::Workspaces
            | Operation::Workspace
            | Operation::Members
            | Operation::Bindings
            | Operation::Contents
            | Operation::Deletion
            | Operation::Probe
            | Operation::Change(_),
        ) => "Refresh: it is gone, or its service is not installed.",
    }
}

fn unexpected(what: Unexpected, operation: Option<Operation>) -> &'static str {
    if is_change(operation) {
        return "Read back whether it was applied, and check what answers at the address.";
    }
    match what {
        Unexpected::Html => "Check the address: a login page or another web server answers there.",
        Unexpected::NotHttp => "Check the port in the address, and whether it is an https:// address.",
        Unexpected::Redirect => "Use the address it points to, if you trust it.",
        Unexpected::NotJson | Unexpected::Shape | Unexpected::Status => {
            "Check that the address is the platform's, with its path prefix if it has one."
        }
        Unexpected::TooLarge => "Ask whoever runs the platform to look at what is stored there.",
    }
}
