//! What roles mean in which generation, and the algebra of their sets.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

fn role() -> impl Strategy<Value = Role> {
    prop_oneof!["Viewer", "Editor", "Admin", "JobRunner", ".{0,8}"].prop_map(|raw| Role::from_platform(&raw))
}

fn roles() -> impl Strategy<Value = RoleSet> {
    proptest::collection::vec(role(), 0..6).prop_map(RoleSet::from_iter)
}

#[test]
fn shows_the_strongest_first() {
    let set: RoleSet = ["Viewer", "JobRunner", "Admin"]
        .into_iter()
        .map(Role::from_platform)
        .collect();
    assert_eq!(set.shown().as_str(), "Admin, Viewer, JobRunner");
    assert_eq!(set.effective(), Some(&Role::Admin));
}

#[test]
fn who_holds_as_much_already_is_left_as_they_are() {
    let set = |roles: &[&str]| roles.iter().map(|raw| Role::from_platform(raw)).collect::<RoleSet>();
    let held = set(&["Editor", "Viewer"]);
    assert_eq!(held.raised_by(&set(&["Editor"])), held);
    assert_eq!(held.raised_by(&set(&["Admin"])), set(&["Admin"]));
}

#[rstest]
#[case("Viewer", Generation::Seed, "ml-team", RoleEffect::Works)]
#[case("admin", Generation::Helix, "ml-team", RoleEffect::Unknown)]
#[case("Admin ", Generation::Helix, "ml-team", RoleEffect::Unknown)]
#[case("HelixAdmin", Generation::Helix, "system", RoleEffect::Works)]
#[case("HelixAdmin", Generation::Helix, "ml-team", RoleEffect::OnlyInSystem)]
#[case("HelixAdmin", Generation::Platform06, "system", RoleEffect::Unknown)]
#[case("PlatformAdmin", Generation::Platform06, "system", RoleEffect::Works)]
#[case("PlatformAdmin", Generation::Helix, "system", RoleEffect::Retired)]
#[case("PlatformAdmin", Generation::Unknown, "system", RoleEffect::Works)]
#[case("WorkspaceCreator", Generation::Platform03, "system", RoleEffect::Works)]
#[case("WorkspaceCreator", Generation::Platform03, "default", RoleEffect::OnlyInSystem)]
#[case("WorkspaceCreator", Generation::Platform01, "system", RoleEffect::Unknown)]
#[case("JobRunner", Generation::Helix, "ml-team", RoleEffect::Works)]
#[case("JobRunner", Generation::Platform01, "ml-team", RoleEffect::Unknown)]
#[case("ServiceSystem", Generation::Platform01, "ml-team", RoleEffect::Works)]
fn knows_what_each_generation_knows(
    #[case] raw: &str,
    #[case] generation: Generation,
    #[case] workspace: &str,
    #[case] effect: RoleEffect,
) {
    let workspace = WorkspaceName::from_platform(workspace);
    assert_eq!(Role::from_platform(raw).effect(generation, &workspace), effect);
}

#[rstest]
#[case("WorkspaceCreator", Generation::Seed, "system", true)]
#[case("WorkspaceCreator", Generation::Seed, "ml-team", false)]
#[case("Boss", Generation::Seed, "system", false)]
#[case("WorkspaceCreator", Generation::Platform01, "system", false)]
#[case("WorkspaceCreator", Generation::Helix, "system", true)]
#[case("PlatformAdmin", Generation::Helix, "system", false)]
#[case("WorkspaceCreator", Generation::Unknown, "system", false)]
#[case("Editor", Generation::Unknown, "system", true)]
fn a_plan_gives_what_does_something(
    #[case] raw: &str,
    #[case] generation: Generation,
    #[case] workspace: &str,
    #[case] is_given: bool,
) {
    let workspace = WorkspaceName::from_platform(workspace);
    assert_eq!(Role::from_platform(raw).may_be_given(generation, &workspace), is_given);
}

#[rstest]
#[case("Viewer", "ml-team", Generation::Helix, "read")]
#[case("Editor", "ml-team", Generation::Platform06, "read write delete-workspace")]
#[case("Editor", "default", Generation::Seed, "read write delete-workspace")]
#[case("Admin", "ml-team", Generation::Helix, "read write manage-members delete-workspace")]
#[case("Admin", "system", Generation::Helix, "read write manage-members delete-workspace")]
#[case("JobRunner", "ml-team", Generation::Helix, "")]
#[case("admin", "ml-team", Generation::Helix, "")]
#[case(
    "ServiceSystem",
    "ml-team",
    Generation::Helix,
    "read write manage-members delete-workspace"
)]
#[case(
    "ServiceSystem",
    "system",
    Generation::Helix,
    "read write manage-members delete-workspace create-workspace"
)]
#[case("WorkspaceCreator", "system", Generation::Platform03, "create-workspace")]
#[case("WorkspaceCreator", "ml-team", Generation::Helix, "")]
#[case(
    "HelixAdmin",
    "system",
    Generation::Helix,
    "read write manage-members delete-workspace create-workspace"
)]
#[case("HelixAdmin", "ml-team", Generation::Helix, "")]
#[case("HelixAdmin", "system", Generation::Platform06, "")]
#[case("PlatformAdmin", "system", Generation::Helix, "")]
fn each_role_gives_what_the_releases_give_it(
    #[case] raw: &str,
    #[case] held_in: &str,
    #[case] generation: Generation,
    #[case] expected: &str,
) {
    let held_in = WorkspaceName::from_platform(held_in);
    let given = Role::from_platform(raw).operations(&held_in, generation);
    let given: Vec<&str> = given.into_iter().map(Operation::word).collect();
    assert_eq!(given.join(" "), expected);
}

#[rstest]
#[case(Operation::CreateWorkspace, Generation::Platform01, Some(true))]
#[case(Operation::CreateWorkspace, Generation::Platform03, Some(false))]
#[case(Operation::CreateWorkspace, Generation::Helix, Some(false))]
#[case(Operation::CreateWorkspace, Generation::Unknown, None)]
#[case(Operation::CreateWorkspace, Generation::Seed, None)]
#[case(Operation::DeleteWorkspace, Generation::Unknown, Some(false))]
fn knows_what_needs_no_role(
    #[case] operation: Operation,
    #[case] generation: Generation,
    #[case] expected: Option<bool>,
) {
    assert_eq!(Role::is_none_needed(operation, generation), expected);
}

#[rstest]
#[case("admin", Some("Admin"))]
#[case(" Editor", Some("Editor"))]
#[case("Admin", None)]
#[case("Owner", None)]
fn guesses_what_was_meant(#[case] raw: &str, #[case] meant: Option<&str>) {
    assert_eq!(Role::from_platform(raw).meant().as_ref().map(Role::raw), meant);
}

#[rstest]
#[case(
    "PlatformAdmin",
    Generation::Platform06,
    "system",
    "everything everywhere (granted in 'system')"
)]
#[case("PlatformAdmin", Generation::Helix, "system", "no effect: replaced by HelixAdmin")]
#[case(
    "HelixAdmin",
    Generation::Helix,
    "system",
    "everything everywhere (granted in 'system')"
)]
#[case("HelixAdmin", Generation::Helix, "ml-team", "works only in 'system', no effect here")]
#[case(
    "HelixAdmin",
    Generation::Platform06,
    "system",
    "no effect: this version does not define it"
)]
#[case(
    "WorkspaceCreator",
    Generation::Platform01,
    "system",
    "no effect: this version does not define it"
)]
#[case(
    "WorkspaceCreator",
    Generation::Platform03,
    "system",
    "create workspaces (granted in 'system')"
)]
#[case(
    "JobRunner",
    Generation::Platform01,
    "ml-team",
    "no effect: this version does not define it"
)]
#[case("JobRunner", Generation::Helix, "ml-team", "for job containers: upload logs")]
#[case("JobRunner", Generation::Unknown, "ml-team", "for job containers: upload logs")]
#[case(
    "admin",
    Generation::Helix,
    "ml-team",
    "a role this console does not know; kept as it is"
)]
#[case("Viewer", Generation::Seed, "ml-team", "read everything in the workspace")]
fn says_what_a_role_does_here(
    #[case] raw: &str,
    #[case] generation: Generation,
    #[case] workspace: &str,
    #[case] meaning: &str,
) {
    let workspace = WorkspaceName::from_platform(workspace);
    assert_eq!(Role::from_platform(raw).meaning_in(&workspace, generation), meaning);
}

#[rstest]
fn the_top_role_of_a_generation_is_a_top_role_there(
    #[values(
        Generation::Seed,
        Generation::Platform01,
        Generation::Platform03,
        Generation::Platform06,
        Generation::Helix,
        Generation::Unknown
    )]
    generation: Generation,
) {
    assert!(Role::top_of(generation).is_top(generation));
}

proptest! {
    #[test]
    fn reading_and_writing_a_role_changes_nothing(raw in any::<String>()) {
        let role = Role::from_platform(&raw);
        prop_assert_eq!(role.raw(), raw.as_str());
    }

    #[test]
    fn choosing_keeps_every_other_role(set in roles(), i in 0_usize..3) {
        let chosen = set.choosing(Role::CHOICES[i].clone());
        prop_assert!(set.others().all(|role| chosen.holds(role)));
        prop_assert_eq!(chosen.effective(), Some(&Role::CHOICES[i]));
        prop_assert_eq!(chosen.iter().count(), set.others().count() + 1);
    }

    #[test]
    fn raising_takes_no_right_away_and_adds_no_weaker_role(a in roles(), b in roles()) {
        let raised = a.raised_by(&b);
        prop_assert_eq!(raised.rank(), a.rank().max(b.rank()));
        prop_assert!(a.others().chain(b.others()).all(|role| raised.holds(role)));
        let n_ranked = |set: &RoleSet| set.iter().filter(|role| role.rank() > 0).count();
        prop_assert!(n_ranked(&raised) <= n_ranked(&a).max(1));
        prop_assert_eq!(raised.raised_by(&b), raised.clone());
    }

    #[test]
    fn union_is_what_both_hold(a in roles(), b in roles()) {
        let both = a.union(&b);
        prop_assert_eq!(&both, &b.union(&a));
        prop_assert!(a.iter().chain(b.iter()).all(|role| both.holds(role)));
        prop_assert_eq!(both.rank(), a.rank().max(b.rank()));
    }
}
