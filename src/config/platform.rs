//! The config file of the platform's own CLI: where it lies, how it is read, and what a context in it stands for.
//!
//! The file is shared property, and only read here ([`super::store`] writes it). The CLI rewrites it in place, so a
//! reader can meet it empty or half written; [`read`] therefore gives it another chance. Like the CLI, it is taken as a
//! whole or not at all.

use super::env::{Env, Family, Names};
use super::{Error, Source};
use crate::domain::address::BaseUrl;
use crate::files;
use jiff::Timestamp;
use secrecy::SecretString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

mod wire;

use wire::WireFile;

/// The variables that name the file.
pub const CONFIG_FILE: Names = Names {
    helix: "NHX_CONFIG_FILE",
    platform: "NMP_CONFIG_FILE",
};

/// Between two looks at a file that somebody may be writing in place.
pub(super) const WRITING: Duration = Duration::from_millis(100);
/// How often such a file is looked at before it is taken as it is: a busy machine may stop a writer for a while.
pub(super) const LOOKS: usize = 5;

/// How long a writer in place may pause between two pieces.
const FRESH: Duration = Duration::from_secs(2);

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
    /// Its contexts, each with its cluster and its user looked up.
    pub contexts: Vec<Context>,
}

/// A context with everything it refers to.
#[derive(Debug)]
pub struct Context {
    /// The name of the context.
    pub name: String,
    /// The cluster it refers to.
    pub cluster: String,
    /// The user it refers to; several contexts may share one.
    pub user_name: String,
    /// The address of its cluster.
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
    /// Without credentials.
    NoAuth,
    /// With a bearer token.
    Bearer(StoredTokens),
    /// With an e-mail address in place of a token: the seed generation believed it, servers since 0.3 do not.
    LegacyEmail(String),
}

/// A bearer token, and how another one is had.
#[derive(Clone, Debug)]
pub struct StoredTokens {
    /// The token that is sent with each request.
    pub token: SecretString,
    /// What another one can be had for without asking anybody.
    pub refresh_token: Option<SecretString>,
    /// When the bearer token expires, if somebody said so; the token itself may know better.
    pub expires_at: Option<Timestamp>,
    /// Where another one is to be had, if not from the identity provider itself.
    pub token_broker_url: Option<String>,
}

impl StoredTokens {
    /// Returns a token that nothing renews.
    pub fn of(token: impl Into<SecretString>) -> Self {
        Self {
            token: token.into(),
            refresh_token: None,
            expires_at: None,
            token_broker_url: None,
        }
    }
}

/// Finds the file the way the CLI does; among two files of the two families the newer family's is taken.
///
/// # Errors
/// If a file that was named explicitly does not exist.
pub fn locate(flag: Option<&Path>, env: &Env) -> Result<Option<Location>, Error> {
    if let Some((path, source_of)) = named(flag, env) {
        if !is_there(&path)? {
            return Err(Error::Missing { source_of, path });
        }
        return Ok(Some(Location {
            path,
            named_by: Some(source_of),
            family: None,
            other: None,
        }));
    }
    let mut existing = Vec::new();
    for family in Family::BY_PRECEDENCE {
        let Some(path) = default_path(family, env) else {
            continue;
        };
        // The file of the older family may be closed to this program where it is not the one that counts.
        if is_there(&path).or_else(|error| if existing.is_empty() { Err(error) } else { Ok(false) })? {
            existing.push((family, path));
        }
    }
    let mut existing = existing.into_iter();
    Ok(existing.next().map(|(family, path)| Location {
        path,
        named_by: None,
        family: Some(family),
        other: existing.next().map(|(_, path)| path),
    }))
}

/// Returns whether the file is there.
///
/// # Errors
/// If that cannot be told: a folder that is closed to this program is not an empty one.
pub(super) fn is_there(path: &Path) -> Result<bool, Error> {
    files::holds(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// The file that was named explicitly, and who named it.
pub(super) fn named(flag: Option<&Path>, env: &Env) -> Option<(PathBuf, Source)> {
    let by_flag = flag.map(|path| (path.to_owned(), Source::Flag("--config")));
    by_flag.or_else(|| {
        let mut names = Family::BY_PRECEDENCE.into_iter().map(|family| CONFIG_FILE.of(family));
        names.find_map(|name| Some((env.path(name)?, Source::Variable(name))))
    })
}

/// `$XDG_CONFIG_HOME` counts only if the CLI's folder exists in it, and no other system's customs count at all.
pub(super) fn default_path(family: Family, env: &Env) -> Option<PathBuf> {
    let in_xdg = env.path("XDG_CONFIG_HOME").map(|home| home.join(family.folder()));
    let folder = in_xdg
        .filter(|folder| files::holds(folder).unwrap_or(true))
        .or_else(|| Some(env.home()?.join(".config").join(family.folder())))?;
    Some(folder.join("config.yaml"))
}

/// Reads the file. Blocks for up to half a second if it looks half written, so it belongs before the runtime starts.
///
/// # Errors
/// If it cannot be read, is not YAML, or contradicts itself.
pub fn read(location: &Location) -> Result<PlatformFile, Error> {
    read_while(location, || false)
}

/// Reads the file, and waits as long as `is_waited_for` for somebody who seems to be writing it: a busy machine may stop
/// a writer half way for longer than anybody would wait who only wants to read.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_while(location: &Location, is_waited_for: impl Fn() -> bool) -> Result<PlatformFile, Error> {
    let path = &location.path;
    let look = || {
        Ok(Look {
            bytes: files::read(path, files::CONFIG)?,
            is_fresh: is_fresh(path),
        })
    };
    read_patiently(location, look, is_waited_for, || std::thread::sleep(WRITING))
}

impl PlatformFile {
    /// Makes sense of a text that was read from there.
    ///
    /// # Errors
    /// If it is not YAML, or contradicts itself.
    pub(super) fn parse(bytes: &[u8], location: Location) -> Result<Self, Error> {
        Self::of(wire::parse(bytes, &location.path)?, location)
    }

    fn of(wire: WireFile, location: Location) -> Result<Self, Error> {
        let is_open_to_others = is_open_to_others(&location.path);
        let contexts = wire::resolve(wire.clusters, wire.users, wire.contexts, &location.path)?;
        Ok(Self {
            location,
            is_open_to_others,
            current_context: wire.current_context.filter(|name| !name.trim().is_empty()),
            contexts,
        })
    }

    /// Returns the context with this name.
    pub fn context(&self, name: &str) -> Option<&Context> {
        self.contexts.iter().find(|context| context.name == name)
    }
}

/// What was found at one look.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Look {
    bytes: Vec<u8>,
    /// Somebody has written it just now.
    is_fresh: bool,
}

impl Look {
    /// Who writes a file ends its last line. Some people do not, so this alone is no reason to wait for ever.
    fn breaks_off(&self) -> bool {
        self.is_fresh && !self.bytes.ends_with(b"\n")
    }
}

/// What is half written need not be broken: an empty file is one without contexts, and the beginning of an address is
/// another address. What looks like it, or does not make sense, is looked at again.
fn read_patiently(
    location: &Location,
    mut look: impl FnMut() -> io::Result<Look>,
    is_waited_for: impl Fn() -> bool,
    mut pause: impl FnMut(),
) -> Result<PlatformFile, Error> {
    let mut before = None;
    let mut n_looks = 0;
    loop {
        let seen = look().map_err(|source| Error::Read {
            path: location.path.clone(),
            source,
        })?;
        n_looks += 1;
        let file = PlatformFile::parse(&seen.bytes, location.clone());
        let is_something = file.is_ok() && !seen.bytes.trim_ascii().is_empty();
        if is_something && !seen.breaks_off() {
            return file;
        }
        let is_left_like_this = is_something && before.as_ref() == Some(&seen.bytes);
        let is_enough = is_left_like_this || n_looks == LOOKS;
        if (is_enough || n_looks > LOOKS) && !(seen.is_fresh && is_waited_for()) {
            return file;
        }
        before = Some(seen.bytes);
        pause();
    }
}

fn is_fresh(path: &Path) -> bool {
    let age = std::fs::metadata(path).and_then(|facts| facts.modified());
    age.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < FRESH))
}

fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o044 != 0)
}

#[cfg(test)]
mod tests;
