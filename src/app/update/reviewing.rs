//! The plan that the console was started for: made once it is known who the caller is, and then reviewed.

use crate::access::Plan;
use crate::app::dialog::{Dialog, DialogForm as _, Form, review};
use crate::app::failure::Failure;
use crate::app::keymap::Chord;
use crate::app::model::Model;
use crate::app::msg::{Effect, Query, Ticket};
use crate::audit::coverage::Progress;
use std::path::PathBuf;
use std::sync::Arc;

impl Model {
    /// Opens the review that the console was started for.
    pub(super) fn open_review(&mut self) {
        if let Some(path) = self.session.plan.take() {
            self.review(path, None);
        }
    }

    /// Opens the review of the plan of what lies at `path`, by this key.
    pub(super) fn review(&mut self, path: PathBuf, opened_by: Option<Chord>) {
        let form = review::Form::new(path, self.session.forbids_changes().cloned());
        self.dialogs.push(Dialog {
            opened_by,
            ..Dialog::new(Form::Review(Box::new(form)))
        });
    }

    /// Has the plan made that waits for it, now that the server has said who the caller is.
    pub(super) fn make_plan(&mut self) -> Vec<Effect> {
        let Some(info) = self.session.info.value().cloned() else {
            return Vec::new();
        };
        let waits = |form: &review::Form| form.plan().is_none() && form.failure().is_none() && !form.is_over();
        let waiting = self.reviews().find(|form| waits(form) && form.waits_for().is_none());
        let Some(path) = waiting.map(|form| form.path().to_owned()) else {
            return Vec::new();
        };
        let (ticket, effect) = self.ask(Query::Plan(path, Box::new(info)));
        let now = self.now;
        if let Some(form) = self.reviews().find(|form| waits(form) && form.waits_for().is_none()) {
            form.note_waiting(ticket, now);
        }
        vec![effect]
    }

    /// Notes how far the reading for a plan is.
    pub(super) fn note_planning(&mut self, ticket: Ticket, progress: Progress) {
        if let Some(form) = self.reviews().find(|form| form.waits_for() == Some(ticket)) {
            form.hear(progress);
        }
    }

    /// Takes a plan, or why there is none.
    pub(super) fn take_plan(&mut self, ticket: Ticket, planned: Result<Arc<Plan>, Failure>) {
        let now = self.now;
        if planned.is_ok() {
            // Who named the file in the list of commands has what was asked for.
            self.dialogs.retain(|dialog| !matches!(dialog.form, Form::Palette(_)));
        }
        if let Some(form) = self.reviews().find(|form| form.waits_for() == Some(ticket)) {
            form.take(planned, now);
        }
    }

    /// Has the plans that are reviewed follow whether anything may be changed.
    pub(super) fn follow_read_only(&mut self) {
        let read_only = self.session.forbids_changes().cloned();
        for form in self.reviews() {
            form.read_only.clone_from(&read_only);
        }
    }

    fn reviews(&mut self) -> impl Iterator<Item = &mut review::Form> {
        self.dialogs.iter_mut().filter_map(|dialog| {
            let Form::Review(form) = &mut dialog.form else {
                return None;
            };
            Some(&mut **form)
        })
    }
}
