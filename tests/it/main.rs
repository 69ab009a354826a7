//! Tests (it).

mod console;
mod monkey;
mod platform;
mod structure;
mod update;
