//! The kinds of things that live in a workspace besides projects and members, as a table: where they are found, what
//! they look like on the wire, and in which words the platform speaks of them. Every word in it was recorded.
//!
//! What they have in common is in `rules::resources`, which reads this table.

mod table;

use super::fields::ALL_SORTS;
use axum::http::StatusCode;

pub(super) use table::KINDS;

/// One kind.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// The service that has it.
    pub(super) service: &'static str,
    /// The end of its path.
    pub(super) plural: &'static str,
    /// What its rows are called.
    pub(super) entity_type: &'static str,
    /// What a refusal to delete a workspace calls it.
    pub(super) noun: &'static str,
    /// Several rows, one for each version, make one of these.
    pub(super) is_versioned: bool,
    pub(super) listing: Listing,
    pub(super) words: Words,
    /// What a body must have, in the order in which the platform complains.
    pub(super) required: &'static [(&'static str, Shape)],
    /// What it looks like.
    pub(super) wire: &'static [(&'static str, Source)],
    pub(super) making: Making,
    pub(super) removing: Removing,
}

/// How its list works.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) page_size: i64,
    pub(super) bounds: Bounds,
    pub(super) sorting: Sorting,
    pub(super) filtering: Filtering,
    /// How many pages an empty list has.
    pub(super) n_empty_pages: i64,
}

/// What happens to a page that is out of bounds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// It is refused by field; so many rows are the most.
    Refused(i64),
    /// A size is refused by field, a page by a failure with these words.
    SizeRefused(&'static str),
    /// The store behind the service refuses it, and the service fails with these words.
    Failing(&'static str),
    /// The same, and the service passes the store's answer on as its own failure.
    FailingWithReason,
    /// What is below is refused by field; what the store behind refuses as too many is passed on as text.
    Relayed,
    /// There is no most. No rows fail with these words, and before the first page there is nothing.
    Unbounded(&'static str),
}

/// What `sort` may be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sorting {
    /// One of these, in this order in complaints.
    OneOf(&'static str, &'static [&'static str]),
    /// Whatever is said, even if it means nothing.
    Anything,
    /// It is not looked at, and not said.
    Fixed,
}

/// What becomes of a filter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filtering {
    /// It is not looked at.
    Ignored,
    /// These fields can be named.
    Silent(&'static [&'static str]),
    /// The same, and the list repeats it.
    Echoed(&'static [&'static str]),
}

/// The platform's words; `{w}` stands for the workspace, `{n}` for the name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) taken: &'static str,
    pub(super) unknown: &'static str,
    /// Unlike `unknown` where the workspace does not exist either.
    pub(super) unknown_workspace: Option<(StatusCode, &'static str)>,
    /// What a list says to it.
    pub(super) list_of_unknown: (StatusCode, &'static str),
    /// What a new one says to it.
    pub(super) made_in_unknown: (StatusCode, &'static str),
}

/// What a field of a body must be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Name,
    /// The name may be missing.
    NameOrNone,
    Text,
    OneOf(&'static [&'static str]),
    Object,
    /// An object with this field.
    ObjectWith(&'static str),
    /// The steps of a job: there is one at least.
    Steps,
}

/// Where a field of the wire comes from. The text is what it is when it is not given, as JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Id,
    Name,
    Workspace,
    Project,
    CreatedAt,
    UpdatedAt,
    /// From the body.
    Given(&'static str),
    /// Kept, but never from a body.
    Kept(&'static str),
    /// Empty: whatever is given, the platform forgets it.
    Forgotten,
    /// Where the files of a fileset would be.
    Storage,
    /// The adapters of a model.
    Adapters,
}

/// What is special about making one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Making {
    /// Nothing, and this is the status of success.
    Stored(StatusCode),
    /// Its fileset must exist.
    Model,
    /// Its fileset and its model must exist.
    Adapter,
    /// It is the first version.
    Versioned,
    /// It gets a fileset of its own.
    Job,
    /// There is nothing it could run on.
    NoRuntime,
    /// There is nothing to encrypt it with.
    NoEncryption,
}

/// What is special about deleting one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Removing {
    Plain,
    /// Nothing may refer to it, and the answer is what it was.
    Fileset,
    /// Its adapters go with it.
    Model,
    /// It must have ended, and its fileset goes with it.
    Job,
    /// There is nothing it could be taken from.
    NoRuntime,
}

impl Kind {
    /// Returns the kind at a place of a service.
    pub(super) fn at(service: &str, plural: &str) -> Option<&'static Self> {
        KINDS
            .iter()
            .find(|kind| kind.service == service && kind.plural == plural)
    }

    /// Returns the kind that is called so in the plural, in whatever service it is.
    pub(super) fn plural(plural: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.plural == plural)
    }

    /// Returns the kind of a row.
    pub(super) fn of(entity_type: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.entity_type == entity_type)
    }

    /// Returns whether it can belong to a project.
    pub(super) fn has_project(&self) -> bool {
        self.wire.iter().any(|(_, source)| *source == Source::Project)
    }
}

impl Words {
    /// Puts the names into a sentence.
    pub(super) fn fill(sentence: &str, workspace: &str, name: &str) -> String {
        // The name last: it may look like a place for the workspace.
        let mut filled = String::new();
        let mut rest = sentence;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((place, behind)) = after.split_once('}') else {
                break;
            };
            filled.push_str(if place == "w" { workspace } else { name });
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }
}

impl Sorting {
    /// Returns what the list is sorted by when nothing is said.
    pub(super) fn usual(&self) -> &'static str {
        match self {
            Self::OneOf(usual, _) => usual,
            Self::Anything => "created_at",
            Self::Fixed => "-created_at",
        }
    }
}

/// The fields every filter knows.
const COMMON: [&str; 7] = [
    "created_at",
    "entity_type",
    "id",
    "name",
    "project",
    "updated_at",
    "workspace",
];

impl Filtering {
    /// Returns the fields that can be named, in the platform's order.
    pub(super) fn fields(&self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Ignored => &[],
            Self::Silent(own) | Self::Echoed(own) => own,
        };
        let mut fields: Vec<_> = COMMON.iter().chain(own).copied().collect();
        fields.sort_unstable();
        fields
    }

    /// Returns what a row has for a field of a filter.
    pub(super) fn column(field: &str, is_versioned: bool) -> String {
        match field {
            "name" if is_versioned => "data.base_name".to_owned(),
            field if COMMON.contains(&field) || field.starts_with("data.") => field.to_owned(),
            field => format!("data.{field}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_default_is_json() {
        for kind in KINDS {
            for (field, source) in kind.wire {
                if let Source::Given(text) | Source::Kept(text) = source {
                    assert!(serde_json::from_str::<Value>(text).is_ok(), "{} {field}", kind.plural);
                }
            }
        }
    }

    #[test]
    fn every_kind_is_found_by_its_place_and_by_its_rows() {
        for kind in KINDS {
            assert_eq!(Kind::at(kind.service, kind.plural), Some(kind));
            assert_eq!(Kind::of(kind.entity_type), Some(kind));
        }
        assert_eq!(Kind::at("files", "models"), None);
    }

    #[test]
    fn names_that_look_like_places_stay_as_they_are() {
        let filled = Words::fill("Model with workspace '{w}' and name '{n}' not found", "{n}", "{w}");
        assert_eq!(filled, "Model with workspace '{n}' and name '{w}' not found");
    }
}
