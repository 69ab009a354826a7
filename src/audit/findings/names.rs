//! The rules about names: those that pass for another, and those that differ in case or blanks only.

use super::ground::Ground;
use super::{Fact, Finding};
use crate::audit::rule::Rule;
use crate::audit::snapshot::PrincipalNo;
use crate::domain::ids::Principal;
use crate::domain::likeness::{can_be_taken_for, folded, skeleton};
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
    let mut drawn: HashMap<String, Vec<(PrincipalNo, &Principal)>> = HashMap::new();
    for (number, principal) in holders() {
        let first = *first_spelled.entry(folded(principal.raw())).or_insert(number);
        if first != number {
            found(Finding::new(
                Rule::DuplicateIdentity,
                None,
                Some(number),
                Fact::Twin(first),
            ));
        }
        let alike = drawn.entry(skeleton(principal.raw())).or_default();
        alike.push((number, principal));
    }
    for (number, principal) in holders() {
        let alike = drawn
            .get(&skeleton(principal.raw()))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let is_twin = |(_, other): &&(PrincipalNo, &Principal)| can_be_taken_for(principal.raw(), other.raw());
        // Most look like nobody else.
        let twin = (alike.len() > 1).then(|| alike.iter().find(is_twin)).flatten();
        if twin.is_some() || !principal.tricks().is_empty() {
            let fact = twin.map_or(Fact::None, |(twin, _)| Fact::Twin(*twin));
            found(Finding::new(Rule::LookalikePrincipal, None, Some(number), fact));
        }
    }
}
