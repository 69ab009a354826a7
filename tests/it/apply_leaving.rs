//! An `apply` that is told to end twice: what was answered is in the journal, what is unknown is told, and nothing is begun.

use crate::gate::Held;
use crate::plan_cli::{ANN, Said, Shell, Workspaces};
use crate::plan_given::roles;
use crate::processes::send;
use nmp_console::domain::activity::{Record, Verdict};
use nmp_console::journal;
use nmp_console::sandbox::PLATFORM_ADMIN;
use pretty_assertions::assert_eq;
use rustix::process::Signal;
use std::process::Child;
use std::time::{Duration, Instant};

impl Shell {
    /// Begins to apply what is wished.
    fn apply(&self) -> Child {
        let digest = self.planned("wishes.toml");
        let apply = format!("apply wishes.toml --digest {digest}");
        self.command_of(PLATFORM_ADMIN, &apply).spawn().unwrap()
    }

    /// What the journal tells, the oldest first.
    fn journalled(&self) -> Vec<Record> {
        let folder = self.home.path().join(".local/state/nmp-console");
        let (mut records, _) = journal::read(&folder, 100).unwrap_or_default();
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
}

/// Two signals that ask it to end; of one kind they could become one.
fn send_two(process: &Child) {
    send(process, Signal::INT);
    send(process, Signal::TERM);
}

const THREE: &str = "[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n\"cat@example.com\" = [\"Viewer\"]\n\
                     \"dan@example.com\" = [\"Viewer\"]\n";

fn ended(process: Child) -> Said {
    let said = Said::from(process.wait_with_output().unwrap());
    assert!([Some(130), Some(143)].contains(&said.code), "{said:?}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_in_the_last_moment_is_written_down_and_told() {
    let shell = Shell::holding(&[("alpha", &[ANN])], (2, Held::BeforeItsAnswer), &[]).await;
    shell.wish(THREE);
    let process = shell.apply();
    shell.gate.is_held.notified().await;
    send_two(&process);
    shell.gate.released.notify_one();
    let said = ended(process);
    let confirmed = |who: &str| (who.to_owned(), Some(Verdict::Confirmed));
    assert_eq!(
        shell.told(),
        [confirmed("bob@example.com"), confirmed("cat@example.com")]
    );
    assert!(
        said.err.contains("applied: + 'alpha' cat@example.com: Viewer\n"),
        "{said:?}"
    );
    assert!(
        said.err.contains("2 applied, 0 refused, 0 unknown, 1 not begun\n"),
        "{said:?}"
    );
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
    let said = ended(process);
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
    let deadline = Instant::now() + Duration::from_mins(1);
    while shell.told().iter().filter(|(_, end)| end.is_some()).count() < 1 || shell.told().len() < 3 {
        assert!(Instant::now() < deadline, "{:?}", shell.told());
        tokio::task::yield_now().await;
    }
    send_two(&process);
    let said = ended(process);
    for workspace in ["alpha", "beta"] {
        let words = format!("unknown: add bob@example.com to '{workspace}' as Viewer: its answer was not waited for\n");
        assert!(said.err.contains(&words), "{said:?}");
    }
    assert!(said.err.contains("1 applied, 0 refused, 2 unknown\n"), "{said:?}");
}
