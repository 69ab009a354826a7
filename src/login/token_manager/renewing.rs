//! One renewal, from the lock to what is written down. Only one goes on at a time.

use super::proving::Ownership;
use super::{
    ActiveToken, Error, Inner, Origin, PAUSE, Provenance, Session, TokenProblem, TokenUnavailable, is_same,
    login_required,
};
use crate::config::store::StoredTokens;
use crate::domain::text::SafeText;
use crate::login::credential_slot::{Lock, PATIENCE, SlotError};
use crate::login::discovery::{self, Renewal};
use crate::login::provider::{self, Granted, NotRenewed};
use crate::login::unsigned;
use secrecy::SecretString;
use std::time::Duration;

/// How long another program is waited for while there is a token that will do.
const SHORT_PATIENCE: Duration = Duration::from_secs(2);

/// Why a token is to be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Its end is near.
    NearItsEnd,
    /// The server does not take it.
    TurnedDown,
}

impl Inner {
    /// Sees to it that another token than `token` is held, or the same one if it turns out to be good enough.
    pub(super) async fn renew(&self, token: Option<&SecretString>, why: Why) -> Result<(), TokenUnavailable> {
        let prepared = self.prepare(why).await;
        let Some(slot) = &self.slot else {
            return self.renew_held(token, why, prepared, None).await;
        };
        let not_now = |trouble: SlotError| temporary(SafeText::new(&format!("the login cannot be renewed: {trouble}")));
        // As long as this lives no other program renews this login.
        let lock = slot.lock(self.patience(why)).await.map_err(not_now)?;
        let found = slot.read().await.map_err(not_now)?;
        self.take_over(found, Some(&lock)).await?;
        self.renew_held(token, why, prepared, Some(&lock)).await
    }

    /// Asks the server what has to be known before: nobody else has to wait for that.
    async fn prepare(&self, why: Why) -> Result<(), TokenUnavailable> {
        let (is_made_here, refresh_token) = {
            let state = self.state();
            match &state.session {
                Session::Active { token, .. } => (token.is_unsigned(), token.tokens.refresh_token.clone()),
                Session::Email(_) => (true, None),
                Session::Nobody | Session::Ended(_) => (false, None),
            }
        };
        if is_made_here {
            self.learn_clock().await;
        }
        match refresh_token {
            Some(refresh_token) if self.known_to_be_dead(&refresh_token).is_none() => {
                self.learn_provider().await?;
                match why {
                    Why::NearItsEnd => self.learn_person().await,
                    // What the server does not take it cannot be asked about.
                    Why::TurnedDown => Ok(()),
                }
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Returns how long another program is waited for that works with the file.
    fn patience(&self, why: Why) -> Duration {
        let state = self.state();
        let held = state.session.token();
        // As long as the old token will do nobody has to wait long.
        let will_do = held.is_some_and(|held| !held.is_over(self.clocks(&state)));
        if why == Why::NearItsEnd && will_do {
            SHORT_PATIENCE
        } else {
            PATIENCE
        }
    }

    async fn renew_held(
        &self,
        token: Option<&SecretString>,
        why: Why,
        prepared: Result<(), TokenUnavailable>,
        lock: Option<&Lock>,
    ) -> Result<(), TokenUnavailable> {
        if self.is_good_enough(token, why) {
            return Ok(());
        }
        let session = self.state().session.clone();
        let held = match session {
            Session::Active { token, .. } => token,
            Session::Email(email) => return self.make_first(&email),
            Session::Nobody | Session::Ended(_) => return Err(login_required("nobody is logged in")),
        };
        if let Some(again) = unsigned::again(&held.tokens.token, self.server_time()) {
            return self.hold_again(again, &held, why, lock).await;
        }
        let Some(refresh_token) = &held.tokens.refresh_token else {
            return Err(login_required("nothing renews this token"));
        };
        if let Some(unavailable) = self.known_to_be_dead(refresh_token) {
            return Err(unavailable);
        }
        prepared?;
        let renewal = self.renewal(held.tokens.token_broker_url.as_deref()).await?;
        self.see_that_it_can_be_kept(&held.tokens, lock).await?;
        match provider::renew(&renewal, refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &held.tokens, why, lock).await,
            Err(NotRenewed::Dead(said)) => {
                self.state().dead = Some((refresh_token.clone(), said.clone()));
                self.rescue(&renewal, why, said, lock).await
            }
            Err(why) => Err(self.unavailable(why)),
        }
    }

    /// A refresh token can be used once: it is not used where its successor could not be written down.
    async fn see_that_it_can_be_kept(
        &self,
        tokens: &StoredTokens,
        lock: Option<&Lock>,
    ) -> Result<(), TokenUnavailable> {
        let (Some(slot), Some(lock)) = (&self.slot, lock) else {
            return Ok(());
        };
        let Err(trouble) = slot.can_write(lock, tokens).await else {
            return Ok(());
        };
        let words = SafeText::new(&format!(
            "the login is not renewed, as it could not be saved: {trouble}"
        ));
        Err(temporary(words))
    }

    /// Returns what the provider said if it is known to take this one no more: it is not asked again.
    fn known_to_be_dead(&self, refresh_token: &SecretString) -> Option<TokenUnavailable> {
        let state = self.state();
        let (_, said) = state.dead.as_ref().filter(|(dead, _)| is_same(dead, refresh_token))?;
        Some(TokenUnavailable {
            how: TokenProblem::LoginRequired,
            said: said.clone(),
        })
    }

    /// Somebody has used the refresh token before us, and did not hold the lock: perhaps its successor is in the file.
    async fn rescue(
        &self,
        renewal: &Renewal,
        why: Why,
        said: Option<SafeText>,
        lock: Option<&Lock>,
    ) -> Result<(), TokenUnavailable> {
        let dead = TokenUnavailable {
            how: TokenProblem::LoginRequired,
            said,
        };
        let (Some(slot), Some(lock)) = (&self.slot, lock) else {
            return Err(dead);
        };
        let found = match slot.read().await {
            Ok(found) => found,
            Err(trouble) => {
                tracing::debug!(%trouble, "the config file does not say who has renewed the login");
                return Err(dead);
            }
        };
        if !self.take_over(found, Some(lock)).await? {
            return Err(dead);
        }
        if self.is_good_enough(None, why) {
            return Ok(());
        }
        let found = self.state().session.token().map(|held| held.tokens.clone());
        let Some((found, refresh_token)) = found.and_then(|found| Some((found.clone(), found.refresh_token?))) else {
            return Err(dead);
        };
        self.see_that_it_can_be_kept(&found, Some(lock)).await?;
        match provider::renew(renewal, &refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &found, why, Some(lock)).await,
            Err(why) => Err(self.unavailable(why)),
        }
    }

    /// Returns whether what is held can be used as it is: it is another one than was asked about, or not near its end.
    fn is_good_enough(&self, token: Option<&SecretString>, why: Why) -> bool {
        let state = self.state();
        let Some(held) = state.session.token() else {
            return false;
        };
        let is_asked_about = token.is_some_and(|token| held.is(token));
        match why {
            Why::TurnedDown if is_asked_about => false,
            Why::TurnedDown | Why::NearItsEnd => !held.is_near_end(self.clocks(&state)),
        }
    }

    /// Returns how the login is renewed.
    async fn renewal(&self, broker: Option<&str>) -> Result<Renewal, TokenUnavailable> {
        // What was just taken over may be the first login here that a provider renews.
        self.learn_provider().await?;
        let state = self.state();
        let provider = state.terms.as_ref().and_then(|terms| terms.provider.as_ref());
        provider
            .and_then(|provider| provider.renewal(broker))
            .ok_or_else(|| login_required("the server no longer names the identity provider this login came from"))
    }

    /// Finds out who vouches for the server's users, if that is not known yet.
    async fn learn_provider(&self) -> Result<(), TokenUnavailable> {
        if self.state().terms.is_some() {
            return Ok(());
        }
        let terms = discovery::ask(&self.client).await;
        if let Some(server) = self.client.server_clock() {
            self.heard_clock(server);
        }
        match terms {
            Ok(terms) => {
                self.state().terms = Some(terms);
                Ok(())
            }
            Err(error @ Error::Server(_)) => Err(self.unavailable(NotRenewed::Away(SafeText::new(&error.to_string())))),
            Err(error) => Err(login_required(&error.to_string())),
        }
    }

    async fn hold(
        &self,
        granted: Granted,
        before: &StoredTokens,
        why: Why,
        lock: Option<&Lock>,
    ) -> Result<(), TokenUnavailable> {
        let now = self.clock.now();
        let ownership = self.ownership(&granted.token).await;
        if let Ownership::SomebodyElses(person) = &ownership {
            return Err(self.end_as_renewed_for(person, &before.token));
        }
        let counted = granted
            .lifetime
            .and_then(|lifetime| now.checked_add(jiff::SignedDuration::try_from(lifetime).ok()?).ok());
        let (new, old) = (&granted.refresh_token, &before.refresh_token);
        let is_rotated = new
            .as_ref()
            .is_some_and(|new| !old.as_ref().is_some_and(|old| is_same(old, new)));
        let mut tokens = StoredTokens {
            token: granted.token,
            refresh_token: granted.refresh_token.or_else(|| before.refresh_token.clone()),
            expires_at: counted,
            token_broker_url: before.token_broker_url.clone(),
        };
        let held = {
            let mut state = self.state();
            let held = ActiveToken::renewed(tokens.clone(), granted.lifetime, origin(why, now), self.clocks(&state));
            state.session.renew(held.clone());
            state.note(ownership, Provenance::Renewal);
            if state.unproven.is_some() {
                // If somebody says at once that it is another's, it has to be known what the file holds.
                state.left_behind.get_or_insert_with(|| before.token.clone());
            }
            held
        };
        tokens.expires_at = held.expires_at();
        self.write_down(&tokens, &before.token, lock, is_rotated).await;
        Ok(())
    }

    async fn hold_again(
        &self,
        token: SecretString,
        before: &ActiveToken,
        why: Why,
        lock: Option<&Lock>,
    ) -> Result<(), TokenUnavailable> {
        let tokens = StoredTokens::of(token);
        {
            let mut state = self.state();
            let origin = origin(why, self.clock.now());
            let held = ActiveToken::renewed(tokens.clone(), None, origin, self.clocks(&state));
            state.session.renew(held);
        }
        // What stands in the file for an e-mail stays: the oldest programs can read nothing else.
        if self.state().session.email().is_none() {
            self.write_down(&tokens, &before.tokens.token, lock, false).await;
        }
        Ok(())
    }

    /// Finds out what time it is for the server, if that is not known yet: whatever it answers tells that. A token that
    /// is made here must not come from its future.
    async fn learn_clock(&self) {
        if self.state().skew.is_some() {
            return;
        }
        if let Err(error) = self.client.sign_in().await {
            tracing::debug!(%error, "the server did not say how one logs in");
        }
        if let Some(server) = self.client.server_clock() {
            self.heard_clock(server);
        }
    }

    /// Makes the first token for an e-mail.
    fn make_first(&self, email: &str) -> Result<(), TokenUnavailable> {
        let token = unsigned::mint(email, self.server_time()).map_err(|error| login_required(&error.to_string()))?;
        self.state().session.renew(ActiveToken::found(StoredTokens::of(token)));
        Ok(())
    }

    fn server_time(&self) -> jiff::Timestamp {
        self.clocks(&self.state()).server()
    }

    fn unavailable(&self, why: NotRenewed) -> TokenUnavailable {
        let (how, said) = match why {
            NotRenewed::Dead(said) | NotRenewed::Refused(said) => (TokenProblem::LoginRequired, said),
            NotRenewed::Away(said) => (TokenProblem::Temporary, Some(said)),
        };
        let now = self.clock.now();
        let mut state = self.state();
        // Perhaps the provider has moved: the server is asked again before the next try.
        state.terms = None;
        state.rests_until = now.checked_add(PAUSE).ok();
        drop(state);
        TokenUnavailable { how, said }
    }
}

fn origin(why: Why, now: jiff::Timestamp) -> Origin {
    match why {
        Why::NearItsEnd => Origin::Renewed,
        Why::TurnedDown => Origin::Replaced(now),
    }
}

fn temporary(said: SafeText) -> TokenUnavailable {
    TokenUnavailable {
        how: TokenProblem::Temporary,
        said: Some(said),
    }
}
