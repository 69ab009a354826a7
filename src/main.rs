//! The binary: hooks, runtime, exit code.

use nmp_console::cli::{self, Ending, Env, Failure};
use std::process::ExitCode;
use std::time::Duration;

/// How long threads that still work are waited for at the end.
const LAST_WORK: Duration = Duration::from_secs(2);

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::conclude(&run())
}

fn run() -> Result<Ending, Failure> {
    let (folder, program) = (std::env::current_dir().ok(), std::env::current_exe().ok());
    if cli::complete(std::env::args_os(), folder.as_deref(), program)? {
        return Ok(Ending::Done);
    }
    cli::install()?;
    let task = cli::prepare(std::env::args_os(), &Env::of_process())?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(n_threads) = task.n_threads() {
        runtime.worker_threads(n_threads);
    }
    let runtime = runtime.enable_all().build()?;
    let outcome = runtime.block_on(cli::perform(task));
    match outcome {
        // Some thread may still write to a reader that takes nothing, and would be waited for.
        Ok(Ending::Signalled(_)) => runtime.shutdown_background(),
        // Others may wait for a lock that somebody else does not give back.
        _ => runtime.shutdown_timeout(LAST_WORK),
    }
    outcome
}
