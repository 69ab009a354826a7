//! The access file: what may stand in it, and what is said when something else does.
//!
//! `assets/access.toml` is a sample with everything in it, and `assets/schema/wishes.schema.json` describes it for editors.
//! A file is read to its end: everything that is wrong in it is said at once.

mod member;
mod pieces;
mod places;
mod syntax;
#[cfg(test)]
mod tests;

use super::{Mode, Place, Problem, Shall, Wish, Wishes};
use crate::domain::address::BaseUrl;
use crate::domain::choice::meant;
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::role::RoleSet;
use crate::domain::text::SafeText;
use places::Places;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

pub(super) use member::slip;

/// The only schema there is so far.
pub(super) const SCHEMA: u64 = 1;
/// How many problems are kept: of one file until they are in order, and of all.
const MOST_KEPT: usize = 10_000;

type Key<'i> = Spanned<DeString<'i>>;
type Value<'i> = Spanned<DeValue<'i>>;

/// Reads files, and everything that is wrong in them, up to a large number.
pub(super) fn parse(files: &[(SafeText, String)]) -> Result<Wishes, Vec<Problem>> {
    let mut all = Files::default();
    let mut problems: Vec<Problem> = Vec::new();
    for (name, text) in files {
        let mut found = all.read(name, text);
        found.sort_by_key(|problem| (problem.place.line, problem.place.column));
        problems.extend(found);
        if problems.len() >= MOST_KEPT {
            break;
        }
    }
    if problems.is_empty() {
        Ok(all.wishes)
    } else {
        Err(problems)
    }
}

/// What has been read of all files so far.
#[derive(Default)]
struct Files {
    wishes: Wishes,
    server: Option<(BaseUrl, Place)>,
    workspaces: HashMap<String, Place>,
    common: Common,
}

/// Who and what is named again and again, kept once.
#[derive(Default)]
struct Common {
    principals: HashSet<Arc<Principal>>,
    sets: HashSet<RoleSet>,
}

impl Common {
    fn share(&mut self, wish: &mut Wish) {
        for wanted in &mut wish.members {
            if let Some(known) = self.principals.get(&wanted.principal) {
                wanted.principal = Arc::clone(known);
            } else {
                self.principals.insert(Arc::clone(&wanted.principal));
            }
            if let Shall::Hold(roles) | Shall::HoldAlso(roles) = &mut wanted.shall {
                if let Some(known) = self.sets.get(roles) {
                    *roles = known.clone();
                } else {
                    self.sets.insert(roles.clone());
                }
            }
        }
    }
}

impl Files {
    fn read(&mut self, name: &SafeText, text: &str) -> Vec<Problem> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = Reader::new(name, text);
        if let Some(at) = text.find('\0') {
            reader.wrong(at..at, "a NUL character cannot stand in an access file".to_owned());
            return reader.problems;
        }
        if let Some(found) = self.in_pieces(name, text, pieces::LEAST) {
            *self = found;
            return Vec::new();
        }
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            self.root(root.get_ref(), &mut reader);
        } else {
            self.what_is_left_of(text, &mut reader);
            // Whatever became of it, a text that is no TOML is not taken for a file.
            if reader.problems.is_empty() {
                reader.takes_syntax(errors.get(..1).unwrap_or_default());
            }
        }
        reader.problems
    }

    /// Looks at what can be understood of a text that is no TOML everywhere.
    fn what_is_left_of(&mut self, text: &str, reader: &mut Reader<'_>) {
        let readable = syntax::readable(text);
        for (at, words) in readable.errors {
            reader.wrong(at, words);
        }
        if !readable.is_all_lost {
            let (root, errors) = DeTable::parse_recoverable(&readable.text);
            reader.takes_syntax(&errors);
            self.root(root.get_ref(), reader);
        }
    }

    /// Reads a large file piece by piece. Returns nothing where it is small, or anything is wrong: that is told of the whole.
    fn in_pieces(&mut self, name: &SafeText, text: &str, least: usize) -> Option<Self> {
        let pieces = pieces::of(text, least);
        if pieces.len() < 2 {
            return None;
        }
        let mut found = Self {
            wishes: Wishes {
                server: self.wishes.server.clone(),
                workspaces: Vec::new(),
            },
            server: self.server.clone(),
            workspaces: self.workspaces.clone(),
            common: std::mem::take(&mut self.common),
        };
        let mut reader = Reader::new(name, text);
        for piece in pieces {
            reader.base = piece.start;
            let (root, errors) = DeTable::parse_recoverable(text.get(piece.clone())?);
            if !errors.is_empty() {
                return None;
            }
            if piece.start == 0 {
                found.root(root.get_ref(), &mut reader);
            } else {
                found.wished(entry(root.get_ref(), "workspace"), &mut reader);
            }
            if !reader.problems.is_empty() {
                return None;
            }
        }
        let mut workspaces = std::mem::take(&mut self.wishes.workspaces);
        workspaces.append(&mut found.wishes.workspaces);
        found.wishes.workspaces = workspaces;
        Some(found)
    }

    fn root(&mut self, root: &DeTable<'_>, reader: &mut Reader<'_>) {
        // Of another schema nothing more can be said.
        if !reader.schema(entry(root, "schema")) {
            return;
        }
        let [_, server, workspaces] = reader.fields(root, ["schema", "server", "workspace"], "");
        self.server(server, reader);
        self.wished(workspaces, reader);
    }

    fn wished(&mut self, workspaces: Option<(&Key<'_>, &Value<'_>)>, reader: &mut Reader<'_>) {
        let Some((_, table)) = workspaces.and_then(|(key, value)| reader.table(key, value)) else {
            return;
        };
        for (key, value) in in_order(table) {
            if let Some(mut wish) = self.workspace(key, value, reader) {
                self.common.share(&mut wish);
                self.wishes.workspaces.push(wish);
            }
        }
    }

    /// All files are about one platform.
    fn server(&mut self, entry: Option<(&Key<'_>, &Value<'_>)>, reader: &mut Reader<'_>) {
        let Some((key, value)) = entry else {
            let message =
                "'server' is missing: the address of the platform, as in server = \"https://nmp.example.com\"";
            return reader.wrong(0..0, message.to_owned());
        };
        let Some(text) = reader.words(key, value) else { return };
        let address = match BaseUrl::parse(text) {
            Ok(address) => address,
            Err(why) => return reader.wrong(value.span(), format!("'server' {why}")),
        };
        match &self.server {
            None => {
                self.server = Some((address, reader.place(value.span().start)));
                self.wishes.server = Some(text.to_owned());
            }
            Some((first, place)) if *first != address => {
                let message = format!("{place} names another server, {}: plan each by itself", first.shown());
                reader.wrong(value.span(), message);
            }
            Some(_) => {}
        }
    }

    fn workspace(&mut self, key: &Key<'_>, value: &Value<'_>, reader: &mut Reader<'_>) -> Option<Wish> {
        let workspace = WorkspaceName::from_platform(key.get_ref().as_ref());
        let place = reader.place(key.span().start);
        if let Err(why) = workspace.addressable() {
            let message = format!(
                "{} is no name of a workspace: {}",
                quoted(key.get_ref()),
                why.in_words()
            );
            reader.wrong(key.span(), message);
        }
        if let Some(first) = self.workspaces.get(workspace.raw()) {
            let message = format!("workspace {} appears twice, first in {first}", quoted(key.get_ref()));
            reader.wrong(key.span(), message);
        } else {
            self.workspaces.insert(workspace.raw().to_owned(), place.clone());
        }
        let (_, table) = reader.table(key, value)?;
        let keys = ["mode", "owner", "create", "description", "members", "absent"];
        let [mode, owner, create, description, members, absent] = reader.fields(table, keys, "a workspace takes ");
        let mode = mode.map(|(key, value)| mode_of(&workspace, key, value, reader));
        let owner = owner.and_then(|(key, value)| reader.words(key, value));
        let owner = owner.map(str::to_owned);
        let create = create_of(&workspace, create, description, reader);
        Some(Wish {
            mode: mode.unwrap_or_default(),
            owner,
            create,
            members: member::all(members, absent, reader),
            place: Some(place),
            workspace,
        })
    }
}

fn mode_of(workspace: &WorkspaceName, key: &Key<'_>, value: &Value<'_>, reader: &mut Reader<'_>) -> Mode {
    let Some(word) = reader.words(key, value) else {
        return Mode::default();
    };
    match Mode::ALL.into_iter().find(|mode| mode.word() == word) {
        Some(Mode::Authoritative) if workspace.is_built_in() => {
            let name = workspace.shown();
            let message = format!("'{name}' is the platform's own workspace, and can only be additive");
            reader.wrong(value.span(), message);
            Mode::default()
        }
        Some(mode) => mode,
        None => {
            let words = Mode::ALL.map(Mode::word);
            let message = format!(
                "unknown mode {}: one of {}{}",
                quoted(word),
                words.join(", "),
                meant(word, words)
            );
            reader.wrong(value.span(), message);
            Mode::default()
        }
    }
}

/// Returns the description to create the workspace with, if it is to be created.
fn create_of(
    workspace: &WorkspaceName,
    create: Option<(&Key<'_>, &Value<'_>)>,
    description: Option<(&Key<'_>, &Value<'_>)>,
    reader: &mut Reader<'_>,
) -> Option<String> {
    let is_wanted = create.is_some_and(|(key, value)| {
        if let DeValue::Boolean(is_wanted) = value.get_ref() {
            return *is_wanted;
        }
        reader.misfit(key, value, "true or false");
        true
    });
    let words = description.and_then(|(key, value)| reader.words(key, value));
    match (is_wanted, create, description) {
        (true, Some((key, _)), None) => {
            let message = "create needs a 'description': what the workspace is for".to_owned();
            reader.wrong(key.span(), message);
        }
        (false, _, Some((key, _))) => {
            let message = "'description' is only sent with create = true: add that, or remove this".to_owned();
            reader.wrong(key.span(), message);
        }
        (true | false, _, _) => {}
    }
    if let (true, Some((key, _)), Err(why)) = (is_wanted, create, workspace.require_new()) {
        let message = format!("'{}' cannot be created: {}", workspace.shown(), why.in_words());
        reader.wrong(key.span(), message);
    }
    words.filter(|_| is_wanted).map(str::to_owned)
}

/// What has been found of one file so far.
struct Reader<'a> {
    places: Places<'a>,
    /// Where the piece begins that is looked at.
    base: usize,
    name: Arc<SafeText>,
    problems: Vec<Problem>,
    /// Where a value or a name is none: what else is said there follows from it.
    broken: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn new(name: &SafeText, text: &'a str) -> Self {
        Self {
            places: Places::of(text),
            base: 0,
            name: Arc::new(name.clone()),
            problems: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Returns the line and the column in characters, both from 1.
    fn at(&mut self, at: usize) -> (u32, u32) {
        let (line, column) = self.places.at(self.base + at);
        let short = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (short(line), short(column))
    }

    fn place(&mut self, at: usize) -> Place {
        let (line, column) = self.at(at);
        Place {
            file: Arc::clone(&self.name),
            line,
            column,
        }
    }

    fn wrong(&mut self, at: Range<usize>, message: String) {
        let mut broken = self.broken.iter();
        let is_told = broken.any(|broken| at.start <= broken.end && broken.start <= at.end);
        if self.problems.len() < MOST_KEPT && !is_told {
            let place = self.place(at.start);
            let message = SafeText::from(message);
            self.problems.push(Problem { place, message });
        }
    }

    /// Takes what the parser of TOML says about names and values.
    fn takes_syntax(&mut self, errors: &[toml::de::Error]) {
        let mut broken = Vec::new();
        for error in errors {
            let at = error.span().unwrap_or(0..0);
            let words = if error.message() == "duplicate key" {
                let key = self.places.text().get(at.clone()).unwrap_or_default();
                format!("{} appears twice: remove one", quoted(key.trim_matches(['"', '\''])))
            } else {
                // An address without quotes is a name of several parts, the others of which mean nothing either.
                let is_name = error.message().starts_with("invalid unquoted key");
                let rest = self.places.text().get(at.start..).filter(|_| is_name);
                let length = rest.and_then(|rest| rest.find(['=', ']', '\n']));
                broken.push(at.start..at.start + length.unwrap_or(0));
                syntax::in_words(error)
            };
            self.wrong(at, words);
        }
        self.broken = broken;
    }

    /// Returns whether the file says that it is of the schema that is read here.
    fn schema(&mut self, entry: Option<(&Key<'_>, &Value<'_>)>) -> bool {
        let Some((key, value)) = entry else {
            self.wrong(0..0, format!("'schema' is missing: write schema = {SCHEMA}"));
            return true;
        };
        let DeValue::Integer(number) = value.get_ref() else {
            self.misfit(key, value, "a whole number");
            return true;
        };
        let is_known = u64::from_str_radix(number.as_str(), number.radix()) == Ok(SCHEMA);
        if !is_known {
            let message = format!("schema {number} is not known here: this program reads schema {SCHEMA}");
            self.wrong(value.span(), message);
        }
        is_known
    }

    /// Returns the values of these keys, and finds fault with every other.
    fn fields<'t, 'i, const N: usize>(
        &mut self,
        table: &'t DeTable<'i>,
        known: [&'static str; N],
        of: &str,
    ) -> [Option<(&'t Key<'i>, &'t Value<'i>)>; N] {
        for (key, _) in in_order(table) {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let meant = meant(name, known);
                let known = if meant.is_empty() {
                    format!(" ({of}{})", known.join(", "))
                } else {
                    meant
                };
                self.wrong(key.span(), format!("{} is unknown here{known}", quoted(name)));
            }
        }
        known.map(|name| entry(table, name))
    }

    fn table<'t, 'i>(&mut self, key: &'t Key<'i>, value: &'t Value<'i>) -> Option<(&'t Key<'i>, &'t DeTable<'i>)> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some((key, table));
        }
        self.misfit(key, value, "a table");
        None
    }

    /// Returns a text that says something.
    fn words<'t>(&mut self, key: &Key<'_>, value: &'t Value<'_>) -> Option<&'t str> {
        let DeValue::String(text) = value.get_ref() else {
            self.misfit(key, value, "a text");
            return None;
        };
        let text = text.as_ref();
        if text.trim().is_empty() {
            self.wrong(value.span(), format!("{} must not be empty", quoted(key.get_ref())));
            return None;
        }
        Some(text)
    }

    fn misfit(&mut self, key: &Key<'_>, value: &Value<'_>, needed: &str) {
        let at = if matches!(value.get_ref(), DeValue::Table(_)) {
            key.span()
        } else {
            value.span()
        };
        let message = format!(
            "{} takes {needed}, not {}",
            quoted(key.get_ref()),
            kind(value.get_ref())
        );
        self.wrong(at, message);
    }
}

fn entry<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<(&'t Key<'i>, &'t Value<'i>)> {
    table.iter().find(|(key, _)| key.get_ref().as_ref() == name)
}

/// Returns what is in a table, in the order of the file.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Key<'i>, &'t Value<'i>)> {
    let mut entries: Vec<(&Key<'_>, &Value<'_>)> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", SafeText::with_limit(text, 80))
}
