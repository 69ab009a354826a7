//! How the screen is divided. The core needs it for page keys and for what is visible; the view uses the same
//! numbers, so they cannot disagree.

use super::msg::Size;

/// The smallest screen the console draws on.
pub const SMALLEST: Size = Size { width: 60, height: 16 };

/// From this width on a detail pane stands beside the table.
pub const DETAIL_FROM: u16 = 100;

/// Rows above and below the body: header, title, notice, hints.
pub const N_FRAME_ROWS: u16 = 4;

/// Rows of the body that are not rows of its table: two borders and the column titles.
pub const N_TABLE_FRAME: u16 = 3;

/// Returns whether the screen is too small to draw on.
pub fn is_too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

/// Returns how many rows of a table are visible, at least one.
pub fn table_rows(size: Size) -> usize {
    usize::from(size.height.saturating_sub(N_FRAME_ROWS + N_TABLE_FRAME).max(1))
}

/// Returns how many lines of text fit into the body within its borders, at least one.
pub fn text_rows(size: Size) -> usize {
    usize::from(size.height.saturating_sub(N_FRAME_ROWS + 2).max(1))
}

/// Returns whether a detail pane stands beside the table.
pub fn has_detail(size: Size) -> bool {
    size.width >= DETAIL_FROM
}
