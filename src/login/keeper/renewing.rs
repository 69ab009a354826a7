//! One renewal, from the lock to what is written down. Only one goes on at a time.

use super::{Error, Held, Inner, Lapse, Lapsed, Origin, PAUSE, Renewal};
use crate::config::store::StoredTokens;
use crate::domain::text::SafeText;
use crate::login::provider::{self, Granted, NotRenewed};
use crate::login::shelf::{Found, Lock};
use crate::login::{discovery, unsigned};
use secrecy::{ExposeSecret as _, SecretString};

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
    pub(super) async fn renew(&self, token: Option<&SecretString>, why: Why) -> Result<(), Lapsed> {
        let Some(shelf) = &self.shelf else {
            return self.renew_held(token, why, None).await;
        };
        // As long as this lives no other program renews this login.
        let lock = shelf.lock().await.map_err(for_now)?;
        match shelf.read().await.map_err(for_now)? {
            Found::Tokens(found) => {
                self.take_over(found, &lock).await;
            }
            Found::Email if self.state().email.is_some() => {}
            Found::Email | Found::Nothing => {
                let mut state = self.state();
                (state.held, state.email) = (None, None);
                return Err(for_good("somebody logged out of this context"));
            }
        }
        self.renew_held(token, why, Some(&lock)).await
    }

    /// Takes over what another program has written down since, if it has. What could not be written down before is
    /// written down now.
    async fn take_over(&self, found: StoredTokens, lock: &Lock) -> bool {
        let unwritten = {
            let mut state = self.state();
            let is_left_behind = state
                .left_behind
                .as_ref()
                .is_some_and(|token| is_same(token, &found.token));
            match &state.held {
                Some(held) if held.is(&found.token) => return false,
                Some(held) if is_left_behind => held.tokens.clone(),
                Some(_) | None => {
                    tracing::debug!("another program has renewed the login; its token is taken over");
                    state.held = Some(Held::found(found));
                    state.left_behind = None;
                    return true;
                }
            }
        };
        self.write_down(&unwritten, &found.token, Some(lock), false).await;
        false
    }

    async fn renew_held(&self, token: Option<&SecretString>, why: Why, lock: Option<&Lock>) -> Result<(), Lapsed> {
        if self.is_good_enough(token, why) {
            return Ok(());
        }
        let (held, email) = {
            let state = self.state();
            (state.held.clone(), state.email.clone())
        };
        let Some(held) = held else {
            return match email {
                Some(email) => self.make_first(&email).await,
                None => Err(for_good("nobody is logged in")),
            };
        };
        if held.is_unsigned() && self.learns_clock().await && self.is_good_enough(token, why) {
            return Ok(());
        }
        if let Some(again) = unsigned::again(&held.tokens.token, self.server_time()) {
            return self.hold_again(again, &held, why, lock).await;
        }
        let Some(refresh_token) = &held.tokens.refresh_token else {
            return Err(for_good("nothing renews this token"));
        };
        if let Some(lapsed) = self.known_to_be_dead(refresh_token) {
            return Err(lapsed);
        }
        let renewal = self.renewal(held.tokens.token_broker_url.as_deref()).await?;
        // The answer has told what time it is for the server.
        if self.is_good_enough(token, why) {
            return Ok(());
        }
        match provider::renew(&renewal, refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &held.tokens, why, lock).await,
            Err(NotRenewed::Dead(said)) => {
                self.state().dead = Some((refresh_token.clone(), said.clone()));
                self.rescue(&renewal, why, said, lock).await
            }
            Err(why) => Err(self.lapsed(why)),
        }
    }

    /// Returns what the provider said if it is known to take this one no more: it is not asked again.
    fn known_to_be_dead(&self, refresh_token: &SecretString) -> Option<Lapsed> {
        let state = self.state();
        let (_, said) = state.dead.as_ref().filter(|(dead, _)| is_same(dead, refresh_token))?;
        Some(Lapsed {
            how: Lapse::ForGood,
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
    ) -> Result<(), Lapsed> {
        let dead = Lapsed {
            how: Lapse::ForGood,
            said,
        };
        let (Some(shelf), Some(lock)) = (&self.shelf, lock) else {
            return Err(dead);
        };
        let found = match shelf.read().await {
            Ok(Found::Tokens(found)) => found,
            Ok(Found::Email | Found::Nothing) | Err(_) => return Err(dead),
        };
        if !self.take_over(found.clone(), lock).await {
            return Err(dead);
        }
        if self.is_good_enough(None, why) {
            return Ok(());
        }
        let Some(refresh_token) = &found.refresh_token else {
            return Err(dead);
        };
        match provider::renew(renewal, refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &found, why, Some(lock)).await,
            Err(why) => Err(self.lapsed(why)),
        }
    }

    /// Returns whether what is held can be used as it is: it is another one than was asked about, or not near its end.
    fn is_good_enough(&self, token: Option<&SecretString>, why: Why) -> bool {
        let state = self.state();
        let Some(held) = &state.held else { return false };
        let is_asked_about = token.is_some_and(|token| held.is(token));
        match why {
            Why::TurnedDown if is_asked_about => false,
            Why::TurnedDown | Why::NearItsEnd => !held.is_near_end(self.clocks(&state)),
        }
    }

    /// Returns how the login is renewed. The server is asked once; what it says changes as rarely as its address.
    async fn renewal(&self, broker: Option<&str>) -> Result<Renewal, Lapsed> {
        {
            let state = self.state();
            if let Some((known, renewal)) = &state.renewal
                && known.as_deref() == broker
            {
                return Ok(renewal.clone());
            }
        }
        let terms = discovery::ask(&self.client).await;
        if let Some(server) = self.client.server_clock() {
            self.heard_clock(server);
        }
        let provider = match terms {
            Ok(terms) => terms.provider,
            Err(error @ Error::Server(_)) => {
                return Err(self.lapsed(NotRenewed::Away(SafeText::new(&error.to_string()))));
            }
            Err(error) => return Err(for_good(&error.to_string())),
        };
        let renewal = provider.and_then(|provider| provider.renewal(broker));
        let Some(renewal) = renewal else {
            return Err(for_good(
                "the server no longer names the identity provider this login came from",
            ));
        };
        self.state().renewal = Some((broker.map(str::to_owned), renewal.clone()));
        Ok(renewal)
    }

    async fn hold(&self, granted: Granted, before: &StoredTokens, why: Why, lock: Option<&Lock>) -> Result<(), Lapsed> {
        let now = self.clock.now();
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
            let held = Held::renewed(tokens.clone(), granted.lifetime, origin(why, now), self.clocks(&state));
            state.held = Some(held.clone());
            held
        };
        tokens.expires_at = held.expires_at();
        self.write_down(&tokens, &before.token, lock, is_rotated).await;
        Ok(())
    }

    async fn hold_again(
        &self,
        token: SecretString,
        before: &Held,
        why: Why,
        lock: Option<&Lock>,
    ) -> Result<(), Lapsed> {
        let tokens = StoredTokens {
            token,
            expires_at: None,
            refresh_token: None,
            token_broker_url: None,
        };
        {
            let mut state = self.state();
            let origin = origin(why, self.clock.now());
            state.held = Some(Held::renewed(tokens.clone(), None, origin, self.clocks(&state)));
        }
        // What stands in the file for an e-mail stays: the oldest programs can read nothing else.
        if self.state().email.is_none() {
            self.write_down(&tokens, &before.tokens.token, lock, false).await;
        }
        Ok(())
    }

    /// Finds out what time it is for the server, if that is not known yet: whatever it answers tells that. A token that
    /// is made here must not come from its future.
    async fn learns_clock(&self) -> bool {
        if self.state().skew.is_some() {
            return false;
        }
        if let Err(error) = self.client.sign_in().await {
            tracing::debug!(%error, "the server did not say how one logs in");
        }
        let clock = self.client.server_clock();
        if let Some(server) = clock {
            self.heard_clock(server);
        }
        clock.is_some()
    }

    /// Makes the first token for an e-mail.
    async fn make_first(&self, email: &str) -> Result<(), Lapsed> {
        self.learns_clock().await;
        let token = unsigned::mint(email, self.server_time()).map_err(|error| for_good(&error.to_string()))?;
        let tokens = StoredTokens {
            token,
            refresh_token: None,
            expires_at: None,
            token_broker_url: None,
        };
        self.state().held = Some(Held::found(tokens));
        Ok(())
    }

    /// Writes the tokens into the file in place of `before`. Where that fails the login goes on here, and ends with the
    /// program; everybody else is left with a refresh token that is used up, which the user must hear.
    async fn write_down(&self, tokens: &StoredTokens, before: &SecretString, lock: Option<&Lock>, is_rotated: bool) {
        let (Some(shelf), Some(lock)) = (&self.shelf, lock) else {
            return;
        };
        let problem = match shelf.write(lock, tokens).await {
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
                "the login was renewed and cannot be saved: {problem}; it holds until you quit, then log in again"
            );
            (self.tell)(SafeText::new(&words));
        }
    }

    fn server_time(&self) -> jiff::Timestamp {
        self.clocks(&self.state()).server()
    }

    fn lapsed(&self, why: NotRenewed) -> Lapsed {
        let (how, said) = match why {
            NotRenewed::Dead(said) | NotRenewed::Refused(said) => (Lapse::ForGood, said),
            NotRenewed::Away(said) => (Lapse::ForNow, Some(said)),
        };
        let now = self.clock.now();
        let mut state = self.state();
        // Perhaps the provider has moved: the server is asked again before the next try.
        state.renewal = None;
        state.rests_until = now.checked_add(PAUSE).ok();
        drop(state);
        Lapsed { how, said }
    }
}

fn is_same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

fn origin(why: Why, now: jiff::Timestamp) -> Origin {
    match why {
        Why::NearItsEnd => Origin::Renewed,
        Why::TurnedDown => Origin::Replaced(now),
    }
}

fn for_now(said: SafeText) -> Lapsed {
    Lapsed {
        how: Lapse::ForNow,
        said: Some(said),
    }
}

fn for_good(said: &str) -> Lapsed {
    Lapsed {
        how: Lapse::ForGood,
        said: Some(SafeText::new(said)),
    }
}
