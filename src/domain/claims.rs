//! What a bearer token says about itself. Nothing here checks a signature: claims are only shown, and marked as
//! unconfirmed, where the platform cannot be asked; a token's end is only a reason to get another one in time.

use super::identity::Identity;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What a token calls somebody, by the claims that say so; first what the platform prefers.
pub type Names = Vec<(&'static str, String)>;

/// The claims of a JWT, as far as the console has a use for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The issuer (`iss`).
    pub issuer: Option<String>,
    /// Whom it names, for machines: such a name counts only together with the issuer.
    pub ids: Names,
    /// Whom it names, for people.
    pub addresses: Names,
    /// The first of the names for machines.
    pub subject: Option<String>,
    /// The first of the names for people.
    pub email: Option<String>,
    /// The groups of whom it names.
    pub groups: Vec<String>,
    /// When it ends; `None` if it does not say.
    pub expires_at: Option<Timestamp>,
    /// When it was made; `None` if it does not say.
    pub issued_at: Option<Timestamp>,
    /// Whether it is signed by nobody (`alg` is `none`).
    pub is_unsigned: bool,
}

impl Claims {
    /// Reads the claims of `token`; an opaque one has none.
    pub fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('.').map(part);
        let (header, claims) = (parts.next()?, parts.next()??);
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let names = |of: &[&'static str]| -> Names {
            let all = of.iter().filter_map(|name| Some((*name, text(name)?.to_owned())));
            all.collect()
        };
        let first = |names: &Names| names.first().map(|(_, name)| name.clone());
        let (ids, addresses) = (names(&["oid", "sub"]), names(&["upn", "email", "preferred_username"]));
        let groups = claims.get("groups").and_then(Value::as_array);
        let algorithm = header.as_ref().and_then(|header| header.get("alg")?.as_str());
        Some(Self {
            issuer: text("iss").map(str::to_owned),
            subject: first(&ids),
            email: first(&addresses),
            ids,
            addresses,
            groups: groups
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            expires_at: claims.get("exp").and_then(instant),
            issued_at: claims.get("iat").and_then(instant),
            is_unsigned: algorithm.is_some_and(|name| name.eq_ignore_ascii_case("none")),
        })
    }

    /// Returns whom the token names; the platform may see it differently.
    pub fn identity(self) -> Identity {
        Identity {
            subject: self.subject,
            email: self.email,
            groups: self.groups,
            is_confirmed: false,
            is_platform_admin: false,
        }
    }
}

/// Returns the moment that many seconds after the epoch, whole ones; `None` for what is no moment.
pub fn from_seconds(seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it saturates, and what saturates is no Timestamp; fractions do not matter"
    )]
    Timestamp::from_second(seconds.floor() as i64).ok()
}

/// Whole seconds or, as some identity providers have it, with a fraction.
fn instant(value: &Value) -> Option<Timestamp> {
    from_seconds(value.as_f64()?)
}

/// Reads a part of a JWT: an object of JSON in base64.
pub fn part(encoded: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Returns a JWT with these claims that nobody signs, as the platform's CLI makes them.
pub fn unsigned(claims: &Value) -> String {
    let [header, claims] =
        [&json!({"alg": "none", "typ": "JWT"}), claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn token(header: &Value, claims: &Value) -> String {
        let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        format!("{header}.{claims}.c2ln")
    }

    fn read(claims: &Value) -> Claims {
        Claims::read(&token(&json!({"alg": "RS256"}), claims)).expect("it is a JWT")
    }

    #[test]
    fn reads_who_the_bearer_is_and_when_that_ends() {
        let claims = json!({
            "iss": "https://idp", "sub": "0a1b", "email": "a@x.com", "groups": ["g", 1, "/team/b"], "iat": 1_700_000_000,
            "exp": 1_700_003_600.75
        });
        assert_eq!(
            read(&claims),
            Claims {
                issuer: Some("https://idp".to_owned()),
                ids: vec![("sub", "0a1b".to_owned())],
                addresses: vec![("email", "a@x.com".to_owned())],
                subject: Some("0a1b".to_owned()),
                email: Some("a@x.com".to_owned()),
                groups: vec!["g".to_owned(), "/team/b".to_owned()],
                expires_at: Some(Timestamp::from_second(1_700_003_600).unwrap()),
                issued_at: Some(Timestamp::from_second(1_700_000_000).unwrap()),
                is_unsigned: false,
            }
        );
    }

    #[test]
    fn prefers_the_claims_the_platform_prefers() {
        let identity =
            read(&json!({"sub": "s", "oid": "o", "email": "e@x", "upn": "u@x", "preferred_username": "p"})).identity();
        assert_eq!(
            (identity.subject.as_deref(), identity.email.as_deref()),
            (Some("o"), Some("u@x"))
        );
        assert!(!identity.is_confirmed, "nobody checked it");
    }

    #[rstest]
    #[case::unsigned("none", true)]
    #[case::spelt_otherwise("None", true)]
    #[case::signed("RS256", false)]
    fn tells_who_signs_it(#[case] algorithm: &str, #[case] expected: bool) {
        let claims = Claims::read(&token(&json!({"alg": algorithm}), &json!({"sub": "s"}))).unwrap();
        assert_eq!(claims.is_unsigned, expected);
    }

    #[rstest]
    #[case::text(json!({"exp": "tomorrow"}))]
    #[case::beyond_time(json!({"exp": 1e300}))]
    #[case::absent(json!({}))]
    fn knows_no_end_where_none_is_told(#[case] claims: Value) {
        assert_eq!(read(&claims).expires_at, None);
    }

    #[rstest]
    #[case("opaque")]
    #[case("a.b.c")]
    #[case("")]
    #[case("e30.W10.c")]
    fn makes_nothing_of_what_is_no_jwt(#[case] token: &str) {
        assert_eq!(Claims::read(token), None);
    }

    #[test]
    fn a_header_that_cannot_be_read_does_not_hide_the_claims() {
        let nobody = Claims::read("a.e30.c").unwrap();
        assert!(nobody.clone().identity().is_nobody() && !nobody.is_unsigned);
    }
}
