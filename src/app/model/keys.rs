//! What the keys of the table mean at this moment.

use super::{Details, Model};
use crate::app::audit::Mode;
use crate::app::dialog::{Form, Problem, Stage};
use crate::app::keymap::{Action, Binding, Chord, Context, DialogKey, Hinted, Meaning, Need, Shows};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::text::SafeText;

impl Model {
    /// Returns what `chord` means now: the only place that turns a key into an action.
    pub fn meaning_of(&self, chord: Chord) -> Meaning {
        let found = self.keymap.bound(self.key_contexts(), chord);
        match found.map(|binding| (binding.action, self.can_use(binding))) {
            Some((action, Ok(()))) => Meaning::Act(action),
            Some((_, Err(why))) => Meaning::Disabled(why),
            None => Meaning::Nothing,
        }
    }

    /// Returns the key of `action` in `context` as a sentence names it now.
    pub fn key_of(&self, context: Context, action: Action) -> &'static str {
        self.keymap.key_at(self.key_contexts(), context, action)
    }

    /// Returns the hints for the bottom row: the most useful keys of this moment, the most useful first,
    /// each with whether it can be used now.
    pub fn hints(&self) -> Vec<(&'static Binding, bool)> {
        let contexts = self.key_contexts().iter();
        let bindings = contexts.flat_map(|context| self.keymap.of(*context));
        let mut hints: Vec<_> = bindings
            .filter(|binding| binding.hint > 0 && !binding.keys.is_empty())
            // One key for it is enough.
            .filter(|binding| binding.action != Action::Dialog(DialogKey::CountAgain) || !self.has_not_counted())
            .map(|binding| (binding, self.can_use(binding).is_ok()))
            .filter(|(binding, can_use)| match binding.hinted {
                Hinted::Always => true,
                Hinted::WhileAvailable => *can_use,
                Hinted::WhileChoosing => self.dialog_has_options(),
                Hinted::WhileContextsHelp => self.offers_contexts(),
                Hinted::WhileItMoves => self.moves(binding.action),
                Hinted::WhileMouse => self.has_mouse(),
                Hinted::WhileRefused => *can_use && self.is_refused,
            })
            .collect();
        // What a nearer context does with the same key comes first.
        let mut seen = Vec::new();
        hints.retain(|(binding, _)| {
            let key = binding.keys.first();
            let is_first = !seen.contains(&key);
            seen.push(key);
            is_first
        });
        // Of two keys to the details, one is enough; where those are on show, it leads back and stands first.
        let mut to_details = hints.iter().filter(|(binding, _)| binding.action == Action::Details);
        let nearest = to_details.next().map(|(binding, _)| binding.keys);
        hints.retain(|(binding, _)| binding.action != Action::Details || Some(binding.keys) == nearest);
        let is_on_details = self.details == Details::InPlace;
        hints.sort_by_key(|(binding, _)| {
            let leads_back = is_on_details && binding.action == Action::Details;
            if leads_back { 0 } else { binding.hint }
        });
        hints
    }

    /// Returns what the hint row calls a key: where enter leads depends on what is selected, the key of the details and
    /// that of a view of the audit lead back to the list, what has failed is tried again, and where there is no form to
    /// go back to, what goes back closes.
    pub fn label_of(&self, binding: &Binding) -> &'static str {
        // Where a whole line is typed for it, the letter of a role is what it chooses.
        if matches!(binding.action, Action::Dialog(DialogKey::Sets(_))) && self.linear.is_none() {
            return "apply";
        }
        let is_no = binding.action == Action::Dialog(DialogKey::No) && binding.label == "back";
        if let Some(dialog) = self.dialogs.last().filter(|_| is_no) {
            return if dialog.form.is_editable() { "back" } else { "close" };
        }
        if binding.action == Action::Dialog(DialogKey::Apply) && self.has_not_counted() {
            return "count again";
        }
        // What has failed is tried again by the same key.
        let problem = self.dialogs.last().and_then(|dialog| dialog.problem.as_ref());
        let form = self.dialogs.last().map(|dialog| &dialog.form);
        let is_apply = binding.context == Context::Dialog && binding.action == Action::Dialog(DialogKey::Apply);
        if is_apply && matches!(form, Some(Form::LogIn(form)) if form.ways.failure().is_some()) {
            return "ask again";
        }
        let is_unread = matches!(form, Some(Form::Review(form)) if form.failure().is_some())
            || matches!(form, Some(Form::Undo(form)) if form.failure().is_some());
        if is_apply && matches!(problem, Some(Problem::Several(Tone::Warning, _))) {
            return "go on";
        }
        if is_apply && (is_unread || matches!(problem, Some(Problem::Failed(_) | Problem::Several(..)))) {
            return "try again";
        }
        if binding.action == Action::Close && self.screens.len() > 1 {
            return "back";
        }
        if binding.action == Action::Details && self.details == Details::InPlace {
            return "list";
        }
        if binding.action == Action::Mouse && self.has_mouse() {
            return "select text";
        }
        if binding.action == Action::Lift && self.session.lifted_until().is_some() {
            return "read-only";
        }
        if binding.action == Action::TurnPlan && self.has_open_plan(true).is_ok() {
            return "close";
        }
        if binding.action == Action::MoreHelp && matches!(self.screen(), Screen::Help(state) if state.is_whole()) {
            return "less";
        }
        let is_back = |mode| mode != Mode::List && matches!(self.screen(), Screen::Audit(state) if state.mode == mode);
        if matches!(binding.action, Action::Show(Shows::Audit(mode)) if is_back(mode)) {
            return "list";
        }
        let is_listed = binding.action == Action::OpenMembers && binding.context == Context::Workspaces;
        match self.workspace().filter(|_| is_listed) {
            Some(workspace) if self.store.is_going(workspace) => "status",
            Some(workspace) if self.store.shows_contents_alone(workspace) => "resources",
            Some(_) | None => binding.label,
        }
    }

    /// Returns whether an action moves what is on show: at its end, a step down does not.
    fn moves(&self, action: Action) -> bool {
        matches!(action, Action::Move(step) if self.screen().moves(step, self.size))
    }

    /// Returns whether the top dialog could not count what is deleted: enter counts again.
    fn has_not_counted(&self) -> bool {
        let top = self.dialogs.last().map(|dialog| &dialog.form);
        matches!(top, Some(Form::DeleteWorkspace(form)) if matches!(form.inventory, Remote::Failed { .. }))
    }

    /// Returns the keys that the hint row names for a binding: letters that do the same to different roles stand together.
    pub fn keys_of_hint(&self, binding: &Binding) -> String {
        if !matches!(binding.action, Action::Dialog(DialogKey::Sets(_))) {
            return binding.keys.first().copied().unwrap_or_default().to_owned();
        }
        let is_letter = |other: &&Binding| matches!(other.action, Action::Dialog(DialogKey::Sets(_)));
        let letters = self.keymap.of(binding.context).filter(is_letter);
        let letters = letters.filter(|letter| self.can_use(letter).is_ok());
        let keys: Vec<&str> = letters.filter_map(|letter| letter.keys.first().copied()).collect();
        keys.join(" ")
    }

    /// Checks whether a key can be used now.
    ///
    /// # Errors
    /// Says why not.
    pub fn can_use(&self, binding: &Binding) -> Result<(), SafeText> {
        self.leaves_dialogs_alone(binding)?;
        binding.needs.map_or(Ok(()), |need| self.has(need))
    }

    /// Checks that a key of the help does not lead away from the dialogs that it was opened over.
    fn leaves_dialogs_alone(&self, binding: &Binding) -> Result<(), SafeText> {
        let is_over_dialogs = matches!(self.screen(), Screen::Help(state) if !state.parked.is_empty());
        let stays = !matches!(binding.context, Context::Screen | Context::Always)
            || matches!(
                binding.action,
                Action::Back | Action::Close | Action::Quit | Action::Suspend | Action::Redraw | Action::Mouse
            );
        if is_over_dialogs && !stays {
            let key = self.key_of(Context::Screen, Action::Back);
            return Err(SafeText::new(&format!(
                "a dialog is open below the help: {key} goes back to it"
            )));
        }
        Ok(())
    }

    /// Checks that what a key needs is so, or says why it is not.
    fn has(&self, need: Need) -> Result<(), SafeText> {
        match need {
            Need::Permission(permission) => self.may(permission),
            Need::Workspace => self.has_workspace(),
            Need::MayCreate => self.may_create(),
            Need::MayDeleteWorkspace => self.may_delete_workspace(),
            Need::MayAddMember => self.may_add_member(),
            Need::Contents => self.may_see_contents(),
            Need::MayMakeDefault => self.may_make_default(),
            Need::MayChangeMember => self.may_change_member(),
            Need::Principal => self.has_principal(),
            Need::MayDeleteResources => self.may_delete_resources(),
            Need::OtherKinds => self.has_other_kinds(),
            Need::MayMark => self.may_mark(),
            Need::MayMarkAll => self.may_mark_all(),
            Need::MayMend => self.may_mend(),
            Need::MayUndo => self.may_undo(),
            Need::OpenPlan | Need::ClosedPlan => self.has_open_plan(need == Need::OpenPlan),
            Need::AuditRow => self.has_audit_row(),
            Need::MayExport => self.may_export(),
            Need::MayPlan => self.may_plan(),
            Need::MaySwitch => self.may_switch(),
            Need::MayLogIn => self.may_log_in(),
            Need::MayLogInHere => self.may_log_in_here(),
            Need::MayLogOut => self.may_log_out(),
            Need::MayMakeCurrent => self.may_make_current(),
            Need::MayLeaveConnection => self.may_leave_connection(),
            Need::MaySort => self.may_sort(),
            Need::MayKeep(what) => self.may_keep(what),
            Need::MayGiveReason => self.may_give_reason(),
            Need::MaySortBy(n) => self.column_to_sort_by(n).map(|_| ()),
            Need::MayRefresh => self.may_refresh(),
            Need::MayWatch => self.may_watch(),
            Need::MayUseMouse => self.may_use_mouse(),
            Need::MayLift => self.may_lift(),
            Need::Repair => self.has_repair(),
            Need::MayCopy => self.may_copy(),
            Need::MayCopyRow => self.may_copy_row(),
            Need::Outcomes => self.has_outcomes(),
            Need::MayShowDetails => self.may_show_details(),
            Need::MayShowHelp => self.may_show_help(),
            Need::MayGoBack => self.may_go_back(),
            Need::MayShowActivity => self.may_show_activity(),
            Need::MaySeeEverybody => self.may_see_everybody(),
            Need::OtherServers => self.has_other_servers(),
            Need::MayTakeFilterBack => self.may_take_filter_back(),
            Need::MayApply => self.may_apply(),
            Need::OtherField => self.has_other_field(),
            Need::MayMoveInDialog => self.may_move_in_dialog(),
            Need::MayChoose => self.may_choose(),
            Need::MayCountAgain => self.may_count_again(),
            Need::MayTryAnyway => self.may_try_anyway(),
            Need::IsAboutEveryone => self.is_about_everyone(),
            Need::AnotherAdmin => self.wants_another_admin(),
            Need::MayRetryDeletion => self.may_retry_this_deletion(),
            Need::Link => self.has_link(),
            Need::MoreText => self.may_scroll(),
            Need::MoreToRead => self.has_more_to_read(),
            Need::Commands => self.has_commands(),
            Need::SeveralCommands => self.has_several_commands(),
        }
    }

    /// Returns the contexts whose keys count now, the nearest first.
    pub fn key_contexts(&self) -> &'static [Context] {
        if self.equivalent.is_some() {
            return &[Context::Equivalent, Context::Always];
        }
        if let Some(dialog) = self.dialogs.last() {
            return if self.has_proposals() {
                dialog.form.keys_of_proposals()
            } else {
                dialog.keys()
            };
        }
        if self.is_filtering() {
            return if self.has_one_hit() {
                &[Context::OneHit, Context::Filter, Context::Always]
            } else {
                &[Context::Filter, Context::Always]
            };
        }
        self.screen().keys()
    }

    /// Returns whether enter in the filter opens the only row that it leaves.
    fn has_one_hit(&self) -> bool {
        let caller = self.identity();
        self.has_filter() && self.opens_a_screen().is_some() && self.screen().has_one_hit(&self.known(&caller))
    }

    /// Returns what enter does in the list, where it opens a screen.
    pub(in crate::app) fn opens_a_screen(&self) -> Option<Action> {
        // Whatever key it has now: enter opens the only hit because it opens a row.
        let of_enter = |context: &Context| {
            self.keymap
                .of(*context)
                .find(|binding| binding.usual.contains(&"enter"))
        };
        let binding = self.screen().keys().iter().find_map(of_enter)?;
        let opens = matches!(binding.action, Action::OpenMembers | Action::OpenMember);
        (opens && self.can_use(binding).is_ok()).then_some(binding.action)
    }

    /// Returns whether somebody is proposed for what is being typed.
    pub fn has_proposals(&self) -> bool {
        let dialog = self.dialogs.last().filter(|_| self.equivalent.is_none());
        dialog.is_some_and(|dialog| {
            let is_proposed = dialog.form.picker().is_some_and(|picker| !picker.offers().is_empty());
            is_proposed && dialog.form.is_on_picker() && dialog.stage == Stage::Editing
        })
    }
}
