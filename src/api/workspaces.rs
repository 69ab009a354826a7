//! Reading workspaces.

use super::page::{Bound, Page, Wanted, read_all};
use super::request::Request;
use super::wire::{self, WorkspaceRow};
use super::{Client, Error, ErrorKind, expect};
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Workspace;
use futures_util::{Stream, TryStreamExt as _, pin_mut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Hides what is being deleted: the older generations list it to platform admins until it is gone.
const ALIVE: &str = "deletion_stage:null";

impl Client {
    /// Reads all workspaces the caller may list, newest first, page by page, each workspace once. The last
    /// page tells whether the list is complete. The stream ends with the first page that cannot be read, which is an error.
    pub fn workspaces(&self) -> impl Stream<Item = Result<Page<Workspace>, Error>> + Send + use<> {
        let client = self.clone();
        let filters = Arc::new(AtomicBool::new(true));
        let bound = self.bound(self.shared.limits.workspaces);
        read_all(bound, move |wanted| {
            let (client, filters) = (client.clone(), Arc::clone(&filters));
            async move { client.page_of_workspaces(wanted, &filters).await }
        })
    }

    /// Reads all workspaces the caller may list, newest first, as one page; its `coverage` tells whether nothing is missing.
    ///
    /// All of them are in memory at once. The list is left where it reaches [`Limits::workspaces`](super::Limits::workspaces)
    /// rows or [`Limits::list`](super::Limits::list) bytes of answers, by default 250,000 and 512 MiB. It takes one request
    /// for up to 200 workspaces, else one more for every 1,000 of them, and that many again where the list changes meanwhile.
    /// [`Client::workspaces`] hands out the same page by page.
    ///
    /// # Errors
    /// Fails where a page cannot be read; nothing is returned of those before it then.
    pub async fn all_workspaces(&self) -> Result<Page<Workspace>, Error> {
        let pages = self.workspaces();
        pin_mut!(pages);
        let mut all = Page::empty();
        while let Some(page) = pages.try_next().await? {
            all.rows.extend(page.rows);
            (all.n_read, all.n_total, all.coverage) = (page.n_read, page.n_total, page.coverage);
        }
        Ok(all)
    }

    /// Returns how much is read of a list that is worth so many rows.
    pub(super) fn bound(&self, rows: usize) -> Bound {
        let bytes = self.shared.limits.list;
        Bound { rows, bytes }
    }

    /// Reads one workspace.
    ///
    /// # Errors
    /// 403 means "no right" or "no such workspace" alike; only platform admins get a true 404.
    pub async fn workspace(&self, name: &WorkspaceName) -> Result<Workspace, Error> {
        let request = Request::workspace(name)?;
        let answer = self.read(&request).await?;
        let row: WorkspaceRow = expect(&answer, &request, wire::decode)?;
        Ok(row.into())
    }

    async fn page_of_workspaces(
        &self,
        wanted: Wanted,
        filters: &AtomicBool,
    ) -> Result<wire::Page<WorkspaceRow>, Error> {
        let Wanted { page, page_size, .. } = wanted;
        let filter = filters.load(Ordering::Relaxed).then_some(ALIVE);
        let request = Request::workspaces(page, page_size, filter);
        match self.read(&request).await {
            Ok(answer) => expect(&answer, &request, wire::decode_list),
            // A generation that does not know the field answers 400, 422 or 500; the list matters more than the filter.
            Err(error) if filter.is_some() && dislikes_the_filter(error.kind()) => {
                filters.store(false, Ordering::Relaxed);
                let request = Request::workspaces(page, page_size, None);
                let answer = self.read(&request).await?;
                expect(&answer, &request, wire::decode_list)
            }
            Err(error) => Err(error),
        }
    }
}

fn dislikes_the_filter(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Invalid | ErrorKind::ServerError)
}
