//! Columns and saved views: what is chosen counts at once, and is kept in the console's own file.

use crate::app::columns::ListKind;
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::views::{Edit, Views};
use crate::app::waits::Wait;
use crate::domain::text::SafeText;

impl Model {
    /// Shows what is kept of the lists, as it was read at the start.
    pub fn take_views(&mut self, views: Views) {
        for (kind, columns) in views.columns() {
            self.columns.choose(kind, Some(columns.to_vec()));
        }
        self.views = views;
    }

    /// Closes the top dialog, shows these columns of a list, or the usual ones, and keeps them.
    pub(super) fn choose_columns(&mut self, kind: ListKind, columns: Option<Vec<&'static str>>) -> Vec<Effect> {
        self.dialogs.pop();
        if self.columns.chosen(kind) == columns.as_deref() {
            return Vec::new();
        }
        self.columns.choose(kind, columns.clone());
        self.keep_views(Edit::Columns(kind, columns))
    }

    /// Has one change written into the file.
    pub(super) fn keep_views(&mut self, edit: Edit) -> Vec<Effect> {
        let ticket = self.ticket(Wait::ConfigWrite);
        vec![Effect::KeepViews { ticket, edit }]
    }

    /// Takes what the file says by now, or says why it stays as it was.
    pub(super) fn views_kept(&mut self, edit: &Edit, kept: Result<Views, SafeText>) {
        match (kept, edit) {
            (Ok(views), edit) => {
                self.views = views;
                let text = match edit {
                    Edit::Columns(..) => "kept the columns of this list".to_owned(),
                    Edit::Put(_, view) => format!("saved the view '{}'", view.name),
                    Edit::Remove(_, name) => format!("removed the view '{name}'"),
                };
                self.tell(Tone::Success, &text);
            }
            (Err(why), Edit::Columns(..)) => {
                let text = format!("the columns are as chosen until you quit, but not kept: {why}");
                self.say(Tone::Error, &text);
            }
            (Err(why), Edit::Put(..)) => self.say(Tone::Error, &format!("the view was not saved: {why}")),
            (Err(why), Edit::Remove(..)) => self.say(Tone::Error, &format!("the view was not removed: {why}")),
        }
    }
}
