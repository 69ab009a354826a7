//! What a pattern is made of, and where in a name each of it ends.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

/// How many bytes a pattern may have: what one name costs grows with them.
const LONGEST: usize = 1 << 16;

/// How many braces may stand in one another.
const MOST_NESTED: usize = 100;

const TOO_MUCH: &str = "it is too long or nested too deeply";

/// Whether upper and lower case are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// They are not.
    Exact,
    /// They are: patterns and names are compared in lower case.
    Any,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// These characters.
    Text(String),
    /// One character.
    Any,
    /// One character of these ranges, or of none of them.
    Class {
        case: Case,
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// Anything, or nothing.
    Star,
    /// `**/`, where a folder may begin: nothing, or anything that ends with a slash.
    Folders,
    /// One of several patterns.
    Either(Vec<Vec<Self>>),
}

/// Reads what a pattern is made of.
pub(super) fn parse(text: &str, case: Case) -> Result<Vec<Token>, String> {
    if text.len() > LONGEST {
        return Err(TOO_MUCH.to_owned());
    }
    let chars = text.chars().peekable();
    Parser { case, chars }.tokens(0)
}

struct Parser<'t> {
    case: Case,
    chars: Peekable<Chars<'t>>,
}

impl Parser<'_> {
    /// Reads on to the end, or in braces to the comma or brace that ends this choice.
    fn tokens(&mut self, depth: usize) -> Result<Vec<Token>, String> {
        let mut tokens = Vec::new();
        while let Some(c) = self.chars.next_if(|c| depth == 0 || !matches!(c, ',' | '}')) {
            match c {
                '?' => tokens.push(Token::Any),
                '*' => self.star(&mut tokens),
                '[' => tokens.push(self.class()?),
                '{' => tokens.push(self.either(depth + 1)?),
                '}' => return Err("a } has no { before it".to_owned()),
                '\\' => {
                    let escaped = self.chars.next().ok_or("it ends with a \\")?;
                    self.char(escaped, &mut tokens);
                }
                c => self.char(c, &mut tokens),
            }
        }
        Ok(tokens)
    }

    fn char(&self, c: char, tokens: &mut Vec<Token>) {
        let c = self.case.fold(c);
        if let Some(Token::Text(text)) = tokens.last_mut() {
            text.push(c);
        } else {
            tokens.push(Token::Text(c.to_string()));
        }
    }

    /// Two stars beside a slash mean any folders, and elsewhere what one means.
    fn star(&mut self, tokens: &mut Vec<Token>) {
        let is_double = self.chars.next_if_eq(&'*').is_some();
        let begins_folder = match tokens.last() {
            None | Some(Token::Folders) => true,
            Some(Token::Text(text)) => text.ends_with('/'),
            Some(Token::Any | Token::Class { .. } | Token::Star | Token::Either(_)) => false,
        };
        let token = if is_double && begins_folder && self.chars.next_if_eq(&'/').is_some() {
            Token::Folders
        } else {
            Token::Star
        };
        // A second one adds nothing.
        if tokens.last() != Some(&token) {
            tokens.push(token);
        }
    }

    /// Reads what is in braces. An empty choice is none: `a{,b}` is `ab` alone.
    fn either(&mut self, depth: usize) -> Result<Token, String> {
        if depth > MOST_NESTED {
            return Err(TOO_MUCH.to_owned());
        }
        let mut choices = Vec::new();
        loop {
            let choice = self.tokens(depth)?;
            if !choice.iter().all(Token::is_nothing) {
                choices.push(choice);
            }
            match self.chars.next() {
                Some(',') => {}
                Some(_) => return Ok(Token::Either(choices)),
                None => return Err("a { is not closed with a }".to_owned()),
            }
        }
    }

    /// Reads what is in brackets, where a `]` that comes first and a `-` at either end stand for themselves.
    fn class(&mut self) -> Result<Token, String> {
        let is_negated = self.chars.next_if(|c| matches!(c, '!' | '^')).is_some();
        let mut ranges: Vec<(char, char)> = Vec::new();
        loop {
            let is_first = ranges.is_empty();
            let c = self.chars.next().ok_or("a [ is not closed with a ]")?;
            let to = match c {
                ']' if !is_first => {
                    let case = self.case;
                    return Ok(Token::Class {
                        case,
                        is_negated,
                        ranges,
                    });
                }
                '-' if !is_first => self.chars.next_if(|c| *c != ']'),
                '[' => match self.named() {
                    Some(named) => {
                        ranges.extend(named);
                        continue;
                    }
                    None => None,
                },
                _ => None,
            };
            match (to, ranges.last_mut()) {
                (Some(to), Some((from, end))) => {
                    *end = to;
                    if to < *from {
                        return Err(format!("the range {from}-{to} is backwards"));
                    }
                }
                _ => ranges.push((c, c)),
            }
        }
    }

    /// Reads the rest of `[:digit:]`, if it is such a name.
    fn named(&mut self) -> Option<&'static [(char, char)]> {
        let mut ahead = self.chars.clone();
        ahead.next_if_eq(&':')?;
        let name: String = ahead
            .by_ref()
            .take_while(|c| *c != ':')
            .take(LONGEST_NAME + 1)
            .collect();
        let ranges = called(&name)?;
        ahead.next_if_eq(&']')?;
        self.chars = ahead;
        Some(ranges)
    }
}

const LONGEST_NAME: usize = "xdigit".len();

/// Returns the characters that are called so between `[:` and `:]`.
fn called(name: &str) -> Option<&'static [(char, char)]> {
    Some(match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    })
}

impl Case {
    /// Returns what a character of a pattern or of a name is compared as.
    fn fold(self, c: char) -> char {
        match self {
            Self::Exact => c,
            Self::Any => alone(c.to_lowercase()).unwrap_or(c),
        }
    }

    /// Returns a name as it is compared.
    pub(super) fn folded(self, name: &str) -> Cow<'_, str> {
        let is_folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
        match self {
            Self::Any if !name.bytes().all(is_folded) => name.chars().map(|c| self.fold(c)).collect(),
            Self::Any | Self::Exact => Cow::Borrowed(name),
        }
    }

    /// Returns whether `c`, as it is compared, is one of these characters.
    fn is_in(self, ranges: &[(char, char)], c: char) -> bool {
        let holds = |c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        holds(c) || self == Self::Any && alone(c.to_uppercase()).is_some_and(holds)
    }
}

fn alone(mut chars: impl ExactSizeIterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.len() == 0)
}

/// Returns where in `name` these tokens may end, one after the other, that begin at one of `places`: bytes, each once and
/// in rising order. Each token is looked at once, so that it takes no more than tokens times places.
pub(super) fn ends(tokens: &[Token], name: &str, mut places: Vec<usize>) -> Vec<usize> {
    for token in tokens {
        let Some(first) = places.first().copied() else {
            break;
        };
        token.advance(name, first, &mut places);
    }
    places
}

impl Token {
    /// Returns whether these are braces with nothing in them.
    fn is_nothing(&self) -> bool {
        matches!(self, Self::Either(choices) if choices.is_empty())
    }

    /// Puts each of `places`, of which `first` is the first, where this may end that begins there.
    fn advance(&self, name: &str, first: usize, places: &mut Vec<usize>) {
        let rest = |place: usize| name.get(place..).unwrap_or_default();
        match self {
            Self::Text(text) => step(places, |place| {
                rest(place).starts_with(text.as_str()).then_some(text.len())
            }),
            Self::Any => step(places, |place| rest(place).chars().next().map(char::len_utf8)),
            Self::Class {
                case,
                is_negated,
                ranges,
            } => step(places, |place| {
                let c = rest(place).chars().next()?;
                (case.is_in(ranges, c) != *is_negated).then(|| c.len_utf8())
            }),
            Self::Star => {
                places.clear();
                places.extend(rest(first).char_indices().map(|(n, _)| first + n));
                places.push(name.len());
            }
            Self::Folders => {
                places.extend(rest(first).match_indices('/').map(|(n, slash)| first + n + slash.len()));
                sort(places);
            }
            Self::Either(choices) if choices.is_empty() => {}
            Self::Either(choices) => {
                // Not one after the other: there can be many choices that all end in as many places as the name has.
                let mut is_end = vec![false; name.len() + 1];
                for end in choices.iter().flat_map(|choice| ends(choice, name, places.clone())) {
                    if let Some(is_end) = is_end.get_mut(end) {
                        *is_end = true;
                    }
                }
                places.clear();
                places.extend((0..).zip(is_end).filter_map(|(place, is_end)| is_end.then_some(place)));
            }
        }
    }
}

/// Puts each place as far on as `length` says; those for which it says nothing are none any more.
fn step(places: &mut Vec<usize>, length: impl Fn(usize) -> Option<usize>) {
    places.retain_mut(|place| {
        let length = length(*place);
        *place += length.unwrap_or(0);
        length.is_some()
    });
}

fn sort(places: &mut Vec<usize>) {
    places.sort_unstable();
    places.dedup();
}
