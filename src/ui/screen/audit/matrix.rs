//! Principals by workspaces: one letter for each pair.

use crate::app::audit::rows::Rows;
use crate::app::geometry;
use crate::app::model::Model;
use crate::app::screen::audit::State;
use crate::audit::{GivenBy, PrincipalNo, Reading, Report, Snapshot, WorkspaceNo};
use crate::domain::ids::Principal;
use crate::domain::member::Granted;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, grouped};
use crate::ui::linear::row_prefix;
use crate::ui::marks::Mark;
use crate::ui::text::{Line, cut, width};
use crate::ui::{Look, bordered, place, put, table, time};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;
use std::collections::BTreeSet;
use unicode_segmentation::UnicodeSegmentation as _;

/// What the letters mean, in full and in short; what comes through everyone is written small.
const LEGEND: [(&str, &str, &str); 10] = [
    ("A", "Admin", "Admin"),
    ("E", "Editor", "Editor"),
    ("V", "Viewer", "Viewer"),
    ("a", "Admin via *", "via *"),
    ("e", "Editor via *", "via *"),
    ("v", "Viewer via *", "via *"),
    ("P", "platform admin", "platform"),
    ("+", "other role", "other"),
    ("·", "nothing", "none"),
    ("?", "not read", "unread"),
];

/// Draws the matrix.
pub(super) fn draw(model: &Model, look: &Look, state: &State, rows: &Rows, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let size = model.size;
    let snapshot = &rows.report.snapshot;
    let inner = bordered(look, None, look.theme.border, area, buffer);
    let geometry::Matrix {
        names,
        n_columns,
        column,
    } = state.matrix(size);
    let across = state.workspaces.visible(n_columns);
    let down = state.principals.visible(geometry::matrix_rows(size));
    if look.is_spoken() {
        said(look, state, snapshot, (across, down), inner, buffer);
        return table::told_in_border(look, told(look, state, snapshot), area, buffer);
    }
    titles(
        look,
        snapshot,
        across,
        state.workspaces.selected(),
        (names, column),
        inner,
        buffer,
    );
    let cells = below_titles(inner);
    let mut shown = BTreeSet::new();
    for (principal, row) in down.iter().zip(cells.rows()) {
        let is_selected = state.principals.selected() == Some(principal);
        let line = row_of(
            look,
            state,
            &rows.report,
            *principal,
            (across, (names, column), is_selected),
        );
        put(look, line, row, buffer);
        shown.extend(across.iter().map(|at| cell(look, snapshot, *at, *principal).0));
        if rows.report.can_deceive(*principal) {
            shown.insert(Mark::LookAlike.sign());
        }
    }
    // In few words, so that there is room for what the cell means; who else may has a row of its own.
    let mut line = Line::default();
    let limits = super::in_columns(&super::warnings(rows), 0);
    if !limits.is_empty() {
        line.push_span(look.span(look.theme.warning, format!(" {limits} ")));
    }
    line.spans.extend(told(look, state, snapshot).spans);
    table::told_in_border(look, line, area, buffer);
    let places = positions(state, across.len(), down.len());
    table::in_lower_border(
        look,
        legend(look, &shown, &places, usize::from(area.width)),
        area,
        buffer,
    );
}

/// Puts each row as it is read aloud: who, and what they hold in which of the workspaces on show.
fn said(
    look: &Look,
    state: &State,
    snapshot: &Snapshot,
    (across, down): (&[WorkspaceNo], &[PrincipalNo]),
    inner: Rect,
    buffer: &mut Buffer,
) {
    let n_all = state.principals.rows().len();
    for (i, (principal, row)) in down.iter().zip(inner.rows().skip(1)).enumerate() {
        let held = across.iter().filter_map(|number| {
            let letter = cell(look, snapshot, *number, *principal).0;
            // What could not be read stands in the title for all rows.
            if letter == "?" {
                return None;
            }
            let (_, word, _) = LEGEND.iter().find(|(sign, ..)| *sign == letter)?;
            let name = snapshot.workspace(*number)?.name.shown();
            Some(format!("{word} in {name}"))
        });
        let mut held: Vec<String> = held.collect();
        if held.is_empty() {
            held.push("nothing that was read here".to_owned());
        }
        let is_selected = state.principals.selected() == Some(principal);
        let prefix = row_prefix(state.principals.top() + i, n_all, is_selected);
        let who = snapshot.principal(*principal).map(Principal::label).unwrap_or_default();
        let text = format!("{prefix}{who}, {}", held.join(", "));
        put(look, look.line(look.theme.text, text), row, buffer);
    }
}

/// Returns where the letter of the selected pair is.
pub(super) fn spot(model: &Model, state: &State, area: Rect) -> Option<Position> {
    let down = state.principals.cursor().checked_sub(state.principals.top())?;
    let across = state.workspaces.cursor().checked_sub(state.workspaces.top())?;
    let geometry::Matrix { names, column, .. } = state.matrix(model.size);
    let row = below_titles(area.inner(Margin::new(1, 1))).rows().nth(down)?;
    // Behind the sign of the cursor and the name; each letter stands behind two blanks.
    let spot = place(row, 2 + names + across * column + 2);
    row.contains(spot).then_some(spot)
}

fn below_titles(inner: Rect) -> Rect {
    Rect {
        y: inner.y + geometry::MATRIX_TITLES,
        height: inner.height.saturating_sub(geometry::MATRIX_TITLES),
        ..inner
    }
}

/// Returns what the letters on show mean, as fully as there is room for, with what else the lower border says where that
/// has room, too.
fn legend(look: &Look, shown: &BTreeSet<&str>, places: &str, columns: usize) -> String {
    let room = columns.saturating_sub(4);
    let is_shown = |letter: &str| shown.contains(if letter == "·" { look.marks.dot } else { letter });
    let letters: Vec<_> = LEGEND.iter().filter(|(letter, ..)| is_shown(letter)).collect();
    let alike = Mark::LookAlike;
    let alike = shown
        .contains(alike.sign())
        .then(|| format!("{} {}", alike.sign(), alike.word()));
    let full = letters.iter().map(|(letter, full, _)| format!("{letter} {full}"));
    let full: Vec<String> = full.chain(alike.clone()).collect();
    // Letters with the same short words share them.
    let mut short: Vec<(String, &str)> = Vec::new();
    for (letter, _, word) in letters {
        match short.last_mut() {
            Some((so_far, last)) if last == word => so_far.push_str(letter),
            Some(_) | None => short.push(((*letter).to_owned(), word)),
        }
    }
    let short: Vec<String> = short
        .iter()
        .map(|(letters, word)| format!("{letters} {word}"))
        .collect();
    let short = short.into_iter().chain(alike).collect::<Vec<_>>().join(", ");
    let full = format!(" {} ", full.join(", "));
    let variants = [format!("{full}{places}"), full, format!(" {short} ")];
    let fitting = variants.iter().find(|text| width(&look.print(text)) <= room);
    fitting.cloned().unwrap_or_else(|| look.cut(&short, room))
}

/// Draws the names of the workspaces, each broken over a few rows.
fn titles(
    look: &Look,
    snapshot: &Snapshot,
    across: &[WorkspaceNo],
    selected: Option<&WorkspaceNo>,
    (names, column): (usize, usize),
    inner: Rect,
    buffer: &mut Buffer,
) {
    let room = column.saturating_sub(1);
    let most = usize::from(geometry::MATRIX_TITLES);
    let heads: Vec<(bool, Vec<String>)> = across
        .iter()
        .map(|number| {
            let name = snapshot.workspace(*number).map(|workspace| workspace.name.shown());
            let name = look.print(name.unwrap_or_default());
            (selected == Some(number), pieces(&name, room, look.marks.cut))
        })
        .collect();
    for (nth, row) in inner.rows().take(most).enumerate() {
        let mut spans = vec![Span::raw(" ".repeat(names + 2))];
        for (is_selected, head) in &heads {
            // They stand on the letters below them.
            let place = (nth + head.len()).checked_sub(most);
            let part = place.and_then(|place| head.get(place)).cloned().unwrap_or_default();
            let padding = " ".repeat((room + 1).saturating_sub(width(&part)));
            let style = if *is_selected {
                look.theme.title
            } else {
                look.theme.column
            };
            spans.push(Span::styled(part, style));
            spans.push(Span::raw(padding));
        }
        put(look, Line::from(spans), row, buffer);
    }
}

/// Returns `name` broken into as many pieces of `room` columns as there are rows for; the last one is marked where more
/// follows.
fn pieces(name: &str, room: usize, mark: &str) -> Vec<String> {
    let most = usize::from(geometry::MATRIX_TITLES);
    // Between words, unless one of those to be seen has no room.
    let between: Vec<&str> = name.split_inclusive(['-', '_', '.']).collect();
    let mut pieces = joined(between.into_iter(), room);
    if pieces.iter().take(most).any(|piece| width(piece) > room) {
        pieces = joined(name.graphemes(true), room);
    }
    if pieces.len() > most {
        pieces.truncate(most);
        if let Some(last) = pieces.last_mut() {
            *last = cut(&format!("{last}{mark}"), room, mark);
        }
    }
    pieces
}

/// Joins what stands together in `room` columns.
fn joined<'a>(parts: impl Iterator<Item = &'a str>, room: usize) -> Vec<String> {
    let mut pieces: Vec<String> = vec![String::new()];
    for part in parts {
        let is_full = pieces
            .last()
            .is_some_and(|piece| !piece.is_empty() && width(piece) + width(part) > room);
        if is_full {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(part);
        }
    }
    pieces
}

/// Returns the row of one principal.
fn row_of(
    look: &Look,
    state: &State,
    report: &Report,
    principal: PrincipalNo,
    (across, (names, column), is_selected): (&[WorkspaceNo], (usize, usize), bool),
) -> Line {
    let theme = &look.theme;
    let snapshot = &report.snapshot;
    let here = snapshot.principal(principal);
    let is_odd = report.can_deceive(principal);
    let sign = if is_odd { Mark::LookAlike.sign() } else { "" };
    let label = here.map(Principal::label).unwrap_or_default();
    let name = look.cut(format!("{sign}{label}"), names.saturating_sub(1));
    let padding = " ".repeat(names.saturating_sub(width(&name)));
    let (mark, style) = match (is_selected, is_odd) {
        (true, _) => (look.marks.cursor, theme.selected),
        (false, true) => (" ", theme.danger),
        (false, false) => (" ", theme.text),
    };
    let mut spans = vec![
        look.span(theme.key, format!("{mark} ")),
        Span::styled(name, style),
        Span::raw(padding),
    ];
    for number in across {
        let (letter, style) = cell(look, snapshot, *number, principal);
        let is_here = is_selected && state.workspaces.selected() == Some(number);
        let style = if is_here { theme.selected } else { style };
        spans.push(Span::raw("  "));
        spans.push(Span::styled(letter, style));
        spans.push(Span::raw(" ".repeat(column.saturating_sub(2 + width(letter)))));
    }
    Line::from(spans)
}

/// Returns the letter of a pair: a capital for an own role, a small letter for one that comes through everyone.
fn cell(look: &Look, snapshot: &Snapshot, workspace: WorkspaceNo, principal: PrincipalNo) -> (&'static str, Style) {
    let theme = &look.theme;
    let own = snapshot.held(workspace, principal).map(|grant| grant.roles());
    // What has come of a workspace that is not read to its end says nothing of what has not.
    let is_read = snapshot
        .workspace(workspace)
        .is_some_and(|audited| audited.reading == Reading::Read);
    if !is_read && own.is_none() {
        return ("?", theme.muted);
    }
    if snapshot.top_role_of(principal).is_some() {
        return ("P", theme.title);
    }
    let everyone = snapshot.held_by_everyone(workspace).map(|grant| grant.roles());
    let effective = crate::audit::effective::effective(own, everyone, None);
    let is_own = matches!(effective.given_by, GivenBy::Own(_));
    match (&effective.role, is_own) {
        (Some(Role::Admin), true) => ("A", theme.title),
        (Some(Role::Editor), true) => ("E", theme.text),
        (Some(Role::Viewer), true) => ("V", theme.text),
        (Some(Role::Admin), false) => ("a", theme.danger),
        (Some(Role::Editor), false) => ("e", theme.warning),
        (Some(Role::Viewer), false) => ("v", theme.muted),
        (Some(Role::Other(_)) | None, _) if own.is_some() => ("+", theme.text),
        (Some(Role::Other(_)) | None, _) => (look.marks.dot, theme.muted),
    }
}

/// Tells the pair under the cursor in full.
fn told(look: &Look, state: &State, snapshot: &Snapshot) -> Line {
    let (Some(number), Some(holder)) = (state.workspaces.selected(), state.principals.selected()) else {
        return Line::default();
    };
    let (Some(workspace), Some(principal)) = (snapshot.workspace(*number), snapshot.principal(*holder)) else {
        return Line::default();
    };
    let held = match (&workspace.reading, snapshot.held(*number, *holder)) {
        (Reading::Denied | Reading::Failed(_), _) => "not read".to_owned(),
        (_, Some(grant)) => {
            let granted = grant.granted();
            let (on, by) = match &granted {
                Granted::Newest(..) => (", granted", " by"),
                Granted::Several(..) => (", first granted", ", the newest by"),
            };
            let at = granted.at().map(|at| format!("{on} {}", time::date(at)));
            let by = granted
                .by()
                .map(|who| format!("{by} {}", SafeText::with_limit(who, 60)));
            format!(
                "{}{}{}",
                grant.roles().shown(),
                at.unwrap_or_default(),
                by.unwrap_or_default()
            )
        }
        (Reading::NotRead, None) => "not read yet".to_owned(),
        (Reading::Read, None) => {
            let effective = snapshot.effective(*number, *holder);
            let through = effective.given_by.in_words();
            effective
                .role
                .map_or_else(|| "nothing".to_owned(), |role| format!("{}, {through}", role.shown()))
        }
    };
    let (who, at) = (principal.label().cut(40, "…"), workspace.name.shown());
    look.line(look.theme.text, format!(" {held}: {who} in {at} "))
}

/// Says which of the rows and columns are on show, of those that are not all.
fn positions(state: &State, n_across: usize, n_down: usize) -> String {
    let part = |what: &str, top: usize, n: usize, all: usize| {
        let (first, last) = (grouped(top + 1), grouped(top + n));
        (n < all).then(|| format!("{what} {first}-{last} of {}", grouped(all)))
    };
    let (down, across) = (&state.principals, &state.workspaces);
    let parts = [
        part("rows", down.top(), n_down, down.rows().len()),
        part("columns", across.top(), n_across, across.rows().len()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("· {} ", parts.join(", "))
}
