//! Keeps a login alive: [`TokenManager`] hands out a context's token, renews it in time and when the server turns it down, and
//! shares it with every other program that works with the same config file.
//!
//! A refresh token can be used once. Therefore one renewal goes on at a time, in this process and, under the lock of the
//! platform's CLI, on this machine; it runs as a task of its own, since a renewal that is given up half way would lose the
//! login; and what somebody else has renewed meanwhile is taken over instead of being renewed again.

mod file;
mod proving;
mod renewing;

use super::active_token::{ActiveToken, Clocks, Origin};
use super::clock::Clock;
use super::credential_slot::{CredentialSlot, Login};
use super::discovery::Terms;
use super::error::Error;
use super::person::Person;
use crate::api::{self, Client, Connection, TokenProblem, TokenUnavailable};
use crate::domain::identity::Identity;
use crate::domain::text::SafeText;
use file::Look;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use renewing::Why;
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::task::TaskTracker;

/// How long a provider that could not be asked is left alone, and a file that is locked or holds no login.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// Keeps a login alive. Its clones keep the same one.
#[derive(Clone)]
pub struct TokenManager {
    inner: Arc<Inner>,
}

type Tell = dyn Fn(SafeText) + Send + Sync;

struct Inner {
    /// The terms on which the server and the provider are spoken to, without a token.
    terms: Connection,
    client: Client,
    clock: Clock,
    /// Where the tokens lie; without it they end with the program.
    slot: Option<CredentialSlot>,
    tell: Box<Tell>,
    state: Mutex<State>,
    /// Whose turn it is to renew.
    turn: tokio::sync::Mutex<()>,
    /// The renewals under way.
    tasks: TaskTracker,
}

/// Where a token comes from of which nobody has said yet whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provenance {
    /// Another program has written it, or what it was renewed from, into the file.
    File,
    /// The provider has answered with it.
    Renewal,
}

/// Whether somebody is logged in.
#[derive(Clone, Debug, Default)]
enum Session {
    /// Nobody is, and nobody was.
    #[default]
    Nobody,
    /// Somebody for whom a token is to be made before the first request.
    Email(String),
    /// Somebody with a token, which was made here for the e-mail if there is one.
    Active { token: ActiveToken, email: Option<String> },
    /// Nobody is any more; why.
    Ended(TokenUnavailable),
}

impl Session {
    fn token(&self) -> Option<&ActiveToken> {
        let Self::Active { token, .. } = self else {
            return None;
        };
        Some(token)
    }

    /// Returns for whom the token is, or will be, made here.
    fn email(&self) -> Option<&String> {
        match self {
            Self::Email(email) => Some(email),
            Self::Active { email, .. } => email.as_ref(),
            Self::Nobody | Self::Ended(_) => None,
        }
    }

    /// Returns what there is to send where there is no token.
    fn without_token(&self) -> Result<Option<SecretString>, TokenUnavailable> {
        if let Self::Ended(why) = self {
            return Err(why.clone());
        }
        Ok(None)
    }

    /// Takes a token in place of the one before, for the same person.
    fn renew(&mut self, token: ActiveToken) {
        let email = self.email().cloned();
        *self = Self::Active { token, email };
    }
}

#[derive(Default)]
struct State {
    session: Session,
    /// How far the server's clock is ahead of ours.
    skew: Option<SignedDuration>,
    /// How the server lets people in, if it was asked: that changes as rarely as its address.
    terms: Option<Terms>,
    /// How many renewals have ended, in whatever way.
    n_ended: u64,
    /// Why the last one failed.
    failed: Option<TokenUnavailable>,
    /// Until when it is not tried again: the provider or the file could not be reached, or would not have it.
    rests_until: Option<Timestamp>,
    /// The refresh token the provider takes no more, and its words.
    dead: Option<(SecretString, Option<SafeText>)>,
    /// What the file still holds because its successor could not be written down.
    left_behind: Option<SecretString>,
    /// Whose login it is, or was.
    who: Person,
    /// The token that is held has taken the place of theirs, and nobody has said yet that it is theirs, too.
    unproven: Option<Provenance>,
    /// When the platform was last asked about that.
    last_asked_at: Option<Timestamp>,
    /// When the file was last searched for a login while nobody was logged in.
    looked_at: Option<Timestamp>,
    /// What the file held when nobody was logged in from the start: it was not asked for.
    passed_over: Option<SecretString>,
    /// In what way the token that is held could not be renewed, as the user has heard.
    told: Option<TokenProblem>,
}

impl Login {
    fn taken_over(self) -> State {
        match self {
            Self::Nobody => State::default(),
            Self::Tokens(tokens) => State {
                who: Person::of(&tokens.token),
                session: Session::Active {
                    token: ActiveToken::found(tokens),
                    email: None,
                },
                ..State::default()
            },
            Self::Email(email) => State {
                who: Person::with(&email),
                session: Session::Email(email),
                ..State::default()
            },
        }
    }
}

impl TokenManager {
    /// Takes over `login` at the server of `connection`; the token in there is not looked at. What the user has to be
    /// told without being asked goes to `tell`.
    ///
    /// # Errors
    /// Fails where no client can be made for the server.
    pub fn new(
        login: Login,
        slot: Option<CredentialSlot>,
        connection: &Connection,
        clock: Clock,
        tell: impl Fn(SafeText) + Send + Sync + 'static,
    ) -> Result<Self, api::Error> {
        let terms = Connection {
            token: None,
            ..connection.clone()
        };
        Ok(Self {
            inner: Arc::new(Inner {
                client: Client::new(terms.clone())?,
                terms,
                clock,
                slot,
                tell: Box::new(tell),
                state: Mutex::new(login.taken_over()),
                turn: tokio::sync::Mutex::new(()),
                tasks: TaskTracker::new(),
            }),
        })
    }

    /// Returns when the token in force ends, if there is one and that is known.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.inner.state().session.token().and_then(ActiveToken::expires_at)
    }

    /// Returns when nothing is being renewed, and what could not be written down was tried once more: a program that
    /// ends before that loses the login.
    pub async fn settled(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.tasks.reopen();
        self.inner.write_down_at_last().await;
    }

    async fn token_in_force(&self) -> Result<Option<SecretString>, TokenUnavailable> {
        self.inner.look(Look::AfterPause).await;
        if self.inner.is_to_prove() {
            match self.prove().await {
                // Nothing is changed by reading.
                Err(unavailable) if unavailable.how == TokenProblem::Unproven => {}
                proven => proven?,
            }
        }
        let (token, is_due) = {
            let state = self.inner.state();
            match &state.session {
                Session::Active { token, .. } => {
                    let is_due = token.is_renewable() && token.is_near_end(self.inner.clocks(&state));
                    (Some(token.tokens.token.clone()), is_due)
                }
                Session::Email(_) => (None, true),
                Session::Nobody | Session::Ended(_) => return state.session.without_token(),
            }
        };
        if !is_due {
            return Ok(token);
        }
        let renewed = self.renew(token, Why::NearItsEnd).await;
        let state = self.inner.state();
        let Some(held) = state.session.token() else {
            return renewed.and(state.session.without_token());
        };
        match renewed {
            Err(unavailable) if held.is_over(self.inner.clocks(&state)) => Err(unavailable),
            // As long as the server may still take it, the old one will do.
            Err(unavailable) => {
                let token = held.tokens.token.clone();
                // Where it seems to be over and is not certainly, a clock is wrong, and so would be what is told.
                let end = held
                    .expires_at()
                    .filter(|_| !held.seems_over(self.inner.clocks(&state)));
                drop(state);
                if let Some(end) = end {
                    self.inner.tell_of_the_end(&unavailable, end);
                }
                Ok(Some(token))
            }
            Ok(()) => Ok(Some(held.tokens.token.clone())),
        }
    }

    /// A change goes out as nobody but whom the user takes themselves for.
    async fn token_for_change(&self) -> Result<Option<SecretString>, TokenUnavailable> {
        loop {
            let token = self.token_in_force().await?;
            // It may have been renewed, or given up, since.
            if self.inner.state().vouches_for(token.as_ref()) {
                return Ok(token);
            }
            self.prove().await?;
        }
    }

    async fn prove(&self) -> Result<(), TokenUnavailable> {
        self.inner.prove().await?;
        self.write_down_soon();
        Ok(())
    }

    /// Writes down what waited for its proof; that goes on when nobody waits for it any more.
    fn write_down_soon(&self) {
        let inner = Arc::clone(&self.inner);
        self.inner.tasks.spawn(async move { inner.write_down_at_last().await });
    }

    async fn token_in_place_of(&self, refused: SecretString) -> Result<Option<SecretString>, TokenUnavailable> {
        self.inner.look(Look::AtOnce).await;
        {
            let state = self.inner.state();
            match state.session.token() {
                None => return state.session.without_token(),
                Some(held) if !held.is(&refused) => return Ok(Some(held.tokens.token.clone())),
                Some(held) if held.is_refused_afresh(self.inner.clocks(&state)) => return Ok(None),
                Some(_) => {}
            }
        }
        let renewed = self.renew(Some(refused.clone()), Why::TurnedDown).await;
        let state = self.inner.state();
        let Some(held) = state.session.token() else {
            return renewed.and(state.session.without_token());
        };
        if let Err(unavailable) = renewed {
            // Where nothing could have helped and its time was not up, the server's own words say more.
            let clocks = self.inner.clocks(&state);
            if !held.is_renewable() && !held.is_over(clocks) {
                return Ok(None);
            }
            let end = held.expires_at().filter(|_| !held.seems_over(clocks));
            drop(state);
            return match (unavailable.how, end) {
                // It goes on being used, so it is no session that has ended.
                (TokenProblem::LoginRequired, Some(end)) => {
                    self.inner.tell_of_the_end(&unavailable, end);
                    Ok(None)
                }
                (TokenProblem::LoginRequired | TokenProblem::Temporary | TokenProblem::Unproven, _) => Err(unavailable),
            };
        }
        Ok((!held.is(&refused)).then(|| held.tokens.token.clone()))
    }

    /// Has `token` renewed, by a task that goes on when nobody waits for it any more. Whoever comes while a renewal is
    /// under way waits for that one's end and shares what came of it.
    async fn renew(&self, token: Option<SecretString>, why: Why) -> Result<(), TokenUnavailable> {
        let inner = Arc::clone(&self.inner);
        let n_ended = inner.state().n_ended;
        let renewal = self.inner.tasks.spawn(async move {
            let _turn = inner.turn.lock().await;
            if let Some(outcome) = inner.outcome_since(n_ended, token.as_ref()) {
                return outcome;
            }
            let outcome = inner.renew(token.as_ref(), why).await;
            inner.note(&outcome);
            outcome
        });
        renewal.await.unwrap_or_else(|ended| {
            let said = Some(SafeText::new(&ended.to_string()));
            Err(TokenUnavailable {
                how: TokenProblem::Temporary,
                said,
            })
        })
    }
}

impl api::Tokens for TokenManager {
    fn current(&self) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>> {
        Box::pin(self.token_in_force())
    }

    fn current_for_change(&self) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>> {
        Box::pin(self.token_for_change())
    }

    fn instead_of(&self, refused: SecretString) -> BoxFuture<'_, Result<Option<SecretString>, TokenUnavailable>> {
        Box::pin(self.token_in_place_of(refused))
    }

    fn heard_clock(&self, server: Timestamp) {
        self.inner.heard_clock(server);
    }

    fn heard_identity(&self, token: &SecretString, bearer: &Identity) {
        if self.inner.hear_identity(token, bearer) {
            self.write_down_soon();
        }
    }
}

impl Inner {
    /// No panic can happen while it is held, so what a poisoned one holds is as good as ever.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clocks(&self, state: &State) -> Clocks {
        Clocks {
            local: self.clock.now(),
            skew: state.skew,
        }
    }

    fn heard_clock(&self, server: Timestamp) {
        let skew = server.duration_since(self.clock.now());
        self.state().skew = Some(skew);
    }

    /// Returns what came of a renewal that ended since `n_ended`, or so shortly ago that another one makes no sense;
    /// nothing if this one is still to be made.
    fn outcome_since(&self, n_ended: u64, token: Option<&SecretString>) -> Option<Result<(), TokenUnavailable>> {
        let state = self.state();
        if let Session::Ended(why) = &state.session {
            return Some(Err(why.clone()));
        }
        let is_same = match (state.session.token(), token) {
            (Some(held), Some(token)) => held.is(token),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_same {
            return Some(Ok(()));
        }
        let unavailable = state.failed.as_ref()?;
        let rests = state.rests_until.is_some_and(|until| {
            let left = until.duration_since(self.clock.now());
            // A clock that was put back must not make it rest for longer.
            left > SignedDuration::ZERO && left <= PAUSE
        });
        (state.n_ended != n_ended || rests).then(|| Err(unavailable.clone()))
    }

    /// Says, once for each token, that it ends with nothing to take its place so far.
    fn tell_of_the_end(&self, unavailable: &TokenUnavailable, end: Timestamp) {
        if self.state().told.replace(unavailable.how) == Some(unavailable.how) {
            return;
        }
        let end = end.strftime("%Y-%m-%d %H:%M:%S UTC");
        let why = unavailable.said.as_ref().map_or("no reason given", SafeText::as_str);
        let words = match unavailable.how {
            TokenProblem::LoginRequired => {
                format!("the token in use expires at {end} and cannot be renewed, so log in again by then: {why}")
            }
            TokenProblem::Temporary | TokenProblem::Unproven => {
                format!("the token in use expires at {end} and could not be renewed so far: {why}")
            }
        };
        (self.tell)(SafeText::new(&words));
    }

    fn note(&self, outcome: &Result<(), TokenUnavailable>) {
        let mut state = self.state();
        state.n_ended += 1;
        state.failed = outcome.as_ref().err().cloned();
        if state
            .failed
            .as_ref()
            .is_some_and(|unavailable| unavailable.how == TokenProblem::Temporary)
        {
            state.rests_until = self.clock.now().checked_add(PAUSE).ok();
        }
    }
}

impl fmt::Debug for TokenManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenManager")
            .field("server", &self.inner.terms.base_url)
            .field("slot", &self.inner.slot)
            .finish_non_exhaustive()
    }
}

fn is_same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}

fn login_required(said: &str) -> TokenUnavailable {
    TokenUnavailable {
        how: TokenProblem::LoginRequired,
        said: Some(SafeText::new(said)),
    }
}
