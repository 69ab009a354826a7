//! `Export`: what is shown of the audit, as a file.

use super::ctx::{Ctx, Field, FieldError};
use super::form::{Apply, DialogForm};
use crate::app::msg::Ticket;
use crate::app::text_field::TextField;
use crate::audit::export::Format;
use jiff::Timestamp;
use std::borrow::Cow;
use std::path::PathBuf;

/// What has been typed and chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The place of the chosen format among [`Format::ALL`].
    pub choice: usize,
    /// The file.
    pub file: TextField,
    /// Where the cursor is: [`Field::File`] or [`Field::Format`].
    pub focus: Field,
    /// The writing under way.
    pub writing: Option<Ticket>,
    /// The file that was offered, without the ending of its format.
    offered: String,
}

/// The format that is offered first: what a baseline is made of.
const FIRST: Format = Format::Json;

impl Form {
    /// Opens with a name for a file of today.
    pub fn new(now: Timestamp) -> Self {
        let choice = Format::ALL.iter().position(|format| *format == FIRST).unwrap_or(0);
        let offered = format!("nmp-audit-{}", now.strftime("%Y-%m-%d-%H%M"));
        let mut file = TextField::filled(&format!("{offered}.{}", FIRST.extension()));
        // What is typed first replaces it, as in a filter; an arrow edits it.
        file.select_all();
        Self {
            choice,
            file,
            focus: Field::File,
            writing: None,
            offered,
        }
    }

    /// Returns the format: the one that the ending of the file stands for, where it stands for one, else the chosen one.
    pub fn format(&self) -> Format {
        let chosen = Format::ALL.get(self.choice).copied().unwrap_or(FIRST);
        let typed = self.file.value().trim().to_lowercase();
        let is_meant = |format: &Format| typed.ends_with(&format!(".{}", format.extension()));
        if is_meant(&chosen) {
            return chosen;
        }
        Format::ALL.into_iter().find(is_meant).unwrap_or(chosen)
    }

    /// Returns the place of the format among [`Format::ALL`].
    fn place(&self) -> usize {
        let format = self.format();
        Format::ALL.iter().position(|one| *one == format).unwrap_or(0)
    }

    /// Returns the file, where what is typed can be one.
    fn path(&self) -> Result<PathBuf, FieldError> {
        let typed = self.file.value().trim();
        let what = if typed.is_empty() {
            "type the name of a file"
        } else if typed.starts_with('~') {
            "write out the folder: only a shell expands ~"
        } else if typed == "-" {
            "standard output is the screen here: name a file, or run nmp-console audit --output -"
        } else if typed.ends_with('/') {
            "that is a folder: add the name of a file"
        } else if typed.chars().any(char::is_control) {
            "contains a control character"
        } else {
            return Ok(PathBuf::from(typed));
        };
        Err(FieldError::new(Field::File, what))
    }

    /// Chooses a format; a file that is called after the one before is called after this one.
    fn choose(&mut self, choice: usize) {
        let before = format!(".{}", self.format().extension());
        self.choice = choice;
        let after = Format::ALL.get(choice).copied().unwrap_or(FIRST).extension();
        let is_selected = self.file.is_selected();
        if let Some(stem) = self.file.value().strip_suffix(&before) {
            self.file = TextField::filled(&format!("{stem}.{after}"));
        }
        if is_selected {
            self.file.select_all();
        }
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Export".into()
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        if self.writing.is_some() {
            return Ok(Apply::Nothing);
        }
        let (format, path) = (self.format(), self.path().map_err(|error| vec![error])?);
        Ok(Apply::Export { format, path })
    }

    /// What is being written is written; nobody gives it up with the dialog.
    fn note_waiting(&mut self, ticket: Ticket, _now: Timestamp) {
        self.writing = Some(ticket);
    }

    fn has_fields(&self) -> bool {
        true
    }

    fn n_options(&self) -> usize {
        Format::ALL.len()
    }

    fn is_on_options(&self) -> bool {
        self.focus == Field::Format
    }

    /// Returns whether another name than the offered one would be lost; what is being written has it already.
    fn has_typed(&self) -> bool {
        let stem = self
            .file
            .value()
            .strip_suffix(&format!(".{}", self.format().extension()));
        self.writing.is_none() && stem != Some(&self.offered)
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        (self.focus == Field::File).then_some(&mut self.file)
    }

    fn other_field(&mut self) {
        self.focus = if self.focus == Field::File {
            Field::Format
        } else {
            Field::File
        };
    }

    fn move_by(&mut self, down: bool) {
        let last = Format::ALL.len() - 1;
        match (self.focus, down) {
            (Field::Format, true) if self.place() == last => self.focus = Field::File,
            // The ending of the file follows, so that nobody has to leave its field.
            (_, true) => self.choose((self.place() + 1).min(last)),
            (_, false) => self.choose(self.place().saturating_sub(1)),
        }
    }

    fn choose_at(&mut self, place: usize) {
        self.choose(place.min(Format::ALL.len() - 1));
    }

    fn choose_next(&mut self) {
        self.choose((self.place() + 1) % Format::ALL.len());
    }
}
