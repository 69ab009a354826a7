//! What becomes of each change of a plan: it is made, or left out for a reason.

use super::{Entry, HELD, LAST_ADMIN, UNREAD, Verdict};
use crate::app::dialog::ctx::Ctx;
use crate::app::store::Store;
use crate::domain::change::{Change, Way};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::policy::{self, Consequence};
use crate::domain::role::{Role, RoleSet, Special};
use crate::domain::text::SafeText;

/// Returns what `principal` holds by name, by workspace.
pub(super) fn held(store: &Store, principal: &Principal) -> Vec<(WorkspaceName, RoleSet)> {
    let names = store.workspaces_of(principal).into_iter();
    let held = names.filter_map(|name| {
        let roles = store.member(&name, principal)?.roles;
        Some((name, roles))
    });
    held.collect()
}

pub(super) fn removal(ctx: Ctx<'_>, principal: &Principal, workspace: WorkspaceName, roles: RoleSet) -> Entry {
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: principal.clone(),
        before: roles.clone(),
        after: RoleSet::default(),
    };
    let roster = ctx.store.roster(&workspace);
    let next = |change: &Change| next_admin(roster.as_deref()?, std::slice::from_ref(change));
    let verdict = judged(ctx, change, roster.as_deref(), next);
    Entry {
        workspace,
        principal: principal.clone(),
        roles,
        verdict,
    }
}

/// Returns who could be made Admin instead of those who are that in `roster`, and are to be it no longer by `changes`.
pub(super) fn next_admin<'a>(roster: &Roster, changes: impl IntoIterator<Item = &'a Change>) -> Option<Principal> {
    let mut after = roster.clone();
    for change in changes {
        after.apply(change);
    }
    policy::next_admin(roster, &after)
}

/// Returns whether `change` is made as a part of a plan, given the members as they are by then; `next` tells who could be
/// made Admin before it.
pub(super) fn judged(
    ctx: Ctx<'_>,
    change: Change,
    roster: Option<&Roster>,
    next: impl FnOnce(&Change) -> Option<Principal>,
) -> Verdict {
    let skip = |why: &str| Verdict::Skip(SafeText::new(why));
    let by_name = change.principal().map_or(Ok(()), Principal::addressable);
    let reaches = match policy::way(&change, ctx.identity) {
        Way::ByName => by_name,
        Way::ThroughRows => Ok(()),
    };
    if let Err(problem) = change.workspace().addressable().and(reaches) {
        return skip(&problem.in_words());
    }
    let Some(roster) = roster else {
        // Whether it is the last Admin there cannot be told by half of the members.
        return skip(UNREAD);
    };
    let consequences = policy::consequences(&change, roster, ctx.identity, ctx.store.generation());
    match weighed(&consequences) {
        Weighed::Skip(why) => skip(why),
        Weighed::NeedsAdmin(why) => {
            let first = policy::make_admin_first(next(&change).as_ref());
            Verdict::NeedsAdmin(SafeText::new(why), SafeText::new(&first))
        }
        Weighed::Make(notes) => Verdict::Make(change, notes.first().map(|note| SafeText::new(note))),
    }
}

/// What the consequences of a change mean where it is part of a plan.
pub(in crate::app::dialog) enum Weighed {
    /// It is left out, for this reason.
    Skip(&'static str),
    /// It is left out for this reason, until somebody else is Admin.
    NeedsAdmin(&'static str),
    /// It is made, and these stand beside it.
    Make(Vec<&'static str>),
}

/// Weighs what follows from a change.
pub(in crate::app::dialog) fn weighed(consequences: &[Consequence]) -> Weighed {
    let mut notes = Vec::new();
    for consequence in consequences {
        match weighs(consequence) {
            Weighs::Skip(why) => return Weighed::Skip(why),
            Weighs::NeedsAdmin(why) => return Weighed::NeedsAdmin(why),
            Weighs::Note(note) => notes.push(note),
            Weighs::Nothing => {}
        }
    }
    Weighed::Make(notes)
}

/// What one consequence means for a change that is part of a plan.
enum Weighs {
    Skip(&'static str),
    NeedsAdmin(&'static str),
    Note(&'static str),
    Nothing,
}

fn weighs(consequence: &Consequence) -> Weighs {
    match consequence {
        Consequence::LastAdmin(_) | Consequence::LastAdminInRows(_) => Weighs::NeedsAdmin(LAST_ADMIN),
        Consequence::NoPersonIsAdmin => Weighs::NeedsAdmin("no person would be Admin any more"),
        Consequence::LastPlatformAdmin(_) => Weighs::Skip("last platform admin: nobody would be left"),
        Consequence::NobodyListsWorkspaces => Weighs::Skip("nobody could list workspaces any more"),
        Consequence::YouLoseAdmin => Weighs::Note("you lose Admin there"),
        Consequence::YouLoseAccess => Weighs::Note("you lose access there"),
        Consequence::StillThroughEveryone(_) => Weighs::Note("keeps access through everyone (*)"),
        Consequence::LosesPlatformAdmin(_) => Weighs::Note("will no longer be platform admin"),
        Consequence::GetsPlatformAdmin(_) => Weighs::Note("becomes platform admin"),
        Consequence::ThroughRows(_) => Weighs::Note("through its role-binding rows"),
        Consequence::NotFoundNow(_) => Weighs::Note("not found by name on PostgreSQL"),
        Consequence::LosesRole(_, _, brought) => match brought {
            Special::NamesPlatformAdmins => Weighs::Note("can no longer name platform admins"),
            Special::EveryPermission | Special::EveryPermissionInSystem => {
                Weighs::Note("no longer has every permission there")
            }
            Special::CreatesWorkspaces => Weighs::Note("can no longer create workspaces"),
            Special::UploadsLogs | Special::Nothing(_) => Weighs::Nothing,
        },
        Consequence::GetsAdmin(_)
        | Consequence::GetsRole(..)
        | Consequence::YouBecomeAdmin(_)
        | Consequence::NotFoundAgain(_)
        | Consequence::LosesAdmin(_)
        | Consequence::LosesAccess(_)
        | Consequence::MaybeYou(_)
        | Consequence::EveryoneGets(_)
        | Consequence::EveryoneFalls(..)
        | Consequence::EveryoneLoses(_)
        | Consequence::Oddity { .. }
        | Consequence::PassesFor { .. }
        | Consequence::LeftBehind(_)
        | Consequence::NewGroups(_)
        | Consequence::TakenForNames(_)
        | Consequence::AlsoLost(_)
        | Consequence::NoUndo
        | Consequence::LeftoversDestroyed
        | Consequence::Across { .. } => Weighs::Nothing,
    }
}

pub(super) fn copying(ctx: Ctx<'_>, to: &Principal, workspace: WorkspaceName, roles: &RoleSet) -> Entry {
    let before = ctx
        .store
        .member(&workspace, to)
        .map(|member| member.roles)
        .unwrap_or_default();
    // What stands for the whole platform, or is meant for services, is nothing to be handed on in passing.
    let is_for_services = |role: &Role| !Role::CHOICES.contains(role) && role.amounts_to().is_some();
    let given: RoleSet = roles.iter().filter(|role| !is_for_services(role)).cloned().collect();
    let after = before.raised_by(&given);
    let verdict = if workspace.raw() == "system" {
        Verdict::Skip(SafeText::new("roles in 'system' count everywhere: grant them there"))
    } else if given.is_empty() {
        Verdict::Skip(SafeText::new("a role meant for services"))
    } else if let Err(problem) = workspace.addressable() {
        Verdict::Skip(SafeText::new(&problem.in_words()))
    } else if ctx.store.roster(&workspace).is_none() {
        Verdict::Skip(SafeText::new(UNREAD))
    } else if after == before {
        Verdict::Skip(SafeText::new(HELD))
    } else {
        let (workspace, principal) = (workspace.clone(), to.clone());
        let change = Change::Roles {
            workspace,
            principal,
            before: before.clone(),
            after,
        };
        Verdict::Make(change, None)
    };
    Entry {
        workspace,
        principal: to.clone(),
        roles: before,
        verdict,
    }
}
