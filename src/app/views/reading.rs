//! From the text of the file to what is kept.

use super::{MOST_VIEWS, OfList, View, Views, check_filter, check_name, namesake};
use crate::app::columns::ListKind;
use crate::app::list::MOST_KEYS;
use crate::domain::choice::meant;
use crate::domain::parsing::{self, Problem, Wrong};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireList {
    columns: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    views: Vec<WireView>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireView {
    name: Spanned<String>,
    filter: Option<Spanned<String>>,
    #[serde(default)]
    sort: Vec<Spanned<String>>,
    columns: Option<Spanned<Vec<Spanned<String>>>>,
}

impl Views {
    /// Reads a file.
    ///
    /// # Errors
    /// Says what stands there that is no list, no column and no order, and which names cannot be: the first of that.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        read(body).map_err(|wrong| wrong.of(body))
    }
}

fn read(text: &str) -> Result<Views, Wrong> {
    let file: BTreeMap<Spanned<String>, WireList> = parsing::toml(text)?;
    let mut views = Views::default();
    for (name, list) in file {
        let kind = ListKind::ALL.into_iter().find(|kind| kind.name() == name.get_ref());
        let kind = kind.ok_or_else(|| {
            let known = ListKind::ALL.map(ListKind::name);
            unknown("list", &name, &known)
        })?;
        let list = of_list(kind, name.span(), list)?;
        if list != OfList::default() {
            views.lists.insert(kind, list);
        }
    }
    Ok(views)
}

fn of_list(kind: ListKind, at: Range<usize>, wire: WireList) -> Result<OfList, Wrong> {
    if wire.views.len() > MOST_VIEWS {
        return Err(Wrong(at, format!("a list has at most {MOST_VIEWS} views")));
    }
    let mut views: Vec<View> = Vec::new();
    for view in wire.views {
        let at = view.name.span();
        let view = of_view(kind, view)?;
        match namesake(&views, &view.name) {
            Some(known) if known.name == view.name => {
                return Err(Wrong(at, format!("the view '{}' appears twice", view.name)));
            }
            Some(known) => {
                let (name, known) = (&view.name, &known.name);
                let message = format!("the view '{name}' is called as '{known}' is but for case: rename one of them");
                return Err(Wrong(at, message));
            }
            None => {}
        }
        views.push(view);
    }
    let columns = wire.columns.map(|columns| chosen(kind, &columns)).transpose()?;
    // The usual ones need not be told.
    let columns = columns.filter(|columns| !kind.usual().eq(columns.iter().copied()));
    Ok(OfList { columns, views })
}

fn of_view(kind: ListKind, wire: WireView) -> Result<View, Wrong> {
    check_name(wire.name.get_ref()).map_err(|why| Wrong(wire.name.span(), why))?;
    let filter = wire.filter.map(|filter| {
        let checked = check_filter(filter.get_ref()).map_err(|why| Wrong(filter.span(), why));
        checked.map(|()| filter.into_inner())
    });
    let mut sort: Vec<(&'static str, bool)> = Vec::new();
    for word in &wire.sort {
        let (label, is_reversed) = match word.get_ref().strip_prefix('-') {
            Some(label) => (label, true),
            None => (word.get_ref().as_str(), false),
        };
        let Some(label) = kind.order_called(label) else {
            let known: Vec<&'static str> = kind.orders().map(|(_, name)| name).collect();
            return Err(unknown("order", word, &known));
        };
        if sort.iter().any(|(known, _)| *known == label) {
            let name = kind.name_of_order(label).unwrap_or(label);
            return Err(Wrong(word.span(), format!("the order '{name}' appears twice")));
        }
        if sort.len() == MOST_KEYS {
            let message = format!("a list is sorted by at most {MOST_KEYS} columns");
            return Err(Wrong(word.span(), message));
        }
        sort.push((label, is_reversed));
    }
    Ok(View {
        name: wire.name.into_inner(),
        filter: filter.transpose()?,
        sort,
        columns: wire.columns.map(|columns| chosen(kind, &columns)).transpose()?,
    })
}

/// Returns the columns that are named.
fn chosen(kind: ListKind, names: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<&'static str>, Wrong> {
    let mut chosen: Vec<&'static str> = Vec::new();
    for name in names.get_ref() {
        let Some(known) = kind.column_called(name.get_ref()) else {
            let known: Vec<&'static str> = kind.usual().collect();
            return Err(unknown("column", name, &known));
        };
        if chosen.contains(&known) {
            return Err(Wrong(name.span(), format!("the column '{known}' appears twice")));
        }
        chosen.push(known);
    }
    let mut fixed = kind.columns().iter().filter(|column| column.is_fixed);
    match fixed.find(|column| !chosen.contains(&column.name)) {
        Some(lacking) => {
            let message = format!("the column '{}' is always shown: name it, too", lacking.name);
            Err(Wrong(names.span(), message))
        }
        None => Ok(chosen),
    }
}

fn unknown(what: &str, name: &Spanned<String>, known: &[&'static str]) -> Wrong {
    let written = name.get_ref();
    let known_words = match known {
        [] => "there are none here".to_owned(),
        known => format!("there are: {}", known.join(", ")),
    };
    let message = format!(
        "no {what} is called '{written}'{} ({known_words})",
        meant(written.trim_start_matches('-'), known.iter().copied())
    );
    Wrong(name.span(), message)
}
