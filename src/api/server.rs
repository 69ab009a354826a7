//! The first questions to a server: what it is, who is asking, and what the caller may do everywhere.

use super::request::Request;
use super::rights;
use super::wire::bindings::BindingRow;
use super::wire::{self, Authenticated, ClusterInfo, Discovery, Status};
use super::{Bearer, Client, Error, ErrorKind, Mode, expect};
use crate::domain::claims::Claims;
use crate::domain::identity::Identity;
use crate::domain::platform::{Allowed, Generation, ServerInfo, Support};
use crate::domain::text::SafeText;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

/// Who is asking, and how that is known.
struct Caller {
    identity: Identity,
    /// Whether the server itself can be asked: 0.4 and later.
    has_authenticate: bool,
}

/// How callers prove to a server who they are.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Whether it asks at all.
    pub is_auth_enabled: bool,
    /// Who vouches for its users and how that one is asked, as the server says it: each generation in its own way.
    pub provider: Option<serde_json::Value>,
}

impl Client {
    /// Asks a server how callers prove who they are; it answers everybody.
    ///
    /// # Errors
    /// Fails where no platform answers.
    pub async fn sign_in(&self) -> Result<SignIn, Error> {
        let said: Discovery = self.ask(Request::discovery()).await?;
        Ok(SignIn {
            is_auth_enabled: said.auth_enabled,
            provider: said.oidc.filter(|oidc| !oidc.is_null()),
        })
    }

    /// Asks the server as whom it sees the caller; servers that cannot tell leave it to what the token says.
    ///
    /// # Errors
    /// Fails where the server does not accept the caller, or cannot be asked.
    pub async fn whoami(&self) -> Result<Identity, Error> {
        match self.authenticate().await {
            Err(error) if is_hidden(&error) => {}
            answered => return answered,
        }
        // Whoever may list nothing is refused for that, and not for the token.
        match self.first_workspace().await {
            Err(error) if *error.kind() != ErrorKind::Forbidden => Err(error),
            Ok(()) | Err(_) => Ok(self.claimed_identity().await),
        }
    }

    async fn authenticate(&self) -> Result<Identity, Error> {
        let request = Request::authenticate();
        let answer = self.read(&request).await?;
        let identity = confirmed(expect(&answer, &request, wire::decode)?);
        if let (Some(Bearer::Kept(tokens)), Some(token)) = (&self.shared.token, &answer.token) {
            tokens.heard_identity(token, &identity);
        }
        Ok(identity)
    }

    /// Proves that a platform answers, and to this caller.
    async fn first_workspace(&self) -> Result<(), Error> {
        let request = Request::workspaces(1, 1, None);
        let answer = self.read(&request).await?;
        expect::<wire::Page<wire::WorkspaceRow>>(&answer, &request, wire::decode_list)?;
        Ok(())
    }

    /// Asks a server what it is and who the caller is to it: seven or eight small requests, most of them at
    /// once, none with an effect. On a read-only connection the right to create is not asked for.
    ///
    /// # Errors
    /// Fails where no platform answers, or where it does not accept the caller.
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        let (cluster, status, discovery) = tokio::join!(
            self.ask::<ClusterInfo>(Request::cluster_info()),
            self.ask::<Status>(Request::status()),
            self.ask::<Discovery>(Request::discovery()),
        );
        let is_platform = cluster.is_ok() || discovery.is_ok();
        // Gateways may hide either of the two. Without both it can be the first generation, which has neither.
        if let (Err(_), Err(error)) = (&cluster, &discovery) {
            self.find_first_generation(error).await?;
        }
        let (cluster, discovery) = (cluster.unwrap_or_default(), discovery.ok());
        let is_auth_enabled = discovery.as_ref().is_none_or(|discovery| discovery.auth_enabled);
        if !is_auth_enabled {
            self.forget_token();
        }
        let (caller, platform_admin, may_create, deletion_status) = tokio::join!(
            self.caller(is_auth_enabled),
            self.is_platform_admin(),
            self.may_create(),
            self.tells_of_deletions(),
        );
        let (caller, platform_admin, may_create) = (caller?, platform_admin?, may_create?);
        let version = cluster.platform_version;
        let said = version.as_deref().map_or(Generation::Unknown, Generation::from_version);
        let generation = match (self.shared.generation, said) {
            (Some(set), _) => set,
            (None, Generation::Unknown) if !is_platform => Generation::Seed,
            (None, Generation::Unknown) => {
                self.generation_by_probes(discovery.as_ref(), deletion_status, &caller)
                    .await
            }
            (
                None,
                known @ (Generation::Seed
                | Generation::Platform01
                | Generation::Platform03
                | Generation::Platform06
                | Generation::Helix),
            ) => known,
        };
        Ok(ServerInfo {
            version: version.as_deref().map(SafeText::new),
            generation,
            is_auth_enabled,
            identity: caller.identity,
            platform_admin,
            may_create,
            deletion_status,
            health: status
                .ok()
                .and_then(|status| status.status)
                .as_deref()
                .map(SafeText::new),
        })
    }

    /// Where neither version nor discovery answered: a list of workspaces proves that it is a platform all the same.
    async fn find_first_generation(&self, error: &Error) -> Result<(), Error> {
        if error.status() != Some(404) {
            return Err(error.clone());
        }
        match self.first_workspace().await {
            Err(list) if list.status() == Some(404) => Err(error.clone()),
            found => found,
        }
    }

    /// Asks the server who the caller is; servers that cannot tell leave it to what the token says.
    async fn caller(&self, is_auth_enabled: bool) -> Result<Caller, Error> {
        if !is_auth_enabled {
            return Ok(Caller {
                identity: Identity::default(),
                has_authenticate: false,
            });
        }
        match self.authenticate().await {
            Ok(identity) => Ok(Caller {
                identity,
                has_authenticate: true,
            }),
            Err(error) if error.kind().is_about_the_token() => Err(error),
            Err(_) => Ok(Caller {
                identity: self.claimed_identity().await,
                has_authenticate: false,
            }),
        }
    }

    async fn claimed_identity(&self) -> Identity {
        let token = match &self.shared.token {
            None => None,
            Some(Bearer::Fixed(token)) => Some(token.clone()),
            // Why there is none has been told by the requests before.
            Some(Bearer::Kept(tokens)) => tokens.current().await.unwrap_or_default(),
        };
        let claims = token.and_then(|token| Claims::read(token.expose_secret()));
        claims.map(Claims::identity).unwrap_or_default()
    }

    async fn is_platform_admin(&self) -> Result<Allowed, Error> {
        let request = Request::platform_admin_probe();
        let answer = match self.read(&request).await {
            Ok(answer) => answer,
            Err(error) => return rights::refused_or_unknown(error),
        };
        let rows = expect::<wire::Page<BindingRow>>(&answer, &request, wire::decode);
        let is_list = answer.is_json && rows.is_ok_and(|rows| rows.n_total().is_some());
        Ok(if is_list { Allowed::Yes } else { Allowed::Unknown })
    }

    async fn may_create(&self) -> Result<Allowed, Error> {
        match self.shared.mode {
            Mode::Full => self.probe(&Request::create_workspace_probe()).await,
            Mode::ReadOnly => Ok(Allowed::Unknown),
        }
    }

    /// Finds out whether the server tells how far a deletion is: some releases of the newest generation do not, and
    /// builds from source have no number that says so. An answer that is not the platform's own shows nothing.
    async fn tells_of_deletions(&self) -> Support {
        let request = Request::deletion_status_probe();
        let error = match self.read(&request).await {
            // Somebody is deleting a workspace of this very name.
            Ok(answer) => match expect::<wire::DeletionRow>(&answer, &request, wire::decode) {
                Ok(_) => return Support::Yes,
                Err(_) => return Support::Unknown,
            },
            Err(error) => error,
        };
        match (error.status(), error.said().map(SafeText::as_str)) {
            (Some(404), Some("Workspace 'zz-nope' not found")) => Support::Yes,
            (Some(404), Some("Not Found")) | (Some(403), Some("Forbidden")) => Support::No,
            _ => Support::Unknown,
        }
    }

    /// Tells the generation of a server that does not name its version.
    async fn generation_by_probes(
        &self,
        discovery: Option<&Discovery>,
        deletion_status: Support,
        caller: &Caller,
    ) -> Generation {
        if discovery.is_some_and(Discovery::lists_clients) {
            return Generation::Helix;
        }
        match deletion_status {
            Support::Yes => return Generation::Helix,
            Support::No => {}
            Support::Unknown => return Generation::Unknown,
        }
        if caller.has_authenticate {
            return self.helix_or_before().await;
        }
        let request = Request::sort_by_name_probe();
        match self.read(&request).await {
            Ok(answer) => {
                let sorted = expect::<wire::Page<wire::WorkspaceRow>>(&answer, &request, wire::decode_list);
                sorted.map_or(Generation::Unknown, |_| Generation::Platform03)
            }
            Err(error) if error.is_validation() => Generation::Platform01,
            Err(_) => Generation::Unknown,
        }
    }

    /// Tells the first releases of Helix, which cannot be asked about deletions either, from what was before: they
    /// describe themselves to anybody. That is a long answer, so it is asked for last.
    async fn helix_or_before(&self) -> Generation {
        match self.ask::<wire::Description>(Request::description()).await {
            Ok(said) if said.info.title.contains("Helix") => Generation::Helix,
            Err(error) if error.status() == Some(401) => Generation::Platform06,
            Ok(_) | Err(_) => Generation::Unknown,
        }
    }

    async fn ask<T: for<'de> Deserialize<'de>>(&self, request: Request) -> Result<T, Error> {
        let answer = self.read(&request).await?;
        expect(&answer, &request, wire::decode)
    }
}

/// Whether there is no such path, or a gateway lets nobody at it, as far as its status tells. What then stands for it
/// has to prove itself.
fn is_hidden(error: &Error) -> bool {
    matches!(error.status(), Some(403 | 404))
}

fn confirmed(said: Authenticated) -> Identity {
    Identity {
        subject: said.principal.filter(|text| !text.is_empty()),
        email: said.email.filter(|text| !text.is_empty()),
        groups: said.groups.unwrap_or_default(),
        is_confirmed: true,
        is_platform_admin: false,
    }
}
