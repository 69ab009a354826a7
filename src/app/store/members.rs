//! Who holds which role, read from the newest of what is known.

use super::{Entry, Store};
use crate::app::audit::Access;
use crate::app::failure::FailureKind;
use crate::audit::effective::effective;
use crate::audit::{GivenBy, Snapshot, WorkspaceNo};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::likeness;
use crate::domain::member::{Granted, Member, Roster};
use crate::domain::platform::Generation;
use crate::domain::role::Role;
use crate::domain::workspace::{self, CallerAccess};
use std::borrow::Cow;

/// What is known of access to a workspace without its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glimpse {
    /// What it amounts to.
    pub access: CallerAccess,
    /// What everyone holds as the platform is installed.
    pub everyone: Option<Role>,
    /// What gives it, in two words.
    pub through: &'static str,
}

/// The members of a workspace, where they lie.
#[derive(Clone, Copy, Debug)]
pub enum Members<'a> {
    /// Read by themselves.
    Listed(&'a Roster),
    /// Read with all others.
    Reported(&'a Snapshot, WorkspaceNo),
}

impl<'a> Members<'a> {
    /// Returns how many there are.
    pub fn len(self) -> usize {
        match self {
            Self::Listed(roster) => roster.len(),
            Self::Reported(snapshot, number) => snapshot.grants_in(number).count(),
        }
    }

    /// Returns whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Returns whether any of them `is_meant`.
    pub fn has_any(self, is_meant: impl Fn(&Principal) -> bool) -> bool {
        match self {
            Self::Listed(roster) => roster.members().iter().any(|member| is_meant(&member.principal)),
            Self::Reported(snapshot, number) => snapshot.grants_in(number).any(|grant| is_meant(grant.principal())),
        }
    }

    /// Returns how many of them are Admin.
    pub fn n_admins(self) -> usize {
        match self {
            Self::Listed(roster) => roster.admins().count(),
            Self::Reported(snapshot, number) => {
                let is_admin = |grant: &crate::audit::Grant<'_>| grant.roles().holds(&Role::Admin);
                snapshot.grants_in(number).filter(is_admin).count()
            }
        }
    }

    /// Returns what everyone may do.
    pub fn access(self) -> workspace::Access {
        match self {
            Self::Listed(roster) => roster.access(),
            Self::Reported(snapshot, number) => {
                workspace::Access::of(snapshot.held_by_everyone(number).map(|grant| grant.roles()))
            }
        }
    }

    /// Returns all of them.
    pub fn roster(self) -> Cow<'a, Roster> {
        match self {
            Self::Listed(roster) => Cow::Borrowed(roster),
            Self::Reported(snapshot, number) => Cow::Owned(snapshot.roster(number)),
        }
    }

    /// Returns what `principal` holds by name.
    fn find(self, principal: &Principal) -> Option<Member> {
        match self {
            Self::Listed(roster) => roster.find(principal).cloned(),
            Self::Reported(snapshot, number) => {
                let grant = snapshot.held(number, snapshot.principal_no(principal)?)?;
                Some(grant.member())
            }
        }
    }

    /// Returns when what `principal` holds by name was granted, and by whom.
    fn granted(self, principal: &Principal) -> Option<Granted> {
        match self {
            Self::Listed(roster) => roster.find(principal).map(Member::granted),
            Self::Reported(snapshot, number) => {
                let grant = snapshot.held(number, snapshot.principal_no(principal)?)?;
                Some(grant.granted())
            }
        }
    }

    /// Returns whether they are those of `roster`, with the same roles.
    pub(super) fn are(self, roster: &Roster) -> bool {
        let is_here = |member: &Member| {
            self.find(&member.principal)
                .is_some_and(|here| here.roles == member.roles)
        };
        self.len() == roster.len() && roster.members().iter().all(is_here)
    }
}

impl Store {
    /// Returns the members of `name`, where they could be read.
    pub fn members(&self, name: &WorkspaceName) -> Option<Members<'_>> {
        self.details(name).members?.ok()
    }

    /// Returns the members of `name`, where they could be read.
    pub fn roster(&self, name: &WorkspaceName) -> Option<Cow<'_, Roster>> {
        self.members(name).map(Members::roster)
    }

    /// Returns who was Admin in `name` by the report, be it that its members may not be seen any more.
    pub fn admins_in_the_report(&self, name: &WorkspaceName) -> Vec<Principal> {
        let roster = self.bulk.find(name).map(|(snapshot, number)| snapshot.roster(number));
        let admins = roster.iter().flat_map(Roster::admins);
        admins.map(|admin| admin.principal.clone()).collect()
    }

    /// Returns what `principal` holds in `name` by name, as far as was read.
    pub fn member(&self, name: &WorkspaceName, principal: &Principal) -> Option<Member> {
        self.members_so_far(name)?.find(principal)
    }

    /// Returns the members of `name`, where they could be read; those that a report has found so far, where it has not
    /// come to its end.
    fn members_so_far(&self, name: &WorkspaceName) -> Option<Members<'_>> {
        let so_far = || {
            let (snapshot, number, _) = self.bulk.place(name)?;
            Some(Members::Reported(snapshot, number))
        };
        match self.details(name).members {
            Some(members) => members.ok(),
            None => so_far(),
        }
    }

    /// Returns the generation of the platform, as far as known.
    pub fn generation(&self) -> Generation {
        self.generation.unwrap_or(Generation::Unknown)
    }

    /// Returns somebody for whom `principal` can be taken. Whoever is in the report was judged there; anybody else is
    /// compared with everybody.
    pub fn twin(&self, principal: &Principal) -> Option<&Principal> {
        if let Some(twin) = self.faces.twin(principal) {
            return Some(twin);
        }
        let snapshot = &self.report()?.snapshot;
        if snapshot.principal_no(principal).is_some() {
            return self.known_twin(principal);
        }
        let drawn = likeness::skeleton(principal.raw());
        let mut others = snapshot.principals().map(|(_, other)| other);
        others.find(|other| {
            likeness::is_drawn(other.raw(), &drawn) && likeness::can_be_taken_for(principal.raw(), other.raw())
        })
    }

    /// Returns somebody for whom `principal`, who was read, can be taken.
    pub fn known_twin(&self, principal: &Principal) -> Option<&Principal> {
        if let Some(twin) = self.faces.twin(principal) {
            return Some(twin);
        }
        let report = self.report()?;
        let number = report.snapshot.principal_no(principal)?;
        report.snapshot.principal(report.twin(number)?)
    }

    /// Returns the workspaces in which `principal` may have something, by itself or through everyone, by name.
    pub fn workspaces_of(&self, principal: &Principal) -> Vec<WorkspaceName> {
        let everyone = Principal::everyone();
        let holds = |roster: &Roster| roster.find(principal).is_some() || roster.find(&everyone).is_some();
        let alone = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.roster().is_some_and(holds));
        let mut names: Vec<WorkspaceName> = alone.map(|(name, _)| name.clone()).collect();
        if let Some(report) = self.report() {
            let snapshot = &report.snapshot;
            let holders = [snapshot.principal_no(principal), snapshot.everyone()];
            let grants = holders
                .into_iter()
                .flatten()
                .flat_map(|holder| snapshot.grants_of(holder));
            let named = grants.map(|grant| &grant.workspace().name);
            names.extend(named.filter(|name| self.bulk.place(name).is_some()).cloned());
        }
        names.sort();
        names.dedup();
        names
    }

    /// Returns in how many workspaces `principal` holds something by name, as far as they were read.
    pub fn n_workspaces_of(&self, principal: &Principal) -> usize {
        let holds = |(name, entry): &(&WorkspaceName, &Entry)| {
            let holds = entry.roster().is_some_and(|roster| roster.find(principal).is_some());
            holds && self.entry(name).is_some()
        };
        let n_alone = self.entries.iter().filter(holds).count();
        let reported = || {
            let snapshot = &self.report()?.snapshot;
            let grants = snapshot.grants_of(snapshot.principal_no(principal)?);
            let names = grants.map(|grant| &grant.workspace().name);
            Some(
                names
                    .filter(|name| self.bulk.place(name).is_some() && self.entry(name).is_none())
                    .count(),
            )
        };
        n_alone + reported().unwrap_or_default()
    }

    /// Returns what is known of access to `name`, whose members may not be seen: what everyone holds as the platform is
    /// installed, and what the caller, if it is the caller who `is_meant`, was found to hold.
    pub fn glimpse_of(&self, name: &WorkspaceName, is_meant: bool) -> Option<Glimpse> {
        // An audit knows no more of what it may not read, and less of the caller.
        let inspection = self.entries.get(name)?.details.value()?;
        let is_withheld = matches!(&inspection.roster, Err(failure) if failure.kind == FailureKind::Forbidden);
        if !is_withheld || self.members_so_far(name).is_some() {
            return None;
        }
        let caller_access = &inspection.caller_access;
        let installed = self.generation.and_then(|generation| generation.grants_everyone(name));
        let installed = installed.filter(|role| caller_access.fits_for_all(role));
        let holds_more = match (caller_access, &installed) {
            (CallerAccess::Holds(own), Some(role)) => own.rank() > role.rank(),
            (CallerAccess::Holds(_) | CallerAccess::AtLeastViewer, None) => true,
            (CallerAccess::AtLeastViewer, Some(_))
            | (CallerAccess::Nothing | CallerAccess::PlatformAdmin | CallerAccess::Unknown, _) => false,
        };
        if is_meant && holds_more {
            return Some(Glimpse {
                access: caller_access.clone(),
                everyone: installed,
                through: "not known",
            });
        }
        installed.map(|role| Glimpse {
            access: CallerAccess::Holds(role.clone()),
            everyone: Some(role),
            through: "as installed",
        })
    }

    /// Returns every workspace of which [`Self::glimpse_of`] tells something, by name.
    pub fn glimpses(&self, is_meant: bool) -> Vec<(&WorkspaceName, Glimpse)> {
        let names = self.entries.keys().filter(|name| self.find(name).is_some());
        let seen = names.filter_map(|name| Some((name, self.glimpse_of(name, is_meant)?)));
        let mut seen: Vec<(&WorkspaceName, Glimpse)> = seen.collect();
        seen.sort_by_key(|(name, _)| *name);
        seen
    }

    /// Returns of which of the workspaces that are listed it is not known what the caller may do there, or no longer: they
    /// were neither read nor asked for in vain since, or are to be read again.
    pub fn unseen(&self) -> impl Iterator<Item = &WorkspaceName> {
        let names = self.workspaces.iter().map(|workspace| &workspace.name);
        names.filter(|name| {
            let is_asked = || self.is_fresh(name) && !self.in_flight.contains(*name);
            self.wanted.contains(*name) || (!self.details(name).is_known() && !is_asked())
        })
    }

    /// Returns of how many of the workspaces that are listed it is known what the caller may do there.
    pub fn n_seen(&self) -> usize {
        let names = self.workspaces.iter().map(|workspace| &workspace.name);
        names.filter(|name| self.details(name).is_known()).count()
    }

    /// Returns what `principal` may do in `name`, and through what; nothing where no role says anything about it.
    pub fn access_of(&self, name: &WorkspaceName, principal: &Principal) -> Option<Access> {
        let members = self.members_so_far(name)?;
        let own = members.find(principal);
        let everyone = if principal.is_everyone() {
            None
        } else {
            members.find(&Principal::everyone())
        };
        if own.is_none() && everyone.is_none() {
            return None;
        }
        let top = self.top_role(principal);
        let effective = effective(
            own.as_ref().map(|member| &member.roles),
            everyone.as_ref().map(|member| &member.roles),
            top.as_ref(),
        );
        let is_everyones = match effective.given_by {
            GivenBy::Everyone(_) => everyone.is_some(),
            GivenBy::Own(_) | GivenBy::PlatformAdmin(_) | GivenBy::Nothing => own.is_none(),
        };
        let counts = if is_everyones {
            &Principal::everyone()
        } else {
            principal
        };
        Some(Access {
            granted: members.granted(counts)?,
            own: own.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
            everyone: everyone.as_ref().map(|member| member.roles.clone()).unwrap_or_default(),
            effective,
        })
    }

    /// Returns whether every platform admin is known. Where the member list of `system` leaves out those that were set up
    /// with the platform, its role bindings have to be read for that.
    pub fn knows_platform_admins(&self) -> bool {
        match self.members(&WorkspaceName::from_platform(WorkspaceName::SYSTEM)) {
            Some(Members::Listed(_)) => self.generation().lists_platform_admins(),
            Some(Members::Reported(snapshot, number)) => snapshot.knows_everybody_in(number),
            None => false,
        }
    }

    /// Returns the role in `system` that makes `principal` a platform admin, as far as the members of `system` are known.
    pub fn top_role(&self, principal: &Principal) -> Option<Role> {
        let generation = self.generation();
        let held = self.member(&WorkspaceName::from_platform("system"), principal)?;
        held.roles.others().find(|role| role.is_top(generation)).cloned()
    }
}
