//! The names things are addressed by. They keep the platform's bytes exactly and cannot be printed by
//! accident: there is no `Display`, only `shown()`, which gives [`SafeText`].

use super::likeness::{self, Trick};
use super::text::SafeText;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why text cannot be a new name, or an existing name cannot be addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_words())]
pub enum NameProblem {
    /// The name is empty.
    Empty,
    /// Fewer than 2 characters.
    TooShort,
    /// More than the `most` characters the platform takes.
    TooLong {
        /// The most characters that are taken.
        most: usize,
    },
    /// Does not begin with `a`-`z`.
    Start,
    /// Ends with a hyphen.
    EndsWithHyphen,
    /// Holds two hyphens in a row.
    DoubleHyphen,
    /// Holds a character outside `a`-`z`, `0`-`9` and hyphen.
    Character(char),
    /// `default` or `system`: the platform's own.
    Reserved,
    /// Begins with `sample-`, which the platform keeps for itself.
    Sample,
    /// `.` or `..`, which every URL parser takes for a step in the path.
    Dots,
    /// A slash: the members API decodes it before it routes, so it can never be removed again.
    Slash,
    /// A quote, a backslash or a control character: the platform stores it but never finds it again.
    NeverFoundAgain(char),
    /// Blanks around it, which are never part of a new name.
    Blanks,
    /// An angle bracket: what mail programs put around an address, and part of no name that anybody signs in with.
    Angle,
}

impl NameProblem {
    /// Returns the rule that is broken, in words for the person who typed it.
    pub fn in_words(self) -> String {
        match self {
            Self::Empty => "a name is needed".to_owned(),
            Self::TooShort => "at least 2 characters".to_owned(),
            Self::TooLong { most } => format!("at most {most} characters"),
            Self::Start => "must start with a lower-case letter (a-z)".to_owned(),
            Self::EndsWithHyphen => "must not end with a hyphen".to_owned(),
            Self::DoubleHyphen => "must not contain two hyphens in a row".to_owned(),
            Self::Character(c) => format!(
                "'{}' is not allowed: only a-z, 0-9 and hyphens",
                SafeText::new(&c.to_string())
            ),
            Self::Reserved => "is one of the platform's own workspaces".to_owned(),
            Self::Sample => "names that begin with 'sample-' are reserved for the platform's samples".to_owned(),
            Self::Dots => "'.' and '..' cannot be addressed in a URL".to_owned(),
            Self::Slash => "contains '/': the platform can never change or remove it".to_owned(),
            Self::NeverFoundAgain(c) => format!(
                "contains '{}': the platform can never change or remove it",
                SafeText::new(&c.to_string())
            ),
            Self::Blanks => "there are blanks around it".to_owned(),
            Self::Angle => "contains '<' or '>': type the address alone".to_owned(),
        }
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes over what the platform said, byte for byte.
            pub fn from_platform(raw: impl Into<String>) -> Self {
                Self(raw.into())
            }

            /// Returns the exact bytes, for the wire and for comparison; never for a screen.
            pub fn raw(&self) -> &str {
                &self.0
            }

            /// Returns the name as it may be shown.
            pub fn shown(&self) -> SafeText {
                SafeText::new(&self.0)
            }

            /// Checks that a request for this name reaches this name and nothing else.
            ///
            /// # Errors
            /// Names what makes it impossible to address.
            pub fn addressable(&self) -> Result<(), NameProblem> {
                addressable(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0)
            }
        }
    };
}

id! {
    /// The name of a workspace, which is also its address.
    WorkspaceName
}
id! {
    /// Whoever holds a role: an e-mail, a group, a service account, or `*` for everyone.
    Principal
}
id! {
    /// The name of a project, or of another thing that lies in a workspace.
    ResourceName
}

/// The longest name of a workspace or project.
pub const LONGEST_NAME: usize = 63;
/// The longest principal that can ever authenticate.
pub const LONGEST_PRINCIPAL: usize = 256;

impl WorkspaceName {
    /// The workspace whose roles count for the whole platform.
    pub const SYSTEM: &'static str = "system";
    /// The workspaces the platform cannot live without.
    pub const BUILT_IN: [&'static str; 2] = ["default", Self::SYSTEM];

    /// Parses the name of a workspace to be created; blanks around it are not part of it.
    ///
    /// # Errors
    /// Names the broken rule.
    pub fn parse_new(typed: &str) -> Result<Self, NameProblem> {
        let name = typed.trim();
        check_new(name)?;
        if Self::BUILT_IN.contains(&name) {
            return Err(NameProblem::Reserved);
        }
        Ok(Self(name.to_owned()))
    }

    /// Checks that a workspace can be created by exactly this name.
    ///
    /// # Errors
    /// Names the broken rule.
    pub fn require_new(&self) -> Result<(), NameProblem> {
        as_written(&Self::parse_new(&self.0)?, self)
    }

    /// Parses the name of a workspace that somebody asks about: it may be any that there is.
    ///
    /// # Errors
    /// Says why no workspace can be called so.
    pub fn parse_known(typed: &str) -> Result<Self, String> {
        let has = |c: char| {
            let c = c.to_string();
            format!("'{}' is part of no workspace's name", SafeText::new(&c))
        };
        match addressable(typed) {
            Ok(()) => Ok(Self(typed.to_owned())),
            Err(NameProblem::Dots) => Err("no workspace can be called so".to_owned()),
            Err(NameProblem::Slash) => Err(has('/')),
            Err(NameProblem::NeverFoundAgain(c)) => Err(has(c)),
            Err(problem) => Err(problem.in_words()),
        }
    }

    /// Returns whether this is `system`, whose roles count for the whole platform.
    pub fn is_system(&self) -> bool {
        self.0 == Self::SYSTEM
    }

    /// Returns whether this is `default` or `system`, whose deletion would lock everybody out.
    pub fn is_built_in(&self) -> bool {
        Self::BUILT_IN.contains(&self.0.as_str())
    }
}

impl ResourceName {
    /// Parses the name of a project to be created.
    ///
    /// # Errors
    /// Names the broken rule.
    pub fn parse_new(typed: &str) -> Result<Self, NameProblem> {
        let name = typed.trim();
        check_new(name)?;
        Ok(Self(name.to_owned()))
    }
}

/// What kind of holder a principal is, as far as its spelling tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// `*`: every authenticated caller.
    Everyone,
    /// A person: an e-mail address.
    User,
    /// A service account or a service of the platform.
    ServiceAccount,
    /// Anything else: a group, or an opaque id of somebody.
    Group,
}

impl PrincipalKind {
    /// The words that a filter takes for them.
    pub const WORDS: [(&str, Self); 4] = [
        ("user", Self::User),
        ("group", Self::Group),
        ("service", Self::ServiceAccount),
        ("everyone", Self::Everyone),
    ];

    /// Returns every word that a filter takes.
    pub fn words() -> Vec<&'static str> {
        Self::WORDS.map(|(word, _)| word).to_vec()
    }

    /// Returns the word that a filter takes for it.
    pub fn word(self) -> &'static str {
        let mut words = Self::WORDS.into_iter();
        words.find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// Returns the word shown in a table.
    pub fn label(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::User => "user",
            Self::ServiceAccount => "service account",
            Self::Group => "group",
        }
    }
}

impl Principal {
    /// Returns `*`, which stands for every user of the platform.
    pub fn everyone() -> Self {
        Self("*".to_owned())
    }

    /// Parses a principal to be added: trimmed, not empty, and nothing that could never be removed again.
    ///
    /// # Errors
    /// Names the broken rule.
    pub fn parse_new(typed: &str) -> Result<Self, NameProblem> {
        let raw = typed.trim();
        if raw.is_empty() {
            return Err(NameProblem::Empty);
        }
        if raw.chars().count() > LONGEST_PRINCIPAL {
            return Err(NameProblem::TooLong {
                most: LONGEST_PRINCIPAL,
            });
        }
        addressable(raw)?;
        // The platform would take them, so that who is called like this already can be changed and removed.
        if raw.contains(['<', '>']) {
            return Err(NameProblem::Angle);
        }
        Ok(Self(raw.to_owned()))
    }

    /// Checks that somebody can be added by exactly this name.
    ///
    /// # Errors
    /// Names the broken rule.
    pub fn require_new(&self) -> Result<(), NameProblem> {
        as_written(&Self::parse_new(&self.0)?, self)
    }

    /// Returns whether this is `*`.
    pub fn is_everyone(&self) -> bool {
        self.0 == "*"
    }

    /// Returns what its spelling says it is.
    pub fn kind(&self) -> PrincipalKind {
        if self.is_everyone() {
            PrincipalKind::Everyone
        } else if self.0.starts_with("service-account:") || self.0.starts_with("service:") {
            PrincipalKind::ServiceAccount
        } else if self.0.contains('@') {
            PrincipalKind::User
        } else {
            PrincipalKind::Group
        }
    }

    /// Returns whether its spelling says that it is a person.
    pub fn is_person(&self) -> bool {
        self.kind() == PrincipalKind::User
    }

    /// Returns the name for a sentence or a table: `Everyone (*)` for the wildcard.
    pub fn label(&self) -> SafeText {
        if self.is_everyone() {
            SafeText::new("Everyone (*)")
        } else {
            self.shown()
        }
    }

    /// Returns what about its spelling can deceive, whoever else there is.
    pub fn tricks(&self) -> Vec<Trick> {
        likeness::tricks(&self.0)
    }

    /// Returns whether a platform that keeps its data in PostgreSQL never finds it again by its name: what is changed is
    /// added there, and what is removed is not found. From here nobody can see what a platform keeps its data in.
    pub fn may_not_be_found_again(&self) -> bool {
        !self.0.is_ascii()
    }

    /// Returns whether every platform finds the rows about it by a filter. What is quoted in JSON is not found on any, what
    /// is outside ASCII not on PostgreSQL, and none of them says so.
    pub fn is_found_by_filter(&self) -> bool {
        let is_quoted = |c: char| c == '"' || c == '\\' || c.is_control();
        self.0.is_ascii() && !self.0.contains(is_quoted)
    }

    /// Returns whether every platform finds it again by its name, so that it can be changed and removed like any other.
    pub fn is_found_by_name(&self) -> bool {
        self.addressable().is_ok() && !self.may_not_be_found_again()
    }

    /// Returns what a person should be told before this principal is given a role.
    pub fn oddities(&self) -> Vec<String> {
        let mut odd = Vec::new();
        if self.kind() == PrincipalKind::User && !looks_like_an_email(&self.0) {
            odd.push("does not look like an e-mail address".to_owned());
        }
        if self.0.chars().any(char::is_uppercase) {
            odd.push("upper case: to the platform this is not the same as lower case".to_owned());
        }
        let tricks = self.tricks();
        odd.extend(tricks.iter().map(Trick::in_words));
        if tricks.is_empty() && !self.0.is_ascii() {
            odd.push(
                "contains non-ASCII letters: make sure that the identity provider spells it the same way".to_owned(),
            );
        }
        odd
    }
}

fn as_written<T: PartialEq>(parsed: &T, written: &T) -> Result<(), NameProblem> {
    if parsed == written {
        Ok(())
    } else {
        Err(NameProblem::Blanks)
    }
}

/// Loosely: one `@` with something on both sides. Which addresses exist, only the identity provider knows.
fn looks_like_an_email(raw: &str) -> bool {
    let parts = raw.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}

fn check_new(name: &str) -> Result<(), NameProblem> {
    let Some(first) = name.chars().next() else {
        return Err(NameProblem::Empty);
    };
    if !first.is_ascii_lowercase() {
        return Err(NameProblem::Start);
    }
    if let Some(c) = name
        .chars()
        .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'))
    {
        return Err(NameProblem::Character(c));
    }
    if name.contains("--") {
        return Err(NameProblem::DoubleHyphen);
    }
    if name.ends_with('-') {
        return Err(NameProblem::EndsWithHyphen);
    }
    match name.len() {
        1 => Err(NameProblem::TooShort),
        n if n > LONGEST_NAME => Err(NameProblem::TooLong { most: LONGEST_NAME }),
        _ => Ok(()),
    }
}

/// Refuses what the platform decodes before routing, what it never finds again, and what a URL parser eats (observed on
/// 0.3, 0.6 and 0.8.1).
fn addressable(raw: &str) -> Result<(), NameProblem> {
    if raw.is_empty() {
        return Err(NameProblem::Empty);
    }
    if raw == "." || raw == ".." {
        return Err(NameProblem::Dots);
    }
    for c in raw.chars() {
        if c == '/' {
            return Err(NameProblem::Slash);
        }
        if c == '"' || c == '\\' || c.is_control() {
            return Err(NameProblem::NeverFoundAgain(c));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ann@example.com", &[])]
    #[case("ann", &[])]
    #[case("Ann@example.com", &["upper case"])]
    #[case("ann@", &["does not look like an e-mail"])]
    #[case("@example.com", &["does not look like an e-mail"])]
    #[case("ann@example@com", &["does not look like an e-mail"])]
    #[case("jos\u{e9}@example.com", &["contains non-ASCII letters"])]
    #[case("Jos\u{e9}@", &["does not look like an e-mail", "upper case", "contains non-ASCII letters"])]
    fn tells_what_is_odd_of_a_principal(#[case] raw: &str, #[case] expected: &[&str]) {
        let odd = Principal::from_platform(raw).oddities();
        assert_eq!(odd.len(), expected.len(), "{odd:?}");
        for (said, begin) in odd.iter().zip(expected) {
            assert!(said.starts_with(begin), "{said}");
        }
    }

    #[test]
    fn takes_the_longest_principal_and_none_longer() {
        assert!(Principal::parse_new(&"a".repeat(LONGEST_PRINCIPAL)).is_ok());
        let longer = Principal::parse_new(&"a".repeat(LONGEST_PRINCIPAL + 1));
        assert_eq!(
            longer,
            Err(NameProblem::TooLong {
                most: LONGEST_PRINCIPAL
            })
        );
    }

    #[rstest]
    #[case("ml-team", Ok("ml-team"))]
    #[case("system", Ok("system"))]
    #[case("Old_Name", Ok("Old_Name"))]
    #[case("", Err("a name is needed"))]
    #[case("..", Err("no workspace can be called so"))]
    #[case("../x", Err("'/' is part of no workspace's name"))]
    #[case("a\\b", Err("'\\' is part of no workspace's name"))]
    #[case("a\nb", Err("'\\n' is part of no workspace's name"))]
    fn tells_what_can_be_no_workspace(#[case] typed: &str, #[case] expected: Result<&str, &str>) {
        let got = WorkspaceName::parse_known(typed);
        let got = got.as_ref().map(WorkspaceName::raw).map_err(String::as_str);
        assert_eq!(got, expected);
    }

    #[rstest]
    #[case("ml-team", Ok("ml-team"))]
    #[case("  ml-team\n", Ok("ml-team"))]
    #[case("a1", Ok("a1"))]
    #[case("", Err(NameProblem::Empty))]
    #[case("a", Err(NameProblem::TooShort))]
    #[case("1a", Err(NameProblem::Start))]
    #[case("Ml", Err(NameProblem::Start))]
    #[case("ml_team", Err(NameProblem::Character('_')))]
    #[case("ml\nteam", Err(NameProblem::Character('\n')))]
    #[case("ml--team", Err(NameProblem::DoubleHyphen))]
    #[case("ml-", Err(NameProblem::EndsWithHyphen))]
    #[case("default", Err(NameProblem::Reserved))]
    fn checks_the_names_of_new_workspaces(#[case] typed: &str, #[case] expected: Result<&str, NameProblem>) {
        let got = WorkspaceName::parse_new(typed);
        assert_eq!(got.as_ref().map(WorkspaceName::raw), expected.as_ref().map(|s| *s));
    }

    #[test]
    fn takes_63_characters_and_no_more() {
        assert!(WorkspaceName::parse_new(&"a".repeat(63)).is_ok());
        assert_eq!(
            WorkspaceName::parse_new(&"a".repeat(64)),
            Err(NameProblem::TooLong { most: 63 })
        );
    }

    #[rstest]
    #[case("alice@example.com", Ok(()))]
    #[case(" team b + c:d ", Ok(()))]
    #[case("a%2Fb", Ok(()))]
    #[case("*", Ok(()))]
    #[case("grp/sub", Err(NameProblem::Slash))]
    #[case("..", Err(NameProblem::Dots))]
    #[case("o\"hara", Err(NameProblem::NeverFoundAgain('"')))]
    #[case("a\\b", Err(NameProblem::NeverFoundAgain('\\')))]
    #[case("a\tb", Err(NameProblem::NeverFoundAgain('\t')))]
    #[case(" \n ", Err(NameProblem::Empty))]
    #[case("<dave@example.com>", Err(NameProblem::Angle))]
    #[case("a>b", Err(NameProblem::Angle))]
    fn refuses_principals_that_could_never_be_removed_or_are_no_name(
        #[case] typed: &str,
        #[case] expected: Result<(), NameProblem>,
    ) {
        assert_eq!(Principal::parse_new(typed).map(|_| ()), expected);
    }

    #[test]
    fn who_has_brackets_in_the_name_already_can_be_reached() {
        assert_eq!(Principal::from_platform("<dave@example.com>").addressable(), Ok(()));
    }

    #[rstest]
    #[case("*", PrincipalKind::Everyone)]
    #[case("alice@example.com", PrincipalKind::User)]
    #[case("service-account:ci", PrincipalKind::ServiceAccount)]
    #[case("service:jobs", PrincipalKind::ServiceAccount)]
    #[case("ml-readers", PrincipalKind::Group)]
    fn tells_kinds_by_spelling(#[case] raw: &str, #[case] kind: PrincipalKind) {
        assert_eq!(Principal::from_platform(raw).kind(), kind);
    }
}
