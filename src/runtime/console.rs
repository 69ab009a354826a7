//! The loop without a terminal: a model, the effects under way, and the messages they end in.

use super::now;
use super::perform::{self, Noting, Platform};
use crate::app::change::Run;
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Answer, Effect, Msg, Query, Stamped, Ticket};
use crate::app::question::Question;
use crate::app::scrolled::Reach;
use crate::app::session::Session;
use crate::app::update::update;
use crate::domain::activity::{Conclusion, Note, Provenance};
use crate::domain::binding::Step;
use crate::domain::change::Change;
use crate::domain::text::SafeText;
use crate::ui::linear::Told;
use crate::ui::theme::Theme;
use crate::ui::{self, Areas, Cursor, Look};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

/// How many messages of reads that tell something on their way may queue up.
const QUEUE: usize = 256;

/// The console but for its terminal: takes messages, performs effects, draws frames.
#[derive(Debug)]
pub struct Console {
    model: Model,
    look: Look,
    platform: Platform,
    /// Reads and changes. Each ends in at most one message.
    work: JoinSet<End>,
    /// Timers, apart from the work: a timer is nothing to wait for.
    timers: JoinSet<Msg>,
    tickets: HashMap<Id, Ticket>,
    reads: HashMap<Ticket, AbortHandle>,
    /// What is to be written into journals, in this order, while others are being written.
    to_note: Vec<Noting>,
    /// While notes are being written: how many of them say what became of a change.
    noting: Option<usize>,
    /// Reads of the journal, until all that is to be noted stands in it.
    to_read: Vec<(Ticket, Query)>,
    /// Connections that were opened, until they are entered or given up.
    opened: HashMap<Ticket, Platform>,
    told: mpsc::Receiver<Msg>,
    /// What a user has to be told without being asked.
    news: mpsc::UnboundedReceiver<SafeText>,
    tell: mpsc::Sender<Msg>,
    local: VecDeque<Msg>,
    wants: Wants,
    /// What is to be read as soon as the first frame stands; nothing once it does.
    held: Option<Vec<(Ticket, Query)>>,
    /// What the last frame has shown of the text in front.
    reach: Reach,
    /// Where columns and views are kept, where there is a place for that.
    views_file: Option<PathBuf>,
    /// What of the last frame can be clicked.
    areas: Areas,
}

/// What there is to be told when the screen is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// What became of changes meanwhile.
    pub told: Vec<SafeText>,
    /// Changes whose end was not waited for: their outcome is unknown.
    pub unsettled: Vec<SafeText>,
    /// Of how many changes the journal does not say what became of them.
    pub n_without_end: usize,
}

/// Returns how many notes say what became of a change.
fn n_ends(notes: &[Noting]) -> usize {
    let is_end = |(_, note): &&Noting| match note {
        Note::Ended(..) | Note::EndedEarlier(..) => true,
        Note::Following(_) | Note::Gone(_) => false,
    };
    notes.iter().filter(is_end).count()
}

/// How something under way ended.
#[derive(Debug)]
enum End {
    /// In a message, or in nothing to be told.
    Told(Option<Msg>),
    /// Notes were written.
    Noted(Option<Msg>),
    /// In a connection, with what the core is to know about it.
    Opened(Ticket, Result<(Box<Session>, Platform), Failure>),
}

/// What has happened since the last frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrameFor {
    /// Nothing that would change the screen.
    #[default]
    Nothing,
    /// More has come of what is shown as being read: a frame can wait for what comes next.
    Progress,
    /// Something to be seen at once.
    News,
}

/// What the core asked of the loop itself.
#[derive(Debug, Default)]
struct Wants {
    frame: FrameFor,
    is_over: bool,
    suspend: bool,
    redraw: bool,
    copies: Vec<String>,
}

impl Console {
    /// Returns a console in which nothing has happened yet.
    pub fn new(model: Model, platform: Platform, look: Look) -> Self {
        let (tell, told) = mpsc::channel(QUEUE);
        Self {
            model,
            look,
            platform,
            work: JoinSet::new(),
            timers: JoinSet::new(),
            tickets: HashMap::new(),
            reads: HashMap::new(),
            to_note: Vec::new(),
            noting: None,
            to_read: Vec::new(),
            opened: HashMap::new(),
            told,
            // Nobody tells anything yet, so this is closed at once.
            news: mpsc::unbounded_channel().1,
            tell,
            local: VecDeque::new(),
            wants: Wants::default(),
            held: None,
            reach: Reach::default(),
            views_file: None,
            areas: Areas::default(),
        }
    }

    /// Returns the same console, which shows what comes by `news`.
    #[must_use]
    pub fn hearing(self, news: mpsc::UnboundedReceiver<SafeText>) -> Self {
        Self { news, ..self }
    }

    /// Returns the same console, which keeps columns and views in this file.
    #[must_use]
    pub fn keeping_views(self, file: Option<PathBuf>) -> Self {
        Self {
            views_file: file,
            ..self
        }
    }

    /// Returns the same console, which reads nothing before [`Self::begin_to_read`]: the certificates of the system, and
    /// threads that are woken for answers, would keep the first frame waiting.
    #[must_use]
    pub fn drawing_first(self) -> Self {
        let held = Some(Vec::new());
        Self { held, ..self }
    }

    /// Reads from now on.
    pub fn begin_to_read(&mut self) {
        for (ticket, query) in self.held.take().unwrap_or_default() {
            self.ask(ticket, query);
        }
    }

    /// Changes to another theme.
    pub fn wear(&mut self, theme: Theme) {
        self.look.theme = theme;
        self.wants.frame = FrameFor::News;
    }

    /// Returns what the console knows and shows.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Returns what a key that changes something would say yes to now.
    pub fn question(&self) -> Question {
        self.model.question()
    }

    /// Takes one message and starts what follows from it.
    pub fn take(&mut self, msg: Msg, at: Timestamp) {
        let is_progress = self.model.is_progress(&msg);
        let before = is_progress.then(|| self.model.selection());
        for effect in update(&mut self.model, Stamped { at, msg }) {
            self.start(effect);
        }
        // A key must not act on a row that nobody has seen under the cursor.
        let is_the_same = before.is_some_and(|before| before == self.model.selection());
        self.wants.frame = self.wants.frame.max(if is_the_same {
            FrameFor::Progress
        } else {
            FrameFor::News
        });
    }

    /// Returns the next message of what is under way; waits for ever where nothing is.
    ///
    /// # Panics
    /// Passes on the panic of an effect: a screen that went on drawing would hide it.
    pub async fn next(&mut self) -> Msg {
        loop {
            if let Some(msg) = self.step().await {
                return msg;
            }
        }
    }

    /// Waits until one thing of what is under way has come or ended, and returns the message of it, if there is one: what
    /// ended last may have nothing to tell.
    ///
    /// # Panics
    /// As [`Self::next`].
    pub async fn step(&mut self) -> Option<Msg> {
        if let Some(msg) = self.local.pop_front() {
            return Some(msg);
        }
        tokio::select! {
            biased;
            Some(text) = self.news.recv() => Some(Msg::Warned(text)),
            Some(msg) = self.told.recv() => Some(msg),
            Some(ended) = self.work.join_next_with_id() => self.ended(ended),
            Some(ended) = self.timers.join_next() => ended.ok(),
            else => std::future::pending().await,
        }
    }

    /// Returns a message that is there already.
    pub fn ready(&mut self) -> Option<Msg> {
        if let Some(msg) = self.local.pop_front() {
            return Some(msg);
        }
        if let Ok(msg) = self.told.try_recv() {
            return Some(msg);
        }
        while let Some(ended) = self.work.try_join_next_with_id() {
            if let Some(msg) = self.ended(ended) {
                return Some(msg);
            }
        }
        None
    }

    /// Returns whether nothing is under way; timers do not count.
    pub fn is_idle(&self) -> bool {
        let has_held = self.held.as_ref().is_some_and(|held| !held.is_empty());
        self.work.is_empty() && self.told.is_empty() && self.local.is_empty() && !has_held
    }

    /// Returns what a frame is wanted for. What is read may be over: then nothing is to be waited for.
    pub fn frame(&self) -> FrameFor {
        if self.wants.frame == FrameFor::Progress && self.is_idle() {
            return FrameFor::News;
        }
        self.wants.frame
    }

    /// Notes that a frame is being drawn, which shows what there is.
    pub fn drawn(&mut self, at: Timestamp) {
        let said = self.model.notice.clone();
        if self.model.scrolled.reach() != self.reach {
            self.take(Msg::Drawn(self.reach), at);
        }
        self.wants.frame = if self.model.notice == said {
            FrameFor::Nothing
        } else {
            FrameFor::News
        };
    }

    /// Returns whether the core has ended.
    pub fn has_quit(&self) -> bool {
        self.wants.is_over
    }

    /// Asks for the terminal to be given back for a while.
    pub fn suspend(&mut self) {
        self.wants.suspend = true;
    }

    /// Returns, once, whether the terminal is to be given back for a while.
    pub fn is_to_suspend(&mut self) -> bool {
        std::mem::take(&mut self.wants.suspend)
    }

    /// Returns, once, whether everything is to be painted anew.
    pub fn is_to_redraw(&mut self) -> bool {
        std::mem::take(&mut self.wants.redraw)
    }

    /// Returns, once, what is to go into the terminal's clipboard.
    pub fn copies(&mut self) -> Vec<String> {
        std::mem::take(&mut self.wants.copies)
    }

    /// Draws the present state on all of `buffer`; returns where the cursor is.
    pub fn view(&mut self, buffer: &mut Buffer) -> Cursor {
        let (cursor, reach, areas) = ui::view(&self.model, &self.look, buffer);
        (self.reach, self.areas) = (reach, areas);
        cursor
    }

    /// Returns the lines that are to be said now that `told` has been, and what has been told with them.
    pub fn say(&self, told: &Told, is_settled: bool) -> (Vec<String>, Told) {
        ui::linear::say(&self.model, &self.look, told, is_settled)
    }

    /// Returns what of the last frame can be clicked.
    pub fn areas(&self) -> &Areas {
        &self.areas
    }

    /// Returns what a frame of the present state would show on an area like this, and what of it could be clicked.
    pub(super) fn next_frame(&self, area: Rect) -> (Buffer, Areas) {
        let mut buffer = Buffer::empty(area);
        let (.., areas) = ui::view(&self.model, &self.look, &mut buffer);
        (buffer, areas)
    }

    /// Gives changes under way a last chance to come to an end, and what became of them to be written down. No other is
    /// begun. Returns what there is to be told to somebody who sees no screen any more.
    pub async fn settle_changes(&mut self, within: Duration) -> Last {
        if !self.is_unsettled() {
            return Last::default();
        }
        self.take(Msg::Ended, now());
        let drain = async {
            while self.is_unsettled() {
                if let Some(msg) = self.step().await {
                    self.take(msg, now());
                }
            }
        };
        // Past the deadline the outcome is unknown, which is what the caller then says.
        let _ = tokio::time::timeout(within, drain).await;
        let unsettled = self.unsettled();
        let n_open = self.platform.journal().map_or(0, |_| unsettled.len());
        let told = self.model.outcomes.latest_first();
        let mut told: Vec<SafeText> = told.map(|told| told.notice.text.clone()).collect();
        told.reverse();
        Last {
            told,
            n_without_end: n_open + n_ends(&self.to_note) + self.noting.unwrap_or_default(),
            unsettled,
        }
    }

    fn is_unsettled(&self) -> bool {
        self.noting.is_some()
            || self.model.session.lifted_until().is_some()
            || self.model.runs().any(|run| !run.is_over())
    }

    /// Gives a login that is being renewed a last chance to be kept.
    pub async fn settle_login(&self, within: Duration) {
        // Past the deadline there is nothing more to be done: whoever comes next logs in again.
        let _ = tokio::time::timeout(within, self.platform.settled()).await;
    }

    /// Returns the changes of which a request has gone out, and that are not over.
    pub fn unsettled(&self) -> Vec<SafeText> {
        let unsettled = self.model.runs().flat_map(Run::unsettled);
        unsettled.map(Change::sentence).collect()
    }

    fn start(&mut self, effect: Effect) {
        match effect {
            Effect::Copy(_) | Effect::Suspend | Effect::Redraw | Effect::Quit => self.want(effect),
            Effect::Read { ticket, query } if query == Query::Activity && self.noting.is_some() => {
                self.to_read.push((ticket, query));
            }
            Effect::Read { ticket, query } => self.ask(ticket, query),
            Effect::Open { ticket, destination } => {
                let future = perform::open(self.platform.clone(), destination);
                self.read(ticket, async move { End::Opened(ticket, future.await) });
            }
            Effect::Enter(ticket) => {
                if let Some(platform) = self.opened.remove(&ticket) {
                    self.platform = platform;
                }
            }
            Effect::LogIn { ticket, at, way } => {
                let future = perform::log_in(self.platform.clone(), ticket, (at, way), self.tell.clone());
                self.read(ticket, async move { End::Told(future.await) });
            }
            Effect::LogOut { ticket, context } => {
                self.work(ticket, perform::log_out(self.platform.clone(), ticket, context));
            }
            Effect::Keep { ticket, setting } => {
                self.work(ticket, perform::keep(self.platform.clone(), ticket, setting));
            }
            Effect::KeepViews { ticket, edit } => {
                self.work(ticket, perform::keep_views(self.views_file.clone(), ticket, edit));
            }
            Effect::Lift { ticket, provenance } => {
                self.work(ticket, perform::lift(self.platform.clone(), ticket, provenance));
            }
            Effect::EndLift { number, why } => {
                self.platform.end_lift();
                self.note(Note::Ended(number, Conclusion::ended(why)));
            }
            Effect::Send {
                ticket,
                change,
                step,
                provenance,
            } => self.send(ticket, (change, step), provenance),
            Effect::Conclude { of, conclusion } => self.note(of.noting(conclusion)),
            Effect::Compute { ticket, task } => self.work(ticket, perform::compute(ticket, task)),
            Effect::Export {
                ticket,
                report,
                filter,
                format,
                path,
            } => self.work(
                ticket,
                perform::export((ticket, self.platform.clone()), (report, filter), format, path),
            ),
            Effect::Abandon(ticket) => self.abandon(ticket),
            Effect::After { ticket, delay } => {
                self.timers.spawn(perform::after(ticket, delay));
            }
            Effect::Remember(remembered) => self.note(Note::Following(remembered)),
            Effect::Forget(name) => self.note(Note::Gone(name)),
        }
    }

    /// Notes what the core asks of the loop itself.
    fn want(&mut self, effect: Effect) {
        match effect {
            Effect::Copy(lines) => {
                let lines: Vec<&str> = lines.iter().map(SafeText::as_str).collect();
                self.wants.copies.push(lines.join("\n"));
            }
            Effect::Suspend => self.wants.suspend = true,
            Effect::Redraw => self.wants.redraw = true,
            Effect::Quit => self.wants.is_over = true,
            Effect::Read { .. }
            | Effect::Send { .. }
            | Effect::Conclude { .. }
            | Effect::Compute { .. }
            | Effect::Export { .. }
            | Effect::KeepViews { .. }
            | Effect::Open { .. }
            | Effect::Enter(_)
            | Effect::LogIn { .. }
            | Effect::LogOut { .. }
            | Effect::Keep { .. }
            | Effect::Lift { .. }
            | Effect::EndLift { .. }
            | Effect::Abandon(_)
            | Effect::After { .. }
            | Effect::Remember(_)
            | Effect::Forget(_) => {}
        }
    }

    fn send(&mut self, ticket: Ticket, (change, step): (Change, Option<Step>), provenance: Box<Provenance>) {
        let (platform, tell) = (self.platform.clone(), self.tell.clone());
        self.work(
            ticket,
            perform::send(platform, ticket, (change, step), provenance, tell),
        );
    }

    fn abandon(&mut self, ticket: Ticket) {
        if let Some(handle) = self.reads.remove(&ticket) {
            handle.abort();
        }
        self.opened.remove(&ticket);
        self.to_read.retain(|(waiting, _)| *waiting != ticket);
        self.held
            .iter_mut()
            .for_each(|held| held.retain(|(waiting, _)| *waiting != ticket));
    }

    fn ask(&mut self, ticket: Ticket, query: Query) {
        if let Some(held) = &mut self.held {
            return held.push((ticket, query));
        }
        let future = perform::read(self.platform.clone(), ticket, query, self.tell.clone());
        self.read(ticket, async move { End::Told(future.await) });
    }

    /// Starts what can be given up.
    fn read(&mut self, ticket: Ticket, future: impl Future<Output = End> + Send + 'static) {
        let handle = self.work.spawn(future);
        self.tickets.insert(handle.id(), ticket);
        self.reads.insert(ticket, handle);
    }

    /// Starts what ends by itself, and is nothing to be given up.
    fn work(&mut self, ticket: Ticket, future: impl Future<Output = Option<Msg>> + Send + 'static) {
        let handle = self.work.spawn(async move { End::Told(future.await) });
        self.tickets.insert(handle.id(), ticket);
    }

    fn note(&mut self, note: Note) {
        if let Some(journal) = self.platform.journal() {
            self.to_note.push((journal.clone(), note));
            self.note_more();
        }
    }

    /// Writes what is to be noted, unless that is being done: what came first stands first.
    fn note_more(&mut self) {
        if self.noting.is_none() && !self.to_note.is_empty() {
            self.noting = Some(n_ends(&self.to_note));
            let future = perform::note(std::mem::take(&mut self.to_note), self.platform.clock());
            self.work
                .spawn(async move { End::Noted(future.await.map(Msg::Warned)) });
        }
    }

    fn ended(&mut self, ended: Result<(Id, End), JoinError>) -> Option<Msg> {
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let mut is_wanted = false;
        if let Some(ticket) = self.tickets.remove(&id) {
            is_wanted = self.reads.remove(&ticket).is_some();
        }
        match ended {
            Ok((_, End::Told(msg))) => msg,
            Ok((_, End::Noted(msg))) => {
                self.noting = None;
                self.note_more();
                if self.noting.is_none() {
                    for (ticket, query) in std::mem::take(&mut self.to_read) {
                        self.ask(ticket, query);
                    }
                }
                msg
            }
            Ok((_, End::Opened(ticket, opened))) => {
                let opened = opened.map(|(session, platform)| {
                    // Nobody would ever enter what was given up while its end was on the way.
                    if is_wanted {
                        self.opened.insert(ticket, platform);
                    }
                    session
                });
                let answer = Answer::Opened(opened);
                Some(Msg::Answered { ticket, answer })
            }
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => None,
        }
    }
}
