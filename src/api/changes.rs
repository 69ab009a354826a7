//! Changing things: one function for every [`Change`].

use super::request::{Propagation, Request};
use super::send::Answer;
use super::wire::{self, Done};
use super::{Client, Error, Unexpected, expect};
use crate::domain::activity::Sending;
use crate::domain::binding::Step;
use crate::domain::change::Change;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::time::Duration;

/// What the platform said when it took a change. What is true now is only known by reading it back: the answer
/// to adding a member, for one, shows the roles that were asked for and not those that are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// 200, 201, 202 or 204.
    pub status: u16,
    /// Its words, if any.
    pub said: Option<SafeText>,
}

impl Client {
    /// Sends `change` once. There is no other way to change anything, but for [`Client::take_step`].
    ///
    /// # Errors
    /// Where [`Error::is_outcome_unknown`] says so, only reading back tells whether it is applied; after any
    /// other error it is not, but for [`Change::Roles`], which the platform carries out role by role.
    pub async fn apply(&self, change: &Change, propagation: Propagation) -> Result<Accepted, Error> {
        let request = Request::change(change, propagation)?;
        let answer = self.send(&request, self.limit_for(change, propagation)).await?;
        accepted(&answer, &request)
    }

    /// Sends one `step` of `change` once; `now` is noted where something is taken away.
    ///
    /// # Errors
    /// As those of [`Client::apply`].
    pub async fn take_step(&self, change: &Change, step: &Step, now: Timestamp) -> Result<Accepted, Error> {
        let request = Request::step(change, step, now)?;
        let answer = self.send(&request, self.shared.limits.change).await?;
        accepted(&answer, &request)
    }

    /// Returns the request that [`Client::apply`] or, with a step, [`Client::take_step`] will send, for the journal.
    ///
    /// # Errors
    /// Where the request must not be sent.
    pub fn sending(&self, change: &Change, step: Option<&Step>, now: Timestamp) -> Result<Sending, Error> {
        let request = match step {
            None => Request::change(change, Propagation::Skip)?,
            Some(step) => Request::step(change, step, now)?,
        };
        Ok(Sending {
            method: request.method.to_string(),
            path: request.path(),
            body: request.body,
        })
    }

    fn limit_for(&self, change: &Change, propagation: Propagation) -> Duration {
        let limits = &self.shared.limits;
        match propagation {
            Propagation::Skip => limits.change,
            Propagation::Await => {
                // A new workspace makes its creator Admin, which is one role although none is named.
                let n_roles = u32::try_from(change.n_roles_moved().max(1)).unwrap_or(u32::MAX);
                limits
                    .propagation
                    .saturating_mul(n_roles)
                    .saturating_add(limits.propagation_margin)
            }
        }
    }
}

/// Takes an answer for the platform's consent only if it can be the platform's: a login page of a proxy
/// also comes with 200.
fn accepted(answer: &Answer, request: &Request) -> Result<Accepted, Error> {
    let status = answer.status;
    if !matches!(status, 200 | 201 | 202 | 204) {
        return Err(Error::unexpected(Unexpected::Status, status, None, request));
    }
    // A deployment that is taken down in the background is answered with `null`.
    if matches!(answer.body.trim_ascii(), b"" | b"null") {
        return Ok(Accepted { status, said: None });
    }
    let done: Done = expect(answer, request, wire::decode)?;
    Ok(Accepted {
        status,
        said: done.message.as_deref().map(|said| answer.secrets.words(said)),
    })
}
