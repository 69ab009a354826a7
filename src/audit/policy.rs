//! What an organisation allows: thresholds, approved domains, wildcards, and suppressions with an end.
//!
//! A policy is a TOML file; [`Policy::parse`] reads one, and `assets/policy.toml` is a sample with everything in it.

mod file;

use super::rule::Rule;
use super::snapshot::AuditedWorkspace;
use super::term::Term;
use crate::domain::glob::Glob;
use crate::domain::ids::Principal;
use crate::domain::parsing;
use crate::domain::reason::Reasons;
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::{Component, Path};

/// The rules and exceptions an audit judges by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How many Admins a workspace may have.
    pub max_admins: u32,
    /// After how many days a grant is to be looked at again.
    pub stale_after_days: u32,
    /// The domains of e-mail addresses that belong to the organisation; nothing is said about domains while none is
    /// given.
    approved_domains: Vec<Domain>,
    allowed_wildcards: Vec<AllowedWildcard>,
    disabled_rules: BTreeSet<Rule>,
    suppressions: Vec<Suppression>,
    required_admins: Vec<RequiredAdmin>,
    /// For which changes a reason must be given.
    pub reasons: Reasons,
    /// What access files give until a day; nothing where none were given.
    terms: Option<Vec<Term>>,
    /// Where it stands, relative to where the program was started.
    file: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            max_admins: 8,
            stale_after_days: 365,
            approved_domains: Vec::new(),
            allowed_wildcards: Vec::new(),
            disabled_rules: BTreeSet::new(),
            suppressions: Vec::new(),
            required_admins: Vec::new(),
            reasons: Reasons::default(),
            terms: None,
            file: None,
        }
    }
}

impl Policy {
    /// Returns the policy with the file that it was read from. Only one below the present folder is kept: what reads a
    /// report looks for its files in a repository.
    #[must_use]
    pub fn read_from(self, path: &Path) -> Self {
        Self {
            file: below_here(path).or(self.file),
            ..self
        }
    }

    /// Returns the policy with what access files give until a day: an audit finds what has outlived that.
    #[must_use]
    pub fn with_terms(self, terms: Vec<Term>) -> Self {
        Self {
            terms: Some(terms),
            ..self
        }
    }

    /// Returns the last day of this number.
    pub fn term(&self, number: u32) -> Option<&Term> {
        self.terms.as_deref()?.get(number as usize)
    }

    /// Returns what access files give until a day, with the numbers, in the order of the files.
    pub fn terms(&self) -> impl Iterator<Item = (u32, &Term)> {
        (0..).zip(self.terms.iter().flatten())
    }

    /// Returns whether access files were given, even if they give nothing until a day.
    pub fn has_terms(&self) -> bool {
        self.terms.is_some()
    }

    /// Returns the file it was read from, with `/` between the folders.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }
}

/// Returns `path` with `/` between the folders if it is below the present one.
pub(in crate::audit) fn below_here(path: &Path) -> Option<String> {
    let mut names = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => names.push(name.to_string_lossy()),
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    (!names.is_empty()).then(|| names.join("/"))
}

/// A domain in lower case, or all those below it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Domain {
    Exactly(String),
    /// Ends with this, the dot included.
    Below(String),
}

/// Where everyone may hold a role, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
struct AllowedWildcard {
    workspace: Glob,
    role: Role,
    reason: String,
}

/// Who must be Admin where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RequiredAdmin {
    workspace: Glob,
    principal: Principal,
}

/// Findings that somebody answers for, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The rule whose findings it suppresses.
    pub rule: Rule,
    /// Why they are no concern.
    pub reason: String,
    /// Who answers for that.
    pub owner: String,
    /// The last day on which it counts, in UTC.
    pub expires: Date,
    /// Everywhere when nothing is given.
    workspace: Option<Glob>,
    /// Anybody, and findings about nobody, when nothing is given.
    principal: Option<Holder>,
}

/// Whose findings a suppression is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Holder {
    /// Exactly this name. `*` is among these: it is the name of everyone.
    Named(String),
    Like(Glob),
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// Names the first place that cannot be understood, and what would be.
    pub fn parse(text: &str) -> Result<Self, parsing::Problem> {
        file::parse(text)
    }

    /// Returns the suppression of this number.
    pub fn suppression(&self, number: u16) -> Option<&Suppression> {
        self.suppressions.get(usize::from(number))
    }

    /// Returns the suppressions with their numbers, in the order of the file.
    pub fn suppressions(&self) -> impl Iterator<Item = (u16, &Suppression)> {
        (0..).zip(&self.suppressions)
    }

    /// Returns whether findings of `rule` are wanted.
    pub fn applies(&self, rule: Rule) -> bool {
        !self.disabled_rules.contains(&rule)
    }

    /// Returns whether the policy says which domains belong to the organisation.
    pub fn approves_domains(&self) -> bool {
        !self.approved_domains.is_empty()
    }

    /// Returns whether `domain` belongs to the organisation; upper and lower case are alike.
    pub fn approves(&self, domain: &str) -> bool {
        let domain = domain.to_lowercase();
        self.approved_domains.iter().any(|approved| match approved {
            Domain::Exactly(name) => *name == domain,
            Domain::Below(suffix) => domain
                .strip_suffix(suffix.as_str())
                .is_some_and(|rest| !rest.is_empty()),
        })
    }

    /// Returns who must be Admin of the workspace called `name`.
    pub fn required_admins<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Principal> {
        let required = self.required_admins.iter();
        let required = required.filter(move |required| required.workspace.matches(name));
        required.map(|required| &required.principal)
    }

    /// Returns why everyone may hold a role that amounts to `role` in the workspace called `name`, if that is allowed.
    pub fn allowed_wildcard(&self, name: &str, role: &Role) -> Option<&str> {
        let allowed = self.allowed_wildcards.iter();
        let mut allowed =
            allowed.filter(|allowed| role.rank() <= allowed.role.rank() && allowed.workspace.matches(name));
        allowed.next().map(|allowed| allowed.reason.as_str())
    }
}

impl Suppression {
    /// Returns whether it counts on `day`, its last day included.
    pub fn counts_on(&self, day: Date) -> bool {
        day <= self.expires
    }

    /// Returns what it is for, as the file says it: `stale-grant in 'ml-*' of 'ci-*'`.
    pub fn target(&self) -> SafeText {
        let workspace = self.workspace.as_ref().map(|glob| format!(" in '{}'", glob.text()));
        let principal = self.principal.as_ref().map(|holder| match holder {
            Holder::Named(name) => format!(" of '{name}'"),
            Holder::Like(glob) => format!(" of '{}'", glob.text()),
        });
        let (workspace, principal) = (workspace.unwrap_or_default(), principal.unwrap_or_default());
        SafeText::new(&format!("{}{workspace}{principal}", self.rule))
    }

    /// Returns whether findings in `workspace` are meant; `None` stands for findings that name no workspace.
    pub(super) fn is_for_workspace(&self, workspace: Option<&AuditedWorkspace>) -> bool {
        match (&self.workspace, workspace) {
            (None, _) => true,
            (Some(glob), None) => glob.text() == "*",
            (Some(glob), Some(workspace)) => glob.matches(workspace.name.raw()),
        }
    }

    /// Returns whether findings about `principal` are meant; `None` stands for findings about nobody.
    pub(super) fn is_for_principal(&self, principal: Option<&Principal>) -> bool {
        match (&self.principal, principal) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Holder::Named(name)), Some(principal)) => name == principal.raw(),
            (Some(Holder::Like(glob)), Some(principal)) => glob.matches(principal.raw()),
        }
    }
}

#[cfg(test)]
mod tests;
