//! Findings in words: one sentence each, with the evidence.

use super::grants::domain_of;
use super::ground::misleading;
use super::{Fact, Finding, day_of};

use crate::audit::effective::redundant;
use crate::audit::policy::Policy;
use crate::audit::rule::Rule;
use crate::audit::snapshot::{AuditedWorkspace, Grant, PrincipalNo, Reading, Snapshot};
use crate::domain::ids::Principal;
use crate::domain::likeness::Trick;
use crate::domain::role::{Role, RoleEffect, RoleSet};
use crate::domain::text::{SafeText, counted};

/// Returns what was found, in one sentence.
pub(super) fn reason(finding: &Finding, snapshot: &Snapshot, policy: &Policy) -> String {
    let said = match (place(finding, snapshot), grant(finding, snapshot)) {
        (_, Some(grant)) => about_grant(finding, &grant, snapshot, policy),
        (Some(workspace), None) => about_workspace(finding, workspace, snapshot, policy),
        (None, None) => about_platform(finding, snapshot, policy),
    };
    // A finding of another snapshot has nothing to show here.
    said.unwrap_or_else(|| finding.rule.described().what.to_owned())
}

/// Returns the grant a finding is about.
pub(super) fn grant<'a>(finding: &Finding, snapshot: &'a Snapshot) -> Option<Grant<'a>> {
    snapshot.held(finding.workspace?, finding.principal?)
}

fn place<'a>(finding: &Finding, snapshot: &'a Snapshot) -> Option<&'a AuditedWorkspace> {
    snapshot.workspace(finding.workspace?)
}

fn about_grant(finding: &Finding, grant: &Grant<'_>, snapshot: &Snapshot, policy: &Policy) -> Option<String> {
    let at = grant.workspace().name.shown();
    let who = grant.principal().label();
    let roles = grant.roles().shown();
    let evidence = evidence(grant);
    Some(match finding.rule {
        Rule::WildcardAdmin => wildcard_admin(grant, snapshot),
        Rule::WildcardWrite => {
            let installed = if finding.fact == Fact::AsInstalled {
                ", as the platform installs it"
            } else {
                ""
            };
            format!("{who} holds {roles} in '{at}'{installed}{evidence}.")
        }
        Rule::SingleAdmin => single_admin(finding, grant),
        Rule::UnknownRole => unknown_roles(grant, snapshot),
        Rule::RedundantRole => redundant_roles(grant, snapshot),
        Rule::ExternalDomain => {
            let domain = domain_of(grant.principal())?;
            let domain = SafeText::new(domain);
            format!("{who} holds {roles} in '{at}', and the policy does not approve the domain '{domain}'{evidence}.")
        }
        Rule::StaleGrant => {
            // Not for how long: a report of an unchanged platform stays the same from one day to the next.
            let limit = counted(policy.stale_after_days as usize, "day");
            let held = if grant.roles().is_several() { "one of " } else { "" };
            format!("{who} has held {held}{roles} in '{at}' for more than {limit}; a review is due{evidence}.")
        }
        Rule::SelfGrantedAdmin => format!(
            "{who} granted themselves {}{evidence}; {}.",
            admin_of(grant.workspace()),
            making(grant.workspace())
        ),
        Rule::OpenWorkspaceCreation => format!("{who} holds WorkspaceCreator in '{at}'{evidence}."),
        Rule::NoHumanAdmin
        | Rule::TooManyAdmins
        | Rule::LookalikePrincipal
        | Rule::DuplicateIdentity
        | Rule::OrphanedWorkspace
        | Rule::Unreadable
        | Rule::ExpiredSuppression => return None,
    })
}

fn wildcard_admin(grant: &Grant<'_>, snapshot: &Snapshot) -> String {
    let (who, at, evidence) = (
        grant.principal().label(),
        grant.workspace().name.shown(),
        evidence(grant),
    );
    let top = grant
        .roles()
        .others()
        .find(|role| role.is_top(snapshot.origin.generation));
    match top.filter(|_| grant.workspace().name.is_system()) {
        Some(top) => {
            let top = top.shown();
            format!("{who} holds {top} in '{at}'{evidence}: every user is a platform admin.")
        }
        None if grant.roles().holds(&Role::Admin) => format!("{who} is Admin of '{at}'{evidence}."),
        None => {
            let roles = grant.roles().shown();
            format!("{who} holds {roles} in '{at}'{evidence}, which gives every permission there.")
        }
    }
}

fn single_admin(finding: &Finding, grant: &Grant<'_>) -> String {
    let n_others = match finding.fact {
        Fact::Admins(n) => n.saturating_sub(1) as usize,
        Fact::None | Fact::Twin(_) | Fact::Suppression(_) | Fact::AsInstalled => 0,
    };
    let others = match n_others {
        0 => String::new(),
        1 => "; besides, a group, a service account or * is".to_owned(),
        n => format!("; besides, {n} groups, service accounts or * are"),
    };
    let (who, admin) = (grant.principal().label(), admin_of(grant.workspace()));
    format!("{who} is the one person who is {admin}{}{others}.", evidence(grant))
}

fn unknown_roles(grant: &Grant<'_>, snapshot: &Snapshot) -> String {
    let generation = snapshot.origin.generation;
    let workspace = &grant.workspace().name;
    let wrong = misleading(grant.roles(), grant.principal(), workspace, generation);
    let told: Vec<String> = wrong
        .map(|role| {
            let shown = role.shown();
            let effect = match role.effect(generation, workspace) {
                RoleEffect::Works => "is meant for services and gives every permission there",
                RoleEffect::OnlyInSystem => "has no effect there: it counts in 'system' only",
                RoleEffect::Retired => "has no effect any more: this platform has another top role",
                RoleEffect::Unknown => "is not known to this platform and gives nothing",
            };
            let meant = role
                .meant()
                .filter(|_| role.effect(generation, workspace) == RoleEffect::Unknown);
            let meant = meant.map(|meant| format!(" ('{}' may have been meant)", meant.shown()));
            format!("'{shown}' {effect}{}", meant.unwrap_or_default())
        })
        .collect();
    let (who, at) = (grant.principal().label(), workspace.shown());
    format!("Of what {who} holds in '{at}', {}{}.", told.join("; "), evidence(grant))
}

/// Returns what could be taken from a grant without taking anything away.
pub(super) fn redundant_in(grant: &Grant<'_>, snapshot: &Snapshot) -> RoleSet {
    let everyone = everyone_at(grant, snapshot);
    let everyone = everyone.as_ref().map(Grant::roles);
    let (workspace, generation) = (&grant.workspace().name, snapshot.origin.generation);
    redundant(grant.roles(), everyone, workspace, generation)
        .cloned()
        .collect()
}

/// Returns what everyone holds where `grant` is, unless it is that itself.
pub(super) fn everyone_at<'a>(grant: &Grant<'_>, snapshot: &'a Snapshot) -> Option<Grant<'a>> {
    let everyone = snapshot.held_by_everyone(grant.workspace_no());
    everyone.filter(|everyone| everyone.number() != grant.number())
}

fn redundant_roles(grant: &Grant<'_>, snapshot: &Snapshot) -> String {
    let weak = redundant_in(grant, snapshot);
    let own: RoleSet = grant.roles().iter().filter(|role| !weak.holds(role)).cloned().collect();
    let amounts = |roles: &RoleSet| roles.iter().any(|role| role.amounts_to().is_some());
    let by_own = (amounts(&weak) && amounts(&own)).then(|| format!("its own {}", own.shown()));
    let needs_everyone = by_own.is_none() || weak.iter().any(|role| role.amounts_to().is_none());
    let by_everyone = everyone_at(grant, snapshot).filter(|_| needs_everyone);
    let by_everyone = by_everyone.map(|all| format!("{} of {}", all.roles().shown(), all.principal().label()));
    let givers: Vec<String> = [by_own, by_everyone].into_iter().flatten().collect();
    let (who, at, givers) = (
        grant.principal().label(),
        grant.workspace().name.shown(),
        givers.join(" and "),
    );
    format!(
        "{who} holds {} in '{at}', which comes with {givers} already{}.",
        weak.shown(),
        evidence(grant)
    )
}

fn about_workspace(
    finding: &Finding,
    workspace: &AuditedWorkspace,
    snapshot: &Snapshot,
    policy: &Policy,
) -> Option<String> {
    let number = finding.workspace?;
    let at = workspace.name.shown();
    let admin = admin_of(workspace);
    let n_members = || counted(snapshot.grants_in(number).count(), "member");
    Some(match (finding.rule, finding.fact) {
        (Rule::NoHumanAdmin, Fact::Admins(0)) => format!("Nobody is {admin}; it has {}.", n_members()),
        (Rule::NoHumanAdmin, _) => format!("No person is {admin}, only {}.", admins(finding, snapshot)),
        (Rule::TooManyAdmins, Fact::Admins(n)) => format!(
            "{} are {admin}; the policy allows {}.",
            counted(n as usize, "principal"),
            policy.max_admins
        ),
        (Rule::OrphanedWorkspace, _) => format!(
            "'{at}' has no description, and {}, who is no longer one of its {}.",
            making(workspace),
            n_members()
        ),
        (Rule::Unreadable, _) => match &workspace.reading {
            Reading::Failed(why) => format!("The members of '{at}' could not be read: {why}."),
            Reading::Denied => format!("The members of '{at}' could not be read: the platform refused it (403)."),
            Reading::Read | Reading::NotRead => return None,
        },
        _ => return None,
    })
}

/// Returns the Admins of the workspace of a finding: a few by name.
fn admins(finding: &Finding, snapshot: &Snapshot) -> String {
    const FEW: usize = 3;
    let Some(number) = finding.workspace else {
        return String::new();
    };
    let generation = snapshot.origin.generation;
    let names = snapshot.grants_in(number).filter(|grant| {
        if grant.workspace().name.is_system() {
            grant.roles().others().any(|role| role.is_top(generation))
        } else {
            grant.roles().holds(&Role::Admin)
        }
    });
    let names: Vec<String> = names
        .map(|grant| {
            let principal = grant.principal();
            if principal.is_everyone() {
                return principal.label().to_string();
            }
            format!("{} ({})", principal.shown(), principal.kind().label())
        })
        .collect();
    let more = names.len().saturating_sub(FEW);
    let shown: Vec<&str> = names.iter().take(FEW).map(String::as_str).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn about_platform(finding: &Finding, snapshot: &Snapshot, policy: &Policy) -> Option<String> {
    if let Fact::Suppression(number) = finding.fact {
        let suppression = policy.suppression(number)?;
        return Some(format!(
            "Suppression {} of the policy ({}) was valid until {}; {} answers for it: {}.",
            number + 1,
            suppression.target(),
            suppression.expires,
            suppression.owner,
            suppression.reason.trim_end_matches('.')
        ));
    }
    let number = finding.principal?;
    let principal = snapshot.principal(number)?;
    let twin = match finding.fact {
        Fact::Twin(twin) => Some((snapshot.principal(twin)?, places_of(twin, snapshot))),
        Fact::None | Fact::Suppression(_) | Fact::Admins(_) | Fact::AsInstalled => None,
    };
    let (who, places) = (principal.shown(), places_of(number, snapshot));
    match (finding.rule, twin) {
        (Rule::DuplicateIdentity, Some((twin, twin_places))) => Some(format!(
            "'{who}' (in {places}) and '{}' (in {twin_places}) differ in upper and lower case or in blanks only.",
            twin.shown()
        )),
        (Rule::LookalikePrincipal, twin) => {
            let odd = oddities(principal);
            let twin = twin.map(|(twin, places)| format!("can pass for '{}' (in {places})", twin.shown()));
            let told = match (odd.is_empty(), twin) {
                (true, twin) => twin.unwrap_or_default(),
                (false, None) => odd.join(" and "),
                (false, Some(twin)) => format!("{}, and {twin}", odd.join(" and ")),
            };
            Some(format!("'{who}' (in {places}) {told}."))
        }
        _ => None,
    }
}

/// Returns what is odd about the letters of a name.
fn oddities(principal: &Principal) -> Vec<String> {
    let mut odd = Vec::new();
    odd.extend(principal.tricks().iter().map(Trick::in_words));
    let foreign = principal.raw().chars().enumerate().find(|(_, c)| !c.is_ascii());
    if let Some((place, c)) = foreign {
        odd.push(format!("has U+{:04X} as character {}", u32::from(c), place + 1));
    }
    odd
}

/// Returns in how many workspaces somebody holds something.
fn places_of(principal: PrincipalNo, snapshot: &Snapshot) -> String {
    let mut grants = snapshot.grants_of(principal);
    match (grants.next(), grants.count()) {
        (Some(only), 0) => format!("'{}'", only.workspace().name.shown()),
        (first, more) => counted(more + usize::from(first.is_some()), "workspace"),
    }
}

/// Formats the admin role of a workspace: `Admin of 'ml-team'`.
fn admin_of(workspace: &AuditedWorkspace) -> String {
    let at = workspace.name.shown();
    if workspace.name.is_system() {
        format!("platform admin by a role in '{at}'")
    } else {
        format!("Admin of '{at}'")
    }
}

/// Returns since when a grant is there and who made it: ` (since 2026-01-02, granted by alice@example.com)`; of several
/// each for itself.
fn evidence(grant: &Grant<'_>) -> String {
    let by = |by: Option<&str>| {
        by.filter(|by| !by.is_empty())
            .map(|by| format!("granted by {}", SafeText::new(by)))
    };
    let told = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let known = if !grant.is_told_apart() {
        let first = grant
            .first_granted_at()
            .map(|at| format!("the first since {}", day_of(at)));
        told([first, by(grant.granted_by()).map(|by| format!("the newest {by}"))])
    } else if grant.roles().is_several() {
        // Of those that nothing is known of nothing is said.
        let each = grant.given().filter_map(|given| {
            let since = given.granted_at.map(|at| format!("since {}", day_of(at)));
            let said = told([since, by(given.granted_by)]);
            (!said.is_empty()).then(|| format!("{} {said}", given.roles.shown()))
        });
        each.collect::<Vec<_>>().join("; ")
    } else {
        let since = grant.granted_at().map(|at| format!("since {}", day_of(at)));
        told([since, by(grant.granted_by())])
    };
    if known.is_empty() { known } else { format!(" ({known})") }
}

/// Returns by whom and when a workspace was made.
fn making(workspace: &AuditedWorkspace) -> String {
    let on = workspace
        .created_at
        .map(|at| format!(" on {}", day_of(at)))
        .unwrap_or_default();
    match &workspace.created_by {
        Some(by) => format!("it was made{on} by {}", SafeText::new(by)),
        None => format!("who made it{on} is not known"),
    }
}
