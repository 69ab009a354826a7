//! Logging in and staying logged in: how a server lets people in ([`discovery`]), how its identity provider is spoken to
//! ([`provider`]), and the tokens that are made here ([`unsigned`]) or were got elsewhere ([`pasted`]).
//!
//! It knows no screen and no command line, and puts no bytes on the wire itself: `api` does.

mod clock;
pub mod device_id;
pub mod discovery;
mod error;
mod held;
mod keeper;
mod logging_in;
pub mod pasted;
mod person;
pub mod provider;
mod shelf;
pub mod unsigned;

pub use clock::Clock;
pub use error::Error;
pub use keeper::{Keeper, Login};
pub use logging_in::{Counter, log_in, log_out, ways};
pub use shelf::Shelf;
