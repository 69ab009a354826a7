//! From a key to what it does.

use super::marking::{self, mark};
use super::{connecting, copying, dialogs, filtering, held, typing};
use crate::app::dialog::{Dialog, Form, deletion};
use crate::app::filter::Filter;
use crate::app::keymap::{self, Action, Chord, DialogKey, Meaning, Shows};
use crate::app::list::{Marking, Sorting, Step};
use crate::app::model::{Details, Model};
use crate::app::msg::Effect;
use crate::app::notice::{Notice, Tone};
use crate::app::screen::{Screen, Source, help, outcomes};
use crate::app::store::Listing;
use crate::domain::ids::WorkspaceName;

/// Takes one key.
pub(super) fn pressed(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let meaning = model.meaning_of(chord);
    if typing::edits(model, chord) {
        held::forget_delayed(model, chord);
        if !leaves(&meaning) {
            typing::stay(model);
        }
        if let Some(input) = typing::focused_text(model) {
            input.press(chord);
            typing::edited(model);
        }
        return Vec::new();
    }
    means(model, meaning, chord)
}

/// Whether that leaves a dialog.
fn leaves(meaning: &Meaning) -> bool {
    matches!(meaning, Meaning::Act(Action::Dialog(DialogKey::Cancel | DialogKey::No)))
}

/// Does what was meant, be it by this key or by another way to say it.
pub(super) fn means(model: &mut Model, meaning: Meaning, chord: Chord) -> Vec<Effect> {
    held::forget_delayed(model, chord);
    if !leaves(&meaning) {
        typing::stay(model);
    }
    match meaning {
        Meaning::Act(action) => act(model, action, chord),
        // What is said while a change is waited for must stay until that is over.
        Meaning::Disabled(_) | Meaning::Nothing if model.leaving_since.is_some() => Vec::new(),
        Meaning::Disabled(why) => {
            model.notice = Some(Notice::of_disabled(chord, why.as_str()));
            Vec::new()
        }
        Meaning::Nothing => {
            let text = model.no_such_key();
            model.say(Tone::Warning, &text);
            Vec::new()
        }
    }
}

/// Returns the keys that do something now, each with the context that it counts in.
fn live_keys(model: &mut Model) -> Vec<(keymap::Context, &'static str)> {
    let (map, contexts) = (model.keymap, model.key_contexts());
    let mut live = Vec::new();
    for context in contexts {
        for (binding, key) in map
            .of(*context)
            .flat_map(|binding| binding.keys.iter().map(move |key| (binding, *key)))
        {
            let Ok(chord) = key.parse::<Chord>() else { continue };
            let counts = map
                .bound(contexts, chord)
                .is_some_and(|bound| bound.context == binding.context);
            if counts && model.can_use(binding).is_ok() && !typing::edits(model, chord) {
                live.push((*context, key));
            }
        }
    }
    live
}

/// Does what a key does that can be used now.
pub(super) fn act(model: &mut Model, action: Action, chord: Chord) -> Vec<Effect> {
    let showed_details = model.details == Details::InPlace;
    goes_on(model, action);
    match action {
        Action::Back | Action::Details if showed_details => {}
        Action::Details => model.details = Details::InPlace,
        Action::Quit => return model.quit(),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Show(what) => return show(model, what),
        Action::Palette => model.open_palette(chord),
        Action::Mouse => model.turn_mouse(),
        Action::Back => return back(model),
        Action::Close => return close(model),
        Action::Refresh => return refresh(model),
        Action::Repair => return model.mend(),
        Action::Lift => return model.turn_read_only(chord),
        Action::Move(step) => move_cursor(model, step),
        Action::Scroll(step) => model.scrolled.step(step),
        Action::EditFilter => filtering::with_filter(model, Filter::edit),
        Action::KeepFilter => filtering::keep_filter(model),
        Action::OpenHit => return open_hit(model, chord),
        Action::ClearFilter => filtering::clear_filter(model),
        Action::TakeFilterBack => filtering::take_filter_back(model),
        Action::WatchScreen => model.turn_looks(),
        Action::SortNext => sort(model, Sorting::Next),
        Action::SortReverse => sort(model, Sorting::Reversed),
        Action::SortBy(n) => sort_by(model, n),
        Action::OpenMembers => return open_selected(model),
        Action::OpenMember => return open_member(model),
        Action::MarkAll if model.equivalent.is_some() => mark_all_commands(model),
        Action::Mark => mark(model, Marking::Row),
        Action::MarkAll => mark(model, Marking::All),
        Action::MarkRange => mark(model, Marking::Range),
        Action::MarkTo(step) => mark(model, Marking::To(step)),
        Action::Writers
        | Action::MoveAcross(_)
        | Action::NextKind
        | Action::PreviousKind
        | Action::AllServers
        | Action::TurnPlan
        | Action::OpenPlan
        | Action::ClosePlan
        | Action::Watch
        | Action::MoreHelp => {
            on_screen(model, action);
        }
        Action::Go(key) => return connecting::pressed(model, key),
        Action::ShowCommand => model.equivalent = Some(model.commands()),
        Action::HideCommand => model.equivalent = None,
        Action::Copy => return copying::copy(model),
        Action::CopyRow => return copying::copy_row(model),
        Action::CopyCommand => return copying::copy_commands(model),
        Action::Open(which) => return dialogs::open(model, which, chord),
        Action::Dialog(key) => return dialogs::pressed(model, key, chord),
    }
    Vec::new()
}

/// Takes away what was on show for the key before. In the list of commands that is left to what is run there.
fn goes_on(model: &mut Model, action: Action) {
    if model.palette().is_some() {
        return;
    }
    // Where it has no key, it is found and run once more in the list of commands.
    if !matches!(action, Action::CopyRow | Action::Palette) {
        model.copied_row = None;
    }
    if action == Action::Show(Shows::Outcomes)
        && let Some(notice) = model.standing_notice().cloned()
    {
        model.outcomes.keep(model.now, &notice);
    }
    if !matches!(
        action,
        Action::Move(_) | Action::MoveAcross(_) | Action::Scroll(_) | Action::Palette
    ) && model.leaving_since.is_none()
    {
        model.notice = None;
    }
    // Whatever else is pressed goes on with the list.
    if !matches!(
        action,
        Action::Move(_)
            | Action::Scroll(_)
            | Action::Redraw
            | Action::Suspend
            | Action::Copy
            | Action::CopyRow
            | Action::Palette
    ) {
        model.details = Details::Beside;
    }
    if is_about_a_row(action)
        && let Some(screen) = model.screens.last_mut()
    {
        screen.choose();
    }
}

/// Whether an action is about the row under the cursor: whoever comes back from it finds that row selected.
fn is_about_a_row(action: Action) -> bool {
    matches!(
        action,
        Action::Details
            | Action::OpenMembers
            | Action::OpenMember
            | Action::ShowCommand
            | Action::Copy
            | Action::CopyRow
            | Action::Open(_)
            | Action::Show(Shows::Principal | Shows::Resources)
    )
}

/// Shows another screen, or on the audit another view of it.
fn show(model: &mut Model, what: Shows) -> Vec<Effect> {
    let (size, now) = (model.size, model.now);
    if let (Shows::Audit(mode), Some(Screen::Audit(state))) = (what, model.screens.last_mut()) {
        state.switch_to(mode, size, now);
        return model.read_audit_once();
    }
    if what == Shows::Activity {
        return model.open_activity();
    }
    if what == Shows::Everybody {
        return model.open_touched();
    }
    if what == Shows::Outcomes {
        let state = outcomes::State::new(model.outcomes.latest_first());
        model.outcomes.see_all();
        return model.show(Screen::Outcomes(state));
    }
    if what == Shows::Help && !model.dialogs.is_empty() {
        let mut state = help::State::of_dialog(model.keymap, model.key_contexts(), live_keys(model));
        state.parked = std::mem::take(&mut model.dialogs);
        return model.show(Screen::Help(state));
    }
    let screen = model.screen().showing(what, model.keymap, model.generation());
    screen.map_or_else(Vec::new, |screen| model.show(screen))
}

/// Opens the selected workspace.
fn open_selected(model: &mut Model) -> Vec<Effect> {
    let workspace = model.workspace().cloned();
    workspace.map_or_else(Vec::new, |workspace| open(model, workspace))
}

/// Opens the members of a workspace, or what is told of its deletion.
pub(super) fn open(model: &mut Model, workspace: WorkspaceName) -> Vec<Effect> {
    if model.store.is_going(&workspace) {
        let form = Form::Deletion(deletion::Form { workspace });
        model.dialogs.push(Dialog::new(form));
        return Vec::new();
    }
    let is_listed = matches!(model.screen(), Screen::Workspaces(_));
    if is_listed && model.store.shows_contents_alone(&workspace) {
        let ask = model.whom_to_ask(&workspace);
        let effects = model.open_resources(workspace, None, None);
        model.say(Tone::Warning, &format!("only Admins see its members: {ask}"));
        return effects;
    }
    model.open_members(workspace)
}

/// Goes to the member that the selected row is about, or to the principal where it is about no workspace.
fn open_member(model: &mut Model) -> Vec<Effect> {
    let principal = model.principal().cloned();
    let Some(workspace) = model.workspace().cloned() else {
        return show(model, Shows::Principal);
    };
    let effects = open(model, workspace);
    if let Some(Screen::Members(state)) = model.screens.last_mut() {
        state.looked_for = principal;
    }
    model.rebuild();
    effects
}

fn close(model: &mut Model) -> Vec<Effect> {
    if model.screens.len() == 1 {
        return model.quit();
    }
    let gone = marking::lost_with_the_screen(model);
    let effects = leave(model);
    if let Some(gone) = gone {
        model.say(Tone::Warning, &gone);
    }
    effects
}

fn back(model: &mut Model) -> Vec<Effect> {
    if marking::leave_range(model) {
        return Vec::new();
    }
    // A filter that needs the reading is cleared, and the reading ends with it.
    if model.is_reading_for_rows() && !model.is_reading_for_the_filter() {
        return model.stop_reading_for_rows();
    }
    if model.has_filter() {
        filtering::clear_filter(model);
        return Vec::new();
    }
    if model.is_reading_for_rows() {
        return model.stop_reading_for_rows();
    }
    if marking::unmark_all(model) {
        return Vec::new();
    }
    if model.screens.len() > 1 {
        return leave(model);
    }
    Vec::new()
}

/// Leaves every screen but the first.
pub(super) fn leave_all(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while model.screens.len() > 1 {
        effects.extend(close(model));
    }
    effects
}

/// Leaves the screen on show. What was only read for it is no longer waited for, and the dialog that led to it goes on.
fn leave(model: &mut Model) -> Vec<Effect> {
    let Some(left) = model.screens.pop() else {
        return Vec::new();
    };
    let mut effects = model.stop_audit_if_unwatched();
    effects.extend(model.abandon(|wait| left.awaits(wait)));
    if let Screen::Help(state) = left {
        model.dialogs.extend(state.parked);
        model.refresh_confirmation();
    } else if let Screen::Resources(state) = left
        && let Some(parked) = state.parked
    {
        model.dialogs.push(*parked);
        effects.extend(dialogs::count_again(model));
    }
    effects
}

/// Leaves the help where it was opened over dialogs, so that these are in front again.
pub(super) fn leave_help_over_dialogs(model: &mut Model) -> Vec<Effect> {
    if matches!(model.screen(), Screen::Help(state) if !state.parked.is_empty()) {
        return leave(model);
    }
    Vec::new()
}

pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let is_known = model.session.info.value().is_some() && !model.is_back;
    let is_working = is_known && model.store.halted().is_none();
    let is_listed = matches!(model.store.listing(), Listing::Complete);
    let Some(screen) = model.screens.last_mut() else {
        return Vec::new();
    };
    let has_rest = matches!(screen, Screen::Principal(state) if state.goes_on_with_the_rest());
    screen.refreshed();
    if has_rest && is_working {
        model.rebuild();
        return Vec::new();
    }
    match screen.source() {
        Source::Itself => Vec::new(),
        Source::Contexts => model.read_contexts(),
        Source::Journal => model.read_journal(),
        Source::Touched => model.read_touched(),
        Source::List => model.reload(),
        Source::Audit => model.refresh_audit(),
        Source::Workspace(workspace) => {
            model.store.want(workspace);
            if is_working && is_listed {
                return Vec::new();
            }
            model.reload()
        }
        Source::Contents(workspace) => {
            let workspace = workspace.clone();
            let mut effects = model.abandon(|wait| wait.is_page_of(&workspace));
            if !is_working {
                effects.extend(model.reload());
            }
            effects
        }
    }
}

pub(super) fn move_cursor(model: &mut Model, step: Step) {
    if let Some(equivalent) = &mut model.equivalent {
        equivalent.step(step);
        return;
    }
    if let Some(form) = model.palette() {
        return form.step(step);
    }
    let is_page = matches!(step, Step::PageUp | Step::PageDown);
    if is_page && model.details == Details::InPlace && model.may_scroll().is_ok() {
        return model.scrolled.step(step);
    }
    // What is told of another row is read from its beginning.
    model.scrolled.begin();
    let size = model.size;
    if let Some(screen) = model.screens.last_mut() {
        screen.step(step, size);
    }
}

/// Does what only the screen on show understands.
fn on_screen(model: &mut Model, action: Action) {
    let size = model.size;
    let has_other_rows = model.screens.last_mut().is_some_and(|screen| screen.act(action, size));
    if has_other_rows {
        model.rebuild();
    }
}

fn mark_all_commands(model: &mut Model) {
    if let Some(equivalent) = &mut model.equivalent {
        equivalent.mark_all();
    }
}

/// Keeps the filter and opens the only row that it leaves, as enter does in the list.
fn open_hit(model: &mut Model, chord: Chord) -> Vec<Effect> {
    filtering::keep_filter(model);
    let opens = model.opens_a_screen();
    opens.map_or_else(Vec::new, |action| act(model, action, chord))
}

fn sort(model: &mut Model, how: Sorting<'_>) {
    if let Some(screen) = model.screens.last_mut() {
        screen.sort(how);
    }
    model.rebuild();
}

/// Sorts by a column on show before all others.
fn sort_by(model: &mut Model, n: u8) {
    if let Ok(order) = model.column_to_sort_by(n) {
        sort(model, Sorting::First(order));
        model.say_what_was_counted(n, order);
    }
}
