//! What gives somebody access to one workspace: each binding, its role, what that lets them do, and what would remain
//! without it.

use crate::app::model::Model;
use crate::audit::effective::answer::proof::{Proof, Strand, in_words};
use crate::audit::{Evidence, Giving};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::operation::Operation;
use crate::ui::Look;
use crate::ui::detail::Pane;

/// Draws it, where the members are known.
pub(super) fn draw(
    model: &Model,
    look: &Look,
    (workspace, principal): (&WorkspaceName, &Principal),
    pane: &mut Pane<'_>,
) {
    let Some(here) = model.store.roster(workspace) else {
        return;
    };
    let system = WorkspaceName::from_platform(WorkspaceName::SYSTEM);
    let system = model.store.roster(&system);
    let known = [Some(&*here), system.as_deref()];
    let evidence = Evidence::of_rosters(workspace, known, model.session.generation());
    let proof = evidence.proof(principal);
    summary(look, &proof, pane);
    for strand in &proof.strands {
        pane.text(look.theme.text, binding(&strand.binding, workspace, principal));
        about(look, strand, pane);
    }
    for strand in &proof.perhaps {
        let text = format!(
            "{} may be a group of theirs: {} gives {}",
            strand.binding.principal.label(),
            strand.binding.role.shown(),
            in_words(&strand.gives)
        );
        pane.marked(look.theme.warning, look.marks.warning, text);
    }
    for doubt in &proof.doubts {
        pane.text(look.theme.muted, doubt.in_words());
    }
}

fn summary(look: &Look, proof: &Proof, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.pair("Can", theme.text, in_words(&proof.can));
    let rest: [(&str, &[Operation]); 2] = [("Cannot", &proof.cannot), ("Perhaps", &proof.cannot_tell)];
    for (label, operations) in rest.into_iter().filter(|(_, operations)| !operations.is_empty()) {
        pane.pair(label, theme.muted, in_words(operations));
    }
}

/// Returns which binding it is, as briefly as it goes.
fn binding(binding: &Giving, workspace: &WorkspaceName, principal: &Principal) -> String {
    let role = binding.role.shown();
    let holder = if binding.principal == *principal {
        format!("own role {role}")
    } else {
        format!("everyone (*) is {role}")
    };
    if binding.held_in == *workspace {
        holder
    } else {
        format!("{holder} in '{}'", binding.held_in.shown())
    }
}

fn about(look: &Look, strand: &Strand, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.pair(" gives", theme.text, in_words(&strand.gives));
    let is_lost = |operation: &&Operation| !strand.without.contains(operation);
    if strand.gives.iter().any(|operation| is_lost(&operation)) {
        pane.pair(
            " without",
            theme.muted,
            format!("{} remains", in_words(&strand.without)),
        );
    } else {
        pane.pair(" without", theme.muted, "nothing is lost");
    }
}
