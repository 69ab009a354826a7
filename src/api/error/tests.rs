//! What each answer means, and what is said about it.

use super::*;
use crate::api::request::{Propagation, Request};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use body::Form;
use rstest::rstest;

fn ws() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

fn removal() -> Request {
    let change = Change::Roles {
        workspace: ws(),
        principal: Principal::from_platform("al@x.com"),
        before: RoleSet::only(Role::Admin),
        after: RoleSet::default(),
    };
    Request::change(&change, Propagation::Skip).unwrap()
}

fn refused(status: u16, body: &str, request: &Request) -> Error {
    let form = Form {
        is_json: true,
        is_cut: false,
    };
    Error::refused(
        status,
        body::read(body.as_bytes(), form, &Secrets::default()),
        None,
        request,
    )
}

#[rstest]
#[case(400, ErrorKind::Invalid)]
#[case(401, ErrorKind::Unauthorized)]
#[case(403, ErrorKind::Forbidden)]
#[case(404, ErrorKind::NotFound)]
#[case(405, ErrorKind::Refused)]
#[case(409, ErrorKind::Conflict)]
#[case(413, ErrorKind::Refused)]
#[case(422, ErrorKind::Invalid)]
#[case(429, ErrorKind::RateLimited { retry_after: None })]
#[case(500, ErrorKind::ServerError)]
#[case(501, ErrorKind::ServerError)]
#[case(502, ErrorKind::Unavailable { retry_after: None })]
#[case(503, ErrorKind::Unavailable { retry_after: None })]
#[case(504, ErrorKind::Unavailable { retry_after: None })]
#[case(307, ErrorKind::NotTheExpectedAnswer(Unexpected::Redirect))]
fn sorts_answers_by_what_can_be_done(#[case] status: u16, #[case] kind: ErrorKind) {
    let error = refused(status, r#"{"detail":"words"}"#, &removal());
    assert_eq!(error.kind(), &kind);
    assert_eq!(error.status(), Some(status));
    assert_eq!(error.said().map(SafeText::as_str), Some("words"));
    assert!(error.next_step().as_str().ends_with('.'));
}

/// After these nobody knows whether the change is applied; after all others it is certain that it is not.
#[rstest]
#[case(500, true)]
#[case(502, true)]
#[case(503, true)]
#[case(504, true)]
#[case(307, true)]
#[case(400, false)]
#[case(401, false)]
#[case(403, false)]
#[case(404, false)]
#[case(409, false)]
#[case(422, false)]
#[case(429, false)]
fn tells_unknown_outcomes_from_certain_ones(#[case] status: u16, #[case] is_unknown: bool) {
    let body = r#"{"detail":"words"}"#;
    assert_eq!(refused(status, body, &removal()).is_outcome_unknown(), is_unknown);
    let read = Request::members(&ws()).unwrap();
    assert!(
        !refused(status, body, &read).is_outcome_unknown(),
        "reads have no outcome"
    );
}

/// Something in between may refuse to pass on a request, or its answer.
#[rstest]
#[case(403, "<html>", Unexpected::Html)]
#[case(403, "", Unexpected::NotJson)]
#[case(403, r#"{"reason":"blocked"}"#, Unexpected::Shape)]
#[case(404, "no route", Unexpected::NotJson)]
fn a_refusal_of_somebody_else_tells_nothing(#[case] status: u16, #[case] body: &str, #[case] what: Unexpected) {
    let error = refused(status, body, &removal());
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(what));
    assert!(error.is_outcome_unknown());
}

#[test]
fn says_what_failed_why_and_what_to_do_in_one_line_each() {
    let detail = "Cannot remove member 'al@x.com'. This is the last Admin for workspace 'ml-team'. \
                  Add another Admin before removing this member.";
    let error = refused(409, &format!(r#"{{"detail":"{detail}"}}"#), &removal());
    assert_eq!(error.kind(), &ErrorKind::LastAdmin);
    assert_eq!(
        error.to_string(),
        format!(
            "cannot remove al@x.com (Admin) from 'ml-team': it would leave the workspace without an Admin (409): {detail}"
        )
    );
    assert_eq!(error.next_step().as_str(), "Add another Admin first, then try again.");
}

/// 403 says neither "no right" nor "no such thing", so the words must leave room for both.
#[test]
fn explains_an_ambiguous_403_by_what_was_asked() {
    let members = refused(403, r#"{"detail":"Forbidden"}"#, &Request::members(&ws()).unwrap());
    assert!(
        members
            .next_step()
            .as_str()
            .starts_with("You need Admin here to see members"),
        "{}",
        members.next_step()
    );
    let workspace = refused(403, r#"{"detail":"Forbidden"}"#, &Request::workspace(&ws()).unwrap());
    assert!(
        workspace.to_string().contains("or there is no such thing"),
        "{workspace}"
    );
    assert!(workspace.next_step().as_str().contains("or it is gone"));
    assert!(
        removal_refused()
            .next_step()
            .as_str()
            .contains("You need Admin here to change members")
    );
}

fn removal_refused() -> Error {
    refused(403, r#"{"detail":"Forbidden"}"#, &removal())
}

#[test]
fn does_not_promise_that_a_500_changed_nothing() {
    let error = refused(500, r#"{"detail":"An unexpected error occurred."}"#, &removal());
    assert!(error.is_outcome_unknown());
    assert!(error.next_step().as_str().starts_with("Check"), "{}", error.next_step());
}

#[test]
fn takes_a_404_in_html_for_another_server() {
    let html = "<html><head><title>404 Not Found</title></head></html>";
    let error = refused(404, html, &Request::members(&ws()).unwrap());
    assert_eq!(error.kind(), &ErrorKind::NotTheExpectedAnswer(Unexpected::Html));
    assert_eq!(error.said().map(SafeText::as_str), Some("404 Not Found"));
}

#[test]
fn keeps_fields_and_drops_what_was_echoed() {
    let body =
        r#"{"detail":[{"type":"missing","loc":["body","roles"],"msg":"Field required","input":{"x":"s3cret"}}]}"#;
    let error = refused(422, body, &removal());
    assert_eq!(
        error.field_errors(),
        [FieldError {
            field: "roles".into(),
            message: "Field required".into()
        }]
    );
    assert!(!format!("{error:?} {error}").contains("s3cret"));
}

#[test]
fn lets_reads_be_tried_again_only_where_that_can_help() {
    let retry_after = Some(Duration::from_secs(3));
    let busy = Error::refused(429, Said::default(), retry_after, &removal());
    assert_eq!(busy.trouble(), Trouble::Busy { retry_after });
    let gone = Error::unsent(ErrorKind::NotConnected(Unreachable::Refused), &removal());
    assert_eq!(gone.trouble(), Trouble::NotConnected);
    let untrusted = Error::unsent(
        ErrorKind::NotConnected(Unreachable::Tls(TlsTrouble::UnknownIssuer)),
        &removal(),
    );
    assert_eq!(untrusted.trouble(), Trouble::Final);
    assert_eq!(removal_refused().trouble(), Trouble::Final);
    assert_eq!(refused(500, "", &removal()).trouble(), Trouble::Final);
}

/// The older generations say the same of a workspace that is gone and of one that waits to be destroyed.
#[test]
fn a_workspace_that_cannot_be_deleted_again_may_still_wait_for_its_turn() {
    for change in [
        Change::DeleteWorkspace { workspace: ws() },
        Change::RetryDeletion { workspace: ws() },
    ] {
        let request = Request::change(&change, Propagation::Skip).unwrap();
        let error = refused(404, r#"{"detail":"Workspace 'ml-team' not found"}"#, &request);
        assert_eq!(
            error.next_step().as_str(),
            "It is gone, or its deletion is already accepted and waiting."
        );
    }
    let error = refused(404, r#"{"detail":"Member 'al@x.com' not found"}"#, &removal());
    assert_eq!(
        error.next_step().as_str(),
        "It is gone, or its service is not installed."
    );
}
