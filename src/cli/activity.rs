//! `nmp-console activity`: what was changed from here, as the journal tells it. Nothing is connected to.

mod commands;
mod json;
mod table;
mod verify;

use super::options::{Concern, Options};
use super::{Ending, Failure, document, tell};
use crate::audit::export::Lines;
use crate::background::blocking;
use crate::config::Settings;
use crate::domain::glob::Glob;
use crate::domain::query;
use crate::domain::text::SafeText;
use crate::journal::{self, Found, Glance};
use crate::runtime;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use std::path::Path;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only changes that are dated since then, like 2026-01-01, yesterday, 30d or 12h (UTC)
    #[arg(long, value_name = "TIME", value_parser = since)]
    since: Option<Timestamp>,
    /// Only changes in workspaces like 'ml-*'
    #[arg(id = "workspace", long = "workspace", value_name = "GLOB")]
    workspace: Option<String>,
    /// Only changes by or for somebody whose name contains this
    #[arg(long, value_name = "PRINCIPAL")]
    who: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check that no line of the journal was changed, removed or inserted
    Verify(verify::Arguments),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Columns for a person, the newest change last; times are UTC
    Table,
    /// One JSON object: the head of the journal, and its records
    Json,
    /// The platform CLI's command for each confirmed change
    Commands,
}

/// What was asked for, ready to be looked for.
struct Wanted {
    since: Option<Timestamp>,
    workspace: Option<Glob>,
    /// In lower case.
    who: Option<String>,
}

impl Arguments {
    /// Returns what was typed to get here.
    pub(super) fn command(&self) -> &'static str {
        match &self.command {
            None => "activity",
            Some(Command::Verify(_)) => "activity verify",
        }
    }

    /// Returns the options that mean nothing here.
    pub(super) fn inapplicable(&self) -> &'static [Concern] {
        match &self.command {
            None => Options::OF_A_CONNECTION,
            Some(Command::Verify(_)) => Options::OF_A_CONNECTION_OR_A_WORKSPACE,
        }
    }

    /// Reads the journal and prints what was asked for.
    pub(super) async fn run(self, settings: &Settings) -> Result<Ending, Failure> {
        for warning in &settings.warnings {
            tell(warning);
        }
        let folder = settings.state_folder.clone();
        blocking(move || {
            let folder = folder
                .ok_or(journal::Error::Nowhere)
                .map_err(|error| unreadable(&error))?;
            self.work(&folder)
        })
        .await
    }

    fn work(self, folder: &Path) -> Result<Ending, Failure> {
        let Self {
            command,
            since,
            workspace,
            who,
            format,
        } = self;
        if let Some(Command::Verify(arguments)) = command {
            return arguments.run(folder);
        }
        let workspace = workspace.map(|text| {
            let glob = Glob::any_case(&text);
            glob.map_err(|why| Failure::Usage(format!("--workspace '{text}' is not a pattern: {why}")))
        });
        let wanted = Wanted {
            since,
            workspace: workspace.transpose()?,
            who: who.map(|who| who.to_lowercase()),
        };
        let found = journal::search(folder, |glance| wanted.is(glance)).map_err(|error| unreadable(&error))?;
        tell_if_empty(&found, folder);
        match format {
            Format::Table => {
                let lines = runtime::columns().map_or_else(Lines::default, Lines::Cut);
                document::print_from(|out| table::write(&found, lines, out))
            }
            Format::Json => document::print_from(|out| json::write(&found, out)),
            Format::Commands => commands::print(&found),
        }
    }
}

impl Wanted {
    fn is(&self, glance: Glance<'_>) -> bool {
        let mut names = glance.principal.into_iter().chain(glance.callers.into_iter().flatten());
        self.since.is_none_or(|since| glance.at >= since)
            && (self.workspace.as_ref()).is_none_or(|glob| glob.matches(glance.workspace))
            && (self.who.as_ref()).is_none_or(|who| names.any(|name| query::holds(name, who)))
    }
}

fn unreadable(error: &journal::Error) -> Failure {
    Failure::Local(format!("the journal cannot be read: {error}"))
}

/// Says why nothing is printed.
fn tell_if_empty(found: &Found, folder: &Path) {
    if found.head.is_none() {
        let folder = folder.to_string_lossy();
        tell(&SafeText::new(&format!("there is no journal in {folder} yet")));
    } else if found.is_empty() {
        tell(&SafeText::new("the journal has no such change"));
    }
}

fn since(typed: &str) -> Result<Timestamp, String> {
    query::since(typed, runtime::now())
}
