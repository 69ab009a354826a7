//! Places that are named: workspaces, principals, contexts, and files with a plan.

use super::Entry;
use crate::app::command::{Command, Place};
use crate::app::dialog::Ctx;
use crate::app::filter::Judge;
use crate::app::msg::FileName;
use crate::app::views::Views;
use crate::domain::choice;
use crate::domain::context::Contexts;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::mention::UNSEEN;
use crate::domain::text::{SafeText, is_plain};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The place of its line while nothing is typed: behind what the hint row offers.
const LATE: u8 = 20;

/// What names are taken from.
pub(super) struct Known<'a> {
    pub ctx: Ctx<'a>,
    pub views: &'a Views,
    pub contexts: Option<&'a Contexts>,
    pub files: Option<&'a Vec<FileName>>,
}

/// Says whether a command can be run, or why not.
pub(in crate::app) type MayGo<'a> = &'a dyn Fn(&Command) -> Result<(), SafeText>;

/// Returns what is named.
pub(super) fn noun(place: Place) -> &'static str {
    match place {
        Place::Plan => "file or folder",
        Place::Workspace | Place::Principal | Place::Context | Place::View => place.word(),
    }
}

fn about(place: Place) -> &'static str {
    match place {
        Place::Workspace => "Open the members of a workspace by its name.",
        Place::Principal => "Show everything a principal has access to, by its name.",
        Place::Context => "Switch to a context by its name.",
        Place::View => "Show a list as it was saved under a name.",
        Place::Plan => "Review the plan that a file or folder leads to.",
    }
}

/// Returns the line that goes to a place again; nothing where `command` is no such thing.
pub(super) fn again(command: &Command, may_go: MayGo<'_>) -> Option<Entry> {
    let (place, name) = match command {
        Command::Act(..) | Command::Name(_) => return None,
        Command::Workspace(name) => (Place::Workspace, name.raw().into()),
        Command::Principal(name) => (Place::Principal, name.raw().into()),
        Command::Context(name) => (Place::Context, name.raw().into()),
        Command::View(_, name) => (Place::View, name.into()),
        Command::Plan(path) => (Place::Plan, path.to_string_lossy()),
    };
    let text = SafeText::new(&format!("{} {name}", place.word()));
    Some(Entry {
        can_run: may_go(command),
        command: command.clone(),
        completed: text.to_string(),
        name: text,
        about: SafeText::new("used recently"),
        key: String::new(),
        rank: LATE,
    })
}

/// Returns the line that begins to name a place.
pub(super) fn begun(place: Place, may_go: MayGo<'_>) -> Entry {
    let name = if place == Place::Plan { "FILE" } else { "NAME" };
    let command = Command::Name(place);
    Entry {
        can_run: may_go(&command),
        command,
        name: SafeText::new(&format!("{} {name}", place.word())),
        about: SafeText::new(about(place)),
        key: String::new(),
        rank: LATE,
        completed: format!("{} ", place.word()),
    }
}

/// Returns the lines that open workspaces whose names are typed where a command is looked for: by `is_exact` alone the one
/// that is called so, else those that may be meant.
pub(super) fn called(typed: &str, is_exact: bool, ctx: Ctx<'_>, may_go: MayGo<'_>) -> Vec<Entry> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Vec::new();
    }
    let shown = || ctx.store.shown().map(|workspace| &workspace.name);
    let mut names: Vec<&WorkspaceName> = if is_exact {
        let own = WorkspaceName::from_platform(typed);
        ctx.store
            .find_shown(&own)
            .map(|found| &found.name)
            .into_iter()
            .collect()
    } else {
        fitting(shown(), typed, WorkspaceName::raw)
    };
    if names.is_empty() && !is_exact {
        let near = choice::nearest(typed, shown().map(WorkspaceName::raw));
        names.extend(shown().find(|name| Some(name.raw()) == near));
    }
    let entry = |name: &WorkspaceName| {
        let command = Command::Workspace(name.clone());
        let text = format!("{} {}", Place::Workspace.word(), name.raw());
        Entry {
            can_run: may_go(&command),
            command,
            // What cannot be typed is not put into the field either.
            completed: if is_plain(name.raw()) {
                text.clone()
            } else {
                typed.to_owned()
            },
            name: SafeText::new(&text),
            about: SafeText::new(about(Place::Workspace)),
            key: String::new(),
            rank: LATE,
        }
    };
    names.into_iter().map(entry).collect()
}

/// Returns the folder that is named so far.
pub(super) fn folder_of(typed: &str) -> PathBuf {
    let folder = typed.rfind('/').and_then(|end| typed.get(..=end));
    PathBuf::from(folder.unwrap_or("."))
}

/// Returns the places of this kind that `typed` can mean, the best first.
pub(super) fn named(place: Place, typed: &str, known: &Known<'_>, may_go: MayGo<'_>) -> Vec<Entry> {
    let entry = |command: Command, name: &str, about: &str| Entry {
        can_run: may_go(&command),
        command,
        name: SafeText::new(name),
        about: SafeText::new(about),
        key: String::new(),
        rank: 0,
        // What cannot be typed is not put into the field either.
        completed: format!("{} {}", place.word(), if is_plain(name) { name } else { typed }),
    };
    let mut entries = match place {
        Place::Workspace => workspaces(typed, known.ctx, &entry),
        Place::Principal => principals(typed, known.ctx, &entry),
        Place::Context => {
            let contexts = known.contexts.into_iter().flat_map(|known| &known.contexts);
            let entries = contexts.map(|one| {
                let command = Command::Context(one.name.clone());
                entry(command, one.name.raw(), one.server.as_str())
            });
            let entries: Vec<Entry> = entries.collect();
            let fitting = fitting(&entries, typed, |entry| entry.name.as_str());
            fitting.into_iter().cloned().collect()
        }
        Place::View => views(typed, known.views, &entry),
        Place::Plan => plans(typed, known.files, &entry),
    };
    entries.sort_by_key(|entry| entry.can_run.is_err());
    entries
}

/// Returns which name is almost what was typed, as `; did you mean 'prod'?`.
pub(super) fn meant(place: Place, typed: &str, known: &Known<'_>) -> String {
    match place {
        Place::View => choice::meant(typed, known.views.all().map(|(_, view)| view.name.as_str())),
        Place::Context => {
            let contexts = known.contexts.into_iter().flat_map(|known| &known.contexts);
            choice::meant(typed, contexts.map(|one| one.name.raw()))
        }
        // Whoever is called so can be gone to as typed, and so can a file.
        Place::Workspace | Place::Principal | Place::Plan => String::new(),
    }
}

type Make<'a> = &'a dyn Fn(Command, &str, &str) -> Entry;

fn workspaces(typed: &str, ctx: Ctx<'_>, entry: Make<'_>) -> Vec<Entry> {
    let shown = ctx.store.shown().map(|workspace| &workspace.name);
    let names = fitting(shown, typed, WorkspaceName::raw);
    let about = |name: &WorkspaceName| {
        let found = ctx.store.find_shown(name);
        found.and_then(|found| found.description.clone()).unwrap_or_default()
    };
    let entries = names.into_iter().map(|name| {
        let command = Command::Workspace(name.clone());
        entry(command, name.raw(), &about(name))
    });
    let entries = entries.collect();
    let as_typed = WorkspaceName::parse_new(typed).ok();
    let as_typed = as_typed.filter(|name| ctx.store.find_shown(name).is_none());
    let as_typed = as_typed.map(|name| entry(Command::Workspace(name), typed.trim(), "as typed, not in the list"));
    with(entries, as_typed)
}

fn views(typed: &str, views: &Views, entry: Make<'_>) -> Vec<Entry> {
    let entries = views.all().map(|(kind, view)| {
        let command = Command::View(kind, view.name.clone());
        entry(
            command,
            &view.name,
            &format!("{}: {}", kind.name(), view.in_words(kind)),
        )
    });
    let entries: Vec<Entry> = entries.collect();
    let fitting = fitting(&entries, typed, |entry| entry.name.as_str());
    fitting.into_iter().cloned().collect()
}

fn principals(typed: &str, ctx: Ctx<'_>, entry: Make<'_>) -> Vec<Entry> {
    let caller = ctx.identity.as_maker();
    let known: BTreeSet<&Principal> = ctx.known().chain(&caller).collect();
    let names = fitting(known, typed, Principal::raw);
    let entries = names.into_iter().map(|principal| {
        let kind = principal.kind().label();
        entry(Command::Principal(principal.clone()), principal.raw(), kind)
    });
    let entries: Vec<Entry> = entries.collect();
    let as_typed = Principal::parse_new(typed).ok().and_then(|principal| {
        let about = if ctx.knows(principal.raw()) {
            principal.kind().label().to_owned()
        } else {
            format!("as typed, {UNSEEN}")
        };
        let command = Command::Principal(principal);
        let is_listed = entries.iter().any(|entry| entry.command == command);
        (!is_listed).then(|| entry(command, typed.trim(), &about))
    });
    with(entries, as_typed)
}

fn plans(typed: &str, files: Option<&Vec<FileName>>, entry: Make<'_>) -> Vec<Entry> {
    let start = typed.rfind('/').map_or(0, |end| end + 1);
    let (folder, begun) = typed.split_at(start);
    let files = fitting(files.into_iter().flatten(), begun, |file| file.name.as_str());
    let entries = files.into_iter().map(|file| {
        let (end, about) = if file.is_folder {
            ("/", "a folder: complete it to look into it")
        } else {
            ("", "Review the plan that it leads to.")
        };
        let path = format!("{folder}{}{end}", file.name);
        entry(Command::Plan(PathBuf::from(&path)), &path, about)
    });
    let entries: Vec<Entry> = entries.collect();
    let is_listed = entries.iter().any(|entry| entry.name.as_str() == typed);
    let is_typed = !typed.trim().is_empty() && !is_listed && !typed.chars().any(char::is_control);
    let as_typed = is_typed.then(|| entry(Command::Plan(PathBuf::from(typed.trim())), typed.trim(), "as typed"));
    with(entries, as_typed)
}

/// Puts what is meant as it is typed behind what it may be short for.
fn with(mut entries: Vec<Entry>, as_typed: Option<Entry>) -> Vec<Entry> {
    entries.extend(as_typed);
    entries
}

/// Returns those of `all` whose names `typed` can mean, the best first, and no more than are shown: of a long list few are
/// put into words.
fn fitting<'a, T: 'a>(
    all: impl IntoIterator<Item = &'a T>,
    typed: &str,
    name: impl Fn(&'a T) -> &'a str,
) -> Vec<&'a T> {
    let lower = typed.trim().to_lowercase();
    let words: Vec<(&str, &str)> = typed.split_whitespace().zip(lower.split_whitespace()).collect();
    let Some(mut judge) = Judge::of(words) else {
        return all.into_iter().take(super::MOST).collect();
    };
    let met = all.into_iter().filter(|one| judge.is_met(name(one), name(one)));
    let met: Vec<&T> = met.collect();
    let mut ranked: Vec<_> = met
        .into_iter()
        .map(|one| (Reverse(judge.rank(name(one))), one))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(super::MOST).map(|(_, one)| one).collect()
}
