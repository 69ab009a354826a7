//! The reducer: messages in, model and effects out, told as what a person does.

mod activity;
mod adding;
mod auditing;
mod columns;
mod contexts;
mod copying;
mod deleting;
mod equivalent;
mod filtering;
mod following;
mod identity;
mod keeping;
mod leaving;
mod lifting;
mod login;
mod looking;
mod looks;
mod marks;
mod marks_elsewhere;
mod members;
mod outcomes;
mod own_access;
mod palette;
mod principals;
mod protecting;
mod reading;
mod reasons;
mod recovering;
mod resources;
mod reviewing;
mod roles;
mod running;
mod rushed;
mod sorting;
mod stopping;
mod switching;
mod through_rows;
mod touched;
mod undoing;
mod undoing_records;
mod unknown;
mod unseen;
mod views;
mod watching;
mod workspaces;
mod young;

use crate::console::Console;
use crate::platform::Platform;

/// Three workspaces: one with two Admins, one with one, one where the caller only reads.
fn platform() -> Platform {
    Platform::of("alice@example.com")
        .with(
            "ml-team",
            &[
                ("alice@example.com", &["Admin"]),
                ("bob@example.com", &["Viewer"]),
                ("carol@example.com", &["Admin", "JobRunner"]),
            ],
        )
        .with(
            "lonely",
            &[
                ("alice@example.com", &["Viewer"]),
                ("bob@example.com", &["Admin"]),
                ("ml-leads", &["Admin"]),
            ],
        )
        .with(
            "reading",
            &[("alice@example.com", &["Viewer"]), ("bob@example.com", &["Admin"])],
        )
        .with("default", &[("*", &["Editor"])])
        .with("system", &[("*", &["Viewer"])])
}

/// The console on the members of `workspace`, everything read.
fn members_of(workspace: &str) -> Console {
    members_on(platform(), workspace)
}

fn members_on(platform: Platform, workspace: &str) -> Console {
    let mut console = Console::open(platform);
    console.go_to(workspace).press("enter").settle();
    console
}
