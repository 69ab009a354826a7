//! Files, as this program reads and makes them, whoever it runs as and whatever lies there.
//!
//! What is read has a limit, and is a file: a device or a pipe that never ends must not hang anybody ([`read`]). What is
//! written is written whole beside its place and moved there, for its owner only ([`Draft`]); what a console that was
//! killed left behind is taken away by the next one ([`sweep`]). And whatever is made in the place of somebody else –
//! by root, with that person's home – is theirs, or it would lock them out of their own login. Reports alone are of
//! whoever asked for them.

mod draft;
mod folder;
mod listing;
mod owner;
mod reading;

pub use draft::{Draft, Others, discard_drafts, sweep, wait_for_lock};
pub use folder::{
    could_make_folder, holds, is_absence, make_folder, of_path as folder_of, require_folder_of, settle, take_turn,
};
pub use listing::{browsed, listed};
pub use owner::{Owner, make_or_open};
pub use reading::{
    BASELINE, CERTIFICATES, CONFIG, JOURNAL, NAMES, NOTE, OWN_POLICY, PLAN, POLICY, WISHES, WITHOUT_WAITING, is_pipe,
    open, read, read_open, read_part,
};
