//! `Equivalent command`: what the platform's own CLI would have to be told for what is in front.
//!
//! In a dialog that is the very change that will be sent, or is being sent; on a screen it is what fills it.

use super::list::Step;
use crate::domain::change::{Change, Way};
use crate::domain::cli::Cli;
use crate::domain::command::{Command, Grammar, audit};
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::policy;
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, counted};

/// How many commands are listed at once; the marked one is among them.
pub const LISTED: usize = 12;

/// The commands, with what each is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Equivalent {
    /// Those that change nothing first, then in the order in which they are to be used.
    pub entries: Vec<Entry>,
    /// The place of the one that is marked.
    pub marked: usize,
    /// Whether all of them are marked.
    pub is_all: bool,
    /// The place of the note that is read, after the last command: it is shown whole however low the screen is.
    pub noted: Option<usize>,
    /// What should be known about them.
    pub notes: Vec<SafeText>,
    /// Whether they were copied while they are on show.
    pub is_copied: bool,
    /// Whether what they are about is still being read: then they follow what comes. All others stay as they were seen.
    pub is_coming: bool,
}

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it does, in words.
    pub what: SafeText,
    /// How it is written.
    pub command: Command,
}

impl Equivalent {
    /// Adds a command and what it does, or says that there is none for that.
    pub(super) fn add(&mut self, what: &str, command: impl Into<Option<Command>>) {
        let what = SafeText::new(what);
        match command.into() {
            Some(command) => self.entries.push(Entry { what, command }),
            None => self.note(&format!("the CLI of this server has no command to {what}")),
        }
    }

    /// Marks another one, or goes on to the notes behind the last.
    pub fn step(&mut self, step: Step) {
        let last = self.entries.len().saturating_sub(1);
        let last_note = self.notes.len().checked_sub(1);
        let noted = match (step, self.noted) {
            (Step::Down | Step::PageDown, None) if self.marked >= last => last_note.map(|_| 0),
            (Step::Down | Step::PageDown, Some(note)) => last_note.map(|last| (note + 1).min(last)),
            (Step::Up | Step::PageUp, Some(note)) => note.checked_sub(1),
            (Step::Up | Step::Down | Step::PageUp | Step::PageDown, None) | (Step::First | Step::Last, _) => None,
        };
        let was_on_notes = std::mem::replace(&mut self.noted, noted).is_some();
        if was_on_notes && matches!(step, Step::Up | Step::PageUp) || noted.is_some() {
            return;
        }
        self.marked = match step {
            Step::Up => self.marked.saturating_sub(1),
            Step::Down => (self.marked + 1).min(last),
            Step::PageUp => self.marked.saturating_sub(LISTED),
            Step::PageDown => (self.marked + LISTED).min(last),
            Step::First => 0,
            Step::Last => last,
        };
        self.is_all = false;
        self.is_copied = false;
    }

    /// Marks the one at this place.
    pub fn mark(&mut self, place: usize) {
        if place < self.entries.len() {
            (self.marked, self.noted) = (place, None);
            (self.is_all, self.is_copied) = (false, false);
        }
    }

    /// Marks all of them, or the one again.
    pub fn mark_all(&mut self) {
        self.is_all = !self.is_all;
        self.is_copied = false;
    }

    /// Returns whether the one at this place is marked.
    pub fn is_marked(&self, place: usize) -> bool {
        self.is_all || place == self.marked
    }

    /// Returns the marked ones: what is copied.
    pub fn chosen(&self) -> impl Iterator<Item = &Entry> {
        let numbered = self.entries.iter().enumerate();
        numbered
            .filter(|(place, _)| self.is_marked(*place))
            .map(|(_, entry)| entry)
    }

    /// Adds something that should be known.
    pub(super) fn note(&mut self, text: &str) {
        self.notes.push(SafeText::new(text));
    }

    /// Adds how many changes have no command here, and why.
    pub(super) fn leave_out(&mut self, n: usize, why: &str) {
        if n > 0 {
            self.note(&format!("{} left out: {why}", counted(n, "change")));
        }
    }

    /// Adds the command that lists the members of a workspace.
    pub(super) fn list_members(&mut self, workspace: &WorkspaceName, grammar: &Grammar) {
        let what = format!("list the members of '{}'", workspace.shown());
        self.add(&what, grammar.list_members(workspace));
    }

    /// Adds the command that prints what `filter` leaves of the audit.
    pub(super) fn print_audit(&mut self, what: &str, cli: &Cli, filter: Option<&str>) {
        self.add(what, audit(&cli.place, filter, None, None));
    }

    /// Says what is still being read, and follows that.
    pub(super) fn wait(&mut self, what: &str) {
        self.note(what);
        self.is_coming = true;
    }

    /// Adds the commands that make `changes`, as `caller` has to make them.
    pub(super) fn add_changes(&mut self, changes: &[Change], grammar: &Grammar, caller: &Identity) {
        for change in changes {
            match policy::way(change, caller) {
                Way::ByName => {
                    self.add(change.sentence().as_str(), grammar.change(change));
                    if policy::way(change, &a_platform_admin()) == Way::ThroughRows {
                        note_who_is_not_found(change, self);
                    }
                }
                Way::ThroughRows => through_rows(change, grammar, self),
            }
        }
    }

    /// Goes on from `before`: what was marked stays marked, and what was copied counts as long as it is the same.
    pub(super) fn go_on_from(&mut self, before: &Self) {
        let is_same = self.entries == before.entries;
        let marked = before.entries.get(before.marked);
        let place = marked.and_then(|marked| self.entries.iter().position(|entry| entry.what == marked.what));
        self.marked = place.unwrap_or(0);
        self.noted = before.noted.filter(|note| *note < self.notes.len());
        self.is_all = before.is_all && is_same;
        self.is_copied = before.is_copied && is_same;
    }
}

/// A command by name is right on one store and does something else on another, and which it is cannot be seen.
fn note_who_is_not_found(change: &Change, out: &mut Equivalent) {
    let who = change.principal().map(Principal::label).unwrap_or_default();
    let text = format!(
        "on PostgreSQL the platform does not find {who} by name: there this changes nothing, or adds a role; a \
         platform admin can change it through its role-binding rows"
    );
    out.note(&text);
}

/// Returns a caller of whom only that is known.
pub(super) fn a_platform_admin() -> Identity {
    Identity {
        is_platform_admin: true,
        ..Identity::default()
    }
}

/// What is given is given by name, to whomever; what is taken away, no command of the CLI takes. How a row must be
/// written for that depends on what is in it, so there is nothing that could be pasted safely.
fn through_rows(change: &Change, grammar: &Grammar, out: &mut Equivalent) {
    let Some(principal) = change.principal() else {
        return;
    };
    let (before, after) = change.roles();
    let given: RoleSet = after.iter().filter(|role| !before.holds(role)).cloned().collect();
    let taken: RoleSet = before.iter().filter(|role| !after.holds(role)).cloned().collect();
    let workspace = change.workspace();
    if !given.is_empty() {
        let give = Change::Roles {
            workspace: workspace.clone(),
            principal: principal.clone(),
            before: RoleSet::default(),
            after: given,
        };
        out.add(give.sentence().as_str(), grammar.change(&give));
    }
    if !taken.is_empty() {
        let (who, at) = (principal.label(), workspace.shown());
        out.note(&format!(
            "the CLI has no command that removes {} from {who} in '{at}': the console revokes each role-binding row, by PUT \
             /apis/entities/v2/workspaces/{at}/entities/role_binding/<row> with all its data, revoked_at and \
             expected_db_version",
            taken.shown()
        ));
    }
}

/// Returns how much is copied, in words.
pub fn amount(n: usize) -> String {
    counted(n, "command")
}
