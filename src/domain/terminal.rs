//! What kind of terminal the console is drawn on.

/// How many colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// No colour at all.
    None,
    /// The 16 colours of the terminal's own palette.
    Ansi16,
    /// The fixed palette of 256 colours.
    Ansi256,
    /// Any colour, in 24 bits.
    TrueColor,
}

/// What stands between the console and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    /// Nothing: it is the terminal itself.
    None,
    /// It runs inside `tmux`.
    Tmux,
    /// It runs inside GNU `screen`.
    Screen,
}

/// How much may move on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Motion {
    /// A sign turns while something runs.
    #[default]
    Full,
    /// Nothing does: only the seconds are counted.
    Reduced,
}

impl Motion {
    /// Returns the one that is written like this.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "full" => Some(Self::Full),
            "reduced" => Some(Self::Reduced),
            _ => None,
        }
    }
}

/// What the console makes of a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Showing {
    /// It draws on all of it.
    #[default]
    Screen,
    /// It tells everything line by line, and takes lines.
    Lines,
}

/// A colour that a context is known by, whatever the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accent {
    /// Red.
    Red,
    /// Yellow, or as dark as white letters need it.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Magenta.
    Magenta,
    /// Cyan.
    Cyan,
}

impl Accent {
    /// All of them, by their names.
    pub const ALL: [(&str, Self); 6] = [
        ("red", Self::Red),
        ("yellow", Self::Yellow),
        ("green", Self::Green),
        ("blue", Self::Blue),
        ("magenta", Self::Magenta),
        ("cyan", Self::Cyan),
    ];

    /// Returns its name.
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, accent)| *accent == self);
        found.map_or("", |(name, _)| name)
    }

    /// Returns the one of this name.
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, accent)| *accent)
    }
}
