//! What whoever reviews a plan sees at a shell, and what is said of slips before anything is sent.

use crate::gate::Held;
use crate::plan_cli::{ANN, Shell};
use crate::plan_given::{set, ws};
use nmp_console::api::{self, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::ResourceName;
use nmp_console::sandbox::PLATFORM_ADMIN;
use pretty_assertions::assert_eq;
use rstest::rstest;
use serde_json::{Value, json};
use std::fs;

fn is_valid(plan: &Value) -> bool {
    let schema: Value = serde_json::from_str(include_str!("../../assets/schema/plan-1.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(plan)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_in_the_workspaces_of_a_plan_is_counted_and_what_cannot_be_is_named() {
    let faults = ["status=500:GET,alpha/secrets"];
    let shell = Shell::holding(
        &[("alpha", &[ANN]), ("beta", &[ANN])],
        (0, Held::BeforeItArrives),
        &faults,
    )
    .await;
    let project = Change::CreateProject {
        workspace: ws("alpha"),
        name: ResourceName::from_platform("run-01"),
        description: None,
    };
    shell.site.client.apply(&project, Propagation::Skip).await.unwrap();
    shell.wish(
        "[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n[workspace.beta.members]\n\
         \"bob@example.com\" = [\"Viewer\"]\n[workspace.made]\ncreate = true\ndescription = \"new\"\n",
    );
    let said = shell.run("plan wishes.toml --resources");
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out
            .contains("\nalpha\n  holds 1 project; secrets could not be counted\n"),
        "{said:?}"
    );
    assert!(said.out.contains("\nbeta\n  holds nothing\n"), "{said:?}");
    assert_eq!(said.out.matches("  holds ").count(), 2, "{said:?}");
    let said = shell.run("plan wishes.toml --resources --format markdown --output plan.json");
    assert!(
        said.out
            .contains("| `alpha` | 1 project; secrets could not be counted |"),
        "{said:?}"
    );
    let plan = shell.json("plan.json");
    assert!(is_valid(&plan));
    assert_eq!(plan["resources"][0]["workspace"], "alpha");
    assert_eq!(
        plan["resources"][0]["counts"][0],
        json!({"kind": "project", "number": 1})
    );
    assert_eq!(plan["resources"][0]["uncounted"], json!(["secret"]));
    shell.planned("wishes.toml");
    assert_eq!(shell.json("plan.json")["resources"], Value::Null);
}

#[rstest]
#[case::the_beginning("3f0c1a2b", "a digest has 64 characters, and this has 8")]
#[case::none("", "and this has 0")]
#[case::no_digest(&"x".repeat(64), "0 to 9 and a to f only")]
#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_given_whole(#[case] digest: &str, #[case] words: &str) {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    shell.wish("[workspace.alpha.members]\n\"bob@example.com\" = [\"Viewer\"]\n");
    let said = shell.run(&format!("apply wishes.toml --digest={digest}"));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains(words), "{said:?}");
    assert_eq!(shell.gate.n_changes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_is_called_like_a_leaver_in_other_case_is_named() {
    let members = [
        ANN,
        ("bob@example.com", "Viewer"),
        ("Bob@example.com", "Viewer"),
        ("BOB@example.com", "Editor"),
    ];
    let shell = Shell::before(&[("alpha", &members)]).await;
    let said = |leavers: &str| {
        fs::write(shell.home.path().join("leavers.txt"), leavers).unwrap();
        shell.run("plan --leavers leavers.txt")
    };
    let left = said("bob@example.com\n");
    assert!(left.out.contains("-  bob@example.com  Viewer → no role"), "{left:?}");
    let others = ["BOB@example.com, Bob@example.com", "Bob@example.com, BOB@example.com"];
    let words = "differ only in case; nothing is planned for a name that is not in the file\n";
    let is_named = |others: &&str| {
        left.out
            .contains(&format!("left out: bob@example.com: {others} {words}"))
    };
    assert!(others.iter().any(is_named), "{left:?}");
    let all = said("bob@example.com\nBob@example.com\nBOB@example.com\n");
    assert!(!all.out.contains("left out"), "{all:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_a_plan_has_created_is_as_the_file_says(
    #[values("additive", "authoritative")] mode: &str,
    #[values(PLATFORM_ADMIN, "ann@example.com")] caller: &str,
) {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    shell.wish(&format!(
        "[workspace.made]\nmode = \"{mode}\"\ncreate = true\ndescription = \"new\"\n[workspace.made.members]\n\
         \"bob@example.com\" = [\"Admin\"]\n"
    ));
    let said = shell.run_as(caller, "plan wishes.toml --output made.json --allow-self");
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains(&format!("you become Admin ({caller})")), "{said:?}");
    let apply = format!(
        "apply made.json --digest {} --allow-self --remaining rest.json",
        shell.digest("made.json")
    );
    let said = shell.run_as(caller, &apply);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.err.contains("applied: + 'made' the workspace is created\n"),
        "{said:?}"
    );
    assert!(said.err.contains("nothing is left to do: "), "{said:?}");
    assert_eq!(shell.held("made", caller).await.is_empty(), mode == "authoritative");
    assert_eq!(
        shell.run("plan wishes.toml").code,
        Some(0),
        "there is nothing to change any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plan_has_taken_from_everyone_in_system_can_be_given_back() {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    assert_eq!(shell.run("audit --format json --output then.json").code, Some(0));
    shell.wish("[workspace.system.members]\n\"*\" = [\"Viewer\"]\n");
    let said = shell.run("plan wishes.toml --output less.json");
    assert!(said.out.contains("drops WorkspaceCreator"), "{said:?}");
    let apply = format!("apply less.json --digest {} --allow-system", shell.digest("less.json"));
    assert_eq!(shell.run(&apply).code, Some(0));
    // The generation that the sandbox plays asks for no role here, and nothing is lost by that.
    let ann = crate::session_given::token("ann@example.com");
    let ann = crate::session_given::client(&shell.site.running.url(), Some(ann), api::Mode::Full);
    let create = Change::CreateWorkspace {
        name: ws("anns"),
        description: None,
    };
    ann.apply(&create, Propagation::Skip).await.unwrap();
    let said = shell.run("plan --from then.json --output back.json");
    assert!(said.out.contains("Viewer → Viewer, WorkspaceCreator"), "{said:?}");
    let opens = "--allow-system --allow-public";
    let apply = format!("apply back.json --digest {} {opens}", shell.digest("back.json"));
    let said = shell.run(&apply);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.err
            .contains("applied: ~ 'system' Everyone (*): Viewer → Viewer, WorkspaceCreator"),
        "{said:?}"
    );
    let everyone = set("system", "*", "", "Viewer WorkspaceCreator").roles().1;
    assert_eq!(shell.held("system", "*").await, everyone);
}
