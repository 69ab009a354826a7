//! The journal of a busy year: 100,000 changes in files that were put aside one after the other. What a start reads of it,
//! what a change waits for, and what looking through all of it takes.

use crate::child;
use crate::sample::{Sample, millis, ratio};
use crate::say;
use color_eyre::eyre::{OptionExt as _, Result, ensure};
use jiff::Timestamp;
use nmp_console::domain::activity::{Caller, Conclusion, Note, Operator, Provenance, Sending, Verdict};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::{Principal, WorkspaceName};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::journal::{Journal, Session, verify};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SERVER: &str = "https://nmp.example.com";
const N_CHANGES: u64 = 100_000;
/// As many as the console shows at most.
const N_READ: usize = 10_000;
const N_ROUNDS: usize = 9;
const N_APPENDED: u64 = 1_000;
/// A file is put aside at 8 MiB; one that is nearly full is the most that a start can meet.
const NEARLY_FULL: u64 = 8_000_000;
const AIM_AT_A_START: Duration = Duration::from_millis(200);
/// What a search that finds a handful may take, whatever the size of the journal.
const AIM_OF_MEMORY: u64 = 20_000_000;
/// What one that finds everything may take: the places of 100,000 changes, and none of the changes.
const AIM_OF_ALL: u64 = 40_000_000;

pub(crate) fn measure() -> Result<()> {
    // Where nothing waits for a disk there is one: the 200,000 lines are written by the program's own code.
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)?
    } else {
        tempfile::tempdir()?
    };
    let number = fill(made.path())?;
    let home = moved(made)?;
    let folder = home.path().join("nmp-console");
    let (n_files, n_bytes, last) = size(&folder)?;
    say(&format!(
        "A journal of {number} changes in {n_files} files, {}, the last one of {:.1} MB",
        child::megabytes(n_bytes),
        megabytes(last)
    ))?;
    start(&folder)?;
    screen(&folder)?;
    append(&folder, number)?;
    check(&folder)?;
    search(home.path(), number)?;
    say("")
}

/// Writes changes that were confirmed into the journal in `folder`, until the file that is written to is nearly full.
/// Returns how many.
fn fill(folder: &Path) -> Result<u64> {
    let journal = journal(folder, SERVER);
    let mut number = 0;
    loop {
        number += 1;
        make(&journal, number)?;
        let is_worst = || Ok::<bool, std::io::Error>(folder.join("activity.jsonl").metadata()?.len() > NEARLY_FULL);
        if number >= N_CHANGES && is_worst()? {
            return Ok(number);
        }
    }
}

/// Writes so many changes that were confirmed on `server` into the journal in `folder`.
pub(crate) fn write(folder: &Path, server: &str, n: u64) -> Result<()> {
    let journal = journal(folder, server);
    (1..=n).try_for_each(|number| make(&journal, number))
}

fn journal(folder: &Path, server: &str) -> Journal {
    let operator = Operator {
        user: Some("operator".to_owned()),
        sudo_user: None,
    };
    Journal::new(
        Some(folder.to_owned()),
        ("production", server),
        &operator,
        &Session::default(),
    )
}

fn make(journal: &Journal, number: u64) -> Result<()> {
    let at = Timestamp::from_second(1_800_000_000 + i64::try_from(number)?)?;
    let path = format!("/apis/entities/v2/workspaces/team-{}/members", number % 500);
    let change = Change::Roles {
        workspace: WorkspaceName::from_platform(format!("team-{}", number % 500)),
        principal: Principal::from_platform(format!("person-{}@example.com", number % 20_000)),
        before: RoleSet::default(),
        after: RoleSet::only(Role::Editor),
    };
    let provenance = Provenance {
        caller: Caller {
            subject: Some("0b9c3a52-4a53-4f0e-9b55-8d1f6a1f2c11".to_owned()),
            email: Some("admin@example.com".to_owned()),
        },
        reason: number.is_multiple_of(3).then(|| "moved to another team".to_owned()),
        ..Provenance::default()
    };
    let sending = Sending {
        method: "POST".to_owned(),
        path,
        body: Some(serde_json::json!({
            "principal": format!("person-{}@example.com", number % 20_000),
            "roles": ["Editor"],
        })),
    };
    journal.intend(number, (&change, &provenance), sending, at)?;
    let conclusion = Conclusion {
        verdict: Verdict::Confirmed,
        found: Some(RoleSet::only(Role::Editor)),
        why: None,
        may_come_true: false,
    };
    journal.note(&Note::Ended(number, conclusion), at)?;
    Ok(())
}

/// Copies the journal to where files usually are: there writing waits for the disk.
fn moved(made: TempDir) -> Result<TempDir> {
    let home = tempfile::tempdir()?;
    let folder = home.path().join("nmp-console");
    fs::create_dir(&folder)?;
    for entry in fs::read_dir(made.path())? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    made.close()?;
    Ok(home)
}

fn size(folder: &Path) -> Result<(usize, u64, u64)> {
    let mut sizes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "jsonl") {
            sizes.push(entry.metadata()?.len());
        }
    }
    let last = folder.join("activity.jsonl").metadata()?.len();
    Ok((sizes.len(), sizes.iter().sum(), last))
}

fn start(folder: &Path) -> Result<()> {
    let mut times = Sample::default();
    for _ in 0..N_ROUNDS {
        let journal = journal(folder, SERVER);
        let begun = Instant::now();
        let recalled = journal.recall(Timestamp::UNIX_EPOCH);
        times.add(begun.elapsed());
        ensure!(recalled.problem.is_none(), "the journal was not read");
    }
    let aim = millis(AIM_AT_A_START);
    say(&format!("  at a start: what is open   {times} (aim: below {aim} ms)"))
}

fn screen(folder: &Path) -> Result<()> {
    let mut times = Sample::default();
    let before = child::memory(std::process::id());
    for _ in 0..N_ROUNDS {
        let journal = journal(folder, SERVER);
        let begun = Instant::now();
        let newest = journal.newest(N_READ)?;
        times.add(begun.elapsed());
        ensure!(
            newest.records.len() == N_READ && newest.is_more,
            "not as many as there are"
        );
    }
    say(&format!("  the last {N_READ} changes     {times}"))?;
    let after = child::memory(std::process::id());
    let Some((before, after)) = before.zip(after) else {
        return say("    memory not measured: there is no /proc to read");
    };
    say(&format!("    {} more memory at most", child::megabytes(after - before)))
}

fn append(folder: &Path, number: u64) -> Result<()> {
    let journal = journal(folder, SERVER);
    let mut times = Sample::default();
    for next in 1..=N_APPENDED {
        let begun = Instant::now();
        make(&journal, number + next)?;
        times.add(begun.elapsed());
    }
    let mut disk = Sample::default();
    let mut file = fs::File::create(folder.join("bare"))?;
    for _ in 0..N_APPENDED {
        let begun = Instant::now();
        for n_bytes in [900, 500] {
            std::io::Write::write_all(&mut file, &vec![b'x'; n_bytes])?;
            file.sync_data()?;
        }
        disk.add(begun.elapsed());
    }
    fs::remove_file(folder.join("bare"))?;
    say(&format!(
        "  a change, both lines       {times}, p99 {:.2} ms",
        millis(times.p99())
    ))?;
    say(&format!("    two bare synced writes   {disk}"))?;
    say(&format!(
        "    ratio of medians {:.2}",
        ratio(times.median(), disk.median())
    ))
}

fn check(folder: &Path) -> Result<()> {
    let begun = Instant::now();
    let checked = verify::verify(folder, None)?;
    let took = begun.elapsed();
    ensure!(checked.fault.is_none(), "the journal is not sound: {:?}", checked.fault);
    say(&format!(
        "  checking all {} lines    {:.2} s",
        checked.n_lines,
        took.as_secs_f64()
    ))
}

/// The command, once for a handful of changes and once for all of them in each of its formats.
fn search(state: &Path, number: u64) -> Result<()> {
    let all = number + N_APPENDED;
    for (arguments, what, least, aim) in [
        (["--who", "person-77@example.com"], "one person's", 1, AIM_OF_MEMORY),
        (["--format", "table"], "all", all, AIM_OF_ALL),
        (["--format", "json"], "all as JSON", all, AIM_OF_ALL),
        (["--format", "commands"], "all as commands", all - 1, AIM_OF_ALL),
    ] {
        let mut command = Command::new(crate::program::CONSOLE);
        command.env_clear().env("XDG_STATE_HOME", state).env("HOME", state);
        let took = child::run(command.arg("activity").args(arguments))?;
        let n = took.said.lines().count() as u64;
        // A row may take several lines.
        ensure!(n > least, "only {n} lines were printed");
        let peak = took.peak.ok_or_eyre("there is no /proc to read")?;
        say(&format!(
            "  nmp-console activity, {what}: {n} lines in {:.2} s, {} of memory (aim: below {})",
            took.time.as_secs_f64(),
            child::megabytes(peak),
            child::megabytes(aim)
        ))?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}
