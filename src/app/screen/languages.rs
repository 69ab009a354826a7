//! What can be asked of the rows of each list, and in which other lists that means something.

use crate::app::filter::Language;
use crate::domain::binding::TouchKind;
use crate::domain::ids::PrincipalKind;
use crate::domain::query::{Key, nobody_here_is};
use crate::domain::resource::ResourceKind;

/// Of workspaces: `role:` and `can:` are about the caller, as the column `YOU` is, `who:` and `kind:` about the members.
pub(super) const WORKSPACES: Language = Language {
    keys: &[
        Key::Role,
        Key::Can,
        Key::Access,
        Key::Ws,
        Key::Who,
        Key::Kind,
        Key::By,
        Key::Since,
        Key::Until,
    ],
    kinds: PrincipalKind::words,
    nobody_is: |role| format!("you are not {role} in any of the workspaces read"),
    elsewhere: lists_with,
};

/// Of the members of one workspace.
pub(super) const MEMBERS: Language = Language {
    keys: &[
        Key::Role,
        Key::Can,
        Key::Who,
        Key::Kind,
        Key::By,
        Key::Since,
        Key::Until,
    ],
    kinds: PrincipalKind::words,
    nobody_is: nobody_here_is,
    elsewhere: lists_with,
};

/// Of what lies in a workspace.
pub(super) const RESOURCES: Language = Language {
    keys: &[Key::Kind, Key::Since, Key::Until],
    kinds: || ResourceKind::ALL.map(ResourceKind::noun).to_vec(),
    nobody_is: nobody_here_is,
    elsewhere: lists_with,
};

/// Of what a principal has.
pub(super) const PRINCIPAL: Language = Language {
    keys: &[
        Key::Role,
        Key::Can,
        Key::Ws,
        Key::Access,
        Key::By,
        Key::Since,
        Key::Until,
    ],
    kinds: Vec::new,
    nobody_is: |role| format!("not {role} in any of the workspaces read"),
    elsewhere: lists_with,
};

/// Of contexts.
pub(super) const CONTEXTS: Language = Language {
    keys: &[Key::Who, Key::Ws],
    kinds: Vec::new,
    nobody_is: nobody_here_is,
    elsewhere: lists_with,
};

/// Of the changes in the journal; `kind:` asks for what a change does, or that it takes another one back.
pub(super) const ACTIVITY: Language = Language {
    keys: &[Key::Who, Key::Ws, Key::By, Key::Role, Key::Kind, Key::Since, Key::Until],
    kinds: || vec!["add", "change", "remove", "create", "describe", "delete", "undo"],
    nobody_is: |role| format!("no change here gives or takes the role '{role}'"),
    elsewhere: lists_with,
};

/// Of everybody's changes.
pub(super) const EVERYBODY: Language = Language {
    keys: &[Key::Who, Key::Ws, Key::By, Key::Role, Key::Kind, Key::Since, Key::Until],
    kinds: || TouchKind::ALL.map(TouchKind::word).to_vec(),
    nobody_is: nobody_here_is,
    elsewhere: lists_with,
};

/// The lists by their names; the audit knows every key.
const LISTS: [(&str, Language); 7] = [
    ("Workspaces", WORKSPACES),
    ("Members", MEMBERS),
    ("Resources", RESOURCES),
    ("Principal", PRINCIPAL),
    ("Contexts", CONTEXTS),
    ("Activity", ACTIVITY),
    ("Everybody's changes", EVERYBODY),
];

/// Returns the lists in which `key` asks for something.
fn lists_with(key: Key) -> Vec<&'static str> {
    let lists = LISTS.into_iter().filter(|(_, language)| language.keys.contains(&key));
    lists.map(|(name, _)| name).chain(["Audit"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_named_where_a_key_asks_for_something() {
        let lists = [
            "Workspaces",
            "Members",
            "Principal",
            "Activity",
            "Everybody's changes",
            "Audit",
        ];
        assert_eq!(lists_with(Key::By), lists);
    }
}
