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
use serde_json::{Map, Value, json};
use std::time::Duration;

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
    let Some(said) = object(&reply).filter(|_| is_success(&reply)) else {
        return Err(refusal(&reply));
    };
    let misfit = || Error::ProviderRefused(Some(SafeText::new("its answer holds no code that could be entered")));
    let url = text(&said, "verification_uri").or_else(|| text(&said, "verification_url"));
    let life = seconds(&said, "expires_in").unwrap_or(LIFE).min(LONGEST_LIFE);
    let expires_at = SignedDuration::try_from(life).map(|life| clock.now().saturating_add(life));
    Ok(Started {
        shown: DeviceCode {
            url: SafeText::new(url.ok_or_else(misfit)?),
            complete_url: text(&said, "verification_uri_complete").map(SafeText::new),
            code: SafeText::new(text(&said, "user_code").ok_or_else(misfit)?),
            expires_at: expires_at.ok().and_then(Result::ok).unwrap_or(Timestamp::MAX),
        },
        code: text(&said, "device_code").ok_or_else(misfit)?.into(),
        interval: seconds(&said, "interval").unwrap_or(INTERVAL).clamp(SHORTEST, LONGEST),
    })
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
    let mut interval = started.interval;
    loop {
        clock.wait(interval).await;
        if clock.now() >= started.shown.expires_at {
            return Err(Error::CodeExpired);
        }
        let reply = match web.post_form(&fields, POLL).await {
            Ok(reply) if is_unwell(&reply) => continue,
            Ok(reply) => reply,
            Err(error) if error.trouble() == Trouble::Final => return Err(Error::ProviderAway(error)),
            Err(error) => {
                tracing::debug!(%error, "the identity provider was not reached; it is asked again");
                continue;
            }
        };
        if is_success(&reply) {
            return granted(&reply, grant.bearer).map_err(|why| Error::ProviderRefused(Some(why)));
        }
        match code(&reply).as_deref() {
            Some("authorization_pending") => {}
            Some("slow_down") => interval = (interval + INTERVAL).min(LONGEST),
            Some("expired_token") => return Err(Error::CodeExpired),
            Some("access_denied") => return Err(Error::Denied),
            Some(_) | None => return Err(refusal(&reply)),
        }
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
    if is_success(&reply) {
        return granted(&reply, bearer).map_err(|why| NotRenewed::Refused(Some(why)));
    }
    if is_unwell(&reply) {
        let said = said(&reply).unwrap_or_else(|| SafeText::new(&format!("it answers with status {}", reply.status)));
        return Err(NotRenewed::Away(said));
    }
    match code(&reply).as_deref() {
        Some("invalid_grant") => Err(NotRenewed::Dead(said(&reply))),
        Some(_) | None => Err(NotRenewed::Refused(said(&reply))),
    }
}

fn words(error: &api::Error) -> SafeText {
    SafeText::new(&error.to_string())
}

fn granted(reply: &Reply, bearer: BearerField) -> Result<Granted, SafeText> {
    let said = object(reply).ok_or_else(|| SafeText::new("its answer is no JSON object"))?;
    let field = match bearer {
        BearerField::Access => "access_token",
        BearerField::Id => "id_token",
    };
    let token = text(&said, field).filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    let token = token.ok_or_else(|| SafeText::new(&format!("its answer holds no {field} that could be sent")))?;
    Ok(Granted {
        token: token.into(),
        refresh_token: text(&said, "refresh_token").map(SecretString::from),
        lifetime: seconds(&said, "expires_in"),
    })
}

fn is_success(reply: &Reply) -> bool {
    (200..300).contains(&reply.status)
}

/// It is overloaded or broken, or something in front of it is: no word about what was asked.
fn is_unwell(reply: &Reply) -> bool {
    let is_delayed = matches!(code(reply).as_deref(), Some("temporarily_unavailable" | "server_error"));
    reply.status >= 500 || matches!(reply.status, 408 | 429) || is_delayed
}

fn refusal(reply: &Reply) -> Error {
    let said = said(reply).unwrap_or_else(|| SafeText::new(&format!("it answers with status {}", reply.status)));
    Error::ProviderRefused(Some(said))
}

fn object(reply: &Reply) -> Option<Map<String, Value>> {
    serde_json::from_slice(&reply.body).ok()
}

fn code(reply: &Reply) -> Option<String> {
    text(&object(reply)?, "error").map(str::to_owned)
}

/// The provider's words for a person, else its code for machines. A page that is no JSON is not repeated.
fn said(reply: &Reply) -> Option<SafeText> {
    let said = object(reply)?;
    // The platform's own broker speaks like the platform.
    let words = ["error_description", "error", "detail"];
    words.iter().find_map(|name| text(&said, name)).map(SafeText::new)
}

fn text<'a>(said: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    said.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Some providers write numbers as text.
fn seconds(said: &Map<String, Value>, name: &str) -> Option<Duration> {
    let value = said.get(name)?;
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds).ok()
}
