//! Whether what a row grants was held at some moment. A row is no log: it tells its first grant, its last one, and whether
//! and when that was revoked. What was between two grants of the same role is not kept.

use super::Touch;
use crate::domain::text::SafeText;
use jiff::Timestamp;

/// Whether something was held at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldThen {
    /// It was.
    Yes,
    /// It was not.
    No,
    /// It may have been, for this reason.
    CannotTell(WhyUnknown),
}

/// Why it is not known whether something was held at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// It was granted first, and once more after it had been revoked: when that was, the row does not tell.
    GrantedAgain {
        /// When it was granted first.
        first: Timestamp,
        /// When it was granted last.
        again: Timestamp,
    },
    /// The row was written by other means than granting and revoking, after that moment.
    Rewritten(Timestamp),
    /// The row has no date.
    NoDate,
}

impl WhyUnknown {
    /// Returns it in words.
    pub fn in_words(self) -> SafeText {
        let text = match self {
            Self::GrantedAgain { first, again } => format!(
                "granted on {} and again on {}; when it was revoked in between is not kept",
                day(first),
                day(again)
            ),
            Self::Rewritten(at) => format!("its row was rewritten on {}; what it said before is not kept", day(at)),
            Self::NoDate => "its row has no date".to_owned(),
        };
        SafeText::new(&text)
    }
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

impl Touch {
    /// Returns whether what the row grants was held at this moment, by its dates and by how often it was written: once for
    /// the first grant, and once more for each revocation and each grant after that (observed on 0.8.1, as `db_version`).
    pub fn held_at(&self, at: Timestamp) -> HeldThen {
        let binding = &self.binding;
        // A grant is dated a moment before its row is made.
        let dates = [binding.created_at, binding.granted_at];
        let Some(first) = dates.into_iter().flatten().min() else {
            return HeldThen::CannotTell(WhyUnknown::NoDate);
        };
        if at < first {
            return HeldThen::No;
        }
        let is_odd_in_number = self.version % 2 == 1;
        let is_rewritten = self.version > 0 && is_odd_in_number == binding.revoked_at.is_some();
        if let Some(touched_at) = self.touched_at.filter(|touched_at| is_rewritten && at < *touched_at) {
            return HeldThen::CannotTell(WhyUnknown::Rewritten(touched_at));
        }
        if self.version != 1 && (self.version != 2 || is_rewritten) {
            match binding.granted_at {
                None => return HeldThen::CannotTell(WhyUnknown::NoDate),
                Some(again) if at < again => {
                    return HeldThen::CannotTell(WhyUnknown::GrantedAgain { first, again });
                }
                Some(_) => {}
            }
        }
        if binding.revoked_at.is_none_or(|revoked_at| at < revoked_at) {
            HeldThen::Yes
        } else {
            HeldThen::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::binding::Binding;
    use crate::domain::ids::{Principal, WorkspaceName};
    use crate::domain::role::Role;
    use rstest::rstest;

    fn on(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    /// A row that was made on day 10.
    fn row(version: i64, granted: Option<i64>, revoked: Option<i64>, touched: i64) -> Touch {
        Touch {
            id: "1".to_owned(),
            binding: Binding {
                principal: Principal::from_platform("ann@x.com"),
                workspace: WorkspaceName::from_platform("team"),
                role: Role::Editor,
                granted_at: granted.map(on),
                granted_by: None,
                revoked_at: revoked.map(on),
                created_at: Some(on(10)),
            },
            version,
            touched_at: Some(on(touched)),
        }
    }

    const YES: HeldThen = HeldThen::Yes;
    const NO: HeldThen = HeldThen::No;

    fn again() -> HeldThen {
        let (first, again) = (on(10), on(30));
        HeldThen::CannotTell(WhyUnknown::GrantedAgain { first, again })
    }

    #[rstest]
    #[case::before(row(1, Some(10), None, 10), 9, NO)]
    #[case::since(row(1, Some(10), None, 10), 10, YES)]
    #[case::still(row(1, Some(10), None, 10), 90, YES)]
    #[case::until(row(2, Some(10), Some(20), 20), 19, YES)]
    #[case::no_longer(row(2, Some(10), Some(20), 20), 20, NO)]
    #[case::before_the_first(row(3, Some(30), None, 30), 9, NO)]
    #[case::between_two_grants(row(3, Some(30), None, 30), 20, again())]
    #[case::since_the_second(row(3, Some(30), None, 30), 30, YES)]
    #[case::between_two_grants_and_revoked_since(row(4, Some(30), Some(40), 40), 20, again())]
    #[case::until_the_second_revocation(row(4, Some(30), Some(40), 40), 39, YES)]
    #[case::after_it(row(4, Some(30), Some(40), 40), 41, NO)]
    #[case::rewritten_later(row(2, Some(10), None, 20), 15, HeldThen::CannotTell(WhyUnknown::Rewritten(on(20))))]
    #[case::rewritten_before(row(2, Some(10), None, 20), 25, YES)]
    #[case::number_not_told(row(0, Some(10), None, 10), 15, YES)]
    #[case::number_not_told_of_two(row(0, Some(30), None, 30), 15, again())]
    #[case::last_grant_not_told(row(3, None, None, 30), 15, HeldThen::CannotTell(WhyUnknown::NoDate))]
    fn tells_what_was_held_as_far_as_the_row_does(#[case] row: Touch, #[case] day: i64, #[case] expected: HeldThen) {
        assert_eq!(row.held_at(on(day)), expected);
    }

    #[test]
    fn a_row_without_any_date_tells_nothing() {
        let mut row = row(1, None, None, 10);
        row.binding.created_at = None;
        assert_eq!(row.held_at(on(15)), HeldThen::CannotTell(WhyUnknown::NoDate));
    }
}
