//! Speaks to an identity provider: starts a login by code, asks until somebody has entered it, renews a login.
//!
//! What the provider answers is untrusted: its words are made safe, its tokens must be able to stand in a header, its
//! waits are bounded.

use super::clock::Clock;
use super::discovery::{BearerField, DeviceGrant, Renewal};
use super::error::Error;
use crate::api::{self, Connection, Reply, Web};
use crate::domain::login::DeviceCode;
use crate::domain::retry::Trouble;
use crate::domain::text::SafeText;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use std::time::Duration;
use url::Url;

const START: &str = "start the login at the identity provider";
const POLL: &str = "ask the identity provider whether the code was entered";
const RENEW: &str = "renew the login at the identity provider";

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long to wait between two questions where the provider does not say it, and how much longer when it asks for that.
const INTERVAL: Duration = Duration::from_secs(5);
/// However long a provider wants one to wait, and however short.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);
/// How long a code holds where the provider does not say it, and at most.
const LIFE: Duration = Duration::from_mins(10);
const LONGEST_LIFE: Duration = Duration::from_hours(1);

/// Longer than any address that somebody should open.
const LONGEST_LINK: usize = 1_000;

/// What a provider hands out.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The token the platform takes.
    pub token: SecretString,
    /// What renews it; `None` where the provider did not give another one.
    pub refresh_token: Option<SecretString>,
    /// How long the token lives, as the provider says it.
    pub lifetime: Option<Duration>,
}

/// A login by code that was started.
#[derive(Debug)]
pub struct Started {
    /// What has to be entered where.
    pub shown: DeviceCode,
    code: SecretString,
    interval: Duration,
}

/// Why a login was not renewed.
#[derive(Clone, Debug)]
pub enum NotRenewed {
    /// The provider says no to this refresh token: it ended, or somebody used it before.
    Dead(Option<SafeText>),
    /// The provider says no for another reason.
    Refused(Option<SafeText>),
    /// The provider cannot be asked, or is unwell.
    Away(SafeText),
}

/// Asks for a code.
///
/// # Errors
/// Fails where the provider cannot be reached, refuses, or gives nothing that could be entered.
pub async fn start(
    grant: &DeviceGrant,
    device_id: Option<&str>,
    connection: &Connection,
    clock: &Clock,
) -> Result<Started, Error> {
    let web = Web::at(&grant.device_endpoint, connection).map_err(Error::ProviderAddress)?;
    let mut fields = vec![("client_id", grant.client_id.as_str()), ("scope", grant.scope.as_str())];
    if let Some(id) = device_id {
        fields.push(("device_id", id));
        fields.push(("display_name", grant.display_name.as_deref().unwrap_or("nmp-console")));
    } else if let Some(name) = &grant.display_name {
        fields.push(("display_name", name));
    }
    let reply = web.post_form(&fields, START).await.map_err(Error::ProviderAway)?;
    if !is_success(&reply) || !reply.is_object() || reply.text("error").is_some() {
        return Err(refusal(&reply));
    }
    let misfit = || Error::ProviderOdd(SafeText::new("it holds no code to enter"));
    let url = reply
        .text("verification_uri")
        .or_else(|| reply.text("verification_url"));
    let url = link(&reply, url.ok_or_else(misfit)?);
    let life = reply.seconds("expires_in").unwrap_or(LIFE).min(LONGEST_LIFE);
    let expires_at = SignedDuration::try_from(life).map(|life| clock.now().saturating_add(life));
    Ok(Started {
        shown: DeviceCode {
            url: url.map_err(|why| Error::ProviderOdd(SafeText::new(&format!("the place to enter the code {why}"))))?,
            // Without it there is still the other one.
            complete_url: reply
                .text("verification_uri_complete")
                .and_then(|url| link(&reply, url).ok()),
            code: reply.words("user_code").ok_or_else(misfit)?,
            expires_at: expires_at.ok().and_then(Result::ok).unwrap_or(Timestamp::MAX),
        },
        code: reply.text("device_code").ok_or_else(misfit)?.into(),
        interval: reply.seconds("interval").unwrap_or(INTERVAL).clamp(SHORTEST, LONGEST),
    })
}

/// Takes an address that a browser shall be sent to for one, if it leads to a web server and shows where; else says what
/// is wrong with it.
fn link(reply: &Reply, text: &str) -> Result<SafeText, &'static str> {
    if text.len() > LONGEST_LINK {
        return Err("is too long an address");
    }
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("is not an address: it contains spaces or control characters");
    }
    // Its host is given back as browsers look it up, so that no letter stands in for another one.
    let Ok(url) = Url::parse(text) else {
        return Err("is no address");
    };
    if !matches!(url.scheme(), "https" | "http") {
        return Err("is not a web address: it begins with neither https:// nor http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("is an address with a user name in it, which hides where it leads");
    }
    if !reply.is_harmless(text) {
        return Err("is an address that gives a secret away");
    }
    let shown = SafeText::new(url.as_str());
    let is_whole = shown.as_str() == url.as_str();
    is_whole
        .then_some(shown)
        .ok_or("is an address that cannot be shown as it is")
}

/// Asks until somebody has entered the code, has said no, or time is up. Whoever drops this has stopped it.
///
/// # Errors
/// Fails when the code was turned down or ran out, or the provider says something else. That it cannot be reached for
/// a while is waited out: whoever enters a code somewhere must not lose it for that.
pub async fn poll(
    started: &Started,
    grant: &DeviceGrant,
    connection: &Connection,
    clock: &Clock,
) -> Result<Granted, Error> {
    let web = Web::at(&grant.token_endpoint, connection).map_err(Error::ProviderAddress)?;
    let mut fields = vec![
        ("grant_type", DEVICE_CODE),
        ("client_id", grant.client_id.as_str()),
        ("device_code", started.code.expose_secret()),
    ];
    if grant.polls_with_scope {
        fields.push(("scope", grant.scope.as_str()));
    }
    let (mut interval, mut pause) = (started.interval, started.interval);
    loop {
        clock.wait(pause).await;
        if clock.now() >= started.shown.expires_at {
            return Err(Error::CodeExpired);
        }
        pause = interval;
        let reply = match web.post_form(&fields, POLL).await {
            Ok(reply) => reply,
            Err(error) if error.trouble() == Trouble::Final => return Err(Error::ProviderAway(error)),
            Err(error) => {
                tracing::debug!(%error, "the identity provider was not reached; it is asked again");
                continue;
            }
        };
        // Some say with 200 that they have nothing to give yet, and some with 429 that they are asked too often.
        match reply.text("error") {
            Some("authorization_pending") => {}
            Some("expired_token") => return Err(Error::CodeExpired),
            Some("access_denied") => return Err(Error::Denied),
            said if said == Some("slow_down") || reply.status == 429 => {
                let asked = reply.seconds("interval").unwrap_or_default();
                interval = asked.max(interval + INTERVAL).min(LONGEST);
            }
            _ if is_unwell(&reply) => {}
            None if is_success(&reply) => return granted(&reply, grant.bearer).map_err(Error::ProviderOdd),
            Some(_) | None => return Err(refusal(&reply)),
        }
        // No longer than the code lives: whoever waits is to hear of its end then.
        let left = started.shown.expires_at.duration_since(clock.now());
        let left = Duration::try_from(left).unwrap_or_default().max(interval);
        pause = reply.retry_after.unwrap_or_default().max(interval).min(left);
    }
}

/// Asks for another token in place of one that ends. It is asked once: an answer that is lost on its way may have used
/// the refresh token up.
///
/// # Errors
/// Says whether the login is over, or only cannot be renewed now.
pub async fn renew(
    renewal: &Renewal,
    refresh_token: &SecretString,
    connection: &Connection,
) -> Result<Granted, NotRenewed> {
    let refresh_token = refresh_token.expose_secret();
    let web = Web::at(renewal.endpoint(), connection).map_err(|error| NotRenewed::Refused(Some(words(&error))))?;
    let (answer, bearer) = match renewal {
        Renewal::Provider {
            client_id,
            scope,
            bearer,
            ..
        } => {
            let mut fields = vec![
                ("grant_type", "refresh_token"),
                ("client_id", client_id),
                ("refresh_token", refresh_token),
            ];
            if !scope.is_empty() {
                fields.push(("scope", scope));
            }
            (web.post_form(&fields, RENEW).await, *bearer)
        }
        // It has already picked the token out of the provider's answer.
        Renewal::Broker { .. } => {
            let body = json!({ "grant_type": "refresh_token", "refresh_token": refresh_token });
            (web.post_json(&body, RENEW).await, BearerField::Access)
        }
    };
    let reply = answer.map_err(|error| NotRenewed::Away(words(&error)))?;
    match reply.text("error") {
        Some("invalid_grant") => Err(NotRenewed::Dead(said(&reply))),
        // A page is somebody else's word: of what stands between, or answers in its place.
        _ if is_unwell(&reply) || !reply.is_object() => Err(NotRenewed::Away(said_or_status(&reply))),
        None if is_success(&reply) => granted(&reply, bearer).map_err(|why| NotRenewed::Refused(Some(why))),
        Some(_) | None => Err(NotRenewed::Refused(Some(said_or_status(&reply)))),
    }
}

fn words(error: &api::Error) -> SafeText {
    SafeText::new(&error.to_string())
}

fn granted(reply: &Reply, bearer: BearerField) -> Result<Granted, SafeText> {
    if !reply.is_object() {
        return Err(said_or_status(reply));
    }
    let field = match bearer {
        BearerField::Access => "access_token",
        BearerField::Id => "id_token",
    };
    let token = reply
        .text(field)
        .filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    let token = token.ok_or_else(|| SafeText::new(&format!("its answer holds no usable {field}")))?;
    Ok(Granted {
        token: token.into(),
        refresh_token: reply.text("refresh_token").map(SecretString::from),
        lifetime: reply.seconds("expires_in"),
    })
}

/// Whether it gave what was asked for, as far as the status tells; some say with 200 that they do not.
fn is_success(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

/// It is overloaded or broken, or something in front of it is: no word about what was asked.
fn is_unwell(reply: &Reply) -> bool {
    let is_delayed = matches!(reply.text("error"), Some("temporarily_unavailable" | "server_error"));
    reply.status >= 500 || matches!(reply.status, 408 | 429) || is_delayed
}

/// A refusal is one only where the provider itself says so.
fn refusal(reply: &Reply) -> Error {
    match said(reply) {
        Some(said) => Error::ProviderRefused(Some(said)),
        None => Error::ProviderOdd(said_or_status(reply)),
    }
}

/// The provider's words for a person, else its code for machines. A page that is no JSON is not repeated.
fn said(reply: &Reply) -> Option<SafeText> {
    // The platform's own broker speaks like the platform.
    let words = ["error_description", "error", "detail"];
    words.iter().find_map(|name| reply.words(name))
}

fn said_or_status(reply: &Reply) -> SafeText {
    said(reply).unwrap_or_else(|| {
        let what = if reply.is_page {
            "a web page answers"
        } else if reply.is_object() {
            "it is empty"
        } else {
            "it is not a JSON object"
        };
        SafeText::new(&format!("{what} (status {})", reply.status))
    })
}
