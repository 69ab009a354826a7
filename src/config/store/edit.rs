//! What can be changed in the config file, and which keys of it that concerns.

use super::super::Error;
use super::super::env::Family;
use super::super::error::Place;
use super::super::platform::{Context, PlatformFile, StoredTokens};
use super::patch::{Step, Target};
use super::scalar::Scalar;
use super::tree::Node;
use crate::domain::address::BaseUrl;
use crate::domain::claims::Claims;
use crate::domain::context::ContextName;
use crate::domain::ids::WorkspaceName;
use secrecy::{ExposeSecret as _, SecretString};
use std::path::{Path, PathBuf};

/// A change to the config file.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Keeps new tokens for a context, in the place of everything its user signed in with before. Where several
    /// contexts share that user, this goes for all of them.
    Tokens {
        /// The context whose entry is changed.
        context: ContextName,
        /// Its tokens, all of them: what is not here is not kept.
        tokens: StoredTokens,
    },
    /// Does the same for somebody who logs in. Where no context is current, this one becomes it, as it does with the CLI:
    /// without a current context nobody finds the login again.
    LogIn {
        /// The context whose entry is changed.
        context: ContextName,
        /// The tokens it signs in with from now on.
        tokens: StoredTokens,
    },
    /// Forgets everything a context signs in with.
    ForgetTokens {
        /// The context whose entry is changed.
        context: ContextName,
    },
    /// Sets where the commands of a context act when nothing else is said.
    Workspace {
        /// The context whose entry is changed.
        context: ContextName,
        /// The workspace to act in by default.
        workspace: WorkspaceName,
    },
    /// Says which context is current.
    CurrentContext(ContextName),
    /// Adds a context with a cluster and a user of its own; it becomes current if none is.
    AddContext {
        /// The name of the new context.
        name: ContextName,
        /// The address of the new cluster.
        base_url: BaseUrl,
        /// The certificates to trust in place of the system's.
        certificate_authority: Option<PathBuf>,
        /// What it signs in with.
        tokens: Option<StoredTokens>,
    },
}

impl Edit {
    /// Returns the context that the change adds.
    pub(super) fn adds(&self) -> Option<&ContextName> {
        let Self::AddContext { name, .. } = self else {
            return None;
        };
        Some(name)
    }

    /// Returns what is to be changed in the text.
    ///
    /// # Errors
    /// If the file does not hold what the change is about.
    pub(super) fn steps(&self, file: &PlatformFile, root: Option<&Node>, family: Family) -> Result<Vec<Step>, Error> {
        let path = &file.location.path;
        match self {
            Self::Tokens { context, tokens } => {
                let user = entry(root, "users", &existing(file, context)?.user_name, path)?;
                Ok(sign_in(user, tokens, family))
            }
            Self::LogIn { context, tokens } => {
                let user = entry(root, "users", &existing(file, context)?.user_name, path)?;
                Ok(becoming_current(file, context)
                    .chain(sign_in(user, tokens, family))
                    .collect())
            }
            Self::ForgetTokens { context } => {
                let user = entry(root, "users", &existing(file, context)?.user_name, path)?;
                Ok(sign_out(user))
            }
            Self::Workspace { context, workspace } => {
                let context = entry(root, "contexts", &existing(file, context)?.name, path)?;
                Ok(vec![Step::Set(context, "workspace", Scalar::text(workspace.raw()))])
            }
            Self::CurrentContext(name) => {
                let name = &existing(file, name)?.name;
                Ok(vec![Step::Set(Target::Root, "current_context", Scalar::text(name))])
            }
            Self::AddContext {
                name,
                base_url,
                certificate_authority,
                tokens,
            } => {
                let cluster = cluster(base_url, certificate_authority.as_deref(), path)?;
                add(
                    file,
                    root,
                    name,
                    cluster,
                    tokens.as_ref().map(|tokens| kept(tokens, family)),
                )
            }
        }
    }
}

fn existing<'file>(file: &'file PlatformFile, name: &ContextName) -> Result<&'file Context, Error> {
    file.context(name.raw())
        .ok_or_else(|| about(name, &file.location.path, "is not defined there any more"))
}

fn about(name: &ContextName, path: &Path, problem: &str) -> Error {
    Error::Entry {
        place: Place::file(path),
        kind: "context",
        name: name.shown(),
        problem: problem.to_owned(),
    }
}

fn names<'root>(root: Option<&'root Node>, list: &str) -> impl Iterator<Item = Option<&'root str>> {
    let items = root
        .and_then(|root| root.get(list))
        .map(Node::items)
        .unwrap_or_default();
    items.iter().map(|item| item.get("name")?.text())
}

fn entry(root: Option<&Node>, list: &'static str, name: &str, path: &Path) -> Result<Target, Error> {
    let index = names(root, list).position(|found| found == Some(name));
    index
        .map(|index| Target::Entry(list, index))
        .ok_or_else(|| Error::NotEditable {
            place: Place::file(path),
            problem: "what has to change is behind a YAML alias",
        })
}

/// The keys of a user that signs in, and what they hold; a key without a value goes. The newer CLI keeps when a token
/// expires; the older one drops what it does not know, so it is given that only where the token does not say it.
fn kept(tokens: &StoredTokens, family: Family) -> [(&'static str, Option<Scalar>); 5] {
    let token = tokens.token.expose_secret();
    let is_told = Claims::read(token).is_some_and(|claims| claims.expires_at.is_some());
    let expires_at = tokens.expires_at.filter(|_| match family {
        Family::Helix => true,
        Family::Platform => !is_told,
    });
    let refresh_token = tokens.refresh_token.as_ref().map(SecretString::expose_secret);
    [
        ("type", Some(Scalar::text("oauth"))),
        ("token", Some(Scalar::text(token))),
        ("refresh_token", refresh_token.map(Scalar::text)),
        ("expires_at", expires_at.map(|at| Scalar::seconds(at.as_second()))),
        ("token_broker_url", tokens.token_broker_url.as_deref().map(Scalar::text)),
    ]
}

fn sign_in(user: Target, tokens: &StoredTokens, family: Family) -> Vec<Step> {
    let steps = kept(tokens, family).into_iter().map(|(key, value)| match value {
        Some(value) => Step::Set(user, key, value),
        None => Step::Remove(user, key),
    });
    steps.chain([Step::Remove(user, "api_key")]).collect()
}

/// Like `nemo auth logout`: the user stays and does not sign in.
fn sign_out(user: Target) -> Vec<Step> {
    let kept = ["token", "refresh_token", "expires_at", "token_broker_url", "api_key"];
    let type_ = Step::Set(user, "type", Scalar::text("no-auth"));
    let removed = kept.into_iter().map(|key| Step::Remove(user, key));
    [type_].into_iter().chain(removed).collect()
}

/// Makes a context current if none is. One that does not exist is none: with it nobody gets anywhere.
fn becoming_current(file: &PlatformFile, name: &ContextName) -> impl Iterator<Item = Step> {
    let current = file.current_context.as_deref().and_then(|name| file.context(name));
    let step = Step::Set(Target::Root, "current_context", Scalar::text(name.raw()));
    current.is_none().then_some(step).into_iter()
}

type Keys = Vec<(&'static str, Scalar)>;

/// The CLI writes an address without a path with a slash, and a path without one.
fn cluster(base_url: &BaseUrl, authority: Option<&Path>, path: &Path) -> Result<Keys, Error> {
    let has_path = base_url.as_str().matches('/').count() > 2;
    let slash = if has_path { "" } else { "/" };
    let mut keys = vec![("base_url", Scalar::text(&format!("{}{slash}", base_url.as_str())))];
    if let Some(authority) = authority {
        let authority = std::path::absolute(authority).unwrap_or_else(|_| authority.to_owned());
        let text = authority.to_str().ok_or_else(|| Error::NotEditable {
            place: Place::file(path),
            problem: "the path of the certificates is not UTF-8",
        })?;
        keys.push(("certificate_authority", Scalar::text(text)));
    }
    Ok(keys)
}

fn add(
    file: &PlatformFile,
    root: Option<&Node>,
    name: &ContextName,
    cluster: Keys,
    tokens: Option<[(&'static str, Option<Scalar>); 5]>,
) -> Result<Vec<Step>, Error> {
    let path = &file.location.path;
    if name.raw().trim().is_empty() {
        return Err(about(name, path, "has no name"));
    }
    if file.context(name.raw()).is_some() {
        return Err(about(name, path, "is defined there already"));
    }
    let cluster_name = free(root, "clusters", &format!("{}-cluster", cluster_word(name.raw())));
    let user_name = free(root, "users", &format!("{}-user", name.raw()));
    let mut steps: Vec<Step> = becoming_current(file, name).collect();
    let mut cluster_keys = vec![("name", Scalar::text(&cluster_name))];
    cluster_keys.extend(cluster);
    let mut user = vec![("name", Scalar::text(&user_name))];
    match tokens {
        Some(keys) => user.extend(keys.into_iter().filter_map(|(key, value)| Some((key, value?)))),
        None => user.push(("type", Scalar::text("no-auth"))),
    }
    let context = vec![
        ("name", Scalar::text(name.raw())),
        ("cluster", Scalar::text(&cluster_name)),
        ("user", Scalar::text(&user_name)),
    ];
    steps.push(Step::Append("clusters", cluster_keys));
    steps.push(Step::Append("users", user));
    steps.push(Step::Append("contexts", context));
    Ok(steps)
}

/// The CLI takes no cluster whose name holds anything but letters, digits, `-` and `_`.
fn cluster_word(name: &str) -> String {
    let is_taken = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    name.chars().map(|c| if is_taken(c) { c } else { '-' }).collect()
}

/// A name that no entry has: what another context refers to is not to be changed.
fn free(root: Option<&Node>, list: &str, wish: &str) -> String {
    let is_free = |name: &String| names(root, list).all(|found| found != Some(name));
    let others = (2u32..).map(|n| format!("{wish}-{n}"));
    let mut all = std::iter::once(wish.to_owned()).chain(others);
    all.find(is_free).unwrap_or_else(|| wish.to_owned())
}
