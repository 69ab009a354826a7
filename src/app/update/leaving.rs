//! Where the caller goes who has given up a role: the members of that workspace are none of its business any more.

use crate::app::change::{Outcome, Settled};
use crate::app::failure::FailureKind;
use crate::app::model::Model;
use crate::app::msg::{Effect, Found};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::domain::change::Change;
use crate::domain::identity::IsCaller;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::{Role, RoleSet};

/// Says of a change after which the platform shows its author no members any more that this is as it should be, and goes
/// back to where something is shown: the caller gave up Admin, or has left.
pub(super) fn tell_of_what_is_not_shown(model: &mut Model, settled: &[Settled]) -> Vec<Effect> {
    let [one] = settled else {
        return Vec::new();
    };
    let Some(Left { holds, effective }) = gave_up_admin(model, one) else {
        return Vec::new();
    };
    let at = one.change.workspace().shown();
    let text = match holds {
        None => format!("accepted; you can no longer see the members of '{at}'"),
        Some(roles) if roles.is_empty() => {
            format!("you left '{at}'; you can no longer see its members{effective}")
        }
        Some(roles) => format!(
            "you are now {} in '{at}'; you can no longer see its members, only what lies in it{effective}",
            roles.shown()
        ),
    };
    model.retell(Tone::Success, &text);
    leave_members_of(model, one.change.workspace())
}

/// What the caller has come to by its own change.
struct Left {
    /// What it holds now, where that is known.
    holds: Option<RoleSet>,
    /// When that takes effect, where that is not yet.
    effective: &'static str,
}

/// Returns what is left to the caller where it has lost the right to see the members by its own change.
fn gave_up_admin(model: &Model, one: &Settled) -> Option<Left> {
    let Change::Roles {
        principal,
        before,
        after,
        ..
    } = &one.change
    else {
        return None;
    };
    let identity = model.identity();
    let is_caller = identity.is(principal);
    let may_be_caller = is_caller != IsCaller::No && !model.is_platform_admin();
    if !may_be_caller || !before.holds(&Role::Admin) || after.holds(&Role::Admin) {
        return None;
    }
    if matches!(&one.outcome, Outcome::Accepted(unread) if unread.kind == FailureKind::Forbidden) {
        return Some(Left {
            // Of a group, or of a name that may be the caller's, it is not known what else the caller holds.
            holds: (is_caller == IsCaller::Yes).then(|| after.clone()),
            effective: "",
        });
    }
    // The platform shows them until it has rebuilt its policy, so nothing but the names tells that it was the caller.
    let is_certain = match is_caller {
        IsCaller::Yes => true,
        IsCaller::Through => !principal.is_everyone(),
        IsCaller::CannotTell | IsCaller::No => false,
    };
    let Some(Found::Members(roster)) = one
        .now
        .as_ref()
        .filter(|_| is_certain && one.outcome == Outcome::Confirmed)
    else {
        return None;
    };
    let may_see = roster
        .admins()
        .any(|admin| identity.is(&admin.principal) != IsCaller::No);
    (!may_see).then(|| Left {
        holds: Some(identity.roles_in(roster)),
        effective: " (confirmed, effective within about 30 s)",
    })
}

fn leave_members_of(model: &mut Model, workspace: &WorkspaceName) -> Vec<Effect> {
    let is_left = |screen: &Screen| matches!(screen, Screen::Members(state) if state.workspace == *workspace);
    let left: Vec<Screen> = model.screens.extract_if(1.., |screen| is_left(screen)).collect();
    left.iter()
        .flat_map(|screen| model.abandon(|wait| screen.awaits(wait)))
        .collect()
}
