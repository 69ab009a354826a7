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
