//! Changes of an earlier session of which the journal does not say what became of them: the program was killed, or nobody
//! could look. They are looked into one after the other, once it is known who the caller is.

use crate::app::change::left::{self, Became, is_same};
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Effect, Found, Of, Query};
use crate::app::notice::Tone;
use crate::app::waits::Wait;
use crate::domain::activity::Open;

impl Model {
    /// Begins to look into what an earlier session of the same caller has left open.
    pub(super) fn look_into_what_was_left(&mut self) -> Vec<Effect> {
        let caller = self.identity().as_sender();
        // What others may not see would be taken for what is not there.
        self.session.left.open.retain(|open| is_same(&open.caller, &caller));
        if self.waits.any(|wait| matches!(wait, Wait::Recovery(_))) {
            return Vec::new();
        }
        self.look_into_the_next()
    }

    fn look_into_the_next(&mut self) -> Vec<Effect> {
        if self.session.left.open.is_empty() {
            return Vec::new();
        }
        let open = self.session.left.open.remove(0);
        let query = Query::Target(left::target(&open));
        let ticket = self.ticket(Wait::Recovery(Box::new(open)));
        vec![Effect::Read { ticket, query }]
    }

    /// Takes what was found of a change that an earlier session has left open, and looks into the next one.
    pub(super) fn recovered(&mut self, open: &Open, found: Result<Found, Failure>) -> Vec<Effect> {
        let what = open.change.sentence();
        let became = left::judge(open, found, self.now);
        let mut effects = match became {
            Became::Known(conclusion) => {
                let tone = if conclusion.verdict.is_done() {
                    Tone::Success
                } else {
                    Tone::Warning
                };
                let why = conclusion
                    .why
                    .as_ref()
                    .map(|why| format!("; {why}"))
                    .unwrap_or_default();
                let end = conclusion.verdict.word();
                self.tell(tone, &format!("an earlier session did not finish '{what}': {end}{why}"));
                let of = Of::Left(open.id.clone());
                vec![Effect::Conclude { of, conclusion }]
            }
            Became::Open(why) => {
                let text = format!("an earlier session did not finish '{what}': {why}; the next start looks again");
                self.tell(Tone::Warning, &text);
                Vec::new()
            }
            Became::OutOfReach(failure) => {
                let why = failure.why();
                let text = format!(
                    "an earlier session did not finish '{what}', and it cannot be seen what became of it: {why}"
                );
                self.tell(Tone::Warning, &text);
                // The next start tries again.
                self.session.left.open.clear();
                Vec::new()
            }
        };
        effects.extend(self.look_into_the_next());
        effects
    }
}
