//! What a bearer token says about its bearer. Nothing here checks a signature: the claims are only shown,
//! and marked as unconfirmed, where the platform cannot be asked.

use crate::domain::identity::Identity;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Reads the claims of a JWT; whoever sends an opaque token remains nobody.
pub(super) fn claims(token: &str) -> Identity {
    let Some(claims) = payload(token) else {
        return Identity::default();
    };
    let text = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| claims.get(name).and_then(Value::as_str))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let groups = claims.get("groups").and_then(Value::as_array);
    Identity {
        subject: text(&["oid", "sub"]),
        email: text(&["upn", "email", "preferred_username"]),
        groups: groups
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        is_confirmed: false,
        is_platform_admin: false,
    }
}

fn payload(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn token(claims: &Value) -> String {
        format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn reads_who_the_bearer_is() {
        let identity = claims(&token(
            &json!({"sub": "0a1b", "email": "a@x.com", "groups": ["g", 1, "/team/b"]}),
        ));
        assert_eq!(
            identity,
            Identity {
                subject: Some("0a1b".to_owned()),
                email: Some("a@x.com".to_owned()),
                groups: vec!["g".to_owned(), "/team/b".to_owned()],
                is_confirmed: false,
                is_platform_admin: false,
            }
        );
    }

    #[test]
    fn prefers_the_claims_the_platform_prefers() {
        let identity = claims(&token(
            &json!({"sub": "s", "oid": "o", "email": "e@x", "upn": "u@x", "preferred_username": "p"}),
        ));
        assert_eq!(
            (identity.subject.as_deref(), identity.email.as_deref()),
            (Some("o"), Some("u@x"))
        );
    }

    #[rstest]
    #[case("opaque")]
    #[case("a.b.c")]
    #[case("")]
    #[case("a.e30.c")]
    fn makes_nobody_of_what_says_nothing(#[case] token: &str) {
        assert!(claims(token).is_nobody());
    }
}
