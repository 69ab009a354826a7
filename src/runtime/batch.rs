//! Changes without a screen: the same machine as the console's, for commands.

use super::now;
use super::perform::{self, Noting, Platform};
use crate::app::change::left::{self, Became};
use crate::app::change::{Intent, Run};
use crate::app::fresh::TRIES;
use crate::app::msg::{Answer, Effect, Msg, Query, Ticket};
use crate::domain::activity::{Caller, Note, Open, Provenance};
use crate::domain::ids::WorkspaceName;
use crate::domain::text::SafeText;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinError, JoinSet};

/// How many messages of reads that tell something on their way may queue up.
const QUEUE: usize = 64;

/// Changes being made, with what is under way for them.
#[derive(Debug)]
pub struct Batch {
    platform: Platform,
    run: Run,
    /// Reads, changes and timers. Each ends in at most one message.
    work: JoinSet<Option<Msg>>,
    /// Writes down what became of changes, one lot after the other, while others go on.
    noting: JoinSet<Option<SafeText>>,
    /// What is to be written down next.
    to_note: Vec<Noting>,
    last: u64,
    tell: Sender<Msg>,
    told: Receiver<Msg>,
}

impl Batch {
    /// Begins to make `intents`, in the name that `provenance` says. In the workspaces `made` a refusal is doubted for a
    /// while, as they are being created.
    pub fn begin(
        platform: Platform,
        intents: Vec<Intent>,
        provenance: Provenance,
        made: impl Iterator<Item = WorkspaceName>,
    ) -> Self {
        let (tell, told) = mpsc::channel(QUEUE);
        let mut last = 0;
        let (mut run, effects) = Run::start(intents, now(), || next(&mut last));
        run.sign(provenance);
        run.be_patient(made.map(|workspace| (workspace, TRIES)));
        let mut batch = Self {
            platform,
            run,
            work: JoinSet::new(),
            noting: JoinSet::new(),
            to_note: Vec::new(),
            last,
            tell,
            told,
        };
        batch.start(effects);
        batch
    }

    /// Returns the changes as they stand.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Gives up what has not been begun; what comes back refused is not begun anew.
    pub fn stop(&mut self) {
        // Their reads end by themselves, and nobody waits for them.
        let _ = self.run.stop();
    }

    /// Waits for the next thing to happen and follows it up. Returns what is to be told, if something is; `None` when
    /// everything is over.
    ///
    /// # Panics
    /// Passes on the panic of an effect.
    pub async fn go_on(&mut self) -> Option<Vec<SafeText>> {
        let msg = tokio::select! {
            biased;
            Some(ended) = self.noting.join_next() => {
                let said = ended_with(ended);
                self.note_more();
                return Some(said.into_iter().collect());
            }
            // Reads and timers of what is over are of no use to anybody.
            Some(msg) = self.told.recv(), if !self.run.is_over() => Some(msg),
            Some(ended) = self.work.join_next(), if !self.run.is_over() => ended_with(ended),
            else => return None,
        };
        let warned = msg.and_then(|msg| self.take(msg));
        Some(warned.into_iter().collect())
    }

    fn take(&mut self, msg: Msg) -> Option<SafeText> {
        let last = &mut self.last;
        let effects = match msg {
            Msg::Answered { ticket, answer } => self.run.answered(ticket, answer, || next(last)),
            Msg::Due(ticket) => self.run.due(ticket, || next(last)),
            Msg::Warned(text) => return Some(text),
            Msg::Waiting { .. }
            | Msg::Started
            | Msg::Pressed(_)
            | Msg::Rushed { .. }
            | Msg::Pasted(_)
            | Msg::Line(_)
            | Msg::Pointed(_)
            | Msg::Wheeled(_)
            | Msg::Resized(_)
            | Msg::Drawn(_)
            | Msg::Resumed
            | Msg::CannotSuspend
            | Msg::Ended => return None,
        };
        // Of a thousand changes in a large workspace, the members that each has read would fill the memory.
        self.run.forget_others();
        self.start(effects);
        None
    }

    /// Writes down what has come together, if nothing is being written.
    fn note_more(&mut self) {
        if self.noting.is_empty() && !self.to_note.is_empty() {
            self.noting.spawn(perform::note(std::mem::take(&mut self.to_note), now));
        }
    }

    /// Starts what follows.
    fn start(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Read { ticket, query } => {
                    let reading = perform::read(self.platform.clone(), ticket, query, self.tell.clone());
                    self.work.spawn(reading);
                }
                Effect::Send {
                    ticket,
                    change,
                    step,
                    provenance,
                } => {
                    let (platform, tell) = (self.platform.clone(), self.tell.clone());
                    let sending = perform::send(platform, ticket, (change, step), provenance, tell);
                    self.work.spawn(sending);
                }
                Effect::After { ticket, delay } => {
                    self.work
                        .spawn(async move { Some(perform::after(ticket, delay).await) });
                }
                Effect::Conclude { of, conclusion } => {
                    let journal = self.platform.journal().cloned();
                    self.to_note
                        .extend(journal.map(|journal| (journal, of.noting(conclusion))));
                }
                // A run asks for nothing else.
                Effect::Abandon(_)
                | Effect::Open { .. }
                | Effect::Enter(_)
                | Effect::LogIn { .. }
                | Effect::LogOut { .. }
                | Effect::Keep { .. }
                | Effect::Lift { .. }
                | Effect::EndLift { .. }
                | Effect::Compute { .. }
                | Effect::Export { .. }
                | Effect::KeepViews { .. }
                | Effect::Copy(_)
                | Effect::Remember(_)
                | Effect::Forget(_)
                | Effect::Suspend
                | Effect::Redraw
                | Effect::Quit => {}
            }
        }
        self.note_more();
    }
}

/// Returns what a task has ended with.
fn ended_with<T>(ended: Result<Option<T>, JoinError>) -> Option<T> {
    match ended {
        Ok(msg) => msg,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => None,
    }
}

fn next(last: &mut u64) -> Ticket {
    *last += 1;
    Ticket::new(*last)
}

async fn note(notes: Vec<Noting>) -> Vec<SafeText> {
    if notes.is_empty() {
        return Vec::new();
    }
    perform::note(notes, now).await.into_iter().collect()
}

/// Looks into what earlier sessions of `caller` have left open, and writes down what became of it. Returns that in words.
pub async fn settle(platform: &Platform, open: Vec<Open>, caller: &Caller) -> Vec<SafeText> {
    let (tell, _told) = mpsc::channel(QUEUE);
    let mut said = Vec::new();
    let mut last = 0;
    for open in open.into_iter().filter(|open| left::is_same(&open.caller, caller)) {
        let query = Query::Target(left::target(&open));
        let reading = perform::read(platform.clone(), next(&mut last), query, tell.clone());
        let Some(Msg::Answered {
            answer: Answer::Found(found),
            ..
        }) = reading.await
        else {
            continue;
        };
        let what = open.change.sentence();
        let text = match left::judge(&open, found, now()) {
            Became::Known(conclusion) => {
                let end = conclusion.verdict.word();
                let journal = platform.journal().cloned();
                let ended = journal.map(|journal| (journal, Note::EndedEarlier(open.id.clone(), conclusion)));
                said.extend(note(ended.into_iter().collect()).await);
                format!("an earlier session did not finish '{what}': {end}")
            }
            Became::Open(why) => format!("an earlier session did not finish '{what}': {why}"),
            Became::OutOfReach(failure) => {
                let why = failure.why();
                format!("an earlier session did not finish '{what}', and it cannot be seen what became of it: {why}")
            }
        };
        said.push(SafeText::new(&text));
    }
    said
}
