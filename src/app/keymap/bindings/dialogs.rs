//! The keys of dialogs.

use super::{Binding, key};
use crate::app::keymap::{
    Action as A, ColumnKey as K, Context as C, DialogKey as D, Hinted, Kept, Need as N, RolePick as R, Shows as S,
    ViewKey as V,
};
use crate::app::list::Step;

/// Keys of every kind of dialog, by what it is doing.
#[rustfmt::skip]
pub(super) const DIALOGS: &[Binding] = &[
    key(C::Palette, &["enter"], A::Dialog(D::Apply), "run", "Run the marked command, or say why it cannot be run now.", 1),
    key(C::Palette, &["tab", "→"], A::Dialog(D::CompleteCommand), "complete", "Put the name of the marked command or place into the field.", 2),
    key(C::Palette, &["↓"], A::Move(Step::Down), "next", "Move to the command below.", 3),
    key(C::Palette, &["↑"], A::Move(Step::Up), "previous", "Move to the command above.", 0),
    key(C::Palette, &["pgdn"], A::Move(Step::PageDown), "page down", "Move ten commands down.", 0),
    key(C::Palette, &["pgup"], A::Move(Step::PageUp), "page up", "Move ten commands up.", 0),
    key(C::Palette, &["esc"], A::Dialog(D::Cancel), "close", "Close the list of commands.", 5),
    key(C::Palette, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["enter"], A::Dialog(D::Apply), "apply", "Apply; some changes ask for confirmation first.", 1)
        .needs(N::MayApply)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["tab", "shift-tab"], A::Dialog(D::OtherField), "next field", "Move to the next field, or to the previous one.", 3)
        .needs(N::OtherField)
        .hinted(Hinted::WhileAvailable),
    key(C::Dialog, &["↑"], A::Dialog(D::MoveUp), "up", "Choose the option or field above, or scroll up.", 0)
        .needs(N::MayMoveInDialog),
    key(C::Dialog, &["↓"], A::Dialog(D::MoveDown), "choose", "Choose the option or field below, or scroll down.", 4)
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
    key(C::Review, &["ctrl-y"], A::Copy, "copy digest", "Copy the digest of the plan, by which 'apply' takes it, to the terminal's clipboard.", 2)
        .needs(N::MayCopy).hinted(Hinted::WhileAvailable),
    key(C::Guard, &["ctrl-y"], A::Copy, "copy digest", "Copy the digest of the plan, by which 'apply' takes it, to the terminal's clipboard.", 2)
        .needs(N::MayCopy).hinted(Hinted::WhileAvailable),
    key(C::AddMember, &["alt-v"], A::Dialog(D::Picks(R::Viewer)), "Viewer", "Add as Viewer; the field keeps the focus.", 0),
    key(C::AddMember, &["alt-e"], A::Dialog(D::Picks(R::Editor)), "Editor", "Add as Editor; the field keeps the focus.", 0),
    key(C::AddMember, &["alt-a"], A::Dialog(D::Picks(R::Admin)), "Admin", "Add as Admin; the field keeps the focus.", 0),
    key(C::ChangeRole, &["v"], A::Dialog(D::Sets(R::Viewer)), "Viewer", "Make it Viewer; what needs a confirmation asks first.", 3),
    key(C::ChangeRole, &["e"], A::Dialog(D::Sets(R::Editor)), "Editor", "Make it Editor; what needs a confirmation asks first.", 0),
    key(C::ChangeRole, &["a"], A::Dialog(D::Sets(R::Admin)), "Admin", "Make it Admin, after asking.", 0),
    key(C::ChangeRole, &["n"], A::Dialog(D::Sets(R::Nothing)), "none", "Remove the role of everyone (*), after asking.", 0)
        .needs(N::IsAboutEveryone),
    key(C::Columns, &["space"], A::Dialog(D::Choose), "show/hide", "Show the marked column, or hide it.", 3)
        .needs(N::MayChoose),
    key(C::Columns, &["ctrl-↑", "<"], A::Dialog(D::Columns(K::Up)), "move up", "Move the marked column before the one above it.", 0),
    key(C::Columns, &["ctrl-↓", ">"], A::Dialog(D::Columns(K::Down)), "move down", "Move the marked column behind the one below it.", 0),
    key(C::Columns, &["d"], A::Dialog(D::Columns(K::Usual)), "usual ones", "Bring the usual columns back, in their usual order.", 4),
    key(C::Views, &["s"], A::Dialog(D::Views(V::Save)), "save", "Save the list as it is now under a name.", 3),
    key(C::Views, &["d"], A::Dialog(D::Views(V::Remove)), "remove", "Remove the marked view, after asking.", 4)
        .needs(N::MayKeep(Kept::MarkedView))
        .hinted(Hinted::WhileAvailable),
    key(C::Proposals, &["enter"], A::Dialog(D::TakeProposal), "take", "Accept the highlighted proposal, or keep what you typed.", 1),
    key(C::Proposals, &["tab", "→"], A::Dialog(D::Complete), "complete", "Put the highlighted proposal into the field; of a new name as typed, the first one that begins like it.", 3),
    key(C::Proposals, &["↓"], A::Dialog(D::NextProposal), "next", "Move to the proposal below.", 2),
    key(C::Proposals, &["↑"], A::Dialog(D::PreviousProposal), "previous", "Move to the proposal above.", 0),
    key(C::Proposals, &["shift-tab"], A::Dialog(D::OtherField), "previous", "Move to the previous field; the dialog asks who is meant before it does anything.", 0),
    key(C::Proposals, &["esc"], A::Dialog(D::Cancel), "cancel", "Close the dialog without changing anything; asks first if you typed something.", 4),
    key(C::Proposals, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Proposals, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::NotEmpty, &["enter"], A::Dialog(D::OpenLeft), "show all marked", "Show everything in the way, marked, to delete it; the dialog continues when you come back.", 1),
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
    key(C::Confirm, &["ctrl-r"], A::Dialog(D::Reason), "reason", "Type why you do it; the journal keeps it.", 4)
        .needs(N::MayGiveReason)
        .hinted(Hinted::WhileAvailable),
    key(C::Confirm, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Confirm, &["?", "f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::ConfirmTyped, &["enter"], A::Dialog(D::Answer), "confirm", "Confirm, once you have typed the text exactly.", 1),
    key(C::ConfirmTyped, &["esc"], A::Dialog(D::No), "back", "Go back without changing anything; asks first if you typed something.", 2),
    key(C::ConfirmTyped, &["ctrl-n"], A::Dialog(D::AddAdmin), "add another Admin", "Add an Admin when the last one cannot be removed.", 3)
        .needs(N::AnotherAdmin)
        .hinted(Hinted::WhileAvailable),
    key(C::ConfirmTyped, &["ctrl-r"], A::Dialog(D::Reason), "reason", "Type why you do it; the journal keeps it.", 5)
        .needs(N::MayGiveReason)
        .hinted(Hinted::WhileAvailable),
    key(C::ConfirmTyped, &["ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 4),
    key(C::ConfirmTyped, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Reason, &["enter", "esc", "ctrl-r"], A::Dialog(D::Reason), "back to the answer", "Go back to the question; the reason stays.", 1),
    key(C::Reason, &["f1"], A::Show(S::Help), "help", "Show the keys of this dialog; what is typed stays.", 9)
        .needs(N::MayShowHelp).hinted(Hinted::WhileAvailable),
    key(C::Running, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::Running, &["esc"], A::Dialog(D::StopWaiting), "stop waiting", "Stop waiting for the answer; the change continues.", 1),
    key(C::RunningPlan, &["x", "ctrl-x"], A::ShowCommand, "command", "Show the equivalent command of the platform's CLI.", 0),
    key(C::RunningPlan, &["esc"], A::Dialog(D::StopWaiting), "stop", "Start no more changes; the running ones finish, and the rest stays in the dialog.", 1),
    key(C::Equivalent, &["y"], A::CopyCommand, "copy", "Copy the marked command to the terminal's clipboard.", 1)
        .needs(N::Commands),
    key(C::Equivalent, &["↓", "j"], A::Move(Step::Down), "next", "Mark the next command, or read the next note.", 2)
        .needs(N::MoreToRead)
        .hinted(Hinted::WhileAvailable),
    key(C::Equivalent, &["↑", "k"], A::Move(Step::Up), "previous", "Mark the previous command, or read the previous note.", 0)
        .needs(N::MoreToRead),
    key(C::Equivalent, &["pgdn"], A::Move(Step::PageDown), "page down", "Move down one page, or to the next note.", 0)
        .needs(N::MoreToRead),
    key(C::Equivalent, &["pgup"], A::Move(Step::PageUp), "page up", "Move up one page, or to the previous note.", 0)
        .needs(N::MoreToRead),
    key(C::Equivalent, &["G", "end"], A::Move(Step::Last), "last", "Mark the last command.", 0)
        .needs(N::SeveralCommands),
    key(C::Equivalent, &["ctrl-a"], A::MarkAll, "mark all", "Mark all commands (copied one per line), or only one again.", 4)
        .needs(N::SeveralCommands)
        .hinted(Hinted::WhileAvailable),
    key(C::Equivalent, &["esc", "x", "ctrl-x"], A::HideCommand, "close", "Go back to where you were.", 3),
    key(C::LongText, &["pgdn"], A::Scroll(Step::PageDown), "page down", "Scroll down one page.", 0)
        .needs(N::MoreText),
    key(C::LongText, &["pgup"], A::Scroll(Step::PageUp), "page up", "Scroll up one page.", 0)
        .needs(N::MoreText),
    key(C::LongText, &["home"], A::Scroll(Step::First), "first", "Scroll to the first line.", 0)
        .needs(N::MoreText),
    key(C::LongText, &["end"], A::Scroll(Step::Last), "last", "Scroll to the last line.", 0)
        .needs(N::MoreText),
    key(C::LongText, &["↓"], A::Scroll(Step::Down), "down", "Scroll down one line, where nothing can be chosen with it.", 0)
        .needs(N::MoreText),
    key(C::LongText, &["↑"], A::Scroll(Step::Up), "up", "Scroll up one line, where nothing can be chosen with it.", 0)
        .needs(N::MoreText),
];
