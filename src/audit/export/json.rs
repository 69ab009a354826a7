//! The JSON export: lossless, and what a baseline is read from. `assets/schema/audit-2.schema.json` describes it.

use super::body::Written;
use super::{Document, SCHEMA, SCHEMA_VERSION, TOOL, TOOL_VERSION};
use crate::domain::activity::Head;
use crate::domain::text;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
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
    value.serialize(&mut Serializer::with_formatter(&mut *out, Harmless::default()))?;
    out.write_all(b"\n")
}

/// Lays JSON out, with everything harmful in texts as `\uXXXX`. What stands between two values is written in one piece: a
/// large report has millions of them.
#[derive(Default)]
struct Harmless {
    depth: usize,
    /// Whether the list or object that is open has anything in it.
    has_value: bool,
}

/// The end of a line, and the blanks before the next one; deeper ones get theirs one by one.
const NEXT_LINE: &str = ",\n                                ";

impl Harmless {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        if self.has_value {
            self.begin_line(out, true)?;
        }
        out.write_all(bracket)
    }

    /// Begins a line, behind a comma unless something opens or closes there.
    fn begin_line<W: ?Sized + Write>(&self, out: &mut W, is_bare: bool) -> io::Result<()> {
        let end = 2 + 2 * self.depth;
        let line = NEXT_LINE.as_bytes();
        let line = line.get(..end).unwrap_or(line);
        out.write_all(line.get(usize::from(is_bare)..).unwrap_or_default())?;
        for _ in line.len()..end {
            out.write_all(b" ")?;
        }
        Ok(())
    }
}

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
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.begin_line(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.begin_line(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}
