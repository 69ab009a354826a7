//! What a dialog is asked, with the answers of a dialog that has nothing special.

use super::ctx::{Ctx, Field, FieldError};
use super::picker::Picker;
use crate::app::change::{Intent, Settled};
use crate::app::columns::ListKind;
use crate::app::command::Command;
use crate::app::keymap::{ColumnKey, Context};
use crate::app::msg::{Query, Ticket};
use crate::app::text_field::TextField;
use crate::app::views::{Edit, View};
use crate::audit::export::Format;
use crate::domain::context::Destination;
use crate::domain::ids::WorkspaceName;
use crate::domain::login::Way;
use crate::domain::policy::{Consequence, Tier};
use crate::domain::text::{CopyProblem, SafeText};
use jiff::Timestamp;
use std::borrow::Cow;
use std::path::PathBuf;

/// What a dialog does with its form. A form says what it asks for; only `update` does it.
pub trait DialogForm {
    /// Returns the title of the dialog; these words are stable.
    fn title(&self) -> Cow<'static, str>;

    /// Returns what is drawn, where the dialog has no drawing of its own.
    fn rows(&self) -> Vec<Row<'_>> {
        Vec::new()
    }

    /// Returns the workspace it is about, where that exists already.
    fn workspace(&self) -> Option<&WorkspaceName> {
        None
    }

    /// Returns the keys that count while it is edited, the nearest first.
    fn keys(&self) -> &'static [Context] {
        &[Context::Dialog, Context::LongText, Context::Always]
    }

    /// Returns the keys that count while somebody is proposed for what is typed.
    fn keys_of_proposals(&self) -> &'static [Context] {
        &[Context::Proposals, Context::LongText, Context::Always]
    }

    /// Returns what can be copied of it, where the clipboard is not for what is selected below it.
    fn to_copy(&self) -> Vec<Result<SafeText, CopyProblem>> {
        Vec::new()
    }

    /// Returns the changes the form asks for, in the order in which they are to be made.
    ///
    /// # Errors
    /// Names every field that is not right.
    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        Ok(Vec::new())
    }

    /// Returns what is wrong with it, as far as it should be shown while typing.
    fn live_errors(&self, _ctx: Ctx<'_>) -> Vec<FieldError> {
        Vec::new()
    }

    /// Returns what of the text typed must be asked about before anything is done with it.
    fn questions(&self, _ctx: Ctx<'_>) -> Vec<Consequence> {
        Vec::new()
    }

    /// Returns how its changes are confirmed at least.
    fn least_tier(&self) -> Tier {
        Tier::Apply
    }

    /// Returns what follows from its changes, where that was worked out with them.
    fn foreseen(&self) -> Option<Vec<Consequence>> {
        None
    }

    /// Returns whether it changes what members may do, so that it is shown while editing what follows from that.
    fn changes_members(&self) -> bool {
        false
    }

    /// Returns whether opening it applies it: there is nothing to edit before.
    fn applies_when_opened(&self) -> bool {
        false
    }

    /// Checks whether there is anything yet that could be applied.
    ///
    /// # Errors
    /// Says what is waited for.
    fn may_apply(&self) -> Result<(), &'static str> {
        Ok(())
    }

    /// Returns what is to be done, now that it is applied.
    ///
    /// # Errors
    /// Names the fields that are not right; none where the focus says it.
    fn apply(&mut self, ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        self.check(ctx).map(Apply::Make)
    }

    /// Returns the workspaces whose members it needs to know.
    fn wants(&self) -> Vec<WorkspaceName> {
        Vec::new()
    }

    /// Returns the question whose answer it waits for; it is given up with the dialog.
    fn waits_for(&self) -> Option<Ticket> {
        None
    }

    /// Notes that what it asked for is under way.
    fn note_waiting(&mut self, _ticket: Ticket, _now: Timestamp) {}

    /// Goes back to editing, where it waits and can; returns the question to be given up.
    fn stop_waiting(&mut self) -> Option<Ticket> {
        None
    }

    /// Starts from what is true after these changes are over, so that a second Apply means exactly what is on the
    /// screen, and keeps only those that are left.
    fn take_settled(&mut self, _settled: &[Settled], _ctx: Ctx<'_>) {}

    /// Returns the field under which a refusal by the platform stands.
    fn refused_field(&self) -> Option<Field> {
        None
    }

    /// Returns whether there is anything to edit, so that going back from a confirmation leads here.
    fn is_editable(&self) -> bool {
        true
    }

    /// Returns whether there is a step before the one that is on show, which is left for it.
    fn has_step_to_leave(&self) -> bool {
        false
    }

    /// Goes back to the step before.
    fn leave_step(&mut self) {}

    /// Returns whether any field holds what was typed or pasted, and not just what it was opened with.
    fn has_typed(&self) -> bool {
        false
    }

    /// Returns the text field that has the focus.
    fn text_field(&mut self) -> Option<&mut TextField> {
        None
    }

    /// Returns the field that takes principals, if there is one.
    fn picker(&self) -> Option<&Picker> {
        None
    }

    /// Returns the field that takes principals, to be edited; the focus goes there.
    fn picker_mut(&mut self) -> Option<&mut Picker> {
        None
    }

    /// Returns whether what is typed can be completed where the cursor is, so that `→` is no key of the field.
    fn completes(&self) -> bool {
        false
    }

    /// Returns whether the focus is on a field that takes principals.
    fn is_on_picker(&self) -> bool {
        self.picker().is_some()
    }

    /// Returns whether there is more than one field to move between.
    fn has_fields(&self) -> bool {
        false
    }

    /// Returns whether the focus is on a choice between options.
    fn is_on_options(&self) -> bool {
        false
    }

    /// Moves to the next or previous field, round and round; all forms have two at most.
    fn other_field(&mut self) {}

    /// Moves down or up: to the other option where the focus is on options, else to the other field.
    fn move_by(&mut self, _down: bool) {
        self.other_field();
    }

    /// Moves the marked column among the others, or brings the usual ones back.
    fn arrange(&mut self, _key: ColumnKey) {}

    /// Chooses the next option, round and round.
    fn choose_next(&mut self) {}

    /// Returns how many options there are to choose from.
    fn n_options(&self) -> usize {
        0
    }

    /// Chooses the option at `place`, wherever the focus is.
    fn choose_at(&mut self, _place: usize) {}
}

/// What a dialog wants done when it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apply {
    /// Nothing, or not yet.
    Nothing,
    /// These changes, confirmed first as far as they need it.
    Make(Vec<Intent>),
    /// The answer to this question, for which the dialog waits.
    Ask(Query),
    /// A plain yes, before something that changes nothing on the platform.
    Confirm,
    /// A connection to this place; the dialog closes.
    Enter {
        /// Where to.
        at: Destination,
        /// The same in words.
        name: SafeText,
    },
    /// A login at this place.
    LogIn {
        /// The server or context to log in to.
        at: Destination,
        /// The kind of login, with what was typed for it.
        way: Way,
    },
    /// This command; the dialog closes.
    Run(Command),
    /// These columns of a list, or the usual ones; the dialog closes.
    Columns(ListKind, Option<Vec<&'static str>>),
    /// This view of the list in front; the dialog closes.
    ShowView(View),
    /// This change of the views; the dialog closes.
    KeepViews(Edit),
    /// What the audit shows, in this file.
    Export {
        /// In which format.
        format: Format,
        /// Which file.
        path: PathBuf,
    },
}

/// Returns the place below or above `place`, no further than `last`.
pub(super) fn moved(place: usize, last: usize, down: bool) -> usize {
    if down {
        (place + 1).min(last)
    } else {
        place.saturating_sub(1)
    }
}

/// A row of a form that is drawn from what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// What the form is about.
    Heading(SafeText),
    /// An empty row.
    Gap,
    /// A text field, with what is wrong with it below, else its rule.
    Field {
        /// The field, by which its errors are found.
        field: Field,
        /// How it is called.
        label: &'static str,
        /// What it holds.
        text: &'a TextField,
        /// Whether keys go there.
        has_focus: bool,
        /// What may be typed there; empty where that is plain.
        rule: &'static str,
    },
    /// What follows from it, or where.
    Closing(String),
}
