//! Logging in by a code, against a stand-in for an identity provider.

use crate::api_given::DEADLINE;
use crate::login_given::{Double, Mood};
use nmp_console::api::Client;
use nmp_console::login::discovery::{self, DeviceGrant, Renewal};
use nmp_console::login::provider::{self, Granted, NotRenewed};
use nmp_console::login::{Clock, Error};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Notify;

async fn grant(double: &Double) -> DeviceGrant {
    let client = Client::new(double.connection()).unwrap();
    let terms = discovery::ask(&client).await.unwrap();
    assert!(terms.is_auth_enabled);
    terms.provider.unwrap().device().unwrap()
}

async fn log_in(double: &Double, clock: &Clock) -> Result<Granted, Error> {
    let grant = grant(double).await;
    let started = provider::start(&grant, None, &double.connection(), clock).await?;
    provider::poll(&started, &grant, &double.connection(), clock).await
}

#[tokio::test]
async fn shows_the_code_and_waits_until_it_is_entered() {
    let double = Double::start().await;
    double.set_polls(&["authorization_pending", "slow_down", "authorization_pending"]);
    let (grant, clock) = (grant(&double).await, double.hand.seen(0));
    let begin = clock.now();
    let started = provider::start(&grant, None, &double.connection(), &clock)
        .await
        .unwrap();
    assert_eq!(
        started.shown.code.as_str(),
        "ABCD-\\x1bEFGH",
        "what the provider says is made safe"
    );
    assert_eq!(started.shown.url.as_str(), "https://idp.example/device");
    assert_eq!(started.shown.expires_at.duration_since(begin).as_secs(), 600);
    assert!(!format!("{started:?}").contains("secret-code"));

    let granted = provider::poll(&started, &grant, &double.connection(), &clock)
        .await
        .unwrap();
    assert_eq!(granted.lifetime.unwrap().as_secs(), 3600);
    assert_eq!(granted.refresh_token.unwrap().expose_secret(), "refresh-1");
    // 5 s and 5 s; asked to slow down, 10 s and 10 s.
    assert_eq!(clock.now().duration_since(begin).as_secs(), 30);
    let forms = double.forms();
    assert_eq!(forms.len(), 5);
    assert_eq!(
        json!(forms[0]),
        json!({"client_id": "cli", "scope": "openid email offline_access"})
    );
    assert_eq!(
        json!(forms[4]),
        json!({"client_id": "cli", "scope": "openid email offline_access", "device_code": "secret-code",
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code"})
    );
}

#[rstest]
#[case::denied("access_denied", "the login was denied where the code was entered")]
#[case::expired("expired_token", "nobody entered the code in time")]
#[case::unknown("unauthorized_client", "the identity provider refused: unauthorized_client")]
#[tokio::test]
async fn stops_where_the_provider_says_no(#[case] answer: &'static str, #[case] expected: &str) {
    let double = Double::start().await;
    double.set_polls(&["authorization_pending", answer, "authorization_pending"]);
    let error = log_in(&double, &double.hand.seen(0)).await.unwrap_err();
    assert_eq!(error.to_string(), expected);
    assert_eq!(double.asked("poll"), 2, "it is not asked again");
}

#[tokio::test]
async fn stops_when_the_code_has_run_out_even_if_nobody_says_so() {
    let double = Double::start().await;
    double.set_polls(&["authorization_pending"; 200]);
    let error = log_in(&double, &double.hand.seen(0)).await.unwrap_err();
    assert!(matches!(error, Error::CodeExpired), "{error}");
    assert_eq!(double.asked("poll"), 119, "every 5 s for less than 600 s");
}

#[tokio::test]
async fn a_provider_that_stumbles_does_not_lose_the_code() {
    let double = Double::start().await;
    double.set_polls(&["", "authorization_pending", ""]);
    let granted = log_in(&double, &double.hand.seen(0)).await.unwrap();
    assert!(granted.refresh_token.is_some());
    assert_eq!(double.asked("poll"), 4);
}

#[tokio::test]
async fn whoever_stops_waiting_stops_the_questions() {
    let double = Double::start().await;
    double.set_polls(&["authorization_pending"; 20]);
    let grant = grant(&double).await;
    let started = provider::start(&grant, None, &double.connection(), &double.hand.seen(0))
        .await
        .unwrap();
    let hand = double.hand.clone();
    // It lets two waits pass, tells that a third has begun, and lets that one pass when it is told to.
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, hear, n_waits) = (Arc::clone(&begun), Arc::clone(&go_on), AtomicUsize::new(0));
    let clock = Clock::new(
        move || hand.now(),
        move |_| {
            if n_waits.fetch_add(1, Ordering::Relaxed) < 2 {
                return Box::pin(std::future::ready(()));
            }
            let (tell, hear) = (Arc::clone(&tell), Arc::clone(&hear));
            Box::pin(async move {
                tell.notify_one();
                hear.notified().await;
            })
        },
    );
    let mut waiting = tokio::task::JoinSet::new();
    let connection = double.connection();
    waiting.spawn(async move { provider::poll(&started, &grant, &connection, &clock).await });
    tokio::time::timeout(DEADLINE, begun.notified()).await.unwrap();
    assert_eq!(double.asked("poll"), 2, "until then it was asked");
    waiting.abort_all();
    assert!(waiting.join_next().await.unwrap().unwrap_err().is_cancelled());
    // Whatever still waited would go on now.
    go_on.notify_one();
    tokio::task::yield_now().await;
    assert_eq!(Arc::strong_count(&go_on), 1, "nobody waits by that clock any more");
    assert_eq!(double.asked("poll"), 2);
}

#[rstest]
#[case::in_words(
    400,
    r#"{"error":"invalid_client","error_description":"no such \u001b[31mclient"}"#,
    " refused: no such \\x1b[31mclient"
)]
#[case::in_words_with_200(200, r#"{"error":"unauthorized_client"}"#, " refused: unauthorized_client")]
#[case::a_page(
    502,
    "<html>secret</html>",
    "'s answer cannot be used: a web page answers (status 502)"
)]
#[case::a_page_to_sign_in(
    200,
    "<html>secret</html>",
    "'s answer cannot be used: a web page answers (status 200)"
)]
#[case::a_word(200, "ok", "'s answer cannot be used: it is not a JSON object (status 200)")]
#[case::nothing(200, "{}", "'s answer cannot be used: it holds no code to enter")]
#[case::without_a_word(400, "{}", "'s answer cannot be used: it is empty (status 400)")]
#[tokio::test]
async fn says_in_safe_words_why_there_is_no_code(#[case] status: u16, #[case] body: &'static str, #[case] words: &str) {
    let double = Double::start().await;
    double.set_mood(Mood::Says(status, body));
    let error = log_in(&double, &double.hand.seen(0)).await.unwrap_err();
    assert_eq!(error.to_string(), format!("the identity provider{words}"));
}

const GOOD: &str = "https://idp.example/device";

/// What a browser is sent to must lead to a web server, and show where.
#[rstest]
#[case::a_web_page("https://idp.example/device?a=b", Some("https://idp.example/device?a=b"))]
#[case::in_the_clear("http://idp.example/device", Some("http://idp.example/device"))]
#[case::letters_of_another_script("https://\u{456}dp.example/", Some("https://xn--dp-goc.example/"))]
#[case::a_script("javascript:alert(1)", None)]
#[case::a_script_in_disguise("JaVaScRiPt://idp.example/%0aalert(1)", None)]
#[case::a_file("file:///etc/passwd", None)]
#[case::data("data:text/html,<script>", None)]
#[case::mail("mailto:alice@example.com", None)]
#[case::another_program("vscode://file/etc", None)]
#[case::a_host_that_is_a_user("https://idp.example@evil.example/device", None)]
#[case::a_password("https://a:b@idp.example/", None)]
#[case::a_line_break("https://idp.example/\nhttps://evil.example/", None)]
#[case::an_escape("https://idp.example/\u{1b}]8;;", None)]
#[case::a_blank("https://idp.example/a b", None)]
#[case::no_address("idp.example/device", None)]
#[case::no_host("https://", None)]
#[case::with_the_device_code("https://idp.example/device?code=secret-code", None)]
#[tokio::test]
async fn a_browser_is_sent_to_a_web_page_and_nowhere_else(#[case] address: &str, #[case] shown: Option<&str>) {
    let answer = |url: &str, complete: &str| {
        let answer = json!({"device_code": "secret-code", "user_code": "ABCD", "verification_uri": url,
            "verification_uri_complete": complete});
        let answer: &'static str = answer.to_string().leak();
        Mood::Says(200, answer)
    };
    let double = Double::start().await;
    let start = async || {
        let grant = grant(&double).await;
        provider::start(&grant, None, &double.connection(), &double.hand.seen(0)).await
    };
    double.set_mood(answer(address, GOOD));
    let started = start().await;
    match (shown, started) {
        (Some(shown), Ok(started)) => assert_eq!(started.shown.url.as_str(), shown),
        (None, Err(Error::ProviderOdd(why))) => {
            assert!(why.as_str().starts_with("the place to enter the code is"), "{why}");
            assert!(!why.as_str().contains("secret-code"), "{why}");
        }
        (shown, started) => panic!("{shown:?} {started:?}"),
    }
    double.set_mood(answer(GOOD, address));
    let started = start().await.unwrap();
    let complete = started.shown.complete_url.as_ref();
    assert_eq!(complete.map(nmp_console::domain::text::SafeText::as_str), shown);
    assert_eq!(started.shown.url.as_str(), GOOD, "there is still the other one");
}

/// Some providers say all of it with 200, and some that they are asked too often with 429.
#[tokio::test]
async fn the_status_of_an_answer_does_not_count_while_somebody_is_waited_for() {
    let double = Double::start().await;
    double.set_replies(&[
        (200, r#"{"error":"authorization_pending"}"#, None),
        (429, r#"{"error":"slow_down"}"#, None),
        (429, "<html>slow down</html>", None),
        (200, r#"{"error":"slow_down","interval":30}"#, None),
        (400, r#"{"error":"authorization_pending"}"#, Some("90")),
        (503, "", Some("120")),
        (500, "{}", None),
    ]);
    let (clock, begin) = (double.hand.seen(0), double.hand.now());
    let granted = log_in(&double, &clock).await.unwrap();
    assert!(granted.refresh_token.is_some());
    // 5 and 5; slower by 5 each time it is asked for: 10 and 15; as long as it says: 30; then what it says once.
    let waited = 5 + 5 + 10 + 15 + 30 + 90 + 120 + 30;
    assert_eq!(double.hand.now().duration_since(begin).as_secs(), waited);
    assert_eq!(double.asked("poll"), 8);
}

#[rstest]
#[case::denied(r#"{"error":"access_denied"}"#, "the login was denied where the code was entered")]
#[case::expired(r#"{"error":"expired_token"}"#, "nobody entered the code in time")]
#[case::a_page(
    "<html>",
    "the identity provider's answer cannot be used: a web page answers (status 200)"
)]
#[tokio::test]
async fn a_no_is_one_with_200_too(#[case] body: &'static str, #[case] expected: &str) {
    let double = Double::start().await;
    double.set_replies(&[(200, body, None)]);
    let error = log_in(&double, &double.hand.seen(0)).await.unwrap_err();
    assert_eq!(error.to_string(), expected);
}

/// Whoever waits too long for the code to be entered hears that, and not what the provider would have said later.
#[tokio::test]
async fn a_wait_beyond_the_end_of_the_code_is_its_end() {
    let double = Double::start().await;
    double.set_replies(&[(429, "{}", Some("3000"))]);
    let begun = double.hand.now();
    let error = log_in(&double, &double.hand.seen(0)).await.unwrap_err();
    assert!(matches!(error, Error::CodeExpired), "{error}");
    assert_eq!(double.asked("poll"), 1);
    let waited = double.hand.now().duration_since(begun);
    assert_eq!(
        waited.as_secs(),
        600,
        "as long as the code lives, not as long as was asked for"
    );
}

#[rstest]
#[case::in_the_clear("http://idp.example/device", "would travel in the clear")]
#[case::no_address("idp", "is not valid")]
#[case::a_file("file:///etc/passwd", "is not valid")]
#[tokio::test]
async fn sends_no_secret_where_others_could_read_it(#[case] endpoint: &str, #[case] words: &str) {
    let double = Double::start().await;
    let grant = DeviceGrant {
        device_endpoint: endpoint.to_owned(),
        ..grant(&double).await
    };
    let error = provider::start(&grant, None, &double.connection(), &double.hand.seen(0))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::ProviderAddress(_)) && error.to_string().contains(words),
        "{error}"
    );
}

async fn renewal(double: &Double, broker: Option<&str>) -> Renewal {
    let client = Client::new(double.connection()).unwrap();
    let provider = discovery::ask(&client).await.unwrap().provider.unwrap();
    provider.renewal(broker).unwrap()
}

#[tokio::test]
async fn renews_at_the_provider_and_at_the_broker_each_in_its_way() {
    let double = Double::start().await;
    let (_, refresh_token) = double.log_in();
    let at_provider = renewal(&double, None).await;
    let granted = provider::renew(&at_provider, &refresh_token.into(), &double.connection())
        .await
        .unwrap();
    assert_eq!(
        json!(double.forms()[0]),
        json!({"client_id": "cli", "grant_type": "refresh_token", "refresh_token": "refresh-1",
            "scope": "openid email offline_access"})
    );
    let at_broker = renewal(&double, Some(&format!("{}/broker", double.url))).await;
    let second = granted.refresh_token.unwrap();
    let granted = provider::renew(&at_broker, &second, &double.connection())
        .await
        .unwrap();
    assert_eq!(granted.refresh_token.unwrap().expose_secret(), "refresh-3");
    assert_eq!((double.asked("refresh"), double.asked("broker")), (1, 1));
}

#[tokio::test]
async fn tells_a_dead_login_from_a_provider_that_is_unwell() {
    let double = Double::start().await;
    let (_, refresh_token) = double.log_in();
    let renewal = renewal(&double, None).await;
    let refresh_token = refresh_token.into();
    for (status, body) in [
        (503, "<html>"),
        (429, "{}"),
        (500, "{}"),
        (400, r#"{"error":"temporarily_unavailable"}"#),
    ] {
        double.set_mood(Mood::Says(status, body));
        let why = provider::renew(&renewal, &refresh_token, &double.connection())
            .await
            .unwrap_err();
        assert!(matches!(why, NotRenewed::Away(_)), "{status}: {why:?}");
    }
    for body in [r#"{"error":"invalid_client"}"#, r#"{"error":"invalid_scope"}"#, "{}"] {
        double.set_mood(Mood::Says(400, body));
        let why = provider::renew(&renewal, &refresh_token, &double.connection())
            .await
            .unwrap_err();
        assert!(matches!(why, NotRenewed::Refused(_)), "{body}: {why:?}");
    }
    double.set_mood(Mood::Says(200, r#"{"id_token":"x"}"#));
    let why = provider::renew(&renewal, &refresh_token, &double.connection())
        .await
        .unwrap_err();
    let NotRenewed::Refused(Some(said)) = why else {
        panic!("{why:?}")
    };
    assert_eq!(said.as_str(), "its answer holds no usable access_token");
    double.set_mood(Mood::Well);
    double.end_logins();
    let why = provider::renew(&renewal, &refresh_token, &double.connection())
        .await
        .unwrap_err();
    assert!(matches!(why, NotRenewed::Dead(Some(_))), "{why:?}");
}

#[tokio::test]
async fn does_not_follow_a_provider_that_sends_it_elsewhere() {
    let double = Double::start().await;
    let renewal = renewal(&double, None).await;
    double.set_mood(Mood::Says(307, "{}"));
    let why = provider::renew(&renewal, &"r".into(), &double.connection())
        .await
        .unwrap_err();
    let NotRenewed::Away(said) = why else { panic!("{why:?}") };
    assert!(said.as_str().contains("is a redirect"), "{said}");
    assert_eq!(double.asked("refresh"), 1);
}
