//! The binary: hooks, runtime, exit code.

use nmp_console::cli::{self, Ending, Env, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::conclude(&run())
}

fn run() -> Result<Ending, Failure> {
    color_eyre::install().map_err(Failure::Console)?;
    let task = cli::prepare(std::env::args_os(), &Env::of_process())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(cli::perform(task));
    if let Ok(Ending::Signalled(_)) = outcome {
        // Some thread may still write to a reader that takes nothing, and would be waited for.
        runtime.shutdown_background();
    }
    outcome
}
