//! Whether the terminal's own ground is dark or light, as the terminal says when it is asked.
//!
//! Nobody waits for that: the first frame is drawn as if there were no answer, and painted anew when one comes. The
//! question has a second one behind it that every terminal answers ([`Answer::Attributes`]): what comes after that answer,
//! or long after the question, is not the answer to it.

use crate::ui::theme::Theme;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

/// What is asked: the colour of the ground (OSC 11), and what kind of terminal it is (DA1).
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
/// How long an answer counts: later a screen that turns would surprise whoever reads it.
const COUNTS_FOR: Duration = Duration::from_secs(1);

/// What a terminal says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// What text stands on.
    Ground(Ground),
    /// What kind of terminal it is; which, does not matter.
    Attributes,
}

/// What text stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Dark,
    Light,
}

/// The themes to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// For a dark ground.
    pub dark: Theme,
    /// For a light one.
    pub light: Theme,
}

/// The question, until it is answered.
#[derive(Debug, Default)]
pub(super) struct Asked {
    open: Option<(Grounds, Instant)>,
    /// Whether the last of what the terminal says to it is still to come.
    is_awaited: bool,
}

impl Asked {
    /// Asks the terminal, where there is something to choose.
    pub(super) fn ask(grounds: Option<Grounds>) -> io::Result<Self> {
        let Some(grounds) = grounds else {
            return Ok(Self::default());
        };
        let mut out = io::stdout().lock();
        out.write_all(QUESTION)?;
        out.flush()?;
        Ok(Self {
            open: Some((grounds, Instant::now())),
            is_awaited: true,
        })
    }

    /// Returns whether the terminal has not said its last to it: whoever reads the terminal next would take that for keys.
    pub(super) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// Takes an answer; returns the theme to change to, if there is one.
    pub(super) fn hear(&mut self, answer: Answer) -> Option<Theme> {
        self.is_awaited &= answer != Answer::Attributes;
        let (grounds, since) = self.open.take()?;
        let Answer::Ground(ground) = answer else { return None };
        let theme = match ground {
            Ground::Dark => grounds.dark,
            Ground::Light => grounds.light,
        };
        (since.elapsed() <= COUNTS_FOR).then_some(theme)
    }
}

/// Reads `]11;rgb:1e1e/1e1e/2e2e`, which terminals write with one to four digits for each colour.
pub(super) fn read(string: &[u8]) -> Option<Answer> {
    let text = std::str::from_utf8(string.strip_prefix(b"]11;")?).ok()?;
    let colors = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let levels: Option<Vec<u32>> = colors.split('/').take(5).map(level).collect();
    let levels = levels?;
    let ([red, green, blue] | [red, green, blue, _]) = levels.as_slice() else {
        return None;
    };
    // How bright it looks, of a thousand.
    let brightness = (299 * red + 587 * green + 114 * blue) / 1_000;
    Some(Answer::Ground(if brightness < 500 {
        Ground::Dark
    } else {
        Ground::Light
    }))
}

/// Returns a colour of a thousand.
fn level(digits: &str) -> Option<u32> {
    let is_plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let most = 16_u32.pow(u32::try_from(digits.len()).ok()?) - 1;
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_plain)?;
    Some(number * 1_000 / most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::ColorDepth;
    use rstest::rstest;

    #[rstest]
    #[case("]11;rgb:1e1e/1e1e/2e2e", Some(Ground::Dark))]
    #[case("]11;rgb:fdfd/f6f6/e3e3", Some(Ground::Light))]
    #[case("]11;rgb:0/0/0", Some(Ground::Dark))]
    #[case("]11;rgba:ff/ff/ff/80", Some(Ground::Light))]
    #[case("]10;rgb:ffff/ffff/ffff", None)]
    #[case("]11;rgb:ffff/ffff", None)]
    #[case("]11;rgb:fffff/f/f", None)]
    #[case("]11;rgb:+f/f/f", None)]
    #[case("]11;rgb:f/f/f/f/f", None)]
    #[case("]11;rgb://", None)]
    #[case("]11;?", None)]
    #[case("]11;rgb:ä/ö/ü", None)]
    fn reads_what_terminals_say(#[case] said: &str, #[case] expected: Option<Ground>) {
        assert_eq!(read(said.as_bytes()), expected.map(Answer::Ground));
    }

    #[test]
    fn only_the_first_answer_counts_and_none_behind_the_sentinel() {
        let theme = |name| Theme::named(name, ColorDepth::TrueColor).unwrap();
        let grounds = || Grounds {
            dark: theme("dark"),
            light: theme("light"),
        };
        let asked = |since| Asked {
            open: Some((grounds(), since)),
            is_awaited: true,
        };
        let (dark, light) = (Answer::Ground(Ground::Dark), Answer::Ground(Ground::Light));
        let mut first = asked(Instant::now());
        assert_eq!(first.hear(light), Some(theme("light")));
        assert_eq!(first.hear(dark), None);
        assert!(first.is_awaited(), "the answer to the second question is still to come");
        first.hear(Answer::Attributes);
        assert!(!first.is_awaited() && !Asked::default().is_awaited());
        let mut behind = asked(Instant::now());
        assert_eq!((behind.hear(Answer::Attributes), behind.hear(dark)), (None, None));
        let long_ago = Instant::now().checked_sub(Duration::from_secs(2)).unwrap();
        assert_eq!(asked(long_ago).hear(dark), None);
        assert_eq!(Asked::default().hear(dark), None);
    }
}
