//! Grants with a last day, as access files promise it.

use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::SafeText;
use jiff::civil::Date;

/// What an access file says of a grant that is to end. The platform knows no end: until the file is applied again, or
/// somebody takes it away, the grant stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where it is held.
    pub workspace: WorkspaceName,
    /// Who holds it.
    pub principal: Principal,
    /// The last day on which it is wanted, in UTC.
    pub last_day: Date,
    /// Why it was wanted, in the words of the file.
    pub reason: Option<String>,
    /// The ticket that asked for it.
    pub ticket: Option<String>,
    /// The file that says so, as it was named.
    pub file: SafeText,
    /// The line, from 1.
    pub line: usize,
}

impl Term {
    /// Returns whether it is over on `day`: its last day is still part of it.
    pub fn is_over_on(&self, day: Date) -> bool {
        self.last_day < day
    }
}
