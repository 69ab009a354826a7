//! What fields take of a line: a text, the number of a proposal, a token that nobody may read.

use super::words::{Word, word};
use super::{AS_IT_IS, act, choose, command, doing, is_command, n_asked, press, refuse, typing, wants};
use crate::app::dialog::log_in::Offer;
use crate::app::dialog::{Ctx, DialogForm as _, Form, Stage, log_in};
use crate::app::keymap::{Action, Chord, DialogKey, Key, Meaning};
use crate::app::linear::{MOST_SAID, Wanted};
use crate::app::model::Model;
use crate::app::msg::{Effect, Line};
use crate::app::notice::Tone;
use crate::domain::text::counted;

/// Returns the form in front that somebody logs in by, while nothing is waited for.
fn login_form(model: &mut Model) -> Option<&mut log_in::Form> {
    if model.equivalent.is_some() {
        return None;
    }
    let dialog = model.dialogs.last_mut()?;
    let is_editing = dialog.stage == Stage::Editing;
    let Form::LogIn(form) = &mut dialog.form else {
        return None;
    };
    (is_editing && form.waiting.is_none()).then_some(form)
}

/// Whether somebody logs in, and so may type what nobody is to read.
pub(super) fn is_login(model: &mut Model) -> bool {
    login_form(model).is_some()
}

/// Whether the next line may be a token, wherever the focus is: what is pasted while the ways are told is meant for that.
pub(super) fn is_for_secret(model: &mut Model) -> bool {
    login_form(model).is_some_and(|form| form.offer() == Some(Offer::Token))
}

/// Whether what is typed may be a secret, whatever is asked for: somebody is on the way to a login, or has just sent one. A
/// token that was pasted too early or twice is not told to whoever listens.
pub(super) fn may_be_secret(model: &Model) -> bool {
    let is_login = |form: &Form| matches!(form, Form::LogIn(_) | Form::Connect(_));
    model.opening.is_some() || model.dialogs.iter().any(|dialog| is_login(&dialog.form))
}

/// Says that a line means nothing, without a letter of it.
pub(super) fn say_nothing_of_it(model: &mut Model) {
    model.say(Tone::Warning, "nothing here is called that; ? lists what is");
}

/// Takes a line while somebody logs in: what has a meaning here does that, all else goes into the field of the chosen way.
pub(super) fn login(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    let short = text.trim();
    let name = short.strip_prefix(':').unwrap_or(short);
    let n = login_form(model).map_or(0, |form| form.n_options());
    match word(model, name) {
        Some(Word::Number(number)) if (1..=n).contains(&number) => return choose(model, number),
        Some(Word::Rows | Word::Does(_)) => return command(model, short, line),
        Some(Word::Number(_) | Word::Filter(_)) | None => {}
    }
    let Some(form) = login_form(model).filter(|form| form.field().is_some()) else {
        say_nothing_of_it(model);
        return Vec::new();
    };
    if short.starts_with(':') && short.len() > 1 {
        say_nothing_of_it(model);
        return Vec::new();
    }
    form.expect_paste();
    if !is_for_secret(model) {
        return field(model, text, line);
    }
    if short == AS_IT_IS {
        wants(model, Wanted::Here);
        return Vec::new();
    }
    let has_begun = login_form(model).is_some_and(|form| !form.token.is_empty());
    if line.is_piece && has_begun {
        // The rest of one that was broken: that it is so is told at the field, and no half of it is sent.
        typing::insert(model, &format!(" {text}"));
        return Vec::new();
    }
    typing::write(model, text.strip_prefix('=').unwrap_or(text))
}

/// Takes a line of a pasted list: whoever names several principals, one a line, means all of them. Returns whether it was
/// one; it goes on to no other field, and confirms nothing.
pub(super) fn adds_to_list(model: &mut Model, text: &str) -> bool {
    let short = text.trim();
    let is_choice = model.has_proposals() && short.parse::<usize>().is_ok();
    if short == AS_IT_IS || is_choice || is_command(model, short) {
        return false;
    }
    let has_meaning = word(model, short).is_some();
    let covered = model.equivalent.is_some();
    let editing = model.dialogs.last_mut().filter(|dialog| dialog.stage == Stage::Editing);
    let Some(dialog) = editing.filter(|_| !covered) else {
        return false;
    };
    if !dialog.form.is_on_picker() {
        if has_meaning || dialog.form.picker().is_none() {
            return false;
        }
        // The line before it has come by itself, and was taken for all of them.
        dialog.form.other_field();
        if !dialog.form.is_on_picker() {
            dialog.form.other_field();
            return false;
        }
    }
    let has_begun = dialog.form.picker().is_some_and(|picker| !picker.value().is_empty());
    if has_begun {
        typing::insert(model, "; ");
    }
    typing::pasted(model, text);
    if let Some(linear) = &mut model.linear {
        linear.asked = None;
    }
    true
}

/// Takes what a field is to hold, and goes on to the next one.
pub(super) fn field(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    let proposed = model.has_proposals();
    let number = text.trim().parse::<usize>().ok();
    if proposed && let Some(number) = number {
        return take_proposal(model, number, line);
    }
    if let (Some(number), Some(form)) = (number, model.palette()) {
        // Nobody has heard of more.
        let n = form.entries().len().min(MOST_SAID);
        if !(1..=n).contains(&number) {
            let text = format!("{} can be taken by number", counted(n, "command"));
            model.say(Tone::Warning, &text);
            return Vec::new();
        }
        if line.is_piece || line.is_blind {
            return refuse(model, &number.to_string(), line);
        }
        form.mark(number - 1);
        return act(model, Action::Dialog(DialogKey::Apply), line);
    }
    let mut effects = Vec::new();
    if text.trim() != AS_IT_IS {
        effects = typing::write(model, text.strip_prefix('=').unwrap_or(text));
    }
    if model.palette().is_none() && !model.has_proposals() {
        effects.extend(go_on(model));
    }
    effects
}

/// Goes on to the next field, unless something is wrong with this one.
fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(dialog) = model.dialogs.last() else {
        return Vec::new();
    };
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    if !dialog.field_errors(ctx).is_empty() {
        return Vec::new();
    }
    let n = n_asked(model, dialog) + 1;
    let number = dialog.number.unwrap_or_default();
    let is_last = !dialog.form.has_fields() || n > 1;
    if let Some(linear) = &mut model.linear {
        linear.asked = Some((number, n));
    }
    match doing(model, Action::Dialog(DialogKey::OtherField)) {
        Some(binding) if !is_last => press::means(model, Meaning::Act(binding.action), Chord::plain(Key::Tab)),
        Some(_) | None => Vec::new(),
    }
}

/// Takes the proposal with this number.
fn take_proposal(model: &mut Model, number: usize, line: &Line) -> Vec<Effect> {
    let picker = model.dialogs.last_mut().and_then(|dialog| dialog.form.picker_mut());
    let Some(picker) = picker else {
        return Vec::new();
    };
    let n = picker.offers().len();
    if !(1..=n).contains(&number) {
        model.say(Tone::Warning, &format!("there are {}", counted(n, "proposal")));
        return Vec::new();
    }
    picker.highlight(number - 1);
    let mut effects = act(model, Action::Dialog(DialogKey::TakeProposal), line);
    if !model.has_proposals() {
        effects.extend(go_on(model));
    }
    effects
}
