//! What is lost with a workspace: who loses access, and how many things of each kind are destroyed.

use super::failure::Failure;
use crate::domain::member::Roster;
use crate::domain::resource::{ResourceKind, Tally};
use crate::domain::text::counted;
use crate::domain::workspace::Workspace;

/// How many things of one kind there are, or why that could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Which kind.
    pub kind: ResourceKind,
    /// How many.
    pub tally: Result<Tally, Failure>,
}

/// Everything that is known to be lost with a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// The workspace as it is now.
    pub workspace: Workspace,
    /// Its members, or why they cannot be seen.
    pub roster: Result<Roster, Failure>,
    /// Every kind that was asked for, in its usual order.
    pub counts: Vec<Counted>,
}

impl Inventory {
    /// Returns how many things were counted in all.
    pub fn n_things(&self) -> usize {
        self.found().fold(0, |sum, (_, n)| sum.saturating_add(n))
    }

    /// Returns the kinds of which there is something, with how much.
    pub fn found(&self) -> impl Iterator<Item = (ResourceKind, usize)> {
        self.counts.iter().filter_map(|counted| match counted.tally {
            Ok(Tally::Number(n)) if n > 0 => Some((counted.kind, n)),
            Ok(Tally::Number(_) | Tally::NotInstalled) | Err(_) => None,
        })
    }

    /// Returns the kinds that could not be counted, with why not.
    pub fn uncounted(&self) -> impl Iterator<Item = (ResourceKind, &Failure)> {
        self.counts.iter().filter_map(|counted| match &counted.tally {
            Ok(_) => None,
            Err(failure) => Some((counted.kind, failure)),
        })
    }

    /// Returns the kinds for which the platform has no service.
    pub fn not_installed(&self) -> impl Iterator<Item = ResourceKind> {
        let absent = |counted: &&Counted| counted.tally == Ok(Tally::NotInstalled);
        self.counts.iter().filter(absent).map(|counted| counted.kind)
    }

    /// Returns whether everything that was asked for was counted.
    pub fn is_complete(&self) -> bool {
        self.uncounted().next().is_none()
    }

    /// Returns in words what is lost now that was not when `seen` was shown; nothing where nothing came in addition.
    pub fn more_than(&self, seen: &Self) -> Option<String> {
        let more = self.counts.iter().filter_map(|counted| {
            let before = seen.counts.iter().find(|known| known.kind == counted.kind);
            match (&counted.tally, before.map(|before| &before.tally)) {
                (Ok(Tally::Number(now)), Some(Ok(Tally::Number(before)))) if now > before => {
                    Some(format!("{} instead of {before}", counted.kind.counted(*now)))
                }
                (Ok(Tally::Number(now)), Some(Ok(Tally::NotInstalled)) | None) if *now > 0 => {
                    Some(counted.kind.counted(*now))
                }
                (Err(_), Some(Ok(Tally::Number(_)))) => {
                    Some(format!("{} that can no longer be counted", counted.kind.plural()))
                }
                (Ok(_) | Err(_), _) => None,
            }
        });
        let mut more: Vec<String> = more.collect();
        if let (Ok(now), Ok(before)) = (&self.roster, &seen.roster) {
            let is_new = |who| before.find(who).is_none();
            let n_new = now.members().iter().filter(|member| is_new(&member.principal)).count();
            if n_new > 0 {
                more.push(format!("{} more", counted(n_new, "member")));
            }
        }
        (!more.is_empty()).then(|| more.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::member::Member;
    use crate::domain::role::RoleSet;
    use rstest::rstest;

    fn inventory(counts: &[(ResourceKind, Option<Tally>)], members: &[&str]) -> Inventory {
        let member = |who: &&str| Member {
            principal: Principal::from_platform(*who),
            roles: RoleSet::default(),
            granted_at: None,
            granted_by: None,
        };
        let count = |(kind, tally): &(ResourceKind, Option<Tally>)| Counted {
            kind: *kind,
            tally: tally.ok_or_else(|| Failure::local("no answer", "again")),
        };
        Inventory {
            workspace: Workspace {
                id: "workspace-1".to_owned(),
                name: WorkspaceName::from_platform("ml-team"),
                description: None,
                created_at: None,
                created_by: None,
                updated_at: None,
                updated_by: None,
            },
            roster: Ok(Roster::new(members.iter().map(member).collect())),
            counts: counts.iter().map(count).collect(),
        }
    }

    const PROJECT: ResourceKind = ResourceKind::Project;

    #[rstest]
    #[case(Some(Tally::Number(3)), Some(Tally::Number(3)), None)]
    #[case(Some(Tally::Number(3)), Some(Tally::Number(2)), None)]
    #[case(Some(Tally::Number(3)), Some(Tally::Number(4)), Some("4 projects instead of 3"))]
    #[case(Some(Tally::NotInstalled), Some(Tally::Number(1)), Some("1 project"))]
    #[case(Some(Tally::Number(3)), None, Some("projects that can no longer be counted"))]
    #[case(None, None, None)]
    #[case(None, Some(Tally::Number(9)), None)]
    fn only_what_came_in_addition_counts(
        #[case] before: Option<Tally>,
        #[case] now: Option<Tally>,
        #[case] more: Option<&str>,
    ) {
        let (before, now) = (inventory(&[(PROJECT, before)], &[]), inventory(&[(PROJECT, now)], &[]));
        assert_eq!(now.more_than(&before).as_deref(), more);
    }

    #[test]
    fn somebody_new_counts_too() {
        let (before, now) = (inventory(&[], &["a", "b"]), inventory(&[], &["b", "c"]));
        assert_eq!(now.more_than(&before).as_deref(), Some("1 member more"));
    }

    #[test]
    fn what_could_not_be_counted_is_no_zero() {
        let fileset = (ResourceKind::Fileset, Some(Tally::Number(2)));
        let whole = inventory(&[(PROJECT, None), fileset], &[]);
        assert_eq!((whole.n_things(), whole.is_complete()), (2, false));
        let absent = inventory(&[(PROJECT, Some(Tally::NotInstalled)), fileset], &[]);
        assert_eq!(
            (absent.is_complete(), absent.not_installed().next()),
            (true, Some(PROJECT))
        );
    }
}
