//! All that there is to say at a moment, and what of it is news.

use super::quiet::{But, quiet, say_the_same};
use super::{SELECTED, keys, one_line, plain};
use crate::app::dialog::{Dialog, Form, Stage};
use crate::app::geometry;
use crate::app::keymap::Context;
use crate::app::linear::Asks;
use crate::app::model::{Details, Model};
use crate::app::screen::Screen;
use crate::domain::text::grouped;
use crate::ui::marks::Marks;
use crate::ui::{Look, bars, dialog, screen, text, title};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;

/// How wide the buffer is that a screen is put into, at first, and where a row needs more: nothing is broken or cut.
const COLUMNS: [u16; 2] = [1_500, 9_000];
/// How high it is for a screen of text, at first and at most.
const TEXT_ROWS: (u16, u16) = (150, 9_600);
/// How many columns of a row say nothing: the borders, and those beside them.
const SPARE: u16 = 4;
/// How many cells it has for a long text at most: the longer that is, the sooner a paragraph goes on in the next line.
const MOST_CELLS: u32 = 960_000;

/// What there is to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scene {
    header: String,
    /// Which screen it is, whatever its counts say.
    place: (usize, String, bool),
    title: String,
    /// What the screen says besides its rows.
    extras: Vec<String>,
    /// The rows on show, and which of them is selected.
    rows: Vec<String>,
    selected: Option<usize>,
    /// Which rows these are of how many, and how one goes on.
    range: Option<String>,
    /// What must not be missed, and what happened last.
    notices: Vec<String>,
    dialog: Option<Front>,
}

/// What is in front of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Front {
    /// Which dialog, in which stage.
    key: (usize, Option<usize>, u8),
    title: String,
    lines: Vec<String>,
    /// Its keys.
    keys: String,
    /// Whether it only tells how something goes on.
    is_running: bool,
}

/// How it is told what is new.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Somebody has typed a line, and waits for what it did.
    pub(super) is_answer: bool,
    /// It is time to tell how things go on.
    pub(super) is_late: bool,
    /// Nothing is under way.
    pub(super) is_settled: bool,
}

/// Returns which rows of the list are on show.
fn range(model: &Model) -> Option<String> {
    let list = model.screen().list().filter(|_| model.details != Details::InPlace)?;
    let (top, n) = (list.top(), list.n_rows());
    let end = (top + model.screen().n_visible(model.size)).min(n);
    let how = if end == n { "the end" } else { "next goes on" };
    (n > 0).then(|| format!("rows {} to {} of {}, {how}", grouped(top + 1), grouped(end), grouped(n)))
}

impl Scene {
    pub(super) fn of(model: &Model, look: &Look) -> Self {
        let caller = model.identity();
        let shown = model.screen().title(&model.known(&caller));
        let (mut extras, rows, selected) = body(model, look);
        if model.is_filtering() {
            let all = keys::leaves(model);
            extras.push(format!("the filter is open: type what to look for, or {all} for all"));
        }
        // Where it has rows of its own on a screen, it stands in no notice.
        let tour = model.tour.filter(|tour| tour.has_rows);
        let tour = tour.map(|tour| format!("tour {}: {}", tour.step.title(), tour.step.words(model.keymap)));
        Self {
            // Who it is follows once that is known.
            header: plain(&bars::header_said(model, look))
                .trim_end_matches(", …")
                .to_owned(),
            place: (
                model.screens.len(),
                format!("{}{}", shown.what, shown.of),
                model.details == Details::InPlace,
            ),
            title: title_of(model, look),
            extras,
            rows,
            selected,
            range: range(model),
            notices: tour
                .into_iter()
                .chain(bars::notices_said(model, look))
                .map(|text| one_line(&text))
                .collect(),
            dialog: front(model, look),
        }
    }

    fn row(&self) -> Option<&String> {
        self.rows.get(self.selected?)
    }

    /// Returns where one is: all but the rows that are not selected.
    pub(super) fn all(&self) -> Vec<String> {
        let mut lines = vec![self.header.clone()];
        lines.extend(self.notices.iter().cloned());
        lines.extend(self.front_or_screen());
        lines
    }

    pub(super) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Returns what is in front.
    pub(super) fn front_or_screen(&self) -> Vec<String> {
        self.dialog.as_ref().map_or_else(|| self.screen(), Front::all)
    }

    /// Returns the rows on show; in a dialog all that it says.
    pub(super) fn page(&self) -> Vec<String> {
        if let Some(front) = &self.dialog {
            return front.all();
        }
        let mut lines = vec![self.title.clone()];
        lines.extend(self.extras.iter().cloned());
        lines.extend(self.rows.iter().cloned());
        lines.extend(self.range.clone());
        lines
    }

    /// Returns what is said again, where nothing has changed.
    pub(super) fn again(&self) -> Vec<String> {
        if !self.notices.is_empty() {
            return self.notices.clone();
        }
        if let Some(front) = &self.dialog {
            let chosen = front.lines.iter().find(|line| line.ends_with(SELECTED));
            let said = chosen.or(front.lines.last()).cloned();
            return vec![front.title.clone()]
                .into_iter()
                .chain(said)
                .chain([front.keys.clone()])
                .collect();
        }
        vec![self.row().unwrap_or(&self.title).clone()]
    }

    /// Returns what the screen says when one comes to it.
    fn screen(&self) -> Vec<String> {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.extras.iter().cloned());
        match self.row() {
            Some(row) => lines.push(row.clone()),
            None => lines.extend(self.rows.iter().cloned()),
        }
        lines
    }

    /// Returns the notices that were not said before.
    pub(super) fn notices_since(&self, before: &Self, how: How) -> Vec<String> {
        merged(&before.notices, &self.notices, But::Durations, how).0
    }

    /// Returns what is new since `before`, and what has been said by then.
    pub(super) fn news_since(mut self, before: &Self, how: How) -> (Vec<String>, Self) {
        let mut lines = Vec::new();
        if !say_the_same(&before.header, &self.header, But::Durations) {
            lines.push(self.header.clone());
        }
        let (news, notices) = merged(&before.notices, &self.notices, But::Durations, how);
        lines.extend(news);
        self.notices = notices;
        match (&before.dialog, &mut self.dialog) {
            (Some(old), Some(front)) if old.key == front.key && old.title == front.title => {
                let but = if front.is_running { But::Numbers } else { But::Durations };
                let (mut news, said) = merged(&old.lines, &front.lines, but, how);
                if how.is_answer && !news.iter().any(|line| is_problem(line)) {
                    // Whoever has typed something wrong once more hears what is wrong with it once more.
                    news.extend(front.lines.iter().filter(|line| is_problem(line)).cloned());
                }
                let is_told = how.is_answer || !news.is_empty();
                lines.extend(news);
                front.lines = said;
                if old.keys != front.keys && is_told {
                    lines.push(front.keys.clone());
                } else {
                    front.keys.clone_from(&old.keys);
                }
            }
            (_, Some(front)) => lines.extend(front.all()),
            (Some(_), None) => lines.extend(self.screen()),
            (None, None) if before.place != self.place => lines.extend(self.screen()),
            (None, None) => lines.extend(self.screen_since(before, how)),
        }
        (lines, self)
    }

    /// Returns what is new on a screen where one was before. What has not been told stays to be told.
    fn screen_since(&mut self, before: &Self, how: How) -> Vec<String> {
        let mut lines = Vec::new();
        let is_time = how.is_answer || how.is_settled || how.is_late;
        if is_time {
            let is_known = if how.is_answer {
                before.title == self.title
            } else {
                say_the_same(&before.title, &self.title, But::Numbers)
            };
            if !is_known {
                lines.push(self.title.clone());
            }
            let (news, said) = merged(&before.extras, &self.extras, But::Numbers, how);
            lines.extend(news);
            self.extras = said;
        } else {
            self.title.clone_from(&before.title);
            self.extras.clone_from(&before.extras);
        }
        let (old, new) = (before.row(), self.row());
        let is_another = old.is_some() && new.is_some() && old.map(|row| name_in(row)) != new.map(|row| name_in(row));
        let is_told = match (old, new) {
            (_, None) => false,
            (Some(old), Some(new)) if how.is_answer => old != new,
            (None, Some(_)) => is_time,
            (Some(old), Some(new)) => {
                is_another || (is_time && old.contains(super::UNREAD) && !new.contains(super::UNREAD))
            }
        };
        if is_told {
            lines.extend(new.cloned());
        } else {
            self.rows.clone_from(&before.rows);
            self.selected = before.selected;
        }
        lines
    }
}

impl Front {
    fn all(&self) -> Vec<String> {
        let lines = self.lines.iter().cloned();
        std::iter::once(self.title.clone())
            .chain(lines)
            .chain([self.keys.clone()])
            .collect()
    }
}

/// Whether a line says what is wrong.
fn is_problem(line: &str) -> bool {
    line.starts_with(Marks::unicode().spoken().error)
}

/// Returns whom or what a row is about, without its number.
fn name_in(row: &str) -> &str {
    let row = row.split_once(": ").map_or(row, |(_, row)| row);
    row.split_once(", ").map_or(row, |(name, _)| name)
}

/// Returns which of the lines `now` are news, and all of them as they were said last.
fn merged(before: &[String], now: &[String], but: But, how: How) -> (Vec<String>, Vec<String>) {
    let (mut news, mut said) = (Vec::new(), Vec::new());
    // A list can be long: each line is looked up, and not compared with all that were said.
    let mut known: HashMap<String, &String> = HashMap::new();
    for old in before {
        known.entry(quiet(old, but)).or_insert(old);
    }
    for line in now {
        match known.get(&quiet(line, but)).copied() {
            Some(old) if old == line || !how.is_late => said.push(old.clone()),
            Some(_) | None => {
                news.push(line.clone());
                said.push(line.clone());
            }
        }
    }
    (news, said)
}

fn title_of(model: &Model, look: &Look) -> String {
    let area = Rect::new(0, 0, COLUMNS[0], 1);
    let mut buffer = Buffer::empty(area);
    title::title(model, look, area, &mut buffer);
    text_of(&buffer, 0)
}

/// Returns what the screen says besides its rows, its rows, and the place of the selected one.
fn body(model: &Model, look: &Look) -> (Vec<String>, Vec<String>, Option<usize>) {
    let is_text = model.details == Details::InPlace
        || matches!(
            model.screen(),
            Screen::Help(_) | Screen::Outcomes(_) | Screen::Welcome(_)
        );
    let lines = if is_text {
        text_lines(model, look)
    } else {
        let height = model.size.height.saturating_sub(geometry::N_FRAME_ROWS);
        let [narrow, wide] = COLUMNS;
        let lines = lines_of(model, look, (narrow, height));
        // The rest of such a row would be out of sight.
        let is_cut = lines
            .iter()
            .any(|line| text::width(line) + usize::from(SPARE) >= usize::from(narrow));
        if is_cut {
            lines_of(model, look, (wide, height))
        } else {
            lines
        }
    };
    let lines = lines.into_iter().filter(|line| !line.is_empty());
    let (rows, extras): (Vec<String>, Vec<String>) = lines.partition(|line| line.starts_with("row "));
    // Only the row that is selected says how many there are.
    let is_selected = |row: &String| row.split_once(':').is_some_and(|(number, _)| number.contains(" of "));
    let selected = rows.iter().position(is_selected);
    (extras, rows, selected)
}

/// Returns what a screen of text says, all of it.
fn text_lines(model: &Model, look: &Look) -> Vec<String> {
    let (mut height, most) = TEXT_ROWS;
    loop {
        let columns = u16::try_from(MOST_CELLS / u32::from(height)).unwrap_or(u16::MAX);
        let mut lines = lines_of(model, look, (columns.min(COLUMNS[0]), height));
        // Where the last row within the borders is taken, there may be more.
        let may_go_on = lines.iter().rev().take(2).any(|line| !line.is_empty());
        if !may_go_on {
            return lines;
        }
        if height == most {
            let text = format!("only the first {} lines are told", grouped(usize::from(most)));
            lines.push(text);
            return lines;
        }
        height = height.saturating_mul(2).min(most);
    }
}

/// Returns what the screen says in so many columns and rows.
fn lines_of(model: &Model, look: &Look, (columns, height): (u16, u16)) -> Vec<String> {
    let area = Rect::new(0, 0, columns, height);
    let mut buffer = Buffer::empty(area);
    screen::body(model, look, area, &mut buffer);
    (0..height).map(|y| text_of(&buffer, y)).collect()
}

fn text_of(buffer: &Buffer, y: u16) -> String {
    let width = usize::from(buffer.area.width);
    let cells = buffer.content.chunks_exact(width.max(1)).nth(usize::from(y));
    let cells = cells.unwrap_or_default();
    // Rows are far wider than what mostly stands in them.
    let end = cells.iter().rposition(|cell| cell.symbol() != " ");
    let mut text = String::with_capacity(width);
    let mut n_covered = 0_usize;
    for cell in cells.iter().take(end.map_or(0, |last| last + 1)) {
        // A wide character covers the cells behind its own.
        if n_covered > 0 {
            n_covered -= 1;
            continue;
        }
        let symbol = cell.symbol();
        text.push_str(symbol);
        if symbol.len() > 1 {
            n_covered = text::width(symbol).saturating_sub(1);
        }
    }
    // A row is a sentence, in which names have the blanks that they have.
    if text.trim_start().starts_with("row ") {
        one_line(&text)
    } else {
        plain(&text)
    }
}

fn front(model: &Model, look: &Look) -> Option<Front> {
    let (title, lines) = dialog::said(model, look)?;
    let top = model.dialogs.last();
    let stage = match top.map(|dialog| &dialog.stage) {
        _ if model.equivalent.is_some() => 3,
        Some(Stage::Editing) | None => 0,
        Some(Stage::Confirming(_)) => 1,
        Some(Stage::Running(_)) => 2,
    };
    let title = match bars::badge_in_front(model, look) {
        Some(badge) => plain(&format!("{title}, {}", badge.content)),
        None => title,
    };
    Some(Front {
        key: (model.dialogs.len(), top.and_then(|dialog| dialog.number), stage),
        title,
        lines,
        keys: keys_of(model),
        is_running: stage == 2,
    })
}

/// Returns how the next line is read: as what a field is to hold, else the most useful keys of this moment.
fn keys_of(model: &Model) -> String {
    let linear = model.linear.as_ref();
    let asks = linear.map(|linear| linear.asks).unwrap_or_default();
    let leaves = keys::leaves(model);
    let is_palette = matches!(model.dialogs.last().map(|dialog| &dialog.form), Some(Form::Palette(_)));
    if model.has_proposals() || (is_palette && model.equivalent.is_none()) {
        return format!("type a number to take one, or other words; {leaves} closes");
    }
    if model.key_contexts().contains(&Context::ConfirmTyped) {
        return "type it and enter, or no to go back".to_owned();
    }
    match asks {
        Asks::Text => return format!("type it, or a dot to leave it as it is; {leaves} goes back"),
        Asks::Secret if !model.dialogs.last().is_some_and(Dialog::has_typed) => {
            return format!("paste it: it is not shown; a number takes another way, {leaves} goes back");
        }
        Asks::Secret | Asks::Command => {}
    }
    let can_confirm = model.key_contexts().contains(&Context::Confirm);
    let hints = model.hints().into_iter().filter(|(_, can_use)| *can_use);
    // An enter alone says again where one is, so what it is for elsewhere is called by its name.
    let hints = hints.map(
        |(binding, _)| match (model.keys_of_hint(binding).as_str(), model.label_of(binding)) {
            ("enter", label) => label.to_owned(),
            (keys, _) if keys::picks_role(binding) => format!("{keys} for a role"),
            (keys, label) => format!("{keys} for {label}"),
        },
    );
    let hints: Vec<String> = hints.collect();
    let what = if can_confirm { "answers" } else { "type" };
    format!("{what}: {}", hints.join(", "))
}
