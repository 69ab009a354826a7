//! What plans are made of: their order, what a file can ask for, what stands in the way.

mod names;
mod telling;

use super::guard::of_removals;
use super::*;
use crate::access::wish::{Mode, Place, Said, Shall, Wanted, Wish};
use crate::audit::sample::{Sample, TAKEN, at, who, ws};
use crate::audit::{Policy, Reading};
use crate::domain::role::Role;
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::sync::Arc;

fn roles(text: &str) -> RoleSet {
    text.split_whitespace().map(Role::from_platform).collect()
}

fn wanted(principal: &str, held: &str) -> Wanted {
    let roles = roles(held);
    Wanted {
        principal: Arc::new(who(principal)),
        shall: if roles.is_empty() {
            Shall::BeAbsent
        } else {
            Shall::Hold(roles)
        },
        said: None,
    }
}

fn wish(name: &str, mode: Mode, members: &[(&str, &str)]) -> Wish {
    Wish {
        workspace: ws(name),
        mode,
        owner: None,
        create: None,
        members: members
            .iter()
            .map(|(principal, held)| wanted(principal, held))
            .collect(),
        place: None,
    }
}

fn me() -> Identity {
    Identity {
        subject: Some("me@example.com".to_owned()),
        email: Some("me@example.com".to_owned()),
        is_confirmed: true,
        ..Identity::default()
    }
}

fn plan_with(sample: &Sample, workspaces: Vec<Wish>, last: &Last) -> Plan {
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let identity = me();
    let circumstances = Circumstances {
        identity: &identity,
        now: at(TAKEN),
        last,
        source: Source {
            name: "access.toml".to_owned(),
            sha256: "0".to_owned(),
            is_access_file: true,
        },
    };
    let wishes = Wishes {
        server: None,
        workspaces,
    };
    Plan::for_wishes(&wishes, &report, &circumstances)
}

fn plan(sample: &Sample, workspaces: Vec<Wish>) -> Plan {
    plan_with(sample, workspaces, &Last::new())
}

fn team() -> Sample {
    Sample::new()
        .workspace("team")
        .holds("team", "ann@example.com", "Admin")
        .holds("team", "bob@example.com", "Editor")
        .holds("team", "cat@example.com", "Viewer")
        .holds("team", "me@example.com", "Admin")
}

fn told(plan: &Plan) -> Vec<String> {
    let told = plan
        .changes
        .iter()
        .map(|planned| format!("{}: {}", planned.phase.word(), planned.change.sentence()));
    told.collect()
}

#[test]
fn whoever_is_to_be_admin_comes_first_and_ones_own_place_last_of_all_workspaces() {
    let sample = team().workspace("another").holds("another", "me@example.com", "Admin");
    let plan = plan(
        &sample,
        vec![
            wish("another", Mode::Authoritative, &[("ann@example.com", "Admin")]),
            wish(
                "team",
                Mode::Authoritative,
                &[
                    ("bob@example.com", "Viewer"),
                    ("cat@example.com", "Admin"),
                    ("dan@example.com", "Viewer"),
                    ("me@example.com", "Admin"),
                ],
            ),
        ],
    );
    assert_eq!(
        told(&plan),
        [
            "make Admin: add ann@example.com to 'another' as Admin",
            "make Admin: change cat@example.com in 'team': Viewer → Admin",
            "give: add dan@example.com to 'team' as Viewer",
            "lower: change bob@example.com in 'team': Editor → Viewer",
            "remove: remove ann@example.com (Admin) from 'team'",
            "own: remove me@example.com (Admin) from 'another'",
        ]
    );
    assert_eq!(plan.guards, [Guard::Yourself(ws("another"), "all access")]);
}

#[test]
fn a_wish_ends_the_day_after_its_last_one() {
    let until = |day: &str| Wish {
        members: vec![Wanted {
            said: Some(Box::new(Said {
                why: Why {
                    until: Some(day.parse().unwrap()),
                    ..Why::default()
                },
                place: Place {
                    file: Arc::default(),
                    line: 1,
                    column: 1,
                },
            })),
            ..wanted("bob@example.com", "Editor")
        }],
        ..wish("team", Mode::Additive, &[])
    };
    assert_eq!(told(&plan(&team(), vec![until("2026-11-25")])), [] as [&str; 0]);
    assert_eq!(
        told(&plan(&team(), vec![until("2026-11-24")])),
        ["remove: remove bob@example.com (Editor) from 'team'"]
    );
}

#[test]
fn what_cannot_be_planned_is_left_out_and_named() {
    let unread = Workspace::known_by_name(ws("dark"));
    let sample = team().known(unread, Reading::Denied);
    let plan = plan(
        &sample,
        vec![
            wish("gone", Mode::Additive, &[("bob@example.com", "Viewer")]),
            wish("dark", Mode::Additive, &[("bob@example.com", "Viewer")]),
            wish(
                "team",
                Mode::Additive,
                &[("a/b", "Viewer"), ("dan@example.com", "Boss")],
            ),
        ],
    );
    assert_eq!(plan.changes, []);
    let left: Vec<&str> = plan.left_out.iter().map(|left| left.why.as_str()).collect();
    assert_eq!(
        left,
        [
            "there is no such workspace, or you cannot see it; 'create = true' makes one",
            "the platform refused to show its members",
            "Boss is not given by a plan: a role this console does not know; kept as it is",
        ]
    );
    let guards: Vec<&str> = plan.guards.iter().map(Guard::word).collect();
    assert_eq!(guards, ["not-a-name"]);
}

#[test]
fn a_slip_of_a_workspace_is_told_and_whoever_takes_away_is_not_told_to_make_one() {
    let left = |name: &str, held: &str| {
        let plan = plan(&team(), vec![wish(name, Mode::Additive, &[("bob@example.com", held)])]);
        let left: Vec<String> = plan.left_out.iter().map(|left| left.why.to_string()).collect();
        left.join("")
    };
    let none = "there is no such workspace, or you cannot see it";
    assert_eq!(left("taem", ""), format!("{none}; did you mean 'team'?"));
    assert_eq!(left("taem", "Viewer"), format!("{none}; did you mean 'team'?"));
    assert_eq!(left("elsewhere", ""), none);
    assert_eq!(
        left("elsewhere", "Viewer"),
        format!("{none}; 'create = true' makes one")
    );
}

#[test]
fn whoever_gave_up_their_own_place_is_told_who_goes_on() {
    let sample = team().known(Workspace::known_by_name(ws("dark")), Reading::Denied);
    let why = |before: &str, roles: RoleSet| {
        let applied = Applied {
            before: self::roles(before),
            roles,
            at: at("2026-11-01T08:00:00Z"),
            made_from: None,
        };
        let last = Last::from([((ws("dark"), who("me@example.com")), applied)]);
        let wished = vec![wish("dark", Mode::Additive, &[("bob@example.com", "Viewer")])];
        plan_with(&sample, wished, &last).left_out[0].why.to_string()
    };
    let refused = "the platform refused to show its members";
    let words = "you gave up your own place there on 2026-11-01: another Admin has to plan what is left";
    assert_eq!(why("Admin", RoleSet::default()), format!("{refused}; {words}"));
    assert_eq!(
        why("Viewer", roles("Editor")),
        refused,
        "there was no such place to give up"
    );
}

#[test]
fn an_authoritative_workspace_that_was_not_read_stops_everything() {
    let unread = Workspace::known_by_name(ws("dark"));
    let sample = team().known(unread, Reading::Denied);
    let plan = plan(
        &sample,
        vec![
            wish("dark", Mode::Authoritative, &[("bob@example.com", "Admin")]),
            wish("team", Mode::Additive, &[("dan@example.com", "Viewer")]),
        ],
    );
    let why = "the platform refused to show its members".to_owned();
    assert_eq!(plan.guards, [Guard::Unread(ws("dark"), why)]);
    assert!(plan.closed(&everything()).next().is_some(), "nothing opens it");
}

fn everything() -> Allowed {
    Allowed {
        removals: Some(0),
        openers: vec![Opener::AllowSelf, Opener::AllowPublic, Opener::AllowSystem],
    }
}

#[rstest]
#[case(2, 9, false)]
#[case(9, 9, false)]
#[case(2, 10, false)]
#[case(3, 10, true)]
#[case(3, 12, false)]
#[case(4, 12, true)]
#[case(20, 100, false)]
#[case(21, 100, true)]
fn many_removals_are_guarded(#[case] n: usize, #[case] of: usize, #[case] is_guarded: bool) {
    let changes: Vec<Change> = (0..n)
        .map(|number| Change::Roles {
            workspace: ws("team"),
            principal: who(&format!("m{number}@example.com")),
            before: roles("Viewer"),
            after: RoleSet::default(),
        })
        .collect();
    assert_eq!(!of_removals(changes.iter(), |_| of).is_empty(), is_guarded);
}

#[test]
fn drift_is_told_from_what_was_applied_last() {
    let sample = Sample::new().workspace("team").granted(
        "team",
        "bob@example.com",
        "Editor",
        "mal@example.com",
        "2026-11-02T08:00:00Z",
    );
    let drift_from = |last: &str, wished: &str, made_from: Option<(&str, &str)>| {
        let applied = Applied {
            before: RoleSet::default(),
            roles: roles(last),
            at: at("2026-11-01T08:00:00Z"),
            made_from: made_from.map(|(name, sha256)| MadeFrom {
                name: name.to_owned(),
                sha256: sha256.to_owned(),
            }),
        };
        let last = Last::from([((ws("team"), who("bob@example.com")), applied)]);
        let wishes = vec![wish("team", Mode::Additive, &[("bob@example.com", wished)])];
        plan_with(&sample, wishes, &last).changes[0].drift.clone()
    };
    let drift = |last: &str, wished: &str| drift_from(last, wished, Some(("./access.toml", "1")));
    assert_eq!(drift("Editor", "Viewer").as_deref(), Some("the file has changed"));
    for (made_from, words) in [
        (
            Some(("others.toml", "1")),
            "another file was applied last: others.toml, 2026-11-01",
        ),
        (Some(("access.toml", "0")), "Editor was applied last, 2026-11-01"),
        (None, "Editor was applied last, 2026-11-01"),
    ] {
        assert_eq!(drift_from("Editor", "Viewer", made_from).as_deref(), Some(words));
    }
    let outside = "changed outside by mal@example.com, 2026-11-02";
    assert_eq!(drift("Viewer", "Viewer").as_deref(), Some(outside));
    let both = format!("the file has changed; {outside}");
    assert_eq!(drift("Admin", "Viewer").as_deref(), Some(both.as_str()));
}

#[test]
fn the_generation_of_the_platform_stands_in_a_plan_and_an_older_one_without_it_is_read() {
    let plan = plan(&team(), vec![wish("team", Mode::Additive, &[("cat@example.com", "")])]);
    let mut document: serde_json::Value = serde_json::from_str(&plan.to_json(|_| None)).unwrap();
    assert_eq!(document["dialect"], "helix");
    document.as_object_mut().unwrap().remove("dialect");
    assert_eq!(Draft::parse(&document.to_string()).unwrap().changes.len(), 1);
}

#[test]
fn a_plan_is_read_back_as_it_was_written() {
    let plan = plan(
        &team(),
        vec![
            wish(
                "team",
                Mode::Additive,
                &[("bob@example.com", ""), ("zoë@example.com", "Viewer Editor")],
            ),
            Wish {
                create: Some("for tests".to_owned()),
                ..wish("made", Mode::Additive, &[("ann@example.com", "Admin")])
            },
        ],
    );
    let draft = Draft::parse(&plan.to_json(|_| None)).unwrap();
    let changes: Vec<Change> = plan.changes.iter().map(|planned| planned.change.clone()).collect();
    let read: Vec<Change> = draft.changes.into_iter().map(|(change, _)| change).collect();
    assert_eq!(read, changes);
    assert_eq!(
        (draft.server, draft.made_at),
        (plan.origin.server.clone(), plan.origin.ended_at)
    );
    assert_eq!(digest_of(read.iter()), plan.digest());
}

#[rstest]
#[case("\"nmp-console/plan\"", "\"else\"", "its schema is not")]
#[case("\"schema_version\": 1", "\"schema_version\": 9", "schema version 9")]
#[case("cat@example.com", "mal@example.com", "it was edited")]
#[case("\"remove\"", "\"add\"", "is something else")]
#[case("\"team\"", "\"..\"", "cannot be addressed")]
#[case("\"before\"", "\"then\"", "missing field")]
fn a_plan_that_is_none_is_refused(#[case] from: &str, #[case] to: &str, #[case] words: &str) {
    let plan = plan(&team(), vec![wish("team", Mode::Additive, &[("cat@example.com", "")])]);
    let text = plan.to_json(|_| None);
    assert!(text.contains(from), "{text}");
    let problem = Draft::parse(&text.replace(from, to)).unwrap_err().to_string();
    assert!(problem.contains(words), "{problem}");
}

/// Writes a plan of these changes, whatever they ask for.
fn plan_of(changes: &[(&str, &str, &str)]) -> String {
    let report = Report::new(team().snapshot(), Arc::new(Policy::default()));
    let identity = me();
    let circumstances = Circumstances {
        identity: &identity,
        now: at(TAKEN),
        last: &Last::new(),
        source: Source::default(),
    };
    let changes = changes.iter().map(|(principal, before, after)| {
        let change = Change::Roles {
            workspace: ws("team"),
            principal: who(principal),
            before: roles(before),
            after: roles(after),
        };
        (change, Why::default())
    });
    Plan::of_changes(changes.collect(), &report, &circumstances).to_json(|_| None)
}

#[rstest]
#[case::unknown_role("zoe@example.com", "", "Boss", "no plan gives the role 'Boss' in 'team'")]
#[case::slip("bob@example.com", "Editor", "admin", "in 'team'; did you mean 'Admin'?")]
#[case::only_in_system("zoe@example.com", "", "HelixAdmin", "no plan gives the role 'HelixAdmin' in 'team'")]
#[case::slash("a/b", "", "Viewer", "nobody can be added as 'a/b': contains '/'")]
#[case::brackets("<zoe@example.com>", "", "Viewer", "type the address alone")]
#[case::blanks(" zoe@example.com", "", "Viewer", "there are blanks around it")]
fn a_plan_that_asks_for_what_no_file_may_ask_for_is_refused(
    #[case] principal: &str,
    #[case] before: &str,
    #[case] after: &str,
    #[case] words: &str,
) {
    let problem = Draft::parse(&plan_of(&[(principal, before, after)])).unwrap_err();
    assert!(problem.to_string().contains(words), "{problem}");
}

#[test]
fn a_plan_takes_away_and_keeps_what_it_may_not_give() {
    let odd = [
        ("a/b", "Viewer", ""),
        ("zoe@example.com", "Boss", ""),
        ("x@example.com", "Boss", "Boss Viewer"),
    ];
    assert_eq!(Draft::parse(&plan_of(&odd)).unwrap().changes.len(), odd.len());
}

#[test]
fn a_plan_that_asks_twice_for_the_same_or_for_too_much_is_refused() {
    let text = plan_of(&[("zoe@example.com", "", "Viewer"), ("zoe@example.com", "", "Admin")]);
    let problem = Draft::parse(&text).unwrap_err().to_string();
    assert!(
        problem.contains("change 2: it is a second one for zoe@example.com in 'team'"),
        "{problem}"
    );
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let change = serde_json::json!({
        "change": "add", "workspace": "team", "principal": "z@example.com", "before": [], "after": ["Viewer"],
    });
    document["changes"] = vec![change; 100_001].into();
    let problem = Draft::parse(&document.to_string()).unwrap_err().to_string();
    assert!(problem.contains("it holds more than 100,000 changes"), "{problem}");
}

#[test]
fn a_plan_from_the_future_has_no_age() {
    let draft = Draft::parse(&plan_of(&[("zoe@example.com", "", "Viewer")])).unwrap();
    let age = |now: &str| draft.age(at(now)).map(|age| age.as_secs());
    assert_eq!(age("2026-11-25T13:00:00Z"), Ok(3_600));
    assert_eq!(age("2026-11-25T11:55:00Z"), Ok(0));
    let problem = age("2026-11-25T11:54:59Z").unwrap_err().to_string();
    assert!(
        problem.contains("made at 2026-11-25T12:00:00Z, which is still to come"),
        "{problem}"
    );
}

#[test]
fn a_platform_admin_who_becomes_a_viewer_loses_something_and_oneself_only_by_name_of_the_guard() {
    let sample = Sample::new()
        .workspace("system")
        .holds("system", "me@example.com", "HelixAdmin")
        .holds("system", "ann@example.com", "HelixAdmin")
        .workspace("team")
        .holds("team", "me@example.com", "Viewer")
        .holds("team", "ann@example.com", "Admin");
    let plan = plan(
        &sample,
        vec![
            wish(
                "system",
                Mode::Additive,
                &[("me@example.com", "Viewer"), ("new@example.com", "HelixAdmin")],
            ),
            wish("team", Mode::Additive, &[("me@example.com", "")]),
        ],
    );
    assert_eq!(
        told(&plan),
        [
            "make Admin: add new@example.com to 'system' as HelixAdmin",
            "own: remove me@example.com (Viewer) from 'team'",
            "own: change me@example.com in 'system': HelixAdmin → Viewer",
        ]
    );
    assert_eq!(plan.losers().count(), 2);
    let words: Vec<&str> = plan.guards.iter().map(Guard::word).collect();
    assert!(words.contains(&"self") && words.contains(&"system"), "{words:?}");
}

#[test]
fn whoever_cannot_be_told_from_the_caller_and_everyone_keep_their_turn() {
    let sample = Sample::new()
        .workspace("team")
        .holds("team", "*", "Editor")
        .holds("team", "a-group", "Viewer")
        .holds("team", "ann@example.com", "Admin");
    let wishes = wish(
        "team",
        Mode::Additive,
        &[("*", ""), ("a-group", ""), ("ann@example.com", "Admin")],
    );
    let phases: Vec<Phase> = plan(&sample, vec![wishes])
        .changes
        .iter()
        .map(|planned| planned.phase)
        .collect();
    assert_eq!(phases, [Phase::Remove, Phase::Remove]);
}

#[rstest]
#[case::more("Viewer", "Admin", true)]
#[case::another_role("Admin", "Viewer JobRunner", true)]
#[case::less("Admin", "Viewer", false)]
#[case::less_beside_it("Admin", "Admin Viewer", false)]
#[case::nothing("Viewer", "", false)]
fn whoever_looks_like_somebody_else_may_always_get_less(
    #[case] held: &str,
    #[case] wished: &str,
    #[case] is_guarded: bool,
) {
    let sample = team()
        .holds("team", "sofia@example.com", held)
        .workspace("elsewhere")
        .holds("elsewhere", "SOFIA@EXAMPLE.COM", "Viewer");
    let plan = plan(
        &sample,
        vec![wish("team", Mode::Additive, &[("sofia@example.com", wished)])],
    );
    let words: Vec<&str> = plan.guards.iter().map(Guard::word).collect();
    assert_eq!(words.contains(&"look-alike"), is_guarded, "{words:?}");
    assert_eq!(plan.changes.len(), 1);
}

#[rstest]
#[case("Viewer,Editor", "ServiceSystem", true)]
#[case("Viewer,Editor", "Viewer JobRunner", true)]
#[case("Viewer,Editor", "Viewer", false)]
#[case("Editor", "Viewer", false)]
fn whatever_everyone_gets_is_guarded_and_nothing_they_keep(
    #[case] held: &str,
    #[case] wished: &str,
    #[case] is_guarded: bool,
) {
    let sample = team().holds("team", "*", held);
    let plan = plan(&sample, vec![wish("team", Mode::Additive, &[("*", wished)])]);
    let words: Vec<&str> = plan.guards.iter().map(Guard::word).collect();
    assert_eq!(words.contains(&"public"), is_guarded, "{words:?}");
}
