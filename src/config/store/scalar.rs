//! A scalar as it is written, so that every reader of every version of YAML takes it for what it is.

use super::tree::Value;

/// How the things around it are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Block style: an entry per line.
    Block,
    /// In braces or brackets.
    Flow,
    /// In braces, with every name in double quotes: other programs read it as JSON.
    Json,
}

impl Style {
    /// Returns a name as it is written before its value.
    pub(super) fn key(self, key: &str) -> String {
        match self {
            Self::Block | Self::Flow => key.to_owned(),
            Self::Json => format!("\"{key}\""),
        }
    }

    /// Returns what a name means that is written like that.
    pub(super) fn key_value(self, key: &str) -> Value {
        Value::Scalar {
            text: key.to_owned(),
            is_plain: self != Self::Json,
            tag: None,
        }
    }
}

/// A scalar, as it is written and as it is meant.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    text: String,
    is_number: bool,
}

/// A secret is as likely as not.
impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scalar(***)")
    }
}

impl Scalar {
    pub(super) fn text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_number: false,
        }
    }

    /// Seconds, as the CLI writes them: a number with a fraction.
    pub(super) fn seconds(seconds: i64) -> Self {
        Self {
            text: format!("{seconds}.0"),
            is_number: true,
        }
    }

    /// Without quotes only what no version of YAML takes for anything but text.
    fn is_plain(&self, style: Style) -> bool {
        const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
        let is_word = WORDS.iter().any(|word| self.text.eq_ignore_ascii_case(word));
        let starts_well = self.text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let mut rest = self.text.chars().peekable();
        let is_harmless = std::iter::from_fn(|| rest.next().map(|c| (c, rest.peek().copied()))).all(|(c, next)| {
            c.is_ascii_alphanumeric()
                || "_-./+=@".contains(c)
                || (c == ':'
                    && style == Style::Block
                    && next.is_some_and(|next| next == '/' || next.is_ascii_alphanumeric()))
        });
        self.is_number || (style != Style::Json && starts_well && is_harmless && !is_word)
    }

    pub(super) fn written(&self, style: Style) -> String {
        if self.is_plain(style) {
            return self.text.clone();
        }
        let needs_escapes = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
        if style != Style::Json && !self.text.contains(needs_escapes) {
            return format!("'{}'", self.text.replace('\'', "''"));
        }
        let escaped = self.text.chars().map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            // None of these is beyond what four digits can say, and JSON knows no more.
            c if needs_escapes(c) => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        });
        format!("\"{}\"", escaped.collect::<String>())
    }

    pub(super) fn value(&self, style: Style) -> Value {
        Value::Scalar {
            text: self.text.clone(),
            is_plain: self.is_plain(style),
            tag: None,
        }
    }
}
