//! What the generations of the platform do differently, as data: which generation began with it (the contract,
//! sections 2, 3, 4, 9 and 10).
//!
//! A scenario asks [`Platform::does`](crate::platform::Platform::does) and says what is true on either side: none is
//! left out because a platform is old.

use nmp_console::domain::platform::Dialect;

/// Something that one generation began to do, or to do otherwise.
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
}

/// Each with the first generation that does it.
const SINCE: [(Novelty, Dialect); 8] = [
    (Novelty::TellsOfDeletions, Dialect::Helix),
    (Novelty::NamesTheDying, Dialect::Helix),
    (Novelty::KeepsWhatItCannotDestroy, Dialect::Helix),
    (Novelty::ReservesSampleNames, Dialect::Helix),
    (Novelty::HasHelixAdmins, Dialect::Helix),
    (Novelty::HidesWhatWasRevoked, Dialect::Helix),
    (Novelty::RefusesLongNames, Dialect::Helix),
    (Novelty::DescribesItselfToAnybody, Dialect::Helix),
];

impl Novelty {
    /// Returns the first generation that does it.
    pub(crate) fn since(self) -> Dialect {
        SINCE.iter().find(|(novelty, _)| *novelty == self).unwrap().1
    }
}
