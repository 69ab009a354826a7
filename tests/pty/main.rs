//! The real program on a real terminal: it is started in a pseudo-terminal, keys go in, and the screen is read back
//! from an emulator.
//!
//! Every test has a terminal, a home folder and mostly a sandbox of its own. The environment is empty but for what a
//! test sets, so nobody's configuration interferes. Start reading at [`console`].

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod auditing;
mod cast;
mod completing;
mod console;
mod copying;
mod day;
mod deleting;
mod endless;
mod given;
mod grounds;
mod hostile;
mod journal;
mod keystrokes;
mod leaving;
mod linear;
mod mouse;
mod own_keys;
mod panicking;
mod paste;
mod plain;
mod planning;
mod quiet;
mod replies;
mod server;
mod shell;
mod sizes;
mod terminal;
mod tour;
mod views;
mod watching;
