//! What is written comes back, whatever it holds, and in words that stay.

use super::*;
use rstest::rstest;

fn set(roles: &[&str]) -> RoleSet {
    roles.iter().map(|raw| Role::from_platform(raw)).collect()
}

fn at() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

fn roles(principal: &str, before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: at(),
        principal: Principal::from_platform(principal),
        before: set(before),
        after: set(after),
    }
}

fn intent(change: &Change) -> Intent {
    let provenance = Provenance {
        deleted: None,
        caller: Caller {
            subject: Some("0a1b".to_owned()),
            email: None,
        },
        version: Some(SafeText::new("0.8.1")),
        plan: None,
        reason: Some("it's \u{202e}late\u{9b}".to_owned()),
        undoes: Some(RecordId::new("abc-1")),
        digest: None,
        made_from: None,
    };
    let sending = Sending {
        method: "PUT".to_owned(),
        path: "/apis/x".to_owned(),
        body: Some(serde_json::json!({"roles": ["Admin"]})),
    };
    Intent::of(
        &RecordId::new("abc-2"),
        (change, &provenance),
        sending,
        ("prod", "https://nmp.example.com"),
    )
}

fn line(what: What) -> Line {
    Line {
        schema: SCHEMA,
        seq: 7,
        prev: "00".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        by: By {
            user: Some("al".to_owned()),
            pid: Some(12),
            ..By::default()
        },
        what,
    }
}

#[rstest]
#[case::role_change(roles("b\u{f6}b@x", &["Viewer", "JobRunner"], &["Admin"]))]
#[case::add(roles("*", &[], &["Viewer"]))]
#[case::remove(roles("o\"h\\ara\n\u{1f600}", &["Viewer"], &[]))]
#[case::create(Change::CreateWorkspace { name: at(), description: Some(String::new()) })]
#[case::create_bare(Change::CreateWorkspace { name: at(), description: None })]
#[case::describe(Change::Describe { workspace: at(), before: None, after: String::new() })]
#[case::delete(Change::DeleteWorkspace { workspace: at() })]
#[case::retry(Change::RetryDeletion { workspace: at() })]
#[case::project(Change::CreateProject { workspace: at(), name: ResourceName::from_platform("run"), description: None })]
#[case::thing(Change::DeleteResource { workspace: at(), target: ResourceId { kind: ResourceKind::MetricJob, name: ResourceName::from_platform("run") } })]
fn every_change_comes_back_from_its_line(#[case] change: Change) {
    let line = line(What::Intent(Box::new(intent(&change))));
    let bytes = written(&line).unwrap();
    assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte)), "plain ASCII");
    let back = read(&bytes).unwrap();
    assert_eq!(back, line);
    let What::Intent(intent) = back.what else { panic!() };
    assert_eq!(intent.change(), Some(change));
}

#[test]
fn every_kind_of_thing_has_a_name_that_is_read_back() {
    for generation in [
        crate::domain::generation::Generation::Platform01,
        crate::domain::generation::Generation::Helix,
    ] {
        for kind in ResourceKind::of(generation) {
            assert_eq!(ResourceKind::from_platform(kind.noun()), Some(kind));
        }
    }
}

#[test]
fn a_line_says_who_what_and_where_in_stable_words() {
    let line = line(What::Intent(Box::new(intent(&roles("b@x", &["Viewer"], &["Admin"])))));
    let text = String::from_utf8(written(&line).unwrap()).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"schema":1,"seq":7,"prev":"00","at":"1970-01-01T00:00:00Z","user":"al","pid":12,"kind":"intent","id":"abc-2","#,
            r#""undoes":"abc-1","caller":{"subject":"0a1b","email":null},"context":"prod","server":"https://nmp.example.com","#,
            r#""server_version":"0.8.1","action":"roles","workspace":"ml-team","principal":"b@x","before":["Viewer"],"#,
            r#""after":["Admin"],"request":{"method":"PUT","path":"/apis/x","body":{"roles":["Admin"]}},"#,
            r#""reason":"it's \u202elate\u009b"}"#
        )
    );
}

#[rstest]
#[case::another_kind(
    r#"{"schema":2,"seq":1,"prev":"","at":"1970-01-01T00:00:00Z","kind":"approval","by":"x"}"#,
    true
)]
#[case::half(r#"{"schema":1,"seq":1,"pre"#, false)]
#[case::nothing("", false)]
#[case::another_json("[1,2]", false)]
#[case::no_number(r#"{"schema":1,"seq":"1","prev":"","at":"1970-01-01T00:00:00Z","kind":"x"}"#, false)]
fn what_is_not_understood_is_told_from_what_is_no_line(#[case] text: &str, #[case] is_line: bool) {
    assert_eq!(read(text.as_bytes()).is_some(), is_line);
}

#[test]
fn an_action_of_a_newer_release_is_no_change_here() {
    let line = line(What::Intent(Box::new(intent(&Change::DeleteWorkspace {
        workspace: at(),
    }))));
    let text = String::from_utf8(written(&line).unwrap()).unwrap();
    let newer = text.replace("delete-workspace", "freeze-workspace");
    let What::Intent(intent) = read(newer.as_bytes()).unwrap().what else {
        panic!()
    };
    assert_eq!((intent.action, intent.change()), (Action::Other, None));
}
