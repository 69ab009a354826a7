//! Whom a token is for: a login must not become another person's in silence.
//!
//! Two tokens say it best themselves, by the claims that both hold. A subject (`oid`, else `sub`) belongs to its issuer,
//! which never gives it to anybody else and keeps it through every renewal (`OpenID` Connect Core 1.0, sections 5.7 and
//! 12.2). Therefore:
//!
//! - The same subject of one issuer is the same person, also where the e-mail has moved to another claim.
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
    claims: Option<Claims>,
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
        Self {
            claims: claims.filter(|claims| claims.subject.is_some() || claims.email.is_some()),
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
            claims: Some(claims),
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

    /// Returns the same person with what another token of theirs tells.
    #[must_use]
    pub(super) fn with_more(self, other: Self) -> Self {
        Self {
            claims: other.claims.or(self.claims),
            confirmed: other.confirmed.or(self.confirmed),
        }
    }

    /// Returns whether nothing at all is known of them.
    pub(super) fn is_unknown(&self) -> bool {
        self.claims.is_none() && self.confirmed.is_none()
    }

    /// Returns the name that people know them by.
    pub(super) fn shown(&self) -> SafeText {
        let by_platform = self.confirmed.iter().flat_map(|said| [&said.email, &said.subject]);
        let by_token = self.claims.iter().flat_map(|claims| [&claims.email, &claims.subject]);
        let name = by_platform.chain(by_token).flatten().next();
        SafeText::new(name.map_or("somebody", String::as_str))
    }

    /// Returns whether the two are one.
    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let by_claims = match (&self.claims, &other.claims) {
            (Some(one), Some(other)) => by_claims(one, other),
            (_, None) | (None, _) => Likeness::Unclear,
        };
        if by_claims != Likeness::Unclear {
            return by_claims;
        }
        match (&self.confirmed, &other.confirmed, &self.claims) {
            (Some(one), Some(other), _) => by_platform(one, other),
            (None, Some(other), Some(claims)) => by_either(claims, other),
            // The platform can still be asked.
            (_, None, _) | (None, Some(_), None) => Likeness::Unclear,
        }
    }
}

fn by_claims(one: &Claims, other: &Claims) -> Likeness {
    let addresses = are_alike(&one.addresses, &other.addresses, |one, other| {
        one.eq_ignore_ascii_case(other)
    });
    // In a token that nobody signed a subject is whatever its maker liked, mostly the e-mail once more.
    let are_signed = !one.is_unsigned && !other.is_unsigned;
    let is_one_issuer = are_signed && one.issuer == other.issuer;
    let ids = are_alike(&one.ids, &other.ids, |one, other| one == other);
    let ids_tell_nothing = are_signed && !is_one_issuer && ids.is_some();
    match (ids.filter(|_| is_one_issuer), addresses) {
        (Some(false), _) | (_, Some(false)) => Likeness::Another,
        (Some(true), _) => Likeness::Same,
        (None, Some(true)) if !ids_tell_nothing => Likeness::Same,
        (None, Some(true) | None) => Likeness::Unclear,
    }
}

/// Returns whether the two agree in the first claim that both hold, if they hold one.
fn are_alike(one: &Names, other: &Names, is_same: impl Fn(&str, &str) -> bool) -> Option<bool> {
    one.iter().find_map(|(claim, name)| {
        let (_, other) = other.iter().find(|(its, _)| its == claim)?;
        Some(is_same(name, other))
    })
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
fn by_either(claims: &Claims, said: &Identity) -> Likeness {
    let subject = said.subject.as_deref().filter(|_| !claims.ids.is_empty());
    let email = said.email.as_deref().filter(|_| !claims.addresses.is_empty());
    if subject.is_none() && email.is_none() {
        return Likeness::Unclear;
    }
    let is_known = subject.is_some_and(|subject| claims.ids.iter().any(|(_, id)| id == subject))
        || email.is_some_and(|email| {
            let mut addresses = claims.addresses.iter();
            addresses.any(|(_, address)| address.eq_ignore_ascii_case(email))
        });
    if is_known { Likeness::Same } else { Likeness::Another }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
}
