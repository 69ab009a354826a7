//! The terminal administration console for access management on the NeMo Microservices Platform.
//!
//! | module | what it is for |
//! |---|---|
//! | [`cli`] | the command line: grammar, subcommands, exit codes; everything is put together there |
//! | [`config`] | flags, environment and the platform CLI's config file, merged, each value with its source |
//! | [`domain`] | workspaces, members, roles, changes and the rules between them: pure values |
//! | [`sandbox`] | the embedded platform: an HTTP server over SQLite for the demo and the tests |

pub mod cli;
pub mod config;
pub mod domain;
pub mod sandbox;
