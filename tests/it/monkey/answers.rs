//! What the platform answers the monkey: mostly what is true, sometimes that it failed, anything twice, and nonsense that
//! nobody waits for.

use super::{HOSTILE, Monkey};
use crate::console::ticket_of;
use crate::platform::{at, failed, failure};
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::{Answer, Effect, Extent, Found, Inspection, Msg, Query, Ticket};
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
            0 => vec![(ticket, self.failed(&effect))],
            1 => {
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
        let (ticket, answer) = again.unwrap_or_else(|| (Ticket::new(u64::MAX), self.odd_answer()));
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
            Effect::Read {
                query: Query::Inspect { workspace, .. },
                ..
            } if self.chance.bool() => {
                let inspection = Inspection {
                    caller_access: CallerAccess::AtLeastViewer,
                    roster: Err(failure),
                };
                Answer::Inspected(workspace.clone(), Ok(inspection))
            }
            Effect::Read { query, .. } => failed(query, failure),
            Effect::KeepViews { edit, .. } => Answer::ViewsKept(Box::new(edit.clone()), Err(failure.headline.into())),
            Effect::Export { .. } => Answer::Exported(Err(failure)),
            Effect::Open { .. } => Answer::Opened(Err(failure)),
            Effect::LogIn { .. } => Answer::LoggedIn(Err(failure)),
            Effect::LogOut { context, .. } => Answer::LoggedOut(context.clone(), Err(failure)),
            Effect::Keep { setting, .. } => Answer::Kept(setting.clone(), Err(failure)),
            Effect::Lift { .. } => Answer::Lifted(Err(failure)),
            Effect::Compute { .. }
            | Effect::EndLift { .. }
            | Effect::Abandon(_)
            | Effect::Enter(_)
            | Effect::Copy(_)
            | Effect::After { .. }
            | Effect::Conclude { .. }
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
            5 => Answer::Inventory(at("ml-team"), Err(Failure::local("odd", "odd"))),
            6 => Answer::Server(Box::new(Ok(self.platform.info()))),
            _ => Answer::Sent(Ok(())),
        }
    }
}
