//! The one place that knows what was read of the platform: the list of workspaces, and of each who may do what there.
//!
//! A workspace is read by itself when somebody looks at it ([`Inspection`](super::msg::Inspection)), after a change
//! ([`Store::learn_roster`]), or with all others at once (the report of [`bulk`]). Whatever brought it, what was asked for
//! last is what is known: tickets are numbered in the order of the questions, and a late answer to an older one changes
//! nothing.
//!
//! Nothing is read that is not looked at: the rows on the screen first, a few at a time, and again after a refresh.

mod bulk;
mod details;
mod listing;
mod members;

use super::deletions::Deletions;
use super::failure::Failure;
use super::msg::Ticket;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::Faces;
use crate::domain::member::Roster;
use crate::domain::platform::Generation;
use crate::domain::workspace::Workspace;
use bulk::Bulk;
use details::Entry;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

pub use bulk::Reading;
pub use details::Details;
pub use listing::{FEW_UNSEEN, Listing};
pub use members::{Glimpse, Members};

/// How many workspaces are inspected at the same time; one more where somebody is looking at its members.
pub const MOST_INSPECTIONS: usize = 4;

/// What was read of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    workspaces: Vec<Workspace>,
    place: HashMap<WorkspaceName, usize>,
    listing: Listing,
    listed_at: Option<Timestamp>,
    /// A name that is not on the list, with the one there that was probably meant; forgotten once the list changes.
    sought: Option<(WorkspaceName, Option<String>)>,
    /// The question that brought the list: what was asked for before it is read again when somebody looks at it.
    fresh_since: Option<Ticket>,
    entries: HashMap<WorkspaceName, Entry>,
    bulk: Bulk,
    /// Workspaces to be read (again) whether they are on the list or not.
    wanted: HashSet<WorkspaceName>,
    in_flight: HashSet<WorkspaceName>,
    /// Workspaces that are no longer listed but still being destroyed.
    deletions: Deletions,
    /// Why inspecting has stopped until the next refresh: the server is gone or the session is over.
    halted: Option<Failure>,
    /// Everybody who was seen as a member of a workspace that was read by itself.
    seen: BTreeSet<Principal>,
    /// How all of them are drawn.
    faces: Faces,
    /// The generation of the platform, once known.
    generation: Option<Generation>,
}

impl Store {
    /// Returns whether `name` is being destroyed.
    pub fn is_going(&self, name: &WorkspaceName) -> bool {
        self.find(name).is_none() && self.deletions().find(name).is_some()
    }

    /// Takes which generation of the platform it is about.
    pub(super) fn set_generation(&mut self, generation: Generation) {
        self.generation = Some(generation);
    }

    /// Returns everybody who was seen as a member of a workspace that was read by itself, by name.
    pub fn seen(&self) -> &BTreeSet<Principal> {
        &self.seen
    }

    /// Returns how everybody who was seen is drawn.
    pub fn faces(&self) -> &Faces {
        &self.faces
    }

    /// Returns whether the spelling of `principal`, who was read, can deceive: by itself, or since somebody else is called
    /// almost the same, be it in other case.
    pub fn is_flagged(&self, principal: &Principal) -> bool {
        let is_doubled = || self.faces.double(principal).is_some();
        !principal.tricks().is_empty() || self.known_twin(principal).is_some() || is_doubled()
    }

    fn see(&mut self, roster: &Roster) {
        for member in roster.members() {
            if !self.seen.contains(&member.principal) {
                self.faces.add(&member.principal);
                self.seen.insert(member.principal.clone());
            }
        }
    }

    /// Returns why details are no longer read, if so.
    pub fn halted(&self) -> Option<&Failure> {
        self.halted.as_ref()
    }

    /// Goes on reading details, after that was given up because the server did not answer.
    pub fn resume(&mut self) {
        self.halted = None;
    }

    /// Wants the details of `name` (again), before all others.
    pub fn want(&mut self, name: &WorkspaceName) {
        self.wanted.insert(name.clone());
    }

    /// Wants the details again that could not be read.
    pub fn want_failed(&mut self) {
        let failed = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.details.failure().is_some());
        self.wanted.extend(failed.map(|(name, _)| name.clone()));
    }

    /// Returns whether the details of `name`, which somebody looks at, are to be asked for now: for them there
    /// is room for one more question.
    pub fn is_due(&self, name: &WorkspaceName) -> bool {
        self.wanted.contains(name)
            && !self.in_flight.contains(name)
            && self.in_flight.len() <= MOST_INSPECTIONS
            && self.halted.is_none()
    }

    /// Returns the first of `rows`, which are listed, that is to be read; nothing while enough are under way.
    pub fn next_to_inspect<'a>(&self, mut rows: impl Iterator<Item = &'a WorkspaceName>) -> Option<&'a WorkspaceName> {
        if self.in_flight.len() >= MOST_INSPECTIONS || self.halted.is_some() || self.listed_at.is_none() {
            return None;
        }
        rows.find(|name| {
            let is_missing = self.wanted.contains(*name) || !self.is_fresh(name);
            is_missing && !self.in_flight.contains(*name) && self.place.contains_key(*name)
        })
    }

    /// Whether `name` was asked for since the list was read last.
    fn is_fresh(&self, name: &WorkspaceName) -> bool {
        let by_itself = self.entries.get(name).and_then(|entry| entry.asked);
        let with_all = self.bulk.find(name).and(self.bulk.by);
        by_itself.max(with_all) >= self.fresh_since
    }

    /// Returns how many of the workspaces that are listed were not read since, neither by themselves nor with all others.
    pub fn n_unread(&self) -> usize {
        self.unread().count()
    }

    /// Returns whether any of the workspaces that are listed was not read since.
    pub fn has_unread(&self) -> bool {
        self.unread().next().is_some()
    }

    fn unread(&self) -> impl Iterator<Item = &WorkspaceName> {
        let names = self.workspaces.iter().map(|workspace| &workspace.name);
        let is_covered = |name: &WorkspaceName| self.bulk.answers(name) && self.bulk.by >= self.fresh_since;
        names.filter(move |name| !is_covered(name) && (!self.is_fresh(name) || self.in_flight.contains(*name)))
    }

    /// Returns how many workspaces were asked for by themselves.
    pub fn n_asked_alone(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::deletions::Deletion;
    use crate::app::failure::FailureKind;
    use crate::app::msg::Inspection;
    use crate::domain::deletion::ProgressVisibility;
    use crate::domain::role::Role;
    use crate::domain::workspace::CallerAccess;

    fn workspace(name: &str) -> Workspace {
        Workspace {
            id: format!("workspace-{name}"),
            name: WorkspaceName::from_platform(name),
            description: None,
            created_at: None,
            created_by: None,
            updated_at: None,
            updated_by: None,
        }
    }

    fn names(store: &Store) -> Vec<&str> {
        store
            .workspaces()
            .iter()
            .map(|workspace| workspace.name.raw())
            .collect()
    }

    fn listed(names: &[&str]) -> Store {
        let mut store = Store::default();
        store.ask_list(Ticket::new(1));
        let _ = store.take_page(names.iter().map(|name| workspace(name)).collect(), names.len());
        store.take_end(Ok(()), Timestamp::UNIX_EPOCH);
        store
    }

    #[test]
    fn shows_the_first_page_before_the_second_has_come() {
        let mut store = Store::default();
        store.ask_list(Ticket::new(1));
        assert!(store.take_page(vec![workspace("a")], 2));
        assert_eq!(names(&store), ["a"]);
        assert_eq!(store.progress(), Some(50));
    }

    #[test]
    fn a_long_list_is_sorted_a_few_times_and_not_for_each_page() {
        let mut store = Store::default();
        store.ask_list(Ticket::new(1));
        let (mut n_sorts, mut n_rows) = (0, 0);
        for page in 0..1_000 {
            let rows = (0..10).map(|row| workspace(&format!("w-{page}-{row}"))).collect();
            if store.take_page(rows, 10_000) {
                n_sorts += 1;
                n_rows += store.workspaces().len();
            }
            assert_eq!(store.workspaces().len(), 10 * (page + 1));
        }
        assert!((10..=150).contains(&n_sorts), "{n_sorts} times");
        assert!(n_rows <= 20 * 10_000, "{n_rows} rows were sorted");
        // Rows that come twice are there once, and each is found where it stands.
        let _ = store.take_page(vec![workspace("w-0-0"), workspace("z"), workspace("z")], 10_000);
        assert_eq!(store.workspaces().len(), 10_001);
        for workspace in store.workspaces() {
            assert_eq!(store.find(&workspace.name), Some(workspace));
        }
        assert!(store.take_end(Ok(()), Timestamp::UNIX_EPOCH).is_empty());
        assert_eq!(store.workspaces().len(), 10_001);
    }

    #[test]
    fn the_rows_of_a_reading_that_failed_stay_until_the_next_one_has_more() {
        let mut store = Store::default();
        store.ask_list(Ticket::new(1));
        let _ = store.take_page(vec![workspace("a"), workspace("b")], 3);
        store.take_end(Err(Failure::local("no connection", "press r")), Timestamp::UNIX_EPOCH);
        store.ask_list(Ticket::new(2));
        assert!(!store.take_page(vec![workspace("c")], 3));
        assert_eq!(names(&store), ["a", "b"]);
        assert!(store.take_page(vec![workspace("d")], 3));
        assert_eq!(names(&store), ["c", "d"], "what is gone is not kept");
        assert!(store.take_page(vec![workspace("b")], 3));
        assert_eq!(names(&store), ["c", "d", "b"]);
    }

    #[test]
    fn what_is_being_destroyed_stays_on_show_until_somebody_takes_its_name() {
        let mut store = listed(&["a", "b"]);
        let dying = workspace("a");
        store.learn_workspace(&dying.name, None);
        let (now, told) = (Timestamp::UNIX_EPOCH, ProgressVisibility::Told);
        store.deletions_mut().begin(Deletion::new(dying.clone(), now, told));
        let shown = |store: &Store| store.shown().map(|one| one.name.raw().to_owned()).collect::<Vec<_>>();
        assert_eq!(shown(&store), ["b", "a"]);
        let mut list_again = |rows: Vec<Workspace>| {
            store.ask_list(Ticket::new(2));
            let n = rows.len();
            let _ = store.take_page(rows, n);
            (store.take_end(Ok(()), now), shown(&store), names(&store).len())
        };
        // An old generation lists it all the same.
        let (over, on_show, n_alive) = list_again(vec![workspace("a"), workspace("b")]);
        assert_eq!((over.len(), on_show.len(), n_alive), (0, 2, 1));
        let anew = Workspace {
            id: "workspace-2".to_owned(),
            ..workspace("a")
        };
        let (over, on_show, n_alive) = list_again(vec![anew, workspace("b")]);
        assert_eq!((over, on_show.len(), n_alive), (vec![dying.name.clone()], 2, 2));
    }

    #[test]
    fn keeps_the_rows_when_a_refresh_fails() {
        let mut store = listed(&["a", "b"]);
        store.ask_list(Ticket::new(2));
        store.take_end(Err(Failure::local("no connection", "press r")), Timestamp::UNIX_EPOCH);
        assert_eq!(names(&store), ["a", "b"]);
        assert!(matches!(store.listing(), Listing::Failed(_)));
    }

    #[test]
    fn inspects_what_is_visible_first_and_a_few_at_a_time() {
        let mut store = listed(&["a", "b", "c", "d", "e", "f"]);
        let all: Vec<_> = store
            .workspaces()
            .iter()
            .map(|workspace| workspace.name.clone())
            .collect();
        let visible = [WorkspaceName::from_platform("e")];
        let mut asked = Vec::new();
        while let Some(name) = store.next_to_inspect(visible.iter().chain(&all)).cloned() {
            store.ask_details(&name, Ticket::new(9));
            asked.push(name.raw().to_owned());
        }
        assert_eq!(asked, ["e", "a", "b", "c"]);
    }

    #[test]
    fn stops_asking_when_the_server_is_gone() {
        let mut store = listed(&["a", "b"]);
        let name = WorkspaceName::from_platform("a");
        store.ask_details(&name, Ticket::new(2));
        let gone = Failure {
            kind: FailureKind::Unreachable,
            ..Failure::local("no connection", "press r")
        };
        store.take_details(&name, Err(gone), Ticket::new(2), Timestamp::UNIX_EPOCH);
        assert_eq!(store.next_to_inspect([name].iter()), None);
        assert!(store.halted().is_some());
    }

    fn roster(principals: &[&str]) -> Roster {
        let member = |principal: &&str| crate::domain::member::Member {
            principal: Principal::from_platform(*principal),
            roles: [Role::Viewer].into_iter().collect(),
            granted_at: None,
            granted_by: None,
        };
        Roster::new(principals.iter().map(member).collect())
    }

    #[test]
    fn a_late_answer_to_an_older_question_changes_nothing() {
        let mut store = listed(&["a"]);
        let (name, now) = (WorkspaceName::from_platform("a"), Timestamp::UNIX_EPOCH);
        let inspection = |principals: &[&str]| Inspection {
            caller_access: CallerAccess::PlatformAdmin,
            roster: Ok(roster(principals)),
        };
        store.ask_details(&name, Ticket::new(2));
        store.learn_roster(&name, roster(&["x", "y"]), Ticket::new(3), now);
        store.take_details(&name, Ok(inspection(&["x"])), Ticket::new(2), now);
        assert_eq!(store.members(&name).map(Members::len), Some(2));
        store.take_details(&name, Ok(inspection(&["x"])), Ticket::new(4), now);
        assert_eq!(store.members(&name).map(Members::len), Some(1));
    }

    #[test]
    fn what_was_asked_for_later_stays_when_an_older_reading_back_comes() {
        let mut store = listed(&["a"]);
        let (name, now) = (WorkspaceName::from_platform("a"), Timestamp::UNIX_EPOCH);
        let inspection = |principals: &[&str]| Inspection {
            caller_access: CallerAccess::PlatformAdmin,
            roster: Ok(roster(principals)),
        };
        store.ask_details(&name, Ticket::new(6));
        store.take_details(&name, Ok(inspection(&["x", "y"])), Ticket::new(6), now);
        store.learn_roster(&name, roster(&["x"]), Ticket::new(4), now);
        assert_eq!(store.members(&name).map(Members::len), Some(2));
        // A later question that is under way is waited for.
        store.ask_details(&name, Ticket::new(9));
        store.learn_roster(&name, roster(&["x"]), Ticket::new(8), now);
        store.take_details(&name, Ok(inspection(&["z", "x", "y"])), Ticket::new(9), now);
        assert_eq!(store.members(&name).map(Members::len), Some(3));
        assert_eq!(store.next_to_inspect([name].iter()), None);
    }
}
