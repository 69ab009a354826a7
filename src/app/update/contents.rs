//! Reading what lies in the workspace on show, as far as it is looked at.

use crate::app::dialog::Dialog;
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Effect, Query, ResourcePage};
use crate::app::screen::{Screen, resources};
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;

impl Model {
    /// Opens the screen of what lies in `workspace`, with `kind` or all on show; `parked` goes on when it is left.
    pub(super) fn open_resources(
        &mut self,
        workspace: WorkspaceName,
        kind: Option<ResourceKind>,
        parked: Option<Dialog>,
    ) -> Vec<Effect> {
        let mut state = resources::State::new(workspace, ResourceKind::of(self.generation()), kind);
        state.parked = parked.map(Box::new);
        self.show(Screen::Resources(state))
    }

    /// Asks for more of what is on show, a few kinds at a time.
    pub(super) fn read_more_contents(&mut self) -> Vec<Effect> {
        // Before it is known what the platform is, nothing can be said about the kinds it has.
        if !self.session.info.is_settled() {
            return Vec::new();
        }
        let height = self.table_rows();
        let mut effects = Vec::new();
        while let Some(Screen::Resources(state)) = self.screens.last()
            && !self.is_put_off(state)
            && let Some((kind, page)) = state.contents.next_page(state.kind, state.wants_more(height))
        {
            let workspace = state.workspace.clone();
            let (ticket, effect) = self.ask(Query::Resources { workspace, kind, page });
            if let Some(Screen::Resources(state)) = self.screens.last_mut() {
                state.contents.ask(kind, ticket);
            }
            effects.push(effect);
        }
        effects
    }

    /// Takes one page of what lies in `workspace`.
    pub(super) fn take_resources(
        &mut self,
        workspace: &WorkspaceName,
        kind: ResourceKind,
        answer: &Result<Option<ResourcePage>, Failure>,
    ) -> Vec<Effect> {
        let now = self.now;
        let too_young = answer.as_ref().err().and_then(|no| self.too_young(workspace, no));
        if let Ok(Some(_)) = answer {
            self.fresh.take_effect(workspace);
        }
        if let (Err(failure), Screen::Resources(state)) = (answer, self.screen())
            && too_young.is_none()
            && state.workspace == *workspace
            && state.contents.of(Some(kind)).any(|listing| listing.as_of().is_some())
        {
            self.note_failed_refresh(failure);
        }
        for screen in &mut self.screens {
            if let Screen::Resources(state) = screen
                && state.workspace == *workspace
            {
                state.contents.take(kind, answer.clone(), now);
            }
        }
        self.rebuild();
        too_young.map_or_else(Vec::new, |right| self.try_again_later(workspace, right))
    }
}
