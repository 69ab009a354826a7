//! Role bindings as the platform stores them. They are free JSON, which anybody with the right can write: whatever
//! does not make sense costs its own row, never the page.

use super::{Row, parse_moment};
use crate::domain::binding::{self, Binding};
use crate::domain::ids::{Principal, ResourceName, WorkspaceName};
use crate::domain::role::Role;
use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A role binding as it is stored: what tells it from all others, and what was made of it.
#[derive(Debug)]
pub(crate) struct BindingRow(String, Option<Binding>);

#[derive(Debug, Deserialize)]
struct Fields<'a> {
    #[serde(default, borrow)]
    id: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    name: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    workspace: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    data: Lenient<Data<'a>>,
    #[serde(default, borrow)]
    created_at: Lenient<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct Data<'a> {
    #[serde(default, borrow)]
    principal: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    workspace: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    role: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    granted_at: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    granted_by: Lenient<Cow<'a, str>>,
    #[serde(default, borrow)]
    revoked_at: Lenient<Cow<'a, str>>,
}

/// What a field holds: what is expected there, nothing, or something else.
#[derive(Debug)]
enum Lenient<T> {
    Known(T),
    Nothing,
    Odd,
}

// Derived, it would ask for a default of `T`.
#[expect(clippy::derivable_impls, reason = "a derived one needs T: Default")]
impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self::Nothing
    }
}

impl<T> Lenient<T> {
    fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Nothing | Self::Odd => None,
        }
    }
}

impl Lenient<Cow<'_, str>> {
    fn moment(&self) -> Option<Timestamp> {
        match self {
            Self::Known(text) => parse_moment(text),
            Self::Nothing | Self::Odd => None,
        }
    }
}

/// What can be made of texts and of objects; each takes one of them.
trait Expected<'de>: Sized {
    fn of_text(text: Cow<'de, str>) -> Option<Self>;
    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error>;
}

/// Mostly a text is part of the answer, and nothing is copied: there are hundreds of thousands of rows.
impl<'de: 'a, 'a> Expected<'de> for Cow<'a, str> {
    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }

    fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        IgnoredAny.visit_map(object)?;
        Ok(None)
    }
}

macro_rules! object {
    ($name:ident) => {
        impl<'de: 'a, 'a> Expected<'de> for $name<'a> {
            fn of_text(_: Cow<'de, str>) -> Option<Self> {
                None
            }

            fn of_object<A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
                Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
            }
        }
    };
}

object!(Fields);
object!(Data);

impl<'de, T: Expected<'de>> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Look(PhantomData))
    }
}

impl<'de> Deserialize<'de> for BindingRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Lenient::deserialize(deserializer).map(|row| Self::of(row.known()))
    }
}

impl BindingRow {
    fn of(fields: Option<Fields<'_>>) -> Self {
        let Some(fields) = fields else {
            return Self(String::new(), None);
        };
        let place = fields.workspace.known();
        // Every stored row has an id; a workspace and a name tell one as well.
        let id = match fields.id.known() {
            Some(id) => id.into_owned(),
            None => format!(
                "{}/{}",
                place.as_deref().unwrap_or_default(),
                fields.name.known().unwrap_or_default()
            ),
        };
        let created_at = fields.created_at.moment();
        let data = fields.data.known();
        Self(id, data.and_then(|data| data.into_binding(place, created_at)))
    }
}

struct Look<T>(PhantomData<T>);

impl<T> Look<T> {
    fn found(found: Option<T>) -> Lenient<T> {
        found.map_or(Lenient::Odd, Lenient::Known)
    }
}

impl<'de, T: Expected<'de>> Visitor<'de> for Look<T> {
    type Value = Lenient<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Lenient::Nothing)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Self::found(T::of_text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Self::found(T::of_text(Cow::Owned(text.to_owned()))))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        T::of_object(object).map(Self::found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Lenient::Odd)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Lenient::Odd)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Lenient::Odd)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Lenient::Odd)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(list)?;
        Ok(Lenient::Odd)
    }
}

impl Row for BindingRow {
    /// Nothing where the row is no role binding.
    type Value = Option<Binding>;

    fn into_value(self) -> (String, Option<Binding>) {
        (self.0, self.1)
    }
}

/// One stored row with all that is needed to write it back.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct StoredRow(Value);

impl Row for StoredRow {
    /// Nothing where the row is no role binding.
    type Value = Option<binding::Row>;

    fn into_value(self) -> (String, Option<binding::Row>) {
        let Self(mut stored) = self;
        let Ok(known) = BindingRow::deserialize(&stored) else {
            return (String::new(), None);
        };
        let (id, binding) = known.into_value();
        let name = stored.get("name").and_then(Value::as_str).unwrap_or_default();
        let name = ResourceName::from_platform(name);
        // Where it is missing, no row is at this version, and the platform refuses what would be sent.
        let version = stored.get("db_version").and_then(Value::as_i64).unwrap_or_default();
        let row = binding.map(|binding| binding::Row {
            binding,
            name,
            version,
            data: match stored.get_mut("data").map(Value::take) {
                Some(Value::Object(data)) => data,
                Some(_) | None => serde_json::Map::new(),
            },
        });
        (id, row)
    }
}

/// One stored row with when and how often it was written.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct TouchedRow(Value);

impl Row for TouchedRow {
    /// Nothing where the row is no role binding.
    type Value = Option<binding::Touch>;

    fn into_value(self) -> (String, Option<binding::Touch>) {
        let Self(stored) = self;
        let Ok(known) = BindingRow::deserialize(&stored) else {
            return (String::new(), None);
        };
        let (id, binding) = known.into_value();
        let touch = binding.map(|binding| binding::Touch {
            id: id.clone(),
            binding,
            version: stored.get("db_version").and_then(Value::as_i64).unwrap_or_default(),
            touched_at: stored.get("updated_at").and_then(Value::as_str).and_then(parse_moment),
        });
        (id, touch)
    }
}

impl Data<'_> {
    fn into_binding(self, place: Option<Cow<'_, str>>, created_at: Option<Timestamp>) -> Option<Binding> {
        let revoked_at = match &self.revoked_at {
            Lenient::Nothing => None,
            // Taken away for certain, but nobody can say when: neither a grant nor a piece of history.
            known @ (Lenient::Known(_) | Lenient::Odd) => Some(known.moment()?),
        };
        // Seeded rows say only by their own place which workspace they are about.
        let workspace = place.or(self.workspace.known())?;
        Some(Binding {
            principal: Principal::from_platform(self.principal.known()?),
            workspace: WorkspaceName::from_platform(workspace),
            role: Role::from_platform(&self.role.known()?),
            granted_at: self.granted_at.moment(),
            granted_by: self.granted_by.known().map(Cow::into_owned),
            revoked_at,
            created_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::wire::{Page, decode_list};
    use rstest::rstest;
    use serde_json::json;

    fn read(row: &Value) -> (String, Option<Binding>) {
        let body = json!({ "data": [row] }).to_string();
        let mut page: Page<BindingRow> = decode_list(body.as_bytes()).unwrap();
        page.data.remove(0).into_value()
    }

    #[test]
    fn reads_a_grant_and_a_revoked_one() {
        let mut row = json!({
            "id": "role-binding-1", "workspace": "w", "name": "rb-1", "new": [{}],
            "data": {
                "principal": "a@x", "workspace": "w", "role": "Viewer", "granted_by": "admin@x",
                "granted_at": "2026-11-23T09:15:55.208801+00:00", "revoked_at": null,
            },
            "created_at": "2026-11-23T09:15:55.167614",
        });
        let (id, binding) = read(&row);
        let binding = binding.unwrap();
        assert_eq!(id, "role-binding-1");
        assert_eq!((binding.principal.raw(), binding.workspace.raw()), ("a@x", "w"));
        assert_eq!(
            (binding.role.clone(), binding.granted_by.as_deref()),
            (Role::Viewer, Some("admin@x"))
        );
        assert_eq!(binding.granted_at, Some("2026-11-23T09:15:55.208801Z".parse().unwrap()));
        assert_eq!(binding.created_at, Some("2026-11-23T09:15:55.167614Z".parse().unwrap()));
        assert_eq!(binding.revoked_at, None);
        row["data"]["revoked_at"] = json!("2026-11-24T00:00:00Z");
        assert_eq!(
            read(&row).1.unwrap().revoked_at,
            Some("2026-11-24T00:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn a_stored_row_keeps_all_its_data() {
        let row = json!({
            "id": "role-binding-1", "workspace": "w", "name": "rb-1", "db_version": 3,
            "data": {"role": "Viewer", "principal": "a@x", "granted_by": "b", "granted_at": "t", "revoked_at": null, "new": [1]},
        });
        let body = json!({ "data": [row, {"id": "2", "workspace": "w", "data": {"role": "Viewer"}}, 7] }).to_string();
        let page: Page<StoredRow> = decode_list(body.as_bytes()).unwrap();
        let rows: Vec<(String, Option<binding::Row>)> = page.data.into_iter().map(Row::into_value).collect();
        let stored = rows[0].1.as_ref().unwrap();
        assert_eq!((stored.name.raw(), stored.version), ("rb-1", 3));
        assert_eq!(Value::Object(stored.data.clone()), row["data"]);
        assert_eq!(stored.binding.principal.raw(), "a@x");
        assert_eq!((&rows[1], &rows[2].1), (&("2".to_owned(), None), &None));
    }

    #[test]
    fn a_seeded_row_is_about_the_workspace_it_lies_in() {
        let row = json!({"id": "1", "workspace": "system", "data": {"principal": "*", "role": "Viewer"}});
        let binding = read(&row).1.unwrap();
        assert_eq!(
            (binding.workspace.raw(), binding.granted_at, binding.granted_by),
            ("system", None, None)
        );
        let row = json!({"id": "1", "data": {"principal": "*", "role": "Viewer", "workspace": "inner"}});
        assert_eq!(read(&row).1.unwrap().workspace.raw(), "inner");
    }

    #[rstest]
    #[case::no_principal(json!({"id": "1", "workspace": "w", "data": {"role": "Viewer"}}), "1")]
    #[case::no_role(json!({"id": "1", "workspace": "w", "data": {"principal": "a@x", "role": null}}), "1")]
    #[case::no_workspace(json!({"id": "1", "data": {"principal": "a@x", "role": "Viewer"}}), "1")]
    #[case::number(json!({"id": "1", "workspace": "w", "data": {"principal": 7, "role": "Viewer"}}), "1")]
    #[case::nested(json!({"id": "1", "workspace": "w", "data": {"principal": {"a": [1]}, "role": "Viewer"}}), "1")]
    #[case::revoked_some_time(
        json!({"id": "1", "workspace": "w", "data": {"principal": "a", "role": "Viewer", "revoked_at": true}}), "1"
    )]
    #[case::revoked_in_words(
        json!({"id": "1", "workspace": "w", "data": {"principal": "a", "role": "Viewer", "revoked_at": "soon"}}), "1"
    )]
    #[case::no_data(json!({"id": "1", "workspace": "w", "data": null}), "1")]
    #[case::text(json!({"id": "1", "workspace": "w", "data": "text"}), "1")]
    #[case::list(json!({"workspace": "w", "name": "n", "data": [1, [2], {"a": 3}]}), "w/n")]
    #[case::no_row(json!(null), "")]
    #[case::float(json!(1.5), "")]
    #[case::negative(json!(-1), "")]
    fn what_is_no_binding_costs_its_own_row(#[case] row: Value, #[case] id: &str) {
        assert_eq!(read(&row), (id.to_owned(), None));
    }

    #[test]
    fn odd_details_cost_nothing() {
        let row = json!({
            "id": 7, "workspace": "w", "name": "rb", "created_at": 7,
            "data": {"principal": "a@x", "role": "", "granted_at": [], "granted_by": {}},
        });
        let (id, binding) = read(&row);
        let binding = binding.unwrap();
        assert_eq!(id, "w/rb");
        assert_eq!(
            (binding.granted_at, binding.granted_by, binding.created_at),
            (None, None, None)
        );
    }
}
