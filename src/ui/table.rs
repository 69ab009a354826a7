//! One table: columns that drop by priority where it is narrow, rows, a cursor.
//!
//! Columns are as wide as the cells of the whole list need, not of the rows on show: scrolling moves nothing sideways.

mod border;
mod cell;
mod layout;
mod marked;
mod said;

pub(super) use border::{after, cut_here, has_pane, in_lower_border, in_upper_border, told_in_border, upper_border};
pub(super) use cell::Cell;
pub(super) use layout::Width;

use super::text::{Line, width};
use super::{Look, bordered, put};
use crate::app::columns::{ListKind, OnShow};
use crate::app::filter::{Filter, Words};
use crate::app::geometry;
use crate::app::list::{List, Markable, Sort, SortColumn};
use cell::put_cell;
use layout::{Align, MARKS, ODD, Placed, Spec, arrange};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeSet;

/// How many rows a list has at most that is measured row by row. It happens at every frame.
const MEASURED_WHOLE: usize = 500;
/// How many rows of a longer list are measured, at most: evenly spread over it.
const MEASURED: usize = 32;

/// A column of a screen: what is fixed about it, by what order it is sorted, and what makes its cells.
#[derive(Clone, Copy)]
pub(super) struct Column<K, F> {
    spec: Spec,
    /// The order that sorts by it.
    sort: Option<K>,
    /// Makes the cell of a row.
    cell: F,
}

impl<K: Copy, F: Copy> Column<K, F> {
    /// Returns a column of text.
    pub(super) const fn text(title: &'static str, drops: u8, width: Width, cell: F) -> Self {
        Self::new(title, drops, width, Align::Left, cell)
    }

    /// Returns a column of numbers.
    pub(super) const fn number(title: &'static str, drops: u8, width: u16, cell: F) -> Self {
        Self::new(title, drops, Width::Exactly(width), Align::Right, cell)
    }

    /// Returns the column of marks, which is left out where no row has one.
    pub(super) const fn marks(cell: F) -> Self {
        Self::new("", 0, Width::Exactly(MARKS), Align::Hanging, cell)
    }

    const fn new(title: &'static str, drops: u8, width: Width, align: Align, cell: F) -> Self {
        let spec = Spec {
            title,
            drops,
            width,
            align,
            content: 0,
            tail: 0,
            ordinary: 0,
        };
        Self { spec, sort: None, cell }
    }

    /// Returns the column with the order that sorts by it.
    pub(super) const fn by(self, sort: K) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }
}

/// Why the rows of a table are what they are: which list it is, its order, and what was looked for.
pub(super) struct Shown<'a, K> {
    kind: ListKind,
    order: Option<Sort<K>>,
    filter: &'a Filter,
    said: Words<'a>,
}

impl<'a, K> Shown<'a, K> {
    /// Returns it for rows in this order that `filter` has left.
    pub(super) fn new(kind: ListKind, order: Option<Sort<K>>, filter: &'a Filter) -> Self {
        Self {
            kind,
            order,
            filter,
            said: Words::new(),
        }
    }

    /// Adds what the selected row says, in every column: what is looked for may be out of sight.
    pub(super) fn saying(self, said: Words<'a>) -> Self {
        Self { said, ..self }
    }
}

/// Draws what `area` shows of `list`, with a border; `row` returns what the cells of a row are made from. Returns what the
/// row under the cursor says besides, for the upper border, and which columns are on show.
#[must_use]
pub(super) fn draw<Id: Markable, K: SortColumn, R, F: Copy + Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    shown: &Shown<'_, K>,
    list: &List<Id>,
    row: impl Fn(&Id) -> Option<R>,
    area: Rect,
    buffer: &mut Buffer,
) -> (Line, OnShow) {
    debug_assert!(
        are_known(shown.kind, columns),
        "{:?}: columns.rs tells others",
        shown.kind
    );
    let (arranged, hidden) = arranged(look, columns, shown.kind);
    let (name, columns) = (
        columns.first().map_or("", |column| column.spec.title),
        arranged.as_slice(),
    );
    let (order, needles) = (shown.order, marked::needles(shown.filter));
    let inner = bordered(look, None, look.theme.border, area, buffer);
    if look.is_spoken() {
        return said::rows(look, columns, shown.kind, list, row, (inner, buffer));
    }
    let specs = measured(look, columns, order, list, &row);
    let places = arrange(&specs, inner.width);
    let placed = with_columns(&places, columns);
    titles(look, &placed, order, line_of(inner, 0), buffer);
    let visible = list.visible(usize::from(area.height.saturating_sub(geometry::N_TABLE_FRAME)));
    let (mut marks, mut own) = (BTreeSet::new(), Vec::new());
    let mut told = Line::default();
    for (i, id) in visible.iter().enumerate() {
        let line = line_of(inner, i + 1);
        let is_selected = list.top() + i == list.cursor();
        if is_selected {
            put(look, look.line(look.theme.key, look.marks.cursor), line, buffer);
        }
        let Some(row) = row(id) else { continue };
        let mut unseen = needles.clone();
        let cells = cells(look, &placed, &hidden, name, &row);
        for (nth, ((place, column), mut cell)) in placed.iter().zip(cells).enumerate() {
            if column.spec.align == Align::Hanging && list.is_marked_at(list.top() + i) {
                cell = cell.marked(look);
            }
            // Only the first column is lit: a whole row would cost many bytes at every key.
            if is_selected && nth == 0 {
                cell.style = cell.style.patch(look.theme.selected);
            }
            marks.extend(cell.marks.iter().copied());
            if is_selected {
                own.extend(cell.marks.iter().copied());
            }
            if cell.is_long {
                let width = line.width.saturating_sub(place.x + 1);
                let rest = Placed { width, ..**place };
                put_cell(look, Align::Left, cell, &rest, line, buffer);
                break;
            }
            put_cell(look, column.spec.align, cell, place, line, buffer);
            let found = marked::mark(&needles, column.spec.title == name, place.spot(line), buffer);
            unseen.retain(|needle| !found.contains(&needle));
        }
        if is_selected && !has_pane(buffer) {
            let facts = border::facts(look, columns, &placed, &row);
            told = marked::with_reason(look, &unseen, &shown.said, facts);
        }
    }
    let left = border::legend(look, &marks, &own, area, buffer);
    border::position(look, (list.top(), visible.len(), list.rows().len()), left, area, buffer);
    (told, on_show(shown.kind, &placed, area))
}

/// A column with its place.
type InPlace<'a, K, F> = (&'a Placed, &'a Column<K, F>);

fn with_columns<'a, K, F>(places: &'a [Placed], columns: &'a [Column<K, F>]) -> Vec<InPlace<'a, K, F>> {
    let placed = places.iter();
    placed
        .filter_map(|place| Some((place, columns.get(place.index)?)))
        .collect()
}

/// Returns which columns are on show; none where there is no room for any.
fn on_show<K, F>(kind: ListKind, placed: &[InPlace<'_, K, F>], area: Rect) -> OnShow {
    if area.is_empty() {
        return OnShow::default();
    }
    let titles = placed.iter().map(|(_, column)| column.spec.title);
    OnShow::new(titles.filter_map(|title| kind.place_of(title)))
}

/// Returns the cells of a row in the columns on show. What takes the place of a whole row is told wherever its column is.
fn cells<K, R, F: Fn(&Look, &R) -> Cell>(
    look: &Look,
    placed: &[InPlace<'_, K, F>],
    hidden: &[Column<K, F>],
    name: &str,
    row: &R,
) -> Vec<Cell> {
    let hidden = hidden.iter().map(|column| (column.cell)(look, row));
    let mut in_place = hidden.into_iter().find(|cell| cell.is_long);
    let cells = placed.iter().map(|(_, column)| {
        let cell = (column.cell)(look, row);
        if column.spec.title == name || column.spec.align == Align::Hanging {
            return cell;
        }
        in_place.take().unwrap_or(cell)
    });
    cells.collect()
}

/// Columns that are shown, and those that are hidden.
type Split<K, F> = (Vec<Column<K, F>>, Vec<Column<K, F>>);

/// Returns the columns of a list that are shown in their order, and those that are hidden.
fn arranged<K: Copy, F: Copy>(look: &Look, columns: &[Column<K, F>], kind: ListKind) -> Split<K, F> {
    let (mut shown, hidden) = chosen(columns, look.columns.chosen(kind));
    if look.columns.has_own_order(kind) {
        drop_from_the_end(kind, &mut shown);
    }
    (shown, hidden)
}

/// Returns the columns that are shown in their order, and those that are hidden; marks stay behind the column that they
/// belong to.
fn chosen<K: Copy, F: Copy>(columns: &[Column<K, F>], chosen: Option<&[&'static str]>) -> Split<K, F> {
    let Some(chosen) = chosen else {
        return (columns.to_vec(), Vec::new());
    };
    let is_marks = |column: &Column<K, F>| column.spec.align == Align::Hanging;
    let place = |title: &str| chosen.iter().position(|name| name.eq_ignore_ascii_case(title));
    let mut before = None;
    let keyed = columns.iter().map(|column| {
        let of = if is_marks(column) {
            before
        } else {
            place(column.spec.title)
        };
        before = of;
        (of, is_marks(column), *column)
    });
    let keyed: Vec<_> = keyed.collect();
    let (mut shown, hidden): (Vec<_>, Vec<_>) = keyed
        .into_iter()
        .partition(|(of, is_marks, _)| of.is_some() || *is_marks);
    shown.sort_by_key(|(of, is_marks, _)| (*of, *is_marks));
    let bare = |all: Vec<(Option<usize>, bool, Column<K, F>)>| all.into_iter().map(|(.., column)| column).collect();
    (bare(shown), bare(hidden))
}

/// Has columns that somebody has put into another order dropped from its end: what stands first matters most to them.
fn drop_from_the_end<K, F>(kind: ListKind, columns: &mut [Column<K, F>]) {
    let is_fixed = |column: &Column<K, F>| {
        let known = kind
            .place_of(column.spec.title)
            .and_then(|place| kind.columns().get(place));
        column.spec.align == Align::Hanging || known.is_none_or(|known| known.is_fixed)
    };
    let droppable = columns.iter_mut().filter(|column| !is_fixed(column));
    for (nth, column) in droppable.enumerate() {
        column.spec.drops = u8::try_from(nth).unwrap_or(u8::MAX);
    }
}

/// Returns whether the columns that can be sorted by are called as the list knows them, and stand in its order.
fn are_known<K: SortColumn, F>(kind: ListKind, columns: &[Column<K, F>]) -> bool {
    let known = |column: &Column<K, F>| {
        let place = kind.place_of(column.spec.title)?;
        let order = kind.columns().get(place)?.order;
        (order == column.sort.map(K::label)).then_some(place)
    };
    let titled = columns.iter().filter(|column| !column.spec.title.is_empty());
    let sorted = titled.filter(|column| column.sort.is_some()).map(known);
    let places: Option<Vec<usize>> = sorted.collect();
    places.is_some_and(|places| places.is_sorted())
}

/// Returns where the row under the cursor begins in `area`, as [`draw`] has drawn it.
pub(super) fn spot<Id: Markable>(list: &List<Id>, area: Rect) -> Option<Position> {
    list.selected()?;
    let nth = u16::try_from(list.cursor().checked_sub(list.top())?).ok()?;
    // Below the border and the titles of the columns.
    let spot = Position::new(area.x.saturating_add(1), area.y.saturating_add(2).saturating_add(nth));
    area.contains(spot).then_some(spot)
}

/// Returns what is fixed about the columns that have anything to say, with how wide their texts are in the whole list.
/// The column that sorts first is never dropped: it shows the order.
fn measured<Id: Markable, K: SortColumn, R, F: Copy + Fn(&Look, &R) -> Cell>(
    look: &Look,
    columns: &[Column<K, F>],
    order: Option<Sort<K>>,
    list: &List<Id>,
    row: &impl Fn(&Id) -> Option<R>,
) -> Vec<Spec> {
    let n_rows = list.rows().len();
    let step = if n_rows > MEASURED_WHOLE {
        n_rows.div_ceil(MEASURED)
    } else {
        1
    };
    let rows: Vec<R> = list.rows().iter().step_by(step).filter_map(row).collect();
    let specs = columns.iter().map(|column| {
        let mut spec = column.spec;
        let sorts = Sorts::of(order, column.sort);
        if sorts.is_first() {
            spec.drops = 0;
        }
        // Signs of the order have their place, whether they are there or not; of several, each has its number besides.
        let n_signs = if column.sort.is_some() { 2 } else { 0 };
        let title = width(spec.title) + n_signs + usize::from(sorts.has_number());
        let cells = || rows.iter().map(|row| (column.cell)(look, row));
        spec.content = match (spec.align, spec.width) {
            (Align::Hanging, _) => {
                let is_marked = step > 1 || list.has_marks() || cells().any(|cell| !cell.marks.is_empty());
                if is_marked { MARKS } else { 0 }
            }
            (_, Width::Name(_) | Width::Content(..) | Width::Roomy(..)) => {
                let mut texts: Vec<usize> = cells().filter(|cell| !cell.is_long).map(|cell| cell.width()).collect();
                texts.sort_unstable();
                let columns = |place: usize| {
                    let text = texts.get(place).copied().unwrap_or_default();
                    u16::try_from(text.max(title)).unwrap_or(u16::MAX)
                };
                let n_odd = texts.len() * ODD / 100;
                spec.ordinary = columns(texts.len().saturating_sub(1 + n_odd));
                columns(texts.len().saturating_sub(1))
            }
            (Align::Right, Width::Exactly(exactly)) => {
                // A blank before the sign, the sign, and one behind it: the gap is one column too narrow for that, or two.
                spec.tail = u16::from(sorts.place.is_some()) + u16::from(sorts.has_number());
                exactly + spec.tail
            }
            (_, Width::Exactly(exactly) | Width::Rest(exactly)) => exactly,
        };
        spec
    });
    specs.collect()
}

/// What a column has to do with the order.
#[derive(Clone, Copy)]
struct Sorts {
    /// Its place in the order, and whether it is turned round there.
    place: Option<(usize, bool)>,
    /// Whether others sort besides.
    is_one_of_many: bool,
}

impl Sorts {
    fn of<K: SortColumn>(order: Option<Sort<K>>, column: Option<K>) -> Self {
        let mut keys = order.into_iter().flat_map(|order| order.keys()).enumerate();
        let place = keys.find(|(_, by)| Some(by.key) == column);
        Self {
            place: place.map(|(nth, by)| (nth, by.is_reversed)),
            is_one_of_many: order.is_some_and(|order| order.keys().nth(1).is_some()),
        }
    }

    fn is_first(self) -> bool {
        matches!(self.place, Some((0, _)))
    }

    fn has_number(self) -> bool {
        self.place.is_some() && self.is_one_of_many
    }

    fn sign(self) -> Option<String> {
        let (nth, is_reversed) = self.place?;
        let sign = if is_reversed { "v" } else { "^" };
        Some(if self.is_one_of_many {
            format!("{sign}{}", nth + 1)
        } else {
            sign.to_owned()
        })
    }
}

/// Draws the titles of the columns, the order behind its own.
fn titles<K: SortColumn, F: Copy>(
    look: &Look,
    placed: &[(&Placed, &Column<K, F>)],
    order: Option<Sort<K>>,
    line: Rect,
    buffer: &mut Buffer,
) {
    for (place, column) in placed {
        let mut title = Cell::new(look.theme.column, column.spec.title.to_owned());
        let (mut x, mut wide) = (place.x, place.width);
        let sorts = Sorts::of(order, column.sort);
        if let Some(sign) = sorts.sign() {
            let is_number = column.spec.align == Align::Right;
            // The title of a number stays above it, or moves by one where there is no room for the blank before the sign.
            x = x.saturating_sub(u16::from(is_number && place.tail == 0));
            let sign = if is_number { format!(" {sign}") } else { sign };
            // A title that fills its column has one column of the gap, too.
            wide += u16::from(!is_number && sorts.has_number());
            title = title.note(look.span(look.theme.key, sign));
        }
        let place = Placed {
            x,
            width: wide,
            ..**place
        };
        put_cell(look, column.spec.align, title, &place, line, buffer);
    }
}

fn line_of(inner: Rect, n: usize) -> Rect {
    let n = u16::try_from(n).unwrap_or(u16::MAX);
    Rect {
        y: inner.y.saturating_add(n),
        height: 1,
        ..inner
    }
    .intersection(inner)
}
