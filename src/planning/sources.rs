//! What a plan is made from: access files, an earlier plan, an earlier audit report, or a list of leavers.

mod leavers;

use super::{Error, wishes};
use crate::access::plan::{Draft, Drafted, LeftOut, Source};
use crate::access::{Mode, Shall, Wanted, Wish, Wishes};
use crate::api::BaseUrl;
use crate::audit::{Baseline, Reading, Snapshot};
use crate::domain::activity::MadeFrom;
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::Faces;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{SafeText, hex};
use crate::files;
use leavers::leavers;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What was read, and what it is called.
#[derive(Debug)]
pub struct Read {
    /// The file.
    pub source: Source,
    /// What it says.
    pub what: What,
}

impl Read {
    /// Returns the file that the plan was made from: of a plan that was made earlier, the one that stands in it.
    pub fn made_from(&self) -> Option<MadeFrom> {
        match &self.what {
            What::Draft(draft) => draft.made_from.clone(),
            What::Wishes(_) | What::Report(_) | What::Leavers(_) => Some(MadeFrom {
                name: self.source.name.clone(),
                sha256: self.source.sha256.clone(),
            }),
        }
    }
}

/// What a file says.
#[derive(Debug)]
pub enum What {
    /// Access files.
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
    pub fn workspaces(&self) -> Option<BTreeSet<&WorkspaceName>> {
        match self {
            Self::Wishes(wishes) => Some(wishes.workspaces.iter().map(|wish| &wish.workspace).collect()),
            Self::Draft(draft) => Some(draft.changes.iter().map(|(change, _)| change.workspace()).collect()),
            Self::Report(_) | Self::Leavers(_) => None,
        }
    }

    /// Returns the address of the platform that it is for, where it says that.
    pub fn server(&self) -> Option<&str> {
        match self {
            Self::Wishes(wishes) => wishes.server.as_deref(),
            Self::Draft(draft) => Some(&draft.server),
            Self::Report(baseline) => Some(&baseline.snapshot().origin.server),
            Self::Leavers(_) => None,
        }
    }

    /// Refuses what was written for another platform than the one at the address `present`.
    ///
    /// # Errors
    /// Names both.
    pub fn require_server(&self, present: &str) -> Result<(), Error> {
        let Some(written) = self.server() else {
            return Ok(());
        };
        // An address that is none is at least the same text.
        let plain = |text: &str| match BaseUrl::parse(text) {
            Ok(url) => url.as_str().to_owned(),
            Err(_) => text.to_owned(),
        };
        if plain(written) == plain(present) {
            return Ok(());
        }
        let (written, present) = (SafeText::new(written), SafeText::new(present));
        Err(Error::Guarded(format!("it is for {written}, and this is {present}")))
    }
}

/// Where a plan comes from, as it was asked for.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Wishes, or where that is allowed a plan.
    File,
    /// An audit report.
    Report,
    /// A list of leavers.
    Leavers,
}

/// Reads what a plan is made from. Blocks.
///
/// # Errors
/// Says what is wrong with it.
pub fn read(path: &Path, kind: Kind) -> Result<Read, Error> {
    let name = path.to_string_lossy().into_owned();
    let cannot = |why: &dyn std::fmt::Display| Error::Unusable(format!("cannot use {}: {why}", SafeText::new(&name)));
    let mut sum = Sha256::new();
    let what = match kind {
        Kind::File => {
            let texts = wishes::read(path)?;
            // Of a folder all files, in the order of their names.
            for (_, text) in &texts {
                sum.update(text);
            }
            match texts.as_slice() {
                [(_, text)] if Draft::is_meant(text) => {
                    What::Draft(Box::new(Draft::parse(text).map_err(|problem| cannot(&problem))?))
                }
                texts => What::Wishes(wishes::parsed(path, texts)?),
            }
        }
        Kind::Report => {
            let bytes = files::read(path, files::BASELINE).map_err(|error| cannot(&error))?;
            sum.update(&bytes);
            let report = Baseline::read(&bytes).map_err(|problem| cannot(&problem))?;
            What::Report(Box::new(report))
        }
        Kind::Leavers => {
            let text = text(path).map_err(|error| cannot(&error))?;
            sum.update(&text);
            What::Leavers(leavers(&text).map_err(|why| cannot(&why))?)
        }
    };
    Ok(Read {
        source: Source {
            name,
            sha256: hex(&sum.finalize()),
            is_access_file: matches!(what, What::Wishes(_)),
        },
        what,
    })
}

fn text(path: &Path) -> io::Result<String> {
    let text = String::from_utf8(files::read(path, files::POLICY)?);
    text.map_err(|error| io::Error::other(format!("it is not UTF-8: {error}")))
}

/// Returns wishes that give back what `report` tells, besides what is held `now`, where a workspace is called as `is_meant`
/// says; and what cannot be given back.
pub(super) fn given_back(
    report: &Snapshot,
    now: &Snapshot,
    is_meant: impl Fn(&WorkspaceName) -> bool,
) -> (Wishes, Vec<LeftOut>) {
    let mut workspaces = BTreeMap::new();
    let mut left_out: Vec<LeftOut> = Vec::new();
    let mut gone = BTreeSet::new();
    for grant in report.grants().filter(|grant| is_meant(&grant.workspace().name)) {
        let (name, principal) = (&grant.workspace().name, grant.principal());
        let Some(number) = now.workspace_no(name) else {
            if gone.insert(name) {
                left_out.push(LeftOut {
                    workspace: Some(name.clone()),
                    principal: None,
                    why: SafeText::new("there is no such workspace any more, or you cannot see it"),
                });
            }
            continue;
        };
        let held = now.principal_no(principal).and_then(|who| now.held(number, who));
        let is_held = |role: &Role| held.as_ref().is_some_and(|held| held.roles().holds(role));
        // What is held in a workspace that was not read is not known: nothing is planned there.
        let is_read = is_known(now, name);
        let generation = now.origin.generation;
        let (given, others): (Vec<&Role>, Vec<&Role>) = grant
            .roles()
            .iter()
            .partition(|role| !is_read || is_held(role) || role.may_be_given(generation, name));
        left_out.extend(others.into_iter().map(|role| {
            let meaning = role.meaning_in(name, generation);
            LeftOut {
                workspace: Some(name.clone()),
                principal: Some(principal.clone()),
                why: SafeText::new(&format!("{} is not given by a plan: {meaning}", role.shown())),
            }
        }));
        if !given.is_empty() {
            let wanted = Wanted {
                shall: Shall::HoldAlso(given.into_iter().cloned().collect()),
                ..absent(principal)
            };
            put(&mut workspaces, name, wanted);
        }
    }
    let wishes = Wishes {
        server: Some(report.origin.server.clone()),
        workspaces: workspaces.into_values().collect(),
    };
    (wishes, left_out)
}

/// Returns wishes that take from `leavers` everything they hold; and what of it cannot be told: who holds nothing, which may
/// be a slip of the list, and where somebody may hold something.
pub(super) fn without(
    leavers: &BTreeSet<Principal>,
    snapshot: &Snapshot,
    is_meant: impl Fn(&WorkspaceName) -> bool,
) -> (Wishes, Vec<LeftOut>) {
    let mut workspaces = BTreeMap::new();
    let mut left_out = Vec::new();
    let mut faces = Faces::default();
    for (_, principal) in snapshot.principals() {
        faces.add(principal);
    }
    for principal in leavers {
        let held = snapshot
            .principal_no(principal)
            .into_iter()
            .flat_map(|number| snapshot.grants_of(number));
        let mut held = held.peekable();
        let doubles = faces.doubles(principal).into_iter();
        let doubles = doubles.filter(|other| !leavers.contains(*other));
        let doubles: Vec<String> = doubles.map(|other| other.label().to_string()).collect();
        let differ = if doubles.len() == 1 { "differs" } else { "differ" };
        let alike = format!("{} {differ} only in case", doubles.join(", "));
        let why = match (held.peek().is_some(), doubles.is_empty()) {
            (true, true) => None,
            (true, false) => Some(format!(
                "{alike}; nothing is planned for a name that is not in the file"
            )),
            (false, false) => Some(format!("holds nothing; {alike}")),
            (false, true) => Some("holds nothing".to_owned()),
        };
        left_out.extend(why.map(|why| LeftOut {
            workspace: None,
            principal: Some(principal.clone()),
            why: SafeText::new(&why),
        }));
        for grant in held.filter(|grant| is_meant(&grant.workspace().name)) {
            put(&mut workspaces, &grant.workspace().name, absent(principal));
        }
    }
    left_out.extend(unread(snapshot, is_meant));
    let wishes = Wishes {
        server: None,
        workspaces: workspaces.into_values().collect(),
    };
    (wishes, left_out)
}

/// Returns where it cannot be told who holds something.
fn unread(snapshot: &Snapshot, is_meant: impl Fn(&WorkspaceName) -> bool) -> Vec<LeftOut> {
    let unread = snapshot
        .reported_workspaces()
        .filter(|(_, workspace)| workspace.reading != Reading::Read && is_meant(&workspace.name));
    let unread = unread.map(|(_, workspace)| {
        let why = "its members could not be read: what is held there cannot be told";
        (Some(workspace.name.clone()), why)
    });
    let is_whole = snapshot.coverage.workspaces.is_complete;
    let why = "not all workspaces could be listed: what is held in the others cannot be told";
    let unlisted = (!is_whole).then_some((None, why));
    let all = unread.chain(unlisted).map(|(workspace, why)| LeftOut {
        workspace,
        principal: None,
        why: SafeText::new(why),
    });
    all.collect()
}

/// Returns whether it is known who the members of a workspace are, or that there is no such workspace.
fn is_known(snapshot: &Snapshot, name: &WorkspaceName) -> bool {
    let number = snapshot.workspace_no(name);
    match number.and_then(|number| snapshot.workspace(number)) {
        Some(workspace) => workspace.reading == Reading::Read,
        None => snapshot.coverage.workspaces.is_complete && !snapshot.coverage.is_limited_to_caller,
    }
}

fn absent(principal: &Principal) -> Wanted {
    Wanted {
        principal: Arc::new(principal.clone()),
        shall: Shall::BeAbsent,
        said: None,
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
/// is neither as it was nor as it shall be is left out. Where it is not known what is there, a change stays as it is: it is
/// made only after its workspace has been read.
pub(super) fn still_to_do(draft: &Draft, snapshot: &Snapshot) -> Still {
    let mut still = Still::default();
    let is_missing = |name: &WorkspaceName| snapshot.workspace_no(name).is_none();
    let changes = draft.changes.iter().map(|(change, _)| change);
    let created: BTreeSet<&WorkspaceName> = changes
        .filter(|change| change.principal().is_none() && is_missing(change.workspace()))
        .map(Change::workspace)
        .collect();
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
        let is_created = created.contains(change.workspace());
        if is_created || !is_known(snapshot, change.workspace()) {
            if !is_created {
                still.unread.insert(change.workspace().clone());
            }
            still.changes.push((change.clone(), why.clone()));
            continue;
        }
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
pub struct Still {
    /// The changes that are still to be made.
    pub changes: Vec<Drafted>,
    /// How many are so already.
    pub n_already: usize,
    /// What is not as it was when the plan was made, with what is held now.
    pub stale: Vec<(Change, RoleSet)>,
    /// Of which workspaces the members could not be read.
    pub unread: BTreeSet<WorkspaceName>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::sample::{Sample, TAKEN, at, who, ws};
    use crate::domain::activity::Caller;
    use crate::domain::workspace::Workspace;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    /// Reads the sample as a platform admin who has read every list to its end.
    fn whole(sample: &Sample) -> Snapshot {
        let mut snapshot = sample.snapshot();
        snapshot.coverage.workspaces.is_complete = true;
        snapshot
    }

    fn unread(sample: Sample, name: &str) -> Sample {
        sample.known(Workspace::known_by_name(ws(name)), Reading::Denied)
    }

    fn told(left_out: &[LeftOut]) -> Vec<String> {
        left_out.iter().map(|left| left.in_words().to_string()).collect()
    }

    fn roles(text: &str) -> RoleSet {
        text.split_whitespace().map(Role::from_platform).collect()
    }

    #[test]
    fn leavers_who_hold_nothing_and_workspaces_that_were_not_read_are_named() {
        let sample = Sample::new().workspace("a").workspace("b");
        let sample = sample
            .holds("a", "alice@x.com", "Viewer")
            .holds("a", "eve@x.com", "Editor");
        let sample = unread(unread(sample, "c"), "other");
        let list = leavers("Alice@x.com\neve@x.com\nnobody@x.com\n").unwrap();
        let (wishes, left_out) = without(&list, &whole(&sample), |name| name.raw() != "other");
        assert_eq!(wishes.workspaces.len(), 1);
        assert_eq!(wishes.workspaces[0].members, [absent(&who("eve@x.com"))]);
        assert_eq!(
            told(&left_out),
            [
                "Alice@x.com: holds nothing; alice@x.com differs only in case",
                "nobody@x.com: holds nothing",
                "'c': its members could not be read: what is held there cannot be told",
            ]
        );
        let (_, left_out) = without(&list, &sample.snapshot(), |name| name.raw() == "a");
        let last = told(&left_out).pop().unwrap();
        assert!(last.starts_with("not all workspaces could be listed"), "{last}");
        // Held elsewhere than where they are taken away from, they are no slip.
        let (_, left_out) = without(&leavers("eve@x.com").unwrap(), &whole(&sample), |name| {
            name.raw() == "b"
        });
        assert_eq!(told(&left_out), [] as [&str; 0]);
    }

    #[test]
    fn what_can_be_given_back_is_and_the_rest_is_named() {
        let then = Sample::new().workspace("a").workspace("gone");
        let then = then
            .holds("a", "eve@x.com", "Admin,Boss")
            .holds("a", "bob@x.com", "Boss");
        let then = then
            .holds("gone", "eve@x.com", "Viewer")
            .holds("gone", "bob@x.com", "Viewer");
        let now = Sample::new().workspace("a");
        let (wishes, left_out) = given_back(&then.snapshot(), &whole(&now), |_| true);
        assert_eq!(wishes.workspaces.len(), 1);
        let eve = Wanted {
            shall: Shall::HoldAlso(roles("Admin")),
            ..absent(&who("eve@x.com"))
        };
        assert_eq!(wishes.workspaces[0].members, [eve]);
        let boss = "Boss is not given by a plan: a role this console does not know; kept as it is";
        assert_eq!(
            told(&left_out),
            [
                format!("'a' bob@x.com: {boss}"),
                format!("'a' eve@x.com: {boss}"),
                "'gone': there is no such workspace any more, or you cannot see it".to_owned(),
            ]
        );
    }

    #[rstest]
    #[case::denied(unread(Sample::new(), "a"), true, 1)]
    #[case::not_listed(Sample::new(), false, 1)]
    #[case::gone(Sample::new(), true, 0)]
    #[case::read(Sample::new().workspace("a"), true, 0)]
    fn a_removal_is_so_already_only_where_that_is_known(
        #[case] sample: Sample,
        #[case] is_listed: bool,
        #[case] n_unread: usize,
    ) {
        let removal = Change::Roles {
            workspace: ws("a"),
            principal: who("eve@x.com"),
            before: roles("Viewer"),
            after: RoleSet::default(),
        };
        let draft = Draft {
            server: String::new(),
            caller: Caller::default(),
            made_at: at(TAKEN),
            made_from: None,
            changes: vec![(removal, crate::access::plan::Why::default())],
            closed: Vec::new(),
        };
        let snapshot = if is_listed { whole(&sample) } else { sample.snapshot() };
        let still = still_to_do(&draft, &snapshot);
        assert_eq!((still.changes.len(), still.unread.len()), (n_unread, n_unread));
        assert_eq!(still.n_already, 1 - n_unread);
    }
}
