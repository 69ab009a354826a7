//! Everything the console knows and shows. Only [`super::update`] changes it.

use super::change::Run;
use super::dialog::{Ctx, Dialog, Form, Problem, Stage};
use super::directory::Directory;
use super::failure::FailureKind;
use super::geometry;
use super::msg::{Size, Ticket};
use super::notice::{Notice, Tone};
use super::remote::Remote;
use super::screen::{Screen, workspaces};
use crate::domain::change::Change;
use crate::domain::identity::Identity;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Member;
use crate::domain::platform::{Allowed, Deletion, Dialect, ServerInfo};
use crate::domain::policy::{self, Consequence};
use crate::domain::text::SafeText;
use crate::domain::workspace::{Deed, Standing};
use jiff::Timestamp;
use std::collections::HashMap;

/// The whole state of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Whom it talks to, and as whom.
    pub session: Session,
    /// What is known about workspaces and members.
    pub directory: Directory,
    /// The screens, the shown one last; never empty.
    pub screens: Vec<Screen>,
    /// The dialogs, the one that takes keys last.
    pub dialogs: Vec<Dialog>,
    /// What happened last.
    pub notice: Option<Notice>,
    /// A workspace that was left without an Admin, and how to mend it.
    pub repair: Option<Repair>,
    /// Changes whose dialog was left while they ran.
    pub detached: Vec<Run>,
    /// Workspaces made here, and when: the platform takes a while until it lets their maker in.
    pub fresh: HashMap<WorkspaceName, Timestamp>,
    /// A read that is being tried again.
    pub retrying: Option<Retrying>,
    /// Since when the console waits for a change before it quits.
    pub leaving_since: Option<Timestamp>,
    /// The time of the latest message.
    pub now: Timestamp,
    /// The size of the terminal.
    pub size: Size,
    /// What each ticket that is still wanted is for.
    pub(super) wanted: HashMap<Ticket, Purpose>,
    /// Since when each ticket that is still wanted is waited for.
    pub(super) asked_at: HashMap<Ticket, Timestamp>,
    pub(super) last_ticket: u64,
    /// A workspace that was made but can only be seen once the list has been read again.
    pub(super) select_when_listed: Option<WorkspaceName>,
}

/// What the outside told the console when it started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The name of the connection: a context, or where the address came from.
    pub context: SafeText,
    /// The server's address.
    pub server: SafeText,
    /// Whether this is the built-in demo.
    pub is_demo: bool,
    /// Where read-only comes from, if nothing may be changed.
    pub read_only: Option<SafeText>,
    /// What the server said about itself and the caller.
    pub info: Remote<ServerInfo>,
    /// The workspace to start on, if one is set.
    pub start_at: Option<WorkspaceName>,
    /// What the user should know about how the console was started.
    pub warnings: Vec<SafeText>,
}

/// A workspace that was left without an Admin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The change that makes the removed Admin an Admin again.
    pub change: Change,
}

/// A read that failed and is tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrying {
    /// Which.
    pub ticket: Ticket,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: SafeText,
}

/// What a ticket is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Server,
    List,
    Inspect(WorkspaceName),
    Inventory(WorkspaceName),
    Run,
    Clock,
    /// A timer: look again at a workspace whose roles have not taken effect yet.
    LookAgain(WorkspaceName),
}

impl Model {
    /// Returns the model before anything has happened.
    pub fn new(session: Session, size: Size, now: Timestamp) -> Self {
        let warnings: Vec<&str> = session.warnings.iter().map(SafeText::as_str).collect();
        let notice = (!warnings.is_empty()).then(|| Notice::new(Tone::Warning, &warnings.join("; ")));
        Self {
            session,
            directory: Directory::default(),
            screens: vec![Screen::Workspaces(workspaces::State::default())],
            dialogs: Vec::new(),
            notice,
            repair: None,
            detached: Vec::new(),
            fresh: HashMap::new(),
            retrying: None,
            leaving_since: None,
            now,
            size,
            wanted: HashMap::new(),
            asked_at: HashMap::new(),
            last_ticket: 0,
            select_when_listed: None,
        }
    }

    /// Returns the screen on show.
    pub fn screen(&self) -> &Screen {
        const NONE: &Screen = &Screen::Help(super::screen::help::State {
            contexts: Vec::new(),
            top: 0,
        });
        self.screens.last().unwrap_or(NONE)
    }

    /// Returns who the caller is, as far as known.
    pub fn identity(&self) -> Identity {
        self.session
            .info
            .value()
            .map(|info| info.identity.clone())
            .unwrap_or_default()
    }

    /// Returns the generation of the server.
    pub fn dialect(&self) -> Dialect {
        self.session.info.value().map_or(Dialect::Unknown, |info| info.dialect)
    }

    /// Returns what deleting a workspace does to its contents on this server.
    pub fn deletion(&self) -> Deletion {
        self.dialect().deletion()
    }

    /// Returns since when the answer to `ticket` is waited for; now, where it no longer is.
    pub fn waiting_since(&self, ticket: Ticket) -> Timestamp {
        self.asked_at.get(&ticket).copied().unwrap_or(self.now)
    }

    /// Returns how many rows of a table are visible.
    pub fn table_rows(&self) -> usize {
        geometry::table_rows(self.size)
    }

    /// Returns the workspace the present screen is about: the selected one, or whose members are shown.
    pub fn workspace(&self) -> Option<&WorkspaceName> {
        match self.screen() {
            Screen::Workspaces(state) => state.list.selected(),
            Screen::Members(state) => Some(&state.workspace),
            Screen::Help(_) => None,
        }
    }

    /// Returns the selected member on the members screen.
    pub fn member(&self) -> Option<&Member> {
        let Screen::Members(state) = self.screen() else {
            return None;
        };
        let principal: &Principal = state.list.selected()?;
        self.directory.roster(&state.workspace)?.find(principal)
    }

    /// Returns whether keys go into a filter.
    pub fn is_filtering(&self) -> bool {
        match self.screen() {
            Screen::Workspaces(state) => state.filter.is_editing,
            Screen::Members(state) => state.filter.is_editing,
            Screen::Help(_) => false,
        }
    }

    /// Returns whether a filter hides rows of the present screen.
    pub fn has_filter(&self) -> bool {
        match self.screen() {
            Screen::Workspaces(state) => state.filter.is_active(),
            Screen::Members(state) => state.filter.is_active(),
            Screen::Help(_) => false,
        }
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
        self.wanted.len()
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
        let (Form::ChangeRole(_) | Form::AddMember(_) | Form::RemoveMember(_)) = &dialog.form else {
            return Vec::new();
        };
        let identity = self.identity();
        let ctx = Ctx {
            directory: &self.directory,
            identity: &identity,
        };
        let roster = dialog
            .form
            .workspace()
            .and_then(|workspace| self.directory.roster(workspace));
        let (Ok(intents), Some(roster)) = (dialog.form.check(ctx), roster) else {
            return Vec::new();
        };
        policy::consequences_of_all(intents.iter().map(|intent| &intent.change), roster, &identity)
    }
}

/// What can be done now, or why not: the `available` functions of the key map.
impl Model {
    /// Checks that a workspace is selected.
    ///
    /// # Errors
    /// Says why nothing can be opened.
    pub fn has_workspace(&self) -> Result<(), SafeText> {
        match self.workspace() {
            Some(_) => Ok(()),
            None => Err(SafeText::new("no workspace is selected")),
        }
    }

    fn may_change(&self) -> Result<(), SafeText> {
        if let Some(source) = &self.session.read_only {
            return Err(SafeText::new(&format!("read-only ({source}): nothing can be changed")));
        }
        if self.leaving_since.is_some() {
            return Err(SafeText::new(
                "the console is about to quit: nothing new is begun; ctrl-c leaves at once",
            ));
        }
        Ok(())
    }

    /// Checks whether a change to `workspace` may be begun now: one at a time.
    pub(super) fn may_begin(&self, workspace: &WorkspaceName) -> Result<(), SafeText> {
        self.may_change()?;
        let is_busy = self
            .runs()
            .any(|run| !run.is_over() && run.workspace() == Some(workspace));
        if is_busy {
            return Err(SafeText::new(
                "a change to this workspace is still under way: wait for its outcome",
            ));
        }
        Ok(())
    }

    /// Checks whether the caller may create workspaces.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_create(&self) -> Result<(), SafeText> {
        self.may_change()?;
        match self.session.info.value().map(|info| info.may_create) {
            Some(Allowed::No) => Err(SafeText::new(
                "you need the role WorkspaceCreator in 'system' to create workspaces",
            )),
            Some(Allowed::Yes | Allowed::Unknown) | None => Ok(()),
        }
    }

    /// Checks whether the caller may do `deed` in the present workspace.
    ///
    /// # Errors
    /// Says why not.
    pub fn may(&self, deed: Deed) -> Result<(), SafeText> {
        self.has_workspace()?;
        self.may_change()?;
        let Some(workspace) = self.workspace() else {
            return Ok(());
        };
        if let Err(problem) = workspace.addressable() {
            let text = format!("'{}' {}", workspace.shown(), problem.in_words());
            return Err(SafeText::new(&text));
        }
        self.may_begin(workspace)?;
        let standing = self.directory.standing(workspace);
        if standing.forbids(deed) {
            let have = match standing {
                Standing::Nothing => SafeText::new("you have no role here that allows anything"),
                Standing::Holds(role) => SafeText::new(&format!("you are {}", role.shown())),
                Standing::AtLeastViewer | Standing::PlatformAdmin | Standing::Unknown => SafeText::new("you are not"),
            };
            return Err(SafeText::new(&format!(
                "you need {} here: {have}",
                deed.needs().shown()
            )));
        }
        Ok(())
    }

    /// Checks whether the selected workspace may be deleted.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_delete_workspace(&self) -> Result<(), SafeText> {
        self.may_change()?;
        if let Some(workspace) = self.workspace().filter(|workspace| workspace.is_built_in()) {
            return Err(SafeText::new(&format!(
                "'{}' is never deleted here: the platform would do it and lock everybody out",
                workspace.shown()
            )));
        }
        self.may(Deed::DeleteWorkspace)
    }

    /// Checks whether the selected member can be changed or removed.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_change_member(&self) -> Result<(), SafeText> {
        self.may(Deed::ManageMembers)?;
        let Some(member) = self.member() else {
            return Err(SafeText::new("no member is selected"));
        };
        member.principal.addressable().map_err(|problem| {
            SafeText::new(&format!(
                "'{}' {}; only deleting the workspace, or a platform admin through its role-binding row, takes it away",
                member.principal.shown().cut(40, "…"),
                problem.in_words()
            ))
        })
    }

    /// Checks whether there is a workspace without an Admin to be mended.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn has_repair(&self) -> Result<(), SafeText> {
        self.may_change()?;
        match &self.repair {
            Some(repair) => self.may_begin(repair.change.workspace()),
            None => Err(SafeText::new("no workspace was left without an Admin")),
        }
    }

    /// Returns whether the top dialog still counts what is to be deleted, so that there is nothing to apply yet.
    pub fn is_counting(&self) -> bool {
        let form = self.dialogs.last().map(|dialog| &dialog.form);
        matches!(form, Some(Form::DeleteWorkspace(form)) if form.inventory.is_loading())
    }

    /// Checks whether the top dialog counts what is in a workspace, and could do so again.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_count_again(&self) -> Result<(), SafeText> {
        match self.dialogs.last().map(|dialog| &dialog.form) {
            Some(Form::DeleteWorkspace(form)) if form.inventory.is_loading() => {
                Err(SafeText::new("it is being counted already"))
            }
            Some(Form::DeleteWorkspace(_)) => Ok(()),
            Some(
                Form::NewWorkspace(_)
                | Form::Describe(_)
                | Form::AddMember(_)
                | Form::ChangeRole(_)
                | Form::RemoveMember(_),
            )
            | None => Err(SafeText::new(
                "a dialog is not refreshed: what it is about is read afresh when you apply it",
            )),
        }
    }

    /// Returns whether the top dialog has several fields.
    pub fn dialog_has_fields(&self) -> bool {
        self.dialogs.last().is_some_and(|dialog| dialog.form.has_fields())
    }

    /// Returns whether the focus of the top dialog is on a choice.
    pub fn dialog_has_options(&self) -> bool {
        self.dialogs.last().is_some_and(|dialog| dialog.form.is_on_options())
    }

    /// Checks whether the top dialog is about an Admin who cannot go before there is another.
    ///
    /// # Errors
    /// Says that it is not.
    pub fn wants_another_admin(&self) -> Result<(), SafeText> {
        let was_refused = self.dialogs.last().is_some_and(|dialog| {
            matches!(&dialog.problem, Some(Problem::Failed(failure)) if failure.kind == FailureKind::LastAdmin)
        });
        let will_be = || {
            self.consequences()
                .iter()
                .any(|consequence| matches!(consequence, Consequence::LastAdmin(_)))
        };
        if was_refused || will_be() {
            Ok(())
        } else {
            Err(SafeText::new("another Admin is not needed here"))
        }
    }
}
