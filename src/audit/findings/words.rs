//! What several rules say about what they found.

use super::day_of;
use crate::audit::snapshot::{AuditedWorkspace, Grant};
use crate::domain::text::SafeText;

/// Formats the admin role of a workspace: `Admin of 'ml-team'`.
pub(in crate::audit) fn admin_of(workspace: &AuditedWorkspace) -> String {
    let at = workspace.name.shown();
    if workspace.name.is_system() {
        format!("platform admin by a role in '{at}'")
    } else {
        format!("Admin of '{at}'")
    }
}

/// Returns since when a grant is there and who made it: ` (since 2026-01-02, granted by alice@example.com)`; of several
/// each for itself.
pub(in crate::audit) fn evidence(grant: &Grant<'_>) -> String {
    let by = |by: Option<&str>| {
        by.filter(|by| !by.is_empty())
            .map(|by| format!("granted by {}", SafeText::new(by)))
    };
    let told = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let known = if !grant.is_told_apart() {
        let first = grant
            .first_granted_at()
            .map(|at| format!("first granted {}", day_of(at)));
        told([first, by(grant.granted_by()).map(|by| format!("newest {by}"))])
    } else if grant.roles().is_several() {
        // Of those that nothing is known of nothing is said.
        let each = grant.given().filter_map(|given| {
            let since = given.granted_at.map(|at| format!("since {}", day_of(at)));
            let said = told([since, by(given.granted_by)]);
            (!said.is_empty()).then(|| format!("{} {said}", given.roles.shown()))
        });
        each.collect::<Vec<_>>().join("; ")
    } else {
        let since = grant.granted_at().map(|at| format!("since {}", day_of(at)));
        told([since, by(grant.granted_by())])
    };
    if known.is_empty() { known } else { format!(" ({known})") }
}

/// Returns by whom and when a workspace was made.
pub(in crate::audit) fn making(workspace: &AuditedWorkspace) -> String {
    let on = workspace
        .created_at
        .map(|at| format!(" on {}", day_of(at)))
        .unwrap_or_default();
    match &workspace.created_by {
        Some(by) => format!("it was created{on} by {}", SafeText::new(by)),
        None => format!("who created it{on} is unknown"),
    }
}
