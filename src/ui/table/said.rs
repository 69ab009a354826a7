//! The rows of a table as they are read aloud: each is a sentence, which names the columns that do not explain themselves.

use super::cell::Cell;
use super::layout::Align;
use super::{Column, line_of};
use crate::app::columns::{ListKind, OnShow};
use crate::app::geometry;
use crate::app::list::{List, Markable};
use crate::ui::linear::{UNREAD, row_prefix};
use crate::ui::marks::Mark;
use crate::ui::text::Line;
use crate::ui::{Look, put};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Puts what is on show of `list` into `inner`, a sentence a row, where a drawn table has its rows. What [`super::draw`] returns it
/// returns, too: every column is told.
pub(super) fn rows<Id: Markable, K, R, F: Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    kind: ListKind,
    list: &List<Id>,
    row: impl Fn(&Id) -> Option<R>,
    (inner, buffer): (Rect, &mut Buffer),
) -> (Line, OnShow) {
    // The border is no more than two rows of the frame of a table; the titles are the rest.
    let height = usize::from((inner.height + 2).saturating_sub(geometry::N_TABLE_FRAME));
    // Whatever stands first on a screen, who or what a row is about is said first.
    let is_name = |column: &&Column<K, F>| {
        let place = kind.place_of(column.spec.title);
        place
            .and_then(|place| kind.columns().get(place))
            .is_some_and(|column| column.is_fixed)
    };
    let (names, others): (Vec<_>, Vec<_>) = columns.iter().partition(is_name);
    let in_order = [names, others].concat();
    for (i, id) in list.visible(height).iter().enumerate() {
        let Some(row) = row(id) else { continue };
        let place = list.top() + i;
        let prefix = row_prefix(place, list.rows().len(), place == list.cursor());
        let text = prefix + &sentence(look, &in_order, list.is_marked_at(place), &row);
        let text = look.cut(text, usize::from(inner.width));
        put(look, look.line(look.theme.text, text), line_of(inner, i + 1), buffer);
    }
    let titles = columns.iter().map(|column| column.spec.title);
    let on_show = OnShow::new(titles.filter_map(|title| kind.place_of(title)));
    (Line::default(), on_show)
}

fn sentence<K, R, F: Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[&Column<K, F>],
    is_marked: bool,
    row: &R,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (nth, column) in columns.iter().enumerate() {
        let mut cell = (column.cell)(look, row);
        if column.spec.align == Align::Hanging {
            if is_marked {
                cell = cell.marked(look);
            }
            parts.extend(cell.marks.iter().map(|mark| mark.word().to_owned()));
            continue;
        }
        let is_whole = nth == 0 || cell.is_long;
        parts.extend(said(look, column, &cell, is_whole));
        if cell.is_long {
            break;
        }
    }
    parts.join(", ")
}

/// Returns what a cell says; a text that `is_whole` needs no word for its column.
fn said<K, F>(look: &Look, column: &Column<K, F>, cell: &Cell, is_whole: bool) -> Option<String> {
    let title = column.spec.title.to_lowercase();
    let text = cell.text.trim();
    let stands_for_all = |mark: &&Mark| matches!(mark, Mark::NotLoaded | Mark::Perhaps) && text == mark.sign();
    // `2 members`, but `admin 2`, which is no number of Admins everywhere.
    let is_count = column.spec.align == Align::Right && title.ends_with('s') && text != look.marks.withheld;
    let mut out = if let Some(mark) = cell.marks.first().filter(stands_for_all) {
        format!("{title} {}", mark.word())
    } else if text.is_empty() {
        String::new()
    } else if text == look.marks.cut {
        format!("{title} {UNREAD}")
    } else if text == "?" {
        format!("{title} not known")
    } else if is_whole {
        text.to_owned()
    } else if is_count {
        let one = title.trim_end_matches('s');
        format!("{text} {}", if text == "1" { one } else { &title })
    } else {
        format!("{title} {text}")
    };
    let notes: Vec<&str> = cell.notes.iter().map(|note| note.content.trim()).collect();
    let notes = notes.join(", ");
    if !notes.is_empty() {
        out = format!("{out} ({notes})");
    }
    (!out.is_empty()).then_some(out)
}
