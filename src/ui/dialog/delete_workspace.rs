//! `Delete workspace`: what is in it, who loses what, and what this server does to the contents.

use super::sheet::{Sheet, Weight};
use crate::app::dialog::delete_workspace::Form;
use crate::app::dialog::{Dialog, Problem};
use crate::app::failure::FailureKind;
use crate::app::keymap::{self, Action, Context, DialogKey};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::domain::platform::Deletion;
use crate::domain::text::{SafeText, counted};
use crate::domain::workspace::Access;
use crate::ui::detail::workspace::by_role;
use crate::ui::time;

/// How many projects are named.
const NAMED: usize = 5;

/// Fills in the form as long as it is not known what is in the workspace.
pub(super) fn fill(model: &Model, dialog: &Dialog, form: &Form, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    sheet.some_text(
        Weight::Vital,
        theme.title,
        3,
        format!("delete workspace '{}'", form.workspace.shown()),
    );
    sheet.gap();
    if let Some(Problem::Failed(failure)) = &dialog.problem
        && let FailureKind::NotEmpty(_) = failure.kind
    {
        // What the platform says is in it takes the place of what was counted before.
        return;
    }
    match &form.inventory {
        Remote::Absent | Remote::Loading { .. } => {
            let since = match &form.inventory {
                Remote::Loading { ticket, .. } => model.waiting_since(*ticket),
                Remote::Absent | Remote::Ready { .. } | Remote::Failed { .. } => model.now,
            };
            let text = format!("counting projects… {}", time::elapsed(since, model.now));
            sheet.marked(Weight::Vital, theme.text, look.spinner(model.now), text);
            sheet.text(
                Weight::Extra,
                theme.muted,
                "nothing is deleted before its contents are shown and its name is typed",
            );
        }
        Remote::Failed { failure, .. } => {
            let key = keymap::key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            sheet.marked(Weight::Vital, theme.danger, look.marks.error, failure.headline.as_str());
            if let Some(said) = &failure.said {
                sheet.some_text(Weight::Useful, theme.muted, 3, format!("  \"{said}\""));
            }
            sheet.text(Weight::Useful, theme.text, failure.next.as_str());
            sheet.text(Weight::Must, theme.text, format!("{key} counts again"));
        }
        Remote::Ready { .. } => inventory(model, form, sheet),
    }
}

/// Says what is in the workspace and what becomes of it.
pub(super) fn inventory(model: &Model, form: &Form, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    let projects = form
        .inventory
        .value()
        .map(|inventory| inventory.projects.as_slice())
        .unwrap_or_default();
    let mut text = if projects.is_empty() {
        "no projects".to_owned()
    } else {
        let names: Vec<String> = projects
            .iter()
            .take(NAMED)
            .map(|project| project.name.shown().cut(30, "…").to_string())
            .collect();
        format!("{}: {}", counted(projects.len(), "project"), names.join(", "))
    };
    if projects.len() > NAMED {
        text = format!("{text} and {} more", projects.len() - NAMED);
    }
    sheet.marked(Weight::Vital, theme.text, look.marks.dot, text);
    if let Some(roster) = model.directory.roster(&form.workspace) {
        let verb = if roster.len() == 1 { "loses" } else { "lose" };
        let text = format!("{} {verb} access: {}", counted(roster.len(), "member"), by_role(roster));
        sheet.marked(Weight::Useful, theme.text, look.marks.dot, text);
        if let Access::All(role) = roster.access() {
            let text = format!("every user of the platform loses {}", role.shown());
            sheet.marked(Weight::Vital, theme.danger, look.marks.warning, text);
        }
    } else {
        sheet.marked(
            Weight::Useful,
            theme.text,
            look.marks.dot,
            "every member loses access; how many cannot be seen",
        );
    }
    let not_counted = "not counted: models, datasets, jobs and the rest";
    sheet.marked(Weight::Useful, theme.text, look.marks.dot, not_counted);
    let (style, fate) = match (model.deletion(), projects.is_empty()) {
        (Deletion::Refuses, true) => (
            theme.text,
            "this server refuses while anything is left in it: nothing is lost by trying",
        ),
        (Deletion::Refuses, false) => (
            theme.warning,
            "this server will refuse: delete the projects first; nothing is lost by trying",
        ),
        (Deletion::Cascades, _) => (theme.danger, "everything in it is destroyed with it; there is no undo"),
        (Deletion::CannotTell, _) => (
            theme.danger,
            "some servers refuse while anything is in it, others destroy everything with it; which this is cannot be told. There is no undo",
        ),
    };
    sheet.marked(Weight::Vital, style, look.marks.warning, SafeText::new(fate));
}
