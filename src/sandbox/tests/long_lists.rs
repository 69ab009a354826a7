//! Lists of several pages, which are not walked from their beginning for each of them.

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;

const ROWS: &str = "/apis/entities/v2/workspaces/-/entities/role_binding";
const ACTIVE: &str = "&filter=%7B%22data.revoked_at%22%3Anull%7D";

/// A sandbox with 40 more bindings, of which every fifth is revoked and four at a time were made at once.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let insert = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
        INSERT INTO entity (id, entity_type, workspace, name, data, created_at, updated_at)
        SELECT 'id-' || i, 'role_binding', 'default', 'rb-' || i, json_object('principal', 'p' || i, 'role', 'Viewer',
            'revoked_at', CASE WHEN i % 5 = 0 THEN '2026-01-01' END), (i * 7 % 10) * 1000, i * 3 % 11
        FROM n";
    bench.store.run(move |db| Ok(db.execute(insert, [])?)).await.unwrap();
    bench
}

/// Reads pages of `size` rows; returns the names on them, and how many rows each says there are.
async fn read(bench: &Bench, list: &str, size: usize, pages: &[usize]) -> (Vec<String>, Vec<u64>) {
    let (mut names, mut totals) = (Vec::new(), Vec::new());
    for page in pages {
        let got = bench.get(&format!("{list}&page_size={size}&page={page}"), ADMIN).await;
        names.extend(got.names().into_iter().map(str::to_owned));
        totals.push(got.body["pagination"]["total_results"].as_u64().unwrap());
    }
    (names, totals)
}

#[rstest]
#[tokio::test]
async fn pages_in_any_order_make_the_whole_list(
    #[values(
        "created_at",
        "-created_at",
        "updated_at",
        "-updated_at",
        "name",
        "id",
        "-id",
        "-data.revoked_at"
    )]
    sort: &str,
    #[values("", ACTIVE)] filter: &str,
) {
    let list = format!("{ROWS}?sort={sort}{filter}");
    let (whole, totals) = read(&bench().await, &list, 1000, &[1]).await;
    let n = whole.len();
    assert_eq!(
        (n, totals),
        if filter.is_empty() {
            (44, vec![44])
        } else {
            (36, vec![36])
        }
    );
    let bench = bench().await;
    let (walked, totals) = read(&bench, &list, 7, &[1, 2, 3, 4, 5, 6, 7, 8]).await;
    assert_eq!((&walked, totals), (&whole, vec![n as u64; 8]));
    for pages in [[4, 2, 3], [2, 4, 4]] {
        let expected: Vec<_> = pages.iter().flat_map(|page| &whole[(page - 1) * 7..page * 7]).collect();
        let (jumped, _) = read(&bench, &list, 7, &pages).await;
        assert_eq!(jumped.iter().collect::<Vec<_>>(), expected);
    }
    // Other pages of the same list are no less right.
    let (walked, _) = read(&bench, &list, 5, &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
    assert_eq!(walked, whole);
}

#[tokio::test]
async fn a_change_between_two_pages_is_seen() {
    let bench = bench().await;
    let list = format!("{ROWS}?sort=-created_at{ACTIVE}");
    let (before, totals) = read(&bench, &list, 7, &[1, 2]).await;
    assert_eq!(totals, [36, 36]);
    let gone = format!(
        "/apis/entities/v2/workspaces/default/entities/role_binding/{}",
        before[6]
    );
    assert_eq!(bench.delete(&gone, ADMIN).await.status, StatusCode::OK);
    let (after, totals) = read(&bench, &list, 7, &[2]).await;
    assert_eq!(totals, [35]);
    assert_eq!(after[..6], before[8..]);
}

#[tokio::test]
async fn each_caller_has_a_list_of_its_own() {
    let bench = Bench::with_workspace().await;
    let list = format!("{WORKSPACES}?page_size=1&page=1");
    let totals = [AL, BOB, ADMIN, AL].map(|caller| bench.get(&list, caller));
    let mut seen = Vec::new();
    for got in totals {
        seen.push(got.await.body["pagination"]["total_results"].clone());
    }
    assert_eq!(seen, [3, 2, 3, 3]);
}

/// Returns how the database finds the rows that this selects.
async fn plan(bench: &Bench, select: &'static str) -> String {
    let plan = bench.store.run(move |db| {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {select}"))?;
        let rows = statement.query_map([], |row| row.get::<_, String>("detail"))?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.join("; "))
    });
    plan.await.unwrap()
}

#[rstest]
#[case(
    "SELECT data FROM entity WHERE entity_type = 'role_binding' AND (json_extract(data, '$.revoked_at') IS NULL)
     ORDER BY created_at DESC, rowid DESC",
    "SEARCH entity USING INDEX active_binding_by_age (entity_type=?)"
)]
#[case(
    "SELECT data FROM entity WHERE entity_type = 'role_binding' AND (json_extract(data, '$.revoked_at') IS NULL)
     AND (created_at, rowid) < (1, 2) ORDER BY created_at DESC, rowid DESC",
    "SEARCH entity USING INDEX active_binding_by_age (entity_type=? AND created_at<?)"
)]
#[case(
    "SELECT data FROM entity WHERE entity_type = 'role_binding' ORDER BY created_at, rowid",
    "SEARCH entity USING INDEX entity_by_age (entity_type=?)"
)]
#[case(
    "SELECT data FROM entity WHERE workspace = 'a' AND entity_type = 'role_binding' AND revoked_at IS NULL
     ORDER BY created_at DESC, row_number DESC",
    "SEARCH entity USING INDEX entity_by_workspace (workspace=? AND entity_type=?)"
)]
#[case(
    "SELECT data FROM entity WHERE entity_type = 'role_binding' AND (json_extract(data, '$.revoked_at') IS NULL)
     AND (id, rowid) > ('a', 1) ORDER BY id, rowid",
    "SEARCH entity USING INDEX entity_by_id (entity_type=? AND id>?)"
)]
#[case(
    "SELECT data FROM entity WHERE entity_type = 'role_binding' AND (json_extract(data, '$.principal') = 'al')
     ORDER BY created_at, rowid",
    "SEARCH entity USING INDEX binding_by_principal (<expr>=?)"
)]
#[case(
    "SELECT * FROM workspace WHERE deletion_stage IS NULL AND (deletion_stage IS NULL) ORDER BY created_at, rowid",
    "SCAN workspace USING INDEX workspace_by_age"
)]
#[tokio::test]
async fn an_index_is_walked_in_the_order_that_is_wanted(#[case] select: &'static str, #[case] expected: &str) {
    assert_eq!(plan(&Bench::new().await, select).await, expected);
}
