//! Reading projects.

use super::page::{Coverage, read_all};
use super::request::Request;
use super::wire::{self, Counted, ProjectRow};
use super::{Client, Error, expect};
use crate::domain::ids::WorkspaceName;
use crate::domain::workspace::Project;
use futures_util::{StreamExt as _, pin_mut};

impl Client {
    /// Reads all projects of a workspace, newest first.
    ///
    /// # Errors
    /// Fails rather than return a list that is not proven complete.
    pub async fn projects(&self, workspace: &WorkspaceName) -> Result<Vec<Project>, Error> {
        let pages = read_all(|wanted| async move {
            let request = Request::projects(workspace, wanted.page, wanted.page_size)?;
            let answer = self.read(&request).await?;
            expect::<wire::Page<ProjectRow>>(&answer, &request, wire::decode_list)
        });
        pin_mut!(pages);
        let mut projects = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page?;
            projects.extend(page.rows);
            if page.coverage == Coverage::Unproven {
                return Err(Error::keeps_changing(&Request::projects(workspace, 1, 1)?));
            }
        }
        Ok(projects)
    }

    /// Counts the projects of a workspace with one small request.
    ///
    /// # Errors
    /// As for reading them.
    pub async fn count_projects(&self, workspace: &WorkspaceName) -> Result<usize, Error> {
        let request = Request::count_projects(workspace)?;
        let answer = self.read(&request).await?;
        expect(&answer, &request, |body| {
            let counted: Counted = wire::decode(body)?;
            let total = counted.pagination.total_results;
            total.ok_or_else(|| "at pagination: missing field `total_results`".into())
        })
    }
}
