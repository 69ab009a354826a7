//! Everybody's changes: looked at on demand, or every few seconds.

use super::platform;
use crate::console::Console;
use crate::platform::{Platform, at, who};
use jiff::Timestamp;
use nmp_console::app::msg::{Effect, Query};
use nmp_console::domain::binding::{Binding, Touch, Touches};
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::role::Role;
use std::time::Duration;

fn touch(principal: &str, version: i64, second: i64) -> Touch {
    let then = Timestamp::from_second(second).ok();
    Touch {
        id: format!("row-of-{principal}"),
        binding: Binding {
            principal: who(principal),
            workspace: at("ml-team"),
            role: Role::Viewer,
            granted_at: then,
            granted_by: Some("carol@example.com".to_owned()),
            revoked_at: (version == 2).then_some(then).flatten(),
            created_at: Timestamp::from_second(1).ok(),
        },
        version,
        touched_at: then,
    }
}

fn admin() -> Platform {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    platform.touched = Touches {
        rows: vec![touch("bob", 1, 20), touch("eve", 1, 10)],
        n_all: Some(30),
    };
    platform
}

fn n_looks(effects: &[Effect]) -> usize {
    let looks = |effect: &&Effect| {
        matches!(
            effect,
            Effect::Read {
                query: Query::Touched,
                ..
            }
        )
    };
    effects.iter().filter(looks).count()
}

#[test]
fn others_than_platform_admins_are_told_why_not() {
    let mut console = Console::open(platform());
    console.press("L").settle().press("m");
    assert_eq!(console.notice(), "only platform admins may see everybody's changes");
}

#[test]
fn a_look_is_one_request_and_what_came_since_the_last_one_is_marked() {
    let mut console = Console::open(admin());
    console.press("L").settle().press("m");
    assert_eq!(n_looks(&console.asked), 1);
    console.settle();
    assert_eq!(console.rows(), ["row-of-bob", "row-of-eve"]);
    assert_eq!(console.model.touched.n_new(), 0);
    // Eve's row has vanished with its workspace, and an old one has moved up in its place.
    console.platform.touched.rows = vec![touch("bob", 2, 40), touch("new", 1, 30), touch("old", 1, 5)];
    console.press("r");
    assert_eq!(n_looks(&console.asked), 1);
    console.settle();
    let is_new = ["bob", "new", "old"].map(|name| console.model.touched.is_new(&format!("row-of-{name}")));
    assert_eq!(is_new, [true, true, false]);
    console.press("r").settle();
    assert_eq!(console.model.touched.n_new(), 0, "they were seen");
}

#[test]
fn it_is_looked_at_again_only_while_it_is_watched_and_on_show() {
    let mut console = Console::open(admin());
    console.press("L").settle().press("m").settle();
    console.wait();
    assert!(console.timers.is_empty(), "no timer by itself");
    console.press("w");
    let five = Duration::from_secs(5);
    let is_timer = |effect: &Effect| matches!(effect, Effect::After { delay, .. } if *delay == five);
    assert!(console.asked.iter().any(is_timer), "{:?}", console.asked);
    console.platform.touched.rows.insert(0, touch("new", 1, 50));
    console.wait();
    assert_eq!(console.rows().len(), 3);
    assert_eq!(console.model.touched.n_new(), 1);
    console.wait();
    assert_eq!(console.model.touched.n_new(), 1, "it stays marked while it is watched");
    console.press("q");
    assert_eq!(console.model.n_awaited(), 0);
    console.wait();
    assert_eq!(n_looks(&console.asked), 0);
}

#[test]
fn a_filter_asks_for_what_rows_tell() {
    let mut platform = admin();
    platform.touched.rows.insert(0, touch("dave", 2, 60));
    let mut console = Console::open(platform);
    console.press("L").settle().press("m").settle();
    for (words, n) in [
        ("kind:revoked", 1),
        ("by:carol", 2),
        ("who:eve", 1),
        ("ws:ml-*", 3),
        ("role:viewer", 3),
        ("not stored", 1),
    ] {
        console.press("/").write(words).press("enter");
        assert_eq!(console.rows().len(), n, "{words}");
        console.press("esc");
    }
    console.press("m").settle();
    assert_eq!(console.rows().len(), 0, "one's own");
}
