//! The list of commands: what it offers of the screen below it, and what running one does.
//!
//! What a command may do and why not is what its key would be told ([`Model::can_use`]), on the screen without the list.

use super::press;
use crate::app::command::{Command, Place};
use crate::app::dialog::palette::{self, Entry};
use crate::app::dialog::{Ctx, Dialog, Form};
use crate::app::failure::Failure;
use crate::app::keymap::{Action, Binding, Chord, Context, Hinted, KeyMap};
use crate::app::model::Model;
use crate::app::msg::{Effect, FileNames};
use crate::app::screen::{Screen, principal};
use crate::app::views;
use crate::domain::context::Destination;
use crate::domain::text::SafeText;
use std::path::Path;

/// How many commands are remembered.
const MOST_RECENT: usize = 20;
/// Behind what the hint row offers and the places.
const LATE: u8 = 30;
/// What belongs to another screen.
const LAST: u8 = 40;

impl Model {
    /// Returns the open lists of commands, also below a review.
    pub(super) fn palettes(&mut self) -> impl Iterator<Item = &mut palette::Form> {
        self.dialogs.iter_mut().filter_map(|dialog| {
            let Form::Palette(form) = &mut dialog.form else {
                return None;
            };
            Some(&mut **form)
        })
    }

    /// Returns the list of commands, where it takes the keys.
    pub(super) fn palette(&mut self) -> Option<&mut palette::Form> {
        if let Some(Form::Palette(form)) = self.dialogs.last_mut().map(|dialog| &mut dialog.form) {
            Some(&mut **form)
        } else {
            None
        }
    }

    /// Opens the list of commands.
    pub(super) fn open_palette(&mut self, chord: Chord) {
        self.dialogs.push(Dialog {
            opened_by: Some(chord),
            ..Dialog::new(Form::Palette(Box::default()))
        });
    }

    /// Brings the list up to what can be done by now, and has read what it proposes.
    pub(super) fn follow_palette(&mut self) -> Vec<Effect> {
        if self.equivalent.is_some() {
            return Vec::new();
        }
        let is_palette = |dialog: &mut Dialog| matches!(dialog.form, Form::Palette(_));
        // What can be done is what can be done without it.
        let Some(mut dialog) = self.dialogs.pop_if(is_palette) else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        if let Form::Palette(form) = &mut dialog.form {
            if let Some(query) = form.wants_to_read() {
                let (ticket, effect) = self.ask(query.clone());
                form.asked(&query, ticket);
                effects.push(effect);
            }
            let identity = self.identity();
            let ctx = Ctx::new(&self.store, &identity, self.session.info.value(), self.now);
            form.offer(
                self.actions(),
                &self.recent,
                (ctx, &self.views, &|command| self.may_run(command)),
            );
        }
        self.dialogs.push(dialog);
        effects
    }

    /// Takes what lies in a folder.
    pub(super) fn take_files(&mut self, folder: &Path, files: &Result<FileNames, Failure>) {
        let now = self.now;
        for form in self.palettes() {
            form.take_files(folder, files.clone(), now);
        }
    }

    /// Returns what the keys of the screen do, in the order of the key map, and then what those of other screens do.
    fn actions(&self) -> Vec<Entry> {
        let here = self.screen().keys();
        let own = here.iter().flat_map(|context| self.keymap.of(*context));
        let own = own.filter(|binding| has_a_place(here, binding));
        let own = own.filter(|binding| binding.action != Action::Palette && self.has_column_of(binding));
        let own: Vec<&Binding> = own.collect();
        let others = Context::ALL.into_iter().filter(|context| context.is_of_one_screen());
        let others = others
            .filter(|context| !here.contains(context))
            .flat_map(|context| self.keymap.of(context));
        let others = others.filter(|other| !own.iter().any(|binding| binding.action == other.action));
        let elsewhere = others.map(|binding| {
            let why = format!("only on another screen: {}", binding.context.title());
            listed(binding, Err(SafeText::new(&why)), LAST)
        });
        let here = own.iter().map(|binding| {
            let is_usual = matches!(binding.hinted, Hinted::Always | Hinted::WhileAvailable);
            let rank = if is_usual && binding.hint > 0 {
                binding.hint
            } else {
                LATE
            };
            self.listed_here(binding, rank)
        });
        here.chain(elsewhere).collect()
    }

    /// Returns whether a key that sorts by a column has one to sort by.
    fn has_column_of(&self, binding: &Binding) -> bool {
        let Action::SortBy(n) = binding.action else { return true };
        self.column_to_sort_by(n).is_ok()
    }

    /// Returns the line of a key of this screen; what sorts by a column is called by that.
    fn listed_here(&self, binding: &Binding, rank: u8) -> Entry {
        let entry = listed(binding, self.can_use(binding), rank);
        let Action::SortBy(n) = binding.action else {
            return entry;
        };
        let Ok(order) = self.column_to_sort_by(n) else {
            return entry;
        };
        let name = format!("sort by {order}");
        Entry {
            about: SafeText::new(&format!("Sort by {order} before all else; again, reverse it.")),
            completed: name.clone(),
            name: SafeText::new(&name),
            ..entry
        }
    }

    /// Checks whether a place can be gone to, or an action done.
    fn may_run(&self, command: &Command) -> Result<(), SafeText> {
        match command {
            Command::Act(context, action) => match self.keymap.binding(*context, *action) {
                Some(binding) => self.can_use(binding),
                None => Err(SafeText::new("no key does this")),
            },
            Command::Context(name) if self.context_in_use() == Some(name) => {
                Err(SafeText::new(&format!("{} is already in use", name.quoted())))
            }
            Command::Context(_) | Command::Name(Place::Context) => self.may_leave_connection(),
            Command::View(kind, name) => self.may_show_view(*kind, name),
            Command::Name(Place::View) => match (self.views.all().next(), self.views.place()) {
                (Some(_), _) => Ok(()),
                (None, views::Place::Nowhere(why)) => Err(why.clone()),
                (None, views::Place::File | views::Place::Demo) => Err(SafeText::new("no view is saved yet")),
            },
            Command::Workspace(_) | Command::Principal(_) | Command::Plan(_) | Command::Name(_) => {
                match self.session.destination {
                    Some(_) => Ok(()),
                    None => Err(SafeText::new("no server is in use: connect to one first")),
                }
            }
        }
    }

    /// Runs a command of the list, by this key; the list closes, unless it names a file that may not lead to a plan.
    pub(super) fn run_command(&mut self, command: Command, chord: Chord) -> Vec<Effect> {
        self.recent.retain(|known| *known != command);
        self.recent.insert(0, command.clone());
        self.recent.truncate(MOST_RECENT);
        if let Command::Plan(path) = command {
            self.review(path, Some(chord));
            return self.make_plan();
        }
        self.dialogs.pop();
        match command {
            Command::Act(_, action) => press::act(self, action, chord),
            Command::Workspace(workspace) => press::open(self, workspace),
            Command::Principal(principal) => self.show(Screen::Principal(Box::new(principal::State::new(principal)))),
            Command::Context(name) => {
                let shown = name.quoted();
                self.open_connection(Destination::Context(name), shown, false)
            }
            Command::View(kind, name) => self.go_to_view(kind, &name, chord),
            Command::Name(_) | Command::Plan(_) => Vec::new(),
        }
    }
}

/// Returns the line of a key.
fn listed(binding: &Binding, can_run: Result<(), SafeText>, rank: u8) -> Entry {
    Entry {
        command: Command::Act(binding.context, binding.action),
        name: SafeText::new(binding.label),
        about: SafeText::new(binding.help),
        key: binding.keys.first().copied().unwrap_or_default().to_owned(),
        can_run,
        rank,
        completed: binding.label.to_owned(),
    }
}

/// Returns whether what `binding` does is done here by a key of the table, whichever keys its user has given it.
fn has_a_place(here: &[Context], binding: &Binding) -> bool {
    let table = KeyMap::default();
    let usual = table.binding(binding.context, binding.action);
    usual.is_some_and(|usual| table.counts_in(here, usual))
}
