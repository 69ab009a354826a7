//! Making a plan from a file for the console: reading both the file and the platform.

use super::Platform;
use crate::access::Plan;
use crate::api::Client;
use crate::app::failure::Failure;
use crate::app::msg::{Answer, FileName, FileNames, Msg, Ticket};
use crate::background::blocking;
use crate::collect::{self, Collected, End, Heard};
use crate::domain::platform::ServerInfo;
use crate::domain::text::{SafeText, is_plain};
use crate::files;
use crate::planning::{Error, Kind, Planner, sources};
use crate::runtime::failure::failure;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// Makes the plan. Its end goes the same way as the news on the way there, so that it cannot overtake them, and nothing is
/// returned.
pub(super) async fn plan(
    platform: &Platform,
    client: &Client,
    (path, info): (PathBuf, Box<ServerInfo>),
    ticket: Ticket,
    tell: &Sender<Msg>,
) -> Option<Msg> {
    let planned = made(platform, client, (path, info), ticket, tell).await;
    let answer = Answer::Planned(planned.map(Arc::new));
    // Where nobody listens any more, the console is already gone.
    let _ = tell.send(Msg::Answered { ticket, answer }).await;
    None
}

async fn made(
    platform: &Platform,
    client: &Client,
    (path, info): (PathBuf, Box<ServerInfo>),
    ticket: Ticket,
    tell: &Sender<Msg>,
) -> Result<Plan, Failure> {
    let read = blocking(move || sources::read(&path, Kind::File)).await;
    let planner = Planner {
        read: read.map_err(|error| refused(&error))?,
        globs: None,
        policy: Arc::clone(&platform.policy),
    };
    let server = client.base_url().as_str().to_owned();
    planner.require_server(&server).map_err(|error| refused(&error))?;
    let is_own = planner.require_own(&info.identity, (platform.clock)());
    is_own.map_err(|error| refused(&error))?;
    let options = planner.options(&info, platform.clock);
    let mut hear = |heard| {
        if let Heard::Progress(progress) = heard {
            let answer = Answer::Planning(progress);
            // A full queue means that the screen is behind: the next one tells more.
            let _ = tell.try_send(Msg::Answered { ticket, answer });
        }
    };
    let Collected { report, end } = collect::collect(client, options, &mut hear).await;
    let report = match (end, report) {
        (End::Read, Some(report)) => report,
        (End::Failed(error), _) => return Err(failure(&error)),
        (End::Endless(why), _) => {
            let next = "reading stopped there; ask the platform's operator why its lists do not end";
            return Err(Failure::local(why.as_str(), next));
        }
        (End::Read | End::Stopped, _) => return Err(Failure::local("nothing was read", "try again")),
    };
    let journal = platform.journal().cloned();
    let now = (platform.clock)();
    let plan = move || {
        let made = planner.make(&report, &info, (journal.as_ref(), &server), now);
        made.with_stale_left_out()
    };
    Ok(blocking(plan).await)
}

/// How many names of a folder are proposed at most.
const MOST_NAMES: usize = 1_000;

/// Returns what lies in a folder, under names that can be typed.
pub(super) async fn browse(folder: PathBuf) -> Answer {
    let path = folder.clone();
    let found = blocking(move || files::browsed(&path, MOST_NAMES)).await;
    let files = found.map_err(|error| {
        let folder = SafeText::new(&folder.to_string_lossy());
        Failure::local(
            &format!("cannot look into {folder}: {error}"),
            "a name can be typed all the same",
        )
    });
    let typable = |(names, is_more): (Vec<(String, bool)>, bool)| {
        let names = names.into_iter().filter(|(name, _)| is_plain(name));
        FileNames {
            names: names.map(|(name, is_folder)| FileName { name, is_folder }).collect(),
            is_more,
        }
    };
    Answer::Folder(folder, files.map(typable))
}

fn refused(error: &Error) -> Failure {
    match error {
        Error::Unusable(why) => Failure::local(why, "mend that, then try again"),
        Error::Guarded(why) => Failure::local(why, "nothing is applied"),
        Error::Wrong { problems, .. } => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            let next = match problems.len() {
                0 | 1 => "mend that, then try again".to_owned(),
                n => format!("and {} more: 'nmp-console plan' lists them; then try again", n - 1),
            };
            Failure::local(&first, &next)
        }
    }
}
