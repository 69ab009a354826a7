//! Answers in words: one line each, without the name of who is asked about.

use super::{Answer, Doubt, Evidence, Giving, Ground};
use crate::domain::operation::Operation;
use crate::domain::text::SafeText;

impl Answer {
    /// Returns the word for it: `yes`, `no` or `cannot tell`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Yes(_) => "yes",
            Self::No => "no",
            Self::CannotTell(_) => "cannot tell",
        }
    }
}

impl Giving {
    /// Returns it for one line: `Editor of Everyone (*) in 'default'`.
    pub fn in_words(&self) -> SafeText {
        let Self {
            held_in,
            principal,
            role,
        } = self;
        let text = format!("{} of {} in '{}'", role.shown(), principal.label(), held_in.shown());
        SafeText::new(&text)
    }
}

impl Ground {
    /// Returns it for one line.
    pub fn in_words(&self) -> SafeText {
        match self {
            Self::Binding(giving) => giving.in_words(),
            Self::AnyLogin => SafeText::new("every login may: this version of the platform has no role for it"),
            Self::Shown => SafeText::new("the platform says so itself, but not through which role"),
            Self::NoLogin => SafeText::new("this platform does not ask who its callers are"),
        }
    }
}

impl Doubt {
    /// Returns it for one line.
    pub fn in_words(&self) -> SafeText {
        let text = match self {
            Self::Through(giving) => format!(
                "{}: a group, or an id; the platform does not tell who that is",
                giving.in_words()
            ),
            Self::NotRead(workspace) => format!("the members of '{}' could not be read", workspace.shown()),
            Self::LeavesOut(workspace) => format!(
                "the member list of '{}' leaves out the roles that were set up with the platform",
                workspace.shown()
            ),
            Self::Service => "a service of the platform has every permission where it holds no role by name".to_owned(),
            Self::Generation => "which role this takes on this version of the platform is not known".to_owned(),
        };
        SafeText::new(&text)
    }
}

/// Returns what whoever asks about `operation` should know that roles alone do not say.
pub fn notes(operation: Operation, evidence: &Evidence<'_>) -> Vec<SafeText> {
    let mut notes = Vec::new();
    if operation == Operation::DeleteWorkspace {
        notes.push(SafeText::new(EDITORS_DELETE));
        notes.extend(
            evidence
                .given_here(operation)
                .find_map(|giving| everybody_deletes(&giving)),
        );
    }
    notes
}

/// What surprises most people about deleting.
pub const EDITORS_DELETE: &str = "Editors can delete a workspace, with everything in it";

/// Returns the same of a binding that lets everybody do it, as in `default` unless it was taken away.
pub fn everybody_deletes(giving: &Giving) -> Option<SafeText> {
    giving.principal.is_everyone().then(|| {
        let (workspace, role) = (giving.held_in.shown(), giving.role.shown());
        let text = format!("everybody who can log in can delete '{workspace}': Everyone (*) is {role} there");
        SafeText::new(&text)
    })
}
