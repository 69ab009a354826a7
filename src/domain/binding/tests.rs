//! Rows as members and as steps.

use super::*;
use proptest::prelude::*;

fn who(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

fn set(roles: &[&str]) -> RoleSet {
    roles.iter().map(|raw| Role::from_platform(raw)).collect()
}

/// A row made in this second, which also names it.
fn row(second: i64, principal: &str, role: &str) -> Row {
    let at = Timestamp::from_second(second).unwrap();
    Row {
        binding: Binding {
            principal: who(principal),
            workspace: WorkspaceName::from_platform("ml-team"),
            role: Role::from_platform(role),
            granted_at: Some(at),
            granted_by: Some(format!("by-{second}")),
            revoked_at: None,
            created_at: Some(at),
        },
        name: ResourceName::from_platform(format!("rb-{second}")),
        version: second,
        data: Map::new(),
    }
}

#[test]
fn members_read_as_in_the_platforms_own_list() {
    let rows = Rows::new(vec![
        row(1, "josé", "Viewer"),
        row(2, "ann", "Admin"),
        row(3, "josé", "Editor"),
    ]);
    let roster = rows.roster();
    let [jose, ann] = roster.members() else {
        panic!("{roster:?}");
    };
    assert_eq!(
        (jose.principal.raw(), &jose.roles),
        ("josé", &set(&["Viewer", "Editor"]))
    );
    assert_eq!(
        (jose.granted_at, jose.granted_by.as_deref()),
        (Some(Timestamp::from_second(1).unwrap()), Some("by-3")),
        "the first date and the newest granter: so the platform mixes them"
    );
    assert_eq!(ann.principal.raw(), "ann");
}

#[test]
fn what_is_given_comes_first_and_then_row_after_row_is_taken() {
    let rows = Rows::new(vec![
        row(1, "josé", "Viewer"),
        row(2, "josé", "Admin"),
        row(3, "ann", "Viewer"),
    ]);
    let step = rows.next_step(&who("josé"), &set(&["Editor"])).unwrap();
    assert_eq!(step, Step::Give(set(&["Editor"])));
    let around = rows.around(&who("josé"), &step);
    assert_eq!(around, (set(&["Admin", "Viewer"]), set(&["Admin", "Editor", "Viewer"])));

    let step = rows.next_step(&who("josé"), &RoleSet::default()).unwrap();
    assert_eq!(
        step,
        Step::TakeAway(Box::new(row(2, "josé", "Admin"))),
        "the newest first"
    );
    assert_eq!(rows.around(&who("josé"), &step).1, set(&["Viewer"]));
    assert_eq!(rows.next_step(&who("josé"), &set(&["Admin", "Viewer"])), None);
    assert_eq!(
        rows.next_step(&who("jose"), &RoleSet::default()),
        None,
        "nobody who is only spelled alike"
    );
}

#[test]
fn of_two_rows_with_one_role_both_are_taken() {
    let rows = Rows::new(vec![row(1, "josé", "Viewer"), row(2, "josé", "Viewer")]);
    let step = rows.next_step(&who("josé"), &RoleSet::default()).unwrap();
    assert_eq!(rows.around(&who("josé"), &step), (set(&["Viewer"]), set(&["Viewer"])));
    assert!(rows.still_hold(&step));
    let left = Rows::new(vec![row(1, "josé", "Viewer")]);
    assert!(!left.still_hold(&step));
    assert!(left.next_step(&who("josé"), &RoleSet::default()).is_some());
}

proptest! {
    /// Step by step everybody comes to hold what was wanted, and nobody else is touched.
    #[test]
    fn steps_lead_to_what_is_wanted(
        held in proptest::collection::vec((0..3usize, 0..4usize), 0..8),
        wanted in proptest::collection::btree_set(0..4usize, 0..4),
    ) {
        const ROLES: [&str; 4] = ["Viewer", "Editor", "Admin", "JobRunner"];
        const WHO: [&str; 3] = ["josé", "jose\u{301}", "ann"];
        let mut rows: Vec<Row> = held.iter().zip(1..).map(|((who, role), i)| row(i, WHO[*who], ROLES[*role])).collect();
        let others = |rows: &[Row]| rows.iter().filter(|row| row.binding.principal != who(WHO[0])).cloned().collect::<Vec<_>>();
        let (before, wanted) = (others(&rows), wanted.iter().map(|role| ROLES[*role]).collect::<Vec<_>>());
        let mut n_steps = 0;
        while let Some(step) = Rows::new(rows.clone()).next_step(&who(WHO[0]), &set(&wanted)) {
            n_steps += 1;
            match step {
                Step::Give(roles) => rows.extend(roles.iter().zip(100..).map(|(role, i)| row(i, WHO[0], role.raw()))),
                Step::TakeAway(taken) => rows.retain(|row| row.name != taken.name),
            }
            prop_assert!(n_steps < 20);
        }
        prop_assert_eq!(Rows::new(rows.clone()).roster().roles_of(&who(WHO[0])), set(&wanted));
        prop_assert_eq!(others(&rows), before);
    }
}
