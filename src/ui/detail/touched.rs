//! All that the selected row of everybody's changes tells, and what it does not.

use super::Pane;
use super::workspace::happened;
use crate::app::model::Model;
use crate::app::screen::touched::State;
use crate::app::scrolled::Reach;
use crate::domain::binding::TouchKind;
use crate::domain::text::counted;
use crate::ui::Look;
use crate::ui::marks::Mark;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let Some(mut pane) = Pane::begin(look, "", area, buffer) else {
        return Reach::default();
    };
    let Some(touch) = state.list.selected().and_then(|id| model.touched.find(id)) else {
        return Reach::default();
    };
    let theme = &look.theme;
    let binding = &touch.binding;
    let (kind, who, at) = (touch.kind(), binding.principal.label(), binding.workspace.shown());
    let text = format!("{} {}: {who} in '{at}'", binding.role.shown(), kind.word());
    pane.text(theme.title, text);
    if model.touched.is_new(&touch.id) {
        pane.marks([Mark::New]);
    }
    pane.gap();
    happened(look, "Touched", (touch.touched_at, None), model.now, &mut pane);
    let granted = (binding.granted_at, binding.granted_by.as_deref());
    happened(look, "Granted", granted, model.now, &mut pane);
    if binding.revoked_at.is_some() {
        happened(look, "Revoked", (binding.revoked_at, None), model.now, &mut pane);
    }
    if binding.created_at != binding.granted_at {
        happened(look, "First", (binding.created_at, None), model.now, &mut pane);
    }
    let n_times = usize::try_from(touch.version).unwrap_or_default();
    pane.pair("Written", theme.text, counted(n_times, "time"));
    pane.gap();
    let by = match kind {
        TouchKind::Revoked => "the platform does not store who revoked a role",
        TouchKind::Rewritten => "the row was written by hand; the platform does not store by whom",
        TouchKind::Granted | TouchKind::Regranted => "the row tells who granted the role last",
    };
    pane.text(theme.muted, by);
    let one = "each row shows only its latest state: of several changes to it between two refreshes only the last is seen, and \
               rows disappear with their workspace";
    pane.text(theme.muted, one);
    pane.end(model, buffer)
}
