//! Styles, named by what they say rather than by how they look.
//!
//! The theme `terminal`, which keeps to what the terminal has, is made here; the others are files ([`Sheet`]), those of
//! the program as well as those of its users.

mod paint;
mod sheet;

pub use sheet::Sheet;

use crate::audit::Severity;
pub use crate::domain::terminal::{Accent, ColorDepth};
use ratatui::style::{Color, Modifier, Style};

/// The styles. Each state they tell also has a mark or a word, so none is needed to understand the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// What everything stands on that has no style of its own.
    pub ground: Style,
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
    /// The grounds that contexts are known by, in the order of [`Accent::ALL`].
    accents: [Style; 6],
}

/// Which style of a theme is meant.
pub type Chosen = fn(&mut Theme) -> &mut Style;

/// The role of each style in a file, and what it is for.
pub const ROLES: [(&str, Chosen, &str); 16] = [
    (
        "text",
        |theme| &mut theme.ground,
        "ordinary text, and the ground of everything",
    ),
    ("title", |theme| &mut theme.title, "names of screens, panes and dialogs"),
    ("muted", |theme| &mut theme.muted, "what does not ask for attention"),
    ("column", |theme| &mut theme.column, "titles of columns"),
    ("key", |theme| &mut theme.key, "keys in hints and help"),
    (
        "selected",
        |theme| &mut theme.selected,
        "the row under the cursor, the answer that enter gives",
    ),
    ("focus", |theme| &mut theme.focus, "the field that takes keys"),
    ("ghost", |theme| &mut theme.ghost, "how what is typed might go on"),
    ("danger", |theme| &mut theme.danger, "what went wrong, or will"),
    ("warning", |theme| &mut theme.warning, "what needs a look"),
    ("success", |theme| &mut theme.success, "what worked"),
    ("stale", |theme| &mut theme.stale, "what may no longer be true"),
    ("banner", |theme| &mut theme.banner, "what must not be missed"),
    (
        "mode",
        |theme| &mut theme.mode,
        "`READ-ONLY`, `CHANGES`, `DEMO` and the like",
    ),
    ("border", |theme| &mut theme.border, "lines around things"),
    (
        "frame",
        |theme| &mut theme.frame,
        "the border of the dialog that takes keys",
    ),
];

/// The theme that keeps to what the terminal has.
pub const TERMINAL: &str = "terminal";
/// The theme without a colour.
pub const MONO: &str = "mono";
/// The themes of the program that are files, and whether their colours stay where there are only sixteen, which look as
/// the terminal wants it.
const FILES: [(&str, &str, bool); 3] = [
    ("dark", include_str!("../../assets/themes/dark.toml"), false),
    ("light", include_str!("../../assets/themes/light.toml"), false),
    (
        "high-contrast",
        include_str!("../../assets/themes/high-contrast.toml"),
        true,
    ),
];

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
/// The ground of a banner: white can be read on it.
const DEEP_RED: Shade = Shade {
    rgb: (190, 40, 40),
    index: 124,
    named: Color::Red,
};
const BLUE: Shade = Shade {
    rgb: (30, 95, 165),
    index: 25,
    named: Color::Blue,
};

/// What contexts are known by, in the order of [`Accent::ALL`], and what is written on it. Of the sixteen colours the bright
/// ones take dark letters.
const GROUNDS: [(Shade, Shade); 6] = [
    (DEEP_RED, WHITE),
    (deep((135, 95, 0), 94, Color::Yellow), DARK_IN_SIXTEEN),
    (deep((0, 95, 0), 22, Color::Green), DARK_IN_SIXTEEN),
    (BLUE, WHITE),
    (deep((135, 0, 135), 90, Color::Magenta), WHITE),
    (deep((0, 95, 95), 23, Color::Cyan), DARK_IN_SIXTEEN),
];
const DARK_IN_SIXTEEN: Shade = Shade {
    named: Color::Black,
    ..WHITE
};

const fn deep(rgb: (u8, u8, u8), index: u8, named: Color) -> Shade {
    Shade { rgb, index, named }
}

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
    /// Returns the style of what a context is known by.
    pub fn accent(&self, accent: Option<Accent>) -> Style {
        let place = Accent::ALL.iter().position(|(_, known)| Some(*known) == accent);
        let own = place.and_then(|place| self.accents.get(place));
        own.copied().unwrap_or(self.mode)
    }

    /// Returns the style of something as bad as `severity`.
    pub fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Critical | Severity::High => self.danger,
            Severity::Medium => self.warning,
            Severity::Low => self.text,
            Severity::Info => self.muted,
        }
    }

    /// Returns the names of the themes that the program brings along.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let files = FILES.iter().map(|(name, ..)| *name);
        [TERMINAL].into_iter().chain(files).chain([MONO])
    }

    /// Returns the theme of this name, for a terminal that can show `depth`, if the program brings it along.
    pub fn named(name: &str, depth: ColorDepth) -> Option<Self> {
        match name {
            TERMINAL => return Some(Self::new(depth)),
            MONO => return Some(Self::new(ColorDepth::None)),
            _ => {}
        }
        let (_, text, stays) = FILES.iter().find(|(known, ..)| *known == name)?;
        let sheet = Sheet::parse(text).unwrap_or_default();
        Some(if *stays || depth != ColorDepth::Ansi16 {
            sheet.at(depth)
        } else {
            Self::new(depth)
        })
    }

    /// Returns the styles of the theme `terminal`, for a terminal that can show `depth`.
    pub fn new(depth: ColorDepth) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let inked = |style: Style, shade: &Shade| shade.at(depth).map_or(style, |color| style.fg(color));
        let on_ground = |ground: &Shade, ink: &Shade| match (ink.at(depth), ground.at(depth)) {
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
            ground: plain,
            title: bold,
            muted: quiet(plain),
            column: quiet(plain.add_modifier(Modifier::UNDERLINED)),
            key: inked(bold, &ACCENT),
            selected: on_ground(&BLUE, &WHITE),
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
            banner: on_ground(&DEEP_RED, &WHITE),
            mode: inked(bold.add_modifier(Modifier::REVERSED), &YELLOW),
            border: quiet(plain),
            frame: inked(plain, &ACCENT),
            accents: GROUNDS.each_ref().map(|(ground, ink)| on_ground(ground, ink)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::paint::{Rgb, of_index};
    use super::*;
    use pretty_assertions::assert_eq;

    /// What is relative luminance to WCAG 2.
    fn luminance((red, green, blue): Rgb) -> f64 {
        let linear = |level: u8| {
            let level = f64::from(level) / 255.0;
            if level <= 0.040_45 {
                level / 12.92
            } else {
                ((level + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: Rgb, other: Rgb) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// Returns what is always the same colour, whatever the terminal's own palette is.
    fn fixed(color: Option<Color>) -> Option<Rgb> {
        if let Color::Rgb(red, green, blue) = color? {
            return Some((red, green, blue));
        }
        if let Color::Indexed(index) = color? {
            return (index >= 16).then(|| of_index(index));
        }
        None
    }

    /// Returns each role of a theme whose letters are a fixed colour, with its contrast to the worst of the grounds that
    /// it can stand on; its own ground where it has one.
    fn contrasts(mut theme: Theme, grounds: &[Rgb]) -> Vec<(&'static str, f64)> {
        let ground = fixed(theme.ground.bg);
        let of_role = |(name, role, _): (&'static str, Chosen, &str)| {
            let style = *role(&mut theme);
            let ink = fixed(style.fg)?;
            let own = fixed(style.bg).or(ground);
            let grounds = own.map_or_else(|| grounds.to_vec(), |own| vec![own]);
            let worst = grounds.into_iter().map(|ground| contrast(ink, ground)).reduce(f64::min);
            worst.map(|worst| (name, worst))
        };
        ROLES.into_iter().filter_map(of_role).collect()
    }

    #[test]
    fn fixed_colours_can_be_read_on_their_grounds() {
        let black = (0, 0, 0);
        let cases: [(&str, &[Rgb], f64, usize); 4] = [
            ("dark", &[black, (38, 38, 38)], 4.5, 14),
            ("light", &[(255, 255, 255), (238, 238, 238)], 4.5, 14),
            ("high-contrast", &[], 7.0, 15),
            ("terminal", &[], 4.5, 2),
        ];
        for depth in [ColorDepth::TrueColor, ColorDepth::Ansi256] {
            for (name, grounds, least, n_fixed) in cases {
                let found = contrasts(Theme::named(name, depth).unwrap(), grounds);
                assert_eq!(found.len(), n_fixed, "{name}: {found:?}");
                let unreadable: Vec<_> = found.into_iter().filter(|(_, contrast)| *contrast < least).collect();
                assert_eq!(unreadable, [], "{name} with {depth:?}");
            }
        }
    }

    #[test]
    fn what_contexts_are_known_by_can_be_read_and_told_apart() {
        for depth in [ColorDepth::TrueColor, ColorDepth::Ansi256] {
            let theme = Theme::new(depth);
            for (name, accent) in Accent::ALL {
                let style = theme.accent(Some(accent));
                let pair = fixed(style.fg).zip(fixed(style.bg)).unwrap();
                assert!(contrast(pair.0, pair.1) >= 4.5, "{name} with {depth:?}");
            }
        }
        for depth in [ColorDepth::TrueColor, ColorDepth::Ansi256, ColorDepth::Ansi16] {
            let theme = Theme::named("dark", depth).unwrap();
            let grounds: Vec<_> = Accent::ALL
                .iter()
                .map(|(_, accent)| theme.accent(Some(*accent)).bg)
                .collect();
            for (i, ground) in grounds.iter().enumerate() {
                assert!(ground.is_some() && !grounds[..i].contains(ground), "{ground:?}");
            }
        }
    }

    #[test]
    fn the_files_of_the_program_are_themes() {
        for (name, text, _) in FILES {
            assert_eq!(
                Sheet::parse(text).map_err(|problem| problem.to_string()).err(),
                None,
                "{name}"
            );
            let head = text.lines().next();
            assert_eq!(head, Some("#:schema ../schema/theme.schema.json"), "{name}");
        }
    }

    #[test]
    fn no_theme_has_colours_where_there_are_none_and_each_tells_a_selected_row() {
        let plain = Theme::new(ColorDepth::None);
        for name in Theme::names() {
            assert_eq!(Theme::named(name, ColorDepth::None).as_ref(), Some(&plain), "{name}");
            for depth in [ColorDepth::Ansi16, ColorDepth::Ansi256, ColorDepth::TrueColor] {
                let theme = Theme::named(name, depth).unwrap();
                let (selected, text) = (theme.selected, theme.text);
                let is_reversed = selected.add_modifier.contains(Modifier::REVERSED);
                assert!(
                    is_reversed
                        || selected
                            .bg
                            .is_some_and(|ground| Some(ground) != text.bg && Some(ground) != theme.ground.bg),
                    "{name}: the ground of a selected row is that of any other"
                );
            }
        }
        assert_eq!(Theme::named(MONO, ColorDepth::TrueColor), Some(plain));
        let sixteen = Theme::new(ColorDepth::Ansi16);
        assert_eq!(Theme::named("dark", ColorDepth::Ansi16), Some(sixteen));
        assert_eq!(Theme::named("pink", ColorDepth::Ansi16), None);
    }
}
