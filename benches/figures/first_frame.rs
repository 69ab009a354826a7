//! From the start of the process to its first complete frame, while the server has not answered yet.

use crate::program::{CONSOLE, Program, Size};
use crate::sample::{Sample, ratio};
use crate::say;
use color_eyre::eyre::Result;
use std::net::TcpListener;
use std::time::Duration;

const N_RUNS: usize = 41;
const SIZE: Size = Size { columns: 80, rows: 24 };

pub(crate) fn measure(table: &str) -> Result<()> {
    // Connections are taken by the system and never answered.
    let silent = TcpListener::bind(("127.0.0.1", 0))?;
    let address = silent.local_addr()?;
    say("First frame, from the start of the process, before any answer (80x24)")?;
    for scheme in ["http", "https"] {
        compare(scheme, &format!("{scheme}://{address}"), table)?;
    }
    say("")
}

fn compare(scheme: &str, url: &str, table: &str) -> Result<()> {
    let home = tempfile::tempdir()?;
    let home = home.path().display().to_string();
    let console = || {
        let args = ["--base-url", url];
        let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", "e30.e30.")];
        first_frame(&mut Program::start(SIZE, CONSOLE, &args, &env)?)
    };
    let one_table = || first_frame(&mut Program::start(SIZE, table, &[], &[])?);
    // The first run of each finds its file on the disk rather than in memory.
    console()?;
    one_table()?;
    let (mut ours, mut theirs) = (Sample::default(), Sample::default());
    for i in 0..N_RUNS {
        if i.is_multiple_of(2) {
            ours.add(console()?);
            theirs.add(one_table()?);
        } else {
            theirs.add(one_table()?);
            ours.add(console()?);
        }
    }
    say(&format!("  {scheme}"))?;
    say(&format!("    console    {ours}"))?;
    say(&format!("    one_table  {theirs}"))?;
    let ratio = ratio(ours.median(), theirs.median());
    say(&format!("    ratio of medians {ratio:.2} (aim: at most 1.6)"))
}

/// Returns when the first frame was complete: its last row shows keys.
fn first_frame(program: &mut Program) -> Result<Duration> {
    program.until(|screen| {
        let last = screen.lines().nth(usize::from(SIZE.rows) - 1);
        last.is_some_and(|row| row.contains("q quit") || row.contains("help"))
    })
}
