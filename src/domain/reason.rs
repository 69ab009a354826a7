//! For which changes a policy demands a reason.

use super::change::Change;
use super::role::Role;

/// What is written in a policy for everyone (`*`), and for deletions.
const EVERYONE: &str = "*";
const DELETE: &str = "delete";

/// One thing that is not changed without a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Demand {
    /// This role is given or taken.
    Role(Role),
    /// It is about everyone.
    Everyone,
    /// Something is deleted.
    Deletion,
}

/// The changes for which a reason is demanded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reasons(Vec<Demand>);

impl Reasons {
    /// Adds what `word` stands for: the name of a role, `*` or `delete`.
    ///
    /// # Errors
    /// Says what may stand there.
    pub fn demand(&mut self, word: &str) -> Result<(), String> {
        let role = Role::CHOICES.into_iter().find(|role| role.raw() == word);
        let demand = match (word, role) {
            (EVERYONE, _) => Demand::Everyone,
            (DELETE, _) => Demand::Deletion,
            (_, Some(role)) => Demand::Role(role),
            (_, None) => {
                let roles: Vec<String> = Role::CHOICES.iter().map(|role| role.shown().to_string()).collect();
                return Err(format!("this is none of {}, {EVERYONE}, {DELETE}", roles.join(", ")));
            }
        };
        if self.0.contains(&demand) {
            return Err("it is listed twice: remove one".to_owned());
        }
        self.0.push(demand);
        Ok(())
    }

    /// Returns whether no change needs one.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether `change` needs a reason.
    pub fn are_needed_for(&self, change: &Change) -> bool {
        let (before, after) = change.roles();
        self.0.iter().any(|demand| match demand {
            Demand::Role(role) => before.holds(role) != after.holds(role),
            Demand::Everyone => change.principal().is_some_and(super::ids::Principal::is_everyone),
            Demand::Deletion => match change {
                Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } | Change::DeleteResource { .. } => true,
                Change::CreateWorkspace { .. }
                | Change::Describe { .. }
                | Change::Roles { .. }
                | Change::CreateProject { .. } => false,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::role::RoleSet;
    use rstest::rstest;

    fn roles(who: &str, before: &[&str], after: &[&str]) -> Change {
        let set = |roles: &[&str]| -> RoleSet { roles.iter().map(|raw| Role::from_platform(raw)).collect() };
        Change::Roles {
            workspace: WorkspaceName::from_platform("a"),
            principal: Principal::from_platform(who),
            before: set(before),
            after: set(after),
        }
    }

    fn delete() -> Change {
        Change::DeleteWorkspace {
            workspace: WorkspaceName::from_platform("a"),
        }
    }

    #[rstest]
    #[case("Admin", roles("b@x", &[], &["Admin"]), true)]
    #[case("Admin", roles("b@x", &["Admin"], &["Viewer"]), true)]
    #[case("Admin", roles("b@x", &["Admin", "Viewer"], &["Admin"]), false)]
    #[case("Editor", roles("b@x", &["Viewer"], &["Editor"]), true)]
    #[case("*", roles("*", &[], &["Viewer"]), true)]
    #[case("*", roles("b@x", &[], &["Admin"]), false)]
    #[case("delete", delete(), true)]
    #[case("delete", roles("b@x", &["Admin"], &[]), false)]
    #[case("Admin", delete(), false)]
    fn are_needed_for_what_a_policy_names(#[case] word: &str, #[case] change: Change, #[case] expected: bool) {
        let mut reasons = Reasons::default();
        assert!(!reasons.are_needed_for(&change));
        reasons.demand(word).unwrap();
        assert_eq!(reasons.are_needed_for(&change), expected);
    }

    #[test]
    fn only_what_is_known_can_be_demanded() {
        let mut reasons = Reasons::default();
        assert_eq!(
            reasons.demand("admin"),
            Err("this is none of Viewer, Editor, Admin, *, delete".to_owned())
        );
        reasons.demand("*").unwrap();
        assert_eq!(reasons.demand("*"), Err("it is listed twice: remove one".to_owned()));
    }
}
