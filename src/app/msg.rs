//! What can happen ([`Msg`]) and what can be asked of the outside ([`Effect`]): plain data, both.

use super::audit::{Done, Heard, Parts, Task};
use super::failure::Failure;
use super::inventory::{Counted, Inventory};
use super::keymap::Chord;
use super::pointer::Target;
use super::scrolled::Reach;
use super::session::Session;
use super::views::{Edit, Unkept, Views};
use crate::access::Plan;
use crate::audit::Report;
use crate::audit::coverage::Progress;
use crate::audit::export::Format;
use crate::audit::filter::Filter;
use crate::domain::activity::{Conclusion, Note, Provenance, Record, RecordId};
use crate::domain::binding::{Binding, Rows, Step, Touches};
use crate::domain::change::Change;
use crate::domain::context::{ContextName, Contexts, Destination};
use crate::domain::deletion::{Remembered, Status};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::login::{DeviceCode, LoggedIn, Way, Ways};
use crate::domain::member::Roster;
use crate::domain::platform::ServerInfo;
use crate::domain::resource::{Resource, ResourceId, ResourceKind};
use crate::domain::text::SafeText;
use crate::domain::workspace::{CallerAccess, Workspace};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The number of one question, change or timer. An answer whose ticket nobody waits for is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// Returns the ticket with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Returns its number; none is given out twice in one session.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A message with the time it happened; the core has no other clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The time at which it happened.
    pub at: Timestamp,
    /// The event itself.
    pub msg: Msg,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Msg {
    /// The program has started and the screen is up.
    Started,
    /// A key was pressed.
    Pressed(Chord),
    /// Keys were pressed that nobody can have meant for what they meet: several in one piece, as of a paste that the
    /// terminal does not mark, or before the screen showed what they would act on. They write, move and filter; none of
    /// them changes anything.
    Rushed {
        /// In their order.
        keys: Vec<Chord>,
        /// Whether they came before the screen showed what they would act on.
        is_blind: bool,
    },
    /// Text was pasted in one piece.
    Pasted(String),
    /// A line was typed, where everything is told line by line.
    Line(Line),
    /// Something was clicked that stood on the screen.
    Pointed(Target),
    /// The wheel was turned by one notch; whether towards the end.
    Wheeled(bool),
    /// The terminal has this size now.
    Resized(Size),
    /// A frame was drawn, which shows so much of the text in front.
    Drawn(Reach),
    /// The program is back in the foreground.
    Resumed,
    /// The program was to be suspended where nothing could bring it back.
    CannotSuspend,
    /// The program ends, whatever is under way: there is no screen any more.
    Ended,
    /// Something happened that the user has to know of without having asked.
    Warned(SafeText),
    /// A timer ran out.
    Due(Ticket),
    /// A read is tried again after a while.
    Waiting {
        /// Which read.
        ticket: Ticket,
        /// How long it waits.
        delay: Duration,
        /// Why the request failed, in one sentence.
        why: SafeText,
    },
    /// A read or a change was answered.
    Answered {
        /// The question that is answered.
        ticket: Ticket,
        /// What came back.
        answer: Answer,
    },
}

/// A line that was typed.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// What it says, without its end; nothing where the input was ended in its place, as by Ctrl-D.
    pub text: Option<String>,
    /// Whether it came as no line comes that somebody types: together with others.
    pub is_piece: bool,
    /// Whether it came before that was told which it would answer.
    pub is_blind: bool,
}

impl fmt::Debug for Line {
    /// Does not tell the text: it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.text.as_ref().map(String::len);
        let Self { is_piece, is_blind, .. } = self;
        write!(f, "Line({length:?}, piece {is_piece}, blind {is_blind})")
    }
}

/// Columns and rows of the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many columns wide.
    pub width: u16,
    /// How many rows high.
    pub height: u16,
}

/// How far a list was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// To its end.
    ToTheEnd,
    /// It was left: it is longer than is ever read, or goes in circles.
    LeftEarly,
}

/// An answer. It says what it is about; whether anybody still wants it is told by its ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Query::Server`].
    Server(Box<Result<ServerInfo, Failure>>),
    /// One page of [`Query::Workspaces`]; more follow until [`Answer::Listed`].
    Page {
        /// The workspaces on it.
        workspaces: Vec<Workspace>,
        /// How many there are in all.
        total: usize,
    },
    /// The end of [`Query::Workspaces`].
    Listed(Result<Extent, Failure>),
    /// To [`Query::Inspect`] of this workspace.
    Inspected(WorkspaceName, Result<Inspection, Failure>),
    /// One kind of [`Query::Inventory`] of this workspace; more follow until [`Answer::Inventory`].
    Counted(WorkspaceName, Counted),
    /// The end of [`Query::Inventory`] of this workspace.
    Inventory(WorkspaceName, Result<Box<Inventory>, Failure>),
    /// To [`Query::Resources`] of this kind in this workspace; nothing where the platform has no service for the kind.
    Resources(WorkspaceName, ResourceKind, Result<Option<ResourcePage>, Failure>),
    /// To [`Query::Deletion`] of this workspace.
    Deletion(WorkspaceName, Result<Known, Failure>),
    /// A piece of [`Query::Audit`]; more follow until [`Heard::End`].
    Audit(Heard),
    /// To [`Query::History`] of this principal.
    History(Principal, Result<Vec<Binding>, Failure>),
    /// To [`Query::Activity`].
    Activity(Result<Activity, Failure>),
    /// How far [`Query::Plan`] is; more follows until [`Answer::Planned`].
    Planning(Progress),
    /// To [`Query::Folder`] of this folder.
    Folder(PathBuf, Result<FileNames, Failure>),
    /// The end of [`Query::Plan`].
    Planned(Result<Arc<Plan>, Failure>),
    /// To [`Query::Touched`].
    Touched(Result<Touches, Failure>),
    /// To [`Effect::Compute`].
    Computed(Done),
    /// To [`Effect::KeepViews`]: what the file says now, or why that could not be changed.
    ViewsKept(Box<Edit>, Result<Views, Unkept>),
    /// To [`Effect::Export`]: the file that was written.
    Exported(Result<SafeText, Failure>),
    /// To [`Query::Target`].
    Found(Result<Found, Failure>),
    /// To [`Effect::Send`].
    Sent(Result<(), Failure>),
    /// To [`Query::Contexts`].
    Contexts(Result<Contexts, Failure>),
    /// To [`Query::Ways`].
    Ways(Result<Ways, Failure>),
    /// To [`Effect::Open`]: the connection waits under the ticket of the question.
    Opened(Result<Box<Session>, Failure>),
    /// A part of [`Effect::LogIn`] by [`Way::Device`]: what to enter where. [`Answer::LoggedIn`] follows.
    DeviceCode(DeviceCode),
    /// The end of [`Effect::LogIn`].
    LoggedIn(Result<LoggedIn, Failure>),
    /// To [`Effect::LogOut`] of this context.
    LoggedOut(ContextName, Result<(), Failure>),
    /// To [`Effect::Lift`]: until when changes are allowed.
    Lifted(Result<Timestamp, Failure>),
    /// To [`Effect::Keep`] of this setting: the file it was written to.
    Kept(Setting, Result<SafeText, Failure>),
}

impl Answer {
    /// Returns whether more follows under the same ticket.
    pub(in crate::app) fn is_part(&self) -> bool {
        matches!(
            self,
            Self::Page { .. }
                | Self::Counted(..)
                | Self::DeviceCode(_)
                | Self::Planning(_)
                | Self::Audit(Heard::Progress(_) | Heard::Part(_))
        )
    }

    /// Returns whether people may come with it of whom nobody has heard before.
    pub(in crate::app) fn tells_of_people(&self) -> bool {
        matches!(
            self,
            Self::Inspected(..) | Self::Found(_) | Self::Audit(Heard::Part(_) | Heard::End(..))
        )
    }

    /// Returns whether it shows that the platform knows the caller.
    pub(in crate::app) fn is_welcome(&self) -> bool {
        matches!(self, Self::Listed(Ok(_))) || matches!(self, Self::Server(info) if info.is_ok())
    }

    /// Returns what the platform the console is on failed with, as far as that tells whether it knows the caller: what
    /// another server or the config file says about a login is not counted.
    pub(in crate::app) fn failure(&self) -> Option<&Failure> {
        if let Self::Server(info) = self {
            return info.as_ref().as_ref().err();
        }
        if let Self::Inspected(_, Ok(inspection)) = self {
            return inspection.roster.as_ref().err();
        }
        if let Self::Counted(_, counted) = self {
            return counted.tally.as_ref().err();
        }
        if let Self::Inventory(_, Ok(inventory)) = self {
            return inventory.roster.as_ref().err();
        }
        if let Self::Listed(Err(failure))
        | Self::Inspected(_, Err(failure))
        | Self::Inventory(_, Err(failure))
        | Self::Resources(_, _, Err(failure))
        | Self::Deletion(_, Err(failure))
        | Self::History(_, Err(failure))
        | Self::Touched(Err(failure))
        | Self::Planned(Err(failure))
        | Self::Found(Err(failure))
        | Self::Sent(Err(failure))
        | Self::Audit(Heard::End(_, Some(failure))) = self
        {
            return Some(failure);
        }
        None
    }
}

/// What inspecting a workspace brought: what the caller may do, and the members where the caller may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What the caller may do here.
    pub caller_access: CallerAccess,
    /// Everybody who holds a role, or why that cannot be read.
    pub roster: Result<Roster, Failure>,
}

/// What stands in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The last changes, the newest first.
    pub records: Arc<[Record]>,
    /// Whether there are older ones, which were not read.
    pub is_more: bool,
    /// The plans of which some changes are among those.
    pub cut_plans: BTreeSet<SafeText>,
}

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileNames {
    /// What can be typed.
    pub names: Vec<FileName>,
    /// Whether there is more, which was not read.
    pub is_more: bool,
}

/// What lies in a folder, under a name that can be typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    /// Its name.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// One page of the things of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePage {
    /// The things.
    pub rows: Vec<Resource>,
    /// How many there are in all, where it is told.
    pub n_total: Option<usize>,
}

/// What the platform tells about a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is under way.
    UnderWay(Status),
    /// There is none that the caller may know of.
    NoneToSee,
    /// This platform tells nobody.
    NotTold,
}

/// The fresh state of what a change is about; nothing where it no longer exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Of [`ChangeTarget::Members`].
    Members(Roster),
    /// Of [`ChangeTarget::Rows`].
    Rows(Rows),
    /// Of [`ChangeTarget::Workspace`].
    Workspace(Option<Workspace>),
    /// Of [`ChangeTarget::Contents`].
    Contents(Option<Box<Inventory>>),
    /// Of [`ChangeTarget::Resource`].
    Resource(Option<Box<Resource>>),
    /// Of [`ChangeTarget::Deletion`].
    Deletion {
        /// A workspace of that name that is alive.
        alive: Option<Box<Workspace>>,
        /// What is told about the deletion.
        known: Known,
    },
}

/// What a change is about, and so what is read before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeTarget {
    /// The members of a workspace.
    Members(WorkspaceName),
    /// The rows behind the members of a workspace.
    Rows(WorkspaceName),
    /// The workspace itself.
    Workspace(WorkspaceName),
    /// The workspace, its members, and how many things of each of these kinds lie in it.
    Contents(WorkspaceName, Vec<ResourceKind>),
    /// One thing in a workspace.
    Resource(WorkspaceName, ResourceId),
    /// How far the deletion of a workspace is, and whether there is another one of that name already.
    Deletion(WorkspaceName),
}

/// What is kept in the config file of the platform's CLI, so that the CLI knows it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Where the commands of a context act when nothing else is said.
    DefaultWorkspace {
        /// Of which context.
        context: ContextName,
        /// Which workspace.
        workspace: WorkspaceName,
    },
    /// Which context is the current one.
    CurrentContext(ContextName),
}

/// A question to the platform, or to the config file of its CLI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// What it is, who the caller is there, and what the caller may do everywhere.
    Server,
    /// All workspaces, page by page.
    Workspaces,
    /// The caller's access in one, and its members.
    Inspect {
        /// The workspace to inspect.
        workspace: WorkspaceName,
        /// Whether the caller is known to be a platform admin.
        is_platform_admin: bool,
    },
    /// Who is in one, and how many things of each of these kinds.
    Inventory(WorkspaceName, Vec<ResourceKind>),
    /// One page of the things of one kind in one, from page 1.
    Resources {
        /// In which workspace.
        workspace: WorkspaceName,
        /// Of which kind.
        kind: ResourceKind,
        /// Which page.
        page: usize,
    },
    /// How far the deletion of one is.
    Deletion(WorkspaceName),
    /// Who holds which role in all of them; what is known of the server and the caller need not be asked again.
    Audit(Option<Box<ServerInfo>>, Parts),
    /// What was granted to somebody once and taken away again.
    History(Principal),
    /// What this program has changed, on all servers.
    Activity,
    /// What has to change so that what a file or folder says is so, for this caller.
    Plan(PathBuf, Box<ServerInfo>),
    /// What lies in a folder, to be proposed.
    Folder(PathBuf),
    /// Whose access was changed last, by whomever.
    Touched,
    /// The target of a change, before and after it.
    Target(ChangeTarget),
    /// Every context of the config file, as it is now.
    Contexts,
    /// How one can log in there, and where the result would lie.
    Ways(Destination),
}

/// A change that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// By this session, under this ticket.
    Sent(Ticket),
    /// By an earlier one.
    Left(RecordId),
}

impl Of {
    /// Returns what is to be written down of it.
    pub fn noting(self, conclusion: Conclusion) -> Note {
        match self {
            Self::Sent(ticket) => Note::Ended(ticket.number(), conclusion),
            Self::Left(id) => Note::EndedEarlier(id, conclusion),
        }
    }
}

/// Something to be done outside the core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the platform.
    Read {
        /// The number the answer must carry.
        ticket: Ticket,
        /// What to ask.
        query: Query,
    },
    /// Change something: exactly one request.
    Send {
        /// The number the answer must carry.
        ticket: Ticket,
        /// What to change.
        change: Change,
        /// Which request that is, where it goes through rows; otherwise it follows from the change.
        step: Option<Step>,
        /// Who makes it and why, for the journal: without a line there it does not leave.
        provenance: Box<Provenance>,
    },
    /// Write into the journal what became of a change.
    Conclude {
        /// Of which one.
        of: Of,
        /// What became of it.
        conclusion: Conclusion,
    },
    /// Allow changes on a read-only connection for some minutes, once that is written into the journal.
    Lift {
        /// The number the answer must carry.
        ticket: Ticket,
        /// Who does that and why.
        provenance: Box<Provenance>,
    },
    /// End that, and write it into the journal.
    EndLift {
        /// The number of the record that says since when.
        number: u64,
        /// Why it is over.
        why: SafeText,
    },
    /// Work on a whole report, beside the loop.
    Compute {
        /// The number the answer must carry.
        ticket: Ticket,
        /// What to work out.
        task: Task,
    },
    /// Write what a filter leaves of a report to a new file.
    Export {
        /// The number the answer must carry.
        ticket: Ticket,
        /// The report.
        report: Arc<Report>,
        /// Which part of it.
        filter: Filter,
        /// The file format.
        format: Format,
        /// Where to.
        path: PathBuf,
    },
    /// Make a connection and keep it under the ticket until [`Effect::Enter`] or [`Effect::Abandon`] names that. The
    /// present one stays in use.
    Open {
        /// The number the answer must carry.
        ticket: Ticket,
        /// Where to.
        destination: Destination,
    },
    /// Use the connection that was opened under this ticket for everything asked from now on, and drop the one before.
    Enter(Ticket),
    /// Log in and keep what comes of it where the platform's CLI looks for it. Until that is written it can be abandoned.
    LogIn {
        /// The number the answers must carry.
        ticket: Ticket,
        /// The server or context to log in to.
        at: Destination,
        /// The kind of login.
        way: Way,
    },
    /// Take the token of a context out of the config file.
    LogOut {
        /// The number the answer must carry.
        ticket: Ticket,
        /// Of which context.
        context: ContextName,
    },
    /// Write a setting into the config file.
    Keep {
        /// The number the answer must carry.
        ticket: Ticket,
        /// Which, and to what.
        setting: Setting,
    },
    /// Make one change of the columns and views that are kept in the console's own file, as that is by now.
    KeepViews {
        /// The number the answer must carry.
        ticket: Ticket,
        /// Which.
        edit: Edit,
    },
    /// Stop asking, and drop what was opened under this ticket; the answer is no longer wanted.
    Abandon(Ticket),
    /// Say so when this much time has passed.
    After {
        /// The number of the timer.
        ticket: Ticket,
        /// How long.
        delay: Duration,
    },
    /// Remember a deletion under way, so that the console can follow it when it is started again.
    Remember(Remembered),
    /// Forget the deletion of this workspace: it is over.
    Forget(WorkspaceName),
    /// Hand these lines to the terminal's clipboard.
    Copy(Vec<SafeText>),
    /// Give the terminal back to the shell until the program is resumed.
    Suspend,
    /// Paint everything anew.
    Redraw,
    /// Leave the program.
    Quit,
}
