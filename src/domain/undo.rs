//! Taking back what was changed: by a change of its own, which holds only where the present is what the first one left.

use super::activity::{Record, RecordId, Verdict};
use super::change::Change;
use super::ids::WorkspaceName;
use std::collections::{HashMap, HashSet};

/// Why nothing takes a change back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// It is not understood here.
    NewerRelease,
    /// It allowed changes and made none.
    NoChange,
    /// It is not known what became of it.
    Unknown,
    /// Nothing came of it.
    NotDone,
    /// All is as it was before.
    ChangedNothing,
    /// It has created something.
    Creation,
    /// It has deleted something.
    Deletion,
}

impl WhyNot {
    /// Returns it in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NewerRelease => "a newer release made it",
            Self::NoChange => "it is no change",
            Self::Unknown => "it is not known what became of it",
            Self::NotDone => "it was not done",
            Self::ChangedNothing => "it changed nothing",
            Self::Creation => "what was created is not deleted by undo: delete it yourself",
            Self::Deletion => "a deletion cannot be undone",
        }
    }

    /// Returns whether the change may have left something that an undo leaves as it is.
    fn leaves_something(self) -> bool {
        match self {
            Self::NewerRelease | Self::Unknown | Self::Creation | Self::Deletion => true,
            Self::NotDone | Self::ChangedNothing | Self::NoChange => false,
        }
    }
}

/// Returns the change that takes back what `record` did.
///
/// # Errors
/// Says why there is none.
pub fn inverse(record: &Record) -> Result<Change, WhyNot> {
    if record.lifted_until.is_some() {
        return Err(WhyNot::NoChange);
    }
    let change = record.change.as_ref().ok_or(WhyNot::NewerRelease)?;
    let (_, end) = record.end.as_ref().ok_or(WhyNot::Unknown)?;
    match end.verdict {
        Verdict::Confirmed | Verdict::Accepted | Verdict::Applied | Verdict::HalfDone => {}
        Verdict::Refused | Verdict::NotApplied | Verdict::NotSent => return Err(WhyNot::NotDone),
        Verdict::Unknown | Verdict::Ended => return Err(WhyNot::Unknown),
    }
    match change {
        Change::Roles {
            workspace,
            principal,
            before,
            after,
        } => {
            let left = end.found.as_ref().unwrap_or(after);
            if left == before {
                return Err(WhyNot::ChangedNothing);
            }
            Ok(Change::Roles {
                workspace: workspace.clone(),
                principal: principal.clone(),
                before: left.clone(),
                after: before.clone(),
            })
        }
        Change::Describe {
            workspace,
            before,
            after,
        } => Ok(Change::Describe {
            workspace: workspace.clone(),
            before: Some(after.clone()),
            after: before.clone().unwrap_or_default(),
        }),
        Change::CreateWorkspace { .. } | Change::CreateProject { .. } => Err(WhyNot::Creation),
        Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } | Change::DeleteResource { .. } => {
            Err(WhyNot::Deletion)
        }
    }
}

/// Returns whether the request of `record` has come true. One of several can have nothing to show for it: of two rows that
/// give the same role it takes one away.
fn has_come_true(record: &Record) -> bool {
    let is_done = record.end.as_ref().is_some_and(|(_, end)| end.verdict.is_done());
    let shows = record.change.as_ref().is_some_and(|change| {
        let (before, after) = change.roles();
        before != after
    });
    is_done && !(shows && inverse(record) == Err(WhyNot::ChangedNothing))
}

/// Which records of a journal are undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone(HashSet<RecordId>);

impl Undone {
    /// Finds them among all `records`, the newest first. Of several that take the same back the newest decides: they can be
    /// the requests of one change, of which the last was refused.
    pub fn among(records: &[Record]) -> Self {
        let places: HashMap<&RecordId, u64> = records.iter().map(|record| (&record.id, record.seq)).collect();
        let (mut undone, mut decided) = (HashSet::new(), HashSet::new());
        // What is undone itself undoes nothing: whoever is newer is judged first.
        for record in records {
            let is_older = |id: &&RecordId| places.get(id).is_none_or(|seq| *seq < record.seq);
            let Some(id) = record.undoes.as_ref().filter(is_older) else {
                continue;
            };
            if decided.insert(id) && has_come_true(record) && !undone.contains(&record.id) {
                undone.insert(id.clone());
            }
        }
        Self(undone)
    }

    /// Returns whether a later record takes this one back.
    pub fn contains(&self, id: &RecordId) -> bool {
        self.0.contains(id)
    }
}

/// How many changes are named at most that are newer and cannot be taken back.
const MOST_NAMED: usize = 3;

/// The last change in a workspace, with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last<'a> {
    /// What can be taken back, and what has to be named because it cannot, the newest first.
    pub records: Vec<&'a Record>,
    /// How many more there are that cannot be taken back, older than those.
    pub n_unnamed: usize,
}

/// Returns the last change in `workspace` on `server` that can be taken back, with all that was confirmed together with
/// it. `records` are the newest first. What takes something back itself is no such change: so undo goes back step by step,
/// and does not turn round. What is newer there and cannot be taken back is passed over, and named.
pub fn last_in<'a>(records: &'a [Record], server: &str, workspace: &WorkspaceName) -> Last<'a> {
    let undone = Undone::among(records);
    let is_meant =
        |record: &&Record| record.server == server && record.undoes.is_none() && !undone.contains(&record.id);
    let is_here = |record: &&Record| {
        let change = record.change.as_ref();
        change.is_some_and(|change| change.workspace() == workspace)
    };
    let here = || records.iter().filter(is_meant).filter(is_here);
    let last = here().find(|record| inverse(record).is_ok());
    let is_part = |record: &Record| {
        let is_same_plan = |last: &Record| last.plan.is_some() && last.plan == record.plan;
        last.is_some_and(|last| last.id == record.id || is_same_plan(last))
    };
    let newer: Vec<&RecordId> = here()
        .take_while(|record| inverse(record).is_err())
        .filter(|record| stays(record) && !is_part(record))
        .map(|record| &record.id)
        .collect();
    let named = newer.get(..MOST_NAMED).unwrap_or(&newer);
    let is_wanted = |record: &&Record| {
        named.contains(&&record.id) || (is_part(record) && (inverse(record).is_ok() || stays(record)))
    };
    Last {
        records: records.iter().filter(is_meant).filter(is_wanted).collect(),
        n_unnamed: newer.len() - named.len(),
    }
}

/// Returns whether nothing takes the change back, although it may have left something.
fn stays(record: &Record) -> bool {
    inverse(record).is_err_and(WhyNot::leaves_something)
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
            lifted_until: None,
            request: SafeText::default(),
            reason: None,
            undoes: None,
            plan: None,
            digest: None,
            made_from: None,
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
        let inverse = inverse(&record(1, change, verdict, found));
        assert_eq!(inverse.map_err(WhyNot::words), expected);
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
            .records
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
    fn what_is_newer_and_cannot_be_undone_is_named() {
        let deletion = |seq, workspace| {
            let change = Change::DeleteWorkspace {
                workspace: at(workspace),
            };
            record(seq, change, Verdict::Confirmed, None)
        };
        let open = Record {
            end: None,
            ..done(3, "a", None, None)
        };
        let one = done(1, "a", None, None);
        let all = vec![one.clone(), deletion(2, "a"), open.clone(), deletion(4, "b")];
        assert_eq!(last(all), [3, 2, 1]);
        assert_eq!(last(vec![deletion(2, "a"), open]), [3, 2], "nothing is left to undo");
        let older = vec![deletion(1, "a"), done(2, "a", None, None)];
        assert_eq!(last(older), [2], "what is older is not in the way");
        let of_a_plan = |record: Record| Record {
            plan: Some(SafeText::new("plan")),
            ..record
        };
        let plan = [deletion(2, "b"), done(3, "a", None, None)].map(of_a_plan);
        assert_eq!(last([vec![one], plan.to_vec()].concat()), [3, 2]);
        let mut many: Vec<Record> = (1..9).map(|seq| deletion(seq, "a")).collect();
        many.reverse();
        let named = last_in(&many, SERVER, &at("a"));
        assert_eq!((named.records.len(), named.n_unnamed), (3, 5));
    }

    #[test]
    fn an_undo_of_which_the_last_request_was_refused_is_none() {
        let one = done(1, "a", None, None);
        let undo = |seq, verdict| Record {
            undoes: Some(one.id.clone()),
            ..record(seq, roles("a", &["Editor"], &["Viewer"]), verdict, None)
        };
        let half = vec![one.clone(), undo(2, Verdict::Confirmed), undo(3, Verdict::Refused)];
        assert_eq!(last(half.clone()), [1]);
        let after_all = [half, vec![undo(4, Verdict::Confirmed)]].concat();
        assert!(last(after_all).is_empty());
        let open = Record {
            end: None,
            ..undo(2, Verdict::Confirmed)
        };
        assert_eq!(
            last(vec![one.clone(), open]),
            [1],
            "it is not known whether it was done"
        );
        let of_two_rows = Record {
            change: Some(roles("a", &["Viewer"], &["Viewer"])),
            ..undo(3, Verdict::Confirmed)
        };
        assert!(last(vec![one.clone(), undo(2, Verdict::Confirmed), of_two_rows]).is_empty());
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
