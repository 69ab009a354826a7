//! The command line: its grammar, and the place where everything is put together.
//!
//! [`prepare`] does what may block (it reads the config file and opens the log) and decides what is to be done;
//! [`perform`] does it; [`conclude`] says what went wrong and gives the exit code. One thin file per subcommand.
//! Standard output carries data only; whatever is said to a person goes to standard error.

mod activity;
mod answers;
mod apply;
mod asking;
mod audit;
mod can;
mod complete;
mod console;
#[cfg(feature = "sandbox")]
mod demo;
mod document;
mod ending;
mod export;
mod hooks;
mod keys;
mod logging;
mod login;
mod manual;
mod missing;
mod options;
mod output;
mod patience;
mod plan;
mod planning;
mod policy;
#[cfg(feature = "sandbox")]
mod sandbox;
mod signals;
mod theme;
mod version;
mod views;
mod who_can;
mod whoami;

pub use complete::complete;
pub use ending::{Ending, Failure, conclude};
pub use hooks::install;

pub use crate::config::Env;
use crate::config::Settings;
use crate::connect::Connector;
use crate::domain::text::{SafeText, without_error_numbers};
use crate::runtime::First;
use clap::{Args, FromArgMatches as _, Parser, Subcommand, ValueHint};
use complete::Listing;
use console::Prepared;
use options::Options;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use tracing_appender::non_blocking::WorkerGuard;

/// Terminal console for workspaces, members and roles on the NeMo Microservices Platform.
///
/// Without a command it opens the console on the platform of the current context.
#[derive(Debug, Parser)]
#[command(name = "nmp-console", version = version::version(), max_term_width = 100, after_long_help = manual::after_help())]
pub struct Cli {
    #[command(flatten)]
    start: Start,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What is typed where no command is.
#[derive(Debug, Args)]
struct Start {
    /// Review what has to change so that access is as FILE says (wishes, a folder of them, or a plan in JSON), and apply it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    plan: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

impl Start {
    /// Reads a line without a command; nothing where it is none. What all the commands take is not put together for it: the
    /// first frame would wait for that.
    fn read(arguments: &[OsString]) -> Option<Self> {
        let grammar = Self::augment_args(clap::Command::new("nmp-console"))
            .disable_help_flag(true)
            .disable_version_flag(true);
        let matches = grammar.try_get_matches_from(arguments).ok()?;
        Self::from_arg_matches(&matches).ok()
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Report who has access to what, and what is wrong with it; for scripts, too
    Audit(audit::Arguments),
    /// List who can do something: read, write, manage-members, delete-workspace or create-workspace
    WhoCan(who_can::Arguments),
    /// Ask whether somebody can do something, and through which role; the exit code answers, too
    Can(can::Arguments),
    /// Write who has access to what as a file for review, that plan and apply read again
    Export(export::Arguments),
    /// Show what was changed from here, as the journal tells it
    Activity(activity::Arguments),
    /// Show what has to change so that access is as a file says; changes nothing
    Plan(plan::Arguments),
    /// Make the changes of a plan, exactly those that were approved by their digest
    Apply(apply::Arguments),
    /// Log in, for the platform's CLI, too
    Login(login::Arguments),
    /// Forget the token of a context
    Logout,
    /// Show who you are to the platform, and what you may do there
    Whoami(whoami::Arguments),
    /// Open the console on a built-in platform with a sample organisation, which is gone when it is left
    #[cfg(feature = "sandbox")]
    Demo(demo::Arguments),
    /// Run the embedded platform as a server on loopback, for trying and testing
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Arguments),
    /// Show the keys of the console, and what your keys.toml makes of them
    Keys(keys::Arguments),
    /// Print the completions for a shell
    Completions(document::Completions),
    /// Say what this program is: its release, the commit it was built from, and the formats it writes
    Version(version::Arguments),
    /// Print the manual, or one page of it
    Man(document::Manual),
}

/// What is to be done, with everything it needs at hand.
#[derive(Debug)]
pub struct Task {
    work: Work,
    /// Writes what is still to be logged when it is dropped, so it lives until the very end.
    _log: Option<WorkerGuard>,
}

#[derive(Debug)]
enum Work {
    /// For a shell that asked what can stand at its cursor.
    Workspaces(Listing),
    /// With the plan to review.
    Console(Box<Prepared>, Box<console::Opening>, Option<PathBuf>),
    Activity(activity::Arguments, Box<Settings>),
    Audit(Box<audit::Prepared>),
    /// With the certificates to trust.
    WhoCan(Box<who_can::Arguments>, Connector, Box<Settings>, Vec<u8>),
    /// With the certificates to trust.
    Can(can::Arguments, Connector, Box<Settings>, Vec<u8>),
    Plan(Box<plan::Prepared>),
    Apply(Box<apply::Prepared>),
    Export(Box<export::Prepared>),
    Login(login::Arguments, Connector, Box<Settings>),
    Logout(Connector, Box<Settings>),
    /// With the certificates to trust.
    Whoami(whoami::Arguments, Connector, Box<Settings>, Vec<u8>),
    #[cfg(feature = "sandbox")]
    Demo(demo::Arguments, Connector, Box<Prepared>),
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Arguments, Box<Settings>),
    Print(Vec<u8>),
}

impl Task {
    /// Returns by how many threads it is best done, where that is known: a screen is drawn by one, and counting the processors
    /// of a container would take a while of the time until then.
    pub fn n_threads(&self) -> Option<usize> {
        matches!(self.work, Work::Console(..)).then_some(1)
    }
}

/// Reads the command line. In a debug build the environment may stop the clock before: the manual shows what commands
/// tell at that time.
fn parse(arguments: impl IntoIterator<Item = OsString>, env: &Env) -> Result<Cli, Failure> {
    #[cfg(debug_assertions)]
    if let Some(at) = env.text("NMP_CONSOLE_CLOCK")?.and_then(|told| told.parse().ok()) {
        crate::clock::stop(at);
    }
    #[cfg(not(debug_assertions))]
    let _ = env;
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match Start::read(&arguments) {
        Some(start) => Ok(Cli { start, command: None }),
        None => Ok(Cli::try_parse_from(arguments)?),
    }
}

/// Reads the command line, the environment and the config file. Blocks, so it belongs before the runtime starts.
///
/// # Errors
/// If they ask for something that cannot be done; `--help` and `--version` come as an error, too.
pub fn prepare(arguments: impl IntoIterator<Item = OsString>, env: &Env) -> Result<Task, Failure> {
    let cli = parse(arguments, env)?;
    cli.require_no_plan_beside_a_command()?;
    let Start { plan, options } = cli.start;
    let flags = options.flags();
    let connector = || Connector::new(flags.clone(), env.clone(), |text| tell(&text));
    let read = || Settings::read(&flags, env);
    let work = match cli.command {
        None if complete::are_to_be_listed(env) => Work::Workspaces(Listing::prepare(connector(), read()?)?),
        None => {
            let (prepared, opening) = console::open(connector(), read()?)?;
            Work::Console(prepared, opening, plan)
        }
        Some(Command::Audit(arguments)) => Work::Audit(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Plan(arguments)) => Work::Plan(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Apply(arguments)) => Work::Apply(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Export(arguments)) => Work::Export(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Activity(arguments)) => {
            options.refuse(arguments.command(), arguments.inapplicable())?;
            Work::Activity(arguments, Box::new(Settings::without_platform(&flags, env)?))
        }
        Some(Command::WhoCan(arguments)) => {
            let (settings, authorities) = trusting(read()?)?;
            Work::WhoCan(Box::new(arguments), connector(), settings, authorities)
        }
        Some(Command::Can(arguments)) => {
            options.refuse("can", Options::OF_A_PLACE)?;
            let (settings, authorities) = trusting(read()?)?;
            Work::Can(arguments, connector(), settings, authorities)
        }
        Some(Command::Login(arguments)) => {
            options.refuse("login", Options::OF_A_WORKSPACE)?;
            let (connector, settings) = login::prepare(connector(), &flags, env)?;
            Work::Login(arguments, connector, Box::new(settings))
        }
        Some(Command::Logout) => {
            options.refuse("logout", Options::OF_A_WORKSPACE)?;
            Work::Logout(connector(), Box::new(read()?))
        }
        Some(Command::Whoami(arguments)) => {
            options.refuse("whoami", Options::OF_A_PLACE)?;
            let (settings, authorities) = trusting(read()?)?;
            Work::Whoami(arguments, connector(), settings, authorities)
        }
        #[cfg(feature = "sandbox")]
        Some(Command::Demo(arguments)) => {
            options.refuse("demo", Options::OF_A_PLATFORM)?;
            let prepared = console::prepare(Settings::of_the_console(&flags, env)?)?;
            Work::Demo(arguments, connector(), prepared)
        }
        #[cfg(feature = "sandbox")]
        Some(Command::Sandbox(arguments)) => {
            options.refuse("sandbox", Options::OF_THE_CONSOLE)?;
            Work::Sandbox(arguments, Box::new(Settings::without_platform(&flags, env)?))
        }
        Some(Command::Keys(arguments)) => Work::Print(arguments.text(&options, env)?),
        Some(Command::Completions(arguments)) => printed(&options, "completions", || Ok(arguments.script()?))?,
        Some(Command::Version(arguments)) => printed(&options, "version", || Ok(arguments.text()?))?,
        Some(Command::Man(arguments)) => printed(&options, "man", || arguments.text())?,
    };
    with_its_log(work)
}

fn with_its_log(work: Work) -> Result<Task, Failure> {
    let log = log_of(&work)?;
    // Nothing but the terminal can keep it from beginning any more.
    let work = if let Work::Console(prepared, opening, plan) = work {
        Work::Console(prepared, Box::new(opening.recalling()), plan)
    } else {
        work
    };
    Ok(Task { work, _log: log })
}

impl Cli {
    fn require_no_plan_beside_a_command(&self) -> Result<(), Failure> {
        if self.start.plan.is_none() || self.command.is_none() {
            return Ok(());
        }
        let why = "--plan is for the console, which opens without a command";
        Err(Failure::Usage(why.to_owned()))
    }
}

/// Reads the certificates that settings trust.
fn trusting(settings: Settings) -> Result<(Box<Settings>, Vec<u8>), Failure> {
    let authorities = patience::authorities(&settings)?;
    Ok((Box::new(settings), authorities))
}

/// What is only printed takes no options.
fn printed(
    options: &Options,
    command: &'static str,
    data: impl FnOnce() -> Result<Vec<u8>, Failure>,
) -> Result<Work, Failure> {
    options.refuse(command, Options::ALL)?;
    Ok(Work::Print(data()?))
}

fn log_of(work: &Work) -> Result<Option<WorkerGuard>, Failure> {
    let log = match work {
        Work::Console(prepared, ..) => logging::start(&prepared.settings.log)?,
        #[cfg(feature = "sandbox")]
        Work::Demo(.., prepared) => logging::start(&prepared.settings.log)?,
        Work::Activity(_, settings)
        | Work::Login(_, _, settings)
        | Work::Logout(_, settings)
        | Work::WhoCan(_, _, settings, _)
        | Work::Can(_, _, settings, _)
        | Work::Whoami(_, _, settings, _) => logging::start(&settings.log)?,
        #[cfg(feature = "sandbox")]
        Work::Sandbox(_, settings) => logging::start(&settings.log)?,
        Work::Workspaces(listing) => logging::start(&listing.settings().log)?,
        Work::Audit(prepared) => logging::start(&prepared.settings().log)?,
        Work::Plan(prepared) => logging::start(&prepared.planner.settings.log)?,
        Work::Apply(prepared) => logging::start(&prepared.planner.settings.log)?,
        Work::Export(prepared) => logging::start(&prepared.settings().log)?,
        Work::Print(_) => None,
    };
    Ok(log)
}

/// Does what is to be done.
///
/// # Errors
/// If it cannot be done; what a platform refuses is shown in the console and is no such error.
pub async fn perform(task: Task) -> Result<Ending, Failure> {
    match task.work {
        Work::Console(prepared, opening, plan) => {
            let running = console::launch(*prepared, *opening, plan.map(First::Plan));
            Box::pin(running).await.map_err(Failure::Console)
        }
        Work::Workspaces(listing) => Box::pin(listing.run()).await,
        Work::Activity(arguments, settings) => arguments.run(&settings).await,
        Work::Audit(prepared) => prepared.run().await,
        Work::WhoCan(arguments, connector, settings, authorities) => {
            Box::pin(arguments.run(&connector, *settings, authorities)).await
        }
        Work::Can(arguments, connector, settings, authorities) => {
            Box::pin(arguments.run(&connector, *settings, authorities)).await
        }
        Work::Plan(prepared) => prepared.run().await,
        Work::Apply(prepared) => prepared.run().await,
        Work::Export(prepared) => Box::pin(prepared.run()).await,
        Work::Login(arguments, connector, settings) => Box::pin(arguments.run(connector, *settings)).await,
        Work::Logout(connector, settings) => login::log_out(connector, *settings).await,
        Work::Whoami(arguments, connector, settings, authorities) => {
            arguments.run(&connector, *settings, authorities).await
        }
        #[cfg(feature = "sandbox")]
        Work::Demo(arguments, connector, prepared) => Box::pin(arguments.run(connector, *prepared)).await,
        #[cfg(feature = "sandbox")]
        Work::Sandbox(arguments, settings) => arguments.run(&settings).await,
        Work::Print(data) => document::print(&data),
    }
}

/// Tells a person what has to be told; tells nobody where standard error is gone.
fn tell(text: &SafeText) {
    let _ = writeln!(io::stderr(), "nmp-console: {}", without_error_numbers(text.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::nothing("")]
    #[case::options("--context prod --read-only --workspace sales")]
    #[case::a_plan("--plan access.toml --base-url=http://127.0.0.1:1")]
    #[case::called_like_a_command("--context audit")]
    #[case::a_command("audit")]
    #[case::a_command_behind_options("--context prod whoami")]
    #[case::no_command("adit")]
    #[case::no_option("--contxt prod")]
    #[case::twice("--context a --context b")]
    #[case::no_value("--context")]
    #[case::the_end_of_options("-- audit")]
    #[case::help("--help")]
    #[case::version("-V")]
    fn a_line_without_a_command_is_read_as_the_whole_grammar_reads_it(#[case] line: &str) {
        let words: Vec<OsString> = ["nmp-console"]
            .into_iter()
            .chain(line.split_whitespace())
            .map(OsString::from)
            .collect();
        let whole = Cli::try_parse_from(&words).ok().filter(|cli| cli.command.is_none());
        let whole = whole.map(|cli| format!("{:?}", cli.start));
        assert_eq!(Start::read(&words).map(|start| format!("{start:?}")), whole);
    }
}
