//! What the process is set up with before it does anything: its last words, and that nothing of it is written to disk
//! when it dies.

use super::Failure;
use crate::domain::text::SafeText;
use crate::runtime::end_on_panic;
use color_eyre::config::HookBuilder;
use color_eyre::section::PanicMessage;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Sets the process up.
///
/// # Errors
/// If that was done already.
pub fn install() -> Result<(), Failure> {
    forbid_dumps(cfg!(debug_assertions));
    survive_full_files();
    let hooks = HookBuilder::default().panic_message(LastWords);
    hooks.install().map_err(Failure::Console)?;
    end_on_panic();
    Ok(())
}

/// Has a file that may not grow any more be an error like a full disk, and not the end of the program.
fn survive_full_files() {
    let flag = Arc::new(AtomicBool::new(false));
    // Where it cannot be had, such a limit ends the program, as it does by default.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag);
}

/// What is said of a panic. Its message may quote what a server or a file said.
struct LastWords;

impl PanicMessage for LastWords {
    fn display(&self, info: &std::panic::PanicHookInfo<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        writeln!(f, "The application panicked (crashed).")?;
        writeln!(f, "Message:  {}", lines(text.unwrap_or("nothing that could be shown")))?;
        match info.location() {
            Some(place) => write!(f, "Location: {}:{}", SafeText::new(place.file()), place.line()),
            None => write!(f, "Location: unknown"),
        }
    }
}

/// Returns text of several lines, each of which may be printed.
pub(super) fn lines(text: &str) -> String {
    let lines = text
        .split('\n')
        .map(|line| SafeText::with_limit(line, usize::MAX).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

/// A core dump holds what the memory holds, tokens included. Where one would be handed to a program, a limit alone does not
/// count; but a program that must not be dumped cannot be looked at by a debugger either, so a build for debugging keeps
/// to the limit.
fn forbid_dumps(is_for_debugging: bool) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: getrlimit(Resource::Core).maximum,
    };
    // Nothing depends on it: a system that refuses this has its reasons.
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    if !is_for_debugging {
        let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_in_lines_stays_in_lines_and_is_harmless() {
        assert_eq!(lines("a\n  b\u{9b}31m\u{202e}\n"), "a\n  b\\u{9b}31m\\u{202e}\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_of_this_process_is_dumped() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        forbid_dumps(false);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
