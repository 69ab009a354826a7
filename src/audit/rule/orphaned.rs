//! Workspaces whose maker has left, and which do not say what they are for.

use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, Place, is_platform, making};
use crate::audit::policy::Policy;
use crate::audit::snapshot::Row;
use crate::domain::change::Change;
use crate::domain::command::Command;
use crate::domain::ids::Principal;
use crate::domain::text::counted;

/// Stands for what a workspace is for.
const PURPOSE: &str = "PURPOSE";

#[derive(Debug)]
pub(super) struct OrphanedWorkspace;

impl Check for OrphanedWorkspace {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for place in ground.places().filter(|place| is_orphaned(ground, place)) {
            found.workspace(place.number, Fact::None);
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let workspace = about.workspace()?;
        let (at, making) = (workspace.name.shown(), making(workspace));
        let members = counted(about.snapshot.grants_in(about.finding.workspace?).count(), "member");
        Some(format!(
            "'{at}' has no description, and {making}, who is no longer a member; it has {members}."
        ))
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        let command = mend.grammar.change(&Change::Describe {
            workspace: about.workspace()?.name.clone(),
            before: None,
            after: PURPOSE.to_owned(),
        })?;
        Some(command.to_be_filled_in(PURPOSE))
    }
}

fn is_orphaned(ground: &Ground<'_>, place: &Place<'_>) -> bool {
    let workspace = place.workspace;
    let Some(maker) = workspace.created_by.as_deref() else {
        return false;
    };
    if workspace.is_described || workspace.name.is_built_in() || is_platform(maker) {
        return false;
    }
    let number = ground.snapshot.principal_no(&Principal::from_platform(maker));
    // A maker is named by the subject of the token, a member often by an e-mail address. Only where the same words are
    // used for both can it be told who is meant.
    if number.is_none() && !maker.contains('@') {
        return false;
    }
    let is_member = number.is_some_and(|number| place.rows.iter().any(|row| row.principal == number));
    !is_member && !place.rows.iter().any(|row| is_first_grant(ground, place, row))
}

/// Returns whether the row is what the platform granted to the maker of the workspace when it was made.
fn is_first_grant(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    ground.snapshot.parts_of(row).any(|part| {
        let granter = ground.snapshot.granters.get(part.granter as usize);
        let is_by_maker = granter.is_some() && granter == place.workspace.created_by.as_ref();
        is_by_maker && place.is_from_the_making(part.granted_at) == Some(true)
    })
}
