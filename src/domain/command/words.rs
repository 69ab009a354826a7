//! The words of a command line, quoted for a POSIX shell.

use crate::domain::text::{CopyProblem, SafeText};
use std::fmt;

/// One command line. It keeps what it names exactly and cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// Returns the line exactly as a shell must get it; never for a screen.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Returns the line as it may be shown.
    pub fn shown(&self) -> SafeText {
        SafeText::new(&self.0)
    }

    /// Returns the line to be copied.
    ///
    /// # Errors
    /// If what would be shown is not what a shell would have to get.
    pub fn to_copy(&self) -> Result<SafeText, CopyProblem> {
        SafeText::to_copy(&self.0)
    }

    /// Returns whether it is one of the console itself, not of the platform's CLI.
    pub fn is_of_the_console(&self) -> bool {
        self.0.starts_with(super::CONSOLE)
    }

    /// Returns whether it sets the workspace that commands act in by themselves.
    pub fn sets_the_default(&self) -> bool {
        self.0.contains(" config set --workspace ")
    }

    /// Returns the command with `word` as a gap that somebody has to fill in. A shell that gets it as it is does nothing:
    /// it looks for a file of that name.
    #[must_use]
    pub fn to_be_filled_in(&self, word: &str) -> Self {
        let gap = format!("<{word}>");
        let words = self
            .0
            .split(' ')
            .map(|each| if each == word { gap.as_str() } else { each });
        Self(words.collect::<Vec<_>>().join(" "))
    }

    /// Returns this command, and `next` when it has succeeded.
    #[must_use]
    pub fn and_then(&self, next: &Self) -> Self {
        Self(format!("{} && {}", self.0, next.0))
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<Words> for Command {
    fn from(words: Words) -> Self {
        let Words {
            line, name, options, ..
        } = words;
        let mut out = line;
        match name {
            // After `--` even `-rf` is a name.
            Some(name) if name.starts_with('-') => {
                push(&mut out, &options);
                push(&mut out, "--");
                push(&mut out, &quoted(&name));
            }
            Some(name) => {
                push(&mut out, &quoted(&name));
                push(&mut out, &options);
            }
            None => push(&mut out, &options),
        }
        Self(out)
    }
}

/// A command line being written, word by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    program: String,
    line: String,
    /// What it is about.
    name: Option<String>,
    /// What follows the name.
    options: String,
}

impl Words {
    /// Adds words of the grammar, after all options given so far. The first of all is the program.
    pub(super) fn plain(&mut self, words: &str) {
        if self.program.is_empty() {
            words.clone_into(&mut self.program);
        }
        let options = std::mem::take(&mut self.options);
        push(&mut self.line, &options);
        push(&mut self.line, words);
    }

    /// Adds an option with its value, whatever that begins with.
    pub(super) fn option(&mut self, name: &str, value: &str) {
        push(&mut self.options, name);
        push(&mut self.options, &quoted(value));
    }

    /// Adds an option where it has a value.
    pub(super) fn option_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.option(name, value);
        }
    }

    /// Adds an option that takes no value.
    pub(super) fn flag(&mut self, name: &str) {
        push(&mut self.options, name);
    }

    /// Says what the command is about.
    #[must_use]
    pub(super) fn about(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }

    pub(super) fn program(&self) -> &str {
        &self.program
    }
}

fn push(line: &mut String, words: &str) {
    if !line.is_empty() && !words.is_empty() {
        line.push(' ');
    }
    line.push_str(words);
}

/// Quotes `word` for a POSIX shell where it needs it.
pub fn quoted(word: &str) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | ':' | '+' | '%' | ',' | '/');
    if !word.is_empty() && word.chars().all(is_plain) && !word.starts_with('-') {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Returns `word` as it is typed into a POSIX shell; nothing where a character of it could not be shown as it is typed.
pub fn typed(word: &str) -> Option<SafeText> {
    SafeText::to_copy(&quoted(word)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("alice@example.com", "alice@example.com")]
    #[case("*", "'*'")]
    #[case("it's", "'it'\\''s'")]
    #[case("-rf", "'-rf'")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("$(reboot)", "'$(reboot)'")]
    #[case("~root", "'~root'")]
    #[case("a=b", "'a=b'")]
    fn quotes_what_a_shell_would_read_otherwise(#[case] word: &str, #[case] written: &str) {
        assert_eq!(quoted(word), written);
    }

    #[rstest]
    #[case("it's", Some("'it'\\''s'"))]
    #[case("a\tb", None)]
    #[case("\u{202e}b", None)]
    fn what_would_be_typed_otherwise_than_it_is_shown_is_not_advised(
        #[case] word: &str,
        #[case] written: Option<&str>,
    ) {
        assert_eq!(typed(word).as_ref().map(SafeText::as_str), written);
    }

    #[test]
    fn a_name_that_looks_like_an_option_stays_a_name() {
        let mut words = Words::default();
        words.plain("nemo x delete");
        words.option("--workspace", "w");
        let command: Command = words.clone().about("-rf").into();
        assert_eq!(command.raw(), "nemo x delete --workspace w -- '-rf'");
        let command: Command = words.about("run").into();
        assert_eq!(command.raw(), "nemo x delete run --workspace w");
    }
}
