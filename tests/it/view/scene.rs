//! A console without a terminal and without a platform: messages in, a model to be drawn out.

use super::painted::{paint, plain};
use super::world::{NOW, World};
use crate::console::ticket_of;
use crate::platform::failed;
use jiff::Timestamp;
use nmp_console::app::failure::Failure;
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Answer, Effect, Msg, Query, Size, Stamped, Ticket};
use nmp_console::app::remote::Remote;
use nmp_console::app::session::Session;
use nmp_console::app::update::update;
use nmp_console::domain::activity::LeftOver;
use nmp_console::domain::change::Change;
use nmp_console::domain::cli::Cli;
use nmp_console::domain::context::{ContextName, Destination, Login};
use nmp_console::domain::text::SafeText;
use std::time::Duration;

/// A model, what it has asked for and not been told, and the platform that could answer.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) model: Model,
    pub(super) world: World,
    pub(super) asked: Vec<(Ticket, Query)>,
    pub(super) sending: Vec<(Ticket, Change)>,
    /// What was copied last.
    pub(super) copied: Vec<SafeText>,
    /// What goes neither to the platform nor to a timer, unanswered.
    pub(super) errands: Vec<Effect>,
    timers: Vec<Ticket>,
    pub(super) now: Timestamp,
}

pub(super) fn session() -> Session {
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
        folder: Some(SafeText::new("/home/alice")),
    }
}

impl Scene {
    /// A console that has just started.
    pub(super) fn start(width: u16, height: u16) -> Self {
        Self::start_with(session(), World::new(), width, height)
    }

    pub(super) fn start_with(session: Session, world: World, width: u16, height: u16) -> Self {
        let now = Timestamp::from_second(NOW).unwrap();
        let mut scene = Self {
            model: Model::new(session, Size { width, height }, now),
            world,
            asked: Vec::new(),
            sending: Vec::new(),
            copied: Vec::new(),
            errands: Vec::new(),
            timers: Vec::new(),
            now,
        };
        scene.tell(Msg::Started);
        scene
    }

    /// A console that has read everything.
    pub(super) fn ready(width: u16, height: u16) -> Self {
        Self::start(width, height).settle()
    }

    pub(super) fn tell(&mut self, msg: Msg) {
        let mut answers = Vec::new();
        for effect in update(&mut self.model, Stamped { at: self.now, msg }) {
            match effect {
                Effect::Read { ticket, query } => self.asked.push((ticket, query)),
                Effect::Send { ticket, change, .. } => self.sending.push((ticket, change)),
                // It never waits for anything, so its answer is there before the next key.
                Effect::Compute { ticket, task } => answers.push((ticket, Answer::Computed(task.run()))),
                Effect::Export { ticket, path, .. } => {
                    let path = SafeText::new(&path.to_string_lossy());
                    answers.push((ticket, Answer::Exported(Ok(path))));
                }
                Effect::KeepViews { ticket, edit } => {
                    let kept = self.model.views.after(&edit);
                    answers.push((ticket, Answer::ViewsKept(Box::new(edit), Ok(kept))));
                }
                Effect::Open { .. }
                | Effect::LogIn { .. }
                | Effect::LogOut { .. }
                | Effect::Keep { .. }
                | Effect::Lift { .. } => {
                    self.errands.push(effect);
                }
                Effect::Abandon(ticket) => {
                    self.asked.retain(|(asked, _)| *asked != ticket);
                    self.errands.retain(|errand| ticket_of(errand) != Some(ticket));
                }
                Effect::After { ticket, .. } => self.timers.push(ticket),
                Effect::Copy(lines) => self.copied = lines,
                Effect::Enter(_)
                | Effect::EndLift { .. }
                | Effect::Conclude { .. }
                | Effect::Remember(_)
                | Effect::Forget(_)
                | Effect::Suspend
                | Effect::Redraw
                | Effect::Quit => {}
            }
        }
        for (ticket, answer) in answers {
            self.tell(Msg::Answered { ticket, answer });
        }
    }

    /// Presses keys, separated by blanks.
    pub(super) fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            // Whoever presses a key sees what is there.
            let reach = paint(&self.model, &plain()).reach;
            self.tell(Msg::Drawn(reach));
            self.tell(Msg::Pressed(key.parse().unwrap()));
        }
        self
    }

    /// Types text, key by key.
    pub(super) fn type_text(mut self, text: &str) -> Self {
        for c in text.chars() {
            let key = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.tell(Msg::Pressed(key.parse().unwrap()));
        }
        self
    }

    pub(super) fn paste(mut self, text: &str) -> Self {
        self.tell(Msg::Pasted(text.to_owned()));
        self
    }

    /// Lets time pass; timers that run meanwhile ring once.
    pub(super) fn wait(mut self, seconds: i64) -> Self {
        self.now = Timestamp::from_second(self.now.as_second() + seconds).unwrap();
        for ticket in std::mem::take(&mut self.timers) {
            self.tell(Msg::Due(ticket));
        }
        self
    }

    /// Answers everything asked, as the world is, until nothing more is asked.
    pub(super) fn settle(mut self) -> Self {
        while !self.asked.is_empty() {
            self = self.answer_next();
        }
        self
    }

    /// Answers the oldest question as the world is.
    pub(super) fn answer_next(mut self) -> Self {
        let (ticket, query) = self.asked.remove(0);
        for answer in self.world.answers(&query) {
            self.tell(Msg::Answered { ticket, answer });
        }
        self
    }

    /// Gives `answer` to the oldest question.
    pub(super) fn answer_with(mut self, answer: Answer) -> Self {
        let (ticket, _) = self.asked.remove(0);
        self.tell(Msg::Answered { ticket, answer });
        self
    }

    /// Lets the oldest question fail.
    pub(super) fn fail(self, failure: Failure) -> Self {
        let answer = failed(&self.asked[0].1, failure);
        self.answer_with(answer)
    }

    /// Lets every question fail in the same way.
    pub(super) fn fail_all(mut self, failure: &Failure) -> Self {
        while !self.asked.is_empty() {
            self = self.fail(failure.clone());
        }
        self
    }

    /// Says that the oldest question is being asked again.
    pub(super) fn retry(mut self, seconds: u64, why: &str) -> Self {
        let ticket = self.asked[0].0;
        self.tell(Msg::Waiting {
            ticket,
            delay: Duration::from_secs(seconds),
            why: SafeText::new(why),
        });
        self
    }

    /// Answers the change that is under way.
    pub(super) fn sent(mut self, result: Result<(), Failure>) -> Self {
        let (ticket, _) = self.sending.remove(0);
        self.tell(Msg::Answered {
            ticket,
            answer: Answer::Sent(result),
        });
        self
    }

    /// Answers the oldest errand as the world is.
    pub(super) fn run_errand(mut self) -> Self {
        let errand = self.errands.remove(0);
        for (ticket, answer) in self.world.connector.answers(&errand).unwrap_or_default() {
            self.tell(Msg::Answered { ticket, answer });
        }
        self
    }

    /// Gives `answer` to the oldest errand, which goes on.
    pub(super) fn hear_of_errand(mut self, answer: Answer) -> Self {
        let ticket = ticket_of(&self.errands[0]).unwrap();
        self.tell(Msg::Answered { ticket, answer });
        self
    }

    /// Changes the world behind the console's back.
    pub(super) fn meanwhile(mut self, change: impl FnOnce(&mut World)) -> Self {
        change(&mut self.world);
        self
    }

    pub(super) fn resize(mut self, width: u16, height: u16) -> Self {
        self.tell(Msg::Resized(Size { width, height }));
        self
    }

    /// Opens the members of `workspace`, wherever it stands in the list.
    pub(super) fn open(mut self, workspace: &str) -> Self {
        self = self.select(workspace).press("enter").settle();
        self
    }

    /// Moves the cursor of the present list to `name`.
    pub(super) fn select(mut self, name: &str) -> Self {
        self = self.press("g");
        for _ in 0..10_000 {
            let here = match self.model.member() {
                Some(member) => member.principal.raw() == name,
                None => self.model.workspace().is_some_and(|workspace| workspace.raw() == name),
            };
            if here {
                return self;
            }
            self = self.press("j");
        }
        panic!("no row is called {name}");
    }

    /// Returns the screen as text.
    pub(super) fn text(&self) -> String {
        // Whatever can be seen can be heard.
        super::linear::can_be_heard(&self.model);
        paint(&self.model, &plain()).text()
    }

    /// Compares the screen with a snapshot.
    pub(super) fn shows(&self, name: &str) {
        super::check(name, &self.text());
    }
}
