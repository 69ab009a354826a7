//! Whom a token is for: a login must not become another person's in silence.
//!
//! Two tokens say it best themselves, by the claims that both hold. A subject (`oid`, else `sub`) belongs to its issuer,
//! which never gives it to anybody else and keeps it through every renewal (`OpenID` Connect Core 1.0, sections 5.7 and
//! 12.2). Therefore:
//!
//! - A new token is held against every claim that was ever seen for the login, not only those of the one before: what a
//!   token leaves out is not forgotten.
//! - The same subject of one issuer is the same person, also where the e-mail has moved to another claim. Where that brings
//!   a name which is not the one the platform knows them by, the platform is asked.
//! - The same subject whose e-mail has changed within one claim is taken for another person: the platform would give and
//!   refuse rights by a name that nobody has seen.
//! - Another subject of one issuer is another person, also under the same e-mail. Addresses are handed on when people
//!   leave; what the platform has granted to the subject, or writes down of it, would be somebody else's. It costs an honest
//!   user one login, and a change in the wrong name cannot be taken back.
//! - Subjects of different issuers tell nothing, nor do claims that only one of the two holds, nor opaque tokens. Then the
//!   platform is asked under which names it knows their bearers, and that decides.

use crate::domain::claims::{Claims, Names};
use crate::domain::identity::Identity;
use crate::domain::text::SafeText;
use secrecy::{ExposeSecret as _, SecretString};

/// What is known of whom a token is for.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// Whatever their tokens have ever named them by; what a later one leaves out is not forgotten.
    claims: Vec<Claims>,
    /// Under which names the platform knows them.
    confirmed: Option<Identity>,
}

/// Whether two tokens are one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    Another,
    Unclear,
}

impl Person {
    /// Returns whom `token` names; an opaque one names nobody.
    pub(super) fn of(token: &SecretString) -> Self {
        let claims = Claims::read(token.expose_secret());
        let claims = claims.filter(|claims| claims.subject.is_some() || claims.email.is_some());
        Self {
            claims: claims.map(names_alone).into_iter().collect(),
            confirmed: None,
        }
    }

    /// Returns who has this e-mail.
    pub(super) fn with(email: &str) -> Self {
        let email = email.trim().to_owned();
        let claims = Claims {
            addresses: vec![("email", email.clone())],
            email: Some(email),
            is_unsigned: true,
            ..Claims::default()
        };
        Self {
            claims: vec![claims],
            confirmed: None,
        }
    }

    /// Takes in whom the platform knows them as; what it only repeats of a token is not its word.
    #[must_use]
    pub(super) fn confirmed_as(self, identity: &Identity) -> Self {
        let is_word = identity.is_confirmed && !identity.is_nobody();
        let confirmed = is_word.then(|| identity.clone()).or(self.confirmed);
        Self { confirmed, ..self }
    }

    /// Returns the same person with what another token of theirs tells besides.
    #[must_use]
    pub(super) fn with_more(mut self, other: Self) -> Self {
        for claims in other.claims {
            if !self.claims.contains(&claims) {
                self.claims.push(claims);
            }
        }
        self.confirmed = match (self.confirmed, other.confirmed) {
            (Some(before), Some(now)) => Some(Identity {
                subject: now.subject.clone().or(before.subject),
                email: now.email.clone().or(before.email),
                ..now
            }),
            (before, now) => now.or(before),
        };
        self
    }

    /// Returns whether nothing at all is known of them.
    pub(super) fn is_unknown(&self) -> bool {
        self.claims.is_empty() && self.confirmed.is_none()
    }

    /// Returns the name that people know them by.
    pub(super) fn shown(&self) -> SafeText {
        let by_platform = self.confirmed.iter().flat_map(|said| [&said.email, &said.subject]);
        let newest = || self.claims.iter().rev();
        let emails = newest().map(|claims| &claims.email);
        let by_token = emails.chain(newest().map(|claims| &claims.subject));
        let name = by_platform.chain(by_token).flatten().next();
        SafeText::new(name.map_or("somebody", String::as_str))
    }

    /// Returns whether `other`, of whom a new token tells, is this one.
    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let by_claims = by_claims(&self.claims, &other.claims);
        match (by_claims, &self.confirmed, &other.confirmed) {
            (Likeness::Another, _, _) => Likeness::Another,
            (Likeness::Same, Some(one), Some(other)) => match by_platform(one, other) {
                Likeness::Another => Likeness::Another,
                Likeness::Same | Likeness::Unclear => Likeness::Same,
            },
            // The platform has named them otherwise, and can be asked again.
            (Likeness::Same, Some(said), None) if self.is_renamed_by(&other.claims, said) => Likeness::Unclear,
            (Likeness::Same, _, _) => Likeness::Same,
            (Likeness::Unclear, Some(one), Some(other)) => by_platform(one, other),
            (Likeness::Unclear, None, Some(said)) if !self.claims.is_empty() => by_either(&self.claims, said),
            // The platform can still be asked.
            (Likeness::Unclear, _, _) => Likeness::Unclear,
        }
    }

    /// Returns whether `claims` hold a name that no claim of theirs has held, and that is not the platform's for them.
    fn is_renamed_by(&self, claims: &[Claims], said: &Identity) -> bool {
        let is_new_id = |of: &Claims, id: &(&'static str, String)| {
            let mut known = self.claims.iter().filter(|known| known.issuer == of.issuer);
            said.subject.as_ref().is_some_and(|subject| *subject != id.1) && !known.any(|known| known.ids.contains(id))
        };
        let is_new_address = |(claim, address): &(&'static str, String)| {
            let mut known = self.claims.iter().flat_map(|known| &known.addresses);
            let is_known = known.any(|(its, known)| its == claim && known.eq_ignore_ascii_case(address));
            let is_said = |email: &String| email.eq_ignore_ascii_case(address);
            said.email.as_ref().is_some_and(|email| !is_said(email)) && !is_known
        };
        claims.iter().any(|claims| {
            claims.ids.iter().any(|id| is_new_id(claims, id)) || claims.addresses.iter().any(is_new_address)
        })
    }
}

/// Leaves out what changes from token to token.
fn names_alone(claims: Claims) -> Claims {
    Claims {
        groups: Vec::new(),
        expires_at: None,
        issued_at: None,
        ..claims
    }
}

fn by_claims(known: &[Claims], new: &[Claims]) -> Likeness {
    let (mut has_id, mut has_address, mut is_elsewhere) = (false, false, false);
    for (one, other) in known.iter().flat_map(|one| new.iter().map(move |other| (one, other))) {
        let addresses = are_alike(&one.addresses, &other.addresses, |one, other| {
            one.eq_ignore_ascii_case(other)
        });
        // In a token that nobody signed a subject is whatever its maker liked, mostly the e-mail once more.
        let are_signed = !one.is_unsigned && !other.is_unsigned;
        let is_one_issuer = are_signed && one.issuer == other.issuer;
        let ids = are_alike(&one.ids, &other.ids, |one, other| one == other);
        is_elsewhere |= are_signed && !is_one_issuer && ids.is_some();
        let ids = ids.filter(|_| is_one_issuer);
        if ids == Some(false) || addresses == Some(false) {
            return Likeness::Another;
        }
        has_id |= ids.is_some();
        has_address |= addresses.is_some();
    }
    if has_id || (has_address && !is_elsewhere) {
        Likeness::Same
    } else {
        Likeness::Unclear
    }
}

/// Returns whether the two agree in all claims that both hold, if they hold one.
fn are_alike(one: &Names, other: &Names, is_same: impl Fn(&str, &str) -> bool) -> Option<bool> {
    let both = one.iter().filter_map(|(claim, name)| {
        let (_, other) = other.iter().find(|(its, _)| its == claim)?;
        Some(is_same(name, other))
    });
    both.reduce(|all, is_same| all && is_same)
}

fn by_platform(one: &Identity, other: &Identity) -> Likeness {
    let subjects = one.subject.as_ref().zip(other.subject.as_ref());
    let emails = one.email.as_ref().zip(other.email.as_ref());
    let subjects = subjects.map(|(one, other)| one == other);
    let emails = emails.map(|(one, other)| one.eq_ignore_ascii_case(other));
    match (subjects, emails) {
        (Some(false), _) | (_, Some(false)) => Likeness::Another,
        (Some(true), _) | (_, Some(true)) => Likeness::Same,
        (None, None) => Likeness::Unclear,
    }
}

/// Which claims the platform goes by is not known, so one name in common will do.
fn by_either(claims: &[Claims], said: &Identity) -> Likeness {
    let ids = || claims.iter().flat_map(|claims| &claims.ids);
    let addresses = || claims.iter().flat_map(|claims| &claims.addresses);
    let subject = said.subject.as_deref().filter(|_| ids().next().is_some());
    let email = said.email.as_deref().filter(|_| addresses().next().is_some());
    if subject.is_none() && email.is_none() {
        return Likeness::Unclear;
    }
    let is_known = subject.is_some_and(|subject| ids().any(|(_, id)| id == subject))
        || email.is_some_and(|email| addresses().any(|(_, address)| address.eq_ignore_ascii_case(email)));
    if is_known { Likeness::Same } else { Likeness::Another }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn person(claims: &Value) -> Person {
        let algorithm = if claims.get("unsigned").is_some() {
            "none"
        } else {
            "RS256"
        };
        let [header, claims] =
            [&json!({"alg": algorithm}), claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        Person::of(&format!("{header}.{claims}.c2ln").into())
    }

    fn known_as(subject: Option<&str>, email: Option<&str>) -> Person {
        Person::default().confirmed_as(&Identity {
            subject: subject.map(str::to_owned),
            email: email.map(str::to_owned),
            is_confirmed: true,
            ..Identity::default()
        })
    }

    #[rstest]
    #[case::the_same(json!({"sub": "al", "email": "AL@x.com"}), Likeness::Same)]
    #[case::another_subject(json!({"sub": "bo", "email": "bo@x.com"}), Likeness::Another)]
    #[case::another_subject_under_the_same_email(json!({"sub": "bo", "email": "al@x.com"}), Likeness::Another)]
    #[case::another_email_in_the_same_claim(json!({"sub": "al", "email": "bo@x.com"}), Likeness::Another)]
    #[case::the_email_in_another_claim(json!({"sub": "al", "preferred_username": "al"}), Likeness::Same)]
    #[case::only_a_subject(json!({"sub": "bo"}), Likeness::Another)]
    #[case::only_the_subject(json!({"sub": "al"}), Likeness::Same)]
    #[case::only_the_email(json!({"email": "al@x.com"}), Likeness::Same)]
    #[case::only_another_email(json!({"email": "bo@x.com"}), Likeness::Another)]
    #[case::an_id_of_another_kind(json!({"oid": "0a1b"}), Likeness::Unclear)]
    #[case::only_an_address_of_another_kind(json!({"preferred_username": "al@x.com"}), Likeness::Unclear)]
    #[case::another_issuer(json!({"iss": "https://two", "sub": "al", "email": "al@x.com"}), Likeness::Unclear)]
    #[case::another_issuer_and_email(json!({"iss": "https://two", "sub": "al", "email": "bo@x.com"}), Likeness::Another)]
    #[case::unsigned(json!({"unsigned": 1, "sub": "al@x.com", "email": "al@x.com"}), Likeness::Same)]
    #[case::unsigned_of_another(json!({"unsigned": 1, "sub": "al", "email": "bo@x.com"}), Likeness::Another)]
    #[case::unsigned_without_an_email(json!({"unsigned": 1, "sub": "al"}), Likeness::Unclear)]
    #[case::nothing_known(json!({"exp": 1}), Likeness::Unclear)]
    fn two_tokens_are_compared_by_what_both_hold(#[case] claims: Value, #[case] expected: Likeness) {
        let al = person(&json!({"sub": "al", "email": "al@x.com"}));
        assert_eq!(al.likeness(&person(&claims)), expected);
        assert_eq!(person(&claims).likeness(&al), expected);
    }

    #[rstest]
    #[case::the_same(Some("al"), Some("AL@x.com"), Likeness::Same)]
    #[case::another_subject(Some("bo"), Some("al@x.com"), Likeness::Another)]
    #[case::another_email(Some("al"), Some("bo@x.com"), Likeness::Another)]
    #[case::only_the_email(None, Some("al@x.com"), Likeness::Same)]
    #[case::nobody(None, None, Likeness::Unclear)]
    fn the_platform_knows_opaque_ones(
        #[case] subject: Option<&str>,
        #[case] email: Option<&str>,
        #[case] expected: Likeness,
    ) {
        let al = known_as(Some("al"), Some("al@x.com"));
        assert_eq!(al.likeness(&known_as(subject, email)), expected);
    }

    #[rstest]
    #[case::by_subject(Some("al"), Some("al@corp"), Likeness::Same)]
    #[case::by_email(Some("0a1b"), Some("al@x.com"), Likeness::Same)]
    #[case::by_neither(Some("bo"), Some("bo@x.com"), Likeness::Another)]
    fn claims_are_held_against_the_word_of_the_platform_where_there_is_nothing_better(
        #[case] subject: Option<&str>,
        #[case] email: Option<&str>,
        #[case] expected: Likeness,
    ) {
        let al = person(&json!({"sub": "al", "email": "al@x.com"}));
        assert_eq!(al.likeness(&known_as(subject, email)), expected);
    }

    #[test]
    fn what_the_platform_said_is_kept_while_claims_change() {
        let al = known_as(Some("al"), Some("al@x.com"));
        let al = al.with_more(person(&json!({"iss": "https://two", "sub": "2"})));
        assert_eq!(al.likeness(&known_as(Some("bo"), None)), Likeness::Another);
        let unconfirmed = Identity {
            subject: Some("bo".to_owned()),
            ..Identity::default()
        };
        assert!(Person::of(&"opaque".into()).confirmed_as(&unconfirmed).is_unknown());
    }

    /// Follows the tokens as far as each is the same person's as those before; returns how many are.
    fn n_same(chain: &[Value]) -> usize {
        let mut who = Person::default();
        for (at, claims) in chain.iter().enumerate() {
            let new = person(claims);
            if at > 0 && who.likeness(&new) != Likeness::Same {
                return at;
            }
            who = who.with_more(new);
        }
        chain.len()
    }

    #[rstest]
    #[case::the_email_is_left_out_once(
        &[json!({"sub": "al", "email": "al@x"}), json!({"sub": "al"}), json!({"sub": "al", "email": "bo@x"})], 2
    )]
    #[case::the_subject_is_left_out_once(
        &[json!({"sub": "al", "email": "al@x"}), json!({"email": "al@x"}), json!({"sub": "bo", "email": "al@x"})], 2
    )]
    #[case::the_first_claim_stays(
        &[json!({"sub": "al", "upn": "al@x", "email": "al@x"}), json!({"sub": "al", "upn": "al@x", "email": "bo@x"})], 1
    )]
    #[case::an_issuer_that_was_left_out(
        &[json!({"iss": "1", "sub": "al", "email": "al@x"}), json!({"email": "al@x"}),
          json!({"iss": "2", "sub": "bo", "email": "al@x"})], 2
    )]
    #[case::nothing_changes(
        &[json!({"sub": "al", "email": "al@x"}), json!({"sub": "al"}), json!({"email": "AL@x"}),
          json!({"sub": "al", "upn": "al"}), json!({"sub": "al", "email": "al@x"})], 5
    )]
    fn a_token_is_held_against_all_that_came_before(#[case] chain: &[Value], #[case] expected: usize) {
        assert_eq!(n_same(chain), expected);
    }

    #[rstest]
    #[case::nothing_new(json!({"sub": "al"}), None, Likeness::Same)]
    #[case::the_name_the_platform_says(json!({"sub": "al", "email": "Al@x"}), None, Likeness::Same)]
    #[case::another_name(json!({"sub": "al", "email": "bo@x"}), None, Likeness::Unclear)]
    #[case::another_id(json!({"sub": "al", "oid": "bo"}), None, Likeness::Unclear)]
    #[case::another_name_of_the_same(json!({"sub": "al", "email": "al.two@x"}), Some("al@x"), Likeness::Same)]
    #[case::another_name_of_another(json!({"sub": "al", "email": "bo@x"}), Some("bo@x"), Likeness::Another)]
    fn claims_that_agree_are_held_against_the_word_of_the_platform(
        #[case] claims: Value,
        #[case] said: Option<&str>,
        #[case] expected: Likeness,
    ) {
        let al = person(&json!({"sub": "al"})).with_more(known_as(Some("al"), Some("al@x")));
        let mut new = person(&claims);
        if said.is_some() {
            new = new.with_more(known_as(None, said));
        }
        assert_eq!(al.likeness(&new), expected);
    }

    fn some(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = Option<(String, Value)>> {
        proptest::option::of(proptest::sample::select(values))
            .prop_map(move |value| value.map(|value| (name.to_owned(), Value::from(value))))
    }

    fn claims() -> impl Strategy<Value = Value> {
        let names = &["al", "bo"];
        let claims = [
            some("iss", &["1", "2"]).boxed(),
            some("oid", names).boxed(),
            some("sub", names).boxed(),
            some("upn", names).boxed(),
            some("email", &["al", "AL", "bo"]).boxed(),
        ];
        claims.prop_map(|claims| claims.into_iter().flatten().collect::<serde_json::Map<_, _>>().into())
    }

    fn contradict(one: &Value, other: &Value) -> bool {
        let differ = |name: &str| {
            let both = one.get(name).zip(other.get(name));
            both.is_some_and(|(one, other)| one.to_string().to_lowercase() != other.to_string().to_lowercase())
        };
        let is_one_issuer = one.get("iss") == other.get("iss");
        differ("upn") || differ("email") || (is_one_issuer && (differ("oid") || differ("sub")))
    }

    proptest! {
        #[test]
        fn no_two_tokens_of_a_login_contradict_each_other(chain in proptest::collection::vec(claims(), 1..8)) {
            let mut who = Person::default();
            let mut taken: Vec<Value> = Vec::new();
            for claims in chain {
                let new = person(&claims);
                if who.is_unknown() || who.likeness(&new) == Likeness::Same {
                    who = who.with_more(new);
                    let enemy = taken.iter().find(|before| contradict(before, &claims));
                    prop_assert!(enemy.is_none(), "{} and {}", enemy.unwrap_or(&Value::Null), claims);
                    taken.push(claims);
                }
            }
        }
    }
}
