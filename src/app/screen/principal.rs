//! One principal: every workspace where it has a role, by itself or through everyone, and what it had once.

use super::audit;
use super::languages;
use super::members::{is_called, is_rank};
use super::state::{Freshness, Known, ScreenState, Source, Subject, Title, has_a_list, has_marks};
use crate::app::audit::Access;
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::filter::{self, Filter, Hear, Words, hear_both, is_by, is_then};
use crate::app::keymap::{Action, Context, KeyMap};
use crate::app::list::{Compared, List, Markable, Marks as _, Sort, SortColumn};
use crate::app::remote::Remote;
use crate::app::store::{FEW_UNSEEN, Glimpse};
use crate::app::targets::{Place, Targets};
use crate::app::time;
use crate::app::waits::Wait;
use crate::domain::binding::Binding;
use crate::domain::generation::Generation;
use crate::domain::identity::IsCaller;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::operation::Operation;
use crate::domain::query::Asks;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{self, CopyProblem, SafeText, counted, grouped};
use crate::domain::workspace::Access as Unnamed;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Whose access.
    pub principal: Principal,
    /// What was granted and taken away again; only platform admins may see it.
    pub history: Remote<Vec<Binding>>,
    /// The rows.
    pub list: List<Row>,
    /// In how many workspaces it has something, whatever the filter leaves.
    pub n_all: usize,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// How far the workspaces were looked at one by one, where this is the caller's own access.
    pub looks: Looks,
    /// Where it was opened from.
    came_from: Option<WorkspaceName>,
}

/// How far the workspaces were looked at for what the caller may do there. Only Admins see members, so that elsewhere it
/// has to be found out by what is refused: up to three requests for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// How many were.
    n_seen: usize,
    /// Those that were not, or are to be looked at again.
    unseen: Vec<WorkspaceName>,
    /// Whether all of them are looked at, however many requests that takes.
    reads_rest: bool,
}

impl Looks {
    /// Returns whether the rest is looked at without being asked for.
    fn goes_on(&self) -> bool {
        self.reads_rest || self.unseen.len() <= FEW_UNSEEN
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Row {
    /// What it has in a workspace.
    Now(WorkspaceName),
    /// What is known of a workspace whose members may not be seen.
    Unread(WorkspaceName),
    /// A role that was taken away.
    Past(WorkspaceName, Role),
}

impl Row {
    /// Returns the workspace it is about.
    pub fn workspace(&self) -> &WorkspaceName {
        match self {
            Self::Now(workspace) | Self::Unread(workspace) | Self::Past(workspace, _) => workspace,
        }
    }
}

impl Markable for Row {
    fn can_be_marked(&self) -> bool {
        matches!(self, Self::Now(_))
    }
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// What it amounts to, the strongest first.
    Effective,
    /// The workspace.
    Workspace,
    /// When granted, the newest first.
    Granted,
    /// By whom.
    GrantedBy,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::Effective, Self::Workspace, Self::Granted, Self::GrantedBy];

    fn label(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Workspace => "workspace",
            Self::Granted => "granted",
            Self::GrantedBy => "granted by",
        }
    }
}

impl State {
    /// Opens on a principal, the strongest roles first.
    pub fn new(principal: Principal) -> Self {
        let sort = Sort::by(SortKey::Effective);
        Self {
            principal,
            history: Remote::Absent,
            list: List::default(),
            n_all: 0,
            filter: Filter::default(),
            sort,
            looks: Looks::default(),
            came_from: None,
        }
    }

    /// Puts the cursor on the workspace that it was opened from, once that is there.
    #[must_use]
    pub fn coming_from(self, workspace: Option<&WorkspaceName>) -> Self {
        Self {
            came_from: workspace.cloned(),
            ..self
        }
    }

    /// Returns the grant that a row about the past stands for.
    pub fn past(&self, workspace: &WorkspaceName, role: &Role) -> Option<&Binding> {
        let mut history = self.history.value()?.iter();
        history.find(|binding| binding.workspace == *workspace && binding.role == *role && binding.revoked_at.is_some())
    }

    /// Returns whether it is the caller whose access is shown.
    pub fn is_about_the_caller(&self, known: &Known<'_>) -> bool {
        known.caller.is(&self.principal) == IsCaller::Yes
    }

    /// Returns whether it is found out here what the caller may do: a platform admin is told in bulk.
    fn looks_one_by_one(&self, known: &Known<'_>) -> bool {
        self.is_about_the_caller(known) && !known.caller.is_platform_admin
    }

    /// Returns whether workspaces are still to be looked at one by one.
    pub fn is_looked_at_one_by_one(&self) -> bool {
        !self.looks.unseen.is_empty()
    }

    /// Returns whether the next refresh goes on with what was left out, rather than reading everything again; also while
    /// that is under way.
    pub fn goes_on_with_the_rest(&self) -> bool {
        !self.looks.unseen.is_empty() && (self.leaves_out_the_rest() || self.looks.reads_rest)
    }

    /// Returns whether workspaces were left out, since looking at all of them is many requests.
    pub fn leaves_out_the_rest(&self) -> bool {
        !self.looks.goes_on()
    }

    /// Notes which workspaces are still to be looked at one by one.
    fn look(&mut self, known: &Known<'_>) {
        if self.looks_one_by_one(known) {
            let store = known.store;
            let is_ready = store.reading().is_none() && !store.is_wanting();
            let unseen = store.unseen().filter(|_| is_ready).cloned();
            (self.looks.n_seen, self.looks.unseen) = (store.n_seen(), unseen.collect());
        }
    }

    /// Says how much of the platform it covers, and how it comes to cover more.
    pub fn covered(&self, known: &Known<'_>) -> String {
        if !self.looks_one_by_one(known) || known.store.reading().is_some() {
            let report = known.store.report();
            return report.map(|report| audit::covered(known, report)).unwrap_or_default();
        }
        if self.leaves_out_the_rest() {
            return left_out(known.keymap, &counted(self.looks.unseen.len(), "workspace"));
        }
        format!("your role known in {} workspaces", self.seen(known))
    }

    /// Returns in how many of the workspaces the caller's role is known, also where their members may not be seen.
    fn seen(&self, known: &Known<'_>) -> String {
        let (n_seen, n_all) = (self.looks.n_seen, known.store.workspaces().len());
        if n_seen == n_all {
            format!("all {}", grouped(n_all))
        } else {
            format!("{} of {}", grouped(n_seen), grouped(n_all))
        }
    }

    /// Says how much of the platform it covers where there is little room: in a narrow title the end is cut, and how many
    /// were left out is told by nothing else, nor is the key.
    fn covered_briefly(&self, known: &Known<'_>) -> String {
        if !self.looks_one_by_one(known) || known.store.reading().is_some() {
            return audit::covered_briefly(known);
        }
        if self.leaves_out_the_rest() {
            left_out(known.keymap, &grouped(self.looks.unseen.len()))
        } else {
            format!("role known in {}", self.seen(known))
        }
    }

    /// Returns the workspace under the cursor, if it is a row about the present.
    pub fn selected(&self) -> Option<&WorkspaceName> {
        match self.list.selected()? {
            Row::Now(workspace) | Row::Unread(workspace) => Some(workspace),
            Row::Past(..) => None,
        }
    }
}

/// Says that so many were left out, and which key reads them.
fn left_out(keymap: KeyMap, n_unseen: &str) -> String {
    let key = keymap.key_of(Context::Screen, Action::Refresh);
    format!("{n_unseen} not read: {key} reads them")
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Principal, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Principal)
    }

    /// Says whose access is shown, to how much, how much was taken away, and how much of the platform that covers.
    fn title(&self, known: &Known<'_>) -> Title {
        let rows = self.list.rows();
        let n_shown = rows.iter().filter(|row| !matches!(row, Row::Past(..))).count();
        let n_past = rows.len() - n_shown;
        let past = if n_past > 0 {
            format!(" and {} revoked", grouped(n_past))
        } else {
            String::new()
        };
        let odd = if known.store.is_flagged(&self.principal) {
            " [! look-alike]"
        } else {
            ""
        };
        let of = if self.n_all == n_shown {
            String::new()
        } else {
            format!(" of {}", grouped(self.n_all))
        };
        let rest = format!("{odd} ({}{of}{past})", grouped(n_shown));
        let title = if self.principal.is_everyone() {
            Title::new(format!("Public access{rest}"))
        } else {
            Title::of("Access of ", &self.principal.label(), rest)
        };
        title
            .covering(self.covered(known))
            .covering_briefly(self.covered_briefly(known))
            .sorted(Some(self.sort.told()))
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        // In quotes a colon and a blank belong to the name.
        let who = format!("who:\"{}\"", self.principal.raw());
        let what = format!("print what {} has access to", self.principal.label());
        out.print_audit(&what, &known.session.cli, Some(&who));
        match self.selected() {
            Some(workspace) => out.list_members(workspace, &known.session.grammar()),
            None if known.is_auditing => out.wait("still loading the audit"),
            None => {}
        }
    }

    fn subject(&self) -> Subject<'_> {
        Subject {
            workspace: self.selected(),
            principal: Some(&self.principal),
        }
    }

    has_a_list!(sorted);

    has_marks!();

    fn marked(&self) -> Targets {
        let place = |row: &Row| Place {
            workspace: row.workspace().clone(),
            principal: self.principal.clone(),
        };
        Targets {
            places: self.list.marked().map(place).collect(),
            n_hidden: self.list.n_marked().n_hidden,
            ..Targets::default()
        }
    }

    fn unmark(&mut self, over: &[Place]) {
        let over: HashSet<&WorkspaceName> = over
            .iter()
            .filter(|place| place.principal == self.principal)
            .map(|place| &place.workspace)
            .collect();
        self.list.retain_marks(|row| !over.contains(row.workspace()));
    }

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.selected().filter(|_| self.filter.is_active());
        let access = selected.and_then(|name| Some((name, known.store.access_of(name, &self.principal)?)));
        access
            .map(|(name, access)| filter::words(|hear| tell(name, &access, known.now, hear)))
            .unwrap_or_default()
    }

    fn select_best_match(&mut self, height: usize) {
        self.filter
            .select_best(&mut self.list, height, |row| row.workspace().raw());
    }

    fn to_copy(&self, _: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let selected = self.selected().into_iter();
        selected.map(|workspace| SafeText::to_copy(workspace.raw())).collect()
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        let freshness = audit::freshness(known.store);
        let is_looking = !self.looks.unseen.is_empty() && self.looks.goes_on() && known.store.halted().is_none();
        match freshness {
            Some(Freshness::Note(_) | Freshness::Progress(_)) | None if is_looking => {
                let n_all = self.looks.n_seen + self.looks.unseen.len();
                let percent = (self.looks.n_seen * 100).checked_div(n_all).unwrap_or(0);
                Some(Freshness::Progress(format!("loading {percent}%")))
            }
            freshness => freshness,
        }
    }

    fn refreshed(&mut self) {
        self.looks.reads_rest = true;
    }

    /// Those whose members may not be seen are looked at one by one, once it is known which these are.
    fn in_view<'a>(&'a self, _: &Known<'a>, _: usize) -> Vec<&'a WorkspaceName> {
        let unseen = self.looks.unseen.iter();
        unseen.filter(|_| self.looks.goes_on()).collect()
    }

    fn is_waiting(&self, known: &Known<'_>) -> bool {
        known.store.reading().is_some()
    }

    fn awaits(&self, wait: &Wait) -> bool {
        wait.is_history_of(&self.principal)
    }

    fn source(&self) -> Source<'_> {
        Source::Audit
    }

    fn depends_on(&self, workspace: &WorkspaceName, known: &Known<'_>) -> bool {
        let access = known.store.access_of(workspace, &self.principal);
        let mut present = self.list.rows().iter().filter(|row| !matches!(row, Row::Past(..)));
        let is_row = |row: &Row| row.workspace() == workspace;
        // Who has access now may be sorted and filtered by what that is. What a filter hides is counted, too.
        let glimpse = known.store.glimpse_of(workspace, self.is_about_the_caller(known));
        let is_looked_at = !self.looks.unseen.is_empty();
        access.is_some()
            || glimpse.is_some()
            || is_looked_at
            || present.clone().count() < self.n_all
            || present.any(is_row)
    }

    /// What it has now comes before what it had once.
    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let (store, now) = (known.store, known.now);
        self.look(known);
        let named = store.workspaces_of(&self.principal);
        let present = named
            .iter()
            .filter_map(|name| Some((name, store.access_of(name, &self.principal)?)));
        let present: Vec<(&WorkspaceName, Access)> = present.collect();
        let unread = store.glimpses(self.is_about_the_caller(known));
        let unread: Vec<_> = unread
            .into_iter()
            .filter(|(name, _)| store.access_of(name, &self.principal).is_none())
            .collect();
        self.n_all = present.len() + unread.len();
        let places: HashSet<&WorkspaceName> = present.iter().map(|(name, _)| *name).collect();
        self.list.retain_marks(|row| places.contains(row.workspace()));
        let past = self.history.value().map(Vec::as_slice).unwrap_or_default();
        let past = past.iter().filter(|binding| binding.revoked_at.is_some());
        let all = present.iter().map(|(name, access)| Held::Now(name, access));
        let seen = unread.iter().map(|(name, glimpse)| Held::Unread(name, glimpse));
        let all: Vec<Held<'_>> = all.chain(seen).chain(past.map(Held::Past)).collect();
        let (filter, generation) = (&mut self.filter, known.session.generation());
        let kept = filter.keep(
            all,
            languages::PRINCIPAL,
            now,
            |held, hear| held.tell(now, hear),
            |held, asks| held.fits(asks, generation),
        );
        let (mut present, mut unread, mut past) = (Vec::new(), Vec::new(), Vec::new());
        for held in kept {
            match held {
                Held::Now(name, access) => present.push((name, access)),
                Held::Unread(name, _) => unread.push(Row::Unread(name.clone())),
                Held::Past(binding) => past.push(binding),
            }
        }
        present.sort_by(|a, b| {
            let order = self.sort.compare(|key| compare(key, a, b));
            order.then_with(|| a.0.cmp(b.0))
        });
        past.sort_by(|a, b| {
            b.revoked_at
                .cmp(&a.revoked_at)
                .then_with(|| a.workspace.cmp(&b.workspace))
        });
        let present = present
            .into_iter()
            .map(|(name, _)| Row::Now(WorkspaceName::clone(name)));
        let past = past
            .into_iter()
            .map(|binding| Row::Past(binding.workspace.clone(), binding.role.clone()));
        self.list
            .set_growing_rows(present.chain(unread).chain(past).collect(), height);
        if let Some(place) = &self.came_from {
            self.list.look_for(|row| row.workspace() == place, height);
        }
    }
}

/// What a row is made from.
#[derive(Clone, Copy)]
enum Held<'a> {
    Now(&'a WorkspaceName, &'a Access),
    Unread(&'a WorkspaceName, &'a Glimpse),
    Past(&'a Binding),
}

impl<'a> Held<'a> {
    /// Tells what the row says, in every column.
    fn tell(self, now: Timestamp, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
        match self {
            Self::Now(name, access) => tell(name, access, now, hear),
            Self::Unread(name, glimpse) => {
                hear("name", name.raw().into())?;
                hear("effective", glimpse.access.label().to_string().into())?;
                hear("through", glimpse.through.into())?;
                hear("roles", "–".into())
            }
            Self::Past(binding) => {
                hear_both("name", binding.workspace.raw(), text::LONGEST, hear)?;
                hear("through", "revoked".into())?;
                hear("role", format!("was {}", binding.role.shown()).into())?;
                match binding.revoked_at {
                    Some(at) => hear("revoked", time::relative(at, now).into()),
                    None => ControlFlow::Continue(()),
                }
            }
        }
    }

    /// Returns whether it is what a word with a key asks for; of what was taken away, of its granting or its end.
    fn fits(self, asks: &Asks, generation: Generation) -> bool {
        if let Asks::Can(operation) = asks {
            return self.can(*operation, generation);
        }
        match self {
            Self::Now(name, access) => fits(name, access, asks),
            Self::Unread(name, glimpse) => {
                matches!(asks, Asks::Workspace(wanted) if wanted.fits(name.raw()))
                    || matches!(asks, Asks::Role(role) if glimpse.access.may_be(role))
                    || matches!(asks, Asks::Allows(rank) if glimpse.access.may_allow(*rank))
                    || matches!((asks, &glimpse.everyone), (Asks::Access(wanted), Some(role))
                        if wanted.fits(&Unnamed::All(role.clone())))
            }
            Self::Past(binding) => {
                let roles = RoleSet::only(binding.role.clone());
                matches!(asks, Asks::Workspace(wanted) if wanted.fits(binding.workspace.raw()))
                    || matches!(asks, Asks::Role(name) if is_called(&roles, name))
                    || matches!(asks, Asks::Allows(rank) if roles.strength() >= *rank)
                    || matches!(asks, Asks::By(part) if is_by(binding.granted_by.as_deref(), part))
                    || is_then(binding.granted_at, asks)
                    || is_then(binding.revoked_at, asks)
            }
        }
    }
}

impl Held<'_> {
    /// Returns whether it lets somebody do `operation`, or did before it was taken away; of what was looked at only from
    /// outside, whether it may.
    fn can(self, operation: Operation, generation: Generation) -> bool {
        match self {
            Self::Now(name, access) => access.gives(operation, name, generation),
            Self::Unread(name, glimpse) => glimpse.access.may_do(operation, name, generation),
            Self::Past(binding) => binding.role.gives(operation, &binding.workspace, generation),
        }
    }
}

fn fits(name: &WorkspaceName, access: &Access, asks: &Asks) -> bool {
    let rank = || access.effective.role.as_ref().map_or(0, Role::rank);
    matches!(asks, Asks::Workspace(wanted) if wanted.fits(name.raw()))
        || matches!(asks, Asks::Role(role) if is_called(&access.own, role) || is_rank(rank(), role))
        || matches!(asks, Asks::Allows(least) if rank() >= *least)
        || matches!(asks, Asks::Access(wanted) if wanted.fits(&Unnamed::of(Some(&access.everyone))))
        || matches!(asks, Asks::By(part) if is_by(access.granted.by(), part))
        || is_then(access.granted.at(), asks)
}

/// Tells what the row of a workspace says, in every column.
fn tell<'a>(name: &'a WorkspaceName, access: &Access, now: Timestamp, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    hear_both("name", name.raw(), text::LONGEST, hear)?;
    let effective = access.effective.role.as_ref().map(Role::shown);
    let effective = effective.map_or_else(|| "none".into(), |role| role.to_string().into());
    hear("effective", effective)?;
    hear("through", access.effective.given_by.label().into())?;
    // Where it holds nothing by name, everyone does.
    let own = (!access.own.is_empty()).then(|| access.own.shown());
    hear("roles", own.map_or_else(|| "–".into(), |own| own.to_string().into()))?;
    hear("granted", time::granted(&access.granted, now).into())?;
    hear("granted by", time::granted_by(&access.granted).to_string().into())
}

fn compare(key: SortKey, (a_name, a): &(&WorkspaceName, &Access), (b_name, b): &(&WorkspaceName, &Access)) -> Compared {
    let rank = |access: &Access| access.effective.role.as_ref().map_or(0, Role::rank);
    match key {
        SortKey::Effective => rank(b).cmp(&rank(a)).into(),
        SortKey::Workspace => a_name.cmp(b_name).into(),
        SortKey::Granted => Compared::of(a.granted.at().map(Reverse), b.granted.at().map(Reverse)),
        SortKey::GrantedBy => Compared::of(a.granted.by(), b.granted.by()),
    }
}
