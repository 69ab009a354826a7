//! Lines and columns of a text.

use std::ops::Range;

/// Where the lines of a text begin, and what was asked last: places are asked for in order, and lines can be long.
pub(super) struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
    last: Range<usize>,
    last_column: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self {
            text,
            starts,
            last: 0..0,
            last_column: 1,
        }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Returns the line and the column in characters, both from 1.
    pub(super) fn at(&mut self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let (from, column) = if self.last.start == start && self.last.end <= offset {
            (self.last.end, self.last_column)
        } else {
            (start, 1)
        };
        let between = self.text.get(from..offset).unwrap_or_default();
        let column = column + between.chars().count();
        (self.last, self.last_column) = (start..offset, column);
        (line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_from_one_in_whatever_order_it_is_asked() {
        let mut places = Places::of("ä b\r\ncd\n\nx");
        let asked = [0, 2, 3, 6, 7, 2, 8, 9, 10, 8];
        let expected = [
            (1, 1),
            (1, 2),
            (1, 3),
            (2, 1),
            (2, 2),
            (1, 2),
            (2, 3),
            (3, 1),
            (4, 1),
            (2, 3),
        ];
        assert_eq!(asked.map(|offset| places.at(offset)), expected);
    }
}
