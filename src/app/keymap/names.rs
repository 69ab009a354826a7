//! What actions and the places of keys are called in files: `keys.toml` is written by people and stays theirs, so these
//! words do not change. Where one has to, the former one goes into [`FORMER`].

use super::action::{Action, ColumnKey, ConnectionKey, DialogKey, Opens, Shows, ViewKey};
use super::context::Context;
use super::role_pick::RolePick;
use crate::app::audit::Mode;
use crate::app::list::Step;

/// Where an action is, what it was called, and what it is called now.
pub(in crate::app) type Former = (Context, &'static str, &'static str);

/// What actions were called before; files that say it that way are read still.
pub(in crate::app) const FORMER: &[Former] = &[];

/// What down, up, page down, page up, first and last are called.
type Steps = [&'static str; 6];

const MOVES: Steps = ["down", "up", "page-down", "page-up", "first", "last"];
const SCROLLS: Steps = [
    "scroll-down",
    "scroll-up",
    "scroll-page-down",
    "scroll-page-up",
    "scroll-first",
    "scroll-last",
];
const ACROSS: Steps = [
    "right",
    "left",
    "page-right",
    "page-left",
    "first-column",
    "last-column",
];
const MARKS: Steps = [
    "mark-down",
    "mark-up",
    "mark-page-down",
    "mark-page-up",
    "mark-first",
    "mark-last",
];

const SORTS: [&str; 9] = [
    "sort-1", "sort-2", "sort-3", "sort-4", "sort-5", "sort-6", "sort-7", "sort-8", "sort-9",
];

impl Context {
    /// Returns what it is called in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspaces => "workspaces",
            Self::Members => "members",
            Self::Resources => "resources",
            Self::Audit => "audit",
            Self::Matrix => "matrix",
            Self::Principal => "principal",
            Self::Contexts => "contexts",
            Self::Activity => "activity",
            Self::PlanMade => "plan-in-activity",
            Self::Everybody => "everybody",
            Self::Welcome => "welcome",
            Self::Help => "help",
            Self::Outcomes => "outcomes",
            Self::List => "list",
            Self::Screen => "screen",
            Self::OneHit => "one-hit",
            Self::Filter => "filter",
            Self::Palette => "commands",
            Self::Dialog => "dialog",
            Self::Review => "review",
            Self::Guard => "guard",
            Self::AddMember => "add-member",
            Self::ChangeRole => "change-role",
            Self::Columns => "columns",
            Self::Views => "views",
            Self::Proposals => "proposals",
            Self::NotEmpty => "not-empty",
            Self::Deletion => "deletion",
            Self::LoggingIn => "logging-in",
            Self::Refused => "last-admin",
            Self::Confirm => "confirm",
            Self::ConfirmTyped => "confirm-typed",
            Self::Reason => "reason",
            Self::Running => "running",
            Self::RunningPlan => "running-plan",
            Self::Equivalent => "command",
            Self::LongText => "long-text",
            Self::Always => "everywhere",
        }
    }
}

impl Action {
    /// Returns what it is called in files; in one context no two are called alike.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quit => "quit",
            Self::Suspend => "suspend",
            Self::Redraw => "redraw",
            Self::Show(what) => what.name(),
            Self::Palette => "commands",
            Self::Mouse => "mouse",
            Self::Back => "back",
            Self::Close | Self::HideCommand => "close",
            Self::Refresh => "refresh",
            Self::Repair => "repair",
            Self::Lift => "allow-changes",
            Self::MoreHelp => "more",
            Self::Move(step) => named(step, MOVES),
            Self::Scroll(step) => named(step, SCROLLS),
            Self::EditFilter => "filter",
            Self::KeepFilter => "keep",
            Self::Writers => "writers",
            Self::OpenHit | Self::OpenMember | Self::OpenPlan => "open",
            Self::ClearFilter => "clear",
            Self::TakeFilterBack => "restore",
            Self::SortNext => "sort",
            Self::SortReverse => "reverse",
            Self::SortBy(n) => SORTS
                .get(usize::from(n.saturating_sub(1)))
                .copied()
                .unwrap_or("sort-by"),
            Self::Details => "details",
            Self::OpenMembers => "members",
            Self::MoveAcross(step) => named(step, ACROSS),
            Self::NextKind => "kind",
            Self::PreviousKind => "previous-kind",
            Self::Mark => "mark",
            Self::MarkAll => "mark-all",
            Self::AllServers => "all-servers",
            Self::TurnPlan => "turn",
            Self::ClosePlan => "close-plan",
            Self::MarkRange => "range",
            Self::MarkTo(step) => named(step, MARKS),
            Self::Watch | Self::WatchScreen => "watch",
            Self::Go(key) => key.name(),
            Self::Copy | Self::CopyCommand => "copy",
            Self::CopyRow => "copy-row",
            Self::ShowCommand => "command",
            Self::Open(which) => which.name(),
            Self::Dialog(key) => key.name(),
        }
    }
}

/// Returns the name that belongs to a step: those of down, up, page down, page up, first and last.
fn named(step: Step, names: Steps) -> &'static str {
    let [down, up, page_down, page_up, first, last] = names;
    match step {
        Step::Down => down,
        Step::Up => up,
        Step::PageDown => page_down,
        Step::PageUp => page_up,
        Step::First => first,
        Step::Last => last,
    }
}

impl Shows {
    fn name(self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Resources => "resources",
            Self::Principal => "principal",
            Self::Public => "everyone",
            Self::Outcomes => "outcomes",
            Self::Activity => "activity",
            Self::Everybody => "everybody",
            Self::Audit(Mode::List) => "audit",
            Self::Audit(Mode::Matrix) => "matrix",
            Self::Audit(Mode::Findings) => "findings",
            Self::Audit(Mode::Principals) => "principals",
        }
    }
}

impl ConnectionKey {
    fn name(self) -> &'static str {
        match self {
            Self::Contexts => "contexts",
            Self::Switch => "switch",
            Self::Begin => "choose",
            Self::KeepWorkspace => "make-default",
            Self::KeepContext => "make-current",
        }
    }
}

impl Opens {
    fn name(self) -> &'static str {
        match self {
            Self::NewWorkspace => "new",
            Self::Describe => "describe",
            Self::DeleteWorkspace | Self::DeleteResources => "delete",
            Self::AddMember => "add",
            Self::ChangeRole => "change-role",
            Self::RemoveMember => "remove",
            Self::Mend => "repair-finding",
            Self::Everyone => "everyone",
            Self::NewProject => "new-project",
            Self::RemoveEverywhere => "remove-everywhere",
            Self::CopyAccess => "copy-access",
            Self::Undo => "undo",
            Self::UndoPlan => "undo-plan",
            Self::Export => "export",
            Self::LogIn | Self::LogInHere => "log-in",
            Self::LogOut => "log-out",
            Self::Connect => "connect",
            Self::Columns => "columns",
            Self::Views => "views",
        }
    }
}

impl DialogKey {
    fn name(self) -> &'static str {
        match self {
            Self::OtherField => "other-field",
            Self::MoveUp | Self::PreviousProposal => "up",
            Self::MoveDown | Self::NextProposal => "down",
            Self::Choose => "choose",
            Self::Apply => "apply",
            Self::CountAgain => "count-again",
            Self::OpenLeft => "show",
            Self::AddAdmin => "add-admin",
            Self::TryAnyway => "try-anyway",
            Self::Cancel => "cancel",
            Self::Yes => "yes",
            Self::No => "no",
            Self::SwitchAnswer => "other-answer",
            Self::Answer => "answer",
            Self::StopWaiting => "stop",
            Self::CopyLink => "copy-link",
            Self::Views(ViewKey::Save) => "save",
            Self::Views(ViewKey::Remove) => "remove",
            Self::Columns(ColumnKey::Up) => "move-up",
            Self::Columns(ColumnKey::Down) => "move-down",
            Self::Columns(ColumnKey::Usual) => "usual",
            Self::Reason => "reason",
            Self::TakeProposal => "take",
            Self::Complete | Self::CompleteCommand => "complete",
            Self::Picks(pick) | Self::Sets(pick) => match pick {
                RolePick::Viewer => "viewer",
                RolePick::Editor => "editor",
                RolePick::Admin => "admin",
                RolePick::Nothing => "none",
            },
        }
    }
}
