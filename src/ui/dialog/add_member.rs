//! `Add member`: what would become of each principal typed, and the role.

use super::body::{DialogBody, Sign, Weight};
use super::{confirm, errors_of, picker, role_option};
use crate::app::dialog::add_member::{Entry, Form, MOST_AT_ONCE, Verdict};
use crate::app::dialog::{Ctx, Dialog, Field, FieldError};
use crate::app::keymap::{Action, Context, DialogKey, RolePick};
use crate::app::model::Model;
use crate::domain::ids::Principal;
use crate::domain::mention::LeftOut;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, grouped};
use crate::ui::text::width;
use ratatui::style::Style;

/// Of more principals than this it is summed up what becomes of them.
const SUMMED_UP: usize = 6;

/// Fills in the form.
pub(super) fn fill(
    model: &Model,
    dialog: &Dialog,
    form: &Form,
    ctx: Ctx<'_>,
    errors: &[FieldError],
    body: &mut DialogBody<'_>,
) {
    let (look, theme) = (body.look, &body.look.theme);
    body.text(Weight::Extra, theme.title, format!("to {}", form.workspace.shown()));
    body.gap();
    for pick in RolePick::ALL.iter().take(Role::CHOICES.len()) {
        let key = model.key_of(Context::AddMember, Action::Dialog(DialogKey::Picks(*pick)));
        let line = role_option(look, *pick, form.choice, form.focus == Field::Role, key);
        body.option(pick.place(), pick.place() == form.choice, line);
    }
    body.gap();
    let has_focus = form.focus == Field::Principals;
    picker::fill("Principals", &form.principals, has_focus, ctx, body);
    let mut entries = form.entries(ctx);
    // The word that is being typed stands among the proposals.
    let mut offers = form.principals.offers().iter();
    if let Some(open) = offers.find(|offer| offer.is_as_typed()).filter(|_| has_focus) {
        entries.retain(|entry| !entry.is_for(&open.principal));
    } else if entries.is_empty() {
        body.under_field(
            Weight::Extra,
            theme.muted,
            "",
            "e-mails, groups, service accounts; several: a@x, b@x",
        );
    }
    // What is wrong with a principal stands at the principal; anything else stands here.
    let is_refused = entries.iter().any(|entry| matches!(entry.verdict, Verdict::Refused(_)));
    if !is_refused {
        for error in errors_of(errors, Field::Principals) {
            body.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
        }
    }
    list(&entries, body);
    for error in errors_of(errors, Field::Role) {
        body.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    // What is half typed is nobody yet.
    if form.principals.offers().is_empty() {
        confirm::consequences(&model.consequences_of(dialog), Weight::Warning, body);
    }
}

/// Lists the principals, the refused first: they keep everything else from happening.
fn list(entries: &[Entry], body: &mut DialogBody<'_>) {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    ordered.sort_by_key(|entry| urgency(&entry.verdict));
    if entries.len() > SUMMED_UP {
        // Of far too many no more are read than it takes to tell that.
        let text = if entries.len() > MOST_AT_ONCE {
            format!("more than {MOST_AT_ONCE} in all")
        } else {
            format!("{} in all: {}", entries.len(), summary(entries))
        };
        body.text(Weight::Vital, body.look.theme.title, text);
    }
    let names = ordered.iter().map(|entry| width(name_of(entry).as_str()));
    let room = names.max().unwrap_or_default().min(body.columns.saturating_sub(30));
    for (i, entry) in ordered.iter().enumerate() {
        let weight = if i == 0 || urgency(&entry.verdict) == 0 {
            Weight::Vital
        } else {
            Weight::Useful
        };
        entry_line(entry, weight, room, body);
    }
}

fn urgency(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Refused(_) => 0,
        Verdict::LeftOut(_) => 1,
        Verdict::Add(_, Some(_)) => 2,
        Verdict::Raise(_) => 3,
        Verdict::Unchanged(_) => 4,
        Verdict::Add(_, None) => 5,
    }
}

fn entry_line(entry: &Entry, weight: Weight, room: usize, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let (style, mark, verdict): (Style, &str, String) = match &entry.verdict {
        Verdict::Refused(problem) => {
            let text = format!("{}: {}", look.brief(&entry.shown, 40), problem.in_words());
            return body.marked(weight, theme.danger, look.marks.error, text);
        }
        Verdict::LeftOut(why) => {
            let (style, why) = match why {
                LeftOut::Heading => (theme.muted, "a heading"),
                LeftOut::MaybeAName => (theme.warning, "looks like a name"),
            };
            let text = format!("'{}' left out: {why}", look.brief(&entry.shown, 40));
            return body.marked(weight, style, "-", text);
        }
        Verdict::Raise(change) => {
            let (before, after) = change.roles();
            (theme.warning, "~", format!("{} → {}", before.shown(), after.shown()))
        }
        Verdict::Unchanged(roles) => (theme.muted, "=", format!("already {}: unchanged", roles.shown())),
        Verdict::Add(change, doubt) => {
            let named = change.principal().filter(|principal| !principal.is_everyone());
            let kind = named.map_or("new", |principal| principal.kind().label());
            let known = entry.known.as_ref().map(|known| format!(", {known}"));
            let kind = format!("{kind}{}", known.unwrap_or_default());
            match doubt {
                Some(_) => (theme.warning, "?", kind),
                None => (theme.success, "+", kind),
            }
        }
    };
    let name = name_of(entry);
    let sign = Sign {
        mark,
        style,
        name: theme.text,
    };
    // Who was understood stands before anything else, and the text it was read from beside it.
    match &entry.from {
        None => {
            body.entry(weight, &sign, name.as_str(), room, &verdict);
        }
        Some(from) => {
            let room = width(name.as_str()).min(body.columns.saturating_sub(30));
            let between = look.said("  ", ", ");
            body.entry(
                weight,
                &sign,
                name.as_str(),
                room,
                &format!("from '{from}'{between}{verdict}"),
            );
        }
    }
}

/// Returns how whoever was understood is called in the list.
fn name_of(entry: &Entry) -> SafeText {
    let principal = match &entry.verdict {
        Verdict::Add(change, _) | Verdict::Raise(change) => change.principal().map(Principal::label),
        Verdict::Unchanged(_) | Verdict::LeftOut(_) | Verdict::Refused(_) => None,
    };
    principal.unwrap_or_else(|| entry.shown.clone())
}

fn summary(entries: &[Entry]) -> String {
    let count = |urgency_wanted: u8| {
        entries
            .iter()
            .filter(|entry| urgency(&entry.verdict) == urgency_wanted)
            .count()
    };
    let parts = [
        (count(5), "new"),
        (count(2), "not seen before"),
        (count(3), "changed"),
        (count(4), "unchanged"),
        (count(1), "left out"),
        (count(0), "not possible"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    parts
        .map(|(n, what)| format!("{} {what}", grouped(*n)))
        .collect::<Vec<_>>()
        .join(", ")
}
