//! A page as it is written: its fenced blocks, and the commands in them with what shall be told.

use std::ops::Range;

/// A fenced block.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// What stands behind the fence: `console`, or `toml access.toml`.
    pub(super) info: &'a str,
    /// What the comment on the line before says: `recipe merge`.
    pub(super) mark: Option<&'a str>,
    /// Its lines, by their numbers from 0 on.
    pub(super) lines: Range<usize>,
}

/// Returns the blocks of a page.
pub(super) fn blocks<'a>(lines: &[&'a str]) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let Some(info) = line.strip_prefix("```") else {
            at += 1;
            continue;
        };
        let length = lines[at + 1..].iter().take_while(|line| **line != "```").count();
        assert!(at + 1 + length < lines.len(), "the block of line {} never ends", at + 1);
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        blocks.push(Block {
            info,
            mark: before.and_then(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->")),
            lines: at + 1..at + 1 + length,
        });
        at += length + 2;
    }
    blocks
}

/// A command as it is typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// The command without its comment.
    pub(super) text: String,
    /// The exit code that its comment tells, or 0.
    pub(super) code: i32,
    /// The lines of what it tells, where the block shows that.
    pub(super) told: Range<usize>,
}

/// Returns the commands of a `console` block: each begins with `$ `, and what it tells follows.
pub(super) fn session(lines: &[&str], of: Range<usize>) -> Vec<Typed> {
    let mut commands = Vec::new();
    let mut at = of.start;
    while at < of.end {
        let typed = lines[at].strip_prefix("$ ");
        let typed = typed.unwrap_or_else(|| panic!("line {} follows no command", at + 1));
        let (text, code, after) = command(typed, lines, at..of.end);
        let told = lines[after..of.end]
            .iter()
            .take_while(|line| !line.starts_with("$ "))
            .count();
        at = after + told;
        commands.push(Typed {
            text,
            code,
            told: after..at,
        });
    }
    commands
}

/// Returns the commands of a `sh` block: one a line, unless a line goes on in the next one.
pub(super) fn script(lines: &[&str], of: Range<usize>) -> Vec<Typed> {
    let mut commands = Vec::new();
    let mut at = of.start;
    while at < of.end {
        let (text, code, after) = command(lines[at], lines, at..of.end);
        if !text.is_empty() {
            commands.push(Typed {
                text,
                code,
                told: after..after,
            });
        }
        at = after;
    }
    commands
}

/// Returns the command that begins with `first`, the exit code that it shall have, and the line after it.
fn command(first: &str, lines: &[&str], of: Range<usize>) -> (String, i32, usize) {
    let (text, comment) = without_comment(first);
    let (mut text, mut comment) = (text.to_owned(), comment.to_owned());
    let mut at = of.start + 1;
    while at < of.end && goes_on(&text) {
        let (more, its_comment) = without_comment(lines[at]);
        text = format!("{text}\n{more}");
        comment.push_str(its_comment);
        at += 1;
    }
    let code = comment.split_once("exit code ").map_or(0, |(_, rest)| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse().ok()).expect("a number")
    });
    (text, code, at)
}

fn goes_on(text: &str) -> bool {
    text.ends_with('\\') || text.ends_with('|') || quote_left_open(text).is_some()
}

fn quote_left_open(text: &str) -> Option<char> {
    text.chars().fold(None, |open, c| match (open, c) {
        (None, '\'' | '"') => Some(c),
        (Some(quote), c) if quote == c => None,
        (open, _) => open,
    })
}

/// Returns a line without the comment at its end, and that.
fn without_comment(line: &str) -> (&str, &str) {
    let hashes = line.match_indices('#').map(|(at, _)| at);
    let is_begin = |at: &usize| {
        let (before, _) = line.split_at(*at);
        (before.is_empty() || before.ends_with(' ')) && quote_left_open(before).is_none()
    };
    let at = hashes.into_iter().find(is_begin).unwrap_or(line.len());
    let (text, comment) = line.split_at(at);
    (text.trim_end(), comment)
}

#[test]
fn a_block_is_read_as_it_is_written() {
    let page = "# A\n\n<!-- recipe x -->\n```sh\nls # all\n```\n```toml keys.toml\n```\n";
    let lines: Vec<&str> = page.lines().collect();
    let blocks = blocks(&lines);
    let read: Vec<_> = blocks
        .iter()
        .map(|block| (block.info, block.mark, block.lines.clone()))
        .collect();
    assert_eq!(read, [("sh", Some("recipe x"), 4..5), ("toml keys.toml", None, 7..7)]);
}

#[test]
fn a_command_ends_with_its_line_unless_that_goes_on() {
    let lines = [
        "# all of it",
        "echo 'a # b' # exit code 1: there is one",
        "",
        "echo a |",
        "  cat",
    ];
    let typed = |text: &str, code, after| Typed {
        text: text.to_owned(),
        code,
        told: after..after,
    };
    assert_eq!(
        script(&lines, 0..5),
        [typed("echo 'a # b'", 1, 2), typed("echo a |\n  cat", 0, 5)]
    );
}

#[test]
fn a_session_is_commands_and_what_they_tell() {
    let lines = ["$ echo a", "a", "$ true", "$ false   # exit code 1"];
    let read: Vec<_> = session(&lines, 0..4)
        .into_iter()
        .map(|typed| (typed.text, typed.code, typed.told))
        .collect();
    assert_eq!(
        read,
        [
            ("echo a".to_owned(), 0, 1..2),
            ("true".to_owned(), 0, 3..3),
            ("false".to_owned(), 1, 4..4)
        ]
    );
}
