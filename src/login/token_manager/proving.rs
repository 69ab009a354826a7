//! Whose a token is that is to take the place of another. Where the tokens do not tell it, the platform is asked; until
//! it has said so the new one may read and changes nothing, and it is written nowhere.

use super::{Inner, PAUSE, Person, Provenance, State, TokenProblem, TokenUnavailable, login_required};
use crate::api::{Client, Connection, ErrorKind};
use crate::domain::identity::Identity;
use crate::domain::text::SafeText;
use crate::login::person::Likeness;
use secrecy::SecretString;
use std::time::Duration;
use tokio::time::timeout;

/// How long the platform may take to say whose a token is: somebody waits for a change.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose a token is, measured by who is logged in.
pub(super) enum Ownership {
    /// The token belongs to this person.
    Proven(Person),
    /// Theirs perhaps: why that is not known.
    Unproven(SafeText),
    SomebodyElses(Person),
}

/// Why the platform did not say whose a token is.
enum WhoamiError {
    /// It does not take it.
    Refused,
    /// It cannot be asked.
    Unavailable(SafeText),
}

impl State {
    /// Returns whether `token` is the one that is held, and certainly theirs.
    pub(super) fn vouches_for(&self, token: Option<&SecretString>) -> bool {
        match (self.session.token(), token) {
            (Some(held), Some(token)) => held.is(token) && self.unproven.is_none(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Takes note of whose the token is that is held from now on, which comes from there; somebody else's is not held.
    pub(super) fn note(&mut self, ownership: Ownership, from: Provenance) {
        self.told = None;
        match ownership {
            Ownership::Proven(person) => {
                self.who = std::mem::take(&mut self.who).with_more(person);
                self.unproven = None;
            }
            // What a doubtful token of the file is renewed to is as doubtful.
            Ownership::Unproven(_) | Ownership::SomebodyElses(_) if from == Provenance::Renewal => {
                self.unproven.get_or_insert(from);
            }
            Ownership::Unproven(_) | Ownership::SomebodyElses(_) => self.unproven = Some(from),
        }
    }
}

impl Inner {
    /// Finds out whose `token` is.
    pub(super) async fn ownership(&self, token: &SecretString) -> Ownership {
        let who = self.state().who.clone();
        let named = Person::of(token);
        // Of whom nothing is known nothing is shown either.
        if who.is_unknown() {
            return Ownership::Proven(named);
        }
        match who.likeness(&named) {
            Likeness::Same => return Ownership::Proven(named),
            Likeness::Another => return Ownership::SomebodyElses(named),
            Likeness::Unclear => {}
        }
        let identity = match self.ask_who(token).await {
            Ok(identity) => identity,
            Err(WhoamiError::Refused) => {
                let why = SafeText::new("the platform rejects the new token");
                return Ownership::Unproven(why);
            }
            Err(WhoamiError::Unavailable(why)) => return Ownership::Unproven(why),
        };
        let named = named.confirmed_as(&identity);
        match who.likeness(&named) {
            Likeness::Same => Ownership::Proven(named),
            Likeness::Another => Ownership::SomebodyElses(named),
            Likeness::Unclear => Ownership::Unproven(SafeText::new("the platform does not say whose a token is")),
        }
    }

    /// Asks the platform under which names it knows the bearer of `token`.
    async fn ask_who(&self, token: &SecretString) -> Result<Identity, WhoamiError> {
        let connection = Connection {
            token: Some(token.clone().into()),
            ..self.terms.clone()
        };
        let asked = async { Client::new(connection)?.whoami().await };
        match timeout(PATIENCE, asked).await {
            Ok(Ok(identity)) => Ok(identity),
            Ok(Err(error)) if *error.kind() == ErrorKind::Unauthorized => Err(WhoamiError::Refused),
            Ok(Err(error)) => Err(WhoamiError::Unavailable(SafeText::new(&error.to_string()))),
            Err(_) => Err(WhoamiError::Unavailable(SafeText::new("the platform does not answer"))),
        }
    }

    /// Before an opaque token is renewed: finds out whose it is, as its successor will not tell it either. While the
    /// platform is away nothing is renewed, since nobody could say whose the new one is.
    pub(super) async fn learn_person(&self) -> Result<(), TokenUnavailable> {
        let token = {
            let state = self.state();
            let held = state.session.token();
            let held = held.filter(|held| !held.is_unsigned() && !held.is_over(self.clocks(&state)));
            held.map(|held| held.tokens.token.clone())
        };
        let Some(token) = token.filter(|token| Person::of(token).is_unknown()) else {
            return Ok(());
        };
        match self.ask_who(&token).await {
            Ok(identity) => {
                self.hear_identity(&token, &identity);
                Ok(())
            }
            // It has ended already: only a new one can be asked about.
            Err(WhoamiError::Refused) => Ok(()),
            Err(WhoamiError::Unavailable(why)) => Err(TokenUnavailable {
                how: TokenProblem::Temporary,
                said: Some(why),
            }),
        }
    }

    /// Takes in whom the platform knows the bearer of `token` as; returns whether that proved it to be the right one's.
    pub(super) fn hear_identity(&self, token: &SecretString, identity: &Identity) -> bool {
        let named = Person::of(token).confirmed_as(identity);
        let mut state = self.state();
        if named.is_unknown() || !state.session.token().is_some_and(|held| held.is(token)) {
            return false;
        }
        match (state.who.likeness(&named), state.unproven) {
            (Likeness::Another, from) => {
                drop(state);
                match from {
                    Some(from) => self.end_as_anothers(&named, from),
                    None => self.end_as_known_for(&named, token),
                };
                false
            }
            (Likeness::Same, Some(from)) => {
                state.note(Ownership::Proven(named), from);
                true
            }
            (Likeness::Unclear, Some(_)) => false,
            (Likeness::Same | Likeness::Unclear, None) => {
                state.who = std::mem::take(&mut state.who).with_more(named);
                false
            }
        }
    }

    /// Sees to it that the token that is held is the right person's, as far as that is in doubt.
    pub(super) async fn prove(&self) -> Result<(), TokenUnavailable> {
        let (token, from, who) = {
            let mut state = self.state();
            let held = state.session.token().map(|held| held.tokens.token.clone());
            let Some((token, from)) = held.zip(state.unproven) else {
                return Ok(());
            };
            state.last_asked_at = Some(self.clock.now());
            (token, from, state.who.shown())
        };
        let ownership = self.ownership(&token).await;
        let mut state = self.state();
        if !state.session.token().is_some_and(|held| held.is(&token)) {
            drop(state);
            return Err(unproven(&who, "it was renewed once more"));
        }
        match ownership {
            Ownership::Proven(_) => {
                state.note(ownership, from);
                Ok(())
            }
            Ownership::Unproven(why) => Err(unproven(&who, why.as_str())),
            Ownership::SomebodyElses(person) => {
                drop(state);
                Err(self.end_as_anothers(&person, from))
            }
        }
    }

    /// Returns whether it is time to ask once more whose the token is.
    pub(super) fn is_to_prove(&self) -> bool {
        let now = self.clock.now();
        let state = self.state();
        let is_time = state
            .last_asked_at
            .is_none_or(|at| now.duration_since(at).abs() >= PAUSE);
        state.unproven.is_some() && is_time
    }

    /// The login has become somebody else's: it is over. What was renewed is used for nothing and written nowhere.
    fn end_as_anothers(&self, person: &Person, from: Provenance) -> TokenUnavailable {
        let (was, left_behind) = {
            let state = self.state();
            (state.who.shown(), state.left_behind.clone())
        };
        let unavailable = match from {
            Provenance::File => self.end(super::file::SOMEBODY_ELSE),
            Provenance::Renewal => self.end(&renewed_as(&was, &person.shown())),
        };
        if left_behind.is_some() {
            // What the file holds is the old login still: it comes back only as a new one.
            self.state().passed_over = left_behind;
        }
        tracing::warn!(said = ?unavailable.said, "the login is somebody else's");
        unavailable
    }

    /// What a token says of itself does not bind the platform: it goes by other names, or its rules have changed.
    fn end_as_known_for(&self, person: &Person, token: &SecretString) -> TokenUnavailable {
        let was = self.state().who.shown();
        let is = person.shown();
        let unavailable = self.end(&format!(
            "the platform takes the login of {was} for {is} now: log in again"
        ));
        self.state().passed_over = Some(token.clone());
        tracing::warn!(said = ?unavailable.said, "the login is somebody else's");
        unavailable
    }

    /// A provider that answers with somebody else's token must not make this one act as them.
    pub(super) fn end_as_renewed_for(&self, person: &Person, before: &SecretString) -> TokenUnavailable {
        let was = self.state().who.shown();
        let unavailable = self.end(&renewed_as(&was, &person.shown()));
        self.state().passed_over = Some(before.clone());
        unavailable
    }
}

fn renewed_as(was: &SafeText, is: &SafeText) -> String {
    format!("the login of {was} was renewed as {is}, which was not taken: log in again")
}

fn unproven(who: &SafeText, why: &str) -> TokenUnavailable {
    TokenUnavailable {
        how: TokenProblem::Unproven,
        ..login_required(&format!(
            "the login of {who} was renewed, and whether it is still theirs is not known: {why}"
        ))
    }
}
