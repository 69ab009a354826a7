//! The core as a person meets it: keys in, effects and model out.

use crate::platform::{Platform, failed};
use jiff::Timestamp;
use nmp_console::app::dialog::{Dialog, Problem, Stage};
use nmp_console::app::failure::Failure;
use nmp_console::app::keymap::{Chord, Key, Meaning};
use nmp_console::app::model::Model;
use nmp_console::app::msg::Of;
use nmp_console::app::msg::{Answer, Effect, Msg, Query, Size, Stamped, Ticket};
use nmp_console::app::remote::Remote;
use nmp_console::app::screen::Screen;
use nmp_console::app::screen::resources::Row;
use nmp_console::app::screen::{activity, principal};
use nmp_console::app::session::Session;
use nmp_console::app::update::update;
use nmp_console::audit::Grant;
use nmp_console::domain::activity::{Conclusion, LeftOver, Record};
use nmp_console::domain::change::Change;
use nmp_console::domain::cli::Cli;
use nmp_console::domain::context::{ContextName, Destination, Login};
use nmp_console::domain::deletion::Remembered;
use nmp_console::domain::policy::Consequence;
use nmp_console::domain::text::SafeText;
use std::time::Duration;

/// A console on a platform. Nothing is answered before a test says so.
pub(crate) struct Console {
    pub(crate) model: Model,
    pub(crate) platform: Platform,
    /// What the last message asked for.
    pub(crate) asked: Vec<Effect>,
    /// Timers that are running.
    pub(crate) timers: Vec<Ticket>,
    /// How long each timer runs that was ever started.
    pub(crate) delays: Vec<Duration>,
    /// Reads and changes that have not been answered yet.
    pub(crate) unanswered: Vec<Effect>,
    /// Every change ever sent.
    pub(crate) sent: Vec<Change>,
    /// The deletions it wants to be remembered.
    pub(crate) remembered: Vec<Remembered>,
    /// What was written down of changes that are over.
    pub(crate) concluded: Vec<(Of, Conclusion)>,
    /// The connections it uses, one after the other, by the tickets they were opened under.
    pub(crate) entered: Vec<Ticket>,
    /// Why read-only was lifted no longer.
    pub(crate) lifts_ended: Vec<String>,
    /// What was copied.
    pub(crate) copied: Vec<String>,
    second: i64,
}

/// Returns the chord written as `key`.
pub(crate) fn chord(key: &str) -> Chord {
    key.parse().unwrap_or_else(|why| panic!("{why}"))
}

/// Returns a session with a server that has not answered yet.
pub(crate) fn session() -> Session {
    Session {
        context: SafeText::new("prod"),
        server: SafeText::new("https://nmp.example.com"),
        destination: Some(Destination::Context(ContextName::new("prod"))),
        default_workspace: None,
        login: Login::Token {
            expires_at: None,
            is_renewable: false,
        },
        token_from: None,
        is_demo: false,
        cli: Cli::default(),
        read_only: None,
        lifting: nmp_console::app::session::Lifting::default(),
        precautions: nmp_console::domain::context::Precautions::default(),
        has_changed: false,
        info: Remote::Absent,
        start_at: None,
        plan: None,
        warnings: Vec::new(),
        left: LeftOver::default(),
        is_journalled: true,
        observed_deletion: None,
        reasons: nmp_console::domain::reason::Reasons::default(),
        folder: None,
    }
}

impl Console {
    /// Starts on `platform`; nothing has been answered.
    pub(crate) fn start(platform: Platform, session: Session) -> Self {
        let size = Size { width: 80, height: 24 };
        let mut console = Self {
            model: Model::new(session, size, Timestamp::UNIX_EPOCH),
            platform,
            asked: Vec::new(),
            timers: Vec::new(),
            delays: Vec::new(),
            unanswered: Vec::new(),
            sent: Vec::new(),
            remembered: Vec::new(),
            concluded: Vec::new(),
            entered: Vec::new(),
            lifts_ended: Vec::new(),
            copied: Vec::new(),
            second: 0,
        };
        console.tell(Msg::Started);
        console
    }

    /// Starts, and everything is read.
    pub(crate) fn open(platform: Platform) -> Self {
        let mut console = Self::start(platform, session());
        console.settle();
        console
    }

    /// Starts read-only, and everything is read.
    pub(crate) fn open_read_only(platform: Platform) -> Self {
        let read_only = Some(SafeText::new("NMP_READ_ONLY"));
        let mut console = Self::start(platform, Session { read_only, ..session() });
        console.settle();
        console
    }

    pub(crate) fn tell(&mut self, msg: Msg) -> &mut Self {
        self.second += 1;
        let at = Timestamp::from_second(self.second).expect("a small number");
        self.asked = update(&mut self.model, Stamped { at, msg });
        for effect in &self.asked {
            match effect {
                Effect::Read { .. }
                | Effect::Compute { .. }
                | Effect::Export { .. }
                | Effect::KeepViews { .. }
                | Effect::Open { .. }
                | Effect::LogIn { .. }
                | Effect::LogOut { .. }
                | Effect::Lift { .. }
                | Effect::Keep { .. } => {
                    self.unanswered.push(effect.clone());
                }
                Effect::Send { change, .. } => {
                    self.sent.push(change.clone());
                    self.unanswered.push(effect.clone());
                }
                Effect::Abandon(ticket) => self.unanswered.retain(|effect| ticket_of(effect) != Some(*ticket)),
                Effect::Remember(remembered) => self.remembered.push(remembered.clone()),
                Effect::Enter(ticket) => self.entered.push(*ticket),
                Effect::Copy(lines) => self.copied.extend(lines.iter().map(ToString::to_string)),
                Effect::After { ticket, delay } => {
                    self.timers.push(*ticket);
                    self.delays.push(*delay);
                }
                Effect::Conclude { of, conclusion } => {
                    self.platform.conclude(of, conclusion);
                    self.concluded.push((of.clone(), conclusion.clone()));
                }
                Effect::EndLift { why, .. } => self.lifts_ended.push(why.to_string()),
                Effect::Forget(_) | Effect::Suspend | Effect::Redraw | Effect::Quit => {}
            }
        }
        self
    }

    /// Presses keys, written as in the key map and separated by blanks, each let go before the next one.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.hold(key, 1).let_go();
        }
        self
    }

    /// Holds a key down until it has come so many times.
    pub(crate) fn hold(&mut self, key: &str, n_times: usize) -> &mut Self {
        for _ in 0..n_times {
            self.tell(Msg::Pressed(chord(key)));
        }
        self
    }

    /// Lets go of a key: a moment goes by in which it does not come again.
    pub(crate) fn let_go(&mut self) -> &mut Self {
        let delayed = self.model.dialogs.last().and_then(|dialog| dialog.delayed);
        if let Some(delayed) = delayed {
            self.timers.retain(|timer| *timer != delayed.ticket);
            self.tell(Msg::Due(delayed.ticket));
        }
        self
    }

    /// Types text, one key after the other.
    pub(crate) fn write(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            let key = if c == ' ' { Key::Space } else { Key::Char(c) };
            self.tell(Msg::Pressed(Chord::plain(key)));
        }
        self
    }

    /// Lets keys come in one piece, written as in the key map; what stands in quotes is typed.
    pub(crate) fn rush(&mut self, keys: &str, is_blind: bool) -> &mut Self {
        let mut all = Vec::new();
        for (place, part) in keys.split('\'').enumerate() {
            if place % 2 == 0 {
                all.extend(part.split_whitespace().map(chord));
            } else {
                let key = |c| if c == ' ' { Key::Space } else { Key::Char(c) };
                all.extend(part.chars().map(|c| Chord::plain(key(c))));
            }
        }
        self.tell(Msg::Rushed { keys: all, is_blind })
    }

    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.tell(Msg::Pasted(text.to_owned()))
    }

    /// Gives `answer` to the last question or change that is unanswered.
    pub(crate) fn answer(&mut self, answer: Answer) -> &mut Self {
        let effect = self.unanswered.pop().expect("something is unanswered");
        let ticket = ticket_of(&effect).expect("questions have tickets");
        self.tell(Msg::Answered { ticket, answer })
    }

    /// Lets the last question that is unanswered fail.
    pub(crate) fn fail(&mut self, failure: Failure) -> &mut Self {
        let Some(Effect::Read { query, .. }) = self.unanswered.last() else {
            panic!("no question is unanswered");
        };
        let answer = failed(query, failure);
        self.answer(answer)
    }

    /// Lets the platform answer the last question or change that is unanswered.
    pub(crate) fn step(&mut self) -> &mut Self {
        let effect = self.unanswered.pop().expect("something is unanswered");
        for (ticket, answer) in self.platform.answers(&effect) {
            self.tell(Msg::Answered { ticket, answer });
        }
        self
    }

    /// Lets so many seconds pass in which nothing happens.
    pub(crate) fn skip(&mut self, seconds: i64) -> &mut Self {
        self.second += seconds;
        self
    }

    /// Lets every timer run out that is running now, and the platform answer what is asked then.
    pub(crate) fn wait(&mut self) -> &mut Self {
        for ticket in std::mem::take(&mut self.timers) {
            self.tell(Msg::Due(ticket));
        }
        self.settle()
    }

    /// Lets the platform answer everything, until nothing is asked any more.
    pub(crate) fn settle(&mut self) -> &mut Self {
        for _ in 0..2_000 {
            if self.unanswered.is_empty() {
                return self;
            }
            let effect = self.unanswered.remove(0);
            for (ticket, answer) in self.platform.answers(&effect) {
                self.tell(Msg::Answered { ticket, answer });
            }
        }
        panic!("the console never stops asking: {:?}", self.unanswered);
    }

    /// Moves the cursor of the list on show to the row called `name`.
    pub(crate) fn go_to(&mut self, name: &str) -> &mut Self {
        self.press("g");
        for _ in 0..1_000 {
            if self.selected() == name {
                return self;
            }
            self.press("j");
        }
        panic!("no row {name}");
    }

    pub(crate) fn selected(&self) -> String {
        match self.model.screen() {
            Screen::Workspaces(state) => state.list.selected().map(|id| id.raw().to_owned()),
            Screen::Members(state) => state.list.selected().map(|id| id.raw().to_owned()),
            Screen::Resources(state) => state.list.selected().map(row_in_words),
            Screen::Audit(state) => state.grant().map(|grant| grant_in_words(&grant)),
            Screen::Principal(state) => state.list.selected().map(access_in_words),
            Screen::Contexts(state) => state.list.selected().map(|name| name.raw().to_owned()),
            Screen::Activity(state) => state.selected_row().map(activity_in_words),
            Screen::Touched(state) => state.list.selected().cloned(),
            Screen::Welcome(state) => Some(state.chosen().label().to_owned()),
            Screen::Help(_) | Screen::Outcomes(_) => None,
        }
        .unwrap_or_default()
    }

    pub(crate) fn rows(&self) -> Vec<String> {
        match self.model.screen() {
            Screen::Workspaces(state) => state.list.rows().iter().map(|id| id.raw().to_owned()).collect(),
            Screen::Members(state) => state.list.rows().iter().map(|id| id.raw().to_owned()).collect(),
            Screen::Resources(state) => state.list.rows().iter().map(row_in_words).collect(),
            Screen::Audit(state) => {
                let grants = state.rows.iter().flat_map(|rows| {
                    let grants = state.grants.rows().iter();
                    grants.filter_map(|number| rows.report.snapshot.grant(*number))
                });
                grants.map(|grant| grant_in_words(&grant)).collect()
            }
            Screen::Principal(state) => state.list.rows().iter().map(access_in_words).collect(),
            Screen::Contexts(state) => state.list.rows().iter().map(|name| name.raw().to_owned()).collect(),
            Screen::Touched(state) => state.list.rows().to_vec(),
            Screen::Activity(state) => {
                let rows = state.list.rows().iter().filter_map(|id| state.find(id));
                rows.map(activity_in_words).collect()
            }
            Screen::Welcome(_) | Screen::Help(_) | Screen::Outcomes(_) => Vec::new(),
        }
    }

    pub(crate) fn notice(&self) -> &str {
        self.model.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }

    pub(crate) fn dialog(&self) -> &Dialog {
        self.model.dialogs.last().expect("a dialog is open")
    }

    /// The title of the top dialog, empty where none is open.
    pub(crate) fn title(&self) -> String {
        let top = self.model.dialogs.last();
        top.map(|dialog| dialog.form.title().into_owned()).unwrap_or_default()
    }

    pub(crate) fn is_confirming(&self) -> bool {
        matches!(self.dialog().stage, Stage::Confirming(_))
    }

    pub(crate) fn is_editing(&self) -> bool {
        self.dialog().stage == Stage::Editing
    }

    pub(crate) fn warnings(&self) -> Vec<Consequence> {
        self.model.consequences()
    }

    /// The problem of the top dialog in words.
    pub(crate) fn problem(&self) -> String {
        match &self.dialog().problem {
            None => String::new(),
            Some(Problem::Failed(failure)) => failure.words().to_string(),
            Some(Problem::Drifted(what)) => what.to_string(),
            Some(Problem::Typed(errors)) => errors.iter().map(|error| error.what.to_string()).collect(),
            Some(Problem::Several(_, lines)) => {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                lines.join("\n")
            }
        }
    }

    /// What a key means now: `Ok` where it does something, else why not.
    pub(crate) fn why_not(&self, key: &str) -> Option<String> {
        match self.model.meaning_of(chord(key)) {
            Meaning::Disabled(why) => Some(why.to_string()),
            Meaning::Act(_) | Meaning::Nothing => None,
        }
    }

    /// The questions among what was asked last.
    pub(crate) fn questions(&self) -> Vec<&Query> {
        let mut out = Vec::new();
        for effect in &self.asked {
            if let Effect::Read { query, .. } = effect {
                out.push(query);
            }
        }
        out
    }

    /// The changes among what was asked last.
    pub(crate) fn sends(&self) -> Vec<&Change> {
        let mut out = Vec::new();
        for effect in &self.asked {
            if let Effect::Send { change, .. } = effect {
                out.push(change);
            }
        }
        out
    }

    /// What was last sent to the clipboard.
    pub(crate) fn copied(&self) -> Option<Vec<&str>> {
        self.asked.iter().find_map(|effect| {
            let Effect::Copy(lines) = effect else { return None };
            Some(lines.iter().map(SafeText::as_str).collect())
        })
    }

    /// The commands on show.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let shown = self.model.equivalent.as_ref().expect("commands are on show");
        shown.entries.iter().map(|entry| entry.command.raw()).collect()
    }

    /// What is said about the commands on show.
    pub(crate) fn caveats(&self) -> Vec<&str> {
        let shown = self.model.equivalent.as_ref().expect("commands are on show");
        shown.notes.iter().map(SafeText::as_str).collect()
    }

    pub(crate) fn has_quit(&self) -> bool {
        self.asked.contains(&Effect::Quit)
    }

    /// The timers among what was asked last.
    pub(crate) fn n_timers(&self) -> usize {
        let is_timer = |effect: &&Effect| matches!(effect, Effect::After { .. });
        self.asked.iter().filter(is_timer).count()
    }
}

/// Returns the ticket of a question or a change.
pub(crate) fn ticket_of(effect: &Effect) -> Option<Ticket> {
    match effect {
        Effect::Read { ticket, .. }
        | Effect::Send { ticket, .. }
        | Effect::Compute { ticket, .. }
        | Effect::Export { ticket, .. }
        | Effect::KeepViews { ticket, .. }
        | Effect::Open { ticket, .. }
        | Effect::LogIn { ticket, .. }
        | Effect::LogOut { ticket, .. }
        | Effect::Lift { ticket, .. }
        | Effect::Keep { ticket, .. } => Some(*ticket),
        Effect::Abandon(_)
        | Effect::EndLift { .. }
        | Effect::Enter(_)
        | Effect::Copy(_)
        | Effect::After { .. }
        | Effect::Conclude { .. }
        | Effect::Remember(_)
        | Effect::Forget(_)
        | Effect::Suspend
        | Effect::Redraw
        | Effect::Quit => None,
    }
}

/// `delete workspace 'lab': refused`, or `plan of 2 changes: 2 applied`.
fn activity_in_words(row: activity::Row<'_>) -> String {
    match row {
        activity::Row::Plan { plan, .. } => plan.in_words(),
        activity::Row::Change { record, is_undone, .. } => {
            let undone = if is_undone { ", undone" } else { "" };
            format!("{}{undone}", record_in_words(record))
        }
    }
}

fn record_in_words(record: &Record) -> String {
    let change = record.change.as_ref().map(|change| change.sentence().to_string());
    format!("{}: {}", change.unwrap_or_default(), record.outcome())
}

/// `project p1`, or `(jobs)` for what could not be read.
fn row_in_words(row: &Row) -> String {
    match row {
        Row::Thing(id) => format!("{} {}", id.kind.noun(), id.name.raw()),
        Row::Note(kind) => format!("({})", kind.plural()),
    }
}

/// `ml-team: alice@example.com Admin`.
fn grant_in_words(grant: &Grant<'_>) -> String {
    let (workspace, principal) = (grant.workspace().name.raw(), grant.principal().raw());
    format!("{workspace}: {principal} {}", grant.roles().shown())
}

/// `ml-team`, or `ml-team (was Editor)` for what was taken away.
fn access_in_words(row: &principal::Row) -> String {
    match row {
        principal::Row::Now(workspace) => workspace.raw().to_owned(),
        principal::Row::Unread(workspace) => format!("{} (members not seen)", workspace.raw()),
        principal::Row::Past(workspace, role) => format!("{} (was {})", workspace.raw(), role.shown()),
    }
}
