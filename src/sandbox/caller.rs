//! Who is asking: bearer tokens, unsigned as the platform takes them where nothing is at stake.

use super::problem::Problem;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The longest subject that gets in anywhere but to the question "who am I".
const LONGEST_SUBJECT: usize = 256;

/// The caller of one request, as its token tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Caller {
    /// The token's subject, which stands in `created_by` and `granted_by`.
    pub(super) subject: String,
    pub(super) email: Option<String>,
    pub(super) groups: Vec<String>,
    pub(super) scopes: Vec<String>,
}

impl Caller {
    /// Tells the caller from the request's headers.
    pub(super) fn from_headers(headers: &HeaderMap, now: i64) -> Result<Self, Problem> {
        let Some(token) = bearer(headers) else {
            return Err(Problem::unauthorized("Unauthorized"));
        };
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(Problem::unauthorized("Invalid bearer token"));
        }
        Self::from_token(token, now)
            .filter(|caller| caller.subject.chars().count() <= LONGEST_SUBJECT)
            .ok_or_else(|| Problem::unauthorized("Invalid or expired token"))
    }

    /// The same for the question "who am I", which has words of its own.
    pub(super) fn authenticate(headers: &HeaderMap, now: i64) -> Result<Self, Problem> {
        match bearer(headers) {
            None => Err(Problem::unauthorized("Missing bearer token")),
            // Unlike everywhere else, what is expired and what is no token at all are told alike.
            Some(token) => Self::from_token(token, now).ok_or_else(|| Problem::unauthorized("Invalid bearer token")),
        }
    }

    fn from_token(token: &str, now: i64) -> Option<Self> {
        let mut parts = token.split('.');
        let (Some(head), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return None;
        };
        let algorithm = decoded(head)?;
        if !algorithm.get("alg")?.as_str()?.eq_ignore_ascii_case("none") {
            return None;
        }
        Self::from_claims(&decoded(claims)?, now)
    }

    fn from_claims(claims: &Map<String, Value>, now: i64) -> Option<Self> {
        let now = now.div_euclid(1_000_000);
        let at = |name: &str| claims.get(name).and_then(seconds);
        let is_current = at("iat")? <= now && at("exp")? > now;
        let is_begun = claims
            .get("nbf")
            .is_none_or(|_| at("nbf").is_some_and(|from| from <= now));
        let subject = claims.get("sub")?.as_str().filter(|subject| !subject.is_empty())?;
        if !is_current || !is_begun {
            return None;
        }
        let email = claims.get("email").and_then(Value::as_str);
        Some(Self {
            subject: subject.to_owned(),
            email: email.map(str::to_owned),
            groups: names(claims.get("groups")),
            scopes: words(claims.get("scope")),
        })
    }

    /// Returns the e-mail without blanks around it, if there is one.
    pub(super) fn email(&self) -> Option<&str> {
        self.email.as_deref().map(str::trim).filter(|email| !email.is_empty())
    }

    /// Returns the principal that a workspace made by this caller gets as Admin.
    pub(super) fn principal(&self) -> &str {
        self.email().unwrap_or(&self.subject)
    }

    /// Returns every principal whose roles this caller has.
    pub(super) fn principals(&self) -> Vec<&str> {
        let mut principals = vec!["*", self.subject.as_str()];
        principals.extend(self.email());
        principals.extend(self.groups.iter().map(String::as_str));
        principals
    }

    /// Returns what the platform says to "who am I".
    pub(super) fn to_json(&self) -> Value {
        json!({
            "principal": self.subject,
            "email": self.email,
            "groups": self.groups,
            "scopes": self.scopes,
            "jti": null,
            "token_kind": "oidc_access_token",
            "on_behalf_of": null,
            "on_behalf_of_email": null,
            "on_behalf_of_groups": [],
        })
    }
}

/// Returns what follows `Bearer` in whatever case, if that is the scheme.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let (scheme, token) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn decoded(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Seconds may come as a fraction or as text.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, and no token lives that long"
    )]
    let whole = |number: f64| number as i64;
    value
        .as_i64()
        .or_else(|| value.as_f64().map(whole))
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

/// One group may come as a text of its own; blanks belong to its name.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(name)) => vec![name.clone()],
        list => words(list),
    }
}

/// A list of words may come as one text, separated by blanks.
fn words(value: Option<&Value>) -> Vec<String> {
    let owned = |word: &str| Some(word.trim().to_owned()).filter(|word| !word.is_empty());
    match (value.and_then(Value::as_str), value.and_then(Value::as_array)) {
        (Some(text), _) => text.split_whitespace().filter_map(owned).collect(),
        (None, Some(list)) => list.iter().filter_map(Value::as_str).filter_map(owned).collect(),
        (None, None) => Vec::new(),
    }
}

/// Returns a token that says it is `email`, signed by nobody, as `auth login --unsigned-token` makes them.
pub fn unsigned_token(email: &str, now: Timestamp, lifetime: Duration) -> String {
    unsigned_token_with(email, Some(email), &[], now, lifetime)
}

/// Returns a token with a subject of its own, with or without an e-mail, and with groups.
pub fn unsigned_token_with(
    subject: &str,
    email: Option<&str>,
    groups: &[&str],
    now: Timestamp,
    lifetime: Duration,
) -> String {
    let issued = now.as_second();
    let expires = issued.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX));
    let mut claims = json!({"sub": subject, "iat": issued, "exp": expires, "groups": groups});
    if let (Some(email), Some(claims)) = (email, claims.as_object_mut()) {
        claims.insert("email".to_owned(), email.into());
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&json!({"alg": "none", "typ": "JWT"})), part(&claims))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const NOW: i64 = 1_800_000_000;

    fn token(claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({"alg": "none"})), part(claims))
    }

    fn caller(authorization: &str) -> Result<Caller, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, authorization.parse().unwrap());
        Caller::from_headers(&headers, NOW * 1_000_000)
    }

    #[test]
    fn a_minted_token_is_its_bearer() {
        let now = Timestamp::from_second(NOW).unwrap();
        let token = unsigned_token("al@x.com", now, Duration::from_mins(1));
        let al = caller(&format!("Bearer {token}")).unwrap();
        assert_eq!(al.principals(), ["*", "al@x.com", "al@x.com"]);
        let token = unsigned_token_with("id-1", None, &["/team/b"], now, Duration::from_mins(1));
        let nameless = caller(&format!("bearer {token}")).unwrap();
        assert_eq!(nameless.principals(), ["*", "id-1", "/team/b"]);
        assert_eq!(nameless.principal(), "id-1");
    }

    // Each claim set with the platform's verdict on it.
    #[rstest]
    #[case(json!({"sub": "a", "iat": NOW, "exp": NOW + 1}), true)]
    #[case(json!({"sub": "a", "iat": "5", "exp": NOW + 1}), true)]
    #[case(json!({"sub": "a", "iat": 1.5, "exp": NOW + 1, "email": 5}), true)]
    #[case(json!({"sub": "a", "iat": NOW, "exp": NOW}), false)]
    #[case(json!({"sub": "a", "iat": NOW + 1, "exp": NOW + 9}), false)]
    #[case(json!({"sub": "a", "iat": NOW, "exp": NOW + 9, "nbf": NOW + 1}), false)]
    #[case(json!({"sub": "a", "iat": NOW}), false)]
    #[case(json!({"sub": "a", "exp": NOW + 1}), false)]
    #[case(json!({"sub": "", "iat": NOW, "exp": NOW + 1}), false)]
    #[case(json!({"sub": 5, "iat": NOW, "exp": NOW + 1}), false)]
    #[case(json!({"iat": NOW, "exp": NOW + 1}), false)]
    fn judges_claims_as_the_platform_does(#[case] claims: Value, #[case] is_accepted: bool) {
        assert_eq!(caller(&format!("Bearer {}", token(&claims))).is_ok(), is_accepted);
    }

    #[rstest]
    #[case("Basic abc", "Unauthorized")]
    #[case("Bearer", "Invalid bearer token")]
    #[case("Bearer a b", "Invalid bearer token")]
    #[case("Bearer x", "Invalid or expired token")]
    #[case("Bearer a.b.c", "Invalid or expired token")]
    fn says_what_is_wrong_with_a_token(#[case] authorization: &str, #[case] detail: &str) {
        assert_eq!(caller(authorization), Err(Problem::unauthorized(detail)));
    }

    #[test]
    fn a_signed_token_is_not_taken_on_trust() {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let claims = json!({"sub": "a", "iat": NOW, "exp": NOW + 1});
        let signed = format!("Bearer {}.{}.sig", part(&json!({"alg": "HS256"})), part(&claims));
        assert!(caller(&signed).is_err());
    }

    #[test]
    fn blanks_around_an_email_do_not_count() {
        let claims = json!({"sub": "a", "iat": NOW, "exp": NOW + 1, "email": " al@x.com ", "groups": ["g", 5]});
        let al = caller(&format!("Bearer {}", token(&claims))).unwrap();
        assert_eq!(al.principal(), "al@x.com");
        assert_eq!(al.groups, ["g"]);
    }
}
