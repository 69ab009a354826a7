//! Rights that the caller got a moment ago. The platform turns people away until it has rebuilt its policy, so a 403 in
//! that time is no answer yet: what was asked is tried again.

use super::time;
use crate::domain::ids::WorkspaceName;
use crate::domain::role::Role;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// How long the platform needs at most, by its default.
pub const TAKES: SignedDuration = SignedDuration::from_secs(30);
/// How long a 403 is not believed: that and the way of the last request.
const DOUBTED: SignedDuration = SignedDuration::from_secs(35);
/// How long until the next try.
pub const PAUSE: Duration = Duration::from_secs(3);

/// How often what is refused in a workspace that is just being made is tried again.
pub const TRIES: usize = 12;

/// A right that is young.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// Which role that is.
    pub role: Role,
    /// Since when the caller holds it.
    pub since: Timestamp,
    /// Whether the platform has refused something, and nothing that it has answered since tells that it knows of the right.
    pub is_refused: bool,
}

impl Right {
    /// Returns a right that was just gained.
    pub fn new(role: Role, since: Timestamp) -> Self {
        Self {
            role,
            since,
            is_refused: false,
        }
    }

    fn is_young(&self, now: Timestamp) -> bool {
        // A clock that is behind the server's makes it younger than new.
        now.duration_since(self.since).abs() < DOUBTED
    }

    /// Returns how often something that is refused is tried again.
    pub fn tries(&self, now: Timestamp) -> usize {
        let left = DOUBTED.saturating_sub(now.duration_since(self.since));
        let left = Duration::try_from(left).unwrap_or_default().as_secs();
        usize::try_from(left.div_ceil(PAUSE.as_secs()))
            .unwrap_or_default()
            .min(12)
    }

    /// Returns why nothing can be done yet.
    pub fn in_words(&self, now: Timestamp) -> String {
        format!(
            "you became its {} {} ago; the platform needs up to {} s",
            self.role.shown(),
            time::elapsed(self.since, now),
            TAKES.as_secs()
        )
    }
}

/// The young rights that are known of: gained here, or seen in the list. Of what was given up nothing is held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fresh(HashMap<WorkspaceName, Option<Right>>);

impl Fresh {
    /// Notes that the caller has `right` in `workspace`.
    pub fn gain(&mut self, workspace: &WorkspaceName, right: Right) {
        self.0.insert(workspace.clone(), Some(right));
    }

    /// Notes that the caller has given up what it held in `workspace`.
    pub fn lose(&mut self, workspace: &WorkspaceName) {
        self.0.insert(workspace.clone(), None);
    }

    /// Notes that the platform knows of what the caller has in `workspace`.
    pub fn take_effect(&mut self, workspace: &WorkspaceName) {
        if let Some(Some(right)) = self.0.get_mut(workspace) {
            right.is_refused = false;
        }
    }

    /// Returns the young right in `workspace`, or the one that can be `seen` in the list, unless it was given up.
    pub fn find(
        &self,
        workspace: &WorkspaceName,
        seen: impl FnOnce() -> Option<Right>,
        now: Timestamp,
    ) -> Option<Right> {
        let known = self.0.get(workspace).cloned().unwrap_or_else(seen);
        known.filter(|right| right.is_young(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[rstest]
    #[case(100, 12)]
    #[case(104, 11)]
    #[case(133, 1)]
    #[case(135, 0)]
    #[case(90, 12)]
    fn tries_last_as_long_as_the_platform_may_need(#[case] now: i64, #[case] n: usize) {
        assert_eq!(Right::new(Role::Admin, at(100)).tries(at(now)), n);
    }

    #[test]
    fn what_was_given_up_is_not_taken_for_young() {
        let (name, mut fresh) = (WorkspaceName::from_platform("ml-team"), Fresh::default());
        let seen = || Some(Right::new(Role::Admin, at(100)));
        assert!(fresh.find(&name, seen, at(104)).is_some());
        assert_eq!(fresh.find(&name, seen, at(135)), None);
        fresh.lose(&name);
        assert_eq!(fresh.find(&name, seen, at(104)), None);
        fresh.gain(&name, Right::new(Role::Editor, at(103)));
        let right = fresh.find(&name, seen, at(104)).unwrap();
        assert_eq!(
            right.in_words(at(104)),
            "you became its Editor 1 s ago; the platform needs up to 30 s"
        );
    }
}
