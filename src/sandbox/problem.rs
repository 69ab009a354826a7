//! Answers that are not what was asked for, in the platform's own words and shapes.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request got no other answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Problem {
    /// A status and one sentence.
    Said(StatusCode, String),
    /// 422 with a list of fields.
    Fields(Vec<FieldError>),
    /// A status and a sentence under a code, as one of the services has it.
    Coded(StatusCode, &'static str, &'static str),
    /// 405, naming what is allowed.
    Method(&'static str),
    /// 307 to the same path without its trailing slash.
    Elsewhere(String),
    /// 500, with nothing said: the platform answers so to some mistakes of its clients.
    Unexpected,
}

/// One entry of a 422.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldError {
    pub(super) kind: &'static str,
    pub(super) location: Vec<Value>,
    pub(super) message: String,
    pub(super) input: Value,
    pub(super) context: Option<Value>,
}

impl FieldError {
    fn to_json(&self) -> Value {
        let mut entry = json!({"type": self.kind, "loc": self.location, "msg": self.message, "input": self.input});
        if let (Some(context), Some(entry)) = (&self.context, entry.as_object_mut()) {
            entry.insert("ctx".to_owned(), context.clone());
        }
        entry
    }
}

impl Problem {
    pub(super) fn unauthorized(detail: &str) -> Self {
        Self::Said(StatusCode::UNAUTHORIZED, detail.to_owned())
    }

    pub(super) fn forbidden() -> Self {
        Self::Said(StatusCode::FORBIDDEN, "Forbidden".to_owned())
    }

    /// Refuses with a reason although the caller may do such things in general.
    pub(super) fn refused(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::FORBIDDEN, detail.into())
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::BAD_REQUEST, detail.into())
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::NOT_FOUND, detail.into())
    }

    pub(super) fn no_workspace(name: &str) -> Self {
        Self::not_found(format!("Workspace '{name}' not found"))
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::CONFLICT, detail.into())
    }

    /// The platform fails, and says so much.
    pub(super) fn failed(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::INTERNAL_SERVER_ERROR, detail.into())
    }

    /// 422 with a sentence instead of a list.
    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Self::Said(StatusCode::UNPROCESSABLE_ENTITY, detail.into())
    }
}

/// Returns the body of a 422 that names fields.
pub(super) fn fields_body(errors: &[FieldError]) -> Value {
    let errors: Vec<Value> = errors.iter().map(FieldError::to_json).collect();
    json!({"detail": errors})
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the sandbox's database failed");
        Self::Unexpected
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Said(status, detail) => {
                let mut response = (status, Json(json!({"detail": detail}))).into_response();
                if status == StatusCode::CONFLICT {
                    let name = HeaderName::from_static("x-should-retry");
                    response.headers_mut().insert(name, HeaderValue::from_static("false"));
                }
                response
            }
            Self::Coded(status, code, message) => {
                (status, Json(json!({"error": code, "message": message}))).into_response()
            }
            Self::Fields(errors) => (StatusCode::UNPROCESSABLE_ENTITY, Json(fields_body(&errors))).into_response(),
            Self::Method(allowed) => {
                let body = Json(json!({"detail": "Method Not Allowed"}));
                (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allowed)], body).into_response()
            }
            Self::Elsewhere(location) => {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response()
            }
            Self::Unexpected => {
                let body = Json(json!({"detail": "An unexpected error occurred."}));
                (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
            }
        }
    }
}
