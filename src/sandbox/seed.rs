//! What a new database holds: the platform's own two workspaces, and the sample organisation or the large one if it
//! is wanted.

mod large;
mod resources;

use super::access::TOP_ROLES;
use super::rules::bindings::row_name;
use super::{Error, PLATFORM_ADMIN, Seed, clock};
use resources::Entry;
use rusqlite::{Connection, named_params};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

const DEMO: &str = include_str!("../../assets/seeds/demo.json");
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Fills a new database. Everything in it happened before `now`.
pub(super) fn plant(db: &Connection, seed: Seed, now: i64) -> Result<(), Error> {
    match seed {
        Seed::Empty => plant_built_in(db, now),
        Seed::Demo => {
            let demo: Organisation = serde_json::from_str(DEMO)?;
            plant_built_in(db, now - demo.age_in_days * MICROS_PER_DAY)?;
            demo.plant(db, now)
        }
        Seed::Large => plant_large(db, large::FULL, now),
    }
}

fn plant_large(db: &Connection, size: large::Size, now: i64) -> Result<(), Error> {
    plant_built_in(db, now - large::AGE_IN_DAYS * MICROS_PER_DAY)?;
    large::plant(db, size, now)
}

fn plant_built_in(db: &Connection, now: i64) -> Result<(), Error> {
    let workspaces = [
        ("default", "General-purpose workspace (all users have write access)"),
        ("system", "Platform-provided resources (read-only for users)"),
    ];
    for (name, description) in workspaces {
        let made = Made { at: now, by: None };
        insert_workspace(db, name, Some(description), made)?;
    }
    let admin = format!("{}-system-helixadmin", PLATFORM_ADMIN.replace(['@', '.'], "-"));
    let bindings = [
        ("system", PLATFORM_ADMIN, TOP_ROLES[0], admin.as_str()),
        ("default", "*", "Editor", "wildcard-default-editor"),
        ("system", "*", "Viewer", "wildcard-system-viewer"),
        ("system", "*", "WorkspaceCreator", "wildcard-system-workspacecreator"),
    ];
    for (later, (workspace, principal, role, name)) in (1..).zip(bindings) {
        let at = now + later;
        let data = json!({
            "principal": principal,
            "role": role,
            "granted_by": "system",
            "granted_at": clock::zulu(at),
            "revoked_at": null,
        });
        let by = Some("service:platform-seed");
        insert_entity(db, "role_binding", workspace, None, name, &data, Made { at, by })?;
    }
    Ok(())
}

/// When something was made, and by whom.
#[derive(Debug, Clone, Copy)]
struct Made<'a> {
    at: i64,
    by: Option<&'a str>,
}

fn insert_workspace(db: &Connection, name: &str, description: Option<&str>, made: Made<'_>) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "INSERT INTO workspace (id, name, description, created_at, created_by, updated_at, updated_by)
         VALUES (:id, :name, :description, :at, :by, :at, :by)",
    )?;
    statement.execute(named_params! {
        ":id": clock::stable_id("workspace", name),
        ":name": name,
        ":description": description,
        ":at": made.at,
        ":by": made.by,
    })?;
    Ok(())
}

/// Somebody found better words for it later.
fn describe(db: &Connection, name: &str, at: i64, by: &str) -> Result<(), Error> {
    let mut statement = db.prepare_cached("UPDATE workspace SET updated_at = ?, updated_by = ? WHERE name = ?")?;
    statement.execute((at, by, name))?;
    Ok(())
}

fn insert_entity(
    db: &Connection,
    kind: &str,
    workspace: &str,
    project: Option<&str>,
    name: &str,
    data: &Value,
    made: Made<'_>,
) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "INSERT INTO entity (id, entity_type, workspace, project, name, data, created_at, created_by, updated_at, updated_by)
         VALUES (:id, :kind, :workspace, :project, :name, :data, :at, :by, :at, :by)
         ON CONFLICT (workspace, entity_type, name) DO NOTHING",
    )?;
    statement.execute(named_params! {
        ":id": clock::stable_id(kind, &format!("{workspace}:{name}")),
        ":kind": kind,
        ":workspace": workspace,
        ":project": project,
        ":name": name,
        ":data": data.to_string(),
        ":at": made.at,
        ":by": made.by,
    })?;
    Ok(())
}

/// Plants a principal's role in a workspace, or what is left of it.
fn bind(
    db: &Connection,
    workspace: &str,
    (principal, role): (&str, &str),
    granted: Made<'_>,
    revoked_at: Option<i64>,
) -> Result<(), Error> {
    let data = json!({
        "principal": principal,
        "workspace": workspace,
        "role": role,
        "granted_by": granted.by,
        "granted_at": clock::with_offset(granted.at),
        "revoked_at": revoked_at.map(clock::with_offset),
    });
    let name = row_name(principal, workspace, role);
    let made = Made {
        at: granted.at,
        by: None,
    };
    insert_entity(db, "role_binding", workspace, None, &name, &data, made)
}

/// The sample organisation, as `assets/seeds/demo.json` writes it down.
#[derive(Debug, Deserialize)]
struct Organisation {
    /// How long the platform has been in use.
    age_in_days: i64,
    /// Who is in which team; `team:NAME` stands for all of them among the members of a workspace.
    teams: BTreeMap<String, Vec<String>>,
    workspaces: Vec<Sample>,
}

#[derive(Debug, Deserialize)]
struct Sample {
    name: String,
    description: Option<String>,
    age_in_days: i64,
    /// Who made it.
    by: String,
    /// Principals and teams by role.
    members: BTreeMap<String, Vec<String>>,
    /// Those who had a role once.
    #[serde(default)]
    former: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    projects: Vec<String>,
    /// Everything else it has, by kind as in the paths.
    #[serde(default)]
    resources: BTreeMap<String, Vec<Entry>>,
}

impl Organisation {
    fn plant(&self, db: &Connection, now: i64) -> Result<(), Error> {
        for sample in &self.workspaces {
            sample.plant(db, &self.teams, now)?;
        }
        Ok(())
    }
}

impl Sample {
    fn plant(&self, db: &Connection, teams: &BTreeMap<String, Vec<String>>, now: i64) -> Result<(), Error> {
        // Nobody works at midnight: each was made at its own time of the day.
        let at = now - self.age_in_days * MICROS_PER_DAY - self.chance("made", MICROS_PER_DAY / 3);
        let made = Made { at, by: Some(&self.by) };
        insert_workspace(db, &self.name, self.description.as_deref(), made)?;
        let admins: Vec<&str> = expand(self.members.get("Admin"), teams).collect();
        if self.description.is_some() {
            let described_at = at + self.chance("described", now - at);
            describe(db, &self.name, described_at, self.granter("described", &admins))?;
        }
        for (role, principals) in &self.members {
            for principal in expand(Some(principals), teams) {
                let is_first = principal == self.by && role == "Admin";
                let granted_at = if is_first {
                    at
                } else {
                    at + self.chance(&format!("{principal}:{role}"), now - at)
                };
                let granted_by = if is_first {
                    self.by.as_str()
                } else {
                    self.granter(principal, &admins)
                };
                let granted = Made {
                    at: granted_at,
                    by: Some(granted_by),
                };
                bind(db, &self.name, (principal, role), granted, None)?;
            }
        }
        for (role, principals) in &self.former {
            for principal in expand(Some(principals), teams) {
                let granted_at = at + self.chance(principal, (now - at) / 2);
                let revoked_at = granted_at + self.chance(&format!("{principal} leaves"), now - granted_at);
                let made = Made {
                    at: granted_at,
                    by: Some(self.granter(principal, &admins)),
                };
                bind(db, &self.name, (principal, role), made, Some(revoked_at))?;
            }
        }
        for project in &self.projects {
            let made = Made {
                at: at + self.chance(project, now - at),
                by: None,
            };
            let data = json!({"description": null});
            insert_entity(db, "project", &self.name, None, project, &data, made)?;
        }
        self.plant_resources(db, at, now)
    }

    /// Returns who of the Admins brought somebody in: not that one, where there are others.
    fn granter<'a>(&'a self, principal: &str, admins: &[&'a str]) -> &'a str {
        let people = admins.iter().copied();
        let people: Vec<&str> = people
            .filter(|admin| admin.contains('@') && *admin != principal)
            .collect();
        let n = i64::try_from(people.len()).unwrap_or(1).max(1);
        let choice = usize::try_from(self.chance(&format!("{principal} is granted by"), n)).unwrap_or(0);
        people.get(choice).copied().unwrap_or(&self.by)
    }

    /// Returns a number from 0 up to but without `below`, always the same for the same workspace and `what`.
    fn chance(&self, what: &str, below: i64) -> i64 {
        let digest = Sha256::digest(format!("{}:{what}", self.name));
        let number = digest
            .iter()
            .take(7)
            .fold(0_i64, |number, byte| (number << 8) | i64::from(*byte));
        number % below.max(1)
    }
}

/// Returns the principals, with everybody of a team in its place.
fn expand<'a>(
    principals: Option<&'a Vec<String>>,
    teams: &'a BTreeMap<String, Vec<String>>,
) -> impl Iterator<Item = &'a str> {
    principals.into_iter().flatten().flat_map(move |principal| {
        let team = principal.strip_prefix("team:").and_then(|team| teams.get(team));
        match team {
            Some(people) => people.as_slice(),
            None => std::slice::from_ref(principal),
        }
        .iter()
        .map(String::as_str)
    })
}
