//! Logging in and staying logged in: how a server lets people in ([`discovery`]), how its identity provider is spoken to
//! ([`provider`]), and the tokens that are made here ([`unsigned`]) or were got elsewhere ([`pasted`]).
//!
//! It knows no screen and no command line, and puts no bytes on the wire itself: `api` does.

mod active_token;
mod clock;
mod credential_slot;
pub mod device_id;
pub mod discovery;
mod error;
mod logging_in;
pub mod pasted;
mod person;
pub mod provider;
mod token_manager;
pub mod unsigned;

pub use clock::Clock;
pub use credential_slot::{CredentialSlot, Login};
pub use error::Error;
pub use logging_in::{LoginTarget, log_in, log_out, ways};
pub use token_manager::TokenManager;
