//! The members of one workspace.

use super::languages;
use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, counts, has_a_list, has_marks};
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::failure::Failure;
use crate::app::filter::{self, Filter, Hear, Words, is_by, is_then};
use crate::app::keymap::{Action, Context};
use crate::app::list::{Compared, List, Marks as _, Sort, SortColumn};
use crate::app::msg::Size;
use crate::app::store::{Members, Store};
use crate::app::targets::{Place, Targets};
use crate::app::time;
use crate::audit::filter::platform_admins_in_words;
use crate::domain::identity::IsCaller;
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::query::Asks;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{CopyProblem, SafeText};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose members.
    pub workspace: WorkspaceName,
    /// The rows.
    pub list: List<Principal>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whom to put the cursor on once the members are known.
    pub looked_for: Option<Principal>,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The roles, the strongest first, then by principal.
    Roles,
    /// The principal.
    Principal,
    /// The kind of principal.
    Kind,
    /// When granted, the newest first.
    Granted,
    /// By whom.
    GrantedBy,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::Roles, Self::Principal, Self::Kind, Self::Granted, Self::GrantedBy];

    fn label(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Principal => "principal",
            Self::Kind => "kind",
            Self::Granted => "granted",
            Self::GrantedBy => "granted by",
        }
    }
}

impl State {
    /// Opens on a workspace, the strongest roles first.
    pub fn new(workspace: WorkspaceName) -> Self {
        let sort = Sort::by(SortKey::Roles);
        Self {
            workspace,
            list: List::default(),
            filter: Filter::default(),
            sort,
            looked_for: None,
        }
    }
}

/// What the filter says to leave only who can write.
const WRITERS: &str = "role:write";

impl State {
    /// Returns whether the filter asks for what platform admins may do as well.
    fn asks_for_rights(&self) -> bool {
        // Rights do not depend on the day.
        let words = self.filter.query(Timestamp::UNIX_EPOCH).words;
        words.iter().any(|word| {
            let is_admin = |name: &str| Role::Admin.raw().eq_ignore_ascii_case(name);
            matches!(word.asks, Asks::Allows(_) | Asks::Can(_))
                || matches!(&word.asks, Asks::Role(name) if is_admin(name))
        })
    }

    /// Returns who may do what the filter asks about without a row here: platform admins, whose rows lie in `system`.
    pub fn besides(&self, known: &Known<'_>) -> Option<SafeText> {
        if self.workspace.is_system() || !self.asks_for_rights() {
            return None;
        }
        let store = known.store;
        let here = store.roster(&self.workspace)?;
        let system = store.roster(&WorkspaceName::from_platform(WorkspaceName::SYSTEM));
        let all = system.as_deref().map_or(&[][..], Roster::members).iter();
        let admins = all.map(|member| &member.principal);
        let admins = admins.filter(|admin| store.top_role(admin).is_some() && here.find(admin).is_none());
        let admins: Vec<SafeText> = admins.map(Principal::label).collect();
        platform_admins_in_words(&admins, store.knows_platform_admins())
    }

    /// Returns whether the reading of all role bindings is needed to know the platform admins that the filter asks about:
    /// where member lists leave some of them out, those name them all.
    fn needs_bindings(&self, known: &Known<'_>) -> bool {
        known.caller.is_platform_admin
            && self.asks_for_rights()
            && !self.workspace.is_system()
            && !known.session.generation().lists_platform_admins()
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Members, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Members)
    }

    fn title(&self, known: &Known<'_>) -> Title {
        let members = known.store.members(&self.workspace);
        let counts = counts(self.list.rows().len(), members.map(Members::len));
        let order = members.map(|_| self.sort.told());
        Title::of("Members of ", &self.workspace.shown(), counts).sorted(order)
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        out.list_members(&self.workspace, &known.session.grammar());
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            workspace: Some(&self.workspace),
            principal: self.list.selected(),
        }
    }

    has_a_list!(sorted);

    has_marks!();

    fn marked(&self) -> Targets {
        let place = |principal: &Principal| Place {
            workspace: self.workspace.clone(),
            principal: principal.clone(),
        };
        Targets {
            places: self.list.marked().map(place).collect(),
            n_hidden: self.list.n_marked().n_hidden,
            ..Targets::default()
        }
    }

    fn unmark(&mut self, over: &[Place]) {
        let over: HashSet<&Principal> = over
            .iter()
            .filter(|place| place.workspace == self.workspace)
            .map(|place| &place.principal)
            .collect();
        self.list.retain_marks(|principal| !over.contains(principal));
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.list.selected().filter(|_| self.filter.is_active());
        let member = selected.and_then(|principal| known.store.member(&self.workspace, principal));
        let words = member.into_iter().flat_map(|member| {
            let words = filter::words(|hear| tell(&member, None, known, hear)).into_iter();
            let owned: Words<'a> = words.map(|(what, text)| (what, text.into_owned().into())).collect();
            owned
        });
        words.collect()
    }

    /// Who may write everywhere is told by the members of `system`.
    fn in_view<'a>(&'a self, known: &Known<'a>, _: usize) -> Vec<&'a WorkspaceName> {
        let is_asked = known.caller.is_platform_admin && self.asks_for_rights() && !self.needs_bindings(known);
        let system = WorkspaceName::from_platform(WorkspaceName::SYSTEM);
        let found = known.store.find(&system).filter(|_| is_asked);
        found.map(|workspace| &workspace.name).into_iter().collect()
    }

    fn needs_everything(&self, known: &Known<'_>, _: usize) -> bool {
        self.needs_bindings(known) && !known.store.knows_platform_admins()
    }

    fn act(&mut self, action: Action, _: Size) -> bool {
        let is_writers = action == Action::Writers;
        if is_writers {
            self.filter.toggle(WRITERS);
        }
        is_writers
    }

    fn select_best_match(&mut self, height: usize) {
        self.filter.select_best(&mut self.list, height, Principal::raw);
    }

    fn to_copy(&self, _: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let selected = self.list.selected().into_iter();
        selected.map(|principal| SafeText::to_copy(principal.raw())).collect()
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        let details = known.store.details(&self.workspace);
        if let Some((as_of, failure)) = details.as_of.zip(details.failure) {
            return Some(Freshness::stale(as_of, "refresh failed", failure));
        }
        if details.loading.is_some() {
            return Some(Freshness::Note("loading".to_owned()));
        }
        let halted = known.store.halted()?;
        Some(Freshness::stale(details.as_of?, "not read again", halted))
    }

    fn is_waiting(&self, known: &Known<'_>) -> bool {
        let details = known.store.details(&self.workspace);
        details.loading.is_some() && !details.is_known()
    }

    fn source(&self) -> Source<'_> {
        Source::Workspace(&self.workspace)
    }

    fn opened(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn depends_on(&self, workspace: &WorkspaceName, _: &Known<'_>) -> bool {
        self.workspace == *workspace || (workspace.is_system() && self.asks_for_rights())
    }

    fn failure_of<'a>(&self, workspace: &WorkspaceName, store: &'a Store, _: bool) -> Option<&'a Failure> {
        let details = store.details(workspace);
        let is_shown = self.workspace == *workspace && details.is_known();
        details.failure.filter(|_| is_shown)
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let roster = known.store.roster(&self.workspace);
        let roster = roster.as_deref();
        // Of members that could not be read nobody knows that they are gone.
        if let Some(roster) = roster.filter(|_| self.list.has_marks()) {
            let all: HashSet<&Principal> = roster.members().iter().map(|member| &member.principal).collect();
            self.list.retain_marks(|principal| all.contains(principal));
        }
        let all: Vec<&Member> = roster
            .map(|roster| roster.members().iter().collect())
            .unwrap_or_default();
        let of_everyone = roster.map(|roster| roster.roles_of(&Principal::everyone()));
        let of_everyone = (of_everyone.unwrap_or_default(), &self.workspace);
        let fits = |member: &Member, asks: &Asks| fits(member, &of_everyone, asks, known);
        let filter = &mut self.filter;
        let mut rows = filter.keep(
            all,
            languages::MEMBERS,
            known.now,
            |member, hear| tell(member, roster, known, hear),
            fits,
        );
        rows.sort_by(|a, b| {
            let order = self.sort.compare(|key| compare(key, a, b));
            order.then_with(|| a.principal.cmp(&b.principal))
        });
        self.list.set_rows(
            rows.into_iter().map(|member| member.principal.clone()).collect(),
            height,
        );
        // Looked for once, when the members are known: later the cursor belongs to whoever moves it.
        if roster.is_some()
            && let Some(principal) = self.looked_for.take()
        {
            self.list.select(&principal, height);
        }
    }
}

/// Something about a member that must be seen at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// The caller.
    You,
    /// The caller, through a group.
    YourGroup,
    /// The last Admin.
    LastAdmin,
    /// Spelled so that it can deceive.
    LookAlike,
    /// No request can reach it.
    Unaddressable,
    /// No request can reach it but through its rows, as the caller may.
    RowsOnly,
}

impl Badge {
    /// Returns the badges of one member.
    pub fn all(principal: &Principal, is_last_admin: bool, known: &Known<'_>) -> Vec<Self> {
        let mut badges = Vec::new();
        match known.caller.is(principal) {
            IsCaller::Yes => badges.push(Self::You),
            IsCaller::Through if !principal.is_everyone() => badges.push(Self::YourGroup),
            IsCaller::Through | IsCaller::No | IsCaller::CannotTell => {}
        }
        if is_last_admin {
            badges.push(Self::LastAdmin);
        }
        if known.store.is_flagged(principal) {
            badges.push(Self::LookAlike);
        }
        if principal.addressable().is_err() {
            let is_reached = known.caller.is_platform_admin;
            badges.push(if is_reached {
                Self::RowsOnly
            } else {
                Self::Unaddressable
            });
        }
        badges
    }

    /// Returns the words of the badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::YourGroup => "your group",
            Self::LastAdmin => "last Admin",
            Self::LookAlike => "look-alike",
            Self::Unaddressable => "cannot be changed",
            Self::RowsOnly => "by rows only",
        }
    }
}

/// Returns the kind of a principal, for a narrow column; the full words stand in the detail pane.
pub fn kind_in_a_word(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::ServiceAccount => "service",
        PrincipalKind::Everyone | PrincipalKind::User | PrincipalKind::Group => kind.label(),
    }
}

/// Tells what the row of a member says: in every column, badges included.
fn tell<'a>(
    member: &'a Member,
    roster: Option<&Roster>,
    known: &Known<'_>,
    hear: &mut Hear<'_, 'a>,
) -> ControlFlow<()> {
    let (principal, granted) = (&member.principal, member.granted());
    hear("name", principal.raw().into())?;
    let badges = roster.map(|roster| Badge::all(principal, roster.is_last_admin(principal), known));
    let badges: Vec<&str> = badges.into_iter().flatten().map(Badge::label).collect();
    let label = principal.label();
    hear("name", format!("{label} [{}]", badges.join(", ")).into())?;
    hear("kind", principal.kind().label().into())?;
    hear("kind", kind_in_a_word(principal.kind()).into())?;
    hear("roles", member.roles.shown().to_string().into())?;
    hear("granted", time::granted(&granted, known.now).into())?;
    hear("granted by", member.granted_by.as_deref().unwrap_or_default().into())?;
    hear("granted by", time::granted_by(&granted).to_string().into())
}

/// Returns whether a member is what a word with a key asks for: who may do no more than `of_everyone` may do as much.
fn fits(member: &Member, (of_everyone, workspace): &(RoleSet, &WorkspaceName), asks: &Asks, known: &Known<'_>) -> bool {
    if let Asks::Can(operation) = asks {
        let generation = known.session.generation();
        let give = |roles: &RoleSet| roles.giving(*operation, workspace, generation).is_some();
        // A right that is held in 'system' is told there, also that of platform admins.
        let is_here = operation.held_in(workspace) == **workspace;
        let is_admin = || known.store.top_role(&member.principal).is_some();
        return give(&member.roles) || give(of_everyone) || (is_here && is_admin());
    }
    if let Asks::Who(name) = asks {
        return name.is_principal(&member.principal);
    }
    if let Asks::Kind(kind) = asks {
        return member.principal.kind().word() == kind;
    }
    if let Asks::By(part) = asks {
        return is_by(member.granted_by.as_deref(), part);
    }
    let rank = || {
        let top = known
            .store
            .top_role(&member.principal)
            .map_or(0, |_| Role::Admin.rank());
        member.roles.strength().max(of_everyone.strength()).max(top)
    };
    if let Asks::Allows(least) = asks {
        return rank() >= *least;
    }
    if let Asks::Role(role) = asks {
        return is_called(&member.roles, role) || is_rank(rank(), role);
    }
    is_then(member.granted_at, asks)
}

/// Whether one of the roles is called so; in lower case.
pub(super) fn is_called(roles: &RoleSet, name: &str) -> bool {
    roles.iter().any(|role| role.raw().to_lowercase() == name)
}

/// Whether the role of this rank is called so; in lower case.
pub(super) fn is_rank(rank: u8, name: &str) -> bool {
    let mut choices = Role::CHOICES.iter();
    choices.any(|role| role.rank() == rank && role.raw().eq_ignore_ascii_case(name))
}

fn compare(key: SortKey, a: &Member, b: &Member) -> Compared {
    match key {
        SortKey::Roles => b.roles.rank().cmp(&a.roles.rank()).into(),
        SortKey::Principal => a.principal.cmp(&b.principal).into(),
        SortKey::Kind => a.principal.kind().cmp(&b.principal.kind()).into(),
        SortKey::Granted => Compared::of(a.granted_at.map(Reverse), b.granted_at.map(Reverse)),
        SortKey::GrantedBy => Compared::of(a.granted_by.as_ref(), b.granted_by.as_ref()),
    }
}
