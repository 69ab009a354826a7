//! A text, and the pieces of it that are taken out, replaced and put in.

use std::ops::Range;

/// A text and what is done to it; nothing is done before everything is known.
pub(super) struct Pieces<'t> {
    text: &'t str,
    newline: &'static str,
    edits: Vec<(Range<usize>, String)>,
    blocks: String,
}

impl<'t> Pieces<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            text,
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            edits: Vec::new(),
            blocks: String::new(),
        }
    }

    pub(super) fn slice(&self, range: &Range<usize>) -> Option<&'t str> {
        self.text.get(range.clone())
    }

    fn from(&self, at: usize) -> &'t str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Returns the whole lines that a piece stands on, with their ends.
    pub(super) fn line_of(&self, piece: &Range<usize>) -> Range<usize> {
        let start = piece.start - self.before_on_line(piece.start).len();
        let rest = self.from(piece.end);
        let end = rest.find('\n').map_or(self.text.len(), |end| piece.end + end + 1);
        start..end
    }

    /// Returns what stands on the line before a place.
    pub(super) fn before_on_line(&self, at: usize) -> &'t str {
        let before = self.text.get(..at).unwrap_or_default();
        before.rsplit('\n').next().unwrap_or_default()
    }

    pub(super) fn replace(&mut self, range: Range<usize>, text: String) {
        self.edits.push((range, text));
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.edits.push((range, String::new()));
    }

    /// Puts lines in, at the beginning of a line or at the end of the text.
    pub(super) fn insert_lines(&mut self, at: usize, lines: &str) {
        let is_begun = at > 0 && !self.text.get(..at).unwrap_or_default().ends_with('\n');
        let begin = if is_begun { "\n" } else { "" };
        let text = self.in_its_ends(&format!("{begin}{lines}"));
        self.edits.push((at..at, text));
    }

    /// Puts lines at the end, behind an empty one.
    pub(super) fn add_block(&mut self, block: &str) {
        let is_begun = !self.text.is_empty() && !self.text.ends_with('\n') && self.blocks.is_empty();
        let begin = if is_begun { "\n\n" } else { "\n" };
        let text = self.in_its_ends(&format!("{begin}{block}"));
        self.blocks.push_str(&text);
    }

    fn in_its_ends(&self, lines: &str) -> String {
        lines.replace('\n', self.newline)
    }

    /// Takes pieces out of a list or a table in one piece, commas included, and adds others at its end.
    pub(super) fn edit_list(&mut self, whole: Range<usize>, pieces: &[(Range<usize>, bool)], added: &[String]) {
        let last = pieces.iter().rposition(|(_, goes)| !goes);
        let tail = last.and_then(|last| self.tail(pieces, last));
        let is_in_tail = |piece: &Range<usize>| tail.as_ref().is_some_and(|tail| tail.contains(&piece.start));
        for (piece, _) in pieces.iter().filter(|(piece, goes)| *goes && !is_in_tail(piece)) {
            let range = self.with_comma(piece);
            self.remove(range);
        }
        if let Some(tail) = tail {
            self.remove(tail);
        }
        let Some((kept, _)) = last.and_then(|last| pieces.get(last)) else {
            if !added.is_empty() {
                let at = whole.start + 1;
                let blank = if self.from(whole.start).starts_with('{') {
                    " "
                } else {
                    ""
                };
                self.edits.push((at..at, format!("{blank}{}{blank}", added.join(", "))));
            }
            return;
        };
        let comma = self.comma_after(kept.end);
        let stands_alone = self.before_on_line(kept.start).trim().is_empty();
        let end = comma.map_or(kept.end, |comma| comma + 1);
        if !added.is_empty() && stands_alone && self.ends_line(end) {
            let indent = self.before_on_line(kept.start);
            let lines: Vec<String> = added.iter().map(|new| format!("{indent}{new},\n")).collect();
            if comma.is_none() {
                self.edits.push((kept.end..kept.end, ",".to_owned()));
            }
            let at = self.line_of(kept).end.max(self.line_of(&(end..end)).end);
            self.insert_lines(at, &lines.concat());
            return;
        }
        if !added.is_empty() {
            self.edits.push((kept.end..kept.end, format!(", {}", added.join(", "))));
        }
    }

    /// Returns everything behind the last piece that stays, from its comma on, where all of that stands on one line: a table
    /// in one piece must not end with a comma.
    fn tail(&self, pieces: &[(Range<usize>, bool)], last: usize) -> Option<Range<usize>> {
        let (kept, _) = pieces.get(last)?;
        let (end, _) = pieces.get(last + 1..)?.last()?;
        let tail = self.comma_after(kept.end)?..end.end;
        let is_one_line = !self.slice(&tail)?.contains('\n') && self.comma_after(end.end).is_none();
        is_one_line.then_some(tail)
    }

    /// Returns a piece of a list with the comma behind it: its whole line, where nothing else stands there.
    fn with_comma(&self, piece: &Range<usize>) -> Range<usize> {
        let comma = self.comma_after(piece.end);
        let end = comma.map_or(piece.end, |comma| comma + 1);
        if self.before_on_line(piece.start).trim().is_empty() && self.ends_line(end) {
            return self.line_of(&(piece.start..end));
        }
        let blanks = self.from(end).len() - self.from(end).trim_start_matches(' ').len();
        let blanks = if comma.is_some() { blanks } else { 0 };
        piece.start..end + blanks
    }

    /// Returns whether nothing but a comment stands behind a place on its line, and the line has an end.
    fn ends_line(&self, at: usize) -> bool {
        let rest = self.from(at);
        let line = rest.split('\n').next().unwrap_or_default().trim();
        rest.contains('\n') && (line.is_empty() || line.starts_with('#'))
    }

    /// Returns where the comma behind a piece is, if there is one.
    fn comma_after(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            let rest = self.from(at);
            let trimmed = rest.trim_start();
            at += rest.len() - trimmed.len();
            match trimmed.chars().next()? {
                ',' => return Some(at),
                '#' => at += trimmed.find('\n')?,
                _ => return None,
            }
        }
    }

    /// Returns the text with everything done to it; nothing where two edits are about the same piece.
    pub(super) fn joined(mut self) -> Option<String> {
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(self.text.len() + self.blocks.len());
        let mut done = 0;
        for (range, text) in &self.edits {
            out.push_str(self.text.get(done..range.start)?);
            out.push_str(text);
            done = range.end;
        }
        out.push_str(self.from(done));
        out.push_str(&self.blocks);
        Some(out)
    }
}
