//! How many member lists are asked for at once: as many as make it faster, and no more.
//!
//! One process of the platform answers about as many lists a second however many are asked for at once; more only
//! make each wait longer, for everybody. Over a distance, though, most of the time is the way there and back, and
//! asking for several at once hides it. Neither can be known beforehand, so it is tried: twice as many as long as that
//! is clearly faster, else one step back.

use std::time::Duration;

/// The most member lists asked for at once.
const MOST: usize = 8;
/// By how much a step up must be faster to be kept, as a ratio.
const WORTH_IT: f64 = 1.2;
/// How many answers a step is judged by, at least, and for each list asked for at once.
const FEWEST_ANSWERS: usize = 3;
const ANSWERS_EACH: usize = 2;
/// After how many answers a step that was not worth it is tried again; doubled each time.
const FIRST_REST: usize = 64;

/// Decides how many questions may be under way. Time is handed in, as what has passed since some beginning.
#[derive(Debug)]
pub(super) struct Pace {
    limit: usize,
    /// Answers a second one step below; 0 where nothing is below.
    rate_below: f64,
    /// How many answers still belong to the step before: they were asked for when fewer were under way.
    n_old: usize,
    /// Since when answers count for this step.
    since: Duration,
    n_answers: usize,
    state: State,
    rest: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A step up was made and is judged.
    Trying,
    /// It stays like this for a number of answers.
    Resting,
}

impl Pace {
    /// Returns a pace that begins with one question at a time.
    pub(super) fn new(now: Duration) -> Self {
        Self {
            limit: 1,
            rate_below: 0.0,
            // The first answer comes with the making of a connection.
            n_old: 1,
            since: now,
            n_answers: 0,
            state: State::Trying,
            rest: FIRST_REST,
        }
    }

    /// Returns how many questions may be under way.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Takes note of an answer.
    pub(super) fn answered(&mut self, now: Duration) {
        if self.n_old > 0 {
            self.n_old -= 1;
            self.since = now;
            return;
        }
        self.n_answers += 1;
        match self.state {
            State::Trying if self.n_answers >= FEWEST_ANSWERS.max(self.limit * ANSWERS_EACH) => self.judge(now),
            State::Resting if self.n_answers >= self.rest => self.try_again(now),
            State::Trying | State::Resting => {}
        }
    }

    fn judge(&mut self, now: Duration) {
        let rate = self.rate(now);
        if rate < self.rate_below * WORTH_IT {
            self.limit = (self.limit / 2).max(1);
            self.go(State::Resting, now);
        } else if self.limit >= MOST {
            self.go(State::Resting, now);
        } else {
            self.step_up(rate, now);
        }
    }

    /// Measures what the present step gives and takes the next one on trial.
    fn try_again(&mut self, now: Duration) {
        self.rest = self.rest.saturating_mul(2);
        if self.limit >= MOST {
            self.go(State::Resting, now);
        } else {
            self.step_up(self.rate(now), now);
        }
    }

    fn step_up(&mut self, rate: f64, now: Duration) {
        self.rate_below = rate;
        self.limit = (self.limit * 2).min(MOST);
        self.go(State::Trying, now);
    }

    fn go(&mut self, state: State, now: Duration) {
        self.state = state;
        self.n_old = self.limit;
        self.since = now;
        self.n_answers = 0;
    }

    fn rate(&self, now: Duration) -> f64 {
        let passed = now.saturating_sub(self.since).as_secs_f64().max(f64::EPSILON);
        f64::from(u32::try_from(self.n_answers).unwrap_or(u32::MAX)) / passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::collections::BinaryHeap;

    /// A server that takes `work` for each answer, one after the other, at a distance of `way` there and back.
    #[derive(Clone, Copy)]
    struct Server {
        work: Duration,
        way: Duration,
    }

    struct Run {
        took: Duration,
        most: usize,
        /// How many questions were under way on average, as each answer came.
        mean: f64,
    }

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    /// Asks `server` for `n` lists.
    fn run(server: Server, n: usize) -> Run {
        let mut pace = Pace::new(Duration::ZERO);
        let (mut now, mut free_at) = (Duration::ZERO, Duration::ZERO);
        let mut under_way = BinaryHeap::new();
        let (mut asked, mut most, mut sum) = (0, 0, 0);
        while asked < n || !under_way.is_empty() {
            while asked < n && under_way.len() < pace.limit() {
                free_at = free_at.max(now + server.way / 2) + server.work;
                under_way.push(std::cmp::Reverse(free_at + server.way / 2));
                asked += 1;
            }
            most = most.max(under_way.len());
            sum += under_way.len();
            now = under_way.pop().unwrap().0;
            pace.answered(now);
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
        let mean = sum as f64 / n as f64;
        Run { took: now, most, mean }
    }

    #[rstest]
    #[case::fast_and_near(Server { work: ms(2), way: ms(0) })]
    #[case::as_measured(Server { work: ms(22), way: ms(1) })]
    #[case::slow(Server { work: ms(500), way: ms(2) })]
    fn where_more_at_once_is_not_faster_it_is_left_alone(#[case] server: Server) {
        let run = run(server, 1000);
        assert!(run.most <= 2 && run.mean < 1.1, "{} at once, {}", run.most, run.mean);
    }

    #[rstest]
    #[case::measured(ms(100), 100)]
    #[case::far(ms(300), 100)]
    fn a_distance_is_hidden_soon(#[case] way: Duration, #[case] n: usize) {
        let server = Server { work: ms(2), way };
        let run = run(server, n);
        let one_by_one = (server.work + way) * u32::try_from(n).unwrap();
        assert!(run.took * 4 <= one_by_one, "{:?} of {one_by_one:?}", run.took);
        assert_eq!(run.most, MOST);
    }

    #[test]
    fn at_a_distance_from_a_slow_server_it_stops_where_the_server_is_busy() {
        let server = Server {
            work: ms(22),
            way: ms(66),
        };
        let run = run(server, 400);
        // Four at once keep it busy.
        assert!(run.mean > 3.0 && run.mean < 5.0, "{}", run.mean);
        assert!(run.took <= server.work * 400 * 13 / 10, "{:?}", run.took);
    }

    #[test]
    fn never_more_than_the_most_and_never_none() {
        let mut pace = Pace::new(Duration::ZERO);
        for n in 1..100_000_u64 {
            // A clock that stands still, and then runs.
            pace.answered(ms(n.saturating_sub(500)));
            assert!((1..=MOST).contains(&pace.limit()));
        }
    }
}
