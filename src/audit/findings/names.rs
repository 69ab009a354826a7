//! The rules about names: those that pass for another, and those that differ in case or blanks only.

use super::ground::Ground;
use super::skeleton::skeleton;
use super::{Fact, Finding};
use crate::audit::rule::Rule;
use crate::audit::snapshot::PrincipalNo;
use crate::domain::ids::Principal;
use std::collections::HashMap;

/// Applies the rules to every principal that holds something where the members were read.
pub(super) fn look(ground: &Ground<'_>, found: &mut impl FnMut(Finding)) {
    let mut holds = vec![false; ground.snapshot.principals.len()];
    for row in ground.places().flat_map(|place| place.rows) {
        if let Some(slot) = holds.get_mut(row.principal.place()) {
            *slot = true;
        }
    }
    let holders = || {
        let principals = ground.snapshot.principals().zip(&holds);
        principals.filter_map(|(numbered, holds)| holds.then_some(numbered))
    };
    let mut first_spelled: HashMap<String, PrincipalNo> = HashMap::new();
    for (number, principal) in holders() {
        let first = *first_spelled.entry(folded(principal)).or_insert(number);
        if first != number {
            found(Finding::new(
                Rule::DuplicateIdentity,
                None,
                Some(number),
                Fact::Twin(first),
            ));
        }
    }
    let mut first_drawn: HashMap<String, (PrincipalNo, String)> = HashMap::new();
    for (number, principal) in holders().filter(|(_, principal)| is_worth_a_look(principal)) {
        let (folded, drawn) = (folded(principal), skeleton(principal.raw()));
        let plain = (drawn != folded).then(|| first_spelled.get(&drawn)).flatten().copied();
        let (first, first_folded) = first_drawn.entry(drawn).or_insert_with(|| (number, folded.clone()));
        let twin = plain.or((*first_folded != folded).then_some(*first));
        if twin.is_some() || principal.mixed_scripts().is_some() || principal.hides_something() {
            let fact = twin.map_or(Fact::None, Fact::Twin);
            found(Finding::new(Rule::LookalikePrincipal, None, Some(number), fact));
        }
    }
}

/// Returns the name without what duplicates differ in.
fn folded(principal: &Principal) -> String {
    principal.raw().trim().to_lowercase()
}

/// Letters of plain ASCII look like nothing but themselves.
fn is_worth_a_look(principal: &Principal) -> bool {
    !principal.raw().is_ascii() || principal.hides_something()
}
