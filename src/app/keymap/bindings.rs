//! The table of keys.

use super::chord::Chord;
use super::need::{Hinted, Need};
use super::role_pick::RolePick;
use crate::app::audit::Mode;
use crate::app::list::Step;
use crate::domain::workspace::Permission;

/// What a key does; the unit of the key map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by the help sentence of its binding")]
pub enum Action {
    Quit,
    Suspend,
    Redraw,
    Show(Shows),
    Back,
    Close,
    Refresh,
    Repair,
    MoreHelp,
    Move(Step),
    EditFilter,
    KeepFilter,
    Writers,
    OpenHit,
    ClearFilter,
    TakeFilterBack,
    SortNext,
    SortReverse,
    Details,
    OpenMembers,
    OpenMember,
    MoveAcross(Step),
    NextKind,
    PreviousKind,
    Mark,
    MarkAll,
    Go(ConnectionKey),
    Copy,
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
                | Self::Back
                | Self::Close
                | Self::Refresh
                | Self::MoreHelp
                | Self::Move(_)
                | Self::MoveAcross(_)
                | Self::EditFilter
                | Self::KeepFilter
                | Self::OpenHit
                | Self::Writers
                | Self::ClearFilter
                | Self::TakeFilterBack
                | Self::SortNext
                | Self::SortReverse
                | Self::Details
                | Self::OpenMembers
                | Self::OpenMember
                | Self::NextKind
                | Self::PreviousKind
                | Self::Mark
                | Self::MarkAll
                | Self::Go(ConnectionKey::Contexts | ConnectionKey::Begin)
                | Self::ShowCommand
                | Self::HideCommand
                | Self::Open(_)
                // Who is meant is a decision, so a proposal is not taken.
                | Self::Dialog(
                    DialogKey::OtherField
                        | DialogKey::MoveUp
                        | DialogKey::MoveDown
                        | DialogKey::Choose
                        | DialogKey::CountAgain
                        | DialogKey::OpenLeft
                        | DialogKey::AddAdmin
                        | DialogKey::TryAnyway
                        | DialogKey::Cancel
                        | DialogKey::No
                        | DialogKey::SwitchAnswer
                        | DialogKey::StopWaiting
                        | DialogKey::Picks(_)
                        | DialogKey::NextProposal
                        | DialogKey::PreviousProposal
                )
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
    Everyone,
    NewProject,
    DeleteResources,
    RemoveEverywhere,
    CopyAccess,
    Export,
    LogIn,
    LogInHere,
    LogOut,
    Connect,
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
    TakeProposal,
    Complete,
    Picks(RolePick),
    Sets(RolePick),
    NextProposal,
    PreviousProposal,
}

/// Where a key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is explained by its title")]
pub enum Context {
    Workspaces,
    Members,
    Resources,
    Audit,
    Matrix,
    Principal,
    Contexts,
    Welcome,
    Help,
    Outcomes,
    List,
    Screen,
    OneHit,
    Filter,
    Dialog,
    AddMember,
    ChangeRole,
    Proposals,
    NotEmpty,
    Deletion,
    LoggingIn,
    Refused,
    Confirm,
    ConfirmTyped,
    Running,
    Equivalent,
    Always,
}

impl Context {
    /// Every context, in the order in which help and README tell them.
    pub const ALL: [Self; 27] = [
        Self::Workspaces,
        Self::Members,
        Self::Resources,
        Self::Audit,
        Self::Matrix,
        Self::Principal,
        Self::Contexts,
        Self::Welcome,
        Self::List,
        Self::Screen,
        Self::Filter,
        Self::OneHit,
        Self::Help,
        Self::Outcomes,
        Self::Dialog,
        Self::AddMember,
        Self::ChangeRole,
        Self::Proposals,
        Self::NotEmpty,
        Self::Deletion,
        Self::LoggingIn,
        Self::Refused,
        Self::Confirm,
        Self::ConfirmTyped,
        Self::Running,
        Self::Equivalent,
        Self::Always,
    ];

    /// Returns where that is, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Members => "members",
            Self::Resources => "resources",
            Self::Audit => "audit",
            Self::Matrix => "audit as a matrix",
            Self::Principal => "principal",
            Self::Contexts => "contexts",
            Self::Welcome => "welcome",
            Self::Help => "help",
            Self::Outcomes => "last outcomes",
            Self::List => "every list",
            Self::Screen => "every screen",
            Self::OneHit => "while a filter leaves one row",
            Self::Filter => "while filtering",
            Self::Dialog => "dialogs",
            Self::AddMember => "while members are added",
            Self::ChangeRole => "while a role is changed",
            Self::Proposals => "while principals are proposed",
            Self::NotEmpty => "workspace not empty",
            Self::Deletion => "deletion status",
            Self::LoggingIn => "while logging in",
            Self::Refused => "last Admin",
            Self::Confirm => "yes or no",
            Self::ConfirmTyped => "typed confirmation",
            Self::Running => "while a change runs",
            Self::Equivalent => "equivalent command",
            Self::Always => "everywhere",
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct Binding {
    /// Where it counts.
    pub context: Context,
    /// The keys, in the text form of [`Chord`].
    pub keys: &'static [&'static str],
    /// What it does.
    pub action: Action,
    /// One or two words for the hint row.
    pub label: &'static str,
    /// A sentence for help.
    pub help: &'static str,
    /// Its place in the hint row; 0 keeps it out.
    pub hint: u8,
    /// What must be so for it to do anything; nothing where it always does.
    pub needs: Option<Need>,
    /// When the hint row offers it.
    pub hinted: Hinted,
}

impl Binding {
    /// Returns the keys as chords.
    pub fn chords(&self) -> impl Iterator<Item = Chord> {
        self.keys.iter().filter_map(|key| key.parse().ok())
    }
}

const fn key(
    context: Context,
    keys: &'static [&'static str],
    action: Action,
    label: &'static str,
    help: &'static str,
    hint: u8,
) -> Binding {
    Binding {
        context,
        keys,
        action,
        label,
        help,
        hint,
        needs: None,
        hinted: Hinted::Always,
    }
}

impl Binding {
    const fn needs(mut self, need: Need) -> Self {
        self.needs = Some(need);
        self
    }

    const fn hinted(mut self, hinted: Hinted) -> Self {
        self.hinted = hinted;
        self
    }
}

use Action as A;
use ConnectionKey as G;
use Context as C;
use DialogKey as D;
use Need as N;
use Opens as O;
use RolePick as R;
use Shows as S;

/// Every key of the console.
#[rustfmt::skip]
pub const BINDINGS: &[Binding] = &[
    key(C::Workspaces, &["enter"], A::OpenMembers, "members", "Open the members, or the resources if those are hidden.", 1)
        .needs(N::Workspace),
    key(C::Workspaces, &["n"], A::Open(O::NewWorkspace), "new", "Create a workspace; you become its Admin.", 2)
        .needs(N::MayCreate),
    key(C::Workspaces, &["e"], A::Open(O::Describe), "describe", "Change the description of the selected workspace.", 3)
        .needs(N::Permission(Permission::Describe)),
    key(C::Workspaces, &["d"], A::Open(O::DeleteWorkspace), "delete", "Delete the selected workspace, after counting what is in it.", 4)
        .needs(N::MayDeleteWorkspace),
    key(C::Workspaces, &["v"], A::Show(S::Resources), "resources", "Show the resources of the selected workspace.", 5)
        .needs(N::Contents),
    key(C::Workspaces, &["P"], A::Show(S::Audit(Mode::Principals)), "people", "Find a principal by name, in all workspaces.", 7),
    key(C::Workspaces, &["A"], A::Show(S::Audit(Mode::List)), "audit", "Show who has access to what in all workspaces.", 7),
    key(C::Workspaces, &["."], A::Go(G::KeepWorkspace), "make default", "Make the selected workspace the default of this context, for the CLI, too.", 0)
        .needs(N::MayMakeDefault),
    key(C::Members, &["a"], A::Open(O::AddMember), "add", "Add one or more members with one role.", 1)
        .needs(N::Permission(Permission::ManageMembers)),
    key(C::Members, &["e", "enter"], A::Open(O::ChangeRole), "change role", "Change the role of the selected member.", 2)
        .needs(N::MayChangeMember),
    key(C::Members, &["d"], A::Open(O::RemoveMember), "remove", "Remove the selected member from the workspace.", 3)
        .needs(N::MayChangeMember),
    key(C::Members, &["w"], A::Open(O::Everyone), "everyone", "Set what everyone (*) may do in this workspace.", 4)
        .needs(N::Permission(Permission::ManageMembers)),
    key(C::Members, &["p"], A::Show(S::Principal), "principal", "Show everything the selected member has access to.", 5)
        .needs(N::Principal),
    key(C::Members, &["f"], A::Writers, "writers", "Show only who can write here (also Everyone (*) and platform admins), or all again.", 7),
    key(C::Members, &["v"], A::Show(S::Resources), "resources", "Show the resources of the workspace.", 9)
        .needs(N::Contents),
    key(C::Resources, &["d"], A::Open(O::DeleteResources), "delete", "Delete the marked resources, or the selected one if none is marked.", 1)
        .needs(N::MayDeleteResources),
    key(C::Resources, &["n"], A::Open(O::NewProject), "new project", "Create a project.", 2)
        .needs(N::Permission(Permission::ManageContents)),
    key(C::Resources, &["f"], A::NextKind, "kind", "Show the next kind of resources, or all.", 3)
        .needs(N::OtherKinds),
    key(C::Resources, &["F"], A::PreviousKind, "previous kind", "Show the previous kind of resources, or all.", 0)
        .needs(N::OtherKinds),
    key(C::Resources, &["space"], A::Mark, "mark", "Mark or unmark the selected row.", 4)
        .needs(N::MayMark),
    key(C::Resources, &["ctrl-a"], A::MarkAll, "mark all", "Mark all rows shown, or unmark them.", 0)
        .needs(N::MayMarkAll),
    key(C::Audit, &["enter"], A::OpenMember, "open", "Open the member or principal of the selected row.", 1)
        .needs(N::AuditRow),
    key(C::Audit, &["m"], A::Show(S::Audit(Mode::Matrix)), "matrix", "Show the matrix of principals and workspaces, or the list again.", 2),
    key(C::Audit, &["f"], A::Show(S::Audit(Mode::Findings)), "findings", "Show the findings, or the list again.", 3),
    key(C::Audit, &["P"], A::Show(S::Audit(Mode::Principals)), "principals", "Show one row per principal, or the list again.", 8),
    key(C::Audit, &["p"], A::Show(S::Principal), "principal", "Show everything the selected principal has access to.", 4)
        .needs(N::Principal),
    key(C::Audit, &["w"], A::Show(S::Public), "public", "Show every workspace where everyone (*) has a role.", 7),
    key(C::Audit, &["E"], A::Open(O::Export), "export", "Write the rows shown to a file.", 5)
        .needs(N::MayExport),
    key(C::Matrix, &["→", "l"], A::MoveAcross(Step::Down), "right", "Move one workspace to the right.", 0),
    key(C::Matrix, &["←", "h"], A::MoveAcross(Step::Up), "left", "Move one workspace to the left.", 0),
    key(C::Matrix, &["ctrl-→", "L"], A::MoveAcross(Step::PageDown), "page right", "Move one page of workspaces to the right.", 0),
    key(C::Matrix, &["ctrl-←", "H"], A::MoveAcross(Step::PageUp), "page left", "Move one page of workspaces to the left.", 0),
    key(C::Principal, &["enter"], A::OpenMember, "members", "Open the members of the selected workspace.", 1)
        .needs(N::Workspace),
    key(C::Principal, &["e"], A::Open(O::ChangeRole), "role", "Change the role in the selected workspace.", 2)
        .needs(N::MayChangeMember),
    key(C::Principal, &["d"], A::Open(O::RemoveMember), "remove", "Remove the principal from the selected workspace.", 3)
        .needs(N::MayChangeMember),
    key(C::Principal, &["D"], A::Open(O::RemoveEverywhere), "everywhere", "Plan to remove the principal from every workspace; you review the plan first.", 4)
        .needs(N::MayPlan),
    key(C::Principal, &["c"], A::Open(O::CopyAccess), "copy access", "Plan to give somebody else the same roles, too; you review the plan first.", 5)
        .needs(N::MayPlan),
    key(C::Contexts, &["enter"], A::Go(G::Switch), "switch", "Switch to the selected context; everything loaded from the current one is discarded.", 1)
        .needs(N::MaySwitch),
    key(C::Contexts, &["l"], A::Open(O::LogIn), "log in", "Log in to the selected context.", 2)
        .needs(N::MayLogIn),
    key(C::Contexts, &["o"], A::Open(O::LogOut), "log out", "Delete the token of the selected context from the config file.", 3)
        .needs(N::MayLogOut),
    key(C::Contexts, &["."], A::Go(G::KeepContext), "make current", "Make the selected context the current one in the config file, for the CLI, too.", 4)
        .needs(N::MayMakeCurrent),
    key(C::Contexts, &["n"], A::Open(O::Connect), "connect", "Connect to a platform by its address.", 5)
        .needs(N::MayLeaveConnection),
    key(C::Welcome, &["enter"], A::Go(G::Begin), "choose", "Choose the highlighted line.", 1),
    key(C::Welcome, &["↓", "j"], A::Move(Step::Down), "down", "Move to the line below.", 2),
    key(C::Welcome, &["↑", "k"], A::Move(Step::Up), "up", "Move to the line above.", 0),
    key(C::List, &["↓", "j"], A::Move(Step::Down), "down", "Move down one row.", 0),
    key(C::List, &["↑", "k"], A::Move(Step::Up), "up", "Move up one row.", 0),
    key(C::List, &["pgdn"], A::Move(Step::PageDown), "page down", "Move down one page.", 0),
    key(C::List, &["pgup"], A::Move(Step::PageUp), "page up", "Move up one page.", 0),
    key(C::List, &["g", "home"], A::Move(Step::First), "first", "Move to the first row.", 0),
    key(C::List, &["G", "end"], A::Move(Step::Last), "last", "Move to the last row.", 0),
    key(C::List, &["/"], A::EditFilter, "filter", "Show only the rows that match what you type.", 6),
    key(C::List, &["s"], A::SortNext, "sort", "Sort by the next column.", 8)
        .needs(N::MaySort)
        .hinted(Hinted::WhileAvailable),
    key(C::List, &["S"], A::SortReverse, "reverse", "Reverse the sort order.", 0)
        .needs(N::MaySort),
    key(C::List, &["i"], A::Details, "details", "Show all that is known of the selected row, or the list again; wide screens show it beside the list.", 10)
        .needs(N::MayShowDetails)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["r"], A::Refresh, "refresh", "Refresh this screen.", 7)
        .needs(N::MayRefresh)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["R"], A::Repair, "put the Admin back", "Put the removed Admin back when no Admin is left.", 1)
        .needs(N::Repair)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["C"], A::Go(G::Contexts), "contexts", "Show the contexts of the CLI's config file, to switch between them.", 12)
        .hinted(Hinted::WhileContextsHelp),
    key(C::Screen, &["x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 13),
    key(C::Screen, &["y"], A::Copy, "copy", "Copy the selection to the terminal's clipboard.", 0)
        .needs(N::MayCopy),
    key(C::Screen, &["!"], A::Show(S::Outcomes), "outcomes", "Show the last outcomes, each with its time.", 0).needs(N::Outcomes),
    key(C::Screen, &["?"], A::Show(S::Help), "help", "Show the keys of this screen; press it again for all keys.", 10)
        .needs(N::MayShowHelp)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["esc"], A::Back, "back", "Stop loading, clear the filter (it can be restored), or go back to the previous screen.", 9)
        .needs(N::MayGoBack)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["q"], A::Close, "quit", "Go back to the previous screen; quit on the first one.", 11),
    key(C::OneHit, &["enter"], A::OpenHit, "open", "Open the only row that the filter leaves, where enter opens a screen.", 1),
    key(C::Filter, &["enter"], A::KeepFilter, "keep", "Go back to the list and keep the filter.", 1),
    key(C::Filter, &["esc"], A::ClearFilter, "clear", "Go back to the list and clear the filter (it can be restored).", 2),
    key(C::Filter, &["→"], A::TakeFilterBack, "restore", "Restore the filter that was cleared, while nothing is typed.", 3)
        .needs(N::MayTakeFilterBack)
        .hinted(Hinted::WhileAvailable),
    key(C::Filter, &["↓"], A::Move(Step::Down), "down", "Move down one row.", 0),
    key(C::Filter, &["↑"], A::Move(Step::Up), "up", "Move up one row.", 0),
    key(C::Help, &["?"], A::MoreHelp, "more", "Show all keys, or only those of the screen again.", 1),
    key(C::Help, &["/"], A::EditFilter, "search", "Search all keys, including those of other screens.", 2),
    key(C::Help, &["↓", "j"], A::Move(Step::Down), "down", "Scroll down one line.", 3),
    key(C::Help, &["↑", "k"], A::Move(Step::Up), "up", "Scroll up one line.", 4),
    key(C::Help, &["pgdn", "space"], A::Move(Step::PageDown), "page down", "Scroll down one page.", 0),
    key(C::Help, &["pgup"], A::Move(Step::PageUp), "page up", "Scroll up one page.", 0),
    key(C::Help, &["g", "home"], A::Move(Step::First), "first", "Scroll to the first line.", 0),
    key(C::Help, &["G", "end"], A::Move(Step::Last), "last", "Scroll to the last line.", 0),
    key(C::Outcomes, &["↓", "j"], A::Move(Step::Down), "older", "Scroll down by one outcome.", 1),
    key(C::Outcomes, &["↑", "k"], A::Move(Step::Up), "newer", "Scroll up by one outcome.", 2),
    key(C::Outcomes, &["pgdn", "space"], A::Move(Step::PageDown), "page down", "Scroll down one page.", 0),
    key(C::Outcomes, &["pgup"], A::Move(Step::PageUp), "page up", "Scroll up one page.", 0),
    key(C::Outcomes, &["g", "home"], A::Move(Step::First), "first", "Scroll to the latest outcome.", 0),
    key(C::Outcomes, &["G", "end"], A::Move(Step::Last), "last", "Scroll to the oldest outcome.", 0),
    key(C::Dialog, &["enter"], A::Dialog(D::Apply), "apply", "Apply; some changes ask for confirmation first.", 1)
        .needs(N::MayApply)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["tab"], A::Dialog(D::OtherField), "next field", "Move to the next field.", 3)
        .needs(N::OtherField)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["shift-tab"], A::Dialog(D::OtherField), "previous", "Move to the previous field.", 0)
        .needs(N::OtherField),
    key(C::Dialog, &["↑"], A::Dialog(D::MoveUp), "up", "Choose the option above, or move to the field above.", 0)
        .needs(N::MayMoveInDialog),
    key(C::Dialog, &["↓"], A::Dialog(D::MoveDown), "choose", "Choose the option below, or move to the field below.", 4)
        .needs(N::MayMoveInDialog)
        .hinted(Hinted::WhileChoosing),
    key(C::Dialog, &["space"], A::Dialog(D::Choose), "choose", "Choose the next option, where there are options.", 0)
        .needs(N::MayChoose),
    key(C::Dialog, &["r"], A::Dialog(D::CountAgain), "count again", "Count the contents of the workspace again, before deleting it.", 4)
        .needs(N::MayCountAgain)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["ctrl-n"], A::Dialog(D::AddAdmin), "add another Admin", "Add an Admin when the last one cannot be removed.", 2)
        .needs(N::AnotherAdmin)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Dialog, &["esc"], A::Dialog(D::Cancel), "cancel", "Close the dialog without changing anything; asks first if you typed something.", 5),
    key(C::Dialog, &["f1", "?"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::AddMember, &["alt-v"], A::Dialog(D::Picks(R::Viewer)), "Viewer", "Add as Viewer; the field keeps the focus.", 0),
    key(C::AddMember, &["alt-e"], A::Dialog(D::Picks(R::Editor)), "Editor", "Add as Editor; the field keeps the focus.", 0),
    key(C::AddMember, &["alt-a"], A::Dialog(D::Picks(R::Admin)), "Admin", "Add as Admin; the field keeps the focus.", 0),
    key(C::ChangeRole, &["v"], A::Dialog(D::Sets(R::Viewer)), "Viewer", "Make it Viewer; what needs a confirmation asks first.", 0),
    key(C::ChangeRole, &["e"], A::Dialog(D::Sets(R::Editor)), "Editor", "Make it Editor; what needs a confirmation asks first.", 0),
    key(C::ChangeRole, &["a"], A::Dialog(D::Sets(R::Admin)), "Admin", "Make it Admin, after asking.", 0),
    key(C::ChangeRole, &["n"], A::Dialog(D::Sets(R::Nothing)), "none", "Remove the role of everyone (*), after asking.", 0)
        .needs(N::IsAboutEveryone),
    key(C::Proposals, &["enter"], A::Dialog(D::TakeProposal), "take", "Accept the highlighted proposal, or keep what you typed.", 1),
    key(C::Proposals, &["tab", "→"], A::Dialog(D::Complete), "complete", "Put the highlighted proposal into the field; of a new name as typed, the first one that begins like it.", 3),
    key(C::Proposals, &["↓"], A::Dialog(D::NextProposal), "next", "Move to the proposal below.", 2),
    key(C::Proposals, &["↑"], A::Dialog(D::PreviousProposal), "previous", "Move to the proposal above.", 0),
    key(C::Proposals, &["shift-tab"], A::Dialog(D::OtherField), "previous", "Move to the previous field; the dialog asks who is meant before it does anything.", 0),
    key(C::Proposals, &["esc"], A::Dialog(D::Cancel), "cancel", "Close the dialog without changing anything; asks first if you typed something.", 4),
    key(C::Proposals, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Proposals, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::NotEmpty, &["enter"], A::Dialog(D::OpenLeft), "show all, marked", "Show everything in the way, marked, to delete it; the dialog continues when you come back.", 1),
    key(C::NotEmpty, &["↑"], A::Dialog(D::MoveUp), "up", "Scroll up by one kind.", 0)
        .needs(N::MayMoveInDialog),
    key(C::NotEmpty, &["↓"], A::Dialog(D::MoveDown), "more", "Scroll down by one kind.", 3)
        .needs(N::MayMoveInDialog)
        .hinted(Hinted::WhileAvailable),
    key(C::NotEmpty, &["r"], A::Dialog(D::CountAgain), "try anyway", "Count again, and ask for the name even if the workspace is not empty.", 2),
    key(C::NotEmpty, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::NotEmpty, &["esc"], A::Dialog(D::Cancel), "cancel", "Close the dialog without changing anything.", 4),
    key(C::NotEmpty, &["?", "f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Deletion, &["enter"], A::Dialog(D::Apply), "try again", "Retry a deletion that failed.", 1)
        .needs(N::MayRetryDeletion)
        .hinted(Hinted::WhileAvailable),
    key(C::Deletion, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Deletion, &["esc"], A::Dialog(D::Cancel), "close", "Close the dialog; the deletion continues.", 2),
    key(C::LoggingIn, &["y"], A::Dialog(D::CopyLink), "copy the link", "Copy the link to open in a browser.", 1)
        .needs(N::Link)
        .hinted(Hinted::WhileAvailable),
    key(C::LoggingIn, &["esc"], A::Dialog(D::Cancel), "stop waiting", "Stop waiting; nothing has been saved.", 2),
    key(C::Refused, &["ctrl-n", "enter"], A::Dialog(D::AddAdmin), "add another Admin", "Add another Admin first; then the dialog continues.", 1),
    key(C::Refused, &["r"], A::Dialog(D::TryAnyway), "try anyway", "Ask for confirmation anyway: what the console knows may be out of date.", 2)
        .needs(N::MayTryAnyway)
        .hinted(Hinted::WhileAvailable),
    key(C::Refused, &["esc", "n"], A::Dialog(D::No), "back", "Go back; nothing is changed.", 3),
    key(C::Refused, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Refused, &["?", "f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Confirm, &["y"], A::Dialog(D::Yes), "yes", "Yes, do it.", 1),
    key(C::Confirm, &["n", "esc"], A::Dialog(D::No), "no", "No, go back; nothing is changed.", 2),
    key(C::Confirm, &["tab", "←", "→", "shift-tab"], A::Dialog(D::SwitchAnswer), "other answer", "Move between No and Yes.", 0),
    key(C::Confirm, &["enter"], A::Dialog(D::Answer), "choose", "Give the highlighted answer (No at first).", 0),
    key(C::Confirm, &["ctrl-n"], A::Dialog(D::AddAdmin), "add another Admin", "Add an Admin when the last one cannot be removed.", 3)
        .needs(N::AnotherAdmin)
        .hinted(Hinted::WhileAvailable),
    key(C::Confirm, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Confirm, &["?", "f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::ConfirmTyped, &["enter"], A::Dialog(D::Answer), "confirm", "Confirm, once you have typed the text exactly.", 1),
    key(C::ConfirmTyped, &["esc"], A::Dialog(D::No), "back", "Go back without changing anything; asks first if you typed something.", 2),
    key(C::ConfirmTyped, &["ctrl-n"], A::Dialog(D::AddAdmin), "add another Admin", "Add an Admin when the last one cannot be removed.", 3)
        .needs(N::AnotherAdmin)
        .hinted(Hinted::WhileAvailable),
    key(C::ConfirmTyped, &["ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 4),
    key(C::ConfirmTyped, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Running, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Running, &["esc"], A::Dialog(D::StopWaiting), "stop waiting", "Stop waiting for the answer; the change continues.", 1),
    key(C::Always, &["ctrl-o"], A::Open(O::LogInHere), "log in", "Log in to this server; what is open and typed stays.", 1)
        .needs(N::MayLogInHere)
        .hinted(Hinted::WhileRefused),
    key(C::Equivalent, &["y"], A::CopyCommand, "copy", "Copy the marked command to the terminal's clipboard.", 1)
        .needs(N::Commands),
    key(C::Equivalent, &["↓", "j"], A::Move(Step::Down), "next", "Mark the next command, or read the next note.", 2)
        .needs(N::MoreToRead)
        .hinted(Hinted::WhileAvailable),
    key(C::Equivalent, &["↑", "k"], A::Move(Step::Up), "previous", "Mark the previous command, or read the previous note.", 0)
        .needs(N::MoreToRead),
    key(C::Equivalent, &["G", "end"], A::Move(Step::Last), "last", "Mark the last command.", 0)
        .needs(N::SeveralCommands),
    key(C::Equivalent, &["ctrl-a"], A::MarkAll, "mark all", "Mark all commands (copied one per line), or only one again.", 4)
        .needs(N::SeveralCommands)
        .hinted(Hinted::WhileAvailable),
    key(C::Equivalent, &["esc", "x", "ctrl-x"], A::HideCommand, "close", "Go back to where you were.", 3),
    key(C::Always, &["ctrl-c"], A::Quit, "quit", "Quit, after waiting for running changes.", 0),
    key(C::Always, &["ctrl-z"], A::Suspend, "suspend", "Suspend the console; the shell's `fg` brings it back.", 0),
    key(C::Always, &["ctrl-l"], A::Redraw, "redraw", "Redraw the whole screen.", 0),
];
