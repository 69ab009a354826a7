//! The one function that changes the model.

mod activity;
mod answers;
mod auditing;
mod connecting;
mod contents;
mod copying;
mod dialogs;
mod filtering;
mod following;
mod held;
mod judging;
mod keeping;
mod learning;
mod leaving;
mod lifting;
mod linear;
mod logging_in;
mod looks;
mod marking;
mod palette;
mod pointing;
mod press;
mod recovering;
mod reviewing;
mod runs;
mod rushed;
mod telling;
mod touring;
mod typing;
mod unseen;
mod views;
mod waiting;
mod watching;

use super::dialog::{Dialog, Stage};
use super::geometry;
use super::keymap::{Action, Context, Meaning, Shows};
use super::model::{Details, Model};
use super::msg::{Effect, Msg, Query, Size, Stamped, Ticket};
use super::notice::{Lasts, Notice, Outcomes, Tone};
use super::screen::{Known, Screen, members};
use super::scrolled::Reach;
use super::views::FILE;
use super::waits::Wait;
use crate::domain::identity::Identity;
use crate::domain::ids::WorkspaceName;
use crate::domain::text::counted;
use std::time::Duration;

/// How many screens one can go back through.
const MOST_SCREENS: usize = 8;
/// How often the screen moves while a change runs.
const SPINNER: Duration = Duration::from_millis(250);
/// How often a count of seconds moves.
const SECOND: Duration = Duration::from_secs(1);

/// Takes one message: changes `model` and returns what is to be done outside.
#[must_use]
pub fn update(model: &mut Model, input: Stamped) -> Vec<Effect> {
    model.now = input.at;
    let mut effects = model.lapse_if_due();
    effects.extend(match model.as_far_as_seen(input.msg) {
        Msg::Started => model.start(),
        Msg::Pressed(chord) => press::pressed(model, chord),
        Msg::Rushed { keys, is_blind } => rushed::rushed(model, &keys, is_blind),
        Msg::Pasted(text) => typing::pasted(model, &text),
        Msg::Line(line) => linear::line(model, &line),
        Msg::Pointed(target) => pointing::pointed(model, target),
        Msg::Wheeled(is_down) => pointing::wheeled(model, is_down),
        Msg::Resized(size) => model.resized(size),
        Msg::Drawn(reach) => {
            model.seen(reach);
            return effects;
        }
        Msg::Resumed => vec![Effect::Redraw],
        Msg::CannotSuspend => {
            model.say(Tone::Warning, "not suspended: no shell could resume the console");
            Vec::new()
        }
        Msg::Warned(text) => {
            model.tell(Tone::Warning, text.as_str());
            Vec::new()
        }
        Msg::Ended => model.end(),
        Msg::Due(ticket) => model.due(ticket),
        Msg::Waiting { ticket, delay, why } => model.note_waiting(ticket, delay, why),
        Msg::Answered { ticket, answer } => {
            let tells_of_people = answer.tells_of_people();
            let effects = answers::answered(model, ticket, answer);
            if tells_of_people {
                model.follow_people();
            }
            effects
        }
    });
    model.catch_up();
    effects.extend(model.follow_journal(&effects));
    effects.extend(model.stop_audit_if_unwatched());
    effects.extend(model.read_everything_if_needed());
    effects.extend(model.inspect_more());
    effects.extend(model.read_more_contents());
    effects.extend(model.count_on());
    effects.extend(model.work_on_audit());
    effects.extend(model.leave_when_ready());
    effects.extend(model.watch_touched());
    effects.extend(model.follow_looks());
    effects.extend(model.arm_clock());
    if effects.contains(&Effect::Quit) {
        effects.splice(0..0, model.end_lift("the console was quit"));
    }
    effects.extend(model.follow_tour());
    model.follow_reason();
    model.show_outcomes();
    model.follow_equivalent();
    model.follow_front();
    model.follow_unlisted();
    effects.extend(model.follow_palette());
    linear::follow(model);
    effects
}

impl Model {
    pub(super) fn ticket(&mut self, wait: Wait) -> Ticket {
        self.waits.add(wait, self.now)
    }

    /// Asks a question; returns the ticket its answer will carry, and the effect that asks it.
    fn ask(&mut self, query: Query) -> (Ticket, Effect) {
        let ticket = self.ticket(Wait::Read(query.clone()));
        (ticket, Effect::Read { ticket, query })
    }

    fn resized(&mut self, size: Size) -> Vec<Effect> {
        let size = self.size_beside_tour(size);
        // Where a pane has come that shows them, there is nothing in place of the list to go back from; beside a pane they
        // stand in place of the list because somebody wants to see all of them.
        if geometry::has_detail(size) && !geometry::has_detail(self.size) {
            self.details = Details::Beside;
        }
        self.size = size;
        self.scrolled.resized();
        self.reveal();
        vec![Effect::Redraw]
    }

    fn start(&mut self) -> Vec<Effect> {
        if self.session.destination.is_none() {
            return Vec::new();
        }
        let mut effects = self.reload();
        self.open_review();
        if let Some(workspace) = self.session.start_at.take() {
            effects.extend(self.open_members(workspace));
        }
        effects
    }

    fn due(&mut self, ticket: Ticket) -> Vec<Effect> {
        let Some(wait) = self.waits.get(ticket).cloned() else {
            return Vec::new();
        };
        if wait == Wait::Change {
            return runs::due(self, ticket);
        }
        if wait == Wait::Watch {
            return self.watch_due(ticket);
        }
        if wait.is_timer() {
            self.waits.end(ticket);
        }
        if wait == Wait::Lapse {
            return self.lapse();
        }
        if wait == Wait::NextLook {
            return self.look_again();
        }
        if wait == Wait::ScreenLook {
            return self.look_at_the_screen();
        }
        if wait == Wait::Delayed {
            return held::due(self, ticket);
        }
        if let Wait::LookAgain(workspace) = &wait {
            self.try_again(workspace);
        }
        if let Wait::FollowUp(workspace) = &wait {
            return self.follow_up(workspace);
        }
        Vec::new()
    }

    /// Asks for everything again: the server, where that has not worked yet, and the list.
    fn reload(&mut self) -> Vec<Effect> {
        let mut effects = self.abandon(|wait| *wait == Wait::Read(Query::Workspaces));
        if !matches!(self.session.info, super::remote::Remote::Ready { .. }) {
            effects.extend(self.ask_server());
        }
        let (ticket, effect) = self.ask(Query::Workspaces);
        self.store.ask_list(ticket);
        effects.push(effect);
        effects
    }

    /// Asks what the server is and who the caller is. A question that is still being repeated to a server that was
    /// down would fail although the server is back, so it is asked anew.
    fn ask_server(&mut self) -> Vec<Effect> {
        let mut effects = self.abandon(|wait| *wait == Wait::Read(Query::Server));
        let (ticket, effect) = self.ask(Query::Server);
        self.session.info.ask(ticket);
        effects.push(effect);
        effects
    }

    fn open_members(&mut self, workspace: WorkspaceName) -> Vec<Effect> {
        // Whoever opens a workspace wants an answer about that one, not why another was not answered a while ago.
        self.store.resume();
        self.show(Screen::Members(members::State::new(workspace)))
    }

    /// Puts `screen` on top of the others, and has read what it shows.
    pub(super) fn show(&mut self, screen: Screen) -> Vec<Effect> {
        let mut effects = Vec::new();
        if screen.is_passing() {
            effects.extend(self.make_room());
        }
        // What the caller may do there is found out with the members.
        if let Some(workspace) = screen.opened() {
            self.store.want(workspace);
        }
        let shows_audit = screen.shows_audit();
        self.screens.push(screen);
        if shows_audit {
            effects.extend(self.read_audit_once());
            effects.extend(self.read_history());
        }
        self.rebuild();
        effects
    }

    /// Makes room for one more screen: from members to a principal and on to other members one can go for ever, and
    /// nobody goes back that far.
    fn make_room(&mut self) -> Vec<Effect> {
        if self.screens.len() < MOST_SCREENS {
            return Vec::new();
        }
        let place = self.screens.iter().skip(1).position(Screen::is_passing);
        match place.map(|place| self.screens.remove(place + 1)) {
            Some(removed) => self.abandon(|wait| removed.awaits(wait)),
            None => Vec::new(),
        }
    }

    /// Stops waiting for everything that `is_meant`.
    fn abandon(&mut self, is_meant: impl Fn(&Wait) -> bool) -> Vec<Effect> {
        let tickets = self.waits.tickets(is_meant).into_iter();
        tickets.map(|ticket| self.forget(ticket)).collect()
    }

    /// Stops waiting for one answer.
    fn forget(&mut self, ticket: Ticket) -> Effect {
        self.waits.end(ticket);
        self.retrying.take_if(|retrying| retrying.ticket == ticket);
        Effect::Abandon(ticket)
    }

    fn note_waiting(&mut self, ticket: Ticket, delay: Duration, why: crate::domain::text::SafeText) -> Vec<Effect> {
        if self.waits.get(ticket).is_some() {
            let at = self.now.saturating_add(delay).unwrap_or(self.now);
            self.retrying = Some(super::model::Retrying { ticket, at, why });
        }
        Vec::new()
    }

    /// Brings the rows up to what was read back. A long plan would compute them anew for each of its answers, so while
    /// changes run that is left to the clock.
    fn catch_up(&mut self) {
        let is_running = self.runs().any(|run| !run.is_over()) && self.waits.any(|wait| *wait == Wait::Clock);
        if self.has_old_rows && !is_running {
            self.rebuild();
        }
    }

    /// Computes the rows of every open list anew.
    pub(super) fn rebuild(&mut self) {
        self.rebuild_where(|_, _| true);
        self.has_old_rows = false;
    }

    /// Computes the rows anew of every open list that `needs_it`.
    fn rebuild_where(&mut self, needs_it: impl Fn(&Screen, &Known<'_>) -> bool) {
        let (height, caller) = (self.table_rows(), self.identity());
        let mut screens = std::mem::take(&mut self.screens);
        let known = self.known(&caller);
        for screen in &mut screens {
            if needs_it(screen, &known) {
                screen.rebuild(&known, height);
            }
        }
        self.screens = screens;
    }

    /// Returns what rows are made from; `caller` is who the caller is.
    pub fn known<'a>(&'a self, caller: &'a Identity) -> Known<'a> {
        Known {
            store: &self.store,
            keymap: self.keymap,
            session: &self.session,
            caller,
            activity: &self.activity,
            touched: &self.touched,
            is_auditing: self.store.reading().is_some() || self.is_sifting(),
            now: self.now,
        }
    }

    fn reveal(&mut self) {
        let size = self.size;
        for screen in &mut self.screens {
            screen.reveal(size);
        }
    }

    /// Asks for the details of workspaces, the shown ones first, a few at a time.
    fn inspect_more(&mut self) -> Vec<Effect> {
        // Before it is known who the caller is, nothing can be said about what the caller may do.
        if self.session.info.is_loading() || matches!(self.session.info, super::remote::Remote::Absent) {
            return Vec::new();
        }
        let is_platform_admin = self.is_platform_admin();
        let mut effects = Vec::new();
        while let Some(workspace) = self.next_to_inspect() {
            let (ticket, effect) = self.ask(Query::Inspect {
                workspace: workspace.clone(),
                is_platform_admin,
            });
            self.store.ask_details(&workspace, ticket);
            effects.push(effect);
        }
        effects
    }

    fn next_to_inspect(&self) -> Option<WorkspaceName> {
        let screen = self.screen();
        if let Some(workspace) = screen.opened().filter(|workspace| self.store.is_due(workspace)) {
            return Some(workspace.clone());
        }
        let caller = self.identity();
        let rows = screen.in_view(&self.known(&caller), self.table_rows());
        let wanted = self
            .dialogs
            .last()
            .map(|dialog| dialog.form.wants())
            .unwrap_or_default();
        self.store.next_to_inspect(wanted.iter().chain(rows)).cloned()
    }

    /// Quits once nothing is under way whose outcome would be lost.
    fn leave_when_ready(&mut self) -> Vec<Effect> {
        if self.leaving_since.is_some() && self.runs().all(super::change::Run::is_over) && self.keeping.is_empty() {
            return vec![Effect::Quit];
        }
        Vec::new()
    }

    fn quit(&mut self) -> Vec<Effect> {
        if self.leaving_since.is_some() {
            return vec![Effect::Quit];
        }
        let effects = self.stop_runs();
        let is_over = self.runs().all(super::change::Run::is_over);
        if is_over && self.keeping.is_empty() {
            return vec![Effect::Quit];
        }
        self.leaving_since = Some(self.now);
        let key = self.key_of(Context::Always, Action::Quit);
        let what = if is_over {
            format!("{FILE} is still being written")
        } else {
            "a change is still running".to_owned()
        };
        let text = format!("{what}: quitting when it is done; {key} again quits at once");
        self.say(Tone::Warning, &text);
        effects
    }

    /// Ends although something is under way. What has not been sent is given up; what became of the rest is told without a
    /// dialog, as nobody would see one.
    fn end(&mut self) -> Vec<Effect> {
        let mut effects = self.stop_runs();
        let is_running = |dialog: &mut Dialog| matches!(dialog.stage, Stage::Running(_));
        for dialog in self.dialogs.extract_if(.., is_running) {
            if let Stage::Running(run) = dialog.stage {
                self.detached.push(*run);
            }
        }
        self.outcomes = Outcomes::default();
        effects.push(Effect::Quit);
        effects
    }

    /// Gives up every change that has not been sent yet.
    fn stop_runs(&mut self) -> Vec<Effect> {
        let mut unwanted = Vec::new();
        for dialog in &mut self.dialogs {
            if let Stage::Running(run) = &mut dialog.stage {
                unwanted.extend(run.stop());
                if run.is_over() {
                    dialog.stage = Stage::Editing;
                }
            }
        }
        for run in &mut self.detached {
            unwanted.extend(run.stop());
        }
        self.detached.retain(|run| !run.is_over());
        unwanted.into_iter().map(|ticket| self.forget(ticket)).collect()
    }

    /// Keeps one timer running as long as something on the screen counts time, and none otherwise.
    fn arm_clock(&mut self) -> Vec<Effect> {
        let delay = if self.runs().any(|run| !run.is_over()) {
            SPINNER
        } else if self.retrying.is_some() || self.session.lifted_until().is_some() || self.is_waiting_visibly() {
            SECOND
        } else {
            return Vec::new();
        };
        if self.waits.any(|wait| *wait == Wait::Clock) {
            return Vec::new();
        }
        let ticket = self.ticket(Wait::Clock);
        vec![Effect::After { ticket, delay }]
    }

    /// Whether the user looks at something that is being read for the first time.
    fn is_waiting_visibly(&self) -> bool {
        let caller = self.identity();
        let is_opening = self.screen().is_waiting(&self.known(&caller));
        let is_listing = matches!(self.store.listing(), super::store::Listing::Loading { .. });
        let mut forms = self.dialogs.iter().map(|dialog| &dialog.form);
        let is_asking =
            self.opening.is_some() || self.tells_when_it_tries_again() || forms.any(|form| form.waits_for().is_some());
        is_asking || is_opening || is_listing
    }

    /// Tells an outcome: it stays until it can have been read, and can be called back.
    pub(super) fn tell(&mut self, tone: Tone, text: &str) {
        self.say(tone, text);
        self.outcomes.add(self.now, Notice::new(tone, text));
    }

    /// Tells the last outcome in other words.
    pub(super) fn retell(&mut self, tone: Tone, text: &str) {
        self.say(tone, text);
        self.outcomes.reword(self.now, Notice::new(tone, text));
    }

    /// Takes what a frame has shown: nothing has happened but that somebody sees it.
    fn seen(&mut self, reach: Reach) {
        self.scrolled.drawn(reach);
        self.columns.drawn(self.screen().kind(), reach.columns);
        // The row that says that all is on screen may have taken the room of the last line.
        self.follow_reason();
    }

    /// Takes back why a key can do nothing, once that is no longer so: what was waited for has come, or another reason holds.
    fn follow_reason(&mut self) {
        let lasts = self.notice.as_ref().map(|notice| notice.lasts);
        if let Some(Lasts::WhileDisabled(key)) = lasts {
            self.notice = match self.meaning_of(key) {
                Meaning::Disabled(why) => Some(Notice::of_disabled(key, why.as_str())),
                Meaning::Act(_) | Meaning::Nothing => None,
            };
        }
    }

    /// Says again what came under a dialog, now that none is open.
    fn show_outcomes(&mut self) {
        if !self.dialogs.is_empty() || self.equivalent.is_some() || self.is_filtering() {
            return;
        }
        let Some((notice, n_earlier)) = self.outcomes.take_unseen() else {
            return;
        };
        let key = self.key_of(Context::Screen, Action::Show(Shows::Outcomes));
        let more = (n_earlier > 0).then(|| format!("; {key} shows {} before it", counted(n_earlier, "outcome")));
        self.say(notice.tone, &format!("{}{}", notice.text, more.unwrap_or_default()));
    }

    pub(super) fn say(&mut self, tone: Tone, text: &str) {
        self.notice = Some(Notice::new(tone, text));
    }
}
