//! The resources of one workspace: one listing per kind, loaded page by page on demand.
//!
//! The first page of every kind is read at once, a few kinds at a time, and tells how many there are. The rest of a
//! large listing is read when somebody comes near the end of what is there, or filters or sorts, which needs all of it.

use super::failure::{Failure, FailureKind};
use super::msg::{ResourcePage, Ticket};
use crate::domain::resource::{Resource, ResourceId, ResourceKind};
use jiff::Timestamp;
use std::collections::HashSet;

/// The most things of one kind that are read: nobody looks through more, and a list without an end is left.
pub const MOST_THINGS: usize = 20_000;

/// How many listings are read at the same time.
pub const MOST_AT_ONCE: usize = 4;

/// Everything known of the things in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    listings: Vec<KindListing>,
}

/// The things of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindListing {
    /// Which kind.
    pub kind: ResourceKind,
    rows: Vec<Resource>,
    n_total: Option<usize>,
    n_pages: usize,
    reading: Reading,
    as_of: Option<Timestamp>,
    /// Whether the platform has a service for this kind, as far as is known.
    is_installed: bool,
    /// The pages of a refresh, until as much is there as was there before.
    incoming: Option<Vec<Resource>>,
}

/// How the reading of a listing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The next page has not been asked for.
    Open,
    /// It is under way.
    UnderWay(Ticket),
    /// There is no other page.
    Complete,
    /// There is more, but no more is read: there are too many, or the same ones come again and again.
    Left,
    /// It could not be read.
    Failed(Failure),
}

impl KindListing {
    fn new(kind: ResourceKind) -> Self {
        Self {
            kind,
            rows: Vec::new(),
            n_total: None,
            n_pages: 0,
            reading: Reading::Open,
            as_of: None,
            is_installed: true,
            incoming: None,
        }
    }

    /// Returns the things read so far.
    pub fn rows(&self) -> &[Resource] {
        &self.rows
    }

    /// Returns how many things there are; nothing where that is not known.
    pub fn n_total(&self) -> Option<usize> {
        self.n_total
    }

    /// Returns whether the platform has a service for this kind, as far as is known.
    pub fn is_installed(&self) -> bool {
        self.is_installed
    }

    /// Returns how the reading stands.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// Returns as of when its things are, and why they could not be read again, where that is so.
    pub fn stale(&self) -> Option<(Timestamp, &Failure)> {
        let Reading::Failed(failure) = &self.reading else {
            return None;
        };
        self.as_of.zip(Some(failure))
    }

    /// Returns whether the last reading failed and so some of its things were never read.
    pub fn lacks_some(&self) -> bool {
        matches!(self.reading, Reading::Failed(_)) && self.n_total.is_none_or(|n_total| self.rows.len() < n_total)
    }

    /// Returns when its first page was last read.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    fn take(&mut self, page: ResourcePage, now: Timestamp) {
        let n_here = page.rows.len();
        self.n_pages += 1;
        self.as_of = Some(now);
        self.is_installed = true;
        let n_wanted = self.rows.len();
        let rows = self.incoming.as_mut().unwrap_or(&mut self.rows);
        // A page shifts when something is made while the listing is read: the same thing then comes twice.
        let known: HashSet<ResourceId> = rows.iter().map(Resource::address).collect();
        let n_known = rows.len();
        rows.extend(page.rows.into_iter().filter(|row| !known.contains(&row.address())));
        let n_read = rows.len();
        let is_end = n_here == 0 || page.n_total.is_none_or(|total| n_read >= total);
        self.n_total = Some(if is_end { n_read } else { page.n_total.unwrap_or(n_read) });
        let is_left = !is_end && (n_read >= MOST_THINGS || n_read == n_known);
        self.reading = match (is_end, is_left) {
            (true, _) => Reading::Complete,
            (false, true) => Reading::Left,
            (false, false) => Reading::Open,
        };
        if (is_end || is_left || n_read >= n_wanted)
            && let Some(fresh) = self.incoming.take()
        {
            self.rows = fresh;
        }
    }
}

impl Contents {
    /// Returns empty listings for `kinds`.
    pub fn new(kinds: impl Iterator<Item = ResourceKind>) -> Self {
        let listings = kinds.map(KindListing::new).collect();
        Self { listings }
    }

    /// Returns the listings, in the usual order of kinds.
    pub fn listings(&self) -> &[KindListing] {
        &self.listings
    }

    /// Returns the listings of `kind`, or all.
    pub fn of(&self, kind: Option<ResourceKind>) -> impl Iterator<Item = &KindListing> {
        self.listings
            .iter()
            .filter(move |listing| kind.is_none_or(|kind| listing.kind == kind))
    }

    /// Returns the thing with this address.
    pub fn find(&self, id: &ResourceId) -> Option<&Resource> {
        let listing = self.of(Some(id.kind)).next()?;
        listing.rows.iter().find(|row| row.name == id.name)
    }

    /// Returns the next page to be asked for: the first one of every listing, then further ones of the listings of
    /// `kind` where they are wanted.
    pub fn next_page(&self, kind: Option<ResourceKind>, wants_more: bool) -> Option<(ResourceKind, usize)> {
        let is_under_way = |listing: &&KindListing| matches!(listing.reading, Reading::UnderWay(_));
        if self.listings.iter().filter(is_under_way).count() >= MOST_AT_ONCE {
            return None;
        }
        let is_open = |listing: &&KindListing| listing.reading == Reading::Open;
        let is_due = |listing: &&KindListing| is_open(listing) && (listing.n_pages == 0 || listing.incoming.is_some());
        // The kind that is looked at comes first.
        let first = self.of(kind).find(is_due).or_else(|| self.listings.iter().find(is_due));
        let more = || self.of(kind).find(is_open).filter(|_| wants_more);
        let listing = first.or_else(more)?;
        Some((listing.kind, listing.n_pages + 1))
    }

    /// Notes that the next page of `kind` is being read.
    pub fn ask(&mut self, kind: ResourceKind, ticket: Ticket) {
        if let Some(listing) = self.listing_mut(kind) {
            listing.reading = Reading::UnderWay(ticket);
        }
    }

    /// Takes a page, or why there is none.
    pub fn take(&mut self, kind: ResourceKind, answer: Result<Option<ResourcePage>, Failure>, now: Timestamp) {
        let Some(listing) = self.listing_mut(kind) else {
            return;
        };
        match answer {
            Ok(Some(page)) => listing.take(page, now),
            Ok(None) => {
                *listing = KindListing {
                    reading: Reading::Complete,
                    is_installed: false,
                    n_total: Some(0),
                    as_of: Some(now),
                    ..KindListing::new(kind)
                };
            }
            // What was read before stays on show.
            Err(failure) => {
                listing.incoming = None;
                listing.reading = Reading::Failed(failure);
            }
        }
    }

    /// Reads again the kinds that could not be read.
    pub fn read_failed_again(&mut self) {
        for listing in &mut self.listings {
            if matches!(listing.reading, Reading::Failed(_)) {
                listing.reading = Reading::Open;
            }
        }
    }

    /// Wants everything read again; what is there stays on show meanwhile.
    pub fn refresh(&mut self) {
        for listing in &mut self.listings {
            listing.refresh();
        }
    }

    /// Wants one kind read again.
    pub fn refresh_kind(&mut self, kind: ResourceKind) {
        if let Some(listing) = self.listing_mut(kind) {
            listing.refresh();
        }
    }

    /// Puts one thing in its place as it was just read; `None` takes it out.
    pub fn learn(&mut self, id: &ResourceId, now: Option<Resource>) {
        let Some(listing) = self.listing_mut(id.kind) else {
            return;
        };
        let place = listing.rows.iter().position(|row| row.name == id.name);
        match (place, now) {
            (Some(place), Some(resource)) => {
                listing.rows.splice(place..=place, [resource]);
            }
            (Some(place), None) => {
                listing.rows.remove(place);
                listing.n_total = listing.n_total.map(|n| n.saturating_sub(1));
            }
            (None, Some(resource)) => {
                listing.rows.insert(0, resource);
                listing.n_total = Some(listing.n_total.unwrap_or_default() + 1);
            }
            (None, None) => {}
        }
    }

    /// Returns whether any page is under way.
    pub fn is_loading(&self) -> bool {
        self.listings
            .iter()
            .any(|listing| matches!(listing.reading, Reading::UnderWay(_)))
    }

    /// Returns why nothing at all was ever read, where every kind fails for a reason that concerns them all.
    pub fn failure(&self) -> Option<&Failure> {
        let failures = self.listings.iter().map(|listing| {
            let Reading::Failed(failure) = &listing.reading else {
                return None;
            };
            listing.n_total.is_none().then_some(failure)
        });
        let all: Option<Vec<&Failure>> = failures.collect();
        all?.into_iter().next()
    }

    /// Returns whether a kind could not be read as the platform does not allow it.
    pub fn is_refused(&self) -> bool {
        let mut readings = self.listings.iter().map(|listing| &listing.reading);
        readings.any(|reading| matches!(reading, Reading::Failed(no) if no.kind == FailureKind::Forbidden))
    }

    /// Returns whether nothing of any kind that there is on this platform was ever read.
    pub fn is_unread(&self) -> bool {
        let mut installed = self.listings.iter().filter(|listing| listing.is_installed);
        installed.all(|listing| listing.n_total.is_none())
    }

    /// Returns whether it is known of every kind, or of `kind`, how many things there are.
    pub fn is_counted(&self, kind: Option<ResourceKind>) -> bool {
        self.of(kind).all(|listing| listing.n_total.is_some())
    }

    /// Returns how many things were read, and how many there are as far as is known, of `kind` or of all.
    pub fn n_read_of(&self, kind: Option<ResourceKind>) -> (usize, usize) {
        let add = |(read, all): (usize, usize), listing: &KindListing| {
            let n = listing.rows.len();
            (read + n, all.saturating_add(listing.n_total.unwrap_or(n).max(n)))
        };
        self.of(kind).fold((0, 0), add)
    }

    fn listing_mut(&mut self, kind: ResourceKind) -> Option<&mut KindListing> {
        self.listings.iter_mut().find(|listing| listing.kind == kind)
    }
}

impl KindListing {
    fn refresh(&mut self) {
        self.n_pages = 0;
        self.reading = Reading::Open;
        self.incoming = Some(Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ResourceName;

    const FILESET: ResourceKind = ResourceKind::Fileset;
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn thing(name: &str) -> Resource {
        Resource {
            kind: FILESET,
            name: ResourceName::from_platform(name),
            id: None,
            project: None,
            description: None,
            state: None,
            created_at: None,
            updated_at: None,
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the answer comes")]
    fn page(names: &[&str], n_total: usize) -> Result<Option<ResourcePage>, Failure> {
        Ok(Some(ResourcePage {
            rows: names.iter().map(|name| thing(name)).collect(),
            n_total: Some(n_total),
        }))
    }

    fn names(contents: &Contents) -> Vec<&str> {
        contents.listings()[0].rows().iter().map(|row| row.name.raw()).collect()
    }

    fn one() -> Contents {
        Contents::new([FILESET].into_iter())
    }

    #[test]
    fn reads_a_few_kinds_at_a_time_and_the_one_looked_at_first() {
        let mut contents = Contents::new(ResourceKind::ALL.into_iter());
        let mut asked = Vec::new();
        while let Some((kind, page)) = contents.next_page(Some(ResourceKind::Job), false) {
            contents.ask(kind, Ticket::new(1));
            asked.push((kind, page));
        }
        let kinds = [ResourceKind::Job, ResourceKind::Project, FILESET, ResourceKind::Model];
        assert_eq!(asked, kinds.map(|kind| (kind, 1)));
    }

    #[test]
    fn a_further_page_is_read_only_where_it_is_wanted() {
        let mut contents = one();
        contents.take(FILESET, page(&["a", "b"], 3), NOW);
        assert_eq!(contents.next_page(None, false), None);
        assert_eq!(contents.next_page(None, true), Some((FILESET, 2)));
        assert_eq!(contents.next_page(Some(ResourceKind::Job), true), None);
        contents.take(FILESET, page(&["b", "c"], 3), NOW);
        assert_eq!(names(&contents), ["a", "b", "c"], "what shifted comes once");
        assert_eq!(contents.next_page(None, true), None);
        assert_eq!(contents.n_read_of(None), (3, 3));
    }

    #[test]
    fn a_list_without_an_end_is_left() {
        let mut contents = one();
        let mut n_asked = 0;
        while let Some((kind, nth)) = contents.next_page(None, true) {
            n_asked += 1;
            assert!(n_asked < 1_000, "it is asked for ever");
            let names: Vec<String> = (nth * 100..nth * 100 + 100).map(|n| n.to_string()).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            contents.take(kind, page(&names, usize::MAX), NOW);
        }
        assert_eq!(contents.listings()[0].reading(), &Reading::Left);
        assert_eq!(contents.n_read_of(None), (MOST_THINGS, usize::MAX));
        let mut circle = one();
        circle.take(FILESET, page(&["a", "b"], 9), NOW);
        circle.take(FILESET, page(&["a", "b"], 9), NOW);
        assert_eq!(circle.listings()[0].reading(), &Reading::Left, "the same page again");
        circle.refresh();
        circle.take(FILESET, page(&["a", "b"], 2), NOW);
        assert_eq!(circle.listings()[0].reading(), &Reading::Complete);
    }

    #[test]
    fn a_list_that_shrinks_while_it_is_read_comes_to_an_end() {
        let mut contents = one();
        contents.take(FILESET, page(&["a", "b"], 9), NOW);
        contents.take(FILESET, page(&[], 2), NOW);
        assert_eq!(contents.listings()[0].reading(), &Reading::Complete);
        assert_eq!(contents.n_read_of(None), (2, 2));
    }

    #[test]
    fn a_refresh_shows_what_was_there_until_as_much_has_come() {
        let mut contents = one();
        contents.take(FILESET, page(&["a", "b"], 4), NOW);
        contents.take(FILESET, page(&["c"], 4), NOW);
        contents.refresh();
        assert_eq!(contents.next_page(None, false), Some((FILESET, 1)));
        contents.take(FILESET, page(&["x", "a"], 4), NOW);
        assert_eq!(names(&contents), ["a", "b", "c"]);
        assert_eq!(
            contents.next_page(None, false),
            Some((FILESET, 2)),
            "as much as before, unasked"
        );
        contents.take(FILESET, page(&["c"], 4), NOW);
        assert_eq!(names(&contents), ["x", "a", "c"]);
        assert_eq!(contents.next_page(None, false), None);
    }

    #[test]
    fn a_failed_refresh_keeps_what_was_read_be_it_nothing() {
        let fail = |mut contents: Contents| {
            contents.refresh();
            contents.take(FILESET, Err(Failure::local("no connection", "press r")), NOW);
            contents
        };
        for (read, shown) in [(page(&["a"], 1), vec!["a"]), (page(&[], 0), vec![]), (Ok(None), vec![])] {
            let mut contents = one();
            contents.take(FILESET, read, NOW);
            let contents = fail(contents);
            let listing = &contents.listings()[0];
            assert_eq!((names(&contents), contents.is_counted(None)), (shown, true));
            assert!(listing.stale().is_some() && !listing.lacks_some());
            assert_eq!(contents.failure(), None, "it was read once");
        }
        let never = fail(one());
        assert!(never.failure().is_some() && never.listings()[0].lacks_some());
        assert_eq!((never.is_counted(None), never.listings()[0].stale()), (false, None));
        let mut partly = one();
        partly.take(FILESET, page(&["a"], 2), NOW);
        assert!(fail(partly).listings()[0].lacks_some());
    }

    #[test]
    fn what_is_not_installed_is_not_empty_by_chance() {
        let mut contents = one();
        assert!(!contents.is_counted(None));
        contents.take(FILESET, Ok(None), NOW);
        assert!(contents.is_counted(None));
        assert!(!contents.listings()[0].is_installed());
        contents.refresh();
        assert!(!contents.listings()[0].is_installed(), "until something else is heard");
        contents.take(FILESET, page(&["a"], 1), NOW);
        assert!(contents.listings()[0].is_installed());
        contents.take(FILESET, Ok(None), NOW);
        assert_eq!(contents.next_page(None, true), None);
    }

    #[test]
    fn learns_what_a_change_left() {
        let mut contents = one();
        contents.take(FILESET, page(&["a", "b"], 2), NOW);
        contents.learn(&thing("a").address(), None);
        contents.learn(&thing("c").address(), Some(thing("c")));
        assert_eq!(names(&contents), ["c", "b"]);
        assert_eq!(contents.n_read_of(None), (2, 2));
    }
}
