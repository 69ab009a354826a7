//! Looking through a journal for changes, however many there are: of each one that is wanted only its place is kept, and
//! it is read again when it is told.

use super::file::{self, Files};
use super::line::{self, Line, What};
use super::replay::{self, Lines};
use super::{Error, Head};
use crate::domain::activity::Record;
use crate::domain::ids::WorkspaceName;
use crate::files;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use std::collections::{HashMap, HashSet};
use std::io::{self, Read as _, Seek as _};
use std::path::Path;

/// The changes that were looked for, and where the journal ended when they were.
#[derive(Debug, Default)]
pub struct Found {
    files: Files,
    places: Vec<Place>,
    /// Nothing where there is no journal yet.
    pub head: Option<Head>,
    /// Through how many connections they were made.
    pub n_connections: usize,
}

/// Where it is told of a change.
#[derive(Debug)]
struct Place {
    intent: Span,
    /// What became of it, if that is written down.
    outcome: Option<Span>,
}

/// Where a line begins and ends.
#[derive(Clone, Copy, Debug)]
struct Span {
    file: usize,
    start: u64,
    end: u64,
}

/// A change as the journal tells of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The change.
    pub record: Record,
    /// Where it was made, whether or not the change is understood.
    pub workspace: WorkspaceName,
    /// What the server called its version, where it told.
    pub server_version: Option<String>,
    /// The name of the connection exactly as it was written down.
    pub connection: String,
    intent: Line,
    outcome: Option<Line>,
}

/// What a change is looked for by.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// When it was about to be sent.
    pub at: Timestamp,
    /// The workspace, as the platform knows it.
    pub workspace: &'a str,
    /// The principal it is about, if it is about one.
    pub principal: Option<&'a str>,
    /// The names of whoever made it: the subject of the token, and the e-mail.
    pub callers: [Option<&'a str>; 2],
}

/// Finds the changes in the journal in `folder` that `is_wanted`.
///
/// # Errors
/// If it cannot be read.
pub fn search(folder: &Path, is_wanted: impl Fn(Glance<'_>) -> bool) -> Result<Found, Error> {
    let mut found = Found {
        files: file::open_all(folder)?,
        ..Found::default()
    };
    let mut search = Search {
        is_wanted,
        places: Vec::new(),
        by_id: HashMap::new(),
        connections: HashSet::new(),
    };
    let n_files = found.files.len();
    for (number, (path, file)) in found.files.iter_mut().enumerate() {
        let failed = |error: io::Error| Error::at(path, &error);
        let mut length = file.metadata().map_err(failed)?.len();
        if number + 1 == n_files {
            // What is written from now on is behind the head.
            let end = file::End::of(file).map_err(failed)?;
            length = end.length;
            found.head = (length > 0).then_some(end.head);
        }
        file.rewind().map_err(failed)?;
        search.read(number, Lines::of((&*file).take(length))).map_err(failed)?;
    }
    found.n_connections = search.connections.len();
    found.places = search.places;
    Ok(found)
}

/// A search on its way through the files.
struct Search<F> {
    is_wanted: F,
    places: Vec<Place>,
    /// Which of the places tells of the change with an id.
    by_id: HashMap<String, usize>,
    connections: HashSet<String>,
}

impl<F: Fn(Glance<'_>) -> bool> Search<F> {
    fn read(&mut self, file: usize, mut lines: Lines<impl io::Read>) -> io::Result<()> {
        let mut start = 0;
        loop {
            let mut n_bytes = 0;
            let Some(found) = lines.next(|piece| n_bytes += piece.len() as u64)? else {
                return Ok(());
            };
            let end = start + n_bytes;
            let span = Span { file, start, end };
            start = end + u64::from(found.is_whole);
            let line = (!found.is_too_long).then(|| line::read(lines.bytes())).flatten();
            if let Some(line) = line {
                self.take(span, &line);
            }
        }
    }

    fn take(&mut self, span: Span, line: &Line) {
        if let What::Outcome(ended) = &line.what {
            let place = self.by_id.get(&ended.of);
            if let Some(place) = place.and_then(|place| self.places.get_mut(*place)) {
                place.outcome = Some(span);
            }
        }
        let What::Intent(intent) = &line.what else { return };
        let glance = Glance {
            at: line.at,
            workspace: &intent.workspace,
            principal: intent.principal.as_deref(),
            callers: [intent.caller.subject.as_deref(), intent.caller.email.as_deref()],
        };
        if intent.carried.is_some() || !(self.is_wanted)(glance) {
            return;
        }
        self.by_id.insert(intent.id.clone(), self.places.len());
        self.places.push(Place {
            intent: span,
            outcome: None,
        });
        if !self.connections.contains(&intent.context) {
            self.connections.insert(intent.context.clone());
        }
    }
}

impl Found {
    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Reads them one after the other, the oldest first.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, Error>> + '_ {
        self.places.iter().map(|place| {
            let intent = self.line(place.intent)?;
            let outcome = place.outcome.map(|span| self.line(span)).transpose()?;
            Entry::of(intent, outcome).ok_or_else(|| self.was_changed(place.intent))
        })
    }

    fn line(&self, span: Span) -> Result<Line, Error> {
        let Some((path, file)) = self.files.get(span.file) else {
            return Err(self.was_changed(span));
        };
        let bytes = files::read_part(file, span.start, span.end).map_err(|error| Error::at(path, &error))?;
        line::read(&bytes).ok_or_else(|| self.was_changed(span))
    }

    fn was_changed(&self, span: Span) -> Error {
        let path = self.files.get(span.file).map_or(Path::new(""), |(path, _)| path);
        Error::at(path, &io::Error::other("it was changed while it was read"))
    }
}

impl Entry {
    fn of(intent: Line, outcome: Option<Line>) -> Option<Self> {
        let What::Intent(told) = &intent.what else { return None };
        let mut record = replay::record(&intent, told);
        if let Some(line) = &outcome
            && let What::Outcome(ended) = &line.what
        {
            record.end = Some((line.at, ended.conclusion()));
        }
        Some(Self {
            workspace: WorkspaceName::from_platform(told.workspace.clone()),
            server_version: told.server_version.clone(),
            connection: told.context.clone(),
            record,
            intent,
            outcome,
        })
    }
}

/// Tells the line of the request as it stands in the journal, and as `end` the line that says what became of it; null
/// where that is not written down.
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            #[serde(flatten)]
            intent: &'a Line,
            end: Option<&'a Line>,
        }
        let told = Told {
            intent: &self.intent,
            end: self.outcome.as_ref(),
        };
        told.serialize(serializer)
    }
}
