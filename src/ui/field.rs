//! A text field: a window on its text around the cursor.
//!
//! The text may be hostile and a megabyte long, so only what can be seen is made safe and measured.

use super::text::width;
use super::{Look, text};
use crate::app::text_field::TextField;
use crate::domain::text::SafeText;
use unicode_segmentation::UnicodeSegmentation as _;

/// What is to be seen of a field.
pub(super) struct Window {
    /// The text, padded with nothing.
    pub text: String,
    /// The column of the cursor in it.
    pub cursor: usize,
}

/// Returns what is to be seen of `field` in `columns`, the cursor always included.
pub(super) fn window(look: &Look, field: &TextField, columns: usize) -> Window {
    let value = field.value();
    let columns = columns.max(1);
    let cursor = value
        .char_indices()
        .nth(field.cursor())
        .map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at_checked(cursor).unwrap_or((value, ""));
    // Moving in the text seldom moves the window, and at its end as much as possible of it is seen.
    let step = (columns / 2).max(1);
    let n_after = after.chars().take(columns).count();
    let n_before = if field.cursor() + 1 < columns {
        field.cursor()
    } else {
        (step + field.cursor() % step).max((columns - 1).saturating_sub(n_after))
    };
    let start = before
        .char_indices()
        .rev()
        .nth(n_before.saturating_sub(1))
        .map_or(0, |(at, _)| if n_before == 0 { before.len() } else { at });
    let before = print(look, before.get(start..).unwrap_or_default());
    let is_cut = start > 0;
    // Escapes are wider than what they stand for: what does not fit any more goes on the left.
    let room = columns.saturating_sub(1);
    let before = tail(look, before, room, is_cut);
    let cursor = width(&before);
    let seen: String = after.chars().take(columns + 1).collect();
    let rest = text::cut(&print(look, &seen), columns.saturating_sub(cursor), look.marks.cut);
    Window {
        text: before + &rest,
        cursor,
    }
}

fn print(look: &Look, text: &str) -> String {
    look.print(SafeText::with_limit(text, text.len()).as_str())
}

/// Returns the end of `text` that fits into `columns`, after a mark where something stands before it.
fn tail(look: &Look, text: String, columns: usize, is_cut: bool) -> String {
    if !is_cut && width(&text) <= columns {
        return text;
    }
    let room = columns.saturating_sub(width(look.marks.cut));
    let mut used = 0;
    let mut kept: Vec<&str> = Vec::new();
    for grapheme in text.graphemes(true).rev() {
        used += width(grapheme);
        if used > room {
            break;
        }
        kept.push(grapheme);
    }
    kept.push(look.marks.cut);
    kept.reverse();
    kept.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::{Chord, Key};
    use crate::ui::theme::ColorDepth;
    use proptest::prelude::*;

    fn look() -> Look {
        Look::new(ColorDepth::None, false)
    }

    #[test]
    fn shows_a_short_text_whole() {
        let seen = window(&look(), &TextField::filled("ml-team"), 20);
        assert_eq!((seen.text.as_str(), seen.cursor), ("ml-team", 7));
    }

    #[test]
    fn shows_the_end_where_the_cursor_is_at_the_end() {
        let seen = window(&look(), &TextField::filled("abcdefghijklmnopqrstuvwxyz"), 10);
        assert!(seen.text.starts_with('…') && seen.text.ends_with('z'), "{}", seen.text);
        assert_eq!(seen.cursor, width(&seen.text));
    }

    #[test]
    fn shows_hostile_text_as_escapes() {
        let seen = window(&look(), &TextField::filled("a\x1b[31m"), 20);
        assert_eq!(seen.text, "a\\x1b[31m");
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_sight(raw in any::<String>(), back in 0_usize..40, columns in 4_usize..40) {
            let mut field = TextField::filled(&raw);
            for _ in 0..back {
                field.press(Chord::plain(Key::Left));
            }
            for is_ascii in [false, true] {
                let seen = window(&Look::new(ColorDepth::None, is_ascii), &field, columns);
                prop_assert!(seen.cursor < columns);
                prop_assert!(width(&seen.text) <= columns, "{:?}", seen.text);
            }
        }
    }
}
