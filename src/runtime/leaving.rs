//! Ending changes without a screen when that is asked for, not before what is under way has had a moment.

use super::Batch;
use crate::app::change::Run;
use crate::domain::text::SafeText;
use std::pin::pin;
use std::time::Duration;
use tokio::time::Instant;

/// What a command was told about ending. A first signal lets it begin nothing more, a second one lets it wait for the rest
/// a moment only, and a third one for nothing: what became of that the next start looks up.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    moment: Duration,
    signal: Option<i32>,
    until: Option<Instant>,
    /// Whether a third one has come.
    is_left: bool,
}

impl Leaving {
    /// Begins without a signal; a second one will leave this long for what is under way.
    pub fn giving(moment: Duration) -> Self {
        Self {
            moment,
            signal: None,
            until: None,
            is_left: false,
        }
    }

    /// Returns the number of the first signal, if one came.
    pub fn signal(self) -> Option<i32> {
        self.signal
    }

    /// Makes the changes of `batch` until everything is over, or is not waited for any more. What happens goes to `tell`.
    pub async fn drive(
        &mut self,
        batch: &mut Batch,
        mut signals: impl AsyncFnMut() -> i32,
        mut tell: impl FnMut(&Run, &[SafeText]),
    ) {
        loop {
            tokio::select! {
                biased;
                is_over = self.is_over(&mut signals) => {
                    // At a later signal, too: what was under way may have come back refused, to be tried again.
                    batch.stop();
                    if is_over {
                        break;
                    }
                }
                more = batch.go_on() => {
                    let Some(said) = more else { break };
                    tell(batch.run(), &said);
                }
            }
        }
    }

    /// Does `work`, which has a moment of its own where a second signal came before. Returns nothing where it is not waited
    /// for any more.
    pub async fn wait_for<T>(
        &mut self,
        work: impl Future<Output = T>,
        mut signals: impl AsyncFnMut() -> i32,
    ) -> Option<T> {
        if !self.is_left {
            self.until = self.until.map(|_| Instant::now() + self.moment);
        }
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                is_over = self.is_over(&mut signals) => if is_over {
                    return None;
                },
                done = &mut work => return Some(done),
            }
        }
    }

    /// Waits for a signal, or for the end of the moment, and returns whether nothing is waited for any more.
    async fn is_over(&mut self, signals: &mut impl AsyncFnMut() -> i32) -> bool {
        tokio::select! {
            biased;
            number = signals() => {
                let is_over = self.until.is_some();
                if is_over {
                    self.until = Some(Instant::now());
                    self.is_left = true;
                }
                if self.signal.is_some() && !is_over {
                    self.until = Some(Instant::now() + self.moment);
                }
                self.signal.get_or_insert(number);
                is_over
            }
            () = until(self.until) => true,
        }
    }
}

/// Returns at this moment, if there is one.
async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::future::{pending, ready};

    const LONG: Duration = Duration::from_hours(1);

    /// Gives these signals, and then none.
    fn giving(signals: &[i32]) -> impl AsyncFnMut() -> i32 {
        let mut signals = signals.iter().copied();
        async move || match signals.next() {
            Some(number) => number,
            None => pending().await,
        }
    }

    #[rstest]
    #[case::a_third_waits_for_nothing(LONG, &[2, 15, 1])]
    #[case::a_second_waits_a_moment(Duration::ZERO, &[2, 15])]
    #[tokio::test]
    async fn work_without_an_end_is_left(#[case] moment: Duration, #[case] signals: &[i32]) {
        let mut leaving = Leaving::giving(moment);
        assert_eq!(leaving.wait_for(pending::<()>(), giving(signals)).await, None);
        assert_eq!(leaving.signal(), Some(2));
    }

    /// Neither the work that it interrupts nor what comes after it.
    #[tokio::test]
    async fn what_follows_a_third_signal_is_not_waited_for() {
        let mut leaving = Leaving::giving(LONG);
        assert_eq!(leaving.wait_for(pending::<()>(), giving(&[2, 15, 1])).await, None);
        let work = leaving.wait_for(pending::<()>(), giving(&[]));
        let left = tokio::time::timeout(Duration::from_mins(1), work).await;
        assert_eq!(left, Ok(None), "a minute is less than the hour that a moment has here");
    }

    #[rstest]
    #[case(&[])]
    #[case(&[2])]
    #[case(&[2, 15])]
    #[tokio::test]
    async fn work_that_ends_in_its_moment_is_done(#[case] signals: &[i32]) {
        let mut leaving = Leaving::giving(LONG);
        assert_eq!(leaving.wait_for(ready("done"), giving(signals)).await, Some("done"));
        assert_eq!(leaving.signal(), signals.first().copied());
    }

    #[tokio::test]
    async fn what_comes_after_a_moment_has_one_of_its_own() {
        let mut leaving = Leaving::giving(Duration::from_millis(10));
        assert_eq!(leaving.wait_for(pending::<()>(), giving(&[2, 15])).await, None);
        leaving.moment = LONG;
        let work = async {
            tokio::task::yield_now().await;
            "done"
        };
        assert_eq!(leaving.wait_for(work, giving(&[])).await, Some("done"));
        assert_eq!(leaving.wait_for(pending::<()>(), giving(&[1])).await, None);
    }
}
