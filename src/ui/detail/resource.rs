//! The selected thing of a workspace.

use super::Pane;
use super::workspace::happened;
use crate::app::model::Model;
use crate::app::screen::resources::{Row, State};
use crate::app::scrolled::Reach;
use crate::domain::text::SafeText;
use crate::ui::{Look, screen};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How many lines a description gets.
const DESCRIPTION: usize = 6;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let resource = state.selected();
    let title = resource.map(|resource| resource.name.shown()).unwrap_or_default();
    let Some(mut pane) = Pane::begin(look, title.as_str(), area, buffer) else {
        return Reach::default();
    };
    let theme = &look.theme;
    let Some(resource) = resource else {
        let is_listed = model.shows_resources(state);
        if let Some(Row::Note(kind)) = state.list.selected().filter(|_| is_listed) {
            let note = screen::note(model, look, state, *kind);
            pane.text(theme.text, note.text());
        }
        return pane.end(model, buffer);
    };
    match resource.description.as_deref() {
        Some(text) => pane.text_of(DESCRIPTION, theme.text, SafeText::new(text)),
        None => pane.text(theme.muted, "no description"),
    }
    pane.gap();
    pane.pair("Kind", theme.text, resource.kind.noun());
    if let Some(project) = &resource.project {
        pane.pair("Project", theme.text, project.shown());
    }
    if let Some(state) = resource.state.as_deref() {
        pane.pair("State", theme.text, SafeText::with_limit(state, 100));
    }
    pane.gap();
    happened(look, "Created", (resource.created_at, None), model.now, &mut pane);
    if resource.updated_at != resource.created_at {
        happened(look, "Updated", (resource.updated_at, None), model.now, &mut pane);
    }
    pane.gap();
    pane.pair("Deleting", theme.muted, resource.kind.loss());
    pane.end(model, buffer)
}
