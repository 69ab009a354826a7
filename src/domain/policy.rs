//! How much friction a change meets, and what a person must know before making it.

mod consequence;
mod persons;

pub use consequence::Consequence;
pub use persons::{leaves_no_person, make_admin_first, next_admin};

use super::change::{Change, RoleChange, Way};
use super::generation::Generation;
use super::identity::{Identity, IsCaller};
use super::ids::{Principal, WorkspaceName};
use super::likeness::Trick;
use super::member::Roster;
use super::operation::Operation;
use super::role::{Role, RoleSet, Special};
use super::workspace::Access;

/// How a change is confirmed: friction follows harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// The dialog's own Apply is enough.
    Apply,
    /// `y` or `n`, with the consequences spelled out.
    YesNo,
    /// The name (or the count) must be typed.
    Typed,
}

/// From how many changes at once on the count must be typed.
pub const MANY: usize = 6;

/// Returns how `change` goes to the platform when `caller` makes it: by name wherever every platform finds the name.
///
/// What a platform keeps its data in cannot be seen from outside. Rows work on every store, so they are taken wherever a
/// name may fail, and nobody finds out by a change that did something else.
pub fn way(change: &Change, caller: &Identity) -> Way {
    let needs_rows = |principal: &Principal| match change.role_change() {
        // To add, nobody has to be found; but such a name is refused as a new one.
        Some(RoleChange::Add) => principal.addressable().is_err(),
        Some(RoleChange::Replace | RoleChange::Remove) | None => !principal.is_found_by_name(),
    };
    if caller.is_platform_admin && change.principal().is_some_and(needs_rows) {
        Way::ThroughRows
    } else {
        Way::ByName
    }
}

/// Returns how `change` must be confirmed on a server of this `generation`.
pub fn tier(change: &Change, caller: &Identity, generation: Generation) -> Tier {
    let principal = match change {
        Change::DeleteWorkspace { .. } => return Tier::Typed,
        Change::DeleteResource { .. } | Change::RetryDeletion { .. } => return Tier::YesNo,
        Change::CreateWorkspace { .. } | Change::Describe { .. } | Change::CreateProject { .. } => return Tier::Apply,
        Change::Roles { principal, .. } => principal,
    };
    let (before, after) = change.roles();
    let is_taking = before.loses_by(&after);
    let is_caller = matches!(caller.is(principal), IsCaller::Yes)
        || (matches!(caller.is(principal), IsCaller::Through) && !principal.is_everyone());
    let is_for_all = if principal.is_everyone() {
        change.workspace().is_built_in()
    } else {
        change.workspace().is_system() && is_top(&before, generation)
    };
    let is_flagged = !principal.tricks().is_empty();
    let brings = |is_such: fn(Special) -> bool| gained(change, generation).any(|(_, special)| is_such(special));
    if (is_taking && (is_caller || is_for_all))
        || is_flagged
        || makes_platform_admin(change, generation)
        || brings(Special::is_for_the_platform)
        || (principal.is_everyone() && !is_taking && after.strength() >= Role::Editor.rank())
    {
        Tier::Typed
    } else if is_taking
        || principal.is_everyone()
        || brings(Special::is_a_power)
        || (after.holds(&Role::Admin) && !before.holds(&Role::Admin))
    {
        Tier::YesNo
    } else {
        Tier::Apply
    }
}

/// Returns how several changes, made as one plan, must be confirmed on a server of this `generation`.
pub fn tier_of_all(changes: &[Change], caller: &Identity, generation: Generation) -> Tier {
    if changes.len() >= MANY {
        return Tier::Typed;
    }
    changes
        .iter()
        .map(|change| tier(change, caller, generation))
        .max()
        .unwrap_or(Tier::Apply)
}

/// Returns what follows from changes in one or several workspaces, each thing once; where there are several, with in how
/// many of them. `rosters` gives the members as last read; which role is the top one follows from the `generation` of the server.
pub fn consequences_of_plan(
    changes: &[Change],
    rosters: impl Fn(&WorkspaceName) -> Option<Roster>,
    caller: &Identity,
    generation: Generation,
) -> Vec<Consequence> {
    let together = changes.chunk_by(|a, b| a.workspace() == b.workspace());
    let found = together.filter_map(|changes| {
        let workspace = changes.first().map(Change::workspace)?;
        let roster = rosters(workspace).unwrap_or_default();
        Some((workspace, consequences_of_all(changes, &roster, caller, generation)))
    });
    in_sum(found)
}

/// Returns what follows in each of several workspaces, each thing once, with in how many of them.
pub fn in_sum<'a>(by_workspace: impl Iterator<Item = (&'a WorkspaceName, Vec<Consequence>)>) -> Vec<Consequence> {
    let mut found: Vec<(Consequence, usize, &WorkspaceName)> = Vec::new();
    let mut n_workspaces = 0;
    for (workspace, consequences) in by_workspace {
        n_workspaces += 1;
        for consequence in consequences {
            match found.iter_mut().find(|(known, ..)| *known == consequence) {
                Some((_, n, _)) => *n += 1,
                None => found.push((consequence, 1, workspace)),
            }
        }
    }
    let told = found.into_iter().map(|(what, n, first)| {
        if n_workspaces < 2 {
            return what;
        }
        let what = Box::new(what);
        let first = first.clone();
        Consequence::Across { what, n, first }
    });
    told.collect()
}

/// Returns what follows from several changes made one after the other, each thing once: what no single one of
/// them does, such as taking the last Admin, all of them together may do.
pub fn consequences_of_all<'a>(
    changes: impl IntoIterator<Item = &'a Change>,
    roster: &Roster,
    caller: &Identity,
    generation: Generation,
) -> Vec<Consequence> {
    let mut out = Vec::new();
    let mut roster = roster.clone();
    for change in changes {
        for consequence in consequences(change, &roster, caller, generation) {
            if !out.contains(&consequence) {
                out.push(consequence);
            }
        }
        roster.apply(change);
    }
    out
}

/// Returns what follows from `change`, given the members as last read.
pub fn consequences(change: &Change, roster: &Roster, caller: &Identity, generation: Generation) -> Vec<Consequence> {
    let mut out = Vec::new();
    let principal = match change {
        Change::DeleteResource { target, .. } => return vec![Consequence::AlsoLost(target.kind), Consequence::NoUndo],
        Change::RetryDeletion { .. } => return vec![Consequence::LeftoversDestroyed],
        // What is lost with a workspace is counted, and shown as it was counted.
        Change::DeleteWorkspace { .. }
        | Change::CreateWorkspace { .. }
        | Change::Describe { .. }
        | Change::CreateProject { .. } => return out,
        Change::Roles { principal, .. } => principal,
    };
    let (before, after) = change.roles();
    if !before.iter().all(|role| after.holds(role)) {
        // A thousand changes of a thousand members must not copy a thousand rosters: most are nothing to the others.
        let future = || roster.after(change);
        let loses_admin = before.holds(&Role::Admin) && !after.holds(&Role::Admin);
        if loses_admin && roster.is_last_admin(principal) {
            // What is refused has no other consequences.
            let last = match way(change, caller) {
                Way::ByName => Consequence::LastAdmin,
                Way::ThroughRows => Consequence::LastAdminInRows,
            };
            return vec![last(principal.clone())];
        }
        let others = roster.admin_names().filter(|other| *other != principal);
        if loses_admin && leaves_no_person(change.workspace(), roster.admin_names(), others) {
            out.push(Consequence::NoPersonIsAdmin);
        }
        out.extend(for_the_platform(change, future, generation));
        out.extend(for_the_caller(change, roster, future, caller));
    }
    out.extend(for_a_new_platform_admin(change, generation));
    out.extend(for_special_roles(change, roster, generation));
    if principal.is_everyone() {
        out.extend(for_everyone(before.effective(), after.effective()));
    } else {
        out.extend(for_the_member(change, roster, caller));
        if let Access::All(role) = roster.access()
            && after.rank() < role.rank()
            && !before.is_empty()
        {
            out.push(Consequence::StillThroughEveryone(role));
        }
        let who = || principal.clone();
        match way(change, caller) {
            Way::ThroughRows => out.push(Consequence::ThroughRows(who())),
            Way::ByName if !principal.may_not_be_found_again() => {}
            Way::ByName if before.is_empty() => out.push(Consequence::NotFoundAgain(who())),
            Way::ByName => out.push(Consequence::NotFoundNow(who())),
        }
        let odd = if before.is_empty() {
            principal.oddities()
        } else {
            principal.tricks().iter().map(Trick::in_words).collect()
        };
        out.extend(odd.into_iter().map(|what| Consequence::Oddity {
            principal: principal.clone(),
            what,
        }));
    }
    out
}

/// Whether `roles`, held in `system`, make a platform admin of this generation; of any, where that could not be told.
fn is_top(roles: &RoleSet, generation: Generation) -> bool {
    roles.others().any(|role| role.is_top(generation))
}

/// Whether `change` gives a role that makes a platform admin. Where the generation could not be told, a retired role that is
/// held already proves nothing.
fn makes_platform_admin(change: &Change, generation: Generation) -> bool {
    let (before, after) = change.roles();
    let is_given = after
        .others()
        .any(|role| role.is_top(generation) && !before.holds(role));
    change.workspace().is_system() && is_given
}

fn for_a_new_platform_admin(change: &Change, generation: Generation) -> Option<Consequence> {
    let principal = change.principal()?;
    makes_platform_admin(change, generation).then(|| Consequence::GetsPlatformAdmin(principal.clone()))
}

/// Returns the roles that `change` gives and that bring something special.
fn gained(change: &Change, generation: Generation) -> impl Iterator<Item = (Role, Special)> {
    let (before, after) = change.roles();
    special_beyond(&after, &before, change.workspace(), generation)
}

/// Returns the roles among `these` and not among `those` that bring something special.
fn special_beyond(
    these: &RoleSet,
    those: &RoleSet,
    workspace: &WorkspaceName,
    generation: Generation,
) -> impl Iterator<Item = (Role, Special)> + use<> {
    let beyond = these.iter().filter(|role| !those.holds(role));
    let special = beyond.filter_map(|role| Some((role.clone(), role.special(workspace, generation)?)));
    special.collect::<Vec<_>>().into_iter()
}

/// What roles outside Viewer, Editor and Admin bring and take, and Admin of `system`; what everyone has nobody loses.
fn for_special_roles(change: &Change, roster: &Roster, generation: Generation) -> Vec<Consequence> {
    let Some(principal) = change.principal() else {
        return Vec::new();
    };
    let (before, after) = change.roles();
    let workspace = change.workspace();
    let everyone = if principal.is_everyone() {
        RoleSet::default()
    } else {
        roster.roles_of(&Principal::everyone())
    };
    let gains = gained(change, generation).map(|(role, brings)| Consequence::GetsRole(principal.clone(), role, brings));
    let creates = |roles: &RoleSet| {
        roles
            .giving(Operation::CreateWorkspace, workspace, generation)
            .is_some()
    };
    let losses = special_beyond(&before, &after, workspace, generation).filter_map(|(role, brought)| {
        let is_kept = brought == Special::CreatesWorkspaces && creates(&after);
        // Who is removed loses all of it: what is small is not told on its own.
        let is_small = brought == Special::UploadsLogs && after.is_empty();
        if matches!(brought, Special::Nothing(_)) || is_kept || is_small {
            return None;
        }
        Some(if role.rank() == 0 && everyone.holds(&role) {
            Consequence::StillThroughEveryone(role)
        } else {
            Consequence::LosesRole(principal.clone(), role, brought)
        })
    });
    gains.chain(losses).collect()
}

/// What it means for everybody: roles in `system` count everywhere, and the platform guards none of them.
fn for_the_platform(change: &Change, future: impl Fn() -> Roster, generation: Generation) -> Option<Consequence> {
    let principal = change.principal().filter(|_| change.workspace().is_system())?;
    let (before, after) = change.roles();
    if is_top(&before, generation) && !is_top(&after, generation) {
        let is_left = future()
            .members()
            .iter()
            .any(|member| is_top(&member.roles, generation));
        return Some(if is_left {
            Consequence::LosesPlatformAdmin(principal.clone())
        } else {
            Consequence::LastPlatformAdmin(principal.clone())
        });
    }
    let takes_the_list = principal.is_everyone() && before.rank() > 0 && after.rank() == 0;
    takes_the_list.then_some(Consequence::NobodyListsWorkspaces)
}

fn for_the_caller(
    change: &Change,
    roster: &Roster,
    future: impl Fn() -> Roster,
    caller: &Identity,
) -> Option<Consequence> {
    let principal = change.principal()?;
    let (before, after) = change.roles();
    // A platform admin may do everything everywhere, whatever role it holds by name.
    if after.strength() >= before.strength() || caller.is_platform_admin {
        return None;
    }
    match caller.is(principal) {
        IsCaller::CannotTell => return Some(Consequence::MaybeYou(principal.clone())),
        IsCaller::No => return None,
        IsCaller::Yes | IsCaller::Through => {}
    }
    let (had, has) = (caller.roles_in(roster), caller.roles_in(&future()));
    if had.strength() > 0 && has.strength() == 0 {
        Some(Consequence::YouLoseAccess)
    } else if had.strength() >= Role::Admin.rank() && has.strength() < Role::Admin.rank() {
        Some(Consequence::YouLoseAdmin)
    } else {
        None
    }
}

/// What it means for a member who is not the caller; a refusal that is certain means nothing for anybody.
fn for_the_member(change: &Change, roster: &Roster, caller: &Identity) -> Option<Consequence> {
    let principal = change.principal()?;
    let (before, after) = change.roles();
    // What Admin of 'system' is, is more than this.
    let has_admin = |roles: &RoleSet| roles.holds(&Role::Admin) && !change.workspace().is_system();
    if !has_admin(&before) && has_admin(&after) {
        return Some(Consequence::GetsAdmin(principal.clone()));
    }
    let is_the_caller = matches!(caller.is(principal), IsCaller::Yes | IsCaller::Through);
    if is_the_caller || (has_admin(&before) && roster.is_last_admin(principal)) {
        None
    } else if after.is_empty() {
        (roster.access() == Access::Private).then(|| Consequence::LosesAccess(principal.clone()))
    } else if has_admin(&before) && !has_admin(&after) {
        Some(Consequence::LosesAdmin(principal.clone()))
    } else {
        None
    }
}

fn for_everyone(before: Option<&Role>, after: Option<&Role>) -> Option<Consequence> {
    match (before, after) {
        (Some(had), None) => Some(Consequence::EveryoneLoses(had.clone())),
        (Some(had), Some(gets)) if gets.rank() < had.rank() => {
            Some(Consequence::EveryoneFalls(had.clone(), gets.clone()))
        }
        (Some(had), Some(keeps)) if had == keeps => None,
        (_, Some(gets)) => Some(Consequence::EveryoneGets(gets.clone())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
