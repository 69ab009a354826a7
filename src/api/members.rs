//! Reading members.

use super::request::Request;
use super::wire::{self, MemberRow};
use super::{Client, Error, expect};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::{Member, Roster};

impl Client {
    /// Reads all members of a workspace; the platform does not page them.
    ///
    /// # Errors
    /// Only Admins may: everybody else gets 403.
    pub async fn members(&self, workspace: &WorkspaceName) -> Result<Roster, Error> {
        let request = Request::members(workspace)?;
        let answer = self.read(&request).await?;
        let list: wire::Page<MemberRow> = expect(&answer, &request, wire::decode_list)?;
        Ok(Roster::new(list.data.into_iter().map(Member::from).collect()))
    }
}
