//! The tour of the demo: five things that an admin does, done by whoever looks, one after the other.

use super::audit::Mode;
use super::keymap::{Action, Context, DialogKey, KeyMap, Opens, Shows};

/// Whose members are looked at and added to.
pub const FOUND: &str = "customer-acme";
/// Who is added.
pub const ADDED: &str = "dana@example.com";
/// Which workspace has one Admin.
pub const LONELY: &str = "display-safety";
/// What is deleted, with what is in it.
pub const DELETED: &str = "red-team";
/// What the audit is asked.
pub const ASKED: &str = "can:write";

/// Where one is on the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tour {
    /// What is to be done next.
    pub step: Step,
    /// Whether the screen has rows to spare for it.
    pub has_rows: bool,
}

/// What is done on the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A workspace is to be found.
    Find,
    /// A role is to be granted.
    Grant,
    /// The last Admin is to be removed, which is refused.
    Refused,
    /// A workspace is to be deleted that is not empty.
    Delete,
    /// Who can write is to be asked.
    Audit,
    /// All of it is done; it ends in the list of workspaces.
    Done,
}

impl Step {
    const ALL: [Self; 6] = [
        Self::Find,
        Self::Grant,
        Self::Refused,
        Self::Delete,
        Self::Audit,
        Self::Done,
    ];

    /// Returns what comes after it; nothing where there is nothing more to do.
    pub fn next(self) -> Option<Self> {
        let mut rest = Self::ALL.into_iter().skip_while(|step| *step != self);
        rest.nth(1)
    }

    /// Returns which of how many it is, and what it is about.
    pub fn title(self) -> String {
        let place = Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1;
        let what = match self {
            Self::Find => "find a workspace",
            Self::Grant => "grant a role",
            Self::Refused => "be refused: the last Admin stays",
            Self::Delete => "delete a workspace with its contents",
            Self::Audit => "who can write, everywhere",
            Self::Done => return String::from("done: that was an admin's day"),
        };
        format!("{place} of {}: {what}", Self::ALL.len() - 1)
    }

    /// Returns what to do, by the keys in force.
    pub fn words(self, keys: KeyMap) -> String {
        let filter = keys.key_of(Context::List, Action::EditFilter);
        let open = keys.key_of(Context::OneHit, Action::OpenHit);
        let back = keys.key_of(Context::Screen, Action::Back);
        match self {
            Self::Find => format!("Press {filter} and type acme: {open} opens the only hit."),
            Self::Grant => {
                let add = keys.key_of(Context::Members, Action::Open(Opens::AddMember));
                let apply = keys.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
                format!("Press {add} and type {ADDED}: {apply} adds her as Viewer.")
            }
            Self::Refused => {
                let remove = keys.key_of(Context::Members, Action::Open(Opens::RemoveMember));
                format!("{back} goes back. Open {LONELY} and press {remove} on yourself, its one Admin.")
            }
            Self::Delete => {
                let delete = keys.key_of(Context::Workspaces, Action::Open(Opens::DeleteWorkspace));
                format!("Open {DELETED}, go back to its row and press {delete}: the dialogs lead on.")
            }
            Self::Audit => {
                let audit = keys.key_of(Context::Workspaces, Action::Show(Shows::Audit(Mode::List)));
                let keep = keys.key_of(Context::Filter, Action::KeepFilter);
                format!("Press {audit}, then {filter} and type {ASKED}, then {keep}.")
            }
            Self::Done => {
                let help = keys.key_of(Context::Screen, Action::Show(Shows::Help));
                let quit = keys.key_of(Context::Screen, Action::Close);
                format!("{help} shows all keys, {quit} quits; nmp-console alone opens your own platform.")
            }
        }
    }
}
