//! One word of a few: which is named, and which is probably meant by a word that is none of them.

/// Returns what `value` names among `choices`; upper and lower case are alike.
///
/// # Errors
/// Says which there are, and which was probably meant.
pub fn one_of<T>(what: &str, value: &str, choices: impl IntoIterator<Item = (&'static str, T)>) -> Result<T, String> {
    let mut names = Vec::new();
    for (name, choice) in choices {
        if name.eq_ignore_ascii_case(value) {
            return Ok(choice);
        }
        names.push(name);
    }
    let meant = meant(value, names.iter().copied());
    Err(format!("unknown {what} '{value}': one of {}{meant}", names.join(", ")))
}

/// Returns `expected read, write; did you mean 'write'?` for a word that is none of `known`.
pub fn expected<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let meant = meant(typed, known.iter().copied());
    format!("expected {}{meant}", known.join(", "))
}

/// Returns `; did you mean 'write'?` where one of `known` is almost what was typed, else nothing.
pub fn meant<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(typed, known).map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// Returns which of `known` is almost what was typed, if one is.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = typed.to_lowercase();
    // The shorter a word, the less of it can be a slip.
    let most = lower.chars().count().min(6) / 3;
    let others = known.into_iter().filter(|name| *name != typed);
    let near = others.map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name));
    let near = near.filter(|(n, _)| *n <= most).min_by_key(|(n, _)| *n);
    near.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use rstest::rstest;

    #[rstest]
    #[case("wrtie", "; did you mean 'write'?")]
    #[case("admn", "; did you mean 'Admin'?")]
    #[case("Admin", "")]
    #[case("WRITE", "; did you mean 'write'?")]
    #[case("xyz", "")]
    #[case("it", "")]
    fn guesses_what_was_meant(#[case] typed: &str, #[case] expected: &str) {
        let known = ["Admin", "Viewer", "write", "read"];
        assert_eq!(meant(typed, known), expected);
    }
}
