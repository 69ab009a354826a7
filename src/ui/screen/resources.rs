//! The table of what lies in one workspace, with how many things there are of each kind.

use super::workspaces::nothing_matches;
use crate::app::columns::{ListKind, OnShow};
use crate::app::contents::{KindListing, Reading};
use crate::app::failure::FailureKind;
use crate::app::keymap::{Action, Context, Opens};
use crate::app::model::Model;
use crate::app::screen::resources::{Row, SortKey, State, absent_in_words};
use crate::domain::ids::ResourceName;
use crate::domain::resource::{Resource, ResourceKind};
use crate::domain::text::{SafeText, grouped};
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::text::{Line, width};
use crate::ui::{Look, bordered, put_all, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Span;

/// From this width on the kinds stand in a pane of their own; below, in the border of the table.
const KINDS_FROM: u16 = 76;
/// How wide that pane is.
const KINDS: u16 = 27;

/// What a cell is made from.
enum Seen<'a> {
    /// Something about a kind, in the whole row.
    Note(Cell),
    Thing {
        resource: &'a Resource,
        now: Timestamp,
    },
}

type Column = table::Column<SortKey, fn(&Look, &Seen<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 6] = [
    Column::text("NAME", 0, Width::Name(40), name).by(SortKey::Name),
    Column::marks(no_marks),
    Column::text("KIND", 0, Width::Content(10, 20), kind).by(SortKey::Kind),
    Column::text("PROJECT", 2, Width::Content(8, 60), project).by(SortKey::Project),
    Column::text("STATE", 3, Width::Exactly(9), state_of).by(SortKey::State),
    Column::text("UPDATED", 1, Width::Exactly(10), updated).by(SortKey::Updated),
];

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    let (pane, area) = divided(look, area);
    if pane.is_empty() {
        let on_show = table_or_why_not(model, look, state, area, buffer);
        table::in_upper_border(look, in_one_line(look, state), area, buffer);
        on_show
    } else {
        kinds(look, state, pane, buffer);
        table_or_why_not(model, look, state, area, buffer)
    }
}

/// Returns where the selected row is; where there are none, the kind on show.
pub(super) fn spot(model: &Model, look: &Look, state: &State, area: Rect) -> Option<Position> {
    let (pane, table) = divided(look, area);
    if model.shows_resources(state) {
        return table::spot(&state.list, table);
    }
    let listed = listed(state, pane.height.saturating_sub(2));
    let place = listed.iter().position(|listing| state.kind == Some(listing.kind));
    let line = u16::try_from(place.map_or(0, |place| place + 1)).ok()?;
    let spot = Position::new(pane.x.saturating_add(1), pane.y.saturating_add(1).saturating_add(line));
    pane.contains(spot).then_some(spot)
}

fn divided(look: &Look, area: Rect) -> (Rect, Rect) {
    let has_pane = area.width >= KINDS_FROM && !look.is_spoken();
    let width = if has_pane { KINDS } else { 0 };
    let pane = Rect { width, ..area };
    let table = Rect {
        x: pane.right(),
        width: area.width - width,
        ..area
    };
    (pane, table)
}

fn table_or_why_not(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    if !model.shows_resources(state) {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |row: &Row| {
        Some(match row {
            Row::Note(kind) => Seen::Note(note(model, look, state, *kind)),
            Row::Thing(id) => Seen::Thing {
                resource: state.contents.find(id)?,
                now: model.now,
            },
        })
    };
    let caller = model.identity();
    let shown = Shown::new(ListKind::Resources, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (told, on_show) = table::draw(look, &COLUMNS, &shown, &state.list, row, area, buffer);
    table::told_in_border(look, told, area, buffer);
    on_show
}

/// Says why a kind is not among the rows.
pub(in crate::ui) fn note(model: &Model, look: &Look, state: &State, kind: ResourceKind) -> Cell {
    let listing = state.contents.of(Some(kind)).next();
    let n = listing.map_or(0, |listing| listing.rows().len());
    match listing
        .filter(|listing| listing.is_installed())
        .map(KindListing::reading)
    {
        Some(Reading::Failed(failure)) => {
            let next_look = model.next_look(&state.workspace);
            if let Some(next_look) = next_look.filter(|_| failure.kind == FailureKind::Forbidden) {
                let text = format!("{}: not allowed yet, {next_look}", kind.plural());
                return Cell::new(look.theme.warning, text).long();
            }
            let what = match listing.and_then(KindListing::n_total) {
                Some(n_total) => format!("only {} of {} were read", grouped(n), grouped(n_total)),
                None => "could not count".to_owned(),
            };
            let text = format!("{}: {what}: {}", kind.plural(), failure.why());
            Cell::new(look.theme.danger, look.print(text)).long()
        }
        Some(Reading::Left) => {
            let text = format!(
                "{}: only the first {} were loaded: the list continues",
                kind.plural(),
                grouped(n)
            );
            Cell::new(look.theme.warning, text).long()
        }
        Some(Reading::Open | Reading::UnderWay(_) | Reading::Complete) | None => {
            Cell::new(look.theme.muted, absent_in_words(kind)).long()
        }
    }
}

fn name(look: &Look, row: &Seen<'_>) -> Cell {
    match row {
        Seen::Note(note) => note.clone(),
        Seen::Thing { resource, .. } => Cell::new(look.theme.text, look.print(resource.name.shown())),
    }
}

/// A row has none but that of somebody who has marked it.
fn no_marks(_: &Look, _: &Seen<'_>) -> Cell {
    Cell::empty()
}

fn kind(look: &Look, row: &Seen<'_>) -> Cell {
    of_thing(row, |resource, _| {
        Cell::new(look.theme.muted, resource.kind.noun().to_owned())
    })
}

fn project(look: &Look, row: &Seen<'_>) -> Cell {
    of_thing(row, |resource, _| {
        let text = resource.project.as_ref().map(ResourceName::shown).unwrap_or_default();
        Cell::new(look.theme.text, look.print(text))
    })
}

fn state_of(look: &Look, row: &Seen<'_>) -> Cell {
    of_thing(row, |resource, _| {
        let text = resource.state.as_deref().unwrap_or_default();
        let style = if resource.is_going() {
            look.theme.warning
        } else {
            look.theme.muted
        };
        Cell::new(style, look.print(SafeText::with_limit(text, 40)).to_lowercase())
    })
}

fn updated(look: &Look, row: &Seen<'_>) -> Cell {
    of_thing(row, |resource, now| {
        let text = resource.updated_at.map(|at| time::relative(at, now));
        Cell::new(look.theme.muted, text.unwrap_or_default())
    })
}

fn of_thing(row: &Seen<'_>, cell: impl FnOnce(&Resource, Timestamp) -> Cell) -> Cell {
    match row {
        Seen::Note(_) => Cell::empty(),
        Seen::Thing { resource, now, .. } => cell(resource, *now),
    }
}

/// Returns how many things of a kind there are, as far as it is known.
fn count(look: &Look, listing: &KindListing) -> Span<'static> {
    let theme = &look.theme;
    if !listing.is_installed() {
        return look.span(theme.muted, "n/a");
    }
    match (listing.reading(), listing.n_total()) {
        (Reading::Failed(no), None) if no.kind == FailureKind::Forbidden => look.span(theme.muted, look.marks.withheld),
        (Reading::Failed(_), None) => look.span(theme.danger, "?"),
        (Reading::Failed(_), Some(n)) => look.span(theme.stale, grouped(n)),
        (_, Some(0)) => look.span(theme.muted, "0"),
        (_, Some(n)) => look.span(theme.text, grouped(n)),
        (_, None) => look.span(theme.muted, look.marks.cut),
    }
}

/// Draws all kinds with their counts, the one on show marked. Where not all fit, those that hold something come first.
fn kinds(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let inner = bordered(
        look,
        Some(look.line(look.theme.title, " Kinds ")),
        look.theme.border,
        area,
        buffer,
    );
    let room = usize::from(inner.width);
    let (_, n_all) = state.contents.n_read_of(None);
    let all = match (state.contents.is_counted(None), n_all) {
        (true, _) => look.span(look.theme.text, grouped(n_all)),
        (false, 0) if state.contents.is_refused() => look.span(look.theme.muted, look.marks.withheld),
        (false, 0) if state.contents.failure().is_some() => look.span(look.theme.danger, "?"),
        (false, 0) => look.span(look.theme.muted, look.marks.cut),
        (false, _) => look.span(look.theme.text, format!("{}+", grouped(n_all))),
    };
    let mut lines = vec![kind_line(look, "all", all, state.kind.is_none(), room)];
    let listed = listed(state, inner.height);
    lines.extend(listed.iter().map(|listing| {
        let is_on_show = state.kind == Some(listing.kind);
        kind_line(look, listing.kind.plural(), count(look, listing), is_on_show, room)
    }));
    if listed.len() < state.contents.listings().len() {
        lines.push(look.line(look.theme.muted, "  others: none or n/a"));
    }
    put_all(look, lines, inner, buffer);
}

/// Returns the kinds that have a line of their own among so many.
fn listed(state: &State, height: u16) -> Vec<&KindListing> {
    let listings = state.contents.listings();
    let is_all_there = listings.len() < usize::from(height);
    let matters =
        |listing: &&KindListing| is_all_there || listing.n_total() != Some(0) || state.kind == Some(listing.kind);
    listings.iter().filter(matters).collect()
}

fn kind_line(look: &Look, label: &str, count: Span<'static>, is_on_show: bool, room: usize) -> Line {
    let theme = &look.theme;
    let (mark, style) = if is_on_show {
        (look.marks.cursor, theme.selected)
    } else {
        (" ", theme.text)
    };
    let taken = width(mark) + 1 + width(label) + width(&count.content);
    let gap = " ".repeat(room.saturating_sub(taken + 1));
    Line::from(vec![
        look.span(theme.key, format!("{mark} ")),
        look.span(style, label),
        Span::raw(gap),
        count,
    ])
}

/// Returns the counts of all kinds that hold something or could not be read, for a border.
fn in_one_line(look: &Look, state: &State) -> Line {
    let mut spans = vec![Span::raw(" ")];
    for listing in state.contents.listings() {
        if listing.n_total() == Some(0) {
            continue;
        }
        if spans.len() > 1 {
            spans.push(look.span(look.theme.muted, format!(" {} ", look.marks.dot)));
        }
        let style = if state.kind == Some(listing.kind) {
            look.theme.selected
        } else {
            look.theme.text
        };
        let noun = if listing.n_total() == Some(1) {
            listing.kind.noun()
        } else {
            listing.kind.plural()
        };
        spans.push(count(look, listing));
        spans.push(look.span(style, format!(" {noun}")));
    }
    if spans.len() == 1 {
        return Line::default();
    }
    spans.push(Span::raw(" "));
    Line::from(spans)
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    if let Some(why) = model.shut_out_of(state) {
        return empty_state::not_yet(model, look, &why, area, buffer);
    }
    if let Some(failure) = state.contents.failure() {
        if failure.kind == FailureKind::Forbidden {
            let text = EmptyState::new(look, area)
                .marked(
                    look.theme.danger,
                    look.marks.error,
                    "403: you need Viewer here to see its resources",
                )
                .gap()
                .text(look.theme.text, model.whom_to_ask(&state.workspace))
                .text(
                    look.theme.muted,
                    "the platform answers the same where the workspace is gone",
                );
            empty_state::again(text, look).draw(area, buffer);
        } else {
            empty_state::failed(look, failure, area, buffer);
        }
        return;
    }
    if state.filter.is_active() {
        let key = model.key_of(Context::Resources, Action::NextKind);
        let helps = state.kind.map_or_else(String::new, |kind| {
            format!("only {} are shown: {key} shows other kinds", kind.plural())
        });
        let is_all = state.contents.is_counted(state.kind);
        nothing_matches(look, (&state.filter, is_all), &helps, area, buffer);
        return;
    }
    if !state.contents.is_counted(state.kind) || !model.session.info.is_settled() {
        empty_state::loading(model, look, "resources", None, area, buffer);
        return;
    }
    let key = model.key_of(Context::Resources, Action::Open(Opens::NewProject));
    let what = state
        .kind
        .map_or("no resources".to_owned(), |kind| format!("no {}", kind.plural()));
    // What was opened from the dialog of a deletion was opened to be emptied.
    let next = if state.parked.is_some() {
        let back = model.key_of(Context::Screen, Action::Back);
        format!("{what} left: {back} goes back to deleting the workspace")
    } else {
        format!("{what}: press {key} to create a project")
    };
    let mut text = EmptyState::new(look, area).text(look.theme.text, next);
    let listings = state.contents.of(state.kind);
    let absent = listings.filter(|listing| !listing.is_installed());
    let absent: Vec<&str> = absent.map(|listing| listing.kind.plural()).collect();
    if !absent.is_empty() {
        let absent = format!("not installed, so not counted: {}", absent.join(", "));
        text = text.gap().text(look.theme.muted, absent);
    }
    text.draw(area, buffer);
}
