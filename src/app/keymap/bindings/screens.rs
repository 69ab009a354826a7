//! The keys of single screens.

use super::{Binding, key};
use crate::app::audit::Mode;
use crate::app::keymap::{Action as A, ConnectionKey as G, Context as C, Hinted, Need as N, Opens as O, Shows as S};
use crate::app::list::Step;
use crate::domain::workspace::Permission;

/// Keys that one screen has for itself.
#[rustfmt::skip]
pub(super) const SCREENS: &[Binding] = &[
    key(C::Workspaces, &["enter"], A::OpenMembers, "members", "Open the members, or the resources if those are hidden.", 1)
        .needs(N::Workspace),
    key(C::Workspaces, &["n"], A::Open(O::NewWorkspace), "new", "Create a workspace; you become its Admin.", 2)
        .needs(N::MayCreate),
    key(C::Workspaces, &["e"], A::Open(O::Describe), "describe", "Change the description of the selected workspace.", 8)
        .needs(N::Permission(Permission::Describe)),
    key(C::Workspaces, &["d"], A::Open(O::DeleteWorkspace), "delete", "Delete the selected workspace, or all that are marked, after counting what is in it.", 4)
        .needs(N::MayDeleteWorkspace),
    key(C::Workspaces, &["a"], A::Open(O::AddMember), "add member", "Add a member to the selected workspace, or one to all that are marked.", 0)
        .needs(N::MayAddMember),
    key(C::Workspaces, &["v"], A::Show(S::Resources), "resources", "Show the resources of the selected workspace.", 7)
        .needs(N::Contents),
    key(C::Workspaces, &["P"], A::Show(S::Audit(Mode::Principals)), "people", "Find a principal by name, in all workspaces.", 3),
    key(C::Workspaces, &["A"], A::Show(S::Audit(Mode::List)), "audit", "Show who has access to what in all workspaces.", 7),
    key(C::Workspaces, &["."], A::Go(G::KeepWorkspace), "make default", "Make the selected workspace the default of this context, for the CLI, too.", 0)
        .needs(N::MayMakeDefault),
    key(C::Members, &["a"], A::Open(O::AddMember), "add", "Add one or more members with one role.", 1)
        .needs(N::Permission(Permission::ManageMembers)),
    key(C::Members, &["e", "enter"], A::Open(O::ChangeRole), "change role", "Change the role of the selected member, or of all that are marked.", 2)
        .needs(N::MayChangeMember),
    key(C::Members, &["d"], A::Open(O::RemoveMember), "remove", "Remove the selected member, or all that are marked, from the workspace.", 3)
        .needs(N::MayChangeMember),
    key(C::Members, &["w"], A::Open(O::Everyone), "everyone", "Set what everyone (*) may do in this workspace.", 4)
        .needs(N::Permission(Permission::ManageMembers)),
    key(C::Members, &["p"], A::Show(S::Principal), "principal", "Show everything the selected member has access to.", 5)
        .needs(N::Principal),
    key(C::Members, &["u"], A::Open(O::Undo), "undo", "Undo the last change made here with this program; you review it first.", 8)
        .needs(N::Permission(Permission::ManageMembers)),
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
    key(C::Audit, &["enter"], A::OpenMember, "open", "Open the member or principal of the selected row.", 1)
        .needs(N::AuditRow),
    key(C::Audit, &["d"], A::Open(O::RemoveMember), "remove", "Remove the member that the selected row is about, or those of all marked rows.", 0)
        .needs(N::MayChangeMember),
    key(C::Audit, &["e"], A::Open(O::ChangeRole), "change role", "Change the role that the selected row is about, or those of all marked rows.", 0)
        .needs(N::MayChangeMember),
    key(C::Audit, &["a"], A::Open(O::Mend), "repair", "Repair the selected finding, or all that are marked; you review the changes first.", 0)
        .needs(N::MayMend),
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
    key(C::Matrix, &["ctrl-→", ">"], A::MoveAcross(Step::PageDown), "page right", "Move one page of workspaces to the right.", 0),
    key(C::Matrix, &["ctrl-←", "<"], A::MoveAcross(Step::PageUp), "page left", "Move one page of workspaces to the left.", 0),
    key(C::Principal, &["enter"], A::Details, "why", "Show what gives the access in the selected row, and what would remain without it, or the list again.", 1)
        .needs(N::MayShowDetails),
    key(C::Principal, &["m"], A::OpenMember, "members", "Open the members of the selected workspace.", 8)
        .needs(N::Workspace),
    key(C::Principal, &["e"], A::Open(O::ChangeRole), "role", "Change the role in the selected workspace, or in all that are marked.", 2)
        .needs(N::MayChangeMember),
    key(C::Principal, &["d"], A::Open(O::RemoveMember), "remove", "Remove the principal from the selected workspace, or from all that are marked.", 3)
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
    key(C::Activity, &["enter"], A::Details, "details", "Show the whole record of the selected change, or the list again.", 1)
        .needs(N::MayShowDetails),
    key(C::Activity, &["u"], A::Open(O::Undo), "undo", "Undo what is marked, or else what is selected; you review it first. Undoing an undo redoes.", 2)
        .needs(N::MayUndo),
    key(C::Activity, &["U"], A::Open(O::UndoPlan), "undo plan", "Undo the whole plan that the selected row belongs to, whatever is marked; you review it first.", 9)
        .needs(N::MayUndo),
    key(C::Activity, &["a"], A::AllServers, "all servers", "Show the changes on all servers, or only those on the server in use.", 2)
        .needs(N::OtherServers)
        .hinted(Hinted::WhileAvailable),
    key(C::Activity, &["m"], A::Show(S::Everybody), "everybody", "Show everybody's changes on this server, which only platform admins may.", 3)
        .needs(N::MaySeeEverybody),
    key(C::Activity, &["←"], A::ClosePlan, "close plan", "Close the plan that the selected row belongs to.", 3)
        .needs(N::OpenPlan)
        .hinted(Hinted::WhileAvailable),
    key(C::PlanMade, &["enter"], A::TurnPlan, "open", "Show the changes of the selected plan below it, or hide them again.", 1),
    key(C::PlanMade, &["→"], A::OpenPlan, "open", "Show the changes of the selected plan below it.", 0)
        .needs(N::ClosedPlan),
    key(C::Everybody, &["enter"], A::Details, "details", "Show all that the row tells, or the list again.", 1)
        .needs(N::MayShowDetails),
    key(C::Everybody, &["w"], A::Watch, "watch", "Look again every 5 s, or stop that.", 2),
    key(C::Everybody, &["m"], A::Show(S::Activity), "own", "Show what was changed with this program again.", 3),
    key(C::Welcome, &["enter"], A::Go(G::Begin), "choose", "Choose the highlighted line.", 1),
    key(C::Welcome, &["↓", "j"], A::Move(Step::Down), "next", "Move to the line below.", 2),
    key(C::Welcome, &["↑", "k"], A::Move(Step::Up), "previous", "Move to the line above.", 0),
];
