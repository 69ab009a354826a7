//! What keys do.

use super::role_pick::RolePick;
use crate::app::audit::Mode;
use crate::app::list::Step;

/// What a key does; the unit of the key map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum Action {
    Quit,
    Suspend,
    Redraw,
    Show(Shows),
    Palette,
    Mouse,
    Back,
    Close,
    Refresh,
    Repair,
    Lift,
    MoreHelp,
    Move(Step),
    Scroll(Step),
    EditFilter,
    KeepFilter,
    Writers,
    OpenHit,
    ClearFilter,
    TakeFilterBack,
    SortNext,
    SortReverse,
    SortBy(u8),
    Details,
    OpenMembers,
    OpenMember,
    MoveAcross(Step),
    NextKind,
    PreviousKind,
    Mark,
    MarkAll,
    AllServers,
    TurnPlan,
    OpenPlan,
    ClosePlan,
    MarkRange,
    MarkTo(Step),
    Watch,
    WatchScreen,
    Go(ConnectionKey),
    Copy,
    CopyRow,
    ShowCommand,
    CopyCommand,
    HideCommand,
    Open(Opens),
    Dialog(DialogKey),
}

impl Action {
    /// Returns whether nothing depends on who has seen what it acts on: it moves, shows and filters, and leaves the
    /// platform, files, the clipboard and the place of the console as they are. Whatever is not named here is taken to
    /// change something.
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::Quit
                | Self::Suspend
                | Self::Redraw
                | Self::Show(_)
                | Self::Palette
                | Self::Mouse
                | Self::Back
                | Self::Close
                | Self::Refresh
                | Self::MoreHelp
                | Self::Move(_)
                | Self::Scroll(_)
                | Self::MoveAcross(_)
                | Self::EditFilter
                | Self::KeepFilter
                | Self::OpenHit
                | Self::Writers
                | Self::ClearFilter
                | Self::TakeFilterBack
                | Self::SortNext
                | Self::SortReverse
                | Self::SortBy(_)
                | Self::Details
                | Self::OpenMembers
                | Self::OpenMember
                | Self::NextKind
                | Self::PreviousKind
                | Self::Mark
                | Self::MarkAll
                | Self::AllServers
                | Self::TurnPlan
                | Self::OpenPlan
                | Self::ClosePlan
                | Self::MarkRange
                | Self::MarkTo(_)
                | Self::Watch
                | Self::WatchScreen
                | Self::Go(ConnectionKey::Contexts | ConnectionKey::Begin)
                | Self::ShowCommand
                | Self::HideCommand
                | Self::Open(_)
        ) || matches!(self, Self::Dialog(key) if key.is_harmless())
    }

    /// Returns whether a click may do it: what a key does that nobody meant, and what fills the clipboard. A click never
    /// says yes to anything, and applies nothing; that takes a key.
    pub fn may_be_clicked(self) -> bool {
        self.is_harmless()
            || matches!(
                self,
                Self::Copy | Self::CopyRow | Self::CopyCommand | Self::Dialog(DialogKey::CopyLink)
            )
    }
}

/// Which screen a key shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum Shows {
    Help,
    Resources,
    Principal,
    Public,
    Outcomes,
    Activity,
    Everybody,
    Audit(Mode),
}

/// Which dialog a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum Opens {
    NewWorkspace,
    Describe,
    DeleteWorkspace,
    AddMember,
    ChangeRole,
    RemoveMember,
    Mend,
    Everyone,
    NewProject,
    DeleteResources,
    RemoveEverywhere,
    CopyAccess,
    Undo,
    UndoPlan,
    Export,
    LogIn,
    LogInHere,
    LogOut,
    Connect,
    Columns,
    Views,
}

/// What a key does about contexts and connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum ConnectionKey {
    Contexts,
    Switch,
    Begin,
    KeepWorkspace,
    KeepContext,
}

/// What a key does in a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum DialogKey {
    OtherField,
    MoveUp,
    MoveDown,
    Choose,
    Apply,
    CountAgain,
    OpenLeft,
    AddAdmin,
    TryAnyway,
    Cancel,
    Yes,
    No,
    SwitchAnswer,
    Answer,
    StopWaiting,
    CopyLink,
    Reason,
    TakeProposal,
    Complete,
    CompleteCommand,
    Picks(RolePick),
    Sets(RolePick),
    NextProposal,
    PreviousProposal,
    Columns(ColumnKey),
    Views(ViewKey),
}

/// What a key does with the columns of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum ColumnKey {
    Up,
    Down,
    Usual,
}

/// What a key does with the views of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum ViewKey {
    Save,
    Remove,
}

impl DialogKey {
    /// Returns whether it moves and chooses in the dialog alone. Who is meant is a decision, so a proposal is not taken.
    fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::OtherField
                | Self::MoveUp
                | Self::MoveDown
                | Self::Choose
                | Self::CountAgain
                | Self::OpenLeft
                | Self::AddAdmin
                | Self::TryAnyway
                | Self::Cancel
                | Self::No
                | Self::SwitchAnswer
                | Self::Reason
                | Self::StopWaiting
                | Self::Picks(_)
                | Self::NextProposal
                | Self::PreviousProposal
                | Self::CompleteCommand
                | Self::Columns(_)
                | Self::Views(_)
        )
    }
}
