//! The view: every screen, dialog and state as it stands on the screen, at fixed size, time and data.
//!
//! A [`scene::Scene`] is a model that only messages have changed, so a snapshot shows what can be reached.

mod activity;
mod auditing;
mod bytes;
mod columns;
mod confirmations;
mod connections;
mod copied_rows;
mod cursor;
mod dead_keys;
mod deletions;
mod dialog_help;
mod dialogs;
mod edges;
mod equivalent;
mod filters;
mod hostile;
mod lifting;
mod linear;
mod looks;
mod members;
mod own_keys;
mod painted;
mod palette;
mod pointing;
mod precautions;
mod resources;
mod reviewing;
mod running;
mod scene;
mod scrolling;
mod sizes;
mod sorting;
mod through_rows;
mod views;
mod warnings;
mod workspaces;
mod world;

pub(crate) use painted::rows_of;

/// Compares with the snapshot `name` in `tests/it/snapshots`.
fn check(name: &str, seen: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, seen);
    });
}
