//! Tokens that nobody signs, for servers that take them: made here, and made again when they end.

use super::error::Error;
use crate::domain::claims::{self, part};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

/// How long such a token lives, as the platform's CLI makes them.
const LIFETIME: i64 = 3600;

/// Makes a token for `email`. `now` is the server's time: it takes no token that was made in its future.
///
/// # Errors
/// Refuses what cannot be an e-mail.
pub fn mint(email: &str, now: Timestamp) -> Result<SecretString, Error> {
    let email = email.trim();
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || c == '*';
    if !email.contains('@') || email.chars().any(is_odd) {
        return Err(Error::BadEmail);
    }
    let claims = [("sub", json!(email)), ("email", json!(email))];
    let claims = claims
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect();
    Ok(written(claims, LIFETIME, now))
}

/// Makes `token` again, with the same claims and for as long as before; one without an end gets one, since servers have
/// long stopped to take those. `None` if somebody signed it, or it is for nobody.
pub fn again(token: &SecretString, now: Timestamp) -> Option<SecretString> {
    let mut parts = token.expose_secret().split('.');
    let (header, claims, signature) = (part(parts.next()?)?, part(parts.next()?)?, parts.next()?);
    let is_unsigned = header.get("alg")?.as_str()?.eq_ignore_ascii_case("none");
    let is_whole = signature.is_empty() && parts.next().is_none();
    claims.get("sub")?.as_str().filter(|subject| !subject.is_empty())?;
    let moment = |name| claims.get(name).and_then(Value::as_i64);
    let lifetime = moment("exp")
        .zip(moment("iat"))
        .map(|(end, start)| end.saturating_sub(start));
    let lifetime = lifetime.filter(|seconds| *seconds > 0).unwrap_or(LIFETIME);
    (is_unsigned && is_whole).then(|| written(claims, lifetime, now))
}

fn written(mut claims: Map<String, Value>, lifetime: i64, now: Timestamp) -> SecretString {
    let now = now.as_second();
    claims.insert("iat".to_owned(), json!(now));
    claims.insert("exp".to_owned(), json!(now.saturating_add(lifetime)));
    // It would say that the new token counts only from the old one's time on, or be left behind by the old one.
    claims.remove("nbf");
    claims::unsigned(&Value::Object(claims)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use rstest::rstest;

    const NOW: i64 = 1_790_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    fn token(header: &Value, claims: &Value, signature: &str) -> SecretString {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        format!("{header}.{claims}.{signature}").into()
    }

    fn claims_of(token: &SecretString) -> Value {
        let text = token.expose_secret();
        assert!(text.ends_with('.') && text.matches('.').count() == 2, "{text}");
        Value::Object(part(text.split('.').nth(1).unwrap()).unwrap())
    }

    #[test]
    fn makes_the_token_the_cli_makes() {
        let token = mint(" a@x.com ", now()).unwrap();
        assert_eq!(
            claims_of(&token),
            json!({"sub": "a@x.com", "email": "a@x.com", "iat": NOW, "exp": NOW + 3600})
        );
        assert!(
            token
                .expose_secret()
                .starts_with("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0."),
            "{{alg: none, typ: JWT}}"
        );
    }

    #[rstest]
    #[case("")]
    #[case("  ")]
    #[case("a b@x.com")]
    #[case("a@x.com\u{7}")]
    fn makes_none_for_what_is_no_email(#[case] email: &str) {
        assert!(matches!(mint(email, now()), Err(Error::BadEmail)));
    }

    #[test]
    fn makes_it_again_with_the_same_claims_and_lifetime() {
        let claims = json!({"sub": "s", "email": "a@x.com", "groups": ["g"], "scope": "x y", "aud": ["a", "b"],
            "iat": NOW - 900, "exp": NOW - 300, "nbf": NOW - 900, "more": {"deep": 1}});
        let again = again(&token(&json!({"alg": "None"}), &claims, ""), now()).unwrap();
        assert_eq!(
            claims_of(&again),
            json!({"sub": "s", "email": "a@x.com", "groups": ["g"], "scope": "x y", "aud": ["a", "b"],
                "iat": NOW, "exp": NOW + 600, "more": {"deep": 1}})
        );
    }

    #[test]
    fn gives_an_end_to_one_that_has_none() {
        let again = again(
            &token(&json!({"alg": "none"}), &json!({"sub": "s", "iat": 1}), ""),
            now(),
        )
        .unwrap();
        assert_eq!(claims_of(&again), json!({"sub": "s", "iat": NOW, "exp": NOW + 3600}));
    }

    #[rstest]
    #[case::signed(token(&json!({"alg": "RS256"}), &json!({"sub": "s"}), "c2ln"))]
    #[case::pretending(token(&json!({"alg": "none"}), &json!({"sub": "s"}), "c2ln"))]
    #[case::for_nobody(token(&json!({"alg": "none"}), &json!({"email": "a@x"}), ""))]
    #[case::opaque("opaque".to_owned().into())]
    fn makes_no_other_token_again(#[case] token: SecretString) {
        assert!(again(&token, now()).is_none());
    }
}
