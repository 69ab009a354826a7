//! What is written is what there is, whatever it is called.

use super::*;
use crate::access::wish::{Mode, Shall, Wish, Wishes};
use crate::audit::sample::{Sample, who};
use crate::domain::role::RoleSet;
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Who holds what, by workspace.
pub(in crate::access::wish) type Rosters = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

pub(in crate::access::wish) fn snapshot(rosters: &Rosters) -> Snapshot {
    let mut sample = Sample::new();
    for (workspace, members) in rosters {
        sample = sample.workspace(workspace);
        for (principal, roles) in members {
            for role in roles {
                sample = sample.holds(workspace, principal, role);
            }
        }
    }
    sample.snapshot()
}

pub(in crate::access::wish) fn parsed(text: &str) -> Wishes {
    let parsed = Wishes::parse(&[(SafeText::new("it"), text.to_owned())]);
    parsed.unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// Returns who is named in a wish, with the roles.
pub(in crate::access::wish) fn named(wish: &Wish) -> BTreeMap<String, BTreeSet<String>> {
    let members = wish.members.iter().map(|wanted| match &wanted.shall {
        Shall::Hold(roles) => (wanted.principal.raw().to_owned(), texts(roles)),
        Shall::HoldAlso(_) | Shall::BeAbsent => panic!("nothing else is written"),
    });
    members.collect()
}

fn texts(roles: &RoleSet) -> BTreeSet<String> {
    roles.iter().map(|role| role.raw().to_owned()).collect()
}

fn principal() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-f]@x",
        1 => prop::sample::select(vec![
            "*", "A@x", " a@x", "\"", "\\", "a\"\n[workspace.evil]\n#", "a\u{0}b", "\u{202e}b@x", "\u{430}@x", "'''",
            "\"\"\"", "a\r\nb", "\u{feff}a", "service-account:ci", "\u{1f600}", "a = [\"Admin\"]", "}", "#", "\u{e0061}",
        ]).prop_map(str::to_owned),
        1 => "\\PC{1,8}",
        1 => any::<String>(),
    ]
}

fn role() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(vec!["Viewer", "Editor", "Admin", "JobRunner"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["admin", "Auditor", "\"]\n[x]\n", "\u{0}"]).prop_map(str::to_owned),
    ]
}

pub(in crate::access::wish) fn rosters() -> impl Strategy<Value = Rosters> {
    let name = prop_oneof![
        4 => "[a-d]",
        1 => prop::sample::select(vec!["system", "default", "a b", "a.b", "a\"b", "a/b", "\u{202e}x", "members"])
            .prop_map(str::to_owned),
    ];
    let roles = prop::collection::btree_set(role(), 1..3);
    prop::collection::btree_map(name, prop::collection::btree_map(principal(), roles, 0..6), 0..5)
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_what_there_is(rosters in rosters()) {
        let export = export(&snapshot(&rosters), Whose::Everybody);
        let wishes = parsed(&export.whole());
        let left_out: Vec<&str> = export.left_out().map(SafeText::as_str).collect();
        for (name, members) in &rosters {
            let wish = wishes.workspaces.iter().find(|wish| wish.workspace.raw() == name);
            let Some(wish) = wish else {
                prop_assert!(name.contains(['/', '"']), "{name:?} is missing");
                continue;
            };
            let named = named(wish);
            for (principal, roles) in &named {
                prop_assert_eq!(members.get(principal), Some(roles), "{:?}", principal);
            }
            let begin = format!("workspace '{}': ", SafeText::new(name));
            let n_left = left_out.iter().filter(|text| text.starts_with(&begin)).count();
            prop_assert_eq!(named.len() + n_left, members.len(), "{:?}", left_out);
            let is_whole = n_left == 0 && !members.is_empty() && !matches!(name.as_str(), "system" | "default");
            prop_assert_eq!(wish.mode == Mode::Authoritative, is_whole);
        }
        prop_assert!(wishes.workspaces.iter().all(|wish| rosters.contains_key(wish.workspace.raw())));
    }

    #[test]
    fn one_file_for_each_workspace_says_the_same(rosters in rosters()) {
        let export = export(&snapshot(&rosters), Whose::Everybody);
        let files: Vec<(SafeText, String)> =
            export.by_workspace().map(|(name, text)| (name.shown(), text)).collect();
        let apart = Wishes::parse(&files).expect("it can be read");
        let bare = |wishes: &Wishes| -> Vec<_> {
            wishes.workspaces.iter().map(|wish| (wish.workspace.clone(), wish.mode, named(wish))).collect()
        };
        prop_assert_eq!(bare(&apart), bare(&parsed(&export.whole())));
    }

    #[test]
    fn nothing_in_a_file_can_hide_or_reach_a_terminal(rosters in rosters()) {
        let text = export(&snapshot(&rosters), Whose::Everybody).whole();
        for line in text.lines() {
            let odd = crate::domain::text::judged(line).find(|(_, is_harmful)| *is_harmful);
            prop_assert_eq!(odd, None, "{:?}", line);
        }
    }

    #[test]
    fn of_one_principal_all_of_its_own_is_written_and_nothing_else(rosters in rosters()) {
        let snapshot = snapshot(&rosters);
        let export = export(&snapshot, Whose::Of(&who("a@x")));
        for wish in &parsed(&export.whole()).workspaces {
            prop_assert_eq!(wish.mode, Mode::Additive);
            let held = rosters[wish.workspace.raw()]["a@x"].clone();
            prop_assert_eq!(named(wish), BTreeMap::from([("a@x".to_owned(), held)]));
        }
        let n_held = rosters.values().filter(|members| members.contains_key("a@x")).count();
        let n_left = export.left_out().count();
        prop_assert!((n_held..=n_held + n_left).contains(&(export.n_workspaces() + n_left)));
    }
}

#[test]
fn is_written_for_whoever_reviews_it() {
    let sample = Sample::new()
        .workspace("ml-team")
        .holds("ml-team", "bob@x", "Viewer,Editor,JobRunner")
        .holds("ml-team", "alice@x", "Admin")
        .workspace("default")
        .holds("default", "*", "Editor")
        .workspace("empty")
        .workspace("odd one")
        .holds("odd one", "Al@x", "Admin")
        .holds("odd one", "al@x", "Viewer")
        .holds("odd one", "o\"hara\u{202e}", "admin")
        .known(
            Workspace::known_by_name(crate::audit::sample::ws("secret")),
            Reading::Denied,
        );
    let text = export(&sample.snapshot(), Whose::Everybody).whole();
    let expected = r#"# Who has access to what on https://nemo.example.com, as `nmp-console export` writes it.
schema = 1
server = "https://nemo.example.com"

# Left out:
# workspace 'secret': the platform refused to show its members

[workspace.default]
mode = "additive"

[workspace.default.members]
"*" = ["Editor"]

# Nobody holds a role here.
[workspace.empty]
mode = "additive"

[workspace.ml-team]
mode = "authoritative"

[workspace.ml-team.members]
"alice@x" = ["Admin"]
"bob@x" = ["Editor", "Viewer", "JobRunner"]

# 'Al@x' cannot be named: it differs from 'al@x' in case or blanks alone; it stays, since the list is additive
# 'o"hara\u{202e}' cannot be named: it holds 'admin', which would be taken for a slip of 'Admin'; it stays, since the list is additive
[workspace."odd one"]
mode = "additive"

[workspace."odd one".members]
"al@x" = ["Viewer"]
"#;
    assert_eq!(text, expected);
}

#[test]
fn a_name_of_a_megabyte_is_a_name() {
    let long = format!("{}\"\n", "x".repeat(1024 * 1024));
    let rosters = Rosters::from([(
        "a".to_owned(),
        BTreeMap::from([(long.clone(), BTreeSet::from(["Admin".to_owned()]))]),
    )]);
    let wishes = parsed(&export(&snapshot(&rosters), Whose::Everybody).whole());
    assert_eq!(named(&wishes.workspaces[0]), rosters["a"]);
    assert!(wishes.workspaces[0].members[0].principal.raw() == long);
}

#[test]
fn a_roster_that_was_not_read_to_its_end_is_no_list_of_everybody() {
    let sample = Sample::new().workspace("a").holds("a", "al@x", "Admin");
    let mut snapshot = sample.snapshot();
    snapshot.coverage.bindings = Some(crate::audit::coverage::Tally::default());
    let export = export(&snapshot, Whose::Everybody);
    assert_eq!(export.n_workspaces(), 0);
    let why: Vec<&str> = export.left_out().map(SafeText::as_str).collect();
    assert_eq!(why, ["workspace 'a': not all of its members were read"]);
}
