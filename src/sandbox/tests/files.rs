//! Files that an older version left behind.

use super::*;
use pretty_assertions::assert_eq;
use rstest::rstest;
use rusqlite::Connection;
use std::path::Path;

/// What version 1 made of a new file.
const VERSION_1: &str = include_str!("schema-1.sql");
const APPLICATION: i32 = 0x4E4D_5043;

/// What version 2 made of that.
const TO_VERSION_2: &str = include_str!("../../../assets/schema-from-1.sql");

fn made_by(version: i32, path: &Path) {
    let file = Connection::open(path).unwrap();
    file.execute_batch(VERSION_1).unwrap();
    if version == 2 {
        file.execute_batch(TO_VERSION_2).unwrap();
    }
    file.pragma_update(None, "application_id", APPLICATION).unwrap();
    file.pragma_update(None, "user_version", version).unwrap();
    file.execute_batch(
        "INSERT INTO workspace (name, id, description, created_at, created_by, updated_at, updated_by)
         VALUES ('old', 'workspace-1', 'kept', 1, 'al@x.com', 2, 'al@x.com');
         INSERT INTO entity (id, entity_type, workspace, name, data, created_at, updated_at)
         VALUES ('project-1', 'project', 'old', 'pa', '{\"description\":null}', 3, 3);",
    )
    .unwrap();
}

/// The columns of all tables, and the indexes, in no order.
fn layout(db: &Connection) -> Vec<String> {
    let mut statement = db
        .prepare(
            "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" FROM sqlite_schema AS t
             JOIN pragma_table_xinfo(t.name) AS c WHERE t.type = 'table'
             UNION ALL SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY 1",
        )
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[rstest]
#[tokio::test]
async fn a_file_of_an_older_version_becomes_one_of_today_and_keeps_what_it_holds(#[values(1, 2)] version: i32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    made_by(version, &path);
    let plant = |_: &rusqlite::Transaction<'_>| panic!("it is not new");
    let (store, closed) = Store::open(Some(path.clone()), plant).await.unwrap();
    let (fresh, _closed) = Store::open(None, |_| Ok(())).await.unwrap();
    let [migrated, fresh] = [&store, &fresh].map(|store| store.run(|db| Ok(layout(db))));
    assert_eq!(migrated.await.unwrap(), fresh.await.unwrap());
    let old = store.run(|db| {
        Ok(db.query_row(
            "SELECT description || ' ' || entity.name FROM workspace JOIN entity ON workspace = workspace.name
             WHERE deletion_stage IS NULL AND project IS NULL",
            [],
            |row| row.get::<_, String>(0),
        )?)
    });
    assert_eq!(old.await.unwrap(), "kept pa");
    drop(store);
    closed.await.unwrap();
    let file = Connection::open(&path).unwrap();
    let version: i32 = file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
}
