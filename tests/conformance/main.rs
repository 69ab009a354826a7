//! What the console relies on of the platform, as scenarios that hold on the sandbox and on the real one alike.
//!
//! Plain `cargo test` runs every scenario against embedded sandboxes, one for each way of deleting a workspace.
//! With `NMP_CONFORMANCE_URL` the same scenarios run against that platform instead, which must take unsigned
//! tokens; `NMP_CONFORMANCE_ADMIN` names its platform admin (admin@example.com unless said otherwise). What could
//! do damage runs there only with `NMP_CONFORMANCE_OWN=1`, which says that the platform was started for these tests.
//! Which release it is of, the platform says itself, or `NMP_CONFORMANCE_VERSION` where it does not; that it keeps its
//! data in PostgreSQL, `NMP_CONFORMANCE_STORE=postgres` says. `NMP_CONFORMANCE_CLI` names what runs the platform's own CLI
//! (`tests/platform`, or what takes the same arguments). What differs between them is data ([`novelty`]), and what
//! was left out is counted ([`tally`]).
//!
//! Scenarios speak through the API client. Where the client refuses to send something on purpose, or where it
//! matters what is on the wire, they send the request themselves.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a scenario that meets what it does not expect has failed"
)]

mod answers;
mod audit;
mod deletions;
mod errors;
mod gateway;
mod generations;
mod last_admin;
mod listing;
mod members;
mod novelty;
mod own;
mod plans;
mod platform;
mod principals;
mod projects;
mod resources;
mod rights;
mod rows;
mod server;
mod tally;
mod touched;
mod wire;
mod workspaces;
