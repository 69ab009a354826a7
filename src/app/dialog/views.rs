//! `Views`: the views of the list in front that were saved under a name, one to be shown, saved or removed.

use super::ctx::{Ctx, Field, FieldError};
use super::form::{Apply, DialogForm, moved};
use crate::app::columns::ListKind;
use crate::app::keymap::Context;
use crate::app::text_field::TextField;
use crate::app::views::{self, Edit, MOST_VIEWS, Place, Taken, View, Views};
use std::borrow::Cow;

/// The views of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    kind: ListKind,
    views: Vec<View>,
    place: Place,
    /// The list as it is now, under no name yet.
    present: View,
    cursor: usize,
    naming: Option<Naming>,
    /// What a yes does.
    asked: Option<Edit>,
}

/// The name that is typed for the list as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Naming {
    field: TextField,
    /// What the field was opened with.
    lent: String,
}

impl Form {
    /// Opens on a list that is as `present` says.
    pub fn new(kind: ListKind, kept: &Views, present: View) -> Self {
        Self {
            kind,
            views: kept.of(kind).views.clone(),
            place: kept.place().clone(),
            present,
            cursor: 0,
            naming: None,
            asked: None,
        }
    }

    /// Opens on the name of a list that was to be saved as `view` and was not.
    pub(in crate::app) fn unsaved(kind: ListKind, kept: &Views, view: &View) -> Self {
        let naming = Naming {
            field: TextField::filled(&view.name),
            lent: String::new(),
        };
        Self {
            naming: Some(naming),
            ..Self::new(kind, kept, view.clone())
        }
    }

    /// Returns which list they are of.
    pub fn kind(&self) -> ListKind {
        self.kind
    }

    /// Returns the views, in the order of the file.
    pub fn views(&self) -> &[View] {
        &self.views
    }

    /// Returns where they are kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns the list as it is now.
    pub fn present(&self) -> &View {
        &self.present
    }

    /// Returns the place of the marked view.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Returns the field for the name, while one is typed.
    pub fn naming(&self) -> Option<&TextField> {
        self.naming.as_ref().map(|naming| &naming.field)
    }

    /// Returns what a yes does.
    pub fn asked(&self) -> Option<&Edit> {
        self.asked.as_ref()
    }

    /// Begins to name the list as it is now; the marked view lends its name, which what is typed replaces.
    pub(in crate::app) fn begin(&mut self) {
        let lent = self.views.get(self.cursor).map(|view| view.name.clone());
        let lent = lent.unwrap_or_default();
        let mut field = TextField::filled(&lent);
        field.select_all();
        self.naming = Some(Naming { field, lent });
    }

    /// Asks whether the marked view is to be removed.
    pub(in crate::app) fn ask_to_remove(&mut self) -> bool {
        let marked = self.views.get(self.cursor).cloned();
        self.asked = marked.map(|view| Edit::Remove(self.kind, view));
        self.asked.is_some()
    }

    fn named(&self, field: &TextField) -> Result<View, FieldError> {
        let wrong = |what: &str| FieldError::new(Field::ViewName, what);
        let name = field.value();
        views::check_name(name).map_err(|why| wrong(&why))?;
        views::check_filter(self.present.filter.as_deref().unwrap_or_default()).map_err(|why| wrong(&why))?;
        let known = views::namesake(&self.views, name);
        if let Some(known) = known.filter(|known| known.name != name) {
            return Err(wrong(&views::called_alike(known)));
        }
        if known.is_none() && self.views.len() >= MOST_VIEWS {
            return Err(wrong(&format!("a list has at most {MOST_VIEWS} views: remove one")));
        }
        Ok(View {
            name: name.to_owned(),
            ..self.present.clone()
        })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Views".into()
    }

    fn keys(&self) -> &'static [Context] {
        if self.naming.is_some() {
            &[Context::Dialog, Context::LongText, Context::Always]
        } else {
            &[Context::Views, Context::Dialog, Context::LongText, Context::Always]
        }
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        self.naming.as_mut().map(|naming| &mut naming.field)
    }

    fn has_step_to_leave(&self) -> bool {
        self.naming.is_some()
    }

    fn leave_step(&mut self) {
        self.naming = None;
    }

    fn has_typed(&self) -> bool {
        let naming = self.naming.as_ref();
        naming.is_some_and(|naming| naming.field.value() != naming.lent)
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.naming.is_none() && matches!(self.place, Place::Nowhere(_)) {
            return Err("the file of the views cannot be used: the dialog says why");
        }
        if self.naming.is_none() && self.views.is_empty() {
            return Err("no view of this list is saved yet");
        }
        Ok(())
    }

    fn is_on_options(&self) -> bool {
        self.naming.is_none() && !self.views.is_empty()
    }

    fn move_by(&mut self, down: bool) {
        self.cursor = moved(self.cursor, self.views.len().saturating_sub(1), down);
    }

    fn choose_next(&mut self) {
        self.choose_at((self.cursor + 1) % self.views.len().max(1));
    }

    fn n_options(&self) -> usize {
        if self.is_on_options() { self.views.len() } else { 0 }
    }

    fn choose_at(&mut self, place: usize) {
        if place < self.n_options() {
            self.cursor = place;
        }
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        let Some(field) = self.naming() else {
            let view = self.views.get(self.cursor);
            return Ok(view.map_or(Apply::Nothing, |view| Apply::ShowView(view.clone())));
        };
        let view = self.named(field).map_err(|error| vec![error])?;
        let known = self.views.iter().find(|known| known.name == view.name).cloned();
        if let Some(known) = known {
            self.asked = Some(Edit::Put(self.kind, view, Taken::Agreed(known)));
            return Ok(Apply::Confirm);
        }
        Ok(Apply::KeepViews(Edit::Put(self.kind, view, Taken::Unasked)))
    }
}
