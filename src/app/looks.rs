//! What is on the screen, read again by itself while somebody looks on: how often, and what changed between two looks.

use super::screen::{Known, Screen};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::{SafeText, counted, grouped};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// How often the screen is read where nothing else is said.
pub const USUAL: Duration = Duration::from_secs(30);

/// How many changes are named.
const MOST_NAMED: usize = 3;

/// Whether and how often the screen is read by itself, and what that has brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    /// How long the console waits between two of them.
    pub every: Duration,
    /// Whether it looks at all.
    pub is_on: bool,
    /// What the rows said when the present look began.
    pub(super) before: Option<Rows>,
    /// Which rows the last look found changed, by their raw names.
    pub(super) changed: BTreeSet<String>,
}

impl Default for Looks {
    fn default() -> Self {
        Self::every(None)
    }
}

impl Looks {
    /// Returns none so far; with an interval they begin at once.
    pub fn every(interval: Option<Duration>) -> Self {
        Self {
            every: interval.unwrap_or(USUAL),
            is_on: interval.is_some(),
            before: None,
            changed: BTreeSet::new(),
        }
    }

    /// Returns the same before the first look.
    pub(super) fn anew(&self) -> Self {
        Self {
            before: None,
            changed: BTreeSet::new(),
            ..*self
        }
    }

    /// Returns whether the last look found this workspace changed.
    pub fn found_workspace(&self, name: &WorkspaceName) -> bool {
        self.changed.contains(name.raw())
    }

    /// Returns whether the last look found this member changed.
    pub fn found_member(&self, principal: &Principal) -> bool {
        self.changed.contains(principal.raw())
    }
}

/// What the rows of a screen said at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    of: Of,
    /// By raw name.
    told: BTreeMap<String, Told>,
}

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    /// What is said of it when it has changed, if it is known.
    value: Option<String>,
    /// When it was updated, if it tells that.
    updated_at: Option<Timestamp>,
}

/// Whose rows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Of {
    Workspaces,
    Members(WorkspaceName),
}

/// What a look has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) name: String,
    what: String,
}

impl Rows {
    /// Returns what the rows of `screen` say, all of them, whatever its filter shows; nothing on a screen that is not
    /// read again by itself.
    pub(super) fn of(screen: &Screen, known: &Known<'_>) -> Option<Self> {
        match screen {
            Screen::Workspaces(_) => {
                let told = known.store.workspaces().iter().map(|workspace| {
                    let members = known.store.details(&workspace.name).members;
                    let value = members.and_then(Result::ok).map(|members| {
                        let (n, n_admins) = (members.len(), members.n_admins());
                        format!("{}, {}", counted(n, "member"), counted(n_admins, "Admin"))
                    });
                    let updated_at = workspace.updated_at;
                    (workspace.name.raw().to_owned(), Told { value, updated_at })
                });
                Some(Self {
                    of: Of::Workspaces,
                    told: told.collect(),
                })
            }
            Screen::Members(state) => {
                let roster = known.store.roster(&state.workspace)?;
                let told = roster.members().iter().map(|member| {
                    let told = Told {
                        value: Some(member.roles.shown().to_string()),
                        updated_at: None,
                    };
                    (member.principal.raw().to_owned(), told)
                });
                Some(Self {
                    of: Of::Members(state.workspace.clone()),
                    told: told.collect(),
                })
            }
            Screen::Resources(_)
            | Screen::Audit(_)
            | Screen::Principal(_)
            | Screen::Contexts(_)
            | Screen::Activity(_)
            | Screen::Touched(_)
            | Screen::Welcome(_)
            | Screen::Help(_)
            | Screen::Outcomes(_) => None,
        }
    }

    /// Returns whether a screen is read again by itself: an audit reads everything, and the rest has nothing that others
    /// change while one looks on, or looks again itself.
    pub(super) fn are_on(screen: &Screen) -> bool {
        matches!(screen, Screen::Workspaces(_) | Screen::Members(_))
    }

    /// Returns whether these are rows of the same list.
    pub(super) fn are_of_the_list_of(&self, other: &Self) -> bool {
        self.of == other.of
    }

    /// Returns in what these rows differ from those of before, in the order of their names.
    pub(super) fn since(&self, before: &Self) -> Vec<Difference> {
        let names: BTreeSet<&String> = self.told.keys().chain(before.told.keys()).collect();
        let differ = names.into_iter().filter_map(|name| {
            let what = match (before.told.get(name), self.told.get(name)) {
                (None, Some(is)) => format!("is new{}", is.in_brackets()),
                (Some(was), None) => format!("is gone{}", was.in_brackets()),
                (Some(was), Some(is)) => is.since(was)?,
                (None, None) => return None,
            };
            let name = name.clone();
            Some(Difference { name, what })
        });
        differ.collect()
    }
}

impl Told {
    fn in_brackets(&self) -> String {
        self.value
            .as_ref()
            .map(|value| format!(" ({value})"))
            .unwrap_or_default()
    }

    /// Says what has changed; what was not known, or is not any more, has not.
    fn since(&self, before: &Self) -> Option<String> {
        let both = before.value.as_ref().zip(self.value.as_ref());
        if let Some((was, is)) = both.filter(|(was, is)| was != is) {
            return Some(format!("{was} → {is}"));
        }
        (before.updated_at != self.updated_at).then(|| String::from("was updated"))
    }
}

/// Says what a look has found.
pub(super) fn in_words(differences: &[Difference]) -> SafeText {
    let named = differences
        .iter()
        .take(MOST_NAMED)
        .map(|one| format!("{} {}", one.name, one.what));
    let named: Vec<String> = named.collect();
    let more = match differences.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        n => format!(", and {} more", grouped(n)),
    };
    SafeText::new(&format!("changed meanwhile: {}{more}", named.join(", ")))
}
