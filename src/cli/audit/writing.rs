//! Writing the report down, on a thread of its own: whoever reads it may be slow, and a signal ends the wait.

use super::super::output::Output;
use super::super::signals::Signals;
use super::super::{Failure, document, tell};
use crate::audit::export::{self, Format, Shape};
use crate::audit::{Baseline, Filter, Report};
use crate::background::blocking;
use crate::domain::text::SafeText;
use crate::journal::{Head, Journal};
use std::io::{self, Write as _};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long a file that was being written may take to go away.
const TO_CLEAN_UP: Duration = Duration::from_secs(5);

/// A report that is to be written, and how.
#[derive(Debug)]
pub(super) struct Writing {
    pub(super) format: Format,
    pub(super) shape: Shape,
    pub(super) filter: Filter,
    pub(super) baseline: Option<Arc<Baseline>>,
    /// The journal whose head stands in the report, where one is kept.
    pub(super) journal: Option<Journal>,
    /// Nothing stands for standard output.
    pub(super) output: Option<Output>,
}

/// What was written, and the part of it that was meant.
type Written = (Filter, Report);

impl Writing {
    /// Compares and writes, and returns what was written; the number of the signal that ended it, if one did.
    pub(super) async fn finish(
        self,
        report: Arc<Report>,
        signals: &mut Signals,
    ) -> Result<Result<Written, i32>, Failure> {
        let stop = CancellationToken::new();
        let has_file = self.output.is_some();
        let stopped = stop.clone();
        let mut job = pin!(blocking(move || self.write(Arc::unwrap_or_clone(report), &stopped)));
        let number = tokio::select! {
            written = &mut job => return written.map(Ok),
            number = signals.next() => number,
        };
        stop.cancel();
        if has_file {
            // What it has written so far is taken away by the thread that writes it. Nothing waits for who reads a pipe.
            tokio::select! {
                _ = timeout(TO_CLEAN_UP, &mut job) => {}
                second = signals.next() => return Ok(Err(second)),
            }
        }
        Ok(Err(number))
    }

    /// Waits for the disk: not to be called on the async runtime.
    fn write(self, report: Report, stop: &CancellationToken) -> Result<Written, Failure> {
        let report = match &self.baseline {
            None => report,
            Some(baseline) => report
                .with_baseline(baseline, &self.filter)
                .map_err(|problem| Failure::Local(problem.to_string()))?,
        };
        let head = self.journal.as_ref().and_then(head_of);
        let fill = |out: &mut dyn io::Write| {
            let mut out = Stoppable { out, stop };
            let kind = (self.format, self.shape);
            export::write_shaped(kind, (&report, &self.filter), head.as_ref(), &mut out)?;
            out.go_on()
        };
        match self.output {
            Some(output) if report.snapshot.coverage.stopped.is_some() => write_a_part(output, fill)?,
            Some(output) => output.write(fill)?,
            None => {
                document::print_from(fill)?;
            }
        }
        Ok((self.filter, report))
    }
}

/// Returns where the journal ends. A report is written all the same where that cannot be told.
fn head_of(journal: &Journal) -> Option<Head> {
    journal.head().unwrap_or_else(|error| {
        let text = format!("warning: the journal cannot be read, so the report does not name its head: {error}");
        tell(&SafeText::new(&text));
        None
    })
}

/// Writes a report whose reading did not come to its end, and says so if it is not where it was asked for.
fn write_a_part(output: Output, fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), Failure> {
    let asked_for = output.target().to_owned();
    let output = output.for_a_part()?;
    let target = output.target().to_owned();
    output.write(fill)?;
    if target != asked_for {
        let [kept, written] = [&asked_for, &target].map(|path| SafeText::new(&path.to_string_lossy()));
        // With standard error gone there is nobody left to tell.
        let _ = writeln!(
            io::stderr(),
            "nmp-console: not everything was read: {kept} was left as it was, and what was read is in {written}"
        );
    }
    Ok(())
}

/// Takes what is written until it is told to stop.
struct Stoppable<'a> {
    out: &'a mut dyn io::Write,
    stop: &'a CancellationToken,
}

impl Stoppable<'_> {
    fn go_on(&self) -> io::Result<()> {
        if self.stop.is_cancelled() {
            return Err(io::Error::other("interrupted"));
        }
        Ok(())
    }
}

impl io::Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.go_on()?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::output::Clash;
    use super::*;
    use crate::audit::coverage::{Coverage, Method};
    use crate::audit::{Builder, Origin, Policy};
    use crate::domain::platform::Generation;
    use jiff::Timestamp;

    fn report() -> Report {
        let builder = Builder::new(Origin {
            server: "https://nmp.example.com".to_owned(),
            server_version: None,
            generation: Generation::Unknown,
            caller: "al@x.com".to_owned(),
            is_platform_admin: true,
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: Timestamp::UNIX_EPOCH,
        });
        let snapshot = builder.freeze(Coverage::nothing(Method::Bindings), Timestamp::UNIX_EPOCH);
        Report::new(snapshot, Arc::new(Policy::default()))
    }

    #[test]
    fn a_file_that_was_being_written_when_the_signal_came_is_taken_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        for (is_stopped, begin) in [(true, "old"), (false, "{")] {
            let writing = Writing {
                format: Format::Json,
                shape: Shape::default(),
                filter: Filter::default(),
                baseline: None,
                journal: None,
                output: Some(Output::at(&path, Clash::Replace).unwrap()),
            };
            let stop = CancellationToken::new();
            if is_stopped {
                stop.cancel();
            }
            assert_eq!(writing.write(report(), &stop).is_err(), is_stopped);
            assert!(std::fs::read_to_string(&path).unwrap().starts_with(begin));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
