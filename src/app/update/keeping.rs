//! Columns and saved views are kept: one change after the other in the console's own file, or here alone on the demo.

use crate::app::columns::{Columns, ListKind};
use crate::app::dialog::{Dialog, Field, FieldError, Form, Problem, views};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::views::{Chosen, Edit, FILE, Unkept, View, Views};
use crate::app::waits::Wait;
use crate::domain::text::SafeText;

impl Model {
    /// Shows what is kept of the lists, as it was read at the start.
    pub fn take_views(&mut self, views: Views) {
        for (kind, columns) in views.columns() {
            self.columns.choose(kind, Some(columns.to_vec()));
            self.columns.keep(kind, Some(columns.to_vec()));
        }
        self.views = views;
        self.set_views_apart();
    }

    /// Sets apart what the file says while the console is on the demo, which changes nothing there, and takes it back behind
    /// the demo.
    pub(super) fn set_views_apart(&mut self) {
        match (self.session.is_demo, self.views_of_file.take()) {
            (true, None) => {
                let of_demo = self.views.of_demo();
                self.views_of_file = Some(Box::new(std::mem::replace(&mut self.views, of_demo)));
            }
            (true, kept @ Some(_)) => self.views_of_file = kept,
            (false, Some(kept)) => {
                self.columns = Columns::default();
                self.take_views(*kept);
                // The file is about to say so.
                for edit in &self.keeping {
                    if let Edit::Columns(kind, chosen) = edit {
                        self.columns.choose(*kind, chosen.after.clone());
                    }
                }
            }
            (false, None) => {}
        }
    }

    /// Returns the columns of a list as they are kept once everything is written that was chosen so far.
    pub(super) fn columns_kept_last(&self, kind: ListKind) -> Option<Vec<&'static str>> {
        // What a demo keeps is written nowhere.
        let mut chosen = self.keeping.iter().filter_map(|edit| edit.columns_of(kind));
        match chosen.next_back().filter(|_| !self.session.is_demo) {
            Some(last) => last.after.clone(),
            None => self.columns.kept(kind).map(<[_]>::to_vec),
        }
    }

    /// Has one change written into the file, after those before it; on the demo it is made here alone.
    pub(super) fn keep_views(&mut self, edit: Edit) -> Vec<Effect> {
        if self.session.is_demo {
            let checked = self.views.check(&edit);
            let kept = checked.map(|()| self.views.after(&edit));
            self.views_kept(&edit, kept.map_err(|why| SafeText::new(&why).into()));
            return Vec::new();
        }
        self.keeping.push_back(edit);
        if self.keeping.len() > 1 {
            return Vec::new();
        }
        self.write_views()
    }

    /// Has the next change written into the file, if there is one.
    fn write_views(&mut self) -> Vec<Effect> {
        let Some(edit) = self.keeping.front().cloned() else {
            return Vec::new();
        };
        let ticket = self.ticket(Wait::ConfigWrite);
        vec![Effect::KeepViews { ticket, edit }]
    }

    /// A change was written into the file, or not; what comes next is made to what the file says now.
    pub(super) fn views_written(&mut self, edit: &Edit, kept: Result<Views, Unkept>) -> Vec<Effect> {
        self.keeping.pop_front();
        if let (Edit::Columns(kind, failed), Err(_)) = (edit, &kept) {
            let mut next = self.keeping.iter_mut().filter_map(|edit| edit.columns_of_mut(*kind));
            // What the file does not say yet is still to be changed there.
            if let Some(next) = next.next() {
                next.before.clone_from(&failed.before);
            }
        }
        if self.session.is_demo {
            self.views_kept_apart(edit, kept);
        } else {
            self.views_kept(edit, kept);
        }
        self.write_views()
    }

    /// Takes what the file says by now while a demo has views of its own: those stay as they are.
    fn views_kept_apart(&mut self, edit: &Edit, kept: Result<Views, Unkept>) {
        let (views, why) = match kept {
            Ok(views) => (Some(Box::new(views)), None),
            Err(Unkept { why, views }) => (views, Some(why)),
        };
        if views.is_some() {
            self.views_of_file = views;
        }
        match (why, edit) {
            (None, edit) => self.tell(Tone::Success, &done(edit)),
            (Some(why), Edit::Columns(..)) => self.say(Tone::Error, &format!("the columns were not kept: {why}")),
            (Some(why), Edit::Put(_, view, _)) => {
                self.say(Tone::Error, &format!("the view '{}' was not saved: {why}", view.name));
            }
            (Some(why), Edit::Remove(..)) => self.say(Tone::Error, &format!("the view was not removed: {why}")),
        }
    }

    /// Says why a view was not saved, where its name can be typed again or taken as it is.
    fn view_unsaved(&mut self, kind: ListKind, view: &View, why: &SafeText) {
        let text = format!("the view '{}' was not saved: {why}", view.name);
        // What is typed into the filter meanwhile is no name.
        let is_elsewhere = self.screen().kind() != Some(kind) || self.is_filtering();
        if is_elsewhere || !self.dialogs.is_empty() || self.equivalent.is_some() {
            return self.say(Tone::Error, &text);
        }
        let form = views::Form::unsaved(kind, &self.views, view);
        let error = FieldError::new(Field::ViewName, &format!("not saved: {why}"));
        self.dialogs.push(Dialog {
            problem: Some(Problem::Typed(vec![error])),
            ..Dialog::new(Form::Views(Box::new(form)))
        });
    }

    /// Shows the columns that are kept by now, where another console has chosen some of them; returns what is told of that.
    fn columns_kept(&mut self, kind: ListKind, chosen: &Chosen) -> &'static str {
        let now = self.views.of(kind).columns.clone();
        self.columns.keep(kind, now.clone());
        if now == chosen.after {
            return "";
        }
        // Only the last choice is on show.
        let is_last = !self.keeping.iter().any(|edit| edit.columns_of(kind).is_some());
        if is_last && self.columns.chosen(kind) == chosen.after.as_deref() {
            self.columns.choose(kind, now);
        }
        ", with what another console has chosen meanwhile"
    }

    /// Takes what is kept by now, or says why it stays as it was.
    fn views_kept(&mut self, edit: &Edit, kept: Result<Views, Unkept>) {
        let kept = kept.map_err(|Unkept { why, views }| {
            // What another console has saved meanwhile is known from now on.
            self.views = views.map_or_else(|| std::mem::take(&mut self.views), |views| *views);
            why
        });
        match (kept, edit) {
            (Ok(views), edit) => {
                self.views = views;
                let others = match edit {
                    Edit::Columns(kind, chosen) => self.columns_kept(*kind, chosen),
                    Edit::Put(..) | Edit::Remove(..) => "",
                };
                let end = if self.session.is_demo {
                    format!(", for this demo only: your {FILE} stays as it is")
                } else {
                    String::new()
                };
                self.tell(Tone::Success, &format!("{}{others}{end}", done(edit)));
            }
            (Err(why), Edit::Columns(..)) => {
                let text = format!("the columns are as chosen until you quit, but not kept: {why}");
                self.say(Tone::Error, &text);
            }
            (Err(why), Edit::Put(kind, view, _)) => self.view_unsaved(*kind, view, &why),
            (Err(why), Edit::Remove(..)) => self.say(Tone::Error, &format!("the view was not removed: {why}")),
        }
    }
}

/// Says what a change has done.
fn done(edit: &Edit) -> String {
    match edit {
        Edit::Columns(..) => "kept the columns of this list".to_owned(),
        Edit::Put(_, view, _) => format!("saved the view '{}'", view.name),
        Edit::Remove(_, view) => format!("removed the view '{}'", view.name),
    }
}
