//! Patterns for names: `ml-*`, `*@example.com`, `team-?`, `{a,b}-prod`.
//!
//! `*` is anything, `?` one character, `[a-c]` one of these and `[!a-c]` any other, `{a,b}` one or the other, and `\\` takes the
//! meaning from the character after it. A slash is a character like others; only `**/`, at the beginning or after a slash,
//! stands for nothing, too: `a/**/b` is `a/b` as well as `a/x/b`.

mod token;

use std::collections::HashSet;
use token::{Case, Token};

/// A pattern; two are equal when they are spelled alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    case: Case,
    way: Way,
}

/// How a name is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// By what stands between the stars, where there is nothing else: most patterns are like that, and there can be many
    /// names.
    Parts(Vec<String>),
    Tokens(Vec<Token>),
}

impl Glob {
    /// Reads a pattern that tells upper from lower case.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn exact_case(text: &str) -> Result<Self, String> {
        Self::read(text, Case::Exact)
    }

    /// Reads a pattern for which upper and lower case are alike.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn any_case(text: &str) -> Result<Self, String> {
        Self::read(text, Case::Any)
    }

    fn read(text: &str, case: Case) -> Result<Self, String> {
        let tokens = token::parse(text, case)?;
        Ok(Self {
            text: text.to_owned(),
            case,
            way: parts(&tokens).map_or_else(|| Way::Tokens(tokens), Way::Parts),
        })
    }

    /// Returns the pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether `name` is meant.
    pub fn matches(&self, name: &str) -> bool {
        let name = self.case.folded(name);
        match &self.way {
            Way::Parts(parts) => is_made_of(&name, parts),
            Way::Tokens(tokens) => token::ends(tokens, &name, vec![0]).last() == Some(&name.len()),
        }
    }
}

/// Returns what stands between the stars, where there is nothing else.
fn parts(tokens: &[Token]) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    for token in tokens {
        match token {
            Token::Star => parts.push(String::new()),
            Token::Text(text) => parts.last_mut()?.push_str(text),
            Token::Any | Token::Class { .. } | Token::Folders | Token::Either(_) => return None,
        }
    }
    Some(parts)
}

/// Returns whether `name` is these parts in this order, with anything between them.
fn is_made_of(name: &str, parts: &[String]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == name);
    };
    let rest = name.strip_prefix(first.as_str());
    let Some(mut rest) = rest.and_then(|rest| rest.strip_suffix(last.as_str())) else {
        return false;
    };
    for part in middle {
        let Some((_, after)) = rest.split_once(part.as_str()) else {
            return false;
        };
        rest = after;
    }
    true
}

/// Returns the pattern that stands for this name alone.
pub fn escaped(name: &str) -> String {
    let mut pattern = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '\\' => pattern.push_str("\\\\"),
            '?' | '*' | '[' | ']' | '{' | '}' => pattern.extend(['[', c, ']']),
            _ => pattern.push(c),
        }
    }
    pattern
}

/// Names and patterns, each of which means what it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globs {
    names: HashSet<String>,
    globs: Vec<Glob>,
}

impl Globs {
    /// Returns what means these names alone, as they are. There can be many.
    pub fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self {
            names: names.into_iter().map(str::to_owned).collect(),
            globs: Vec::new(),
        }
    }

    /// Returns whether `name` is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.names.contains(name) || self.globs.iter().any(|glob| glob.matches(name))
    }

    /// Returns the patterns that stand for none of `names`.
    pub fn unmatched(&self, names: &[&str]) -> impl Iterator<Item = &Glob> {
        let is_unmatched = |glob: &&Glob| !names.iter().any(|name| glob.matches(name));
        self.globs.iter().filter(is_unmatched)
    }
}

impl FromIterator<Glob> for Globs {
    fn from_iter<I: IntoIterator<Item = Glob>>(globs: I) -> Self {
        Self {
            names: HashSet::new(),
            globs: globs.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
