//! That a person stays Admin: stricter than the platform, which counts groups, service accounts, `*` and typos, too.

use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::role::Role;
use std::cmp::Reverse;

/// Returns whether a person was Admin of `workspace` among the Admins `before` and none is among those `after`, or nobody is
/// at all. Of `system` others decide than its Admins.
pub fn leaves_no_person<'a>(
    workspace: &WorkspaceName,
    mut before: impl Iterator<Item = &'a Principal>,
    mut after: impl Iterator<Item = &'a Principal>,
) -> bool {
    if workspace.is_system() {
        return false;
    }
    let Some(first) = after.next() else { return true };
    before.any(Principal::is_person) && !first.is_person() && !after.any(Principal::is_person)
}

/// Returns who could be made Admin of those who are there `before` and `after`: the strongest, and of those who has been
/// there longest. Whoever was Admin is to be that no longer, and whoever has a name that deceives is not to be proposed.
pub fn next_admin(before: &Roster, after: &Roster) -> Option<Principal> {
    let is_meant = |member: &&Member| {
        let principal = &member.principal;
        principal.is_person() && principal.tricks().is_empty() && !before.roles_of(principal).holds(&Role::Admin)
    };
    let people = after.members().iter().filter(is_meant);
    let next = people.min_by_key(|member| (Reverse(member.roles.rank()), member.granted_at));
    next.map(|member| member.principal.clone())
}

/// Returns what is done first where no person would be Admin any more; `next` is who could be made one.
pub fn make_admin_first(next: Option<&Principal>) -> String {
    match next {
        Some(next) => format!("make somebody Admin first, {} perhaps", next.label()),
        None => "add a person as Admin first".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::role::RoleSet;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    fn roster(members: &str) -> Roster {
        let member = |text: &str| {
            let (who, role) = text.split_once('=').unwrap();
            Member {
                principal: Principal::from_platform(who),
                roles: RoleSet::only(Role::from_platform(role)),
                granted_at: None,
                granted_by: None,
            }
        };
        Roster::new(members.split_whitespace().map(member).collect())
    }

    #[rstest]
    #[case::only_everyone_is_left("team", "bob@x=Admin *=Admin", "*=Admin", true)]
    #[case::only_a_group_is_left("team", "bob@x=Admin ops=Admin", "bob@x=Viewer ops=Admin", true)]
    #[case::only_a_service_is_left("team", "bob@x=Admin service:a=Admin", "service:a=Admin", true)]
    #[case::nobody_is_left("team", "*=Admin", "", true)]
    #[case::a_person_is_left("team", "bob@x=Admin eve@x=Admin", "eve@x=Admin", false)]
    #[case::a_person_comes_after_a_group("team", "bob@x=Admin", "ops=Admin eve@x=Admin", false)]
    #[case::no_person_was_before("team", "ops=Admin *=Admin", "ops=Admin", false)]
    #[case::others_decide_in_system("system", "bob@x=Admin", "", false)]
    fn somebody_who_can_be_asked_stays_admin(
        #[case] workspace: &str,
        #[case] before: &str,
        #[case] after: &str,
        #[case] expected: bool,
    ) {
        let (before, after) = (roster(before), roster(after));
        let workspace = WorkspaceName::from_platform(workspace);
        let found = leaves_no_person(&workspace, before.admin_names(), after.admin_names());
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case::the_strongest("a@x=Admin b@x=Viewer c@x=Editor", "b@x=Viewer c@x=Editor", Some("c@x"))]
    #[case::not_who_is_demoted("a@x=Admin b@x=Viewer", "a@x=Editor b@x=Viewer", Some("b@x"))]
    #[case::no_group("a@x=Admin ops=Editor *=Viewer", "ops=Editor *=Viewer", None)]
    #[case::nobody_with_a_name_that_deceives("a@x=Admin \u{430}lice@x=Editor", "\u{430}lice@x=Editor", None)]
    fn somebody_who_stays_is_proposed(#[case] before: &str, #[case] after: &str, #[case] expected: Option<&str>) {
        let next = next_admin(&roster(before), &roster(after));
        assert_eq!(next.as_ref().map(Principal::raw), expected);
    }
}
