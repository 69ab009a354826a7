//! A colour as a theme names it, and what a terminal with fewer colours shows in its place.

use super::ColorDepth;
use ratatui::style::Color;

/// The sixteen colours by name, and roughly how terminals show them.
const NAMED: [(&str, Color, Rgb); 16] = [
    ("black", Color::Black, (0, 0, 0)),
    ("red", Color::Red, (205, 0, 0)),
    ("green", Color::Green, (0, 205, 0)),
    ("yellow", Color::Yellow, (205, 205, 0)),
    ("blue", Color::Blue, (0, 0, 238)),
    ("magenta", Color::Magenta, (205, 0, 205)),
    ("cyan", Color::Cyan, (0, 205, 205)),
    ("white", Color::Gray, (229, 229, 229)),
    ("bright-black", Color::DarkGray, (127, 127, 127)),
    ("bright-red", Color::LightRed, (255, 0, 0)),
    ("bright-green", Color::LightGreen, (0, 255, 0)),
    ("bright-yellow", Color::LightYellow, (255, 255, 0)),
    ("bright-blue", Color::LightBlue, (92, 92, 255)),
    ("bright-magenta", Color::LightMagenta, (255, 0, 255)),
    ("bright-cyan", Color::LightCyan, (0, 255, 255)),
    ("bright-white", Color::White, (255, 255, 255)),
];

/// The levels of the cube in the palette of 256 colours.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Red, green and blue.
pub(super) type Rgb = (u8, u8, u8);

/// A colour as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    /// One of the sixteen of the terminal's own palette.
    Named(Color),
    /// One of the palette of 256.
    Index(u8),
    /// Any.
    Fixed(Rgb),
}

impl Paint {
    /// Reads `red`, `bright-red` or `#5fafff`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let named = NAMED.iter().find(|(name, ..)| *name == text);
        named
            .map(|(_, color, _)| Self::Named(*color))
            .or_else(|| hexadecimal(text))
    }

    /// Returns the names of the sixteen colours.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, ..)| *name)
    }

    /// Returns the nearest to it that a terminal can show.
    pub(super) fn at(self, depth: ColorDepth) -> Option<Color> {
        Some(match (depth, self) {
            (ColorDepth::None, _) => return None,
            (_, Self::Named(color)) => color,
            (ColorDepth::TrueColor, Self::Fixed((red, green, blue))) => Color::Rgb(red, green, blue),
            (ColorDepth::TrueColor | ColorDepth::Ansi256, Self::Index(index)) => Color::Indexed(index),
            (ColorDepth::Ansi256, Self::Fixed(rgb)) => Color::Indexed(nearest_index(rgb)),
            (ColorDepth::Ansi16, Self::Fixed(rgb)) => nearest_named(rgb),
            (ColorDepth::Ansi16, Self::Index(index)) => NAMED
                .get(usize::from(index))
                .map_or_else(|| nearest_named(of_index(index)), |(_, color, _)| *color),
        })
    }
}

fn hexadecimal(text: &str) -> Option<Paint> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    // A sign is no digit, though a number could begin with one.
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_plain)?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some(Paint::Fixed((red, green, blue)))
}

/// Returns what stands at a place of the palette of 256 colours.
pub(super) fn of_index(index: u8) -> Rgb {
    let level = |nth: u8| LEVELS.get(usize::from(nth % 6)).copied().unwrap_or_default();
    match index {
        0..16 => NAMED.get(usize::from(index)).map_or((0, 0, 0), |(.., rgb)| *rgb),
        16..232 => {
            let index = index - 16;
            (level(index / 36), level(index / 6), level(index))
        }
        232.. => {
            let gray = 8 + 10 * (index - 232);
            (gray, gray, gray)
        }
    }
}

/// The sixteen are not among them: what they look like is up to the terminal.
fn nearest_index(rgb: Rgb) -> u8 {
    (16..=u8::MAX)
        .min_by_key(|index| distance(of_index(*index), rgb))
        .unwrap_or_default()
}

fn nearest_named(rgb: Rgb) -> Color {
    let nearest = NAMED.iter().min_by_key(|(.., known)| distance(*known, rgb));
    nearest.map_or(Color::Reset, |(_, color, _)| *color)
}

fn distance(one: Rgb, other: Rgb) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    square(one.0, other.0) + square(one.1, other.1) + square(one.2, other.2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("red", Some(Paint::Named(Color::Red)))]
    #[case("bright-white", Some(Paint::Named(Color::White)))]
    #[case("#5faFFF", Some(Paint::Fixed((95, 175, 255))))]
    #[case("#+5faff", None)]
    #[case("#5fa", None)]
    #[case("#äöü", None)]
    #[case("Red", None)]
    #[case("", None)]
    fn reads_names_and_numbers(#[case] text: &str, #[case] expected: Option<Paint>) {
        assert_eq!(Paint::parse(text), expected);
    }

    #[rstest]
    #[case(Paint::Fixed((95, 175, 254)), Color::Indexed(75), Color::LightBlue)]
    #[case(Paint::Fixed((129, 128, 127)), Color::Indexed(244), Color::DarkGray)]
    #[case(Paint::Fixed((255, 95, 95)), Color::Indexed(203), Color::LightRed)]
    #[case(Paint::Index(196), Color::Indexed(196), Color::LightRed)]
    #[case(Paint::Index(6), Color::Indexed(6), Color::Cyan)]
    #[case(Paint::Index(255), Color::Indexed(255), Color::Gray)]
    #[case(Paint::Named(Color::Yellow), Color::Yellow, Color::Yellow)]
    fn the_nearest_stands_in(#[case] paint: Paint, #[case] of_256: Color, #[case] of_16: Color) {
        assert_eq!(paint.at(ColorDepth::Ansi256), Some(of_256));
        assert_eq!(paint.at(ColorDepth::Ansi16), Some(of_16));
        assert_eq!(paint.at(ColorDepth::None), None);
    }
}
