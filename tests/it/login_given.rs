//! What the tests of logging in begin with: an identity provider and a gateway in one, in front of a sandbox. It hands out
//! tokens that end, rotates refresh tokens, kills a login whose refresh token is used twice, and can be told to fail.
//! Time is what the test says it is: the clock here and the clock there, which may disagree.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use nmp_console::api::{BaseUrl, Connection};
use nmp_console::domain::claims::Claims;
use nmp_console::login::Clock;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running, unsigned_token};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

use crate::api_given::limits;

/// When these tests play.
pub(crate) const BEGIN: i64 = 1_800_000_000;

/// A clock that stands still until somebody turns it, or waits by it.
#[derive(Clone)]
pub(crate) struct Hand(Arc<Mutex<Timestamp>>);

impl Hand {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Timestamp::from_second(BEGIN).unwrap())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    pub(crate) fn turn(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::from_secs(seconds);
    }

    /// Returns this clock as a machine sees it whose own is `skew` seconds ahead.
    pub(crate) fn seen(&self, skew: i64) -> Clock {
        let (now, waited) = (self.clone(), self.clone());
        Clock::new(
            move || now.now() + SignedDuration::from_secs(skew),
            move |time: Duration| {
                waited.turn(i64::try_from(time.as_secs()).unwrap());
                Box::pin(std::future::ready(()))
            },
        )
    }
}

/// What the provider does when it is asked for tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Well,
    /// Answers with this status and body.
    Says(u16, &'static str),
}

struct Grant {
    family: usize,
    is_used: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mood of its own that a test puts it in"
)]
struct Provider {
    hand: Hand,
    url: String,
    sandbox: String,
    http: reqwest::Client,
    lifetime: i64,
    /// Whom the tokens are for.
    subject: &'static str,
    email: &'static str,
    is_opaque: bool,
    /// Claims beside, or in place of, the usual ones; `null` takes one out.
    more_claims: Value,
    /// Whom each token was made for.
    persons: HashMap<String, (&'static str, &'static str)>,
    /// What the platform answers to the question who somebody is, if it does not say it.
    silence: Option<u16>,
    mood: Mood,
    /// What the next polls are answered with, before a token is.
    polls: Vec<&'static str>,
    /// The same, word for word: status, body, and how long to wait.
    replies: Vec<(u16, &'static str, Option<&'static str>)>,
    code_life: i64,
    tokens: HashMap<String, Timestamp>,
    refresh_tokens: HashMap<String, Grant>,
    dead: Vec<usize>,
    n_made: usize,
    /// How often what was asked for, by path and, for tokens, by grant.
    asked: BTreeMap<String, usize>,
    forms: Vec<BTreeMap<String, String>>,
    discovery: Option<Value>,
    /// Takes no token at all.
    is_deaf: bool,
    /// Says that its answers have lain in a cache, so that their date tells nothing.
    is_timeless: bool,
    /// Takes tokens that nobody signed.
    takes_unsigned: bool,
    /// What is done when the next refresh token has come in, before it is answered.
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
    /// Told when a refresh token has come in; and what is waited for before it is answered.
    hold: Option<(Arc<Notify>, Arc<Notify>)>,
}

impl Provider {
    fn count(&mut self, what: &str) {
        *self.asked.entry(what.to_owned()).or_default() += 1;
    }

    /// Hands out a token, and a refresh token of `family`.
    fn hand_out(&mut self, family: usize) -> Value {
        self.n_made += 1;
        let n = self.n_made;
        let now = self.hand.now().as_second();
        let end = now + self.lifetime;
        let mut claims = json!({"sub": self.subject, "email": self.email, "iat": now, "exp": end, "n": n});
        for (name, value) in self.more_claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let [head, claims] = [json!({"alg": "RS256"}), claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let token = if self.is_opaque {
            format!("opaque-{n}")
        } else {
            format!("{head}.{claims}.c2lnbmF0dXJl")
        };
        let refresh_token = format!("refresh-{n}");
        self.tokens.insert(token.clone(), Timestamp::from_second(end).unwrap());
        self.persons.insert(token.clone(), (self.subject, self.email));
        let grant = Grant { family, is_used: false };
        self.refresh_tokens.insert(refresh_token.clone(), grant);
        json!({"access_token": token, "refresh_token": refresh_token, "expires_in": self.lifetime, "token_type": "Bearer"})
    }

    /// Takes a refresh token once; a second time kills the whole login.
    fn take(&mut self, refresh_token: &str) -> Option<usize> {
        let grant = self.refresh_tokens.get_mut(refresh_token)?;
        let family = grant.family;
        if grant.is_used || self.dead.contains(&family) {
            self.dead.push(family);
            return None;
        }
        grant.is_used = true;
        Some(family)
    }
}

type Shared = Arc<Mutex<Provider>>;

/// The double, running.
pub(crate) struct Double {
    pub(crate) url: String,
    pub(crate) hand: Hand,
    shared: Shared,
    _sandbox: Running,
}

impl Double {
    pub(crate) async fn start() -> Self {
        let sandbox = sandbox::start(Options::default()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let hand = Hand::new();
        let shared = Arc::new(Mutex::new(Provider {
            hand: hand.clone(),
            url: url.clone(),
            sandbox: sandbox.url(),
            // Without certificates: to read those of the system takes longer than all the rest.
            http: reqwest::Client::builder().tls_certs_only([]).build().unwrap(),
            lifetime: 3600,
            subject: "al",
            email: PLATFORM_ADMIN,
            is_opaque: false,
            more_claims: Value::Null,
            persons: HashMap::new(),
            silence: None,
            mood: Mood::Well,
            polls: Vec::new(),
            replies: Vec::new(),
            code_life: 600,
            tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            dead: Vec::new(),
            n_made: 0,
            asked: BTreeMap::new(),
            forms: Vec::new(),
            discovery: None,
            is_deaf: false,
            is_timeless: false,
            takes_unsigned: false,
            meanwhile: None,
            hold: None,
        }));
        let router = Router::new()
            .route("/apis/auth/discovery", get(discovery))
            .route("/idp/device", post(device))
            .route("/idp/token", post(tokens))
            .route("/broker", post(broker))
            .fallback(pass_on)
            .with_state(Arc::clone(&shared));
        #[expect(clippy::disallowed_methods, reason = "it ends with the runtime of its test")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url,
            hand,
            shared,
            _sandbox: sandbox,
        }
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection {
            limits: limits(),
            ..Connection::to(BaseUrl::parse(&self.url).unwrap())
        }
    }

    /// Returns a token and a refresh token as if somebody had logged in just now.
    pub(crate) fn log_in(&self) -> (String, String) {
        let mut provider = self.shared.lock().unwrap();
        let family = provider.n_made;
        let said = provider.hand_out(family);
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    pub(crate) fn asked(&self, what: &str) -> usize {
        self.shared.lock().unwrap().asked.get(what).copied().unwrap_or_default()
    }

    /// Returns the forms that came in, the oldest first.
    pub(crate) fn forms(&self) -> Vec<BTreeMap<String, String>> {
        self.shared.lock().unwrap().forms.clone()
    }

    pub(crate) fn set_mood(&self, mood: Mood) {
        self.shared.lock().unwrap().mood = mood;
    }

    pub(crate) fn set_lifetime(&self, seconds: i64) {
        self.shared.lock().unwrap().lifetime = seconds;
    }

    /// From now on it is somebody else who logs in.
    pub(crate) fn set_person(&self, subject: &'static str, email: &'static str) {
        let mut provider = self.shared.lock().unwrap();
        (provider.subject, provider.email) = (subject, email);
    }

    /// Puts these claims into tokens from now on; `null` takes one out.
    pub(crate) fn set_claims(&self, claims: Value) {
        self.shared.lock().unwrap().more_claims = claims;
    }

    /// The platform answers with this status when it is asked who somebody is; or says it again.
    pub(crate) fn set_silence(&self, status: Option<u16>) {
        self.shared.lock().unwrap().silence = status;
    }

    pub(crate) fn set_opaque(&self) {
        self.shared.lock().unwrap().is_opaque = true;
    }

    /// What the next polls are answered with; `""` is an answer that is broken off.
    pub(crate) fn set_polls(&self, polls: &[&'static str]) {
        self.shared.lock().unwrap().polls = polls.to_vec();
    }

    /// What the next polls are answered with: status, body, and how long to wait.
    pub(crate) fn set_replies(&self, replies: &[(u16, &'static str, Option<&'static str>)]) {
        self.shared.lock().unwrap().replies = replies.to_vec();
    }

    pub(crate) fn set_discovery(&self, discovery: Value) {
        self.shared.lock().unwrap().discovery = Some(discovery);
    }

    /// Takes no token any more.
    pub(crate) fn set_deaf(&self) {
        self.shared.lock().unwrap().is_deaf = true;
    }

    pub(crate) fn set_timeless(&self) {
        self.shared.lock().unwrap().is_timeless = true;
    }

    pub(crate) fn set_unsigned(&self) {
        self.shared.lock().unwrap().takes_unsigned = true;
    }

    /// Does `this` when the next refresh token has come in, before it is answered.
    pub(crate) fn before_answering(&self, this: impl FnOnce() + Send + 'static) {
        self.shared.lock().unwrap().meanwhile = Some(Box::new(this));
    }

    /// Holds answers to refresh tokens back; returns what tells that one has come in, and what lets it go on.
    pub(crate) fn hold_answers(&self) -> (Arc<Notify>, Arc<Notify>) {
        let hold = (Arc::default(), Arc::default());
        self.shared.lock().unwrap().hold = Some((Arc::clone(&hold.0), Arc::clone(&hold.1)));
        hold
    }

    /// Takes every token back, as an administrator would; refresh tokens stay.
    pub(crate) fn revoke_tokens(&self) {
        self.shared.lock().unwrap().tokens.clear();
    }

    /// Ends every login.
    pub(crate) fn end_logins(&self) {
        self.shared.lock().unwrap().refresh_tokens.clear();
    }

    /// Renews as another program would that shares the login.
    pub(crate) fn renew_elsewhere(&self, refresh_token: &str) -> (String, String) {
        let mut provider = self.shared.lock().unwrap();
        let family = provider.take(refresh_token).unwrap();
        let said = provider.hand_out(family);
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }
}

async fn discovery(State(shared): State<Shared>) -> Response {
    let mut provider = shared.lock().unwrap();
    provider.count("discovery");
    let url = &provider.url;
    let usual = json!({"auth_enabled": true, "oidc": {"issuer": url, "clients": [{
        "client_id": "cli", "default": true, "bearer_token_source": "access_token", "name": "public",
        "default_scopes": "openid email offline_access", "client_authentication": "public",
        "token_endpoint": format!("{url}/idp/token"),
        "device_authorization_endpoint": format!("{url}/idp/device"),
        "device_token_request_includes_scope": true,
        "broker_token_endpoint": format!("{url}/broker"),
    }]}});
    let said = provider.discovery.clone().unwrap_or(usual);
    dated(&provider, axum::Json(said).into_response())
}

async fn device(State(shared): State<Shared>, body: String) -> Response {
    let mut provider = shared.lock().unwrap();
    provider.count("device");
    provider.forms.push(form(&body));
    if let Mood::Says(status, body) = provider.mood {
        return said(status, body);
    }
    axum::Json(json!({
        "device_code": "secret-code", "user_code": "ABCD-\u{1b}EFGH", "verification_uri": "https://idp.example/device",
        "verification_uri_complete": "https://idp.example/device?user_code=ABCD-EFGH",
        "expires_in": provider.code_life, "interval": 5
    }))
    .into_response()
}

async fn tokens(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    let hold = shared.lock().unwrap().hold.take();
    if let Some((reached, go_on)) = hold {
        reached.notify_one();
        go_on.notified().await;
    }
    let mut provider = shared.lock().unwrap();
    let form = form(&body);
    let kind = form.get("grant_type").cloned().unwrap_or_default();
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    provider.forms.push(form.clone());
    let what = if kind == "refresh_token" { "refresh" } else { "poll" };
    provider.count(what);
    if let Mood::Says(status, body) = provider.mood {
        return said(status, body);
    }
    if !is_form {
        return said(400, r#"{"error":"invalid_request"}"#);
    }
    if what == "refresh" {
        if let Some(meanwhile) = provider.meanwhile.take() {
            meanwhile();
        }
        let family = form.get("refresh_token").and_then(|token| provider.take(token));
        return match family {
            Some(family) => axum::Json(provider.hand_out(family)).into_response(),
            None => said(
                400,
                r#"{"error":"invalid_grant","error_description":"grant request is invalid"}"#,
            ),
        };
    }
    if form.get("device_code").map(String::as_str) != Some("secret-code") {
        return said(400, r#"{"error":"invalid_grant"}"#);
    }
    if !provider.replies.is_empty() {
        let (status, body, wait) = provider.replies.remove(0);
        let mut reply = said(status, body);
        let wait = wait.map(|wait| (header::RETRY_AFTER, HeaderValue::from_static(wait)));
        reply.headers_mut().extend(wait);
        return reply;
    }
    if provider.polls.is_empty() {
        let family = provider.n_made;
        return axum::Json(provider.hand_out(family)).into_response();
    }
    let next = provider.polls.remove(0);
    if next.is_empty() {
        return said(503, "<html>busy</html>");
    }
    said(400, &json!({ "error": next }).to_string())
}

/// What the platform does itself where it keeps the provider's tokens.
async fn broker(State(shared): State<Shared>, body: Bytes) -> Response {
    let mut provider = shared.lock().unwrap();
    provider.count("broker");
    let Ok(Value::Object(asked)) = serde_json::from_slice(&body) else {
        return said(422, r#"{"detail":"no JSON"}"#);
    };
    if asked.len() != 2 || asked["grant_type"] != "refresh_token" {
        return said(422, r#"{"detail":"two fields"}"#);
    }
    match provider.take(asked["refresh_token"].as_str().unwrap()) {
        Some(family) => axum::Json(provider.hand_out(family)).into_response(),
        None => said(400, r#"{"error":"invalid_grant"}"#),
    }
}

/// Passes requests with a good token on to the sandbox, under a token the sandbox takes.
async fn pass_on(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let is_who = parts.uri.path() == "/apis/auth/authenticate";
    let (target, http) = {
        let mut provider = shared.lock().unwrap();
        let path = parts.uri.path().to_owned();
        provider.count("platform");
        provider.count(&format!("{} {path}", parts.method));
        let given = parts.headers.get(header::AUTHORIZATION);
        let given = given.map(|value| value.to_str().unwrap().trim_start_matches("Bearer ").to_owned());
        let is_public = matches!(path.as_str(), "/cluster-info" | "/status");
        let now = provider.hand.now();
        let is_known = |token: &String| provider.tokens.get(token).is_some_and(|end| *end > now);
        let is_fine = |token: &String| provider.takes_unsigned && is_unsigned_and_holds(token, now);
        let is_good = |token: &String| is_known(token) || is_fine(token);
        let person = given.as_ref().and_then(|token| provider.persons.get(token).copied());
        let is_good = given.as_ref().is_some_and(is_good) && !provider.is_deaf;
        if !is_good && !is_public {
            provider.count("401");
            return dated(&provider, said(401, r#"{"detail":"Invalid or expired token"}"#));
        }
        if let (true, Some(status)) = (is_who, provider.silence) {
            return dated(&provider, said(status, r#"{"detail":"Not Found"}"#));
        }
        if let (true, Some((subject, email))) = (is_who, person) {
            let who = json!({"principal": subject, "email": email, "groups": []}).to_string();
            return dated(&provider, said(200, &who));
        }
        let target = format!("{}{}", provider.sandbox, parts.uri.path_and_query().unwrap());
        (target, provider.http.clone())
    };
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let mut onwards = http
        .request(parts.method, target)
        .bearer_auth(unsigned_token(
            PLATFORM_ADMIN,
            nmp_console::runtime::now(),
            Duration::from_hours(1),
        ))
        .body(body);
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        onwards = onwards.header(header::CONTENT_TYPE, kind);
    }
    let answer = onwards.send().await.unwrap();
    let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
    response
        .headers_mut()
        .extend(kind.map(|kind| (header::CONTENT_TYPE, kind)));
    *response.status_mut() = status;
    let provider = shared.lock().unwrap();
    dated(&provider, response)
}

/// As the platform judges them: without any leeway.
fn is_unsigned_and_holds(token: &str, now: Timestamp) -> bool {
    let claims = Claims::read(token).unwrap_or_default();
    let is_made = claims.issued_at.is_some_and(|start| start <= now);
    claims.is_unsigned && is_made && claims.expires_at.is_some_and(|end| end > now)
}

fn said(status: u16, body: &str) -> Response {
    let kind = if body.starts_with('{') {
        "application/json"
    } else {
        "text/html"
    };
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, kind)], body.to_owned()).into_response()
}

/// Puts the time of the other side on an answer.
fn dated(provider: &Provider, mut response: Response) -> Response {
    let date = provider.hand.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = response.headers_mut();
    headers.insert(header::DATE, HeaderValue::from_str(&date).unwrap());
    if provider.is_timeless {
        headers.insert(header::AGE, HeaderValue::from_static("60"));
    }
    response
}

fn form(body: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}
