//! The figures the console is held to, measured on this machine in one run: `cargo bench`.
//!
//! Times of different machines cannot be compared, so what counts are ratios: against a program of forty lines that
//! draws one table (`examples/one_table.rs`), and against the platform's own CLI. Each figure is printed beside its aim;
//! nothing fails when an aim is missed, because a busy machine misses aims, too.
//!
//! A word on the command line, like in `cargo bench -- audit`, measures the module of that name alone.
//!
//! With `NMP_BENCH_URL` the role change is measured on that platform as well (as `NMP_BENCH_ADMIN`, by default
//! `admin@example.com`, with an unsigned token; in a workspace of its own, deleted at the end), and with
//! `NMP_BENCH_CLI`, the path of the platform's CLI, by that CLI as well, and so is an audit.

mod arriving;
mod audit;
mod audit_screen;
mod child;
mod endless;
mod first_frame;
mod idle;
mod journal;
mod keys;
mod opening;
mod plan;
mod program;
mod role_change;
mod sample;

use color_eyre::eyre::{Result, ensure};
use std::env;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

fn main() -> Result<()> {
    // Cargo adds an option of its own.
    let wanted: Vec<String> = env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if is_wanted("role_change") {
        role_change::measure(&runtime)?;
    }
    if is_wanted("audit") {
        audit::measure(&runtime)?;
    }
    if is_wanted("plan") {
        plan::measure(&runtime)?;
    }
    if is_wanted("endless") {
        endless::measure(&runtime)?;
    }
    if is_wanted("audit_screen") {
        audit_screen::measure(&runtime)?;
    }
    if is_wanted("opening") {
        opening::measure(&runtime)?;
    }
    if is_wanted("arriving") {
        arriving::measure(&runtime)?;
    }
    if is_wanted("journal") {
        journal::measure()?;
    }
    if is_wanted("first_frame") {
        first_frame::measure(&build_one_table()?)?;
    }
    if is_wanted("keys") {
        keys::measure(&runtime, &build_one_table()?)?;
    }
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
