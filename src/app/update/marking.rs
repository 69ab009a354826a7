//! Marks on the screen on show: setting them, and how they go.

use crate::app::geometry;
use crate::app::list::{Marked, Marking, Marks};
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::domain::text::counted;

/// Marks rows.
pub(super) fn mark(model: &mut Model, how: Marking) {
    // What is told of another row is read from its beginning.
    model.scrolled.begin();
    let height = geometry::table_rows(model.size);
    if let Some(marks) = marks(model) {
        marks.mark(how, height);
    }
    // Not every list has all that room.
    let size = model.size;
    if let Some(screen) = model.screens.last_mut() {
        screen.reveal(size);
    }
}

/// Leaves an open range; returns whether there was one.
pub(super) fn leave_range(model: &mut Model) -> bool {
    marks(model).is_some_and(Marks::leave_range)
}

/// Takes all marks back, and says so; returns whether there were any.
pub(super) fn unmark_all(model: &mut Model) -> bool {
    // What was marked there is what the dialog wants deleted that goes on behind it, and is marked again by it.
    if matches!(model.screen(), Screen::Resources(state) if state.parked.is_some()) {
        return false;
    }
    let n = marks(model).map_or(0, Marks::unmark_all);
    if n > 0 {
        model.say(Tone::Success, &format!("unmarked {}", counted(n, "row")));
    }
    n > 0
}

/// Returns what is said of the marks that are lost when the screen on show is closed.
pub(super) fn lost_with_the_screen(model: &Model) -> Option<String> {
    let Marked { n, .. } = model.screen().marks()?.n_marked();
    let were = if n == 1 { "was" } else { "were" };
    (n > 0).then(|| format!("{} {were} marked: the marks are gone", counted(n, "row")))
}

fn marks(model: &mut Model) -> Option<&mut dyn Marks> {
    model.screens.last_mut()?.marks_mut()
}
