//! The groups of commands for the things that lie in a workspace.

use crate::domain::generation::Generation;
use crate::domain::resource::ResourceKind;

/// Returns the group with `list`, `get` and `delete` for things of this kind, where the CLI is known to have one.
///
/// Of the CLI of the first generation only the projects are known, and none of its successor's is known for the kinds
/// that only that one has.
pub(super) fn group(kind: ResourceKind, generation: Generation) -> Option<&'static str> {
    let group = match kind {
        ResourceKind::Project => return Some("projects"),
        ResourceKind::Fileset => "files filesets",
        ResourceKind::Model => "models",
        ResourceKind::Adapter => "adapters",
        ResourceKind::Provider => "inference providers",
        ResourceKind::Deployment => "inference deployments",
        ResourceKind::DeploymentConfig => "inference deployment-configs",
        ResourceKind::Prompt => "inference prompts",
        ResourceKind::Secret => "secrets",
        ResourceKind::Job => "jobs",
        ResourceKind::GuardrailConfig => "guardrail configs",
        ResourceKind::VirtualModel => "inference virtual-models",
        ResourceKind::Experiment => "experiments",
        ResourceKind::Benchmark | ResourceKind::Metric | ResourceKind::BenchmarkJob | ResourceKind::MetricJob => {
            return None;
        }
    };
    (generation != Generation::Seed).then_some(group)
}
