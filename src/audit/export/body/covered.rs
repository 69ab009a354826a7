//! How complete an export is: the block that all formats carry.

use super::Text;
use crate::audit::coverage::{self, AsOf, Coverage, Method, PerhapsHeld, Tally};
use crate::audit::filter::{Besides, Filter, Selection, unsure_in_words};
use crate::audit::report::Report;
use crate::audit::snapshot::{Reading, Snapshot};
use crate::audit::term::LastDays;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::Role;
use crate::domain::text::{SafeText, counted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a history is worth: the platform keeps one row for each role of somebody somewhere, and no log.
const HISTORY_READ: &str =
    "read; the platform does not record who revoked a grant, what was granted again since, or deleted workspaces";
const HISTORY_NOT_READ: &str = "not read, so whether anything was revoked is unknown (--history, platform admins only)";

/// How much was read, and why not all.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Covered<'a> {
    pub complete: bool,
    pub population: Population,
    pub method: Text<'a>,
    pub workspaces: Workspaces<'a>,
    pub lists: Lists,
    pub history: bool,
    pub stopped: Option<Text<'a>>,
    pub warnings: Vec<Text<'a>>,
    /// Who may do what the filter asks about, and has no grant that it leaves; nothing where that is nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub besides: Option<Others<'a>>,
    /// Of how many grants it is not known whether the filter means them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsure: usize,
    /// How many findings are left for such grants alone.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsure_findings: usize,
    /// The moment that the report is about, where that is not the present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Then<'a>>,
    /// How many last days of access files were looked at; nothing where no files were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_days: Option<LastDays>,
}

/// A moment of the past, and what was perhaps held then.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Then<'a> {
    pub at: Timestamp,
    pub perhaps: Vec<Perhaps<'a>>,
}

/// What was perhaps held.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Perhaps<'a> {
    pub workspace: Text<'a>,
    pub principal: Text<'a>,
    pub role: Text<'a>,
    pub why: Text<'a>,
}

impl<'a> Then<'a> {
    fn of(as_of: &'a AsOf) -> Self {
        let perhaps = as_of.perhaps.iter().map(|held| Perhaps {
            workspace: Cow::from(held.workspace.raw()),
            principal: Cow::from(held.principal.raw()),
            role: Cow::from(held.role.raw()),
            why: Cow::from(held.why.as_str()),
        });
        Self {
            at: as_of.at,
            perhaps: perhaps.collect(),
        }
    }

    fn to_as_of(&self) -> AsOf {
        let perhaps = self.perhaps.iter().map(|held| PerhapsHeld {
            workspace: WorkspaceName::from_platform(&*held.workspace),
            principal: Principal::from_platform(&*held.principal),
            role: Role::from_platform(&held.role),
            why: SafeText::with_limit(&held.why, usize::MAX),
        });
        AsOf {
            at: self.at,
            perhaps: perhaps.collect(),
        }
    }

    /// Returns every fact of it in words, by name.
    fn facts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let perhaps = self.perhaps.iter().map(|held| {
            let Perhaps {
                workspace,
                principal,
                role,
                why,
            } = held;
            ("perhaps held", format!("{role} of {principal} in {workspace}: {why}"))
        });
        std::iter::once(("as of", super::super::sections::to_the_second(self.at))).chain(perhaps)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it out so")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// Who has access without a grant in the workspaces that are meant.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Others<'a> {
    /// Their names, sorted.
    pub platform_admins: Vec<Text<'a>>,
    /// Whether there are no others.
    pub all_known: bool,
}

impl<'a> Others<'a> {
    fn of(besides: &Besides, snapshot: &'a Snapshot) -> Option<Self> {
        let all_known = match besides {
            Besides::Nobody => return None,
            Besides::PlatformAdmins(_) => true,
            Besides::NotAllKnown(_) => false,
        };
        let admins = besides.platform_admins().iter();
        let admins = admins.filter_map(|number| snapshot.principal(*number));
        Some(Self {
            platform_admins: admins.map(|admin| Cow::from(admin.raw())).collect(),
            all_known,
        })
    }

    /// Returns `1 platform admin (admin@example.com)`.
    pub(in crate::audit) fn words(&self) -> String {
        let admins = &self.platform_admins;
        let known = format!("{} ({})", counted(admins.len(), "platform admin"), admins.join(", "));
        match (admins.is_empty(), self.all_known) {
            (_, true) => known,
            (false, false) => format!("{known}, and perhaps others whom this caller cannot see"),
            (true, false) => "platform admins, whom this caller cannot see".to_owned(),
        }
    }
}

/// Of whom a report speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::audit) enum Population {
    #[serde(rename = "all")]
    All,
    #[serde(rename = "limited to the caller")]
    LimitedToTheCaller,
}

impl Population {
    /// Returns the word for reports.
    pub(in crate::audit) fn label(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::LimitedToTheCaller => "limited to the caller",
        }
    }
}

/// How far a report can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Trust {
    /// There is nothing more to be read.
    Complete,
    /// Everything was asked for, and some of it refused.
    Limited,
    /// There may be more that this caller may read.
    Incomplete,
}

impl Trust {
    /// Returns the word that a report begins with.
    pub(in crate::audit) fn label(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Limited => "limited",
            Self::Incomplete => "INCOMPLETE",
        }
    }
}

/// Which workspaces could be read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Workspaces<'a> {
    pub listed: usize,
    pub total: Option<usize>,
    pub readable: usize,
    pub denied: Vec<Text<'a>>,
    pub failed: Vec<Failed<'a>>,
    pub not_read: Vec<Text<'a>>,
}

/// A workspace whose members could not be asked for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Failed<'a> {
    pub name: Text<'a>,
    pub why: Text<'a>,
}

/// Pages and rows that were read.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::audit) struct Lists {
    pub workspaces: Tally,
    pub role_bindings: Option<Tally>,
}

impl<'a> Covered<'a> {
    /// Returns how complete `report` is, of which `filter` leaves `selection`.
    pub(in crate::audit) fn of(report: &'a Report, filter: &Filter, selection: &Selection) -> Self {
        let snapshot = &report.snapshot;
        let Coverage {
            method,
            workspaces,
            bindings,
            is_limited_to_caller,
            has_history,
            stopped,
            warnings,
            as_of,
        } = &snapshot.coverage;
        let population = if *is_limited_to_caller {
            Population::LimitedToTheCaller
        } else {
            Population::All
        };
        Self {
            // What is asked is not wholly told where some of those are not known whom it is about.
            complete: snapshot.covers_everything() && selection.doubts().is_empty(),
            population,
            method: Cow::from(method.label()),
            workspaces: Workspaces::of(snapshot),
            lists: Lists {
                workspaces: *workspaces,
                role_bindings: *bindings,
            },
            history: *has_history,
            stopped: stopped.as_ref().map(|why| Cow::from(why.as_str())),
            warnings: warnings.iter().map(|warning| Cow::from(warning.as_str())).collect(),
            besides: Others::of(&selection.besides, snapshot),
            unsure: selection.unsure.len() + selection.unsure_past.len(),
            as_of: as_of.as_ref().map(Then::of),
            last_days: LastDays::of(&report.policy, snapshot, filter),
            unsure_findings: selection.unsure_findings.len(),
        }
    }

    /// Returns it as the coverage of a snapshot.
    pub(in crate::audit) fn to_coverage(&self) -> Option<Coverage> {
        let all = |text: &Text<'_>| SafeText::with_limit(text, usize::MAX);
        Some(Coverage {
            method: Method::named(&self.method)?,
            workspaces: self.lists.workspaces,
            bindings: self.lists.role_bindings,
            is_limited_to_caller: self.population == Population::LimitedToTheCaller,
            has_history: self.history,
            stopped: self.stopped.as_ref().map(all),
            warnings: self.warnings.iter().map(all).collect(),
            as_of: self.as_of.as_ref().map(Then::to_as_of),
        })
    }

    /// Returns how far a report can be trusted.
    pub(in crate::audit) fn trust(&self) -> Trust {
        let Workspaces { failed, not_read, .. } = &self.workspaces;
        let Lists {
            workspaces,
            role_bindings,
        } = self.lists;
        let has_all_lists = workspaces.is_complete && role_bindings.is_none_or(|bindings| bindings.is_complete);
        let is_over = self.stopped.is_none() && has_all_lists && failed.is_empty() && not_read.is_empty();
        match (self.complete, is_over) {
            (true, _) => Trust::Complete,
            (false, true) => Trust::Limited,
            (false, false) => Trust::Incomplete,
        }
    }

    /// Returns of how much it is not known whether the filter means it, in words.
    pub(in crate::audit) fn unsure(&self) -> Option<String> {
        unsure_in_words(self.unsure, self.unsure_findings).map(String::from)
    }

    /// Returns every fact of it in words, by name, for the formats that people and spreadsheets read.
    pub(in crate::audit) fn facts(&self) -> Vec<(&'static str, String)> {
        let complete = if self.complete { "yes" } else { "no" };
        let workspaces = &self.workspaces;
        let mut facts = vec![
            ("complete", complete.to_owned()),
            ("population", self.population.label().to_owned()),
            ("workspaces", workspaces.words()),
            ("method", self.method.to_string()),
            ("list of workspaces", self.lists.workspaces.in_words()),
        ];
        facts.extend(self.as_of.iter().flat_map(Then::facts));
        if let Some(bindings) = &self.lists.role_bindings {
            facts.push(("list of role bindings", bindings.in_words()));
        }
        facts.extend(self.besides.iter().map(|others| ("besides", others.words())));
        facts.extend(self.unsure().map(|words| ("unsure", words)));
        facts.extend(self.last_days.map(|days| ("access files", days.in_words())));
        let history = if self.history { HISTORY_READ } else { HISTORY_NOT_READ };
        facts.push(("revoked grants", history.to_owned()));
        facts.extend(self.stopped.iter().map(|why| ("stopped", why.to_string())));
        facts.extend(workspaces.unread());
        facts.extend(self.warnings.iter().map(|warning| ("warning", warning.to_string())));
        facts
    }
}

impl<'a> Workspaces<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let (mut denied, mut failed, mut not_read) = (Vec::new(), Vec::new(), Vec::new());
        for (_, workspace) in snapshot.reported_workspaces() {
            let name = Cow::from(workspace.name.raw());
            match &workspace.reading {
                Reading::Read => {}
                Reading::NotRead => not_read.push(name),
                Reading::Denied => denied.push(name),
                Reading::Failed(why) => {
                    let why = Cow::from(why.as_str());
                    failed.push(Failed { name, why });
                }
            }
        }
        Self {
            listed: snapshot.reported_workspaces().count(),
            total: Some(snapshot.n_workspaces()),
            readable: snapshot.n_readable(),
            denied,
            failed,
            not_read,
        }
    }

    /// Returns `142 of 180 workspaces readable`.
    pub(in crate::audit) fn words(&self) -> String {
        coverage::readable(self.readable, self.total.unwrap_or(self.listed))
    }

    /// Returns the workspaces that nothing is known of, each with why.
    pub(in crate::audit) fn unread(&self) -> impl Iterator<Item = (&'static str, String)> {
        let denied = self.denied.iter().map(|name| ("denied", name.to_string()));
        let failed = self.failed.iter();
        let failed = failed.map(|Failed { name, why }| ("failed", format!("{name}: {why}")));
        let not_read = self.not_read.iter().map(|name| ("not read", name.to_string()));
        denied.chain(failed).chain(not_read)
    }
}
