//! Building and reading snapshots, against a model that keeps everything in one map.

use super::*;
use crate::audit::build::Builder;
use crate::audit::coverage::Method;
use crate::audit::sample::{TAKEN, at, binding, origin, who, ws};
use crate::domain::binding::Binding;
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use std::collections::BTreeMap;

const WORKSPACES: [&str; 4] = ["alpha", "beta", "gamma", "gone"];
/// The last one is never listed.
const N_LISTED: usize = 3;
const PRINCIPALS: [&str; 5] = ["*", "ann@x.com", "ben@x.com", "grp", "service:a"];
const ROLES: [&str; 5] = ["Viewer", "Editor", "Admin", "JobRunner", "owner"];

/// What the members of a workspace are by the model: roles, the earliest grant, and the newest with who made it.
type Model = BTreeMap<(String, String), (RoleSet, [Option<Timestamp>; 2], Option<String>)>;

fn moment(hour: i64) -> Timestamp {
    at("2026-01-01T00:00:00Z") + jiff::SignedDuration::from_hours(hour)
}

fn any_binding() -> impl Strategy<Value = Binding> {
    let names = (0..WORKSPACES.len(), 0..PRINCIPALS.len(), 0..ROLES.len());
    let times = (
        proptest::option::of(0_i64..9),
        proptest::option::of(0_i64..9),
        proptest::option::of(0_usize..3),
    );
    (names, times, proptest::bool::weighted(0.2)).prop_map(
        |((workspace, principal, role), (granted, made, by), is_past)| Binding {
            granted_at: granted.map(moment),
            created_at: made.map(moment),
            granted_by: by.map(|by| PRINCIPALS[by].to_owned()),
            revoked_at: is_past.then(|| moment(10)),
            ..binding(WORKSPACES[workspace], PRINCIPALS[principal], ROLES[role])
        },
    )
}

fn bindings() -> impl Strategy<Value = Vec<Binding>> {
    proptest::collection::vec(any_binding(), 0..40)
}

fn workspace(name: &str) -> Workspace {
    Workspace::known_by_name(ws(name))
}

fn built(bindings: &[Binding]) -> Builder {
    let mut builder = Builder::new(origin(Generation::Helix));
    for name in WORKSPACES.iter().take(N_LISTED) {
        builder.add_workspace(&workspace(name));
    }
    for binding in bindings {
        builder.add_binding(binding.clone());
    }
    builder.mark_all_read();
    builder
}

fn frozen(builder: &Builder) -> Snapshot {
    builder.freeze(Coverage::nothing(Method::Bindings), at(TAKEN))
}

fn model(bindings: &[Binding]) -> Model {
    let mut model = Model::new();
    let is_listed = |binding: &&Binding| WORKSPACES[..N_LISTED].contains(&binding.workspace.raw());
    let active: Vec<&Binding> = bindings
        .iter()
        .filter(is_listed)
        .filter(|binding| binding.revoked_at.is_none())
        .collect();
    for binding in &active {
        let key = (binding.workspace.raw().to_owned(), binding.principal.raw().to_owned());
        let same = || {
            active
                .iter()
                .filter(|other| (&other.workspace, &other.principal) == (&binding.workspace, &binding.principal))
        };
        let time = |other: &Binding| (other.granted_at, other.created_at);
        let newest = same().map(|other| time(other)).max().expect("itself");
        // Of several grants made at the same time any granter will do; they are compared apart.
        let granters: Vec<&Option<String>> = same()
            .filter(|other| time(other) == newest)
            .map(|other| &other.granted_by)
            .collect();
        let granter = (granters.iter().all(|by| *by == granters[0]))
            .then(|| granters[0].clone())
            .flatten();
        let roles = same().map(|other| other.role.clone()).collect();
        let first = same().filter_map(|other| other.granted_at).min();
        model.insert(key, (roles, [first, newest.0], granter));
    }
    model
}

fn seen(grant: &Grant<'_>) -> (String, String) {
    (
        grant.workspace().name.raw().to_owned(),
        grant.principal().raw().to_owned(),
    )
}

proptest! {
    #[test]
    fn holds_what_the_bindings_say(bindings in bindings()) {
        let snapshot = frozen(&built(&bindings));
        let model = model(&bindings);
        let keys: Vec<_> = snapshot.grants().map(|grant| seen(&grant)).collect();
        prop_assert_eq!(&keys, &model.keys().cloned().collect::<Vec<_>>());
        for grant in snapshot.grants() {
            let (roles, times, granter) = &model[&seen(&grant)];
            prop_assert_eq!(grant.roles(), roles);
            prop_assert_eq!([grant.first_granted_at(), grant.granted_at()], *times);
            prop_assert_eq!(grant.given().next().and_then(|newest| newest.granted_at), times[1]);
            let each: RoleSet = grant.given().flat_map(|given| given.roles.iter().cloned()).collect();
            prop_assert_eq!(&each, roles);
            if granter.is_some() {
                prop_assert_eq!(grant.granted_by(), granter.as_deref());
            }
        }
    }

    #[test]
    fn every_way_to_a_grant_leads_to_the_same(bindings in bindings()) {
        let snapshot = frozen(&built(&bindings));
        let all: Vec<GrantNo> = snapshot.grants().map(|grant| grant.number()).collect();
        let by_place: Vec<GrantNo> = snapshot.workspaces()
            .flat_map(|(number, _)| snapshot.grants_in(number)).map(|grant| grant.number()).collect();
        prop_assert_eq!(&by_place, &all);
        let mut by_holder: Vec<GrantNo> = Vec::new();
        for (number, principal) in snapshot.principals() {
            let places: Vec<WorkspaceNo> = snapshot.grants_of(number).map(|grant| grant.workspace_no()).collect();
            prop_assert!(places.is_sorted());
            prop_assert!(snapshot.grants_of(number).all(|grant| grant.principal() == principal));
            by_holder.extend(snapshot.grants_of(number).map(|grant| grant.number()));
        }
        by_holder.sort();
        prop_assert_eq!(&by_holder, &all);
        for (workspace, _) in snapshot.workspaces() {
            for (principal, name) in snapshot.principals() {
                let held = snapshot.held(workspace, principal).map(|grant| grant.number());
                let mut found = snapshot.grants_in(workspace).filter(|grant| grant.principal() == name);
                prop_assert_eq!(held, found.next().map(|grant| grant.number()));
                prop_assert_eq!(snapshot.roster(workspace).roles_of(name).is_empty(), held.is_none());
            }
        }
    }

    #[test]
    fn the_order_of_the_input_does_not_matter(
        (bindings, shuffled) in bindings().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let mut late = Builder::new(origin(Generation::Helix));
        for binding in &shuffled {
            late.add_binding(binding.clone());
        }
        for name in WORKSPACES.iter().take(N_LISTED).rev() {
            late.add_workspace(&workspace(name));
        }
        late.mark_all_read();
        let (snapshot, late) = (frozen(&built(&bindings)), frozen(&late));
        prop_assert!(snapshot == late, "{:?} is not {:?}", members(&snapshot), members(&late));
    }

    #[test]
    fn nothing_is_lost_by_building_again(bindings in bindings()) {
        let snapshot = frozen(&built(&bindings));
        let again = frozen(&Builder::from_snapshot(&snapshot));
        prop_assert!(snapshot == again, "{:?} is not {:?}", members(&snapshot), members(&again));
    }

    #[test]
    fn a_roster_replaces_what_was_known(bindings in bindings(), newer in bindings(), is_read in any::<bool>()) {
        let of_alpha = Roster::new(frozen(&built(&newer)).grants_in(WorkspaceNo(0)).map(|grant| grant.member()).collect());
        let mut builder = built(&bindings);
        if !is_read {
            builder.mark(&ws("alpha"), Reading::NotRead);
        }
        builder.add_roster(&ws("alpha"), &of_alpha);
        let (before, after) = (frozen(&built(&bindings)), frozen(&builder));
        prop_assert_eq!(sorted(&after.roster(WorkspaceNo(0))), sorted(&of_alpha));
        prop_assert_eq!(sorted(&after.roster(WorkspaceNo(1))), sorted(&before.roster(WorkspaceNo(1))));
        prop_assert_eq!(&after.workspace(WorkspaceNo(0)).unwrap().reading, &Reading::Read);
    }
}

fn sorted(roster: &Roster) -> Vec<(String, RoleSet)> {
    let members = roster.members().iter();
    let mut members: Vec<_> = members
        .map(|member| (member.principal.raw().to_owned(), member.roles.clone()))
        .collect();
    members.sort();
    members
}

fn members(snapshot: &Snapshot) -> Vec<(String, Member)> {
    let members = snapshot
        .grants()
        .map(|grant| (grant.workspace().name.raw().to_owned(), grant.member()));
    members.collect()
}

#[test]
fn date_and_granter_are_of_one_grant_and_each_is_kept() {
    let grant = |role, granted: i64, made: i64, by: &str| Binding {
        granted_at: Some(moment(granted)),
        created_at: Some(moment(made)),
        granted_by: Some(by.to_owned()),
        ..binding("alpha", "ann@x.com", role)
    };
    let snapshot = frozen(&built(&[
        grant("Viewer", 8, 1, "again"),
        grant("Editor", 5, 5, "newest"),
        grant("Admin", 3, 2, "old"),
    ]));
    let only = snapshot.grants().next().expect("a grant");
    assert_eq!((only.granted_at(), only.granted_by()), (Some(moment(8)), Some("again")));
    let each: Vec<_> = only
        .given()
        .map(|given| (given.roles.shown().to_string(), given.granted_at, given.granted_by))
        .collect();
    let expected = [("Viewer", 8, "again"), ("Editor", 5, "newest"), ("Admin", 3, "old")];
    assert_eq!(
        each,
        expected.map(|(role, at, by)| (role.to_owned(), Some(moment(at)), Some(by)))
    );
    // A member list tells less: the first date, and the granter of the newest.
    let member = only.member();
    assert_eq!(
        member.granted(),
        Granted::Several(Some(moment(3)), Some("again".to_owned()))
    );
    let mut builder = built(&[]);
    builder.add_roster(&ws("alpha"), &Roster::new(vec![member]));
    let snapshot = frozen(&builder);
    let only = snapshot.grants().next().expect("a grant");
    assert_eq!((only.granted_at(), only.first_granted_at()), (None, Some(moment(3))));
    assert!(!only.is_told_apart());
    assert_eq!(only.roles().shown().as_str(), "Admin, Editor, Viewer");
}

#[test]
fn what_is_not_listed_is_told_and_left_out() {
    let mut builder = built(&[
        binding("gone", "ann@x.com", "Admin"),
        binding("beta", "ben@x.com", "Viewer"),
    ]);
    assert_eq!(builder.unlisted(), [ws("gone")]);
    builder.forget(&ws("beta"));
    let snapshot = frozen(&builder);
    assert_eq!(snapshot.n_grants(), 0);
    assert_eq!(snapshot.principals().count(), 0);
    assert_eq!(snapshot.workspace_no(&ws("beta")), None);
    builder.add_workspace(&workspace("gone"));
    let snapshot = frozen(&builder);
    let gone = snapshot.workspace_no(&ws("gone")).expect("it is listed now");
    let ann = snapshot
        .principal_no(&who("ann@x.com"))
        .expect("she holds something now");
    assert!(snapshot.held(gone, ann).is_some());
}

#[test]
fn a_workspace_listed_twice_stays_read() {
    let mut builder = built(&[]);
    builder.add_workspace(&workspace("alpha"));
    assert_eq!(frozen(&builder).n_readable(), N_LISTED);
}

#[test]
fn whoever_has_lost_the_last_role_is_gone() {
    let mut builder = built(&[binding("alpha", "ann@x.com", "Admin")]);
    builder.add_roster(&ws("alpha"), &Roster::default());
    assert_eq!(frozen(&builder).principals().count(), 0);
}
