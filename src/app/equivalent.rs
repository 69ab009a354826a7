//! `Equivalent command`: what the platform's own CLI would have to be told for what is in front.
//!
//! In a dialog that is the very change that will be sent, or is being sent; on a screen it is what fills it.

use super::dialog::{Ctx, Dialog, Form, Stage};
use super::list::Step;
use super::model::Model;
use super::remote::Remote;
use super::screen::Screen;
use crate::domain::change::{Change, Way};
use crate::domain::cli::{Cli, Place};
use crate::domain::command::{Command, Grammar, audit};
use crate::domain::context::Destination;
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
            (Step::Down, None) if self.marked >= last => last_note.map(|_| 0),
            (Step::Down, Some(note)) => last_note.map(|last| (note + 1).min(last)),
            (Step::Up, Some(note)) => note.checked_sub(1),
            (Step::Up | Step::Down, None) | (Step::PageUp | Step::PageDown | Step::First | Step::Last, _) => None,
        };
        let was_on_notes = std::mem::replace(&mut self.noted, noted).is_some();
        if was_on_notes && matches!(step, Step::Up) || noted.is_some() {
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

    /// Goes on from `before`: what was marked stays marked, and what was copied counts as long as it is the same.
    fn go_on_from(&mut self, before: &Self) {
        let is_same = self.entries == before.entries;
        let marked = before.entries.get(before.marked);
        let place = marked.and_then(|marked| self.entries.iter().position(|entry| entry.what == marked.what));
        self.marked = place.unwrap_or(0);
        self.noted = before.noted.filter(|note| *note < self.notes.len());
        self.is_all = before.is_all && is_same;
        self.is_copied = before.is_copied && is_same;
    }
}

/// Returns the commands for what is in front.
pub fn of(model: &Model) -> Equivalent {
    let mut out = Equivalent::default();
    match model.dialogs.last() {
        Some(dialog) => in_dialog(model, dialog, &mut out),
        None => on_screen(model, &mut out),
    }
    if out.entries.iter().any(|entry| entry.command.sets_the_default()) {
        out.note("sets the default workspace of the CLI, and leaves it set");
    }
    let is_about_the_platform = |entry: &Entry| !entry.command.is_of_the_console();
    if out.entries.iter().any(is_about_the_platform) {
        out.notes.extend(model.session.cli.caveats(model.generation()));
        let is_under_way = matches!(model.dialogs.last(), Some(dialog) if matches!(dialog.stage, Stage::Running(_)));
        if model.knows_the_server().is_err() && !is_under_way {
            out.wait("which release this server has is still being asked: its CLI may be told otherwise");
        }
    }
    out
}

/// Returns the command for a platform admin that gives a workspace an Admin again.
pub fn of_repair(model: &Model, change: &Change) -> Equivalent {
    let mut out = Equivalent::default();
    // Who is handed this need not be who is logged in here.
    let changes = std::slice::from_ref(change);
    of_changes(changes, &model.grammar(), &a_platform_admin(), &mut out);
    out.note("you are no longer Admin there: hand this to a platform admin");
    out.notes.extend(model.session.cli.caveats(model.generation()));
    out
}

fn in_dialog(model: &Model, dialog: &Dialog, out: &mut Equivalent) {
    let grammar = model.grammar();
    // These make no changes, whatever their stage.
    if let Form::LogIn(form) = &dialog.form {
        return out.add("log in", grammar_at(model, &form.at).log_in());
    }
    if let Form::LogOut(form) = &dialog.form {
        let at = Destination::Context(form.context.clone());
        return out.add("log out", grammar_at(model, &at).log_out());
    }
    if let Form::Connect(_) = &dialog.form {
        return out.note("the address is kept only once somebody logs in there");
    }
    let changes: Vec<Change> = match &dialog.stage {
        Stage::Confirming(confirm) => confirm.intents.iter().map(|intent| intent.change.clone()).collect(),
        Stage::Running(run) => run.changes().cloned().collect(),
        Stage::Editing => return while_editing(model, dialog, &grammar, out),
    };
    of_changes(&changes, &grammar, &model.identity(), out);
}

fn while_editing(model: &Model, dialog: &Dialog, grammar: &Grammar, out: &mut Equivalent) {
    if let Form::Export(form) = &dialog.form {
        let (format, file) = (form.format().label(), form.file.value().trim());
        let command = audit(place(model), filter(model).as_deref(), Some(format), Some(file));
        return out.add("write the audit to a file", command);
    }
    if let Form::Deletion(form) = &dialog.form {
        out.add("say how far the deletion is", grammar.deletion(&form.workspace));
        if model.may_retry_this_deletion().is_err() {
            return;
        }
    }
    if let Form::DeleteWorkspace(form) = &dialog.form
        && !matches!(form.inventory, Remote::Ready { .. })
    {
        let shown = form.workspace.shown();
        if form.inventory.is_loading() {
            return out.wait(&format!(
                "still counting what is in '{shown}': the command follows when that is known"
            ));
        }
        return out.note(&format!("nothing would be sent: what is in '{shown}' is not known"));
    }
    if let Form::AddMember(form) = &dialog.form
        && model.store.is_reading(&form.workspace)
    {
        out.wait("the members are still being read: who is one already needs no command");
    }
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    match dialog.form.check(ctx) {
        Ok(intents) if intents.is_empty() => out.note("nothing would be sent"),
        Ok(intents) => {
            let changes: Vec<Change> = intents.into_iter().map(|intent| intent.change).collect();
            of_changes(&changes, grammar, &identity, out);
        }
        Err(errors) => {
            let why = errors.first().map(|error| error.what.clone()).unwrap_or_default();
            out.note(&format!("nothing would be sent yet: {why}"));
        }
    }
}

/// Returns the grammar for what may be another place than where the console is. What is there is not known before it is
/// asked, so it is taken for the same generation.
fn grammar_at(model: &Model, at: &Destination) -> Grammar {
    if model.session.destination.as_ref() == Some(at) {
        return model.grammar();
    }
    let place = match at {
        Destination::Context(name) => Place::Context(name.clone()),
        Destination::Address(url) => Place::Address(url.clone()),
        Destination::Demo => Place::Current,
    };
    let cli = Cli {
        place,
        ..model.session.cli.clone()
    };
    Grammar::new(&cli, model.generation())
}

fn of_changes(changes: &[Change], grammar: &Grammar, caller: &Identity, out: &mut Equivalent) {
    for change in changes {
        match policy::way(change, caller) {
            Way::ByName => {
                out.add(change.sentence().as_str(), grammar.change(change));
                if policy::way(change, &a_platform_admin()) == Way::ThroughRows {
                    note_who_is_not_found(change, out);
                }
            }
            Way::ThroughRows => through_rows(change, grammar, out),
        }
    }
}

/// A command by name is right on one store and does something else on another, and which it is cannot be seen.
fn note_who_is_not_found(change: &Change, out: &mut Equivalent) {
    let who = change.principal().map(Principal::label).unwrap_or_default();
    let text = format!(
        "a platform on PostgreSQL does not find {who} by its name: there this changes nothing, or adds a role; a platform \
         admin changes it through its role-binding rows"
    );
    out.note(&text);
}

fn a_platform_admin() -> Identity {
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
            "the CLI has no command that takes {} from {who} in '{at}': the console notes it in each role-binding row, by PUT \
             /apis/entities/v2/workspaces/{at}/entities/role_binding/<row> with all its data, revoked_at and \
             expected_db_version",
            taken.shown()
        ));
    }
}

fn on_screen(model: &Model, out: &mut Equivalent) {
    let caller = model.identity();
    model.screen().equivalent(&model.known(&caller), out);
}

fn place(model: &Model) -> &Place {
    &model.session.cli.place
}

/// Returns the filter of the audit in force, where there is one.
fn filter(model: &Model) -> Option<String> {
    model.screens.iter().rev().find_map(|screen| {
        let Screen::Audit(state) = screen else { return None };
        state.filter_in_force().map(str::to_owned)
    })
}

/// Returns how much is copied, in words.
pub fn amount(n: usize) -> String {
    counted(n, "command")
}

impl Model {
    /// Makes the commands on show anew as long as what they are about is still being read.
    pub(super) fn follow_equivalent(&mut self) {
        let Some(before) = self.equivalent.take_if(|shown| shown.is_coming) else {
            return;
        };
        let mut fresh = of(self);
        fresh.go_on_from(&before);
        self.equivalent = Some(fresh);
    }

    /// Checks that there is something to choose from among the commands on show, or something to read behind them.
    ///
    /// # Errors
    /// Says why not.
    pub fn has_more_to_read(&self) -> Result<(), SafeText> {
        match &self.equivalent {
            Some(equivalent) if !equivalent.notes.is_empty() => Ok(()),
            Some(_) | None => self.has_several_commands(),
        }
    }

    /// Checks that there is something to choose from among the commands on show.
    ///
    /// # Errors
    /// Says why not.
    pub fn has_several_commands(&self) -> Result<(), SafeText> {
        match &self.equivalent {
            Some(equivalent) if equivalent.entries.len() > 1 => Ok(()),
            Some(_) | None => Err(SafeText::new("there is no other command to choose")),
        }
    }

    /// Returns the grammar of the user's CLI for the present server.
    pub fn grammar(&self) -> Grammar {
        self.session.grammar()
    }

    /// Returns the grammar of the user's CLI for a server of this generation.
    pub fn grammar_of(&self, generation: crate::domain::platform::Generation) -> Grammar {
        self.session.grammar_of(generation)
    }
}
