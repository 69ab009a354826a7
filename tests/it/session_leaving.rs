//! A console that is left at once while a change is under way: what is answered in the last moment is written down and told,
//! and nothing more is begun.

use crate::gate::{Gate, Held, gate};
use crate::session_given::{Session, token};
use nmp_console::domain::activity::{Operator, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::text::SafeText;
use nmp_console::journal::{self, Journal};
use nmp_console::runtime::Last;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use pretty_assertions::assert_eq;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Longer than any answer takes that comes.
const LONG: Duration = Duration::from_secs(30);
/// Long enough to be sure that nothing comes.
const SHORT: Duration = Duration::from_millis(300);

/// The members of `ml-team` on show, behind a gate that holds the first change.
struct Scene {
    folder: tempfile::TempDir,
    journal: Journal,
    gate: Arc<Gate>,
    session: Session,
    _running: Running,
    _serving: JoinSet<()>,
}

impl Scene {
    async fn on(fault: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            faults: fault.into_iter().map(|fault| fault.parse().unwrap()).collect(),
            ..Options::default()
        };
        let running = sandbox::start(options).await.unwrap();
        let (gate, url, serving) = gate(&running, 1, Held::BeforeItsAnswer).await;
        let journal = journal(folder.path(), &url);
        let create = Change::CreateWorkspace {
            name: WorkspaceName::from_platform("ml-team"),
            description: None,
        };
        let given = Session::at(&running.url(), Some(token(PLATFORM_ADMIN)), None);
        given.given(PLATFORM_ADMIN, [create]).await;
        let mut session = Session::journalled(&url, Some(token(PLATFORM_ADMIN)), journal.clone());
        session.settle().await;
        session.press("/ 'ml-team' enter esc enter").await;
        Self {
            folder,
            journal,
            gate,
            session,
            _running: running,
            _serving: serving,
        }
    }

    /// Adds people, and returns when the first request has been carried out and is not answered.
    async fn add(&mut self, people: &str) {
        self.session.press("a").await.paste(people).await;
        let mut sending = Box::pin(self.session.press("enter"));
        tokio::select! {
            _ = &mut sending => panic!("the request was not held"),
            () = self.gate.is_held.notified() => {}
        }
    }

    /// Leaves at once, while the answer comes.
    async fn leave(&mut self) -> Last {
        self.gate.released.notify_one();
        self.session.leave(LONG).await
    }

    /// What the journal says became of each change, the oldest first.
    fn told(&self) -> Vec<Option<Verdict>> {
        let records = self.journal.newest(100).unwrap().records;
        let ends = records.iter().rev().map(|record| record.end.as_ref());
        ends.map(|end| end.map(|(_, end)| end.verdict)).collect()
    }
}

fn journal(folder: &Path, url: &str) -> Journal {
    let at = ("test", url);
    let session = journal::Session::default();
    Journal::new(Some(folder.to_owned()), at, &Operator::default(), &session)
}

fn said(last: &Last) -> Vec<&str> {
    last.told.iter().map(SafeText::as_str).collect()
}

#[tokio::test]
async fn what_is_confirmed_in_the_last_moment_is_written_down_and_told() {
    let mut scene = Scene::on(None).await;
    scene.add("bob@example.com").await;
    assert_eq!(scene.told(), [None]);
    let last = scene.leave().await;
    assert_eq!(scene.told(), [Some(Verdict::Confirmed)]);
    assert_eq!(
        said(&last),
        ["added bob@example.com to 'ml-team' as Viewer: confirmed, effective within about 30 s"]
    );
    assert_eq!((last.unsettled.len(), last.n_without_end), (0, 0));
}

#[tokio::test]
async fn what_is_refused_in_the_last_moment_is_written_down_and_told() {
    let mut scene = Scene::on(Some("status=422:POST,/members")).await;
    scene.add("bob@example.com").await;
    let last = scene.leave().await;
    assert_eq!(scene.told(), [Some(Verdict::Refused)]);
    assert!(
        said(&last)[0].starts_with("could not add bob@example.com to 'ml-team' as Viewer"),
        "{last:?}"
    );
    assert_eq!((last.unsettled.len(), last.n_without_end), (0, 0));
}

#[tokio::test]
async fn of_a_plan_nothing_more_is_begun_once_it_is_left() {
    let mut scene = Scene::on(None).await;
    scene.add("bob@example.com, eve@example.com, mal@example.com").await;
    let last = scene.leave().await;
    assert_eq!(
        (scene.told(), scene.gate.n_changes()),
        (vec![Some(Verdict::Confirmed)], 1)
    );
    assert_eq!(
        said(&last),
        ["1 applied, 2 not started; confirmed, effective within about 30 s \
          (add members to 'ml-team')"]
    );
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_named_and_left_to_the_next_start() {
    let mut scene = Scene::on(None).await;
    scene.add("bob@example.com").await;
    let last = scene.session.leave(SHORT).await;
    assert_eq!(scene.told(), [None]);
    assert_eq!(last.unsettled.len(), 1, "{last:?}");
    assert_eq!(last.unsettled[0].as_str(), "add bob@example.com to 'ml-team' as Viewer");
    assert_eq!(last.n_without_end, 1);
}

#[tokio::test]
async fn what_the_journal_could_not_take_in_time_is_counted() {
    let mut scene = Scene::on(None).await;
    scene.add("bob@example.com").await;
    let lock = File::open(scene.folder.path().join("activity.lock")).unwrap();
    lock.lock().unwrap();
    scene.gate.released.notify_one();
    let last = scene.session.leave(Duration::from_secs(2)).await;
    assert_eq!(said(&last).len(), 1, "it is known what became of it: {last:?}");
    assert_eq!((last.unsettled.len(), last.n_without_end), (0, 1));
}
