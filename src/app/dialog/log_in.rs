//! `Log in`: the ways there are, what is typed for one of them, and what is waited for.

use super::ctx::{Ctx, Field, FieldError, Selected};
use super::form::{Apply, DialogForm};
use crate::app::keymap::Context;
use crate::app::msg::{Query, Ticket};
use crate::app::remote::Remote;
use crate::app::text_field::{Masked, TextField};
use crate::domain::context::Destination;
use crate::domain::login::{DeviceCode, Way, Ways};
use crate::domain::secret::Secret;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use std::borrow::Cow;

/// What has been chosen and typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The server or context to log in to.
    pub at: Destination,
    /// Where, in words.
    pub name: SafeText,
    /// How that can be done there.
    pub ways: Remote<Ways>,
    /// The place of the chosen way among [`Form::offers`].
    pub choice: usize,
    /// Where the cursor is: on the ways, or in the field of the chosen one.
    pub focus: Field,
    /// The e-mail that nobody checks.
    pub email: TextField,
    /// The token or access key.
    pub token: Masked,
    /// The login under way.
    pub waiting: Option<Waiting>,
    /// Whether the console goes there afterwards, instead of staying where it is.
    pub enters: bool,
}

/// A login under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub ticket: Ticket,
    /// Since when.
    pub since: Timestamp,
    /// What has to be entered where, once that is told.
    pub code: Option<DeviceCode>,
}

/// A way to log in that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A code to be entered in a browser.
    Device,
    /// A token or an access key from elsewhere.
    Token,
    /// An e-mail that nobody checks.
    Unsigned,
}

impl Form {
    /// Opens for the selected context.
    pub fn selected(selected: &Selected<'_>) -> Option<Self> {
        let name = selected.context?.clone();
        Self::at(Destination::Context(name))
    }

    /// Opens for where the console is connected.
    pub fn here(selected: &Selected<'_>) -> Option<Self> {
        Self::at(selected.here?.clone())
    }

    fn at(at: Destination) -> Option<Self> {
        let name = match &at {
            Destination::Context(name) => SafeText::new(&format!("context {}", name.quoted())),
            Destination::Address(url) => url.shown(),
            Destination::Demo => return None,
        };
        Some(Self::new(at, name))
    }

    /// Opens before it is known which ways there are.
    pub fn new(at: Destination, name: SafeText) -> Self {
        Self {
            at,
            name,
            ways: Remote::Absent,
            choice: 0,
            focus: Field::Way,
            email: TextField::default(),
            token: Masked::default(),
            waiting: None,
            enters: false,
        }
    }

    /// Opens on known ways, for somebody who wants to go there.
    pub(in crate::app) fn to_enter(at: Destination, name: SafeText, ways: Ways, now: Timestamp) -> Self {
        let mut form = Self::new(at, name);
        form.ways.settle(Ok(ways), now);
        form.enters = true;
        form
    }

    /// Returns the ways that are offered: none before it is known which there are, or where nobody has to log in.
    pub fn offers(&self) -> Vec<Offer> {
        match self.ways.value() {
            Some(ways) if ways.is_auth_enabled => {
                let device = ways.device.as_ref().map(|_| Offer::Device);
                device.into_iter().chain([Offer::Token, Offer::Unsigned]).collect()
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// Returns the chosen way.
    pub fn offer(&self) -> Option<Offer> {
        self.offers().get(self.choice).copied()
    }

    /// Moves to the field of the chosen way: what is pasted while the ways are looked at can only be meant for that.
    pub(in crate::app) fn expect_paste(&mut self) {
        if let (Field::Way, Some(field), None) = (self.focus, self.field(), &self.waiting) {
            self.focus = field;
        }
    }

    /// Returns the field of the chosen way, where it has one.
    pub fn field(&self) -> Option<Field> {
        match self.offer()? {
            Offer::Device => None,
            Offer::Token => Some(Field::Token),
            Offer::Unsigned => Some(Field::Email),
        }
    }

    /// Returns the chosen way with what was typed for it.
    pub(in crate::app) fn way(&self) -> Result<Option<Way>, FieldError> {
        let Some(offer) = self.offer() else {
            return Ok(None);
        };
        let blank = |text: &str| text.chars().any(|c| c.is_whitespace() || c.is_control());
        match offer {
            Offer::Device => Ok(Some(Way::Device)),
            Offer::Token => {
                let typed = self.token.secret().trim();
                if typed.is_empty() {
                    return Err(FieldError::new(Field::Token, "paste a token or an access key"));
                }
                if blank(without_bearer(typed)) {
                    return Err(FieldError::new(
                        Field::Token,
                        "contains a space or a line break: a token has neither",
                    ));
                }
                Ok(Some(Way::Token(Secret::new(typed.to_owned()))))
            }
            Offer::Unsigned => {
                let email = self.email.value().trim();
                if email.is_empty() {
                    return Err(FieldError::new(Field::Email, "type an e-mail"));
                }
                if blank(email) {
                    return Err(FieldError::new(Field::Email, "contains a space"));
                }
                let email = email.to_owned();
                Ok(Some(Way::Unsigned { email }))
            }
        }
    }

    /// Returns the link that is to be opened, once it is told.
    pub(in crate::app) fn link(&self) -> Option<&SafeText> {
        let code = self.waiting.as_ref()?.code.as_ref()?;
        Some(code.complete_url.as_ref().unwrap_or(&code.url))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        "Log in".into()
    }

    fn keys(&self) -> &'static [Context] {
        match self.waiting {
            Some(_) => &[Context::LoggingIn, Context::LongText, Context::Always],
            None => &[Context::Dialog, Context::LongText, Context::Always],
        }
    }

    /// Asks first how one logs in there.
    fn applies_when_opened(&self) -> bool {
        true
    }

    fn may_apply(&self) -> Result<(), &'static str> {
        if self.ways.is_loading() {
            return Err("still asking the server how to log in: wait for the answer");
        }
        let is_needed = self.ways.value().is_none_or(|ways| ways.is_auth_enabled);
        if !is_needed && !self.enters {
            return Err("no login is needed there");
        }
        Ok(())
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        let at = self.at.clone();
        match &self.ways {
            Remote::Ready { .. } => {}
            Remote::Loading { .. } => return Ok(Apply::Nothing),
            Remote::Absent | Remote::Failed { .. } => return Ok(Apply::Ask(Query::Ways(at))),
        }
        match self.way() {
            Ok(Some(way)) => Ok(Apply::LogIn { at, way }),
            // Nobody has to log in there.
            Ok(None) if self.enters => {
                let name = self.name.clone();
                Ok(Apply::Enter { at, name })
            }
            Ok(None) => Ok(Apply::Nothing),
            Err(error) => {
                let is_on_ways = self.focus != error.field;
                self.focus = error.field;
                // Whoever has just chosen the way is not told off for not having typed yet.
                Err(if is_on_ways { Vec::new() } else { vec![error] })
            }
        }
    }

    fn waits_for(&self) -> Option<Ticket> {
        let login = self.waiting.as_ref().map(|waiting| waiting.ticket);
        login.or(self.ways.asked())
    }

    fn note_waiting(&mut self, ticket: Ticket, now: Timestamp) {
        if !matches!(self.ways, Remote::Ready { .. }) {
            self.ways.ask(ticket);
            return;
        }
        self.waiting = Some(Waiting {
            ticket,
            since: now,
            code: None,
        });
    }

    fn stop_waiting(&mut self) -> Option<Ticket> {
        self.waiting.take().map(|waiting| waiting.ticket)
    }

    fn has_typed(&self) -> bool {
        !self.email.value().is_empty() || !self.token.is_empty()
    }

    fn has_fields(&self) -> bool {
        self.field().is_some()
    }

    fn n_options(&self) -> usize {
        self.offers().len()
    }

    fn is_on_options(&self) -> bool {
        self.focus == Field::Way && self.offers().len() > 1
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        if self.waiting.is_some() {
            return None;
        }
        if self.focus == Field::Token {
            return Some(self.token.field_mut());
        }
        (self.focus == Field::Email).then_some(&mut self.email)
    }

    /// Goes to the field of the chosen way, or back to the ways.
    fn other_field(&mut self) {
        self.focus = match self.field() {
            Some(field) if self.focus == Field::Way => field,
            Some(_) | None => Field::Way,
        };
    }

    fn move_by(&mut self, down: bool) {
        let last = self.offers().len().saturating_sub(1);
        match (self.focus == Field::Way, down) {
            (true, true) if self.choice >= last => self.other_field(),
            (true, true) => self.choice += 1,
            (true, false) => self.choice = self.choice.saturating_sub(1),
            (false, true) => {}
            (false, false) => self.focus = Field::Way,
        }
    }

    /// Goes back to the ways: which field there is depends on the chosen one.
    fn choose_at(&mut self, place: usize) {
        self.choice = place.min(self.offers().len().saturating_sub(1));
        self.focus = Field::Way;
    }

    fn choose_next(&mut self) {
        if self.focus == Field::Way {
            self.choice = (self.choice + 1) % self.offers().len().max(1);
        }
    }
}

/// Returns what follows the `Bearer` of a header, where somebody has copied that, too.
fn without_bearer(typed: &str) -> &str {
    match typed.split_once(char::is_whitespace) {
        Some((start, rest)) if start.eq_ignore_ascii_case("bearer") => rest.trim_start(),
        Some(_) | None => typed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(device: Option<&str>) -> Form {
        let ways = Ways {
            server: SafeText::new("https://nmp.example.com"),
            is_auth_enabled: true,
            device: device.map(SafeText::new),
            kept_in: SafeText::new("context 'prod'"),
            overruled_by: None,
        };
        let at = Destination::Demo;
        Form::to_enter(at, SafeText::new("prod"), ways, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn offers_a_browser_code_only_where_somebody_gives_one() {
        assert_eq!(
            form(Some("https://idp.example.com")).offers(),
            [Offer::Device, Offer::Token, Offer::Unsigned]
        );
        assert_eq!(form(None).offers(), [Offer::Token, Offer::Unsigned]);
    }

    #[test]
    fn a_token_never_shows_in_debug_output() {
        let mut form = form(None);
        form.other_field();
        form.text_field().unwrap().paste("s3cret-token\n");
        let way = form.way().unwrap().unwrap();
        assert_eq!(way, Way::Token(Secret::new("s3cret-token".to_owned())));
        assert!(!format!("{form:?} {way:?}").contains("s3cret"));
    }

    #[test]
    fn what_cannot_be_a_token_is_told_at_its_field() {
        let mut form = form(None);
        form.other_field();
        assert_eq!(form.way().map_err(|error| error.field), Err(Field::Token));
        form.text_field().unwrap().paste("two words");
        assert!(form.way().is_err_and(|error| error.what.as_str().contains("space")));
    }

    #[test]
    fn a_token_may_come_with_the_word_that_stands_before_it_in_a_header() {
        let mut form = form(None);
        form.other_field();
        form.text_field().unwrap().paste("bearer  eyJh.s3cret.x\n");
        let way = Way::Token(Secret::new("bearer  eyJh.s3cret.x".to_owned()));
        assert_eq!(form.way(), Ok(Some(way)));
        form.text_field().unwrap().paste(" and more");
        assert!(form.way().is_err());
    }
}
