//! What was changed, as commands of the platform's own CLI.

use super::super::{Ending, Failure, document, tell};
use crate::connect::NO_CONTEXT;
use crate::domain::activity::{Conclusion, Verdict};
use crate::domain::address::BaseUrl;
use crate::domain::change::Way;
use crate::domain::cli::{Cli, Nemo, Place, Programs};
use crate::domain::command::Grammar;
use crate::domain::context::ContextName;
use crate::domain::identity::Identity;
use crate::domain::platform::Generation;
use crate::domain::policy;
use crate::domain::text::{SafeText, counted};
use crate::journal::{Entry, Found};
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write as _};

/// How many lines are named that no command is printed for.
const NAMED: usize = 10;

/// Prints a command for each change that is known to be done, and says which of them have none.
pub(super) fn print(found: &Found) -> Result<Ending, Failure> {
    let mut without: Vec<u64> = Vec::new();
    let mut caveats: BTreeSet<SafeText> = BTreeSet::new();
    let ending = document::print_from(|out| {
        let mut out = BufWriter::new(out);
        let mut told = None;
        for entry in found.entries() {
            let entry = entry.map_err(|error| io::Error::other(error.to_string()))?;
            let end = entry.record.end.as_ref();
            if !end.is_some_and(|(_, conclusion)| is_confirmed(conclusion)) {
                continue;
            }
            match command(&entry, &mut caveats) {
                Some(command) => {
                    // Commands of several contexts that name none must not look like commands of one.
                    let place = unnamed(&entry).filter(|place| told.as_ref() != Some(place));
                    if let Some(place) = place {
                        writeln!(out, "# {place}")?;
                        told = Some(place);
                    }
                    writeln!(out, "{command}")?;
                }
                None => without.push(entry.record.seq),
            }
        }
        out.flush()
    })?;
    caveats.iter().for_each(tell);
    if !without.is_empty() {
        tell(&SafeText::new(&left_out(&without)));
    }
    Ok(ending)
}

/// Whether it was seen to be so, whatever the platform answered.
fn is_confirmed(conclusion: &Conclusion) -> bool {
    match conclusion.verdict {
        Verdict::Confirmed | Verdict::Applied => true,
        Verdict::Accepted
        | Verdict::HalfDone
        | Verdict::Refused
        | Verdict::NotApplied
        | Verdict::NotSent
        | Verdict::Unknown
        | Verdict::Ended => false,
    }
}

/// Returns the command, unless the CLI has none, or one that would do something else or cannot be printed as it is. What
/// should be known before it is used is added to `caveats`.
fn command(entry: &Entry, caveats: &mut BTreeSet<SafeText>) -> Option<SafeText> {
    let change = entry.record.change.as_ref()?;
    let a_platform_admin = Identity {
        is_platform_admin: true,
        ..Identity::default()
    };
    if policy::way(change, &a_platform_admin) == Way::ThroughRows {
        // Not every store finds such a name.
        return None;
    }
    let generation = generation(entry);
    let cli = Cli {
        // Whoever reads the commands may have another CLI than this machine.
        programs: Programs {
            nemo: Nemo::Found,
            ..Programs::default()
        },
        place: place(entry)?,
        ..Cli::default()
    };
    let command = Grammar::new(&cli, generation).change(change)?;
    let text = command.to_copy().ok()?;
    caveats.extend(cli.caveats(generation));
    if command.sets_the_default() {
        let caveat = "changes the CLI's default workspace, and does not restore it";
        caveats.insert(SafeText::new(caveat));
    }
    Some(text)
}

/// Returns where the change was made, in words, where the command does not say it.
fn unnamed(entry: &Entry) -> Option<SafeText> {
    if Grammar::names_places(generation(entry)) {
        return None;
    }
    let server = &entry.record.server;
    let text = match place(entry)? {
        Place::Context(name) => format!("in the context '{}', {server}", name.shown()),
        Place::Address(_) | Place::Current => format!("at {server}"),
    };
    Some(SafeText::new(&text))
}

fn generation(entry: &Entry) -> Generation {
    let version = entry.server_version.as_deref();
    version.map_or(Generation::Unknown, Generation::from_version)
}

/// Returns where it was made: in a context, or at an address that belongs to none.
fn place(entry: &Entry) -> Option<Place> {
    if entry.connection == NO_CONTEXT {
        let address = BaseUrl::parse(&entry.record.server);
        return address.ok().map(Place::Address);
    }
    Some(Place::Context(ContextName::new(&entry.connection)))
}

fn left_out(without: &[u64]) -> String {
    let named: Vec<String> = without.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if without.len() > NAMED { ", …" } else { "" };
    let (are, lines) = if without.len() == 1 {
        ("is", "line")
    } else {
        ("are", "lines")
    };
    format!(
        "{} {are} left out (journal {lines} {}{more}): the platform's CLI has no command for it, or none that is safe to paste",
        counted(without.len(), "confirmed change"),
        named.join(", ")
    )
}
