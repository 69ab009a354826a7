//! Checks the address of a platform.

use url::Url;

/// Parses the address of a platform. What comes back has no trailing slash worth mentioning, no query and no user.
///
/// # Errors
/// Says, as the end of a sentence, what is wrong; never repeats the address, which may hold a password.
pub fn parse(typed: &str) -> Result<Url, String> {
    let typed = typed.trim();
    let mut url = match Url::parse(typed) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => return Err(without_scheme()),
        Err(error) => return Err(format!("is not a URL: {error}")),
    };
    if !matches!(url.scheme(), "http" | "https") {
        // `localhost:8080` parses, as a URL of the scheme `localhost`.
        return Err(without_scheme());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password: sign in with a token instead".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("holds a query or fragment: it must be the address of the platform alone".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn without_scheme() -> String {
    "must begin with https:// or http://".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("https://nmp.example.com/", "https://nmp.example.com/")]
    #[case(" http://localhost:8080 \n", "http://localhost:8080/")]
    #[case("https://gateway.example.com/nmp//", "https://gateway.example.com/nmp")]
    fn takes_addresses(#[case] typed: &str, #[case] expected: &str) {
        assert_eq!(parse(typed).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case("nmp.example.com", "must begin with")]
    #[case("localhost:8080", "must begin with")]
    #[case("ftp://nmp.example.com", "must begin with")]
    #[case("https://", "is not a URL")]
    #[case("https://admin:s3cret@nmp.example.com", "holds a user name")]
    #[case("https://nmp.example.com/?a=s3cret", "holds a query")]
    fn refuses_what_is_none(#[case] typed: &str, #[case] expected: &str) {
        let problem = parse(typed).unwrap_err();
        assert!(problem.starts_with(expected), "{problem}");
        assert!(!problem.contains("s3cret"), "{problem}");
    }
}
