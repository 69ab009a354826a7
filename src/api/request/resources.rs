//! Requests for what lies in a workspace: where each kind is found on the wire.

use super::{Request, addressed, entities, owned};
use crate::api::error::{Error, ErrorKind};
use crate::api::operation::Operation;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::{ResourceId, ResourceKind};

/// The page size that every kind takes: filesets allow no more than 100, and two services answer 500 to more than
/// they allow.
pub(crate) const PAGE_SIZE: usize = 100;

/// Returns the service that keeps a kind, and the name of its collection.
const fn home(kind: ResourceKind) -> (&'static str, &'static str) {
    match kind {
        ResourceKind::Project => ("entities", "projects"),
        ResourceKind::Fileset => ("files", "filesets"),
        ResourceKind::Model => ("models", "models"),
        ResourceKind::Adapter => ("models", "adapters"),
        ResourceKind::Provider => ("models", "providers"),
        ResourceKind::Deployment => ("models", "deployments"),
        ResourceKind::DeploymentConfig => ("models", "deployment-configs"),
        ResourceKind::Prompt => ("models", "prompts"),
        ResourceKind::Secret => ("secrets", "secrets"),
        ResourceKind::Job => ("jobs", "jobs"),
        ResourceKind::GuardrailConfig => ("guardrails", "configs"),
        ResourceKind::VirtualModel => ("inference-gateway", "virtual-models"),
        ResourceKind::Experiment => ("intake", "experiments"),
        ResourceKind::Benchmark => ("evaluation", "benchmarks"),
        ResourceKind::Metric => ("evaluation", "metrics"),
        ResourceKind::BenchmarkJob => ("evaluation", "benchmark-jobs"),
        ResourceKind::MetricJob => ("evaluation", "metric-jobs"),
    }
}

/// Returns the path of all things of a kind in a workspace.
pub(super) fn collection(workspace: &WorkspaceName, kind: ResourceKind) -> Vec<String> {
    let (service, collection) = home(kind);
    owned(&["apis", service, "v2", "workspaces", workspace.raw(), collection])
}

/// Returns the path of one thing.
pub(super) fn one(workspace: &WorkspaceName, target: &ResourceId) -> Vec<String> {
    let mut segments = collection(workspace, target.kind);
    segments.push(target.name.raw().to_owned());
    segments
}

impl Request {
    /// Asks for one page of the things of a kind.
    pub(crate) fn resources(workspace: &WorkspaceName, kind: ResourceKind, page: usize) -> Result<Self, Error> {
        let purpose = format!("list the {} of '{}'", kind.plural(), workspace.shown());
        let mut request = Self::get(collection(workspace, kind), Operation::Contents, &purpose);
        // Without `sort`: not every service knows one, and what is shown is sorted where it is shown.
        request.query = vec![("page", page.to_string()), ("page_size", PAGE_SIZE.to_string())];
        addressed(request, workspace.addressable())
    }

    /// Asks for the one number in front of a page: how many things of a kind there are.
    pub(crate) fn count(workspace: &WorkspaceName, kind: ResourceKind) -> Result<Self, Error> {
        let purpose = format!("count the {} of '{}'", kind.plural(), workspace.shown());
        let mut request = Self::get(collection(workspace, kind), Operation::Contents, &purpose);
        request.query = vec![("page_size", "1".to_owned())];
        addressed(request, workspace.addressable())
    }

    /// Asks for one thing.
    pub(crate) fn resource(workspace: &WorkspaceName, target: &ResourceId) -> Result<Self, Error> {
        let purpose = format!("read {} of '{}'", target.label(), workspace.shown());
        let request = Self::get(one(workspace, target), Operation::Contents, &purpose);
        match workspace.addressable().and_then(|()| target.name.addressable()) {
            Ok(()) => Ok(request),
            Err(problem) => Err(Error::unsent(ErrorKind::Unaddressable(problem), &request)),
        }
    }

    /// Asks how far the deletion of a workspace is.
    pub(crate) fn deletion(workspace: &WorkspaceName) -> Result<Self, Error> {
        let purpose = format!("read the progress of deleting '{}'", workspace.shown());
        let segments = entities(&["workspace-deletions", workspace.raw()]);
        addressed(
            Self::get(segments, Operation::Deletion, &purpose),
            workspace.addressable(),
        )
    }
}
