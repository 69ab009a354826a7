//! The principal on show, and what it has in the selected workspace.

mod proof;

use super::Pane;
use super::workspace::{granted, happened};
use crate::app::audit::Access;
use crate::app::model::Model;
use crate::app::screen::principal::{Row, State};
use crate::app::scrolled::Reach;
use crate::audit::GivenBy;
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::role::Role;
use crate::domain::text::counted;
use crate::ui::{Look, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let Some(mut pane) = Pane::begin(look, "", area, buffer) else {
        return Reach::default();
    };
    let theme = &look.theme;
    pane.text_of(4, theme.title, state.principal.label());
    pane.text(theme.muted, state.principal.kind().label());
    if let Some(role) = model.store.top_role(&state.principal) {
        pane.marked(
            theme.warning,
            look.marks.warning,
            format!("{}: {}", role.shown(), role.meaning()),
        );
    }
    if let Some(twin) = model.twin(&state.principal) {
        let text = format!("is not {}, but looks like it", twin.label());
        pane.marked(theme.danger, look.marks.warning, text);
    }
    if let Some(double) = model.double(&state.principal) {
        let text = format!("is not {}, which differs in case or blanks only", double.label());
        pane.marked(theme.danger, look.marks.warning, text);
    }
    for what in state.principal.oddities() {
        pane.marked(theme.warning, look.marks.warning, what);
    }
    // In place of the list stands what was asked for by a key: what gives the access comes first there.
    if pane.is_alone {
        about_selected(model, look, state, &mut pane);
        pane.gap();
        about_coverage(model, look, state, &mut pane);
    } else {
        about_coverage(model, look, state, &mut pane);
        pane.gap();
        about_selected(model, look, state, &mut pane);
    }
    pane.gap();
    pane.text(theme.muted, about_history(model, state));
    pane.end(model, buffer)
}

/// Says how much of the platform was looked at.
fn about_coverage(model: &Model, look: &Look, state: &State, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    if model.store.report().is_some() {
        let caller = model.identity();
        pane.text(theme.muted, state.covered(&model.known(&caller)));
        if state.principal.kind() == PrincipalKind::User {
            pane.text(
                theme.muted,
                "access through groups is not shown: the platform does not say who is in a group",
            );
        }
    }
}

fn about_selected(model: &Model, look: &Look, state: &State, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    match state.list.selected() {
        Some(Row::Now(workspace)) => about_access(model, look, (workspace, &state.principal), pane),
        Some(Row::Unread(workspace)) => {
            pane.text_of(3, theme.title, workspace.shown());
            let ask = model.whom_to_ask(workspace);
            pane.text(
                theme.muted,
                format!("only Admins see its members, so more is not known: {ask}"),
            );
        }
        Some(Row::Past(workspace, role)) => {
            if let Some(past) = state.past(workspace, role) {
                about_past(model, look, past, pane);
            }
        }
        None => {}
    }
}

/// Says how much is known of what was taken away: as of when, where it could not be read again.
fn about_history(model: &Model, state: &State) -> String {
    let failure = state.history.failure();
    match state.history.value() {
        Some(history) => {
            let n = history.iter().filter(|binding| binding.revoked_at.is_some()).count();
            let text = match n {
                0 => "no revoked grants on record".to_owned(),
                n => format!("{} at the end of the list", counted(n, "revoked grant")),
            };
            match state.history.as_of().filter(|_| failure.is_some()) {
                Some(as_of) => format!("{text}, as of {}", time::clock(as_of)),
                None => text,
            }
        }
        None if model.is_platform_admin() => match failure {
            Some(failure) => format!("revoked grants: not read: {}", failure.why()),
            None => "revoked grants: loading".to_owned(),
        },
        None => "revoked grants: only platform admins may see them".to_owned(),
    }
}

fn about_access(model: &Model, look: &Look, (workspace, principal): (&WorkspaceName, &Principal), pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let Some(access) = model.store.access_of(workspace, principal) else {
        return;
    };
    pane.text_of(3, theme.title, workspace.shown());
    if let Some(role) = &access.effective.role {
        pane.pair("Effective", theme.text, format!("{}: {}", role.shown(), role.meaning()));
    }
    if model.store.roster(workspace).is_none() {
        about_the_strongest(look, &access, pane);
    }
    if pane.is_alone {
        proof::draw(model, look, (workspace, principal), pane);
    }
    granted(look, &access.granted, model.now, pane);
    if !pane.is_alone {
        proof::draw(model, look, (workspace, principal), pane);
    }
}

/// Says what gives it, where not all members are known yet.
fn about_the_strongest(look: &Look, access: &Access, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let through = match &access.effective.given_by {
        GivenBy::Nothing => "no effective role".to_owned(),
        GivenBy::Own(role) => format!("own role {}", role.shown()),
        GivenBy::Everyone(role) => format!("everyone (*) is {}", role.shown()),
        GivenBy::PlatformAdmin(role) => format!("{} in 'system'", role.shown()),
    };
    pane.pair("Through", theme.text, through);
    if !access.everyone.is_empty() && access.everyone.effective().map_or(0, Role::rank) > 0 {
        pane.pair("Everyone", theme.muted, access.everyone.shown());
    }
}

fn about_past(model: &Model, look: &Look, past: &Binding, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.text_of(3, theme.title, past.workspace.shown());
    pane.pair("Was", theme.text, past.role.shown());
    let granted = (past.granted_at, past.granted_by.as_deref());
    happened(look, "Granted", granted, model.now, pane);
    happened(look, "Revoked", (past.revoked_at, None), model.now, pane);
    pane.text(theme.muted, "the platform does not store who revoked it");
}
