//! One small change to the text of a YAML document that leaves every other byte of it alone, and its proof:
//! the text is parsed again, and must mean what the document meant before with exactly that change made.
//!
//! What cannot be changed like that – through an alias, say – is refused, and nothing is written.

use super::lines::{line_break, line_end, line_start, next_line};
use super::scalar::{Scalar, Style};
use super::tree::{Node, Shape, Value, parse};
use serde::de::IgnoredAny;
use serde_saphyr::granit_parser::ScalarStyle;
use std::ops::Range;

/// One edit of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Sets a key of a mapping, adding it at the end if it is not there.
    Set(Target, &'static str, Scalar),
    /// Removes a key of a mapping; that it is not there is no error.
    Remove(Target, &'static str),
    /// Adds an entry to a list below the root, and the list if it is not there.
    Append(&'static str, Vec<(&'static str, Scalar)>),
}

/// A mapping in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Root,
    /// An entry of a list below the root.
    Entry(&'static str, usize),
}

/// A piece of text to be replaced.
type Splice = (Range<usize>, String);
type Refusal = &'static str;

const BY_ALIAS: Refusal = "what has to change is behind a YAML alias";
const UNKNOWN_LAYOUT: Refusal = "its layout cannot be changed without touching more";

/// Makes the changes, one after another.
///
/// # Errors
/// Says what about the text keeps it from being edited.
pub(super) fn apply(text: &str, steps: &[Step]) -> Result<String, Refusal> {
    let after = steps
        .iter()
        .try_fold(without_null(text)?, |text, step| apply_one(&text, step))?;
    // Other programs may read it as what it was.
    let is_object = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if is_object && is_json(text) && !is_json(&after) {
        return Err(UNKNOWN_LAYOUT);
    }
    Ok(after)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text.trim_start_matches('\u{feff}')).is_ok()
}

/// A document that is a word for nothing is as good as an empty one, and easier to add to: nothing may follow its end.
fn without_null(text: &str) -> Result<String, Refusal> {
    let root = parse(text)?;
    if root.as_ref().is_some_and(|root| !root.is_null()) {
        return Ok(text.to_owned());
    }
    let nothing = root.map(|root| (root.span, String::new()));
    let rest = splice(text, nothing.into_iter().collect()).ok_or(UNKNOWN_LAYOUT)?;
    let lines = rest.split_inclusive('\n');
    Ok(lines.filter(|line| line.trim_end() != "...").collect())
}

fn apply_one(text: &str, step: &Step) -> Result<String, Refusal> {
    // A document that is opened and left empty is as good as none.
    let root = parse(text)?.filter(|root| !(root.is_null() && root.span.is_empty()));
    let expected = expected(root.as_ref(), step)?;
    let splices = match (&root, step) {
        (_, Step::Set(target, key, scalar)) => set(text, root.as_ref(), *target, key, scalar)?,
        (None, Step::Remove(..)) => Vec::new(),
        (Some(root), Step::Remove(target, key)) => remove(text, find(root, *target)?, key)?,
        (_, Step::Append(list, entry)) => append(text, root.as_ref(), list, entry)?,
    };
    let after = splice(text, splices).ok_or(UNKNOWN_LAYOUT)?;
    let meaning = parse(&after).map_err(|_unreadable| UNKNOWN_LAYOUT)?;
    if meaning_of(meaning.as_ref()) == expected {
        Ok(after)
    } else {
        Err(UNKNOWN_LAYOUT)
    }
}

fn meaning_of(root: Option<&Node>) -> Value {
    match root {
        Some(root) if !root.is_null() => root.value(),
        Some(_) | None => Value::Mapping(Vec::new(), None),
    }
}

/// What the document must mean afterwards.
fn expected(root: Option<&Node>, step: &Step) -> Result<Value, Refusal> {
    let mut value = meaning_of(root);
    match step {
        Step::Set(target, key, scalar) => {
            let style = root.and_then(|root| Some(style(find(root, *target).ok()?)));
            let style = style.unwrap_or(Style::Block);
            let Value::Mapping(entries, _) = target_mut(&mut value, *target)? else {
                return Err(UNKNOWN_LAYOUT);
            };
            let new = scalar.value(style);
            match entries.iter_mut().find(|(name, _)| is_key(name, key)) {
                Some((_, old)) => *old = new,
                None => entries.push((style.key_value(key), new)),
            }
        }
        Step::Remove(target, key) => {
            if let Value::Mapping(entries, _) = target_mut(&mut value, *target)? {
                entries.retain(|(name, _)| !is_key(name, key));
            }
        }
        Step::Append(list, entry) => {
            let (of_root, of_entry) = root.map_or((Style::Block, Style::Block), |root| entry_style(root, list));
            let entry = entry
                .iter()
                .map(|(key, scalar)| (of_entry.key_value(key), scalar.value(of_entry)));
            let entry = Value::Mapping(entry.collect(), None);
            match value.get_mut(list) {
                Some(Value::Sequence(items, _)) => items.push(entry),
                Some(other) => *other = Value::Sequence(vec![entry], None),
                None => {
                    let Value::Mapping(entries, _) = &mut value else {
                        return Err(UNKNOWN_LAYOUT);
                    };
                    entries.push((of_root.key_value(list), Value::Sequence(vec![entry], None)));
                }
            }
        }
    }
    Ok(value)
}

fn is_key(value: &Value, key: &str) -> bool {
    matches!(value, Value::Scalar { text, .. } if text == key)
}

fn target_mut(root: &mut Value, target: Target) -> Result<&mut Value, Refusal> {
    match target {
        Target::Root => Ok(root),
        Target::Entry(list, index) => root
            .get_mut(list)
            .and_then(|list| list.item_mut(index))
            .ok_or(UNKNOWN_LAYOUT),
    }
}

fn find(root: &Node, target: Target) -> Result<&Node, Refusal> {
    let node = match target {
        Target::Root => root,
        Target::Entry(list, index) => {
            let list = root.get(list).ok_or(UNKNOWN_LAYOUT)?;
            if matches!(list.shape, Shape::Alias(_)) {
                return Err(BY_ALIAS);
            }
            list.items().get(index).ok_or(UNKNOWN_LAYOUT)?
        }
    };
    match &node.shape {
        Shape::Mapping { .. } => Ok(node),
        Shape::Alias(_) => Err(BY_ALIAS),
        Shape::Scalar { .. } | Shape::Sequence { .. } => Err(UNKNOWN_LAYOUT),
    }
}

/// How a mapping or a list is written; braces with nothing in them are JSON, too.
fn style(node: &Node) -> Style {
    let is_quoted = |(name, _): &(Node, Node)| {
        let style = ScalarStyle::DoubleQuoted;
        matches!(&name.shape, Shape::Scalar { style: found, .. } if *found == style)
    };
    match &node.shape {
        Shape::Mapping { entries, is_flow: true } if entries.iter().all(is_quoted) => Style::Json,
        Shape::Mapping { is_flow: true, .. } => Style::Flow,
        Shape::Sequence { items, is_flow: true } => items.last().map_or(Style::Flow, style),
        Shape::Mapping { .. } | Shape::Sequence { .. } | Shape::Scalar { .. } | Shape::Alias(_) => Style::Block,
    }
}

fn is_flow(node: &Node) -> bool {
    matches!(
        node.shape,
        Shape::Mapping { is_flow: true, .. } | Shape::Sequence { is_flow: true, .. }
    )
}

/// How the document is written, and how an entry that is added to a list of it has to be. An empty list in brackets
/// becomes one of lines where it can.
fn entry_style(root: &Node, list: &str) -> (Style, Style) {
    let of_root = style(root);
    let has_flow_items = |list: &&Node| is_flow(list) && !list.items().is_empty();
    let of_items = root.get(list).filter(has_flow_items).map(|list| match style(list) {
        // Items in brackets are entries in braces, whatever the ones before are.
        Style::Block | Style::Flow => Style::Flow,
        Style::Json => Style::Json,
    });
    (of_root, of_items.unwrap_or(of_root))
}

fn set(text: &str, root: Option<&Node>, target: Target, key: &str, scalar: &Scalar) -> Result<Vec<Splice>, Refusal> {
    let line = |key: &str| format!("{key}: {}", scalar.written(Style::Block));
    let Some(root) = root else {
        return Ok(vec![after_all(text, &[line(key)])]);
    };
    let map = find(root, target)?;
    let Some((name, old)) = map.entry(key) else {
        let style = style(map);
        let added = format!("{}: {}", style.key(key), scalar.written(style));
        return Ok(vec![add_to_mapping(text, map, &[added])?]);
    };
    let new = scalar.written(style(map));
    Ok(vec![match &old.shape {
        Shape::Scalar { .. } if old.span.is_empty() => match colon(text, name) {
            Some(after_colon) => (after_colon..after_colon, format!(" {new}")),
            None => (name.span.end..name.span.end, format!(": {new}")),
        },
        Shape::Scalar { .. } if old.is_decorated() => {
            let after_colon = colon(text, name).ok_or(UNKNOWN_LAYOUT)?;
            (after_colon..node_end(text, old), format!(" {new}"))
        }
        Shape::Scalar { .. } | Shape::Alias(_) => (old.span.clone(), new),
        Shape::Sequence { .. } | Shape::Mapping { .. } => return Err(UNKNOWN_LAYOUT),
    }])
}

fn remove(text: &str, map: &Node, key: &str) -> Result<Vec<Splice>, Refusal> {
    let Shape::Mapping { entries, is_flow } = &map.shape else {
        return Err(UNKNOWN_LAYOUT);
    };
    let Some(at) = entries.iter().position(|(name, _)| name.text() == Some(key)) else {
        return Ok(Vec::new());
    };
    let (name, value) = entries.get(at).ok_or(UNKNOWN_LAYOUT)?;
    let end = entry_end(text, name, value);
    let start = name.span.start;
    if *is_flow {
        let before = at.checked_sub(1).and_then(|before| entries.get(before));
        let range = match (entries.get(at + 1), before) {
            (Some((next, _)), _) => start..next.span.start,
            (None, Some((name, value))) => entry_end(text, name, value)..end,
            (None, None) => start..end,
        };
        return Ok(vec![(range, String::new())]);
    }
    let line_start = line_start(text, start);
    let before = text.get(line_start..start).ok_or(UNKNOWN_LAYOUT)?;
    let range = match before.trim() {
        "" => line_start..next_line(text, end),
        // Right behind the dash of a list: what follows may stand on lines of its own.
        "-" => start..line_end(text, end),
        _ => return Err(UNKNOWN_LAYOUT),
    };
    Ok(vec![(range, String::new())])
}

fn append(
    text: &str,
    root: Option<&Node>,
    list: &str,
    entry: &[(&'static str, Scalar)],
) -> Result<Vec<Splice>, Refusal> {
    let lines = |indent: &str| -> Vec<String> {
        let mut lines = entry.iter().enumerate();
        let line = |(i, (key, scalar)): (usize, &(&str, Scalar))| {
            let lead = if i == 0 { "- " } else { "  " };
            format!("{indent}{lead}{key}: {}", scalar.written(Style::Block))
        };
        lines.by_ref().map(line).collect()
    };
    let braces = |style: Style| {
        let entries = entry
            .iter()
            .map(|(key, scalar)| format!("{}: {}", style.key(key), scalar.written(style)));
        format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
    };
    let Some(root) = root else {
        let mut all = vec![format!("{list}:")];
        all.extend(lines(""));
        return Ok(vec![after_all(text, &all)]);
    };
    let root = find(root, Target::Root)?;
    let (of_root, of_entry) = entry_style(root, list);
    let braces = || braces(of_entry);
    let Some((name, old)) = root.entry(list) else {
        if is_flow(root) {
            let added = format!("{}: [{}]", of_root.key(list), braces());
            return Ok(vec![add_to_mapping(text, root, &[added])?]);
        }
        let mut all = vec![format!("{list}:")];
        all.extend(lines(""));
        return Ok(vec![add_to_mapping(text, root, &all)?]);
    };
    match &old.shape {
        Shape::Sequence { items, is_flow } => match items.last() {
            Some(item) if *is_flow => {
                let end = item.span.end;
                Ok(vec![(end..end, format!("{}{}", comma(text, item), braces()))])
            }
            Some(item) => {
                let indent = dash_indent(text, items).ok_or(UNKNOWN_LAYOUT)?;
                Ok(vec![after_line(text, node_end(text, item), &lines(indent))])
            }
            None => empty_list(text, root, name, old, &lines, &braces),
        },
        Shape::Scalar { .. } if old.is_null() => empty_list(text, root, name, old, &lines, &braces),
        Shape::Alias(_) => Err(BY_ALIAS),
        Shape::Scalar { .. } | Shape::Mapping { .. } => Err(UNKNOWN_LAYOUT),
    }
}

/// A list with nothing in it, in whatever way that is said.
fn empty_list(
    text: &str,
    root: &Node,
    name: &Node,
    old: &Node,
    lines: &dyn Fn(&str) -> Vec<String>,
    braces: &dyn Fn() -> String,
) -> Result<Vec<Splice>, Refusal> {
    let after_colon = colon(text, name).ok_or(UNKNOWN_LAYOUT)?;
    let nothing = if old.span.is_empty() {
        after_colon..after_colon
    } else {
        after_colon..old.span.end
    };
    if is_flow(root) {
        return Ok(vec![(nothing, format!(" [{}]", braces()))]);
    }
    let indent = text.get(line_start(text, name.span.start)..name.span.start);
    let indent = indent.filter(|indent| indent.trim_start_matches('\u{feff}').trim().is_empty());
    let indent = indent.ok_or(UNKNOWN_LAYOUT)?.trim_start_matches('\u{feff}');
    let added = after_line(text, nothing.end, &lines(indent));
    Ok(vec![(nothing, String::new()), added])
}

/// Lines behind the last entry, or words behind it where everything stands in braces.
fn add_to_mapping(text: &str, map: &Node, lines: &[String]) -> Result<Splice, Refusal> {
    let Shape::Mapping { entries, is_flow } = &map.shape else {
        return Err(UNKNOWN_LAYOUT);
    };
    let Some((name, value)) = entries.last() else {
        let inside = map.span.start + 1;
        return Ok((inside..inside, lines.join(", ")));
    };
    let end = entry_end(text, name, value);
    if *is_flow {
        return Ok((end..end, format!("{}{}", comma(text, name), lines.join(", "))));
    }
    let (first, _) = entries.first().ok_or(UNKNOWN_LAYOUT)?;
    let before = text.get(line_start(text, first.span.start)..first.span.start);
    let column = before
        .ok_or(UNKNOWN_LAYOUT)?
        .trim_start_matches('\u{feff}')
        .chars()
        .count();
    let lines: Vec<_> = lines
        .iter()
        .map(|line| format!("{}{line}", " ".repeat(column)))
        .collect();
    Ok(after_line(text, end, &lines))
}

/// What comes between `last`, in braces or brackets, and what is added behind it: on a line of its own if it has one.
fn comma(text: &str, last: &Node) -> String {
    let start = line_start(text, last.span.start);
    match text.get(start..last.span.start) {
        Some(before) if before.trim().is_empty() => format!(",{}{before}", line_break(text)),
        Some(_) | None => ", ".to_owned(),
    }
}

fn after_line(text: &str, at: usize, lines: &[String]) -> Splice {
    let newline = line_break(text);
    let place = next_line(text, at);
    let joined = lines.join(newline);
    if text
        .get(..place)
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    {
        (place..place, format!("{joined}{newline}"))
    } else {
        (place..place, format!("{newline}{joined}{newline}"))
    }
}

fn after_all(text: &str, lines: &[String]) -> Splice {
    after_line(text, text.len(), lines)
}

/// What stands before the dash of the last item.
fn dash_indent<'text>(text: &'text str, items: &[Node]) -> Option<&'text str> {
    let mut start = line_start(text, items.last()?.span.start);
    loop {
        let line = text.get(start..line_end(text, start))?;
        let rest = line.trim_start_matches(' ');
        if rest == "-" || rest.starts_with("- ") {
            return line.get(..line.len() - rest.len());
        }
        start = line_start(text, start.checked_sub(1)?);
    }
}

/// Behind the colon that follows a key; in braces there need not be one.
fn colon(text: &str, name: &Node) -> Option<usize> {
    let rest = text.get(name.span.end..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    rest.get(blanks..)?
        .starts_with(':')
        .then_some(name.span.end + blanks + 1)
}

/// An empty value stands right behind its key for the parser, before the colon.
fn entry_end(text: &str, name: &Node, value: &Node) -> usize {
    if value.span.is_empty() && !matches!(value.shape, Shape::Mapping { .. } | Shape::Sequence { .. }) {
        colon(text, name).unwrap_or(value.span.end)
    } else {
        node_end(text, value)
    }
}

fn node_end(text: &str, node: &Node) -> usize {
    match &node.shape {
        Shape::Mapping {
            entries,
            is_flow: false,
        } => entries
            .last()
            .map_or(node.span.end, |(name, value)| entry_end(text, name, value)),
        Shape::Sequence { items, is_flow: false } => items.last().map_or(node.span.end, |item| node_end(text, item)),
        // Text under an indicator reaches to where the next thing begins, for the parser.
        Shape::Scalar { .. } => {
            let content = text.get(node.span.clone()).unwrap_or_default();
            node.span.start + content.trim_end().len()
        }
        Shape::Mapping { .. } | Shape::Sequence { .. } | Shape::Alias(_) => node.span.end,
    }
}

/// Replaces pieces that are in order and do not touch.
fn splice(text: &str, splices: Vec<Splice>) -> Option<String> {
    let mut after = text.to_owned();
    for (range, new) in splices.into_iter().rev() {
        after.get(range.clone())?;
        after.replace_range(range, &new);
    }
    Some(after)
}
