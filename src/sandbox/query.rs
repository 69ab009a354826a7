//! The part of a URL after the question mark.

use url::form_urlencoded;

/// The query of one request, in the order it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn parse(raw: &str) -> Self {
        Self(form_urlencoded::parse(raw.as_bytes()).into_owned().collect())
    }

    /// Returns the value of a parameter; of several the last counts.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().rev().find(|(key, _)| key == name)?;
        Some(value)
    }

    /// Returns the parameters whose name starts like this, whole.
    pub(super) fn starting_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(move |(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_counts_and_plus_is_a_blank() {
        let query = Query::parse("page_size=1&page_size=2&filter=a+b%2B");
        assert_eq!(query.get("page_size"), Some("2"));
        assert_eq!(query.get("filter"), Some("a b+"));
        assert_eq!(query.get("page"), None);
    }
}
