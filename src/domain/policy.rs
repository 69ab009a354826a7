//! How much friction a change meets, and what a person must know before making it.

use super::change::{Change, RoleChange, Way};
use super::generation::Generation;
use super::identity::{Identity, IsCaller};
use super::ids::{Principal, PrincipalKind, WorkspaceName};
use super::member::Roster;
use super::resource::ResourceKind;
use super::role::{Role, RoleSet};
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

/// Something that follows from a change and that its author must know before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// The platform will refuse: this is the last Admin.
    LastAdmin(Principal),
    /// The platform would accept it, but no person would be Admin any more.
    NoPersonIsAdmin,
    /// Somebody gets the right to manage members.
    GetsAdmin(Principal),
    /// Somebody becomes platform admin.
    GetsPlatformAdmin(Principal),
    /// The caller becomes Admin of the workspace they make, by this name.
    YouBecomeAdmin(Principal),
    /// Somebody else loses the right to manage members.
    LosesAdmin(Principal),
    /// Somebody else loses every access.
    LosesAccess(Principal),
    /// The caller loses the right to manage members.
    YouLoseAdmin,
    /// The caller loses every access.
    YouLoseAccess,
    /// Whether the caller is concerned cannot be told.
    MaybeYou(Principal),
    /// The member keeps this role all the same, through everyone.
    StillThroughEveryone(Role),
    /// Everyone gets this role.
    EveryoneGets(Role),
    /// Everyone gets less than the role they had.
    EveryoneFalls(Role, Role),
    /// Everyone loses what they had through `*`.
    EveryoneLoses(Role),
    /// Something about how the principal is spelled.
    Oddity {
        /// The principal whose spelling is odd.
        principal: Principal,
        /// What is odd about it.
        what: String,
    },
    /// This of a plan will not be done.
    LeftBehind(String),
    /// Somebody can be taken for somebody else.
    PassesFor {
        /// The principal it is about.
        principal: Principal,
        /// The principal it can be taken for.
        other: Principal,
    },
    /// Nobody is called like these, as far as it was read: they would be new groups.
    NewGroups(Vec<Principal>),
    /// These pieces of what was typed are taken for names, and nobody gets anything for them.
    TakenForNames(Vec<String>),
    /// On PostgreSQL it could not be changed or removed by its name later.
    NotFoundAgain(Principal),
    /// On PostgreSQL the platform will not find it: it adds instead of changing, and removes nothing.
    NotFoundNow(Principal),
    /// It is done through the rows behind the member, which the platform cannot be relied on to find by its name.
    ThroughRows(Principal),
    /// This is the last Admin, and through rows the platform would let it go: nothing will be sent.
    LastAdminInRows(Principal),
    /// What is lost with a thing of this kind besides itself.
    AlsoLost(ResourceKind),
    /// What is deleted cannot be had back.
    NoUndo,
    /// What is left of a workspace is destroyed, as was asked for before.
    LeftoversDestroyed,
    /// The platform would accept it, but nobody would be platform admin any more.
    LastPlatformAdmin(Principal),
    /// Somebody is no longer platform admin.
    LosesPlatformAdmin(Principal),
    /// Nobody but platform admins could list workspaces any more.
    NobodyListsWorkspaces,
    /// This follows in several workspaces.
    Across {
        /// What would follow in each of them.
        what: Box<Self>,
        /// The number of workspaces.
        n: usize,
        /// In which, of several the first.
        first: WorkspaceName,
    },
}

impl Consequence {
    /// Returns it in words.
    pub fn in_words(&self) -> String {
        self.told().1
    }

    /// Returns whether it deserves the colour of danger.
    pub fn is_grave(&self) -> bool {
        self.told().0
    }

    /// Returns whether it is grave, and its words: the one table.
    fn told(&self) -> (bool, String) {
        match self {
            Self::LastAdmin(who) => grave(format!(
                "{} is the last Admin: the platform will refuse this",
                who.label()
            )),
            Self::NoPersonIsAdmin => {
                grave("no person would be Admin any more, only groups, service accounts or everyone")
            }
            Self::GetsAdmin(who) => mild(format!("{} will be able to manage members, including you", who.label())),
            Self::GetsPlatformAdmin(who) => grave(format!(
                "{} becomes platform admin: may do everything in every workspace",
                who.label()
            )),
            Self::YouBecomeAdmin(who) => mild(format!("you become Admin ({})", who.label())),
            Self::LosesAdmin(who) => grave(format!("{} will no longer be able to manage members", who.label())),
            Self::LosesAccess(who) => mild(format!("{} loses all access to this workspace", who.label())),
            Self::YouLoseAdmin => grave("you will no longer be able to see or manage the members here"),
            Self::YouLoseAccess => grave("you will lose access to this workspace"),
            Self::MaybeYou(who) => {
                let who = who.label();
                grave(format!(
                    "cannot tell whether {who} is or includes you: you may lose access yourself"
                ))
            }
            Self::StillThroughEveryone(role) => mild(format!("keeps {} through Everyone (*)", role.shown())),
            Self::EveryoneGets(role) => grave(everyone_gets(role)),
            Self::EveryoneFalls(had, gets) => mild(format!("everyone goes from {} to {}", had.shown(), gets.shown())),
            Self::EveryoneLoses(role) => mild(format!("everyone who is not a named member loses {}", role.shown())),
            Self::Oddity { principal, what } => mild(format!("{}: {what}", principal.label())),
            Self::PassesFor { principal, other } => grave(format!(
                "{} is not {}, but looks like it",
                principal.label(),
                other.label()
            )),
            Self::NewGroups(groups) => grave(new_groups(groups)),
            Self::LeftBehind(what) => grave(what.as_str()),
            Self::TakenForNames(texts) => grave(format!("left out (neither an e-mail nor known): {}", some_of(texts))),
            Self::NotFoundAgain(who) => mild(on_postgresql(who, NEVER_AGAIN)),
            Self::NotFoundNow(who) => mild(on_postgresql(who, NOT_NOW)),
            Self::ThroughRows(who) => mild(through_rows(who)),
            Self::LastAdminInRows(who) => grave(format!(
                "{} is the last Admin: the platform does not check this for rows, so nothing will be sent",
                who.label()
            )),
            Self::AlsoLost(kind) => mild(format!("{}: {}", kind.noun(), kind.loss())),
            Self::NoUndo => grave("there is no undo"),
            Self::LeftoversDestroyed => grave("the platform continues destroying its contents; there is no undo"),
            Self::LastPlatformAdmin(who) => grave(format!(
                "{} is the last platform admin: the platform allows this, and then nobody can undo it",
                who.label()
            )),
            Self::LosesPlatformAdmin(who) => grave(format!(
                "{} will no longer be platform admin, and loses every workspace where it is not a member",
                who.label()
            )),
            Self::NobodyListsWorkspaces => grave("only platform admins will still be able to list or open workspaces"),
            Self::Across { what, n, first } => (what.is_grave(), across(what, *n, first)),
        }
    }
}

fn grave(words: impl Into<String>) -> (bool, String) {
    (true, words.into())
}

fn mild(words: impl Into<String>) -> (bool, String) {
    (false, words.into())
}

/// How many of many names are told.
const TOLD: usize = 4;

fn across(what: &Consequence, n: usize, first: &WorkspaceName) -> String {
    let words = what.in_words();
    // Where it is, is told already.
    let words = words.trim_end_matches(" to this workspace");
    if n == 1 {
        format!("in '{}': {words}", first.shown())
    } else {
        format!("in {n} workspaces: {words}")
    }
}

fn everyone_gets(role: &Role) -> String {
    let may = match role.rank() {
        3 => "read, change and delete everything, and manage members",
        2 => "read, change and delete everything, even the workspace",
        _ => "read everything",
    };
    format!("everyone on the platform will be {} here: {may}", role.shown())
}

fn new_groups(groups: &[Principal]) -> String {
    let names: Vec<String> = groups.iter().map(|group| group.shown().to_string()).collect();
    let becomes = if groups.len() == 1 {
        "it becomes a new group"
    } else {
        "they become new groups"
    };
    format!("{}: not seen before; {becomes}", some_of(&names))
}

/// Returns the first few of `names`, quoted, and how many more there are.
fn some_of(names: &[String]) -> String {
    let told: Vec<String> = names.iter().take(TOLD).map(|name| format!("'{name}'")).collect();
    let told = told.join(", ");
    match names.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

const NEVER_AGAIN: &str = "cannot find it again, so only a platform admin can change or remove it there, through \
                           its role-binding rows";
const NOT_NOW: &str = "does not find it, and adds roles instead of changing them; only a platform admin can fix \
                       that, through its role-binding rows";

fn on_postgresql(who: &Principal, what: &str) -> String {
    format!("{} is not plain ASCII: on PostgreSQL the platform {what}", who.label())
}

fn through_rows(who: &Principal) -> String {
    let why = match who.addressable() {
        Ok(()) => format!(
            "{} is not plain ASCII, and on PostgreSQL the platform does not find it by name",
            who.label()
        ),
        Err(problem) => {
            let problem = problem.in_words();
            // What follows from it where there are no rows, is not what follows here.
            let (problem, _) = problem.split_once(": ").unwrap_or((&problem, ""));
            format!("no request can name {} ({problem})", who.label())
        }
    };
    format!("{why}: the console changes its role-binding rows instead, one request each (platform admins only)")
}

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
    if (is_taking && (is_caller || is_for_all))
        || is_flagged
        || makes_platform_admin(change, generation)
        || (principal.is_everyone() && !is_taking && after.rank() >= Role::Editor.rank())
    {
        Tier::Typed
    } else if is_taking || principal.is_everyone() || (after.holds(&Role::Admin) && !before.holds(&Role::Admin)) {
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
        if loses_admin && only_person_as_admin(roster) == Some(principal) {
            out.push(Consequence::NoPersonIsAdmin);
        }
        out.extend(for_the_platform(change, future, generation));
        out.extend(for_the_caller(change, roster, future, caller));
    }
    out.extend(for_a_new_platform_admin(change, generation));
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
        if before.is_empty() {
            let odd = principal.oddities().into_iter();
            out.extend(odd.map(|what| Consequence::Oddity {
                principal: principal.clone(),
                what,
            }));
        } else {
            out.extend(principal.tricks().iter().map(|trick| Consequence::Oddity {
                principal: principal.clone(),
                what: trick.in_words(),
            }));
        }
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
    if after.rank() >= before.rank() || caller.is_platform_admin {
        return None;
    }
    match caller.is(principal) {
        IsCaller::CannotTell => return Some(Consequence::MaybeYou(principal.clone())),
        IsCaller::No => return None,
        IsCaller::Yes | IsCaller::Through => {}
    }
    let (had, has) = (caller.roles_in(roster), caller.roles_in(&future()));
    if had.rank() > 0 && has.rank() == 0 {
        Some(Consequence::YouLoseAccess)
    } else if had.holds(&Role::Admin) && !has.holds(&Role::Admin) {
        Some(Consequence::YouLoseAdmin)
    } else {
        None
    }
}

/// What it means for a member who is not the caller; a refusal that is certain means nothing for anybody.
fn for_the_member(change: &Change, roster: &Roster, caller: &Identity) -> Option<Consequence> {
    let principal = change.principal()?;
    let (before, after) = change.roles();
    let has_admin = |roles: &RoleSet| roles.holds(&Role::Admin);
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
        (_, Some(gets)) => Some(Consequence::EveryoneGets(gets.clone())),
        (None, None) => None,
    }
}

/// Returns the only Admin who can actually log in, if there is just one: stricter than the platform, which counts `*`,
/// services and typos too.
fn only_person_as_admin(roster: &Roster) -> Option<&Principal> {
    let admins = roster.admins().map(|member| &member.principal);
    let mut persons = admins.filter(|principal| principal.kind() == PrincipalKind::User);
    let first = persons.next()?;
    persons.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
