//! `Change role`: three options, what exactly will be sent, and what follows from it.

use super::body::{DialogBody, Weight};
use super::{confirm, errors_of, role_option};
use crate::app::dialog::change_role::Form;
use crate::app::dialog::{Dialog, Field, FieldError};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use crate::domain::workspace::Access;

/// Fills in the form.
pub(super) fn fill(model: &Model, dialog: &Dialog, form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let who = format!("{} in {}", form.principal.label(), form.workspace.shown());
    body.text(Weight::Vital, theme.title, who);
    body.gap();
    for pick in form.options() {
        let key = model.key_of(Context::ChangeRole, Action::Dialog(DialogKey::Sets(*pick)));
        let line = role_option(look, *pick, form.choice, true, key);
        body.option(pick.place(), pick.place() == form.choice, line);
    }
    body.gap();
    if form.after() == form.before {
        body.text(
            Weight::Useful,
            theme.muted,
            format!("now {}: nothing to change yet", held(&form.before)),
        );
    } else {
        let text = format!("{} → {}", held(&form.before), held(&form.after()));
        body.text(Weight::Vital, theme.title, text);
    }
    let kept: Vec<SafeText> = form.before.others().map(Role::shown).collect();
    if !kept.is_empty() {
        let kept = kept.iter().map(SafeText::as_str).collect::<Vec<_>>().join(", ");
        body.text(Weight::Useful, theme.muted, format!("keeps {kept}"));
    }
    through_everyone(model, &form.workspace, &form.principal, body);
    for error in errors_of(errors, Field::Role) {
        body.marked(Weight::Warning, theme.warning, look.marks.warning, error.what.as_str());
    }
    // What went wrong already matters more than what might.
    let weight = if dialog.problem.is_some() {
        Weight::Vital
    } else {
        Weight::Warning
    };
    confirm::consequences(&model.consequences_of(dialog), weight, body);
}

/// Says what everyone may do here anyway.
pub(super) fn through_everyone(model: &Model, workspace: &WorkspaceName, who: &Principal, body: &mut DialogBody<'_>) {
    let Some(roster) = model.store.roster(workspace) else {
        return;
    };
    if who.is_everyone() {
        return;
    }
    if let Access::All(role) = roster.access() {
        let text = format!("Everyone (*) already gives {} here", role.shown());
        body.text(Weight::Useful, body.look.theme.muted, text);
    }
}

fn held(roles: &RoleSet) -> SafeText {
    if roles.is_empty() {
        SafeText::new("none")
    } else {
        roles.shown()
    }
}
