//! The rows of a dialog, each with how much it matters: where it is too low for all of them, what can be done and what
//! warns stays in place, and the rest scrolls between that.

mod fields;

use crate::app::keymap::{Action, Context};
use crate::app::pointer::Target;
use crate::app::scrolled::Reach;
use crate::ui::Look;
use crate::ui::areas::Spot;
use crate::ui::linear::one_line;
use crate::ui::text::{self, Line, line_width, width};
use ratatui::style::Style;
use ratatui::text::Span;
use std::collections::BTreeSet;

/// How many rows scroll at least, where warnings would take all the room.
const LEAST_SCROLLED: usize = 3;

/// How much a row matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Only keeps things apart.
    Gap,
    /// Explains.
    Extra,
    /// Informs.
    Useful,
    /// Should be seen before deciding.
    Vital,
    /// Warns, and stays in place: whoever decides without it decides wrongly.
    Warning,
    /// Says what can be done, and stays in place.
    Must,
}

/// How many columns of a list there are at least for what is said of a name, where that is so long.
const LEAST_SAID: usize = 28;

/// How one thing of a list is marked.
pub(super) struct Sign<'a> {
    /// The sign before it.
    pub mark: &'a str,
    /// The style of the sign and of what is said.
    pub style: Style,
    /// The style of its name.
    pub name: Style,
}

/// One row.
pub(super) struct Row {
    /// What stands in it.
    pub line: Line,
    /// The column of the cursor in a text, if that is here.
    pub cursor: Option<usize>,
    /// The column of the sign before what keys act on, if that is here.
    pub sign: Option<usize>,
    /// What can be clicked in it.
    pub spots: Vec<Spot>,
    weight: Weight,
    /// Which paragraph it belongs to.
    paragraph: usize,
    /// Its place among all of them.
    number: usize,
}

/// The rows of a dialog, being filled.
pub(super) struct DialogBody<'a> {
    /// How things look.
    pub look: &'a Look,
    /// How wide it is.
    pub columns: usize,
    rows: Vec<Row>,
    n_paragraphs: usize,
    /// The paragraph that is to be seen, wherever it stands.
    sought: Option<usize>,
    /// How wide its lists would be with every name beside all that is said of it.
    wanted: usize,
}

/// What there is room for of a body.
pub(super) struct Window {
    /// The rows on show.
    pub rows: Vec<Row>,
    /// How many rows there are above and below what is on show.
    pub hidden: (usize, usize),
    /// What of the rows that scroll is on show.
    pub reach: Reach,
}

impl<'a> DialogBody<'a> {
    /// Begins an empty body of so many columns.
    pub(super) fn new(look: &'a Look, columns: usize) -> Self {
        Self {
            look,
            columns,
            rows: Vec::new(),
            n_paragraphs: 0,
            sought: None,
            wanted: 0,
        }
    }

    /// Returns all of it as it is read aloud: a paragraph a line, without what only keeps things apart. Nothing of it stands
    /// in columns then, so that names keep all their blanks.
    pub(super) fn said(self) -> Vec<String> {
        let lines = self.rows.into_iter().map(|row| one_line(&row.line.to_string()));
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// Returns the key of `action`, for sentences that name it.
    pub(super) fn key_of(&self, context: Context, action: Action) -> &'static str {
        self.look.key_of(context, action)
    }

    /// Returns how wide its lists would be if they had all the room they can use.
    pub(super) fn wanted(&self) -> usize {
        self.wanted
    }

    /// Returns how many rows there are by now, for [`Self::clickable_from`].
    pub(super) fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Has every row from the one with this number on be what is clicked as `target`.
    pub(super) fn clickable_from(&mut self, number: usize, target: Target) {
        let columns = self.columns;
        for row in self.rows.iter_mut().skip(number) {
            row.spots = vec![(0, columns, target)];
        }
    }

    /// Adds a row in which `spots` can be clicked.
    pub(super) fn clickable(&mut self, weight: Weight, line: Line, spots: Vec<Spot>) {
        self.line(weight, line);
        if let Some(row) = self.rows.last_mut() {
            row.spots = spots;
        }
    }

    /// Asks for so many columns, where there is room.
    pub(super) fn want(&mut self, columns: usize) {
        self.wanted = self.wanted.max(columns);
    }

    /// Returns how many columns the names of a list take, given those and what is said of them: a name is never cut, so
    /// that nobody is taken for another, and has a row of its own where it is longer than that.
    pub(super) fn name_column<'b>(&mut self, listed: impl Iterator<Item = (&'b str, &'b str)>) -> usize {
        let (mut name, mut said) = (0, 0);
        for (of, text) in listed {
            name = name.max(width(&self.look.print(of)));
            said = said.max(width(&self.look.print(text)));
        }
        self.wanted = self.wanted.max(4 + name + said);
        name.min(self.columns.saturating_sub(4 + said.min(LEAST_SAID)))
    }

    /// Notes that the paragraph that was added last is to be seen.
    pub(super) fn seek(&mut self) {
        self.sought = Some(self.n_paragraphs);
    }

    /// Adds an empty row, unless there is one already.
    pub(super) fn gap(&mut self) {
        if self.rows.last().is_some_and(|row| row.weight != Weight::Gap) {
            self.line(Weight::Gap, Line::default());
        }
    }

    /// Adds a row.
    pub(super) fn line(&mut self, weight: Weight, line: Line) {
        self.lines(weight, vec![line]);
    }

    /// Adds a paragraph.
    pub(super) fn text(&mut self, weight: Weight, style: Style, text: impl AsRef<str>) {
        let lines = self.look.paragraph(style, None, text, self.columns);
        self.lines(weight, lines);
    }

    /// Adds a paragraph after a sign.
    pub(super) fn marked(&mut self, weight: Weight, style: Style, mark: &str, text: impl AsRef<str>) {
        let lines = self.look.paragraph(style, Some((style, mark)), text, self.columns);
        self.lines(weight, lines);
    }

    /// Adds a list: the name of each thing, and what is said of it, with its style and its sign.
    pub(super) fn entries(&mut self, listed: &[(String, (Style, &str, String))]) {
        let room = self.name_column(listed.iter().map(|(name, (.., text))| (name.as_str(), text.as_str())));
        for (nth, (name, (style, mark, text))) in listed.iter().enumerate() {
            let weight = if nth == 0 { Weight::Vital } else { Weight::Useful };
            let sign = Sign {
                mark,
                style: *style,
                name: *style,
            };
            self.entry(weight, &sign, name, room, text);
        }
    }

    /// Adds what is said of one thing of a list, beside its name, which takes `room` columns. What is said goes on in the
    /// next row; below the name from the beginning, where that takes more room.
    pub(super) fn entry(&mut self, weight: Weight, sign: &Sign<'_>, name: &str, room: usize, text: &str) {
        let look = self.look;
        if look.is_spoken() {
            return self.text(weight, sign.style, format!("{name}: {text}"));
        }
        let (mark, name) = (look.span(sign.style, format!("{} ", sign.mark)), look.print(name));
        let beside = self.columns.saturating_sub(2 + room + 2);
        let mut lines = text::wrap(&look.print(text), beside).into_iter();
        let mut rows = match room.checked_sub(width(&name)) {
            Some(padding) => {
                let said = format!("{}  {}", " ".repeat(padding), lines.next().unwrap_or_default());
                let name = Span::styled(name, sign.name);
                vec![Line::from(vec![mark, name, look.span(sign.style, said)])]
            }
            None => text::hanging(&mark, sign.name, &name, self.columns),
        };
        let indent = " ".repeat(2 + room + 2);
        rows.extend(lines.map(|line| Line::from(Span::styled(format!("{indent}{line}"), sign.style))));
        self.lines(weight, rows);
    }

    /// Adds the option at `place`; what it means, its last span, goes on below itself where it has no room. Where it is read
    /// aloud, what is chosen is heard before what else there is.
    pub(super) fn option(&mut self, place: usize, is_chosen: bool, mut line: Line) {
        if self.look.is_spoken() {
            line.spans.insert(0, Span::raw(format!("{}: ", place + 1)));
            self.line(Weight::Must, line);
            self.clickable_from(self.rows.len().saturating_sub(1), Target::Choice(place));
            if is_chosen {
                let is_option = |row: &Row| matches!(row.spots.as_slice(), [(.., Target::Choice(_))]);
                let n_before = self.rows.iter().rev().take_while(|row| is_option(row)).count();
                let begin = self.rows.len() - n_before;
                if let Some(options) = self.rows.get_mut(begin..) {
                    options.rotate_right(1);
                }
            }
            return;
        }
        let number = self.rows.len();
        let meaning = line.spans.pop().unwrap_or_default();
        let text = meaning.content.trim_start();
        let blanks = width(&meaning.content) - width(text);
        line.push_span(Span::raw(" ".repeat(blanks)));
        let indent = line_width(&line);
        let mut lines = text::wrap(text, self.columns.saturating_sub(indent)).into_iter();
        line.push_span(Span::styled(lines.next().unwrap_or_default(), meaning.style));
        let mut rows = vec![line];
        rows.extend(lines.map(|line| Line::from(Span::styled(format!("{}{line}", " ".repeat(indent)), meaning.style))));
        self.lines(Weight::Must, rows);
        self.clickable_from(number, Target::Choice(place));
    }

    /// Adds a paragraph of at most `most` lines; returns whether that was all of it.
    pub(super) fn some_text(&mut self, weight: Weight, style: Style, most: usize, text: impl AsRef<str>) -> bool {
        let mut lines = self.look.paragraph(style, None, text, self.columns);
        let is_all = lines.len() <= most;
        if !is_all {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                let text = self.look.cut(
                    last.to_string(),
                    self.columns.saturating_sub(width(self.look.marks.cut)),
                );
                *last = Line::styled(format!("{text}{}", self.look.marks.cut), style);
            }
        }
        self.lines(weight, lines);
        is_all
    }

    /// Adds a paragraph of these rows.
    pub(super) fn lines(&mut self, weight: Weight, lines: Vec<Line>) {
        self.n_paragraphs += 1;
        let paragraph = self.n_paragraphs;
        self.rows.extend(lines.into_iter().map(|line| Row {
            sign: self.look.cursor_in(&line),
            line,
            cursor: None,
            spots: Vec::new(),
            weight,
            paragraph,
            number: 0,
        }));
    }

    /// Returns what at most `most` rows show, the `top` first of those that scroll being passed over.
    pub(super) fn window(mut self, most: usize, top: usize) -> Window {
        while self.rows.last().is_some_and(|row| row.weight == Weight::Gap) {
            self.rows.pop();
        }
        self.thin_out(most);
        let n_all = self.rows.len();
        if n_all <= most {
            return Window {
                rows: self.rows,
                hidden: (0, 0),
                reach: Reach::default(),
            };
        }
        let pinned = self.pinned(most);
        let reach = Reach {
            all: n_all - pinned.len(),
            shown: most.saturating_sub(pinned.len()),
            height: 0,
            ..Reach::default()
        };
        let last_top = reach.all.saturating_sub(reach.shown);
        let top = self.sought_from(&pinned, top.min(last_top), reach.shown);
        let mut nth = 0;
        let rows = self.rows.into_iter().filter(|row| {
            if pinned.contains(&row.number) {
                return true;
            }
            nth += 1;
            (top..top + reach.shown).contains(&(nth - 1))
        });
        Window {
            rows: rows.take(most).collect(),
            hidden: (top, last_top.saturating_sub(top)),
            reach,
        }
    }

    /// Leaves out what only keeps things apart, from the end, where there is no room for it. Nothing that says something is
    /// left out: it can be scrolled to, and how much of it there is stands in the frame.
    fn thin_out(&mut self, most: usize) {
        while self.rows.len() > most {
            let Some(place) = self.rows.iter().rposition(|row| row.weight == Weight::Gap) else {
                break;
            };
            self.rows.remove(place);
        }
        for (number, row) in self.rows.iter_mut().enumerate() {
            row.number = number;
        }
    }

    /// Returns the numbers of the rows that stay in place: what can be done, and the first of what warns.
    fn pinned(&self, most: usize) -> BTreeSet<usize> {
        let mut pinned = BTreeSet::new();
        let paragraphs = |weight| {
            let rows = self.rows.iter().filter(move |row| row.weight == weight);
            let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
            for row in rows {
                match found.last_mut() {
                    Some((paragraph, numbers)) if *paragraph == row.paragraph => numbers.push(row.number),
                    Some(_) | None => found.push((row.paragraph, vec![row.number])),
                }
            }
            found
        };
        let mut pin = |weight, least| {
            for (_, numbers) in paragraphs(weight) {
                if pinned.len() + numbers.len() + least > most {
                    break;
                }
                pinned.extend(numbers);
            }
            pinned.len()
        };
        let n_done = pin(Weight::Must, 1);
        // Half of the room is for what is decided about: a plan of which three rows are seen is not read.
        pin(Weight::Warning, LEAST_SCROLLED.max(most.saturating_sub(n_done) / 2));
        pinned
    }

    /// Returns from where the rows that scroll show the paragraph that is sought, starting from `top`.
    fn sought_from(&self, pinned: &BTreeSet<usize>, top: usize, n_shown: usize) -> usize {
        let scrolling = self.rows.iter().filter(|row| !pinned.contains(&row.number));
        let places = scrolling
            .enumerate()
            .filter(|(_, row)| Some(row.paragraph) == self.sought);
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        let (Some(first), Some(last)) = (places.first(), places.last()) else {
            return top;
        };
        top.max((last + 1).saturating_sub(n_shown)).min(*first)
    }
}

#[cfg(test)]
mod tests;
