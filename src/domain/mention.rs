//! Who is meant by text as people type and paste it: `Ann Lee <ann@example.com>`, `mailto:` links, lists, columns.
//!
//! What is plainly an e-mail, a service account or somebody known is taken. Names and comments beside an address are
//! left out. Whatever else stands there is asked about or refused, never granted unseen, and nobody is made up: a
//! principal is always a piece of the text.
//!
//! The libraries that read the address lists of mails refuse, or quietly repair, most of what people paste, and know
//! neither groups nor who is known here.

mod address;
mod lexer;
#[cfg(test)]
mod tests;
mod written;

use super::ids::{NameProblem, Principal};
use address::{addresses, bare, is_heading, is_label, is_marker, is_name};
use lexer::{Kind, Token};
use std::collections::HashSet;

/// What is said of a name that nobody is known by.
pub const UNSEEN: &str = "not seen before on this platform";

pub use written::{means_everyone, require_new};

/// One thing that stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The piece of the text it was read from.
    pub from: String,
    /// Who is meant by it, if anybody.
    pub meaning: Meaning,
}

/// What a piece of text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It certainly means this principal.
    Means(Principal),
    /// This principal, if whoever typed it really means that.
    Asked(Principal, Doubt),
    /// Nobody: a heading, or a name beside an address.
    LeftOut(LeftOut),
    /// Cannot be a principal.
    Refused(NameProblem),
}

/// Why a principal is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A bare word that nobody known is called.
    NewGroup,
    /// It holds `@`, but is no e-mail address.
    NotAnEmail,
}

/// Why a piece of text is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It is the heading of a column.
    Heading,
    /// It looks like a name that belongs to an address, but it may be meant for somebody.
    MaybeAName,
}

impl Mention {
    /// Returns the principal, certain or not.
    pub fn principal(&self) -> Option<&Principal> {
        match &self.meaning {
            Meaning::Means(principal) | Meaning::Asked(principal, _) => Some(principal),
            Meaning::LeftOut(_) | Meaning::Refused(_) => None,
        }
    }
}

/// Returns who is meant by `text`, each once and in its order; of far too many only the first `most`.
pub fn read(text: &str, is_known: &dyn Fn(&str) -> bool, most: usize) -> Vec<Mention> {
    let mut reader = Reader {
        text,
        is_known,
        most,
        has_columns: false,
        seen: HashSet::new(),
        found: Vec::new(),
    };
    let whole = text.trim();
    if is_known(whole) {
        reader.take(whole, whole);
        return reader.found;
    }
    let tokens = lexer::lex(text);
    let mut segments: Vec<&[Token]> = tokens.split(|token| token.kind == Kind::Break).collect();
    segments.retain(|segment| !segment.is_empty());
    reader.segments(&segments);
    reader.found
}

struct Reader<'a> {
    text: &'a str,
    is_known: &'a dyn Fn(&str) -> bool,
    most: usize,
    /// Whether the first line names several columns, so that the words in the others are no list of groups.
    has_columns: bool,
    seen: HashSet<Principal>,
    found: Vec<Mention>,
}

impl<'a> Reader<'a> {
    fn segments(&mut self, segments: &[&[Token]]) {
        let mut rest = segments;
        if let Some((first, others)) = segments.split_first()
            && others.iter().any(|segment| self.holds_address(segment))
            && self.is_heading(first)
        {
            self.has_columns = first.len() > 1;
            self.leave_out(self.slice(first), LeftOut::Heading);
            rest = others;
        }
        for segment in rest {
            if self.found.len() > self.most {
                return;
            }
            self.segment(segment);
        }
    }

    fn segment(&mut self, tokens: &[Token]) {
        let whole = self.slice(tokens);
        if (self.is_known)(whole) {
            return self.take(whole, whole);
        }
        let is_row = self.has_columns && self.holds_address(tokens);
        let mut pieces: Vec<&[Token]> = tokens.split(|token| token.kind == Kind::Comma).collect();
        pieces.retain(|piece| !piece.is_empty());
        let mut begins = None;
        for (i, piece) in pieces.iter().enumerate() {
            if self.found.len() > self.most {
                return;
            }
            let text = self.slice(piece);
            if (self.is_known)(text) {
                self.take(text, text);
            } else if self.holds_address(piece) {
                self.with_address(piece, begins.take());
            } else if self.is_a_name(piece) && (is_row || pieces.get(i + 1).is_some_and(|next| self.is_named(next))) {
                // `Lee, Ann <ann@example.com>`: the comma belongs to the name.
                self.leave_out(text, LeftOut::MaybeAName);
                begins = piece.first().map(|token| token.span.start);
            } else {
                self.without_address(piece);
            }
        }
    }

    /// Reads a piece that holds an address or several, with the names before them and whatever comes after.
    fn with_address(&mut self, piece: &[Token], begins: Option<usize>) {
        let is_aside = |token: &Token| matches!(token.kind, Kind::Aside | Kind::Bracketed);
        let stands_outside = |token: &Token| !is_aside(token) && !addresses(self.text, token).is_empty();
        let has_outside = piece.iter().any(stands_outside);
        let mut before: Vec<&Token> = Vec::new();
        let mut begins = begins;
        for token in piece {
            if self.found.len() > self.most {
                return;
            }
            let found = if has_outside && is_aside(token) {
                Vec::new()
            } else {
                addresses(self.text, token)
            };
            if found.is_empty() {
                before.push(token);
                continue;
            }
            let is_bound = token.kind == Kind::Angle || is_aside(token);
            let start = self.beside(&before, &found, is_bound);
            let start = begins.take().or(start).unwrap_or(token.span.start);
            let from = self.text.get(start..token.span.end).unwrap_or_default();
            for address in &found {
                self.take(address, from);
            }
            self.cc(token);
            before.clear();
        }
        self.beside(&before, &[], false);
    }

    /// Reads what stands beside the addresses `found`; `is_bound` where it is certainly the name that belongs to them.
    /// Returns where that name begins.
    fn beside(&mut self, tokens: &[&Token], found: &[String], is_bound: bool) -> Option<usize> {
        let mut begins = None;
        let mut left: Option<std::ops::Range<usize>> = None;
        for token in tokens {
            let (inner, span) = (token.inner(self.text), token.span.clone());
            let is_left = match token.kind {
                Kind::Word if is_marker(inner) || is_label(inner) => false,
                Kind::Word | Kind::Link | Kind::Quoted if self.is_somebody(inner) && !is_bound => {
                    self.word(inner, false);
                    begins = None;
                    continue;
                }
                Kind::Word | Kind::Link if !is_bound && !is_name(inner) => {
                    self.word(inner, false);
                    begins = None;
                    continue;
                }
                Kind::Word | Kind::Link => !is_bound || self.is_somebody(inner),
                Kind::Quoted => (found.is_empty() && !is_bound) || self.is_somebody(inner),
                Kind::Aside | Kind::Bracketed => address::names_another(inner, found),
                Kind::Angle => {
                    self.refuse(self.slice_of(token), NameProblem::Angle);
                    continue;
                }
                Kind::Break | Kind::Comma => continue,
            };
            begins = begins.or(Some(span.start));
            if is_left {
                left = Some(left.map_or(span.start, |left| left.start)..span.end);
            }
        }
        if let Some(text) = left.and_then(|left| self.text.get(left)) {
            self.leave_out(text, LeftOut::MaybeAName);
        }
        begins
    }

    /// Says of the addresses that a link names besides those it goes to that they are left out.
    fn cc(&mut self, token: &Token) {
        let rest = address::copied_in(token.inner(self.text));
        if !rest.is_empty() {
            self.leave_out(rest, LeftOut::MaybeAName);
        }
    }

    /// Reads a piece without any address: words, each for itself.
    fn without_address(&mut self, piece: &[Token]) {
        for token in piece {
            if self.found.len() > self.most {
                return;
            }
            let inner = token.inner(self.text);
            match token.kind {
                Kind::Word | Kind::Link => self.word(inner, piece.len() == 1),
                Kind::Quoted if self.is_somebody(inner) || !inner.contains(char::is_whitespace) => {
                    self.word(inner, piece.len() == 1);
                }
                Kind::Quoted | Kind::Aside | Kind::Bracketed => {
                    self.leave_out(self.slice_of(token), LeftOut::MaybeAName);
                }
                Kind::Angle => self.refuse(self.slice_of(token), NameProblem::Angle),
                Kind::Break | Kind::Comma => {}
            }
        }
    }

    /// Reads one word that is no address.
    fn word(&mut self, word: &str, is_alone: bool) {
        let plain = bare(word);
        if word == "*" {
            if is_alone {
                self.take(word, word);
            }
        } else if (self.is_known)(word) {
            self.take(word, word);
        } else if plain.is_empty() {
            if is_alone {
                self.ask(word, word);
            }
        } else if self.is_somebody(plain) {
            self.take(plain, word);
        } else if word.contains(['<', '>']) {
            self.refuse(word, NameProblem::Angle);
        } else {
            self.ask(plain, word);
        }
    }

    /// Whether `word` is known, or of a form that is never a name.
    fn is_somebody(&self, word: &str) -> bool {
        let has_form = ["service-account:", "service:"]
            .iter()
            .any(|form| word.strip_prefix(form).is_some_and(|rest| !rest.is_empty()));
        has_form || (self.is_known)(word)
    }

    fn take(&mut self, raw: &str, from: &str) {
        match Principal::parse_new(raw) {
            Ok(principal) => self.put(principal, from, None),
            Err(problem) => self.refuse(from, problem),
        }
    }

    fn ask(&mut self, raw: &str, from: &str) {
        let doubt = if raw.contains('@') {
            Doubt::NotAnEmail
        } else {
            Doubt::NewGroup
        };
        match Principal::parse_new(raw) {
            Ok(principal) => self.put(principal, from, Some(doubt)),
            Err(problem) => self.refuse(from, problem),
        }
    }

    fn put(&mut self, principal: Principal, from: &str, doubt: Option<Doubt>) {
        if !self.seen.insert(principal.clone()) {
            return;
        }
        let meaning = match doubt {
            Some(doubt) => Meaning::Asked(principal, doubt),
            None => Meaning::Means(principal),
        };
        self.push(from, meaning);
    }

    fn leave_out(&mut self, from: &str, why: LeftOut) {
        self.push(from, Meaning::LeftOut(why));
    }

    fn refuse(&mut self, from: &str, problem: NameProblem) {
        self.push(from, Meaning::Refused(problem));
    }

    fn push(&mut self, from: &str, meaning: Meaning) {
        let mention = Mention {
            from: from.to_owned(),
            meaning,
        };
        let is_repeated = |known: &Mention| known.principal().is_none() && *known == mention;
        if !self.found.iter().any(is_repeated) {
            self.found.push(mention);
        }
    }

    fn holds_address(&self, tokens: &[Token]) -> bool {
        tokens.iter().any(|token| !addresses(self.text, token).is_empty())
    }

    /// Whether nothing but a few words that could be a name stand here.
    fn is_a_name(&self, piece: &[Token]) -> bool {
        let could_be = |token: &Token| {
            let inner = token.inner(self.text);
            let is_word = token.kind == Kind::Word && is_name(inner) && !self.is_somebody(inner);
            is_word || token.kind == Kind::Quoted
        };
        piece.len() <= 3 && piece.iter().all(could_be)
    }

    /// Whether an address stands here in angle brackets, and nobody else before it.
    fn is_named(&self, piece: &[Token]) -> bool {
        let mut tokens = piece.iter();
        let first = tokens.find(|token| !addresses(self.text, token).is_empty());
        first.is_some_and(|token| token.kind == Kind::Angle)
    }

    fn is_heading(&self, tokens: &[Token]) -> bool {
        let words = tokens.iter().filter(|token| token.kind != Kind::Comma);
        let is_one = |token: &Token| {
            let inner = token.inner(self.text);
            matches!(token.kind, Kind::Word | Kind::Quoted) && is_heading(inner) && !(self.is_known)(inner)
        };
        words.clone().next().is_some() && words.into_iter().all(is_one)
    }

    fn slice(&self, tokens: &[Token]) -> &'a str {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return "";
        };
        self.text.get(first.span.start..last.span.end).unwrap_or_default()
    }

    fn slice_of(&self, token: &Token) -> &'a str {
        self.text.get(token.span.clone()).unwrap_or_default()
    }
}
