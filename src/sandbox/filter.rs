//! Filters of lists: three ways to write them ([`text`], [`mod@json`] and brackets), one meaning, one translation to SQL.

mod json;
mod text;

use super::clock;
use super::problem::Problem;
use super::query::Query;
use rusqlite::types::Value as SqlValue;
use serde_json::{Map, Value, json};

/// What a row must satisfy.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// All of them; of none, everything.
    All(Vec<Self>),
    /// One of them; of none, everything, as the platform has it.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A comparison of one field.
    Test {
        field: String,
        operator: Operator,
        value: Value,
    },
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Like,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

impl Operator {
    const ALL: [(&'static str, Self); 8] = [
        ("$eq", Self::Equal),
        ("$like", Self::Like),
        ("$lt", Self::Less),
        ("$lte", Self::LessOrEqual),
        ("$gt", Self::Greater),
        ("$gte", Self::GreaterOrEqual),
        ("$in", Self::In),
        ("$nin", Self::NotIn),
    ];

    fn parse(word: &str) -> Result<Self, Problem> {
        let known = Self::ALL.into_iter().find(|(spelled, _)| *spelled == word);
        known
            .map(|(_, operator)| operator)
            .ok_or_else(|| Problem::bad_request(format!("'{word}' is not a valid FilterOperator")))
    }

    fn word(self) -> &'static str {
        let known = Self::ALL.into_iter().find(|(_, operator)| *operator == self);
        known.map_or("$eq", |(spelled, _)| spelled)
    }
}

impl Condition {
    /// Reads the filter of a request, if it has one.
    pub(super) fn from_query(query: &Query) -> Result<Option<Self>, Problem> {
        if let Some(filter) = query.get("filter").filter(|filter| !filter.is_empty()) {
            return Self::parse(filter).map(Some);
        }
        if let Some(condition) = Self::from_brackets(query, "filter[")? {
            return Ok(Some(condition));
        }
        if let Some(search) = query.get("search").filter(|search| !search.is_empty()) {
            return Self::parse(search).map(Some);
        }
        Self::from_brackets(query, "search[")
    }

    fn parse(filter: &str) -> Result<Self, Problem> {
        if filter.trim_start().starts_with('{') {
            json::parse(filter)
        } else {
            text::parse(filter)
        }
    }

    /// Reads `filter[name][$like]=ml` and its like.
    fn from_brackets(query: &Query, prefix: &str) -> Result<Option<Self>, Problem> {
        let mut conditions = Vec::new();
        let mut is_asked = false;
        for (key, value) in query.starting_with(prefix) {
            is_asked = true;
            let Some(inside) = key.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(']')) else {
                continue;
            };
            let mut parts = inside.split("][");
            let field = parts.next().unwrap_or_default();
            if field.starts_with('$') {
                return Err(Problem::bad_request(format!(
                    "Invalid filter parameter: {key}. Logical operators cannot have additional parameters."
                )));
            }
            let operator = parts.next().filter(|word| word.starts_with('$')).unwrap_or("$eq");
            conditions.push(Self::test(field, Operator::parse(operator)?, value.into()));
        }
        match conditions.pop() {
            None if is_asked => Err(Problem::bad_request("No filter parameters found")),
            None => Ok(None),
            Some(only) if conditions.is_empty() => Ok(Some(only)),
            Some(last) => {
                conditions.push(last);
                Ok(Some(Self::All(conditions)))
            }
        }
    }

    fn test(field: &str, operator: Operator, value: Value) -> Self {
        let value = match operator {
            Operator::In | Operator::NotIn => as_list(value),
            Operator::Equal
            | Operator::Like
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => value,
        };
        Self::Test {
            field: field.to_owned(),
            operator,
            value,
        }
    }

    /// Calls every field by another name.
    pub(super) fn rename_fields(&mut self, renamed: &dyn Fn(&str) -> Result<String, Problem>) -> Result<(), Problem> {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions
                .iter_mut()
                .try_for_each(|condition| condition.rename_fields(renamed)),
            Self::Not(condition) => condition.rename_fields(renamed),
            Self::Test { field, .. } => {
                *field = renamed(field)?;
                Ok(())
            }
        }
    }

    /// Writes it as lists echo it.
    pub(super) fn to_json(&self) -> Value {
        let list = |conditions: &[Self]| conditions.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All(conditions) => json!({"$and": list(conditions)}),
            Self::Any(conditions) => json!({"$or": list(conditions)}),
            Self::Not(condition) => json!({"$not": condition.to_json()}),
            Self::Test { field, operator, value } => {
                let test = Map::from_iter([(operator.word().to_owned(), value.clone())]);
                Value::Object(Map::from_iter([(field.clone(), Value::Object(test))]))
            }
        }
    }
}

/// A list given as text is separated by commas.
fn as_list(value: Value) -> Value {
    match value.as_str() {
        Some(text) => text.split(',').map(Value::from).collect(),
        None if value.is_array() => value,
        None => Value::Array(vec![value]),
    }
}

/// The table a filter is applied to, which says what its fields are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Workspaces,
    Entities,
}

enum Column {
    Plain(&'static str),
    Time(&'static str),
    /// A path into the JSON data of a row.
    Data(String),
}

impl Table {
    fn column(self, field: &str) -> Option<Column> {
        const COMMON: [&str; 4] = ["id", "name", "created_by", "updated_by"];
        const TIMES: [&str; 2] = ["created_at", "updated_at"];
        const ROWS: [&str; 4] = ["entity_type", "workspace", "project", "db_version"];
        let known = |names: &'static [&'static str]| names.iter().copied().find(|name| *name == field);
        if let Some(name) = known(&COMMON) {
            return Some(Column::Plain(name));
        }
        if let Some(name) = known(&TIMES) {
            return Some(Column::Time(name));
        }
        match (self, field) {
            (Self::Workspaces, "description") => Some(Column::Plain("description")),
            (Self::Workspaces, "deletion_stage") => Some(Column::Plain("deletion_stage")),
            // Always null here: nothing has a parent.
            (Self::Entities, "parent") => Some(Column::Plain("NULL")),
            (Self::Workspaces, _) => None,
            // Word for word as in an index.
            (Self::Entities, "data.revoked_at") => Some(Column::Plain("json_extract(data, '$.revoked_at')")),
            (Self::Entities, "data.principal") => Some(Column::Plain("json_extract(data, '$.principal')")),
            (Self::Entities, field) => match field.strip_prefix("data.") {
                Some(path) => json_path(path).map(Column::Data),
                None => known(&ROWS).map(Column::Plain),
            },
        }
    }

    /// Returns the order a `sort` asks for; `None` for a field that is not there.
    pub(super) fn order(self, sort: &str) -> Option<(String, &'static str)> {
        let (field, direction) = sort.strip_prefix('-').map_or((sort, "ASC"), |field| (field, "DESC"));
        let expression = match self.column(field)? {
            Column::Plain(name) | Column::Time(name) => name.to_owned(),
            Column::Data(path) => format!("json_extract(data, '{path}')"),
        };
        Some((expression, direction))
    }
}

/// Returns a path into JSON that is safe to stand in SQL.
pub(super) fn json_path(dotted: &str) -> Option<String> {
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    dotted.split('.').all(is_plain).then(|| format!("$.{dotted}"))
}

/// SQL under construction, with its parameters.
#[derive(Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) parameters: Vec<SqlValue>,
}

impl Sql {
    /// Appends text, and the parameters its question marks stand for.
    pub(super) fn push<const N: usize>(&mut self, text: &str, parameters: [SqlValue; N]) {
        self.text.push_str(text);
        self.parameters.extend(parameters);
    }

    /// Appends a condition, in parentheses.
    pub(super) fn push_condition(&mut self, table: Table, condition: &Condition) -> Result<(), Problem> {
        match condition {
            Condition::All(conditions) => self.push_joined(table, conditions, " AND "),
            Condition::Any(conditions) => self.push_joined(table, conditions, " OR "),
            Condition::Not(condition) => {
                self.push("(NOT ", []);
                self.push_condition(table, condition)?;
                self.push(")", []);
                Ok(())
            }
            Condition::Test { field, operator, value } => {
                // The platform fails with 500 on a field it does not have.
                let column = table.column(field).ok_or(Problem::Unexpected)?;
                self.push("(", []);
                self.push_test(column, *operator, value)?;
                self.push(")", []);
                Ok(())
            }
        }
    }

    fn push_joined(&mut self, table: Table, conditions: &[Condition], joint: &str) -> Result<(), Problem> {
        self.push("(", []);
        for (i, condition) in conditions.iter().enumerate() {
            if i > 0 {
                self.push(joint, []);
            }
            self.push_condition(table, condition)?;
        }
        if conditions.is_empty() {
            self.push("1", []);
        }
        self.push(")", []);
        Ok(())
    }

    fn push_test(&mut self, column: Column, operator: Operator, value: &Value) -> Result<(), Problem> {
        let is_time = matches!(column, Column::Time(_));
        match column {
            Column::Plain(name) | Column::Time(name) => self.push(name, []),
            Column::Data(path) => self.push("json_extract(data, ?)", [path.into()]),
        }
        let as_sql = |value: &Value| if is_time { time_value(value) } else { plain_value(value) };
        match operator {
            Operator::Equal if value.is_null() => self.push(" IS NULL", []),
            Operator::Equal => self.push(" = ?", [as_sql(value)?]),
            Operator::Like if is_time => return Err(Problem::Unexpected),
            Operator::Like => self.push(" LIKE '%' || ? || '%'", [plain_value(value)?]),
            Operator::Less => self.push(" < ?", [as_sql(value)?]),
            Operator::LessOrEqual => self.push(" <= ?", [as_sql(value)?]),
            Operator::Greater => self.push(" > ?", [as_sql(value)?]),
            Operator::GreaterOrEqual => self.push(" >= ?", [as_sql(value)?]),
            Operator::In | Operator::NotIn => {
                let word = if operator == Operator::In { " IN (" } else { " NOT IN (" };
                self.push(word, []);
                for (i, entry) in value.as_array().into_iter().flatten().enumerate() {
                    self.push(if i == 0 { "?" } else { ", ?" }, [as_sql(entry)?]);
                }
                self.push(")", []);
            }
        }
        Ok(())
    }
}

fn time_value(value: &Value) -> Result<SqlValue, Problem> {
    let time = value.as_str().and_then(clock::parse).ok_or(Problem::Unexpected)?;
    Ok(time.into())
}

fn plain_value(value: &Value) -> Result<SqlValue, Problem> {
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned().into());
    }
    if let Some(whole) = value.as_i64() {
        return Ok(whole.into());
    }
    if let Some(number) = value.as_f64() {
        return Ok(number.into());
    }
    if let Some(truth) = value.as_bool() {
        return Ok(i64::from(truth).into());
    }
    if value.is_null() {
        return Ok(SqlValue::Null);
    }
    Err(Problem::Unexpected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(query: &str) -> Result<Option<Value>, Problem> {
        let condition = Condition::from_query(&Query::parse(query))?;
        Ok(condition.map(|condition| condition.to_json()))
    }

    #[rstest]
    #[case("filter[name][$like]=one", json!({"name": {"$like": "one"}}))]
    #[case("filter[name]=one", json!({"name": {"$eq": "one"}}))]
    #[case("search[name]=one", json!({"name": {"$eq": "one"}}))]
    #[case("filter[name][like]=one", json!({"name": {"$eq": "one"}}))]
    #[case("filter[name][$in]=a,b", json!({"name": {"$in": ["a", "b"]}}))]
    #[case("filter[name][$like]=one&filter[description]=d",
           json!({"$and": [{"name": {"$like": "one"}}, {"description": {"$eq": "d"}}]}))]
    #[case("filter[name]=a&filter=name~%22two%22", json!({"name": {"$like": "two"}}))]
    #[case("filter=name~%22one%22&search=name~%22two%22", json!({"name": {"$like": "one"}}))]
    #[case("search=%7B%22name%22%3A%22x%22%7D", json!({"name": {"$eq": "x"}}))]
    fn three_spellings_one_meaning(#[case] query: &str, #[case] expected: Value) {
        assert_eq!(read(query), Ok(Some(expected)));
    }

    #[rstest]
    #[case("filter[name", "No filter parameters found")]
    #[case(
        "filter[$or][0][name]=x",
        "Invalid filter parameter: filter[$or][0][name]. Logical operators cannot have additional parameters."
    )]
    #[case("filter[name][$foo]=x", "'$foo' is not a valid FilterOperator")]
    fn says_what_is_wrong_with_brackets(#[case] query: &str, #[case] detail: &str) {
        assert_eq!(read(query), Err(Problem::bad_request(detail)));
    }

    #[test]
    fn an_empty_filter_is_none() {
        assert_eq!(read("filter="), Ok(None));
    }

    #[rstest]
    #[case(r#"{"foo": "x"}"#)]
    #[case(r#"{"created_at": {"$gt": "garbage"}}"#)]
    #[case(r#"{"created_at": {"$gt": null}}"#)]
    #[case(r#"{"name": ["a"]}"#)]
    #[case(r#"{"data.x": 1}"#)]
    fn the_platform_chokes_on_these(#[case] filter: &str) {
        let condition = json::parse(filter).unwrap();
        let result = Sql::default().push_condition(Table::Workspaces, &condition);
        assert_eq!(result, Err(Problem::Unexpected));
    }

    #[test]
    fn nothing_given_by_a_caller_stands_in_the_sql() {
        let condition = json::parse(r#"{"name": "'; DROP", "data.a": {"$in": ["'", 1]}}"#).unwrap();
        let mut sql = Sql::default();
        sql.push_condition(Table::Entities, &condition).unwrap();
        assert_eq!(sql.text, "((name = ?) AND (json_extract(data, ?) IN (?, ?)))");
        assert_eq!(json_path("a') --"), None);
    }
}
