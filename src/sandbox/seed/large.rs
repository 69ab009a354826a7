//! A platform of a large company: ten thousand workspaces and two hundred thousand grants, to see what size does.
//!
//! Nothing is written down here but rules: who is a member where follows from the number of the workspace, always the
//! same. Teams, topics and names repeat themselves, sizes do not: most workspaces have a dozen members and a few have
//! hundreds, most people are in a score of workspaces and a few in thousands. What an audit looks for is in it, too:
//! workspaces with one Admin and with none, roles that nobody knows, roles for everyone, names that look alike or
//! differ in their case only, two roles where one would do, and rows of those who left.

mod names;

use super::{Error, MICROS_PER_DAY, Made, bind, describe, insert_workspace};
use crate::sandbox::{LARGE_CALLER, PLATFORM_ADMIN};
use names::{TEAMS, TOPICS, entry, person};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// How much is planted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    /// The platform's own two are among them.
    pub(super) n_workspaces: usize,
    /// How many principals have a role in a workspace, counted over all of these; the platform's own three included.
    pub(super) n_grants: usize,
}

pub(super) const FULL: Size = Size {
    n_workspaces: 10_000,
    n_grants: 200_000,
};

/// How long the platform has been in use.
pub(super) const AGE_IN_DAYS: i64 = 1_200;

const N_BUILT_IN: usize = 2;
const N_BUILT_IN_GRANTS: usize = 3;

/// Fills a new database that has the platform's own workspaces already.
pub(super) fn plant(db: &Connection, size: Size, now: i64) -> Result<(), Error> {
    size.workspaces()
        .try_for_each(|workspace| workspace.plant(db, size.n_people(), now))
}

impl Size {
    /// Returns every workspace but the platform's own.
    fn workspaces(self) -> impl Iterator<Item = Workspace> {
        let n = self.n_workspaces.saturating_sub(N_BUILT_IN);
        let n_grants = self.n_grants.saturating_sub(N_BUILT_IN_GRANTS);
        let all: usize = (0..n).map(weight).sum();
        let up_to = move |weight: usize| n_grants * weight / all.max(1);
        let mut before = 0;
        (0..n).map(move |number| {
            let after = before + weight(number);
            // Each gets its share of what is rounded, so that the sum is right to the last one.
            let n_members = up_to(after) - up_to(before);
            before = after;
            Workspace { number, n_members }
        })
    }

    /// Returns how many people have an e-mail address.
    fn n_people(self) -> usize {
        (self.n_grants / 40).max(500)
    }
}

/// Returns how many members a workspace would have if the sum did not matter.
fn weight(number: usize) -> usize {
    let mut dice = Dice::of(number, 1);
    match dice.below(1000) {
        0..700 => 8 + dice.below(9),
        700..950 => 20 + dice.below(21),
        950..999 => 60 + dice.below(61),
        _ => 400,
    }
}

/// One workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Workspace {
    number: usize,
    n_members: usize,
}

/// A principal with what it holds, or held.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    principal: String,
    roles: Vec<&'static str>,
}

impl Held {
    fn new(principal: impl Into<String>, role: &'static str) -> Self {
        Self {
            principal: principal.into(),
            roles: vec![role],
        }
    }
}

impl Workspace {
    fn name(self) -> String {
        let number = self.number / (TEAMS.len() * TOPICS.len());
        format!("{}-{}-{number:02}", self.team(), self.topic())
    }

    fn team(self) -> &'static str {
        entry(&TEAMS, self.number)
    }

    fn topic(self) -> &'static str {
        entry(&TOPICS, self.number / TEAMS.len())
    }

    /// Tells whether this is the `place`th of every `every` workspaces.
    fn is_one_in(self, every: usize, place: usize) -> bool {
        self.number % every == place
    }

    /// Tells what the auditor holds: Admin in all workspaces of four teams, Viewer in those of a fifth.
    fn auditor(self) -> Option<&'static str> {
        match self.number % TEAMS.len() {
            0 | 5 | 10 | 15 => Some("Admin"),
            3 => Some("Viewer"),
            _ => None,
        }
    }

    /// Returns how many Admins there are, the auditor among them.
    fn n_admins(self) -> usize {
        if self.auditor() != Some("Admin") && self.is_one_in(53, 6) {
            0
        } else if self.is_one_in(3, 0) {
            1
        } else {
            2 + self.n_members / 60
        }
    }

    /// Returns everybody who holds a role, exactly as many as the workspace has members, the Admins first.
    fn members(self, n_people: usize) -> Vec<Held> {
        let mut dice = Dice::of(self.number, 2);
        let mut taken = BTreeSet::new();
        let mut members: Vec<Held> = Vec::with_capacity(self.n_members);
        members.extend(self.auditor().map(|role| Held::new(LARGE_CALLER, role)));
        let is_led = self.auditor() == Some("Admin");
        for _ in usize::from(is_led)..self.n_admins() {
            members.push(Held::new(self.somebody(n_people, &mut dice, &mut taken), "Admin"));
        }
        members.extend(self.oddities(&self.somebody(n_people, &mut dice, &mut taken)));
        while members.len() < self.n_members {
            let mut held = Held::new(self.somebody(n_people, &mut dice, &mut taken), "Viewer");
            match dice.below(100) {
                0..4 => held.roles.push("Editor"),
                4..34 => held.roles = vec!["Editor"],
                _ => {}
            }
            members.push(held);
        }
        members.truncate(self.n_members);
        members
    }

    /// Returns the members who are not simply people, or not simply Viewers; `person` may be one of them.
    fn oddities(self, person: &str) -> Vec<Held> {
        let mut odd = Vec::new();
        if self.is_one_in(149, 11) {
            odd.push(Held::new("*", if self.is_one_in(5, 2) { "Editor" } else { "Viewer" }));
        }
        if self.is_one_in(4, 1) {
            odd.push(Held::new(format!("{}-readers", self.team()), "Viewer"));
        }
        if self.is_one_in(6, 2) {
            odd.push(Held::new(format!("/teams/{}", self.team()), "Editor"));
        }
        if self.is_one_in(3, 1) {
            let role = if self.is_one_in(17, 1) { "JobRunner" } else { "Editor" };
            odd.push(Held::new(format!("service-account:{}", self.topic()), role));
        }
        if self.is_one_in(199, 7) {
            odd.push(Held::new(person, "Editor"));
            // A Cyrillic letter.
            odd.push(Held::new(person.replacen('a', "\u{430}", 1), "Viewer"));
        } else if self.is_one_in(197, 9) {
            odd.push(Held::new(person, "Viewer"));
            odd.push(Held::new(person.to_ascii_uppercase(), "Editor"));
        } else if self.is_one_in(211, 13) {
            odd.push(Held::new(person, "GPU-Approver"));
        }
        odd
    }

    /// Returns those who held a role once and hold none now, and the Admin who left the workspace without one.
    fn former(self, n_people: usize, members: &[Held]) -> Vec<Held> {
        let mut dice = Dice::of(self.number, 3);
        let mut taken = members.iter().map(|held| held.principal.clone()).collect();
        let n_former = self.n_members / 12 + usize::from(self.n_admins() == 0);
        let mut former = Vec::with_capacity(n_former);
        for i in 0..n_former {
            let role = match self.n_admins() {
                0 if i == 0 => "Admin",
                _ if dice.below(3) == 0 => "Editor",
                _ => "Viewer",
            };
            former.push(Held::new(self.somebody(n_people, &mut dice, &mut taken), role));
        }
        former
    }

    /// Draws somebody who was not drawn before: of the team, or of the few who are everywhere.
    fn somebody(self, n_people: usize, dice: &mut Dice, taken: &mut BTreeSet<String>) -> String {
        let mut number = if dice.below(10) < 6 {
            dice.below(n_people / TEAMS.len()) * TEAMS.len() + self.number % TEAMS.len()
        } else {
            let u = dice.below(1 << 16);
            (n_people * u * u * u) >> 48
        };
        loop {
            let somebody = person(number % n_people);
            if taken.insert(somebody.clone()) {
                return somebody;
            }
            number += 1;
        }
    }

    fn plant(self, db: &Connection, n_people: usize, now: i64) -> Result<(), Error> {
        let members = self.members(n_people);
        let former = self.former(n_people, &members);
        let mut dice = Dice::of(self.number, 4);
        let name = self.name();
        let at = now - dice.moment(10 * MICROS_PER_DAY, (AGE_IN_DAYS - 1) * MICROS_PER_DAY);
        let founder = members.iter().chain(&former).find(|held| held.roles == ["Admin"]);
        let by = founder.map_or(PLATFORM_ADMIN, |held| held.principal.as_str());
        let description = format!("What {} does with {} models", self.team(), self.topic());
        let description = (!self.is_one_in(9, 4)).then_some(description.as_str());
        insert_workspace(db, &name, description, Made { at, by: Some(by) })?;
        if description.is_some() && self.is_one_in(2, 0) {
            describe(db, &name, dice.moment(at, now), by)?;
        }
        for held in &members {
            for role in &held.roles {
                let granted_at = if held.principal == by { at } else { dice.moment(at, now) };
                let granted = Made {
                    at: granted_at,
                    by: Some(by),
                };
                bind(db, &name, (&held.principal, role), granted, None)?;
            }
        }
        for held in &former {
            for role in &held.roles {
                let granted_at = if held.principal == by { at } else { dice.moment(at, now) };
                let granted = Made {
                    at: granted_at,
                    by: Some(by),
                };
                bind(
                    db,
                    &name,
                    (&held.principal, role),
                    granted,
                    Some(dice.moment(granted_at, now)),
                )?;
            }
        }
        Ok(())
    }
}

/// Numbers that look like chance and are always the same.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    /// Returns the dice that a workspace throws for one purpose.
    fn of(workspace: usize, purpose: u64) -> Self {
        let workspace = u64::try_from(workspace).unwrap_or_default();
        Self(workspace.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ purpose.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    /// Throws: the step and the mixing of `SplitMix64`.
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 up to but without `n`.
    fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.throw() % n).unwrap_or_default()
    }

    /// Returns a moment from `from` up to but without `to`.
    fn moment(&mut self, from: i64, to: i64) -> i64 {
        let between = u64::try_from(to - from).unwrap_or_default().max(1);
        from + i64::try_from(self.throw() % between).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
