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

/// Columns between two columns of help.
pub const HELP_GAP: u16 = 3;

/// How wide a column of help is at least, and how many there are at most.
const HELP_COLUMNS: (u16, u16) = (52, 3);

/// Returns how many columns of help there is room for side by side.
pub fn help_columns(size: Size) -> usize {
    let room = size.width.saturating_sub(4).saturating_add(HELP_GAP);
    usize::from((room / (HELP_COLUMNS.0 + HELP_GAP)).clamp(1, HELP_COLUMNS.1))
}

/// Returns how wide each of `n` columns of help is.
pub fn help_column(size: Size, n: usize) -> usize {
    // Two borders with a blank each.
    let room = usize::from(size.width.saturating_sub(4));
    let gaps = usize::from(HELP_GAP) * n.saturating_sub(1);
    room.saturating_sub(gaps) / n.max(1)
}

/// Columns of the matrix that say whose row it is, at least and at most, with the border and the cursor.
const MATRIX_NAMES: (u16, u16) = (24, 40);

/// How wide a column of the matrix is with the blank behind it: where all workspaces have room then, and on wide screens
/// where they have not.
const MATRIX_COLUMN: (u16, u16) = (8, 14);

/// From this width on columns of the matrix are wide, though fewer of them are seen at once.
const WIDE_MATRIX_FROM: u16 = 160;

/// How wide a column of the matrix gets: the names that the platform takes have room.
const WIDEST_MATRIX_COLUMN: usize = 24;

/// Rows of the matrix over which the name of a workspace is broken.
pub const MATRIX_TITLES: u16 = 3;

/// Rows below the findings that tell the one under the cursor, where there is no detail pane: on a low screen and on
/// a higher one.
const FINDING_ROWS: (u16, u16) = (5, 8);

/// Returns how wide the names of the rows of the matrix are.
pub fn matrix_names(size: Size) -> u16 {
    (size.width / 3).clamp(MATRIX_NAMES.0, MATRIX_NAMES.1)
}

/// Returns how many of `n` workspaces the matrix shows side by side, at least one.
pub fn matrix_columns(size: Size, n: usize) -> usize {
    let most = |column: u16| usize::from((room_for_matrix(size) / column).max(1));
    let column = if n <= most(MATRIX_COLUMN.0) || size.width < WIDE_MATRIX_FROM {
        MATRIX_COLUMN.0
    } else {
        MATRIX_COLUMN.1
    };
    most(column)
}

/// Returns how wide a column of the matrix is for `n` workspaces: as wide as there is room.
pub fn matrix_column(size: Size, n: usize) -> usize {
    let n = matrix_columns(size, n).min(n).max(1);
    (usize::from(room_for_matrix(size)) / n).clamp(usize::from(MATRIX_COLUMN.0), WIDEST_MATRIX_COLUMN)
}

fn room_for_matrix(size: Size) -> u16 {
    // Two borders and the cursor.
    size.width.saturating_sub(matrix_names(size) + 4)
}

/// Returns how many rows of the matrix are visible, at least one.
pub fn matrix_rows(size: Size) -> usize {
    let n_frame = N_FRAME_ROWS + N_TABLE_FRAME + MATRIX_TITLES - 1;
    usize::from(size.height.saturating_sub(n_frame).max(1))
}

/// Returns how many findings are visible, at least one.
pub fn finding_rows(size: Size) -> usize {
    let n_frame = N_FRAME_ROWS + N_TABLE_FRAME + rows_below_findings(size);
    usize::from(size.height.saturating_sub(n_frame).max(1))
}

/// Returns how many rows below the findings tell the one under the cursor.
pub fn rows_below_findings(size: Size) -> u16 {
    match size.height {
        _ if has_detail(size) => 0,
        ..22 => FINDING_ROWS.0,
        22.. => FINDING_ROWS.1,
    }
}
