//! Requests for role bindings, the rows behind members.

use super::{Propagation, Request, addressed, at, entities, has_nul, on_the_wire, some_roles, waiting};
use crate::api::bindings::Bindings;
use crate::api::error::Error;
use crate::api::operation::{ChangeOperation, Operation};
use crate::domain::binding::{Row, Step};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

/// What the rows behind members are called.
const KIND: [&str; 2] = ["entities", "role_binding"];

impl Request {
    /// Asks for one page of the role bindings of all workspaces.
    ///
    /// The platform breaks no ties of an order. What is granted meanwhile goes to the end of the first order; the
    /// order of the second try has no ties.
    pub(crate) fn bindings(which: &Bindings, page: usize, page_size: usize, is_second_try: bool) -> Self {
        let segments = entities(&[&["workspaces", "-"], &KIND[..]].concat());
        let request = Self::get(segments, Operation::Bindings, "read the role bindings");
        // JSON, since no quoting of the other syntaxes is safe for every principal.
        let filter = match which {
            Bindings::Active => Some(in_force()),
            Bindings::All => None,
            Bindings::Of(principal) => Some(json!({ "data.principal": principal.raw() })),
        };
        request.page_of_rows(filter, page, page_size, is_second_try)
    }

    /// Asks for the role bindings that were written last, those that were taken away, too.
    pub(crate) fn last_touched(n: usize) -> Self {
        let segments = entities(&[&["workspaces", "-"], &KIND[..]].concat());
        let query = vec![
            ("page", 1.to_string()),
            ("page_size", n.to_string()),
            ("sort", "-updated_at".to_owned()),
        ];
        Self {
            query,
            ..Self::get(
                segments,
                Operation::Bindings,
                "read the latest changes of role bindings",
            )
        }
    }

    /// Asks for one page of the role bindings in force of one workspace.
    pub(crate) fn rows(
        workspace: &WorkspaceName,
        page: usize,
        page_size: usize,
        is_second_try: bool,
    ) -> Result<Self, Error> {
        let purpose = format!("read the role bindings of '{}'", workspace.shown());
        let request = Self::get(at(workspace, &KIND), Operation::Bindings, &purpose);
        let request = request.page_of_rows(Some(in_force()), page, page_size, is_second_try);
        addressed(request, workspace.addressable())
    }

    fn page_of_rows(self, filter: Option<Value>, page: usize, page_size: usize, is_second_try: bool) -> Self {
        let sort = if is_second_try { "id" } else { "created_at" };
        let mut query = vec![
            ("page", page.to_string()),
            ("page_size", page_size.to_string()),
            ("sort", sort.to_owned()),
        ];
        query.extend(filter.map(|filter| ("filter", filter.to_string())));
        Self { query, ..self }
    }

    /// Makes the one request of a `step` of `change`, at this moment.
    pub(crate) fn step(change: &Change, step: &Step, now: Timestamp) -> Result<Self, Error> {
        let workspace = change.workspace();
        let (request, checked) = match step {
            Step::Give(roles) => {
                let principal = change.principal().map(Principal::raw).unwrap_or_default();
                let body = json!({ "principal": principal, "roles": on_the_wire(roles) });
                let request = Self::to_change(
                    Method::POST,
                    at(workspace, &["members"]),
                    ChangeOperation::NewMember,
                    change,
                );
                let request = Self {
                    query: vec![waiting(Propagation::Skip)],
                    body: Some(body),
                    ..request
                };
                (request, some_roles(roles))
            }
            Step::TakeAway(row) => {
                let segments = at(workspace, &[&KIND[..], &[row.name.raw()]].concat());
                let request =
                    Self::to_change(Method::PUT, segments, ChangeOperation::Row, change).taking_away(row, now);
                (request, super::reaches(row.name.addressable()))
            }
        };
        match super::reaches(workspace.addressable()).and(checked) {
            Ok(()) => Ok(request),
            Err(kind) => Err(Error::unsent(kind, &request)),
        }
    }

    fn to_change(method: Method, segments: Vec<String>, operation: ChangeOperation, change: &Change) -> Self {
        Self {
            method,
            purpose: change.sentence(),
            ..Self::get(segments, Operation::Change(operation), "")
        }
    }

    /// Notes in the row when it was taken away, as the platform itself does, so that its history stays. A row that must
    /// not be written back goes altogether.
    fn taking_away(self, row: &Row, now: Timestamp) -> Self {
        if !can_be_written_back(row) {
            return Self {
                method: Method::DELETE,
                query: vec![("expected_db_version", row.version.to_string())],
                ..self
            };
        }
        let mut data = row.data.clone();
        // No row ends before it began, whatever the clock says.
        let now = row.binding.granted_at.map_or(now, |granted| now.max(granted));
        let now = now.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string();
        data.insert("revoked_at".to_owned(), Value::String(now));
        Self {
            body: Some(json!({ "data": data, "expected_db_version": row.version })),
            ..self
        }
    }
}

fn in_force() -> Value {
    json!({ "data.revoked_at": null })
}

/// Whether a row may be stored as it is. One that lacks these fields makes the platform refuse everybody everything, and
/// one with a NUL character breaks its lists.
fn can_be_written_back(row: &Row) -> bool {
    let is_text = |field: &str| row.data.get(field).is_some_and(Value::is_string);
    let is_whole = ["principal", "role", "granted_by", "granted_at"]
        .into_iter()
        .all(is_text);
    is_whole && !has_nul(&Value::Object(row.data.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::ErrorKind;
    use crate::domain::binding::Binding;
    use crate::domain::ids::ResourceName;
    use crate::domain::role::{Role, RoleSet};
    use rstest::rstest;

    const ROWS: &str = "/apis/entities/v2/workspaces/-/entities/role_binding";

    #[rstest]
    #[case::active(
        Bindings::Active,
        1,
        false,
        "page=1&page_size=1000&sort=created_at&filter=%7B%22data.revoked_at%22%3Anull%7D"
    )]
    #[case::all(Bindings::All, 3, false, "page=3&page_size=1000&sort=created_at")]
    #[case::again(Bindings::All, 1, true, "page=1&page_size=1000&sort=id")]
    #[case::hostile(
        Bindings::Of(Principal::from_platform("a\"b\\c&d")),
        1,
        false,
        "page=1&page_size=1000&sort=created_at&filter=%7B%22data.principal%22%3A%22a%5C%22b%5C%5Cc%26d%22%7D"
    )]
    fn asks_for_a_page(#[case] which: Bindings, #[case] page: usize, #[case] again: bool, #[case] query: &str) {
        let request = Request::bindings(&which, page, 1000, again);
        assert_eq!(request.path(), format!("{ROWS}?{query}"));
    }

    fn row(name: &str, data: &Value) -> Step {
        let text = |field: &str| data[field].as_str().unwrap_or_default().to_owned();
        Step::TakeAway(Box::new(Row {
            binding: Binding {
                principal: Principal::from_platform(text("principal")),
                workspace: WorkspaceName::from_platform("ml-team"),
                role: Role::from_platform(&text("role")),
                granted_at: None,
                granted_by: None,
                revoked_at: None,
                created_at: None,
            },
            name: ResourceName::from_platform(name),
            version: 7,
            data: data.as_object().unwrap().clone(),
        }))
    }

    fn step(principal: &str, step: &Step) -> Result<Request, Error> {
        let change = Change::Roles {
            workspace: WorkspaceName::from_platform("ml-team"),
            principal: Principal::from_platform(principal),
            before: RoleSet::only(Role::Viewer),
            after: RoleSet::default(),
        };
        Request::step(&change, step, "2026-11-28T19:16:53.135140999Z".parse().unwrap())
    }

    #[test]
    fn rows_of_one_workspace_are_those_in_force() {
        let request = Request::rows(&WorkspaceName::from_platform("ml-team"), 1, 1000, false).unwrap();
        let rows = ROWS.replace("/-/", "/ml-team/");
        let query = "page=1&page_size=1000&sort=created_at&filter=%7B%22data.revoked_at%22%3Anull%7D";
        assert_eq!(request.path(), format!("{rows}?{query}"));
        assert!(!request.is_change());
        assert!(Request::rows(&WorkspaceName::from_platform("a/b"), 1, 1000, false).is_err());
    }

    #[test]
    fn a_row_is_marked_as_taken_away_like_the_platform_does_it() {
        let data = json!({
            "principal": "josé@x", "workspace": "ml-team", "role": "Viewer", "granted_by": "admin@x",
            "granted_at": "2026-11-28T19:16:52.981709+00:00", "revoked_at": null, "new": {"kept": [1]},
        });
        let request = step("josé@x", &row("rb-1", &data)).unwrap();
        assert_eq!(
            request.path(),
            "/apis/entities/v2/workspaces/ml-team/entities/role_binding/rb-1"
        );
        let mut taken = data;
        taken["revoked_at"] = json!("2026-11-28T19:16:53.135140+00:00");
        let body = json!({"data": taken, "expected_db_version": 7});
        assert_eq!(
            (request.method.clone(), request.body.as_ref()),
            (Method::PUT, Some(&body))
        );
        assert!(request.is_change());
        assert!(request.purpose.as_str().contains("remove josé@x"));
    }

    #[test]
    fn a_row_never_ends_before_it_began() {
        let data = json!({"principal": "a", "role": "Viewer", "granted_by": "b", "granted_at": "t"});
        let Step::TakeAway(mut taken) = row("rb-1", &data) else {
            panic!("a row to take away");
        };
        taken.binding.granted_at = Some("2026-11-28T19:20:00.5Z".parse().unwrap());
        let request = step("a", &Step::TakeAway(taken)).unwrap();
        let body = request.body.unwrap();
        assert_eq!(body["data"]["revoked_at"], "2026-11-28T19:20:00.500000+00:00");
    }

    #[rstest]
    #[case::no_granter(json!({"principal": "a", "role": "Viewer", "granted_at": "t"}))]
    #[case::no_date(json!({"principal": "a", "role": "Viewer", "granted_by": "b", "granted_at": null}))]
    #[case::nul(json!({"principal": "a\u{0}", "role": "Viewer", "granted_by": "b", "granted_at": "t"}))]
    #[case::nul_inside(json!({"principal": "a", "role": "Viewer", "granted_by": "b", "granted_at": "t", "x": [{"y": "\u{0}"}]}))]
    fn a_row_that_must_not_be_written_goes_altogether(#[case] data: Value) {
        let request = step("a", &row("rb-1", &data)).unwrap();
        assert_eq!((request.method.clone(), &request.body), (Method::DELETE, &None));
        let path = "/apis/entities/v2/workspaces/ml-team/entities/role_binding/rb-1?expected_db_version=7";
        assert_eq!(request.path(), path);
        assert!(
            request
                .url(&crate::domain::address::BaseUrl::parse("http://x").unwrap())
                .is_ok()
        );
    }

    #[rstest]
    #[case("josé@x")]
    #[case("grp/sub")]
    #[case("o\"hara")]
    #[case("..")]
    fn roles_are_given_to_whomever_and_answered_at_once(#[case] principal: &str) {
        let give = Step::Give(RoleSet::from_iter([Role::Editor, Role::Viewer]));
        let request = step(principal, &give).unwrap();
        let path = "/apis/entities/v2/workspaces/ml-team/members?wait_role_propagation=false";
        assert_eq!((request.method.clone(), request.path().as_str()), (Method::POST, path));
        let body = request.body.unwrap();
        assert_eq!(body["principal"], principal);
        assert_eq!(body["roles"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn what_would_reach_something_else_is_not_sent() {
        let whole = json!({"principal": "a", "role": "Viewer", "granted_by": "b", "granted_at": "t"});
        for name in ["", "..", "a/b", "a\\b"] {
            let refusal = step("a", &row(name, &whole)).unwrap_err();
            assert!(matches!(refusal.kind(), ErrorKind::Unaddressable(_)), "{refusal:?}");
        }
        let refusal = step("a", &Step::Give(RoleSet::default())).unwrap_err();
        assert_eq!(*refusal.kind(), ErrorKind::NoRoles);
    }
}
