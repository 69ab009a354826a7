//! The figures the console is held to, measured on this machine in one run: `cargo bench`.
//!
//! Times of different machines cannot be compared, so what counts are ratios: against a program of forty lines that
//! draws one table (`examples/one_table.rs`), and against the platform's own CLI. Each figure is printed beside its aim;
//! nothing fails when an aim is missed, because a busy machine misses aims, too.
//!
//! With `NMP_BENCH_URL` the role change is measured on that platform as well (as `NMP_BENCH_ADMIN`, by default
//! `admin@example.com`, with an unsigned token; in a workspace of its own, deleted at the end), and with
//! `NMP_BENCH_CLI`, the path of the platform's CLI, by that CLI as well.

mod first_frame;
mod idle;
mod keys;
mod program;
mod role_change;
mod sample;

use color_eyre::eyre::{Result, ensure};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

fn main() -> Result<()> {
    let table = build_one_table()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    role_change::measure(&runtime)?;
    first_frame::measure(&table)?;
    keys::measure(&runtime, &table)?;
    Ok(())
}

/// Prints one line of the report.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// Builds the program to compare with, in the same profile and with the same libraries; returns where it is.
fn build_one_table() -> Result<String> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "bench", "--example", "one_table"])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")])
        .status()?;
    ensure!(status.success(), "cannot build the example one_table");
    let folder = Path::new(program::CONSOLE).with_file_name("examples");
    Ok(folder.join("one_table").display().to_string())
}
