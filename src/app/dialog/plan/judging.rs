//! What becomes of each change of a plan: it is made, or left out for a reason.

use super::{Entry, HELD, LAST_ADMIN, LAST_ADMIN_IN_ROWS, UNREAD, Verdict};
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
    let verdict = judged(ctx, change, ctx.store.roster(&workspace).as_deref());
    Entry {
        workspace,
        principal: principal.clone(),
        roles,
        verdict,
    }
}

/// Returns whether `change` is made as a part of a plan, given the members as they are by then.
pub(super) fn judged(ctx: Ctx<'_>, change: Change, roster: Option<&Roster>) -> Verdict {
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
    let weighed: Vec<Weighs> = consequences.iter().map(weighs).collect();
    let reason = weighed.iter().find_map(|weighs| match weighs {
        Weighs::Skip(why) => Some(*why),
        Weighs::Note(_) | Weighs::Nothing => None,
    });
    let note = weighed.iter().find_map(|weighs| match weighs {
        Weighs::Note(what) => Some(SafeText::new(what)),
        Weighs::Skip(_) | Weighs::Nothing => None,
    });
    match reason {
        Some(why) => skip(why),
        None => Verdict::Make(change, note),
    }
}

/// What a consequence means for a removal that is part of a plan.
pub(in crate::app::dialog) enum Weighs {
    /// It is left out, for this reason.
    Skip(&'static str),
    /// It is made, and this stands beside it.
    Note(&'static str),
    Nothing,
}

pub(in crate::app::dialog) fn weighs(consequence: &Consequence) -> Weighs {
    match consequence {
        Consequence::LastAdmin(_) => Weighs::Skip(LAST_ADMIN),
        Consequence::LastAdminInRows(_) => Weighs::Skip(LAST_ADMIN_IN_ROWS),
        Consequence::LastPlatformAdmin(_) => Weighs::Skip("last platform admin: nobody would be left"),
        Consequence::NobodyListsWorkspaces => Weighs::Skip("nobody could list workspaces any more"),
        Consequence::NoPersonIsAdmin => Weighs::Note("no person is left as Admin there"),
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
