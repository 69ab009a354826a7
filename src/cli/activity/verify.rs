//! `nmp-console activity verify`: whether the journal is as it was written.

use super::super::{Ending, Failure, document, tell};
use super::unreadable;
use crate::domain::text::{SafeText, counted};
use crate::journal::verify::{Checked, Fault, verify};
use clap::Args;
use std::path::Path;

/// What the head of a journal looks like.
const N_DIGITS: usize = 64;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The SHA-256 that a report or the end of a session named: nothing up to that line may be missing
    #[arg(long, value_name = "HASH", value_parser = head)]
    head: Option<String>,
}

fn head(typed: &str) -> Result<String, String> {
    let is_one = typed.len() == N_DIGITS && typed.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_one {
        Ok(typed.to_owned())
    } else {
        Err(format!("expected {N_DIGITS} hexadecimal digits"))
    }
}

impl Arguments {
    /// Checks the journal in `folder`, and says what was found.
    pub(super) fn run(self, folder: &Path) -> Result<Ending, Failure> {
        let checked = verify(folder, self.head.as_deref()).map_err(|error| unreadable(&error))?;
        if checked.n_files == 0 && self.head.is_none() {
            let folder = folder.to_string_lossy();
            tell(&SafeText::new(&format!("there is no journal in {folder} yet")));
            return Ok(Ending::Done);
        }
        let text = in_words(&checked, folder, self.head.as_deref());
        document::print(text.as_bytes())?;
        Ok(if checked.fault.is_some() {
            Ending::Found
        } else {
            Ending::Done
        })
    }
}

fn in_words(checked: &Checked, folder: &Path, head: Option<&str>) -> String {
    let n_lines = counted(usize::try_from(checked.n_lines).unwrap_or(usize::MAX), "line");
    let n_files = counted(checked.n_files, "file");
    let mut lines = vec![format!("{n_lines} in {n_files} in {}", folder.to_string_lossy())];
    if let Some(end) = &checked.head {
        lines.push(format!("head: line {}, SHA-256 {}", end.seq, end.hash));
    }
    lines.extend(checked.notes.iter().map(|note| format!("note: {note}")));
    match &checked.fault {
        // There is no line to be named.
        Some(Fault { line: 0, what, .. }) => lines.push(format!("fault: {what}")),
        Some(Fault { file, line, what, .. }) => lines.push(format!("fault: {file}, line {line}: {what}")),
        None => lines.push("sound: each line is the one that the next line names".to_owned()),
    }
    if let Some(n) = checked.fault.as_ref().map(|fault| fault.n_after).filter(|n| *n > 0) {
        let (follow, they) = if n == 1 { ("follows", "it") } else { ("follow", "they") };
        let n = counted(usize::try_from(n).unwrap_or(usize::MAX), "line");
        lines.push(format!("{n} {follow} the fault: {they} could not be checked"));
    }
    match checked.n_since {
        Some(0) => lines.push("the journal ends with the head that was asked for".to_owned()),
        Some(n) => {
            let n = counted(usize::try_from(n).unwrap_or(usize::MAX), "line");
            lines.push(format!("the head that was asked for is in it; {n} after it"));
        }
        None if head.is_none() => lines.push(
            "A chain cannot show that its last lines were cut off, or that all of it was written anew: compare the head \
             with one from a report or from the end of a session (--head)."
                .to_owned(),
        ),
        None => {}
    }
    // Names of files come from outside.
    let safe = lines.iter().map(|line| format!("{}\n", SafeText::new(line)));
    safe.collect()
}
