//! Which of the platform's own CLIs the user has, and where its commands act.
//!
//! Nothing here looks for anything: what was found comes in as values.

use super::address::BaseUrl;
use super::context::ContextName;
use super::generation::Generation;
use super::text::SafeText;

/// The two families of CLIs: programs, variables and config files of one mean nothing to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `nmp`, up to NeMo Platform 0.6.
    Platform,
    /// `nhx`, the CLI of NeMo Helix (release 0.7 and later).
    Helix,
}

impl Family {
    /// Both families, the one that wins first: whoever sets the newer name knows the newer platform.
    pub const BY_PRECEDENCE: [Self; 2] = [Self::Helix, Self::Platform];

    /// Returns the other family.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Helix => Self::Platform,
            Self::Platform => Self::Helix,
        }
    }

    /// Returns the folder of its CLI under `~/.config`.
    pub fn folder(self) -> &'static str {
        self.program()
    }

    /// Returns the family that a server of this generation belongs to, where that is known.
    pub fn of(generation: Generation) -> Option<Self> {
        match generation {
            Generation::Seed | Generation::Platform01 | Generation::Platform03 | Generation::Platform06 => {
                Some(Self::Platform)
            }
            Generation::Helix => Some(Self::Helix),
            Generation::Unknown => None,
        }
    }

    /// Returns the program that only this family has.
    pub fn program(self) -> &'static str {
        match self {
            Self::Platform => "nmp",
            Self::Helix => "nhx",
        }
    }

    /// Returns what its releases are called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Platform => "NeMo Platform up to 0.6",
            Self::Helix => "NeMo Helix",
        }
    }
}

/// The program that both families have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nemo {
    /// It was not found.
    #[default]
    Absent,
    /// It lies beside the program of one family only, so it belongs to that.
    Of(Family),
    /// It was found, and nothing tells whose it is.
    Found,
}

/// The programs that were found where the shell looks for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Programs {
    /// How the program `nemo` is called.
    pub nemo: Nemo,
    /// Whether there is `nhx`.
    pub has_nhx: bool,
    /// Whether there is `nmp`.
    pub has_nmp: bool,
}

impl Programs {
    /// Returns the program to be named for a server of this generation: one of its own family where there is one.
    pub fn program(self, generation: Generation) -> &'static str {
        let has_own = |family| match family {
            Family::Platform => self.has_nmp,
            Family::Helix => self.has_nhx,
        };
        if generation == Generation::Seed {
            return Family::Platform.program();
        }
        let is_nemo_fitting = |family| match self.nemo {
            Nemo::Absent => false,
            Nemo::Of(own) => own == family,
            Nemo::Found => true,
        };
        let better = match Family::of(generation) {
            Some(family) => (!is_nemo_fitting(family) && has_own(family)).then_some(family),
            None if self.nemo == Nemo::Absent => Family::BY_PRECEDENCE.into_iter().find(|family| has_own(*family)),
            None => None,
        };
        better.map_or("nemo", Family::program)
    }

    /// Returns the family of everything that was found, where that is one.
    pub fn family(self) -> Option<Family> {
        match (self.nemo, self.has_nhx, self.has_nmp) {
            (Nemo::Of(Family::Platform) | Nemo::Absent | Nemo::Found, false, true) => Some(Family::Platform),
            (Nemo::Of(Family::Helix) | Nemo::Absent | Nemo::Found, true, false) => Some(Family::Helix),
            (Nemo::Of(family), false, false) => Some(family),
            (Nemo::Of(_) | Nemo::Absent | Nemo::Found, _, _) => None,
        }
    }

    /// Returns whether nothing was found at all.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// Where the commands have to act, compared with where they would by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// There already: the console uses the current context of the config file.
    #[default]
    Current,
    /// In a context that the config file does not call its current one.
    Context(ContextName),
    /// At an address that belongs to no context.
    Address(BaseUrl),
}

/// What the console knows about the user's CLI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cli {
    /// The variables that lead the CLI elsewhere than the console is by now.
    pub overruling: Vec<&'static str>,
    /// The programs that were found.
    pub programs: Programs,
    /// The family whose config file the context stands in, where that is told by its place.
    pub file: Option<Family>,
    /// The config file that was named by an option, which the CLI does not know of.
    pub named_file: Option<SafeText>,
    /// Where commands have to act.
    pub place: Place,
}

impl Cli {
    /// Returns what should be known before its commands are used at a server of this generation.
    pub fn caveats(&self, generation: Generation) -> Vec<SafeText> {
        let own = Family::of(generation);
        let mut out = Vec::new();
        if self.programs.is_empty() {
            out.push("the platform's CLI is not installed here (no nemo, nhx or nmp on PATH)".to_owned());
        } else if let (Some(own), Some(found)) = (own, self.programs.family())
            && own != found
        {
            out.push(format!(
                "the CLI on PATH is for {}, but this server is {}: it may not understand these commands",
                found.label(),
                own.label()
            ));
        }
        if let (Some(path), false) = (&self.named_file, matches!(self.place, Place::Address(_))) {
            let variable = match own.or(self.programs.family()) {
                Some(Family::Platform) => "NMP_CONFIG_FILE",
                Some(Family::Helix) | None => "NHX_CONFIG_FILE",
            };
            out.push(format!(
                "the console reads {path}; the CLI reads it only if {variable} names it"
            ));
        }
        if !self.overruling.is_empty() {
            let names = self.overruling.join(", ");
            out.push(format!(
                "your shell sets {names}, which the CLI obeys and the console ignores here: unset that first"
            ));
        }
        match &self.place {
            Place::Context(name) if generation == Generation::Seed => out.push(format!(
                "uses the current context of the CLI, which has to be '{}'",
                name.shown()
            )),
            Place::Address(url) if generation == Generation::Seed => out.push(format!(
                "uses the current context of the CLI, which has to lead to {}",
                url.shown()
            )),
            Place::Current | Place::Context(_) => {
                if let (Some(file), Some(reader)) = (self.file, self.programs.family().or(own))
                    && file != reader
                {
                    out.push(format!(
                        "the context is in the config file of {}, which the {} CLI does not read",
                        file.label(),
                        reader.label()
                    ));
                }
            }
            Place::Address(_) => out.push("uses the login of the CLI's current context".to_owned()),
        }
        out.iter().map(|text| SafeText::new(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn found(names: &str) -> Programs {
        let has = |name: &str| names.split(' ').any(|found| found == name);
        let nemo = match (has("nemo"), has("nemo-of-nhx"), has("nemo-of-nmp")) {
            (_, true, _) => Nemo::Of(Family::Helix),
            (_, _, true) => Nemo::Of(Family::Platform),
            (true, false, false) => Nemo::Found,
            (false, false, false) => Nemo::Absent,
        };
        Programs {
            nemo,
            has_nhx: has("nhx"),
            has_nmp: has("nmp"),
        }
    }

    #[rstest]
    #[case::nothing_found("", Generation::Helix, "nemo")]
    #[case::nemo_before_its_twin("nemo-of-nhx nhx", Generation::Helix, "nemo")]
    #[case::only_the_twin("nhx", Generation::Helix, "nhx")]
    #[case::the_twin_of_the_other_family("nmp", Generation::Helix, "nemo")]
    #[case::nemo_of_the_other_family("nemo-of-nmp nmp nhx", Generation::Helix, "nhx")]
    #[case::only_nemo_of_the_other_family("nemo-of-nmp nmp", Generation::Helix, "nemo")]
    #[case::older("nmp", Generation::Platform06, "nmp")]
    #[case::older("nemo-of-nhx nhx nmp", Generation::Platform03, "nmp")]
    #[case::oldest("nmp", Generation::Platform01, "nmp")]
    #[case::oldest("nemo", Generation::Platform01, "nemo")]
    #[case::first("nemo nhx", Generation::Seed, "nmp")]
    #[case::unknown("nhx", Generation::Unknown, "nhx")]
    #[case::unknown("nmp", Generation::Unknown, "nmp")]
    #[case::unknown("nemo nmp", Generation::Unknown, "nemo")]
    fn names_the_program_that_fits_the_server(
        #[case] names: &str,
        #[case] generation: Generation,
        #[case] expected: &str,
    ) {
        assert_eq!(found(names).program(generation), expected);
    }

    #[rstest]
    #[case("", None)]
    #[case("nemo", None)]
    #[case("nemo nhx", Some(Family::Helix))]
    #[case("nmp", Some(Family::Platform))]
    #[case("nhx nmp", None)]
    #[case("nemo-of-nhx nmp", None)]
    #[case("nemo-of-nmp", Some(Family::Platform))]
    fn tells_whose_programs_they_are(#[case] names: &str, #[case] family: Option<Family>) {
        assert_eq!(found(names).family(), family);
    }
}
