//! What the platform sends, as it sends it, and how it becomes what [`domain`](crate::domain) knows.
//! Tolerant on purpose: unknown fields, nulls and missing fields are all taken; only what something
//! cannot be addressed without (a name, a principal) must be there.

pub(super) mod bindings;

use crate::domain::deletion::{self, Stage};
use crate::domain::ids::{Principal, ResourceName, WorkspaceName};
use crate::domain::member::Member;
use crate::domain::parsing;
use crate::domain::resource::{Resource, ResourceKind};
use crate::domain::role::Role;
use crate::domain::text::SafeText;
use crate::domain::workspace::Workspace;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::error::Category;

/// The envelope of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub(super) data: Vec<T>,
    #[serde(default)]
    pub(super) pagination: Option<Pagination>,
    /// How long the answer was.
    #[serde(skip)]
    pub(super) n_bytes: usize,
}

impl<T> Page<T> {
    /// Returns how many rows there are in all, where it is told.
    pub(super) fn n_total(&self) -> Option<usize> {
        self.pagination.and_then(|pagination| pagination.total_results)
    }
}

/// Where a page stands in its list; `total_pages` is not read, since services disagree about it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Pagination {
    #[serde(default)]
    pub(super) total_results: Option<usize>,
}

/// Only the envelope, for counting.
#[derive(Debug, Deserialize)]
pub(super) struct Counted {
    pub(super) pagination: Pagination,
}

#[derive(Debug, Deserialize)]
pub(super) struct WorkspaceRow {
    #[serde(default)]
    id: Option<String>,
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default)]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default)]
    updated_by: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MemberRow {
    principal: String,
    #[serde(default)]
    roles: Option<Vec<String>>,
    #[serde(default, deserialize_with = "moment")]
    granted_at: Option<Timestamp>,
    #[serde(default)]
    granted_by: Option<String>,
}

/// A thing of any kind; each service has fields of its own besides these.
#[derive(Debug, Deserialize)]
pub(super) struct ResourceRow {
    #[serde(default)]
    id: Option<String>,
    name: String,
    #[serde(default)]
    project: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    status: Option<Value>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
}

/// The answer of `/apis/entities/v2/workspace-deletions/{name}`.
#[derive(Debug, Deserialize)]
pub(super) struct DeletionRow {
    deletion_stage: String,
    #[serde(default)]
    deletion_error: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
}

/// The answer to a change, of which only the words are used: what it echoes is what was asked for, not what is true.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    pub(super) message: Option<String>,
}

/// `/cluster-info`. Whoever does not name the field is no platform.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ClusterInfo {
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) platform_version: Option<String>,
}

/// The answer of `/status`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Status {
    #[serde(default)]
    pub(super) status: Option<String>,
}

/// `/openapi.json`, of which only the name counts.
#[derive(Debug, Deserialize)]
pub(super) struct Description {
    pub(super) info: DescriptionInfo,
}

#[derive(Debug, Deserialize)]
pub(super) struct DescriptionInfo {
    pub(super) title: String,
}

/// The answer of `/apis/auth/discovery`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Discovery {
    pub(super) auth_enabled: bool,
    #[serde(default)]
    pub(super) oidc: Option<Value>,
}

/// `/apis/auth/authenticate`. Whoever does not name the field knows nothing of the question.
#[derive(Debug, Deserialize)]
pub(super) struct Authenticated {
    #[serde(deserialize_with = "Option::deserialize")]
    pub(super) principal: Option<String>,
    #[serde(default)]
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) groups: Option<Vec<String>>,
}

impl Discovery {
    /// Returns whether it has the shape only the newest generation gives it.
    pub(super) fn lists_clients(&self) -> bool {
        self.oidc.as_ref().is_some_and(|oidc| oidc.get("clients").is_some())
    }
}

/// What has an identity by which doubles between pages are told.
pub(super) trait Row {
    /// The value that it decodes to.
    type Value: Send + 'static;
    /// Returns it as the domain knows it, with the text that tells it from all others.
    fn into_value(self) -> (String, Self::Value);
}

impl Row for WorkspaceRow {
    type Value = Workspace;

    fn into_value(self) -> (String, Workspace) {
        let workspace = Workspace::from(self);
        (workspace.id.clone(), workspace)
    }
}

impl ResourceRow {
    /// Returns it as the domain knows it; what kind it is, only the question tells.
    pub(super) fn into_resource(self, kind: ResourceKind) -> Resource {
        let named = |text: &String| !text.is_empty();
        Resource {
            kind,
            name: ResourceName::from_platform(self.name),
            id: self.id.filter(named),
            project: self.project.filter(named).map(ResourceName::from_platform),
            description: self.description.filter(named),
            state: self.status.as_ref().and_then(Value::as_str).map(str::to_owned),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

impl From<DeletionRow> for deletion::Status {
    fn from(row: DeletionRow) -> Self {
        Self {
            stage: Stage::from_platform(&row.deletion_stage),
            error: row.deletion_error.as_deref().map(SafeText::new),
            updated_at: row.updated_at,
        }
    }
}

impl From<WorkspaceRow> for Workspace {
    fn from(row: WorkspaceRow) -> Self {
        Self {
            id: row.id.unwrap_or_else(|| row.name.clone()),
            name: WorkspaceName::from_platform(row.name),
            description: row.description,
            created_at: row.created_at,
            created_by: row.created_by,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        }
    }
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let roles = row.roles.unwrap_or_default();
        Self {
            principal: Principal::from_platform(row.principal),
            roles: roles.iter().map(|role| Role::from_platform(role)).collect(),
            granted_at: row.granted_at,
            granted_by: row.granted_by,
        }
    }
}

/// Decodes a body that must be an object; where that fails, says at which place of it and why.
pub(super) fn decode<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, SafeText> {
    // The library would also fill a structure from an array, by position.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(SafeText::new("at .: expected an object"));
    }
    parse(body)
}

/// Decodes a list: `{"data":[…],"pagination":{…}}`, or a bare array as the first generation may send it.
pub(super) fn decode_list<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<Page<T>, SafeText> {
    if body.trim_ascii_start().starts_with(b"[") {
        let data = parse(body)?;
        return Ok(Page {
            data,
            pagination: None,
            n_bytes: body.len(),
        });
    }
    let page: Page<T> = decode(body)?;
    Ok(Page {
        n_bytes: body.len(),
        ..page
    })
}

fn parse<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<T, SafeText> {
    // Keeping track of the place costs time, and where it is matters only when something is wrong there.
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        SafeText::with_limit(&format!("at {place}: {}", in_words(error.inner())), 200)
    })?;
    reader.end().map_err(|error| SafeText::new(&in_words(&error)))?;
    Ok(value)
}

/// What does not fit there, for whoever looks after the server.
fn in_words(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof => "it breaks off".to_owned(),
        Category::Syntax | Category::Io => format!("no JSON from line {}, column {} on", error.line(), error.column()),
        Category::Data => {
            let words = parsing::in_words(&error.to_string());
            words.unwrap_or_else(|| "not what the platform answers".to_owned())
        }
    }
}

/// Reads a moment in any of the platform's spellings; what is none is as good as missing.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    Ok(value.as_ref().and_then(Value::as_str).and_then(parse_moment))
}

/// Without a zone the platform means UTC; read as local time every date would shift.
fn parse_moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let naive = text.parse::<DateTime>().ok()?;
    TimeZone::UTC.to_timestamp(naive).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::naive("2026-11-23T08:33:37.071775", "2026-11-23T08:33:37.071775Z")]
    #[case::whole_seconds("2026-11-23T08:33:37", "2026-11-23T08:33:37Z")]
    #[case::zulu("2026-11-23T08:45:32.528212Z", "2026-11-23T08:45:32.528212Z")]
    #[case::zero_offset("2026-11-23T09:15:55.208801+00:00", "2026-11-23T09:15:55.208801Z")]
    #[case::other_offset("2026-11-23T10:15:55+02:00", "2026-11-23T08:15:55Z")]
    #[case::nine_digits("2026-11-23T08:33:37.123456789", "2026-11-23T08:33:37.123456789Z")]
    #[case::one_digit("2026-11-23T08:33:37.1Z", "2026-11-23T08:33:37.1Z")]
    #[case::blank_between("2026-11-23 08:33:37", "2026-11-23T08:33:37Z")]
    fn reads_moments_with_and_without_a_zone_as_utc(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(parse_moment(text), Some(expected.parse().unwrap()));
    }

    #[rstest]
    #[case("")]
    #[case("yesterday")]
    #[case("2026-13-01T00:00:00")]
    fn takes_what_is_no_moment_as_missing(#[case] text: &str) {
        assert_eq!(parse_moment(text), None);
        let row: WorkspaceRow = serde_json::from_value(serde_json::json!({"name": "w", "created_at": text})).unwrap();
        assert_eq!(row.created_at, None);
    }

    #[test]
    fn takes_nulls_missing_and_unknown_fields() {
        let row: WorkspaceRow = decode(br#"{"name":"w","id":null,"description":null,"new":{"x":[1]}}"#).unwrap();
        let workspace = Workspace::from(row);
        assert_eq!((workspace.id.as_str(), workspace.name.raw()), ("w", "w"));
        let row: MemberRow = decode(br#"{"principal":"a@x","roles":null}"#).unwrap();
        assert!(Member::from(row).roles.is_empty());
        let row: MemberRow = decode(br#"{"principal":"a@x"}"#).unwrap();
        assert!(Member::from(row).roles.is_empty());
    }

    #[test]
    fn says_where_an_answer_is_wrong() {
        let wrong = decode::<Page<MemberRow>>(br#"{"data":[{"principal":"a@x"},{"roles":[]}]}"#).unwrap_err();
        assert!(
            wrong.as_str().contains("data[1]") && wrong.as_str().contains("principal"),
            "{wrong}"
        );
        let wrong = decode::<Page<MemberRow>>(br#"{"data":[{"principal":7}]}"#).unwrap_err();
        assert!(wrong.as_str().contains("data[0].principal"), "{wrong}");
    }
}
