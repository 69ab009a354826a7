//! Lists of who leaves: what is read of them, and what could be misread.

use crate::domain::ids::Principal;
use crate::domain::text::SafeText;
use std::collections::BTreeSet;

/// Reads who leaves: one principal a line, or a CSV with a column named `principal` or `email`.
pub(super) fn leavers(text: &str) -> Result<BTreeSet<Principal>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let names = if let Some(header) = Header::of(text)? {
        header.column(text)?
    } else {
        let lines = (1..).zip(text.lines().map(|line| line.trim().to_owned()));
        lines
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
            .collect()
    };
    let mut found = BTreeSet::new();
    for (line, name) in names {
        let principal = Principal::from_platform(&name);
        if principal.is_everyone() {
            return Err(format!(
                "line {line}: everyone (*) does not leave; change that in the console or in an access file"
            ));
        }
        if name.contains(char::is_whitespace) || name.contains([',', ';']) {
            let delimiter = name.chars().find(|c| [',', ';'].contains(c)).filter(|_| line == 1);
            let name = SafeText::with_limit(&name, 60);
            if let Some(delimiter) = delimiter {
                return Err(format!(
                    "line 1: '{name}' looks like the titles of a CSV separated by '{delimiter}', and none of them is principal or email: \
                     call the column so that says who leaves"
                ));
            }
            return Err(format!(
                "line {line}: '{name}' is not one principal: write one a line, or a CSV with a column named principal or email"
            ));
        }
        found.insert(principal);
    }
    if found.is_empty() {
        return Err("it names nobody".to_owned());
    }
    Ok(found)
}

/// What a CSV of leavers is like: how its fields are separated, and which of how many columns says who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    delimiter: u8,
    column: usize,
    n_columns: usize,
}

impl Header {
    /// Reads the first line; nothing where it is none of a CSV with such a column.
    fn of(text: &str) -> Result<Option<Self>, String> {
        for delimiter in [b',', b';'] {
            let mut reader = rows_of(text, delimiter);
            let titles = reader.headers().map_err(|error| error.to_string())?;
            let titles: Vec<String> = titles.iter().map(|title| title.trim().to_lowercase()).collect();
            let is_comment = titles.first().is_some_and(|title| title.starts_with('#'));
            let names_them = |title: &String| ["principal", "email"].contains(&title.as_str());
            let mut columns = titles.iter().enumerate().filter(|(_, title)| names_them(title));
            match (columns.next().filter(|_| !is_comment), columns.next()) {
                (None, _) => {}
                (Some((_, one)), Some((_, other))) => {
                    return Err(format!(
                        "it has a column '{one}' and a column '{other}': keep the one that says who leaves"
                    ));
                }
                (Some((column, _)), None) => {
                    return Ok(Some(Self {
                        delimiter,
                        column,
                        n_columns: titles.len(),
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Returns what stands in the column, each with its line.
    fn column(self, text: &str) -> Result<Vec<(u64, String)>, String> {
        let mut found = Vec::new();
        let mut unnamed: Vec<String> = Vec::new();
        for row in rows_of(text, self.delimiter).records() {
            let row = row.map_err(|error| error.to_string())?;
            let line = row.position().map_or(0, csv::Position::line);
            let is_comment = row.len() == 1 && row.iter().any(|cell| cell.trim().starts_with('#'));
            if is_comment || row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            // In a row that is too long, each field may stand under the title of another.
            if row.iter().skip(self.n_columns).any(|cell| !cell.trim().is_empty()) {
                return Err(format!(
                    "line {line}: it has more fields than there are columns: put what contains the delimiter into quotes"
                ));
            }
            let name = row.get(self.column).unwrap_or_default().trim();
            if name.is_empty() {
                unnamed.push(line.to_string());
            } else {
                found.push((line, name.to_owned()));
            }
        }
        if unnamed.is_empty() {
            return Ok(found);
        }
        // Whoever is meant there would keep everything, and nobody would hear of it when the plan is applied.
        let (lines, column) = (unnamed.join(", "), self.column + 1);
        Err(format!(
            "line {lines}: nobody is named in column {column}: say who leaves, or take the line out"
        ))
    }
}

fn rows_of(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true);
    builder.from_reader(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case::quoted_title("\"Last, First\",email,manager\nEve,eve@x.com,boss@x.com\n", &["eve@x.com"])]
    #[case::quoted_name("name,email\n\"Eve, the first\",eve@x.com\n", &["eve@x.com"])]
    #[case::other_delimiter_in_a_title("name,email,note;x\nEve,eve@x.com,a\n", &["eve@x.com"])]
    #[case::semicolons("\u{feff}Name;E-Mail;Principal\r\nEve;e@y.com;eve@x.com\r\n;;\r\n", &["eve@x.com"])]
    #[case::one_column("email\n# of this week\neve@x.com\n\nbob@x.com\n", &["bob@x.com", "eve@x.com"])]
    #[case::no_columns("# email, by name\n eve@x.com \n\nbob@x.com", &["bob@x.com", "eve@x.com"])]
    fn who_leaves_is_read_from_the_column_that_says_so(#[case] text: &str, #[case] expected: &[&str]) {
        let found = leavers(text).unwrap();
        let found: Vec<&str> = found.iter().map(Principal::raw).collect();
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case::two_columns("principal,email\na,b\n", "it has a column 'principal' and a column 'email'")]
    #[case::twice("email,email\na,b\n", "it has a column 'email' and a column 'email'")]
    #[case::short("name,email\nEve,eve@x.com\nBob\n", "line 3: nobody is named in column 2")]
    #[case::empty("name,email\nBob,\n", "line 2: nobody is named in column 2")]
    #[case::unquoted(
        "name,email,manager\nEve, the first,eve@x.com,boss@x.com\n",
        "line 2: it has more fields"
    )]
    #[case::everyone("*\n", "line 1: everyone (*) does not leave")]
    #[case::several(
        "eve@x.com\nbob@x.com; cat@x.com\n",
        "line 2: 'bob@x.com; cat@x.com' is not one principal"
    )]
    #[case::semicolons(
        "Name;Mail\nEve;eve@x.com\n",
        "line 1: 'Name;Mail' looks like the titles of a CSV separated by ';', and none of them is principal or email"
    )]
    #[case::unnamed("name;email\nBob;\nEve;eve@x.com\nCat; \n", "line 2, 4: nobody is named in column 2")]
    #[case::nobody("email\n", "it names nobody")]
    fn a_list_of_leavers_that_can_be_misread_is_refused(#[case] text: &str, #[case] words: &str) {
        let refused = leavers(text).unwrap_err();
        assert!(refused.starts_with(words), "{refused}");
    }
}
