//! Names that are written down whole, in files and arguments, by the rules for what is typed.

use super::address::is_email;
use super::{Mention, read};
use crate::domain::ids::{NameProblem, Principal};

/// What people write for everyone.
const WORDS_FOR_EVERYONE: [&str; 3] = ["everyone", "everybody", "all"];

/// How many people are looked for in one name.
const MOST: usize = 3;

/// Returns whether `word` is what people write for everyone.
pub fn means_everyone(word: &str) -> bool {
    WORDS_FOR_EVERYONE.iter().any(|one| one.eq_ignore_ascii_case(word))
}

/// Checks that `written` can be somebody new, in a file, where nobody can be asked: what the console refuses is refused, and
/// so is what it would read as somebody else, unless somebody is called like that (`is_known`).
///
/// # Errors
/// Says what is wrong with the name, and who is probably meant.
pub fn require_new(written: &Principal, is_known: bool) -> Result<(), String> {
    written.require_new().map_err(NameProblem::in_words)?;
    let raw = written.raw();
    if is_known || is_email(raw) {
        return Ok(());
    }
    if means_everyone(raw) {
        return Err("nobody is called so; did you mean \"*\", which is everyone?".to_owned());
    }
    if !raw.contains('@') {
        return Ok(());
    }
    let found = read(raw, &|_| false, MOST);
    let others = found.iter().filter_map(Mention::principal);
    let others: Vec<String> = others
        .filter(|other| *other != written)
        .map(|other| other.shown().to_string())
        .collect();
    let has_blanks = raw.contains(char::is_whitespace);
    match (others.as_slice(), has_blanks) {
        ([], false) => Ok(()),
        ([], true) => Err("an e-mail address has no blanks".to_owned()),
        ([one], true) => Err(format!("an e-mail address has no blanks; did you mean {one}?")),
        ([one], false) => Err(format!("it is more than an e-mail address; did you mean {one}?")),
        (several, _) => Err(format!("it is several: name each by itself ({})", several.join(", "))),
    }
}
