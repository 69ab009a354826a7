//! Addresses from outside the organisation.

use crate::audit::findings::{About, Check, Fact, Found, Ground, evidence};
use crate::audit::policy::Policy;
use crate::domain::ids::{Principal, PrincipalKind};
use crate::domain::text::SafeText;
use std::collections::HashMap;

#[derive(Debug)]
pub(super) struct ExternalDomain;

impl Check for ExternalDomain {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        if !ground.policy.approves_domains() {
            return;
        }
        let mut is_approved: HashMap<&str, bool> = HashMap::new();
        let principals = ground.snapshot.principals.iter();
        let is_external = principals.map(|principal| {
            domain_of(principal).is_some_and(|domain| {
                let approved = is_approved.entry(domain);
                !*approved.or_insert_with(|| ground.policy.approves(domain))
            })
        });
        let is_external: Vec<bool> = is_external.collect();
        for (_, row) in ground.rows() {
            if is_external.get(row.principal.place()).copied().unwrap_or(false) {
                found.grant(row, Fact::None);
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let domain = SafeText::new(domain_of(grant.principal())?);
        let (who, at) = (grant.principal().label(), grant.workspace().name.shown());
        let (roles, evidence) = (grant.roles().shown(), evidence(&grant));
        Some(format!(
            "{who} has {roles} in '{at}', and the policy does not approve the domain '{domain}'{evidence}."
        ))
    }
}

/// Returns the domain of an e-mail address.
fn domain_of(principal: &Principal) -> Option<&str> {
    if principal.kind() != PrincipalKind::User {
        return None;
    }
    let (_, domain) = principal.raw().trim().rsplit_once('@')?;
    Some(domain)
}
