//! A shell with a home of its own, and journals in it.

use jiff::{Timestamp, ToSpan as _};
use nmp_console::domain::activity::{Caller, Conclusion, Note, Operator, Provenance, Sending, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::domain::text::SafeText;
use nmp_console::journal::{Journal, Session};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(super) struct Shell {
    home: TempDir,
}

pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Said {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Shell {
    pub(super) fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn state(&self) -> PathBuf {
        self.home.path().join("nmp-console")
    }

    pub(super) fn file(&self) -> PathBuf {
        self.state().join("activity.jsonl")
    }

    pub(super) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_STATE_HOME", self.home.path())
            .current_dir(self.home.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        command
    }

    pub(super) fn run(&self, arguments: &str) -> Said {
        let output = self.command(arguments).output().unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Returns the journal as a session in `context` writes it.
    pub(super) fn journal_of(&self, context: &str) -> Journal {
        let operator = Operator {
            user: Some("al".to_owned()),
            sudo_user: None,
        };
        let at = (context, "https://nmp.example.com");
        Journal::new(Some(self.state()), at, &operator, &Session::default())
    }
}

pub(super) fn make(journal: &Journal, number: u64, made: (&Change, Verdict)) {
    make_because(journal, number, made, None);
}

pub(super) fn make_because(
    journal: &Journal,
    number: u64,
    (change, verdict): (&Change, Verdict),
    reason: Option<&str>,
) {
    intend(journal, number, change, reason);
    end(journal, number, (change, verdict, None));
}

/// Writes down that a change is about to be sent, on the day of its number.
pub(super) fn intend(journal: &Journal, number: u64, change: &Change, reason: Option<&str>) {
    let caller = if number == 4 { "olga@else.org" } else { "al@example.com" };
    let provenance = Provenance {
        caller: Caller {
            subject: None,
            email: Some(caller.to_owned()),
        },
        version: Some(SafeText::new("0.8.1")),
        reason: reason.map(str::to_owned),
        ..Provenance::default()
    };
    let sending = Sending {
        method: "POST".to_owned(),
        path: "/apis/entities/v2/workspaces/ml-team/members".to_owned(),
        body: None,
    };
    journal
        .intend(number, (change, &provenance), sending, day(number))
        .unwrap();
}

pub(super) fn end(journal: &Journal, number: u64, (change, verdict, why): (&Change, Verdict, Option<&str>)) {
    let conclusion = Conclusion {
        verdict,
        found: change.principal().map(|_| change.roles().1),
        why: why.map(SafeText::new),
        may_come_true: false,
    };
    journal.note(&Note::Ended(number, conclusion), day(number)).unwrap();
}

fn day(number: u64) -> Timestamp {
    let days = 24 * (i64::try_from(number).unwrap() - 1);
    Timestamp::from_second(1_800_000_000).unwrap() + days.hours()
}

/// Returns a shell with a journal of four changes, the last of which is open.
pub(super) fn as_given() -> Shell {
    let shell = Shell::new();
    let journal = shell.journal_of("prod");
    let bob = "bob@example.com";
    let joins = (&roles(bob, &[], &["Viewer"]), Verdict::Confirmed);
    make_because(&journal, 1, joins, Some("on call in January"));
    let rises = roles(bob, &["Viewer"], &["Admin"]);
    intend(&journal, 2, &rises, None);
    end(&journal, 2, (&rises, Verdict::Refused, Some("server said no")));
    make(&journal, 3, (&deletion("web"), Verdict::Confirmed));
    let leaves = Change::Roles {
        workspace: WorkspaceName::from_platform("ml-archive"),
        principal: Principal::from_platform("carol@example.com"),
        before: RoleSet::only(Role::Viewer),
        after: RoleSet::default(),
    };
    intend(&journal, 4, &leaves, None);
    shell
}

pub(super) fn roles(principal: &str, before: &[&str], after: &[&str]) -> Change {
    let set = |names: &[&str]| names.iter().map(|name| Role::from_platform(name)).collect();
    Change::Roles {
        workspace: WorkspaceName::from_platform("ml-team"),
        principal: Principal::from_platform(principal),
        before: set(before),
        after: set(after),
    }
}

pub(super) fn deletion(name: &str) -> Change {
    Change::DeleteWorkspace {
        workspace: WorkspaceName::from_platform(name),
    }
}

/// Returns changes about names that would do something to a terminal, or to who reads it.
pub(super) fn hostile() -> [Change; 3] {
    [
        deletion("ml\u{202e}team"),
        roles("bob\u{1b}[2Jx@example.com", &[], &["Viewer"]),
        Change::Describe {
            workspace: WorkspaceName::from_platform("ml-team"),
            before: Some("a\nb".to_owned()),
            after: "\u{1b}]0;title\u{7}\u{200b}".to_owned(),
        },
    ]
}
