//! What was begun before it was known what the server is and who the caller is, judged again when that is known.

use super::telling::not_begun;
use super::{dialogs, press, typing};
use crate::app::dialog::{Form, Stage};
use crate::app::model::Model;
use crate::app::msg::Effect;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::ResourceKind;
use crate::domain::text::SafeText;

impl Model {
    /// Judges again what is open, after the server has said what it is or failed to; `unknown` is what kept changes from
    /// being sent before. What is typed is judged whenever it is drawn or applied, and so needs nothing here.
    pub(super) fn judge_anew(&mut self, unknown: Result<(), SafeText>) -> Vec<Effect> {
        self.store.set_generation(self.generation());
        // A dialog below the help may have to count anew, and waits for that in front.
        let mut effects = press::leave_help_over_dialogs(self);
        if let Err(why) = unknown {
            let waiting = Some(not_begun(&why));
            for dialog in self.dialogs.iter_mut().filter(|dialog| dialog.problem == waiting) {
                dialog.problem = None;
            }
            typing::replan(self);
        }
        let kinds: Vec<ResourceKind> = ResourceKind::of(self.generation()).collect();
        effects.extend(self.look_for(&kinds));
        effects.extend(self.count_these(&kinds));
        effects
    }

    /// Lets the screens of what lies in a workspace look for these kinds.
    fn look_for(&mut self, kinds: &[ResourceKind]) -> Vec<Effect> {
        let mut outdated = Vec::new();
        for screen in &mut self.screens {
            let Screen::Resources(state) = screen else { continue };
            if state.set_kinds(kinds) {
                outdated.push(state.workspace.clone());
            }
            // It counts again when it comes back.
            if let Some(dialog) = &mut state.parked
                && let Form::DeleteWorkspace(form) = &mut dialog.form
            {
                form.kinds = kinds.to_vec();
            }
        }
        self.abandon(|wait| outdated.iter().any(|workspace| wait.is_page_of(workspace)))
    }

    /// Counts these kinds before a workspace is deleted, where others were counted or are being counted.
    fn count_these(&mut self, kinds: &[ResourceKind]) -> Vec<Effect> {
        let Some(dialog) = self.dialogs.last_mut() else {
            return Vec::new();
        };
        if let Form::DeleteWorkspaces(form) = &mut dialog.form {
            if matches!(dialog.stage, Stage::Running(_)) || !form.count_these(kinds) {
                return Vec::new();
            }
            dialog.stage = Stage::Editing;
            let names: Vec<WorkspaceName> = form.targets.iter().map(|target| target.workspace.clone()).collect();
            return self.abandon(|wait| names.iter().any(|name| wait.is_inventory_of(name)));
        }
        let Form::DeleteWorkspace(form) = &mut dialog.form else {
            return Vec::new();
        };
        if form.kinds == kinds {
            return Vec::new();
        }
        match &dialog.stage {
            // What was sent is sent.
            Stage::Running(_) => return Vec::new(),
            Stage::Confirming(confirm) => confirm.typed.value().clone_into(&mut form.typed),
            Stage::Editing => {}
        }
        form.kinds = kinds.to_vec();
        form.inventory = Remote::Absent;
        let workspace = form.workspace.clone();
        let mut effects = self.abandon(|wait| wait.is_inventory_of(&workspace));
        effects.extend(dialogs::count_again(self));
        effects
    }
}
