//! The audit on the screen of a large organisation: how soon its first rows stand, and what a key costs on all of it.

use crate::program::{CONSOLE, Program, Size};
use crate::role_change::token;
use crate::sample::{Sample, millis, ratio};
use crate::say;
use color_eyre::eyre::{OptionExt as _, Result};
use futures_util::{StreamExt as _, pin_mut};
use nmp_console::api::{BaseUrl, Bindings, Client, Connection};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Seed};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const SIZE: Size = Size { columns: 80, rows: 24 };
const N_STARTS: usize = 5;
const N_KEYS: usize = 100;
const ESC: &str = "\x1b";

pub(crate) fn measure(runtime: &Runtime) -> Result<()> {
    say("The audit of 10,000 workspaces with 200,000 grants on the screen, 80x24")?;
    let options = Options {
        seed: Seed::Large,
        ..Options::default()
    };
    let sandbox = runtime.block_on(sandbox::start(options))?;
    let token = token(PLATFORM_ADMIN);
    let home = tempfile::tempdir()?;
    let home = home.path().display().to_string();
    let env = [("HOME", home.as_str()), ("NMP_ACCESS_TOKEN", token.as_str())];
    let url = sandbox.url();
    let start = || -> Result<Program> {
        let mut console = Program::start(SIZE, CONSOLE, &["--base-url", &url], &env)?;
        let is_done = |screen: &str| screen.contains("Workspaces (10,000)") && !screen.contains("loading");
        console.until(is_done)?;
        Ok(console)
    };
    let console = first_rows(runtime, &url, &token, start)?;
    keys(console)?;
    runtime.block_on(sandbox.stop());
    say("")
}

/// From the key that opens the audit to the first rows, against one page read and decoded; in turn, so that whatever
/// else the machine does disturbs both alike.
fn first_rows(runtime: &Runtime, url: &str, token: &str, start: impl Fn() -> Result<Program>) -> Result<Program> {
    let (mut rows, mut pages) = (Sample::default(), Sample::default());
    let mut last = None;
    for _ in 0..N_STARTS {
        let mut console = start()?;
        pages.add(runtime.block_on(one_page(url, token))?);
        rows.add(console.press_until("A", |screen| screen.contains("Audit (") && screen.contains("▸"))?);
        last = Some(console);
    }
    say(&format!("  first rows after the key    {rows}"))?;
    say(&format!("  one page of role bindings   {pages}"))?;
    say(&format!(
        "  first rows {:.1} ms after one page (aim: at most 20), ratio of medians {:.2}",
        millis(rows.median()) - millis(pages.median()),
        ratio(rows.median(), pages.median())
    ))?;
    let mut console = last.ok_or_eyre("at least one was started")?;
    if !is_whole(&console.screen()) {
        console.until(is_whole)?;
    }
    Ok(console)
}

fn is_whole(screen: &str) -> bool {
    screen.contains("Audit (200,000)") && screen.contains("as of") && !screen.contains("incomplete")
}

/// A client of its own, so that the page pays for its connection as the console's first question does not: that one is
/// warm, which only makes the comparison harder.
async fn one_page(url: &str, token: &str) -> Result<Duration> {
    let mut connection = Connection::to(BaseUrl::parse(url)?);
    connection.token = Some(token.to_owned().into());
    let client = Client::new(connection)?;
    // Warms the connection.
    client.server_info().await?;
    let began = Instant::now();
    let pages = client.bindings(Bindings::Active);
    pin_mut!(pages);
    pages.next().await.ok_or_eyre("there is a first page")??;
    Ok(began.elapsed())
}

/// What follows a key until its last byte, the rows that are worked out beside the loop included.
fn keys(mut console: Program) -> Result<()> {
    let mut moves = Sample::default();
    for i in 0..N_KEYS {
        let key = if (i / 10).is_multiple_of(2) { "j" } else { "k" };
        moves.add(console.press(key)?.time);
    }
    say(&format!("  highlight moves in the list     {moves}"))?;
    let mut letters = Sample::default();
    for word in ["ada", "ines", "claims"] {
        console.press("/")?;
        for letter in word.chars() {
            letters.add(console.press(&letter.to_string())?.time);
        }
        console.press(ESC)?;
    }
    say(&format!("  a letter typed into the filter  {letters}"))?;
    console.press("m")?;
    let mut across = Sample::default();
    for i in 0..N_KEYS {
        let key = if (i / 20).is_multiple_of(2) { "l" } else { "h" };
        across.add(console.press(key)?.time);
    }
    say(&format!("  right and left in the matrix    {across}"))
}
