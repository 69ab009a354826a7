//! What the words of a filter ask of a report.

use crate::audit::rule::{RULES, Rule, Severity};
use crate::domain::choice::{meant, one_of};
use crate::domain::ids::PrincipalKind;
use crate::domain::operation::Operation;
use crate::domain::query::{Asks, Called, Key, Name, OPEN_QUOTE, Query, Unnamed};
use jiff::Timestamp;

/// One thing that must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Something has a name like this.
    Called(Called),
    /// Holds this role, or may do what it says; in lower case.
    Role(String),
    /// May do at least what the role of this rank allows.
    Allows(u8),
    /// May do this where it is held.
    Can(Operation),
    /// Is in such a workspace.
    Workspace(Name),
    /// Is such a principal.
    Who(Name),
    /// Is a principal of this kind.
    Kind(PrincipalKind),
    /// Is in a workspace that lets such people in.
    Access(Unnamed),
    /// Is concerned by a finding of this rule.
    Rule(Rule),
    /// Is concerned by a finding that is as bad as this, or worse.
    Severity(Severity),
    /// Was granted like this.
    Made(Made),
}

/// What is asked about the making of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// The granter's name holds this; in lower case.
    By(String),
    /// It was made at this moment or later.
    Since(Timestamp),
    /// It was made before this moment.
    Before(Timestamp),
}

/// Reads the words of a filter, or says of each that is not understood why not.
pub(super) fn read(query: &Query) -> Result<Vec<Word>, String> {
    let open = query.is_open.then(|| OPEN_QUOTE.to_owned());
    let mut whys: Vec<String> = open.into_iter().collect();
    let mut words = Vec::new();
    for word in &query.words {
        match self::word(&word.asks) {
            Ok(word) => words.push(word),
            Err(why) if whys.contains(&why) => {}
            Err(why) => whys.push(why),
        }
    }
    if whys.is_empty() {
        Ok(words)
    } else {
        Err(whys.join("; "))
    }
}

fn word(asks: &Asks) -> Result<Word, String> {
    Ok(match asks {
        Asks::Called(called) => Word::Called(called.clone()),
        Asks::Role(name) => Word::Role(name.clone()),
        Asks::Allows(rank) => Word::Allows(*rank),
        Asks::Can(operation) => Word::Can(*operation),
        Asks::Workspace(name) => Word::Workspace(name.clone()),
        Asks::Who(name) => Word::Who(name.clone()),
        Asks::Kind(name) => Word::Kind(one_of("kind", name, PrincipalKind::WORDS)?),
        Asks::Access(unnamed) => Word::Access(*unnamed),
        Asks::Rule(id) => {
            let rules = RULES.iter().map(|described| (described.id, described.rule));
            Word::Rule(one_of("rule", id, rules)?)
        }
        Asks::Severity(name) => {
            let severities = Severity::ALL.into_iter().map(|severity| (severity.label(), severity));
            Word::Severity(one_of("severity", name, severities)?)
        }
        Asks::By(part) => Word::Made(Made::By(part.clone())),
        Asks::Since(at) => Word::Made(Made::Since(*at)),
        Asks::Before(at) => Word::Made(Made::Before(*at)),
        Asks::Begun(key) => return Err(format!("'{}:' needs a value", key.label())),
        Asks::NoKey(called, key) => return Err(no_key(key, &called.lower)),
        Asks::Wrong(why) => return Err(why.clone()),
    })
}

fn no_key(key: &str, whole: &str) -> String {
    let keys = Key::ALL.map(Key::label);
    let meant = meant(key, keys);
    let keys = keys.join(", ");
    format!("unknown word '{key}:': one of {keys}, or \"{whole}\" in quotes for a name{meant}")
}

/// Returns whether a workspace is meant: in what is exported, by its whole name or a pattern.
pub(super) fn is_workspace(name: &Name, raw: &str) -> bool {
    match name {
        Name::Part(part) if !part.is_loose => raw.to_lowercase() == part.lower,
        Name::Everyone | Name::Like(_) | Name::Part(_) => name.fits(raw),
    }
}
