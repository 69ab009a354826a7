//! Logging in and staying logged in: how a server lets people in ([`discovery`]), how its identity provider is spoken to
//! ([`provider`]), and the tokens that are made here ([`unsigned`]) or were got elsewhere ([`pasted`]).
//!
//! It knows no screen and no command line, and puts no bytes on the wire itself: `api` does.

mod clock;
pub mod device_id;
pub mod discovery;
mod error;
pub mod pasted;
pub mod provider;
pub mod unsigned;

pub use clock::Clock;
pub use error::Error;
