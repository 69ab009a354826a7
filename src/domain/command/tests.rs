//! Every command, in every generation, as the CLIs of that generation take it.

use super::*;
use crate::domain::address::BaseUrl;
use crate::domain::cli::Nemo;
use crate::domain::context::ContextName;
use crate::domain::ids::ResourceName;
use crate::domain::role::Role;
use Generation as D;
use rstest::rstest;

fn ws() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

fn who() -> Principal {
    Principal::from_platform("bob@example.com")
}

fn roles(names: &[&str]) -> RoleSet {
    names.iter().map(|raw| Role::from_platform(raw)).collect()
}

fn create() -> Change {
    Change::CreateWorkspace {
        name: ws(),
        description: Some("Machine learning".to_owned()),
    }
}

fn describe() -> Change {
    Change::Describe {
        workspace: ws(),
        before: Some("old".to_owned()),
        after: String::new(),
    }
}

fn delete() -> Change {
    Change::DeleteWorkspace { workspace: ws() }
}

fn retry() -> Change {
    Change::RetryDeletion { workspace: ws() }
}

fn add() -> Change {
    Change::Roles {
        workspace: ws(),
        principal: who(),
        before: RoleSet::default(),
        after: roles(&["Viewer"]),
    }
}

fn set() -> Change {
    Change::Roles {
        workspace: ws(),
        principal: who(),
        before: roles(&["Viewer"]),
        after: roles(&["Admin", "JobRunner"]),
    }
}

fn remove() -> Change {
    Change::Roles {
        workspace: ws(),
        principal: Principal::everyone(),
        before: roles(&["Viewer"]),
        after: RoleSet::default(),
    }
}

fn project() -> Change {
    Change::CreateProject {
        workspace: ws(),
        name: ResourceName::from_platform("run-01"),
        description: None,
    }
}

fn without(kind: ResourceKind) -> Change {
    Change::DeleteResource {
        workspace: ws(),
        target: ResourceId {
            kind,
            name: ResourceName::from_platform("run-01"),
        },
    }
}

const RELEASED: [Generation; 5] = [D::Platform01, D::Platform03, D::Platform06, D::Helix, D::Unknown];
const SINCE_03: [Generation; 4] = [D::Platform03, D::Platform06, D::Helix, D::Unknown];

/// What each change is to the CLI of each release.
#[rstest]
#[case::create(create(), &RELEASED, "nemo workspaces create ml-team --description 'Machine learning'")]
#[case::create(create(), &[D::Seed], "nmp workspaces create --name ml-team --description 'Machine learning'")]
#[case::edit(describe(), &RELEASED, "nemo workspaces update ml-team --description ''")]
#[case::delete(delete(), &RELEASED, "nemo workspaces delete ml-team")]
#[case::delete(delete(), &[D::Seed], "nmp workspaces delete ml-team")]
#[case::retry(retry(), &RELEASED, "nemo workspaces delete ml-team")]
#[case::add(
    add(),
    &SINCE_03,
    "nemo workspaces members create --workspace ml-team --principal bob@example.com --roles Viewer"
)]
#[case::add(
    add(),
    &[D::Platform01],
    "nemo members create --workspace ml-team --principal bob@example.com --roles Viewer"
)]
#[case::add(
    add(),
    &[D::Seed],
    "nmp config set --workspace ml-team && nmp members create --principal bob@example.com --roles Viewer"
)]
#[case::set(
    set(),
    &SINCE_03,
    "nemo workspaces members update bob@example.com --workspace ml-team --roles Admin --roles JobRunner"
)]
#[case::set(
    set(),
    &[D::Platform01],
    "nemo members update bob@example.com --workspace ml-team --roles Admin --roles JobRunner"
)]
#[case::set(
    set(),
    &[D::Seed],
    "nmp config set --workspace ml-team && nmp members update bob@example.com --roles Admin --roles JobRunner"
)]
#[case::remove(remove(), &SINCE_03, "nemo workspaces members delete '*' --workspace ml-team")]
#[case::remove(remove(), &[D::Platform01], "nemo members delete '*' --workspace ml-team")]
#[case::remove(remove(), &[D::Seed], "nmp config set --workspace ml-team && nmp members delete '*'")]
#[case::project(project(), &RELEASED, "nemo projects create run-01 --workspace ml-team")]
#[case::project(without(ResourceKind::Project), &RELEASED, "nemo projects delete run-01 --workspace ml-team")]
#[case::project(without(ResourceKind::Project), &[D::Seed], "nmp projects delete run-01 --workspace ml-team")]
#[case::fileset(without(ResourceKind::Fileset), &RELEASED, "nemo files filesets delete run-01 --workspace ml-team")]
#[case::provider(
    without(ResourceKind::Provider),
    &RELEASED,
    "nemo inference providers delete run-01 --workspace ml-team"
)]
fn a_change_has_the_command_of_its_generation(
    #[case] change: Change,
    #[case] generations: &[Generation],
    #[case] expected: &str,
) {
    for generation in generations {
        let command = Grammar::of(*generation).change(&change);
        assert_eq!(command.as_ref().map(Command::raw), Some(expected), "{generation:?}");
    }
}

#[test]
fn the_first_generation_has_no_command_for_what_is_not_known_of_it() {
    let seed = Grammar::of(D::Seed);
    assert_eq!(seed.change(&describe()), None);
    assert_eq!(seed.change(&without(ResourceKind::Fileset)), None);
    assert_eq!(seed.use_context("prod"), None);
    assert_eq!(seed.who_am_i(), None);
}

#[rstest]
#[case::seed(D::Seed, &[
    "nmp workspaces list",
    "nmp workspaces get ml-team",
    "nmp config set --workspace ml-team && nmp members list",
    "nmp projects list --workspace ml-team",
    "nmp config set --workspace ml-team",
])]
#[case::oldest(D::Platform01, &[
    "nemo workspaces list",
    "nemo workspaces get ml-team",
    "nemo members list --workspace ml-team",
    "nemo projects list --workspace ml-team",
    "nemo config set --workspace ml-team",
    "nemo config use-context prod",
    "nemo auth status",
])]
#[case::older(D::Platform06, &[
    "nemo workspaces list --all-pages",
    "nemo workspaces get ml-team",
    "nemo workspaces members list --workspace ml-team",
    "nemo projects list --workspace ml-team --all-pages",
    "nemo config set --workspace ml-team",
    "nemo config use-context prod",
    "nemo auth status",
])]
#[case::newest(D::Helix, &[
    "nemo workspaces list --all-pages",
    "nemo workspaces get ml-team",
    "nemo workspaces members list --workspace ml-team",
    "nemo projects list --workspace ml-team --all-pages",
    "nemo config set --workspace ml-team",
    "nemo config use-context prod",
    "nemo auth status",
    "nemo workspaces deletion-status ml-team",
])]
fn what_is_looked_at_has_a_command_too(#[case] generation: Generation, #[case] expected: &[&str]) {
    // Both parts of what the newest generation is, in one table: its CLI has no more than its server.
    let deletion_status = if generation == D::Helix {
        Support::Yes
    } else {
        Support::No
    };
    let grammar = Grammar::of(generation).with_deletion_status(deletion_status);
    let commands = [
        Some(grammar.list_workspaces()),
        Some(grammar.workspace(&ws())),
        Some(grammar.list_members(&ws())),
        grammar.list_resources(&ws(), ResourceKind::Project),
        Some(grammar.use_workspace(&ws())),
        grammar.use_context("prod"),
        grammar.who_am_i(),
        grammar.deletion(&ws()),
    ];
    let commands: Vec<String> = commands
        .into_iter()
        .flatten()
        .map(|command| command.raw().to_owned())
        .collect();
    assert_eq!(commands, expected);
}

fn cli(place: Place) -> Cli {
    Cli {
        programs: Programs {
            nemo: Nemo::Found,
            ..Programs::default()
        },
        place,
        ..Cli::default()
    }
}

#[rstest]
#[case::there_already(Place::Current, D::Helix, "nemo workspaces delete ml-team")]
#[case::another_context(
    Place::Context(ContextName::new("prod eu")),
    D::Helix,
    "nemo --context 'prod eu' workspaces delete ml-team"
)]
#[case::another_context(
    Place::Context(ContextName::new("prod")),
    D::Platform06,
    "nemo --context prod workspaces delete ml-team"
)]
#[case::an_address(
    Place::Address(BaseUrl::parse("https://nmp.example.com:8443/base").unwrap()),
    D::Platform03,
    "nemo --base-url https://nmp.example.com:8443/base workspaces delete ml-team"
)]
#[case::the_first_generation_knows_neither(
    Place::Context(ContextName::new("prod")),
    D::Seed,
    "nmp workspaces delete ml-team"
)]
fn a_command_acts_where_the_console_does(#[case] place: Place, #[case] generation: Generation, #[case] expected: &str) {
    let command = Grammar::new(&cli(place), generation).change(&delete());
    assert_eq!(command.as_ref().map(Command::raw), Some(expected));
}

#[test]
fn switching_the_context_needs_no_other_context() {
    let grammar = Grammar::new(&cli(Place::Context(ContextName::new("dev"))), D::Helix);
    assert_eq!(
        grammar.use_context("prod").unwrap().raw(),
        "nemo config use-context prod"
    );
}

/// The first releases of Helix cannot tell, and their CLI has no command for it.
#[rstest]
#[case::told(D::Helix, Support::Yes, Some("nemo workspaces deletion-status ml-team"))]
#[case::told_by_a_build_from_source(D::Unknown, Support::Yes, Some("nemo workspaces deletion-status ml-team"))]
#[case::not_told(D::Helix, Support::No, None)]
#[case::not_known(D::Helix, Support::Unknown, None)]
fn names_the_progress_of_deletions_where_the_server_tells(
    #[case] generation: Generation,
    #[case] deletion_status: Support,
    #[case] expected: Option<&str>,
) {
    let command = Grammar::of(generation)
        .with_deletion_status(deletion_status)
        .deletion(&ws());
    assert_eq!(command.as_ref().map(Command::raw), expected);
    assert_eq!(Grammar::of(generation).deletion(&ws()), None, "nothing is known of it");
}
