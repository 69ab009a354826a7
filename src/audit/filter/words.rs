//! The words of a filter: how they are typed and what they ask for.

use crate::audit::glob::Glob;
use crate::audit::rule::{RULES, Rule, Severity};
use crate::domain::ids::PrincipalKind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Something has a name like this.
    Called(Called),
    /// Holds this role, or may do what it says; in lower case.
    Role(String),
    /// May do at least what the role of this rank allows.
    Allows(u8),
    /// Is in such a workspace.
    Workspace(Glob),
    /// Is such a principal.
    Who(Name),
    /// Is a principal of this kind.
    Kind(PrincipalKind),
    /// Is concerned by a finding of this rule.
    Rule(Rule),
    /// Is concerned by a finding that is as bad as this, or worse.
    Severity(Severity),
    /// Was granted like this.
    Made(Made),
}

/// A name without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Called {
    /// The name holds this; in lower case.
    Plain(String),
    /// The letters of this stand in the name in this order.
    Loose(String),
}

/// What is asked about the making of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// The granter's name holds this; in lower case.
    By(String),
    /// It was made at this moment or later.
    Since(Timestamp),
    /// It was made before this moment.
    Before(Timestamp),
}

/// A name that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Everyone,
    Like(Glob),
    /// It holds this; in lower case.
    Part(String),
}

const KEYS: [&str; 9] = ["role", "ws", "who", "kind", "by", "rule", "severity", "since", "until"];
const KINDS: [(&str, PrincipalKind); 4] = [
    ("user", PrincipalKind::User),
    ("group", PrincipalKind::Group),
    ("service", PrincipalKind::ServiceAccount),
    ("everyone", PrincipalKind::Everyone),
];

/// What makes a word loose when it stands before it.
const LOOSE: char = '~';

/// A word as it was typed: the text before the first colon outside quotes, if there is one, and the rest.
struct Typed {
    /// Whether it may be met more or less.
    is_loose: bool,
    key: Option<String>,
    value: String,
}

/// Reads the words of a filter.
pub(super) fn read(typed: &str) -> Result<Vec<Word>, String> {
    split(typed)?.into_iter().map(word).collect()
}

/// Splits what was typed at blanks outside quotes.
fn split(typed: &str) -> Result<Vec<Typed>, String> {
    let mut words = Vec::new();
    let mut word: Option<Typed> = None;
    let mut is_quoted = false;
    let mut was_quoted = false;
    for c in typed.chars() {
        if c.is_whitespace() && !is_quoted {
            words.extend(word.take());
            was_quoted = false;
            continue;
        }
        if word.is_none() && c == LOOSE {
            word = Some(Typed::new(true));
            continue;
        }
        let word = word.get_or_insert_with(|| Typed::new(false));
        match c {
            '"' => {
                is_quoted = !is_quoted;
                was_quoted = true;
            }
            ':' if !was_quoted && word.key.is_none() => word.key = Some(std::mem::take(&mut word.value)),
            c => word.value.push(c),
        }
    }
    if is_quoted {
        return Err("a closing \" is missing".to_owned());
    }
    words.extend(word);
    Ok(words)
}

impl Typed {
    fn new(is_loose: bool) -> Self {
        Self {
            is_loose,
            key: None,
            value: String::new(),
        }
    }
}

fn word(Typed { is_loose, key, value }: Typed) -> Result<Word, String> {
    let named = |name: String| match (is_loose, name.is_empty()) {
        (true, true) => Err(format!("'{LOOSE}' needs a name right after it")),
        (true, false) => Ok(Word::Called(Called::Loose(name))),
        (false, _) => Ok(Word::Called(Called::Plain(name.to_lowercase()))),
    };
    let Some(key) = key else {
        return named(value);
    };
    // The names of services hold a colon.
    if matches!(key.as_str(), "service" | "service-account") {
        return named(format!("{key}:{value}"));
    }
    if is_loose {
        return Err(format!("'{LOOSE}' goes before a name, not before '{key}:'"));
    }
    let known = key.to_lowercase();
    if !KEYS.contains(&known.as_str()) {
        let keys = KEYS.join(", ");
        return Err(format!(
            "unknown word '{key}:': one of {keys}, or \"{key}:{value}\" in quotes for a name"
        ));
    }
    if value.is_empty() {
        return Err(format!("'{key}:' needs a value"));
    }
    let lower = value.to_lowercase();
    match known.as_str() {
        "role" => Ok(match lower.as_str() {
            "write" => Word::Allows(2),
            "read" => Word::Allows(1),
            _ => Word::Role(lower),
        }),
        "ws" => Glob::any_case(&value)
            .map(Word::Workspace)
            .map_err(|why| bad_pattern(&value, &why)),
        "who" => name(&value).map(Word::Who),
        "kind" => one_of("kind", &value, KINDS).map(Word::Kind),
        "by" => Ok(Word::Made(Made::By(lower))),
        "rule" => one_of(
            "rule",
            &value,
            RULES.iter().map(|described| (described.id, described.rule)),
        )
        .map(Word::Rule),
        "severity" => {
            let severities = Severity::ALL.into_iter().map(|severity| (severity.label(), severity));
            one_of("severity", &value, severities).map(Word::Severity)
        }
        "since" => day(&value).and_then(start_of).map(|at| Word::Made(Made::Since(at))),
        // The whole of the last day is meant.
        _ => day(&value)
            .and_then(|day| day.tomorrow().map_err(|_too_late| not_a_date(&value)))
            .and_then(start_of)
            .map(|at| Word::Made(Made::Before(at))),
    }
}

/// Returns what `value` names among `choices`; upper and lower case are alike.
fn one_of<T>(what: &str, value: &str, choices: impl IntoIterator<Item = (&'static str, T)>) -> Result<T, String> {
    let mut names = Vec::new();
    for (name, choice) in choices {
        if name.eq_ignore_ascii_case(value) {
            return Ok(choice);
        }
        names.push(name);
    }
    Err(format!("unknown {what} '{value}': one of {}", names.join(", ")))
}

fn name(value: &str) -> Result<Name, String> {
    if value == "*" {
        return Ok(Name::Everyone);
    }
    if !value.contains(['*', '?', '[', '{']) {
        return Ok(Name::Part(value.to_lowercase()));
    }
    Glob::any_case(value)
        .map(Name::Like)
        .map_err(|why| bad_pattern(value, &why))
}

fn bad_pattern(value: &str, why: &str) -> String {
    format!("'{value}' is not a pattern: {why}; use * and ?, or [a-z] and {{a,b}}")
}

fn day(value: &str) -> Result<Date, String> {
    let is_plain = value.len() == "2026-01-01".len();
    let parsed = is_plain.then(|| value.parse().ok()).flatten();
    parsed.ok_or_else(|| not_a_date(value))
}

fn start_of(day: Date) -> Result<Timestamp, String> {
    let midnight = day.at(0, 0, 0, 0);
    TimeZone::UTC
        .to_timestamp(midnight)
        .map_err(|_too_far| not_a_date(&day.to_string()))
}

fn not_a_date(value: &str) -> String {
    format!("'{value}' is not a date: write it like 2026-01-01")
}
