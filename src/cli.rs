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
use clap::{Parser, Subcommand, ValueHint};
use complete::Listing;
use options::Options;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use theme::Appearance;
use tracing_appender::non_blocking::WorkerGuard;

/// Terminal console for workspaces, members and roles on the NeMo Microservices Platform.
///
/// Without a command it opens the console on the platform of the current context.
#[derive(Debug, Parser)]
#[command(name = "nmp-console", version = version::version(), max_term_width = 100, after_long_help = manual::after_help())]
pub struct Cli {
    /// Review what has to change so that access is as FILE says (wishes, a folder of them, or a plan in JSON), and apply it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    plan: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
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
    /// With the certificates to trust, and how it looks, and the plan to review.
    Console(Connector, Box<Settings>, (Vec<u8>, Box<Appearance>), Option<PathBuf>),
    /// For a shell that asked what can stand at its cursor.
    Workspaces(Listing),
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
    Demo(demo::Arguments, Connector, Box<Settings>, Box<Appearance>),
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Arguments, Box<Settings>),
    Print(Vec<u8>),
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
    Ok(Cli::try_parse_from(arguments)?)
}

/// Reads the command line, the environment and the config file. Blocks, so it belongs before the runtime starts.
///
/// # Errors
/// If they ask for something that cannot be done; `--help` and `--version` come as an error, too.
pub fn prepare(arguments: impl IntoIterator<Item = OsString>, env: &Env) -> Result<Task, Failure> {
    let cli = parse(arguments, env)?;
    let flags = cli.options.flags();
    let connector = || Connector::new(flags.clone(), env.clone(), |text| tell(&text));
    let read = || Settings::read(&flags, env);
    cli.require_no_plan_beside_a_command()?;
    let work = match cli.command {
        None if complete::are_to_be_listed(env) => Work::Workspaces(Listing::prepare(connector(), read()?)?),
        None => {
            let (settings, appearance) = console::prepare(read()?)?;
            let authorities = patience::authorities(&settings)?;
            Work::Console(connector(), settings, (authorities, appearance), cli.plan)
        }
        Some(Command::Audit(arguments)) => Work::Audit(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Plan(arguments)) => Work::Plan(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Apply(arguments)) => Work::Apply(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Export(arguments)) => Work::Export(Box::new(arguments.prepare(connector(), read()?)?)),
        Some(Command::Activity(arguments)) => {
            cli.options.refuse(arguments.command(), arguments.inapplicable())?;
            Work::Activity(arguments, Box::new(Settings::without_platform(&flags, env)?))
        }
        Some(Command::WhoCan(arguments)) => {
            let (settings, authorities) = trusting(read()?)?;
            Work::WhoCan(Box::new(arguments), connector(), settings, authorities)
        }
        Some(Command::Can(arguments)) => {
            cli.options.refuse("can", Options::OF_A_PLACE)?;
            let (settings, authorities) = trusting(read()?)?;
            Work::Can(arguments, connector(), settings, authorities)
        }
        Some(Command::Login(arguments)) => {
            cli.options.refuse("login", Options::OF_A_WORKSPACE)?;
            let (connector, settings) = login::prepare(connector(), &flags, env)?;
            Work::Login(arguments, connector, Box::new(settings))
        }
        Some(Command::Logout) => {
            cli.options.refuse("logout", Options::OF_A_WORKSPACE)?;
            Work::Logout(connector(), Box::new(read()?))
        }
        Some(Command::Whoami(arguments)) => {
            cli.options.refuse("whoami", Options::OF_A_PLACE)?;
            let (settings, authorities) = trusting(read()?)?;
            Work::Whoami(arguments, connector(), settings, authorities)
        }
        #[cfg(feature = "sandbox")]
        Some(Command::Demo(arguments)) => {
            cli.options.refuse("demo", Options::OF_A_PLATFORM)?;
            let (settings, appearance) = console::prepare(Settings::of_the_console(&flags, env)?)?;
            Work::Demo(arguments, connector(), settings, appearance)
        }
        #[cfg(feature = "sandbox")]
        Some(Command::Sandbox(arguments)) => {
            cli.options.refuse("sandbox", Options::OF_THE_CONSOLE)?;
            Work::Sandbox(arguments, Box::new(Settings::without_platform(&flags, env)?))
        }
        Some(Command::Keys(arguments)) => Work::Print(arguments.text(&cli.options, env)?),
        Some(Command::Completions(arguments)) => printed(&cli.options, "completions", || Ok(arguments.script()?))?,
        Some(Command::Version(arguments)) => printed(&cli.options, "version", || Ok(arguments.text()?))?,
        Some(Command::Man(arguments)) => printed(&cli.options, "man", || arguments.text())?,
    };
    with_its_log(work)
}

fn with_its_log(work: Work) -> Result<Task, Failure> {
    let log = log_of(&work)?;
    Ok(Task { work, _log: log })
}

impl Cli {
    fn require_no_plan_beside_a_command(&self) -> Result<(), Failure> {
        if self.plan.is_none() || self.command.is_none() {
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
        Work::Console(_, settings, ..)
        | Work::Activity(_, settings)
        | Work::Login(_, _, settings)
        | Work::Logout(_, settings)
        | Work::WhoCan(_, _, settings, _)
        | Work::Can(_, _, settings, _)
        | Work::Whoami(_, _, settings, _) => logging::start(&settings.log)?,
        #[cfg(feature = "sandbox")]
        Work::Demo(_, _, settings, _) | Work::Sandbox(_, settings) => logging::start(&settings.log)?,
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
        Work::Console(connector, settings, (authorities, look), plan) => {
            let (connector, news) = console::hearing(connector);
            let opened = connector.open_by(Settings::clone(&settings), authorities)?;
            let running = console::launch((connector, news), (&settings, *look), (opened, plan.map(First::Plan)));
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
        Work::Demo(arguments, connector, settings, look) => {
            Box::pin(arguments.run(connector, (*settings, *look))).await
        }
        #[cfg(feature = "sandbox")]
        Work::Sandbox(arguments, settings) => arguments.run(&settings).await,
        Work::Print(data) => document::print(&data),
    }
}

/// Tells a person what has to be told; tells nobody where standard error is gone.
fn tell(text: &SafeText) {
    let _ = writeln!(io::stderr(), "nmp-console: {}", without_error_numbers(text.as_str()));
}
