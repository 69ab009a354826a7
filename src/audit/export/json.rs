//! The JSON export: lossless, and what a baseline is read from. `assets/schema/audit-2.schema.json` describes it.

use super::body::Written;
use super::{Document, SCHEMA, SCHEMA_VERSION, TOOL, TOOL_VERSION};
use crate::domain::activity::Head;
use crate::domain::text;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};
use std::io::{self, Write};

#[derive(Serialize)]
struct File<'d, 'a> {
    schema: &'static str,
    schema_version: u64,
    tool: Tool,
    started_at: Timestamp,
    ended_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<&'a Head>,
    sha256: &'d str,
    body: &'d Written<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let file = File {
        schema: SCHEMA,
        schema_version: SCHEMA_VERSION,
        tool: Tool {
            name: TOOL,
            version: TOOL_VERSION,
        },
        started_at: document.origin.started_at,
        ended_at: document.origin.ended_at,
        journal: document.journal,
        sha256: &document.sha256,
        body: &document.body,
    };
    pretty(&file, out)
}

/// Writes `value` as JSON for people, two blanks a level, in which nothing can harm a terminal.
pub(crate) fn pretty(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(
        &mut *out,
        Harmless(PrettyFormatter::new()),
    ))?;
    out.write_all(b"\n")
}

/// Lays JSON out like the formatter it wraps, with everything harmful in texts as `\uXXXX`.
struct Harmless(PrettyFormatter<'static>);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if text::is_plain(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        let mut units = [0_u16; 2];
        // As it stands in the file: behind a quotation mark or an escape, which a mark may be drawn over.
        let text = format!("\"{fragment}");
        for (c, is_harmful) in text::judged(&text).skip(1) {
            if !is_harmful {
                out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
                continue;
            }
            for unit in c.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}
