//! Keys that nobody can have meant for what they meet: a paste that the terminal does not mark, or what was typed before
//! the screen showed what it would act on.
//!
//! Text goes into text fields, and what moves and filters does so. Whatever would change something waits for a key that
//! is pressed by itself, by somebody who can see it.

use super::{press, typing};
use crate::app::dialog::{Dialog, Form, Stage};
use crate::app::keymap::{Action, Chord, Context, DialogKey, Key, Meaning};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;

/// How many different letters in one piece are a paste, where they are no text: moving about takes fewer.
const LETTERS_OF_A_PASTE: usize = 4;

/// Takes keys that came like this. `is_blind` says that what they act on has not stood on the screen.
pub(super) fn rushed(model: &mut Model, keys: &[Chord], is_blind: bool) -> Vec<Effect> {
    let shown = model.question();
    let (mut effects, mut said) = (Vec::new(), None);
    let ahead = Ahead::of(keys);
    let mut at = 0;
    while let (Some(key), Some(ahead)) = (keys.get(at), ahead.get(at)) {
        let is_blind = is_blind || model.question() != shown;
        let text = |end| -> String {
            keys.get(at..end)
                .into_iter()
                .flatten()
                .filter_map(|key| written(*key))
                .collect()
        };
        let mut next = at + 1;
        match what_to_do(model, *key, (at, ahead), is_blind) {
            Do::Press => effects.extend(press::pressed(model, *key)),
            Do::Keep => {
                let is_hit = model.key_contexts().contains(&Context::OneHit);
                let action = if is_hit { Action::OpenHit } else { Action::KeepFilter };
                effects.extend(press::act(model, action, *key));
            }
            Do::Refuse(why) => said = Some(why),
            Do::BreakLine => {
                typing::insert(model, "; ");
                said = Some(no_line_break(*key, (at, ahead), is_blind));
            }
            Do::Write => {
                next = ahead.stop;
                typing::insert(model, &text(next));
            }
            Do::Paste => {
                next = ahead.end;
                if is_blind && !typing::takes_text(model) {
                    said = Some(String::from(TYPED_TOO_EARLY));
                    at = next;
                    continue;
                }
                effects.extend(typing::pasted(model, &text(next)));
                said = typing::takes_text(model).then(|| String::from(TEXT_TOO));
            }
        }
        at = next;
    }
    // Only now: the keys after it would have taken it away again.
    if let Some(said) = said {
        model.say(Tone::Warning, &said);
    }
    effects
}

const TOO_EARLY: &str = "it was typed before this was on screen";
const TYPED_TOO_EARLY: &str = "what was typed before this was on screen was ignored";
const TEXT_TOO: &str = "enter arrived together with the text, like a paste, and was ignored: press it again";

/// What is done with the next key.
enum Do {
    /// It is pressed.
    Press,
    /// It keeps the filter, whichever line break it is.
    Keep,
    /// It is not pressed, for this reason.
    Refuse(String),
    /// It ends a line of what can be several.
    BreakLine,
    /// It and what follows up to the end of its line or to a tab is written, in one piece.
    Write,
    /// It and all the text behind it is a paste.
    Paste,
}

/// What lies ahead of a key in the text that it is a part of: worked out once for all keys, since a paste without
/// brackets can be long.
#[derive(Clone, Copy, Default)]
struct Ahead {
    /// Where the text ends; at the key itself where that is no text.
    end: usize,
    /// Where the next tab or line break is, else where the text ends.
    stop: usize,
    line_break: Option<usize>,
    tab: Option<usize>,
    /// The last character that is neither, nor a blank.
    last: Option<usize>,
    /// How many different letters there are, as far as that matters.
    n_letters: usize,
}

impl Ahead {
    /// Looks at all keys, from the last to the first.
    fn of(keys: &[Chord]) -> Vec<Self> {
        let mut all = vec![Self::default(); keys.len()];
        let (mut next, mut letters) = (Self::default(), Vec::new());
        for (at, (key, place)) in keys.iter().zip(&mut all).enumerate().rev() {
            let Some(c) = written(*key) else {
                (place.end, place.stop) = (at, at);
                continue;
            };
            let goes_on = keys.get(at + 1).is_some_and(|key| written(*key).is_some());
            if !goes_on {
                letters.clear();
                next = Self {
                    end: at + 1,
                    stop: at + 1,
                    ..Self::default()
                };
            }
            match c {
                '\n' => (next.line_break, next.stop) = (Some(at), at),
                '\t' => (next.tab, next.stop) = (Some(at), at),
                c => {
                    if c != ' ' {
                        next.last = next.last.or(Some(at));
                    }
                    if letters.len() < LETTERS_OF_A_PASTE && !letters.contains(&c) {
                        letters.push(c);
                    }
                }
            }
            next.n_letters = letters.len();
            *place = next;
        }
        all
    }

    /// Whether more than blanks, tabs and line breaks comes after this place.
    fn is_more_after(&self, place: Option<usize>) -> bool {
        place.is_some_and(|place| self.last.is_some_and(|last| last > place))
    }

    /// Whether keys that meet no text field are a text: many different letters, or fewer and the end of their line.
    fn looks_pasted(&self) -> bool {
        self.n_letters >= LETTERS_OF_A_PASTE || (self.n_letters + 1 >= LETTERS_OF_A_PASTE && self.line_break.is_some())
    }
}

fn what_to_do(model: &mut Model, key: Chord, (at, ahead): (usize, &Ahead), is_blind: bool) -> Do {
    let writes = written(key);
    if is_blind && writes.is_some() && is_confirming(model) {
        return Do::Refuse(format!(
            "{key} was typed before this question was on screen, so it was ignored"
        ));
    }
    let is_break = writes == Some('\n');
    if typing::takes_text(model) {
        // A filter changes nothing, and is kept by the end of its line, whatever comes behind it.
        let is_filter = model.dialogs.is_empty();
        if is_break && is_filter {
            return Do::Keep;
        }
        // Behind a tab stands the next cell of a row that was copied; in other fields it leads to the next one.
        let has_cells = takes_several(model) && ahead.is_more_after(ahead.tab);
        if has_cells || (!is_filter && ahead.is_more_after(ahead.line_break)) {
            return Do::Paste;
        }
        return match writes {
            Some('\n') if takes_several(model) => Do::BreakLine,
            Some('\n') => Do::Refuse(no_line_break(key, (at, ahead), is_blind)),
            // A tab is no text in a field, and neither is any other key.
            Some('\t') | None => guarded(model, key, is_blind),
            Some(_) => Do::Write,
        };
    }
    let is_text = ahead.end > at && ahead.looks_pasted();
    // What opens a field is followed by what goes into it.
    let opens_a_field = matches!(
        model.meaning_of(key),
        Meaning::Act(Action::EditFilter | Action::Palette)
    );
    if is_text && !opens_a_field {
        return Do::Paste;
    }
    if is_break && key != Chord::plain(Key::Enter) {
        return Do::Press;
    }
    guarded(model, key, is_blind)
}

/// Returns why a line break pressed nothing in a field: what came by itself came too early.
fn no_line_break(key: Chord, (at, ahead): (usize, &Ahead), is_blind: bool) -> String {
    if is_blind && at == 0 && ahead.end == 1 {
        return format!("{key} was ignored: {TOO_EARLY}; press it again");
    }
    TEXT_TOO.to_owned()
}

fn guarded(model: &Model, key: Chord, is_blind: bool) -> Do {
    let meaning = model.meaning_of(key);
    if !may_change(model, &meaning, is_blind) {
        return Do::Press;
    }
    let why = if is_blind {
        TOO_EARLY
    } else {
        "it arrived together with other keys, or before the screen showed their effect"
    };
    Do::Refuse(format!("{key} was ignored: {why}; press it again"))
}

/// Whether what is meant may change something that has to be seen first, and so is not done in a rush.
pub(super) fn may_change(model: &Model, meaning: &Meaning, is_blind: bool) -> bool {
    match *meaning {
        Meaning::Act(action) => {
            !action.is_harmless() || (is_blind && drops_text(model, action)) || leaves_changes(model, action)
        }
        Meaning::Disabled(_) | Meaning::Nothing => false,
    }
}

/// Whether it leaves a dialog and what is typed there: the question whether that may go has to be seen, too.
fn drops_text(model: &Model, action: Action) -> bool {
    matches!(action, Action::Dialog(DialogKey::Cancel | DialogKey::No))
        && model.dialogs.last().is_some_and(Dialog::has_typed)
}

/// Whether it leaves several changes that were stopped: that they are has to be seen, too.
fn leaves_changes(model: &Model, action: Action) -> bool {
    action == Action::Dialog(DialogKey::StopWaiting) && model.dialogs.last().is_some_and(Dialog::is_stopping)
}

pub(super) fn is_confirming(model: &Model) -> bool {
    let top = model.dialogs.last();
    model.equivalent.is_none() && top.is_some_and(|dialog| matches!(dialog.stage, Stage::Confirming(_)))
}

/// Whether the field that takes text now takes a list, in which a line break stands between two.
fn takes_several(model: &Model) -> bool {
    let top = model.dialogs.last();
    top.is_some_and(|dialog| matches!((&dialog.form, &dialog.stage), (Form::AddMember(_), Stage::Editing)))
}

/// Returns what a key writes, line breaks and tabs included.
fn written(chord: Chord) -> Option<char> {
    if chord == Chord::ctrl('j') {
        return Some('\n');
    }
    let Chord {
        key,
        is_ctrl: false,
        is_alt: false,
    } = chord
    else {
        return None;
    };
    if let Key::Char(c) = key {
        return Some(c);
    }
    let others = [(Key::Space, ' '), (Key::Enter, '\n'), (Key::Tab, '\t')];
    others.into_iter().find_map(|(known, c)| (known == key).then_some(c))
}
