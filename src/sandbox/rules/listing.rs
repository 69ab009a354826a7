//! Lists: filtered, sorted, a page at a time, in the one shape they all have.

pub(in crate::sandbox) mod memo;

use super::RequestCtx;
use crate::sandbox::fields::PageOf;
use crate::sandbox::filter::{Condition, Sql, Table};
use crate::sandbox::problem::Problem;
use memo::{List, Mark};
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;
use serde_json::{Value, json};

/// Columns that every row has something in.
const NEVER_NULL: [&str; 4] = ["created_at", "updated_at", "id", "name"];

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

/// One page as it goes over the wire.
#[derive(Debug, Serialize)]
pub(in crate::sandbox) struct Page<'a, T> {
    data: Vec<T>,
    pagination: Value,
    sort: &'a str,
    filter: Option<Value>,
    /// Only some lists know them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::sandbox) group_counts: Option<Value>,
}

impl Listing<'_> {
    /// Reads the page, in the shape in which the platform writes it down.
    pub(in crate::sandbox) fn read<T>(
        &self,
        ctx: RequestCtx<'_>,
        from_row: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Page<'_, T>, Problem> {
        let (data, total) = self.rows(ctx, from_row)?;
        Ok(Page {
            pagination: json!({
                "page": self.page.page,
                "page_size": self.page.size,
                "current_page_size": data.len(),
                "total_pages": (total + self.page.size - 1) / self.page.size,
                "total_results": total,
            }),
            data,
            sort: self.sort,
            filter: self.condition.as_ref().map(Condition::to_json),
            group_counts: None,
        })
    }

    /// Reads the rows of the page, and how many there are in all.
    pub(in crate::sandbox) fn rows<T>(
        &self,
        ctx: RequestCtx<'_>,
        from_row: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<(Vec<T>, i64), Problem> {
        let (db, from, offset) = (ctx.db, self.from()?, self.page.offset()?);
        let (order, direction) = self.table.order(self.sort).ok_or(Problem::Unexpected)?;
        let list = List::of(db, &from, self.sort);
        let total = match ctx.memo.total(&list) {
            Some(total) => total,
            None => count(db, &from)?,
        };
        // Nothing is before or after a row that lacks what the order goes by.
        let is_total = NEVER_NULL.contains(&order.as_str());
        let before = if is_total {
            ctx.memo.before(&list, offset)
        } else {
            Mark::default()
        };
        let (mut sql, mut end) = (from, None);
        if let Some((key, row)) = before.last {
            let comparison = if direction == "ASC" { ">" } else { "<" };
            sql.push(&format!(" AND ({order}, rowid) {comparison} (?, ?)"), [key, row.into()]);
        }
        let select = format!(
            "SELECT {}, {order} AS sort_key, rowid AS sort_row {} ORDER BY {order} {direction}, rowid {direction} LIMIT {} OFFSET {}",
            self.columns,
            sql.text,
            self.page.size,
            offset - before.n_rows
        );
        let mut statement = db.prepare_cached(&select)?;
        let mut rows = statement.query(params_from_iter(&sql.parameters))?;
        let mut data = Vec::new();
        while let Some(row) = rows.next()? {
            data.push(from_row(row)?);
            if is_total {
                end = Some((row.get("sort_key")?, row.get("sort_row")?));
            }
        }
        let n_rows = offset.saturating_add(i64::try_from(data.len()).unwrap_or_default());
        ctx.memo.keep(list, total, Mark { n_rows, last: end });
        Ok((data, total))
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

fn count(db: &Connection, from: &Sql) -> Result<i64, Problem> {
    let select = format!("SELECT count(*) {}", from.text);
    let mut statement = db.prepare_cached(&select)?;
    Ok(statement.query_row(params_from_iter(&from.parameters), |row| row.get(0))?)
}
