//! Suppressions of the policy that have expired.

use crate::audit::findings::{About, Check, Fact, Found, Ground, day_of};
use crate::audit::policy::Policy;

#[derive(Debug)]
pub(super) struct ExpiredSuppression;

impl Check for ExpiredSuppression {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let today = day_of(ground.snapshot.judged_at());
        for (number, suppression) in ground.policy.suppressions() {
            if !suppression.counts_on(today) {
                found.platform(Fact::Suppression(number));
            }
        }
    }

    fn reason(&self, about: &About<'_>, policy: &Policy) -> Option<String> {
        let Fact::Suppression(number) = about.finding.fact else {
            return None;
        };
        let suppression = policy.suppression(number)?;
        Some(format!(
            "Suppression {} of the policy ({}) was valid until {} (owner {}; reason: {}).",
            number + 1,
            suppression.target(),
            suppression.expires,
            suppression.owner,
            suppression.reason.trim_end_matches('.')
        ))
    }
}
