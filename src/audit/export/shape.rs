//! What of a report is written, and how wide.

/// How a report is written, apart from its format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The one part that is written; nothing stands for all of them.
    pub only: Option<Part>,
    /// Whether the table says with which command a finding is mended. The other formats always do.
    pub has_commands: bool,
    /// How long the lines of the table are.
    pub lines: Lines,
}

/// A part of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Part {
    Coverage,
    Drift,
    Findings,
    Grants,
    Revoked,
}

impl Part {
    /// Every part, in the order of a report.
    pub const ALL: [Self; 5] = [Self::Coverage, Self::Drift, Self::Findings, Self::Grants, Self::Revoked];

    /// Returns its name on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Coverage => "coverage",
            Self::Drift => "drift",
            Self::Findings => "findings",
            Self::Grants => "grants",
            Self::Revoked => "revoked",
        }
    }

    /// Returns the part of this name.
    pub fn named(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.label() == label)
    }
}

/// How long the lines of a table are. What does not fit goes on in the next line, at a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// As long as this where that cuts nothing: a name that needs more room has it.
    Whole(usize),
    /// Never longer than this: names are cut.
    Cut(usize),
}

impl Lines {
    /// Returns how many columns a line has.
    pub(super) fn columns(self) -> usize {
        match self {
            Self::Whole(columns) | Self::Cut(columns) => columns,
        }
    }
}

impl Default for Lines {
    fn default() -> Self {
        Self::Whole(100)
    }
}
