//! Completions: a shell asks this program what may stand at its cursor. The grammar answers, the config file names the
//! contexts, and what stands in a value's name as `a|b|c` is what may be typed there.
//!
//! Some shells put what they are told into the line as it is, and it is run with the next enter. So no name is offered,
//! of a context or of a file, that a shell could take for more than a name.

use super::audit::condition;
use super::{Cli, Failure, manual};
use crate::config::{self, Env, Flags};
use crate::domain::operation::Operation;
use crate::ui::theme::Theme;
use clap::{Arg, Command, CommandFactory as _, ValueEnum, ValueHint};
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// Names the shell that asks.
const VARIABLE: &str = "NMP_CONSOLE_COMPLETE";

/// What is completed, and who answers: the one that PATH finds, so that an update needs nothing else.
const PROGRAM: &str = "nmp-console";

const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Nushell, &Powershell, &Zsh]);

/// The shells there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    Powershell,
    Zsh,
}

impl Shell {
    /// Returns what the shell has to be told once.
    ///
    /// # Errors
    /// Never: it is written into memory.
    pub(super) fn script(self) -> io::Result<Vec<u8>> {
        let shell: &dyn EnvCompleter = match self {
            Self::Bash => &Bash,
            Self::Elvish => &Elvish,
            Self::Fish => &Fish,
            Self::Nushell => &Nushell,
            Self::Powershell => &Powershell,
            Self::Zsh => &Zsh,
        };
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
        Ok(script)
    }
}

/// Answers a shell that asks in `folder` on standard output, if one does; returns whether one did. Belongs before
/// everything else: it changes the environment.
///
/// # Errors
/// If the shell is not known or standard output takes nothing.
pub fn complete(arguments: impl IntoIterator<Item = OsString>, folder: Option<&Path>) -> Result<bool, Failure> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let config = config_named(&arguments);
    let grammar = || fill(Cli::command(), config.as_deref());
    let answer = CompleteEnv::with_factory(grammar).var(VARIABLE).shells(SHELLS);
    Ok(answer.try_complete(arguments, folder)?)
}

/// Returns the config file that the line names, before its cursor or behind it.
fn config_named(line: &[OsString]) -> Option<PathBuf> {
    let mut words = line.iter();
    while let Some(word) = words.next() {
        let word = word.to_str()?;
        if word == "--config" {
            return words.next().map(PathBuf::from);
        }
        if let Some(name) = word.strip_prefix("--config=") {
            return Some(name.into());
        }
    }
    None
}

/// Adds what is known of the values.
fn fill(command: Command, config: Option<&Path>) -> Command {
    command
        .mut_args(|argument| with_values(argument, config))
        .mut_subcommands(|part| fill(part, config))
}

fn with_values(argument: Arg, config: Option<&Path>) -> Arg {
    let candidates: Option<fn() -> Vec<String>> = match argument.get_id().as_str() {
        "context" => {
            let config = config.map(Path::to_owned);
            return argument.add(ArgValueCandidates::new(move || contexts(config.clone())));
        }
        "theme" => Some(|| Theme::names().chain(["auto"]).map(str::to_owned).collect()),
        "operation" => Some(|| Operation::ALL.map(|one| one.word().to_owned()).into()),
        "fail_on" => Some(|| condition::words().into_iter().map(str::to_owned).collect()),
        "page" => Some(manual::names),
        _ => None,
    };
    if let Some(candidates) = candidates {
        return argument.add(ArgValueCandidates::new(move || offered(candidates())));
    }
    let hint = argument.get_value_hint();
    if matches!(hint, ValueHint::FilePath | ValueHint::AnyPath) {
        return argument.add(ArgValueCompleter::new(move |typed: &OsStr| {
            let fits = move |path: &Path| hint == ValueHint::AnyPath || path.is_file();
            let found = PathCompleter::any().filter(fits).complete(typed).into_iter();
            found.filter(|file| is_plain(file.get_value())).collect::<Vec<_>>()
        }));
    }
    let names = argument.get_value_names();
    match names.and_then(|names| choices(names.first()?.as_str())) {
        Some(choices) => argument.add(ArgValueCandidates::new(move || offered(choices.clone()))),
        None => argument,
    }
}

fn offered(words: Vec<String>) -> Vec<CompletionCandidate> {
    words.into_iter().map(CompletionCandidate::new).collect()
}

/// Whether no shell takes a name for more than that: it can be typed as it stands.
fn is_plain(name: &OsStr) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-".contains(c);
    // An option, or what PowerShell takes apart or zsh replaces.
    let begins_oddly = |name: &str| name.starts_with(['-', '@', '=', '%']);
    name.to_str()
        .is_some_and(|name| !name.is_empty() && !begins_oddly(name) && name.chars().all(is_plain))
}

/// Reads `table|json`. What is written large stands for something else: `FILE|DIR`.
fn choices(name: &str) -> Option<Vec<String>> {
    let is_choice = name.contains('|') && !name.contains(|c: char| c.is_ascii_uppercase());
    is_choice.then(|| name.split('|').map(str::to_owned).collect())
}

/// Returns the contexts of a config file; none where it cannot be read.
fn contexts(config: Option<PathBuf>) -> Vec<CompletionCandidate> {
    let flags = Flags {
        config,
        ..Flags::default()
    };
    let read = config::contexts(&flags, &Env::of_process());
    let contexts = read.map(|read| read.contexts).unwrap_or_default().into_iter();
    let plain = contexts.filter(|context| is_plain(OsStr::new(context.name.raw())));
    plain
        .map(|context| {
            let server = context.server.as_str().to_owned();
            CompletionCandidate::new(context.name.raw()).help(Some(server.into()))
        })
        .collect()
}

/// Nushell, which the library does not know: it takes records, one a line.
struct Nushell;

impl EnvCompleter for Nushell {
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn is(&self, name: &str) -> bool {
        matches!(name, "nu" | "nushell")
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        program: &str,
        completer: &str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        write!(
            out,
            r#"# Completions of {program}, besides those of whatever completes other programs.
$env.config.completions.external.enable = true
let others = $env.config.completions.external.completer?
$env.config.completions.external.completer = {{|words|
    if ($words | first) == "{program}" {{
        with-env {{{variable}: "nushell"}} {{ ^{completer} -- ...$words }} | from json
    }} else if $others != null {{
        do $others $words
    }}
}}
"#
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let last = words.len().saturating_sub(1);
        let found = clap_complete::engine::complete(command, words, last, folder)?;
        let found = found.iter().map(|one| {
            let help = one.get_help().map(ToString::to_string).unwrap_or_default();
            serde_json::json!({
                "value": one.get_value().to_string_lossy(),
                "description": help.lines().next().unwrap_or_default(),
            })
        });
        serde_json::to_writer(out, &found.collect::<Vec<_>>()).map_err(io::Error::from)
    }
}
