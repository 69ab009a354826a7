//! Logging in and out: the ways, the wait, and what follows for the platform on show.

use super::connecting::{of_elsewhere, quoted};
use crate::app::dialog::connection::Form as Connecting;
use crate::app::dialog::connection::log_in::{self, Waiting};
use crate::app::dialog::{Confirm, Dialog, Form, Problem, Stage};
use crate::app::failure::Failure;
use crate::app::keymap::Chord;
use crate::app::model::Model;
use crate::app::msg::{Effect, Query, Ticket};
use crate::app::notice::Tone;
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::app::waits::Wait;
use crate::domain::context::{ContextName, Destination};
use crate::domain::identity::Identity;
use crate::domain::login::{DeviceCode, LoggedIn, Ways};
use crate::domain::text::SafeText;
use std::borrow::Cow;

/// Opens `Log in` for the selected context.
pub(super) fn form_for_selected(model: &Model) -> Option<Form> {
    let name = &model.selected_context()?.name;
    Some(form_at(Destination::Context(name.clone()), context(name)))
}

/// Opens `Log in` for where the console is connected.
pub(super) fn form_for_here(model: &Model) -> Option<Form> {
    let at = model.session.destination.clone()?;
    let name = match &at {
        Destination::Context(name) => context(name),
        Destination::Address(url) => url.shown(),
        Destination::Demo => return None,
    };
    Some(form_at(at, name))
}

fn form_at(at: Destination, name: SafeText) -> Form {
    Form::Connection(Connecting::LogIn(Box::new(log_in::Form::new(at, name))))
}

fn context(name: &ContextName) -> SafeText {
    SafeText::new(&format!("context {}", quoted(name)))
}

/// Returns the place of the dialog that waits for `ticket`.
fn waiting_for(model: &Model, ticket: Ticket) -> Option<usize> {
    model.dialogs.iter().position(|dialog| match dialog.connecting() {
        Some(Connecting::LogIn(form)) => {
            let is_asking = matches!(form.ways, Remote::Loading { ticket: asked, .. } if asked == ticket);
            is_asking || form.waiting.as_ref().is_some_and(|waiting| waiting.ticket == ticket)
        }
        Some(Connecting::Connect(form)) => form.waiting.is_some_and(|(asked, _)| asked == ticket),
        Some(Connecting::LogOut(_)) | None => false,
    })
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
    let mut next = None;
    match (dialog.connecting_mut(), ways) {
        (Some(Connecting::LogIn(form)), ways) => form.ways.settle(ways.map_err(of_elsewhere), now),
        (Some(Connecting::Connect(form)), Ok(ways)) => {
            form.waiting = None;
            next = form.base_url().ok().map(|url| (url, ways, form.to_log_in));
        }
        (Some(Connecting::Connect(form)), Err(failure)) => {
            form.waiting = None;
            dialog.problem = Some(Problem::Failed(of_elsewhere(failure)));
        }
        (Some(Connecting::LogOut(_)) | None, _) => {}
    }
    let Some((url, ways, to_log_in)) = next else {
        return Vec::new();
    };
    let name = url.shown();
    if to_log_in || ways.is_auth_enabled {
        let form = log_in::Form::to_enter(Destination::Address(url), name, ways, now);
        let form = Form::Connection(Connecting::LogIn(Box::new(form)));
        // Behind it the address waits for whoever decides otherwise.
        model.dialogs.insert(place + 1, Dialog::new(form));
        return Vec::new();
    }
    model.enter_from_dialog(place, Destination::Address(url), name)
}

/// Takes what has to be entered where.
pub(super) fn take_code(model: &mut Model, ticket: Ticket, code: DeviceCode) {
    if let Some(place) = waiting_for(model, ticket)
        && let Some(Connecting::LogIn(form)) = model.dialogs.get_mut(place).and_then(Dialog::connecting_mut)
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
    let Some(Connecting::LogIn(form)) = dialog.connecting_mut() else {
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
        Some(kept) => (Destination::Context(kept.clone()), context(kept)),
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
        let stays = stays.map(|variable| format!("; {variable} stays in force, though"));
        model.say(
            Tone::Success,
            &format!("{}{}", in_words(&who), stays.unwrap_or_default()),
        );
        return model.read_contexts();
    }
    let mut text = in_words(&who);
    for title in model.take_questions_back() {
        text = format!("{text}; '{title}' is closed: whoever you are now has to ask for it anew");
    }
    model.say(Tone::Success, &text);
    model.open_connection(at, name, true)
}

fn in_words(who: &LoggedIn) -> String {
    let until = match (who.expires_at, who.is_renewable) {
        (Some(at), false) => format!(", valid until {}", at.strftime("%Y-%m-%d %H:%M UTC")),
        (Some(at), true) => format!(
            ", valid until {} and renewed by itself",
            at.strftime("%Y-%m-%d %H:%M UTC")
        ),
        (None, _) => ", without an end that is known".to_owned(),
    };
    let replaces = who.replaces.as_ref();
    let replaces = replaces.map_or_else(String::new, |whose| format!(" in place of {whose}"));
    format!("logged in as {}{replaces}{until}", who.user)
}

impl Model {
    /// Asks which ways to log in there are, for the top dialog.
    pub(super) fn ask_ways(&mut self) -> Vec<Effect> {
        let Some(Connecting::LogIn(form)) = self.dialogs.last().and_then(Dialog::connecting) else {
            return Vec::new();
        };
        let query = Query::Ways(form.at.clone());
        let (ticket, effect) = self.ask(query);
        if let Some(Connecting::LogIn(form)) = self.dialogs.last_mut().and_then(Dialog::connecting_mut) {
            form.ways.ask(ticket);
        }
        vec![effect]
    }

    /// Does what the top dialog about a connection says.
    pub(super) fn apply_connection(&mut self, chord: Chord) -> Vec<Effect> {
        match self.dialogs.last().and_then(Dialog::connecting) {
            Some(Connecting::LogIn(_)) => self.log_in(),
            Some(Connecting::Connect(_)) => self.look_at_address(),
            Some(Connecting::LogOut(_)) => {
                if let Some(dialog) = self.dialogs.last_mut() {
                    dialog.stage = Stage::Confirming(Confirm::yes_or_no(chord));
                }
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    fn log_in(&mut self) -> Vec<Effect> {
        let (now, place) = (self.now, self.dialogs.len().saturating_sub(1));
        let Some(dialog) = self.dialogs.last_mut() else {
            return Vec::new();
        };
        let Some(Connecting::LogIn(form)) = dialog.connecting_mut() else {
            return Vec::new();
        };
        match &form.ways {
            Remote::Ready { .. } => {}
            Remote::Loading { .. } => return Vec::new(),
            Remote::Absent | Remote::Failed { .. } => return self.ask_ways(),
        }
        let at = form.at.clone();
        let way = match form.way() {
            Ok(Some(way)) => way,
            // Nobody has to log in there.
            Ok(None) if form.enters => {
                let name = form.name.clone();
                return self.enter_from_dialog(place, at, name);
            }
            Ok(None) => return Vec::new(),
            Err(error) => {
                let is_on_ways = form.focus != error.field;
                form.focus = error.field;
                // Whoever has just chosen the way is not told off for not having typed yet.
                dialog.problem = (!is_on_ways).then(|| Problem::Typed(vec![error]));
                return Vec::new();
            }
        };
        dialog.problem = None;
        let ticket = self.ticket(Wait::LogIn);
        if let Some(Connecting::LogIn(form)) = self.dialogs.last_mut().and_then(Dialog::connecting_mut) {
            form.waiting = Some(Waiting {
                ticket,
                since: now,
                code: None,
            });
        }
        vec![Effect::LogIn { ticket, at, way }]
    }

    /// Asks the server behind the typed address whether it wants to know its callers.
    fn look_at_address(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some(dialog) = self.dialogs.last_mut() else {
            return Vec::new();
        };
        let Some(Connecting::Connect(form)) = dialog.connecting_mut() else {
            return Vec::new();
        };
        let url = match form.base_url() {
            Ok(url) => url,
            Err(error) => {
                dialog.problem = Some(Problem::Typed(vec![error]));
                return Vec::new();
            }
        };
        dialog.problem = None;
        let (ticket, effect) = self.ask(Query::Ways(Destination::Address(url)));
        if let Some(Connecting::Connect(form)) = self.dialogs.last_mut().and_then(Dialog::connecting_mut) {
            form.waiting = Some((ticket, now));
        }
        vec![effect]
    }

    /// Goes where a dialog leads; the dialog of the address waits for that, and is where it is told if it fails.
    fn enter_from_dialog(&mut self, place: usize, at: Destination, name: SafeText) -> Vec<Effect> {
        let is_login = |dialog: &Dialog| matches!(dialog.connecting(), Some(Connecting::LogIn(_)));
        if self.dialogs.get(place).is_some_and(is_login) {
            self.dialogs.remove(place);
        }
        let effects = self.open_connection(at, name, false);
        let waiting = self.opening.as_ref().map(|opening| (opening.ticket, opening.since));
        for dialog in &mut self.dialogs {
            if let Some(Connecting::Connect(form)) = dialog.connecting_mut() {
                form.waiting = waiting;
            }
        }
        effects
    }

    /// Stops what the top dialog about a connection waits for; `None` where it waits for nothing, so that it is to be
    /// closed.
    pub(super) fn stop_connecting(&mut self) -> Option<Vec<Effect>> {
        match self.dialogs.last_mut().and_then(Dialog::connecting_mut)? {
            Connecting::LogIn(form) => {
                let ticket = form.waiting.take()?.ticket;
                Some(vec![self.forget(ticket)])
            }
            Connecting::Connect(form) => {
                let (ticket, _) = form.waiting.take()?;
                self.opening.take_if(|opening| opening.ticket == ticket);
                Some(vec![self.forget(ticket)])
            }
            Connecting::LogOut(_) => None,
        }
    }

    /// Whether a connection or a login is waited for.
    pub(super) fn is_connecting(&self) -> bool {
        let mut forms = self.dialogs.iter().filter_map(Dialog::connecting);
        self.opening.is_some()
            || forms.any(|form| match form {
                Connecting::LogIn(form) => form.waiting.is_some() || form.ways.is_loading(),
                Connecting::Connect(form) => form.waiting.is_some(),
                Connecting::LogOut(_) => false,
            })
    }

    /// Stops waiting for what a closed dialog has asked.
    pub(super) fn forget_asked(&mut self, form: &Connecting) -> Vec<Effect> {
        match form {
            Connecting::LogIn(form) => match form.ways {
                Remote::Loading { ticket, .. } => vec![self.forget(ticket)],
                Remote::Absent | Remote::Ready { .. } | Remote::Failed { .. } => Vec::new(),
            },
            Connecting::LogOut(_) | Connecting::Connect(_) => Vec::new(),
        }
    }

    /// Logs out, now that this is confirmed.
    pub(super) fn log_out(&mut self) -> Vec<Effect> {
        let Some(Connecting::LogOut(context)) = self.dialogs.last().and_then(Dialog::connecting) else {
            return Vec::new();
        };
        let context = context.clone();
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
        let text = format!("logged out of {}: its token is gone from the file", quoted(context));
        self.say(Tone::Success, &text);
        if self.context_in_use() == Some(context) {
            return self.open_connection(Destination::Context(context.clone()), quoted(context), false);
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

    /// Returns the link of the top dialog, to be copied.
    pub(super) fn copy_link(&mut self) -> Vec<Effect> {
        let Some(Connecting::LogIn(form)) = self.dialogs.last().and_then(Dialog::connecting) else {
            return Vec::new();
        };
        let code = form.waiting.as_ref().and_then(|waiting| waiting.code.as_ref());
        let link = code.map(|code| code.complete_url.as_ref().unwrap_or(&code.url).clone());
        link.map(|link| Effect::Copy(vec![link])).into_iter().collect()
    }

    /// It is known, after a login, who the caller is. Somebody else may see other things: then nothing is kept.
    pub(super) fn is_back_as(&mut self, before: Option<&Identity>) -> Vec<Effect> {
        let now = self.identity();
        if let Some(before) = before.filter(|before| !is_same(before, &now)) {
            let text = format!(
                "logged in as {} instead of {}: what was read and typed before is dropped",
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
