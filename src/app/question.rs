//! What a key that changes something says yes to. A yes counts only for what has stood on the screen, so that this can
//! be compared with what was drawn.

use super::command::Command;
use super::dialog::{Dialog, Form, Problem, Stage, palette};
use super::keymap::Context;
use super::linear::MOST_SAID;
use super::model::{Model, Repair};
use super::screen::Screen;
use super::views::Edit;
use crate::app::change::Intent;
use crate::domain::context::Destination;
use crate::domain::policy::Consequence;
use std::mem::{Discriminant, discriminant};

/// What is asked at a moment. Where two of them are equal, who has read the one has read the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    at: Option<Destination>,
    screen: (usize, Discriminant<Screen>),
    dialog: Option<Asked>,
    n_dialogs: usize,
    is_covered: bool,
    /// Whether keys may change anything.
    is_read_only: bool,
    repair: Option<Repair>,
}

/// What the top dialog asks.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    form: Discriminant<Form>,
    stage: Discriminant<Stage>,
    /// What of the saved views a yes would change.
    views: Option<Edit>,
    /// What a yes would do, and what follows from it.
    confirmed: Option<(Vec<Intent>, Vec<Consequence>)>,
    /// Which keys count: one that meant nothing before can be a yes now.
    keys: &'static [Context],
    problem: Option<Problem>,
    /// The marked command.
    command: Option<Command>,
    /// The commands that numbers take, where they are told by numbers.
    numbered: Vec<Command>,
    /// Whether it asks if what is typed may go.
    is_leaving: bool,
}

impl Model {
    /// Returns what a key that changes something would say yes to now.
    pub fn question(&self) -> Question {
        Question {
            at: self.session.destination.clone(),
            screen: (self.screens.len(), discriminant(self.screen())),
            dialog: self.dialogs.last().map(|dialog| asked(dialog, self.linear.is_some())),
            n_dialogs: self.dialogs.len(),
            is_covered: self.equivalent.is_some(),
            is_read_only: self.session.forbids_changes().is_some(),
            repair: self.repair.clone(),
        }
    }
}

fn asked(dialog: &Dialog, is_spoken: bool) -> Asked {
    let palette = if let Form::Palette(form) = &dialog.form {
        Some(form)
    } else {
        None
    };
    Asked {
        form: discriminant(&dialog.form),
        stage: discriminant(&dialog.stage),
        confirmed: match &dialog.stage {
            Stage::Confirming(confirm) => Some((confirm.intents.clone(), confirm.consequences.clone())),
            // What is undone comes and changes while the journal and the members are read.
            Stage::Editing if let Form::Undo(form) = &dialog.form => Some((form.intents(), Vec::new())),
            Stage::Editing if let Form::Review(form) = &dialog.form => Some((form.intents(), Vec::new())),
            Stage::Editing | Stage::Running(_) => None,
        },
        views: if let Form::Views(form) = &dialog.form {
            form.asked().cloned()
        } else {
            None
        },
        keys: dialog.keys(),
        problem: dialog.problem.clone(),
        command: palette.and_then(|form| form.command().cloned()),
        numbered: palette
            .filter(|_| is_spoken)
            .map(|form| numbered(form))
            .unwrap_or_default(),
        is_leaving: dialog.is_leaving,
    }
}

fn numbered(form: &palette::Form) -> Vec<Command> {
    let entries = form.entries().iter().take(MOST_SAID);
    entries.map(|entry| entry.command.clone()).collect()
}
