//! What the platform answers the monkey: mostly what is true, sometimes that it failed, sometimes nonsense, and anything
//! twice.

use super::{HOSTILE, Monkey};
use crate::console::ticket_of;
use crate::platform::{at, failure};
use nmp_console::app::audit::Heard;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::{Answer, Effect, Extent, Found, Inspection, Msg, Ticket};
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::CallerAccess;

impl Monkey {
    pub(super) fn answer_something(&mut self) {
        if self.unanswered.is_empty() {
            return;
        }
        let place = self.chance.usize(..self.unanswered.len());
        if self.chance.u8(..40) == 0 {
            return; // It takes its time.
        }
        let effect = self.unanswered[place].clone();
        let Some(ticket) = ticket_of(&effect) else { return };
        let answers = match self.chance.u8(..40) {
            0 => vec![(ticket, self.odd_answer())],
            1 => vec![(ticket, self.failed(&effect))],
            2 => {
                // It was done, and the answer got lost.
                let _ = self.platform.answers(&effect);
                vec![(ticket, self.failed(&effect))]
            }
            _ => self.platform.answers(&effect),
        };
        let life = self.n_lives;
        for (ticket, answer) in answers {
            if life != self.n_lives {
                break;
            }
            self.answered.push((ticket, answer.clone()));
            self.tell(Msg::Answered { ticket, answer });
        }
        let n_too_many = self.answered.len().saturating_sub(20);
        self.answered.drain(..n_too_many);
    }

    pub(super) fn repeat_an_answer(&mut self) {
        let again = self.chance.choice(&self.answered).cloned();
        let (ticket, answer) = again.unwrap_or_else(|| (Ticket::new(self.chance.u64(..500)), self.odd_answer()));
        self.tell(Msg::Answered { ticket, answer });
    }

    fn failed(&mut self, effect: &Effect) -> Answer {
        let kinds = [
            FailureKind::LastAdmin,
            FailureKind::NotEmpty(vec![(SafeText::new("project"), u64::MAX)]),
            FailureKind::AlreadyExists,
            FailureKind::Forbidden,
            FailureKind::Unauthorized,
            FailureKind::NotFound,
            FailureKind::Invalid(vec![(SafeText::new("name"), SafeText::new("bad"))]),
            FailureKind::Unreachable,
            FailureKind::NeverSent,
            FailureKind::OutcomeUnknown,
            FailureKind::ServerError,
            FailureKind::RejectedLocally,
            FailureKind::Other,
        ];
        let kind = self.chance.choice(kinds).unwrap_or(FailureKind::Other);
        let failure = failure(kind, self.chance.choice(HOSTILE).unwrap_or_default());
        match effect {
            Effect::Send { .. } => Answer::Sent(Err(failure)),
            Effect::Read { query, .. } => match self.platform.read(query).pop() {
                Some(Answer::Server(_)) => Answer::Server(Box::new(Err(failure))),
                Some(Answer::Listed(_)) => Answer::Listed(Err(failure)),
                Some(Answer::Inspected(_)) if self.chance.bool() => Answer::Inspected(Ok(Inspection {
                    caller_access: CallerAccess::AtLeastViewer,
                    roster: Err(failure),
                })),
                Some(Answer::Inspected(_)) => Answer::Inspected(Err(failure)),
                Some(Answer::Inventory(_)) => Answer::Inventory(Err(failure)),
                Some(Answer::Resources(_)) => Answer::Resources(Err(failure)),
                Some(Answer::Deletion(_)) => Answer::Deletion(Err(failure)),
                Some(Answer::Audit(_)) => Answer::Audit(Heard::End(None, Some(failure))),
                Some(Answer::History(_)) => Answer::History(Err(failure)),
                Some(Answer::Contexts(_)) => Answer::Contexts(Err(failure)),
                Some(Answer::Ways(_)) => Answer::Ways(Err(failure)),
                _ => Answer::Found(Err(failure)),
            },
            Effect::Export { .. } => Answer::Exported(Err(failure)),
            Effect::Open { .. } => Answer::Opened(Err(failure)),
            Effect::LogIn { .. } => Answer::LoggedIn(Err(failure)),
            Effect::LogOut { .. } => Answer::LoggedOut(Err(failure)),
            Effect::Keep { .. } => Answer::Kept(Err(failure)),
            Effect::Compute { .. }
            | Effect::Abandon(_)
            | Effect::Enter(_)
            | Effect::Copy(_)
            | Effect::After { .. }
            | Effect::Remember(_)
            | Effect::Forget(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit => Answer::Found(Err(failure)),
        }
    }

    fn odd_answer(&mut self) -> Answer {
        match self.chance.u8(..8) {
            0 => Answer::Page {
                workspaces: Vec::new(),
                total: usize::MAX,
            },
            1 => Answer::Listed(Ok(Extent::ToTheEnd)),
            2 => Answer::Found(Ok(Found::Workspace(None))),
            3 => Answer::Found(Ok(Found::Contents(None))),
            4 => Answer::Found(Ok(Found::Members(
                self.platform.roster(&at("ml-team")).unwrap_or_default(),
            ))),
            5 => Answer::Inventory(Err(Failure::local("odd", "odd"))),
            6 => Answer::Server(Box::new(Ok(self.platform.info()))),
            _ => Answer::Sent(Ok(())),
        }
    }
}
