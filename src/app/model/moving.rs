//! Whether a key that moves, sorts or leads elsewhere has anything to do here: one that has not says so.

use super::{Details, Model};
use crate::app::dialog::{Form, Stage};
use crate::app::filter::Filter;
use crate::app::keymap::{Action, Context, Kept, Shows};
use crate::app::looks::Rows;
use crate::app::notice::{Lasts, Notice, Tone};
use crate::app::screen::{Screen, Source, resources};
use crate::domain::platform::Allowed;
use crate::domain::text::SafeText;

impl Model {
    /// Returns whether everything is being read for the list of workspaces on show.
    pub fn is_reading_for_rows(&self) -> bool {
        matches!(self.screen(), Screen::Workspaces(_)) && self.store.reading().is_some()
    }

    /// Returns whether the filter of the list needs that reading, and its order does not.
    pub fn is_reading_for_the_filter(&self) -> bool {
        let Screen::Workspaces(state) = self.screen() else {
            return false;
        };
        let is_platform_admin = self.is_platform_admin();
        state.filters_by_members(is_platform_admin) && !state.is_sorted_by_members(is_platform_admin)
    }

    /// Checks whether there is a reading to stop, a filter to clear or a screen to go back to.
    ///
    /// # Errors
    /// Says that this is the first screen.
    pub fn may_go_back(&self) -> Result<(), SafeText> {
        let has_marks = self.screen().marks().is_some_and(|marks| {
            let marked = marks.n_marked();
            marked.has_range || marked.n > 0
        });
        if self.screens.len() > 1
            || self.has_filter()
            || self.is_reading_for_rows()
            || self.details == Details::InPlace
            || has_marks
        {
            return Ok(());
        }
        let key = self.key_of(Context::Screen, Action::Close);
        Err(SafeText::new(&format!("this is the first screen: {key} quits")))
    }

    /// Checks whether there is a filter that was cleared and nothing typed instead.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn may_take_filter_back(&self) -> Result<(), SafeText> {
        let is_filtering = self.dialogs.is_empty() && self.equivalent.is_none();
        let filter = self.screen().filter().filter(|_| is_filtering);
        match filter.and_then(Filter::offered) {
            Some(_) => Ok(()),
            None => Err(SafeText::new("no cleared filter to restore")),
        }
    }

    /// Checks whether the present screen shows anything that comes from elsewhere.
    ///
    /// # Errors
    /// Says that it does not.
    pub fn may_refresh(&self) -> Result<(), SafeText> {
        if self.screen().source() == Source::Itself {
            return Err(SafeText::new("nothing on this screen comes from the platform"));
        }
        Ok(())
    }

    /// Checks whether the present screen is one that is read again by itself, or any is already.
    ///
    /// # Errors
    /// Says which screens are.
    pub fn may_watch(&self) -> Result<(), SafeText> {
        if self.looks.is_on || Rows::are_on(self.screen()) {
            return Ok(());
        }
        Err(SafeText::new("only workspaces and members can be watched"))
    }

    /// Checks whether there is anything to be clicked.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_use_mouse(&self) -> Result<(), SafeText> {
        if self.linear.is_none() {
            return Ok(());
        }
        Err(SafeText::new("what is told line by line cannot be clicked"))
    }

    /// Checks whether the help is not on show already.
    ///
    /// # Errors
    /// Says which key leaves it.
    pub fn may_show_help(&self) -> Result<(), SafeText> {
        if matches!(self.screen(), Screen::Help(_)) {
            let key = self.key_of(Context::Screen, Action::Back);
            return Err(SafeText::new(&format!("this is the help: {key} leaves it")));
        }
        // What is asked for it would be missed by a dialog that is put aside.
        if self
            .dialogs
            .iter()
            .any(|dialog| dialog.form.waits_for().is_some() || matches!(dialog.stage, Stage::Running(_)))
        {
            return Err(SafeText::new(
                "the dialog waits for an answer: help can be opened afterwards",
            ));
        }
        Ok(())
    }

    /// Checks whether there are outcomes that can be called back.
    ///
    /// # Errors
    /// Says why not.
    pub fn has_outcomes(&self) -> Result<(), SafeText> {
        if matches!(self.screen(), Screen::Outcomes(_)) {
            let key = self.key_of(Context::Screen, Action::Back);
            return Err(SafeText::new(&format!(
                "these are the last outcomes: {key} leaves them"
            )));
        }
        if self.outcomes.latest_first().next().is_some() || self.standing_notice().is_some() {
            return Ok(());
        }
        Err(SafeText::new("no change was made so far"))
    }

    /// Returns the notice on the screen that tells what went wrong: the row may have cut it.
    pub fn standing_notice(&self) -> Option<&Notice> {
        let notice = self.notice.as_ref()?;
        let is_trouble = matches!(notice.tone, Tone::Error | Tone::Warning);
        (is_trouble && notice.lasts == Lasts::UntilAKey).then_some(notice)
    }

    /// Checks whether there is a row that can be told in place of the list: beside it there may be no room for all of it.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn may_show_details(&self) -> Result<(), SafeText> {
        // A finding can be told without anything in it that could be copied.
        let is_unread = matches!(self.screen(), Screen::Resources(state) if !self.shows_resources(state));
        if self.screen().n_rows() == 0 || is_unread {
            return Err(SafeText::new("nothing is selected"));
        }
        Ok(())
    }

    /// Returns whether the rows of this list of resources are on show, and not why there are none.
    pub fn shows_resources(&self, state: &resources::State) -> bool {
        state.has_something_to_tell() && state.contents.failure().is_none() && self.shut_out_of(state).is_none()
    }

    /// Returns why nothing can be read yet, and when that is tried again, where the platform does not know of the caller's role.
    pub fn shut_out_of(&self, state: &resources::State) -> Option<String> {
        self.not_yet(&state.workspace).filter(|_| state.contents.is_unread())
    }

    /// Checks that what was changed is not on show already, and that there is a server in use.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_show_activity(&self) -> Result<(), SafeText> {
        match self.screen() {
            Screen::Activity(_) => Err(SafeText::new("this is the activity already")),
            Screen::Welcome(_) => Err(SafeText::new("no server is in use: connect to one first")),
            Screen::Workspaces(_)
            | Screen::Members(_)
            | Screen::Resources(_)
            | Screen::Audit(_)
            | Screen::Principal(_)
            | Screen::Contexts(_)
            | Screen::Touched(_)
            | Screen::Help(_)
            | Screen::Outcomes(_) => Ok(()),
        }
    }

    /// Checks that the caller may see everybody's changes.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_see_everybody(&self) -> Result<(), SafeText> {
        match self.platform_admin() {
            Allowed::No => Err(SafeText::new("only platform admins may see everybody's changes")),
            Allowed::Yes | Allowed::Unknown => Ok(()),
        }
    }

    /// Checks that the journal holds changes on other servers than the one in use.
    ///
    /// # Errors
    /// Says that it does not.
    pub fn has_other_servers(&self) -> Result<(), SafeText> {
        if let Screen::Activity(state) = self.screen()
            && state.n_elsewhere() > 0
        {
            return Ok(());
        }
        Err(SafeText::new("the journal holds no changes on other servers"))
    }

    /// Checks that the selected row belongs to a plan that is open, or to one that is not.
    ///
    /// # Errors
    /// Says what it is instead.
    pub fn has_open_plan(&self, wanted: bool) -> Result<(), SafeText> {
        let Screen::Activity(state) = self.screen() else {
            return Err(SafeText::new("plans stand in the activity"));
        };
        match state.has_open_plan() {
            Some(is_open) if is_open == wanted => Ok(()),
            Some(true) => Err(SafeText::new("the changes of this plan stand below it already")),
            Some(false) => Err(SafeText::new("this plan is closed already")),
            None => Err(SafeText::new("this change is not part of a plan")),
        }
    }

    /// Checks whether the present list can be sorted.
    ///
    /// # Errors
    /// Says that it has an order of its own.
    pub fn may_sort(&self) -> Result<(), SafeText> {
        let why_not = self.screen().has_own_order();
        why_not.map_or(Ok(()), |why| Err(SafeText::new(why)))
    }

    /// Checks whether this of the present list can be chosen, saved or removed.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_keep(&self, what: Kept) -> Result<(), SafeText> {
        let Some(kind) = self.screen().kind() else {
            return Err(SafeText::new("there is no list here"));
        };
        match what {
            Kept::Columns if kind.columns().is_empty() => Err(SafeText::new(
                "the columns of the matrix are workspaces: the filter chooses them",
            )),
            Kept::MarkedView => self.may_apply(),
            Kept::Columns | Kept::Views => Ok(()),
        }
    }

    /// Returns by what the list can be sorted: by the columns on show, in their order.
    pub fn orders(&self) -> Vec<&'static str> {
        let kind = self.screen().kind().filter(|_| self.may_sort().is_ok());
        kind.map(|kind| self.columns.sorted_by(kind)).unwrap_or_default()
    }

    /// Returns by what the list is sorted where it is sorted by the column on show that comes at this place among those that
    /// can be.
    ///
    /// # Errors
    /// Says that there is no such column, or that the list has an order of its own.
    pub fn column_to_sort_by(&self, n: u8) -> Result<&'static str, SafeText> {
        self.may_sort()?;
        let columns = self.orders();
        let found = usize::from(n).checked_sub(1).and_then(|place| columns.get(place));
        found.copied().ok_or_else(|| {
            let told = columns
                .iter()
                .enumerate()
                .map(|(place, order)| format!("{} {order}", place + 1));
            let told: Vec<String> = told.collect();
            SafeText::new(&format!("no column {n} to sort by: {}", told.join(", ")))
        })
    }

    /// Checks whether the marked column of those to choose from can be hidden.
    ///
    /// # Errors
    /// Says that it is always shown.
    pub fn may_hide_column(&self) -> Result<(), SafeText> {
        let top = self.dialogs.last().map(|dialog| &dialog.form);
        let Some(Form::Columns(form)) = top else {
            return Ok(());
        };
        match form.rows().get(form.cursor()) {
            Some(row) if row.is_fixed => Err(SafeText::new(&format!(
                "{} is always shown: it says what a row is about",
                row.name
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// Checks whether a reason is kept of what the top dialog asks a yes to.
    ///
    /// # Errors
    /// Says that none is.
    pub fn may_give_reason(&self) -> Result<(), SafeText> {
        match self.dialogs.last().map(|dialog| &dialog.form) {
            Some(Form::Views(_) | Form::LogOut(_)) => {
                Err(SafeText::new("the journal keeps nothing of this, and so no reason"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Checks whether there is another kind of things to be shown.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn has_other_kinds(&self) -> Result<(), SafeText> {
        if let Screen::Resources(state) = self.screen()
            && state.kinds_to_choose().len() > 1
        {
            return Ok(());
        }
        Err(SafeText::new("there is no other kind here"))
    }

    /// Checks whether anything shown can be marked.
    ///
    /// # Errors
    /// Says that nothing can.
    pub fn may_mark_all(&self) -> Result<(), SafeText> {
        match self.screen().marks() {
            Some(marks) if marks.may_mark_any() => Ok(()),
            Some(_) => Err(SafeText::new("there is nothing here to mark")),
            None => Err(SafeText::new(
                "rows of this list cannot be marked: no key acts on several of them",
            )),
        }
    }

    /// Checks whether there is anything yet that could be applied in the top dialog.
    ///
    /// # Errors
    /// Says what is waited for.
    pub fn may_apply(&self) -> Result<(), SafeText> {
        let top = self.dialogs.last();
        top.map_or(Ok(()), |dialog| dialog.form.may_apply().map_err(SafeText::new))
    }

    /// Checks whether the top dialog has another field.
    ///
    /// # Errors
    /// Says that it has not.
    pub fn has_other_field(&self) -> Result<(), SafeText> {
        if self.dialog_has_fields() {
            return Ok(());
        }
        Err(SafeText::new("this dialog has no other field"))
    }

    /// Checks whether there is anything to be chosen or scrolled in the top dialog.
    ///
    /// # Errors
    /// Says that there is nothing.
    pub fn may_move_in_dialog(&self) -> Result<(), SafeText> {
        let form = self.dialogs.last().map(|dialog| &dialog.form);
        if form.is_some_and(|form| form.has_fields() || form.is_on_options()) || self.may_scroll().is_ok() {
            return Ok(());
        }
        Err(SafeText::new("there is nothing to choose in this dialog"))
    }

    /// Checks whether the focus of the top dialog is on a choice.
    ///
    /// # Errors
    /// Says that it is not.
    pub fn may_choose(&self) -> Result<(), SafeText> {
        if self.dialog_has_options() {
            return self.may_hide_column();
        }
        Err(SafeText::new("there is nothing to choose here"))
    }

    /// Returns what is said of a key that nothing here is bound to.
    pub(in crate::app) fn no_such_key(&self) -> String {
        if self.dialogs.is_empty() && self.equivalent.is_none() && !self.is_filtering() {
            let help = self.key_of(Context::Screen, Action::Show(Shows::Help));
            return format!("no such key here; {help} shows them");
        }
        let place = if self.is_filtering() && self.dialogs.is_empty() && self.equivalent.is_none() {
            "the bottom row"
        } else {
            "the bottom of the dialog"
        };
        format!("no such key here; {place} shows them")
    }
}
