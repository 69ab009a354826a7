//! Which proxies the environment names, and what a context says instead.
//!
//! The variables are those that curl and most other programs know; where one is set in lower and in upper case, the
//! lower case wins. What a context says takes the place of all of them, `NO_PROXY` included.

use super::{Env, Error, Source};
use crate::domain::address::BaseUrl;
use crate::domain::proxy::{Exempt, Proxies, Proxy};
use crate::domain::text::SafeText;

/// One setting in its two spellings, the one that wins first.
type Spellings = [&'static str; 2];

const HTTPS: Spellings = ["https_proxy", "HTTPS_PROXY"];
const HTTP: Spellings = ["http_proxy", "HTTP_PROXY"];
const ALL: Spellings = ["all_proxy", "ALL_PROXY"];
const EXEMPT: Spellings = ["no_proxy", "NO_PROXY"];

/// Returns the ways out. `own` is what the context in force says: `none` or the address of a proxy.
///
/// A proxy that cannot be used is an error where the way to `platform` leads through it, and a warning where another one
/// might: variables are often set for other programs.
pub(super) fn resolve(
    env: &Env,
    own: Option<(&str, Source)>,
    platform: Option<&BaseUrl>,
    warnings: &mut Vec<SafeText>,
) -> Result<Proxies, Error> {
    if let Some((text, source_of)) = own {
        let named_by = SafeText::new(&source_of.to_string());
        return Proxies::of_context(text, named_by).map_err(|bad| Error::Value {
            source_of,
            problem: format!("has a proxy that {bad}"),
        });
    }
    let exempt = match found(env, EXEMPT) {
        Some(name) => Exempt::parse(env.text(name)?.unwrap_or_default()),
        None => Exempt::default(),
    };
    let is_exempt = platform.is_some_and(|platform| exempt.covers_platform(platform));
    let mut usable = |names, is_for_https| match of_environment(env, names) {
        Ok(proxy) => Ok(proxy),
        Err(_) if is_exempt => Ok(None),
        Err(error) if platform.is_some_and(|platform| platform.is_https() == is_for_https) => Err(error),
        Err(error) => {
            let warning = SafeText::new(&format!("{error}; it is not used"));
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
            Ok(None)
        }
    };
    Ok(Proxies {
        https: usable(HTTPS, true)?,
        http: usable(HTTP, false)?,
        exempt,
    })
}

fn of_environment(env: &Env, names: Spellings) -> Result<Option<Proxy>, Error> {
    let Some(name) = found(env, names).or_else(|| found(env, ALL)) else {
        return Ok(None);
    };
    let text = env.text(name)?.unwrap_or_default();
    let proxy = Proxy::parse(text, SafeText::new(name)).map_err(|bad| Error::Value {
        source_of: Source::Variable(name),
        problem: bad.to_string(),
    })?;
    Ok(Some(proxy))
}

fn found(env: &Env, names: Spellings) -> Option<&'static str> {
    names.into_iter().find(|name| env.raw(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    type Variables = &'static [(&'static str, &'static str)];

    fn resolved(
        variables: Variables,
        own: Option<&str>,
        platform: Option<&str>,
    ) -> (Result<Proxies, String>, Vec<SafeText>) {
        let env: Env = variables.iter().copied().collect();
        let platform = platform.map(|address| BaseUrl::parse(address).unwrap());
        let own = own.map(|text| (text, Source::Context("prod".into())));
        let mut warnings = Vec::new();
        let proxies = resolve(&env, own, platform.as_ref(), &mut warnings);
        (proxies.map_err(|error| error.to_string()), warnings)
    }

    /// The proxy on the way to `platform`, and who named it.
    fn way(variables: Variables, own: Option<&str>, platform: &str) -> Option<(String, String)> {
        let (proxies, warnings) = resolved(variables, own, Some(platform));
        assert_eq!(warnings, []);
        let proxies = proxies.unwrap();
        let proxy = proxies.towards_platform(&BaseUrl::parse(platform).unwrap())?;
        Some((proxy.shown().to_string(), proxy.named_by().to_string()))
    }

    const HERE: &str = "https://nmp.example.com";
    const PLAIN: &str = "http://nmp.example.com";

    #[rstest]
    #[case::nothing(&[], None, HERE, None)]
    #[case::https(&[("HTTPS_PROXY", "http://a:1"), ("HTTP_PROXY", "http://b:1")], None, HERE, Some(("http://a:1", "HTTPS_PROXY")))]
    #[case::http(&[("HTTPS_PROXY", "http://a:1"), ("HTTP_PROXY", "http://b:1")], None, PLAIN, Some(("http://b:1", "HTTP_PROXY")))]
    #[case::all(&[("ALL_PROXY", "http://a:1")], None, HERE, Some(("http://a:1", "ALL_PROXY")))]
    #[case::one_over_all(&[("all_proxy", "http://a:1"), ("HTTPS_PROXY", "b:1")], None, HERE, Some(("http://b:1", "HTTPS_PROXY")))]
    #[case::lower_case(&[("https_proxy", "http://a:1"), ("HTTPS_PROXY", "http://b:1")], None, HERE, Some(("http://a:1", "https_proxy")))]
    #[case::empty_is_absent(&[("https_proxy", ""), ("HTTPS_PROXY", "http://b:1")], None, HERE, Some(("http://b:1", "HTTPS_PROXY")))]
    #[case::exempt(&[("HTTPS_PROXY", "http://a:1"), ("NO_PROXY", "example.com")], None, HERE, None)]
    #[case::exempt_in_lower_case(&[("HTTPS_PROXY", "http://a:1"), ("NO_PROXY", "example.com"), ("no_proxy", "example.org")], None, HERE, Some(("http://a:1", "HTTPS_PROXY")))]
    #[case::on_this_machine(&[("ALL_PROXY", "http://a:1")], None, "http://localhost:8080", None)]
    #[case::context(&[("HTTPS_PROXY", "http://a:1")], Some("http://c:1"), HERE, Some(("http://c:1", "context 'prod'")))]
    #[case::context_without(&[("HTTPS_PROXY", "http://a:1")], Some("none"), HERE, None)]
    #[case::context_knows_better(&[("NO_PROXY", "*")], Some("http://c:1"), HERE, Some(("http://c:1", "context 'prod'")))]
    #[case::context_on_this_machine(&[], Some("http://c:1"), "http://127.0.0.1:8080", None)]
    fn finds_the_way_to_the_platform(
        #[case] variables: Variables,
        #[case] own: Option<&str>,
        #[case] platform: &str,
        #[case] expected: Option<(&str, &str)>,
    ) {
        let way = way(variables, own, platform);
        let way = way.as_ref().map(|(shown, by)| (shown.as_str(), by.as_str()));
        assert_eq!(way, expected);
    }

    const SOCKS: Variables = &[("ALL_PROXY", "socks5://al:s3cret@a:1080")];

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_where_it_is_needed() {
        let refusal = resolved(SOCKS, None, Some(HERE)).0.unwrap_err();
        assert_eq!(
            refusal,
            "ALL_PROXY names a SOCKS proxy, which is not supported: name an http:// or https:// proxy"
        );
        let refusal = resolved(&[], Some("ftp://al:s3cret@a"), Some(HERE)).0.unwrap_err();
        assert_eq!(
            refusal,
            "context 'prod' has a proxy that must begin with http:// or https://"
        );
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_no_trouble_elsewhere() {
        let (proxies, warnings) = resolved(SOCKS, None, Some("http://localhost:8080"));
        assert_eq!((proxies, warnings), (Ok(Proxies::default()), Vec::new()));

        let (proxies, warnings) = resolved(&[("HTTP_PROXY", "socks5://a")], None, Some(HERE));
        assert_eq!(proxies, Ok(Proxies::default()));
        let warnings: Vec<&str> = warnings.iter().map(SafeText::as_str).collect();
        assert_eq!(
            warnings,
            [
                "HTTP_PROXY names a SOCKS proxy, which is not supported: name an http:// or https:// proxy; it is not used"
            ]
        );
    }
}
