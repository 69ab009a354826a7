//! Mending a text where it stands: every piece that is not replaced stays byte for byte.
//!
//! Tables of TOML are written in three ways: below a header, in one line with braces, or by keys with dots. An entry of the
//! first and the last is a line, one of the second is a piece between commas.

mod pieces;

use super::Mending;
use crate::access::wish::written::{key, list, member, quoted};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::{Role, RoleSet};
use pieces::Pieces;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;
type Entry<'t, 'i> = (&'t Key<'i>, &'t Value<'i>);

/// Returns the text with everything mended and new blocks at its end; nothing where it is written in a way not known here.
pub(super) fn patched(
    text: &str,
    mendings: &[(&WorkspaceName, Vec<Mending<'_>>)],
    blocks: &[String],
) -> Option<String> {
    let (mark, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => ("\u{feff}", rest),
        None => ("", text),
    };
    let root = DeTable::parse(text).ok()?;
    let mut patch = Patch {
        pieces: Pieces::of(text),
    };
    if !mendings.is_empty() {
        let workspaces = table(entry(root.get_ref(), "workspace")?.1)?;
        for (name, mendings) in mendings {
            patch.workspace(entry(workspaces, name.raw())?, name, mendings)?;
        }
    }
    for block in blocks {
        patch.pieces.add_block(block);
    }
    Some(format!("{mark}{}", patch.pieces.joined()?))
}

struct Patch<'t> {
    pieces: Pieces<'t>,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Headed,
    Inline,
    /// By keys with dots, or by the headers of what is in it.
    Implied,
}

impl Patch<'_> {
    fn workspace(&mut self, workspace: Entry<'_, '_>, name: &WorkspaceName, mendings: &[Mending<'_>]) -> Option<()> {
        let table = table(workspace.1)?;
        let members = entry(table, "members");
        let mut gone: Vec<&Principal> = Vec::new();
        let mut present: Vec<&Principal> = Vec::new();
        let mut new: Vec<(&Principal, &RoleSet)> = Vec::new();
        for mending in mendings {
            match *mending {
                Mending::Holds(principal, roles) => {
                    let (_, value) = entry(self::table(members?.1)?, principal.raw())?;
                    self.hold(value, roles)?;
                }
                Mending::New(principal, roles) => new.push((principal, roles)),
                Mending::Gone(principal) => gone.push(principal),
                Mending::NotAbsent(principal) => present.push(principal),
            }
        }
        if !present.is_empty() {
            let goes = |text: &str| present.iter().any(|principal| principal.raw() == text);
            self.list(entry(table, "absent")?.1, goes, &[])?;
        }
        if let Some(members) = members {
            return self.members(members, name, &gone, &new);
        }
        if new.is_empty() {
            return Some(());
        }
        self.first_members(workspace, name, &new)
    }

    /// Puts other roles in the place of those that stand there.
    fn hold(&mut self, value: &Value<'_>, roles: &RoleSet) -> Option<()> {
        let listed = match table(value) {
            Some(table) => entry(table, "roles")?.1,
            None => value,
        };
        if !self.pieces.slice(&listed.span())?.contains('#') {
            self.pieces.replace(listed.span(), list(roles));
            return Some(());
        }
        let DeValue::Array(array) = listed.get_ref() else {
            return None;
        };
        let stays: Vec<&str> = array.iter().filter_map(|role| role.get_ref().as_str()).collect();
        let added = roles.iter().filter(|role| !stays.contains(&role.raw()));
        let added: Vec<String> = added.map(|role| quoted(role.raw())).collect();
        self.list(listed, |text| !roles.holds(&Role::from_platform(text)), &added)
    }

    fn list(&mut self, value: &Value<'_>, goes: impl Fn(&str) -> bool, added: &[String]) -> Option<()> {
        let DeValue::Array(array) = value.get_ref() else {
            return None;
        };
        let elements = array.iter().map(|element| {
            let goes = element.get_ref().as_str().is_some_and(&goes);
            (element.span(), goes)
        });
        let elements: Vec<(Range<usize>, bool)> = elements.collect();
        self.pieces.edit_list(value.span(), &elements, added);
        Some(())
    }

    /// Takes members out of the table that names them, and adds others at its end.
    fn members(
        &mut self,
        members: Entry<'_, '_>,
        name: &WorkspaceName,
        gone: &[&Principal],
        new: &[(&Principal, &RoleSet)],
    ) -> Option<()> {
        let table = table(members.1)?;
        let entries = in_order(table);
        let goes = |key: &Key<'_>| gone.iter().any(|principal| principal.raw() == key.get_ref().as_ref());
        let style = self.style(members)?;
        if style == Style::Inline {
            let pieces = entries
                .iter()
                .map(|(key, value)| (key.span().start..value.span().end, goes(key)));
            let pieces: Vec<(Range<usize>, bool)> = pieces.collect();
            let new: Vec<String> = new.iter().map(|(principal, roles)| member(principal, roles)).collect();
            self.pieces.edit_list(members.1.span(), &pieces, &new);
            return Some(());
        }
        for entry in entries.iter().filter(|(key, _)| goes(key)) {
            for line in self.lines(*entry)? {
                self.pieces.remove(line);
            }
        }
        if new.is_empty() {
            return Some(());
        }
        let mut last = None;
        for entry in &entries {
            let is_line = matches!(entry.1.get_ref(), DeValue::Array(_)) || self.style(*entry)? != Style::Headed;
            if is_line {
                last = Some(*entry);
            }
        }
        let lines = |begin: &str| -> String {
            let members = new.iter().map(|(principal, roles)| member(principal, roles));
            let lines: Vec<String> = members.map(|member| format!("{begin}{member}\n")).collect();
            lines.concat()
        };
        match (last, style) {
            (Some(entry), _) => {
                let begin = self.pieces.before_on_line(entry.0.span().start);
                let end = self.lines(entry)?.last()?.end;
                self.pieces.insert_lines(end, &lines(begin));
            }
            (None, Style::Headed) => {
                let end = self.pieces.line_of(&members.1.span()).end;
                self.pieces.insert_lines(end, &lines(""));
            }
            // Each below a header of its own.
            (None, Style::Inline | Style::Implied) => {
                let end = self.lines(*entries.last()?)?.last()?.end;
                let header = format!("\n[workspace.{}.members]\n", key(name.raw()));
                self.pieces.insert_lines(end, &(header + &lines("")));
            }
        }
        Some(())
    }

    /// Names members in a workspace where none are named so far.
    fn first_members(
        &mut self,
        workspace: Entry<'_, '_>,
        name: &WorkspaceName,
        new: &[(&Principal, &RoleSet)],
    ) -> Option<()> {
        let new = new.iter().map(|(principal, roles)| member(principal, roles));
        let entries = in_order(table(workspace.1)?);
        match self.style(workspace)? {
            Style::Inline => {
                let pieces = entries
                    .iter()
                    .map(|(key, value)| (key.span().start..value.span().end, false));
                let pieces: Vec<(Range<usize>, bool)> = pieces.collect();
                let members = format!("members = {{ {} }}", new.collect::<Vec<_>>().join(", "));
                self.pieces.edit_list(workspace.1.span(), &pieces, &[members]);
            }
            Style::Headed => {
                let end = match entries.last() {
                    Some(entry) => self.lines(*entry)?.last()?.end,
                    None => self.pieces.line_of(&workspace.1.span()).end,
                };
                let lines: String = new.map(|line| line + "\n").collect();
                let header = format!("\n[workspace.{}.members]\n", key(name.raw()));
                self.pieces.insert_lines(end, &(header + &lines));
            }
            Style::Implied => {
                let entry = *entries.last()?;
                let begin = self.pieces.before_on_line(entry.0.span().start).to_owned();
                let end = self.lines(entry)?.last()?.end;
                let lines: Vec<String> = new.map(|line| format!("{begin}members.{line}\n")).collect();
                self.pieces.insert_lines(end, &lines.concat());
            }
        }
        Some(())
    }

    fn style(&self, (_, value): Entry<'_, '_>) -> Option<Style> {
        let text = self.pieces.slice(&value.span())?;
        Some(match text.chars().next() {
            Some('{') => Style::Inline,
            Some('[') => Style::Headed,
            _ => Style::Implied,
        })
    }

    /// Returns the lines that an entry is made of.
    fn lines(&self, (key, value): Entry<'_, '_>) -> Option<Vec<Range<usize>>> {
        let DeValue::Table(table) = value.get_ref() else {
            return Some(vec![self.pieces.line_of(&(key.span().start..value.span().end))]);
        };
        let mut lines = Vec::new();
        match self.style((key, value))? {
            Style::Inline => return Some(vec![self.pieces.line_of(&(key.span().start..value.span().end))]),
            Style::Headed => lines.push(self.pieces.line_of(&value.span())),
            Style::Implied => {}
        }
        for entry in in_order(table) {
            lines.extend(self.lines(entry)?);
        }
        Some(lines)
    }
}

fn table<'t, 'i>(value: &'t Value<'i>) -> Option<&'t DeTable<'i>> {
    value.get_ref().as_table()
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<Entry<'t, 'i>> {
    table.iter().find(|(key, _)| key.get_ref().as_ref() == name)
}

fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
    let mut entries: Vec<Entry<'_, '_>> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}
