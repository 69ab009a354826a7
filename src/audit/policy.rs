//! What an organisation allows: thresholds, approved domains, wildcards, and suppressions with an end.

/// The rules and exceptions an audit judges by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {}
