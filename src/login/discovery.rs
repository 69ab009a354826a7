//! Who vouches for the users of a server and how that one is asked, in both shapes in which servers say it: one client
//! among the provider's own fields (before 0.8), or a list of clients of which one is the usual one.

use super::Error;
use crate::api::{Client, SignIn};
use crate::domain::text::SafeText;
use serde_json::{Map, Value};

/// What is asked for where a server does not say it.
const DEFAULT_SCOPES: &str = "openid profile email offline_access";

/// How callers prove to a server who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether it asks at all.
    pub is_auth_enabled: bool,
    /// Who vouches for its users, if it knows anybody.
    pub provider: Option<Provider>,
}

/// Who vouches for the users of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name: the issuer of its tokens.
    pub name: SafeText,
    clients: Vec<Registered>,
}

/// A client that is registered with the provider.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent of each other, and the provider's own words"
)]
#[derive(Clone, Debug, PartialEq, Eq)]
struct Registered {
    id: String,
    /// Needs no secret. The others log in through the platform, by a browser on the same machine.
    is_public: bool,
    is_default: bool,
    /// Logs in through the platform, which keeps the provider's tokens to itself.
    is_brokered: bool,
    scope: String,
    bearer: BearerField,
    token_endpoint: Option<String>,
    device_endpoint: Option<String>,
    wants_device_id: bool,
    display_name: Option<String>,
    polls_with_scope: bool,
    broker_endpoint: Option<String>,
}

/// Which of the tokens a provider hands out is the one the platform takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerField {
    /// The `access_token` of the answer.
    Access,
    /// The `id_token` of the answer.
    Id,
}

/// What is needed to log in by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceGrant {
    /// The OAuth client that asks for the token.
    pub client_id: String,
    /// The scopes to ask for, separated by blanks.
    pub scope: String,
    /// Where codes come from.
    pub device_endpoint: String,
    /// Where tokens come from.
    pub token_endpoint: String,
    /// Which of the tokens is the one.
    pub bearer: BearerField,
    /// Whether the provider wants to know the machine again.
    pub wants_device_id: bool,
    /// How the machine calls itself to the provider.
    pub display_name: Option<String>,
    /// Whether the question for tokens repeats what for.
    pub polls_with_scope: bool,
}

/// What is needed to renew a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The provider renews it.
    Provider {
        /// Where tokens come from.
        endpoint: String,
        /// The OAuth client that asks for the token.
        client_id: String,
        /// The scopes to ask for, separated by blanks.
        scope: String,
        /// Which of the tokens is the one.
        bearer: BearerField,
    },
    /// The platform renews it, which keeps the provider's tokens to itself.
    Broker {
        /// The token endpoint of the provider.
        endpoint: String,
    },
}

impl Renewal {
    /// Returns where tokens come from.
    pub fn endpoint(&self) -> &str {
        match self {
            Self::Provider { endpoint, .. } | Self::Broker { endpoint } => endpoint,
        }
    }
}

/// Asks the server behind `client`.
///
/// # Errors
/// Fails where the server does not answer, or describes its provider in a way nobody can follow.
pub async fn ask(client: &Client) -> Result<Terms, Error> {
    match client.sign_in().await {
        Ok(said) => read(&said),
        Err(error) => Err(Error::Server(error)),
    }
}

fn read(said: &SignIn) -> Result<Terms, Error> {
    let provider = match &said.provider {
        None => None,
        Some(Value::Object(oidc)) => Some(provider(oidc).map_err(Error::Discovery)?),
        Some(_) => return Err(Error::Discovery("oidc is no object")),
    };
    Ok(Terms {
        is_auth_enabled: said.is_auth_enabled,
        provider,
    })
}

fn provider(oidc: &Map<String, Value>) -> Result<Provider, &'static str> {
    let clients = match oidc.get("clients") {
        None => vec![flat(oidc)?],
        Some(Value::Array(clients)) => clients.iter().map(listed).collect::<Result<_, _>>()?,
        Some(_) => return Err("clients is no list"),
    };
    Ok(Provider {
        name: SafeText::with_limit(text(oidc, "issuer")?.unwrap_or("its identity provider"), 200),
        clients,
    })
}

/// The shape before 0.8. Some of those servers name a client that is meant for command lines besides another one.
fn flat(oidc: &Map<String, Value>) -> Result<Registered, &'static str> {
    let id = match text(oidc, "cli_client_id")? {
        Some(id) => Some(id),
        None => text(oidc, "client_id")?,
    };
    Ok(Registered {
        is_public: true,
        is_default: true,
        ..registered(oidc, id)?
    })
}

fn listed(client: &Value) -> Result<Registered, &'static str> {
    let client = client.as_object().ok_or("one of the clients is no object")?;
    let is_public = match text(client, "client_authentication")? {
        Some("public") => true,
        Some("client_secret_basic") => false,
        Some(_) | None => return Err("client_authentication is neither public nor client_secret_basic"),
    };
    Ok(Registered {
        is_public,
        is_default: flag(client, "default", false)?,
        is_brokered: !is_public || flag(client, "server_side_sessions", false)?,
        ..registered(client, text(client, "client_id")?)?
    })
}

fn registered(fields: &Map<String, Value>, id: Option<&str>) -> Result<Registered, &'static str> {
    let owned = |name| Ok::<_, &'static str>(text(fields, name)?.map(str::to_owned));
    let scopes = text(fields, "default_scopes")?.unwrap_or(DEFAULT_SCOPES);
    Ok(Registered {
        id: id.ok_or("there is no client_id")?.to_owned(),
        is_public: false,
        is_default: false,
        is_brokered: false,
        scope: scoped(scopes, text(fields, "scope_prefix")?),
        bearer: match text(fields, "bearer_token_source")? {
            None | Some("access_token") => BearerField::Access,
            Some("id_token") => BearerField::Id,
            Some(_) => return Err("bearer_token_source is neither access_token nor id_token"),
        },
        token_endpoint: owned("token_endpoint")?,
        device_endpoint: owned("device_authorization_endpoint")?,
        wants_device_id: flag(fields, "device_authorization_requires_device_id", false)?,
        display_name: owned("device_authorization_display_name")?,
        polls_with_scope: flag(fields, "device_token_request_includes_scope", true)?,
        broker_endpoint: owned("broker_token_endpoint")?,
    })
}

impl Provider {
    /// Returns how to log in by a code, if there is a way: the usual client's, or else that of another one.
    pub fn device(&self) -> Option<DeviceGrant> {
        let usual = self.clients.iter().filter(|client| client.is_default);
        usual.chain(&self.clients).find_map(Registered::device)
    }

    /// Returns how a login is renewed that came from `broker`, or from the provider itself. A broker that the server
    /// does not name is not asked: the login belongs to another server, or the file was tampered with.
    pub fn renewal(&self, broker: Option<&str>) -> Option<Renewal> {
        if let Some(broker) = broker {
            let named = self
                .clients
                .iter()
                .filter_map(|client| client.broker_endpoint.as_deref());
            let mut matching = named.filter(|endpoint| *endpoint == broker);
            let endpoint = matching.next()?.to_owned();
            return matching.next().is_none().then_some(Renewal::Broker { endpoint });
        }
        let client = self.clients.iter().find(|client| client.is_public)?;
        Some(Renewal::Provider {
            endpoint: client.token_endpoint.clone()?,
            client_id: client.id.clone(),
            scope: client.scope.clone(),
            bearer: client.bearer,
        })
    }
}

impl Registered {
    fn device(&self) -> Option<DeviceGrant> {
        if !self.is_public || self.is_brokered {
            return None;
        }
        Some(DeviceGrant {
            client_id: self.id.clone(),
            scope: self.scope.clone(),
            device_endpoint: self.device_endpoint.clone()?,
            token_endpoint: self.token_endpoint.clone()?,
            bearer: self.bearer,
            wants_device_id: self.wants_device_id,
            display_name: self.display_name.clone(),
            polls_with_scope: self.polls_with_scope,
        })
    }
}

/// Puts the prefix before the scopes that are the platform's own; `openid` and its like belong to the provider.
fn scoped(scopes: &str, prefix: Option<&str>) -> String {
    let Some(prefix) = prefix.map(|prefix| prefix.trim_end_matches('/')) else {
        return scopes.to_owned();
    };
    let scopes = scopes.split_whitespace().map(|scope| {
        if scope.contains(':') || scope.ends_with(".default") {
            format!("{prefix}/{scope}")
        } else {
            scope.to_owned()
        }
    });
    scopes.collect::<Vec<_>>().join(" ")
}

/// A text that is there; null and nothing are the same.
fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, &'static str> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => Err("a field is no text"),
    }
}

fn flag(fields: &Map<String, Value>, name: &str, otherwise: bool) -> Result<bool, &'static str> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(otherwise),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            Err("a field is neither true nor false")
        }
    }
}

#[cfg(test)]
mod tests;
