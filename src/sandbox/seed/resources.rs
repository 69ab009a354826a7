//! What the workspaces of the sample organisation have: models, filesets, jobs and the like.

use super::{Error, Made, Sample, insert_entity};
use crate::sandbox::clock;
use crate::sandbox::kinds::{Kind, Making};
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One thing, or many alike, in the notation of the sample file.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Entry {
    /// Only its name matters.
    Named(String),
    /// So many, numbered from 0.
    Numbered { prefix: String, n: u32 },
    /// One with fields of its own, as on the wire.
    Told {
        name: String,
        project: Option<String>,
        #[serde(flatten)]
        data: Map<String, Value>,
    },
}

/// A kind that no table knows, or that has no place in it.
fn unknown(plural: &str) -> Error {
    Error::Seed(serde::de::Error::custom(format!("no kind is called {plural}")))
}

impl Sample {
    /// Plants everything the workspace has, made between `at` and `now`.
    pub(super) fn plant_resources(&self, db: &Connection, at: i64, now: i64) -> Result<(), Error> {
        for (plural, entries) in &self.resources {
            let kind = Kind::plural(plural).ok_or_else(|| unknown(plural))?;
            for entry in entries {
                match entry {
                    Entry::Named(name) => self.plant_one(db, kind, name, None, &Map::new(), (at, now))?,
                    Entry::Numbered { prefix, n } => {
                        for i in 0..*n {
                            let name = format!("{prefix}-{i:03}");
                            self.plant_one(db, kind, &name, None, &Map::new(), (at, now))?;
                        }
                    }
                    Entry::Told { name, project, data } => {
                        self.plant_one(db, kind, name, project.as_deref(), data, (at, now))?;
                    }
                }
            }
        }
        Ok(())
    }

    fn plant_one(
        &self,
        db: &Connection,
        kind: &Kind,
        name: &str,
        project: Option<&str>,
        told: &Map<String, Value>,
        (from, to): (i64, i64),
    ) -> Result<(), Error> {
        let at = from + self.chance(&format!("{} {name}", kind.plural), to - from);
        let by = Some(self.by.as_str());
        let mut data = told.clone();
        let mut row_name = name.to_owned();
        if kind.is_versioned {
            row_name = format!("{name}-v1");
            data.insert("base_name".to_owned(), name.into());
            data.insert("entity_version".to_owned(), 1.into());
        }
        if kind.making == Making::Job {
            let attempt = clock::stable_id("platform_job_attempt", &format!("{}:{name}", self.name));
            let fileset = format!("job-fileset-{name}");
            data.insert("attempt_id".to_owned(), attempt.into());
            data.insert("fileset".to_owned(), fileset.as_str().into());
            insert_entity(
                db,
                "fileset",
                &self.name,
                None,
                &fileset,
                &Map::new().into(),
                Made { at, by },
            )?;
        }
        let data = Value::Object(data);
        insert_entity(
            db,
            kind.entity_type,
            &self.name,
            project,
            &row_name,
            &data,
            Made { at, by },
        )
    }
}
