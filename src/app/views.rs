//! What is kept of the lists: their columns, and views of them that were saved under a name.
//!
//! ```toml
//! [workspaces]
//! columns = ["name", "admin", "members"]  # in this order; what is left out is hidden
//!
//! [[workspaces.views]]
//! name = "lonely"
//! filter = "access:private"
//! sort = ["admin", "-name"]               # the first counts first; - turns an order round
//! ```
//!
//! `views.toml` lies in the console's own folder and is written by hand as well: one change of it ([`edit`]) leaves
//! everything else as it stands.

mod chosen;
mod edit;
mod reading;
#[cfg(test)]
mod tests;

pub use chosen::Chosen;
pub use edit::edited;

use super::columns::ListKind;
use crate::domain::likeness::folded;
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
    /// The filter, empty where nothing is filtered; nothing where it stays as it is.
    pub filter: Option<String>,
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
    place: Place,
}

/// Where views are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// In the file.
    #[default]
    File,
    /// Nowhere but in the console, as long as that is on the demo: the file is its user's.
    Demo,
    /// Nowhere: the file cannot be used, for this reason.
    Nowhere(SafeText),
}

/// One change of what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Other columns of a list, or the usual ones.
    Columns(ListKind, Chosen),
    /// A view; one that is called so already has its place taken only where that was agreed to.
    Put(ListKind, View, Taken),
    /// This view no more.
    Remove(ListKind, View),
}

/// Whether a view may take the place of one that is called like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was agreed to, of the view that was on show.
    Agreed(View),
    /// There was none to be asked about.
    Unasked,
}

/// Why a change was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unkept {
    /// In words.
    pub why: SafeText,
    /// What the file says instead, where it could be read.
    pub views: Option<Box<Views>>,
}

impl Edit {
    /// Returns which columns of this list were chosen, if that is what it is.
    pub(in crate::app) fn columns_of(&self, kind: ListKind) -> Option<&Chosen> {
        match self {
            Self::Columns(of, chosen) => (*of == kind).then_some(chosen),
            Self::Put(..) | Self::Remove(..) => None,
        }
    }

    /// Returns the same, to be changed.
    pub(in crate::app) fn columns_of_mut(&mut self, kind: ListKind) -> Option<&mut Chosen> {
        match self {
            Self::Columns(of, chosen) => (*of == kind).then_some(chosen),
            Self::Put(..) | Self::Remove(..) => None,
        }
    }
}

impl From<SafeText> for Unkept {
    fn from(why: SafeText) -> Self {
        Self { why, views: None }
    }
}

impl Views {
    /// Returns that nothing is known of the file, which cannot be used for this reason.
    pub fn unusable(why: SafeText) -> Self {
        Self {
            place: Place::Nowhere(why),
            ..Self::default()
        }
    }

    /// Returns where they are kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Returns them as those of a demo, whatever has become of the file.
    #[must_use]
    pub(in crate::app) fn of_demo(&self) -> Self {
        Self {
            place: Place::Demo,
            ..self.clone()
        }
    }

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

    /// Checks whether a change can be made.
    ///
    /// # Errors
    /// Says why not.
    pub fn check(&self, edit: &Edit) -> Result<(), String> {
        let (kind, view, seen) = match edit {
            Edit::Columns(..) => return Ok(()),
            Edit::Put(kind, view, Taken::Unasked) => (kind, view, None),
            Edit::Put(kind, view, Taken::Agreed(seen)) => (kind, view, Some(seen)),
            Edit::Remove(kind, view) => (kind, view, Some(view)),
        };
        let views = &self.of(*kind).views;
        let there = views.iter().find(|known| known.name == view.name);
        if there.is_none()
            && matches!(edit, Edit::Put(..))
            && let Some(namesake) = namesake(views, &view.name)
        {
            return Err(called_alike(namesake));
        }
        // Nobody misses what is gone already.
        if there.is_some() && there != seen {
            return Err(format!("another view was saved as '{}' meanwhile", view.name));
        }
        if there.is_none() && matches!(edit, Edit::Put(..)) && views.len() >= MOST_VIEWS {
            return Err(format!("a list has at most {MOST_VIEWS} views: remove one"));
        }
        Ok(())
    }

    /// Returns what is kept after a change.
    #[must_use]
    pub fn after(&self, edit: &Edit) -> Self {
        let mut after = self.clone();
        let (Edit::Columns(kind, _) | Edit::Put(kind, ..) | Edit::Remove(kind, _)) = edit;
        let list = after.lists.entry(*kind).or_default();
        match edit {
            Edit::Columns(_, chosen) => list.columns = chosen.made_to(*kind, list.columns.as_deref()),
            Edit::Put(_, view, _) => match list.views.iter_mut().find(|known| known.name == view.name) {
                Some(known) => *known = view.clone(),
                None => list.views.push(view.clone()),
            },
            Edit::Remove(_, removed) => list.views.retain(|view| view.name != removed.name),
        }
        after.lists.retain(|_, list| *list != OfList::default());
        after
    }
}

impl View {
    /// Says in a few words what it is, of a list of this kind.
    pub fn in_words(&self, kind: ListKind) -> SafeText {
        let filter = self.filter.as_deref().map(|filter| {
            if filter.is_empty() {
                "no filter".to_owned()
            } else {
                filter.to_owned()
            }
        });
        let order = self.sort.iter().map(|(order, is_reversed)| {
            // As the title says it: the usual order of a date is the newest first.
            let how = if *is_reversed { " reversed" } else { "" };
            format!("{}{how}", kind.name_of_order(order).unwrap_or(order))
        });
        let order: Vec<String> = order.collect();
        let order = (!order.is_empty()).then(|| format!("sort: {}", order.join(", ")));
        let columns = self.columns.as_ref().map(|columns| {
            if kind.usual().eq(columns.iter().copied()) {
                "usual columns".to_owned()
            } else {
                format!("columns: {}", columns.join(", "))
            }
        });
        let words: Vec<String> = [filter, order, columns].into_iter().flatten().collect();
        if words.is_empty() {
            return SafeText::new("changes nothing");
        }
        SafeText::new(&words.join("; "))
    }
}

/// Returns the view that is called so, in whatever case: names that differ in nothing else are one name.
pub fn namesake<'a>(views: &'a [View], name: &str) -> Option<&'a View> {
    views.iter().find(|view| folded(&view.name) == folded(name))
}

/// Says that the name of this view cannot be given to another one.
pub fn called_alike(known: &View) -> String {
    format!(
        "the view '{}' is there already: names that differ only in case are one name",
        known.name
    )
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
