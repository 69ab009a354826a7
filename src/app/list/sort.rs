//! By what a list is sorted: one column, and up to two more for the rows that are equal in it.

use std::cmp::Ordering;

/// By how many columns a list can be sorted at once.
pub const MOST_KEYS: usize = 3;

/// The columns that a list can be sorted by.
pub trait SortColumn: Copy + PartialEq + 'static {
    /// Every order, as the sort key goes through them.
    const ALL: &'static [Self];

    /// Returns the word for the title row, and for files.
    fn label(self) -> &'static str;

    /// Returns the order that is called so.
    fn called(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.label() == label)
    }
}

/// Lists with an order of their own.
impl SortColumn for () {
    const ALL: &'static [Self] = &[];

    fn label(self) -> &'static str {
        ""
    }
}

/// One column of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct By<K> {
    /// The column.
    pub key: K,
    /// Whether its order is turned round.
    pub is_reversed: bool,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort<K> {
    first: By<K>,
    /// By what rows are sorted that are equal so far.
    then: [Option<By<K>>; MOST_KEYS - 1],
}

/// An order in words: what each of its columns is called, and whether that is turned round, the first one first.
pub type Order = Vec<(&'static str, bool)>;

/// How two rows compare in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// In this order, or the other way round.
    Known(Ordering),
    /// What is not known comes last, whichever way round.
    Unknown(Ordering),
}

impl Compared {
    /// Compares what may not be known.
    pub fn of<T: Ord>(a: Option<T>, b: Option<T>) -> Self {
        match (a, b) {
            (Some(a), Some(b)) => Self::Known(a.cmp(&b)),
            (a, b) => Self::Unknown(a.is_none().cmp(&b.is_none())),
        }
    }

    fn turned(self, is_reversed: bool) -> Ordering {
        match self {
            Self::Known(order) if is_reversed => order.reverse(),
            Self::Known(order) | Self::Unknown(order) => order,
        }
    }
}

impl From<Ordering> for Compared {
    fn from(order: Ordering) -> Self {
        Self::Known(order)
    }
}

/// What is done to an order.
#[derive(Clone, Copy, Debug)]
pub enum Sorting<'a> {
    /// By the next column, and by that alone.
    Next,
    /// The first column the other way round.
    Reversed,
    /// By the column that is called so before all others; where it is the first already, the other way round.
    First(&'a str),
    /// By these columns, each perhaps turned round; what is not known is left out.
    As(&'a [(&'a str, bool)]),
}

impl<K: SortColumn> Sort<K> {
    /// Returns the order by one column.
    pub fn by(key: K) -> Self {
        Self::of(By {
            key,
            is_reversed: false,
        })
    }

    fn of(first: By<K>) -> Self {
        Self {
            first,
            then: [None; MOST_KEYS - 1],
        }
    }

    /// Returns the column that counts first.
    pub fn first(&self) -> By<K> {
        self.first
    }

    /// Returns all of its columns, the first one first.
    pub fn keys(&self) -> impl Iterator<Item = By<K>> + use<K> {
        let then = self.then;
        std::iter::once(self.first).chain(then.into_iter().flatten())
    }

    /// Returns whether any of its columns is so.
    pub fn any(&self, is_so: impl Fn(K) -> bool) -> bool {
        self.keys().any(|by| is_so(by.key))
    }

    /// Returns it in words.
    pub fn told(&self) -> Order {
        self.keys().map(|by| (by.key.label(), by.is_reversed)).collect()
    }

    /// Returns the order after something was done to it.
    #[must_use]
    pub fn changed(self, how: Sorting<'_>) -> Self {
        match how {
            Sorting::Next => self.next(),
            Sorting::Reversed => self.reversed(),
            Sorting::First(label) => K::called(label).map_or(self, |key| self.putting_first(key)),
            Sorting::As(columns) => {
                // Each before all others, so the first one comes last.
                let known = columns.iter().rev();
                let known = known.filter_map(|(label, is_reversed)| Some((K::called(label)?, *is_reversed)));
                let mut order: Option<Self> = None;
                for (key, is_reversed) in known {
                    let by = By { key, is_reversed };
                    order = Some(order.map_or_else(|| Self::of(by), |order| order.with_first(by)));
                }
                order.unwrap_or(self)
            }
        }
    }

    fn next(self) -> Self {
        let all = K::ALL;
        let place = all.iter().position(|key| *key == self.first.key);
        let key = all.get(place.map_or(0, |place| place + 1)).or(all.first());
        Self::by(key.copied().unwrap_or(self.first.key))
    }

    fn reversed(self) -> Self {
        let first = By {
            is_reversed: !self.first.is_reversed,
            ..self.first
        };
        Self { first, ..self }
    }

    fn putting_first(self, key: K) -> Self {
        if self.first.key == key {
            return self.reversed();
        }
        self.with_first(By {
            key,
            is_reversed: false,
        })
    }

    /// Returns the order by a column before those there are; the last of too many goes.
    fn with_first(self, first: By<K>) -> Self {
        let mut rest = self.keys().filter(|by| by.key != first.key);
        Self {
            first,
            then: std::array::from_fn(|_| rest.next()),
        }
    }

    /// Compares two rows; `compare` does it by one column.
    pub fn compare(&self, compare: impl Fn(K) -> Compared) -> Ordering {
        let each = self.keys().map(|by| compare(by.key).turned(by.is_reversed));
        each.fold(Ordering::Equal, Ordering::then)
    }

    /// Sorts rows; where `compare` has nothing to say of a column, it stands for the order that they have already, in which
    /// equals stay.
    pub fn sort<T>(&self, rows: &mut Vec<T>, compare: impl Fn(K, &T, &T) -> Option<Compared>) {
        let mut placed: Vec<(usize, T)> = rows.drain(..).enumerate().collect();
        placed.sort_by(|(at, a), (other, b)| {
            self.compare(|key| compare(key, a, b).unwrap_or_else(|| at.cmp(other).into()))
        });
        rows.extend(placed.into_iter().map(|(_, row)| row));
    }

    /// Returns what a row is sorted by, looked up once for each column; nothing where it is not known.
    pub fn ranks<R>(&self, of: impl Fn(K) -> Option<R>) -> [Option<R>; MOST_KEYS] {
        let mut keys = self.keys();
        std::array::from_fn(|_| keys.next().and_then(|by| of(by.key)))
    }

    /// Compares two rows by what was looked up.
    pub fn compare_ranks<R: Ord>(&self, a: &[Option<R>; MOST_KEYS], b: &[Option<R>; MOST_KEYS]) -> Ordering {
        let pairs = self.keys().zip(a.iter().zip(b));
        for (by, (a, b)) in pairs {
            let order = Compared::of(a.as_ref(), b.as_ref()).turned(by.is_reversed);
            if order.is_ne() {
                return order;
            }
        }
        Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Column {
        Name,
        Size,
        Age,
        Owner,
    }

    impl SortColumn for Column {
        const ALL: &'static [Self] = &[Self::Name, Self::Size, Self::Age, Self::Owner];

        fn label(self) -> &'static str {
            match self {
                Self::Name => "name",
                Self::Size => "size",
                Self::Age => "age",
                Self::Owner => "owner",
            }
        }
    }

    #[rstest]
    #[case::one(&["size"], "size ^, name ^")]
    #[case::again(&["size", "size"], "size v, name ^")]
    #[case::three(&["size", "age"], "age ^, size ^, name ^")]
    #[case::no_more(&["size", "age", "owner"], "owner ^, age ^, size ^")]
    #[case::once(&["size", "name"], "name ^, size ^")]
    #[case::keeps_what_was_turned(&["size", "size", "age"], "age ^, size v, name ^")]
    #[case::not_known(&["nothing"], "name ^")]
    fn what_is_sorted_by_last_comes_first(#[case] pressed: &[&str], #[case] expected: &str) {
        let order = pressed.iter().fold(Sort::by(Column::Name), |order, label| {
            order.changed(Sorting::First(label))
        });
        assert_eq!(written(order), expected);
    }

    #[test]
    fn the_next_column_stands_alone() {
        let order = Sort::by(Column::Name).changed(Sorting::First("owner"));
        assert_eq!(written(order.changed(Sorting::Reversed)), "owner v, name ^");
        assert_eq!(written(order.changed(Sorting::Next)), "name ^");
    }

    #[test]
    fn an_order_is_the_one_that_was_told() {
        let told = [("age", true), ("gone", false), ("name", false), ("age", false)];
        let order = Sort::by(Column::Owner).changed(Sorting::As(&told));
        assert_eq!(written(order), "age v, name ^");
        let unknown = Sort::by(Column::Owner).changed(Sorting::As(&[("gone", true)]));
        assert_eq!(written(unknown), "owner ^");
    }

    #[test]
    fn the_second_column_decides_where_the_first_does_not() {
        let mut rows = [("b", 1), ("a", 2), ("c", 1), ("a", 1)];
        let order = Sort::by(Column::Name)
            .changed(Sorting::Reversed)
            .changed(Sorting::First("size"));
        let rank = |key, row: &(&'static str, i32)| match key {
            Column::Size => (row.1, ""),
            Column::Name | Column::Age | Column::Owner => (0, row.0),
        };
        rows.sort_by(|a, b| order.compare(|key| rank(key, a).cmp(&rank(key, b)).into()));
        assert_eq!(rows, [("c", 1), ("b", 1), ("a", 1), ("a", 2)]);
        rows.reverse();
        rows.sort_by(|a, b| {
            let ranks = |row: &(&'static str, i32)| order.ranks(|key| Some(rank(key, row)));
            order.compare_ranks(&ranks(a), &ranks(b))
        });
        assert_eq!(rows, [("c", 1), ("b", 1), ("a", 1), ("a", 2)]);
    }

    #[test]
    fn what_is_not_known_comes_last_whichever_way_round() {
        for order in [
            Sort::by(Column::Size),
            Sort::by(Column::Size).changed(Sorting::Reversed),
        ] {
            let mut rows = [None, Some(1), Some(2), None];
            rows.sort_by(|a, b| order.compare_ranks(&order.ranks(|_| *a), &order.ranks(|_| *b)));
            assert_eq!((rows[2], rows[3]), (None, None), "{order:?}");
            let mut rows = [None, Some(1), Some(2), None];
            rows.sort_by(|a, b| order.compare(|_| Compared::of(*a, *b)));
            assert_eq!((rows[2], rows[3]), (None, None), "{order:?}");
        }
    }

    #[test]
    fn an_order_that_rows_have_already_is_a_column_like_others() {
        let compare = |key, a: &(char, u8), b: &(char, u8)| match key {
            Column::Age => None,
            Column::Name | Column::Size | Column::Owner => Some(a.1.cmp(&b.1).into()),
        };
        let sorted = |order: Sort<Column>| {
            let mut rows = vec![('b', 2), ('a', 1), ('d', 2), ('c', 1)];
            order.sort(&mut rows, compare);
            rows.into_iter().map(|(name, _)| name).collect::<String>()
        };
        let age = Sort::by(Column::Age);
        assert_eq!(sorted(age), "badc");
        assert_eq!(sorted(age.changed(Sorting::Reversed)), "cdab");
        let by_size = age.changed(Sorting::Reversed).changed(Sorting::First("size"));
        assert_eq!(sorted(by_size), "cadb", "the oldest first where they are equal");
        assert_eq!(sorted(Sort::by(Column::Size).changed(Sorting::Reversed)), "bdac");
    }

    fn written(order: Sort<Column>) -> String {
        let each = order.told().into_iter().map(|(label, is_reversed)| {
            let sign = if is_reversed { 'v' } else { '^' };
            format!("{label} {sign}")
        });
        each.collect::<Vec<_>>().join(", ")
    }
}
