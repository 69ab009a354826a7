//! Requests for role bindings, the rows behind members.

use super::{Aim, Request, entities};
use crate::api::bindings::Bindings;
use serde_json::json;

impl Request {
    /// Asks for one page of the role bindings of all workspaces.
    ///
    /// The platform breaks no ties of an order. What is granted meanwhile goes to the end of the first order; the
    /// order of the second try has no ties.
    pub(crate) fn bindings(which: &Bindings, page: usize, page_size: usize, is_second_try: bool) -> Self {
        let segments = entities(&["workspaces", "-", "entities", "role_binding"]);
        let mut request = Self::get(segments, Aim::Bindings, "read the role bindings");
        let sort = if is_second_try { "id" } else { "created_at" };
        request.query = vec![
            ("page", page.to_string()),
            ("page_size", page_size.to_string()),
            ("sort", sort.to_owned()),
        ];
        // JSON, since no quoting of the other syntaxes is safe for every principal.
        let filter = match which {
            Bindings::Active => Some(json!({ "data.revoked_at": null })),
            Bindings::All => None,
            Bindings::Of(principal) => Some(json!({ "data.principal": principal.raw() })),
        };
        request
            .query
            .extend(filter.map(|filter| ("filter", filter.to_string())));
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::Principal;
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
}
