//! Filters written as text: `name~"ml" AND created_at>"2026-01-01"`.
//!
//! `OR` binds weaker than `AND`; a hyphen negates what follows; values are quoted, numbers or `null`.

use super::{Condition, Operator};
use crate::sandbox::problem::Problem;
use serde_json::Value;
use std::fmt::Write as _;

const DEEPEST: usize = 100;

/// Reads a filter that is not JSON.
pub(super) fn parse(text: &str) -> Result<Condition, Problem> {
    let tokens = lex(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let condition = parser.any(0)?;
    if parser.at < tokens.len() {
        return Err(parser.unexpected());
    }
    Ok(condition)
}

#[derive(Debug, Clone, PartialEq)]
struct Token {
    kind: &'static str,
    text: String,
    /// Counted in characters from 1.
    column: usize,
}

fn lex(text: &str) -> Result<Vec<Token>, Problem> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let rest = chars.get(at..).unwrap_or_default();
        let Some((kind, length)) = token_at(rest) else {
            return Err(invalid(&format!("nothing begins with '{c}'"), at + 1));
        };
        tokens.push(Token {
            kind,
            text: rest.iter().take(length).collect(),
            column: at + 1,
        });
        at += length;
    }
    Ok(tokens)
}

/// Returns the kind and length of the token at the start of `rest`.
fn token_at(rest: &[char]) -> Option<(&'static str, usize)> {
    let first = *rest.first()?;
    let is_followed_by = |wanted: char| rest.get(1) == Some(&wanted);
    let token = match first {
        '(' => ("LPAR", 1),
        ')' => ("RPAR", 1),
        '[' => ("LSQB", 1),
        ']' => ("RSQB", 1),
        ',' => ("COMMA", 1),
        '.' => ("DOT", 1),
        ':' => ("EXACT", 1),
        '~' => ("LIKE", 1),
        '<' if is_followed_by('=') => ("LTE", 2),
        '<' => ("LT", 1),
        '>' if is_followed_by('=') => ("GTE", 2),
        '>' => ("GT", 1),
        '"' => ("QUOTED_STRING", quoted_length(rest)?),
        '-' if rest.get(1).is_some_and(char::is_ascii_digit) => ("NUMBER", number_length(rest)),
        '-' => ("MINUS", 1),
        c if c.is_ascii_digit() => ("NUMBER", number_length(rest)),
        c if c.is_ascii_alphabetic() || c == '_' => {
            let is_inside = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
            ("IDENTIFIER", rest.iter().take_while(is_inside).count())
        }
        _ => return None,
    };
    Some(token)
}

fn quoted_length(rest: &[char]) -> Option<usize> {
    let mut is_escaped = false;
    for (i, c) in rest.iter().enumerate().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(i + 1),
            _ => {}
        }
    }
    None
}

fn number_length(rest: &[char]) -> usize {
    let digits = |from: usize| rest.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    let whole = 1 + digits(1);
    match digits(whole + 1) {
        fraction if fraction > 0 && rest.get(whole) == Some(&'.') => whole + 1 + fraction,
        _ => whole,
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self, depth: usize) -> Result<Condition, Problem> {
        let mut conditions = vec![self.all(depth)?];
        while self.takes_word("OR") {
            conditions.push(self.all(depth)?);
        }
        Ok(one_or(Condition::Any, conditions))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, Problem> {
        let mut conditions = vec![self.one(depth)?];
        while self.takes_word("AND") {
            conditions.push(self.one(depth)?);
        }
        Ok(one_or(Condition::All, conditions))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Problem> {
        if depth > DEEPEST {
            return Err(Problem::bad_request("Invalid filter query: nested too deeply"));
        }
        if self.takes("MINUS") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes("LPAR") {
            let condition = self.any(depth + 1)?;
            if !self.takes("RPAR") {
                return Err(self.unexpected());
            }
            return Ok(condition);
        }
        let field = self.field()?;
        self.test(&field)
    }

    fn field(&mut self) -> Result<String, Problem> {
        let mut field = self.wants(&["IDENTIFIER"])?.text.clone();
        while self.takes("DOT") {
            let part = self.wants(&["IDENTIFIER"])?;
            let _ = write!(field, ".{}", part.text);
        }
        Ok(field)
    }

    fn test(&mut self, field: &str) -> Result<Condition, Problem> {
        if self.takes_word("IN") {
            return Ok(Condition::test(field, Operator::In, self.list()?));
        }
        if self.takes_word("NOT") {
            if !self.takes_word("IN") {
                return Err(self.unexpected());
            }
            return Ok(Condition::test(field, Operator::NotIn, self.list()?));
        }
        let token = self.wants(&["LT", "LTE", "GT", "GTE", "LIKE", "EXACT"])?;
        let operator = match token.kind {
            "LT" => Operator::Less,
            "LTE" => Operator::LessOrEqual,
            "GT" => Operator::Greater,
            "GTE" => Operator::GreaterOrEqual,
            "LIKE" => Operator::Like,
            _ => Operator::Equal,
        };
        Ok(Condition::test(field, operator, self.value()?))
    }

    fn list(&mut self) -> Result<Value, Problem> {
        self.wants(&["LSQB"])?;
        let mut values = vec![self.value()?];
        while self.takes("COMMA") {
            values.push(self.value()?);
        }
        self.wants(&["RSQB"])?;
        Ok(Value::Array(values))
    }

    fn value(&mut self) -> Result<Value, Problem> {
        if self.takes_word("null") {
            return Ok(Value::Null);
        }
        let token = self.wants(&["QUOTED_STRING", "NUMBER"])?;
        if token.kind == "NUMBER" {
            return Ok(serde_json::from_str(&token.text).unwrap_or(Value::Null));
        }
        Ok(unquoted(&token.text).into())
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, kind: &str) -> bool {
        let is_there = self.peek().is_some_and(|token| token.kind == kind);
        self.at += usize::from(is_there);
        is_there
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_there = self.peek().is_some_and(|token| token.text.eq_ignore_ascii_case(word));
        self.at += usize::from(is_there);
        is_there
    }

    fn wants(&mut self, accepted: &[&str]) -> Result<&'a Token, Problem> {
        match self.peek() {
            Some(token) if accepted.contains(&token.kind) => {
                self.at += 1;
                Ok(token)
            }
            Some(_) | None => Err(self.unexpected()),
        }
    }

    /// Complains about the present token; the platform does so in the words of its parser.
    fn unexpected(&self) -> Problem {
        match self.peek() {
            Some(token) => invalid(&format!("unexpected '{}'", token.text), token.column),
            None => invalid("unexpected end", self.tokens.last().map_or(1, |token| token.column)),
        }
    }
}

fn invalid(what: &str, column: usize) -> Problem {
    Problem::bad_request(format!("Invalid filter query: {what} at line 1, column {column}"))
}

fn one_or(join: fn(Vec<Condition>) -> Condition, mut conditions: Vec<Condition>) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            join(conditions)
        }
        None => join(conditions),
    }
}

fn unquoted(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let mut text = String::new();
    let mut chars = inner.unwrap_or(quoted).chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    // Left the filter as sent, right as the platform echoes it.
    #[rstest]
    #[case(r#"name~"one""#, json!({"name": {"$like": "one"}}))]
    #[case(r#"(name:"a")"#, json!({"name": {"$eq": "a"}}))]
    #[case(r#"name ~ "a" and name:"b""#, json!({"$and": [{"name": {"$like": "a"}}, {"name": {"$eq": "b"}}]}))]
    #[case(r#"name~"a" OR name:"b" AND name~"c""#, json!({"$or": [
        {"name": {"$like": "a"}}, {"$and": [{"name": {"$eq": "b"}}, {"name": {"$like": "c"}}]}]}))]
    #[case(r#"-(name~"a" OR name:"b") AND (name~"c")"#, json!({"$and": [
        {"$not": {"$or": [{"name": {"$like": "a"}}, {"name": {"$eq": "b"}}]}}, {"name": {"$like": "c"}}]}))]
    #[case(r#"name NOT IN ["x"]"#, json!({"name": {"$nin": ["x"]}}))]
    #[case(r#"name IN ["x","y"]"#, json!({"name": {"$in": ["x", "y"]}}))]
    #[case("-description:null", json!({"$not": {"description": {"$eq": null}}}))]
    #[case(r#"data.principal:"a\"b""#, json!({"data.principal": {"$eq": "a\"b"}}))]
    #[case("name:5.5", json!({"name": {"$eq": 5.5}}))]
    #[case(r#"created_at>="2026-01-01""#, json!({"created_at": {"$gte": "2026-01-01"}}))]
    fn reads_what_the_platform_reads(#[case] filter: &str, #[case] expected: Value) {
        assert_eq!(parse(filter).unwrap().to_json(), expected);
    }

    #[rstest]
    #[case("name~", "unexpected end at line 1, column 5")]
    #[case("name~one", "unexpected 'one' at line 1, column 6")]
    #[case("5", "unexpected '5' at line 1, column 1")]
    #[case("name:\"x\" )", "unexpected ')' at line 1, column 10")]
    #[case("(name:\"x\"", "unexpected end at line 1, column 7")]
    #[case("name IN (\"a\")", "unexpected '(' at line 1, column 9")]
    #[case("name:'ab'", "nothing begins with ''' at line 1, column 6")]
    fn says_where_it_does_not_understand(#[case] filter: &str, #[case] said: &str) {
        let expected = Problem::bad_request(format!("Invalid filter query: {said}"));
        assert_eq!(parse(filter), Err(expected));
    }

    proptest! {
        #[test]
        fn is_total(filter in r#"[a-z"~:<>=()\[\]., \\'0-9-]{0,40}|\PC*"#) {
            let _ = parse(&filter);
        }
    }
}
