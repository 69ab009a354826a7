//! Plans: applied, they are fulfilled, and nothing is sent a second time; on every release and every store.

use crate::platform::{Platform, now, on_every_platform, principal, roles};
use nmp_console::access::plan::{Circumstances, Last, Phase, Source};
use nmp_console::access::{Mode, Plan, Shall, Wanted, Wish, Wishes};
use nmp_console::app::change::{Intent, Outcome, Settled};
use nmp_console::audit::{Policy, Report};
use nmp_console::collect::{End, Options, Parts, collect};
use nmp_console::domain::activity::Provenance;
use nmp_console::domain::glob::Globs;
use nmp_console::domain::identity::Identity;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::platform::Allowed;
use nmp_console::runtime::{self, Batch};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

async fn report(platform: &Platform, workspace: &WorkspaceName) -> Arc<Report> {
    let options = Options {
        policy: Arc::new(Policy::default()),
        workspaces: Some(Globs::names([workspace.raw()])),
        info: None,
        as_of: None,
        has_history: false,
        parts: Parts::Unwanted,
        clock: now,
        stop: CancellationToken::new(),
    };
    let collected = collect(&platform.admin(), options, &mut |_| ()).await;
    assert!(matches!(collected.end, End::Read), "{:?}", collected.end);
    collected.report.unwrap()
}

async fn planned(platform: &Platform, wishes: &Wishes) -> Plan {
    let report = report(platform, &wishes.workspaces[0].workspace).await;
    let info = platform.admin().server_info().await.unwrap();
    let identity = Identity {
        is_platform_admin: info.platform_admin == Allowed::Yes,
        ..info.identity
    };
    let at = Circumstances {
        identity: &identity,
        now: now(),
        last: &Last::new(),
        source: Source::default(),
    };
    Plan::for_wishes(wishes, &report, &at)
}

async fn apply(platform: &Platform, plan: &Plan) -> Vec<Settled> {
    let intents = plan.changes.iter().map(|planned| Intent {
        way: planned.way,
        is_last: planned.phase == Phase::Own,
        ..Intent::from(planned.change.clone())
    });
    let made = plan.changes.iter().filter(|planned| planned.phase == Phase::Create);
    let made = made.map(|planned| planned.change.workspace().clone());
    let to = runtime::Platform::new(platform.admin(), None);
    let mut batch = Batch::begin(to, intents.collect(), Provenance::default(), made);
    while batch.go_on().await.is_some() {}
    batch.run().settled().to_vec()
}

fn hold(who: &str, held: &[&str]) -> Wanted {
    Wanted {
        principal: principal(who).into(),
        shall: Shall::Hold(roles(held)),
        said: None,
    }
}

#[tokio::test]
async fn a_plan_that_was_applied_is_fulfilled_and_a_second_one_sends_nothing() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("planned").await;
        for (who, given) in [
            ("ann@x", &["Admin"][..]),
            ("bob@x", &["Viewer"]),
            ("zoë@x", &["Editor"]),
            ("gone@x", &["Viewer", "Editor"]),
            ("*", &["Viewer"]),
        ] {
            platform.add(&workspace, who, given).await;
        }
        let wishes = Wishes {
            server: None,
            workspaces: vec![Wish {
                workspace: workspace.clone(),
                mode: Mode::Authoritative,
                owner: None,
                create: None,
                members: vec![
                    hold(platform.admin_email(), &["Admin"]),
                    hold("bob@x", &["Admin"]),
                    hold("zoë@x", &["Viewer"]),
                    hold("new@x", &["Viewer", "Editor"]),
                ],
                place: None,
            }],
        };
        let plan = planned(platform, &wishes).await;
        assert_eq!(plan.left_out, []);
        let phases: Vec<Phase> = plan.changes.iter().map(|planned| planned.phase).collect();
        let expected = [
            Phase::MakeAdmin,
            Phase::Give,
            Phase::Lower,
            Phase::Remove,
            Phase::Remove,
            Phase::Remove,
        ];
        // Whether everyone counts for the caller is nobody else's business.
        assert_eq!(phases.len(), expected.len(), "{phases:?}");
        assert_eq!(phases[..3], expected[..3], "{phases:?}");
        for one in apply(platform, &plan).await {
            assert_eq!(one.outcome, Outcome::Confirmed, "{:?}", one.change);
        }
        let roster = platform.roster(&workspace).await;
        for wanted in &wishes.workspaces[0].members {
            let Shall::Hold(held) = &wanted.shall else { continue };
            assert_eq!(roster.roles_of(&wanted.principal), *held, "{:?}", wanted.principal);
        }
        assert_eq!(roster.len(), 4);
        let again = planned(platform, &wishes).await;
        assert_eq!(again.changes, []);
        // Applied once more as it was, it sends nothing: what it wants is there.
        for one in apply(platform, &plan).await {
            assert!(one.is_so(), "{:?}: {:?}", one.change, one.outcome);
        }
    })
    .await;
}

#[tokio::test]
async fn a_workspace_that_is_made_by_a_plan_has_its_members_at_once() {
    on_every_platform(async |platform| {
        let workspace = platform.name("made-by-plan");
        let wishes = Wishes {
            server: None,
            workspaces: vec![Wish {
                workspace: workspace.clone(),
                mode: Mode::Additive,
                owner: None,
                create: Some("made by a plan".to_owned()),
                members: vec![hold(platform.admin_email(), &["Admin"]), hold("bob@x", &["Viewer"])],
                place: None,
            }],
        };
        let plan = planned(platform, &wishes).await;
        assert_eq!(plan.changes.len(), 2);
        for one in apply(platform, &plan).await {
            assert_eq!(one.outcome, Outcome::Confirmed, "{:?}", one.change);
        }
        assert_eq!(
            platform.roster(&workspace).await.roles_of(&principal("bob@x")),
            roles(&["Viewer"])
        );
        assert_eq!(planned(platform, &wishes).await.changes, []);
    })
    .await;
}
