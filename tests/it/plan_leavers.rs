//! `nmp-console plan --leavers` and `plan --from`: who leaves loses everything, and an earlier report gives it back.

use crate::plan_cli::{ANN, Shell};
use crate::plan_given::roles;
use pretty_assertions::assert_eq;
use serde_json::Value;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_loses_everything_and_an_old_report_gives_it_back() {
    let shell = Shell::before(&[
        ("alpha", &[ANN, ("eve@example.com", "Editor")]),
        ("beta", &[("eve@example.com", "Admin"), ANN]),
        ("gamma", &[("eve@example.com", "Admin"), ("bob@example.com", "Editor")]),
    ])
    .await;
    assert_eq!(shell.run("audit --format json --output then.json").code, Some(0));
    fs::write(
        shell.home.path().join("leavers.csv"),
        "name;email\nEve;eve@example.com\n",
    )
    .unwrap();
    let said = shell.run("plan --leavers leavers.csv");
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("no person would be Admin of 'gamma'"), "{said:?}");
    assert!(
        said.err.contains("bob@example.com"),
        "whom to promote is named: {said:?}"
    );

    let said = shell.run("plan --leavers leavers.csv --workspace alpha --workspace alfa*");
    assert_eq!(said.code, Some(2), "a slip is no end of the work: {said:?}");
    let named = "none of 5 workspaces matches --workspace 'alfa*'";
    assert!(said.err.contains(named), "{said:?}");
    let digest = shell.planned("--leavers leavers.csv --workspace alpha --workspace beta");
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(shell.held("beta", "eve@example.com").await.is_empty());
    assert_eq!(shell.held("gamma", "eve@example.com").await, roles("Admin"));

    let digest = shell.planned("--from then.json");
    let told = shell.json("plan.json").to_string();
    assert!(!told.contains("the file has changed"), "{told}");
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(shell.held("beta", "eve@example.com").await, roles("Admin"));
    assert_eq!(shell.run("plan --from then.json").code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_who_holds_nothing_is_named_and_the_exit_code_is_not_0() {
    let shell = Shell::before(&[("alpha", &[ANN, ("alice@example.com", "Editor")])]).await;
    fs::write(
        shell.home.path().join("leavers.csv"),
        "\"Last, First\",email,manager\n\"Doe, Alice\",Alice@example.com,ann@example.com\n",
    )
    .unwrap();
    let said = shell.run("plan --leavers leavers.csv --output plan.json");
    assert_eq!(said.code, Some(1), "{said:?}");
    let words = "left out: Alice@example.com: holds nothing; alice@example.com differs only in case\n";
    assert!(said.out.contains(words), "{said:?}");
    let plan = shell.json("plan.json");
    assert_eq!(plan["changes"].as_array().unwrap().len(), 0);
    let schema: Value = serde_json::from_str(include_str!("../../assets/schema/plan-1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = schema.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert_eq!(errors, [] as [String; 0]);
}
