//! What may be named as a proxy, and what goes through it.

use super::*;
use rstest::rstest;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn proxy(typed: &str) -> Proxy {
    Proxy::parse(typed, SafeText::new("HTTPS_PROXY")).unwrap()
}

#[rstest]
#[case("http://proxy.example.com:3128", "http://proxy.example.com:3128", false)]
#[case("https://proxy.example.com/", "https://proxy.example.com", false)]
#[case("proxy.example.com:3128", "http://proxy.example.com:3128", false)]
#[case(
    " http://al:s3cret@proxy.example.com:3128/path?q=s3cret ",
    "http://proxy.example.com:3128",
    true
)]
#[case("al:s3cret@proxy.example.com:3128", "http://proxy.example.com:3128", true)]
#[case("http://s3cret@[2001:db8::1]:3128", "http://[2001:db8::1]:3128", true)]
fn shows_a_proxy_without_its_credentials(#[case] typed: &str, #[case] shown: &str, #[case] has_credentials: bool) {
    let proxy = proxy(typed);
    assert_eq!(proxy.shown().as_str(), shown);
    assert_eq!(proxy.has_credentials(), has_credentials);
    assert!(!format!("{proxy:?}").contains("s3cret"), "{proxy:?}");
    assert_eq!(proxy.url().reveal().contains("s3cret"), typed.contains("s3cret"));
}

#[rstest]
#[case("", "is empty")]
#[case("http://al:s3cret word@proxy", "contains a space")]
#[case("socks5://al:s3cret@proxy:1080", "names a SOCKS proxy")]
#[case("ftp://al:s3cret@proxy", "must begin with")]
#[case("http://al:s3cret@proxy:port", "is not the address of a proxy: invalid port")]
#[case("http://", "is not the address of a proxy: empty host")]
fn says_what_is_wrong_with_a_proxy_and_never_repeats_it(#[case] typed: &str, #[case] expected: &str) {
    let why = Proxy::parse(typed, SafeText::new("x")).unwrap_err().to_string();
    assert!(why.starts_with(expected), "{why}");
    assert!(!why.contains("s3cret"), "{why}");
}

#[rstest]
#[case("nmp.example.com", "https://nmp.example.com", true)]
#[case("NMP.example.com", "https://nmp.example.com:8443/a", true)]
#[case("example.com", "https://nmp.example.com", true)]
#[case(".example.com", "https://nmp.example.com", true)]
#[case(".example.com", "https://example.com", true)]
#[case("*.example.com", "https://nmp.example.com", true)]
#[case("ample.com", "https://nmp.example.com", false)]
#[case("nmp.example.com", "https://example.com", false)]
#[case("*", "https://nmp.example.com", true)]
#[case("*", "https://192.0.2.7", true)]
#[case("a.org, b.org nmp.example.com", "https://nmp.example.com", true)]
#[case("nmp.example.com:8443", "https://nmp.example.com:8443", true)]
#[case("nmp.example.com:8443", "https://nmp.example.com", false)]
#[case("nmp.example.com:443", "https://nmp.example.com", true)]
#[case("192.0.2.7", "https://192.0.2.7", true)]
#[case("192.0.2.7:80", "https://192.0.2.7", false)]
#[case("192.0.2.0/24", "https://192.0.2.7", true)]
#[case("192.0.2.0/29", "https://192.0.2.8", false)]
#[case("0.0.0.0/0", "https://192.0.2.7", true)]
#[case("0.0.0.0/33", "https://192.0.2.7", false)]
#[case("::/0", "https://192.0.2.7", false)]
#[case("2001:db8::/32", "https://[2001:db8::7]", true)]
#[case("::/0", "https://[2001:db8::7]", true)]
#[case("[2001:db8::7]:443", "https://[2001:db8::7]", true)]
#[case("2001:db8::7", "https://[2001:db8::7]:8443", true)]
#[case("", "https://nmp.example.com", false)]
#[case(",", "https://nmp.example.com", false)]
fn leaves_out_what_is_exempt(#[case] list: &str, #[case] destination: &str, #[case] is_direct: bool) {
    assert_eq!(Exempt::parse(list).covers(&url(destination)), is_direct);
}

#[rstest]
#[case("http://localhost:8080")]
#[case("http://127.0.0.9:8080")]
#[case("https://127.0.0.1")]
#[case("http://[::1]:8080")]
fn what_is_on_this_machine_never_goes_through_a_proxy(#[case] destination: &str) {
    let proxies = Proxies::of_context("http://proxy:3128", SafeText::new("context 'a'")).unwrap();
    assert_eq!(proxies.towards(&url(destination)), None);
    assert!(proxies.towards(&url("https://nmp.example.com")).is_some());
    assert!(proxies.towards(&url("http://nmp.example.com")).is_some());
}

#[test]
fn a_context_can_do_without_a_proxy() {
    for typed in ["none", " None "] {
        let proxies = Proxies::of_context(typed, SafeText::new("context 'a'")).unwrap();
        assert_eq!(proxies, Proxies::default());
    }
}

#[test]
fn http_and_https_may_take_different_ways() {
    let proxies = Proxies {
        http: None,
        https: Some(proxy("http://proxy:3128")),
        exempt: Exempt::default(),
    };
    assert_eq!(proxies.towards(&url("http://nmp.example.com")), None);
    let platform = BaseUrl::parse("https://nmp.example.com").unwrap();
    assert_eq!(proxies.towards_platform(&platform), proxies.https.as_ref());
}
