//! A token that is held, and how near its end is.

use crate::config::store::StoredTokens;
use crate::domain::claims::Claims;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use std::time::Duration;

/// A token that has less time left than this is renewed before it is used.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Two clocks: ours, and the server's as far as it was heard.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    pub(super) local: Timestamp,
    /// How far the server's is ahead of ours.
    pub(super) skew: Option<SignedDuration>,
}

impl Clocks {
    /// Returns the server's time, or the best guess at it.
    pub(super) fn server(self) -> Timestamp {
        let skew = self.skew.unwrap_or_default();
        self.local.checked_add(skew).unwrap_or(self.local)
    }
}

/// The end of a token, and by whose clock it is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Unknown,
    /// The token says so, and it is the server that holds it to its word.
    Claimed(Timestamp),
    /// Somebody counted from the moment it was handed out, by a clock like ours.
    Counted(Timestamp),
}

/// How a token came to be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was there, or somebody logged in.
    Found,
    /// It was renewed because its end was near.
    Renewed,
    /// It was renewed because the server had turned its predecessor down, at this time of ours.
    Replaced(Timestamp),
}

/// A token in use.
#[derive(Clone, Debug)]
pub(super) struct ActiveToken {
    pub(super) tokens: StoredTokens,
    pub(super) origin: Origin,
    end: End,
    margin: SignedDuration,
    is_unsigned: bool,
    /// It seemed at its end when it was handed out: a clock is wrong, and only the server can tell when it has really ended.
    is_beyond_judgement: bool,
}

impl ActiveToken {
    /// Takes tokens over as they were found.
    pub(super) fn found(tokens: StoredTokens) -> Self {
        Self::new(tokens, None, Origin::Found)
    }

    /// Takes tokens over that were handed out just now, to live for `lifetime`.
    pub(super) fn renewed(tokens: StoredTokens, lifetime: Option<Duration>, origin: Origin, now: Clocks) -> Self {
        let mut held = Self::new(tokens, lifetime, origin);
        held.is_beyond_judgement = held.is_near_end(now);
        held
    }

    fn new(tokens: StoredTokens, lifetime: Option<Duration>, origin: Origin) -> Self {
        let claims = Claims::read(tokens.token.expose_secret()).unwrap_or_default();
        let end = match (claims.expires_at, tokens.expires_at) {
            (Some(end), _) => End::Claimed(end),
            (None, Some(end)) => End::Counted(end),
            (None, None) => End::Unknown,
        };
        let claimed = claims.expires_at.zip(claims.issued_at);
        let lifetime = claimed
            .map(|(end, start)| end.duration_since(start))
            .or_else(|| lifetime.and_then(|time| SignedDuration::try_from(time).ok()));
        // One that lives for a minute would be renewed before it was ever used.
        let half = lifetime.map_or(MARGIN, |time| time.max(SignedDuration::ZERO) / 2);
        Self {
            tokens,
            origin,
            end,
            margin: MARGIN.min(half),
            is_unsigned: claims.is_unsigned,
            is_beyond_judgement: false,
        }
    }

    /// Returns when it ends, if that is known.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        match self.end {
            End::Unknown => None,
            End::Claimed(end) | End::Counted(end) => Some(end),
        }
    }

    /// Returns whether it should be renewed before it is used again.
    pub(super) fn is_near_end(&self, now: Clocks) -> bool {
        !self.is_beyond_judgement && self.left(now).is_some_and(|left| left < self.margin)
    }

    /// Returns whether it certainly has ended: by the server's own clock, not only by one that may be wrong.
    pub(super) fn is_over(&self, now: Clocks) -> bool {
        let is_certain = now.skew.is_some() || matches!(self.end, End::Counted(_));
        is_certain && !self.is_beyond_judgement && self.seems_over(now)
    }

    /// Returns whether it has ended by the best guess at what time it is.
    pub(super) fn seems_over(&self, now: Clocks) -> bool {
        self.left(now).is_some_and(|left| left <= SignedDuration::ZERO)
    }

    /// Returns whether another one can be had without asking anybody.
    pub(super) fn is_renewable(&self) -> bool {
        self.tokens.refresh_token.is_some() || self.is_unsigned
    }

    /// Returns whether nobody signed it.
    pub(super) fn is_unsigned(&self) -> bool {
        self.is_unsigned
    }

    /// Returns whether `token` is this one.
    pub(super) fn is(&self, token: &SecretString) -> bool {
        self.tokens.token.expose_secret() == token.expose_secret()
    }

    /// Returns whether another one has been tried in vain just now: if the server turns even that down, the reason is
    /// not its age.
    pub(super) fn is_refused_afresh(&self, now: Clocks) -> bool {
        match self.origin {
            Origin::Found | Origin::Renewed => false,
            Origin::Replaced(at) => {
                let is_fresh = now.local.duration_since(at).abs() < MARGIN;
                is_fresh && self.left(now).is_none_or(|left| left > SignedDuration::ZERO)
            }
        }
    }

    fn left(&self, now: Clocks) -> Option<SignedDuration> {
        match self.end {
            End::Unknown => None,
            End::Claimed(end) => Some(end.duration_since(now.server())),
            End::Counted(end) => Some(end.duration_since(now.local)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use rstest::rstest;
    use serde_json::json;

    const NOW: i64 = 1_800_000_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW + seconds).unwrap()
    }

    fn clocks(skew: Option<i64>) -> Clocks {
        Clocks {
            local: at(0),
            skew: skew.map(SignedDuration::from_secs),
        }
    }

    fn tokens(token: &str, expires_at: Option<i64>) -> StoredTokens {
        StoredTokens {
            expires_at: expires_at.map(at),
            ..StoredTokens::of(token)
        }
    }

    fn jwt(start: i64, end: i64) -> String {
        let claims = json!({"iat": NOW + start, "exp": NOW + end}).to_string();
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[rstest]
    #[case::long_before(61, false, false)]
    #[case::near(59, true, false)]
    #[case::over(0, true, true)]
    fn a_token_is_renewed_in_its_last_minute(#[case] left: i64, #[case] is_near: bool, #[case] is_over: bool) {
        let held = ActiveToken::found(tokens(&jwt(left - 3600, left), Some(-9)));
        let now = clocks(Some(0));
        assert_eq!((held.is_near_end(now), held.is_over(now)), (is_near, is_over));
        let opaque = ActiveToken::found(tokens("opaque", Some(left)));
        assert_eq!((opaque.is_near_end(now), opaque.is_over(now)), (is_near, is_over));
    }

    #[test]
    fn one_that_lives_shorter_is_renewed_in_its_second_half() {
        let now = clocks(Some(0));
        assert!(!ActiveToken::found(tokens(&jwt(-2, 3), None)).is_near_end(now));
        assert!(ActiveToken::found(tokens(&jwt(-3, 2), None)).is_near_end(now));
        let lifetime = Some(Duration::from_secs(5));
        assert!(!ActiveToken::renewed(tokens("opaque", Some(5)), lifetime, Origin::Renewed, now).is_near_end(now));
    }

    #[test]
    fn what_it_says_of_itself_is_held_against_the_clock_of_the_server() {
        let held = ActiveToken::found(tokens(&jwt(-3600, 30), None));
        assert!(held.is_near_end(clocks(None)));
        assert!(!held.is_near_end(clocks(Some(-3600))));
        let dead = ActiveToken::found(tokens(&jwt(-7200, -1), None));
        assert!(!dead.is_over(clocks(None)), "our clock may be wrong");
        assert!(dead.is_over(clocks(Some(0))) && !dead.is_over(clocks(Some(-3600))));
    }

    #[test]
    fn what_was_counted_here_is_held_against_the_clock_here() {
        let held = ActiveToken::found(tokens("opaque", Some(600)));
        assert!(!held.is_near_end(clocks(Some(3600))));
    }

    #[test]
    fn one_that_seems_at_its_end_when_it_is_handed_out_is_used_until_it_is_refused() {
        let now = clocks(None);
        let held = ActiveToken::renewed(tokens(&jwt(-7200, -3600), None), None, Origin::Renewed, now);
        assert!(!held.is_near_end(now) && !held.is_over(clocks(Some(0))));
    }

    #[test]
    fn one_whose_end_nobody_knows_is_never_near_it() {
        assert!(!ActiveToken::found(tokens("opaque", None)).is_near_end(clocks(Some(1 << 30))));
    }
}
