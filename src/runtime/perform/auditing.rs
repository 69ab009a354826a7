//! Reading who has access to what, working on whole reports beside the loop, and writing them to files.

use super::Platform;
use crate::api::Client;
use crate::app::audit::{Heard, Parts, Task};
use crate::app::failure::Failure;
use crate::app::msg::{Answer, Msg, Ticket};
use crate::audit::Report;
use crate::audit::export::{self, Format, Shape};
use crate::audit::filter::Filter;
use crate::background::blocking;
use crate::collect::{self, Collected, End};
use crate::domain::platform::ServerInfo;
use crate::domain::text::SafeText;
use crate::files::{self, Draft};
use crate::runtime::failure::failure;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;
use tokio_util::sync::CancellationToken;

/// Works on a whole report, on a thread of its own.
pub(in crate::runtime) async fn compute(ticket: Ticket, task: Task) -> Option<Msg> {
    let done = blocking(move || task.run()).await;
    let answer = Answer::Computed(done);
    Some(Msg::Answered { ticket, answer })
}

/// Writes what `filter` leaves of `report` to a file that does not exist yet, with the head of the journal of `platform`,
/// where one is kept.
pub(in crate::runtime) async fn export(
    (ticket, platform): (Ticket, Platform),
    (report, filter): (Arc<Report>, Filter),
    format: Format,
    path: PathBuf,
) -> Option<Msg> {
    let write = move || {
        let shown = SafeText::new(&path.to_string_lossy());
        // A report is written all the same where that cannot be told: whoever reads the journal is told why not.
        let head = platform.journal().and_then(|journal| journal.head().ok().flatten());
        let kind = (format, Shape::default());
        let fill = |out: &mut dyn io::Write| export::write_shaped(kind, (&report, &filter), head.as_ref(), out);
        match write_new(&path, fill) {
            Ok(()) => Ok(shown),
            Err(error) => Err(not_written(&shown, &error)),
        }
    };
    let written = blocking(write).await;
    let answer = Answer::Exported(written);
    Some(Msg::Answered { ticket, answer })
}

/// Writes a file whole or not at all, readable by its owner only, and never over another.
fn write_new(path: &Path, fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<()> {
    files::require_folder_of(path)?;
    let mut draft = Draft::of_report(path)?;
    fill(&mut draft)?;
    draft.as_file().sync_all()?;
    draft.put_new()
}

fn not_written(path: &SafeText, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return Failure::local(
            &format!("{path} exists already"),
            "choose another name: no file is overwritten",
        );
    }
    if error.kind() == io::ErrorKind::InvalidData {
        return Failure::local(&format!("{path} was not written"), &error.to_string());
    }
    // What the system says of it by itself is not for readers.
    let why = if error.get_ref().is_some() {
        error.to_string()
    } else {
        error.kind().to_string()
    };
    Failure::local(
        &format!("cannot write {path}: {why}"),
        "create the folder, or name a file in one that exists and that you may write to",
    )
}

/// Reads who has access to what. The end goes the same way as the parts, so that it cannot overtake them.
pub(super) async fn read(
    platform: &Platform,
    (client, info, parts): (&Client, Option<ServerInfo>, Parts),
    ticket: Ticket,
    tell: &Sender<Msg>,
) {
    let options = collect::Options {
        policy: Arc::clone(&platform.policy),
        workspaces: None,
        info,
        as_of: None,
        has_history: false,
        parts: match parts {
            Parts::Wanted => collect::Parts::Wanted,
            Parts::Unwanted => collect::Parts::Unwanted,
        },
        clock: platform.clock,
        // The task is given up as a whole; what it has told by then is what is kept.
        stop: CancellationToken::new(),
    };
    let mut hear = |heard| {
        let heard = match heard {
            collect::Heard::Progress(progress) => Heard::Progress(progress),
            collect::Heard::Part(report) => Heard::Part(report),
        };
        let answer = Answer::Audit(heard);
        // A full queue means that the screen is behind: the next part tells more, and the end tells all.
        let _ = tell.try_send(Msg::Answered { ticket, answer });
    };
    let Collected { report, end } = collect::collect(client, options, &mut hear).await;
    let failed = match end {
        End::Read | End::Stopped => None,
        End::Endless(why) => Some(Failure::local(
            why.as_str(),
            "reading stopped there; ask the platform's operator why its lists do not end",
        )),
        End::Failed(error) => Some(failure(&error)),
    };
    let answer = Answer::Audit(Heard::End(report, failed));
    // Where nobody listens any more, the console is already gone.
    let _ = tell.send(Msg::Answered { ticket, answer }).await;
}
