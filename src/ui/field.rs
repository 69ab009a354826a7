//! A text field: a window on its text around the cursor.
//!
//! The text may be hostile and a megabyte long, so only what can be seen is made safe and measured.

use super::text::width;
use super::{Look, text};
use crate::app::text_field::TextField;
use crate::domain::text::SafeText;
use ratatui::style::Style;
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
    // The cursor moves through the beginning and the end of a long text, and the text below the cursor in between: one
    // character for each key, so that nothing jumps.
    let n_after = after.chars().take(columns).count();
    let in_the_middle = field.cursor().saturating_sub(columns / 2);
    let at_the_end = (field.cursor() + n_after + 1).saturating_sub(columns);
    let n_left_out = in_the_middle.min(at_the_end);
    let is_cut = n_left_out > 0;
    // The sign of what is left out takes the place of the first character.
    let mut rest = before.chars();
    if is_cut {
        rest.nth(n_left_out);
    }
    let before = print(look, rest.as_str());
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

/// Returns the style of the text of `field`, in place of a `plain` one: what would be replaced is marked.
pub(super) fn style(look: &Look, field: &TextField, plain: Style) -> Style {
    if field.is_selected() {
        look.theme.focus.patch(look.theme.selected)
    } else {
        plain
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
    fn neither_the_cursor_nor_the_text_jumps() {
        let mut field = TextField::filled("abcdefghijklmnopqrstuvwxyz");
        let mut before = window(&look(), &field, 10);
        for _ in 0..26 {
            field.press(Chord::plain(Key::Left));
            let now = window(&look(), &field, 10);
            let moved = before.cursor.abs_diff(now.cursor);
            let has_scrolled = before.text != now.text;
            assert!(moved + usize::from(has_scrolled) == 1, "{} {}", before.text, now.text);
            before = now;
        }
        assert_eq!((before.text.as_str(), before.cursor), ("abcdefghi…", 0));
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
