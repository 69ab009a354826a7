//! What the platform does: functions on a transaction, without HTTP, time or chance of their own.
//!
//! A change and the rule that guards it see the same state, because they share the transaction they are given.

pub(super) mod bindings;
pub(super) mod deletions;
pub(super) mod listing;
pub(super) mod members;
pub(super) mod projects;
pub(super) mod resources;
pub(super) mod rows;
pub(super) mod workspaces;

use super::caller::Caller;
use super::clock::Ticking;
use super::fields::TrailingNewline;
use super::{Database, Deletion};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use listing::memo::Memo;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;
use std::time::Duration;

/// How this sandbox behaves where platforms differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behavior {
    pub(super) deletion: Deletion,
    pub(super) is_faithful: bool,
    pub(super) like: Database,
    /// How long a workspace waits to be cleaned up.
    pub(super) cleanup: Duration,
}

impl Behavior {
    /// Whether its database fails on a NUL character.
    pub(super) fn fails_on(self, text: &str) -> bool {
        match self.like {
            Database::Sqlite => false,
            Database::Postgres => text.contains('\0'),
        }
    }

    pub(super) fn newline(self) -> TrailingNewline {
        if self.is_faithful {
            TrailingNewline::Accepted
        } else {
            TrailingNewline::Refused
        }
    }
}

/// Everything a rule may know besides its arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestCtx<'a> {
    pub(super) db: &'a Connection,
    pub(super) caller: &'a Caller,
    pub(super) clock: &'a Ticking,
    pub(super) memo: &'a Memo,
    pub(super) behavior: Behavior,
}

/// What is sent back when all is well.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// JSON, written down already: pages are long, and every copy of one takes its time.
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn ok(body: impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    pub(super) fn created(body: impl Serialize) -> Self {
        Self::with(StatusCode::CREATED, body)
    }

    /// 204: it is gone, and there is nothing to say.
    pub(super) fn gone() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: Vec::new(),
        }
    }

    pub(super) fn removed(message: &str, id: &str) -> Self {
        Self::ok(json!({"message": message, "id": id}))
    }

    fn with(status: StatusCode, body: impl Serialize) -> Self {
        let body = serde_json::to_vec(&body).unwrap_or_default();
        Self { status, body }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        if self.status == StatusCode::NO_CONTENT {
            return self.status.into_response();
        }
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (self.status, kind, self.body).into_response()
    }
}
