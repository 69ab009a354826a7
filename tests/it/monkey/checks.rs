//! What must hold after every message, whatever the monkey has done.

use super::rules::{draw, needed_tier};
use super::{Monkey, Yes};
use crate::console::{chord, ticket_of};
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::change::{Intent, Run};
use nmp_console::app::command::Command;
use nmp_console::app::dialog::plan::What;
use nmp_console::app::dialog::plan::marked::Deed;
use nmp_console::app::dialog::{Confirm, Ctx, DialogForm as _, Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::keymap::{Action, Chord, Context};
use nmp_console::app::model::Repair;
use nmp_console::app::msg::{Answer, Effect, Found, Msg, Query, Stamped, Ticket};
use nmp_console::app::screen::Screen;
use nmp_console::app::update::update;
use nmp_console::domain::binding::Step;
use nmp_console::domain::change::Change;
use nmp_console::domain::policy::Tier;
use nmp_console::domain::text::SafeText;
use std::collections::HashSet;
use std::time::Duration;

/// Returns the form as a key applies it: enter as it stands, and a letter with the role that it stands for. What was
/// planned for a letter that waits `is_planned` already.
fn applied_by(form: &Form, key: Chord, ctx: Ctx<'_>, is_planned: bool) -> Option<Form> {
    if key == chord("enter") {
        return Some(form.clone());
    }
    let place = ["v", "e", "a", "n"].iter().position(|letter| key == chord(letter))?;
    if let Form::Plan(form) = form {
        let mut form = form.clone();
        let is_choice = matches!(&form.what, What::Marked(marked) if matches!(marked.deed, Deed::Choose(_)));
        if !is_planned {
            form.choose_at(place);
            form.plan(ctx);
        }
        return (is_choice && place < 3).then_some(Form::Plan(form));
    }
    let Form::ChangeRole(form) = form else {
        return None;
    };
    let mut form = form.clone();
    form.choose_at(place);
    (place < form.options().len()).then_some(Form::ChangeRole(form))
}

impl Monkey {
    pub(super) fn tell(&mut self, msg: Msg) {
        self.note(&msg);
        let pressed = if let Msg::Due(ticket) = &msg {
            self.delayed_until(*ticket)
        } else if let Msg::Pressed(chord) = &msg {
            Some(*chord)
        } else {
            None
        };
        let is_due = matches!(msg, Msg::Due(_));
        let given = match (&msg, pressed) {
            (Msg::Line(line), _) => self.yes_given_by_line(line),
            (_, pressed) => pressed.map(|key| self.yes_given_by(key, is_due)).unwrap_or_default(),
        };
        let is_typed = pressed.is_some() || matches!(msg, Msg::Line(_));
        let was_confirming = self.is_confirming();
        let mut answered = None;
        if let Msg::Answered { ticket, answer } = &msg {
            let is_part = matches!(
                answer,
                Answer::Page { .. }
                    | Answer::Counted(..)
                    | Answer::DeviceCode(_)
                    | Answer::Planning(_)
                    | Answer::Audit(Heard::Part(_) | Heard::Progress(_))
            );
            answered = Some((*ticket, is_part));
        }
        self.give_back(&msg);
        self.second += 1;
        let stamp = Timestamp::from_second(self.second).expect("a small number");
        let effects = update(&mut self.model, Stamped { at: stamp, msg });
        if let Some((ticket, is_page)) = answered {
            let is_open = |effect: &Effect| ticket_of(effect) != Some(ticket) || (is_page && comes_in_parts(effect));
            self.unanswered.retain(is_open);
        }
        if is_typed && effects.iter().any(|effect| matches!(effect, Effect::Read { .. })) {
            self.yes.extend(given);
        }
        if !was_confirming && self.is_confirming() {
            self.asked_by = pressed;
        }
        for effect in &effects {
            self.take(effect);
        }
        self.check(&effects);
        if effects.contains(&Effect::Quit) {
            self.reborn();
        }
    }

    fn take(&mut self, effect: &Effect) {
        let is_new = |tickets: &mut HashSet<Ticket>, ticket: &Ticket| {
            assert!(tickets.insert(*ticket), "{ticket:?} was given out before");
        };
        match effect {
            Effect::Read { ticket, .. }
            | Effect::Compute { ticket, .. }
            | Effect::Export { ticket, .. }
            | Effect::KeepViews { ticket, .. }
            | Effect::Open { ticket, .. }
            | Effect::LogIn { ticket, .. }
            | Effect::LogOut { ticket, .. }
            | Effect::Lift { ticket, .. }
            | Effect::Keep { ticket, .. } => {
                is_new(&mut self.tickets, ticket);
                self.unanswered.push(effect.clone());
            }
            Effect::Send {
                ticket, change, step, ..
            } => {
                is_new(&mut self.tickets, ticket);
                self.check_send(change, step.as_ref());
                self.unanswered.push(effect.clone());
            }
            Effect::Abandon(ticket) => {
                assert!(
                    !self
                        .unanswered
                        .iter()
                        .any(|effect| matches!(effect, Effect::Send { ticket: sent, .. } if sent == ticket)),
                    "a change is never abandoned"
                );
                self.unanswered.retain(|effect| ticket_of(effect) != Some(*ticket));
            }
            Effect::After { ticket, delay } => {
                is_new(&mut self.tickets, ticket);
                self.timers.push((*ticket, is_clock(*delay)));
            }
            Effect::Copy(lines) => {
                let text: Vec<&str> = lines.iter().map(SafeText::as_str).collect();
                assert!(text.iter().all(|line| !line.contains(char::is_control)), "{text:?}");
                assert!(text.join("\n").len() < 75_000, "more than terminals take");
            }
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

    /// What is refused to whom has got the right a moment ago is sent again without another yes.
    fn give_back(&mut self, msg: &Msg) {
        let Msg::Answered {
            ticket,
            answer: Answer::Sent(Err(failure)),
        } = msg
        else {
            return;
        };
        let sent = self.unanswered.iter().find_map(|effect| {
            let Effect::Send {
                ticket: sent, change, ..
            } = effect
            else {
                return None;
            };
            (sent == ticket).then(|| change.clone())
        });
        let is_young = |change: &Change| self.model.young_right(change.workspace()).is_some();
        let again = sent.filter(|change| failure.kind == FailureKind::Forbidden && is_young(change));
        if let Some(change) = again
            && let Some(yes) = self.spent.iter().rev().find(|yes| yes.change == change)
        {
            self.yes.push(yes.clone());
        }
    }

    fn check_send(&mut self, change: &Change, step: Option<&Step>) {
        assert!(
            self.model.session.forbids_changes().is_none(),
            "sent in read-only: {change:?}"
        );
        assert!(!matches!(change, Change::DeleteWorkspace { workspace } if workspace.is_built_in()));
        assert!(
            step.is_some()
                || change
                    .principal()
                    .is_none_or(|principal| principal.addressable().is_ok())
        );
        let busy = |effect: &Effect| matches!(effect, Effect::Send { change: other, .. } if other.workspace() == change.workspace());
        assert!(
            !self.unanswered.iter().any(busy),
            "two changes at once in {:?}",
            change.workspace()
        );
        // A change counts once for each yes, and so does each of its steps: what was said last to this very change is meant.
        let is_meant = |yes: &Yes| match step {
            None => yes.change == *change,
            Some(_) => is_step_of(&yes.change, change) && !yes.steps.contains(change),
        };
        let place = self.yes.iter().rposition(is_meant);
        let place = place.unwrap_or_else(|| panic!("sent without a yes: {change:?}; given: {:?}", self.yes));
        let mut yes = self.yes.remove(place);
        let needed = needed_tier(&yes.change, yes.n_together, &self.model.identity());
        *self.n_by_tier.entry(needed).or_default() += 1;
        assert!(
            yes.is_repair || yes.tier >= needed,
            "{change:?} needs {needed:?}, was confirmed with {:?}",
            yes.tier
        );
        self.spent.push(yes.clone());
        if step.is_some() {
            assert!(self.model.identity().is_platform_admin, "rows are for platform admins");
            yes.steps.push(change.clone());
            self.yes.insert(place, yes);
        }
    }

    /// Returns the key that counts once this timer has run out, since it has not come again.
    fn delayed_until(&self, ticket: Ticket) -> Option<Chord> {
        let dialog = self.model.dialogs.last()?;
        let delayed = dialog
            .delayed
            .filter(|delayed| delayed.ticket == ticket && !delayed.is_held)?;
        self.tickets.contains(&delayed.ticket).then_some(delayed.chord)
    }

    /// Returns whether `key` puts a removed Admin back, directly or as the command that is marked.
    fn repairs_by(&self, key: Chord) -> bool {
        match self.model.dialogs.last().map(|dialog| &dialog.form) {
            Some(Form::Palette(form)) if key == chord("enter") => {
                matches!(form.command(), Some(Command::Act(_, Action::Repair)))
            }
            Some(_) => false,
            None => key == chord("R"),
        }
    }

    /// Returns the yes a key gives, seen from outside: the stage of the top dialog and the key.
    pub(super) fn yes_given_by(&self, key: Chord, is_planned: bool) -> Vec<Yes> {
        let repairs = self.repairs_by(key);
        let Some(dialog) = self.model.dialogs.last().filter(|_| !repairs) else {
            return self.yes_to_repair(repairs);
        };
        let (changes, tier) = match &dialog.stage {
            Stage::Editing if self.model.equivalent.is_none() => {
                let identity = self.model.identity();
                let ctx = Ctx {
                    store: &self.model.store,
                    identity: &identity,
                    server: self.model.session.info.value(),
                    now: self.model.now,
                };
                let Some(form) = applied_by(&dialog.form, key, ctx, is_planned) else {
                    return Vec::new();
                };
                (form.check(ctx).unwrap_or_default(), Tier::Apply)
            }
            // Logging out changes nothing on the platform.
            Stage::Confirming(confirm) if confirm.intents.is_empty() => return Vec::new(),
            // A member's removal asks with the very key that opens it: nothing is given by that.
            Stage::Confirming(confirm) => {
                let is_typed = confirm.typed.value().trim() == asked_for(confirm);
                let is_yes = key == chord("y") || (key == chord("enter") && confirm.is_on_yes);
                let tier = match confirm.tier {
                    Tier::Typed if key == chord("enter") && is_typed => Tier::Typed,
                    Tier::YesNo if is_yes && self.asked_by != Some(key) => Tier::YesNo,
                    Tier::Apply | Tier::YesNo | Tier::Typed => return Vec::new(),
                };
                (confirm.intents.clone(), tier)
            }
            Stage::Editing | Stage::Running(_) => return Vec::new(),
        };
        yes_of(changes, tier)
    }

    /// Returns the yes to putting a removed Admin back, where that is asked for.
    pub(super) fn yes_to_repair(&self, is_asked_for: bool) -> Vec<Yes> {
        let repair = self.model.repair.as_ref().filter(|_| is_asked_for);
        let yes = |repair: &Repair| Yes {
            change: repair.change.clone(),
            tier: Tier::Apply,
            n_together: 1,
            is_repair: true,
            steps: Vec::new(),
        };
        repair.map(yes).into_iter().collect()
    }

    fn is_confirming(&self) -> bool {
        self.model
            .dialogs
            .last()
            .is_some_and(|dialog| matches!(dialog.stage, Stage::Confirming(_)))
    }

    fn check(&mut self, effects: &[Effect]) {
        let model = &self.model;
        assert!(!model.screens.is_empty());
        let contexts = model.key_contexts();
        assert!(
            Context::TOGETHER.contains(&contexts),
            "{contexts:?} count at the same moment"
        );
        let clocks = self.timers.iter().filter(|(_, is_clock)| *is_clock);
        assert!(clocks.count() <= 1, "one clock at a time");
        assert!(
            model.n_awaited() <= self.unanswered.len() + self.timers.len(),
            "something is awaited that nobody was asked"
        );
        assert!(model.n_awaited() <= 40, "{} answers are awaited", model.n_awaited());
        assert!(
            model.dialogs.len() + model.screens.len() <= 12,
            "dialogs or screens pile up"
        );
        // Between two looks at a change nothing is asked, and the seconds are counted all the same.
        let is_lifted = model.session.lifted_until().is_some();
        if self.unanswered.is_empty() && model.runs().all(Run::is_over) && !is_lifted {
            assert!(
                !effects
                    .iter()
                    .any(|effect| matches!(effect, Effect::After { delay, .. } if is_clock(*delay))),
                "a clock runs while idle"
            );
        }
        if self.chance.u8(..12) == 0 {
            draw(model, &self.look);
        }
        let (rows, cursor, top) = match model.screen() {
            Screen::Workspaces(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Members(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Resources(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Principal(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Audit(state) => (state.grants.rows().len(), state.grants.cursor(), state.grants.top()),
            Screen::Contexts(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Touched(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Activity(state) => (state.list.rows().len(), state.list.cursor(), state.list.top()),
            Screen::Welcome(_) | Screen::Help(_) | Screen::Outcomes(_) => return,
        };
        self.n_looks += usize::from(rows > 0 && matches!(model.screen(), Screen::Touched(_)));
        assert!(rows == 0 || (cursor < rows && top <= cursor && cursor < top + model.table_rows()));
    }

    pub(super) fn check_that_it_can_be_left(&mut self) {
        let mut model = self.model.clone();
        let leaves = (0..2).any(|_| {
            let msg = Msg::Pressed(chord("ctrl-c"));
            update(
                &mut model,
                Stamped {
                    at: self.model.now,
                    msg,
                },
            )
            .contains(&Effect::Quit)
        });
        assert!(leaves, "ctrl-c twice must always leave");
    }

    fn note(&mut self, msg: &Msg) {
        let text = if let Msg::Pasted(text) = msg {
            format!("Pasted {} bytes", text.len())
        } else {
            format!("{msg:?}")
        };
        if self.log.len() >= 60 {
            self.log.pop_front();
        }
        let top = self.model.dialogs.last();
        let stage = top.map(|dialog| dialog.form.title()).unwrap_or_default();
        self.log
            .push_back(format!("[{stage}] {}", text.chars().take(300).collect::<String>()));
    }
}

/// Returns the yes to each of these changes.
pub(super) fn yes_of(changes: Vec<Intent>, tier: Tier) -> Vec<Yes> {
    let n_together = changes.len();
    let yes = |change| Yes {
        change,
        tier,
        n_together,
        is_repair: false,
        steps: Vec::new(),
    };
    changes.into_iter().map(|intent| yes(intent.change)).collect()
}

/// What has to be typed for a yes, by the rules and not by what stands there.
pub(super) fn asked_for(confirm: &Confirm) -> String {
    let n = confirm.intents.len();
    let Some(first) = confirm.intents.first() else {
        return confirm.expected.clone();
    };
    let name = first.change.workspace().raw();
    let lacks_counts = |intent: &Intent| matches!(&intent.seen, Some(Found::Contents(Some(seen))) if seen.counts.iter().any(|one| one.tally.is_err()));
    let is_uncounted = confirm.intents.iter().any(lacks_counts);
    match &first.seen {
        _ if (n > 5 || is_in_several(&confirm.intents)) && is_uncounted => format!("{n} uncounted"),
        _ if n > 5 || is_in_several(&confirm.intents) => n.to_string(),
        Some(Found::Contents(Some(seen))) if seen.counts.iter().any(|one| one.tally.is_err()) => {
            format!("{name} uncounted")
        }
        Some(_) | None => name.to_owned(),
    }
}

/// The changes of a plan are counted, since no one name stands for them.
fn is_in_several(intents: &[Intent]) -> bool {
    let workspaces: HashSet<&str> = intents.iter().map(|intent| intent.change.workspace().raw()).collect();
    workspaces.len() > 1
}

/// What looks again at the platform waits for longer, and a key that may be held down for less.
fn is_clock(delay: Duration) -> bool {
    (Duration::from_millis(250)..Duration::from_secs(2)).contains(&delay)
}

fn comes_in_parts(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Read {
            query: Query::Workspaces | Query::Inventory(..) | Query::Audit(..) | Query::Plan(..),
            ..
        } | Effect::LogIn { .. }
    )
}

/// Whether `step` gives and takes nothing but what `whole` does.
fn is_step_of(whole: &Change, step: &Change) -> bool {
    let ((before, after), (held, then)) = (whole.roles(), step.roles());
    let gives = then
        .iter()
        .filter(|role| !held.holds(role))
        .all(|role| after.holds(role));
    let takes = held
        .iter()
        .filter(|role| !then.holds(role))
        .all(|role| before.holds(role) && !after.holds(role));
    (whole.workspace(), whole.principal()) == (step.workspace(), step.principal()) && gives && takes
}
