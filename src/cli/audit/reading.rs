//! Reading from a platform until the end, or until a signal.

use super::super::signals::Signals;
use super::progress::Line;
use crate::api::Client;
use crate::collect::{Collected, Heard, Options, collect};

/// Reads until the end or until a signal, and returns the number of that; of a second one, nothing else.
pub(in crate::cli) async fn read(
    client: &Client,
    options: Options,
    signals: &mut Signals,
    line: &mut Line,
) -> Result<(Collected, Option<i32>), i32> {
    let stop = options.stop.clone();
    let mut hear = |heard| match heard {
        Heard::Progress(progress) => line.show(progress),
        Heard::Part(_) => {}
    };
    let mut reading = Box::pin(collect(client, options, &mut hear));
    let number = tokio::select! {
        collected = &mut reading => return Ok((collected, None)),
        number = signals.next() => number,
    };
    stop.cancel();
    tokio::select! {
        collected = &mut reading => Ok((collected, Some(number))),
        second = signals.next() => Err(second),
    }
}
