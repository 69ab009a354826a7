//! Keys that nobody can have meant for what they meet: a paste that the terminal does not mark, or what was typed before
//! the screen showed what it would act on.
//!
//! Text goes into text fields, and what moves and filters does so. Whatever would change something waits for a key that
//! is pressed by itself, by somebody who can see it.

use super::press;
use crate::app::dialog::{Form, Stage};
use crate::app::keymap::{self, Action, Chord, ConnectionKey, DialogKey, Key, Meaning};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;

/// How many different letters in one piece are a paste, where they are no text: moving about takes fewer.
const LETTERS_OF_A_PASTE: usize = 4;

/// Takes keys that came like this. `is_blind` says that what they act on has not stood on the screen.
pub(super) fn rushed(model: &mut Model, keys: &[Chord], is_blind: bool) -> Vec<Effect> {
    let shown = model.question();
    let (mut effects, mut said) = (Vec::new(), None);
    let mut rest = keys;
    while let Some((key, after)) = rest.split_first() {
        let is_blind = is_blind || model.question() != shown;
        let text: Vec<char> = rest.iter().map_while(|key| written(*key)).collect();
        match what_to_do(model, *key, &text, is_blind) {
            Do::Press => {
                effects.extend(press::pressed(model, *key));
                rest = after;
            }
            Do::Keep => {
                effects.extend(press::pressed(model, Chord::plain(Key::Enter)));
                rest = after;
            }
            Do::Refuse(why) => {
                said = Some(why);
                rest = after;
            }
            Do::BreakLine => {
                press::insert(model, "; ");
                said = Some(String::from(TEXT_TOO));
                rest = after;
            }
            Do::Paste => {
                let pasted: String = text.iter().collect();
                effects.extend(press::pasted(model, &pasted));
                said = press::takes_text(model).then(|| String::from(TEXT_TOO));
                rest = rest.get(text.len()..).unwrap_or_default();
            }
        }
    }
    // Only now: the keys after it would have taken it away again.
    if let Some(said) = said {
        model.say(Tone::Warning, &said);
    }
    effects
}

const TEXT_TOO: &str =
    "enter came in one piece with the text, as in a paste, so it pressed nothing: press it by itself";

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
    /// It and all the text behind it is a paste.
    Paste,
}

fn what_to_do(model: &mut Model, key: Chord, text: &[char], is_blind: bool) -> Do {
    let writes = written(key);
    if is_blind && writes.is_some() && is_confirming(model) {
        return Do::Refuse(format!(
            "{key} was typed before this question stood on the screen, so it is no answer to it"
        ));
    }
    let is_break = writes == Some('\n');
    if press::takes_text(model) {
        // A filter changes nothing, and is kept by the end of its line, whatever comes behind it.
        let is_filter = model.dialogs.is_empty();
        return match text.iter().position(|c| *c == '\n') {
            Some(0) if is_filter => Do::Keep,
            Some(end) if !is_filter && text.iter().skip(end).any(|c| *c != '\n') => Do::Paste,
            Some(0) if takes_several(model) => Do::BreakLine,
            Some(0) => Do::Refuse(TEXT_TOO.to_owned()),
            // A tab is no text in a field, and neither is any other key.
            _ if matches!(writes, Some('\t') | None) => guarded(model, key),
            _ => Do::Press,
        };
    }
    if looks_pasted(text) && keymap::find(model, key) != Meaning::Act(Action::EditFilter) {
        return Do::Paste;
    }
    if is_break && key != Chord::plain(Key::Enter) {
        return Do::Press;
    }
    guarded(model, key)
}

fn guarded(model: &Model, key: Chord) -> Do {
    match keymap::find(model, key) {
        Meaning::Act(action) if changes(action) => Do::Refuse(format!(
            "{key} was not pressed: it came in one piece with other keys, or before this stood on the screen; \
             press it by itself"
        )),
        Meaning::Act(_) | Meaning::Disabled(_) | Meaning::Nothing => Do::Press,
    }
}

fn is_confirming(model: &Model) -> bool {
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
    match key {
        Key::Char(c) => Some(c),
        Key::Space => Some(' '),
        Key::Enter => Some('\n'),
        Key::Tab => Some('\t'),
        Key::Esc
        | Key::BackTab
        | Key::Backspace
        | Key::Delete
        | Key::Up
        | Key::Down
        | Key::Left
        | Key::Right
        | Key::PageUp
        | Key::PageDown
        | Key::Home
        | Key::End
        | Key::Function(_) => None,
    }
}

/// Whether keys that meet no text field are a text: many different letters, or fewer and the end of their line.
fn looks_pasted(text: &[char]) -> bool {
    let mut letters: Vec<char> = text.iter().copied().filter(|c| !matches!(c, '\n' | '\t')).collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() >= LETTERS_OF_A_PASTE || (letters.len() + 1 >= LETTERS_OF_A_PASTE && text.contains(&'\n'))
}

/// Whether an action changes anything: on the platform, in a file, in the clipboard, or where the console is.
fn changes(action: Action) -> bool {
    match action {
        Action::Repair | Action::Copy | Action::CopyCommand => true,
        Action::Go(key) => match key {
            ConnectionKey::Switch | ConnectionKey::KeepWorkspace | ConnectionKey::KeepContext => true,
            ConnectionKey::Contexts | ConnectionKey::Begin => false,
        },
        Action::Dialog(key) => match key {
            // Who is meant is a decision, too.
            DialogKey::Apply | DialogKey::Yes | DialogKey::Answer | DialogKey::CopyLink | DialogKey::TakeProposal => {
                true
            }
            DialogKey::OtherField
            | DialogKey::NextProposal
            | DialogKey::PreviousProposal
            | DialogKey::MoveUp
            | DialogKey::MoveDown
            | DialogKey::Choose
            | DialogKey::CountAgain
            | DialogKey::OpenLeft
            | DialogKey::AddAdmin
            | DialogKey::Cancel
            | DialogKey::No
            | DialogKey::SwitchAnswer
            | DialogKey::StopWaiting => false,
        },
        Action::Quit
        | Action::Suspend
        | Action::Redraw
        | Action::Help
        | Action::Back
        | Action::Close
        | Action::Refresh
        | Action::Move(_)
        | Action::EditFilter
        | Action::KeepFilter
        | Action::ClearFilter
        | Action::TakeFilterBack
        | Action::SortNext
        | Action::SortReverse
        | Action::OpenMembers
        | Action::OpenResources
        | Action::OpenAudit
        | Action::ShowMatrix
        | Action::ShowFindings
        | Action::ShowPrincipals
        | Action::OpenPrincipal
        | Action::OpenPublic
        | Action::OpenMember
        | Action::MoveAcross(_)
        | Action::NextKind
        | Action::PreviousKind
        | Action::Mark
        | Action::MarkAll
        | Action::ShowCommand
        | Action::HideCommand
        | Action::Open(_) => false,
    }
}
