//! What the large organisation holds, planted small and counted whole.

use super::super::plant_large;
use super::*;
use crate::sandbox::store::Store;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::collections::BTreeMap;

const SMALL: Size = Size {
    n_workspaces: 240,
    n_grants: 4_800,
};
/// 2026-11-23.
const NOW: i64 = 1_795_392_000_000_000;

/// Runs a query on the small one that returns a text per row.
async fn rows(query: &'static str) -> Vec<String> {
    let planted = Store::open(None, |db| plant_large(db, SMALL, NOW)).await;
    let (store, _closed) = planted.unwrap();
    let rows = store.run(move |db| {
        let mut statement = db.prepare(query)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    });
    rows.await.unwrap()
}

#[test]
fn the_full_size_is_exact_and_everybody_is_a_member_once() {
    let (mut n_workspaces, mut n_grants) = (N_BUILT_IN, N_BUILT_IN_GRANTS);
    let mut names = BTreeSet::new();
    let mut n_of = BTreeMap::new();
    let mut auditor = BTreeMap::new();
    for workspace in FULL.workspaces() {
        n_workspaces += 1;
        n_grants += workspace.n_members;
        assert!(names.insert(workspace.name()));
        if let Some(role) = workspace.auditor() {
            *auditor.entry(role).or_insert(0) += 1;
        }
        // A tenth of them tells enough, and takes a tenth of the time.
        if workspace.is_one_in(10, 3) {
            let members = workspace.members(FULL.n_people());
            let principals: BTreeSet<_> = members.iter().map(|held| held.principal.clone()).collect();
            assert_eq!(
                (members.len(), principals.len()),
                (workspace.n_members, workspace.n_members)
            );
            for principal in principals {
                *n_of.entry(principal).or_insert(0) += 1;
            }
        }
    }
    assert_eq!((n_workspaces, n_grants), (10_000, 200_000));
    assert_eq!(auditor, BTreeMap::from([("Admin", 2_000), ("Viewer", 500)]));
    assert_eq!(FULL.n_people(), 5_000);
    let mut counts: Vec<i32> = n_of.into_values().collect();
    counts.sort_unstable();
    let (median, most) = (counts[counts.len() / 2], counts[counts.len() - 1]);
    assert!(median <= 4 && most >= 200, "median {median}, most {most} of 1,000");
}

#[tokio::test]
async fn the_numbers_are_what_was_asked_for() {
    let numbers = rows(
        "SELECT (SELECT count(*) FROM workspace) || ' ' || (SELECT count(*) FROM (
             SELECT DISTINCT principal, workspace FROM entity WHERE entity_type = 'role_binding' AND revoked_at IS NULL))",
    );
    assert_eq!(numbers.await, ["240 4800"]);
}

#[tokio::test]
async fn the_same_is_planted_every_time() {
    const ALL: &str = "SELECT id || name || data || created_at || updated_at FROM entity
        UNION ALL SELECT id || name || ifnull(description, '') || created_at || ifnull(created_by, '') || updated_at
        FROM workspace ORDER BY 1";
    let (one, two) = (rows(ALL).await, rows(ALL).await);
    assert!(one.len() > SMALL.n_grants);
    assert!(one == two);
}

#[rstest]
#[case::everything_is_past(
    "SELECT id FROM entity WHERE created_at > 1795392000000000
     OR coalesce(revoked_at, '') > '2026-11-23T00:00:00' OR json_extract(data, '$.granted_at') > '2026-11-23T00:00:00'",
    0..=0
)]
#[case::no_grant_is_older_than_its_workspace(
    "SELECT entity.id FROM entity JOIN workspace ON workspace.name = workspace WHERE entity.created_at < workspace.created_at",
    0..=0
)]
#[case::roles_revoked(
    "SELECT id FROM entity WHERE revoked_at IS NOT NULL", 100..=800
)]
#[case::two_roles(
    "SELECT principal FROM entity WHERE revoked_at IS NULL GROUP BY principal, workspace HAVING count(*) > 1", 50..=400
)]
#[case::everyone(
    "SELECT workspace FROM entity WHERE principal = '*' AND workspace NOT IN ('default', 'system')", 1..=5
)]
#[case::groups(
    "SELECT DISTINCT principal FROM entity WHERE principal LIKE '/teams/%' OR principal LIKE '%-readers'", 10..=40
)]
#[case::service_accounts(
    "SELECT principal FROM entity WHERE principal LIKE 'service-account:%'", 60..=90
)]
#[case::unknown_roles(
    "SELECT principal FROM entity WHERE role NOT IN ('Viewer', 'Editor', 'Admin') AND workspace <> 'system'", 3..=20
)]
#[case::look_alikes(
    "SELECT a.principal FROM entity AS a JOIN entity AS b ON a.workspace = b.workspace
     AND a.principal <> b.principal AND replace(a.principal, char(0x430), 'a') = b.principal", 1..=5
)]
#[case::the_same_but_for_the_case(
    "SELECT DISTINCT a.principal FROM entity AS a JOIN entity AS b ON a.workspace = b.workspace
     AND a.principal > b.principal AND lower(a.principal) = lower(b.principal)", 1..=5
)]
#[case::without_an_admin(
    "SELECT name FROM workspace WHERE name NOT IN ('default', 'system') AND name NOT IN (
         SELECT workspace FROM entity WHERE role = 'Admin' AND revoked_at IS NULL)", 2..=10
)]
#[case::with_one_admin(
    "SELECT workspace FROM entity WHERE role = 'Admin' AND revoked_at IS NULL GROUP BY workspace HAVING count(*) = 1",
    60..=90
)]
#[case::without_a_description(
    "SELECT name FROM workspace WHERE description IS NULL", 20..=30
)]
#[case::the_auditors(
    "SELECT workspace FROM entity WHERE principal = 'auditor@example.com' AND role = 'Admin'", 48..=48
)]
#[tokio::test]
async fn what_an_audit_looks_for_is_there(
    #[case] query: &'static str,
    #[case] expected: std::ops::RangeInclusive<usize>,
) {
    let found = rows(query).await;
    assert!(expected.contains(&found.len()), "{}: {found:?}", found.len());
}
