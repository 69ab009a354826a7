//! Access management on the NeMo Microservices Platform: workspaces, members and roles.
//!
//! The program of this crate is a console for the terminal; its README says what that is for and how it is used. As a
//! library the crate is a client for the same platform, which reads, and changes what it is told to: each change is one
//! value, sent once, and what went wrong says whether it may have happened all the same.
//!
//! # The client
//!
//! A [`Client`] is made from a [`Connection`] and used on a tokio runtime. What it reads and takes are values of [`domain`];
//! the ones that most programs need are here at the root.
//!
//! ```no_run
//! use nmp_console::{BaseUrl, Change, Client, Connection, Coverage, Principal, Propagation, Role, RoleSet, WorkspaceName};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Connection {
//!     token: Some(std::env::var("NMP_ACCESS_TOKEN")?.into()),
//!     ..Connection::to(BaseUrl::parse("https://nmp.example.com")?)
//! })?;
//!
//! let workspaces = client.all_workspaces().await?;
//! if workspaces.coverage != Coverage::Complete {
//!     println!("the list changed while it was read, or has no end: some may be missing");
//! }
//! for workspace in workspaces.rows {
//!     // Only its Admins may see the members of a workspace: everybody else gets 403, of which the error tells.
//!     match client.members(&workspace.name).await {
//!         Ok(roster) => println!("{}: {} members", workspace.name.shown(), roster.len()),
//!         Err(error) => println!("{}: {error}", workspace.name.shown()),
//!     }
//! }
//!
//! let workspace = WorkspaceName::from_platform("ml-team");
//! let bob = Principal::parse_new("bob@example.com")?;
//! let change = Change::Roles {
//!     before: client.members(&workspace).await?.roles_of(&bob),
//!     after: RoleSet::only(Role::Editor),
//!     principal: bob,
//!     workspace,
//! };
//! client.apply(&change, Propagation::Skip).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Ids keep the platform's bytes and have no `Display`: what comes from outside may hold control characters, and `shown()`
//! is the text without them. `raw()` is the id as it is.
//!
//! Long lists come as streams of pages ([`Client::workspaces`], [`Client::bindings`]), or whole ([`Client::all_workspaces`],
//! [`Client::all_bindings`]), within [`Limits`] in either case. `examples/second_admin.rs` is a program to begin with.
//!
//! # Errors
//!
//! Every failure is an [`Error`]. Its `Display` says what the platform refused, in the platform's own words where it gave
//! any, without a token or any other secret of the connection. [`Error::kind`] sorts it by what can be done about it,
//! and [`Error::next_step`] says that in words. Reads are tried again where that makes sense, changes never: where
//! [`Error::is_outcome_unknown`] says so, only reading back tells whether a change was applied.
//!
//! ```
//! # fn example(error: &nmp_console::Error) {
//! use nmp_console::ErrorKind;
//!
//! match error.kind() {
//!     ErrorKind::LastAdmin => println!("somebody else has to become Admin first"),
//!     ErrorKind::Unauthorized | ErrorKind::SessionExpired => println!("log in again"),
//!     _ if error.is_outcome_unknown() => println!("read it back: {error}"),
//!     _ => println!("{error}. {}", error.next_step()),
//! }
//! # }
//! ```
//!
//! # Features
//!
//! All are on by default. A program that needs the client alone turns them off (`default-features = false`) and compiles
//! less than half of the crates, in half of the time. Every combination of them is supported.
//!
//! | feature | what it adds |
//! |---|---|
//! | none | the client: `api`, `background`, `domain` |
//! | `audit` | who has access to what, and access as code: `audit`, `collect`, `access`, and filters and patterns of `domain` |
//! | `console` | the program and all of its parts; brings `audit`, which its screens show |
//! | `sandbox` | the embedded platform, an HTTP server over SQLite; with `console` also the commands `demo` and `sandbox` |
//!
//! With `sandbox`, what uses the client can be tested without a platform:
//!
//! ```
//! # #[cfg(feature = "sandbox")]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use nmp_console::sandbox::{self, DEMO_CALLER, Options, Seed, unsigned_token};
//! use nmp_console::{BaseUrl, Client, Connection, Timestamp};
//! use std::time::Duration;
//!
//! let platform = sandbox::start(Options { seed: Seed::Demo, ..Options::default() }).await?;
//! let token = unsigned_token(DEMO_CALLER, Timestamp::now(), Duration::from_mins(1));
//! let client = Client::new(Connection {
//!     token: Some(token.into()),
//!     ..Connection::to(BaseUrl::parse(&platform.url())?)
//! })?;
//! assert!(client.all_workspaces().await?.rows.iter().any(|workspace| workspace.name.raw() == "ml-team"));
//! # platform.stop().await;
//! # Ok(())
//! # }
//! # #[cfg(feature = "sandbox")]
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # Versions
//!
//! They are those of the program. Types and functions may change with each of them; for what the root of the crate names the
//! changelog tells it.

#[cfg(not(unix))]
compile_error!(
    "a Unix is needed: by the client for its clock, by the sandbox for file modes, by the console for terminals and signals, too"
);

#[cfg(feature = "audit")]
pub mod access;
pub mod api;
#[cfg(feature = "console")]
pub mod app;
#[cfg(feature = "audit")]
pub mod audit;
pub mod background;
#[cfg(feature = "console")]
pub mod cli;
#[cfg(feature = "console")]
pub mod clock;
#[cfg(feature = "audit")]
pub mod collect;
#[cfg(feature = "console")]
pub mod config;
#[cfg(feature = "console")]
pub mod connect;
pub mod domain;
#[cfg(feature = "console")]
pub mod files;
#[cfg(feature = "console")]
pub mod journal;
#[cfg(feature = "console")]
pub mod login;
#[cfg(feature = "console")]
pub mod names;
#[cfg(feature = "console")]
pub mod planning;
#[cfg(feature = "console")]
pub mod runtime;
#[cfg(feature = "sandbox")]
pub mod sandbox;
#[cfg(feature = "console")]
pub mod ui;

pub use api::{
    Accepted, BaseUrl, BindingPage, Bindings, Client, Connection, Coverage, Error, ErrorKind, Limits, Mode, Page,
    Propagation,
};
pub use domain::binding::Binding;
pub use domain::change::Change;
pub use domain::ids::{Principal, WorkspaceName};
pub use domain::member::{Member, Roster};
pub use domain::role::{Role, RoleSet};
pub use domain::workspace::Workspace;
pub use jiff::Timestamp;
