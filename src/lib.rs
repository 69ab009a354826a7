//! The terminal administration console for access management on the NeMo Microservices Platform.
//!
//! | module | what it is for |
//! |---|---|
//! | [`api`] | the platform over HTTP: reads, rights, and the one way to change something |
//! | [`app`] | what is known, what happens to it, what it wants done: pure, synchronous |
//! | [`domain`] | workspaces, members, roles, changes and the rules between them: pure values |
//! | [`sandbox`] | the embedded platform: an HTTP server over SQLite for the demo and the tests |

pub mod api;
pub mod app;
pub mod domain;
pub mod sandbox;
