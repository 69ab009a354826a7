//! Columns as somebody has changed them: of a file that says something else by now, only that is changed.

use crate::app::columns::ListKind;

/// The columns of a list before and after a change; nothing stands for the usual ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// What was kept when they were chosen, or was to be: what was chosen before them and not written yet.
    pub before: Option<Vec<&'static str>>,
    /// What was chosen.
    pub after: Option<Vec<&'static str>>,
}

impl Chosen {
    /// Returns the columns once the same change is made to those that are kept by now: what was hidden is hidden and what was
    /// brought back is shown, whatever somebody else has hidden or shown, and their order is that of whoever moved one.
    pub(super) fn made_to(&self, kind: ListKind, now: Option<&[&'static str]>) -> Option<Vec<&'static str>> {
        let usual: Vec<&'static str> = kind.usual().collect();
        // The usual ones are wished for as such.
        let after = self.after.as_deref()?;
        let before = self.before.as_deref().unwrap_or(&usual);
        let now = now.unwrap_or(&usual);
        let is_shown = |name: &&'static str| {
            let is_changed = before.contains(name) != after.contains(name);
            if is_changed { after } else { now }.contains(name)
        };
        let common = |one: &[&'static str], other: &[&str]| -> Vec<&'static str> {
            let names = one.iter().filter(|name| other.contains(name));
            names.copied().collect()
        };
        let is_moved = common(before, after) != common(after, before);
        let (first, second) = if is_moved { (after, now) } else { (now, after) };
        let mut columns: Vec<&'static str> = first.iter().copied().filter(is_shown).collect();
        let mut place = 0;
        for name in second.iter().copied().filter(is_shown) {
            if let Some(known) = columns.iter().position(|known| *known == name) {
                place = known + 1;
            } else {
                columns.insert(place, name);
                place += 1;
            }
        }
        if ![after, now].iter().any(|some| kind.is_own_order(some.iter().copied())) {
            columns.sort_by_key(|name| kind.place_of(name));
        }
        (columns != usual).then_some(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The list of members has: principal, kind, roles, granted, by.
    #[rstest]
    #[case::nothing_else("principal roles by", "principal by", "principal roles by", "principal by")]
    #[case::both_hide(
        "",
        "principal roles granted by",
        "principal kind roles granted",
        "principal roles granted"
    )]
    #[case::brought_back("principal", "principal by", "principal kind", "principal kind by")]
    #[case::hidden_by_both("", "principal kind", "principal roles", "principal")]
    #[case::moved("", "by principal kind roles granted", "principal kind by", "by principal kind")]
    #[case::moved_by_the_other(
        "",
        "principal kind roles by",
        "by granted principal kind roles",
        "by principal kind roles"
    )]
    #[case::moved_while_one_came("principal by", "by principal", "principal kind by", "by principal kind")]
    #[case::usual_ones("principal by", "", "principal kind", "")]
    fn what_somebody_else_has_chosen_stays(
        #[case] before: &str,
        #[case] after: &str,
        #[case] now: &str,
        #[case] expected: &str,
    ) {
        let kind = ListKind::Members;
        let named = |names: &str| -> Option<Vec<&'static str>> {
            let names = names.split_whitespace().map(|name| kind.column_called(name).unwrap());
            let names: Vec<&'static str> = names.collect();
            (!names.is_empty()).then_some(names)
        };
        let chosen = Chosen {
            before: named(before),
            after: named(after),
        };
        assert_eq!(chosen.made_to(kind, named(now).as_deref()), named(expected));
    }
}
