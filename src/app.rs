//! The core: what the console knows, what happens to it, and what it wants done. Pure and synchronous.
//!
//! One way in: [`update::update`] takes a [`msg::Stamped`] message, changes the [`model::Model`] and returns
//! [`msg::Effect`]s as plain data. Nothing here does IO, reads a clock or knows HTTP or a terminal; the runtime
//! performs the effects and sends the answers back as messages.
//!
//! Start reading at [`update`], then [`keymap`] for what a key means and [`change`] for how a change is made.

pub mod audit;
pub mod change;
pub mod columns;
pub mod command;
pub mod contents;
pub mod deletions;
pub mod dialog;
pub mod equivalent;
pub mod failure;
pub mod filter;
pub mod fresh;
pub mod geometry;
pub mod inventory;
pub mod keymap;
pub mod linear;
pub mod list;
pub mod looks;
pub mod model;
pub mod msg;
pub mod notice;
pub mod own_keys;
pub mod pointer;
pub mod question;
pub mod remote;
mod row;
pub mod screen;
pub mod scrolled;
pub mod session;
pub mod store;
pub mod targets;
pub mod text_field;
pub mod time;
pub mod touched;
pub mod tour;
pub mod update;
pub mod views;
mod waits;
