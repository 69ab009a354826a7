//! What there is now, written as an access file: the same bytes for the same access, and never another meaning.
//!
//! Where a file cannot say everything about a workspace, the workspace is `additive`, so that nobody is taken away for not
//! being named, and a comment names who is missing. Applied where nothing has changed, such a file changes nothing.

mod roster;
#[cfg(test)]
pub(in crate::access::wish) mod tests;
mod text;

use super::file::SCHEMA;
use crate::audit::{AuditedWorkspace, Reading, Snapshot, WorkspaceNo};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::text::SafeText;
use std::fmt::Write as _;

pub(super) use roster::{LeftOut, Roster};
pub(super) use text::{key, list, member, quoted};

/// Whose access is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Everybody's.
    Everybody,
    /// That of one principal, who alone is named: all of it is additive.
    Of(&'a Principal),
}

/// An access file in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    head: String,
    /// What is written of each workspace, by name.
    workspaces: Vec<(WorkspaceName, String)>,
    /// Workspaces that are not written, and why.
    without: Vec<SafeText>,
    /// Members that are not written, and why.
    members_without: Vec<SafeText>,
}

impl Export {
    /// Returns everything as one file.
    pub fn whole(&self) -> String {
        let mut out = self.head.clone();
        if !self.without.is_empty() {
            out.push_str("\n# Left out:\n");
        }
        for why in &self.without {
            let _ = writeln!(out, "# {why}");
        }
        for (_, text) in &self.workspaces {
            out.push('\n');
            out.push_str(text);
        }
        out
    }

    /// Returns one file for each workspace.
    pub fn by_workspace(&self) -> impl Iterator<Item = (&WorkspaceName, String)> + Clone {
        let files = self.workspaces.iter();
        files.map(|(name, text)| (name, format!("{}\n{text}", self.head)))
    }

    /// Returns how many workspaces are written.
    pub fn n_workspaces(&self) -> usize {
        self.workspaces.len()
    }

    /// Returns what could not be written, and why: workspaces, then members.
    pub fn left_out(&self) -> impl Iterator<Item = &SafeText> {
        self.without.iter().chain(&self.members_without)
    }
}

/// Returns what a snapshot reports, as an access file. Workspaces whose members are not known to the last are left out.
pub fn export(snapshot: &Snapshot, whose: Whose<'_>) -> Export {
    let mut export = Export {
        head: head(snapshot, whose),
        workspaces: Vec::new(),
        without: Vec::new(),
        members_without: Vec::new(),
    };
    for (number, workspace) in snapshot.reported_workspaces() {
        if let Some(why) = why_not(snapshot, workspace) {
            let name = workspace.name.shown();
            export
                .without
                .push(SafeText::new(&format!("workspace '{name}': {why}")));
            continue;
        }
        let roster = Roster::of(snapshot, number);
        let written = match whose {
            Whose::Everybody => Some(block(workspace, &roster)),
            Whose::Of(principal) => block_of(workspace, &roster, principal),
        };
        let is_meant = |member: &&LeftOut<'_>| match whose {
            Whose::Everybody => true,
            Whose::Of(principal) => member.principal == principal,
        };
        let left_out = roster.left_out.iter().filter(is_meant);
        let name = workspace.name.shown();
        let left_out = left_out.map(|member| SafeText::new(&format!("workspace '{name}': {member}")));
        export.members_without.extend(left_out);
        export
            .workspaces
            .extend(written.map(|text| (workspace.name.clone(), text)));
    }
    export
}

/// Returns what is written of one workspace, where that is one that can be written.
pub(super) fn one(snapshot: &Snapshot, number: WorkspaceNo) -> Option<String> {
    let workspace = snapshot.workspace(number)?;
    Some(block(workspace, &Roster::of(snapshot, number)))
}

/// Returns why nothing can be written of a workspace.
pub(super) fn why_not(snapshot: &Snapshot, workspace: &AuditedWorkspace) -> Option<String> {
    if let Err(why) = workspace.name.addressable() {
        return Some(why.in_words());
    }
    why_unread(snapshot, workspace)
}

/// Returns why it is not known who all members of a workspace are.
pub(in crate::access) fn why_unread(snapshot: &Snapshot, workspace: &AuditedWorkspace) -> Option<String> {
    match &workspace.reading {
        Reading::Read if snapshot.coverage.bindings.is_none_or(|bindings| bindings.is_complete) => None,
        Reading::Read => Some("not all of its members were read".to_owned()),
        Reading::NotRead => Some("its members were not read".to_owned()),
        Reading::Denied => Some("the platform refused to show its members".to_owned()),
        Reading::Failed(why) => Some(format!("its members could not be read: {why}")),
    }
}

fn head(snapshot: &Snapshot, whose: Whose<'_>) -> String {
    let server = &snapshot.origin.server;
    let whom = match whose {
        Whose::Everybody => "Who has access to what".to_owned(),
        Whose::Of(principal) => format!("What '{}' has access to", principal.shown()),
    };
    // Without the time, so that two of them differ only where access does.
    let shown = SafeText::new(server);
    let quoted = quoted(server);
    format!("# {whom} on {shown}, as `nmp-console export` writes it.\nschema = {SCHEMA}\nserver = {quoted}\n")
}

fn block(workspace: &AuditedWorkspace, roster: &Roster<'_>) -> String {
    let mut out = String::new();
    let is_whole = !workspace.name.is_built_in() && roster.left_out.is_empty() && !roster.members.is_empty();
    if roster.members.is_empty() && roster.left_out.is_empty() {
        out.push_str("# Nobody holds a role here.\n");
    }
    for member in &roster.left_out {
        let _ = writeln!(
            out,
            "# {}",
            SafeText::new(&format!("{member}; it stays, since the list is additive"))
        );
    }
    let name = key(workspace.name.raw());
    let mode = if is_whole { "authoritative" } else { "additive" };
    let _ = writeln!(out, "[workspace.{name}]\nmode = \"{mode}\"");
    if !roster.members.is_empty() {
        let _ = writeln!(out, "\n[workspace.{name}.members]");
    }
    for (principal, roles) in &roster.members {
        let _ = writeln!(out, "{}", member(principal, roles));
    }
    out
}

fn block_of(workspace: &AuditedWorkspace, roster: &Roster<'_>, principal: &Principal) -> Option<String> {
    let (_, roles) = roster.held_by(principal)?;
    let name = key(workspace.name.raw());
    Some(format!("[workspace.{name}.members]\n{}\n", member(principal, roles)))
}
