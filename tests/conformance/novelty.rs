//! What platforms do differently, as data: which release began with it, and on which stores it is true, as observed on
//! them.
//!
//! A scenario asks [`Platform::does`](crate::platform::Platform::does) and says what is true on either side: none is
//! left out because a platform is old, or keeps its data elsewhere.

use Store::{Postgres, Sqlite};

/// A release, by its first two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Release(pub(crate) u32, pub(crate) u32);

/// Where a platform keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    /// What it has on a single machine, and what the sandbox is like.
    Sqlite,
    /// What it has in production.
    Postgres,
}

/// Something that not every platform does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Novelty {
    /// How far a deletion is can be asked.
    TellsOfDeletions,
    /// Whoever wants the name of a workspace that is being destroyed is told that; before, that it exists.
    NamesTheDying,
    /// What cannot be destroyed keeps the workspace, with the reason; before, the workspace went without it.
    KeepsWhatItCannotDestroy,
    /// Names that begin with `sample-` cannot be given.
    ReservesSampleNames,
    /// The role of platform admins is `HelixAdmin`; before, `PlatformAdmin`.
    HasHelixAdmins,
    /// Whoever lost every role in a workspace no longer finds it in the list; before, it stayed there.
    HidesWhatWasRevoked,
    /// Nobody gets in whose name is longer than any principal may be; before, everybody did.
    RefusesLongNames,
    /// What it can do is described to anybody; before, to platform admins.
    DescribesItselfToAnybody,
    /// A fileset that a model or an adapter uses is not deleted; in 0.4 it was.
    ProtectsFilesetsInUse,
    /// A job that goes on is not deleted; in 0.4 it was.
    ProtectsJobsThatGoOn,
    /// Who acts for somebody else is told with whom it is, in the answer to who one is; 0.4 had no such fields.
    TellsOnWhoseBehalf,
    /// A principal is found again whatever letters it has; elsewhere only where all of them are ASCII: what would
    /// replace its roles adds to them, and nothing removes it but its row.
    FindsPrincipalsOfAnyAlphabet,
    /// Rows can be put in the order of any of their fields; elsewhere that of a moment in their content is a 500.
    SortsRowsByAnyMoment,
    /// Where something is to be made in a workspace that is not there, the answer does not say so; elsewhere it does.
    HidesMissingWorkspaces,
}

/// Each with the first release that does it, and the stores it is true on.
const KNOWN: [(Novelty, Release, &[Store]); 14] = [
    (Novelty::TellsOfDeletions, Release(0, 8), &[Sqlite, Postgres]),
    (Novelty::NamesTheDying, Release(0, 8), &[Sqlite, Postgres]),
    (Novelty::KeepsWhatItCannotDestroy, Release(0, 8), &[Sqlite, Postgres]),
    (Novelty::ReservesSampleNames, Release(0, 8), &[Sqlite, Postgres]),
    (Novelty::HasHelixAdmins, Release(0, 7), &[Sqlite, Postgres]),
    (Novelty::HidesWhatWasRevoked, Release(0, 7), &[Sqlite, Postgres]),
    (Novelty::RefusesLongNames, Release(0, 7), &[Sqlite, Postgres]),
    (Novelty::DescribesItselfToAnybody, Release(0, 7), &[Sqlite, Postgres]),
    (Novelty::ProtectsFilesetsInUse, Release(0, 6), &[Sqlite, Postgres]),
    (Novelty::ProtectsJobsThatGoOn, Release(0, 6), &[Sqlite, Postgres]),
    (Novelty::TellsOnWhoseBehalf, Release(0, 6), &[Sqlite, Postgres]),
    (Novelty::FindsPrincipalsOfAnyAlphabet, Release(0, 1), &[Sqlite]),
    (Novelty::SortsRowsByAnyMoment, Release(0, 1), &[Sqlite]),
    (Novelty::HidesMissingWorkspaces, Release(0, 1), &[Sqlite]),
];

impl Release {
    /// Reads what a platform calls its version; builds from source call it `dev`, which says nothing.
    pub(crate) fn parse(version: &str) -> Option<Self> {
        let mut parts = version.split('.').map(str::parse);
        match (parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor))) if (major, minor) != (0, 0) => Some(Self(major, minor)),
            _ => None,
        }
    }
}

impl Store {
    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "sqlite" => Sqlite,
            "postgres" => Postgres,
            other => panic!("no store '{other}': sqlite or postgres"),
        }
    }
}

impl Novelty {
    /// Returns whether a platform of this release does it on this store.
    pub(crate) fn is_known_of(self, release: Release, store: Store) -> bool {
        let (_, since, stores) = KNOWN.iter().find(|(novelty, ..)| *novelty == self).unwrap();
        release >= *since && stores.contains(&store)
    }
}
