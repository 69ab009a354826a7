//! Who may do something where they hold a grant: by that, through everyone (`*`) there, or as a platform admin.

use super::select::{Judge, Verdict, is_marked};
use crate::domain::ids::WorkspaceName;
use crate::domain::operation::Operation;

impl Judge<'_> {
    /// The grants whose holders may do `operation` in the workspace of the grant. Workspaces are created by who may in
    /// `system`, so that for it only what is held there counts.
    pub(super) fn able(&self, operation: Operation) -> Verdict {
        let generation = self.snapshot.origin.generation;
        // What a role gives depends on whether it is held in `system`, and on no other workspace.
        let (system, elsewhere) = (WorkspaceName::SYSTEM, "");
        let [there, here] = [system, elsewhere].map(|name| {
            let name = WorkspaceName::from_platform(name);
            self.sets(|roles| roles.giving(operation, &name, generation).is_some())
        });
        let home = self.snapshot.workspace_no(&WorkspaceName::from_platform(system));
        let is_given = |workspace, roles: u32| {
            let sets = if Some(workspace) == home { &there } else { &here };
            is_marked(sets, roles as usize)
        };
        let mut by_everyone = vec![false; self.snapshot.workspaces.len()];
        for row in self.rows_of_everyone() {
            if let Some(slot) = by_everyone.get_mut(row.workspace.place()) {
                *slot = is_given(row.workspace, row.roles);
            }
        }
        let tops = self.snapshot.principals();
        let tops: Vec<bool> = tops
            .map(|(number, _)| self.snapshot.top_role_of(number).is_some())
            .collect();
        let rows = self.rows(|row| {
            let counts_here = operation != Operation::CreateWorkspace || Some(row.workspace) == home;
            is_given(row.workspace, row.roles)
                || is_marked(&by_everyone, row.workspace.place())
                || (counts_here && is_marked(&tops, row.principal.place()))
        });
        let past = self.past(|past| {
            let workspace = self.snapshot.workspace(past.workspace);
            workspace.is_some_and(|workspace| past.role.gives(operation, &workspace.name, generation))
        });
        self.by_rows(rows, past)
    }
}

#[cfg(test)]
mod tests {
    use crate::audit::sample::{Sample, at};
    use crate::audit::{Answer, Filter, Policy, Report};
    use crate::domain::operation::Operation;
    use rstest::rstest;
    use std::sync::Arc;

    fn report() -> Report {
        let sample = ["team", "default", "system"]
            .iter()
            .fold(Sample::new(), |sample, name| sample.workspace(name));
        let snapshot = sample
            .holds("team", "ann@x.com", "Admin")
            .holds("team", "ed@x.com", "Editor")
            .holds("team", "vi@x.com", "Viewer")
            .holds("team", "root@x.com", "Viewer")
            .holds("default", "*", "Editor")
            .holds("default", "vi@x.com", "Viewer")
            .holds("system", "*", "Viewer,WorkspaceCreator")
            .holds("system", "root@x.com", "HelixAdmin")
            .snapshot();
        Report::new(snapshot, Arc::new(Policy::default()))
    }

    fn left(report: &Report, typed: &str) -> Vec<String> {
        let selected = report.select(&Filter::parse(typed, at(crate::audit::sample::TAKEN)).unwrap());
        let grants = selected
            .grants
            .iter()
            .filter_map(|number| report.snapshot.grant(*number));
        let names = grants.map(|grant| format!("{} {}", grant.workspace().name.raw(), grant.principal().raw()));
        names.collect()
    }

    #[rstest]
    #[case("can:delete-workspace ws:team", &["team ann@x.com", "team ed@x.com", "team root@x.com"])]
    #[case("can:manage-members", &["system root@x.com", "team ann@x.com", "team root@x.com"])]
    #[case("can:write ws:default", &["default *", "default vi@x.com"])]
    #[case("can:create-workspace", &["system *", "system root@x.com"])]
    #[case("can:delete-workspace who:vi@x.com", &["default vi@x.com"])]
    fn leaves_who_may(#[case] typed: &str, #[case] expected: &[&str]) {
        assert_eq!(left(&report(), typed), expected);
    }

    #[test]
    fn a_platform_admin_without_a_grant_there_is_named_besides() {
        let (report, now) = (report(), at(crate::audit::sample::TAKEN));
        let besides = |typed: &str| {
            let selected = report.select(&Filter::parse(typed, now).unwrap());
            selected.besides.in_words(&report.snapshot).map(String::from)
        };
        assert_eq!(
            besides("can:write ws:default").as_deref(),
            Some("1 platform admin (root@x.com)")
        );
        assert_eq!(besides("can:create-workspace ws:team"), None);
    }

    /// The filter and the questions are answered by what is known of the same roles.
    #[test]
    fn what_is_left_is_what_is_answered_with_yes() {
        let report = report();
        for operation in Operation::ALL {
            let left = left(&report, &format!("can:{}", operation.word()));
            for grant in report.snapshot.grants() {
                let evidence = report.snapshot.evidence(grant.workspace_no()).unwrap();
                let is_yes = matches!(evidence.may(grant.principal(), operation), Answer::Yes(_));
                let name = format!("{} {}", grant.workspace().name.raw(), grant.principal().raw());
                let is_elsewhere = operation == Operation::CreateWorkspace && !grant.workspace().name.is_system();
                assert_eq!(
                    left.contains(&name),
                    is_yes && !is_elsewhere,
                    "{name} {}",
                    operation.word()
                );
            }
        }
    }
}
