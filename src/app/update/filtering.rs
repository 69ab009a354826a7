//! What keys do with the filter of a list.

use super::typing;
use crate::app::filter::Filter;
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::notice::{Notice, Tone};
use crate::app::screen::Screen;

/// Brings back the filter that was cleared.
pub(super) fn take_filter_back(model: &mut Model) {
    with_filter(model, Filter::take_back);
    typing::select_best_match(model);
}

/// Changes the filter, and the rows with it.
pub(super) fn with_filter(model: &mut Model, change: impl FnOnce(&mut Filter)) {
    if let Some(filter) = typing::filter_mut(model) {
        change(filter);
    }
    typing::filter_changed(model);
}

/// Clears the filter, and says how it is taken back: who pressed Esc once too often does not know that it can be.
pub(super) fn clear_filter(model: &mut Model) {
    let was_active = typing::filter_mut(model).is_some_and(|filter| filter.is_active());
    with_filter(model, Filter::clear);
    if was_active {
        let edit = model.key_of(Context::List, Action::EditFilter);
        let take_back = model.key_of(Context::Filter, Action::TakeFilterBack);
        let text = format!("filter cleared; {edit} {take_back} restores it");
        model.notice = Some(Notice::new(Tone::Success, &text));
    }
}

/// Goes back to the list, unless the filter is not understood: what is shown would not be what it says.
pub(super) fn keep_filter(model: &mut Model) {
    if let Some(Screen::Audit(state)) = model.screens.last()
        && state.problem.is_some()
    {
        return;
    }
    with_filter(model, |filter| filter.is_editing = false);
}
