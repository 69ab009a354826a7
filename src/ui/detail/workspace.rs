//! The selected workspace.

use super::Pane;
use crate::app::deletions::Deletion;
use crate::app::failure::FailureKind;
use crate::app::keymap::{Action, Context};
use crate::app::model::Model;
use crate::app::scrolled::Reach;
use crate::domain::ids::WorkspaceName;
use crate::domain::member::{Granted, Roster};
use crate::domain::role::RoleSet;
use crate::domain::text::{SafeText, counted, grouped};
use crate::domain::workspace::{Access, CallerAccess, Source};
use crate::ui::{Look, time};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// How many lines a description gets.
const DESCRIPTION: usize = 6;
/// How many Admins are named.
const ADMINS: usize = 4;

/// Draws the pane.
pub(in crate::ui) fn draw(model: &Model, look: &Look, area: Rect, buffer: &mut Buffer) -> Reach {
    let workspace = model.workspace().and_then(|name| model.store.find_shown(name));
    let title = workspace.map(|workspace| workspace.name.shown()).unwrap_or_default();
    let Some(mut pane) = Pane::begin(look, title.as_str(), area, buffer) else {
        return Reach::default();
    };
    let Some(workspace) = workspace else {
        return Reach::default();
    };
    let theme = &look.theme;
    if model.store.find(&workspace.name).is_none()
        && let Some(deletion) = model.store.deletions().find(&workspace.name)
    {
        dying(model, look, deletion, &mut pane);
        return pane.end(model, buffer);
    }
    let described = workspace.described();
    if described.is_empty() {
        pane.text(theme.muted, "no description");
    } else {
        pane.text_of(DESCRIPTION, theme.text, described);
    }
    pane.gap();
    let details = model.store.details(&workspace.name);
    match details.members {
        None => match details.failure.or(model.store.halted()) {
            Some(failure) => pane.marked(theme.danger, look.marks.error, failure.headline.as_str()),
            None => pane.text(theme.muted, "loading members…"),
        },
        Some(known) => {
            pane.pair("You", theme.text, caller_access(&details.caller_access));
            if let Some((access, source)) = model.store.access(&workspace.name) {
                everyone(look, &access, source, &mut pane);
            }
            match known {
                Ok(known) => members(look, &workspace.name, &known.roster(), &mut pane),
                Err(failure) if failure.kind == FailureKind::Forbidden => {
                    pane.pair("Members", theme.muted, "only Admins see them");
                }
                Err(failure) => pane.pair("Members", theme.danger, failure.headline.as_str()),
            }
        }
    }
    if model.session.default_workspace.as_ref() == Some(&workspace.name) {
        pane.pair("Default", theme.text, "used by commands that name no workspace");
    }
    pane.gap();
    let made = (workspace.created_at, workspace.created_by.as_deref());
    let changed = (workspace.updated_at, workspace.updated_by.as_deref());
    happened(look, "Created", made, model.now, &mut pane);
    if changed != made {
        happened(look, "Updated", changed, model.now, &mut pane);
    }
    pane.end(model, buffer)
}

/// Tells how far the deletion of a workspace is.
fn dying(model: &Model, look: &Look, deletion: &Deletion, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.marked(theme.warning, look.marks.warning, "being deleted");
    pane.gap();
    if let Some(status) = &deletion.status {
        let style = if deletion.has_failed() {
            theme.danger
        } else {
            theme.text
        };
        pane.pair(
            "Stage",
            style,
            format!("{}: {}", status.stage.label(), status.stage.meaning()),
        );
        if let Some(error) = &status.error {
            pane.pair("Error", theme.danger, error);
        }
    }
    happened(look, "Since", (Some(deletion.since), None), model.now, pane);
    pane.gap();
    let key = model.key_of(Context::Workspaces, Action::OpenMembers);
    pane.text(theme.muted, format!("{key} shows the status"));
}

fn caller_access(caller_access: &CallerAccess) -> String {
    match caller_access {
        CallerAccess::PlatformAdmin => "platform admin: may do everything here".to_owned(),
        CallerAccess::Holds(role) => format!("{}: {}", role.shown(), role.meaning()),
        CallerAccess::AtLeastViewer => "Viewer or Editor: not known which".to_owned(),
        CallerAccess::Nothing => "no effective role here".to_owned(),
        CallerAccess::Unknown => "could not be determined".to_owned(),
    }
}

/// Tells what everyone may do here, and where that is known from.
fn everyone(look: &Look, access: &Access, source: Source, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    match (access, source) {
        (Access::Private, _) => pane.pair("Access", theme.text, "private: named members only"),
        (Access::All(role), Source::Read) => pane.pair(
            "Access",
            theme.warning,
            format!("all: {}, for everyone on the platform", role.shown()),
        ),
        (Access::All(role), Source::AsInstalled) => pane.pair(
            "Access",
            theme.muted,
            format!(
                "all: {}, for everyone on the platform, as installed: not read, but your role fits",
                role.shown()
            ),
        ),
    }
}

fn members(look: &Look, name: &WorkspaceName, roster: &Roster, pane: &mut Pane<'_>) {
    let theme = &look.theme;
    pane.pair("Members", theme.text, format!("{}: {}", roster.len(), by_role(roster)));
    let n_admins = roster.admins().count();
    if n_admins == 0 && name.is_built_in() {
        pane.pair("Admins", theme.text, "none: it belongs to the platform");
    } else if n_admins == 0 {
        pane.pair("Admins", theme.danger, "! none: nobody here can manage members");
    } else {
        let admins = roster.admins().take(ADMINS);
        let admins: Vec<String> = admins.map(|admin| admin.principal.label().to_string()).collect();
        let more = if n_admins > ADMINS {
            format!(" and {} more", n_admins - ADMINS)
        } else {
            String::new()
        };
        pane.pair("Admins", theme.text, format!("{}{more}", admins.join(", ")));
    }
    if n_admins == 1 {
        pane.pair("", theme.warning, "! only one: add a second");
    }
}

/// Returns how many members hold which role as their strongest: `2 Admins, 4 Editors, 1 with no role`.
pub(in crate::ui) fn by_role(roster: &Roster) -> String {
    let mut counts: BTreeMap<(u8, String), usize> = BTreeMap::new();
    for member in roster.members() {
        let strongest = strongest(&member.roles);
        *counts.entry((3 - member.roles.rank().min(3), strongest)).or_default() += 1;
    }
    if counts.is_empty() {
        return counted(0, "member");
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|((rank, role), n)| match rank {
            0..=2 => counted(*n, role),
            _ => format!("{} with {role}", grouped(*n)),
        })
        .collect();
    counts.join(", ")
}

fn strongest(roles: &RoleSet) -> String {
    let first = roles.effective().or(roles.iter().next());
    first.map_or_else(|| "no role".to_owned(), |role| role.shown().cut(20, "…").to_string())
}

/// Tells when something was granted and by whom; where several grants are not told apart, what is known of the first
/// and of the newest, each for itself.
pub(in crate::ui) fn granted(look: &Look, granted: &Granted, now: Timestamp, pane: &mut Pane<'_>) {
    match granted {
        Granted::Newest(at, by) => happened(look, "Granted", (*at, by.as_deref()), now, pane),
        Granted::Several(at, _) => {
            happened(look, "First", (*at, None), now, pane);
            if let Some(by) = granted.by() {
                pane.pair(
                    "Newest",
                    look.theme.text,
                    format!("by {}", SafeText::with_limit(by, 100)),
                );
            }
        }
    }
}

/// Adds when and by whom something happened.
pub(in crate::ui) fn happened(
    look: &Look,
    label: &str,
    (at, by): (Option<Timestamp>, Option<&str>),
    now: Timestamp,
    pane: &mut Pane<'_>,
) {
    match at {
        Some(at) => {
            pane.pair(label, look.theme.text, time::relative(at, now));
            pane.pair("", look.theme.text, time::exact(at));
        }
        None => pane.pair(label, look.theme.muted, "time not known"),
    }
    if let Some(by) = by.filter(|by| !by.is_empty()) {
        pane.pair("", look.theme.muted, format!("by {}", SafeText::with_limit(by, 100)));
    }
}
