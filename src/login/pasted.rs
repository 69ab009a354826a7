//! Tokens and access keys that were got elsewhere.

use super::error::Error;
use crate::domain::claims::Claims;
use crate::domain::secret::Secret;
use jiff::Timestamp;
use secrecy::SecretString;

/// Takes what was pasted, with or without the `Bearer` that stands before it in a header.
///
/// # Errors
/// Refuses what no header can carry, and what has ended by `now`, the server's time.
pub fn token(pasted: &Secret, now: Timestamp) -> Result<SecretString, Error> {
    let text = pasted.reveal().trim();
    let text = match text.split_at_checked("bearer".len()) {
        Some((start, rest))
            if start.eq_ignore_ascii_case("bearer") && !rest.starts_with(|c: char| c.is_ascii_graphic()) =>
        {
            rest.trim_start()
        }
        Some(_) | None => text,
    };
    if text.is_empty() {
        return Err(Error::BadToken("there is nothing"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::BadToken(
            "it contains spaces, line breaks or characters that no token has",
        ));
    }
    match Claims::read(text).and_then(|claims| claims.expires_at) {
        Some(end) if end <= now => Err(Error::TokenExpired(end)),
        Some(_) | None => Ok(text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use secrecy::ExposeSecret as _;

    // {"alg":"none"} . {"sub":"s","exp":1790000000} .
    const JWT: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzIiwiZXhwIjoxNzkwMDAwMDAwfQ.";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[rstest]
    #[case("ak_opaque", "ak_opaque")]
    #[case(" \tak_opaque\r\n", "ak_opaque")]
    #[case("Bearer ak_opaque", "ak_opaque")]
    #[case("bearer   ak_opaque\n", "ak_opaque")]
    #[case("bearerless", "bearerless")]
    fn takes_what_was_pasted(#[case] pasted: &str, #[case] expected: &str) {
        let token = token(&Secret::new(pasted.to_owned()), at(0)).unwrap();
        assert_eq!(token.expose_secret(), expected);
    }

    #[rstest]
    #[case("")]
    #[case(" Bearer ")]
    #[case("two words")]
    #[case("eyJh\nbGci")]
    #[case("schlüssel")]
    fn refuses_what_no_header_carries(#[case] pasted: &str) {
        let error = token(&Secret::new(pasted.to_owned()), at(0)).unwrap_err();
        assert!(matches!(error, Error::BadToken(_)), "{error}");
    }

    #[test]
    fn refuses_what_has_ended_and_says_when() {
        let pasted = Secret::new(JWT.to_owned());
        assert!(token(&pasted, at(1_789_999_999)).is_ok());
        let error = token(&pasted, at(1_790_000_000)).unwrap_err();
        assert_eq!(error.to_string(), "that token expired at 2026-09-21T14:13:20Z");
    }
}
