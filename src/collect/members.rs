//! The member list of one workspace after the other, several under way at once as far as that is faster.

use super::End;
use super::collector::Collector;
use super::pace::Pace;
use crate::api::{Client, Error, ErrorKind};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Roster;
use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, pin_mut};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How many failures in a row say that it is not about one workspace.
const MOST_FAILURES: usize = 8;

/// Reads the list of workspaces and, while it comes, the members of each.
pub(super) async fn read(client: &Client, collector: &mut Collector<'_>) -> End {
    let began = Instant::now();
    let mut pace = Pace::new(Duration::ZERO);
    let stop = collector.options.stop.clone();
    let list = client.workspaces();
    pin_mut!(list);
    let mut is_listed = false;
    let mut waiting = VecDeque::new();
    let mut under_way = FuturesUnordered::new();
    let mut n_failures = 0;
    loop {
        while under_way.len() < pace.limit()
            && let Some(name) = waiting.pop_front()
        {
            under_way.push(ask(client, name));
        }
        if is_listed && under_way.is_empty() {
            return collector.endless().map_or(End::Read, End::Endless);
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return End::Stopped,
            Some((name, answer)) = under_way.next(), if !under_way.is_empty() => {
                pace.answered(began.elapsed());
                n_failures = if is_failure(&answer) { n_failures + 1 } else { 0 };
                match answer {
                    Err(error) if n_failures >= MOST_FAILURES || concerns_everything(error.kind()) => {
                        return End::Failed(error);
                    }
                    answer => collector.take_members(name, answer),
                }
            }
            listed = list.next(), if !is_listed => match listed {
                Some(Ok(rows)) => waiting.extend(collector.take_workspaces(rows)),
                Some(Err(error)) => return End::Failed(error),
                None => is_listed = true,
            },
        }
        if collector.endless().is_some() {
            // Behind a list that is made up are made-up members; what is under way is still waited for.
            is_listed = true;
            waiting.clear();
        }
        collector.hand_out().await;
    }
}

async fn ask(client: &Client, name: WorkspaceName) -> (WorkspaceName, Result<Roster, Error>) {
    let answer = client.members(&name).await;
    (name, answer)
}

/// Returns whether the question went unanswered; a refusal and "no such workspace" are answers.
fn is_failure(answer: &Result<Roster, Error>) -> bool {
    answer
        .as_ref()
        .is_err_and(|error| !matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::NotFound))
}

/// Returns whether every other question would fare alike: it was asked several times already.
fn concerns_everything(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unauthorized
            | ErrorKind::SessionExpired
            | ErrorKind::NotRenewed
            | ErrorKind::Unproven
            | ErrorKind::NotConnected(_)
            | ErrorKind::TimedOutBeforeSending
            | ErrorKind::ConnectionLost
            | ErrorKind::Setup
    )
}
