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

/// Rows above the header that the tour of the demo takes.
pub const N_TOUR_ROWS: u16 = 2;

/// Returns what is left of a screen below the tour; nothing where that is too little.
pub fn below_tour(size: Size) -> Option<Size> {
    let height = size.height.saturating_sub(N_TOUR_ROWS);
    (height >= SMALLEST.height).then_some(Size { height, ..size })
}

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

/// How wide the names of the matrix are, at least, and at most on a narrow and on a wide screen.
const MATRIX_NAMES: (u16, u16, u16) = (14, 24, 40);

/// How wide a column of the matrix is with the blank behind it, on screens of these widths and more: less of a name says
/// less than one workspace more.
const MATRIX_COLUMNS: [(u16, u16); 3] = [(160, 14), (80, 10), (0, 8)];

/// How wide a column of the matrix gets: the names that the platform takes have room.
const WIDEST_MATRIX_COLUMN: u16 = 24;

/// Rows of the matrix over which the name of a workspace is broken.
pub const MATRIX_TITLES: u16 = 3;

/// Rows below the findings that tell the one under the cursor, where there is no detail pane: on a low screen and on
/// a higher one.
const FINDING_ROWS: (u16, u16) = (5, 8);

/// How the matrix is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// How wide the names of its rows are.
    pub names: usize,
    /// How many workspaces it has room for side by side, at least one.
    pub n_columns: usize,
    /// How wide the column of one is, with the blank behind it.
    pub column: usize,
}

/// Returns how the matrix of `n` workspaces is divided whose longest name of a principal takes so many columns: names take
/// what they need, and where all workspaces have room, their columns share the rest.
pub fn matrix(size: Size, n: usize, longest: usize) -> Matrix {
    let (least, narrow, wide) = MATRIX_NAMES;
    let most = (size.width / 3).clamp(narrow, wide);
    // A blank behind a name, and one before the letters.
    let names = u16::try_from(longest.saturating_add(2))
        .unwrap_or(most)
        .clamp(least, most);
    // Two borders and the cursor.
    let room = size.width.saturating_sub(names + 4);
    let fits = |column: u16| usize::from((room / column).max(1));
    let [.., (_, narrowest)] = MATRIX_COLUMNS;
    let of_this_width = MATRIX_COLUMNS.iter().find(|(from, _)| size.width >= *from);
    let usual = of_this_width.map_or(narrowest, |(_, column)| *column);
    // All of them at once are worth the end of their names.
    let usual = if n <= fits(narrowest) { narrowest } else { usual };
    let n_columns = fits(usual);
    let shared = room / u16::try_from(n_columns.min(n).max(1)).unwrap_or(1);
    Matrix {
        names: usize::from(names),
        n_columns,
        column: usize::from(shared.clamp(usual, WIDEST_MATRIX_COLUMN)),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// What the names of principals do not need, those of workspaces get.
    #[rstest]
    #[case::all_have_room(120, 8, 26, (28, 11, 11))]
    #[case::short_names(120, 8, 10, (14, 12, 12))]
    #[case::long_names_are_cut(80, 8, 63, (26, 5, 10))]
    #[case::narrow(60, 8, 26, (24, 4, 8))]
    #[case::wide(200, 500, 40, (40, 11, 14))]
    #[case::few(200, 3, 20, (22, 21, 24))]
    fn the_matrix_shares_its_room(
        #[case] width: u16,
        #[case] n: usize,
        #[case] longest: usize,
        #[case] (names, n_columns, column): (usize, usize, usize),
    ) {
        let expected = Matrix {
            names,
            n_columns,
            column,
        };
        assert_eq!(matrix(Size { width, height: 24 }, n, longest), expected);
    }
}
