//! Everything the console knows and shows. Only [`super::update`] changes it.

mod available;
mod commands;
mod connection;
mod front;
mod keys;
mod moving;

pub use connection::Opening;

use super::change::watch::Watches;
use super::change::{NextTry, Run};
use super::columns::Columns;
use super::command::Command;
use super::dialog::{Ctx, Dialog, Stage};
use super::equivalent::Equivalent;
use super::fresh::{Fresh, PAUSE, Right};
use super::geometry;
use super::keymap::KeyMap;
use super::linear::Linear;
use super::looks::Looks;
use super::msg::{Activity, Size, Ticket};
use super::notice::{Notice, Outcomes};
use super::pointer::Mouse;
use super::remote::Remote;
use super::row;
use super::screen::{Screen, welcome, workspaces};
use super::scrolled::Scrolled;
use super::session::Session;
use super::store::{Listing, Store};
use super::time;
use super::touched::Touched;
use super::tour::Tour;
use super::views::{Edit, Views};
use super::waits::Waits;
use crate::domain::change::Change;
use crate::domain::deletion::{ProgressVisibility, progress_visibility};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::{Member, Roster};
use crate::domain::platform::{Allowed, Deletion, Generation};
use crate::domain::policy::{self, Consequence};
use crate::domain::role::Role;
use crate::domain::slip::no_workspace;
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};

/// How many who can let the caller in are named.
const MOST_TO_ASK: usize = 3;

/// For how many principals at most it is told at every key for whom they can be taken.
const FEW: usize = 10;
/// What is said of what is being tried once more.
const TRYING: &str = "trying again now";

/// The whole state of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Whom it talks to, and as whom.
    pub session: Session,
    /// Which keys do what.
    pub keymap: KeyMap,
    /// What was read of workspaces and members.
    pub store: Store,
    /// The screens, the shown one last; never empty.
    pub screens: Vec<Screen>,
    /// The dialogs, the one that takes keys last.
    pub dialogs: Vec<Dialog>,
    /// The commands on show above everything else.
    pub equivalent: Option<Equivalent>,
    /// What happened last.
    pub notice: Option<Notice>,
    /// What became of changes and deletions, to be called back.
    pub outcomes: Outcomes,
    /// What stands in the journal, as far as it was asked for.
    pub activity: Remote<Activity>,
    /// Everybody's changes, as far as they were asked for.
    pub touched: Touched,
    /// A workspace that was left without an Admin, and how to mend it.
    pub repair: Option<Repair>,
    /// Whether the screen is read again and again.
    pub looks: Looks,
    /// How far one is in the conversation, where everything is told line by line.
    pub linear: Option<Linear>,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// Where one is on the tour of the demo.
    pub tour: Option<Tour>,
    /// What was run from the list of commands, the latest first.
    pub recent: Vec<Command>,
    /// As what members were added last in a workspace, but for Admin.
    pub added_as: BTreeMap<WorkspaceName, Role>,
    /// Changes whose dialog was left while they ran.
    pub detached: Vec<Run>,
    /// Changes that are over and may still come true.
    pub(super) watches: Watches,
    /// Rights gained here, which the platform takes a while to know of.
    pub fresh: Fresh,
    /// The connection that is being opened.
    pub opening: Option<Opening>,
    /// Whether the server does not know who the caller is, or no longer.
    pub is_refused: bool,
    /// A read that is being tried again.
    pub retrying: Option<Retrying>,
    /// Since when the console waits for a change before it quits.
    pub leaving_since: Option<Timestamp>,
    /// The time of the latest message.
    pub now: Timestamp,
    /// The size of the terminal.
    pub size: Size,
    /// The row that was copied as text just now: the same key copies it as JSON.
    pub(super) copied_row: Option<row::Row>,
    /// Where all that is known of the selected row stands.
    pub details: Details,
    /// Which columns lists show.
    pub columns: Columns,
    /// What is kept of the lists.
    pub views: Views,
    /// What the file says of them, while a demo has its own.
    pub(in crate::app) views_of_file: Option<Box<Views>>,
    /// Changes of what the file says that are not answered yet, of which the first is under way: each is a change of what the
    /// one before it has left.
    pub(in crate::app) keeping: VecDeque<Edit>,
    /// How far the text in front is scrolled.
    pub scrolled: Scrolled,
    /// How many dialogs have been in front.
    pub(super) n_dialogs: usize,
    /// Whether something was read that the rows do not show yet: while changes run they follow with the clock.
    pub(super) has_old_rows: bool,
    /// What is asked and not answered yet.
    pub(super) waits: Waits,
    /// Whether somebody has logged in and the server has not said yet who that is.
    pub(super) is_back: bool,
    /// A workspace that was made but can only be seen once the list has been read again.
    pub(super) select_when_listed: Option<WorkspaceName>,
}

/// Where all that is known of the selected row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Details {
    /// Beside the list, where there is room.
    Beside,
    /// In place of the list, all of it.
    InPlace,
}

/// A workspace that was left without an Admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The change that makes the removed Admin an Admin again.
    pub change: Change,
    /// Whether the platform has turned the caller away: then only a platform admin can mend it.
    pub is_out_of_reach: bool,
}

/// A read that failed and is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrying {
    /// The question that is tried again.
    pub ticket: Ticket,
    /// When the next try begins.
    pub at: Timestamp,
    /// Why the last try failed.
    pub why: SafeText,
}

impl Model {
    /// Returns the model before anything has happened.
    pub fn new(session: Session, size: Size, now: Timestamp) -> Self {
        let notice = Notice::of_start(&session.warnings);
        let outcomes = Outcomes::of_start(now, &session.warnings);
        let first = match &session.destination {
            Some(_) => Screen::Workspaces(workspaces::State::default()),
            None => Screen::Welcome(welcome::State::default()),
        };
        Self {
            session,
            keymap: KeyMap::default(),
            store: Store::default(),
            screens: vec![first],
            dialogs: Vec::new(),
            equivalent: None,
            notice,
            outcomes,
            activity: Remote::Absent,
            touched: Touched::default(),
            repair: None,
            looks: Looks::default(),
            linear: None,
            mouse: Mouse::default(),
            tour: None,
            recent: Vec::new(),
            added_as: BTreeMap::new(),
            detached: Vec::new(),
            watches: Watches::default(),
            fresh: Fresh::default(),
            opening: None,
            is_refused: false,
            retrying: None,
            leaving_since: None,
            now,
            size,
            copied_row: None,
            details: Details::Beside,
            columns: Columns::default(),
            views: Views::default(),
            views_of_file: None,
            keeping: VecDeque::new(),
            scrolled: Scrolled::default(),
            n_dialogs: 0,
            has_old_rows: false,
            waits: Waits::default(),
            is_back: false,
            select_when_listed: None,
        }
    }

    /// Returns whether the mouse is listened to.
    pub fn has_mouse(&self) -> bool {
        self.mouse == Mouse::Console
    }

    /// Returns the screen on show.
    pub fn screen(&self) -> &Screen {
        const NONE: &Screen = &Screen::Welcome(welcome::State { choice: 0 });
        self.screens.last().unwrap_or(NONE)
    }

    /// Returns whether the name of `principal` can deceive, by itself or because somebody else is called almost alike.
    pub fn is_flagged(&self, principal: &Principal) -> bool {
        self.store.is_flagged(principal)
    }

    /// Returns somebody for whom `principal`, who was read, can be taken.
    pub fn twin(&self, principal: &Principal) -> Option<&Principal> {
        self.store.known_twin(principal)
    }

    /// Returns somebody whose name differs from that of `principal` in case or blanks alone.
    pub fn double(&self, principal: &Principal) -> Option<&Principal> {
        self.store.faces().double(principal)
    }

    /// Returns who the caller is, as far as known.
    pub fn identity(&self) -> Identity {
        let info = self.session.info.value();
        let identity = info.map(|info| Identity {
            is_platform_admin: info.platform_admin == Allowed::Yes,
            ..info.identity.clone()
        });
        identity.unwrap_or_default()
    }

    /// Returns the generation of the server.
    pub fn generation(&self) -> Generation {
        self.session.generation()
    }

    /// Returns whether the caller will see how the deletion of `workspace` goes on.
    pub fn visibility_of_deleting(&self, workspace: &Workspace) -> ProgressVisibility {
        let platform = (self.generation().deletion(), self.session.deletion_status());
        progress_visibility(workspace, &self.identity(), self.platform_admin(), platform)
    }

    /// Returns what deleting a workspace does to its contents on this server: what it has shown to do counts more than
    /// what its generation is known to do.
    pub fn deletion(&self) -> Deletion {
        self.session
            .observed_deletion
            .unwrap_or_else(|| self.generation().deletion())
    }

    /// Returns whether the caller is known to be a platform admin.
    pub fn is_platform_admin(&self) -> bool {
        self.platform_admin() == Allowed::Yes
    }

    /// Returns whether the caller is a platform admin, as far as known.
    pub fn platform_admin(&self) -> Allowed {
        self.session
            .info
            .value()
            .map_or(Allowed::Unknown, |info| info.platform_admin)
    }

    /// Returns what the caller got in `workspace` so lately that the platform may not know of it yet.
    pub fn young_right(&self, workspace: &WorkspaceName) -> Option<Right> {
        let seen = || {
            let identity = self.identity();
            let row = self.store.find(workspace)?;
            let by = Principal::from_platform(row.created_by.as_deref()?);
            let is_maker = identity.is(&by) == IsCaller::Yes;
            row.created_at
                .filter(|_| is_maker)
                .map(|at| Right::new(Role::Admin, at))
        };
        self.fresh.find(workspace, seen, self.now)
    }

    /// Returns what to say of a workspace that stands in no list, once that was read: to most callers the platform refuses
    /// what is not there as it refuses what they may not see.
    pub fn unlisted(&self, workspace: &WorkspaceName) -> Option<String> {
        let meant = self.store.meant_by(workspace);
        self.is_unlisted(workspace)
            .then(|| no_workspace(workspace.raw(), self.is_platform_admin(), meant))
    }

    fn is_unlisted(&self, workspace: &WorkspaceName) -> bool {
        let is_told = *self.store.listing() == Listing::Complete && !workspace.is_system();
        is_told && self.store.find_shown(workspace).is_none()
    }

    /// Finds out what may be meant by the workspace on show, where it stands in no list: a long list is too much for a frame.
    pub(super) fn follow_unlisted(&mut self) {
        if let Some(name) = self.screen().opened().filter(|name| self.is_unlisted(name)).cloned() {
            self.store.seek_meant(&name);
        }
    }

    /// Returns since when the list is read that will tell whether there is such a workspace at all; nothing where it is not,
    /// or where the list has it already.
    pub fn looked_up_since(&self, workspace: &WorkspaceName) -> Option<Timestamp> {
        let Listing::Loading { ticket, .. } = self.store.listing() else {
            return None;
        };
        let is_open = !workspace.is_system() && self.store.find_shown(workspace).is_none();
        is_open.then(|| self.waiting_since(*ticket))
    }

    /// Returns who can let the caller in, where the members of `workspace` may not be seen.
    pub fn whom_to_ask(&self, workspace: &WorkspaceName) -> String {
        let row = self.store.find(workspace);
        let maker = row
            .and_then(|row| row.created_by.as_deref())
            .map(Principal::from_platform);
        // Whoever made it became its Admin; a part of the platform answers nobody.
        let identity = self.identity();
        let answers = |who: &Principal| who.raw().contains('@') && identity.is(who) == IsCaller::No;
        let mut others = self.store.admins_in_the_report(workspace);
        others.retain(|admin| answers(admin) && maker.as_ref() != Some(admin));
        let maker = maker.filter(answers).map(|maker| (maker, ", who made it"));
        let others = others.into_iter().map(|admin| (admin, ""));
        let names = maker.into_iter().chain(others).take(MOST_TO_ASK);
        let names: Vec<String> = names
            .map(|(who, why)| format!("{}{why}", who.label().cut(60, "…")))
            .collect();
        if names.is_empty() && workspace.is_built_in() {
            return "ask a platform admin".to_owned();
        }
        if names.is_empty() {
            return "ask one of its Admins or a platform admin".to_owned();
        }
        format!("ask {}, or a platform admin", names.join(", "))
    }

    /// Returns why what the platform refuses in `workspace` is no answer yet, and when it is tried again; nothing where it is
    /// not.
    pub fn not_yet(&self, workspace: &WorkspaceName) -> Option<String> {
        let next_try = self.next_look(workspace)?;
        let right = self.young_right(workspace)?;
        Some(format!("{}: {next_try}", right.in_words(self.now)))
    }

    /// Returns when what the platform refuses in `workspace`, which is no answer yet, is tried again; nothing where it is not.
    pub fn next_look(&self, workspace: &WorkspaceName) -> Option<String> {
        let right = self.young_right(workspace)?;
        let reading = self.retry_timer(workspace);
        (reading.is_some() || right.is_refused).then(|| self.next_try_in(workspace, reading))
    }

    /// Returns the timer until all is asked for again that was refused in `workspace`, where it runs.
    pub fn retry_timer(&self, workspace: &WorkspaceName) -> Option<Ticket> {
        self.waits
            .tickets(|wait| wait.is_look_again_at(workspace))
            .into_iter()
            .next()
    }

    /// Returns when what the platform refuses to the caller's young right in `workspace` is tried again, for the end of a
    /// sentence: a change that waits for that, else what waits under the timer `reading`, or is asked for by now. So there
    /// is one time for it, wherever it is told.
    pub fn next_try_in(&self, workspace: &WorkspaceName, reading: Option<Ticket>) -> String {
        let mut changes = self.runs().filter_map(|run| run.put_off_in(workspace));
        match changes.next() {
            Some(NextTry::Now) => TRYING.to_owned(),
            Some(NextTry::At(ticket)) => self.next_try(ticket),
            None => reading.map_or_else(|| TRYING.to_owned(), |reading| self.next_try(reading)),
        }
    }

    /// Returns when what waits under the timer `ticket` is tried again, for the end of a sentence.
    pub fn next_try(&self, ticket: Ticket) -> String {
        let at = self.waits.since(ticket).and_then(|since| since.checked_add(PAUSE).ok());
        let left = at.and_then(|at| time::until(at, self.now));
        left.map_or_else(|| TRYING.to_owned(), |left| format!("trying again in {left}"))
    }

    /// Returns since when the answer to `ticket` is waited for; now, where it no longer is.
    pub fn waiting_since(&self, ticket: Ticket) -> Timestamp {
        self.waits.since(ticket).unwrap_or(self.now)
    }

    /// Returns how many rows of a table are visible.
    pub fn table_rows(&self) -> usize {
        geometry::table_rows(self.size)
    }

    /// Returns the workspace the present screen is about: the selected one, or whose members are shown.
    pub fn workspace(&self) -> Option<&WorkspaceName> {
        self.screen().subject().workspace
    }

    /// Returns the principal that is selected, or whose access is shown.
    pub fn principal(&self) -> Option<&Principal> {
        self.screen().subject().principal
    }

    /// Returns what the principal holds by name in the workspace that the present screen is about.
    pub fn member(&self) -> Option<Member> {
        self.store.member(self.workspace()?, self.principal()?)
    }

    /// Returns what a key on the present screen would be about.
    pub fn selection(&self) -> (Option<WorkspaceName>, Option<Principal>) {
        (self.workspace().cloned(), self.principal().cloned())
    }

    /// Returns the members of `workspace` as last read, for whatever reason they were.
    pub fn roster(&self, workspace: &WorkspaceName) -> Option<Cow<'_, Roster>> {
        self.store.roster(workspace)
    }

    /// Returns whether keys go into a filter.
    pub fn is_filtering(&self) -> bool {
        self.screen().filter().is_some_and(|filter| filter.is_editing)
    }

    /// Returns whether a filter hides rows of the present screen.
    pub fn has_filter(&self) -> bool {
        self.screen().filter().is_some_and(super::filter::Filter::is_active)
    }

    /// Returns every change under way.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        let in_dialogs = self.dialogs.iter().filter_map(|dialog| match &dialog.stage {
            Stage::Running(run) => Some(&**run),
            Stage::Editing | Stage::Confirming(_) => None,
        });
        in_dialogs.chain(&self.detached)
    }

    /// Returns how many answers and timers are awaited: none when the console is idle.
    pub fn n_awaited(&self) -> usize {
        self.waits.len()
    }

    /// Returns what follows from what the top dialog would do now, given the members as last read.
    pub fn consequences(&self) -> Vec<Consequence> {
        self.dialogs
            .last()
            .map(|dialog| self.consequences_of(dialog))
            .unwrap_or_default()
    }

    /// Returns what follows from what `dialog` would do now, given the members as last read.
    pub fn consequences_of(&self, dialog: &Dialog) -> Vec<Consequence> {
        if let Stage::Confirming(confirm) = &dialog.stage {
            return confirm.consequences.clone();
        }
        let identity = self.identity();
        let ctx = Ctx::new(&self.store, &identity, self.session.info.value(), self.now);
        let mut found = dialog.form.questions(ctx);
        if !dialog.form.changes_members() {
            return found;
        }
        let roster = dialog.form.workspace().and_then(|workspace| self.roster(workspace));
        let (Ok(intents), Some(roster)) = (dialog.form.check(ctx), roster) else {
            return found;
        };
        // Of many it is told before they are confirmed, not at every key.
        if intents.len() <= FEW {
            found.extend(ctx.passing(&intents));
        }
        let changes = intents.iter().map(|intent| &intent.change);
        let of_changes = policy::consequences_of_all(changes, &roster, &identity, self.generation());
        found.extend(of_changes);
        found
    }
}
