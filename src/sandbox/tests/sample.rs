//! What the workspaces of the sample organisation hold.

use super::*;
use crate::sandbox::kinds::KINDS;
use std::collections::BTreeMap;

/// Everything the sample organisation holds of each kind, by workspace.
async fn contents(bench: &Bench) -> BTreeMap<String, BTreeMap<&'static str, Vec<Value>>> {
    let mut contents = BTreeMap::new();
    for workspace in bench.get(&format!("{WORKSPACES}?page_size=1000"), ADMIN).await.names() {
        let mut held = BTreeMap::new();
        for kind in KINDS {
            let list = format!("/apis/{}/v2/workspaces/{workspace}/{}", kind.service, kind.plural);
            let mut rows = Vec::new();
            for page in 1.. {
                let got = bench.get(&format!("{list}?page_size=100&page={page}"), ADMIN).await;
                let here = got.body["data"].as_array().unwrap();
                if here.is_empty() {
                    break;
                }
                rows.extend(here.iter().cloned());
            }
            if !rows.is_empty() {
                held.insert(kind.plural, rows);
            }
        }
        contents.insert(workspace.to_owned(), held);
    }
    contents
}

#[tokio::test]
async fn a_dozen_workspaces_hold_a_believable_mix() {
    let bench = Bench::with(Seed::Demo, false, Deletion::Cascade).await;
    let contents = contents(&bench).await;
    let n_held = contents.values().filter(|held| !held.is_empty()).count();
    assert!(
        n_held >= 12 && contents.len() - n_held >= 5,
        "{n_held} of {}",
        contents.len()
    );
    let team = &contents["ml-team"];
    let n_things: usize = team.values().map(Vec::len).sum();
    assert!(
        team.len() >= 4 && (8..=12).contains(&n_things),
        "{n_things} of {} kinds",
        team.len()
    );
    let most = contents
        .values()
        .filter_map(|held| held.get("filesets"))
        .map(Vec::len)
        .max();
    assert!(most.unwrap() >= 250);
    assert!(contents["scratch"].is_empty());
    let states: Vec<_> = contents
        .values()
        .filter_map(|held| held.get("jobs"))
        .flatten()
        .map(|job| job["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        states.iter().filter(|state| **state == "active").count(),
        1,
        "{states:?}"
    );
    let n_deploying = contents
        .values()
        .filter(|held| held.contains_key("deployments"))
        .count();
    assert_eq!(n_deploying, 1);
}

#[tokio::test]
async fn what_it_refers_to_is_there() {
    let bench = Bench::with(Seed::Demo, false, Deletion::Cascade).await;
    let mut n_references = 0;
    for (workspace, held) in contents(&bench).await {
        for row in held.values().flatten() {
            let references = [
                ("fileset", "files", "filesets"),
                ("model", "models", "models"),
                ("config", "models", "deployment-configs"),
                ("project", "entities", "projects"),
            ];
            for (field, service, plural) in references {
                let Some(reference) = row[field].as_str().filter(|name| !name.is_empty()) else {
                    continue;
                };
                let (home, name) = reference.split_once('/').unwrap_or((&workspace, reference));
                let path = format!("/apis/{service}/v2/workspaces/{home}/{plural}/{name}");
                assert_eq!(bench.get(&path, ADMIN).await.status, 200, "{path}");
                n_references += 1;
            }
        }
    }
    assert!(n_references >= 30, "{n_references}");
}

#[tokio::test]
async fn some_of_it_cannot_be_deleted_as_it_is() {
    let bench = Bench::with(Seed::Demo, false, Deletion::Cascade).await;
    let alice = crate::sandbox::DEMO_CALLER;
    for one in [
        "files/v2/workspaces/ml-team/filesets/baseline-weights",
        "jobs/v2/workspaces/ml-team/jobs/ablate-context",
    ] {
        assert_eq!(bench.delete(&format!("/apis/{one}"), alice).await.status, 409, "{one}");
    }
    let free = "/apis/files/v2/workspaces/ml-team/filesets/eval-prompts";
    assert_eq!(bench.delete(free, alice).await.status, 200);
}
