//! From a key to the last byte of what it draws, in lists of a thousand and of ten thousand rows; then the same programs
//! at rest.

mod activity;

use crate::program::{CONSOLE, Frame, Program, Size};
use crate::sample::{Sample, ratio};
use crate::{idle, say};
use color_eyre::eyre::{Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use nmp_console::api::{BaseUrl, Client, Connection, Propagation};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::text::grouped;
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use std::time::Duration;
use tokio::runtime::Runtime;

const LISTS: [usize; 2] = [1_000, 10_000];
const SIZES: [Size; 2] = [Size { columns: 80, rows: 24 }, Size { columns: 120, rows: 40 }];
const N_MOVES: usize = 300;
const N_PAGES: usize = 90;
const N_SCROLLS: usize = 200;
const N_EDITS: usize = 8;
const PAGE_DOWN: &str = "\x1b[6~";
const ESC: &str = "\x1b";
const MARK_ALL: &str = "\x01";

pub(crate) fn measure(runtime: &Runtime, table: &str) -> Result<()> {
    let token = crate::role_change::token(PLATFORM_ADMIN);
    let home = tempfile::tempdir()?;
    let home = home.path().display().to_string();
    let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", token.as_str())];
    for n_rows in LISTS {
        let sandbox = runtime.block_on(filled(n_rows, &token))?;
        for size in SIZES {
            let mut console = Program::start(size, CONSOLE, &["--base-url", &sandbox.url()], &env)?;
            let title = format!("Workspaces ({})", grouped(n_rows));
            console.until(|screen| screen.contains(&title) && !screen.contains("loading"))?;
            let mut one_table = Program::start(size, table, &[&n_rows.to_string()], &[])?;
            one_table.until(|screen| screen.contains("q quit"))?;
            at_size(size, n_rows, &mut console, &mut one_table)?;
        }
        if LISTS.last() == Some(&n_rows) {
            activity::measure(&sandbox.url(), &token)?;
        }
        runtime.block_on(sandbox.stop());
    }
    Ok(())
}

fn at_size(size: Size, n_rows: usize, console: &mut Program, one_table: &mut Program) -> Result<()> {
    let Size { columns, rows } = size;
    say(&format!("Key to last byte, {} rows, {columns}x{rows}", grouped(n_rows)))?;
    // Ten down and ten up again stay inside the window.
    let moves = |i: usize| if (i / 10).is_multiple_of(2) { "j" } else { "k" };
    compare(
        "highlight moves inside the window",
        console,
        one_table,
        N_MOVES,
        moves,
        Some(200),
    )?;
    compare("page down", console, one_table, N_PAGES, |_| PAGE_DOWN, None)?;
    // From wherever the pages have left it to the first row on show; from there on every key scrolls.
    for _ in 0..size.rows {
        console.press("k")?;
        one_table.press("k")?;
    }
    compare("scroll by one row", console, one_table, N_SCROLLS, |_| "k", Some(400))?;
    console.press("g")?;
    edits(n_rows, console)?;
    say("At rest for 3 s")?;
    for (name, aim, program) in [
        ("console    ", " (aim: none of either)", console),
        ("one_table  ", "", one_table),
    ] {
        let (n_bytes, n_wakes) = idle::watch(program)?;
        let n_wakes = n_wakes.map_or_else(|| "an unknown number of".to_owned(), |n| n.to_string());
        say(&format!("  {name}{n_bytes} bytes, {n_wakes} wake-ups{aim}"))?;
    }
    say("")
}

/// Presses the same keys in both programs in turn, so that whatever else the machine does disturbs both alike.
fn compare(
    what: &str,
    console: &mut Program,
    one_table: &mut Program,
    n_keys: usize,
    key: impl Fn(usize) -> &'static str,
    most_bytes: Option<usize>,
) -> Result<()> {
    let (mut ours, mut theirs, mut bytes) = (Sample::default(), Sample::default(), Vec::new());
    for i in 0..n_keys {
        let (ours_now, theirs_now): (Frame, Frame) = if i.is_multiple_of(2) {
            (console.press(key(i))?, one_table.press(key(i))?)
        } else {
            let theirs_now = one_table.press(key(i))?;
            (console.press(key(i))?, theirs_now)
        };
        ours.add(ours_now.time);
        theirs.add(theirs_now.time);
        bytes.push(ours_now.n_bytes);
    }
    say(&format!("  {what}"))?;
    say(&format!("    console    {ours}"))?;
    say(&format!("    one_table  {theirs}"))?;
    let (median, p95) = (ratio(ours.median(), theirs.median()), ratio(ours.p95(), theirs.p95()));
    say(&format!(
        "    ratio of medians {median:.2} (aim: at most 1.8), of p95 {p95:.2} (aim: at most 3)"
    ))?;
    bytes.sort_unstable();
    let (median, most) = (bytes.get(bytes.len() / 2), bytes.last());
    let (median, most) = (median.copied().unwrap_or_default(), most.copied().unwrap_or_default());
    let aim = most_bytes
        .map(|aim| format!(" (aim: at most {aim})"))
        .unwrap_or_default();
    say(&format!(
        "    bytes of the console per key: median {median}, at most {most}{aim}"
    ))
}

/// What `one_table` cannot do, so there is nothing to compare with: filtering and sorting all rows.
fn edits(n_rows: usize, console: &mut Program) -> Result<()> {
    let (mut letters, mut sorts, mut reversals) = (Sample::default(), Sample::default(), Sample::default());
    let mut by_several = Sample::default();
    for _ in 0..N_EDITS {
        console.press("/")?;
        for letter in ["t", "9", "3"] {
            letters.add(console.press(letter)?.time);
        }
        if !console.screen().contains(&format!("of {})", grouped(n_rows))) {
            bail!("the filter hides nothing:\n{}", console.screen());
        }
        console.press(ESC)?;
        sorts.add(console.press("s")?.time);
        reversals.add(console.press("S")?.time);
        // The order before and the names decide where the first column does not.
        console.press("1")?;
        by_several.add(console.press("2")?.time);
    }
    let (mut marks, mut bytes) = (Sample::default(), 0);
    for _ in 0..2 * N_EDITS {
        let frame = console.press(MARK_ALL)?;
        marks.add(frame.time);
        bytes = bytes.max(frame.n_bytes);
    }
    say(&format!("  a letter typed into the filter   {letters}"))?;
    say(&format!("  sort by the next column          {sorts}"))?;
    say(&format!("  reverse the order                {reversals}"))?;
    say(&format!("  sort by a third column           {by_several}"))?;
    say(&format!("  mark all, or none again          {marks}"))?;
    say(&format!("    bytes of the console per key: at most {bytes}"))?;
    say(&format!(
        "  a letter typed into the filter of {} workspaces",
        grouped(n_rows)
    ))?;
    activity::letters(console, "Workspaces")
}

/// Starts a sandbox with as many workspaces as the table has rows, the two built-in ones included.
async fn filled(n_rows: usize, token: &str) -> Result<Running> {
    let sandbox = sandbox::start(Options::default()).await?;
    let mut connection = Connection::to(BaseUrl::parse(&sandbox.url())?);
    connection.token = Some(token.to_owned().into());
    connection.limits.connect = Duration::from_secs(30);
    let client = Client::new(connection)?;
    let create = |n: usize| {
        let client = client.clone();
        let name = WorkspaceName::from_platform(format!("team-{n:04}"));
        let description = Some(format!("What team {n} trains and serves"));
        let change = Change::CreateWorkspace { name, description };
        async move { client.apply(&change, Propagation::Skip).await.map(drop) }
    };
    let made = stream::iter((2..n_rows).map(create)).buffer_unordered(8);
    made.try_collect::<()>().await?;
    Ok(sandbox)
}
