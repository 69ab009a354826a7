//! Cuts words that are too wide for their columns, so that different ones do not look alike.

use crate::domain::text::{cut, width};
use std::collections::HashMap;
use unicode_segmentation::UnicodeSegmentation as _;

const MARK: &str = "…";

/// What is cut, by what is left of it.
#[derive(Default)]
pub(super) struct Cuts(HashMap<String, Alike>);

/// Words of which the same is left.
struct Alike {
    first: String,
    /// How many bytes they begin with alike, if there are several.
    common: Option<usize>,
}

impl Cuts {
    /// Takes note of a word that may have to be cut.
    pub(super) fn add(&mut self, text: &str, columns: usize) {
        if width(text) <= columns {
            return;
        }
        let alike = self.0.entry(cut(text, columns, MARK)).or_insert_with(|| Alike {
            first: text.to_owned(),
            common: None,
        });
        if alike.first != text {
            let both = alike.first.graphemes(true).zip(text.graphemes(true));
            let common = both.take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum::<usize>();
            alike.common = Some(alike.common.map_or(common, |before| before.min(common)));
        }
    }

    /// Cuts a word at its end, or where another looks like it then, between its beginning and where they differ.
    pub(super) fn cut(&self, text: &str, columns: usize) -> String {
        let short = cut(text, columns, MARK);
        let common = self.0.get(&short).and_then(|alike| alike.common);
        let Some((begin, rest)) = common.and_then(|common| text.split_at_checked(common)) else {
            return short;
        };
        let room = columns.saturating_sub(width(MARK));
        // At least half of what is left of it tells them apart.
        let rest = cut(rest, width(rest).min(room.div_ceil(2)), MARK);
        let begin = cut(begin, room.saturating_sub(width(&rest)), "");
        format!("{begin}{MARK}{rest}")
    }
}
