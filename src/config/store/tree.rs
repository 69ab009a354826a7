//! A YAML document as a tree that knows where in the text each node stands, and as the plain value it stands for.
//!
//! It comes from the parser that also reads the config file, so that an edit and the next reading cannot disagree; as
//! the library that reads passes that parser on, the two are of one version, which a dependency of our own need not be.
//! A scalar keeps its own spelling: `1.0` and `1.00`, or `yes` and `'yes'`, are not the same to every reader.

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};
use std::collections::HashMap;
use std::ops::Range;

/// A node and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) shape: Shape,
    /// The bytes of its content, without anchor and tag.
    pub(super) span: Range<usize>,
    /// Its explicit tag, if it has one.
    tag: Option<String>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    Sequence {
        items: Vec<Node>,
        is_flow: bool,
    },
    Mapping {
        entries: Vec<(Node, Node)>,
        is_flow: bool,
    },
    /// Stands for a node elsewhere in the document.
    Alias(Value),
}

/// What a node means, wherever it stands and however it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Scalar {
        text: String,
        /// Whether it is written without quotes: then a reader may take it for a number, a switch or nothing.
        is_plain: bool,
        tag: Option<String>,
    },
    Sequence(Vec<Self>, Option<String>),
    Mapping(Vec<(Self, Self)>, Option<String>),
}

/// Deeper than any config file is; what is deeper is not edited.
const DEEPEST: usize = 60;
/// More nodes than any config file has, aliases resolved.
const MOST_NODES: usize = 100_000;

impl Node {
    /// Returns the entry of a mapping with this key.
    pub(super) fn entry(&self, key: &str) -> Option<&(Self, Self)> {
        let Shape::Mapping { entries, .. } = &self.shape else {
            return None;
        };
        entries.iter().find(|(name, _)| name.is_text(key))
    }

    /// Returns the value of a mapping at this key.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Returns the items of a sequence; anything else has none.
    pub(super) fn items(&self) -> &[Self] {
        let Shape::Sequence { items, .. } = &self.shape else {
            return &[];
        };
        items
    }

    /// Returns the text of a scalar, also of one that stands elsewhere.
    pub(super) fn text(&self) -> Option<&str> {
        let (Shape::Scalar { text, .. } | Shape::Alias(Value::Scalar { text, .. })) = &self.shape else {
            return None;
        };
        Some(text)
    }

    /// Returns whether nothing is there: no text, or a word for nothing.
    pub(super) fn is_null(&self) -> bool {
        let Shape::Scalar { text, style } = &self.shape else {
            return false;
        };
        *style == ScalarStyle::Plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// Returns whether the content is written in several lines under an indicator (`|` or `>`), or carries a tag.
    pub(super) fn is_decorated(&self) -> bool {
        let is_block = matches!(
            self.shape,
            Shape::Scalar {
                style: ScalarStyle::Literal | ScalarStyle::Folded,
                ..
            }
        );
        is_block || self.tag.is_some()
    }

    /// Returns what the node means.
    pub(super) fn value(&self) -> Value {
        let tag = self.tag.clone();
        match &self.shape {
            Shape::Scalar { text, style } => Value::Scalar {
                text: text.clone(),
                is_plain: *style == ScalarStyle::Plain,
                tag,
            },
            Shape::Sequence { items, .. } => Value::Sequence(items.iter().map(Self::value).collect(), tag),
            Shape::Mapping { entries, .. } => {
                let entries = entries.iter().map(|(key, value)| (key.value(), value.value()));
                Value::Mapping(entries.collect(), tag)
            }
            Shape::Alias(value) => value.clone(),
        }
    }

    fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.shape, Shape::Scalar { text, .. } if text == wanted)
    }
}

impl Value {
    fn n_nodes(&self) -> usize {
        1 + match self {
            Self::Scalar { .. } => 0,
            Self::Sequence(items, _) => items.iter().map(Self::n_nodes).sum(),
            Self::Mapping(entries, _) => entries.iter().map(|(key, value)| key.n_nodes() + value.n_nodes()).sum(),
        }
    }

    fn is_text(&self, wanted: &str) -> bool {
        matches!(self, Self::Scalar { text, .. } if text == wanted)
    }

    /// Returns the value of a mapping at this key.
    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        let Self::Mapping(entries, _) = self else { return None };
        let mut entries = entries.iter_mut();
        entries.find(|(name, _)| name.is_text(key)).map(|(_, value)| value)
    }

    /// Returns an item of a sequence.
    pub(super) fn item_mut(&mut self, index: usize) -> Option<&mut Self> {
        match self {
            Self::Sequence(items, _) => items.get_mut(index),
            Self::Scalar { .. } | Self::Mapping(..) => None,
        }
    }
}

/// A collection whose end has not come yet.
struct Open {
    is_mapping: bool,
    is_flow: bool,
    start: usize,
    anchor: usize,
    tag: Option<String>,
    children: Vec<Node>,
}

/// Parses one document; `Ok(None)` if there is nothing in it.
///
/// # Errors
/// Says what about the text keeps it from being edited.
pub(super) fn parse(text: &str) -> Result<Option<Node>, &'static str> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|_scan_error| "it is not YAML")?;
        builder.take(&event, span)?;
    }
    Ok(builder.root)
}

#[derive(Default)]
struct Builder {
    root: Option<Node>,
    open: Vec<Open>,
    anchored: HashMap<usize, Value>,
    n_nodes: usize,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, span: Span) -> Result<(), &'static str> {
        let range = span.byte_range().ok_or("its positions cannot be read")?;
        let tag = event.tag().map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the parser's enum may grow; what is no node does not matter here"
        )]
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err("it holds more than one document"),
            Event::Scalar(text, style, anchor, _) => self.finish(
                Node {
                    shape: Shape::Scalar {
                        text: if range.is_empty() {
                            String::new()
                        } else {
                            text.to_string()
                        },
                        style: *style,
                    },
                    span: range,
                    tag,
                },
                *anchor,
            ),
            Event::Alias(anchor) => {
                let value = self.anchored.get(anchor).cloned().ok_or("an alias stands for itself")?;
                let node = Node {
                    shape: Shape::Alias(value),
                    span: range,
                    tag: None,
                };
                self.finish(node, 0)
            }
            Event::SequenceStart(style, anchor, _) => self.begin(false, *style, range.start, *anchor, tag),
            Event::MappingStart(style, anchor, _) => self.begin(true, *style, range.start, *anchor, tag),
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        is_mapping: bool,
        style: StructureStyle,
        start: usize,
        anchor: usize,
        tag: Option<String>,
    ) -> Result<(), &'static str> {
        if self.open.len() >= DEEPEST {
            return Err("it is nested too deeply");
        }
        self.open.push(Open {
            is_mapping,
            is_flow: style == StructureStyle::Flow,
            start,
            anchor,
            tag,
            children: Vec::new(),
        });
        Ok(())
    }

    /// The end of a block collection is told only when the next thing begins; its last child knows better.
    fn end(&mut self, told: usize) -> Result<(), &'static str> {
        let open = self.open.pop().ok_or("it closes what was never opened")?;
        let last = open.children.last().map(|child| child.span.end);
        let end = if open.is_flow { told } else { last.unwrap_or(open.start) };
        let is_flow = open.is_flow;
        let shape = if open.is_mapping {
            let mut children = open.children.into_iter();
            let mut entries = Vec::new();
            while let (Some(key), Some(value)) = (children.next(), children.next()) {
                entries.push((key, value));
            }
            Shape::Mapping { entries, is_flow }
        } else {
            let items = open.children;
            Shape::Sequence { items, is_flow }
        };
        let node = Node {
            shape,
            span: open.start..end.max(open.start),
            tag: open.tag,
        };
        self.finish(node, open.anchor)
    }

    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), &'static str> {
        self.n_nodes += match &node.shape {
            Shape::Alias(value) => value.n_nodes(),
            Shape::Scalar { .. } | Shape::Sequence { .. } | Shape::Mapping { .. } => 1,
        };
        if self.n_nodes > MOST_NODES {
            return Err("it is too large");
        }
        if anchor != 0 {
            self.anchored.insert(anchor, node.value());
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(node),
            None => self.root = Some(node),
        }
        Ok(())
    }
}
