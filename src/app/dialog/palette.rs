//! `Commands`: every action of the screen, and places to go to, found by typing.
//!
//! What can be done and why not is worked out by the model before it is shown ([`Form::offer`]); a command is run as its
//! key would run it. The names of places complete what is typed.

mod places;

use places::MayGo;

use super::ctx::{Ctx, Field, FieldError};
use super::form::{Apply, DialogForm};
use crate::app::command::{Command, Place};
use crate::app::failure::Failure;
use crate::app::filter::Judge;
use crate::app::keymap::Context;
use crate::app::list::Step;
use crate::app::msg::{FileNames, Query, Ticket};
use crate::app::remote::Remote;
use crate::app::text_field::TextField;
use crate::app::views::Views;
use crate::domain::context::Contexts;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

/// How many proposals are kept: nobody reads further.
const MOST: usize = 100;
/// How far a page key moves.
const PAGE: usize = 10;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it runs.
    pub command: Command,
    /// Its name.
    pub name: SafeText,
    /// What it does, in a sentence.
    pub about: SafeText,
    /// The key that does the same; empty where there is none.
    pub key: String,
    /// Whether it can be run now, or why not.
    pub can_run: Result<(), SafeText>,
    /// Its place in the list while nothing is typed.
    pub rank: u8,
    /// What the field holds once it is completed.
    pub completed: String,
}

/// What is typed, what matches it, and what was read to be proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    field: TextField,
    /// What matches, the best first.
    entries: Vec<Entry>,
    chosen: usize,
    /// Whether another than the best was marked.
    is_moved: bool,
    /// The text that they match.
    listed: String,
    /// What may be meant by the name of a place that there is not; empty where nothing is like it.
    meant: String,
    contexts: Remote<Contexts>,
    /// The folder that is looked into, as it is typed, and what lies in it.
    folder: Option<(PathBuf, Remote<FileNames>)>,
}

impl Form {
    /// Returns the field.
    pub fn field(&self) -> &TextField {
        &self.field
    }

    /// Returns what matches, the best first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the place of the marked entry.
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// Returns what enter would run.
    pub fn command(&self) -> Option<&Command> {
        self.marked().map(|entry| &entry.command)
    }

    fn marked(&self) -> Option<&Entry> {
        self.entries.get(self.chosen)
    }

    /// Returns what is typed, without the sign that opens the dialog: whoever holds that key types it once more.
    fn typed(&self) -> &str {
        self.field.value().trim_start_matches([':', ' '])
    }

    /// Returns what is typed where a place is named: its kind and the rest.
    pub fn naming(&self) -> Option<(Place, &str)> {
        let (word, rest) = self.typed().split_once(' ')?;
        let place = Place::ALL.into_iter().find(|place| place.word() == word)?;
        Some((place, rest.trim_start()))
    }

    /// Returns whether a place is named that there is not.
    pub fn is_missed(&self) -> bool {
        let is_named = self.naming().is_some_and(|(_, typed)| !typed.is_empty());
        is_named && self.entries.is_empty() && self.told().is_none()
    }

    /// Says what the list waits for, or why it names less than there is.
    pub fn told(&self) -> Option<SafeText> {
        let failed = |failure: &Failure| SafeText::new(&format!("{}. {}", failure.headline, failure.next));
        let waiting = |what| Some(SafeText::new(what));
        match self.naming()?.0 {
            Place::Context if self.contexts.is_loading() => waiting("reading the contexts…"),
            Place::Context => self.contexts.failure().map(failed),
            Place::Plan => {
                let (_, files) = self.folder.as_ref()?;
                if files.is_loading() {
                    return waiting("reading the folder…");
                }
                let is_more = files.value().is_some_and(|files| files.is_more);
                let told = is_more
                    .then(|| SafeText::new("the folder holds more than is proposed here; any name can be typed"));
                files.failure().map(failed).or(told)
            }
            Place::Workspace | Place::Principal | Place::View => None,
        }
    }

    /// Returns what has to be read for what is typed, where that was not asked yet.
    pub(in crate::app) fn wants_to_read(&self) -> Option<Query> {
        let (place, typed) = self.naming()?;
        if place == Place::Context {
            return (self.contexts == Remote::Absent).then_some(Query::Contexts);
        }
        let folder = places::folder_of(typed);
        let is_known = self.folder.as_ref().is_some_and(|(known, _)| *known == folder);
        (place == Place::Plan && !is_known).then_some(Query::Folder(folder))
    }

    /// Notes that `query` is asked.
    pub(in crate::app) fn asked(&mut self, query: &Query, ticket: Ticket) {
        if let Query::Folder(folder) = query {
            let files = Remote::Loading { ticket, stale: None };
            self.folder = Some((folder.clone(), files));
        } else {
            self.contexts.ask(ticket);
        }
    }

    /// Takes the contexts of the config file.
    pub(in crate::app) fn take_contexts(&mut self, known: Result<Contexts, Failure>, now: Timestamp) {
        if self.contexts.is_loading() {
            self.contexts.settle(known, now);
        }
    }

    /// Takes what lies in a folder, where that is still the one that is typed.
    pub(in crate::app) fn take_files(&mut self, folder: &Path, files: Result<FileNames, Failure>, now: Timestamp) {
        if let Some((known, remote)) = &mut self.folder
            && known == folder
        {
            remote.settle(files, now);
        }
    }

    /// Lists what matches of all there is: `actions` and the places. What was `recent` comes first. What is marked stays
    /// so, until the text changes.
    pub(in crate::app) fn offer(
        &mut self,
        actions: Vec<Entry>,
        recent: &[Command],
        (ctx, views, may_go): (Ctx<'_>, &Views, MayGo<'_>),
    ) {
        self.is_moved &= self.listed == self.field.value();
        let before = self.command().cloned().filter(|_| self.is_moved);
        self.field.value().clone_into(&mut self.listed);
        let named = self.naming().map(|(place, typed)| {
            let known = places::Known {
                ctx,
                views,
                contexts: self.contexts.value(),
                files: self.folder.as_ref().and_then(|(_, files)| Some(&files.value()?.names)),
            };
            let entries = places::named(place, typed, &known, may_go);
            let is_missed = entries.is_empty() && !typed.is_empty();
            let meant = is_missed.then(|| places::meant(place, typed, &known));
            (entries, meant.unwrap_or_default())
        });
        (self.entries, self.meant) = named.unwrap_or_else(|| {
            let begun = Place::ALL.into_iter().map(|place| places::begun(place, may_go));
            let again = recent.iter().filter_map(|command| places::again(command, may_go));
            let all = actions.into_iter().chain(begun).chain(again).collect();
            let mut entries = matching(all, self.typed(), recent);
            // The name of a workspace is no command, but whoever types it wants to go there.
            let called = places::called(self.typed(), !entries.is_empty(), ctx, may_go);
            let is_new = |called: &Entry| !entries.iter().any(|entry| entry.command == called.command);
            let called: Vec<Entry> = called.into_iter().filter(is_new).collect();
            entries.extend(called);
            (entries, String::new())
        });
        let kept = before.and_then(|command| self.entries.iter().position(|entry| entry.command == command));
        self.chosen = kept.unwrap_or(0);
    }

    /// Marks another entry.
    pub(in crate::app) fn step(&mut self, step: Step) {
        let last = self.entries.len().saturating_sub(1);
        self.is_moved = true;
        self.chosen = match step {
            Step::Down => self.chosen + 1,
            Step::Up => self.chosen.saturating_sub(1),
            Step::PageDown => self.chosen + PAGE,
            Step::PageUp => self.chosen.saturating_sub(PAGE),
            Step::First => 0,
            Step::Last => last,
        }
        .min(last);
    }

    /// Marks the entry at this place.
    pub(in crate::app) fn mark(&mut self, place: usize) {
        if place < self.entries.len() {
            (self.is_moved, self.chosen) = (true, place);
        }
    }

    /// Puts the name of the marked entry into the field.
    pub(in crate::app) fn complete(&mut self) {
        if let Some(entry) = self.marked() {
            self.field = TextField::filled(&entry.completed);
        }
    }

    /// Says that nothing is called what is typed, and what may be meant.
    pub fn nothing_matches(&self) -> String {
        match self.naming() {
            Some((place, "")) => format!("type the name of a {}", places::noun(place)),
            Some((place, typed)) => {
                let (noun, meant) = (places::noun(place), &self.meant);
                format!("no {noun} is called '{typed}'{meant}")
            }
            None => format!("nothing here is called '{}'", self.typed().trim()),
        }
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Commands".into()
    }

    fn keys(&self) -> &'static [Context] {
        &[Context::Palette, Context::Always]
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn completes(&self) -> bool {
        self.field.cursor() == self.field.value().chars().count()
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        let wrong = |what: &str| vec![FieldError::new(Field::Command, what)];
        let entry = self.marked().ok_or_else(|| wrong(&self.nothing_matches()))?;
        entry.can_run.clone().map_err(|why| wrong(why.as_str()))?;
        if let Command::Name(_) = entry.command {
            self.complete();
            return Ok(Apply::Nothing);
        }
        Ok(Apply::Run(entry.command.clone()))
    }
}

/// Returns those of `all` that are called or described by the words typed: first what is described exactly so, then what
/// can be run, then what matches best.
fn matching(all: Vec<Entry>, typed: &str, recent: &[Command]) -> Vec<Entry> {
    let lower = typed.trim().to_lowercase();
    let words: Vec<(&str, &str)> = typed.split_whitespace().zip(lower.split_whitespace()).collect();
    let mut judge = Judge::of(words);
    let place_of = |entry: &Entry| recent.iter().position(|command| *command == entry.command);
    let mut found = Vec::new();
    for entry in all {
        let by_use = Reverse(place_of(&entry).unwrap_or(usize::MAX));
        let is_off = entry.can_run.is_err();
        let Some(judge) = &mut judge else {
            let key = (false, !is_off, (Reverse(0), 0, None), by_use, Reverse(entry.rank));
            found.push((key, entry));
            continue;
        };
        let whole = format!("{} {}", entry.name, entry.about);
        if !judge.is_met(entry.name.as_str(), &whole) {
            continue;
        }
        let texts = [entry.name.as_str(), entry.about.as_str(), whole.as_str()];
        let is_exact = entry.about.as_str().to_lowercase() == lower;
        let best = texts.iter().map(|text| judge.rank(text)).max();
        let best = best.unwrap_or((Reverse(u8::MAX), 0, None));
        found.push(((is_exact, !is_off, best, by_use, Reverse(entry.rank)), entry));
    }
    // The sort is stable: of equals the order of the key map counts.
    found.sort_by_key(|(key, _)| Reverse(*key));
    found.into_iter().map(|(_, entry)| entry).collect()
}
