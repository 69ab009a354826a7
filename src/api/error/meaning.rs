//! What each kind of error means: the one table.

use super::{ErrorKind, FieldError, Unexpected};
use crate::api::operation::{ChangeOperation, Operation};
use crate::domain::failure::FailureKind;
use crate::domain::retry::Trouble;
use crate::domain::workspace::Permission;
use std::borrow::Cow;

/// What an error means to whoever asked, and what a person is told about it.
pub(super) struct Meaning {
    /// What went wrong, to stand behind "cannot …:".
    pub(super) why: Cow<'static, str>,
    /// What to do next, in one sentence.
    pub(super) next: Cow<'static, str>,
    /// How whoever asked has to react.
    pub(super) failure: FailureKind,
    /// Whether it is worth trying a read again.
    pub(super) trouble: Trouble,
}

/// A row of the table; most of what fails would fail again.
fn row(failure: FailureKind, why: impl Into<Cow<'static, str>>, next: impl Into<Cow<'static, str>>) -> Meaning {
    Meaning {
        why: why.into(),
        next: next.into(),
        failure,
        trouble: Trouble::Final,
    }
}

impl Meaning {
    /// A read that fails like this is tried again.
    fn passing(self, trouble: Trouble) -> Self {
        Self { trouble, ..self }
    }

    #[expect(clippy::too_many_lines, reason = "a table with one row for each kind")]
    pub(super) fn of(kind: &ErrorKind, operation: Option<Operation>, fields: &[FieldError]) -> Self {
        use ErrorKind as E;
        use FailureKind as F;
        let is_change = matches!(operation, Some(Operation::Change(_)));
        match kind {
            E::LastAdmin => row(
                F::LastAdmin,
                "it would leave the workspace without an Admin",
                "Add another Admin first, then try again.",
            ),
            E::NotEmpty(kinds) => {
                let listed: Vec<String> = kinds.iter().map(|(kind, n)| format!("{kind} ({n})")).collect();
                row(
                    F::NotEmpty(kinds.clone()),
                    format!("the workspace is not empty: {}", listed.join(", ")),
                    "Delete what is listed, then delete the workspace again.",
                )
            }
            // The older generations also say so while a workspace that nobody can see any more is being deleted.
            E::AlreadyExists => row(
                F::AlreadyExists,
                "the name is taken",
                "Choose another name, or wait if the old one is still being deleted.",
            ),
            E::BeingDeleted => row(
                F::BeingDeleted,
                "the name belongs to a workspace that is still being deleted",
                "The name is free again when its contents are destroyed: wait, or choose another name.",
            ),
            E::Moved => row(
                F::Moved,
                "somebody else has changed that grant since it was read",
                "It was read again: check what is there now, and apply again if you still want to.",
            ),
            E::Conflict => {
                let next = if operation == Some(Operation::Change(ChangeOperation::Resource)) {
                    "Fix what the platform names first, then delete it again."
                } else {
                    "Check what is there now, and decide again."
                };
                row(F::Other, "it conflicts with the current state", next)
            }
            E::Forbidden => row(
                F::Forbidden,
                "the platform does not allow it, or there is no such thing",
                forbidden(operation),
            ),
            E::Unauthorized => row(
                F::Unauthorized,
                "the platform does not accept the credentials",
                "Log in again (nmp-console login, or the platform's CLI: auth login), or set NMP_ACCESS_TOKEN to a valid token.",
            ),
            E::TurnedDown => row(
                F::TurnedDown,
                "the token was rejected; there is a new one now",
                READ_BACK,
            ),
            E::SessionExpired => row(
                F::Unauthorized,
                "session expired",
                "Log in again (nmp-console login, or the platform's CLI: auth login).",
            ),
            E::NotRenewed => row(
                F::NeverSent,
                "session expired, and it cannot be renewed now",
                "Try again when that is resolved, or log in again.",
            ),
            E::Unproven => row(
                F::NeverSent,
                "the platform has not confirmed whose login this is; nothing was sent",
                "Try again when the platform answers; if it persists, log in again.",
            ),
            E::NotFound => row(F::NotFound, "there is no such thing", not_found(operation)),
            E::Invalid => {
                let fields = fields.iter().map(|field| (field.field.clone(), field.message.clone()));
                row(
                    F::Invalid(fields.collect()),
                    "the platform rejects what was sent",
                    "Correct what the platform names, then try again.",
                )
            }
            E::RateLimited { retry_after } => row(F::Other, "too many requests", "Wait a moment, then try again.")
                .passing(Trouble::Busy {
                    retry_after: *retry_after,
                }),
            E::Unavailable { retry_after } => {
                // A gateway that answers a change in the platform's stead does not say whether the platform did it.
                let (failure, next) = if is_change {
                    (F::OutcomeUnknown, "Check what is there now before you try again.")
                } else {
                    (
                        F::Unreachable,
                        "Try again shortly; if it persists, ask the platform's operator.",
                    )
                };
                row(failure, "the platform is not available", next).passing(Trouble::Busy {
                    retry_after: *retry_after,
                })
            }
            E::ServerError => {
                let next = if is_change {
                    "Check what is there now: two changes at the same moment can end like this although one succeeded."
                } else {
                    "Try again; if it persists, look in the platform's own log."
                };
                row(F::ServerError, "the platform failed", next)
            }
            E::Refused => row(
                F::Other,
                "the platform refused",
                "Check the address and what is between here and the platform.",
            ),
            E::NotConnected(why) => {
                let facts = why.facts();
                let trouble = if facts.may_pass {
                    Trouble::NotConnected
                } else {
                    Trouble::Final
                };
                row(F::NeverSent, facts.why, facts.next).passing(trouble)
            }
            E::TimedOutBeforeSending => row(
                F::NeverSent,
                "no connection in time; nothing was sent",
                "Check the network and the address, then try again: nothing was changed.",
            )
            .passing(Trouble::TimedOut),
            // These two are told of reads only; a change that meets them is `OutcomeUnknown`.
            E::TimedOut => row(
                F::Unreachable,
                "no answer in time",
                "Try again; if it persists, the platform or the network is overloaded.",
            )
            .passing(Trouble::TimedOut),
            E::ConnectionLost => row(
                F::Unreachable,
                "the connection was lost",
                "Try again; if it persists, check what is between here and the platform.",
            )
            .passing(Trouble::NotConnected),
            E::OutcomeUnknown => row(F::OutcomeUnknown, "no answer came after it was sent", READ_BACK),
            E::NotTheExpectedAnswer(what) => {
                let (why, next) = what.words();
                if is_change {
                    row(
                        F::OutcomeUnknown,
                        why,
                        "Check whether it was applied, and what answers at the address.",
                    )
                } else {
                    row(F::Other, why, next)
                }
            }
            E::ReadOnly => row(
                F::RejectedLocally,
                "this connection is read-only; nothing was sent",
                "Allow changes on it first, or start without read-only.",
            ),
            E::Unaddressable(problem) => row(
                F::RejectedLocally,
                format!("no request can address that name ({})", problem.in_words()),
                "A platform admin can remove it through its role-binding row, or the workspace can be deleted.",
            ),
            E::BadName(problem) => row(
                F::RejectedLocally,
                format!("the name is not allowed ({})", problem.in_words()),
                "Correct the name.",
            ),
            E::HoldsNul => row(
                F::RejectedLocally,
                "it contains a NUL character, which the platform cannot store; nothing was sent",
                "Remove the NUL character.",
            ),
            E::NoRoles => row(
                F::RejectedLocally,
                "no roles to grant or remove; nothing was sent",
                "Choose a role, or remove a member that has one.",
            ),
            E::Protected => row(
                F::RejectedLocally,
                "it is one of the platform's own workspaces; nothing was sent",
                "Leave 'default' and 'system' alone: the platform needs them.",
            ),
            E::InsecureToken => row(
                F::RejectedLocally,
                "the token would travel in the clear",
                "Use the https address, or reach it through a tunnel from this machine (ssh -L).",
            ),
            E::BadAddress => row(
                F::RejectedLocally,
                "the address given for it is not valid",
                "Ask the platform's operator to correct it.",
            ),
            E::BadToken => row(
                F::RejectedLocally,
                "the token contains invalid characters",
                "Copy the token again, without line breaks.",
            ),
            E::BadAuthorities => row(
                F::RejectedLocally,
                "the certificates to trust cannot be used",
                "Look at the file that --ca, the environment or the cluster names: it must hold the certificates of authorities in PEM.",
            ),
            E::Setup => row(
                F::RejectedLocally,
                "the HTTP client could not be set up",
                "Install the system's CA certificates (the package ca-certificates), or name the file of your own authority with --ca.",
            ),
        }
    }
}

const READ_BACK: &str = "Check whether it was applied before you try again.";

impl Unexpected {
    /// Returns what is wrong with the answer, and what to do next where it was to a read.
    fn words(self) -> (&'static str, &'static str) {
        const OF_SOMEBODY_ELSE: &str = "Check that the address is the platform's, with its path prefix if it has one.";
        match self {
            Self::Html => (
                "a web page answered instead of the platform",
                "Check the address: a login page or another web server answers there.",
            ),
            Self::NotJson => ("what answered is not the platform", OF_SOMEBODY_ELSE),
            Self::NotHttp => (
                "the server at the address does not speak plain http",
                "Check the port in the address, and whether it is an https:// address.",
            ),
            Self::Shape => ("the answer does not match the request", OF_SOMEBODY_ELSE),
            Self::Redirect => (
                "the answer is a redirect, which the console does not follow",
                "Use the address it points to, if you trust it.",
            ),
            Self::TooLarge => (
                "the answer is too large to be read",
                "Ask the platform's operator to check what is stored there.",
            ),
            Self::Status => ("the status does not belong to this request", OF_SOMEBODY_ELSE),
        }
    }
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
            ChangeOperation::Workspace(_) | ChangeOperation::NewProject | ChangeOperation::Resource,
        )) => "You need Editor or Admin here for that; ask one of the workspace's Admins.",
        Some(Operation::Workspace | Operation::Contents) => {
            "You need Viewer here to see it; or it is gone, or its name is spelled differently."
        }
        Some(Operation::Server | Operation::Probe | Operation::Deletion) | None => {
            "Ask a platform admin for the right, or check the scopes of your token."
        }
    }
}

/// Only platform admins get a 404 that can be trusted. The console shows these words, and commands print them: no key is named.
fn not_found(operation: Option<Operation>) -> &'static str {
    const DELETION: Operation = Operation::Change(ChangeOperation::Workspace(Permission::DeleteWorkspace));
    if matches!(operation, Some(Operation::Server) | None) {
        "Check the address: no platform was found there."
    } else if operation == Some(DELETION) {
        "It is gone, or its deletion is already accepted and waiting."
    } else if matches!(
        operation,
        Some(Operation::Workspace | Operation::Members | Operation::Bindings)
    ) {
        "It is gone, or its name is spelled differently."
    } else {
        "It is gone, or its service is not installed."
    }
}
