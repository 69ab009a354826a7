//! Who holds what, and who holds nothing.

use super::{Key, Reader, Value, in_order, quoted};
use crate::access::wish::{Said, Shall, Wanted, Why};
use crate::domain::ids::Principal;
use crate::domain::likeness::folded;
use crate::domain::mention;
use crate::domain::role::{Role, RoleSet};
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Entry<'t, 'i> = Option<(&'t Key<'i>, &'t Value<'i>)>;

/// Returns everybody who is named in a workspace, in the order of the file.
pub(super) fn all(members: Entry<'_, '_>, absent: Entry<'_, '_>, reader: &mut Reader<'_>) -> Vec<Wanted> {
    let mut named = Named::default();
    if let Some((_, table)) = members.and_then(|(key, value)| reader.table(key, value)) {
        for (key, value) in in_order(table) {
            let principal = named.take(key.get_ref(), key.span(), reader);
            let start = key.span().start;
            if let Some(mut wanted) = principal.and_then(|principal| wanted(principal, key, value, reader)) {
                // Whether somebody is called so already is only known later: then it is told where it stands.
                if wanted.said.is_none() && mention::require_new(&wanted.principal, false).is_err() {
                    wanted.said = Some(Box::new(Said {
                        why: Why::default(),
                        place: reader.place(start),
                    }));
                }
                named.wanted.push((start, wanted));
            }
        }
    }
    for (name, at) in absent.map(|(key, value)| texts(key, value, reader)).unwrap_or_default() {
        let start = at.start;
        if let Some(principal) = named.take(name, at, reader) {
            named.wanted.push((start, no_member(principal)));
        }
    }
    named.wanted.sort_by_key(|(start, _)| *start);
    // The list is kept for as long as the plan is made, and there may be ten thousand of them.
    let mut all: Vec<Wanted> = named.wanted.into_iter().map(|(_, wanted)| wanted).collect();
    all.shrink_to_fit();
    all
}

/// Who is named so far, by the name without what duplicates differ in.
#[derive(Default)]
struct Named<'t> {
    first: HashMap<String, (&'t str, u32)>,
    wanted: Vec<(usize, Wanted)>,
}

impl<'t> Named<'t> {
    /// Whether the platform can be asked for it, and who it is for somebody else, is judged where it is known who there is.
    fn take(&mut self, name: &'t str, at: Range<usize>, reader: &mut Reader<'_>) -> Option<Principal> {
        if name.is_empty() {
            reader.wrong(at, "the name of a principal is needed".to_owned());
            return None;
        }
        let (line, _) = reader.at(at.start);
        let Some((other, first)) = self.first.get(&folded(name)) else {
            self.first.insert(folded(name), (name, line));
            return Some(Principal::from_platform(name));
        };
        let message = if *other == name {
            format!("{} appears twice, first on line {first}", quoted(name))
        } else {
            let other = quoted(other);
            format!(
                "{} differs from {other} on line {first} in case or blanks alone: name one of them",
                quoted(name)
            )
        };
        reader.wrong(at, message);
        None
    }
}

fn wanted(principal: Principal, key: &Key<'_>, value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Wanted> {
    let plain = no_member(principal);
    match value.get_ref() {
        DeValue::Array(_) => Some(Wanted {
            shall: Shall::Hold(roles(key, value, reader)?),
            ..plain
        }),
        DeValue::Table(table) => in_full(plain, key, table, reader),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            reader.misfit(
                key,
                value,
                "a list of roles, as in [\"Viewer\"], or { roles = [\"Viewer\"] }",
            );
            None
        }
    }
}

fn in_full(plain: Wanted, key: &Key<'_>, table: &DeTable<'_>, reader: &mut Reader<'_>) -> Option<Wanted> {
    let keys = ["roles", "until", "reason", "ticket"];
    let [held, until, reason, ticket] = reader.fields(table, keys, "a member takes ");
    if held.is_none() {
        let message = format!("{} needs 'roles', as in roles = [\"Viewer\"]", quoted(key.get_ref()));
        reader.wrong(key.span(), message);
    }
    let held = held.and_then(|(key, value)| roles(key, value, reader));
    let until = until.and_then(|(_, value)| date(value, reader));
    let mut words = |entry: Entry<'_, '_>| entry.and_then(|(key, value)| reader.words(key, value).map(str::to_owned));
    let why = Why {
        reason: words(reason),
        ticket: words(ticket),
        until,
    };
    let said = (why != Why::default()).then(|| Said {
        why,
        place: reader.place(key.span().start),
    });
    Some(Wanted {
        shall: Shall::Hold(held?),
        said: said.map(Box::new),
        ..plain
    })
}

fn no_member(principal: Principal) -> Wanted {
    Wanted {
        principal: Arc::new(principal),
        shall: Shall::BeAbsent,
        said: None,
    }
}

/// Returns the roles of a list, if there are any; what is wrong with some of them is said.
fn roles(key: &Key<'_>, value: &Value<'_>, reader: &mut Reader<'_>) -> Option<RoleSet> {
    if matches!(value.get_ref(), DeValue::Array(list) if list.is_empty()) {
        let message = "at least one role is needed; who shall hold none belongs into 'absent'".to_owned();
        reader.wrong(value.span(), message);
        return None;
    }
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut held = Vec::new();
    for (name, at) in texts(key, value, reader) {
        let role = Role::from_platform(name);
        if name.trim().is_empty() {
            reader.wrong(at, "the name of a role is needed".to_owned());
        } else if !seen.insert(name) {
            reader.wrong(at, format!("{} is listed twice: remove one", quoted(name)));
        } else if let Some(known) = slip(&role) {
            let message = format!("there is no role {}; did you mean '{known}'?", quoted(name));
            reader.wrong(at, message);
        } else {
            held.push(role);
        }
    }
    (!held.is_empty()).then(|| held.into_iter().collect())
}

/// Returns the known role that was probably meant by another.
pub(in crate::access::wish) fn slip(role: &Role) -> Option<&'static str> {
    let typed = role.raw();
    if Role::KNOWN.contains(&typed) {
        return None;
    }
    let typed = typed.trim().to_lowercase();
    // In a short word another letter makes another word: there may well be a `Reviewer`.
    let most = match typed.chars().count() {
        0..=3 => 0,
        4..=8 => 1,
        9..=40 => 2,
        _ => return None,
    };
    let known = Role::KNOWN.into_iter();
    let known = known.map(|known| (strsim::osa_distance(&typed, &known.to_lowercase()), known));
    known.filter(|(n, _)| *n <= most).min().map(|(_, known)| known)
}

/// Returns the texts of a list; anything else in it is wrong.
fn texts<'t>(key: &Key<'_>, value: &'t Value<'_>, reader: &mut Reader<'_>) -> Vec<(&'t str, Range<usize>)> {
    let DeValue::Array(list) = value.get_ref() else {
        reader.misfit(key, value, "a list");
        return Vec::new();
    };
    let mut texts = Vec::with_capacity(list.len());
    for element in list {
        if let DeValue::String(text) = element.get_ref() {
            texts.push((text.as_ref(), element.span()));
        } else {
            let other = super::kind(element.get_ref());
            let message = format!("{} lists texts, not {other}", quoted(key.get_ref()));
            reader.wrong(element.span(), message);
        }
    }
    texts
}

fn date(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Date> {
    let written = match value.get_ref() {
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    };
    let is_plain = |text: &&String| text.len() == "2026-12-31".len();
    let day = written.as_ref().filter(is_plain).and_then(|text| text.parse().ok());
    if day.is_none() {
        let written = written.map_or_else(|| super::kind(value.get_ref()).to_owned(), |text| quoted(&text));
        reader.wrong(value.span(), format!("write a day like 2026-12-31, not {written}"));
    }
    day
}
