//! Requests as values: method, path segments, query and body, made without IO. This is the one place
//! that percent-encodes, and it refuses any name that would reach something else than it says.
//!
//! Start reading at [`Request::change`]: the one way from a [`Change`] to the wire.

pub(crate) mod bindings;
pub(crate) mod resources;

use super::error::{Error, ErrorKind};
use super::operation::{Asked, ChangeOperation, Operation};
use crate::domain::address::BaseUrl;
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::{LONGEST_PRINCIPAL, NameProblem, Principal, ResourceName, WorkspaceName};
use crate::domain::resource::ResourceKind;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use crate::domain::workspace::Permission;
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write as _;
use url::Url;

/// The root of everything that is stored.
const ENTITIES: [&str; 3] = ["apis", "entities", "v2"];

/// The longest URL sent: the HTTP library refuses more than 64 KiB, and servers less.
const LONGEST_URL: usize = 32 * 1024;

/// Whether a change of roles is answered at once, or only when the platform acts by it (`wait_role_propagation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// Answered at once; effective within the platform's refresh interval, 30 s by default.
    Skip,
    /// Answered when effective: 20 s to 30 s for every role that moves.
    Await,
}

/// Whether the bearer token goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// It does, as long as the server checks tokens.
    Token,
    /// It never does: the server answers everybody.
    Nothing,
}

/// One request, not yet text.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path below the base URL; no segment is encoded yet.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) credentials: Credentials,
    pub(crate) operation: Operation,
    /// What it does, as in "cannot …".
    pub(crate) purpose: SafeText,
}

impl From<&Request> for Asked {
    fn from(request: &Request) -> Self {
        Self {
            method: SafeText::new(request.method.as_str()),
            path: SafeText::new(&request.path()),
            purpose: request.purpose.clone(),
            operation: request.operation,
        }
    }
}

impl Request {
    /// Asks for the version of the platform.
    pub(crate) fn cluster_info() -> Self {
        Self::public(&["cluster-info"])
    }

    /// Asks how the platform is.
    pub(crate) fn status() -> Self {
        Self::public(&["status"])
    }

    /// Asks what it can do, in some hundred thousand bytes; newer generations answer everybody.
    pub(crate) fn description() -> Self {
        Self::public(&["openapi.json"])
    }

    /// Asks how callers prove who they are.
    pub(crate) fn discovery() -> Self {
        Self::public(&["apis", "auth", "discovery"])
    }

    /// Asks who the caller is.
    pub(crate) fn authenticate() -> Self {
        let segments = owned(&["apis", "auth", "authenticate"]);
        Self::get(segments, Operation::Server, "ask the platform who you are")
    }

    /// Asks for one page of the workspaces, newest first: the one order every release knows.
    pub(crate) fn workspaces(page: usize, page_size: usize, filter: Option<&str>) -> Self {
        let mut request = Self::get(entities(&["workspaces"]), Operation::Workspaces, "list the workspaces");
        request.query = vec![
            ("page", page.to_string()),
            ("page_size", page_size.to_string()),
            ("sort", "-created_at".to_owned()),
        ];
        request.query.extend(filter.map(|filter| ("filter", filter.to_owned())));
        request
    }

    /// Asks for one workspace.
    pub(crate) fn workspace(name: &WorkspaceName) -> Result<Self, Error> {
        let purpose = format!("read the workspace '{}'", name.shown());
        addressed(
            Self::get(at(name, &[]), Operation::Workspace, &purpose),
            name.addressable(),
        )
    }

    /// Asks for all members of a workspace.
    pub(crate) fn members(workspace: &WorkspaceName) -> Result<Self, Error> {
        let purpose = format!("read the members of '{}'", workspace.shown());
        let request = Self::get(at(workspace, &["members"]), Operation::Members, &purpose);
        addressed(request, workspace.addressable())
    }

    /// Asks something only platform admins are answered.
    pub(crate) fn platform_admin_probe() -> Self {
        let segments = entities(&["workspaces", "-", "entities", "role_binding"]);
        let mut request = Self::get(segments, Operation::Probe, "find out whether you are a platform admin");
        request.query = vec![("page_size", "1".to_owned())];
        request
    }

    /// Asks something that only the newest releases have.
    pub(crate) fn deletion_status_probe() -> Self {
        let segments = entities(&["workspace-deletions", "zz-nope"]);
        Self::get(
            segments,
            Operation::Probe,
            "find out whether the platform reports deletions",
        )
    }

    /// Asks for an order the oldest generation refuses.
    pub(crate) fn sort_by_name_probe() -> Self {
        let mut request = Self::get(
            entities(&["workspaces"]),
            Operation::Probe,
            "find out the version of the platform",
        );
        request.query = vec![("page_size", "1".to_owned()), ("sort", "name".to_owned())];
        request
    }

    /// Tries to create a workspace without a name: 422 to those who may, 403 to all others, never a workspace.
    pub(crate) fn create_workspace_probe() -> Self {
        let purpose = "find out whether you may create workspaces";
        Self::with_body(
            Method::POST,
            entities(&["workspaces"]),
            json!({}),
            Operation::Probe,
            purpose,
        )
    }

    /// Tries to create a project without a name: 422 to Editors, 403 to all others, never a project.
    pub(crate) fn editor_probe(workspace: &WorkspaceName) -> Result<Self, Error> {
        let purpose = format!("find out whether you are an Editor of '{}'", workspace.shown());
        let request = Self::with_body(
            Method::POST,
            resources::collection(workspace, ResourceKind::Project),
            json!({}),
            Operation::Probe,
            &purpose,
        );
        addressed(request, workspace.addressable())
    }

    /// Makes the one request that carries out `change`, or refuses where the platform would do something else.
    pub(crate) fn change(change: &Change, propagation: Propagation) -> Result<Self, Error> {
        let Parts {
            method,
            segments,
            body,
            operation,
        } = Parts::of(change);
        let can_wait = matches!(
            operation,
            ChangeOperation::NewWorkspace | ChangeOperation::NewMember | ChangeOperation::Member
        );
        let query = can_wait.then(|| waiting(propagation)).into_iter().collect();
        let request = Self {
            method,
            segments,
            query,
            body,
            credentials: Credentials::Token,
            operation: Operation::Change(operation),
            purpose: change.sentence(),
        };
        match acceptable(change) {
            Ok(()) => Ok(request),
            Err(kind) => Err(Error::unsent(kind, &request)),
        }
    }

    /// Stands for what is asked of another server than the platform, in errors and nowhere else.
    pub(crate) fn elsewhere(purpose: &str) -> Self {
        Self {
            method: Method::POST,
            credentials: Credentials::Nothing,
            ..Self::get(Vec::new(), Operation::Server, purpose)
        }
    }

    /// Returns whether it changes something, so that it must not go out twice.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self.operation, Operation::Change(_))
    }

    /// Returns the path with its query, as it goes out: nothing but printable ASCII.
    pub(crate) fn path(&self) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            text.push('/');
            encode_into(&mut text, segment);
        }
        for (i, (key, value)) in self.query.iter().enumerate() {
            text.push(if i == 0 { '?' } else { '&' });
            encode_into(&mut text, key);
            text.push('=');
            encode_into(&mut text, value);
        }
        text
    }

    /// Returns the URL of the request, proven to mean what its segments say: a URL parser resolves `..`,
    /// turns `\` round and drops tabs in silence, and the request would then hit somebody else.
    pub(crate) fn url(&self, base: &BaseUrl) -> Result<Url, Error> {
        let text = format!("{}{}", base.as_str(), self.path());
        let refused = |problem| Err(Error::unsent(ErrorKind::Unaddressable(problem), self));
        if self.holds_nul() {
            return Err(Error::unsent(ErrorKind::HoldsNul, self));
        }
        if text.len() > LONGEST_URL {
            return refused(NameProblem::TooLong {
                most: LONGEST_PRINCIPAL,
            });
        }
        if self.segments.iter().any(String::is_empty) {
            return refused(NameProblem::Empty);
        }
        match Url::parse(&text) {
            Ok(url) if url.as_str() == text => Ok(url),
            Ok(_) | Err(_) => refused(NameProblem::Dots),
        }
    }

    /// Returns whether there is a NUL character anywhere in it. On PostgreSQL a principal with one makes the list of
    /// workspaces fail for everybody, and much else is a 500.
    fn holds_nul(&self) -> bool {
        let in_query = || self.query.iter().any(|(_, value)| value.contains('\0'));
        // A filter is JSON within a value, where it is written otherwise.
        let in_filter = || self.query.iter().any(|(_, value)| value.contains("\\u0000"));
        self.segments.iter().any(|segment| segment.contains('\0'))
            || in_query()
            || in_filter()
            || self.body.as_ref().is_some_and(has_nul)
    }

    fn get(segments: Vec<String>, operation: Operation, purpose: &str) -> Self {
        Self {
            method: Method::GET,
            segments,
            query: Vec::new(),
            body: None,
            credentials: Credentials::Token,
            operation,
            purpose: SafeText::new(purpose),
        }
    }

    fn public(segments: &[&str]) -> Self {
        Self {
            credentials: Credentials::Nothing,
            ..Self::get(owned(segments), Operation::Server, "reach the platform")
        }
    }

    fn with_body(method: Method, segments: Vec<String>, body: Value, operation: Operation, purpose: &str) -> Self {
        Self {
            method,
            body: Some(body),
            ..Self::get(segments, operation, purpose)
        }
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What tells the requests of changes apart.
struct Parts {
    method: Method,
    segments: Vec<String>,
    body: Option<Value>,
    operation: ChangeOperation,
}

impl Parts {
    fn of(change: &Change) -> Self {
        match change {
            Change::CreateWorkspace { name, description } => {
                let body = described(json!({ "name": name.raw() }), description.as_deref());
                Self::post(entities(&["workspaces"]), body, ChangeOperation::NewWorkspace)
            }
            // Null or nothing would mean "keep", so a cleared description goes out as the empty string.
            Change::Describe { workspace, after, .. } => {
                let body = json!({ "description": after });
                Self::put(
                    at(workspace, &[]),
                    body,
                    ChangeOperation::Workspace(Permission::Describe),
                )
            }
            Change::DeleteWorkspace { workspace } | Change::RetryDeletion { workspace } => Self::delete(
                at(workspace, &[]),
                ChangeOperation::Workspace(Permission::DeleteWorkspace),
            ),
            Change::Roles {
                workspace,
                principal,
                before,
                after,
            } => {
                let member = || at(workspace, &["members", principal.raw()]);
                match RoleChange::of(before, after) {
                    // Always with roles: without them the platform would make an Editor.
                    RoleChange::Add => {
                        let body = json!({ "principal": principal.raw(), "roles": on_the_wire(after) });
                        Self::post(at(workspace, &["members"]), body, ChangeOperation::NewMember)
                    }
                    // Never by POST, which only adds; and PUT makes a member of whoever is none.
                    RoleChange::Replace => {
                        let body = json!({ "roles": on_the_wire(after) });
                        Self::put(member(), body, ChangeOperation::Member)
                    }
                    RoleChange::Remove => Self::delete(member(), ChangeOperation::Member),
                }
            }
            Change::CreateProject {
                workspace,
                name,
                description,
            } => {
                let body = described(json!({ "name": name.raw() }), description.as_deref());
                let segments = resources::collection(workspace, ResourceKind::Project);
                Self::post(segments, body, ChangeOperation::NewProject)
            }
            Change::DeleteResource { workspace, target } => {
                Self::delete(resources::one(workspace, target), ChangeOperation::Resource)
            }
        }
    }

    fn post(segments: Vec<String>, body: Value, operation: ChangeOperation) -> Self {
        let (method, body) = (Method::POST, Some(body));
        Self {
            method,
            segments,
            body,
            operation,
        }
    }

    fn put(segments: Vec<String>, body: Value, operation: ChangeOperation) -> Self {
        let (method, body) = (Method::PUT, Some(body));
        Self {
            method,
            segments,
            body,
            operation,
        }
    }

    fn delete(segments: Vec<String>, operation: ChangeOperation) -> Self {
        Self {
            method: Method::DELETE,
            segments,
            body: None,
            operation,
        }
    }
}

/// Returns why `change` must not be sent although it could be, if there is a reason.
fn acceptable(change: &Change) -> Result<(), ErrorKind> {
    if let Change::CreateWorkspace { name, .. } = change {
        return new_name(
            name.raw(),
            WorkspaceName::parse_new(name.raw()).map(|name| name.raw().to_owned()),
        );
    }
    reaches(change.workspace().addressable())?;
    match change {
        Change::DeleteWorkspace { workspace } | Change::RetryDeletion { workspace } if workspace.is_built_in() => {
            Err(ErrorKind::Protected)
        }
        Change::CreateWorkspace { .. }
        | Change::Describe { .. }
        | Change::DeleteWorkspace { .. }
        | Change::RetryDeletion { .. } => Ok(()),
        Change::Roles {
            principal,
            before,
            after,
            ..
        } => match RoleChange::of(before, after) {
            RoleChange::Add => new_principal(principal),
            RoleChange::Remove if before.is_empty() => Err(ErrorKind::NoRoles),
            RoleChange::Replace | RoleChange::Remove => reaches(principal.addressable()),
        },
        Change::CreateProject { name, .. } => new_name(
            name.raw(),
            ResourceName::parse_new(name.raw()).map(|name| name.raw().to_owned()),
        ),
        Change::DeleteResource { target, .. } => reaches(target.name.addressable()),
    }
}

fn reaches(name: Result<(), NameProblem>) -> Result<(), ErrorKind> {
    name.map_err(ErrorKind::Unaddressable)
}

/// Full match: the platform itself lets a newline at the end through, and then denies everybody everything.
fn new_name(raw: &str, parsed: Result<String, NameProblem>) -> Result<(), ErrorKind> {
    match parsed {
        Ok(name) if name == raw => Ok(()),
        Ok(_) => {
            let odd = raw.chars().find(|c| c.is_whitespace()).unwrap_or(' ');
            Err(ErrorKind::BadName(NameProblem::Character(odd)))
        }
        Err(problem) => Err(ErrorKind::BadName(problem)),
    }
}

/// Whom the platform would store but never find again, or could never let in.
fn new_principal(principal: &Principal) -> Result<(), ErrorKind> {
    principal.addressable().map_err(ErrorKind::BadName)?;
    if principal.raw().chars().count() > LONGEST_PRINCIPAL {
        return Err(ErrorKind::BadName(NameProblem::TooLong {
            most: LONGEST_PRINCIPAL,
        }));
    }
    Ok(())
}

/// An empty list would remove a member on PUT and do nothing on POST, both with an answer that looks like success.
fn some_roles(roles: &RoleSet) -> Result<(), ErrorKind> {
    if roles.is_empty() {
        return Err(ErrorKind::NoRoles);
    }
    Ok(())
}

fn addressed(request: Request, checked: Result<(), NameProblem>) -> Result<Request, Error> {
    match checked {
        Ok(()) => Ok(request),
        Err(problem) => Err(Error::unsent(ErrorKind::Unaddressable(problem), &request)),
    }
}

fn described(mut body: Value, description: Option<&str>) -> Value {
    if let (Some(fields), Some(description)) = (body.as_object_mut(), description) {
        fields.insert("description".to_owned(), description.into());
    }
    body
}

fn on_the_wire(roles: &RoleSet) -> Vec<&str> {
    roles.iter().map(Role::raw).collect()
}

fn waiting(propagation: Propagation) -> (&'static str, String) {
    let waits = match propagation {
        Propagation::Skip => false,
        Propagation::Await => true,
    };
    ("wait_role_propagation", waits.to_string())
}

fn owned(segments: &[&str]) -> Vec<String> {
    segments.iter().map(|&segment| segment.to_owned()).collect()
}

fn entities(segments: &[&str]) -> Vec<String> {
    owned(&[&ENTITIES, segments].concat())
}

fn at(workspace: &WorkspaceName, rest: &[&str]) -> Vec<String> {
    entities(&[&["workspaces", workspace.raw()], rest].concat())
}

fn encode_into(text: &mut String, raw: &str) {
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            let wrote = write!(text, "%{byte:02X}");
            debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
        }
    }
}

#[cfg(test)]
mod tests;
