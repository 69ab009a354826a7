//! What is done with all marked rows: one plan, in which the rules about the last Admin hold for all of it together.

use super::adding::Adding;
use super::judging::{judged, next_admin};
use super::{Entry, Form, HELD, Names, UNREAD, Verdict, What};
use crate::access::plan::Phase;
use crate::app::change::Settled;
use crate::app::dialog::ctx::{Ctx, Field, Selected};
use crate::app::dialog::form::moved;
use crate::app::keymap::{Context, RolePick};
use crate::app::targets::{LeftOut, Place, Targets};
use crate::domain::change::Change;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::{SafeText, counted, grouped};
use crate::domain::workspace::Permission;

/// The most changes of one plan. Those in one workspace are made one after the other, with three requests each.
pub(in crate::app) const MOST_AT_ONCE: usize = 1_000;

/// What was marked, and what is to be done with all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// What is to be done.
    pub deed: Deed,
    /// With whom, where.
    pub places: Vec<Place>,
    /// What was marked besides, with which nothing can be done.
    pub others: Vec<LeftOut>,
    /// How many marked rows a filter hides.
    pub n_hidden: usize,
}

/// What is to be done with the marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To remove them.
    Remove,
    /// To give them the role at this place among [`Role::CHOICES`].
    Choose(usize),
    /// To add somebody to all marked workspaces.
    Add(Box<Adding>),
    /// To make these changes, which repair the marked findings.
    Mend(Vec<Change>),
}

impl Form {
    /// Plans to remove all marked members.
    pub fn taking(selected: &Selected<'_>) -> Self {
        Self::of_marked(Deed::Remove, selected)
    }

    /// Plans to give all marked members one role, at first the one that most of them hold.
    pub fn choosing(selected: &Selected<'_>) -> Self {
        let mut n_by_choice = [0_usize; Role::CHOICES.len()];
        for place in selected.marked.places.iter().take(MOST_AT_ONCE) {
            let member = selected.ctx.store.member(&place.workspace, &place.principal);
            let rank = member.and_then(|member| member.roles.effective().map(Role::rank));
            let choice = rank.map(|rank| usize::from(rank.saturating_sub(1)));
            if let Some(n) = choice.and_then(|choice| n_by_choice.get_mut(choice)) {
                *n += 1;
            }
        }
        let most = n_by_choice.iter().enumerate().rev().max_by_key(|(_, n)| **n);
        Self::of_marked(Deed::Choose(most.map_or(0, |(choice, _)| choice)), selected)
    }

    /// Plans to add somebody to all marked workspaces.
    pub fn adding(selected: &Selected<'_>) -> Self {
        let adding = Adding::new(selected.marked.workspaces.clone());
        Self::of_marked(Deed::Add(Box::new(adding)), selected)
    }

    /// Plans to repair the marked findings, or the selected one.
    pub fn mending(selected: &Selected<'_>) -> Self {
        let Targets {
            repairs, not_repaired, ..
        } = selected.marked.clone();
        let mut form = Self::of_marked(Deed::Mend(repairs), selected);
        if let What::Marked(marked) = &mut form.what {
            marked.others = not_repaired;
        }
        form.plan(selected.ctx);
        form
    }

    fn of_marked(deed: Deed, selected: &Selected<'_>) -> Self {
        let Targets {
            places,
            others,
            n_hidden,
            ..
        } = selected.marked.clone();
        let mut form = Self {
            what: What::Marked(Marked {
                deed,
                places,
                others,
                n_hidden,
            }),
            entries: Vec::new(),
        };
        form.plan(selected.ctx);
        form
    }
}

impl Marked {
    /// Aims at whoever is typed by now, where somebody is to be added.
    pub(super) fn aim(&mut self, ctx: Ctx<'_>) {
        if let Deed::Add(adding) = &self.deed {
            let to = super::target(&adding.to, ctx).ok();
            let place = |workspace: &WorkspaceName| {
                Some(Place {
                    workspace: workspace.clone(),
                    principal: to.clone()?,
                })
            };
            self.places = adding.workspaces.iter().filter_map(place).collect();
        } else if let Deed::Mend(changes) = &self.deed {
            let place = |change: &Change| {
                Some(Place {
                    workspace: change.workspace().clone(),
                    principal: change.principal()?.clone(),
                })
            };
            self.places = changes.iter().filter_map(place).collect();
        }
    }

    /// Returns what becomes of each, judged in the order in which changes are made, and people after others: whoever stays
    /// as the last Admin is somebody who can log in.
    pub(super) fn entries(&self, ctx: Ctx<'_>) -> Vec<Entry> {
        let mut places = self.places.clone();
        places.sort();
        places.dedup();
        if places.len() > MOST_AT_ONCE {
            return Vec::new();
        }
        let mut entries = Vec::new();
        for places in places.chunk_by(|a, b| a.workspace == b.workspace) {
            if let Some(first) = places.first() {
                let roster = ctx.store.roster(&first.workspace);
                self.in_one_workspace(ctx, places, roster.as_deref(), &mut entries);
            }
        }
        entries
    }

    fn in_one_workspace(&self, ctx: Ctx<'_>, places: &[Place], roster: Option<&Roster>, entries: &mut Vec<Entry>) {
        let held = |place: &Place| {
            let roles = roster.map(|roster| roster.roles_of(&place.principal));
            roles.unwrap_or_default()
        };
        let mut planned: Vec<(&Place, Change)> = places
            .iter()
            .map(|place| {
                let before = held(place);
                let change = Change::Roles {
                    workspace: place.workspace.clone(),
                    principal: place.principal.clone(),
                    after: self.after(place, &before),
                    before,
                };
                (place, change)
            })
            .collect();
        planned.sort_by_key(|(place, change)| (Phase::of(change, ctx.identity), place.principal.is_person()));
        // Who is to lose something here, too, is nobody to be made Admin first.
        let all: Vec<Change> = planned.iter().map(|(_, change)| change.clone()).collect();
        let next = || next_admin(roster?, &all);
        let mut by_then = roster.cloned();
        for (place, change) in planned {
            let roles = held(place);
            let verdict = self.verdict(ctx, place, change, by_then.as_ref(), &next);
            if let (Verdict::Make(change, _), Some(roster)) = (&verdict, &mut by_then) {
                roster.apply(change);
            }
            entries.push(Entry {
                workspace: place.workspace.clone(),
                principal: place.principal.clone(),
                roles,
                verdict,
            });
        }
    }

    /// Returns what somebody shall hold who holds `before`.
    fn after(&self, place: &Place, before: &RoleSet) -> RoleSet {
        match &self.deed {
            Deed::Remove => RoleSet::default(),
            Deed::Choose(choice) => {
                let chosen = Role::CHOICES.get(*choice).cloned().unwrap_or(Role::Viewer);
                before.choosing(chosen)
            }
            Deed::Add(adding) => adding.after(before),
            Deed::Mend(changes) => {
                let here = |change: &&Change| {
                    *change.workspace() == place.workspace && change.principal() == Some(&place.principal)
                };
                let mine = changes.iter().filter(here);
                mine.fold(before.clone(), |roles, change| mended(&roles, change))
            }
        }
    }

    /// Returns by what the entries are told apart.
    pub(super) fn names(&self) -> Names {
        match self.deed {
            Deed::Add(_) => return Names::Workspaces,
            // Findings are of all kinds, and what repairs one is told of that alone.
            Deed::Mend(_) => return Names::Both,
            Deed::Remove | Deed::Choose(_) => {}
        }
        let mut places = self.places.iter();
        let Some(first) = places.next() else {
            return Names::Both;
        };
        let is_one_workspace = self.others.is_empty() && places.clone().all(|place| place.workspace == first.workspace);
        let is_one_principal = places.all(|place| place.principal == first.principal);
        match (is_one_workspace, is_one_principal) {
            (true, _) => Names::Principals,
            (false, true) if self.others.is_empty() => Names::Workspaces,
            (false, _) => Names::Both,
        }
    }

    /// Returns what the plan is about, in words.
    pub fn in_words(&self, names: Names) -> String {
        let n = self.places.len();
        let first = self.places.first();
        let whom = match (names, first) {
            (Names::Principals, Some(first)) => {
                format!("{} of '{}'", counted(n, "marked member"), first.workspace.shown())
            }
            (Names::Workspaces, Some(first)) => {
                let from = if self.deed == Deed::Remove { "from" } else { "in" };
                format!("{} {from} {}", first.principal.label(), counted(n, "marked workspace"))
            }
            (Names::Both | Names::Workspaces | Names::Principals, _) => counted(n, "marked grant"),
        };
        match &self.deed {
            Deed::Remove => format!("remove {whom}"),
            Deed::Choose(_) => format!("change the role of {whom}"),
            Deed::Add(adding) => {
                let n = adding.workspaces.len();
                let who = first.map_or_else(|| "one member".to_owned(), |first| first.principal.label().to_string());
                format!("add {who} to {}", counted(n, "marked workspace"))
            }
            Deed::Mend(changes) => format!("repair {}", counted(changes.len() + self.others.len(), "finding")),
        }
    }

    /// Returns the options of the role.
    pub fn options(&self) -> Option<(&'static [RolePick], usize)> {
        let picks = RolePick::ALL.get(..Role::CHOICES.len()).unwrap_or_default();
        match &self.deed {
            Deed::Remove | Deed::Mend(_) => None,
            Deed::Choose(choice) => Some((picks, *choice)),
            Deed::Add(adding) => Some((picks, adding.choice)),
        }
    }

    pub(super) fn title(&self) -> &'static str {
        match self.deed {
            Deed::Remove => "Remove members",
            Deed::Choose(_) => "Change roles",
            Deed::Add(_) => "Add member",
            Deed::Mend(_) => "Repair findings",
        }
    }

    pub(super) fn done(&self, n: usize) -> String {
        match self.deed {
            Deed::Remove => format!("{n} removed"),
            Deed::Choose(_) => format!("{n} changed"),
            Deed::Add(_) => format!("{n} granted"),
            Deed::Mend(_) => format!("{n} repaired"),
        }
    }

    pub(super) fn keys(&self) -> &'static [Context] {
        match self.deed {
            Deed::Remove | Deed::Mend(_) => &[Context::Dialog, Context::LongText, Context::Always],
            Deed::Choose(_) => &[Context::ChangeRole, Context::Dialog, Context::LongText, Context::Always],
            Deed::Add(_) => &[Context::AddMember, Context::Dialog, Context::LongText, Context::Always],
        }
    }

    /// Returns whether there is anything to choose or to type before it is confirmed.
    pub(super) fn is_editable(&self) -> bool {
        match self.deed {
            Deed::Remove | Deed::Mend(_) => false,
            Deed::Choose(_) | Deed::Add(_) => true,
        }
    }

    /// Returns whether the focus is on the role.
    pub fn is_on_options(&self) -> bool {
        match &self.deed {
            Deed::Remove | Deed::Mend(_) => false,
            Deed::Choose(_) => true,
            Deed::Add(adding) => adding.focus == Field::Role,
        }
    }

    pub(super) fn move_by(&mut self, down: bool) {
        match &mut self.deed {
            Deed::Remove | Deed::Mend(_) => {}
            Deed::Choose(choice) => *choice = moved(*choice, Role::CHOICES.len() - 1, down),
            Deed::Add(adding) => adding.move_by(down),
        }
    }

    pub(super) fn choose_next(&mut self) {
        if let Some(choice) = self.choice_mut() {
            *choice = (*choice + 1) % Role::CHOICES.len();
        }
    }

    pub(super) fn choose_at(&mut self, place: usize) {
        if let Some(choice) = self.choice_mut() {
            *choice = place.min(Role::CHOICES.len() - 1);
        }
    }

    fn choice_mut(&mut self) -> Option<&mut usize> {
        match &mut self.deed {
            Deed::Remove | Deed::Mend(_) => None,
            Deed::Choose(choice) => Some(choice),
            Deed::Add(adding) => Some(&mut adding.choice),
        }
    }

    /// Returns what is asked for, where somebody is to be added.
    pub fn adding(&self) -> Option<&Adding> {
        match &self.deed {
            Deed::Add(adding) => Some(adding),
            Deed::Remove | Deed::Choose(_) | Deed::Mend(_) => None,
        }
    }

    pub(super) fn adding_mut(&mut self) -> Option<&mut Adding> {
        match &mut self.deed {
            Deed::Add(adding) => Some(adding),
            Deed::Remove | Deed::Choose(_) | Deed::Mend(_) => None,
        }
    }

    /// Keeps only what is still to be done.
    pub(super) fn keep_what_is_left(&mut self, settled: &[Settled]) {
        let left: Vec<Place> = Settled::left(settled)
            .filter_map(|change| {
                Some(Place {
                    workspace: change.workspace().clone(),
                    principal: change.principal()?.clone(),
                })
            })
            .collect();
        if let Some(adding) = self.adding_mut() {
            adding
                .workspaces
                .retain(|workspace| left.iter().any(|place| place.workspace == *workspace));
        }
        if let Deed::Mend(changes) = &mut self.deed {
            changes.retain(|change| {
                let is_it = |place: &Place| {
                    place.workspace == *change.workspace() && Some(&place.principal) == change.principal()
                };
                left.iter().any(is_it)
            });
        }
        self.places.retain(|place| left.contains(place));
        self.others.clear();
        self.n_hidden = 0;
    }
}

/// Returns what is left of `roles` after a change that was worked out when others were held, perhaps.
fn mended(roles: &RoleSet, change: &Change) -> RoleSet {
    let (before, after) = change.roles();
    let kept = roles.iter().filter(|role| !before.holds(role) || after.holds(role));
    let given = after.iter().filter(|role| !before.holds(role));
    kept.chain(given).cloned().collect()
}

/// Returns what is said of a plan that is too long.
pub(super) fn too_many() -> String {
    format!("at most {} changes at once: mark fewer rows", grouped(MOST_AT_ONCE))
}

impl Marked {
    fn verdict(
        &self,
        ctx: Ctx<'_>,
        place: &Place,
        change: Change,
        roster: Option<&Roster>,
        next: &dyn Fn() -> Option<Principal>,
    ) -> Verdict {
        let skip = |why: &str| Verdict::Skip(SafeText::new(why));
        if ctx.store.is_going(&place.workspace) {
            return skip("being deleted");
        }
        if ctx
            .store
            .caller_access(&place.workspace)
            .forbids(Permission::ManageMembers)
        {
            return skip("you need Admin there");
        }
        if roster.is_none() {
            return skip(UNREAD);
        }
        let (before, after) = change.roles();
        if before.is_empty() && !matches!(self.deed, Deed::Add(_)) {
            return skip("no role of its own there");
        }
        if before == after {
            return skip(HELD);
        }
        judged(ctx, change, roster, |_| next())
    }
}
