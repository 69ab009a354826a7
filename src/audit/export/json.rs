//! The JSON export: lossless, and what a baseline is read from. `assets/schema/audit-1.schema.json` describes it.

use super::body::Body;
use super::{Document, SCHEMA, SCHEMA_VERSION, TOOL, TOOL_VERSION};
use crate::domain::text;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct File<'a> {
    schema: &'static str,
    schema_version: u64,
    tool: Tool,
    sha256: &'a str,
    body: &'a Body<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(super) fn write(document: &Document<'_>) -> String {
    pretty(&File {
        schema: SCHEMA,
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: TOOL,
            version: TOOL_VERSION,
        },
        sha256: &document.sha256,
        body: &document.body,
    })
}

/// Returns `value` as JSON for people, two blanks a level, in which nothing can harm a terminal.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Texts, numbers and lists of them: there is nothing here that JSON could not write.
    let mut json = serde_json::to_string_pretty(value).unwrap_or_default();
    debug_assert!(!json.is_empty(), "a document is always an object");
    json.push('\n');
    escaped(&json)
}

/// Returns `json` with everything harmful as `\uXXXX`. Outside of texts JSON holds nothing but ASCII and the ends of
/// lines, so that whatever is found harmful stands in a text, where such an escape means the same character.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0_u16; 2];
    for (c, is_harmful) in text::judged(json) {
        if c == '\n' || !is_harmful {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            let wrote = write!(out, "\\u{unit:04x}");
            debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
        }
    }
    out
}
