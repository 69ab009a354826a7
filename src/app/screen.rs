//! The screens. Each keeps only what is its own: cursor, filter, sort order; the data lie in the store.
//!
//! What a screen shows, needs and does is said in its own file, as its [`ScreenState`]. This file only knows which
//! screens there are and what each is opened on.

pub mod activity;
pub mod audit;
pub mod contexts;
pub mod help;
mod languages;
pub mod members;
pub mod outcomes;
pub mod principal;
pub mod resources;
mod state;
pub mod touched;
pub mod welcome;
pub mod workspaces;

pub use state::{Freshness, Known, ScreenState, Source, Subject, Title};

use super::keymap::{KeyMap, Shows};
use crate::domain::ids::Principal;
use crate::domain::platform::Generation;
use crate::domain::resource::ResourceKind;
use std::ops::{Deref, DerefMut};

/// One screen of the stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// All workspaces.
    Workspaces(workspaces::State),
    /// The members of one workspace.
    Members(members::State),
    /// What lies in one workspace.
    Resources(resources::State),
    /// Who has access to what, everywhere.
    Audit(Box<audit::State>),
    /// The access of one principal, everywhere.
    Principal(Box<principal::State>),
    /// The contexts of the platform CLI's config file.
    Contexts(Box<contexts::State>),
    /// What can be done where nothing is connected.
    Welcome(welcome::State),
    /// What was changed with this program.
    Activity(Box<activity::State>),
    /// What was changed by whomever.
    Touched(Box<touched::State>),
    /// Every key of the screen below.
    Help(help::State),
    /// The last outcomes of this session.
    Outcomes(outcomes::State),
}

impl Deref for Screen {
    type Target = dyn ScreenState;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Workspaces(state) => state,
            Self::Members(state) => state,
            Self::Resources(state) => state,
            Self::Audit(state) => &**state,
            Self::Principal(state) => &**state,
            Self::Contexts(state) => &**state,
            Self::Activity(state) => &**state,
            Self::Touched(state) => &**state,
            Self::Welcome(state) => state,
            Self::Help(state) => state,
            Self::Outcomes(state) => state,
        }
    }
}

impl DerefMut for Screen {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Workspaces(state) => state,
            Self::Members(state) => state,
            Self::Resources(state) => state,
            Self::Audit(state) => &mut **state,
            Self::Principal(state) => &mut **state,
            Self::Contexts(state) => &mut **state,
            Self::Activity(state) => &mut **state,
            Self::Touched(state) => &mut **state,
            Self::Welcome(state) => state,
            Self::Help(state) => state,
            Self::Outcomes(state) => state,
        }
    }
}

impl Screen {
    /// Returns the screen that shows `what` of what is selected on this one, on a platform of this generation.
    pub(super) fn showing(&self, what: Shows, keymap: KeyMap, generation: Generation) -> Option<Self> {
        let Subject { workspace, principal } = self.subject();
        let access_of = |principal: Principal, from| {
            let state = principal::State::new(principal).coming_from(from);
            Self::Principal(Box::new(state))
        };
        Some(match what {
            Shows::Help => Self::Help(help::State::new(keymap, self.keys())),
            Shows::Resources => {
                let kinds = ResourceKind::of(generation);
                Self::Resources(resources::State::new(workspace?.clone(), kinds, None))
            }
            Shows::Principal => access_of(principal?.clone(), workspace),
            // What was told, and whether it is open already, the model knows.
            Shows::Outcomes | Shows::Activity | Shows::Everybody => return None,
            Shows::Public => access_of(Principal::everyone(), None),
            Shows::Audit(mode) => Self::Audit(Box::new(audit::State::new(mode))),
        })
    }

    /// Returns whether one passes through it to others for ever, so that it may be forgotten on the way back.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Members(_) | Self::Principal(_))
    }
}
