//! What a token manager has to do with the config file: it takes over what others have written there, unless that is another
//! person's; notices that somebody has logged out or in; and writes down what it has renewed.

use super::proving::Ownership;
use super::{
    ActiveToken, Inner, PAUSE, Person, Provenance, Session, TokenProblem, TokenUnavailable, is_same, login_required,
};
use crate::config::store::StoredTokens;
use crate::domain::text::SafeText;
use crate::login::credential_slot::{CredentialSlot, Found, Lock, Login};
use crate::login::person::Likeness;
use secrecy::SecretString;
use std::time::Duration;

/// How long the last attempt to write something down waits for the file.
const AT_LAST: Duration = Duration::from_secs(5);

pub(super) const SOMEBODY_ELSE: &str = "somebody else has logged in to this context: log in, or open it again";

/// When the file is searched for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// If that was not done just before.
    AfterPause,
    /// Without waiting for anybody.
    AtOnce,
}

impl Inner {
    /// Takes over what another program has written down since, if it has, and returns whether that is so. What could not
    /// be written down before is written down now. Where there is no login any more, or another person's, this one is over;
    /// while it is not known whose it is, it may read and changes nothing.
    pub(super) async fn take_over(&self, found: Found, lock: Option<&Lock>) -> Result<bool, TokenUnavailable> {
        let found = match found {
            Found::Login(Login::Tokens(found)) => found,
            Found::Login(Login::Email(email)) => return self.take_over_email(email),
            // A token for an address alone lies in no context; the server's word on it counts.
            Found::NoContext if self.is_bare() => return Ok(false),
            // A file that is gone or was changed takes nothing back: the token is good until it ends.
            found @ (Found::NoContext | Found::Elsewhere(_)) if self.holds_good_token() => {
                return Err(login_required(&self.why_there_is_none(&found)));
            }
            found @ (Found::Login(Login::Nobody) | Found::NoContext | Found::Elsewhere(_)) => {
                return Err(self.end(&self.why_there_is_none(&found)));
            }
        };
        let unwritten = {
            let state = self.state();
            let is_left_behind = state
                .left_behind
                .as_ref()
                .is_some_and(|token| is_same(token, &found.token));
            match state.session.token() {
                Some(held) if held.is(&found.token) => return Ok(false),
                Some(held) if is_left_behind => Some(held.tokens.clone()),
                Some(_) | None => None,
            }
        };
        if let Some(unwritten) = unwritten {
            self.write_down(&unwritten, &found.token, lock, false).await;
            return Ok(false);
        }
        let ownership = self.ownership(&found.token).await;
        if let Ownership::SomebodyElses(_) = ownership {
            return Err(self.end(SOMEBODY_ELSE));
        }
        tracing::debug!("another program has renewed the login; its token is taken over");
        let mut state = self.state();
        state.session = Session::Active {
            token: ActiveToken::found(found),
            email: None,
        };
        state.left_behind = None;
        state.note(ownership, Provenance::File);
        Ok(true)
    }

    fn holds_good_token(&self) -> bool {
        let state = self.state();
        let clocks = self.clocks(&state);
        state.session.token().is_some_and(|held| !held.is_over(clocks))
    }

    fn is_bare(&self) -> bool {
        let state = self.state();
        state.session.token().is_some_and(|held| !held.is_renewable())
    }

    fn take_over_email(&self, email: String) -> Result<bool, TokenUnavailable> {
        let mut state = self.state();
        if state.session.email() == Some(&email) {
            return Ok(false);
        }
        let person = Person::with(&email);
        let likeness = state.who.likeness(&person);
        if likeness == Likeness::Another {
            drop(state);
            return Err(self.end(SOMEBODY_ELSE));
        }
        if likeness == Likeness::Same || state.who.is_unknown() {
            state.note(Ownership::Proven(person), Provenance::File);
        } else {
            // The platform can be asked about the token that is made for it.
            state.unproven = Some(Provenance::File);
        }
        state.session = Session::Email(email);
        state.left_behind = None;
        Ok(true)
    }

    /// Says why the file holds no login for this connection.
    fn why_there_is_none(&self, found: &Found) -> String {
        let Some(slot) = &self.slot else { return String::new() };
        let name = slot.context().shown();
        match found {
            Found::Login(_) => "somebody logged out of this context".to_owned(),
            Found::NoContext => {
                let path = SafeText::new(&slot.path().to_string_lossy());
                format!("there is no context '{name}' in {path} any more")
            }
            Found::Elsewhere(url) => format!("the context '{name}' leads to {} now: open it again", url.shown()),
        }
    }

    /// Nobody is logged in any more.
    pub(super) fn end(&self, why: &str) -> TokenUnavailable {
        let unavailable = login_required(why);
        let now = self.clock.now();
        let mut state = self.state();
        state.session = Session::Ended(unavailable.clone());
        (state.unproven, state.left_behind) = (None, None);
        state.looked_at = Some(now);
        unavailable
    }

    /// While nobody is logged in: looks whether somebody has logged in with another program.
    pub(super) async fn look(&self, when: Look) {
        let Some(slot) = self.slot.as_ref().filter(|_| self.is_to_look(when)) else {
            return;
        };
        let _turn = self.turn.lock().await;
        if self.is_to_look(when) {
            self.look_at(slot).await;
        }
    }

    fn is_to_look(&self, when: Look) -> bool {
        let now = self.clock.now();
        let state = self.state();
        let is_nobody = matches!(state.session, Session::Nobody | Session::Ended(_));
        let is_time = state.looked_at.is_none_or(|at| now.duration_since(at).abs() >= PAUSE);
        is_nobody && (is_time || when == Look::AtOnce)
    }

    async fn look_at(&self, slot: &CredentialSlot) {
        let is_first = self.state().looked_at.replace(self.clock.now()).is_none();
        let found = match slot.read().await {
            Ok(found) => found,
            Err(trouble) => {
                tracing::debug!(%trouble, "the config file does not show whether anybody logged in");
                return;
            }
        };
        let login = match &found {
            Found::Login(Login::Tokens(tokens)) => Some(tokens.token.clone()),
            Found::Login(Login::Email(email)) => Some(email.as_str().into()),
            Found::Login(Login::Nobody) | Found::NoContext | Found::Elsewhere(_) => None,
        };
        {
            let mut state = self.state();
            if is_first {
                state.passed_over = login;
                return;
            }
            let passed_over = state.passed_over.as_ref();
            let is_passed_over = login
                .as_ref()
                .zip(passed_over)
                .is_some_and(|(one, other)| is_same(one, other));
            // Where nobody was logged in, nobody has logged out either.
            if is_passed_over || (login.is_none() && !matches!(state.session, Session::Ended(_))) {
                return;
            }
        }
        if let Err(unavailable) = self.take_over(found, None).await {
            tracing::debug!(said = ?unavailable.said, "nobody has logged in again");
        }
    }

    /// Writes the tokens into the file in place of `before`. Where that fails the login goes on here, and ends with the
    /// program; everybody else is left with a refresh token that is used up, which the user must hear.
    pub(super) async fn write_down(
        &self,
        tokens: &StoredTokens,
        before: &SecretString,
        lock: Option<&Lock>,
        is_rotated: bool,
    ) {
        let (Some(slot), Some(lock)) = (&self.slot, lock) else {
            return;
        };
        {
            let mut state = self.state();
            // Meanwhile it may have turned out to be somebody else's.
            if !state.session.token().is_some_and(|held| held.is(&tokens.token)) {
                return;
            }
            if state.unproven.is_some() {
                state.left_behind.get_or_insert_with(|| before.clone());
                return;
            }
        }
        let problem = match slot.write(lock, tokens).await {
            Ok(()) => {
                self.state().left_behind = None;
                return;
            }
            Err(problem) => problem,
        };
        tracing::warn!(%problem, "the renewed login cannot be written down");
        // Of several that could not be written down, the file holds the one before the first.
        self.state().left_behind.get_or_insert_with(|| before.clone());
        if is_rotated {
            let words = format!(
                "the login was renewed but cannot be saved: {problem}; it works until you quit, then log in again"
            );
            (self.tell)(SafeText::new(&words));
        }
    }

    /// Tries once more to write down what could not be written down.
    pub(super) async fn write_down_at_last(&self) {
        let _turn = self.turn.lock().await;
        let Some(slot) = self.slot.as_ref().filter(|_| self.state().left_behind.is_some()) else {
            return;
        };
        if let Err(unavailable) = self.prove().await {
            let words = match (unavailable.how, unavailable.said) {
                (TokenProblem::LoginRequired | TokenProblem::Temporary, Some(said)) => said,
                (TokenProblem::LoginRequired | TokenProblem::Temporary, None) | (TokenProblem::Unproven, _) => {
                    SafeText::new(
                        "the login was renewed but not saved, because the platform did not say whose it is: log in again",
                    )
                }
            };
            (self.tell)(words);
            return;
        }
        let saved = async {
            let lock = slot.lock(AT_LAST).await?;
            Ok((slot.read().await?, lock))
        };
        let saved: Result<_, crate::login::credential_slot::SlotError> = saved.await;
        match saved {
            Ok((found, lock)) => {
                if let Err(unavailable) = self.take_over(found, Some(&lock)).await {
                    tracing::debug!(said = ?unavailable.said, "there is no place left for the renewed login");
                }
            }
            Err(trouble) => tracing::warn!(%trouble, "the renewed login cannot be written down"),
        }
    }
}
