//! What a plan is approved by: a hash over its changes alone.

use crate::domain::change::Change;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::hex;
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// Returns the SHA-256 over `changes`, each a line of JSON, in the order of those lines; in hexadecimal digits.
pub fn of<'a>(changes: impl Iterator<Item = &'a Change>) -> String {
    let mut lines: Vec<String> = changes.map(line).collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    hex(&hash.finalize())
}

fn line(change: &Change) -> String {
    let workspace = change.workspace().raw();
    match change {
        Change::Roles {
            principal,
            before,
            after,
            ..
        } => json!(["roles", workspace, principal.raw(), raw(before), raw(after)]).to_string(),
        Change::CreateWorkspace { description, .. } => json!(["create", workspace, description]).to_string(),
        // No plan holds any of these.
        Change::Describe { .. }
        | Change::DeleteWorkspace { .. }
        | Change::RetryDeletion { .. }
        | Change::CreateProject { .. }
        | Change::DeleteResource { .. } => json!(["other", workspace, change.sentence().as_str()]).to_string(),
    }
}

/// Returns the roles as the platform spells them, in the order of the alphabet.
pub(super) fn raw(roles: &RoleSet) -> Vec<&str> {
    let mut raw: Vec<&str> = roles.iter().map(Role::raw).collect();
    raw.sort_unstable();
    raw
}
