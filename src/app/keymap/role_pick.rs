//! The roles that a key can choose.

/// Which role a key chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum RolePick {
    Viewer,
    Editor,
    Admin,
    Nothing,
}

impl RolePick {
    /// All of them, in the order of the options.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Admin, Self::Nothing];

    /// Returns the place of its option.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|pick| *pick == self).unwrap_or(0)
    }
}
