//! A letter in the filter of the Activity screen, with as many changes as it shows at most, and of everybody's changes.

use super::{ESC, N_EDITS};
use crate::program::{CONSOLE, Program, Size};
use crate::sample::Sample;
use crate::{journal, say};
use color_eyre::eyre::{Result, ensure};
use nmp_console::domain::text::grouped;

const SIZE: Size = Size { columns: 80, rows: 24 };
const N_CHANGES: u64 = 10_000;
/// Stands in no cell.
const IN_NONE: &str = "z";
/// Stands in every row.
const IN_ALL: &str = "e";

pub(super) fn measure(url: &str, token: &str) -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join(".local/state/nmp-console");
    std::fs::create_dir_all(&folder)?;
    journal::write(&folder, url, N_CHANGES)?;
    let home = home.path().display().to_string();
    let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", token)];
    let mut console = Program::start(SIZE, CONSOLE, &["--base-url", url], &env)?;
    console.until(|screen| screen.contains("Workspaces (10,000)") && !screen.contains("loading"))?;
    say(&format!(
        "A letter typed into the filter of {} changes, 80x24",
        grouped(10_000)
    ))?;
    console.press_until("L", |screen| screen.contains("Activity (10,000)"))?;
    letters(&mut console, "Activity")?;
    say("  the same of everybody's changes")?;
    console.press_until("m", |screen| screen.contains("Everybody's changes ("))?;
    letters(&mut console, "Everybody's changes")?;
    say("")
}

/// Types letters into the filter of the list with this title.
pub(super) fn letters(console: &mut Program, title: &str) -> Result<()> {
    for (letter, what) in [(IN_NONE, "leaves no row "), (IN_ALL, "leaves all of them")] {
        let (mut times, mut bytes) = (Sample::default(), 0);
        for _ in 0..N_EDITS {
            console.press("/")?;
            let frame = console.press(letter)?;
            times.add(frame.time);
            bytes = bytes.max(frame.n_bytes);
            let is_empty = console.screen().contains(&format!("{title} (0 of "));
            ensure!(
                is_empty == (letter == IN_NONE),
                "not as expected:\n{}",
                console.screen()
            );
            console.press(ESC)?;
        }
        say(&format!("    that {what:18}  {times} (aim: at most 10 ms)"))?;
        say(&format!("      bytes of the console per key: at most {bytes}"))?;
    }
    Ok(())
}
