//! The options that every command takes.

use super::{Failure, manual};
use crate::config::{Flags, Journalling, MOST_ESC_WAIT};
use crate::domain::ids::WorkspaceName;
use crate::domain::terminal::Showing;
use clap::{ArgAction, Args, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = manual::COMMON_OPTIONS)]
pub(super) struct Options {
    /// Context of the platform CLI's config file to use
    #[arg(long, global = true, value_name = "NAME")]
    context: Option<String>,
    /// Address of the platform
    #[arg(long, global = true, value_name = "URL", value_hint = ValueHint::Url)]
    base_url: Option<String>,
    /// Workspace to start with
    #[arg(long, global = true, value_name = "NAME", value_parser = workspace_name)]
    workspace: Option<String>,
    /// Config file of the platform's CLI, instead of its default one
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
    /// CA certificates (PEM) to trust in addition to the system's
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ca: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Draw borders and marks in plain ASCII
    #[arg(long, global = true)]
    ascii: bool,
    /// Tell everything line by line, for screen readers and for terminals that cannot move their cursor
    #[arg(long, global = true)]
    linear: bool,
    /// Theme: terminal, dark, light, high-contrast, mono, auto (dark or light, as the terminal says), or one of your own [default: terminal]
    #[arg(long, global = true, value_name = "NAME")]
    theme: Option<String>,
    /// Use no colour
    #[arg(long, global = true)]
    no_color: bool,
    /// How long a lone escape waits for the rest of a key before it counts as Esc, in milliseconds [default: 50]
    #[arg(long, global = true, value_name = "MS", value_parser = clap::value_parser!(u16).range(0..=MOST_ESC_WAIT))]
    esc_wait: Option<u16>,
    #[command(flatten)]
    mouse: Mouse,
    /// File to append a log to; tokens are never logged
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    log_file: Option<PathBuf>,
    /// Log more: -v for details, -vv for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

/// Refuses what can be no workspace's name: of what is sent for it nobody could tell what it means.
fn workspace_name(typed: &str) -> Result<String, String> {
    WorkspaceName::parse_known(typed).map(|name| name.raw().to_owned())
}

/// Whether something is changed, and what is written down of it.
#[derive(Debug, Args)]
struct Changes {
    /// Never send a change
    #[arg(long, global = true)]
    read_only: bool,
    /// Write no journal of what is changed
    #[arg(long, global = true)]
    no_journal: bool,
}

/// Whether the mouse is listened to.
#[derive(Debug, Args)]
struct Mouse {
    /// Let the mouse select, scroll and press what a hint names; it confirms nothing, and M turns it on and off
    #[arg(long, global = true, overrides_with = "no_mouse")]
    mouse: bool,
    /// Leave the mouse to the terminal (the default)
    #[arg(long, global = true, overrides_with = "mouse")]
    no_mouse: bool,
}

impl Mouse {
    /// Returns what was asked for, if anything was.
    fn wish(&self) -> Option<bool> {
        (self.mouse || self.no_mouse).then_some(self.mouse)
    }
}

/// What an option is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// Which platform, and the way to it.
    Platform,
    /// Where to begin.
    Workspace,
    /// Whether anything may be changed.
    Changing,
    /// What is written down of changes.
    Journal,
    /// What is logged.
    Log,
}

impl Options {
    /// Returns the options as the settings know them.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            context: self.context.clone(),
            base_url: self.base_url.clone(),
            workspace: self.workspace.clone(),
            config: self.config.clone(),
            ca: self.ca.clone(),
            is_read_only: self.changes.read_only,
            journal: if self.changes.no_journal {
                Journalling::Off
            } else {
                Journalling::On
            },
            is_ascii: self.ascii,
            showing: if self.linear { Showing::Lines } else { Showing::Screen },
            theme: self.theme.clone(),
            is_colorless: self.no_color,
            esc_wait: self.esc_wait,
            has_mouse: self.mouse.wish(),
            log_file: self.log_file.clone(),
            verbosity: self.verbose,
        }
    }

    /// What means nothing to a command that brings its own platform.
    #[cfg(feature = "sandbox")]
    pub(super) const OF_A_PLATFORM: &[Concern] = &[Concern::Platform];
    /// To one that is about nothing but the login.
    pub(super) const OF_A_WORKSPACE: &[Concern] = &[Concern::Workspace, Concern::Changing];
    /// To one that is about whoever it names.
    pub(super) const OF_A_PLACE: &[Concern] = &[Concern::Workspace];
    /// To one that reads what is on this machine.
    pub(super) const OF_A_CONNECTION: &[Concern] = &[Concern::Platform, Concern::Changing, Concern::Journal];
    /// To such a one that asks for no workspace either.
    pub(super) const OF_A_CONNECTION_OR_A_WORKSPACE: &[Concern] = &[
        Concern::Platform,
        Concern::Workspace,
        Concern::Changing,
        Concern::Journal,
    ];
    /// To a server.
    #[cfg(feature = "sandbox")]
    pub(super) const OF_THE_CONSOLE: &[Concern] = &[Concern::Platform, Concern::Workspace, Concern::Changing];
    /// To one that does nothing but print.
    pub(super) const ALL: &[Concern] = &[Concern::Platform, Concern::Workspace, Concern::Changing, Concern::Log];

    /// Refuses options about what means nothing for a command: ignored, `--read-only` would be a false promise.
    pub(super) fn refuse(&self, command: &'static str, meaningless: &[Concern]) -> Result<(), Failure> {
        let given = [
            (self.context.is_some(), "--context", Concern::Platform),
            (self.base_url.is_some(), "--base-url", Concern::Platform),
            (self.config.is_some(), "--config", Concern::Platform),
            (self.ca.is_some(), "--ca", Concern::Platform),
            (self.workspace.is_some(), "--workspace", Concern::Workspace),
            (self.changes.read_only, "--read-only", Concern::Changing),
            (self.changes.no_journal, "--no-journal", Concern::Journal),
            (self.log_file.is_some(), "--log-file", Concern::Log),
            (self.verbose > 0, "--verbose", Concern::Log),
        ];
        match given
            .into_iter()
            .find(|(is_given, _, concern)| *is_given && meaningless.contains(concern))
        {
            Some((_, option, _)) => Err(Failure::Inapplicable { option, command }),
            None => Ok(()),
        }
    }
}
