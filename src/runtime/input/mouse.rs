//! What a terminal reports of the mouse, in the one form that is asked for (SGR: `ESC [ < button ; column ; row M`).
//!
//! Only what means something here is read: the left button and the wheel, with no key held. Everything else, whole or
//! not, is nothing.

use ratatui::layout::Position;

/// Something done with the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::runtime) struct Report {
    /// What was done.
    pub deed: Deed,
    /// The cell it was done on.
    pub at: Position,
}

/// What is done with a mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::runtime) enum Deed {
    /// The left button was pressed.
    Press,
    /// The wheel was turned by a notch; whether towards the end.
    Wheel(bool),
}

/// Reads what stands between `ESC [ <` and the `M` of a button that goes down.
pub(super) fn read(parameters: &[u8]) -> Option<Report> {
    let mut numbers = parameters.split(|byte| *byte == b';').map(number);
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let deed = match button {
        0 => Deed::Press,
        64 => Deed::Wheel(false),
        65 => Deed::Wheel(true),
        _ => return None,
    };
    // Cells are counted from one.
    let at = Position::new(column.checked_sub(1)?, row.checked_sub(1)?);
    numbers.next().is_none().then_some(Report { deed, at })
}

/// Reads a number that a terminal has written: digits alone, and not more of them than a screen has cells.
fn number(digits: &[u8]) -> Option<u16> {
    let is_plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_plain)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn report(deed: Deed, x: u16, y: u16) -> Report {
        let at = Position::new(x, y);
        Report { deed, at }
    }

    #[rstest]
    #[case::click(b"0;1;1", Some(report(Deed::Press, 0, 0)))]
    #[case::wheel_up(b"64;80;24", Some(report(Deed::Wheel(false), 79, 23)))]
    #[case::wheel_down(b"65;65535;65535", Some(report(Deed::Wheel(true), 65534, 65534)))]
    #[case::middle(b"1;1;1", None)]
    #[case::right(b"2;1;1", None)]
    #[case::dragged(b"32;1;1", None)]
    #[case::moved(b"35;1;1", None)]
    #[case::with_shift(b"4;1;1", None)]
    #[case::with_ctrl(b"16;1;1", None)]
    #[case::wheel_sideways(b"66;1;1", None)]
    #[case::no_cell(b"0;0;1", None)]
    #[case::no_row(b"0;1;0", None)]
    #[case::huge(b"0;65536;1", None)]
    #[case::far_too_huge(b"0;99999999999999999999;1", None)]
    #[case::two_numbers(b"0;1", None)]
    #[case::four_numbers(b"0;1;1;1", None)]
    #[case::signed(b"0;+1;1", None)]
    #[case::negative(b"0;-1;1", None)]
    #[case::blank(b"0; 1;1", None)]
    #[case::sub_parameters(b"0:1;1;1", None)]
    #[case::empty(b"", None)]
    #[case::empty_numbers(b";;", None)]
    fn reads_the_left_button_and_the_wheel_alone(#[case] parameters: &[u8], #[case] expected: Option<Report>) {
        assert_eq!(read(parameters), expected);
    }
}
