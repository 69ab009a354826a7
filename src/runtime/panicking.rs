//! What a panic does, on whichever thread: it ends the program.
//!
//! Nothing goes on where a part of the program has died that others wait for. So the hook does itself what has to be done,
//! and does not leave it to destructors: a build that cannot unwind (`panic = "abort"`) ends like any other.

use super::{linear, terminal};
use crate::files;
use std::panic::{set_hook, take_hook};

/// What a program ends with that has panicked, as Rust has it.
const PANICKED: i32 = 101;

/// Has a panic give the terminal back, take away what was being written, tell what happened by the hook that is there,
/// and end the program.
pub fn end_on_panic() {
    let tell = take_hook();
    set_hook(Box::new(move |panic| {
        terminal::give_back();
        linear::give_back();
        files::discard_drafts();
        tell(panic);
        #[expect(clippy::exit, reason = "no thread may go on, not even to unwind")]
        std::process::exit(PANICKED);
    }));
}
