//! Styles, named by what they say rather than by how they look.

use crate::audit::Severity;
pub use crate::domain::terminal::ColorDepth;
use ratatui::style::{Color, Modifier, Style};

/// The styles. Each state they tell also has a mark or a word, so none is needed to understand the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Names of screens, panes and dialogs.
    pub title: Style,
    /// What is there but does not ask for attention.
    pub muted: Style,
    /// Titles of columns.
    pub column: Style,
    /// Keys in hints and help.
    pub key: Style,
    /// The row under the cursor, the answer that enter gives.
    pub selected: Style,
    /// The field that takes keys.
    pub focus: Style,
    /// How what is typed might go on.
    pub ghost: Style,
    /// What went wrong, or will.
    pub danger: Style,
    /// What needs a look.
    pub warning: Style,
    /// What worked.
    pub success: Style,
    /// What may no longer be true.
    pub stale: Style,
    /// What must not be missed: a workspace without an Admin.
    pub banner: Style,
    /// `READ-ONLY` and `DEMO`.
    pub mode: Style,
    /// Lines around things.
    pub border: Style,
    /// The border of the dialog that takes keys.
    pub frame: Style,
}

/// One colour in the three palettes; all are readable on dark and on light grounds.
struct Shade {
    rgb: (u8, u8, u8),
    index: u8,
    named: Color,
}

const ACCENT: Shade = Shade {
    rgb: (38, 139, 210),
    index: 32,
    named: Color::Cyan,
};
const RED: Shade = Shade {
    rgb: (220, 60, 55),
    index: 167,
    named: Color::Red,
};
const YELLOW: Shade = Shade {
    rgb: (190, 140, 0),
    index: 136,
    named: Color::Yellow,
};
const GREEN: Shade = Shade {
    rgb: (60, 155, 70),
    index: 71,
    named: Color::Green,
};
const WHITE: Shade = Shade {
    rgb: (255, 255, 255),
    index: 231,
    named: Color::White,
};
const BLUE: Shade = Shade {
    rgb: (30, 95, 165),
    index: 25,
    named: Color::Blue,
};

impl Shade {
    fn at(&self, depth: ColorDepth) -> Option<Color> {
        match depth {
            ColorDepth::TrueColor => Some(Color::Rgb(self.rgb.0, self.rgb.1, self.rgb.2)),
            ColorDepth::Ansi256 => Some(Color::Indexed(self.index)),
            ColorDepth::Ansi16 => Some(self.named),
            ColorDepth::None => None,
        }
    }
}

impl Theme {
    /// Returns the style of something as bad as `severity`.
    pub fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Critical | Severity::High => self.danger,
            Severity::Medium => self.warning,
            Severity::Low => self.text,
            Severity::Info => self.muted,
        }
    }

    /// Returns the styles for a terminal that can show `depth`.
    pub fn new(depth: ColorDepth) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let inked = |style: Style, shade: &Shade| shade.at(depth).map_or(style, |color| style.fg(color));
        let on_ground = |ground: &Shade| match (WHITE.at(depth), ground.at(depth)) {
            (Some(ink), Some(ground)) => bold.fg(ink).bg(ground),
            _ => bold.add_modifier(Modifier::REVERSED),
        };
        // The sixteen colours know a gray that many a theme makes as dark as its ground.
        let quiet = |style: Style| match depth {
            ColorDepth::TrueColor => style.fg(Color::Rgb(128, 134, 140)),
            ColorDepth::Ansi256 => style.fg(Color::Indexed(245)),
            ColorDepth::Ansi16 => style.add_modifier(Modifier::DIM),
            ColorDepth::None => style,
        };
        let is_mono = depth == ColorDepth::None;
        Self {
            text: plain,
            title: bold,
            muted: quiet(plain),
            column: quiet(plain.add_modifier(Modifier::UNDERLINED)),
            key: inked(bold, &ACCENT),
            selected: on_ground(&BLUE),
            focus: inked(
                if is_mono {
                    bold.add_modifier(Modifier::UNDERLINED)
                } else {
                    bold
                },
                &ACCENT,
            ),
            ghost: quiet(if is_mono {
                plain.add_modifier(Modifier::UNDERLINED)
            } else {
                plain
            }),
            danger: inked(bold, &RED),
            warning: inked(if is_mono { bold } else { plain }, &YELLOW),
            success: inked(if is_mono { bold } else { plain }, &GREEN),
            stale: inked(plain, &YELLOW),
            banner: on_ground(&RED),
            mode: inked(bold.add_modifier(Modifier::REVERSED), &YELLOW),
            border: quiet(plain),
            frame: inked(plain, &ACCENT),
        }
    }
}
