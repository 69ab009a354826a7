//! What is known of somebody who is typed: how widely known, by another spelling, or not at all.

use super::ctx::Ctx;
use crate::domain::ids::Principal;
use crate::domain::mention::{UNSEEN, means_everyone};
use crate::domain::slip;
use crate::domain::text::counted;

/// What is known of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Holds something in so many workspaces, as far as they were read.
    Known(usize),
    /// Nobody is called like this, but somebody is in other case.
    OtherCase(Principal),
    /// Nobody is called like this, as far as was read.
    New {
        /// Maybe somebody else is meant.
        meant: Option<Principal>,
        /// Whether the members of all workspaces were read.
        is_everywhere: bool,
    },
}

impl Standing {
    /// Returns what is known of `principal`; nothing of everyone. Whoever may be meant instead is only looked for where
    /// `is_compared` says so.
    pub(super) fn of(principal: &Principal, ctx: Ctx<'_>, is_compared: bool) -> Option<Self> {
        if principal.is_everyone() {
            return None;
        }
        if ctx.knows(principal.raw()) {
            return Some(Self::Known(ctx.store.n_workspaces_of(principal)));
        }
        let is_namesake = |other: &&Principal| principal.raw().eq_ignore_ascii_case(other.raw());
        // Of several spellings the one that most workspaces know is meant.
        let namesakes = ctx.known().filter(is_namesake);
        if let Some(other) = namesakes.max_by_key(|other| ctx.store.n_workspaces_of(other)) {
            return Some(Self::OtherCase(other.clone()));
        }
        // Who looks like somebody else is warned of as such.
        let is_compared = is_compared && ctx.store.twin(principal).is_none();
        let meant = if means_everyone(principal.raw()) {
            Some(Principal::everyone())
        } else {
            is_compared.then(|| slip::meant(principal.raw(), ctx.known())).flatten()
        };
        Some(Self::New {
            meant,
            is_everywhere: ctx.identity.is_platform_admin && !ctx.store.has_unread(),
        })
    }

    /// Returns it in words; `is_member` says whether the one in other case is a member where this is about.
    pub fn in_words(&self, is_member: impl Fn(&Principal) -> bool) -> String {
        match self {
            Self::Known(0) => "known".to_owned(),
            Self::Known(n) => format!("known, in {}", counted(*n, "workspace")),
            Self::OtherCase(other) => {
                let what = if is_member(other) { "a member" } else { "known" };
                format!(
                    "{} is {what} already; upper and lower case are two people here",
                    other.shown()
                )
            }
            Self::New { meant, is_everywhere } => {
                let unseen = if *is_everywhere {
                    UNSEEN
                } else {
                    "not seen before in what was loaded"
                };
                let meant = meant.as_ref().map(|other| format!("; did you mean {}?", other.label()));
                format!("{unseen}{}", meant.unwrap_or_default())
            }
        }
    }
}
