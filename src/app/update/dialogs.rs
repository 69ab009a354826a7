//! Dialogs: opening them, what their keys do, and how a change gets its yes.

use super::{held, typing};
use crate::app::change::Intent;
use crate::app::dialog::{
    Apply, Confirm, Ctx, Dialog, Field, FieldError, Form, Picker, Problem, Selected, Stage, add_member, columns, views,
};
use crate::app::keymap::{Action, Chord, Context, DialogKey, Opens, RolePick, ViewKey};
use crate::app::list::Step;
use crate::app::model::Model;
use crate::app::msg::{Effect, Query, Ticket};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::scrolled::Scrolled;
use crate::app::targets::Wanted;
use crate::app::waits::Wait;
use crate::domain::policy::Tier;

/// Opens the dialog `which` on what is selected.
pub(super) fn open(model: &mut Model, which: Opens, chord: Chord) -> Vec<Effect> {
    // What is in a range is marked by now.
    if let Some(marks) = model.screens.last_mut().and_then(|screen| screen.marks_mut()) {
        marks.end_range();
    }
    let Some(form) = form_for(model, which) else {
        return Vec::new();
    };
    let applies = form.applies_when_opened();
    model.dialogs.push(Dialog {
        opened_by: Some(chord),
        ..Dialog::new(form)
    });
    if let Some(Screen::Resources(state)) = model.screens.last_mut() {
        // What comes from here on is not what was asked about.
        state.marks_all = false;
    }
    if applies { apply(model, chord) } else { Vec::new() }
}

fn form_for(model: &Model, which: Opens) -> Option<Form> {
    if which == Opens::Views {
        let kind = model.screen().kind()?;
        let form = views::Form::new(kind, &model.views, model.present_view()?);
        return Some(Form::Views(Box::new(form)));
    }
    if which == Opens::Columns {
        let kind = model.screen().kind()?;
        return Some(Form::Columns(columns::Form::new(kind, model.columns.chosen(kind))));
    }
    let identity = model.identity();
    let contents = if let Screen::Resources(state) = model.screen() {
        Some(state)
    } else {
        None
    };
    let selected = Selected {
        ctx: Ctx::new(&model.store, &identity, model.session.info.value(), model.now),
        workspace: model.workspace(),
        principal: model.principal(),
        member: model.member(),
        contents: contents.map(|state| &state.contents),
        targets: contents.map(|state| state.targets()).unwrap_or_default(),
        marked: model.screen().marked(),
        deletion: model.deletion(),
        context: model.selected_context().map(|context| &context.name),
        here: model.session.destination.as_ref(),
        undo: to_undo(model, which),
        server: &model.session.server,
        added_as: model.workspace().and_then(|workspace| model.added_as.get(workspace)),
    };
    Form::opened(which, &selected)
}

/// Returns what a key would undo: the marked or selected changes of the journal, or the last one in the workspace on show.
fn to_undo(model: &Model, which: Opens) -> Option<Wanted> {
    let Screen::Activity(state) = model.screen() else {
        return model.workspace().cloned().map(Wanted::LastIn);
    };
    Some(Wanted::These(if which == Opens::UndoPlan {
        state.plan_of_selected()
    } else {
        state.chosen()
    }))
}

/// Takes a key of a dialog.
pub(super) fn pressed(model: &mut Model, key: DialogKey, chord: Chord) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    match key {
        DialogKey::OtherField => dialog.form.other_field(),
        DialogKey::MoveUp | DialogKey::MoveDown | DialogKey::Choose | DialogKey::Columns(_) => {
            choose(dialog, &mut model.scrolled, key);
            typing::replan(model);
        }
        DialogKey::Views(key) => with_views(dialog, key, chord),
        DialogKey::Picks(role) | DialogKey::Sets(role) => {
            choose_role(dialog, role);
            typing::replan(model);
            if key == DialogKey::Sets(role) {
                return held::apply(model, chord);
            }
        }
        DialogKey::TakeProposal | DialogKey::Complete => take_proposal(model, key),
        DialogKey::CompleteCommand => {
            if let Some(form) = model.palette() {
                form.complete();
            }
        }
        DialogKey::NextProposal | DialogKey::PreviousProposal => {
            if let Some(picker) = dialog.form.picker_mut() {
                picker.move_by(key == DialogKey::NextProposal);
            }
        }
        DialogKey::Apply => return held::apply(model, chord),
        DialogKey::CountAgain => {
            // Whoever asks for it means it, whatever is still in the way.
            if let Form::DeleteWorkspace(form) = &mut dialog.form {
                form.insists = !form.left.is_empty();
            }
            return count_again(model);
        }
        DialogKey::OpenLeft => return open_left(model),
        DialogKey::AddAdmin => add_admin(model),
        DialogKey::TryAnyway | DialogKey::SwitchAnswer | DialogKey::Reason => in_question(dialog, key),
        DialogKey::Cancel => return held::cancel(model, chord),
        DialogKey::No => return refuse(model),
        DialogKey::Yes => return agree(model, chord),
        DialogKey::Answer => {
            let Stage::Confirming(confirm) = &mut dialog.stage else {
                return Vec::new();
            };
            return match confirm.tier {
                Tier::Typed if confirm.is_typed() => agree(model, chord),
                Tier::Typed => {
                    confirm.is_mistyped = true;
                    Vec::new()
                }
                Tier::YesNo | Tier::Apply if confirm.is_on_yes => agree(model, chord),
                Tier::YesNo | Tier::Apply => refuse(model),
            };
        }
        DialogKey::CopyLink => return model.copy_link(),
        DialogKey::StopWaiting => return held::stop_waiting(model, chord),
    }
    Vec::new()
}

/// Changes how a yes is asked for, and answers nothing.
fn in_question(dialog: &mut Dialog, key: DialogKey) {
    let Stage::Confirming(confirm) = &mut dialog.stage else {
        return;
    };
    if key == DialogKey::TryAnyway {
        confirm.is_refused = false;
        confirm.insists = true;
    } else if key == DialogKey::SwitchAnswer {
        confirm.is_on_yes = !confirm.is_on_yes;
    } else {
        confirm.reason.has_focus = !confirm.reason.has_focus;
    }
}

/// Chooses the option at `place` of the top dialog.
pub(super) fn choose_at(model: &mut Model, place: usize) {
    typing::stay(model);
    let Some(dialog) = model.dialogs.last_mut().filter(|dialog| dialog.stage == Stage::Editing) else {
        return;
    };
    dialog.form.choose_at(place);
    dialog.problem.take_if(|problem| matches!(problem, Problem::Typed(_)));
    if let Err(why) = model.may_hide_column() {
        model.say(Tone::Warning, why.as_str());
    }
    typing::replan(model);
}

fn choose_role(dialog: &mut Dialog, role: RolePick) {
    dialog.form.choose_at(role.place());
    dialog.problem.take_if(|problem| matches!(problem, Problem::Typed(_)));
}

fn take_proposal(model: &mut Model, key: DialogKey) {
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    let picker = model.dialogs.last_mut().and_then(|dialog| dialog.form.picker_mut());
    if let Some(picker) = picker {
        if key == DialogKey::Complete {
            picker.complete(ctx);
        } else {
            picker.take(ctx);
        }
    }
    typing::replan(model);
}

/// Chooses another, or scrolls where there is nothing to choose. What was wrong with the choice before is not said of this
/// one.
fn choose(dialog: &mut Dialog, scrolled: &mut Scrolled, key: DialogKey) {
    let is_down = key == DialogKey::MoveDown;
    if key == DialogKey::Choose {
        dialog.form.choose_next();
    } else if let DialogKey::Columns(key) = key {
        dialog.form.arrange(key);
    } else if dialog.form.has_fields() || dialog.form.is_on_options() {
        dialog.form.move_by(is_down);
    } else {
        return scrolled.step(if is_down { Step::Down } else { Step::Up });
    }
    dialog.problem.take_if(|problem| matches!(problem, Problem::Typed(_)));
}

/// Begins to save the list, or asks whether a view is to be removed.
fn with_views(dialog: &mut Dialog, key: ViewKey, chord: Chord) {
    let Form::Views(form) = &mut dialog.form else { return };
    match key {
        ViewKey::Save => form.begin(),
        ViewKey::Remove if form.ask_to_remove() => {
            dialog.stage = Stage::Confirming(Confirm::yes_or_no(chord));
        }
        ViewKey::Remove => {}
    }
    dialog.problem = None;
}

/// Applies the form: what it asks for is done, or what is wrong with it stands at its fields.
pub(super) fn apply(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let identity = model.identity();
    let Some(dialog) = model.dialogs.last_mut() else {
        return Vec::new();
    };
    // What is half typed is nobody yet.
    if let Some(question) = dialog.form.picker().and_then(Picker::question) {
        dialog.form.picker_mut();
        dialog.problem = Some(Problem::Typed(vec![FieldError::new(Field::Principals, &question)]));
        return Vec::new();
    }
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    let apply = match dialog.form.apply(ctx) {
        Ok(Apply::Nothing) => return Vec::new(),
        Ok(apply) => apply,
        Err(errors) => {
            dialog.problem = (!errors.is_empty()).then_some(Problem::Typed(errors));
            return Vec::new();
        }
    };
    dialog.problem = None;
    match apply {
        Apply::Nothing => Vec::new(),
        Apply::Make(intents) => make(model, intents, chord),
        Apply::Ask(query) => ask(model, query),
        Apply::Confirm => {
            dialog.stage = Stage::Confirming(Confirm::yes_or_no(chord));
            Vec::new()
        }
        Apply::Enter { at, name } => model.enter_from_dialog(model.dialogs.len().saturating_sub(1), at, name),
        Apply::LogIn { at, way } => {
            let ticket = model.ticket(Wait::LogIn);
            model.note_waiting_dialog(ticket);
            vec![Effect::LogIn { ticket, at, way }]
        }
        Apply::Run(command) => model.run_command(command, chord),
        Apply::Export { format, path } => model.export(format, path),
        Apply::ShowView(view) => {
            model.dialogs.pop();
            model.show_view(&view);
            Vec::new()
        }
        Apply::KeepViews(edit) => {
            model.dialogs.pop();
            model.keep_views(edit)
        }
        Apply::Columns(kind, columns) => model.choose_columns(kind, columns),
    }
}

/// Makes changes; what needs no confirmation starts at once.
fn make(model: &mut Model, intents: Vec<Intent>, chord: Chord) -> Vec<Effect> {
    let intents = Intent::in_order(intents, &model.identity());
    if confirm(model, &intents, Some(chord)) {
        return Vec::new();
    }
    model.run_in_dialog(intents, None)
}

/// Has the top dialog ask for the yes that `intents` need, opened by this key; returns whether they need one.
fn confirm(model: &mut Model, intents: &[Intent], opened_by: Option<Chord>) -> bool {
    let (identity, generation) = (model.identity(), model.generation());
    let Some(dialog) = model.dialogs.last_mut() else {
        return false;
    };
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    let mut questions = dialog.form.questions(ctx);
    questions.extend(ctx.passing(intents));
    let follows = ctx.follows(&*dialog.form, intents, generation);
    let confirm = Confirm::needed(
        intents,
        (questions, follows),
        &model.session,
        dialog.form.least_tier(),
        &identity,
        opened_by,
    );
    let is_needed = confirm.is_some();
    if let Some(confirm) = confirm {
        dialog.stage = Stage::Confirming(confirm);
    }
    is_needed
}

/// Asks for the yes to what the top dialog is about, without a key.
pub(super) fn ask_again(model: &mut Model) {
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    match model.dialogs.last().map(|dialog| dialog.form.check(ctx)) {
        Some(Ok(intents)) => {
            confirm(model, &Intent::in_order(intents, &identity), None);
        }
        Some(Err(errors)) => {
            if let Some(dialog) = model.dialogs.last_mut() {
                dialog.problem = Some(Problem::Typed(errors));
            }
        }
        None => {}
    }
}

/// Asks what the top dialog waits for.
fn ask(model: &mut Model, query: Query) -> Vec<Effect> {
    let (ticket, effect) = model.ask(query);
    model.note_waiting_dialog(ticket);
    vec![effect]
}

/// Counts, or counts again, what is lost with the workspace that the top dialog is about to delete.
pub(super) fn count_again(model: &mut Model) -> Vec<Effect> {
    let query = model.dialogs.last_mut().and_then(|dialog| {
        let Form::DeleteWorkspace(form) = &dialog.form else {
            return None;
        };
        let query = form.count()?;
        (dialog.problem, dialog.stage) = (None, Stage::Editing);
        Some(query)
    });
    query.map_or_else(Vec::new, |query| ask(model, query))
}

impl Model {
    /// Has the fields for principals say what is known by now, after more was read.
    pub(super) fn follow_people(&mut self) {
        let (identity, server) = (self.identity(), self.session.info.value());
        let ctx = Ctx::new(&self.store, &identity, server, self.now);
        for dialog in &mut self.dialogs {
            // The focus is none of its business.
            if dialog.form.is_on_picker()
                && let Some(picker) = dialog.form.picker_mut()
            {
                picker.follow(ctx);
            }
        }
    }

    /// Notes that the top dialog waits for the answer to `ticket`.
    pub(super) fn note_waiting_dialog(&mut self, ticket: Ticket) {
        let now = self.now;
        if let Some(dialog) = self.dialogs.last_mut() {
            dialog.form.note_waiting(ticket, now);
        }
    }
}

/// Goes to all that must be deleted first, everything marked; the dialog waits there and goes on afterwards.
fn open_left(model: &mut Model) -> Vec<Effect> {
    let Some(mut dialog) = model.dialogs.pop() else {
        return Vec::new();
    };
    let mut found = None;
    if let Form::DeleteWorkspace(form) = &mut dialog.form {
        form.insists = false;
        let can_clear = form.left.iter().any(|(word, _)| form.can_clear(word));
        found = can_clear.then(|| form.workspace.clone());
    }
    let Some(workspace) = found else {
        model.dialogs.push(dialog);
        model.say(
            Tone::Warning,
            "none of this can be shown or deleted here: use the platform's CLI",
        );
        return Vec::new();
    };
    let effects = model.open_resources(workspace, None, Some(dialog));
    if let Some(Screen::Resources(state)) = model.screens.last_mut() {
        state.marks_all = true;
    }
    model.rebuild();
    effects
}

fn agree(model: &mut Model, chord: Chord) -> Vec<Effect> {
    let Some(Stage::Confirming(confirm)) = model.dialogs.last().map(|dialog| &dialog.stage) else {
        return Vec::new();
    };
    // What must be typed cannot be typed by the key that opened the question.
    if confirm.tier != Tier::Typed && !confirm.accepts(chord) {
        let yes = model.key_of(Context::Confirm, Action::Dialog(DialogKey::Yes));
        let text = format!("{chord} opened this question, so it cannot answer yes: press {yes}");
        model.say(Tone::Warning, &text);
        return Vec::new();
    }
    if confirm.lacks_reason() {
        return ask_for_a_reason(model);
    }
    let reason = confirm.reason.words();
    let intents = confirm.intents.clone();
    // The name of a protected context is not typed again.
    let named = model.session.name_to_type().map(|name| format!("{name} "));
    let typed = confirm.typed.value().trim();
    let own = named.and_then(|named| typed.strip_prefix(&named));
    let typed = own.unwrap_or(typed).to_owned();
    let form = model.dialogs.last_mut().map(|dialog| &mut dialog.form);
    if let Some(Form::LogOut(form)) = form {
        let context = form.context.clone();
        return model.log_out(context);
    }
    if let Some(Form::Views(form)) = form {
        let edit = form.asked().cloned();
        model.dialogs.pop();
        return edit.map_or_else(Vec::new, |edit| model.keep_views(edit));
    }
    if let Some(Form::Lift(_)) = form {
        return model.lift(reason);
    }
    if let Some(Form::DeleteWorkspace(form)) = form {
        form.typed = typed;
    }
    model.run_in_dialog(intents, reason)
}

/// Has the reason typed that the policy demands, before anything is done.
fn ask_for_a_reason(model: &mut Model) -> Vec<Effect> {
    if let Some(Stage::Confirming(confirm)) = model.dialogs.last_mut().map(|dialog| &mut dialog.stage) {
        confirm.reason.has_focus = true;
    }
    model.say(
        Tone::Warning,
        "the policy demands a reason for this: type it, then answer",
    );
    Vec::new()
}

/// Whether the top dialog stays for now, since leaving it would drop what is typed and that was asked for only once:
/// an arrow key that comes in two parts begins like esc.
fn stays(model: &mut Model) -> bool {
    let Some(dialog) = model.dialogs.last_mut() else {
        return false;
    };
    let is_first = dialog.has_typed() && !dialog.is_leaving;
    dialog.is_leaving = is_first;
    is_first
}

/// A no leads back to the form where there is one to edit, else out of the dialog.
fn refuse(model: &mut Model) -> Vec<Effect> {
    if stays(model) {
        return Vec::new();
    }
    match model.dialogs.last_mut() {
        Some(dialog) if dialog.form.is_editable() => {
            dialog.stage = Stage::Editing;
            Vec::new()
        }
        Some(_) => close(model),
        None => Vec::new(),
    }
}

pub(super) fn cancel(model: &mut Model) -> Vec<Effect> {
    let waited_for = model.dialogs.last_mut().and_then(|dialog| dialog.form.stop_waiting());
    if let Some(ticket) = waited_for {
        model.opening.take_if(|opening| opening.ticket == ticket);
        return vec![model.forget(ticket)];
    }
    if stays(model) {
        return Vec::new();
    }
    if let Some(dialog) = model.dialogs.last_mut()
        && dialog.form.has_step_to_leave()
    {
        dialog.form.leave_step();
        // What was wrong with it goes with it.
        dialog.problem = None;
        return Vec::new();
    }
    close(model)
}

fn close(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.pop() else {
        return Vec::new();
    };
    model.refresh_confirmation();
    let waited_for = dialog.form.waits_for();
    waited_for.map(|ticket| model.forget(ticket)).into_iter().collect()
}

fn add_admin(model: &mut Model) {
    let workspace = model.dialogs.last().and_then(|dialog| {
        if let Form::Plan(form) = &dialog.form {
            return form.needs_admin();
        }
        dialog.form.workspace()
    });
    if let Some(workspace) = workspace.cloned() {
        let form = Form::AddMember(add_member::Form::for_admin(workspace));
        model.dialogs.push(Dialog::new(form));
    }
}
