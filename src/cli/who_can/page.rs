//! The answer, as a table for a person and as JSON for a program.

use super::super::answers::{self, DoubtEntry, GivingEntry};
use super::Found;
use crate::audit::effective::answer::{EDITORS_DELETE, everybody_deletes};
use crate::audit::export::{Lines, write_columns, write_json};
use crate::audit::{Doubt, Evidence, Giving};
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::operation::Operation;
use crate::domain::text::{SafeText, counted, grouped};
use serde::ser::{SerializeSeq as _, SerializeStruct as _};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write as _};

const TITLES: [&str; 4] = ["WORKSPACE", "PRINCIPAL", "KIND", "THROUGH"];
/// How many names a line lists.
const MOST_NAMES: usize = 5;

pub(super) fn table(found: &Found, untold: &Untold, lines: Lines, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let operation = found.operation;
    if let Some(why) = found.all_may() {
        writeln!(out, "{why}")?;
    }
    let everywhere = everywhere(found);
    let rows = || {
        let admins = everywhere.iter().map(|giving| row("(all)", giving, operation));
        let here = found.places().flat_map(|place| {
            let name = place.workspace().shown();
            let given = place.given_here(operation);
            let given = given.map(|giving| row(name.as_str(), &giving, operation));
            let caller = found.caller.who_may(place.workspace());
            let caller = caller.map(|caller| row_of(name.as_str(), caller, "the platform says so itself".to_owned()));
            caller.into_iter().chain(given).collect::<Vec<_>>()
        });
        admins.chain(here)
    };
    if rows().next().is_none() && found.all_may().is_none() {
        let nobody_or_unknown = if untold.is_empty() {
            "nobody can"
        } else {
            "cannot tell who can"
        };
        writeln!(out, "{nobody_or_unknown} {}", operation.in_words())?;
    }
    write_columns(&mut out, Some(&TITLES.map(str::to_owned)), lines, rows)?;
    let notes = notes(found);
    if !notes.is_empty() {
        writeln!(out)?;
    }
    notes.iter().try_for_each(|note| writeln!(out, "note: {note}"))?;
    untold
        .0
        .iter()
        .try_for_each(|text| writeln!(out, "cannot tell: {text}"))?;
    out.flush()
}

fn row(workspace: &str, giving: &Giving, operation: Operation) -> Vec<String> {
    let role = giving.role.shown();
    let place = giving.held_in.shown();
    let through = match giving.principal.kind() {
        _ if giving.held_in.is_system() && operation != Operation::CreateWorkspace && workspace != "system" => {
            format!("{role} in '{place}'")
        }
        PrincipalKind::Group => format!("{role}; the platform does not tell who is in it"),
        PrincipalKind::Everyone => format!("{role}; everybody who can log in"),
        PrincipalKind::User | PrincipalKind::ServiceAccount => role.to_string(),
    };
    row_of(workspace, &giving.principal, through)
}

fn row_of(workspace: &str, principal: &Principal, through: String) -> Vec<String> {
    vec![
        workspace.to_owned(),
        principal.label().to_string(),
        principal.kind().label().to_owned(),
        through,
    ]
}

/// Returns the platform admins, who may everywhere; those of `system` itself stand among its members.
fn everywhere(found: &Found) -> Vec<Giving> {
    let elsewhere = found.places().find(|place| !place.workspace().is_system());
    let admins = elsewhere.iter().flat_map(Evidence::given_by_system);
    admins.collect()
}

fn notes(found: &Found) -> Vec<SafeText> {
    let mut notes = Vec::new();
    if found.operation == Operation::DeleteWorkspace {
        let by_everybody = found.places().filter_map(|place| {
            let mut given = place.given_here(found.operation);
            given.find_map(|giving| everybody_deletes(&giving))
        });
        notes.push(SafeText::new(EDITORS_DELETE));
        notes.extend(by_everybody.take(MOST_NAMES));
    }
    let refused: BTreeSet<SafeText> = found.caller.refused_in().map(WorkspaceName::shown).collect();
    if let Some(caller) = found.caller.principal.as_ref().filter(|_| !refused.is_empty()) {
        let (who, n, names) = (caller.label(), counted(refused.len(), "workspace"), few(&refused));
        notes.push(SafeText::new(&format!(
            "the platform refuses it to {who} in {n}: {names}"
        )));
    }
    notes
}

/// What could not be told, in a few lines however much it is.
pub(super) struct Untold(Vec<SafeText>);

impl Untold {
    pub(super) fn of(found: &Found) -> Self {
        let (mut unread, mut groups, mut rest) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for doubt in found.places().flat_map(|place| found.untold(&place)) {
            match &doubt {
                Doubt::Through(giving) => _ = groups.insert(giving.principal.label()),
                Doubt::NotRead(workspace) if !workspace.is_system() => _ = unread.insert(workspace.shown()),
                Doubt::NotRead(_) | Doubt::LeavesOut(_) | Doubt::Service | Doubt::Generation => {
                    let words = doubt.in_words();
                    if !rest.contains(&words) {
                        rest.push(words);
                    }
                }
            }
        }
        if !unread.is_empty() {
            let (n, names) = (counted(unread.len(), "workspace"), few(&unread));
            rest.push(SafeText::new(&format!("the members of {n} could not be read: {names}")));
        }
        if found.caller.n_not_asked > 0 {
            let n = grouped(found.caller.n_not_asked);
            rest.push(SafeText::new(&format!(
                "whether you can was not asked in {n} of them: name them with --workspace"
            )));
        }
        if !groups.is_empty() {
            let (n, names) = (counted(groups.len(), "group"), few(&groups));
            rest.push(SafeText::new(&format!(
                "the platform does not say who is in {n}: {names}"
            )));
        }
        if found.snapshot().is_some_and(|it| !it.coverage.has_read_all_lists()) {
            rest.push(SafeText::new("not everything was read"));
        }
        Self(rest)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Lists the first names, and says how many more there are.
fn few(names: &BTreeSet<SafeText>) -> String {
    let few: Vec<&str> = names.iter().take(MOST_NAMES).map(SafeText::as_str).collect();
    let more = match names.len() - few.len() {
        0 => String::new(),
        more => format!(" and {} more", grouped(more)),
    };
    format!("{}{more}", few.join(", "))
}

pub(super) fn json(found: &Found, untold: &Untold, mut out: &mut dyn io::Write) -> io::Result<()> {
    write_json(&File(found, untold), &mut out)
}

struct File<'a>(&'a Found, &'a Untold);

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(found, untold) = self;
        let mut file = serializer.serialize_struct("who-can", 11)?;
        file.serialize_field("schema", "nmp-console/who-can")?;
        file.serialize_field("schema_version", &answers::SCHEMA_VERSION)?;
        file.serialize_field("server", &found.server)?;
        file.serialize_field("server_version", &found.info.version.as_ref().map(SafeText::as_str))?;
        file.serialize_field("operation", found.operation.word())?;
        file.serialize_field("complete", &untold.is_empty())?;
        let cannot_tell: Vec<&str> = untold.0.iter().map(SafeText::as_str).collect();
        file.serialize_field("cannot_tell", &cannot_tell)?;
        file.serialize_field("everybody", &found.all_may().is_some())?;
        let admins: Vec<GivingEntry> = everywhere(found).iter().map(GivingEntry::of).collect();
        file.serialize_field("platform_admins", &admins)?;
        let notes = notes(found);
        let notes: Vec<&str> = notes.iter().map(SafeText::as_str).collect();
        file.serialize_field("notes", &notes)?;
        file.serialize_field("workspaces", &Places(found))?;
        file.end()
    }
}

/// One after the other, as there can be many.
struct Places<'a>(&'a Found);

impl Serialize for Places<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for place in self.0.places() {
            list.serialize_element(&Place::of(&place, self.0))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct Place {
    workspace: String,
    given: Vec<GivingEntry>,
    /// What the platform says of the caller, where their role cannot be read.
    caller: Option<CallerEntry>,
    doubts: Vec<DoubtEntry>,
}

#[derive(Serialize)]
struct CallerEntry {
    principal: String,
    /// Nothing where that cannot be told.
    may: Option<bool>,
}

impl Place {
    fn of(evidence: &Evidence<'_>, found: &Found) -> Self {
        Self {
            workspace: evidence.workspace().raw().to_owned(),
            given: evidence
                .given_here(found.operation)
                .map(|giving| GivingEntry::of(&giving))
                .collect(),
            caller: found
                .caller
                .answer(evidence.workspace())
                .map(|(caller, may)| CallerEntry {
                    principal: caller.raw().to_owned(),
                    may: may.known(),
                }),
            doubts: found.untold(evidence).iter().map(DoubtEntry::of).collect(),
        }
    }
}
