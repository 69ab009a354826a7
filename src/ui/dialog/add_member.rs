//! `Add member`: what would become of each principal typed, and the role.

use super::sheet::{Sheet, Sign, Weight};
use super::{confirm, errors_of, option};
use crate::app::dialog::add_member::{Entry, Form, Verdict};
use crate::app::dialog::{Ctx, Dialog, Field, FieldError};
use crate::app::model::Model;
use crate::domain::ids::Principal;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, counted, grouped};
use ratatui::style::Style;

/// How many principals are listed one by one.
const LISTED: usize = 6;

/// Fills in the form.
pub(super) fn fill(
    model: &Model,
    dialog: &Dialog,
    form: &Form,
    ctx: Ctx<'_>,
    errors: &[FieldError],
    sheet: &mut Sheet<'_>,
) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    sheet.text(Weight::Extra, theme.title, format!("to {}", form.workspace.shown()));
    let ghost = form.suggestion(ctx).map(|rest| SafeText::with_limit(&rest, 200));
    let has_focus = form.focus == Field::Principals;
    sheet.field(
        "Principals",
        &form.principals,
        has_focus,
        ghost.as_ref().filter(|_| has_focus).map_or("", SafeText::as_str),
    );
    let entries = form.entries(ctx);
    if ghost.is_some() && has_focus {
        sheet.under_field(Weight::Useful, theme.muted, "", "→ accepts the suggestion");
    } else if entries.is_empty() {
        sheet.under_field(
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
            sheet.under_field(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
        }
    }
    list(&entries, sheet);
    sheet.gap();
    for (i, role) in Role::CHOICES.iter().enumerate() {
        let line = option(
            look,
            i == form.choice,
            form.focus == Field::Role,
            &role.shown(),
            role.meaning(),
        );
        sheet.line(Weight::Must, line);
    }
    for error in errors_of(errors, Field::Role) {
        sheet.marked(Weight::Warning, theme.danger, look.marks.error, error.what.as_str());
    }
    confirm::consequences(&model.consequences_of(dialog), Weight::Warning, sheet);
}

/// Lists the principals, the refused first: they keep everything else from happening.
fn list(entries: &[Entry], sheet: &mut Sheet<'_>) {
    let mut ordered: Vec<&Entry> = entries.iter().collect();
    ordered.sort_by_key(|entry| urgency(&entry.verdict));
    let n_listed = if ordered.len() > LISTED { LISTED - 1 } else { LISTED };
    for (i, entry) in ordered.iter().take(n_listed).enumerate() {
        let weight = if i == 0 || urgency(&entry.verdict) == 0 {
            Weight::Vital
        } else {
            Weight::Useful
        };
        entry_line(entry, weight, sheet);
    }
    if entries.len() > LISTED {
        let text = format!("{}: {}", counted(entries.len(), "principal"), summary(entries));
        sheet.text(Weight::Vital, sheet.look.theme.title, text);
    }
}

fn urgency(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Refused(_) => 0,
        Verdict::Change(_) => 1,
        Verdict::Nothing(_) => 2,
        Verdict::Add(_) => 3,
    }
}

fn entry_line(entry: &Entry, weight: Weight, sheet: &mut Sheet<'_>) {
    let (look, theme) = (sheet.look, &sheet.look.theme);
    let (style, mark, verdict): (Style, &str, String) = match &entry.verdict {
        Verdict::Refused(problem) => (theme.danger, look.marks.error, problem.in_words()),
        Verdict::Change(change) => {
            let (before, after) = change.roles();
            (theme.warning, "~", format!("{} → {}", before.shown(), after.shown()))
        }
        Verdict::Nothing(roles) => (theme.muted, "=", format!("already {}", roles.shown())),
        Verdict::Add(change) => {
            let named = change.principal().filter(|principal| !principal.is_everyone());
            let kind = named.map(|principal| format!(" {}", principal.kind().label()));
            (theme.success, "+", format!("new{}", kind.unwrap_or_default()))
        }
    };
    if let Verdict::Refused(_) = entry.verdict {
        let text = format!("{}: {verdict}", entry.shown.cut(40, look.marks.cut));
        sheet.marked(weight, style, mark, text);
        return;
    }
    let name = match &entry.verdict {
        Verdict::Add(change) | Verdict::Change(change) => change.principal().map(Principal::label),
        Verdict::Nothing(_) | Verdict::Refused(_) => None,
    };
    let room = sheet.columns.saturating_sub(26).min(36);
    let name = name.as_ref().unwrap_or(&entry.shown);
    let sign = Sign {
        mark,
        style,
        name: theme.text,
    };
    sheet.entry(weight, &sign, name.as_str(), room, &verdict);
}

fn summary(entries: &[Entry]) -> String {
    let count = |urgency_wanted: u8| {
        entries
            .iter()
            .filter(|entry| urgency(&entry.verdict) == urgency_wanted)
            .count()
    };
    let parts = [
        (count(3), "new"),
        (count(1), "changed"),
        (count(2), "unchanged"),
        (count(0), "not possible"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    parts
        .map(|(n, what)| format!("{} {what}", grouped(*n)))
        .collect::<Vec<_>>()
        .join(", ")
}
