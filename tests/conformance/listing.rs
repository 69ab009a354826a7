//! Lists of workspaces: pages, order and filters, as they are on the wire.

use crate::platform::{Platform, WORKSPACES, delete, describe, listed, on_every_platform};
use crate::wire::{Raw, encoded};
use futures_util::{StreamExt as _, pin_mut};
use nmp_console::api::Coverage;
use rstest::rstest;
use serde_json::{Value, json};

/// Asks for the workspaces of this run, and only those.
async fn ours(platform: &Platform, query: &str) -> Raw {
    let filter = json!({"name": {"$like": platform.mark()}}).to_string();
    platform
        .get(&format!("{WORKSPACES}?filter={}{query}", encoded(&filter)))
        .await
}

async fn seven(platform: &Platform) -> Vec<String> {
    let mut names = Vec::new();
    // Not in alphabetical order, so that the orders can be told apart.
    for rest in ["d", "b", "g", "a", "f", "c", "e"] {
        names.push(platform.workspace(&format!("list-{rest}")).await.raw().to_owned());
    }
    names
}

fn pagination(page: u64, page_size: u64, current: u64, pages: u64, total: u64) -> Value {
    json!({
        "page": page, "page_size": page_size, "current_page_size": current, "total_pages": pages,
        "total_results": total,
    })
}

#[tokio::test]
async fn a_list_comes_in_pages_that_join_without_a_gap() {
    on_every_platform(async |platform| {
        let mut names = seven(platform).await;
        names.reverse();
        let mut joined = Vec::new();
        for (page, current) in [(1, 3), (2, 3), (3, 1)] {
            let answer = ours(platform, &format!("&page={page}&page_size=3")).await;
            assert_eq!(answer.keys(), ["data", "pagination", "sort", "filter"]);
            assert_eq!(answer.json["pagination"], pagination(page, 3, current, 3, 7));
            assert_eq!(answer.json["sort"], "-created_at");
            joined.extend(answer.names().into_iter().map(str::to_owned));
        }
        assert_eq!(joined, names, "newest first");

        let beyond = ours(platform, "&page=4&page_size=3").await;
        assert_eq!(beyond.json["pagination"], pagination(4, 3, 0, 3, 7));
        assert!(beyond.rows().is_empty());
        let usual = ours(platform, "").await;
        assert_eq!(usual.json["pagination"], pagination(1, 100, 7, 1, 7));
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_has_no_page() {
    on_every_platform(async |platform| {
        let empty = ours(platform, "").await;
        assert_eq!(empty.json["pagination"], pagination(1, 100, 0, 0, 0));
        assert!(empty.rows().is_empty());
    })
    .await;
}

#[rstest]
#[case("page_size=0", "query.page_size: greater_than_equal")]
#[case("page_size=1001", "query.page_size: less_than_equal")]
#[case("page_size=many", "query.page_size: int_parsing")]
#[case("page=0", "query.page: greater_than_equal")]
#[case("page=-1", "query.page: greater_than_equal")]
#[case("sort=nope", "query.sort: enum")]
#[tokio::test]
async fn what_no_page_can_be_is_refused_with_its_field(#[case] query: &str, #[case] mistake: &str) {
    on_every_platform(async |platform| {
        let answer = platform.get(&format!("{WORKSPACES}?{query}")).await;
        assert_eq!(answer.mistakes(), [mistake]);
    })
    .await;
}

#[tokio::test]
async fn every_order_is_what_it_says() {
    on_every_platform(async |platform| {
        let by_age = seven(platform).await;
        let first = nmp_console::domain::ids::WorkspaceName::from_platform(by_age[0].clone());
        describe(&platform.admin(), &first, "touched").await.unwrap();
        let mut by_name = by_age.clone();
        by_name.sort();
        let mut by_change = by_age.clone();
        by_change.rotate_left(1);
        for (sort, expected) in [("created_at", by_age), ("name", by_name), ("updated_at", by_change)] {
            let upward = ours(platform, &format!("&sort={sort}")).await;
            assert_eq!(upward.names(), expected, "{sort}");
            assert_eq!(upward.json["sort"], sort);
            let downward = ours(platform, &format!("&sort=-{sort}")).await;
            let reversed: Vec<&str> = expected.iter().rev().map(String::as_str).collect();
            assert_eq!(downward.names(), reversed, "-{sort}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_can_be_written_in_three_ways() {
    on_every_platform(async |platform| {
        let (one, two) = (
            platform.workspace("filter-one").await,
            platform.workspace("filter-two").await,
        );
        let get = async |query: String| platform.get(&format!("{WORKSPACES}?{query}")).await;
        let like = format!("{}-FILTER-o", platform.mark());
        for query in [
            format!("filter={}", encoded(&format!("name~\"{like}\""))),
            format!("filter={}", encoded(&json!({"name": {"$like": like}}).to_string())),
            format!("filter[name][$like]={}", encoded(&like)),
            format!("search={}", encoded(&format!("name~\"{like}\""))),
        ] {
            assert_eq!(
                get(query.clone()).await.names(),
                [one.raw()],
                "{query}: a part, in any case"
            );
        }
        for query in [
            format!("filter={}", encoded(&format!("name:\"{}\"", two.raw()))),
            format!("filter={}", encoded(&json!({"name": two.raw()}).to_string())),
            format!("filter={}", encoded(&json!({"name": {"$eq": two.raw()}}).to_string())),
            format!("filter[name]={}", encoded(two.raw())),
        ] {
            assert_eq!(get(query.clone()).await.names(), [two.raw()], "{query}: exactly");
        }
        let both = json!({"$or": [{"name": one.raw()}, {"name": {"$in": [two.raw()]}}]}).to_string();
        let both = get(format!("sort=name&filter={}", encoded(&both))).await;
        assert_eq!(both.names(), [one.raw(), two.raw()]);
        let neither = format!("name~\"{}\" AND created_at<\"2020-01-01\"", platform.mark());
        let neither = get(format!("filter={}", encoded(&neither))).await;
        assert!(neither.rows().is_empty());
        // What the client sends to keep ghosts out.
        let alive = get("filter=deletion_stage:null&page_size=1000".to_owned()).await;
        assert!(alive.names().contains(&one.raw()));
    })
    .await;
}

#[tokio::test]
async fn a_filter_that_cannot_be_read_is_a_400_and_one_about_nothing_a_500() {
    on_every_platform(async |platform| {
        for malformed in ["name~", "name~\"open", "AND", "{\"name\":"] {
            let answer = platform
                .get(&format!("{WORKSPACES}?filter={}", encoded(malformed)))
                .await;
            assert_eq!(answer.status, 400, "{malformed}: {answer:?}");
            assert!(!answer.detail().is_empty(), "{malformed}");
        }
        for unknown in ["nothing:\"x\"", "{\"nothing\":\"x\"}"] {
            let answer = platform.get(&format!("{WORKSPACES}?filter={}", encoded(unknown))).await;
            assert_eq!(answer.said(), (500, "An unexpected error occurred."), "{unknown}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_the_platform_does_not_know_of_a_query_is_ignored() {
    on_every_platform(async |platform| {
        let name = platform.workspace("query").await;
        assert_eq!(ours(platform, "&colour=red").await.names(), [name.raw()]);
    })
    .await;
}

#[tokio::test]
async fn the_client_reads_a_list_to_its_proven_end() {
    on_every_platform(async |platform| {
        let mut names = seven(platform).await;
        names.reverse();
        // Others may work here meanwhile; what is proven complete holds ours in their order.
        let client = platform.admin();
        let (mut read, mut coverage) = (Vec::new(), Coverage::Partial);
        {
            let pages = client.workspaces();
            pin_mut!(pages);
            while let Some(page) = pages.next().await {
                let page = page.unwrap();
                read.extend(page.rows);
                coverage = page.coverage;
            }
        }
        let ours = read.iter().filter(|row| row.name.raw().starts_with(platform.mark()));
        assert_eq!(ours.map(|row| row.name.raw()).collect::<Vec<_>>(), names);
        assert_ne!(coverage, Coverage::Partial);

        let gone = nmp_console::domain::ids::WorkspaceName::from_platform(names[3].clone());
        delete(&client, &gone).await.unwrap();
        let left = listed(&client).await;
        assert!(left.iter().all(|row| row.name != gone));
    })
    .await;
}
