//! Lists: filtered, sorted, a page at a time, in the one shape they all have.

use crate::sandbox::fields::PageOf;
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::problem::Problem;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::{Value, json};

/// One page of a table, about to be read.
#[derive(Debug)]
pub(in crate::sandbox) struct Listing<'a> {
    pub(in crate::sandbox) table: Table,
    pub(in crate::sandbox) columns: &'static str,
    /// Which rows the caller may see at all.
    pub(in crate::sandbox) scope: Sql,
    pub(in crate::sandbox) condition: Option<Condition>,
    pub(in crate::sandbox) sort: &'a str,
    pub(in crate::sandbox) page: PageOf,
}

impl Listing<'_> {
    /// Reads the page and writes it down as the platform does.
    pub(in crate::sandbox) fn read(
        &self,
        db: &Connection,
        to_json: impl Fn(&Row<'_>) -> rusqlite::Result<Value>,
    ) -> Result<Value, Problem> {
        let (data, total) = self.rows(db, to_json)?;
        let n_here = data.len();
        Ok(json!({
            "data": data,
            "pagination": {
                "page": self.page.page,
                "page_size": self.page.size,
                "current_page_size": n_here,
                "total_pages": (total + self.page.size - 1) / self.page.size,
                "total_results": total,
            },
            "sort": self.sort,
            "filter": self.condition.as_ref().map(Condition::to_json),
        }))
    }

    /// Reads the rows of the page, and how many there are in all.
    pub(in crate::sandbox) fn rows(
        &self,
        db: &Connection,
        to_json: impl Fn(&Row<'_>) -> rusqlite::Result<Value>,
    ) -> Result<(Vec<Value>, i64), Problem> {
        let (from, offset) = (self.from()?, self.page.offset()?);
        let count = format!("SELECT count(*) {}", from.text);
        let total: i64 = db.query_row(&count, params_from_iter(&from.parameters), |row| row.get(0))?;
        let (order, direction) = self.table.order(self.sort).ok_or(Problem::Unexpected)?;
        let select = format!(
            "SELECT {} {} ORDER BY {order} {direction}, rowid {direction} LIMIT {} OFFSET {offset}",
            self.columns, from.text, self.page.size
        );
        let mut statement = db.prepare_cached(&select)?;
        let rows = statement.query_map(params_from_iter(&from.parameters), |row| to_json(row))?;
        Ok((rows.collect::<rusqlite::Result<_>>()?, total))
    }

    /// Returns how many rows of the whole list have each text in a field of their data.
    pub(in crate::sandbox) fn counts(&self, db: &Connection, path: &str) -> Result<Value, Problem> {
        let from = self.from()?;
        let select = format!(
            "SELECT json_extract(data, '{path}') AS value, count(*) {} AND value IS NOT NULL GROUP BY value ORDER BY value",
            from.text
        );
        let mut statement = db.prepare(&select)?;
        let pair = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, Value::from(row.get::<_, i64>(1)?)));
        let rows = statement.query_map(params_from_iter(&from.parameters), pair)?;
        Ok(Value::Object(rows.collect::<rusqlite::Result<_>>()?))
    }

    fn from(&self) -> Result<Sql, Problem> {
        let table = match self.table {
            Table::Workspaces => "FROM workspace WHERE ",
            Table::Entities => "FROM entity WHERE ",
        };
        let mut sql = Sql {
            text: format!("{table}{}", self.scope.text),
            parameters: self.scope.parameters.clone(),
        };
        if let Some(condition) = &self.condition {
            sql.push(" AND ", []);
            sql.push_condition(self.table, condition)?;
        }
        Ok(sql)
    }
}
