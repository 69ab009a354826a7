//! Every edge of the state machine, each as one sentence: what is known, what is answered, what is done.

use super::*;
use crate::app::inventory::{Counted, Inventory};
use crate::app::msg::Known;
use crate::domain::deletion::{Stage, Status};
use crate::domain::ids::{Principal, ResourceName, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::resource::{Resource, ResourceId, ResourceKind, Tally};
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use driven::Driven;
use rstest::rstest;

mod driven;
mod ends;
mod late;
mod noting;
mod through_rows;

fn ws() -> WorkspaceName {
    WorkspaceName::from_platform("ml-team")
}

fn who(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

fn set(roles: &[&str]) -> RoleSet {
    roles.iter().map(|raw| Role::from_platform(raw)).collect()
}

fn members(rows: &[(&str, &[&str])]) -> Found {
    let member = |(principal, roles): &(&str, &[&str])| Member {
        principal: who(principal),
        roles: set(roles),
        granted_at: None,
        granted_by: Some("carol@example.com".to_owned()),
    };
    Found::Members(Roster::new(rows.iter().map(member).collect()))
}

fn workspace(description: Option<&str>) -> Workspace {
    Workspace {
        id: "workspace-1".to_owned(),
        name: ws(),
        description: description.map(str::to_owned),
        created_at: None,
        created_by: None,
        updated_at: None,
        updated_by: Some("carol@example.com".to_owned()),
    }
}

fn contents(n_projects: usize) -> Found {
    Found::Contents(Some(Box::new(Inventory {
        workspace: workspace(None),
        roster: Ok(Roster::default()),
        counts: vec![Counted {
            kind: ResourceKind::Project,
            tally: Ok(Tally::Number(n_projects)),
        }],
    })))
}

fn p1() -> ResourceId {
    ResourceId {
        kind: ResourceKind::Project,
        name: ResourceName::from_platform("p1"),
    }
}

/// A project as it is found, or one made anew under its name.
fn project(id: &str) -> Found {
    Found::Resource(Some(Box::new(Resource {
        kind: p1().kind,
        name: p1().name,
        id: Some(id.to_owned()),
        project: None,
        description: None,
        state: None,
        created_at: None,
        updated_at: None,
    })))
}

fn create_project() -> Change {
    Change::CreateProject {
        workspace: ws(),
        name: p1().name,
        description: None,
    }
}

fn delete_project() -> Intent {
    Intent {
        change: Change::DeleteResource {
            workspace: ws(),
            target: p1(),
        },
        seen: Some(project("project-1")),
        way: Way::ByName,
        undoes: None,
        reason: None,
        is_last: false,
        keeps_person: false,
    }
}

fn retry() -> Change {
    Change::RetryDeletion { workspace: ws() }
}

fn dying(known: Known) -> Found {
    Found::Deletion { alive: None, known }
}

fn at(stage: Stage) -> Known {
    Known::UnderWay(Status {
        stage,
        error: None,
        updated_at: None,
    })
}

fn failure(kind: FailureKind) -> Failure {
    Failure {
        kind,
        ..Failure::local("it failed", "try again")
    }
}

fn add(principal: &str) -> Change {
    Change::Roles {
        workspace: ws(),
        principal: who(principal),
        before: RoleSet::default(),
        after: set(&["Viewer"]),
    }
}

fn promote() -> Change {
    Change::Roles {
        workspace: ws(),
        principal: who("bob@x"),
        before: set(&["Viewer"]),
        after: set(&["Editor"]),
    }
}

fn remove() -> Change {
    Change::Roles {
        workspace: ws(),
        principal: who("bob@x"),
        before: set(&["Viewer"]),
        after: RoleSet::default(),
    }
}

fn describe(before: Option<&str>, after: &str) -> Change {
    Change::Describe {
        workspace: ws(),
        before: before.map(str::to_owned),
        after: after.to_owned(),
    }
}

fn create() -> Change {
    Change::CreateWorkspace {
        name: ws(),
        description: None,
    }
}

fn delete() -> Intent {
    Intent {
        change: Change::DeleteWorkspace { workspace: ws() },
        seen: Some(contents(1)),
        way: Way::ByName,
        undoes: None,
        reason: None,
        is_last: false,
        keeps_person: false,
    }
}

#[rstest]
#[case(promote().into(), ChangeTarget::Members(ws()), members(&[("bob@x", &["Viewer"])]), members(&[("bob@x", &["Editor"])]))]
#[case(remove().into(), ChangeTarget::Members(ws()), members(&[("bob@x", &["Viewer"])]), members(&[]))]
#[case(add("bob@x").into(), ChangeTarget::Members(ws()), members(&[]), members(&[("bob@x", &["Viewer"])]))]
#[case(describe(Some("a"), "b").into(), ChangeTarget::Workspace(ws()), Found::Workspace(Some(workspace(Some("a")))), Found::Workspace(Some(workspace(Some("b")))))]
#[case(create().into(), ChangeTarget::Workspace(ws()), Found::Workspace(None), Found::Workspace(Some(workspace(None))))]
#[case(create_project().into(), ChangeTarget::Resource(ws(), p1()), Found::Resource(None), project("project-1"))]
#[case(
    delete_project(),
    ChangeTarget::Resource(ws(), p1()),
    project("project-1"),
    Found::Resource(None)
)]
#[case(retry().into(), ChangeTarget::Deletion(ws()), dying(at(Stage::Failed)), dying(at(Stage::Pending)))]
fn every_change_reads_sends_once_and_reads_back(
    #[case] intent: Intent,
    #[case] target: ChangeTarget,
    #[case] before: Found,
    #[case] after: Found,
) {
    assert_eq!(
        (target_before(&intent), target_after(&intent.change)),
        (target.clone(), target.clone())
    );
    let change = intent.change.clone();
    let run = Driven::one(intent).reads(target.clone());
    let run = run.found(before).sends(&change).accepted().reads(target);
    assert_eq!(run.found(after).outcome(), Outcome::Confirmed);
}

#[test]
fn a_workspace_is_counted_before_it_is_deleted_and_only_looked_for_after() {
    let run = Driven::one(delete()).reads(ChangeTarget::Contents(ws(), vec![ResourceKind::Project]));
    let run = run.found(contents(1)).sends(&delete().change).accepted();
    let run = run.reads(ChangeTarget::Workspace(ws())).found(Found::Workspace(None));
    assert_eq!(run.outcome(), Outcome::Confirmed);
}

#[rstest]
#[case(promote().into(), members(&[("bob@x", &["Admin"])]), "changed since you opened this: bob@x Viewer → Admin by carol@example.com")]
#[case(promote().into(), members(&[]), "bob@x is no longer a member: nothing was sent")]
#[case(remove().into(), members(&[("bob@x", &["Viewer", "JobRunner"])]), "changed since you opened this: bob@x Viewer → Viewer, JobRunner by carol@example.com")]
#[case(add("bob@x").into(), members(&[("bob@x", &["Editor"])]), "changed since you opened this: bob@x no role → Editor by carol@example.com")]
#[case(
    describe(Some("a"), "b").into(),
    Found::Workspace(Some(workspace(Some("c")))),
    "changed since you opened this: the description is now \"c\" by carol@example.com"
)]
#[case(describe(None, "b").into(), Found::Workspace(None), "'ml-team' no longer exists")]
#[case(delete_project(), Found::Resource(None), "project 'p1' no longer exists")]
#[case(
    delete_project(),
    project("project-2"),
    "changed since you opened this: project 'p1' was deleted and created again"
)]
#[case(
    retry().into(),
    dying(at(Stage::Pending)),
    "changed since you opened this: another attempt is already pending; nothing was sent"
)]
#[case(
    retry().into(),
    dying(Known::NoneToSee),
    "the deletion is over or no longer visible: nothing was sent"
)]
#[case(
    retry().into(),
    Found::Deletion { alive: Some(Box::new(workspace(None))), known: at(Stage::Failed) },
    "there is a new workspace 'ml-team': nothing was sent, it would have been deleted"
)]
fn sends_nothing_when_something_else_is_there(#[case] intent: Intent, #[case] fresh: Found, #[case] says: &str) {
    let run = Driven::one(intent).found(fresh.clone());
    assert_eq!(run.run.settled()[0].now, Some(fresh), "the fresh state is handed on");
    assert_eq!(run.outcome(), Outcome::Drifted(SafeText::new(says)));
}

#[test]
fn a_deletion_holds_only_for_the_contents_that_were_shown() {
    let drifts = |fresh: Found| matches!(Driven::one(delete()).found(fresh).outcome(), Outcome::Drifted(_));
    assert!(drifts(contents(2)), "a project has come");
    assert!(drifts(Found::Contents(None)), "it is gone");
    let mut anew = contents(1);
    if let Found::Contents(Some(inventory)) = &mut anew {
        inventory.workspace.id = "workspace-2".to_owned();
    }
    assert!(drifts(anew), "it was made anew");
    Driven::one(delete()).found(contents(0)).sends(&delete().change);
    let uncounted = Intent::from(delete().change);
    assert!(matches!(
        Driven::one(uncounted).found(contents(0)).outcome(),
        Outcome::Drifted(_)
    ));
}

/// What the platform said to another attempt, what it then tells about the deletion, and what became of it.
#[rstest]
#[case(None, at(Stage::Deleting), Outcome::Confirmed)]
#[case(None, Known::NoneToSee, Outcome::Confirmed)]
#[case(
    Some(FailureKind::OutcomeUnknown),
    at(Stage::Failed),
    Outcome::NotApplied(failure(FailureKind::OutcomeUnknown))
)]
#[case(
    Some(FailureKind::OutcomeUnknown),
    at(Stage::Pending),
    Outcome::Applied(failure(FailureKind::OutcomeUnknown))
)]
#[case(
    Some(FailureKind::NotFound),
    Known::NotTold,
    Outcome::Refused(failure(FailureKind::NotFound))
)]
#[case(
    Some(FailureKind::OutcomeUnknown),
    Known::NotTold,
    Outcome::Unknown(failure(FailureKind::OutcomeUnknown))
)]
fn another_attempt_is_read_back_like_everything(
    #[case] refused: Option<FailureKind>,
    #[case] then: Known,
    #[case] expected: Outcome,
) {
    let run = Driven::one(retry()).found(dying(match then {
        Known::NotTold => Known::NotTold,
        Known::UnderWay(_) | Known::NoneToSee => at(Stage::Failed),
    }));
    let run = match refused {
        None => run.accepted(),
        Some(kind) => run.refused(kind),
    };
    assert_eq!(run.finds_only(&dying(then)).outcome(), expected);
}

#[test]
fn where_nobody_tells_about_a_deletion_the_platforms_yes_is_all_there_is() {
    let run = Driven::one(retry()).found(dying(Known::NotTold)).accepted();
    assert!(matches!(
        run.found(dying(Known::NotTold)).outcome(),
        Outcome::Accepted(_)
    ));
}

#[test]
fn what_goes_in_the_background_is_done_when_it_says_so() {
    let going = |state: &str| {
        let mut left = project("project-1");
        if let Found::Resource(Some(left)) = &mut left {
            left.state = Some(state.to_owned());
        }
        left
    };
    let then = |left: Found| {
        Driven::one(delete_project())
            .found(project("project-1"))
            .accepted()
            .finds_only(&left)
            .outcome()
    };
    assert_eq!(then(going("DELETING")), Outcome::Confirmed);
    assert!(matches!(then(going("READY")), Outcome::NotSeen(_)));
}

#[test]
fn absent_and_empty_descriptions_are_the_same_to_a_reader() {
    let empty = || Found::Workspace(Some(workspace(Some(""))));
    let absent = || Found::Workspace(Some(workspace(None)));
    let change = describe(None, "b");
    Driven::one(change.clone()).found(empty()).sends(&change);
    let clear = describe(Some("a"), "");
    let run = Driven::one(clear)
        .found(Found::Workspace(Some(workspace(Some("a")))))
        .accepted();
    assert_eq!(run.found(absent()).outcome(), Outcome::Confirmed);
}

#[rstest]
#[case(FailureKind::Forbidden)]
#[case(FailureKind::Unauthorized)]
#[case(FailureKind::NotFound)]
#[case(FailureKind::Unreachable)]
#[case(FailureKind::ServerError)]
fn sends_nothing_when_the_target_cannot_be_read(#[case] kind: FailureKind) {
    assert_eq!(
        Driven::one(promote()).unread(kind.clone()).outcome(),
        Outcome::NotSent(failure(kind))
    );
}

#[test]
fn a_workspace_that_cannot_be_seen_may_still_be_made() {
    Driven::one(create()).unread(FailureKind::Forbidden).sends(&create());
    Driven::one(create()).unread(FailureKind::NotFound).sends(&create());
    let run = Driven::one(create()).unread(FailureKind::Unreachable);
    assert_eq!(run.outcome(), Outcome::NotSent(failure(FailureKind::Unreachable)));
    let taken = Driven::one(create())
        .found(Found::Workspace(Some(workspace(None))))
        .outcome();
    assert!(
        matches!(
            taken,
            Outcome::NotSent(Failure {
                kind: FailureKind::AlreadyExists,
                ..
            })
        ),
        "{taken:?}"
    );
}

/// What the request brought, whether the state then reads back as wanted, and what became of the change.
#[rstest]
#[case(FailureKind::LastAdmin, false, Outcome::Refused(failure(FailureKind::LastAdmin)))]
#[case(FailureKind::Forbidden, false, Outcome::Refused(failure(FailureKind::Forbidden)))]
#[case(
    FailureKind::ServerError,
    false,
    Outcome::NotApplied(failure(FailureKind::ServerError))
)]
#[case(FailureKind::ServerError, true, Outcome::Applied(failure(FailureKind::ServerError)))]
#[case(FailureKind::NotFound, true, Outcome::Applied(failure(FailureKind::NotFound)))]
#[case(
    FailureKind::OutcomeUnknown,
    true,
    Outcome::Applied(failure(FailureKind::OutcomeUnknown))
)]
#[case(
    FailureKind::OutcomeUnknown,
    false,
    Outcome::NotApplied(failure(FailureKind::OutcomeUnknown))
)]
#[case(FailureKind::Unreachable, true, Outcome::Applied(failure(FailureKind::Unreachable)))]
#[case(
    FailureKind::Unreachable,
    false,
    Outcome::NotApplied(failure(FailureKind::Unreachable))
)]
fn reading_back_decides(#[case] kind: FailureKind, #[case] is_done: bool, #[case] expected: Outcome) {
    let run = Driven::one(remove())
        .found(members(&[("bob@x", &["Viewer"])]))
        .refused(kind);
    let now = if is_done {
        members(&[])
    } else {
        members(&[("bob@x", &["Viewer"])])
    };
    assert_eq!(
        run.reads(ChangeTarget::Members(ws())).finds_only(&now).outcome(),
        expected
    );
}

#[rstest]
#[case(None, Outcome::Accepted(failure(FailureKind::Forbidden)))]
#[case(Some(FailureKind::LastAdmin), Outcome::Refused(failure(FailureKind::LastAdmin)))]
#[case(Some(FailureKind::ServerError), Outcome::Unknown(failure(FailureKind::ServerError)))]
#[case(Some(FailureKind::Other), Outcome::Unknown(failure(FailureKind::Other)))]
#[case(
    Some(FailureKind::OutcomeUnknown),
    Outcome::Unknown(failure(FailureKind::OutcomeUnknown))
)]
fn what_cannot_be_read_back_is_not_guessed(#[case] refusal: Option<FailureKind>, #[case] expected: Outcome) {
    let run = Driven::one(remove()).found(members(&[("bob@x", &["Viewer"])]));
    let run = match refusal {
        None => run.accepted(),
        Some(kind) => run.refused(kind),
    };
    assert_eq!(run.unread(FailureKind::Forbidden).outcome(), expected);
}

#[rstest]
#[case(FailureKind::NeverSent)]
#[case(FailureKind::RejectedLocally)]
fn what_never_left_needs_no_reading_back(#[case] kind: FailureKind) {
    let run = Driven::one(remove()).found(members(&[("bob@x", &["Viewer"])]));
    assert_eq!(run.refused(kind.clone()).outcome(), Outcome::NotSent(failure(kind)));
}

#[rstest]
#[case(FailureKind::AlreadyExists, false)]
#[case(FailureKind::Forbidden, false)]
#[case(FailureKind::ServerError, true)]
#[case(FailureKind::OutcomeUnknown, true)]
fn a_name_that_was_taken_does_not_read_back_as_made(#[case] kind: FailureKind, #[case] is_done: bool) {
    let run = Driven::one(create()).found(Found::Workspace(None)).refused(kind);
    let outcome = run.found(Found::Workspace(Some(workspace(None)))).outcome();
    assert_eq!(outcome.is_done(), is_done, "{outcome:?}");
}

#[rstest]
#[case(None, FailureKind::Forbidden, true)]
#[case(None, FailureKind::NotFound, true)]
#[case(Some(FailureKind::OutcomeUnknown), FailureKind::NotFound, true)]
#[case(Some(FailureKind::NotFound), FailureKind::NotFound, true)]
#[case(Some(FailureKind::Forbidden), FailureKind::Forbidden, false)]
#[case(Some(FailureKind::NotEmpty(Vec::new())), FailureKind::Forbidden, false)]
#[case(Some(FailureKind::OutcomeUnknown), FailureKind::Unreachable, false)]
fn a_deleted_workspace_can_no_longer_be_seen(
    #[case] refusal: Option<FailureKind>,
    #[case] unread: FailureKind,
    #[case] is_gone: bool,
) {
    let run = Driven::one(delete()).found(contents(1));
    let is_accepted = refusal.is_none();
    let run = match refusal {
        None => run.accepted(),
        Some(kind) => run.refused(kind),
    };
    let outcome = run.unread(unread).outcome();
    assert_eq!(outcome.is_done(), is_gone, "{outcome:?}");
    assert_eq!(outcome == Outcome::Confirmed, is_accepted, "{outcome:?}");
}
