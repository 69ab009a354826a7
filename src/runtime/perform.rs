//! From an effect to what it does: the only place where the console reaches for the API client.

mod auditing;
mod connecting;
mod journalling;
mod planning;
mod views;

pub(super) use auditing::{compute, export};
pub(super) use connecting::{keep, log_in, log_out, open};
pub(super) use journalling::{Noting, lift, note};
pub(super) use views::keep_views;

use super::connecting::SessionOpener;
use super::failure::{failure, waiting};
use super::now;
use crate::api::{Client, Coverage, DeletionKnown, Error, ErrorKind, Propagation, ResourcePage};
use crate::app::failure::Failure;
use crate::app::inventory::{Counted, Inventory};
use crate::app::msg::{self, Answer, ChangeTarget, Extent, Found, Inspection, Known, Msg, Query, Ticket};
use crate::audit::Policy;
use crate::connect::Demo;
use crate::domain::activity::Provenance;
use crate::domain::binding::Step;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;
use crate::domain::workspace::Workspace;
use crate::journal::Journal;
use crate::login::TokenManager;
use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryFutureExt as _};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// The platform as the effects reach it.
#[derive(Clone, Debug)]
pub struct Platform {
    client: Client,
    journal: Option<Journal>,
    policy: Arc<Policy>,
    /// What dates audits, plans and the lines of the journal.
    clock: fn() -> Timestamp,
    /// The embedded platform, where this is one: it runs as long as anybody holds this.
    _demo: Option<Arc<Demo>>,
    /// The way to others, where there is one.
    opener: Option<SessionOpener>,
    /// What keeps its login alive.
    token_manager: Option<TokenManager>,
}

impl Platform {
    /// Returns the platform behind `client`; what is changed there is written into `journal`, where one is kept.
    pub fn new(client: Client, journal: Option<Journal>) -> Self {
        Self {
            client,
            journal,
            policy: Arc::default(),
            clock: now,
            _demo: None,
            opener: None,
            token_manager: None,
        }
    }

    /// Attaches what opens other connections, so that the console can switch contexts; `demo` runs as long as it is held.
    #[must_use]
    pub(super) fn behind(self, opener: SessionOpener, demo: Option<Arc<Demo>>) -> Self {
        Self {
            opener: Some(opener),
            _demo: demo,
            ..self
        }
    }

    /// Returns the same platform with a login that is kept alive. Another login never gets in here: it comes with
    /// another platform, when that is entered.
    #[must_use]
    pub(super) fn logged_in_by(self, token_manager: Option<TokenManager>) -> Self {
        Self { token_manager, ..self }
    }

    /// Returns the same platform, for changes without a screen, with a login that is kept alive.
    #[must_use]
    pub fn renewed_by(self, token_manager: Option<TokenManager>) -> Self {
        self.logged_in_by(token_manager)
    }

    /// Returns when no login is being renewed: a renewal that is cut off would lose it.
    pub(super) async fn settled(&self) {
        if let Some(token_manager) = &self.token_manager {
            token_manager.settled().await;
        }
    }

    /// Returns the journal that changes of it are written into, where one is kept.
    pub(super) fn journal(&self) -> Option<&Journal> {
        self.journal.as_ref()
    }

    /// Returns its clock.
    pub(super) fn clock(&self) -> fn() -> Timestamp {
        self.clock
    }

    /// Returns the same platform with another clock: what is shown of it can be the same every day.
    #[must_use]
    pub fn dated_by(self, clock: fn() -> Timestamp) -> Self {
        Self { clock, ..self }
    }

    /// Ends before its time that changes are allowed on a read-only connection.
    pub(super) fn end_lift(&self) {
        self.client.end_lift();
    }

    /// Returns the same platform with audits judged by `policy`.
    #[must_use]
    pub fn judged_by(self, policy: Arc<Policy>) -> Self {
        Self { policy, ..self }
    }
}

/// Who is told what comes on the way to an answer, if anybody.
struct Listener {
    ticket: Ticket,
    tell: Option<Sender<Msg>>,
}

impl Listener {
    const NOBODY: Self = Self {
        ticket: Ticket::new(0),
        tell: None,
    };

    async fn hear(&self, answer: Answer) {
        if let Some(tell) = &self.tell {
            let ticket = self.ticket;
            // Where nobody listens any more, the console is already gone.
            let _ = tell.send(Msg::Answered { ticket, answer }).await;
        }
    }
}

/// Says that a timer has run out: the one place of the runtime where an effect waits for time alone.
pub(super) async fn after(ticket: Ticket, delay: Duration) -> Msg {
    tokio::time::sleep(delay).await;
    Msg::Due(ticket)
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
        } => {
            let inspection = inspect(&client, &workspace, is_platform_admin).await;
            Answer::Inspected(workspace, inspection)
        }
        Query::Inventory(workspace, kinds) => {
            let listener = Listener {
                ticket,
                tell: Some(tell),
            };
            let inventory = inventory(&client, &workspace, &kinds, &listener).await;
            let answer = Answer::Inventory(workspace, inventory.map(Box::new).map_err(|error| failure(&error)));
            // By the same way as the counts, so that the end cannot overtake them.
            listener.hear(answer).await;
            return None;
        }
        Query::Resources { workspace, kind, page } => {
            let page = client.resources(&workspace, kind, page).await;
            let page = page.map(|page| page.map(|ResourcePage { rows, n_total }| msg::ResourcePage { rows, n_total }));
            Answer::Resources(workspace, kind, page.map_err(|error| failure(&error)))
        }
        Query::Deletion(workspace) => {
            let told = client.deletion(&workspace).await.map(known);
            Answer::Deletion(workspace, told.map_err(|error| failure(&error)))
        }
        Query::Audit(info, parts) => {
            auditing::read(&platform, (&client, info.map(|info| *info), parts), ticket, &tell).await;
            return None;
        }
        Query::Plan(path, info) => {
            return planning::plan(&platform, &client, (path, info), ticket, &tell).await;
        }
        Query::Folder(folder) => planning::browse(folder).await,
        Query::History(principal) => {
            let history = client.history(&principal).await;
            let history = history.map(|page| page.rows).map_err(|error| failure(&error));
            Answer::History(principal, history)
        }
        Query::Touched => Answer::Touched(client.last_touched(TOUCHED).await.map_err(|error| failure(&error))),
        Query::Activity => Answer::Activity(journalling::read(&platform).await),
        Query::Contexts => Answer::Contexts(connecting::contexts(&platform).await),
        Query::Ways(destination) => Answer::Ways(connecting::ways(&platform, destination).await),
        Query::Target(target) => Answer::Found(read_target(&client, target).await.map_err(|error| failure(&error))),
    };
    Some(Msg::Answered { ticket, answer })
}

/// How many of everybody's changes are read at a look: some 27 kB.
const TOUCHED: usize = 50;

/// Makes one change by one request, or one step of it. It is written into the journal first, and does not leave where that
/// fails.
pub(super) async fn send(
    platform: Platform,
    ticket: Ticket,
    (change, step): (Change, Option<Step>),
    provenance: Box<Provenance>,
    tell: Sender<Msg>,
) -> Option<Msg> {
    // The rows are dated by the server's clock; ours can be wrong.
    let at = platform.client.server_clock().unwrap_or_else(platform.clock);
    let sending = platform.client.sending(&change, step.as_ref(), at);
    let sent = match journalling::intend(&platform, ticket, (&change, provenance), sending).await {
        Err(failure) => Err(failure),
        Ok(warning) => {
            if let Some(warning) = warning {
                // Where nobody listens any more, the console is already gone.
                let _ = tell.send(Msg::Warned(warning)).await;
            }
            let sent = match &step {
                None => platform.client.apply(&change, Propagation::Skip).await,
                Some(step) => platform.client.take_step(&change, step, at).await,
            };
            sent.map(|_| ()).map_err(|error| failure(&error))
        }
    };
    let answer = Answer::Sent(sent);
    Some(Msg::Answered { ticket, answer })
}

/// Reads the list page by page. Its end goes the same way as its pages, so that it cannot overtake them.
async fn list(client: &Client, ticket: Ticket, tell: &Sender<Msg>) {
    let mut pages = std::pin::pin!(client.workspaces());
    let mut end = Ok(Extent::ToTheEnd);
    while let Some(page) = pages.next().await {
        let answer = match page {
            Ok(page) => {
                if page.coverage == Coverage::Endless {
                    end = Ok(Extent::LeftEarly);
                }
                Answer::Page {
                    workspaces: page.rows,
                    total: page.n_total,
                }
            }
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
        .caller_access(workspace, is_platform_admin)
        .await
        .map_err(|error| failure(&error))?;
    Ok(Inspection {
        caller_access: found.caller_access,
        roster: found.roster.map_err(|error| failure(&error)),
    })
}

/// Counts what is lost with a workspace: one small request for each kind, all at once, each told when it comes.
async fn inventory(
    client: &Client,
    name: &WorkspaceName,
    kinds: &[ResourceKind],
    listener: &Listener,
) -> Result<Inventory, Error> {
    let counts = join_all(kinds.iter().map(|kind| count(client, name, *kind, listener)));
    let (workspace, roster, counts) = tokio::join!(client.workspace(name), client.members(name), counts);
    Ok(Inventory {
        workspace: workspace?,
        roster: roster.map_err(|error| failure(&error)),
        counts,
    })
}

async fn count(client: &Client, name: &WorkspaceName, kind: ResourceKind, listener: &Listener) -> Counted {
    let tally = client.count(name, kind).await.map_err(|error| failure(&error));
    let counted = Counted { kind, tally };
    listener.hear(Answer::Counted(name.clone(), counted.clone())).await;
    counted
}

async fn read_target(client: &Client, target: ChangeTarget) -> Result<Found, Error> {
    match target {
        ChangeTarget::Members(workspace) => client.members(&workspace).map_ok(Found::Members).await,
        ChangeTarget::Rows(workspace) => client.rows(&workspace).map_ok(Found::Rows).await,
        ChangeTarget::Workspace(workspace) => Ok(Found::Workspace(existing(client, &workspace).await?)),
        ChangeTarget::Contents(workspace, kinds) => {
            match inventory(client, &workspace, &kinds, &Listener::NOBODY).await {
                Ok(inventory) => Ok(Found::Contents(Some(Box::new(inventory)))),
                Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Found::Contents(None)),
                Err(error) => Err(error),
            }
        }
        ChangeTarget::Resource(workspace, id) => {
            Ok(Found::Resource(client.resource(&workspace, &id).await?.map(Box::new)))
        }
        ChangeTarget::Deletion(workspace) => {
            let (alive, told) = tokio::try_join!(living(client, &workspace), client.deletion(&workspace))?;
            let (alive, known) = (alive.map(Box::new), known(told));
            Ok(Found::Deletion { alive, known })
        }
    }
}

/// Reads a workspace that may be under deletion: to the platform that is as if it did not exist.
async fn living(client: &Client, name: &WorkspaceName) -> Result<Option<Workspace>, Error> {
    match client.workspace(name).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn known(told: DeletionKnown) -> Known {
    match told {
        DeletionKnown::UnderWay(status) => Known::UnderWay(status),
        DeletionKnown::NoneToSee => Known::NoneToSee,
        DeletionKnown::NotTold => Known::NotTold,
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

#[cfg(test)]
mod tests;
