//! Logging in and out: the ways, the wait, and what follows for the platform on show.

use super::connecting::of_elsewhere;
use crate::app::dialog::{Dialog, Form, Problem, Stage, log_in};
use crate::app::failure::Failure;
use crate::app::model::Model;
use crate::app::msg::{Effect, Ticket};
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::waits::Wait;
use crate::domain::context::{ContextName, Destination};
use crate::domain::identity::Identity;
use crate::domain::login::{DeviceCode, LoggedIn, Ways};
use crate::domain::text::SafeText;
use std::borrow::Cow;

/// Returns the place of the dialog that waits for `ticket`.
fn waiting_for(model: &Model, ticket: Ticket) -> Option<usize> {
    let mut dialogs = model.dialogs.iter();
    dialogs.position(|dialog| dialog.form.waits_for() == Some(ticket))
}

/// Takes how one can log in somewhere.
pub(super) fn take_ways(model: &mut Model, ticket: Ticket, ways: Result<Ways, Failure>) -> Vec<Effect> {
    let now = model.now;
    let Some(place) = waiting_for(model, ticket) else {
        return Vec::new();
    };
    let Some(dialog) = model.dialogs.get_mut(place) else {
        return Vec::new();
    };
    if let Form::LogIn(form) = &mut dialog.form {
        form.ways.settle(ways.map_err(of_elsewhere), now);
        return Vec::new();
    }
    let Form::Connect(form) = &mut dialog.form else {
        return Vec::new();
    };
    form.waiting = None;
    let ways = match ways {
        Ok(ways) => ways,
        Err(failure) => {
            dialog.problem = Some(Problem::Failed(of_elsewhere(failure)));
            return Vec::new();
        }
    };
    let (Ok(url), to_log_in) = (form.base_url(), form.to_log_in) else {
        return Vec::new();
    };
    let name = url.shown();
    if to_log_in || ways.is_auth_enabled {
        let form = log_in::Form::to_enter(Destination::Address(url), name, ways, now);
        let form = Form::LogIn(Box::new(form));
        // Behind it the address waits for whoever decides otherwise.
        model.dialogs.insert(place + 1, Dialog::new(form));
        return Vec::new();
    }
    model.enter_from_dialog(place, Destination::Address(url), name)
}

/// Takes what has to be entered where.
pub(super) fn take_code(model: &mut Model, ticket: Ticket, code: DeviceCode) {
    if let Some(place) = waiting_for(model, ticket)
        && let Some(Form::LogIn(form)) = model.dialogs.get_mut(place).map(|dialog| &mut dialog.form)
        && let Some(waiting) = &mut form.waiting
    {
        waiting.code = Some(code);
    }
}

/// Takes the end of a login.
pub(super) fn logged_in(model: &mut Model, ticket: Ticket, end: Result<LoggedIn, Failure>) -> Vec<Effect> {
    let Some(place) = waiting_for(model, ticket) else {
        return Vec::new();
    };
    let Some(dialog) = model.dialogs.get_mut(place) else {
        return Vec::new();
    };
    let Form::LogIn(form) = &mut dialog.form else {
        return Vec::new();
    };
    form.waiting = None;
    let who = match end {
        Ok(who) => who,
        Err(failure) => {
            dialog.problem = Some(Problem::Failed(of_elsewhere(failure)));
            return Vec::new();
        }
    };
    let (asked_at, enters) = (form.at.clone(), form.enters);
    // What began as a mere address has become a context.
    let (at, name) = match &who.context {
        Some(kept) => (
            Destination::Context(kept.clone()),
            SafeText::new(&format!("context {}", kept.quoted())),
        ),
        None => (form.at.clone(), form.name.clone()),
    };
    if enters {
        return model.enter_from_dialog(place, at, name);
    }
    model.dialogs.remove(place);
    let is_here = model.session.destination == Some(asked_at);
    // A token from the environment is what this connection goes on with, whatever is kept in the file.
    let stays = model.session.token_from.clone().filter(|_| is_here);
    if !is_here || stays.is_some() {
        model.refresh_confirmation();
        let stays = stays.map(|variable| format!("; {variable} still overrides it"));
        model.say(
            Tone::Success,
            &format!("{}{}", in_words(&who), stays.unwrap_or_default()),
        );
        return model.read_contexts();
    }
    let mut text = in_words(&who);
    for title in model.take_questions_back() {
        text = format!("{text}; '{title}' was closed: open it again as the new user");
    }
    model.say(Tone::Success, &text);
    model.open_connection(at, name, true)
}

fn in_words(who: &LoggedIn) -> String {
    let until = match (who.expires_at, who.is_renewable) {
        (Some(at), false) => format!(", valid until {}", at.strftime("%Y-%m-%d %H:%M UTC")),
        (Some(at), true) => format!(
            ", valid until {}, renewed automatically",
            at.strftime("%Y-%m-%d %H:%M UTC")
        ),
        (None, _) => ", no known expiry".to_owned(),
    };
    let replaces = who.replaces.as_ref();
    let replaces = replaces.map_or_else(String::new, |whose| format!(" in place of {whose}"));
    format!("logged in as {}{replaces}{until}", who.user)
}

impl Model {
    /// Goes where a dialog leads; the dialog of the address waits for that, and is where it is told if it fails.
    pub(super) fn enter_from_dialog(&mut self, place: usize, at: Destination, name: SafeText) -> Vec<Effect> {
        let stays = |dialog: &Dialog| matches!(dialog.form, Form::Connect(_));
        if !self.dialogs.get(place).is_none_or(stays) {
            self.dialogs.remove(place);
        }
        let effects = self.open_connection(at, name, false);
        let waiting = self.opening.as_ref().map(|opening| (opening.ticket, opening.since));
        for dialog in &mut self.dialogs {
            if let Form::Connect(form) = &mut dialog.form {
                form.waiting = waiting;
            }
        }
        effects
    }

    /// Logs out, now that this is confirmed.
    pub(super) fn log_out(&mut self, context: ContextName) -> Vec<Effect> {
        self.dialogs.pop();
        let ticket = self.ticket(Wait::ConfigWrite);
        vec![Effect::LogOut { ticket, context }]
    }

    /// A context was logged out of. Where it is in use, what its user saw is dropped.
    pub(super) fn logged_out(&mut self, context: &ContextName, end: Result<(), Failure>) -> Vec<Effect> {
        if let Err(failure) = end {
            self.say(Tone::Error, &format!("{}. {}", failure.headline, failure.next));
            return Vec::new();
        }
        let text = format!(
            "logged out of {}: its token was removed from the file",
            context.quoted()
        );
        self.say(Tone::Success, &text);
        if self.context_in_use() == Some(context) {
            let effects = self.open_connection(Destination::Context(context.clone()), context.quoted(), false);
            if let Some(opening) = &mut self.opening {
                opening.told = Some(SafeText::new(&text));
            }
            return effects;
        }
        self.read_contexts()
    }

    /// Takes back every question that waits for a yes, because it may be somebody else who gives it. What can be
    /// edited waits to be applied again; the rest is closed, and its titles are returned.
    fn take_questions_back(&mut self) -> Vec<Cow<'static, str>> {
        let mut closed = Vec::new();
        self.dialogs.retain_mut(|dialog| {
            if !matches!(dialog.stage, Stage::Confirming(_)) {
                return true;
            }
            dialog.stage = Stage::Editing;
            let is_kept = dialog.form.is_editable();
            if !is_kept {
                closed.push(dialog.form.title());
            }
            is_kept
        });
        closed
    }

    /// Copies the link of the top dialog.
    pub(super) fn copy_link(&mut self) -> Vec<Effect> {
        let link = self.link().cloned();
        link.map(|link| Effect::Copy(vec![link])).into_iter().collect()
    }

    /// It is known, after a login, who the caller is. Somebody else may see other things: then nothing is kept.
    pub(super) fn is_back_as(&mut self, before: Option<&Identity>) -> Vec<Effect> {
        let now = self.identity();
        if let Some(before) = before.filter(|before| !is_same(before, &now)) {
            let text = format!(
                "logged in as {} instead of {}: everything loaded and typed before is discarded",
                now.label(),
                before.label()
            );
            let session = self.session.clone();
            let mut effects = self.start_over(session);
            // The server has said already what it is.
            self.store.set_generation(self.generation());
            effects.extend(self.start());
            self.say(Tone::Warning, &text);
            return effects;
        }
        self.read_failed_again()
    }

    /// Reads again whatever could not be read.
    fn read_failed_again(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if matches!(self.store.listing(), crate::app::store::Listing::Failed(_)) {
            effects.extend(self.reload());
        }
        self.store.resume();
        self.store.want_failed();
        let mut watches_audit = false;
        for screen in &mut self.screens {
            watches_audit |= screen.shows_audit();
            if let Screen::Resources(state) = screen {
                state.contents.read_failed_again();
            }
        }
        if watches_audit && self.store.read_failure().is_some() {
            effects.extend(self.refresh_audit());
        }
        self.rebuild();
        effects
    }
}

/// Whether both are the same caller, as far as can be told.
fn is_same(before: &Identity, now: &Identity) -> bool {
    match (&before.email, &now.email, &before.subject, &now.subject) {
        (Some(before), Some(now), _, _) | (_, _, Some(before), Some(now)) => before == now,
        _ => before.label() == now.label(),
    }
}
