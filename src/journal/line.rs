//! One line of a journal, as it stands there.
//!
//! A line is one JSON object in ASCII: what a name holds cannot reach a terminal by way of `cat`. Fields may be added;
//! whoever reads passes over those it does not know.

use crate::domain::activity::{Caller, Conclusion, MadeFrom, Operator, Provenance, RecordId, Sending, Verdict};
use crate::domain::change::Change;
use crate::domain::deletion::Remembered;
use crate::domain::ids::{Principal, ResourceName, WorkspaceName};
use crate::domain::resource::{ResourceId, ResourceKind};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io;

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// What every line has: its place in the chain, when it was written, where and by what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) schema: u32,
    pub(super) seq: u64,
    pub(super) prev: String,
    pub(super) at: Timestamp,
    #[serde(flatten)]
    pub(super) by: By,
    #[serde(flatten)]
    pub(super) what: What,
}

/// Who wrote a line, and on which machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct By {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sudo_user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pid: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tool: Option<String>,
}

impl By {
    /// Returns them in words: `alice (sudo by bob) on bastion, pts/3`.
    pub(super) fn in_words(&self) -> SafeText {
        let user = self.user.clone().or_else(|| self.uid.map(|uid| format!("uid {uid}")));
        let user = user.unwrap_or_else(|| "unknown".to_owned());
        let sudo = self.sudo_user.as_ref().map(|user| format!(" (sudo by {user})"));
        let host = self.host.as_ref().map(|host| format!(" on {host}"));
        let tty = self
            .tty
            .as_ref()
            .map(|tty| format!(", {}", tty.strip_prefix("/dev/").unwrap_or(tty)));
        let parts = [Some(user), sudo, host, tty];
        let text: String = parts.into_iter().flatten().collect();
        SafeText::new(&text)
    }

    pub(super) fn of(operator: &Operator) -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let tty = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new()).ok();
        Self {
            user: operator.user.clone(),
            uid: Some(rustix::process::getuid().as_raw()),
            sudo_user: operator.sudo_user.clone(),
            host: Some(host),
            tty: tty.map(|tty| tty.to_string_lossy().into_owned()),
            pid: Some(std::process::id()),
            tool: Some(concat!("nmp-console ", env!("CARGO_PKG_VERSION")).to_owned()),
        }
    }
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(super) enum What {
    /// A request is about to be sent.
    Intent(Box<Intent>),
    /// What became of it.
    Outcome(Ended),
    /// A deletion is followed.
    Following(Followed),
    /// The deletion of a workspace is over.
    Gone(Gone),
    /// The first line of a file: the journal goes on from the one before, whose head is `prev`.
    Rotated(Rotated),
    /// The file is not as this program left it: it was cut, or replaced.
    Broken(Broken),
    /// Something that only a newer release knows.
    #[serde(other)]
    Other,
}

/// A request that is about to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    /// When and where it was written, where this is a copy of an open intent in the file before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) carried: Option<Carried>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) made_from: Option<MadeFrom>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) undoes: Option<String>,
    pub(super) caller: Who,
    pub(super) context: String,
    pub(super) server: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) server_version: Option<String>,
    pub(super) action: Action,
    pub(super) workspace: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) principal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<Thing>,
    /// What was there before, and shall be afterwards; null where nothing is.
    pub(super) before: Value,
    pub(super) after: Value,
    pub(super) request: Asked,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

/// When an intent was written that is carried from one file to the next, and by which process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Carried {
    pub(super) at: Timestamp,
    pub(super) host: Option<String>,
    pub(super) pid: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Who {
    pub(super) subject: Option<String>,
    pub(super) email: Option<String>,
}

impl From<&Caller> for Who {
    fn from(Caller { subject, email }: &Caller) -> Self {
        Self {
            subject: subject.clone(),
            email: email.clone(),
        }
    }
}

impl From<Who> for Caller {
    fn from(Who { subject, email }: Who) -> Self {
        Self { subject, email }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Action {
    CreateWorkspace,
    Describe,
    DeleteWorkspace,
    RetryDeletion,
    Roles,
    CreateProject,
    DeleteResource,
    /// Nothing is sent for it: changes are allowed for a while.
    LiftReadOnly,
    #[serde(other)]
    Other,
}

/// Where it stands until when changes are allowed.
const UNTIL: &str = "until";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thing {
    pub(super) kind: String,
    pub(super) name: String,
}

/// A request; empty where nothing is sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Value>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ended {
    pub(super) of: String,
    pub(super) outcome: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) found: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Whether it may still come true.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) open: bool,
}

/// A deletion that is followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Followed {
    pub(super) server: String,
    pub(super) caller: String,
    pub(super) since: Timestamp,
    pub(super) workspace: Place,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Gone {
    pub(super) server: String,
    pub(super) workspace: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rotated {
    pub(super) from: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Broken {
    /// The number and the hash of the line that this program wrote last, and did not find again.
    pub(super) expected_seq: u64,
    pub(super) expected: String,
}

/// A workspace as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) created_by: Option<String>,
}

/// The longest description that is kept of a workspace.
const LONGEST_DESCRIPTION: usize = 300;

impl From<&Workspace> for Place {
    fn from(workspace: &Workspace) -> Self {
        let description = workspace.description.as_deref();
        Self {
            id: workspace.id.clone(),
            name: workspace.name.raw().to_owned(),
            description: description.map(|text| text.chars().take(LONGEST_DESCRIPTION).collect()),
            created_at: workspace.created_at,
            created_by: workspace.created_by.clone(),
        }
    }
}

impl From<Place> for Workspace {
    fn from(place: Place) -> Self {
        Self {
            id: place.id,
            name: WorkspaceName::from_platform(place.name),
            description: place.description,
            created_at: place.created_at,
            created_by: place.created_by,
            updated_at: None,
            updated_by: None,
        }
    }
}

impl Followed {
    pub(super) fn of(remembered: &Remembered, server: &str) -> Self {
        Self {
            server: server.to_owned(),
            caller: remembered.caller.clone(),
            since: remembered.since,
            workspace: Place::from(&remembered.workspace),
        }
    }

    pub(super) fn into_remembered(self) -> Remembered {
        Remembered {
            workspace: self.workspace.into(),
            since: self.since,
            caller: self.caller,
        }
    }
}

impl Ended {
    pub(super) fn of(id: &RecordId, conclusion: &Conclusion) -> Self {
        Self {
            of: id.raw().to_owned(),
            outcome: conclusion.verdict.word().to_owned(),
            found: conclusion.found.as_ref().map(names),
            why: conclusion.why.as_ref().map(ToString::to_string),
            open: conclusion.may_come_true,
        }
    }

    /// Returns it as it is understood; a word that only a newer release knows says nothing.
    pub(super) fn conclusion(&self) -> Conclusion {
        Conclusion {
            verdict: Verdict::from_word(&self.outcome).unwrap_or(Verdict::Unknown),
            found: self.found.as_deref().map(roles),
            why: self.why.as_deref().map(SafeText::new),
            may_come_true: self.open,
        }
    }
}

impl Intent {
    pub(super) fn of(
        id: &RecordId,
        (change, provenance): (&Change, &Provenance),
        sending: Sending,
        (context, server): (&str, &str),
    ) -> Self {
        let Told {
            action,
            before,
            after,
            resource,
        } = Told::of(change, provenance.deleted.as_deref());
        Self {
            id: id.raw().to_owned(),
            carried: None,
            plan: None,
            undoes: provenance.undoes.as_ref().map(|id| id.raw().to_owned()),
            caller: Who::from(&provenance.caller),
            context: context.to_owned(),
            server: server.to_owned(),
            server_version: provenance.version.as_ref().map(ToString::to_string),
            action,
            workspace: change.workspace().raw().to_owned(),
            principal: change.principal().map(|principal| principal.raw().to_owned()),
            resource,
            before,
            after,
            request: Asked {
                method: sending.method,
                path: sending.path,
                body: sending.body,
            },
            reason: provenance.reason.clone(),
            digest: provenance.digest.clone(),
            made_from: provenance.made_from.clone(),
        }
    }

    /// Returns what is written down before changes are allowed on a read-only connection, until then.
    pub(super) fn lifting(
        id: &RecordId,
        until: Timestamp,
        provenance: &Provenance,
        (context, server): (&str, &str),
    ) -> Self {
        Self {
            id: id.raw().to_owned(),
            carried: None,
            plan: None,
            digest: None,
            undoes: None,
            caller: Who::from(&provenance.caller),
            context: context.to_owned(),
            server: server.to_owned(),
            server_version: provenance.version.as_ref().map(ToString::to_string),
            action: Action::LiftReadOnly,
            workspace: String::new(),
            principal: None,
            resource: None,
            before: Value::Null,
            after: serde_json::json!({ UNTIL: until }),
            request: Asked::default(),
            reason: provenance.reason.clone(),
            made_from: None,
        }
    }

    /// Returns until when it allows changes, where it does that.
    pub(super) fn lifted_until(&self) -> Option<Timestamp> {
        let until = self.after.get(UNTIL).filter(|_| self.action == Action::LiftReadOnly)?;
        until.as_str()?.parse().ok()
    }

    /// Returns the change; nothing where it is not understood.
    pub(super) fn change(&self) -> Option<Change> {
        let workspace = WorkspaceName::from_platform(self.workspace.clone());
        let text = |value: &Value, field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
        let thing = || {
            let thing = self.resource.as_ref()?;
            Some(ResourceId {
                kind: ResourceKind::from_platform(&thing.kind)?,
                name: ResourceName::from_platform(thing.name.clone()),
            })
        };
        Some(match self.action {
            Action::CreateWorkspace => Change::CreateWorkspace {
                name: workspace,
                description: text(&self.after, "description"),
            },
            Action::Describe => Change::Describe {
                workspace,
                before: text(&self.before, "description"),
                after: text(&self.after, "description")?,
            },
            Action::DeleteWorkspace => Change::DeleteWorkspace { workspace },
            Action::RetryDeletion => Change::RetryDeletion { workspace },
            Action::Roles => Change::Roles {
                workspace,
                principal: Principal::from_platform(self.principal.clone()?),
                before: roles_in(&self.before)?,
                after: roles_in(&self.after)?,
            },
            Action::CreateProject => Change::CreateProject {
                workspace,
                name: thing()?.name,
                description: text(&self.after, "description"),
            },
            Action::DeleteResource => Change::DeleteResource {
                workspace,
                target: thing()?,
            },
            Action::LiftReadOnly | Action::Other => return None,
        })
    }
}

/// A change in the words of a line.
struct Told {
    action: Action,
    before: Value,
    after: Value,
    resource: Option<Thing>,
}

impl Told {
    fn of(change: &Change, deleted: Option<&Workspace>) -> Self {
        let told = |action, before, after| Self {
            action,
            before,
            after,
            resource: None,
        };
        let described = |text: Option<&str>| serde_json::json!({ "description": text });
        match change {
            Change::CreateWorkspace { description, .. } => {
                told(Action::CreateWorkspace, Value::Null, described(description.as_deref()))
            }
            Change::Describe { before, after, .. } => {
                told(Action::Describe, described(before.as_deref()), described(Some(after)))
            }
            Change::DeleteWorkspace { .. } => {
                let before = deleted.map(|deleted| serde_json::json!(Place::from(deleted)));
                told(Action::DeleteWorkspace, before.unwrap_or_default(), Value::Null)
            }
            Change::RetryDeletion { .. } => told(Action::RetryDeletion, Value::Null, Value::Null),
            Change::Roles { before, after, .. } => {
                let names = |roles| Value::from(names(roles));
                told(Action::Roles, names(before), names(after))
            }
            Change::CreateProject { name, description, .. } => Self {
                resource: Some(Thing::of(ResourceKind::Project, name)),
                ..told(Action::CreateProject, Value::Null, described(description.as_deref()))
            },
            Change::DeleteResource { target, .. } => Self {
                resource: Some(Thing::of(target.kind, &target.name)),
                ..told(Action::DeleteResource, Value::Null, Value::Null)
            },
        }
    }
}

impl Thing {
    fn of(kind: ResourceKind, name: &ResourceName) -> Self {
        Self {
            kind: kind.noun().to_owned(),
            name: name.raw().to_owned(),
        }
    }
}

fn names(roles: &RoleSet) -> Vec<String> {
    roles.iter().map(|role| role.raw().to_owned()).collect()
}

fn roles(names: &[String]) -> RoleSet {
    names.iter().map(|name| Role::from_platform(name)).collect()
}

fn roles_in(value: &Value) -> Option<RoleSet> {
    let names = value.as_array()?.iter().map(Value::as_str);
    names.map(|name| name.map(Role::from_platform)).collect()
}

/// Returns `line` as it is written, without its end.
pub(super) fn written(line: &Line) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    line.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Ascii))?;
    Ok(bytes)
}

/// Reads a line; nothing where it is not one, as what a crash has left of one.
pub(super) fn read(bytes: &[u8]) -> Option<Line> {
    let line: Line = serde_json::from_slice(bytes).ok()?;
    // What a newer format means is not for this release to guess; its place in the chain is the same.
    let what = if line.schema > SCHEMA { What::Other } else { line.what };
    Some(Line { what, ..line })
}

/// Escapes everything that is not ASCII.
struct Ascii;

impl serde_json::ser::Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        for c in fragment.chars() {
            if c.is_ascii() && !c.is_ascii_control() {
                write!(writer, "{c}")?;
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
