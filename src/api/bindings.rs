//! Reading role bindings: everybody's access in a few large pages, for platform admins.

use super::page::{Coverage, Page, Wanted, read_in_bulk};
use super::request::Request;
use super::wire::Row as _;
use super::wire::bindings::{BindingRow, StoredRow, TouchedRow};
use super::{Client, Error, ErrorKind, Unexpected, expect, wire};
use crate::domain::binding::{Binding, Rows, Touch, Touches};
use crate::domain::ids::{Principal, WorkspaceName};
use futures_util::{Stream, TryStreamExt as _, pin_mut};
use std::sync::Arc;

/// Which role bindings are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bindings {
    /// The bindings in force.
    Active,
    /// Those that were taken away, too.
    All,
    /// Those of one principal, with those that were taken away.
    Of(Principal),
}

/// Some role bindings, none of which came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingPage<T = Binding> {
    /// The role bindings, the oldest first unless the list moved.
    pub rows: Vec<T>,
    /// How many rows of this page were none: without a principal, a role or a workspace.
    pub n_odd: usize,
    /// How many different rows have come so far.
    pub n_read: usize,
    /// How many the platform says there are.
    pub n_total: usize,
    /// Whether these were the last.
    pub coverage: Coverage,
}

impl Client {
    /// Reads role bindings of all workspaces, page by page, each once. The last page tells whether that is all.
    ///
    /// Everybody but platform admins is refused (403).
    pub fn bindings(&self, which: Bindings) -> impl Stream<Item = Result<BindingPage, Error>> + Send + use<> {
        let limits = &self.shared.limits;
        let bound = self.bound(match which {
            Bindings::Active | Bindings::All => limits.bindings,
            // One principal can hold something in every workspace.
            Bindings::Of(_) => limits.workspaces,
        });
        let (client, which) = (self.clone(), Arc::new(which));
        let pages = read_in_bulk(bound, move |wanted| {
            let (client, which) = (client.clone(), Arc::clone(&which));
            async move { client.page_of_bindings(&which, wanted).await }
        });
        pages.map_ok(BindingPage::from)
    }

    /// Reads all role bindings of all workspaces, those that were taken away, too, each with when and how often it was
    /// written.
    ///
    /// Everybody but platform admins is refused (403).
    pub fn touches(&self) -> impl Stream<Item = Result<BindingPage<Touch>, Error>> + Send + use<> {
        let bound = self.bound(self.shared.limits.bindings);
        let client = self.clone();
        let pages = read_in_bulk(bound, move |wanted| {
            let client = client.clone();
            async move {
                let Wanted {
                    page,
                    page_size,
                    is_second_try,
                } = wanted;
                let request = Request::bindings(&Bindings::All, page, page_size, is_second_try);
                let answer = client.read(&request).await?;
                let page: wire::Page<TouchedRow> = expect(&answer, &request, wire::decode_list)?;
                Ok(page)
            }
        });
        pages.map_ok(BindingPage::from)
    }

    /// Reads everything one principal holds and held, in all workspaces. Whom a filter may not find is looked for among
    /// all rows: an empty answer would look like a past without anything in it.
    ///
    /// # Errors
    /// Only platform admins may: everybody else gets 403.
    pub async fn history(&self, principal: &Principal) -> Result<BindingPage, Error> {
        let which = if principal.is_found_by_filter() {
            Bindings::Of(principal.clone())
        } else {
            Bindings::All
        };
        self.bindings_that(which, |row| row.principal == *principal).await
    }

    /// Reads role bindings of all workspaces as one page; its `coverage` tells whether nothing is missing.
    ///
    /// All of them are in memory at once. The list is left where it reaches [`Limits::bindings`](super::Limits::bindings)
    /// rows or [`Limits::list`](super::Limits::list) bytes of answers, by default 1,000,000 and 512 MiB. It takes one request
    /// for every 1,000 rows, and that many again where the list changes meanwhile. [`Client::bindings`] hands out the same
    /// page by page.
    ///
    /// # Errors
    /// Only platform admins may: everybody else gets 403. Fails where a page cannot be read.
    pub async fn all_bindings(&self, which: Bindings) -> Result<BindingPage, Error> {
        self.bindings_that(which, |_| true).await
    }

    async fn bindings_that(&self, which: Bindings, is_wanted: impl Fn(&Binding) -> bool) -> Result<BindingPage, Error> {
        let pages = self.bindings(which);
        pin_mut!(pages);
        let mut all = BindingPage::from(Page::empty());
        while let Some(page) = pages.try_next().await? {
            all.rows.extend(page.rows.into_iter().filter(&is_wanted));
            all.n_odd += page.n_odd;
            (all.n_read, all.n_total, all.coverage) = (page.n_read, page.n_total, page.coverage);
        }
        Ok(all)
    }

    /// Reads all role bindings in force of one workspace, as they are stored.
    ///
    /// # Errors
    /// Only platform admins may. It is also an error when they could not all be read: what follows from a change cannot
    /// be told by half of them.
    pub async fn rows(&self, workspace: &WorkspaceName) -> Result<Rows, Error> {
        let bound = self.bound(self.shared.limits.bindings);
        let request = |page, page_size, again| Request::rows(workspace, page, page_size, again);
        let pages = read_in_bulk(bound, |wanted| async move {
            let request = request(wanted.page, wanted.page_size, wanted.is_second_try)?;
            let answer = self.read(&request).await?;
            let page: wire::Page<StoredRow> = expect(&answer, &request, wire::decode_list)?;
            Ok(page)
        });
        pin_mut!(pages);
        let (mut rows, mut coverage) = (Vec::new(), Coverage::Partial);
        while let Some(page) = pages.try_next().await? {
            rows.extend(page.rows.into_iter().flatten());
            coverage = page.coverage;
        }
        let kind = match coverage {
            Coverage::Complete => return Ok(Rows::new(rows)),
            Coverage::Partial | Coverage::Unproven => ErrorKind::Conflict,
            Coverage::Endless => ErrorKind::NotTheExpectedAnswer(Unexpected::TooLarge),
        };
        Err(Error::unsent(kind, &request(1, 1, false)?))
    }

    /// Reads the role bindings of all workspaces that were written last, by one request for `n` of them.
    ///
    /// # Errors
    /// Only platform admins may: everybody else gets 403.
    pub async fn last_touched(&self, n: usize) -> Result<Touches, Error> {
        let request = Request::last_touched(n);
        let answer = self.read(&request).await?;
        let page: wire::Page<TouchedRow> = expect(&answer, &request, wire::decode_list)?;
        let n_all = page.n_total();
        let rows = page.data.into_iter().filter_map(|row| row.into_value().1).collect();
        Ok(Touches { rows, n_all })
    }

    async fn page_of_bindings(&self, which: &Bindings, wanted: Wanted) -> Result<wire::Page<BindingRow>, Error> {
        let Wanted {
            page,
            page_size,
            is_second_try,
        } = wanted;
        let request = Request::bindings(which, page, page_size, is_second_try);
        let answer = self.read(&request).await?;
        expect(&answer, &request, wire::decode_list)
    }
}

impl<T> From<Page<Option<T>>> for BindingPage<T> {
    fn from(page: Page<Option<T>>) -> Self {
        let n_rows = page.rows.len();
        let rows: Vec<T> = page.rows.into_iter().flatten().collect();
        Self {
            n_odd: n_rows - rows.len(),
            rows,
            n_read: page.n_read,
            n_total: page.n_total,
            coverage: page.coverage,
        }
    }
}
