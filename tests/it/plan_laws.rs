//! What holds of every plan: applied, it is fulfilled; foretold findings are those of an audit after it; and at no moment,
//! whatever fails, is a workspace left without a person who is Admin.

use crate::plan_given::{Site, apply, hold, roles, set, who, wish, wishes, ws};
use crate::session_given::{client, token};
use futures_util::future::join_all;
use jiff::Timestamp;
use nmp_console::access::{Mode, Plan, Shall, Wish, Wishes};
use nmp_console::api;
use nmp_console::app::change::Outcome;
use nmp_console::audit::{Report, Rule};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::RoleSet;
use nmp_console::sandbox::{self, Deletion, PLATFORM_ADMIN};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use rstest::rstest;
use std::collections::BTreeMap;

const WORKSPACES: [&str; 3] = ["alpha", "beta", "gamma"];
const PEOPLE: [&str; 6] = [
    "ann@example.com",
    "bob@example.com",
    "cat@example.com",
    "team-a",
    "*",
    "eve@example.com",
];
const HELD: [&str; 6] = ["", "Viewer", "Editor", "Admin", "Viewer Editor", "Viewer Admin"];

type Rosters = BTreeMap<WorkspaceName, BTreeMap<Principal, RoleSet>>;

fn rosters() -> impl Strategy<Value = Vec<Vec<usize>>> {
    let held = prop::collection::vec(0..HELD.len(), PEOPLE.len());
    prop::collection::vec(held, WORKSPACES.len())
}

/// Everybody's places, by what was drawn; a person is Admin of each workspace, so that no guard would stop it.
fn members(drawn: &[usize]) -> Vec<(&'static str, &'static str)> {
    let people = PEOPLE
        .into_iter()
        .zip(drawn)
        .map(|(principal, held)| (principal, HELD[*held]));
    let people = people.filter(|(_, held)| !held.is_empty());
    people.chain([("boss@example.com", "Admin")]).collect()
}

fn wished(drawn: &[Vec<usize>], modes: &[bool]) -> Wishes {
    let each = WORKSPACES.into_iter().zip(drawn).zip(modes);
    let each = each.map(|((name, drawn), is_authoritative)| {
        let mode = if *is_authoritative {
            Mode::Authoritative
        } else {
            Mode::Additive
        };
        wish(name, mode, &members(drawn))
    });
    wishes(each.collect())
}

fn held(report: &Report) -> Rosters {
    let mut all = Rosters::new();
    for name in WORKSPACES {
        let number = report.snapshot.workspace_no(&ws(name)).unwrap();
        let grants = report.snapshot.grants_in(number);
        let held = grants
            .map(|grant| (grant.principal().clone(), grant.roles().clone()))
            .collect();
        all.insert(ws(name), held);
    }
    all
}

/// Returns what is wished, applied to what was there.
fn expected(mut before: Rosters, wishes: &Wishes) -> Rosters {
    for wish in &wishes.workspaces {
        let roster = before.get_mut(&wish.workspace).unwrap();
        if wish.mode == Mode::Authoritative {
            roster.retain(|principal, _| wish.members.iter().any(|wanted| *wanted.principal == *principal));
        }
        for wanted in &wish.members {
            match &wanted.shall {
                Shall::Hold(roles) => roster.insert((*wanted.principal).clone(), roles.clone()),
                Shall::HoldAlso(_) | Shall::BeAbsent => roster.remove(&wanted.principal),
            };
        }
    }
    before
}

/// What an audit finds, without what it says of when and by whom.
fn findings(report: &Report) -> Vec<(Rule, Option<WorkspaceName>, Option<Principal>)> {
    let snapshot = &report.snapshot;
    let all = report.findings.iter().map(|finding| {
        let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
        let principal = finding.principal.and_then(|number| snapshot.principal(number));
        (
            finding.rule,
            workspace.map(|workspace| workspace.name.clone()),
            principal.cloned(),
        )
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    all
}

fn foretold(before: &Report, plan: &Plan) -> Vec<(Rule, Option<WorkspaceName>, Option<Principal>)> {
    let key =
        |remark: &nmp_console::access::plan::Remark| (remark.rule, remark.workspace.clone(), remark.principal.clone());
    let fixed: Vec<_> = plan.fixed.iter().map(key).collect();
    let mut all: Vec<_> = findings(before)
        .into_iter()
        .filter(|finding| !fixed.contains(finding))
        .collect();
    all.extend(plan.introduced.iter().map(key));
    all.sort();
    all.dedup();
    all
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_applied_is_fulfilled_as_it_was_foretold(
    #[values(Deletion::Refuse, Deletion::Cascade)] deletion: Deletion,
    #[values(false, true)] is_faithful: bool,
) {
    let mut runner = TestRunner::deterministic();
    let drawing = (
        rosters(),
        rosters(),
        prop::collection::vec(any::<bool>(), WORKSPACES.len()),
    );
    for _ in 0..6 {
        let (now, then, modes) = drawing.new_tree(&mut runner).unwrap().current();
        let options = sandbox::Options {
            deletion,
            is_faithful,
            ..sandbox::Options::default()
        };
        let each: Vec<_> = now.iter().map(|drawn| members(drawn)).collect();
        let workspaces: Vec<_> = WORKSPACES
            .into_iter()
            .zip(&each)
            .map(|(name, members)| (name, &members[..]))
            .collect();
        let site = Site::with(options, &workspaces).await;
        let before = site.report().await;
        let wishes = wished(&then, &modes);
        let plan = site.plan(&wishes).await;
        assert_eq!(plan.left_out, []);

        let settled = site.apply(&plan).await;
        for one in &settled {
            assert_eq!(one.outcome, Outcome::Confirmed, "{:?}", one.change);
        }
        let after = site.report().await;
        assert_eq!(held(&after), expected(held(&before), &wishes));
        assert_eq!(findings(&after), foretold(&before, &plan));
        let again = site.plan(&wishes).await;
        assert_eq!(again.changes, [], "applied, nothing is left to do");
        assert_eq!(site.apply(&again).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_is_that_of_the_changes_alone() {
    let site = Site::with(
        sandbox::Options::default(),
        &[
            ("alpha", &[("boss@example.com", "Admin")]),
            ("beta", &[("boss@example.com", "Admin")]),
        ],
    )
    .await;
    let one = wish(
        "alpha",
        Mode::Additive,
        &[("ann@example.com", "Viewer"), ("bob@example.com", "Editor Viewer")],
    );
    let other = wish("beta", Mode::Additive, &[("ann@example.com", "Admin")]);
    let plan = site.plan(&wishes(vec![one.clone(), other.clone()])).await;
    let turned = Wish {
        members: one.members.iter().rev().cloned().collect(),
        owner: Some("somebody".to_owned()),
        ..one.clone()
    };
    let same = site.plan(&wishes(vec![other, turned])).await;
    assert_eq!(plan.digest(), same.digest());
    let different = site.plan(&wishes(vec![one])).await;
    assert_ne!(plan.digest(), different.digest());
}

/// When somebody was Admin of `alpha`, from and until.
fn terms(report: &Report, principal: &str) -> Vec<(Timestamp, Option<Timestamp>)> {
    let snapshot = &report.snapshot;
    let place = (
        snapshot.workspace_no(&ws("alpha")).unwrap(),
        snapshot.principal_no(&who(principal)),
    );
    let (workspace, Some(principal)) = place else {
        return Vec::new();
    };
    let admin = |roles: &RoleSet| roles.holds(&nmp_console::domain::role::Role::Admin);
    let held = snapshot.held(workspace, principal).filter(|grant| admin(grant.roles()));
    let held = held.map(|grant| (grant.first_granted_at().unwrap(), None));
    let past = snapshot.past().iter().filter(|past| {
        past.workspace == workspace && past.principal == principal && admin(&RoleSet::only(past.role.clone()))
    });
    let past = past.map(|past| (past.granted_at.unwrap(), Some(past.revoked_at)));
    held.into_iter().chain(past).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_two_admins_are_swapped_a_person_is_admin_at_every_moment_whatever_fails() {
    let kinds = [
        "status=500",
        "status=503",
        "status=403",
        "status=409",
        "drop-before",
        "drop-after",
        "html",
    ];
    let places = ["POST,alpha/members,times=1", "DELETE,alpha/members,times=1"];
    let faults = kinds
        .iter()
        .flat_map(|kind| places.iter().map(move |place| format!("{kind}:{place}")));
    join_all(faults.map(swapped)).await;
}

/// Swaps the one Admin of a workspace for another while something fails, and again until it is done.
async fn swapped(fault: String) {
    // The same data, first as it is meant to be, then behind a door that fails.
    let data = tempfile::tempdir().unwrap();
    let kept = |faults: Vec<sandbox::Fault>| sandbox::Options {
        data: Some(data.path().join("data.sqlite")),
        faults,
        ..sandbox::Options::default()
    };
    // The platform would let ann go, as it counts the robot for an Admin.
    let members = [("ann@example.com", "Admin"), ("service:robot", "Admin")];
    let site = Site::with(kept(Vec::new()), &[("alpha", &members)]).await;
    site.running.stop().await;
    let site = Site::with(kept(vec![fault.parse().unwrap()]), &[]).await;
    let swap = wishes(vec![wish(
        "alpha",
        Mode::Authoritative,
        &[("bob@example.com", "Admin")],
    )]);
    let mut n_runs = 0;
    loop {
        let plan = site.plan(&swap).await;
        if plan.changes.is_empty() {
            break;
        }
        n_runs += 1;
        assert!(n_runs < 5, "{fault}: {:?}", plan.changes);
        apply(&site.client, &plan).await;
        let report = site.report().await;
        let (ann, bob) = (terms(&report, "ann@example.com"), terms(&report, "bob@example.com"));
        let (_, until) = ann[0];
        if let Some(until) = until {
            let (since, _) = bob
                .iter()
                .min()
                .copied()
                .unwrap_or_else(|| panic!("{fault}: nobody is Admin"));
            assert!(since < until, "{fault}: bob since {since}, ann until {until}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_place_is_given_up_last_of_all_and_only_when_all_else_is_done() {
    for (fault, is_kept) in [(None, false), (Some("status=409:POST,beta/members"), true)] {
        let options = sandbox::Options {
            faults: fault.iter().map(|fault| fault.parse().unwrap()).collect(),
            ..sandbox::Options::default()
        };
        let site = Site::with(options, &[]).await;
        let mine = client(&site.running.url(), Some(token("me@example.com")), api::Mode::Full);
        let beta = Change::CreateWorkspace {
            name: ws("beta"),
            description: None,
        };
        mine.apply(&beta, api::Propagation::Skip).await.unwrap();
        site.make("alpha", &[(PLATFORM_ADMIN, "Admin"), ("me@example.com", "Admin")])
            .await;
        let plan = wishes(vec![
            Wish {
                members: vec![hold("me@example.com", "")],
                ..wish("alpha", Mode::Additive, &[])
            },
            wish("beta", Mode::Additive, &[("ann@example.com", "Viewer")]),
        ]);
        let site = Site { client: mine, ..site };
        let plan = site.plan(&plan).await;
        let last = plan.changes.last().unwrap();
        assert_eq!(last.change, set("alpha", "me@example.com", "Admin", ""));
        site.apply(&plan).await;
        let admin = client(&site.running.url(), Some(token(PLATFORM_ADMIN)), api::Mode::Full);
        let members = admin.members(&ws("alpha")).await.unwrap();
        let kept = members.roles_of(&who("me@example.com"));
        assert_eq!(kept == roles("Admin"), is_kept, "{fault:?}");
    }
}
