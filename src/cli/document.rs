//! What the grammar says about itself: shell completions and the manual page.

use super::{Cli, Ending, Failure};
use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;
use std::io::{self, Write as _};

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn script(&self) -> Vec<u8> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "nmp-console", &mut script);
        script
    }
}

/// Returns the manual: the page of the program, followed by one for each of its commands.
pub(super) fn manual() -> io::Result<Vec<u8>> {
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut pages)?;
    render_parts(&command, "nmp-console", &mut pages)?;
    Ok(pages)
}

/// Adds a page for each command of `whole`, and for the commands of that.
fn render_parts(whole: &Command, name: &str, pages: &mut Vec<u8>) -> io::Result<()> {
    for part in whole.get_subcommands().filter(|part| part.get_name() != "help") {
        let name = format!("{name}-{}", part.get_name());
        clap_mangen::Man::new(part.clone().display_name(&name)).render(pages)?;
        render_parts(part, &name, pages)?;
    }
    Ok(())
}

/// Writes data to standard output. A reader that has had enough (`| head`) is no error.
pub(super) fn print(data: &[u8]) -> Result<Ending, Failure> {
    print_from(|out| out.write_all(data))
}

/// Writes to standard output what `fill` writes, in the same way.
pub(super) fn print_from(fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<Ending, Failure> {
    let mut out = Watched {
        out: io::stdout().lock(),
        is_left: false,
    };
    match fill(&mut out).and_then(|()| out.flush()) {
        Err(error) if !out.is_left => Err(error.into()),
        _ => Ok(Ending::Done),
    }
}

/// Notices that the reader has gone, in whatever words that is told further up.
struct Watched<W> {
    out: W,
    is_left: bool,
}

impl<W: io::Write> Watched<W> {
    fn notice<T>(&mut self, done: io::Result<T>) -> io::Result<T> {
        let is_left = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        self.is_left |= done.as_ref().is_err_and(is_left);
        done
    }
}

impl<W: io::Write> io::Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.out.write(bytes);
        self.notice(done)
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.out.flush();
        self.notice(done)
    }
}
