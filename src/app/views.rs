//! What is kept of the lists: their columns, and views of them that were saved under a name.
//!
//! ```toml
//! [workspaces]
//! columns = ["name", "admin", "members"]  # in this order; what is left out is hidden
//!
//! [[workspaces.views]]
//! name = "lonely"
//! filter = "access:private"
//! sort = ["admins", "-name"]              # the first counts first; - turns an order round
//! ```
//!
//! `views.toml` lies in the console's own folder and is written by hand as well: one change of it ([`edit`]) leaves
//! everything else as it stands.

mod edit;
mod reading;
#[cfg(test)]
mod tests;

pub use edit::edited;

use super::columns::ListKind;
use crate::domain::text::SafeText;
use std::collections::BTreeMap;

/// How the file is called.
pub const FILE: &str = "views.toml";

/// How many views a list has at most.
pub const MOST_VIEWS: usize = 100;

/// How many letters the name of a view has at most.
pub const LONGEST_NAME: usize = 40;

/// How many letters a filter has at most.
const LONGEST_FILTER: usize = 1000;

/// A list as somebody wants to see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// What it is called.
    pub name: String,
    /// The filter; empty where nothing is filtered.
    pub filter: String,
    /// The order: what each of its columns is called, and whether that is turned round; empty where it stays as it is.
    pub sort: Vec<(&'static str, bool)>,
    /// The columns; nothing where they stay as they are.
    pub columns: Option<Vec<&'static str>>,
}

/// What is kept of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfList {
    /// The columns; nothing where they are the usual ones.
    pub columns: Option<Vec<&'static str>>,
    /// The views, in the order of the file.
    pub views: Vec<View>,
}

/// What is kept of all lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Views {
    lists: BTreeMap<ListKind, OfList>,
}

/// One change of what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Other columns of a list, or the usual ones.
    Columns(ListKind, Option<Vec<&'static str>>),
    /// A view, in place of the one that is called so.
    Put(ListKind, View),
    /// No view of this name any more.
    Remove(ListKind, String),
}

impl Views {
    /// Returns what is kept of one list.
    pub fn of(&self, kind: ListKind) -> &OfList {
        const NONE: &OfList = &OfList {
            columns: None,
            views: Vec::new(),
        };
        self.lists.get(&kind).unwrap_or(NONE)
    }

    /// Returns every view, with the list that it is of.
    pub fn all(&self) -> impl Iterator<Item = (ListKind, &View)> {
        let lists = self.lists.iter();
        lists.flat_map(|(kind, list)| list.views.iter().map(|view| (*kind, view)))
    }

    /// Returns the columns that were chosen, list by list.
    pub fn columns(&self) -> impl Iterator<Item = (ListKind, &[&'static str])> {
        let lists = self.lists.iter();
        lists.filter_map(|(kind, list)| Some((*kind, list.columns.as_deref()?)))
    }

    /// Returns what is kept after a change.
    #[must_use]
    pub fn after(&self, edit: &Edit) -> Self {
        let mut after = self.clone();
        let (Edit::Columns(kind, _) | Edit::Put(kind, _) | Edit::Remove(kind, _)) = edit;
        let list = after.lists.entry(*kind).or_default();
        match edit {
            Edit::Columns(_, columns) => list.columns.clone_from(columns),
            Edit::Put(_, view) => match list.views.iter_mut().find(|known| known.name == view.name) {
                Some(known) => *known = view.clone(),
                None => list.views.push(view.clone()),
            },
            Edit::Remove(_, name) => list.views.retain(|view| view.name != *name),
        }
        after.lists.retain(|_, list| *list != OfList::default());
        after
    }
}

impl View {
    /// Says in a few words what it is.
    pub fn in_words(&self) -> SafeText {
        let filter = (!self.filter.is_empty()).then(|| self.filter.clone());
        let order = self.sort.iter().map(|(label, is_reversed)| {
            let how = if *is_reversed { " descending" } else { "" };
            format!("{label}{how}")
        });
        let order: Vec<String> = order.collect();
        let order = (!order.is_empty()).then(|| format!("sort: {}", order.join(", ")));
        let columns = self.columns.as_ref().map(|_| "own columns".to_owned());
        let words: Vec<String> = [filter, order, columns].into_iter().flatten().collect();
        if words.is_empty() {
            return SafeText::new("all rows");
        }
        SafeText::new(&words.join("; "))
    }
}

/// Checks what a view is to be called.
///
/// # Errors
/// Says why not.
pub fn check_name(name: &str) -> Result<(), String> {
    let n_letters = name.chars().count();
    if name.trim().is_empty() {
        return Err("a view needs a name".to_owned());
    }
    if n_letters > LONGEST_NAME {
        return Err(format!("a name has at most {LONGEST_NAME} letters, not {n_letters}"));
    }
    if name.trim() != name {
        return Err("a name neither begins nor ends with a blank".to_owned());
    }
    // What is shown must be what is written, and nothing in it may act on a terminal.
    if SafeText::new(name).as_str() != name {
        return Err("a name has no control characters and nothing that cannot be seen".to_owned());
    }
    Ok(())
}

/// Checks a filter that is to be kept.
///
/// # Errors
/// Says why not.
pub fn check_filter(filter: &str) -> Result<(), String> {
    if filter.chars().count() > LONGEST_FILTER {
        return Err(format!("a filter has at most {LONGEST_FILTER} letters"));
    }
    if SafeText::with_limit(filter, filter.len().max(1)).as_str() != filter {
        return Err("a filter has no control characters and nothing that cannot be seen".to_owned());
    }
    Ok(())
}
