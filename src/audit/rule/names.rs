//! Names that pass for another, and names that differ in case or blanks only.

use crate::audit::findings::{About, Check, Fact, Found, Ground};
use crate::audit::policy::Policy;
use crate::audit::snapshot::{PrincipalNo, Snapshot};
use crate::domain::ids::Principal;
use crate::domain::likeness::{Trick, can_be_taken_for, folded, skeleton};
use crate::domain::text::counted;
use std::collections::HashMap;

#[derive(Debug)]
pub(super) struct LookalikePrincipal;

#[derive(Debug)]
pub(super) struct DuplicateIdentity;

impl Check for LookalikePrincipal {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let mut drawn: HashMap<&str, Vec<(PrincipalNo, &Principal)>> = HashMap::new();
        let holders = holders(ground);
        let skeletons: Vec<String> = holders.iter().map(|(_, principal)| skeleton(principal.raw())).collect();
        for (holder, skeleton) in holders.iter().zip(&skeletons) {
            drawn.entry(skeleton).or_default().push(*holder);
        }
        for ((number, principal), skeleton) in holders.into_iter().zip(&skeletons) {
            let alike = drawn.get(skeleton.as_str()).map(Vec::as_slice).unwrap_or_default();
            let is_twin = |(_, other): &&(PrincipalNo, &Principal)| can_be_taken_for(principal.raw(), other.raw());
            // Most look like nobody else.
            let twin = (alike.len() > 1).then(|| alike.iter().find(is_twin)).flatten();
            if twin.is_some() || !principal.tricks().is_empty() {
                found.principal(number, twin.map_or(Fact::None, |(twin, _)| Fact::Twin(*twin)));
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let odd = oddities(about.principal()?).join(" and ");
        let twin = about.twin().and_then(|twin| named(twin, about.snapshot));
        let twin = twin.map(|twin| format!("can be mistaken for {twin}"));
        let told = match (odd.is_empty(), twin) {
            (true, twin) => twin.unwrap_or_default(),
            (false, None) => odd,
            (false, Some(twin)) => format!("{odd}, and {twin}"),
        };
        Some(format!("{} {told}.", named(about.finding.principal?, about.snapshot)?))
    }
}

impl Check for DuplicateIdentity {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        let mut first_spelled: HashMap<String, PrincipalNo> = HashMap::new();
        for (number, principal) in holders(ground) {
            let first = *first_spelled.entry(folded(principal.raw())).or_insert(number);
            if first != number {
                found.principal(number, Fact::Twin(first));
            }
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let [who, twin] = [about.finding.principal?, about.twin()?].map(|number| named(number, about.snapshot));
        let (who, twin) = (who?, twin?);
        Some(format!("{who} and {twin} differ only in case or spaces."))
    }
}

/// Returns the principals that hold something where the members were read.
fn holders<'a>(ground: &Ground<'a>) -> Vec<(PrincipalNo, &'a Principal)> {
    let snapshot = ground.snapshot;
    let mut holds = vec![false; snapshot.principals.len()];
    for (_, row) in ground.rows() {
        if let Some(slot) = holds.get_mut(row.principal.place()) {
            *slot = true;
        }
    }
    let principals = snapshot.principals().zip(holds);
    principals
        .filter_map(|(numbered, holds)| holds.then_some(numbered))
        .collect()
}

/// Returns a principal with where it holds something: `'ann@x.com' (in 'team')`, `'ann@x.com' (in 3 workspaces)`.
fn named(number: PrincipalNo, snapshot: &Snapshot) -> Option<String> {
    let mut grants = snapshot.grants_of(number);
    let places = match (grants.next(), grants.count()) {
        (Some(only), 0) => format!("'{}'", only.workspace().name.shown()),
        (first, more) => counted(more + usize::from(first.is_some()), "workspace"),
    };
    Some(format!("'{}' (in {places})", snapshot.principal(number)?.shown()))
}

/// Returns what is odd about the letters of a name.
fn oddities(principal: &Principal) -> Vec<String> {
    let mut odd = Vec::new();
    odd.extend(principal.tricks().iter().map(Trick::in_words));
    let foreign = principal.raw().chars().enumerate().find(|(_, c)| !c.is_ascii());
    if let Some((place, c)) = foreign {
        odd.push(format!("has U+{:04X} as character {}", u32::from(c), place + 1));
    }
    odd
}
