//! What is written down of a change: before its request, and when it is known what became of it.

mod words;

pub use words::OPEN;

use super::change::Change;
use super::deletion::Remembered;
use super::ids::WorkspaceName;
use super::role::RoleSet;
use super::text::SafeText;
use super::workspace::Workspace;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a record is called, in all journals of one person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

impl RecordId {
    /// Takes over an id as it stands in a journal.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// Returns it as it stands in the journal.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Returns it for a screen.
    pub fn shown(&self) -> SafeText {
        SafeText::new(&self.0)
    }
}

/// The end of a journal: the number of its last line, and its hash. Whoever keeps it elsewhere can tell later whether the
/// journal was cut or written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The number of the line, from 1; 0 where there is none.
    pub seq: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub hash: String,
}

/// What belongs to a change besides itself: who makes it, why, and as a part of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The workspace as it was last read, where it is about to be deleted.
    pub deleted: Option<Box<Workspace>>,
    /// Who the platform takes the sender for.
    pub caller: Caller,
    /// The server's version, where it tells.
    pub version: Option<SafeText>,
    /// The number of the plan that it is a part of: changes with the same number were confirmed together.
    pub plan: Option<u64>,
    /// Why it is made, in the words of whoever makes it.
    pub reason: Option<String>,
    /// The record that it takes back.
    pub undoes: Option<RecordId>,
    /// What the plan was approved by, where it was by a digest.
    pub digest: Option<String>,
    /// The file that the plan was made from, where it was from one.
    pub made_from: Option<MadeFrom>,
}

/// The file that a plan was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFrom {
    /// The file or folder, as it was named.
    pub name: String,
    /// The SHA-256 of its text, in hexadecimal digits.
    pub sha256: String,
}

/// Who made a change, by the names that the platform knows them by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The subject of the token.
    pub subject: Option<String>,
    /// The e-mail.
    pub email: Option<String>,
}

impl Caller {
    /// Returns the name they go by.
    pub fn name(&self) -> &str {
        let name = self.email.as_deref().or(self.subject.as_deref());
        name.unwrap_or("unknown")
    }

    /// Returns the name they are shown by.
    pub fn label(&self) -> SafeText {
        SafeText::new(self.name())
    }
}

/// A request as it goes out; it never holds a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// The HTTP method.
    pub method: String,
    /// The path with its query, percent-encoded.
    pub path: String,
    /// The body, if there is one.
    pub body: Option<serde_json::Value>,
}

/// What became of a change, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The platform said yes, and it reads back as wanted.
    Confirmed,
    /// The platform said yes; it could not be read back, or does not read back as wanted.
    Accepted,
    /// No yes was heard, but it was done.
    Applied,
    /// A part of it was done.
    HalfDone,
    /// The platform said no, and it was not done.
    Refused,
    /// No answer was heard, and it was not done.
    NotApplied,
    /// The request did not leave.
    NotSent,
    /// No answer was heard, and nothing could be read.
    Unknown,
    /// What was allowed for a while no longer is.
    Ended,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Confirmed,
        Self::Accepted,
        Self::Applied,
        Self::HalfDone,
        Self::Refused,
        Self::NotApplied,
        Self::NotSent,
        Self::Unknown,
        Self::Ended,
    ];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Accepted => "accepted",
            Self::Applied => "applied",
            Self::HalfDone => "half done",
            Self::Refused => "refused",
            Self::NotApplied => "not applied",
            Self::NotSent => "not sent",
            Self::Unknown => "unknown",
            Self::Ended => "ended",
        }
    }

    /// Reads the word for one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Returns whether it is known that nothing came of it.
    pub fn is_left_undone(self) -> bool {
        matches!(self, Self::Refused | Self::NotApplied | Self::NotSent)
    }

    /// Returns whether what was wanted is true now.
    pub fn is_done(self) -> bool {
        match self {
            Self::Confirmed | Self::Accepted | Self::Applied => true,
            Self::HalfDone | Self::Refused | Self::NotApplied | Self::NotSent | Self::Unknown | Self::Ended => false,
        }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclusion {
    /// In one word.
    pub verdict: Verdict,
    /// The roles that the principal was read to hold afterwards.
    pub found: Option<RoleSet>,
    /// Why it ended like this, where that is not plain.
    pub why: Option<SafeText>,
    /// Whether the request may still be carried out, or come into sight, so that somebody has to look again.
    pub may_come_true: bool,
}

impl Conclusion {
    /// Returns that what was allowed for a while no longer is.
    pub fn ended(why: SafeText) -> Self {
        Self {
            verdict: Verdict::Ended,
            found: None,
            why: Some(why),
            may_come_true: false,
        }
    }
}

/// Who sat where when a line was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    /// The name of the operating system's user.
    pub user: Option<String>,
    /// Who became that user by `sudo`.
    pub sudo_user: Option<String>,
}

/// One change as a journal tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is called.
    pub id: RecordId,
    /// The number of its line.
    pub seq: u64,
    /// When it was about to be sent.
    pub at: Timestamp,
    /// Who made it, to the platform.
    pub caller: Caller,
    /// Who made it, to the operating system: user, `sudo` user, host, terminal.
    pub operator: SafeText,
    /// The program that made it, with its release.
    pub tool: Option<SafeText>,
    /// The name of the connection.
    pub context: SafeText,
    /// The address of the server.
    pub server: String,
    /// The server's version, where it was known.
    pub version: Option<SafeText>,
    /// What it did; `None` where that was written by a newer release and is not understood.
    pub change: Option<Change>,
    /// Until when it allowed changes on a read-only connection, where it did that and changed nothing itself.
    pub lifted_until: Option<Timestamp>,
    /// The request: `PUT /apis/…`.
    pub request: SafeText,
    /// The body of the request, if there was one.
    pub body: Option<SafeText>,
    /// Why it was made.
    pub reason: Option<SafeText>,
    /// What it takes back.
    pub undoes: Option<RecordId>,
    /// The plan that it is a part of.
    pub plan: Option<SafeText>,
    /// What that was approved by, where it was by a digest.
    pub digest: Option<String>,
    /// The file that it was made from, where that is known.
    pub made_from: Option<MadeFrom>,
    /// What became of it, and when that was known; `None` while it is open.
    pub end: Option<(Timestamp, Conclusion)>,
}

/// A change of an earlier session of which it is not written what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its record.
    pub id: RecordId,
    /// When it was about to be sent.
    pub at: Timestamp,
    /// Who made it.
    pub caller: Caller,
    /// What it was to do.
    pub change: Change,
    /// The id of the workspace, where it was to be deleted.
    pub workspace_id: Option<String>,
    /// Whether a later change of this program was about the same, so that the present says nothing about this one.
    pub is_superseded: bool,
}

/// What an earlier session left to be looked after, on one server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOver {
    /// Deletions that were under way.
    pub deletions: Vec<Remembered>,
    /// Changes whose end is not written down, the oldest first.
    pub open: Vec<Open>,
}

/// What is noted beside requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// What became of the change with this number in the present session.
    Ended(u64, Conclusion),
    /// What became of a change of an earlier session.
    EndedEarlier(RecordId, Conclusion),
    /// A deletion is under way and is followed.
    Following(Remembered),
    /// The deletion of this workspace is over.
    Gone(WorkspaceName),
}
