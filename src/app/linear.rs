//! What is remembered for a console that is told line by line, and read aloud line by line.

/// How many commands are told that were found by words: nobody listens to a hundred.
pub const MOST_SAID: usize = 10;

/// How far the conversation is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linear {
    /// How many lines have been typed: each is answered.
    pub n_lines: u64,
    /// What the last one wants to hear.
    pub wanted: Wanted,
    /// What the next one is.
    pub asks: Asks,
    /// How many fields of which dialog have been asked for.
    pub(super) asked: Option<(usize, usize)>,
}

/// What a line wants to hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// What it has done.
    #[default]
    News,
    /// Where one is.
    Here,
    /// The list on show, and the selected row.
    List,
    /// The rows on show.
    Rows,
    /// What can be done here.
    Keys,
}

/// What the next line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asks {
    /// A number, a key, the name of an action.
    #[default]
    Command,
    /// What a field is to hold.
    Text,
    /// The same, and nobody may read it.
    Secret,
}
