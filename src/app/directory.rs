//! Everything known about the workspaces: the list, and per workspace who may do what.
//!
//! Details are read lazily: what is on the screen first, a few at a time, and never again until a refresh.

use super::audit::Audit;
use super::deletions::Deletions;
use super::failure::{Failure, FailureKind};
use super::msg::{Inspection, Ticket};
use super::remote::Remote;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness::Faces;
use crate::domain::member::Roster;
use crate::domain::platform::Dialect;
use crate::domain::workspace::{Access, Source, Standing, Workspace};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many workspaces are inspected at the same time; one more where somebody is looking at its members.
pub const MOST_INSPECTIONS: usize = 4;

/// By which part of itself a list that is being read has to grow until its rows are computed anew: seen by nobody, since
/// it is less than what is off the screen, and all the sorting together is no more than some sorts of the whole list.
const SHARE_TO_SHOW: usize = 16;

/// The workspaces and their details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    workspaces: Vec<Workspace>,
    place: HashMap<WorkspaceName, usize>,
    listing: Listing,
    listed_at: Option<Timestamp>,
    details: HashMap<WorkspaceName, Remote<Inspection>>,
    /// Workspaces whose details are to be read (again).
    wanted: HashSet<WorkspaceName>,
    in_flight: HashSet<WorkspaceName>,
    /// Workspaces that are no longer listed but still being destroyed.
    deletions: Deletions,
    /// Why inspecting has stopped until the next refresh: the server is gone or the session is over.
    halted: Option<Failure>,
    /// Everybody who was seen as a member of anything.
    seen: BTreeSet<Principal>,
    /// The generation of the platform, once known.
    dialect: Option<Dialect>,
    /// How all of them are drawn.
    faces: Faces,
}

/// How the reading of the list stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// Not read yet.
    #[default]
    Absent,
    /// Being read.
    Loading {
        /// The question under way.
        ticket: Ticket,
        /// What has come so far.
        incoming: Vec<Workspace>,
        /// How many there will be, once known.
        total: Option<usize>,
        /// How many workspaces were there when the rows were last to be computed anew; nothing where what comes is not
        /// on show.
        n_told: Option<usize>,
    },
    /// Complete.
    Complete,
    /// The last reading failed.
    Failed(Failure),
}

impl Directory {
    /// Returns the workspaces in the platform's order.
    pub fn workspaces(&self) -> &[Workspace] {
        &self.workspaces
    }

    /// Returns the workspace called `name`.
    pub fn find(&self, name: &WorkspaceName) -> Option<&Workspace> {
        self.place.get(name).and_then(|&place| self.workspaces.get(place))
    }

    /// Returns the deletions under way.
    pub fn deletions(&self) -> &Deletions {
        &self.deletions
    }

    /// Returns the deletions under way, to be changed.
    pub fn deletions_mut(&mut self) -> &mut Deletions {
        &mut self.deletions
    }

    /// Returns every workspace to be shown: those that are listed and those that are being destroyed.
    pub fn shown(&self) -> impl Iterator<Item = &Workspace> {
        let dying = self.deletions.all().iter().map(|deletion| &deletion.workspace);
        self.workspaces.iter().chain(dying)
    }

    /// Returns the workspace to be shown under `name`.
    pub fn find_shown(&self, name: &WorkspaceName) -> Option<&Workspace> {
        let dying = || self.deletions.find(name).map(|deletion| &deletion.workspace);
        self.find(name).or_else(dying)
    }

    /// Returns how the reading of the list stands.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// Returns when the list was last read completely.
    pub fn listed_at(&self) -> Option<Timestamp> {
        self.listed_at
    }

    /// Returns what is known of the members and the caller's standing in `name`.
    pub fn details(&self, name: &WorkspaceName) -> &Remote<Inspection> {
        const ABSENT: &Remote<Inspection> = &Remote::Absent;
        self.details.get(name).unwrap_or(ABSENT)
    }

    /// Returns whether the members of `name` and the caller's standing there are being read for the first time.
    pub fn is_reading(&self, name: &WorkspaceName) -> bool {
        let details = self.details(name);
        details.value().is_none() && (details.is_loading() || self.wanted.contains(name)) && self.halted.is_none()
    }

    /// Returns what the caller may do in `name`.
    pub fn standing(&self, name: &WorkspaceName) -> &Standing {
        self.details(name)
            .value()
            .map_or(&Standing::Unknown, |inspection| &inspection.standing)
    }

    /// Returns the members of `name`, where they could be read.
    pub fn roster(&self, name: &WorkspaceName) -> Option<&Roster> {
        self.details(name)
            .value()
            .and_then(|inspection| inspection.roster.as_ref().ok())
    }

    /// Takes which generation of the platform it is about.
    pub(super) fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = Some(dialect);
    }

    /// Returns what everyone may do in `name` and where that is known from; nothing where it is not known.
    pub fn access(&self, name: &WorkspaceName) -> Option<(Access, Source)> {
        let inspection = self.details(name).value()?;
        match &inspection.roster {
            Ok(roster) => Some((roster.access(), Source::Read)),
            Err(failure) if failure.kind == FailureKind::Forbidden => {
                let role = self.dialect?.grants_everyone(name)?;
                let fits = inspection.standing.fits_for_all(&role);
                fits.then_some((Access::All(role), Source::AsInstalled))
            }
            Err(_) => None,
        }
    }

    /// Returns everybody who was seen as a member of anything, by name.
    pub fn seen(&self) -> &BTreeSet<Principal> {
        &self.seen
    }

    /// Returns how everybody who was seen is drawn.
    pub fn faces(&self) -> &Faces {
        &self.faces
    }

    /// Returns whether the spelling of `principal`, who was read, can deceive.
    pub fn is_flagged(&self, principal: &Principal, audit: &Audit) -> bool {
        !principal.tricks().is_empty() || self.twin(principal, audit).is_some()
    }

    /// Returns somebody for whom `principal`, who was read here or in the audit, can be taken.
    pub fn twin<'a>(&'a self, principal: &Principal, audit: &'a Audit) -> Option<&'a Principal> {
        let seen = self.faces.twin(principal);
        seen.or_else(|| audit.known_twin(principal))
    }

    fn see(&mut self, roster: &Roster) {
        for member in roster.members() {
            if !self.seen.contains(&member.principal) {
                self.faces.add(&member.principal);
                self.seen.insert(member.principal.clone());
            }
        }
    }

    /// Returns how much of the background reading is done, in percent; `None` when nothing is left to do.
    pub fn progress(&self) -> Option<usize> {
        if let Listing::Loading { incoming, total, .. } = &self.listing {
            let total = total.unwrap_or(0).max(1);
            return Some((incoming.len() * 100 / total).min(99));
        }
        // Few are in flight: whatever is drawn asks for this, however many are wanted.
        let is_new = |name: &&WorkspaceName| !self.wanted.contains(*name);
        let n_left = self.wanted.len() + self.in_flight.iter().filter(is_new).count();
        if n_left == 0 || self.halted.is_some() {
            return None;
        }
        let n_all = self.workspaces.len().max(1);
        Some((n_all.saturating_sub(n_left) * 100 / n_all).min(99))
    }

    /// Returns why details are no longer read, if so.
    pub fn halted(&self) -> Option<&Failure> {
        self.halted.as_ref()
    }

    /// Goes on reading details, after that was given up because the server did not answer.
    pub fn resume(&mut self) {
        self.halted = None;
    }

    /// Notes that the list is being read.
    pub fn ask_list(&mut self, ticket: Ticket) {
        self.halted = None;
        self.listing = Listing::Loading {
            ticket,
            incoming: Vec::new(),
            total: None,
            n_told: None,
        };
    }

    /// Takes one page, and returns whether there is so much more to be shown that the rows are to be computed anew. On the
    /// first reading its rows show at once; on a refresh the old rows stay until all is read.
    ///
    /// However long the list is, a page is no more work than its own rows, and the rows are computed anew each time the
    /// list has grown by a part of itself: sorted once for each page, a hundred thousand rows would hold up every key.
    #[must_use]
    pub fn take_page(&mut self, page: Vec<Workspace>, expected: usize) -> bool {
        let Listing::Loading {
            incoming,
            total,
            n_told,
            ..
        } = &mut self.listing
        else {
            return false;
        };
        *total = Some(expected);
        incoming.extend(page.iter().cloned());
        if self.listed_at.is_some() {
            return false;
        }
        let before = *n_told;
        match before {
            Some(_) => self.append(page),
            // A reading that failed has left rows: they stay until this one has more.
            None if incoming.len() < self.workspaces.len() => return false,
            None => {
                let so_far = incoming.clone();
                self.put(so_far);
            }
        }
        let n_now = self.workspaces.len();
        let is_to_show = before.is_none_or(|n_told| n_now.saturating_sub(n_told) >= n_told / SHARE_TO_SHOW);
        if let Listing::Loading { n_told, .. } = &mut self.listing
            && is_to_show
        {
            *n_told = Some(n_now);
        }
        is_to_show
    }

    fn append(&mut self, page: Vec<Workspace>) {
        for workspace in page {
            if !self.place.contains_key(&workspace.name) && !self.is_dying(&workspace) {
                self.place.insert(workspace.name.clone(), self.workspaces.len());
                self.workspaces.push(workspace);
            }
        }
    }

    /// Whether this is being destroyed: the oldest generations go on listing it.
    fn is_dying(&self, workspace: &Workspace) -> bool {
        let deletion = self.deletions.find(&workspace.name);
        deletion.is_some_and(|deletion| deletion.workspace.id == workspace.id)
    }

    /// Takes the end of the list. What is no longer listed is forgotten; returns the deletions that need no longer be
    /// followed.
    pub fn take_end(&mut self, end: Result<(), Failure>, now: Timestamp) -> Vec<WorkspaceName> {
        let Listing::Loading { incoming, .. } = std::mem::take(&mut self.listing) else {
            return Vec::new();
        };
        let mut over = Vec::new();
        self.listing = match end {
            Ok(()) => {
                self.put(incoming);
                self.listed_at = Some(now);
                let place = &self.place;
                over = self.deletions.tidy(now, |dying| place.contains_key(&dying.name));
                self.wanted = self.workspaces.iter().map(|workspace| workspace.name.clone()).collect();
                self.details.retain(|name, _| self.wanted.contains(name));
                Listing::Complete
            }
            Err(failure) => Listing::Failed(failure),
        };
        over
    }

    fn put(&mut self, mut workspaces: Vec<Workspace>) {
        // A page shifts when something is made while the list is read: the same row then comes twice.
        let mut seen = HashSet::with_capacity(workspaces.len());
        workspaces.retain(|workspace| seen.insert(workspace.name.clone()));
        workspaces.retain(|workspace| !self.is_dying(workspace));
        self.place = workspaces
            .iter()
            .enumerate()
            .map(|(i, workspace)| (workspace.name.clone(), i))
            .collect();
        self.workspaces = workspaces;
    }

    /// Puts one workspace in its place as it was just read; `None` takes it out.
    pub fn learn_workspace(&mut self, name: &WorkspaceName, now: Option<Workspace>) {
        let mut workspaces = std::mem::take(&mut self.workspaces);
        match (workspaces.iter().position(|workspace| workspace.name == *name), now) {
            (Some(place), Some(workspace)) => {
                workspaces.splice(place..=place, [workspace]);
            }
            (Some(place), None) => {
                workspaces.remove(place);
                self.details.remove(name);
                self.wanted.remove(name);
            }
            (None, Some(workspace)) => {
                self.wanted.insert(workspace.name.clone());
                workspaces.insert(0, workspace);
            }
            (None, None) => {}
        }
        self.put(workspaces);
    }

    /// Takes members that were just read for another reason.
    pub fn learn_roster(&mut self, name: &WorkspaceName, roster: Roster, now: Timestamp) {
        let standing = self.standing(name).clone();
        if standing == Standing::Unknown {
            self.want(name);
        }
        self.in_flight.remove(name);
        self.see(&roster);
        let inspection = Inspection {
            standing,
            roster: Ok(roster),
        };
        self.details.insert(
            name.clone(),
            Remote::Ready {
                value: inspection,
                as_of: now,
            },
        );
    }

    /// Wants the details of `name` (again), before all others.
    pub fn want(&mut self, name: &WorkspaceName) {
        self.wanted.insert(name.clone());
    }

    /// Wants the details again that could not be read.
    pub fn want_failed(&mut self) {
        let failed = self.details.iter().filter(|(_, details)| details.failure().is_some());
        self.wanted.extend(failed.map(|(name, _)| name.clone()));
    }

    /// Returns whether the details of `name`, which somebody looks at, are to be asked for now: for them there
    /// is room for one more question.
    pub fn is_due(&self, name: &WorkspaceName) -> bool {
        self.is_askable(name) && self.in_flight.len() <= MOST_INSPECTIONS && self.halted.is_none()
    }

    fn is_askable(&self, name: &WorkspaceName) -> bool {
        self.wanted.contains(name) && !self.in_flight.contains(name)
    }

    /// Returns the next workspace to inspect: of `visible` first, then of the others; nothing while enough
    /// are under way.
    pub fn next_to_inspect(&self, visible: &[WorkspaceName], others: &[WorkspaceName]) -> Option<WorkspaceName> {
        if self.in_flight.len() >= MOST_INSPECTIONS || self.halted.is_some() || self.wanted.is_empty() {
            return None;
        }
        let ordered = visible.iter().chain(others);
        let mut ordered = ordered.filter(|name| self.is_askable(name));
        // Rows hidden by a filter come last, in the platform's order.
        let hidden = || {
            self.workspaces
                .iter()
                .map(|workspace| &workspace.name)
                .find(|name| self.is_askable(name))
        };
        ordered.next().or_else(hidden).cloned()
    }

    /// Notes that the details of `name` are being read.
    pub fn ask_details(&mut self, name: &WorkspaceName, ticket: Ticket) {
        self.wanted.remove(name);
        self.in_flight.insert(name.clone());
        self.details.entry(name.clone()).or_default().ask(ticket);
    }

    /// Notes that what was asked about `name` cannot be answered yet.
    pub fn not_yet(&mut self, name: &WorkspaceName) {
        self.in_flight.remove(name);
        self.details.remove(name);
    }

    /// Takes the details of `name`.
    pub fn take_details(&mut self, name: &WorkspaceName, answer: Result<Inspection, Failure>, now: Timestamp) {
        self.in_flight.remove(name);
        let is_known = self.roster(name).is_some();
        let answer = match answer {
            Ok(Inspection {
                roster: Err(failure), ..
            }) if failure.concerns_everything() || (is_known && !is_a_no(&failure)) => Err(failure),
            other => other,
        };
        if let Err(failure) = &answer
            && failure.concerns_everything()
        {
            self.halted = Some(failure.clone());
        }
        if let Ok(Inspection { roster: Ok(roster), .. }) = &answer {
            self.see(roster);
        }
        if self.place.contains_key(name) || self.details.contains_key(name) {
            self.details.entry(name.clone()).or_default().settle(answer, now);
        }
    }
}

/// Whether the members may not or cannot be seen at all; any other failure says nothing against what was seen before.
fn is_a_no(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::Forbidden | FailureKind::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::deletions::Deletion;
    use crate::domain::deletion::Sight;

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

    fn names(directory: &Directory) -> Vec<&str> {
        directory
            .workspaces()
            .iter()
            .map(|workspace| workspace.name.raw())
            .collect()
    }

    fn listed(names: &[&str]) -> Directory {
        let mut directory = Directory::default();
        directory.ask_list(Ticket::new(1));
        let _ = directory.take_page(names.iter().map(|name| workspace(name)).collect(), names.len());
        directory.take_end(Ok(()), Timestamp::UNIX_EPOCH);
        directory
    }

    #[test]
    fn shows_the_first_page_before_the_second_has_come() {
        let mut directory = Directory::default();
        directory.ask_list(Ticket::new(1));
        assert!(directory.take_page(vec![workspace("a")], 2));
        assert_eq!(names(&directory), ["a"]);
        assert_eq!(directory.progress(), Some(50));
    }

    #[test]
    fn a_long_list_is_sorted_a_few_times_and_not_for_each_page() {
        let mut directory = Directory::default();
        directory.ask_list(Ticket::new(1));
        let (mut n_sorts, mut n_rows) = (0, 0);
        for page in 0..1_000 {
            let rows = (0..10).map(|row| workspace(&format!("w-{page}-{row}"))).collect();
            if directory.take_page(rows, 10_000) {
                n_sorts += 1;
                n_rows += directory.workspaces().len();
            }
            assert_eq!(directory.workspaces().len(), 10 * (page + 1));
        }
        assert!((10..=150).contains(&n_sorts), "{n_sorts} times");
        assert!(n_rows <= 20 * 10_000, "{n_rows} rows were sorted");
        // Rows that come twice are there once, and each is found where it stands.
        let _ = directory.take_page(vec![workspace("w-0-0"), workspace("z"), workspace("z")], 10_000);
        assert_eq!(directory.workspaces().len(), 10_001);
        for workspace in directory.workspaces() {
            assert_eq!(directory.find(&workspace.name), Some(workspace));
        }
        assert!(directory.take_end(Ok(()), Timestamp::UNIX_EPOCH).is_empty());
        assert_eq!(directory.workspaces().len(), 10_001);
    }

    #[test]
    fn the_rows_of_a_reading_that_failed_stay_until_the_next_one_has_more() {
        let mut directory = Directory::default();
        directory.ask_list(Ticket::new(1));
        let _ = directory.take_page(vec![workspace("a"), workspace("b")], 3);
        directory.take_end(Err(Failure::local("no connection", "press r")), Timestamp::UNIX_EPOCH);
        directory.ask_list(Ticket::new(2));
        assert!(!directory.take_page(vec![workspace("c")], 3));
        assert_eq!(names(&directory), ["a", "b"]);
        assert!(directory.take_page(vec![workspace("d")], 3));
        assert_eq!(names(&directory), ["c", "d"], "what is gone is not kept");
        assert!(directory.take_page(vec![workspace("b")], 3));
        assert_eq!(names(&directory), ["c", "d", "b"]);
    }

    #[test]
    fn what_is_being_destroyed_stays_on_show_until_somebody_takes_its_name() {
        let mut directory = listed(&["a", "b"]);
        let dying = workspace("a");
        directory.learn_workspace(&dying.name, None);
        let (now, told) = (Timestamp::UNIX_EPOCH, Sight::Told);
        directory.deletions_mut().begin(Deletion::new(dying.clone(), now, told));
        let shown = |directory: &Directory| {
            directory
                .shown()
                .map(|one| one.name.raw().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&directory), ["b", "a"]);
        let mut list_again = |rows: Vec<Workspace>| {
            directory.ask_list(Ticket::new(2));
            let n = rows.len();
            let _ = directory.take_page(rows, n);
            (
                directory.take_end(Ok(()), now),
                shown(&directory),
                names(&directory).len(),
            )
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
        let mut directory = listed(&["a", "b"]);
        directory.ask_list(Ticket::new(2));
        directory.take_end(Err(Failure::local("no connection", "press r")), Timestamp::UNIX_EPOCH);
        assert_eq!(names(&directory), ["a", "b"]);
        assert!(matches!(directory.listing(), Listing::Failed(_)));
    }

    #[test]
    fn inspects_what_is_visible_first_and_a_few_at_a_time() {
        let mut directory = listed(&["a", "b", "c", "d", "e", "f"]);
        let all: Vec<_> = directory
            .workspaces()
            .iter()
            .map(|workspace| workspace.name.clone())
            .collect();
        let visible = [WorkspaceName::from_platform("e")];
        let mut asked = Vec::new();
        while let Some(name) = directory.next_to_inspect(&visible, &all) {
            directory.ask_details(&name, Ticket::new(9));
            asked.push(name.raw().to_owned());
        }
        assert_eq!(asked, ["e", "a", "b", "c"]);
    }

    #[test]
    fn stops_asking_when_the_server_is_gone() {
        let mut directory = listed(&["a", "b"]);
        let name = WorkspaceName::from_platform("a");
        directory.ask_details(&name, Ticket::new(2));
        let gone = Failure {
            kind: FailureKind::Unreachable,
            ..Failure::local("no connection", "press r")
        };
        directory.take_details(&name, Err(gone), Timestamp::UNIX_EPOCH);
        assert_eq!(directory.next_to_inspect(&[], &[]), None);
        assert!(directory.halted().is_some());
    }
}
