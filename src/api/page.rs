//! Reading a list to its end and proving that it was the end.
//!
//! The platform pages by offset and without a tie-breaker, so a workspace made or deleted meanwhile
//! shifts the rows: some come twice, others not at all. A pass over the list counts as complete only if
//! every page told the same total, no row came twice, and as many came as there are.

use super::error::Error;
use super::wire::{Page as Body, Row};
use futures_util::stream::FuturesOrdered;
use futures_util::{Stream, TryStreamExt as _, stream};
use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher as _, RandomState};

/// How many rows a first look asks for: a screen fills soon, and it is the whole list for most platforms.
const FIRST_LOOK: usize = 200;

/// How many rows are asked for in each pass. The last is the second try for a list that moved while it was read.
const PASSES: [usize; 3] = [FIRST_LOOK, 1000, 1000];

/// The same for a list that is long for certain, which nobody watches row by row.
const PASSES_IN_BULK: [usize; 2] = [1000, 1000];

/// How many pages of a long list are asked for before they are needed, so that the platform is at work while the page
/// before is taken in.
const AHEAD_IN_BULK: usize = 2;

/// The most pages of a pass: far beyond any platform, but a server that never ends is left.
const MOST_PAGES: usize = 10_000;

/// After how many pages of nothing but rows that came before a list goes in circles: one that somebody adds to meanwhile
/// moves by less.
const MOST_WITHOUT_NEWS: usize = 5;

/// How much of a list is read, whatever the server says there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) rows: usize,
    /// The most bytes of answers, since rows can be long.
    pub(super) bytes: usize,
}

/// Some rows of a list, none of which came before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, newest first.
    pub rows: Vec<T>,
    /// How many different rows have come so far.
    pub n_read: usize,
    /// How many the platform says there are.
    pub n_total: usize,
    /// Whether these were the last.
    pub coverage: Coverage,
}

impl<T> Page<T> {
    /// What is known before the first page.
    pub(super) fn empty() -> Self {
        Self {
            rows: Vec::new(),
            n_read: 0,
            n_total: 0,
            coverage: Coverage::Partial,
        }
    }
}

/// What a list that has been read this far stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// More pages follow, or may follow.
    Partial,
    /// This was the last page, and nothing is missing.
    Complete,
    /// This was the last page, but the list kept changing: rows may be missing or gone.
    Unproven,
    /// The list was left: it is longer than is ever read, or goes in circles.
    Endless,
}

/// Which page is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) page: usize,
    pub(super) page_size: usize,
    /// Whether the list is read once more because it moved.
    pub(super) is_second_try: bool,
}

/// One walk over the list from its start.
struct Pass {
    page_size: usize,
    is_second_try: bool,
    page: usize,
    seen: HashSet<u64>,
    /// How many rows have come, doubles included: what tells the end even where a server gives smaller
    /// pages than it was asked for.
    n_rows: usize,
    total: Option<usize>,
    has_shifted: bool,
    /// How many pages in a row brought nothing but what came before.
    n_without_news: usize,
}

struct Walk {
    passes: VecDeque<usize>,
    bound: Bound,
    /// How long all answers were together.
    n_bytes: usize,
    pass: Pass,
    /// Everything handed out, over all passes. Hashes, since there can be hundreds of thousands of rows; that two of
    /// them collide is less likely than that the platform errs.
    known: HashSet<u64>,
    hasher: RandomState,
}

/// What to do after a page.
enum Next {
    Page,
    Pass,
    End(Coverage),
}

/// Reads a list by asking `fetch` for page after page.
pub(super) fn read_all<R, F, A>(bound: Bound, fetch: F) -> impl Stream<Item = Result<Page<R::Value>, Error>>
where
    R: Row,
    F: Fn(Wanted) -> A,
    A: Future<Output = Result<Body<R>, Error>>,
{
    walk(&PASSES, 0, bound, fetch)
}

/// Reads a long list by asking `fetch` for page after large page.
pub(super) fn read_in_bulk<R, F, A>(bound: Bound, fetch: F) -> impl Stream<Item = Result<Page<R::Value>, Error>>
where
    R: Row,
    F: Fn(Wanted) -> A,
    A: Future<Output = Result<Body<R>, Error>>,
{
    walk(&PASSES_IN_BULK, AHEAD_IN_BULK, bound, fetch)
}

fn walk<R, F, A>(
    page_sizes: &[usize],
    n_ahead: usize,
    bound: Bound,
    fetch: F,
) -> impl Stream<Item = Result<Page<R::Value>, Error>> + use<R, F, A>
where
    R: Row,
    F: Fn(Wanted) -> A,
    A: Future<Output = Result<Body<R>, Error>>,
{
    let start = Reader {
        walk: Walk::new(page_sizes, bound),
        fetch,
        n_ahead,
        asked: 0,
        under_way: FuturesOrdered::new(),
    };
    stream::try_unfold(Some(start), |reader| async move {
        let Some(mut reader) = reader else {
            return Ok(None);
        };
        reader.ask();
        let Some(body) = reader.under_way.try_next().await? else {
            return Ok(None);
        };
        let page = reader.walk.take(body);
        let rest = (page.coverage == Coverage::Partial).then_some(reader);
        Ok(Some((page, rest)))
    })
}

/// A walk, and the pages that were asked for.
struct Reader<F, A: Future> {
    walk: Walk,
    fetch: F,
    n_ahead: usize,
    /// The last page of this pass that was asked for.
    asked: usize,
    /// In the order of the pages, the next one first.
    under_way: FuturesOrdered<A>,
}

impl<F: Fn(Wanted) -> A, A: Future> Reader<F, A> {
    /// Asks for the next page, and for a few after it that are there for certain.
    fn ask(&mut self) {
        let pass = &self.walk.pass;
        if pass.page == 1 {
            // What was asked for in the pass before is of no use in this one.
            self.under_way = FuturesOrdered::new();
            self.asked = 0;
        }
        let until = pass.page.max(pass.known_pages().min(pass.page + self.n_ahead));
        for page in self.asked + 1..=until {
            let wanted = Wanted { page, ..pass.wanted() };
            self.under_way.push_back((self.fetch)(wanted));
            self.asked = page;
        }
    }
}

impl Walk {
    fn new(page_sizes: &[usize], bound: Bound) -> Self {
        let mut passes: VecDeque<usize> = page_sizes.iter().copied().collect();
        let first = passes.pop_front().unwrap_or(FIRST_LOOK);
        Self {
            passes,
            bound,
            n_bytes: 0,
            pass: Pass::new(first),
            known: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Takes a page in, and sets the course for the next one.
    fn take<R: Row>(&mut self, body: Body<R>) -> Page<R::Value> {
        let n_total = body.n_total();
        let mut rows = Vec::with_capacity(body.data.len());
        let n_rows = body.data.len();
        let n_seen = self.pass.seen.len();
        self.n_bytes = self.n_bytes.saturating_add(body.n_bytes);
        for row in body.data {
            let (id, value) = row.into_value();
            let id = self.hasher.hash_one(id);
            self.pass.has_shifted |= !self.pass.seen.insert(id);
            if self.known.insert(id) {
                rows.push(value);
            }
        }
        self.pass.n_without_news = if n_rows > 0 && self.pass.seen.len() == n_seen {
            self.pass.n_without_news + 1
        } else {
            0
        };
        let coverage = match self.pass.advance(n_rows, n_total, !self.passes.is_empty()) {
            Next::End(coverage) => coverage,
            Next::Page | Next::Pass if self.is_endless() => Coverage::Endless,
            Next::Page => Coverage::Partial,
            Next::Pass => match self.passes.pop_front() {
                Some(page_size) => {
                    let is_second_try = self.passes.is_empty();
                    self.pass = Pass {
                        is_second_try,
                        ..Pass::new(page_size)
                    };
                    Coverage::Partial
                }
                None => Coverage::Unproven,
            },
        };
        Page {
            rows,
            n_read: self.known.len(),
            n_total: n_total.unwrap_or(self.known.len()),
            coverage,
        }
    }
}

impl Walk {
    /// Whether enough was read for anybody, and yet there is more.
    fn is_endless(&self) -> bool {
        self.known.len() >= self.bound.rows
            || self.n_bytes >= self.bound.bytes
            || self.pass.n_without_news >= MOST_WITHOUT_NEWS
    }
}

impl Pass {
    fn new(page_size: usize) -> Self {
        Self {
            page_size,
            is_second_try: false,
            page: 1,
            seen: HashSet::new(),
            n_rows: 0,
            total: None,
            has_shifted: false,
            n_without_news: 0,
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            page: self.page,
            page_size: self.page_size,
            is_second_try: self.is_second_try,
        }
    }

    /// Returns how many pages there are by what was told so far. There may be more, where a server gives smaller pages
    /// than it was asked for.
    fn known_pages(&self) -> usize {
        let known = self.total.map_or(0, |total| total.div_ceil(self.page_size));
        known.min(MOST_PAGES)
    }

    fn advance(&mut self, n_rows: usize, n_total: Option<usize>, has_more_passes: bool) -> Next {
        let Some(n_total) = n_total else {
            return self.advance_without_total(n_rows);
        };
        self.has_shifted |= *self.total.get_or_insert(n_total) != n_total;
        self.n_rows += n_rows;
        let is_end = n_rows == 0 || self.n_rows >= n_total;
        if !is_end && self.page >= MOST_PAGES {
            return Next::End(Coverage::Endless);
        }
        if !is_end {
            let is_first_look = self.page_size == FIRST_LOOK && has_more_passes;
            self.page += 1;
            return if is_first_look { Next::Pass } else { Next::Page };
        }
        if !self.has_shifted && self.seen.len() == n_total {
            return Next::End(Coverage::Complete);
        }
        if has_more_passes {
            Next::Pass
        } else {
            Next::End(Coverage::Unproven)
        }
    }

    /// Without a total, a page that is not exactly full is the whole list or the end of it; only the former is proven.
    fn advance_without_total(&mut self, n_rows: usize) -> Next {
        if n_rows == self.page_size && !self.has_shifted {
            if self.page >= MOST_PAGES {
                return Next::End(Coverage::Endless);
            }
            self.page += 1;
            return Next::Page;
        }
        Next::End(if self.page == 1 && !self.has_shifted {
            Coverage::Complete
        } else {
            Coverage::Unproven
        })
    }
}

#[cfg(test)]
mod tests;
