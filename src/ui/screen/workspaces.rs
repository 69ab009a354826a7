//! The table of workspaces.

use crate::app::audit::Mode;
use crate::app::columns::{ListKind, OnShow};
use crate::app::deletions::Deletion;
use crate::app::filter::Filter;
use crate::app::keymap::{Action, Context, Opens, Shows};
use crate::app::model::Model;
use crate::app::screen::workspaces::{SortKey, State};
use crate::app::store::{Details, Listing, Members, Store};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::{self, SafeText, grouped};
use crate::domain::workspace::{Access, CallerAccess, Source, Workspace};
use crate::ui::empty_state::{self, EmptyState};
use crate::ui::marks::Mark;
use crate::ui::table::{self, Cell, Shown, Width};
use crate::ui::{Look, bordered, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::cell::OnceCell;

/// What a cell is made from.
struct Row<'a> {
    workspace: &'a Workspace,
    /// Its deletion, where it is being destroyed.
    deletion: Option<&'a Deletion>,
    store: &'a Store,
    /// Found when a cell asks for it: most rows are only measured, and looking through a report of everything takes a while.
    details: OnceCell<Details<'a>>,
    /// Whether nothing more is read of any workspace until somebody asks for it.
    has_halted: bool,
    /// Whether it is another row than at the look before.
    is_changed: bool,
    /// Whether it is the default of the context in use.
    is_default: bool,
    now: Timestamp,
}

impl<'a> Row<'a> {
    fn details(&self) -> &Details<'a> {
        self.details.get_or_init(|| self.store.details(&self.workspace.name))
    }
}

/// What stands for `platform admin` in a narrow column; the full words stand in the header and in the detail pane.
const PLATFORM: &str = "platform";

type Column = table::Column<SortKey, fn(&Look, &Row<'_>) -> Cell>;

#[rustfmt::skip]
const COLUMNS: [Column; 8] = [
    Column::text("NAME", 0, Width::Name(40), name).by(SortKey::Name),
    Column::marks(marks),
    Column::text("ACCESS", 0, Width::Exactly(11), access).by(SortKey::Access),
    Column::text("YOU", 1, Width::Roomy(8, 14), you).by(SortKey::You),
    Column::number("MEMBERS", 2, 7, members).by(SortKey::Members),
    Column::number("ADMIN", 0, 5, admins).by(SortKey::Admins),
    Column::text("DESCRIPTION", 4, Width::Rest(16), description),
    Column::text("UPDATED", 3, Width::Exactly(10), updated).by(SortKey::Updated),
];

/// Draws the table, or what stands in its place.
pub(super) fn draw(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) -> OnShow {
    if state.list.rows().is_empty() {
        let inner = bordered(look, None, look.theme.border, area, buffer);
        instead_of_rows(model, look, state, inner, buffer);
        return OnShow::default();
    }
    let row = |name: &WorkspaceName| {
        let deletion = model.store.deletions().find(name);
        Some(Row {
            workspace: model.store.find_shown(name)?,
            deletion: deletion.filter(|_| model.store.is_going(name)),
            store: &model.store,
            details: OnceCell::new(),
            has_halted: model.store.halted().is_some(),
            is_changed: model.looks.found_workspace(name),
            is_default: model.session.default_workspace.as_ref() == Some(name),
            now: model.now,
        })
    };
    let caller = model.identity();
    let shown = Shown::new(ListKind::Workspaces, Some(state.sort), &state.filter)
        .saying(model.screen().says(&model.known(&caller)));
    let (told, on_show) = table::draw(look, &COLUMNS, &shown, &state.list, row, area, buffer);
    table::told_in_border(look, told, area, buffer);
    on_show
}

fn name(look: &Look, row: &Row<'_>) -> Cell {
    Cell::new(look.theme.text, look.print(row.workspace.name.shown()))
}

fn marks(look: &Look, row: &Row<'_>) -> Cell {
    let changed = row.is_changed.then_some(Mark::Changed);
    let default = row.is_default.then_some(Mark::Default);
    let marks: Vec<Mark> = changed.into_iter().chain(default).collect();
    Cell::marks(look, &marks)
}

fn access(look: &Look, row: &Row<'_>) -> Cell {
    if let Some(deletion) = row.deletion {
        return Cell::new(look.theme.warning, deletion.in_words(row.now)).long();
    }
    let Some((access, source)) = row.store.access(&row.workspace.name) else {
        return not_known(look, row);
    };
    let style = match (&access, source) {
        (Access::Private, _) => look.theme.text,
        (Access::All(_), Source::Read) => look.theme.warning,
        // Where it is known from stands in the detail pane.
        (Access::All(_), Source::AsInstalled) => look.theme.muted,
    };
    Cell::new(style, look.print(access.label()))
}

fn you(look: &Look, row: &Row<'_>) -> Cell {
    if !row.details().is_known() {
        return unknown(look, row);
    }
    let label = row.details().caller_access.label();
    let is_platform_admin = row.details().caller_access == CallerAccess::PlatformAdmin;
    let brief = is_platform_admin.then_some(PLATFORM);
    let style = match row.details().caller_access {
        CallerAccess::Nothing | CallerAccess::Unknown => look.theme.muted,
        CallerAccess::PlatformAdmin | CallerAccess::Holds(_) | CallerAccess::AtLeastViewer => look.theme.text,
    };
    Cell::new(style, look.print(label)).or(brief)
}

fn members(look: &Look, row: &Row<'_>) -> Cell {
    members_cell(look, row, |members| Cell::new(look.theme.text, grouped(members.len())))
}

fn admins(look: &Look, row: &Row<'_>) -> Cell {
    members_cell(look, row, |members| {
        let n_admins = members.n_admins();
        let mark = |style, words| look.span(style, look.said(look.marks.warning, words));
        match n_admins {
            // The platform makes them without an Admin; that is nothing to be alarmed about.
            0 if row.workspace.name.is_built_in() => Cell::new(look.theme.text, "0".to_owned()),
            0 => {
                Cell::new(look.theme.danger, "0".to_owned()).note(mark(look.theme.danger, "nobody can manage members"))
            }
            1 => Cell::new(look.theme.warning, "1".to_owned()).note(mark(look.theme.warning, "only one")),
            n => Cell::new(look.theme.text, grouped(n)),
        }
    })
}

fn description(look: &Look, row: &Row<'_>) -> Cell {
    // A row shows far less than this of a description that may be a megabyte.
    let description = row.workspace.description.as_deref().unwrap_or_default();
    let most = if look.is_spoken() { text::LONGEST } else { 300 };
    Cell::new(look.theme.muted, look.print(SafeText::with_limit(description, most)))
}

fn updated(look: &Look, row: &Row<'_>) -> Cell {
    let text = row
        .workspace
        .updated_at
        .map(|at| time::relative(at, row.now))
        .unwrap_or_default();
    Cell::new(look.theme.muted, text)
}

/// Returns what the members say, or the sign for why they say nothing.
fn members_cell(look: &Look, row: &Row<'_>, known: impl FnOnce(Members<'_>) -> Cell) -> Cell {
    match row.details().members {
        Some(Ok(members)) => known(members),
        Some(Err(_)) | None => not_known(look, row),
    }
}

/// Returns the sign for why nothing is known of the members.
fn not_known(look: &Look, row: &Row<'_>) -> Cell {
    match row.details().members {
        Some(_) if row.details().is_withheld() => Cell::new(look.theme.muted, look.marks.withheld.to_owned()),
        Some(_) => Cell::sign(look, Mark::NotLoaded),
        None => unknown(look, row),
    }
}

/// Returns the sign for what is not known yet, or is not going to be: nobody waits for what is not being read.
fn unknown(look: &Look, row: &Row<'_>) -> Cell {
    if row.details().failure.is_some() || row.has_halted {
        Cell::sign(look, Mark::NotLoaded)
    } else {
        Cell::new(look.theme.muted, look.marks.cut.to_owned())
    }
}

fn instead_of_rows(model: &Model, look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let theme = &look.theme;
    if !model.store.workspaces().is_empty() {
        let people = look.key_of(Context::Workspaces, Action::Show(Shows::Audit(Mode::Principals)));
        let roles = look.key_of(Context::Workspaces, Action::Show(Shows::Audit(Mode::List)));
        let helps = format!("{people} finds people, {roles} finds roles");
        let is_all = model.store.progress().is_none() && model.store.reading().is_none();
        nothing_matches(look, (&state.filter, is_all), &helps, area, buffer);
        return;
    }
    match model.store.listing() {
        Listing::Absent => empty_state::loading(model, look, "workspaces", None, area, buffer),
        Listing::Loading { ticket, .. } => {
            let since = Some(model.waiting_since(*ticket));
            empty_state::loading(model, look, "workspaces", since, area, buffer);
        }
        Listing::Failed(failure) => empty_state::failed(look, failure, area, buffer),
        Listing::Complete => {
            let text = match model.may_create() {
                Ok(()) => {
                    let key = look.key_of(Context::Workspaces, Action::Open(Opens::NewWorkspace));
                    format!("no workspaces yet: press {key} to create one")
                }
                Err(why) => format!("no workspaces visible to you; {why}"),
            };
            EmptyState::new(look, area).text(theme.text, text).draw(area, buffer);
        }
    }
}

/// Says that the filter hides every row, why where that is known, else what `helps`; as long as it `is_all` not there yet,
/// that it does so far.
pub(super) fn nothing_matches(
    look: &Look,
    (filter, is_all): (&Filter, bool),
    helps: &str,
    area: Rect,
    buffer: &mut Buffer,
) {
    let nothing = if is_all { "nothing" } else { "nothing so far" };
    let typed = SafeText::with_limit(filter.input.value(), 60);
    let key = look.key_of(Context::Filter, Action::ClearFilter);
    let text = EmptyState::new(look, area).text(
        look.theme.text,
        format!("{nothing} matches '{typed}': {key} clears the filter"),
    );
    let text = match &filter.problem {
        Some(problem) => text.gap().text(look.theme.warning, look.print(problem)),
        None if helps.is_empty() => text,
        None => text.gap().text(look.theme.text, helps),
    };
    text.draw(area, buffer);
}
