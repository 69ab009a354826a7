//! The environment as a value: read once, so that everything that depends on it can be tested without it.

pub use crate::domain::cli::Family;

use super::{Error, Source};
use crate::domain::text::SafeText;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

/// A snapshot of the environment. Empty values count as absent, as they do for the platform's own CLI.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Env {
    variables: BTreeMap<OsString, OsString>,
    /// The home directory that the system knows for whoever runs this.
    account_home: Option<PathBuf>,
}

/// One setting under its two names: the platform changed its prefix from `NMP_` to `NHX_` with release 0.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    /// The name since release 0.7.
    pub helix: &'static str,
    /// The name before release 0.7.
    pub platform: &'static str,
}

/// What one setting has in the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'env> {
    /// The value in force.
    pub value: &'env str,
    /// The name it was found under.
    pub name: &'static str,
    /// The family of that name, `NHX_…` or `NMP_…`.
    pub family: Family,
    /// The other name, where it is set too and to something else.
    pub overruled: Option<&'static str>,
}

impl Names {
    /// Returns the name of one family.
    pub fn of(self, family: Family) -> &'static str {
        match family {
            Family::Helix => self.helix,
            Family::Platform => self.platform,
        }
    }
}

impl Env {
    /// Takes a snapshot of this process's environment; everything else works on the snapshot.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().collect(),
            // Asks the password database where no variable says it, as the platform's own CLI does.
            account_home: directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned()),
        }
    }

    /// Returns the value of `name` as the system has it, for paths.
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|value| !value.is_empty())
    }

    /// Returns the value of `name` as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).map(PathBuf::from)
    }

    /// Returns the value of `name` as text.
    ///
    /// # Errors
    /// If it is not UTF-8.
    pub fn text(&self, name: &'static str) -> Result<Option<&str>, Error> {
        let Some(raw) = self.raw(name) else { return Ok(None) };
        raw.to_str().map(Some).ok_or_else(|| Error::Value {
            source_of: Source::Variable(name),
            problem: "is not UTF-8".to_owned(),
        })
    }

    /// Returns a setting that has two names; the newer wins.
    ///
    /// # Errors
    /// If the value in force is not UTF-8.
    pub fn either(&self, names: Names) -> Result<Option<Found<'_>>, Error> {
        for family in Family::BY_PRECEDENCE {
            let name = names.of(family);
            if let Some(value) = self.text(name)? {
                let rival = names.of(family.other());
                let is_overruled = self.raw(rival).is_some_and(|other| other != OsStr::new(value));
                return Ok(Some(Found {
                    value,
                    name,
                    family,
                    overruled: is_overruled.then_some(rival),
                }));
            }
        }
        Ok(None)
    }

    /// Returns the setting `name` of the console's own, which is on or off.
    ///
    /// # Errors
    /// If it is neither: a misspelt safety switch must not count as off.
    pub fn switch(&self, name: &'static str) -> Result<Option<bool>, Error> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        match value.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Some(true)),
            "0" | "false" | "no" | "off" => Ok(Some(false)),
            _ => Err(Error::Value {
                source_of: Source::Variable(name),
                problem: format!(
                    "is '{}', neither on (1, true, yes) nor off (0, false, no)",
                    SafeText::new(value)
                ),
            }),
        }
    }

    /// Returns the same environment without these settings, under either name.
    #[must_use]
    pub fn without(&self, settings: &[Names]) -> Self {
        let mut rest = self.clone();
        for name in settings.iter().flat_map(|names| [names.helix, names.platform]) {
            rest.variables.remove(OsStr::new(name));
        }
        rest
    }

    /// Returns the home directory.
    pub fn home(&self) -> Option<PathBuf> {
        let said = self.path("HOME").or_else(|| self.path("USERPROFILE"));
        said.or_else(|| self.account_home.clone())
    }
}

impl<K: Into<OsString>, V: Into<OsString>> FromIterator<(K, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter();
        Self {
            variables: pairs.map(|(name, value)| (name.into(), value.into())).collect(),
            account_home: None,
        }
    }
}

/// Names only: values may be tokens.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const BASE_URL: Names = Names {
        helix: "NHX_BASE_URL",
        platform: "NMP_BASE_URL",
    };

    #[rstest]
    #[case::neither(&[], None)]
    #[case::old(&[("NMP_BASE_URL", "a")], Some(("a", "NMP_BASE_URL", None)))]
    #[case::new(&[("NHX_BASE_URL", "b")], Some(("b", "NHX_BASE_URL", None)))]
    #[case::same(&[("NMP_BASE_URL", "a"), ("NHX_BASE_URL", "a")], Some(("a", "NHX_BASE_URL", None)))]
    #[case::rivals(&[("NMP_BASE_URL", "a"), ("NHX_BASE_URL", "b")], Some(("b", "NHX_BASE_URL", Some("NMP_BASE_URL"))))]
    #[case::empty_is_absent(&[("NMP_BASE_URL", "a"), ("NHX_BASE_URL", "")], Some(("a", "NMP_BASE_URL", None)))]
    fn the_newer_name_wins(#[case] pairs: &[(&str, &str)], #[case] expected: Option<(&str, &str, Option<&str>)>) {
        let env: Env = pairs.iter().copied().collect();
        let found = env.either(BASE_URL).unwrap();
        assert_eq!(found.map(|found| (found.value, found.name, found.overruled)), expected);
    }

    #[rstest]
    #[case("1", Some(true))]
    #[case("Yes", Some(true))]
    #[case("off", Some(false))]
    #[case("", None)]
    fn reads_switches(#[case] value: &str, #[case] expected: Option<bool>) {
        let env: Env = [("NMP_CONSOLE_READ_ONLY", value)].into_iter().collect();
        assert_eq!(env.switch("NMP_CONSOLE_READ_ONLY").unwrap(), expected);
    }

    #[test]
    fn refuses_a_switch_it_does_not_understand() {
        let env: Env = [("NMP_CONSOLE_READ_ONLY", "ture")].into_iter().collect();
        let error = env.switch("NMP_CONSOLE_READ_ONLY").unwrap_err();
        assert!(
            error.to_string().starts_with("NMP_CONSOLE_READ_ONLY is 'ture'"),
            "{error}"
        );
    }

    #[test]
    fn never_prints_values() {
        let env: Env = [("NMP_ACCESS_TOKEN", "s3cret")].into_iter().collect();
        let shown = format!("{env:?}");
        assert!(
            shown.contains("NMP_ACCESS_TOKEN") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
