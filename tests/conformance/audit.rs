//! Audits: what is read in bulk is what the member lists say, whoever reads.

use crate::platform::{Platform, WORKSPACES, create, eventually, now, on_every_platform, principal, remove, roles};
use nmp_console::api::{Client, Coverage};
use nmp_console::audit::coverage::Method;
use nmp_console::audit::{Policy, Reading, Report};
use nmp_console::collect::{End, Options, Parts, collect};
use nmp_console::domain::glob::{Glob, Globs};
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::member::{Member, Roster};
use serde_json::Value;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

#[derive(Clone, Copy, PartialEq, Eq)]
enum History {
    Left,
    Read,
}

/// Audits the workspaces of this run.
async fn audit(platform: &Platform, client: &Client, history: History) -> Arc<Report> {
    let ours = Glob::exact_case(&format!("{}*", platform.mark())).unwrap();
    let options = Options {
        policy: Arc::new(Policy::default()),
        workspaces: Some(Globs::from_iter([ours])),
        info: None,
        as_of: None,
        has_history: history == History::Read,
        parts: Parts::Unwanted,
        clock: now,
        stop: CancellationToken::new(),
    };
    let collected = collect(client, options, &mut |_| ()).await;
    assert!(matches!(collected.end, End::Read), "{:?}", collected.end);
    collected.report.unwrap()
}

fn members(roster: &Roster) -> Vec<Member> {
    let mut members = roster.members().to_vec();
    members.sort_by(|a, b| a.principal.cmp(&b.principal));
    members
}

fn audited(report: &Report, workspace: &WorkspaceName) -> Vec<Member> {
    members(&report.snapshot.roster(report.snapshot.workspace_no(workspace).unwrap()))
}

fn reading<'a>(report: &'a Report, workspace: &WorkspaceName) -> &'a Reading {
    let number = report.snapshot.workspace_no(workspace).unwrap();
    &report.snapshot.workspace(number).unwrap().reading
}

#[tokio::test]
async fn a_platform_admin_reads_in_bulk_what_the_member_lists_say() {
    on_every_platform(async |platform| {
        let mut workspaces = Vec::new();
        for rest in ["audit-a", "audit-b", "audit-c"] {
            let workspace = platform.workspace(rest).await;
            platform.add(&workspace, "bob@x", &["Viewer"]).await;
            platform.add(&workspace, "bob@x", &["Editor", "Odd"]).await;
            platform.add(&workspace, "*", &["Viewer"]).await;
            workspaces.push(workspace);
        }
        platform.add(&workspaces[1], "carol@x", &["Admin"]).await;
        remove(&platform.admin(), &workspaces[2], "bob@x").await.unwrap();

        let report = audit(platform, &platform.admin(), History::Left).await;
        let coverage = &report.snapshot.coverage;
        assert_eq!(coverage.method, Method::Bindings);
        assert!(report.snapshot.is_complete(), "{coverage:?}");
        assert!(report.snapshot.origin.is_platform_admin && !coverage.is_limited_to_caller);
        assert_eq!(report.snapshot.reported_workspaces().count(), 3);
        for workspace in &workspaces {
            let listed = members(&platform.roster(workspace).await);
            assert_eq!(audited(&report, workspace), listed, "{workspace:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn everybody_else_reads_the_members_of_what_they_manage() {
    on_every_platform(async |platform| {
        let (owner, viewer) = (platform.somebody("owner"), platform.somebody("viewer"));
        let (managed, seen) = (platform.name("audit-managed"), platform.workspace("audit-seen").await);
        create(&platform.client(&owner), &managed).await.unwrap();
        for who in [&owner, &viewer] {
            platform.add(&seen, who, &["Viewer"]).await;
            platform.until_admitted(who, &seen).await;
        }
        let client = platform.client(&owner);
        eventually("to see members", async || client.members(&managed).await.ok()).await;

        let report = audit(platform, &platform.read_only(&owner), History::Read).await;
        let coverage = &report.snapshot.coverage;
        assert_eq!(coverage.method, Method::Members);
        assert!(coverage.is_limited_to_caller && !coverage.has_history);
        assert_eq!(reading(&report, &managed), &Reading::Read);
        assert_eq!(reading(&report, &seen), &Reading::Denied);
        assert!(report.snapshot.is_complete(), "what is refused is named, not missing");
        let by_admin = audit(platform, &platform.admin(), History::Left).await;
        assert_eq!(audited(&report, &managed), audited(&by_admin, &managed));

        let report = audit(platform, &platform.read_only(&viewer), History::Left).await;
        assert_eq!(reading(&report, &seen), &Reading::Denied);
        assert_eq!((report.snapshot.n_grants(), report.snapshot.n_readable()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_away_is_history_and_no_grant() {
    on_every_platform(async |platform| {
        let (workspace, who) = (platform.workspace("audit-past").await, platform.somebody("past"));
        platform.add(&workspace, &who, &["Viewer"]).await;
        remove(&platform.admin(), &workspace, &who).await.unwrap();
        platform.add(&workspace, &who, &["Editor"]).await;

        let report = audit(platform, &platform.admin(), History::Read).await;
        assert!(report.snapshot.coverage.has_history);
        let held = audited(&report, &workspace);
        let held = held.iter().find(|member| member.principal == principal(&who)).unwrap();
        assert_eq!(held.roles, roles(&["Editor"]));
        let number = report.snapshot.principal_no(&principal(&who)).unwrap();
        let past: Vec<_> = report
            .snapshot
            .past()
            .iter()
            .filter(|past| past.principal == number)
            .collect();
        assert_eq!(past.len(), 1);
        assert_eq!(past[0].role.raw(), "Viewer");
        assert!(past[0].granted_at.is_some_and(|at| at < past[0].revoked_at));

        let history = platform.admin().history(&principal(&who)).await.unwrap();
        assert_eq!((history.coverage, history.n_odd), (Coverage::Complete, 0));
        let told: Vec<_> = history
            .rows
            .iter()
            .map(|row| (row.role.raw(), row.revoked_at.is_some()))
            .collect();
        assert_eq!(told, [("Viewer", true), ("Editor", false)]);
        let without = audit(platform, &platform.admin(), History::Left).await;
        assert!(without.snapshot.past().is_empty());
    })
    .await;
}

/// Both orders that bulk readings use.
#[tokio::test]
async fn pages_of_rows_join_without_a_gap() {
    on_every_platform(async |platform| {
        let workspace = platform.workspace("audit-pages").await;
        for n in 0..6 {
            platform.add(&workspace, &format!("p{n}@x"), &["Viewer"]).await;
        }
        let rows = format!("{WORKSPACES}/{}/entities/role_binding", workspace.raw());
        for sort in ["created_at", "id"] {
            let mut joined: Vec<Value> = Vec::new();
            for (page, n) in [(1, 3), (2, 3), (3, 1), (4, 0)] {
                let answer = platform
                    .get(&format!("{rows}?page={page}&page_size=3&sort={sort}"))
                    .await;
                assert_eq!(answer.json["pagination"]["total_results"], 7, "{answer:?}");
                assert_eq!(answer.rows().len(), n, "{sort}, page {page}");
                joined.extend(answer.rows().iter().map(|row| row[sort].clone()));
            }
            let texts: Vec<&str> = joined.iter().map(|value| value.as_str().unwrap()).collect();
            assert!(texts.is_sorted_by(|a, b| a < b), "{sort}: {texts:?}");
        }
    })
    .await;
}
