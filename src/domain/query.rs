//! What is typed into a filter: one line of words, all of which must hold. It is the same language in every list, in the
//! audit and on the command line.
//!
//! A plain word is part of a name, whatever its case. `~word` is one whose letters stand in a name in this order, with
//! others between them. `role:`, `ws:`, `who:` and the other keys ask for one thing each. Quotes keep blanks and colons
//! together. Whoever filters says which keys mean something there. Start reading at [`Query::read`].

mod day;
mod typed;

use super::choice::{meant, one_of};
use super::glob::Glob;
use super::ids::Principal;
use super::operation::Operation;
use super::role::Role;
use super::workspace::Access;
use jiff::Timestamp;
use std::borrow::Cow;
use typed::Typed;

/// What makes a word loose when it stands before it.
pub const LOOSE: char = '~';

/// What is said of a quote that is not closed.
pub const OPEN_QUOTE: &str = "a closing \" is missing";

/// What a word can ask for by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A role, or what it allows.
    Role,
    /// What somebody may do.
    Can,
    /// A workspace.
    Ws,
    /// A principal.
    Who,
    /// A kind of principals or of resources.
    Kind,
    /// Who gets into a workspace unnamed.
    Access,
    /// Who granted or made it.
    By,
    /// From when on.
    Since,
    /// Until when.
    Until,
    /// A rule of the audit.
    Rule,
    /// How bad a finding is.
    Severity,
}

impl Key {
    /// Every key.
    pub const ALL: [Self; 11] = [
        Self::Role,
        Self::Can,
        Self::Ws,
        Self::Who,
        Self::Kind,
        Self::Access,
        Self::By,
        Self::Rule,
        Self::Severity,
        Self::Since,
        Self::Until,
    ];

    /// Returns the key as it is typed, without the colon.
    pub fn label(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Can => "can",
            Self::Ws => "ws",
            Self::Who => "who",
            Self::Kind => "kind",
            Self::Access => "access",
            Self::By => "by",
            Self::Since => "since",
            Self::Until => "until",
            Self::Rule => "rule",
            Self::Severity => "severity",
        }
    }

    /// Returns the key that is called `name`, in upper or lower case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.label().eq_ignore_ascii_case(name))
    }
}

/// A filter as it was typed, word by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The words in the order typed.
    pub words: Vec<Word>,
    /// Whether a quote is not closed.
    pub is_open: bool,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// How it is written; what is told from today, as its date.
    pub text: String,
    /// What must hold.
    pub asks: Asks,
}

/// What a word asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Something has a name like this.
    Called(Called),
    /// Holds this role, or may do what it says; in lower case.
    Role(String),
    /// May do at least what the role of this rank allows.
    Allows(u8),
    /// May do this.
    Can(Operation),
    /// Is in such a workspace.
    Workspace(Name),
    /// Is such a principal.
    Who(Name),
    /// Is of this kind; in lower case.
    Kind(String),
    /// Lies in a workspace that lets such people in.
    Access(Unnamed),
    /// The granter's name holds this; in lower case.
    By(String),
    /// Was made at this moment or later.
    Since(Timestamp),
    /// Was made before this moment.
    Before(Timestamp),
    /// Is concerned by a finding of this rule.
    Rule(String),
    /// Is concerned by a finding that is as bad as this, or worse.
    Severity(String),
    /// Asks for nothing yet: its value is not typed.
    Begun(Key),
    /// A colon stands behind what is no key: the word and, as typed, what stands before the colon.
    NoKey(Called, String),
    /// Is not understood, for this reason.
    Wrong(String),
}

impl Asks {
    /// Returns the key by which it asks, if it does by one.
    pub fn key(&self) -> Option<Key> {
        Some(match self {
            Self::Called(_) | Self::NoKey(..) | Self::Wrong(_) => return None,
            Self::Role(_) | Self::Allows(_) => Key::Role,
            Self::Can(_) => Key::Can,
            Self::Workspace(_) => Key::Ws,
            Self::Who(_) => Key::Who,
            Self::Kind(_) => Key::Kind,
            Self::Access(_) => Key::Access,
            Self::By(_) => Key::By,
            Self::Since(_) => Key::Since,
            Self::Before(_) => Key::Until,
            Self::Rule(_) => Key::Rule,
            Self::Severity(_) => Key::Severity,
            Self::Begun(key) => *key,
        })
    }
}

/// A name without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// What the name holds, as it was typed.
    pub raw: String,
    /// The same in lower case.
    pub lower: String,
    /// Whether it is enough that its letters stand in the name in this order.
    pub is_loose: bool,
}

impl Called {
    fn new(raw: &str, is_loose: bool) -> Self {
        let lower = raw.to_lowercase();
        Self {
            raw: raw.to_owned(),
            lower,
            is_loose,
        }
    }

    /// Returns whether `name` is like this.
    pub fn fits(&self, name: &str) -> bool {
        if self.is_loose {
            is_loosely(&self.lower, name)
        } else {
            holds(name, &self.lower)
        }
    }
}

/// A name that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Everyone (`*`).
    Everyone,
    /// It is like a pattern.
    Like(Glob),
    /// It holds this, or its letters.
    Part(Called),
}

impl Name {
    /// Returns it as it was typed.
    pub fn typed(&self) -> &str {
        match self {
            Self::Everyone => "*",
            Self::Like(glob) => glob.text(),
            Self::Part(part) => &part.raw,
        }
    }

    /// Returns whether `principal` is meant.
    pub fn is_principal(&self, principal: &Principal) -> bool {
        match self {
            Self::Everyone => principal.is_everyone(),
            Self::Like(glob) => glob.matches(principal.raw()),
            Self::Part(part) if principal.is_everyone() => part.fits(principal.label().as_str()),
            Self::Part(part) => part.fits(principal.raw()),
        }
    }

    /// Returns whether something that is called `name` is meant; a part will do.
    pub fn fits(&self, name: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::Like(glob) => glob.matches(name),
            Self::Part(part) => part.fits(name),
        }
    }
}

/// Who gets into a workspace without being named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unnamed {
    /// Nobody.
    Nobody,
    /// Everyone, whatever they may do.
    All,
    /// Everyone, with the role of this rank.
    Rank(u8),
}

impl Unnamed {
    const CHOICES: [(&str, Self); 5] = [
        (Access::PRIVATE, Self::Nobody),
        ("all", Self::All),
        ("viewer", Self::Rank(1)),
        ("editor", Self::Rank(2)),
        ("admin", Self::Rank(3)),
    ];

    /// Returns whether `access` is like this.
    pub fn fits(self, access: &Access) -> bool {
        match (self, access) {
            (Self::Nobody, Access::Private) | (Self::All, Access::All(_)) => true,
            (Self::Rank(rank), Access::All(role)) => role.rank() == rank,
            (Self::Nobody, Access::All(_)) | (Self::All | Self::Rank(_), Access::Private) => false,
        }
    }
}

/// The words of `role:` that stand for no role, with the rank of the weakest role that allows so much.
pub const RIGHTS: [(&str, u8); 2] = [("write", 2), ("read", 1)];

impl Query {
    /// Reads what was typed, at this moment: it can speak of today.
    pub fn read(typed: &str, now: Timestamp) -> Self {
        let typed = typed::split(typed);
        Self {
            is_open: typed.last().is_some_and(|word| word.is_open),
            words: typed.into_iter().map(|typed| word(typed, now)).collect(),
        }
    }

    /// Returns it with every name taken for that of a principal.
    #[must_use]
    pub fn of_people(self) -> Self {
        let words = self.words.into_iter().map(|word| {
            let Asks::Called(called) = word.asks else {
                return word;
            };
            Word {
                text: format!("{}:{}", Key::Who.label(), word.text),
                asks: Asks::Who(Name::Part(called)),
            }
        });
        Self {
            words: words.collect(),
            ..self
        }
    }

    /// Returns the names that it is about, with or without a key: what the best match is judged by.
    pub fn names(&self) -> impl Iterator<Item = &Called> {
        self.words.iter().filter_map(|word| {
            let (Asks::Called(called)
            | Asks::NoKey(called, _)
            | Asks::Who(Name::Part(called))
            | Asks::Workspace(Name::Part(called))) = &word.asks
            else {
                return None;
            };
            Some(called)
        })
    }

    /// Returns it as it is written, with dates instead of what is told from today.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }
}

/// Returns the first moment of what `value` names, as behind `since:`.
///
/// # Errors
/// Says that it is no date, and how one is written.
pub fn since(value: &str, now: Timestamp) -> Result<Timestamp, String> {
    day::begin(value, now).map(|(at, _)| at)
}

/// Returns the first moment after what `value` names, as behind `until:`.
///
/// # Errors
/// Says that it is no date, and how one is written.
pub fn until(value: &str, now: Timestamp) -> Result<Timestamp, String> {
    day::end(value, now).map(|(at, _)| at)
}

fn word(typed: Typed, now: Timestamp) -> Word {
    let Typed {
        mut source,
        is_loose,
        key,
        value,
        ..
    } = typed;
    let called = |text: &str| Called::new(text, is_loose);
    let Some(name) = key else {
        let asks = if is_loose && value.is_empty() {
            Asks::Wrong(format!("'{LOOSE}' needs a name right after it"))
        } else {
            Asks::Called(called(&value))
        };
        return Word { text: source, asks };
    };
    let whole = format!("{name}:{value}");
    // The names of services hold a colon.
    if matches!(name.as_str(), "service" | "service-account") {
        let asks = Asks::Called(called(&whole));
        return Word { text: source, asks };
    }
    let asks = match Key::named(&name) {
        _ if is_loose => Asks::Wrong(format!("'{LOOSE}' goes before a name, not before '{name}:'")),
        None => Asks::NoKey(called(&whole), name),
        Some(key) if value.is_empty() => Asks::Begun(key),
        Some(Key::Since) => match day::begin(&value, now) {
            Ok((at, text)) => {
                source = format!("since:{text}");
                Asks::Since(at)
            }
            Err(why) => Asks::Wrong(why),
        },
        Some(Key::Until) => match day::end(&value, now) {
            Ok((at, text)) => {
                source = format!("until:{text}");
                Asks::Before(at)
            }
            Err(why) => Asks::Wrong(why),
        },
        Some(key) => asks(key, &value),
    };
    Word { text: source, asks }
}

fn asks(key: Key, value: &str) -> Asks {
    let lower = value.to_lowercase();
    match key {
        Key::Role => match RIGHTS.into_iter().find(|(right, _)| *right == lower) {
            Some((_, rank)) => Asks::Allows(rank),
            None => Asks::Role(lower),
        },
        Key::Can => Operation::parse(value).map_or_else(Asks::Wrong, Asks::Can),
        Key::Ws => name(value).map_or_else(Asks::Wrong, Asks::Workspace),
        Key::Who if value == "*" => Asks::Who(Name::Everyone),
        Key::Who => name(value).map_or_else(Asks::Wrong, Asks::Who),
        Key::Kind => Asks::Kind(lower),
        Key::Access => one_of("access", value, Unnamed::CHOICES).map_or_else(Asks::Wrong, Asks::Access),
        Key::By => Asks::By(lower),
        Key::Rule => Asks::Rule(lower),
        Key::Severity => Asks::Severity(lower),
        // Their moments were read before.
        Key::Since | Key::Until => Asks::Begun(key),
    }
}

fn name(value: &str) -> Result<Name, String> {
    if let Some(loose) = value.strip_prefix(LOOSE) {
        return Ok(Name::Part(Called::new(loose, true)));
    }
    if !value.contains(['*', '?', '[', '{']) {
        return Ok(Name::Part(Called::new(value, false)));
    }
    let glob = Glob::any_case(value);
    glob.map(Name::Like)
        .map_err(|why| format!("'{value}' is not a pattern: {why}; use * and ?, or [a-z] and {{a,b}}"))
}

/// Returns what to say where nobody here has this role.
pub fn nobody_here_is(role: &str) -> String {
    format!("nobody here has the role '{role}'")
}

/// Returns what to say of a role that matches nothing: `nobody_is` says it of one that there is.
pub fn no_such_role<'a>(
    name: &str,
    nobody_is: impl Fn(&str) -> String,
    held: impl IntoIterator<Item = &'a str>,
) -> String {
    if let Some(known) = Role::KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return nobody_is(known);
    }
    let known = Role::KNOWN.into_iter().chain(RIGHTS.map(|(right, _)| right));
    format!("there is no role '{name}'{}", meant(name, known.chain(held)))
}

/// Returns the words of a filter as they were typed, quotes and all.
pub fn as_typed(typed: &str) -> impl Iterator<Item = String> {
    typed::split(typed).into_iter().map(|word| word.source)
}

/// Returns whether `name` holds `lower`, whatever its case. It is asked of every row of a list for each letter typed, and
/// most names are ASCII: those are not written anew.
pub fn holds(name: &str, lower: &str) -> bool {
    if !name.is_ascii() {
        return name.to_lowercase().contains(lower);
    }
    let Some((first, rest)) = lower.as_bytes().split_first() else {
        return true;
    };
    let mut left = name.as_bytes();
    while let Some(place) = left.iter().position(|letter| letter.eq_ignore_ascii_case(first)) {
        left = left.get(place + 1..).unwrap_or_default();
        if left
            .get(..rest.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(rest))
        {
            return true;
        }
    }
    false
}

/// Returns `text` in lower case; what is plain and in lower case already is not written anew.
pub fn lower_case(text: &str) -> Cow<'_, str> {
    let stays = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if text.bytes().all(stays) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    }
}

/// Returns whether `name` can be called `lower` for short, both in lower case: each letter follows the one before, or
/// begins a word of the name. `mlt` is short for `ml-team`, but not for `html-edit`.
pub fn is_short_for(lower: &str, name: &str) -> bool {
    // Nearly all names of a long list fail here, which costs next to nothing.
    let mut letters = name.chars();
    if !lower.chars().all(|wanted| letters.any(|letter| letter == wanted)) {
        return false;
    }
    let name: Vec<char> = name.chars().collect();
    let before = |place: usize| place.checked_sub(1).and_then(|before| name.get(before));
    let begins_word = |place: usize| before(place).is_none_or(|before| !before.is_alphanumeric());
    // After each letter, where in the name it can stand.
    let mut ends: Option<Vec<usize>> = None;
    for wanted in lower.chars() {
        let places = name.iter().enumerate().filter(|(_, letter)| **letter == wanted);
        let goes_on = |place: &usize| match &ends {
            None => begins_word(*place),
            Some(ends) => {
                let is_next = place.checked_sub(1).is_some_and(|before| ends.contains(&before));
                is_next || (begins_word(*place) && ends.iter().any(|end| end < place))
            }
        };
        ends = Some(places.map(|(place, _)| place).filter(goes_on).collect());
    }
    ends.is_none_or(|ends| !ends.is_empty())
}

/// Returns whether the letters of `lower` stand in `name` in this order, whatever its case.
pub fn is_loosely(lower: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    lower.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests;
