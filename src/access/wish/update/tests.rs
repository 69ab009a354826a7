//! Only what differs is changed, and what comes out says what there is.

use super::*;
use crate::access::wish::written::tests::{Rosters, named, parsed, rosters, snapshot};
use crate::access::wish::written::{Whose, export};
use crate::audit::Reading;
use crate::audit::sample::{Sample, ws};
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeSet;

const HEAD: &str = "schema = 1\nserver = \"https://nemo.example.com\"\n";

fn updated(text: &str, snapshot: &Snapshot) -> Result<Updated, Unmendable> {
    update(text, &parsed(text), snapshot, |_| true)
}

/// Alice is Admin, bob Viewer, and zoe Editor.
fn now() -> Snapshot {
    let sample = Sample::new().workspace("a").holds("a", "al@x", "Admin");
    sample
        .holds("a", "bob@x", "Viewer")
        .holds("a", "zoe@x", "Editor")
        .snapshot()
}

#[rstest]
#[case::below_a_header(
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members]\n# the boss\n\"al@x\" = [\"Admin\"]  # of course\n# gone soon\n  'eve@x' = ['Admin']\n# reads\n'bob@x' = { roles = ['Editor'], reason = 'r' } # why\n\n# end\n",
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members]\n# the boss\n\"al@x\" = [\"Admin\"]  # of course\n# gone soon\n# reads\n'bob@x' = { roles = [\"Viewer\"], reason = 'r' } # why\n\"zoe@x\" = [\"Editor\"]\n\n# end\n"
)]
#[case::without_an_end_of_line(
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members]\n'al@x' = ['Admin']\n'bob@x' = ['Viewer']",
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members]\n'al@x' = ['Admin']\n'bob@x' = ['Viewer']\n\"zoe@x\" = [\"Editor\"]\n"
)]
#[case::in_one_line(
    "[workspace.a]\nmode = 'authoritative'\nmembers = { 'eve@x' = ['Admin'], \"al@x\" = ['Admin'], 'bob@x' = ['Viewer'], 'ike@x' = ['Viewer'] } # x\n",
    "[workspace.a]\nmode = 'authoritative'\nmembers = { \"al@x\" = ['Admin'], 'bob@x' = ['Viewer'], \"zoe@x\" = [\"Editor\"] } # x\n"
)]
#[case::all_in_one_line(
    "workspace = { a = { mode = 'authoritative' } }\n",
    "workspace = { a = { mode = 'authoritative', members = { \"al@x\" = [\"Admin\"], \"bob@x\" = [\"Viewer\"], \"zoe@x\" = [\"Editor\"] } } }\n"
)]
#[case::by_dots(
    "[workspace.a]\nmode = 'authoritative'\nmembers.'eve@x' = ['Admin']\nmembers.'al@x'.roles = ['Admin']\nowner = 'o'\n",
    "[workspace.a]\nmode = 'authoritative'\nmembers.'al@x'.roles = ['Admin']\nmembers.\"bob@x\" = [\"Viewer\"]\nmembers.\"zoe@x\" = [\"Editor\"]\nowner = 'o'\n"
)]
#[case::each_below_a_header(
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members.'al@x']\nroles = ['Admin']\n[workspace.a.members.'eve@x']\n# why\nroles = ['Admin']\n[workspace.a.members.'bob@x']\nroles = [\n  'Admin', # x\n  # y\n]\n",
    "[workspace.a]\nmode = 'authoritative'\n[workspace.a.members.'al@x']\nroles = ['Admin']\n# why\n[workspace.a.members.'bob@x']\nroles = [\"Viewer\"\n  # y\n]\n\n[workspace.a.members]\n\"zoe@x\" = [\"Editor\"]\n"
)]
#[case::nobody_named_so_far(
    "[workspace.a]\nmode = 'authoritative'\n# end\n[workspace.b]\n",
    "[workspace.a]\nmode = 'authoritative'\n\n[workspace.a.members]\n\"al@x\" = [\"Admin\"]\n\"bob@x\" = [\"Viewer\"]\n\"zoe@x\" = [\"Editor\"]\n# end\n[workspace.b]\n"
)]
#[case::some_of_many(
    "[workspace.a.members]\n'bob@x' = ['Editor']\n",
    "[workspace.a.members]\n'bob@x' = [\"Viewer\"]\n"
)]
#[case::who_should_be_absent(
    "[workspace.a]\nabsent = [\n  # left\n  'eve@x', # e\n  'zoe@x', # z\n]\n",
    "[workspace.a]\nabsent = [\n  # left\n  'eve@x', # e\n]\n\n[workspace.a.members]\n\"zoe@x\" = [\"Editor\"]\n"
)]
#[case::the_only_one_who_should_be_absent(
    "[workspace.a]\nabsent = ['zoe@x']\nmembers = {}\n",
    "[workspace.a]\nabsent = []\nmembers = { \"zoe@x\" = [\"Editor\"] }\n"
)]
#[case::an_end_that_has_come(
    "[workspace.a.members]\n'eve@x' = { roles = ['Viewer'], until = 2026-11-24 }\n'ike@x' = { roles = ['Viewer'], until = 2026-11-25 }\n",
    "[workspace.a.members]\n'eve@x' = { roles = ['Viewer'], until = 2026-11-24 }\n"
)]
fn only_what_differs_is_changed(
    #[case] text: &str,
    #[case] expected: &str,
    #[values("\n", "\r\n")] end: &str,
    #[values("", "\u{feff}")] mark: &str,
) {
    let [text, expected] = [text, expected].map(|text| format!("{mark}{HEAD}{text}").replace('\n', end));
    let new = updated(&text, &now()).expect("it can be mended");
    assert_eq!(new.text, expected);
    assert_eq!(updated(&new.text, &now()).map(|again| again.text), Ok(new.text));
}

#[test]
fn a_new_workspace_stands_at_the_end() {
    let text = format!("{HEAD}[workspace.b]\n# nobody");
    let new = updated(&text, &now()).expect("it can be mended").text;
    let block = "\n\n[workspace.a]\nmode = \"authoritative\"\n\n[workspace.a.members]\n\"al@x\" = [\"Admin\"]\n\"bob@x\" = [\"Viewer\"]\n\
                 \"zoe@x\" = [\"Editor\"]\n";
    assert_eq!(new, text + block);
}

#[test]
fn what_cannot_be_compared_stays_and_is_named() {
    let rest = "[workspace.gone]\n[workspace.new]\ncreate = true\ndescription = 'd'\n[workspace.secret.members]\n'al@x' = ['Admin']\n\
                [workspace.a.members]\n'bob@x' = ['Viewer']\n";
    let text = format!("{HEAD}{rest}");
    let sample = Sample::new()
        .workspace("a")
        .holds("a", "bob@x", "Viewer")
        .holds("a", "Bob@x", "Admin");
    let sample = sample.known(Workspace::known_by_name(ws("secret")), Reading::Denied);
    let new = updated(&text, &sample.snapshot()).expect("nothing is to be mended");
    assert_eq!(new.text, text);
    let left: Vec<&str> = new.left.iter().map(SafeText::as_str).collect();
    let expected = [
        "workspace 'gone': it does not exist, or is not shown to you; what the file says of it stays",
        "workspace 'secret': the platform refused to show its members; what the file says of it stays",
        "workspace 'a': 'Bob@x' cannot be named: it differs from 'bob@x' in case or blanks alone",
    ];
    assert_eq!(left, expected);
}

#[test]
fn what_is_not_concerned_is_not_looked_at() {
    let text = format!("{HEAD}[workspace.gone]\n[workspace.a.members]\n'bob@x' = ['Admin']\n");
    let new = update(&text, &parsed(&text), &now(), |name| name.raw() == "b").expect("nothing is to be mended");
    assert_eq!((new.text, new.left), (text, Vec::new()));
}

/// A name that cannot stand beside another one is told, not written.
#[test]
fn who_differs_in_case_alone_from_somebody_who_is_absent_is_told() {
    let text = format!(
        "{HEAD}[workspace.a]\nmode = 'authoritative'\nabsent = ['Zoe@x']\n[workspace.a.members]\n'al@x' = ['Admin']\n'bob@x' = ['Viewer']\n"
    );
    let new = updated(&text, &now()).expect("nothing is to be mended");
    assert_eq!(new.text, text);
    let told = "workspace 'a': 'zoe@x' cannot be named beside 'Zoe@x', which differs in case or blanks alone";
    assert_eq!(new.left.iter().map(SafeText::as_str).collect::<Vec<_>>(), [told]);
}

fn commented(text: &str) -> String {
    let lines = text
        .lines()
        .enumerate()
        .map(|(n, line)| format!("# note {n}\n{line}\n"));
    lines.collect()
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("# note ")).collect()
}

/// Of `b` only what `a` has, too: which workspaces a file is about is its writer's to say.
fn as_many(a: &Rosters, b: Rosters) -> Rosters {
    b.into_iter().filter(|(name, _)| a.contains_key(name)).collect()
}

proptest! {
    #[test]
    fn where_nothing_has_changed_no_byte_does(rosters in rosters()) {
        let snapshot = snapshot(&rosters);
        let text = commented(&export(&snapshot, Whose::Everybody).whole());
        prop_assert_eq!(updated(&text, &snapshot).map(|new| new.text), Ok(text));
    }

    #[test]
    fn an_update_says_what_an_export_would_and_keeps_every_comment(a in rosters(), b in rosters()) {
        let b = as_many(&a, b);
        let before = export(&snapshot(&a), Whose::Everybody).whole();
        let text = commented(&before);
        let now = snapshot(&b);
        let new = updated(&text, &now).expect("it can be mended");
        prop_assert_eq!(comments(&new.text), comments(&text));
        let (new, fresh) = (parsed(&new.text), parsed(&export(&now, Whose::Everybody).whole()));
        for wish in &fresh.workspaces {
            let Some(mended) = new.workspaces.iter().find(|other| other.workspace == wish.workspace) else {
                panic!("{:?} is missing", wish.workspace);
            };
            // Who cannot be named, and who is called almost the same, is told beside the file.
            let is_told = |name: &String| {
                let here = b[wish.workspace.raw()].keys().filter(|other| folded(other) == folded(name));
                here.into_iter().any(|other| !named(wish).contains_key(other))
            };
            let plain = |wish: &Wish| -> BTreeMap<String, BTreeSet<String>> {
                named(wish).into_iter().filter(|(name, _)| !is_told(name)).collect()
            };
            if mended.mode == Mode::Authoritative || wish.workspace.is_built_in() {
                prop_assert_eq!(plain(mended), plain(wish));
            } else {
                let fresh = plain(wish);
                prop_assert!(plain(mended).iter().all(|(name, roles)| fresh.get(name) == Some(roles)));
            }
        }
    }
}
