//! Reading who has access to what, working on whole reports beside the loop, and writing them to files.

use crate::app::audit::{Heard, Task};
use crate::app::failure::Failure;
use crate::app::msg::{Answer, Msg, Ticket};
use crate::audit::Report;
use crate::audit::export::{self, Format};
use crate::audit::filter::Filter;
use crate::domain::text::SafeText;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinError;

/// Works on a whole report, on a thread of its own.
pub(in crate::runtime) async fn compute(ticket: Ticket, task: Task) -> Option<Msg> {
    let done = finished(tokio::task::spawn_blocking(move || task.run()).await)?;
    let answer = Answer::Computed(done);
    Some(Msg::Answered { ticket, answer })
}

/// Writes what `filter` leaves of `report` to a file that does not exist yet.
pub(in crate::runtime) async fn export(
    ticket: Ticket,
    (report, filter): (Arc<Report>, Filter),
    format: Format,
    path: PathBuf,
) -> Option<Msg> {
    let write = move || {
        let bytes = export::write(format, &report, &filter);
        let shown = SafeText::new(&path.to_string_lossy());
        match write_new(&path, &bytes) {
            Ok(()) => Ok(shown),
            Err(error) => Err(not_written(&shown, &error)),
        }
    };
    let written = finished(tokio::task::spawn_blocking(write).await)?;
    let answer = Answer::Exported(written);
    Some(Msg::Answered { ticket, answer })
}

/// Passes on a panic; a task that was given up at the end of the program has nothing to say.
fn finished<T>(joined: Result<T, JoinError>) -> Option<T> {
    match joined {
        Ok(value) => Some(value),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}

/// Writes a file whole or not at all, readable by its owner only, and never over another.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

fn not_written(path: &SafeText, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::local(
            &format!("{path} exists already"),
            "choose another name: nothing is written over",
        );
    }
    let error = error.kind();
    Failure::local(
        &format!("cannot write {path}: {error}"),
        "choose a folder that exists and that you may write to",
    )
}

// TEMPORARY until collect
pub(in crate::runtime) async fn read(client: &crate::api::Client, ticket: Ticket, tell: &Sender<Msg>) {
    use crate::audit::coverage::{Method, Tally};
    use futures_util::StreamExt as _;
    let now = super::super::now();
    let info = client.server_info().await.ok();
    let origin = crate::audit::Origin {
        server: client.base_url().as_str().to_owned(),
        server_version: info.as_ref().and_then(|i| i.version.as_ref()).map(|v| v.to_string()),
        dialect: info
            .as_ref()
            .map_or(crate::domain::platform::Dialect::Unknown, |i| i.dialect),
        caller: "x".to_owned(),
        is_platform_admin: true,
        started_at: now,
        ended_at: now,
    };
    let mut builder = crate::audit::Builder::new(origin);
    let mut names = Vec::new();
    let mut pages = std::pin::pin!(client.workspaces());
    while let Some(Ok(page)) = pages.next().await {
        for workspace in &page.rows {
            builder.add_workspace(workspace);
            names.push(workspace.name.clone());
        }
    }
    let mut coverage = crate::audit::Coverage::nothing(Method::Members);
    for (i, name) in names.iter().enumerate() {
        match client.members(name).await {
            Ok(roster) => builder.add_roster(name, &roster),
            Err(_) => builder.mark(name, crate::audit::Reading::Denied),
        }
        let progress = crate::audit::coverage::Progress {
            n_done: i,
            n_all: Some(names.len()),
        };
        let _ = tell
            .send(Msg::Answered {
                ticket,
                answer: Answer::Audit(Heard::Progress(progress)),
            })
            .await;
    }
    coverage.workspaces = Tally {
        n_pages: 1,
        n_read: names.len(),
        n_total: Some(names.len()),
        is_complete: true,
    };
    let report = Report::new(builder.freeze(coverage, super::super::now()), Arc::default());
    let _ = tell
        .send(Msg::Answered {
            ticket,
            answer: Answer::Audit(Heard::End(Some(Arc::new(report)), None)),
        })
        .await;
}
