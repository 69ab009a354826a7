//! Which text is in front, and whether it is longer than its room.

use super::{Details, Model};
use crate::app::dialog::Stage;
use crate::app::scrolled::Front;
use crate::domain::text::SafeText;

impl Model {
    /// Checks whether there is more of the text in front than has room.
    ///
    /// # Errors
    /// Says that there is not.
    pub fn may_scroll(&self) -> Result<(), SafeText> {
        if self.scrolled.reach().last_top() > 0 {
            return Ok(());
        }
        Err(SafeText::new("all of it is on screen"))
    }

    /// Begins at the top where another text has come in front.
    pub(in crate::app) fn follow_front(&mut self) {
        // One dialog may have taken the place of another.
        if let Some(dialog) = self.dialogs.last_mut()
            && dialog.number.is_none()
        {
            dialog.number = Some(self.n_dialogs);
            self.n_dialogs += 1;
        }
        self.scrolled.follow(self.front());
    }

    fn front(&self) -> Front {
        if self.equivalent.is_some() {
            return Front::Commands;
        }
        let last = self.dialogs.last();
        let n = last.and_then(|dialog| dialog.number).unwrap_or_default();
        match last.map(|dialog| &dialog.stage) {
            Some(Stage::Editing) => Front::Form(n),
            Some(Stage::Confirming(_)) => Front::Question(n),
            Some(Stage::Running(_)) => Front::Progress(n),
            None if self.details == Details::InPlace => Front::Details,
            None => Front::List,
        }
    }
}
