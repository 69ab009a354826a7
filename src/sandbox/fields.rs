//! Checks what a request brings, field by field, and collects everything that is wrong into one 422.

use super::problem::{FieldError, Problem};
use super::query::Query;
use serde_json::{Map, Value, json};

/// What names look like, as the platform spells it in its complaints.
pub(super) const NAME_PATTERN: &str = r"^[a-z](?!.*--)[a-z0-9\-@.+_]{1,62}(?<!-)$";

/// The orders most lists know.
pub(super) const ALL_SORTS: [&str; 6] = [
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "name",
    "-name",
];

/// Whether a name may end in a newline, which the platform lets through by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrailingNewline {
    Accepted,
    Refused,
}

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageOf {
    pub(super) page: i64,
    pub(super) size: i64,
}

impl PageOf {
    /// Returns how many rows come before it.
    pub(super) fn offset(self) -> Result<i64, Problem> {
        (self.page - 1).checked_mul(self.size).ok_or(Problem::Unexpected)
    }
}

/// The complaints so far.
#[derive(Debug, Default)]
pub(super) struct Check(Vec<FieldError>);

impl Check {
    /// Ends the check.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::Fields(self.0))
        }
    }

    /// Checks `page` and `page_size`.
    pub(super) fn page(&mut self, query: &Query) -> PageOf {
        self.page_within(query, 100, 1000)
    }

    /// Checks them where other sizes are usual.
    pub(super) fn page_within(&mut self, query: &Query, usual: i64, most: i64) -> PageOf {
        PageOf {
            page: self.bounded(query, "page", 1, None),
            size: self.bounded(query, "page_size", usual, Some(most)),
        }
    }

    /// Checks a number that is 1 at least.
    pub(super) fn bounded(&mut self, query: &Query, name: &'static str, default: i64, most: Option<i64>) -> i64 {
        let number = self.whole(query, name, default);
        let text = query.get(name).unwrap_or_default();
        if number < 1 {
            self.out_of_bounds("greater_than_equal", "greater than or equal to", "ge", 1, name, text);
        } else if let Some(most) = most.filter(|most| number > *most) {
            self.out_of_bounds("less_than_equal", "less than or equal to", "le", most, name, text);
        }
        number
    }

    /// The same in the words of those services that count from above 0.
    pub(super) fn positive(&mut self, query: &Query, name: &'static str, default: i64) -> i64 {
        let number = self.whole(query, name, default);
        if number < 1 {
            let text = query.get(name).unwrap_or_default();
            self.out_of_bounds("greater_than", "greater than", "gt", 0, name, text);
        }
        number
    }

    /// Checks a number that may be any.
    pub(super) fn whole(&mut self, query: &Query, name: &'static str, default: i64) -> i64 {
        let text = query.get(name);
        text.and_then(|text| self.integer(name, text)).unwrap_or(default)
    }

    fn out_of_bounds(&mut self, kind: &'static str, words: &str, key: &str, bound: i64, name: &str, text: &str) {
        self.0.push(FieldError {
            kind,
            location: vec!["query".into(), name.into()],
            message: format!("Input should be {words} {bound}"),
            input: text.into(),
            context: Some(json!({key: bound})),
        });
    }

    fn integer(&mut self, name: &str, text: &str) -> Option<i64> {
        let number = parse_integer(text);
        if number.is_none() {
            self.not_an_integer(vec!["query".into(), name.into()], text.into());
        }
        number
    }

    fn not_an_integer(&mut self, location: Vec<Value>, input: Value) {
        self.0.push(FieldError {
            kind: "int_parsing",
            location,
            message: "Input should be a valid integer, unable to parse string as an integer".to_owned(),
            input,
            context: None,
        });
    }

    /// Checks `sort` of workspaces and projects.
    pub(super) fn sort(&mut self, query: &Query) -> &'static str {
        self.sort_among(query, "-created_at", &ALL_SORTS)
    }

    /// Checks `sort` where it must be one of these.
    pub(super) fn sort_among(&mut self, query: &Query, usual: &'static str, known: &[&'static str]) -> &'static str {
        let Some(text) = query.get("sort") else {
            return usual;
        };
        if let Some(sort) = known.iter().find(|sort| **sort == text) {
            return sort;
        }
        self.none_of(known, vec!["query".into(), "sort".into()], text.into());
        usual
    }

    fn none_of(&mut self, known: &[&str], location: Vec<Value>, input: Value) {
        let quoted: Vec<String> = known.iter().map(|word| format!("'{word}'")).collect();
        let expected = match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some(_) | None => quoted.concat(),
        };
        self.0.push(FieldError {
            kind: "enum",
            location,
            message: format!("Input should be {expected}"),
            input,
            context: Some(json!({"expected": expected})),
        });
    }

    /// Checks `wait_role_propagation`. Its value changes nothing: here a role takes effect at once.
    pub(super) fn wait(&mut self, query: &Query) {
        const WORDS: [&str; 12] = ["1", "0", "true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"];
        let name = "wait_role_propagation";
        let Some(text) = query.get(name) else {
            return;
        };
        if !WORDS.contains(&text.to_ascii_lowercase().as_str()) {
            self.0.push(FieldError {
                kind: "bool_parsing",
                location: vec!["query".into(), name.into()],
                message: "Input should be a valid boolean, unable to interpret input".to_owned(),
                input: text.into(),
                context: None,
            });
        }
    }

    /// Checks `expected_db_version` of a query.
    pub(super) fn version_in_query(&mut self, query: &Query) -> Option<i64> {
        let name = "expected_db_version";
        query.get(name).and_then(|text| self.integer(name, text))
    }

    /// Checks that the body is an object at all.
    pub(super) fn object<'a>(&mut self, body: Option<&'a Value>) -> Fields<'a, '_> {
        let object = body.and_then(Value::as_object);
        match body {
            None | Some(Value::Null) => self.missing(vec!["body".into()], Value::Null),
            Some(other) if object.is_none() => self.0.push(FieldError {
                kind: "model_attributes_type",
                location: vec!["body".into()],
                message: "Input should be a valid dictionary or object to extract fields from".to_owned(),
                input: other.clone(),
                context: None,
            }),
            Some(_) => {}
        }
        Fields { object, check: self }
    }

    fn missing(&mut self, location: Vec<Value>, input: Value) {
        self.0.push(FieldError {
            kind: "missing",
            location,
            message: "Field required".to_owned(),
            input,
            context: None,
        });
    }

    fn wrong(&mut self, kind: &'static str, location: Vec<Value>, valid: &str, input: &Value) {
        self.0.push(FieldError {
            kind,
            location,
            message: format!("Input should be a valid {valid}"),
            input: input.clone(),
            context: None,
        });
    }
}

/// The fields of a body under check. Without an object every field is taken as fine: the complaint is made already.
#[derive(Debug)]
pub(super) struct Fields<'a, 'c> {
    object: Option<&'a Map<String, Value>>,
    check: &'c mut Check,
}

impl<'a> Fields<'a, '_> {
    fn required(&mut self, name: &str) -> Option<&'a Value> {
        let object = self.object?;
        let value = object.get(name);
        if value.is_none() {
            let input = Value::Object(object.clone());
            self.check.missing(location(name), input);
        }
        value
    }

    fn optional(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name)
    }

    /// Checks a name of a workspace or project.
    pub(super) fn name(&mut self, newline: TrailingNewline) -> String {
        let name = self.text("name");
        if !name.is_empty() || self.optional("name").is_some_and(Value::is_string) {
            self.check_name(&name, newline);
        }
        name
    }

    /// Checks the name of anything else, which complains differently when it is too long.
    pub(super) fn resource_name(&mut self) -> String {
        const LONGEST: usize = 63;
        let is_text = self.optional("name").is_some_and(Value::is_string);
        let name = self.text("name");
        if name.chars().count() > LONGEST {
            self.check.0.push(FieldError {
                kind: "string_too_long",
                location: location("name"),
                message: format!("String should have at most {LONGEST} characters"),
                input: name.as_str().into(),
                context: Some(json!({"max_length": LONGEST})),
            });
        } else if is_text {
            self.check_name(&name, TrailingNewline::Refused);
        }
        name
    }

    /// Checks such a name if there is one.
    pub(super) fn resource_name_or_none(&mut self) -> Option<String> {
        self.optional("name").filter(|name| !name.is_null())?;
        Some(self.resource_name())
    }

    /// Checks the name of a row if there is one.
    pub(super) fn name_or_none(&mut self) -> Option<String> {
        self.optional("name").filter(|name| !name.is_null())?;
        Some(self.name(TrailingNewline::Refused))
    }

    fn check_name(&mut self, name: &str, newline: TrailingNewline) {
        if is_name(name, newline) {
            return;
        }
        self.check.0.push(FieldError {
            kind: "string_pattern_mismatch",
            location: location("name"),
            message: format!("String should match pattern '{NAME_PATTERN}'"),
            input: name.into(),
            context: Some(json!({"pattern": NAME_PATTERN})),
        });
    }

    /// Checks a text that must be there.
    pub(super) fn text(&mut self, name: &str) -> String {
        let Some(value) = self.required(name) else {
            return String::new();
        };
        let Some(text) = value.as_str() else {
            self.check.wrong("string_type", location(name), "string", value);
            return String::new();
        };
        text.to_owned()
    }

    /// Checks a text that may be null or missing.
    pub(super) fn optional_text(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name).filter(|value| !value.is_null())?;
        let text = value.as_str();
        if text.is_none() {
            self.check.wrong("string_type", location(name), "string", value);
        }
        text.map(str::to_owned)
    }

    /// Checks a text that must be one of these.
    pub(super) fn one_of(&mut self, name: &str, known: &[&str]) {
        if let Some(value) = self.required(name)
            && !value.as_str().is_some_and(|text| known.contains(&text))
        {
            self.check.none_of(known, location(name), value.clone());
        }
    }

    /// Checks an object that must be there.
    pub(super) fn dictionary(&mut self, name: &str) -> Option<&'a Map<String, Value>> {
        let value = self.required(name)?;
        let object = value.as_object();
        if object.is_none() {
            self.check.wrong("dict_type", location(name), "dictionary", value);
        }
        object
    }

    /// Checks an object that must be there and have this field.
    pub(super) fn object_with(&mut self, name: &str, field: &str) -> Option<&'a Value> {
        let value = self.required(name)?;
        let Some(object) = value.as_object() else {
            let valid = "dictionary or object to extract fields from";
            self.check.wrong("model_attributes_type", location(name), valid, value);
            return None;
        };
        if !object.contains_key(field) {
            let location = vec!["body".into(), name.into(), field.into()];
            self.check.missing(location, value.clone());
        }
        object.get(field)
    }

    /// Checks the steps of a job.
    pub(super) fn steps(&mut self, name: &str) {
        let steps = self.object_with(name, "steps").and_then(Value::as_array);
        if steps.is_some_and(Vec::is_empty) {
            self.check.0.push(FieldError {
                kind: "value_error",
                location: location(name),
                message: "Value error, At least one step is required in the job specification.".to_owned(),
                input: self.optional(name).cloned().unwrap_or_default(),
                context: Some(json!({"error": {}})),
            });
        }
    }

    /// Checks `roles` that may be missing.
    pub(super) fn roles_or(&mut self, default: &str) -> Vec<String> {
        if self.object.is_some() && self.optional("roles").is_none() {
            return vec![default.to_owned()];
        }
        self.roles()
    }

    /// Checks `roles` that must be there.
    pub(super) fn roles(&mut self) -> Vec<String> {
        let Some(value) = self.required("roles") else {
            return Vec::new();
        };
        let Some(entries) = value.as_array() else {
            self.check.wrong("list_type", location("roles"), "list", value);
            return Vec::new();
        };
        let mut roles = Vec::new();
        for (i, entry) in entries.iter().enumerate() {
            if let Some(role) = entry.as_str() {
                roles.push(role.to_owned());
            } else {
                let location = vec!["body".into(), "roles".into(), i.into()];
                self.check.wrong("string_type", location, "string", entry);
            }
        }
        roles
    }

    /// Checks the `data` of a row.
    pub(super) fn data(&mut self) -> Map<String, Value> {
        self.dictionary("data").cloned().unwrap_or_default()
    }

    /// Checks `expected_db_version` of a body.
    pub(super) fn version(&mut self) -> Option<i64> {
        let name = "expected_db_version";
        let value = self.optional(name).filter(|value| !value.is_null())?;
        let version = value.as_i64().or_else(|| value.as_str().and_then(parse_integer));
        if version.is_none() {
            if value.is_string() {
                self.check.not_an_integer(location(name), value.clone());
            } else {
                self.check.wrong("int_type", location(name), "integer", value);
            }
        }
        version
    }
}

fn location(field: &str) -> Vec<Value> {
    vec!["body".into(), field.into()]
}

/// Reads an integer as generously as the platform: blanks around it and `.0` behind it do not matter, and what
/// is too large is only too large.
fn parse_integer(text: &str) -> Option<i64> {
    let text = text.trim();
    let whole = text
        .split_once('.')
        .filter(|(_, fraction)| !fraction.is_empty() && fraction.chars().all(|c| c == '0'))
        .map_or(text, |(whole, _)| whole);
    let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let largest = if whole.starts_with('-') { i64::MIN } else { i64::MAX };
    Some(whole.parse().unwrap_or(largest))
}

/// Returns whether this may be the name of a workspace or project.
pub(super) fn is_name(name: &str, newline: TrailingNewline) -> bool {
    let name = match newline {
        TrailingNewline::Accepted => name.strip_suffix('\n').unwrap_or(name),
        TrailingNewline::Refused => name,
    };
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-@.+_".contains(c);
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && (2..=63).contains(&name.len())
        && name.chars().all(is_allowed)
        && !name.contains("--")
        && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ml-team", true)]
    #[case("a@b.c+d_e", true)]
    #[case("ab", true)]
    #[case("a", false)]
    #[case("", false)]
    #[case("A-team", false)]
    #[case("9lives", false)]
    #[case("a--b", false)]
    #[case("ab-", false)]
    #[case("a b", false)]
    #[case("aé", false)]
    #[case("ab\n", false)]
    fn names_follow_the_pattern(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_name(name, TrailingNewline::Refused), expected);
    }

    #[test]
    fn names_have_2_to_63_characters() {
        assert!(is_name(&"a".repeat(63), TrailingNewline::Refused));
        assert!(!is_name(&"a".repeat(64), TrailingNewline::Refused));
    }

    #[rstest]
    #[case("ab\n", true)]
    #[case("ab\n\n", false)]
    #[case("ab-\n", false)]
    #[case("a\nb", false)]
    fn one_trailing_newline_passes_only_where_it_is_accepted(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_name(name, TrailingNewline::Accepted), expected);
    }

    #[rstest]
    #[case("1", Some(1))]
    #[case(" 2 ", Some(2))]
    #[case("1.0", Some(1))]
    #[case("-1", Some(-1))]
    #[case("99999999999999999999", Some(i64::MAX))]
    #[case("1.5", None)]
    #[case("1.", None)]
    #[case("x", None)]
    #[case("", None)]
    fn reads_integers_generously(#[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(parse_integer(text), expected);
    }

    #[test]
    fn collects_every_complaint_before_it_answers() {
        let query = Query::parse("page=0&page_size=2000&sort=zz");
        let mut check = Check::default();
        check.page(&query);
        check.sort(&query);
        let Err(Problem::Fields(errors)) = check.finish() else {
            panic!("accepted");
        };
        let kinds: Vec<_> = errors.iter().map(|error| error.kind).collect();
        assert_eq!(kinds, ["greater_than_equal", "less_than_equal", "enum"]);
    }
}
