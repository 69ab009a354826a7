//! The monkey types lines, too, in the lives in which everything is told line by line: what means something there, what is
//! pasted in one piece, and what was typed before anything was said. What a line gives a yes to is told here anew.

use super::{HOSTILE, Monkey, WORKSPACES, Yes};
use crate::console::chord;
use nmp_console::app::dialog::{Form, Stage};
use nmp_console::app::keymap::{Action, Binding, Context, DialogKey};
use nmp_console::app::linear::Asks;
use nmp_console::app::msg::{Line, Msg};
use nmp_console::domain::policy::Tier;
use nmp_console::ui::linear::{Told, say};

/// What has a meaning in many places, or looks like it.
const WORDS: [&str; 24] = [
    "",
    "?",
    ".",
    "list",
    "next",
    "1",
    "2",
    "3",
    "12",
    "999999999",
    "yes",
    "no",
    "YES",
    ":yes",
    "apply",
    "enter",
    "esc",
    "/",
    "/a",
    "/ml",
    "sort by name",
    ":remove",
    ":zzz",
    "48151623421234567890123",
];

/// How far a line is from one that somebody types in answer to what was said.
const HURRIED: [(bool, bool); 3] = [(true, false), (false, true), (true, true)];

impl Monkey {
    pub(super) fn type_a_line(&mut self) {
        let text = self.some_line();
        // Leaving all the time leads nowhere.
        let leaves = ["q", "quit", "exit", "ctrl-c", "close"].contains(&text.trim().trim_start_matches(':'));
        if leaves && self.chance.u8(..10) > 0 {
            return;
        }
        let (is_piece, is_blind) = match self.chance.u8(..6) {
            0 => self.chance.choice(HURRIED).unwrap_or_default(),
            _ => (false, false),
        };
        let text = (self.chance.u8(..40) > 0).then_some(text);
        self.tell(Msg::Line(Line {
            text,
            is_piece,
            is_blind,
        }));
        if self.chance.u8(..8) == 0 {
            self.listen();
        }
    }

    /// Returns a line, often one that gets further.
    fn some_line(&mut self) -> String {
        let stage = self.model.dialogs.last().map(|dialog| &dialog.stage);
        if let Some(Stage::Confirming(confirm)) = stage {
            let (expected, is_typed) = (confirm.expected.clone(), confirm.tier == Tier::Typed);
            if self.chance.bool() {
                return if is_typed { expected } else { "yes".to_owned() };
            }
        }
        if matches!(stage, Some(Stage::Editing)) && self.chance.u8(..3) == 0 {
            return "apply".to_owned();
        }
        match self.chance.u8(..10) {
            0..4 => {
                let contexts = self.model.key_contexts().iter();
                let bindings = contexts.filter(|context| **context != Context::Always);
                let named = bindings.flat_map(|context| self.model.keymap.of(*context));
                let named: Vec<(&str, &str)> = named
                    .map(|binding| (binding.keys.first().copied().unwrap_or_default(), binding.label))
                    .collect();
                let (key, label) = self.chance.choice(named).unwrap_or_default();
                let colon = if self.chance.u8(..3) == 0 { ":" } else { "" };
                format!("{colon}{}", if self.chance.bool() { key } else { label })
            }
            4..6 => self.person(),
            6 => self.chance.choice(WORKSPACES).unwrap_or_default().to_owned(),
            7 => self.chance.choice(HOSTILE).unwrap_or_default().to_owned(),
            _ => self.chance.choice(WORDS).unwrap_or_default().to_owned(),
        }
    }

    /// Hears all that there is to say: whole lines that no terminal takes for anything else.
    fn listen(&self) {
        let (lines, _) = say(&self.model, &self.look.clone().spoken(), &Told::default(), true);
        assert!(!lines.is_empty(), "nothing is said");
        for line in lines {
            let is_harmful = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
            assert!(!line.contains(is_harmful), "{line:?} is told");
        }
    }

    /// Returns the yes that a line gives, seen from outside: only one that was typed by itself, in answer to what was said.
    pub(super) fn yes_given_by_line(&self, line: &Line) -> Vec<Yes> {
        let Some(text) = line.text.as_deref().filter(|_| !line.is_piece && !line.is_blind) else {
            return Vec::new();
        };
        let text = text.trim();
        let name = text.strip_prefix(':').unwrap_or(text).to_lowercase();
        let contexts = self.model.key_contexts().iter();
        let mut named = contexts
            .flat_map(|context| self.model.keymap.of(*context))
            .filter(|binding: &&Binding| {
                binding.keys.contains(&text)
                    || binding.keys.contains(&&*name)
                    || binding.label.to_lowercase() == name
                    || self.model.label_of(binding).to_lowercase() == name
            });
        let Some(dialog) = self.model.dialogs.last() else {
            let repairs = named.any(|binding| binding.action == Action::Repair) || name == "repair";
            return if repairs {
                self.yes_given_by(chord("R"), false)
            } else {
                Vec::new()
            };
        };
        match &dialog.stage {
            Stage::Confirming(confirm) if confirm.tier == Tier::Typed => {
                if text == super::checks::asked_for(confirm) {
                    super::checks::yes_of(confirm.intents.clone(), Tier::Typed)
                } else {
                    Vec::new()
                }
            }
            Stage::Confirming(_) if ["yes", "y"].contains(&&*name) => self.yes_given_by(chord("y"), false),
            Stage::Editing if matches!(dialog.form, Form::Palette(_)) => {
                let runs = text.parse::<usize>().is_ok() || text == "enter" || text.starts_with(':');
                self.yes_to_repair(runs)
            }
            Stage::Editing => {
                let asks = self.model.linear.as_ref().map(|linear| linear.asks);
                let is_command = asks == Some(Asks::Command) || text.starts_with(':') || text == "enter";
                let applies = |binding: &Binding| binding.action == Action::Dialog(DialogKey::Apply);
                if is_command && (name == "apply" || named.any(applies)) {
                    self.yes_given_by(chord("enter"), false)
                } else {
                    Vec::new()
                }
            }
            Stage::Confirming(_) | Stage::Running(_) => Vec::new(),
        }
    }
}
