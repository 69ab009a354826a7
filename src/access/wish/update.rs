//! An access file brought up to what there is now, with nothing else in it changed.
//!
//! What differs is found by comparing the wishes with the members ([`Mending`]); then the text is mended where it stands, so
//! that comments, order, line ends and everything else stay byte for byte. What came out is read again and compared with what
//! was meant: a text that cannot be mended so is refused, and never written half.

mod patch;
#[cfg(test)]
mod tests;

use super::written::{self, Roster};
use super::{Mode, Shall, Wanted, Why, Wish, Wishes};
use crate::audit::Snapshot;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::folded;
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// A file that says what there is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The file.
    pub text: String,
    /// What in it could not be compared with anything and stays as it was, and what it cannot say, each with the reason.
    pub left: Vec<SafeText>,
}

/// The file is written in a way that cannot be mended where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is written in a way that cannot be updated: write one member a line, below [workspace.NAME.members]")]
pub struct Unmendable;

/// What has to be done to what a file says of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mending<'s> {
    /// It is named, and holds these roles instead.
    Holds(&'s Principal, &'s RoleSet),
    /// It is not named, and holds these roles.
    New(&'s Principal, &'s RoleSet),
    /// It is named, and is no member any more.
    Gone(&'s Principal),
    /// It is said to be absent, and is a member.
    NotAbsent(&'s Principal),
}

/// Brings a file up to what a snapshot reports: `text` is one file, and `wishes` what it says.
///
/// Members that are gone are taken out and roles that differ are replaced. Members that are new are added where a file lists
/// everybody: in authoritative workspaces and in the platform's own. An additive list of some people stays one of those.
/// Workspaces that are reported and not in the file are added at its end. `concerns` says which workspaces are meant, of the
/// file and of the snapshot.
///
/// # Errors
/// If the file is written in a way that cannot be mended where it stands.
pub fn update(
    text: &str,
    wishes: &Wishes,
    snapshot: &Snapshot,
    concerns: impl Fn(&WorkspaceName) -> bool,
) -> Result<Updated, Unmendable> {
    let today = TimeZone::UTC.to_datetime(snapshot.origin.started_at).date();
    let mut left = Vec::new();
    let mut meant = wishes.clone();
    let mut mendings: Vec<(&WorkspaceName, Vec<Mending<'_>>)> = Vec::new();
    for (wish, mended) in wishes.workspaces.iter().zip(&mut meant.workspaces) {
        let name = wish.workspace.shown();
        let mut leave = |why: &str| left.push(SafeText::new(&format!("workspace '{name}': {why}")));
        if !concerns(&wish.workspace) {
            continue;
        }
        let number = snapshot.workspace_no(&wish.workspace);
        let known = number.and_then(|number| Some((number, snapshot.workspace(number)?)));
        let Some((number, workspace)) = known.filter(|(_, workspace)| workspace.is_reported) else {
            if wish.create.is_none() {
                leave("it does not exist, or is not shown to you; what the file says of it stays");
            }
            continue;
        };
        if let Some(why) = written::why_not(snapshot, workspace) {
            leave(&format!("{why}; what the file says of it stays"));
            continue;
        }
        let found = compared(wish, &Roster::of(snapshot, number), today, &mut leave);
        mend(mended, &found);
        mendings.push((&wish.workspace, found));
    }
    let named: HashSet<&WorkspaceName> = wishes.workspaces.iter().map(|wish| &wish.workspace).collect();
    let new = snapshot.reported_workspaces();
    let new = new.filter(|(_, workspace)| concerns(&workspace.name) && !named.contains(&workspace.name));
    let blocks: Vec<String> = new
        .filter(|(_, workspace)| written::why_not(snapshot, workspace).is_none())
        .filter_map(|(number, _)| written::one(snapshot, number))
        .collect();
    mendings.retain(|(_, found)| !found.is_empty());
    if mendings.is_empty() && blocks.is_empty() {
        let text = text.to_owned();
        return Ok(Updated { text, left });
    }
    let text = patch::patched(text, &mendings, &blocks).ok_or(Unmendable)?;
    if says(&text, &meant, blocks.len()) {
        Ok(Updated { text, left })
    } else {
        Err(Unmendable)
    }
}

/// Returns what has to be done so that `wish` says what there is.
fn compared<'s>(wish: &'s Wish, roster: &Roster<'s>, today: Date, leave: &mut impl FnMut(&str)) -> Vec<Mending<'s>> {
    let mut found = Vec::new();
    let mut named: HashMap<String, &Wanted> = HashMap::new();
    for wanted in &wish.members {
        named.insert(folded(wanted.principal.raw()), wanted);
        let held = roster.held_by(&wanted.principal);
        match (&wanted.shall, held) {
            (Shall::Hold(roles) | Shall::HoldAlso(roles), Some((member, now))) if roles != now => {
                found.push(Mending::Holds(member, now));
            }
            (Shall::BeAbsent, Some((member, now))) => {
                found.push(Mending::NotAbsent(member));
                found.push(Mending::New(member, now));
            }
            (Shall::Hold(_) | Shall::HoldAlso(_), Some(_)) | (Shall::BeAbsent, None) => {}
            (Shall::Hold(_) | Shall::HoldAlso(_), None) => {
                let has_ended = wanted.until().is_some_and(|until| until < today);
                if !has_ended && !roster.leaves_out(&wanted.principal) {
                    found.push(Mending::Gone(&wanted.principal));
                }
            }
        }
    }
    for member in &roster.left_out {
        leave(&member.to_string());
    }
    if wish.mode == Mode::Additive && !wish.workspace.is_built_in() {
        return found;
    }
    for (principal, roles) in &roster.members {
        match named.get(&folded(principal.raw())) {
            Some(wanted) if *wanted.principal == **principal => {}
            Some(wanted) if !found.contains(&Mending::Gone(&wanted.principal)) => {
                let (name, other) = (principal.shown(), wanted.principal.shown());
                leave(&format!(
                    "'{name}' cannot be named beside '{other}', which differs in case or blanks alone"
                ));
            }
            Some(_) | None => found.push(Mending::New(principal, roles)),
        }
    }
    found
}

/// Does to what is meant what is done to the text.
fn mend(wish: &mut Wish, mendings: &[Mending<'_>]) {
    for mending in mendings {
        match *mending {
            Mending::Holds(principal, roles) => {
                let wanted = wish.members.iter_mut().filter(|wanted| *wanted.principal == *principal);
                wanted.for_each(|wanted| wanted.shall = Shall::Hold(roles.clone()));
            }
            Mending::New(principal, roles) => wish.members.push(Wanted {
                principal: Arc::new(principal.clone()),
                shall: Shall::Hold(roles.clone()),
                said: None,
            }),
            Mending::Gone(principal) | Mending::NotAbsent(principal) => {
                wish.members.retain(|wanted| *wanted.principal != *principal);
            }
        }
    }
}

/// Returns whether a text says what was meant, and `n_new` workspaces more.
fn says(text: &str, meant: &Wishes, n_new: usize) -> bool {
    let read = Wishes::parse(&[(SafeText::default(), text.to_owned())]);
    let Ok(read) = read else { return false };
    let of_file = read
        .workspaces
        .len()
        .checked_sub(n_new)
        .and_then(|n| read.workspaces.get(..n));
    let is_same = |(a, b): (&Wish, &Wish)| bare(a) == bare(b);
    read.server == meant.server
        && of_file.is_some_and(|found| {
            found.len() == meant.workspaces.len() && found.iter().zip(&meant.workspaces).all(is_same)
        })
}

type Bare<'w> = (
    &'w WorkspaceName,
    Mode,
    [Option<&'w String>; 2],
    BTreeMap<&'w Principal, (&'w Shall, Option<&'w Why>)>,
);

/// Returns what a wish says, wherever it stands.
fn bare(wish: &Wish) -> Bare<'_> {
    let members = wish.members.iter();
    let members = members.map(|wanted| (&*wanted.principal, (&wanted.shall, wanted.why())));
    let words = [wish.owner.as_ref(), wish.create.as_ref()];
    (&wish.workspace, wish.mode, words, members.collect())
}
