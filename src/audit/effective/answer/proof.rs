//! What somebody may do in one workspace, binding by binding: which role lets them, what it gives, and what would remain
//! without it.

use super::{Answer, Doubt, Evidence, Giving, Holding, Known, system_name};
use crate::domain::ids::{Principal, PrincipalKind, WorkspaceName};
use crate::domain::operation::Operation;
use crate::domain::role::Role;

/// What somebody may do in one workspace, and through what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What they may do.
    pub can: Vec<Operation>,
    /// What they certainly may not.
    pub cannot: Vec<Operation>,
    /// What they may or may not.
    pub cannot_tell: Vec<Operation>,
    /// The bindings that are theirs, also such as give nothing: their own first, then those of everyone, here before
    /// `system`.
    pub strands: Vec<Strand>,
    /// Those of groups, which may be theirs, and what they would give.
    pub perhaps: Vec<Strand>,
    /// What else could change it.
    pub doubts: Vec<Doubt>,
}

/// One binding of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strand {
    /// The binding.
    pub binding: Giving,
    /// What it gives.
    pub gives: Vec<Operation>,
    /// What they may do without it, through the other bindings that are certainly theirs.
    pub without: Vec<Operation>,
}

impl Evidence<'_> {
    /// Returns what `principal` may do here, and through what. The right to create workspaces is told in `system` alone.
    pub fn proof(&self, principal: &Principal) -> Proof {
        let is_theirs = |holder: &Principal| holder == principal || holder.is_everyone();
        let mut strands = self.strands(is_theirs);
        // Those of everyone come after their own.
        strands.sort_by_key(|strand| strand.binding.principal != *principal);
        for place in 0..strands.len() {
            let others = strands.iter().enumerate().filter(|(other, _)| *other != place);
            let without = self.union(others.map(|(_, strand)| strand));
            if let Some(strand) = strands.get_mut(place) {
                strand.without = without;
            }
        }
        let mut proof = Proof {
            strands,
            doubts: self.doubts(Operation::Read),
            ..Proof::default()
        };
        if !principal.is_everyone() {
            proof.perhaps = self.strands(|holder| holder != principal && holder.kind() == PrincipalKind::Group);
            proof.perhaps.retain(|strand| !strand.gives.is_empty());
        }
        for operation in self.operations() {
            match self.may(principal, operation) {
                Answer::Yes(_) => proof.can.push(operation),
                Answer::No => proof.cannot.push(operation),
                Answer::CannotTell(_) => proof.cannot_tell.push(operation),
            }
        }
        proof
    }

    /// Returns what can be told here.
    fn operations(&self) -> impl Iterator<Item = Operation> {
        let all = Operation::ALL.into_iter();
        all.filter(|operation| operation.held_in(&self.workspace) == self.workspace)
    }

    /// Returns the bindings of such principals that count here, of each the strongest role first.
    fn strands(&self, is_meant: impl Fn(&Principal) -> bool) -> Vec<Strand> {
        let of = |known: &Known<'_>, held_in: &WorkspaceName, counts: fn(&Self, &Role) -> bool| {
            let holdings = known.holdings().iter().filter(|holding| is_meant(holding.principal));
            let strands = holdings.flat_map(|Holding { principal, roles }| {
                let roles = roles.iter().filter(|role| counts(self, role));
                roles.map(|role| self.strand(principal, held_in, role))
            });
            strands.collect::<Vec<Strand>>()
        };
        let here = of(&self.here, &self.workspace, |_, _| true);
        let system = self.system.as_ref().map(|system| {
            let is_top: fn(&Self, &Role) -> bool = |evidence, role| role.is_top(evidence.generation);
            of(system, &system_name(), is_top)
        });
        [here, system.unwrap_or_default()].concat()
    }

    fn strand(&self, principal: &Principal, held_in: &WorkspaceName, role: &Role) -> Strand {
        let given = self.operations();
        let given = given.filter(|operation| role.gives(*operation, held_in, self.generation));
        Strand {
            binding: Giving {
                held_in: held_in.clone(),
                principal: principal.clone(),
                role: role.clone(),
            },
            gives: given.collect(),
            without: Vec::new(),
        }
    }

    fn union<'s>(&self, strands: impl Iterator<Item = &'s Strand>) -> Vec<Operation> {
        let strands: Vec<&Strand> = strands.collect();
        let given = |operation: &Operation| strands.iter().any(|strand| strand.gives.contains(operation));
        self.operations().filter(given).collect()
    }
}

/// Returns operations in words, for one line: `read, write`; `nothing` of none.
pub fn in_words(operations: &[Operation]) -> String {
    if operations.is_empty() {
        return "nothing".to_owned();
    }
    let words: Vec<&str> = operations.iter().map(|operation| operation.in_words()).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::sample::{Sample, who, ws};
    use crate::domain::operation::Operation as O;
    use pretty_assertions::assert_eq;

    fn proof(workspace: &str, principal: &str) -> Proof {
        let snapshot = Sample::new()
            .workspace("team")
            .workspace("system")
            .holds("team", "*", "Viewer")
            .holds("team", "ann@x.com", "Editor,JobRunner")
            .holds("team", "leads", "Admin")
            .holds("team", "root@x.com", "Viewer")
            .holds("system", "*", "WorkspaceCreator")
            .holds("system", "root@x.com", "HelixAdmin")
            .snapshot();
        let place = snapshot.workspace_no(&ws(workspace)).unwrap();
        snapshot.evidence(place).unwrap().proof(&who(principal))
    }

    /// In one line for each binding: what it is, what it gives, what remains.
    fn lines(strands: &[Strand]) -> Vec<String> {
        let line = |strand: &Strand| {
            let (gives, without) = (in_words(&strand.gives), in_words(&strand.without));
            format!("{}: {gives} / {without}", strand.binding.in_words())
        };
        strands.iter().map(line).collect()
    }

    #[test]
    fn each_binding_is_told_with_what_would_remain_without_it() {
        let proof = proof("team", "ann@x.com");
        assert_eq!(
            lines(&proof.strands),
            [
                "Editor of ann@x.com in 'team': read, write, delete the workspace / read",
                "JobRunner of ann@x.com in 'team': nothing / read, write, delete the workspace",
                "Viewer of Everyone (*) in 'team': read / read, write, delete the workspace",
            ]
        );
        assert_eq!(proof.can, [O::Read, O::Write, O::DeleteWorkspace]);
        assert_eq!((proof.cannot, proof.cannot_tell), (vec![], vec![O::ManageMembers]));
        let all = "read, write, manage members, delete the workspace";
        assert_eq!(
            lines(&proof.perhaps),
            [format!("Admin of leads in 'team': {all} / nothing")]
        );
    }

    #[test]
    fn what_a_platform_admin_holds_in_system_is_part_of_it() {
        let all = "read, write, manage members, delete the workspace";
        assert_eq!(
            lines(&proof("team", "root@x.com").strands),
            [
                format!("Viewer of root@x.com in 'team': read / {all}"),
                format!("HelixAdmin of root@x.com in 'system': {all} / read"),
                format!("Viewer of Everyone (*) in 'team': read / {all}"),
            ]
        );
        let there = proof("system", "root@x.com");
        assert_eq!(there.can, O::ALL, "creating workspaces is told in 'system'");
        assert_eq!(there.strands.len(), 2, "{:?}", there.strands);
    }

    #[test]
    fn everyone_has_only_its_own() {
        let proof = proof("team", "*");
        assert_eq!(
            lines(&proof.strands),
            ["Viewer of Everyone (*) in 'team': read / nothing"]
        );
        assert_eq!((proof.cannot.len(), proof.perhaps.len()), (3, 0));
    }
}
