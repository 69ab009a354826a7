//! Reading what lies in the workspace on show, as far as it is looked at.

use crate::app::dialog::Dialog;
use crate::app::failure::{Failure, FailureKind};
use crate::app::fresh::PAUSE;
use crate::app::model::Model;
use crate::app::msg::{Effect, Query, ResourcePage};
use crate::app::screen::{Screen, resources};
use crate::app::waits::Wait;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;
use crate::domain::text::SafeText;

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
        mut answer: Result<Option<ResourcePage>, Failure>,
    ) -> Vec<Effect> {
        let now = self.now;
        let effects = match &mut answer {
            Err(failure) => self.try_again_where_young(workspace, failure),
            Ok(_) => Vec::new(),
        };
        if let (Err(failure), Screen::Resources(state)) = (&answer, self.screen())
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
        effects
    }

    /// Where a right is so young that the platform may not know of it, says so in place of a 403, and sets the timer for
    /// the next try: one for all kinds.
    fn try_again_where_young(&mut self, workspace: &WorkspaceName, failure: &mut Failure) -> Vec<Effect> {
        let is_refused = failure.kind == FailureKind::Forbidden;
        let Some(right) = self.young_right(workspace).filter(|_| is_refused) else {
            return Vec::new();
        };
        failure.headline = SafeText::new(&format!("{}, trying again", right.in_words(self.now)));
        failure.next = SafeText::new(&format!("trying again every {} s", PAUSE.as_secs()));
        let wait = Wait::LookInsideAgain(workspace.clone());
        if self.waits.any(|other| *other == wait) {
            return Vec::new();
        }
        let ticket = self.ticket(wait);
        vec![Effect::After { ticket, delay: PAUSE }]
    }

    /// Reads again what could not be read in `workspace`, where that is on show.
    pub(super) fn look_inside_again(&mut self, workspace: &WorkspaceName) {
        if let Some(Screen::Resources(state)) = self.screens.last_mut()
            && state.workspace == *workspace
        {
            state.contents.read_failed_again();
        }
    }
}
