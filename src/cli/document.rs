//! What the grammar says about itself: shell completions and the manual page.

use super::complete::Shell;
use super::{Ending, Failure, manual};
use crate::domain::text::SafeText;
use clap::Args;
use std::io::{self, Write as _};

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

const NOTES: &str = "\
Names of contexts and files that hold a blank, or anything else that a shell reads as more than a
name, are not offered: some shells put what they are told into the line unquoted.";

impl Completions {
    pub(super) fn script(&self) -> io::Result<Vec<u8>> {
        self.shell.script()
    }
}

#[derive(Debug, Args)]
pub(super) struct Manual {
    /// The command, or the page, to print; without one, all pages one after the other
    #[arg(num_args = 0.., value_name = "COMMAND")]
    page: Vec<String>,
    /// Print the names of the pages instead
    #[arg(long, conflicts_with = "page")]
    list: bool,
}

impl Manual {
    /// Returns the pages that are asked for, or their names.
    pub(super) fn text(&self) -> Result<Vec<u8>, Failure> {
        let mut pages = manual::pages()?;
        if self.list {
            let names = pages.iter().map(|page| format!("{}\n", page.name()));
            return Ok(names.collect::<String>().into_bytes());
        }
        if !self.page.is_empty() {
            let command = self.page.join(" ");
            pages.retain(|page| page.is_about(&command));
            if pages.is_empty() {
                let why = format!(
                    "there is no page about '{}'; 'nmp-console man --list' names all",
                    SafeText::new(&command)
                );
                return Err(Failure::Usage(why));
            }
        }
        Ok(pages.into_iter().flat_map(|page| page.text).collect())
    }
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
