//! Completions: a shell asks this program what may stand at its cursor. The grammar answers, the config file names the
//! contexts, a cache the workspaces, and what stands in a value's name as `a|b|c` is what may be typed there.
//!
//! Some shells put what they are told into the line as it is, and it is run with the next enter. So no name is offered,
//! of a context or of a file, that a shell could take for more than a name.

mod shells;
mod workspaces;

pub(super) use workspaces::{Listing, are_to_be_listed};

use super::audit::condition;
use super::{Cli, Failure, manual};
use crate::config::{self, Env, Flags};
use crate::domain::operation::Operation;
use crate::ui::theme::Theme;
use clap::{Arg, Command, CommandFactory as _, ValueEnum, ValueHint};
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{CompleteEnv, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use shells::{Bash, Nushell};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use workspaces::Question;

/// Names the shell that asks, or says that workspaces are to be listed for one.
const VARIABLE: &str = "NMP_CONSOLE_COMPLETE";

/// What is completed, and who answers: the one that PATH finds, so that an update needs nothing else.
const PROGRAM: &str = "nmp-console";

/// Commands that bring their own platform.
const OF_THEIR_OWN: &[&str] = &["demo", "sandbox"];

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

/// Answers a shell that asks in `folder` on standard output, if one does; returns whether one did. `program` is this one,
/// as it can be started once more. Belongs before everything else: it changes the environment.
///
/// # Errors
/// If the shell is not known or standard output takes nothing.
pub fn complete(
    arguments: impl IntoIterator<Item = OsString>,
    folder: Option<&Path>,
    program: Option<PathBuf>,
) -> Result<bool, Failure> {
    let begun = Instant::now();
    let env = Env::of_process();
    if env.raw(VARIABLE).is_none() || are_to_be_listed(&env) {
        return Ok(false);
    }
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let question = Arc::new(Question {
        flags: flags(&arguments, &env),
        env,
        program,
        begun,
    });
    let grammar = || {
        let mut command = Cli::command();
        // Only then all arguments are there.
        command.build();
        fill(command, &question)
    };
    let answer = CompleteEnv::with_factory(grammar).var(VARIABLE).shells(SHELLS);
    Ok(answer.try_complete(arguments, folder)?)
}

/// Returns which platform the line leads to, before its cursor or behind it.
fn flags(arguments: &[OsString], env: &Env) -> Flags {
    let mut parts = arguments.split(|word| word == "--");
    let line = parts.nth(1).unwrap_or_default();
    let value = |option: &str| {
        let after = line.iter().skip_while(|word| *word != option).nth(1);
        let within = || {
            let values = line.iter().filter_map(|word| word.to_str()?.strip_prefix(option));
            let mut values = values.filter_map(|rest| rest.strip_prefix('='));
            values.next().map(OsStr::new)
        };
        let value = after.map(OsString::as_os_str).or_else(within);
        value.filter(|value| !value.is_empty()).map(|value| meant(value, env))
    };
    let text = |option| value(option)?.into_string().ok();
    Flags {
        context: text("--context"),
        base_url: text("--base-url"),
        config: value("--config").map(PathBuf::from),
        ca: value("--ca").map(PathBuf::from),
        ..Flags::default()
    }
}

/// Returns what a shell would make of a word of the line, which is handed over as it was typed: without quotes around
/// it, and with the home that `~/` stands for.
fn meant(word: &OsStr, env: &Env) -> OsString {
    let Some(text) = word.to_str() else {
        return word.to_owned();
    };
    let quoted = |mark: char| text.strip_prefix(mark)?.strip_suffix(mark);
    if let Some(within) = quoted('\'').or_else(|| quoted('"')) {
        return within.into();
    }
    let below_home = text.strip_prefix("~/").and_then(|rest| Some(env.home()?.join(rest)));
    below_home.map_or_else(|| word.to_owned(), PathBuf::into_os_string)
}

/// Adds what is known of the values.
fn fill(command: Command, question: &Arc<Question>) -> Command {
    let name = command.get_name();
    let question_of_it = (!OF_THEIR_OWN.contains(&name)).then_some(question);
    command
        .mut_args(|argument| match (argument.get_id().as_str(), question_of_it) {
            ("workspace" | "WORKSPACE", Some(question)) => {
                let question = Arc::clone(question);
                argument.add(ArgValueCompleter::new(move |typed: &OsStr| question.offered(typed)))
            }
            _ => with_values(argument, question),
        })
        .mut_subcommands(|part| fill(part, question))
}

fn with_values(argument: Arg, question: &Question) -> Arg {
    let candidates: Option<fn() -> Vec<String>> = match argument.get_id().as_str() {
        "context" => {
            let (config, env) = (question.flags.config.clone(), question.env.clone());
            return argument.add(ArgValueCandidates::new(move || contexts(config.clone(), &env)));
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
fn contexts(config: Option<PathBuf>, env: &Env) -> Vec<CompletionCandidate> {
    let flags = Flags {
        config,
        ..Flags::default()
    };
    let read = config::contexts(&flags, env);
    let contexts = read.map(|read| read.contexts).unwrap_or_default().into_iter();
    let plain = contexts.filter(|context| is_plain(OsStr::new(context.name.raw())));
    plain
        .map(|context| {
            let server = context.server.as_str().to_owned();
            CompletionCandidate::new(context.name.raw()).help(Some(server.into()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::nothing("nmp-console audit --workspace x", (None, None))]
    #[case::before("nmp-console --context prod audit --config other.yaml", (Some("prod"), Some("other.yaml")))]
    #[case::in_one_word("nmp-console --context=prod --config=a=b.yaml", (Some("prod"), Some("a=b.yaml")))]
    #[case::still_empty("nmp-console --config= --context", (None, None))]
    #[case::quoted("nmp-console --context 'prod' --config=\"a.yaml\"", (Some("prod"), Some("a.yaml")))]
    #[case::home("nmp-console --config ~/a.yaml", (None, Some("/home/ann/a.yaml")))]
    #[case::quoted_home("nmp-console --config '~/a.yaml'", (None, Some("~/a.yaml")))]
    #[case::no_option("nmp-console who-can read -- --context prod", (None, None))]
    fn the_line_says_which_platform_it_is_about(#[case] line: &str, #[case] expected: (Option<&str>, Option<&str>)) {
        let words = "/usr/bin/nmp-console -- ".to_owned() + line;
        let words: Vec<OsString> = words.split(' ').map(OsString::from).collect();
        let flags = flags(&words, &Env::from_iter([("HOME", "/home/ann")]));
        let config = flags.config.as_deref().and_then(Path::to_str);
        assert_eq!((flags.context.as_deref(), config), expected);
    }
}
