//! An `apply` that is told to end twice: what was answered is in the journal, what is unknown is told, and nothing is begun.

use crate::gate::Held;
use crate::plan_cli::{ANN, Said, Shell, Workspaces};
use crate::plan_given::{roles, set};
use crate::processes::send;
use crate::session_given::{client, token};
use nmp_console::api::Mode;
use nmp_console::app::change::Intent;
use nmp_console::domain::activity::{Operator, Provenance, Record, Verdict};
use nmp_console::journal::{self, Journal, Session};
use nmp_console::runtime::{Batch, Leaving, Platform};
use nmp_console::sandbox::PLATFORM_ADMIN;
use pretty_assertions::assert_eq;
use rustix::process::{Pid, Signal, kill_process};
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

impl Shell {
    /// Begins to apply what is wished.
    fn apply(&self) -> Child {
        let digest = self.planned("wishes.toml");
        let apply = format!("apply wishes.toml --digest {digest}");
        self.command_of(PLATFORM_ADMIN, &apply).spawn().unwrap()
    }

    fn journal_folder(&self) -> PathBuf {
        self.home.path().join(".local/state/nmp-console")
    }

    /// What the journal tells, the oldest first.
    fn journalled(&self) -> Vec<Record> {
        let mut records = journal::newest(&self.journal_folder(), 100).unwrap_or_default().records;
        records.reverse();
        records
    }

    /// Who each change in the journal is about, and what it says became of it.
    fn told(&self) -> Vec<(String, Option<Verdict>)> {
        let told = self.journalled().into_iter().map(|record| {
            let change = record.change.unwrap();
            let principal = change.principal().unwrap().raw();
            (principal.to_owned(), record.end.map(|(_, end)| end.verdict))
        });
        told.collect()
    }

    /// Waits until the journal tells this.
    async fn tells(&self, is_so: impl Fn(&[(String, Option<Verdict>)]) -> bool) {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let told = self.told();
            if is_so(&told) {
                return;
            }
            assert!(Instant::now() < deadline, "{told:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The platform behind the gate, with the journal that a command would keep.
    fn platform(&self) -> Platform {
        let operator = Operator {
            user: None,
            sudo_user: None,
        };
        let at = ("here", self.url.as_str());
        let journal = Journal::new(Some(self.journal_folder()), at, &operator, &Session::default());
        Platform::new(
            client(&self.url, Some(token(PLATFORM_ADMIN)), Mode::Full),
            Some(journal),
        )
    }
}

/// Two signals that ask it to end; of one kind they could become one.
fn send_two(process: &Child) {
    send(process, Signal::INT);
    send(process, Signal::TERM);
}

const THREE: &str = "[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n\"cat@example.com\" = [\"Viewer\"]\n\
                     \"dan@example.com\" = [\"Viewer\"]\n";

/// What it said until it ended; it must not take longer than a minute.
async fn ended(process: Child) -> Said {
    let id = Pid::from_child(&process);
    let mut waiting = JoinSet::new();
    waiting.spawn_blocking(move || process.wait_with_output());
    let Ok(output) = timeout(Duration::from_mins(1), waiting.join_next()).await else {
        let _ = kill_process(id, Signal::KILL);
        panic!("it did not end");
    };
    let said = Said::from(output.unwrap().unwrap().unwrap());
    assert!([Some(130), Some(143)].contains(&said.code), "{said:?}");
    said
}

/// A command that is told twice to end while a change is on its way, and leaves it all the time that it needs.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_in_the_last_moment_is_written_down() {
    let shell = Shell::holding(&[("alpha", &[ANN])], (2, Held::BeforeItsAnswer), &[]).await;
    let who = ["bob@example.com", "cat@example.com", "dan@example.com"];
    let intents = who.map(|who| Intent::from(set("alpha", who, "", "Viewer"))).to_vec();
    let mut batch = Batch::begin(shell.platform(), intents, Provenance::default(), std::iter::empty());
    let (ask, mut asked) = mpsc::unbounded_channel();
    let signals = async || match asked.recv().await {
        Some(number) => number,
        None => std::future::pending().await,
    };
    let ask = async {
        shell.gate.is_held.notified().await;
        ask.send(2).unwrap();
        ask.send(15).unwrap();
        shell.gate.released.notify_one();
    };
    let mut leaving = Leaving::giving(Duration::from_secs(30));
    tokio::join!(leaving.drive(&mut batch, signals, |_, _| ()), ask);
    let confirmed = |who: &str| (who.to_owned(), Some(Verdict::Confirmed));
    assert_eq!(
        shell.told(),
        [confirmed("bob@example.com"), confirmed("cat@example.com")]
    );
    let run = batch.run();
    assert_eq!(
        (run.settled().len(), run.unsettled().count(), run.n_given_up()),
        (2, 0, 1)
    );
    assert_eq!(leaving.signal(), Some(2));
    assert_eq!(
        (shell.gate.n_changes(), shell.held("alpha", "dan@example.com").await),
        (2, roles(""))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_answered_in_time_is_told_and_looked_up_by_the_next_run() {
    let shell = Shell::holding(&[("alpha", &[ANN])], (2, Held::BeforeItsAnswer), &[]).await;
    shell.wish(THREE);
    let process = shell.apply();
    shell.gate.is_held.notified().await;
    send_two(&process);
    let said = ended(process).await;
    assert_eq!(
        shell.told(),
        [
            ("bob@example.com".to_owned(), Some(Verdict::Confirmed)),
            ("cat@example.com".to_owned(), None)
        ]
    );
    for words in [
        "applied: + 'alpha' bob@example.com: Viewer\n",
        "unknown: add cat@example.com to 'alpha' as Viewer: its answer was not waited for\n",
        "1 applied, 0 refused, 1 unknown, 1 not begun\n",
    ] {
        assert!(said.err.contains(words), "{words}: {said:?}");
    }
    shell.gate.released.notify_one();
    let again = shell.run(&format!("apply wishes.toml --digest {}", shell.digest("plan.json")));
    assert_eq!(again.code, Some(0), "{again:?}");
    let looked_up = "an earlier session did not finish 'add cat@example.com to 'alpha' as Viewer': applied\n";
    assert!(again.err.contains(looked_up), "{again:?}");
    assert_eq!(shell.gate.n_changes(), 3, "nothing is sent twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_that_are_not_answered_is_told() {
    let workspaces: Workspaces<'_> = &[("alpha", &[ANN]), ("beta", &[ANN]), ("gamma", &[ANN])];
    let stalled = ["stall:POST,alpha/members", "stall:POST,beta/members"];
    let shell = Shell::holding(workspaces, (0, Held::BeforeItArrives), &stalled).await;
    let each = ["alpha", "beta", "gamma"]
        .map(|name| format!("[workspace.{name}.members]\n\"bob@example.com\" = [\"Viewer\"]\n"));
    shell.wish(&each.concat());
    let process = shell.apply();
    shell
        .tells(|told| told.len() == 3 && told.iter().any(|(_, end)| end.is_some()))
        .await;
    send_two(&process);
    let said = ended(process).await;
    for workspace in ["alpha", "beta"] {
        let words = format!("unknown: add bob@example.com to '{workspace}' as Viewer: its answer was not waited for\n");
        assert!(said.err.contains(&words), "{said:?}");
    }
    assert!(said.err.contains("1 applied, 0 refused, 2 unknown\n"), "{said:?}");
}
