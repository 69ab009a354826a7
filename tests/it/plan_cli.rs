//! `nmp-console plan` and `apply` as a shell and a CI job see them: what is refused before anything is sent, what is left when
//! something fails, and what a second run does after a first one was killed.

use crate::gate::{Gate, Held, gate};
use crate::plan_given::{Site, roles, set, who, ws};
use crate::session_given::token;
use nmp_console::api::Propagation;
use nmp_console::domain::role::RoleSet;
use nmp_console::journal::verify;
use nmp_console::sandbox::{self, PLATFORM_ADMIN};
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::Value;
use std::fs;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// Somebody at a shell, before a platform that counts what it is asked for.
pub(crate) struct Shell {
    pub(crate) home: TempDir,
    pub(crate) site: Site,
    pub(crate) gate: Arc<Gate>,
    pub(crate) url: String,
    _serving: JoinSet<()>,
}

pub(crate) type Workspaces<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

impl Shell {
    /// Opens a shell before a platform with these workspaces; the change of this number is held on its way.
    pub(crate) async fn holding(workspaces: Workspaces<'_>, held: (usize, Held), faults: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let options = |faults: &[&str]| sandbox::Options {
            data: Some(data.path().join("data.sqlite")),
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            ..sandbox::Options::default()
        };
        // What is there is made before anything fails.
        let site = Site::with(options(&[]), workspaces).await;
        site.running.stop().await;
        let site = Site::with(options(faults), &[]).await;
        let (gate, url, serving) = gate(&site.running, held.0, held.1).await;
        Self {
            home: data,
            site,
            gate,
            url,
            _serving: serving,
        }
    }

    pub(crate) async fn before(workspaces: Workspaces<'_>) -> Self {
        Self::holding(workspaces, (0, Held::BeforeItArrives), &[]).await
    }

    /// Writes an access file; the address of the platform comes first.
    pub(crate) fn wish(&self, text: &str) {
        let text = format!("schema = 1\nserver = \"{}\"\n{text}", self.url);
        fs::write(self.home.path().join("wishes.toml"), text).unwrap();
    }

    pub(crate) fn command_of(&self, email: &str, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("NMP_BASE_URL", &self.url)
            .env("NMP_ACCESS_TOKEN", token(email))
            .current_dir(self.home.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run_as(&self, email: &str, arguments: &str) -> Said {
        Said::from(self.command_of(email, arguments).output().unwrap())
    }

    pub(crate) fn run(&self, arguments: &str) -> Said {
        self.run_as(PLATFORM_ADMIN, arguments)
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.home.path().join(name)).unwrap()).unwrap()
    }

    /// Plans, and returns the digest.
    pub(crate) fn planned(&self, arguments: &str) -> String {
        let said = self.run(&format!("plan {arguments} --output plan.json --force"));
        assert!([Some(1), Some(5)].contains(&said.code), "{said:?}");
        self.digest("plan.json")
    }

    pub(crate) fn digest(&self, name: &str) -> String {
        self.json(name)["digest"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn held(&self, workspace: &str, principal: &str) -> RoleSet {
        let members = self.site.client.members(&ws(workspace)).await.unwrap();
        members.roles_of(&who(principal))
    }
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) const ANN: (&str, &str) = ("ann@example.com", "Admin");

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_what_changes_and_changes_nothing() {
    let shell = Shell::before(&[("alpha", &[ANN, ("bob@example.com", "Viewer")])]).await;
    shell.wish(
        "[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"ann@example.com\" = [\"Admin\"]\n\
         \"cat@example.com\" = { roles = [\"Editor\"], reason = \"on call\", ticket = \"OPS-1\" }\n",
    );
    let said = shell.run("plan wishes.toml");
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""));
    let (told, digest) = said.out.split_once("\nDigest: ").unwrap();
    assert_eq!(digest.trim().len(), 64);
    assert!(
        told.contains("2 changes in 1 workspace, 1 loses a role, 1 removed, 1 already so"),
        "{told}"
    );
    let losers_first = told.find("bob@example.com").unwrap() < told.find("cat@example.com").unwrap();
    assert!(losers_first, "{told}");
    assert!(told.contains("on call; OPS-1"), "{told}");
    assert_eq!(shell.gate.n_changes(), 0);

    let digest = shell.planned("wishes.toml");
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("2 applied, 0 refused, 0 unknown"), "{said:?}");
    let said = shell.run("plan wishes.toml");
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = shell.run("activity");
    assert!(said.out.contains("on call; OPS-1"), "{said:?}");
}

/// What a guard refuses, what is said, and what opens it.
#[rstest]
#[case::nobody_named("[workspace.alpha]\nmode = \"authoritative\"\n", "names nobody", None)]
#[case::no_person(
    "[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"team-a\" = [\"Admin\"]\n",
    "no person would be Admin of 'alpha'",
    None
)]
#[case::everyone(
    "[workspace.alpha.members]\n\"*\" = [\"Viewer\"]\n",
    "everyone (*) would get Viewer in 'alpha'",
    Some("--allow-public")
)]
#[case::system(
    "[workspace.system.members]\n\"cat@example.com\" = [\"Viewer\"]\n",
    "1 change in 'system' counts everywhere",
    Some("--allow-system")
)]
#[case::lookalike(
    "[workspace.alpha.members]\n\"аnn@example.com\" = [\"Viewer\"]\n",
    "mixes Cyrillic and Latin letters",
    None
)]
#[case::other_case(
    "[workspace.alpha.members]\n\"ANN@example.com\" = [\"Viewer\"]\n",
    "ANN@example.com would get access to 'alpha', but is not ann@example.com, and looks like it: add them in the console",
    None
)]
#[case::raised(
    "[workspace.alpha.members]\n\"BOB@example.com\" = [\"Editor\"]\n",
    "BOB@example.com would get more access to 'alpha', but is not bob@example.com, and looks like it: change their role in",
    None
)]
#[tokio::test(flavor = "multi_thread")]
async fn a_guard_refuses_everything_until_its_own_word_opens_it(
    #[case] wished: &str,
    #[case] words: &str,
    #[case] opener: Option<&str>,
) {
    let alike = [ANN, ("bob@example.com", "Viewer"), ("BOB@example.com", "Viewer")];
    let shell = Shell::before(&[("alpha", &alike), ("beta", &[ANN])]).await;
    shell.wish(&format!(
        "{wished}[workspace.beta.members]\n\"dan@example.com\" = [\"Viewer\"]\n"
    ));
    let digest = shell.planned("wishes.toml");
    let all = [
        "--allow-self",
        "--allow-public",
        "--allow-system",
        "--accept-removals 1",
    ];
    let others: Vec<&str> = all.into_iter().filter(|other| Some(*other) != opener).collect();
    let said = shell.run(&format!("apply wishes.toml --digest {digest} {}", others.join(" ")));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains(words), "{said:?}");
    assert_eq!(shell.gate.n_changes(), 0);
    if let Some(opener) = opener {
        assert!(said.err.contains(opener), "{said:?}");
        let planned = shell.run(&format!("plan wishes.toml {opener}"));
        assert!(
            planned.out.contains(&format!("guard opened by {opener}")),
            "{planned:?}"
        );
        assert_eq!((planned.code, planned.err.as_str()), (Some(1), ""), "{planned:?}");
        let said = shell.run(&format!("apply wishes.toml --digest {digest} {opener}"));
        assert_eq!(said.code, Some(0), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_removals_are_accepted_by_their_exact_number_alone() {
    let names: Vec<String> = (0..12).map(|n| format!("m{n}@example.com")).collect();
    let mut members: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "Viewer")).collect();
    members.push(ANN);
    let shell = Shell::before(&[("alpha", &members)]).await;
    let wish = |n_left: usize| {
        let left: Vec<String> = names[..n_left]
            .iter()
            .map(|name| format!("\"{name}\" = [\"Viewer\"]\n"))
            .collect();
        shell.wish(&format!(
            "[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"ann@example.com\" = [\"Admin\"]\n{}",
            left.concat()
        ));
        shell.planned("wishes.toml")
    };
    // A quarter of thirteen is three and a bit: three go without a word.
    let digest = wish(8);
    for n in [3, 5] {
        let said = shell.run(&format!("apply plan.json --digest {digest} --accept-removals {n}"));
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(
            said.err
                .contains("4 of 13 principals are removed from 'alpha': --accept-removals 4"),
            "{said:?}"
        );
    }
    assert_eq!(shell.gate.n_changes(), 0);
    let said = shell.run(&format!("apply plan.json --digest {digest} --accept-removals 4"));
    assert_eq!(said.code, Some(0), "{said:?}");
    let digest = wish(6);
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(0), "two of nine are few: {said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_for_another_digest_another_caller_another_server_or_a_bad_twentieth() {
    let names: Vec<String> = (1..=20).map(|n| format!("team-{n:02}")).collect();
    let workspaces: Vec<(&str, &[(&str, &str)])> = names.iter().map(|name| (name.as_str(), &[ANN][..])).collect();
    let shell = Shell::before(&workspaces).await;
    let each = names[..19]
        .iter()
        .map(|name| format!("[workspace.{name}.members]\n\"bob@example.com\" = [\"Viewer\"]\n"));
    let good: String = each.collect();
    shell.wish(&good);
    let digest = shell.planned("wishes.toml");
    for (arguments, words) in [
        (format!("apply plan.json --digest {}", "0".repeat(64)), "another digest"),
        (
            format!("apply wishes.toml --digest {}", "0".repeat(64)),
            "another digest",
        ),
    ] {
        let said = shell.run(&arguments);
        assert_eq!(said.code, Some(5), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
    let said = shell.run_as("ann@example.com", &format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("made this plan"), "{said:?}");
    let plan = fs::read_to_string(shell.home.path().join("plan.json")).unwrap();
    let made_at = shell.json("plan.json")["made_at"].as_str().unwrap().to_owned();
    for (from, to, code, words) in [
        (
            shell.url.as_str(),
            "http://127.0.0.1:9",
            5,
            "it is for http://127.0.0.1:9",
        ),
        ("bob@example.com", "mal@example.com", 4, "it was edited"),
        (made_at.as_str(), "2999-01-01T00:00:00Z", 5, "which is still to come"),
    ] {
        fs::write(shell.home.path().join("edited.json"), plan.replace(from, to)).unwrap();
        let said = shell.run(&format!("apply edited.json --digest {digest}"));
        assert_eq!(said.code, Some(code), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
    }
    shell.wish(&format!("{good}[workspace.team-20]\nmode = \"authoritative\"\n"));
    let digest = shell.planned("wishes.toml");
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert_eq!(shell.gate.n_changes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_left_as_a_plan_of_its_own_and_the_rest_is_done() {
    let names: Vec<String> = (1..=20).map(|n| format!("team-{n:02}")).collect();
    let workspaces: Vec<(&str, &[(&str, &str)])> = names.iter().map(|name| (name.as_str(), &[ANN][..])).collect();
    let faults = [
        "status=403:POST,team-03/members,times=1",
        "status=409:POST,team-11/members,times=1",
        "status=500:POST,team-17/members,times=1",
    ];
    let shell = Shell::holding(&workspaces, (0, Held::BeforeItArrives), &faults).await;
    let each = names
        .iter()
        .map(|name| format!("[workspace.{name}.members]\n\"bob@example.com\" = [\"Viewer\"]\n"));
    shell.wish(&each.collect::<String>());
    let digest = shell.planned("wishes.toml");
    let said = shell.run(&format!("apply plan.json --digest {digest} --remaining rest.json"));
    assert_eq!(said.code, Some(6), "{said:?}");
    assert!(
        said.err.contains("nmp-console: 17 applied, 2 refused, 1 unknown\n"),
        "{said:?}"
    );
    let one = "applied: + 'team-01' bob@example.com: Viewer\n";
    assert_eq!(
        (said.err.matches(one).count(), said.err.matches("applied: ").count()),
        (1, 17),
        "{said:?}"
    );
    let rest = shell.json("rest.json");
    let left: Vec<&str> = rest["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| change["workspace"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["team-03", "team-11", "team-17"]);
    let said = shell.run(&format!("apply rest.json --digest {}", shell.digest("rest.json")));
    assert_eq!(said.code, Some(0), "{said:?}");
    for name in &names {
        assert_eq!(shell.held(name, "bob@example.com").await, roles("Viewer"), "{name}");
    }
    assert_eq!(shell.gate.n_changes(), 23);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_has_changed_is_stale_and_what_is_so_already_is_not_sent() {
    let shell = Shell::before(&[(
        "alpha",
        &[ANN, ("bob@example.com", "Viewer"), ("cat@example.com", "Viewer")],
    )])
    .await;
    shell.wish("[workspace.alpha.members]\n\"bob@example.com\" = [\"Admin\"]\n\"cat@example.com\" = [\"Editor\"]\n");
    let digest = shell.planned("wishes.toml");
    for change in [
        set("alpha", "bob@example.com", "Viewer", "Editor"),
        set("alpha", "cat@example.com", "Viewer", "Editor"),
    ] {
        shell.site.client.apply(&change, Propagation::Skip).await.unwrap();
    }
    let said = shell.run(&format!("apply plan.json --digest {digest} --remaining rest.json"));
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err
            .contains("stale: change bob@example.com in 'alpha': Viewer → Admin: now Editor"),
        "{said:?}"
    );
    assert!(
        said.err
            .contains("0 applied, 0 refused, 0 unknown, 1 stale, 1 already so"),
        "{said:?}"
    );
    assert_eq!(shell.gate.n_changes(), 0);
    let said = shell.run(&format!("apply rest.json --digest {}", shell.digest("rest.json")));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(shell.held("alpha", "bob@example.com").await, roles("Admin"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_request_and_run_again_it_finishes_and_sends_nothing_twice(
    #[values(Held::BeforeItArrives, Held::BeforeItsAnswer)] killed: Held,
    #[values(1, 2, 3, 4)] nth: usize,
    #[values("plan.json", "wishes.toml")] from: &str,
) {
    let shell = Shell::holding(&[("alpha", &[ANN, ("old@example.com", "Editor")])], (nth, killed), &[]).await;
    shell.wish(
        "[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"ann@example.com\" = [\"Viewer\"]\n\
         \"bob@example.com\" = [\"Admin\"]\n\"cat@example.com\" = [\"Viewer\"]\n",
    );
    let digest = shell.planned("wishes.toml");
    let apply = format!("apply {from} --digest {digest}");
    let mut running = shell.command_of(PLATFORM_ADMIN, &apply).spawn().unwrap();
    shell.gate.is_held.notified().await;
    running.kill().unwrap();
    running.wait().unwrap();

    let said = shell.run(&apply);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("an earlier session did not finish"), "{said:?}");
    for (principal, expected) in [
        ("ann@example.com", "Viewer"),
        ("bob@example.com", "Admin"),
        ("cat@example.com", "Viewer"),
        ("old@example.com", ""),
    ] {
        assert_eq!(shell.held("alpha", principal).await, roles(expected), "{principal}");
    }
    let n_lost = usize::from(killed == Held::BeforeItArrives);
    assert_eq!(
        shell.gate.n_changes(),
        4 + n_lost,
        "only what had not arrived is sent again"
    );
    let state = shell.home.path().join(".local/state/nmp-console");
    assert_eq!(verify::verify(&state, None).unwrap().fault, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_not_planned_again() {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    shell.wish("[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n");
    shell.planned("wishes.toml");
    let said = shell.run("plan plan.json --output again.json");
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.err.contains("this is a plan already: apply it"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_plan_takes_an_admin_away_that_the_policy_requires() {
    let shell = Shell::before(&[("prod-1", &[ANN, ("bob@example.com", "Admin")])]).await;
    let policy = "[[require_admin]]\nworkspace = \"prod-*\"\nprincipal = \"ann@example.com\"\n";
    fs::write(shell.home.path().join("policy.toml"), policy).unwrap();
    let bob = "\"bob@example.com\" = [\"Admin\"]\n";
    for wished in [
        format!("[workspace.prod-1]\nabsent = [\"ann@example.com\"]\n[workspace.prod-1.members]\n{bob}"),
        format!("[workspace.prod-1]\nmode = \"authoritative\"\n[workspace.prod-1.members]\n{bob}"),
        format!("[workspace.prod-2]\ncreate = true\ndescription = \"new\"\n[workspace.prod-2.members]\n{bob}"),
    ] {
        shell.wish(&wished);
        let said = shell.run("plan wishes.toml --policy policy.toml");
        assert_eq!(said.code, Some(5), "{said:?}");
        let words = "the policy requires ann@example.com to be Admin of 'prod-";
        assert_eq!(said.err.matches(words).count(), 1, "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_describes_what_is_written_and_refuses_what_is_not() {
    let schema: Value = serde_json::from_str(include_str!("../../assets/schema/plan-1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let shell = Shell::before(&[(
        "alpha",
        &[ANN, ("bob@example.com", "Viewer"), ("zoë@example.com", "Editor")],
    )])
    .await;
    shell.wish(
        "[workspace.alpha]\nmode = \"authoritative\"\n[workspace.alpha.members]\n\"*\" = [\"Viewer\"]\n\
         \"zoë@example.com\" = { roles = [\"Viewer\"], until = 2099-01-31, reason = \"r\", ticket = \"T-1\" }\n\
         [workspace.beta]\ncreate = true\ndescription = \"new\"\n[workspace.beta.members]\n\
         \"x@example.com\" = [\"Admin\"]\n[workspace.gone.members]\n\"x@example.com\" = [\"Viewer\"]\n",
    );
    shell.planned("wishes.toml");
    let plan = shell.json("plan.json");
    let errors: Vec<String> = schema.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert_eq!(errors, [] as [String; 0]);
    assert_eq!(plan["left_out"].as_array().unwrap().len(), 1);
    assert!(plan["guards"].as_array().unwrap().len() > 1);
    for (path, wrong) in [
        ("/schema_version", Value::from(2)),
        ("/digest", Value::from("short")),
        ("/changes/0/change", Value::from("delete")),
        ("/changes/0/before", Value::from("Viewer")),
        ("/made_at", Value::Null),
    ] {
        let mut edited = plan.clone();
        *edited.pointer_mut(path).unwrap() = wrong;
        assert!(!schema.is_valid(&edited), "{path}");
        fs::write(shell.home.path().join("edited.json"), edited.to_string()).unwrap();
        let said = shell.run(&format!("apply edited.json --digest {}", "0".repeat(64)));
        assert!([Some(4), Some(5)].contains(&said.code), "{path}: {said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_and_digest_finish_what_failed_however_often_and_send_nothing_when_all_is_so() {
    let faults = ["status=409:POST,beta/members,times=2"];
    let workspaces: Workspaces<'_> = &[("alpha", &[ANN]), ("beta", &[ANN]), ("gamma", &[ANN])];
    let shell = Shell::holding(workspaces, (0, Held::BeforeItArrives), &faults).await;
    let each = ["alpha", "beta", "gamma"]
        .map(|name| format!("[workspace.{name}.members]\n\"bob@example.com\" = [\"Viewer\"]\n"));
    shell.wish(&each.concat());
    let digest = shell.planned("wishes.toml");
    let apply = format!("apply wishes.toml --digest {digest}");
    let codes: Vec<Option<i32>> = (0..4).map(|_| shell.run(&apply).code).collect();
    assert_eq!(codes, [Some(1), Some(1), Some(0), Some(0)]);
    assert_eq!(shell.gate.n_changes(), 5, "three, and two that were refused");
    // What was not approved is not let through by what was done under the digest.
    shell.wish(&format!("{}\"eve@example.com\" = [\"Viewer\"]\n", each.concat()));
    let said = shell.run(&apply);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert_eq!(shell.gate.n_changes(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_taken_for_a_person_who_was_admin_when_it_was_planned() {
    let members = [ANN, ("bob@example.com", "Admin"), ("team-a", "Admin")];
    let shell = Shell::holding(&[("alpha", &members)], (1, Held::BeforeItArrives), &[]).await;
    shell.wish("[workspace.alpha]\nabsent = [\"ann@example.com\"]\n[workspace.alpha.members]\n\"cat@example.com\" = [\"Viewer\"]\n");
    let digest = shell.planned("wishes.toml");
    let mut apply = shell.command_of(PLATFORM_ADMIN, &format!("apply plan.json --digest {digest}"));
    let child = apply.spawn().unwrap();
    // While the first change is on its way, somebody demotes the other person; the platform still counts the group.
    shell.gate.is_held.notified().await;
    let demote = set("alpha", "bob@example.com", "Admin", "Viewer");
    shell.site.client.apply(&demote, Propagation::Skip).await.unwrap();
    shell.gate.released.notify_one();
    let said = Said::from(child.wait_with_output().unwrap());
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(shell.held("alpha", "ann@example.com").await, roles("Admin"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_their_own_place_is_told_that_it_is_done() {
    let shell = Shell::before(&[("alpha", &[ANN, ("bob@example.com", "Admin")])]).await;
    shell.wish("[workspace.alpha]\nabsent = [\"ann@example.com\"]\n");
    let said = shell.run_as("ann@example.com", "plan wishes.toml --output own.json");
    assert_eq!(said.code, Some(5), "{said:?}");
    let apply = format!("apply own.json --digest {} --allow-self", shell.digest("own.json"));
    let said = shell.run_as("ann@example.com", &apply);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("1 applied, 0 refused, 0 unknown"), "{said:?}");
    assert!(shell.held("alpha", "ann@example.com").await.is_empty());
}

/// A context leads to its own address: at another one only its login is used, and no command may name it there.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_another_address_than_that_of_the_context_is_none_of_the_context() {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    let config = "current_context: prod\nclusters: [{name: c, base_url: 'https://prod.example.com'}]\n\
                  users: [{name: u, type: no-auth}]\ncontexts: [{name: prod, cluster: c, user: u}]\n";
    fs::write(shell.home.path().join("config.yaml"), config).unwrap();
    shell.wish(
        "[workspace.alpha]\nmode = \"additive\"\n[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n",
    );
    let digest = shell.planned("wishes.toml");
    let said = shell.run(&format!(
        "apply wishes.toml --digest {digest} --config config.yaml --context prod"
    ));
    assert_eq!(said.code, Some(0), "{said:?}");
    let folder = shell.home.path().join(".local/state/nmp-console/activity.jsonl");
    let journal = fs::read_to_string(folder).unwrap();
    let first: Value = serde_json::from_str(journal.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["context"], first["server"].as_str()),
        (&Value::from("no context"), Some(&*shell.url))
    );
    let said = shell.run("activity --format commands");
    assert!(!said.out.contains("prod"), "{said:?}");
}
