//! The columns of the lists: which there are, and which of them a frame has shown.

use std::collections::BTreeMap;

/// A list of the console, which has its own columns, orders and filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is explained by its title")]
pub enum ListKind {
    Workspaces,
    Members,
    Resources,
    Grants,
    Matrix,
    Findings,
    People,
    Principal,
    Contexts,
    Activity,
    Everybody,
}

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is called: its title, in lower case.
    pub name: &'static str,
    /// What the order is called that sorts by it, where one does.
    pub order: Option<&'static str>,
    /// Whether it is always shown: without it nobody could tell what a row is about.
    pub is_fixed: bool,
}

const fn sorted(name: &'static str, order: &'static str) -> Column {
    Column {
        name,
        order: Some(order),
        is_fixed: false,
    }
}

const fn plain(name: &'static str) -> Column {
    Column {
        name,
        order: None,
        is_fixed: false,
    }
}

const fn fixed(column: Column) -> Column {
    Column {
        is_fixed: true,
        ..column
    }
}

impl ListKind {
    /// Every list, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::Workspaces,
        Self::Members,
        Self::Resources,
        Self::Grants,
        Self::Matrix,
        Self::Findings,
        Self::People,
        Self::Principal,
        Self::Contexts,
        Self::Activity,
        Self::Everybody,
    ];

    /// Returns what it is called in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Members => "members",
            Self::Resources => "resources",
            Self::Grants => "audit",
            Self::Matrix => "audit-matrix",
            Self::Findings => "audit-findings",
            Self::People => "audit-people",
            Self::Principal => "principal",
            Self::Contexts => "contexts",
            Self::Activity => "activity",
            Self::Everybody => "everybody",
        }
    }

    /// Returns what its columns are called, in their usual order.
    pub fn usual(self) -> impl Iterator<Item = &'static str> {
        self.columns().iter().map(|column| column.name)
    }

    /// Returns what its orders are called, each with its name in files: that of the column.
    pub fn orders(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let file = (self == Self::Contexts).then_some(("file", "file"));
        let columns = self.columns().iter();
        file.into_iter()
            .chain(columns.filter_map(|column| column.order.map(|order| (order, column.name))))
    }

    /// Returns what an order is called in files.
    pub fn name_of_order(self, order: &str) -> Option<&'static str> {
        let mut orders = self.orders();
        orders.find(|(known, _)| *known == order).map(|(_, name)| name)
    }

    /// Returns the order that is called so, in files or above a list.
    pub fn order_called(self, name: &str) -> Option<&'static str> {
        let mut orders = self.orders();
        let found = orders.find(|(order, column)| *order == name || *column == name);
        found.map(|(order, _)| order)
    }

    /// Returns the column that is called so, or whose order is.
    pub fn column_called(self, name: &str) -> Option<&'static str> {
        let mut columns = self.columns().iter();
        let found = columns.find(|column| column.name == name || column.order == Some(name));
        found.map(|column| column.name)
    }

    /// Returns its columns, in their usual order; none where they cannot be chosen.
    #[rustfmt::skip]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Workspaces => const { &[
                fixed(sorted("name", "name")), sorted("access", "access"), sorted("you", "you"),
                sorted("members", "members"), sorted("admin", "admins"), plain("description"),
                sorted("updated", "updated"),
            ] },
            Self::Members => const { &[
                fixed(sorted("principal", "principal")), sorted("kind", "kind"), sorted("roles", "roles"),
                sorted("granted", "granted"), sorted("by", "granted by"),
            ] },
            Self::Resources => const { &[
                fixed(sorted("name", "name")), sorted("kind", "kind"), sorted("project", "project"),
                sorted("state", "state"), sorted("updated", "updated"),
            ] },
            Self::Grants => const { &[
                fixed(sorted("workspace", "workspace")), fixed(sorted("principal", "principal")),
                sorted("roles", "role"), sorted("granted", "granted"), sorted("by", "granted by"),
            ] },
            Self::Matrix => &[],
            Self::Findings => const { &[
                plain("severity"), fixed(plain("finding")), plain("workspace"), plain("principal"),
            ] },
            Self::People => const { &[
                fixed(plain("principal")), plain("kind"), plain("workspaces"), plain("admin"), plain("editor"),
            ] },
            Self::Principal => const { &[
                fixed(sorted("workspace", "workspace")), sorted("effective", "effective"), plain("through"),
                plain("own roles"), sorted("granted", "granted"), sorted("by", "granted by"),
            ] },
            Self::Contexts => const { &[
                fixed(sorted("name", "name")), plain("word"), sorted("token", "token"), sorted("server", "server"),
                sorted("user", "user"), plain("workspace"), plain("read-only"),
            ] },
            Self::Activity => const { &[
                sorted("time", "time"), sorted("workspace", "workspace"), fixed(sorted("target", "target")),
                plain("change"), sorted("outcome", "outcome"), sorted("by", "by"), plain("server"),
                plain("reason"),
            ] },
            Self::Everybody => const { &[
                sorted("time", "time"), sorted("workspace", "workspace"), fixed(sorted("principal", "principal")),
                plain("role"), sorted("change", "change"), sorted("by", "by"),
            ] },
        }
    }

    /// Returns the place of the column that is called so, among its columns.
    pub fn place_of(self, name: &str) -> Option<usize> {
        let mut columns = self.columns().iter();
        columns.position(|column| column.name.eq_ignore_ascii_case(name))
    }
}

impl ListKind {
    /// Returns whether these columns stand in another order than the usual one.
    pub fn is_own_order(self, names: impl Iterator<Item = &'static str>) -> bool {
        !names.map(|name| self.place_of(name)).is_sorted()
    }
}

/// Which columns of a list a frame has shown, by their places; none where it has shown no list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnShow {
    places: [Option<u8>; MOST_COLUMNS],
}

/// How many columns a list has at most.
const MOST_COLUMNS: usize = 8;

impl OnShow {
    /// Returns that these were shown, from left to right.
    pub fn new(places: impl IntoIterator<Item = usize>) -> Self {
        let mut places = places.into_iter().filter_map(|place| u8::try_from(place).ok());
        Self {
            places: std::array::from_fn(|_| places.next()),
        }
    }

    /// Returns their places, from left to right.
    pub fn places(&self) -> impl Iterator<Item = usize> + use<> {
        self.places.into_iter().flatten().map(usize::from)
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// The columns that are shown of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Those that were chosen, in their order, of lists that do not show the usual ones.
    chosen: BTreeMap<ListKind, Vec<&'static str>>,
    /// Those that the file said when they were chosen last, or at the start.
    kept: BTreeMap<ListKind, Vec<&'static str>>,
    /// What the last frame has shown of a list.
    drawn: Option<(ListKind, OnShow)>,
}

impl Columns {
    /// Returns the columns that were chosen of a list, in their order; nothing where they are the usual ones.
    pub fn chosen(&self, kind: ListKind) -> Option<&[&'static str]> {
        self.chosen.get(&kind).map(Vec::as_slice)
    }

    /// Returns whether the columns of a list were put into another order than the usual one.
    pub fn has_own_order(&self, kind: ListKind) -> bool {
        let chosen = self.chosen(kind).unwrap_or_default();
        kind.is_own_order(chosen.iter().copied())
    }

    /// Shows these columns of a list, or the usual ones.
    pub(in crate::app) fn choose(&mut self, kind: ListKind, columns: Option<Vec<&'static str>>) {
        // What was drawn is not on show any more.
        self.drawn = None;
        match columns.filter(|columns| !kind.usual().eq(columns.iter().copied())) {
            Some(columns) => self.chosen.insert(kind, columns),
            None => self.chosen.remove(&kind),
        };
    }

    /// Returns what the file said of a list when it was read for its columns last.
    pub(in crate::app) fn kept(&self, kind: ListKind) -> Option<&[&'static str]> {
        self.kept.get(&kind).map(Vec::as_slice)
    }

    /// Takes what the file says of the columns of a list by now.
    pub(in crate::app) fn keep(&mut self, kind: ListKind, columns: Option<Vec<&'static str>>) {
        match columns {
            Some(columns) => self.kept.insert(kind, columns),
            None => self.kept.remove(&kind),
        };
    }

    /// Takes what a frame has shown of the list in front.
    pub(in crate::app) fn drawn(&mut self, kind: Option<ListKind>, on_show: OnShow) {
        if let Some(kind) = kind.filter(|_| !on_show.is_empty()) {
            self.drawn = Some((kind, on_show));
        }
    }

    /// Returns the columns of a list that can be sorted by, from left to right: of those that are chosen all, so that a
    /// digit means the same one on a screen that is too narrow for some of them.
    pub fn sorted_by(&self, kind: ListKind) -> Vec<&'static str> {
        let all = kind.columns();
        let places: Vec<usize> = match self.chosen(kind) {
            Some(chosen) => chosen.iter().filter_map(|name| kind.place_of(name)).collect(),
            None => (0..all.len()).collect(),
        };
        let columns = places.into_iter().filter_map(|place| all.get(place));
        columns.filter_map(|column| column.order).collect()
    }

    /// Returns whether the last frame had no room for all columns that come before the one with this number, of those that
    /// can be sorted by, or for that one: whoever counts what is seen means another.
    pub fn is_seen_otherwise(&self, kind: ListKind, number: usize) -> bool {
        let Some((_, on_show)) = self.drawn.filter(|(drawn, _)| *drawn == kind) else {
            return false;
        };
        let seen = on_show.places().filter_map(|place| kind.columns().get(place)?.order);
        let all = self.sorted_by(kind);
        !seen.take(number).eq(all.into_iter().take(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_list_has_a_column_that_stays_and_none_has_two_of_one_name() {
        for kind in ListKind::ALL.into_iter().filter(|kind| *kind != ListKind::Matrix) {
            let columns = kind.columns();
            assert!(columns.iter().any(|column| column.is_fixed), "{kind:?}");
            assert!(columns.len() <= MOST_COLUMNS, "{kind:?}");
            let names: HashSet<_> = columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), columns.len(), "{kind:?}");
        }
    }
}
