//! How the terminal can be drawn on, as far as flags and environment tell.

use super::console_config::ConsoleConfig;
use super::{Env, Error, Flags, Source, Sourced};
use crate::domain::terminal::{ColorDepth, Motion, Multiplexer, Showing};
use crate::domain::text::SafeText;
use std::time::Duration;

/// The longest that a lone escape may wait for the rest of a key, in milliseconds.
pub const MOST_ESC_WAIT: i64 = 2_000;
/// How long it waits when nothing else is said: longer than the parts of a key are apart in most networks, and shorter
/// than anybody notices.
const ESC_WAIT: u16 = 50;

/// What the terminal can show, and how it is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Display {
    /// Borders and marks are plain ASCII.
    pub is_ascii: bool,
    /// The colours there are.
    pub color: ColorDepth,
    /// The terminal cannot move its cursor (`TERM=dumb`): nothing can be drawn on it.
    pub is_dumb: bool,
    /// What is made of it.
    pub showing: Showing,
    /// What passes on what is meant for the terminal itself.
    pub multiplexer: Multiplexer,
    /// How much may move.
    pub motion: Motion,
    /// How often the screen is read again, where it is to be.
    pub watch: Option<Duration>,
    /// How long a lone escape waits for the rest of a key before it counts as Esc.
    pub esc_wait: Duration,
    /// The mouse is listened to, from the start.
    pub has_mouse: bool,
}

/// Terminals that take 24-bit colour without saying so in `COLORTERM`, which `ssh` does not pass on.
const TRUE_COLOR_TERMINALS: [&str; 6] = ["alacritty", "foot", "ghostty", "iterm2", "kitty", "wezterm"];

impl Display {
    /// Derives what can be shown.
    ///
    /// # Errors
    /// If a variable of the console's own says what it cannot mean.
    pub fn resolve(flags: &Flags, env: &Env, console: &ConsoleConfig) -> Result<Self, Error> {
        let term = env.text("TERM").ok().flatten().unwrap_or_default();
        let is_ascii = match env.switch("NMP_CONSOLE_ASCII")? {
            _ if flags.is_ascii => true,
            Some(wish) => wish,
            None => !is_utf8(env),
        };
        let is_colorless =
            flags.is_colorless || env.raw("NO_COLOR").is_some() || env.switch("NMP_CONSOLE_NO_COLOR")?.unwrap_or(false);
        Ok(Self {
            is_ascii,
            color: if is_colorless {
                ColorDepth::None
            } else {
                color_depth(env, term)
            },
            is_dumb: term == "dumb",
            showing: showing(flags, env, console)?,
            multiplexer: multiplexer(env, term),
            motion: motion(env, console)?,
            watch: console.watch(),
            esc_wait: Duration::from_millis(esc_wait(flags, env)?.into()),
            has_mouse: has_mouse(flags, env, console)?,
        })
    }
}

/// Returns the name of the theme that is asked for, by whoever comes first.
pub(super) fn theme(flags: &Flags, env: &Env, console: &ConsoleConfig) -> Result<Option<Sourced<String>>, Error> {
    const VARIABLE: &str = "NMP_CONSOLE_THEME";
    let named = |value: &str, source| Sourced {
        value: value.trim().to_owned(),
        source,
    };
    if let Some(name) = &flags.theme {
        return Ok(Some(named(name, Source::Flag("--theme"))));
    }
    let in_env = env.text(VARIABLE)?;
    let in_env = in_env.map(|name| named(name, Source::Variable(VARIABLE)));
    Ok(in_env.or_else(|| console.theme()))
}

fn motion(env: &Env, console: &ConsoleConfig) -> Result<Motion, Error> {
    const VARIABLE: &str = "NMP_CONSOLE_MOTION";
    let Some(text) = env.text(VARIABLE)? else {
        return Ok(console.motion().unwrap_or_default());
    };
    Motion::named(text.trim()).ok_or_else(|| Error::Value {
        source_of: Source::Variable(VARIABLE),
        problem: format!("is '{}', neither full nor reduced", SafeText::new(text)),
    })
}

/// The common variable is only that: what it says in other words means nothing here, and its own is heard before it.
fn showing(flags: &Flags, env: &Env, console: &ConsoleConfig) -> Result<Showing, Error> {
    let of = |is_linear| if is_linear { Showing::Lines } else { Showing::Screen };
    if flags.showing == Showing::Lines {
        return Ok(Showing::Lines);
    }
    if let Some(wish) = env.switch("NMP_CONSOLE_LINEAR")? {
        return Ok(of(wish));
    }
    let accessible = env
        .raw("ACCESSIBLE")
        .map(|value| value.to_string_lossy().trim().to_lowercase());
    let is_wished = accessible.map(|value| !matches!(value.as_str(), "" | "0" | "false" | "no" | "off"));
    Ok(of(is_wished.or(console.is_linear()).unwrap_or(false)))
}

fn has_mouse(flags: &Flags, env: &Env, console: &ConsoleConfig) -> Result<bool, Error> {
    if let Some(wish) = flags.has_mouse {
        return Ok(wish);
    }
    let in_env = env.switch("NMP_CONSOLE_MOUSE")?;
    Ok(in_env.or_else(|| console.has_mouse()).unwrap_or(false))
}

fn esc_wait(flags: &Flags, env: &Env) -> Result<u16, Error> {
    const VARIABLE: &str = "NMP_CONSOLE_ESC_WAIT";
    if let Some(wait) = flags.esc_wait {
        return Ok(wait);
    }
    let Some(text) = env.text(VARIABLE)? else {
        return Ok(ESC_WAIT);
    };
    let wait = text
        .trim()
        .parse()
        .ok()
        .filter(|wait| i64::from(*wait) <= MOST_ESC_WAIT);
    wait.ok_or_else(|| Error::Value {
        source_of: Source::Variable(VARIABLE),
        problem: format!(
            "is '{}', not a number of milliseconds from 0 to {MOST_ESC_WAIT}",
            SafeText::new(text)
        ),
    })
}

/// Both can run inside the other; then it is the inner one that says what `TERM` is, and `tmux` says `screen` or `tmux`.
fn multiplexer(env: &Env, term: &str) -> Multiplexer {
    let is_set = |name| env.raw(name).is_some();
    if is_set("TMUX") {
        Multiplexer::Tmux
    } else if is_set("STY") || term == "screen" || term.starts_with("screen.") || term.starts_with("screen-") {
        Multiplexer::Screen
    } else {
        Multiplexer::None
    }
}

/// The first of the three variables that is set decides, as POSIX has it; none means the C locale, which is ASCII.
fn is_utf8(env: &Env) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env.raw(name));
    let locale = locale.map(|name| name.to_string_lossy().to_ascii_lowercase());
    locale.is_some_and(|name| name.contains("utf-8") || name.contains("utf8"))
}

fn color_depth(env: &Env, term: &str) -> ColorDepth {
    let claim = env
        .raw("COLORTERM")
        .map(|claim| claim.to_string_lossy().to_ascii_lowercase());
    if term == "dumb" {
        ColorDepth::None
    } else if claim.is_some_and(|claim| claim == "truecolor" || claim == "24bit")
        || term.ends_with("-direct")
        || TRUE_COLOR_TERMINALS.iter().any(|name| term.contains(name))
    {
        ColorDepth::TrueColor
    } else if term.contains("256color") {
        ColorDepth::Ansi256
    } else {
        ColorDepth::Ansi16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn display(pairs: &[(&str, &str)]) -> Display {
        Display::resolve(
            &Flags::default(),
            &pairs.iter().copied().collect(),
            &ConsoleConfig::default(),
        )
        .unwrap()
    }

    #[rstest]
    #[case::nothing_known(&[], ColorDepth::Ansi16)]
    #[case::linux_console(&[("TERM", "linux")], ColorDepth::Ansi16)]
    #[case::xterm(&[("TERM", "xterm-256color")], ColorDepth::Ansi256)]
    #[case::claimed(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], ColorDepth::TrueColor)]
    #[case::known_by_name(&[("TERM", "xterm-kitty")], ColorDepth::TrueColor)]
    #[case::dumb(&[("TERM", "dumb"), ("COLORTERM", "truecolor")], ColorDepth::None)]
    #[case::no_color(&[("TERM", "xterm-256color"), ("NO_COLOR", "1")], ColorDepth::None)]
    #[case::empty_no_color(&[("TERM", "xterm-256color"), ("NO_COLOR", "")], ColorDepth::Ansi256)]
    #[case::own_variable(&[("TERM", "xterm"), ("NMP_CONSOLE_NO_COLOR", "1")], ColorDepth::None)]
    fn finds_the_colours(#[case] pairs: &[(&str, &str)], #[case] expected: ColorDepth) {
        assert_eq!(display(pairs).color, expected);
    }

    #[rstest]
    #[case::nothing(&[], None, Ok(50))]
    #[case::variable(&[("NMP_CONSOLE_ESC_WAIT", "300")], None, Ok(300))]
    #[case::flag(&[("NMP_CONSOLE_ESC_WAIT", "nonsense")], Some(0), Ok(0))]
    #[case::nonsense(&[("NMP_CONSOLE_ESC_WAIT", "0.5s")], None, Err("NMP_CONSOLE_ESC_WAIT is '0.5s', not a number of milliseconds from 0 to 2000"))]
    #[case::too_long(&[("NMP_CONSOLE_ESC_WAIT", "60000")], None, Err("NMP_CONSOLE_ESC_WAIT is '60000', not a number of milliseconds from 0 to 2000"))]
    fn knows_how_long_an_escape_waits(
        #[case] pairs: &[(&str, &str)],
        #[case] esc_wait: Option<u16>,
        #[case] expected: Result<u64, &str>,
    ) {
        let flags = Flags {
            esc_wait,
            ..Flags::default()
        };
        let display = Display::resolve(&flags, &pairs.iter().copied().collect(), &ConsoleConfig::default());
        let wait = display.map(|display| display.esc_wait);
        match expected {
            Ok(expected) => assert_eq!(wait.unwrap(), Duration::from_millis(expected)),
            Err(said) => assert!(wait.unwrap_err().to_string().contains(said)),
        }
    }

    #[rstest]
    #[case::nothing(None, &[], "", Ok(false))]
    #[case::file(None, &[], "mouse = true", Ok(true))]
    #[case::variable_wins_over_the_file(None, &[("NMP_CONSOLE_MOUSE", "0")], "mouse = true", Ok(false))]
    #[case::option_wins_over_both(Some(false), &[("NMP_CONSOLE_MOUSE", "1")], "mouse = true", Ok(false))]
    #[case::option(Some(true), &[("NMP_CONSOLE_MOUSE", "perhaps")], "", Ok(true))]
    #[case::nonsense(None, &[("NMP_CONSOLE_MOUSE", "perhaps")], "", Err("NMP_CONSOLE_MOUSE"))]
    fn listens_to_the_mouse_where_that_was_asked_for(
        #[case] wish: Option<bool>,
        #[case] pairs: &[(&str, &str)],
        #[case] file: &str,
        #[case] expected: Result<bool, &str>,
    ) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), file).unwrap();
        let console = ConsoleConfig::read(Some(folder.path())).unwrap();
        let flags = Flags {
            has_mouse: wish,
            ..Flags::default()
        };
        let display = Display::resolve(&flags, &pairs.iter().copied().collect(), &console);
        match (display, expected) {
            (Ok(display), expected) => assert_eq!(Ok(display.has_mouse), expected),
            (Err(error), Err(said)) => assert!(error.to_string().contains(said), "{error}"),
            (Err(error), Ok(_)) => panic!("{error}"),
        }
    }

    #[rstest]
    #[case::nothing(&[("TERM", "xterm-256color")], Multiplexer::None)]
    #[case::tmux(&[("TERM", "screen-256color"), ("TMUX", "/tmp/tmux-0/default,1,0")], Multiplexer::Tmux)]
    #[case::screen(&[("TERM", "screen"), ("STY", "1.pts-0.host")], Multiplexer::Screen)]
    #[case::screen_at_the_other_end_of_ssh(&[("TERM", "screen-256color")], Multiplexer::Screen)]
    fn sees_what_is_in_between(#[case] pairs: &[(&str, &str)], #[case] expected: Multiplexer) {
        assert_eq!(display(pairs).multiplexer, expected);
    }

    #[rstest]
    #[case::c_locale(&[], true)]
    #[case::utf8(&[("LANG", "de_DE.UTF-8")], false)]
    #[case::spelt_otherwise(&[("LANG", "C.utf8")], false)]
    #[case::latin1(&[("LANG", "de_DE.ISO-8859-1")], true)]
    #[case::ctype_before_lang(&[("LC_CTYPE", "C"), ("LANG", "en_US.UTF-8")], true)]
    #[case::all_before_ctype(&[("LC_ALL", "en_US.UTF-8"), ("LC_CTYPE", "C")], false)]
    #[case::empty_is_unset(&[("LC_ALL", ""), ("LANG", "en_US.UTF-8")], false)]
    #[case::wished(&[("LANG", "en_US.UTF-8"), ("NMP_CONSOLE_ASCII", "1")], true)]
    #[case::wished_away(&[("NMP_CONSOLE_ASCII", "0")], false)]
    fn follows_the_locale(#[case] pairs: &[(&str, &str)], #[case] is_ascii: bool) {
        assert_eq!(display(pairs).is_ascii, is_ascii);
    }

    #[rstest]
    #[case::nothing(&[], Showing::Screen)]
    #[case::common(&[("ACCESSIBLE", "1")], Showing::Lines)]
    #[case::common_in_words(&[("ACCESSIBLE", "yes")], Showing::Lines)]
    #[case::common_denied(&[("ACCESSIBLE", "0")], Showing::Screen)]
    #[case::common_empty(&[("ACCESSIBLE", "")], Showing::Screen)]
    #[case::own(&[("NMP_CONSOLE_LINEAR", "1")], Showing::Lines)]
    #[case::own_before_the_common_one(&[("NMP_CONSOLE_LINEAR", "0"), ("ACCESSIBLE", "1")], Showing::Screen)]
    #[case::not_by_the_terminal_alone(&[("TERM", "dumb")], Showing::Screen)]
    fn lines_are_told_to_whoever_asks_for_them(#[case] pairs: &[(&str, &str)], #[case] expected: Showing) {
        assert_eq!(display(pairs).showing, expected);
    }

    #[test]
    fn flags_win_over_the_environment() {
        let flags = Flags {
            is_ascii: true,
            is_colorless: true,
            ..Flags::default()
        };
        let env: Env = [
            ("NMP_CONSOLE_ASCII", "0"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
        ]
        .into_iter()
        .collect();
        let display = Display::resolve(&flags, &env, &ConsoleConfig::default()).unwrap();
        assert_eq!((display.is_ascii, display.color), (true, ColorDepth::None));
    }
}
