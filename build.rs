//! Tells the program which commit it was built from, and for which machine.
//!
//! A release says it (`NMP_CONSOLE_COMMIT`, and `SOURCE_DATE_EPOCH` for its time), a crate from the registry has it in a
//! file, and else git is asked. Without any of them, and in debug builds, which would be built anew with every commit, it
//! is not known.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script is told things by its environment"
)]

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for variable in ["NMP_CONSOLE_COMMIT", "SOURCE_DATE_EPOCH"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let told = |variable| std::env::var(variable).ok().filter(|value| !value.is_empty());
    let of_release = told("PROFILE").filter(|profile| profile == "release");
    let asked = of_release.and_then(|_| packed().or_else(of_git));
    let (commit, seconds) = asked.unwrap_or_default();
    let commit = told("NMP_CONSOLE_COMMIT").unwrap_or(commit);
    let seconds = told("SOURCE_DATE_EPOCH").unwrap_or(seconds);
    println!("cargo:rustc-env=NMP_CONSOLE_BUILT_FROM={commit}");
    println!("cargo:rustc-env=NMP_CONSOLE_BUILT_AT={seconds}");
    println!(
        "cargo:rustc-env=NMP_CONSOLE_BUILT_FOR={}",
        told("TARGET").unwrap_or_default()
    );
}

/// Returns the commit that a crate was packed from; its file tells no time.
fn packed() -> Option<(String, String)> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    let (commit, _) = rest.split_once('"')?;
    Some((commit.to_owned(), String::new()))
}

/// Asks git for the commit and its time, in seconds.
fn of_git() -> Option<(String, String)> {
    // Not that of a folder around this one, such as a registry's.
    if !Path::new(".git").exists() {
        return None;
    }
    let log = Command::new("git")
        .args(["log", "-1", "--format=%H %ct"])
        .output()
        .ok()?;
    let text = String::from_utf8(log.stdout).ok()?;
    let (commit, seconds) = text.trim().split_once(' ')?;
    let changed = Command::new("git")
        .args(["status", "--porcelain", "--untracked-files=no"])
        .output()
        .ok()?;
    // A commit that this is not built from must not be named alone.
    let changed = if changed.stdout.is_empty() { "" } else { "+changes" };
    // It tells when a commit is made or another branch is checked out.
    let path = Command::new("git")
        .args(["rev-parse", "--git-path", "logs/HEAD"])
        .output()
        .ok()?;
    println!("cargo:rerun-if-changed={}", String::from_utf8(path.stdout).ok()?.trim());
    Some((format!("{commit}{changed}"), seconds.to_owned()))
}
