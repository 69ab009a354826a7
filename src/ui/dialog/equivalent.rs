//! `Equivalent command`: each command with what it does, as it would be copied.

use super::body::{DialogBody, Weight};
use crate::app::equivalent::{Equivalent, LISTED, amount};
use crate::app::pointer::Target;
use crate::domain::text::counted;

/// Fills in the box.
pub(super) fn fill(equivalent: &Equivalent, body: &mut DialogBody<'_>) {
    let (look, theme) = (body.look, &body.look.theme);
    let n_all = equivalent.entries.len();
    let top = equivalent.marked.saturating_sub(LISTED - 1);
    for (place, entry) in equivalent.entries.iter().enumerate().skip(top).take(LISTED) {
        let (sign, style) = if n_all > 1 && equivalent.is_marked(place) {
            (look.marks.cursor, theme.selected)
        } else {
            ("$", theme.text)
        };
        let row = body.n_rows();
        body.some_text(Weight::Useful, theme.muted, 2, &entry.what);
        let number = format!("{}:", place + 1);
        body.marked(Weight::Vital, style, look.said(sign, &number), entry.command.shown());
        body.clickable_from(row, Target::Command(place));
        if place == equivalent.marked && equivalent.noted.is_none() {
            body.seek();
        }
    }
    let n_more = n_all.saturating_sub(LISTED);
    if n_more > 0 || equivalent.is_all {
        let more = if n_more > 0 {
            format!("and {}", counted(n_more, "more command"))
        } else {
            String::new()
        };
        let copied = if equivalent.is_all {
            format!("all {} are marked", amount(n_all))
        } else {
            String::new()
        };
        let both = [more, copied].into_iter().filter(|part| !part.is_empty());
        body.text(Weight::Must, theme.muted, both.collect::<Vec<_>>().join("; "));
    }
    body.gap();
    for (place, note) in equivalent.notes.iter().enumerate() {
        let is_read = equivalent.noted == Some(place);
        let sign = if is_read { look.marks.cursor } else { look.marks.warning };
        body.marked(Weight::Warning, theme.warning, sign, note);
        if is_read {
            body.seek();
        }
    }
    if equivalent.is_copied {
        body.marked(
            Weight::Must,
            theme.success,
            look.marks.success,
            look.said("sent to the terminal's clipboard", "printed below"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::equivalent::Entry;
    use crate::app::list::Step;
    use crate::domain::command::Grammar;
    use crate::domain::platform::Generation;
    use crate::domain::text::SafeText;
    use crate::ui::Look;
    use crate::ui::theme::ColorDepth;

    /// What stands in a box of so many rows.
    fn seen(equivalent: &Equivalent, most: usize) -> String {
        let look = Look::new(ColorDepth::None, false);
        let mut body = DialogBody::new(&look, 40);
        fill(equivalent, &mut body);
        let rows = body.window(most, 0).rows.into_iter();
        let rows: Vec<String> = rows.map(|row| row.line.to_string()).collect();
        assert!(rows.len() <= most);
        rows.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// However low the box is: first what the command is for and the command, then each note, one after the other.
    #[test]
    fn what_has_no_room_is_gone_through() {
        let notes = ["one ".repeat(30), "two ".repeat(30), "three ".repeat(20)];
        let notes = notes.map(|note| SafeText::new(note.trim()));
        let mut equivalent = Equivalent {
            entries: vec![Entry {
                what: SafeText::new("list the workspaces"),
                command: Grammar::of(Generation::Helix).list_workspaces(),
            }],
            notes: notes.to_vec(),
            ..Equivalent::default()
        };
        let begun = seen(&equivalent, 5);
        assert!(begun.contains("list the workspaces $"), "{begun}");
        for note in &notes {
            assert!(!begun.contains(note.as_str()), "{begun}");
            equivalent.step(Step::Down);
            let text = seen(&equivalent, 5);
            assert!(text.contains(note.as_str()), "{text}");
            let copied: Vec<&Entry> = equivalent.chosen().collect();
            assert_eq!(copied.len(), 1, "the command stays the one that is copied");
        }
        equivalent.step(Step::Down);
        assert_eq!(equivalent.noted, Some(2), "there is nothing behind the last");
        for _ in 0..5 {
            equivalent.step(Step::Up);
        }
        assert!(seen(&equivalent, 5).contains("list the workspaces $"));
    }
}
