//! What lies in a workspace besides its members: the kinds of things, single things, and how many there are.
//!
//! [`ResourceKind`] is the one place that knows the kinds: what they are called, which generation of the platform
//! has them, and what is lost with one. Where they are found on the wire is the API client's to know.

use super::ids::ResourceName;
use super::platform::Generation;
use super::text::{SafeText, grouped};
use jiff::Timestamp;

/// A kind of thing that lies in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is explained by its row in the table of facts")]
pub enum ResourceKind {
    Project,
    Fileset,
    Model,
    Adapter,
    Provider,
    Deployment,
    DeploymentConfig,
    Prompt,
    Secret,
    Job,
    GuardrailConfig,
    VirtualModel,
    Experiment,
    Benchmark,
    Metric,
    BenchmarkJob,
    MetricJob,
}

/// What is known about a kind.
struct Facts {
    noun: &'static str,
    plural: &'static str,
    /// Other words a platform uses for it, besides these two.
    aliases: &'static [&'static str],
    /// The generations that can have it, first and last.
    generations: (Generation, Generation),
    /// What is lost with one, besides itself.
    loss: &'static str,
    /// Its place in the order in which several are deleted: what uses goes before what is used.
    rank: u8,
}

impl ResourceKind {
    /// Every kind, in the order in which they are told.
    pub const ALL: [Self; 17] = [
        Self::Project,
        Self::Fileset,
        Self::Model,
        Self::Adapter,
        Self::Provider,
        Self::Deployment,
        Self::DeploymentConfig,
        Self::Prompt,
        Self::Secret,
        Self::Job,
        Self::GuardrailConfig,
        Self::VirtualModel,
        Self::Experiment,
        Self::Benchmark,
        Self::Metric,
        Self::BenchmarkJob,
        Self::MetricJob,
    ];

    /// Returns the kinds that a platform of this generation can have. One that could not be told is taken for the
    /// newest: the kinds that only the oldest has answer 403 everywhere else, which says nothing.
    pub fn of(generation: Generation) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| {
            let (first, last) = kind.facts().generations;
            (first..=last).contains(&generation)
        })
    }

    /// Returns the kind that a platform means by `word`, in the singular or the plural and however it is joined:
    /// `project`, `deployment_config`, `datasets`.
    pub fn from_platform(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase().replace(['_', '-'], " ");
        Self::ALL.into_iter().find(|kind| {
            let facts = kind.facts();
            facts.noun == word || facts.plural == word || facts.aliases.contains(&word.as_str())
        })
    }

    /// Returns the word for one of it.
    pub fn noun(self) -> &'static str {
        self.facts().noun
    }

    /// Returns the word for several of it.
    pub fn plural(self) -> &'static str {
        self.facts().plural
    }

    /// Returns `"1 project"`, `"12 filesets"`.
    pub fn counted(self, n: usize) -> String {
        let word = if n == 1 { self.noun() } else { self.plural() };
        format!("{} {word}", grouped(n))
    }

    /// Returns what is lost with one of it, in words.
    pub fn loss(self) -> &'static str {
        self.facts().loss
    }

    /// Returns its place among the kinds when several things are deleted: a fileset that a model uses cannot go
    /// before the model.
    pub fn deletion_rank(self) -> u8 {
        self.facts().rank
    }

    /// Returns whether the platform lets a client delete one, as far as is known.
    pub fn can_be_deleted(self) -> bool {
        self.facts().generations.1 > Generation::Platform01
    }

    #[rustfmt::skip]
    const fn facts(self) -> Facts {
        use Generation as D;
        /// From this generation on.
        const fn since(first: Generation) -> (Generation, Generation) {
            (first, Generation::Unknown)
        }
        const OLDEST: (Generation, Generation) = (D::Platform01, D::Platform01);
        const EVALUATION: &str = "what refers to it stops working";
        match self {
            Self::Project => Facts { noun: "project", plural: "projects", aliases: &[], generations: since(D::Seed),
                loss: "resources labelled with it stay, only the label is lost", rank: 9 },
            Self::Fileset => Facts { noun: "fileset", plural: "filesets", aliases: &["dataset", "datasets"], generations: since(D::Seed),
                loss: "its files are destroyed if the platform stores them", rank: 7 },
            Self::Model => Facts { noun: "model", plural: "models", aliases: &[], generations: since(D::Seed),
                loss: "its adapters are deleted, too", rank: 5 },
            Self::Adapter => Facts { noun: "adapter", plural: "adapters", aliases: &[], generations: since(D::Seed),
                loss: "the model it belongs to stays", rank: 4 },
            Self::Provider => Facts { noun: "provider", plural: "providers", aliases: &["model provider"], generations: since(D::Seed),
                loss: "models can no longer be reached through it", rank: 3 },
            Self::Deployment => Facts { noun: "deployment", plural: "deployments", aliases: &["model deployment"], generations: since(D::Seed),
                loss: "what it serves goes offline", rank: 1 },
            Self::DeploymentConfig => Facts { noun: "deployment config", plural: "deployment configs", aliases: &["model deployment config"], generations: since(D::Seed),
                loss: "all its versions are deleted", rank: 2 },
            Self::Prompt => Facts { noun: "prompt", plural: "prompts", aliases: &[], generations: since(D::Platform03),
                loss: "what refers to it stops working", rank: 6 },
            Self::Secret => Facts { noun: "secret", plural: "secrets", aliases: &["platform secret"], generations: since(D::Seed),
                loss: "what uses it stops working, and its value cannot be read back", rank: 8 },
            Self::Job => Facts { noun: "job", plural: "jobs", aliases: &["platform job"], generations: since(D::Seed),
                loss: "its log and steps are deleted", rank: 0 },
            Self::GuardrailConfig => Facts { noun: "guardrail config", plural: "guardrail configs", aliases: &["guardrails config"], generations: since(D::Seed),
                loss: "it no longer checks conversations", rank: 6 },
            Self::VirtualModel => Facts { noun: "virtual model", plural: "virtual models", aliases: &[], generations: since(D::Seed),
                loss: "requests to it no longer find a model", rank: 3 },
            Self::Experiment => Facts { noun: "experiment", plural: "experiments", aliases: &[], generations: since(D::Platform06),
                loss: "its evaluations are deleted", rank: 6 },
            Self::Benchmark => Facts { noun: "benchmark", plural: "benchmarks", aliases: &[], generations: OLDEST, loss: EVALUATION, rank: 6 },
            Self::Metric => Facts { noun: "metric", plural: "metrics", aliases: &[], generations: OLDEST, loss: EVALUATION, rank: 6 },
            Self::BenchmarkJob => Facts { noun: "benchmark job", plural: "benchmark jobs", aliases: &[], generations: OLDEST, loss: EVALUATION, rank: 0 },
            Self::MetricJob => Facts { noun: "metric job", plural: "metric jobs", aliases: &[], generations: OLDEST, loss: EVALUATION, rank: 0 },
        }
    }
}

/// One thing in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// What kind of thing.
    pub kind: ResourceKind,
    /// Its name and address among its kind.
    pub name: ResourceName,
    /// The platform's own id; lists of some kinds leave it out.
    pub id: Option<String>,
    /// The project it is labelled with.
    pub project: Option<ResourceName>,
    /// The description, if any.
    pub description: Option<String>,
    /// `created`, `RUNNING`, …: in the platform's own word, where it has one.
    pub state: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
}

/// Which thing of a workspace: names are unique among a kind only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId {
    /// What kind of thing.
    pub kind: ResourceKind,
    /// Its name, unique among its kind in the workspace.
    pub name: ResourceName,
}

impl ResourceId {
    /// Returns kind and name in words: `project 'run-01'`.
    pub fn label(&self) -> SafeText {
        SafeText::new(&format!("{} '{}'", self.kind.noun(), self.name.shown()))
    }
}

impl Resource {
    /// Returns which thing it is.
    pub fn address(&self) -> ResourceId {
        ResourceId {
            kind: self.kind,
            name: self.name.clone(),
        }
    }

    /// Returns whether `other`, found under the same name, is the same thing and not one made anew.
    pub fn is_same_as(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(one), Some(two)) => one == two,
            (Some(_) | None, None) | (None, Some(_)) => self.created_at == other.created_at,
        }
    }

    /// Returns whether its deletion has been accepted and is carried out in the background.
    pub fn is_going(&self) -> bool {
        let state = self.state.as_deref().unwrap_or_default();
        state.eq_ignore_ascii_case("deleting") || state.eq_ignore_ascii_case("deleted")
    }
}

/// How many things of one kind a workspace holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// Exactly so many were counted.
    Number(usize),
    /// The platform has no service for this kind, so there is nothing to be counted.
    NotInstalled,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("project", Some(ResourceKind::Project))]
    #[case("dataset", Some(ResourceKind::Fileset))]
    #[case("Deployment_Config", Some(ResourceKind::DeploymentConfig))]
    #[case("platform-job", Some(ResourceKind::Job))]
    #[case("virtual models", Some(ResourceKind::VirtualModel))]
    #[case("flying saucer", None)]
    #[case("", None)]
    fn knows_what_a_platform_means(#[case] word: &str, #[case] kind: Option<ResourceKind>) {
        assert_eq!(ResourceKind::from_platform(word), kind);
    }

    #[test]
    fn every_kind_has_words_of_its_own() {
        for kind in ResourceKind::ALL {
            for word in [kind.noun(), kind.plural()] {
                assert_eq!(ResourceKind::from_platform(word), Some(kind), "{word}");
            }
        }
    }

    #[rstest]
    #[case(Generation::Seed, 11)]
    #[case(Generation::Platform01, 15)]
    #[case(Generation::Platform03, 12)]
    #[case(Generation::Platform06, 13)]
    #[case(Generation::Helix, 13)]
    #[case(Generation::Unknown, 13)]
    fn asks_each_generation_for_what_it_can_have(#[case] generation: Generation, #[case] n_kinds: usize) {
        assert_eq!(ResourceKind::of(generation).count(), n_kinds);
    }

    #[test]
    fn what_uses_goes_before_what_is_used() {
        let order = [
            ResourceKind::Deployment,
            ResourceKind::DeploymentConfig,
            ResourceKind::Adapter,
            ResourceKind::Model,
            ResourceKind::Fileset,
            ResourceKind::Project,
        ];
        assert!(order.is_sorted_by(|a, b| a.deletion_rank() < b.deletion_rank()));
    }

    #[test]
    fn tells_the_same_thing_from_one_made_anew() {
        let thing = |id: Option<&str>, second: i64| Resource {
            kind: ResourceKind::Secret,
            name: ResourceName::from_platform("s1"),
            id: id.map(str::to_owned),
            project: None,
            description: None,
            state: None,
            created_at: Timestamp::from_second(second).ok(),
            updated_at: None,
        };
        assert!(thing(Some("a"), 1).is_same_as(&thing(Some("a"), 2)));
        assert!(!thing(Some("a"), 1).is_same_as(&thing(Some("b"), 1)));
        assert!(thing(None, 1).is_same_as(&thing(None, 1)));
        assert!(!thing(None, 1).is_same_as(&thing(None, 2)));
    }
}
