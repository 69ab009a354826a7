//! What a path means, what may be done there, and what right that takes.
//!
//! The path is decoded before it is taken apart, as on the platform: a slash in a principal can never be reached.

use super::Deletion;
use super::kinds::{Kind, Making};
use axum::http::Method;

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// Where anybody may ask, without a token.
    Public(Public),
    Workspaces,
    Workspace(String),
    Members(String),
    Member(String, String),
    Projects(String),
    Project(String, String),
    Rows(String, String),
    Row(String, String, String),
    RowById(String),
    DeletionOf(String),
    /// All of a kind in a workspace.
    Resources(&'static Kind, String),
    /// One of a kind.
    Resource(&'static Kind, String, String),
    /// Where a job is cancelled.
    Cancel(&'static Kind, String, String),
    /// Some other service of the platform, in a workspace: known, but not installed here. With the area of its scopes.
    Absent(&'static str, String),
}

/// What anybody may ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Public {
    Root,
    ClusterInfo,
    Status,
    Live,
    Ready,
    Discovery,
    Authenticate,
}

/// What else the platform keeps in workspaces and is not part of the sandbox: the service, the kind, and the area of the
/// scopes it takes. What is not listed here is unknown to the platform's list of rights, too.
const ABSENT: [(&str, &str, &str); 3] = [
    ("guardrails", "configs", "guardrails"),
    ("inference-gateway", "virtual-models", "inference"),
    ("intake", "experiments", "intake"),
];

/// The right a request takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right<'a> {
    /// To read in a workspace.
    Read(&'a str),
    /// To change things in a workspace, or the workspace itself.
    Write(&'a str),
    /// To see and change who is a member.
    Members(&'a str),
    /// To create workspaces.
    Create,
    /// To have logged in.
    Login,
    /// To be a platform admin.
    Everything,
}

impl Place {
    /// Reads a decoded path; `None` where nothing is.
    pub(super) fn parse(path: &str, deletion: Deletion) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return (path == "/").then_some(Self::Public(Public::Root));
        }
        match parts.as_slice() {
            ["cluster-info"] => Some(Self::Public(Public::ClusterInfo)),
            ["status"] => Some(Self::Public(Public::Status)),
            ["health", "live"] => Some(Self::Public(Public::Live)),
            ["health", "ready"] => Some(Self::Public(Public::Ready)),
            ["apis", "auth", "discovery"] => Some(Self::Public(Public::Discovery)),
            ["apis", "auth", "authenticate"] => Some(Self::Public(Public::Authenticate)),
            ["apis", "entities", "v2", rest @ ..] => Self::in_entities(rest, deletion),
            ["apis", service, "v2", "workspaces", workspace, kind, rest @ ..] => {
                Self::in_service(service, workspace, kind, rest)
            }
            _ => None,
        }
    }

    fn in_service(service: &str, workspace: &str, kind: &str, rest: &[&str]) -> Option<Self> {
        let workspace = workspace.to_owned();
        let Some(kind) = Kind::at(service, kind) else {
            let (.., area) = ABSENT
                .into_iter()
                .find(|(of, plural, _)| *of == service && *plural == kind)?;
            return (rest.len() < 2).then_some(Self::Absent(area, workspace));
        };
        match rest {
            [] => Some(Self::Resources(kind, workspace)),
            [name] => Some(Self::Resource(kind, workspace, (*name).to_owned())),
            [name, "cancel"] if kind.making == Making::Job => Some(Self::Cancel(kind, workspace, (*name).to_owned())),
            _ => None,
        }
    }

    fn in_entities(parts: &[&str], deletion: Deletion) -> Option<Self> {
        let own = |text: &&str| (*text).to_owned();
        match parts {
            ["workspaces"] => Some(Self::Workspaces),
            ["workspaces", workspace] => Some(Self::Workspace(own(workspace))),
            ["workspaces", workspace, "members"] => Some(Self::Members(own(workspace))),
            ["workspaces", workspace, "members", principal] => Some(Self::Member(own(workspace), own(principal))),
            ["workspaces", workspace, "projects"] => Some(Self::Projects(own(workspace))),
            ["workspaces", workspace, "projects", name] => Some(Self::Project(own(workspace), own(name))),
            ["workspaces", workspace, "entities", kind] => Some(Self::Rows(own(workspace), own(kind))),
            ["workspaces", workspace, "entities", kind, name] => Some(Self::Row(own(workspace), own(kind), own(name))),
            ["entities", id] => Some(Self::RowById(own(id))),
            // Whether this exists is how clients tell the generations apart: the one that refuses has none.
            ["workspace-deletions", name] if deletion == Deletion::Cascade => Some(Self::DeletionOf(own(name))),
            _ => None,
        }
    }

    /// Returns what can be done here; the first is what a 405 names.
    pub(super) fn methods(&self) -> &'static [Method] {
        match self {
            Self::Public(Public::Authenticate) | Self::Members(_) | Self::Absent(..) => &[Method::GET, Method::POST],
            Self::Public(_) | Self::RowById(_) | Self::DeletionOf(_) => &[Method::GET],
            Self::Workspaces | Self::Projects(_) | Self::Rows(..) | Self::Resources(..) => &[Method::POST, Method::GET],
            Self::Resource(..) => &[Method::GET, Method::DELETE],
            Self::Cancel(..) => &[Method::POST],
            Self::Member(..) => &[Method::PUT, Method::DELETE],
            Self::Workspace(_) | Self::Project(..) | Self::Row(..) => &[Method::GET, Method::PUT, Method::DELETE],
        }
    }

    /// Returns the right that `method` takes here. What is not listed is for platform admins, even to be told
    /// that it does not exist.
    pub(super) fn right(&self, method: &Method) -> Right<'_> {
        if !self.methods().contains(method) {
            return Right::Everything;
        }
        let is_read = method == Method::GET;
        match self {
            Self::Workspaces if is_read => Right::Read("system"),
            Self::DeletionOf(_) => Right::Read("system"),
            Self::Workspaces => Right::Create,
            Self::Members(workspace) | Self::Member(workspace, _) => Right::Members(workspace),
            Self::Workspace(workspace)
            | Self::Projects(workspace)
            | Self::Project(workspace, _)
            | Self::Resources(_, workspace)
            | Self::Resource(_, workspace, _)
            | Self::Cancel(_, workspace, _)
            | Self::Absent(_, workspace) => {
                if is_read {
                    Right::Read(workspace)
                } else {
                    Right::Write(workspace)
                }
            }
            Self::Public(_) | Self::Rows(..) | Self::Row(..) | Self::RowById(_) => Right::Everything,
        }
    }

    /// Returns the area whose scopes a token needs here, if it carries any.
    pub(super) fn area(&self) -> &'static str {
        match self {
            Self::Resources(kind, _) | Self::Resource(kind, ..) | Self::Cancel(kind, ..) => kind.service,
            Self::Absent(area, _) => area,
            Self::Public(_)
            | Self::Workspaces
            | Self::Workspace(_)
            | Self::Members(_)
            | Self::Member(..)
            | Self::Projects(_)
            | Self::Project(..)
            | Self::Rows(..)
            | Self::Row(..)
            | Self::RowById(_)
            | Self::DeletionOf(_) => "entities",
        }
    }
}

/// Decodes a path once; what is not UTF-8 becomes the replacement character.
pub(super) fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        let pair = (byte == b'%').then(|| (digit(ahead.next()), digit(ahead.next())));
        if let Some((Some(high), Some(low))) = pair {
            bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = ahead;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn place(raw: &str) -> Option<Place> {
        Place::parse(&decode(raw), Deletion::Refuse)
    }

    #[rstest]
    #[case("a%2Fb", "a/b")]
    #[case("a%252Fb", "a%2Fb")]
    #[case("%C3%A9", "é")]
    #[case("100%", "100%")]
    #[case("%zz%4", "%zz%4")]
    #[case("%ff", "\u{fffd}")]
    #[case("a+b", "a+b")]
    fn decodes_once(#[case] raw: &str, #[case] decoded: &str) {
        assert_eq!(decode(raw), decoded);
    }

    #[test]
    fn a_slash_in_a_principal_is_never_reached() {
        let member = |raw: &str| place(&format!("/apis/entities/v2/workspaces/w/members/{raw}"));
        assert_eq!(member("grp%2Fsub"), None);
        assert_eq!(member("a%252Fb"), Some(Place::Member("w".into(), "a%2Fb".into())));
        assert_eq!(member("%2E%2E"), Some(Place::Member("w".into(), "..".into())));
        assert_eq!(member(""), None);
    }

    #[test]
    fn what_is_not_listed_is_for_platform_admins() {
        let workspace = Place::Workspace("w".into());
        assert_eq!(workspace.right(&Method::GET), Right::Read("w"));
        assert_eq!(workspace.right(&Method::DELETE), Right::Write("w"));
        assert_eq!(workspace.right(&Method::HEAD), Right::Everything);
        assert_eq!(Place::Members("w".into()).right(&Method::GET), Right::Members("w"));
        assert_eq!(Place::Workspaces.right(&Method::POST), Right::Create);
    }

    #[test]
    fn a_service_that_is_not_installed_is_told_from_a_path_that_is_not() {
        let path = |tail: &str| place(&format!("/apis/{tail}"));
        let absent = Some(Place::Absent("guardrails", "w".into()));
        assert_eq!(path("guardrails/v2/workspaces/w/configs"), absent);
        assert_eq!(path("guardrails/v2/workspaces/w/things"), None);
        assert_eq!(path("evaluation/v2/workspaces/w/benchmarks"), None);
        assert_eq!(path("models/v2/workspaces/w/things"), None);
    }

    #[test]
    fn only_jobs_can_be_cancelled() {
        let at = |kind: &str| place(&format!("/apis/{kind}/one/cancel"));
        let job = Kind::of("platform_job").unwrap();
        assert_eq!(
            at("jobs/v2/workspaces/w/jobs"),
            Some(Place::Cancel(job, "w".into(), "one".into()))
        );
        assert_eq!(at("models/v2/workspaces/w/models"), None);
    }

    #[test]
    fn only_the_generation_that_cascades_tells_about_deletions() {
        let path = "/apis/entities/v2/workspace-deletions/w";
        assert_eq!(Place::parse(path, Deletion::Refuse), None);
        assert_eq!(
            Place::parse(path, Deletion::Cascade),
            Some(Place::DeletionOf("w".into()))
        );
    }
}
