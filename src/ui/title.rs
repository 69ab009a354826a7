//! The title row: what is shown, how much of it, the filter, the order, and how old or complete it is.
//!
//! What warns is never left out: the rest of the row makes room for it.

mod state;

use super::bars::{GAP, spread};
use super::text::{Line, line_width, width};
use super::{Look, field, indented, place};
use crate::app::filter::Filter;
use crate::app::keymap::{Action, Context};
use crate::app::list::{Marked, Marks, Order};
use crate::app::model::Model;
use crate::app::screen::Title;
use crate::domain::text::{SafeText, grouped};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

/// How wide the filter is at least, where there is room.
const FILTER: usize = 24;
/// How much of what is wrong with the filter must be seen for it to be worth its place.
const LEAST_PROBLEM: usize = 16;
/// How much of a name is left at least.
const LEAST_NAME: usize = 6;
/// How much of what is shown is told at least, where there is room, before by what it is sorted.
const LEAST_HEAD: usize = 60;
/// What stands before the filter.
const LABEL: &str = "filter: ";
/// How much of what is covered must be seen for it to be worth its place: `27 of 44…`.
const LEAST_COVERED: usize = 9;

/// Draws the screen's name with counts, filter, order and progress; returns where the cursor is in the filter.
pub(super) fn title(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let area = indented(area, 1);
    let room = usize::from(area.width);
    let caller = model.identity();
    let known = model.known(&caller);
    let (title, filter) = (model.screen().title(&known), model.screen().filter());
    let state = state::of(model, &known, look).filter(|_| title.has_state);
    let kept = state.as_ref().map_or(0, |state| match state.least() {
        0 => 0,
        least => least + GAP,
    });
    let for_left = room.saturating_sub(kept);
    let filter = filter.filter(|filter| filter.is_editing || filter.is_active());
    let marked = model.screen().marks().map(Marks::n_marked).unwrap_or_default();
    let sorts = order_in_words(&title.order, look);
    let for_name = if filter.is_some() {
        for_left
    } else {
        // A long name leaves the order its room, where that leaves a name enough.
        let for_sort = sorts.last().map_or(0, |sort| width(sort) + GAP);
        for_left.saturating_sub(for_sort).max(for_left.min(LEAST_HEAD))
    };
    let head = head(&title, marked, look, filter, (for_left, for_name));
    let mut left = vec![look.span(look.theme.title, head)];
    let mut cursor = None;
    if let Some(filter) = filter {
        left.push(Span::raw("  "));
        left.push(look.span(look.theme.focus, LABEL));
        let column = left.iter().map(|span| width(&span.content)).sum::<usize>();
        let columns = for_left.saturating_sub(column);
        if filter.is_editing {
            let seen = field::window(look, &filter.input, columns);
            cursor = Some(place(area, column + seen.cursor));
            let style = field::style(look, &filter.input, look.theme.focus);
            left.push(Span::styled(seen.text, style));
        } else {
            let text = SafeText::with_limit(filter.input.value(), columns + 1);
            left.push(Span::styled(look.cut(look.print(&text), columns), look.theme.text));
        }
        left.extend(filter.offered().map(|text| offer(look, text, columns)));
        // Where nothing is left, what is in the place of the rows says it.
        let problem = filter.problem.as_ref().filter(|_| model.screen().n_rows() > 0);
        let taken = left.iter().map(|span| width(&span.content)).sum::<usize>() + GAP;
        let free = for_left.saturating_sub(taken);
        if let Some(problem) = problem.filter(|_| free >= LEAST_PROBLEM) {
            left.push(Span::raw("  "));
            left.push(look.span(look.theme.warning, look.cut(problem.as_str(), free)));
        }
    }
    let left = Line::from(left);
    let rest = room.saturating_sub(line_width(&left) + GAP);
    let sorts = sorts.into_iter();
    let sorts: Vec<Span<'static>> = sorts.map(|sort| look.span(look.theme.muted, sort)).collect();
    let right = if let Some(state) = state {
        state.fitting(look, &sorts, rest)
    } else {
        let fits = sorts.into_iter().find(|sort| width(&sort.content) <= rest);
        fits.map(Line::from).unwrap_or_default()
    };
    spread(look, left, right, area, room, buffer);
    cursor
}

/// Returns the order in words, and in fewer where it is one by several columns; nothing where there is none.
fn order_in_words(order: &Order, look: &Look) -> Vec<String> {
    let columns = order.iter().map(|(key, is_reversed)| {
        let sign = if *is_reversed {
            look.said("v", "reversed")
        } else {
            look.said("^", "")
        };
        // What the usual order of a column is, newest or smallest first, its name says better than an arrow's.
        format!("{key} {sign}").trim_end().to_owned()
    });
    let columns: Vec<String> = columns.collect();
    let Some((first, others)) = columns.split_first() else {
        return Vec::new();
    };
    if others.is_empty() {
        return vec![format!("sort: {first}")];
    }
    let whole = format!("sort: {first} then {}", others.join(", "));
    vec![whole, format!("sort: {first} +{}", others.len())]
}

/// Returns what stands before the filter. How much is covered leaves the filter the room that it needs.
fn head(
    title: &Title,
    marked: Marked,
    look: &Look,
    filter: Option<&Filter>,
    (columns, for_name): (usize, usize),
) -> String {
    let (least, whole) = filter.map_or((0, 0), |filter| {
        let text = SafeText::with_limit(filter.input.value(), columns);
        (FILTER, LABEL.len() + 3 + width(&look.print(&text)))
    });
    let mut name = named(title, marked, look, for_name.saturating_sub(least));
    let between = if marked.n > 0 { ", " } else { " " };
    let free = columns.saturating_sub(width(&name) + between.len());
    let for_filter = whole.min(free).max(least);
    let covered = covered(title, look, free.saturating_sub(for_filter));
    if !covered.is_empty() {
        name.push_str(between);
        name.push_str(&covered);
    }
    name
}

/// Returns whom or what the row is about, and how much that is; how much is marked gives way last, since what is done next
/// is about the marked.
fn named(title: &Title, marked: Marked, look: &Look, columns: usize) -> String {
    let Title { what, of, rest, .. } = title;
    let needs =
        |rest: &str| width(&look.print(what)) + width(&look.print(rest)) + width(&look.print(of)).min(LEAST_NAME);
    let [whole, short] = marked_in_words(marked);
    let all = [format!("{rest}{whole}"), format!("{rest}{short}"), short];
    let [.., least] = &all;
    let Some(rest) = all.iter().find(|rest| marked.n == 0 || needs(rest) <= columns) else {
        let head = look.cut(format!("{what}{of}"), columns.saturating_sub(width(least)));
        return look.cut(format!("{head}{least}"), columns);
    };
    let others = width(&look.print(what)) + width(&look.print(rest));
    let of = look.cut(of, columns.saturating_sub(others).max(LEAST_NAME));
    look.cut(format!("{what}{of}{rest}"), columns)
}

/// Returns how much of the platform that covers, as far as there is room.
fn covered(title: &Title, look: &Look, columns: usize) -> String {
    let Title {
        covers, covers_briefly, ..
    } = title;
    let covers = if width(covers) > columns && !covers_briefly.is_empty() {
        covers_briefly
    } else {
        covers
    };
    if covers.is_empty() || columns < LEAST_COVERED.min(width(covers)) {
        return String::new();
    }
    look.cut(covers, columns)
}

/// Returns how much is marked, in many words and in few; nothing where nothing is.
fn marked_in_words(marked: Marked) -> [String; 2] {
    let Marked { n, n_hidden, .. } = marked;
    let told = |hidden: &str| match (n, n_hidden) {
        (0, _) => String::new(),
        (n, 0) => format!(", {} marked", grouped(n)),
        (n, n_hidden) => format!(", {} marked ({} {hidden})", grouped(n), grouped(n_hidden)),
    };
    [told("hidden by the filter"), told("hidden")]
}

/// Returns the filter that can be taken back, with its key, so that nobody takes it for what is typed.
fn offer(look: &Look, text: &str, columns: usize) -> Span<'static> {
    let key = look.key_of(Context::Filter, Action::TakeFilterBack);
    let text = SafeText::with_limit(text, FILTER);
    look.span(look.theme.muted, look.cut(format!(" {key} {text}"), columns))
}
