//! `Connect to an address`: the address, and what is found out about it before the console goes there.

use super::ctx::{Ctx, Field, FieldError};
use super::form::{Apply, DialogForm};
use crate::app::keymap::Context;
use crate::app::msg::{Query, Ticket};
use crate::app::text_field::TextField;
use crate::domain::address::{BadUrl, BaseUrl};
use crate::domain::context::Destination;
use jiff::Timestamp;
use std::borrow::Cow;

/// What has been typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// The address.
    pub address: TextField,
    /// Whether the user came to log in there.
    pub to_log_in: bool,
    /// The question under way, and since when: how one logs in there, or whether one gets in.
    pub waiting: Option<(Ticket, Timestamp)>,
    /// The address that was proposed for what was typed, and the text it was proposed for.
    proposed: Option<(String, BaseUrl)>,
}

impl Form {
    /// Opens empty.
    pub(in crate::app) fn new(to_log_in: bool) -> Self {
        Self {
            to_log_in,
            ..Self::default()
        }
    }

    /// Returns the address. Without a scheme it is only proposed: asked for once more, the proposal is taken.
    pub(in crate::app) fn base_url(&mut self) -> Result<BaseUrl, FieldError> {
        let typed = self.address.value().trim().to_owned();
        if let Some((text, url)) = self.proposed.take()
            && text == typed
        {
            self.address = TextField::filled(url.as_str());
            return Ok(url);
        }
        let why = match BaseUrl::parse(&typed) {
            Ok(url) => return Ok(url),
            Err(why) => why,
        };
        let proposal = (why == BadUrl::Scheme).then(|| completed(&typed)).flatten();
        let Some(url) = proposal else {
            return Err(FieldError::new(Field::Address, &why.to_string()));
        };
        let what = format!("{why}: apply again to use {}", url.as_str());
        self.proposed = Some((typed, url));
        Err(FieldError::new(Field::Address, &what))
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        if self.to_log_in {
            "Log in".into()
        } else {
            "Connect to an address".into()
        }
    }

    fn keys(&self) -> &'static [Context] {
        match self.waiting {
            Some(_) => &[Context::LoggingIn, Context::LongText, Context::Always],
            None => &[Context::Dialog, Context::LongText, Context::Always],
        }
    }

    fn has_typed(&self) -> bool {
        !self.address.value().is_empty()
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        self.waiting.is_none().then_some(&mut self.address)
    }

    fn apply(&mut self, _ctx: Ctx<'_>) -> Result<Apply, Vec<FieldError>> {
        let url = self.base_url().map_err(|error| vec![error])?;
        Ok(Apply::Ask(Query::Ways(Destination::Address(url))))
    }

    fn waits_for(&self) -> Option<Ticket> {
        self.waiting.map(|(ticket, _)| ticket)
    }

    fn note_waiting(&mut self, ticket: Ticket, now: Timestamp) {
        self.waiting = Some((ticket, now));
    }

    fn stop_waiting(&mut self) -> Option<Ticket> {
        self.waiting.take().map(|(ticket, _)| ticket)
    }
}

/// Returns the address that a host without a scheme most likely means: http only where nothing leaves this machine.
fn completed(typed: &str) -> Option<BaseUrl> {
    if typed.contains("://") {
        return None;
    }
    let plain = BaseUrl::parse(&format!("http://{typed}")).ok()?;
    if plain.exposes_tokens() {
        return BaseUrl::parse(&format!("https://{typed}")).ok();
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn typed(text: &str) -> Form {
        Form {
            address: TextField::filled(text),
            ..Form::default()
        }
    }

    #[rstest]
    #[case("nmp.example.com", "https://nmp.example.com")]
    #[case("nmp.example.com:8443/x", "https://nmp.example.com:8443/x")]
    #[case("localhost:8080", "http://localhost:8080")]
    #[case("127.0.0.1:8080", "http://127.0.0.1:8080")]
    fn proposes_a_scheme_and_takes_it_when_asked_again(#[case] text: &str, #[case] expected: &str) {
        let mut form = typed(text);
        let told = form.base_url().unwrap_err();
        assert!(told.what.as_str().contains(expected), "{}", told.what);
        assert_eq!(form.base_url().unwrap().as_str(), expected);
        assert_eq!(form.address.value(), expected);
    }

    #[test]
    fn a_proposal_is_not_taken_for_another_text() {
        let mut form = typed("nmp.example.com");
        assert!(form.base_url().is_err());
        form.address = TextField::filled("ftp://nmp.example.com");
        let told = form.base_url().unwrap_err();
        assert!(!told.what.as_str().contains("enter again"), "{}", told.what);
        assert!(form.base_url().is_err());
    }
}
