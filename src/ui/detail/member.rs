//! The selected member.

use super::workspace::granted;
use super::{LABEL, Pane};
use crate::app::model::Model;
use crate::app::screen::members::Badge;
use crate::app::scrolled::Reach;
use crate::domain::member::Member;
use crate::domain::member::Roster;
use crate::domain::workspace::Access;
use crate::ui::Look;
use crate::ui::marks::Mark;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Reach {
    let Some(mut pane) = Pane::begin(look, "", area, buffer) else {
        return Reach::default();
    };
    let roster = model.workspace().and_then(|workspace| model.store.roster(workspace));
    let (Some(roster), Some(member)) = (roster, model.member()) else {
        return Reach::default();
    };
    let member = &member;
    let theme = &look.theme;
    pane.text_of(6, theme.title, member.principal.label());
    pane.text(theme.muted, member.principal.kind().label());
    let caller = model.identity();
    let badges = Badge::all(
        &member.principal,
        roster.is_last_admin(&member.principal),
        &model.known(&caller),
    );
    pane.marks(badges.iter().copied().map(Mark::from));
    pane.gap();
    let workspace = model.workspace();
    for role in member.roles.iter() {
        let meaning = workspace.map_or(role.meaning(), |workspace| {
            role.meaning_in(workspace, model.generation())
        });
        let name = role.shown();
        if name.width() <= LABEL {
            pane.pair(name.as_str(), theme.text, meaning);
        } else {
            pane.text(theme.text, format!("{name}: {meaning}"));
        }
    }
    through_everyone(look, member, &roster, &mut pane);
    pane.gap();
    granted(look, &member.granted(), model.now, &mut pane);
    explanations(model, look, member, &badges, &mut pane);
    pane.end(model, buffer)
}

/// Says what everyone's role adds to the member's own.
fn through_everyone(look: &Look, member: &Member, roster: &Roster, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    if member.principal.is_everyone() {
        pane.text(theme.warning, "everyone on the platform has this here");
        return;
    }
    let Access::All(role) = roster.access() else {
        return;
    };
    let own = member.roles.rank();
    let effective = if role.rank() > own {
        Some(&role)
    } else {
        member.roles.effective()
    };
    let effective = effective
        .map(|role| format!(", effective: {}", role.shown()))
        .unwrap_or_default();
    pane.text(theme.muted, format!("Everyone (*) gives {}{effective}", role.shown()));
}

/// Says what the badges mean and what is odd about the spelling.
fn explanations(model: &Model, look: &Look, member: &Member, badges: &[Badge], pane: &mut Pane<'_>) {
    let theme = &look.theme;
    let mut notes: Vec<(ratatui::style::Style, String)> = Vec::new();
    if badges.contains(&Badge::LastAdmin) {
        notes.push((
            theme.warning,
            "the last Admin: the platform refuses to remove or demote it until there is another".to_owned(),
        ));
    }
    if let Err(problem) = member.principal.addressable() {
        let (style, what) = if model.identity().is_platform_admin {
            (
                theme.warning,
                "but you can, as platform admin, through its role-binding rows",
            )
        } else {
            (
                theme.danger,
                "only a platform admin (through its role-binding row) or deleting the workspace removes it",
            )
        };
        notes.push((style, format!("{}; {what}", problem.in_words())));
    }
    if let Some(twin) = model.twin(&member.principal) {
        notes.push((theme.danger, format!("is not {}, but looks like it", twin.label())));
    }
    if let Some(double) = model.double(&member.principal) {
        let text = format!("is not {}, which differs in case or blanks only", double.label());
        notes.push((theme.danger, text));
    }
    notes.extend(
        member
            .principal
            .oddities()
            .into_iter()
            .map(|what| (theme.warning, what)),
    );
    if !notes.is_empty() {
        pane.gap();
    }
    for (style, note) in notes {
        pane.marked(style, look.marks.warning, note);
    }
}
