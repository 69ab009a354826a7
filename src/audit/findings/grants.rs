//! The rules about one grant: what somebody holds in one workspace, since when, and by whom.

use super::ground::{Ground, Place, misleading};
use super::workspaces::{is_as_installed, is_from_the_making};
use super::{Fact, Finding};
use crate::audit::effective::redundant;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{Row, Snapshot};
use crate::domain::ids::{Principal, PrincipalKind};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

/// What was found out about sets of roles: the same ones are met again and again.
type Known = HashMap<(u32, Option<u32>), bool>;

/// Applies the rules to every grant that was read.
pub(super) fn look(ground: &Ground<'_>, found: &mut impl FnMut(Finding)) {
    let is_external = external(ground);
    let stale_before = stale_before(ground.snapshot, ground.policy.stale_after_days);
    let mut known = [Known::new(), Known::new()];
    for place in ground.places() {
        let [elsewhere, in_system] = &mut known;
        let known = if place.is_system() { in_system } else { elsewhere };
        for row in place.rows {
            let mut tell = |rule, fact| found(Finding::new(rule, Some(place.number), Some(row.principal), fact));
            if ground.set(row).has_others && holds_misleading(ground, &place, row) {
                tell(Rule::UnknownRole, Fact::None);
            }
            if holds_redundant(ground, &place, row, known) {
                tell(Rule::RedundantRole, Fact::None);
            }
            if is_external.get(row.principal.place()).copied().unwrap_or(false) {
                tell(Rule::ExternalDomain, Fact::None);
            }
            // What is not known is the smallest number there is.
            if row.first_at != i64::MIN && row.first_at < stale_before {
                let is_everyones = place
                    .everyone
                    .is_some_and(|everyone| everyone.principal == row.principal);
                let is_installed = is_everyones && is_as_installed(ground, &place, row);
                tell(
                    Rule::StaleGrant,
                    if is_installed { Fact::AsInstalled } else { Fact::None },
                );
            }
            if is_self_granted(ground, &place, row) {
                tell(Rule::SelfGrantedAdmin, Fact::None);
            }
        }
    }
}

/// Returns the domain of an e-mail address.
pub(super) fn domain_of(principal: &Principal) -> Option<&str> {
    if principal.kind() != PrincipalKind::User {
        return None;
    }
    let (_, domain) = principal.raw().trim().rsplit_once('@')?;
    Some(domain)
}

fn external(ground: &Ground<'_>) -> Vec<bool> {
    if !ground.policy.approves_domains() {
        return Vec::new();
    }
    let mut is_approved: HashMap<&str, bool> = HashMap::new();
    let principals = ground.snapshot.principals.iter();
    let is_external = principals.map(|principal| {
        domain_of(principal).is_some_and(|domain| {
            let approved = is_approved.entry(domain);
            !*approved.or_insert_with(|| ground.policy.approves(domain))
        })
    });
    is_external.collect()
}

fn stale_before(snapshot: &Snapshot, days: u32) -> i64 {
    let age = SignedDuration::from_hours(i64::from(days) * 24);
    let limit = snapshot.origin.ended_at.checked_sub(age);
    limit.map_or(i64::MIN, Timestamp::as_microsecond)
}

fn holds_misleading(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    let snapshot = ground.snapshot;
    let (Some(roles), Some(holder)) = (ground.roles(row), snapshot.principal(row.principal)) else {
        return false;
    };
    let mut misleading = misleading(roles, holder, &place.workspace.name, snapshot.origin.generation);
    misleading.next().is_some()
}

fn holds_redundant(ground: &Ground<'_>, place: &Place<'_>, row: &Row, known: &mut Known) -> bool {
    let everyone = place.everyone.filter(|everyone| everyone.principal != row.principal);
    *known
        .entry((row.roles, everyone.map(|everyone| everyone.roles)))
        .or_insert_with(|| {
            let Some(roles) = ground.roles(row) else { return false };
            let everyone = everyone.and_then(|row| ground.roles(row));
            let generation = ground.snapshot.origin.generation;
            redundant(roles, everyone, &place.workspace.name, generation)
                .next()
                .is_some()
        })
}

fn is_self_granted(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    let maker = place.workspace.created_by.as_deref();
    let holder = ground.snapshot.principal(row.principal).map(Principal::raw);
    let may_be_maker = maker.is_none() || maker == holder;
    ground.snapshot.parts_of(row).any(|part| {
        let is_admin = ground.makes_admin(place, part.roles) && ground.is_by(part.granter, row.principal);
        // Where a date is missing it cannot be told from the grant that comes with making a workspace.
        is_admin && !(may_be_maker && is_from_the_making(place, part.granted_at) != Some(false))
    })
}
