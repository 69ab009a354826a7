//! Completions: a shell asks this program what may stand at its cursor. The grammar answers, the config file names the
//! contexts, and what stands in a value's name as `a|b|c` is what may be typed there.

use super::audit::condition;
use super::{Cli, Failure};
use crate::config::{self, Env, Flags};
use crate::domain::operation::Operation;
use crate::domain::text::SafeText;
use crate::ui::theme::Theme;
use clap::{Arg, Command, CommandFactory as _, ValueEnum};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::{Bash, CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use std::ffi::OsString;
use std::io;
use std::path::Path;

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

/// Answers a shell that asks in `folder` on standard output, if one does; returns whether one did. Belongs before everything else: it changes the
/// environment.
///
/// # Errors
/// If the shell is not known or standard output takes nothing.
pub fn complete(arguments: impl IntoIterator<Item = OsString>, folder: Option<&Path>) -> Result<bool, Failure> {
    let answer = CompleteEnv::with_factory(grammar).var(VARIABLE).shells(SHELLS);
    Ok(answer.try_complete(arguments, folder)?)
}

/// Returns the grammar with what is known of its values.
fn grammar() -> Command {
    fill(Cli::command())
}

fn fill(command: Command) -> Command {
    command.mut_args(with_values).mut_subcommands(fill)
}

fn with_values(argument: Arg) -> Arg {
    let candidates: Option<fn() -> Vec<CompletionCandidate>> = match argument.get_id().as_str() {
        "context" => Some(contexts),
        "theme" => Some(|| Theme::names().chain(["auto"]).map(CompletionCandidate::new).collect()),
        "operation" => Some(|| Operation::ALL.map(|one| CompletionCandidate::new(one.word())).into()),
        "fail_on" => Some(|| condition::words().into_iter().map(CompletionCandidate::new).collect()),
        _ => None,
    };
    if let Some(candidates) = candidates {
        return argument.add(ArgValueCandidates::new(candidates));
    }
    let choices = argument
        .get_value_names()
        .and_then(|names| choices(names.first()?.as_str()));
    match choices {
        Some(choices) => argument.add(ArgValueCandidates::new(move || {
            choices.iter().map(CompletionCandidate::new).collect::<Vec<_>>()
        })),
        None => argument,
    }
}

/// Reads `table|json`. What is written large stands for something else: `FILE|DIR`.
fn choices(name: &str) -> Option<Vec<String>> {
    let is_choice = name.contains('|') && !name.contains(|c: char| c.is_ascii_uppercase());
    is_choice.then(|| name.split('|').map(str::to_owned).collect())
}

/// Returns the contexts of the config file; none where it cannot be read. What a shell could take for more than a name is
/// not offered.
fn contexts() -> Vec<CompletionCandidate> {
    let read = config::contexts(&Flags::default(), &Env::of_process());
    let contexts = read.map(|read| read.contexts).unwrap_or_default();
    let safe = contexts.into_iter().filter(|context| {
        let name = context.name.raw();
        !name.is_empty() && SafeText::new(name).as_str() == name
    });
    safe.map(|context| {
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
