//! What the lines of a journal come to: the changes, what became of them, and what is still open.

use super::file::LONGEST_LINE;
use super::line::{Carried, Followed, Intent, Line, What};
use crate::domain::activity::{Open, Record, RecordId};
use crate::domain::deletion::Remembered;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};

/// Calls `take` with each line of `file`, without its end; what is longer than any line that this program writes is passed
/// over.
pub(super) fn each_line(file: &mut File, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut lines = Lines::of(file);
    while let Some(read) = lines.next(|_| {})? {
        if !read.is_too_long {
            take(lines.bytes());
        }
    }
    Ok(())
}

/// The lines of a file, one after the other.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: BufReader<R>,
    bytes: Vec<u8>,
}

/// How a line was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Whether it has an end.
    pub(super) is_whole: bool,
    /// Whether it is longer than any that this program writes: then not all of it is held.
    pub(super) is_too_long: bool,
}

impl<R: io::Read> Lines<R> {
    pub(super) fn of(file: R) -> Self {
        Self {
            reader: BufReader::with_capacity(256 * 1024, file),
            bytes: Vec::new(),
        }
    }

    /// Reads the next line, and hands it to `hear` as it is read, without its end.
    pub(super) fn next(&mut self, mut hear: impl FnMut(&[u8])) -> io::Result<Option<Found>> {
        let mut is_too_long = false;
        loop {
            self.bytes.clear();
            let n = self
                .reader
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut self.bytes)?;
            if n == 0 {
                return Ok(is_too_long.then_some(Found {
                    is_whole: false,
                    is_too_long,
                }));
            }
            let is_whole = self.bytes.pop_if(|byte| *byte == b'\n').is_some();
            hear(&self.bytes);
            if is_whole || (n as u64) < LONGEST_LINE {
                return Ok(Some(Found { is_whole, is_too_long }));
            }
            is_too_long = true;
        }
    }

    /// Returns the line that was read last.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What is open after the lines that were taken: requests without an end, and deletions that are followed.
#[derive(Debug, Default)]
pub(super) struct State {
    intents: HashMap<String, (u64, Source, Box<Intent>)>,
    /// The last intent about each thing that can be changed.
    last: HashMap<Subject, u64>,
    followed: HashMap<(String, String), Followed>,
}

/// The process that wrote a line, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) at: Timestamp,
    pub(super) host: Option<String>,
    pub(super) pid: Option<u32>,
}

/// What a change is about: server, workspace, principal, resource.
type Subject = (String, String, Option<String>, Option<(String, String)>);

fn subject(intent: &Intent) -> Subject {
    let resource = intent.resource.as_ref();
    let resource = resource.map(|thing| (thing.kind.clone(), thing.name.clone()));
    let (server, workspace) = (intent.server.clone(), intent.workspace.clone());
    (server, workspace, intent.principal.clone(), resource)
}

impl State {
    /// Takes the next line.
    pub(super) fn take(&mut self, line: Line) {
        match line.what {
            // It ends by itself, whoever is still there to write that down.
            What::Intent(intent) if intent.lifted_until().is_some() => {}
            What::Intent(intent) => {
                let source = match &intent.carried {
                    Some(Carried { at, host, pid }) => Source {
                        at: *at,
                        host: host.clone(),
                        pid: *pid,
                    },
                    None => Source {
                        at: line.at,
                        host: line.by.host,
                        pid: line.by.pid,
                    },
                };
                self.last.insert(subject(&intent), line.seq);
                self.intents.insert(intent.id.clone(), (line.seq, source, intent));
            }
            What::Outcome(ended) => {
                if !ended.open {
                    self.intents.remove(&ended.of);
                }
            }
            What::Following(followed) => {
                let key = (followed.server.clone(), followed.workspace.name.clone());
                self.followed.insert(key, followed);
            }
            What::Gone(gone) => {
                self.followed.remove(&(gone.server, gone.workspace));
            }
            What::Rotated(_) | What::Broken(_) | What::Other => {}
        }
    }

    /// Returns what the next file must begin with so that it can be understood alone.
    pub(super) fn carried(self) -> Vec<What> {
        let mut intents: Vec<(u64, Source, Box<Intent>)> = self.intents.into_values().collect();
        intents.sort_by_key(|(seq, ..)| *seq);
        let intents = intents.into_iter().map(|(_, Source { at, host, pid }, intent)| {
            What::Intent(Box::new(Intent {
                carried: Some(Carried { at, host, pid }),
                ..*intent
            }))
        });
        let mut followed: Vec<Followed> = self.followed.into_values().collect();
        followed.sort_by_key(|followed| followed.since);
        intents.chain(followed.into_iter().map(What::Following)).collect()
    }

    /// Returns whether it is not known what became of a change.
    pub(super) fn is_open(&self, id: &RecordId) -> bool {
        self.intents.contains_key(id.raw())
    }

    /// Returns the deletions on `server` that were followed, the oldest first.
    pub(super) fn deletions(&self, server: &str) -> Vec<Remembered> {
        let ours = self.followed.values().filter(|followed| followed.server == server);
        let mut all: Vec<Remembered> = ours.cloned().map(Followed::into_remembered).collect();
        all.sort_by(|a, b| (a.since, &a.workspace.name).cmp(&(b.since, &b.workspace.name)));
        all
    }

    /// Returns the requests to `server` of which it is not known what became of them, the oldest first; not those whose
    /// process `is_alive`, and may still find out.
    pub(super) fn open(&self, server: &str, is_alive: impl Fn(&Source) -> bool) -> Vec<Open> {
        let ours = self.intents.values().filter(|(.., intent)| intent.server == server);
        let left = ours.filter(|(_, source, _)| !is_alive(source));
        let mut all: Vec<(u64, Open)> = left
            .filter_map(|(seq, source, intent)| {
                let id = intent.before.get("id").and_then(serde_json::Value::as_str);
                let open = Open {
                    id: RecordId::new(intent.id.clone()),
                    at: source.at,
                    workspace_id: id.map(str::to_owned),
                    is_superseded: self.last.get(&subject(intent)).is_some_and(|last| last > seq),
                    caller: intent.caller.clone().into(),
                    change: intent.change()?,
                };
                Some((*seq, open))
            })
            .collect();
        all.sort_by_key(|(seq, _)| *seq);
        all.into_iter().map(|(_, open)| open).collect()
    }
}

/// The changes of a journal, with what became of each.
#[derive(Debug, Default)]
pub(super) struct Records {
    all: Vec<Record>,
    places: HashMap<String, usize>,
}

impl Records {
    /// Takes the next line.
    pub(super) fn take(&mut self, line: &Line) {
        match &line.what {
            What::Intent(intent) if intent.carried.is_none() => {
                self.places.insert(intent.id.clone(), self.all.len());
                self.all.push(record(line, intent));
            }
            What::Outcome(ended) => {
                let place = self.places.get(&ended.of);
                if let Some(record) = place.and_then(|place| self.all.get_mut(*place)) {
                    record.end = Some((line.at, ended.conclusion()));
                }
            }
            What::Intent(_) | What::Following(_) | What::Gone(_) | What::Rotated(_) | What::Broken(_) | What::Other => {
            }
        }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns them, the oldest first.
    pub(super) fn into_all(self) -> Vec<Record> {
        self.all
    }
}

/// Returns what a line tells of a request that is about to be sent; what became of it stands in another line.
pub(super) fn record(line: &Line, intent: &Intent) -> Record {
    Record {
        id: RecordId::new(intent.id.clone()),
        seq: line.seq,
        at: line.at,
        change: intent.change(),
        lifted_until: intent.lifted_until(),
        operator: line.by.in_words(),
        tool: line.by.tool.as_deref().map(SafeText::new),
        context: SafeText::new(&intent.context),
        request: SafeText::new(format!("{} {}", intent.request.method, intent.request.path).trim()),
        body: intent
            .request
            .body
            .as_ref()
            .map(|body| SafeText::new(&body.to_string())),
        version: intent.server_version.as_deref().map(SafeText::new),
        reason: intent.reason.as_deref().map(SafeText::new),
        digest: intent.digest.clone(),
        made_from: intent.made_from.clone(),
        undoes: intent.undoes.clone().map(RecordId::new),
        plan: intent.plan.as_deref().map(SafeText::new),
        caller: intent.caller.clone().into(),
        server: intent.server.clone(),
        end: None,
    }
}

/// Returns the line that says that the deletion of `workspace` is over.
pub(super) fn gone(server: &str, workspace: &WorkspaceName) -> What {
    What::Gone(super::line::Gone {
        server: server.to_owned(),
        workspace: workspace.raw().to_owned(),
    })
}
