//! Taking back what was changed: by a change of its own, which holds only where the present is what the first one left.

use super::activity::{Record, RecordId, Verdict};
use super::change::Change;
use super::ids::WorkspaceName;
use std::collections::{HashMap, HashSet};

/// Returns why nothing takes back what `record` did, if so.
fn why_not(record: &Record) -> Option<&'static str> {
    let Some(change) = &record.change else {
        return Some("a newer release made it");
    };
    let Some((_, end)) = &record.end else {
        return Some("it is not known what became of it");
    };
    match end.verdict {
        Verdict::Confirmed | Verdict::Accepted | Verdict::Applied | Verdict::HalfDone => {}
        Verdict::Refused | Verdict::NotApplied | Verdict::NotSent => return Some("it was not done"),
        Verdict::Unknown => return Some("it is not known what became of it"),
    }
    match change {
        Change::Roles { before, after, .. } => {
            (end.found.as_ref().unwrap_or(after) == before).then_some("it changed nothing")
        }
        Change::Describe { .. } => None,
        Change::CreateWorkspace { .. } | Change::CreateProject { .. } => {
            Some("what was created is not deleted by undo: delete it yourself")
        }
        Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } | Change::DeleteResource { .. } => {
            Some("a deletion cannot be undone")
        }
    }
}

/// Returns the change that takes back what `record` did.
///
/// # Errors
/// Says why there is none.
pub fn inverse(record: &Record) -> Result<Change, &'static str> {
    if let Some(why) = why_not(record) {
        return Err(why);
    }
    let left = record.end.as_ref().and_then(|(_, end)| end.found.as_ref());
    match &record.change {
        Some(Change::Roles {
            workspace,
            principal,
            before,
            after,
        }) => Ok(Change::Roles {
            workspace: workspace.clone(),
            principal: principal.clone(),
            before: left.unwrap_or(after).clone(),
            after: before.clone(),
        }),
        Some(Change::Describe {
            workspace,
            before,
            after,
        }) => Ok(Change::Describe {
            workspace: workspace.clone(),
            before: Some(after.clone()),
            after: before.clone().unwrap_or_default(),
        }),
        Some(
            Change::CreateWorkspace { .. }
            | Change::DeleteWorkspace { .. }
            | Change::RetryDeletion { .. }
            | Change::CreateProject { .. }
            | Change::DeleteResource { .. },
        )
        | None => Err("it cannot be undone"),
    }
}

/// Which records of a journal are undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone(HashSet<RecordId>);

impl Undone {
    /// Finds them among all `records`, the newest first.
    pub fn among(records: &[Record]) -> Self {
        let mut undone = HashSet::new();
        let places: HashMap<&RecordId, u64> = records.iter().map(|record| (&record.id, record.seq)).collect();
        // What is undone itself undoes nothing: whoever is newer is judged first.
        for record in records {
            let is_in_force = why_not(record).is_none() && !undone.contains(&record.id);
            let undoes = record.undoes.as_ref().filter(|_| is_in_force);
            let is_older = |id: &&RecordId| places.get(id).is_none_or(|seq| *seq < record.seq);
            undone.extend(undoes.filter(is_older).cloned());
        }
        Self(undone)
    }

    /// Returns whether a later record takes this one back.
    pub fn contains(&self, id: &RecordId) -> bool {
        self.0.contains(id)
    }
}

/// Returns the last change in `workspace` on `server` that can be taken back, with all that was confirmed together with
/// it; nothing where there is none. `records` are the newest first. What takes something back itself is no such change:
/// so undo goes back step by step, and does not turn round.
pub fn last_in<'a>(records: &'a [Record], server: &str, workspace: &WorkspaceName) -> Vec<&'a Record> {
    let undone = Undone::among(records);
    let can_be = |record: &&Record| {
        record.server == server && record.undoes.is_none() && !undone.contains(&record.id) && inverse(record).is_ok()
    };
    let is_here = |record: &&Record| {
        record
            .change
            .as_ref()
            .is_some_and(|change| change.workspace() == workspace)
    };
    let Some(last) = records.iter().filter(can_be).find(is_here) else {
        return Vec::new();
    };
    let Some(plan) = &last.plan else {
        return vec![last];
    };
    let of_the_plan = records.iter().filter(|record| record.plan.as_ref() == Some(plan));
    of_the_plan.filter(can_be).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::{Caller, Conclusion};
    use crate::domain::ids::Principal;
    use crate::domain::role::{Role, RoleSet};
    use crate::domain::text::SafeText;
    use jiff::Timestamp;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    const SERVER: &str = "https://nmp.example.com";

    fn set(roles: &[&str]) -> RoleSet {
        roles.iter().map(|raw| Role::from_platform(raw)).collect()
    }

    fn at(name: &str) -> WorkspaceName {
        WorkspaceName::from_platform(name)
    }

    fn roles(workspace: &str, before: &[&str], after: &[&str]) -> Change {
        Change::Roles {
            workspace: at(workspace),
            principal: Principal::from_platform("bob@x"),
            before: set(before),
            after: set(after),
        }
    }

    fn record(seq: u64, change: Change, verdict: Verdict, found: Option<&[&str]>) -> Record {
        Record {
            tool: None,
            version: None,
            body: None,
            id: RecordId::new(format!("s-{seq}")),
            seq,
            at: Timestamp::UNIX_EPOCH,
            caller: Caller::default(),
            operator: SafeText::default(),
            context: SafeText::default(),
            server: SERVER.to_owned(),
            change: Some(change),
            request: SafeText::default(),
            reason: None,
            undoes: None,
            plan: None,
            end: Some((
                Timestamp::UNIX_EPOCH,
                Conclusion {
                    verdict,
                    found: found.map(set),
                    why: None,
                    may_come_true: false,
                },
            )),
        }
    }

    #[rstest]
    #[case::promotion(roles("a", &["Viewer"], &["Editor"]), Verdict::Confirmed, Some(&["Editor"][..]), Ok(roles("a", &["Editor"], &["Viewer"])))]
    #[case::removal(roles("a", &["Viewer"], &[]), Verdict::Applied, Some(&[][..]), Ok(roles("a", &[], &["Viewer"])))]
    #[case::not_read(roles("a", &[], &["Viewer"]), Verdict::Accepted, None, Ok(roles("a", &["Viewer"], &[])))]
    #[case::half_done(roles("a", &["Viewer"], &["Editor"]), Verdict::HalfDone, Some(&["Editor", "Viewer"][..]), Ok(roles("a", &["Editor", "Viewer"], &["Viewer"])))]
    #[case::nothing_came_of_it(roles("a", &["Viewer"], &["Editor"]), Verdict::Accepted, Some(&["Viewer"][..]), Err("it changed nothing"))]
    #[case::refused(roles("a", &["Viewer"], &[]), Verdict::Refused, None, Err("it was not done"))]
    #[case::unknown(roles("a", &["Viewer"], &[]), Verdict::Unknown, None, Err("it is not known what became of it"))]
    #[case::description(
        Change::Describe { workspace: at("a"), before: None, after: "new".to_owned() }, Verdict::Confirmed, None,
        Ok(Change::Describe { workspace: at("a"), before: Some("new".to_owned()), after: String::new() })
    )]
    #[case::deletion(Change::DeleteWorkspace { workspace: at("a") }, Verdict::Confirmed, None, Err("a deletion cannot be undone"))]
    #[case::creation(
        Change::CreateWorkspace { name: at("a"), description: None }, Verdict::Confirmed, None,
        Err("what was created is not deleted by undo: delete it yourself")
    )]
    fn takes_back_what_was_left(
        #[case] change: Change,
        #[case] verdict: Verdict,
        #[case] found: Option<&[&str]>,
        #[case] expected: Result<Change, &str>,
    ) {
        assert_eq!(inverse(&record(1, change, verdict, found)), expected);
    }

    fn done(seq: u64, workspace: &str, undoes: Option<u64>, plan: Option<&str>) -> Record {
        Record {
            undoes: undoes.map(|seq| RecordId::new(format!("s-{seq}"))),
            plan: plan.map(SafeText::new),
            ..record(
                seq,
                roles(workspace, &["Viewer"], &["Editor"]),
                Verdict::Confirmed,
                None,
            )
        }
    }

    fn last(mut records: Vec<Record>) -> Vec<u64> {
        records.reverse();
        last_in(&records, SERVER, &at("a"))
            .iter()
            .map(|record| record.seq)
            .collect()
    }

    #[test]
    fn undo_goes_back_step_by_step() {
        let (one, two) = (done(1, "a", None, None), done(2, "a", None, None));
        assert_eq!(last(vec![one.clone(), two.clone()]), [2]);
        let undo = done(3, "a", Some(2), None);
        assert_eq!(last(vec![one.clone(), two.clone(), undo.clone()]), [1]);
        let redo = done(4, "a", Some(3), None);
        assert_eq!(
            last(vec![one.clone(), two.clone(), undo.clone(), redo]),
            [2],
            "it is in force again"
        );
        let first = done(4, "a", Some(1), None);
        assert!(last(vec![one, two, undo, first]).is_empty());
    }

    #[test]
    fn what_was_confirmed_together_is_undone_together() {
        let planned = |seq, workspace| done(seq, workspace, None, Some("plan"));
        let elsewhere = done(4, "b", None, None);
        assert_eq!(
            last(vec![
                done(1, "a", None, None),
                planned(2, "a"),
                planned(3, "b"),
                elsewhere
            ]),
            [3, 2]
        );
    }

    #[test]
    fn what_happened_elsewhere_or_came_to_nothing_is_passed_over() {
        let refused = record(2, roles("a", &["Viewer"], &[]), Verdict::Refused, None);
        let other_server = Record {
            server: "http://127.0.0.1:1".to_owned(),
            ..done(3, "a", None, None)
        };
        assert_eq!(last(vec![done(1, "a", None, None), refused, other_server]), [1]);
        assert!(last(vec![]).is_empty());
    }

    #[test]
    fn a_journal_that_goes_in_circles_hangs_nobody() {
        let (one, two) = (done(1, "a", Some(2), None), done(2, "a", Some(1), None));
        assert!(last(vec![one, two]).is_empty());
        assert!(last(vec![done(1, "a", Some(1), None)]).is_empty());
    }
}
