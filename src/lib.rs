//! The terminal administration console for access management on the NeMo Microservices Platform.
//!
//! | module | what it is for |
//! |---|---|
//! | [`access`] | access as code: access files, and the plan of what has to change for them: pure values |
//! | [`api`] | the platform over HTTP: reads, rights, and the one way to change something |
//! | [`app`] | what is known, what happens to it, what it wants done: pure, synchronous |
//! | [`audit`] | who has access to what: snapshots, effective roles, findings, drift, reports: pure values |
//! | [`background`] | work that blocks, on threads of its own |
//! | [`cli`] | the command line: its grammar, and the place where everything is put together |
//! | [`collect`] | reads who has access to what from a platform, in bulk or workspace by workspace |
//! | [`config`] | flags, environment and the platform CLI's config file, merged, each value with its source |
//! | [`connect`] | from what was asked for to a connection: contexts, addresses, the demo |
//! | [`domain`] | workspaces, members, roles, changes and the rules between them: pure values |
//! | [`files`] | files, read with a limit and written whole, each in the name of whom its place belongs to |
//! | [`journal`] | what this program has changed, written down before and after each request |
//! | [`login`] | logging in and staying logged in: identity providers, tokens, their renewal |
//! | [`planning`] | from an access file, an earlier plan, a report or a list to a plan |
//! | [`runtime`] | the loop, the terminal, the signals; performs effects |
//! | [`sandbox`] | the embedded platform: an HTTP server over SQLite for the demo and the tests |
//! | [`ui`] | draws the model |

#[cfg(not(unix))]
compile_error!("the console needs a Unix: its terminals, signals, file modes and process groups");

pub mod access;
pub mod api;
pub mod app;
pub mod audit;
pub mod background;
pub mod cli;
pub mod clock;
pub mod collect;
pub mod config;
pub mod connect;
pub mod domain;
pub mod files;
pub mod journal;
pub mod login;
pub mod planning;
pub mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod ui;
