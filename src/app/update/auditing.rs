//! Reading who has access to what, working on what was read, and the screens that show it.

use crate::app::audit::rows::Rows;
use crate::app::audit::{Heard, Parts, Task};
use crate::app::change::Settled;
use crate::app::dialog::{Dialog, Form, Problem};
use crate::app::failure::Failure;
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::msg::{Effect, Query};
use crate::app::notice::{Lasts, Notice, Tone};
use crate::app::remote::Remote;
use crate::app::screen::{Screen, ScreenState as _, audit};
use crate::app::store::Listing;
use crate::app::waits::Wait;
use crate::audit::Report;
use crate::audit::export::Format;
use crate::domain::binding::Binding;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::text::{SafeText, counted};
use std::path::PathBuf;
use std::sync::Arc;

/// How many workspaces there may be for all their members to be read only so that people can be suggested: to a platform
/// admin that is some thirty requests with 20 members in each, beside the typing, and they end with the dialog.
const FEW_WORKSPACES: usize = 1_000;

impl Model {
    /// Reads everything again that the audit and the access of a principal show.
    pub(super) fn refresh_audit(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !matches!(self.session.info, Remote::Ready { .. }) {
            effects.extend(self.ask_server());
        }
        self.want_own_access_again();
        effects.extend(self.read_audit(Parts::Wanted));
        effects.extend(self.read_history());
        effects
    }

    /// Has it looked at again what the caller may do where that was found out by what is refused: the report of an audit
    /// does not say it.
    fn want_own_access_again(&mut self) {
        let caller = self.identity();
        let Screen::Principal(state) = self.screen() else {
            return;
        };
        if !state.is_about_the_caller(&self.known(&caller)) {
            return;
        }
        let glimpses = self.store.glimpses(true).into_iter();
        let names: Vec<WorkspaceName> = glimpses.map(|(name, _)| name.clone()).collect();
        for name in &names {
            self.store.want(name);
        }
    }

    /// Reads everything, unless that has been done or is being done.
    pub(super) fn read_audit_once(&mut self) -> Vec<Effect> {
        if self.store.is_wanting() {
            return self.read_audit(Parts::Wanted);
        }
        Vec::new()
    }

    fn read_audit(&mut self, parts: Parts) -> Vec<Effect> {
        let mut effects = self.abandon(Wait::is_audit);
        // What was found out about a server that has failed since may no longer be true.
        let info = self.session.info.fresh().map(|info| Box::new(info.clone()));
        let (ticket, effect) = self.ask(Query::Audit(info, parts));
        self.store.ask_everything(ticket, self.now);
        effects.push(effect);
        effects
    }

    /// Reads everything where that is needed, was not done since the list was read, and brings anything new.
    pub(super) fn read_everything_if_needed(&mut self) -> Vec<Effect> {
        let is_ready = matches!(self.session.info, Remote::Ready { .. })
            && *self.store.listing() == Listing::Complete
            && self.store.halted().is_none()
            && self.store.reading().is_none()
            && !self.store.has_read_everything();
        if is_ready && self.suggests_people_cheaply() && self.store.has_unread() {
            return self.read_audit(Parts::Unwanted);
        }
        let (caller, height) = (self.identity(), self.table_rows());
        if is_ready
            && matches!(self.screen(), Screen::Members(state) if state.needs_everything(&self.known(&caller), height))
        {
            return self.read_audit(Parts::Unwanted);
        }
        let Screen::Workspaces(state) = self.screen() else {
            return Vec::new();
        };
        if !is_ready || !state.needs_everything(&self.known(&caller), height) || !self.store.has_unread() {
            return Vec::new();
        }
        let n_unread = self.store.n_unread();
        // Some large pages are there in seconds, and rows that jump meanwhile are none to be read.
        let effects = self.read_audit(if self.is_platform_admin() {
            Parts::Unwanted
        } else {
            Parts::Wanted
        });
        let Screen::Workspaces(state) = self.screen() else {
            return effects;
        };
        let key = self.key_of(Context::Screen, Action::Back);
        let is_platform_admin = self.is_platform_admin();
        if state.is_sorted_by_members(is_platform_admin) || state.filters_by_members(is_platform_admin) {
            let what = if self.is_platform_admin() {
                "the role bindings of all workspaces".to_owned()
            } else {
                format!("the members of {}", counted(n_unread, "workspace"))
            };
            self.notice = Some(Notice::of_reading(&format!("loading {what}; {key} stops it")));
        }
        effects
    }

    /// Returns whether a dialog suggests people, and everybody can be read for that in a few large pages.
    fn suggests_people_cheaply(&self) -> bool {
        let has_picker = |dialog: &Dialog| dialog.form.picker().is_some();
        self.is_platform_admin()
            && self.store.workspaces().len() <= FEW_WORKSPACES
            && self.dialogs.iter().any(has_picker)
    }

    /// Stops reading what the list of workspaces needs of all of them; what has come stays.
    pub(super) fn stop_reading_for_rows(&mut self) -> Vec<Effect> {
        if let Some(Screen::Workspaces(state)) = self.screens.last_mut() {
            state.has_stopped = true;
        }
        let n_unread = self.store.n_unread();
        let effects = self.stop_audit_if_unwatched();
        let text = format!(
            "stopped: the members of {} were not read",
            counted(n_unread, "workspace")
        );
        self.say(Tone::Warning, &text);
        effects
    }

    /// Asks what the principal on show had once.
    pub(super) fn read_history(&mut self) -> Vec<Effect> {
        match self.screens.last() {
            Some(Screen::Principal(state)) => self.read_history_of(&state.principal.clone()),
            Some(_) | None => Vec::new(),
        }
    }

    /// Asks again what those had once whose access is open and who were given or lost something.
    pub(super) fn read_history_after(&mut self, settled: &[Settled]) -> Vec<Effect> {
        let mut open = Vec::new();
        for screen in &self.screens {
            if let Screen::Principal(state) = screen
                && settled
                    .iter()
                    .any(|one| one.change.principal() == Some(&state.principal))
            {
                open.push(state.principal.clone());
            }
        }
        open.into_iter()
            .flat_map(|principal| self.read_history_of(&principal))
            .collect()
    }

    /// Only platform admins are told.
    fn read_history_of(&mut self, principal: &Principal) -> Vec<Effect> {
        if !self.is_platform_admin() {
            return Vec::new();
        }
        let mut effects = self.abandon(|wait| wait.is_history_of(principal));
        let (ticket, effect) = self.ask(Query::History(principal.clone()));
        for screen in &mut self.screens {
            if let Screen::Principal(state) = screen
                && state.principal == *principal
            {
                state.history.ask(ticket);
            }
        }
        effects.push(effect);
        effects
    }

    /// Takes a piece of the reading.
    pub(super) fn heard(&mut self, heard: Heard) {
        if let Heard::End(report, Some(failure)) = &heard {
            let key = self.key_of(Context::Screen, Action::Refresh);
            let has_rows = report.as_ref().is_some_and(|report| report.snapshot.n_grants() > 0);
            let kept = if has_rows { "; showing what was read" } else { "" };
            let text = format!("{}{kept}; {key} tries again", failure.headline);
            self.say(Tone::Error, &text);
        }
        if matches!(heard, Heard::End(..)) {
            self.notice.take_if(|notice| notice.lasts == Lasts::WhileReading);
        }
        let has_news = !matches!(heard, Heard::Progress(_));
        self.store.hear(heard);
        if has_news {
            self.rebuild();
        }
    }

    /// Takes what `principal` had once.
    pub(super) fn take_history(&mut self, principal: &Principal, history: &Result<Vec<Binding>, Failure>) {
        let now = self.now;
        if let (Err(failure), Screen::Principal(state)) = (history, self.screen())
            && state.principal == *principal
        {
            self.note_failed_refresh(failure);
        }
        for screen in &mut self.screens {
            if let Screen::Principal(state) = screen
                && state.principal == *principal
            {
                state.history.settle(history.clone(), now);
            }
        }
        self.rebuild();
    }

    /// Has work done on the report beside the loop, one piece of each kind at a time.
    pub(super) fn work_on_audit(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.waits.any(|wait| *wait == Wait::Merging)
            && let Some(task) = self.store.to_take_in()
        {
            let ticket = self.ticket(Wait::Merging);
            effects.push(Effect::Compute { ticket, task });
        }
        if self.is_sifting() {
            return effects;
        }
        let shown = self.screens.iter().rev().find_map(audit_on);
        if let (Some(state), Some(report)) = (shown, self.store.report())
            && state.needs(report)
        {
            let task = Task::Sift {
                report: Arc::clone(report),
                filter: state.sieve.clone(),
                order: state.sort,
            };
            let ticket = self.ticket(Wait::Sifting);
            effects.push(Effect::Compute { ticket, task });
        }
        effects
    }

    /// Returns whether the report of the audit is being filtered and sorted.
    pub(super) fn is_sifting(&self) -> bool {
        self.waits.any(|wait| *wait == Wait::Sifting)
    }

    /// Takes what came of work on the report.
    pub(super) fn sifted(&mut self, rows: Box<Rows>) {
        let size = self.size;
        let shown = self.screens.iter_mut().rev().find_map(|screen| {
            let Screen::Audit(state) = screen else { return None };
            Some(state)
        });
        if let Some(state) = shown {
            state.take(rows, size);
        }
    }

    /// Takes the report into which newer members were taken in.
    pub(super) fn taken_in(&mut self, rosters: &[(WorkspaceName, Roster)], base: &Arc<Report>, report: Arc<Report>) {
        self.store.take_in(base, report, rosters);
        self.has_old_rows = true;
    }

    /// Stops reading for screens that are no longer there.
    pub(super) fn stop_audit_if_unwatched(&mut self) -> Vec<Effect> {
        if self.store.reading().is_none() {
            return Vec::new();
        }
        let (caller, height) = (self.identity(), self.table_rows());
        let known = self.known(&caller);
        let is_watched = self
            .screens
            .iter()
            .any(|screen| screen.needs_everything(&known, height));
        if is_watched || self.suggests_people_cheaply() {
            return Vec::new();
        }
        self.store.stop_reading();
        self.abandon(Wait::is_audit)
    }

    /// Writes what is on show of the audit to a file; the top dialog waits for that.
    pub(super) fn export(&mut self, format: Format, path: PathBuf) -> Vec<Effect> {
        let Some(Screen::Audit(state)) = self.screens.last() else {
            return Vec::new();
        };
        let Some(rows) = &state.rows else {
            return Vec::new();
        };
        let (report, filter) = (Arc::clone(&rows.report), rows.filter.clone());
        let ticket = self.ticket(Wait::Export);
        self.note_waiting_dialog(ticket);
        vec![Effect::Export {
            ticket,
            report,
            filter,
            format,
            path,
        }]
    }

    /// Takes the end of the writing: the dialog closes, or says why not.
    pub(super) fn exported(&mut self, written: Result<SafeText, Failure>) {
        let place = self
            .dialogs
            .iter()
            .position(|dialog| matches!(dialog.form, Form::Export(_)));
        match (written, place) {
            (Ok(file), place) => {
                if let Some(place) = place {
                    self.dialogs.remove(place);
                }
                self.tell(Tone::Success, &format!("exported the rows shown to {file} (mode 0600)"));
            }
            (Err(failure), Some(place)) => {
                if let Some(dialog) = self.dialogs.get_mut(place) {
                    if let Form::Export(form) = &mut dialog.form {
                        form.writing = None;
                    }
                    dialog.problem = Some(Problem::Failed(failure));
                }
            }
            (Err(failure), None) => self.say(Tone::Error, failure.headline.as_str()),
        }
    }
}

/// Returns the audit, where a screen shows it.
fn audit_on(screen: &Screen) -> Option<&audit::State> {
    let Screen::Audit(state) = screen else { return None };
    Some(state)
}
