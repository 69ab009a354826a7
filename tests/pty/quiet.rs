//! What the console costs: nothing while nothing happens, and little per key.

use crate::console::{Console, Setup};
use crate::given::{Platform, create};
use crate::terminal::text_of;
use std::time::{Duration, Instant};

/// How long nothing at all may be written. A clock that ticks once in a second would be seen.
const QUIET: Duration = Duration::from_millis(1500);

/// How long it may take to come to rest on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn writes_nothing_and_never_wakes_up_while_nothing_happens() {
    let platform = Platform::demo();
    comes_to_rest(&Setup::on(&platform).open());
}

/// Waits until `console` writes nothing any more and does not wake up.
#[track_caller]
pub(crate) fn comes_to_rest(console: &Console) {
    let deadline = Instant::now() + PATIENCE;
    // Details of rows below the visible ones and idle connections may still be on their way to rest. What ticks never
    // comes to rest.
    loop {
        let before = n_wake_ups(console.pid());
        let written = console.listen_for(QUIET).escape_ascii().to_string();
        let after = n_wake_ups(console.pid());
        if written.is_empty() && after == before {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "never at rest: wrote '{written}', woke up {before:?} to {after:?}"
        );
    }
}

/// Returns how often the threads of a process went to sleep, each of which follows a wake-up.
#[cfg(target_os = "linux")]
fn n_wake_ups(pid: i32) -> Vec<(String, u64)> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let mut counts: Vec<_> = threads
        .map(|thread| {
            let status = std::fs::read_to_string(thread.unwrap().path().join("status")).unwrap();
            let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
            (
                format!("{} {}", field("Name:"), field("Pid:")),
                field("voluntary_ctxt_switches:").parse().unwrap(),
            )
        })
        .collect();
    counts.sort();
    counts
}

#[cfg(not(target_os = "linux"))]
fn n_wake_ups(_: i32) -> Vec<(String, u64)> {
    Vec::new()
}

#[test]
fn moves_the_highlight_for_a_few_bytes() {
    let platform = Platform::demo();
    let mut console = Setup::on(&platform).size((80, 24)).open();
    for row in 1..=8_u16 {
        let n = console.bytes_for("j", "the next row selected", |screen| {
            // The header, the title row, a border and the column titles come first.
            screen
                .rows(0, 80)
                .nth(usize::from(row) + 4)
                .is_some_and(|text| text.contains('▸'))
        });
        // The first row has a name that is told whole in the border, where no other stands after it.
        assert!(n <= 400, "{n} bytes for row {row}:\n{}", text_of(&console.emulated()));
    }
}

/// A list that scrolls is moved by the terminal, and its cursor, which screen readers follow, is in the selected row.
#[test]
fn scrolls_by_a_row_for_a_few_bytes() {
    let platform = Platform::empty();
    platform.given((0..30).map(|n| create(&format!("team-{n:02}"))));
    let mut console = Setup::on(&platform).size((80, 24)).open();
    console.settles();
    console.press("G").shows(&["▸ team-29"]);
    // The header, the title row, a border and the column titles come first.
    let first = 4;
    let at = |screen: &vt100::Screen, row: u16, name: &str| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        rows[usize::from(row)].contains(&format!("▸ {name}")) && screen.cursor_position().0 == row
    };
    let top = (0..30)
        .find(|n| console.screen().contains(&format!("team-{n:02}")))
        .unwrap();
    for n in (top..29).rev() {
        let name = format!("team-{n:02}");
        console.press("k").shows(&[&format!("▸ {name}")]);
    }
    for n in (top - 4..top).rev() {
        let name = format!("team-{n:02}");
        let n_bytes = console.bytes_for("k", &name, |screen| at(screen, first, &name));
        assert!(n_bytes <= 400, "{n_bytes} bytes for {name}:\n{}", console.screen());
        let screen = console.emulated();
        assert!(screen.hide_cursor());
        let names: Vec<String> = (n..n + 5).map(|n| format!("team-{n:02}")).collect();
        let rows: Vec<String> = screen.rows(0, 80).skip(usize::from(first)).collect();
        for (row, name) in rows.iter().zip(&names) {
            assert!(row.contains(name.as_str()), "{row} instead of {name}");
        }
    }
}
