//! What an answer that reports an error says. The platform has at least five ways to say it, and gateways
//! in front of it have their own; whatever comes, something printable is made of it.

use super::FieldError;
use crate::domain::text::SafeText;
use serde_json::{Map, Value};

/// How much of an answer nobody expected is shown.
const SNIPPET: usize = 200;

/// What an answer says, made safe.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    /// The words for a person.
    pub(crate) text: Option<SafeText>,
    /// The fields that are wrong.
    pub(crate) fields: Vec<FieldError>,
    /// The words as they came, only to recognise them.
    pub(crate) raw: Option<String>,
    /// Whether it is a web page.
    pub(crate) is_html: bool,
}

/// Reads the body of an answer that reports an error. What the platform echoes of the request (`input`) is
/// left behind here: it may hold a secret.
pub(crate) fn read(body: &[u8]) -> Said {
    match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(object)) => of_object(&object),
        Ok(Value::String(text)) => words(&text),
        Ok(other) => words(&compact(&other)),
        Err(_) => Said {
            text: first_line(body),
            is_html: is_html(body),
            ..Said::default()
        },
    }
}

/// Returns the first line of a body that should have been something else; of a web page, its title.
pub(crate) fn first_line(body: &[u8]) -> Option<SafeText> {
    let text = String::from_utf8_lossy(body);
    let title = is_html(body).then(|| title(&text)).flatten();
    let line = title.or_else(|| text.lines().map(str::trim).find(|line| !line.is_empty()))?;
    Some(SafeText::with_limit(line, SNIPPET))
}

/// Returns whether a body is a web page, whatever its header says.
pub(crate) fn is_html(body: &[u8]) -> bool {
    let start: String = String::from_utf8_lossy(body)
        .trim_start_matches('\u{feff}')
        .trim_start()
        .chars()
        .take(14)
        .collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<head")
        || start.starts_with("<!--")
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

fn of_object(object: &Map<String, Value>) -> Said {
    match object.get("detail") {
        Some(Value::String(text)) => words(text),
        Some(Value::Array(entries)) => of_fields(entries),
        Some(Value::Object(detail)) => words(&of_unknown(detail)),
        _ => words(&of_unknown(object)),
    }
}

/// `[{"type","loc":["body","name"],"msg","input"}]`: one entry for each thing that is wrong.
fn of_fields(entries: &[Value]) -> Said {
    let fields: Vec<FieldError> = entries.iter().map(of_field).collect();
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
        ..words(&lines.join("; "))
    }
}

fn of_field(entry: &Value) -> FieldError {
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
        field: SafeText::with_limit(&place, SNIPPET),
        message: SafeText::new(&message),
    }
}

/// `{"error":"CODE","message":"…"}`, `{"error":{"message":"…"}}`, `{"status":"not_ready"}`, or anything else.
fn of_unknown(object: &Map<String, Value>) -> String {
    let message = object.get("message").and_then(Value::as_str);
    match (message, object.get("error")) {
        (Some(message), Some(Value::String(code))) => format!("{message} ({code})"),
        (Some(message), _) => message.to_owned(),
        (None, Some(Value::String(error))) => error.clone(),
        (None, Some(Value::Object(error))) => of_unknown(error),
        (None, _) => compact(&Value::Object(object.clone())),
    }
}

fn words(text: &str) -> Said {
    let text = text.trim();
    if text.is_empty() {
        return Said::default();
    }
    Said {
        text: Some(SafeText::new(text)),
        raw: Some(text.to_owned()),
        ..Said::default()
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| compact(value), str::to_owned)
}

fn compact(value: &Value) -> String {
    without_echo(value).to_string()
}

/// Drops every `input` and `ctx`, however deep.
fn without_echo(value: &Value) -> Value {
    match value {
        Value::Object(object) => Value::Object(
            object
                .iter()
                .filter(|(key, _)| !matches!(key.as_str(), "input" | "ctx"))
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
}
