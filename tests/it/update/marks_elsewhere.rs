//! Marks on one principal's access, on the audit's grants and on its findings.

use super::auditing::{audited, bobs_access, bobs_access_beside_carol, everywhere};
use super::marks::{n_marked, reviewed, set};
use crate::platform::{Platform, at};
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::Allowed;
use pretty_assertions::assert_eq;

#[test]
fn somebody_is_removed_from_all_marked_workspaces_but_where_nobody_would_be_left() {
    let mut console = bobs_access();
    console.press("ctrl-a d");
    assert_eq!(
        reviewed(&console),
        [
            "default: no role of its own there",
            "lonely: no person would be Admin any more",
            "reading: last Admin",
            "system: no role of its own there",
            "ml-team"
        ]
    );
    console.press("y").settle();
    assert_eq!(console.sent, [set("ml-team", "bob@example.com", &["Viewer"], &[])]);
    assert!(
        console.notice().starts_with("1 removed, 4 left out: "),
        "{}",
        console.notice()
    );
}

#[test]
fn a_role_is_changed_in_all_marked_workspaces() {
    let mut console = bobs_access_beside_carol();
    console
        .go_to("lonely")
        .press("space")
        .go_to("ml-team")
        .press("space e")
        .press("e")
        .press("y")
        .settle();
    let bob = "bob@example.com";
    assert_eq!(
        console.sent,
        [
            set("lonely", bob, &["Admin"], &["Editor"]),
            set("ml-team", bob, &["Viewer"], &["Editor"])
        ]
    );
    assert_eq!(n_marked(&console), (0, 0));
}

#[test]
fn marked_grants_stay_marked_in_another_order_and_in_another_report() {
    let mut console = audited(everywhere());
    console.go_to("ml-team: bob@example.com Viewer").press("space");
    console
        .go_to("ml-team: carol@example.com Admin, JobRunner")
        .press("space");
    console.press("s S").settle();
    console.press("/").write("who:carol*").press("enter").settle();
    assert_eq!(n_marked(&console), (2, 1));
    console.press("esc").settle();
    // Whoever comes before them gets their numbers.
    console.platform.set("ml-team", "aaron@example.com", &["Viewer"]);
    console.platform.set("ml-team", "carol@example.com", &[]);
    console.press("r").settle();
    assert_eq!(n_marked(&console), (1, 0), "carol's grant is gone");
    console.press("d");
    assert_eq!(reviewed(&console), ["bob@example.com"]);
    console.press("y").settle();
    assert_eq!(console.sent, [set("ml-team", "bob@example.com", &["Viewer"], &[])]);
    assert_eq!(n_marked(&console), (0, 0));
}

#[test]
fn marked_grants_of_several_workspaces_are_one_plan() {
    let mut console = audited(everywhere());
    console.press("/").write("who:bob*").press("enter").settle();
    console.press("ctrl-a e a");
    let planned = reviewed(&console);
    assert_eq!(planned.last().map(String::as_str), Some("ml-team"), "{planned:?}");
    console.press("y").settle();
    assert_eq!(
        console.sent,
        [set("ml-team", "bob@example.com", &["Viewer"], &["Admin"])]
    );
}

fn with_findings() -> Platform {
    let mut platform = Platform::of("root@example.com")
        .with(
            "open",
            &[
                ("alice@example.com", &["Admin"]),
                ("ben@example.com", &["Admin"]),
                ("*", &["Editor"]),
            ],
        )
        .with(
            "odd",
            &[
                ("alice@example.com", &["Admin"]),
                ("ben@example.com", &["Admin", "Viewer"]),
            ],
        );
    platform.is_admin = Allowed::Yes;
    platform
}

#[test]
fn findings_are_repaired_where_a_change_made_here_does_it_and_the_others_are_said() {
    let mut console = audited(with_findings());
    console.press("f").settle();
    console.press("ctrl-a a");
    assert_eq!(console.title(), "Repair findings");
    let planned = reviewed(&console);
    assert!(planned.iter().any(|one| one == "open / Everyone (*)"), "{planned:?}");
    console.press("y");
    if !console.model.dialogs.is_empty() {
        console.settle();
    }
    let repairs: Vec<&Change> = console
        .sent
        .iter()
        .filter(|change| *change.workspace() == at("open"))
        .collect();
    assert!(
        repairs.contains(&&set("open", "*", &["Editor"], &["Viewer"])),
        "{:?}",
        console.sent
    );
}

#[test]
fn where_nothing_is_repaired_and_in_the_matrix_the_keys_say_why() {
    let mut console = audited(everywhere());
    let why = console.why_not("a").expect("grants are no findings");
    assert!(why.contains("only findings can be repaired"), "{why}");
    console.press("m").settle();
    let why = console.why_not("space").expect("cells are not marked");
    assert!(why.contains("cannot be marked"), "{why}");
}
