//! One change of the text of the file: whatever else stands there, comments among it, stays as it is.

use super::{Edit, FILE, Unkept, View, Views};
use crate::app::columns::ListKind;
use crate::domain::text::SafeText;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value, value};

/// What stands at the beginning of a new file.
const HEAD: &str = "# Columns and saved views of nmp-console. It writes this file, and keeps your comments, columns and views; what it \
                    does not know is refused.\n\n";

/// Returns the text after a change, with what it says.
///
/// # Errors
/// Says why it cannot be changed: it says something wrong already, or in a way that nothing can be added to.
pub fn edited(text: &str, edit: &Edit) -> Result<(String, Views), Unkept> {
    let refused = |why: String| Unkept::from(SafeText::new(&why));
    let before = Views::parse(text).map_err(|problem| refused(problem.to_string()))?;
    if let Err(why) = before.check(edit) {
        let views = Some(Box::new(before));
        return Err(Unkept { views, ..refused(why) });
    }
    let wanted = before.after(edit);
    if wanted == before {
        return Ok((text.to_owned(), before));
    }
    let text = if text.is_empty() { HEAD } else { text };
    let mut file: DocumentMut = text.parse().map_err(|_error| refused(format!("{FILE} is no TOML")))?;
    // Comments alone are the end of a text without sections, which what is added would stand before.
    let head = if file.is_empty() {
        file = DocumentMut::new();
        text
    } else {
        ""
    };
    change(&mut file, edit, &wanted).map_err(refused)?;
    let between = if head.is_empty() || head.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let after = with_lead(lead(text), &format!("{head}{between}{file}"));
    // What cannot be proved is not written.
    match Views::parse(&after) {
        Ok(said) if said == wanted => Ok((after, wanted)),
        Ok(_) | Err(_) => Err(refused(
            "it is written in a way that this cannot be added to: change it by hand".to_owned(),
        )),
    }
}

/// Returns the comments that the text begins with, to the last blank line among them: they are about all of it, and not about
/// what comes first.
fn lead(text: &str) -> &str {
    let is_comment = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let mut end = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n').take_while(is_comment) {
        at += line.len();
        if line.trim().is_empty() {
            end = at;
        }
    }
    text.get(..end).unwrap_or_default()
}

/// Returns the text with these comments at its beginning: they go with what came first, wherever that goes.
fn with_lead(lead: &str, text: &str) -> String {
    if lead.trim().is_empty() || text.starts_with(lead) {
        return text.to_owned();
    }
    let rest = text.replacen(lead, "", 1);
    format!("{lead}{}", rest.trim_start_matches('\n'))
}

fn change(file: &mut DocumentMut, edit: &Edit, wanted: &Views) -> Result<(), String> {
    match edit {
        Edit::Columns(kind, _) => {
            let columns = wanted.of(*kind).columns.as_ref();
            let columns = columns.map(|columns| listed(columns.iter().copied()));
            set(list_of(file, *kind)?, "columns", columns);
        }
        Edit::Put(kind, view, _) => put(views_of(file, *kind)?, *kind, view),
        Edit::Remove(kind, removed) => {
            let views = views_of(file, *kind)?;
            views.retain(|view| name_of(view) != Some(removed.name.as_str()));
            if views.is_empty() {
                list_of(file, *kind)?.remove("views");
            }
        }
    }
    Ok(())
}

/// Returns the section of a list, which is made where there is none.
fn list_of(file: &mut DocumentMut, kind: ListKind) -> Result<&mut dyn TableLike, String> {
    let section = file.entry(kind.name()).or_insert_with(|| {
        let mut section = Table::new();
        // Without columns of its own it is told by its views alone.
        section.set_implicit(true);
        Item::Table(section)
    });
    section
        .as_table_like_mut()
        .ok_or_else(|| format!("{} is no section", kind.name()))
}

/// Returns the views of a list.
fn views_of(file: &mut DocumentMut, kind: ListKind) -> Result<&mut ArrayOfTables, String> {
    let list = list_of(file, kind)?;
    let views = list.entry("views").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let name = kind.name();
    views
        .as_array_of_tables_mut()
        .ok_or_else(|| format!("the views of {name} stand in one list: only [[{name}.views]] can be changed"))
}

fn name_of(view: &Table) -> Option<&str> {
    view.get("name").and_then(Item::as_str)
}

fn put(views: &mut ArrayOfTables, kind: ListKind, view: &View) {
    let place = views
        .iter()
        .position(|known| name_of(known) == Some(view.name.as_str()));
    let place = place.unwrap_or_else(|| {
        let mut table = Table::new();
        table.insert("name", value(view.name.as_str()));
        views.push(table);
        views.len() - 1
    });
    let Some(table) = views.get_mut(place) else { return };
    let words = view.sort.iter().map(|(order, is_reversed)| {
        let sign = if *is_reversed { "-" } else { "" };
        format!("{sign}{}", kind.name_of_order(order).unwrap_or(order))
    });
    let words: Vec<String> = words.collect();
    let filter = view.filter.as_deref().map(Value::from);
    let sort = (!words.is_empty()).then(|| listed(words.iter().map(String::as_str)));
    let columns = view.columns.as_ref().map(|columns| listed(columns.iter().copied()));
    set(table, "filter", filter);
    set(table, "sort", sort);
    set(table, "columns", columns);
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> Value {
    Value::Array(words.collect::<Array>())
}

/// Sets a value, or takes it away; a comment behind the one that is there stays.
fn set(table: &mut dyn TableLike, key: &str, new: Option<Value>) {
    let Some(mut new) = new else {
        table.remove(key);
        return;
    };
    if let Some(known) = table.get_mut(key).and_then(Item::as_value_mut) {
        *new.decor_mut() = known.decor().clone();
        *known = new;
    } else {
        table.insert(key, Item::Value(new));
    }
}
