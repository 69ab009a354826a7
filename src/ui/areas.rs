//! What lies where in a frame, for the mouse.

use crate::app::pointer::Target;
use ratatui::layout::{Position, Rect};

/// What of a frame can be clicked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas(Vec<(Rect, Target)>);

impl Areas {
    /// Adds what lies in `area`, as far as that is within `frame`.
    pub(super) fn add(&mut self, area: Rect, frame: Rect, target: Target) {
        let area = area.intersection(frame);
        if !area.is_empty() {
            self.0.push((area, target));
        }
    }

    /// Adds what lies in the row at `row`: targets with the columns where each begins and ends.
    pub(super) fn add_in(&mut self, row: Rect, spots: &[Spot]) {
        for (from, to, target) in spots {
            let column = |n: usize| row.x.saturating_add(u16::try_from(n).unwrap_or(u16::MAX));
            let area = Rect {
                x: column(*from),
                width: column(*to).saturating_sub(column(*from)),
                height: 1,
                ..row
            };
            self.add(area, row, *target);
        }
    }

    /// Takes away what something else was drawn over.
    pub(super) fn cover(&mut self, area: Rect) {
        self.0.retain(|(of, _)| !of.intersects(area));
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns what lies at a place, with where it lies.
    pub fn at(&self, place: Position) -> Option<(Rect, Target)> {
        self.0.iter().find(|(area, _)| area.contains(place)).copied()
    }

    /// Returns everything.
    pub fn all(&self) -> &[(Rect, Target)] {
        &self.0
    }
}

/// What can be clicked in a row: the columns where it begins and ends, and what it is.
pub(super) type Spot = (usize, usize, Target);
