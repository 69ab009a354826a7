//! Grants that an access file gave until a day that has passed.

use crate::audit::findings::{About, Check, Fact, Found, Ground, Mend, day_of, evidence};
use crate::audit::policy::Policy;
use crate::domain::command::Command;
use crate::domain::role::RoleSet;

#[derive(Debug)]
pub(super) struct ExpiredGrant;

impl Check for ExpiredGrant {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let today = day_of(ground.snapshot.judged_at());
        for (number, term) in ground.policy.terms().filter(|(_, term)| term.is_over_on(today)) {
            let place = ground.snapshot.workspace_no(&term.workspace);
            let holder = ground.snapshot.principal_no(&term.principal);
            let held = place.zip(holder);
            if let Some(grant) = held.and_then(|(place, holder)| ground.snapshot.held(place, holder)) {
                found.held(&grant, Fact::Term(number));
            }
        }
    }

    fn reason(&self, about: &About<'_>, policy: &Policy) -> Option<String> {
        let Fact::Term(number) = about.finding.fact else {
            return None;
        };
        let (grant, term) = (about.grant()?, policy.term(number)?);
        let why = [("reason", &term.reason), ("ticket", &term.ticket)].into_iter();
        let why = why.filter_map(|(what, said)| Some(format!("; {what}: {}", said.as_ref()?.trim_end_matches('.'))));
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let (roles, evidence) = (grant.roles().shown(), evidence(&grant));
        Some(format!(
            "{who} still has {roles} in '{at}'{evidence}, given until {} by {}, line {}{}.",
            term.last_day,
            term.file,
            term.line,
            why.collect::<String>()
        ))
    }

    /// Whoever wrote the file has looked at it.
    fn leaves(&self, _: &About<'_>) -> Option<RoleSet> {
        Some(RoleSet::default())
    }

    fn command(&self, about: &About<'_>, mend: &Mend<'_>) -> Option<Command> {
        mend.leaving(&about.grant()?, RoleSet::default())
    }
}
