//! Contexts and connections: reading the contexts, going from one platform to another, and what of the old one is
//! dropped on the way.

use crate::app::dialog::{Dialog, Form, Problem, Stage, connect};
use crate::app::failure::{Failure, FailureKind};
use crate::app::keymap::ConnectionKey;
use crate::app::model::{Model, Opening};
use crate::app::msg::{Answer, Effect, Query, Setting, Ticket};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::screen::welcome::Choice;
use crate::app::session::{Lifting, Session};
use crate::app::waits::Wait;
use crate::domain::activity::LeftOver;
use crate::domain::context::Destination;
use crate::domain::text::SafeText;

/// Does what a key about contexts and connections says.
pub(super) fn pressed(model: &mut Model, key: ConnectionKey) -> Vec<Effect> {
    match key {
        ConnectionKey::Contexts => model.open_contexts(),
        ConnectionKey::Switch => model.switch(),
        ConnectionKey::Begin => model.begin(),
        ConnectionKey::KeepWorkspace => model.keep_workspace(),
        ConnectionKey::KeepContext => model.keep_context(),
    }
}

impl Model {
    /// Shows the contexts, and reads them.
    pub(super) fn open_contexts(&mut self) -> Vec<Effect> {
        let place = self
            .screens
            .iter()
            .position(|screen| matches!(screen, Screen::Contexts(_)));
        let mut effects = Vec::new();
        let screen = if let Some(place) = place {
            self.screens.remove(place)
        } else {
            effects.extend(self.make_room());
            Screen::Contexts(Box::default())
        };
        self.screens.push(screen);
        effects.extend(self.read_contexts());
        effects
    }

    /// Reads the contexts (again), where they are on show.
    pub(super) fn read_contexts(&mut self) -> Vec<Effect> {
        if self.contexts_mut().is_none() {
            return Vec::new();
        }
        let mut effects = self.abandon(|wait| *wait == Wait::Read(Query::Contexts));
        let (ticket, effect) = self.ask(Query::Contexts);
        if let Some(state) = self.contexts_mut() {
            state.known.ask(ticket);
        }
        effects.push(effect);
        effects
    }

    pub(super) fn take_contexts(&mut self, known: Result<crate::domain::context::Contexts, Failure>) {
        let (now, height) = (self.now, self.table_rows());
        for form in self.palettes() {
            form.take_contexts(known.clone(), now);
        }
        let in_use = self.context_in_use().cloned();
        let Some(state) = self.contexts_mut() else {
            return;
        };
        let is_first = state.known.value().is_none();
        let failed = known.as_ref().err().filter(|_| !is_first);
        let failed = failed.map(|failure| format!("refresh failed: {}", failure.headline));
        state.known.settle(known, now);
        self.rebuild();
        let Some(state) = self.contexts_mut() else {
            return;
        };
        // Whoever looks at the contexts begins at the one in use.
        if let (true, Some(name)) = (is_first && !state.filter.is_active(), in_use) {
            state.list.select(&name, height);
        }
        if let Some(text) = failed {
            self.say(Tone::Error, &text);
        }
    }

    /// Goes to the selected context.
    pub(super) fn switch(&mut self) -> Vec<Effect> {
        match self.selected_context().map(|context| context.name.clone()) {
            Some(name) => {
                let shown = name.quoted();
                self.open_connection(Destination::Context(name), shown, false)
            }
            None => Vec::new(),
        }
    }

    /// Does what is chosen on the welcome screen.
    pub(super) fn begin(&mut self) -> Vec<Effect> {
        let Screen::Welcome(state) = self.screen() else {
            return Vec::new();
        };
        match state.chosen() {
            Choice::Demo => self.open_connection(Destination::Demo, SafeText::new("the demo"), false),
            Choice::Address => self.ask_for_an_address(false),
            Choice::LogIn => self.ask_for_an_address(true),
        }
    }

    fn ask_for_an_address(&mut self, to_log_in: bool) -> Vec<Effect> {
        let form = Form::Connect(connect::Form::new(to_log_in));
        self.dialogs.push(Dialog::new(form));
        Vec::new()
    }

    /// Begins to open a connection; the present one stays in use until that is there.
    pub(super) fn open_connection(&mut self, destination: Destination, name: SafeText, is_same: bool) -> Vec<Effect> {
        let mut effects = self.stop_opening();
        let ticket = self.ticket(Wait::Open);
        let since = self.now;
        self.opening = Some(Opening {
            ticket,
            name,
            since,
            is_same,
            told: None,
        });
        effects.push(Effect::Open { ticket, destination });
        effects
    }

    /// Gives up the connection that is being opened.
    pub(super) fn stop_opening(&mut self) -> Vec<Effect> {
        let opening = self.opening.take();
        opening.map(|opening| self.forget(opening.ticket)).into_iter().collect()
    }

    /// A connection is there, or not. Only one that is still wanted comes here.
    pub(super) fn opened(&mut self, ticket: Ticket, opened: Result<Box<Session>, Failure>) -> Vec<Effect> {
        let Some(opening) = self.opening.take_if(|opening| opening.ticket == ticket) else {
            return vec![Effect::Abandon(ticket)];
        };
        let mut session = match opened {
            Ok(session) => session,
            Err(failure) => {
                self.not_opened(&opening, failure);
                return Vec::new();
            }
        };
        if let Err(why) = self.may_leave_connection() {
            self.say(Tone::Warning, &format!("did not switch to {}: {why}", opening.name));
            return vec![Effect::Abandon(ticket)];
        }
        if opening.is_same {
            // A login is not the way to get rid of it.
            if let (Some(source), None) = (&self.session.read_only, &session.read_only) {
                let text = format!(
                    "the login at {} is not used here: it would lift read-only ({source}); this connection is unchanged",
                    opening.name
                );
                self.say(Tone::Warning, &text);
                return vec![Effect::Abandon(ticket)];
            }
            if session.server == self.session.server && session.is_demo == self.session.is_demo {
                return self.come_back_as_somebody(ticket, *session);
            }
            // What was read and typed here must not meet another server.
            let text = format!(
                "{} now leads to {}, not to {}: everything loaded and typed before is discarded",
                opening.name, session.server, self.session.server
            );
            session.warnings.push(SafeText::new(&text));
        }
        let has_warnings = !session.warnings.is_empty();
        // The plan that the console was started for waits until there is a platform to make it on.
        session.plan = session.plan.or_else(|| self.session.plan.take());
        let mut effects = self.start_over(*session);
        effects.push(Effect::Enter(ticket));
        if !has_warnings {
            let told = opening
                .told
                .unwrap_or_else(|| SafeText::new(&format!("now on {}", opening.name)));
            self.say(Tone::Success, told.as_str());
        }
        effects.extend(self.start());
        effects
    }

    fn not_opened(&mut self, opening: &Opening, failure: Failure) {
        let mut dialogs = self.dialogs.iter_mut();
        if let Some(dialog) = dialogs.find(|dialog| dialog.form.waits_for() == Some(opening.ticket)) {
            dialog.form.stop_waiting();
            dialog.problem = Some(Problem::Failed(of_elsewhere(failure)));
            return;
        }
        let Failure { headline, next, .. } = failure;
        let stays = match self.session.destination {
            Some(_) if opening.is_same => "; you are logged in, but this connection stays as it was",
            Some(_) => "; nothing else changed",
            None => "",
        };
        self.say(
            Tone::Error,
            &format!("cannot switch to {}: {headline}. {next}{stays}", opening.name),
        );
    }

    /// Uses the connection that was made anew after a login, and asks who the caller is by now. What is known and
    /// typed stays until that is answered.
    fn come_back_as_somebody(&mut self, ticket: Ticket, session: Session) -> Vec<Effect> {
        let mut effects = self.end_lift(Lifting::MOVED_ON);
        let before = std::mem::replace(&mut self.session, session);
        self.session.info = before.info;
        self.session.observed_deletion = before.observed_deletion;
        // What was under way is being followed already.
        self.session.left = LeftOver::default();
        self.session.start_at = None;
        self.is_back = true;
        effects.push(Effect::Enter(ticket));
        effects.extend(self.ask_server());
        effects.extend(self.read_contexts());
        effects
    }

    /// Drops everything that was known of the platform before, and whatever was asked of it. Only changes that are
    /// under way go on, where the caller let them.
    pub(super) fn start_over(&mut self, session: Session) -> Vec<Effect> {
        let mut effects = self.end_lift(Lifting::MOVED_ON);
        let mut runs = std::mem::take(&mut self.detached);
        for dialog in std::mem::take(&mut self.dialogs) {
            if let Stage::Running(run) = dialog.stage {
                runs.push(*run);
            }
        }
        runs.retain(|run| !run.is_over());
        let dropped = self.waits.keep(|ticket, wait| {
            // A file is written and time goes on wherever the console is.
            matches!(wait, Wait::ConfigWrite | Wait::Clock) || runs.iter().any(|run| run.waits_for(ticket))
        });
        let size = self.end_tour();
        let fresh = Self::new(session, size, self.now);
        self.recent.retain(|command| !command.is_of_one_server());
        *self = Self {
            detached: runs,
            // Answers to what was asked before must never meet a ticket that is given out again.
            waits: std::mem::take(&mut self.waits),
            leaving_since: self.leaving_since,
            recent: std::mem::take(&mut self.recent),
            // What its user has chosen for the console holds wherever it is.
            keymap: self.keymap,
            columns: std::mem::take(&mut self.columns),
            views: std::mem::take(&mut self.views),
            views_of_file: self.views_of_file.take(),
            keeping: std::mem::take(&mut self.keeping),
            looks: self.looks.anew(),
            outcomes: fresh.outcomes.after(std::mem::take(&mut self.outcomes)),
            linear: self.linear.take(),
            ..fresh
        };
        self.set_views_apart();
        effects.extend(dropped.into_iter().map(Effect::Abandon));
        effects
    }

    /// Makes the selected workspace the default of the context in use.
    pub(super) fn keep_workspace(&mut self) -> Vec<Effect> {
        let context = self.context_in_use().cloned();
        let (Some(context), Some(workspace)) = (context, self.workspace().cloned()) else {
            return Vec::new();
        };
        self.keep(Setting::DefaultWorkspace { context, workspace })
    }

    /// Makes the selected context the current one of the file.
    pub(super) fn keep_context(&mut self) -> Vec<Effect> {
        match self.selected_context().map(|context| context.name.clone()) {
            Some(name) => self.keep(Setting::CurrentContext(name)),
            None => Vec::new(),
        }
    }

    fn keep(&mut self, setting: Setting) -> Vec<Effect> {
        let ticket = self.ticket(Wait::ConfigWrite);
        vec![Effect::Keep { ticket, setting }]
    }

    pub(super) fn kept(&mut self, setting: &Setting, kept: Result<SafeText, Failure>) -> Vec<Effect> {
        let place = match kept {
            Ok(place) => place,
            Err(failure) => {
                self.say(Tone::Error, &format!("{}. {}", failure.headline, failure.next));
                return Vec::new();
            }
        };
        let grammar = self.session.grammar();
        match setting {
            Setting::DefaultWorkspace { context, workspace } => {
                let text = format!(
                    "'{}' is now the default workspace of {} (the same as {}); saved in {place}",
                    workspace.shown().cut(40, "…"),
                    context.quoted(),
                    grammar.use_workspace(workspace).shown(),
                );
                self.say(Tone::Success, &text);
                if self.context_in_use() == Some(context) {
                    self.session.default_workspace = Some(workspace.clone());
                }
            }
            Setting::CurrentContext(context) => {
                let command = grammar.use_context(context.raw());
                let command = command.map(|command| format!(" (the same as {})", command.shown()));
                let text = format!(
                    "{} is now the current context{}; saved in {place}",
                    context.quoted(),
                    command.unwrap_or_default(),
                );
                self.say(Tone::Success, &text);
            }
        }
        self.read_contexts()
    }

    /// Notes a 401, or that the server knows the caller after all.
    pub(super) fn note_refusal(&mut self, answer: &Answer) {
        if answer.is_welcome() {
            self.is_refused = false;
        }
        let failure = answer.failure();
        self.is_refused |= failure.is_some_and(|failure| failure.kind == FailureKind::Unauthorized);
    }
}

/// Returns a failure of another server than the one on show: that it does not know the caller says nothing about the
/// session.
pub(super) fn of_elsewhere(failure: Failure) -> Failure {
    if failure.kind == FailureKind::Unauthorized {
        let kind = FailureKind::Other;
        return Failure { kind, ..failure };
    }
    failure
}
