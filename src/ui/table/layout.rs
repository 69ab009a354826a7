//! Which columns stand where, and how wide: those that matter least are dropped, names are the last to be cut.

use ratatui::layout::Rect;

/// Columns between two columns of the table; signs hang into it.
pub(super) const GAP: u16 = 2;

/// Columns for the cursor, before the first.
const CURSOR: u16 = 2;

/// How wide the column of marks is.
pub(super) const MARKS: u16 = 2;

/// How many of a hundred names may be longer than what other columns are dropped for.
pub(super) const ODD: usize = 5;

/// How long a name may be that is never odd, however short the others are.
const NEVER_ODD: u16 = 32;

/// How wide a column of prose gets before a few odd names grow: less of it says nothing.
const READABLE: u16 = 40;

/// What a name keeps where several share too little room.
const LEAST_NAME: u16 = 12;

/// In how many turns columns grow where there is room left.
const TURNS: u8 = 5;

/// What is fixed about a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) title: &'static str,
    /// 0 is never dropped; else the highest goes first.
    pub(super) drops: u8,
    pub(super) width: Width,
    pub(super) align: Align,
    /// How wide its texts are in the whole list; 0 where it has nothing to say.
    pub(super) content: u16,
    /// How much of that stays free behind a number, for the sign of the order behind its title.
    pub(super) tail: u16,
    /// How wide nearly all of them are: one name of 60 characters is no reason to drop columns for all rows.
    pub(super) ordinary: u16,
}

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) enum Width {
    /// Always this.
    Exactly(u16),
    /// As wide as the longest name: the last to be cut. For ordinary names of up to this, other columns are dropped.
    Name(u16),
    /// As wide as the longest text, at most the second; the first is kept free for it where it is needed.
    Content(u16, u16),
    /// The first, and as wide as the longest text, at most the second, where all others have room.
    Roomy(u16, u16),
    /// At least this, and what all others leave.
    Rest(u16),
}

/// On which side the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// To the left, as text is.
    Left,
    /// To the right, as numbers are.
    Right,
    /// To the left, and into the gap where there are many, as marks are.
    Hanging,
}

/// A column with its place on the screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) index: usize,
    pub(super) x: u16,
    pub(super) width: u16,
    /// How much of that stays free behind a number.
    pub(super) tail: u16,
}

impl Placed {
    /// Returns where its cell stands in a row, with what hangs behind it.
    pub(super) fn spot(&self, row: Rect) -> Rect {
        let x = row.x + self.x;
        let width = self.width + GAP;
        Rect { x, width, ..row }.intersection(row)
    }
}

impl Spec {
    /// Returns what must be free for it, or others are dropped.
    fn needs(&self) -> u16 {
        match self.width {
            // A single sign can do with the gap.
            Width::Exactly(_) if self.tail == 1 => self.content.saturating_sub(1),
            Width::Exactly(_) => self.content,
            Width::Name(most) => self.ordinary.min(most),
            Width::Content(least, _) => self.content.min(least),
            Width::Roomy(least, _) | Width::Rest(least) => least,
        }
    }

    /// Returns how much of that it can do without, if it is a long name.
    fn spare(&self) -> u16 {
        match self.width {
            Width::Name(_) => self.needs().saturating_sub(NEVER_ODD),
            Width::Exactly(_) | Width::Content(..) | Width::Roomy(..) | Width::Rest(_) => 0,
        }
    }

    /// Returns how wide it may grow in a turn: first ordinary names and what is short, then what is told of them, then prose
    /// until it can be read, then names that are far longer than the others, and at last prose again.
    fn most_in(&self, turn: u8) -> u16 {
        match (turn, self.width) {
            (0, Width::Exactly(_)) | (3, Width::Name(_)) => self.content,
            (1, Width::Content(_, most) | Width::Roomy(_, most)) => self.content.min(most),
            (0, Width::Name(_)) => self.ordinary.max(self.content.min(NEVER_ODD)),
            (2, Width::Rest(_)) => READABLE,
            (4, Width::Rest(_)) => u16::MAX,
            (_, Width::Exactly(_) | Width::Content(..) | Width::Roomy(..) | Width::Name(_) | Width::Rest(_)) => 0,
        }
    }
}

/// Returns the columns that fit into `width`, with their places.
pub(super) fn arrange(specs: &[Spec], width: u16) -> Vec<Placed> {
    // One column stays free at the right, for what hangs.
    let room = width.saturating_sub(CURSOR + 1);
    let specs = specs.iter().enumerate().filter(|(_, spec)| spec.content > 0);
    let mut kept: Vec<(usize, &Spec)> = specs.collect();
    loop {
        let lacking = taken(kept.iter().map(|(_, spec)| spec.needs())).saturating_sub(room);
        let droppable = kept.iter().enumerate().filter(|(_, (_, spec))| spec.drops > 0);
        let least = droppable.max_by_key(|(_, (_, spec))| spec.drops);
        let Some((place, (_, spec))) = least.filter(|_| lacking > 0) else {
            break;
        };
        // A number is worth more than the end of a long name.
        let spare = kept
            .iter()
            .fold(0_u16, |sum, (_, spec)| sum.saturating_add(spec.spare()));
        if spec.align == Align::Right && lacking <= spare {
            break;
        }
        kept.remove(place);
    }
    let mut widths: Vec<u16> = kept.iter().map(|(_, spec)| spec.needs()).collect();
    // What cannot be dropped any more shrinks, the longest name first.
    while taken(widths.iter().copied()) > room {
        let names = kept.iter().zip(&mut widths);
        let names = names.filter(|((_, spec), width)| matches!(spec.width, Width::Name(_)) && **width > LEAST_NAME);
        let Some((_, longest)) = names.max_by_key(|(_, width)| **width) else {
            break;
        };
        *longest -= 1;
    }
    let mut left = room.saturating_sub(taken(widths.iter().copied()));
    for turn in 0..TURNS {
        while left > 0 {
            let growing = kept.iter().zip(&mut widths);
            let growing = growing.filter(|((_, spec), width)| **width < spec.most_in(turn));
            let Some((_, narrowest)) = growing.min_by_key(|(_, width)| **width) else {
                break;
            };
            *narrowest += 1;
            left -= 1;
        }
    }
    let mut x = CURSOR;
    let places = kept.into_iter().zip(widths).map(|((index, spec), width)| {
        let tail = spec.tail.saturating_sub(spec.content.saturating_sub(width));
        let placed = Placed { index, x, width, tail };
        x = x.saturating_add(width).saturating_add(GAP);
        placed
    });
    places.collect()
}

/// Returns how much columns of these widths take, with what is between them.
fn taken(widths: impl Iterator<Item = u16>) -> u16 {
    let with_gaps = widths.fold(0_u16, |sum, width| sum.saturating_add(width).saturating_add(GAP));
    with_gaps.saturating_sub(GAP)
}

#[cfg(test)]
mod tests;
