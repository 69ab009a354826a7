//! Reading what lies in a workspace, and how far the deletion of one is.

use super::request::Request;
use super::wire::{self, Counted, DeletionRow, ResourceRow};
use super::{Client, Error, ErrorKind, expect};
use crate::domain::deletion::Status;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::{Resource, ResourceId, ResourceKind, Tally};

/// Some of the things of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePage {
    /// The things, in the service's order.
    pub rows: Vec<Resource>,
    /// How many there are in all, where it is told.
    pub n_total: Option<usize>,
}

/// What can be learnt about a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletionKnown {
    /// It is under way.
    UnderWay(Status),
    /// None is under way that the caller may know of: it is over, it never was, or somebody else may see it.
    NoneToSee,
    /// This platform tells nobody.
    NotTold,
}

impl Client {
    /// Reads one page of the things of a kind, at most 100 of them; the first page is 1. Nothing where the platform
    /// has no service for them.
    ///
    /// # Errors
    /// 403 means "no right", "no such workspace" or "no such service" alike.
    pub async fn resources(
        &self,
        workspace: &WorkspaceName,
        kind: ResourceKind,
        page: usize,
    ) -> Result<Option<ResourcePage>, Error> {
        let request = Request::resources(workspace, kind, page)?;
        let answer = match self.read(&request).await {
            Ok(answer) => answer,
            Err(error) if is_no_route(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let page = expect::<wire::Page<ResourceRow>>(&answer, &request, wire::decode_list)?;
        let n_total = page.n_total();
        let rows = page.data.into_iter().map(|row| row.into_resource(kind)).collect();
        Ok(Some(ResourcePage { rows, n_total }))
    }

    /// Counts the things of a kind with one small request.
    ///
    /// # Errors
    /// As for reading them: what cannot be counted is never zero.
    pub async fn count(&self, workspace: &WorkspaceName, kind: ResourceKind) -> Result<Tally, Error> {
        let request = Request::count(workspace, kind)?;
        let answer = match self.read(&request).await {
            Ok(answer) => answer,
            Err(error) if is_no_route(&error) => return Ok(Tally::NotInstalled),
            Err(error) => return Err(error),
        };
        expect(&answer, &request, |body| {
            let counted: Counted = wire::decode(body)?;
            let total = counted.pagination.total_results.map(Tally::Number);
            total.ok_or_else(|| "at pagination: missing field `total_results`".into())
        })
    }

    /// Reads one thing; nothing where it is not there.
    ///
    /// # Errors
    /// As for reading all of them.
    pub async fn resource(&self, workspace: &WorkspaceName, target: &ResourceId) -> Result<Option<Resource>, Error> {
        let request = Request::resource(workspace, target)?;
        let answer = match self.read(&request).await {
            Ok(answer) => answer,
            Err(error) if *error.kind() == ErrorKind::NotFound && !is_no_route(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let row: ResourceRow = expect(&answer, &request, wire::decode)?;
        Ok(Some(row.into_resource(target.kind)))
    }

    /// Asks how far the deletion of a workspace is. Only its creator and platform admins are told, by Helix from 0.8 on.
    ///
    /// # Errors
    /// Fails where the question was not answered.
    pub async fn deletion(&self, workspace: &WorkspaceName) -> Result<DeletionKnown, Error> {
        let request = Request::deletion(workspace)?;
        let answer = match self.read(&request).await {
            Ok(answer) => answer,
            // Before 0.8 there is no such path: 404 for platform admins, 403 for everybody else.
            Err(error) if *error.kind() == ErrorKind::Forbidden || is_no_route(&error) => {
                return Ok(DeletionKnown::NotTold);
            }
            Err(error) if *error.kind() == ErrorKind::NotFound => return Ok(DeletionKnown::NoneToSee),
            Err(error) => return Err(error),
        };
        let row: DeletionRow = expect(&answer, &request, wire::decode)?;
        Ok(DeletionKnown::UnderWay(row.into()))
    }
}

/// Whether nothing at all answers at this path. Whatever is missing below a service that is there is named.
fn is_no_route(error: &Error) -> bool {
    *error.kind() == ErrorKind::NotFound && error.said().is_some_and(|said| said.as_str() == "Not Found")
}
