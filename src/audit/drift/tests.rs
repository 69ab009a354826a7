//! Drift as users get it: one side is written, read back, and the other compared with it.

use super::*;
use crate::audit::build::Builder;
use crate::audit::coverage::{Coverage, Method, Tally};
use crate::audit::export::{self, Format};
use crate::audit::policy::Policy;
use crate::audit::report::Report;
use crate::audit::snapshot::Origin;
use crate::domain::member::{Member, Roster};
use crate::domain::platform::Generation;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use proptest::prelude::*;

/// One workspace: its name, when it was made, whether it was read, and who holds which roles.
type Room = (String, i64, Reading, Vec<(String, Vec<String>)>);

fn snapshot(rooms: &[Room], is_limited_to_caller: bool, second: i64) -> Snapshot {
    let at = |second| Timestamp::from_second(second).unwrap();
    let mut builder = Builder::new(Origin {
        server: "https://nmp.example.com".to_owned(),
        server_version: None,
        generation: Generation::Unknown,
        caller: "alice@example.com".to_owned(),
        is_platform_admin: !is_limited_to_caller,
        started_at: at(second),
        ended_at: at(second),
    });
    for (raw, made, reading, members) in rooms {
        let name = WorkspaceName::from_platform(raw);
        let mut workspace = Workspace::known_by_name(name.clone());
        workspace.created_at = Some(at(*made));
        builder.add_workspace(&workspace);
        let members = members.iter().map(|(principal, roles)| Member {
            principal: Principal::from_platform(principal),
            roles: roles.iter().map(|role| Role::from_platform(role)).collect(),
            granted_at: Some(at(*made)),
            granted_by: Some("alice@example.com".to_owned()),
        });
        builder.add_roster(&name, &Roster::new(members.collect()));
        builder.mark(&name, reading.clone());
    }
    let mut coverage = Coverage::nothing(Method::Members);
    coverage.is_limited_to_caller = is_limited_to_caller;
    coverage.workspaces = Tally {
        n_pages: 1,
        n_read: rooms.len(),
        n_total: Some(rooms.len()),
        is_complete: true,
    };
    builder.freeze(coverage, at(second))
}

fn report(snapshot: Snapshot) -> Report {
    Report::new(snapshot, Arc::new(Policy::default()))
}

/// Compares as users do: the one is written, read back, and the other is compared with it.
fn drift(before: &Snapshot, after: &Snapshot) -> Drift {
    let filter = Filter::parse("", Timestamp::UNIX_EPOCH).unwrap();
    let written = export::write(Format::Json, &report(before.clone()), &filter);
    let baseline = Arc::new(Baseline::read(&written).unwrap());
    let report = report(after.clone()).with_baseline(&baseline, &filter).unwrap();
    report.drift.unwrap()
}

type Held = BTreeMap<(WorkspaceName, Principal), RoleSet>;

/// Who holds what where, without the workspaces that are not compared.
fn held(snapshot: &Snapshot, drift: &Drift) -> Held {
    let is_compared = |name: &WorkspaceName| drift.not_compared.iter().all(|unknown| unknown.workspace != *name);
    let grants = snapshot.grants().filter(|grant| is_compared(&grant.workspace().name));
    let grants = grants.map(|grant| {
        (
            (grant.workspace().name.clone(), grant.principal().clone()),
            grant.roles().clone(),
        )
    });
    grants.collect()
}

fn applied(drift: &Drift, mut held: Held) -> Held {
    for difference in drift.granted.iter().chain(&drift.revoked).chain(&drift.changed) {
        let key = (difference.workspace.clone(), difference.principal.clone());
        let was = match &difference.after {
            Some(holding) => held.insert(key, holding.roles.clone()),
            None => held.remove(&key),
        };
        assert_eq!(was, difference.before.as_ref().map(|holding| holding.roles.clone()));
    }
    held
}

fn mirrored(differences: &[Difference]) -> Vec<Difference> {
    let turned = differences.iter().cloned().map(|difference| Difference {
        before: difference.after,
        after: difference.before,
        workspace_is: match difference.workspace_is {
            WorkspaceIs::Kept => WorkspaceIs::Kept,
            WorkspaceIs::New => WorkspaceIs::Gone,
            WorkspaceIs::Gone => WorkspaceIs::New,
        },
        ..difference
    });
    turned.collect()
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        6 => Just(Reading::Read),
        1 => Just(Reading::Denied),
        1 => Just(Reading::NotRead),
        1 => Just(Reading::Failed(SafeText::new("500"))),
    ]
}

fn rooms() -> impl Strategy<Value = Vec<Room>> {
    let role = prop_oneof!["Viewer", "Editor", "Admin", "[a-z]{1,2}"];
    let principal = prop_oneof!["[a-c]@x", "\\*", "[\u{202e}\u{1b}\"\\\\/|é ]{1,2}"];
    let members = proptest::collection::btree_map(principal, proptest::collection::vec(role, 1..3), 0..5);
    let room = (0_i64..400, reading(), members);
    let all = proptest::collection::btree_map("[a-e]", room, 0..5);
    all.prop_map(|all| {
        let rooms = all.into_iter();
        rooms
            .map(|(name, (made, reading, members))| (name, made, reading, members.into_iter().collect()))
            .collect()
    })
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    (rooms(), any::<bool>(), 100_i64..300).prop_map(|(rooms, is_limited, second)| snapshot(&rooms, is_limited, second))
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(a in snapshots()) {
        let drift = drift(&a, &a);
        prop_assert!(drift.is_empty());
        let unknown: Vec<_> = drift.not_compared.iter().map(|unknown| &unknown.workspace).collect();
        let unread = a.workspaces().filter(|(_, workspace)| workspace.reading != Reading::Read);
        prop_assert_eq!(unknown, unread.map(|(_, workspace)| &workspace.name).collect::<Vec<_>>());
    }

    #[test]
    fn the_other_way_round_is_the_mirror_image(a in snapshots(), b in snapshots()) {
        let (there, back) = (drift(&a, &b), drift(&b, &a));
        prop_assert_eq!(mirrored(&there.granted), back.revoked);
        prop_assert_eq!(mirrored(&there.revoked), back.granted);
        prop_assert_eq!(mirrored(&there.changed), back.changed);
        let turned = there.not_compared.into_iter().map(|unknown| NotCompared {
            before: unknown.after,
            after: unknown.before,
            ..unknown
        });
        prop_assert_eq!(turned.collect::<Vec<_>>(), back.not_compared);
    }

    #[test]
    fn what_differs_leads_from_the_one_to_the_other(a in snapshots(), b in snapshots()) {
        let drift = drift(&a, &b);
        prop_assert_eq!(applied(&drift, held(&a, &drift)), held(&b, &drift));
    }
}

fn room(name: &str, made: i64, reading: Reading, members: &[(&str, &str)]) -> Room {
    let members = members.iter();
    let members = members.map(|(principal, role)| ((*principal).to_owned(), vec![(*role).to_owned()]));
    (name.to_owned(), made, reading, members.collect())
}

#[test]
fn what_cannot_be_read_any_more_is_not_told_as_revoked() {
    let before = snapshot(&[room("ml", 1, Reading::Read, &[("a@x", "Admin")])], false, 100);
    let after = snapshot(&[room("ml", 1, Reading::Denied, &[])], false, 200);
    let drift = drift(&before, &after);
    assert!(drift.is_empty());
    let unknown = NotCompared {
        workspace: WorkspaceName::from_platform("ml"),
        before: Known::Read,
        after: Known::Denied,
    };
    assert_eq!(drift.not_compared, [unknown]);
}

#[test]
fn workspaces_that_come_and_go_say_so() {
    let before = snapshot(&[room("old", 1, Reading::Read, &[("a@x", "Admin")])], false, 100);
    let after = snapshot(&[room("new", 150, Reading::Read, &[("a@x", "Viewer")])], false, 200);
    let drift = drift(&before, &after);
    assert_eq!(drift.granted[0].workspace_is, WorkspaceIs::New);
    assert_eq!(drift.revoked[0].workspace_is, WorkspaceIs::Gone);
    assert_eq!(drift.not_compared, []);
}

/// Whoever sees its own workspaces only cannot tell a deleted one from one it was removed from.
#[test]
fn what_a_limited_caller_does_not_see_is_not_gone() {
    let before = snapshot(&[room("old", 1, Reading::Read, &[("a@x", "Admin")])], true, 100);
    let made_since = room("new", 150, Reading::Read, &[("a@x", "Admin")]);
    let shown_since = room("shown", 50, Reading::Read, &[("a@x", "Admin")]);
    let after = snapshot(&[made_since, shown_since], true, 200);
    let drift = drift(&before, &after);
    assert_eq!(drift.revoked, []);
    assert_eq!(drift.granted.len(), 1);
    assert_eq!(drift.granted[0].workspace.raw(), "new");
    let unknown: Vec<_> = drift
        .not_compared
        .iter()
        .map(|it| (it.workspace.raw(), it.before, it.after))
        .collect();
    assert_eq!(
        unknown,
        [
            ("old", Known::Read, Known::NotListed),
            ("shown", Known::NotListed, Known::Read)
        ]
    );
}

#[test]
fn a_list_with_a_gap_proves_nothing() {
    let before = snapshot(&[room("ml", 1, Reading::Read, &[("a@x", "Admin")])], false, 100);
    let mut after = snapshot(&[], false, 200);
    after.coverage.workspaces.is_complete = false;
    let drift = drift(&before, &after);
    assert!(drift.is_empty());
    assert_eq!(drift.not_compared[0].after, Known::NotListed);
}

#[test]
fn the_same_roles_granted_anew_are_no_drift() {
    let before = snapshot(&[room("ml", 1, Reading::Read, &[("a@x", "Admin")])], false, 100);
    let after = snapshot(&[room("ml", 2, Reading::Read, &[("a@x", "Admin")])], false, 200);
    assert!(drift(&before, &after).is_empty());
}

#[test]
fn counts_every_difference_once() {
    let room = |members: &[(&str, &str)]| {
        let members = members
            .iter()
            .map(|(who, role)| ((*who).to_owned(), vec![(*role).to_owned()]));
        snapshot(&[("ml".to_owned(), 0, Reading::Read, members.collect())], false, 200)
    };
    let before = room(&[("a@x", "Admin"), ("b@x", "Viewer"), ("c@x", "Viewer")]);
    let after = room(&[
        ("a@x", "Admin"),
        ("b@x", "Editor"),
        ("d@x", "Viewer"),
        ("e@x", "Viewer"),
    ]);
    let drift = drift(&before, &after);
    assert_eq!(drift.n_differences(), 4, "one changed, one taken away, two given");
    assert!(!drift.is_empty());
}

#[test]
fn rows_that_were_not_all_read_tell_of_no_difference() {
    let members = vec![("a@x".to_owned(), vec!["Admin".to_owned()])];
    let before = snapshot(&[("ml".to_owned(), 0, Reading::Read, members)], false, 200);
    let mut after = snapshot(&[("ml".to_owned(), 0, Reading::Read, vec![])], false, 200);
    after.coverage.bindings = Some(Tally {
        n_pages: 1,
        n_read: 0,
        n_total: Some(1),
        is_complete: false,
    });
    let drift = drift(&before, &after);
    assert_eq!((drift.n_differences(), drift.not_compared.len()), (0, 1));
}

/// Grants and higher roles widen access; removals, lower roles and the same under more names do not.
#[rstest::rstest]
#[case(&[], &["Viewer"], true)]
#[case(&["Viewer"], &[], false)]
#[case(&["Viewer"], &["Editor"], true)]
#[case(&["Editor"], &["Viewer"], false)]
#[case(&["Editor"], &["Editor", "Viewer"], false)]
#[case(&["Editor"], &["Editor", "custom"], true)]
#[case(&["Admin", "custom"], &["Admin"], false)]
fn only_more_access_is_widening(#[case] before: &[&str], #[case] after: &[&str], #[case] is_widened: bool) {
    let room = |roles: &[&str]| {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let members = vec![("ann@x.com".to_owned(), roles)];
        vec![("team".to_owned(), 0, Reading::Read, members)]
    };
    let drift = drift(&snapshot(&room(before), false, 10), &snapshot(&room(after), false, 20));
    let n = drift.widening(Generation::Helix).count();
    assert_eq!((n == 1, drift.n_differences()), (is_widened, 1));
}
