//! A workspace that a command was asked about and that is not there: a slip of the hand, more often than not, and it looks
//! like a lack of rights to everybody but platform admins.

use crate::api::{Client, Coverage};
use crate::domain::choice::nearest;
use crate::domain::ids::WorkspaceName;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::slip::no_workspace;
use crate::domain::text::SafeText;

/// Asks for the list of workspaces, and returns what to say of `name`; nothing where it is listed, or where the list does not
/// tell.
pub(super) async fn told(client: &Client, info: &ServerInfo, name: &WorkspaceName) -> Option<SafeText> {
    // Everybody has it, whoever may see it.
    if name.is_system() {
        return None;
    }
    let list = client.all_workspaces().await.ok()?;
    let known = list.rows.iter().map(|workspace| workspace.name.raw());
    if list.coverage != Coverage::Complete || known.clone().any(|other| other == name.raw()) {
        return None;
    }
    let text = no_workspace(name.raw(), info.platform_admin == Allowed::Yes, known);
    Some(SafeText::new(&text))
}

/// Returns ` (did you mean 'ml-team'?)` for a pattern that matches nothing and is the name of a workspace but for a slip.
pub(super) fn hint<'a>(pattern: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    if pattern.contains(['*', '?', '[', '{']) {
        return String::new();
    }
    nearest(pattern, known).map_or_else(String::new, |name| format!(" (did you mean '{name}'?)"))
}
