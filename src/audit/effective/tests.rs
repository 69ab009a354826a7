//! What somebody may really do, as a table and as properties.

use super::*;
use crate::audit::sample::{Sample, who, ws};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

fn of(snapshot: &Snapshot, workspace: &str, principal: &str) -> Effective {
    let workspace = snapshot.workspace_no(&ws(workspace)).expect("a workspace");
    let principal = snapshot.principal_no(&who(principal)).expect("a principal");
    let top = snapshot.top_role_of(principal);
    assert_eq!(
        Tops::of(snapshot).of_principal(principal),
        top,
        "one by one or all at once"
    );
    snapshot.effective(workspace, principal)
}

#[rstest]
#[case::own("team", "ann@x.com", Some(Role::Editor), GivenBy::Own(Role::Editor))]
#[case::everyone("team", "ben@x.com", Some(Role::Viewer), GivenBy::Everyone(Role::Viewer))]
#[case::own_before_everyone("team", "cyd@x.com", Some(Role::Viewer), GivenBy::Own(Role::Viewer))]
#[case::no_member("other", "ann@x.com", None, GivenBy::Nothing)]
#[case::means_nothing("other", "ben@x.com", None, GivenBy::Nothing)]
#[case::everything("other", "cyd@x.com", Some(Role::Admin), GivenBy::Own(Role::Admin))]
#[case::platform_admin(
    "other",
    "root@x.com",
    Some(Role::Admin),
    GivenBy::PlatformAdmin(Role::from_platform("HelixAdmin"))
)]
#[case::everyone_itself("team", "*", Some(Role::Viewer), GivenBy::Own(Role::Viewer))]
fn tells_what_somebody_may_do_and_why(
    #[case] workspace: &str,
    #[case] principal: &str,
    #[case] role: Option<Role>,
    #[case] given_by: GivenBy,
) {
    let sample = Sample::new().workspace("team").workspace("other").workspace("system");
    let snapshot = sample
        .holds("team", "*", "Viewer")
        .holds("team", "ann@x.com", "Editor,JobRunner")
        .holds("team", "ben@x.com", "owner")
        .holds("team", "cyd@x.com", "Viewer")
        .holds("other", "ben@x.com", "HelixAdmin")
        .holds("other", "cyd@x.com", "Admin,ServiceSystem")
        .holds("system", "root@x.com", "HelixAdmin")
        .snapshot();
    assert_eq!(of(&snapshot, workspace, principal), Effective { role, given_by });
}

#[test]
fn where_everyone_is_a_platform_admin_everybody_is() {
    let sample = Sample::new()
        .on(Generation::Platform06)
        .workspace("team")
        .workspace("system");
    let snapshot = sample
        .holds("team", "ann@x.com", "Viewer")
        .holds("system", "*", "PlatformAdmin")
        .snapshot();
    assert_eq!(of(&snapshot, "team", "ann@x.com").role, Some(Role::Admin));
}

fn roles() -> impl Strategy<Value = RoleSet> {
    let names = [
        "Viewer",
        "Editor",
        "Admin",
        "ServiceSystem",
        "JobRunner",
        "WorkspaceCreator",
        "owner",
        "viewer",
    ];
    proptest::collection::vec(proptest::sample::select(names.to_vec()), 0..5)
        .prop_map(|names| names.into_iter().map(Role::from_platform).collect())
}

fn rank(effective: &Effective) -> u8 {
    effective.role.as_ref().map_or(0, Role::rank)
}

proptest! {
    #[test]
    fn it_is_the_strongest_of_all(own in roles(), everyone in roles()) {
        let amounts = own.iter().chain(everyone.iter()).filter_map(Role::amounts_to);
        let strongest = amounts.max_by_key(Role::rank);
        let found = effective(Some(&own), Some(&everyone), None);
        prop_assert_eq!(&found.role, &strongest);
        match found.given_by {
            GivenBy::Nothing => prop_assert_eq!(strongest, None),
            GivenBy::Own(role) => prop_assert!(own.holds(&role) && role.amounts_to() == strongest),
            GivenBy::Everyone(role) => prop_assert!(everyone.holds(&role) && role.amounts_to() == strongest),
            GivenBy::PlatformAdmin(_) => prop_assert!(false, "nobody is one here"),
        }
    }

    #[test]
    fn more_roles_never_give_less(own in roles(), more in roles(), everyone in roles()) {
        let before = effective(Some(&own), Some(&everyone), None);
        let after = effective(Some(&own.union(&more)), Some(&everyone), None);
        prop_assert!(rank(&after) >= rank(&before));
        let open = effective(Some(&own), Some(&everyone.union(&more)), None);
        prop_assert!(rank(&open) >= rank(&before));
    }

    #[test]
    fn platform_admins_may_do_everything(own in roles(), everyone in roles()) {
        let top = Role::from_platform("HelixAdmin");
        prop_assert_eq!(effective(Some(&own), Some(&everyone), Some(&top)).role, Some(Role::Admin));
    }

    #[test]
    fn taking_redundant_roles_away_changes_nothing(own in roles(), everyone in proptest::option::of(roles())) {
        let workspace = ws("team");
        let weak: RoleSet =
            redundant(&own, everyone.as_ref(), &workspace, Generation::Helix).cloned().collect();
        let kept: RoleSet = own.iter().filter(|role| !weak.holds(role)).cloned().collect();
        let before = effective(Some(&own), everyone.as_ref(), None);
        let after = effective(Some(&kept), everyone.as_ref(), None);
        prop_assert_eq!(before.role, after.role);
        // Whatever else a role gives, everyone has it, too.
        let given = |role: &Role| everyone.as_ref().is_some_and(|everyone| everyone.holds(role));
        prop_assert!(weak.iter().all(|role| role.amounts_to().is_some() || given(role)));
        let again = redundant(&kept, everyone.as_ref(), &workspace, Generation::Helix).next();
        prop_assert_eq!(again, None);
    }
}
