//! The commands that the console names, against what the platform's own CLIs take: `tests/fixtures/cli` holds what 0.6.0
//! and 0.8.1 say of themselves. `tests/nemo-cli` runs the same commands with the real CLI.

use nmp_console::domain::address::BaseUrl;
use nmp_console::domain::change::Change;
use nmp_console::domain::cli::{Cli, Nemo, Place, Programs};
use nmp_console::domain::command::{Command, Grammar};
use nmp_console::domain::context::ContextName;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::platform::{Generation, Support};
use nmp_console::domain::resource::{ResourceId, ResourceKind};
use nmp_console::domain::role::{Role, RoleSet};
use rstest::rstest;
use std::collections::HashMap;

const HELIX: &str = include_str!("../fixtures/cli/nhx-0.8.1.txt");
const PLATFORM: &str = include_str!("../fixtures/cli/nmp-0.6.0.txt");

/// One command of a CLI: how many names follow it, and its options, each with whether it takes a value.
struct Known {
    n_names: usize,
    options: HashMap<&'static str, bool>,
}

fn known(table: &'static str) -> HashMap<&'static str, Known> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    let command = |line: &'static str| {
        let (path, rest) = line.split_once(':').expect("a command, a colon, and what follows");
        let words = rest.split_whitespace();
        let options = words.clone().filter(|word| word.starts_with("--"));
        let options = options.map(|word| word.strip_suffix('=').map_or((word, false), |name| (name, true)));
        let n_names = words.filter(|word| word.starts_with('<')).count();
        let options = options.collect();
        (path, Known { n_names, options })
    };
    lines.map(command).collect()
}

/// Reads `words` as the CLI would.
fn parse(words: &[&str], known: &HashMap<&'static str, Known>) -> Result<(), String> {
    let mut words = words.iter().skip(1).copied().peekable();
    take_options(&mut words, &known[""].options)?;
    let mut path = String::new();
    while path.is_empty() || !known.contains_key(path.as_str()) {
        let Some(word) = words.next_if(|word| !word.starts_with('-')) else {
            break;
        };
        if !path.is_empty() {
            path.push(' ');
        }
        path.push_str(word);
    }
    let command = known.get(path.as_str()).ok_or(format!("no command '{path}'"))?;
    let mut n_names = 0;
    while words.peek().is_some() {
        take_options(&mut words, &command.options)?;
        n_names += usize::from(words.next().is_some());
    }
    if n_names == command.n_names {
        Ok(())
    } else {
        Err(format!("'{path}' takes {} names, not {n_names}", command.n_names))
    }
}

fn take_options<'a>(
    words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    options: &HashMap<&'static str, bool>,
) -> Result<(), String> {
    while let Some(option) = words.next_if(|word| word.starts_with("--")) {
        match options.get(option) {
            Some(true) => {
                words.next().ok_or(format!("{option} without a value"))?;
            }
            Some(false) => {}
            None => return Err(format!("no option {option}")),
        }
    }
    Ok(())
}

/// Returns changes of every kind but deletions of things.
fn changes() -> [Change; 7] {
    let workspace = || WorkspaceName::from_platform("nemo-cli-commands");
    let principal = || Principal::from_platform("bob@example.com");
    let roles: RoleSet = [Role::Viewer, Role::Editor].into_iter().collect();
    [
        Change::CreateWorkspace {
            name: workspace(),
            description: Some("words".to_owned()),
        },
        Change::Describe {
            workspace: workspace(),
            before: None,
            after: "others".to_owned(),
        },
        Change::Roles {
            workspace: workspace(),
            principal: principal(),
            before: RoleSet::default(),
            after: roles.clone(),
        },
        Change::Roles {
            workspace: workspace(),
            principal: principal(),
            before: roles.clone(),
            after: RoleSet::only(Role::Viewer),
        },
        Change::Roles {
            workspace: workspace(),
            principal: principal(),
            before: RoleSet::only(Role::Viewer),
            after: RoleSet::default(),
        },
        Change::CreateProject {
            workspace: workspace(),
            name: ResourceName::from_platform("run-01"),
            description: Some("words".to_owned()),
        },
        Change::DeleteWorkspace { workspace: workspace() },
    ]
}

/// Returns every command for a server like this, about names that no shell reads otherwise.
fn all((generation, deletion_status): (Generation, Support), place: Place) -> Vec<Command> {
    let programs = Programs {
        nemo: Nemo::Found,
        ..Programs::default()
    };
    let grammar = Grammar::new(
        &Cli {
            programs,
            place,
            ..Cli::default()
        },
        generation,
    )
    .with_deletion_status(deletion_status);
    let workspace = || WorkspaceName::from_platform("nemo-cli-commands");
    let changes = changes();
    let mut out = vec![
        grammar.list_workspaces(),
        grammar.workspace(&workspace()),
        grammar.list_members(&workspace()),
        grammar.use_workspace(&workspace()),
    ];
    out.extend(grammar.deletion(&workspace()));
    out.extend(grammar.use_context("prod"));
    out.extend(grammar.who_am_i());
    out.extend(changes.iter().filter_map(|change| grammar.change(change)));
    for kind in ResourceKind::of(generation) {
        let target = ResourceId {
            kind,
            name: ResourceName::from_platform("thing"),
        };
        out.extend(grammar.list_resources(&workspace(), kind));
        out.extend(grammar.resource(&workspace(), &target));
        let workspace = workspace();
        out.extend(grammar.change(&Change::DeleteResource { workspace, target }));
    }
    out
}

#[rstest]
#[case::helix((Generation::Helix, Support::Yes), HELIX)]
#[case::platform((Generation::Platform06, Support::No), PLATFORM)]
fn the_real_cli_has_every_command_that_is_named(#[case] server: (Generation, Support), #[case] table: &'static str) {
    let known = known(table);
    let places = [
        Place::Current,
        Place::Context(ContextName::new("prod")),
        Place::Address(BaseUrl::parse("http://127.0.0.1:8080").unwrap()),
    ];
    for place in places {
        let commands = all(server, place);
        // Seven of changes, the ones that look, and three for each of thirteen kinds.
        assert!(commands.len() > 40, "{commands:?}");
        for command in commands {
            let words: Vec<&str> = command.raw().split(' ').collect();
            assert_eq!(parse(&words, &known), Ok(()), "{command:?}");
        }
    }
}

#[test]
fn a_command_that_no_cli_has_is_noticed() {
    let known = known(HELIX);
    for wrong in [
        "nemo members list --workspace w",
        "nemo workspaces members list --space w",
        "nemo workspaces get",
        "nemo workspaces get a b",
        "nemo --where prod workspaces list",
    ] {
        let words: Vec<&str> = wrong.split(' ').collect();
        assert!(parse(&words, &known).is_err(), "{wrong}");
    }
}

/// Not a check of its own: it prints the commands for `tests/nemo-cli`, which lets the real CLI read each of them.
#[test]
#[ignore = "prints the commands for tests/nemo-cli"]
#[expect(clippy::print_stdout, reason = "printing is what it is for")]
fn commands_for_the_real_cli() {
    for (version, server) in [
        ("0.3.0", (Generation::Platform03, Support::No)),
        ("0.4.0", (Generation::Platform06, Support::No)),
        ("0.6.0", (Generation::Platform06, Support::No)),
        ("0.7.3", (Generation::Helix, Support::No)),
        ("0.8.1", (Generation::Helix, Support::Yes)),
    ] {
        for command in all(server, Place::Context(ContextName::new("prod"))) {
            println!("{version}: {}", command.raw());
        }
    }
}
