//! `Log in`, `Log out` and `Connect to an address`.

use super::body::{DialogBody, Weight};
use super::described::under;
use super::option;
use crate::app::dialog::log_in::{Form, Offer, Waiting};
use crate::app::dialog::{Field, FieldError, connect as address, lift};
use crate::app::keymap::{Action, Context, DialogKey};
use crate::app::model::Model;
use crate::app::remote::Remote;
use crate::domain::context::ContextName;
use crate::domain::login::{DeviceCode, Ways};
use crate::domain::text::SafeText;
use crate::ui::text::Line;
use crate::ui::time;
use ratatui::text::Span;

/// Says what it means to allow changes.
pub(super) fn lift(model: &Model, form: &lift::Form, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let name = SafeText::with_limit(&form.context, 40);
    let text = format!("allow changes on '{name}' for {}", lift::MINUTES);
    body.some_text(Weight::Vital, theme.title, 2, text);
    body.gap();
    let text = "every key that changes something works until then; the header counts down";
    body.marked(Weight::Warning, theme.warning, look.marks.warning, text);
    let key = model.keymap.key_of(Context::Screen, Action::Lift);
    let text = format!("then it is read-only again; switching, quitting and {key} end it earlier");
    body.marked(Weight::Useful, theme.text, look.marks.dot, text);
    if model.session.is_journalled {
        let text = "the journal says first who allowed them, until when and why";
        body.marked(Weight::Useful, theme.text, look.marks.dot, text);
    }
}

/// Says what is lost by logging out.
pub(super) fn log_out(model: &Model, context: &ContextName, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let name = look.brief(&context.shown(), 40);
    body.some_text(Weight::Vital, theme.title, 2, format!("log out of context '{name}'"));
    body.gap();
    let text = "deletes its token from the config file, for the platform's CLI, too; log in again to come back";
    body.marked(Weight::Warning, theme.warning, look.marks.warning, text);
    let others = model.contexts_with_login_of(context);
    if !others.is_empty() {
        let names: Vec<String> = others
            .iter()
            .map(|name| format!("'{}'", look.brief(&name.shown(), 40)))
            .collect();
        let text = format!("the same login is used by {}", names.join(", "));
        body.marked(Weight::Warning, theme.warning, look.marks.warning, &text);
    }
    if model
        .context_in_use()
        .is_some_and(|used| used == context || others.contains(used))
    {
        let text = "it is in use here: everything loaded is discarded, and the server no longer knows who you are";
        body.marked(Weight::Warning, theme.warning, look.marks.warning, text);
    }
    if let Some(variable) = &model.session.token_from {
        let text = format!("the token in {variable} stays in use while it is set");
        body.marked(Weight::Useful, theme.text, look.marks.dot, text);
    }
}

/// Fills in `Log in`.
pub(super) fn log_in(model: &Model, form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    if let Some(waiting) = &form.waiting {
        return wait(model, form, waiting, body);
    }
    let (look, theme) = (body.look, &body.look.theme);
    body.some_text(Weight::Useful, theme.title, 2, &form.name);
    let ways = match &form.ways {
        Remote::Ready { value, .. } => value,
        Remote::Absent | Remote::Loading { .. } => {
            body.gap();
            let text = "asking the server how to log in…";
            body.marked(Weight::Must, theme.text, look.spinner(model.now), text);
            return;
        }
        Remote::Failed { failure, .. } => {
            body.gap();
            body.marked(
                Weight::Warning,
                theme.danger,
                look.marks.error,
                failure.headline.as_str(),
            );
            if let Some(said) = &failure.said {
                body.some_text(Weight::Vital, theme.text, 4, format!("\"{said}\""));
            }
            body.text(Weight::Must, theme.text, failure.next.as_str());
            let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            body.text(Weight::Useful, theme.muted, format!("{key} asks again"));
            return;
        }
    };
    if !form.name.as_str().contains(ways.server.as_str()) {
        body.some_text(Weight::Useful, theme.muted, 1, format!("at {}", ways.server));
    }
    if !ways.is_auth_enabled {
        body.gap();
        let text = "This server does not authenticate its callers: no login is needed.";
        body.marked(Weight::Must, theme.success, look.marks.success, text);
        if form.enters {
            let key = body.key_of(Context::Dialog, Action::Dialog(DialogKey::Apply));
            body.text(Weight::Must, theme.text, format!("{key} connects"));
        }
        return;
    }
    if form.enters {
        let text = "Log in to this server.";
        body.text(Weight::Useful, theme.text, text);
    }
    overruled(ways, body);
    body.gap();
    offers(form, ways, body);
    field(form, errors, body);
    body.gap();
    let text = format!(
        "Will be saved as {}; the platform's CLI will use it, too.",
        ways.kept_in
    );
    body.text(Weight::Vital, theme.muted, text);
}

/// Says that a login will have no effect as long as a variable holds a token.
fn overruled(ways: &Ways, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    if let Some(variable) = &ways.overruled_by {
        let text = format!("{variable} is set, and its token overrides any login: unset it and start again");
        body.marked(Weight::Warning, theme.warning, look.marks.warning, text);
    }
}

fn offers(form: &Form, ways: &Ways, body: &mut DialogBody<'_>) {
    let look = body.look;
    for (place, offer) in form.offers().into_iter().enumerate() {
        let (name, meaning) = match offer {
            Offer::Device => {
                let by = ways.device.as_ref().map(|by| look.brief(by, 30)).unwrap_or_default();
                ("Browser", format!(" a code you enter at {by}"))
            }
            Offer::Token => ("Token  ", " paste a token or an access key".to_owned()),
            Offer::Unsigned => ("E-mail ", " unchecked; production servers refuse it".to_owned()),
        };
        let has_focus = form.focus == Field::Way;
        let line = option(look, place == form.choice, has_focus, &SafeText::new(name), &meaning);
        body.option(place, place == form.choice, line);
    }
}

fn field(form: &Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let Some(field) = form.field() else {
        return;
    };
    body.gap();
    let has_focus = form.focus == field;
    if field == Field::Token {
        body.masked("Token", &form.token, has_focus);
        under(errors, field, "never shown, only its length", body);
    } else {
        body.field("E-mail", &form.email, has_focus, "");
        under(errors, field, "", body);
    }
}

/// Shows what has to be entered where, and that somebody waits for it.
fn wait(model: &Model, form: &Form, waiting: &Waiting, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    body.some_text(Weight::Useful, theme.title, 1, &form.name);
    body.gap();
    let spinner = look.spinner(model.now);
    let Some(code) = &waiting.code else {
        let text = match form.offer() {
            Some(Offer::Device) => "asking for a code…",
            Some(Offer::Token | Offer::Unsigned) | None => "asking the server…",
        };
        let text = format!("{text} {}", time::elapsed(waiting.since, model.now));
        body.marked(Weight::Must, theme.text, spinner, text);
        return;
    };
    told(code, body);
    body.gap();
    let left = match time::left(code.expires_at, model.now) {
        Some(left) => format!("waiting for you; the code expires {left}"),
        None => "the code has expired: waiting for the provider's final answer".to_owned(),
    };
    body.marked(Weight::Vital, theme.text, spinner, left);
    if let Some(ways) = form.ways.value() {
        let text = format!("The login will be saved as {}.", ways.kept_in);
        body.text(Weight::Useful, theme.muted, text);
    }
}

fn told(code: &DeviceCode, body: &mut DialogBody<'_>) {
    let theme = &body.look.theme;
    body.text(
        Weight::Useful,
        theme.text,
        "Open this address in a browser, on any machine:",
    );
    // A link that is cut leads nowhere.
    body.text(Weight::Must, theme.focus, &code.url);
    body.gap();
    body.text(Weight::Useful, theme.text, "and enter the code:");
    let line = Line::from(vec![
        Span::raw("  "),
        body.look.span(theme.selected, format!("  {}  ", code.code)),
    ]);
    body.line(Weight::Must, line);
    if code.complete_url.is_some() {
        let key = body.key_of(Context::LoggingIn, Action::Dialog(DialogKey::CopyLink));
        let text = format!("{key} copies a link that includes the code");
        body.text(Weight::Extra, theme.muted, text);
    }
}

/// Fills in `Connect to an address`.
pub(super) fn connect(model: &Model, form: &address::Form, errors: &[FieldError], body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let what = if form.to_log_in {
        "which platform to log in to"
    } else {
        "nothing is saved until you log in there"
    };
    body.text(Weight::Extra, theme.title, what);
    body.gap();
    body.field("Address", &form.address, form.waiting.is_none(), "");
    let Some((_, since)) = form.waiting else {
        return under(errors, Field::Address, "such as https://nmp.example.com", body);
    };
    under(errors, Field::Address, "", body);
    body.gap();
    let text = format!("asking the server… {}", time::elapsed(since, model.now));
    body.marked(Weight::Must, theme.text, look.spinner(model.now), text);
}
