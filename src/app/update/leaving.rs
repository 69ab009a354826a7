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
use crate::domain::role::Role;

/// Says of a change after which the platform shows its author no members any more that this is as it should be, and goes
/// back to where something is shown: the caller gave up Admin, or has left.
pub(super) fn tell_of_what_is_not_shown(model: &mut Model, settled: &[Settled]) -> Vec<Effect> {
    let [one] = settled else {
        return Vec::new();
    };
    let Some(effective) = gave_up_admin(model, one) else {
        return Vec::new();
    };
    let (change, (_, after)) = (&one.change, one.change.roles());
    let at = change.workspace().shown();
    let text = if after.is_empty() {
        format!("you left '{at}'; you can no longer see its members{effective}")
    } else {
        format!(
            "you are now {} in '{at}'; you can no longer see its members, only what lies in it{effective}",
            after.shown()
        )
    };
    model.retell(Tone::Success, &text);
    leave_members_of(model, change.workspace())
}

/// Returns when it takes effect, where the caller has lost the right to see the members by its own change.
fn gave_up_admin(model: &Model, one: &Settled) -> Option<&'static str> {
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
    let is_caller = identity.is(principal) != IsCaller::No && !model.is_platform_admin();
    if !is_caller || !before.holds(&Role::Admin) || after.holds(&Role::Admin) {
        return None;
    }
    if matches!(&one.outcome, Outcome::Accepted(unread) if unread.kind == FailureKind::Forbidden) {
        return Some("");
    }
    // The platform shows them until it has rebuilt its policy.
    let Some(Found::Members(roster)) = one.now.as_ref().filter(|_| one.outcome == Outcome::Confirmed) else {
        return None;
    };
    let sees = identity.roles_in(roster).holds(&Role::Admin);
    (!sees).then_some(" (confirmed, effective within about 30 s)")
}

fn leave_members_of(model: &mut Model, workspace: &WorkspaceName) -> Vec<Effect> {
    let is_left = |screen: &Screen| matches!(screen, Screen::Members(state) if state.workspace == *workspace);
    let left: Vec<Screen> = model.screens.extract_if(1.., |screen| is_left(screen)).collect();
    left.iter()
        .flat_map(|screen| model.abandon(|wait| screen.awaits(wait)))
        .collect()
}
