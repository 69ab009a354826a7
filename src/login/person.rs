//! Whom a token is for, as far as it says so: a login must not become another person's in silence.

use crate::domain::claims::Claims;
use crate::domain::text::SafeText;
use secrecy::{ExposeSecret as _, SecretString};

/// Whom a token names.
#[derive(Clone, Debug)]
pub(super) struct Person {
    subject: Option<String>,
    email: Option<String>,
}

impl Person {
    /// Returns whom `token` names; an opaque one names nobody.
    pub(super) fn of(token: &SecretString) -> Option<Self> {
        let claims = Claims::read(token.expose_secret())?;
        Some(Self {
            // In a token that nobody signed it is only the e-mail once more.
            subject: claims.subject.filter(|_| !claims.is_unsigned),
            email: claims.email,
        })
    }

    /// Returns who has this e-mail.
    pub(super) fn with(email: &str) -> Self {
        Self {
            subject: None,
            email: Some(email.trim().to_owned()),
        }
    }

    /// Returns the name that people know them by.
    pub(super) fn shown(&self) -> SafeText {
        let name = self.email.as_ref().or(self.subject.as_ref());
        SafeText::new(name.map_or("somebody", String::as_str))
    }

    /// Returns whether the two certainly differ: in something that is known of both.
    pub(super) fn is_not(&self, other: &Self) -> bool {
        let subjects = self.subject.as_ref().zip(other.subject.as_ref());
        let emails = self.email.as_ref().zip(other.email.as_ref());
        subjects.is_some_and(|(one, other)| one != other)
            || emails.is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn person(subject: Option<&str>, email: Option<&str>) -> Person {
        Person {
            subject: subject.map(str::to_owned),
            email: email.map(str::to_owned),
        }
    }

    #[rstest]
    #[case::the_same(Some("al"), Some("AL@x.com"), false)]
    #[case::another_subject(Some("bo"), Some("al@x.com"), true)]
    #[case::another_email(Some("al"), Some("bo@x.com"), true)]
    #[case::only_a_subject(Some("bo"), None, true)]
    #[case::only_an_email(None, Some("al@x.com"), false)]
    #[case::nothing_known(None, None, false)]
    fn two_differ_in_what_is_known_of_both(
        #[case] subject: Option<&str>,
        #[case] email: Option<&str>,
        #[case] is_other: bool,
    ) {
        let al = person(Some("al"), Some("al@x.com"));
        assert_eq!(al.is_not(&person(subject, email)), is_other);
    }

    #[test]
    fn an_opaque_token_names_nobody() {
        assert!(Person::of(&"opaque".into()).is_none());
    }
}
