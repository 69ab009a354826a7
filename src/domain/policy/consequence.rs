//! What follows from a change, and its words: the one table.

use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::mention::UNSEEN;
use crate::domain::resource::ResourceKind;
use crate::domain::role::{Role, Special};

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
    /// Somebody gets a role that brings more than reading, writing and managing members, or something else: who, which, what.
    GetsRole(Principal, Role, Special),
    /// Somebody loses such a role: who, which, what it brought.
    LosesRole(Principal, Role, Special),
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
            Self::LastAdmin(who) => grave(about(who, "is the last Admin: the platform will refuse this")),
            Self::NoPersonIsAdmin => {
                grave("no person would be Admin any more, only groups, service accounts or everyone")
            }
            Self::GetsAdmin(who) => mild(format!("{} will be able to manage members, including you", who.label())),
            Self::GetsPlatformAdmin(who) => grave(about(
                who,
                "becomes platform admin: may do everything in every workspace",
            )),
            Self::GetsRole(who, role, brings) => with_a_role(who, *brings, &brings.gained(role)),
            Self::LosesRole(who, role, brought) => with_a_role(who, *brought, &brought.lost(role)),
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
            Self::LastAdminInRows(who) => grave(about(
                who,
                "is the last Admin: the platform does not check this for rows, so nothing will be sent",
            )),
            Self::AlsoLost(kind) => mild(format!("{}: {}", kind.noun(), kind.loss())),
            Self::NoUndo => grave("there is no undo"),
            Self::LeftoversDestroyed => grave("the platform continues destroying its contents; there is no undo"),
            Self::LastPlatformAdmin(who) => grave(about(
                who,
                "is the last platform admin: the platform allows this, and then nobody can undo it",
            )),
            Self::LosesPlatformAdmin(who) => grave(about(
                who,
                "will no longer be platform admin, and loses every workspace where it is not a member",
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

/// Returns what becomes of `who` with a role that brings something special.
fn with_a_role(who: &Principal, special: Special, words: &str) -> (bool, String) {
    (special.is_grave(), about(who, words))
}

fn about(who: &Principal, words: &str) -> String {
    format!("{} {words}", who.label())
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
    format!("{}: {UNSEEN}; {becomes}", some_of(&names))
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
