//! Who may do what a filter asks about without a grant that it leaves.
//!
//! "Who can write to X" is answered by the grants in X and by the platform admins, whose grants lie in `system`: without
//! them the answer would claim more than is known.

use super::select::{Judge, Names, both, is_marked};
use super::words::{Word, is_workspace};
use super::{Besides, Filter};
use crate::audit::effective::Tops;
use crate::audit::snapshot::{PrincipalNo, Reading, WorkspaceNo};
use crate::domain::ids::WorkspaceName;
use crate::domain::operation::Operation;
use crate::domain::platform::Generation;
use crate::domain::role::Role;

impl Judge<'_> {
    /// Returns who may do what `filter` asks about besides those whose grants are among the marked `rows`.
    pub(super) fn besides(&self, filter: &Filter, rows: &[bool]) -> Besides {
        let workspaces = self.snapshot.workspaces.iter();
        let is_whole = filter.is_empty() && workspaces.clone().all(|workspace| workspace.is_reported);
        let lets_in = self.within_access(filter);
        let is_elsewhere = |workspace: &str| !is_system(workspace) && filter.is_within(workspace);
        let meant = workspaces.zip(&lets_in).filter(|(_, lets_in)| **lets_in);
        let mut meant = meant.filter(|(workspace, _)| workspace.is_reported && is_elsewhere(workspace.name.raw()));
        let system = self.system();
        let are_all_known = system.is_some_and(|system| self.tells_admins(system));
        // In `system` they are among the grants, if those could be read.
        let asks_for_unknown = !are_all_known && filter.is_within(WorkspaceName::SYSTEM);
        if is_whole || (meant.next().is_none() && !asks_for_unknown) {
            return Besides::Nobody;
        }
        let has_row = |principal: PrincipalNo| {
            let place = system.and_then(|system| self.held(system, principal));
            place.is_some_and(|place| is_marked(rows, place))
        };
        let called = filter.words.iter().filter_map(|word| {
            let Word::Called(called) = word else { return None };
            Some(self.names(called))
        });
        let called: Vec<Names> = called.collect();
        let is_about = |admin| {
            called.iter().all(|names| self.may_be_called(names, admin))
                && filter.words.iter().all(|word| self.may_mean(word, admin))
        };
        let tops = Tops::of(self.snapshot);
        let admins = tops.holders();
        let admins: Vec<PrincipalNo> = admins
            .filter(|admin| !has_row(*admin) && is_about(Some(*admin)))
            .collect();
        if !are_all_known && is_about(None) {
            Besides::NotAllKnown(admins)
        } else if admins.is_empty() {
            Besides::Nobody
        } else {
            Besides::PlatformAdmins(admins)
        }
    }

    /// Marks the workspaces that let in whom the filter asks for.
    fn within_access(&self, filter: &Filter) -> Vec<bool> {
        let mut marks = vec![true; self.snapshot.workspaces.len()];
        for word in &filter.words {
            if let Word::Access(unnamed) = word {
                both(&mut marks, &self.letting_in(*unnamed));
            }
        }
        marks
    }

    /// Returns whether a name without a key is about somebody who may do everything everywhere: a platform admin, or any of
    /// those that are not known.
    fn may_be_called(&self, names: &Names, admin: Option<PrincipalNo>) -> bool {
        let holds_there = |(place, is_meant): (usize, &bool)| {
            let workspace = self.snapshot.workspaces.get(place);
            *is_meant && workspace.is_some_and(|it| it.is_reported && !is_system(it.name.raw()))
        };
        // Whoever is not known may be called anything.
        admin.is_none_or(|admin| is_marked(&names.principals, admin.place()))
            || names.workspaces.iter().enumerate().any(holds_there)
            || Role::Admin.raw().to_lowercase().contains(&names.lower)
    }

    /// Returns whether any other word is about them.
    fn may_mean(&self, word: &Word, admin: Option<PrincipalNo>) -> bool {
        let principal = admin.and_then(|admin| self.snapshot.principal(admin));
        match word {
            Word::Role(name) => Role::Admin.raw().to_lowercase() == *name || self.holds_top(admin, name),
            Word::Who(name) => principal.is_none_or(|principal| name.is_principal(principal)),
            Word::Kind(kind) => principal.is_none_or(|principal| principal.kind() == *kind),
            // Their grants let them create workspaces where these lie, in `system`.
            Word::Can(operation) => *operation != Operation::CreateWorkspace || admin.is_none(),
            // A platform admin may do all of it. Whether it is about a workspace at all was asked before, and so was the name.
            // The others are about grants and findings: nobody of whom nothing is left is shut out by them.
            Word::Called(_)
            | Word::Allows(_)
            | Word::Workspace(_)
            | Word::Access(_)
            | Word::Made(_)
            | Word::Rule(_)
            | Word::Severity(_) => true,
        }
    }

    /// Returns whether `admin` holds the top role of this name; of those that are not known, whether it is one.
    fn holds_top(&self, admin: Option<PrincipalNo>, name: &str) -> bool {
        let is_called = |top: &Role| top.raw().to_lowercase() == *name;
        if let Some(admin) = admin {
            self.snapshot.top_role_of(admin).is_some_and(is_called)
        } else {
            // Both generations' names: what is left of the older one lies in `system`, too.
            [Generation::Helix, Generation::Platform06]
                .iter()
                .any(|generation| is_called(&Role::top_of(*generation)))
        }
    }

    fn system(&self) -> Option<WorkspaceNo> {
        let name = WorkspaceName::from_platform(WorkspaceName::SYSTEM);
        self.snapshot.workspace_no(&name)
    }

    /// Returns whether the members of `system` are all known: in the first generations their list leaves out those that
    /// were set up with the platform.
    fn tells_admins(&self, system: WorkspaceNo) -> bool {
        let workspace = self.snapshot.workspace(system);
        let is_read = workspace.is_some_and(|workspace| workspace.reading == Reading::Read);
        is_read && self.snapshot.tells_seeds(system)
    }
}

fn is_system(workspace: &str) -> bool {
    workspace == WorkspaceName::SYSTEM
}

impl Filter {
    /// Returns whether its words and patterns for workspaces let `workspace` through.
    fn is_within(&self, workspace: &str) -> bool {
        let mut names = self.words.iter().filter_map(|word| {
            let Word::Workspace(name) = word else { return None };
            Some(name)
        });
        let is_given = self.workspaces.is_empty() || self.workspaces.iter().any(|glob| glob.matches(workspace));
        is_given && names.all(|name| is_workspace(name, workspace))
    }
}
