//! The view: from the model to the cells of one frame. Pure: it knows no clock, no terminal and no platform.
//!
//! Start reading at [`view`]. All text goes through [`Look::span`], the one place that makes a piece of text
//! printable on this terminal; all styles are named in [`theme`], all signs in [`marks`].

mod areas;
mod bars;
mod detail;
mod dialog;
mod empty_state;
mod field;
pub mod linear;
pub mod marks;
mod outline;
mod screen;
mod table;
mod text;
pub mod theme;
mod title;

pub use areas::Areas;

use crate::app::columns::Columns;
use crate::app::geometry;
use crate::app::keymap::{Action, Context, KeyMap};
use crate::app::list::Step;
use crate::app::model::Model;
use crate::app::msg::Size;
use crate::app::scrolled::Reach;
use crate::app::time;
use crate::domain::text::{SafeText, grouped};
use marks::{Marks, to_ascii};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Margin, Position, Rect};
use ratatui::style::{Color, Style};
use ratatui::text::Span;
use text::{Line, width};
use theme::{ColorDepth, Theme};

/// How much of a text from outside can reach the screen; screens hold far less.
const LONGEST: usize = 20_000;

/// How things look on this terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The signs.
    pub marks: Marks,
    /// The keys that texts name: those of the model that is drawn.
    pub keymap: KeyMap,
    /// Which columns lists show.
    pub columns: Columns,
    /// The contexts whose keys count while that is so.
    pub here: &'static [Context],
}

impl Look {
    /// Returns the look for a terminal with so many colours, which may know ASCII only.
    pub fn new(depth: ColorDepth, is_ascii: bool) -> Self {
        let marks = if is_ascii { Marks::ascii() } else { Marks::unicode() };
        Self {
            theme: Theme::new(depth),
            marks,
            keymap: KeyMap::default(),
            columns: Columns::default(),
            here: &[],
        }
    }

    /// Returns how `model` looks: what it has chosen counts, too.
    fn of_frame(&self, model: &Model) -> Self {
        Self {
            keymap: model.keymap,
            columns: model.columns.clone(),
            here: model.key_contexts(),
            ..self.clone()
        }
    }

    /// Returns whether everything is read aloud, line by line, and nothing is looked at.
    fn is_spoken(&self) -> bool {
        self.marks.are_spoken
    }

    /// Returns a name that stands among other words, cut to so many columns; all of it where everything is read aloud: a line
    /// has no width then.
    fn brief(&self, name: &SafeText, columns: usize) -> SafeText {
        if self.is_spoken() {
            name.clone()
        } else {
            name.cut(columns, self.marks.cut)
        }
    }

    /// Returns `sign`, or the words for it where everything is read aloud.
    fn said<'a>(&self, sign: &'a str, words: &'a str) -> &'a str {
        if self.is_spoken() { words } else { sign }
    }

    /// Returns the key of `action` in `context` as a sentence names it now.
    fn key_of(&self, context: Context, action: Action) -> &'static str {
        self.keymap.key_at(self.here, context, action)
    }

    /// Returns `text` as this terminal can print it. What is safe already stays as it is.
    fn print(&self, text: impl AsRef<str>) -> String {
        let safe = SafeText::with_limit(text.as_ref(), LONGEST);
        if self.marks.is_ascii && !safe.as_str().is_ascii() {
            to_ascii(safe.as_str())
        } else {
            safe.into_string()
        }
    }

    fn span(&self, style: Style, text: impl AsRef<str>) -> Span<'static> {
        Span::styled(self.print(text), style)
    }

    fn line(&self, style: Style, text: impl AsRef<str>) -> Line {
        Line::from(self.span(style, text))
    }

    fn cut(&self, text: impl AsRef<str>, columns: usize) -> String {
        text::cut(&self.print(text), columns, self.marks.cut)
    }

    fn fit(&self, line: Line, columns: usize) -> Line {
        text::fit(line, columns, self.marks.cut)
    }

    /// Returns `text` broken into lines in one style, after a sign where there is one.
    fn paragraph(&self, style: Style, mark: Option<(Style, &str)>, text: impl AsRef<str>, columns: usize) -> Vec<Line> {
        let mark = mark.map_or_else(
            || Span::raw(""),
            |(style, mark)| Span::styled(format!("{} ", self.print(mark)), style),
        );
        text::hanging(&mark, style, &self.print(text), columns)
    }

    /// Returns the column of the sign before what keys act on, if it stands in `line`.
    fn cursor_in(&self, line: &Line) -> Option<usize> {
        let mut column = 0;
        for span in &line.spans {
            if matches!(span.content.strip_prefix(self.marks.cursor), Some("" | " ")) {
                return Some(column);
            }
            column += width(&span.content);
        }
        None
    }

    /// Returns what moves while something runs.
    fn spinner(&self, now: jiff::Timestamp) -> &'static str {
        let frames = self.marks.spinner;
        let step = usize::try_from(now.as_millisecond() / 250).unwrap_or_default();
        frames.get(step % frames.len().max(1)).copied().unwrap_or("*")
    }
}

/// Where the terminal's own cursor is in a frame. Screen readers and braille displays follow it, so it always is where the
/// next key acts; it shows itself in texts alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The cell.
    pub at: Position,
    /// Whether it shows itself.
    pub is_shown: bool,
}

impl Cursor {
    fn shown(at: Position) -> Self {
        Self { at, is_shown: true }
    }

    fn hidden(at: Position) -> Self {
        Self { at, is_shown: false }
    }
}

/// Draws `model` on all of `buffer`; returns where the cursor is, what of the text in front is on show, and what can be
/// clicked where.
pub fn view(model: &Model, look: &Look, buffer: &mut Buffer) -> (Cursor, Reach, Areas) {
    let look = &look.of_frame(model);
    let area = below_tour(model, look, buffer);
    if area.is_empty() {
        return Default::default();
    }
    let size = Size {
        width: area.width,
        height: area.height,
    };
    if geometry::is_too_small(size) {
        too_small(model, look, area, buffer);
        ground(look, buffer);
        return Default::default();
    }
    let rows = Rows::of(area);
    bars::header(model, look, rows.header, buffer);
    let in_title = title::title(model, look, rows.title, buffer);
    let (selected, of_screen, mut areas) = screen::body(model, look, rows.body, buffer);
    areas.cover(bars::notice(model, look, rows.notice, buffer));
    let (cursor, reach, areas) = if model.dialogs.is_empty() && model.equivalent.is_none() {
        areas.extend(bars::hints(model, look, rows.hints, buffer));
        let in_body = rows.body.inner(Margin::new(1, 1)).as_position();
        let hidden = || Cursor::hidden(selected.unwrap_or(in_body));
        (in_title.map_or_else(hidden, Cursor::shown), of_screen, areas)
    } else {
        let columns = usize::from(indented(rows.notice, 1).width);
        let n_noticed = bars::n_noticed(model, look, columns);
        dialog::all(model, look, rows.room_for_dialogs(), n_noticed, buffer)
    };
    ground(look, buffer);
    let last = Position::new(area.right() - 1, area.bottom() - 1);
    let at = Position::new(cursor.at.x.min(last.x), cursor.at.y.min(last.y));
    (Cursor { at, ..cursor }, reach, areas)
}

/// Draws the tour where one is made and there is room; returns the room below it.
fn below_tour(model: &Model, look: &Look, buffer: &mut Buffer) -> Rect {
    let whole = buffer.area;
    let Some(tour) = model.tour.filter(|tour| tour.has_rows) else {
        return whole;
    };
    let [strip, rest] = Layout::vertical([Constraint::Length(geometry::N_TOUR_ROWS), Constraint::Fill(1)]).areas(whole);
    let title = Line::from(vec![
        Span::raw(" "),
        look.span(look.theme.mode, " TOUR "),
        look.span(look.theme.title, format!(" {}", tour.step.title())),
    ]);
    let words = look.line(look.theme.text, format!(" {}", tour.step.words(model.keymap)));
    put_all(look, vec![title, words], strip, buffer);
    rest
}

/// Puts what the theme has for a ground under everything that has no colour of its own.
fn ground(look: &Look, buffer: &mut Buffer) {
    let (ink, ground) = (look.theme.ground.fg, look.theme.ground.bg);
    if ink.is_none() && ground.is_none() {
        return;
    }
    for cell in &mut buffer.content {
        let style = cell.style();
        let is_bare = |color: Option<Color>| color.is_none_or(|color| color == Color::Reset);
        if let Some(ink) = ink.filter(|_| is_bare(style.fg)) {
            cell.set_fg(ink);
        }
        if let Some(ground) = ground.filter(|_| is_bare(style.bg)) {
            cell.set_bg(ground);
        }
    }
}

/// The rows of the screen.
struct Rows {
    header: Rect,
    title: Rect,
    body: Rect,
    notice: Rect,
    hints: Rect,
}

impl Rows {
    fn of(area: Rect) -> Self {
        let row = |y: u16| {
            Rect {
                y: area.y + y,
                height: 1,
                ..area
            }
            .intersection(area)
        };
        let body = Rect {
            y: area.y + 2,
            height: area.height.saturating_sub(geometry::N_FRAME_ROWS),
            ..area
        };
        Self {
            header: row(0),
            title: row(1),
            body: body.intersection(area),
            notice: row(area.height.saturating_sub(2)),
            hints: row(area.height.saturating_sub(1)),
        }
    }

    /// Everything but the header, which says what the dialogs act on.
    fn room_for_dialogs(&self) -> Rect {
        Rect {
            height: self.hints.bottom().saturating_sub(self.title.y),
            ..self.title
        }
    }
}

/// Prints `line` into the first row of `area`, cut to its width.
fn put(look: &Look, line: Line, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if !area.is_empty() {
        let line = look.fit(line, usize::from(area.width));
        text::draw(&line, area, buffer);
    }
}

/// Prints `lines` from the top of `area`; what does not fit is left out, and said to be.
fn put_all(look: &Look, mut lines: Vec<Line>, area: Rect, buffer: &mut Buffer) {
    let height = usize::from(area.height);
    if lines.len() > height {
        lines.truncate(height.saturating_sub(1));
        lines.push(look.line(look.theme.muted, look.marks.cut));
    }
    for (line, row) in lines.into_iter().zip(area.rows()) {
        put(look, line, row, buffer);
    }
}

/// Says in the upper border of `area`, behind its title, how many rows there are above and below those on show, and
/// which key shows them.
fn more_in_border(look: &Look, (above, below): (usize, usize), area: Rect, buffer: &mut Buffer) {
    if look.is_spoken() {
        return;
    }
    let key = |step| look.keymap.key_of(Context::LongText, Action::Scroll(step));
    let text = match (above, below) {
        (0, 0) => return,
        (0, _) => format!(" ↓ {} more ({}) ", grouped(below), key(Step::PageDown)),
        (_, 0) => format!(" ↑ {} more ({}) ", grouped(above), key(Step::PageUp)),
        (..) => format!(
            " ↑ {}, ↓ {} more ({}) ",
            grouped(above),
            grouped(below),
            key(Step::PageDown)
        ),
    };
    let line = look.line(look.theme.key, text);
    let taken = u16::try_from(text::line_width(&line)).unwrap_or(u16::MAX);
    if taken + 4 <= area.width && area.height > 0 {
        let spot = Rect {
            x: area.right() - taken - 2,
            width: taken,
            height: 1,
            ..area
        };
        put(look, line, spot, buffer);
    }
}

/// Returns `area` without `n` columns at either side.
fn indented(area: Rect, n: u16) -> Rect {
    Rect {
        x: area.x.saturating_add(n).min(area.right()),
        width: area.width.saturating_sub(n.saturating_mul(2)),
        ..area
    }
}

fn too_small(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) {
    let needed = geometry::SMALLEST;
    let text = format!(
        "too small: needs {}x{}, has {}x{}; {} quits",
        needed.width,
        needed.height,
        area.width,
        area.height,
        look.key_of(Context::Always, Action::Quit)
    );
    // Whoever leaves is told what that waits for.
    let waits_for = model.notice.as_ref().filter(|_| model.leaving_since.is_some());
    let text = match waits_for {
        Some(notice) => format!("{text} ({})", notice.text),
        None => text,
    };
    let lines = text::wrap(&look.print(text), usize::from(area.width));
    let top = usize::from(area.height).saturating_sub(lines.len()) / 2;
    for (line, row) in lines.into_iter().zip(area.rows().skip(top)) {
        let left = usize::from(area.width).saturating_sub(width(&line)) / 2;
        let left = u16::try_from(left).unwrap_or_default();
        let row = Rect {
            x: row.x + left,
            width: row.width.saturating_sub(left),
            ..row
        };
        put(look, Line::from(line), row, buffer);
    }
}

/// Draws a border with a title and returns the room inside.
fn bordered(look: &Look, title: Option<Line>, border: Style, area: Rect, buffer: &mut Buffer) -> Rect {
    if !look.is_spoken() {
        outline::draw(look.marks.border, border, area, buffer);
    }
    if let Some(title) = title {
        let spot = Rect {
            x: area.x.saturating_add(1),
            width: area.width.saturating_sub(4),
            height: area.height.min(1),
            ..area
        };
        put(look, title, spot, buffer);
    }
    ratatui::widgets::Block::bordered().inner(area)
}

/// Where a cursor stands: `column` columns into `area`.
fn place(area: Rect, column: usize) -> Position {
    let column = u16::try_from(column).unwrap_or(u16::MAX);
    Position::new(area.x.saturating_add(column), area.y)
}
