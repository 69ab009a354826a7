//! How the program ends: what is said, and with which exit code.

use super::hooks;
use crate::api;
use crate::config;
use crate::connect;
use crate::domain::text::{SafeText, without_error_numbers};
use crate::login;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// How the program ended where nothing went wrong with the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It did what it was asked for.
    Done,
    /// As asked, and an audit found what it was told to look for, or a journal is not as it was written.
    Found,
    /// It was asked whether somebody may do something, and they may not.
    No,
    /// It was asked something that cannot be told.
    CannotTell,
    /// A plan was refused by a guard; nothing was sent.
    Guarded,
    /// As asked, and the outcome of something is unknown.
    Doubtful,
    /// By the signal of this number.
    Signalled(i32),
}

/// Why the program could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line does not follow the grammar, or asks for help or the version.
    #[error(transparent)]
    Arguments(#[from] clap::Error),
    /// An option does not apply to the command.
    #[error("{option} does not apply to '{command}'")]
    Inapplicable {
        /// The option, as it is typed: `--read-only`.
        option: &'static str,
        /// The command it was given to.
        command: &'static str,
    },
    /// What was asked for cannot be meant.
    #[error("{0}; see --help")]
    Usage(String),
    /// A guard refuses what was asked for; nothing was sent.
    #[error("refused: {0}")]
    Guarded(String),
    /// The platform refused, failed or could not be reached.
    #[error("{0}. {next}", next = .0.next_step())]
    Platform(api::Error),
    /// Nobody is logged in, in words.
    #[error("{0}")]
    LoggedOut(SafeText),
    /// The caller may not do that.
    #[error("{0}")]
    NotAllowed(&'static str),
    /// A list of the platform does not come to an end.
    #[error("{0}; the report says that it is incomplete")]
    Endless(SafeText),
    /// The platform let nothing be read, in words.
    #[error("{0}")]
    Unread(SafeText),
    /// A file that was named cannot be used, or another thing on this machine.
    #[error("{0}")]
    Local(String),
    /// Input or output is not a terminal.
    #[error("the console needs a terminal, and standard {0} is not one; see --help for what works without")]
    NotATerminal(&'static str),
    /// The terminal can only print lines.
    #[error(
        "this terminal cannot move its cursor (TERM=dumb), so the console cannot be drawn; --linear tells everything line by line there"
    )]
    DumbTerminal,
    /// Options, variables and config file do not make sense.
    #[error(transparent)]
    Settings(#[from] config::Error),
    /// The log file cannot be written.
    #[error("cannot open the log file {}: {source}", SafeText::new(&path.to_string_lossy()))]
    Log {
        /// The path that was asked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The embedded platform does not start.
    #[error("the sandbox does not start: {}", with_causes(.0.as_ref()))]
    Sandbox(Box<dyn std::error::Error + Send + Sync>),
    /// Nobody was logged in or out.
    #[error("{0}. {next}", next = .0.next_step())]
    Login(Box<login::Error>),
    /// There is nothing to talk to.
    #[error("{0}")]
    Connect(Box<connect::Error>),
    /// The system refuses something without which nothing works.
    #[error(transparent)]
    System(#[from] io::Error),
    /// The console ended because of something here, not at the platform.
    #[error("{}", with_causes(.0.as_ref()))]
    Console(color_eyre::Report),
}

impl From<connect::Error> for Failure {
    fn from(error: connect::Error) -> Self {
        match error {
            connect::Error::Settings(error) => Self::Settings(error),
            connect::Error::Sandbox(error) => Self::Sandbox(error),
            connect::Error::Login(
                error @ (login::Error::NowhereToKeep
                | login::Error::NotKept(_)
                | login::Error::DeviceId { .. }
                | login::Error::NoHomeDirectory),
            ) => Self::Local(format!("{error}. {}", error.next_step())),
            connect::Error::Login(error) => Self::Login(Box::new(error)),
            connect::Error::Client(_) | connect::Error::Address(_) => Self::Connect(Box::new(error)),
        }
    }
}

/// Says on standard error what went wrong, and returns the exit code.
pub fn conclude(outcome: &Result<Ending, Failure>) -> ExitCode {
    if let Err(failure) = outcome {
        // With standard error gone there is nobody left to tell.
        let _ = say(failure);
    }
    ExitCode::from(code(outcome))
}

/// The one place that knows the exit codes.
fn code(outcome: &Result<Ending, Failure>) -> u8 {
    match outcome {
        Ok(Ending::Done) => 0,
        Ok(Ending::Found | Ending::No) => 1,
        Ok(Ending::Guarded) | Err(Failure::Guarded(_)) => 5,
        Ok(Ending::Doubtful) => 6,
        // As a shell tells it.
        Ok(Ending::Signalled(number)) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        Err(Failure::Arguments(error)) => u8::try_from(error.exit_code()).unwrap_or(2),
        Err(Failure::Usage(_) | Failure::Inapplicable { .. } | Failure::NotATerminal(_) | Failure::DumbTerminal) => 2,
        Ok(Ending::CannotTell)
        | Err(
            Failure::Platform(_)
            | Failure::LoggedOut(_)
            | Failure::NotAllowed(_)
            | Failure::Endless(_)
            | Failure::Unread(_)
            | Failure::Login(_),
        ) => 3,
        Err(
            Failure::Settings(_)
            | Failure::Log { .. }
            | Failure::Sandbox(_)
            | Failure::System(_)
            | Failure::Console(_)
            | Failure::Connect(_)
            | Failure::Local(_),
        ) => 4,
    }
}

fn say(failure: &Failure) -> io::Result<()> {
    if let Failure::Arguments(error) = failure {
        // What was typed is quoted; where that is harmless, it is printed in colours.
        let text = error.render().to_string();
        let safe = hooks::lines(&text);
        // Help and version are data and go to standard output, as clap has it.
        return match (safe == text, error.use_stderr()) {
            (true, _) => error.print(),
            (false, true) => io::stderr().write_all(safe.as_bytes()),
            (false, false) => io::stdout().write_all(safe.as_bytes()),
        };
    }
    // What failed may quote a file name or a server: it must not reach the terminal raw.
    let text = without_error_numbers(&failure.to_string());
    writeln!(io::stderr(), "nmp-console: {}", SafeText::new(&text))
}

fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut said: Vec<String> = Vec::new();
    for cause in causes.map(ToString::to_string) {
        // Many errors repeat their cause in their own words.
        if !said.iter().any(|earlier| earlier.contains(&cause)) {
            said.push(cause);
        }
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;
    use rstest::rstest;

    fn arguments(line: &str) -> Failure {
        super::super::Cli::try_parse_from(line.split(' ')).unwrap_err().into()
    }

    fn broken_pipe() -> io::Error {
        io::ErrorKind::BrokenPipe.into()
    }

    #[rstest]
    #[case::done(Ok(Ending::Done), 0)]
    #[case::not_allowed(Err(Failure::NotAllowed("no")), 3)]
    #[case::found(Ok(Ending::Found), 1)]
    #[case::no(Ok(Ending::No), 1)]
    #[case::cannot_tell(Ok(Ending::CannotTell), 3)]
    #[case::usage(Err(Failure::Usage("no".to_owned())), 2)]
    #[case::local(Err(Failure::Local("no".to_owned())), 4)]
    #[case::interrupted(Ok(Ending::Signalled(2)), 130)]
    #[case::help(Err(arguments("nmp-console --help")), 0)]
    #[case::version(Err(arguments("nmp-console --version")), 0)]
    #[case::unknown_option(Err(arguments("nmp-console --nonsense")), 2)]
    #[case::no_terminal(Err(Failure::NotATerminal("output")), 2)]
    #[case::dumb(Err(Failure::DumbTerminal), 2)]
    #[case::system(Err(Failure::System(broken_pipe())), 4)]
    #[case::console(Err(Failure::Console(color_eyre::eyre::eyre!("no such device"))), 4)]
    fn every_ending_has_its_code(#[case] outcome: Result<Ending, Failure>, #[case] expected: u8) {
        assert_eq!(code(&outcome), expected);
    }

    #[test]
    fn says_every_cause_once() {
        let report = color_eyre::Report::new(broken_pipe())
            .wrap_err("cannot draw")
            .wrap_err("the screen is gone");
        assert_eq!(
            Failure::Console(report).to_string(),
            "the screen is gone: cannot draw: broken pipe"
        );
    }
}
