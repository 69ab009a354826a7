//! Which platform the console is connected to, which one it is about to be, and what can be done about that.

use super::Model;
use crate::app::dialog::Form;
use crate::app::msg::Ticket;
use crate::app::screen::Screen;
use crate::app::screen::contexts;
use crate::domain::context::{ContextInfo, ContextName, Destination};
use crate::domain::text::SafeText;
use jiff::Timestamp;

/// A connection being made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The question.
    pub ticket: Ticket,
    /// Where to, in words.
    pub name: SafeText,
    /// Since when.
    pub since: Timestamp,
    /// Whether it leads to where the console is already, after a login: what is known is kept then.
    pub is_same: bool,
    /// What is told when it is there, besides where that is.
    pub told: Option<SafeText>,
}

impl Model {
    /// Returns the other contexts that have the login of `context`, as far as they were read.
    pub fn contexts_with_login_of(&self, context: &ContextName) -> &[ContextName] {
        let known = self.screens.iter().rev().find_map(|screen| {
            let Screen::Contexts(state) = screen else { return None };
            state.find(context)
        });
        known.map_or(&[], |context| &context.shares_login_with)
    }

    /// Returns the context in use, where one is.
    pub fn context_in_use(&self) -> Option<&ContextName> {
        self.session.context_in_use()
    }

    /// Returns the screen of contexts, where it is open.
    pub(in crate::app) fn contexts_mut(&mut self) -> Option<&mut contexts::State> {
        self.screens.iter_mut().find_map(|screen| {
            let Screen::Contexts(state) = screen else { return None };
            Some(&mut **state)
        })
    }

    /// Returns the context under the cursor.
    pub fn selected_context(&self) -> Option<&ContextInfo> {
        let Screen::Contexts(state) = self.screen() else {
            return None;
        };
        state.selected()
    }

    /// Returns whether a change is under way.
    pub(in crate::app) fn is_changing(&self) -> bool {
        !self.runs().all(crate::app::change::Run::is_over)
    }

    /// Returns whether somebody has logged in here and it is not known yet who that is: until then it is not known
    /// either as whom a change would be made.
    pub(in crate::app) fn is_asking_who(&self) -> bool {
        self.is_back || self.opening.as_ref().is_some_and(|opening| opening.is_same)
    }

    fn may_become_somebody(&self) -> Result<(), SafeText> {
        if self.is_changing() {
            return Err(SafeText::new(
                "a change is still running: wait for it to finish before you log in here, perhaps as somebody else",
            ));
        }
        Ok(())
    }

    /// Returns whether the contexts are on show.
    pub fn contexts_are_shown(&self) -> bool {
        matches!(self.screen(), Screen::Contexts(_))
    }

    /// Returns whether the hint row should offer the contexts: on the first screen, and where there is nothing to see
    /// without another one.
    pub fn offers_contexts(&self) -> bool {
        !self.contexts_are_shown() && (self.screens.len() == 1 || self.is_refused)
    }

    fn a_context(&self) -> Result<&ContextInfo, SafeText> {
        self.selected_context()
            .ok_or_else(|| SafeText::new("no context is selected"))
    }

    /// Checks whether the console can go somewhere else now.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_leave_connection(&self) -> Result<(), SafeText> {
        if self.is_changing() {
            return Err(SafeText::new(
                "a change is still running: wait for it to finish before you switch",
            ));
        }
        Ok(())
    }

    /// Checks whether the console can switch to the selected context.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_switch(&self) -> Result<(), SafeText> {
        let context = self.a_context()?;
        if self.context_in_use() == Some(&context.name) {
            return Err(SafeText::new(&format!("'{}' is already in use", context.name.shown())));
        }
        self.may_leave_connection()
    }

    /// Checks whether one can log in to the selected context.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_log_in(&self) -> Result<(), SafeText> {
        let context = self.a_context()?;
        if self.context_in_use() == Some(&context.name) {
            self.may_become_somebody()?;
        }
        Ok(())
    }

    /// Checks whether one can log in, perhaps once more, to where the console is connected.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_log_in_here(&self) -> Result<(), SafeText> {
        let mut forms = self.dialogs.iter().map(|dialog| &dialog.form);
        if forms.any(|form| matches!(form, Form::LogIn(_) | Form::LogOut(_) | Form::Connect(_))) {
            return Err(SafeText::new("a login dialog is already open"));
        }
        match &self.session.destination {
            Some(Destination::Context(_) | Destination::Address(_)) => self.may_become_somebody(),
            Some(Destination::Demo) => Err(SafeText::new("the demo needs no login")),
            None => Err(SafeText::new("not connected yet")),
        }
    }

    /// Checks whether the selected context can be logged out of.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_log_out(&self) -> Result<(), SafeText> {
        let context = self.a_context()?;
        if context.login == crate::domain::context::Login::Nobody {
            return Err(SafeText::new(&format!("'{}' is not logged in", context.name.shown())));
        }
        if self.context_in_use() == Some(&context.name) {
            self.may_leave_connection()?;
        }
        Ok(())
    }

    /// Checks whether the selected context can be made the current one of the file.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_make_current(&self) -> Result<(), SafeText> {
        let context = self.a_context()?;
        if context.is_current {
            return Err(SafeText::new(&format!(
                "'{}' is already the current context",
                context.name.shown()
            )));
        }
        Ok(())
    }

    /// Checks whether the selected workspace can be made the default of the context in use.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_make_default(&self) -> Result<(), SafeText> {
        self.may_see_contents()?;
        match &self.session.destination {
            Some(Destination::Context(_)) => Ok(()),
            Some(Destination::Address(_)) => Err(SafeText::new(
                "there is no context to save it in: the address was given without one",
            )),
            Some(Destination::Demo) => Err(SafeText::new("the demo has no context to save it in")),
            None => Err(SafeText::new("not connected yet")),
        }
    }

    /// Checks whether the top dialog has a link that can be copied.
    ///
    /// # Errors
    /// Says that it has not.
    pub fn has_link(&self) -> Result<(), SafeText> {
        match self.link() {
            Some(_) => Ok(()),
            None => Err(SafeText::new("there is no link yet")),
        }
    }

    /// Returns the link of the top dialog.
    pub(in crate::app) fn link(&self) -> Option<&SafeText> {
        let Form::LogIn(form) = &self.dialogs.last()?.form else {
            return None;
        };
        form.link()
    }

    /// Returns what the banner says while the server does not know who the caller is; nothing while it does.
    pub fn unknown_caller(&self) -> Option<&'static str> {
        use crate::domain::context::Login;
        self.is_refused.then_some(match self.session.login {
            Login::Token { .. } => "session expired",
            Login::Nobody => "not logged in",
        })
    }
}
