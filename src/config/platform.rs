//! The config file of the platform's own CLI: where it lies, how it is read, and what a context in it stands for.
//!
//! The file is shared property and only read here. The CLI rewrites it in place, so a reader can meet it empty
//! or half written; [`read`] therefore gives it a second chance. Like the CLI, it is taken as a whole or not at all.

use super::env::{Env, Family, Names};
use super::error::Place;
use super::{Error, Source};
use crate::domain::address::BaseUrl;
use crate::domain::text::SafeText;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The variables that name the file.
pub const CONFIG_FILE: Names = Names {
    helix: "NHX_CONFIG_FILE",
    platform: "NMP_CONFIG_FILE",
};

/// How long the CLI may take to finish writing.
const WRITING: Duration = Duration::from_millis(100);

/// Where the file is, and what else could have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file to read.
    pub path: PathBuf,
    /// Who named it; `None` if it lies where the CLI puts it by itself.
    pub named_by: Option<Source>,
    /// Whose place it lies in, where it lies there by itself.
    pub family: Option<Family>,
    /// The other family's file, if there is one: it is not read.
    pub other: Option<PathBuf>,
}

/// The parsed and checked file.
#[derive(Debug)]
pub struct PlatformFile {
    /// Where it was read from.
    pub location: Location,
    /// Whether others than the owner may read it.
    pub is_open_to_others: bool,
    /// The context it says is current.
    pub current_context: Option<String>,
    /// Its contexts, resolved.
    pub contexts: Vec<Context>,
}

/// A context with everything it refers to.
#[derive(Debug)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// The platform's address.
    pub base_url: BaseUrl,
    /// The certificates to trust besides the system's.
    pub certificate_authority: Option<PathBuf>,
    /// How to sign in.
    pub user: User,
    /// The workspace to begin with.
    pub workspace: Option<String>,
    /// `read_only` among the metadata of the context.
    pub is_read_only: bool,
}

/// How a context signs in.
#[derive(Clone, Debug)]
pub enum User {
    /// Not at all.
    NoAuth,
    /// With a bearer token.
    Bearer {
        /// The token.
        token: SecretString,
        /// When it expires, if the file says so.
        expires_at: Option<Timestamp>,
        /// Whether the CLI can get a new one without asking.
        is_refreshable: bool,
    },
    /// With an e-mail address in place of a token: the seed generation believed it, servers since 0.3 do not.
    LegacyEmail(String),
}

/// Finds the file the way the CLI does; among two files of the two families the newer family's is taken.
///
/// # Errors
/// If a file that was named explicitly does not exist.
pub fn locate(flag: Option<&Path>, env: &Env) -> Result<Option<Location>, Error> {
    let named = flag
        .map(|path| (path.to_owned(), Source::Flag("--config")))
        .or_else(|| {
            let mut names = Family::BY_PRECEDENCE.into_iter().map(|family| CONFIG_FILE.of(family));
            names.find_map(|name| Some((env.path(name)?, Source::Variable(name))))
        });
    if let Some((path, source_of)) = named {
        if !path.exists() {
            return Err(Error::Missing { source_of, path });
        }
        return Ok(Some(Location {
            path,
            named_by: Some(source_of),
            family: None,
            other: None,
        }));
    }
    let places = Family::BY_PRECEDENCE
        .into_iter()
        .filter_map(|family| Some((family, default_path(family, env)?)));
    let mut existing = places.filter(|(_, path)| path.exists());
    Ok(existing.next().map(|(family, path)| Location {
        path,
        named_by: None,
        family: Some(family),
        other: existing.next().map(|(_, path)| path),
    }))
}

/// `$XDG_CONFIG_HOME` counts only if the CLI's folder exists in it, and no other system's customs count at all.
fn default_path(family: Family, env: &Env) -> Option<PathBuf> {
    let in_xdg = env.path("XDG_CONFIG_HOME").map(|home| home.join(family.folder()));
    let folder = in_xdg
        .filter(|folder| folder.exists())
        .or_else(|| Some(env.home()?.join(".config").join(family.folder())))?;
    Some(folder.join("config.yaml"))
}

/// Reads the file. Blocks for a tenth of a second if it looks half written, so it belongs before the runtime starts.
///
/// # Errors
/// If it cannot be read, is not YAML, or contradicts itself.
pub fn read(location: Location) -> Result<PlatformFile, Error> {
    let path = location.path.clone();
    let wire = read_twice(&path, || std::fs::read_to_string(&path), || std::thread::sleep(WRITING))?;
    let is_open_to_others = is_open_to_others(&path);
    let contexts = resolve(wire.clusters, wire.users, wire.contexts, &path)?;
    Ok(PlatformFile {
        location,
        is_open_to_others,
        current_context: wire.current_context.filter(|name| !name.trim().is_empty()),
        contexts,
    })
}

/// An empty file parses, as one without contexts; but it is also what the CLI leaves for a moment while it writes.
fn read_twice(
    path: &Path,
    mut read: impl FnMut() -> io::Result<String>,
    pause: impl FnOnce(),
) -> Result<WireFile, Error> {
    let mut attempt = || {
        let text = read().map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })?;
        Ok((text.trim().is_empty(), parse(&text, path)))
    };
    if let (false, Ok(wire)) = attempt()? {
        return Ok(wire);
    }
    pause();
    attempt()?.1
}

fn parse(text: &str, path: &Path) -> Result<WireFile, Error> {
    if text.trim().is_empty() {
        return Ok(WireFile::default());
    }
    // Without the parser's excerpt of the source: the line at fault may be the one with the token.
    let options = serde_saphyr::options! { with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| Error::Syntax {
        place: error
            .location()
            .map_or_else(|| Place::file(path), |at| Place::line(path, at.line())),
        problem: SafeText::with_limit(&error.without_snippet().to_string(), 200),
    })
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_path: &Path) -> bool {
    false
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WireFile {
    current_context: Option<String>,
    clusters: Option<Vec<WireCluster>>,
    users: Option<Vec<WireUser>>,
    contexts: Option<Vec<WireContext>>,
}

#[derive(Deserialize)]
struct WireCluster {
    name: Spanned<String>,
    base_url: Spanned<String>,
    certificate_authority: Option<PathBuf>,
}

#[derive(Deserialize)]
struct WireUser {
    name: Spanned<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    token: Option<String>,
    refresh_token: Option<String>,
    expires_at: Option<serde_json::Value>,
    api_key: Option<String>,
}

#[derive(Deserialize)]
struct WireContext {
    name: Spanned<String>,
    cluster: Spanned<String>,
    user: Spanned<String>,
    workspace: Option<String>,
    #[serde(default)]
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

fn resolve(
    clusters: Option<Vec<WireCluster>>,
    users: Option<Vec<WireUser>>,
    contexts: Option<Vec<WireContext>>,
    path: &Path,
) -> Result<Vec<Context>, Error> {
    let (clusters, users, contexts) = (
        clusters.unwrap_or_default(),
        users.unwrap_or_default(),
        contexts.unwrap_or_default(),
    );
    unique("cluster", clusters.iter().map(|cluster| &cluster.name), path)?;
    unique("user", users.iter().map(|user| &user.name), path)?;
    unique("context", contexts.iter().map(|context| &context.name), path)?;
    let clusters: Vec<_> = clusters
        .into_iter()
        .map(|cluster| check_cluster(cluster, path))
        .collect::<Result<_, _>>()?;
    let users: Vec<_> = users
        .into_iter()
        .map(|user| check_user(user, path))
        .collect::<Result<_, _>>()?;
    contexts
        .into_iter()
        .map(|context| {
            let (base_url, certificate_authority) = referred(&context, "cluster", &context.cluster, &clusters, path)?;
            let user = referred(&context, "user", &context.user, &users, path)?;
            Ok(Context {
                base_url: base_url.clone(),
                certificate_authority: certificate_authority.clone(),
                user: user.clone(),
                workspace: context.workspace.filter(|name| !name.trim().is_empty()),
                is_read_only: context.metadata.as_ref().is_some_and(|map| is_on(map.get("read_only"))),
                name: context.name.value,
            })
        })
        .collect()
}

type Named<T> = (String, T);

fn referred<'all, T>(
    context: &WireContext,
    kind: &'static str,
    reference: &Spanned<String>,
    all: &'all [Named<T>],
    path: &Path,
) -> Result<&'all T, Error> {
    let found = all.iter().find(|(name, _)| *name == reference.value);
    found.map(|(_, value)| value).ok_or_else(|| Error::Dangling {
        place: place_of(reference, path),
        context: SafeText::new(&context.name.value),
        kind,
        name: SafeText::new(&reference.value),
        known: all.iter().map(|(name, _)| SafeText::new(name)).collect(),
    })
}

fn unique<'all>(
    kind: &'static str,
    names: impl Iterator<Item = &'all Spanned<String>>,
    path: &Path,
) -> Result<(), Error> {
    let mut seen = Vec::new();
    for name in names {
        if name.value.trim().is_empty() {
            return Err(entry(kind, name, path, "has no name".to_owned()));
        }
        if seen.contains(&&name.value) {
            return Err(Error::Duplicate {
                place: place_of(name, path),
                kind,
                name: SafeText::new(&name.value),
            });
        }
        seen.push(&name.value);
    }
    Ok(())
}

fn check_cluster(cluster: WireCluster, path: &Path) -> Result<Named<(BaseUrl, Option<PathBuf>)>, Error> {
    match BaseUrl::parse(&cluster.base_url.value) {
        Ok(url) => Ok((cluster.name.value, (url, cluster.certificate_authority))),
        Err(problem) => Err(Error::Entry {
            place: place_of(&cluster.base_url, path),
            kind: "cluster",
            name: SafeText::new(&cluster.name.value),
            problem: format!("has a base_url that {problem}"),
        }),
    }
}

fn check_user(user: WireUser, path: &Path) -> Result<Named<User>, Error> {
    let kind = user.kind.as_deref();
    let checked = if kind == Some("api-key") || user.api_key.is_some() {
        legacy(user.api_key.as_deref())
    } else {
        match kind {
            None | Some("no-auth") => User::NoAuth,
            Some("oauth") => bearer(&user, path)?,
            Some(other) => {
                let problem = format!("has the unknown type '{}' (oauth or no-auth)", SafeText::new(other));
                return Err(entry("user", &user.name, path, problem));
            }
        }
    };
    Ok((user.name.value, checked))
}

fn bearer(user: &WireUser, path: &Path) -> Result<User, Error> {
    let Some(token) = user.token.as_deref().map(str::trim).filter(|token| !token.is_empty()) else {
        return Err(entry(
            "user",
            &user.name,
            path,
            "is of type oauth and has no token".to_owned(),
        ));
    };
    let expires_at = user.expires_at.as_ref().filter(|value| !value.is_null()).map(|value| {
        let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
        seconds.and_then(instant).ok_or_else(|| {
            let problem = "has an expires_at that is not a time in Unix seconds";
            entry("user", &user.name, path, problem.to_owned())
        })
    });
    Ok(User::Bearer {
        token: token.into(),
        expires_at: expires_at.transpose()?,
        is_refreshable: user
            .refresh_token
            .as_deref()
            .is_some_and(|token| !token.trim().is_empty()),
    })
}

/// The CLI reads such keys too: an e-mail stands for itself, anything else is a bearer token.
fn legacy(key: Option<&str>) -> User {
    match key.map(str::trim).unwrap_or_default() {
        "" => User::NoAuth,
        email if email.contains('@') => User::LegacyEmail(email.to_owned()),
        token => User::Bearer {
            token: token.into(),
            expires_at: None,
            is_refreshable: false,
        },
    }
}

fn instant(seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it saturates, and what saturates is no Timestamp; fractions do not matter"
    )]
    Timestamp::from_second(seconds.floor() as i64).ok()
}

/// Anything but a plain no counts: a misspelt safety switch must not open the door.
fn is_on(value: Option<&serde_json::Value>) -> bool {
    match value {
        None | Some(serde_json::Value::Null | serde_json::Value::Bool(false)) => false,
        Some(serde_json::Value::String(text)) => !matches!(
            text.trim().to_ascii_lowercase().as_str(),
            "" | "0" | "false" | "no" | "off"
        ),
        Some(serde_json::Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(serde_json::Value::Bool(true) | serde_json::Value::Array(_) | serde_json::Value::Object(_)) => true,
    }
}

fn entry(kind: &'static str, name: &Spanned<String>, path: &Path, problem: String) -> Error {
    Error::Entry {
        place: place_of(name, path),
        kind,
        name: SafeText::new(&name.value),
        problem,
    }
}

fn place_of(value: &Spanned<String>, path: &Path) -> Place {
    Place::line(path, value.referenced.line())
}

#[cfg(test)]
mod tests;
