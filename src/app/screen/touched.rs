//! Everybody's changes: the role-binding rows of the whole platform, those that were touched last.

use super::languages;
use super::members::is_called;
use super::state::{Freshness, Known, ScreenState, Source, Title, counts, has_a_list};
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::filter::{self, Filter, Hear, Words, hear_both, is_by, is_then};
use crate::app::keymap::{Action, Context};
use crate::app::list::{Compared, List, Sort, SortColumn};
use crate::app::msg::Size;
use crate::app::time;
use crate::domain::binding::Touch;
use crate::domain::query::Asks;
use crate::domain::role::RoleSet;
use crate::domain::text::{self, CopyProblem, SafeText, grouped};
use jiff::Timestamp;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The rows, by their ids.
    pub list: List<String>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
    /// Whether they are looked at again and again.
    pub watches: bool,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When it was touched, the latest first.
    #[default]
    Time,
    /// The workspace.
    Workspace,
    /// The principal.
    Principal,
    /// Whether it was granted or revoked.
    Change,
    /// By whom.
    By,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::Time, Self::Workspace, Self::Principal, Self::Change, Self::By];

    fn label(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Workspace => "workspace",
            Self::Principal => "principal",
            Self::Change => "change",
            Self::By => "by",
        }
    }
}

/// What is said in place of who made a change that the row does not tell.
pub const NOT_STORED: &str = "not stored";

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Everybody, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Everybody)
    }

    /// Says how many of the rows were read, and how many of these are new.
    fn title(&self, known: &Known<'_>) -> Title {
        let Some(touches) = known.touched.known.value() else {
            return Title::new("Everybody's changes");
        };
        let n_read = touches.rows.len();
        let counts = counts(self.list.rows().len(), Some(n_read));
        let older = touches.n_all.and_then(|n| n.checked_sub(n_read)).filter(|n| *n > 0);
        let older = older.map_or_else(String::new, |n| format!(", {} older", grouped(n)));
        let new = match known.touched.n_new() {
            0 => String::new(),
            // What came before them may have been pushed off the page.
            n if n == n_read && touches.n_all > Some(n_read) => format!(", {}+ new", grouped(n)),
            n => format!(", {} new", grouped(n)),
        };
        let what = format!("Everybody's changes{counts}{new}{older}");
        Title::new(what).sorted(Some(self.sort.told()))
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let selected = self.list.selected().and_then(|id| known.touched.find(id));
        match selected {
            Some(row) => out.list_members(&row.binding.workspace, &known.session.grammar()),
            None if known.touched.known.is_loading() => out.wait("still loading the changes"),
            None => {}
        }
        out.note("the CLI has no command for everybody's changes");
    }

    has_a_list!(sorted);

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.list.selected().filter(|_| self.filter.is_active());
        let selected = selected.and_then(|id| known.touched.find(id));
        selected
            .map(|row| filter::words(|hear| tell(row, known.now, hear)))
            .unwrap_or_default()
    }

    fn act(&mut self, action: Action, _: Size) -> bool {
        if action == Action::Watch {
            self.watches = !self.watches;
        }
        false
    }

    fn to_copy(&self, known: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let selected = self.list.selected().and_then(|id| known.touched.find(id)).into_iter();
        selected
            .map(|row| SafeText::to_copy(row.binding.principal.raw()))
            .collect()
    }

    fn freshness<'a>(&'a self, known: &Known<'a>) -> Option<Freshness<'a>> {
        let as_of = known.touched.known.as_of()?;
        if let Some(failure) = known.touched.known.failure() {
            return Some(Freshness::stale(as_of, "refresh failed", failure));
        }
        let watched = if self.watches { "watching, " } else { "" };
        Some(Freshness::Note(format!("{watched}as of {}", time::clock(as_of))))
    }

    fn is_waiting(&self, known: &Known<'_>) -> bool {
        known.touched.known.is_loading() && known.touched.known.value().is_none()
    }

    fn source(&self) -> Source<'_> {
        Source::Touched
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let now = known.now;
        let all: Vec<&Touch> = known.touched.rows().iter().collect();
        let filter = &mut self.filter;
        let mut rows = filter.keep(all, languages::EVERYBODY, now, |row, hear| tell(row, now, hear), fits);
        self.sort.sort(&mut rows, |key, a, b| compare(key, a, b));
        let rows = rows.into_iter().map(|row| row.id.clone()).collect();
        self.list.set_growing_rows(rows, height);
    }
}

/// Tells what a row says, in every column.
fn tell<'a>(row: &'a Touch, now: Timestamp, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    let binding = &row.binding;
    hear_both("principal", binding.principal.raw(), text::LONGEST, hear)?;
    if binding.principal.is_everyone() {
        hear("principal", binding.principal.label().to_string().into())?;
    }
    hear_both("workspace", binding.workspace.raw(), text::LONGEST, hear)?;
    hear_both("role", binding.role.raw(), text::LONGEST, hear)?;
    hear("change", row.kind().word().into())?;
    hear_both("by", row.by().unwrap_or(NOT_STORED), text::LONGEST, hear)?;
    match row.touched_at {
        Some(at) => hear("time", time::relative(at, now).into()),
        None => ControlFlow::Continue(()),
    }
}

/// Returns whether a row is what a word with a key asks for.
fn fits(row: &Touch, asks: &Asks) -> bool {
    let binding = &row.binding;
    if let Asks::Who(name) = asks {
        return name.is_principal(&binding.principal);
    }
    if let Asks::Workspace(name) = asks {
        return name.fits(binding.workspace.raw());
    }
    if let Asks::By(part) = asks {
        return is_by(row.by(), part);
    }
    if let Asks::Kind(kind) = asks {
        return row.kind().word() == kind;
    }
    if let Asks::Role(role) = asks {
        return is_called(&RoleSet::only(binding.role.clone()), role);
    }
    if let Asks::Allows(least) = asks {
        return binding.role.rank() >= *least;
    }
    is_then(row.touched_at, asks)
}

fn compare(key: SortKey, a: &Touch, b: &Touch) -> Option<Compared> {
    Some(match key {
        // The platform has them in this order.
        SortKey::Time => return None,
        SortKey::Workspace => a.binding.workspace.cmp(&b.binding.workspace).into(),
        SortKey::Principal => a.binding.principal.cmp(&b.binding.principal).into(),
        SortKey::Change => a.kind().cmp(&b.kind()).into(),
        SortKey::By => Compared::of(a.by(), b.by()),
    })
}
