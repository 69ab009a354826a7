//! Grants that nobody has looked at for long.

use crate::audit::findings::{About, Check, Fact, Found, Ground, evidence};
use crate::audit::policy::Policy;
use crate::domain::text::counted;
use jiff::{SignedDuration, Timestamp};

#[derive(Debug)]
pub(super) struct StaleGrant;

impl Check for StaleGrant {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let age = SignedDuration::from_hours(i64::from(ground.policy.stale_after_days) * 24);
        let limit = ground.snapshot.judged_at().checked_sub(age);
        let stale_before = limit.map_or(i64::MIN, Timestamp::as_microsecond);
        // What is not known is the smallest number there is.
        let is_stale = |at: i64| at != i64::MIN && at < stale_before;
        for (place, row) in ground.rows().filter(|(_, row)| is_stale(row.first_at)) {
            let is_everyones = place
                .everyone
                .is_some_and(|everyone| everyone.principal == row.principal);
            let is_installed = is_everyones && ground.is_as_installed(&place, row);
            found.grant(row, if is_installed { Fact::AsInstalled } else { Fact::None });
        }
    }

    fn reason(&self, about: &About<'_>, policy: &Policy) -> Option<String> {
        let grant = about.grant()?;
        // Not for how long: a report of an unchanged platform stays the same from one day to the next.
        let limit = counted(policy.stale_after_days as usize, "day");
        let held = if grant.roles().is_several() { "one of " } else { "" };
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let (roles, evidence) = (grant.roles().shown(), evidence(&grant));
        Some(format!(
            "{who} has held {held}{roles} in '{at}' for more than {limit}; a review is due{evidence}."
        ))
    }
}
