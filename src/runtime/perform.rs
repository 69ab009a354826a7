//! From an effect to what it does: the only place where the console reaches for the API client.

use super::failure::{failure, waiting};
use crate::api::{Client, Error, ErrorKind, Propagation};
use crate::app::failure::Failure;
use crate::app::msg::{Aim, Answer, Found, Inspection, Inventory, Msg, Query, Ticket};
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Workspace;
use futures_util::{StreamExt as _, TryFutureExt as _};
use tokio::sync::mpsc::Sender;

/// The platform as the effects reach it.
#[derive(Clone, Debug)]
pub struct Platform {
    client: Client,
}

impl Platform {
    /// Returns the platform behind `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

/// Asks one question. What comes on the way (pages, retries) is told; the end is returned.
pub(super) async fn read(platform: Platform, ticket: Ticket, query: Query, tell: Sender<Msg>) -> Option<Msg> {
    let on_retry = tell.clone();
    let client = platform.client.observing(move |wait| {
        // A full queue means that the screen has more important news than this.
        let _ = on_retry.try_send(waiting(ticket, &wait));
    });
    let answer = match query {
        Query::Server => Answer::Server(Box::new(client.server_info().await.map_err(|error| failure(&error)))),
        Query::Workspaces => {
            list(&client, ticket, &tell).await;
            return None;
        }
        Query::Inspect {
            workspace,
            is_platform_admin,
        } => Answer::Inspected(inspect(&client, &workspace, is_platform_admin).await),
        Query::Inventory(workspace) => {
            Answer::Inventory(inventory(&client, &workspace).await.map_err(|error| failure(&error)))
        }
        Query::Target(aim) => Answer::Found(target(&client, aim).await.map_err(|error| failure(&error))),
    };
    Some(Msg::Answered { ticket, answer })
}

/// Makes one change by one request.
pub(super) async fn send(platform: Platform, ticket: Ticket, change: Change) -> Option<Msg> {
    let sent = platform.client.apply(&change, Propagation::Skip).await;
    let answer = Answer::Sent(sent.map(|_| ()).map_err(|error| failure(&error)));
    Some(Msg::Answered { ticket, answer })
}

/// Reads the list page by page. Its end goes the same way as its pages, so that it cannot overtake them.
async fn list(client: &Client, ticket: Ticket, tell: &Sender<Msg>) {
    let mut pages = std::pin::pin!(client.workspaces());
    let mut end = Ok(());
    while let Some(page) = pages.next().await {
        let answer = match page {
            Ok(page) => Answer::Page {
                workspaces: page.rows,
                total: page.n_total,
            },
            Err(error) => {
                end = Err(failure(&error));
                break;
            }
        };
        if tell.send(Msg::Answered { ticket, answer }).await.is_err() {
            return;
        }
    }
    // Where nobody listens any more, the console is already gone.
    let _ = tell
        .send(Msg::Answered {
            ticket,
            answer: Answer::Listed(end),
        })
        .await;
}

async fn inspect(client: &Client, workspace: &WorkspaceName, is_platform_admin: bool) -> Result<Inspection, Failure> {
    let found = client
        .standing(workspace, is_platform_admin)
        .await
        .map_err(|error| failure(&error))?;
    Ok(Inspection {
        standing: found.standing,
        roster: found.roster.map_err(|error| failure(&error)),
    })
}

async fn inventory(client: &Client, workspace: &WorkspaceName) -> Result<Inventory, Error> {
    let (workspace, projects) = tokio::try_join!(client.workspace(workspace), client.projects(workspace))?;
    Ok(Inventory { workspace, projects })
}

async fn target(client: &Client, aim: Aim) -> Result<Found, Error> {
    match aim {
        Aim::Members(workspace) => client.members(&workspace).map_ok(Found::Members).await,
        Aim::Workspace(workspace) => Ok(Found::Workspace(existing(client, &workspace).await?)),
        Aim::Contents(workspace) => Ok(Found::Contents(match existing(client, &workspace).await? {
            None => None,
            Some(found) => Some(Inventory {
                projects: client.projects(&workspace).await?,
                workspace: found,
            }),
        })),
    }
}

/// Reads a workspace that may be gone, or too new.
///
/// Until the policy is rebuilt the platform answers 403 to the creator of a workspace, while it lists the
/// workspace at once. So a 403 is looked up in the list before it is believed.
async fn existing(client: &Client, name: &WorkspaceName) -> Result<Option<Workspace>, Error> {
    let refused = match client.workspace(name).await {
        Ok(found) => return Ok(Some(found)),
        Err(error) if *error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => error,
    };
    if *refused.kind() != ErrorKind::Forbidden {
        return Err(refused);
    }
    let mut pages = std::pin::pin!(client.workspaces());
    while let Some(Ok(page)) = pages.next().await {
        if let Some(found) = page.rows.into_iter().find(|workspace| workspace.name == *name) {
            return Ok(Some(found));
        }
    }
    Err(refused)
}
