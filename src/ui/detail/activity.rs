//! The whole record of the selected change.

use super::Pane;
use super::workspace::happened;
use crate::app::model::Model;
use crate::app::screen::activity::{Plan, Row, State};
use crate::app::scrolled::Reach;
use crate::domain::activity::{Conclusion, OPEN, Record};
use crate::domain::change::Change;
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use crate::ui::marks::Mark;
use crate::ui::{Look, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let Some(mut pane) = Pane::begin(look, "", area, buffer) else {
        return Reach::default();
    };
    let (record, is_undone) = match state.selected_row() {
        Some(Row::Change { record, is_undone, .. }) => (record, is_undone),
        Some(Row::Plan { plan, .. }) => {
            self::plan(model, look, plan, &mut pane);
            return pane.end(model, buffer);
        }
        None => return Reach::default(),
    };
    let theme = &look.theme;
    match &record.change {
        Some(change) => pane.text(theme.title, change.sentence()),
        None => pane.text(theme.title, record.in_words()),
    }
    ended(look, record, &mut pane);
    if is_undone {
        pane.pair("Undone", theme.text, "by a later change");
    }
    if let Some(reason) = &record.reason {
        pane.pair("Reason", theme.text, reason);
    }
    pane.gap();
    before_and_after(look, record, &mut pane);
    pane.gap();
    let begun = if record.lifted_until.is_some() { "From" } else { "Sent" };
    happened(look, begun, (Some(record.at), None), model.now, &mut pane);
    people(look, record, &mut pane);
    pane.gap();
    place(look, record, &mut pane);
    pane.gap();
    if record.lifted_until.is_none() {
        pane.pair("Request", theme.text, &record.request);
    }
    if let Some(body) = &record.body {
        pane.pair("Body", theme.text, body);
    }
    pane.gap();
    numbers(look, record, &mut pane);
    pane.end(model, buffer)
}

/// Tells of a plan what all of its changes have in common.
fn plan(model: &Model, look: &Look, plan: &Plan, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.text(theme.title, plan.what.as_str());
    pane.text(theme.text, plan.in_words());
    if let Some(reason) = &plan.reason {
        pane.pair("Reason", theme.text, reason);
    }
    digest(look, plan.digest.as_deref(), pane);
    pane.gap();
    for (nth, workspace) in plan.workspaces.iter().enumerate() {
        pane.pair(if nth == 0 { "In" } else { "" }, theme.text, workspace);
    }
    pane.gap();
    happened(look, "Sent", (Some(plan.at), None), model.now, pane);
    pane.pair("By", theme.text, &plan.by);
    pane.pair("Server", theme.text, &plan.server);
}

/// Tells what it was approved by, before what may take many lines.
fn digest(look: &Look, digest: Option<&str>, pane: &mut Pane<'_>) {
    if let Some(digest) = digest {
        pane.pair("Digest", look.theme.text, SafeText::new(digest));
    }
}

/// Tells what became of it, and when that was known.
fn ended(look: &Look, record: &Record, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let Some((
        at,
        Conclusion {
            verdict,
            found,
            why,
            may_come_true: _,
        },
    )) = &record.end
    else {
        let mark = Mark::Ended(None);
        pane.pair("Outcome", mark.style(theme), OPEN);
        return;
    };
    let style = Mark::Ended(Some(*verdict)).style(theme);
    let known = format!("{}, {}", verdict.word(), time::exact(*at));
    pane.pair("Outcome", style, known);
    if let Some(why) = why {
        pane.pair("Why", theme.text, why);
    }
    if let Some(found) = found {
        pane.pair("Found", theme.text, roles(found));
    }
}

fn roles(roles: &RoleSet) -> SafeText {
    if roles.is_empty() {
        SafeText::new("no role")
    } else {
        roles.shown()
    }
}

/// Tells what was there before, and what was wanted.
fn before_and_after(look: &Look, record: &Record, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let Some(change) = &record.change else { return };
    pane.pair("Target", theme.text, record.target());
    pane.pair("In", theme.text, change.workspace().shown());
    let described = |text: Option<&str>| match text.filter(|text| !text.is_empty()) {
        Some(text) => SafeText::new(text),
        None => SafeText::new("no description"),
    };
    match change {
        Change::Roles { before, after, .. } => {
            pane.pair("Before", theme.text, roles(before));
            pane.pair("After", theme.text, roles(after));
        }
        Change::Describe { before, after, .. } => {
            pane.pair("Before", theme.text, described(before.as_deref()));
            pane.pair("After", theme.text, described(Some(after)));
        }
        Change::CreateWorkspace { description, .. } | Change::CreateProject { description, .. } => {
            pane.pair("Before", theme.text, "nothing");
            pane.pair("After", theme.text, described(description.as_deref()));
        }
        Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } | Change::DeleteResource { .. } => {
            pane.pair("After", theme.text, "nothing");
        }
    }
}

/// Tells who made it: to the platform, and to the operating system.
fn people(look: &Look, record: &Record, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.pair("By", theme.text, record.caller.label());
    let subject = record.caller.subject.as_deref();
    if let Some(subject) = subject.filter(|_| record.caller.email.is_some()) {
        pane.pair("Subject", theme.muted, SafeText::new(subject));
    }
    pane.pair("Operator", theme.text, &record.operator);
    if let Some(tool) = &record.tool {
        pane.pair("Tool", theme.text, tool);
    }
}

/// Tells where it was made.
fn place(look: &Look, record: &Record, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.pair("Context", theme.text, &record.context);
    pane.pair("Server", theme.text, SafeText::new(&record.server));
    if let Some(version) = &record.version {
        pane.pair("", theme.text, format!("version {version}"));
    }
}

/// Tells what it is called in the journal, and to what it belongs.
fn numbers(look: &Look, record: &Record, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let line = format!("{}, line {} of the journal", record.id.shown(), record.seq);
    pane.pair("Record", theme.muted, line);
    if let Some(plan) = &record.plan {
        pane.pair("Plan", theme.muted, plan);
    }
    digest(look, record.digest.as_deref(), pane);
    if let Some(undone) = &record.undoes {
        pane.pair("Undo of", theme.muted, undone.shown());
    }
}
