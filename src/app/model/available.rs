//! What can be done now, or why not: what the keys need.

use super::Model;
use crate::app::audit::Mode;
use crate::app::dialog::{Form, Problem, lift};
use crate::app::failure::FailureKind;
use crate::app::keymap::{Action, Context, Opens, Shows};
use crate::app::list::{Marked, Marks};
use crate::app::screen::principal::Row;
use crate::app::screen::{Screen, audit};
use crate::app::session::Lifting;
use crate::app::waits::Wait;
use crate::domain::deletion::ProgressVisibility;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::policy::Consequence;
use crate::domain::text::{SafeText, counted};
use crate::domain::workspace::{CallerAccess, Permission};

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

    /// Checks that the workspace is not being destroyed.
    fn is_alive(&self, workspace: &WorkspaceName) -> Result<(), SafeText> {
        if self.store.is_going(workspace) {
            let key = self.key_of(Context::Workspaces, Action::OpenMembers);
            let text = format!(
                "'{}' is being deleted: nothing else can be done with it ({key} shows its status)",
                workspace.shown()
            );
            return Err(SafeText::new(&text));
        }
        Ok(())
    }

    /// Checks that what lies in the selected workspace can be looked at.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_see_contents(&self) -> Result<(), SafeText> {
        self.has_workspace()?;
        match self.workspace() {
            Some(workspace) => self.is_alive(workspace),
            None => Ok(()),
        }
    }

    fn may_change(&self) -> Result<(), SafeText> {
        if let Some(source) = self.session.forbids_changes() {
            let key = self.keymap.key_of(Context::Screen, Action::Lift);
            let way_out = match self.session.lifting {
                Lifting::Possible => format!("; {key} allows changes for {}", lift::MINUTES),
                Lifting::Impossible | Lifting::Until { .. } => String::new(),
            };
            let text = format!("read-only ({source}): nothing can be changed{way_out}");
            return Err(SafeText::new(&text));
        }
        self.may_begin_anything()
    }

    /// Checks whether read-only is lifted, and so can be ended, or can be lifted now.
    ///
    /// # Errors
    /// Says why not.
    pub(in crate::app) fn may_lift(&self) -> Result<(), SafeText> {
        let Some(source) = &self.session.read_only else {
            return Err(SafeText::new("this connection is not read-only"));
        };
        match self.session.lifting {
            Lifting::Until { .. } => Ok(()),
            Lifting::Impossible => Err(SafeText::new(&format!(
                "{source} was asked for with this very run: start without it to change anything"
            ))),
            Lifting::Possible if self.waits.any(|wait| *wait == Wait::Lift) => {
                Err(SafeText::new("that is being written into the journal"))
            }
            Lifting::Possible => self.knows_the_server().and_then(|()| self.may_begin_anything()),
        }
    }

    fn may_begin_anything(&self) -> Result<(), SafeText> {
        if self.leaving_since.is_some() {
            let key = self.key_of(Context::Always, Action::Quit);
            return Err(SafeText::new(&format!(
                "the console is quitting: no new changes; {key} quits at once"
            )));
        }
        if self.is_asking_who() {
            return Err(SafeText::new(
                "checking who you are after the login: no changes until that is known",
            ));
        }
        Ok(())
    }

    /// Checks that it is known what the server is and who the caller is, or that it cannot be found out: what is judged
    /// before that is judged by no rules.
    ///
    /// # Errors
    /// Says what is waited for.
    pub(in crate::app) fn knows_the_server(&self) -> Result<(), SafeText> {
        let info = &self.session.info;
        if info.is_settled() || info.value().is_some() {
            return Ok(());
        }
        Err(SafeText::new(
            "still checking the server and your rights: no changes until they are known",
        ))
    }

    /// Checks whether a change to `workspace` may be begun now: one at a time.
    pub(in crate::app) fn may_begin(&self, workspace: &WorkspaceName) -> Result<(), SafeText> {
        self.may_change()?;
        let is_busy = self.runs().any(|run| run.concerns(workspace));
        if is_busy {
            return Err(SafeText::new(
                "a change to this workspace is still running: wait for it to finish",
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
        let is_listed = !self.store.workspaces().is_empty();
        if let Some(what) = self.unknown_caller().filter(|_| !is_listed) {
            return Err(SafeText::new(&format!("{what}: nothing can be created")));
        }
        let refused = self.session.info.value().and_then(ServerInfo::refuses_to_create);
        refused.map_or(Ok(()), |why| Err(SafeText::new(why)))
    }

    /// Checks whether the caller may do `permission` in the present workspace.
    ///
    /// # Errors
    /// Says why not.
    pub fn may(&self, permission: Permission) -> Result<(), SafeText> {
        self.has_workspace()?;
        self.may_change()?;
        let Some(workspace) = self.workspace() else {
            return Ok(());
        };
        if let Err(problem) = workspace.addressable() {
            let text = format!("'{}' {}", workspace.shown(), problem.in_words());
            return Err(SafeText::new(&text));
        }
        self.is_alive(workspace)?;
        self.may_begin(workspace)?;
        if self.store.is_refused(workspace)
            && let Some(why) = self.unlisted(workspace)
        {
            return Err(SafeText::new(&why));
        }
        let caller_access = self.store.caller_access(workspace);
        if caller_access.forbids(permission) {
            let have = match caller_access {
                CallerAccess::Nothing => SafeText::new("you have no effective role here"),
                CallerAccess::Holds(role) => SafeText::new(&format!("you are {}", role.shown())),
                CallerAccess::AtLeastViewer | CallerAccess::PlatformAdmin | CallerAccess::Unknown => {
                    SafeText::new("your role is not enough")
                }
            };
            return Err(SafeText::new(&format!(
                "you need {} here: {have}",
                permission.needs().shown()
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
        if self.has_marked()? {
            return Ok(());
        }
        if let Some(workspace) = self.workspace().filter(|workspace| workspace.is_built_in()) {
            return Err(SafeText::new(&format!(
                "the console never deletes '{}': the platform would, and lock everybody out",
                workspace.shown()
            )));
        }
        self.may(Permission::DeleteWorkspace)
    }

    /// Checks whether somebody may be added to the marked workspaces, or the selected one.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_add_member(&self) -> Result<(), SafeText> {
        if self.has_marked()? {
            return self.may_change();
        }
        self.may(Permission::ManageMembers)
    }

    /// Checks whether what is marked or selected can be deleted.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_delete_resources(&self) -> Result<(), SafeText> {
        self.may(Permission::ManageContents)?;
        self.has_marked()?;
        let Screen::Resources(state) = self.screen() else {
            return Ok(());
        };
        let targets = state.targets();
        if targets.is_empty() {
            return Err(SafeText::new("nothing is selected to delete"));
        }
        for target in targets {
            if !target.kind.can_be_deleted() {
                let text = format!("this console cannot delete {}", target.kind.plural());
                return Err(SafeText::new(&text));
            }
            target.name.addressable().map_err(|problem| {
                let name = target.name.shown();
                SafeText::new(&format!("'{}' {}", name.cut(40, "…"), problem.in_words()))
            })?;
        }
        Ok(())
    }

    /// Checks whether there is a change in the journal that could be taken back. Which can, its review says.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_undo(&self) -> Result<(), SafeText> {
        self.may_change()?;
        if self.has_marked()? || self.screen().n_rows() > 0 {
            return Ok(());
        }
        Err(SafeText::new("no change is selected to undo"))
    }

    /// Checks whether there is something under the cursor that can be marked.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_mark(&self) -> Result<(), SafeText> {
        self.may_mark_all()?;
        match self.screen().marks().and_then(Marks::may_mark) {
            Some(true) => Ok(()),
            Some(false) => Err(SafeText::new(
                "nothing can be done with this row, so it cannot be marked",
            )),
            None => Err(SafeText::new("nothing is selected to mark")),
        }
    }

    /// Checks whether the caller may ask for another attempt at the deletion that the top dialog is about.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_retry_this_deletion(&self) -> Result<(), SafeText> {
        let top = self.dialogs.last().map(|dialog| &dialog.form);
        let Some(Form::Deletion(form)) = top else {
            return Err(SafeText::new("no deletion is shown"));
        };
        self.may_retry_deletion(&form.workspace)
    }

    /// Checks whether the caller may ask for another attempt at a deletion: a platform admin, where it has broken off
    /// or nobody tells whether it has.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_retry_deletion(&self, workspace: &WorkspaceName) -> Result<(), SafeText> {
        self.may_change()?;
        let Some(deletion) = self.store.deletions().find(workspace) else {
            return Err(SafeText::new("this deletion is over"));
        };
        if self.platform_admin() == Allowed::No {
            return Err(SafeText::new("only platform admins can ask for another attempt"));
        }
        match deletion.visibility {
            ProgressVisibility::NotTold | ProgressVisibility::CannotTell => {}
            ProgressVisibility::Told if deletion.has_failed() => {}
            ProgressVisibility::Told | ProgressVisibility::Withheld | ProgressVisibility::NothingToSee => {
                return Err(SafeText::new("it has not failed: there is nothing to retry"));
            }
        }
        self.may_begin(workspace)
    }

    /// Checks whether the selected member can be changed or removed.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_change_member(&self) -> Result<(), SafeText> {
        if self.has_marked()? {
            self.may_change()?;
            // Elsewhere each is judged by itself, and left out with the reason.
            return if matches!(self.screen(), Screen::Members(_)) {
                self.may(Permission::ManageMembers)
            } else {
                Ok(())
            };
        }
        if let Screen::Principal(state) = self.screen()
            && matches!(state.list.selected(), Some(Row::Past(..)))
        {
            return Err(SafeText::new("already revoked: nothing to change"));
        }
        self.may(Permission::ManageMembers)?;
        let Some(member) = self.member() else {
            return Err(SafeText::new(if matches!(self.screen(), Screen::Principal(_)) {
                "access is only through everyone (*): open the members and change it there"
            } else {
                "no member is selected"
            }));
        };
        let is_known = self
            .workspace()
            .is_none_or(|workspace| self.roster(workspace).is_some());
        if !is_known {
            // What follows from it cannot be told by half of the members.
            return Err(SafeText::new("not all members there were read: open them first"));
        }
        if self.identity().is_platform_admin {
            // Through the rows behind it everybody is reached.
            return Ok(());
        }
        member.principal.addressable().map_err(|problem| {
            SafeText::new(&format!(
                "'{}' {}; only a platform admin (through its role-binding row) or deleting the workspace removes it",
                member.principal.shown().cut(40, "…"),
                problem.in_words()
            ))
        })
    }

    /// Checks whether any of the marked findings, or the selected one, can be repaired by a change made here.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_mend(&self) -> Result<(), SafeText> {
        self.may_change()?;
        self.has_marked()?;
        let Some(state) = self.findings() else {
            let key = self.key_of(Context::Audit, Action::Show(Shows::Audit(Mode::Findings)));
            return Err(SafeText::new(&format!(
                "only findings can be repaired: {key} shows them"
            )));
        };
        if self.screen().marked().repairs.is_empty() {
            if state.fix(&self.session).is_none() {
                let why = "no change made here repairs this, and no single command does";
                return Err(SafeText::new(why));
            }
            let key = self.key_of(Context::Screen, Action::ShowCommand);
            return Err(SafeText::new(&format!(
                "no change made here repairs this: {key} shows a command that does"
            )));
        }
        Ok(())
    }

    /// Returns the audit, where its findings are shown.
    fn findings(&self) -> Option<&audit::State> {
        let Screen::Audit(state) = self.screen() else {
            return None;
        };
        (state.mode == Mode::Findings).then_some(state)
    }

    /// Returns whether rows are marked, so that an action is about these.
    ///
    /// # Errors
    /// Says that a filter hides all of them: what an action would be about is nothing that anybody sees.
    pub fn has_marked(&self) -> Result<bool, SafeText> {
        let Marked { n, n_hidden, .. } = self.screen().marks().map(Marks::n_marked).unwrap_or_default();
        if n == 0 || n > n_hidden {
            return Ok(n > 0);
        }
        let clear = self.key_of(Context::Screen, Action::Back);
        Err(SafeText::new(&format!(
            "the filter hides all {} that are marked: {clear} clears the filter",
            counted(n, "row")
        )))
    }

    /// Checks whether a principal is selected.
    ///
    /// # Errors
    /// Says that none is.
    pub fn has_principal(&self) -> Result<(), SafeText> {
        match self.principal() {
            Some(_) => Ok(()),
            None => Err(SafeText::new("no principal is selected")),
        }
    }

    /// Checks whether there is something under the cursor of the audit to go to.
    ///
    /// # Errors
    /// Says that there is not.
    pub fn has_audit_row(&self) -> Result<(), SafeText> {
        if self.workspace().is_some() || self.principal().is_some() {
            return Ok(());
        }
        Err(SafeText::new("nothing is selected to open"))
    }

    /// Checks whether there is something on show that can be written to a file.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_export(&self) -> Result<(), SafeText> {
        if let Screen::Audit(state) = self.screen()
            && state.rows.is_some()
        {
            return Ok(());
        }
        Err(SafeText::new("nothing has been read yet to export"))
    }

    /// Checks whether changes in all workspaces of the principal on show can be planned: for that, all must be known.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_plan(&self) -> Result<(), SafeText> {
        self.may_change()?;
        if self.store.reading().is_some() {
            return Err(SafeText::new("still loading all workspaces: wait for it to finish"));
        }
        let Screen::Principal(state) = self.screen() else {
            return Ok(());
        };
        let names = self.store.workspaces_of(&state.principal);
        let holds = names
            .iter()
            .any(|name| self.store.member(name, &state.principal).is_some());
        if holds {
            Ok(())
        } else {
            Err(SafeText::new("no direct roles found"))
        }
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

    /// Checks whether the top dialog counts what is in a workspace, and could do so again.
    ///
    /// # Errors
    /// Says why not.
    pub fn may_count_again(&self) -> Result<(), SafeText> {
        let top = self.dialogs.last().map(|dialog| &dialog.form);
        let Some(Form::DeleteWorkspace(form)) = top else {
            return Err(SafeText::new(
                "a dialog is not refreshed: the console reads everything again when you apply",
            ));
        };
        if form.inventory.is_loading() {
            return Err(SafeText::new("already counting"));
        }
        Ok(())
    }

    /// Returns whether the top dialog has several fields.
    pub fn dialog_has_fields(&self) -> bool {
        self.dialogs.last().is_some_and(|dialog| dialog.form.has_fields())
    }

    /// Returns whether the focus of the top dialog is on a choice.
    pub fn dialog_has_options(&self) -> bool {
        self.dialogs.last().is_some_and(|dialog| dialog.form.is_on_options())
    }

    /// Checks whether what the top dialog is about would be sent at all: through rows the console refuses it itself.
    ///
    /// # Errors
    /// Says that it would not.
    pub fn may_try_anyway(&self) -> Result<(), SafeText> {
        let is_in_rows = |what: &Consequence| matches!(what, Consequence::LastAdminInRows(_));
        if self.consequences().iter().any(is_in_rows) {
            return Err(SafeText::new(
                "the last Admin is never removed through rows: add another Admin first",
            ));
        }
        Ok(())
    }

    /// Checks whether the top dialog is about the role of everyone.
    ///
    /// # Errors
    /// Says what takes the role of anybody else.
    pub fn is_about_everyone(&self) -> Result<(), SafeText> {
        let top = self.dialogs.last().map(|dialog| &dialog.form);
        if matches!(top, Some(Form::ChangeRole(form)) if form.principal.is_everyone()) {
            return Ok(());
        }
        let key = self.key_of(Context::Members, Action::Open(Opens::RemoveMember));
        Err(SafeText::new(&format!(
            "a member is removed by {key} in the list of members"
        )))
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
                .any(|consequence| matches!(consequence, Consequence::LastAdmin(_) | Consequence::LastAdminInRows(_)))
        };
        let is_planned = self
            .dialogs
            .last()
            .is_some_and(|dialog| matches!(&dialog.form, Form::Plan(form) if form.needs_admin().is_some()));
        if was_refused || is_planned || will_be() {
            Ok(())
        } else {
            Err(SafeText::new("another Admin is not needed here"))
        }
    }
}
