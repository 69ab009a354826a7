//! Filters as they are typed, edited and kept, and what enter does in them.

use super::auditing::{audited, everywhere};
use super::{members_of, members_on, platform};
use crate::console::Console;
use crate::platform::Platform;
use nmp_console::app::msg::{Msg, Query, Size};
use nmp_console::app::screen::Screen;
use nmp_console::app::screen::audit::Mode;
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;

fn typed(console: &Console) -> &str {
    console.model.screen().filter().expect("a list").input.value()
}

/// The rows of the list of principals.
fn people(console: &Console) -> Vec<&str> {
    let Screen::Audit(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    let snapshot = &state.report().expect("a report").snapshot;
    let rows = state.principals.rows().iter();
    rows.map(|number| snapshot.principal(*number).expect("somebody").raw())
        .collect()
}

/// What the hint row offers for enter.
fn enter(console: &Console) -> Vec<&'static str> {
    let hints = console.model.hints().into_iter();
    let of_enter = hints.filter(|(binding, _)| binding.keys.contains(&"enter"));
    of_enter.map(|(binding, _)| binding.label).collect()
}

#[test]
fn what_is_typed_first_replaces_a_filter_in_use() {
    let mut console = Console::open(platform());
    console.press("/").write("e").press("enter /").write("team");
    assert_eq!(typed(&console), "team");
    console.press("esc /").write("ea").press("enter / ←").write("x");
    assert_eq!(typed(&console), "exa", "an arrow edits");
    console.press("enter / backspace");
    assert_eq!(typed(&console), "");
    console.press("esc /").write("l").press("enter /").paste("reading");
    assert_eq!(typed(&console), "reading");
}

#[test]
fn enter_opens_the_only_hit_and_keeps_several() {
    let mut console = Console::open(platform());
    console.press("/").write("e");
    assert_eq!(enter(&console), ["keep"]);
    console.write("ad");
    assert_eq!(
        (console.rows(), enter(&console)),
        (vec!["reading".to_owned()], vec!["open"])
    );
    console.press("enter").settle();
    assert!(
        matches!(console.model.screen(), Screen::Resources(_)),
        "its members are not shown"
    );
    console.press("esc");
    assert_eq!((typed(&console), console.rows()), ("ead", vec!["reading".to_owned()]));
    assert!(!console.model.is_filtering(), "the filter is kept");
}

#[test]
fn enter_opens_nothing_where_no_row_or_no_screen_is_meant() {
    let mut console = Console::open(platform());
    console.press("/").write("zzz").press("enter");
    assert!(matches!(console.model.screen(), Screen::Workspaces(_)) && !console.model.is_filtering());
    let mut console = members_of("ml-team");
    console.press("/").write("carol");
    assert_eq!(enter(&console), ["keep"], "enter in the list changes a role");
    console.press("enter");
    assert!(console.model.dialogs.is_empty() && !console.model.is_filtering());
}

#[test]
fn what_somebody_has_is_five_keys_away() {
    let mut console = Console::open(everywhere());
    console
        .press("P")
        .settle()
        .write("bob")
        .settle()
        .press("enter")
        .settle();
    let Screen::Principal(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    assert_eq!(state.principal.raw(), "bob@example.com");
}

/// A workspace called like somebody is nobody.
#[test]
fn who_looks_for_a_principal_finds_no_workspace() {
    let platform = everywhere().with("bobs-lab", &[("alice@example.com", &["Admin"]), ("*", &["Viewer"])]);
    let mut console = Console::open(platform);
    console.press("P").settle().write("bob").settle();
    assert_eq!(people(&console), ["bob@example.com"]);
    console
        .press("esc P")
        .settle()
        .press("/")
        .write("bob")
        .press("enter")
        .settle();
    assert!(
        console.rows().iter().any(|row| row.starts_with("bobs-lab: ")),
        "{:?}",
        console.rows()
    );
    console.press("P").settle();
    assert_eq!(
        people(&console),
        ["bob@example.com"],
        "the same words mean people there"
    );
    console.write("every").settle();
    assert_eq!(people(&console), ["*"]);
}

#[test]
fn the_case_that_is_typed_comes_first() {
    let twins: &[(&str, &[&str])] = &[("Bob@Example.com", &["Viewer"]), ("alice@example.com", &["Admin"])];
    let mut console = audited(everywhere().with("twins", twins));
    for (typed, meant) in [
        ("bob", "bob@example.com"),
        ("Bob", "Bob@Example.com"),
        ("bob@e", "bob@example.com"),
    ] {
        console.press("P").settle().write(typed).settle();
        assert_eq!(people(&console).len(), 2, "{typed}");
        assert_eq!(console.model.principal().expect("somebody").raw(), meant, "{typed}");
        console.press("esc P").settle();
    }
    assert!(matches!(console.model.screen(), Screen::Audit(state) if state.mode == Mode::List));
}

#[rstest]
#[case("role:wrtie", "there is no role 'wrtie'; did you mean 'write'?")]
#[case(
    "rule:x",
    "'rule:' asks for nothing in this list (use it on Audit); here: role:, can:, access:, ws:, who:, kind:, by:, since:, \
     until:"
)]
#[case(
    "access:publik",
    "unknown access 'publik': one of private, all, viewer, editor, admin"
)]
#[case(
    "since:soon",
    "'soon' is not a date: write it like 2026-01-01, today, yesterday, 30d, 2w or 12h"
)]
fn what_is_not_understood_is_said_and_can_be_left(#[case] text: &str, #[case] said: &str) {
    let mut console = Console::open(platform());
    console.press("/").write(text);
    let filter = console.model.screen().filter().expect("a list");
    assert_eq!(filter.problem.as_ref().map(SafeText::as_str), Some(said));
    assert_eq!(console.rows(), [""; 0]);
    console.press("enter /").write("team");
    assert_eq!(console.rows(), ["ml-team"]);
}

/// Who may write without a row on the screen.
fn besides(console: &Console) -> Option<String> {
    let Screen::Members(state) = console.model.screen() else {
        panic!("{:?}", console.model.screen());
    };
    let caller = console.model.identity();
    let besides = state.besides(&console.model.known(&caller));
    besides.map(|text| text.to_string())
}

#[test]
fn who_can_write_is_one_key_away_from_the_members() {
    let mut console = members_of("ml-team");
    let all = console.rows();
    assert_eq!(besides(&console), None, "nothing is asked about rights");
    console.press("f");
    assert_eq!((typed(&console), console.rows().len()), ("role:write", 2));
    assert_eq!(besides(&console).as_deref(), Some("platform admins, not known here"));
    console.press("f");
    assert_eq!((typed(&console), console.rows()), ("", all));
    console.press("/").write("kind:user").press("enter f");
    assert_eq!(typed(&console), "role:write kind:user");
    console.press("f");
    assert_eq!(typed(&console), "kind:user");
}

#[test]
fn who_can_write_leaves_the_rest_of_the_filter_as_it_is_typed() {
    let mut console = members_of("ml-team");
    for text in ["\"a  b\" since:30d", "\"x role:write y\""] {
        console.press("/").write(text).press("enter f");
        assert_eq!(typed(&console), format!("role:write {text}"));
        console.press("f");
        assert_eq!(typed(&console), text);
    }
}

#[test]
fn enter_opens_the_row_whose_name_is_typed_in_full() {
    let longer = platform().with("ml-team-archive", &[("alice@example.com", &["Admin"])]);
    let mut console = Console::open(longer);
    console.press("/").write("ml-tea");
    assert_eq!((console.rows().len(), enter(&console)), (2, vec!["keep"]));
    console.write("m");
    assert_eq!((console.rows().len(), enter(&console)), (2, vec!["open"]));
    console.press("enter").settle();
    assert_eq!(console.model.workspace().expect("one").raw(), "ml-team");
    let twins = everywhere().with("twins", &[("notbob@example.com", &["Viewer"])]);
    let mut console = Console::open(twins);
    console.press("P").settle().write("bob@example.com").settle();
    assert_eq!((people(&console).len(), enter(&console)), (2, vec!["open"]));
}

#[test]
fn no_key_is_lost_once_details_stand_beside_the_list() {
    let mut console = Console::open(platform());
    let size = |width| Msg::Resized(Size { width, height: 40 });
    console.tell(size(80)).press("/").write("e").press("enter i");
    console.tell(size(160)).press("esc");
    assert_eq!(typed(&console), "", "esc clears the filter at once");
}

fn of_an_admin() -> Platform {
    let mut platform = Platform::of("root@example.com")
        .with(
            "ml-team",
            &[("bob@example.com", &["Viewer"]), ("root@example.com", &["Viewer"])],
        )
        .with("open", &[("bob@example.com", &["Viewer"]), ("*", &["Editor"])])
        .with(
            "system",
            &[
                ("root@example.com", &["HelixAdmin", "PlatformAdmin"]),
                ("toor@example.com", &["HelixAdmin", "PlatformAdmin"]),
            ],
        );
    platform.is_admin = Allowed::Yes;
    platform
}

#[test]
fn platform_admins_and_everyone_can_write_too() {
    let mut console = members_on(of_an_admin(), "ml-team");
    console.press("f").settle();
    assert_eq!(console.rows(), ["root@example.com"], "as platform admin");
    let expected = "1 platform admin (toor@example.com)";
    assert_eq!(besides(&console).as_deref(), Some(expected));
    console.press("esc").press("/").write("role:viewer").press("enter");
    assert_eq!(besides(&console), None, "they are no Viewers");
    let mut console = members_on(of_an_admin(), "open");
    console.press("f").settle();
    assert_eq!(console.rows().len(), 2, "who is only a Viewer writes as everyone does");
}

/// In the first generations the member list of `system` leaves out who was set up with the platform; the role bindings do not.
#[test]
fn all_platform_admins_are_known_once_their_role_bindings_are_read() {
    let mut console = members_on(of_an_admin().being(Generation::Seed, Support::No), "ml-team");
    console.press("f");
    let reads_all = |query: &&Query| matches!(query, Query::Audit(..));
    assert_eq!(console.questions().iter().filter(|query| reads_all(query)).count(), 1);
    console.settle();
    assert_eq!(
        besides(&console).as_deref(),
        Some("1 platform admin (toor@example.com)")
    );
    console.press("f f").settle();
    assert!(console.questions().is_empty(), "they are known");
}

/// Its members are read once, when they are needed, and only for somebody who may read them.
#[test]
fn system_is_read_when_rights_are_asked_about() {
    for (is_admin, is_read) in [(Allowed::Yes, true), (Allowed::No, false)] {
        let mut platform = of_an_admin();
        platform.is_admin = is_admin;
        let mut console = members_on(platform, "ml-team");
        console.press("esc r").settle().press("enter").settle();
        let asks = |console: &Console| {
            let is_system = |query: &&Query| matches!(query, Query::Inspect { workspace, .. } if workspace.is_system());
            console.questions().iter().any(is_system)
        };
        assert!(!asks(&console));
        console.model.store.want(&crate::platform::at("system"));
        console.press("j");
        assert!(!asks(&console), "nobody asks about rights");
        console.press("f");
        assert_eq!(asks(&console), is_read, "{is_admin:?}");
    }
}
