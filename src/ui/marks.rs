//! The signs on the screen, and what stands for them on a terminal that knows ASCII only.

use super::theme::Theme;
use crate::app::screen::activity::UNDONE;
use crate::app::screen::members::Badge;
use crate::audit::Severity;
use crate::domain::activity::OPEN;
use crate::domain::activity::Verdict;
use ratatui::style::Style;
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
    /// For what is known to be nothing.
    pub nothing: &'static str,
    /// Before the chosen of several options.
    pub chosen: &'static str,
    /// Between two things in one line.
    pub dot: &'static str,
    /// What moves while something runs.
    pub spinner: &'static [&'static str],
    /// Lines around things.
    pub border: border::Set<'static>,
    pub(super) is_ascii: bool,
    /// Whether they are words, since everything is read aloud, line by line.
    pub(super) are_spoken: bool,
}

impl Marks {
    /// Returns whether none of them moves.
    pub fn are_still(&self) -> bool {
        self.spinner.len() < 2
    }

    /// Returns the signs for a terminal that shows Unicode.
    pub const fn unicode() -> Self {
        Self {
            cursor: "▸",
            error: "✗",
            success: "✓",
            warning: "!",
            cut: "…",
            withheld: "–",
            nothing: "–",
            chosen: "(•)",
            dot: "·",
            spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"],
            border: border::PLAIN,
            is_ascii: false,
            are_spoken: false,
        }
    }

    /// Returns what stands for these signs where everything is read aloud: a word where the sign says something, else
    /// nothing.
    #[must_use]
    pub fn spoken(self) -> Self {
        Self {
            cursor: "selected:",
            error: "error:",
            success: "",
            warning: "warning:",
            withheld: "withheld",
            nothing: "none",
            chosen: "",
            dot: "",
            spinner: &[""],
            are_spoken: true,
            ..self
        }
    }

    /// Returns the same signs, of which none moves.
    #[must_use]
    pub fn still(self) -> Self {
        let spinner: &[&str] = if self.is_ascii { &["-"] } else { &["·"] };
        Self { spinner, ..self }
    }

    /// Returns the signs for a terminal that shows ASCII only. None moves: what is read aloud or printed would be full of it.
    pub const fn ascii() -> Self {
        Self {
            cursor: ">",
            error: "x",
            success: "+",
            warning: "!",
            cut: "...",
            withheld: "-",
            nothing: "-",
            chosen: "(*)",
            dot: "-",
            spinner: &["-"],
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
            are_spoken: false,
        }
    }
}

/// Something about a row that must be seen at once: one sign in the table, its word in a border and in the detail pane.
/// The signs are the same on every terminal. A mark that somebody has set stands first, where it is looked for, then what
/// warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Somebody has marked it.
    Marked,
    /// Spelled so that it can deceive.
    LookAlike,
    /// No request can reach it.
    Unaddressable,
    /// No request can reach it but through its rows, as the caller may.
    RowsOnly,
    /// Something is wrong with it.
    Finding(Severity),
    /// It is not known whether the filter means it.
    Perhaps,
    /// It could not be read, and is not being read any more.
    NotLoaded,
    /// The last Admin.
    LastAdmin,
    /// The caller.
    You,
    /// The caller, through a group.
    YourGroup,
    /// What became of a change; nothing while that is not written down.
    Ended(Option<Verdict>),
    /// A later change took it back.
    Undone,
    /// Touched between two looks.
    New,
    /// Changed between two looks.
    Changed,
    /// The default workspace.
    Default,
    /// The context that the console is in.
    InUse,
    /// The current context of the config file.
    Current,
}

impl Mark {
    /// Returns its sign, one cell wide.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Marked | Self::Current => "+",
            Self::LookAlike => "~",
            Self::Unaddressable => "x",
            Self::RowsOnly => "#",
            Self::Finding(_) => "!",
            Self::Perhaps | Self::NotLoaded => "?",
            Self::LastAdmin => "1",
            Self::You => "@",
            Self::YourGroup => "&",
            Self::Ended(verdict) => sign_of(verdict),
            Self::Undone => "u",
            Self::Changed => "c",
            Self::Default | Self::InUse | Self::New => "*",
        }
    }

    /// Returns its word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Marked => "marked",
            Self::LookAlike => Badge::LookAlike.label(),
            Self::Unaddressable => Badge::Unaddressable.label(),
            Self::RowsOnly => Badge::RowsOnly.label(),
            Self::LastAdmin => Badge::LastAdmin.label(),
            Self::You => Badge::You.label(),
            Self::YourGroup => Badge::YourGroup.label(),
            Self::Finding(_) => "finding",
            Self::Perhaps => "perhaps",
            Self::NotLoaded => "not loaded",
            Self::Ended(Some(verdict)) => verdict.word(),
            Self::Ended(None) => OPEN,
            Self::Undone => UNDONE,
            Self::Changed => "changed since the last look",
            Self::New => "new since the last look",
            Self::Default => "default",
            Self::InUse => "in use",
            Self::Current => "current",
        }
    }

    /// Returns how it is drawn.
    pub(super) fn style(self, theme: &Theme) -> Style {
        match self {
            Self::LookAlike | Self::Unaddressable | Self::RowsOnly => theme.danger,
            Self::Finding(severity) => theme.severity(severity),
            Self::Perhaps | Self::NotLoaded | Self::LastAdmin => theme.warning,
            Self::You | Self::YourGroup | Self::InUse | Self::New | Self::Changed => theme.success,
            Self::Ended(verdict) => style_of(verdict, theme),
            Self::Undone => theme.muted,
            Self::Marked | Self::Default | Self::Current => theme.key,
        }
    }
}

/// Returns the sign for what became of a change.
fn sign_of(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => ".",
        Some(Verdict::Confirmed) => "+",
        Some(Verdict::Accepted) => "~",
        Some(Verdict::Applied) => "=",
        Some(Verdict::HalfDone) => "%",
        Some(Verdict::Refused) => "x",
        Some(Verdict::NotApplied) => "-",
        Some(Verdict::NotSent) => "/",
        Some(Verdict::Unknown) => "?",
        Some(Verdict::Ended) => "|",
    }
}

fn style_of(verdict: Option<Verdict>, theme: &Theme) -> Style {
    match verdict {
        Some(Verdict::Confirmed | Verdict::Accepted | Verdict::Applied) => theme.success,
        Some(Verdict::Ended) => theme.muted,
        Some(Verdict::Refused) => theme.danger,
        Some(Verdict::HalfDone | Verdict::NotApplied | Verdict::NotSent | Verdict::Unknown) | None => theme.warning,
    }
}

impl From<Badge> for Mark {
    fn from(badge: Badge) -> Self {
        match badge {
            Badge::You => Self::You,
            Badge::YourGroup => Self::YourGroup,
            Badge::LastAdmin => Self::LastAdmin,
            Badge::LookAlike => Self::LookAlike,
            Badge::Unaddressable => Self::Unaddressable,
            Badge::RowsOnly => Self::RowsOnly,
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
            '▾' => "v",
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
