//! The selected context.

use super::Pane;
use crate::app::model::Model;
use crate::app::screen::contexts::State;
use crate::app::screen::contexts::login_in_words;
use crate::app::scrolled::Reach;
use crate::domain::context::Login;
use crate::ui::screen::login_style;
use crate::ui::{Look, time};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> Reach {
    let context = state.selected();
    let title = context.map(|context| context.name.shown()).unwrap_or_default();
    let Some(mut pane) = Pane::begin(look, title.as_str(), area, buffer) else {
        return Reach::default();
    };
    let Some(context) = context else {
        return Reach::default();
    };
    let theme = &look.theme;
    if model.context_in_use() == Some(&context.name) {
        pane.text(theme.success, "in use here now");
    }
    if context.is_current {
        pane.text(theme.text, "the current context of the file");
    }
    let accent = context.precautions.accent;
    if let Some(word) = context.known_by() {
        let colour = accent.map(|accent| format!(" ({})", accent.word()));
        let word = format!("{word}{}", colour.unwrap_or_default());
        pane.pair("Word", theme.accent(accent), word);
    }
    pane.pair("Server", theme.text, &context.server);
    match &context.user {
        Some(user) => pane.pair("User", theme.text, format!("{user}, as its token says")),
        None => pane.pair("User", theme.muted, "not known"),
    }
    let style = login_style(look, &context.login, model.now);
    pane.pair("Token", style, login_in_words(&context.login, model.now));
    if let Login::Token {
        expires_at: Some(at), ..
    } = context.login
    {
        pane.pair("", theme.muted, time::exact(at));
    }
    match &context.workspace {
        Some(workspace) => pane.pair("Default", theme.text, format!("workspace {}", workspace.shown())),
        None => pane.pair("Default", theme.muted, "no default workspace"),
    }
    match &context.read_only {
        Some(source) => pane.pair("Changes", theme.warning, format!("read-only ({source})")),
        None => pane.pair("Changes", theme.text, "allowed"),
    }
    if let Some(file) = state.known.value().and_then(|known| known.file.as_ref()) {
        pane.gap();
        pane.pair("File", theme.muted, file);
    }
    pane.end(model, buffer)
}
