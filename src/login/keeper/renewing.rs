//! One renewal, from the lock to what is written down. Only one goes on at a time.

use super::{Error, Held, Inner, Lapse, Lapsed, Origin, Renewal, Tokens};
use crate::domain::text::SafeText;
use crate::login::provider::{self, Granted, NotRenewed};
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
            return self.renew_held(token, why).await;
        };
        // Until this is dropped no other program renews this login.
        let _lock = shelf.lock().await.map_err(for_now)?;
        match shelf.read().await.map_err(for_now)? {
            Some(found) => self.take_over(found),
            None if self.state().held.is_some() => {
                self.state().held = None;
                return Err(for_good("somebody logged out of this context"));
            }
            None => {}
        }
        self.renew_held(token, why).await
    }

    /// Takes over what another program has written down since, if it has.
    fn take_over(&self, found: Tokens) -> bool {
        let mut state = self.state();
        let is_known = state.held.as_ref().is_some_and(|held| held.is(&found.token));
        if !is_known {
            tracing::debug!("another program has renewed the login; its token is taken over");
            state.held = Some(Held::found(found));
        }
        !is_known
    }

    async fn renew_held(&self, token: Option<&SecretString>, why: Why) -> Result<(), Lapsed> {
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
        if let Some(again) = unsigned::again(&held.tokens.token, self.server_time()) {
            return self.hold_again(again, &held, why).await;
        }
        let Some(refresh_token) = &held.tokens.refresh_token else {
            return Err(for_good("nothing renews this token"));
        };
        let renewal = self.renewal(held.tokens.broker.as_deref()).await?;
        // The answer has told what time it is for the server.
        if self.is_good_enough(token, why) {
            return Ok(());
        }
        match provider::renew(&renewal, refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &held.tokens, why).await,
            Err(NotRenewed::Dead(said)) => self.rescue(&renewal, why, said).await,
            Err(why) => Err(self.lapsed(why)),
        }
    }

    /// Somebody has used the refresh token before us, and did not hold the lock: perhaps its successor is in the file.
    async fn rescue(&self, renewal: &Renewal, why: Why, said: Option<SafeText>) -> Result<(), Lapsed> {
        let dead = Lapsed {
            how: Lapse::ForGood,
            said,
        };
        let Some(shelf) = &self.shelf else { return Err(dead) };
        let found = match shelf.read().await {
            Ok(Some(found)) => found,
            Ok(None) | Err(_) => return Err(dead),
        };
        if !self.take_over(found.clone()) {
            return Err(dead);
        }
        if self.is_good_enough(None, why) {
            return Ok(());
        }
        let Some(refresh_token) = &found.refresh_token else { return Err(dead) };
        match provider::renew(renewal, refresh_token, &self.terms).await {
            Ok(granted) => self.hold(granted, &found, why).await,
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
            Err(error @ Error::Server(_)) => return Err(for_now(SafeText::new(&error.to_string()))),
            Err(error) => return Err(for_good(&error.to_string())),
        };
        let renewal = provider.and_then(|provider| provider.renewal(broker));
        let Some(renewal) = renewal else {
            return Err(for_good("the server no longer names the identity provider this login came from"));
        };
        self.state().renewal = Some((broker.map(str::to_owned), renewal.clone()));
        Ok(renewal)
    }

    async fn hold(&self, granted: Granted, before: &Tokens, why: Why) -> Result<(), Lapsed> {
        let now = self.clock.now();
        let counted = granted
            .lifetime
            .and_then(|lifetime| now.checked_add(jiff::SignedDuration::try_from(lifetime).ok()?).ok());
        let is_rotated = granted.refresh_token.as_ref().is_some_and(|new| {
            let old = before.refresh_token.as_ref().map(|old| old.expose_secret());
            old != Some(new.expose_secret())
        });
        let mut tokens = Tokens {
            token: granted.token,
            refresh_token: granted.refresh_token.or_else(|| before.refresh_token.clone()),
            expires_at: counted,
            broker: before.broker.clone(),
        };
        let held = {
            let mut state = self.state();
            let held = Held::renewed(tokens.clone(), granted.lifetime, origin(why, now), self.clocks(&state));
            state.held = Some(held.clone());
            held
        };
        tokens.expires_at = held.expires_at();
        self.write_down(&tokens, is_rotated).await;
        Ok(())
    }

    async fn hold_again(&self, token: SecretString, before: &Held, why: Why) -> Result<(), Lapsed> {
        let tokens = Tokens {
            token,
            expires_at: None,
            refresh_token: None,
            broker: None,
        };
        {
            let mut state = self.state();
            let origin = origin(why, self.clock.now());
            state.held = Some(Held::renewed(tokens.clone(), None, origin, self.clocks(&state)));
        }
        // What stands in the file for an e-mail stays: the oldest programs can read nothing else.
        if self.state().email.is_none() && !before.tokens.token.expose_secret().is_empty() {
            self.write_down(&tokens, false).await;
        }
        Ok(())
    }

    /// Makes the first token for an e-mail. Whatever the server answers tells its time.
    async fn make_first(&self, email: &str) -> Result<(), Lapsed> {
        if let Err(error) = self.client.sign_in().await {
            tracing::debug!(%error, "the server did not say how one logs in");
        }
        if let Some(server) = self.client.server_clock() {
            self.heard_clock(server);
        }
        let token = unsigned::mint(email, self.server_time()).map_err(|error| for_good(&error.to_string()))?;
        let tokens = Tokens {
            token,
            refresh_token: None,
            expires_at: None,
            broker: None,
        };
        self.state().held = Some(Held::found(tokens));
        Ok(())
    }

    /// Writes the tokens into the file. Where that fails the login goes on here, and ends with the program; everybody
    /// else is left with a refresh token that is used up, which the user must hear.
    async fn write_down(&self, tokens: &Tokens, is_rotated: bool) {
        let Some(shelf) = &self.shelf else { return };
        let Err(problem) = shelf.write(tokens).await else {
            return;
        };
        tracing::warn!(%problem, "the renewed login cannot be written down");
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
        // Perhaps the provider has moved: the server is asked again before the next try.
        self.state().renewal = None;
        Lapsed { how, said }
    }
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
