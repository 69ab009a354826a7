//! The text of the platform CLI's config file, as it is written and as it is checked: every name defined once, every
//! reference resolved, every value one that can be used. A fault is told with its line, and never with its text.

use super::super::error::Place;
use super::{Context, Error, StoredTokens, User};
use crate::domain::address::BaseUrl;
use crate::domain::claims;
use crate::domain::parsing;
use crate::domain::text::SafeText;
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::path::{Path, PathBuf};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct WireFile {
    pub(super) current_context: Option<String>,
    pub(super) clusters: Option<Vec<WireCluster>>,
    pub(super) users: Option<Vec<WireUser>>,
    pub(super) contexts: Option<Vec<WireContext>>,
}

#[derive(Deserialize)]
pub(super) struct WireCluster {
    name: Spanned<String>,
    base_url: Spanned<String>,
    certificate_authority: Option<PathBuf>,
}

#[derive(Deserialize)]
pub(super) struct WireUser {
    name: Spanned<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    token: Option<String>,
    refresh_token: Option<String>,
    expires_at: Option<serde_json::Value>,
    token_broker_url: Option<String>,
    api_key: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct WireContext {
    name: Spanned<String>,
    cluster: Spanned<String>,
    user: Spanned<String>,
    workspace: Option<String>,
    #[serde(default)]
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Parses the text; an empty one is a file without contexts.
pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<WireFile, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        Error::Syntax {
            place: Place::line(path, line.try_into().unwrap_or(u64::MAX)),
            problem: SafeText::new("contains bytes that are not UTF-8"),
        }
    })?;
    if holds_nothing(text) {
        return Ok(WireFile::default());
    }
    // Without the parser's excerpt of the source: the line at fault may be the one with the token.
    let options = serde_saphyr::options! { with_snippet: false };
    let wire = serde_saphyr::from_str_with_options(text, options).map_err(|error| Error::Syntax {
        place: error
            .location()
            .map_or_else(|| Place::file(path), |at| Place::line(path, at.line())),
        problem: SafeText::with_limit(&in_words(error.without_snippet()), 200),
    })?;
    // A document that was opened and left empty is nothing, too.
    Ok(Option::unwrap_or_default(wire))
}

/// Nothing in any of its spellings, with or without comments and the marks of a document.
fn holds_nothing(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(|line| match line.find('#') {
        Some(at)
            if line
                .get(..at)
                .is_some_and(|before| before.trim_end().len() < at || at == 0) =>
        {
            line.get(..at).unwrap_or_default().trim()
        }
        _ => line.trim(),
    });
    let mut said = lines.filter(|line| !matches!(*line, "" | "---" | "..."));
    let only = said.next().map(|line| line.strip_prefix("--- ").unwrap_or(line).trim());
    said.next().is_none() && matches!(only, None | Some("" | "~" | "null" | "Null" | "NULL"))
}

/// What the parser says, for whoever wrote the file.
fn in_words(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error as Said;
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the parser's enum may grow, and most of it concerns programmers"
    )]
    match error {
        Said::MultipleDocuments { .. } => "a second document begins here: only one is allowed".to_owned(),
        Said::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the name '{key}' appears here for the second time")
        }
        Said::DuplicateMappingKey { key: None, .. } => "a name appears here for the second time".to_owned(),
        Said::NullIntoString { .. } => "a text is needed, but there is none".to_owned(),
        Said::Eof { .. } => "the file ends too early".to_owned(),
        Said::Budget { .. } => "the file is larger or deeper than any such file is".to_owned(),
        other => {
            let said = other.render_with_options(serde_saphyr::RenderOptions::default());
            parsing::in_words(&said).unwrap_or_else(|| "this value is not allowed here".to_owned())
        }
    }
}

pub(super) fn resolve(
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
                cluster: context.cluster.value,
                user_name: context.user.value,
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
        seconds.and_then(claims::from_seconds).ok_or_else(|| {
            let problem = "has an expires_at that is not a time in Unix seconds";
            entry("user", &user.name, path, problem.to_owned())
        })
    });
    let filled = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    Ok(User::Bearer(StoredTokens {
        token: token.into(),
        refresh_token: filled(&user.refresh_token).map(Into::into),
        expires_at: expires_at.transpose()?,
        token_broker_url: filled(&user.token_broker_url),
    }))
}

/// The CLI reads such keys too: an e-mail stands for itself, anything else is a bearer token.
fn legacy(key: Option<&str>) -> User {
    match key.map(str::trim).unwrap_or_default() {
        "" => User::NoAuth,
        email if email.contains('@') => User::LegacyEmail(email.to_owned()),
        token => User::Bearer(StoredTokens::of(token)),
    }
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
