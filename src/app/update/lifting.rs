//! Read-only lifted for some minutes: asked for, begun, and over. Here that is shown and followed; what may be sent is
//! decided where it is sent.

use super::learning::learn;
use super::runs::end_in_dialog;
use super::telling::told;
use crate::app::change::Run;
use crate::app::dialog::{Confirm, Dialog, Form, Stage, lift};
use crate::app::failure::Failure;
use crate::app::keymap::{Action, Chord, Context};
use crate::app::model::Model;
use crate::app::msg::{Effect, Ticket};
use crate::app::notice::Tone;
use crate::app::session::Lifting;
use crate::app::time;
use crate::app::waits::Wait;
use crate::domain::context::LIFTED_FOR;
use crate::domain::text::{SafeText, counted};
use jiff::Timestamp;

impl Model {
    /// Asks whether changes are to be allowed; where they are, ends that.
    pub(super) fn turn_read_only(&mut self, chord: Chord) -> Vec<Effect> {
        if self.session.lifted_until().is_some() {
            let (effects, unsent) = self.fall_back("as its user asked");
            self.tell(Tone::Success, &format!("read-only again{unsent}"));
            return effects;
        }
        let context = match self.context_in_use() {
            Some(name) => name.raw().to_owned(),
            None => self.session.context.to_string(),
        };
        let confirm = Confirm::typed(context.clone(), !self.session.reasons.is_empty(), chord);
        self.dialogs.push(Dialog {
            opened_by: Some(chord),
            stage: Stage::Confirming(confirm),
            ..Dialog::new(Form::Lift(lift::Form { context }))
        });
        Vec::new()
    }

    /// Has it written down that changes are allowed from now on; until that is done they are not.
    pub(super) fn lift(&mut self, reason: Option<String>) -> Vec<Effect> {
        self.dialogs.pop();
        if let Err(why) = self.may_lift() {
            self.say(Tone::Warning, why.as_str());
            return Vec::new();
        }
        let ticket = self.ticket(Wait::Lift);
        let provenance = Box::new(self.provenance(reason));
        vec![Effect::Lift { ticket, provenance }]
    }

    /// Changes are allowed from now on, or not, as that could not be written down.
    pub(super) fn take_lift(&mut self, ticket: Ticket, lifted: Result<Timestamp, Failure>) -> Vec<Effect> {
        let until = match lifted {
            Ok(until) => until,
            Err(Failure { headline, next, .. }) => {
                self.tell(Tone::Error, &format!("{headline}. {next}"));
                return Vec::new();
            }
        };
        self.session.lifting = Lifting::Until {
            number: ticket.number(),
            at: until,
        };
        self.follow_read_only();
        let key = self.keymap.key_of(Context::Screen, Action::Lift);
        let text = format!("changes are allowed until {}; {key} ends that", time::clock(until));
        self.tell(Tone::Success, &text);
        // Whatever somebody does to the time of day.
        let ticket = self.ticket(Wait::Lapse);
        let delay = LIFTED_FOR;
        vec![Effect::After { ticket, delay }]
    }

    /// Falls back to read-only once the time is over.
    pub(super) fn lapse_if_due(&mut self) -> Vec<Effect> {
        match self.session.lifted_until() {
            Some(until) if until <= self.now => self.lapse(),
            Some(_) | None => Vec::new(),
        }
    }

    /// Falls back to read-only, now that the time is over.
    pub(super) fn lapse(&mut self) -> Vec<Effect> {
        let (effects, unsent) = self.fall_back("the five minutes were over");
        let text = format!("read-only again: the {} are over{unsent}", lift::MINUTES);
        self.tell(Tone::Warning, &text);
        effects
    }

    /// Ends it. What has not been sent is given up; returns how much that is, for the end of a sentence.
    fn fall_back(&mut self, why: &str) -> (Vec<Effect>, String) {
        let mut effects = self.end_lift(why);
        let given_up = |model: &Self| model.runs().map(Run::n_given_up).sum::<usize>();
        let before = given_up(self);
        let tickets: Vec<Ticket> = self.runs_mut().flat_map(Run::stop).collect();
        effects.extend(tickets.into_iter().map(|ticket| self.forget(ticket)));
        let n = given_up(self).saturating_sub(before);
        effects.extend(self.end_stopped());
        let unsent = match n {
            0 => String::new(),
            1 => "; 1 change was not sent".to_owned(),
            n => format!("; {} were not sent", counted(n, "change")),
        };
        (effects, unsent)
    }

    /// Brings dialogs back whose changes are all over, and tells of those that had none any more.
    fn end_stopped(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for place in (0..self.dialogs.len()).rev() {
            let stage = self.dialogs.get(place).map(|dialog| &dialog.stage);
            if let Some(Stage::Running(run)) = stage
                && run.is_over()
            {
                let run = run.clone();
                effects.extend(end_in_dialog(self, place, &run));
            }
        }
        for run in self.detached.extract_if(.., |run| run.is_over()).collect::<Vec<_>>() {
            effects.extend(learn(self, run.settled()));
            let (tone, text) = told(&run);
            self.tell(tone, text.as_str());
        }
        effects
    }

    fn runs_mut(&mut self) -> impl Iterator<Item = &mut Run> {
        let in_dialogs = self.dialogs.iter_mut().filter_map(|dialog| match &mut dialog.stage {
            Stage::Running(run) => Some(&mut **run),
            Stage::Editing | Stage::Confirming(_) => None,
        });
        in_dialogs.chain(&mut self.detached)
    }

    /// Ends it, where it is so, and has that written down: from here on nothing is sent.
    pub(super) fn end_lift(&mut self, why: &str) -> Vec<Effect> {
        for ticket in self.waits.tickets(|wait| matches!(wait, Wait::Lift | Wait::Lapse)) {
            self.waits.end(ticket);
        }
        let Lifting::Until { number, .. } = self.session.lifting else {
            return Vec::new();
        };
        self.session.lifting = Lifting::Possible;
        self.follow_read_only();
        vec![Effect::EndLift {
            number,
            why: SafeText::new(why),
        }]
    }
}
