//! What can be wrong with flags, environment and config file. No message ever holds a token.

use super::Source;
use crate::domain::text::SafeText;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A place in the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    path: Box<Path>,
    line: Option<u64>,
}

impl Place {
    /// Returns the file as a whole.
    pub fn file(path: &Path) -> Self {
        Self {
            path: path.into(),
            line: None,
        }
    }

    /// Returns one line of the file; line 0 stands for an unknown one.
    pub fn line(path: &Path, line: u64) -> Self {
        Self {
            path: path.into(),
            line: (line > 0).then_some(line),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", shown(&self.path))?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// Why there are no settings to work with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An option or a variable names a config file that is not there.
    #[error("{source_of} names the config file {}, which does not exist", shown(path))]
    Missing {
        /// Who named the path: a flag or a variable.
        source_of: Source,
        /// The path of the file.
        path: PathBuf,
    },
    /// The config file is there but cannot be read.
    #[error("cannot read the config file {}: {source}", shown(path))]
    Read {
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The config file is not YAML, or not of the expected shape.
    #[error("{place}: {problem}")]
    Syntax {
        /// The place in the file.
        place: Place,
        /// What the parser said.
        problem: SafeText,
    },
    /// A context refers to a cluster or user that is not defined.
    #[error(
        "{place}: context '{context}' refers to the {kind} '{name}', which is not defined there{}",
        choice(known)
    )]
    Dangling {
        /// The place in the file.
        place: Place,
        /// The name of the context.
        context: SafeText,
        /// What is missing: a `cluster` or a `user`.
        kind: &'static str,
        /// What it refers to.
        name: SafeText,
        /// The names that are defined there.
        known: Box<[SafeText]>,
    },
    /// Two entries have one name.
    #[error("{place}: there is more than one {kind} '{name}'")]
    Duplicate {
        /// Where the second one is.
        place: Place,
        /// `cluster`, `user` or `context`.
        kind: &'static str,
        /// The name that is used twice.
        name: SafeText,
    },
    /// An entry holds something that cannot be used.
    #[error("{place}: {kind} '{name}' {problem}")]
    Entry {
        /// The place in the file.
        place: Place,
        /// The kind of entry: `cluster`, `user` or `context`.
        kind: &'static str,
        /// The name of the entry.
        name: SafeText,
        /// What is wrong with it, as the end of a sentence.
        problem: String,
    },
    /// The context asked for does not exist.
    #[error(
        "{asked_by} names the context '{name}', which {place} does not contain{}{}",
        choice(known),
        unread(other.as_deref())
    )]
    UnknownContext {
        /// Who asked for it: a flag, a variable, the file.
        asked_by: Source,
        /// The name that was asked for.
        name: SafeText,
        /// The file that was read.
        place: Place,
        /// The contexts in it.
        known: Box<[SafeText]>,
        /// The file of the other family, if it exists: it was not read.
        other: Option<Box<Path>>,
    },
    /// A context is asked for and there is no config file.
    #[error("{asked_by} names the context '{name}', but there is no config file of the platform's CLI")]
    NoContexts {
        /// Who asked for it: a flag, a variable, the file.
        asked_by: Source,
        /// The name that was asked for.
        name: SafeText,
    },
    /// The file holds contexts but says nothing about which one is meant.
    #[error("{place}: no current_context is set; choose one with --context{}", choice(known))]
    NoCurrentContext {
        /// The file, and the line where that is known.
        place: Place,
        /// The contexts in it.
        known: Box<[SafeText]>,
    },
    /// The certificates to trust cannot be read.
    #[error("{source_of} names the certificates {}, which cannot be read: {source}", shown(path))]
    Authority {
        /// Who named the certificates: a flag, a variable, a context.
        source_of: Source,
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no folder for a config file.
    #[error("there is no home directory to keep the config file in; name a file with --config")]
    NoHomeDirectory,
    /// Somebody else is changing the config file, for longer than was to be waited.
    #[error(
        "{} has been locked by another process for more than {} s: the platform's CLI or another console is renewing a token; try again",
        shown(path),
        within.as_secs()
    )]
    Busy {
        /// The path of the lock.
        path: PathBuf,
        /// How long it was waited for.
        within: Duration,
    },
    /// The lock that keeps others from changing the config file cannot be taken.
    #[error(
        "cannot change the config file {}: the lock beside it, {}, cannot be taken: {source}",
        shown(config),
        shown(Path::new(path.file_name().unwrap_or(path.as_os_str())))
    )]
    Lock {
        /// The path of the config file.
        config: PathBuf,
        /// The path of the lock.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The config file cannot be written.
    #[error("cannot write the config file {}, which is unchanged: {source}", shown(path))]
    Write {
        /// The path of the file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The config file is laid out so that a change would not leave everything else alone.
    #[error("{place} was not changed: {problem}; change it by hand, or with the platform's CLI")]
    NotEditable {
        /// The file, and the line where that is known.
        place: Place,
        /// What is in the way.
        problem: &'static str,
    },
    /// Somebody keeps changing the config file without a lock.
    #[error("another program keeps writing {}; try again when it is done", shown(path))]
    ConcurrentWrites {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file is there, but holds nothing that could be trusted.
    #[error("{source_of} names the certificates {}, but the file {problem}", shown(path))]
    NoAuthority {
        /// Who named the certificates: a flag, a variable, a context.
        source_of: Source,
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with it, and what to do about it.
        problem: String,
    },
    /// A value cannot be used.
    #[error("{source_of} {problem}")]
    Value {
        /// Who gave the value: a flag, a variable, the file.
        source_of: Source,
        /// What is wrong with it.
        problem: String,
    },
}

fn shown(path: &Path) -> SafeText {
    SafeText::new(&path.to_string_lossy())
}

fn choice(known: &[SafeText]) -> String {
    let names: Vec<&str> = known.iter().map(SafeText::as_str).collect();
    match names.as_slice() {
        [] => " (there are none)".to_owned(),
        names => format!(" (there are: {})", names.join(", ")),
    }
}

fn unread(other: Option<&Path>) -> String {
    let Some(path) = other else { return String::new() };
    format!("; {} exists too and was not read: name it with --config", shown(path))
}
