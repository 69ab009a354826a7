//! What an answer that reports an error says. The platform has at least five ways to say it, and gateways
//! in front of it have their own; whatever comes, something printable is made of it.

use super::FieldError;
use crate::api::secrets::Secrets;
use crate::domain::text::SafeText;
use serde_json::{Map, Value};

/// How much of an answer nobody expected is shown.
const SNIPPET: usize = 200;

/// What is said of JSON that breaks off or is none: it is not shown, since nobody can tell what of it was echoed.
const BROKEN: &str = "the answer ends too early or is not JSON";

/// What an answer says, made safe.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The words for a person.
    pub(crate) text: Option<SafeText>,
    /// The fields that are wrong.
    pub(crate) fields: Vec<FieldError>,
    /// The words as they came, but for secrets, only to recognise them.
    pub(crate) raw: Option<String>,
    pub(crate) by: Speaker,
}

/// Who an answer can be from, as far as its shape tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The platform, about the parts of what was sent.
    Validation,
    /// The platform, in its usual form.
    Platform,
    Page,
    /// JSON of another shape than the platform's.
    OtherJson,
    /// Anything else, or nothing.
    #[default]
    Other,
}

/// What is known of a body beside its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Whether its header calls it JSON.
    pub(crate) is_json: bool,
    /// Whether it goes on beyond what was read.
    pub(crate) is_cut: bool,
}

/// Reads the body of an answer that reports an error. What the platform echoes of the request (`input`) is
/// left behind here, since it may hold a secret, and so are the secrets that are known.
pub(crate) fn read(body: &[u8], form: Form, secrets: &Secrets) -> Said {
    let reader = Reader { secrets };
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return Said {
            text: first_line(body, secrets),
            by: if is_html(body) { Speaker::Page } else { Speaker::Other },
            ..Said::default()
        };
    };
    let by = if form.is_json && !form.is_cut {
        speaker(&value)
    } else {
        Speaker::OtherJson
    };
    Said {
        by,
        ..reader.of_value(&value)
    }
}

/// Returns the first line of a body that should have been something else; of a web page, its title.
pub(crate) fn first_line(body: &[u8], secrets: &Secrets) -> Option<SafeText> {
    let text = String::from_utf8_lossy(body);
    let title = is_html(body).then(|| title(&text)).flatten();
    let line = title.or_else(|| text.lines().map(trimmed).find(|line| !line.is_empty()))?;
    if line.starts_with(['{', '[', '"']) {
        return Some(SafeText::new(BROKEN));
    }
    let line = secrets.cleaned(line);
    Some(SafeText::with_limit(&before_an_echo(&line, &["{"]), SNIPPET))
}

/// Returns whether a body is a web page, whatever its header says.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let start: String = trimmed(&String::from_utf8_lossy(body)).chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || start.starts_with("<!--")
}

fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Tells by its shape whether an answer can be the platform's: gateways and firewalls have theirs.
fn speaker(value: &Value) -> Speaker {
    let is_text = |name| {
        value
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.trim().is_empty())
    };
    match value.get("detail") {
        Some(Value::Array(entries)) if !entries.is_empty() && entries.iter().all(is_about_a_part) => {
            Speaker::Validation
        }
        Some(Value::String(_)) if is_text("detail") => Speaker::Platform,
        None if is_text("error") && is_text("message") => Speaker::Platform,
        _ => Speaker::OtherJson,
    }
}

/// `{"type":…,"loc":["body","name"],"msg":…}`.
fn is_about_a_part(entry: &Value) -> bool {
    let place = entry.get("loc").and_then(Value::as_array);
    let is_text = |name| entry.get(name).is_some_and(Value::is_string);
    place.is_some_and(|place| !place.is_empty()) && is_text("msg") && is_text("type")
}

/// Returns what stands before the first of `marks`, or before what a validator repeats of its input.
fn before_an_echo(text: &str, marks: &[&str]) -> String {
    let echoes = ["input_value=", "\"input\"", "'input'", "input="];
    let marks = echoes.iter().chain(marks);
    match marks
        .filter_map(|mark| text.find(mark))
        .min()
        .and_then(|at| text.get(..at))
    {
        Some(before) => format!("{before}…"),
        None => text.to_owned(),
    }
}

fn title(html: &str) -> Option<&str> {
    // Byte offsets stay valid, since only ASCII letters change.
    let lower = html.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower.get(open..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title = html.get(start..end)?.trim();
    (!title.is_empty()).then_some(title)
}

/// Makes words of what was said.
struct Reader<'a> {
    secrets: &'a Secrets,
}

impl Reader<'_> {
    fn of_value(&self, value: &Value) -> Said {
        match value {
            Value::Object(object) => self.of_object(object),
            Value::String(text) => self.words(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => self.words(&compact(value)),
        }
    }

    fn of_object(&self, object: &Map<String, Value>) -> Said {
        match object.get("detail") {
            Some(Value::String(text)) => self.words(text),
            Some(Value::Array(entries)) => self.of_fields(entries),
            Some(Value::Object(detail)) => self.plain_words(&of_unknown(detail)),
            _ => self.plain_words(&of_unknown(object)),
        }
    }

    /// `[{"type","loc":["body","name"],"msg","input"}]`: one entry for each thing that is wrong.
    fn of_fields(&self, entries: &[Value]) -> Said {
        let fields: Vec<FieldError> = entries.iter().map(|entry| self.of_field(entry)).collect();
        let lines: Vec<String> = fields
            .iter()
            .map(|error| {
                if error.field.is_empty() {
                    error.message.to_string()
                } else {
                    format!("{}: {}", error.field, error.message)
                }
            })
            .collect();
        Said {
            fields,
            ..self.plain_words(&lines.join("; "))
        }
    }

    fn of_field(&self, entry: &Value) -> FieldError {
        let place: Vec<String> = entry
            .get("loc")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(plain)
            .collect();
        let place = match place.split_first() {
            Some((first, rest)) if first == "body" => rest.join("."),
            _ => place.join("."),
        };
        let message = match entry.get("msg") {
            Some(message) => plain(message),
            None => plain(&without_echo(entry)),
        };
        FieldError {
            field: SafeText::with_limit(&self.secrets.cleaned(&place), SNIPPET),
            message: self.secrets.words(&before_an_echo(&message, &[])),
        }
    }

    /// A gateway may put the whole answer of somebody else, as text, into its own.
    fn words(&self, text: &str) -> Said {
        let text = text.trim();
        if !text.starts_with(['{', '[']) {
            return self.plain_words(text);
        }
        match serde_json::from_str::<Value>(text) {
            // It is shorter than what it stands in, so this comes to an end.
            Ok(Value::Object(object)) => self.of_object(&object),
            Ok(value) => self.plain_words(&compact(&value)),
            Err(_) => self.plain_words(text),
        }
    }

    fn plain_words(&self, text: &str) -> Said {
        let text = before_an_echo(text.trim(), &[]);
        if text.is_empty() {
            return Said::default();
        }
        Said {
            text: Some(self.secrets.words(&text)),
            raw: Some(self.secrets.cleaned(&text).into_owned()),
            ..Said::default()
        }
    }
}

/// `{"error":"CODE","message":"…"}`, `{"error":{"message":"…"}}`, `{"status":"not_ready"}`, or anything else.
fn of_unknown(object: &Map<String, Value>) -> String {
    let message = object.get("message").and_then(Value::as_str);
    match (message, object.get("error")) {
        (Some(message), Some(Value::String(code))) => format!("{} ({code})", unwrapped(message)),
        (Some(message), _) => unwrapped(message),
        (None, Some(Value::String(error))) => unwrapped(error),
        (None, Some(Value::Object(error))) => of_unknown(error),
        (None, _) => compact(&Value::Object(object.clone())),
    }
}

/// A text that is JSON itself is as good as what stands in it.
fn unwrapped(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => compact(&value),
        Ok(_) | Err(_) => text.to_owned(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| compact(value), str::to_owned)
}

fn compact(value: &Value) -> String {
    without_echo(value).to_string()
}

/// Drops what repeats the request, however deep: `input` and `ctx` of the platform, `body` of what is made like it.
fn without_echo(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "input" | "ctx" | "body" | "input_value"))
                .map(|(key, value)| (key.clone(), without_echo(value)))
                .collect(),
        ),
        Value::Array(entries) => Value::Array(entries.iter().map(without_echo).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const JSON: Form = Form {
        is_json: true,
        is_cut: false,
    };

    fn read(body: &[u8]) -> Said {
        super::read(body, JSON, &Secrets::default())
    }

    #[rstest]
    #[case::string(r#"{"detail":"Workspace 'w' not found"}"#, "Workspace 'w' not found")]
    #[case::object(r#"{"detail":{"status":"not_ready"}}"#, r#"{"status":"not_ready"}"#)]
    #[case::error_and_message(
        r#"{"error":"ENCRYPTION_PROVIDER_NOT_CONFIGURED","message":"no key"}"#,
        "no key (ENCRYPTION_PROVIDER_NOT_CONFIGURED)"
    )]
    #[case::error_alone(r#"{"error":"no healthy upstream"}"#, "no healthy upstream")]
    #[case::nested_error(r#"{"error":{"message":"slow down","code":7}}"#, "slow down")]
    #[case::json_string(r#""Forbidden""#, "Forbidden")]
    #[case::plain_text("Invalid HTTP request received.\nmore", "Invalid HTTP request received.")]
    #[case::page(
        "<!DOCTYPE html>\n<html><head><TITLE>502 Bad Gateway</TITLE></head>",
        "502 Bad Gateway"
    )]
    #[case::page_without_title("\n <html>\n<body>", "<html>")]
    #[case::broken_json(r#"{"detail":[{"input":"s3cret"#, BROKEN)]
    #[case::broken_list("[{'input': 's3cret'}]", BROKEN)]
    #[case::words_before_json(r#"upstream said: {"detail":[{"input":"s3cret"}]}"#, "upstream said: …")]
    #[case::wrapped(
        r#"{"detail":"{\"detail\":[{\"loc\":[\"body\",\"a\"],\"msg\":\"bad\",\"input\":\"s3cret\"}]}"}"#,
        "a: bad"
    )]
    #[case::a_validator_in_words(
        r#"{"detail":"1 validation error for W\nname\n  bad [type=x, input_value='s3cret', input_type=str]"}"#,
        "1 validation error for W\nname\n  bad [type=x, …"
    )]
    #[case::another_one_in_words(
        r#"{"detail":"[{'loc': ('body',), 'input': {'a': 's3cret'}}]"}"#,
        "[{'loc': ('body',), …"
    )]
    #[case::with_the_whole_body(r#"{"errors":["bad"],"body":{"token":"s3cret"}}"#, r#"{"errors":["bad"]}"#)]
    #[case::hostile(r#"{"detail":"a\u001b[31mb\u202ec"}"#, "a\\x1b[31mb\\u{202e}c")]
    #[case::null_detail(r#"{"detail":null,"message":"m"}"#, "m")]
    fn reads_whatever_comes(#[case] body: &str, #[case] expected: &str) {
        assert_eq!(read(body.as_bytes()).text, Some(SafeText::new(expected)));
    }

    #[test]
    fn reads_the_list_of_a_422_with_its_fields() {
        let said = read(
            br#"{"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{"token":"s3cret"}},
                {"type":"int","loc":["query","page_size"],"msg":"too large","input":"s3cret","ctx":{"le":"s3cret"}},
                {"type":"odd","input":"s3cret"}]}"#,
        );
        let fields: Vec<(&str, &str)> = said
            .fields
            .iter()
            .map(|error| (error.field.as_str(), error.message.as_str()))
            .collect();
        assert_eq!(
            fields,
            [
                ("name", "Field required"),
                ("query.page_size", "too large"),
                ("", r#"{"type":"odd"}"#)
            ]
        );
        assert_eq!(
            said.text.as_ref().map(SafeText::as_str),
            Some(r#"name: Field required; query.page_size: too large; {"type":"odd"}"#)
        );
        assert!(!format!("{said:?}").contains("s3cret"), "{said:?}");
    }

    #[test]
    fn never_keeps_what_was_echoed() {
        let said = read(br#"{"detail":{"why":"bad","input":"s3cret","more":[{"input":"s3cret"}]}}"#);
        assert_eq!(said.text, Some(SafeText::new(r#"{"why":"bad","more":[{}]}"#)));
    }

    #[rstest]
    #[case(b"")]
    #[case(b" \n ")]
    #[case(br#"{"detail":""}"#)]
    fn says_nothing_when_nothing_was_said(#[case] body: &[u8]) {
        assert_eq!(read(body).text, None);
    }

    #[test]
    fn survives_bytes_that_are_no_text() {
        let said = read(&[0xff, 0xfe, 0x00, b'\n']);
        assert!(said.text.is_some_and(|text| !text.is_empty()));
        assert!(!read(b"<html \xff").text.is_some_and(|text| text.is_empty()));
    }

    #[test]
    fn shows_nothing_of_what_was_cut_off() {
        let entry = r#"{"type":"missing","loc":["body","name"],"msg":"Field required","input":"s3cret"}"#;
        let body = format!(r#"{{"detail":[{}"#, [entry; 100].join(","));
        let said = super::read(body.as_bytes(), Form { is_cut: true, ..JSON }, &Secrets::default());
        assert_eq!(said.text, Some(SafeText::new(BROKEN)));
        assert_eq!(said.by, Speaker::Other);
        assert!(!format!("{said:?}").contains("s3cret"));
    }

    #[test]
    fn leaves_secrets_behind_wherever_they_stand() {
        let secrets = Secrets::default();
        secrets.learn("t0p-s3cret.t0ken.value");
        for body in [
            r#"{"detail":"got t0p-s3cret.t0ken.value"}"#,
            r#"{"detail":[{"loc":["t0p-s3cret.t0ken.value"],"msg":"got \u00740p-s3cret.t0ken.value"}]}"#,
            r#"{"t0p-s3cret.t0ken.value":7}"#,
            r#"{"detail":["t0p-s3cret","t0ken.value"]}"#,
            r#"["t0p-s3cret.t0ken.value"]"#,
            r#""t0p-s3cret.t0ken.value""#,
            "<html><title>t0p-s3cret.t0ken.value</title>",
            "Authorization: Bearer t0p-s3cret.t0ken.value",
        ] {
            let said = super::read(body.as_bytes(), JSON, &secrets);
            let all = format!("{said:?}");
            assert!(
                all.contains("***") && !all.contains("s3cret") && !all.contains("t0ken"),
                "{all}"
            );
        }
    }

    #[rstest]
    #[case::the_platform(r#"{"detail":"Forbidden"}"#, Speaker::Platform)]
    #[case::with_a_code(r#"{"error":"CODE","message":"no key"}"#, Speaker::Platform)]
    #[case::about_a_field(
        r#"{"detail":[{"type":"missing","loc":["body","name"],"msg":"m"}]}"#,
        Speaker::Validation
    )]
    #[case::about_nothing(r#"{"detail":[]}"#, Speaker::OtherJson)]
    #[case::of_somebody_else(r#"{"detail":[{"why":"bad"}]}"#, Speaker::OtherJson)]
    #[case::empty_object("{}", Speaker::OtherJson)]
    #[case::empty_words(r#"{"detail":" "}"#, Speaker::OtherJson)]
    #[case::a_page("<html>", Speaker::Page)]
    #[case::words("Forbidden", Speaker::Other)]
    #[case::nothing("", Speaker::Other)]
    fn tells_who_speaks(#[case] body: &str, #[case] by: Speaker) {
        assert_eq!(read(body.as_bytes()).by, by);
        let unnamed = Form {
            is_json: false,
            is_cut: false,
        };
        let by = super::read(body.as_bytes(), unnamed, &Secrets::default()).by;
        assert!(
            !matches!(by, Speaker::Platform | Speaker::Validation),
            "its header calls it something else"
        );
    }
}
