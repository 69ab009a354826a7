//! The signs on the screen, and what stands for them on a terminal that knows ASCII only.

use ratatui::symbols::border;
use std::fmt::Write as _;

/// The signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Before the row or the field under the cursor.
    pub cursor: &'static str,
    /// Before what went wrong.
    pub error: &'static str,
    /// Before what worked.
    pub success: &'static str,
    /// Before what needs a look.
    pub warning: &'static str,
    /// Where a text was cut, and for what is not known yet.
    pub cut: &'static str,
    /// For what may not be known.
    pub withheld: &'static str,
    /// Before the chosen of several options.
    pub chosen: &'static str,
    /// Between two things in one line.
    pub dot: &'static str,
    /// What moves while something runs.
    pub spinner: &'static [&'static str],
    /// Lines around things.
    pub border: border::Set<'static>,
    pub(super) is_ascii: bool,
}

impl Marks {
    /// Returns the signs for a terminal that shows Unicode.
    pub const fn unicode() -> Self {
        Self {
            cursor: "▸",
            error: "✗",
            success: "✓",
            warning: "!",
            cut: "…",
            withheld: "–",
            chosen: "(•)",
            dot: "·",
            spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"],
            border: border::PLAIN,
            is_ascii: false,
        }
    }

    /// Returns the signs for a terminal that shows ASCII only.
    pub const fn ascii() -> Self {
        Self {
            cursor: ">",
            error: "x",
            success: "+",
            warning: "!",
            cut: "...",
            withheld: "-",
            chosen: "(*)",
            dot: "-",
            spinner: &["|", "/", "-", "\\"],
            border: border::Set {
                top_left: "+",
                top_right: "+",
                bottom_left: "+",
                bottom_right: "+",
                vertical_left: "|",
                vertical_right: "|",
                horizontal_top: "-",
                horizontal_bottom: "-",
            },
            is_ascii: true,
        }
    }
}

/// Returns `text` in ASCII: the signs of our own sentences by what they mean, anything else as `\u{…}`.
pub(super) fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let sign = match c {
            '…' => "...",
            '→' => "->",
            '←' => "<-",
            '↑' => "up",
            '↓' => "down",
            '·' | '–' => "-",
            '▸' => ">",
            '✗' => "x",
            '✓' => "+",
            '•' => "*",
            c if c.is_ascii() => {
                out.push(c);
                continue;
            }
            c => {
                let wrote = write!(out, "\\u{{{:x}}}", c as u32);
                debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
                continue;
            }
        };
        out.push_str(sign);
    }
    out
}
