//! Filters written as JSON: `{"name": {"$like": "ml"}}`.

use super::{Condition, Operator};
use crate::sandbox::problem::Problem;
use serde_json::{Map, Value};

/// Reads a filter that starts with a brace.
pub(super) fn parse(text: &str) -> Result<Condition, Problem> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => from_object(&object),
        Ok(_) | Err(_) => Err(Problem::bad_request(format!(
            "Invalid JSON in filter parameter: {text}"
        ))),
    }
}

fn from_object(object: &Map<String, Value>) -> Result<Condition, Problem> {
    let conditions = object
        .iter()
        .map(|(key, value)| from_entry(key, value))
        .collect::<Result<Vec<_>, _>>()?;
    one_or_all(conditions).ok_or_else(|| Problem::bad_request("No valid filter criteria found"))
}

fn from_entry(key: &str, value: &Value) -> Result<Condition, Problem> {
    match key {
        "$and" => from_list(value).map(Condition::All),
        "$or" => from_list(value).map(Condition::Any),
        "$not" => from_value(value).map(|condition| Condition::Not(Box::new(condition))),
        field => from_field(field, value),
    }
}

fn from_list(value: &Value) -> Result<Vec<Condition>, Problem> {
    if value.as_object().is_some_and(Map::is_empty) {
        return Ok(Vec::new());
    }
    let Some(entries) = value.as_array() else {
        return Err(invalid("a list of conditions is needed"));
    };
    entries.iter().map(from_value).collect()
}

fn from_value(value: &Value) -> Result<Condition, Problem> {
    let object = value.as_object().ok_or_else(|| invalid("a condition is an object"))?;
    from_object(object)
}

fn from_field(field: &str, value: &Value) -> Result<Condition, Problem> {
    let Some(tests) = value.as_object() else {
        return Ok(Condition::test(field, Operator::Equal, value.clone()));
    };
    let conditions = tests
        .iter()
        .map(|(word, value)| Ok(Condition::test(field, Operator::parse(word)?, value.clone())))
        .collect::<Result<Vec<_>, Problem>>()?;
    one_or_all(conditions).ok_or_else(|| Problem::bad_request(format!("No valid operation found for field {field}")))
}

fn one_or_all(mut conditions: Vec<Condition>) -> Option<Condition> {
    match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => Some(Condition::All(conditions)),
    }
}

fn invalid(why: &str) -> Problem {
    Problem::bad_request(format!("Invalid filter query: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    // Left the filter as sent, right as the platform echoes it.
    #[rstest]
    #[case(r#"{"name":"a"}"#, json!({"name": {"$eq": "a"}}))]
    #[case(r#"{"name":{"$in":"x"}}"#, json!({"name": {"$in": ["x"]}}))]
    #[case(r#"{"name":null}"#, json!({"name": {"$eq": null}}))]
    #[case(r#"{"$and":{}}"#, json!({"$and": []}))]
    #[case(r#"{"$or":[]}"#, json!({"$or": []}))]
    #[case(r#"{"$or":[{"name":"a"},{"name":"b"}]}"#, json!({"$or": [{"name": {"$eq": "a"}}, {"name": {"$eq": "b"}}]}))]
    #[case(r#"{"$not":{"name":"a"}}"#, json!({"$not": {"name": {"$eq": "a"}}}))]
    #[case(r#"{"created_at":{"$gt":"a","$lt":"b"},"name":"x"}"#, json!({"$and": [
        {"$and": [{"created_at": {"$gt": "a"}}, {"created_at": {"$lt": "b"}}]}, {"name": {"$eq": "x"}}]}))]
    fn reads_what_the_platform_reads(#[case] filter: &str, #[case] expected: Value) {
        assert_eq!(parse(filter).unwrap().to_json(), expected);
    }

    #[rstest]
    #[case("{}", "No valid filter criteria found")]
    #[case(r#"{"name":{}}"#, "No valid operation found for field name")]
    #[case(r#"{"name":{"$ne":"x"}}"#, "'$ne' is not a valid FilterOperator")]
    #[case(r#"{"name":"#, r#"Invalid JSON in filter parameter: {"name":"#)]
    fn refuses_what_the_platform_refuses(#[case] filter: &str, #[case] detail: &str) {
        assert_eq!(parse(filter), Err(Problem::bad_request(detail)));
    }
}
