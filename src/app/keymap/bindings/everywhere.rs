//! The keys that many screens share, and those that count everywhere.

use super::{Binding, key};
use crate::app::keymap::{
    Action as A, ConnectionKey as G, Context as C, Hinted, Kept, Need as N, Opens as O, Shows as S,
};
use crate::app::list::Step;

/// What the digits do: help tells it once.
const SORT_BY: &str = "Sort first by this column, then as before; again, reverse it.";

/// Keys of every list, every screen, filters and pages of text.
#[rustfmt::skip]
pub(super) const EVERYWHERE: &[Binding] = &[
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
    key(C::List, &["1"], A::SortBy(1), "sort by 1", SORT_BY, 0)
        .needs(N::MaySortBy(1)),
    key(C::List, &["2"], A::SortBy(2), "sort by 2", SORT_BY, 0)
        .needs(N::MaySortBy(2)),
    key(C::List, &["3"], A::SortBy(3), "sort by 3", SORT_BY, 0)
        .needs(N::MaySortBy(3)),
    key(C::List, &["4"], A::SortBy(4), "sort by 4", SORT_BY, 0)
        .needs(N::MaySortBy(4)),
    key(C::List, &["5"], A::SortBy(5), "sort by 5", SORT_BY, 0)
        .needs(N::MaySortBy(5)),
    key(C::List, &["6"], A::SortBy(6), "sort by 6", SORT_BY, 0)
        .needs(N::MaySortBy(6)),
    key(C::List, &["7"], A::SortBy(7), "sort by 7", SORT_BY, 0)
        .needs(N::MaySortBy(7)),
    key(C::List, &["8"], A::SortBy(8), "sort by 8", SORT_BY, 0)
        .needs(N::MaySortBy(8)),
    key(C::List, &["9"], A::SortBy(9), "sort by 9", SORT_BY, 0)
        .needs(N::MaySortBy(9)),
    key(C::List, &["t"], A::Open(O::Columns), "columns", "Choose and order the columns of this list.", 0)
        .needs(N::MayKeep(Kept::Columns)),
    key(C::List, &["T"], A::Open(O::Views), "views", "Show, save or remove views of this list.", 0)
        .needs(N::MayKeep(Kept::Views)),
    key(C::List, &["space"], A::Mark, "mark", "Mark or unmark the selected row; keys that change something are then about all marked rows.", 7)
        .needs(N::MayMark)
        .hinted(Hinted::WhileAvailable),
    key(C::List, &["ctrl-a"], A::MarkAll, "mark all", "Mark all rows shown, or unmark them.", 0)
        .needs(N::MayMarkAll),
    key(C::List, &["V"], A::MarkRange, "range", "Begin or end a range of marks up to the cursor.", 0)
        .needs(N::MayMarkAll),
    key(C::List, &["shift-↓"], A::MarkTo(Step::Down), "mark down", "Move down one row and mark all rows passed.", 0)
        .needs(N::MayMarkAll),
    key(C::List, &["shift-↑"], A::MarkTo(Step::Up), "mark up", "Move up one row and mark all rows passed.", 0)
        .needs(N::MayMarkAll),
    key(C::List, &["i"], A::Details, "details", "Show all of the selected row, or the list again.", 10)
        .needs(N::MayShowDetails)
        .hinted(Hinted::WhileAvailable),
    key(C::List, &["Y"], A::CopyRow, "copy row", "Copy the selected row as text; again, as JSON.", 0)
        .needs(N::MayCopyRow),
    key(C::Screen, &["r"], A::Refresh, "refresh", "Refresh this screen.", 7)
        .needs(N::MayRefresh)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["W"], A::WatchScreen, "watch", "Watch this screen, marking changes, or stop that.", 0)
        .needs(N::MayWatch),
    key(C::Screen, &["R"], A::Repair, "put the Admin back", "Put the removed Admin back when no Admin is left.", 1)
        .needs(N::Repair)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["O"], A::Lift, "allow changes", "Lift read-only for five minutes, or end that.", 4)
        .needs(N::MayLift)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["C"], A::Go(G::Contexts), "contexts", "Show the contexts of the CLI's config file.", 12)
        .hinted(Hinted::WhileContextsHelp),
    key(C::Screen, &["L"], A::Show(S::Activity), "activity", "Show what was changed with this program.", 15)
        .needs(N::MayShowActivity)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 13),
    key(C::Screen, &["y"], A::Copy, "copy", "Copy the selection to the terminal's clipboard.", 0)
        .needs(N::MayCopy),
    key(C::Screen, &["!"], A::Show(S::Outcomes), "outcomes", "Show the last outcomes, each with its time.", 14)
        .needs(N::Outcomes)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &[":"], A::Palette, "commands", "Find any command by its name, or go to a workspace, a principal, a context, a view or a plan.", 10),
    key(C::Screen, &["M"], A::Mouse, "mouse", "Let the mouse select, scroll and press hints (it confirms nothing), or leave it to the terminal again.", 9)
        .needs(N::MayUseMouse)
        .hinted(Hinted::WhileMouse),
    key(C::Screen, &["?"], A::Show(S::Help), "help", "Show the keys of this screen; again, all keys.", 10)
        .needs(N::MayShowHelp)
        .hinted(Hinted::WhileAvailable),
    key(C::Screen, &["esc"], A::Back, "back", "Leave a range, stop loading, clear the filter or the marks, or go back to the previous screen.", 9)
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
    key(C::Help, &["↓", "j"], A::Move(Step::Down), "scroll", "Scroll down one line.", 3)
        .hinted(Hinted::WhileItMoves),
    key(C::Help, &["↑", "k"], A::Move(Step::Up), "back", "Scroll up one line.", 0),
    key(C::Help, &["pgdn", "space"], A::Move(Step::PageDown), "page down", "Scroll down one page.", 0),
    key(C::Help, &["pgup"], A::Move(Step::PageUp), "page up", "Scroll up one page.", 0),
    key(C::Help, &["g", "home"], A::Move(Step::First), "first", "Scroll to the first line.", 0),
    key(C::Help, &["G", "end"], A::Move(Step::Last), "last", "Scroll to the last line.", 0),
    key(C::Outcomes, &["↓", "j"], A::Move(Step::Down), "older", "Scroll down by one outcome.", 1)
        .hinted(Hinted::WhileItMoves),
    key(C::Outcomes, &["↑", "k"], A::Move(Step::Up), "newer", "Scroll up by one outcome.", 2)
        .hinted(Hinted::WhileItMoves),
    key(C::Outcomes, &["pgdn", "space"], A::Move(Step::PageDown), "page down", "Scroll down one page.", 0),
    key(C::Outcomes, &["pgup"], A::Move(Step::PageUp), "page up", "Scroll up one page.", 0),
    key(C::Outcomes, &["g", "home"], A::Move(Step::First), "first", "Scroll to the latest outcome.", 0),
    key(C::Outcomes, &["G", "end"], A::Move(Step::Last), "last", "Scroll to the oldest outcome.", 0),
    key(C::Always, &["ctrl-o"], A::Open(O::LogInHere), "log in", "Log in to this server; what is open and typed stays.", 1)
        .needs(N::MayLogInHere)
        .hinted(Hinted::WhileRefused),
    key(C::Always, &["ctrl-c"], A::Quit, "quit", "Quit, after waiting for running changes.", 0),
    key(C::Always, &["ctrl-z"], A::Suspend, "suspend", "Suspend the console; the shell's `fg` brings it back.", 0),
    key(C::Always, &["ctrl-l"], A::Redraw, "redraw", "Redraw the whole screen.", 0),
];
