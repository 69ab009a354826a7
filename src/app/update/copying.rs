//! Copying to the terminal's clipboard: the name of what is selected, all of its row, or the marked one of the commands on show.

use crate::app::equivalent;
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::row::{self, Row};
use crate::domain::text::{CopyProblem, SafeText};

/// The most bytes that are copied: what terminals take, once it is written in Base64.
const MOST: usize = 74_994;

/// Copies what is selected.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let lines = selected(model);
    let what = match lines.as_slice() {
        [] => return Vec::new(),
        [Ok(line)] => line.to_string(),
        lines => format!("{} names", lines.len()),
    };
    send(model, lines, &what)
}

/// Copies all that the selected row tells: as text, and by the same key again as JSON.
pub(super) fn copy_row(model: &mut Model) -> Vec<Effect> {
    let before = model.copied_row.take();
    let Some(row) = model.selected_row() else {
        return Vec::new();
    };
    let name = row.name();
    if before.is_some_and(|before| row.is_of(&before)) {
        return send(model, row.json(), &format!("{name} as JSON"));
    }
    let key = model.key_of(Context::List, Action::CopyRow);
    let lines = row.lines().into_iter().map(Ok).collect();
    let effects = send(model, lines, &format!("{name} as text; {key} again: JSON"));
    if !effects.is_empty() {
        model.copied_row = Some(row);
    }
    effects
}

/// Copies the marked ones of the commands on show, one a line.
pub(super) fn copy_commands(model: &mut Model) -> Vec<Effect> {
    let Some(equivalent) = &model.equivalent else {
        return Vec::new();
    };
    let lines: Vec<_> = equivalent.chosen().map(|entry| entry.command.to_copy()).collect();
    let what = match lines.as_slice() {
        [Ok(line)] => line.to_string(),
        lines => equivalent::amount(lines.len()),
    };
    let effects = send(model, lines, &what);
    let is_copied = !effects.is_empty();
    if let Some(equivalent) = &mut model.equivalent {
        equivalent.is_copied = is_copied;
    }
    effects
}

/// Sends all lines or none: half of them would be something else.
fn send(model: &mut Model, lines: Vec<Result<SafeText, CopyProblem>>, what: &str) -> Vec<Effect> {
    let lines = lines.into_iter().collect::<Result<Vec<_>, _>>().and_then(fitting);
    match lines {
        Ok(lines) => {
            // Where nothing but lines is written, they are among them.
            let told = if model.linear.is_some() {
                format!("printed below: {what}")
            } else {
                format!("sent to the terminal's clipboard: {what}")
            };
            model.say(Tone::Success, &told);
            vec![Effect::Copy(lines)]
        }
        Err(problem) => {
            model.say(Tone::Warning, &format!("not copied: {}", problem.in_words()));
            Vec::new()
        }
    }
}

fn fitting(lines: Vec<SafeText>) -> Result<Vec<SafeText>, CopyProblem> {
    let breaks = lines.len().saturating_sub(1);
    let n_bytes = lines.iter().map(|line| line.as_str().len()).sum::<usize>() + breaks;
    if n_bytes > MOST {
        return Err(CopyProblem::TooLong { n_bytes, most: MOST });
    }
    Ok(lines)
}

fn selected(model: &Model) -> Vec<Result<SafeText, CopyProblem>> {
    if let Some(dialog) = model.dialogs.last() {
        return dialog.form.to_copy();
    }
    let caller = model.identity();
    model.screen().to_copy(&model.known(&caller))
}

impl Model {
    fn selected_row(&self) -> Option<Row> {
        let caller = self.identity();
        row::selected(self.screen(), &self.known(&caller))
    }

    /// Checks that a row is selected that can be copied.
    ///
    /// # Errors
    /// Says that none is.
    pub fn may_copy_row(&self) -> Result<(), SafeText> {
        match self.selected_row() {
            Some(_) => Ok(()),
            None => Err(SafeText::new("no row is selected to copy")),
        }
    }

    /// Checks that there is something to be copied.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_copy(&self) -> Result<(), SafeText> {
        if selected(self).is_empty() {
            let has_dialog = !self.dialogs.is_empty();
            return Err(SafeText::new(if has_dialog {
                "there is nothing here to copy yet"
            } else {
                self.screen().nothing_to_copy()
            }));
        }
        Ok(())
    }
}
