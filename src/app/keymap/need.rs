//! What a key needs to do anything, as data: the model turns it into yes or the reason why not.

use crate::domain::workspace::Permission;

/// What must be so for a key to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A workspace is selected.
    Workspace,
    /// The caller may create workspaces.
    MayCreate,
    /// The caller may do this in the present workspace.
    Permission(Permission),
    /// The selected workspace may be deleted.
    MayDeleteWorkspace,
    /// Somebody may be added to the marked workspaces, or the selected one.
    MayAddMember,
    /// What lies in the workspace can be looked at.
    Contents,
    /// The workspace can be made the default of the context in use.
    MayMakeDefault,
    /// The selected member can be changed.
    MayChangeMember,
    /// A principal is selected.
    Principal,
    /// What is marked or selected can be deleted.
    MayDeleteResources,
    /// There is another kind of things to be shown.
    OtherKinds,
    /// Something that can be marked is selected.
    MayMark,
    /// Something that can be marked is shown.
    MayMarkAll,
    /// What is marked or selected are findings that can be repaired here.
    MayMend,
    /// A change of the journal is selected.
    MayUndo,
    /// What is selected belongs to a plan that is open.
    OpenPlan,
    /// What is selected belongs to a plan that is closed.
    ClosedPlan,
    /// A row of the audit is selected.
    AuditRow,
    /// There is something to write to a file.
    MayExport,
    /// Changes in all workspaces of a principal can be planned.
    MayPlan,
    /// The console can switch to the selected context.
    MaySwitch,
    /// One can log in to the selected context.
    MayLogIn,
    /// One can log in to where the console is connected.
    MayLogInHere,
    /// The selected context can be logged out of.
    MayLogOut,
    /// The selected context can be made the current one.
    MayMakeCurrent,
    /// The console can go somewhere else.
    MayLeaveConnection,
    /// The list can be sorted.
    MaySort,
    /// This of the list can be chosen, saved or removed.
    MayKeep(Kept),
    /// So many columns on show can be sorted by.
    MaySortBy(u8),
    /// A question of which the journal keeps a reason.
    MayGiveReason,
    /// The screen shows something that can be read again.
    MayRefresh,
    /// The screen is one that can be read again by itself.
    MayWatch,
    /// There is a screen to be clicked on.
    MayUseMouse,
    /// Read-only is lifted, or can be.
    MayLift,
    /// A workspace was left without an Admin.
    Repair,
    /// Something can be copied.
    MayCopy,
    /// A row is selected that can be copied.
    MayCopyRow,
    /// Something was done whose outcome is not on show already.
    Outcomes,
    /// The help is not on show already.
    MayShowHelp,
    /// A row is selected.
    MayShowDetails,
    /// There is something to go back from.
    MayGoBack,
    /// What was changed is not on show already.
    MayShowActivity,
    /// The caller may see everybody's changes.
    MaySeeEverybody,
    /// The journal holds changes on other servers.
    OtherServers,
    /// A filter was cleared and can be taken back.
    MayTakeFilterBack,
    /// There is something to apply in the dialog.
    MayApply,
    /// The dialog has another field.
    OtherField,
    /// Something in the dialog can be chosen or scrolled.
    MayMoveInDialog,
    /// The focus of the dialog is on a choice.
    MayChoose,
    /// What the dialog counts can be counted again.
    MayCountAgain,
    /// What is known to be refused can be tried all the same.
    MayTryAnyway,
    /// The dialog is about everyone.
    IsAboutEveryone,
    /// Another Admin is needed first.
    AnotherAdmin,
    /// The deletion on show can be tried again.
    MayRetryDeletion,
    /// The dialog has a link.
    Link,
    /// The text in front is longer than its room.
    MoreText,
    /// There are more commands or notes to read.
    MoreToRead,
    /// There is a command to copy.
    Commands,
    /// There are several commands.
    SeveralCommands,
}

/// What is kept of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Its columns.
    Columns,
    /// Views of it, saved under a name.
    Views,
    /// A view that is marked.
    MarkedView,
}

/// When the hint row offers a key that has a place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hinted {
    /// Always; a key that cannot be used now is drawn as such.
    Always,
    /// Only while it can be used.
    WhileAvailable,
    /// Only while the focus of the dialog is on a choice.
    WhileChoosing,
    /// Only where other contexts are worth a look.
    WhileContextsHelp,
    /// Only while there is more to see in its direction.
    WhileItMoves,
    /// Only while the mouse is listened to.
    WhileMouse,
    /// Only while it can be used and the server does not know who the caller is.
    WhileRefused,
}
