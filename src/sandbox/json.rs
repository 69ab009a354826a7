//! Reads JSON as the platform's own reader does, so that the complaints about broken JSON are the same
//! sentences at the same positions (counted in characters, not bytes).

use serde_json::{Map, Number, Value};

/// Why text could not be used as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is not JSON: what was expected, and where.
    Syntax(&'static str, usize),
    /// It is JSON to the platform, which then fails on it: half a surrogate pair, not a number, infinite.
    Unusable,
    /// It is nested deeper than anybody means.
    TooDeep,
}

const DEEPEST: usize = 500;

/// Reads one value.
pub(super) fn read(text: &str) -> Result<Value, Broken> {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        is_unusable: false,
    };
    reader.skip_blanks();
    let value = reader.value(0)?;
    reader.skip_blanks();
    if reader.at < reader.chars.len() {
        return Err(Broken::Syntax("Extra data", reader.at));
    }
    if reader.is_unusable {
        return Err(Broken::Unusable);
    }
    Ok(value)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    is_unusable: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let is_there = word.chars().enumerate().all(|(i, c)| rest.get(i) == Some(&c));
        if is_there {
            self.at += word.chars().count();
        }
        is_there
    }

    fn value(&mut self, depth: usize) -> Result<Value, Broken> {
        if depth > DEEPEST {
            return Err(Broken::TooDeep);
        }
        match self.peek() {
            Some('"') => self.string().map(Value::String),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            _ if self.takes("null") => Ok(Value::Null),
            _ if self.takes("true") => Ok(Value::Bool(true)),
            _ if self.takes("false") => Ok(Value::Bool(false)),
            _ if self.takes("NaN") || self.takes("Infinity") || self.takes("-Infinity") => {
                self.is_unusable = true;
                Ok(Value::Null)
            }
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Broken> {
        let mut object = Map::new();
        self.at += 1;
        self.skip_blanks();
        if self.takes("}") {
            return Ok(Value::Object(object));
        }
        loop {
            if self.peek() != Some('"') {
                let wanted = "Expecting property name enclosed in double quotes";
                return Err(Broken::Syntax(wanted, self.at));
            }
            let key = self.string()?;
            self.skip_blanks();
            if !self.takes(":") {
                return Err(Broken::Syntax("Expecting ':' delimiter", self.at));
            }
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            object.insert(key, value);
            self.skip_blanks();
            if self.takes("}") {
                return Ok(Value::Object(object));
            }
            self.comma()?;
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Broken> {
        let mut array = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.takes("]") {
            return Ok(Value::Array(array));
        }
        loop {
            array.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.takes("]") {
                return Ok(Value::Array(array));
            }
            self.comma()?;
        }
    }

    fn comma(&mut self) -> Result<(), Broken> {
        if !self.takes(",") {
            return Err(Broken::Syntax("Expecting ',' delimiter", self.at));
        }
        self.skip_blanks();
        Ok(())
    }

    fn string(&mut self) -> Result<String, Broken> {
        let start = self.at;
        let mut text = String::new();
        self.at += 1;
        loop {
            let Some(c) = self.peek() else {
                return Err(Broken::Syntax("Unterminated string starting at", start));
            };
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(text);
                }
                '\\' => text.push(self.escape(start)?),
                c if c < ' ' => return Err(Broken::Syntax("Invalid control character at", self.at)),
                c => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<char, Broken> {
        let backslash = self.at;
        self.at += 1;
        let Some(c) = self.peek() else {
            return Err(Broken::Syntax("Unterminated string starting at", start));
        };
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(),
            _ => return Err(Broken::Syntax("Invalid \\escape", backslash)),
        };
        self.at += 1;
        Ok(plain)
    }

    /// Reads what follows a backslash from its `u` on, the second half of a surrogate pair included.
    fn unicode_escape(&mut self) -> Result<char, Broken> {
        let first = self.four_digits()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let after_first = self.at;
        if first < 0xDC00 && self.takes("\\") && self.peek() == Some('u') {
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.at = after_first;
        self.is_unusable = true;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, Broken> {
        let letter_u = self.at;
        let mut number = 0;
        for i in 1..=4 {
            let digit = self.chars.get(letter_u + i).and_then(|c| c.to_digit(16));
            let Some(digit) = digit else {
                return Err(Broken::Syntax("Invalid \\uXXXX escape", letter_u));
            };
            number = number * 16 + digit;
        }
        self.at += 5;
        Ok(number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Value, Broken> {
        let start = self.at;
        self.takes("-");
        if !self.takes("0") && self.digits() == 0 {
            self.at = start;
            return Err(Broken::Syntax("Expecting value", start));
        }
        let whole_end = self.at;
        if self.takes(".") && self.digits() == 0 {
            self.at = whole_end;
        }
        let fraction_end = self.at;
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            if self.digits() == 0 {
                self.at = fraction_end;
            }
        }
        let text: String = self.chars.get(start..self.at).unwrap_or_default().iter().collect();
        let number = text
            .parse::<i64>()
            .map(Number::from)
            .or_else(|_| text.parse::<u64>().map(Number::from))
            .ok()
            .or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
        if number.is_none() {
            self.is_unusable = true;
        }
        Ok(number.map_or(Value::Null, Value::Number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    // Recorded from the platform: the same body, the same sentence, the same position.
    #[rstest]
    #[case("{", "Expecting property name enclosed in double quotes", 1)]
    #[case(r#"{"name": nope}"#, "Expecting value", 9)]
    #[case(r#"{"name":"x"} x"#, "Extra data", 13)]
    #[case("{'name':'x'}", "Expecting property name enclosed in double quotes", 1)]
    #[case(r#"{"name" "x"}"#, "Expecting ':' delimiter", 8)]
    #[case(r#"{"name":"x" "y":1}"#, "Expecting ',' delimiter", 12)]
    #[case(r#"{"name":"x"#, "Unterminated string starting at", 8)]
    #[case("{\"name\":\"x\ty\"}", "Invalid control character at", 10)]
    #[case(r#"{"name":"\q"}"#, "Invalid \\escape", 9)]
    #[case(r#"{"name":"\u12"}"#, "Invalid \\uXXXX escape", 10)]
    #[case(r#"{"name":"x",}"#, "Expecting property name enclosed in double quotes", 12)]
    #[case("  ", "Expecting value", 2)]
    #[case("[1,]", "Expecting value", 3)]
    #[case("{\n \"name\": bad}", "Expecting value", 11)]
    #[case("{\"é\": bad}", "Expecting value", 6)]
    fn complains_as_the_platform_does(#[case] text: &str, #[case] message: &'static str, #[case] at: usize) {
        assert_eq!(read(text), Err(Broken::Syntax(message, at)));
    }

    #[rstest]
    #[case(r#"{"a":"\ud800"}"#)]
    #[case("NaN")]
    #[case("1e400")]
    fn knows_what_the_platform_chokes_on(#[case] text: &str) {
        assert_eq!(read(text), Err(Broken::Unusable));
    }

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        assert_eq!(read(r#"{"a":1,"a":2}"#).unwrap()["a"], 2);
    }

    #[test]
    fn depth_is_bounded() {
        assert_eq!(read(&"[".repeat(100_000)), Err(Broken::TooDeep));
    }

    // Python knows no negative whole zero, and the strict reader makes it a fraction.
    #[rstest]
    #[case("-0", json!(0))]
    #[case("[-0]", json!([0]))]
    #[case("-0.0", json!(-0.0))]
    #[case("-0e1", json!(-0.0))]
    fn whole_numbers_have_one_zero(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(read(text), Ok(expected.clone()));
        let strict: Value = serde_json::from_str(text).unwrap();
        assert!(is_same(&strict, &expected));
        assert!(!is_same(&strict, &json!(1)));
    }

    /// Returns whether both readers read the same, but for the zero above.
    fn is_same(strict: &Value, ours: &Value) -> bool {
        match (strict, ours) {
            (Value::Array(strict), Value::Array(ours)) => {
                strict.len() == ours.len() && strict.iter().zip(ours).all(|(strict, ours)| is_same(strict, ours))
            }
            (Value::Object(strict), Value::Object(ours)) => {
                let is_there = |(key, value)| ours.get(key).is_some_and(|ours| is_same(value, ours));
                strict.len() == ours.len() && strict.iter().all(is_there)
            }
            (Value::Number(strict), Value::Number(ours)) if ours.as_u64() == Some(0) => {
                strict == ours
                    || strict
                        .as_f64()
                        .is_some_and(|zero| zero == 0.0 && zero.is_sign_negative())
            }
            _ => strict == ours,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_strict_reader(text in r#"[\[\]{}:,"0-9a-z\\ .eE+-]{0,24}"#) {
            let strict: Result<Value, _> = serde_json::from_str(&text);
            let ours = read(&text);
            prop_assert_eq!(strict.is_ok(), ours.is_ok() || ours == Err(Broken::Unusable), "{:?}", ours);
            if let (Ok(strict), Ok(ours)) = (strict, ours) {
                prop_assert!(is_same(&strict, &ours), "{strict:?} {ours:?}");
            }
        }

        #[test]
        fn reads_any_string_back(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(read(&written), Ok(Value::String(text)));
        }
    }
}
