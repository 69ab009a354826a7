//! Who the caller is, and whether a row of a member table is the caller.

use super::activity::Caller;
use super::ids::{Principal, PrincipalKind};
use super::member::Roster;
use super::role::RoleSet;
use super::text::SafeText;

/// The caller under the names the platform matches: token subject, e-mail, groups, aliases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The subject of the token, by which machines know the caller.
    pub subject: Option<String>,
    /// The e-mail, which bindings are usually made with.
    pub email: Option<String>,
    /// The groups the token carries.
    pub groups: Vec<String>,
    /// Whether the platform itself said so; otherwise it was read off the token and may differ from
    /// what the platform uses.
    pub is_confirmed: bool,
    /// Whether the caller is known to be a platform admin, whatever it holds by name.
    pub is_platform_admin: bool,
}

/// Whether a principal is the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsCaller {
    /// By exactly this name.
    Yes,
    /// Through a group of the caller, or through `*`.
    Through,
    /// It is certainly somebody else.
    No,
    /// A group the token does not list, or an id the platform may know the caller by.
    CannotTell,
}

impl Identity {
    /// Returns the name for the header: e-mail, else subject, else `not logged in`.
    pub fn label(&self) -> SafeText {
        let name = self.email.as_deref().or(self.subject.as_deref());
        name.map_or_else(|| SafeText::new("not logged in"), SafeText::new)
    }

    /// Returns who sends a change, for the journal.
    pub fn as_sender(&self) -> Caller {
        Caller {
            subject: self.subject.clone(),
            email: self.email.clone(),
        }
    }

    /// Returns the name by which the caller becomes Admin of a workspace they make: the platform takes the e-mail, else
    /// the subject (observed on 0.8.1).
    pub fn as_maker(&self) -> Option<Principal> {
        let name = self.email.as_ref().or(self.subject.as_ref())?;
        Some(Principal::from_platform(name.clone()))
    }

    /// Returns whether nothing is known about the caller.
    pub fn is_nobody(&self) -> bool {
        self.subject.is_none() && self.email.is_none()
    }

    /// Returns whether `principal` is the caller, by any of the names the platform matches.
    pub fn is(&self, principal: &Principal) -> IsCaller {
        let raw = principal.raw();
        if self.subject.as_deref() == Some(raw) || self.email.as_deref() == Some(raw) {
            return IsCaller::Yes;
        }
        if principal.is_everyone() || self.groups.iter().any(|group| group == raw) {
            return IsCaller::Through;
        }
        match principal.kind() {
            _ if self.is_nobody() => IsCaller::CannotTell,
            PrincipalKind::Group if !self.is_confirmed => IsCaller::CannotTell,
            PrincipalKind::User if self.email.is_none() => IsCaller::CannotTell,
            PrincipalKind::Everyone | PrincipalKind::User | PrincipalKind::ServiceAccount | PrincipalKind::Group => {
                IsCaller::No
            }
        }
    }

    /// Returns every role the caller has in a workspace with this roster, and whether that is certain.
    pub fn roles_in(&self, roster: &Roster) -> RoleSet {
        roster
            .members()
            .iter()
            .filter(|member| matches!(self.is(&member.principal), IsCaller::Yes | IsCaller::Through))
            .fold(RoleSet::default(), |all, member| all.union(&member.roles))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn alice() -> Identity {
        Identity {
            subject: Some("0a1b".to_owned()),
            email: Some("alice@example.com".to_owned()),
            groups: vec!["ml-leads".to_owned()],
            is_confirmed: true,
            is_platform_admin: false,
        }
    }

    #[rstest]
    #[case("alice@example.com", IsCaller::Yes)]
    #[case("0a1b", IsCaller::Yes)]
    #[case("ml-leads", IsCaller::Through)]
    #[case("*", IsCaller::Through)]
    #[case("Alice@example.com", IsCaller::No)]
    #[case("other-group", IsCaller::No)]
    fn knows_the_caller_by_three_names(#[case] raw: &str, #[case] expected: IsCaller) {
        assert_eq!(alice().is(&Principal::from_platform(raw)), expected);
    }

    #[test]
    fn says_when_it_cannot_tell() {
        let from_token = Identity {
            is_confirmed: false,
            is_platform_admin: false,
            ..alice()
        };
        assert_eq!(
            from_token.is(&Principal::from_platform("other-group")),
            IsCaller::CannotTell
        );
        let by_subject = Identity { email: None, ..alice() };
        assert_eq!(
            by_subject.is(&Principal::from_platform("a@x.com")),
            IsCaller::CannotTell
        );
        let nobody = Identity {
            is_confirmed: true,
            ..Identity::default()
        };
        for raw in ["a@x.com", "service-account:ci", "ml-leads"] {
            for nobody in [&Identity::default(), &nobody] {
                assert_eq!(nobody.is(&Principal::from_platform(raw)), IsCaller::CannotTell, "{raw}");
            }
        }
    }
}
