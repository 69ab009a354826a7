//! The tour of the demo: it goes on as soon as what it asks for is done, however that was done.

use crate::app::dialog::{Problem, Stage};
use crate::app::failure::FailureKind;
use crate::app::filter::Filter;
use crate::app::geometry;
use crate::app::model::Model;
use crate::app::msg::{Effect, Size};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::tour::{ADDED, ASKED, DELETED, FOUND, LONELY, Step, Tour};
use crate::domain::ids::{Principal, WorkspaceName};

impl Model {
    /// Begins the tour.
    pub fn begin_tour(&mut self) {
        let (step, has_rows) = (Step::Find, false);
        self.tour = Some(Tour { step, has_rows });
        self.size = self.size_beside_tour(self.size);
        self.tell_of_tour();
    }

    /// Returns what of a screen of this size is left beside the tour.
    pub(super) fn size_beside_tour(&mut self, size: Size) -> Size {
        let Some(tour) = &mut self.tour else { return size };
        let left = geometry::below_tour(size);
        tour.has_rows = left.is_some();
        left.unwrap_or(size)
    }

    /// Ends the tour; returns the size of the whole screen.
    pub(super) fn end_tour(&mut self) -> Size {
        let tour = self.tour.take();
        let n_rows = tour.filter(|tour| tour.has_rows).map_or(0, |_| geometry::N_TOUR_ROWS);
        Size {
            height: self.size.height + n_rows,
            ..self.size
        }
    }

    /// Goes on to the next step, once what this one asks for is done; after the last one the tour ends.
    pub(super) fn follow_tour(&mut self) -> Vec<Effect> {
        let Some(done) = self.tour.filter(|tour| self.has_done(tour.step)) else {
            return Vec::new();
        };
        let Some(step) = done.step.next() else {
            let size = self.end_tour();
            return self.resized(size);
        };
        self.tour = Some(Tour { step, ..done });
        self.tell_of_tour();
        Vec::new()
    }

    /// Tells the step as a notice where the screen has no rows to spare for it.
    fn tell_of_tour(&mut self) {
        if let Some(text) = self.tour_in_words() {
            self.say(Tone::Progress, &text);
        }
    }

    /// Returns what stands in the notice row of a screen that has no rows to spare for the tour.
    pub fn tour_in_words(&self) -> Option<String> {
        let Tour { step, .. } = self.tour.filter(|tour| !tour.has_rows)?;
        Some(format!("tour {}: {}", step.title(), step.words(self.keymap)))
    }

    fn has_done(&self, step: Step) -> bool {
        let named = |workspace: &WorkspaceName, name: &str| workspace.raw() == name;
        match step {
            Step::Find => matches!(self.screen(), Screen::Members(state) if named(&state.workspace, FOUND)),
            Step::Grant => {
                let roster = self.store.roster(&WorkspaceName::from_platform(FOUND));
                let dana = Principal::from_platform(ADDED);
                roster.is_some_and(|roster| roster.find(&dana).is_some())
            }
            Step::Refused => {
                let is_there = self.workspace().is_some_and(|workspace| named(workspace, LONELY));
                is_there && self.is_told_of_the_last_admin()
            }
            Step::Delete => {
                let name = WorkspaceName::from_platform(DELETED);
                let is_listed = self.store.workspaces().iter().any(|workspace| workspace.name == name);
                !is_listed || self.store.is_going(&name)
            }
            Step::Audit => {
                let is_asked = |filter: &Filter| !filter.is_editing && filter.input.value().contains(ASKED);
                matches!(self.screen(), Screen::Audit(_)) && self.screen().filter().is_some_and(is_asked)
            }
            Step::Done => matches!(self.screen(), Screen::Workspaces(_)),
        }
    }

    fn is_told_of_the_last_admin(&self) -> bool {
        self.dialogs.last().is_some_and(|dialog| {
            let is_known = matches!(&dialog.stage, Stage::Confirming(confirm) if confirm.is_refused);
            let is_said =
                matches!(&dialog.problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::LastAdmin);
            is_known || is_said
        })
    }
}
