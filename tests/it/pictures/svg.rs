//! A frame as a picture: SVG with the same bytes on every machine, which any page shows without anything from elsewhere.

use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A cell in pixels: letters of this size are six tenths of it wide in all usual fonts.
const WIDTH: u16 = 9;
const HEIGHT: u16 = 20;
const LETTERS: u16 = 15;
/// From the upper edge of a cell to the line that letters stand on.
const BASELINE: u16 = 15;
const MARGIN: u16 = 12;
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// Red, green and blue, a byte each.
type Rgb = u32;

/// The sixteen colours of the terminal that is drawn. Bold letters take the bright ones, as in most terminals.
const COLORS: [Rgb; 16] = [
    0x0d_11_17, 0xb6_23_24, 0x56_b3_66, 0xd9_a5_20, 0x1f_5f_bf, 0x9a_3a_ad, 0x4d_b8_d8, 0xc9_d1_d9, // usual
    0x8b_94_9e, 0xff_7b_72, 0x7e_e7_87, 0xf2_cc_60, 0x79_b8_ff, 0xd2_a8_ff, 0x76_e0_f5, 0xff_ff_ff, // bright
];
const INK: Rgb = 0xd7_de_e6;
const GROUND: Rgb = 0x12_17_1e;
/// What is dim, and the line around the picture, which a dark page needs to tell it from itself.
const QUIET: Rgb = COLORS[8];
const EDGE: Rgb = 0x3d_44_4d;
/// The least contrast between letters and their ground.
const LEAST: f64 = 4.5;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    ink: Rgb,
    is_bold: bool,
}

/// Cells of one row that are drawn as one piece, from a column on.
struct Run {
    look: Look,
    at: (u16, u16),
    text: String,
}

#[derive(Default)]
struct Drawing {
    /// Grounds of cells: colour, column, row, columns.
    grounds: Vec<(Rgb, u16, u16, u16)>,
    /// Lines by colour, in half pixels: where each begins, and where it ends.
    lines: BTreeMap<Rgb, Vec<[u16; 4]>>,
    runs: Vec<Run>,
}

/// Returns the picture of a frame.
pub(super) fn picture(frame: &Buffer, title: &str, description: &str) -> String {
    let mut drawing = Drawing::default();
    for y in 0..frame.area.height {
        let mut x = 0;
        while x < frame.area.width {
            let cell = &frame[(x, y)];
            let width = cell.symbol().cell_width().max(1);
            drawing.take(cell, (x, y), width);
            x += width;
        }
    }
    let width = frame.area.width * WIDTH + 2 * MARGIN;
    let height = frame.area.height * HEIGHT + 2 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\" font-size=\"{LETTERS}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>\n",
        escaped(title),
        escaped(description),
        width - 1,
        height - 1,
        hex(GROUND),
        hex(EDGE),
    );
    drawing.write(&mut out);
    out + "</svg>\n"
}

impl Drawing {
    fn take(&mut self, cell: &Cell, (x, y): (u16, u16), width: u16) {
        let (look, ground) = looks_of(cell);
        if ground != GROUND {
            match self.grounds.last_mut() {
                Some((color, from, row, n)) if (*color, *row, *from + *n) == (ground, y, x) => *n += width,
                _ => self.grounds.push((ground, x, y, width)),
            }
        }
        let (left, top) = (2 * (MARGIN + x * WIDTH), 2 * (MARGIN + y * HEIGHT));
        if cell.modifier.contains(Modifier::UNDERLINED) {
            let under = top + 2 * BASELINE + 5;
            self.line(look.ink, [left, under, left + 2 * width * WIDTH, under]);
        }
        if let Some(arms) = arms_of(cell.symbol()) {
            // Half a pixel down: a line between two rows of pixels would be blurred.
            let (middle, centre) = (left + WIDTH, top + HEIGHT + 1);
            let [to_left, to_right, up, down] = arms;
            let from = if to_left { left } else { middle };
            let to = if to_right { left + 2 * WIDTH } else { middle };
            if from < to {
                self.line(look.ink, [from, centre, to, centre]);
            }
            let from = if up { top } else { centre };
            let to = if down { top + 2 * HEIGHT } else { centre };
            if from < to {
                self.line(look.ink, [middle, from, middle, to]);
            }
            return;
        }
        assert!(
            cell.symbol() == " " || contrast(look.ink, ground) >= LEAST,
            "'{}' can hardly be read: {} on {}",
            cell.symbol(),
            hex(look.ink),
            hex(ground)
        );
        self.letter(cell.symbol(), look, (x, y));
    }

    /// Draws a line, or makes the one longer that ends where this begins.
    fn line(&mut self, color: Rgb, [x1, y1, x2, y2]: [u16; 4]) {
        let lines = self.lines.entry(color).or_default();
        let continued = lines.iter_mut().rev().find(|line| {
            let is_along = (line[0] == line[2]) == (x1 == x2);
            is_along && (line[2], line[3]) == (x1, y1)
        });
        match continued {
            Some(line) => (line[2], line[3]) = (x2, y2),
            None => lines.push([x1, y1, x2, y2]),
        }
    }

    /// Draws a letter. Only plain ones share a piece: others may be as wide as they like and push nothing.
    fn letter(&mut self, symbol: &str, look: Look, at: (u16, u16)) {
        if let Some(run) = self.runs.last_mut() {
            let end = run.at.0 + u16::try_from(run.text.len()).unwrap();
            let is_next = run.text.is_ascii() && (end, run.at.1) == at;
            // Pieces end at two blanks, so that nothing depends on how these are kept.
            let goes_on =
                is_next && symbol.is_ascii() && run.look == look && !(symbol == " " && run.text.ends_with(' '));
            if goes_on {
                return run.text.push_str(symbol);
            }
        }
        if symbol != " " {
            let text = symbol.to_owned();
            self.runs.push(Run { look, at, text });
        }
    }

    fn write(&self, out: &mut String) {
        for (color, x, y, n) in &self.grounds {
            let (x, y) = (MARGIN + x * WIDTH, MARGIN + y * HEIGHT);
            let (width, color) = (n * WIDTH, hex(*color));
            writeln!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{color}\"/>"
            )
            .unwrap();
        }
        for (color, lines) in &self.lines {
            let half = |n: u16| f32::from(n) / 2.0;
            write!(out, "<path stroke=\"{}\" d=\"", hex(*color)).unwrap();
            for [x1, y1, x2, y2] in lines {
                let (command, to) = if x1 == x2 { ('V', y2) } else { ('H', x2) };
                write!(out, "M{} {}{command}{}", half(*x1), half(*y1), half(*to)).unwrap();
            }
            out.push_str("\"/>\n");
        }
        let mut by_look: BTreeMap<Look, Vec<&Run>> = BTreeMap::new();
        for run in &self.runs {
            by_look.entry(run.look).or_default().push(run);
        }
        for (look, runs) in by_look {
            let weight = if look.is_bold { " font-weight=\"bold\"" } else { "" };
            writeln!(out, "<g fill=\"{}\"{weight} xml:space=\"preserve\">", hex(look.ink)).unwrap();
            for run in runs {
                run.write(out);
            }
            out.push_str("</g>\n");
        }
    }
}

impl Run {
    fn write(&self, out: &mut String) {
        let text = self.text.trim_end();
        let (x, y) = (MARGIN + self.at.0 * WIDTH, MARGIN + self.at.1 * HEIGHT + BASELINE);
        let n = u16::try_from(text.len()).unwrap();
        // Whatever font there is, the columns stay where they are.
        let length = if text.is_ascii() && n > 1 {
            format!(" textLength=\"{}\"", n * WIDTH)
        } else {
            String::new()
        };
        writeln!(out, "<text x=\"{x}\" y=\"{y}\"{length}>{}</text>", escaped(text)).unwrap();
    }
}

/// Returns how a cell's letters look, and the ground that they stand on.
fn looks_of(cell: &Cell) -> (Look, Rgb) {
    let has = |modifier| cell.modifier.contains(modifier);
    let is_bold = has(Modifier::BOLD);
    let ink = match index_of(cell.fg) {
        Some(index) if is_bold && index < 8 && index > 0 => COLORS[index + 8],
        Some(index) => COLORS[index],
        None if has(Modifier::DIM) => QUIET,
        None => INK,
    };
    let ground = index_of(cell.bg).map_or(GROUND, |index| COLORS[index]);
    let (ink, ground) = if has(Modifier::REVERSED) {
        (ground, ink)
    } else {
        (ink, ground)
    };
    (Look { ink, is_bold }, ground)
}

/// Returns which of the sixteen colours it is; none is the terminal's own.
fn index_of(color: Color) -> Option<usize> {
    use Color::{Black, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightCyan, LightGreen};
    use Color::{LightMagenta, LightRed, LightYellow, Magenta, Red, White, Yellow};
    let all = [
        Black,
        Red,
        Green,
        Yellow,
        Blue,
        Magenta,
        Cyan,
        Gray,
        DarkGray,
        LightRed,
        LightGreen,
        LightYellow,
        LightBlue,
        LightMagenta,
        LightCyan,
        White,
    ];
    let index = all.iter().position(|known| *known == color);
    assert!(
        index.is_some() || color == Color::Reset,
        "{color} is none of the sixteen colours"
    );
    index
}

/// Returns where the lines of a box go from the middle of its cell: to the left, right, up and down.
fn arms_of(symbol: &str) -> Option<[bool; 4]> {
    const ARMS: [(&str, u8); 11] = [
        ("─", 0b1100),
        ("│", 0b0011),
        ("┌", 0b0101),
        ("┐", 0b1001),
        ("└", 0b0110),
        ("┘", 0b1010),
        ("├", 0b0111),
        ("┤", 0b1011),
        ("┬", 0b1101),
        ("┴", 0b1110),
        ("┼", 0b1111),
    ];
    let (_, arms) = ARMS.iter().find(|(known, _)| *known == symbol)?;
    Some([8, 4, 2, 1].map(|bit| arms & bit != 0))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex(color: Rgb) -> String {
    format!("#{color:06x}")
}

/// Returns how well one colour can be told from another (WCAG 2).
fn contrast(one: Rgb, other: Rgb) -> f64 {
    let luminance = |color: Rgb| {
        let [_, red, green, blue] = color.to_be_bytes().map(|level| {
            let level = f64::from(level) / 255.0;
            if level <= 0.040_45 {
                level / 12.92
            } else {
                ((level + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn a_cell_is_where_the_terminal_has_it_whatever_its_letter() {
    use ratatui::style::Style;
    let mut frame = Buffer::empty(ratatui::layout::Rect::new(0, 0, 12, 2));
    let plain = Style::new();
    frame.set_string(0, 0, "a<b  田z &", plain);
    frame.set_string(0, 1, "┌─┐", plain.fg(Color::Cyan));
    frame.set_string(4, 1, "up", plain.add_modifier(Modifier::UNDERLINED | Modifier::DIM));
    frame.set_string(
        7,
        1,
        "no",
        plain.fg(Color::White).bg(Color::Red).add_modifier(Modifier::BOLD),
    );
    frame.set_string(
        9,
        1,
        "DEM",
        plain
            .fg(Color::Yellow)
            .add_modifier(Modifier::REVERSED | Modifier::BOLD),
    );
    let picture = picture(&frame, "R&D", "");
    let (_, drawn) = picture.split_once("</desc>\n").unwrap();
    let drawn: Vec<&str> = drawn.lines().skip(1).collect();
    let expected = [
        // Bold red would be the bright one as a letter; as a ground it stays.
        "<rect x=\"75\" y=\"32\" width=\"18\" height=\"20\" fill=\"#b62324\"/>",
        "<rect x=\"93\" y=\"32\" width=\"27\" height=\"20\" fill=\"#f2cc60\"/>",
        "<path stroke=\"#4db8d8\" d=\"M16.5 42.5H34.5M16.5 42.5V52M34.5 42.5V52\"/>",
        "<path stroke=\"#8b949e\" d=\"M48 49.5H66\"/>",
        "<g fill=\"#12171e\" font-weight=\"bold\" xml:space=\"preserve\">",
        "<text x=\"93\" y=\"47\" textLength=\"27\">DEM</text>",
        "</g>",
        "<g fill=\"#8b949e\" xml:space=\"preserve\">",
        "<text x=\"48\" y=\"47\" textLength=\"18\">up</text>",
        "</g>",
        "<g fill=\"#d7dee6\" xml:space=\"preserve\">",
        "<text x=\"12\" y=\"27\" textLength=\"27\">a&lt;b</text>",
        "<text x=\"57\" y=\"27\">田</text>",
        "<text x=\"75\" y=\"27\" textLength=\"27\">z &amp;</text>",
        "</g>",
        "<g fill=\"#ffffff\" font-weight=\"bold\" xml:space=\"preserve\">",
        "<text x=\"75\" y=\"47\" textLength=\"18\">no</text>",
        "</g>",
        "</svg>",
    ];
    pretty_assertions::assert_eq!(drawn, expected);
    assert!(picture.contains("<title>R&amp;D</title>"), "{picture}");
}
