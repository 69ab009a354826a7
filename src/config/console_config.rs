//! The console's own config file: what a context is to this console alone, and what the platform's CLI, which drops
//! what it does not know, could not keep in its file.
//!
//! ```toml
//! theme = "dark"              # how the console looks
//! motion = "reduced"          # nothing turns while something runs
//! linear = true               # everything is told line by line
//! mouse = true                # the mouse selects, scrolls and presses what a hint names
//! watch = 60                  # workspaces and members are read again every 60 s
//!
//! [completions]
//! workspaces = false          # a shell is offered no names of workspaces, and none are listed for it
//!
//! [contexts.prod]
//! read_only = true            # nothing is changed through it
//! proxy = "http://proxy:3128" # in place of the environment's; "none" for no proxy
//! dialect = "platform-0.6"    # what the server is, where it cannot be told
//! word = "PROD"               # what it is called in the header and above every dialog
//! accent = "red"              # and in which colour
//! protect = "typed"           # its name is typed before the first change
//! ```

use super::error::Place;
use super::{Error, Source, Sourced};
use crate::domain::context::{ContextName, Precautions};
use crate::domain::generation::Generation;
use crate::domain::parsing;
use crate::domain::secret::Secret;
use crate::domain::terminal::{Accent, Motion};
use crate::domain::text::SafeText;
use crate::files;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;

/// How many seconds may lie between two looks at the screen.
const WATCH: RangeInclusive<u64> = 5..=3600;

/// The file in the console's own folder.
const FILE: &str = "config.toml";

/// The most letters that the word of a context has.
const LONGEST_WORD: usize = 12;

/// The generations that a server can be said to be of.
fn sayable() -> impl Iterator<Item = Generation> {
    Generation::ALL
        .into_iter()
        .filter(|generation| *generation != Generation::Unknown)
}

/// What the file says; nothing if there is none.
#[derive(Clone, Debug, Default)]
pub struct ConsoleConfig {
    path: PathBuf,
    theme: Option<String>,
    motion: Option<Motion>,
    linear: Option<bool>,
    has_mouse: Option<bool>,
    watch: Option<Duration>,
    completes_workspaces: Option<bool>,
    contexts: BTreeMap<String, OfContext>,
}

/// What the file says of one context.
#[derive(Clone, Debug, Default)]
struct OfContext {
    line: u64,
    is_read_only: bool,
    /// It may hold a password.
    proxy: Option<Secret>,
    generation: Option<Generation>,
    precautions: Precautions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireFile {
    theme: Option<String>,
    motion: Option<Spanned<String>>,
    linear: Option<bool>,
    mouse: Option<bool>,
    watch: Option<Spanned<u64>>,
    #[serde(default)]
    completions: WireCompletions,
    #[serde(default)]
    contexts: BTreeMap<Spanned<String>, WireContext>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireCompletions {
    workspaces: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireContext {
    read_only: Option<bool>,
    proxy: Option<Spanned<String>>,
    #[serde(rename = "dialect")]
    generation: Option<Spanned<String>>,
    word: Option<Spanned<String>>,
    accent: Option<Spanned<String>>,
    protect: Option<Spanned<String>>,
}

/// Reads how often the screen is read again, or says what is wrong there.
fn interval(seconds: &Spanned<u64>) -> Result<Duration, (usize, String)> {
    let (first, last) = (WATCH.start(), WATCH.end());
    let is_one = WATCH.contains(seconds.get_ref());
    let interval = is_one.then(|| Duration::from_secs(*seconds.get_ref()));
    interval.ok_or_else(|| {
        let problem = format!("watch is a number of seconds from {first} to {last}");
        (seconds.span().start, problem)
    })
}

/// Reads how much may move on the screen, or says what is wrong there.
fn how_much_moves(word: &Spanned<String>) -> Result<Motion, (usize, &'static str)> {
    Motion::named(word.get_ref()).ok_or((word.span().start, "motion is \"full\" or \"reduced\""))
}

impl ConsoleConfig {
    /// Reads the file in the console's own folder; blocks. There need not be one.
    ///
    /// # Errors
    /// If it cannot be read, or holds anything it has no use for: what looks like a safety switch must be one.
    pub fn read(folder: Option<&Path>) -> Result<Self, Error> {
        let Some(path) = folder.map(|folder| folder.join(FILE)) else {
            return Ok(Self::default());
        };
        match files::read(&path, files::CONFIG) {
            Ok(bytes) => Self::parse(&bytes, path),
            Err(error) if files::is_absence(&error) => Ok(Self::default()),
            Err(source) => Err(Error::Read { path, source }),
        }
    }

    fn parse(bytes: &[u8], path: PathBuf) -> Result<Self, Error> {
        let bytes = parsing::without_mark(bytes);
        let fault = |at: usize, problem: &str| {
            let before = bytes.get(..at).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            Error::Syntax {
                place: Place::line(&path, line.try_into().unwrap_or(u64::MAX)),
                problem: SafeText::with_limit(problem, 200),
            }
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|error| fault(error.valid_up_to(), "contains bytes that are not UTF-8"))?;
        let wire: WireFile = toml::from_str(text).map_err(|error| {
            let at = error.span().unwrap_or(Range { start: 0, end: 0 }).start;
            let words = parsing::in_words(error.message());
            fault(at, words.as_deref().unwrap_or("this value is not allowed here"))
        })?;
        let motion = wire.motion.as_ref().map(how_much_moves).transpose();
        let motion = motion.map_err(|(at, problem)| fault(at, problem))?;
        let watch = wire.watch.as_ref().map(interval).transpose();
        let watch = watch.map_err(|(at, problem)| fault(at, &problem))?;
        let mut contexts = BTreeMap::new();
        for (name, context) in wire.contexts {
            let generation = context.generation.map(|word| {
                let mut known = sayable();
                known.find(|known| known.word() == word.get_ref()).ok_or_else(|| {
                    let known = sayable().map(Generation::word).collect::<Vec<_>>().join(", ");
                    let problem = format!("no dialect is called '{}' (there are: {known})", word.get_ref());
                    fault(word.span().start, &problem)
                })
            });
            let precautions = precautions(name.get_ref(), [&context.word, &context.accent, &context.protect])
                .map_err(|(at, problem)| fault(at, &problem))?;
            let proxy = context.proxy.map(|proxy| {
                let is_filled = !proxy.get_ref().trim().is_empty();
                let problem = "a proxy is an address, or \"none\"";
                is_filled
                    .then(|| Secret::new(proxy.get_ref().clone()))
                    .ok_or_else(|| fault(proxy.span().start, problem))
            });
            let at = text.get(..name.span().start).unwrap_or_default();
            let of_context = OfContext {
                line: at.split('\n').count().try_into().unwrap_or(u64::MAX),
                is_read_only: context.read_only.unwrap_or(false),
                proxy: proxy.transpose()?,
                generation: generation.transpose()?,
                precautions,
            };
            contexts.insert(name.into_inner(), of_context);
        }
        Ok(Self {
            path,
            theme: wire.theme,
            motion,
            linear: wire.linear,
            has_mouse: wire.mouse,
            watch,
            completes_workspaces: wire.completions.workspaces,
            contexts,
        })
    }

    /// Returns the name of the theme.
    pub(super) fn theme(&self) -> Option<Sourced<String>> {
        Some(Sourced {
            value: self.theme.clone()?,
            source: Source::File(self.path.clone()),
        })
    }

    /// Returns how often the screen is read again, where it is to be.
    pub(super) fn watch(&self) -> Option<Duration> {
        self.watch
    }

    /// Returns whether a shell is offered names of workspaces.
    pub(super) fn completes_workspaces(&self) -> bool {
        self.completes_workspaces.unwrap_or(true)
    }

    /// Returns how much may move on the screen.
    pub(super) fn motion(&self) -> Option<Motion> {
        self.motion
    }

    /// Returns whether everything is to be told line by line, where that is said.
    pub(super) fn is_linear(&self) -> Option<bool> {
        self.linear
    }

    /// Returns whether the mouse is listened to, where it says so.
    pub(super) fn has_mouse(&self) -> Option<bool> {
        self.has_mouse
    }

    /// Returns what is to be taken care of in a context.
    pub(super) fn precautions(&self, context: &str) -> Precautions {
        self.contexts
            .get(context)
            .map(|own| own.precautions.clone())
            .unwrap_or_default()
    }

    /// Returns whether nothing may be changed through a context.
    pub(super) fn is_read_only(&self, context: &str) -> bool {
        self.contexts.get(context).is_some_and(|own| own.is_read_only)
    }

    /// Returns the proxy of a context, as it is written.
    pub(super) fn proxy(&self, context: &str) -> Option<(&str, Source)> {
        let proxy = self.contexts.get(context)?.proxy.as_ref()?;
        Some((proxy.reveal(), Source::File(self.path.clone())))
    }

    /// Returns what the server of a context is said to be.
    pub(super) fn generation(&self, context: &str) -> Option<Sourced<Generation>> {
        Some(Sourced {
            value: self.contexts.get(context)?.generation?,
            source: Source::File(self.path.clone()),
        })
    }

    /// Returns what to say of a context that only this file knows: it may be one that is written otherwise elsewhere.
    pub(super) fn strangers(&self, known: &[&str]) -> Vec<SafeText> {
        let strange = self.contexts.iter().filter(|(name, _)| !known.contains(&name.as_str()));
        let warning = |(name, own): (&String, &OfContext)| {
            let place = Place::line(&self.path, own.line);
            let name = SafeText::new(name);
            SafeText::new(&format!(
                "{place} is about the context '{name}', which the platform's CLI does not know"
            ))
        };
        strange.map(warning).collect()
    }
}

/// Reads `word`, `accent` and `protect`; what is wrong comes with its place.
fn precautions(
    name: &str,
    [word, accent, protect]: [&Option<Spanned<String>>; 3],
) -> Result<Precautions, (usize, String)> {
    let mut precautions = Precautions::default();
    if let Some(word) = word {
        let shown = SafeText::new(word.get_ref().trim());
        let length = shown.as_str().chars().count();
        if !(1..=LONGEST_WORD).contains(&length) {
            let problem = format!("a word has 1 to {LONGEST_WORD} letters");
            return Err((word.span().start, problem));
        }
        precautions.word = Some(shown);
    }
    if let Some(accent) = accent {
        let named = Accent::named(accent.get_ref());
        precautions.accent = Some(named.ok_or_else(|| {
            let known = Accent::ALL.map(|(name, _)| name).join(", ");
            (accent.span().start, format!("an accent is one of {known}"))
        })?);
    }
    if let Some(protect) = protect {
        if protect.get_ref() != "typed" {
            let problem = "protect is \"typed\": the context's name is typed before the first change";
            return Err((protect.span().start, problem.to_owned()));
        }
        precautions.typed = Some(ContextName::new(name));
    }
    Ok(precautions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    fn parse(text: &str) -> Result<ConsoleConfig, String> {
        ConsoleConfig::parse(text.as_bytes(), "config.toml".into()).map_err(|error| error.to_string())
    }

    #[test]
    fn says_what_a_context_is_to_this_console() {
        let text = "# mine\n[contexts.prod]\nread_only = true\nproxy = \"none\"\ndialect = \"platform-0.6\"\n\n[contexts.\"a b\"]\n";
        let console = parse(text).unwrap();
        assert!(console.is_read_only("prod") && !console.is_read_only("a b") && !console.is_read_only("else"));
        assert_eq!(console.proxy("prod").map(|(proxy, _)| proxy), Some("none"));
        assert!(
            !format!("{console:?}").contains("none"),
            "it could be an address with a password"
        );
        let generation = console.generation("prod").unwrap();
        assert_eq!(
            (generation.value, generation.source.to_string()),
            (Generation::Platform06, "config.toml".to_owned())
        );
        assert_eq!(
            console.strangers(&["prod"]),
            [SafeText::new(
                "config.toml:7 is about the context 'a b', which the platform's CLI does not know"
            )]
        );
    }

    #[test]
    fn says_what_is_to_be_taken_care_of() {
        let text = "motion = 'reduced'\n[contexts.prod]\nword = \"PR\\u001bOD\"\naccent = 'red'\nprotect = 'typed'\n";
        let console = parse(text).unwrap();
        let expected = Precautions {
            word: Some(SafeText::new("PR\u{1b}OD")),
            accent: Some(Accent::Red),
            typed: Some(ContextName::new("prod")),
        };
        assert_eq!(
            (console.precautions("prod"), console.motion()),
            (expected, Some(Motion::Reduced))
        );
        assert_eq!(console.precautions("else"), Precautions::default());
    }

    #[test]
    fn every_generation_has_a_name_that_is_read() {
        for generation in sayable() {
            let console = parse(&format!("[contexts.x]\ndialect = \"{}\"\n", generation.word())).unwrap();
            assert_eq!(
                console.generation("x").map(|generation| generation.value),
                Some(generation)
            );
        }
    }

    #[rstest]
    #[case::key(
        "[contexts.prod]\nread-only = true\n",
        "config.toml:2: 'read-only' is unknown here (known are: read_only, proxy, dialect, word, accent, protect)"
    )]
    #[case::section(
        "[context.prod]\nread_only = true\n",
        "config.toml:1: 'context' is unknown here (known are: theme, motion, linear, mouse, watch, completions, contexts)"
    )]
    #[case::switch(
        "[contexts.prod]\nread_only = \"yes\"\n",
        "config.toml:2: true or false is needed, not a text"
    )]
    #[case::generation(
        "[contexts.prod]\n\ndialect = \"nmp\"\n",
        "config.toml:3: no dialect is called 'nmp' (there are: seed, platform-0.1, platform-0.3, platform-0.6, helix)"
    )]
    #[case::proxy(
        "[contexts.prod]\nproxy = \" \"\n",
        "config.toml:2: a proxy is an address, or \"none\""
    )]
    #[case::watch("watch = 1\n", "config.toml:1: watch is a number of seconds from 5 to 3600")]
    #[case::completions("[completions]\ncontexts = false\n", "config.toml:2: 'contexts' is unknown here")]
    #[case::mouse("mouse = 'on'\n", "config.toml:1: true or false is needed, not a text")]
    #[case::motion("motion = 'none'\n", "config.toml:1: motion is \"full\" or \"reduced\"")]
    #[case::long_word(
        "[contexts.a]\nword = 'ABCDEFGHIJKLM'\n",
        "config.toml:2: a word has 1 to 12 letters"
    )]
    #[case::no_word("[contexts.a]\nword = ' '\n", "config.toml:2: a word has 1 to 12 letters")]
    #[case::accent(
        "[contexts.a]\naccent = 'pink'\n",
        "config.toml:2: an accent is one of red, yellow, green, blue, magenta, cyan"
    )]
    #[case::protection("[contexts.a]\nprotect = true\n", "config.toml:2: a text is needed")]
    #[case::other_protection("[contexts.a]\nprotect = 'yes'\n", "config.toml:2: protect is \"typed\"")]
    #[case::no_toml("[contexts.prod\n", "config.toml:1: ")]
    fn what_it_has_no_use_for_is_an_error(#[case] text: &str, #[case] expected: &str) {
        let message = parse(text).unwrap_err();
        assert!(message.starts_with(expected), "{message}");
    }

    #[test]
    fn need_not_be_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ConsoleConfig::read(Some(folder.path())).unwrap().contexts.is_empty());
        std::fs::create_dir(folder.path().join(FILE)).unwrap();
        assert!(matches!(
            ConsoleConfig::read(Some(folder.path())),
            Err(Error::Read { .. })
        ));
        assert!(ConsoleConfig::read(None).unwrap().contexts.is_empty());
    }
}
