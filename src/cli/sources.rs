//! What a plan is made from: files of wishes, an earlier plan, an earlier audit report, or a list of leavers.

use super::{Failure, wishes};
use crate::access::plan::{Draft, Drafted, Source};
use crate::access::{Mode, Shall, Wanted, Wish, Wishes};
use crate::audit::{Baseline, Snapshot};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, hex};
use crate::files;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// What was read, and what it is called.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) source: Source,
    pub(super) what: What,
}

#[derive(Debug)]
pub(super) enum What {
    /// Files of wishes.
    Wishes(Wishes),
    /// A plan that was made earlier.
    Draft(Box<Draft>),
    /// An audit report: what was held then.
    Report(Box<Baseline>),
    /// Everybody who leaves.
    Leavers(BTreeSet<Principal>),
}

impl What {
    /// Returns the workspaces it is about; nothing where it is about all.
    pub(super) fn workspaces(&self) -> Option<BTreeSet<&WorkspaceName>> {
        match self {
            Self::Wishes(wishes) => Some(wishes.workspaces.iter().map(|wish| &wish.workspace).collect()),
            Self::Draft(draft) => Some(draft.changes.iter().map(|(change, _)| change.workspace()).collect()),
            Self::Report(_) | Self::Leavers(_) => None,
        }
    }

    /// Returns the address of the platform that it is for, where it says that.
    pub(super) fn server(&self) -> Option<&str> {
        match self {
            Self::Wishes(wishes) => wishes.server.as_deref(),
            Self::Draft(draft) => Some(&draft.server),
            Self::Report(baseline) => Some(&baseline.snapshot().origin.server),
            Self::Leavers(_) => None,
        }
    }
}

/// Where a plan comes from, as it was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Wishes, or where that is allowed a plan.
    File,
    /// An audit report.
    Report,
    /// A list of leavers.
    Leavers,
}

/// Reads what a plan is made from. Blocks.
pub(super) fn read(path: &Path, kind: Kind) -> Result<Read, Failure> {
    let name = path.to_string_lossy().into_owned();
    let cannot = |why: &dyn std::fmt::Display| Failure::Local(format!("cannot use {}: {why}", SafeText::new(&name)));
    let (bytes, what) = match kind {
        Kind::File => {
            let texts = wishes::read(path)?;
            // Of a folder all files, in the order of their names.
            let bytes = texts.iter().flat_map(|(_, text)| text.bytes()).collect();
            let what = match texts.as_slice() {
                [(_, text)] if Draft::is_meant(text) => {
                    What::Draft(Box::new(Draft::parse(text).map_err(|problem| cannot(&problem))?))
                }
                texts => What::Wishes(wishes::parsed(texts)?),
            };
            (bytes, what)
        }
        Kind::Report => {
            let bytes = files::read(path, files::BASELINE).map_err(|error| cannot(&error))?;
            let report = Baseline::read(&bytes).map_err(|problem| cannot(&problem))?;
            (bytes, What::Report(Box::new(report)))
        }
        Kind::Leavers => {
            let (bytes, text) = text(path).map_err(|error| cannot(&error))?;
            let leavers = leavers(&text).map_err(|why| cannot(&why))?;
            (bytes, What::Leavers(leavers))
        }
    };
    Ok(Read {
        source: Source {
            name,
            sha256: hex(&Sha256::digest(&bytes)),
        },
        what,
    })
}

fn text(path: &Path) -> io::Result<(Vec<u8>, String)> {
    let bytes = files::read(path, files::POLICY)?;
    let text = String::from_utf8(bytes.clone());
    let text = text.map_err(|error| io::Error::other(format!("it is not UTF-8: {error}")))?;
    Ok((bytes, text))
}

/// Reads who leaves: one principal a line, or a CSV with a column named `principal` or `email`.
fn leavers(text: &str) -> Result<BTreeSet<Principal>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let titles: Vec<String> = first
        .split([',', ';'])
        .map(|title| title.trim().trim_matches('"').to_lowercase())
        .collect();
    let column = titles
        .iter()
        .position(|title| ["principal", "email"].contains(&title.as_str()));
    let mut found = BTreeSet::new();
    let names: Vec<(usize, String)> = match column {
        Some(column) => {
            let delimiter = if first.contains(';') { b';' } else { b',' };
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .flexible(true)
                .from_reader(text.as_bytes());
            let rows = (2..).zip(reader.records()).map(|(line, row)| {
                let row = row.map_err(|error| error.to_string())?;
                Ok((line, row.get(column).unwrap_or_default().to_owned()))
            });
            rows.collect::<Result<_, String>>()?
        }
        None => (1..).zip(text.lines().map(str::to_owned)).collect(),
    };
    for (line, name) in names {
        let name = name.trim();
        if name.is_empty() || name.starts_with('#') {
            continue;
        }
        let principal = Principal::from_platform(name);
        if principal.is_everyone() {
            return Err(format!(
                "line {line}: everyone (*) does not leave; change that in the console or in a file of wishes"
            ));
        }
        if name.contains(char::is_whitespace) || name.contains([',', ';']) {
            let name = SafeText::with_limit(name, 60);
            return Err(format!(
                "line {line}: '{name}' is not one principal: write one a line, or a CSV with a column named principal or email"
            ));
        }
        found.insert(principal);
    }
    if found.is_empty() {
        return Err("it names nobody".to_owned());
    }
    Ok(found)
}

/// Returns wishes that give back what `report` tells, besides what is held now, where a workspace is called as `is_meant`
/// says.
pub(super) fn given_back(report: &Snapshot, is_meant: impl Fn(&WorkspaceName) -> bool) -> Wishes {
    let mut workspaces = BTreeMap::new();
    for grant in report.grants().filter(|grant| is_meant(&grant.workspace().name)) {
        let wanted = Wanted {
            shall: Shall::HoldAlso(grant.roles().clone()),
            ..absent(grant.principal())
        };
        put(&mut workspaces, &grant.workspace().name, wanted);
    }
    Wishes {
        server: Some(report.origin.server.clone()),
        workspaces: workspaces.into_values().collect(),
    }
}

/// Returns wishes that take from `leavers` everything they hold.
pub(super) fn without(
    leavers: &BTreeSet<Principal>,
    snapshot: &Snapshot,
    is_meant: impl Fn(&WorkspaceName) -> bool,
) -> Wishes {
    let mut workspaces = BTreeMap::new();
    for principal in leavers {
        let held = snapshot
            .principal_no(principal)
            .into_iter()
            .flat_map(|number| snapshot.grants_of(number));
        for grant in held.filter(|grant| is_meant(&grant.workspace().name)) {
            put(&mut workspaces, &grant.workspace().name, absent(principal));
        }
    }
    Wishes {
        server: None,
        workspaces: workspaces.into_values().collect(),
    }
}

fn absent(principal: &Principal) -> Wanted {
    Wanted {
        principal: principal.clone(),
        shall: Shall::BeAbsent,
        until: None,
        reason: None,
        ticket: None,
        place: None,
    }
}

fn put(workspaces: &mut BTreeMap<WorkspaceName, Wish>, name: &WorkspaceName, wanted: Wanted) {
    let wish = workspaces.entry(name.clone()).or_insert_with(|| Wish {
        workspace: name.clone(),
        mode: Mode::Additive,
        owner: None,
        create: None,
        members: Vec::new(),
        place: None,
    });
    wish.members.push(wanted);
}

/// Returns the changes of a plan that are still to be made, given what is there now: what is so already is none, and what
/// is neither as it was nor as it shall be is left out.
pub(super) fn still_to_do(draft: &Draft, snapshot: &Snapshot) -> Still {
    let mut still = Still::default();
    for (change, why) in &draft.changes {
        let (before, after) = change.roles();
        let number = snapshot.workspace_no(change.workspace());
        let Some(principal) = change.principal() else {
            match number {
                None => still.changes.push((change.clone(), why.clone())),
                Some(_) => still.n_already += 1,
            }
            continue;
        };
        let held = snapshot.principal_no(principal).zip(number);
        let held = held.and_then(|(principal, workspace)| snapshot.held(workspace, principal));
        let held = held.map(|grant| grant.roles().clone()).unwrap_or_default();
        if held == before {
            still.changes.push((change.clone(), why.clone()));
        } else if held == after {
            still.n_already += 1;
        } else {
            still.stale.push((change.clone(), held));
        }
    }
    still
}

/// What is left of a plan.
#[derive(Debug, Default)]
pub(super) struct Still {
    pub(super) changes: Vec<Drafted>,
    pub(super) n_already: usize,
    /// What is not as it was when the plan was made, with what is held now.
    pub(super) stale: Vec<(Change, RoleSet)>,
}
