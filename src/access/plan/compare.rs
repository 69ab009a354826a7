//! Comparing wishes with what is there.

use super::guard::Guard;
use super::{Circumstances, Why};
use crate::access::wish::why_unread;
use crate::access::wish::{self, Mode, Shall, Wanted, Wish, Wishes};
use crate::audit::{Policy, Report, Snapshot, WorkspaceNo};
use crate::domain::change::{Change, Way};
use crate::domain::choice;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::mention;
use crate::domain::policy;
use crate::domain::role::{Role, RoleSet};
use crate::domain::text::SafeText;
use std::collections::HashSet;

/// Something that is left out of a plan though the file asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The workspace it is about; nothing where it is about all of them.
    pub workspace: Option<WorkspaceName>,
    /// The principal it is about; nothing where it is about the whole workspace.
    pub principal: Option<Principal>,
    /// Why.
    pub why: SafeText,
}

/// What a comparison has brought to light.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) changes: Vec<(Change, Why)>,
    pub(super) n_already: usize,
    pub(super) left_out: Vec<LeftOut>,
    /// What must stop everything, whatever the changes are.
    pub(super) guards: Vec<Guard>,
}

impl Compared {
    pub(super) fn of(changes: Vec<(Change, Why)>) -> Self {
        Self {
            changes,
            ..Self::default()
        }
    }

    fn leave(&mut self, workspace: &WorkspaceName, principal: Option<&Principal>, why: &str) {
        self.left_out.push(LeftOut {
            workspace: Some(workspace.clone()),
            principal: principal.cloned(),
            why: SafeText::new(why),
        });
    }
}

/// Compares `wishes` with what `report` has read.
pub(super) fn compare(wishes: &Wishes, report: &Report, at: &Circumstances<'_>) -> Compared {
    let mut found = Compared::default();
    for wish in &wishes.workspaces {
        let place = Place {
            wish,
            snapshot: &report.snapshot,
            at,
        };
        place.compare(&mut found);
        found.guards.extend(place.missing(&report.policy));
    }
    found
}

/// One workspace of a file, and what there is to compare it with.
struct Place<'a> {
    wish: &'a Wish,
    snapshot: &'a Snapshot,
    at: &'a Circumstances<'a>,
}

impl Place<'_> {
    fn compare(&self, found: &mut Compared) {
        let name = &self.wish.workspace;
        let is_authoritative = self.wish.mode == Mode::Authoritative;
        if is_authoritative && !self.wish.members.iter().any(|wanted| !self.is_over(wanted)) {
            found.guards.push(Guard::EmptyList(name.clone()));
            return;
        }
        if let Err(problem) = name.addressable() {
            return found.leave(name, None, &problem.in_words());
        }
        let number = self.snapshot.workspace_no(name);
        let known = number.and_then(|number| Some((number, self.snapshot.workspace(number)?)));
        match known {
            Some((number, workspace)) => match why_unread(self.snapshot, workspace) {
                None => self.members(Some(number), found),
                Some(why) => {
                    if is_authoritative {
                        found.guards.push(Guard::Unread(name.clone(), why.clone()));
                    }
                    found.leave(name, None, &format!("{why}{}", self.given_up()));
                }
            },
            None => self.absent(found),
        }
    }

    /// Returns what to say where the caller may not look any more, since they gave up their own place.
    fn given_up(&self) -> String {
        let name = &self.wish.workspace;
        let maker = self.at.identity.as_maker();
        let own = maker.and_then(|own| self.at.last.get(&(name.clone(), own)));
        let given_up = own.filter(|it| it.before.holds(&Role::Admin) && !it.roles.holds(&Role::Admin));
        given_up.map_or_else(String::new, |applied| {
            let day = applied.at.strftime("%F");
            format!("; you gave up your own place there on {day}: another Admin has to plan what is left")
        })
    }

    /// Returns who is not to be Admin although the policy requires it, where the file says who all are.
    fn missing(&self, policy: &Policy) -> Vec<Guard> {
        let name = &self.wish.workspace;
        if self.wish.mode == Mode::Additive && self.snapshot.workspace_no(name).is_some() {
            return Vec::new();
        }
        let is_named = |who: &Principal| {
            let mut named = self.wish.members.iter().filter(|wanted| *wanted.principal == *who);
            named.any(|wanted| self.wanted(wanted, &RoleSet::default()).holds(&Role::Admin))
        };
        let is_maker = |who: &Principal| {
            let is_kept =
                self.wish.mode == Mode::Additive && self.at.identity.as_maker().is_some_and(|maker| maker == *who);
            is_kept && !self.wish.members.iter().any(|wanted| *wanted.principal == *who)
        };
        let is_named = |who: &Principal| is_named(who) || is_maker(who);
        let missing = policy.required_admins(name.raw()).filter(|who| !is_named(who));
        missing
            .map(|who| Guard::RequiredAdmin(name.clone(), who.clone()))
            .collect()
    }

    fn absent(&self, found: &mut Compared) {
        let name = &self.wish.workspace;
        let Some(description) = &self.wish.create else {
            let known = self.snapshot.reported_workspaces();
            let known = known.map(|(_, workspace)| workspace.name.raw());
            let mut hint = choice::meant(name.raw(), known);
            // Whoever only takes something away wants no new workspace.
            if hint.is_empty() && self.wish.members.iter().any(|wanted| wanted.shall != Shall::BeAbsent) {
                "; 'create = true' makes one".clone_into(&mut hint);
            }
            let why = format!("there is no such workspace, or you cannot see it{hint}");
            return found.leave(name, None, &why);
        };
        if let Err(problem) = name.require_new() {
            return found.leave(name, None, &problem.in_words());
        }
        let create = Change::CreateWorkspace {
            name: name.clone(),
            description: Some(description.clone()).filter(|description| !description.is_empty()),
        };
        found.changes.push((create, Why::default()));
        self.members(None, found);
    }

    /// Compares the members; of a workspace that is made first, its maker is the only one.
    fn members(&self, number: Option<WorkspaceNo>, found: &mut Compared) {
        let is_authoritative = self.wish.mode == Mode::Authoritative;
        let mut named: HashSet<&Principal> = HashSet::new();
        for wanted in &self.wish.members {
            named.insert(&wanted.principal);
            let before = self.held(number, &wanted.principal);
            let after = self.wanted(wanted, &before);
            let is_new = before.is_empty() && !after.is_empty();
            if let Some(what) = self.wrong_with(&wanted.principal).filter(|_| is_new) {
                self.refuse(wanted, what, found);
                continue;
            }
            let why = wanted.why().cloned().unwrap_or_default();
            self.member(&wanted.principal, (before, after), why, found);
        }
        if !is_authoritative {
            return;
        }
        let unnamed = |principal: &Principal| !named.contains(principal);
        match number {
            Some(number) => {
                for grant in self
                    .snapshot
                    .grants_in(number)
                    .filter(|grant| unnamed(grant.principal()))
                {
                    let roles = (grant.roles().clone(), RoleSet::default());
                    self.member(grant.principal(), roles, Why::default(), found);
                }
            }
            None => {
                if let Some(maker) = self.at.identity.as_maker().filter(unnamed) {
                    let roles = (RoleSet::only(Role::Admin), RoleSet::default());
                    self.member(&maker, roles, Why::default(), found);
                }
            }
        }
    }

    /// Returns why nobody can be added by this name, if so.
    fn wrong_with(&self, principal: &Principal) -> Option<String> {
        let is_known = self.snapshot.principal_no(principal).is_some();
        mention::require_new(principal, is_known).err()
    }

    /// Stops where the file names somebody who cannot be added; what a report tells of them is left out.
    fn refuse(&self, wanted: &Wanted, what: String, found: &mut Compared) {
        let workspace = &self.wish.workspace;
        if !self.at.source.is_access_file {
            let why = format!("nobody can be added by this name: {what}");
            return found.leave(workspace, Some(&wanted.principal), &why);
        }
        found.guards.push(Guard::NoNewName {
            place: wanted.said.as_ref().map(|said| wish::Place::clone(&said.place)),
            workspace: workspace.clone(),
            principal: Principal::clone(&wanted.principal),
            what,
        });
    }

    fn held(&self, number: Option<WorkspaceNo>, principal: &Principal) -> RoleSet {
        let Some(number) = number else {
            let is_maker = self.at.identity.as_maker().is_some_and(|maker| maker == *principal);
            return if is_maker {
                RoleSet::only(Role::Admin)
            } else {
                RoleSet::default()
            };
        };
        let held = self.snapshot.principal_no(principal);
        let held = held.and_then(|principal| self.snapshot.held(number, principal));
        held.map(|grant| grant.roles().clone()).unwrap_or_default()
    }

    /// Returns whether it is wished that the principal holds nothing, now.
    fn is_over(&self, wanted: &Wanted) -> bool {
        wanted.shall == Shall::BeAbsent || wanted.until().is_some_and(|until| until < self.at.today())
    }

    fn wanted(&self, wanted: &Wanted, before: &RoleSet) -> RoleSet {
        if self.is_over(wanted) {
            return RoleSet::default();
        }
        match &wanted.shall {
            Shall::Hold(roles) => roles.clone(),
            Shall::HoldAlso(roles) => before.raised_by(roles),
            Shall::BeAbsent => RoleSet::default(),
        }
    }

    fn member(&self, principal: &Principal, (before, after): (RoleSet, RoleSet), why: Why, found: &mut Compared) {
        if before == after {
            found.n_already += 1;
            return;
        }
        let workspace = &self.wish.workspace;
        let generation = self.snapshot.origin.generation;
        if let Some(role) = after
            .others()
            .find(|role| !before.holds(role) && !role.may_be_given(generation, workspace))
        {
            let meaning = role.meaning_in(workspace, generation);
            let why = format!("{} is not given by a plan: {meaning}", role.shown());
            return found.leave(workspace, Some(principal), &why);
        }
        let change = Change::Roles {
            workspace: workspace.clone(),
            principal: principal.clone(),
            before,
            after,
        };
        let reaches = match policy::way(&change, self.at.identity) {
            Way::ByName => principal.addressable(),
            Way::ThroughRows => Ok(()),
        };
        match reaches {
            Ok(()) => found.changes.push((change, why)),
            Err(problem) => found.guards.push(Guard::OutOfReach {
                workspace: workspace.clone(),
                principal: principal.clone(),
                what: problem.in_words(),
            }),
        }
    }
}
