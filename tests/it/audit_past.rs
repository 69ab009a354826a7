//! `audit --as-of`: who held what then, and what that is not known of.

use crate::api_given::connection;
use jiff::Timestamp;
use nmp_console::api::{Client, Connection, Propagation};
use nmp_console::audit::export::{Format, write};
use nmp_console::audit::{Baseline, Filter, Policy, Report, Rule};
use nmp_console::collect::{Collected, End, Options, Parts, collect};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Running, unsigned_token};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

#[expect(clippy::disallowed_methods, reason = "roles are dated by the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn client(url: &str, email: &str) -> Client {
    let token = unsigned_token(email, now(), Duration::from_hours(1));
    Client::new(Connection {
        token: Some(token.into()),
        ..connection(url)
    })
    .unwrap()
}

/// A platform with a sample organisation, and its platform admin.
async fn demo() -> (Running, Client) {
    let running = sandbox::start(sandbox::Options {
        seed: sandbox::Seed::Demo,
        deletion: sandbox::Deletion::Cascade,
        ..sandbox::Options::default()
    });
    let running = running.await.unwrap();
    let admin = client(&running.url(), PLATFORM_ADMIN);
    (running, admin)
}

fn place() -> WorkspaceName {
    WorkspaceName::from_platform("default")
}

/// Makes somebody hold this role and no other, or none, and returns a moment at which that is so.
async fn set(client: &Client, who: &str, before: Option<Role>, after: Option<Role>) -> Timestamp {
    let roles = |role: Option<Role>| role.into_iter().collect::<RoleSet>();
    let change = Change::Roles {
        workspace: place(),
        principal: Principal::from_platform(who),
        before: roles(before),
        after: roles(after),
    };
    client.apply(&change, Propagation::Skip).await.unwrap();
    now()
}

async fn as_of(client: &Client, at: Timestamp) -> Collected {
    let options = Options {
        policy: Arc::new(Policy::default()),
        workspaces: None,
        info: None,
        as_of: Some(at),
        has_history: false,
        parts: Parts::Unwanted,
        clock: now,
        stop: CancellationToken::new(),
    };
    collect(client, options, &mut |_| ()).await
}

/// What these two held then, and what they perhaps held.
fn held(report: &Report) -> (Vec<String>, Vec<String>) {
    let is_meant = |who: &Principal| who.raw().ends_with("@x.com");
    let grants = report.snapshot.grants().filter(|grant| is_meant(grant.principal()));
    let grants = grants.map(|grant| format!("{} {}", grant.principal().raw(), grant.roles().shown()));
    let perhaps = report.snapshot.coverage.as_of.as_ref().unwrap().perhaps.iter();
    let perhaps = perhaps.map(|held| format!("{} {}", held.principal.raw(), held.role.raw()));
    (grants.collect(), perhaps.collect())
}

#[tokio::test]
async fn who_held_what_then_is_told_as_far_as_the_rows_do() {
    let running = sandbox::start(sandbox::Options {
        deletion: sandbox::Deletion::Cascade,
        ..sandbox::Options::default()
    });
    let running = running.await.unwrap();
    let admin = client(&running.url(), PLATFORM_ADMIN);
    let before = now();
    // One is granted and revoked once, the other is granted again.
    set(&admin, "once@x.com", None, Some(Role::Editor)).await;
    let both_held = set(&admin, "again@x.com", None, Some(Role::Viewer)).await;
    set(&admin, "once@x.com", Some(Role::Editor), None).await;
    let nobody_held = set(&admin, "again@x.com", Some(Role::Viewer), None).await;
    let held_again = set(&admin, "again@x.com", None, Some(Role::Viewer)).await;
    let told = async |at| held(&as_of(&admin, at).await.report.unwrap());
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(told(before).await, (list(&[]), list(&[])));
    assert_eq!(
        told(both_held).await,
        (list(&["once@x.com Editor"]), list(&["again@x.com Viewer"]))
    );
    assert_eq!(told(nobody_held).await, (list(&[]), list(&["again@x.com Viewer"])));
    assert_eq!(told(held_again).await, (list(&["again@x.com Viewer"]), list(&[])));
    let report = as_of(&admin, both_held).await.report.unwrap();
    is_told_in_every_format(&report, both_held);
}

fn is_told_in_every_format(report: &Report, at: Timestamp) {
    let day = at.strftime("%Y-%m-%d").to_string();
    for format in [Format::Table, Format::Markdown, Format::Csv] {
        let text = String::from_utf8(write(format, report, &Filter::default())).unwrap();
        for words in [
            "as of",
            &day,
            "perhaps held",
            "when it was revoked in between is not kept",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
    }
    let json = write(Format::Json, report, &Filter::default());
    let text = String::from_utf8(json.clone()).unwrap();
    assert_eq!(
        crate::audit_export::schema_errors("assets/schema/audit-2.schema.json", &text),
        Vec::<String>::new()
    );
    let body: Value = serde_json::from_str(&text).unwrap();
    let coverage = &body["body"]["coverage"];
    assert_eq!(
        (&coverage["complete"], &coverage["as_of"]["perhaps"][0]["role"]),
        (&json!(false), &json!("Viewer"))
    );
    assert!(Baseline::read(&json).is_ok(), "it can be compared with later");
}

#[tokio::test]
async fn the_present_is_what_an_audit_of_the_present_tells() {
    let (_running, admin) = demo().await;
    let options = Options {
        policy: Arc::new(Policy::default()),
        workspaces: None,
        info: None,
        as_of: None,
        has_history: false,
        parts: Parts::Unwanted,
        clock: now,
        stop: CancellationToken::new(),
    };
    let present = collect(&admin, options, &mut |_| ()).await.report.unwrap();
    let then = as_of(&admin, now()).await.report.unwrap();
    let all = |report: &Report| {
        let grants = report.snapshot.grants().map(|grant| grant.member());
        grants.collect::<Vec<_>>()
    };
    assert_eq!(all(&then), all(&present));
    let a_year_ago = now() - jiff::SignedDuration::from_hours(24 * 365);
    let then = as_of(&admin, a_year_ago).await.report.unwrap();
    assert!(then.snapshot.n_grants() < present.snapshot.n_grants() && then.snapshot.n_grants() > 5);
    assert!(then.snapshot.workspaces().len() < present.snapshot.workspaces().len());
}

/// What has a date is judged by the day that is asked about: two days ago the grants of then were young.
#[tokio::test]
async fn what_is_stale_today_was_not_stale_then() {
    let (_running, admin) = demo().await;
    let stale = async |at| {
        let report = as_of(&admin, at).await.report.unwrap();
        let found = report.findings.iter().filter(|found| found.rule == Rule::StaleGrant);
        (found.count(), report.snapshot.n_grants())
    };
    let n_stale = stale(now()).await.0;
    let a_year_ago = now() - jiff::SignedDuration::from_hours(24 * 365);
    let (n_stale_then, n_then) = stale(a_year_ago).await;
    assert!(
        n_stale > n_stale_then && n_then > 5,
        "{n_stale} now, {n_stale_then} of {n_then} then"
    );
}

/// Members tell the present only: they are no answer.
#[tokio::test]
async fn nobody_but_platform_admins_is_told_of_the_past() {
    let running = sandbox::start(sandbox::Options::default()).await.unwrap();
    let Collected { report, end } = as_of(&client(&running.url(), "bob@x.com"), now()).await;
    assert!(matches!(end, End::Failed(_)), "{end:?}");
    assert!(report.is_none_or(|report| report.snapshot.n_grants() == 0));
}

/// `since:30d` beside `--as-of` is about the thirty days before that day: it is told as the day that it means.
#[rstest::rstest]
#[case("--as-of 2020-03-31 --filter since:30d", "since:2020-03-01")]
#[case("--as-of 2020-03-31 --filter until:yesterday", "until:2020-03-30")]
#[case("--as-of 2020-03-31 --filter since:2020-01-01", "since:2020-01-01")]
#[tokio::test(flavor = "multi_thread")]
async fn a_filter_counts_from_the_day_that_is_asked_about(#[case] arguments: &str, #[case] resolved: &str) {
    let shell = crate::audit_cli::shell(&[]).await;
    let said = shell.audit(&format!("audit --format json {arguments}"));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["body"]["filter"], resolved);
}
