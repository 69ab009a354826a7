//! What a line means, where everything is told line by line: a number, a key, the name of an action, or what a field is to
//! hold. It is done as by keys, through the same bindings and with the same guards; only `yes`, the key for it, or the name
//! that is asked for, confirm anything.

mod fields;
mod words;

use super::{dialogs, pointing, press, rushed, typing};
use crate::app::dialog::{Ctx, Dialog, Form, Stage};
use crate::app::keymap::{Action, Binding, Chord, Context, DialogKey, Key, Meaning};
use crate::app::linear::{Asks, Linear, Wanted};
use crate::app::list::{Scroll, Step};
use crate::app::model::Model;
use crate::app::msg::{Effect, Line};
use crate::app::notice::Tone;
use crate::app::screen::{Screen, welcome};
use crate::domain::policy::Tier;
use crate::domain::text::{SafeText, counted};
use words::{Word, word};

/// How long a word is at most that is told where it means nothing.
const LONGEST_WORD: usize = 24;
/// How many digits are told at most where nothing has that number.
const MOST_DIGITS: usize = 5;

/// What leaves a field as it is.
const AS_IT_IS: &str = ".";

/// Takes a line.
pub(super) fn line(model: &mut Model, line: &Line) -> Vec<Effect> {
    let linear = model.linear.get_or_insert_default();
    linear.n_lines += 1;
    linear.wanted = Wanted::News;
    let asks = asks(model);
    let Some(text) = &line.text else {
        return go_back(model, line);
    };
    let text = text.trim_end_matches(['\r', '\n']);
    match text.trim() {
        "" => wants(model, Wanted::Here),
        "?" => wants(model, Wanted::Keys),
        short => {
            if model.equivalent.is_none() && rushed::is_confirming(model) {
                return in_question(model, text, line);
            }
            if fields::is_login(model) {
                return fields::login(model, text, line);
            }
            if line.is_piece && fields::adds_to_list(model, text) {
                return Vec::new();
            }
            if asks == Asks::Command || is_command(model, short) {
                return command(model, short, line);
            }
            if model.is_filtering() {
                return filter_by(model, text, line);
            }
            return fields::field(model, text, line);
        }
    }
    Vec::new()
}

fn wants(model: &mut Model, wanted: Wanted) {
    model.linear.get_or_insert_default().wanted = wanted;
}

/// Whether it is a command even where texts are taken.
fn is_command(model: &Model, text: &str) -> bool {
    (text.starts_with(':') && text.len() > 1) || is_long_key(model, text)
}

/// Whether it names a key that does something here and that is no letter: `ctrl-n`, `f1`. Whatever else keys are called can
/// be a name, but not `esc`, nor what leads out of dialogs instead: nobody who types that means somebody.
fn is_long_key(model: &Model, text: &str) -> bool {
    text.parse::<Chord>().is_ok_and(|chord| {
        let is_long = chord.is_ctrl || chord.is_alt || !matches!(chord.key, Key::Char(_));
        let does = |contexts: &[Context]| model.keymap.bound(contexts, chord).map(|binding| binding.action);
        let leads_out = chord.key == Key::Esc || does(&[Context::Dialog]) == Some(Action::Dialog(DialogKey::Cancel));
        is_long && (leads_out || does(model.key_contexts()).is_some())
    })
}

/// Brings up to date what the next line is, after a message.
pub(super) fn follow(model: &mut Model) {
    if model.linear.is_none() {
        return;
    }
    let asks = asks(model);
    let has_dialog = !model.dialogs.is_empty();
    if let Some(linear) = &mut model.linear {
        linear.asks = asks;
        linear.asked.take_if(|_| !has_dialog);
    }
}

/// Returns what the next line is: a field takes text until it has been asked for; as long as something is wrong with it, it
/// is asked for again.
fn asks(model: &mut Model) -> Asks {
    if fields::is_for_secret(model) {
        return Asks::Secret;
    }
    if !typing::takes_text(model) {
        return Asks::Command;
    }
    let Some(dialog) = model.dialogs.last() else {
        return Asks::Text;
    };
    let is_palette = matches!(dialog.form, Form::Palette(_));
    if rushed::is_confirming(model) || is_palette || !is_done(model, dialog) {
        return Asks::Text;
    }
    Asks::Command
}

/// Whether all fields of a dialog have been asked for, and nothing is wrong with them.
fn is_done(model: &Model, dialog: &Dialog) -> bool {
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    let n = n_asked(model, dialog);
    n > usize::from(dialog.form.has_fields()) && dialog.field_errors(ctx).is_empty() && !model.has_proposals()
}

/// Returns how many fields of the top dialog have been asked for.
fn n_asked(model: &Model, dialog: &Dialog) -> usize {
    let asked = model.linear.as_ref().and_then(|linear| linear.asked);
    asked
        .filter(|(number, _)| Some(*number) == dialog.number)
        .map_or(0, |(_, n)| n)
}

/// Leaves what is in front, as the end of the input does.
fn go_back(model: &mut Model, line: &Line) -> Vec<Effect> {
    use DialogKey as D;
    let leaves = |binding: &&Binding| {
        matches!(
            binding.action,
            Action::Dialog(D::Cancel | D::No | D::StopWaiting)
                | Action::HideCommand
                | Action::ClearFilter
                | Action::Close
        )
    };
    let contexts = model.key_contexts().iter();
    let mut bindings = contexts.flat_map(|context| model.keymap.of(*context));
    match bindings.find(leaves) {
        Some(binding) => run(model, binding, line),
        None => Vec::new(),
    }
}

/// Goes to the rows after those on show, or before them, and has them told: none twice, but on the last page.
fn turn_page(model: &mut Model, is_down: bool) {
    wants(model, Wanted::Rows);
    let size = model.size;
    if let Some(screen) = model.screens.last_mut() {
        let height = screen.n_visible(size);
        if let Some(list) = screen.list_mut() {
            list.scroll(height, is_down, height);
        }
    }
}

/// Does what `binding` does, where it can be used, and where that need not have been seen or has been.
fn run(model: &mut Model, binding: &'static Binding, line: &Line) -> Vec<Effect> {
    let meaning = match model.can_use(binding) {
        Ok(()) => Meaning::Act(binding.action),
        Err(why) => Meaning::Disabled(why),
    };
    if let (Action::Dialog(DialogKey::Sets(role)), Meaning::Act(_)) = (binding.action, &meaning) {
        // As where members are added: a line says which role, and another one applies it.
        dialogs::choose_at(model, role.place());
        return Vec::new();
    }
    let is_rushed = line.is_piece || line.is_blind;
    if is_rushed && rushed::may_change(model, &meaning, line.is_blind) {
        return refuse(model, binding.label, line);
    }
    let is_on_list = model.dialogs.is_empty() && model.equivalent.is_none() && model.screen().list().is_some();
    if let Action::Move(step @ (Step::PageDown | Step::PageUp)) = binding.action
        && is_on_list
    {
        turn_page(model, step == Step::PageDown);
        return Vec::new();
    }
    let at = model.screen().list().map(Scroll::cursor);
    let chord = binding.chords().next().unwrap_or(Chord::plain(Key::Enter));
    let effects = press::means(model, meaning, chord);
    if binding.action == Action::Mark
        && let Some(at) = at
    {
        // Going on to the next row is for eyes that stay on the one that was marked.
        pointing::go_to(model, at);
    }
    if binding.action == Action::Dialog(DialogKey::OtherField)
        && let Some(linear) = &mut model.linear
    {
        // Whoever goes to a field wants to write there.
        linear.asked = None;
    }
    effects
}

/// Says why something was not done that has to be asked for by a line of its own, by somebody who has heard the question.
fn refuse(model: &mut Model, what: &str, line: &Line) -> Vec<Effect> {
    let why = if line.is_blind {
        "it was typed before this was said"
    } else {
        "it arrived together with other lines, like a paste"
    };
    let what = if is_tellable(what) { what } else { "that line" };
    model.say(Tone::Warning, &format!("{what} was ignored: {why}; type it again"));
    Vec::new()
}

/// Finds what does `action` here.
fn doing(model: &Model, action: Action) -> Option<&'static Binding> {
    let mut contexts = model.key_contexts().iter();
    contexts.find_map(|context| model.keymap.binding(*context, action))
}

fn act(model: &mut Model, action: Action, line: &Line) -> Vec<Effect> {
    doing(model, action).map_or_else(Vec::new, |binding| run(model, binding, line))
}

/// Takes the answer to a question, or the reason for it.
fn in_question(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    let Some(Stage::Confirming(confirm)) = model.dialogs.last().map(|dialog| &dialog.stage) else {
        return Vec::new();
    };
    let short = text.trim();
    let (has_reason, takes_name) = (confirm.reason.has_focus, confirm.takes_text());
    let is_name = takes_name && short == confirm.expected;
    let is_plain = confirm.tier != Tier::Typed && !confirm.is_refused;
    if has_reason {
        let is_left = short == AS_IT_IS || is_long_key(model, short);
        if !is_left {
            typing::write(model, text);
        }
        return act(model, Action::Dialog(DialogKey::Reason), line);
    }
    let name = short.strip_prefix(':').unwrap_or(short);
    let is_no = !is_name && matches!(name.to_lowercase().as_str(), "no" | "back");
    if is_no {
        return act(model, Action::Dialog(DialogKey::No), line);
    }
    if is_plain && name.eq_ignore_ascii_case("yes") {
        return act(model, Action::Dialog(DialogKey::Yes), line);
    }
    if is_name || (takes_name && !(short.starts_with(':') || is_long_key(model, short))) {
        if line.is_blind {
            return refuse(model, short, line);
        }
        typing::write(model, short);
        return act(model, Action::Dialog(DialogKey::Answer), line);
    }
    match word(model, name) {
        // A second way to say yes would be one to say it by mistake.
        Some(Word::Does(binding))
            if matches!(
                binding.action,
                Action::Dialog(DialogKey::Answer | DialogKey::SwitchAnswer)
            ) =>
        {
            model.say(Tone::Warning, "answer yes or no");
            Vec::new()
        }
        Some(Word::Does(binding)) => run(model, binding, line),
        Some(Word::Number(_) | Word::Rows | Word::Filter(_)) | None => {
            let text = if is_plain {
                "answer yes or no"
            } else {
                "nothing here is called that; ? lists what is"
            };
            model.say(Tone::Warning, text);
            Vec::new()
        }
    }
}

/// Does what a line says that is no text. Behind a colon stands what it is looked for among all commands, where it is no
/// key and no name of an action here.
fn command(model: &mut Model, typed: &str, line: &Line) -> Vec<Effect> {
    let sought = typed.strip_prefix(':').filter(|text| !text.is_empty());
    let text = sought.unwrap_or(typed);
    match word(model, text) {
        Some(Word::Rows) => {
            wants(
                model,
                if model.dialogs.is_empty() {
                    Wanted::Rows
                } else {
                    Wanted::Here
                },
            );
            Vec::new()
        }
        Some(Word::Number(number)) => choose(model, number),
        Some(Word::Filter(filter)) => set_filter(model, filter, line),
        Some(Word::Does(binding)) => run(model, binding, line),
        None if sought.is_some() && may_search(model) => {
            let open = act(model, Action::Palette, line);
            // Where no command may be sought, that has been said.
            if model.palette().is_some() {
                typing::write(model, text);
                return [open, seek(model)].concat();
            }
            open
        }
        None => {
            if fields::may_be_secret(model) || !is_tellable(text) {
                fields::say_nothing_of_it(model);
                return Vec::new();
            }
            if let Some(why) = words::no_such_order(model, text) {
                model.say(Tone::Warning, &why);
                return Vec::new();
            }
            let text = SafeText::with_limit(text, 40);
            let search = if may_search(model) {
                format!(", :{text} looks for it among all commands")
            } else {
                String::new()
            };
            let text = format!("nothing here is called '{text}'; ? lists what is{search}");
            model.say(Tone::Warning, &text);
            Vec::new()
        }
    }
}

/// Looks for what is typed into the list of commands. Where it names a place that there is not, other words would not find
/// it either.
fn seek(model: &mut Model) -> Vec<Effect> {
    let effects = model.follow_palette();
    if let Some(why) = model
        .palette()
        .filter(|form| form.is_missed())
        .map(|form| form.nothing_matches())
    {
        model.dialogs.pop();
        model.say(Tone::Warning, &why);
    }
    effects
}

/// Whether a line that means nothing may be told to whoever has typed it: a few words may, but no token, which somebody may
/// have pasted into the wrong place.
fn is_tellable(text: &str) -> bool {
    let is_token = |word: &str| {
        let n_digits = word.chars().filter(char::is_ascii_digit).count();
        let most = if n_digits > 0 { LONGEST_WORD / 2 } else { LONGEST_WORD };
        n_digits > MOST_DIGITS || word.chars().count() > most
    };
    !text.split_whitespace().any(is_token)
}

/// Whether commands are looked for by words here.
fn may_search(model: &Model) -> bool {
    model.dialogs.is_empty() && model.equivalent.is_none() && doing(model, Action::Palette).is_some()
}

/// Chooses what has this number: a row, an option, a command.
fn choose(model: &mut Model, number: usize) -> Vec<Effect> {
    let (n, what) = match (&model.equivalent, model.dialogs.last()) {
        (Some(shown), _) => (shown.entries.len(), "command"),
        (None, Some(dialog)) if dialog.stage == Stage::Editing => (dialog.form.n_options(), "choice"),
        (None, Some(_)) => (0, "choice"),
        (None, None) if matches!(model.screen(), Screen::Welcome(_)) => (welcome::Choice::ALL.len(), "row"),
        (None, None) => (model.screen().n_rows(), "row"),
    };
    if !(1..=n).contains(&number) {
        let all = counted(n, what);
        let said = if fields::may_be_secret(model) || !is_tellable(&number.to_string()) {
            format!("there is no {what} of that number among {all}")
        } else {
            format!("there is no {what} {number} among {all}")
        };
        model.say(Tone::Warning, &said);
        return Vec::new();
    }
    let place = number - 1;
    if let Some(equivalent) = &mut model.equivalent {
        equivalent.mark(place);
    } else if model.dialogs.is_empty() {
        pointing::go_to(model, place);
    } else {
        dialogs::choose_at(model, place);
    }
    Vec::new()
}

/// Shows only what matches `text`; all, where that is empty.
fn set_filter(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    let Some(edit) = doing(model, Action::EditFilter) else {
        model.say(Tone::Warning, "there is nothing to filter here");
        return Vec::new();
    };
    let mut effects = run(model, edit, line);
    if model.is_filtering() {
        effects.extend(looks_for(model, text, line));
    }
    effects
}

/// Takes what the filter that is open is to look for, and closes it: the next line is a command again.
fn filter_by(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    if text.trim() == AS_IT_IS {
        return act(model, Action::KeepFilter, line);
    }
    looks_for(model, text, line)
}

fn looks_for(model: &mut Model, text: &str, line: &Line) -> Vec<Effect> {
    let mut effects = typing::write(model, text.strip_prefix('/').unwrap_or(text));
    let ends = if text.is_empty() {
        Action::ClearFilter
    } else {
        Action::KeepFilter
    };
    effects.extend(act(model, ends, line));
    effects
}

impl Model {
    /// Begins a conversation: everything is told line by line from now on.
    pub fn speak(&mut self) {
        self.linear = Some(Linear::default());
    }
}
