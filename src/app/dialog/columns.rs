//! `Columns`: which columns the list in front shows, and in which order.

use super::ctx::{Ctx, FieldError};
use super::form::{Apply, DialogForm, moved};
use crate::app::columns::ListKind;
use crate::app::keymap::{ColumnKey, Context};
use std::borrow::Cow;

/// One column of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is called.
    pub name: &'static str,
    /// Whether it is shown.
    pub is_shown: bool,
    /// Whether it always is.
    pub is_fixed: bool,
}

/// The columns as they are being chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    kind: ListKind,
    rows: Vec<Row>,
    cursor: usize,
}

impl Form {
    /// Opens on a list that shows the `chosen` columns, or the usual ones: what is hidden comes last.
    pub fn new(kind: ListKind, chosen: Option<&[&'static str]>) -> Self {
        let usual: Vec<&'static str> = kind.usual().collect();
        let shown = chosen.unwrap_or(&usual);
        let hidden = usual.iter().filter(|name| !shown.contains(name));
        let row = |name: &&'static str| {
            let mut columns = kind.columns().iter();
            Row {
                name,
                is_shown: shown.contains(name),
                is_fixed: columns.any(|column| column.name == *name && column.is_fixed),
            }
        };
        Self {
            kind,
            rows: shown.iter().chain(hidden).map(row).collect(),
            cursor: 0,
        }
    }

    /// Returns all columns of the list.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns whether those that are shown stand in another order than the usual one.
    pub fn is_own_order(&self) -> bool {
        let shown = self.rows.iter().filter(|row| row.is_shown);
        self.kind.is_own_order(shown.map(|row| row.name))
    }

    /// Returns the place of the marked one.
    pub fn cursor(&self) -> usize {
        self.cursor
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Columns".into()
    }

    fn keys(&self) -> &'static [Context] {
        &[Context::Columns, Context::Dialog, Context::LongText, Context::Always]
    }

    fn is_on_options(&self) -> bool {
        true
    }

    fn n_options(&self) -> usize {
        self.rows.len()
    }

    /// Goes to the column at `place`, and shows or hides it.
    fn choose_at(&mut self, place: usize) {
        if place < self.rows.len() {
            self.cursor = place;
            self.choose_next();
        }
    }

    fn move_by(&mut self, down: bool) {
        self.cursor = moved(self.cursor, self.rows.len().saturating_sub(1), down);
    }

    /// Shows the marked column, or hides it.
    fn choose_next(&mut self) {
        if let Some(row) = self.rows.get_mut(self.cursor) {
            row.is_shown = row.is_fixed || !row.is_shown;
        }
    }

    fn arrange(&mut self, key: ColumnKey) {
        if key == ColumnKey::Usual {
            *self = Self::new(self.kind, None);
            return;
        }
        let last = self.rows.len().saturating_sub(1);
        let place = moved(self.cursor, last, key == ColumnKey::Down);
        if place != self.cursor {
            self.rows.swap(place, self.cursor);
            self.cursor = place;
        }
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        let shown = self.rows.iter().filter(|row| row.is_shown);
        let shown: Vec<&'static str> = shown.map(|row| row.name).collect();
        let is_usual = self.kind.usual().eq(shown.iter().copied());
        Ok(Apply::Columns(self.kind, (!is_usual).then_some(shown)))
    }
}
