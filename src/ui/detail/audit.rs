//! What the selected row of the audit is about.

use super::Pane;
use super::workspace::granted;
use crate::app::audit::rows::Rows;
use crate::app::model::Model;
use crate::app::screen::audit::{Mode, State};
use crate::app::scrolled::Reach;
use crate::audit::{Effective, Finding, Grant, Reading, Severity};
use crate::domain::text::{SafeText, counted};
use crate::ui::{Look, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let Some(mut pane) = Pane::begin(look, "", area, buffer) else {
        return Reach::default();
    };
    if let Some(rows) = &state.rows {
        match state.mode {
            Mode::List => {
                if let Some(grant) = state.grant() {
                    about_grant(model, look, rows, &grant, &mut pane);
                }
            }
            Mode::Findings => {
                if let Some(finding) = state.finding() {
                    let place = state.findings.selected();
                    let is_unsure = place.is_some_and(|place| rows.is_unsure_of_finding(*place));
                    about_finding(model, look, rows, (finding, is_unsure), &mut pane);
                }
            }
            Mode::Principals => about_holder(look, state, &mut pane),
            Mode::Matrix => about_pair(model, look, rows, state, &mut pane),
        }
        pane.gap();
        pane.text(look.theme.muted, rows.report.snapshot.readable());
        for warning in &rows.report.snapshot.coverage.warnings {
            pane.marked(look.theme.warning, look.marks.warning, warning.as_str());
        }
    }
    pane.end(model, buffer)
}

/// Returns what a principal may do in a workspace, and through what.
fn in_words(effective: &Effective) -> String {
    effective.role.as_ref().map_or_else(
        || "no access".to_owned(),
        |role| format!("{}, {}", role.shown(), effective.given_by.in_words()),
    )
}

fn about_grant(model: &Model, look: &Look, rows: &Rows, grant: &Grant<'_>, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.text_of(4, theme.title, grant.principal().label());
    pane.text(theme.muted, grant.principal().kind().label());
    pane.gap();
    pane.pair("In", theme.text, grant.workspace().name.shown());
    pane.pair("Holds", theme.text, grant.roles().shown());
    let effective = rows
        .report
        .snapshot
        .effective(grant.workspace_no(), grant.principal_no());
    pane.pair("Effective", theme.text, in_words(&effective));
    granted(look, &grant.granted(), model.now, pane);
    if rows.is_unsure(grant.number()) {
        let words = "perhaps not meant by the filter: the date or granter of each grant is not known";
        pane.marked(theme.warning, look.marks.warning, words);
    }
    if grant.is_told_apart() && grant.roles().is_several() {
        for given in grant.given() {
            let on = given
                .granted_at
                .map(|at| format!(" {}", time::date(at)))
                .unwrap_or_default();
            let by = given
                .granted_by
                .map(|by| format!(" by {}", SafeText::with_limit(by, 100)));
            pane.text(
                theme.muted,
                format!("{}{on}{}", given.roles.shown(), by.unwrap_or_default()),
            );
        }
    }
    let findings = rows.report.findings_at(grant.workspace_no(), grant.principal_no());
    for finding in findings {
        pane.gap();
        title(look, finding, pane);
        pane.text(theme.text, finding.reason(&rows.report.snapshot, &rows.report.policy));
    }
}

/// Tells what a principal may do in a workspace, where it holds nothing as well.
fn about_pair(model: &Model, look: &Look, rows: &Rows, state: &State, pane: &mut Pane<'_>) {
    let (Some(workspace), Some(principal)) = (state.workspaces.selected(), state.principals.selected()) else {
        return;
    };
    let (theme, snapshot) = (&look.theme, &rows.report.snapshot);
    if let Some(grant) = snapshot.held(*workspace, *principal) {
        return about_grant(model, look, rows, &grant, pane);
    }
    let (Some(at), Some(who)) = (snapshot.workspace(*workspace), snapshot.principal(*principal)) else {
        return;
    };
    pane.text(theme.title, who.label());
    pane.text(theme.muted, who.kind().label());
    pane.gap();
    pane.pair("In", theme.text, at.name.shown());
    match &at.reading {
        Reading::Read => {
            let effective = snapshot.effective(*workspace, *principal);
            pane.pair("Holds", theme.text, "no role");
            pane.pair("Effective", theme.text, in_words(&effective));
        }
        Reading::NotRead => pane.pair("Holds", theme.muted, "not read yet"),
        Reading::Denied | Reading::Failed(_) => pane.pair("Holds", theme.warning, "not read"),
    }
}

/// Tells about a finding, of which it may not be known whether the filter means it.
fn about_finding(model: &Model, look: &Look, rows: &Rows, (finding, is_unsure): (&Finding, bool), pane: &mut Pane<'_>) {
    let theme = &look.theme;
    title(look, finding, pane);
    if is_unsure {
        let words = "perhaps not meant by the filter: the date or granter of its grants is not known";
        pane.marked(theme.warning, look.marks.warning, words);
    }
    pane.gap();
    pane.text(theme.text, finding.reason(&rows.report.snapshot, &rows.report.policy));
    pane.gap();
    pane.text(theme.muted, finding.rule.described().why);
    let snapshot = &rows.report.snapshot;
    if let Some(command) = finding.command(snapshot, &model.session.grammar_of(snapshot.origin.generation)) {
        pane.gap();
        pane.text(theme.muted, "with the platform's CLI:");
        pane.text(theme.text, command.shown());
    }
}

fn title(look: &Look, finding: &Finding, pane: &mut Pane<'_>) {
    let severity = finding.severity();
    let allowed = if finding.suppressed_by.is_some() {
        ", allowed by the policy"
    } else {
        ""
    };
    let text = format!("{}: {}{allowed}", severity.label(), finding.rule.id());
    let style = if finding.suppressed_by.is_some() {
        look.theme.muted
    } else {
        look.theme.severity(severity)
    };
    if severity >= Severity::Medium {
        pane.marked(style, look.marks.warning, text);
    } else {
        pane.text(style, text);
    }
}

fn about_holder(look: &Look, state: &State, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let (Some(holder), Some(principal)) = (state.holder(), state.selected_principal()) else {
        return;
    };
    pane.text_of(4, theme.title, principal.label());
    pane.text(theme.muted, principal.kind().label());
    pane.gap();
    if holder.is_in_no_list() {
        pane.text(theme.text, "you: in no member list that you can read");
    } else {
        pane.text(theme.text, counted(holder.n_workspaces, "workspace"));
        pane.text(
            theme.text,
            format!("Admin of {}, Editor of {}", holder.n_admin, holder.n_editor),
        );
    }
    for what in principal.oddities() {
        pane.marked(theme.warning, look.marks.warning, what);
    }
}
