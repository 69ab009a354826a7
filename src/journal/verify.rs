//! Checking a journal: whether each line is the one that the next line vouches for.
//!
//! What a chain of hashes cannot show: a tail that was cut off and a journal that was written anew from some line on. Both
//! show only against a head that was kept elsewhere, as in a report or in what a session printed at its end.

use super::file::{self, NOTHING};
use super::line::What;
use super::replay::Lines;
use super::{Error, Head, line};
use crate::domain::text::{SafeText, counted, hex};
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::{iter, vec};

/// What checking a journal has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// How many lines it holds.
    pub n_lines: u64,
    /// How many files.
    pub n_files: usize,
    /// Where it ends.
    pub head: Option<Head>,
    /// The first line that is not as it was written, if there is one.
    pub fault: Option<Fault>,
    /// What is not a fault and should be known all the same.
    pub notes: Vec<SafeText>,
    /// How many lines follow the head that was asked for, where it was found.
    pub n_since: Option<u64>,
}

/// Where a journal is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which file.
    pub file: SafeText,
    /// In which line of it, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: SafeText,
    /// How many lines follow it, in all files: whether those are as they were written, nothing vouches for.
    pub n_after: u64,
}

/// A line, as far as the chain goes.
#[derive(Clone, Debug)]
struct Link {
    file: usize,
    line: u64,
    hash: String,
    /// Its own number and the hash that it names; nothing where it is no record.
    told: Option<(u64, String)>,
    is_whole: bool,
    note: Option<String>,
    is_rotated: bool,
}

/// Checks the journal in `folder`, and whether `head`, kept elsewhere, is in it.
///
/// # Errors
/// If it cannot be read.
pub fn verify(folder: &Path, head: Option<&str>) -> Result<Checked, Error> {
    let (paths, files): (Vec<PathBuf>, Vec<File>) = file::open_all(folder)?.into_iter().unzip();
    let mut checked = Checked {
        n_files: paths.len(),
        ..Checked::default()
    };
    let mut links = Links::of(&paths, files);
    let mut before: Option<Link> = None;
    while let Some(link) = links.next()? {
        checked.n_lines += 1;
        if let Some(n) = &mut checked.n_since {
            *n += 1;
        }
        if let Some(fault) = &mut checked.fault {
            fault.n_after += 1;
        }
        if head.is_some_and(|head| head.eq_ignore_ascii_case(&link.hash)) {
            checked.n_since = Some(0);
        }
        if checked.fault.is_none() {
            checked.fault = match &before {
                Some(before) => links.judge(before, &link)?,
                None => links.judge_first(&link)?,
            }
            .map(|(at, what)| Fault {
                file: SafeText::new(&name(&paths, at.file)),
                line: at.line,
                what: SafeText::new(&what),
                // It can be the one before.
                n_after: u64::from((at.file, at.line) != (link.file, link.line)),
            });
        }
        checked.note(&name(&paths, link.file), &link, before.is_none());
        if before.is_none() && link.comes_after(head) {
            checked.n_since = Some(1);
        }
        let number = before
            .as_ref()
            .and_then(|before| before.told.as_ref())
            .map_or(0, |(seq, _)| *seq);
        let seq = link.told.as_ref().map_or(number.saturating_add(1), |(seq, _)| *seq);
        checked.head = Some(Head {
            seq,
            hash: link.hash.clone(),
        });
        // What is no record is numbered as if it were one.
        let told = link.told.clone().or_else(|| Some((seq, String::new())));
        before = Some(Link { told, ..link });
    }
    if head.is_some() && checked.n_since.is_none() && checked.fault.is_none() {
        checked.fault = Some(not_here(&checked, before.as_ref(), &paths));
    }
    Ok(checked)
}

impl Checked {
    /// Notes what is to be known of a line of the file `name`, be it a fault or not.
    fn note(&mut self, name: &str, link: &Link, is_first: bool) {
        let mut note = |text: &str| {
            let text = format!("{name}, line {}: {text}", link.line);
            self.notes.push(SafeText::new(&text));
        };
        if let Some(text) = &link.note {
            note(text);
        }
        if is_first && link.is_rotated {
            note("the files before this one are not here: what stood in them is not checked");
        }
        if link.told.is_none() && self.fault.is_none() {
            note(if link.is_whole {
                "no record that this release can read, as of a crash that cut it off; the next line vouches for it"
            } else {
                "this line is not finished: a crash, or somebody is writing it"
            });
        }
    }
}

impl Link {
    /// Whether it goes on from a file that ended with this head.
    fn comes_after(&self, head: Option<&str>) -> bool {
        let prev = self.told.as_ref().map(|(_, prev)| prev).filter(|_| self.is_rotated);
        prev.zip(head)
            .is_some_and(|(prev, head)| prev.eq_ignore_ascii_case(head))
    }
}

fn not_here(checked: &Checked, last: Option<&Link>, paths: &[PathBuf]) -> Fault {
    let what = format!(
        "no line has the head that was asked for, among {}: the journal was cut off after this line, written anew, or the \
         head is of another one",
        counted(usize::try_from(checked.n_lines).unwrap_or(usize::MAX), "line")
    );
    Fault {
        file: SafeText::new(&last.map_or_else(|| file::NAME.to_owned(), |last| name(paths, last.file))),
        line: last.map_or(0, |last| last.line),
        what: SafeText::new(&what),
        n_after: 0,
    }
}

fn name(paths: &[PathBuf], file: usize) -> String {
    let name = paths.get(file).and_then(|path| path.file_name());
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// Judges the first line of all.
fn first(link: &Link) -> Option<(Link, String)> {
    let (seq, prev) = link.told.as_ref()?;
    if link.is_rotated || (*seq == 1 && prev == NOTHING) {
        return None;
    }
    let what = if *seq > 1 {
        format!("{} before this line are missing", counted_lines(seq - 1))
    } else {
        "this line was changed or put here: it is not the beginning of a journal".to_owned()
    };
    Some((link.clone(), what))
}

fn counted_lines(n: u64) -> String {
    counted(usize::try_from(n).unwrap_or(usize::MAX), "line")
}

/// The lines of all files, with those that come next.
struct Links<'a> {
    paths: &'a [PathBuf],
    files: iter::Enumerate<vec::IntoIter<File>>,
    open: Option<Reading>,
    ahead: VecDeque<Link>,
}

impl<'a> Links<'a> {
    fn of(paths: &'a [PathBuf], files: Vec<File>) -> Self {
        Self {
            paths,
            files: files.into_iter().enumerate(),
            open: None,
            ahead: VecDeque::new(),
        }
    }

    fn next(&mut self) -> Result<Option<Link>, Error> {
        self.look_ahead(1)?;
        Ok(self.ahead.pop_front())
    }

    /// Says what is wrong with the first line of all.
    fn judge_first(&mut self, link: &Link) -> Result<Option<(Link, String)>, Error> {
        if link.told.is_some() {
            return Ok(first(link));
        }
        // What a crash left of it is vouched for by the next one, or is still being written.
        self.look_ahead(1)?;
        let vouched = self
            .ahead
            .front()
            .map_or(!link.is_whole, |next| names(next, &link.hash));
        let what = "this line is no record: it is not the beginning of a journal";
        Ok((!vouched).then(|| (link.clone(), what.to_owned())))
    }

    /// Says what is wrong between two lines that follow each other, and with which of them.
    fn judge(&mut self, before: &Link, link: &Link) -> Result<Option<(Link, String)>, Error> {
        let (number, _) = before.told.clone().unwrap_or_default();
        let Some((seq, prev)) = &link.told else {
            // What a crash left of a line is vouched for by the next one; the last of all may still be written.
            self.look_ahead(1)?;
            let vouched = self.ahead.front().is_none_or(|next| names(next, &link.hash));
            return Ok((!vouched).then(|| {
                (
                    link.clone(),
                    "this line is no record: it was changed or put here".to_owned(),
                )
            }));
        };
        let next_number = number.saturating_add(1);
        if *prev == before.hash && *seq == next_number {
            return Ok(None);
        }
        self.look_ahead(2)?;
        let next = self.ahead.front();
        let after_next = self.ahead.get(1);
        if let Some(next) = next.filter(|next| goes_on(next, number, &before.hash)) {
            // Without this line the next one fits.
            let is_swapped = after_next.is_some_and(|after| names(after, &link.hash) && !names(after, &next.hash));
            let what = if is_swapped {
                "this line and the next one were swapped"
            } else {
                "this line was put here: without it the chain holds"
            };
            return Ok(Some((link.clone(), what.to_owned())));
        }
        if *seq > next_number {
            let n = counted_lines(seq - next_number);
            return Ok(Some((link.clone(), format!("{n} before this line are missing"))));
        }
        if *seq <= number {
            let what = format!("this line is number {seq}, where {next_number} must be: it was moved or copied here");
            return Ok(Some((link.clone(), what)));
        }
        // The number is right and the hash is not: either of the two was changed.
        let is_vouched = next.is_some_and(|next| names(next, &link.hash));
        let changed = if is_vouched { before } else { link };
        let what = "this line was changed: it is not the one that the chain names";
        Ok(Some((changed.clone(), what.to_owned())))
    }

    fn look_ahead(&mut self, n: usize) -> Result<(), Error> {
        while self.ahead.len() < n {
            match self.read()? {
                Some(link) => self.ahead.push_back(link),
                None => break,
            }
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Option<Link>, Error> {
        loop {
            let Some(open) = &mut self.open else {
                let Some((number, file)) = self.files.next() else {
                    return Ok(None);
                };
                self.open = Some(Reading {
                    file: number,
                    n_read: 0,
                    lines: Lines::of(file),
                });
                continue;
            };
            let path = self.paths.get(open.file).map_or(Path::new(""), PathBuf::as_path);
            match open.next().map_err(|error| Error::at(path, &error))? {
                Some(link) => return Ok(Some(link)),
                None => self.open = None,
            }
        }
    }
}

/// A file that is being read.
struct Reading {
    file: usize,
    n_read: u64,
    lines: Lines<File>,
}

impl Reading {
    fn next(&mut self) -> io::Result<Option<Link>> {
        let mut hasher = Sha256::new();
        let Some(found) = self.lines.next(|piece| hasher.update(piece))? else {
            return Ok(None);
        };
        self.n_read += 1;
        let line = (!found.is_too_long).then(|| line::read(self.lines.bytes())).flatten();
        let note = line.as_ref().and_then(|line| match &line.what {
            What::Broken(broken) => Some(format!(
                "the journal had been cut or replaced when this was written: line {} with the hash {} was no longer in it",
                broken.expected_seq, broken.expected
            )),
            What::Intent(_) | What::Outcome(_) | What::Following(_) | What::Gone(_) | What::Rotated(_) | What::Other => {
                None
            }
        });
        Ok(Some(Link {
            file: self.file,
            line: self.n_read,
            hash: hex(&hasher.finalize()),
            is_rotated: line.as_ref().is_some_and(|line| matches!(line.what, What::Rotated(_))),
            told: line.map(|line| (line.seq, line.prev)),
            is_whole: found.is_whole,
            note,
        }))
    }
}

/// Whether a line names this hash as that of the line before it.
fn names(link: &Link, hash: &str) -> bool {
    link.told.as_ref().is_some_and(|(_, prev)| prev == hash)
}

/// Whether a line comes right after the one with this number and hash.
fn goes_on(link: &Link, number: u64, hash: &str) -> bool {
    link.told
        .as_ref()
        .is_some_and(|(seq, prev)| *seq == number.saturating_add(1) && prev == hash)
}

#[cfg(test)]
mod tests;
