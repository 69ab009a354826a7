//! A row on its way to the wire.

use crate::sandbox::clock;
use crate::sandbox::kinds::{Kind, Source};
use rusqlite::{Connection, Row};
use serde_json::{Map, Value, json};

pub(super) const COLUMNS: &str = "id, workspace, name, project, data, created_at, updated_at";

/// A stored row of any kind.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) id: String,
    pub(super) workspace: String,
    pub(super) name: String,
    project: Option<String>,
    pub(super) data: Map<String, Value>,
    created_at: i64,
    updated_at: i64,
}

impl Stored {
    pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let data: String = row.get("data")?;
        Ok(Self {
            id: row.get("id")?,
            workspace: row.get("workspace")?,
            name: row.get("name")?,
            project: row.get("project")?,
            data: serde_json::from_str(&data).unwrap_or_default(),
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }

    /// Returns a text of its data.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.data.get(field).and_then(Value::as_str)
    }

    /// Returns the state of a job.
    pub(super) fn status(&self) -> &str {
        self.text("status").unwrap_or("created")
    }

    /// Returns how it is called from elsewhere.
    pub(super) fn reference(&self) -> String {
        format!("{}/{}", self.workspace, self.name)
    }

    /// Writes it down as its service does.
    pub(super) fn to_json(&self, kind: &Kind, db: &Connection) -> rusqlite::Result<Value> {
        let mut shown = Map::new();
        for (field, source) in kind.wire {
            let value = match source {
                Source::Id => self.id.as_str().into(),
                Source::Name => self.shown_name(kind).into(),
                Source::Workspace => self.workspace.as_str().into(),
                Source::Project => self.project.as_deref().into(),
                Source::CreatedAt => clock::naive(self.created_at).into(),
                Source::UpdatedAt => clock::naive(self.updated_at).into(),
                Source::Given(usual) | Source::Kept(usual) => {
                    let usual = serde_json::from_str(usual).unwrap_or_default();
                    completed(usual, self.data.get(*field))
                }
                Source::Forgotten => "".into(),
                Source::Storage => json!({
                    "read_chunk_size": 1_048_576,
                    "type": "local",
                    "path": format!("/data/files_storage/filesets/{}", self.reference()),
                    "write_buffer_size": 16_777_216,
                }),
                Source::Adapters => self.adapters(db)?.into(),
            };
            shown.insert((*field).to_owned(), value);
        }
        Ok(Value::Object(shown))
    }

    pub(super) fn shown_name(&self, kind: &Kind) -> &str {
        let base = self.text("base_name").filter(|_| kind.is_versioned);
        base.unwrap_or(&self.name)
    }

    fn adapters(&self, db: &Connection) -> rusqlite::Result<Vec<Value>> {
        let Some(adapter) = Kind::of("adapter") else {
            return Ok(Vec::new());
        };
        let select = format!(
            "SELECT {COLUMNS} FROM entity WHERE entity_type = 'adapter' AND json_extract(data, '$.model') = ?
             ORDER BY created_at, rowid"
        );
        let mut statement = db.prepare_cached(&select)?;
        let rows = statement.query_map([self.reference()], Self::from_row)?;
        rows.map(|row| row?.to_json(adapter, db)).collect()
    }
}

/// Puts what is given over what is usual; of an object, field by field.
fn completed(usual: Value, given: Option<&Value>) -> Value {
    let Some(given) = given.filter(|given| !given.is_null()) else {
        return usual;
    };
    let (Value::Object(mut usual), Some(given)) = (usual, given.as_object()) else {
        return given.clone();
    };
    for (field, value) in given {
        usual.insert(field.clone(), value.clone());
    }
    Value::Object(usual)
}

/// Leaves out what is null, however deep: so are lists.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(field, value)| (field, without_nulls(value)))
            .collect(),
        Value::Array(entries) => entries.into_iter().map(without_nulls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
