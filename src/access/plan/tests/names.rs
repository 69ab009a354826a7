//! Names that somebody else chose: what a file may add, and what of a plan can be read back.

use super::*;
use crate::access::wish::Wishes;
use crate::domain::text::SafeText;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

const HEAD: &str = "schema = 1\nserver = 'https://nmp.example.com'\n[workspace.team.members]\n";

fn read(members: &str) -> Vec<Wish> {
    let files = [(SafeText::new("a.toml"), format!("{HEAD}{members}"))];
    Wishes::parse(&files).unwrap().workspaces
}

fn admin() -> Identity {
    Identity {
        is_platform_admin: true,
        ..me()
    }
}

fn planned(sample: &Sample, workspaces: Vec<Wish>, identity: &Identity, is_access_file: bool) -> Plan {
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let circumstances = Circumstances {
        identity,
        now: at(TAKEN),
        last: &Last::new(),
        source: Source {
            is_access_file,
            ..Source::default()
        },
    };
    let server = None;
    Plan::for_wishes(&Wishes { server, workspaces }, &report, &circumstances)
}

#[rstest]
#[case::slash("\"a/b@x.y\"", "'a/b@x.y' cannot be added to 'team': contains '/'")]
#[case::dot("\".\"", "'.' cannot be added to 'team': '.' and '..' cannot be addressed")]
#[case::quote("'q\"q'", "'q\"q' cannot be added to 'team': contains '\"'")]
#[case::backslash("'q\\q'", "'q\\q' cannot be added to 'team': contains '\\'")]
#[case::everyone(
    "\"everyone\"",
    "'everyone' cannot be added to 'team': nobody is called so; did you mean \"*\""
)]
#[case::all(
    "\"ALL\"",
    "'ALL' cannot be added to 'team': nobody is called so; did you mean \"*\""
)]
#[case::blank("\"c c@x.y\"", "an e-mail address has no blanks; did you mean c@x.y?")]
#[case::label("\"mailto:c@x.y\"", "it is more than an e-mail address; did you mean c@x.y?")]
#[case::several("\"b@x.y, c@x.y\"", "it is several: name each by itself (b@x.y, c@x.y)")]
#[case::around("\" c@x.y\"", "there are blanks around it")]
#[case::brackets("\"<c@x.y>\"", "type the address alone")]
fn a_file_adds_nobody_whom_the_console_would_not_add(
    #[case] name: &str,
    #[case] words: &str,
    #[values(true, false)] is_platform_admin: bool,
) {
    let identity = Identity {
        is_platform_admin,
        ..me()
    };
    let plan = planned(&team(), read(&format!("# one\n{name} = ['Viewer']\n")), &identity, true);
    assert_eq!(plan.changes, []);
    let [guard] = plan.guards.as_slice() else {
        panic!("there is one: {:?}", plan.guards)
    };
    assert_eq!((guard.word(), guard.opener()), ("not-a-name", None));
    let told = guard.in_words(0).to_string();
    assert!(told.starts_with("a.toml, line 5, column 1: "), "{told}");
    assert!(told.contains(words), "{told}");
}

#[test]
fn whoever_is_too_long_is_told_with_line_and_column() {
    let name = "a".repeat(300);
    let plan = planned(&team(), read(&format!("'{name}' = ['Viewer']\n")), &admin(), true);
    let told: Vec<String> = plan.guards.iter().map(|guard| guard.in_words(0).to_string()).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("a.toml, line 4, column 1: 'aaa"), "{told:?}");
    assert!(
        told[0].ends_with("cannot be added to 'team': at most 256 characters"),
        "{told:?}"
    );
}

#[rstest]
#[case("a/b")]
#[case(".")]
#[case("q\\q")]
#[case("everyone")]
#[case("c c@x.y")]
fn whoever_holds_something_there_is_kept_changed_and_removed(#[case] name: &str) {
    let sample = team().holds("team", name, "Editor");
    for (held, n_changes) in [("'Editor'", 0), ("'Viewer'", 1)] {
        let plan = planned(&sample, read(&format!("'{name}' = [{held}]\n")), &admin(), true);
        assert_eq!((plan.changes.len(), plan.guards.len()), (n_changes, 0), "{held}");
    }
    let absent = vec![wish("team", Mode::Additive, &[(name, "")])];
    assert_eq!(planned(&sample, absent, &admin(), true).changes.len(), 1);
}

#[test]
fn a_group_that_is_called_everyone_elsewhere_can_be_added() {
    let sample = team().workspace("other").holds("other", "everyone", "Viewer");
    let plan = planned(&sample, read("everyone = ['Viewer']\n"), &admin(), true);
    assert_eq!((plan.changes.len(), plan.guards.len()), (1, 0));
}

#[test]
fn a_report_gives_back_everybody_but_whom_nobody_can_add() {
    let wished = vec![wish(
        "team",
        Mode::Additive,
        &[("a/b", "Viewer"), ("dan@example.com", "Viewer")],
    )];
    let plan = planned(&team(), wished, &admin(), false);
    assert_eq!((plan.changes.len(), plan.guards.len()), (1, 0));
    let left = plan.left_out[0].in_words().to_string();
    assert!(
        left.contains("nobody can be added by this name: contains '/'"),
        "{left}"
    );
}

/// Names as nobody should choose them.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c@. /\\\\\"<>*]{1,6}",
        "\\PC{1,8}",
        any::<String>(),
        Just("everyone".to_owned()),
        Just("b@x.y\n".to_owned()),
        Just("x".repeat(257)),
        Just("..".to_owned()),
    ]
}

proptest! {
    #[test]
    fn whatever_plan_writes_apply_reads(
        names in prop::collection::vec((hostile(), 0_usize..4, 0_usize..4), 1..6),
        is_platform_admin in any::<bool>(),
        is_access_file in any::<bool>(),
        is_authoritative in any::<bool>(),
    ) {
        const HELD: [&str; 4] = ["", "Viewer", "Admin", "Boss"];
        let mut sample = team();
        let mut members: Vec<(&str, &str)> = vec![("ann@example.com", "Admin")];
        for (name, before, after) in &names {
            if name.is_empty() || members.iter().any(|(known, _)| known == name) {
                continue;
            }
            if *before > 0 {
                sample = sample.holds("team", name, HELD[*before]);
            }
            members.push((name, HELD[*after]));
        }
        let mode = if is_authoritative { Mode::Authoritative } else { Mode::Additive };
        let made = Wish { create: Some("new".to_owned()), ..wish(&names[0].0, mode, &members) };
        let workspaces = vec![wish("team", mode, &members), made];
        let identity = Identity { is_platform_admin, ..me() };
        let plan = planned(&sample, workspaces, &identity, is_access_file);
        let draft = Draft::parse(&plan.to_json(|_| None));
        prop_assert!(draft.is_ok(), "{draft:?}");
        prop_assert_eq!(digest_of(draft.unwrap().changes.iter().map(|(change, _)| change)), plan.digest());
    }
}
