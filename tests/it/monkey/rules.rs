//! What is right, told anew and apart from the code under test.

use nmp_console::app::model::Model;
use nmp_console::domain::change::Change;
use nmp_console::domain::identity::Identity;
use nmp_console::domain::policy::Tier;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::ui::{self, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How a change must be confirmed, by the table of the specification and not by the code under test.
pub(super) fn needed_tier(change: &Change, n_together: usize, caller: &Identity) -> Tier {
    let is_caller = |raw: &str| {
        caller.email.as_deref() == Some(raw)
            || caller.subject.as_deref() == Some(raw)
            || caller.groups.iter().any(|group| group == raw)
    };
    if n_together > 5 || matches!(change, Change::DeleteWorkspace { .. }) {
        return Tier::Typed;
    }
    let (principal, before, after) = match change {
        Change::Roles {
            principal,
            before,
            after,
            ..
        } => (principal.raw(), before, after),
        Change::DeleteResource { .. } | Change::RetryDeletion { .. } => return Tier::YesNo,
        Change::CreateWorkspace { .. }
        | Change::Describe { .. }
        | Change::DeleteWorkspace { .. }
        | Change::CreateProject { .. } => return Tier::Apply,
    };
    let strength = |roles: &RoleSet| {
        [Role::Viewer, Role::Editor, Role::Admin]
            .iter()
            .rposition(|role| roles.holds(role))
            .map_or(0, |place| place + 1)
    };
    let is_less = after.is_empty() || strength(after) < strength(before);
    let is_more = strength(after) > strength(before);
    let is_flagged = principal.contains('\u{430}') && is_more;
    let is_write_for_all = principal == "*" && is_more && strength(after) > 1;
    if (is_less && is_caller(principal)) || is_flagged || is_write_for_all {
        Tier::Typed
    } else if is_less || (is_more && strength(after) == 3) || principal == "*" {
        Tier::YesNo
    } else {
        Tier::Apply
    }
}

/// Draws the model on a screen of its size: it fits, nothing on it can move the cursor or hide, and the terminal's own
/// cursor is in the row under the sign.
pub(super) fn draw(model: &Model, look: &Look) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, model.size.width, model.size.height));
    let (cursor, ..) = ui::view(model, look, &mut buffer);
    assert!(buffer.area.is_empty() || buffer.area.contains(cursor.at), "{cursor:?}");
    if model.dialogs.is_empty() && model.equivalent.is_none() && !cursor.is_shown {
        // Before a table; in the list of kinds beside it there is a second one.
        let has_sign = |y| (0..buffer.area.width).any(|x| buffer[(x, y)].symbol() == look.marks.cursor);
        let is_list = model.screen().n_rows() > 0 && (2..buffer.area.height.saturating_sub(2)).any(has_sign);
        let rows = buffer.content().chunks(usize::from(buffer.area.width.max(1)));
        let rows = rows.map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>());
        let text = || rows.collect::<Vec<_>>().join("\n");
        assert!(!is_list || has_sign(cursor.at.y), "{cursor:?}:\n{}", text());
    }
    // Most of a frame is blank.
    for cell in buffer.content().iter().filter(|cell| cell.symbol() != " ") {
        let is_harmful =
            |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
        assert!(
            !cell.symbol().chars().any(is_harmful),
            "{:?} is on the screen",
            cell.symbol()
        );
    }
}
