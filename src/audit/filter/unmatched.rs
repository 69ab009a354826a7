//! Words that nothing in a report can match: more often a slip than a question.

use super::Filter;
use super::select::Judge;
use super::words::{Made, Word, is_workspace};
use crate::audit::report::Report;
use crate::audit::rule::RULES;
use crate::domain::query::{Called, Name, holds, no_such_role, nobody_here_is};
use crate::domain::role::{Role, RoleSet};
use crate::domain::slip::no_workspace;
use crate::domain::text::SafeText;
use std::collections::BTreeSet;

impl Report {
    /// Returns of each word of `filter` that matches nothing here by itself, what it does not find.
    pub fn unmatched(&self, filter: &Filter) -> Vec<SafeText> {
        let judge = Judge::of(self);
        let said = filter.words.iter().filter_map(|word| judge.why_unmatched(word));
        said.map(|text| SafeText::new(&text)).collect()
    }
}

impl Judge<'_> {
    fn why_unmatched(&self, word: &Word) -> Option<String> {
        match word {
            Word::Called(called) => self.nobody_called(called),
            Word::Role(name) => self.no_role(name),
            Word::Workspace(name) => self.no_workspace(name),
            Word::Who(name) => {
                let mut principals = self.snapshot.principals.iter();
                let is_somebody = principals.any(|principal| name.is_principal(principal));
                (!is_somebody).then(|| format!("there is no principal '{}'", name.typed()))
            }
            Word::Made(Made::By(part)) => {
                let granters = self.snapshot.granters.iter().map(|granter| &**granter);
                let past = self.snapshot.past.iter().filter_map(|past| past.granted_by.as_deref());
                let is_somebody = granters.chain(past).any(|granter| holds(granter, part));
                (!is_somebody).then(|| format!("no granter matches '{part}'"))
            }
            // What they ask for exists, whether somebody has it or not.
            Word::Allows(_)
            | Word::Can(_)
            | Word::Kind(_)
            | Word::Access(_)
            | Word::Rule(_)
            | Word::Severity(_)
            | Word::Made(Made::Since(_) | Made::Before(_)) => None,
        }
    }

    fn nobody_called(&self, called: &Called) -> Option<String> {
        let names = self.names(called);
        let is_role = |name: &str| holds(name, &called.lower);
        let is_something = names.principals.contains(&true)
            || names.workspaces.contains(&true)
            || self.roles().iter().any(|role| is_role(role))
            || RULES.iter().any(|rule| rule.id.contains(&called.lower));
        (!is_something).then(|| format!("nothing matches '{}'", called.raw))
    }

    fn no_role(&self, name: &str) -> Option<String> {
        let roles = self.roles();
        let is_held = roles.iter().any(|role| role.to_lowercase() == name) || self.having_role(name).contains(&true);
        (!is_held).then(|| no_such_role(name, nobody_here_is, roles))
    }

    fn roles(&self) -> BTreeSet<&str> {
        let held = self.snapshot.role_sets.iter().flat_map(RoleSet::iter);
        let past = self.snapshot.past.iter().map(|past| &past.role);
        held.chain(past).map(Role::raw).collect()
    }

    /// Who means a part of a name is told how that is written.
    fn no_workspace(&self, name: &Name) -> Option<String> {
        let names: Vec<&str> = self.snapshot.workspaces.iter().map(|it| it.name.raw()).collect();
        if names.iter().any(|raw| is_workspace(name, raw)) {
            return None;
        }
        let Name::Part(part) = name else {
            return Some(format!("no workspace matches 'ws:{}'", name.typed()));
        };
        let lower = &part.lower;
        let n = |is_it: &dyn Fn(&str) -> bool| names.iter().filter(|raw| is_it(&raw.to_lowercase())).count();
        let are_all = !self.snapshot.coverage.is_limited_to_caller;
        let (n_begun, n_held) = (n(&|raw| raw.starts_with(lower)), n(&|raw| raw.contains(lower)));
        let hint = match (n_begun, n_held) {
            (0, 0) => return Some(no_workspace(&part.raw, are_all, names)),
            (0, n) => format!("; 'ws:*{}*' would match {n}", part.raw),
            (n, _) => format!("; 'ws:{}*' would match {n}", part.raw),
        };
        Some(format!("{}{hint}", no_workspace(&part.raw, are_all, None)))
    }
}
