//! Members: which principal holds which roles in one workspace.

use super::ids::Principal;
use super::role::{Role, RoleSet};
use super::workspace::Access;
use jiff::Timestamp;

/// One principal with all the roles it holds in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The principal it is about.
    pub principal: Principal,
    /// The exact set of roles.
    pub roles: RoleSet,
    /// The earliest of its grants.
    pub granted_at: Option<Timestamp>,
    /// Who granted the newest of its roles: a token subject, `system` for seeds.
    pub granted_by: Option<String>,
}

/// When what somebody holds in a workspace was granted, and by whom.
///
/// Each role is granted by itself. A member list tells the date of the first grant and the granter of the newest, which
/// can be two grants: they are never shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Granted {
    /// The newest of its grants: when, and by whom.
    Newest(Option<Timestamp>, Option<String>),
    /// Of several that are not told apart: when the first was made, and who made the newest.
    Several(Option<Timestamp>, Option<String>),
}

impl Granted {
    /// Returns when it was granted, of several the first: what it is sorted by.
    pub fn at(&self) -> Option<Timestamp> {
        let (Self::Newest(at, _) | Self::Several(at, _)) = self;
        *at
    }

    /// Returns who granted it, or the newest of it.
    pub fn by(&self) -> Option<&str> {
        let (Self::Newest(_, by) | Self::Several(_, by)) = self;
        by.as_deref().filter(|by| !by.is_empty())
    }
}

impl Member {
    /// Returns when what it holds was granted, and by whom, as far as the platform's list tells it.
    pub fn granted(&self) -> Granted {
        let (at, by) = (self.granted_at, self.granted_by.clone());
        if self.roles.is_several() {
            Granted::Several(at, by)
        } else {
            Granted::Newest(at, by)
        }
    }
}

/// The complete member list of one workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster(Vec<Member>);

impl Roster {
    /// Takes over a complete list; a principal listed twice is kept once with all its roles.
    pub fn new(members: Vec<Member>) -> Self {
        let mut merged: Vec<Member> = Vec::with_capacity(members.len());
        let mut place = std::collections::HashMap::new();
        for member in members {
            let known = place.get(&member.principal).and_then(|&i: &usize| merged.get_mut(i));
            if let Some(known) = known {
                known.roles = known.roles.union(&member.roles);
            } else {
                place.insert(member.principal.clone(), merged.len());
                merged.push(member);
            }
        }
        Self(merged)
    }

    /// Returns the members in the platform's order, newest first.
    pub fn members(&self) -> &[Member] {
        &self.0
    }

    /// Returns how many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether nobody is a member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the member called exactly `principal`.
    pub fn find(&self, principal: &Principal) -> Option<&Member> {
        self.0.iter().find(|member| member.principal == *principal)
    }

    /// Returns the roles `principal` holds by name, empty where it is no member.
    pub fn roles_of(&self, principal: &Principal) -> RoleSet {
        self.find(principal)
            .map(|member| member.roles.clone())
            .unwrap_or_default()
    }

    /// Makes `principal` hold exactly `roles`: a new member comes first, one without roles is none any more.
    pub fn set_roles(&mut self, principal: &Principal, roles: RoleSet) {
        let place = self.0.iter().position(|member| member.principal == *principal);
        match place.and_then(|place| self.0.get_mut(place)) {
            Some(_) if roles.is_empty() => self.0.retain(|member| member.principal != *principal),
            Some(member) => member.roles = roles,
            None if roles.is_empty() => {}
            None => self.0.insert(
                0,
                Member {
                    principal: principal.clone(),
                    roles,
                    granted_at: None,
                    granted_by: None,
                },
            ),
        }
    }

    /// Says of `principal` when and by whom it was granted what it holds.
    pub fn date(&mut self, principal: &Principal, at: Timestamp, by: Option<String>) {
        if let Some(member) = self.0.iter_mut().find(|member| member.principal == *principal) {
            (member.granted_at, member.granted_by) = (Some(at), by);
        }
    }

    /// Returns everybody who holds exactly the role Admin: what the platform's rule counts.
    pub fn admins(&self) -> impl Iterator<Item = &Member> {
        self.0.iter().filter(|member| member.roles.holds(&Role::Admin))
    }

    /// Returns what they are called.
    pub fn admin_names(&self) -> impl Iterator<Item = &Principal> {
        self.admins().map(|member| &member.principal)
    }

    /// Returns whether one of them is a person, who can log in and be asked.
    pub fn has_person_as_admin(&self) -> bool {
        self.admin_names().any(Principal::is_person)
    }

    /// Returns whether `principal` is the one Admin left.
    pub fn is_last_admin(&self, principal: &Principal) -> bool {
        self.last_admin() == Some(principal)
    }

    /// Returns the one Admin left, if there is just one.
    pub fn last_admin(&self) -> Option<&Principal> {
        let mut admins = self.admins();
        let first = admins.next()?;
        admins.next().is_none().then_some(&first.principal)
    }

    /// Returns what everyone may do here.
    pub fn access(&self) -> Access {
        Access::of(self.find(&Principal::everyone()).map(|everyone| &everyone.roles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(principal: &str, roles: &[&str]) -> Member {
        Member {
            principal: Principal::from_platform(principal),
            roles: roles.iter().map(|raw| Role::from_platform(raw)).collect(),
            granted_at: None,
            granted_by: None,
        }
    }

    #[test]
    fn finds_the_last_admin() {
        let alice = Principal::from_platform("alice@example.com");
        let roster = Roster::new(vec![
            member("alice@example.com", &["Admin"]),
            member("bob@example.com", &["Editor"]),
        ]);
        assert!(roster.is_last_admin(&alice));
        let roster = Roster::new(vec![member("alice@example.com", &["Admin"]), member("*", &["Admin"])]);
        assert!(!roster.is_last_admin(&alice), "the platform counts * as an Admin");
    }

    #[test]
    fn who_is_left_without_roles_is_no_member() {
        let (bob, dave) = (Principal::from_platform("bob@x"), Principal::from_platform("dave@x"));
        let mut roster = Roster::new(vec![member("bob@x", &["Admin"])]);
        roster.set_roles(&dave, RoleSet::default());
        assert_eq!((roster.len(), roster.find(&dave)), (1, None));
        roster.set_roles(&bob, RoleSet::default());
        assert_eq!((roster.len(), roster.find(&bob)), (0, None));
    }

    #[test]
    fn merges_a_principal_listed_twice() {
        let roster = Roster::new(vec![member("a@x", &["Viewer"]), member("a@x", &["Admin"])]);
        assert_eq!(roster.len(), 1);
        assert_eq!(roster.members()[0].roles.shown().as_str(), "Admin, Viewer");
    }

    #[test]
    fn tells_who_gets_in_through_everyone() {
        assert_eq!(
            Roster::new(vec![member("*", &["Viewer"])]).access(),
            Access::All(Role::Viewer)
        );
        assert_eq!(Roster::new(vec![member("*", &["JobRunner"])]).access(), Access::Private);
        assert_eq!(Roster::default().access(), Access::Private);
    }
}
