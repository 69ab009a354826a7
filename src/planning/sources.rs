//! What a plan is made from: access files, an earlier plan, an earlier audit report, or a list of leavers.

use super::{Error, wishes};
use crate::access::plan::{Draft, Drafted, LeftOut, Source};
use crate::access::{Mode, Shall, Wanted, Wish, Wishes};
use crate::api::BaseUrl;
use crate::audit::{Baseline, Reading, Snapshot};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::Faces;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{SafeText, hex};
use crate::files;
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

/// Reads who leaves: one principal a line, or a CSV with a column named `principal` or `email`.
fn leavers(text: &str) -> Result<BTreeSet<Principal>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let names = if let Some(header) = Header::of(text)? {
        header.column(text)?
    } else {
        let lines = (1..).zip(text.lines().map(|line| line.trim().to_owned()));
        lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .collect()
    };
    let mut found = BTreeSet::new();
    for (line, name) in names {
        let principal = Principal::from_platform(&name);
        if principal.is_everyone() {
            return Err(format!(
                "line {line}: everyone (*) does not leave; change that in the console or in an access file"
            ));
        }
        if name.contains(char::is_whitespace) || name.contains([',', ';']) {
            let name = SafeText::with_limit(&name, 60);
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

/// What a CSV of leavers is like: how its fields are separated, and which of how many columns says who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    delimiter: u8,
    column: usize,
    n_columns: usize,
}

impl Header {
    /// Reads the first line; nothing where it is none of a CSV with such a column.
    fn of(text: &str) -> Result<Option<Self>, String> {
        for delimiter in [b',', b';'] {
            let mut reader = rows_of(text, delimiter);
            let titles = reader.headers().map_err(|error| error.to_string())?;
            let titles: Vec<String> = titles.iter().map(|title| title.trim().to_lowercase()).collect();
            let is_comment = titles.first().is_some_and(|title| title.starts_with('#'));
            let names_them = |title: &String| ["principal", "email"].contains(&title.as_str());
            let mut columns = titles.iter().enumerate().filter(|(_, title)| names_them(title));
            match (columns.next().filter(|_| !is_comment), columns.next()) {
                (None, _) => {}
                (Some((_, one)), Some((_, other))) => {
                    return Err(format!(
                        "it has a column '{one}' and a column '{other}': keep the one that says who leaves"
                    ));
                }
                (Some((column, _)), None) => {
                    return Ok(Some(Self {
                        delimiter,
                        column,
                        n_columns: titles.len(),
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Returns what stands in the column, each with its line.
    fn column(self, text: &str) -> Result<Vec<(u64, String)>, String> {
        let mut found = Vec::new();
        for row in rows_of(text, self.delimiter).records() {
            let row = row.map_err(|error| error.to_string())?;
            let line = row.position().map_or(0, csv::Position::line);
            let is_comment = row.len() == 1 && row.iter().any(|cell| cell.trim().starts_with('#'));
            if is_comment || row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            // In a row that is too long, each field may stand under the title of another.
            if row.iter().skip(self.n_columns).any(|cell| !cell.trim().is_empty()) {
                return Err(format!(
                    "line {line}: it has more fields than there are columns: put what contains the delimiter into quotes"
                ));
            }
            let name = row.get(self.column).unwrap_or_default().trim();
            if name.is_empty() {
                let column = self.column + 1;
                return Err(format!("line {line}: nobody is named in column {column}"));
            }
            found.push((line, name.to_owned()));
        }
        Ok(found)
    }
}

fn rows_of(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true);
    builder.from_reader(text.as_bytes())
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

    #[rstest]
    #[case::quoted_title("\"Last, First\",email,manager\nEve,eve@x.com,boss@x.com\n", &["eve@x.com"])]
    #[case::quoted_name("name,email\n\"Eve, the first\",eve@x.com\n", &["eve@x.com"])]
    #[case::other_delimiter_in_a_title("name,email,note;x\nEve,eve@x.com,a\n", &["eve@x.com"])]
    #[case::semicolons("\u{feff}Name;E-Mail;Principal\r\nEve;e@y.com;eve@x.com\r\n;;\r\n", &["eve@x.com"])]
    #[case::one_column("email\n# of this week\neve@x.com\n\nbob@x.com\n", &["bob@x.com", "eve@x.com"])]
    #[case::no_columns("# email, by name\n eve@x.com \n\nbob@x.com", &["bob@x.com", "eve@x.com"])]
    fn who_leaves_is_read_from_the_column_that_says_so(#[case] text: &str, #[case] expected: &[&str]) {
        let found = leavers(text).unwrap();
        let found: Vec<&str> = found.iter().map(Principal::raw).collect();
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case::two_columns("principal,email\na,b\n", "it has a column 'principal' and a column 'email'")]
    #[case::twice("email,email\na,b\n", "it has a column 'email' and a column 'email'")]
    #[case::short("name,email\nEve,eve@x.com\nBob\n", "line 3: nobody is named in column 2")]
    #[case::empty("name,email\nBob,\n", "line 2: nobody is named in column 2")]
    #[case::unquoted(
        "name,email,manager\nEve, the first,eve@x.com,boss@x.com\n",
        "line 2: it has more fields"
    )]
    #[case::everyone("*\n", "line 1: everyone (*) does not leave")]
    #[case::several("eve@x.com; bob@x.com\n", "line 1: 'eve@x.com; bob@x.com' is not one principal")]
    #[case::nobody("email\n", "it names nobody")]
    fn a_list_of_leavers_that_can_be_misread_is_refused(#[case] text: &str, #[case] words: &str) {
        let refused = leavers(text).unwrap_err();
        assert!(refused.starts_with(words), "{refused}");
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
            changes: vec![(removal, crate::access::plan::Why::default())],
            closed: Vec::new(),
        };
        let snapshot = if is_listed { whole(&sample) } else { sample.snapshot() };
        let still = still_to_do(&draft, &snapshot);
        assert_eq!((still.changes.len(), still.unread.len()), (n_unread, n_unread));
        assert_eq!(still.n_already, 1 - n_unread);
    }
}
