//! Friction and consequences, as tables.

use super::*;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::Member;
use rstest::rstest;

/// What follows on a server whose generation could not be told.
fn consequences(change: &Change, roster: &Roster, caller: &Identity) -> Vec<Consequence> {
    super::consequences(change, roster, caller, Generation::Unknown)
}

fn set(roles: &[&str]) -> RoleSet {
    roles.iter().map(|raw| Role::from_platform(raw)).collect()
}

fn alice() -> Identity {
    Identity {
        email: Some("alice@x.com".to_owned()),
        is_confirmed: true,
        is_platform_admin: false,
        ..Identity::default()
    }
}

fn roster(rows: &[(&str, &[&str])]) -> Roster {
    let member = |(who, roles): &(&str, &[&str])| Member {
        principal: Principal::from_platform(*who),
        roles: set(roles),
        granted_at: None,
        granted_by: None,
    };
    Roster::new(rows.iter().map(member).collect())
}

fn change(who: &str, before: &[&str], after: &[&str]) -> Change {
    let workspace = WorkspaceName::from_platform("ml-team");
    let principal = Principal::from_platform(who);
    match (before.is_empty(), after.is_empty()) {
        (true, _) => Change::Roles {
            workspace,
            principal,
            before: RoleSet::default(),
            after: set(after),
        },
        (false, true) => Change::Roles {
            workspace,
            principal,
            before: set(before),
            after: RoleSet::default(),
        },
        (false, false) => Change::Roles {
            workspace,
            principal,
            before: set(before),
            after: set(after),
        },
    }
}

#[rstest]
#[case("bob@x.com", &[], &["Viewer"], Tier::Apply)]
#[case("bob@x.com", &[], &["Editor"], Tier::Apply)]
#[case("bob@x.com", &[], &["Admin"], Tier::YesNo)]
#[case("bob@x.com", &["Viewer"], &["Editor"], Tier::Apply)]
#[case("bob@x.com", &["Viewer"], &["Admin"], Tier::YesNo)]
#[case("bob@x.com", &["Editor"], &["Viewer"], Tier::YesNo)]
#[case("bob@x.com", &["Viewer"], &[], Tier::YesNo)]
#[case("alice@x.com", &["Admin"], &["Viewer"], Tier::Typed)]
#[case("alice@x.com", &["Admin"], &[], Tier::Typed)]
#[case("*", &[], &["Viewer"], Tier::YesNo)]
#[case("*", &[], &["Editor"], Tier::Typed)]
#[case("*", &["Viewer"], &["Admin"], Tier::Typed)]
#[case("*", &["Viewer"], &[], Tier::YesNo)]
#[case("\u{430}lice@x.com", &[], &["Viewer"], Tier::Typed)]
fn asks_as_much_as_the_harm(
    #[case] who: &str,
    #[case] before: &[&str],
    #[case] after: &[&str],
    #[case] expected: Tier,
) {
    assert_eq!(
        tier(&change(who, before, after), &alice(), Generation::Unknown),
        expected
    );
}

#[test]
fn asks_for_the_count_of_many() {
    let add = change("bob@x.com", &[], &["Viewer"]);
    assert_eq!(
        tier_of_all(&vec![add.clone(); 5], &alice(), Generation::Unknown),
        Tier::Apply
    );
    assert_eq!(tier_of_all(&vec![add; 6], &alice(), Generation::Unknown), Tier::Typed);
}

#[test]
fn warns_of_the_last_admin() {
    let members = roster(&[("bob@x.com", &["Admin"]), ("alice@x.com", &["Viewer"])]);
    let follow = consequences(&change("bob@x.com", &["Admin"], &["Viewer"]), &members, &alice());
    assert_eq!(follow, [Consequence::LastAdmin(Principal::from_platform("bob@x.com"))]);
}

#[test]
fn several_changes_are_judged_together() {
    let members = roster(&[("bob@x.com", &["Admin"]), ("carol@x.com", &["Admin"])]);
    let demote = |who| change(who, &["Admin"], &["Viewer"]);
    let both = [demote("bob@x.com"), demote("carol@x.com")];
    let last = Consequence::LastAdmin(Principal::from_platform("carol@x.com"));
    assert!(consequences_of_all(&both, &members, &alice(), Generation::Helix).contains(&last));
    assert!(!consequences_of_all(&both[..1], &members, &alice(), Generation::Helix).contains(&last));
}

#[test]
fn warns_when_only_a_wildcard_would_be_admin() {
    let members = roster(&[("bob@x.com", &["Admin"]), ("*", &["Admin"])]);
    let follow = consequences(&change("bob@x.com", &["Admin"], &[]), &members, &alice());
    assert!(follow.contains(&Consequence::NoPersonIsAdmin));
    assert!(follow.contains(&Consequence::StillThroughEveryone(Role::Admin)));
}

#[test]
fn warns_of_locking_oneself_out() {
    let members = roster(&[("bob@x.com", &["Admin"]), ("alice@x.com", &["Admin"])]);
    let demoted = consequences(&change("alice@x.com", &["Admin"], &["Viewer"]), &members, &alice());
    assert_eq!(demoted, [Consequence::YouLoseAdmin]);
    let removed = consequences(&change("alice@x.com", &["Admin"], &[]), &members, &alice());
    assert_eq!(removed, [Consequence::YouLoseAccess]);
}

#[test]
fn says_when_it_cannot_tell_whether_it_is_the_caller() {
    let from_token = Identity {
        is_confirmed: false,
        is_platform_admin: false,
        ..alice()
    };
    let members = roster(&[("ml-leads", &["Admin"]), ("bob@x.com", &["Admin"])]);
    let follow = consequences(&change("ml-leads", &["Admin"], &[]), &members, &from_token);
    let leads = Principal::from_platform("ml-leads");
    assert_eq!(
        follow,
        [Consequence::MaybeYou(leads.clone()), Consequence::LosesAccess(leads)]
    );
}

#[test]
fn says_what_it_means_for_the_member() {
    let members = roster(&[("alice@x.com", &["Admin"]), ("bob@x.com", &["Editor"])]);
    let bob = Principal::from_platform("bob@x.com");
    let follow = |before: &[&str], after: &[&str], members: &Roster| {
        consequences(&change("bob@x.com", before, after), members, &alice())
    };
    assert_eq!(
        follow(&["Editor"], &["Admin"], &members),
        [Consequence::GetsAdmin(bob.clone())]
    );
    assert_eq!(
        follow(&["Editor"], &[], &members),
        [Consequence::LosesAccess(bob.clone())]
    );
    let open = roster(&[
        ("alice@x.com", &["Admin"]),
        ("bob@x.com", &["Editor"]),
        ("*", &["Viewer"]),
    ]);
    assert_eq!(
        follow(&["Editor"], &[], &open),
        [Consequence::StillThroughEveryone(Role::Viewer)]
    );
    let two = roster(&[("alice@x.com", &["Admin"]), ("bob@x.com", &["Admin"])]);
    assert_eq!(follow(&["Admin"], &["Editor"], &two), [Consequence::LosesAdmin(bob)]);
}

fn in_system(who: &str, before: &[&str], after: &[&str]) -> Change {
    let (workspace, principal) = (WorkspaceName::from_platform("system"), Principal::from_platform(who));
    let (before, after) = (set(before), set(after));
    if after.is_empty() {
        return Change::Roles {
            workspace,
            principal,
            before,
            after: RoleSet::default(),
        };
    }
    Change::Roles {
        workspace,
        principal,
        before,
        after,
    }
}

#[rstest]
#[case::removed(in_system("root@x.com", &["HelixAdmin"], &[]))]
#[case::of_the_older_generations(in_system("root@x.com", &["PlatformAdmin"], &[]))]
#[case::taken_by_a_change(in_system("root@x.com", &["HelixAdmin", "Viewer"], &["Viewer"]))]
fn the_last_platform_admin_is_guarded_by_nobody_else(#[case] change: Change) {
    let root = Principal::from_platform("root@x.com");
    let (before, _) = change.roles();
    let alone = [
        ("*", ["Viewer"].as_slice()),
        ("root@x.com", &["HelixAdmin", "PlatformAdmin"]),
    ];
    let last = Consequence::LastPlatformAdmin(root.clone());
    assert!(
        consequences(&change, &roster(&alone), &alice()).contains(&last),
        "{before:?}"
    );
    assert_eq!(tier(&change, &alice(), Generation::Unknown), Tier::Typed);
    let two = roster(&[alone[0], alone[1], ("second@x.com", &["HelixAdmin"])]);
    let found = consequences(&change, &two, &alice());
    assert!(
        found.contains(&Consequence::LosesPlatformAdmin(root)) && !found.contains(&last),
        "{found:?}"
    );
}

#[rstest]
#[case::retired_before(Generation::Helix, &["PlatformAdmin"], &["PlatformAdmin", "HelixAdmin"], Tier::Typed)]
#[case::retired_and_unknown(Generation::Unknown, &["PlatformAdmin"], &["PlatformAdmin", "HelixAdmin"], Tier::Typed)]
#[case::the_other_way(Generation::Platform06, &["HelixAdmin"], &["HelixAdmin", "PlatformAdmin"], Tier::Typed)]
#[case::of_another_generation(Generation::Helix, &["Viewer"], &["Viewer", "PlatformAdmin"], Tier::Apply)]
#[case::is_one_already(Generation::Helix, &["HelixAdmin"], &["HelixAdmin", "PlatformAdmin"], Tier::Apply)]
fn a_new_platform_admin_is_typed_and_told_whatever_retired_role_it_holds(
    #[case] generation: Generation,
    #[case] before: &[&str],
    #[case] after: &[&str],
    #[case] expected: Tier,
) {
    let change = in_system("bob@x.com", before, after);
    assert_eq!(tier(&change, &alice(), generation), expected);
    let found = super::consequences(&change, &roster(&[("bob@x.com", before)]), &alice(), generation);
    let is_told = found.contains(&Consequence::GetsPlatformAdmin(bob()));
    assert_eq!(is_told, expected == Tier::Typed, "{found:?}");
}

#[test]
fn everyone_in_system_is_the_list_of_workspaces() {
    let members = roster(&[("*", &["Viewer", "WorkspaceCreator"]), ("root@x.com", &["HelixAdmin"])]);
    let remove = in_system("*", &["Viewer", "WorkspaceCreator"], &[]);
    let found = consequences(&remove, &members, &alice());
    assert!(found.contains(&Consequence::NobodyListsWorkspaces), "{found:?}");
    assert_eq!(tier(&remove, &alice(), Generation::Unknown), Tier::Typed);
    let only_creation = in_system("*", &["Viewer", "WorkspaceCreator"], &["Viewer"]);
    assert!(!consequences(&only_creation, &members, &alice()).contains(&Consequence::NobodyListsWorkspaces));
    let no_reader = roster(&[
        ("*", &["WorkspaceCreator"]),
        ("bob@x.com", &["Viewer"]),
        ("root@x.com", &["HelixAdmin"]),
    ]);
    for change in [
        in_system("*", &["WorkspaceCreator"], &[]),
        in_system("bob@x.com", &["Viewer"], &[]),
    ] {
        let found = consequences(&change, &no_reader, &alice());
        assert!(!found.contains(&Consequence::NobodyListsWorkspaces), "{found:?}");
    }
}

#[test]
fn a_platform_admin_loses_nothing_with_a_role_by_name() {
    let caller = Identity {
        is_platform_admin: true,
        ..alice()
    };
    let members = roster(&[("alice@x.com", &["Admin"]), ("bob@x.com", &["Admin"])]);
    let remove = change("alice@x.com", &["Admin"], &[]);
    assert!(!consequences(&remove, &members, &caller).contains(&Consequence::YouLoseAccess));
    assert!(consequences(&remove, &members, &alice()).contains(&Consequence::YouLoseAccess));
}

#[test]
fn a_plan_tells_in_how_many_workspaces_something_follows() {
    let of = |workspace: &str| Change::Roles {
        workspace: WorkspaceName::from_platform(workspace),
        principal: Principal::from_platform("bob@x.com"),
        before: set(&["Editor"]),
        after: RoleSet::default(),
    };
    let members = |name: &WorkspaceName| {
        let everyone: &[(&str, &[&str])] = &[("bob@x.com", &["Editor"]), ("*", &["Viewer"])];
        let alone: &[(&str, &[&str])] = &[("bob@x.com", &["Editor"])];
        Some(roster(if name.raw() == "open" { everyone } else { alone }))
    };
    let told = |changes: &[Change]| -> Vec<String> {
        let all = consequences_of_plan(changes, members, &alice(), Generation::Helix);
        all.iter().map(Consequence::in_words).collect()
    };
    assert_eq!(
        told(&[of("a"), of("b"), of("open")]),
        [
            "in 2 workspaces: bob@x.com loses all access",
            "in 'open': keeps Viewer through Everyone (*)",
        ]
    );
    assert_eq!(told(&[of("a")]), ["bob@x.com loses all access to this workspace"]);
}

/// Only the top role of the server's own generation makes a platform admin: what is left of an older one does not.
#[rstest]
#[case(
    Generation::Helix,
    "HelixAdmin",
    "HelixAdmin",
    Some(Consequence::LosesPlatformAdmin(bob()))
)]
#[case(
    Generation::Helix,
    "HelixAdmin",
    "PlatformAdmin",
    Some(Consequence::LastPlatformAdmin(bob()))
)]
#[case(Generation::Helix, "PlatformAdmin", "HelixAdmin", None)]
#[case(
    Generation::Platform06,
    "PlatformAdmin",
    "PlatformAdmin",
    Some(Consequence::LosesPlatformAdmin(bob()))
)]
#[case(
    Generation::Platform06,
    "PlatformAdmin",
    "HelixAdmin",
    Some(Consequence::LastPlatformAdmin(bob()))
)]
#[case(Generation::Platform01, "HelixAdmin", "PlatformAdmin", None)]
#[case(
    Generation::Unknown,
    "HelixAdmin",
    "PlatformAdmin",
    Some(Consequence::LosesPlatformAdmin(bob()))
)]
fn the_last_platform_admin_is_the_last_of_the_servers_own_kind(
    #[case] generation: Generation,
    #[case] bobs: &str,
    #[case] others: &str,
    #[case] expected: Option<Consequence>,
) {
    let members = roster(&[("bob@x.com", &[bobs]), ("root@x.com", &[others])]);
    let remove = Change::Roles {
        workspace: WorkspaceName::from_platform("system"),
        principal: bob(),
        before: RoleSet::only(Role::from_platform(bobs)),
        after: RoleSet::default(),
    };
    let found = super::consequences(&remove, &members, &alice(), generation);
    let about_the_platform = found.into_iter().find(|found| {
        matches!(
            found,
            Consequence::LastPlatformAdmin(_) | Consequence::LosesPlatformAdmin(_)
        )
    });
    assert_eq!(about_the_platform, expected);
}

fn bob() -> Principal {
    Principal::from_platform("bob@x.com")
}

#[test]
fn what_postgresql_does_with_a_name_outside_ascii_is_told_before() {
    let jose = || Principal::from_platform("josé@x.com");
    let workspace = WorkspaceName::from_platform("team");
    let members = roster(&[("josé@x.com", &["Viewer"]), ("al@x.com", &["Admin"])]);
    let add = Change::Roles {
        workspace: workspace.clone(),
        principal: jose(),
        before: RoleSet::default(),
        after: set(&["Viewer"]),
    };
    let found = consequences(&add, &roster(&[("al@x.com", &["Admin"])]), &alice());
    assert!(found.contains(&Consequence::NotFoundAgain(jose())), "{found:?}");
    let set_roles = Change::Roles {
        workspace: workspace.clone(),
        principal: jose(),
        before: set(&["Viewer"]),
        after: set(&["Editor"]),
    };
    let remove = Change::Roles {
        workspace,
        principal: jose(),
        before: set(&["Viewer"]),
        after: RoleSet::default(),
    };
    for change in [set_roles, remove] {
        let found = consequences(&change, &members, &alice());
        assert!(found.contains(&Consequence::NotFoundNow(jose())), "{found:?}");
    }
}

#[test]
fn what_a_name_may_not_reach_goes_through_rows_for_platform_admins_alone() {
    let change = |kind: usize, name: &str| {
        let (workspace, principal) = (WorkspaceName::from_platform("team"), Principal::from_platform(name));
        let (before, roles) = (set(&["Viewer"]), set(&["Editor"]));
        match kind {
            0 => Change::Roles {
                workspace,
                principal,
                before: RoleSet::default(),
                after: roles,
            },
            1 => Change::Roles {
                workspace,
                principal,
                before,
                after: roles,
            },
            _ => Change::Roles {
                workspace,
                principal,
                before,
                after: RoleSet::default(),
            },
        }
    };
    let root = Identity {
        is_platform_admin: true,
        ..alice()
    };
    for (name, expected) in [
        ("bob@x.com", [Way::ByName; 3]),
        ("*", [Way::ByName; 3]),
        // Adding needs no finding.
        ("josé@x.com", [Way::ByName, Way::ThroughRows, Way::ThroughRows]),
        ("\u{1f980}", [Way::ByName, Way::ThroughRows, Way::ThroughRows]),
        ("grp/sub", [Way::ThroughRows; 3]),
        ("o\"hara", [Way::ThroughRows; 3]),
        ("", [Way::ThroughRows; 3]),
    ] {
        let ways = |caller: &Identity| [0, 1, 2].map(|kind| way(&change(kind, name), caller));
        assert_eq!(ways(&root), expected, "{name:?}");
        assert_eq!(ways(&alice()), [Way::ByName; 3], "{name:?}");
    }
    let members = roster(&[("josé@x.com", &["Viewer"]), ("al@x.com", &["Admin"])]);
    let found = consequences(&change(2, "josé@x.com"), &members, &root);
    let jose = || Principal::from_platform("josé@x.com");
    assert!(found.contains(&Consequence::ThroughRows(jose())), "{found:?}");
    assert!(!found.contains(&Consequence::NotFoundNow(jose())), "{found:?}");
    let found = consequences(&change(2, "josé@x.com"), &roster(&[("josé@x.com", &["Admin"])]), &root);
    assert!(
        !found.contains(&Consequence::LastAdmin(jose())),
        "what is taken is not Admin: {found:?}"
    );
}

/// Whatever else a role brings is said where it is got and where it is lost, and asked about as its harm is.
#[rstest]
#[case::every_permission("team", &[], &["ServiceSystem"], "gets every permission here, over members, too (ServiceSystem is meant for services)", Tier::YesNo)]
#[case::beside_another("team", &["Viewer"], &["Viewer", "ServiceSystem"], "gets every permission here, over members, too (ServiceSystem is meant for services)", Tier::YesNo)]
#[case::no_permission("team", &["ServiceSystem", "Viewer"], &["Viewer"], "no longer has every permission here (ServiceSystem)", Tier::YesNo)]
#[case::everywhere("system", &[], &["ServiceSystem"], "gets every permission in 'system', and can make anybody platform admin (ServiceSystem is meant for services)", Tier::Typed)]
#[case::over_the_platform("system", &[], &["Admin"], "will be able to make anybody platform admin, and to remove platform admins", Tier::Typed)]
#[case::no_longer("system", &["Admin"], &["Viewer"], "will no longer be able to make anybody platform admin", Tier::YesNo)]
#[case::creates("system", &[], &["WorkspaceCreator"], "will be able to create workspaces", Tier::YesNo)]
#[case::creates_no_more("system", &["Viewer", "WorkspaceCreator"], &["Viewer"], "will no longer be able to create workspaces", Tier::YesNo)]
#[case::logs("team", &[], &["JobRunner"], "will be able to upload the logs of jobs", Tier::Apply)]
#[case::nothing_here("team", &[], &["WorkspaceCreator"], "gets WorkspaceCreator: works only in 'system', no effect here", Tier::Apply)]
#[case::nothing_any_more("system", &[], &["PlatformAdmin"], "gets PlatformAdmin: no effect: replaced by HelixAdmin", Tier::Apply)]
fn a_role_outside_the_three_is_told_for_what_it_brings(
    #[case] workspace: &str,
    #[case] before: &[&str],
    #[case] after: &[&str],
    #[case] words: &str,
    #[case] expected: Tier,
) {
    let change = Change::Roles {
        workspace: WorkspaceName::from_platform(workspace),
        principal: bob(),
        before: set(before),
        after: set(after),
    };
    let members = roster(&[("bob@x.com", before), ("ann@x.com", &["Admin"])]);
    let found = super::consequences(&change, &members, &alice(), Generation::Helix);
    let told: Vec<String> = found.iter().map(Consequence::in_words).collect();
    assert!(told.contains(&format!("bob@x.com {words}")), "{told:?}");
    assert_eq!(tier(&change, &alice(), Generation::Helix), expected);
}

#[test]
fn what_everyone_has_nobody_loses_and_what_everyone_keeps_is_nothing_they_get() {
    let members = roster(&[
        ("*", &["Viewer", "WorkspaceCreator"]),
        ("bob@x.com", &["WorkspaceCreator"]),
    ]);
    let of_bob = in_system("bob@x.com", &["WorkspaceCreator"], &[]);
    let found = super::consequences(&of_bob, &members, &alice(), Generation::Helix);
    let creator = Role::from_platform("WorkspaceCreator");
    assert!(
        found.contains(&Consequence::StillThroughEveryone(creator.clone())),
        "{found:?}"
    );
    let of_all = in_system("*", &["Viewer", "WorkspaceCreator"], &["Viewer"]);
    let found = super::consequences(&of_all, &members, &alice(), Generation::Helix);
    assert_eq!(
        found,
        [Consequence::LosesRole(
            Principal::everyone(),
            creator,
            Special::CreatesWorkspaces
        )]
    );
}

#[test]
fn every_permission_is_as_much_as_admin_to_whoever_loses_it_and_to_everyone() {
    let change = |who: &str, before: &[&str], after: &[&str]| Change::Roles {
        workspace: WorkspaceName::from_platform("team"),
        principal: Principal::from_platform(who),
        before: set(before),
        after: set(after),
    };
    let members = roster(&[("alice@x.com", &["ServiceSystem"]), ("ann@x.com", &["Admin"])]);
    let own = |after: &[&str]| consequences(&change("alice@x.com", &["ServiceSystem"], after), &members, &alice());
    assert!(own(&[]).contains(&Consequence::YouLoseAccess));
    assert!(own(&["Viewer"]).contains(&Consequence::YouLoseAdmin));
    let for_all = change("*", &[], &["ServiceSystem"]);
    assert_eq!(tier(&for_all, &alice(), Generation::Helix), Tier::Typed);
}
