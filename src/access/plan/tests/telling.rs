//! How plans are told: as a table, as Markdown, as JSON.

use super::*;
use crate::audit::export::Lines;
use crate::domain::resource::ResourceKind;
use pretty_assertions::assert_eq;

fn written(plan: &Plan) -> String {
    let mut out = Vec::new();
    table(plan, &Allowed::default(), Lines::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn reviewed(plan: &Plan, allowed: &Allowed) -> String {
    let mut out = Vec::new();
    markdown(plan, allowed, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_role_that_would_be_dropped_is_named() {
    let sample = team().holds("team", "bob@example.com", "JobRunner");
    let plan = plan(
        &sample,
        vec![wish("team", Mode::Additive, &[("bob@example.com", "Viewer")])],
    );
    let told = written(&plan);
    let mut lines = told.lines().map(str::trim);
    let line = lines.find(|line| line.contains("drops")).unwrap();
    assert!(line.starts_with("-  bob@example.com  drops JobRunner "), "{told}");
    assert!(
        line.ends_with("  will no longer be able to upload the logs of jobs"),
        "{told}"
    );
    assert_eq!(told.matches("the logs of jobs").count(), 1, "{told}");
    let told = reviewed(&plan, &Allowed::default());
    assert!(
        told.contains("| `team` | `-` | `bob@example.com` | `drops JobRunner` |"),
        "{told}"
    );
    let document: serde_json::Value = serde_json::from_str(&plan.to_json(|_| None)).unwrap();
    assert_eq!(document["changes"][0]["consequences"][0], "drops JobRunner");
}

#[test]
fn whoever_loses_something_comes_first_in_whatever_workspace() {
    let sample = team()
        .workspace("alpha")
        .holds("alpha", "ann@example.com", "Admin")
        .workspace("zeta")
        .holds("zeta", "ann@example.com", "Admin")
        .holds("zeta", "carol@example.com", "Editor");
    let more = |workspace| wish(workspace, Mode::Additive, &[("new@example.com", "Viewer")]);
    let less = wish(
        "zeta",
        Mode::Additive,
        &[("carol@example.com", "Viewer"), ("aaron@example.com", "Viewer")],
    );
    let plan = plan(&sample, vec![more("alpha"), less, more("team")]);
    let order = |told: &str| {
        let seen = ["alpha", "team", "zeta", "carol@", "aaron@"].map(|what| (told.find(what).unwrap(), what));
        let mut seen = seen.to_vec();
        seen.sort_unstable();
        seen.into_iter().map(|(_, what)| what).collect::<Vec<_>>()
    };
    let told = written(&plan);
    let changes = told.split_once("\n\n").unwrap().1;
    assert_eq!(order(changes), ["zeta", "carol@", "aaron@", "alpha", "team"], "{told}");
    let told = reviewed(&plan, &Allowed::default());
    let changes = told.split_once("## Changes").unwrap().1;
    assert_eq!(order(changes), ["zeta", "carol@", "aaron@", "alpha", "team"], "{told}");
}

#[test]
fn a_guard_that_is_opened_says_by_what() {
    let everyone = wish("team", Mode::Additive, &[("*", "Viewer")]);
    let plan = plan(&team(), vec![everyone]);
    let closed = "everyone (*) would get Viewer in 'team': --allow-public if that is meant";
    assert!(written(&plan).contains(&format!("guard: {closed}\n")));
    let allowed = everything();
    let mut out = Vec::new();
    table(&plan, &allowed, Lines::default(), &mut out).unwrap();
    let told = String::from_utf8(out).unwrap();
    let opened = "guard opened by --allow-public: everyone (*) would get Viewer in 'team'\n";
    assert!(told.contains(opened), "{told}");
    let told = reviewed(&plan, &allowed);
    let opened = "- opened by `--allow-public`: `everyone (*) would get Viewer in 'team'`\n";
    assert!(told.contains(opened), "{told}");
}

#[test]
fn whoever_makes_a_workspace_becomes_its_admin_and_a_list_without_them_takes_that_last() {
    let made = |mode| Wish {
        create: Some("new".to_owned()),
        ..wish("made", mode, &[("ann@example.com", "Admin")])
    };
    let additive = plan(&team(), vec![made(Mode::Additive)]);
    let words = "you become Admin (me@example.com)";
    for text in [
        written(&additive),
        reviewed(&additive, &Allowed::default()),
        additive.to_json(|_| None),
    ] {
        assert!(text.contains(words), "{text}");
    }
    let authoritative = plan(&team(), vec![made(Mode::Authoritative)]);
    assert_eq!(
        told(&authoritative),
        [
            "create: create workspace 'made'",
            "make Admin: add ann@example.com to 'made' as Admin",
            "own: remove me@example.com (Admin) from 'made'",
        ]
    );
    assert_eq!(authoritative.guards, [Guard::Yourself(ws("made"), "all access")]);
}

#[test]
fn a_new_platform_admin_is_told_and_the_yes_is_typed() {
    let sample = team()
        .workspace("system")
        .holds("system", "root@example.com", "HelixAdmin");
    let plan = plan(
        &sample,
        vec![wish("system", Mode::Additive, &[("zoe@example.com", "HelixAdmin")])],
    );
    let planned = &plan.changes[0];
    assert_eq!(planned.tier, Tier::Typed);
    assert_eq!(
        planned.consequences,
        [Consequence::GetsPlatformAdmin(who("zoe@example.com"))]
    );
    let told = written(&plan);
    assert!(
        told.contains("becomes platform admin") && !told.contains("zoe@example.com becomes"),
        "{told}"
    );
}

#[test]
fn a_role_for_services_and_one_for_the_platform_are_told_where_they_are_given_and_taken() {
    let sample = team().workspace("system").holds("system", "*", "Viewer").holds(
        "system",
        "yan@example.com",
        "WorkspaceCreator",
    );
    let plan = plan(
        &sample,
        vec![
            wish("team", Mode::Additive, &[("zoe@example.com", "ServiceSystem")]),
            wish(
                "system",
                Mode::Additive,
                &[("yan@example.com", ""), ("zoe@example.com", "Admin")],
            ),
        ],
    );
    let told = written(&plan);
    let squeezed = told.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "zoe@example.com ServiceSystem gets every permission here, over members, too",
        "zoe@example.com Admin will be able to make anybody platform admin",
        "yan@example.com WorkspaceCreator → no role will no longer be able to create workspaces",
    ] {
        assert!(squeezed.contains(line), "{told}");
    }
}

#[test]
fn whom_a_line_is_about_is_not_named_again_by_what_is_odd_about_them() {
    let plan = plan(
        &team(),
        vec![wish("team", Mode::Additive, &[("Zoe@example.com", "Viewer")])],
    );
    let told = written(&plan);
    assert!(
        told.contains("upper case: to the platform this is not the same as lower case"),
        "{told}"
    );
    assert_eq!(told.matches("Zoe@example.com").count(), 1, "{told}");
}

#[test]
fn what_lies_in_a_workspace_stands_beside_it() {
    let mut plan = plan(&team(), vec![wish("team", Mode::Additive, &[("cat@example.com", "")])]);
    plan.contents = Some(vec![Contents {
        workspace: ws("team"),
        counts: vec![(ResourceKind::Project, 3), (ResourceKind::Model, 0)],
        uncounted: vec![ResourceKind::Secret],
    }]);
    let told = written(&plan);
    assert!(
        told.contains("\nteam\n  holds 3 projects; secrets could not be counted\n"),
        "{told}"
    );
    let told = reviewed(&plan, &Allowed::default());
    assert!(
        told.contains("| `team` | 3 projects; secrets could not be counted |"),
        "{told}"
    );
}

#[test]
fn whoever_loses_something_comes_first_in_each_workspace() {
    let plan = plan(
        &team(),
        vec![wish(
            "team",
            Mode::Additive,
            &[
                ("aaa@example.com", "Viewer"),
                ("bob@example.com", "Viewer"),
                ("cat@example.com", ""),
            ],
        )],
    );
    let told = written(&plan);
    let place = |name: &str| told.find(name).unwrap();
    assert!(place("bob@example.com") < place("aaa@example.com"), "{told}");
    assert!(place("cat@example.com") < place("aaa@example.com"), "{told}");
}

#[test]
fn nothing_in_markdown_comes_alive() {
    let hostile = "x`|<img src=x>@all";
    let sample = team().holds("team", hostile, "Viewer");
    let plan = plan(&sample, vec![wish("team", Mode::Additive, &[(hostile, "Editor")])]);
    let told = reviewed(&plan, &Allowed::default());
    assert!(told.contains("`x\\x60\\x7c<img src=x>@all`"), "{told}");
    assert!(!told.contains("x`|"), "{told}");
}
