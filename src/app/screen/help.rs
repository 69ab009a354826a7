//! The keys of a screen, and of everything else, read from the key map.

use super::state::{Known, ScreenState, Title};
use crate::app::dialog::Dialog;
use crate::app::equivalent::Equivalent;
use crate::app::filter::Filter;
use crate::app::geometry;
use crate::app::keymap::{self, Action, Binding, Context, KeyMap, Shows};
use crate::app::list::Step;
use crate::app::msg::Size;
use jiff::Timestamp;

/// Contexts whose keys are the same on every screen.
const GENERAL: [Context; 3] = [Context::List, Context::Screen, Context::Always];

/// How much of a column the keys take at most; what is longer has a line of its own.
const MOST_KEYS: usize = 10;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Which keys do what.
    keymap: KeyMap,
    /// The contexts whose keys are shown first, and alone.
    first: Vec<Context>,
    /// Where a dialog is in front: its keys that do something as it is, which are shown first, and alone.
    live: Option<Vec<(Context, &'static str)>>,
    /// Whether what is in front is a list.
    is_of_list: bool,
    /// Whether the keys of everything else are shown, too.
    is_whole: bool,
    /// What is searched for, in all keys.
    filter: Filter,
    /// The first visible row.
    top: usize,
    /// The dialogs that it was opened over, which go on when it is left; until then no key leads anywhere else.
    pub parked: Vec<Dialog>,
}

/// One line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An empty line.
    Blank,
    /// Where the following keys count.
    Heading(&'static str),
    /// Keys, and what they do, or the first line of that.
    Key(String, String),
    /// A further line of what a key does.
    More(String),
    /// Where other keys are found.
    Note(String),
}

/// What help tells of a binding.
struct Told {
    keys: Vec<&'static str>,
    help: &'static str,
}

/// Help as it is laid out for a screen of some size: columns side by side, which scroll together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The lines of each column.
    pub columns: Vec<Vec<Line>>,
    /// How wide one is.
    pub width: usize,
    /// How much of that the keys take.
    pub keys: usize,
}

impl Page {
    /// Returns how many rows it has.
    pub fn height(&self) -> usize {
        self.columns.iter().map(Vec::len).max().unwrap_or_default()
    }
}

impl State {
    /// Returns whether the keys of everything are shown.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Opens on those of the contexts in force, the nearest first, that are about what is in front; the keys of
    /// everything else come second.
    pub fn new(keymap: KeyMap, in_force: &[Context]) -> Self {
        let own = in_force.iter().filter(|context| !GENERAL.contains(context));
        Self {
            keymap,
            first: own.copied().collect(),
            live: None,
            is_of_list: in_force.contains(&Context::List),
            is_whole: false,
            filter: Filter::default(),
            top: 0,
            parked: Vec::new(),
        }
    }

    /// Opens on the dialog in front, in which these keys do something.
    pub fn of_dialog(keymap: KeyMap, in_force: &[Context], live: Vec<(Context, &'static str)>) -> Self {
        Self {
            live: Some(live),
            ..Self::new(keymap, in_force)
        }
    }

    /// Returns the first visible row.
    pub fn top(&self) -> usize {
        self.top
    }

    /// Returns the page for a screen of this size: in one column if that fits, else in as many as there is room for.
    pub fn page(&self, size: Size) -> Page {
        let sections = self.sections();
        let told = sections.iter().flat_map(|(_, told)| told);
        let keys = told.map(room_for_keys).max().unwrap_or_default();
        let keys = keys.min(MOST_KEYS);
        let of = |n_columns| {
            let width = geometry::help_column(size, n_columns);
            let columns = divided(self.lines(&sections, keys, width), n_columns);
            Page { columns, width, keys }
        };
        let pages = (1..=geometry::help_columns(size)).map(of);
        let rows = geometry::text_rows(size);
        let mut last = None;
        for page in pages {
            let fits = page.height() <= rows;
            last = Some(page);
            if fits {
                break;
            }
        }
        last.unwrap_or_else(|| of(1))
    }

    /// Returns the contexts that are told of, in order, with those of their keys that are.
    fn sections(&self) -> Vec<(Context, Vec<Told>)> {
        let is_searching = self.filter.is_active();
        let rest = Context::ALL.into_iter().filter(|context| match context {
            // Of other screens, and of what says its keys itself, only what is searched for is told.
            Context::Workspaces
            | Context::Members
            | Context::Resources
            | Context::Audit
            | Context::Matrix
            | Context::Principal
            | Context::Contexts
            | Context::Activity
            | Context::PlanMade
            | Context::Everybody
            | Context::Welcome
            | Context::Help
            | Context::AddMember
            | Context::ChangeRole
            | Context::Columns
            | Context::Views
            | Context::Palette
            | Context::Proposals
            | Context::Review
            | Context::Guard
            | Context::Refused
            | Context::LongText
            | Context::Outcomes => is_searching,
            Context::List
            | Context::Screen
            | Context::Filter
            | Context::OneHit
            | Context::Dialog
            | Context::NotEmpty
            | Context::Deletion
            | Context::LoggingIn
            | Context::Confirm
            | Context::ConfirmTyped
            | Context::Reason
            | Context::Running
            | Context::RunningPlan
            | Context::Equivalent
            | Context::Always => is_searching || self.is_whole,
        });
        let rest = rest.filter(|context| !self.first.contains(context));
        let all = self.first.iter().copied().chain(rest);
        let typed = self.filter.input.value().to_lowercase();
        let kept = all.map(|context| {
            let bindings = self.keymap.of(context).filter(|binding| matches(binding, &typed));
            let bindings: Vec<&Binding> = bindings.collect();
            let told = keymap::alike(&bindings).map(|alike| Told {
                keys: keymap::keys_of(alike.iter().flat_map(|binding| self.keys_told(binding))),
                help: alike.first().map_or("", |binding| binding.help),
            });
            (context, told.filter(|told| !told.keys.is_empty()).collect::<Vec<_>>())
        });
        kept.filter(|(_, told)| !told.is_empty()).collect()
    }

    /// Returns the keys of `binding` that are told of: of a dialog those that do something in it as it is, until all keys
    /// are asked for.
    fn keys_told(&self, binding: &Binding) -> Vec<&'static str> {
        let all = self.is_whole || self.filter.is_active();
        let live = self.live.as_ref().filter(|_| !all);
        let is_told = |key: &&str| live.is_none_or(|live| live.contains(&(binding.context, *key)));
        binding.keys.iter().copied().filter(is_told).collect()
    }

    fn lines(&self, sections: &[(Context, Vec<Told>)], keys: usize, width: usize) -> Vec<Line> {
        let columns = width.saturating_sub(keys + 3);
        let mut lines = Vec::new();
        for (context, told) in sections {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(context.title()));
            for one in told {
                let mut texts = wrapped(one.help, columns).into_iter();
                let is_beside = room_for_keys(one) <= keys;
                let first = if is_beside { texts.next() } else { None }.unwrap_or_default();
                lines.push(Line::Key(one.keys.join(" "), first));
                lines.extend(texts.map(Line::More));
            }
        }
        if !self.is_whole && !self.filter.is_active() {
            lines.push(Line::Blank);
            lines.extend(self.others().map(Line::Note));
        }
        lines
    }

    /// Returns where other keys are found; those that tell more about what is on show are named.
    fn others(&self) -> impl Iterator<Item = String> {
        let more = self.keymap.key_of(Context::Help, Action::MoreHelp);
        let search = self.keymap.key_of(Context::Help, Action::EditFilter);
        let told = self.is_of_list.then(|| {
            let row = self.keymap.key_of(Context::List, Action::Details);
            let outcomes = self.keymap.key_of(Context::Screen, Action::Show(Shows::Outcomes));
            format!("{row} shows all of a row, {outcomes} the last outcomes")
        });
        let all = format!("{more} shows all other keys, {search} searches");
        let idle = "a hint in (parentheses) does nothing now; its key says why";
        told.into_iter().chain([all, idle.to_owned()])
    }

    /// Returns the first visible row after such a step.
    fn after(&self, step: Step, size: Size) -> usize {
        let (height, last) = (geometry::text_rows(size), self.lowest_top(size));
        let to = match step {
            Step::Up => self.top.saturating_sub(1),
            Step::Down => self.top + 1,
            Step::PageUp => self.top.saturating_sub(height),
            Step::PageDown => self.top + height,
            Step::First => 0,
            Step::Last => last,
        };
        to.min(last)
    }

    fn lowest_top(&self, size: Size) -> usize {
        self.page(size).height().saturating_sub(geometry::text_rows(size))
    }
}

/// Returns whether every word of `typed` is found in what help tells of `binding`; a single character is a key.
fn matches(binding: &Binding, typed: &str) -> bool {
    let Binding {
        context,
        keys,
        label,
        help,
        ..
    } = binding;
    let typed = typed.trim();
    if typed.chars().count() == 1 {
        return keys.iter().any(|key| key.to_lowercase() == typed);
    }
    let told = format!("{} {} {label} {help}", context.title(), keys.join(" ")).to_lowercase();
    typed.split_whitespace().all(|word| told.contains(word))
}

/// Returns how many columns the keys take, arrows being words on some terminals.
fn room_for_keys(told: &Told) -> usize {
    let keys = told.keys.iter().flat_map(|key| key.chars());
    let taken: usize = keys.map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    (taken + told.keys.len().saturating_sub(1)).max(6)
}

/// Returns `text`, one of our own, broken at blanks into lines of at most `columns`.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Divides `lines` into at most `n` columns of about the same height; what belongs together is not torn apart.
fn divided(lines: Vec<Line>, n: usize) -> Vec<Vec<Line>> {
    let total = lines.len();
    for height in total.div_ceil(n.max(1))..=total {
        let columns = filled(&lines, height);
        if columns.len() <= n {
            return columns;
        }
    }
    vec![lines]
}

/// Fills columns of `height` rows: none begins with a blank or in the middle of a key, or ends with a heading.
fn filled(lines: &[Line], height: usize) -> Vec<Vec<Line>> {
    let mut columns: Vec<Vec<Line>> = Vec::new();
    let mut rest = lines;
    while !rest.is_empty() {
        while let [Line::Blank, others @ ..] = rest {
            rest = others;
        }
        let mut end = height.max(1).min(rest.len());
        while end > 1 && end < rest.len() && !may_break(rest, end) {
            end -= 1;
        }
        let (column, others) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        columns.push(column.to_vec());
        rest = others;
    }
    columns
}

/// Returns whether a column may end before the line at `place`.
fn may_break(lines: &[Line], place: usize) -> bool {
    let before = lines.get(place.saturating_sub(1));
    let is_torn = matches!(lines.get(place), Some(Line::More(_) | Line::Note(_)));
    !is_torn && !matches!(before, Some(Line::Heading(_) | Line::Blank))
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Help, Context::Screen, Context::Always]
    }

    fn title(&self, _: &Known<'_>) -> Title {
        let mut title = Title::new("Help");
        if !self.filter.is_active() {
            let places = || self.first.iter().map(|context| context.title()).collect::<Vec<_>>();
            let dialog = self.parked.last().map(|dialog| dialog.form.title().into_owned());
            let place = dialog.unwrap_or_else(|| places().join(", "));
            let besides = if self.is_whole { ", and all other keys" } else { "" };
            title.rest = format!(": {place}{besides}");
        }
        title
    }

    fn equivalent(&self, _: &Known<'_>, out: &mut Equivalent) {
        out.note("keys have no command: go back to their screen");
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn filter_mut(&mut self) -> Option<&mut Filter> {
        Some(&mut self.filter)
    }

    fn filter_edited(&mut self, _: Timestamp) {
        self.top = 0;
    }

    fn act(&mut self, action: Action, _: Size) -> bool {
        if action == Action::MoreHelp {
            self.is_whole = !self.is_whole;
            self.filter.clear();
            self.top = 0;
        }
        false
    }

    fn step(&mut self, step: Step, size: Size) {
        self.top = self.after(step, size);
    }

    fn moves(&self, step: Step, size: Size) -> bool {
        self.after(step, size) != self.top
    }

    fn reveal(&mut self, size: Size) {
        self.top = self.top.min(self.lowest_top(size));
    }
}

#[cfg(test)]
mod tests;
