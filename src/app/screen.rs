//! The screens. Each keeps only what is its own: cursor, filter, sort order; the data lie in the directory.

pub mod help;
pub mod members;
pub mod workspaces;

/// One screen of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// All workspaces.
    Workspaces(workspaces::State),
    /// The members of one workspace.
    Members(members::State),
    /// Every key of the screen below.
    Help(help::State),
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<K> {
    /// The column.
    pub key: K,
    /// Whether the order is turned round.
    pub is_reversed: bool,
}

impl<K: Copy + PartialEq> Sort<K> {
    /// Returns the order by the next of `keys`.
    #[must_use]
    pub fn next(self, keys: &[K]) -> Self {
        let place = keys
            .iter()
            .position(|key| *key == self.key)
            .map_or(0, |place| place + 1);
        let key = keys.get(place).or(keys.first()).copied().unwrap_or(self.key);
        Self {
            key,
            is_reversed: false,
        }
    }

    /// Returns the order turned round.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self {
            is_reversed: !self.is_reversed,
            ..self
        }
    }
}
