//! Two lists at the same time, workspaces and role bindings: everything in a few large pages, for platform admins.

use super::End;
use super::collector::Collector;
use crate::api::{BindingPage, Bindings, Client, Error, ErrorKind, Page};
use crate::domain::binding::Touch;
use crate::domain::workspace::Workspace;
use futures_util::{StreamExt as _, pin_mut, stream};

enum Came {
    Workspaces(Result<Page<Workspace>, Error>),
    Bindings(Result<BindingPage, Error>),
    Touches(Result<BindingPage<Touch>, Error>),
}

/// Reads both lists to their ends.
///
/// # Errors
/// If the role bindings cannot be had in bulk, so that the members must be read one workspace after the other.
pub(super) async fn read(client: &Client, collector: &mut Collector<'_>) -> Result<End, Error> {
    collector.reads_bindings();
    let which = if collector.options.has_history {
        Bindings::All
    } else {
        Bindings::Active
    };
    let stop = collector.options.stop.clone();
    let bindings = if collector.options.as_of.is_some() {
        client.touches().map(Came::Touches).left_stream()
    } else {
        client.bindings(which).map(Came::Bindings).right_stream()
    };
    let pages = stream::select(client.workspaces().map(Came::Workspaces), bindings);
    pin_mut!(pages);
    loop {
        let came = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(End::Stopped),
            came = pages.next() => came,
        };
        match came {
            None => break,
            Some(Came::Workspaces(Ok(page))) => {
                collector.take_workspaces(page);
            }
            Some(Came::Bindings(Ok(page))) => collector.take_bindings(page),
            Some(Came::Touches(Ok(page))) => collector.take_touches(page),
            Some(Came::Bindings(Err(error)) | Came::Touches(Err(error)))
                if !collector.has_bindings() && is_refusal(error.kind()) =>
            {
                return Err(error);
            }
            Some(Came::Workspaces(Err(error)) | Came::Bindings(Err(error)) | Came::Touches(Err(error))) => {
                return Ok(End::Failed(error));
            }
        }
        collector.hand_out().await;
    }
    if let Some(why) = collector.endless() {
        return Ok(End::Endless(why));
    }
    collector.has_all_bindings();
    Ok(End::Read)
}

/// Returns whether the platform does not give role bindings to this caller or in this way, other than being unwell, or
/// something in front of it does not.
fn is_refusal(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Invalid
            | ErrorKind::ServerError
            | ErrorKind::Refused
            | ErrorKind::NotTheExpectedAnswer(_)
    )
}
