//! Answers, as a table.

use super::*;
use crate::audit::coverage::{Coverage, Tally};
use crate::audit::sample::{Sample, at, who, ws};
use crate::domain::member::Member;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;

/// What is held where, in one line for each: `ml-team ann@x.com Editor`.
const HELD: &str = "\
    team ann@x.com Editor
    team leads Admin
    team ben@x.com Viewer
    team service:jobs Viewer
    default * Editor
    system * Viewer,WorkspaceCreator
    system root@x.com HelixAdmin";

fn sample(generation: Generation) -> Sample {
    let sample = Sample::new().on(generation);
    let sample = ["team", "default", "system", "empty"]
        .iter()
        .fold(sample, |sample, name| sample.workspace(name));
    HELD.lines().fold(sample, |sample, line| {
        let [workspace, principal, roles] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        sample.holds(workspace, principal, roles)
    })
}

fn answer(snapshot: &Snapshot, line: &str) -> String {
    let [principal, operation, workspace] = line.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{line}");
    };
    let operation = Operation::parse(operation).unwrap();
    let place = snapshot.workspace_no(&operation.held_in(&ws(workspace))).unwrap();
    let answer = snapshot.evidence(place).unwrap().may(&who(principal), operation);
    let said: Vec<String> = match &answer {
        Answer::Yes(grounds) => grounds.iter().map(|ground| ground.in_words().to_string()).collect(),
        Answer::No => Vec::new(),
        Answer::CannotTell(doubts) => doubts.iter().map(|doubt| doubt.in_words().to_string()).collect(),
    };
    [vec![answer.label().to_owned()], said].concat().join("; ")
}

const LEADS: &str = "cannot tell; Admin of leads in 'team': a group, or an id; the platform does not tell who that is";

#[rstest]
#[case::own("ann@x.com delete-workspace team", "yes; Editor of ann@x.com in 'team'")]
#[case::a_group_may_be_theirs("ben@x.com write team", LEADS)]
#[case::a_group_may_be_theirs_though_they_hold_less("ann@x.com manage-members team", LEADS)]
#[case::everyone("ben@x.com delete-workspace default", "yes; Editor of Everyone (*) in 'default'")]
#[case::everyone_creates(
    "ben@x.com create-workspace team",
    "yes; WorkspaceCreator of Everyone (*) in 'system'"
)]
#[case::nothing("ben@x.com read empty", "no")]
#[case::upper_case_is_somebody_else("Ann@x.com read empty", "no")]
#[case::platform_admin("root@x.com manage-members empty", "yes; HelixAdmin of root@x.com in 'system'")]
#[case::a_group_itself("leads manage-members team", "yes; Admin of leads in 'team'")]
#[case::everyone_is_in_no_group("* write team", "no")]
#[case::a_service_by_name("service:jobs read team", "yes; Viewer of service:jobs in 'team'")]
#[case::a_service_by_name_holds_no_more("service:jobs manage-members team", LEADS)]
#[case::a_service(
    "service:jobs read empty",
    "cannot tell; a service of the platform has every permission where it holds no role by name"
)]
#[case::a_service_account_is_like_anybody("service-account:ci read empty", "no")]
fn answers_and_says_why(#[case] question: &str, #[case] expected: &str) {
    assert_eq!(answer(&sample(Generation::Helix).snapshot(), question), expected);
}

#[rstest]
#[case(Generation::Platform01, "zoe@x.com create-workspace team", "yes")]
#[case(Generation::Platform06, "root@x.com manage-members empty", "no")]
#[case(Generation::Helix, "root@x.com create-workspace team", "yes")]
fn generations_differ(#[case] generation: Generation, #[case] question: &str, #[case] expected: &str) {
    let said = answer(&sample(generation).snapshot(), question);
    assert_eq!(said.split(';').next(), Some(expected), "{said}");
}

#[test]
fn without_the_version_it_is_not_known_who_creates() {
    let sample = Sample::new().on(Generation::Unknown).workspace("system");
    let said = answer(&sample.snapshot(), "zoe@x.com create-workspace x");
    assert_eq!(
        said,
        "cannot tell; which role this takes on this version of the platform is not known"
    );
}

#[test]
fn all_that_gives_it_is_told_the_own_role_first() {
    let snapshot = Sample::new()
        .workspace("team")
        .workspace("system")
        .holds("system", "ann@x.com", "HelixAdmin")
        .holds("team", "*", "Editor")
        .holds("team", "ann@x.com", "Viewer,Admin")
        .snapshot();
    assert_eq!(
        answer(&snapshot, "ann@x.com write team"),
        "yes; Admin of ann@x.com in 'team'; HelixAdmin of ann@x.com in 'system'; Editor of Everyone (*) in 'team'"
    );
}

#[rstest]
#[case::members(Reading::Denied, true, "the members of 'team' could not be read")]
#[case::rows(Reading::Read, false, "the members of 'team' could not be read")]
fn what_was_not_read_is_no_no(#[case] reading: Reading, #[case] is_complete: bool, #[case] expected: &str) {
    let sample = Sample::new()
        .known(crate::domain::workspace::Workspace::known_by_name(ws("team")), reading)
        .workspace("system")
        .holds("team", "ann@x.com", "Editor");
    let coverage = Coverage {
        bindings: Some(Tally {
            is_complete,
            ..Tally::default()
        }),
        ..Coverage::nothing(Method::Bindings)
    };
    let snapshot = sample.builder().freeze(coverage, at(crate::audit::sample::TAKEN));
    let said = answer(&snapshot, "ben@x.com read team");
    assert!(said.starts_with("cannot tell") && said.contains(expected), "{said}");
    assert!(
        answer(&snapshot, "ann@x.com read team").starts_with("yes"),
        "what was read counts"
    );
}

#[rstest]
#[case::both_known(Generation::Helix, true, true, "no")]
#[case::system_not_read(Generation::Helix, true, false, "the members of 'system' could not be read")]
#[case::members_not_read(Generation::Helix, false, true, "the members of 'team' could not be read")]
#[case::seeds_left_out(Generation::Platform01, true, true, "the member list of 'system' leaves out")]
fn member_lists_answer_as_far_as_they_go(
    #[case] generation: Generation,
    #[case] knows_here: bool,
    #[case] knows_system: bool,
    #[case] expected: &str,
) {
    let roster = Roster::default();
    let known = [knows_here, knows_system].map(|is_known| is_known.then_some(&roster));
    let answer = Evidence::of_rosters(&ws("team"), known, generation).may(&who("ann@x.com"), Operation::Read);
    let said = match &answer {
        Answer::CannotTell(doubts) => doubts[0].in_words().to_string(),
        Answer::Yes(_) | Answer::No => answer.label().to_owned(),
    };
    assert!(said.starts_with(expected), "{said}");
}

proptest! {
    /// What a member list tells is what rows tell, whoever is asked about.
    #[test]
    fn member_lists_and_rows_give_one_answer(
        held in proptest::collection::vec(
            (0_usize..2, prop_oneof!["a@x", "b@x", "\\*", "leads"], prop_oneof!["Viewer", "Editor", "Admin", "HelixAdmin"]),
            0..8,
        ),
        principal in prop_oneof!["a@x", "c@x", "\\*", "leads"],
        operation in 0_usize..4,
    ) {
        let names = ["team", "system"];
        let sample = Sample::new().workspace("team").workspace("system");
        let sample = held.iter().fold(sample, |sample, (place, who, role)| sample.holds(names[*place], who, role));
        let snapshot = sample.snapshot();
        let rosters = names.map(|name| snapshot.roster(snapshot.workspace_no(&ws(name)).unwrap()));
        let operation = Operation::ALL[operation];
        let by_rows = snapshot.evidence(snapshot.workspace_no(&ws("team")).unwrap()).unwrap();
        let by_lists = Evidence::of_rosters(&ws("team"), [Some(&rosters[0]), Some(&rosters[1])], Generation::Helix);
        prop_assert_eq!(by_rows.may(&who(&principal), operation), by_lists.may(&who(&principal), operation));
    }

    /// The answer and the effective role never disagree.
    #[test]
    fn the_answer_follows_the_effective_role(
        roles in proptest::collection::vec(prop_oneof!["Viewer", "Editor", "Admin", "JobRunner", "ServiceSystem"], 0..3),
        everyone in proptest::option::of(prop_oneof!["Viewer", "Editor", "Admin"]),
        is_top in any::<bool>(),
    ) {
        let own = Member {
            principal: who("a@x"),
            roles: roles.iter().map(|raw| Role::from_platform(raw)).collect(),
            granted_at: None,
            granted_by: None,
        };
        let of_everyone: RoleSet = everyone.iter().map(|raw| Role::from_platform(raw)).collect();
        let all = Member { principal: Principal::everyone(), roles: of_everyone.clone(), ..own.clone() };
        let top = Role::top_of(Generation::Helix);
        let system = Member { roles: is_top.then(|| top.clone()).into_iter().collect(), ..own.clone() };
        let here = Roster::new(vec![own.clone(), all]);
        let system = Roster::new(vec![system]);
        let evidence = Evidence::of_rosters(&ws("team"), [Some(&here), Some(&system)], Generation::Helix);
        let effective = super::super::effective(Some(&own.roles), Some(&of_everyone), is_top.then_some(&top));
        for operation in [Operation::Read, Operation::Write, Operation::ManageMembers, Operation::DeleteWorkspace] {
            let amounts = effective.role.as_ref().is_some_and(|role| role.gives(operation, &ws("team"), Generation::Helix));
            let is_yes = matches!(evidence.may(&own.principal, operation), Answer::Yes(_));
            prop_assert_eq!(is_yes, amounts, "{:?}", operation);
        }
    }
}
